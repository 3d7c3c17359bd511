//! PROMISE of the check: one bit anywhere in what a log publishes, changed, is found.
//!
//! Every single bit of a 300-entry log's bundles, tiles, contents, checkpoint text and own signature
//! line is flipped, one at a time, and the whole log verified through the same function everyone
//! uses. Runs in seconds only when this crate and its hashes are optimised; the workspace's
//! development profile says so.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Instant;

use handbell_log::leaf::Reason;
use handbell_log::note::{Note, SigningKey, VerifierKey};
use handbell_log::source::{Source, SourceError};
use handbell_log::verify::{Failure, State, verify_log};

use crate::published::Published;

const ENTRIES: u64 = 300;
const THREADS: usize = 2;

/// A log in which one file has other bytes.
struct Damaged<'log> {
    log: &'log Published,
    path: &'log str,
    bytes: Vec<u8>,
}

impl Source for Damaged<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        if path == self.path { Ok(Some(self.bytes.clone())) } else { self.log.read(path) }
    }
}

/// Flips every bit of a range of a file, and gives how many flips were made and what was not as it
/// should be.
fn flip_all(
    log: &Published,
    key: &VerifierKey,
    path: &str,
    range: Range<usize>,
    expected: impl Fn(usize, &Failure) -> bool,
) -> (u64, Vec<String>) {
    let mut damaged = Damaged { log, path, bytes: log.files[path].clone() };
    let (mut flips, mut unexpected) = (0, Vec::new());
    for byte in range {
        for bit in 0..8 {
            damaged.bytes[byte] ^= 1 << bit;
            flips += 1;
            match verify_log(&damaged, key) {
                Ok(_) => unexpected.push(format!("{path} byte {byte} bit {bit} was not found")),
                Err(failure) if !expected(byte, &failure) => {
                    unexpected.push(format!("{path} byte {byte} bit {bit} was blamed on {failure}"));
                }
                Err(_) => {}
            }
            damaged.bytes[byte] ^= 1 << bit;
        }
    }
    (flips, unexpected)
}

#[test]
#[allow(clippy::print_stdout)] // The count of flips is this test's result.
fn every_flipped_bit_is_found_and_its_file_is_named() {
    let mut log = Published::of_size(ENTRIES);
    // A cosigner's line below the log's own: not part of the promise, but present as in real life.
    let mut note = Note::parse(&log.files["checkpoint"]).unwrap();
    let own_line_end = note.encode().len();
    let cosigner = SigningKey::from_seed("cosigner.example/one", &[2; 32]).unwrap();
    note.add(cosigner.sign(note.text()).unwrap()).unwrap();
    log.files.insert("checkpoint".to_owned(), note.encode().into_bytes());

    let verified = log.verify().unwrap();
    assert_eq!(verified.entries.len() as u64, ENTRIES);
    let withdrawn = |state: &State| matches!(state, State::Withdrawn { reason: Reason::PersonalData, .. });
    assert_eq!(verified.entries.iter().filter(|entry| withdrawn(&entry.state)).count(), 6);

    // Large files are cut into pieces so that both threads finish together.
    let mut pieces: Vec<(&str, Range<usize>)> = Vec::new();
    let mut bits: BTreeMap<&str, u64> = BTreeMap::new();
    for (path, bytes) in &log.files {
        let end = if path == "checkpoint" { own_line_end } else { bytes.len() };
        pieces.extend((0..end).step_by(64).map(|start| (path.as_str(), start..end.min(start + 64))));
        *bits.entry(class(path)).or_default() += 8 * end as u64;
    }

    #[expect(clippy::disallowed_methods, reason = "the test says how long it took and asserts nothing of it")]
    let started = Instant::now();
    let (log, pieces, key) = (&log, &pieces, log.key.verifier());
    let results: Vec<(&str, u64, Vec<String>)> = std::thread::scope(|scope| {
        let share = |thread: usize| {
            let mine = pieces.iter().skip(thread).step_by(THREADS);
            mine.map(|(path, range)| {
                let (flips, unexpected) = flip_all(log, key, path, range.clone(), |byte, failure| is_blamed_rightly(path, byte, failure));
                (class(path), flips, unexpected)
            })
            .collect::<Vec<_>>()
        };
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || share(thread))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });

    let unexpected: Vec<&String> = results.iter().flat_map(|(_, _, unexpected)| unexpected).collect();
    assert!(unexpected.is_empty(), "{} flips, among them {:#?}", unexpected.len(), &unexpected[..unexpected.len().min(9)]);
    let mut found: BTreeMap<&str, u64> = BTreeMap::new();
    for (class, flips, _) in &results {
        *found.entry(class).or_default() += flips;
    }
    assert_eq!(found, bits, "every bit was flipped");
    assert_eq!(found["bundles"], 8 * ENTRIES * 59);
    // 300 leaf hashes, and one hash over the first 256 of them.
    assert_eq!(found["tiles"], 8 * 301 * 32);
    println!("{} of {} flipped bits found in {:?}: {found:?}", found.values().sum::<u64>(), bits.values().sum::<u64>(), started.elapsed());
}

fn class(path: &str) -> &'static str {
    match path {
        "checkpoint" => "checkpoint text and own signature line",
        path if path.starts_with("content/") => "contents",
        path if path.starts_with("tile/entries/") => "bundles",
        _ => "tiles",
    }
}

fn is_blamed_rightly(path: &str, byte: usize, failure: &Failure) -> bool {
    match class(path) {
        "tiles" => failure.place == format!("{path} byte {byte}"),
        "contents" => failure.place == path,
        _ => failure.place == path || failure.place.starts_with(&format!("{path} ")),
    }
}
