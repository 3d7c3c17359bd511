//! Acts of packs at the desk: a custodian makes one, takes it away as one file, takes it off; the clearer does when its
//! time is over.
//!
//! What leaves is papers and sealed things: the pack as `handbell hand-over` writes it, and for each item what
//! `handbell custody give` writes. Nothing in it opens anything without two custodians. Each making and each taking away
//! is a line of custody before a byte leaves, and whoever gave the footage can forbid both until then.

use super::ActError;
use super::hand_over::{Who, hand_over, may_leave};
use super::hiding::taken_back;
use crate::pack::shelf::{PACKS_MAX, Shelf, Waiting};
use crate::pack::zip::Zip;
use crate::vault::ObjectName;
use crate::work::spawn;
use crate::world::World;
use futures::Stream;
use handbell_rules::change::{Change, What};
use handbell_rules::evidence::custody::Deed;
use handbell_rules::evidence::footage::{Footage, Wish};
use handbell_rules::evidence::keys::Place;
use handbell_rules::id::{FootageId, PackId};
use handbell_rules::people::member::DeskCaller;
use handbell_rules::refusal::{Evidence, Refusal};
use handbell_rules::time::Timestamp;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// Files that a custodian may choose from, newest first.
const CHOICES_MAX: u32 = 200;
/// How slowly they may take it on the whole, in bytes a second, as with a public film.
const BYTES_A_SECOND: u64 = 16 << 10;

/// How slowly whoever takes a pack away may take it.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How long they may take for one piece.
    pub piece: Duration,
    /// How long they may stand still, all their rests together, beside what their pieces may take.
    pub still: Duration,
}

impl Pace {
    /// The usual one.
    pub const USUAL: Self = Self { piece: Duration::from_secs(120), still: Duration::from_secs(600) };
}

fn unavailable(error: impl std::fmt::Display) -> ActError {
    ActError::Unavailable(error.to_string())
}

async fn on_disk<T: Send + 'static>(world: &World, work: impl FnOnce(&Shelf) -> T + Send + 'static) -> Result<T, ActError> {
    let shelf = world.packs.clone();
    tokio::task::spawn_blocking(move || work(&shelf)).await.map_err(|error| ActError::Broken(error.to_string()))
}

/// What can be put into a pack, newest first: whoever gave it allows it, and did not take it back.
///
/// # Errors
/// A refusal for whoever is no custodian.
pub async fn choices(world: &World, caller: &DeskCaller) -> Result<Vec<Footage>, ActError> {
    Who::of(caller)?;
    let all = world.store.evidence().footage_since(Timestamp::default(), CHOICES_MAX).await?;
    let mut choices = Vec::with_capacity(all.len());
    for one in all {
        if one.wish != Wish::DeskOnly && !one.is_shut() && !taken_back(world, &one).await? {
            choices.push(one);
        }
    }
    Ok(choices)
}

/// Packs that wait to be taken away, oldest first.
///
/// # Errors
/// A refusal for whoever is no custodian.
pub async fn waiting(world: &World, caller: &DeskCaller) -> Result<Vec<Waiting>, ActError> {
    Who::of(caller)?;
    on_disk(world, |shelf| shelf.all()).await?.map_err(unavailable)
}

/// Makes one, and puts it on the shelf. `public` is the group's folder of that name.
///
/// # Errors
/// What [`hand_over`] refuses; [`Evidence::PacksFull`]; a disk that does not take it.
pub async fn make(world: &World, caller: &DeskCaller, public: &Path, items: Vec<FootageId>, for_whom: &str) -> Result<PackId, ActError> {
    let who = Who::of(caller)?;
    let one_after_another = Arc::clone(&world.packs.changing).lock_owned().await;
    if on_disk(world, |shelf| shelf.all()).await?.map_err(unavailable)?.len() >= PACKS_MAX {
        return Err(Refusal::from(Evidence::PacksFull).into());
    }
    let pack = hand_over(world, public, &items, for_whom, who).await?;
    let id: PackId = world.private_id();
    let about = Waiting { id, by: caller.member, at: world.now(), for_whom: pack.for_whom.clone(), items };
    // Whoever asked may leave now; the writing goes on, and nobody sweeps what it writes before it is done.
    let put = move |shelf: &Shelf| {
        let _one_after_another = one_after_another;
        shelf.put(&about, &pack)
    };
    on_disk(world, put).await?.map_err(unavailable)?;
    Ok(id)
}

