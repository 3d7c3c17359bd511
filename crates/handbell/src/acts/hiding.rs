//! Acts of hiding: look at working copies, draw what is covered, look at what was burnt, give a drawing up.
//!
//! Whoever opens footage leaves a line in the custody chain that they cannot edit, before they see anything.

pub mod sent;

use super::ActError;
use crate::shut_in::{self, Input};
use crate::store::StoreError;
use crate::vault::{ObjectName, VaultFault};
use crate::world::World;
use handbell_rules::change::{Change, What};
use handbell_rules::evidence::custody::{Deed, Doer, Office, Statement};
use handbell_rules::evidence::footage::{Copies, Footage, WorkingCopy};
use handbell_rules::evidence::hiding::{self, Cover, Hiding, HidingState};
use handbell_rules::evidence::suggestion::Suggestion;
use handbell_rules::id::{FootageId, HidingId};
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::refusal::{Evidence, Refusal};
use handbell_rules::street::report::ReportState;
use handbell_rules::time::{HOUR, MINUTE};
use std::sync::Arc;

/// In which of their roles a member handles footage: the one that says most about why.
fn office(caller: &DeskCaller) -> Office {
    let roles = [(Role::Editor, Office::Editor), (Role::Triager, Office::Triager), (Role::Approver, Office::Approver)];
    roles.into_iter().find(|(role, _)| caller.needs(*role).is_ok()).map_or(Office::Triager, |(_, office)| office)
}

/// Whose doing it is, as the custody chain says it.
pub fn doer(world: &World, caller: &DeskCaller) -> Doer {
    Doer::member(office(caller), caller.member, world.bytes())
}

/// Reads footage.
pub async fn footage(world: &World, id: FootageId) -> Result<Footage, ActError> {
    world.store.evidence().footage(id).await?.ok_or(ActError::NotFound)
}

/// Reads a drawing with its footage.
pub async fn read(world: &World, id: HidingId) -> Result<(Hiding, Footage), ActError> {
    let hiding = world.store.evidence().hiding(id).await?.ok_or(ActError::NotFound)?;
    let footage = footage(world, hiding.footage).await?;
    Ok((hiding, footage))
}

/// Whether whoever gave it took the report back. This holds from that moment on, some minutes before its row says so.
///
/// # Errors
/// When the store does not answer.
pub async fn taken_back(world: &World, footage: &Footage) -> Result<bool, StoreError> {
    let report = world.store.report(footage.report).await?;
    Ok(report.is_some_and(|report| report.state == ReportState::Withdrawn))
}

/// Whether nobody looks at it any more, as it is now: its report was taken back, or a member shut it. For whoever works on
/// it for a while and has an older row.
///
/// # Errors
/// When the store does not answer.
pub async fn closed(world: &World, footage: &Footage) -> Result<bool, StoreError> {
    let now = world.store.evidence().footage(footage.id).await?;
    Ok(now.is_some_and(|now| now.is_shut()) || taken_back(world, footage).await?)
}

/// Refuses what a member shut, and what was taken back and is kept by order alone: nobody looks at it. Every way to
/// something of footage asks this.
///
/// # Errors
/// [`Evidence::FootageShut`]; [`Evidence::FootageKeptShut`].
pub async fn open(world: &World, footage: &Footage) -> Result<(), ActError> {
    if footage.is_shut() {
        return Err(Refusal::from(Evidence::FootageShut).into());
    }
    if taken_back(world, footage).await? { Err(Refusal::from(Evidence::FootageKeptShut).into()) } else { Ok(()) }
}

/// Takes everything that was made of an original out of the vault, and leaves the sealed original. What was shut and may be
/// opened again lies there, hidden, until its time is over.
///
/// # Errors
/// When the vault or the store does not answer.
pub async fn remove_copies(world: &World, footage: FootageId) -> Result<(), VaultFault> {
    let kept = world.store.evidence().footage(footage).await.map_err(|fault| VaultFault::Unavailable(fault.to_string()))?;
    if kept.is_some_and(|kept| kept.opens_again(world.now()).is_some()) {
        return Ok(());
    }
    for name in world.vault.list(Some(footage)).await?.iter().filter(|name| name.is_copy()) {
        world.vault.remove(name).await?;
    }
    Ok(())
}

/// Opens footage for looking: says so in its chain, and gives it.
pub async fn look(world: &World, caller: &DeskCaller, id: FootageId) -> Result<Footage, ActError> {
    let footage = footage(world, id).await?;
    // Of what was shut the page shows that, and nothing to look at.
    if footage.is_shut() {
        return Ok(footage);
    }
    open(world, &footage).await?;
    let by = doer(world, caller);
    let said = footage.said(&by, Deed::Looked, world.now());
    let change = Change { id: world.private_id(), at: world.now(), by: by.actor(), what: What::FootageHandled { said } };
    world.commit(change).await?;
    Ok(footage)
}

