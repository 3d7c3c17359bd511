//! The darkroom: makes working copies of footage that came whole, and burns boxes in; one file at a time.
//!
//! The sealed parts are opened in memory with the working key, handed to shut-in children as memory, and what those make
//! goes into the vault before the commit that names it. With that commit the working key is gone: from then on only two
//! custodians open the original. What cannot be developed on this machine is kept sealed, and its key goes just the same.
//!
//! Footage has a working key only while working copies of it are to be made. What this machine cannot decode waits with
//! its key for [`WAITS_FOR_A_MACHINE`], so that a missing program can be installed; then the key goes as well. So does what
//! the machine itself was in the way of: no memory left for a child, a program that did not start.
//!
//! Reports take turns, so that nobody who gives two hundred files keeps others waiting, and what the vault fails on rests
//! longer each time, so that it does not stand before everything else. What took too long once waits behind all others, and
//! between two files boxes are burnt in, so that a drawing waits for one film of a stranger and not for four.

mod pauses;

use crate::acts::hiding::{closed, remove_copies};
use crate::acts::{CONFLICT_TRIES, known};
use crate::shut_in::{self, Broke, Developed, Filling, Input, Object};
use crate::store::StoreError;
use crate::vault::seal::{identity, open_part};
use crate::vault::{ObjectName, VaultFault};
use crate::world::World;
use handbell_evidence::kind::Kind;
use handbell_rules::evidence::custody::hex;
use handbell_rules::evidence::footage::{self, Copies, Footage, WAITS_FOR_A_MACHINE, WorkingCopy};
use handbell_rules::evidence::hiding::{self, Hiding, HidingState};
use handbell_rules::id::{FootageId, HidingId};
use handbell_rules::time::{MINUTE, Timestamp};
use pauses::Pauses;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Most files that one step takes.
const AT_ONCE: usize = 4;
/// Most files that wait among which a step looks for those whose turn it is.
const LOOKED_AT: u32 = 20_000;
/// Files that are held against the bank in one step.
const ASKED_AT_ONCE: usize = 16;
/// How long after a step the next one follows, when nothing is written meanwhile, in milliseconds.
const EVERY: i64 = 5 * MINUTE;
/// How often boxes are burnt in where the machine itself was in the way.
const TRIES_MAX: u32 = 3;
/// How often a file is tried that took too long: the machine may have been busy with something else.
const SLOW_TRIES_MAX: u32 = 2;

/// Why a file is not developed now.
#[derive(Debug, thiserror::Error)]
enum Fault {
    /// The vault fails; the file waits.
    #[error(transparent)]
    Vault(#[from] VaultFault),
    /// This machine decodes no such files, or its walls do not hold; the file waits for a machine that does.
    #[error("this machine makes no working copies of such files")]
    Unable,
    /// It cannot be developed, ever; the short name of why.
    #[error("it cannot be developed: {0}")]
    Never(String),
    /// The machine was in the way; the file waits for it.
    #[error("the machine is in the way: {0}")]
    Machine(String),
    /// It took longer than it may: the file's own doing, or a machine that does too much.
    #[error("it takes too long")]
    Slow,
}

impl From<Broke> for Fault {
    fn from(broke: Broke) -> Self {
        match broke {
            Broke::Unstarted(error) => Self::Machine(error.to_string()),
            Broke::Killed => Self::Machine("a shut-in child was ended from outside".to_owned()),
            Broke::NotBegun(_) => Self::Machine("a shut-in child or its program did not start".to_owned()),
            Broke::Unable => Self::Unable,
            Broke::TooLong => Self::Slow,
            // What a child last said may hold words of the file: it is not logged, and nobody is told more than the name.
            broke => Self::Never(broke.no().name),
        }
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Machine(error.to_string())
    }
}

/// The darkroom, with what it remembers between two steps. After a restart what waits is tried anew, and what is still to be
/// held against the bank is: each file says so itself.
#[derive(Debug, Default)]
pub struct Darkroom {
    /// Files that the vault fails on, or that wait for a machine that can.
    resting: Pauses,
    /// Files that could not be held against the bank.
    unasked: Pauses,
    /// How often the machine was in the way of each drawing that waits.
    tries: Tries,
}

impl Darkroom {
    /// Develops what waits and burns what was drawn; when to come again.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn step(&mut self, world: &World) -> Result<Timestamp, StoreError> {
        let reads = world.store.evidence();
        let now = world.now();
        let turns = reads.footage_in_turn(LOOKED_AT).await?;
        self.resting.only(&turns);
        let awake: Vec<FootageId> = turns.into_iter().filter(|id| self.resting.is_due(*id, now)).take(AT_ONCE).collect();
        let mut tried = BTreeSet::new();
        for id in awake {
            if let Some(waiting) = reads.footage(id).await?.filter(Footage::waits) {
                self.develop(world, &waiting).await?;
            }
            self.burn_next(world, &mut tried).await?;
        }
        self.ask_the_bank(world).await?;
        while self.burn_next(world, &mut tried).await? {}
        Ok(world.now().plus(EVERY))
    }