async fn found(world: &World, id: PackId) -> Result<Waiting, ActError> {
    let found = on_disk(world, move |shelf| shelf.find(id)).await?.map_err(unavailable)?;
    let found = found.filter(|one| world.now() < one.until());
    found.ok_or_else(|| Refusal::from(Evidence::PackGone).into())
}

/// Takes one off before its time.
///
/// # Errors
/// A refusal for whoever is no custodian, and where it is gone.
pub async fn remove(world: &World, caller: &DeskCaller, id: PackId) -> Result<(), ActError> {
    Who::of(caller)?;
    found(world, id).await?;
    let one_after_another = Arc::clone(&world.packs.changing).lock_owned().await;
    let remove = move |shelf: &Shelf| {
        let _one_after_another = one_after_another;
        shelf.remove(id)
    };
    on_disk(world, remove).await?.map_err(unavailable)
}

/// What one is, for whoever asks how it would come: nothing leaves, so nothing is said.
///
/// # Errors
/// A refusal for whoever is no custodian, and where it is gone.
pub async fn about(world: &World, caller: &DeskCaller, id: PackId) -> Result<Waiting, ActError> {
    Who::of(caller)?;
    found(world, id).await
}

/// One file of everything, piece by piece.
pub struct Taken {
    /// What it is.
    pub about: Waiting,
    bytes: mpsc::Receiver<Vec<u8>>,
    whole: Arc<AtomicBool>,
}

impl Taken {
    /// Its bytes. What was broken off ends with an error, and never as if it were whole: a body that ends cleanly is a file
    /// that its taker believes.
    pub fn stream(self) -> impl Stream<Item = io::Result<Vec<u8>>> + Send + 'static {
        futures::stream::unfold(Some((self.bytes, self.whole)), |left| async move {
            let (mut bytes, whole) = left?;
            match bytes.recv().await {
                Some(piece) => Some((Ok(piece), Some((bytes, whole)))),
                None if whole.load(Ordering::Acquire) => None,
                None => Some((Err(io::Error::other("the pack was broken off")), None)),
            }
        })
    }
}

/// Takes one away: says so in the chain of each of its files, and then gives its bytes.
///
/// # Errors
/// A refusal for whoever is no custodian, where it is gone, and where whoever gave something forbids it meanwhile;
/// [`ActError::Unavailable`] while too many take one away.
pub async fn take(world: &World, caller: &DeskCaller, id: PackId) -> Result<Taken, ActError> {
    take_at(world, caller, id, Pace::USUAL).await
}

/// The same, at a pace.
///
/// # Errors
/// As [`take`].
pub async fn take_at(world: &World, caller: &DeskCaller, id: PackId, pace: Pace) -> Result<Taken, ActError> {
    let who = Who::of(caller)?;
    let about = found(world, id).await?;
    let permit = Limited::try_new(world)?;
    let (papers, mut footage) = (on_disk(world, move |shelf| shelf.papers(id)).await?.map_err(unavailable)?, Vec::new());
    for item in &about.items {
        let one = world.store.evidence().footage(*item).await?.ok_or_else(|| Refusal::from(Evidence::PackGone))?;
        may_leave(world, &one).await?;
        footage.push(one);
    }
    for one in &footage {
        let by = who.doer(world.bytes());
        let words = format!("for {}, with its sealed parts and the three sealed shares", about.for_whom);
        let said = one.said(&by, Deed::PackTaken, world.now()).with(words);
        let change = Change { id: world.private_id(), at: world.now(), by: by.actor(), what: What::FootageHandled { said } };
        world.commit(change).await?;
    }
    let ((out, bytes), whole) = (mpsc::channel(2), Arc::<AtomicBool>::default());
    let (world, at, done) = (world.clone(), about.at, Arc::clone(&whole));
    spawn(async move {
        let _permit = permit;
        let mut writer = Writer { zip: Zip::new(&at.utc_second()), out, piece: pace.piece, left: pace.still };
        // Nothing is sent after an error: whoever takes nothing would keep the place for ever.
        match writer.all(&world, papers, &footage).await {
            Ok(()) => done.store(true, Ordering::Release),
            Err(error) => tracing::warn!(%error, "a pack could not be taken away whole"),
        }
    });
    Ok(Taken { about, bytes, whole })
}