/// Whether the same was said of the same member so lately.
async fn said_lately(
    world: &World,
    caller: &DeskCaller,
    footage: &Footage,
    (deed, what): (Deed, &str),
    lately: i64,
) -> Result<bool, ActError> {
    let now = world.now();
    let lines = world.store.evidence().custody_of(footage.id).await?;
    let said = lines.iter().rev().filter_map(|line| Statement::parse(line.statement.as_deref()?).ok());
    let mut said = said.take_while(|said| now.since(said.at) < lately);
    Ok(said.any(|said| said.deed == deed && said.member == Some(caller.member) && said.words.as_deref() == Some(what)))
}

/// Says in the chain that a member looks at something of footage; the same by the same member within an hour is said once.
async fn looked(world: &World, caller: &DeskCaller, footage: &Footage, what: &str) -> Result<(), ActError> {
    if said_lately(world, caller, footage, (Deed::Looked, what), HOUR).await? {
        return Ok(());
    }
    told(world, caller, footage, Deed::Looked, what).await
}

/// Says in the chain that a member takes something of footage away, each time. What goes on with what the same member began
/// is no other time: a play, or what a browser fetches for the rest.
async fn took(world: &World, caller: &DeskCaller, footage: &Footage, what: &str, taken: Taken) -> Result<(), ActError> {
    let same = match taken {
        Taken::Whole | Taken::InPage => 0,
        Taken::Begun => BEGUN_TWICE_WITHIN,
        Taken::GoesOn { .. } => HOUR,
    };
    if same > 0 && said_lately(world, caller, footage, (Deed::Copied, what), same).await? {
        return Ok(());
    }
    told(world, caller, footage, Deed::Copied, what).await
}

async fn told(world: &World, caller: &DeskCaller, footage: &Footage, deed: Deed, what: &str) -> Result<(), ActError> {
    let now = world.now();
    let by = doer(world, caller);
    let said = footage.said(&by, deed, now).with(what);
    let change = Change { id: world.private_id(), at: now, by: by.actor(), what: What::FootageHandled { said } };
    world.commit(change).await?;
    Ok(())
}

/// How somebody takes a working copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// As a picture within a page, by a browser's word.
    InPage,
    /// As a whole.
    Whole,
    /// A stretch from its beginning: players ask for two bytes first and then for more.
    Begun,
    /// A stretch from further on: these bytes of the file, as far as it goes.
    GoesOn {
        /// The first byte.
        from: u64,
        /// The byte after the last.
        until: u64,
    },
}

impl Taken {
    /// What a taking is of a file that is so long: a stretch of more than half of it is no rest of what began before.
    fn of(self, length: u64) -> Self {
        match self {
            Self::GoesOn { from, until } if until.min(length).saturating_sub(from) > length / 2 => Self::Begun,
            taken => taken,
        }
    }
}

/// How soon after a play began another beginning is the same play.
const BEGUN_TWICE_WITHIN: i64 = MINUTE;

/// What was shut has no copies: its addresses lead nowhere.
fn there(footage: &Footage) -> Result<(), ActError> {
    if footage.is_shut() { Err(ActError::NotFound) } else { Ok(()) }
}

/// A working copy of a footage by its word (`preview`, `still-0004`, `hidden-…`): its type and bytes. That it was looked at
/// or taken away stands in the chain before a byte of it is read.
pub async fn copy(world: &World, caller: &DeskCaller, footage: &Footage, word: &str, taken: Taken) -> Result<(String, Vec<u8>), ActError> {
    there(footage)?;
    open(world, footage).await?;
    let name = ObjectName::copy(footage.id, word).map_err(|_| ActError::NotFound)?.to_string();
    let known = |copy: &WorkingCopy| (copy.name == name).then(|| (copy.media_type.clone(), copy.length));
    let made = match &footage.copies {
        // The cleaned copy is no preview: it holds the file's own bytes, and no browser gets it.
        Copies::Made { preview, stills, .. } => preview.iter().chain(stills).find_map(known),
        Copies::Waiting { .. } | Copies::Failed { .. } => None,
    };
    let hidings = world.store.evidence().hidings_of(footage.id).await?;
    let burnt = hidings.iter().find_map(|hiding| match &hiding.state {
        HidingState::Burnt { name: burnt, media_type, length, .. } if *burnt == name => Some((media_type.clone(), *length)),
        _ => None,
    });
    let (media_type, length) = made.or(burnt).ok_or(ActError::NotFound)?;
    let taken = match taken {
        // A picture goes out whole, whatever stretch of it was asked for.
        Taken::Begun | Taken::GoesOn { .. } if media_type.starts_with("image/") => Taken::Whole,
        _ => taken.of(length),
    };
    // Stills of one film are looked at together, and so is a picture on its page; whatever else leaves is a copy.
    match (media_type.as_str(), taken) {
        ("image/jpeg", _) if word.starts_with("still-") => looked(world, caller, footage, "stills").await?,
        ("image/jpeg", Taken::InPage) => looked(world, caller, footage, word).await?,
        _ => took(world, caller, footage, word, taken).await?,
    }
    Ok((media_type, bytes(world, &name).await?))
}