    /// Burns in the first drawing that this step did not try; whether there was one. They are read anew each time: a file
    /// may have taken long, and somebody drew meanwhile.
    async fn burn_next(&mut self, world: &World, tried: &mut BTreeSet<HidingId>) -> Result<bool, StoreError> {
        let open = world.store.evidence().open_hidings().await?;
        let next = open.into_iter().find(|hiding| hiding.state == HidingState::Drawn && !tried.contains(&hiding.id));
        let Some(drawn) = next else { return Ok(false) };
        tried.insert(drawn.id);
        self.burn(world, &drawn).await?;
        Ok(true)
    }

    /// Holds files against the bank whose turn it is; those where that fails rest and are held against it again. Killed
    /// between, it asks again: what was found before is not found twice.
    async fn ask_the_bank(&mut self, world: &World) -> Result<(), StoreError> {
        let now = world.now();
        let all = world.store.evidence().footage_unasked(LOOKED_AT).await?;
        self.unasked.only(&all);
        let due: Vec<FootageId> = all.into_iter().filter(|id| self.unasked.is_due(*id, now)).take(ASKED_AT_ONCE).collect();
        for id in due {
            match known::resemble(world, id).await {
                Ok(_) => asked(world, id).await?,
                Err(error) => {
                    tracing::warn!(footage = %id, %error, "the bank of known pictures was not asked; it is asked again later");
                    self.unasked.rest(id, now);
                }
            }
        }
        Ok(())
    }

    /// Makes the working copies of one file and commits what became of it.
    async fn develop(&mut self, world: &World, waiting: &Footage) -> Result<(), StoreError> {
        let now = world.now();
        // Nobody looks at it any more, so nothing is opened: the clearer takes its key or the whole of it away.
        if closed(world, waiting).await? {
            self.resting.rest(waiting.id, now);
            return Ok(());
        }
        let copies = match made(world, waiting).await {
            Ok(copies) => copies,
            Err(Fault::Vault(fault)) => {
                tracing::warn!(footage = %waiting.id, %fault, "working copies wait for the vault");
                self.resting.rest(waiting.id, now);
                return Ok(());
            }
            Err(fault @ (Fault::Unable | Fault::Machine(_))) if now.since(waiting.received_at) < WAITS_FOR_A_MACHINE => {
                if let Fault::Machine(_) = fault {
                    tracing::warn!(footage = %waiting.id, %fault, "working copies wait for the machine");
                }
                self.resting.rest(waiting.id, now);
                return Ok(());
            }
            Err(fault) => {
                tracing::warn!(footage = %waiting.id, %fault, "no working copies");
                failed(waiting, fault)
            }
        };
        let again = matches!(copies, Copies::Waiting { .. });
        // It took a while: whoever gave it may have taken it back meanwhile.
        if closed(world, waiting).await? {
            uncopied(world, waiting.id).await;
            self.resting.rest(waiting.id, now);
            return Ok(());
        }
        if !written(world, waiting.id, &copies).await? {
            cleared(world, waiting.id).await;
        } else if closed(world, waiting).await? {
            uncopied(world, waiting.id).await;
        }
        if again {
            self.resting.rest(waiting.id, now);
        } else {
            self.resting.over(waiting.id);
        }
        Ok(())
    }

