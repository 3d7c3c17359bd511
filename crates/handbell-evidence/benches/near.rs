//! The bench of finding pictures: two million hashes, and all of them within 31 bits of one that is asked for, beside a
//! plain scan on two threads.
//!
//! Half of the hashes stand alone. The other half are frames of films, twenty in a row that differ by a few bits each, so
//! that some searches have much to compare. Half of the searches are for something that is there in another copy, half
//! for something that is not. Both find the same, which is asserted for each search. The search itself runs on one
//! thread.

#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to whoever runs it")]
#![allow(clippy::unwrap_used, missing_docs, reason = "a program, not a library; it stops where it cannot go on")]

use handbell_evidence::bank::{Bank, Near};
use handbell_evidence::pdq::{Hash, MATCH};
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::Instant;

const HASHES: u32 = 2_000_000;
/// Frames of a film, and bits between one and the next.
const FRAMES: u32 = 20;
const DRIFT: u32 = 6;
const SEARCHES: u32 = 400;

/// A plain order of numbers that look random (splitmix64), so that every run asks the same.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn hash(&mut self) -> Hash {
        Hash(std::array::from_fn(|_| self.next()))
    }

    /// With up to so many bits changed.
    fn changed(&mut self, hash: &Hash, bits: u32) -> Hash {
        let mut words = hash.0;
        for _ in 0..bits {
            let bit = self.next() as usize % 256;
            words[bit / 64] ^= 1 << (bit % 64);
        }
        Hash(words)
    }
}

fn pairs(numbers: &mut Numbers) -> Vec<(Hash, u32)> {
    let mut all: Vec<(Hash, u32)> = (0..HASHES / 2).map(|item| (numbers.hash(), item)).collect();
    for film in 0..HASHES / 2 / FRAMES {
        let mut frame = numbers.hash();
        for _ in 0..FRAMES {
            frame = numbers.changed(&frame, DRIFT);
            all.push((frame, HASHES + film));
        }
    }
    all
}

fn scan(pairs: &[(Hash, u32)], asked: &Hash) -> Vec<Near> {
    let found = |part: &[(Hash, u32)]| -> Vec<Near> {
        let near = part.iter().map(|(hash, item)| Near { distance: hash.distance(asked), item: *item });
        near.filter(|near| near.distance <= MATCH).collect()
    };
    let (first, second) = pairs.split_at(pairs.len() / 2);
    let mut all = std::thread::scope(|scope| {
        let other = scope.spawn(|| found(second));
        let mut all = found(first);
        all.extend(other.join().unwrap());
        all
    });
    all.sort_unstable();
    all
}

fn timed<T>(work: impl FnOnce() -> T, times: &mut Vec<f64>) -> T {
    let began = Instant::now();
    let answer = black_box(work());
    times.push(began.elapsed().as_secs_f64() * 1_000.0);
    answer
}

fn at(times: &[f64], hundredth: usize) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[(sorted.len() - 1) * hundredth / 100]
}

fn row(name: &str, value: f64, peer: Option<f64>) -> Value {
    json!({"name": name, "value": value, "unit": "ms a search", "peer": peer.map(|_| "a plain scan on two threads"), "peer_value": peer,
        "ratio": peer.map(|theirs| value / theirs), "better": "lower"})
}

fn main() {
    let mut numbers = Numbers(20_261_122);
    let pairs = pairs(&mut numbers);
    let began = Instant::now();
    let bank = Bank::of(pairs.iter().copied());
    eprintln!("{} hashes sorted in {:.2} s", bank.len(), began.elapsed().as_secs_f64());
    let (mut ours, mut theirs, mut found) = (Vec::new(), Vec::new(), 0);
    for search in 0..SEARCHES {
        let known = pairs[numbers.next() as usize % pairs.len()].0;
        let asked = if search % 2 == 0 { numbers.changed(&known, search % 32) } else { numbers.hash() };
        let near = timed(|| bank.within(&asked, MATCH), &mut ours);
        assert_eq!(near, timed(|| scan(&pairs, &asked), &mut theirs));
        found += near.len();
    }
    let longest = |times: &[f64]| times.iter().copied().fold(0.0, f64::max);
    eprintln!("{SEARCHES} searches found {found}; the longest took {:.2} ms, of the scan {:.2} ms", longest(&ours), longest(&theirs));
    let rows = [row("pdq-search-2m", at(&ours, 50), Some(at(&theirs, 50))), row("pdq-search-2m-p99", at(&ours, 99), Some(at(&theirs, 99)))];
    if std::env::args().any(|word| word == "--json") {
        println!("{}", json!({ "rows": rows }));
    } else {
        rows.iter().for_each(|row| println!("{row}"));
    }
}
