//! Public claim: one checkable statement by one source, as the record holds it for good.
//!
//! It is never updated and never deleted. A mistake in writing it down is a new claim and an event on the old
//! one; what is taken from the public leaves its place and the reason. What a claim is worth is not said
//! here: that is an assessment. The desk's own working claims ([`crate::desk::claim`]) are private and others.

use super::Ref;
use crate::edtf::EdtfDate;
use serde::{Deserialize, Serialize};

/// What is said. The payload's `value`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Value {
    /// A time: a date, the source's words, or both.
    Span {
        /// A day, month or year of EDTF level 0, if the words resolve to one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        edtf: Option<String>,
        /// The words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
    },
    /// A number, low and high; an end that is missing is open.
    Range {
        /// At least.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        low: Option<u32>,
        /// At most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        high: Option<u32>,
        /// The words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
    },
    /// One of a closed list.
    Choice {
        /// The playbook's id.
        choice: String,
        /// Its label.
        words: String,
    },
    /// Words that no rule compares.
    Text {
        /// The words.
        text: String,
    },
}

impl Value {
    /// The value as a reader sees it. A time that resolves to no day says so.
    pub fn says(&self) -> String {
        match self {
            Self::Span { edtf, words } => {
                let date = edtf.as_deref().and_then(EdtfDate::parse).map(|date| date.words());
                match (date, words) {
                    (Some(date), Some(words)) if date.contains(words.as_str()) => date,
                    (Some(date), Some(words)) => format!("{date}, {words}"),
                    (Some(date), None) => date,
                    (None, Some(words)) => format!("{words} (date not given)"),
                    (None, None) => String::new(),
                }
            }
            Self::Range { low, high, words } => {
                let numbers = match (low, high) {
                    (Some(low), Some(high)) if low == high => low.to_string(),
                    (Some(low), Some(high)) => format!("{low} to {high}"),
                    (Some(low), None) => format!("{low} or more"),
                    (None, Some(high)) => format!("{high} or fewer"),
                    (None, None) => String::new(),
                };
                match words {
                    Some(words) if low.is_some() && high.is_some() && low != high => format!("{words} ({numbers})"),
                    Some(words) => words.clone(),
                    None => numbers,
                }
            }
            Self::Choice { words, .. } => words.clone(),
            Self::Text { text } => text.clone(),
        }
    }

    /// Every text in it, for whoever looks for something that may not be said.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Span { words, .. } | Self::Range { words, .. } => words.as_deref().into_iter().collect(),
            Self::Choice { words, .. } => vec![words],
            Self::Text { text } => vec![text],
        }
    }
}

/// Whether the source says it is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Polarity {
    /// It says so.
    #[default]
    Asserts,
    /// It says that it is not so.
    Denies,
    /// It says that it is not known.
    SaysUnknown,
}

/// A claim as its entry holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicClaim {
    /// Its number in the incident.
    pub number: u32,
    /// The source's number.
    pub source: u32,
    /// A predicate of the playbook.
    pub predicate: String,
    /// What people call the predicate.
    pub label: String,
    /// Whether only one value can be true.
    pub single: bool,
    /// The part of the incident it is about, if not all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Whether the source says it is so.
    pub polarity: Polarity,
    /// What is said.
    pub value: Value,
}

/// A claim an editor wants to add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPublicClaim {
    /// Who says so.
    pub source: Ref,
    /// A predicate of the playbook.
    pub predicate: String,
    /// The part of the incident it is about; empty for all of it.
    pub about: String,
    /// Whether the source says it is so.
    pub polarity: Polarity,
    /// A date, if the words resolve to one; for times.
    pub edtf: String,
    /// At least; for numbers.
    pub low: Option<u32>,
    /// At most; for numbers.
    pub high: Option<u32>,
    /// The words, the choice or the text.
    pub words: String,
}

/// What happened to a claim later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimEventKind {
    /// The source has since said something else, which is the other claim.
    SourceUpdated,
    /// The source took it back.
    WithdrawnBySource,
    /// We wrote it down wrong; the other claim is right.
    RecordingError,
    /// Its words were taken from the public. Place, number and reason stay.
    Redacted,
}

impl ClaimEventKind {
    /// Every sort with its stable name and what the page says.
    pub const ALL: [(ClaimEventKind, &'static str, &'static str); 4] = [
        (ClaimEventKind::SourceUpdated, "source-updated", "The source has since said something else"),
        (ClaimEventKind::WithdrawnBySource, "withdrawn-by-source", "The source took it back"),
        (ClaimEventKind::RecordingError, "recording-error", "We wrote it down wrong"),
        (ClaimEventKind::Redacted, "redacted", "Its words were taken from the public"),
    ];
    /// Reads the stable name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, _)| *name == text).map(|(kind, ..)| *kind)
    }
    /// What the page says.
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(.., words)| words)
    }
    /// Whether another claim must be named.
    pub const fn names_another(self) -> bool {
        matches!(self, Self::SourceUpdated | Self::RecordingError)
    }
}

/// An event on a claim, as its entry holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimEvent {
    /// The claim.
    pub claim: u32,
    /// What happened.
    pub event: ClaimEventKind,
    /// The claim that stands instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_claim: Option<u32>,
    /// Why, in one sentence.
    pub reason: String,
}
