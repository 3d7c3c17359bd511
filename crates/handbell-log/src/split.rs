//! The split view: whether a log has shown two histories, judged from what it signed.
//!
//! Two checkpoints by one key, of one size and with different roots, prove it by themselves. For
//! different sizes it takes the leaves of the larger tree: they give its root, and so can be nobody
//! else's, and then either begin with the smaller tree or do not. Promises that a split is only ever
//! said where anybody else must come to the same answer from the same bytes; everything less is
//! *cannot be told*, because an accusation that does not hold helps those who do lie.
//! Nothing here fetches leaves or knows who brought the checkpoints.

use std::fmt;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::hash::Hash;
use crate::note::VerifierKey;
use crate::proof::verify_consistency;
use crate::tree::Frontier;

/// What there is beside the two checkpoints.
#[derive(Debug, Clone, Copy)]
pub enum Evidence<'bytes> {
    /// Nothing. Enough where the sizes are equal.
    None,
    /// The leaf hashes of the larger tree from its first, or more of them.
    Leaves(&'bytes [Hash]),
    /// What was worked out from the leaves of the larger tree one after the other, by whoever does not hold them all.
    Roots(&'bytes Roots),
    /// A consistency proof between the two trees. It can clear a log and never convict it: anybody
    /// can write a proof that does not hold.
    Proof(&'bytes [Hash]),
}

/// Roots over the beginnings of one list of leaves, as long as the two trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roots {
    /// How many leaves there were.
    pub given: u64,
    /// The root over as many of the first as the smaller tree has.
    pub beginning: Hash,
    /// The root over as many of the first as the larger tree has.
    pub whole: Hash,
}

/// What the two checkpoints say about the log that signed them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The log signed two trees of which neither continues the other.
    Split(Reason),
    /// The larger tree continues the smaller, or they are the same.
    OneTree,
    /// The evidence does not say.
    CannotTell(Doubt),
}

/// Why it is a split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Two roots for one size. Needs no leaves.
    TwoRoots {
        /// The size both checkpoints name.
        size: u64,
    },
    /// The leaves that give the larger root do not begin with the smaller tree.
    NotTheBeginning {
        /// The smaller checkpoint's size.
        smaller: u64,
        /// The larger checkpoint's size.
        larger: u64,
    },
}

/// Why one cannot tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// One of the two is no checkpoint by this key; 1 for the first, 2 for the second.
    NotSigned {
        /// Which of the two.
        which: u8,
        /// What is wrong with it.
        error: CheckpointError,
    },
    /// The sizes differ and nothing was given that relates them, or too few leaves.
    LeavesMissing {
        /// How many leaves it takes.
        wanted: u64,
        /// How many there were.
        given: u64,
    },
    /// The leaves do not give the larger root, so they are not what the log signed.
    OtherLeaves,
    /// The consistency proof does not hold, which may be the proof's fault.
    ProofFails,
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Split(Reason::TwoRoots { size }) => {
                write!(formatter, "split view: the log signed two different trees of {size} entries")
            }
            Verdict::Split(Reason::NotTheBeginning { smaller, larger }) => {
                write!(
                    formatter,
                    "split view: the tree of {larger} entries does not begin with the tree of {smaller} entries, and the log signed both"
                )
            }
            Verdict::OneTree => formatter.write_str("one tree: the larger continues the smaller"),
            Verdict::CannotTell(doubt) => write!(formatter, "cannot be told: {doubt}"),
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Doubt::NotSigned { which, error } => write!(formatter, "checkpoint {which} is not by this key: {error}"),
            Doubt::LeavesMissing { wanted, given } => {
                write!(formatter, "the sizes differ, which takes the first {wanted} leaves, and there are {given}")
            }
            Doubt::OtherLeaves => formatter.write_str("the leaves are not those of the larger checkpoint"),
            Doubt::ProofFails => formatter.write_str("the consistency proof does not hold, which proves nothing against the log"),
        }
    }
}

