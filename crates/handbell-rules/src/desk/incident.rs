//! Incident: what the desk works on; it gathers reports, and its id is its stream in the public log.
//!
//! Moves: open → over, nothing found, cannot be verified, or mistaken. Nothing reopens: a new incident
//! is a new happening. Joining a report is undone by taking it out again; both leave a journal line, and
//! neither touches the other incidents of the report.

use crate::change::{Actor, Change, What};
use crate::desk::difference::{self, Difference};
use crate::id::{ChangeId, IncidentId};
use crate::people::member::{DeskCaller, Role};
use crate::refusal::{Desk, Refusal};
use crate::street::report::Report;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Letters of a reason somebody writes down.
pub const REASON_LETTERS_MAX: usize = 500;

/// How an incident ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// It happened and is over.
    Over,
    /// Somebody looked and there was nothing.
    NothingFound,
    /// Nobody could find out.
    CannotBeVerified,
    /// It was something else.
    Mistaken,
}

impl Ending {
    /// The four ends with their words.
    pub const ALL: [(Ending, &'static str); 4] = [
        (Ending::Over, "over"),
        (Ending::NothingFound, "nothing-found"),
        (Ending::CannotBeVerified, "cannot-be-verified"),
        (Ending::Mistaken, "mistaken"),
    ];
    /// Reads one of the words.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(ending, _)| *ending)
    }
    /// The word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(ending, _)| *ending == self).map_or("over", |(_, word)| word)
    }
}

/// An incident as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// Public id and log stream.
    pub id: IncidentId,
    /// How often it was changed.
    pub version: u32,
    /// A kind of the playbook.
    pub kind: String,
    /// Whether it is at a home: then the record names no more than the district.
    pub home: bool,
    /// A district's name, the coarsest words for the place.
    pub district: String,
    /// When the desk opened it.
    pub opened_at: Timestamp,
    /// How and when it ended.
    pub ended: Option<(Ending, Timestamp)>,
    /// When the first alert with a reach beyond observers was rung.
    pub rung_at: Option<Timestamp>,
    /// When its last live alert was stood down or cancelled.
    pub stood_down_at: Option<Timestamp>,
    /// Alerts that are live now.
    pub live_alerts: u32,
    /// Whether it is open to the public record.
    pub public: bool,
}

/// A reason: one sentence, bounded.
pub fn reason(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Desk::ReasonMissing.into());
    }
    if text.chars().count() > REASON_LETTERS_MAX {
        return Err(Desk::ReasonTooLong.into());
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(crate::refusal::Street::TextUnreadable.into());
    }
    Ok(text.to_owned())
}

/// Refuses further work on an incident that ended.
pub fn refuse_ended(incident: &Incident) -> Result<(), Refusal> {
    if incident.ended.is_some() { Err(Desk::IncidentEnded.into()) } else { Ok(()) }
}

/// Opens an incident from its first report; one that belongs to another already tells of a second happening.
pub fn open(
    change: ChangeId,
    caller: &DeskCaller,
    report: &Report,
    id: IncidentId,
    district: &str,
    home: bool,
    now: Timestamp,
) -> Result<Change, Refusal> {
    caller.needs(Role::Triager)?;
    let report = report.joined_to(id, now)?;
    let incident = Incident {
        id,
        version: 0,
        kind: report.told.kind.clone(),
        home,
        district: district.to_owned(),
        opened_at: now,
        ended: None,
        rung_at: None,
        stood_down_at: None,
        live_alerts: 0,
        public: false,
    };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::IncidentOpened { incident, report } })
}

/// Joins a report to an incident, beside those it belongs to already: one happening, many reports, and the other
/// way round. `differences` is what was said of the report; the report must have been read before it.
pub fn join(
    change: ChangeId,
    caller: &DeskCaller,
    incident: &Incident,
    report: &Report,
    differences: &[Difference],
    now: Timestamp,
) -> Result<Change, Refusal> {
    caller.needs(Role::Triager)?;
    refuse_ended(incident)?;
    let report = report.joined_to(incident.id, now)?;
    if difference::between(differences, report.id, incident.id).is_some() {
        return Err(Desk::DifferenceStands.into());
    }
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::ReportJoined { incident: incident.clone(), report } })
}

/// Takes a report out again; any other incident keeps it. Its claims stay where they are until somebody disputes
/// them.
pub fn take_out(change: ChangeId, caller: &DeskCaller, incident: &Incident, report: &Report, now: Timestamp) -> Result<Change, Refusal> {
    caller.needs(Role::Triager)?;
    let report = report.taken_out_of(incident.id)?;
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::ReportTakenOut { incident: incident.clone(), report } })
}

/// Ends an incident that has no live alert. Ending with a live alert is what stand-down and cancel are for.
pub fn end(change: ChangeId, caller: &DeskCaller, incident: &Incident, ending: Ending, now: Timestamp) -> Result<Change, Refusal> {
    caller.needs(Role::Triager)?;
    refuse_ended(incident)?;
    if incident.live_alerts > 0 {
        return Err(Desk::AlertStillLive.into());
    }
    let mut incident = incident.clone();
    incident.ended = Some((ending, now));
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::IncidentEnded { incident } })
}
