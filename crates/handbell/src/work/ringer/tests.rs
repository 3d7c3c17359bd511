//! What holds for the ringer, over a real store on a disk and push services that misbehave.

use super::lanes::UNDER_WAY_MAX;
use super::*;
use crate::doors::fixture;
use crate::store::Store;
use crate::store::conformance::builders::{self, Rung as Bell, START, STATUS, cell, log_key};
use crate::store::memory::Fault;
use crate::store::sql::SqlStore;
use crate::world::{Clock, Push};
use async_trait::async_trait;
use handbell_rules::bell::nudged::DutyMessage;
use handbell_rules::refusal::Refusal;
use handbell_rules::time::SECOND;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;
use tokio::sync::watch;

/// Long enough for any machine; only a ringer that stands still takes it.
const PATIENCE: Duration = Duration::from_secs(120);

struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_milliseconds(self.0.load(Ordering::SeqCst))
    }
}

/// What each origin does with a message.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    Takes,
    Asks(i64),
    /// Answers nothing until so many messages were taken elsewhere.
    HangsUntil(usize),
}

/// Push services that write down what they were handed.
struct Services {
    manners: Vec<(&'static str, Manner)>,
    sent: Mutex<Vec<(SubscriptionId, RingKind, &'static str)>>,
    taken: watch::Sender<usize>,
    /// Asked before each message: whether the ring stands in the store.
    store: OnceLock<Arc<SqlStore>>,
}

impl Services {
    fn of(manners: &[(&'static str, Manner)]) -> Arc<Self> {
        Arc::new(Self { manners: manners.to_vec(), sent: Mutex::default(), taken: watch::Sender::new(0), store: OnceLock::new() })
    }

    fn sent(&self) -> Vec<(SubscriptionId, RingKind, &'static str)> {
        self.sent.lock().unwrap().clone()
    }

    fn sent_to(&self, origin: &str) -> usize {
        self.sent().iter().filter(|(_, _, to)| *to == origin).count()
    }
}

#[async_trait]
impl Push for Services {
    async fn send(&self, leased: &Leased, to: &Subscription, message: &SignedMessage, _now: Timestamp) -> Answer {
        assert_eq!(leased.kind, message.kind);
        if let Some(store) = self.store.get() {
            let rings = store.rings(leased.alert).await.unwrap();
            assert!(rings.iter().any(|ring| ring.id == leased.ring), "a message left before its ring was written");
        }
        let (origin, manner) = *self.manners.iter().find(|(origin, _)| to.endpoint.starts_with(origin)).unwrap();
        self.sent.lock().unwrap().push((to.id, leased.kind, origin));
        match manner {
            Manner::Takes => {
                self.taken.send_modify(|taken| *taken += 1);
                Answer::Accepted
            }
            Manner::Asks(pause) => Answer::RetryAfter(pause),
            Manner::HangsUntil(enough) => {
                self.taken.subscribe().wait_for(|taken| *taken >= enough).await.unwrap();
                Answer::Hung
            }
        }
    }
    async fn nudge(&self, _to: &Subscription, _message: &DutyMessage, _expires_at: Timestamp, _now: Timestamp) -> Answer {
        Answer::Later
    }
    fn accepts(&self, _endpoint: &str, _key: &[u8], _secret: &[u8]) -> Result<(), Refusal> {
        Ok(())
    }
}

struct Town {
    _folder: tempfile::TempDir,
    path: PathBuf,
    store: Arc<SqlStore>,
    clock: Arc<HandClock>,
    world: World,
}

impl Town {
    async fn with(services: Arc<Services>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let store = Arc::new(SqlStore::create(&path, log_key(), STATUS).await.unwrap());
        let clock = Arc::new(HandClock(AtomicI64::new(START.milliseconds())));
        let world = World { store: store.clone(), push: services, clock: clock.clone(), ..fixture::Town::new().app.world.clone() };
        Self { _folder: folder, path, store, clock, world }
    }

    /// People with a browser of this push service.
    async fn people(&self, origin: &str, count: usize) -> Vec<SubscriptionId> {
        let subscription = |number: usize| {
            let mut subscription = builders::subscription(&[cell(0)], &[]);
            subscription.id = SubscriptionId(self.world.bytes());
            subscription.endpoint = format!("{origin}/send/{number}");
            subscription
        };
        let people: Vec<_> = (0..count).map(subscription).collect();
        for some in people.chunks(200) {
            let change =
                |subscription: &Subscription| self.store.commit(builders::change(What::Subscribed { subscription: subscription.clone() }));
            futures::future::try_join_all(some.iter().map(change)).await.unwrap();
        }
        people.into_iter().map(|person| person.id).collect()
    }

    fn go(&self, milliseconds: i64) {
        self.clock.0.fetch_add(milliseconds, Ordering::SeqCst);
    }

    /// The program ends and another one opens the store.
    async fn restart(&mut self) {
        self.store.close().await;
        self.store = Arc::new(SqlStore::open(&self.path, log_key()).await.unwrap());
        self.world.store = self.store.clone();
    }
}

/// One round, which ends by itself.
async fn rings(ringer: &mut Ringer, town: &Town) -> Rung {
    tokio::time::timeout(PATIENCE, ringer.round(&town.world, std::future::pending)).await.expect("the ringer stands still").unwrap()
}

fn sorted(mut people: Vec<SubscriptionId>) -> Vec<SubscriptionId> {
    people.sort_unstable();
    people
}

#[tokio::test]
async fn a_service_that_hangs_delays_nobody_of_another() {
    // It answers only once everybody else has been told: if they had to wait for it, nothing would ever end.
    let services = Services::of(&[("https://stuck.example", Manner::HangsUntil(900)), ("https://well.example", Manner::Takes)]);
    let town = Town::with(services.clone()).await;
    let mut people = town.people("https://stuck.example", 900).await;
    people.extend(town.people("https://well.example", 900).await);
    Bell::for_people(&*town.store, &people).await;
    rings(&mut Ringer::default(), &town).await;
    assert_eq!(services.sent_to("https://well.example"), 900);
    assert!(services.sent_to("https://stuck.example") >= UNDER_WAY_MAX);
}

#[tokio::test]
async fn a_service_that_asks_for_a_pause_is_left_in_peace_as_a_whole() {
    let services = Services::of(&[("https://busy.example", Manner::Asks(30 * SECOND)), ("https://well.example", Manner::Takes)]);
    let town = Town::with(services.clone()).await;
    let mut people = town.people("https://busy.example", 1_000).await;
    people.extend(town.people("https://well.example", 10).await);
    let bell = Bell::for_people(&*town.store, &people).await;
    let mut ringer = Ringer::default();
    let rung = rings(&mut ringer, &town).await;
    let tried = services.sent_to("https://busy.example");
    assert!((1..=UNDER_WAY_MAX).contains(&tried), "{tried} were under way when it asked");
    assert_eq!(services.sent_to("https://well.example"), 10);
    assert!(rung.next.is_some_and(|next| next >= START.plus(30 * SECOND)), "{rung:?}");
    town.go(29 * SECOND);
    rings(&mut ringer, &town).await;
    assert_eq!(services.sent_to("https://busy.example"), tried, "nobody asks it before its time");
    assert_eq!(town.store.tally(bell.alert).await.unwrap()[0].1.waiting, 1_000, "and nobody is given up");
    town.go(32 * SECOND);
    rings(&mut ringer, &town).await;
    let again = services.sent_to("https://busy.example") - tried;
    assert!((1..=8).contains(&again), "{again} were enough to find out that it is still busy");
}

#[tokio::test]
async fn the_order_within_an_origin_is_nobodys_choice() {
    let services = Services::of(&[("https://push.example", Manner::Takes)]);
    let town = Town::with(services.clone()).await;
    let people = town.people("https://push.example", 500).await;
    let mut orders = Vec::new();
    for _ in 0..2 {
        Bell::for_people(&*town.store, &people).await;
        rings(&mut Ringer::default(), &town).await;
        let order: Vec<_> = std::mem::take(&mut *services.sent.lock().unwrap()).into_iter().map(|(person, _, _)| person).collect();
        assert_eq!(sorted(order.clone()), sorted(people.clone()), "everybody once");
        orders.push(order);
    }
    let in_place = |one: &[SubscriptionId], other: &[SubscriptionId]| one.iter().zip(other).filter(|(one, other)| one == other).count();
    // By chance one person stands in the same place; twenty would be no chance.
    for (one, other) in [(&orders[0], &orders[1]), (&orders[0], &people), (&orders[1], &sorted(people.clone()))] {
        assert!(in_place(one, other) < 20);
    }
}

#[tokio::test]
async fn nothing_leaves_before_the_commit() {
    let services = Services::of(&[("https://push.example", Manner::Takes)]);
    let town = Town::with(services.clone()).await;
    assert!(services.store.set(town.store.clone()).is_ok());
    let people = town.people("https://push.example", 20).await;
    let (incident, _) = builders::opened(&*town.store).await;
    let draft = builders::draft(&incident, handbell_rules::playbook::Reach::Neighbours, None);
    builders::commit(&*town.store, What::AlertDrafted { alert: draft.clone() }).await;
    let draft = town.store.alert(draft.id).await.unwrap().unwrap();
    let (ring, _) = builders::ringing(&incident, &draft, None, &people, START, vec![]);
    let ring = builders::change(ring);
    town.store.plant([Some(Fault::Fails)]);
    assert!(matches!(town.store.commit(ring.clone()).await, Err(StoreError::Unavailable(_))));
    assert_eq!(rings(&mut Ringer::default(), &town).await.tried, 0);
    assert_eq!(services.sent(), []);
    // Said again and written, although the answer is lost: now they are told, once.
    town.store.plant([Some(Fault::FailsButPersists)]);
    assert!(matches!(town.store.commit(ring.clone()).await, Err(StoreError::Unavailable(_))));
    rings(&mut Ringer::default(), &town).await;
    town.store.commit(ring).await.unwrap();
    rings(&mut Ringer::default(), &town).await;
    assert_eq!(sorted(services.sent().into_iter().map(|(person, _, _)| person).collect()), sorted(people));
}

/// T-08: ten thousand, a crash in the middle, then the end in the middle.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_hear_at_most_once_more_after_a_crash_and_exactly_the_told_hear_the_end() {
    const PEOPLE: usize = 10_000;
    let services = Services::of(&[("https://one.example", Manner::Takes), ("https://two.example", Manner::Takes)]);
    let mut town = Town::with(services.clone()).await;
    let mut people = town.people("https://one.example", PEOPLE / 2).await;
    people.extend(town.people("https://two.example", PEOPLE / 2).await);
    let bell = Bell::for_people(&*town.store, &people).await;

    // The ringer dies with thousands told and others in its hand.
    {
        let mut ringer = Ringer::default();
        let mut taken = services.taken.subscribe();
        tokio::select! {
            biased;
            _ = taken.wait_for(|taken| *taken >= 4_000) => {}
            rung = ringer.round(&town.world, std::future::pending) => panic!("{rung:?} before the crash"),
        }
    }
    town.restart().await;
    let before = services.sent().len();
    assert!((4_000..PEOPLE).contains(&before), "{before} had left");
    town.go(LEASE_LASTS);

    // The next one goes on, and the alert ends while some have heard nothing yet.
    let world = town.world.clone();
    let mut taken = services.taken.subscribe();
    let round = async {
        let mut ringer = Ringer::default();
        ringer.round(&world, std::future::pending).await.unwrap()
    };
    let ends = async {
        taken.wait_for(|taken| *taken >= before + 2_000).await.unwrap();
        bell.end(&*town.store, town.clock.now()).await;
    };
    let _both = tokio::time::timeout(PATIENCE, futures::future::join(round, ends)).await.expect("the ringer stands still");
    rings(&mut Ringer::default(), &town).await;
    assert_eq!(town.store.next_due().await.unwrap(), None);

    let mut heard: HashMap<SubscriptionId, (u32, u32)> = HashMap::new();
    for (person, kind, _) in services.sent() {
        let of = heard.entry(person).or_default();
        if kind == RingKind::StandDown { of.1 += 1 } else { of.0 += 1 }
    }
    let twice = heard.values().filter(|(starts, _)| *starts == 2).count();
    assert!(heard.values().all(|(starts, _)| *starts <= 2), "at most one more each after one crash");
    assert!(twice < PEOPLE / 2, "only what was in the ringer's hand was sent twice, not {twice}");
    let told = heard.values().filter(|(starts, _)| *starts > 0).count();
    assert!(told < PEOPLE, "the alert ended before everybody was told");
    for (person, (starts, ends)) in &heard {
        assert_eq!(*ends, 1, "{person} heard {starts} starts and {ends} ends");
    }
    let tallies = town.store.tally(bell.alert).await.unwrap();
    assert_eq!(tallies[0].1.told_list, PEOPLE as u64);
    assert_eq!(tallies[1].1.accepted, heard.len() as u64);
}
