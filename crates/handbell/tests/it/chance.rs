//! Chance that a seed replays: SplitMix64 (Steele, Lea, Flood 2014), enough to pick moments and samples.

/// See the module.
pub struct Chance(u64);

impl Chance {
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// The seed in `HANDBELL_TEST_SEED`, or a fixed one.
    pub fn from_environment() -> (Self, u64) {
        let seed = std::env::var("HANDBELL_TEST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(2022);
        (Self::of(seed), seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// One of a list.
    pub fn one_of<'list, T>(&mut self, list: &'list [T]) -> &'list T {
        &list[usize::try_from(self.below(list.len() as u64)).unwrap()]
    }
}
