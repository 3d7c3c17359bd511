//! Belonging: the incidents that one report belongs to, in the order in which it was joined to them.
//!
//! A witness can tell of two happenings in one text, and two incidents can turn out to share a report. Whether
//! a report is joined follows from this set and from nothing else: joined while there is one, in somebody's
//! hands again when the last is gone. Taking it out of one leaves the others. Nothing is decided here about the
//! incidents themselves, and nobody's role is asked.

use crate::id::IncidentId;
use crate::refusal::{Desk, Refusal};
use crate::street::report::{Report, ReportState, refuse_closed};
use crate::time::Timestamp;

/// Incidents one report belongs to at most. Whoever tells of more has written a chronicle, which is read better
/// as several reports; and each further one is a page that a correction must reach.
pub const INCIDENTS_MAX: usize = 4;

impl Report {
    /// Whether it belongs to this incident.
    pub fn belongs_to(&self, incident: IncidentId) -> bool {
        self.incidents.contains(&incident)
    }

    /// The report as it is once it belongs to this incident too.
    pub(super) fn joined_to(&self, incident: IncidentId, now: Timestamp) -> Result<Self, Refusal> {
        refuse_closed(self)?;
        if self.belongs_to(incident) {
            return Err(Desk::ReportInIncident.into());
        }
        if self.incidents.len() >= INCIDENTS_MAX {
            return Err(Desk::ReportInEnough.into());
        }
        let mut report = self.clone();
        report.incidents.push(incident);
        report.state = ReportState::Joined;
        report.looked_at = report.looked_at.or(Some(now));
        (report.news, report.aside) = (false, None);
        Ok(report)
    }

    /// The report as it is once it is taken out of this incident; every other one keeps it.
    pub(super) fn taken_out_of(&self, incident: IncidentId) -> Result<Self, Refusal> {
        if !self.belongs_to(incident) {
            return Err(Desk::ReportNotJoined.into());
        }
        let mut report = self.clone();
        report.incidents.retain(|known| *known != incident);
        if report.incidents.is_empty() && report.state == ReportState::Joined {
            report.state = ReportState::BeingRead;
        }
        Ok(report)
    }
}
