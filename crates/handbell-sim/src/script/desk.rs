//! The desk's part of the script: reading, asking, joining, claiming, judging, publishing.

use super::{Ready, Script};
use crate::chance::Seeded;
use crate::deed::{Deed, Given, Hand};
use crate::truth::{Behind, ClaimTruth, IncidentTruth, ProposalTruth, Proposes, SECRET_WORD};
use handbell_rules::desk::claim::{Certainty, NewClaim};
use handbell_rules::people::member::Role;
use handbell_rules::playbook::ValueType;
use handbell_rules::record::Ref;
use handbell_rules::record::assessment::{CorrectionKind, NewAssessment, Standing};
use handbell_rules::record::claim::{NewPublicClaim, Polarity};
use handbell_rules::record::marks::{Explanation, Why, find};
use handbell_rules::record::proposal::{NewProposal, Proposed};
use handbell_rules::record::source::{NewSource, SourceKind};
use handbell_rules::record::statement::{RedactionReason, Statement};
use handbell_rules::street::report::Count;

impl Script<'_> {
    fn on_report(&self, by: Hand, report: usize, deed: Deed) -> Option<Ready> {
        let id = self.truth().reports[report].id;
        self.with(by, deed, Given::Ids { report: id, other: None, incident: None, claim: None })
    }

    pub(super) fn take(&self) -> Option<Ready> {
        let (by, report) = (self.hand(Role::Triager)?, self.report(|_, _| true)?);
        self.on_report(by, report, Deed::Take { by, report })
    }

    pub(super) fn ask(&self) -> Option<Ready> {
        let (by, report) = (self.hand(Role::Triager)?, self.report(|truth, n| truth.reports[n].receipt.is_some())?);
        self.on_report(by, report, Deed::Ask { by, report, text: format!("{SECRET_WORD} how many {}?", self.luck.below(1000)) })
    }

    pub(super) fn set_aside(&self) -> Option<Ready> {
        let (by, report) = (self.hand(Role::Triager)?, self.report(|_, _| true)?);
        self.on_report(by, report, Deed::SetAside { by, report })
    }

    pub(super) fn decide(&self) -> Option<Ready> {
        let stray = self.luck.one_in(25);
        let (by, report) = (self.hand(Role::Triager)?, self.report(|truth, n| stray || truth.reports[n].wishes > 0)?);
        let (done, text) = (self.luck.percent(50), format!("{SECRET_WORD} decided {}", self.luck.below(1000)));
        self.on_report(by, report, Deed::Decide { by, report, done, text })
    }

    pub(super) fn open(&self) -> Option<Ready> {
        let wrong = self.luck.one_in(25);
        let (by, report) = (self.hand(Role::Triager)?, self.report(|truth, n| wrong || truth.reports[n].joined.is_empty())?);
        let home = self.luck.percent(15);
        let mut truth = self.truth();
        // Mostly one thing at a time: a new incident is opened when nothing of its kind goes on.
        let kind = &truth.reports[report].told.kind;
        if !self.luck.one_in(6) && truth.incidents.iter().any(|known| known.kind == *kind && known.id.is_some() && known.ended.is_none()) {
            return None;
        }
        let incident = truth.incidents.len();
        let kind = truth.reports[report].told.kind.clone();
        let always = self.town.world.group.playbook.kind(&kind).is_some_and(|kind| kind.always_home);
        truth.incidents.push(IncidentTruth::new(&kind, home || always));
        drop(truth);
        self.on_report(by, report, Deed::Open { by, report, incident, home })
    }

    fn ids(&self, report: Option<usize>, incident: usize) -> Given {
        let truth = self.truth();
        Given::Ids {
            report: report.and_then(|report| truth.reports[report].id),
            other: None,
            incident: truth.incidents[incident].id,
            claim: None,
        }
    }

    pub(super) fn join(&self) -> Option<Ready> {
        let by = self.hand(Role::Triager)?;
        let incident = self.incident(|truth, n| truth.incidents[n].ended.is_none())?;
        let kind = self.truth().incidents[incident].kind.clone();
        let wrong = self.luck.one_in(15);
        // Now and then a report tells of a second happening, or two incidents turn out to share one.
        let more = self.luck.one_in(6);
        let report = self.report(|truth, n| {
            let report = &truth.reports[n];
            wrong || (report.told.kind == kind && report.joined.is_empty() != more && !report.joined.contains(&incident))
        })?;
        self.with(by, Deed::Join { by, report, incident }, self.ids(Some(report), incident))
    }

    pub(super) fn take_out(&self) -> Option<Ready> {
        let (by, report) = (
            self.hand(Role::Triager)?,
            self.report(|truth, n| truth.reports[n].joined.iter().any(|incident| truth.incidents[*incident].id.is_some()))?,
        );
        // One that is being opened this very moment has no number on anybody's page yet.
        let truth = self.truth();
        let joined: Vec<usize> =
            truth.reports[report].joined.iter().copied().filter(|incident| truth.incidents[*incident].id.is_some()).collect();
        drop(truth);
        let incident = self.luck.pick(&joined)?;
        self.with(by, Deed::TakeOut { by, report, incident }, self.ids(Some(report), incident))
    }

    pub(super) fn say_different(&self) -> Option<Ready> {
        let by = self.hand(Role::Triager)?;
        let incident = self.incident(|truth, n| truth.incidents[n].ended.is_none())?;
        let wrong = self.luck.one_in(15);
        let report = self.report(|truth, n| wrong || !truth.reports[n].joined.contains(&incident))?;
        self.with(by, Deed::SayDifferent { by, report, incident }, self.ids(Some(report), incident))
    }

    fn said(&self) -> Option<(usize, usize)> {
        let report = self.report(|truth, n| !truth.reports[n].different.is_empty())?;
        let said = self.truth().reports[report].different.clone();
        Some((report, self.luck.pick(&said)?.0))
    }

    pub(super) fn take_back(&self) -> Option<Ready> {
        let (by, (report, incident)) = (self.hand(Role::Triager)?, self.said()?);
        self.with(by, Deed::TakeBack { by, report, incident }, self.ids(Some(report), incident))
    }

    /// Somebody overlooks what was said, and presses.
    pub(super) fn join_what_is_different(&self) -> Option<Ready> {
        let (by, (report, incident)) = (self.hand(Role::Triager)?, self.said()?);
        self.with(by, Deed::Join { by, report, incident }, self.ids(Some(report), incident))
    }

    pub(super) fn read_report(&self) -> Option<Ready> {
        let (by, report) = (self.hand(Role::Triager)?, self.report(|_, _| true)?);
        self.on_report(by, report, Deed::ReadReport { by, report })
    }

    pub(super) fn claim(&self) -> Option<Ready> {
        let luck = self.luck;
        let by = self.hand(Role::Triager)?;
        let incident = self.incident(|truth, n| truth.incidents[n].ended.is_none())?;
        let id = self.truth().incidents[incident].id?;
        let official = luck.percent(12);
        let report = if official { None } else { Some(self.report(|truth, n| truth.reports[n].joined.contains(&incident))?) };
        let predicate = if luck.percent(80) {
            luck.pick(&["place", "when", "agency", "activity"])?.to_owned()
        } else {
            luck.pick(self.town.world.group.playbook.predicates())?.id
        };
        let known = self.town.world.group.playbook.predicate(&predicate)?;
        let ranged = known.value_type == ValueType::Range;
        let value = if luck.one_in(50) { None } else { luck.pick(&known.choices) };
        let low = u32::try_from(luck.below(20)).unwrap_or(0);
        let mut truth = self.truth();
        let new = NewClaim {
            predicate: predicate.clone(),
            value: value.unwrap_or_else(|| "so it is".into()),
            range: ranged.then_some(Count { low, high: Some(low + 3) }),
            report: report.and_then(|report| truth.reports[report].id),
            official: if official { "Home Office".into() } else { String::new() },
            certainty: Certainty::Likely,
        };
        let claim = truth.incidents[incident].claims.len();
        let behind = report.map_or(Behind::Official, Behind::Report);
        truth.incidents[incident].claims.push(ClaimTruth { predicate, behind, by: by.member, id: None, written: false, disputed: false });
        drop(truth);
        self.with(by, Deed::Claim { by, incident, claim }, Given::Claim { incident: id, claim: new })
    }

    pub(super) fn dispute(&self) -> Option<Ready> {
        let by = self.hand(Role::Triager)?;
        let incident = self.incident(|truth, n| truth.incidents[n].claims.iter().any(|claim| claim.id.is_some()))?;
        let truth = self.truth();
        let known: Vec<usize> =
            (0..truth.incidents[incident].claims.len()).filter(|n| truth.incidents[incident].claims[*n].id.is_some()).collect();
        let claim = self.luck.pick(&known)?;
        let given = Given::Ids {
            report: None,
            other: None,
            incident: truth.incidents[incident].id,
            claim: truth.incidents[incident].claims[claim].id,
        };
        let disputed = !truth.incidents[incident].claims[claim].disputed;
        drop(truth);
        self.with(by, Deed::Dispute { by, incident, claim, disputed }, given)
    }

    pub(super) fn judge(&self) -> Option<Ready> {
        let by = self.hand(Role::Triager)?;
        let incident =
            self.incident(|truth, n| truth.reports.iter().filter(|report| report.joined.contains(&n) && report.open()).count() > 1)?;
        let one = self.report(|truth, n| truth.reports[n].joined.contains(&incident))?;
        let same = self.luck.one_in(30);
        let other = self.report(|truth, n| truth.reports[n].joined.contains(&incident) && (same || n != one))?;
        let truth = self.truth();
        let given = Given::Ids {
            report: truth.reports[one].id,
            other: truth.reports[other].id,
            incident: truth.incidents[incident].id,
            claim: None,
        };
        drop(truth);
        let independent = self.luck.percent(78);
        self.with(by, Deed::Judge { by, incident, pair: (one, other), independent }, given)
    }

    pub(super) fn end_incident(&self) -> Option<Ready> {
        let (by, incident) = (self.hand(Role::Triager)?, self.incident(|_, _| true)?);
        self.with(by, Deed::EndIncident { by, incident }, self.ids(None, incident))
    }

    pub(super) fn propose(&self) -> Option<Ready> {
        let by = self.hand(Role::Editor)?;
        let any = self.luck.one_in(6);
        let incident = self.incident(|truth, n| {
            any || truth.alerts.iter().any(|alert| alert.incident == n && alert.rung.is_some()) || truth.incidents[n].kind == "flood"
        })?;
        let mut truth = self.truth();
        let id = truth.incidents[incident].id?;
        let opening = !truth.incidents[incident].public;
        let gone = truth.incidents[incident].entries.first().copied().filter(|_| self.luck.one_in(8));
        // Of three outcomes one says what the guard takes for a name, with a reason, and one without.
        let turn = truth.proposals.len() % 3;
        let (marked, explained) = (turn > 0, turn == 1);
        let (what, proposed) = match (opening, gone) {
            (true, _) => (Proposes::Opening, Proposed::Opening),
            (false, Some(entry)) => {
                let reason = RedactionReason::Error;
                (Proposes::Redaction(entry), Proposed::Statements { statements: vec![Statement::Redaction { entry, reason }] })
            }
            (false, None) if self.luck.percent(70) => (Proposes::When, Proposed::Statements { statements: when(self.luck) }),
            (false, None) if self.luck.one_in(15) => (Proposes::Outcome, Proposed::Outcome { text: String::new(), says: "Nobody".into() }),
            (false, None) => {
                let text = if marked { MARKED } else { "The van left and nobody was taken along" };
                (Proposes::Outcome, Proposed::Outcome { text: text.into(), says: "Two witnesses".into() })
            }
        };
        let marked = matches!(&proposed, Proposed::Outcome { text, .. } if text == MARKED);
        let explanation = if marked && explained { a_pub() } else { Explanation::default() };
        let proposed = NewProposal { proposed, explanation };
        let proposal = truth.proposals.len();
        truth.proposals.push(ProposalTruth {
            incident,
            what,
            by,
            id: None,
            written: None,
            published: false,
            corrects: false,
            marked,
            explained,
        });
        drop(truth);
        self.with(by, Deed::Propose { by, proposal }, Given::Proposed { incident: id, proposed })
    }

    pub(super) fn publish(&self) -> Option<Ready> {
        let by = self.hand(self.luck.pick(&[Role::Editor, Role::Approver])?)?;
        let any = self.luck.one_in(8);
        let proposal = self
            .number(|truth, n| truth.proposals[n].id.is_some() && (any || !truth.proposals[n].published), |truth| truth.proposals.len())?;
        let id = self.truth().proposals[proposal].id?;
        let ticked = self.truth().proposals[proposal].marked && self.luck.percent(60);
        self.with(by, Deed::Publish { by, proposal, ticked }, Given::Proposal(id))
    }
}

