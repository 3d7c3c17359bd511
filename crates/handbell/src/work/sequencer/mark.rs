//! Mark: the newest checkpoint that anybody may have seen, kept on the disk beside the store and not in it.
//!
//! An older copy of the store that is put back is known by it, so it is on the disk before anybody can read the
//! checkpoint. Two places take turns: the one that does not hold the newest mark is written over and synced, so a mark
//! costs one sync. A power cut in the middle tears a mark whose checkpoint nobody has seen yet, and the other place
//! still holds the one before. The first two marks after a start are new files: what an earlier run could not sync is not
//! built on.

use super::shelf::Shelf;
use crate::store::StoreError;
use anyhow::Context;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::note::{Note, VerifierKey};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Where marks stand, below the group's `public/`.
pub const MARKS: [&str; 2] = ["high-water", "high-water-2"];

/// Whose turn it is.
#[derive(Debug, Default)]
pub(super) struct Turn(Mutex<Next>);

#[derive(Debug, Default)]
struct Next {
    /// The place that is written next; none before the first mark of this run.
    place: Option<usize>,
    /// How many places this run made new.
    made: usize,
}

impl Turn {
    /// In the middle of a run.
    #[cfg(test)]
    pub(super) fn of(place: usize) -> Self {
        Self(Mutex::new(Next { place: Some(place), made: MARKS.len() }))
    }

    /// Puts a mark, and returns when a power cut would leave it there.
    ///
    /// # Errors
    /// As [`Shelf::put_durably`]. The place that held the newest mark still holds it.
    pub(super) fn put(&self, shelf: &Shelf, key: &VerifierKey, note: &[u8]) -> Result<(), StoreError> {
        let mut turn = self.0.lock().expect("no holder of this lock panics");
        let place = match turn.place {
            Some(place) => place,
            None => {
                let sizes = [size(shelf, key, MARKS[0])?, size(shelf, key, MARKS[1])?];
                usize::from(sizes[0].is_some() && sizes[0] >= sizes[1])
            }
        };
        if turn.made >= MARKS.len() && shelf.has(MARKS[place]) {
            shelf.write_over(MARKS[place], note)?;
        } else {
            shelf.put_durably(MARKS[place], note)?;
            turn.made += 1;
        }
        turn.place = Some(1 - place);
        Ok(())
    }
}

/// The size that a place marks; none where none can be read there.
fn size(shelf: &Shelf, key: &VerifierKey, place: &str) -> Result<Option<u64>, StoreError> {
    let marked = shelf.read(place)?.and_then(|bytes| Checkpoint::open(&bytes, key).ok());
    Ok(marked.map(|checkpoint| checkpoint.size))
}

/// Whether a published checkpoint is half of one, or nothing, as after a power cut: it is not synced, because a mark that
/// is says as much ([`MARKS`]), and the next step writes it anew. One that anybody signed is no such half.
pub fn is_torn(checkpoint: &[u8]) -> bool {
    Note::parse(checkpoint).is_err()
}

/// The marks in a group's `public/`, each with its bytes.
///
/// # Errors
/// For a place that cannot be read, and where no mark of this key stands in any place but something does.
pub fn marks(public: &Path, key: &VerifierKey) -> anyhow::Result<Vec<(Vec<u8>, Checkpoint)>> {
    Ok(marks_with_places(public, key)?.into_iter().map(|(_, bytes, checkpoint)| (bytes, checkpoint)).collect())
}

