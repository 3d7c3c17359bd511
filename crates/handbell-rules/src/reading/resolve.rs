//! Resolve: which day some words mean, and by which rule, or that they mean none.
//!
//! Nothing is guessed: without a day of publication "last Saturday" is no day, and a weekday that the calendar
//! does not give is no day either. The rule is kept beside the day, so that whoever decides can count again.

use super::dateline::Dateline;
use super::day::Date as Said;
use super::{Hints, Rule};
use crate::span::Span;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// Days after the dateline up to which a date without a year is still one to come.
const AHEAD_DAYS: i32 = 40;

/// What words say of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    /// A date, in full or in part.
    Date(Said),
    /// A weekday, Monday being 0.
    Weekday(i8),
    WeekdayBefore(i8),
    WeekdayAfter(i8),
    /// The weekday that followed the day said last.
    WeekdayAfterDayBefore(i8),
    /// Days from the dateline.
    FromDateline(i32),
    /// Days from the day said last.
    FromDayBefore(i32),
    /// Weekends from the dateline's.
    Weekend(i32),
    /// Months from the dateline's.
    Months(i32),
    /// The last or next month of this name.
    LastMonth(i8, i32),
    /// Years from the dateline's.
    Years(i32),
    Season(i16, u8),
    /// The first of the year to come.
    NewYear,
    /// A time that is no day.
    Vague,
}

/// Goes through a text's days in order.
pub(super) struct Resolver<'a> {
    datelines: &'a [Dateline],
    year: Option<i16>,
    /// The day said last, if the words before resolved to one.
    last: Option<Date>,
    /// The year of the last date that was said in full.
    year_said: Option<i16>,
    at: usize,
}

fn weekday(number: i8) -> Option<Weekday> {
    Weekday::from_monday_zero_offset(number).ok()
}

fn on_or_before(day: Date, wanted: Weekday) -> Option<Date> {
    let back = day.weekday().since(wanted);
    day.checked_sub(i64::from(back).days()).ok()
}

fn after(day: Date, wanted: Weekday) -> Option<Date> {
    let forward = match day.weekday().until(wanted) {
        0 => 7,
        forward => forward,
    };
    day.checked_add(i64::from(forward).days()).ok()
}

fn moved(day: Date, days: i32) -> Option<Date> {
    day.checked_add(i64::from(days).days()).ok()
}

impl<'a> Resolver<'a> {
    pub fn new(datelines: &'a [Dateline], hints: &Hints<'_>) -> Self {
        Self { datelines, year: hints.year, last: None, year_said: None, at: 0 }
    }

    /// A year of the text's time, for years of two digits.
    pub fn century(&self) -> Option<i16> {
        self.dateline().map(Date::year).or(self.year).or(self.year_said)
    }

    fn dateline(&self) -> Option<Date> {
        self.datelines.iter().rev().find(|one| one.from <= self.at).map(|one| one.day)
    }

    /// The day that is meant, as EDTF.
    pub fn day(&mut self, told: &Told, at: usize, looks_ahead: bool) -> (Option<String>, Rule) {
        let before = self.datelines.iter().rposition(|one| one.from <= self.at);
        self.at = at;
        if self.datelines.iter().rposition(|one| one.from <= at) != before {
            // Another item begins: its "that day" is none of the item before.
            self.last = None;
        }
        let (edtf, day, rule) = self.resolved(told, looks_ahead);
        // A year that no span is written with, such as one before the first.
        let (edtf, day, rule) =
            if edtf.as_deref().is_some_and(|edtf| Span::parse(edtf).is_err()) { (None, None, Rule::NoDay) } else { (edtf, day, rule) };
        self.last = day;
        (edtf, rule)
    }

    fn one(day: Option<Date>, rule: Rule) -> (Option<String>, Option<Date>, Rule) {
        match day {
            Some(day) => (Some(day.to_string()), Some(day), rule),
            None => (None, None, Rule::NoDay),
        }
    }

