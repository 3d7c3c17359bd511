//! Chance with a seed: the same seed gives the same luck for ever.
//!
//! A small generator (xoshiro256**, seeded by splitmix64, both published by Blackman and Vigna) is all the
//! randomness there is in a simulated town. Each user of chance has a stream of its own, so that one more
//! draw in a push service does not change what the script does next. Nothing here is fit for secrets.

use handbell::world::Chance;
use std::sync::Mutex;

/// One stream of made-up luck.
pub struct Seeded(Mutex<[u64; 4]>);

fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

impl Seeded {
    /// The stream of this name under a seed.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut state = seed ^ stream.wrapping_mul(0xd6e8_feb8_6659_fd93);
        Self(Mutex::new([splitmix(&mut state), splitmix(&mut state), splitmix(&mut state), splitmix(&mut state)]))
    }

    /// The next 64 bits.
    pub fn draw(&self) -> u64 {
        let mut s = self.0.lock().expect("no holder of this lock panics");
        let drawn = s[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = s[3].rotate_left(45);
        drawn
    }

    /// A number below `end`; 0 when `end` is 0. The tiny bias of the remainder does not matter here.
    pub fn below(&self, end: u64) -> u64 {
        if end == 0 { 0 } else { self.draw() % end }
    }

    /// A place in a list of `length`.
    pub fn place(&self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("it is below a length")
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high - low + 1).expect("the ends are in order");
        low + i64::try_from(self.below(width)).expect("it is below the width")
    }

    /// True once in `times` on average; never when `times` is 0.
    pub fn one_in(&self, times: u64) -> bool {
        times != 0 && self.below(times) == 0
    }

    /// True so many times in a hundred on average.
    pub fn percent(&self, of: u64) -> bool {
        self.below(100) < of
    }

    /// One of a list, or nothing of an empty one.
    pub fn pick<T: Clone>(&self, list: &[T]) -> Option<T> {
        if list.is_empty() { None } else { Some(list[self.place(list.len())].clone()) }
    }
}

impl Chance for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(8) {
            part.copy_from_slice(&self.draw().to_le_bytes()[..part.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_repeats_itself_and_no_other() {
        let of = |seed, stream| -> Vec<u64> {
            let luck = Seeded::new(seed, stream);
            (0..50).map(|_| luck.draw()).collect()
        };
        assert_eq!(of(7, 1), of(7, 1));
        assert_ne!(of(7, 1), of(7, 2));
        assert_ne!(of(7, 1), of(8, 1));
    }

    #[test]
    fn every_number_of_a_range_comes_up_and_nothing_else() {
        let luck = Seeded::new(1, 1);
        let mut seen: Vec<i64> = (0..500).map(|_| luck.between(-2, 3)).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, [-2, -1, 0, 1, 2, 3]);
    }
}
