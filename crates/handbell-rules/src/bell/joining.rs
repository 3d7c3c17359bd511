//! Joining: somebody asked to be told by mail and has not yet said so from their mailbox.
//!
//! An address that somebody types may be another person's, so nothing is sent there but one letter with one
//! link, and nobody is subscribed until its button is pressed. What was asked for stands sealed; the link opens
//! once. It is forgotten after an hour, used or not.

use super::subscription::Subscription;
use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, JoiningId};
use crate::refusal::{People, Refusal};
use crate::time::{HOUR, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a link opens.
pub const JOINING_LIVES: i64 = HOUR;

/// A wish to be told that waits for its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joining {
    /// The keyed hash of its link.
    pub id: JoiningId,
    /// Version that was read; the store counts it up.
    pub version: u32,
    /// What was asked for, sealed under a key outside the database; empty once used.
    pub sealed: String,
    /// When it goes.
    pub until: Timestamp,
}

impl Joining {
    /// When it goes.
    pub fn forget_at(&self) -> Timestamp {
        self.until
    }
}

/// Keeps a wish until its owner says so.
pub fn ask(change: ChangeId, id: JoiningId, sealed: String, now: Timestamp) -> Change {
    let joining = Joining { id, version: 0, sealed, until: now.plus(JOINING_LIVES) };
    Change { id: change, at: now, by: Actor::Street, what: What::JoiningAsked { joining } }
}

/// Says so: the subscription begins and the link is spent. `begun` is the change of the subscription's own rule.
///
/// # Errors
/// `link-spent` when it was used or is too old.
pub fn confirm(begun: Change, joining: &Joining, now: Timestamp) -> Result<Change, Refusal> {
    usable(joining, now)?;
    let What::Subscribed { subscription } = begun.what else { return Err(People::LinkSpent.into()) };
    let spent = Joining { sealed: String::new(), ..joining.clone() };
    Ok(Change { what: What::Joined { joining: spent, subscription }, ..begun })
}

/// Whether a link still opens.
///
/// # Errors
/// `link-spent` when it was used or is too old.
pub fn usable(joining: &Joining, now: Timestamp) -> Result<(), Refusal> {
    if joining.sealed.is_empty() || joining.until <= now { Err(People::LinkSpent.into()) } else { Ok(()) }
}

/// What a confirmed joining begins.
pub fn begins(change: &Change) -> Option<&Subscription> {
    match &change.what {
        What::Joined { subscription, .. } => Some(subscription),
        _ => None,
    }
}
