//! Acts of keeping longer: a member asks, another agrees, one lifts. The clearer does what follows.
//!
//! None of them opens anything: whoever decides how long footage is kept sees neither it nor its working copies here.

use super::{ActError, CONFLICT_TRIES, hiding};
use crate::store::StoreError;
use crate::world::World;
use handbell_rules::change::Change;
use handbell_rules::evidence::custody::{Doer, Office};
use handbell_rules::evidence::footage::Footage;
use handbell_rules::evidence::longer::{self, HoldAsk, HoldReason};
use handbell_rules::id::FootageId;
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::refusal::{Evidence, Refusal};
use handbell_rules::time::{DAY, Timestamp};

/// What a member asks for.
#[derive(Debug, Clone)]
pub struct Asking {
    /// Until the end of which day of UTC, as `2027-05-01`.
    pub until: String,
    /// The reason's word.
    pub reason: String,
    /// What else there is to say, without names.
    pub words: String,
}

/// Whose doing it is; whoever works the desk and custodians may.
fn doer(world: &World, caller: &DeskCaller) -> Result<Doer, ActError> {
    if caller.at_the_desk().is_ok() {
        return Ok(hiding::doer(world, caller));
    }
    caller.needs(Role::Custodian)?;
    Ok(Doer::member(Office::Custodian, caller.member, world.bytes()))
}

/// Reads how long a file is kept.
///
/// # Errors
/// A refusal for whoever neither works the desk nor is a custodian; [`ActError::NotFound`].
pub async fn read(world: &World, caller: &DeskCaller, id: FootageId) -> Result<Footage, ActError> {
    doer(world, caller)?;
    hiding::footage(world, id).await
}

/// The end of a day of UTC.
fn end_of(day: &str) -> Result<Timestamp, Refusal> {
    let day = day.trim().parse().ok().and_then(Timestamp::of_day);
    day.map(|day| day.plus(DAY)).ok_or_else(|| Evidence::HoldUntilWrong.into())
}

/// Decides on the newest state and commits; what somebody else changed meanwhile is read again.
async fn moved(
    world: &World,
    caller: &DeskCaller,
    id: FootageId,
    decide: impl Fn(&Footage, &Doer) -> Result<Change, Refusal>,
) -> Result<(), ActError> {
    for _ in 0..CONFLICT_TRIES {
        let by = doer(world, caller)?;
        let footage = hiding::footage(world, id).await?;
        match world.commit(decide(&footage, &by)?).await {
            Err(StoreError::Conflict) => {}
            done => return Ok(done.map(drop)?),
        }
    }
    Err(ActError::Conflict)
}

/// A member asks that a file is kept longer.
///
/// # Errors
/// What [`longer::ask`] refuses; a reason that is not on the list; a day that is none.
pub async fn ask(world: &World, caller: &DeskCaller, id: FootageId, asking: &Asking) -> Result<(), ActError> {
    let reason = HoldReason::parse(&asking.reason).ok_or(Refusal::from(Evidence::HoldReasonMissing))?;
    let (now, until) = (world.now(), end_of(&asking.until)?);
    let ask = HoldAsk { by: caller.member, at: now, until, reason, words: asking.words.clone() };
    moved(world, caller, id, |footage, by| longer::ask(world.private_id(), footage, ask.clone(), by, now)).await
}

/// Another member agrees.
///
/// # Errors
/// What [`longer::agree`] refuses.
pub async fn agree(world: &World, caller: &DeskCaller, id: FootageId, asked_at: Timestamp) -> Result<(), ActError> {
    let now = world.now();
    moved(world, caller, id, |footage, by| {
        // Whoever agrees has read this ask and no newer one.
        let same = footage.hold_asked.as_ref().is_some_and(|ask| ask.at == asked_at);
        if same { longer::agree(world.private_id(), footage, caller.member, by, now) } else { Err(Evidence::HoldNotAsked.into()) }
    })
    .await
}

/// One member lifts a hold, or says no to an ask.
///
/// # Errors
/// What [`longer::lift`] refuses.
pub async fn lift(world: &World, caller: &DeskCaller, id: FootageId, why: &str) -> Result<(), ActError> {
    let now = world.now();
    moved(world, caller, id, |footage, by| longer::lift(world.private_id(), footage, why, by, now)).await
}
