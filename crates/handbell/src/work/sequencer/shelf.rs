//! Shelf: the folder from which the log is read by the world.
//!
//! Every file appears whole or not at all: it is written beside its place and moved there. Nothing on the shelf
//! is the only copy of anything, so it is not synced; what must outlive a power cut says so. A sync that failed proves
//! nothing when it is said again ([`crate::store::halt::Halt::SyncFailed`]), so it is no trouble that passes: whoever
//! meets it stops until a restart, and the log is in doubt until then. What is taken away is overwritten before it is removed
//! ([`crate::wiped`]), and so is what a run that died had not put in its place.

use crate::export::kept;
use crate::store::StoreError;
use crate::wiped::{FRESH, GOING, beside, left_over, unless_missing, wipe};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// A file that is written beside its place and stands in it once it is put there.
#[derive(Debug)]
pub struct Staged {
    place: PathBuf,
    fresh: PathBuf,
}

/// See the module.
pub struct Shelf {
    folder: PathBuf,
    #[cfg(test)]
    pub(super) fault: faults::Planted,
}

fn trouble(what: &'static str) -> impl Fn(io::Error) -> StoreError {
    move |error| StoreError::Unavailable(format!("{what}: {error}"))
}

impl Shelf {
    /// The shelf in this folder.
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            #[cfg(test)]
            fault: faults::Planted::default(),
        }
    }

    /// One thing done to the disk. Tests make each of them fail, before and after it is done.
    fn act(&self, what: &'static str, action: impl FnOnce() -> io::Result<()>) -> Result<(), StoreError> {
        #[cfg(test)]
        let action = self.fault.around(action);
        action().map_err(trouble(what))
    }

    /// Waits until a file or folder is on the disk.
    fn sync(&self, what: &'static str, path: &Path) -> Result<(), StoreError> {
        self.synced(what, || File::open(path)?.sync_all())
    }

    fn synced(&self, what: &'static str, action: impl FnOnce() -> io::Result<()>) -> Result<(), StoreError> {
        self.act(what, action).map_err(|error| match error {
            StoreError::Unavailable(why) => StoreError::Broken(format!("{why}; nothing more is published until a restart")),
            other => other,
        })
    }

    fn write(&self, place: PathBuf, bytes: &[u8]) -> Result<Staged, StoreError> {
        let fresh = beside(&place, FRESH);
        self.act("writing a file of the log", || {
            // Most folders are there: one is made when the file finds none, and not looked for before each of them.
            let mut file = match File::create(&fresh) {
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    fs::create_dir_all(place.parent().unwrap_or(&self.folder))?;
                    File::create(&fresh)?
                }
                file => file?,
            };
            file.write_all(bytes)
        })?;
        Ok(Staged { place, fresh })
    }

    /// Writes a file beside its place, below the folder, to be put there later; nothing where it stands there already. What
    /// takes room on the disk is done then.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the disk does not do as asked.
    pub fn stage(&self, path: &str, bytes: &[u8]) -> Result<Option<Staged>, StoreError> {
        let place = self.folder.join(path);
        // After a start everything is put again; what stands there already is left alone.
        if fs::read(&place).is_ok_and(|there| there == bytes) {
            return Ok(None);
        }
        self.write(place, bytes).map(Some)
    }

    /// Puts a file that was written in its place.
    ///
    /// # Errors
    /// As [`Shelf::put`].
    pub fn place(&self, staged: &Staged) -> Result<(), StoreError> {
        self.act("putting a file of the log in place", || fs::rename(&staged.fresh, &staged.place))
    }

    /// Puts a file in its place, below the folder.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the disk does not do as asked; it may have been put nevertheless.
    pub fn put(&self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.stage(path, bytes)?.map_or(Ok(()), |staged| self.place(&staged))
    }

    /// Puts a file in its place and returns when a power cut would leave it there.
    ///
    /// # Errors
    /// As [`Shelf::put`]; [`StoreError::Broken`] when it could not be synced.
    pub fn put_durably(&self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let staged = self.write(self.folder.join(path), bytes)?;
        self.sync("syncing a file of the log", &staged.fresh)?;
        self.place(&staged)?;
        self.sync("keeping a file of the log in place", staged.place.parent().unwrap_or(&self.folder))
    }

    /// Writes over a file that stands, in its place, and returns when a power cut would leave the new bytes there. One
    /// sync; a power cut before it may leave a mixture, so only for what has another beside it.
    ///
    /// # Errors
    /// As [`Shelf::put_durably`].
    pub fn write_over(&self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let place = self.folder.join(path);
        self.act("writing over a file of the log", || {
            let mut file = File::options().write(true).open(&place)?;
            file.write_all(bytes)?;
            file.set_len(bytes.len() as u64)
        })?;
        self.synced("syncing a file of the log", || File::options().write(true).open(&place)?.sync_data())
    }

    /// Whether something stands in a place.
    pub fn has(&self, path: &str) -> bool {
        self.folder.join(path).exists()
    }

    /// What stands in a place; none where nothing does.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the disk does not answer.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        match fs::read(self.folder.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(trouble("reading a file of the log")(error)),
        }
    }

    /// The sizes whose checkpoints are kept in a folder.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the disk does not answer.
    pub fn kept(&self, folder: &str) -> Result<BTreeSet<u64>, StoreError> {
        kept::sizes(&self.folder.join(folder)).map_err(trouble("reading which checkpoints are kept"))
    }

    /// Takes away what is not to be given out any more, overwritten; gone already is as good. What of it was not in its
    /// place yet goes too.
    ///
    /// # Errors
    /// As [`Shelf::put`]; it may be gone nevertheless.
    pub fn take_away(&self, path: &str) -> Result<(), StoreError> {
        let place = self.folder.join(path);
        let (going, fresh) = (beside(&place, GOING), beside(&place, FRESH));
        self.act("moving a withdrawn content away", || unless_missing(fs::rename(&place, &going)))?;
        self.act("overwriting a withdrawn content", || wipe(&going))?;
        if fresh.exists() {
            self.act("overwriting a withdrawn content", || wipe(&fresh))?;
        }
        Ok(())
    }

    /// As [`Shelf::stage`], in the place of a file that holds words which were withdrawn: that one goes at once, overwritten,
    /// and nothing stands there until the other is put. What an earlier try left is overwritten too, also where the place
    /// is right.
    ///
    /// # Errors
    /// As [`Shelf::put`].
    pub fn stage_wiping(&self, path: &str, bytes: &[u8]) -> Result<Option<Staged>, StoreError> {
        let place = self.folder.join(path);
        let (going, fresh) = (beside(&place, GOING), beside(&place, FRESH));
        let wiped = |left: &Path| match left.exists() {
            true => self.act("overwriting a file with withdrawn words", || wipe(left)),
            false => Ok(()),
        };
        wiped(&going)?;
        wiped(&fresh)?;
        if fs::read(&place).is_ok_and(|there| there == bytes) {
            return Ok(None);
        }
        self.act("moving a file with withdrawn words away", || unless_missing(fs::rename(&place, &going)))?;
        wiped(&going)?;
        self.write(place, bytes).map(Some)
    }

    /// Overwrites and removes what a run that died left beside its places. For a start, when nobody else writes.
    ///
    /// # Errors
    /// As [`Shelf::put`].
    pub fn sweep(&self) -> Result<(), StoreError> {
        let found = |folder: &Path, below| left_over(folder, below).map_err(trouble("looking for what was not put in place"));
        let mut left = found(&self.folder, false)?;
        for below in ["log", "incidents"] {
            left.extend(found(&self.folder.join(below), true)?);
        }
        left.iter().try_for_each(|path| self.act("overwriting what was not put in place", || wipe(path)))
    }
}

