//! Subtree proofs against a tree made leaf by leaf, and against vectors of others.

use super::*;
use crate::hash::{empty_root, leaf_hash};
use crate::proof::{consistency, inclusion, verify_consistency, verify_inclusion};
use proptest::prelude::*;

fn leaves(size: u64) -> Vec<Hash> {
    (0..size).map(|number| leaf_hash(&number.to_be_bytes())).collect()
}

fn part(leaves: &[Hash], range: &Range<u64>) -> Hash {
    root_of(&leaves[range.start as usize..range.end as usize])
}

/// Every subtree there is of every tree of up to 70 leaves: its proof holds, also where RFC 9162 knows it by another
/// name, and no other proof does.
#[test]
fn every_subtree_of_every_small_tree_is_proved_by_one_proof() {
    let all = leaves(70);
    let mut proved = 0;
    for size in 1..=70_u64 {
        let (tree, root) = (&all[..size as usize], root_of(&all[..size as usize]));
        for start in 0..size {
            for end in start + 1..=size {
                let range = start..end;
                // The words of the draft, with a power found by counting.
                let width = (0..).map(|power| 1_u64 << power).find(|width| *width >= end - start).unwrap();
                assert_eq!(is_subtree(&range), start % width == 0, "{range:?}");
                let Some(proof) = subtree_consistency(tree, range.clone()) else {
                    assert_eq!(verify_subtree(range, &part(tree, &(start..end)), size, &root, &[]), Err(ProofError::Range));
                    continue;
                };
                let hash = part(tree, &range);
                assert_eq!(verify_subtree(range.clone(), &hash, size, &root, &proof), Ok(()), "{range:?} of {size}");
                if start == 0 {
                    assert_eq!(Some(&proof), consistency(tree, end).as_ref(), "{end} of {size}");
                    assert_eq!(verify_consistency(end, &hash, size, &root, &proof), Ok(()));
                }
                if end == start + 1 {
                    assert_eq!(Some(&proof), inclusion(tree, start).as_ref(), "{start} of {size}");
                    assert_eq!(verify_inclusion(&hash, start, size, &proof, &root), Ok(()));
                }
                let longer = [proof.as_slice(), &[hash]].concat();
                assert!(verify_subtree(range.clone(), &hash, size, &root, &longer).is_err());
                if let Some((_, shorter)) = proof.split_last() {
                    assert!(verify_subtree(range.clone(), &hash, size, &root, shorter).is_err());
                }
                assert!(verify_subtree(range, &leaf_hash(b"another"), size, &root, &proof).is_err());
                proved += 1;
            }
        }
    }
    println!("subtrees: {proved} proved");
    // The whole tree, its single leaves and its halves alone are more.
    assert!(proved > 70 * 70, "{proved}");
}

#[test]
fn what_is_no_subtree_is_refused_whatever_is_brought() {
    let (all, hash) = (leaves(9), Hash([7; 32]));
    for range in [1..3, 2..5, 6..10, 3..3, 9..10, 5..8, 4..9] {
        assert_eq!(subtree_consistency(&all, range.clone()), None, "{range:?}");
        assert_eq!(verify_subtree(range.clone(), &hash, 9, &root_of(&all), &[hash]), Err(ProofError::Range), "{range:?}");
    }
    #[expect(clippy::reversed_empty_ranges, reason = "a stranger may send any two numbers")]
    let turned = 5..4;
    assert!(!is_subtree(&turned));
    assert_eq!(verify_subtree(0..1, &hash, 0, &empty_root(), &[]), Err(ProofError::Range));
    // The largest numbers end, they do not spin or overflow.
    let many = [hash; 64];
    for range in [0..u64::MAX, 0..1, u64::MAX - 1..u64::MAX, 1 << 63..u64::MAX, 0..(1 << 63) + 1] {
        assert!(verify_subtree(range.clone(), &hash, u64::MAX, &hash, &many).is_err(), "{range:?}");
    }
}

