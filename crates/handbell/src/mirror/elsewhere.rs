//! Elsewhere: what another neighbour was shown of a log that is kept here.
//!
//! Whoever is shown one history for ever sees nothing wrong with it, and two neighbours can be shown two. So each asks
//! the others what they cosigned of a log, and holds it against its own entries. Two trees are an alarm, whose evidence
//! stands by itself; a tree of more entries than are held here is kept until they are.
//! Of two neighbours who name each other in their settings one raises it at the first pull after which it holds as many
//! entries as the other shows.
//! Who answers is not believed: only what the log's own key signed counts. Whoever is asked is told nothing but which log.

use super::MirrorError;
use super::alarm::Takes;
use super::neighbour::{Neighbour, Signed, bundle_of, held_by};
use handbell_log::checkpoint::Checkpoint;
use handbell_log::hash::{Hash, leaf_hash};
use handbell_log::tree::Frontier;

/// Below a neighbour's folder: checkpoints that were shown to others, of more entries than are held.
const FOLDER: &str = "elsewhere";

/// What a checkpoint that was shown elsewhere means for whoever holds entries of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// It is a tree that is known here, or the beginning of the one that is held.
    OneTree,
    /// Nobody can say before more entries are held.
    Later,
    /// The log signed two trees, neither of which begins with the other.
    Split,
}

/// Decides what a checkpoint means that the log signed and showed to somebody else. `known` are trees that it showed here,
/// `held` is how many entries are here, and `beginning` gives the root over so many of them, where they can be read.
pub fn meaning(known: &[&Checkpoint], held: u64, theirs: &Checkpoint, beginning: impl FnOnce(u64) -> Option<Hash>) -> Meaning {
    let root = match known.iter().find(|known| known.size == theirs.size) {
        Some(known) => Some(known.root),
        None if theirs.size < held => beginning(theirs.size),
        None => None,
    };
    match root {
        None => Meaning::Later,
        Some(root) if root == theirs.root => Meaning::OneTree,
        Some(_) => Meaning::Split,
    }
}

/// What is known here of a log, to hold something against.
struct Known {
    seen: Signed,
    held: Option<Signed>,
    /// What the same neighbour showed before, of more entries than were held then.
    waiting: Option<Signed>,
}

impl Known {
    fn trees(&self) -> impl Iterator<Item = &Signed> {
        [Some(&self.seen), self.held.as_ref(), self.waiting.as_ref()].into_iter().flatten()
    }

    fn held(&self) -> u64 {
        self.held.as_ref().map_or(0, |held| held.checkpoint.size)
    }
}

impl Neighbour {
    /// Holds against the copy what another neighbour shows as cosigned of this log, and what it showed before; nothing
    /// where it did not answer. `by` names that neighbour, as a file's name.
    ///
    /// # Errors
    /// [`MirrorError::Alarm`] where the log signed two trees, or an alarm stood before; [`MirrorError::NotTheLog`] where
    /// something is shown that its key did not sign, which accuses nobody; [`MirrorError::Disk`].
    pub fn shown_elsewhere(&self, by: &str, shown: Option<&[u8]>) -> Result<(), MirrorError> {
        if let Some(alarm) = self.alarm() {
            return Err(MirrorError::Alarm(alarm));
        }
        let Some(seen) = self.seen()? else { return Ok(()) };
        let place = format!("{FOLDER}/{by}");
        let mut known = Known { seen, held: self.held()?, waiting: None };
        if let Some(waiting) = self.waiting(&place)? {
            match self.compare(&known, &waiting)? {
                Meaning::Later => known.waiting = Some(waiting),
                Meaning::OneTree | Meaning::Split => drop(self.shelf.take_away(&place)?),
            }
        }
        let Some(shown) = shown else { return Ok(()) };
        let theirs = Signed::open(shown, self.key())?;
        if held_by(&self.agreed).get(by) == Some(&theirs.checkpoint) {
            return Ok(());
        }
        match self.compare(&known, &theirs)? {
            Meaning::Later => self.wait_for(&place, &known, &theirs),
            Meaning::OneTree | Meaning::Split => {
                held_by(&self.agreed).insert(by.to_owned(), theirs.checkpoint);
                Ok(())
            }
        }
    }

    /// Keeps a checkpoint until its entries are here. The smallest is kept, because its turn comes first; otherwise a
    /// neighbour that is always ahead would never be compared with.
    fn wait_for(&self, place: &str, known: &Known, theirs: &Signed) -> Result<(), MirrorError> {
        let size = theirs.checkpoint.size;
        let is_first = known.waiting.as_ref().is_none_or(|waiting| size < waiting.checkpoint.size);
        if is_first && self.has_room_for(size) { self.shelf.put(place, &theirs.bytes()) } else { Ok(()) }
    }

    /// What was kept so. A file that was damaged here says nothing, and is written anew when there is something to keep.
    fn waiting(&self, place: &str) -> Result<Option<Signed>, MirrorError> {
        match self.stored(place) {
            Err(MirrorError::Damaged { .. }) => Ok(None),
            waiting => waiting,
        }
    }

    /// Compares, and raises the alarm over two trees.
    fn compare(&self, known: &Known, theirs: &Signed) -> Result<Meaning, MirrorError> {
        let trees: Vec<&Checkpoint> = known.trees().map(|tree| &tree.checkpoint).collect();
        let held = known.held.as_ref();
        let beginning = |size| held.and_then(|held| self.beginning(size, &held.checkpoint).ok().flatten());
        let meaning = meaning(&trees, known.held(), &theirs.checkpoint, beginning);
        if meaning != Meaning::Split {
            return Ok(meaning);
        }
        let same = known.trees().find(|tree| tree.checkpoint.size == theirs.checkpoint.size);
        let alarm = match (same, held) {
            (Some(same), _) => self.raise(&same.note, &theirs.note, None)?,
            (None, Some(held)) => {
                let size = held.checkpoint.size;
                let leaves = |take: &mut Takes<'_>| self.each_stretch(0, size, size, |_, leaves| take(leaves));
                self.raise(&held.note, &theirs.note, Some(&leaves))?
            }
            (None, None) => return Ok(Meaning::Later),
        };
        Err(MirrorError::Alarm(alarm))
    }

    /// The root over the first entries of the copy. None where the copy is not what the log signed, because a disk changed
    /// it: that accuses nobody.
    fn beginning(&self, size: u64, held: &Checkpoint) -> Result<Option<Hash>, MirrorError> {
        let mut tree = Frontier::new();
        let mut beginning = None;
        while tree.size() < held.size {
            for leaf in self.bundle(bundle_of(tree.size(), held.size))? {
                if tree.size() == size {
                    beginning = Some(tree.root());
                }
                tree.append(leaf_hash(&leaf));
            }
        }
        Ok(beginning.filter(|_| tree.root() == held.root))
    }
}

#[cfg(test)]
mod tests;
