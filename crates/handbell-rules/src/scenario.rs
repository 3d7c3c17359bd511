//! Scenarios: an event written down as the public record should hold it, and sometimes a drill of such a day.
//!
//! A scenario is parsed strictly: unknown keys, sources nobody listed, predicates the playbook does not know
//! and homes told finer than their district are refused. What comes out of the `drill` table is practice: each
//! of its messages says so in its first word, and nothing here can turn one into a report of the live desk.

mod fits;
pub mod play;
mod read;
pub mod score;
pub mod told;
pub mod truth;

use serde::Deserialize;

pub use crate::record::assessment::{SetAsideReason, Standing};
pub use crate::record::source::SourceKind;
pub use crate::span::Span;

use crate::place::{Point, Precision};
use crate::playbook::Playbook;
use crate::playbook::strict_toml::TomlRefusal;
use crate::record::outcome::{OutcomeValue, Slot};

/// The most characters of any one text in a scenario.
pub const SCENARIO_TEXT_CHARACTERS_MAX: usize = 1_000;
/// The most sources, claims or drill reports of one scenario.
pub const SCENARIO_ENTRIES_MAX: usize = 1_000;
/// The largest number a count may have.
pub const COUNT_MAX: u32 = 1_000_000;
/// The longest a drill may last, in minutes (two days).
pub const DRILL_MINUTES_MAX: u32 = 2 * 24 * 60;
/// The word every practice message begins with.
pub const PRACTICE_MARK: &str = "PRACTICE:";

/// Why a scenario was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioRefusal {
    /// Broken TOML, or a key nobody knows.
    #[error(transparent)]
    Toml(#[from] TomlRefusal),
    /// A value that is wrong in itself.
    #[error("`{key}`: {why}")]
    BadValue {
        /// Where, such as `claim 3: edtf`.
        key: String,
        /// Why.
        why: String,
    },
    /// A source that is named but not listed.
    #[error("`{key}`: there is no source `{source_id}`")]
    SourceUnknown {
        /// Where.
        key: String,
        /// The name.
        source_id: String,
    },
    /// The scenario is written for another playbook.
    #[error("this scenario is for the playbook `{wanted}`")]
    OtherPlaybook {
        /// The playbook's id.
        wanted: String,
    },
    /// The playbook has no such kind.
    #[error("the playbook has no kind `{kind}`")]
    KindUnknown {
        /// The kind.
        kind: String,
    },
    /// The playbook has no such predicate.
    #[error("`{key}`: the playbook has no predicate `{predicate}`")]
    PredicateUnknown {
        /// Where.
        key: String,
        /// The predicate.
        predicate: String,
    },
    /// A claim's value does not fit its predicate.
    #[error("`{key}`: {why}")]
    ValueMismatch {
        /// Where.
        key: String,
        /// What the predicate takes.
        why: String,
    },
}

/// One scenario, held together but not yet against a playbook: see [`Scenario::check`].
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// What the record is about.
    pub incident: ScenarioIncident,
    /// Who says things.
    pub sources: Vec<ScenarioSource>,
    /// What they say.
    pub claims: Vec<ScenarioClaim>,
    /// Similar events elsewhere.
    pub similar_elsewhere: Vec<SimilarElsewhere>,
    /// Footage of other events that circulates with this one.
    pub lookalikes: Vec<Lookalike>,
    /// What the desk said, in order; a later one on the same predicate supersedes an earlier one.
    pub assessments: Vec<ScenarioAssessment>,
    /// What became of it, in order; a later one of the same slot and part follows an earlier one.
    pub outcomes: Vec<ScenarioOutcome>,
    /// Whether all of it is made up for practice: then it never enters a record.
    pub practice: bool,
    /// The practice day, if there is one.
    pub drill: Option<Drill>,
}

/// The incident of a scenario.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioIncident {
    /// The playbook's id.
    pub playbook: String,
    /// A kind of that playbook.
    pub kind: String,
    /// The heading of the public page.
    pub title: String,
    /// Where.
    pub place: ScenarioPlace,
    /// Whether it was at somebody's home.
    #[serde(default)]
    pub home: bool,
    /// The IANA zone, if it is not the playbook's.
    pub zone: Option<String>,
    /// Whether a court or tribunal is still dealing with it.
    pub proceedings_active: Option<bool>,
}

