//! Damage: valid texts and files with bits flipped, bytes replaced, parts cut, repeated and put together, shown to every
//! parser of strangers' bytes.
//!
//! For tests. `HANDBELL_TEST_SECONDS` says how long each goes on (the night takes hours), else it is so many rounds;
//! `HANDBELL_TEST_SEED` says where the numbers begin. Nothing may panic, take longer than [`WITHIN`] or more memory than
//! [`MEMORY`]. What the kernel says of memory is the whole process's, so it is looked at only where a test has one of its
//! own, which is under nextest.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Rounds where nobody says how long.
const ROUNDS: u64 = 4_000;
/// How long a parser may take for one input of a few kilobytes, on a machine that is busy.
const WITHIN: Duration = Duration::from_secs(5);
/// How long nothing may begin before it is a hang, which no assertion after the parser would ever see.
const HANGS: Duration = Duration::from_secs(12 * WITHIN.as_secs());
/// Bytes of memory by which a run may grow, the test's own included.
const MEMORY: u64 = 256 << 20;
/// Longest input.
const BYTES_MAX: usize = 64 << 10;

/// A plain order of numbers that look random (splitmix64), so that a failure can be repeated.
pub struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % most.max(1) as u64) as usize
    }
}

/// One input made worse in up to five places.
fn damaged(numbers: &mut Numbers, seeds: &[Vec<u8>]) -> Vec<u8> {
    const ODD: [&[u8]; 12] =
        [b"\0", b"\xff", b"\n", b"\r\n", b"\"", b"{\"", b":", b"-1", b"18446744073709551616", b"1e999", "\u{202e}é".as_bytes(), b"\\ud800"];
    let mut bytes = seeds[numbers.below(seeds.len())].clone();
    for _ in 0..=numbers.below(5) {
        let (at, other, length) = (numbers.below(bytes.len() + 1), numbers.below(bytes.len() + 1), numbers.below(64));
        match numbers.below(8) {
            0 | 1 if at < bytes.len() => bytes[at] ^= 1 << numbers.below(8),
            2 if at < bytes.len() => bytes[at] = numbers.below(256) as u8,
            3 => bytes.truncate(at),
            4 => drop(bytes.drain(at..(at + length).min(bytes.len()))),
            5 => drop(bytes.splice(at..at, ODD[numbers.below(ODD.len())].iter().copied())),
            6 => {
                let stranger = &seeds[numbers.below(seeds.len())];
                let from = numbers.below(stranger.len() + 1);
                drop(bytes.splice(at..at, stranger[from..].iter().take(length).copied()));
            }
            _ => {
                let part: Vec<u8> = bytes[other..].iter().take(length).copied().collect();
                let times = 1 + numbers.below(40);
                drop(bytes.splice(at..at, part.repeat(times)));
            }
        }
    }
    bytes.truncate(BYTES_MAX);
    bytes
}

#[expect(clippy::disallowed_methods, reason = "tests are told by the environment how long they go on")]
fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

/// The most memory that this process had since the last call of [`forget_the_most`], in bytes (proc(5)).
fn the_most() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("proc");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("VmHWM");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("kilobytes") << 10
}

fn forget_the_most() {
    std::fs::write("/proc/self/clear_refs", "5").expect("proc");
}

/// Whether this process runs one test and nothing beside.
#[expect(clippy::disallowed_methods, reason = "nextest says so by the environment")]
fn alone() -> bool {
    std::env::var_os("NEXTEST").is_some()
}

/// Ends the process, with the number in which it hangs, when for too long no next one comes.
fn watched(begun: &Receiver<u64>) {
    let mut number = None;
    loop {
        match begun.recv_timeout(HANGS) {
            Ok(next) => number = Some(next),
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                let what = number.map_or_else(|| "a seed".to_owned(), |number| format!("HANDBELL_TEST_SEED={number}"));
                // Not by way of the test's own output, which is lost with the process.
                let _ = writeln!(std::io::stderr(), "{what} hangs");
                std::process::abort();
            }
        }
    }
}

/// Shows a parser each of the seeds as it is and then damaged copies of them. The parser says whether it took what it was
/// shown: one that takes none of the seeds is shown nothing that is worth damaging. Gives how many of the seeds it took.
pub fn show(seeds: &[Vec<u8>], parser: impl FnMut(&[u8]) -> bool) -> usize {
    show_rounds(ROUNDS, seeds, parser)
}

/// The same in so many rounds, for a parser that reads files.
#[expect(clippy::disallowed_methods, reason = "a hang is seen by the real clock")]
pub fn show_rounds(usual: u64, seeds: &[Vec<u8>], mut parser: impl FnMut(&[u8]) -> bool) -> usize {
    let until = setting("HANDBELL_TEST_SECONDS").map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let first = setting("HANDBELL_TEST_SEED").unwrap_or_default();
    // It ends with this test, however that ends, because what it hears from is gone.
    let (begins, begun) = channel();
    std::thread::spawn(move || watched(&begun));
    let before = alone().then(|| {
        forget_the_most();
        the_most()
    });
    let taken = seeds.iter().filter(|seed| parser(seed)).count();
    assert!(taken > 0, "not one of {} seeds was taken", seeds.len());
    let mut rounds = 0;
    while until.map_or(rounds < usual, |until| Instant::now() < until) {
        let number = first.wrapping_add(rounds);
        let bytes = damaged(&mut Numbers(number), seeds);
        let _ = begins.send(number);
        let began = Instant::now();
        let shown = catch_unwind(AssertUnwindSafe(|| parser(&bytes)));
        assert!(shown.is_ok(), "HANDBELL_TEST_SEED={number} breaks it");
        assert!(began.elapsed() < WITHIN, "HANDBELL_TEST_SEED={number} took {:?}", began.elapsed());
        rounds += 1;
    }
    if let Some(before) = before {
        let grown = the_most().saturating_sub(before);
        assert!(grown < MEMORY, "it took {grown} bytes of memory");
    }
    assert!(rounds > 0);
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_takes_no_seed_is_shown_nothing_that_counts() {
        let seeds = [b"one".to_vec(), b"two".to_vec()];
        assert_eq!(show_rounds(10, &seeds, |bytes| bytes == b"one"), 1);
        assert!(catch_unwind(|| show_rounds(10, &seeds, |_| false)).is_err());
    }
}
