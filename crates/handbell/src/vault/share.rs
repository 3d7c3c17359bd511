//! Shares: a file key in three parts, of which any two give it back and one alone tells nothing.
//!
//! The secret is the line that an age identity is (`AGE-SECRET-KEY-1…`), so whoever joins two shares by any
//! means holds what `age -d -i` reads. Three random-looking texts of its length make it when they are put together by
//! exclusive or; each share holds two of the three (replicated sharing, Ito, Saito and Nishizeki 1987). Two are drawn
//! by chance and the third follows, so any two of the three are evenly spread and independent of the secret.
//! Byte by byte in `docs/formats/share.md`. Nothing here keeps a share or knows where one is kept.

use crate::world::Chance;
use age::secrecy::ExposeSecret;
use age::x25519::{Identity, Recipient};
use handbell_rules::evidence::keys::Place;
use handbell_rules::id::FootageId;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The first line of a share.
pub const FIRST_LINE: &str = "handbell share v1";
/// Characters of an age identity as it is written: `AGE-SECRET-KEY-1`, 52 signs of key and 6 of its check.
pub const IDENTITY_CHARS: usize = 74;
/// Bytes of a share as its custodian opens it; what is longer is none.
pub const SHARE_BYTES_MAX: usize = 1_024;

type Half = Zeroizing<[u8; IDENTITY_CHARS]>;

/// Which two of the three random texts a share holds: its own number and the next one.
const fn halves(place: Place) -> [usize; 2] {
    [place.index(), (place.index() + 1) % 3]
}

/// Why a share is refused; in words for a custodian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShareFault {
    /// The text is none.
    #[error("this is no share of a file key")]
    NotAShare,
    /// The check at its end does not fit.
    #[error("the share is damaged: its check does not fit what stands before it")]
    Damaged,
    /// The identity opens nothing of it.
    #[error("the share was sealed to another custody key, or it is damaged")]
    NotForThisKey,
    /// Both are of the same place.
    #[error("both are share {0}; two different ones are needed")]
    Same(&'static str),
    /// They were made for different footage.
    #[error("the shares are of different footage")]
    OtherFootage,
    /// The text that both hold differs, or what they give is not the file key.
    #[error("the shares do not fit each other; at least one was changed")]
    DoNotFit,
}

/// One share, open. Leaves memory when it is dropped.
pub struct Share {
    footage: FootageId,
    file_key: String,
    place: Place,
    halves: [Half; 2],
}

/// Cuts a file key in three.
///
/// # Panics
/// Never: an identity of this kind is written in [`IDENTITY_CHARS`] characters.
#[must_use]
pub fn split(footage: FootageId, file_key: &Identity, chance: &dyn Chance) -> [Share; 3] {
    let written = file_key.to_string();
    let secret: &[u8; IDENTITY_CHARS] =
        written.expose_secret().as_bytes().try_into().expect("an X25519 identity is written in 74 characters");
    let mut texts: [Half; 3] = std::array::from_fn(|_| Zeroizing::new([0; IDENTITY_CHARS]));
    chance.fill(texts[0].as_mut_slice());
    chance.fill(texts[1].as_mut_slice());
    for place in 0..IDENTITY_CHARS {
        texts[2][place] = secret[place] ^ texts[0][place] ^ texts[1][place];
    }
    let recipient = file_key.to_public().to_string();
    Place::ALL.map(|(place, _)| Share {
        footage,
        file_key: recipient.clone(),
        place,
        halves: halves(place).map(|number| texts[number].clone()),
    })
}

/// Puts two shares together.
///
/// # Errors
/// [`ShareFault`], when they are the same one, of different footage, or give another key than the one they name.
pub fn join(one: &Share, other: &Share) -> Result<Identity, ShareFault> {
    if one.footage != other.footage {
        return Err(ShareFault::OtherFootage);
    }
    if one.place == other.place {
        return Err(ShareFault::Same(one.place.word()));
    }
    if one.file_key != other.file_key {
        return Err(ShareFault::DoNotFit);
    }
    let mut texts: [Option<&Half>; 3] = [None; 3];
    for share in [one, other] {
        for (number, half) in halves(share.place).into_iter().zip(&share.halves) {
            if texts[number].is_some_and(|known| !bool::from(known.ct_eq(half.as_slice()))) {
                return Err(ShareFault::DoNotFit);
            }
            texts[number] = Some(half);
        }
    }
    let mut secret: Half = Zeroizing::new([0; IDENTITY_CHARS]);
    for text in texts {
        let text = text.ok_or(ShareFault::DoNotFit)?;
        secret.iter_mut().zip(text.iter()).for_each(|(sum, byte)| *sum ^= byte);
    }
    let identity: Identity = std::str::from_utf8(secret.as_slice()).ok().and_then(|line| line.parse().ok()).ok_or(ShareFault::DoNotFit)?;
    (identity.to_public().to_string() == one.file_key).then_some(identity).ok_or(ShareFault::DoNotFit)
}

