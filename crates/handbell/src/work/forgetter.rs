//! The forgetter: erases what has reached the end of its life, on a schedule announced beforehand.
//!
//! PROMISE forgetting-is-scheduled: what goes, goes because its time has come, never because somebody asked
//! for it that morning. Rejected reports and whole incidents are not yet part of the schedule; `/about` says
//! what is.

use crate::store::StoreError;
use crate::world::World;
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::time::{MINUTE, Timestamp};

/// Time between two rounds.
pub const ROUND: i64 = 5 * MINUTE;

/// Forgets what is due and says when to come again.
pub async fn step(world: &World) -> Result<Timestamp, StoreError> {
    let now = world.now();
    world.commit(Change { id: world.private_id(), at: now, by: Actor::Worker, what: What::Forgotten }).await?;
    Ok(now.plus(ROUND))
}
