//! Logs that other people's programs wrote and signed, read by this crate.
//!
//! The small log is transparency-dev/tessera's `testdata/log`: what its POSIX storage signed at every size from 0 to 15,
//! as of 2024, by the key that stands there. Its entries are the words that its script adds. The large one is Google's
//! Certificate Transparency log Argon 2020, as Go's `x/mod` keeps two of its proofs (`sumdb/tlog/testdata/argon2020`).
//! Roots, signatures and hashes are facts; nothing of either program stands here.

use std::collections::HashMap;

use handbell_log::checkpoint::Checkpoint;
use handbell_log::hash::{Hash, leaf_hash};
use handbell_log::note::VerifierKey;
use handbell_log::proof::{consistency, inclusion, verify_consistency, verify_inclusion};
use handbell_log::source::{Source, SourceError};
use handbell_log::split::{Evidence, Verdict, judge};
use handbell_log::tile::entries_path;
use handbell_log::tree::root_of;
use handbell_log::verify::read_leaf_hashes;

const KEY: &str = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";

const ENTRIES: [&str; 15] =
    ["one", "two", "three", "four", "five", "six", "seven", "eit", "nain", "ten", "ileven", "twelf", "threeten", "fourten", "fivten"];

/// For each size the root and the signature.
const SIGNED: &str = include_str!("testdata/tessera.txt");

/// The published log: a checkpoint of each size, and the bundle of each size.
struct Theirs {
    checkpoints: Vec<Vec<u8>>,
    files: HashMap<String, Vec<u8>>,
}

impl Source for Theirs {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(self.files.get(path).cloned())
    }
}

/// A bundle of the first entries, as C2SP tlog-tiles says: each entry behind its length in two bytes.
fn bundle(entries: &[&str]) -> Vec<u8> {
    let one = |entry: &&str| [&u16::try_from(entry.len()).unwrap().to_be_bytes()[..], entry.as_bytes()].concat();
    entries.iter().flat_map(one).collect()
}

fn published() -> Theirs {
    let checkpoint = |(size, line): (usize, &str)| {
        let (root, signature) = line.split_once(' ').unwrap();
        format!("example.com/log/testdata\n{size}\n{root}\n\n\u{2014} example.com/log/testdata {signature}\n").into_bytes()
    };
    let checkpoints: Vec<Vec<u8>> = SIGNED.lines().enumerate().map(checkpoint).collect();
    let mut files = HashMap::new();
    for size in 1..=ENTRIES.len() {
        files.insert(entries_path(0, u16::try_from(size).unwrap()), bundle(&ENTRIES[..size]));
    }
    Theirs { checkpoints, files }
}

fn key() -> VerifierKey {
    KEY.parse().unwrap()
}

#[test]
fn every_size_of_a_log_that_tessera_wrote_and_signed_is_read_and_holds() {
    let log = published();
    assert_eq!(log.checkpoints.len(), 16);
    for (size, bytes) in (0_u64..).zip(&log.checkpoints) {
        let checkpoint = Checkpoint::open(bytes, &key()).unwrap();
        assert_eq!((checkpoint.size, checkpoint.origin.as_str()), (size, "example.com/log/testdata"));
        let hashes = read_leaf_hashes(&log, size).unwrap();
        assert_eq!(root_of(&hashes), checkpoint.root, "{size}");
        for index in 0..size {
            let proof = inclusion(&hashes, index).unwrap();
            let leaf = leaf_hash(ENTRIES[usize::try_from(index).unwrap()].as_bytes());
            assert_eq!(verify_inclusion(&leaf, index, size, &proof, &checkpoint.root), Ok(()), "{index} in {size}");
        }
    }
}

#[test]
fn each_of_their_trees_continues_every_smaller_one() {
    let log = published();
    let signed: Vec<Checkpoint> = log.checkpoints.iter().map(|bytes| Checkpoint::open(bytes, &key()).unwrap()).collect();
    let all = read_leaf_hashes(&log, 15).unwrap();
    for (larger, large) in signed.iter().enumerate() {
        for (smaller, small) in signed[..=larger].iter().enumerate() {
            let proof = consistency(&all[..larger], small.size).unwrap();
            assert_eq!(verify_consistency(small.size, &small.root, large.size, &large.root, &proof), Ok(()), "{smaller} {larger}");
            let verdict = judge(&log.checkpoints[smaller], &log.checkpoints[larger], &key(), Evidence::Leaves(&all[..larger]));
            assert_eq!(verdict, Verdict::OneTree, "{smaller} {larger}");
        }
    }
}

#[test]
fn what_is_changed_of_their_log_is_found() {
    let log = published();
    for (size, bytes) in log.checkpoints.iter().enumerate() {
        // The lowest bit of every byte: of the signed lines, of the signature, and of what stands between.
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let opened = Checkpoint::open(&changed, &key());
            assert!(opened.is_err(), "size {size} byte {at}: {opened:?}");
        }
    }
    let checkpoint = Checkpoint::open(&log.checkpoints[15], &key()).unwrap();
    let right = &log.files["tile/entries/000.p/15"];
    for at in (0..right.len()).filter(|at| right[*at] >= b'a') {
        let mut changed = published();
        changed.files.get_mut("tile/entries/000.p/15").unwrap()[at] ^= 1;
        assert_ne!(root_of(&read_leaf_hashes(&changed, 15).unwrap()), checkpoint.root, "byte {at}");
    }
}

fn hashes(lines: &str) -> Vec<Hash> {
    lines.lines().map(|line| line.parse().unwrap()).collect()
}

/// Proofs that a real log of almost a thousand million entries gave out.
#[test]
fn proofs_of_a_real_certificate_log_hold_and_no_changed_one_does() {
    let size = 961_984_013;
    let root: Hash = "dwlueapdd7LaOEnX2W2Wp9v2XE+KzejHRQGHwEx0oaM=".parse().unwrap();
    // The hash of its entry 10000, a certificate.
    let leaf: Hash = "nCs3mfIydh9x4CKyQ+u2xtmpxmFggA5MLymHwNQSlLg=".parse().unwrap();
    let included = hashes(include_str!("testdata/argon2020-inclusion.txt"));
    assert_eq!(verify_inclusion(&leaf, 10_000, size, &included, &root), Ok(()));
    let (old, old_root): (u64, Hash) = (3_654_490, "AuIZ5V6sDUj1vn3Y1K85oOaQ7y+FJJKtyRTl1edIKBQ=".parse().unwrap());
    let grown = hashes(include_str!("testdata/argon2020-consistency.txt"));
    assert_eq!(verify_consistency(old, &old_root, size, &root, &grown), Ok(()));
    for place in 0..included.len() {
        let mut changed = included.clone();
        changed[place].0[place % 32] ^= 1;
        assert!(verify_inclusion(&leaf, 10_000, size, &changed, &root).is_err(), "{place}");
        let mut changed = grown.clone();
        changed[place].0[place % 32] ^= 1;
        assert!(verify_consistency(old, &old_root, size, &root, &changed).is_err(), "{place}");
    }
    assert!(verify_inclusion(&leaf, 10_001, size, &included, &root).is_err());
    assert!(verify_inclusion(&leaf, 10_000, size, &included[1..], &root).is_err());
    assert!(verify_consistency(old + 1, &old_root, size, &root, &grown).is_err());
    assert!(verify_consistency(old, &old_root, size, &root, &grown[..29]).is_err());
}
