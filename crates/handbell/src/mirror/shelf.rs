//! Shelf: a folder in which every file is whole, stays after a power cut, and is gone when it is taken away.
//!
//! Unlike the sequencer's shelf this holds the only copy of what it promises: each file is written beside its place,
//! synced, moved there, and the folder synced. What is taken away is overwritten before it is removed ([`crate::wiped`]),
//! because it may be words that somebody must not find again.

use super::MirrorError;
use crate::folder::make_folders;
use crate::wiped::{FRESH, GOING, beside, unless_missing, wipe};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// See the module.
pub struct Shelf {
    folder: PathBuf,
    /// What tests make fail.
    #[cfg(test)]
    pub(super) fault: crate::work::sequencer::shelf::faults::Planted,
}

impl Shelf {
    /// The shelf in this folder, which need not exist yet.
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            #[cfg(test)]
            fault: crate::work::sequencer::shelf::faults::Planted::default(),
        }
    }

    /// Where a path of the shelf is.
    pub fn at(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// One thing done to the disk. Tests make each of them fail, before and after it is done.
    fn act(&self, what: &'static str, action: impl FnOnce() -> io::Result<()>) -> Result<(), MirrorError> {
        #[cfg(test)]
        let action = self.fault.around(action);
        action().map_err(|cause| MirrorError::Disk { what, cause })
    }

    /// Puts a file in its place, and returns when a power cut would leave it there.
    ///
    /// # Errors
    /// [`MirrorError::Disk`]; the file may stand there nevertheless, whole.
    pub fn put(&self, path: &str, bytes: &[u8]) -> Result<(), MirrorError> {
        let place = self.at(path);
        let parent = place.parent().unwrap_or(&self.folder);
        self.act("making a folder of a neighbour's copy", || make_folders(parent))?;
        let fresh = beside(&place, FRESH);
        self.act("writing a file of a neighbour's copy", || {
            let mut file = File::create(&fresh)?;
            file.write_all(bytes)?;
            file.sync_all()
        })?;
        self.act("putting a file of a neighbour's copy in place", || fs::rename(&fresh, &place))?;
        self.act("keeping a file of a neighbour's copy in place", || File::open(parent)?.sync_all())
    }

    /// What stands at a path; nothing if nothing does.
    ///
    /// # Errors
    /// [`MirrorError::Disk`].
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>, MirrorError> {
        match fs::read(self.at(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(MirrorError::Disk { what: "reading a neighbour's copy", cause }),
        }
    }

    /// Whether something stands at a path.
    pub fn has(&self, path: &str) -> bool {
        self.at(path).exists()
    }

    /// How many bytes stand at a path; nothing if nothing does.
    pub fn length(&self, path: &str) -> Option<u64> {
        fs::metadata(self.at(path)).ok().map(|file| file.len())
    }

    /// Takes a file away, overwritten; gone already is as good. Answers whether there was one.
    ///
    /// # Errors
    /// [`MirrorError::Disk`]; it may be gone nevertheless.
    pub fn take_away(&self, path: &str) -> Result<bool, MirrorError> {
        let place = self.at(path);
        let (going, fresh) = (beside(&place, GOING), beside(&place, FRESH));
        let was = place.exists();
        // Out of its place first, so that nobody is ever given the overwritten half of it.
        self.act("moving a withdrawn content away", || unless_missing(fs::rename(&place, &going)))?;
        self.act("overwriting a withdrawn content", || wipe(&going))?;
        if fresh.exists() {
            self.act("overwriting a withdrawn content", || wipe(&fresh))?;
        }
        Ok(was)
    }

    /// Moves a whole folder to another name on the shelf.
    ///
    /// # Errors
    /// [`MirrorError::Disk`].
    pub fn rename(&self, from: &str, to: &str) -> Result<(), MirrorError> {
        self.act("moving a folder of a neighbour's copy", || fs::rename(self.at(from), self.at(to)))?;
        self.act("keeping a folder of a neighbour's copy in place", || File::open(&self.folder)?.sync_all())
    }

    /// Removes a folder that was not finished.
    ///
    /// # Errors
    /// [`MirrorError::Disk`].
    pub fn clear(&self, path: &str) -> Result<(), MirrorError> {
        self.act("removing what was not finished", || unless_missing(fs::remove_dir_all(self.at(path))))
    }
}
