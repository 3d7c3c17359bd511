//! The page proof: one file from which anybody checks one page of the record, without the rest of
//! the log and without a network.
//!
//! It holds a checkpoint with its cosignatures and, for every entry of one stream, the leaf, its
//! path, and either the content that opens it or the withdrawal that took the content away.
//! Promises that a file has one spelling (canonical JSON), and that an entry which does not hold is
//! named and never passed over. Whether the page shows what the entries say is for whoever renders
//! pages; what is proved here is which entries there are.
//! The layout is described in `docs/formats/proof.md`.

mod file;
mod verdict;

use crate::checkpoint::Checkpoint;
use crate::hash::Hash;
use crate::leaf::{Content, Leaf, Stream};
use crate::note::Note;
use crate::proof;
use crate::snapshot::Row;
use crate::tile::LeafHashes;

pub use file::PageProofError;
pub use verdict::{Completeness, EntryState, EntryVerdict, Fault, PageVerdict};

/// What the file says it is.
pub const FORMAT: &str = "handbell-page-proof@v1";
/// The most bytes a page proof may have.
pub const PAGE_PROOF_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The most entries one page may have, and the most leaves after a snapshot.
pub const PAGE_ENTRIES_MAX: usize = 50_000;

/// A leaf and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedLeaf {
    /// The entry's index in the log.
    pub index: u64,
    /// The leaf.
    pub leaf: Leaf,
    /// The audit path from it to the checkpoint's root.
    pub path: Vec<Hash>,
}

/// One entry of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageEntry {
    /// Its leaf.
    pub leaf: PlacedLeaf,
    /// What opens the leaf, unless it was withdrawn.
    pub content: Option<Content>,
    /// The withdrawal that names the entry, where there is one.
    pub withdrawal: Option<PlacedLeaf>,
}

/// What shows that the page's stream has no later entries: a snapshot, and every leaf after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remainder {
    /// The newest snapshot's entry.
    pub snapshot: PlacedLeaf,
    /// What opens it.
    pub content: Content,
    /// The stream's row in the snapshot and the row's path; none where the stream is younger.
    pub row: Option<PlacedRow>,
    /// The leaves after the snapshot, up to the checkpoint's size.
    pub after: Vec<Leaf>,
}

/// A row of a snapshot and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedRow {
    /// The row's position among the rows, which are sorted by stream.
    pub position: u64,
    /// The row.
    pub row: Row,
    /// The audit path from it to the snapshot's root.
    pub path: Vec<Hash>,
}

/// The page that the log's keeper says follows from the entries. Nobody signs it: whoever checks works the page out
/// from the entries and compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Projection {
    /// Version of the rules by which it follows.
    pub version: u64,
    /// SHA-256 of the page as data.
    pub hash: Hash,
}

/// A proof of one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageProof {
    /// The checkpoint and the lines below it.
    pub checkpoint: Note,
    /// The page's stream.
    pub stream: Stream,
    /// Every committed entry of the stream up to some point, in the order of the log.
    pub entries: Vec<PageEntry>,
    /// What shows that there are no more, where that is told.
    pub remainder: Option<Remainder>,
    /// The page that follows, where that is told.
    pub projection: Option<Projection>,
}

/// An entry as whoever makes a page proof has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnEntry {
    /// Index and leaf.
    pub leaf: (u64, Leaf),
    /// What opens it, unless withdrawn.
    pub content: Option<Content>,
    /// Index and leaf of the first withdrawal that names it.
    pub withdrawal: Option<(u64, Leaf)>,
}

/// Places a leaf in the tree of a checkpoint's size. `None` where the tree has no such leaf.
pub fn place<Hashes: LeafHashes + ?Sized>(
    hashes: &Hashes,
    checkpoint: &Checkpoint,
    (index, leaf): (u64, Leaf),
) -> Result<Option<PlacedLeaf>, Hashes::Error> {
    let path = proof::inclusion_in(hashes, index, checkpoint.size)?;
    Ok(path.map(|path| PlacedLeaf { index, leaf, path }))
}

impl PageProof {
    /// Makes the proof of a page from its entries and the log's hashes, without a remainder.
    ///
    /// Entries and withdrawals past the checkpoint's size are left out: the checkpoint does not
    /// vouch for them. The note must be the checkpoint's.
    pub fn of<Hashes: LeafHashes + ?Sized>(
        note: Note,
        checkpoint: &Checkpoint,
        stream: Stream,
        own: Vec<OwnEntry>,
        hashes: &Hashes,
    ) -> Result<PageProof, Hashes::Error> {
        let mut entries = Vec::with_capacity(own.len());
        for OwnEntry { leaf, content, withdrawal } in own {
            let withdrawal = match withdrawal {
                None => None,
                Some(withdrawal) => place(hashes, checkpoint, withdrawal)?,
            };
            if let Some(leaf) = place(hashes, checkpoint, leaf)? {
                entries.push(PageEntry { leaf, content, withdrawal });
            }
        }
        Ok(PageProof { checkpoint: note, stream, entries, remainder: None, projection: None })
    }

    /// Reads a file in its one spelling.
    pub fn parse(bytes: &[u8]) -> Result<PageProof, PageProofError> {
        file::parse(bytes)
    }

    /// Writes the file: canonical JSON, one line.
    ///
    /// # Errors
    /// Where an index is past 2^53 - 1, which JSON cannot say, or a payload is not text.
    pub fn encode(&self) -> Result<Vec<u8>, PageProofError> {
        file::encode(self)
    }
}

#[cfg(test)]
mod tests;
