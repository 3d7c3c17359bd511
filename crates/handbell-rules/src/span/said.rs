//! A span from plain words, as a person at the desk types them: "13 May 2017", "14 or 15 May 2022", "about May
//! 2022", "on or before 13 May 2017".
//!
//! English, with the year said, and only what has one reading: figures with strokes or points are read
//! differently on two sides of an ocean, "last Saturday" needs to know when it was said, and a weekday that the
//! calendar does not give is a mistake to be asked about. What is not read here is refused as EDTF would refuse
//! it. Whatever a span's own words are, but for clocks and unknown ends, reads as that span again.

use super::{Span, SpanRefusal, words};

const SEASONS: [(&str, u8); 5] = [("spring", 21), ("summer", 22), ("autumn", 23), ("fall", 23), ("winter", 24)];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// What one date's words say; what is missing is said by a later date.
#[derive(Debug, Clone, Default)]
struct Said {
    year: Option<i64>,
    /// A month, or a season's number.
    month: Option<u8>,
    day: Option<u8>,
    weekday: Option<usize>,
    /// `X` for the last digits of the year.
    digits_unsaid: u8,
}

/// What follows one of these openings, and whether it did.
fn without<'a>(text: &'a str, openings: &[&str]) -> Option<&'a str> {
    openings.iter().find_map(|opening| text.strip_prefix(opening)?.strip_prefix(' ')).map(str::trim_start)
}

fn day(word: &str) -> Option<u8> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
    let short = matches!(digits.len(), 1 | 2) && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|day| short && (1..=31).contains(day))
}

fn month(word: &str) -> Option<u8> {
    let word = if word == "sept" { "sep" } else { word };
    let full = |name: &str| {
        name.eq_ignore_ascii_case(word) || (word.len() >= 3 && name.get(..3).is_some_and(|short| short.eq_ignore_ascii_case(word)))
    };
    let month = words::MONTHS.iter().position(|name| full(name)).and_then(|place| u8::try_from(place + 1).ok());
    month.or_else(|| SEASONS.iter().find(|(name, _)| *name == word).map(|(_, number)| *number))
}

/// The words of one date, in either order of day and month.
fn said(text: &str) -> Option<Said> {
    let mut said = Said::default();
    let text = without(text, &["on", "in"]).unwrap_or(text);
    let text = without(text, &["the years", "the year", "the"]).unwrap_or(text);
    for word in text.split(' ').map(|word| word.trim_matches(',')).filter(|word| !word.is_empty() && *word != "of") {
        let weekday = WEEKDAYS.iter().position(|name| *name == word);
        let four = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
        let taken = if let Some(weekday) = weekday {
            said.weekday.replace(weekday).is_none()
        } else if let Some(day) = day(word) {
            said.day.replace(day).is_none()
        } else if let Some(month) = month(word) {
            said.month.replace(month).is_none()
        } else if four {
            said.year.replace(word.parse().ok()?).is_none()
        } else if let Some(decade) = word.strip_suffix("0s").filter(|decade| decade.len() == 3) {
            said.digits_unsaid = 1;
            said.year.replace(decade.parse().ok()?).is_none()
        } else {
            // Years before Christ too: people count them otherwise than EDTF does.
            false
        };
        if !taken {
            return None;
        }
    }
    Some(said)
}

impl Said {
    /// With what a later date says.
    fn completed(&self, by: &Self) -> Self {
        Self { year: self.year.or(by.year), month: self.month.or(by.month.filter(|_| self.day.is_some())), ..self.clone() }
    }

    /// The date as EDTF; none where its parts make no date, or the weekday is another one.
    fn edtf(&self) -> Option<String> {
        let year = self.year?;
        let text = match (self.month, self.day, self.digits_unsaid) {
            (None, None, 1) => format!("{year:03}X"),
            (None, None, 0) => format!("{year:04}"),
            (Some(month), None, 0) => format!("{year:04}-{month:02}"),
            (Some(month), Some(day), 0) => format!("{year:04}-{month:02}-{day:02}"),
            _ => return None,
        };
        match (self.weekday, self.day) {
            (Some(_), None) => None,
            (Some(weekday), Some(_)) => {
                let date: jiff::civil::Date = text.parse().ok()?;
                (usize::try_from(date.weekday().to_monday_zero_offset()) == Ok(weekday)).then_some(text)
            }
            (None, _) => Some(text),
        }
    }
}

/// Dates between these joints, those that say less completed by the last one.
fn dates(text: &str, joints: &[&str]) -> Option<Vec<String>> {
    let mut parts = vec![text];
    for joint in joints {
        parts = parts.into_iter().flat_map(|part| part.split(joint)).collect();
    }
    let all: Vec<Said> = parts.into_iter().map(str::trim).map(said).collect::<Option<_>>()?;
    let last = all.last()?;
    all.iter().map(|one| one.completed(last).edtf()).collect()
}