#[cfg(test)]
pub mod faults {
    //! A disk that fails at one moment.

    use std::io;
    use std::sync::Mutex;

    /// What was planted: how many things go well before one does not, and whether that one is done nevertheless.
    #[derive(Default)]
    pub struct Planted(Mutex<Option<(usize, bool)>>);

    impl Planted {
        /// The thing after so many others fails; `done` says whether it is done nevertheless.
        pub fn plant(&self, after: usize, done: bool) {
            *self.0.lock().unwrap() = Some((after, done));
        }

        /// Takes the fault out again. Whether it had struck.
        pub fn take(&self) -> bool {
            self.0.lock().unwrap().take().is_none()
        }

        pub(crate) fn around(&self, action: impl FnOnce() -> io::Result<()>) -> impl FnOnce() -> io::Result<()> {
            let fails = {
                let mut planted = self.0.lock().unwrap();
                match *planted {
                    Some((0, done)) => {
                        *planted = None;
                        Some(done)
                    }
                    Some((after, done)) => {
                        *planted = Some((after - 1, done));
                        None
                    }
                    None => None,
                }
            };
            move || {
                if fails != Some(false) {
                    action()?;
                }
                match fails {
                    None => Ok(()),
                    Some(_) => Err(io::Error::from(io::ErrorKind::StorageFull)),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_away_is_overwritten_and_so_is_what_was_not_in_its_place_yet() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path());
        let content = "log/content/007";
        shelf.put(content, b"words").unwrap();
        let half = folder.path().join("log/content/007.new");
        fs::write(&half, "wor").unwrap();
        // Second names of the same files show what is left of their bytes.
        let kept = ["whole", "half"].map(|name| folder.path().join(name));
        fs::hard_link(folder.path().join(content), &kept[0]).unwrap();
        fs::hard_link(&half, &kept[1]).unwrap();
        for _ in 0..2 {
            shelf.take_away(content).unwrap();
        }
        assert!(!shelf.has(content) && !half.exists() && !shelf.has("log/content/007.gone"));
        assert_eq!(kept.map(|path| fs::read(path).unwrap()), [vec![0; 5], vec![0; 3]]);
    }

    #[test]
    fn a_file_that_held_withdrawn_words_is_overwritten_when_another_takes_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path());
        let page = "incidents/a.json";
        let put_wiping = |bytes| shelf.stage_wiping(page, bytes)?.map_or(Ok(()), |staged| shelf.place(&staged));
        put_wiping(b"words".as_slice()).unwrap();
        let kept = folder.path().join("kept");
        fs::hard_link(folder.path().join(page), &kept).unwrap();
        put_wiping(b"words").unwrap();
        assert_eq!(fs::read(&kept).unwrap(), b"words", "what is right already is left alone");
        // The overwriting fails, after the file was moved away; the next try makes up for it.
        shelf.fault.plant(1, false);
        put_wiping(b"gone").unwrap_err();
        assert!(shelf.fault.take(), "the fault struck");
        assert_eq!(fs::read(&kept).unwrap(), b"words");
        for _ in 0..2 {
            put_wiping(b"gone").unwrap();
            assert_eq!((shelf.read(page).unwrap().unwrap(), fs::read(&kept).unwrap()), (b"gone".to_vec(), vec![0; 5]));
            assert!(!shelf.has("incidents/a.json.gone") && !shelf.has("incidents/a.json.new"));
        }
    }

    #[test]
    fn a_start_sweeps_what_a_run_that_died_left_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path());
        shelf.sweep().unwrap();
        let stays = ["high-water", "log/content/007", "incidents/a.json", "beside/b.new"];
        let goes = ["high-water.new", "log/content/x001/002.new", "log/content/009.gone", "incidents/a.json.new", "incidents/c.new"];
        for path in stays.iter().chain(&goes) {
            shelf.put(path, b"words").unwrap();
        }
        shelf.sweep().unwrap();
        assert!(stays.iter().all(|path| shelf.has(path)), "what is in its place stays, and so does what is not the log's");
        for path in goes {
            assert!(!shelf.has(path), "{path}");
        }
    }
}
