//! The signed note (C2SP signed-note): a text, an empty line, and signature lines.
//!
//! Promises that a note has one encoding, that lines of unknown keys are ignored, and that a line
//! of a known key which does not verify spoils the whole note. Ed25519 (type 0x01) only.
//! Nothing here knows what the text says; [`crate::checkpoint`] does. Keys come and go as bytes:
//! where they are kept is the caller's business.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer as _;
use sha2::{Digest as _, Sha256};

/// The most signature lines a note may carry. The standard asks for at least 16.
pub const SIGNATURES_MAX: usize = 100;
/// The most bytes a note may have.
pub const NOTE_BYTES_MAX: usize = 1_000_000;
/// The signature type byte of Ed25519 over the note's text.
pub const TYPE_ED25519: u8 = 0x01;

/// Why bytes are not a note or a key, or a note is not signed as it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// More than [`NOTE_BYTES_MAX`].
    #[error("the note is longer than 1000000 bytes")]
    TooLong,
    /// Not UTF-8, or a control character other than the line end.
    #[error("line {line} holds a byte that no note may hold")]
    Character {
        /// The line, from 1.
        line: usize,
    },
    /// No empty line between text and signatures.
    #[error("there is no empty line between text and signatures")]
    NoSignatures,
    /// The text is empty or does not end its last line.
    #[error("the text of a note ends in a line end")]
    Text,
    /// A signature line is malformed.
    #[error("line {line} is not a signature line")]
    SignatureLine {
        /// The line, from 1.
        line: usize,
    },
    /// More than [`SIGNATURES_MAX`] lines.
    #[error("the note has more than 100 signatures")]
    TooMany,
    /// A key name is empty or holds a space or a plus.
    #[error("a key name is not empty and holds no space and no plus")]
    Name,
    /// A verifier key's text is malformed.
    #[error("not a verifier key of the form name+id+key with an Ed25519 key")]
    Key,
    /// A known key's signature does not verify.
    #[error("line {line} claims to be signed by {name}, and is not")]
    Forged {
        /// The line, from 1.
        line: usize,
        /// The key's name.
        name: String,
    },
    /// No line is by a known key.
    #[error("no known key has signed the note")]
    Unsigned,
}

/// Whether a text can name a key: not empty, no Unicode space, no `+`, no control character.
fn is_key_name(name: &str) -> bool {
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
        check_text(text)?;
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
        let Some((&TYPE_ED25519, public)) = key.split_first() else { return Err(NoteError::Key) };
        let public: [u8; 32] = public.try_into().map_err(|_| NoteError::Key)?;
        let public = ed25519_dalek::VerifyingKey::from_bytes(&public).map_err(|_| NoteError::Key)?;
        let parsed = VerifierKey::new(name.to_owned(), public);
        // Writing it again compares the ID and makes the spelling unique.
        if parsed.to_string() == text { Ok(parsed) } else { Err(NoteError::Key) }
    }
}

/// One signature line: who says to have signed, and the signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    name: String,
    key_id: [u8; 4],
    signature: Vec<u8>,
}

impl Signature {
    /// The name on the line. Anyone can write any name; only a verified line means something.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key ID on the line.
    pub fn key_id(&self) -> [u8; 4] {
        self.key_id
    }

    /// The bytes after the key ID.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Reads one line without its line end: `— name base64`.
    pub fn parse(line: &str) -> Result<Signature, NoteError> {
        let malformed = NoteError::SignatureLine { line: 1 };
        let (name, blob) = line.strip_prefix("\u{2014} ").and_then(|rest| rest.split_once(' ')).ok_or(malformed.clone())?;
        let blob = STANDARD.decode(blob).map_err(|_| malformed.clone())?;
        match blob.split_first_chunk::<4>() {
            Some((key_id, signature)) if !signature.is_empty() && is_key_name(name) => {
                Ok(Signature { name: name.to_owned(), key_id: *key_id, signature: signature.to_vec() })
            }
            _ => Err(malformed),
        }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let blob = [&self.key_id, self.signature.as_slice()].concat();
        write!(formatter, "\u{2014} {} {}", self.name, STANDARD.encode(blob))
    }
}

/// A text and the lines under it. Parsing checks the shape only; see [`Note::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

impl Note {
    /// Puts lines under a text: at least one, at most [`SIGNATURES_MAX`].
    pub fn new(text: &str, signatures: Vec<Signature>) -> Result<Note, NoteError> {
        check_text(text)?;
        match signatures.len() {
            0 => Err(NoteError::NoSignatures),
            count if count > SIGNATURES_MAX => Err(NoteError::TooMany),
            _ => Ok(Note { text: text.to_owned(), signatures }),
        }
    }

