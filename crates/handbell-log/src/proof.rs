//! Proofs about the tree: that a leaf is in it, and that a larger tree only added to a smaller one.
//!
//! Builds and verifies the audit paths and consistency proofs of RFC 9162 section 2.1.3 and 2.1.4
//! (the same as RFC 6962's). Promises that a verifier accepts only the one proof a builder makes
//! for the same indexes. A proof says nothing about who signed a root; that is
//! [`crate::checkpoint`].

mod build;
pub mod subtree;

use crate::hash::{Hash, empty_root, node_hash};
use crate::tree::root_of;

pub use build::{consistency_in, inclusion_in};

/// Why a proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The index is not in the tree, or the old tree is larger than the new one.
    #[error("the proof speaks of a place outside the tree")]
    Range,
    /// The proof has more or fewer hashes than the tree's shape asks for.
    #[error("the proof has the wrong number of hashes")]
    Length,
    /// The hashes do not lead to the root.
    #[error("the proof does not lead to the root")]
    Root,
}

/// The audit path of the leaf at `index` in the tree of these leaf hashes: its sibling first.
///
/// `None` where the tree has no such leaf. Reads every leaf; callers with tiles take [`inclusion_in`].
pub fn inclusion(leaf_hashes: &[Hash], index: u64) -> Option<Vec<Hash>> {
    let index = usize::try_from(index).ok().filter(|index| *index < leaf_hashes.len())?;
    let mut proof = Vec::new();
    walk_inclusion(leaf_hashes, index, &mut proof);
    Some(proof)
}

fn walk_inclusion(leaf_hashes: &[Hash], index: usize, proof: &mut Vec<Hash>) {
    if leaf_hashes.len() < 2 {
        return;
    }
    let (left, right) = leaf_hashes.split_at(split(leaf_hashes.len()));
    if index < left.len() {
        walk_inclusion(left, index, proof);
        proof.push(root_of(right));
    } else {
        walk_inclusion(right, index - left.len(), proof);
        proof.push(root_of(left));
    }
}

/// The proof that the tree of these leaf hashes only added to its first `old_size` leaves.
///
/// Empty for the empty tree and for the whole tree. `None` where the old tree would be larger.
pub fn consistency(leaf_hashes: &[Hash], old_size: u64) -> Option<Vec<Hash>> {
    let old_size = usize::try_from(old_size).ok().filter(|size| *size <= leaf_hashes.len())?;
    let mut proof = Vec::new();
    if old_size > 0 {
        walk_consistency(leaf_hashes, old_size, true, &mut proof);
    }
    Some(proof)
}

/// SUBPROOF of RFC 9162 section 2.1.4.1; `known` while the old tree is the whole of this subtree's
/// left edge, so that its root need not be told.
fn walk_consistency(leaf_hashes: &[Hash], old_size: usize, known: bool, proof: &mut Vec<Hash>) {
    if old_size == leaf_hashes.len() {
        if !known {
            proof.push(root_of(leaf_hashes));
        }
        return;
    }
    let (left, right) = leaf_hashes.split_at(split(leaf_hashes.len()));
    if old_size <= left.len() {
        walk_consistency(left, old_size, known, proof);
        proof.push(root_of(right));
    } else {
        walk_consistency(right, old_size - left.len(), false, proof);
        proof.push(root_of(left));
    }
}

/// The largest power of two strictly below `size`, where a tree of two or more leaves is split.
fn split(size: usize) -> usize {
    size.next_power_of_two() / 2
}

/// Verifies that the leaf stands at `index` in the tree of `size` leaves with this root
/// (RFC 9162 section 2.1.3.2).
pub fn verify_inclusion(leaf_hash: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Range);
    }
    let (mut place, mut last, mut hash) = (index, size - 1, *leaf_hash);
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if place % 2 == 1 || place == last {
            hash = node_hash(sibling, &hash);
            while place != 0 && place % 2 == 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    match (last, hash == *root) {
        (0, true) => Ok(()),
        (0, false) => Err(ProofError::Root),
        _ => Err(ProofError::Length),
    }
}

