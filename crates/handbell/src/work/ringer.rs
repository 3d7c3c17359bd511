//! The ringer: takes leases, hands messages to push services, writes down every outcome.
//!
//! Nothing leaves before the commit that fixed the told list, because a lease reads what that commit wrote.
//! A slow push service holds up only its own message: sends run side by side, and outcomes are written in
//! batches. Just before a message that says something is going on is handed over, the ringer asks once more
//! whether its alert has ended (PROMISE no-alert-after-cancel).

use crate::store::StoreError;
use crate::world::World;
use futures::stream::{FuturesUnordered, StreamExt};
use handbell_rules::bell::delivery::{Answer, Leased, Settled, settle};
use handbell_rules::bell::message::message;
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::time::{MINUTE, Timestamp};
use std::collections::HashMap;

/// Deliveries leased at once.
pub const LEASE_BATCH: u32 = 256;
/// How long a ringer may hold them; longer than the longest send.
pub const LEASE_LASTS: i64 = MINUTE;
/// Outcomes written down together.
const SETTLE_BATCH: usize = 64;

/// What one step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rung {
    /// Deliveries tried.
    pub tried: usize,
    /// When something is due again.
    pub next: Option<Timestamp>,
}

/// Sends what is due once.
pub async fn step(world: &World) -> Result<Rung, StoreError> {
    let leased = world.store.lease(LEASE_BATCH, LEASE_LASTS, world.now()).await?;
    let tried = leased.len();
    let mut alerts = HashMap::new();
    for lease in &leased {
        for id in [lease.alert, lease.words_of] {
            if !alerts.contains_key(&id)
                && let Some(alert) = world.store.alert(id).await?
            {
                alerts.insert(id, alert);
            }
        }
    }
    let mut sends: FuturesUnordered<_> = leased.iter().map(|lease| one(world, lease, &alerts)).collect();
    let mut settled: Vec<Settled> = Vec::new();
    while let Some(outcome) = sends.next().await {
        settled.extend(outcome?);
        if settled.len() >= SETTLE_BATCH {
            write_down(world, std::mem::take(&mut settled)).await?;
        }
    }
    if !settled.is_empty() {
        write_down(world, settled).await?;
    }
    Ok(Rung { tried, next: world.store.next_due().await? })
}

/// Sends one message. None when its alert has ended meanwhile: the lease runs out and the store supersedes it.
async fn one(
    world: &World,
    lease: &Leased,
    alerts: &HashMap<handbell_rules::id::AlertId, handbell_rules::bell::alert::Alert>,
) -> Result<Option<Settled>, StoreError> {
    let chance = u16::from_be_bytes(world.bytes());
    let Some(subscription) = world.store.subscription(lease.subscription).await? else {
        return Ok(Some(settle(lease, Answer::Gone, chance, world.now())));
    };
    let (Some(alert), Some(words_of)) = (alerts.get(&lease.alert), alerts.get(&lease.words_of)) else {
        return Ok(Some(settle(lease, Answer::Refused, chance, world.now())));
    };
    let now = world.now();
    if lease.kind.is_live() && world.store.has_ended(&lease.alert) {
        // It was leased before the end and never handed over: the service did not take it.
        return Ok(Some(settle(lease, Answer::Later, chance, now)));
    }
    // It may wait as long as the alert can be renewed, and leaves only while the alert lives.
    let until =
        if lease.kind.is_live() { alert.expires_at.map_or(lease.expires_at, |at| at.min(lease.expires_at)) } else { lease.expires_at };
    let while_it_lives = Leased { expires_at: until, ..lease.clone() };
    if now >= until {
        // It may have been renewed since this batch was read.
        let renewed = world.store.alert(lease.alert).await?.is_some_and(|alert| alert.is_live(now));
        if lease.kind.is_live() && renewed && now < lease.expires_at {
            return Ok(Some(settle(lease, Answer::Later, chance, now)));
        }
        return Ok(Some(settle(&while_it_lives, Answer::Later, chance, now)));
    }
    let message = message(lease.kind, alert, words_of, &subscription.language, subscription.discreet);
    let answer = world.push.send(&while_it_lives, &subscription, &message, now).await;
    Ok(Some(settle(lease, answer, chance, world.now())))
}

async fn write_down(world: &World, settled: Vec<Settled>) -> Result<(), StoreError> {
    let change = Change { id: world.private_id(), at: world.now(), by: Actor::Worker, what: What::DeliveriesSettled { settled } };
    world.commit(change).await.map(|_| ())
}
