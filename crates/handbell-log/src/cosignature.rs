//! The cosignature: somebody else's signed word that this is the only tree they have seen (C2SP
//! tlog-cosignature).
//!
//! A cosigner signs a checkpoint together with the time at which it was the largest consistent tree
//! they knew: Ed25519 (`cosignature/v1`, type 0x04) or, with the feature `ml-dsa`, ML-DSA-44 (type
//! 0x06). Promises that what is signed is written anew from the parsed checkpoint, so that a
//! difference between parsers ends in a signature that does not verify, and that lines of unknown
//! keys are ignored while a failing line of a known one spoils the note.
//! Whom to believe, and how many of them it takes, is [`crate::policy`]'s to say.

mod key;
#[cfg(feature = "ml-dsa")]
mod ml_dsa;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::note::{Note, NoteError};

pub use key::{CosignerKey, CosigningKey};

/// The signature type byte of a timestamped Ed25519 cosignature.
pub const TYPE_ED25519_COSIGNATURE: u8 = 0x04;
/// The signature type byte of a timestamped ML-DSA-44 cosignature.
pub const TYPE_ML_DSA_44: u8 = 0x06;
/// The latest time a cosignature may name: 2^63 - 1, in seconds since 1970.
pub const TIME_SECONDS_MAX: u64 = (1 << 63) - 1;
/// The most bytes a cosigner's name and a log's origin may have where ML-DSA-44 signs them.
pub const ML_DSA_NAME_BYTES_MAX: usize = 255;

/// Why something is not a cosigner's key, or a checkpoint cannot be cosigned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CosignatureError {
    /// The text is not a cosigner's key in its one spelling.
    #[error("not a cosigner's key of the form name+id+key of type 4 or 6")]
    Key,
    /// A key name is empty or holds a space or a plus.
    #[error("a key name is not empty and holds no space and no plus")]
    Name,
    /// The checkpoint could not be read by others.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The time is past [`TIME_SECONDS_MAX`].
    #[error("the time of a cosignature is at most 2^63 - 1 seconds after 1970")]
    Time,
    /// The name or the origin is longer than [`ML_DSA_NAME_BYTES_MAX`].
    #[error("ML-DSA-44 signs names and origins of at most 255 bytes")]
    NameLength,
}

/// A cosignature that verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// The cosigner's name, as on its key.
    pub cosigner: String,
    /// The four bytes that stand for the cosigner's key.
    pub key_id: [u8; 4],
    /// When the cosigner said so, in seconds since 1970. An ML-DSA-44 cosignature may say 0, which
    /// means that nothing is said about the tree being the largest at any time.
    pub time_seconds: u64,
}

/// What an Ed25519 cosigner signs: two lines, then the whole text of the checkpoint.
pub(crate) fn ed25519_message(text: &str, time_seconds: u64) -> Vec<u8> {
    format!("cosignature/v1\ntime {time_seconds}\n{text}").into_bytes()
}

/// What an ML-DSA-44 cosigner signs of a checkpoint: `cosigned_message` with `start` 0.
#[cfg_attr(not(feature = "ml-dsa"), allow(dead_code))]
pub(crate) fn ml_dsa_message(cosigner: &str, checkpoint: &Checkpoint, time_seconds: u64) -> Result<Vec<u8>, CosignatureError> {
    let mut message = b"subtree/v1\n\0".to_vec();
    push_name(&mut message, cosigner)?;
    message.extend(time_seconds.to_be_bytes());
    push_name(&mut message, &checkpoint.origin)?;
    message.extend(0_u64.to_be_bytes());
    message.extend(checkpoint.size.to_be_bytes());
    message.extend(checkpoint.root.as_bytes());
    Ok(message)
}

#[cfg_attr(not(feature = "ml-dsa"), allow(dead_code))]
fn push_name(message: &mut Vec<u8>, name: &str) -> Result<(), CosignatureError> {
    message.push(u8::try_from(name.len()).map_err(|_| CosignatureError::NameLength)?);
    message.extend(name.as_bytes());
    Ok(())
}

/// Verifies every line that says to be by one of these cosigners, and gives what they say: one
/// cosignature per line, in the note's order. Nobody having cosigned is an empty list.
///
/// Says nothing about the log's own signature; open the note with the log's key too. Lines by keys
/// whose kind this build cannot verify (ML-DSA-44 without its feature) are ignored like unknown ones.
///
/// # Errors
/// [`NoteError::Forged`] where a line by a known key does not verify, also beside good ones.
pub fn verify(note: &Note, cosigners: &[CosignerKey]) -> Result<Vec<Cosignature>, NoteError> {
    let keys: Vec<&CosignerKey> = cosigners.iter().collect();
    let said = |line: VerifiedLine| {
        let key = keys[line.key];
        Cosignature { cosigner: key.name().to_owned(), key_id: key.key_id(), time_seconds: line.time_seconds }
    };
    Ok(verified_lines(note, &keys)?.into_iter().map(said).collect())
}

/// A line that verified: which of the note's it is, by which of the keys, and when.
pub(crate) struct VerifiedLine {
    pub(crate) line: usize,
    pub(crate) key: usize,
    pub(crate) time_seconds: u64,
}

/// As [`verify`], by position, for callers that count keys or hand verified lines on.
pub(crate) fn verified_lines(note: &Note, cosigners: &[&CosignerKey]) -> Result<Vec<VerifiedLine>, NoteError> {
    let mut verified = Vec::new();
    for (line, signature) in note.signatures().iter().enumerate() {
        let is_known = |(_, key): &(usize, &&CosignerKey)| key.is_supported() && key.is_of(signature);
        let mut known = cosigners.iter().enumerate().filter(is_known).peekable();
        if known.peek().is_none() {
            continue;
        }
        // Two keys may share name and 32-bit ID; a line that fits one of them is that one's.
        let found = known.find_map(|(key, cosigner)| Some((key, cosigner.verify(note.text(), signature)?)));
        let (key, time_seconds) = found.ok_or_else(|| note.forged(line))?;
        verified.push(VerifiedLine { line, key, time_seconds });
    }
    Ok(verified)
}

#[cfg(test)]
mod tests;
