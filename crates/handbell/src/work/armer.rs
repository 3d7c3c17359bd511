//! The armer: makes the envelopes of next messages while the bell is silent.
//!
//! It looks through all subscriptions again and again, a few at a time, and stops as soon as something is to be
//! rung. A subscription that ended or changed its keys loses its envelope when it is next looked at; that no
//! such envelope is used is not left to this: `push/armed.rs` compares the keys at each use. It writes nothing
//! down and promises nothing: a message without an envelope is sealed from nothing.

use crate::push::SubscriberKeys;
use crate::push::armed::Arming;
use crate::store::StoreError;
use crate::world::World;
use handbell_rules::id::SubscriptionId;
use handbell_rules::time::{MINUTE, SECOND, Timestamp};

/// Subscriptions looked at in one step: about a millisecond of work, so that nothing else waits.
pub const BATCH: u32 = 16;
/// Envelopes looked at in one step when those that nobody needs are dropped; a few microseconds.
const DROPPED_AT_ONCE: usize = 4_096;
/// Rest after everybody was looked at, in milliseconds.
pub const ROUND_RESTS: i64 = MINUTE;
/// Rest while the bell rings, in milliseconds.
pub const RING_RESTS: i64 = SECOND;
/// Before every id.
const FIRST: SubscriptionId = SubscriptionId([0; 16]);

/// What one step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Armed {
    /// Envelopes made.
    pub made: usize,
    /// When to come again; none when this town seals nothing.
    pub next: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Begin,
    Arm(SubscriptionId),
    Drop(usize),
}

/// See the module.
#[derive(Debug)]
pub struct Armer {
    way: Way,
}

impl Default for Armer {
    fn default() -> Self {
        Self { way: Way::Begin }
    }
}

impl Armer {
    /// One small step, or none while the bell rings.
    pub async fn step(&mut self, world: &World) -> Result<Armed, StoreError> {
        let Some(envelopes) = world.push.envelopes() else { return Ok(Armed { made: 0, next: None }) };
        let now = world.now();
        let due = world.store.next_due().await?.is_some_and(|due| due <= now);
        if due || envelopes.ringing(now) {
            return Ok(Armed { made: 0, next: Some(now.plus(RING_RESTS)) });
        }
        let after = match self.way {
            Way::Begin => {
                envelopes.begin_round();
                FIRST
            }
            Way::Arm(after) => after,
            Way::Drop(from) => {
                let Some(further) = envelopes.drop_unseen(from, DROPPED_AT_ONCE) else {
                    envelopes.end_round();
                    self.way = Way::Begin;
                    return Ok(Armed { made: 0, next: Some(now.plus(ROUND_RESTS)) });
                };
                self.way = Way::Drop(further);
                return Ok(Armed { made: 0, next: Some(now) });
            }
        };
        let subscriptions = world.store.subscriptions_after(after, BATCH, now).await?;
        let mut made = 0;
        for subscription in &subscriptions {
            // Keys that were not readable would have been refused at the door; such a one is never sealed for.
            let Ok(keys) = SubscriberKeys::kept(&subscription.key, &subscription.secret) else { continue };
            made += usize::from(envelopes.arm(subscription.id, &keys) == Arming::Made);
        }
        self.way = match subscriptions.last() {
            Some(last) => Way::Arm(last.id),
            None => Way::Drop(0),
        };
        Ok(Armed { made, next: Some(now) })
    }
}

#[cfg(test)]
mod tests;
