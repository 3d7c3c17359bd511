//! Day: words that say when, from a full date to "the following night".
//!
//! What is said is read first, then [`super::resolve`] says which day that is and by which rule. Clock times and
//! durations are no days. "May" and "March" are months only beside a number or behind a word of time.

use super::dateline::Dateline;
use super::resolve::{Resolver, Told};
use super::word::{Kind, Words};
use super::{Field, Finding, Hints, Page, Value};

const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
const MONTHS_SHORT: [&str; 13] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "sept"];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const PARTS: [&str; 6] = ["morning", "afternoon", "evening", "night", "nights", "noon"];
const SEASONS: [(&str, u8); 5] = [("spring", 21), ("summer", 22), ("autumn", 23), ("fall", 23), ("winter", 24)];
/// Words that look ahead.
const AHEAD: [&str; 12] =
    ["will", "shall", "tomorrow", "plans", "planned", "scheduled", "upcoming", "coming", "next", "going", "to-morrow", "begins"];

/// What words say of a date.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Date {
    pub weekday: Option<i8>,
    pub day: Option<i8>,
    /// The last day of a run: "May 5 and 6".
    pub until: Option<i8>,
    pub month: Option<i8>,
    pub year: Option<i16>,
    /// Only a part of the month or year is meant: early, late.
    pub part: bool,
}

/// The month at a word, with how many words it has.
pub(super) fn month(words: Words<'_>, at: usize) -> Option<(i8, usize)> {
    let word = words.get(at).filter(|word| word.capital && word.kind == Kind::Letters)?;
    let full = MONTHS.iter().position(|name| *name == word.bare());
    let short = || MONTHS_SHORT.iter().position(|name| *name == word.low).map(|place| if place == 12 { 8 } else { place });
    let place = full.or_else(short)?;
    let point = usize::from(full.is_none_or(|_| word.low == "may") && words.low(at + 1) == ".");
    Some((i8::try_from(place).ok()? + 1, 1 + point))
}

fn day_number(words: Words<'_>, at: usize) -> Option<i8> {
    let word = words.get(at).filter(|word| word.kind == Kind::Digits)?;
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.low.strip_suffix(end)).unwrap_or(&word.low);
    let short = matches!(digits.len(), 1 | 2) && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|day| short && (1..=31).contains(day))
}

fn year_number(words: Words<'_>, at: usize) -> Option<i16> {
    let word = words.get(at).filter(|word| word.kind == Kind::Digits)?;
    let four = word.low.len() == 4 && word.low.bytes().all(|byte| byte.is_ascii_digit());
    word.low.parse().ok().filter(|year| four && (1_500..=2_199).contains(year))
}

pub(super) fn weekday(words: Words<'_>, at: usize) -> Option<i8> {
    let word = words.get(at).filter(|word| word.capital)?;
    let place = WEEKDAYS.iter().position(|name| *name == word.bare() || word.low.strip_suffix('s') == Some(name))?;
    i8::try_from(place).ok()
}

/// The year behind a date: `, 2017`, `, '06`, ` 2017`.
fn year_behind(words: Words<'_>, at: usize, of: Option<i16>) -> Option<(i16, usize)> {
    let comma = usize::from(words.low(at) == ",");
    if let Some(year) = year_number(words, at + comma) {
        return Some((year, comma + 1));
    }
    let short = matches!(words.low(at + comma), "'" | "\u{2019}" | "\u{2018}");
    let two = words.get(at + comma + 1).filter(|word| short && word.low.len() == 2 && word.kind == Kind::Digits)?;
    let century = of.unwrap_or(2_000) / 100 * 100;
    Some((century + two.low.parse::<i16>().ok()?, comma + 2))
}

fn run(words: Words<'_>, at: usize) -> Option<(i8, usize)> {
    let joint = matches!(words.low(at), "-" | "\u{2013}" | "\u{2014}" | "and" | "to" | "or" | "&");
    // "June 2 and 3 people": the second is a day only where nothing is counted by it.
    let day = day_number(words, at + 1).filter(|_| joint)?;
    let counts = words.get(at + 2).is_some_and(|next| {
        next.kind == Kind::Letters
            && !next.capital
            && !matches!(next.low.as_str(), "of" | "in" | "and" | "at" | "when" | "last" | "the" | "with" | "a" | "to")
    });
    (!(counts && matches!(words.low(at), "and" | "or"))).then_some((day, 2))
}

