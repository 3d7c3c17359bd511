//! Dispatched: observers asked by rings in a made-up town, apart from the big script.
//!
//! A member rings a dispatch; the clock widens it; observers say yes, no or nothing, come on duty and go off;
//! the desk wants more or fewer and sends updates; push services take, refuse and hang, and the commits of the
//! ringer, the escalator and the nudger fail or are written unseen. After everything healed the same must hold:
//! whoever took any ring's start has taken its end, and nobody else; nobody was asked twice; no more go than
//! are wanted; "enough" was said once for each time that somebody waited, to those who were asked; a free place was
//! offered to those who stand by; whoever was silent reached the desk.

use crate::chance::Seeded;
use crate::town::{Town, log_key};
use handbell::acts::bell::{self, Composed, NewSubscription, Wished, subscribe_observer};
use handbell::acts::{desk, dispatch as acts, people, street};
use handbell::push::SignedMessage;
use handbell::store::Store;
use handbell::store::memory::{Fault, MemoryStore};
use handbell::work::{escalator, nudger, ringer};
use handbell::world::{Push, World};
use handbell_rules::bell::alert::{ALERT_LIVES_MINUTES, RingKind};
use handbell_rules::bell::delivery::{Answer, Leased};
use handbell_rules::bell::dispatch::{Dispatch, Press, Quota, due_at};
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::nudged::DutyMessage;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::desk::claim::{Certainty, NewClaim};
use handbell_rules::id::{AlertId, MemberId};
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::people::nudge::{About, DispatchNews};
use handbell_rules::playbook::{AreaSlot, ClockTime, CountBand, FieldRole, Reach, SlotKind, Slots, Spot, UpdateText};
use handbell_rules::refusal::Refusal;
use handbell_rules::street::report::{Basis, Happening, NewReport, Observed, Route};
use handbell_rules::time::{MINUTE, SECOND, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

const OBSERVERS: u8 = 18;

fn now<T>(future: impl Future<Output = T>) -> T {
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => unreachable!("this world never gives way"),
    }
}

/// Phones that take, refuse or hang, and remember what they took, or may have.
struct Phones {
    luck: Seeded,
    fine: Mutex<bool>,
    took: Mutex<Vec<(MemberId, AlertId, RingKind)>>,
    perhaps: Mutex<BTreeSet<(MemberId, AlertId)>>,
    nudged: Mutex<Vec<(MemberId, DutyMessage)>>,
}

#[async_trait::async_trait]
impl Push for Phones {
    async fn send(&self, leased: &Leased, to: &Subscription, _message: &SignedMessage, _now: Timestamp) -> Answer {
        let member = to.member.unwrap();
        let fine = *self.fine.lock().unwrap();
        let answer = if fine {
            Answer::Accepted
        } else {
            self.luck.pick(&[Answer::Accepted, Answer::Accepted, Answer::Later, Answer::Hung]).unwrap()
        };
        match answer {
            Answer::Accepted => self.took.lock().unwrap().push((member, leased.alert, leased.kind)),
            Answer::Hung if leased.kind.is_live() => drop(self.perhaps.lock().unwrap().insert((member, leased.alert))),
            _ => {}
        }
        answer
    }
    async fn nudge(&self, to: &Subscription, message: &DutyMessage, _expires_at: Timestamp, _now: Timestamp) -> Answer {
        self.nudged.lock().unwrap().push((to.member.unwrap(), message.clone()));
        if *self.fine.lock().unwrap() {
            Answer::Accepted
        } else {
            self.luck.pick(&[Answer::Accepted, Answer::Later, Answer::Hung]).unwrap()
        }
    }
    fn accepts(&self, _endpoint: &str, _key: &[u8], _secret: &[u8]) -> Result<(), Refusal> {
        Ok(())
    }
}

struct Sent {
    seed: u64,
    town: Town,
    world: World,
    store: Arc<MemoryStore>,
    phones: Arc<Phones>,
    luck: Seeded,
    wren: DeskCaller,
    finches: Vec<DeskCaller>,
    alert: AlertId,
    /// How often each of those who were asked took a place.
    went: Mutex<BTreeMap<MemberId, u32>>,
    /// How often a free place was offered to somebody who stood by, as far as nudges are kept.
    offered: AtomicU32,
}

fn slots(world: &World) -> Slots {
    let kind = world.group.playbook.kind("immigration-visit").unwrap();
    let wanted = &kind.reach(Reach::Dispatch, false).unwrap().slots;
    let area = world.group.areas.areas()[0].id.clone();
    let has = |slot| wanted.contains(&slot);
    Slots {
        area: has(SlotKind::Area).then(|| AreaSlot::Named(vec![area])),
        spot: has(SlotKind::Spot).then(|| Spot::new("Mill Walk and Heron Row").unwrap()),
        agency: has(SlotKind::Agency).then(|| kind.agencies[0].clone()),
        activity: has(SlotKind::Activity).then(|| kind.activities[0].clone()),
        time: has(SlotKind::Time).then(|| ClockTime::new(14, 5).unwrap()),
        count: has(SlotKind::Count).then_some(CountBand::ALL[0]),
    }
}

