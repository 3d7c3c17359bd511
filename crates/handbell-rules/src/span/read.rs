//! Reading a span: from EDTF text to a value, or to a refusal that says what to write.
//!
//! The grammar is that of the published text, sections "Level 0", "Level 1" and, of "Level 2", "Set
//! representation" in square brackets. One text has one reading: a form that the text does not give is refused,
//! also where libraries take it.

use super::calendar::{day_number, days_of};
use super::refusal::SpanRefusal;
use super::{Clock, Date, Doubt, End, LONG_YEAR_DIGITS_MAX, Member, SET_MEMBERS_MAX, SPAN_BYTES_MAX, Season, Shape, Written};

/// Letters of what was typed that a refusal repeats.
const REPEATED_LETTERS_MAX: usize = 24;

fn not_a_date(text: &str) -> SpanRefusal {
    SpanRefusal::NotADate(text.chars().filter(|letter| !letter.is_control()).take(REPEATED_LETTERS_MAX).collect())
}

pub(super) fn span(text: &str) -> Result<Shape, SpanRefusal> {
    if text.is_empty() {
        return Err(SpanRefusal::Empty);
    }
    if text.len() > SPAN_BYTES_MAX {
        return Err(SpanRefusal::TooLong);
    }
    if text.chars().any(char::is_whitespace) {
        return Err(SpanRefusal::Blank);
    }
    if text.contains(['{', '}']) {
        return Err(SpanRefusal::AllOf);
    }
    if text.contains(['[', ']']) {
        let members = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).ok_or(SpanRefusal::Bracket)?;
        return one_of(members);
    }
    if text.contains('/') {
        let (first, last) = text.split_once('/').ok_or(SpanRefusal::Stroke)?;
        if last.contains('/') {
            return Err(SpanRefusal::Stroke);
        }
        let (first, last) = (end(first)?, end(last)?);
        if let (End::At(first), End::At(last)) = (first, last) {
            in_order(first, last)?;
        }
        return Ok(Shape::Interval(first, last));
    }
    match text.split_once('T') {
        Some((day, clock)) => read_clock(day, clock).map(Shape::Clock),
        None => date(text).map(Shape::Date),
    }
}

fn end(text: &str) -> Result<End, SpanRefusal> {
    match text {
        "" => Ok(End::Unknown),
        ".." => Ok(End::Open),
        text => whole(text).map(End::At),
    }
}

fn one_of(text: &str) -> Result<Shape, SpanRefusal> {
    if text.is_empty() || text == ".." || text.contains(['[', ']', '/']) {
        return Err(SpanRefusal::Bracket);
    }
    let written: Vec<&str> = text.split(',').collect();
    if written.len() > SET_MEMBERS_MAX {
        return Err(SpanRefusal::TooManyMembers);
    }
    let last = written.len() - 1;
    let member = |(place, text): (usize, &&str)| match text.split_once("..") {
        None => whole(text).map(Member::One),
        // Only the first may reach back for ever and only the last on for ever.
        Some(("", date)) if place == 0 => whole(date).map(Member::OrEarlier),
        Some((date, "")) if place == last => whole(date).map(Member::OrLater),
        Some(("", _) | (_, "")) => Err(SpanRefusal::Bracket),
        Some((from, to)) => {
            let (from, to) = (whole(from)?, whole(to)?);
            in_order(from, to)?;
            Ok(Member::Between(from, to))
        }
    };
    written.iter().enumerate().map(member).collect::<Result<_, _>>().map(Shape::OneOf)
}

/// The first moment of the first is not after the first moment of the second.
fn in_order(first: Date, last: Date) -> Result<(), SpanRefusal> {
    let begins = |date: Date| match date.written {
        Written::Day(year, month, day) => day_number(year, month, day),
        Written::Month(year, month) => day_number(year, month, 1),
        Written::Year(year) | Written::Season(year, _) => day_number(year, 1, 1),
        // Only whole dates come here.
        _ => i64::MIN,
    };
    if begins(first) <= begins(last) { Ok(()) } else { Err(SpanRefusal::Reversed) }
}

/// A date that is a day, a month or a year, as the ends of intervals and the members of sets are.
fn whole(text: &str) -> Result<Date, SpanRefusal> {
    if text.contains('T') {
        return Err(SpanRefusal::ClockInside);
    }
    let date = date(text)?;
    match date.written {
        Written::Day(..) | Written::Month(..) | Written::Year(_) => Ok(date),
        _ => Err(SpanRefusal::NotWhole),
    }
}

fn date(text: &str) -> Result<Date, SpanRefusal> {
    let marked = Doubt::ALL.iter().find_map(|(doubt, sign)| text.strip_suffix(*sign).map(|text| (text, *doubt)));
    let (digits, doubt) = marked.unwrap_or((text, Doubt::None));
    if digits.contains(['?', '~', '%']) {
        return Err(SpanRefusal::DoubtInside);
    }
    let written = match digits.strip_prefix('Y') {
        Some(year) => long_year(year)?,
        None => written(digits)?,
    };
    Ok(Date { written, doubt })
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The number a text of digits is. Whoever asks has counted them.
fn number<T: std::str::FromStr>(text: &str) -> Result<T, SpanRefusal> {
    text.parse().map_err(|_| not_a_date(text))
}

fn long_year(text: &str) -> Result<Written, SpanRefusal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.contains(['E', 'S', '-']) {
        return Err(SpanRefusal::LevelTwo);
    }
    if !all_digits(digits) {
        return Err(not_a_date(text));
    }
    if digits.len() <= 4 || digits.starts_with('0') {
        return Err(SpanRefusal::YearPrefix);
    }
    if digits.len() > LONG_YEAR_DIGITS_MAX {
        return Err(SpanRefusal::YearTooLong);
    }
    number(text).map(Written::Year)
}