/// The date that begins at a word, and how many words it has. `century` is that of the text.
pub(super) fn date(words: Words<'_>, at: usize, century: Option<i16>) -> Option<(Date, usize)> {
    let mut said = Date::default();
    let mut next = at;
    if let Some(weekday) = weekday(words, next) {
        said.weekday = Some(weekday);
        next += 1;
        if words.is(next, &PARTS) && (month(words, next + 1).is_some() || words.low(next + 1) == ",") {
            next += 1;
        }
        next += usize::from(words.low(next) == ",");
    }
    if words.low(next) == "the" && day_number(words, next + 1).is_some() {
        next += 1;
    }
    if let Some((number, length)) = month(words, next) {
        let name = words.low(next);
        let mut after = next + length;
        after += usize::from(words.low(after) == "," && day_number(words, after + 1).is_some());
        if let Some(day) = day_number(words, after) {
            // "March 1,000 people": a day is behind it, not a crowd.
            (said.month, said.day) = (Some(number), Some(day));
            after += 1;
            if let Some((until, length)) = run(words, after) {
                said.until = Some(until).filter(|until| *until > day);
                after += if said.until.is_some() { length } else { 0 };
            }
            if let Some((year, length)) = year_behind(words, after, century) {
                said.year = Some(year);
                after += length;
            }
            return Some((said, after - at));
        }
        if said.weekday.is_none()
            && let Some((year, length)) = year_behind(words, after, century)
                .or_else(|| (words.low(after) == "of").then(|| year_number(words, after + 1).map(|year| (year, 2))).flatten())
        {
            (said.month, said.year) = (Some(number), Some(year));
            return Some((said, after + length - at));
        }
        let timed = at > 0
            && words.is(
                at - 1,
                &["in", "of", "since", "until", "till", "by", "early", "late", "mid", "during", "last", "next", "this", "from"],
            );
        let clear = !matches!(name, "may" | "march" | "mar" | "dec" | "jan" | "sep" | "oct" | "nov") || timed;
        if said.weekday.is_none() && clear && timed {
            said.month = Some(number);
            return Some((said, next + 1 - at));
        }
        // A weekday alone, before a name that only looks like a month.
    } else if let Some(day) = day_number(words, next) {
        let mut after = next + 1;
        let until = run(words, after).filter(|(until, _)| *until > day);
        after += until.map_or(0, |(_, length)| length);
        after += usize::from(words.low(after) == "of");
        if let Some((number, length)) = month(words, after) {
            (said.day, said.until, said.month) = (Some(day), until.map(|(until, _)| until), Some(number));
            after += length;
            if let Some((year, length)) = year_behind(words, after, century) {
                said.year = Some(year);
                after += length;
            }
            return Some((said, after - at));
        }
    }
    said.weekday?;
    Some((Date { weekday: said.weekday, ..Date::default() }, 1))
}

/// ISO and figures whose order is clear: `2017-05-13`, `13/05/2017`.
fn in_figures(words: Words<'_>, at: usize) -> Option<(Told, usize)> {
    if let Some(year) = year_number(words, at)
        && words.low(at + 1) == "-"
        && words.low(at + 3) == "-"
        && let (Some(month), Some(day)) = (day_number(words, at + 2).filter(|month| *month <= 12), day_number(words, at + 4))
    {
        return Some((Told::Date(Date { day: Some(day), month: Some(month), year: Some(year), ..Date::default() }), 5));
    }
    let word = words.get(at).filter(|word| word.kind == Kind::Digits)?;
    let parts: Vec<&str> = word.low.split(['/', '.']).collect();
    let [first, second, year] = parts.as_slice() else { return None };
    let (first, second): (i8, i8) = (first.parse().ok()?, second.parse().ok()?);
    let year = if year.len() == 4 { year.parse().ok()? } else { return None };
    let of = |day, month| Told::Date(Date { day: Some(day), month: Some(month), year: Some(year), ..Date::default() });
    match (first, second) {
        (13..=31, 1..=12) => Some((of(first, second), 1)),
        (1..=12, 13..=31) => Some((of(second, first), 1)),
        // Two readings on two sides of an ocean.
        (1..=12, 1..=12) => Some((Told::Vague, 1)),
        _ => None,
    }
}

