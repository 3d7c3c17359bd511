//! Sealing: footage in parts of at most one mebibyte, each a complete age file, and the hash that runs along.
//!
//! For each footage a fresh *file key* is made, cut in three shares and forgotten; only its public half stays. Until
//! the working copies are made, a second, *working key* opens the parts too; its secret half lies in the store and is
//! erased then. So a server that holds the store's file of an earlier day and the parts reads them: a backup of the
//! store keeps working keys for as long as the backup is kept. No cryptography of our own: age alone seals, so
//! `age -d -i` opens every part.
//!
//! PROMISE two-of-three-open-an-original: what the server keeps of a file key is its public half.

use super::share::{Holder, split};
use crate::world::Chance;
use age::secrecy::ExposeSecret;
use age::x25519::{Identity, Recipient};
use handbell_rules::id::FootageId;
use sha2::digest::common::hazmat::SerializableState;
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use zeroize::Zeroizing;

/// Bytes of a file in one part.
pub const PART_BYTES_MAX: usize = 1 << 20;
/// Bytes of a sealed part at most: age adds a head of some 400 bytes for two recipients and 16 bytes to each 64 KiB.
pub const SEALED_BYTES_MAX: usize = PART_BYTES_MAX + 4_096;
/// Bytes of a running hash as it is kept: which way it is written, the length, the hash's own state and what of a
/// block it holds.
pub const KEPT_BYTES: usize = 1 + 8 + STATE_BYTES;
/// Eight words, the count of blocks, how full the block that is not full is, and its 63 bytes.
const STATE_BYTES: usize = 32 + 8 + 1 + 63;
/// How a running hash is written: sha2 0.11. Another way would be another number.
const KEPT_AS: u8 = 1;

/// Why something sealed does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealFault {
    /// Not sealed to this key, damaged, or no age file.
    #[error("it was sealed to another key, or it is damaged")]
    DoesNotOpen,
    /// More than there may be.
    #[error("there is more in it than may be")]
    TooMuch,
    /// A text that is no recipient.
    #[error("not an age recipient (age1 and 58 more signs)")]
    NotARecipient,
    /// A part with nothing in it.
    #[error("a part holds at least one byte")]
    Empty,
}

/// The three public keys of a group's custodians.
#[derive(Clone)]
pub struct CustodyKeys([Recipient; 3]);

impl CustodyKeys {
    /// Reads three recipients, of the holders in their order. All differ: one custodian with two keys would open alone.
    ///
    /// # Errors
    /// [`SealFault::NotARecipient`], also when two are the same.
    pub fn new(recipients: [&str; 3]) -> Result<Self, SealFault> {
        let [one, two, three] = recipients.map(|text| text.parse::<Recipient>().map_err(|_| SealFault::NotARecipient));
        let keys = [one?, two?, three?];
        let [one, two, three] = keys.each_ref().map(ToString::to_string);
        if one == two || two == three || one == three {
            return Err(SealFault::NotARecipient);
        }
        Ok(Self(keys))
    }

    /// The key of a holder.
    #[must_use]
    pub fn of(&self, holder: Holder) -> &Recipient {
        &self.0[holder as usize]
    }
}

/// What is made once for each footage. The file key's secret half is gone when this exists.
pub struct FreshKeys {
    /// The public half of the file key; kept.
    pub file_key: String,
    /// The three shares, each sealed to its holder's custody key; kept.
    pub shares: [(Holder, Vec<u8>); 3],
    /// The public half of the working key; kept until the working copies are made.
    pub working_key: String,
    /// The secret half of the working key; kept until then and erased.
    pub working_identity: Zeroizing<String>,
}

impl FreshKeys {
    /// Makes them.
    #[must_use]
    pub fn make(footage: FootageId, custody: &CustodyKeys, chance: &dyn Chance) -> Self {
        let file_key = Identity::generate();
        let shares = split(footage, &file_key, chance).map(|share| (share.holder(), share.seal(custody.of(share.holder()))));
        let working = Identity::generate();
        Self {
            file_key: file_key.to_public().to_string(),
            shares,
            working_key: working.to_public().to_string(),
            working_identity: Zeroizing::new(working.to_string().expose_secret().to_owned()),
        }
    }
}

/// Seals the parts of one footage.
pub struct PartSealer {
    file_key: Recipient,
    working_key: Option<Recipient>,
}