fn written(text: &str) -> Result<Written, SpanRefusal> {
    let (before_zero, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let parts: Vec<&str> = digits.split('-').collect();
    let taken = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'X') && !part.is_empty();
    if parts[0].contains('S') && parts.len() == 1 {
        return Err(SpanRefusal::LevelTwo);
    }
    if parts.len() > 3 || !parts.iter().all(taken) {
        return Err(not_a_date(text));
    }
    match parts[0].len() {
        4 => {}
        2 | 3 => return Err(SpanRefusal::ShortYear),
        5.. if all_digits(parts[0]) => return Err(SpanRefusal::YearPrefix),
        _ => return Err(not_a_date(text)),
    }
    if parts[1..].iter().any(|part| part.len() != 2) {
        return Err(not_a_date(text));
    }
    if !all_digits(parts[0]) {
        return match (parts.len(), before_zero, parts[0].split_once('X')) {
            (1, false, Some((tens, ""))) => number(tens).map(Written::Decade),
            (1, false, Some((hundreds, "X"))) if hundreds.len() == 2 => number(hundreds).map(Written::Century),
            _ => Err(SpanRefusal::Unspecified),
        };
    }
    let year: i64 = number(parts[0])?;
    if before_zero && year == 0 {
        return Err(SpanRefusal::MinusZero);
    }
    let year = if before_zero { -year } else { year };
    match parts[1..] {
        [] => Ok(Written::Year(year)),
        ["XX"] => Ok(Written::SomeMonth(year)),
        ["XX", "XX"] => Ok(Written::SomeDayOfYear(year)),
        [month, ..] if !all_digits(month) => Err(SpanRefusal::Unspecified),
        [month] => match number(month)? {
            1..=12 => Ok(Written::Month(year, number(month)?)),
            21 => Ok(Written::Season(year, Season::Spring)),
            22 => Ok(Written::Season(year, Season::Summer)),
            23 => Ok(Written::Season(year, Season::Autumn)),
            24 => Ok(Written::Season(year, Season::Winter)),
            // Seasons of a hemisphere, quarters, quadrimesters and semesters.
            25..=41 => Err(SpanRefusal::LevelTwo),
            _ => Err(SpanRefusal::NoSuchMonth(month.to_owned())),
        },
        [month, day] => {
            let month_number: u8 = number(month)?;
            if !(1..=12).contains(&month_number) {
                return Err(SpanRefusal::NoSuchMonth(month.to_owned()));
            }
            if day == "XX" {
                return Ok(Written::SomeDay(year, month_number));
            }
            if !all_digits(day) {
                return Err(SpanRefusal::Unspecified);
            }
            let day: u8 = number(day)?;
            if day == 0 || day > days_of(year, month_number) {
                return Err(SpanRefusal::NoSuchDay(text.to_owned()));
            }
            Ok(Written::Day(year, month_number, day))
        }
        _ => Err(not_a_date(text)),
    }
}

fn read_clock(day: &str, clock: &str) -> Result<Clock, SpanRefusal> {
    let Written::Day(year, month, day) = written(day)? else { return Err(SpanRefusal::Clock) };
    let at = |from: usize, to: usize| clock.get(from..to).filter(|part| all_digits(part)).and_then(|part| part.parse::<u8>().ok());
    let (Some(hour), Some(minute), Some(second)) = (at(0, 2), at(3, 5), at(6, 8)) else { return Err(SpanRefusal::Clock) };
    let separated = clock.get(2..3) == Some(":") && clock.get(5..6) == Some(":");
    if !separated || hour > 23 || minute > 59 || second > 59 {
        return Err(SpanRefusal::Clock);
    }
    let offset_minutes = match clock.get(8..) {
        None | Some("") => None,
        Some("Z") => Some(0),
        Some(offset) => Some(read_offset(offset)?),
    };
    Ok(Clock { day: (year, month, day), hour, minute, second, offset_minutes })
}

/// `+01:00`, `-05` and so on, from the earth's last clock to its first: -12:00 to +14:00.
fn read_offset(text: &str) -> Result<i16, SpanRefusal> {
    let (west, digits) = match (text.strip_prefix('-'), text.strip_prefix('+')) {
        (Some(digits), _) => (true, digits),
        (None, Some(digits)) => (false, digits),
        (None, None) => return Err(SpanRefusal::Clock),
    };
    let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "00"));
    if hours.len() != 2 || minutes.len() != 2 || !all_digits(hours) || !all_digits(minutes) {
        return Err(SpanRefusal::Clock);
    }
    let minutes_of_hour: i16 = number(minutes)?;
    let minutes = number::<i16>(hours)? * 60 + minutes_of_hour;
    if west && minutes == 0 {
        return Err(SpanRefusal::MinusZero);
    }
    let fits = minutes_of_hour <= 59 && minutes <= if west { 12 * 60 } else { 14 * 60 };
    if fits { Ok(if west { -minutes } else { minutes }) } else { Err(SpanRefusal::Clock) }
}
