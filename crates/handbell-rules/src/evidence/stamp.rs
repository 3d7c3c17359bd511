//! Stamp: what an outside clock said of a day's custody chain (RFC 3161), and which day is due.
//!
//! Days are those of UTC. A day is closed some hours after it ended, so that nobody can tell from the log that
//! something was filmed just now; and only when something was done on it, so that a quiet group writes nothing.

use super::custody::{Deed, Doer, Line, Statement};
use crate::change::{Change, What};
use crate::id::ChangeId;
use crate::time::{DAY, HOUR, Timestamp};
use serde::{Deserialize, Serialize};

/// How long after its end a day is closed: footage of the last minutes before midnight shows in the log no sooner.
pub const CLOSED_AFTER: i64 = 6 * HOUR;
/// Time between two tries to get a stamp.
pub const AGAIN_AFTER: i64 = HOUR;
/// How often it is tried: a week long. What was never stamped still has its head in the log.
pub const TRIES_MAX: u32 = 168;

/// One day's head and what became of asking for a stamp over it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The day in UTC as days since 1970.
    pub day: u32,
    /// How often it was changed.
    pub version: u32,
    /// The custody chain's head at the end of that day.
    pub head: [u8; 32],
    /// Lines of the chain up to there.
    pub lines: u64,
    /// The authority's answer as it came, in base64; none while it is waited for or no authority is set.
    pub answer: Option<String>,
    /// When the authority says it was.
    pub said: Option<String>,
    /// How often it was asked.
    pub tries: u32,
    /// Why there was none at the last try, in words; empty when it was not tried or there is one.
    pub told: String,
}

/// The newest day that may be closed: the last one that ended [`CLOSED_AFTER`] ago.
pub fn closed(now: Timestamp) -> Option<u32> {
    let days = now.plus(-CLOSED_AFTER).milliseconds().div_euclid(DAY);
    u32::try_from(days - 1).ok()
}

/// When a day ended.
pub fn end_of(day: u32) -> Timestamp {
    Timestamp::from_milliseconds((i64::from(day) + 1) * DAY)
}

/// When the day after this one may be closed.
pub fn next_close(day: u32) -> Timestamp {
    end_of(day).plus(DAY + CLOSED_AFTER)
}

/// Whether the log should say where the chain stands after these lines. Marks and stamps are its own doing: if they
/// counted, every day would owe the next.
pub fn owes_a_head(lines: &[Line]) -> bool {
    let own = |line: &Line| {
        let said = line.statement.as_deref().and_then(|text| Statement::parse(text).ok());
        said.is_some_and(|said| matches!(said.deed, Deed::Noted | Deed::Stamped))
    };
    !lines.iter().all(own)
}

impl Stamp {
    /// A day whose head was written into the log; nobody was asked for a stamp yet.
    pub fn of(day: u32, head: [u8; 32], lines: u64) -> Self {
        Self { day, version: 0, head, lines, answer: None, said: None, tries: 0, told: String::new() }
    }

    /// Whether an authority should be asked, again or for the first time.
    pub const fn waits(&self) -> bool {
        self.answer.is_none() && self.tries < TRIES_MAX
    }

    /// The change that keeps the row of a day.
    pub fn begun(self, id: ChangeId, now: Timestamp) -> Change {
        moved(id, self, None, now)
    }

    /// The authority stamped it: `answer` is its answer in base64, `sha256` that of its bytes, `said` its time.
    pub fn stamped(&self, id: ChangeId, answer: String, sha256: [u8; 32], said: String, salt: [u8; 16], now: Timestamp) -> Change {
        let words = format!("head of {} lines, at {said}", self.lines);
        let line = Doer::handbell(salt).says(Deed::Stamped, None, now).about(sha256).with(words);
        let stamp = Self { answer: Some(answer), said: Some(said), tries: self.tries + 1, told: String::new(), ..self.clone() };
        moved(id, stamp, Some(line), now)
    }

    /// It did not, and `told` says why.
    pub fn missed(&self, id: ChangeId, told: String, now: Timestamp) -> Change {
        moved(id, Self { tries: self.tries + 1, told, ..self.clone() }, None, now)
    }
}

fn moved(id: ChangeId, stamp: Stamp, said: Option<Statement>, now: Timestamp) -> Change {
    Change { id, at: now, by: crate::change::Actor::Worker, what: What::StampMoved { stamp, said } }
}

#[cfg(test)]
mod tests {
    use super::super::custody;
    use super::*;

    fn line(number: u64, deed: Deed) -> Line {
        let text = Doer::handbell([1; 16]).says(deed, None, Timestamp::from_milliseconds(0)).text();
        Line { number, said: custody::said(&text), statement: Some(text) }
    }

    #[test]
    fn a_day_is_closed_six_hours_after_its_end_and_not_sooner() {
        let midnight = end_of(20_000);
        for (after, closed_then) in [(0, 19_999), (CLOSED_AFTER - 1, 19_999), (CLOSED_AFTER, 20_000), (DAY, 20_000)] {
            assert_eq!(closed(midnight.plus(after)), Some(closed_then), "{after}");
        }
        assert_eq!(closed(next_close(20_000).plus(-1)), Some(20_000));
        assert_eq!(closed(next_close(20_000)), Some(20_001));
        assert_eq!(closed(Timestamp::from_milliseconds(0)), None);
    }

    #[test]
    fn a_day_on_which_only_marks_and_stamps_were_written_owes_nothing() {
        assert!(!owes_a_head(&[]));
        assert!(!owes_a_head(&[line(0, Deed::Noted), line(1, Deed::Stamped)]));
        assert!(owes_a_head(&[line(0, Deed::Noted), line(1, Deed::Looked)]));
        let mut forgotten = line(0, Deed::Noted);
        forgotten.statement = None;
        assert!(owes_a_head(&[forgotten]), "what was forgotten may have been anything");
    }

    #[test]
    fn a_stamp_is_asked_for_a_week_long_and_no_longer() {
        let mut stamp = Stamp::of(1, [2; 32], 3);
        for tries in 1..=TRIES_MAX {
            assert!(stamp.waits(), "{tries}");
            let What::StampMoved { stamp: next, said: None } = stamp.missed(ChangeId([0; 16]), "no".into(), Timestamp::default()).what
            else {
                panic!("a missed stamp has no line")
            };
            stamp = next;
        }
        assert!(!stamp.waits());
        let change =
            Stamp::of(1, [2; 32], 3).stamped(ChangeId([0; 16]), "AA==".into(), [9; 32], "then".into(), [4; 16], Timestamp::default());
        let What::StampMoved { stamp, said: Some(said) } = change.what else { panic!("a stamp has a line") };
        assert!(!stamp.waits() && said.deed == Deed::Stamped && said.sha256 == Some([9; 32]));
    }
}
