//! The signed note (C2SP signed-note): a text, an empty line, and signature lines.
//!
//! Promises that a note has one encoding, that lines of unknown keys are ignored, and that a line
//! of a known key which does not verify spoils the whole note. Ed25519 (type 0x01) only; timestamped
//! cosignatures (0x04 and 0x06) are [`crate::cosignature`]'s.
//! Nothing here knows what the text says; [`crate::checkpoint`] does. Keys come and go as bytes:
//! where they are kept is the caller's business.

mod key;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub(crate) use key::is_key_name;

pub use key::{SigningKey, VerifierKey, key_id};

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

/// One signature line: who says to have signed, and the signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    name: String,
    key_id: [u8; 4],
    signature: Vec<u8>,
}

impl Signature {
    /// A line by a key of another module, whose name has been checked.
    pub(crate) fn new(name: &str, key_id: [u8; 4], signature: Vec<u8>) -> Signature {
        Signature { name: name.to_owned(), key_id, signature }
    }

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
        let note = std::str::from_utf8(bytes).map_err(|error| NoteError::Character { line: line_of(error.valid_up_to()) })?;
        if let Some(byte) = note.bytes().position(is_forbidden) {
            return Err(NoteError::Character { line: line_of(byte) });
        }
        let split = note.rfind("\n\n").ok_or(NoteError::NoSignatures)?;
        let (text, lines) = (&note[..=split], &note[split + 2..]);
        let first_line = line_of(split + 2);
        let lines = match lines.strip_suffix('\n') {
            Some(lines) => lines,
            None => {
                return Err(NoteError::SignatureLine { line: line_of(note.len()) });
            }
        };
        if lines.split('\n').count() > SIGNATURES_MAX {
            return Err(NoteError::TooMany);
        }
        let read = |(position, line)| Signature::parse(line).map_err(|_| NoteError::SignatureLine { line: first_line + position });
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
        let mut verified = Vec::new();
        for (position, signature) in self.signatures.iter().enumerate() {
            let mut known = keys.iter().filter(|key| key.is_of(signature)).peekable();
            if known.peek().is_none() {
                continue;
            }
            if !known.any(|key| key.verifies(&self.text, signature)) {
                return Err(self.forged(position));
            }
            verified.push(signature);
        }
        if verified.is_empty() { Err(NoteError::Unsigned) } else { Ok(verified) }
    }

    /// What is said of a note whose line at this position is by a known key and does not verify.
    pub(crate) fn forged(&self, position: usize) -> NoteError {
        let first_line = self.text.bytes().filter(|&byte| byte == b'\n').count() + 2;
        NoteError::Forged { line: first_line + position, name: self.signatures[position].name.clone() }
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
        assert_eq!(forged.verify(&[own.verifier().clone()]), Err(NoteError::Forged { line: 8, name: "log.example/one".to_owned() }));
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