impl PartSealer {
    /// For a file key and, as long as no working copy was made, a working key.
    ///
    /// # Errors
    /// [`SealFault::NotARecipient`].
    pub fn new(file_key: &str, working_key: Option<&str>) -> Result<Self, SealFault> {
        let read = |text: &str| text.parse().map_err(|_| SealFault::NotARecipient);
        Ok(Self { file_key: read(file_key)?, working_key: working_key.map(read).transpose()? })
    }

    /// Seals one part: 1 to [`PART_BYTES_MAX`] bytes become one age file.
    ///
    /// # Errors
    /// [`SealFault::Empty`] and [`SealFault::TooMuch`].
    ///
    /// # Panics
    /// Never: sealing to such keys in memory does not fail.
    pub fn seal(&self, part: &[u8]) -> Result<Vec<u8>, SealFault> {
        if part.is_empty() {
            return Err(SealFault::Empty);
        }
        if part.len() > PART_BYTES_MAX {
            return Err(SealFault::TooMuch);
        }
        let to = std::iter::once(&self.file_key).chain(&self.working_key).map(|one| one as &dyn age::Recipient);
        let encryptor = age::Encryptor::with_recipients(to).expect("there is a recipient");
        let mut sealed = Vec::with_capacity(part.len() + 4_096);
        let mut writer = encryptor.wrap_output(&mut sealed).expect("writing to memory does not fail");
        writer.write_all(part).and_then(|()| writer.finish().map(drop)).expect("writing to memory does not fail");
        Ok(sealed)
    }
}

/// Opens one part with an identity as it is written (a file key that two shares gave, or a working key).
///
/// # Errors
/// [`SealFault::DoesNotOpen`], [`SealFault::TooMuch`].
pub fn open_part(sealed: &[u8], identity: &Identity) -> Result<Zeroizing<Vec<u8>>, SealFault> {
    open(sealed, std::slice::from_ref(identity), PART_BYTES_MAX)
}

/// Opens an age file of at most so many bytes.
pub(super) fn open(sealed: &[u8], identities: &[Identity], bytes_max: usize) -> Result<Zeroizing<Vec<u8>>, SealFault> {
    let decryptor = age::Decryptor::new_buffered(sealed).map_err(|_| SealFault::DoesNotOpen)?;
    let keys = identities.iter().map(|identity| identity as &dyn age::Identity);
    let reader = decryptor.decrypt(keys).map_err(|_| SealFault::DoesNotOpen)?;
    // One byte more than may be, so that what is too long is seen as such and never read whole.
    let mut open = Zeroizing::new(Vec::with_capacity(sealed.len().min(bytes_max + 1)));
    reader.take(bytes_max as u64 + 1).read_to_end(&mut open).map_err(|_| SealFault::DoesNotOpen)?;
    if open.len() > bytes_max {
        return Err(SealFault::TooMuch);
    }
    Ok(open)
}

/// The SHA-256 of a file that arrives in pieces, kept between them.
///
/// What is kept holds up to 63 bytes of the file as they came: the block that is not full yet. It belongs into the
/// store beside the upload and goes when the upload ends.
#[derive(Clone, Default)]
pub struct Running {
    sha256: Sha256,
    length: u64,
}

impl Running {
    /// More of the file.
    pub fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        self.length += bytes.len() as u64;
    }

    /// Bytes so far.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// As it is kept.
    #[must_use]
    pub fn keep(&self) -> Zeroizing<[u8; KEPT_BYTES]> {
        let mut kept = Zeroizing::new([KEPT_AS; KEPT_BYTES]);
        kept[1..9].copy_from_slice(&self.length.to_be_bytes());
        kept[9..].copy_from_slice(&self.sha256.serialize());
        kept
    }

    /// What was kept; none when it was not written by [`Running::keep`] or is damaged where that can be seen.
    #[must_use]
    pub fn from_kept(kept: &[u8]) -> Option<Self> {
        let kept: &[u8; KEPT_BYTES] = kept.try_into().ok()?;
        let length = u64::from_be_bytes(kept[1..9].try_into().ok()?);
        let state: &[u8; STATE_BYTES] = kept[9..].try_into().ok()?;
        let blocks = u64::from_le_bytes(state[32..40].try_into().ok()?);
        let fits = kept[0] == KEPT_AS && blocks == length / 64 && u64::from(state[40]) == length % 64;
        let sha256 = Sha256::deserialize(&(*state).into()).ok()?;
        fits.then_some(Self { sha256, length })
    }

    /// The hash of all of it.
    #[must_use]
    pub fn finish(self) -> [u8; 32] {
        self.sha256.finalize().into()
    }
}

#[cfg(test)]
mod tests;
