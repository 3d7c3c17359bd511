//! Claim: one checkable statement with its source, basis, value and certainty.
//!
//! Truth is held per claim, never per incident. Certainty uses CAP 1.2's words (section 3.2.2). Third-hand
//! and online-only sources never carry a claim above Possible. Two people's claims that disagree stay
//! side by side; a claim marked disputed is never what confirms an incident.

use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, ClaimId, IncidentId, IndependenceId, MemberId, ReportId};
use crate::people::member::{DeskCaller, Role};
use crate::playbook::{Playbook, ValueType};
use crate::refusal::{Desk, Refusal};
use crate::street::report::{Basis, Count, Report};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::incident::{Incident, reason, refuse_ended};

/// Letters of a claim's value.
pub const VALUE_LETTERS_MAX: usize = 300;

/// CAP 1.2 certainty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// Not known.
    Unknown,
    /// Not expected to be so.
    Unlikely,
    /// At most even odds.
    Possible,
    /// More likely than not.
    Likely,
    /// Seen to be so.
    Observed,
}

impl Certainty {
    /// The five words.
    pub const ALL: [(Certainty, &'static str); 5] = [
        (Certainty::Unknown, "unknown"),
        (Certainty::Unlikely, "unlikely"),
        (Certainty::Possible, "possible"),
        (Certainty::Likely, "likely"),
        (Certainty::Observed, "observed"),
    ];
    /// Reads one of the words.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(certainty, _)| *certainty)
    }
    /// The word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(certainty, _)| *certainty == self).map_or("unknown", |(_, word)| word)
    }
}

/// Who says so.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// A report of this incident.
    Report(ReportId),
    /// A trained observer's report from the scene.
    Observer(ReportId),
    /// An official statement, named by its body.
    Official(String),
}

/// One claim as kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// Private id.
    pub id: ClaimId,
    /// The incident.
    pub incident: IncidentId,
    /// A predicate of the playbook: `place`, `when`, `agency`, `activity`, `count.officers` …
    pub predicate: String,
    /// The value in words.
    pub value: String,
    /// The range, when the predicate takes one.
    pub range: Option<Count>,
    /// Who says so.
    pub source: Source,
    /// How they know.
    pub basis: Basis,
    /// How sure the desk is.
    pub certainty: Certainty,
    /// Whether the desk marked it disputed.
    pub disputed: bool,
    /// Which member recorded it.
    pub recorded_by: MemberId,
    /// When.
    pub recorded_at: Timestamp,
}

/// What a member says about two reports: independent of each other or not, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Independence {
    /// Private id.
    pub id: IndependenceId,
    /// The incident.
    pub incident: IncidentId,
    /// One report; the smaller id.
    pub first: ReportId,
    /// The other report.
    pub second: ReportId,
    /// The judgement.
    pub independent: bool,
    /// Why, in one sentence.
    pub reason: String,
    /// Which member recorded it.
    pub recorded_by: MemberId,
    /// When.
    pub recorded_at: Timestamp,
}

/// What a member fills in to record a claim.
#[derive(Debug, Clone, PartialEq)]
pub struct NewClaim {
    /// A predicate of the playbook.
    pub predicate: String,
    /// The value in words.
    pub value: String,
    /// The range, when the predicate takes one.
    pub range: Option<Count>,
    /// The report it comes from, if it comes from one.
    pub report: Option<ReportId>,
    /// The official body it comes from, if it comes from one.
    pub official: String,
    /// How sure the desk is.
    pub certainty: Certainty,
}

/// How far a report can carry a claim: what was told or found online never above Possible.
pub fn ceiling(report: &Report) -> Certainty {
    match (report.told.basis, report.from_observer()) {
        (Basis::Saw, true) => Certainty::Observed,
        (Basis::Saw, false) => Certainty::Likely,
        (Basis::Told | Basis::Online, _) => Certainty::Possible,
    }
}

