//! Span: a time as a source gives it, with everything the source leaves open.
//!
//! Written as EDTF (Library of Congress, 4 February 2019; ISO 8601-2): levels 0 and 1, and of level 2 one of a
//! set, because "Saturday or Sunday" is exactly that. What was read prints again as it was written. A mark of
//! doubt never moves a day: `?` and `~` are kept beside the days and not turned into more of them, since nobody
//! says how far "about" reaches. Words that resolve to no day are no span; nothing here guesses, and nothing
//! here knows which zone a day was meant in until it is told.

mod bounds;
mod calendar;
mod compared;
mod read;
mod refusal;
mod said;
mod window;
mod words;
mod write;
mod zone;

pub use bounds::{Bounds, Moment};
pub use compared::Relation;
pub use refusal::SpanRefusal;
pub use window::{Falls, Window, falls};
pub use zone::{Instants, NoInstants, day_of, instants};

/// Bytes of a span as text. A list of a month's days fits twice.
pub const SPAN_BYTES_MAX: usize = 800;
/// Members of one of a set.
pub const SET_MEMBERS_MAX: usize = 62;
/// Digits of a year behind `Y`: older than the earth is old enough.
pub const LONG_YEAR_DIGITS_MAX: usize = 10;

/// A time as EDTF writes it. Only what [`Span::parse`] takes is one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Span(Shape);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Shape {
    /// One date.
    Date(Date),
    /// A date with a clock.
    Clock(Clock),
    /// From one date to another.
    Interval(End, End),
    /// One of these, and not known which.
    OneOf(Vec<Member>),
}

/// An end of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum End {
    /// `..`: there is none, or none is given on purpose.
    Open,
    /// Nothing: there is one, and nobody knows it.
    Unknown,
    /// A date.
    At(Date),
}

/// A member of one of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Member {
    /// This date.
    One(Date),
    /// A date from the first to the second.
    Between(Date, Date),
    /// This date or an earlier one.
    OrEarlier(Date),
    /// This date or a later one.
    OrLater(Date),
}

/// A date and how sure whoever gives it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Date {
    written: Written,
    doubt: Doubt,
}

/// A date's own digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Written {
    /// `2017-05-13`.
    Day(i64, u8, u8),
    /// `2017-05`.
    Month(i64, u8),
    /// `2017`, or `Y170002`.
    Year(i64),
    /// `2017-21`.
    Season(i64, Season),
    /// `201X`: the year without its last digit.
    Decade(i64),
    /// `20XX`: the year without its last two digits.
    Century(i64),
    /// `2017-XX`: one month of the year.
    SomeMonth(i64),
    /// `2017-05-XX`: one day of the month.
    SomeDay(i64, u8),
    /// `2017-XX-XX`: one day of the year.
    SomeDayOfYear(i64),
}

/// A season, wherever on the earth (level 1: 21 to 24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Season {
    Spring,
    Summer,
    Autumn,
    Winter,
}

/// How sure whoever gives a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Doubt {
    /// Nothing is said about it.
    #[default]
    None,
    /// `?`: the source is not sure of it.
    Uncertain,
    /// `~`: it is only about then.
    Approximate,
    /// `%`: both.
    Both,
}

impl Doubt {
    const ALL: [(Doubt, char); 3] = [(Doubt::Uncertain, '?'), (Doubt::Approximate, '~'), (Doubt::Both, '%')];
}

/// A date with a clock, to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Clock {
    day: (i64, u8, u8),
    hour: u8,
    minute: u8,
    second: u8,
    /// Minutes east of Greenwich; none where the clock on the wall is meant, wherever that was.
    offset_minutes: Option<i16>,
}

/// How finely a span is written, from coarse to fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grain {
    /// A hundred years.
    Century,
    /// Ten years.
    Decade,
    /// A year.
    Year,
    /// A season.
    Season,
    /// A month, also one of a year that is not said.
    Month,
    /// A day, also one of a month that is not said.
    Day,
    /// A second.
    Second,
}

impl Span {
    /// Reads EDTF of levels 0 and 1, or one of a set.
    ///
    /// # Errors
    /// What is wrong and what to write instead.
    pub fn parse(text: &str) -> Result<Self, SpanRefusal> {
        read::span(text).map(Self)
    }

    /// One day of the calendar.
    pub fn of_day(day: jiff::civil::Date) -> Self {
        let (month, number) = (day.month().unsigned_abs(), day.day().unsigned_abs());
        Self(Shape::Date(Date { written: Written::Day(i64::from(day.year()), month, number), doubt: Doubt::None }))
    }

    fn dates(&self) -> Vec<Date> {
        match &self.0 {
            Shape::Date(date) => vec![*date],
            Shape::Clock(_) => Vec::new(),
            Shape::Interval(first, last) => {
                [first, last].into_iter().filter_map(|end| if let End::At(date) = end { Some(*date) } else { None }).collect()
            }
            Shape::OneOf(members) => members
                .iter()
                .flat_map(|member| match member {
                    Member::One(date) | Member::OrEarlier(date) | Member::OrLater(date) => vec![*date],
                    Member::Between(first, last) => vec![*first, *last],
                })
                .collect(),
        }
    }

    /// Whether the source is not sure of a date in it (`?` or `%`).
    pub fn is_uncertain(&self) -> bool {
        self.dates().iter().any(|date| matches!(date.doubt, Doubt::Uncertain | Doubt::Both))
    }

    /// Whether a date in it is only about then (`~` or `%`).
    pub fn is_approximate(&self) -> bool {
        self.dates().iter().any(|date| matches!(date.doubt, Doubt::Approximate | Doubt::Both))
    }

    /// Whether a date in it bears any mark of doubt.
    pub fn is_doubtful(&self) -> bool {
        self.is_uncertain() || self.is_approximate()
    }

    /// Whether it says an hour. A record's claim says hours in words.
    pub fn has_a_clock(&self) -> bool {
        matches!(self.0, Shape::Clock(_))
    }

    /// Whether it says nothing: both ends are open or unknown.
    pub fn says_nothing(&self) -> bool {
        self.stretches() == [Bounds::ALL]
    }

    /// How finely it is written; its finest date, where it has several.
    pub fn grain(&self) -> Option<Grain> {
        if self.has_a_clock() {
            return Some(Grain::Second);
        }
        let grain = |date: Date| match date.written {
            Written::Day(..) | Written::SomeDay(..) | Written::SomeDayOfYear(_) => Grain::Day,
            Written::Month(..) | Written::SomeMonth(_) => Grain::Month,
            Written::Season(..) => Grain::Season,
            Written::Year(_) => Grain::Year,
            Written::Decade(_) => Grain::Decade,
            Written::Century(_) => Grain::Century,
        };
        self.dates().into_iter().map(grain).max()
    }
}
