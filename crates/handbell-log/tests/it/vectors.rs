//! Published vectors, as far as no other test holds them: the proofs that every implementation of
//! Certificate Transparency is tried with, and the ways in which each of them is spoiled.
//!
//! The numbers are those of transparency-dev/merkle, `testdata/inclusion` and
//! `testdata/consistency`: a good proof per folder, and beside it the same proof changed as the
//! file's name says. The good ones stand here; the changes are made anew.

use handbell_log::hash::{Hash, empty_root};
use handbell_log::proof::{verify_consistency, verify_inclusion};

struct Inclusion {
    index: u64,
    size: u64,
    leaf: Hash,
    root: Hash,
    proof: Vec<Hash>,
}

#[derive(Clone)]
struct Consistency {
    old: u64,
    new: u64,
    old_root: Hash,
    new_root: Hash,
    proof: Vec<Hash>,
}

fn hash(text: &str) -> Hash {
    text.parse().unwrap()
}

const ROOT_1: &str = "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=";
const ROOT_2: &str = "+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU=";
const ROOT_3: &str = "rra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=";
const ROOT_5: &str = "Tju7H3tHjc/nH7YxYxUZo7yhLJrvyhYSv85ME6hiZNQ=";
const ROOT_6: &str = "duZ9rbzfHhDht03cYIq9L5jfsW+851J3tSMqEn8gh+8=";
const ROOT_7: &str = "3bib5AOAnjJXUNPSY814kpwpQreUKjS3fhIslZSnTIw=";
const ROOT_8: &str = "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=";

fn inclusions() -> Vec<Inclusion> {
    let (second, pair, left) = (
        "lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=",
        "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
        "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
    );
    let fifth = "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=";
    let cases: [(u64, u64, &str, &str, &[&str]); 5] = [
        (0, 1, ROOT_1, ROOT_1, &[]),
        (0, 8, ROOT_1, ROOT_8, &[second, pair, "a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ="]),
        (5, 8, "QnGia+DYqE8L1UyMMC58s6O10fpngKQLzOKHNHfatlg=", ROOT_8, &[fifth, "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=", left]),
        (2, 3, "ApjRIpBtz8EIkstTpzmS/FufST6kybrbJ7eRtBJ6f+c=", ROOT_3, &[ROOT_2]),
        (1, 5, second, ROOT_5, &[ROOT_1, pair, fifth]),
    ];
    let read = |(index, size, leaf, root, proof): (u64, u64, &str, &str, &[&str])| Inclusion {
        index,
        size,
        leaf: hash(leaf),
        root: hash(root),
        proof: proof.iter().map(|text| hash(text)).collect(),
    };
    cases.map(read).into()
}

fn consistencies() -> Vec<Consistency> {
    let (pair, left) = ("Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=", "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=");
    let third_pair = "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=";
    let cases: [(u64, u64, &str, &str, &[&str]); 5] = [
        (1, 1, ROOT_1, ROOT_1, &[]),
        (1, 8, ROOT_1, ROOT_8, &["lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=", pair, "a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ="]),
        (6, 8, ROOT_6, ROOT_8, &[third_pair, "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=", left]),
        (2, 5, ROOT_2, ROOT_5, &[pair, "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms="]),
        (6, 7, ROOT_6, ROOT_7, &[third_pair, "sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8=", left]),
    ];
    let read = |(old, new, old_root, new_root, proof): (u64, u64, &str, &str, &[&str])| Consistency {
        old,
        new,
        old_root: hash(old_root),
        new_root: hash(new_root),
        proof: proof.iter().map(|text| hash(text)).collect(),
    };
    cases.map(read).into()
}

/// The changes to a proof that the published files are named after.
fn spoiled(proof: &[Hash], roots: &[Hash]) -> Vec<(String, Vec<Hash>)> {
    let garbage = Hash([0; 32]);
    let mut spoiled: Vec<(String, Vec<Hash>)> = Vec::new();
    for extra in roots.iter().chain([&garbage]) {
        spoiled.push(("preceding".to_owned(), [&[*extra], proof].concat()));
        spoiled.push(("trailing".to_owned(), [proof, &[*extra]].concat()));
    }
    for position in 0..proof.len() {
        for bit in [3, 4] {
            let mut flipped = proof.to_vec();
            flipped[position].0[0] ^= 1 << bit;
            spoiled.push((format!("modified proof {position} bit {bit}"), flipped));
        }
        let mut removed = proof.to_vec();
        let component = removed.remove(position);
        spoiled.push((format!("removed component {position}"), removed));
        let mut inserted = proof.to_vec();
        inserted.insert(position, component);
        spoiled.push((format!("inserted component {position}"), inserted));
    }
    if !proof.is_empty() {
        spoiled.push(("empty proof".to_owned(), Vec::new()));
        spoiled.push(("truncated proof".to_owned(), proof[..proof.len() - 1].to_vec()));
    }
    spoiled
}