    /// Burns the boxes of one drawing in and commits what became of it.
    async fn burn(&mut self, world: &World, drawn: &Hiding) -> Result<(), StoreError> {
        let Some(footage) = world.store.evidence().footage(drawn.footage).await? else { return Ok(()) };
        // The clearer gives such a drawing up.
        if closed(world, &footage).await? {
            return Ok(());
        }
        let state = match covered(world, &footage, drawn).await {
            Ok(state) => state,
            Err(Fault::Vault(fault)) => {
                tracing::warn!(footage = %footage.id, %fault, "boxes wait for the vault");
                return Ok(());
            }
            Err(fault @ (Fault::Machine(_) | Fault::Slow)) if self.tries.again(drawn.id) => {
                tracing::warn!(footage = %footage.id, %fault, "boxes are burnt in with the next step");
                return Ok(());
            }
            Err(fault) => {
                tracing::warn!(footage = %footage.id, %fault, "boxes are not burnt in");
                HidingState::Failed { why: why(fault) }
            }
        };
        self.tries.over(drawn.id);
        if closed(world, &footage).await? {
            uncopied(world, footage.id).await;
            return Ok(());
        }
        if let Ok(change) = hiding::burn(world.private_id(), drawn, state, world.bytes(), world.now()) {
            settled(world.commit(change).await)?;
        }
        unnamed(world, drawn).await?;
        if world.store.evidence().footage(footage.id).await?.is_none() {
            cleared(world, footage.id).await;
        } else if closed(world, &footage).await? {
            uncopied(world, footage.id).await;
        }
        Ok(())
    }
}

/// Writes down what became of a file. False when the file went meanwhile.
async fn written(world: &World, id: FootageId, copies: &Copies) -> Result<bool, StoreError> {
    // Copies belong to the file, not to a version of its row: somebody who changes their wish meanwhile does not undo them.
    for _ in 0..CONFLICT_TRIES {
        let Some(fresh) = world.store.evidence().footage(id).await? else { return Ok(false) };
        if !fresh.waits() {
            return Ok(true);
        }
        let change = footage::copied(world.private_id(), &fresh, copies.clone(), world.bytes(), world.now());
        match world.commit(change).await {
            Err(StoreError::Conflict) => {}
            answer => {
                answer?;
                break;
            }
        }
    }
    Ok(world.store.evidence().footage(id).await?.is_some())
}

/// Writes down that a file was held against the bank. Whoever changed it meanwhile was faster, and the next step asks again.
async fn asked(world: &World, id: FootageId) -> Result<(), StoreError> {
    match world.store.evidence().footage(id).await? {
        Some(fresh) => settled(world.commit(footage::asked(world.private_id(), &fresh, world.now())).await),
        None => Ok(()),
    }
}

/// The file went while it was developed: what was made of it goes too.
async fn cleared(world: &World, id: FootageId) {
    let gone = async {
        for name in world.vault.list(Some(id)).await? {
            world.vault.remove(&name).await?;
        }
        Ok::<(), VaultFault>(())
    };
    if let Err(fault) = gone.await {
        tracing::warn!(footage = %id, %fault, "copies of footage that went meanwhile wait for the daily round");
    }
}

/// The file was taken back or shut while something was made of it: what was made goes, and the sealed original is not ours to take.
async fn uncopied(world: &World, id: FootageId) {
    if let Err(fault) = remove_copies(world, id).await {
        tracing::warn!(footage = %id, %fault, "copies of footage that was taken back or shut meanwhile wait for the clearer");
    }
}

