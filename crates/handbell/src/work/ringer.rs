//! The ringer: takes leases, hands messages to push services, writes down every outcome.
//!
//! Nothing leaves before the commit that fixed the told list, because a lease reads what that commit wrote.
//! Leases are taken while earlier ones are still under way; every push service has its own queue and pace
//! (`ringer/lanes.rs`), so that a slow one holds up only its own messages; outcomes are written in batches, one
//! after the other, and whatever else the store has to write finds its place between them. Just before a message
//! that says something is going on is handed over, the ringer asks once more whether its alert has ended
//! (PROMISE no-alert-after-cancel).

pub mod lanes;

use crate::push::signed::{SignedAlert, SignedMessage, roll};
use crate::store::StoreError;
use crate::world::World;
use futures::stream::{FuturesUnordered, StreamExt};
use handbell_rules::bell::alert::{Alert, RingKind};
use handbell_rules::bell::delivery::{Answer, Leased, Settled, settle};
use handbell_rules::bell::manifest::Roll;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::id::{AlertId, SubscriptionId};
use handbell_rules::time::{MINUTE, Timestamp};
use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::sync::Arc;

use self::lanes::{LaneNumber, Lanes, Ready};

/// Deliveries leased at once.
pub const LEASE_BATCH: u32 = 2_048;
/// Deliveries leased to see whether there is anything for others, while every origin known has enough.
const LOOK_BATCH: u32 = 256;
/// How long a ringer may hold them; longer than they may wait here and be sent.
pub const LEASE_LASTS: i64 = MINUTE;
/// Most deliveries held at once.
const HELD_MAX: usize = 32_768;
/// Most outcomes written down together.
pub const SETTLE_BATCH: usize = 1_000;
/// Outcomes that are worth a commit of their own while many more are under way.
const SETTLE_WORTH: usize = 250;
/// While at most so many are under way, every outcome is.
const FEW: usize = 64;
/// No outcome waits longer than this for more, in milliseconds.
const OUTCOME_WAITS: i64 = 250;
/// How often, in milliseconds, others are looked for at the most.
const LOOKS_EVERY: i64 = 100;

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rung {
    /// Deliveries leased.
    pub tried: usize,
    /// When something is due again.
    pub next: Option<Timestamp>,
}

/// See the module. It remembers the pace of each push service.
#[derive(Default)]
pub struct Ringer {
    lanes: Lanes,
}

/// Sends what is due once, by a ringer that remembers nothing.
pub async fn step(world: &World) -> Result<Rung, StoreError> {
    Ringer::default().round(world, std::future::pending).await
}

/// A message that came back.
struct Back {
    lane: LaneNumber,
    settled: Settled,
    /// None when it was not sent after all.
    answer: Option<Answer>,
}

/// Outcomes that are not written yet.
#[derive(Default)]
struct Outcomes {
    settled: Vec<Settled>,
    since: Option<Timestamp>,
}

impl Outcomes {
    fn add(&mut self, settled: Settled, now: Timestamp) {
        self.settled.push(settled);
        self.since.get_or_insert(now);
    }

    /// The next batch to write, if it is worth it by now.
    fn batch(&mut self, under_way: usize, now: Timestamp) -> Option<Vec<Settled>> {
        let waited = self.since.is_some_and(|since| now.since(since).abs() >= OUTCOME_WAITS);
        let worth = self.settled.len() >= SETTLE_WORTH || under_way <= FEW || waited;
        if self.settled.is_empty() || !worth {
            return None;
        }
        let rest = self.settled.split_off(self.settled.len().min(SETTLE_BATCH));
        self.since = (!rest.is_empty()).then_some(now);
        Some(std::mem::replace(&mut self.settled, rest))
    }
}

