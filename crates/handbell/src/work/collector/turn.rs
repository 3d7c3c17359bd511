//! Turn: when a cosigner is asked again. Decides, and waits for nothing.

use handbell_rules::time::Timestamp;

/// Milliseconds after which a checkpoint that a cosigner signed is signed anew, so that a log in which nothing happens
/// stays fresh: C2SP tlog-witness lets what is shown be an hour old. Less than an hour, because a try may fail.
pub const REFRESH_AFTER: i64 = 50 * 60 * 1_000;
/// Milliseconds until one that could not be reached, or has not come to see the newest checkpoint yet, is asked again the
/// first time; then twice as long each time.
pub const AGAIN_AFTER: i64 = 1_000;
/// The longest such wait: ten minutes.
pub const AGAIN_AFTER_MAX: i64 = 10 * 60 * 1_000;

/// How a visit went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Went {
    /// Its line stands under the published checkpoint, from this time.
    Signed(Timestamp),
    /// It answers, and has not signed the published checkpoint.
    Waits,
    /// It could not be reached, or what it says is wrong.
    Failed,
}

/// Whose turn it is, of one cosigner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    due: Timestamp,
    /// Visits since the last that brought a line.
    in_vain: u32,
    /// Whether the last visit failed. A new checkpoint is no reason to come sooner then.
    failed: bool,
}

impl Turn {
    /// At a start everybody is asked.
    #[must_use]
    pub fn first(now: Timestamp) -> Self {
        Self { due: now, in_vain: 0, failed: false }
    }

    /// After a visit.
    #[must_use]
    pub fn after(self, went: Went, now: Timestamp) -> Self {
        if let Went::Signed(at) = went {
            // A time ahead of our clock does not keep us away longer.
            let from = if at.since(now) > 0 { now } else { at };
            let due = from.plus(REFRESH_AFTER);
            if due.since(now) > AGAIN_AFTER {
                return Self { due, in_vain: 0, failed: false };
            }
        }
        // A line that is old already is no better than none: they have yet to come and sign anew.
        let in_vain = self.in_vain.saturating_add(1);
        let wait = (AGAIN_AFTER << (in_vain - 1).min(12)).min(AGAIN_AFTER_MAX);
        Self { due: now.plus(wait), in_vain, failed: went == Went::Failed }
    }

    /// A new checkpoint was published.
    #[must_use]
    pub fn published(self, now: Timestamp) -> Self {
        if self.failed { self } else { Self { due: now, in_vain: 0, failed: false } }
    }

    /// Milliseconds until it is due.
    #[must_use]
    pub fn wait(&self, now: Timestamp) -> i64 {
        self.due.since(now).max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_milliseconds(1_790_000_000_000 + milliseconds)
    }

    #[test]
    fn a_quiet_log_is_signed_anew_within_the_hour_whatever_the_cosigners_clock_says() {
        for theirs in [-60_000, 0, 300_000] {
            let turn = Turn::first(at(0)).after(Went::Signed(at(theirs)), at(0));
            assert!(turn.wait(at(0)) <= 60 * 60 * 1_000 - 5 * 60_000, "{theirs}");
            assert!(turn.wait(at(0)) >= REFRESH_AFTER - 60_000, "{theirs}");
        }
        // A line that is old already is asked for anew, later and later.
        let old = Turn::first(at(0)).after(Went::Signed(at(-7_200_000)), at(0));
        assert_eq!(old.wait(at(0)), AGAIN_AFTER);
        assert_eq!(old.after(Went::Signed(at(-7_200_000)), at(0)).wait(at(0)), 2 * AGAIN_AFTER);
    }

    #[test]
    fn whoever_fails_is_asked_later_and_later_and_not_sooner_for_what_is_published_meanwhile() {
        let mut turn = Turn::first(at(0));
        let mut waits = Vec::new();
        for _ in 0..14 {
            turn = turn.after(Went::Failed, at(0));
            waits.push(turn.wait(at(0)));
        }
        assert_eq!(waits[..4], [1_000, 2_000, 4_000, 8_000]);
        assert_eq!(waits[13], AGAIN_AFTER_MAX);
        assert_eq!(turn.published(at(0)), turn);
        let behind = Turn::first(at(0)).after(Went::Waits, at(0)).after(Went::Waits, at(0));
        assert_eq!((behind.wait(at(0)), behind.published(at(0)).wait(at(0))), (2_000, 0));
    }
}
