//! Watched: the desk's clock in a made-up town, apart from the big script.
//!
//! Observers press what they like or nothing, shifts begin and end, reports come in, time jumps, and the
//! escalator's and nudger's commits fail or are written unseen. After every healthy round the same must hold:
//! no look stands past its clock without somebody told, each step of an escalation happened once, and no
//! phone was nudged too late or for somebody else's turn. The same seed is the same town.

use crate::chance::Seeded;
use crate::town::{Town, log_key};
use handbell::acts::bell::{NewSubscription, Wished, subscribe_observer};
use handbell::acts::look::Press;
use handbell::acts::{StreetCaller, desk, look, people, street, watch};
use handbell::push::SignedMessage;
use handbell::store::memory::{Fault, MemoryStore};
use handbell::work::{escalator, nudger};
use handbell::world::{Push, World};
use handbell_rules::bell::delivery::{Answer, Leased};
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::nudged::DutyMessage;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::desk::escalation::{ALL_AFTER, NEXT_AFTER, Step};
use handbell_rules::desk::hold::InHand;
use handbell_rules::desk::look::{Found, Look, LookState, NewLook, due_at};
use handbell_rules::id::{IncidentId, LookId, MemberId};
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::people::nudge::About;
use handbell_rules::refusal::Refusal;
use handbell_rules::street::report::{Basis, Happening, NewReport, Observed, ReportState, Route};
use handbell_rules::time::{MINUTE, SECOND, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

fn now<T>(future: impl Future<Output = T>) -> T {
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => unreachable!("this world never gives way"),
    }
}

/// Phones that take, refuse or hang, and remember what they were told.
struct DutyPhones {
    luck: Seeded,
    told: Mutex<Vec<(MemberId, DutyMessage)>>,
    too_late: Mutex<u32>,
}

#[async_trait::async_trait]
impl Push for DutyPhones {
    async fn send(&self, _leased: &Leased, _to: &Subscription, _message: &SignedMessage, _now: Timestamp) -> Answer {
        Answer::Later
    }
    async fn nudge(&self, to: &Subscription, message: &DutyMessage, expires_at: Timestamp, now: Timestamp) -> Answer {
        if now >= expires_at {
            *self.too_late.lock().unwrap() += 1;
        }
        self.told.lock().unwrap().push((to.member.unwrap(), message.clone()));
        self.luck.pick(&[Answer::Accepted, Answer::Accepted, Answer::Later, Answer::Hung]).unwrap()
    }
    fn accepts(&self, _endpoint: &str, _key: &[u8], _secret: &[u8]) -> Result<(), Refusal> {
        Ok(())
    }
}

struct Desk {
    town: Town,
    world: World,
    store: Arc<MemoryStore>,
    phones: Arc<DutyPhones>,
    luck: Seeded,
    wrens: Vec<DeskCaller>,
    finches: Vec<DeskCaller>,
    incident: IncidentId,
}

impl Desk {
    fn of(seed: u64) -> Self {
        let town = Town::new(seed, Status::Actual, None, 1, false);
        let store = Arc::new(MemoryStore::new(Arc::new(log_key()), Status::Actual));
        let phones = Arc::new(DutyPhones { luck: Seeded::new(seed, 8), told: Mutex::default(), too_late: Mutex::default() });
        let world = World { store: store.clone(), push: phones.clone(), ..town.quiet.clone() };
        let member = |name: &str, role: Role, number: u8| {
            let link = now(people::invite(&world, name, &[role])).unwrap();
            let signed = now(people::sign_in(&world, link.text(), None)).unwrap();
            let caller = now(people::who(&world, signed.session.text(), signed.device.unwrap().text())).unwrap();
            let endpoint = format!("https://push.example/{number}");
            let (cells, kinds) = (vec![], vec![]);
            let phone = NewSubscription {
                endpoint,
                key: vec![4; 65],
                secret: vec![1; 16],
                cells,
                kinds,
                language: "en".into(),
                discreet: false,
                wished: Wished::default(),
            };
            now(subscribe_observer(&world, &caller, phone)).unwrap();
            caller
        };
        let wrens: Vec<DeskCaller> = ["Wren", "Heron", "Plover"].iter().zip(1..).map(|(name, n)| member(name, Role::Triager, n)).collect();
        let finches: Vec<DeskCaller> =
            ["Finch", "Robin", "Tit", "Linnet", "Swift"].iter().zip(11..).map(|(name, n)| member(name, Role::Observer, n)).collect();
        let desk = Self { incident: IncidentId([0; 16]), luck: Seeded::new(seed, 9), town, world, store, phones, wrens, finches };
        for finch in &desk.finches {
            now(people::start_duty(&desk.world, finch, 4)).unwrap();
        }
        let report = desk.reports();
        let incident = now(desk::open_incident(&desk.world, &desk.wrens[0], report, false)).unwrap();
        Self { incident, ..desk }
    }

