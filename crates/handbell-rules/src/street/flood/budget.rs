//! Budget: how many reports a minute reach the fast lane of an area without any work done (R-37, layer 4).
//!
//! A token bucket in whole numbers, with its state given in and out, and beside it the arrivals of this minute
//! and the last. A bucket that runs dry opens a storm, and the storm ends by itself after a whole minute
//! within the budget. A budget never refuses anything: it decides a lane, and how hard the puzzle is.

use crate::time::{MINUTE, Timestamp};

/// Reports of one area that can come at once before the budget is overdrawn.
pub const AREA_FULL: u32 = 6;
/// Reports a minute that one area's budget regains.
pub const AREA_PER_MINUTE: u32 = 6;
/// The same for the whole desk: whoever spreads a flood over many areas overdraws this one.
pub const DESK_FULL: u32 = 12;
/// Reports a minute that the desk's budget regains.
pub const DESK_PER_MINUTE: u32 = 12;

/// How much a budget holds, and how fast it fills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Size {
    /// Reports a full budget holds.
    pub full: u32,
    /// Reports a minute that come back.
    pub per_minute: u32,
}

/// The size of one area's budget.
pub const AREA: Size = Size { full: AREA_FULL, per_minute: AREA_PER_MINUTE };
/// The size of the whole desk's budget.
pub const DESK: Size = Size { full: DESK_FULL, per_minute: DESK_PER_MINUTE };

/// One report, in the parts the bucket counts in: a sixty-thousandth, so that a millisecond is never lost.
const PARTS: i64 = MINUTE;

/// A budget as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    parts: i64,
    at: Timestamp,
    minute: i64,
    this_minute: u32,
    last_minute: u32,
    storm: bool,
}

impl Budget {
    /// A full budget.
    pub fn new(size: &Size, now: Timestamp) -> Self {
        let parts = i64::from(size.full) * PARTS;
        Self { parts, at: now, minute: now.milliseconds().div_euclid(MINUTE), this_minute: 0, last_minute: 0, storm: false }
    }

    /// The same budget at a later time. A clock that goes back gives nothing.
    pub fn at(&self, size: &Size, now: Timestamp) -> Self {
        let mut next = self.clone();
        let passed = now.since(self.at).max(0);
        let regained = passed.saturating_mul(i64::from(size.per_minute));
        next.parts = self.parts.saturating_add(regained).min(i64::from(size.full) * PARTS);
        next.at = Timestamp::max(self.at, now);
        let minute = next.at.milliseconds().div_euclid(MINUTE);
        match minute - self.minute {
            0 => {}
            1 => (next.last_minute, next.this_minute) = (self.this_minute, 0),
            _ => (next.last_minute, next.this_minute) = (0, 0),
        }
        next.minute = minute;
        // Two minutes are looked at, so that no whole minute of a storm can hide between two counts.
        next.storm = self.storm && next.last_minute.max(next.this_minute) > size.per_minute;
        next
    }

    /// One more report has come: the budget after it, and whether it was within the budget.
    pub fn arrive(&self, size: &Size, now: Timestamp) -> (Self, bool) {
        let mut next = self.at(size, now);
        next.this_minute = next.this_minute.saturating_add(1);
        let within = next.parts >= PARTS && !next.storm;
        if within {
            next.parts -= PARTS;
        } else {
            next.storm = true;
        }
        (next, within)
    }

    /// Whether it is overdrawn.
    pub fn storm(&self) -> bool {
        self.storm
    }

    /// Reports of the busier of this minute and the last.
    pub fn rate(&self) -> u32 {
        self.this_minute.max(self.last_minute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_milliseconds(1_700_000_040_000);

    #[test]
    fn a_calm_area_never_leaves_the_fast_lane() {
        let mut budget = Budget::new(&AREA, START);
        for number in 0..600 {
            let (next, within) = budget.arrive(&AREA, START.plus(number * MINUTE / i64::from(AREA_PER_MINUTE)));
            assert!(within && !next.storm(), "{number}");
            budget = next;
        }
    }

    #[test]
    fn a_flood_runs_a_budget_dry_and_a_minute_within_it_ends_the_storm() {
        let mut budget = Budget::new(&AREA, START);
        let mut within_budget = 0;
        for number in 0..2_000 {
            let (next, within) = budget.arrive(&AREA, START.plus(number));
            within_budget += u32::from(within);
            budget = next;
        }
        assert_eq!(within_budget, AREA_FULL, "the burst and nothing more");
        assert!(budget.storm() && budget.rate() == 2_000);
        assert!(budget.at(&AREA, START.plus(MINUTE)).storm(), "the minute before still counts");
        let after = budget.at(&AREA, START.plus(2 * MINUTE));
        assert!(!after.storm());
        assert!(after.arrive(&AREA, START.plus(2 * MINUTE)).1, "and the next report is within the budget");
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_and_takes_nothing() {
        let (spent, _) = Budget::new(&AREA, START).arrive(&AREA, START);
        assert_eq!(spent.at(&AREA, START.plus(-MINUTE)), spent);
    }
}
