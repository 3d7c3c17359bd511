//! Moves: what a commit did to subscriptions, told to whoever keeps a copy of them in memory.
//!
//! A store tells its [`Listener`]s after the commit is on disk and before anybody is answered, commit by commit
//! in the order of the journal. So a copy cannot miss what a caller who went away had written, and cannot take
//! two changes of one subscription in the wrong order. Where the outcome is not known from the change alone, the
//! move says so, and the listener reads. Nothing here reads or decides.

use super::effects::{Row, Write};
use handbell_rules::bell::delivery::DeliveryState;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::id::SubscriptionId;
use handbell_rules::time::Timestamp;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What became of subscriptions.
#[derive(Debug, Clone, PartialEq)]
pub enum Moved {
    /// This one stands now, instead of what had its id before.
    Came(Box<Subscription>),
    /// This one is gone.
    Left(SubscriptionId),
    /// This one may have changed: read it.
    Perhaps(SubscriptionId),
    /// All whose time had ended by then are gone.
    Forgot(Timestamp),
}

impl Moved {
    /// What one write of a change moves.
    pub fn by(write: &Write) -> Vec<Self> {
        match write {
            Write::Put(Row::Subscription(subscription) | Row::NewSubscription(subscription)) => {
                vec![Self::Came(Box::new(subscription.clone()))]
            }
            Write::EraseSubscription(id) => vec![Self::Left(*id)],
            // A late word about an earlier try prunes nothing, and only the store knows which words are late.
            Write::Settle(settled) => {
                settled.iter().filter(|one| one.state == DeliveryState::Gone).map(|one| Self::Perhaps(one.subscription)).collect()
            }
            Write::Forget(at) => vec![Self::Forgot(*at)],
            _ => Vec::new(),
        }
    }

    /// The same when nobody knows whether, or when, it was written.
    pub fn in_doubt(&self) -> Option<Self> {
        match self {
            Self::Came(subscription) => Some(Self::Perhaps(subscription.id)),
            Self::Left(id) | Self::Perhaps(id) => Some(Self::Perhaps(*id)),
            // Whoever was to be forgotten is found by no question any more.
            Self::Forgot(_) => None,
        }
    }
}

/// Keeps a copy of subscriptions. It is called while the store writes, and must neither wait nor ask the store.
pub trait Listener: Send + Sync + 'static {
    /// Something moved.
    fn moved(&self, moves: &[Moved]);
}

/// Whoever listens to one store.
#[derive(Default)]
pub struct Listeners(Mutex<Vec<Arc<dyn Listener>>>);

impl std::fmt::Debug for Listeners {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Listeners({})", self.held().len())
    }
}

impl Listeners {
    fn held(&self) -> MutexGuard<'_, Vec<Arc<dyn Listener>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds one.
    pub fn add(&self, listener: Arc<dyn Listener>) {
        self.held().push(listener);
    }

    /// Tells all what was written.
    pub fn tell(&self, moves: &[Moved]) {
        if !moves.is_empty() {
            self.held().iter().for_each(|listener| listener.moved(moves));
        }
    }

    /// Tells all that something was perhaps written, now or before.
    pub fn tell_in_doubt(&self, moves: &[Moved]) {
        let moves: Vec<Moved> = moves.iter().filter_map(Moved::in_doubt).collect();
        self.tell(&moves);
    }
}
