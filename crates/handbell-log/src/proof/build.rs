//! Proofs made from tiles: a few rows of hashes per proof, however large the log.

use crate::hash::{Hash, node_hash};
use crate::tile::LeafHashes;
use crate::tree::LEVELS_MAX;

/// How many levels of the tree one level of tiles spans.
const TILE_HEIGHT: u32 = 8;

/// The audit path of the leaf at `index` in the tree of the first `size` leaves: its sibling first.
///
/// `None` where that tree has no such leaf. The same path as [`super::inclusion`] gives; reads at
/// most 255 hashes per tile level for each step.
pub fn inclusion_in<Hashes: LeafHashes + ?Sized>(hashes: &Hashes, index: u64, size: u64) -> Result<Option<Vec<Hash>>, Hashes::Error> {
    if index >= size {
        return Ok(None);
    }
    let (mut start, mut end) = (0, size);
    let mut path = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            path.push(subtree(hashes, middle, end)?);
            end = middle;
        } else {
            path.push(subtree(hashes, start, middle)?);
            start = middle;
        }
    }
    path.reverse();
    Ok(Some(path))
}

/// The proof that the tree of the first `new_size` leaves only added to that of the first `old_size`.
///
/// `None` where the old tree would be larger. The same proof as [`super::consistency`] gives.
pub fn consistency_in<Hashes: LeafHashes + ?Sized>(
    hashes: &Hashes,
    old_size: u64,
    new_size: u64,
) -> Result<Option<Vec<Hash>>, Hashes::Error> {
    if old_size > new_size {
        return Ok(None);
    }
    let (mut start, mut end) = (0, new_size);
    let mut proof = Vec::new();
    if old_size == 0 || old_size == new_size {
        return Ok(Some(proof));
    }
    // SUBPROOF of RFC 9162 section 2.1.4.1, from the root down; the old tree ends inside start..end.
    while end != old_size {
        let middle = start + split(end - start);
        if old_size <= middle {
            proof.push(subtree(hashes, middle, end)?);
            end = middle;
        } else {
            proof.push(subtree(hashes, start, middle)?);
            start = middle;
        }
    }
    // The whole of the left edge is the old tree itself, whose root need not be told.
    if start > 0 {
        proof.push(subtree(hashes, start, end)?);
    }
    proof.reverse();
    Ok(Some(proof))
}

/// The largest power of two strictly below `size`, where a tree of two or more leaves is split.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// The root over the leaves `start..end`, where `start` is a multiple of a power of two not below
/// the range's length, as it is for every subtree of a proof.
fn subtree<Hashes: LeafHashes + ?Sized>(hashes: &Hashes, start: u64, end: u64) -> Result<Hash, Hashes::Error> {
    let mut perfect = Vec::new();
    let mut next = start;
    while next < end {
        let height = (end - next).ilog2();
        perfect.push(perfect_subtree(hashes, next, height)?);
        next += 1 << height;
    }
    let smallest = perfect.pop().expect("a subtree has leaves");
    Ok(perfect.iter().rev().fold(smallest, |right, left| node_hash(left, &right)))
}

/// The root over `2^height` leaves from `start`, a multiple of that.
fn perfect_subtree<Hashes: LeafHashes + ?Sized>(hashes: &Hashes, start: u64, height: u32) -> Result<Hash, Hashes::Error> {
    let level = (height / TILE_HEIGHT).min(u32::from(LEVELS_MAX) - 1);
    let first = start >> (TILE_HEIGHT * level);
    let width = 1 << (height - TILE_HEIGHT * level);
    let level = u8::try_from(level).expect("below LEVELS_MAX");
    let mut row = hashes.level_hashes(level, first..first + width)?;
    while row.len() > 1 {
        row = row.chunks(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
    }
    Ok(row[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::leaf_hash;
    use crate::proof::{consistency, inclusion};
    use crate::tree::Levels;

    #[test]
    fn proofs_from_tiles_are_the_proofs_from_leaves() {
        let hashes: Vec<Hash> = (0..700u32).map(|number| leaf_hash(&number.to_be_bytes())).collect();
        let levels: Levels = hashes.iter().copied().collect();
        let get = |result: Result<_, std::convert::Infallible>| {
            let Ok(found) = result;
            found
        };
        for size in [1u64, 2, 3, 7, 8, 255, 256, 257, 300, 511, 512, 513, 700] {
            let leaves = &hashes[..size as usize];
            for index in (0..=size).step_by(if size > 64 { 37 } else { 1 }).chain([size - 1, size + 5]) {
                assert_eq!(get(inclusion_in(&levels, index, size)), inclusion(leaves, index), "inclusion of {index} in {size}");
                assert_eq!(get(consistency_in(&levels, index, size)), consistency(leaves, index), "consistency of {index} and {size}");
            }
            // From bare leaves too, which compute the upper levels themselves.
            assert_eq!(get(inclusion_in(hashes.as_slice(), size - 1, size)), inclusion(leaves, size - 1));
        }
    }

    #[test]
    fn proofs_reach_over_the_second_level_of_tiles() {
        let hashes: Vec<Hash> = (0..65_538u32).map(|number| leaf_hash(&number.to_be_bytes())).collect();
        let levels: Levels = hashes.iter().copied().collect();
        for size in [65_535u64, 65_536, 65_537, 65_538] {
            let leaves = &hashes[..size as usize];
            for index in [0, 255, 256, 65_534, size - 1] {
                let Ok(found) = inclusion_in(&levels, index, size);
                assert_eq!(found, inclusion(leaves, index), "inclusion of {index} in {size}");
                let Ok(found) = consistency_in(&levels, index + 1, size);
                assert_eq!(found, consistency(leaves, index + 1), "consistency of {} and {size}", index + 1);
            }
        }
    }
}
