//! Many hashes of messages of one length: nodes of a level, leaves of a bundle.
//!
//! Promises the same hashes as one by one. A message is written into its two blocks and read again by the processor's
//! SHA instructions in larger pieces than it was written in; read at once, it waits for the writing. So a row of
//! messages is laid out before the first of them is hashed, which halved the time of each. The compression is the
//! crate's; only the padding, the same for every message of a row, is written here.

use sha2::block_api::compress256;

use super::{HASH_BYTES, Hash, LEAF_PREFIX, NODE_PREFIX};

/// How many messages are laid out before they are hashed: 2 KiB of blocks. With 8 a node took 55 ns, with 64 it took 53.
const AT_ONCE: usize = 16;
const BLOCK_BYTES: usize = 64;
/// What SHA-256 starts with (FIPS 180-4 section 5.3.3).
const START: [u32; 8] = [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// Messages of `1 + REST` bytes of which the first is the same in all, padded to two blocks (FIPS 180-4 section 5.1.1).
struct Row<const REST: usize> {
    messages: [[[u8; BLOCK_BYTES]; 2]; AT_ONCE],
}

impl<const REST: usize> Row<REST> {
    /// One bit and the length in bits stand behind the message; below 55 bytes that takes one block, above 118 three.
    const TWO_BLOCKS: () = assert!(REST >= 55 && REST <= 118);

    fn new(first: u8) -> Row<REST> {
        let () = Self::TWO_BLOCKS;
        let mut message = [[0; BLOCK_BYTES]; 2];
        let bytes = message.as_flattened_mut();
        bytes[0] = first;
        bytes[1 + REST] = 0x80;
        bytes[2 * BLOCK_BYTES - 8..].copy_from_slice(&(8 * (1 + REST as u64)).to_be_bytes());
        Row { messages: [message; AT_ONCE] }
    }

    /// The bytes of a message behind its first.
    fn rest(&mut self, place: usize) -> &mut [u8; REST] {
        let (rest, _) = self.messages[place].as_flattened_mut()[1..].split_first_chunk_mut().expect("both fit into two blocks");
        rest
    }

    fn hash(&self, place: usize) -> Hash {
        let mut state = START;
        compress256(&mut state, &self.messages[place]);
        let mut hash = [0; HASH_BYTES];
        for (bytes, word) in hash.as_chunks_mut::<4>().0.iter_mut().zip(state) {
            *bytes = word.to_be_bytes();
        }
        Hash(hash)
    }
}

/// The hashes of entries of one length, as [`super::leaf_hash`] gives each.
pub fn leaf_hashes<'entries, const BYTES: usize>(entries: impl IntoIterator<Item = &'entries [u8; BYTES]>) -> Vec<Hash> {
    let mut entries = entries.into_iter();
    let mut hashes = Vec::with_capacity(entries.size_hint().0);
    let mut row = Row::<BYTES>::new(LEAF_PREFIX);
    loop {
        let mut filled = 0;
        for entry in entries.by_ref().take(AT_ONCE) {
            *row.rest(filled) = *entry;
            filled += 1;
        }
        hashes.extend((0..filled).map(|place| row.hash(place)));
        if filled < AT_ONCE {
            return hashes;
        }
    }
}

/// Hashes each two neighbours of a level, as [`super::node_hash`] does; the results are the first half of what was given.
/// Of an odd number the last stays out.
pub(crate) fn halve(level: &mut [Hash]) {
    let mut row = Row::<{ 2 * HASH_BYTES }>::new(NODE_PREFIX);
    let nodes = level.len() / 2;
    // Results are written over hashes that were laid out before.
    for first in (0..nodes).step_by(AT_ONCE) {
        let last = nodes.min(first + AT_ONCE);
        for node in first..last {
            let (left, right) = row.rest(node - first).split_at_mut(HASH_BYTES);
            left.copy_from_slice(&level[2 * node].0);
            right.copy_from_slice(&level[2 * node + 1].0);
        }
        for (place, node) in level[first..last].iter_mut().enumerate() {
            *node = row.hash(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::{leaf_hash, node_hash};
    use proptest::prelude::*;

    fn as_one_by_one<const BYTES: usize>(bytes: &[u8]) {
        let entries: Vec<[u8; BYTES]> = bytes.as_chunks().0.to_vec();
        let expected: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        assert_eq!(leaf_hashes(&entries), expected, "{BYTES} bytes each");
    }

    proptest! {
        #[test]
        fn a_row_of_entries_hashes_as_one_by_one(bytes in proptest::collection::vec(any::<u8>(), 0..9_000)) {
            as_one_by_one::<55>(&bytes);
            as_one_by_one::<57>(&bytes);
            as_one_by_one::<63>(&bytes);
            as_one_by_one::<64>(&bytes);
            as_one_by_one::<118>(&bytes);
        }

        #[test]
        fn a_halved_level_hashes_as_one_by_one(hashes in proptest::collection::vec(any::<[u8; 32]>(), 0..260)) {
            let mut level: Vec<Hash> = hashes.into_iter().map(Hash).collect();
            let expected: Vec<Hash> = level.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
            halve(&mut level);
            prop_assert_eq!(&level[..expected.len()], &expected[..]);
        }
    }
}