/// Words for a day that count from another.
fn relative(words: Words<'_>, at: usize) -> Option<(Told, usize)> {
    let (first, second, third) = (words.low(at), words.low(at + 1), words.low(at + 2));
    let part = |at: usize| usize::from(words.is(at, &PARTS));
    match first {
        "yesterday" | "yesterday's" => return Some((Told::FromDateline(-1), 1 + part(at + 1))),
        "today" | "to-day" | "tonight" | "to-night" | "today's" | "tonight's" => return Some((Told::FromDateline(0), 1)),
        "tomorrow" | "to-morrow" => return Some((Told::FromDateline(1), 1 + part(at + 1))),
        _ => {}
    }
    if first == "last" && matches!(second, "night" | "evening") {
        let before = at > 0 && words.low(at - 1) == "the";
        return Some(if before { (Told::Vague, 2) } else { (Told::FromDateline(-1), 2) });
    }
    if first == "this" && (PARTS.contains(&second) || second == "date") {
        return Some((if second == "date" { Told::Vague } else { Told::FromDateline(0) }, 2));
    }
    if matches!(first, "last" | "this" | "next" | "past" | "previous") || (first == "the" && matches!(second, "past" | "previous")) {
        let skip = usize::from(first == "the");
        let which = words.low(at + skip);
        let step = match which {
            "this" => 0,
            "next" => 1,
            _ => -1,
        };
        let skip = skip + usize::from(which == "this" && words.low(at + skip + 1) == "past");
        let step = if skip > usize::from(first == "the") { -1 } else { step };
        let unit = words.get(at + skip + 1)?.bare();
        let length = skip + 2;
        return match unit {
            "week" => Some((Told::Vague, length)),
            "weekend" => Some((Told::Weekend(step), length)),
            "month" => Some((Told::Months(step), length)),
            "year" => Some((Told::Years(step), length)),
            "night" | "day" if which == "previous" => Some((Told::FromDayBefore(-1), length)),
            _ => {
                if let Some(weekday) = weekday(words, at + skip + 1) {
                    let told = if step > 0 {
                        Told::WeekdayAfter(weekday)
                    } else if step < 0 {
                        Told::WeekdayBefore(weekday)
                    } else {
                        Told::Weekday(weekday)
                    };
                    return Some((told, length + part(at + length)));
                }
                if let Some((month, _)) = month(words, at + skip + 1) {
                    return Some((Told::LastMonth(month, step), length));
                }
                SEASONS.iter().any(|(season, _)| *season == unit).then_some((Told::Vague, length))
            }
        };
    }
    let of_day = |word: &str| {
        matches!(
            word,
            "day"
                | "date"
                | "night"
                | "evening"
                | "morning"
                | "afternoon"
                | "day's"
                | "weekend"
                | "week"
                | "days"
                | "nights"
                | "month"
                | "year"
        )
    };
    if matches!(first, "that" | "same") || (first == "the" && second == "same") {
        let skip = usize::from(first == "the") + usize::from(words.low(at + 1) == "same" && first == "that");
        let unit = words.low(at + skip + 1);
        let many = matches!(unit, "weekend" | "week" | "days" | "nights" | "month" | "year");
        return of_day(unit).then_some((if many { Told::Vague } else { Told::FromDayBefore(0) }, skip + 2));
    }
    if first == "the" && matches!(second, "following" | "next" | "day" | "previous" | "night") {
        if matches!(second, "day" | "night") {
            return match third {
                "before" => Some((Told::FromDayBefore(-1), 3)),
                "after" if words.low(at + 3).is_empty() || words.get(at + 3).is_some_and(super::word::Word::is_sign) => {
                    Some((Told::FromDayBefore(1), 3))
                }
                _ => None,
            };
        }
        if matches!(third, "days" | "nights" | "week" | "weeks" | "weekend" | "month") {
            return Some((Told::Vague, 3));
        }
        if let Some(weekday) = weekday(words, at + 2) {
            return Some((Told::WeekdayAfterDayBefore(weekday), 3));
        }
        return of_day(third).then_some((Told::FromDayBefore(1), 3 + usize::from(third == "day" && part(at + 3) == 1)));
    }
    if matches!(first, "following" | "next") && second == "day" {
        return Some((Told::FromDayBefore(1), 2));
    }
    // "Three days ago", "two days later".
    let (number, length) = super::number::number(words, at)?;
    let number = i32::try_from(number).ok().filter(|number| (1..=400).contains(number))?;
    let unit = words.low(at + length);
    let days = match unit {
        "day" | "days" => Some(1),
        "week" | "weeks" => Some(7),
        _ => None,
    };
    match (words.low(at + length + 1), days) {
        ("ago", Some(days)) => Some((Told::FromDateline(-number * days), length + 2)),
        ("ago", None) if matches!(unit, "month" | "months") => Some((Told::Vague, length + 2)),
        ("ago", None) if matches!(unit, "year" | "years") => Some((Told::Years(-number), length + 2)),
        ("later" | "afterwards", Some(days)) => Some((Told::FromDayBefore(number * days), length + 2)),
        ("earlier", Some(days)) => Some((Told::FromDayBefore(-number * days), length + 2)),
        _ => None,
    }
}

