//! Sealing: footage in parts of at most one mebibyte, each a complete age file, and the hash that runs along.
//!
//! For each footage a fresh *file key* is made, cut in three shares and forgotten; only its public half stays. Until
//! the working copies are made, a second, *working key* opens the parts too; its secret half lies in the store and is
//! erased then. So a server that holds the store's file of an earlier day and the parts reads them: a backup of the
//! store keeps working keys for as long as the backup is kept. No cryptography of our own: age alone seals, so
//! `age -d -i` opens every part.
//!
//! PROMISE two-of-three-open-an-original: what the server keeps of a file key is its public half.

use super::share::split;
use crate::world::Chance;
use age::armor::ArmoredReader;
use age::secrecy::ExposeSecret;
use age::x25519::{Identity, Recipient};
use handbell_rules::evidence::{custody, upload};
use handbell_rules::id::FootageId;
use sha2::digest::common::hazmat::SerializableState;
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use zeroize::Zeroizing;

/// Bytes of a file in one part.
pub const PART_BYTES_MAX: usize = upload::PART_MAX as usize;
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
    /// A text that is no identity.
    #[error("not an age identity (AGE-SECRET-KEY-1 and 58 more signs)")]
    NotAnIdentity,
    /// What is said of the original is not in its form.
    #[error("what is said of the original is not in the form of docs/formats/share.md")]
    NotAnOriginal,
    /// A part with nothing in it.
    #[error("a part holds at least one byte")]
    Empty,
}

/// The three public keys of a group's custodians, by the [place](handbell_rules::evidence::keys::Place::index) of each.
pub struct Custodians([Recipient; 3]);

impl Custodians {
    /// Reads three recipients in their order ([`CustodyKeys::all`](handbell_rules::evidence::keys::CustodyKeys::all)).
    /// All differ: one custodian with two keys would open alone.
    ///
    /// # Errors
    /// [`SealFault::NotARecipient`], also when two are the same.
    pub fn new(recipients: [&str; 3]) -> Result<Self, SealFault> {
        let [one, two, three] = recipients.map(recipient);
        let keys = [one?, two?, three?];
        let [one, two, three] = keys.each_ref().map(ToString::to_string);
        if one == two || two == three || one == three {
            return Err(SealFault::NotARecipient);
        }
        Ok(Self(keys))
    }
}

/// Reads an age recipient of the one kind that is used here (X25519).
///
/// # Errors
/// [`SealFault::NotARecipient`].
pub fn recipient(text: &str) -> Result<Recipient, SealFault> {
    text.parse().map_err(|_| SealFault::NotARecipient)
}

/// What is made once for each footage. The file key's secret half is gone when this exists.
pub struct FreshKeys {
    /// The public half of the file key; kept.
    pub recipient: String,
    /// The three shares in the order of the places, each sealed to its custody key, in letters; kept.
    pub shares: [String; 3],
    /// The working key as age writes it: secret, kept until the working copies are made and erased then.
    pub working: Zeroizing<String>,
}

impl FreshKeys {
    /// Makes them.
    #[must_use]
    pub fn make(footage: FootageId, custodians: &Custodians, chance: &dyn Chance) -> Self {
        let file_key = Identity::generate();
        let shares = split(footage, &file_key, chance).map(|share| share.seal(&custodians.0[share.place().index()]));
        let working = Zeroizing::new(Identity::generate().to_string().expose_secret().to_owned());
        Self { recipient: file_key.to_public().to_string(), shares, working }
    }
}

/// Seals the parts of one footage.
pub struct PartSealer {
    file_key: Recipient,
    working_key: Option<Recipient>,
}

impl PartSealer {
    /// For a file key's public half and, as long as no working copy was made, a working key as it is kept.
    ///
    /// # Errors
    /// [`SealFault::NotARecipient`], [`SealFault::NotAnIdentity`].
    pub fn new(file_key: &str, working: Option<&str>) -> Result<Self, SealFault> {
        let working_key = working.map(|text| identity(text).map(|key| key.to_public())).transpose()?;
        Ok(Self { file_key: recipient(file_key)?, working_key })
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

/// Reads an age identity of the one kind that is used here, such as a working key.
///
/// # Errors
/// [`SealFault::NotAnIdentity`].
pub fn identity(text: &str) -> Result<Identity, SealFault> {
    text.trim().parse().map_err(|_| SealFault::NotAnIdentity)
}

/// Opens one part, with a file key that two shares gave or a working key.
///
/// # Errors
/// [`SealFault::DoesNotOpen`], [`SealFault::TooMuch`].
pub fn open_part(sealed: &[u8], identity: &Identity) -> Result<Zeroizing<Vec<u8>>, SealFault> {
    open(sealed, std::slice::from_ref(identity), PART_BYTES_MAX)
}

/// Opens an age file of at most so many bytes.
pub(super) fn open(sealed: &[u8], identities: &[Identity], bytes_max: usize) -> Result<Zeroizing<Vec<u8>>, SealFault> {
    let decryptor = age::Decryptor::new_buffered(ArmoredReader::new(sealed)).map_err(|_| SealFault::DoesNotOpen)?;
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

/// What an original is: sealed to its file key beside the parts, so that two custodians know without the server how much
/// there must be and what it hashes to. The server's word, since anybody can seal to a public key: who wants to be sure
/// compares the hash with the custody chain or the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// Which footage.
    pub footage: FootageId,
    /// What it is, by its content.
    pub media_type: String,
    /// Bytes.
    pub length: u64,
    /// Parts.
    pub parts: u32,
    /// SHA-256.
    pub sha256: [u8; 32],
}

const ORIGINAL: &str = "handbell original v1";

impl Original {
    /// As it is written: six lines.
    #[must_use]
    pub fn to_text(&self) -> String {
        let Self { footage, media_type, length, parts, sha256 } = self;
        format!("{ORIGINAL}\nfootage {footage}\ntype {media_type}\nlength {length}\nparts {parts}\nsha256 {}\n", custody::hex(sha256))
    }

    /// Reads what [`Original::to_text`] writes, and nothing else.
    ///
    /// # Errors
    /// [`SealFault::NotAnOriginal`].
    pub fn parse(text: &str) -> Result<Self, SealFault> {
        let mut lines = text.split('\n');
        let mut next = |name: &str| lines.next().and_then(|line| line.strip_prefix(name)).ok_or(SealFault::NotAnOriginal);
        next(ORIGINAL)?;
        let wrong = |_| SealFault::NotAnOriginal;
        let original = Self {
            footage: next("footage ")?.parse().map_err(|_| SealFault::NotAnOriginal)?,
            media_type: next("type ")?.to_owned(),
            length: next("length ")?.parse().map_err(wrong)?,
            parts: next("parts ")?.parse().map_err(wrong)?,
            sha256: custody::unhex(next("sha256 ")?).ok_or(SealFault::NotAnOriginal)?,
        };
        (original.to_text() == text).then_some(original).ok_or(SealFault::NotAnOriginal)
    }
}

#[cfg(test)]
mod tests;
