//! Bounds: the moments a span may be, as stretches of the local clock.
//!
//! A stretch is half-open: its first moment is in it, the one where it ends is not. A span is one stretch, or
//! several where it is one of a set or a season, which lies elsewhere in the year on the other half of the
//! earth. What the source leaves open reaches on for ever. Never narrower than what may be meant; marks of
//! doubt change nothing here.

use super::calendar::{after_month, day_number};
use super::{Clock, Date, End, Member, Season, Shape, Span, Written};

/// Seconds of a day on the calendar; a day of a zone may have more or fewer ([`super::instants`]).
pub(super) const DAY_SECONDS: i64 = 86_400;
/// How far the earth's last clock is behind Greenwich, and its first before it, in seconds.
const BEHIND_SECONDS: i64 = 12 * 3_600;
const AHEAD_SECONDS: i64 = 14 * 3_600;

/// A second of a local clock: seconds since it showed the beginning of 1970, each day with 86,400.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub i64);

/// A stretch of the local clock; an end that is missing is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// Its first moment.
    pub from: Option<Moment>,
    /// The moment at which it is over.
    pub before: Option<Moment>,
}

/// Which half of the earth a season is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    North,
    South,
}

impl Half {
    pub(super) const BOTH: [Half; 2] = [Half::North, Half::South];
}

impl Bounds {
    /// All of time.
    pub const ALL: Bounds = Bounds { from: None, before: None };

    /// From one day's number to the day before another's.
    fn days(first: i64, after_last: i64) -> Self {
        Self { from: Some(Moment(first * DAY_SECONDS)), before: Some(Moment(after_last * DAY_SECONDS)) }
    }

    /// Whether some moment is in both.
    pub fn meets(self, other: Self) -> bool {
        let begins_before = |one: Self, other: Self| match (one.from, other.before) {
            (Some(from), Some(before)) => from < before,
            _ => true,
        };
        begins_before(self, other) && begins_before(other, self)
    }

    /// Whether every moment of this one is in the other.
    pub fn is_within(self, other: Self) -> bool {
        let after = other.from.is_none_or(|first| self.from.is_some_and(|from| from >= first));
        let ahead = other.before.is_none_or(|last| self.before.is_some_and(|before| before <= last));
        after && ahead
    }

    /// Whether this one is over when the other begins.
    pub fn is_before(self, other: Self) -> bool {
        self.before.zip(other.from).is_some_and(|(before, from)| before <= from)
    }

    /// The smallest stretch with both in it.
    fn with(self, other: Self) -> Self {
        let from = self.from.zip(other.from).map(|(one, two)| one.min(two));
        Self { from, before: self.before.zip(other.before).map(|(one, two)| one.max(two)) }
    }
}

impl Date {
    fn stretches(self, half: Half) -> Vec<Bounds> {
        let years = |first: i64, count: i64| vec![Bounds::days(day_number(first, 1, 1), day_number(first + count, 1, 1))];
        match self.written {
            Written::Day(year, month, day) => {
                let number = day_number(year, month, day);
                vec![Bounds::days(number, number + 1)]
            }
            Written::Month(year, month) | Written::SomeDay(year, month) => {
                vec![Bounds::days(day_number(year, month, 1), after_month(year, month))]
            }
            Written::Year(year) | Written::SomeMonth(year) | Written::SomeDayOfYear(year) => years(year, 1),
            Written::Decade(tens) => years(tens * 10, 10),
            Written::Century(hundreds) => years(hundreds * 100, 100),
            Written::Season(year, season) => seasons(year, season, half),
        }
    }

    /// One stretch around all of it.
    fn around(self, half: Half) -> Bounds {
        self.stretches(half).into_iter().reduce(Bounds::with).unwrap_or(Bounds::ALL)
    }
}

