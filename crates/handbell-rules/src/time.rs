//! Time: UTC milliseconds inside, words only at the doors.
//!
//! Rules never read a clock; they are told what time it is. The public log knows minutes only, so that
//! nobody can match a log entry with a phone's second.

use serde::{Deserialize, Serialize};

/// Milliseconds of UTC since 1970, as a clock showed them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// One second in milliseconds.
pub const SECOND: i64 = 1_000;
/// One minute in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// One hour in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// One day in milliseconds.
pub const DAY: i64 = 24 * HOUR;

impl Timestamp {
    /// From UTC milliseconds.
    pub const fn from_milliseconds(milliseconds: i64) -> Self {
        Self(milliseconds)
    }
    /// To UTC milliseconds.
    pub const fn milliseconds(self) -> i64 {
        self.0
    }
    /// This time moved by `milliseconds`, held at the ends of what can be written.
    pub const fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }
    /// Milliseconds from `earlier` to this time; negative when this is the earlier one.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
    /// The beginning of a day in UTC; none past the ends of what can be written.
    pub fn of_day(day: jiff::civil::Date) -> Option<Self> {
        let midnight = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Self(midnight.timestamp().as_millisecond()))
    }
    /// UTC to the minute, as the public log writes it: `2026-01-02T03:04Z`.
    pub fn utc_minute(self) -> String {
        self.format("UTC", "%Y-%m-%dT%H:%MZ")
    }
    /// Reads what [`Timestamp::utc_minute`] writes.
    pub fn of_utc_minute(text: &str) -> Option<Self> {
        let minute: jiff::Timestamp = format!("{}:00Z", text.strip_suffix('Z')?).parse().ok()?;
        Some(Self(minute.as_millisecond())).filter(|read| read.utc_minute() == text)
    }
    /// UTC to the second (RFC 3339).
    pub fn utc_second(self) -> String {
        self.format("UTC", "%Y-%m-%dT%H:%M:%SZ")
    }
    /// As the head of an answer writes it (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
    pub fn http_date(self) -> String {
        self.format("UTC", "%a, %d %b %Y %H:%M:%S GMT")
    }
    /// The clock on the wall in `zone` (an IANA name): `03:04`.
    pub fn clock(self, zone: &str) -> String {
        self.format(zone, "%H:%M")
    }
    /// The clock on the wall with seconds, where two things of one minute must be told apart: `03:04:05`.
    pub fn clock_with_seconds(self, zone: &str) -> String {
        self.format(zone, "%H:%M:%S")
    }
    /// The day in `zone`: `2 January 2026`.
    pub fn day(self, zone: &str) -> String {
        self.format(zone, "%-d %B %Y")
    }
    /// Day and clock on the wall in `zone`: `2 January 2026, 03:04`.
    pub fn day_and_clock(self, zone: &str) -> String {
        self.format(zone, "%-d %B %Y, %H:%M")
    }
    /// The same in numbers alone, for languages whose months are not known here (RFC 3339's order): `2026-01-02, 03:04`.
    pub fn day_and_clock_in_numbers(self, zone: &str) -> String {
        self.format(zone, "%Y-%m-%d, %H:%M")
    }
    /// The hour on the wall in `zone`, 0 to 23, and when its day began there.
    pub fn hour_and_midnight(self, zone: &str) -> (u8, Self) {
        let instant = jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let here = instant.to_zoned(jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC));
        let midnight = here.start_of_day().map_or(self, |began| Self(began.timestamp().as_millisecond()));
        (u8::try_from(here.hour()).unwrap_or(0), midnight)
    }
    fn format(self, zone: &str, pattern: &str) -> String {
        let instant = jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
        instant.to_zoned(zone).strftime(pattern).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_knows_minutes_and_the_wall_knows_its_zone() {
        let at = Timestamp::from_milliseconds(1_654_941_612_345);
        assert_eq!(at.utc_minute(), "2022-06-11T10:00Z");
        assert_eq!(at.clock("Europe/London"), "11:00");
        assert_eq!(at.day_and_clock("Europe/London"), "11 June 2022, 11:00");
        assert_eq!(at.day_and_clock_in_numbers("Europe/London"), "2022-06-11, 11:00");
    }

    #[test]
    fn absurd_times_are_held_at_the_ends() {
        assert_eq!(Timestamp::from_milliseconds(i64::MAX).plus(5).milliseconds(), i64::MAX);
        assert!(!Timestamp::from_milliseconds(i64::MIN).utc_minute().is_empty());
    }
}