/// A place among those who take packs away, given back when it is dropped.
struct Limited(Arc<Shelf>);

impl Limited {
    fn try_new(world: &World) -> Result<Self, ActError> {
        let permit = world.packs.takers.try_acquire().map_err(|_| unavailable("others take packs away; try again in some minutes"))?;
        permit.forget();
        Ok(Self(world.packs.clone()))
    }
}

impl Drop for Limited {
    fn drop(&mut self) {
        self.0.takers.add_permits(1);
    }
}

struct Writer {
    zip: Zip,
    out: mpsc::Sender<Vec<u8>>,
    /// How long one piece may wait to be taken.
    piece: Duration,
    /// How long all that is left may wait. What the vault takes is not its taker's doing and does not count.
    left: Duration,
}

impl Writer {
    async fn all(&mut self, world: &World, papers: (std::path::PathBuf, Vec<String>), footage: &[Footage]) -> io::Result<()> {
        for path in papers.1 {
            let file = papers.0.join(&path);
            let bytes = tokio::task::spawn_blocking(move || std::fs::read(file)).await.map_err(io::Error::other)??;
            self.file(&format!("pack/{path}"), bytes).await?;
        }
        for (one, number) in footage.iter().zip(1..) {
            for ((_, word), share) in Place::ALL.iter().zip(&one.shares) {
                self.file(&format!("sealed/{number}/share-{word}.age"), share.clone().into_bytes()).await?;
            }
            let parts = (0..one.parts).map(|part| ObjectName::part(one.id, part));
            for name in parts.chain([ObjectName::original(one.id)]) {
                let bytes = world.vault.get(&name).await.map_err(io::Error::other)?;
                let bytes = bytes.ok_or_else(|| io::Error::other("a sealed part is not in the vault"))?;
                self.file(&format!("sealed/{number}/{}", name.file()), bytes).await?;
            }
        }
        let zip = std::mem::replace(&mut self.zip, Zip::new(""));
        self.piece(zip.end()).await
    }

    async fn file(&mut self, name: &str, bytes: Vec<u8>) -> io::Result<()> {
        let head = self.zip.file(name, &bytes).ok_or_else(|| io::Error::other("a file that is too large for a pack"))?;
        self.piece(head).await?;
        self.piece(bytes).await
    }

    async fn piece(&mut self, bytes: Vec<u8>) -> io::Result<()> {
        self.left += Duration::from_secs(bytes.len() as u64 / BYTES_A_SECOND);
        let since = Instant::now();
        let sent = tokio::time::timeout(self.left.min(self.piece), self.out.send(bytes)).await;
        self.left = self.left.saturating_sub(since.elapsed());
        sent.map_err(|_| io::Error::other("whoever takes it away has stopped"))?
            .map_err(|_| io::Error::other("whoever took it away has gone"))
    }
}

async fn clear_one(world: &World, about: Waiting) -> Result<(), ActError> {
    let mut over = about.until() <= world.now();
    for item in &about.items {
        let one = world.store.evidence().footage(*item).await?;
        over |= one.is_none_or(|one| one.wish == Wish::DeskOnly || one.is_shut());
    }
    if over {
        on_disk(world, move |shelf| shelf.remove(about.id)).await?.map_err(unavailable)?;
    }
    Ok(())
}

/// Takes off packs whose time is over, those with something in it that may not leave any more, and what was broken off.
///
/// # Errors
/// When the store or the disk does not answer.
pub async fn clear(world: &World) -> Result<(), ActError> {
    // Somebody makes one just now; the next round comes.
    let Ok(_one_after_another) = world.packs.changing.try_lock() else { return Ok(()) };
    for about in on_disk(world, |shelf| shelf.all()).await?.map_err(unavailable)? {
        let id = about.id;
        // One pack that cannot be taken off keeps no other here.
        if let Err(error) = clear_one(world, about).await {
            tracing::warn!(pack = %id, %error, "a pack could not be taken off yet");
        }
    }
    on_disk(world, |shelf| shelf.sweep()).await?.map_err(unavailable)
}
