//! As of: the entries of an incident as they stood at an earlier moment.
//!
//! The record only grows, so an earlier page is the projection of fewer entries: the same bytes for ever,
//! given the same withdrawals. A moment is an instant or a size of the log; only the size is exact where
//! several entries share a minute, and where one was withdrawn, because its time went with its words. A moment
//! of an imported history is another question: not what this record said then, but what the history said.

use super::projection::LoggedEntry;
use serde_json::Value;
use std::str::FromStr;

/// An earlier moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AsOf {
    /// The log's size: entries before this index.
    Size(u64),
    /// A UTC minute as entries write it, `2026-01-02T03:04Z`: entries of that minute are in.
    Minute(String),
    /// What an imported history said at a second, `2020-06-07T03:29:59Z`: entries that were said elsewhere by
    /// then, and of those that nobody said elsewhere the ones that stood here by then.
    Said(String),
}

/// What stands before a moment of an imported history.
pub const SAID: &str = "said:";

/// The text is neither an instant nor a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a moment is written as 2026-11-21T14:05Z, 2026-11-21 or a number of log entries")]
pub struct NotAMoment;

impl FromStr for AsOf {
    type Err = NotAMoment;
    fn from_str(text: &str) -> Result<Self, NotAMoment> {
        if text.len() <= 15 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().map(Self::Size).map_err(|_| NotAMoment);
        }
        if let Some(said) = text.strip_prefix(SAID) {
            // As of this record's own time, but to the second: a history may have had two edits in one minute.
            let whole = match (said.len(), said.strip_suffix('Z')) {
                (10, _) if said.parse::<jiff::civil::Date>().is_ok() => format!("{said}T23:59:59Z"),
                (_, Some(minute)) if minute.len() == 16 => format!("{minute}:59Z"),
                _ => said.to_owned(),
            };
            let instant: jiff::Timestamp = whole.parse().map_err(|_| NotAMoment)?;
            return Ok(Self::Said(crate::time::Timestamp::from_milliseconds(instant.as_millisecond()).utc_second()));
        }
        // A day means all of it, in UTC.
        if text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok() {
            return Ok(Self::Minute(format!("{text}T23:59Z")));
        }
        let whole = match text.strip_suffix('Z') {
            Some(minute) if minute.len() == 16 => format!("{minute}:00Z"),
            _ => text.to_owned(),
        };
        let instant: jiff::Timestamp = whole.parse().map_err(|_| NotAMoment)?;
        Ok(Self::Minute(crate::time::Timestamp::from_milliseconds(instant.as_millisecond()).utc_minute()))
    }
}

impl std::fmt::Display for AsOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Size(size) => write!(f, "{size}"),
            Self::Minute(minute) => f.write_str(minute),
            Self::Said(second) => write!(f, "{SAID}{second}"),
        }
    }
}

impl AsOf {
    /// The entries of that moment: all before the first that is later. Withdrawn entries have no time of their
    /// own and count with what stands before them.
    pub fn of<'a>(&self, entries: &'a [LoggedEntry]) -> &'a [LoggedEntry] {
        let text = |entry: &LoggedEntry, key: &str| {
            entry.payload.as_ref().and_then(|payload| payload.get(key)).and_then(Value::as_str).map(str::to_owned)
        };
        let at = |entry: &LoggedEntry| text(entry, "at");
        // A minute without seconds is its first.
        let said = |entry: &LoggedEntry| {
            let told = text(entry, super::brought::SAID_AT).or_else(|| at(entry))?;
            Some(if told.len() == 17 { format!("{}:00Z", told.get(..16)?) } else { told })
        };
        let end = match self {
            Self::Size(size) => entries.iter().position(|entry| entry.index >= *size),
            // Both are the same shape in UTC, so the order of letters is the order of time; an entry's seconds,
            // where it has any, are cut off.
            Self::Minute(minute) => entries.iter().position(|entry| at(entry).is_some_and(|at| at.get(..16) > minute.get(..16))),
            Self::Said(second) => entries.iter().position(|entry| said(entry).is_some_and(|said| said > *second)),
        };
        &entries[..end.unwrap_or(entries.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_an_instant_a_day_or_a_size() {
        assert_eq!("17".parse(), Ok(AsOf::Size(17)));
        assert_eq!("2026-11-21".parse(), Ok(AsOf::Minute("2026-11-21T23:59Z".into())));
        assert_eq!("2026-11-21T14:05Z".parse(), Ok(AsOf::Minute("2026-11-21T14:05Z".into())));
        assert_eq!("2026-11-21T14:05:59+01:00".parse(), Ok(AsOf::Minute("2026-11-21T13:05Z".into())));
        assert_eq!("said:2020-06-07T03:29:59Z".parse(), Ok(AsOf::Said("2020-06-07T03:29:59Z".into())));
        assert_eq!("said:2020-06-07T03:29Z".parse(), Ok(AsOf::Said("2020-06-07T03:29:59Z".into())));
        assert_eq!("said:2020-06-07".parse::<AsOf>().unwrap().to_string(), "said:2020-06-07T23:59:59Z");
        for odd in ["said:", "said:3", "", "yesterday", "2026-13-01", "-1", "99999999999999999999", "2026-11-21T14:05"] {
            assert_eq!(odd.parse::<AsOf>(), Err(NotAMoment), "{odd}");
        }
    }

    #[test]
    fn what_came_later_is_not_there_yet() {
        let entry = |index: u64, at: Option<&str>| LoggedEntry {
            index,
            kind: 2,
            payload: at.map(|at| [("at".to_owned(), Value::from(at))].into_iter().collect()),
            missing: false,
        };
        let entries = [entry(3, Some("2026-01-01T10:00Z")), entry(5, None), entry(9, Some("2026-01-01T10:01Z"))];
        let count = |text: &str| text.parse::<AsOf>().unwrap().of(&entries).len();
        assert_eq!((count("2026-01-01T09:59Z"), count("2026-01-01T10:00Z"), count("2026-01-01T10:01Z")), (0, 2, 3));
        assert_eq!((count("3"), count("4"), count("9"), count("10")), (0, 1, 2, 3));
    }

    #[test]
    fn an_imported_history_is_read_by_its_own_time_and_what_the_desk_added_by_the_records() {
        let entry = |index: u64, at: &str, said: Option<&str>| LoggedEntry {
            index,
            kind: 2,
            payload: Some(
                [("at", Some(at)), ("said_at", said)]
                    .into_iter()
                    .filter_map(|(key, text)| Some((key.to_owned(), Value::from(text?))))
                    .collect(),
            ),
            missing: false,
        };
        let now = "2026-11-22T02:00Z";
        let entries =
            [entry(0, now, Some("2020-06-07T01:25:53Z")), entry(1, now, Some("2020-06-07T01:25:59Z")), entry(2, "2026-11-23T02:00Z", None)];
        let count = |text: &str| text.parse::<AsOf>().unwrap().of(&entries).len();
        assert_eq!((count("said:2020-06-07T01:25:52Z"), count("said:2020-06-07T01:25:53Z"), count("said:2020-06-07T01:25Z")), (0, 1, 2));
        assert_eq!((count("said:2026-11-22"), count("said:2026-11-23T02:00:00Z")), (2, 3));
        assert_eq!((count("2026-11-22T01:59Z"), count(now)), (0, 2), "this record said none of it before it was entered");
    }
}