    fn reports(&self) -> handbell_rules::id::ReportId {
        let at = self.world.now();
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
        now(street::file_report(&self.world, StreetCaller, told, None, None)).unwrap().unwrap().report
    }

    /// Something happens; refusals and races are part of it.
    fn something(&self, reports: &mut Vec<handbell_rules::id::ReportId>) {
        let (world, luck) = (&self.world, &self.luck);
        let wren = luck.pick(&self.wrens).unwrap();
        let finch = luck.pick(&self.finches).unwrap();
        let open = now(self.store.open_looks_now());
        match luck.below(16) {
            0..=1 => reports.push(self.reports()),
            2..=4 => {
                let new = NewLook {
                    observer: finch.member,
                    place: "Mill Walk and Heron Row".into(),
                    approach: "From the station".into(),
                    look_for: "Two marked vans".into(),
                    minutes: u8::try_from(luck.between(5, 60)).unwrap(),
                };
                let _ = now(look::ask(world, &wren, self.incident, new));
            }
            5..=9 => {
                let Some(look) = luck.pick(&open) else { return };
                // Mostly whoever is asked, sometimes somebody with an old page.
                let who = self.finches.iter().find(|finch| finch.member == look.turn.member).filter(|_| luck.percent(80)).unwrap_or(&finch);
                let _ = match luck.below(5) {
                    0 | 1 => now(look::answer(world, who, look.id, Press::Accept)),
                    2 => now(look::answer(world, who, look.id, Press::Arrive)),
                    3 => now(look::answer(world, who, look.id, Press::Decline)),
                    _ => {
                        let found = luck.pick(&[Found::SawIt, Found::NothingFound, Found::CannotTell]).unwrap();
                        now(look::report_back(world, who, look.id, found, "Two vans"))
                    }
                };
            }
            10 => {
                let overdue: Vec<Look> = open.iter().filter(|look| look.overdue.is_some()).cloned().collect();
                let _ = match (luck.percent(40), luck.pick(&overdue)) {
                    (false, Some(look)) => now(look::is_well(world, &wren, look.id)),
                    _ => {
                        let Some(look) = luck.pick(&open) else { return };
                        if luck.percent(50) {
                            now(look::call_off(world, &wren, look.id))
                        } else {
                            now(look::is_well(world, &wren, look.id))
                        }
                    }
                };
            }
            11 => drop(now(people::start_duty(world, &wren, u32::try_from(luck.between(1, 4)).unwrap()))),
            12 => drop(now(people::end_duty(world, &wren))),
            13 => drop(now(people::end_duty(world, &finch))),
            14 => drop(now(people::start_duty(world, &finch, 2))),
            _ => {
                let Some(report) = luck.pick(reports) else { return };
                let _ = now(desk::take(world, &wren, report));
            }
        }
    }

    /// The workers, with commits that fail or are written unseen: a step that breaks off is a crash.
    fn shaky_work(&self) -> (u32, u32) {
        let (mut broke_off, mut steps) = (0, 0);
        for _ in 0..4 {
            if self.luck.percent(60) {
                let fault = self.luck.pick(&[Fault::Fails, Fault::FailsButPersists]).unwrap();
                let times = self.luck.pick(&[1, 2, 3, 3]).unwrap();
                let skipped = self.luck.place(3);
                self.store.plant((0..skipped).map(|_| None).chain((0..times).map(|_| Some(fault))));
            }
            steps += 1;
            broke_off += u32::from(now(escalator::step(&self.world)).is_err());
            broke_off += u32::from(now(nudger::step(&self.world)).is_err());
        }
        (broke_off, steps)
    }

    /// The workers on a good day, until nothing moves.
    fn work(&self) {
        self.store.heal();
        for _ in 0..200 {
            if now(escalator::step(&self.world)).unwrap().moved == 0 {
                return;
            }
        }
        panic!("the escalator never rests");
    }

