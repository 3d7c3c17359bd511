//! The log entry: a 57-byte leaf, and the content that opens it.
//!
//! A leaf says in the clear only which kind of entry it is and to which stream it belongs; what it
//! says is behind a salted commitment, so that content can be withdrawn while its mark stays.
//! Promises that a leaf has one encoding, and that *withdrawn* never switches the commitment check
//! off: other content is refused whether or not the leaf was withdrawn.
//! Nothing here knows what a payload means, and no leaf has room for a person's name.
//! The layout is described in `docs/formats/leaf.md` and `docs/formats/content.md`.

mod kind;
mod stream;

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::hash::{self, Hash};

pub use kind::{Kind, Reason};
pub use stream::Stream;

/// How many bytes a leaf has.
pub const LEAF_BYTES: usize = 57;
/// How many bytes the salt in front of a payload has.
pub const SALT_BYTES: usize = 32;
/// The first eight bytes of every leaf: whose format this is, and its version.
pub const MAGIC: [u8; 8] = *b"hndbell1";
/// What a commitment's message starts with, so that it can be nobody else's HMAC.
pub const COMMITMENT_PREFIX: &[u8; 19] = b"handbell/commit/v1\0";
/// The lowest kind that carries public fields in the leaf instead of a commitment.
pub const FIXED_KINDS_FROM: u8 = 32;

/// Why bytes are not a leaf, or a text not a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// The entry is not exactly [`LEAF_BYTES`] long.
    #[error("a leaf has exactly 57 bytes, not {0}")]
    Length(usize),
    /// The entry does not start with [`MAGIC`].
    #[error("a leaf starts with \"hndbell1\"")]
    Magic,
    /// A withdrawal names a reason that is not in the list.
    #[error("{0} is not a reason for a withdrawal")]
    Reason(u8),
    /// A withdrawal's last 23 bytes are not all zero.
    #[error("the reserved bytes of a withdrawal are zero")]
    Reserved,
    /// A stream's text is not the canonical base32 of 16 bytes.
    #[error("a stream is 26 lower-case base32 letters")]
    StreamText,
    /// A content is shorter than its salt.
    #[error("a content is a 32-byte salt and a payload")]
    ContentLength,
}

impl LeafError {
    /// Where in the leaf's bytes the trouble is.
    pub fn byte(&self) -> usize {
        match self {
            LeafError::Reason(_) => 33,
            LeafError::Reserved => 34,
            _ => 0,
        }
    }
}

/// 32 bytes of fresh randomness that hide one payload behind its commitment.
///
/// Never derived from anything: a salt that can be computed again cannot be deleted. It is not
/// shown by `Debug`, because until publication it is a secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; SALT_BYTES]);

impl fmt::Debug for Salt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Salt(…)")
    }
}

/// `HMAC-SHA256(salt, "handbell/commit/v1\0" || kind || stream || payload)`.
///
/// Takes a kind or its bare code, so that entries of kinds this version does not know can still be
/// checked.
pub fn commitment(kind: impl Into<u8>, stream: Stream, salt: &Salt, payload: &[u8]) -> [u8; 32] {
    let mut hmac = Hmac::<Sha256>::new_from_slice(&salt.0).expect("HMAC takes a key of any length");
    hmac.update(COMMITMENT_PREFIX);
    hmac.update(&[kind.into()]);
    hmac.update(&stream.0);
    hmac.update(payload);
    hmac.finalize().into_bytes().into()
}

/// The last 32 bytes of a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// A commitment to salt and payload (kinds below 32).
    Commitment([u8; 32]),
    /// The content of the entry at `target` is withdrawn (kind 32).
    Withdrawal {
        /// Index of the entry whose content is withdrawn.
        target: u64,
        /// Why.
        reason: Reason,
    },
    /// Public bytes of another kind from 32 on.
    Fixed([u8; 32]),
}

/// One entry of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaf {
    kind: u8,
    stream: Stream,
    body: Body,
}

impl Leaf {
    /// A leaf that commits to a salt and a payload.
    ///
    /// # Panics
    /// If the kind is one with public fields (32 and up): those carry no commitment, and a caller
    /// that mixes them up would publish what it means to keep withdrawable.
    pub fn committed(kind: Kind, stream: Stream, salt: &Salt, payload: &[u8]) -> Leaf {
        assert!(kind.is_committed(), "{kind:?} has public fields and no commitment");
        Leaf { kind: kind.code(), stream, body: Body::Commitment(commitment(kind, stream, salt, payload)) }
    }

    /// A leaf that withdraws the content of the entry at `target`, in the target's own stream.
    pub fn withdrawal(stream: Stream, target: u64, reason: Reason) -> Leaf {
        Leaf { kind: Kind::Withdrawal.code(), stream, body: Body::Withdrawal { target, reason } }
    }

