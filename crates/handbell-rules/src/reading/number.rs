//! Number: amounts as people write them in running text, in figures or in words, with what stands before them.
//!
//! "About 200" is 200 and only near it; "more than 200" has one end; "dozens" is an amount without a number.
//! Money, shares and clock times are no amounts of anything that is counted here.

use super::word::{Kind, Words};
use crate::record::count::COUNT_MAX;

/// Words of a number written out at most.
const WRITTEN_WORDS_MAX: usize = 6;

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const NEAR: [&str; 9] = ["about", "around", "approximately", "roughly", "some", "circa", "an estimated", "estimated", "somewhere around"];
const FROM: [&str; 10] = [
    "more than",
    "over",
    "at least",
    "no fewer than",
    "no less than",
    "not less than",
    "upwards of",
    "upward of",
    "in excess of",
    "well over",
];
const UP_TO: [&str; 11] =
    ["up to", "as many as", "nearly", "almost", "fewer than", "less than", "under", "at most", "no more than", "not more than", "close to"];
/// Amounts without a number.
const VAGUE: [&str; 7] =
    ["dozens", "hundreds", "thousands", "scores", "tens of thousands", "hundreds of thousands", "hundreds and hundreds"];
const VAGUE_BEFORE: [&str; 5] = ["several", "a few", "few", "many", "couple"];
const VAGUE_BEHIND: [&str; 4] = ["dozen", "hundred", "thousand", "score"];

/// An amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Amount {
    /// Its first word, with what stands before the number.
    pub first: usize,
    /// Where the number itself begins.
    pub number: usize,
    /// The word behind it.
    pub end: usize,
    pub low: Option<u32>,
    pub high: Option<u32>,
}

fn small(word: &str) -> Option<u32> {
    let place = |list: &[&str]| list.iter().position(|one| !one.is_empty() && *one == word);
    if let Some(ones) = place(&ONES).filter(|ones| *ones > 0) {
        return u32::try_from(ones).ok();
    }
    if let Some(tens) = place(&TENS) {
        return u32::try_from(tens * 10).ok();
    }
    let (tens, ones) = word.split_once('-')?;
    let tens = TENS.iter().position(|one| !one.is_empty() && *one == tens)?;
    let ones = ONES.iter().position(|one| *one == ones).filter(|ones| (1..10).contains(ones))?;
    u32::try_from(tens * 10 + ones).ok()
}

/// A number in figures: `1,200`, `20`.
pub(super) fn figures(word: &str) -> Option<u32> {
    if word.contains(['.', ':', '/']) {
        return None;
    }
    word.replace(',', "").parse().ok().filter(|number| *number <= COUNT_MAX)
}

/// One number at a place and how many words it has.
pub(super) fn number(words: Words<'_>, at: usize) -> Option<(u32, usize)> {
    let word = words.get(at)?;
    let scale = |word: &str| match word {
        "hundred" => Some(100_u32),
        "thousand" => Some(1_000),
        "dozen" => Some(12),
        "million" => Some(1_000_000),
        _ => None,
    };
    let (mut total, mut part, mut length) = match word.kind {
        Kind::Digits => (0_u32, figures(&word.low)?, 1),
        Kind::Letters if word.low == "no" => return Some((0, 1)),
        Kind::Letters if word.low == "a" && matches!(words.low(at + 1), "hundred" | "thousand" | "dozen") => (0, 1, 1),
        Kind::Letters => (0, small(&word.low)?, 1),
        Kind::Sign => return None,
    };
    while length < WRITTEN_WORDS_MAX {
        let next = words.low(at + length);
        if let Some(scale) = scale(next) {
            part = part.max(1).checked_mul(scale)?;
            if scale >= 1_000 {
                total = total.checked_add(part)?;
                part = 0;
            }
            length += 1;
        } else if next == "and"
            && part >= 100
            && small(words.low(at + length + 1)).is_some()
            && part % 100 == 0
            && word.kind == Kind::Letters
        {
            part = part.checked_add(small(words.low(at + length + 1))?)?;
            length += 2;
        } else if word.kind == Kind::Letters && (part >= 100 && part % 100 == 0 || part == 0) && small(next).is_some() {
            part = part.checked_add(small(next)?)?;
            length += 1;
        } else {
            break;
        }
    }
    Some((total.checked_add(part)?, length)).filter(|(number, _)| *number <= COUNT_MAX)
}

fn before(words: Words<'_>, at: usize, any: &[&str]) -> Option<usize> {
    // The longest phrase that ends right before.
    (1..=3_usize).rev().find_map(|length| {
        let first = at.checked_sub(length)?;
        any.iter().any(|phrase| phrase.split(' ').count() == length && words.phrase(first, phrase).is_some()).then_some(first)
    })
}

/// The amount that begins at a word, its qualifier looked for before it.
pub(super) fn amount(words: Words<'_>, at: usize) -> Option<Amount> {
    if let Some((_, length)) = words.longest(at, &VAGUE) {
        let first = before(words, at, &["many", "several"]).unwrap_or(at);
        return Some(Amount { first, number: at, end: at + length, low: None, high: None });
    }
    if VAGUE_BEHIND.contains(&words.low(at))
        && let Some(first) = before(words, at, &VAGUE_BEFORE)
    {
        let first = if words.low(first) == "few" && first > 0 && words.low(first - 1) == "a" { first - 1 } else { first };
        return Some(Amount { first, number: at, end: at + 1, low: None, high: None });
    }
    if at > 0 {
        let sign = words.low(at - 1);
        let behind_sign = matches!(sign, "$" | "\u{a3}" | "\u{20ac}" | "[" | "#" | "'" | "\u{2019}" | "\u{2018}");
        if behind_sign || matches!(sign, "aged" | "age" | "no" | "nos" | "vol" | "chapter" | "section" | "page" | "article") {
            return None;
        }
    }
    let (low, length) = number(words, at)?;
    let mut end = at + length;
    if matches!(words.low(end), "%" | "percent" | "per" | "\u{b0}") {
        return None;
    }
    let mut high = low;
    let between = before(words, at, &["between", "from"]);
    let joined = match words.low(end) {
        "to" | "or" | "-" | "\u{2013}" | "\u{2014}" => true,
        "and" => between.is_some(),
        _ => false,
    };
    if joined && let Some((second, length)) = number(words, end + 1).filter(|(second, _)| *second > low) {
        high = second;
        end += 1 + length;
    }
    if high > low {
        let first = before(words, at, &NEAR).or(between).unwrap_or(at);
        return Some(Amount { first, number: at, end, low: Some(low), high: Some(high) });
    }
    let (first, low, high) = if let Some(first) = before(words, at, &FROM) {
        (first, Some(low), None)
    } else if let Some(first) = before(words, at, &UP_TO) {
        (first, None, Some(low))
    } else if words.low(end) == "or" && matches!(words.low(end + 1), "more" | "so") {
        let more = words.low(end + 1) == "more";
        end += 2;
        (at, Some(low), if more { None } else { Some(low) })
    } else if words.low(end) == "+" {
        end += 1;
        (at, Some(low), None)
    } else {
        (before(words, at, &NEAR).unwrap_or(at), Some(low), Some(low))
    };
    Some(Amount { first, number: at, end, low, high })
}

/// Whether what stands before the number says that it is only near.
pub(super) fn is_near(words: Words<'_>, amount: &Amount) -> bool {
    before(words, amount.number, &NEAR).is_some()
}
