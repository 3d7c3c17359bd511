//! Canary: a test message on a channel, and what its absence means.
//!
//! A channel that takes every message and delivers none looks like one that works. So every five minutes a
//! word goes out to an address of the group's own and must be seen to arrive; two words in a row that nobody
//! saw are an alarm. It says nothing about any one person's mailbox.

use super::address::By;
use crate::time::{HOUR, MINUTE, Timestamp};

/// A word goes out so often.
pub const EVERY: i64 = 5 * MINUTE;
/// So many in a row that nobody saw are an alarm.
pub const MISSES_ALARM: u32 = 2;
/// While it lasts, the alarm is said again so often.
pub const SAID_AGAIN: i64 = HOUR;

/// What is known of one channel's canary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canary {
    /// The word on its way and when it left.
    pub sent: Option<(String, Timestamp)>,
    /// Whether the word was seen.
    pub seen: bool,
    /// Words in a row that nobody saw.
    pub misses: u32,
    /// When a word was last seen in time.
    pub well_at: Option<Timestamp>,
    /// When the alarm was last said.
    pub said_at: Option<Timestamp>,
}

impl Canary {
    /// Nothing sent yet.
    pub const fn new() -> Self {
        Self { sent: None, seen: false, misses: 0, well_at: None, said_at: None }
    }
    /// When the next word goes out.
    pub fn due_at(&self, now: Timestamp) -> Timestamp {
        self.sent.as_ref().map_or(now, |(_, at)| at.plus(EVERY))
    }
    /// Whether the channel is silent.
    pub fn alarmed(&self) -> bool {
        self.misses >= MISSES_ALARM
    }
    /// Judges the word on its way. `None` when none is.
    pub fn judge(&mut self, now: Timestamp) -> Option<Judged> {
        self.sent.take()?;
        if std::mem::take(&mut self.seen) {
            let over = self.alarmed();
            self.misses = 0;
            self.well_at = Some(now);
            self.said_at = None;
            return Some(if over { Judged::WellAgain } else { Judged::Well });
        }
        self.misses = self.misses.saturating_add(1);
        let say = self.alarmed() && self.said_at.is_none_or(|at| now.since(at) >= SAID_AGAIN);
        if say {
            self.said_at = Some(now);
        }
        Some(if say { Judged::Alarm } else { Judged::Missed })
    }
    /// The alarm that was to be said could not be written down: the next miss says it.
    pub fn unsaid(&mut self) {
        self.said_at = None;
    }
    /// A word leaves.
    pub fn leave(&mut self, word: String, now: Timestamp) {
        (self.sent, self.seen) = (Some((word, now)), false);
    }
    /// A word was seen; whether it is the one on its way.
    pub fn see(&mut self, word: &str) -> bool {
        let right = self.sent.as_ref().is_some_and(|(sent, _)| sent == word);
        self.seen |= right;
        right
    }
}

impl Default for Canary {
    fn default() -> Self {
        Self::new()
    }
}

/// What became of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// It was seen in time.
    Well,
    /// It was seen after an alarm.
    WellAgain,
    /// Nobody saw it; that is said to nobody yet, or was said within the hour.
    Missed,
    /// Nobody saw it nor the one before: say so.
    Alarm,
}

/// The line in the log and on pages.
pub fn silent_words(by: By) -> String {
    format!("Two test messages in a row did not arrive by {}.", named(by))
}

/// What the desk calls a channel: of browsers there are many.
pub fn named(by: By) -> &'static str {
    if by == By::Push { "browsers" } else { by.label() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_misses_are_an_alarm_said_once_an_hour_and_one_word_ends_it() {
        let at = |minutes: i64| Timestamp::from_milliseconds(minutes * MINUTE);
        let mut canary = Canary::new();
        assert_eq!((canary.judge(at(0)), canary.due_at(at(0))), (None, at(0)));
        let mut round = |seen: bool, minutes: i64| {
            canary.leave(format!("word {minutes}"), at(minutes));
            assert_eq!(canary.due_at(at(minutes)), at(minutes + 5));
            assert!(!canary.see("another word"));
            if seen {
                assert!(canary.see(&format!("word {minutes}")));
            }
            canary.judge(at(minutes + 5)).unwrap()
        };
        assert_eq!(round(true, 0), Judged::Well);
        assert_eq!(round(false, 5), Judged::Missed);
        assert_eq!(round(true, 10), Judged::Well, "one miss is forgiven");
        assert_eq!(round(false, 15), Judged::Missed);
        assert_eq!(round(false, 20), Judged::Alarm);
        assert_eq!(round(false, 25), Judged::Missed, "it was said");
        assert_eq!(round(false, 79), Judged::Missed);
        assert_eq!(round(false, 80), Judged::Alarm, "an hour later it is said again");
        assert_eq!(round(true, 85), Judged::WellAgain);
        assert_eq!(round(false, 90), Judged::Missed);
        assert_eq!(round(false, 95), Judged::Alarm);
    }

    #[test]
    fn an_alarm_that_could_not_be_written_down_is_said_by_the_next_miss() {
        let at = |minutes: i64| Timestamp::from_milliseconds(minutes * MINUTE);
        let mut canary = Canary::new();
        let misses = |canary: &mut Canary, minutes: i64| {
            canary.leave(format!("word {minutes}"), at(minutes));
            canary.judge(at(minutes + 5)).unwrap()
        };
        assert_eq!((misses(&mut canary, 0), misses(&mut canary, 5)), (Judged::Missed, Judged::Alarm));
        canary.unsaid();
        assert_eq!((misses(&mut canary, 10), misses(&mut canary, 15)), (Judged::Alarm, Judged::Missed));
    }
}
