//! Check: how the level of an incident is computed, and why.
//!
//! Nobody sets a level. Confirmed needs one trained observer on the scene, whose report another member wrote
//! down, or two first-hand sources whose independence a member recorded with a reason, or an official
//! statement; and no disputed claim. Whoever wrote a call down is not the one who checks it. The rule that decided, and who recorded what it rests on, are shown beside the level, because
//! whoever recorded the deciding check may not be the one who approves alone.

use super::claim::{Claim, Independence, Source};
use super::incident::{Ending, Incident};
use crate::id::MemberId;
use crate::street::report::{Basis, Report, ReportState};
use serde::Serialize;

/// The computed level of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Nothing has decided yet.
    BeingChecked,
    /// Confirmed, and still going on.
    Confirmed,
    /// It happened and is over.
    Over,
    /// Somebody looked and there was nothing.
    NothingFound,
    /// Nobody could find out.
    CannotBeVerified,
    /// It was something else.
    Mistaken,
}

impl Level {
    /// The words people read.
    pub const fn words(self) -> &'static str {
        match self {
            Self::BeingChecked => "being checked",
            Self::Confirmed => "confirmed",
            Self::Over => "over",
            Self::NothingFound => "nothing found",
            Self::CannotBeVerified => "cannot be verified",
            Self::Mistaken => "mistaken",
        }
    }
}

/// Which rule decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Because {
    /// A trained observer on the scene says so.
    ObserverOnTheScene,
    /// Two first-hand reports, recorded as independent.
    TwoIndependentSources,
    /// An official statement.
    OfficialStatement,
    /// A claim that matters is disputed.
    AccountsDiffer,
    /// Not enough yet.
    NotEnoughYet,
    /// A member ended it.
    EndedByTheDesk,
}

impl Because {
    /// One sentence that says why, for the page.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::ObserverOnTheScene => "A trained observer is on the scene and says so.",
            Self::TwoIndependentSources => "Two people saw it and a member recorded why they do not depend on each other.",
            Self::OfficialStatement => "An official statement says that it happened.",
            Self::AccountsDiffer => "Accounts differ on something that decides.",
            Self::NotEnoughYet => "No trained observer, no two independent first-hand accounts and no official statement yet.",
            Self::EndedByTheDesk => "A member ended it.",
        }
    }
}

/// A level with its reason and the members whose records decided it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The level.
    pub level: Level,
    /// Why.
    pub because: Because,
    /// Who recorded what decides, and the observers who reported it; sorted, each once.
    pub recorders: Vec<MemberId>,
}

/// Claims that decide whether something happens at all; the others only describe it.
pub const DECIDING: [&str; 4] = ["activity", "agency", "place", "when"];

/// Computes the level.
///
/// `reports` are those joined to the incident; a report that was taken out or withdrawn carries nothing.
pub fn level(incident: &Incident, reports: &[Report], claims: &[Claim], judgements: &[Independence]) -> Checked {
    let evidence = confirmation(incident, reports, claims, judgements);
    match incident.ended {
        Some((ending, _)) => {
            let level = match ending {
                Ending::Over => Level::Over,
                Ending::NothingFound => Level::NothingFound,
                Ending::CannotBeVerified => Level::CannotBeVerified,
                Ending::Mistaken => Level::Mistaken,
            };
            Checked { level, because: Because::EndedByTheDesk, recorders: evidence.1 }
        }
        None => {
            let confirmed = matches!(evidence.0, Because::ObserverOnTheScene | Because::TwoIndependentSources | Because::OfficialStatement);
            let level = if confirmed { Level::Confirmed } else { Level::BeingChecked };
            Checked { level, because: evidence.0, recorders: evidence.1 }
        }
    }
}

