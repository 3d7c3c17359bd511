//! The entry bundle: up to 256 entries, each behind its length (C2SP tlog-tiles).
//!
//! `uint16 big-endian length || entry`, one after the other, nothing around them. Promises that a
//! bundle which is accepted has exactly the entries it should have and not one byte more.
//! Which hash an entry must have is the tree's business, what it says the leaf's.

use crate::tile::TILE_WIDTH;

/// Why entries cannot be a bundle, or bytes are not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// More than 256 entries, or none.
    #[error("a bundle holds 1 to 256 entries, not {0}")]
    Count(usize),
    /// An entry is longer than its length field can say.
    #[error("an entry has at most 65535 bytes, not {0}")]
    EntryLength(usize),
    /// The bytes end inside an entry, or before the last one.
    #[error("the bundle ends at byte {byte}, before all its entries")]
    Short {
        /// How many bytes there are.
        byte: usize,
    },
    /// There are bytes after the last entry.
    #[error("the bundle goes on at byte {byte}, after its last entry")]
    Long {
        /// The first byte too many.
        byte: usize,
    },
}

/// Writes a bundle of 1 to 256 entries.
pub fn encode<Entry: AsRef<[u8]>>(entries: impl IntoIterator<Item = Entry>) -> Result<Vec<u8>, BundleError> {
    let mut bytes = Vec::new();
    let mut count = 0;
    for entry in entries {
        let entry = entry.as_ref();
        let length = u16::try_from(entry.len()).map_err(|_| BundleError::EntryLength(entry.len()))?;
        bytes.extend(length.to_be_bytes());
        bytes.extend(entry);
        count += 1;
    }
    if (1..=usize::from(TILE_WIDTH)).contains(&count) { Ok(bytes) } else { Err(BundleError::Count(count)) }
}

/// Reads a bundle that must hold exactly `width` entries, 1 to 256.
pub fn decode(bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, BundleError> {
    entries(bytes, width)?.map(|entry| entry.map(|(_, entry)| entry)).collect()
}

/// Reads a bundle entry by entry, each with the byte its length field starts at.
///
/// The first trouble ends the entries; bytes behind the last one are trouble too, so read to the end.
pub fn entries(bytes: &[u8], width: u16) -> Result<Entries<'_>, BundleError> {
    if width == 0 || width > TILE_WIDTH {
        return Err(BundleError::Count(usize::from(width)));
    }
    Ok(Entries { bytes, byte: 0, left: width, ended: false })
}

/// The entries of a bundle; see [`entries`].
#[derive(Debug, Clone)]
pub struct Entries<'bundle> {
    bytes: &'bundle [u8],
    byte: usize,
    left: u16,
    ended: bool,
}

impl<'bundle> Entries<'bundle> {
    fn entry(&mut self) -> Option<(usize, &'bundle [u8])> {
        let (length, rest) = self.bytes[self.byte..].split_first_chunk::<2>()?;
        let (entry, _) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        let start = self.byte;
        self.byte += 2 + entry.len();
        self.left -= 1;
        Some((start, entry))
    }
}

impl<'bundle> Iterator for Entries<'bundle> {
    type Item = Result<(usize, &'bundle [u8]), BundleError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        if self.left > 0 {
            let entry = self.entry();
            self.ended = entry.is_none();
            return Some(entry.ok_or(BundleError::Short { byte: self.bytes.len() }));
        }
        self.ended = true;
        (self.byte < self.bytes.len()).then_some(Err(BundleError::Long { byte: self.byte }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_published_bundle_holds() {
        let bytes = encode([b"a".as_slice(), b"bc", b""]).unwrap();
        assert_eq!(bytes, [0x00, 0x01, 0x61, 0x00, 0x02, 0x62, 0x63, 0x00, 0x00]);
        assert_eq!(decode(&bytes, 3).unwrap(), [b"a".as_slice(), b"bc", b""]);
    }

    #[test]
    fn missing_and_trailing_bytes_are_refused() {
        let bytes = encode([b"a".as_slice(), b"bc"]).unwrap();
        for length in 0..bytes.len() {
            assert_eq!(decode(&bytes[..length], 2), Err(BundleError::Short { byte: length }));
        }
        assert_eq!(decode(&bytes, 1), Err(BundleError::Long { byte: 3 }));
        assert_eq!(decode(&[bytes.as_slice(), &[0]].concat(), 2), Err(BundleError::Long { byte: 7 }));
        assert_eq!(decode(&bytes, 3), Err(BundleError::Short { byte: 7 }));
    }

    #[test]
    fn a_bundle_holds_one_to_two_hundred_and_fifty_six_entries_of_bounded_length() {
        assert_eq!(encode([b""; 0]), Err(BundleError::Count(0)));
        assert_eq!(encode([b""; 257]), Err(BundleError::Count(257)));
        assert_eq!(encode([b""; 256]).unwrap().len(), 512);
        assert_eq!(encode([vec![0; 65_536]]), Err(BundleError::EntryLength(65_536)));
        assert_eq!(encode([vec![0; 65_535]]).unwrap().len(), 65_537);
        assert_eq!(decode(&[], 0), Err(BundleError::Count(0)));
        assert_eq!(decode(&[], 257), Err(BundleError::Count(257)));
    }

    proptest! {
        #[test]
        fn entries_read_back(entries in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..90), 1..=256)) {
            let bytes = encode(&entries).unwrap();
            prop_assert_eq!(decode(&bytes, entries.len() as u16).unwrap(), entries);
        }

        #[test]
        fn what_is_accepted_as_a_bundle_encodes_to_the_same_bytes(
            bytes in proptest::collection::vec(prop_oneof![3 => Just(0), 2 => 0..4u8, 1 => any::<u8>()], 0..40), width in 1..9u16
        ) {
            if let Ok(entries) = decode(&bytes, width) {
                prop_assert_eq!(encode(entries).unwrap(), bytes);
            }
        }
    }
}