impl Sent {
    /// A town in which a dispatch was rung a moment ago.
    fn of(seed: u64) -> Self {
        let town = Town::new(seed, Status::Actual, None, 1, false);
        let store = Arc::new(MemoryStore::new(Arc::new(log_key()), Status::Actual));
        let phones = Arc::new(Phones {
            luck: Seeded::new(seed, 18),
            fine: Mutex::new(false),
            took: Mutex::default(),
            perhaps: Mutex::default(),
            nudged: Mutex::default(),
        });
        let luck = Seeded::new(seed, 19);
        let world = World { store: store.clone(), push: phones.clone(), ..town.quiet.clone() };
        let member = |name: &str, roles: &[Role], number: u8| {
            let link = now(people::invite(&world, name, roles)).unwrap();
            let signed = now(people::sign_in(&world, link.text(), None)).unwrap();
            let caller = now(people::who(&world, signed.session.text(), signed.device.unwrap().text())).unwrap();
            let phone = NewSubscription {
                endpoint: format!("https://push.example/{number}"),
                key: vec![4; 65],
                secret: vec![1; 16],
                cells: vec![],
                kinds: vec![],
                language: "en".into(),
                discreet: false,
                wished: Wished::default(),
            };
            now(subscribe_observer(&world, &caller, phone)).unwrap();
            caller
        };
        let wren = member("Wren", &[Role::Triager, Role::Approver], 1);
        let heron = member("Heron", &[Role::Triager, Role::Approver], 2);
        for caller in [&wren, &heron] {
            now(people::start_duty(&world, caller, 4)).unwrap();
        }
        let finches: Vec<DeskCaller> = (0..OBSERVERS)
            .map(|number| {
                let roles: &[Role] = if number % 3 == 0 { &[Role::Observer, Role::FirstAider] } else { &[Role::Observer] };
                let finch = member(&format!("Finch {number}"), roles, 10 + number);
                if luck.percent(85) {
                    now(people::start_duty(&world, &finch, 4)).unwrap();
                    let area = luck.pick(world.group.areas.areas()).unwrap().id;
                    if luck.percent(70) {
                        now(acts::say_ready(&world, &finch, &[area], vec![])).unwrap();
                    }
                }
                finch
            })
            .collect();
        now(people::start_duty(&world, &finches[0], 4)).unwrap();
        let at = world.now();
        let told = NewReport {
            kind: "immigration-visit".into(),
            basis: Basis::Saw,
            happening: Happening::Now,
            observed: Observed { from: at, to: at },
            place: "a corner".into(),
            point: None,
            text: String::new(),
            officers: None,
            vehicles: None,
            people: None,
            route: Route::Web,
            language: "en".into(),
        };
        let report = now(street::file_from_the_scene(&world, &finches[0], told)).unwrap().report;
        let incident = now(desk::open_incident(&world, &heron, report, false)).unwrap();
        let claim = NewClaim {
            predicate: "activity".into(),
            value: "going-on".into(),
            range: None,
            report: Some(report),
            official: String::new(),
            certainty: Certainty::Observed,
        };
        now(desk::record_claim(&world, &heron, incident, claim)).unwrap();
        let areas = vec![world.group.areas.areas()[0].id.clone()];
        let composed = Composed { reach: Reach::Dispatch, areas, slots: slots(&world), lives_minutes: ALERT_LIVES_MINUTES[1] };
        let alert = now(bell::draft(&world, &heron, incident, composed)).unwrap();
        now(bell::approve(&world, &wren, alert)).unwrap();
        now(bell::ring(&world, &wren, alert)).unwrap();
        let (went, offered) = (Mutex::default(), AtomicU32::new(0));
        Self { seed, town, world, store, phones, luck, wren, finches, alert, went, offered }
    }

    fn dispatch(&self) -> Dispatch {
        now(self.store.dispatch(self.alert)).unwrap().unwrap()
    }

