//! Proofs about a part of the tree: that a subtree, of which one knows only its root, stands in a larger tree.
//!
//! A subtree `start..end` is one that the tree's own shape has, or a left edge of one: its start is a multiple of the
//! smallest power of two that is at least its length. Builds and verifies the subtree consistency proofs of
//! draft-ietf-plants-merkle-tree-certs, section 4.4, which C2SP's tlog-mirror and `sign-subtree` speak. Promises, as
//! its parent does, that a verifier accepts only the one proof that a builder makes for the same places. With `start` 0
//! it is the consistency proof of RFC 9162.

use std::ops::Range;

use super::{ProofError, split, walk_consistency};
use crate::hash::{Hash, node_hash};
use crate::tree::root_of;

/// Whether a tree can have a subtree of these leaves: it has some, and begins at a multiple of the smallest power of two
/// that is at least their number.
pub fn is_subtree(range: &Range<u64>) -> bool {
    let Some(length) = range.end.checked_sub(range.start).filter(|length| *length > 0) else { return false };
    match length.checked_next_power_of_two() {
        Some(width) => range.start.is_multiple_of(width),
        // Only 0 is a multiple of what no number of leaves can reach.
        None => range.start == 0,
    }
}

/// The proof that the subtree of these leaves stands in the tree of all of them: smallest part first.
///
/// Empty where the subtree is the whole tree. `None` where it is none, or ends behind the tree.
pub fn subtree_consistency(leaf_hashes: &[Hash], range: Range<u64>) -> Option<Vec<Hash>> {
    let end = usize::try_from(range.end).ok().filter(|end| *end <= leaf_hashes.len())?;
    let start = usize::try_from(range.start).ok().filter(|_| is_subtree(&range))?;
    let mut proof = Vec::new();
    walk(leaf_hashes, start..end, &mut proof);
    Some(proof)
}

/// SUBTREE_SUBPROOF of the draft. From where the subtree begins at a tree's own beginning it is RFC 9162's.
fn walk(leaf_hashes: &[Hash], range: Range<usize>, proof: &mut Vec<Hash>) {
    if range.start == 0 {
        return walk_consistency(leaf_hashes, range.end, true, proof);
    }
    let (left, right) = leaf_hashes.split_at(split(leaf_hashes.len()));
    if range.end <= left.len() {
        walk(left, range, proof);
        proof.push(root_of(right));
    } else {
        // A subtree that does not begin at 0 lies on one side.
        walk(right, range.start - left.len()..range.end - left.len(), proof);
        proof.push(root_of(left));
    }
}

/// Verifies that the tree of `size` leaves with this root has the subtree of these leaves with this hash.
///
/// # Errors
/// [`ProofError::Range`] where the leaves are no subtree or end behind the tree; else as the other proofs.
pub fn verify_subtree(range: Range<u64>, subtree: &Hash, size: u64, root: &Hash, proof: &[Hash]) -> Result<(), ProofError> {
    if !is_subtree(&range) || range.end > size {
        return Err(ProofError::Range);
    }
    // Where the subtree begins, where it ends and where the tree ends: the last leaf of each, then their parents.
    let (mut first, mut last, mut tree_last) = (range.start, range.end - 1, size - 1);
    let at_the_end = last == tree_last;
    while first != last && (at_the_end || last % 2 == 1) {
        (first, last, tree_last) = (first >> 1, last >> 1, tree_last >> 1);
    }
    let mut rest = proof.iter();
    // A subtree that is complete in the tree's shape begins the proof unsaid.
    let begin = if first == last { *subtree } else { *rest.next().ok_or(ProofError::Length)? };
    let (mut part, mut whole) = (begin, begin);
    for hash in rest {
        if tree_last == 0 {
            return Err(ProofError::Length);
        }
        if last % 2 == 1 || last == tree_last {
            if first < last {
                part = node_hash(hash, &part);
            }
            whole = node_hash(hash, &whole);
            while last != 0 && last % 2 == 0 {
                (first, last, tree_last) = (first >> 1, last >> 1, tree_last >> 1);
            }
        } else {
            whole = node_hash(&whole, hash);
        }
        (first, last, tree_last) = (first >> 1, last >> 1, tree_last >> 1);
    }
    match (tree_last, part == *subtree && whole == *root) {
        (0, true) => Ok(()),
        (0, false) => Err(ProofError::Root),
        _ => Err(ProofError::Length),
    }
}

#[cfg(test)]
mod tests;
