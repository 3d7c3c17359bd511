//! Sides: replies, statements, requests for comment and decisions, as lines of the page.
//!
//! An entry whose words were withdrawn keeps its line without them. Whether an answer is late the page does not
//! say, because it has no clock: it says by when one was asked for and what came.

use super::lines::utc_words;
use crate::record::ledger::Ledger;
use crate::record::moderation::Moderation;
use crate::record::official::{Came, CommentAsked, OfficialStatement, Side};
use crate::record::reply::{Passage, Reply};
use crate::span::Span;
use serde::{Deserialize, Serialize};

/// One reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplyLine {
    /// Its number.
    pub number: u32,
    /// Place in the log.
    pub index: u64,
    /// When it was published, UTC minute.
    pub at: String,
    /// What it says; none when it was withdrawn.
    pub reply: Option<Reply>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementLine {
    /// Place in the log.
    pub index: u64,
    /// When it was published, UTC minute.
    pub at: String,
    /// What it says.
    pub statement: OfficialStatement,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CameLine {
    /// Place in the log.
    pub index: u64,
    /// What came.
    pub came: Came,
    /// When, UTC minute.
    pub when: String,
}

/// One request for comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskedLine {
    /// Place in the log.
    pub index: u64,
    /// When it was published, UTC minute.
    pub at: String,
    /// Who was asked, how, when and until when.
    pub asked: CommentAsked,
    /// What came, oldest first.
    pub came: Vec<CameLine>,
}

/// One decision about what may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModerationLine {
    /// Place in the log.
    pub index: u64,
    /// UTC minute.
    pub at: String,
    /// What was decided.
    pub decision: Moderation,
    /// What a second member said of words that one had taken alone; none where nobody has looked yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconded: Option<SecondedLine>,
}

/// What a second member said, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondedLine {
    /// UTC minute.
    pub at: String,
    /// Whether they would have taken the words too.
    pub agreed: bool,
}

impl ModerationLine {
    /// Who decided, by what they were to the matter. What one member took alone says since when it waits for a
    /// second one.
    pub fn decided_by(&self) -> String {
        let by = self.decision.decided_by();
        match (&self.decision, &self.seconded) {
            (Moderation::WordsTakenAlone { .. }, None) => format!("{by}, not confirmed since {}", utc_words(&self.at)),
            (Moderation::WordsTakenAlone { .. }, Some(SecondedLine { at, agreed: true })) => {
                format!("{by}, confirmed by a second on {}", utc_words(at))
            }
            (Moderation::WordsTakenAlone { .. }, Some(SecondedLine { at, agreed: false })) => {
                format!("{by}, not agreed to by a second on {}", utc_words(at))
            }
            _ => by.to_owned(),
        }
    }
}

pub(super) fn replies(ledger: &Ledger) -> Vec<ReplyLine> {
    let line = |(number, placed): (u32, &crate::record::ledger::Placed<Reply>)| ReplyLine {
        number,
        index: placed.index,
        at: placed.at.clone(),
        reply: placed.body.clone(),
    };
    (1..).zip(&ledger.replies).map(line).collect()
}

pub(super) fn statements(ledger: &Ledger) -> Vec<StatementLine> {
    let line = |placed: &crate::record::ledger::Placed<Side>| match &placed.body {
        Some(Side::Statement(statement)) => {
            Some(StatementLine { index: placed.index, at: placed.at.clone(), statement: statement.clone() })
        }
        _ => None,
    };
    ledger.sides.iter().filter_map(line).collect()
}

pub(super) fn asked(ledger: &Ledger) -> Vec<AskedLine> {
    let came = |request: u32| {
        let of = |placed: &crate::record::ledger::Placed<Side>| match &placed.body {
            Some(Side::Came(one)) if one.request == request => {
                Some(CameLine { index: placed.index, came: one.came, when: one.when.clone() })
            }
            _ => None,
        };
        ledger.sides.iter().filter_map(of).collect()
    };
    let line = |placed: &crate::record::ledger::Placed<Side>| match &placed.body {
        Some(Side::Asked(asked)) => {
            Some(AskedLine { index: placed.index, at: placed.at.clone(), asked: asked.clone(), came: came(asked.number) })
        }
        _ => None,
    };
    ledger.sides.iter().filter_map(line).collect()
}

pub(super) fn moderation(ledger: &Ledger) -> Vec<ModerationLine> {
    let line = |placed: &crate::record::ledger::Placed<Moderation>| {
        let decision = placed.body.clone()?;
        let seconded = match decision {
            Moderation::WordsTakenAlone { entry, .. } => ledger.moderation.iter().find_map(|later| match later.body {
                Some(Moderation::TakenAloneSeconded { entry: of, agreed }) if of == entry && later.index > placed.index => {
                    Some(SecondedLine { at: later.at.clone(), agreed })
                }
                _ => None,
            }),
            _ => None,
        };
        Some(ModerationLine { index: placed.index, at: placed.at.clone(), decision, seconded })
    };
    ledger.moderation.iter().filter_map(line).collect()
}

/// The sentence of one such entry: none where it is of another kind, none inside where it cannot be read.
pub(super) fn says(index: u64, ledger: &Ledger) -> Option<Option<String>> {
    if let Some(placed) = ledger.replies.iter().find(|placed| placed.index == index) {
        return Some(placed.body.as_ref().map(reply_says));
    }
    if let Some(placed) = ledger.sides.iter().find(|placed| placed.index == index) {
        return Some(placed.body.as_ref().map(|side| side_says(side, ledger)));
    }
    let placed = ledger.moderation.iter().find(|placed| placed.index == index)?;
    Some(placed.body.as_ref().map(Moderation::says))
}

fn reply_says(reply: &Reply) -> String {
    let passage = |one: &Passage| match one {
        Passage::Said(text) => text.clone(),
        Passage::TakenOut(why) => format!("[Taken out, because {}.]", why.words()),
    };
    let said: Vec<String> = reply.passages.iter().map(passage).collect();
    format!("{}. {} It came on {}: {}", reply.heading(), reply.standing(), utc_words(&reply.received), said.join(" "))
}

fn side_says(side: &Side, ledger: &Ledger) -> String {
    match side {
        Side::Statement(one) => {
            let day = Span::parse(&one.said).map_or_else(|_| one.said.clone(), |day| day.words());
            format!("Source {} said on {day}, in its own words: “{}”", one.source, one.passages.join(" "))
        }
        Side::Asked(one) => {
            let about = one.about.as_deref().map(|about| format!(" about this: {about}")).unwrap_or_default();
            let (asked, until) = (utc_words(&one.asked), utc_words(&one.answer_by));
            format!("{} was asked for comment {} on {asked}, for an answer by {until}{about}.", one.body, one.how.words())
                .replace("..", ".")
        }
        Side::Came(one) => {
            let place = usize::try_from(one.request).ok().and_then(|number| number.checked_sub(1));
            let body = match place.and_then(|place| ledger.sides.get(place)).and_then(|placed| placed.body.as_ref()) {
                Some(Side::Asked(asked)) => format!(" from {}", asked.body),
                _ => String::new(),
            };
            let when = utc_words(&one.when);
            match one.came {
                Came::Answer => format!("An answer came{body} on {when}."),
                Came::Declined => format!("Word came{body} on {when} that it does not comment."),
                Came::Nothing => format!("No answer had come{body} by {when}."),
            }
        }
    }
}
