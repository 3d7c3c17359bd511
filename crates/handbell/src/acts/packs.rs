//! Acts of packs at the desk: a custodian makes one, takes it away as one file, takes it off; the clearer does when its
//! time is over.
//!
//! What leaves is papers and sealed things: the pack as `handbell hand-over` writes it, and for each item what
//! `handbell custody give` writes. Nothing in it opens anything without two custodians. Each making and each taking away
//! is a line of custody before a byte leaves, and whoever gave the footage can forbid both until then.

use super::ActError;
use super::hiding::taken_back;
use super::hand_over::{Who, hand_over, may_leave};
use crate::pack::shelf::{PACKS_MAX, Waiting};
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
use std::time::Duration;
use tokio::sync::mpsc;

/// Files that a custodian may choose from, newest first.
const CHOICES_MAX: u32 = 200;
/// How long whoever takes a pack away may take for one piece of it.
const PIECE_WITHIN: Duration = Duration::from_secs(120);

fn unavailable(error: impl std::fmt::Display) -> ActError {
    ActError::Unavailable(error.to_string())
}

async fn on_disk<T: Send + 'static>(
    world: &World,
    work: impl FnOnce(&crate::pack::shelf::Shelf) -> T + Send + 'static,
) -> Result<T, ActError> {
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
        if one.wish != Wish::DeskOnly && !taken_back(world, &one).await? {
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
    let _one_after_another = world.packs.changing.lock().await;
    if on_disk(world, |shelf| shelf.all()).await?.map_err(unavailable)?.len() >= PACKS_MAX {
        return Err(Refusal::from(Evidence::PacksFull).into());
    }
    let pack = hand_over(world, public, &items, for_whom, who).await?;
    let id: PackId = world.private_id();
    let about = Waiting { id, by: caller.member, at: world.now(), for_whom: pack.for_whom.clone(), items };
    on_disk(world, move |shelf| shelf.put(&about, &pack)).await?.map_err(unavailable)?;
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
    let _one_after_another = world.packs.changing.lock().await;
    on_disk(world, move |shelf| shelf.remove(id)).await?.map_err(unavailable)
}

/// One file of everything, piece by piece.
pub struct Taken {
    /// What it is.
    pub about: Waiting,
    /// Its bytes. An error in the middle leaves a file that no program opens.
    pub bytes: mpsc::Receiver<io::Result<Vec<u8>>>,
}

impl Taken {
    /// As a stream.
    pub fn stream(self) -> impl Stream<Item = io::Result<Vec<u8>>> + Send + 'static {
        futures::stream::unfold(self.bytes, |mut bytes| async move { bytes.recv().await.map(|piece| (piece, bytes)) })
    }
}

/// Takes one away: says so in the chain of each of its files, and then gives its bytes.
///
/// # Errors
/// A refusal for whoever is no custodian, where it is gone, and where whoever gave something forbids it meanwhile;
/// [`ActError::Unavailable`] while too many take one away.
pub async fn take(world: &World, caller: &DeskCaller, id: PackId) -> Result<Taken, ActError> {
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
    let (out, bytes) = mpsc::channel(2);
    let (world, at) = (world.clone(), about.at);
    spawn(async move {
        let _permit = permit;
        let mut writer = Writer { zip: Zip::new(&at.utc_second()), out };
        if let Err(error) = writer.all(&world, papers, &footage).await {
            tracing::warn!(%error, "a pack could not be taken away whole");
            let _ = writer.out.send(Err(error)).await;
        }
    });
    Ok(Taken { about, bytes })
}

/// A place among those who take packs away, given back when it is dropped.
struct Limited(Arc<crate::pack::shelf::Shelf>);

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
    out: mpsc::Sender<io::Result<Vec<u8>>>,
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
        let sent = tokio::time::timeout(PIECE_WITHIN, self.out.send(Ok(bytes))).await;
        sent.map_err(|_| io::Error::other("whoever takes it away has stopped"))?
            .map_err(|_| io::Error::other("whoever took it away has gone"))
    }
}

/// Takes off packs whose time is over, those with something in it that may not leave any more, and what was broken off.
///
/// # Errors
/// When the store or the disk does not answer.
pub async fn clear(world: &World) -> Result<(), ActError> {
    // Somebody makes one just now; the next round comes.
    let Ok(_one_after_another) = world.packs.changing.try_lock() else { return Ok(()) };
    for about in on_disk(world, |shelf| shelf.all()).await?.map_err(unavailable)? {
        let mut over = about.until() <= world.now();
        for item in &about.items {
            let one = world.store.evidence().footage(*item).await?;
            over |= one.is_none_or(|one| one.wish == Wish::DeskOnly);
        }
        if over {
            on_disk(world, move |shelf| shelf.remove(about.id)).await?.map_err(unavailable)?;
        }
    }
    on_disk(world, |shelf| shelf.sweep()).await?.map_err(unavailable)
}
