//! Moderation: what was decided about what may be shown, as the public log tells it.
//!
//! Every line is made of closed lists and times: no word that somebody typed, no person and no member stands in one. The
//! kind and the district that a page goes on to name when the rest of its opening was taken are the one exception.
//! It follows from a decision and says which, about which entry, for which reason, and how many people took it
//! . PROMISE no-decision-in-silence: the commit that overrules the guard, refuses a proposal, takes words from
//! the public, declines a reply or decides a complaint writes its line too, or does not happen.

use super::letter::{ComplaintReason, Decline, Remedy};
use super::marks::{Explained, Why};
use super::projection::utc_words;
use super::statement::RedactionReason;
use crate::guard::Rule;
use serde::{Deserialize, Serialize};

/// A rule of the guard, and why what it marked stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overruled {
    /// The rule.
    pub rule: Rule,
    /// Why.
    pub why: Why,
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "action")]
pub enum Moderation {
    /// Words that a strict rule of the guard marked were published as a false alarm.
    MarksOverruled {
        /// Each mark, without its words.
        marks: Vec<Overruled>,
    },
    /// What one member wanted to publish, another refused.
    ProposalRefused {
        /// When it was proposed, UTC minute.
        proposed: String,
    },
    /// The words of an entry were taken from the public.
    WordsTaken {
        /// The entry's place in the log.
        entry: u64,
        /// Why.
        reason: RedactionReason,
    },
    /// One member took the words of an entry from the public, because it was urgent.
    WordsTakenAlone {
        /// The entry's place in the log.
        entry: u64,
        /// Why.
        reason: RedactionReason,
    },
    /// A second member looked at what one had taken.
    TakenAloneSeconded {
        /// The entry's place in the log.
        entry: u64,
        /// Whether they would have taken it too.
        agreed: bool,
    },
    /// The heading and the place of an incident that a file brought were taken from the public. Of its opening this
    /// stays, so that the page still says what it is about.
    OpeningTaken {
        /// The opening's place in the log.
        entry: u64,
        /// When it was opened, UTC minute.
        opened: String,
        /// The kind's id.
        kind: String,
        /// What people call the kind.
        kind_label: String,
        /// The district.
        district: String,
        /// The IANA zone of its days.
        zone: String,
        /// `actual` or `exercise`.
        status: String,
    },
    /// A reply is not published.
    ReplyDeclined {
        /// When it came, UTC minute.
        received: String,
        /// Why.
        reason: Decline,
    },
    /// A complaint was decided.
    ComplaintDecided {
        /// When it came, UTC minute.
        received: String,
        /// What it was about.
        about: ComplaintReason,
        /// What the desk does, or why it does nothing.
        decided: Verdict,
    },
}

/// How a complaint was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Something is done.
    Done(Remedy),
    /// Nothing is changed.
    Declined(Decline),
}

impl Moderation {
    /// What follows from publishing words that the guard had marked: nothing, where no strict rule was overruled.
    pub fn of_marks(explained: Option<&Explained>) -> Option<Self> {
        let strict = explained.into_iter().flat_map(|explained| &explained.marks).filter(|mark| mark.rule.is_strict());
        let marks: Vec<Overruled> = strict.map(|mark| Overruled { rule: mark.rule, why: mark.why }).collect();
        (!marks.is_empty()).then_some(Self::MarksOverruled { marks })
    }

    /// The short name of what was done.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::MarksOverruled { .. } => "marks-overruled",
            Self::ProposalRefused { .. } => "proposal-refused",
            Self::WordsTaken { .. } => "words-taken",
            Self::WordsTakenAlone { .. } => "words-taken-alone",
            Self::TakenAloneSeconded { .. } => "taken-alone-seconded",
            Self::OpeningTaken { .. } => "opening-taken",
            Self::ReplyDeclined { .. } => "reply-declined",
            Self::ComplaintDecided { .. } => "complaint-decided",
        }
    }

    /// Who decided, by what they were to the matter.
    pub const fn decided_by(&self) -> &'static str {
        match self {
            Self::MarksOverruled { .. } | Self::WordsTaken { .. } => "Two members, on two devices",
            Self::ProposalRefused { .. } => "A member who had not proposed it",
            Self::WordsTakenAlone { .. } => "One person, urgent",
            Self::TakenAloneSeconded { .. } => "A second member, on another device",
            Self::OpeningTaken { .. } => "Whoever took its words from the public",
            Self::ReplyDeclined { .. } | Self::ComplaintDecided { .. } => {
                "An editor or approver who had neither proposed nor approved what it is about"
            }
        }
    }

    /// One plain sentence, or a few.
    pub fn says(&self) -> String {
        match self {
            Self::MarksOverruled { marks } => {
                let line = |one: &Overruled| {
                    let because = one.why.words();
                    format!("what looks like {} stands because {}", one.rule.looks_like(), lower(because))
                };
                format!("The guard marked words and two members let them stand: {}.", marks.iter().map(line).collect::<Vec<_>>().join("; "))
            }
            Self::ProposalRefused { proposed } => {
                format!("Something proposed on {} was refused and is not published.", utc_words(proposed))
            }
            Self::WordsTaken { entry, reason } => {
                format!("The words of entry {entry} were taken from the public: {}.", lower(reason.words()))
            }
            Self::WordsTakenAlone { entry, reason } => {
                format!("The words of entry {entry} were taken from the public by one person: {}.", lower(reason.words()))
            }
            Self::TakenAloneSeconded { entry, agreed: true } => {
                format!("A second member confirmed that the words of entry {entry} had to go.")
            }
            Self::TakenAloneSeconded { entry, agreed: false } => {
                format!("A second member would not have taken the words of entry {entry}. They are gone for good.")
            }
            Self::OpeningTaken { entry, kind_label, district, .. } => {
                format!(
                    "The heading and the place in entry {entry} were taken from the public. Its kind and district stay: {kind_label}, {district}."
                )
            }
            Self::ReplyDeclined { received, reason } => {
                format!("A reply of {} is not published: {}.", utc_words(received), reason.words())
            }
            Self::ComplaintDecided { received, about, decided } => {
                let done = match decided {
                    Verdict::Done(remedy) => remedy.words().to_owned(),
                    Verdict::Declined(reason) => format!("nothing is changed: {}", reason.words()),
                };
                format!("A complaint of {} that {}: {done}.", utc_words(received), about.words())
            }
        }
    }
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}
