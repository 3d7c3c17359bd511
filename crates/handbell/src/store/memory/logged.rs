//! What is asked of the log's rows in memory: where an incident was opened, which came after it, which are newest.

use super::Town;
use handbell_rules::id::IncidentId;

impl Town {
    /// Where the first opening of an incident stands: nothing when no incident is asked for, no answer when it is not
    /// in the record.
    pub(super) fn opening_of(&self, incident: Option<IncidentId>) -> Option<Option<u64>> {
        let Some(incident) = incident else { return Some(None) };
        self.log.iter().find(|row| row.kind == 1 && row.stream == incident).map(|row| Some(row.index))
    }

    /// Incidents opened before one of them, newest first; none when that is not in the record.
    pub(super) fn incidents_after(&self, after: Option<IncidentId>, at_most: u32) -> Option<Vec<IncidentId>> {
        let before = self.opening_of(after)?.unwrap_or(u64::MAX);
        Some(self.newest_of_kind(1, before, at_most).into_iter().map(|(_, incident)| incident).collect())
    }

    /// Places and incidents of the newest entries of one kind below a place.
    pub(super) fn newest_of_kind(&self, kind: u8, below: u64, at_most: u32) -> Vec<(u64, IncidentId)> {
        let rows = self.log.iter().rev().filter(|row| row.kind == kind && row.index < below);
        rows.map(|row| (row.index, row.stream)).take(at_most as usize).collect()
    }
}
