//! Ours: Handbell's own line with people to send to, and a whole town whose bell is rung.

use crate::sink::{self, Sink};
use anyhow::{Context, ensure};
use async_trait::async_trait;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use futures::stream::{self, StreamExt};
use handbell::acts::bell::Composed;
use handbell::acts::{StreetCaller, bell, desk, keys, people, street};
use handbell::cli::init;
use handbell::cli::town::{self, Staging};
use handbell::config::Settings;
use handbell::line;
use handbell::push::armed::{ENVELOPES_MAX, Envelopes};
use handbell::push::locked::Locking;
use handbell::push::open::Receiver;
use handbell::push::signed::{SignedAlert, SignedMessage};
use handbell::push::{KnownOrigins, LiveSender, SubscriberKeys, Vapid, VapidKey};
use handbell::work::ringer::Ringer;
use handbell::world::{Clock, MachineChance, MachineClock, Push, World};
use handbell_rules::area::{Area, Cell};
use handbell_rules::bell::address::By;
use handbell_rules::bell::alert::{Alert, AlertState, RingKind, Words};
use handbell_rules::bell::delivery::{Answer, Leased};
use handbell_rules::bell::manifest::{Roll, enrolment, key_id};
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::nudged::DutyMessage;
use handbell_rules::bell::signed::{AlertSignature, Signing};
use handbell_rules::bell::subscription::{SUBSCRIPTION_LIVES, Subscription};
use handbell_rules::bell::wishes::Wishes;
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::desk::claim::{Certainty, NewClaim};
use handbell_rules::id::{AlertId, DeliveryId, IncidentId, MemberId, RingId, SubscriptionId};
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::place::Point;
use handbell_rules::playbook::{AreaSlot, ClockTime, Reach, Slots};
use handbell_rules::refusal::Refusal;
use handbell_rules::street::report::{Basis, Happening, NewReport, Observed, Route};
use handbell_rules::time::{HOUR, Timestamp};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Phones whose keys people share here, because making a pair for each would be the longest part of the bench.
const PHONES: usize = 64;

/// The line of a live group that leads to the sink, and the phones that can open what arrives there.
pub struct Ours {
    pub line: Arc<dyn Push>,
    phones: Vec<Receiver>,
}

impl Ours {
    pub fn to(sink: &Sink) -> anyhow::Result<Self> {
        let random = SystemRandom::new();
        let key = VapidKey::from_pkcs8(&VapidKey::generate(&random)?)?;
        let vapid = Arc::new(Vapid::new(key, "https://bell.example", Arc::new(SystemRandom::new()))?);
        let sender = LiveSender::to_one_place(vapid, sink::certificate()?, sink.address)?;
        let known = KnownOrigins::with_further(&[format!("https://{}", sink::NAME)])?;
        // Not locked, so that the rows are the same on machines that allow little of it; what lies there is made up.
        let line = line::measured(sender, known, Envelopes::new(ENVELOPES_MAX, Locking::NotLocked));
        let phones = (0..PHONES).map(|_| Receiver::new(&random)).collect::<Result<_, _>>()?;
        Ok(Self { line, phones })
    }

    /// A person with a browser; the number stands in the address.
    pub fn person(&self, number: usize, cells: Vec<handbell_rules::area::Cell>, id: [u8; 16], now: Timestamp) -> Subscription {
        let phone = &self.phones[number % PHONES];
        Subscription {
            id: SubscriptionId(id),
            status: Status::Actual,
            endpoint: format!("https://{}/send/{number}", sink::NAME),
            key: phone.public_key().to_vec(),
            secret: phone.auth_secret().to_vec(),
            cells,
            kinds: Vec::new(),
            language: "en".into(),
            discreet: false,
            wishes: Wishes::default(),
            member: None,
            by: By::Push,
            further: None,
            since: now,
            until: now.plus(SUBSCRIPTION_LIVES),
        }
    }

    /// Makes the next envelope of each.
    pub fn arm(&self, people: &[Subscription]) -> anyhow::Result<()> {
        let envelopes = self.line.envelopes().context("the line has envelopes")?;
        for person in people {
            envelopes.arm(person.id, &SubscriberKeys::kept(&person.key, &person.secret)?);
        }
        ensure!(envelopes.readiness().armed == people.len(), "somebody has no envelope");
        Ok(())
    }

    /// Opens what the sink kept: every one must say what was sealed.
    pub fn open(&self, kept: &[(String, Vec<u8>)], says: &str) -> anyhow::Result<usize> {
        for (path, body) in kept {
            let number: usize = path.rsplit('/').next().context("a path")?.parse()?;
            let content = self.phones[number % PHONES].open(body).context("a body that does not open")?;
            ensure!(String::from_utf8(content)?.contains(says), "a body says something else");
        }
        Ok(kept.len())
    }

