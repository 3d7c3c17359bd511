//! Public claim: one checkable statement by one source, as the record holds it for good.
//!
//! It is never updated and never deleted. A mistake in writing it down is a new claim and an event on the old
//! one; what is taken from the public leaves its place and the reason. What a claim is worth is not said
//! here: that is an assessment. The desk's own working claims ([`crate::desk::claim`]) are private and others.

use super::Ref;
pub use super::value::Value;
use crate::place::Point;
use serde::{Deserialize, Serialize};

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
    /// EDTF, if the words resolve to days; for times.
    pub edtf: String,
    /// At least; for numbers.
    pub low: Option<u32>,
    /// At most; for numbers.
    pub high: Option<u32>,
    /// Where about, if the words resolve to a point; for places.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
    /// How far from there it may have been, in metres; for places with a point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radius_metres: Option<u32>,
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