impl Ringer {
    /// Sends everything that is due and what becomes due meanwhile, until nothing is held any more. `tick` says
    /// when to look up although nothing happened.
    ///
    /// # Errors
    /// What the store said. Nothing new is sent then; what is under way comes back and is written down as far as
    /// the store takes it, and the rest runs out with its lease.
    pub async fn round<T: Future<Output = ()>>(&mut self, world: &World, tick: impl Fn() -> T) -> Result<Rung, StoreError> {
        let mut journal = world.store.follow();
        let (mut under_way, mut leasing, mut writing) = (FuturesUnordered::new(), FuturesUnordered::new(), FuturesUnordered::new());
        let mut outcomes = Outcomes::default();
        let mut failed: Option<StoreError> = None;
        let (mut tried, mut more, mut looked_at, mut looks) = (0, true, None::<Timestamp>, true);
        let mut ticking = Box::pin(tick());
        loop {
            let now = world.now();
            if failed.is_none() {
                for (lease, answer) in self.lanes.overdue(now) {
                    outcomes.add(settle(&lease, answer, chance(world), now), now);
                }
                while let Some((lane, ready)) = self.lanes.next(now) {
                    under_way.push(hand_over(world, lane, ready));
                }
                let rested = looked_at.is_none_or(|at| now.since(at).abs() >= LOOKS_EVERY);
                let (fill, look) = (more && self.lanes.has_room(now), looks && (rested || under_way.is_empty()));
                if (fill || look) && leasing.is_empty() && self.lanes.waiting() < HELD_MAX {
                    // What changes from here on is looked at again.
                    (more, looks, looked_at) = (false, false, Some(now));
                    leasing.push(take(world, if fill { LEASE_BATCH } else { LOOK_BATCH }, now));
                }
            }
            if writing.is_empty()
                && let Some(batch) = outcomes.batch(under_way.len(), now)
            {
                writing.push(write_down(world, batch));
            }
            if under_way.is_empty() && leasing.is_empty() && writing.is_empty() && (failed.is_some() || self.lanes.waiting() == 0) {
                break;
            }
            tokio::select! {
                biased;
                Some(done) = writing.next(), if !writing.is_empty() => {
                    if let Err(error) = done {
                        failed.get_or_insert(error);
                    }
                }
                Some(taken) = leasing.next(), if !leasing.is_empty() => match taken {
                    Err(error) => {
                        failed.get_or_insert(error);
                    }
                    Ok(taken) => {
                        let Taken { ready, certain, leased, full } = taken;
                        let now = world.now();
                        tried += leased;
                        more |= full;
                        certain.into_iter().for_each(|settled| outcomes.add(settled, now));
                        for ready in ready {
                            if let Err((lease, answer)) = self.lanes.put(ready, now) {
                                outcomes.add(settle(&lease, answer, chance(world), now), now);
                            }
                        }
                    }
                },
                Some(back) = under_way.next(), if !under_way.is_empty() => match back {
                    Err(error) => {
                        failed.get_or_insert(error);
                    }
                    Ok(Back { lane, settled, answer }) => {
                        let now = world.now();
                        self.lanes.answered(lane, answer, now);
                        outcomes.add(settled, now);
                    }
                },
                Ok(()) = journal.changed(), if !looks => looks = true,
                () = &mut ticking => {
                    ticking = Box::pin(tick());
                    looks = true;
                }
            }
        }
        self.lanes.tidy(world.now());
        match failed {
            Some(error) => {
                // Their leases run out; the store remembers that they may have been sent.
                self.lanes = Lanes::default();
                Err(error)
            }
            None => Ok(Rung { tried, next: world.store.next_due().await? }),
        }
    }
}

fn chance(world: &World) -> u16 {
    u16::from_be_bytes(world.bytes())
}

/// What decides what a message says: its alert, whose words, what sort, the language, whether discreetly.
type Wording = (AlertId, AlertId, RingKind, String, bool);

/// What a lease came to.
struct Taken {
    ready: Vec<Ready>,
    /// Outcomes that need no asking.
    certain: Vec<Settled>,
    leased: usize,
    /// Whether there may be more where this came from.
    full: bool,
}

