//! The proof file: that one entry is in a log, in one file that can be checked without a network
//! (C2SP tlog-proof, `.tlog-proof`).
//!
//! Index, audit path and checkpoint, as text. Promises that a file has one spelling, and that
//! [`ProofFile::verify`] takes every step: the log's signature, the cosigners, the path. Which bytes
//! the entry is made of is the caller's to know; a Handbell entry's leaf hash is
//! [`crate::leaf::Leaf::hash`]. The extra bytes are signed by nobody and never looked at here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::decimal;
use crate::hash::Hash;
use crate::note::{NOTE_BYTES_MAX, Note, NoteError};
use crate::policy::{Judgement, Policy, PolicyRefusal};
use crate::proof::{ProofError, verify_inclusion};

/// The first line of every proof file.
pub const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
/// The most hashes an audit path can have: one per bit of an index.
pub const PATH_HASHES_MAX: usize = 64;
/// The most bytes before the checkpoint, extra bytes among them.
pub const HEAD_BYTES_MAX: usize = 100_000;

/// Why bytes are not a proof file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofFileError {
    /// More bytes, or more hashes, than any proof has.
    #[error("the proof is longer than any proof is")]
    TooLong,
    /// The first line is another one.
    #[error("a proof starts with \"c2sp.org/tlog-proof@v1\"")]
    FirstLine,
    /// There is no empty line before the checkpoint, or what is before it is not text.
    #[error("there is no empty line between the proof and its checkpoint")]
    NoCheckpoint,
    /// A line before the checkpoint is none that may stand there, or not in its one spelling.
    #[error("line {line} of the proof is malformed")]
    Line {
        /// The line, from 1.
        line: usize,
    },
    /// What follows is not a note.
    #[error(transparent)]
    Note(#[from] NoteError),
}

/// Why a proof does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofRefusal {
    /// The checkpoint is not one of a log that the policy believes.
    #[error(transparent)]
    Checkpoint(#[from] PolicyRefusal),
    /// The entry is not at that index of that tree.
    #[error(transparent)]
    Path(#[from] ProofError),
}

/// One entry's place in a log, and the checkpoint that vouches for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofFile {
    /// Bytes for whoever uses the proof, never empty. Nobody signs them.
    pub extra: Option<Vec<u8>>,
    /// The entry's index in the log.
    pub index: u64,
    /// The audit path: the leaf's sibling first, the root's child last.
    pub path: Vec<Hash>,
    /// The checkpoint, with whatever lines stand below it.
    pub checkpoint: Note,
}

impl ProofFile {
    /// Writes the file. An empty `extra` is written as none.
    pub fn encode(&self) -> String {
        let mut text = format!("{FIRST_LINE}\n");
        if let Some(extra) = self.extra.as_ref().filter(|extra| !extra.is_empty()) {
            text.push_str(&format!("extra {}\n", STANDARD.encode(extra)));
        }
        text.push_str(&format!("index {}\n", self.index));
        for hash in &self.path {
            text.push_str(&format!("{hash}\n"));
        }
        text.push('\n');
        text.push_str(&self.checkpoint.encode());
        text
    }

    /// Reads a file in its one spelling. Splits at the *first* empty line; the note after it splits
    /// at its last.
    pub fn parse(bytes: &[u8]) -> Result<ProofFile, ProofFileError> {
        if bytes.len() > HEAD_BYTES_MAX + NOTE_BYTES_MAX {
            return Err(ProofFileError::TooLong);
        }
        let split = bytes.windows(2).position(|pair| pair == b"\n\n").ok_or(ProofFileError::NoCheckpoint)?;
        if split > HEAD_BYTES_MAX {
            return Err(ProofFileError::TooLong);
        }
        let head = std::str::from_utf8(&bytes[..split]).map_err(|_| ProofFileError::NoCheckpoint)?;
        let mut lines = head.split('\n').zip(1..).peekable();
        if lines.next().is_none_or(|(line, _)| line != FIRST_LINE) {
            return Err(ProofFileError::FirstLine);
        }
        let extra = match lines.peek().and_then(|(text, line)| Some((text.strip_prefix("extra ")?, *line))) {
            None => None,
            Some((text, line)) => {
                lines.next();
                let extra = STANDARD.decode(text).ok().filter(|extra| !extra.is_empty());
                Some(extra.ok_or(ProofFileError::Line { line })?)
            }
        };
        let (index, line) = lines.next().ok_or(ProofFileError::NoCheckpoint)?;
        let index = index.strip_prefix("index ").and_then(decimal::parse).ok_or(ProofFileError::Line { line })?;
        let path = lines.map(|(text, line)| text.parse().map_err(|_| ProofFileError::Line { line })).collect::<Result<Vec<Hash>, _>>()?;
        if path.len() > PATH_HASHES_MAX {
            return Err(ProofFileError::TooLong);
        }
        Ok(ProofFile { extra, index, path, checkpoint: Note::parse(&bytes[split + 2..])? })
    }

    /// Verifies that the entry with this leaf hash is in a log the policy believes.
    ///
    /// The answer says who cosigned; whether that is enough is [`Judgement::quorum`], and a caller
    /// that needs others' word must look at it.
    pub fn verify(&self, leaf_hash: &Hash, policy: &Policy) -> Result<Judgement, ProofRefusal> {
        let judgement = policy.judge(&self.checkpoint)?;
        let checkpoint = &judgement.checkpoint;
        verify_inclusion(leaf_hash, self.index, checkpoint.size, &self.path, &checkpoint.root)?;
        Ok(judgement)
    }
}

#[cfg(test)]
mod tests;