/// Judges two published checkpoints, in any order, by the log's own Ed25519 key.
///
/// Both must be signed by it: what somebody else signed says nothing about this log.
pub fn judge(one: &[u8], other: &[u8], key: &VerifierKey, evidence: Evidence<'_>) -> Verdict {
    let open = |bytes: &[u8], which: u8| {
        let doubt = |error| Verdict::CannotTell(Doubt::NotSigned { which, error });
        Checkpoint::open(bytes, key).map_err(doubt)
    };
    let (one, other) = match (open(one, 1), open(other, 2)) {
        (Ok(one), Ok(other)) => (one, other),
        (Err(verdict), _) | (_, Err(verdict)) => return verdict,
    };
    let (smaller, larger) = if one.size <= other.size { (one, other) } else { (other, one) };
    if smaller.size == larger.size {
        return match smaller.root == larger.root {
            true => Verdict::OneTree,
            false => Verdict::Split(Reason::TwoRoots { size: smaller.size }),
        };
    }
    if smaller.size == 0 {
        // An empty tree, which has one root only, is the beginning of every tree.
        return Verdict::OneTree;
    }
    match evidence {
        Evidence::None => Verdict::CannotTell(Doubt::LeavesMissing { wanted: larger.size, given: 0 }),
        Evidence::Leaves(leaf_hashes) => from_leaves(&smaller, &larger, leaf_hashes),
        Evidence::Roots(roots) => from_roots(&smaller, &larger, roots),
        Evidence::Proof(proof) => match verify_consistency(smaller.size, &smaller.root, larger.size, &larger.root, proof) {
            Ok(()) => Verdict::OneTree,
            Err(_) => Verdict::CannotTell(Doubt::ProofFails),
        },
    }
}

fn from_leaves(smaller: &Checkpoint, larger: &Checkpoint, leaf_hashes: &[Hash]) -> Verdict {
    let given = leaf_hashes.len() as u64;
    let missing = Verdict::CannotTell(Doubt::LeavesMissing { wanted: larger.size, given });
    let (Ok(first), Ok(all)) = (usize::try_from(smaller.size), usize::try_from(larger.size)) else {
        return missing;
    };
    let Some(leaf_hashes) = leaf_hashes.get(..all) else {
        return missing;
    };
    let mut tree: Frontier = leaf_hashes[..first].iter().copied().collect();
    let beginning = tree.root();
    tree.extend(leaf_hashes[first..].iter().copied());
    from_roots(smaller, larger, &Roots { given, beginning, whole: tree.root() })
}