    /// A statement about a key: its 32 public bytes stand in the leaf.
    pub fn key(stream: Stream, public_key: [u8; 32]) -> Leaf {
        Leaf { kind: Kind::Key.code(), stream, body: Body::Fixed(public_key) }
    }

    /// A statement by the operator: 32 public bytes, usually the hash of a text.
    pub fn note(stream: Stream, fields: [u8; 32]) -> Leaf {
        Leaf { kind: Kind::Note.code(), stream, body: Body::Fixed(fields) }
    }

    /// The kind's code, known or not.
    pub fn kind_code(&self) -> u8 {
        self.kind
    }

    /// The kind, if this version knows it.
    pub fn kind(&self) -> Option<Kind> {
        Kind::from_code(self.kind)
    }

    /// The stream the entry belongs to.
    pub fn stream(&self) -> Stream {
        self.stream
    }

    /// What the leaf's last 32 bytes say.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// Whether a content belongs to this leaf.
    pub fn is_committed(&self) -> bool {
        matches!(self.body, Body::Commitment(_))
    }

    /// The leaf's 57 bytes.
    pub fn encode(&self) -> [u8; LEAF_BYTES] {
        let mut bytes = [0; LEAF_BYTES];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8] = self.kind;
        bytes[9..25].copy_from_slice(&self.stream.0);
        match self.body {
            Body::Commitment(fields) | Body::Fixed(fields) => bytes[25..].copy_from_slice(&fields),
            Body::Withdrawal { target, reason } => {
                bytes[25..33].copy_from_slice(&target.to_be_bytes());
                bytes[33] = reason.code();
            }
        }
        bytes
    }

    /// Reads a leaf from exactly 57 bytes.
    ///
    /// A withdrawal's reason must be known and its reserved bytes zero. Unknown kinds are read as
    /// commitments below 32 and as public bytes from 32 on, so that old readers survive new kinds.
    pub fn decode(bytes: &[u8]) -> Result<Leaf, LeafError> {
        let bytes: &[u8; LEAF_BYTES] = bytes.try_into().map_err(|_| LeafError::Length(bytes.len()))?;
        let (magic, rest) = bytes.split_first_chunk::<8>().expect("57 is more than 8");
        let (&[kind], rest) = rest.split_first_chunk::<1>().expect("49 is more than 1");
        let (stream, fields) = rest.split_first_chunk::<16>().expect("48 is more than 16");
        let fields: [u8; 32] = fields.try_into().expect("57 - 8 - 1 - 16 = 32");
        if *magic != MAGIC {
            return Err(LeafError::Magic);
        }
        let body = match kind {
            code if code < FIXED_KINDS_FROM => Body::Commitment(fields),
            code if code == Kind::Withdrawal.code() => withdrawal_fields(&fields)?,
            _ => Body::Fixed(fields),
        };
        Ok(Leaf { kind, stream: Stream(*stream), body })
    }

    /// The leaf's hash in the tree.
    pub fn hash(&self) -> Hash {
        hash::leaf_hash(&self.encode())
    }
}

fn withdrawal_fields(fields: &[u8; 32]) -> Result<Body, LeafError> {
    let (target, rest) = fields.split_first_chunk::<8>().expect("32 is more than 8");
    let reason = Reason::from_code(rest[0]).ok_or(LeafError::Reason(rest[0]))?;
    if rest[1..].iter().any(|&byte| byte != 0) {
        return Err(LeafError::Reserved);
    }
    Ok(Body::Withdrawal { target: u64::from_be_bytes(*target), reason })
}

/// What lies beside a leaf until it is withdrawn: the salt, then the payload as published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The commitment's key.
    pub salt: Salt,
    /// Canonical JSON; hashed as it is, never written anew.
    pub payload: Vec<u8>,
}

impl Content {
    /// The bytes of a `content/<N>` file: salt, then payload.
    pub fn encode(&self) -> Vec<u8> {
        [&self.salt.0, self.payload.as_slice()].concat()
    }

    /// Reads a `content/<N>` file. Whether it belongs to a leaf is what [`Content::opens`] says.
    pub fn decode(bytes: &[u8]) -> Result<Content, LeafError> {
        let (salt, payload) = bytes.split_first_chunk::<SALT_BYTES>().ok_or(LeafError::ContentLength)?;
        Ok(Content { salt: Salt(*salt), payload: payload.to_vec() })
    }