/// A season by the first of a month or by the sun, whichever begins earlier and ends later. A winter has two
/// years' numbers on it, and sources use either.
fn seasons(year: i64, season: Season, half: Half) -> Vec<Bounds> {
    let of_the_north = match (half, season) {
        (Half::North, season) => season,
        (Half::South, Season::Spring) => Season::Autumn,
        (Half::South, Season::Summer) => Season::Winter,
        (Half::South, Season::Autumn) => Season::Spring,
        (Half::South, Season::Winter) => Season::Summer,
    };
    let days = |from: i64, to: i64| Bounds::days(from, to + 1);
    match of_the_north {
        Season::Spring => vec![days(day_number(year, 3, 1), day_number(year, 6, 22))],
        Season::Summer => vec![days(day_number(year, 6, 1), day_number(year, 9, 24))],
        Season::Autumn => vec![days(day_number(year, 9, 1), day_number(year, 12, 23))],
        Season::Winter => {
            vec![days(day_number(year - 1, 12, 1), day_number(year, 3, 21)), days(day_number(year, 12, 1), day_number(year + 1, 3, 21))]
        }
    }
}

impl Clock {
    /// The second as the clock on its own wall shows it.
    pub(super) fn on_its_wall(self) -> Moment {
        let (year, month, day) = self.day;
        let of_day = i64::from(self.hour) * 3_600 + i64::from(self.minute) * 60 + i64::from(self.second);
        Moment(day_number(year, month, day) * DAY_SECONDS + of_day)
    }

    /// The same second in Greenwich; none where the clock does not say how far from there it is.
    pub(super) fn in_greenwich(self) -> Option<Moment> {
        Some(Moment(self.on_its_wall().0 - i64::from(self.offset_minutes?) * 60))
    }

    fn bounds(self) -> Bounds {
        match self.in_greenwich() {
            None => {
                let Moment(second) = self.on_its_wall();
                Bounds { from: Some(Moment(second)), before: Some(Moment(second + 1)) }
            }
            // Where the event was, the wall may show what any wall on earth shows then.
            Some(Moment(second)) => {
                Bounds { from: Some(Moment(second - BEHIND_SECONDS)), before: Some(Moment(second + AHEAD_SECONDS + 1)) }
            }
        }
    }
}

/// Sorted, and those that touch made one.
fn tidied(mut stretches: Vec<Bounds>) -> Vec<Bounds> {
    stretches.sort_by_key(|one| one.from);
    let mut tidy: Vec<Bounds> = Vec::with_capacity(stretches.len());
    for next in stretches {
        let apart = |last: &Bounds| last.before.zip(next.from).is_some_and(|(before, from)| before < from);
        match tidy.pop() {
            Some(last) if apart(&last) => tidy.extend([last, next]),
            Some(last) => tidy.push(last.with(next)),
            None => tidy.push(next),
        }
    }
    tidy
}

impl Span {
    /// The stretches it may be in, in order and apart from each other, with seasons as one half has them.
    pub(super) fn stretches_of(&self, half: Half) -> Vec<Bounds> {
        let from = |end: &End| if let End::At(date) = end { date.around(half).from } else { None };
        let before = |end: &End| if let End::At(date) = end { date.around(half).before } else { None };
        match &self.0 {
            Shape::Date(date) => tidied(date.stretches(half)),
            Shape::Clock(clock) => vec![clock.bounds()],
            Shape::Interval(first, last) => vec![Bounds { from: from(first), before: before(last) }],
            Shape::OneOf(members) => tidied(members.iter().flat_map(|member| member.stretches(half)).collect()),
        }
    }

    /// The stretches of the local clock it may be in, in order and apart from each other: several for one of a
    /// set and for a season, whichever half of the earth that is of.
    pub fn stretches(&self) -> Vec<Bounds> {
        tidied(Half::BOTH.iter().flat_map(|half| self.stretches_of(*half)).collect())
    }

    /// From the earliest moment it may be to the latest.
    pub fn bounds(&self) -> Bounds {
        self.stretches().into_iter().reduce(Bounds::with).unwrap_or(Bounds::ALL)
    }

    /// Whether it lies elsewhere in the year on the other half of the earth.
    pub(super) fn has_a_season(&self) -> bool {
        matches!(&self.0, Shape::Date(Date { written: Written::Season(..), .. }))
    }
}

