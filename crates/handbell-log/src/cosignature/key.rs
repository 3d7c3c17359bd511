//! The keys that cosign and verify cosignatures.
//!
//! Promises that a cosigner's key has one text whose ID fits it, and that a secret is never shown.
//! A key of type 0x06 can be read, written and compared in every build; without the feature `ml-dsa`
//! nothing it signed can be verified, and it says so. One key must not serve two cosigners: an
//! Ed25519 cosignature does not name who made it.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer as _;

use super::{CosignatureError, TIME_SECONDS_MAX, TYPE_ED25519_COSIGNATURE, TYPE_ML_DSA_44, ed25519_message};
use crate::checkpoint::Checkpoint;
use crate::note::{Signature, is_key_name, key_id};

const ED25519_PUBLIC_BYTES: usize = 32;
const ML_DSA_44_PUBLIC_BYTES: usize = 1312;
const TIME_BYTES: usize = 8;

/// A key that verifies cosignatures, written `name+<8 hex digits>+<base64>` with type 4 or 6.
#[derive(Clone, PartialEq, Eq)]
pub struct CosignerKey {
    name: String,
    key_id: [u8; 4],
    signature_type: u8,
    public: Vec<u8>,
}

impl CosignerKey {
    fn new(name: &str, signature_type: u8, public: Vec<u8>) -> Result<CosignerKey, CosignatureError> {
        if !is_key_name(name) {
            return Err(CosignatureError::Name);
        }
        let fits = match signature_type {
            TYPE_ED25519_COSIGNATURE => {
                let point = <[u8; ED25519_PUBLIC_BYTES]>::try_from(public.as_slice());
                point.is_ok_and(|point| ed25519_dalek::VerifyingKey::from_bytes(&point).is_ok())
            }
            TYPE_ML_DSA_44 => public.len() == ML_DSA_44_PUBLIC_BYTES,
            _ => false,
        };
        if !fits {
            return Err(CosignatureError::Key);
        }
        Ok(CosignerKey { name: name.to_owned(), key_id: key_id(name, signature_type, &public), signature_type, public })
    }

    /// Reads a key in its one spelling; its ID must fit it.
    pub fn parse(text: &str) -> Result<CosignerKey, CosignatureError> {
        text.parse()
    }

    /// The cosigner's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The four bytes that stand for the key in signature lines.
    pub fn key_id(&self) -> [u8; 4] {
        self.key_id
    }

    /// [`TYPE_ED25519_COSIGNATURE`] or [`TYPE_ML_DSA_44`].
    pub fn signature_type(&self) -> u8 {
        self.signature_type
    }

    /// The public key alone: 32 bytes of Ed25519 or 1,312 of ML-DSA-44.
    pub fn public_key(&self) -> &[u8] {
        &self.public
    }

    /// Whether this build can verify what the key signed.
    pub fn is_supported(&self) -> bool {
        self.signature_type == TYPE_ED25519_COSIGNATURE || cfg!(feature = "ml-dsa")
    }

    /// Whether a line says it is by this key. Name *and* ID count: an ID is only 32 bits.
    pub fn is_of(&self, line: &Signature) -> bool {
        self.name == line.name() && self.key_id == line.key_id()
    }

    /// The time at which the line's cosigner signed this text, if the line is theirs and verifies.
    ///
    /// The text is a checkpoint's, with its last line end. A time past [`TIME_SECONDS_MAX`] never
    /// verifies. Whether the time is in the future is for the caller to say, who has a clock.
    pub fn verify(&self, text: &str, line: &Signature) -> Option<u64> {
        if !self.is_of(line) {
            return None;
        }
        let (time, signature) = line.signature().split_first_chunk::<TIME_BYTES>()?;
        let time_seconds = u64::from_be_bytes(*time);
        let verifies = time_seconds <= TIME_SECONDS_MAX && self.signed(text, time_seconds, signature);
        verifies.then_some(time_seconds)
    }

    fn signed(&self, text: &str, time_seconds: u64, signature: &[u8]) -> bool {
        if self.signature_type == TYPE_ED25519_COSIGNATURE {
            let public = <[u8; ED25519_PUBLIC_BYTES]>::try_from(self.public.as_slice());
            let public = public.ok().and_then(|public| ed25519_dalek::VerifyingKey::from_bytes(&public).ok());
            let signature = ed25519_dalek::Signature::from_slice(signature).ok();
            let message = ed25519_message(text, time_seconds);
            return public.zip(signature).is_some_and(|(public, signature)| public.verify_strict(&message, &signature).is_ok());
        }
        self.signed_ml_dsa(text, time_seconds, signature)
    }

