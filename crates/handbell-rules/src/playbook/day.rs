//! A day of the calendar: when a card was reviewed, when it expires, when somebody signed it.
//!
//! Written as `2026-11-21` in files and in words on pages. A day has no clock and no zone; which day it is
//! now depends on where one stands, so [`Day::at`] asks for a zone.

use std::fmt;

use jiff::civil::Date;

use crate::time::Timestamp;

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// Reads `2026-11-21` and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let day: Date = text.parse().ok()?;
        (day.to_string() == text).then_some(Self(day))
    }

    /// The day it is at a time in an IANA zone; in UTC where the zone is unknown.
    #[must_use]
    pub fn at(now: Timestamp, zone: &str) -> Self {
        let instant = jiff::Timestamp::from_millisecond(now.milliseconds()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        Self(instant.to_zoned(jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC)).date())
    }

    /// The same day so many months later, or the last of that month; the end of the calendar beyond it.
    #[must_use]
    pub fn months_later(self, months: i32) -> Self {
        Self(self.0.saturating_add(jiff::Span::new().months(months)))
    }

    /// Day of the month, from 1.
    #[must_use]
    pub fn of_month(self) -> i8 {
        self.0.day()
    }

    /// Month, from 0 for January, to look its name up.
    #[must_use]
    pub fn month_index(self) -> usize {
        usize::try_from(self.0.month() - 1).unwrap_or(0)
    }

    /// Year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0.year()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_in_one_way_only() {
        assert_eq!(Day::parse("2026-11-21").unwrap().to_string(), "2026-11-21");
        for text in ["", "2026-11-31", "2026-1-1", "20261121", "2026-11-21T10:00", " 2026-11-21", "21 November 2026"] {
            assert_eq!(Day::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_day_begins_where_one_stands() {
        // 30 June 2026, 23:30 UTC, is 1 July in London.
        let late = Timestamp::from_milliseconds(1_782_862_200_000);
        assert_eq!(Day::at(late, "UTC").to_string(), "2026-06-30");
        assert_eq!(Day::at(late, "Europe/London").to_string(), "2026-07-01");
        assert_eq!(Day::at(late, "Europe/Peckham"), Day::at(late, "UTC"));
    }

    #[test]
    fn months_end_where_they_end() {
        assert_eq!(Day::parse("2026-08-31").unwrap().months_later(6).to_string(), "2027-02-28");
        assert!(Day::parse("9999-12-31").unwrap().months_later(6) >= Day::parse("9999-12-31").unwrap());
    }
}
