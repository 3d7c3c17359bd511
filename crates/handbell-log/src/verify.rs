//! The full check of a published log, for anyone who does not trust its keeper.
//!
//! Reads everything that the signed checkpoint covers: every bundle, every tile, every leaf, every
//! content. Promises that one changed, missing or extra bit in any of them is a [`Failure`] that
//! says where, and that *withdrawn* excuses a missing content but never a wrong one.
//! It does not say whether other people were shown another log; that takes their checkpoints
//! ([`crate::proof`]). It does not judge what a payload means, nor read any clock.

mod entries;
mod gaps;
mod tree;

use std::fmt;

use crate::checkpoint::Checkpoint;
use crate::leaf::{Leaf, Reason};
use crate::note::VerifierKey;
use crate::source::{Source, SourceError};

pub use entries::{each_entry, each_entry_with_gaps, verify_entries};
pub use gaps::{GAPS, Gaps, GapsError};
pub use tree::{VerifiedTree, read_leaf_hashes, verify_tree};

/// Verifies a whole log: checkpoint, tree, leaves, contents and the chain within each stream.
///
/// Holds all payloads in memory; [`verify_tree`] alone needs about 150 bytes per entry, and [`each_entry`] after it
/// one payload at a time.
pub fn verify_log(source: &dyn Source, key: &VerifierKey) -> Result<Verified, Failure> {
    let tree = verify_tree(source, key)?;
    let entries = verify_entries(source, &tree)?;
    Ok(Verified { checkpoint: tree.checkpoint, entries })
}

/// As [`verify_log`], where some contents may be missing: those entries are [`State::Missing`], and of their words nothing
/// is known.
pub fn verify_log_with_gaps(source: &dyn Source, key: &VerifierKey, gaps: &Gaps) -> Result<Verified, Failure> {
    let tree = verify_tree(source, key)?;
    let mut entries = Vec::with_capacity(tree.leaves.len());
    each_entry_with_gaps(source, &tree, gaps, |entry| entries.push(entry))?;
    Ok(Verified { checkpoint: tree.checkpoint, entries })
}

/// A log in which everything held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// What the log signed.
    pub checkpoint: Checkpoint,
    /// Every entry, in the order of the log.
    pub entries: Vec<VerifiedEntry>,
}

impl Verified {
    /// Entries that are withdrawn and whose content the source nevertheless gives out.
    ///
    /// The log itself holds; whoever runs the source has a duty that is not done.
    pub fn still_offered(&self) -> impl Iterator<Item = &VerifiedEntry> {
        self.entries.iter().filter(|entry| matches!(entry.state, State::Withdrawn { still_offered: true, .. }))
    }

    /// Entries whose content was not there and may be missing. Of their words nothing is known.
    pub fn missing(&self) -> impl Iterator<Item = u64> {
        self.entries.iter().filter(|entry| entry.state == State::Missing).map(|entry| entry.index)
    }
}

/// An entry that is in the log, with what may be known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedEntry {
    /// Its place in the log, from 0.
    pub index: u64,
    /// The leaf.
    pub leaf: Leaf,
    /// Its content, or why there is none.
    pub state: State,
}

/// What there is beside a leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The payload that the leaf committed to: canonical JSON, in its place in the stream.
    Open(Vec<u8>),
    /// The content was withdrawn. It is not handed on, even if the source still offers it.
    Withdrawn {
        /// Why, as the first withdrawal says.
        reason: Reason,
        /// Index of the first withdrawal of this entry.
        by: u64,
        /// The source still gives the content out ("withdrawn but still offered").
        still_offered: bool,
    },
    /// The entry's fields are public and stand in the leaf itself.
    Public,
    /// The content is not there, nothing withdraws it, and it was among those that may be missing ([`Gaps`]).
    Missing,
}

/// What a failure means for the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The log is not what its checkpoint says.
    Wrong,
    /// The source could not be read, so nothing is known.
    CouldNotTell,
}

/// Where the check of a log ended, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Path, and line, byte or entry where known: `tile/0/001.p/5 byte 37`, `content/012`,
    /// `checkpoint line 2`.
    pub place: String,
    /// What is wrong there, in a plain sentence.
    pub sentence: String,
    /// Whether the answer is no, or there is none.
    pub verdict: Verdict,
}

impl Failure {
    fn wrong(place: impl Into<String>, sentence: impl Into<String>) -> Failure {
        Failure { place: place.into(), sentence: sentence.into(), verdict: Verdict::Wrong }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.sentence)
    }
}

impl std::error::Error for Failure {}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Failure {
        let sentence = format!("it cannot be read: {}", error.problem);
        Failure { place: error.path, sentence, verdict: Verdict::CouldNotTell }
    }
}
