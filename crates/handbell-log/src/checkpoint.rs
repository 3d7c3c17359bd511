//! The checkpoint: one signed statement of how large the log is and which root it has.
//!
//! C2SP tlog-checkpoint without extension lines: origin, size, root. Promises that a checkpoint
//! has one text, and that nothing is signed which would not be accepted when read.
//! Whether two checkpoints agree is for [`crate::proof`] to say; that a log never signs two trees
//! is the promise of whoever holds the key.

use crate::decimal;
use crate::hash::{Hash, empty_root};
use crate::note::{Note, NoteError, SigningKey, VerifierKey};

/// The size and root of a log at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name: its address without scheme. Also the name of the log's key.
    pub origin: String,
    /// How many entries the log has.
    pub size: u64,
    /// The root of their tree.
    pub root: Hash,
}

/// Why a text is not a checkpoint, or a checkpoint not the log's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// It is not a note, or not signed by the log.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// There are not exactly three lines. Extension lines are refused.
    #[error("a checkpoint has three lines: origin, size, root")]
    Lines,
    /// The origin is empty, or holds a control character.
    #[error("the origin is empty or holds a control character")]
    Origin,
    /// The checkpoint is another log's.
    #[error("the origin is not the name of the key")]
    OtherOrigin,
    /// The size is not a decimal in its one spelling.
    #[error("the size is not a plain decimal number")]
    Size,
    /// The root is not the canonical base64 of 32 bytes.
    #[error("the root is not the base64 of 32 bytes")]
    Root,
    /// A log without entries has another root than the empty one.
    #[error("a log without entries has the empty root")]
    EmptyRoot,
}

impl CheckpointError {
    /// The line of the published checkpoint that is at fault, from 1, where one is.
    pub fn line(&self) -> Option<usize> {
        match self {
            CheckpointError::Note(NoteError::Character { line } | NoteError::SignatureLine { line } | NoteError::Forged { line, .. }) => {
                Some(*line)
            }
            CheckpointError::Note(_) | CheckpointError::Lines => None,
            CheckpointError::Origin | CheckpointError::OtherOrigin => Some(1),
            CheckpointError::Size => Some(2),
            CheckpointError::Root | CheckpointError::EmptyRoot => Some(3),
        }
    }
}

