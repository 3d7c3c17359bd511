//! The indexer: keeps the index of who hears of an area in good order while the program runs.
//!
//! At the start it has the index made and held against the store. Later, when enough people came or left, it has
//! it made anew in a thread of its own, while the old one goes on answering. It decides nothing: without it
//! answers are the same, and slower.

use crate::store::{AudienceQuestion, StoreError};
use crate::world::World;
use handbell_rules::playbook::Reach;
use handbell_rules::time::SECOND;

/// Rest between two looks, in milliseconds.
pub const LOOK_RESTS: i64 = 10 * SECOND;
/// Most named areas by which index and store are compared at the start.
const COMPARED_MAX: usize = 8;

/// Makes the index and holds it against the store, for some of the group's areas.
///
/// # Errors
/// As the store.
pub async fn begin(world: &World) -> Result<(), StoreError> {
    world.audience.catch_up(&*world.store).await?;
    let Some(kind) = world.group.playbook.kinds().first() else { return Ok(()) };
    for named in world.group.areas.areas().iter().take(COMPARED_MAX) {
        let (area, kind) = (named.area.clone(), kind.id.clone());
        let question = AudienceQuestion { area, kind, reach: Reach::Neighbours, now: world.now() };
        if !world.audience.compare(&*world.store, &question).await? {
            break;
        }
    }
    Ok(())
}

/// Makes the index anew when it is time. Answers whether it was.
pub async fn step(world: &World) -> bool {
    let Some(remaking) = world.audience.remake() else { return false };
    // Seconds of work for a city: no task may hold up the doors for it.
    match tokio::task::spawn_blocking(move || remaking.run()).await {
        Ok(remade) => world.audience.take_in(remade),
        Err(error) => {
            tracing::error!(%error, "the index of who hears of an area could not be made anew");
            world.audience.give_up();
        }
    }
    true
}
