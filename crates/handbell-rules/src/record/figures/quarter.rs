//! Quarter: three months of a year, the finest stretch of time that the figures tell.
//!
//! An incident has one only where every account of it lies inside it. One whose accounts reach over more, or that
//! has no date, has none; nothing here chooses the likelier.

use crate::span::{Moment, Span};
use std::fmt;

/// Seconds of a day on the calendar.
const DAY_SECONDS: i64 = 86_400;

/// A quarter of a year; they order as time does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter(i32);

impl Quarter {
    /// A quarter of a year, 1 to 4.
    pub fn new(year: i32, number: u8) -> Option<Self> {
        let from_zero = i32::from(number.checked_sub(1).filter(|number| *number < 4)?);
        Some(Self(year.checked_mul(4)?.checked_add(from_zero)?))
    }

    /// The one quarter in which every account lies, if there is one.
    pub fn of(accounts: &[String]) -> Option<Self> {
        let mut found: Option<Self> = None;
        for account in accounts {
            let bounds = Span::parse(account).ok()?.bounds();
            let (from, before) = bounds.from.zip(bounds.before)?;
            let (first, last) = (Self::at(from)?, Self::at(Moment(before.0 - 1))?);
            if first != last || found.is_some_and(|found| found != first) {
                return None;
            }
            found = Some(first);
        }
        found
    }

    fn at(moment: Moment) -> Option<Self> {
        let days = jiff::Span::new().try_days(moment.0.div_euclid(DAY_SECONDS)).ok()?;
        let day = jiff::civil::date(1970, 1, 1).checked_add(days).ok()?;
        Self::new(i32::from(day.year()), (day.month().unsigned_abs() - 1) / 3 + 1)
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.0.div_euclid(4)
    }

    /// Which of the year's four, from 1.
    pub fn number(self) -> u8 {
        u8::try_from(self.0.rem_euclid(4) + 1).unwrap_or(1)
    }

    /// The one so many later; earlier where negative.
    pub fn later(self, quarters: i32) -> Self {
        Self(self.0.saturating_add(quarters))
    }

    /// How many later this is than another.
    pub fn since(self, earlier: Self) -> i32 {
        self.0.saturating_sub(earlier.0)
    }

    /// Its first and last day, as a search takes them: `2026-10-01` and `2026-12-31`.
    pub fn days(self) -> (String, String) {
        let first = u32::from(self.number() - 1) * 3 + 1;
        let last_day = if matches!(self.number(), 1 | 4) { 31 } else { 30 };
        let year = self.year();
        (format!("{year:04}-{first:02}-01"), format!("{year:04}-{:02}-{last_day}", first + 2))
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let months = ["January to March", "April to June", "July to September", "October to December"];
        write!(f, "{} {}", months[usize::from(self.number() - 1)], self.year())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_incident_has_a_quarter_only_where_every_account_lies_in_it() {
        let of = |accounts: &[&str]| {
            Quarter::of(&accounts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()).map(|quarter| quarter.to_string())
        };
        for (accounts, quarter) in [
            (vec!["2017-05-13"], Some("April to June 2017")),
            (vec!["2017-04-01"], Some("April to June 2017")),
            (vec!["2017-03-31"], Some("January to March 2017")),
            (vec!["2016-02"], Some("January to March 2016")),
            (vec!["2020-10/2020-12"], Some("October to December 2020")),
            (vec!["2017-05-13", "2017-06-20~"], Some("April to June 2017")),
            (vec!["2017-05-13", "2017-07-01"], None),
            (vec!["2017"], None),
            (vec!["2017-06-30/2017-07-01"], None),
            (vec!["../2017-05-13"], None),
            (vec![], None),
            (vec!["soon"], None),
            (vec!["Y170002"], None),
        ] {
            assert_eq!(of(&accounts).as_deref(), quarter, "{accounts:?}");
        }
    }

    #[test]
    fn quarters_follow_each_other_and_know_their_days() {
        let last = Quarter::new(2019, 4).expect("a quarter");
        let next = last.later(1);
        assert_eq!((next.year(), next.number(), next.since(last)), (2020, 1, 1));
        assert_eq!(next.days(), ("2020-01-01".to_owned(), "2020-03-31".to_owned()));
        assert_eq!(last.later(-2).days(), ("2019-04-01".to_owned(), "2019-06-30".to_owned()));
        assert_eq!((Quarter::new(2019, 0), Quarter::new(2019, 5)), (None, None));
    }
}