    /// Something happens; refusals and races are part of it.
    fn something(&self) {
        let (world, luck) = (&self.world, &self.luck);
        let finch = luck.pick(&self.finches).unwrap();
        if luck.percent(30) {
            // A quarter of an hour is short, so somebody mostly renews it.
            let _ = now(bell::renew(world, &self.wren, self.alert));
        }
        match luck.below(20) {
            0..=13 => {
                // Mostly somebody who was asked.
                let asked: Vec<MemberId> = self.dispatch().asked.iter().map(|asked| asked.member).collect();
                let one = luck.pick(&asked).unwrap();
                let who = self.finches.iter().find(|finch| finch.member == one).filter(|_| luck.percent(90)).unwrap_or(&finch);
                let minutes = u8::try_from(luck.between(1, 30)).unwrap();
                let press = luck
                    .pick(&[
                        Press::Going { minutes },
                        Press::Going { minutes },
                        Press::Cannot,
                        Press::Cannot,
                        Press::OnScene,
                        Press::Well,
                        Press::Left,
                        Press::CannotFind,
                        Press::NotThere,
                        Press::StillThere,
                    ])
                    .unwrap();
                let held = |dispatch: &Dispatch| dispatch.of(who.member).is_some_and(|asked| asked.fills());
                let before = held(&self.dispatch());
                let _ = now(acts::answer(world, who, self.alert, press));
                if held(&self.dispatch()) && !before {
                    *self.went.lock().unwrap().entry(who.member).or_default() += 1;
                }
            }
            14 => {
                let of = |role, wanted: i64| Quota { role, language: None, wanted: u8::try_from(wanted).unwrap() };
                let wanted = vec![of(FieldRole::Observer, 2 * luck.between(1, 4)), of(FieldRole::FirstAider, luck.between(0, 2))];
                let _ = now(acts::plan(world, &self.wren, self.alert, wanted));
            }
            15 => drop(now(people::end_duty(world, &finch))),
            16 => drop(now(people::start_duty(world, &finch, 2))),
            17 => {
                let overdue: Vec<MemberId> =
                    self.dispatch().asked.iter().filter(|asked| asked.overdue.is_some()).map(|asked| asked.member).collect();
                if let Some(member) = luck.pick(&overdue) {
                    let _ = now(acts::is_well(world, &self.wren, self.alert, member));
                }
            }
            18 => {
                if let Ok(update) = now(bell::draft_update(world, &self.wren, self.alert, UpdateText::InterpreterWanted)) {
                    let _ = now(bell::approve(world, &self.wren, update));
                    let _ = now(bell::ring(world, &self.wren, update));
                }
            }
            _ => {}
        }
    }

    /// The workers, with commits that fail or are written unseen: a step that breaks off is a crash.
    fn shaky_work(&self) -> u32 {
        let mut broke_off = 0;
        for _ in 0..3 {
            if self.luck.percent(50) {
                let fault = self.luck.pick(&[Fault::Fails, Fault::FailsButPersists]).unwrap();
                let skipped = self.luck.place(3);
                // What is said again three times in vain has crashed; less is only a hiccup.
                let times = self.luck.pick(&[1, 2, 3, 3]).unwrap();
                self.store.plant((0..skipped).map(|_| None).chain((0..times).map(|_| Some(fault))));
            }
            broke_off += u32::from(now(escalator::step(&self.world)).is_err());
            broke_off += u32::from(now(ringer::step(&self.world)).is_err());
            broke_off += u32::from(now(nudger::step(&self.world)).is_err());
        }
        self.store.heal();
        broke_off
    }

    /// The workers on a good day, until the escalator rests.
    fn work(&self) {
        for _ in 0..100 {
            if now(escalator::step(&self.world)).unwrap().moved == 0 {
                return;
            }
        }
        panic!("seed {}: the escalator never rests", self.seed);
    }

    fn check(&self) {
        let (seed, at) = (self.seed, self.world.now());
        let dispatch = self.dispatch();
        let alert = now(self.store.alert(self.alert)).unwrap().unwrap();
        for (place, quota) in dispatch.quotas.iter().enumerate() {
            assert!(dispatch.filled(place) <= usize::from(quota.wanted), "seed {seed}: more {} than wanted", quota.words());
        }
        let asked: BTreeSet<MemberId> = dispatch.asked.iter().map(|asked| asked.member).collect();
        assert_eq!(asked.len(), dispatch.asked.len(), "seed {seed}: somebody was asked twice");
        assert!(due_at(&dispatch, &alert).is_none_or(|due| due > at), "seed {seed}: it stands past its clock: {dispatch:?}");
        let tally = now(self.store.tally(self.alert)).unwrap();
        let told: u64 = tally.iter().filter(|(kind, _)| *kind == RingKind::Alert).map(|(_, tally)| tally.told_list).sum();
        assert_eq!(told, asked.len() as u64, "seed {seed}: whoever is asked stands on a told list, and nobody else");
        assert!(tally.iter().filter(|(kind, _)| *kind == RingKind::Alert).count() as u32 == dispatch.rings, "seed {seed}");
        let (mut enough, mut free): (BTreeMap<MemberId, u32>, BTreeMap<MemberId, u32>) = Default::default();
        for nudge in now(self.store.nudges()).unwrap() {
            match nudge.about {
                About::Dispatch(DispatchNews::Enough, _) => *enough.entry(nudge.to).or_default() += 1,
                About::Dispatch(DispatchNews::PlaceFree, _) => *free.entry(nudge.to).or_default() += 1,
                _ => {}
            }
        }
        let went = self.went.lock().unwrap();
        for (member, told) in enough {
            let between = free.get(&member).unwrap_or(&0) + went.get(&member).unwrap_or(&0);
            assert!(asked.contains(&member) && told <= 1 + between, "seed {seed}: {told} times enough and {between} times a place");
        }
        assert!(free.keys().all(|member| asked.contains(member)), "seed {seed}: a place is offered to those who were asked");
        self.offered.store(free.values().sum(), Ordering::Relaxed);
        for (member, _, kind) in self.phones.took.lock().unwrap().iter() {
            assert!(asked.contains(member), "seed {seed}: a {} reached somebody who was not asked", kind.word());
        }
    }

