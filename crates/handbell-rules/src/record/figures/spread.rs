//! Spread: how far some waits lie apart, told by three of them.
//!
//! The median and the quartiles are waits that somebody really had (the nearest rank), so nothing is worked out
//! between two. Fewer than [`super::FEW`] have none.

use super::FEW;

/// How many waits, and the three that tell of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spread {
    /// How many.
    pub count: u32,
    /// Minutes within which a quarter, half and three quarters of them ended; none where there are few.
    pub quartiles: Option<[u32; 3]>,
}

impl Spread {
    /// Takes minutes in any order.
    pub fn of(mut minutes: Vec<u32>) -> Self {
        minutes.sort_unstable();
        let count = u32::try_from(minutes.len()).unwrap_or(u32::MAX);
        // Nearest rank: the smallest wait such that so many quarters of all are no longer.
        let rank = |quarters: usize| minutes.get((minutes.len() * quarters).div_ceil(4).saturating_sub(1)).copied();
        let quartiles = || Some([rank(1)?, rank(2)?, rank(3)?]);
        Self { count, quartiles: if count < FEW { None } else { quartiles() } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_are_waits_that_somebody_had_and_few_have_none() {
        assert_eq!(Spread::of((1..10).collect()), Spread { count: 9, quartiles: None });
        assert_eq!(Spread::of((1..=12).rev().collect()), Spread { count: 12, quartiles: Some([3, 6, 9]) });
        assert_eq!(Spread::of(Vec::new()), Spread::default());
    }
}
