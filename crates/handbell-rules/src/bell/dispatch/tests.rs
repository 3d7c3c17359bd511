//! Properties of a dispatch over anything that people, clocks and the desk may do, and its single rules.

use super::*;
use crate::area::{Area, Cell};
use crate::bell::alert::{Alert, AlertState, Words};
use crate::bell::mode::Status;
use crate::change::{Actor, Change, What};
use crate::desk::look::DeskNow;
use crate::id::{ChangeId, DeviceId, RingId, SessionId, SubscriptionId};
use crate::people::duty::Duty;
use crate::people::member::{DeskCaller, Role};
use crate::people::nudge::{About, DispatchNews, Nudge};
use crate::place::Point;
use crate::playbook::{Reach, Slots};
use crate::refusal::{Bell, People, Refusal};
use crate::time::{HOUR, SECOND};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const NOW: Timestamp = Timestamp::from_milliseconds(1_700_000_000_000);

pub(super) fn middle() -> Cell {
    Cell::around(Point::from_degrees(51.47, -0.07).expect("a place on the earth"))
}

pub(super) fn alert() -> Alert {
    Alert {
        id: AlertId([7; 16]),
        version: 1,
        incident: IncidentId([8; 16]),
        follows: None,
        status: Status::Actual,
        reach: Reach::Dispatch,
        area: Area::new(vec![middle()]).expect("one cell"),
        slots: Slots::default(),
        words: Words {
            headline: "Headline".into(),
            body: "Body".into(),
            push_title: "Title".into(),
            push_body: "Line".into(),
            area: "Around the station".into(),
            conduct: vec!["Keep back.".into()],
            purpose: "To witness.".into(),
            others: vec![],
        },
        lives_minutes: 60,
        drafted_by: MemberId([1; 16]),
        drafted_at: NOW,
        state: AlertState::Live,
        rung_at: Some(NOW),
        expires_at: Some(NOW.plus(HOUR)),
        renewed: vec![],
        reminded_of: None,
        ended_at: None,
        logged: false,
        let_through: None,
    }
}

pub(super) fn member(number: usize) -> MemberId {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&(number as u64 + 100).to_be_bytes());
    MemberId(id)
}

fn caller(member: MemberId, roles: &[Role]) -> DeskCaller {
    let (device, session) = (DeviceId([2; 16]), SessionId([3; 16]));
    DeskCaller { member, device, session, name: "Wren".into(), roles: roles.to_vec() }
}

pub(super) fn able(number: usize, roles: &[FieldRole], cell: Option<Cell>) -> Able {
    let id = member(number);
    let ready = cell.map(|cell| Ready { member: id, cells: vec![cell], languages: vec![], until: NOW.plus(HOUR) });
    Able { member: id, roles: roles.to_vec(), ready, phones: vec![SubscriptionId(*id.bytes())], asked_last: None }
}

pub(super) fn quota(role: FieldRole, wanted: u8) -> Quota {
    Quota { role, language: None, wanted }
}

fn desk() -> DeskNow {
    DeskNow { on_duty: vec![MemberId([1; 16])], all: vec![MemberId([1; 16]), MemberId([9; 16])] }
}

/// A dispatch in a made-up town, with everything that anybody was told.
struct Played {
    dispatch: Dispatch,
    alert: Alert,
    able: Vec<Able>,
    now: Timestamp,
    rung: Vec<SubscriptionId>,
    told: Vec<(DispatchNews, MemberId)>,
    /// Who knows that enough are going, and has heard and held nothing else since.
    stands_by: BTreeSet<MemberId>,
    changes: u8,
}

