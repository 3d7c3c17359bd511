//! Refusal of a span: what is wrong with it and what to write instead, for whoever typed it.
//!
//! Every message is shown beside a field, so it says what to do. What was typed comes back in it only as far as
//! it is short and plain.

/// Why a text is no span.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpanRefusal {
    /// Nothing was written.
    #[error("Write a date such as 2017-05-13, or leave it out.")]
    Empty,
    /// More than [`super::SPAN_BYTES_MAX`] bytes.
    #[error("This is too long for a date. Write the first and the last day with a / between them.")]
    TooLong,
    /// A blank anywhere.
    #[error("This cannot be read. Write 13 May 2017, 14 or 15 May 2017, about May 2017, or EDTF without blanks: 2017-05-13/2017-05-15.")]
    Blank,
    /// No date at all.
    #[error("“{0}” is no date. Write a day as 2017-05-13, a month as 2017-05, a year as 2017.")]
    NotADate(String),
    /// A month that no calendar has.
    #[error("“{0}” is no month. Months are 01 to 12; 21 to 24 are spring, summer, autumn and winter.")]
    NoSuchMonth(String),
    /// A day its month does not have.
    #[error("There is no {0}. Look at how many days that month has.")]
    NoSuchDay(String),
    /// A year of two or three digits.
    #[error("Write the year with four digits, and X for the last one or two that are not known: 201X, 20XX.")]
    ShortYear,
    /// A year of more than four digits without `Y`, or one of four with it.
    #[error("Write Y before a year of more than four digits, and only there: Y12000.")]
    YearPrefix,
    /// More digits than any source means.
    #[error("A year has at most ten digits.")]
    YearTooLong,
    /// A year, an hour or an offset of minus zero.
    #[error("There is no minus zero. Write 0000 for the year before 1, and Z for no offset.")]
    MinusZero,
    /// `X` where level 1 does not take it.
    #[error(
        "X stands for the last one or two digits of a year (201X, 20XX), a whole month (2017-XX) or a whole day (2017-05-XX, 2017-XX-XX), and nothing else."
    )]
    Unspecified,
    /// A mark of doubt before or inside a date.
    #[error("Write ?, ~ or % once, behind the whole date: 2017-05-13?.")]
    DoubtInside,
    /// A form of level 2.
    #[error("This longer form of EDTF is not taken here. Write a first and a last day: 2017-03-01/2017-05-31.")]
    LevelTwo,
    /// Braces.
    #[error("Braces mean all of these days. Write one claim for each, or [2017-05-13,2017-05-14] for one of them.")]
    AllOf,
    /// A bracket without its other half, or nothing between them.
    #[error("Write one of several days as [2017-05-13,2017-05-14].")]
    Bracket,
    /// More than [`super::SET_MEMBERS_MAX`] members.
    #[error("These are too many days to choose from. Write [2017-05-01..2017-05-31] for one of all days between.")]
    TooManyMembers,
    /// Not exactly one stroke.
    #[error("Write an interval with one stroke: 2017-05-13/2017-05-15.")]
    Stroke,
    /// The first date after the second.
    #[error("The first date is later than the second. Swap them.")]
    Reversed,
    /// A season, or a date with X, as the end of an interval or in a list.
    #[error("Here a date is written whole, as 2017-05-13, 2017-05 or 2017.")]
    NotWhole,
    /// A clock in an interval or in a list.
    #[error("An interval and a list take days. Leave the clock out and say the hour in words.")]
    ClockInside,
    /// A clock that cannot be read.
    #[error("Write a clock as 2017-05-13T16:54:00, with seconds and no parts of them, and Z or +01:00 behind it or nothing.")]
    Clock,
}
