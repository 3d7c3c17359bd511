//! The keys that sign and verify notes (C2SP signed-note): Ed25519, type 0x01.
//!
//! Promises that a verifier key has one text, whose ID fits its key, and that a secret is never
//! shown. Where secrets are kept is the caller's business.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer as _;
use sha2::{Digest as _, Sha256};

use super::{NoteError, Signature, TYPE_ED25519};

/// Whether a text can name a key: not empty, no Unicode space, no `+`, no control character.
pub(crate) fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|letter| letter.is_whitespace() || letter == '+' || letter < ' ')
}

/// The four bytes that stand for a key in a signature line:
/// `SHA-256(name || 0x0A || type || public key)[..4]`.
pub fn key_id(name: &str, signature_type: u8, public_key: &[u8]) -> [u8; 4] {
    let mut hasher = Sha256::new();
    hasher.update(name.as_bytes());
    hasher.update([0x0a, signature_type]);
    hasher.update(public_key);
    let hash: [u8; 32] = hasher.finalize().into();
    [hash[0], hash[1], hash[2], hash[3]]
}

/// A key that signs notes. For a log's own key the name is the log's origin.
///
/// Its secret is wiped from memory when it is dropped and never shown.
#[derive(Clone)]
pub struct SigningKey {
    secret: ed25519_dalek::SigningKey,
    public: VerifierKey,
}

impl SigningKey {
    /// The Ed25519 key with this 32-byte seed (RFC 8032 section 5.1.5), under this name.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<SigningKey, NoteError> {
        if !is_key_name(name) {
            return Err(NoteError::Name);
        }
        let secret = ed25519_dalek::SigningKey::from_bytes(seed);
        let public = VerifierKey::new(name.to_owned(), secret.verifying_key());
        Ok(SigningKey { secret, public })
    }

    /// The key's name.
    pub fn name(&self) -> &str {
        &self.public.name
    }

    /// The key that verifies what this one signs.
    pub fn verifier(&self) -> &VerifierKey {
        &self.public
    }

    /// Signs a text and gives the line to put under it.
    ///
    /// The text must be one a note can hold: UTF-8 without control characters, last line ended.
    pub fn sign(&self, text: &str) -> Result<Signature, NoteError> {
        super::check_text(text)?;
        let signature = self.secret.sign(text.as_bytes()).to_bytes().to_vec();
        Ok(Signature { name: self.public.name.clone(), key_id: self.public.key_id, signature })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SigningKey({})", self.public)
    }
}

/// A key that verifies notes, written `name+<8 hex digits>+<base64>` (a "vkey").
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    key_id: [u8; 4],
    public: ed25519_dalek::VerifyingKey,
}

impl VerifierKey {
    fn new(name: String, public: ed25519_dalek::VerifyingKey) -> VerifierKey {
        let key_id = key_id(&name, TYPE_ED25519, public.as_bytes());
        VerifierKey { name, key_id, public }
    }

    /// Reads a vkey in its one spelling; its ID must fit its key.
    pub fn parse(text: &str) -> Result<VerifierKey, NoteError> {
        text.parse()
    }

    /// The key's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The four bytes that stand for the key in signature lines.
    pub fn key_id(&self) -> [u8; 4] {
        self.key_id
    }

    /// The 32 bytes of the Ed25519 public key.
    pub fn public_key(&self) -> &[u8; 32] {
        self.public.as_bytes()
    }

    /// Whether a line says it is by this key. Name *and* ID count: an ID is only 32 bits.
    pub fn is_of(&self, signature: &Signature) -> bool {
        self.name == signature.name && self.key_id == signature.key_id
    }

    /// Whether the line is this key's signature of the text. Strict: weak keys and second encodings
    /// of one signature are refused.
    pub fn verifies(&self, text: &str, signature: &Signature) -> bool {
        self.is_of(signature)
            && ed25519_dalek::Signature::from_slice(&signature.signature)
                .is_ok_and(|signature| self.public.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![TYPE_ED25519];
        key.extend(self.public.as_bytes());
        write!(formatter, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.key_id), STANDARD.encode(key))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "VerifierKey({self})")
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<VerifierKey, NoteError> {
        // The first two pluses only: base64 has pluses of its own.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key);
        };
        if !is_key_name(name) {
            return Err(NoteError::Name);
        }
        let key = STANDARD.decode(key).map_err(|_| NoteError::Key)?;
        let Some((&TYPE_ED25519, public)) = key.split_first() else {
            return Err(NoteError::Key);
        };
        let public: [u8; 32] = public.try_into().map_err(|_| NoteError::Key)?;
        let public = ed25519_dalek::VerifyingKey::from_bytes(&public).map_err(|_| NoteError::Key)?;
        let parsed = VerifierKey::new(name.to_owned(), public);
        // Writing it again compares the ID and makes the spelling unique.
        if parsed.to_string() == text { Ok(parsed) } else { Err(NoteError::Key) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verifier_key_has_one_text() {
        let refused = [
            "",
            "example.com/foo",
            "example.com/foo+530d903a",
            "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+0530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/fo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
            "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
            "example.com foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            // A cosigner's key (type 4) does not sign notes of this kind.
            "witness.example/w1+df1c0a35+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU",
        ];
        for text in refused {
            assert!(VerifierKey::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        let shown = format!("{:?}", SigningKey::from_seed("log.example/one", &[1; 32]).unwrap());
        assert!(shown.starts_with("SigningKey(log.example/one+"));
    }
}
