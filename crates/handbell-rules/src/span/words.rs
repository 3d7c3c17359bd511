//! Words for a span: what a reader sees, no finer than what the source gave.
//!
//! A day, a month or a year without any doubt is said bare, as it stands in a heading: "13 May 2017". Whatever
//! leaves something open says how: "on 14 or 15 May 2022", "in or about May 2022". English only, as the
//! record's own sentences are.

use super::{Clock, Date, Doubt, End, Member, Season, Shape, Span, Written, write};

pub(super) const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

fn month(number: u8) -> &'static str {
    usize::from(number).checked_sub(1).and_then(|place| MONTHS.get(place)).copied().unwrap_or_default()
}

fn year(year: i64) -> String {
    match year {
        // Year 0000 is the one before the first.
        ..=0 => format!("{} BC", 1 - year),
        1..=9_999 => year.to_string(),
        _ => format!("the year {year}"),
    }
}

impl Date {
    fn bare(self) -> String {
        match self.written {
            Written::Day(of, number, day) => format!("{day} {} {}", month(number), year(of)),
            Written::Month(of, number) => format!("{} {}", month(number), year(of)),
            Written::Year(of) => year(of),
            Written::Season(of, season) => format!("{} {}", season.word(), year(of)),
            Written::Decade(tens) => format!("the years {tens}0 to {tens}9"),
            Written::Century(hundreds) => format!("the years {hundreds:02}00 to {hundreds:02}99"),
            Written::SomeMonth(of) => format!("some month of {}", year(of)),
            Written::SomeDay(of, number) => format!("some day of {} {}", month(number), year(of)),
            Written::SomeDayOfYear(of) => format!("some day of {}", year(of)),
        }
    }

    fn preposition(self) -> &'static str {
        match self.written {
            Written::Day(..) | Written::SomeDay(..) | Written::SomeDayOfYear(_) => "on",
            _ => "in",
        }
    }

    /// Behind a word of its own, such as "from".
    fn plain(self) -> String {
        let bare = self.bare();
        match self.doubt {
            Doubt::None => bare,
            Doubt::Uncertain => format!("perhaps {bare}"),
            Doubt::Approximate => format!("about {bare}"),
            Doubt::Both => format!("perhaps about {bare}"),
        }
    }

    /// With its preposition and, where there is one, a second: `on or before 13 May 2017`.
    fn phrase(self, or: &str) -> String {
        let or = match (or, self.doubt) {
            ("", Doubt::Approximate | Doubt::Both) => "or about",
            (or, _) => or,
        };
        let perhaps = if matches!(self.doubt, Doubt::Uncertain | Doubt::Both) { "perhaps " } else { "" };
        let about = if or != "or about" && matches!(self.doubt, Doubt::Approximate | Doubt::Both) { "about " } else { "" };
        let gap = if or.is_empty() { "" } else { " " };
        format!("{perhaps}{}{gap}{or} {about}{}", self.preposition(), self.bare())
    }
}

impl Season {
    fn word(self) -> &'static str {
        match self {
            Self::Spring => "spring",
            Self::Summer => "summer",
            Self::Autumn => "autumn",
            Self::Winter => "winter",
        }
    }
}

impl Clock {
    fn words(self) -> String {
        let (of, number, day) = self.day;
        let seconds = if self.second == 0 { String::new() } else { format!(":{:02}", self.second) };
        let zone = match self.offset_minutes {
            None => String::new(),
            Some(0) => " UTC".to_owned(),
            Some(minutes) => format!(" (UTC{})", write::offset(minutes)),
        };
        format!("{day} {} {}, {:02}:{:02}{seconds}{zone}", month(number), year(of), self.hour, self.minute)
    }
}

/// Two dates with what both have said once: `13 to 15 May 2017`.
fn pair(first: Date, last: Date, between: &str) -> String {
    if let ([Written::Day(year, month, day), Written::Day(other_year, other_month, _)], [Doubt::None, Doubt::None]) =
        ([first.written, last.written], [first.doubt, last.doubt])
        && (year, month) == (other_year, other_month)
    {
        return format!("{day} {between} {}", last.bare());
    }
    format!("{} {between} {}", first.plain(), last.plain())
}

fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Days of one month, each without doubt: `14 or 15 May 2022`.
fn days_of_one_month(members: &[Member]) -> Option<String> {
    let mut days = Vec::with_capacity(members.len());
    let mut of = None;
    for member in members {
        let Member::One(Date { written: Written::Day(year, month, day), doubt: Doubt::None }) = member else { return None };
        if *of.get_or_insert((*year, *month)) != (*year, *month) {
            return None;
        }
        days.push(day.to_string());
    }
    let (of, number) = of?;
    Some(format!("on {} {} {}", listed(&days), month(number), year(of)))
}

impl Member {
    fn words(self) -> String {
        match self {
            Self::One(date) => date.phrase(""),
            Self::Between(first, last) => format!("some time from {}", pair(first, last, "to")),
            Self::OrEarlier(date) => date.phrase("or before"),
            Self::OrLater(date) => date.phrase("or after"),
        }
    }
}

impl Span {
    /// The span as people say it.
    pub fn words(&self) -> String {
        match &self.0 {
            Shape::Date(date) if date.doubt == Doubt::None => date.bare(),
            Shape::Date(date) => date.phrase(""),
            Shape::Clock(clock) => clock.words(),
            Shape::Interval(End::At(first), End::At(last)) => format!("from {}", pair(*first, *last, "to")),
            Shape::Interval(End::Open, End::At(last)) => last.phrase("or before"),
            Shape::Interval(End::At(first), End::Open) => first.phrase("or after"),
            Shape::Interval(End::Unknown, End::At(last)) => format!("until {}, from when is not known", last.plain()),
            Shape::Interval(End::At(first), End::Unknown) => format!("from {}, until when is not known", first.plain()),
            Shape::Interval(..) => "at a time that is not known".to_owned(),
            Shape::OneOf(members) => {
                let each: Vec<String> = members.iter().map(|member| member.words()).collect();
                days_of_one_month(members).unwrap_or_else(|| listed(&each))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_said_as_it_was_given_and_no_finer() {
        for (text, words) in [
            ("2017-05-13", "13 May 2017"),
            ("2017-05", "May 2017"),
            ("2017", "2017"),
            ("-0043", "44 BC"),
            ("Y170002", "the year 170002"),
            ("2017-21", "spring 2017"),
            ("201X", "the years 2010 to 2019"),
            ("20XX", "the years 2000 to 2099"),
            ("2017-XX", "some month of 2017"),
            ("2017-05-XX", "some day of May 2017"),
            ("2017-XX-XX", "some day of 2017"),
            ("2022-05~", "in or about May 2022"),
            ("2022-05-13~", "on or about 13 May 2022"),
            ("2022-05-13?", "perhaps on 13 May 2022"),
            ("2022%", "perhaps in or about 2022"),
            ("2017-05-13/2017-05-15", "from 13 to 15 May 2017"),
            ("2017-05-13/2017-06-15", "from 13 May 2017 to 15 June 2017"),
            ("2004-06~/2006-08?", "from about June 2004 to perhaps August 2006"),
            ("../2017-05-13", "on or before 13 May 2017"),
            ("2017-05/..", "in or after May 2017"),
            ("../2017-05-13~", "on or before about 13 May 2017"),
            ("/2017-05-13", "until 13 May 2017, from when is not known"),
            ("2017-05-13/", "from 13 May 2017, until when is not known"),
            ("/", "at a time that is not known"),
            ("[2022-05-14,2022-05-15]", "on 14 or 15 May 2022"),
            ("[2022-05-13,2022-05-14,2022-05-15]", "on 13, 14 or 15 May 2022"),
            ("[2022-05-31,2022-06-01]", "on 31 May 2022 or on 1 June 2022"),
            ("[1667,1760-12]", "in 1667 or in December 1760"),
            ("[2022-05-14..2022-05-16]", "some time from 14 to 16 May 2022"),
            ("[..1760-12-03]", "on or before 3 December 1760"),
            ("[1760-12..]", "in or after December 1760"),
            ("2017-05-13T16:54:00", "13 May 2017, 16:54"),
            ("2017-05-13T16:54:09Z", "13 May 2017, 16:54:09 UTC"),
            ("2017-05-13T16:54:00+01:00", "13 May 2017, 16:54 (UTC+01:00)"),
        ] {
            assert_eq!(Span::parse(text).unwrap().words(), words, "{text}");
        }
    }
}