/// Records a claim. What a report cannot carry is lowered, not refused: told and online stay Possible.
#[expect(clippy::too_many_arguments, reason = "each argument is one thing the form or the world gives")]
pub fn record(
    change: ChangeId,
    caller: &DeskCaller,
    incident: &Incident,
    reports: &[Report],
    playbook: &Playbook,
    id: ClaimId,
    new: NewClaim,
    now: Timestamp,
) -> Result<Change, Refusal> {
    caller.needs(Role::Triager)?;
    // How it ended is often learnt later; what decided whether it happened is settled by then.
    if super::check::DECIDING.contains(&new.predicate.as_str()) {
        refuse_ended(incident)?;
    }
    let predicate = playbook.predicate(&new.predicate).ok_or(Desk::PredicateUnknown)?;
    let value_type = predicate.value_type;
    if (value_type == ValueType::Range) != new.range.is_some() {
        return Err(Desk::ValueKindWrong.into());
    }
    let value = match new.range {
        Some(range) => Count::new(range.low, range.high).map_err(|_| Desk::RangeReversed)?.words(),
        None => new.value.trim().to_owned(),
    };
    if value.is_empty() {
        return Err(Desk::ValueMissing.into());
    }
    if value_type == ValueType::Choice && !predicate.choices.contains(&value) {
        return Err(Desk::ValueKindWrong.into());
    }
    if value.chars().count() > VALUE_LETTERS_MAX || value.chars().any(char::is_control) {
        return Err(Desk::ValueTooLong.into());
    }
    let official = new.official.trim();
    let (source, basis, at_most) = match new.report {
        Some(wanted) => {
            let report = reports.iter().find(|report| report.id == wanted && report.belongs_to(incident.id));
            let report = report.ok_or(Desk::SourceUnknown)?;
            (super::sources::source_of(report), report.told.basis, ceiling(report))
        }
        None if !official.is_empty() && official.chars().count() <= VALUE_LETTERS_MAX => {
            (Source::Official(official.to_owned()), Basis::Told, Certainty::Observed)
        }
        None => return Err(Desk::SourceUnknown.into()),
    };
    let claim = Claim {
        id,
        incident: incident.id,
        predicate: new.predicate,
        value,
        range: new.range,
        source,
        basis,
        certainty: new.certainty.min(at_most),
        disputed: false,
        recorded_by: caller.member,
        recorded_at: now,
    };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::ClaimRecorded { incident: incident.clone(), claim } })
}

/// Marks a claim disputed, or takes the mark away, with a reason in the journal.
pub fn dispute(
    change: ChangeId,
    caller: &DeskCaller,
    incident: &Incident,
    claim: &Claim,
    disputed: bool,
    why: &str,
    now: Timestamp,
) -> Result<Change, Refusal> {
    caller.needs(Role::Triager)?;
    refuse_ended(incident)?;
    if claim.incident != incident.id {
        return Err(Desk::ClaimUnknown.into());
    }
    let reason = reason(why)?;
    let claim = Claim { disputed, ..claim.clone() };
    Ok(Change {
        id: change,
        at: now,
        by: Actor::Member(caller.member),
        what: What::ClaimDisputed { incident: incident.clone(), claim, reason },
    })
}

/// Records whether two reports are independent. Without such a record they are not.
#[expect(clippy::too_many_arguments, reason = "each argument is one thing the form or the world gives")]
pub fn judge_independence(
    change: ChangeId,
    caller: &DeskCaller,
    incident: &Incident,
    first: &Report,
    second: &Report,
    id: IndependenceId,
    independent: bool,
    why: &str,
    now: Timestamp,
) -> Result<Change, Refusal> {
    caller.needs(Role::Triager)?;
    refuse_ended(incident)?;
    if first.id == second.id {
        return Err(Desk::SameReportTwice.into());
    }
    if !first.belongs_to(incident.id) || !second.belongs_to(incident.id) {
        return Err(Desk::ReportNotJoined.into());
    }
    let independence = Independence {
        id,
        incident: incident.id,
        first: first.id.min(second.id),
        second: first.id.max(second.id),
        independent,
        reason: reason(why)?,
        recorded_by: caller.member,
        recorded_at: now,
    };
    Ok(Change {
        id: change,
        at: now,
        by: Actor::Member(caller.member),
        what: What::IndependenceRecorded { incident: incident.clone(), independence },
    })
}