/// A year alone, where the words around it say that it is one.
fn year_alone(words: Words<'_>, at: usize) -> Option<(Told, usize)> {
    if words.low(at) == "the"
        && words.low(at + 1) == "year"
        && let Some(year) = year_number(words, at + 2)
    {
        return Some((Told::Date(Date { year: Some(year), ..Date::default() }), 3));
    }
    let early = usize::from(words.is(at, &["early", "late", "mid"]) || words.low(at) == "the");
    if let Some((_, season)) = SEASONS.iter().find(|(season, _)| *season == words.low(at + early).trim_end_matches("'s")) {
        let of = early + 1 + usize::from(matches!(words.low(at + early + 1), "of" | ","));
        if let Some(year) = year_number(words, at + of) {
            return Some((Told::Season(year, *season), of + 1));
        }
    }
    if words.is(at, &["early", "late"]) {
        let of = 1 + usize::from(matches!(words.low(at + 1), "in" | "of"));
        if let Some(year) = year_number(words, at + of) {
            return Some((Told::Date(Date { year: Some(year), part: true, ..Date::default() }), of + 1));
        }
    }
    let year = year_number(words, at)?;
    let before = at.checked_sub(1).map_or("", |at| words.low(at));
    let timed = matches!(
        before,
        "in" | "since"
            | "during"
            | "of"
            | "from"
            | "until"
            | "till"
            | "by"
            | "before"
            | "after"
            | "year"
            | "circa"
            | "early"
            | "late"
            | "through"
    );
    // "From 2013 and 2014".
    let second = matches!(before, "and" | "to" | "or" | "-" | "\u{2013}") && at > 1 && year_number(words, at - 2).is_some();
    let counts =
        words.get(at + 1).is_some_and(|next| matches!(next.low.as_str(), "people" | "men" | "women" | "protesters" | "votes" | "members"));
    ((timed || second) && !counts).then_some((Told::Date(Date { year: Some(year), ..Date::default() }), 1))
}

/// What is said of a day at a word, and how many words say it.
fn told(words: Words<'_>, at: usize, century: Option<i16>) -> Option<(Told, usize)> {
    if words.is(at, &["early", "late", "mid", "mid-"])
        && month(words, at + 1).is_some()
        && let Some((said, length)) = date(words, at + 1, century)
    {
        return Some((Told::Date(Date { part: true, ..said }), length + 1));
    }
    if let Some(found) = in_figures(words, at) {
        return Some(found);
    }
    if words.low(at) == "the" && words.phrase(at, "the first of the year").is_some() {
        return Some((Told::NewYear, 5));
    }
    if let Some((said, mut length)) = date(words, at, century) {
        if said.day.is_none()
            && said.month.is_none()
            && let Some(weekday) = said.weekday
        {
            length += usize::from(words.is(at + length, &PARTS));
            return Some(match words.low(at + length) {
                "last" => (Told::WeekdayBefore(weekday), length + 1),
                "next" => (Told::WeekdayAfter(weekday), length + 1),
                _ => (Told::Weekday(weekday), length),
            });
        }
        length += usize::from(words.is(at + length, &PARTS));
        length += if words.low(at + length) == "," && words.low(at + length + 1) == "last" { 2 } else { 0 };
        return Some((Told::Date(said), length));
    }
    relative(words, at).or_else(|| year_alone(words, at))
}

pub(super) fn find(page: &Page<'_>, datelines: &[Dateline], hints: &Hints<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut resolver = Resolver::new(datelines, hints);
    for (sentence, line) in page.told() {
        let words = page.of(line);
        let ahead = (0..words.len()).find(|at| words.is(*at, &AHEAD));
        let mut at = 0;
        while at < words.len() {
            let Some((told, length)) = told(words, at, resolver.century()) else {
                at += 1;
                continue;
            };
            let mut first = at;
            // "The night of May 29".
            if at >= 2 && words.low(at - 1) == "of" && words.is(at - 2, &PARTS) {
                first = at - 2 - usize::from(at >= 3 && words.low(at - 3) == "the");
            }
            let last = at + length - 1;
            if let Some(bytes) = words.bytes(first, last) {
                let looks_ahead = ahead.is_some_and(|ahead| ahead + 12 >= at && ahead <= last + 1);
                let (edtf, rule) = resolver.day(&told, bytes.start, looks_ahead);
                findings.push(Finding { field: Field::Day, sentence, value: Value::Day { edtf, words: page.says(&bytes) }, bytes, rule });
            }
            at += length;
        }
    }
    findings
}
