//! What a log sends to be cosigned: `old <size>`, a consistency proof, an empty line, a checkpoint.

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::decimal;
use crate::hash::Hash;
use crate::note::{NOTE_BYTES_MAX, Note, NoteError};

/// The most hashes a consistency proof may have in a request.
pub const CONSISTENCY_HASHES_MAX: usize = 63;
/// The most bytes of the lines before the checkpoint: the size line, and 45 bytes per hash.
const HEAD_BYTES_MAX: usize = 30 + 45 * CONSISTENCY_HASHES_MAX;

/// Why bytes are not a request. The answer to all of them is 400.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// There is no empty line before the checkpoint, or it comes too late.
    #[error("there is no empty line between the proof and the checkpoint")]
    NoCheckpoint,
    /// The first line is not `old` and a plain decimal.
    #[error("a request starts with \"old\" and a size")]
    Old,
    /// A line of the proof is not the canonical base64 of 32 bytes.
    #[error("line {line} of the request is not a hash")]
    Hash {
        /// The line, from 1.
        line: usize,
    },
    /// More than [`CONSISTENCY_HASHES_MAX`].
    #[error("a consistency proof has at most 63 hashes")]
    TooMany,
    /// What follows is not a note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The note's text is not a checkpoint, or has extension lines.
    #[error(transparent)]
    Checkpoint(CheckpointError),
    /// The old tree would be larger than the new one.
    #[error("the old size is larger than the checkpoint's")]
    Shrinks,
}

/// A request for a cosignature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub(super) old_size: u64,
    pub(super) proof: Vec<Hash>,
    pub(super) note: Note,
    pub(super) checkpoint: Checkpoint,
}

impl Request {
    /// Puts a request together: what was last cosigned, the proof from there, and the signed
    /// checkpoint. What could not be read again is refused.
    pub fn new(old_size: u64, proof: Vec<Hash>, note: Note) -> Result<Request, RequestError> {
        if proof.len() > CONSISTENCY_HASHES_MAX {
            return Err(RequestError::TooMany);
        }
        // An empty log with another root than the empty one is readable, and refused by the table.
        let checkpoint = Checkpoint::parse_any_root(note.text()).map_err(RequestError::Checkpoint)?;
        if old_size > checkpoint.size {
            return Err(RequestError::Shrinks);
        }
        Ok(Request { old_size, proof, note, checkpoint })
    }

    /// Reads a request's body. Splits at the *first* empty line; the note after it splits at its
    /// last.
    pub fn parse(body: &[u8]) -> Result<Request, RequestError> {
        if body.len() > HEAD_BYTES_MAX + NOTE_BYTES_MAX {
            return Err(RequestError::NoCheckpoint);
        }
        let split = body.windows(2).position(|pair| pair == b"\n\n").ok_or(RequestError::NoCheckpoint)?;
        let head = std::str::from_utf8(&body[..split]).map_err(|_| RequestError::Old)?;
        let mut lines = head.split('\n');
        let old_size = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(decimal::parse).ok_or(RequestError::Old)?;
        let mut proof = Vec::new();
        for (text, line) in lines.zip(2..) {
            if proof.len() == CONSISTENCY_HASHES_MAX {
                return Err(RequestError::TooMany);
            }
            proof.push(text.parse().map_err(|_| RequestError::Hash { line })?);
        }
        Request::new(old_size, proof, Note::parse(&body[split + 2..])?)
    }

    /// Writes the request's body.
    pub fn encode(&self) -> String {
        let hashes: String = self.proof.iter().map(|hash| format!("{hash}\n")).collect();
        format!("old {}\n{hashes}\n{}", self.old_size, self.note.encode())
    }

    /// The size from which the proof leads.
    pub fn old_size(&self) -> u64 {
        self.old_size
    }

    /// The origin of the log that asks; look up by it what is known of that log. Not yet verified.
    pub fn origin(&self) -> &str {
        &self.checkpoint.origin
    }
}
