//! The teller: tells those who asked how an incident ended that its page says more.
//!
//! What is owed was written by the commit that published it, for exactly the followers it had then. A message says that
//! there is something and where, in fixed words: what was published is on the page, and may be mended there before
//! somebody looks. It leaves by day and in nobody's quiet hours. What comes while a message is on its way is owed
//! anew. One that crashed between sending and writing is sent again under the same tag, so a screen shows it once.

use crate::store::StoreError;
use crate::world::World;
use futures::future::join_all;
use handbell_rules::bell::follower::{self, Follower, NEWS_KEPT};
use handbell_rules::bell::nudged;
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::time::Timestamp;

/// Messages sent side by side.
const AT_ONCE: u32 = 64;

/// What one step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told {
    /// Followers whose turn it was.
    pub turns: usize,
    /// When something is owed again.
    pub next: Option<Timestamp>,
}

/// Tells whoever is to be told now, once.
///
/// # Errors
/// When the store does not answer. What was told and not written is told again, under the same tag.
pub async fn step(world: &World) -> Result<Told, StoreError> {
    let due = world.store.followers_due(AT_ONCE, world.now()).await?;
    let outcomes = join_all(due.iter().map(|follower| one(world, follower))).await;
    for what in outcomes {
        match world.commit(Change { id: world.private_id(), at: world.now(), by: Actor::Worker, what: what? }).await {
            // It was taken back, or there is more news already.
            Ok(_) | Err(StoreError::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Told { turns: due.len(), next: world.store.next_follower_due().await? })
}

async fn one(world: &World, follower: &Follower) -> Result<What, StoreError> {
    let now = world.now();
    let gone = What::Unfollowed { subscription: follower.subscription, incident: follower.incident };
    let Some(browser) = world.store.subscription(follower.subscription).await? else { return Ok(gone) };
    if follower.until <= now {
        return Ok(gone);
    }
    if let Some(until) = follower::waits_until(&browser.wishes, now, world.group.playbook.zone()) {
        return Ok(What::FollowerTold { follower: follower::postponed(follower, until) });
    }
    let message = nudged::news(follower.incident, world.store.status(), browser.discreet);
    let answer = world.push.nudge(&browser, &message, now.plus(NEWS_KEPT), now).await;
    Ok(match follower::tried(follower, answer, now) {
        Some(follower) => What::FollowerTold { follower },
        None => What::Unsubscribed { subscription: follower.subscription },
    })
}

#[cfg(test)]
mod tests;