#[test]
fn the_published_inclusion_proofs_hold_and_each_named_change_of_them_fails() {
    let mut tried = 0;
    for case in inclusions() {
        let Inclusion { index, size, leaf, root, proof } = &case;
        assert_eq!(verify_inclusion(leaf, *index, *size, proof, root), Ok(()), "{index} of {size}");
        let mut fails = |name: &str, leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash| {
            assert!(verify_inclusion(leaf, index, size, proof, root).is_err(), "{name}: {index} of {size}");
            tried += 1;
        };
        fails("leafIdx - 1", leaf, index.wrapping_sub(1), *size, proof, root);
        fails("leafIdx + 1", leaf, index + 1, *size, proof, root);
        fails("leafIdx ^ 2", leaf, index ^ 2, *size, proof, root);
        fails("treeSize / 2", leaf, *index, size / 2, proof, root);
        fails("treeSize * 2", leaf, *index, size * 2, proof, root);
        fails("wrong leaf", &hash("V3JvbmdMZWFmV3JvbmdMZWFmV3JvbmdMZWFmV3Jvbmc="), *index, *size, proof, root);
        fails("empty root", leaf, *index, *size, proof, &empty_root());
        fails("random root", leaf, *index, *size, proof, &Hash([0x5a; 32]));
        for (name, wrong) in spoiled(proof, &[*root]) {
            fails(&name, leaf, *index, *size, &wrong, root);
        }
    }
    // `additional`: nothing is in a tree of size 0, and a tree of one leaf is its leaf.
    for (index, size) in [(0, 0), (0, 1), (1, 0), (2, 1)] {
        for (leaf, root) in [(Hash([1; 32]), empty_root()), (Hash([1; 32]), Hash([2; 32]))] {
            assert!(verify_inclusion(&leaf, index, size, &[], &root).is_err(), "{index} of {size}");
        }
    }
    assert!(tried > 90, "{tried}");
}

#[test]
fn the_published_consistency_proofs_hold_and_each_named_change_of_them_fails() {
    let mut tried = 0;
    for case in consistencies() {
        let good = |case: &Consistency| verify_consistency(case.old, &case.old_root, case.new, &case.new_root, &case.proof);
        assert_eq!(good(&case), Ok(()), "{} and {}", case.old, case.new);
        let mut fails = |name: &str, wrong: Consistency| {
            assert!(good(&wrong).is_err(), "{name}: {} and {}", case.old, case.new);
            tried += 1;
        };
        if case.old != case.new {
            // One entry less than one is the empty tree, whose root is another: see below.
            fails("size1 - 1", Consistency { old: case.old - 1, ..case.clone() });
            fails("swapped roots", Consistency { old_root: case.new_root, new_root: case.old_root, ..case.clone() });
            fails("size2 / 2", Consistency { new: case.new / 2, ..case.clone() });
        }
        fails("size1 + 1", Consistency { old: case.old + 1, ..case.clone() });
        fails("size1 ^ 2", Consistency { old: case.old ^ 2, ..case.clone() });
        fails("size2 * 2", Consistency { new: case.new * 2, ..case.clone() });
        fails("wrong root1", Consistency { old_root: Hash([0x5a; 32]), ..case.clone() });
        fails("wrong root2", Consistency { new_root: Hash([0x5a; 32]), ..case.clone() });
        for (name, wrong) in spoiled(&case.proof, &[case.old_root, case.new_root]) {
            fails(&name, Consistency { proof: wrong, ..case.clone() });
        }
    }
    assert!(tried > 90, "{tried}");
}

#[test]
fn the_additional_consistency_cases_are_judged_as_a_cosigner_must() {
    let (one, two) = (Hash([1; 32]), Hash([2; 32]));
    type Asked<'a> = (&'a str, u64, u64, Hash, Hash, &'a [Hash]);
    let refused: [Asked<'_>; 9] = [
        ("sizes do not match and proof is empty", 2, 5, one, two, &[]),
        ("size1 is greater than size2", 2, 1, one, one, &[one]),
        ("size1 is greater than size2 again", 1, 0, one, one, &[one]),
        ("sizes are equal (one) but roots are not", 1, 1, one, two, &[]),
        ("sizes are equal (zero) but roots are not", 0, 0, empty_root(), two, &[]),
        ("sizes are one and the proof is not empty", 1, 1, one, one, &[one]),
        ("sizes are zero and the proof is not empty", 0, 0, empty_root(), empty_root(), &[one]),
        ("size1 is zero and the proof is not empty", 0, 1, empty_root(), one, &[one]),
        ("size1 is zero and its root is not the empty one", 0, 1, one, one, &[]),
    ];
    for (name, old, new, old_root, new_root, proof) in refused {
        assert!(verify_consistency(old, &old_root, new, &new_root, proof).is_err(), "{name}");
    }
    assert_eq!(verify_consistency(1, &one, 1, &one, &[]), Ok(()));
    assert_eq!(verify_consistency(0, &empty_root(), 0, &empty_root(), &[]), Ok(()));
    // Where that library calls growth from nothing useless and refuses it, a cosigner must accept it.
    assert_eq!(verify_consistency(0, &empty_root(), 5, &two, &[]), Ok(()));
}
