//! Difference: a member says that a report and an incident are not the same happening.
//!
//! Then the pair is suggested to nobody any more, on the report's page and on the incident's. It says nothing of
//! any other report, however alike: a new one gets its own suggestion, and a pile of near-copies stays in the
//! queue as it was. Nothing is hidden and nothing is closed by it. It is taken back by one press, and while it
//! stands the two are not joined: whoever means to must take it back first.

use crate::change::{Actor, Change, What};
use crate::desk::incident::{Incident, reason, refuse_ended};
use crate::id::{ChangeId, IncidentId, MemberId, ReportId};
use crate::people::member::{DeskCaller, Role};
use crate::refusal::{Desk, Refusal};
use crate::street::report::{Report, refuse_closed};
use crate::time::{DAY, Timestamp};
use serde::{Deserialize, Serialize};

/// How long it is kept: as far back as the queue looks for open incidents, so that none that is still suggested
/// outlives it.
pub const DIFFERENCE_KEPT: i64 = 90 * DAY;
/// How long one that was taken back is kept, so that the next shift still sees what was pressed.
pub const TAKEN_BACK_KEPT: i64 = DAY;

/// A difference as kept: one row for each pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The report.
    pub report: ReportId,
    /// The incident it is not about.
    pub incident: IncidentId,
    /// How often it was changed.
    pub version: u32,
    /// Who said so last.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
    /// Why, in the member's words; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Who took it back and when; none while it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_back: Option<(MemberId, Timestamp)>,
}

impl Difference {
    /// Whether it stands.
    pub fn stands(&self) -> bool {
        self.taken_back.is_none()
    }
    /// When it is forgotten.
    pub fn forget_at(&self) -> Timestamp {
        match self.taken_back {
            Some((_, at)) => at.plus(TAKEN_BACK_KEPT),
            None => self.at.plus(DIFFERENCE_KEPT),
        }
    }
}

/// The difference that stands between a report and an incident, if one does.
pub fn between(known: &[Difference], report: ReportId, incident: IncidentId) -> Option<&Difference> {
    known.iter().find(|difference| difference.stands() && (difference.report, difference.incident) == (report, incident))
}

/// A member says that the two are not the same. `known` is what was said of the pair before; `why` may be empty.
///
/// The report is written too, so that of a join and this, pressed at once, only one is kept.
pub fn say(
    change: ChangeId,
    caller: &DeskCaller,
    incident: &Incident,
    report: &Report,
    known: Option<&Difference>,
    why: &str,
    now: Timestamp,
) -> Result<Change, Refusal> {
    caller.needs(Role::Triager)?;
    refuse_closed(report)?;
    refuse_ended(incident)?;
    if report.belongs_to(incident.id) {
        return Err(Desk::ReportAlreadyJoined.into());
    }
    if known.is_some_and(Difference::stands) {
        return Err(Desk::DifferenceStands.into());
    }
    let why = why.trim();
    let difference = Difference {
        report: report.id,
        incident: incident.id,
        version: known.map_or(0, |known| known.version),
        by: caller.member,
        at: now,
        reason: if why.is_empty() { String::new() } else { reason(why)? },
        taken_back: None,
    };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::DifferenceSaid { report: report.clone(), difference } })
}

/// A member takes it back: the pair may be suggested and joined again.
pub fn take_back(change: ChangeId, caller: &DeskCaller, known: Option<&Difference>, now: Timestamp) -> Result<Change, Refusal> {
    caller.needs(Role::Triager)?;
    let standing = known.filter(|known| known.stands()).ok_or(Desk::DifferenceGone)?;
    let difference = Difference { taken_back: Some((caller.member, now)), ..standing.clone() };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::DifferenceTakenBack { difference } })
}