/// The drawing was given up while it was burnt in: what was burnt goes, because no row names it.
async fn unnamed(world: &World, drawn: &Hiding) -> Result<(), StoreError> {
    let given_up = world.store.evidence().hiding(drawn.id).await?.is_some_and(|kept| kept.state == HidingState::TakenBack);
    if given_up && let Ok(name) = ObjectName::copy(drawn.footage, &burnt_word(drawn.id)) {
        // A file that cannot be removed now goes with its footage.
        drop(world.vault.remove(&name).await);
    }
    Ok(())
}

/// The word of a covered copy.
fn burnt_word(id: HidingId) -> String {
    format!("hidden-{id}")
}

/// Whoever was faster wrote something else; the next step reads it.
fn settled<T>(answer: Result<T, StoreError>) -> Result<(), StoreError> {
    match answer {
        Ok(_) | Err(StoreError::Conflict) => Ok(()),
        Err(error) => Err(error),
    }
}

fn failed(waiting: &Footage, fault: Fault) -> Copies {
    match (fault, &waiting.copies) {
        (Fault::Slow, Copies::Waiting { tries }) if tries + 1 < SLOW_TRIES_MAX => Copies::Waiting { tries: tries + 1 },
        (fault, _) => Copies::Failed { why: why(fault) },
    }
}

/// The short name under which it is said.
fn why(fault: Fault) -> String {
    match fault {
        Fault::Never(why) => why,
        Fault::Slow => Broke::TooLong.no().name,
        // For longer than its key is kept, or oftener than is tried.
        Fault::Unable | Fault::Machine(_) | Fault::Vault(_) => Broke::Unable.no().name,
    }
}

async fn made(world: &World, waiting: &Footage) -> Result<Copies, Fault> {
    let kind = kind_of(&waiting.media_type).ok_or_else(|| Fault::Never("file-kind-unknown".into()))?;
    // Nothing is opened that nobody can look at.
    if waiting.length > shut_in::WORKED_BYTES_MAX {
        return Err(Fault::Never("file-not-worked".into()));
    }
    if !can(world, kind).await? {
        return Err(Fault::Unable);
    }
    // The cleaned copy alone takes as much again.
    room(world, waiting.length)?;
    let _place = world.shut_in.place().await;
    let input = opened(world, waiting).await?;
    let (shut, length) = (Arc::clone(&world.shut_in), waiting.length);
    let developed = tokio::task::spawn_blocking(move || shut_in::developed(&shut, kind, &input, length)).await;
    let developed = developed.map_err(|error| Fault::Machine(error.to_string()))??.map_err(|no| Fault::Never(no.name))?;
    kept(world, waiting, developed).await
}

/// Whether this machine decodes such files.
async fn can(world: &World, kind: Kind) -> Result<bool, Fault> {
    let shut = Arc::clone(&world.shut_in);
    let not = tokio::task::spawn_blocking(move || {
        let can = shut.can();
        match kind {
            Kind::Heic => can.not_pictures.is_some() || can.not_heic.is_some(),
            kind if kind.is_picture() => can.not_pictures.is_some(),
            _ => can.not_films.is_some(),
        }
    });
    not.await.map(|not| !not).map_err(|error| Fault::Machine(error.to_string()))
}

/// The kind that its content was found to be when it came.
fn kind_of(media_type: &str) -> Option<Kind> {
    use Kind::{Flac, Heic, Jpeg, M4a, Mov, Mp3, Mp4, Ogg, Png, Wav, WebM, WebP};
    [Jpeg, Png, WebP, Heic, Mp4, Mov, WebM, M4a, Mp3, Ogg, Flac, Wav].into_iter().find(|kind| kind.media_type() == media_type)
}

/// The original in memory that nobody can change.
async fn opened(world: &World, waiting: &Footage) -> Result<Input, Fault> {
    let never = |_| Fault::Never("footage-not-opened".into());
    let key = identity(waiting.working.as_deref().unwrap_or_default()).map_err(never)?;
    let mut filling = Filling::begun()?;
    let mut length = 0;
    for number in 0..waiting.parts {
        if length > shut_in::WORKED_BYTES_MAX {
            break;
        }
        let sealed = world.vault.get(&ObjectName::part(waiting.id, number)).await?;
        let part = open_part(&sealed.ok_or_else(|| Fault::Never("footage-not-opened".into()))?, &key).map_err(never)?;
        length += part.len() as u64;
        filling.push(&part)?;
    }
    Ok(filling.done()?)
}

