//! One report and several incidents, played out: joins, take-outs, ends, differences and a withdrawal in any
//! order, with presses decided on what stood a moment ago.
//!
//! A stale press is refused by its version, as a store would. The expectation is a list of incidents and a set
//! of differences, kept here by another hand than the rules. After every step the state of the report, what its
//! witness hears and what would be suggested follow from that list alone.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by stopping")]

use handbell_rules::change::{Change, What};
use handbell_rules::desk::belonging::INCIDENTS_MAX;
use handbell_rules::desk::difference::{self, DIFFERENCE_KEPT, Difference, TAKEN_BACK_KEPT};
use handbell_rules::desk::incident::{self, Ending, Incident};
use handbell_rules::desk::likeness::{offered, suggest};
use handbell_rules::id::{ChangeId, DeviceId, IncidentId, MemberId, NoteId, SessionId};
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::place::Point;
use handbell_rules::refusal::{Desk, Refusal, Street};
use handbell_rules::street::became::{Around, Became, became};
use handbell_rules::street::note;
use handbell_rules::street::report::{self, AsideWhy, NewReport, Observed, Report, ReportState};
use handbell_rules::time::{MINUTE, Timestamp};
use proptest::prelude::*;
use std::collections::BTreeSet;

mod shipped;

const NOW: Timestamp = Timestamp::from_milliseconds(1_795_212_000_000);
const INCIDENTS: usize = 6;

fn wren() -> DeskCaller {
    let (device, session) = (DeviceId([1; 16]), SessionId([1; 16]));
    DeskCaller { member: MemberId([1; 16]), device, session, name: "Wren".into(), roles: vec![Role::Triager] }
}

fn change(step: usize) -> ChangeId {
    ChangeId(u128::try_from(step).unwrap().to_be_bytes())
}

fn filed(number: u8) -> Report {
    let told = NewReport {
        observed: Observed { from: NOW.plus(-MINUTE), to: NOW },
        point: Some(Point::new(51_470_000, -69_000).unwrap()),
        text: "White van and four officers, and the cellar next door is under water".into(),
        ..shipped::seen("immigration-visit", "Rye Lane by the bakery", NOW)
    };
    let filed = report::file(ChangeId([number; 16]), told, shipped::filing(number), &["immigration-visit"], NOW).unwrap();
    let What::ReportFiled { report, .. } = filed.what else { panic!("a good report is filed") };
    report
}

fn incident(number: usize) -> Incident {
    Incident {
        id: IncidentId([100 + u8::try_from(number).unwrap(); 16]),
        version: 1,
        kind: "immigration-visit".into(),
        home: false,
        district: "Peckham".into(),
        opened_at: NOW,
        ended: None,
        rung_at: None,
        stood_down_at: None,
        live_alerts: 0,
        public: false,
    }
}

/// Another report that belongs to each incident, so that there is something to be alike to.
fn neighbours(incidents: &[Incident]) -> Vec<(Incident, Report)> {
    let of = |number: usize, incident: &Incident| {
        let report = Report { incidents: vec![incident.id], state: ReportState::Joined, ..filed(50 + u8::try_from(number).unwrap()) };
        (incident.clone(), report)
    };
    incidents.iter().enumerate().map(|(number, incident)| of(number, incident)).collect()
}

#[derive(Debug, Clone)]
enum Press {
    Join(usize),
    Open(usize),
    TakeOut(usize),
    End(usize),
    Different(usize),
    TakeBack(usize),
    SetAside,
    Take,
    WitnessWrites,
    Withdraw,
}

fn press() -> impl Strategy<Value = Press> {
    prop_oneof![
        6 => (0..INCIDENTS).prop_map(Press::Join),
        1 => (0..INCIDENTS).prop_map(Press::Open),
        4 => (0..INCIDENTS).prop_map(Press::TakeOut),
        1 => (0..INCIDENTS).prop_map(Press::End),
        3 => (0..INCIDENTS).prop_map(Press::Different),
        2 => (0..INCIDENTS).prop_map(Press::TakeBack),
        1 => Just(Press::SetAside),
        1 => Just(Press::Take),
        2 => Just(Press::WitnessWrites),
        1 => prop_oneof![5 => Just(Press::Take), 1 => Just(Press::Withdraw)],
    ]
}

/// What a store would hold, and what a careful person with pencil and paper would.
#[derive(Clone)]
struct Town {
    report: Report,
    incidents: Vec<Incident>,
    differences: Vec<Difference>,
    belongs: Vec<usize>,
    different: BTreeSet<usize>,
    withdrawn: bool,
}