/// Verifies that the tree of `new_size` leaves only added to the tree of `old_size` leaves
/// (RFC 9162 section 2.1.4.2).
///
/// An empty old tree is consistent with every tree, needs an empty proof, and must have the empty
/// root: implementations differ here, and a tree of no leaves has no other root.
pub fn verify_consistency(old_size: u64, old_root: &Hash, new_size: u64, new_root: &Hash, proof: &[Hash]) -> Result<(), ProofError> {
    if old_size > new_size {
        return Err(ProofError::Range);
    }
    if old_size == new_size || old_size == 0 {
        let known = |size: u64, root: &Hash| size > 0 || *root == empty_root();
        return match (proof, old_size == 0 || old_root == new_root) {
            ([], true) if known(old_size, old_root) && known(new_size, new_root) => Ok(()),
            ([], _) => Err(ProofError::Root),
            _ => Err(ProofError::Length),
        };
    }
    // Where the old tree is a complete subtree of the new one its root starts the proof unsaid.
    let (first, rest) = if old_size.is_power_of_two() {
        (*old_root, proof)
    } else {
        let (first, rest) = proof.split_first().ok_or(ProofError::Length)?;
        (*first, rest)
    };
    if proof.is_empty() {
        return Err(ProofError::Length);
    }
    let (mut place, mut last) = (old_size - 1, new_size - 1);
    while place % 2 == 1 {
        place >>= 1;
        last >>= 1;
    }
    let (mut old, mut new) = (first, first);
    for hash in rest {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if place % 2 == 1 || place == last {
            old = node_hash(hash, &old);
            new = node_hash(hash, &new);
            while place != 0 && place % 2 == 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            new = node_hash(&new, hash);
        }
        place >>= 1;
        last >>= 1;
    }
    match (last, old == *old_root && new == *new_root) {
        (0, true) => Ok(()),
        (0, false) => Err(ProofError::Root),
        _ => Err(ProofError::Length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_tree_is_the_beginning_of_every_tree_and_has_one_root() {
        let some = Hash([7; 32]);
        assert_eq!(verify_consistency(0, &empty_root(), 5, &some, &[]), Ok(()));
        assert_eq!(verify_consistency(0, &empty_root(), 0, &empty_root(), &[]), Ok(()));
        assert_eq!(verify_consistency(0, &some, 5, &some, &[]), Err(ProofError::Root));
        assert_eq!(verify_consistency(0, &some, 0, &some, &[]), Err(ProofError::Root));
        assert_eq!(verify_consistency(0, &empty_root(), 5, &some, &[some]), Err(ProofError::Length));
        assert_eq!(verify_inclusion(&some, 0, 0, &[], &empty_root()), Err(ProofError::Range));
    }

    #[test]
    fn equal_sizes_need_equal_roots_and_no_proof() {
        let (one, other) = (Hash([1; 32]), Hash([2; 32]));
        assert_eq!(verify_consistency(5, &one, 5, &one, &[]), Ok(()));
        assert_eq!(verify_consistency(5, &one, 5, &other, &[]), Err(ProofError::Root));
        assert_eq!(verify_consistency(5, &one, 5, &one, &[other]), Err(ProofError::Length));
    }

    #[test]
    fn places_outside_the_tree_are_refused() {
        let hashes = [Hash([1; 32]), Hash([2; 32])];
        assert_eq!(inclusion(&hashes, 2), None);
        assert_eq!(inclusion(&[], 0), None);
        assert_eq!(consistency(&hashes, 3), None);
        assert_eq!(verify_inclusion(&hashes[0], 2, 2, &[hashes[1]], &root_of(&hashes)), Err(ProofError::Range));
        assert_eq!(verify_consistency(3, &hashes[0], 2, &hashes[1], &[]), Err(ProofError::Range));
        // The largest numbers end, they do not spin or overflow.
        assert!(verify_inclusion(&hashes[0], u64::MAX - 1, u64::MAX, &hashes, &hashes[1]).is_err());
        assert!(verify_consistency(u64::MAX - 1, &hashes[0], u64::MAX, &hashes[1], &hashes).is_err());
        assert!(verify_consistency(1 << 63, &hashes[0], u64::MAX, &hashes[1], &hashes).is_err());
    }
}