/// Where a scenario's incident was.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "read::WrittenPlace")]
pub struct ScenarioPlace {
    /// In words.
    pub text: String,
    /// The point, if one is given.
    pub point: Option<Point>,
    /// How far from the point it may have been, in metres.
    pub radius_metres: Option<u32>,
    /// The finest precision its public page may have.
    pub public_precision: Option<Precision>,
}

/// One source.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioSource {
    /// Its name inside the file.
    pub id: String,
    /// What sort it is.
    pub kind: SourceKind,
    /// How the public page names it.
    pub label: String,
    /// Where it stands.
    pub note: Option<String>,
    /// The source it copies: copies count once.
    pub copies: Option<String>,
    /// The source that carried it.
    pub via: Option<String>,
    /// When it spoke, in its own words.
    pub said_words: Option<String>,
    /// When it was asked for comment, in words.
    pub asked_for_comment_at: Option<String>,
    /// When it replied, in words.
    pub replied_at: Option<String>,
}

/// A count as claimed: either end may be open, and the words are kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioCount {
    /// The least, if said.
    pub low: Option<u32>,
    /// The most, if said.
    pub high: Option<u32>,
    /// The words.
    pub words: Option<String>,
}

/// One claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioClaim {
    /// The source's id.
    pub source: String,
    /// A predicate of the playbook.
    pub predicate: String,
    /// The part of the incident it is about, if not all of it.
    pub about: Option<String>,
    /// The date, if the words resolve to one.
    pub edtf: Option<Span>,
    /// The words.
    pub words: Option<String>,
    /// The count.
    pub count: Option<ScenarioCount>,
    /// The value as a sentence or a choice.
    pub value: Option<String>,
}

/// A similar event elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimilarElsewhere {
    /// Where.
    pub place: String,
    /// When.
    pub edtf: Span,
}

/// Footage of another event that circulates with this one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookalike {
    /// Where it really was.
    pub place: String,
    /// When it really was.
    pub year: u16,
    /// What it shows.
    pub note: String,
}

/// What the desk said about one predicate at one time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioAssessment {
    /// The predicate.
    pub predicate: String,
    /// How it stands.
    pub standing: Standing,
    /// The sources it relies on.
    pub relies_on: Vec<String>,
    /// The sources it sets aside.
    #[serde(default)]
    pub sets_aside: Vec<SetAside>,
    /// The public sentence.
    pub public_wording: String,
    /// What the correction says, if this one corrects an earlier one.
    pub correction_note: Option<String>,
}

/// What became of something, in one slot.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioOutcome {
    /// The source's id.
    pub source: String,
    /// The slot.
    pub slot: Slot,
    /// The part of the incident it is about, if not all of it.
    pub about: Option<String>,
    /// A value of the slot.
    pub value: OutcomeValue,
    /// Since when, as EDTF.
    pub edtf: Option<String>,
    /// Whom somebody asked.
    pub asked: Option<String>,
    /// On which day.
    pub asked_on: Option<String>,
    /// What else is known.
    pub words: Option<String>,
}

/// A source set aside.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetAside {
    /// The source's id.
    pub source: String,
    /// Why.
    pub reason: SetAsideReason,
}

/// A practice day. Its type is its own: nothing that sends takes it for a live incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Drill {
    /// Where it is set.
    pub place: ScenarioPlace,
    /// When its first minute is.
    pub starts: jiff::Timestamp,
    /// What really happens, the main happening first. A file that does not say so gets what
    /// [`truth::supposed`] makes of its messages.
    pub happenings: Vec<truth::Happens>,
    /// The minute at which the desk is emptied for a moment: every duty at it is ended.
    pub empties_desk_at_minutes: Option<u32>,
    /// The messages, in order of time.
    pub reports: Vec<DrillReport>,
    /// What a good desk does.
    pub expected: Option<DrillExpected>,
}

