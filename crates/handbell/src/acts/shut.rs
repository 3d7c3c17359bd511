//! Acts of shutting: a member shuts a file, so that nobody looks at it any more; two open it again within a day where the
//! reason allows that; and giving up whatever was drawn of one.

use super::hiding::{doer, footage, remove_copies, taken_back};
use super::{ActError, CONFLICT_TRIES};
use crate::store::StoreError;
use crate::world::World;
use handbell_rules::evidence::custody::Doer;
use handbell_rules::evidence::footage::Footage;
use handbell_rules::evidence::hiding;
use handbell_rules::evidence::showing;
use handbell_rules::evidence::shut::{self, ShutReason};
use handbell_rules::id::FootageId;
use handbell_rules::people::member::{DESK_ROLES, DeskCaller, Member};
use handbell_rules::refusal::{Evidence, Refusal};

/// A member shuts a file. From its commit on no address gives anything of it, and its working key is gone; then public
/// copies are taken back, drawings given up and the copies removed, or left hidden where they may be opened again. Shut
/// already, what a fault left over goes.
///
/// # Errors
/// [`ActError::NotFound`]; what the rule refuses; a store or a vault that does not answer, and then the rest goes with the
/// clearer.
pub async fn shut(world: &World, caller: &DeskCaller, id: FootageId, reason: ShutReason) -> Result<(), ActError> {
    let mut tries = CONFLICT_TRIES;
    let kept = loop {
        let kept = footage(world, id).await?;
        if kept.is_shut() {
            break kept;
        }
        let change = shut::shut(world.private_id(), &kept, reason, &doer(world, caller), world.now())?;
        match world.commit(change).await {
            Err(StoreError::Conflict) if tries > 0 => tries -= 1,
            answer => {
                answer?;
                break kept;
            }
        }
    };
    undraw(world, &kept, "a member shut the file", || doer(world, caller)).await?;
    remove_copies(world, id).await.map_err(|fault| ActError::Unavailable(fault.to_string()))
}

/// A member asks that a shut file is opened to the desk again, or agrees with the one who did.
///
/// # Errors
/// [`ActError::NotFound`]; what the rule refuses; a store that does not answer.
pub async fn open_again(world: &World, caller: &DeskCaller, id: FootageId) -> Result<(), ActError> {
    let kept = footage(world, id).await?;
    if taken_back(world, &kept).await? {
        return Err(Refusal::from(Evidence::FootageKeptShut).into());
    }
    let works = |member: &Member| member.revoked_at.is_none() && member.roles.iter().any(|role| DESK_ROLES.contains(role));
    let at_the_desk = world.store.members().await?.iter().filter(|member| works(member)).count();
    let change = shut::open_again(world.private_id(), &kept, &doer(world, caller), at_the_desk, world.now())?;
    // A fault may have left a public copy standing; it does not come back with the file.
    undraw(world, &kept, "a member shut the file", || doer(world, caller)).await?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// A member says that the copies of a shut file go now, before their day is over.
///
/// # Errors
/// [`ActError::NotFound`]; what the rule refuses; a store or a vault that does not answer, and then the clearer goes on.
pub async fn end(world: &World, caller: &DeskCaller, id: FootageId) -> Result<(), ActError> {
    let kept = footage(world, id).await?;
    world.commit(shut::end(world.private_id(), &kept, &doer(world, caller), world.now())?).await?;
    remove_copies(world, id).await.map_err(|fault| ActError::Unavailable(fault.to_string()))
}

/// Gives up every drawing of a file that waits, and takes its public copies back.
///
/// # Errors
/// What the store cannot do; [`StoreError::Conflict`] while somebody goes on drawing.
pub async fn undraw(world: &World, footage: &Footage, why: &str, by: impl Fn() -> Doer) -> Result<(), StoreError> {
    for _ in 0..=CONFLICT_TRIES {
        let mut again = false;
        for drawn in world.store.evidence().hidings_of(footage.id).await? {
            let (id, now) = (world.private_id(), world.now());
            let given_up = match &drawn.public {
                Some(_) => showing::take_back(id, footage, &drawn, why, &by(), now),
                None if drawn.open() => hiding::give_up(id, &drawn, &by(), now),
                None => continue,
            };
            let Ok(change) = given_up else { continue };
            match world.commit(change).await {
                Ok(_) => {}
                Err(StoreError::Conflict) => again = true,
                Err(error) => return Err(error),
            }
        }
        if !again {
            return Ok(());
        }
    }
    Err(StoreError::Conflict)
}

#[cfg(test)]
mod tests;
