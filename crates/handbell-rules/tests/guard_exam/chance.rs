//! Chance that always falls the same way: the seeded numbers (SplitMix64) the exam's texts are made from.
//! The same seed gives the same exam on every machine. Nothing here is fit for keys.

/// A seeded row of numbers.
pub struct Chance(u64);

impl Chance {
    /// Starts the row at a seed.
    pub const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number of the row.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to one less than the limit.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("smaller than a usize that was its limit")
    }

    /// A number between two, both included.
    pub fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most - least + 1)
    }

    /// True as often as false.
    pub const fn coin(&mut self) -> bool {
        self.next() & 1 == 1
    }

    /// One of several.
    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// That many letters of an alphabet.
    pub fn letters(&mut self, alphabet: &str, count: usize) -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        (0..count).map(|_| alphabet[self.below(alphabet.len())]).collect()
    }

    /// That many digits.
    pub fn digits(&mut self, count: usize) -> String {
        self.letters("0123456789", count)
    }
}