    /// Signs a text with one key.
    pub fn sign(text: &str, key: &SigningKey) -> Result<Note, NoteError> {
        Note::new(text, vec![key.sign(text)?])
    }

    /// Reads a note. The text ends at the *last* empty line, so it may have empty lines of its own.
    pub fn parse(bytes: &[u8]) -> Result<Note, NoteError> {
        if bytes.len() > NOTE_BYTES_MAX {
            return Err(NoteError::TooLong);
        }
        let line_of = |byte: usize| 1 + bytes[..byte].iter().filter(|&&byte| byte == b'\n').count();
        let note = std::str::from_utf8(bytes)
            .map_err(|error| NoteError::Character { line: line_of(error.valid_up_to()) })?;
        if let Some(byte) = note.bytes().position(is_forbidden) {
            return Err(NoteError::Character { line: line_of(byte) });
        }
        let split = note.rfind("\n\n").ok_or(NoteError::NoSignatures)?;
        let (text, lines) = (&note[..=split], &note[split + 2..]);
        let first_line = line_of(split + 2);
        let lines = match lines.strip_suffix('\n') {
            Some(lines) => lines,
            None => return Err(NoteError::SignatureLine { line: line_of(note.len()) }),
        };
        if lines.split('\n').count() > SIGNATURES_MAX {
            return Err(NoteError::TooMany);
        }
        let read = |(position, line)| {
            Signature::parse(line).map_err(|_| NoteError::SignatureLine { line: first_line + position })
        };
        let signatures = lines.split('\n').enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
        Note::new(text, signatures)
    }

    /// The note as it is published.
    pub fn encode(&self) -> String {
        let lines = self.signatures.iter().map(|signature| format!("{signature}\n"));
        format!("{}\n{}", self.text, lines.collect::<String>())
    }

    /// What is signed, with its last line end. Believe it only after [`Note::verify`].
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All lines, verified or not.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Adds a line, for example a cosigner's that the caller has verified.
    pub fn add(&mut self, signature: Signature) -> Result<(), NoteError> {
        if self.signatures.len() >= SIGNATURES_MAX {
            return Err(NoteError::TooMany);
        }
        self.signatures.push(signature);
        Ok(())
    }

    /// Verifies every line that says to be by one of the keys, and gives those lines.
    ///
    /// Lines by other keys are ignored. One failing line of a known key spoils the note, also beside
    /// good ones: somebody is forging, or the log is broken.
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<Vec<&Signature>, NoteError> {
        let first_line = self.text.bytes().filter(|&byte| byte == b'\n').count() + 2;
        let mut verified = Vec::new();
        for (position, signature) in self.signatures.iter().enumerate() {
            let mut known = keys.iter().filter(|key| key.is_of(signature)).peekable();
            if known.peek().is_none() {
                continue;
            }
            if !known.any(|key| key.verifies(&self.text, signature)) {
                return Err(NoteError::Forged { line: first_line + position, name: signature.name.clone() });
            }
            verified.push(signature);
        }
        if verified.is_empty() { Err(NoteError::Unsigned) } else { Ok(verified) }
    }
}

fn is_forbidden(byte: u8) -> bool {
    byte < b' ' && byte != b'\n'
}