fn from_roots(smaller: &Checkpoint, larger: &Checkpoint, roots: &Roots) -> Verdict {
    if roots.given < larger.size {
        return Verdict::CannotTell(Doubt::LeavesMissing { wanted: larger.size, given: roots.given });
    }
    if roots.whole != larger.root {
        // They may be the smaller tree's: that says nothing about what the larger one holds.
        return Verdict::CannotTell(Doubt::OtherLeaves);
    }
    match roots.beginning == smaller.root {
        true => Verdict::OneTree,
        false => Verdict::Split(Reason::NotTheBeginning { smaller: smaller.size, larger: larger.size }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cosignature::CosigningKey;
    use crate::hash::leaf_hash;
    use crate::note::SigningKey;
    use crate::proof::consistency;
    use crate::tree::root_of;

    const ORIGIN: &str = "record.example/log";

    fn key() -> SigningKey {
        SigningKey::from_seed(ORIGIN, &[1; 32]).unwrap()
    }

    fn leaves(size: u64, salt: &str) -> Vec<Hash> {
        (0..size).map(|index| leaf_hash(format!("{index}{}", if index == 2 { salt } else { "" }).as_bytes())).collect()
    }

    fn signed(leaf_hashes: &[Hash]) -> Vec<u8> {
        let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: leaf_hashes.len() as u64, root: root_of(leaf_hashes) };
        let mut note = checkpoint.sign(&key()).unwrap();
        // A cosigner's line and one that nobody knows, as in real life.
        note.add(CosigningKey::from_seed("cosigner.example/one", &[2; 32]).unwrap().cosign(&checkpoint, 5).unwrap()).unwrap();
        note.encode().into_bytes()
    }

    fn verdict(one: &[u8], other: &[u8], evidence: Evidence<'_>) -> Verdict {
        let verdict = judge(one, other, key().verifier(), evidence);
        let swapped = judge(other, one, key().verifier(), evidence);
        if !matches!(verdict, Verdict::CannotTell(Doubt::NotSigned { .. })) {
            assert_eq!(verdict, swapped, "the order says nothing");
        }
        verdict
    }

    #[test]
    fn two_roots_of_one_size_are_a_split_by_themselves() {
        let (honest, lie) = (signed(&leaves(5, "")), signed(&leaves(5, "x")));
        assert_eq!(verdict(&honest, &lie, Evidence::None), Verdict::Split(Reason::TwoRoots { size: 5 }));
        assert_eq!(verdict(&honest, &honest, Evidence::None), Verdict::OneTree);
        // Leaves change nothing about what was signed.
        assert_eq!(verdict(&honest, &lie, Evidence::Leaves(&leaves(5, ""))), Verdict::Split(Reason::TwoRoots { size: 5 }));
    }

    #[test]
    fn different_sizes_take_the_leaves_of_the_larger() {
        let (small, large, lie) = (leaves(5, ""), leaves(9, ""), leaves(9, "x"));
        let split = Verdict::Split(Reason::NotTheBeginning { smaller: 5, larger: 9 });
        assert_eq!(verdict(&signed(&small), &signed(&large), Evidence::Leaves(&large)), Verdict::OneTree);
        assert_eq!(verdict(&signed(&small), &signed(&lie), Evidence::Leaves(&lie)), split);
        // More leaves than asked for are as good.
        assert_eq!(verdict(&signed(&small), &signed(&lie), Evidence::Leaves(&leaves(12, "x"))), split);
        let missing = |given| Verdict::CannotTell(Doubt::LeavesMissing { wanted: 9, given });
        assert_eq!(verdict(&signed(&small), &signed(&large), Evidence::None), missing(0));
        assert_eq!(verdict(&signed(&small), &signed(&lie), Evidence::Leaves(&lie[..8])), missing(8));
        // The smaller tree's leaves, or anybody's, convict nobody.
        let other = Verdict::CannotTell(Doubt::OtherLeaves);
        assert_eq!(verdict(&signed(&small), &signed(&lie), Evidence::Leaves(&large)), other);
        assert_eq!(verdict(&signed(&small), &signed(&large), Evidence::Leaves(&lie)), other);
    }

    #[test]
    fn a_proof_clears_a_log_and_never_convicts_it() {
        let (small, large, lie) = (leaves(5, ""), leaves(9, ""), leaves(9, "x"));
        let proof = consistency(&large, 5).unwrap();
        assert_eq!(verdict(&signed(&small), &signed(&large), Evidence::Proof(&proof)), Verdict::OneTree);
        let fails = Verdict::CannotTell(Doubt::ProofFails);
        assert_eq!(verdict(&signed(&small), &signed(&lie), Evidence::Proof(&proof)), fails);
        assert_eq!(verdict(&signed(&small), &signed(&large), Evidence::Proof(&proof[1..])), fails);
    }

    #[test]
    fn the_empty_tree_begins_every_tree() {
        assert_eq!(verdict(&signed(&[]), &signed(&leaves(5, "")), Evidence::None), Verdict::OneTree);
        assert_eq!(verdict(&signed(&[]), &signed(&[]), Evidence::None), Verdict::OneTree);
    }

    #[test]
    fn what_another_key_signed_accuses_nobody() {
        let honest = signed(&leaves(5, ""));
        let other_key = SigningKey::from_seed(ORIGIN, &[9; 32]).unwrap();
        let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: 5, root: Hash([7; 32]) };
        let framed = checkpoint.sign(&other_key).unwrap().encode();
        let found = verdict(&honest, framed.as_bytes(), Evidence::None);
        assert!(matches!(found, Verdict::CannotTell(Doubt::NotSigned { which: 2, .. })), "{found}");
        let found = verdict(b"", &honest, Evidence::None);
        assert!(matches!(found, Verdict::CannotTell(Doubt::NotSigned { which: 1, .. })), "{found}");
        // One byte of a root changed after signing.
        let text = String::from_utf8(signed(&leaves(5, "x"))).unwrap();
        let changed = text.replacen("\n5\n", "\n6\n", 1);
        let found = verdict(&honest, changed.as_bytes(), Evidence::None);
        assert!(matches!(found, Verdict::CannotTell(Doubt::NotSigned { which: 2, .. })), "{found}");
    }

    /// Whoever works the roots out and hands no leaves on hears the same.
    #[test]
    fn roots_say_what_the_leaves_do() {
        let (small, large, lie) = (leaves(5, ""), leaves(9, ""), leaves(9, "x"));
        for (published, read) in [(&large, &large), (&lie, &lie), (&lie, &large), (&large, &lie)] {
            let roots = Roots { given: 9, beginning: root_of(&read[..5]), whole: root_of(read) };
            let (one, other) = (signed(&small), signed(published));
            assert_eq!(verdict(&one, &other, Evidence::Roots(&roots)), verdict(&one, &other, Evidence::Leaves(read)));
            let short = Roots { given: 8, ..roots };
            assert_eq!(verdict(&one, &other, Evidence::Roots(&short)), verdict(&one, &other, Evidence::Leaves(&read[..8])));
        }
    }
}
