//! The stream: the handle that all entries of one incident share.
//!
//! Promises that a stream has one text, so that a page's address, a file name and a look-up agree.
//! Nothing here knows which incident a stream belongs to.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::LeafError;

/// The random handle of an incident, or of the operator's own stream. Never derived, never reused.
///
/// Written as 26 lower-case base32 letters (RFC 4648 section 6, without padding); the two bits
/// that are left over are zero, so that a stream has one text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stream(pub [u8; 16]);

const STREAM_LETTERS: usize = 26;
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

impl Stream {
    /// The operator's own stream. No incident has it.
    pub const OPERATOR: Stream = Stream([0; 16]);

    /// The stream's bytes as they stand in the leaf.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = u128::from_be_bytes(self.0);
        let mut text = String::with_capacity(STREAM_LETTERS);
        for position in 0..STREAM_LETTERS {
            // 26 letters hold 130 bits: the last one holds three of ours and two zeros.
            let letter = match 123usize.checked_sub(5 * position) {
                Some(shift) => bits >> shift,
                None => bits << 2,
            };
            text.push(char::from(BASE32[(letter & 31) as usize]));
        }
        formatter.write_str(&text)
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Stream({self})")
    }
}

impl FromStr for Stream {
    type Err = LeafError;

    fn from_str(text: &str) -> Result<Self, LeafError> {
        let letters = text.as_bytes();
        if letters.len() != STREAM_LETTERS {
            return Err(LeafError::StreamText);
        }
        let mut bits: u128 = 0;
        for (position, letter) in letters.iter().enumerate() {
            let value = BASE32.iter().position(|known| known == letter).ok_or(LeafError::StreamText)? as u128;
            bits = match 123usize.checked_sub(5 * position) {
                Some(_) => bits << 5 | value,
                None if value & 0b11 == 0 => bits << 3 | value >> 2,
                None => return Err(LeafError::StreamText),
            };
        }
        Ok(Stream(bits.to_be_bytes()))
    }
}

impl Serialize for Stream {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stream {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_stream_has_one_text() {
        assert_eq!(Stream(0x00112233445566778899aabbccddeeff_u128.to_be_bytes()).to_string(), "aaisem2ekvthpcezvk54zxpo74");
        assert_eq!(Stream([0; 16]).to_string(), "aaaaaaaaaaaaaaaaaaaaaaaaaa");
        assert_eq!(Stream([255; 16]).to_string(), "77777777777777777777777774");
        let refused = [
            "aaisem2ekvthpcezvk54zxpo75",  // set bits past the end
            "AAISEM2EKVTHPCEZVK54ZXPO74",  // capitals
            "aaisem2ekvthpcezvk54zxpo7",   // short
            "aaisem2ekvthpcezvk54zxpo744", // long
            "aaisem2ekvthpcezvk54zxpo7=",
            "aaisem2ekvthpcezvk54zxp074", // no such letter
            "aaisem2ekvthpcezvk54zxpoé",
        ];
        for text in refused {
            assert_eq!(text.parse::<Stream>(), Err(LeafError::StreamText), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_as_a_stream_is_written_the_same(bytes in any::<[u8; 16]>(), text in "[a-z2-7]{26}") {
            prop_assert_eq!(Stream(bytes).to_string().parse::<Stream>().unwrap(), Stream(bytes));
            if let Ok(stream) = text.parse::<Stream>() {
                prop_assert_eq!(stream.to_string(), text);
            }
        }
    }
}