/// What the words say, as EDTF.
fn edtf(text: &str) -> Option<String> {
    if let Some(rest) = without(text, &["between"]) {
        let [first, last] = <[String; 2]>::try_from(dates(rest, &[" and "])?).ok()?;
        return Some(format!("[{first}..{last}]"));
    }
    let from = without(text, &["some time from", "sometime from"]);
    if let Some([first, last]) = from.and_then(|rest| <[String; 2]>::try_from(dates(rest, &[" to "])?).ok()) {
        return Some(format!("[{first}..{last}]"));
    }
    let one = |text: &str| said(text)?.edtf();
    if let Some(date) = without(text, &["on or before", "in or before", "by"]).or_else(|| text.strip_suffix(" or before")) {
        return Some(format!("../{}", one(date)?));
    }
    if let Some(date) = without(text, &["on or after", "in or after", "since"]).or_else(|| text.strip_suffix(" or after")) {
        return Some(format!("{}/..", one(date)?));
    }
    let whole = without(text, &["from"]).unwrap_or(text);
    if let Some([first, last]) = dates(whole, &[" to ", " until "]).and_then(|both| <[String; 2]>::try_from(both).ok()) {
        return Some(format!("{first}/{last}"));
    }
    if text.contains(" or ") {
        // A comma before the year is no joint between dates.
        return dates(text, &[" or ", ", "]).map(|all| format!("[{}]", all.join(",")));
    }
    one(text)
}

impl Span {
    /// Reads EDTF, or plain English words that have one reading.
    ///
    /// # Errors
    /// What is wrong and what to write instead.
    pub fn read(text: &str) -> Result<Self, SpanRefusal> {
        let text = text.trim();
        Self::parse(text).or_else(|no| Self::of_words(text).ok_or(no))
    }

    fn of_words(text: &str) -> Option<Self> {
        let text = text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        let text = text.trim_end_matches('.');
        let unsure = without(text, &["perhaps", "maybe", "possibly", "probably"]);
        let text = unsure.unwrap_or(text);
        let near = without(text, &["on or about", "in or about", "about", "around", "circa"]);
        let (text, mark) = match (unsure.is_some(), near) {
            (true, Some(text)) => (text, "%"),
            (false, Some(text)) => (text, "~"),
            (true, None) => (text, "?"),
            (false, None) => (text, ""),
        };
        let span = edtf(text)?;
        // A mark belongs to one date; of several nobody knows which.
        let several = !mark.is_empty() && span.contains(['/', '[']);
        if several { None } else { Self::parse(&format!("{span}{mark}")).ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_are_read_as_people_write_them() {
        for (text, edtf) in [
            ("13 May 2017", "2017-05-13"),
            ("13th May 2017", "2017-05-13"),
            ("May 13, 2017", "2017-05-13"),
            ("Saturday 13 May 2017", "2017-05-13"),
            ("on Saturday, 13 May 2017.", "2017-05-13"),
            ("May 2017", "2017-05"),
            ("in Sept 2017", "2017-09"),
            ("2017", "2017"),
            ("summer 2017", "2017-22"),
            ("the 2010s", "201X"),
            ("about May 2022", "2022-05~"),
            ("perhaps on 13 May 2022", "2022-05-13?"),
            ("perhaps about 2022", "2022%"),
            ("14 or 15 May 2022", "[2022-05-14,2022-05-15]"),
            ("13, 14 or 15 May 2022", "[2022-05-13,2022-05-14,2022-05-15]"),
            ("31 May or 1 June 2022", "[2022-05-31,2022-06-01]"),
            ("2016 or 2017", "[2016,2017]"),
            ("13 to 15 May 2017", "2017-05-13/2017-05-15"),
            ("from May to July 2017", "2017-05/2017-07"),
            ("between 13 and 15 May 2017", "[2017-05-13..2017-05-15]"),
            ("on or before 13 May 2017", "../2017-05-13"),
            ("since May 2017", "2017-05/.."),
            ("2017-05-13?", "2017-05-13?"),
        ] {
            assert_eq!(Span::read(text).map(|span| span.to_string()), Ok(edtf.to_owned()), "{text}");
        }
    }

    #[test]
    fn words_with_two_readings_or_none_are_refused() {
        for text in [
            "13/5/2017",
            "13.5.2017",
            "5/13/2017",
            "13 May",
            "Saturday",
            "last Saturday",
            "Sunday 13 May 2017",
            "31 June 2017",
            "May May 2017",
            "13 spring 2017",
            "13 2017",
            "15 to 13 May 2017",
            "about 14 or 15 May 2022",
            "44 BC",
            "the Saturday of the street market",
            "May or so",
            "",
        ] {
            assert!(Span::read(text).is_err(), "{text}: {:?}", Span::read(text));
        }
    }

    #[test]
    fn what_a_span_says_reads_as_that_span() {
        for edtf in [
            "2017-05-13",
            "2017-05",
            "2017",
            "2017-21",
            "2022-05~",
            "2022-05-13?",
            "2022%",
            "2017-05-13/2017-05-15",
            "2017-05-13/2017-06-15",
            "../2017-05-13",
            "2017-05/..",
            "[2022-05-14,2022-05-15]",
            "[2022-05-31,2022-06-01]",
            "[2022-05-14..2022-05-16]",
        ] {
            let span = Span::parse(edtf).unwrap();
            assert_eq!(Span::read(&span.words()), Ok(span.clone()), "{}", span.words());
        }
    }
}