    /// Seals and hands over one message for each, so many at once.
    pub async fn deliver(&self, people: &[Subscription], at_once: usize, message: &SignedMessage, now: Timestamp) -> anyhow::Result<()> {
        let send = |person| async move {
            let lease = Leased {
                delivery: DeliveryId([1; 16]),
                ring: RingId([2; 16]),
                kind: RingKind::StandDown,
                alert: AlertId([3; 16]),
                words_of: AlertId([3; 16]),
                subscription: SubscriptionId([4; 16]),
                attempts: 0,
                expires_at: now.plus(HOUR / 4),
            };
            self.line.send(&lease, person, message, now).await
        };
        let mut under_way = stream::iter(people).map(send).buffer_unordered(at_once);
        while let Some(answer) = under_way.next().await {
            ensure!(answer == Answer::Accepted, "the line said {answer:?}");
        }
        Ok(())
    }
}

/// The end of an alert: the line takes no beginning without signatures. They would lie in the same padding.
pub fn message() -> anyhow::Result<SignedMessage> {
    let words = Words {
        headline: "Immigration officers are visiting shops in Eastgate.".into(),
        body: "Seen at 14:05.".into(),
        push_title: "Confirmed activity near you".into(),
        push_body: "Open for rights information.".into(),
        area: "Eastgate".into(),
        conduct: vec!["Keep two metres back.".into(), "In danger: 999.".into()],
        purpose: "To witness.".into(),
        others: Vec::new(),
    };
    let alert = Alert {
        id: AlertId([3; 16]),
        version: 1,
        incident: IncidentId([9; 16]),
        follows: None,
        status: Status::Actual,
        reach: Reach::Neighbours,
        area: Area::new(vec![Cell::around(Point::new(51_470_000, -70_000)?)])?,
        slots: Slots::default(),
        words,
        lives_minutes: 30,
        drafted_by: MemberId([1; 16]),
        drafted_at: Timestamp::from_milliseconds(0),
        state: AlertState::Live,
        rung_at: None,
        expires_at: None,
        renewed: Vec::new(),
        reminded_of: None,
        ended_at: None,
        logged: false,
        let_through: None,
    };
    let signed = SignedAlert::of(Signing::Played, "https://bell.example", &["en".into()], &alert, [], &Roll::default());
    signed.message(RingKind::StandDown, &alert, &alert, "en", false).context("a message")
}

/// Two browsers of the desk that sign, listed as the group's.
async fn signing_devices(world: &World, callers: &[DeskCaller]) -> anyhow::Result<Vec<EcdsaKeyPair>> {
    let random = SystemRandom::new();
    let origin = &world.group.origin;
    let mut pairs = Vec::new();
    for caller in callers {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok().context("a key pair")?;
        let public = pair.public_key().as_ref();
        let proof = pair.sign(&random, enrolment(origin, caller.device, public).as_bytes()).ok().context("a signature")?;
        keys::add(world, caller, public, proof.as_ref()).await.map_err(anyhow::Error::new)?;
        pairs.push(pair);
    }
    for (caller, pair) in callers.iter().zip(&pairs) {
        let list = keys::read(world, caller).await.map_err(anyhow::Error::new)?.proposed.context("a list to sign")?;
        keys::sign_list(world, caller, signature(pair, &list.text())?).await.map_err(anyhow::Error::new)?;
    }
    Ok(pairs)
}

fn signature(pair: &EcdsaKeyPair, text: &str) -> anyhow::Result<AlertSignature> {
    let signed = pair.sign(&SystemRandom::new(), text.as_bytes()).ok().context("a signature")?;
    Ok(AlertSignature { key: key_id(pair.public_key().as_ref()), signature: signed.as_ref().to_vec() })
}

/// Hands on, and writes down when each message was taken.
struct Timed {
    line: Arc<dyn Push>,
    taken: Mutex<Vec<Instant>>,
}

#[async_trait]
impl Push for Timed {
    async fn send(&self, leased: &Leased, to: &Subscription, message: &SignedMessage, now: Timestamp) -> Answer {
        let answer = self.line.send(leased, to, message, now).await;
        if answer == Answer::Accepted {
            #[expect(clippy::disallowed_methods, reason = "measuring is for benches")]
            self.taken.lock().expect("no holder of this lock panics").push(Instant::now());
        }
        answer
    }
    async fn nudge(&self, to: &Subscription, message: &DutyMessage, expires_at: Timestamp, now: Timestamp) -> Answer {
        self.line.nudge(to, message, expires_at, now).await
    }
    fn accepts(&self, endpoint: &str, key: &[u8], secret: &[u8]) -> Result<(), Refusal> {
        self.line.accepts(endpoint, key, secret)
    }
}

/// What a ring took.
pub struct Rung {
    /// From the press of the approver who rings until the push service had taken all but one of a hundred.
    pub p99: Duration,
    /// Until every outcome was on the disk.
    pub durable: Duration,
    /// Of it, until the commit had returned.
    pub committed: Duration,
}

fn seen(at: Timestamp, point: Option<handbell_rules::place::Point>) -> NewReport {
    NewReport {
        kind: "immigration-visit".into(),
        basis: Basis::Saw,
        happening: Happening::Now,
        observed: Observed { from: at, to: at },
        place: "a corner".into(),
        point,
        text: "Two vans, doors open.".into(),
        officers: None,
        vehicles: None,
        people: None,
        route: Route::Web,
        language: "en".into(),
    }
}

