//! Official: what a body says of its own, word for word where it is short, and whether it was asked for comment.
//!
//! A statement is always some source's, with the day on which it was made, and stands in that source's box: the
//! same piece, at the same size and place as any account. That a body was asked, how, when and until when,
//! and what came, stands beside it: silence is part of the other side's account and no decision of ours, which is
//! why it shares this kind of entry and not the moderation log's (decision 0051). All of them share one count, so
//! that one whose words were withdrawn keeps its number. No field here holds a person.

use super::Ref;
use serde::{Deserialize, Serialize};

/// Letters up to which a statement stands word for word; longer ones are told as claims, and their source leads on.
pub const VERBATIM_LETTERS_MAX: usize = 1_200;
/// Letters of a body's name.
pub const BODY_LETTERS_MAX: usize = 120;
/// The `type` of an entry that says that a body was asked for comment.
pub const ASKED_TYPE: &str = "comment.asked";
/// The `type` of an entry that says what came.
pub const CAME_TYPE: &str = "comment.came";

/// A body's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficialStatement {
    /// Its number among the incident's statements and requests.
    pub number: u32,
    /// The source whose words they are.
    pub source: u32,
    /// The day, as EDTF.
    pub said: String,
    /// The words, passage by passage.
    pub passages: Vec<String>,
}

/// How a body was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AskedBy {
    /// By mail to its press office or public address.
    Email,
    /// By its public telephone.
    Telephone,
    /// By a form on its site.
    Form,
    /// By letter.
    Letter,
    /// In person.
    InPerson,
}

impl AskedBy {
    /// Every way with its stable name and the words people read.
    pub const ALL: [(AskedBy, &'static str, &'static str); 5] = [
        (Self::Email, "email", "by e-mail"),
        (Self::Telephone, "telephone", "by telephone"),
        (Self::Form, "form", "by the form on its site"),
        (Self::Letter, "letter", "by letter"),
        (Self::InPerson, "in-person", "in person"),
    ];
    /// Reads the stable name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, _)| *name == text).map(|(how, ..)| *how)
    }
    /// The words people read.
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(how, ..)| *how == self).map_or("", |(.., words)| words)
    }
}

/// That a body was asked for comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentAsked {
    /// Its number among the incident's statements and requests.
    pub number: u32,
    /// The body, by its public name.
    pub body: String,
    /// How.
    pub how: AskedBy,
    /// When, UTC minute.
    pub asked: String,
    /// By when an answer was asked for, UTC minute.
    pub answer_by: String,
    /// What it was asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Came {
    /// It answered.
    Answer,
    /// It said that it does not comment.
    Declined,
    /// Nothing.
    Nothing,
}

impl Came {
    /// Every outcome with its stable name and the words people read.
    pub const ALL: [(Came, &'static str, &'static str); 3] = [
        (Self::Answer, "answer", "It answered"),
        (Self::Declined, "declined", "It said that it does not comment"),
        (Self::Nothing, "nothing", "No answer came"),
    ];
    /// Reads the stable name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, _)| *name == text).map(|(came, ..)| *came)
    }
    /// The words people read.
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(came, ..)| *came == self).map_or("", |(.., words)| words)
    }
}

/// What came of a request, and when that was known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentCame {
    /// Its number among the incident's statements and requests.
    pub number: u32,
    /// The request's number.
    pub request: u32,
    /// What came.
    pub came: Came,
    /// When it came; for nothing, until when nothing had come. UTC minute.
    pub when: String,
}

/// One entry of a body's side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    /// Its words.
    Statement(OfficialStatement),
    /// That it was asked.
    Asked(CommentAsked),
    /// What came.
    Came(CommentCame),
}

impl Side {
    /// Its number among the incident's statements and requests.
    pub const fn number(&self) -> u32 {
        match self {
            Self::Statement(one) => one.number,
            Self::Asked(one) => one.number,
            Self::Came(one) => one.number,
        }
    }
}

/// A statement as a member proposes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOfficial {
    /// The source whose words they are.
    pub source: Ref,
    /// The day, as EDTF.
    pub said: String,
    /// The words.
    pub text: String,
}

/// A request as a member proposes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAsked {
    /// The body.
    pub body: String,
    /// How.
    pub how: AskedBy,
    /// When, UTC minute.
    pub asked: String,
    /// By when, UTC minute.
    pub answer_by: String,
    /// What about; may be empty.
    pub about: String,
}

/// What came of a request, as a member proposes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCame {
    /// The request's number.
    pub request: u32,
    /// What came.
    pub came: Came,
    /// When, UTC minute.
    pub when: String,
}

/// Whether this is a UTC minute as entries write it.
pub fn is_minute(text: &str) -> bool {
    let whole = text.strip_suffix('Z').filter(|minute| minute.len() == 16).map(|minute| format!("{minute}:00Z"));
    whole.is_some_and(|whole| whole.parse::<jiff::Timestamp>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_and_outcome_has_one_name_wherever_it_is_written() {
        for (how, name, _) in AskedBy::ALL {
            assert_eq!((serde_json::to_value(how).unwrap(), AskedBy::parse(name)), (name.into(), Some(how)));
        }
        for (came, name, _) in Came::ALL {
            assert_eq!((serde_json::to_value(came).unwrap(), Came::parse(name)), (name.into(), Some(came)));
        }
    }

    #[test]
    fn a_minute_is_written_in_one_way() {
        assert!(is_minute("2017-05-14T14:05Z"));
        for odd in ["", "2017-05-14", "2017-05-14T14:05", "2017-05-14T14:05:00Z", "2017-13-14T14:05Z", "2017-05-14T14:05+01:00"] {
            assert!(!is_minute(odd), "{odd}");
        }
    }
}
