//! Dates as sources give them: a day, a month or a year, written as EDTF level 0 (ISO 8601-2, section 4.2).
//!
//! A date that words do not resolve to is no date: "Saturday" stays words. Two dates contradict each other
//! when no day is in both. Longer EDTF forms are refused here, not guessed at.

use jiff::civil::Date;

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// A calendar date of EDTF level 0: a day, a month or a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdtfDate {
    /// As written.
    pub written: String,
    /// The first day it may be.
    pub first: Date,
    /// The last day it may be.
    pub last: Date,
}

impl EdtfDate {
    /// Reads `2017-05-13`, `2017-05` or `2017`; `None` for anything else, longer EDTF forms included.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |part: &str, length: usize| {
            (part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse::<i16>().ok()).flatten()
        };
        let mut parts = text.split('-');
        let year = digits(parts.next()?, 4)?;
        let month = parts.next().map(|part| digits(part, 2).and_then(|month| i8::try_from(month).ok()));
        let day = parts.next().map(|part| digits(part, 2).and_then(|day| i8::try_from(day).ok()));
        if parts.next().is_some() {
            return None;
        }
        let (first, last) = match (month, day) {
            (None, _) => (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?),
            (Some(month), None) => {
                let first = Date::new(year, month?, 1).ok()?;
                (first, first.last_of_month())
            }
            (Some(month), Some(day)) => {
                let date = Date::new(year, month?, day?).ok()?;
                (date, date)
            }
        };
        Some(Self { written: text.to_owned(), first, last })
    }

    /// Whether some day is in both.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// The date as people say it: `13 May 2017`, `May 2017` or `2017`.
    #[must_use]
    pub fn words(&self) -> String {
        let month = usize::try_from(self.first.month() - 1).ok().and_then(|place| MONTHS.get(place)).copied().unwrap_or_default();
        match self.written.len() {
            4 => self.first.year().to_string(),
            7 => format!("{month} {}", self.first.year()),
            _ => format!("{} {month} {}", self.first.day(), self.first.year()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_said_as_it_was_given_and_no_finer() {
        for (written, words) in [("2017-05-13", "13 May 2017"), ("2017-05", "May 2017"), ("2017", "2017")] {
            assert_eq!(EdtfDate::parse(written).unwrap().words(), words);
        }
        for refused in ["2017-02-29", "2017-13", "17", "2017-5-1", "2017-05-13T10:00:00Z", "2017?", "", "-2017"] {
            assert_eq!(EdtfDate::parse(refused), None, "{refused}");
        }
    }

    #[test]
    fn dates_overlap_when_a_day_is_in_both() {
        let date = |text: &str| EdtfDate::parse(text).unwrap();
        assert!(date("2017-05").overlaps(&date("2017-05-13")) && date("2017-05-13").overlaps(&date("2017")));
        assert!(!date("2017-05-13").overlaps(&date("2017-05-14")) && !date("2016").overlaps(&date("2017-01-01")));
    }
}