impl Town {
    fn new() -> Self {
        let incidents = (0..INCIDENTS).map(incident).collect();
        let (differences, belongs, different) = (Vec::new(), Vec::new(), BTreeSet::new());
        Self { report: filed(1), incidents, differences, belongs, different, withdrawn: false }
    }

    fn said(&self, of: usize) -> Option<&Difference> {
        self.differences.iter().find(|known| known.incident == self.incidents[of].id)
    }

    /// Decides a press on what `self` shows.
    fn decide(&self, press: &Press, step: usize) -> Result<Option<Change>, Refusal> {
        let (id, wren, now) = (change(step), wren(), NOW.plus(i64::try_from(step).unwrap()));
        Ok(Some(match press {
            Press::Join(of) => incident::join(id, &wren, &self.incidents[*of], &self.report, &self.differences, now)?,
            // A new happening has a new id; here it stands for one that nobody has joined yet.
            Press::Open(of) => incident::open(id, &wren, &self.report, self.incidents[*of].id, "Peckham", false, now)?,
            Press::TakeOut(of) => incident::take_out(id, &wren, &self.incidents[*of], &self.report, now)?,
            Press::End(of) => incident::end(id, &wren, &self.incidents[*of], Ending::NothingFound, now)?,
            Press::Different(of) => difference::say(id, &wren, &self.incidents[*of], &self.report, self.said(*of), "", now)?,
            Press::TakeBack(of) => difference::take_back(id, &wren, self.said(*of), now)?,
            Press::SetAside => report::set_aside(id, &wren, &self.report, AsideWhy::Elsewhere, "Elsewhere.", now)?,
            Press::Take => report::take(id, &wren, &self.report, None, now)?,
            Press::WitnessWrites => note::add(id, &self.report, NoteId(*id.bytes()), "They left.", now)?,
            Press::Withdraw => return report::withdraw(id, &self.report, now),
        }))
    }

    /// Writes a change as a store does: whatever has another version than was read spoils all of it.
    fn commit(&mut self, change: Change) -> bool {
        let mut after = self.clone();
        let mut fits = true;
        let mut put_report = |town: &mut Self, report: Report| {
            fits &= report.version == town.report.version;
            town.report = Report { version: report.version + 1, ..report };
        };
        let (mut incident, mut difference) = (None, None);
        match change.what {
            What::ReportJoined { incident: of, report } | What::ReportTakenOut { incident: of, report } => {
                put_report(&mut after, report);
                incident = Some(of);
            }
            What::DifferenceSaid { report, difference: said } => {
                put_report(&mut after, report);
                difference = Some(said);
            }
            What::DifferenceTakenBack { difference: said } => difference = Some(said),
            What::IncidentOpened { report, .. }
            | What::ReportSetAside { report, .. }
            | What::ReportTaken { report, .. }
            | What::ReportNoted { report, .. }
            | What::ReportWithdrawn { report } => put_report(&mut after, report),
            What::IncidentEnded { incident: of } => incident = Some(of),
            other => panic!("no press makes {other:?}"),
        }
        if let Some(of) = incident {
            let known = after.incidents.iter_mut().find(|known| known.id == of.id).unwrap();
            fits &= known.version == of.version;
            *known = Incident { version: of.version + 1, ..of };
        }
        if let Some(said) = difference {
            let stored = after.differences.iter().position(|known| known.incident == said.incident);
            fits &= stored.map_or(0, |place| after.differences[place].version) == said.version;
            after.differences.retain(|known| known.incident != said.incident);
            after.differences.push(Difference { version: said.version + 1, ..said });
        }
        if fits {
            *self = after;
        }
        fits
    }

    /// The same press with pencil and paper; only asked when it was kept.
    fn note_down(&mut self, press: &Press) {
        match press {
            Press::Join(of) | Press::Open(of) => self.belongs.push(*of),
            Press::TakeOut(of) => self.belongs.retain(|known| known != of),
            Press::Different(of) => drop(self.different.insert(*of)),
            Press::TakeBack(of) => drop(self.different.remove(of)),
            Press::Withdraw => self.withdrawn = true,
            Press::End(_) | Press::SetAside | Press::Take | Press::WitnessWrites => {}
        }
    }

