//! Writing a span: EDTF text again, as it was read.
//!
//! Two forms of one offset come out as one: `+01` as `+01:00`, and none from Greenwich as `Z`. Everything else
//! has one form, which is the one that was read.

use super::{Clock, Date, Doubt, End, Member, Season, Shape, Span, Written};
use std::fmt::{Display, Formatter, Result};

/// A year of four digits, or with `Y`.
fn year(year: i64) -> String {
    let sign = if year < 0 { "-" } else { "" };
    if year.abs() > 9_999 { format!("Y{year}") } else { format!("{sign}{:04}", year.abs()) }
}

impl Display for Date {
    fn fmt(&self, to: &mut Formatter<'_>) -> Result {
        match self.written {
            Written::Day(of, month, day) => write!(to, "{}-{month:02}-{day:02}", year(of)),
            Written::Month(of, month) => write!(to, "{}-{month:02}", year(of)),
            Written::Year(of) => write!(to, "{}", year(of)),
            Written::Season(of, season) => write!(to, "{}-{}", year(of), season.code()),
            Written::Decade(tens) => write!(to, "{tens:03}X"),
            Written::Century(hundreds) => write!(to, "{hundreds:02}XX"),
            Written::SomeMonth(of) => write!(to, "{}-XX", year(of)),
            Written::SomeDay(of, month) => write!(to, "{}-{month:02}-XX", year(of)),
            Written::SomeDayOfYear(of) => write!(to, "{}-XX-XX", year(of)),
        }?;
        match Doubt::ALL.iter().find(|(doubt, _)| *doubt == self.doubt) {
            Some((_, sign)) => write!(to, "{sign}"),
            None => Ok(()),
        }
    }
}

impl Season {
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Spring => 21,
            Self::Summer => 22,
            Self::Autumn => 23,
            Self::Winter => 24,
        }
    }
}

impl Display for End {
    fn fmt(&self, to: &mut Formatter<'_>) -> Result {
        match self {
            Self::Open => write!(to, ".."),
            Self::Unknown => Ok(()),
            Self::At(date) => write!(to, "{date}"),
        }
    }
}

impl Display for Member {
    fn fmt(&self, to: &mut Formatter<'_>) -> Result {
        match self {
            Self::One(date) => write!(to, "{date}"),
            Self::Between(first, last) => write!(to, "{first}..{last}"),
            Self::OrEarlier(date) => write!(to, "..{date}"),
            Self::OrLater(date) => write!(to, "{date}.."),
        }
    }
}

impl Display for Clock {
    fn fmt(&self, to: &mut Formatter<'_>) -> Result {
        let (of, month, day) = self.day;
        write!(to, "{}-{month:02}-{day:02}T{:02}:{:02}:{:02}", year(of), self.hour, self.minute, self.second)?;
        match self.offset_minutes {
            None => Ok(()),
            Some(0) => write!(to, "Z"),
            Some(minutes) => write!(to, "{}", offset(minutes)),
        }
    }
}

/// `+01:00`.
pub(super) fn offset(minutes: i16) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

/// EDTF text that [`Span::parse`] reads as this span.
impl Display for Span {
    fn fmt(&self, to: &mut Formatter<'_>) -> Result {
        match &self.0 {
            Shape::Date(date) => write!(to, "{date}"),
            Shape::Clock(clock) => write!(to, "{clock}"),
            Shape::Interval(first, last) => write!(to, "{first}/{last}"),
            Shape::OneOf(members) => {
                write!(to, "[")?;
                for (place, member) in members.iter().enumerate() {
                    write!(to, "{}{member}", if place == 0 { "" } else { "," })?;
                }
                write!(to, "]")
            }
        }
    }
}
