//! The shelf: packs that custodians made at the desk and that wait to be taken away, a folder each.
//!
//! On it lie papers alone; sealed parts are read from the vault when somebody takes a pack away. It holds a bounded
//! number for a bounded time, and what its owner knows of a pack stands beside it in `about.json`.

use super::Pack;
use super::files::{self, Fault};
use handbell_rules::id::{FootageId, MemberId, PackId};
use handbell_rules::time::{DAY, Timestamp};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::{Mutex, Semaphore};

/// How long a pack waits.
pub const PACK_WAITS: i64 = 7 * DAY;
/// Packs that wait at the same time.
pub const PACKS_MAX: usize = 20;
/// Packs that are taken away at the same moment; each holds a part of a film.
const AT_ONCE_MAX: usize = 4;

const ABOUT: &str = "about.json";
const PACK: &str = "pack";

/// A pack that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Which one.
    pub id: PackId,
    /// Who made it.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
    /// For whom.
    pub for_whom: String,
    /// What is in it, in the order of its items.
    pub items: Vec<FootageId>,
}

impl Waiting {
    /// When it goes.
    pub fn until(&self) -> Timestamp {
        self.at.plus(PACK_WAITS)
    }
}

/// See the module.
pub struct Shelf {
    folder: Option<PathBuf>,
    /// Makings and clearings one after another.
    pub changing: Arc<Mutex<()>>,
    /// Those who take one away.
    pub takers: Semaphore,
}

impl Default for Shelf {
    fn default() -> Self {
        Self { folder: None, changing: Arc::default(), takers: Semaphore::new(AT_ONCE_MAX) }
    }
}

impl Shelf {
    /// In this folder, which is made with the first pack.
    pub fn at(folder: PathBuf) -> Self {
        Self { folder: Some(folder), ..Self::default() }
    }

    fn place(&self, id: PackId) -> io::Result<PathBuf> {
        let folder = self.folder.as_ref().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        Ok(folder.join(id.to_string()))
    }

    /// Every pack that waits, oldest first. What was broken off while it was made is none.
    ///
    /// # Errors
    /// When the disk does not say.
    pub fn all(&self) -> io::Result<Vec<Waiting>> {
        let Some(folder) = &self.folder else { return Ok(Vec::new()) };
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut all = Vec::new();
        for entry in entries {
            let name = entry?.file_name();
            let Some(id) = name.to_str().and_then(|name| name.parse::<PackId>().ok()) else { continue };
            // One that cannot be read keeps nobody from the others; the sweep takes it off, or says that it cannot.
            all.extend(self.find(id).ok().flatten());
        }
        all.sort_by_key(|one| (one.at, one.id));
        Ok(all)
    }

    /// One of them; none too where what lies in its place is no pack.
    ///
    /// # Errors
    /// When the disk does not say.
    pub fn find(&self, id: PackId) -> io::Result<Option<Waiting>> {
        let none = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory, io::ErrorKind::IsADirectory];
        match fs::read(self.place(id)?.join(ABOUT)) {
            Err(error) if none.contains(&error.kind()) => Ok(None),
            bytes => Ok(serde_json::from_slice(&bytes?).ok()),
        }
    }

    /// Puts one there, whole or not at all.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn put(&self, about: &Waiting, pack: &Pack) -> Result<(), Fault> {
        let unread = |error| Fault::Unreadable(ABOUT.to_owned(), error);
        let place = self.place(about.id).map_err(unread)?;
        let beside = place.with_extension("new");
        fs::DirBuilder::new().mode(0o700).recursive(true).create(&beside).map_err(unread)?;
        files::write(pack, &beside.join(PACK))?;
        let text = serde_json::to_vec(about).map_err(|error| unread(error.into()))?;
        files::put(&beside, ABOUT, &text).map_err(unread)?;
        fs::rename(&beside, &place).map_err(unread)
    }

    /// The paths of its files below its folder, and that folder.
    ///
    /// # Errors
    /// When it is not whole.
    pub fn papers(&self, id: PackId) -> Result<(PathBuf, Vec<String>), Fault> {
        let folder = self.place(id).map_err(|error| Fault::Unreadable(PACK.to_owned(), error))?.join(PACK);
        let paths = files::paths(&folder)?;
        Ok((folder, paths))
    }

    /// Takes one off. It is none the moment this begins, also where its files cannot all be removed: what is left goes with a
    /// later sweep.
    ///
    /// # Errors
    /// When the disk does not let it go.
    pub fn remove(&self, id: PackId) -> io::Result<()> {
        let place = self.place(id)?;
        let beside = place.with_extension("new");
        // What was left there before would be in the way.
        emptied(&beside)?;
        match fs::rename(place, &beside) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(()) => emptied(&beside),
        }
    }

    /// Takes off what was broken off while it was made or removed, and folders of packs of which nothing is known. Only while
    /// nothing is made. One that the disk keeps holds up no other.
    ///
    /// # Errors
    /// When the disk does not say, or keeps something: the first of what it said.
    pub fn sweep(&self) -> io::Result<()> {
        let Some(folder) = self.folder.as_ref().filter(|folder| folder.exists()) else { return Ok(()) };
        let mut kept = Ok(());
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let broken_off = path.extension().is_some_and(|end| end == "new");
            let id = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse::<PackId>().ok());
            // What nobody can read has no time that could be over: it would stay for ever.
            let unknown = id.is_some_and(|id| !matches!(self.find(id), Ok(Some(_))));
            if broken_off || unknown {
                kept = kept.and(emptied(&path));
            }
        }
        kept
    }
}

/// Removes a folder with all that is in it; one that is not there is removed.
fn emptied(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

#[cfg(test)]
mod tests;