    fn check(&self, seed: u64, reports: &[handbell_rules::id::ReportId]) {
        let at = self.world.now();
        let nudges = now(self.store.nudges_now());
        for look in now(self.store.open_looks_now()) {
            assert!(due_at(&look).is_none_or(|due| due > at), "seed {seed}: {:?} stands past its clock at {at:?}: {look:?}", look.state);
            let told = |about: &dyn Fn(&About) -> bool| nudges.iter().any(|nudge| about(&nudge.about));
            if look.state == LookState::Asked {
                let asked = |about: &About| matches!(about, About::LookAsked(id) if *id == look.id);
                assert!(told(&asked), "seed {seed}: nobody was told that they are asked");
            }
            if let Some(overdue) = &look.overdue
                && at.since(overdue.since) < 30 * MINUTE
            {
                let called = |about: &About| matches!(about, About::LookOverdue(id, _) if *id == look.id);
                assert!(told(&called), "seed {seed}: an observer is overdue and nobody was told");
            }
        }
        let on_duty = now(people::desk_on_duty(&self.world)).unwrap();
        let holds = now(watch::holds(&self.world)).unwrap();
        for id in reports {
            let report = now(self.world.store.report(*id)).unwrap().unwrap();
            let waited = at.since(report.filed_at);
            let untouched = report.state == ReportState::Received && !holds.contains_key(&InHand::Report(*id));
            let step = now(self.world.store.escalation(*id)).unwrap().map(|escalation| escalation.step);
            if untouched && !on_duty.is_empty() && waited >= NEXT_AFTER {
                assert!(step.is_some(), "seed {seed}: a report waited {waited} ms and called nobody");
                assert!(waited < ALL_AFTER || step == Some(Step::All), "seed {seed}: and not everybody");
            }
        }
        // Once per step: a row of version 1 was written once, of version 2 twice, and there is no third step.
        let lines = now(self.world.store.journal(0, u32::MAX)).unwrap();
        let mut escalated = 0u32;
        for id in reports {
            escalated += now(self.world.store.escalation(*id)).unwrap().map_or(0, |escalation| escalation.version);
            assert!(now(self.world.store.escalation(*id)).unwrap().is_none_or(|escalation| escalation.version <= 2));
        }
        assert_eq!(lines.iter().filter(|line| line.what == "report-escalated").count() as u32, escalated, "seed {seed}");
        assert_eq!(*self.phones.too_late.lock().unwrap(), 0, "seed {seed}: a phone was nudged too late");
    }
}

/// The store's windows without the errors that memory does not have.
trait Windows {
    async fn open_looks_now(&self) -> Vec<Look>;
    async fn nudges_now(&self) -> Vec<handbell_rules::people::nudge::Nudge>;
}

impl Windows for Arc<MemoryStore> {
    async fn open_looks_now(&self) -> Vec<Look> {
        handbell::store::Store::open_looks(self.as_ref()).await.unwrap()
    }
    async fn nudges_now(&self) -> Vec<handbell_rules::people::nudge::Nudge> {
        handbell::store::Store::nudges(self.as_ref()).await.unwrap()
    }
}

#[test]
fn no_look_stands_past_its_clock_without_somebody_told_and_every_step_happens_once() {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let (mut crashes, mut steps) = (0, 0);
    for seed in 0..100 {
        let desk = Desk::of(seed);
        let mut reports = Vec::new();
        for _ in 0..70 {
            desk.something(&mut reports);
            desk.town.stage.move_clock(desk.luck.pick(&[0, SECOND, 20 * SECOND, 70 * SECOND, 3 * MINUTE, 12 * MINUTE]).unwrap());
            let (broke_off, stepped) = desk.shaky_work();
            (crashes, steps) = (crashes + broke_off, steps + stepped);
            desk.work();
            desk.check(seed, &reports);
        }
        // Whoever was told of a look had a turn in it, or works the desk.
        let told = desk.phones.told.lock().unwrap().clone();
        let desks: BTreeSet<MemberId> = desk.wrens.iter().map(|wren| wren.member).collect();
        for (member, message) in told {
            if let Some(id) = message.url.strip_prefix("/desk/looks/") {
                let id: LookId = id.parse().unwrap();
                if let Some(look) = now(desk.world.store.look(id)).unwrap() {
                    assert!(look.turns().any(|turn| turn.member == member), "seed {seed}: told of somebody else's look");
                }
            } else {
                assert!(
                    desks.contains(&member) || message.url.ends_with("/looks") || message.url == "/desk/duty",
                    "seed {seed}: {}",
                    message.url
                );
            }
        }
        for line in now(desk.world.store.journal(0, u32::MAX)).unwrap() {
            *seen.entry(line.what).or_default() += 1;
        }
    }
    // What never happened was not tried.
    for what in [
        "look-asked",
        "look-answered",
        "look-moved-on",
        "look-overdue",
        "look-checked",
        "look-called-off",
        "look-reported",
        "report-escalated",
        "nudge-settled",
        "duty-reminded",
    ] {
        assert!(seen.get(what).is_some_and(|count| *count >= 20), "{what} hardly happened: {seen:?}");
    }
    // Most steps find nothing due and commit nothing, so few can break off; those that do must be many enough.
    assert!(crashes >= 200, "{crashes} steps of {steps} broke off");
}
