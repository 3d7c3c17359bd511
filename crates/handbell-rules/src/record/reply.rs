//! Reply: what somebody concerned answers to the record, in their own words, beside the accounts.
//!
//! Whoever answers says in which role from a closed list; a body may be named, a person never is. The words are
//! theirs: the desk publishes each passage as it was sent or leaves a mark with a reason where it took one out,
//! and shortens nothing unless the sender agreed. A reply stands beside the desk's wording and never inside it.

use serde::{Deserialize, Serialize};

/// Letters of a whole reply.
pub const REPLY_LETTERS_MAX: usize = 2_000;
/// Passages of one reply.
pub const PASSAGES_MAX: usize = 16;
/// Claims one reply answers.
pub const CLAIMS_MAX: usize = 40;

/// In which role somebody answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReplyRole {
    /// Somebody to whom it happened, or who is told of.
    Person,
    /// A public body.
    Official,
    /// A shop or another business.
    Shop,
    /// A campaign, charity, union or club.
    Organisation,
    /// A publisher whose words or footage stand here.
    Publisher,
}

impl ReplyRole {
    /// Every role: its stable name, what the form says, and how the page calls who answers.
    pub const ALL: [(ReplyRole, &'static str, &'static str, &'static str); 5] = [
        (Self::Person, "person", "It happened to me, or I am told of here", "Somebody concerned"),
        (Self::Official, "official", "I answer for a public body", "A public body"),
        (Self::Shop, "shop", "I answer for a shop or a business", "A shop or business"),
        (Self::Organisation, "organisation", "I answer for an organisation", "An organisation"),
        (Self::Publisher, "publisher", "I answer for a publisher whose words or footage stand here", "A publisher"),
    ];

    /// Reads the stable name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, ..)| *name == text).map(|(role, ..)| *role)
    }
    /// The stable name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(role, ..)| *role == self).map_or("", |(_, name, ..)| name)
    }
    /// How the page calls who answers.
    pub fn who(self) -> &'static str {
        Self::ALL.iter().find(|(role, ..)| *role == self).map_or("", |(.., who)| who)
    }
    /// Whether a body answers, which has to be named; a shop may be.
    pub const fn must_name_a_body(self) -> bool {
        matches!(self, Self::Official | Self::Organisation | Self::Publisher)
    }
}

/// Why a passage was taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TakenOut {
    /// It says who somebody is.
    NamesSomebody,
    /// It tells of somebody's private life.
    PrivateMatter,
    /// It threatens, or asks for something that harms.
    Threat,
    /// It is somebody else's work.
    SomebodyElsesWork,
    /// It is about something else.
    AboutSomethingElse,
}

impl TakenOut {
    /// Every reason with its stable name and the words of the mark.
    pub const ALL: [(TakenOut, &'static str, &'static str); 5] = [
        (Self::NamesSomebody, "names-somebody", "it says who somebody is"),
        (Self::PrivateMatter, "private-matter", "it tells of somebody’s private life"),
        (Self::Threat, "threat", "it threatens somebody or asks for harm"),
        (Self::SomebodyElsesWork, "somebody-elses-work", "it is somebody else’s work"),
        (Self::AboutSomethingElse, "about-something-else", "it is about something else"),
    ];
    /// Reads the stable name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, _)| *name == text).map(|(why, ..)| *why)
    }
    /// The words of the mark.
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(why, ..)| *why == self).map_or("", |(.., words)| words)
    }
}

/// One passage, as it is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Passage {
    /// As it was sent.
    Said(String),
    /// The desk took it out.
    TakenOut(TakenOut),
}

/// A reply as its entry holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Its number in the incident.
    pub number: u32,
    /// In which role.
    pub role: ReplyRole,
    /// The body that answers, by its public name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Whether the desk asked the body and heard that it is theirs.
    pub checked: bool,
    /// The claims it answers; none for the page as a whole.
    pub claims: Vec<u32>,
    /// What it says.
    pub passages: Vec<Passage>,
    /// Whether it was shortened, and the sender agreed to these words.
    pub shortened: bool,
    /// When it came, UTC minute.
    pub received: String,
}

impl Reply {
    /// How the page calls it.
    pub fn heading(&self) -> String {
        format!("Reply: {}", self.body.as_deref().unwrap_or(self.role.who()))
    }

    /// How it came, whether that was checked, what it answers and whether something is missing, in sentences.
    pub fn standing(&self) -> String {
        let mut words = vec![format!("{}, in its own words, sent in by the form.", self.role.who())];
        words.push(match (self.checked, self.role) {
            (true, _) => "The desk asked them and heard that it is theirs.".to_owned(),
            (false, _) => "The desk has not checked who sent it.".to_owned(),
        });
        match self.claims.as_slice() {
            [] => {}
            [one] => words.push(format!("It answers claim {one}.")),
            some => {
                words.push(format!("It answers claims {}.", some.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")));
            }
        }
        if self.shortened {
            words.push("Shortened, and the sender agreed to these words.".to_owned());
        }
        words.join(" ")
    }
}

/// A reply as a member proposes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewReply {
    /// In which role.
    pub role: ReplyRole,
    /// The body; empty when none is named.
    pub body: String,
    /// Whether the desk asked the body and heard that it is theirs.
    pub checked: bool,
    /// The claims it answers.
    pub claims: Vec<u32>,
    /// What it says.
    pub passages: Vec<Passage>,
    /// Whether it was shortened, and the sender agreed.
    pub shortened: bool,
    /// When it came, UTC minute.
    pub received: String,
}

/// Parts what was sent into passages: at each line break, and where a line is longer than one text of the record
/// may be, after its last sentence or word that fits.
pub fn passages(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut rest: String = line.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        while rest.chars().count() > super::words::TEXT_LETTERS_MAX {
            let end = rest.char_indices().nth(super::words::TEXT_LETTERS_MAX).map_or(rest.len(), |(at, _)| at);
            let head = &rest[..end];
            let sentence = head.rmatch_indices(['.', '!', '?']).map(|(at, sign)| at + sign.len()).find(|at| *at > end / 2);
            let at = sentence.or_else(|| head.rfind(' ').filter(|at| *at > 0)).unwrap_or(end);
            parts.push(rest[..at].trim().to_owned());
            rest = rest[at..].trim().to_owned();
        }
        if !rest.is_empty() {
            parts.push(rest);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_letter_is_lost_between_passages(text in "[a-zA-Zé .!?\n]{0,3000}") {
            let letters = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
            let parts = passages(&text);
            prop_assert_eq!(letters(&parts.concat()), letters(&text));
            for part in parts {
                prop_assert!(part.chars().count() <= super::super::words::TEXT_LETTERS_MAX && !part.is_empty());
            }
        }
    }

    #[test]
    fn a_long_line_is_parted_after_a_sentence() {
        let text = format!("{}. {}", "a".repeat(400), "b".repeat(400));
        assert_eq!(passages(&text), [format!("{}.", "a".repeat(400)), "b".repeat(400)]);
        assert_eq!(passages(" one \r\n\n two\t"), ["one", "two"]);
    }

    #[test]
    fn each_role_and_reason_has_one_name_wherever_it_is_written() {
        for (role, name, ..) in ReplyRole::ALL {
            assert_eq!((serde_json::to_value(role).unwrap(), ReplyRole::parse(name)), (name.into(), Some(role)));
        }
        for (why, name, _) in TakenOut::ALL {
            assert_eq!((serde_json::to_value(why).unwrap(), TakenOut::parse(name)), (name.into(), Some(why)));
        }
    }
}