/// How the writer of a practice message knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DrillBasis {
    /// Saw it.
    Saw,
    /// Was told by somebody there.
    Told,
    /// Saw it online.
    Online,
}

/// Whether it is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DrillStatus {
    /// Now.
    Now,
    /// Moving.
    Moving,
    /// Over.
    Over,
}

/// How a practice message comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DrillRoute {
    /// Through the report form.
    Web,
    /// Somebody at the desk writes down a call.
    Phone,
    /// From a trained observer on duty.
    Observer,
}

/// A range of numbers, both ends said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DrillRange {
    /// The least.
    pub low: u32,
    /// The most.
    pub high: u32,
}

/// One practice message.
#[derive(Debug, Clone, PartialEq)]
pub struct DrillReport {
    /// Minutes after the drill's start.
    pub at_minutes: u32,
    /// How the writer knows.
    pub basis: DrillBasis,
    /// Whether it is going on.
    pub status: DrillStatus,
    /// The message, marked as practice.
    pub text: String,
    /// How many officers.
    pub officers: Option<DrillRange>,
    /// How many vehicles.
    pub vehicles: Option<DrillRange>,
    /// How many people.
    pub people: Option<DrillRange>,
    /// How far from the drill's place the writer's pin lies, in metres; `None` when there is no pin.
    pub place_offset_metres: Option<u32>,
    /// The place in the writer's words, if they say another one than the drill's.
    pub place: Option<String>,
    /// What old footage it really is, if it is.
    pub lookalike: Option<String>,
    /// How it comes in.
    pub route: DrillRoute,
    /// Whether the writer answers the desk's question through the receipt.
    pub answers_the_desk: bool,
    /// What the message really is.
    pub really: truth::Really,
    /// The happening it is of, by its place in the drill's list.
    pub of: Option<usize>,
}

/// What a good desk does in a drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrillExpected {
    /// Minutes until observers are sent.
    pub dispatch_after_minutes: u32,
    /// Minutes until it is confirmed.
    pub confirmed_after_minutes: u32,
    /// How many incidents there really are.
    pub distinct_incidents: u32,
    /// How many look-alikes are found.
    pub lookalikes_flagged: u32,
    /// Minutes until the stand-down.
    pub stand_down_after_minutes: u32,
    /// Minutes from any message to somebody's first look at it; not asked when left out.
    #[serde(default)]
    pub first_look_within_minutes: Option<u32>,
    /// Minutes from the empty desk until somebody is on duty again; not asked when left out.
    #[serde(default)]
    pub back_at_the_desk_within_minutes: Option<u32>,
}

impl Scenario {
    /// Reads a scenario. `file` is its name for messages.
    ///
    /// # Errors
    /// When the text is not strict TOML of this shape, a source is unknown or there twice, a date, count or
    /// offset makes no sense, a home is told finer than its district, or a practice message is not marked.
    pub fn parse(file: &str, text: &str) -> Result<Self, ScenarioRefusal> {
        read::scenario(file, text)
    }

    /// Holds the scenario against the playbook it names.
    ///
    /// # Errors
    /// When it is for another playbook, or names a kind or predicate that one has not, or a claim's value
    /// does not fit its predicate.
    pub fn check(&self, playbook: &Playbook) -> Result<(), ScenarioRefusal> {
        if self.incident.playbook != playbook.id() {
            return Err(ScenarioRefusal::OtherPlaybook { wanted: self.incident.playbook.clone() });
        }
        if playbook.kind(&self.incident.kind).is_none() {
            return Err(ScenarioRefusal::KindUnknown { kind: self.incident.kind.clone() });
        }
        for (position, claim) in self.claims.iter().enumerate() {
            fits::check_value(&format!("claim {}", position + 1), claim, playbook)?;
        }
        for (position, assessment) in self.assessments.iter().enumerate() {
            if playbook.predicate(&assessment.predicate).is_none() {
                let key = format!("assessment {}", position + 1);
                return Err(ScenarioRefusal::PredicateUnknown { key, predicate: assessment.predicate.clone() });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
