//! Forgetting's truth: what is scheduled to be forgotten is gone after its round, and nothing went before.
//!
//! Contact details live 72 hours, answers to repeated requests a day, the told list of an alert a day after
//! its end and a week at most. The rounds of the forgetter are
//! noted here; the town asks the store's windows whether what is due has gone.

use super::bell::TOLD_LIST_MAX;
use super::{Span, Truth};
use handbell_rules::bell::alert::TOLD_LIST_KEPT;
use handbell_rules::street::report::{CONTACT_KEPT, REPEAT_KEPT};
use std::ops::RangeInclusive;

/// What must or must not be there now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It must be there.
    Yes,
    /// It must be gone.
    No,
    /// Either is right.
    Either,
}

impl Truth {
    /// A round of the forgetter was written.
    pub(super) fn forgot(&mut self, span: Span) {
        let mut gone = 0;
        for report in &mut self.reports {
            let Some((_, filed)) = report.written else { continue };
            if report.contact.is_some() && !report.contact_forgotten && span.low >= filed.high.plus(CONTACT_KEPT) {
                report.contact_forgotten = true;
                gone += 1;
            }
            report.contact_perhaps_forgotten |= span.high >= filed.low.plus(CONTACT_KEPT);
            report.repeat_forgotten |= span.low >= filed.high.plus(REPEAT_KEPT);
        }
        let mut lists = 0;
        for alert in &mut self.alerts {
            let Some(rung) = &alert.rung else { continue };
            let ended = alert.ended.is_some_and(|ended| span.low >= ended.span.high.plus(TOLD_LIST_KEPT));
            if !alert.told_list_due && (ended || span.low >= rung.span.high.plus(TOLD_LIST_MAX)) {
                alert.told_list_due = true;
                lists += 1;
            }
        }
        if lists > 0 {
            self.counts.add("a told list was due to be forgotten");
        }
        if gone > 0 {
            self.counts.add("contact details were due to be forgotten");
        }
    }

    /// Whether a report's contact details must be there.
    pub fn contact_kept(&self, number: usize) -> Kept {
        let report = &self.reports[number];
        match (report.written, &report.contact, report.withdrawn) {
            (None, _, _) | (_, None, _) | (_, _, Some(_)) => Kept::No,
            _ if report.contact_forgotten => Kept::No,
            _ if report.contact_perhaps_forgotten => Kept::Either,
            _ => Kept::Yes,
        }
    }

    /// How many people a told list must still hold, as a bound: none once it was due to go, somebody while
    /// no clock was ever late enough for that.
    pub fn told_list_kept(&self, number: usize) -> Kept {
        let alert = &self.alerts[number];
        match (&alert.rung, alert.ended) {
            (None, _) => Kept::No,
            _ if alert.told_list_due => Kept::No,
            (Some(rung), None) if self.latest < rung.span.low.plus(TOLD_LIST_MAX) => Kept::Yes,
            (Some(_), Some(ended)) if self.latest < ended.span.low.plus(TOLD_LIST_KEPT) => Kept::Yes,
            _ => Kept::Either,
        }
    }

    /// Whether the answer to a repeated request must be forgotten.
    pub fn repeat_forgotten(&self, number: usize) -> bool {
        self.reports[number].repeat_forgotten
    }

    /// How many rows were written, table by table, for those that nothing forgets yet. Only of the rings a
    /// range is known: whether a told list still stood for a correction may hang on a clock that jumped.
    pub fn rows_written(&self) -> Vec<(&'static str, RangeInclusive<u64>)> {
        let written = |count: usize| count as u64..=count as u64;
        let standing = |report: &&super::ReportTruth| report.written.is_some() && report.withdrawn.is_none();
        let rung = self.alerts.iter().filter(|alert| alert.rung.is_some()).count();
        let ended = self.alerts.iter().filter(|alert| alert.ended.is_some()).count();
        let told = |of: fn(&super::corrected::Corrected) -> usize| -> usize {
            self.incidents.iter().flat_map(|incident| &incident.corrected).map(of).sum()
        };
        let rings = (rung + ended + told(|one| one.rings.0)) as u64..=(rung + ended + told(|one| one.rings.1)) as u64;
        vec![
            ("report", written(self.reports.iter().filter(|report| report.written.is_some()).count())),
            ("note", written(self.reports.iter().filter(standing).map(|report| report.notes.len()).sum())),
            ("incident", written(self.incidents.iter().filter(|incident| incident.written.is_some()).count())),
            ("claim", written(self.incidents.iter().flat_map(|incident| &incident.claims).filter(|claim| claim.written).count())),
            ("independence", written(self.incidents.iter().map(|incident| incident.judgements.len()).sum())),
            ("alert", written(self.alerts.iter().filter(|alert| alert.drafted.is_some()).count())),
            ("approval", written(self.alerts.iter().map(|alert| alert.approvals.len()).sum())),
            ("ring", rings),
            ("proposal", written(self.proposals.iter().filter(|proposal| proposal.written.is_some()).count())),
            ("log_entry", self.log_size()..=self.log_size()),
        ]
    }
}
