//! CAP's times: `2026-01-02T03:04:05-00:00`, always with an offset, never `Z` (CAP 1.2, section 3.3.2).
//!
//! Kept as written, because `-00:00` and `+00:00` are the same instant and different texts; compared by the
//! instant where the rules ask which is earlier. CAP 1.1 left `Z` open, so files of 1.1 may have it.

use super::alert::Version;
use crate::time::{MINUTE, SECOND, Timestamp};
use std::fmt;

/// A time of a CAP file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CapTime {
    text: String,
    at: Timestamp,
}

impl CapTime {
    /// Reads a time. The text has no blanks around it.
    #[must_use]
    pub fn parse(text: &str, version: Version) -> Option<Self> {
        let (clock, zone) = text.split_at_checked(19)?;
        let number = |from: usize, to: usize| -> Option<i64> {
            let digits = clock.get(from..to)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
        };
        let marks = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")];
        if marks.iter().any(|(at, mark)| clock.get(*at..*at + 1) != Some(mark)) {
            return None;
        }
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        // `24:00:00` is the end of the day (XML Schema part 2, section 3.2.7).
        let midnight = hour == 24 && minute == 0 && second == 0;
        if year == 0 || minute > 59 || second > 59 || (hour > 23 && !midnight) {
            return None;
        }
        let date = jiff::civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        let days = date.since((jiff::Unit::Day, jiff::civil::date(1970, 1, 1))).ok()?.get_days();
        let offset = offset_minutes(zone, version)?;
        let seconds = i64::from(days) * 86_400 + hour * 3_600 + minute * 60 + second;
        Some(Self { text: text.to_owned(), at: Timestamp::from_milliseconds(seconds * SECOND - offset * MINUTE) })
    }

    /// A moment of ours, in UTC to the second, held within the years a file can write.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        let (first, last) = (Timestamp::from_milliseconds(-62_135_596_800_000), Timestamp::from_milliseconds(253_402_207_200_000));
        let text = format!("{}-00:00", at.clamp(first, last).utc_second().trim_end_matches('Z'));
        Self::parse(&text, Version::V12).expect("a second of UTC in the years 1 to 9999 is a time of CAP")
    }

    /// The instant, whatever the offset it was written with.
    #[must_use]
    pub fn instant(&self) -> Timestamp {
        self.at
    }
}

/// The offset from UTC in minutes: `+hh:mm` or `-hh:mm`, at most fourteen hours.
fn offset_minutes(zone: &str, version: Version) -> Option<i64> {
    if zone == "Z" && version == Version::V11 {
        return Some(0);
    }
    let digit = |at: usize| zone.as_bytes().get(at).filter(|byte| byte.is_ascii_digit()).map(|byte| i64::from(byte - b'0'));
    if zone.len() != 6 || zone.as_bytes().get(3) != Some(&b':') {
        return None;
    }
    let (hours, minutes) = (digit(1)? * 10 + digit(2)?, digit(4)? * 10 + digit(5)?);
    if minutes > 59 || hours * 60 + minutes > 14 * 60 {
        return None;
    }
    match zone.as_bytes().first()? {
        b'+' => Some(hours * 60 + minutes),
        b'-' => Some(-(hours * 60 + minutes)),
        _ => None,
    }
}

impl fmt::Display for CapTime {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}