/// Boxes that a program suggested when the working copies were made; none where it did not look.
pub async fn suggestions(world: &World, footage: &Footage) -> Result<Option<Vec<Suggestion>>, ActError> {
    let Copies::Made { preview: Some(_), .. } = &footage.copies else { return Ok(None) };
    let name = ObjectName::copy(footage.id, "suggested").map_err(|_| ActError::NotFound)?;
    let got = world.vault.get(&name).await.map_err(|fault| ActError::Unavailable(fault.to_string()))?;
    Ok(got.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

async fn bytes(world: &World, name: &str) -> Result<Vec<u8>, ActError> {
    let name: ObjectName = name.parse().map_err(|_| ActError::NotFound)?;
    let got = world.vault.get(&name).await.map_err(|fault| ActError::Unavailable(fault.to_string()))?;
    got.ok_or(ActError::NotFound)
}

/// One frame of what was burnt, as a JPEG. Only frames that went out to somebody this way can be marked as looked at by them.
pub async fn frame(world: &World, caller: &DeskCaller, id: HidingId, number: u32) -> Result<Vec<u8>, ActError> {
    let (hiding, footage) = read(world, id).await?;
    there(&footage)?;
    open(world, &footage).await?;
    let HidingState::Burnt { name, media_type, frames, .. } = &hiding.state else { return Err(ActError::NotFound) };
    if number >= *frames {
        return Err(ActError::NotFound);
    }
    looked(world, caller, &footage, "frames of a covered copy").await?;
    let frame = match media_type.starts_with("image/") {
        true => bytes(world, name).await?,
        false => framed(world, name, number, ()).await?,
    };
    world.frames_sent.add((caller.member, id), number, world.now());
    Ok(frame)
}

/// One frame of the film that is worked with, as a JPEG, as nobody has covered it yet: to draw on. What is `held` is let go
/// of when the frame is made.
pub async fn moment(
    world: &World,
    caller: &DeskCaller,
    id: FootageId,
    number: u32,
    held: impl Send + 'static,
) -> Result<Vec<u8>, ActError> {
    let footage = footage(world, id).await?;
    there(&footage)?;
    open(world, &footage).await?;
    let Copies::Made { preview: Some(film), lasts: Some(lasts), .. } = &footage.copies else { return Err(ActError::NotFound) };
    if !film.media_type.starts_with("video/") || u64::from(number) * hiding::FRAME_MILLISECONDS >= *lasts {
        return Err(ActError::NotFound);
    }
    looked(world, caller, &footage, "frames of a working copy").await?;
    framed(world, &film.name, number, held).await
}

/// A frame of a film in the vault.
async fn framed(world: &World, name: &str, number: u32, held: impl Send + 'static) -> Result<Vec<u8>, ActError> {
    let place = world.shut_in.place().await;
    let film = bytes(world, name).await?;
    let shut = Arc::clone(&world.shut_in);
    // The place goes with the work, which goes on when whoever asked has left; so does what is held.
    let framed = move || {
        let _held = (place, held);
        let input = Input::bytes(&film)?;
        drop(film);
        shut_in::framed(&shut, &input, number)
    };
    let framed = tokio::task::spawn_blocking(framed).await;
    let unavailable = |why: String| ActError::Unavailable(why);
    framed.map_err(|error| unavailable(error.to_string()))?.map_err(|broke| unavailable(broke.no().words))
}

/// Draws boxes; the darkroom burns them in.
pub async fn draw(world: &World, caller: &DeskCaller, footage: FootageId, covers: Vec<Cover>) -> Result<HidingId, ActError> {
    let footage = self::footage(world, footage).await?;
    open(world, &footage).await?;
    let id: HidingId = world.private_id();
    let change = hiding::draw(world.private_id(), &footage, id, covers, &doer(world, caller), world.now())?;
    world.commit(change).await?;
    Ok(id)
}

/// Says that these frames of a burnt copy were looked at; with `clear`, that nothing can be recognised in any.
pub async fn inspect(world: &World, caller: &DeskCaller, id: HidingId, frames: (u32, u32), clear: bool) -> Result<(), ActError> {
    let (hiding, footage) = read(world, id).await?;
    open(world, &footage).await?;
    let sent = world.frames_sent.of((caller.member, id));
    let change = hiding::inspect(world.private_id(), &hiding, frames, clear, &sent, &doer(world, caller), world.now())?;
    world.commit(change).await?;
    Ok(())
}

/// Gives up a drawing that is not public. What was burnt of it takes no room any more.
pub async fn give_up(world: &World, caller: &DeskCaller, id: HidingId) -> Result<(), ActError> {
    let (hiding, _) = read(world, id).await?;
    let change = hiding::give_up(world.private_id(), &hiding, &doer(world, caller), world.now())?;
    world.commit(change).await?;
    if let HidingState::Burnt { name, .. } = &hiding.state
        && let Ok(name) = name.parse::<ObjectName>()
    {
        // Nothing leads to it any more; what cannot be removed now goes with its footage.
        drop(world.vault.remove(&name).await);
    }
    Ok(())
}