fn check_text(text: &str) -> Result<(), NoteError> {
    if let Some(byte) = text.bytes().position(is_forbidden) {
        return Err(NoteError::Character { line: 1 + text[..byte].matches('\n').count() });
    }
    if text.ends_with('\n') { Ok(()) } else { Err(NoteError::Text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const VKEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    const NOTE: &str = "This is an example message.\n\n\u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    fn key(name: &str, seed: u8) -> SigningKey {
        SigningKey::from_seed(name, &[seed; 32]).unwrap()
    }

    #[test]
    fn the_note_of_the_specification_verifies() {
        let key = VerifierKey::parse(VKEY).unwrap();
        assert_eq!(key.to_string(), VKEY);
        let note = Note::parse(NOTE.as_bytes()).unwrap();
        assert_eq!(note.text(), "This is an example message.\n");
        assert_eq!(note.verify(&[key]).unwrap().len(), 1);
        assert_eq!(note.encode(), NOTE);
    }

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
    fn lines_of_unknown_keys_are_ignored_and_a_forged_known_line_spoils_the_note() {
        let (own, other) = (key("log.example/one", 1), key("cosigner.example/two", 2));
        let text = "a\n\nb\n";
        let mut note = Note::sign(text, &own).unwrap();
        note.add(other.sign(text).unwrap()).unwrap();
        // Same name, another key: unknown.
        note.add(key("log.example/one", 3).sign(text).unwrap()).unwrap();
        let note = Note::parse(note.encode().as_bytes()).unwrap();
        assert_eq!(note.verify(&[own.verifier().clone()]).unwrap().len(), 1);
        assert_eq!(note.verify(&[own.verifier().clone(), other.verifier().clone()]).unwrap().len(), 2);
        assert_eq!(note.verify(&[key("log.example/one", 9).verifier().clone()]), Err(NoteError::Unsigned));
        assert_eq!(note.verify(&[]), Err(NoteError::Unsigned));

        let mut forged = note.clone();
        forged.add(own.sign("another text\n").unwrap()).unwrap();
        assert_eq!(
            forged.verify(&[own.verifier().clone()]),
            Err(NoteError::Forged { line: 8, name: "log.example/one".to_owned() })
        );
    }

    #[test]
    fn the_text_ends_at_the_last_empty_line() {
        let own = key("log.example/one", 1);
        for text in ["\n", "a\n", "a\n\n", "\n\na\n", "a\n\n\u{2014} log.example/one AAAAAAA=\n"] {
            let note = Note::parse(Note::sign(text, &own).unwrap().encode().as_bytes()).unwrap();
            assert_eq!(note.text(), text);
            assert!(note.verify(&[own.verifier().clone()]).is_ok());
        }
    }

    #[test]
    fn malformed_notes_are_refused() {
        let line = key("n", 1).sign("t\n").unwrap().to_string();
        assert!(Note::parse(format!("t\n\n{line}\n").as_bytes()).is_ok());
        let blob = line.rsplit(' ').next().unwrap();
        let refused: Vec<String> = vec![
            String::new(),
            "t\n".into(),
            "t\n\n".into(),
            format!("t\n{line}\n"),
            format!("t\n\n{line}"),
            format!("t\n\n{line}\n\n"),
            format!("\n{line}\n"),
            format!("t\r\n\r\n{line}\r\n"),
            format!("t\u{0}\n\n{line}\n"),
            format!("t\t\n\n{line}\n"),
            format!("t\n\n- n {blob}\n"),
            format!("t\n\n\u{2014}  n {blob}\n"),
            format!("t\n\n\u{2014} n  {blob}\n"),
            format!("t\n\n\u{2014} n {blob} \n"),
            format!("t\n\n\u{2014} n {blob}x\n"),
            format!("t\n\n\u{2014} n+ {blob}\n"),
            format!("t\n\n\u{2014} n\u{2003}m {blob}\n"),
            "t\n\n\u{2014} n AAAAAA==\n".into(), // an ID and no signature
            "t\n\n\u{2014} n AAAAAAB=\n".into(), // set padding bits
            format!("t\n\n{line}\nx\n"),
            format!("t\n\n{}", format!("{line}\n").repeat(101)),
            format!("{}\n\n{line}\n", "t".repeat(NOTE_BYTES_MAX)),
        ];
        for note in refused {
            assert!(Note::parse(note.as_bytes()).is_err(), "{note:?}");
        }
        assert!(Note::parse(format!("t\n\n{}", format!("{line}\n").repeat(100)).as_bytes()).is_ok());
        assert_eq!(Note::parse(b"t\n\xff\n\n"), Err(NoteError::Character { line: 2 }));
        assert_eq!(key("n", 1).sign("no line end"), Err(NoteError::Text));
        assert_eq!(key("n", 1).sign("a\rb\n"), Err(NoteError::Character { line: 1 }));
        assert!(SigningKey::from_seed("with space", &[1; 32]).is_err());
    }

    #[test]
    fn a_secret_is_not_shown() {
        let shown = format!("{:?}", key("log.example/one", 1));
        assert!(shown.starts_with("SigningKey(log.example/one+"));
    }

    proptest! {
        #[test]
        fn what_is_accepted_as_a_note_encodes_to_the_same_bytes(
            text in "[a\n\u{e9}]{0,8}", position in any::<prop::sample::Index>(), byte in any::<u8>()
        ) {
            let mut bytes = Note::sign(&format!("{text}\n"), &key("n", 1)).unwrap().encode().into_bytes();
            let note = Note::parse(&bytes).unwrap();
            prop_assert_eq!(note.encode().into_bytes(), bytes.clone());
            let position = position.index(bytes.len());
            bytes[position] = byte;
            if let Ok(note) = Note::parse(&bytes) {
                prop_assert_eq!(note.encode().into_bytes(), bytes.clone());
            }
        }
    }
}
