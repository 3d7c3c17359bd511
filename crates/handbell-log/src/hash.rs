//! The 32-byte SHA-256 hash and the three ways the tree makes one (RFC 6962 section 2.1).
//!
//! Promises that a leaf and an inner node can never hash alike, because each starts with its own
//! byte. Hashes are written as canonical, padded base64 wherever people or programs read them.
//! Nothing here knows how nodes are arranged; that is [`crate::tree`].

mod row;

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

pub(crate) use row::halve;
pub use row::leaf_hashes;

/// How many bytes a hash has.
pub const HASH_BYTES: usize = 32;
/// What every leaf's message starts with.
const LEAF_PREFIX: u8 = 0x00;
/// What every inner node's message starts with.
const NODE_PREFIX: u8 = 0x01;

/// A SHA-256 hash: of a leaf, of an inner node, or of a whole tree.
///
/// Shown, parsed and serialised as standard padded base64, in its one canonical spelling.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; HASH_BYTES]);

/// A text that is not the canonical base64 of 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a hash is the padded base64 of exactly 32 bytes")]
pub struct HashTextError;

impl Hash {
    /// The hash's bytes.
    pub fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.0
    }

    /// The hash as 64 lower-case hexadecimal digits, as command-line tools print it.
    pub fn to_hex(&self) -> String {
        use fmt::Write as _;
        let mut text = String::with_capacity(2 * HASH_BYTES);
        for byte in self.0 {
            write!(text, "{byte:02x}").expect("writing to a String cannot fail");
        }
        text
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Hash({})", self.to_hex())
    }
}

impl FromStr for Hash {
    type Err = HashTextError;

    /// Reads canonical base64 only: other verifiers accept set padding bits, we must not, or one
    /// hash would have several texts.
    fn from_str(text: &str) -> Result<Self, HashTextError> {
        let bytes = STANDARD.decode(text).map_err(|_| HashTextError)?;
        Ok(Hash(bytes.try_into().map_err(|_| HashTextError)?))
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Hashes one entry: `SHA-256(0x00 || entry)` (RFC 6962 section 2.1).
pub fn leaf_hash(entry: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([LEAF_PREFIX]);
    hasher.update(entry);
    Hash(hasher.finalize().into())
}

/// Hashes two neighbouring subtrees: `SHA-256(0x01 || left || right)` (RFC 6962 section 2.1).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [NODE_PREFIX; 1 + 2 * HASH_BYTES];
    bytes[1..1 + HASH_BYTES].copy_from_slice(&left.0);
    bytes[1 + HASH_BYTES..].copy_from_slice(&right.0);
    Hash(Sha256::digest(bytes).into())
}

/// The root of the tree without leaves: the SHA-256 of nothing (RFC 6962 section 2.1).
pub fn empty_root() -> Hash {
    Hash(Sha256::digest([]).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_root_is_the_published_one() {
        assert_eq!(empty_root().to_string(), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn a_hash_has_one_text() {
        let text = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert_eq!(text.parse::<Hash>().unwrap().to_string(), text);
        let refused = [
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=", // set bits in the padding
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",  // no padding
            "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=", // the other alphabet
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuA==", // 31 bytes
            "",
        ];
        for text in refused {
            assert_eq!(text.parse::<Hash>(), Err(HashTextError), "{text:?}");
        }
    }

    #[test]
    fn a_hash_travels_through_json_as_base64() {
        let json = serde_json::to_string(&empty_root()).unwrap();
        assert_eq!(json, "\"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"");
        assert_eq!(serde_json::from_str::<Hash>(&json).unwrap(), empty_root());
        assert!(serde_json::from_str::<Hash>("\"AAAA\"").is_err());
    }
}