fn confirmation(incident: &Incident, reports: &[Report], claims: &[Claim], judgements: &[Independence]) -> (Because, Vec<MemberId>) {
    let stands = |id| reports.iter().any(|r| r.id == id && r.belongs_to(incident.id) && r.state != ReportState::Withdrawn);
    let standing: Vec<&Claim> = claims
        .iter()
        .filter(|claim| claim.incident == incident.id && DECIDING.contains(&claim.predicate.as_str()))
        .filter(|claim| match &claim.source {
            Source::Report(id) | Source::Observer(id) => stands(*id),
            Source::Official(_) => true,
        })
        .collect();
    let recorders = |of: &mut dyn Iterator<Item = MemberId>| {
        let mut members: Vec<MemberId> = of.collect();
        members.sort_unstable();
        members.dedup();
        members
    };
    if standing.iter().any(|claim| claim.disputed) {
        return (Because::AccountsDiffer, recorders(&mut standing.iter().map(|claim| claim.recorded_by)));
    }
    let observer_of = |claim: &Claim| match claim.source {
        Source::Observer(id) => reports.iter().find(|report| report.id == id)?.observer,
        Source::Report(_) | Source::Official(_) => None,
    };
    let observers: Vec<&&Claim> = standing
        .iter()
        .filter(|c| matches!(c.source, Source::Observer(_)) && c.basis == Basis::Saw)
        // An observer's own report is not their own check: somebody else has to write it down.
        .filter(|c| observer_of(c) != Some(c.recorded_by))
        .collect();
    if !observers.is_empty() {
        // Who saw it stands behind it as much as who wrote it down.
        let mut behind = observers.iter().flat_map(|claim| [Some(claim.recorded_by), observer_of(claim)]).flatten();
        return (Because::ObserverOnTheScene, recorders(&mut behind));
    }
    let officials: Vec<&&Claim> = standing
        .iter()
        .filter(|c| matches!(c.source, Source::Official(_)) && ["activity", "agency"].contains(&c.predicate.as_str()))
        .collect();
    if !officials.is_empty() {
        return (Because::OfficialStatement, recorders(&mut officials.iter().map(|claim| claim.recorded_by)));
    }
    let recorder_of = |id| reports.iter().find(|report| report.id == id)?.recorder;
    // A call is as good as whoever wrote it down, so somebody else has to take it for true.
    let first_hand = |id| {
        let wrote = recorder_of(id);
        standing
            .iter()
            .filter(move |c| c.source == Source::Report(id) && c.basis == Basis::Saw)
            .filter(move |c| wrote != Some(c.recorded_by))
    };
    // The newest judgement on a pair is the one that counts.
    let newest = |judgement: &Independence| {
        judgements.iter().filter(|j| (j.first, j.second) == (judgement.first, judgement.second)).max_by_key(|j| (j.recorded_at, j.id))
    };
    for judgement in judgements.iter().filter(|j| j.incident == incident.id) {
        let counts = newest(judgement).is_some_and(|latest| latest.independent);
        let (one, other) = (first_hand(judgement.first).next(), first_hand(judgement.second).next());
        let wrote = [recorder_of(judgement.first), recorder_of(judgement.second)];
        // Saying again what another member said does not take the check off either of them.
        let same: Vec<MemberId> = judgements
            .iter()
            .filter(|j| j.independent && (j.first, j.second) == (judgement.first, judgement.second))
            .map(|j| j.recorded_by)
            .collect();
        let by_another = same.iter().any(|member| !wrote.contains(&Some(*member)));
        if let (true, true, Some(_), Some(_)) = (counts, by_another, one, other) {
            let claims = first_hand(judgement.first).chain(first_hand(judgement.second)).map(|claim| claim.recorded_by);
            // Who wrote a call down stands behind it as much as who recorded the claim.
            let mut of = claims.chain(same).chain(wrote.into_iter().flatten());
            return (Because::TwoIndependentSources, recorders(&mut of));
        }
    }
    (Because::NotEnoughYet, recorders(&mut standing.iter().map(|claim| claim.recorded_by)))
}
