//! As of: the entries of an incident as they stood at an earlier moment.
//!
//! The record only grows, so an earlier page is the projection of fewer entries: the same bytes for ever,
//! given the same withdrawals. A moment is an instant or a size of the log; only the size is exact where
//! several entries share a minute, and where one was withdrawn, because its time went with its words.

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
}

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
        }
    }
}

impl AsOf {
    /// The entries of that moment: all before the first that is later. Withdrawn entries have no time of their
    /// own and count with what stands before them.
    pub fn of<'a>(&self, entries: &'a [LoggedEntry]) -> &'a [LoggedEntry] {
        let at =
            |entry: &LoggedEntry| entry.payload.as_ref().and_then(|payload| payload.get("at")).and_then(Value::as_str).map(str::to_owned);
        let end = match self {
            Self::Size(size) => entries.iter().position(|entry| entry.index >= *size),
            // Both are the same shape in UTC, so the order of letters is the order of time; an entry's seconds,
            // where it has any, are cut off.
            Self::Minute(minute) => entries.iter().position(|entry| at(entry).is_some_and(|at| at.get(..16) > minute.get(..16))),
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
        for odd in ["", "yesterday", "2026-13-01", "-1", "99999999999999999999", "2026-11-21T14:05"] {
            assert_eq!(odd.parse::<AsOf>(), Err(NotAMoment), "{odd}");
        }
    }

    #[test]
    fn what_came_later_is_not_there_yet() {
        let entry = |index: u64, at: Option<&str>| LoggedEntry {
            index,
            kind: 2,
            payload: at.map(|at| [("at".to_owned(), Value::from(at))].into_iter().collect()),
        };
        let entries = [entry(3, Some("2026-01-01T10:00Z")), entry(5, None), entry(9, Some("2026-01-01T10:01Z"))];
        let count = |text: &str| text.parse::<AsOf>().unwrap().of(&entries).len();
        assert_eq!((count("2026-01-01T09:59Z"), count("2026-01-01T10:00Z"), count("2026-01-01T10:01Z")), (0, 2, 3));
        assert_eq!((count("3"), count("4"), count("9"), count("10")), (0, 1, 2, 3));
    }
}