    #[cfg(feature = "ml-dsa")]
    fn signed_ml_dsa(&self, text: &str, time_seconds: u64, signature: &[u8]) -> bool {
        // The message names origin, size and root, so the text must be a checkpoint.
        let message = Checkpoint::parse(text).ok().and_then(|checkpoint| super::ml_dsa_message(&self.name, &checkpoint, time_seconds).ok());
        message.is_some_and(|message| super::ml_dsa::verifies(&self.public, &message, signature))
    }

    #[cfg(not(feature = "ml-dsa"))]
    fn signed_ml_dsa(&self, _text: &str, _time_seconds: u64, _signature: &[u8]) -> bool {
        false
    }
}

impl fmt::Display for CosignerKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.signature_type], self.public.as_slice()].concat();
        write!(formatter, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.key_id), STANDARD.encode(key))
    }
}

impl fmt::Debug for CosignerKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "CosignerKey({}+{:08x})", self.name, u32::from_be_bytes(self.key_id))
    }
}

impl FromStr for CosignerKey {
    type Err = CosignatureError;

    fn from_str(text: &str) -> Result<CosignerKey, CosignatureError> {
        // The first two pluses only: base64 has pluses of its own.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(CosignatureError::Key);
        };
        let key = STANDARD.decode(key).map_err(|_| CosignatureError::Key)?;
        let (signature_type, public) = key.split_first().ok_or(CosignatureError::Key)?;
        let parsed = CosignerKey::new(name, *signature_type, public.to_vec())?;
        // Writing it again compares the ID and makes the spelling unique.
        if parsed.to_string() == text { Ok(parsed) } else { Err(CosignatureError::Key) }
    }
}

/// A key that cosigns checkpoints. Its secret is wiped from memory when it is dropped and never shown.
///
/// A log's own second signature is made with one too: an ML-DSA-44 key under the log's origin.
#[derive(Clone)]
pub struct CosigningKey {
    secret: Secret,
    public: CosignerKey,
}

#[derive(Clone)]
enum Secret {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    #[cfg(feature = "ml-dsa")]
    MlDsa44(super::ml_dsa::Secret),
}

impl CosigningKey {
    /// The Ed25519 cosigner's key with this 32-byte seed (RFC 8032 section 5.1.5), under this name.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<CosigningKey, CosignatureError> {
        let secret = ed25519_dalek::SigningKey::from_bytes(seed);
        let public = CosignerKey::new(name, TYPE_ED25519_COSIGNATURE, secret.verifying_key().to_bytes().to_vec())?;
        Ok(CosigningKey { secret: Secret::Ed25519(Box::new(secret)), public })
    }

    /// The ML-DSA-44 cosigner's key with this 32-byte seed (FIPS 204 algorithm 6), under this name.
    #[cfg(feature = "ml-dsa")]
    pub fn ml_dsa_from_seed(name: &str, seed: &[u8; 32]) -> Result<CosigningKey, CosignatureError> {
        let secret = super::ml_dsa::Secret::from_seed(seed);
        let public = CosignerKey::new(name, TYPE_ML_DSA_44, secret.public_key())?;
        Ok(CosigningKey { secret: Secret::MlDsa44(secret), public })
    }

    /// The cosigner's name.
    pub fn name(&self) -> &str {
        &self.public.name
    }

    /// The key that verifies what this one signs.
    pub fn verifier(&self) -> &CosignerKey {
        &self.public
    }

    /// Cosigns a checkpoint as of a time in seconds since 1970, and gives the line to put under it.
    ///
    /// Takes what was parsed and not the bytes that came, and signs it written anew. It is for the
    /// caller to have stored, before this is called, that no other tree of this size or a smaller
    /// one may be cosigned any more; see [`crate::cosigner`].
    pub fn cosign(&self, checkpoint: &Checkpoint, time_seconds: u64) -> Result<Signature, CosignatureError> {
        if time_seconds > TIME_SECONDS_MAX {
            return Err(CosignatureError::Time);
        }
        let text = checkpoint.encode();
        // What others would refuse to read is not signed.
        let checkpoint = Checkpoint::parse(&text)?;
        let signature = match &self.secret {
            Secret::Ed25519(secret) => secret.sign(&ed25519_message(&checkpoint.encode(), time_seconds)).to_bytes().to_vec(),
            #[cfg(feature = "ml-dsa")]
            Secret::MlDsa44(secret) => secret.sign(&super::ml_dsa_message(&self.public.name, &checkpoint, time_seconds)?),
        };
        let blob = [time_seconds.to_be_bytes().as_slice(), &signature].concat();
        Ok(Signature::new(&self.public.name, self.public.key_id, blob))
    }
}

impl fmt::Debug for CosigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "CosigningKey({:?})", self.public)
    }
}
