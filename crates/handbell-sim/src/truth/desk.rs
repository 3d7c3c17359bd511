//! The desk's truth: what is claimed by whom, and whether that confirms anything.
//!
//! The rule of levels is written here a second time, from the design and not from the program: confirmed
//! needs one trained observer on the scene, or two first-hand sources recorded as independent, or an
//! official statement that it happens or whose people it is, and nothing that decides may be disputed.

use super::corrected::Corrected;
use super::{Span, Truth};
use handbell_rules::id::{ClaimId, IncidentId};
use handbell_rules::street::report::Basis;

/// What decides; other claims only describe.
const DECIDES: [&str; 4] = ["place", "when", "agency", "activity"];

/// Who says a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behind {
    /// A report, by number.
    Report(usize),
    /// An official body.
    Official,
}

/// One claim.
#[derive(Debug, Clone)]
pub struct ClaimTruth {
    /// Its predicate.
    pub predicate: String,
    /// Who says so.
    pub behind: Behind,
    /// Who recorded it.
    pub by: usize,
    /// Its id, once known.
    pub id: Option<ClaimId>,
    /// Whether it was written.
    pub written: bool,
    /// Whether it is disputed.
    pub disputed: bool,
}

/// One judgement on two reports; later ones count.
#[derive(Debug, Clone)]
pub struct JudgementTruth {
    /// The reports.
    pub pair: (usize, usize),
    /// The judgement.
    pub independent: bool,
    /// Who recorded it.
    pub by: usize,
}

/// One incident.
#[derive(Debug, Clone)]
pub struct IncidentTruth {
    /// Its kind.
    pub kind: String,
    /// Whether it is at a home.
    pub home: bool,
    /// Its id, once known.
    pub id: Option<IncidentId>,
    /// The commit that opened it.
    pub written: Option<u64>,
    /// The clocks seen when it was opened.
    pub opened: Option<Span>,
    /// Claims, by number.
    pub claims: Vec<ClaimTruth>,
    /// Judgements, in the order in which they were written.
    pub judgements: Vec<JudgementTruth>,
    /// The clocks seen when it ended.
    pub ended: Option<Span>,
    /// When the first bell beyond observers rang.
    pub first_broad_ring: Option<Span>,
    /// Whether it is open to the record.
    pub public: bool,
    /// How often the desk has said in public when it happened.
    pub assessed: u32,
    /// Log entries of it whose words may be taken away and have not been.
    pub entries: Vec<u64>,
    /// Every correction, with who is owed it.
    pub corrected: Vec<Corrected>,
    /// Corrections of it that stand in the log.
    pub corrections_logged: usize,
}

impl IncidentTruth {
    /// An incident that nobody has opened yet.
    pub fn new(kind: &str, home: bool) -> Self {
        Self {
            kind: kind.to_owned(),
            home,
            id: None,
            written: None,
            opened: None,
            claims: Vec::new(),
            judgements: Vec::new(),
            ended: None,
            first_broad_ring: None,
            public: false,
            assessed: 0,
            entries: Vec::new(),
            corrected: Vec::new(),
            corrections_logged: 0,
        }
    }
}

impl Truth {
    /// Whether a report carries anything for an incident. What was withdrawn after `since` still does,
    /// because whoever read before could not know.
    pub(crate) fn stands(&self, report: usize, incident: usize, since: u64) -> bool {
        let report = &self.reports[report];
        report.joined.contains(&incident) && report.withdrawn.is_none_or(|withdrawn| withdrawn > since)
    }

    fn first_hand(&self, report: usize) -> bool {
        self.reports[report].told.basis == Basis::Saw
    }

    /// The ways in which an incident is confirmed: who recorded what each rests on. None when it is not.
    pub(crate) fn confirmations(&self, incident: usize, since: u64) -> Vec<Vec<usize>> {
        let known = &self.incidents[incident];
        let standing: Vec<&ClaimTruth> = known
            .claims
            .iter()
            .filter(|claim| claim.written && DECIDES.contains(&claim.predicate.as_str()))
            .filter(|claim| match claim.behind {
                Behind::Report(report) => self.stands(report, incident, since),
                Behind::Official => true,
            })
            .collect();
        if standing.iter().any(|claim| claim.disputed) {
            return Vec::new();
        }
        let mut ways = Vec::new();
        for claim in &standing {
            match claim.behind {
                Behind::Report(report) if self.first_hand(report) => {
                    // An observer does not check what they themselves reported.
                    ways.extend(
                        self.reports[report].observer.filter(|observer| *observer != claim.by).map(|observer| vec![claim.by, observer]),
                    );
                }
                Behind::Official if ["agency", "activity"].contains(&claim.predicate.as_str()) => ways.push(vec![claim.by]),
                _ => {}
            }
        }
        let wrote = |report: usize| self.reports[report].recorder;
        // Whoever wrote a call down does not take it for true themselves.
        let says = |report: usize| {
            standing
                .iter()
                .filter(move |c| c.behind == Behind::Report(report) && self.first_hand(report) && wrote(report) != Some(c.by))
                .map(|c| c.by)
        };
        for (place, judgement) in known.judgements.iter().enumerate() {
            let (one, other) = judgement.pair;
            let same = |later: &JudgementTruth| later.pair == (one, other) || later.pair == (other, one);
            let newest = !known.judgements[place + 1..].iter().any(same);
            let recorders = [wrote(one), wrote(other)];
            let by_another = known.judgements.iter().any(|j| same(j) && j.independent && !recorders.contains(&Some(j.by)));
            if newest && judgement.independent && by_another && says(one).next().is_some() && says(other).next().is_some() {
                ways.push(says(one).chain(says(other)).chain([judgement.by]).chain(recorders.into_iter().flatten()).collect());
            }
        }
        ways
    }

    /// Whether observers may be sent to look: two first-hand reports, an answer through a receipt, and no home.
    pub(crate) fn worth_a_look(&self, incident: usize, since: u64) -> bool {
        let seen: Vec<usize> = (0..self.reports.len()).filter(|r| self.stands(*r, incident, since) && self.first_hand(*r)).collect();
        seen.len() >= 2 && seen.iter().any(|report| self.reports[*report].answered) && !self.incidents[incident].home
    }
}