    /// Stands it down, heals everything and lets the workers finish.
    fn ends(&self) {
        now(bell::end(&self.world, &self.wren, self.alert, self.luck.percent(30))).unwrap();
        self.shaky_work();
        self.shaky_work();
        *self.phones.fine.lock().unwrap() = true;
        for _ in 0..60 {
            self.work();
            let next = now(ringer::step(&self.world)).unwrap().next;
            now(nudger::step(&self.world)).unwrap();
            self.town.stage.move_clock(MINUTE);
            if next.is_none() {
                // The minute that passed last may have made something due.
                self.work();
                return;
            }
        }
        panic!("seed {}: the ringer never rests", self.seed);
    }

    fn everybody_heard(&self) -> usize {
        let seed = self.seed;
        let took = self.phones.took.lock().unwrap().clone();
        let perhaps = self.phones.perhaps.lock().unwrap().clone();
        let starts: BTreeSet<MemberId> = took.iter().filter(|(_, _, kind)| kind.is_live()).map(|(member, ..)| *member).collect();
        let ends: BTreeSet<MemberId> = took.iter().filter(|(_, _, kind)| !kind.is_live()).map(|(member, ..)| *member).collect();
        for member in &starts {
            assert!(ends.contains(member), "seed {seed}: somebody took the start and never heard the end");
            let last = took.iter().rfind(|(who, ..)| who == member).unwrap();
            assert!(!last.2.is_live(), "seed {seed}: the end comes last");
        }
        for member in &ends {
            let heard = starts.contains(member) || perhaps.contains(&(*member, self.alert));
            assert!(heard, "seed {seed}: somebody heard an end and no start");
        }
        // Whoever was there and says nothing: the desk knows, and the clock rests.
        for _ in 0..60 {
            self.town.stage.move_clock(MINUTE);
            self.work();
        }
        let dispatch = self.dispatch();
        for asked in dispatch.asked.iter().filter(|asked| asked.check_in_by.is_some()) {
            assert!(asked.overdue.is_some_and(|overdue| overdue.at_the_desk()), "seed {seed}: silence never reached the desk: {asked:?}");
        }
        dispatch.rings as usize
    }
}

#[test]
fn whoever_was_asked_by_any_ring_hears_the_end_whatever_crashes() {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let (mut crashes, mut wider, mut lonely, mut offered) = (0, 0, 0, 0);
    for seed in 0..150 {
        let sent = Sent::of(seed);
        for _ in 0..30 {
            sent.something();
            sent.town.stage.move_clock(sent.luck.pick(&[0, SECOND, 20 * SECOND, 70 * SECOND, 2 * MINUTE, 4 * MINUTE]).unwrap());
            crashes += sent.shaky_work();
            sent.work();
            sent.check();
            let alert = now(sent.store.alert(sent.alert)).unwrap().unwrap();
            if !alert.is_live(sent.world.now()) || sent.luck.one_in(40) {
                break;
            }
        }
        offered += sent.offered.load(Ordering::Relaxed);
        sent.ends();
        sent.check();
        wider += u32::from(sent.everybody_heard() > 1);
        lonely += u32::from(sent.dispatch().nobody_left.is_some());
        for line in now(sent.store.journal(0, u32::MAX)).unwrap() {
            *seen.entry(line.what).or_default() += 1;
        }
    }
    // What never happened was not tried.
    for what in
        ["dispatch-planned", "dispatch-widened", "dispatch-moved", "dispatch-answered", "ready-said", "nudge-settled", "alert-ended"]
    {
        assert!(seen.get(what).is_some_and(|count| *count >= 40), "{what} hardly happened: {seen:?}");
    }
    assert!(offered >= 20, "{offered} free places were offered to those who stood by");
    assert!(crashes >= 200 && wider >= 40 && lonely >= 5, "{crashes} crashes, {wider} wider rings, {lonely} with nobody left");
}