proptest! {
    /// A changed bit anywhere, or other places for the same hashes, is refused.
    #[test]
    fn one_changed_bit_or_another_place_is_refused(
        size in 2_u64..600, at in any::<(u64, u32)>(), which in any::<proptest::sample::Index>(), bit in 0_usize..256,
    ) {
        let all = leaves(size);
        let root = root_of(&all);
        let width = 1_u64 << (at.1 % (size.ilog2() + 1));
        let start = at.0 % size / width * width;
        let end = (start + 1 + at.0 % width).min(size);
        let proof = subtree_consistency(&all, start..end).unwrap();
        let hash = part(&all, &(start..end));
        prop_assert_eq!(verify_subtree(start..end, &hash, size, &root, &proof), Ok(()));
        if !proof.is_empty() {
            let mut bent = proof.clone();
            which.get_mut(&mut bent).0[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(verify_subtree(start..end, &hash, size, &root, &bent).is_err());
        }
        let mut other = hash;
        other.0[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(verify_subtree(start..end, &other, size, &root, &proof).is_err());
        prop_assert!(verify_subtree(start..end, &hash, size, &other, &proof).is_err());
        for (moved, of) in [(start + width..end + width, size), (start..end + 1, size), (start..end, size * 2 + 1)] {
            let honest = all.get(moved.start as usize..moved.end as usize).is_some_and(|leaves| root_of(leaves) == hash) && of == size;
            prop_assert!(honest || verify_subtree(moved, &hash, of, &root, &proof).is_err());
        }
    }
}

/// Data of transparency-dev/merkle, `testdata/subtreeconsistency` (Apache-2.0): RFC 6962's tree of eight leaves.
const ROOT: &str = "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=";
const VECTORS: [(Range<u64>, &str, &[&str]); 6] = [
    (
        0..1,
        "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=",
        &[
            "lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=",
            "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
            "a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=",
        ],
    ),
    (
        0..6,
        "duZ9rbzfHhDht03cYIq9L5jfsW+851J3tSMqEn8gh+8=",
        &[
            "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=",
            "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
            "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
        ],
    ),
    (
        7..8,
        "Rvb/rdPQagn/PFhg0nVci5gZ2330QlF4jH2OMYDejrE=",
        &[
            "sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8=",
            "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=",
            "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
        ],
    ),
    (
        6..8,
        "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
        &["DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=", "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc="],
    ),
    (
        2..4,
        "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
        &["+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU=", "a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ="],
    ),
    (
        4..7,
        "g327FS6bB5AQcX6E6GXaTrwPoZioBtWdMb8VrM7yLQ4=",
        &[
            "sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8=",
            "Rvb/rdPQagn/PFhg0nVci5gZ2330QlF4jH2OMYDejrE=",
            "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=",
            "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
        ],
    ),
];

#[test]
fn the_vectors_of_another_implementation_hold() {
    let root: Hash = ROOT.parse().unwrap();
    for (range, hash, proof) in VECTORS {
        let hash: Hash = hash.parse().unwrap();
        let proof: Vec<Hash> = proof.iter().map(|text| text.parse().unwrap()).collect();
        assert_eq!(verify_subtree(range.clone(), &hash, 8, &root, &proof), Ok(()), "{range:?}");
        // How they spoil them.
        assert!(verify_subtree(range.start ^ 2..range.end, &hash, 8, &root, &proof).is_err(), "{range:?}");
        assert!(verify_subtree(range.clone(), &hash, 16, &root, &proof).is_err(), "{range:?}");
        assert!(verify_subtree(range.clone(), &hash, 8, &root, &[&[root], proof.as_slice()].concat()).is_err(), "{range:?}");
        assert!(verify_subtree(range, &root, 8, &hash, &proof).is_err());
    }
    let (hash, proof): (Hash, Vec<Hash>) = (VECTORS[1].1.parse().unwrap(), VECTORS[1].2.iter().map(|text| text.parse().unwrap()).collect());
    assert_eq!(verify_subtree(1..15, &hash, 15, &root, &proof), Err(ProofError::Range), "an invalid subtree");
}