    /// Why a press must be refused, by the paper alone; none when it must be taken.
    fn forbidden(&self, press: &Press) -> Option<Refusal> {
        let ended = |of: &usize| self.incidents[*of].ended.is_some();
        let enters = |of: &usize| {
            let full = self.belongs.len() >= INCIDENTS_MAX;
            let in_it = self.belongs.contains(of).then_some(Refusal::from(Desk::ReportInIncident));
            in_it.or(full.then_some(Desk::ReportInEnough.into()))
        };
        let withdrawn = self.withdrawn.then_some(Refusal::from(Street::ReportWithdrawn));
        let is_different = |of: &usize| self.different.contains(of).then_some(Refusal::from(Desk::DifferenceStands));
        match press {
            Press::Join(of) => ended(of).then_some(Desk::IncidentEnded.into()).or(withdrawn).or(enters(of)).or(is_different(of)),
            Press::Open(of) => withdrawn.or(enters(of)),
            Press::TakeOut(of) => (!self.belongs.contains(of)).then_some(Desk::ReportNotJoined.into()),
            Press::End(of) => ended(of).then_some(Desk::IncidentEnded.into()),
            Press::Different(of) => {
                let joined = self.belongs.contains(of).then_some(Refusal::from(Desk::ReportAlreadyJoined));
                withdrawn.or(ended(of).then_some(Desk::IncidentEnded.into())).or(joined).or(is_different(of))
            }
            Press::TakeBack(of) => (!self.different.contains(of)).then_some(Desk::DifferenceGone.into()),
            Press::SetAside => withdrawn.or((!self.belongs.is_empty()).then_some(Desk::ReportAlreadyJoined.into())),
            Press::Take | Press::WitnessWrites => withdrawn,
            Press::Withdraw => None,
        }
    }

