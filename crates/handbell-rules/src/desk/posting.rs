//! Posting: one line of the known-activity board.
//!
//! A film crew, a police operation, bailiffs elsewhere, a drill: what the desk already knows explains many a
//! report, and saves a false alarm. A posting says what, where roughly, from when until when; it ends by
//! itself and stands beside reports of that place and time with the reasons. It decides nothing, and nothing
//! of it is ever public.

use crate::change::{Actor, Change, What};
use crate::desk::incident::reason;
use crate::id::{ChangeId, MemberId, PostingId};
use crate::people::member::DeskCaller;
use crate::refusal::{Desk, Refusal};
use crate::street::report::Observed;
use crate::time::{DAY, HOUR, MINUTE, Timestamp};
use serde::{Deserialize, Serialize};

/// The longest a posting stands.
pub const POSTING_LASTS_MAX: i64 = 7 * DAY;
/// How long it is kept after its end, so that a late report still meets it.
pub const POSTING_KEPT: i64 = DAY;
/// Reports this close before or after it still meet it: clocks and memories differ.
pub const POSTING_MARGIN: i64 = 30 * MINUTE;
/// Letters of a posting.
pub const POSTING_LETTERS_MAX: usize = 200;

/// What is known to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Known {
    /// A film or television crew.
    Filming,
    /// The police, about something else.
    PoliceOperation,
    /// Bailiffs, about something else.
    Bailiffs,
    /// Somebody practises.
    Drill,
    /// Something else.
    Other,
}

impl Known {
    /// Every sort with its word and what the desk reads.
    pub const ALL: [(Known, &'static str, &'static str); 5] = [
        (Known::Filming, "filming", "Filming"),
        (Known::PoliceOperation, "police-operation", "A police operation"),
        (Known::Bailiffs, "bailiffs", "Bailiffs, elsewhere"),
        (Known::Drill, "drill", "A drill"),
        (Known::Other, "other", "Something else"),
    ];
    /// Reads a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word, _)| *word == text).map(|(known, _, _)| *known)
    }
    /// What the desk reads.
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(known, _, _)| *known == self).map_or("", |(_, _, words)| words)
    }
}

/// A posting as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// Private id.
    pub id: PostingId,
    /// How often it was changed.
    pub version: u32,
    /// What.
    pub known: Known,
    /// The area's id in the group's area file; none for the whole of it.
    pub area: Option<String>,
    /// A few words.
    pub words: String,
    /// From when.
    pub from: Timestamp,
    /// Until when, by itself.
    pub until: Timestamp,
    /// Who put it up.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
}

impl Posting {
    /// Whether it stands on the board: begun or to come, and not over.
    pub fn stands(&self, now: Timestamp) -> bool {
        now < self.until
    }
    /// When it is forgotten.
    pub fn forget_at(&self) -> Timestamp {
        self.until.plus(POSTING_KEPT)
    }
}

/// What a member fills in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPosting {
    /// What.
    pub known: Known,
    /// The area's id; none for the whole of the group's area.
    pub area: Option<String>,
    /// A few words.
    pub words: String,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// Puts a posting on the board. `areas` are the ids of the group's area file.
pub fn put_up(
    change: ChangeId,
    caller: &DeskCaller,
    id: PostingId,
    new: NewPosting,
    areas: &[&str],
    now: Timestamp,
) -> Result<Change, Refusal> {
    caller.at_the_desk()?;
    if new.area.as_deref().is_some_and(|area| !areas.contains(&area)) {
        return Err(Desk::PostingAreaUnknown.into());
    }
    let words = reason(&new.words).map_err(|_| Desk::PostingWordsWrong)?;
    if words.chars().count() > POSTING_LETTERS_MAX {
        return Err(Desk::PostingWordsWrong.into());
    }
    let lasts = new.until.since(new.from);
    if lasts <= 0 || lasts > POSTING_LASTS_MAX || new.until <= now || new.from.since(now) > POSTING_LASTS_MAX {
        return Err(Desk::PostingTimesWrong.into());
    }
    let (known, area, from, until) = (new.known, new.area, new.from, new.until);
    let posting = Posting { id, version: 0, known, area, words, from, until, by: caller.member, at: now };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::PostingPutUp { posting } })
}

/// Takes a posting down before its end: anybody at the desk who knows that it is over.
pub fn take_down(change: ChangeId, caller: &DeskCaller, posting: &Posting, now: Timestamp) -> Result<Change, Refusal> {
    caller.at_the_desk()?;
    if !posting.stands(now) {
        return Err(Desk::PostingOver.into());
    }
    let posting = Posting { until: now, from: posting.from.min(now), ..posting.clone() };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::PostingTakenDown { posting } })
}

/// Where a report lies beside a posting's area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// Inside it, or the posting is for the whole area.
    Inside,
    /// The report has no point, so nobody can say.
    NotKnown,
    /// Outside.
    Outside,
}

/// Whether a posting may explain a report, and why; shown with these reasons, deciding nothing.
pub fn explains(posting: &Posting, observed: &Observed, beside: Beside) -> Option<Vec<String>> {
    let together = observed.from <= posting.until.plus(POSTING_MARGIN) && observed.to >= posting.from.plus(-POSTING_MARGIN);
    if !together || beside == Beside::Outside {
        return None;
    }
    let inside = observed.from < posting.until && observed.to >= posting.from;
    let time = if inside { "at the same time".to_owned() } else { format!("within {} minutes of it", POSTING_MARGIN / MINUTE) };
    let place = match (beside, posting.area.is_some()) {
        (Beside::Inside, true) => "in the same area",
        (Beside::Inside, false) => "it is posted for everywhere here",
        _ => "the report has no point, so the place is not compared",
    };
    Some(vec![time, place.to_owned()])
}

/// The hours a member can choose from.
pub const POSTING_HOURS: [i64; 6] = [HOUR, 2 * HOUR, 4 * HOUR, 12 * HOUR, DAY, 7 * DAY];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn posting(from: i64, until: i64) -> Posting {
        let at = Timestamp::from_milliseconds;
        Posting {
            id: PostingId([1; 16]),
            version: 0,
            known: Known::Filming,
            area: Some("middle".into()),
            words: "A film crew with police cars".into(),
            from: at(from),
            until: at(until),
            by: MemberId([2; 16]),
            at: at(from),
        }
    }

    proptest! {
        #[test]
        fn a_posting_never_explains_what_lies_outside_it_or_long_before_or_after(
            from in 0i64..100_000_000, lasts in 1i64..50_000_000, seen in -100_000_000i64..300_000_000, long in 0i64..1_000_000
        ) {
            let posting = posting(from, from + lasts);
            let at = Timestamp::from_milliseconds;
            let observed = Observed { from: at(seen), to: at(seen + long) };
            prop_assert!(explains(&posting, &observed, Beside::Outside).is_none());
            let apart = (seen - (from + lasts)).max(from - (seen + long));
            prop_assert_eq!(explains(&posting, &observed, Beside::Inside).is_some(), apart <= POSTING_MARGIN);
            if let Some(reasons) = explains(&posting, &observed, Beside::NotKnown) {
                prop_assert_eq!(reasons.len(), 2);
            }
        }
    }
}