/// An outcome that the guard takes for a person's name.
const MARKED: &str = "The Lord Nelson stayed open.";

/// Why it is none.
fn a_pub() -> Explanation {
    let marked = find(&[MARKED.to_owned()]);
    Explanation { whys: marked.iter().map(|mark| (mark.sign(), Why::NotAPerson)).collect(), because: "It is a pub.".into() }
}

/// A new source that says when it happened, and the desk that says so too.
fn when(luck: &Seeded) -> Vec<Statement> {
    let source = NewSource {
        kind: SourceKind::Official,
        label: "A statement".into(),
        standing: "A party to the event".into(),
        said: String::new(),
        url: String::new(),
        copies: None,
        via: None,
        asked: String::new(),
        replied: String::new(),
    };
    let day = luck.pick(&["2026-01-02", "2026-01-03", "2026-01"]).unwrap_or("2026");
    let claim = NewPublicClaim {
        source: Ref::New(0),
        predicate: "when".into(),
        about: String::new(),
        polarity: Polarity::Asserts,
        edtf: day.into(),
        low: None,
        high: None,
        point: None,
        radius_metres: None,
        words: String::new(),
    };
    let said = NewAssessment {
        predicate: "when".into(),
        about: String::new(),
        standing: Standing::Settled,
        relies_on: vec![Ref::New(0)],
        sets_aside: Vec::new(),
        sentences: vec![("It happened on the day the statement gives.".into(), vec![Ref::New(0)])],
        correction: CorrectionKind::Correction,
        note: "A later statement gives the day.".into(),
    };
    vec![Statement::Source(source), Statement::Claim(claim), Statement::Assessment(said)]
}
