//! The cosigner's side: somebody asks for a cosignature, and the answer follows from what was
//! cosigned before (C2SP tlog-witness, `add-checkpoint`).
//!
//! [`Request`] is what is sent, [`Request::decide`] the table of answers, a pure function. Promises
//! that nothing is offered for signing which does not extend what was signed before, and that no
//! line which did not verify is ever kept: a line forged under the cosigner's own name, stored and
//! given out, would spoil every later checkpoint for its readers.
//! The log's own side is here too: what it gathers from its cosigners ([`gather`], [`Shown`]).
//! Nothing here stores. The caller holds the one lock, or the one transaction, from reading what was
//! last cosigned until the new checkpoint is on disk, and signs only after that; otherwise two
//! requests can turn the cosigner's memory back.

mod decision;
mod gathered;
mod request;

use sha2::{Digest as _, Sha256};

use crate::checkpoint::Checkpoint;
use crate::cosignature::{Cosignature, CosignerKey, verified_lines};
use crate::hash::Hash;
use crate::note::{Note, NoteError, Signature};

pub use decision::{Accepted, Decision, KnownLog, LastCosigned};
pub use gathered::{AHEAD_SECONDS_MAX, Gathered, LINES_MAX, Shown, gather};
pub use request::{CONSISTENCY_HASHES_MAX, Request, RequestError};

/// The media type of the answer 409, whose body is the size last cosigned and a line end.
pub const SIZE_MEDIA_TYPE: &str = "text/x.tlog.size";

/// The lower-case hexadecimal SHA-256 of a log's origin: its directory below a monitoring prefix.
pub fn origin_hash(origin: &str) -> String {
    Hash(Sha256::digest(origin).into()).to_hex()
}

/// Where below the monitoring prefix the last cosigned checkpoint of a log stands.
pub fn monitoring_path(origin: &str) -> String {
    format!("{}/checkpoint", origin_hash(origin))
}

/// Reads a cosigner's answer to a request: the lines by cosigners one knows, verified against the
/// checkpoint that was sent. Lines by others are left out.
///
/// # Errors
/// Where the answer is not signature lines, or a known cosigner's line does not verify.
pub fn read_answer(checkpoint: &Checkpoint, answer: &[u8], cosigners: &[CosignerKey]) -> Result<Vec<(Signature, Cosignature)>, NoteError> {
    // As the standard suggests: put under the checkpoint's text, it is a note.
    let note = Note::parse(&[checkpoint.encode().as_bytes(), b"\n", answer].concat())?;
    if note.text() != checkpoint.encode() {
        return Err(NoteError::SignatureLine { line: 1 });
    }
    let keys: Vec<&CosignerKey> = cosigners.iter().collect();
    let said = |line: crate::cosignature::VerifiedLine| {
        let key = keys[line.key];
        let cosignature = Cosignature { cosigner: key.name().to_owned(), key_id: key.key_id(), time_seconds: line.time_seconds };
        (note.signatures()[line.line].clone(), cosignature)
    };
    // An answer without a time says nothing about the largest tree, which is what was asked.
    let lines = verified_lines(&note, &keys)?.into_iter().filter(|line| line.time_seconds > 0);
    Ok(lines.map(said).collect())
}

#[cfg(test)]
mod tests;