/// A live town on a disk, `count` people of one area, everybody armed; one alert is rung and sent.
pub async fn ring(sink: &mut Sink, count: usize) -> anyhow::Result<Rung> {
    let folder = tempfile::tempdir()?;
    let dir = folder.path().join("town");
    let settings = Settings {
        push_origins: vec![format!("https://{}", sink::NAME)],
        links_sign_in: Some(true),
        ..Settings::of("Eastgate", "https://bell.example", Status::Actual)
    };
    init(&dir, &settings, &MachineChance).await?;
    let opened = town::open(&dir, &Staging::default()).await?;
    let ours = Ours::to(sink)?;
    let timed = Arc::new(Timed { line: ours.line.clone(), taken: Mutex::default() });
    let world = World { push: timed.clone(), ..opened.world.clone() };
    let area = world.group.areas.areas().first().context("an area")?.clone();

    let cells: Vec<_> = area.area.cells().take(1).collect();
    let everybody: Vec<Subscription> = (0..count).map(|number| ours.person(number, cells.clone(), world.bytes(), world.now())).collect();
    for some in everybody.chunks(256) {
        let enter = |subscription: &Subscription| {
            let what = What::Subscribed { subscription: subscription.clone() };
            world.commit(Change { id: world.private_id(), at: world.now(), by: Actor::Street, what })
        };
        futures::future::try_join_all(some.iter().map(enter)).await?;
    }
    ours.arm(&everybody)?;

    let error = anyhow::Error::new;
    let mut callers: Vec<DeskCaller> = Vec::new();
    for name in ["Amina", "Ben", "Cleo"] {
        let link = people::invite(&world, name, &[Role::Triager, Role::Approver]).await.map_err(error)?;
        let signed = people::sign_in(&world, link.text(), None).await.map_err(error)?;
        let device = signed.device.context("a link binds a browser")?;
        callers.push(people::who(&world, signed.session.text(), device.text()).await.map_err(error)?);
    }
    let pairs = signing_devices(&world, &callers[1..]).await?;
    let point = cells.first().map(|cell| cell.centre());
    let mut reports = Vec::new();
    for _ in 0..2 {
        let filed = street::file_report(&world, StreetCaller, seen(world.now(), point), None, None).await.map_err(error)?;
        reports.push(filed.ok().context("a report is filed")?.report);
    }
    let incident = desk::open_incident(&world, &callers[0], reports[0], false).await.map_err(error)?;
    desk::join(&world, &callers[0], incident, reports[1]).await.map_err(error)?;
    for report in &reports {
        let claim = NewClaim {
            predicate: "place".into(),
            value: "at the corner".into(),
            range: None,
            report: Some(*report),
            official: String::new(),
            certainty: Certainty::Likely,
        };
        desk::record_claim(&world, &callers[0], incident, claim).await.map_err(error)?;
    }
    desk::judge_independence(&world, &callers[0], incident, (reports[0], reports[1]), true, "They stood at two ends.")
        .await
        .map_err(error)?;
    let slots = Slots { area: Some(AreaSlot::Named(vec![area.id.clone()])), time: ClockTime::new(14, 5), ..Slots::default() };
    let composed = Composed { reach: Reach::Neighbours, areas: vec![area.id.clone()], slots, lives_minutes: 30 };
    let alert = bell::draft(&world, &callers[0], incident, composed).await.map_err(error)?;
    let drafted = world.store.alert(alert).await?.context("the draft")?;
    let said = keys::statement(&world, &drafted);
    for (caller, pair) in callers[1..].iter().zip(&pairs) {
        bell::approve_signed(&world, caller, alert, Some(signature(pair, said.text())?)).await.map_err(error)?;
    }
    sink.take()?;

    #[expect(clippy::disallowed_methods, reason = "measuring is for benches")]
    let pressed = Instant::now();
    bell::ring(&world, &callers[0], alert).await.map_err(error)?;
    let committed = pressed.elapsed();
    Ringer::default().round(&world, std::future::pending).await?;
    let durable = pressed.elapsed();
    let tally = world.store.tally(alert).await?.first().context("a told list")?.1;
    ensure!(tally.accepted == count as u64, "{} of {count} are written down as taken", tally.accepted);
    let (came, kept) = sink.take()?;
    ensure!(came == count as u64, "{came} of {count} messages came");
    ensure!(ours.open(&kept, "/alerts/")? > 0, "nothing was kept");
    let mut taken: Vec<Duration> =
        timed.taken.lock().expect("no holder of this lock panics").iter().map(|at| at.duration_since(pressed)).collect();
    taken.sort_unstable();
    let p99 = taken.get(taken.len() * 99 / 100).copied().unwrap_or(durable);
    opened.close().await;
    Ok(Rung { p99, durable, committed })
}

/// Now, by the machine.
pub fn now() -> Timestamp {
    MachineClock.now()
}