impl Played {
    fn begins(quotas: Vec<Quota>, able: Vec<Able>) -> Self {
        let alert = alert();
        let planned = Dispatch::new(alert.id, alert.incident, quotas, 15, NOW);
        let (dispatch, rung) = begin(planned, MemberId([1; 16]), &able, &alert.area, NOW);
        Self { dispatch, alert, able, now: NOW, rung, told: vec![], stands_by: BTreeSet::new(), changes: 0 }
    }
    fn id(&mut self) -> ChangeId {
        self.changes = self.changes.wrapping_add(1);
        ChangeId([self.changes; 16])
    }
    fn take(&mut self, change: Change) {
        let (dispatch, nudges): (Dispatch, Vec<Nudge>) = match change.what {
            What::DispatchPlanned { dispatch, nudges }
            | What::DispatchMoved { dispatch, nudges }
            | What::DispatchAnswered { dispatch, nudges } => (dispatch, nudges),
            What::DispatchWidened { alert, dispatch, ring, told } => {
                assert_eq!(alert, self.alert, "a wider ring says what was approved");
                assert_eq!((ring.alert, ring.words_of, ring.expires_at), (alert.id, alert.id, alert.longest().unwrap()));
                assert!(alert.is_live(self.now), "and only while it is true");
                assert!(told.iter().all(|phone| !self.rung.contains(phone)), "nobody is asked twice");
                self.rung.extend(told);
                (dispatch, vec![])
            }
            other => panic!("{}", other.name()),
        };
        let mut ids: Vec<_> = nudges.iter().map(|nudge| nudge.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), nudges.len(), "one change queues no message over another");
        for nudge in &nudges {
            let About::Dispatch(news, _) = nudge.about else { panic!("{:?}", nudge.about) };
            match news {
                DispatchNews::Enough => assert!(self.stands_by.insert(nudge.to), "nobody hears twice that enough are going"),
                DispatchNews::PlaceFree => assert!(self.stands_by.remove(&nudge.to), "a place is offered to whoever stands by"),
                _ => {}
            }
            self.told.push((news, nudge.to));
        }
        for asked in dispatch.asked.iter().filter(|asked| asked.fills()) {
            self.stands_by.remove(&asked.member);
        }
        self.dispatch = Dispatch { version: dispatch.version + 1, ..dispatch };
    }
    fn press(&mut self, number: usize, what: Press) -> Result<(), Refusal> {
        let id = self.id();
        let change = press(id, &caller(member(number), &[Role::Observer]), &self.dispatch, &self.alert, &desk(), what, self.now)?;
        assert_eq!(change.by, Actor::Street, "the journal does not keep who went");
        self.take(change);
        Ok(())
    }
    fn tick(&mut self) -> bool {
        let id = self.id();
        let around = Around { alert: &self.alert, able: &self.able, desk: &desk(), ring: RingId([4; 16]) };
        let change = tick(id, &self.dispatch, &around, self.now);
        let moved = change.is_some();
        change.into_iter().for_each(|change| self.take(change));
        moved
    }
    /// Lets time pass as the worker does: it comes when something is due.
    fn pass(&mut self, milliseconds: i64) {
        let until = self.now.plus(milliseconds);
        loop {
            while self.tick() {}
            match due_at(&self.dispatch, &self.alert).filter(|due| *due <= until && *due > self.now) {
                Some(due) => self.now = due,
                None => break,
            }
        }
        self.now = until;
        while self.tick() {}
    }
    fn heard(&self, news: DispatchNews) -> Vec<MemberId> {
        self.told.iter().filter(|(told, _)| *told == news).map(|(_, to)| *to).collect()
    }
    fn holds(&self) {
        let dispatch = &self.dispatch;
        for (place, quota) in dispatch.quotas.iter().enumerate() {
            assert!(dispatch.filled(place) <= usize::from(quota.wanted), "{}: more are going than are wanted", quota.words());
        }
        let asked: BTreeSet<MemberId> = dispatch.asked.iter().map(|asked| asked.member).collect();
        assert_eq!(asked.len(), dispatch.asked.len(), "nobody is asked twice");
        assert_eq!(asked, self.rung.iter().map(|phone| MemberId(*phone.bytes())).collect(), "whoever is asked is told, and nobody else");
        let enough = self.heard(DispatchNews::Enough);
        assert!(enough.iter().all(|told| asked.contains(told)), "nobody is told enough who was not asked");
        let waits = !dispatch.enough() && dispatch.nobody_left.is_none() && dispatch.over_at.is_none() && self.alert.is_live(self.now);
        assert!(!waits || due_at(dispatch, &self.alert).is_some(), "while a place is free the clock goes on");
        let mut alone = 0;
        for one in &dispatch.asked {
            if let Some(partner) = one.partner {
                let other = dispatch.of(partner).expect("a pair is of two who were asked");
                assert_ne!(partner, one.member);
                assert_eq!(other.partner, Some(one.member), "a pair is of two");
                assert_eq!(dispatch.quotas[one.quota].role, FieldRole::Observer);
            }
            alone += usize::from(dispatch.over_at.is_none() && dispatch.waits_for_second(one.member));
        }
        assert!(alone <= 1, "{alone} observers wait for a second one: two of them would be a pair");
        for asked in dispatch.asked.iter().filter(|asked| dispatch.over_at.is_none() && asked.answer.out()) {
            assert!(asked.check_in_by.is_some(), "whoever is out is waited for");
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Press(usize, Press),
    Pass(i64),
    Want(u8, u8),
    End,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let press = prop_oneof![
        4 => (1u8..40).prop_map(|minutes| Press::Going { minutes }),
        2 => Just(Press::Cannot),
        3 => Just(Press::OnScene),
        1 => Just(Press::NotThere),
        1 => Just(Press::CannotFind),
        1 => Just(Press::Well),
        1 => Just(Press::Left),
        1 => Just(Press::StillThere),
    ];
    let step = prop_oneof![
        12 => (0usize..16, press).prop_map(|(who, press)| Step::Press(who, press)),
        4 => (0i64..600).prop_map(|seconds| Step::Pass(seconds * SECOND)),
        1 => (0u8..5, 0u8..3).prop_map(|(pairs, aiders)| Step::Want(pairs * 2, aiders)),
        1 => Just(Step::End),
    ];
    proptest::collection::vec(step, 1..70)
}

/// Sixteen people: observers, some of them first aiders, spread over the neighbouring cells, some silent on it.
fn people() -> Vec<Able> {
    let around = middle().neighbours();
    (0..16)
        .map(|number| {
            let roles: &[FieldRole] = if number % 4 == 0 { &[FieldRole::Observer, FieldRole::FirstAider] } else { &[FieldRole::Observer] };
            able(number, roles, (number % 5 != 0).then(|| around[number % around.len()]))
        })
        .collect()
}

proptest! {
    #[test]
    fn whatever_happens_quotas_pairs_and_told_lists_hold(steps in steps()) {
        let mut played = Played::begins(vec![quota(FieldRole::Observer, 4), quota(FieldRole::FirstAider, 1)], people());
        for step in steps {
            match step {
                Step::Press(who, what) => {
                    let before = played.dispatch.clone();
                    let answered = played.press(who, what);
                    prop_assert_eq!(answered.is_err(), before == played.dispatch, "a refusal changes nothing");
                }
                Step::Pass(milliseconds) => played.pass(milliseconds),
                Step::Want(observers, aiders) => {
                    let wanted = vec![quota(FieldRole::Observer, observers), quota(FieldRole::FirstAider, aiders)];
                    let id = played.id();
                    let approver = caller(MemberId([1; 16]), &[Role::Approver]);
                    match plan(id, &approver, &played.alert, Some(&played.dispatch), &played.dispatch, wanted, played.now) {
                        Ok(change) => played.take(change),
                        Err(no) => prop_assert!(observers < 2 || !played.alert.is_live(played.now), "{no:?}"),
                    }
                }
                Step::End => {
                    played.alert.state = AlertState::StoodDown;
                    played.alert.ended_at.get_or_insert(played.now);
                }
            }
            played.holds();
        }
    }

    #[test]
    fn whoever_does_not_check_in_reaches_the_desk_and_then_everybody(pair in any::<bool>(), late in 0i64..3_000) {
        let mut played = Played::begins(vec![quota(FieldRole::Observer, 2)], people());
        let (one, other) = (played.dispatch.asked[0].member, played.dispatch.asked[1].member);
        let number = |id: MemberId| (0..16).find(|number| member(*number) == id).expect("one of the town");
        played.press(number(one), Press::OnScene).unwrap();
        if pair {
            played.press(number(other), Press::OnScene).unwrap();
        }
        played.pass(15 * MINUTE - 1);
        prop_assert_eq!(played.heard(DispatchNews::CheckIn), vec![], "not before its time");
        if pair {
            played.press(number(other), Press::Well).unwrap();
        }
        played.pass(1 + late * SECOND);
        prop_assert!(played.heard(DispatchNews::CheckIn).contains(&one));
        let due = |minutes: i64| late * SECOND >= minutes * MINUTE;
        prop_assert_eq!(played.heard(DispatchNews::OtherSilent).contains(&other), pair && due(2));
        let desk = played.heard(DispatchNews::Overdue).len();
        let first = if pair { 4 } else { 2 };
        prop_assert_eq!(desk >= 1, due(first), "the desk hears of it {} minutes later", first);
        prop_assert_eq!(desk >= 2, due(first + 5));
        if due(first) && played.alert.is_live(played.now) {
            played.press(number(one), Press::Well).unwrap();
            prop_assert_eq!(played.heard(DispatchNews::IsWell).len(), 1, "and that they are well");
            prop_assert!(played.dispatch.of(one).unwrap().overdue.is_none());
        }
    }
}

fn in_order(played: &Played) -> Vec<usize> {
    played.dispatch.asked.iter().map(|asked| (0..16).find(|number| member(*number) == asked.member).unwrap()).collect()
}

#[test]
fn the_nearest_are_asked_first_and_among_them_whoever_was_asked_least_lately() {
    let (near, far) =
        (middle().neighbours()[0], middle().neighbours()[0].neighbours().into_iter().find(|cell| cell.steps_to(middle()) == 2));
    let observer = |number, cell| able(number, &[FieldRole::Observer], cell);
    let mut people =
        vec![observer(0, None), observer(1, far), observer(2, Some(near)), observer(3, Some(middle())), observer(4, Some(near))];
    people[2].asked_last = Some(NOW.plus(-HOUR));
    let played = Played::begins(vec![quota(FieldRole::Observer, 2)], people);
    assert_eq!(in_order(&played), [3, 4, 2, 1], "here, near and not asked lately, near, two steps; whoever says nothing comes last");
}

#[test]
fn a_ring_asks_a_few_for_each_free_place_and_widens_until_they_are_filled_or_nobody_is_left() {
    let mut played = Played::begins(vec![quota(FieldRole::Observer, 4)], people());
    assert_eq!(played.dispatch.asked.len(), 8);
    let first = in_order(&played);
    played.press(first[0], Press::Going { minutes: 5 }).unwrap();
    played.press(first[1], Press::Going { minutes: 5 }).unwrap();
    played.pass(WIDEN_AFTER - 1);
    assert_eq!(played.dispatch.asked.len(), 8, "not before its time");
    played.pass(1);
    assert_eq!(played.dispatch.asked.len(), 12, "two places, four more");
    played.pass(WIDEN_AFTER);
    assert_eq!(played.dispatch.asked.len(), 16);
    assert_eq!(played.heard(DispatchNews::NobodyLeft), vec![]);
    played.pass(WIDEN_AFTER);
    assert_eq!(played.heard(DispatchNews::NobodyLeft).len(), 1, "the desk is told once");
    played.pass(3 * WIDEN_AFTER);
    assert_eq!(played.heard(DispatchNews::NobodyLeft).len(), 1);
    // Somebody comes on duty: they are asked, and the desk would hear anew that nobody is left.
    played.able.push(able(40, &[FieldRole::Observer], None));
    assert!(played.tick());
    assert_eq!(played.dispatch.asked.last().unwrap().member, member(40));
    assert_eq!(played.dispatch.nobody_left, None);
    played.holds();
}

#[test]
fn whoever_can_do_something_rarer_is_asked_for_that() {
    let speaks = |number: usize, language: &str| {
        let mut one = able(number, &[FieldRole::Observer, FieldRole::Interpreter], Some(middle()));
        one.ready.as_mut().unwrap().languages = vec![language.to_owned()];
        one
    };
    let people = vec![speaks(0, "so"), speaks(1, "pl"), able(2, &[FieldRole::Observer], None), able(3, &[FieldRole::Observer], None)];
    let somali = Quota { role: FieldRole::Interpreter, language: Some("so".into()), wanted: 1 };
    assert_eq!(somali.words(), "Somali interpreters");
    let played = Played::begins(vec![quota(FieldRole::Observer, 2), somali], people);
    let of = |number| played.dispatch.of(member(number)).map(|asked| asked.quota);
    assert_eq!((of(0), of(1), of(2), of(3)), (Some(1), Some(0), Some(0), Some(0)));
}

#[test]
fn enough_is_said_once_and_a_late_yes_is_refused_kindly_until_a_place_is_free_again() {
    let mut played = Played::begins(vec![quota(FieldRole::Observer, 2)], people());
    let asked = in_order(&played);
    played.press(asked[0], Press::Going { minutes: 10 }).unwrap();
    assert!(played.dispatch.waits_for_second(member(asked[0])), "the first of a pair waits for the second");
    played.press(asked[1], Press::Going { minutes: 10 }).unwrap();
    assert!(!played.dispatch.waits_for_second(member(asked[0])));
    assert_eq!(played.heard(DispatchNews::PairChanged), vec![member(asked[0])], "whoever presses sees it on their page");
    assert_eq!(played.heard(DispatchNews::Enough).len(), 2);
    assert_eq!(played.press(asked[2], Press::Going { minutes: 10 }), Err(Bell::DispatchEnough.into()));
    // One cannot after all: the other is told, and a place is free for whoever stands by.
    played.press(asked[1], Press::Cannot).unwrap();
    assert_eq!(played.heard(DispatchNews::PairChanged), vec![member(asked[0]); 2]);
    played.press(asked[2], Press::Going { minutes: 10 }).unwrap();
    assert_eq!(played.dispatch.of(member(asked[2])).unwrap().partner, Some(member(asked[0])));
    assert_eq!(played.heard(DispatchNews::Enough).len(), 2, "nobody hears it twice");
    // And whoever could not can, when there is a place, as a press is taken back.
    assert_eq!(played.press(asked[1], Press::Going { minutes: 5 }), Err(Bell::DispatchEnough.into()));
    played.holds();
}

/// Four who were asked: the first two go, the others stand by.
fn full() -> (Played, Vec<usize>) {
    let mut played = Played::begins(vec![quota(FieldRole::Observer, 2)], people());
    let asked = in_order(&played);
    for who in &asked[..2] {
        played.press(*who, Press::Going { minutes: 10 }).unwrap();
    }
    assert_eq!(played.heard(DispatchNews::Enough), [member(asked[2]), member(asked[3])]);
    (played, asked)
}

#[test]
fn a_place_that_is_given_up_is_offered_to_those_who_stand_by_and_then_to_the_next() {
    for gives_up in [Press::Cannot, Press::CannotFind, Press::Left] {
        let (mut played, asked) = full();
        if gives_up == Press::Left {
            played.press(asked[1], Press::OnScene).unwrap();
        }
        played.press(asked[1], gives_up).unwrap();
        assert_eq!(played.dispatch.missing(0), 1, "{gives_up:?}");
        assert!(played.dispatch.waits_for_second(member(asked[0])), "and the other waits for a second one");
        played.pass(WIDEN_AFTER);
        assert_eq!(played.heard(DispatchNews::PlaceFree), [member(asked[2]), member(asked[3])], "two for one place");
        assert_eq!(played.dispatch.asked.len(), 4, "nobody new is rung for it yet");
        played.holds();
        played.pass(WIDEN_AFTER);
        let after = in_order(&played);
        assert_eq!(after.len(), 6, "then the next two are");
        played.press(after[4], Press::Going { minutes: 10 }).unwrap();
        assert_eq!(played.dispatch.of(member(after[4])).unwrap().partner, Some(member(asked[0])));
        let enough = played.heard(DispatchNews::Enough);
        let mut again: Vec<MemberId> = [asked[2], asked[3], after[5]].map(member).to_vec();
        if gives_up == Press::CannotFind {
            again.insert(0, member(asked[1]));
            assert_eq!(played.dispatch.of(member(asked[1])).unwrap().answer, Answer::StoodBy, "nobody looks on in vain");
        }
        assert_eq!(enough[2..], again, "once for each time that it is full, to whoever waited");
        assert_eq!(played.dispatch.filled(0), 2);
        played.holds();
    }
}

#[test]
fn who_cannot_find_it_is_waited_for_and_has_the_place_again_while_it_is_free() {
    let (mut played, asked) = full();
    played.press(asked[1], Press::CannotFind).unwrap();
    let looks = played.dispatch.of(member(asked[1])).unwrap();
    assert!(looks.check_in_by.is_some() && looks.answer.out(), "they are out, and must say that they are well");
    played.press(asked[1], Press::OnScene).unwrap();
    assert_eq!(played.dispatch.filled(0), 2);
    assert_eq!(played.dispatch.of(member(asked[1])).unwrap().partner, Some(member(asked[0])));
    // The desk looks for whoever is silent, also when others have the place.
    played.press(asked[1], Press::CannotFind).unwrap();
    assert_eq!(played.dispatch.of(member(asked[1])).unwrap().answer, Answer::Going, "who was there is looking again");
    played.press(asked[0], Press::OnScene).unwrap();
    played.pass(15 * MINUTE);
    assert!(played.dispatch.of(member(asked[1])).unwrap().overdue.is_some());
    played.press(asked[2], Press::Going { minutes: 5 }).unwrap();
    assert!(played.dispatch.of(member(asked[1])).unwrap().overdue.is_some(), "a full role ends no search for somebody");
    played.press(asked[1], Press::Well).unwrap();
    assert_eq!(played.dispatch.of(member(asked[1])).unwrap().answer, Answer::StoodBy);
    played.holds();
}

#[test]
fn who_never_left_goes_before_somebody_on_the_way_and_sends_nobody_away_who_is_there() {
    let (mut played, asked) = full();
    played.press(asked[1], Press::OnScene).unwrap();
    played.press(asked[1], Press::Left).unwrap();
    assert_eq!(played.heard(DispatchNews::OtherLeaves), [member(asked[0])]);
    played.press(asked[2], Press::Going { minutes: 5 }).unwrap();
    played.press(asked[0], Press::OnScene).unwrap();
    played.press(asked[1], Press::StillThere).unwrap();
    assert_eq!(played.dispatch.of(member(asked[2])).unwrap().answer, Answer::StoodBy);
    assert_eq!(played.heard(DispatchNews::Enough).last(), Some(&member(asked[2])), "they hear it although they heard it before");
    assert_eq!(played.dispatch.of(member(asked[1])).unwrap().partner, Some(member(asked[0])));
    played.holds();
    played.press(asked[1], Press::Left).unwrap();
    played.press(asked[2], Press::OnScene).unwrap();
    assert_eq!(played.press(asked[1], Press::StillThere), Err(Bell::DispatchEnough.into()));
    played.holds();
}

#[test]
fn what_is_pressed_by_mistake_is_taken_back_and_what_does_not_fit_is_refused() {
    let mut played = Played::begins(vec![quota(FieldRole::Observer, 2)], people());
    let asked = in_order(&played);
    let wrong = Err(Bell::DispatchPressWrong.into());
    assert_eq!(played.press(15, Press::Cannot), wrong, "whoever was not asked presses nothing");
    for press in [Press::NotThere, Press::CannotFind, Press::Well, Press::Left, Press::StillThere, Press::Going { minutes: 0 }] {
        assert_eq!(played.press(asked[0], press), wrong, "{press:?}");
    }
    played.press(asked[0], Press::Going { minutes: 10 }).unwrap();
    assert_eq!(played.press(asked[0], Press::Left), wrong);
    played.press(asked[0], Press::OnScene).unwrap();
    played.press(asked[0], Press::NotThere).unwrap();
    assert_eq!(played.dispatch.of(member(asked[0])).unwrap().answer, Answer::Going);
    played.press(asked[0], Press::CannotFind).unwrap();
    assert_eq!(played.heard(DispatchNews::CannotFind).len(), 1, "the desk hears of it");
    played.press(asked[0], Press::OnScene).unwrap();
    played.press(asked[0], Press::Left).unwrap();
    assert_eq!(played.dispatch.of(member(asked[0])).unwrap().check_in_by, None, "leaving ends the check-in");
    played.press(asked[0], Press::StillThere).unwrap();
    assert!(played.dispatch.of(member(asked[0])).unwrap().check_in_by.is_some());
    played.holds();
}

#[test]
fn at_the_end_whoever_is_there_is_asked_to_say_that_they_left_and_silence_reaches_the_desk() {
    let mut played = Played::begins(vec![quota(FieldRole::Observer, 4)], people());
    let asked = in_order(&played);
    played.press(asked[0], Press::OnScene).unwrap();
    played.press(asked[1], Press::OnScene).unwrap();
    played.press(asked[2], Press::Going { minutes: 10 }).unwrap();
    played.alert.state = AlertState::StoodDown;
    played.alert.ended_at = Some(played.now);
    played.pass(0);
    assert_eq!(played.dispatch.over_at, Some(played.now));
    assert_eq!(played.heard(DispatchNews::SayLeft).len(), 2, "those who are there");
    assert!(played.dispatch.open());
    for press in [Press::Going { minutes: 5 }, Press::OnScene, Press::Cannot] {
        assert_eq!(played.press(asked[2], press), Err(Bell::DispatchOver.into()));
    }
    played.press(asked[0], Press::Left).unwrap();
    let before = played.dispatch.asked.len();
    played.pass(15 * MINUTE + OVERDUE_STEP_AFTER);
    assert_eq!(played.dispatch.asked.len(), before, "nobody else is asked");
    assert_eq!(played.heard(DispatchNews::Overdue).len(), 1, "the desk looks for the one who said nothing");
    let id = played.id();
    let desk = caller(MemberId([1; 16]), &[Role::Triager]);
    let change = is_well(id, &desk, &played.dispatch, member(asked[1]), played.now).unwrap();
    played.take(change);
    assert!(!played.dispatch.open(), "then nothing is to come");
    assert_eq!(due_at(&played.dispatch, &played.alert), None);
    assert_eq!(played.dispatch.forget_at(), played.dispatch.over_at.unwrap().plus(DISPATCH_KEPT));
    assert_eq!(played.heard(DispatchNews::Enough), vec![], "the end is the bell's word, not this one");
}

#[test]
fn fewer_wanted_means_that_the_latest_stand_by_and_nobody_there_is_sent_away() {
    let mut played = Played::begins(vec![quota(FieldRole::Observer, 4)], people());
    let asked = in_order(&played);
    for place in &asked[..4] {
        played.press(*place, Press::Going { minutes: 10 }).unwrap();
    }
    let already = played.heard(DispatchNews::Enough);
    let approver = caller(MemberId([1; 16]), &[Role::Approver]);
    let wants = |played: &mut Played, wanted: Vec<Quota>| {
        let id = played.id();
        let change = plan(id, &approver, &played.alert, Some(&played.dispatch), &played.dispatch, wanted, played.now)?;
        played.take(change);
        Ok::<(), Refusal>(())
    };
    wants(&mut played, vec![quota(FieldRole::Observer, 2)]).unwrap();
    let told: Vec<MemberId> = played.heard(DispatchNews::Enough).into_iter().filter(|told| !already.contains(told)).collect();
    assert_eq!(told, {
        let mut latest = vec![member(asked[2]), member(asked[3])];
        latest.sort_unstable();
        latest
    });
    played.holds();
    for wrong in [vec![quota(FieldRole::Observer, 3)], vec![quota(FieldRole::Observer, 10)], vec![quota(FieldRole::FirstAider, 1)]] {
        assert_eq!(wants(&mut played, wrong), Err(Bell::QuotaWrong.into()));
    }
    let triager = caller(MemberId([1; 16]), &[Role::Triager]);
    let no = plan(ChangeId([1; 16]), &triager, &played.alert, None, &played.dispatch, vec![quota(FieldRole::Observer, 2)], played.now);
    assert_eq!(no.unwrap_err(), Bell::ApproverNeeded.into());
}

#[test]
fn what_somebody_on_duty_says_ends_with_the_duty_and_names_areas_of_the_list_only() {
    let (id, known) = (member(3), [middle(), middle().neighbours()[0]]);
    let duty = Duty::of(id, NOW, 2 * HOUR, true);
    let me = caller(id, &[Role::FirstAider]);
    let said = |cells: Vec<Cell>, languages: &[&str], duty: Option<&Duty>, now| {
        say(ChangeId([1; 16]), &me, duty, cells, languages.iter().map(|one| (*one).to_owned()).collect(), &known, now)
    };
    match said(vec![middle(), middle()], &["so"], Some(&duty), NOW).unwrap().what {
        What::ReadySaid { ready } => assert_eq!((ready.cells, ready.until), (vec![middle()], duty.until)),
        other => panic!("{}", other.name()),
    }
    let far = middle().neighbours()[3];
    assert_eq!(said(vec![far], &[], Some(&duty), NOW).unwrap_err(), People::ReadyWrong.into());
    assert_eq!(said(vec![], &["xx"], Some(&duty), NOW).unwrap_err(), People::ReadyWrong.into());
    assert_eq!(said(vec![], &[], Some(&duty), duty.until).unwrap_err(), People::DutyNotOn.into());
    assert_eq!(said(vec![], &[], None, NOW).unwrap_err(), People::DutyNotOn.into());
}

#[test]
fn who_was_asked_lately_is_read_from_what_is_kept() {
    let played = Played::begins(vec![quota(FieldRole::Observer, 2)], people());
    let later = Dispatch { asked: vec![Asked { at: NOW.plus(HOUR), ..played.dispatch.asked[0].clone() }], ..played.dispatch.clone() };
    let lately: BTreeMap<MemberId, Timestamp> = asked_lately(&[later, played.dispatch.clone()]);
    assert_eq!(lately[&played.dispatch.asked[0].member], NOW.plus(HOUR));
    assert_eq!(lately[&played.dispatch.asked[1].member], NOW);
}
