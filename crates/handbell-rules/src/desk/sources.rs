//! Sources: each report of an incident as one line, with what it rests on and how far it can carry.
//!
//! Corroboration is independence, never a count: the line says by which way the report came in, where its
//! witness stood, how they know, whether a trained observer is on site, and which other reports a member
//! recorded as independent of it, with the reason. Without such a record a report depends on all others.
//! Nothing here judges; a member does, in [`claim`](super::claim).

use super::claim::{Certainty, Independence, Source, ceiling};
use crate::id::{IndependenceId, ReportId};
use crate::street::report::{Basis, Report, ReportState, Route};

/// One source of an incident.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceLine {
    /// The report.
    pub report: ReportId,
    /// By which way it came in.
    pub route: Route,
    /// Where its witness says it was, in their words; empty when they gave a point only.
    pub vantage: String,
    /// How its witness knows.
    pub basis: Basis,
    /// Whether a trained observer filed it from the scene.
    pub on_site: bool,
    /// What a claim resting on it can be at most.
    pub at_most: Certainty,
    /// Reports it was recorded to be independent of, with the newest record on each pair.
    pub independent_of: Vec<(ReportId, IndependenceId, String)>,
}

impl SourceLine {
    /// The line in sentences; `others` says how another report is called on the page.
    pub fn sentences(&self, others: impl Fn(ReportId) -> String) -> Vec<String> {
        let route = match self.route {
            Route::Web => "Came in by the form.",
            Route::Api => "Came in from a program.",
            Route::Phone => "Came in by telephone; somebody at the desk wrote it down.",
            Route::Observer => "Came in from a signed-in observer.",
        };
        let vantage = match self.vantage.trim() {
            "" => "Nobody wrote where they stood.".to_owned(),
            place => format!("Where: {place}."),
        };
        let basis = match (self.basis, self.on_site) {
            (Basis::Saw, true) => "A trained observer on site saw it.",
            (Basis::Saw, false) => "Saw it.",
            (Basis::Told, _) => "Was told by somebody: never above possible.",
            (Basis::Online, _) => "Found online: never above possible.",
        };
        let mut lines = vec![route.to_owned(), vantage, basis.to_owned()];
        if self.independent_of.is_empty() {
            lines.push("Not independent of any other report: nobody has recorded a reason.".to_owned());
        }
        lines.extend(self.independent_of.iter().map(|(other, _, reason)| format!("Independent of {}: {reason}", others(*other))));
        lines
    }
}

/// The lines of the reports that stand, in the order given.
pub fn lines(reports: &[Report], judgements: &[Independence]) -> Vec<SourceLine> {
    let standing = |report: &&Report| report.state != ReportState::Withdrawn;
    let of = |id| reports.iter().filter(standing).find(|report| report.id == id);
    reports
        .iter()
        .filter(standing)
        .map(|report| SourceLine {
            report: report.id,
            route: report.told.route,
            vantage: report.told.place.clone(),
            basis: report.told.basis,
            on_site: report.from_observer(),
            at_most: ceiling(report),
            independent_of: newest(judgements)
                .filter(|judgement| judgement.independent)
                .filter_map(|judgement| {
                    let other = match report.id {
                        id if id == judgement.first => judgement.second,
                        id if id == judgement.second => judgement.first,
                        _ => return None,
                    };
                    of(other)?;
                    Some((other, judgement.id, judgement.reason.clone()))
                })
                .collect(),
        })
        .collect()
}

/// The newest judgement on each pair; what was said before is no longer said.
fn newest(judgements: &[Independence]) -> impl Iterator<Item = &Independence> {
    judgements.iter().filter(|one| {
        let same = judgements.iter().filter(|other| (other.first, other.second) == (one.first, one.second));
        same.max_by_key(|other| (other.recorded_at, other.id)).is_some_and(|latest| latest.id == one.id)
    })
}

/// The source a claim names for a report: an observer's word or a witness's.
pub fn source_of(report: &Report) -> Source {
    if report.from_observer() { Source::Observer(report.id) } else { Source::Report(report.id) }
}
