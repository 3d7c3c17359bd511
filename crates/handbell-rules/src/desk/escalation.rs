//! Escalation: an untouched report calls the next person, then everybody on duty.
//!
//! After a minute the next on duty is called on their duty phone, after three everybody. Each step happens
//! once for a report: the row's version is compared when it is written. While nobody is on duty no step is
//! used up, and the witness is told so in plain words; whoever comes on duty is called at once. A flood calls
//! a phone at most once a minute, however many reports wait.

use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, MemberId, ReportId};
use crate::people::duty::Duty;
use crate::people::nudge::{About, Nudge};
use crate::street::report::{Report, ReportState};
use crate::time::{DAY, MINUTE, SECOND, Timestamp};
use serde::{Deserialize, Serialize};

/// After so long the next on duty is called.
pub const NEXT_AFTER: i64 = 60 * SECOND;
/// After so long everybody on duty is called.
pub const ALL_AFTER: i64 = 3 * MINUTE;
/// A phone is called for waiting reports at most so often.
pub const CALLED_EVERY: i64 = MINUTE;
/// How long it is kept that somebody was called.
pub const ESCALATION_KEPT: i64 = DAY;

/// How far a report's waiting has been called out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The next on duty.
    Next,
    /// Everybody on duty.
    All,
}

/// An escalation as kept: one row for each report that was called out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// The report.
    pub report: ReportId,
    /// How often it was changed.
    pub version: u32,
    /// The furthest step so far.
    pub step: Step,
    /// When.
    pub at: Timestamp,
}

impl Escalation {
    /// When its row is forgotten.
    pub fn forget_at(&self) -> Timestamp {
        self.at.plus(ESCALATION_KEPT)
    }
}

/// Somebody on duty at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnDuty {
    /// Their duty.
    pub duty: Duty,
    /// How much they work on now.
    pub holds: usize,
}

/// Who is next: whoever has least in hand, then whoever came on duty first.
pub fn next_of(on_duty: &[OnDuty]) -> Option<MemberId> {
    on_duty.iter().min_by_key(|one| (one.holds, one.duty.from, one.duty.member)).map(|one| one.duty.member)
}

/// When the next step of a report is due, whoever is there.
pub fn due_at(report: &Report, known: Option<&Escalation>) -> Option<Timestamp> {
    if report.state != ReportState::Received {
        return None;
    }
    match known.map(|known| known.step) {
        None => Some(report.filed_at.plus(NEXT_AFTER)),
        Some(Step::Next) => Some(report.filed_at.plus(ALL_AFTER)),
        Some(Step::All) => None,
    }
}

/// Takes the step that is due. `called` are those whose phone was called for a waiting report just now.
pub fn escalate(
    change: ChangeId,
    report: &Report,
    known: Option<&Escalation>,
    on_duty: &[OnDuty],
    called: &[MemberId],
    now: Timestamp,
) -> Option<Change> {
    if on_duty.is_empty() || due_at(report, known)? > now {
        return None;
    }
    let step = if now.since(report.filed_at) >= ALL_AFTER { Step::All } else { Step::Next };
    let people: Vec<MemberId> = match step {
        Step::Next => next_of(on_duty).into_iter().collect(),
        Step::All => on_duty.iter().map(|one| one.duty.member).collect(),
    };
    let people: Vec<MemberId> = people.into_iter().filter(|member| !called.contains(member)).collect();
    let escalation = Escalation { report: report.id, version: known.map_or(0, |known| known.version), step, at: now };
    let nudges = Nudge::each(change, &people, &About::ReportWaits(report.id), now);
    Some(Change { id: change, at: now, by: Actor::Worker, what: What::ReportEscalated { escalation, nudges } })
}
