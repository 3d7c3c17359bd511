//! Reach: how many messages each channel took in a month, as counts without people.
//!
//! It is filled by whoever hands messages over and read by the desk. A number below ten is never shown: of a
//! small group it would tell whether one person was reached. The time is that from the first try to the yes.

use super::address::By;
use crate::time::{DAY, Timestamp};
use serde::{Deserialize, Serialize};

/// The upper ends of the groups in which times are counted, in seconds. A last group holds what took longer.
pub const SECONDS: [u32; 9] = [1, 2, 5, 10, 30, 60, 120, 300, 900];
/// Months that figures are kept, this one included.
pub const MONTHS_KEPT: i64 = 13;

/// One channel's figures of one month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthReach {
    /// The month in UTC, for example `2026-11`.
    pub month: String,
    /// The channel.
    pub by: By,
    /// Version that was read; the store counts it up.
    pub version: u32,
    /// When the first message of the month was counted.
    pub since: Timestamp,
    /// What was counted.
    pub counted: Counted,
}

impl MonthReach {
    /// An empty month, begun now.
    pub fn begin(by: By, now: Timestamp) -> Self {
        let month = now.utc_minute().chars().take("2026-11".len()).collect();
        Self { month, by, version: 0, since: now, counted: Counted::default() }
    }
    /// When it goes.
    pub fn forget_at(&self) -> Timestamp {
        self.since.plus(MONTHS_KEPT * 31 * DAY)
    }
    /// Its key: one row for each channel and month.
    pub fn key(&self) -> Vec<u8> {
        format!("{} {}", self.month, self.by.word()).into_bytes()
    }
}

/// Counts of one channel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Messages that were tried at least once.
    pub begun: u64,
    /// Taken.
    pub accepted: u64,
    /// The address is no more.
    pub gone: u64,
    /// Refused for good.
    pub refused: u64,
    /// Taken, by the time it took; one more group than [`SECONDS`].
    pub times: [u64; SECONDS.len() + 1],
    /// Canaries sent.
    pub canaries: u64,
    /// Canaries that nobody saw arrive.
    pub missed: u64,
}

impl Counted {
    /// Counts a yes that took so long, in milliseconds.
    pub fn took(&mut self, milliseconds: i64) {
        let group = SECONDS.iter().position(|end| milliseconds <= i64::from(*end) * 1_000).unwrap_or(SECONDS.len());
        self.accepted += 1;
        self.times[group] += 1;
    }
    /// Adds another count.
    pub fn add(&mut self, more: &Self) {
        self.begun += more.begun;
        self.accepted += more.accepted;
        self.gone += more.gone;
        self.refused += more.refused;
        self.canaries += more.canaries;
        self.missed += more.missed;
        for (group, more) in self.times.iter_mut().zip(more.times) {
            *group += more;
        }
    }
    /// Whether anything was counted.
    pub fn any(&self) -> bool {
        *self != Self::default()
    }
    /// What was neither taken nor refused: its time ran out, or it is still tried.
    pub fn ran_out(&self) -> u64 {
        self.begun.saturating_sub(self.accepted + self.gone + self.refused)
    }
    /// Within how many seconds half of what was taken was taken. `None` below ten, and when it took longer than
    /// the last group's end.
    pub fn median_seconds(&self) -> Option<u32> {
        if self.accepted < SMALLEST_SHOWN {
            return None;
        }
        let mut so_far = 0;
        SECONDS.iter().zip(self.times).find_map(|(end, count)| {
            so_far += count;
            (so_far * 2 >= self.accepted).then_some(*end)
        })
    }
}

/// Below this a count is a band.
const SMALLEST_SHOWN: u64 = 10;

/// A count as the desk may see it.
pub fn shown(count: u64) -> String {
    match count {
        0 => "none".to_owned(),
        1..SMALLEST_SHOWN => "fewer than 10".to_owned(),
        more => more.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_the_group_in_which_half_were_taken_and_none_of_a_few() {
        let mut counted = Counted::default();
        for milliseconds in [400, 900, 1_000, 1_001, 4_000, 4_100, 4_200, 9_000, 9_000] {
            counted.took(milliseconds);
        }
        assert_eq!(counted.median_seconds(), None, "nine are too few");
        counted.took(2_000_000);
        assert_eq!(counted.median_seconds(), Some(5));
        assert_eq!((counted.times[0], counted.times[1], counted.times[SECONDS.len()]), (3, 1, 1));
        let mut slow = Counted::default();
        (0..10).for_each(|_| slow.took(3_600_000));
        assert_eq!(slow.median_seconds(), None);
        slow.add(&counted);
        assert_eq!((slow.accepted, slow.times.iter().sum::<u64>()), (20, 20));
    }

    #[test]
    fn small_counts_are_never_shown() {
        assert_eq!((shown(0), shown(1), shown(9), shown(10)), ("none".into(), "fewer than 10".into(), "fewer than 10".into(), "10".into()));
    }
}