/// The same, each with its place too.
///
/// # Errors
/// As [`marks`].
pub fn marks_with_places(public: &Path, key: &VerifierKey) -> anyhow::Result<Vec<(PathBuf, Vec<u8>, Checkpoint)>> {
    let (mut found, mut torn) = (Vec::new(), None);
    for path in MARKS.map(|mark| public.join(mark)) {
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
        };
        match Checkpoint::open(&bytes, key) {
            Ok(checkpoint) => found.push((path, bytes, checkpoint)),
            Err(error) => torn = Some(anyhow::Error::from(error).context(format!("{} is not this group's", path.display()))),
        }
    }
    match torn {
        // A power cut tears the place that was being written, and nobody has seen what it was to say.
        Some(error) if found.is_empty() => Err(error),
        _ => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use handbell_log::hash::leaf_hash;
    use handbell_log::note::SigningKey;

    fn key() -> SigningKey {
        SigningKey::from_seed("bell.example/log1", &[1; 32]).unwrap()
    }

    fn note(size: u64) -> Vec<u8> {
        let checkpoint = Checkpoint { origin: key().name().to_owned(), size, root: leaf_hash(&size.to_be_bytes()) };
        checkpoint.sign(&key()).unwrap().encode().into_bytes()
    }

    fn sizes(folder: &Path) -> Vec<u64> {
        marks(folder, key().verifier()).unwrap().into_iter().map(|(_, checkpoint)| checkpoint.size).collect()
    }

    #[test]
    fn two_places_take_turns_also_over_a_start() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path());
        let (mut turn, mut newest) = (Turn::default(), 0);
        assert_eq!(sizes(folder.path()), [0; 0]);
        for size in [8, 9, 10, 99, 100, 101, 1_000] {
            if size == 100 {
                turn = Turn::default();
            }
            turn.put(&shelf, key().verifier(), &note(size)).unwrap();
            let mut wanted: Vec<u64> = [newest, size].into_iter().filter(|size| *size > 0).collect();
            let mut found = sizes(folder.path());
            wanted.sort_unstable();
            found.sort_unstable();
            assert_eq!(found, wanted, "the one before is still there");
            newest = size;
        }
    }

    #[test]
    fn no_file_of_an_earlier_run_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let (shelf, earlier) = (Shelf::new(folder.path()), Turn::default());
        let kept = |mark: &str| folder.path().join(format!("{mark}.kept"));
        for size in [8, 9] {
            earlier.put(&shelf, key().verifier(), &note(size)).unwrap();
        }
        for mark in MARKS {
            std::fs::hard_link(folder.path().join(mark), kept(mark)).unwrap();
        }
        let turn = Turn::default();
        for size in [10, 11, 12, 13] {
            turn.put(&shelf, key().verifier(), &note(size)).unwrap();
        }
        let mut found = sizes(folder.path());
        found.sort_unstable();
        assert_eq!(found, [12, 13]);
        for (mark, size) in MARKS.into_iter().zip([8, 9]) {
            assert_eq!(std::fs::read(kept(mark)).unwrap(), note(size), "{mark}: its bytes are as that run left them");
        }
    }

    /// Every way in which a power cut can leave the place that is being written: the mark before it is still known, and
    /// the next one goes where the torn one stands.
    #[test]
    fn a_torn_mark_hides_no_other() {
        let (before, torn) = (note(9_999), note(10_000));
        for kept in 0..=torn.len() {
            let folder = tempfile::tempdir().unwrap();
            let (shelf, turn) = (Shelf::new(folder.path()), Turn::default());
            for size in [9_998, 9_999] {
                turn.put(&shelf, key().verifier(), &note(size)).unwrap();
            }
            let place = folder.path().join(MARKS[0]);
            let old = std::fs::read(&place).unwrap();
            let mixed: Vec<u8> = torn[..kept].iter().chain(old.iter().skip(kept)).copied().collect();
            std::fs::write(&place, mixed).unwrap();
            let found = sizes(folder.path());
            assert!(found.contains(&9_999), "{kept}: {found:?}");
            let again = Turn::default();
            again.put(&shelf, key().verifier(), &torn).unwrap();
            let mut found = sizes(folder.path());
            found.sort_unstable();
            assert_eq!(found.last(), Some(&10_000), "{kept}");
            if kept < torn.len() {
                assert_eq!(std::fs::read(folder.path().join(MARKS[1])).unwrap(), before, "{kept}: the mark that was whole is kept");
            }
        }
    }

    #[test]
    fn marks_of_which_none_can_be_read_are_not_taken_for_none() {
        let folder = tempfile::tempdir().unwrap();
        let stranger = SigningKey::from_seed(key().name(), &[2; 32]).unwrap();
        for mark in MARKS {
            std::fs::write(folder.path().join(mark), note(5)).unwrap();
            assert!(marks(folder.path(), stranger.verifier()).is_err());
            std::fs::write(folder.path().join(mark), &note(5)[..20]).unwrap();
            assert!(marks(folder.path(), key().verifier()).is_err());
        }
    }
}