impl Share {
    /// Which of the three it is.
    #[must_use]
    pub const fn place(&self) -> Place {
        self.place
    }

    /// Of which footage.
    #[must_use]
    pub const fn footage(&self) -> FootageId {
        self.footage
    }

    /// The share as it is written.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        // Room for all of it at once: a text that grows leaves copies behind.
        let mut text = Zeroizing::new(String::with_capacity(SHARE_BYTES_MAX));
        let head = format!("{FIRST_LINE}\nfootage {}\nfile-key {}\nshare {}\n", self.footage, self.file_key, self.place.word());
        text.push_str(&head);
        for (name, half) in ["first", "second"].into_iter().zip(&self.halves) {
            text.push_str(name);
            text.push(' ');
            write_hex(&mut text, half.as_slice());
            text.push('\n');
        }
        let check = Sha256::digest(text.as_bytes());
        text.push_str("check ");
        write_hex(&mut text, &check);
        text.push('\n');
        text
    }

    /// Reads a share that was written so, and in no other way.
    ///
    /// # Errors
    /// [`ShareFault::NotAShare`] or [`ShareFault::Damaged`].
    pub fn parse(text: &str) -> Result<Self, ShareFault> {
        use ShareFault::{Damaged, NotAShare};
        if text.len() > SHARE_BYTES_MAX || !text.starts_with(FIRST_LINE) {
            return Err(NotAShare);
        }
        let at = text.rfind("check ").ok_or(Damaged)?;
        let (said, check) = text.split_at(at);
        let mut right = String::with_capacity(72);
        right.push_str("check ");
        write_hex(&mut right, &Sha256::digest(said.as_bytes()));
        right.push('\n');
        if check != right {
            return Err(Damaged);
        }
        let mut lines = said.split('\n');
        let mut next = |name: &str| lines.next().and_then(|line| line.strip_prefix(name)).ok_or(NotAShare);
        next(FIRST_LINE).and_then(|rest| rest.is_empty().then_some(()).ok_or(NotAShare))?;
        let footage = next("footage ")?.parse().map_err(|_| NotAShare)?;
        let file_key: Recipient = next("file-key ")?.parse().map_err(|_| NotAShare)?;
        let place = Place::parse(next("share ")?).ok_or(NotAShare)?;
        let halves = [read_half(next("first ")?)?, read_half(next("second ")?)?];
        let share = Self { footage, file_key: file_key.to_string(), place, halves };
        (share.to_text().as_str() == text).then_some(share).ok_or(NotAShare)
    }

    /// Seals it to its custody key: one age file in letters.
    ///
    /// # Panics
    /// Never: sealing to one such key in memory does not fail.
    #[must_use]
    pub fn seal(&self, to: &Recipient) -> String {
        age::encrypt_and_armor(to, self.to_text().as_bytes()).expect("sealing to one X25519 recipient in memory does not fail")
    }

    /// Opens a sealed share, in letters or not, with the identities of one custodian.
    ///
    /// # Errors
    /// [`ShareFault`].
    pub fn open(sealed: &[u8], identities: &[Identity]) -> Result<Self, ShareFault> {
        let open = super::seal::open(sealed, identities, SHARE_BYTES_MAX).map_err(|_| ShareFault::NotForThisKey)?;
        Self::parse(std::str::from_utf8(&open).map_err(|_| ShareFault::NotAShare)?)
    }
}

fn write_hex(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        write!(text, "{byte:02x}").expect("writing to a text does not fail");
    }
}

fn read_half(hex: &str) -> Result<Half, ShareFault> {
    let digits = hex.as_bytes();
    if digits.len() != 2 * IDENTITY_CHARS {
        return Err(ShareFault::NotAShare);
    }
    let mut half = Zeroizing::new([0; IDENTITY_CHARS]);
    for (byte, pair) in half.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |sign: u8| (sign as char).to_digit(16).filter(|_| !sign.is_ascii_uppercase()).ok_or(ShareFault::NotAShare);
        *byte = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).map_err(|_| ShareFault::NotAShare)?;
    }
    Ok(half)
}

#[cfg(test)]
mod tests;
