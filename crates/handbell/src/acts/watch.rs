//! Acts of the watch: who works on what, the known-activity board, the note for the next shift.
//!
//! Small things that keep a desk together. None of them touches a report's words, and none is ever public.

use super::ActError;
use crate::world::World;
use handbell_rules::desk::hold::{self, Hold, InHand};
use handbell_rules::desk::posting::{self, Beside, NewPosting, Posting};
use handbell_rules::id::{MemberId, PostingId};
use handbell_rules::people::handover::{self, Handover};
use handbell_rules::people::member::DeskCaller;
use handbell_rules::refusal::{Desk, Refusal};
use handbell_rules::street::report::Report;
use handbell_rules::time::Timestamp;
use std::collections::BTreeMap;

/// Who has what now: holds that stand.
pub async fn holds(world: &World) -> Result<BTreeMap<InHand, MemberId>, ActError> {
    let now = world.now();
    let mut standing = BTreeMap::new();
    for hold in world.store.holds().await? {
        let duty = world.store.duty(hold.member).await?;
        if hold.stands(duty.as_ref(), now) {
            standing.insert(hold.on, hold.member);
        }
    }
    Ok(standing)
}

/// What is kept of who has it.
pub async fn hold_on(world: &World, subject: InHand) -> Result<Option<Hold>, ActError> {
    Ok(world.store.holds().await?.into_iter().find(|hold| hold.on == subject))
}

/// Puts the caller's name on something.
pub async fn take(world: &World, caller: &DeskCaller, subject: InHand) -> Result<(), ActError> {
    let known = hold_on(world, subject).await?;
    let change = hold::take(world.private_id(), caller, subject, known.as_ref(), world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// A sign of work. It is nobody's business when it does not come through, so it says nothing about that.
pub async fn renew(world: &World, caller: &DeskCaller, subject: InHand) {
    let work = async {
        let Some(known) = hold_on(world, subject).await? else { return Ok(()) };
        let duty = world.store.duty(caller.member).await?;
        let Some(change) = hold::renew(world.private_id(), caller, &known, duty.as_ref(), world.now()) else { return Ok(()) };
        world.commit(change).await.map(|_| ()).map_err(ActError::from)
    };
    if let Err(error) = work.await {
        tracing::debug!(%error, "a hold was not renewed");
    }
}

/// Lets something go.
pub async fn free(world: &World, caller: &DeskCaller, subject: InHand) -> Result<(), ActError> {
    let known = hold_on(world, subject).await?.ok_or(Refusal::from(Desk::HoldNotYours))?;
    let change = hold::free(world.private_id(), caller, &known, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// The board as it stands, what begins first at the top.
pub async fn board(world: &World, caller: &DeskCaller) -> Result<Vec<Posting>, ActError> {
    caller.at_the_desk()?;
    let now = world.now();
    let mut postings: Vec<Posting> = world.store.postings().await?.into_iter().filter(|posting| posting.stands(now)).collect();
    postings.sort_by_key(|posting| (posting.from, posting.id));
    Ok(postings)
}

/// Puts a line on the board.
pub async fn put_up(world: &World, caller: &DeskCaller, new: NewPosting) -> Result<(), ActError> {
    let areas: Vec<&str> = world.group.areas.areas().iter().map(|area| area.id.as_str()).collect();
    let change = posting::put_up(world.private_id(), caller, world.private_id(), new, &areas, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Takes a line down before its end.
pub async fn take_down(world: &World, caller: &DeskCaller, id: PostingId) -> Result<(), ActError> {
    let known = world.store.postings().await?.into_iter().find(|posting| posting.id == id).ok_or(ActError::NotFound)?;
    let change = posting::take_down(world.private_id(), caller, &known, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// The lines that may explain a report, each with its reasons. Lines that ended lately are among them.
pub async fn beside(world: &World, report: &Report) -> Result<Vec<(Posting, Vec<String>)>, ActError> {
    let areas = &world.group.areas;
    let place = |posting: &Posting| match (&posting.area, report.told.point) {
        (None, _) => Beside::Inside,
        (Some(_), None) => Beside::NotKnown,
        (Some(id), Some(point)) => {
            let inside = areas.areas().iter().any(|area| area.id == *id && area.area.contains(point));
            if inside { Beside::Inside } else { Beside::Outside }
        }
    };
    let found = world.store.postings().await?.into_iter().filter_map(|posting| {
        let reasons = posting::explains(&posting, &report.told.observed, place(&posting))?;
        Some((posting, reasons))
    });
    Ok(found.collect())
}

/// Writes a note for the next shift.
pub async fn hand_over(world: &World, caller: &DeskCaller, text: &str) -> Result<(), ActError> {
    let change = handover::write(world.private_id(), caller, world.private_id(), text, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Notes that a member on the desk should read, newest first.
pub async fn handed_over(world: &World, caller: &DeskCaller) -> Result<Vec<Handover>, ActError> {
    caller.at_the_desk()?;
    let now: Timestamp = world.now();
    let mut notes: Vec<Handover> = world.store.handovers().await?.into_iter().filter(|note| now < note.forget_at()).collect();
    notes.sort_by_key(|note| std::cmp::Reverse((note.at, note.id)));
    Ok(notes)
}