/// Copies wait for room as files do: what is left of the disk is for reports in words.
fn room(world: &World, bytes: u64) -> Result<(), VaultFault> {
    if world.intake.has_room(bytes) { Ok(()) } else { Err(VaultFault::NoRoom) }
}

async fn put(world: &World, footage: &Footage, object: Object) -> Result<WorkingCopy, Fault> {
    let name = ObjectName::copy(footage.id, &object.word).map_err(|error| Fault::Never(error.to_string()))?;
    let (length, sha256) = (object.bytes.len() as u64, hex(&Sha256::digest(&object.bytes)));
    room(world, length)?;
    world.vault.put(&name, object.bytes).await?;
    Ok(WorkingCopy { name: name.to_string(), media_type: object.media_type.to_owned(), length, at: object.at, sha256: Some(sha256) })
}

/// Puts everything into the vault, the names last.
async fn kept(world: &World, footage: &Footage, developed: Developed) -> Result<Copies, Fault> {
    if let Some(hashes) = developed.hashes() {
        put(world, footage, hashes).await?;
    }
    if let Some(suggested) = developed.suggested {
        put(world, footage, suggested).await?;
    }
    let told = developed.told;
    let mut stills = Vec::with_capacity(developed.stills.len());
    for still in developed.stills {
        stills.push(put(world, footage, still).await?);
    }
    let one = async |object: Option<Object>| match object {
        Some(object) => put(world, footage, object).await.map(Some),
        None => Ok(None),
    };
    Ok(Copies::Made {
        preview: one(developed.preview).await?,
        clean: one(developed.clean).await?,
        stills,
        size: (told.width > 0).then_some((told.width, told.height)),
        lasts: told.milliseconds,
        in_file: told.taken,
        credentials: told.credentials,
    })
}

/// How often the machine was in the way of each drawing that waits.
#[derive(Debug, Default)]
struct Tries(BTreeMap<HidingId, u32>);

impl Tries {
    /// Counts a try that failed; whether another is due.
    fn again(&mut self, id: HidingId) -> bool {
        let failed = self.0.entry(id).or_default();
        *failed += 1;
        *failed < TRIES_MAX
    }

    /// Forgets a drawing that waits no longer.
    fn over(&mut self, id: HidingId) {
        self.0.remove(&id);
    }
}

async fn covered(world: &World, footage: &Footage, drawn: &Hiding) -> Result<HidingState, Fault> {
    let gone = || Fault::Never("working-copy-missing".into());
    let Copies::Made { preview, clean, .. } = &footage.copies else { return Err(gone()) };
    let source = clean.as_ref().or(preview.as_ref()).ok_or_else(gone)?;
    let kind = kind_of(&source.media_type).ok_or_else(gone)?;
    let name: ObjectName = source.name.parse().map_err(|_| gone())?;
    let _place = world.shut_in.place().await;
    let bytes = world.vault.get(&name).await?.ok_or_else(gone)?;
    let (shut, covers, length) = (Arc::clone(&world.shut_in), drawn.covers.clone(), bytes.len() as u64);
    let input = Input::bytes(&bytes)?;
    drop(bytes);
    let burnt = tokio::task::spawn_blocking(move || shut_in::burnt(&shut, kind, &input, length, &covers)).await;
    let (mut object, frames) = burnt.map_err(|error| Fault::Machine(error.to_string()))??.map_err(|no| Fault::Never(no.name))?;
    object.word = burnt_word(drawn.id);
    let sha256 = Sha256::digest(&object.bytes).into();
    let copy = put(world, footage, object).await?;
    Ok(HidingState::Burnt { name: copy.name, media_type: copy.media_type, length: copy.length, sha256, frames })
}

#[cfg(test)]
mod tests;
