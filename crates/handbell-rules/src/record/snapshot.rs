//! Snapshot: when the log counts its streams, so that a page can be seen to be whole without reading all of it.
//!
//! Once a day of the group's zone, and only when something was added since; sooner when so much was added that a page's
//! proof would be long. It publishes numbers and no word. What it counts is worked out where the entry gets its place.

use super::entry;
use crate::change::{Actor, Change, What};
use crate::id::ChangeId;
use crate::playbook::Day;
use crate::time::Timestamp;

/// Entries after which the next snapshot does not wait for another day. A page's proof holds every leaf since the
/// newest one, 78 bytes each.
pub const SNAPSHOT_ENTRIES_MAX: u64 = 1_024;

/// The newest snapshot of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Newest {
    /// Its place in the log.
    pub index: u64,
    /// When it was taken.
    pub at: Timestamp,
}

/// Takes a snapshot of a log of `size` entries if one is due.
///
/// The first is due with the first incident of the record: before it there is no page to prove.
pub fn take(
    id: ChangeId,
    newest: Option<Newest>,
    size: u64,
    has_incidents: bool,
    zone: &str,
    salt: [u8; 32],
    now: Timestamp,
) -> Option<Change> {
    let due = match newest {
        None => has_incidents,
        Some(newest) => {
            let grown = size.saturating_sub(newest.index + 1);
            grown >= SNAPSHOT_ENTRIES_MAX || (grown > 0 && Day::at(now, zone) > Day::at(newest.at, zone))
        }
    };
    due.then(|| Change { id, at: now, by: Actor::Worker, what: What::SnapshotTaken { entry: entry::snapshot(salt, now) } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{HOUR, MINUTE};

    const ZONE: &str = "Europe/London";

    fn is_due(newest: Option<Newest>, size: u64, now: Timestamp) -> bool {
        take(ChangeId([1; 16]), newest, size, true, ZONE, [2; 32], now).is_some()
    }

    /// A quarter to midnight of 30 June 2026 in London, where it is summer.
    const LATE: Timestamp = Timestamp::from_milliseconds(1_782_859_500_000);

    #[test]
    fn a_snapshot_is_taken_once_a_day_of_the_group_and_only_of_a_log_that_grew() {
        assert_eq!(LATE.utc_minute(), "2026-06-30T22:45Z");
        let newest = Some(Newest { index: 9, at: LATE });
        assert!(!is_due(newest, 12, LATE.plus(14 * MINUTE)), "the same day in London");
        assert!(is_due(newest, 12, LATE.plus(15 * MINUTE)), "midnight in London, an hour before that in UTC");
        assert!(!is_due(newest, 10, LATE.plus(48 * HOUR)), "nothing was added");
        assert!(!is_due(newest, 12, LATE.plus(-48 * HOUR)), "a clock that went back");
    }

    #[test]
    fn a_log_that_grows_fast_does_not_wait_for_another_day() {
        let newest = Some(Newest { index: 9, at: LATE });
        assert!(!is_due(newest, 9 + SNAPSHOT_ENTRIES_MAX, LATE));
        assert!(is_due(newest, 10 + SNAPSHOT_ENTRIES_MAX, LATE));
    }

    #[test]
    fn the_first_snapshot_comes_with_the_first_incident() {
        let first = |has_incidents| take(ChangeId([1; 16]), None, 1, has_incidents, ZONE, [2; 32], LATE);
        assert_eq!(first(false), None);
        let change = first(true).expect("there is an incident");
        let What::SnapshotTaken { entry } = change.what else { panic!("it takes a snapshot") };
        assert_eq!((entry.stream, entry.kind.code()), (entry::OPERATORS_STREAM, 10));
        assert_eq!(serde_json::Value::from(entry.fields), serde_json::json!({"at": "2026-06-30T22:45Z", "type": "snapshot"}));
    }
}
