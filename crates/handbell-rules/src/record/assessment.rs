//! Assessment: the desk's own position on one fact, apart from what anybody claims.
//!
//! PROMISE every-sentence-has-a-source: an assessment is a list of sentences and each names the claims it
//! rests on; one that names none is refused. PROMISE a-correction-never-erases: an assessment that takes the
//! place of a public one comes with a numbered correction in the same commit, and the earlier one stays on
//! the page. No assessment means "not assessed", never "false".

use super::Ref;
use serde::{Deserialize, Serialize};

/// How the note of a retraction begins that follows a withdrawal; nobody typed it.
pub const TOOK_BACK: &str = "We took back what we said here.";

/// How the desk stands on one fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Settled.
    Settled,
    /// Sources disagree.
    Disputed,
    /// Not confirmed.
    Unconfirmed,
    /// Withdrawn.
    Withdrawn,
}

impl Standing {
    /// Every standing with its stable name and the word people read.
    pub const ALL: [(Standing, &'static str, &'static str); 4] = [
        (Standing::Settled, "settled", "Settled"),
        (Standing::Disputed, "disputed", "Disputed"),
        (Standing::Unconfirmed, "unconfirmed", "Not confirmed"),
        (Standing::Withdrawn, "withdrawn", "Withdrawn by us"),
    ];
    /// Reads the stable name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, _)| *name == text).map(|(standing, ..)| *standing)
    }
    /// The stable name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(standing, ..)| *standing == self).map_or("", |(_, name, _)| name)
    }
    /// The word people read.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(standing, ..)| *standing == self).map_or("", |(.., word)| word)
    }
}

/// Why a claim is set aside. The claim stays on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetAsideReason {
    /// The source itself, or the one it quoted, has since said otherwise.
    SupersededBySource,
    /// A stronger source says otherwise.
    ContradictedByStronger,
    /// It is about another event.
    WrongEvent,
    /// It copies another source.
    Copied,
    /// It cannot be.
    Implausible,
}

impl SetAsideReason {
    /// Every reason with its stable name and what the page says.
    pub const ALL: [(SetAsideReason, &'static str, &'static str); 5] = [
        (SetAsideReason::SupersededBySource, "superseded_by_source", "a later source replaced it"),
        (SetAsideReason::ContradictedByStronger, "contradicted_by_stronger", "a stronger source says otherwise"),
        (SetAsideReason::WrongEvent, "wrong_event", "it is about another event"),
        (SetAsideReason::Copied, "copied", "it copies another source"),
        (SetAsideReason::Implausible, "implausible", "it cannot be so"),
    ];
    /// Reads the stable name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, _)| *name == text).map(|(reason, ..)| *reason)
    }
    /// What the page says.
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(reason, ..)| *reason == self).map_or("", |(.., words)| words)
    }
}

/// A claim the desk does not rely on, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// The claim's number.
    pub claim: u32,
    /// Why.
    pub reason: SetAsideReason,
}

/// One sentence of the desk and the claims it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// The sentence.
    pub text: String,
    /// The claims' numbers; at least one.
    pub claims: Vec<u32>,
}

/// An assessment as its entry holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// Its number in the incident.
    pub number: u32,
    /// The predicate.
    pub predicate: String,
    /// What people call it.
    pub label: String,
    /// The part of the incident it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// How the desk stands.
    pub standing: Standing,
    /// The claims it relies on.
    pub relies_on: Vec<u32>,
    /// The claims it sets aside.
    pub sets_aside: Vec<SetAside>,
    /// What the desk says.
    pub sentences: Vec<Sentence>,
    /// The assessment in whose place it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<u32>,
}

/// What an editor wants the desk to say about one fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAssessment {
    /// The predicate.
    pub predicate: String,
    /// The part of the incident; empty for all of it.
    pub about: String,
    /// How the desk stands.
    pub standing: Standing,
    /// The claims it relies on.
    pub relies_on: Vec<Ref>,
    /// The claims it sets aside.
    pub sets_aside: Vec<(Ref, SetAsideReason)>,
    /// What the desk says; each sentence with the claims it rests on.
    pub sentences: Vec<(String, Vec<Ref>)>,
    /// What sort of change it is, when it takes the place of a public assessment.
    pub correction: CorrectionKind,
    /// What the correction says; needed when it takes the place of a public assessment.
    pub note: String,
}

/// What sort of change a correction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CorrectionKind {
    /// More is known; what we said was not wrong.
    Update,
    /// What we said could be misunderstood.
    Clarification,
    /// What we said was wrong or not enough.
    #[default]
    Correction,
    /// We take it back.
    Retraction,
}

impl CorrectionKind {
    /// Every sort with its stable name and the word people read.
    pub const ALL: [(CorrectionKind, &'static str, &'static str); 4] = [
        (CorrectionKind::Update, "update", "Update"),
        (CorrectionKind::Clarification, "clarification", "Clarification"),
        (CorrectionKind::Correction, "correction", "Correction"),
        (CorrectionKind::Retraction, "retraction", "Retraction"),
    ];
    /// Reads the stable name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, _)| *name == text).map(|(kind, ..)| *kind)
    }
    /// The word people read.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(.., word)| word)
    }
}

/// A correction as its entry holds it. What was said before and after are the two assessments' sentences, so
/// the words stand in one place only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Its number in the incident.
    pub number: u32,
    /// What sort of change it is.
    pub kind: CorrectionKind,
    /// The assessment that stands now.
    pub assessment: u32,
    /// The assessment that stood before.
    pub supersedes: u32,
    /// What was wrong or missing, and how we know.
    pub note: String,
}
