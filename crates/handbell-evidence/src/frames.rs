//! Frames: a film as the set of its pictures' hashes, one a second or so, and how much two films share.
//!
//! Whoever decodes a film hashes its frames; here the sets are kept, compared and written down. Frames without much in
//! them (dark, plain, blurred) match everything and are left out. As with pictures, what two films share is a lead
//! for a person to look at (the published rule for this is called vPDQ).

use crate::bank::Bank;
use crate::pdq::{Hash, Hashed, MATCH, QUALITY_MIN};
use std::collections::{BTreeMap, BTreeSet};

/// Most different frames of a film that are kept: two hours at one a second.
pub const FRAMES_MAX: usize = 7_200;
/// Share of a known film's frames from which on the other is told to hold it.
pub const HELD: f32 = 0.8;

/// The different frames of a film that are good enough to be told apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frames {
    hashes: Vec<Hash>,
}

/// How much two films share.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shared {
    /// Share of the first one's frames that have a partner in the second, from 0 to 1.
    pub first: f32,
    /// Share of the second one's frames that have a partner in the first, from 0 to 1.
    pub second: f32,
}

impl Frames {
    /// Of a film's frames in any order. What comes after [`FRAMES_MAX`] different ones is left out.
    pub fn of(frames: impl IntoIterator<Item = Hashed>) -> Self {
        let mut hashes = BTreeSet::new();
        for frame in frames.into_iter().filter(|frame| frame.quality >= QUALITY_MIN) {
            if hashes.len() == FRAMES_MAX {
                break;
            }
            hashes.insert(frame.hash);
        }
        Self { hashes: hashes.into_iter().collect() }
    }

    /// The hashes, in order and each once.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// What two films share, with partners within this many bits.
    pub fn shared(&self, other: &Self, within: u32) -> Shared {
        let mut second = vec![false; other.hashes.len()];
        let mut first = 0;
        for hash in &self.hashes {
            let mut any = false;
            for (partner, met) in other.hashes.iter().zip(&mut second) {
                if hash.distance(partner) <= within {
                    (any, *met) = (true, true);
                }
            }
            first += usize::from(any);
        }
        let share = |met: usize, of: usize| if of == 0 { 0.0 } else { met as f32 / of as f32 };
        Shared { first: share(first, self.hashes.len()), second: share(second.iter().filter(|met| **met).count(), other.hashes.len()) }
    }

    /// Which films of a bank have partners for these frames, and for what share of them; the largest share first. A
    /// bank of films holds each film's frames under its number.
    pub fn found_in(&self, bank: &Bank) -> Vec<(u32, f32)> {
        let mut met: BTreeMap<u32, usize> = BTreeMap::new();
        for hash in &self.hashes {
            let items: BTreeSet<u32> = bank.within(hash, MATCH).into_iter().map(|near| near.item).collect();
            for item in items {
                *met.entry(item).or_default() += 1;
            }
        }
        let mut shares: Vec<(u32, f32)> = met.into_iter().map(|(item, met)| (item, met as f32 / self.hashes.len() as f32)).collect();
        shares.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        shares
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(number: u64, quality: u8) -> Hashed {
        let word = |at: u64| (number * 4 + at + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(at as u32 * 13 + 7);
        Hashed { hash: Hash([word(0), word(1), word(2), word(3)]), quality }
    }

    #[test]
    fn a_part_of_a_film_is_held_by_the_whole_and_not_the_other_way_round() {
        let whole = Frames::of((0..100).map(|number| frame(number, 90)));
        let part = Frames::of((40..60).flat_map(|number| [frame(number, 90), frame(number, 90), frame(number + 500, 20)]));
        assert_eq!((whole.hashes().len(), part.hashes().len()), (100, 20), "each once, and poor ones not at all");
        assert_eq!(part.shared(&whole, MATCH), Shared { first: 1.0, second: 0.2 });
        assert_eq!(whole.shared(&Frames::of([]), MATCH), Shared::default());
        let other = Frames::of((1_000..1_100).map(|number| frame(number, 90)));
        assert_eq!(whole.shared(&other, MATCH), Shared::default(), "strangers share nothing");
    }

    #[test]
    fn a_bank_of_films_names_the_film() {
        let film = |from: u64| (from..from + 50).map(|number| frame(number, 90));
        let bank = Bank::of([(7, 0), (8, 1_000)].into_iter().flat_map(|(item, from)| film(from).map(move |frame| (frame.hash, item))));
        let asked = Frames::of((30..70).map(|number| frame(number, 90)));
        assert_eq!(asked.found_in(&bank), [(7, 0.5)]);
        assert_eq!(Frames::default().found_in(&bank), []);
    }

    #[test]
    fn a_film_without_end_is_kept_to_its_bound() {
        assert_eq!(Frames::of((0..).map(|number| frame(number, 90))).hashes().len(), FRAMES_MAX);
    }
}