    fn resolved(&mut self, told: &Told, looks_ahead: bool) -> (Option<String>, Option<Date>, Rule) {
        let nothing = (None, None, Rule::NothingToCountFrom);
        let dateline = self.dateline();
        match told {
            Told::Date(said) => self.date(said),
            Told::Weekday(number) => match (dateline, weekday(*number)) {
                (Some(day), Some(wanted)) if looks_ahead => Self::one(after(day, wanted), Rule::WeekdayAfterTheDateline),
                (Some(day), Some(wanted)) => Self::one(on_or_before(day, wanted), Rule::WeekdayUpToTheDateline),
                _ => nothing,
            },
            Told::WeekdayBefore(number) => match (dateline.and_then(|day| moved(day, -1)), weekday(*number)) {
                (Some(day), Some(wanted)) => Self::one(on_or_before(day, wanted), Rule::WeekdayBeforeTheDateline),
                _ => nothing,
            },
            Told::WeekdayAfter(number) => match (dateline, weekday(*number)) {
                (Some(day), Some(wanted)) => Self::one(after(day, wanted), Rule::WeekdayAfterTheDateline),
                _ => nothing,
            },
            Told::WeekdayAfterDayBefore(number) => match (self.last, weekday(*number)) {
                (Some(day), Some(wanted)) => Self::one(after(day, wanted), Rule::CountedFromTheDayBefore),
                _ => nothing,
            },
            Told::FromDateline(days) => match dateline {
                Some(day) => Self::one(moved(day, *days), Rule::CountedFromTheDateline),
                None => nothing,
            },
            Told::FromDayBefore(days) => match self.last {
                Some(day) => Self::one(moved(day, *days), Rule::CountedFromTheDayBefore),
                None => nothing,
            },
            Told::Weekend(step) => match dateline.and_then(|day| on_or_before(moved(day, step.min(&0) * 2)?, Weekday::Saturday)) {
                Some(saturday) if *step <= 0 => {
                    let sunday = moved(saturday, 1).unwrap_or(saturday);
                    (Some(format!("{saturday}/{sunday}")), None, Rule::CountedFromTheDateline)
                }
                Some(_) => (None, None, Rule::NoDay),
                None => nothing,
            },
            Told::Months(step) => match dateline.and_then(|day| day.checked_add(i64::from(*step).months()).ok()) {
                Some(day) => (Some(format!("{:04}-{:02}", day.year(), day.month())), None, Rule::CountedFromTheDateline),
                None => nothing,
            },
            Told::LastMonth(month, step) => match dateline {
                Some(day) => {
                    let year = match step {
                        ..=-1 => day.year() - i16::from(*month >= day.month()),
                        0 => day.year(),
                        1.. => day.year() + i16::from(*month <= day.month()),
                    };
                    (Some(format!("{year:04}-{month:02}")), None, Rule::CountedFromTheDateline)
                }
                None => nothing,
            },
            Told::Years(step) => match dateline.map(Date::year).or(self.year) {
                Some(year) => (Some(format!("{:04}", i32::from(year) + step)), None, Rule::CountedFromTheDateline),
                None => nothing,
            },
            Told::Season(year, season) => (Some(format!("{year:04}-{season}")), None, Rule::SaidInFull),
            Told::NewYear => match dateline {
                Some(day) => Self::one(Date::new(day.year() + 1, 1, 1).ok(), Rule::CountedFromTheDateline),
                None => nothing,
            },
            Told::Vague => (None, None, Rule::NoDay),
        }
    }

    /// The year of a date that says none.
    fn year_of(&self, said: &Said) -> Option<(i16, Rule)> {
        let month = said.month?;
        let day = said.day.unwrap_or(1);
        if let Some(dateline) = self.dateline() {
            let ahead = moved(dateline, AHEAD_DAYS)?;
            let year =
                (dateline.year()..=dateline.year() + 1).rev().find(|year| Date::new(*year, month, day).is_ok_and(|day| day <= ahead));
            return Some((year.unwrap_or(dateline.year() - 1), Rule::YearOfTheDateline));
        }
        self.year.map(|year| (year, Rule::YearOfTheDateline)).or_else(|| self.year_said.map(|year| (year, Rule::YearSaidBefore)))
    }

    fn date(&mut self, said: &Said) -> (Option<String>, Option<Date>, Rule) {
        let Some(month) = said.month else {
            return match said.year {
                Some(year) => (Some(format!("{year:04}")), None, Rule::SaidInFull),
                None => (None, None, Rule::NothingToCountFrom),
            };
        };
        let found = said.year.map(|year| (year, Rule::SaidInFull)).or_else(|| self.year_of(said));
        let Some((year, rule)) = found else { return (None, None, Rule::NothingToCountFrom) };
        if rule == Rule::SaidInFull {
            self.year_said = Some(year);
        }
        let Some(day) = said.day else { return (Some(format!("{year:04}-{month:02}")), None, rule) };
        let Ok(first) = Date::new(year, month, day) else { return (None, None, Rule::NoDay) };
        if said.weekday.and_then(weekday).is_some_and(|weekday| weekday != first.weekday()) {
            return (None, None, Rule::NoDay);
        }
        match said.until.map(|until| Date::new(year, month, until)) {
            None => (Some(first.to_string()), Some(first), rule),
            Some(Ok(last)) => (Some(format!("{first}/{last}")), Some(last), rule),
            Some(Err(_)) => (None, None, Rule::NoDay),
        }
    }
}