impl Checkpoint {
    /// The three lines that are signed.
    pub fn encode(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root)
    }

    /// Reads the three lines in their one spelling. Says nothing about signatures.
    pub fn parse(text: &str) -> Result<Checkpoint, CheckpointError> {
        let checkpoint = Checkpoint::parse_any_root(text)?;
        checkpoint.check()?;
        Ok(checkpoint)
    }

    /// As [`Checkpoint::parse`], but lets an empty log have any root, for those who must give that
    /// an answer of its own.
    pub(crate) fn parse_any_root(text: &str) -> Result<Checkpoint, CheckpointError> {
        let lines: Vec<&str> = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?.split('\n').collect();
        let [origin, size, root] = lines[..] else {
            return Err(CheckpointError::Lines);
        };
        let checkpoint = Checkpoint {
            origin: origin.to_owned(),
            size: decimal::parse(size).ok_or(CheckpointError::Size)?,
            root: root.parse().map_err(|_| CheckpointError::Root)?,
        };
        checkpoint.check_origin()?;
        Ok(checkpoint)
    }

    fn check_origin(&self) -> Result<(), CheckpointError> {
        match self.origin.is_empty() || self.origin.chars().any(|letter| letter < ' ') {
            true => Err(CheckpointError::Origin),
            false => Ok(()),
        }
    }

    /// What parsing cannot promise of fields anyone may set.
    fn check(&self) -> Result<(), CheckpointError> {
        self.check_origin()?;
        if self.size == 0 && self.root != empty_root() {
            return Err(CheckpointError::EmptyRoot);
        }
        Ok(())
    }

    /// Signs the checkpoint with the log's own key, whose name is the origin.
    pub fn sign(&self, key: &SigningKey) -> Result<Note, CheckpointError> {
        self.check()?;
        if key.name() != self.origin {
            return Err(CheckpointError::OtherOrigin);
        }
        Ok(Note::sign(&self.encode(), key)?)
    }

    /// Reads a published checkpoint and verifies that the log with this key signed it.
    pub fn open(bytes: &[u8], key: &VerifierKey) -> Result<Checkpoint, CheckpointError> {
        let note = Note::parse(bytes)?;
        note.verify(std::slice::from_ref(key))?;
        let checkpoint = Checkpoint::parse(note.text())?;
        if checkpoint.origin != key.name() { Err(CheckpointError::OtherOrigin) } else { Ok(checkpoint) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle;
    use crate::hash::leaf_hash;
    use crate::note::{Signature, key_id};
    use crate::tree::{Frontier, root_of};
    use proptest::prelude::*;

    const ORIGIN: &str = "example.com/handbell-test";
    const TEXT: &str = "example.com/handbell-test\n3\nYBVANwaul9zqd25ZQ2TQN7uvwWhUcCgQYwHJ75dCsOY=\n";
    const OWN_LINE: &str =
        "\u{2014} example.com/handbell-test LAK3u69ijb4aS6QWZB3YI2u41gSBqWbD183dfoB+kWpMfwFH2VbKL21rYi8o5KW7SU5ErXWuG64zQ8Y+XZ90nI4ZKw0=";
    const COSIGNER_LINE: &str = "\u{2014} witness.example/w1 3xwKNQAAAABpVzSwapTQgeDt9e8SNNyp6T6wFSkIjDfcImGJS7X+2+RV9VvgzHMGsN00lkNUZUfLErXsAtLzksdT9cyxjIb5UbVwBA==";

    fn key() -> SigningKey {
        SigningKey::from_seed(ORIGIN, &[1; 32]).unwrap()
    }

    #[test]
    fn the_published_small_log_holds() {
        let entries = [b"a".as_slice(), b"bc", b""];
        assert_eq!(bundle::encode(entries).unwrap(), [0, 1, 0x61, 0, 2, 0x62, 0x63, 0, 0]);
        let hashes = entries.map(leaf_hash);
        assert_eq!(
            hashes.map(|hash| hash.to_hex()),
            [
                "022a6979e6dab7aa5ae4c3e5e45f7e977112a7e63593820dbec1ec738a24f93c",
                "4075b6a68556aaa03188190d906199743692269dd8556b034c418f194a70e188",
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            ]
        );
        assert_eq!(key().verifier().to_string(), "example.com/handbell-test+2c02b7bb+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c");
        let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: 3, root: root_of(&hashes) };
        assert_eq!(checkpoint.encode(), TEXT);
        let note = checkpoint.sign(&key()).unwrap();
        assert_eq!(note.encode(), format!("{TEXT}\n{OWN_LINE}\n"));

        let cosigned = format!("{TEXT}\n{OWN_LINE}\n{COSIGNER_LINE}\n");
        assert_eq!(Checkpoint::open(cosigned.as_bytes(), key().verifier()).unwrap(), checkpoint);
        let cosigner = SigningKey::from_seed("witness.example/w1", &[2; 32]).unwrap();
        let line = Signature::parse(COSIGNER_LINE).unwrap();
        assert_eq!(line.key_id(), key_id("witness.example/w1", 0x04, cosigner.verifier().public_key()));
        assert_eq!(line.signature()[..8], 1_767_322_800_u64.to_be_bytes());
    }

    #[test]
    fn only_the_three_lines_in_their_one_spelling_are_a_checkpoint() {
        assert!(Checkpoint::parse(TEXT).is_ok());
        let root = "YBVANwaul9zqd25ZQ2TQN7uvwWhUcCgQYwHJ75dCsOY=";
        let refused = [
            (String::new(), CheckpointError::Lines),
            (format!("o\n3\n{root}"), CheckpointError::Lines),
            (format!("o\n3\n{root}\nextension\n"), CheckpointError::Lines),
            (format!("o\n3\n{root}\n\n"), CheckpointError::Lines),
            (format!("\n3\n{root}\n"), CheckpointError::Origin),
            (format!("o\u{1}\n3\n{root}\n"), CheckpointError::Origin),
            (format!("o\n+5\n{root}\n"), CheckpointError::Size),
            (format!("o\n05\n{root}\n"), CheckpointError::Size),
            (format!("o\n 5\n{root}\n"), CheckpointError::Size),
            (format!("o\n\n{root}\n"), CheckpointError::Size),
            (format!("o\n18446744073709551616\n{root}\n"), CheckpointError::Size),
            (format!("o\n3\n{root}\r\n"), CheckpointError::Root),
            ("o\n3\nYBVANwaul9zqd25ZQ2TQN7uvwWhUcCgQYwHJ75dCsOZ=\n".to_owned(), CheckpointError::Root),
            ("o\n3\nYBVANwaul9zqd25ZQ2TQN7uvwWhUcCgQYwHJ75dCsOY\n".to_owned(), CheckpointError::Root),
            (format!("o\n0\n{root}\n"), CheckpointError::EmptyRoot),
        ];
        for (text, expected) in refused {
            assert_eq!(Checkpoint::parse(&text), Err(expected), "{text:?}");
        }
    }

    #[test]
    fn a_checkpoint_is_signed_by_the_key_of_its_origin() {
        let other = Checkpoint { origin: "other.example/log".to_owned(), size: 0, root: empty_root() };
        assert_eq!(other.sign(&key()), Err(CheckpointError::OtherOrigin));
        let wrong = Checkpoint { origin: ORIGIN.to_owned(), size: 0, root: Hash([1; 32]) };
        assert_eq!(wrong.sign(&key()), Err(CheckpointError::EmptyRoot));
        // Signed with the right key, but speaking of another log.
        let smuggled = Note::sign(&other.encode(), &key()).unwrap().encode();
        assert_eq!(Checkpoint::open(smuggled.as_bytes(), key().verifier()), Err(CheckpointError::OtherOrigin));
        let empty = Checkpoint { origin: ORIGIN.to_owned(), size: 0, root: Frontier::new().root() };
        let note = empty.sign(&key()).unwrap().encode();
        assert_eq!(Checkpoint::open(note.as_bytes(), key().verifier()).unwrap(), empty);
    }

    proptest! {
        #[test]
        fn what_is_accepted_as_a_checkpoint_encodes_to_the_same_bytes(
            origin in "[a-z+ ]{0,3}", size in "[+0-9]{0,3}", root in any::<[u8; 32]>(), position in any::<prop::sample::Index>(), byte in 0..128u8
        ) {
            let mut text = format!("{origin}\n{size}\n{}\n", Hash(root)).into_bytes();
            for _ in 0..2 {
                let read = String::from_utf8(text.clone()).unwrap();
                if let Ok(checkpoint) = Checkpoint::parse(&read) {
                    prop_assert_eq!(checkpoint.encode(), read);
                }
                let position = position.index(text.len());
                text[position] = byte;
            }
        }
    }
}
