//! The content pack: the contents of up to 256 entries in one answer, so that whoever copies or checks a log asks once and
//! not 256 times.
//!
//! `uint32 big-endian length || content`, one after the other; a length of zero says that there is no content here.
//! Promises that what is accepted has one spelling. A pack is a way to ask and not evidence: every content is held
//! against its leaf, and where the pack has none, the content's own address is asked.
//! The layout is described in `docs/formats/content.md`.

use crate::leaf::SALT_BYTES;
use crate::tile::TILE_WIDTH;

/// Why contents cannot be a pack, or bytes are not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// More than 256 contents, or none.
    #[error("a pack holds the contents of 1 to 256 entries")]
    Count,
    /// A content is shorter than its salt or longer than its length can say.
    #[error("a content in a pack has at least 32 bytes and fewer than 2^32")]
    ContentLength,
    /// The bytes end inside a content or its length.
    #[error("the pack ends before its last content does")]
    Short,
}

/// Writes a pack; `None` for an entry that has no content or whose content was withdrawn.
pub fn encode<Content: AsRef<[u8]>>(contents: impl IntoIterator<Item = Option<Content>>) -> Result<Vec<u8>, PackError> {
    let mut bytes = Vec::new();
    let mut count = 0;
    for content in contents {
        let content = content.as_ref().map(AsRef::as_ref);
        if content.is_some_and(|content| content.len() < SALT_BYTES) {
            return Err(PackError::ContentLength);
        }
        let content = content.unwrap_or_default();
        let length = u32::try_from(content.len()).map_err(|_| PackError::ContentLength)?;
        bytes.extend(length.to_be_bytes());
        bytes.extend(content);
        count += 1;
    }
    if (1..=usize::from(TILE_WIDTH)).contains(&count) { Ok(bytes) } else { Err(PackError::Count) }
}

/// Reads a pack. How many entries it tells of is how many were there when it was made: a reader ignores those past its
/// checkpoint and asks singly for those that are missing.
pub fn decode(bytes: &[u8]) -> Result<Vec<Option<&[u8]>>, PackError> {
    let mut contents = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (length, behind) = rest.split_first_chunk::<4>().ok_or(PackError::Short)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| PackError::ContentLength)?;
        let (content, behind) = behind.split_at_checked(length).ok_or(PackError::Short)?;
        contents.push(match content.len() {
            0 => None,
            some if some < SALT_BYTES => return Err(PackError::ContentLength),
            _ => Some(content),
        });
        if contents.len() > usize::from(TILE_WIDTH) {
            return Err(PackError::Count);
        }
        rest = behind;
    }
    if contents.is_empty() { Err(PackError::Count) } else { Ok(contents) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_vector_of_the_document_holds() {
        let content = [&[7; 32][..], b"{}"].concat();
        let bytes = encode([None, Some(&content)]).unwrap();
        assert_eq!(bytes, [&[0, 0, 0, 0, 0, 0, 0, 34][..], &[7; 32], b"{}"].concat());
        assert_eq!(decode(&bytes).unwrap(), [None, Some(content.as_slice())]);
    }

    #[test]
    fn what_is_cut_short_or_too_much_is_refused() {
        let bytes = encode([Some([7; 40])]).unwrap();
        for length in 1..bytes.len() {
            assert_eq!(decode(&bytes[..length]), Err(PackError::Short));
        }
        assert_eq!(decode(&[]), Err(PackError::Count));
        assert_eq!(decode(&[0; 4 * 256]).unwrap().len(), 256);
        assert_eq!(decode(&[0; 4 * 257]), Err(PackError::Count));
        assert_eq!(encode([None::<[u8; 0]>; 257]), Err(PackError::Count));
        assert_eq!(encode([Some([7; 31])]), Err(PackError::ContentLength));
        assert_eq!(decode(&[&[0, 0, 0, 31][..], &[7; 31]].concat()), Err(PackError::ContentLength));
    }

    proptest! {
        #[test]
        fn contents_read_back(contents in proptest::collection::vec(proptest::option::of(proptest::collection::vec(any::<u8>(), 32..80)), 1..=256)) {
            let bytes = encode(contents.iter().map(Option::as_ref)).unwrap();
            let read: Vec<Option<Vec<u8>>> = decode(&bytes).unwrap().into_iter().map(|content| content.map(<[u8]>::to_vec)).collect();
            prop_assert_eq!(read, contents);
        }

        #[test]
        fn what_is_accepted_as_a_pack_encodes_to_the_same_bytes(
            lengths in proptest::collection::vec(prop_oneof![2 => Just(0_u32), 1 => 30..36_u32], 0..6), cut in 0..3_usize
        ) {
            let bytes: Vec<u8> = lengths.iter().flat_map(|length| [&length.to_be_bytes()[..], &vec![9; *length as usize]].concat()).collect();
            let bytes = &bytes[..bytes.len().saturating_sub(cut)];
            if let Ok(contents) = decode(bytes) {
                prop_assert_eq!(encode(contents).unwrap(), bytes);
            }
        }
    }
}
