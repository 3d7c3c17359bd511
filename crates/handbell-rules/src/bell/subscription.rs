//! Subscription: one browser that asked to hear, with coarse areas and nothing else.
//!
//! It holds a random id, the push service's address, the browser's public key, a few cells, kinds and a
//! language, and when it wants peace ([`super::wishes`]). It knows no name and no home. A subscription that cannot be reached any more is pruned.

use super::mode::Status;
use super::wishes::Wishes;
use crate::area::Cell;
use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, MemberId, SubscriptionId};
use crate::refusal::{Bell, Refusal};
use crate::time::{DAY, Timestamp};
use serde::{Deserialize, Serialize};

/// Cells one subscription can hold.
pub const SUBSCRIPTION_CELLS_MAX: usize = 12;
/// Days until it ends unless renewed.
pub const SUBSCRIPTION_LIVES: i64 = 180 * DAY;

/// A subscription as kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Random; known to its own browser only.
    pub id: SubscriptionId,
    /// Live or exercise; the store holds one sort only.
    pub status: Status,
    /// Where the push service takes messages for it, checked at the door and again at connect.
    pub endpoint: String,
    /// The browser's public key: an uncompressed P-256 point (RFC 8291 section 2).
    pub key: Vec<u8>,
    /// The browser's authentication secret, 16 bytes (RFC 8291 section 3.2).
    pub secret: Vec<u8>,
    /// Coarse areas, sorted, each once.
    pub cells: Vec<Cell>,
    /// Kinds wanted; empty means all.
    pub kinds: Vec<String>,
    /// Language.
    pub language: String,
    /// Neutral titles, no sound.
    pub discreet: bool,
    /// Quiet hours, cap, snooze and level.
    #[serde(default)]
    pub wishes: Wishes,
    /// The observer whose duty phone this is; none for neighbours.
    pub member: Option<MemberId>,
    /// Since when.
    pub since: Timestamp,
    /// Until when, unless renewed.
    pub until: Timestamp,
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Subscription({})", self.id)
    }
}

/// Takes in a subscription. Areas come from the group's list; endpoint and keys were checked at the door.
pub fn subscribe(
    change: ChangeId,
    mut subscription: Subscription,
    known_cells: &[Cell],
    known_kinds: &[&str],
    now: Timestamp,
) -> Result<Change, Refusal> {
    if subscription.member.is_none() {
        if subscription.cells.is_empty() {
            return Err(Bell::AreaMissing.into());
        }
        if subscription.cells.iter().any(|cell| !known_cells.contains(cell)) {
            return Err(Bell::CellTooFine.into());
        }
    }
    subscription.cells.sort_unstable();
    subscription.cells.dedup();
    if subscription.cells.len() > SUBSCRIPTION_CELLS_MAX {
        return Err(Bell::TooManyCells.into());
    }
    if subscription.kinds.iter().any(|kind| !known_kinds.contains(&kind.as_str())) {
        return Err(Bell::KindUnknown.into());
    }
    subscription.kinds.sort_unstable();
    subscription.kinds.dedup();
    subscription.since = now;
    subscription.until = now.plus(SUBSCRIPTION_LIVES);
    Ok(Change { id: change, at: now, by: Actor::Street, what: What::Subscribed { subscription } })
}

/// Ends a subscription at once.
pub fn unsubscribe(change: ChangeId, id: SubscriptionId, now: Timestamp) -> Change {
    Change { id: change, at: now, by: Actor::Street, what: What::Unsubscribed { subscription: id } }
}
