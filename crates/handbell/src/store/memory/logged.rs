//! What is asked of the log's rows in memory: where an incident was opened, which came after it, which are newest, and
//! which are found.

use super::Town;
use crate::store::WholeIncident;
use crate::store::found::{Found, FoundStretch, page};
use handbell_rules::id::IncidentId;
use handbell_rules::record::search::{Question, Sheet, says};
use handbell_rules::span::Falls;
use std::collections::HashSet;

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

    /// A stream with its entries.
    pub(super) fn whole(&self, incident: IncidentId) -> WholeIncident {
        WholeIncident { incident, rows: self.log.iter().filter(|row| row.stream == incident).cloned().collect() }
    }

    /// Places and incidents of the newest entries of one kind below a place.
    pub(super) fn newest_of_kind(&self, kind: u8, below: u64, at_most: u32) -> Vec<(u64, IncidentId)> {
        let rows = self.log.iter().rev().filter(|row| row.kind == kind && row.index < below);
        rows.map(|row| (row.index, row.stream)).take(at_most as usize).collect()
    }

    /// Page by page, without any index.
    pub(super) fn search(&self, question: &Question, after: Option<u64>, at_most: usize) -> FoundStretch {
        let mut stretch = FoundStretch::default();
        let mut openings: Vec<(u64, IncidentId)> = Vec::new();
        let mut seen = HashSet::new();
        openings.extend(self.log.iter().filter(|row| row.kind == 1 && seen.insert(row.stream)).map(|row| (row.index, row.stream)));
        for (_, incident) in openings.into_iter().rev().filter(|(index, _)| after.is_none_or(|after| *index < after)) {
            let rows = self.whole(incident).rows;
            let Ok(Some((_, record))) = page(incident, &rows) else { continue };
            let sheet = Sheet::of(&record);
            let falls = question.falls(&sheet);
            if falls == Falls::Outside || !question.words.stand_in(says(&record)) {
                continue;
            }
            if stretch.found.len() >= at_most {
                stretch.next = stretch.found.last().map(|found| found.sheet.incident);
                break;
            }
            stretch.found.push(Found { sheet, falls });
        }
        stretch
    }
}
