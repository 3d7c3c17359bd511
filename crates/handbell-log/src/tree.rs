//! The Merkle tree of the log (RFC 6962 section 2.1), grown one leaf at a time.
//!
//! [`Frontier`] is the tree's right edge: it gives the root after every append and costs one hash
//! per level to keep. [`Levels`] keeps every hash that a tile holds. Promises that both give the
//! root any other RFC 6962 implementation gives for the same leaves in the same order.
//! There is no way to change or remove a leaf.

use std::ops::Range;

use crate::hash::{Hash, empty_root, halve, node_hash};

/// The right edge of an append-only tree: enough to append and to know the root.
///
/// At most 64 hashes, so a clone is cheap; clone before a transaction, keep the clone if it fails.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    /// Roots of the complete subtrees that make up the tree, largest first: one per set bit of `size`.
    subtrees: Vec<Hash>,
}

impl Frontier {
    /// The tree without leaves.
    pub fn new() -> Frontier {
        Frontier::default()
    }

    /// The right edge just before the leaf at `index`, taken from that leaf's audit path in a tree of
    /// `size` leaves: the siblings to its left are the complete subtrees that come before it.
    ///
    /// `None` where the path cannot be of that leaf. Believe it only as far as the path was verified.
    pub(crate) fn before(index: u64, size: u64, path: &[Hash]) -> Option<Frontier> {
        let (mut place, mut last) = (index, size.checked_sub(1)?);
        let mut subtrees = Vec::new();
        for sibling in path {
            if place % 2 == 1 || place == last {
                subtrees.push(*sibling);
                while place != 0 && place.is_multiple_of(2) {
                    place >>= 1;
                    last >>= 1;
                }
            }
            place >>= 1;
            last >>= 1;
        }
        subtrees.reverse();
        (subtrees.len() == index.count_ones() as usize).then_some(Frontier { size: index, subtrees })
    }

    /// Adds the next leaf, given its leaf hash ([`crate::hash::leaf_hash`]).
    pub fn append(&mut self, leaf_hash: Hash) {
        self.append_subtree(0, &leaf_hash);
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The tree's root.
    pub fn root(&self) -> Hash {
        let mut subtrees = self.subtrees.iter().rev();
        match subtrees.next() {
            None => empty_root(),
            Some(&smallest) => subtrees.fold(smallest, |right, left| node_hash(left, &right)),
        }
    }

    /// Adds a complete subtree of `2^height` leaves. Only where the tree's size is a multiple of that,
    /// otherwise the subtree would not stand in the tree.
    fn append_subtree(&mut self, height: u32, root: &Hash) {
        debug_assert!(self.size.trailing_zeros() >= height, "a subtree starts at a multiple of its size");
        let merges = (self.size >> height).trailing_ones() as usize;
        let left = self.subtrees.split_off(self.subtrees.len() - merges);
        self.subtrees.push(left.iter().rev().fold(*root, |right, left| node_hash(left, &right)));
        self.size += 1 << height;
    }
}

impl Extend<Hash> for Frontier {
    fn extend<Hashes: IntoIterator<Item = Hash>>(&mut self, leaf_hashes: Hashes) {
        leaf_hashes.into_iter().for_each(|hash| self.append(hash));
    }
}

impl FromIterator<Hash> for Frontier {
    /// Rebuilds the right edge from all leaf hashes in order.
    fn from_iter<Hashes: IntoIterator<Item = Hash>>(leaf_hashes: Hashes) -> Frontier {
        let mut frontier = Frontier::new();
        frontier.extend(leaf_hashes);
        frontier
    }
}

/// The root of the tree with exactly these leaf hashes.
pub fn root_of(leaf_hashes: &[Hash]) -> Hash {
    leaf_hashes.iter().copied().collect::<Frontier>().root()
}

/// How many hashes a full tile holds, and how many of a level make one hash of the next.
pub const TILE_WIDTH: u16 = 256;
/// Tile levels that a tree of at most 2^64 - 1 leaves can have.
pub const LEVELS_MAX: u8 = 8;

const WIDTH: usize = TILE_WIDTH as usize;

/// Every hash of a tree that stands in a tile, level by level, in memory.
///
/// Level 0 holds the leaf hashes; level `l + 1` one hash per 256 hashes of level `l`. About 32 bytes
/// per leaf.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Levels {
    levels: Vec<Vec<Hash>>,
}

impl Levels {
    /// The tree without leaves.
    pub fn new() -> Levels {
        Levels::default()
    }

    /// Adds the next leaf, given its leaf hash.
    pub fn append(&mut self, leaf_hash: Hash) {
        self.push(0, leaf_hash);
        let mut level = 0;
        while self.levels[level].len().is_multiple_of(WIDTH) {
            let hashes = &self.levels[level];
            let root = perfect_root(&hashes[hashes.len() - WIDTH..]);
            level += 1;
            self.push(level, root);
        }
    }

    fn push(&mut self, level: usize, hash: Hash) {
        if self.levels.len() == level {
            self.levels.push(Vec::new());
        }
        self.levels[level].push(hash);
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaf_hashes| leaf_hashes.len() as u64)
    }

    /// The tree's root. Costs at most 255 hashes per level.
    pub fn root(&self) -> Hash {
        let mut frontier = Frontier::new();
        for (level, hashes) in self.levels.iter().enumerate().rev() {
            // What is left of full tiles; those stand as hashes one level up and came first.
            for hash in &hashes[hashes.len() / WIDTH * WIDTH..] {
                frontier.append_subtree(8 * level as u32, hash);
            }
        }
        frontier.root()
    }

    /// The hashes of a level in a range of positions, or `None` where the tree has no such hashes.
    pub fn hashes(&self, level: u8, range: Range<u64>) -> Option<&[Hash]> {
        let range = usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
        self.levels.get(usize::from(level))?.get(range)
    }
}