/// Leases, and reads what is needed to send: subscriptions at once, alerts and messages once for all.
async fn take(world: &World, batch: u32, now: Timestamp) -> Result<Taken, StoreError> {
    let leases = world.store.lease(batch, LEASE_LASTS, now).await?;
    let leased = leases.len();
    let mut alerts: HashMap<AlertId, Alert> = HashMap::new();
    for id in leases.iter().flat_map(|lease| [lease.alert, lease.words_of]).collect::<BTreeSet<_>>() {
        if let Some(alert) = world.store.alert(id).await? {
            alerts.insert(id, alert);
        }
    }
    let whom: Vec<SubscriptionId> = leases.iter().map(|lease| lease.subscription).collect::<BTreeSet<_>>().into_iter().collect();
    let people = if whom.is_empty() { Vec::new() } else { world.store.subscriptions(&whom).await? };
    let mut people: HashMap<SubscriptionId, Subscription> = people.into_iter().map(|person| (person.id, person)).collect();
    let roll = if leases.is_empty() { Roll::default() } else { roll(&*world.store).await? };
    let mut signed: HashMap<AlertId, SignedAlert> = HashMap::new();
    for words_of in leases.iter().map(|lease| lease.words_of).collect::<BTreeSet<_>>() {
        if let Some(alert) = alerts.get(&words_of) {
            signed.insert(words_of, signatures(world, alert, &roll).await?);
        }
    }
    let mut said: HashMap<Wording, Option<Arc<SignedMessage>>> = HashMap::new();
    let (mut ready, mut certain) = (Vec::with_capacity(leased), Vec::new());
    let mut twice: HashMap<SubscriptionId, u32> = HashMap::new();
    for lease in &leases {
        *twice.entry(lease.subscription).or_default() += 1;
    }
    for lease in leases {
        let left = twice.entry(lease.subscription).or_default();
        *left -= 1;
        // Somebody may stand here with two alerts.
        let to = if *left == 0 { people.remove(&lease.subscription) } else { people.get(&lease.subscription).cloned() };
        let Some(to) = to else {
            certain.push(settle(&lease, Answer::Gone, chance(world), world.now()));
            continue;
        };
        let (Some(alert), Some(words_of), Some(signed)) =
            (alerts.get(&lease.alert), alerts.get(&lease.words_of), signed.get(&lease.words_of))
        else {
            certain.push(settle(&lease, Answer::Refused, chance(world), world.now()));
            continue;
        };
        let key = (lease.alert, lease.words_of, lease.kind, to.language.clone(), to.discreet);
        let message =
            said.entry(key).or_insert_with(|| signed.message(lease.kind, alert, words_of, &to.language, to.discreet).map(Arc::new));
        let Some(message) = message.clone() else {
            tracing::error!(alert = %lease.alert, "an alert without enough signatures was held back");
            certain.push(settle(&lease, Answer::Refused, chance(world), world.now()));
            continue;
        };
        let lives_until = if lease.kind.is_live() { alert.expires_at } else { None };
        let until = lives_until.map_or(lease.expires_at, |at| at.min(lease.expires_at));
        ready.push(Ready { lease, to, message, since: now, until });
    }
    Ok(Taken { ready, certain, leased, full: leased == batch as usize })
}

/// The signatures of an alert or update that count now. They are checked once for a whole lease.
async fn signatures(world: &World, alert: &Alert, roll: &Roll) -> Result<SignedAlert, StoreError> {
    let approvals = world.store.approvals(alert.id).await?;
    let group = &world.group;
    let given = approvals.iter().filter_map(|approval| approval.signature.as_ref());
    Ok(SignedAlert::of(group.signing, &group.origin, group.playbook.alert_languages(), alert, given, roll))
}

/// Hands one message over, unless there is nothing to say any more. It may wait as long as its alert can be renewed,
/// and leaves only while the alert lives.
async fn hand_over(world: &World, lane: LaneNumber, ready: Ready) -> Result<Back, StoreError> {
    let Ready { lease, to, message, until, .. } = ready;
    let chance = chance(world);
    let now = world.now();
    let over = lease.kind.is_live() && world.store.has_ended(&lease.alert);
    if over || now >= until {
        // Leased before the end and never handed over: the service did not take it.
        let last = Leased { expires_at: if over { lease.expires_at } else { until }, ..lease.clone() };
        // It may have been renewed since it was read.
        let renewed = !over
            && lease.kind.is_live()
            && now < lease.expires_at
            && world.store.alert(lease.alert).await?.is_some_and(|alert| alert.is_live(now));
        let settled = if renewed { settle(&lease, Answer::NotTried(0), chance, now) } else { settle(&last, Answer::Later, chance, now) };
        return Ok(Back { lane, settled, answer: None });
    }
    let answer = send(world, &Leased { expires_at: until, ..lease.clone() }, &to, &message, now).await;
    Ok(Back { lane, settled: settle(&lease, answer, chance, world.now()), answer: Some(answer) })
}

/// The one place where a message leaves: by the way that reaches this person.
async fn send(world: &World, lease: &Leased, to: &Subscription, message: &SignedMessage, now: Timestamp) -> Answer {
    world.push.send(lease, to, message, now).await
}

async fn write_down(world: &World, settled: Vec<Settled>) -> Result<(), StoreError> {
    let change = Change { id: world.private_id(), at: world.now(), by: Actor::Worker, what: What::DeliveriesSettled { settled } };
    world.commit(change).await.map(|_| ())
}

#[cfg(test)]
mod tests;