    /// Whether this is the content that the leaf committed to, withdrawn or not.
    pub fn opens(&self, leaf: &Leaf) -> bool {
        match leaf.body {
            Body::Commitment(expected) => commitment(leaf.kind, leaf.stream, &self.salt, &self.payload) == expected,
            Body::Withdrawal { .. } | Body::Fixed(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Frontier;
    use proptest::prelude::*;

    const PAYLOAD: &[u8] = br#"{"at":"2026-01-02T03:04:05Z","body":"test","prev":null,"seq":0,"type":"incident.opened"}"#;

    fn stream() -> Stream {
        Stream(0x00112233445566778899aabbccddeeff_u128.to_be_bytes())
    }

    fn salt() -> Salt {
        Salt(std::array::from_fn(|position| position as u8))
    }

    #[test]
    fn the_published_vector_holds() {
        let opened = Leaf::committed(Kind::IncidentOpened, stream(), &salt(), PAYLOAD);
        let Body::Commitment(commitment) = *opened.body() else { panic!("kind 1 is committed") };
        assert_eq!(Hash(commitment).to_hex(), "37b0ea8f59c852fc33eab63e2bd26dcb8dbd67ea02ba2fe8135c329abd1c4583");
        assert_eq!(opened.hash().to_hex(), "f0eb4d3b808440ef9dcd13cadcf99688b4ed99bd5a7adbafa1d7bc915b950450");
        let withdrawal = Leaf::withdrawal(stream(), 0, Reason::Safety);
        assert_eq!(withdrawal.hash().to_hex(), "98a6000daaffc13422f733973ac8393d45c50bdff1ae22e5866000ff53653f13");
        let mut tree = Frontier::new();
        tree.append(opened.hash());
        tree.append(withdrawal.hash());
        assert_eq!(tree.root().to_string(), "kPA9L7b+JEmVR5wm8twDTdSgXox9yO5r6qPh1O+jV6I=");
    }

    #[test]
    fn a_content_opens_its_own_leaf_only() {
        let content = Content { salt: salt(), payload: PAYLOAD.to_vec() };
        let leaf = Leaf::committed(Kind::IncidentOpened, stream(), &salt(), PAYLOAD);
        assert!(content.opens(&leaf));
        // Every byte behind the magic takes part: kind, stream and commitment.
        for position in MAGIC.len()..LEAF_BYTES {
            let mut bytes = leaf.encode();
            bytes[position] ^= 2;
            assert!(!content.opens(&Leaf::decode(&bytes).unwrap()), "byte {position}");
        }
        assert!(!Content { salt: Salt([0; 32]), ..content.clone() }.opens(&leaf));
        assert!(!Content { payload: b"{}".to_vec(), ..content.clone() }.opens(&leaf));
        assert!(!content.opens(&Leaf::withdrawal(stream(), 0, Reason::Safety)));
    }

    #[test]
    #[should_panic(expected = "public fields")]
    fn a_public_kind_is_never_committed() {
        Leaf::committed(Kind::Withdrawal, stream(), &salt(), PAYLOAD);
    }

    #[test]
    fn a_leaf_of_another_length_or_format_is_refused() {
        let bytes = Leaf::committed(Kind::Claim, stream(), &salt(), PAYLOAD).encode();
        assert_eq!(Leaf::decode(&bytes[..56]), Err(LeafError::Length(56)));
        assert_eq!(Leaf::decode(&[&bytes[..], &[0]].concat()), Err(LeafError::Length(58)));
        assert_eq!(Leaf::decode(&[]), Err(LeafError::Length(0)));
        let mut other = bytes;
        other[7] = b'2';
        assert_eq!(Leaf::decode(&other), Err(LeafError::Magic));
    }

    #[test]
    fn a_withdrawal_has_known_reasons_and_zeros() {
        let bytes = Leaf::withdrawal(stream(), 5, Reason::Unspecified).encode();
        for reason in [0, 6, 255] {
            let mut other = bytes;
            other[33] = reason;
            assert_eq!(Leaf::decode(&other), Err(LeafError::Reason(reason)));
        }
        for position in 34..LEAF_BYTES {
            let mut other = bytes;
            other[position] = 1;
            assert_eq!(Leaf::decode(&other), Err(LeafError::Reserved));
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_as_a_leaf_encodes_to_the_same_bytes(
            kind in any::<u8>(), stream in any::<[u8; 16]>(), fields in any::<[u8; 32]>(), tame in any::<bool>()
        ) {
            let mut bytes = [MAGIC.as_slice(), &[kind], &stream, &fields].concat();
            if tame {
                bytes[8] = 32;
                bytes[33] %= 7;
                bytes[34..].fill(0);
            }
            if let Ok(leaf) = Leaf::decode(&bytes) {
                prop_assert_eq!(leaf.encode().to_vec(), bytes);
            } else {
                prop_assert_eq!(bytes[8], 32);
            }
        }

        #[test]
        fn what_is_accepted_as_content_encodes_to_the_same_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            match Content::decode(&bytes) {
                Ok(content) => prop_assert_eq!(content.encode(), bytes),
                Err(_) => prop_assert!(bytes.len() < SALT_BYTES),
            }
        }
    }
}