impl Extend<Hash> for Levels {
    fn extend<Hashes: IntoIterator<Item = Hash>>(&mut self, leaf_hashes: Hashes) {
        leaf_hashes.into_iter().for_each(|hash| self.append(hash));
    }
}

impl FromIterator<Hash> for Levels {
    fn from_iter<Hashes: IntoIterator<Item = Hash>>(leaf_hashes: Hashes) -> Levels {
        let mut levels = Levels::new();
        levels.extend(leaf_hashes);
        levels
    }
}

/// The root over the 256 hashes of a full tile: halved until one is left.
pub(crate) fn perfect_root(hashes: &[Hash]) -> Hash {
    debug_assert_eq!(hashes.len(), WIDTH);
    let mut row = [Hash([0; 32]); WIDTH];
    row.copy_from_slice(hashes);
    let mut length = WIDTH;
    while length > 1 {
        halve(&mut row[..length]);
        length /= 2;
    }
    row[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::leaf_hash;

    fn decimals(size: usize) -> impl Iterator<Item = Hash> {
        (0..size).map(|number| leaf_hash(number.to_string().as_bytes()))
    }

    #[test]
    fn roots_of_decimal_leaves_are_the_published_ones() {
        let published = [
            (1, "2zQm6HgGjSjSabbIcXIyLOU3K2V1bQeJAB00g19gHAM="),
            (2, "ywCYnZSlacCmeK4EK2Pc1GJduWRAUX83put5duok7Us="),
            (3, "cl1SMNto9VdHDcNfHYhlgTrNfrsHrRUndBQd7LrnEyc="),
            (7, "o+I7Msy2v5bQktFl2KpUbgmCnejwOw6JV1gdHha5K98="),
            (255, "Mvhbyqh9e80Fco8J6a66NQumovczgwCH8Fl2goSL5cs="),
            (256, "goUV0DPBnYyQHzfsy4rtkZZncDSG+NL/8c9wQDIcXbE="),
            (257, "HtoEmkNR2G92JSvX7At3Rq11t/oDFq1fVB29pFijEsQ="),
            (65535, "dPE6Dhp1aJNy77mQz2jGZORMdj2TBIRJVbLq/2JOjfE="),
            (65536, "8CXQbtgEhZ/SdKG9rK3W5I6odjSqkeHtsgFD+UmM0Cs="),
            (65537, "3IeVol/UvVKguE9jn9MTm6FggkAj0YjkKOtdsPPOIho="),
            (70000, "Gkzfy2Y3SgwNy+9JrL1JdtE+6GT7PLJB/JQ8rQTwL34="),
        ];
        let mut frontier = Frontier::new();
        let mut levels = Levels::new();
        let mut expected = published.iter();
        let mut next = expected.next();
        for hash in decimals(70000) {
            frontier.append(hash);
            levels.append(hash);
            if let Some(&(size, root)) = next.filter(|(size, _)| *size == frontier.size()) {
                assert_eq!(frontier.root().to_string(), root, "size {size}");
                assert_eq!(levels.root().to_string(), root, "size {size}");
                next = expected.next();
            }
        }
        assert_eq!(next, None, "every published size was compared");
    }

    #[test]
    fn roots_of_the_eight_well_known_leaves_are_the_published_ones() {
        // The inputs and roots that every Certificate Transparency implementation tests with.
        let published: [(&[u8], &str); 8] = [
            (b"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
            (b"\x00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
            (b"\x10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
            (b"\x20\x21", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
            (b"\x30\x31", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
            (b"\x40\x41\x42\x43", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
            (b"\x50\x51\x52\x53\x54\x55\x56\x57", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
            (
                b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
                "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
            ),
        ];
        let mut frontier = Frontier::new();
        for (entry, root) in published {
            frontier.append(leaf_hash(entry));
            assert_eq!(frontier.root().to_hex(), root, "size {}", frontier.size());
        }
    }

    #[test]
    fn the_empty_tree_has_the_empty_root() {
        assert_eq!(Frontier::new().root(), empty_root());
        assert_eq!(Levels::new().root(), empty_root());
        assert_eq!(Levels::new().hashes(0, 0..1), None);
    }

    #[test]
    fn the_path_of_a_leaf_holds_the_right_edge_before_it() {
        let hashes: Vec<Hash> = decimals(70).collect();
        for size in 1..=70 {
            for index in 0..size {
                let path = crate::proof::inclusion(&hashes[..size], index as u64).unwrap();
                let expected: Frontier = hashes[..index].iter().copied().collect();
                assert_eq!(Frontier::before(index as u64, size as u64, &path), Some(expected), "{index} of {size}");
            }
        }
        assert_eq!(Frontier::before(5, 8, &[]), None);
        assert_eq!(Frontier::before(0, 0, &[]), None);
    }

    #[test]
    fn a_rebuilt_frontier_is_the_grown_one() {
        let mut grown = Frontier::new();
        for (before, hash) in decimals(600).enumerate() {
            assert_eq!(grown, decimals(before).collect::<Frontier>().clone());
            grown.append(hash);
        }
        assert_eq!(root_of(&decimals(600).collect::<Vec<_>>()), grown.root());
    }
}
