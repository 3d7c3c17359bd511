//! Dateline: the day from which a text, or an item in it, counts its "yesterday".
//!
//! Whoever brings the text may say it. A line of the text may say it too: "Published 16 May 2017", or the place
//! and day with which newspapers begin an item, "HOUSTON, Tex., May 12.—", which holds from there on.

use super::day;
use super::word::{Kind, Words};
use super::{Hints, Page};
use jiff::civil::Date;

/// Words before the date of an item's dateline at most.
const BEFORE_MAX: usize = 14;
/// Words of a line that says when the text was published at most.
const PUBLISHED_WORDS_MAX: usize = 14;
/// Days between the day of publication and an item's own.
const ITEM_DAYS_AHEAD: i32 = 40;

/// A day to count from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dateline {
    /// From which byte on.
    pub from: usize,
    /// The day.
    pub day: Date,
    /// Whether it was read from the text.
    pub read: bool,
}

/// The days that a text's relative days count from, in order.
pub(super) fn find(page: &Page<'_>, hints: &Hints<'_>) -> Vec<Dateline> {
    let mut found: Vec<Dateline> = hints.dateline.map(|day| Dateline { from: 0, day, read: false }).into_iter().collect();
    let all = Words(&page.words);
    let mut end = 0;
    for at in 0..all.len() {
        let Some(word) = all.get(at) else { break };
        let begins = at == 0 || page.text[end..word.bytes.start].contains('\n');
        end = word.bytes.end;
        if !begins {
            continue;
        }
        let near = found.last().map(|one| one.day);
        if found.is_empty()
            && let Some(day) = published(page, all, at)
        {
            found.push(Dateline { from: 0, day, read: true });
        } else if let Some(day) = item(page, all, at, near, hints.year) {
            found.push(Dateline { from: word.bytes.start, day, read: true });
        }
    }
    found
}

fn breaks(page: &Page<'_>, words: Words<'_>, at: usize) -> bool {
    match (words.get(at), words.get(at + 1)) {
        (Some(one), Some(next)) => page.text[one.bytes.end..next.bytes.start].contains('\n'),
        _ => true,
    }
}

fn published(page: &Page<'_>, words: Words<'_>, first: usize) -> Option<Date> {
    let last = (first..first + PUBLISHED_WORDS_MAX).find(|at| breaks(page, words, *at))?;
    let dated = (first..=last).find_map(|at| {
        let (said, length) = day::date(words, at, None)?;
        (said.day.is_some() && said.year.is_some() && said.until.is_none()).then_some((at, said, length))
    });
    let (at, said, length) = dated?;
    let opens = words.is(first, &["published", "posted", "updated", "date", "dated", "by", "first", "last"]);
    let alone = at == first && at + length > last;
    if !opens && !alone {
        return None;
    }
    Date::new(said.year?, said.month?, said.day?).ok()
}

fn item(page: &Page<'_>, words: Words<'_>, first: usize, near: Option<Date>, year: Option<i16>) -> Option<Date> {
    if !words.is_name(first) || day::month(words, first).is_some() || day::weekday(words, first).is_some() {
        return None;
    }
    for at in first + 1..first + BEFORE_MAX {
        let word = words.get(at)?;
        if day::month(words, at).is_some() {
            let (said, length) = day::date(words, at, near.map(Date::year))?;
            let behind = at + length;
            let point = usize::from(words.low(behind) == ".");
            let dash = matches!(words.low(behind + point), "\u{2014}" | "\u{2013}" | "-" | ":");
            let ends = breaks(page, words, behind + point - 1);
            if said.until.is_some() || !(dash || ends) {
                return None;
            }
            return resolved(&said, near, year);
        }
        let fits = matches!(word.low.as_str(), "," | "." | "(" | ")") || word.is_name();
        if !fits || word.kind == Kind::Digits || breaks(page, words, at - 1) {
            return None;
        }
    }
    None
}

fn resolved(said: &day::Date, near: Option<Date>, year: Option<i16>) -> Option<Date> {
    let (month, day) = (said.month?, said.day?);
    if let Some(year) = said.year {
        return Date::new(year, month, day).ok();
    }
    let Some(near) = near else { return Date::new(year?, month, day).ok() };
    let ahead = near.checked_add(jiff::ToSpan::days(i64::from(ITEM_DAYS_AHEAD))).ok()?;
    let this = Date::new(near.year(), month, day).ok().filter(|day| *day <= ahead);
    this.or_else(|| Date::new(near.year() - 1, month, day).ok())
}