    fn holds(&self) -> Result<(), TestCaseError> {
        let ids: Vec<IncidentId> = self.belongs.iter().map(|of| self.incidents[*of].id).collect();
        prop_assert_eq!(&self.report.incidents, &ids, "the set, in the order of joining");
        prop_assert_eq!(self.report.state == ReportState::Withdrawn, self.withdrawn);
        if !self.withdrawn {
            prop_assert_eq!(self.report.state == ReportState::Joined, !ids.is_empty(), "joined while there is one");
        }
        // What the witness hears: each incident tells what it would tell alone, and something is always told.
        let around = |of: &usize| Around {
            others: of.is_multiple_of(2),
            ended: self.incidents[*of].ended.map(|(ending, _)| ending),
            ..Around::default()
        };
        let all: Vec<Around> = self.belongs.iter().map(around).collect();
        let told = became(&self.report, &all);
        prop_assert!(!told.report.is_empty() && told.report.iter().chain(told.each.iter().flatten()).all(|one| !one.sentence().is_empty()));
        if self.withdrawn {
            prop_assert_eq!((told.report, told.each.len()), (vec![Became::Withdrawn], 0));
        } else if all.len() > 1 {
            prop_assert!(told.report.contains(&Became::Several(all.len())));
            prop_assert_eq!(told.each.len(), all.len());
            for (one, told) in all.iter().zip(&told.each) {
                let alone = became(&self.report, &[*one]).report;
                prop_assert_eq!(&alone[1..], &told[..]);
            }
        } else {
            prop_assert!(told.each.is_empty());
        }
        // What is suggested, and offered: open, not joined, not said to be different.
        let nearby = neighbours(&self.incidents);
        let suggested: BTreeSet<IncidentId> =
            suggest(&self.report, &nearby, &self.differences, &["en"]).into_iter().map(|found| found.incident).collect();
        let mut others = 0;
        for (of, incident) in self.incidents.iter().enumerate() {
            let may = !self.belongs.contains(&of) && !self.different.contains(&of) && incident.ended.is_none();
            others += usize::from(may);
            prop_assert!(may || !suggested.contains(&incident.id), "incident {of} is suggested again");
            let waiting = [self.report.clone()];
            let shown = !offered(incident.id, &[nearby[of].1.clone()], &waiting, &self.differences, &["en"]).is_empty();
            if !self.withdrawn {
                prop_assert_eq!(shown, self.belongs.is_empty() && !self.different.contains(&of));
            }
        }
        if !self.withdrawn {
            prop_assert_eq!(suggested.len(), others.min(5), "whatever may be the same is suggested");
        }
        // Nobody else's suggestion goes with it: a new report, word for word the same, gets its own.
        let open = self.incidents.iter().filter(|incident| incident.ended.is_none()).count();
        prop_assert_eq!(suggest(&filed(2), &nearby, &self.differences, &["en"]).len(), open.min(5));
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn the_state_of_a_report_follows_from_the_set_of_its_incidents(
        presses in prop::collection::vec((press(), 0..4usize), 1..60)
    ) {
        let mut town = Town::new();
        let mut before = town.clone();
        for (step, (press, stale)) in presses.iter().enumerate() {
            // Every fourth press is made on a page from a step before.
            let on = if *stale == 0 { before.clone() } else { town.clone() };
            before = town.clone();
            let forbidden = on.forbidden(press);
            match on.decide(press, step) {
                Err(no) => prop_assert_eq!(Some(no), forbidden, "{:?}", press),
                Ok(None) => prop_assert!(on.withdrawn),
                Ok(Some(change)) => {
                    prop_assert_eq!(None, forbidden, "{:?} was taken", press);
                    if town.commit(change) {
                        town.note_down(press);
                    } else {
                        prop_assert_eq!(*stale, 0, "only a stale press meets a newer version");
                    }
                }
            }
            town.holds()?;
        }
    }
}

fn joined(report: &Report, to: &Incident) -> Report {
    let change = incident::join(ChangeId([9; 16]), &wren(), to, report, &[], NOW).unwrap();
    let What::ReportJoined { report, .. } = change.what else { panic!("a join joins") };
    report
}

#[test]
fn a_report_belongs_to_four_incidents_and_the_fifth_is_refused_by_name() {
    let mut report = filed(1);
    for number in 0..INCIDENTS_MAX {
        report = joined(&report, &incident(number));
    }
    let fifth = incident::join(ChangeId([1; 16]), &wren(), &incident(5), &report, &[], NOW).unwrap_err();
    assert_eq!(fifth, Desk::ReportInEnough.into());
    let opened = incident::open(ChangeId([1; 16]), &wren(), &report, incident(5).id, "Peckham", false, NOW).unwrap_err();
    assert_eq!(opened, Desk::ReportInEnough.into());
    let again = incident::join(ChangeId([1; 16]), &wren(), &incident(2), &report, &[], NOW).unwrap_err();
    assert_eq!(again, Desk::ReportInIncident.into());
}

#[test]
fn of_a_join_and_not_the_same_pressed_at_once_the_version_keeps_one() {
    for first in [Press::Join(0), Press::Different(0)] {
        let mut town = Town::new();
        let page = town.clone();
        assert!(town.commit(page.decide(&first, 1).unwrap().unwrap()));
        for second in [Press::Join(0), Press::Different(0)] {
            assert!(!town.commit(page.decide(&second, 2).unwrap().unwrap()), "{first:?} then {second:?}");
        }
    }
}

#[test]
fn a_pile_of_near_copies_keeps_every_suggestion_but_the_one_that_was_answered() {
    let place = incident(0);
    let own = filed(90);
    let pile: Vec<Report> = (1..=40).map(filed).collect();
    let before = offered(place.id, std::slice::from_ref(&own), &pile, &[], &["en"]).len();
    let said = difference::say(ChangeId([1; 16]), &wren(), &place, &pile[0], None, "Another van.", NOW).unwrap();
    let What::DifferenceSaid { difference, report } = said.what else { panic!("it is said") };
    assert_eq!((report.state, report.looked_at), (ReportState::Received, None), "it waits to be read as before");
    let after = offered(place.id, &[own], &pile, &[difference], &["en"]);
    assert_eq!(after.len(), before);
    assert!(after.iter().all(|(report, _)| report.id != pile[0].id));
}

#[test]
fn a_difference_says_who_and_when_and_goes_in_its_time() {
    let say = |why: &str| difference::say(ChangeId([1; 16]), &wren(), &incident(0), &filed(1), None, why, NOW);
    assert_eq!(say(&"x".repeat(501)).unwrap_err(), Desk::ReasonTooLong.into());
    let What::DifferenceSaid { difference: said, .. } = say("  Another street. ").unwrap().what else { panic!("it is said") };
    assert_eq!((said.by, said.at, said.reason.as_str()), (wren().member, NOW, "Another street."));
    assert_eq!(said.forget_at(), NOW.plus(DIFFERENCE_KEPT));
    let What::DifferenceTakenBack { difference: back } = difference::take_back(ChangeId([2; 16]), &wren(), Some(&said), NOW).unwrap().what
    else {
        panic!("it is taken back")
    };
    assert!(!back.stands());
    assert_eq!(back.forget_at(), NOW.plus(TAKEN_BACK_KEPT));
    let observer = DeskCaller { roles: vec![Role::Observer], ..wren() };
    let no = difference::say(ChangeId([1; 16]), &observer, &incident(0), &filed(1), None, "", NOW).unwrap_err();
    assert_eq!(no, Desk::NotOnDesk.into());
    assert_eq!(difference::take_back(ChangeId([2; 16]), &observer, Some(&said), NOW).unwrap_err(), Desk::NotOnDesk.into());
}
