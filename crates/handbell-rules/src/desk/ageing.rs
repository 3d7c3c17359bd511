//! Ageing: how long a report has waited, as a word and a colour that mean the same.
//!
//! The word is always there; the colour only repeats it. The steps come from the playbook, which may make
//! them sooner than the floor and never later.

use crate::time::{MINUTE, Timestamp};

/// A playbook's "look now" comes at the latest after so many minutes.
pub const LOOK_NOW_MINUTES_MAX: u32 = 5;
/// A playbook's "late" comes at the latest after so many minutes.
pub const LATE_MINUTES_MAX: u32 = 10;
/// "Look now", when the playbook does not say.
pub const LOOK_NOW_MINUTES_DEFAULT: u32 = 3;

/// From when a waiting report has which word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ageing {
    /// Minutes until "look now".
    pub look_now_minutes: u32,
    /// Minutes until "late"; more than the above.
    pub late_minutes: u32,
}

impl Default for Ageing {
    fn default() -> Self {
        Self { look_now_minutes: LOOK_NOW_MINUTES_DEFAULT, late_minutes: LATE_MINUTES_MAX }
    }
}

/// How urgent a wait is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Age {
    /// It has just come.
    Fresh,
    /// It waits too long for comfort.
    LookNow,
    /// It is late.
    Late,
}

impl Ageing {
    /// The age of something that waits since `since`.
    pub fn age(&self, since: Timestamp, now: Timestamp) -> Age {
        let waited = now.since(since).max(0) / MINUTE;
        match waited {
            late if late >= i64::from(self.late_minutes) => Age::Late,
            now if now >= i64::from(self.look_now_minutes) => Age::LookNow,
            _ => Age::Fresh,
        }
    }
    /// The age in words: `new`, `waiting 4 min: look now`, `waiting 12 min: late`.
    pub fn words(&self, since: Timestamp, now: Timestamp) -> String {
        let minutes = now.since(since).max(0) / MINUTE;
        let waited = if minutes < 120 { format!("{minutes} min") } else { format!("{} h", minutes / 60) };
        match self.age(since, now) {
            Age::Fresh if minutes == 0 => "new".to_owned(),
            Age::Fresh => format!("waiting {waited}"),
            Age::LookNow => format!("waiting {waited}: look now"),
            Age::Late => format!("waiting {waited}: late"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_age_has_its_own_words() {
        let ageing = Ageing::default();
        let since = Timestamp::from_milliseconds(0);
        let say = |minutes: i64| ageing.words(since, since.plus(minutes * MINUTE));
        assert_eq!(
            [say(0), say(2), say(4), say(10), say(125)],
            ["new", "waiting 2 min", "waiting 4 min: look now", "waiting 10 min: late", "waiting 2 h: late"]
        );
        assert_eq!(ageing.words(since, since.plus(-MINUTE)), "new", "a clock that was set back makes nothing older");
    }

    proptest! {
        #[test]
        fn nothing_grows_younger_by_waiting(a in 0i64..10_000_000, more in 0i64..10_000_000) {
            let (ageing, since) = (Ageing::default(), Timestamp::from_milliseconds(0));
            prop_assert!(ageing.age(since, since.plus(a)) <= ageing.age(since, since.plus(a + more)));
        }
    }
}
