//! Play: what a desk did in a drill, as the drill's store holds it, and the drill's own clock.
//!
//! Everything here is read from the store after the fact: nothing is told by the pages, so nobody can play
//! for the score. The drill's clock runs at its speed from message to message and jumps when the desk asks
//! for the next one; both follow from when each message was filed. Nothing here judges.

use super::Drill;
use crate::bell::mode::Status;
use crate::desk::check::Level;
use crate::desk::incident::Ending;
use crate::id::{AlertId, IncidentId, MemberId};
use crate::playbook::Reach;
use crate::street::report::{AsideWhy, ReportState};
use crate::time::{MINUTE, Timestamp};
use serde::Serialize;

/// A message of the script that was filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayedReport {
    /// Its place in the script.
    pub position: usize,
    /// When it was filed.
    pub filed_at: Timestamp,
    /// When a member first did something with it.
    pub looked_at: Option<Timestamp>,
    /// Where it stands.
    pub state: ReportState,
    /// The incidents it belongs to.
    pub incidents: Vec<IncidentId>,
    /// Why it was set aside.
    pub aside: Option<AsideWhy>,
}

/// An incident of the drill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayedIncident {
    /// Its id.
    pub id: IncidentId,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When the records first sufficed for Confirmed.
    pub confirmed_at: Option<Timestamp>,
    /// How and when it ended.
    pub ended: Option<(Ending, Timestamp)>,
}

/// A rung alert of the drill; updates are not counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayedAlert {
    /// Its id.
    pub id: AlertId,
    /// Live or exercise, as its store is.
    pub status: Status,
    /// The incident.
    pub incident: IncidentId,
    /// How far.
    pub reach: Reach,
    /// When it was rung.
    pub rung_at: Timestamp,
    /// When it ended, and whether because it was wrong.
    pub ended: Option<(Timestamp, bool)>,
    /// The named areas it went to.
    pub areas: Vec<String>,
    /// The agency it names.
    pub agency: Option<String>,
    /// How the incident stood when it rang.
    pub level: Level,
    /// Who approved.
    pub approvers: Vec<MemberId>,
    /// Who had recorded what decided the level.
    pub recorders: Vec<MemberId>,
    /// People on its told list.
    pub told: u64,
    /// Those of them whose phone took it, or may still: the end is theirs to hear. Nobody in a drill without phones.
    pub heard: u64,
    /// People on the list of its end.
    pub end_told: Option<u64>,
}

/// What the store holds of a drill.
#[derive(Debug, Clone, PartialEq)]
pub struct Played {
    /// How many times faster than its script it was replayed.
    pub speed: f64,
    /// Up to when.
    pub as_of: Timestamp,
    /// The script was cut after this minute; later expectations are not asked.
    pub until_minutes: Option<u32>,
    /// The messages, in the script's order.
    pub reports: Vec<PlayedReport>,
    /// The incidents, oldest first.
    pub incidents: Vec<PlayedIncident>,
    /// The rung alerts, oldest first.
    pub alerts: Vec<PlayedAlert>,
    /// When the script emptied the desk.
    pub emptied_at: Option<Timestamp>,
    /// When somebody was on duty again after that.
    pub back_at: Option<Timestamp>,
}

/// The drill's clock: milliseconds of the script at a moment of the machine.
#[derive(Debug, Clone, PartialEq)]
pub struct DrillClock {
    speed: f64,
    marks: Vec<(Timestamp, i64)>,
}

/// Milliseconds since the drill's first minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct DrillTime(pub i64);

impl DrillTime {
    /// As people read it: `12 min 30`.
    pub fn words(self) -> String {
        words(self.0)
    }
}

/// A length of time as people read it: `48 s`, `12 min`, `12 min 30`.
pub fn words(milliseconds: i64) -> String {
    let seconds = milliseconds.max(0) / 1_000;
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds:02}"),
    }
}

impl DrillClock {
    /// The clock of a drill, from when its messages were filed.
    pub fn of(drill: &Drill, speed: f64, reports: &[PlayedReport]) -> Self {
        let mut marks: Vec<(Timestamp, i64)> = reports
            .iter()
            .filter_map(|report| Some((report.filed_at, i64::from(drill.reports.get(report.position)?.at_minutes) * MINUTE)))
            .collect();
        marks.sort_unstable();
        Self { speed, marks }
    }

    /// The drill's time at a moment. Between two messages it runs at the drill's speed and stops short of the
    /// later one; a jump to the next message is a jump of the clock.
    pub fn at(&self, moment: Timestamp) -> DrillTime {
        let next = self.marks.partition_point(|(at, _)| *at <= moment);
        let Some((from, minute)) = next.checked_sub(1).and_then(|last| self.marks.get(last)) else { return DrillTime(0) };
        let run = (moment.since(*from) as f64 * self.speed) as i64;
        let latest = self.marks.get(next).map_or(i64::MAX, |(_, minute)| *minute);
        DrillTime(minute.saturating_add(run).min(latest))
    }
}