impl Member {
    fn stretches(self, half: Half) -> Vec<Bounds> {
        match self {
            Self::One(date) => date.stretches(half),
            Self::Between(first, last) => vec![first.around(half).with(last.around(half))],
            Self::OrEarlier(date) => vec![Bounds { from: None, ..date.around(half) }],
            Self::OrLater(date) => vec![Bounds { before: None, ..date.around(half) }],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// First and last day, as the library writes them.
    fn days(text: &str) -> (String, String) {
        let bounds = Span::parse(text).unwrap().bounds();
        let epoch = jiff::civil::date(1970, 1, 1);
        let day = |moment: Option<Moment>, less: i64| {
            let day = |moment: Moment| epoch + jiff::Span::new().days((moment.0 - less).div_euclid(DAY_SECONDS));
            moment.map_or_else(|| "..".to_owned(), |moment| day(moment).to_string())
        };
        (day(bounds.from, 0), day(bounds.before, 1))
    }

    #[test]
    fn a_span_reaches_from_the_first_to_the_last_day_it_may_be() {
        for (text, first, last) in [
            ("2017-05-13", "2017-05-13", "2017-05-13"),
            ("2017-05", "2017-05-01", "2017-05-31"),
            ("2016-02", "2016-02-01", "2016-02-29"),
            ("2017", "2017-01-01", "2017-12-31"),
            ("201X", "2010-01-01", "2019-12-31"),
            ("20XX", "2000-01-01", "2099-12-31"),
            ("2004-XX", "2004-01-01", "2004-12-31"),
            ("1985-04-XX", "1985-04-01", "1985-04-30"),
            ("1985-XX-XX", "1985-01-01", "1985-12-31"),
            ("2004-06/2006-08", "2004-06-01", "2006-08-31"),
            ("2004-02-01/2005", "2004-02-01", "2005-12-31"),
            ("../2017-05-13", "..", "2017-05-13"),
            ("/2017-05-13", "..", "2017-05-13"),
            ("2017-05-13/..", "2017-05-13", ".."),
            ("2017-05-13/", "2017-05-13", ".."),
            ("../..", "..", ".."),
            ("[2017-05-13,2017-05-20]", "2017-05-13", "2017-05-20"),
            ("[..1760-12-03]", "..", "1760-12-03"),
            ("[1760-12..]", "1760-12-01", ".."),
            ("[1667,1668,1670..1672]", "1667-01-01", "1672-12-31"),
            ("2017-05-13?", "2017-05-13", "2017-05-13"),
            ("2017-05~", "2017-05-01", "2017-05-31"),
            ("-0044-03-15", "-000044-03-15", "-000044-03-15"),
            // Either half of the earth: March to June, or September to December.
            ("2001-21", "2001-03-01", "2001-12-23"),
            ("2001-24", "2000-12-01", "2002-03-21"),
            ("2017-05-13T16:54:00", "2017-05-13", "2017-05-13"),
            // What the wall shows where it happened is not known.
            ("2017-05-13T23:30:00Z", "2017-05-13", "2017-05-14"),
        ] {
            assert_eq!(days(text), (first.to_owned(), last.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_year_that_no_clock_holds_has_bounds_too() {
        let bounds = Span::parse("Y170002").unwrap().bounds();
        let days = (bounds.before.unwrap().0 - bounds.from.unwrap().0) / DAY_SECONDS;
        assert_eq!(days, 365, "170002 is no leap year");
        assert!(Span::parse("Y-170002").unwrap().bounds().before < Span::parse("-9999").unwrap().bounds().from);
        assert!(Span::parse("Y9999999999").unwrap().bounds().before.is_some(), "the last year there is");
    }

    #[test]
    fn one_of_a_set_leaves_out_what_lies_between() {
        assert_eq!(Span::parse("[2017-05-13,2017-05-20]").unwrap().stretches().len(), 2);
        assert_eq!(Span::parse("[2017-05-14,2017-05-13]").unwrap().stretches().len(), 1, "days that touch are one stretch");
        assert_eq!(Span::parse("2001-21").unwrap().stretches().len(), 2);
    }
}
