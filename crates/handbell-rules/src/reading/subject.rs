//! Subject: who a clause is about, and whom a pronoun means, as far as the words alone say it.
//!
//! What stands between the beginning of a clause and its first verb, without the words of time and place that
//! may open it. A pronoun means the last such subject before it that could be meant. Both are guesses, which is
//! why a person reads the name beside the words before anything is taken. Nobody is looked up.

use super::speaker::{self, Stretch};
use super::word::{Kind, Words};
use super::{Line, Page, named};
use std::ops::Range;

/// Words of a subject at most.
const SUBJECT_WORDS_MAX: usize = 22;
/// Words of an opening ("On the evening of May 29, ...") at most.
const OPENING_WORDS_MAX: usize = 24;
/// Words looked back for where a clause begins, or for somebody described.
const CLAUSE_WORDS_MAX: usize = 60;
/// Sentences looked back for whom a pronoun means.
const SENTENCES_BACK: usize = 4;

/// What opens a clause before its subject.
const OPENERS: [&str; 43] = [
    "on",
    "in",
    "after",
    "at",
    "during",
    "when",
    "while",
    "as",
    "for",
    "with",
    "following",
    "before",
    "despite",
    "by",
    "from",
    "since",
    "under",
    "until",
    "if",
    "although",
    "though",
    "because",
    "later",
    "meanwhile",
    "however",
    "subsequently",
    "additionally",
    "then",
    "also",
    "elsewhere",
    "earlier",
    "yesterday",
    "today",
    "recently",
    "eventually",
    "finally",
    "instead",
    "still",
    "similarly",
    "speaking",
    "asked",
    "upon",
    "moreover",
];
/// Verbs that the ending "ed" does not give away.
const VERBS: [&str; 70] = [
    "said", "says", "say", "told", "took", "led", "held", "began", "spoke", "wrote", "gave", "gives", "made", "came", "went", "met",
    "sent", "left", "knelt", "saw", "found", "kept", "brought", "got", "ran", "broke", "stood", "sat", "put", "set", "hit", "shot", "fell",
    "felt", "knew", "thought", "became", "chose", "drove", "fled", "fought", "grew", "heard", "lost", "paid", "read", "rose", "sang",
    "sought", "sold", "threw", "won", "is", "was", "are", "were", "has", "have", "had", "will", "would", "can", "could", "may", "might",
    "did", "does", "do", "must", "should",
];
/// Words that begin a group of words and say that the next one with "ed" is no verb.
const DETERMINERS: [&str; 14] =
    ["the", "a", "an", "this", "that", "these", "those", "some", "several", "many", "two", "three", "all", "most"];
const OWNERS: [&str; 8] = ["his", "her", "their", "its", "our", "my", "your", "whose"];

/// Whether the word there is the verb of a clause.
pub(super) fn is_verb(words: Words<'_>, at: usize) -> bool {
    let Some(word) = words.get(at).filter(|word| word.kind == Kind::Letters && !word.capital) else { return false };
    let low = word.low.as_str();
    let ed = low.len() > 3
        && low.ends_with("ed")
        && !matches!(low, "hundred" | "armed" | "indeed" | "united" | "so-called" | "unarmed" | "masked");
    VERBS.contains(&low)
        || speaker::SAYING.contains(&low) && !low.ends_with("ing")
        || (ed && !at.checked_sub(1).is_some_and(|back| words.is(back, &DETERMINERS) || words.is(back, &OWNERS)))
}

/// Behind the words of time and place that open a clause.
fn behind_opening(words: Words<'_>, from: usize, upto: usize) -> Option<usize> {
    let mut first = from;
    for _ in 0..3 {
        while first < upto && (words.get(first).is_some_and(super::word::Word::is_sign) || words.is(first, &["and", "but", "so", "yet"])) {
            first += 1;
        }
        if !words.is(first, &OPENERS) {
            return (first < upto).then_some(first);
        }
        // "On June 9 the team": a date needs no comma behind it.
        let dated = words.is_name(first + 1) && words.get(first + 2).is_some_and(|word| word.kind == Kind::Digits);
        let comma = (first + 1..upto.min(first + OPENING_WORDS_MAX)).find(|at| words.low(*at) == ",");
        first = match comma {
            _ if dated => first + 3,
            Some(comma) => comma + 1,
            None => return None,
        };
        // The comma of a date: "On June 9, 2020, the team".
        if words.get(first).is_some_and(|word| word.kind == Kind::Digits) && words.low(first + 1) == "," {
            first += 2;
        }
    }
    (first < upto).then_some(first)
}

/// The group of words that begins there and ends before a verb, a comma or "who".
fn group(words: Words<'_>, first: usize, upto: usize) -> Option<Stretch> {
    let mut last = None;
    for at in first..upto.min(first + SUBJECT_WORDS_MAX) {
        let word = words.get(at)?;
        let initial = word.low == "." && words.get(at.wrapping_sub(1)).is_some_and(|one| one.capital && one.low.len() <= 4);
        let ends = (word.is_sign() && !initial && !matches!(word.low.as_str(), "&" | "-" | "'" | "\u{2019}"))
            || matches!(word.low.as_str(), "who" | "which" | "that" | "whose" | "whom" | "while" | "when" | "where" | "then" | "also")
            || is_verb(words, at)
            || word.low == "and" && is_verb(words, at + 1);
        if ends {
            break;
        }
        last = Some(at);
    }
    let mut last = last?;
    while last > first && (words.low(last).ends_with("ly") || words.low(last) == ".") {
        last -= 1;
    }
    Some((first, last))
}

/// The subject of the clause in which the verb stands.
pub(super) fn of(words: Words<'_>, verb: usize) -> Option<Stretch> {
    let begins = |at: &usize| {
        words.low(*at) == ";"
            || matches!(words.low(*at), "and" | "but" | "while")
                && at.checked_sub(1).is_some_and(|back| matches!(words.low(back), "," | "]"))
    };
    for start in (verb.saturating_sub(CLAUSE_WORDS_MAX).max(1)..verb).rev().filter(begins) {
        // A clause of its own has a subject and a verb of its own.
        let own = behind_opening(words, start + 1, verb).and_then(|first| group(words, first, verb));
        if let Some((first, last)) = own.filter(|(first, last)| is_verb(words, last + 1) && names_somebody(words, (*first, *last))) {
            return Some((first, last));
        }
    }
    let first = behind_opening(words, 0, verb)?;
    group(words, first, verb).filter(|stretch| names_somebody(words, *stretch))
}

fn names_somebody(words: Words<'_>, stretch: Stretch) -> bool {
    speaker::is_pronoun(words, stretch) || named::names(words, stretch) || DETERMINERS.contains(&words.low(stretch.0))
}

/// Whom a pronoun that stands at a byte means; none where nothing before it could be meant.
pub(super) fn meant(page: &Page<'_>, line: usize, byte: usize, pronoun: &str) -> Option<Range<usize>> {
    let person = matches!(pronoun, "he" | "she" | "i" | "who");
    for back in (line.saturating_sub(SENTENCES_BACK)..=line).rev() {
        let one = &page.lines[back];
        if one.apart.is_some() || page.lines[line].paragraph - one.paragraph > 1 {
            break;
        }
        if let Some(bytes) = in_line(page, one, byte, person) {
            return Some(bytes);
        }
    }
    None
}

fn in_line(page: &Page<'_>, line: &Line, upto: usize, person: bool) -> Option<Range<usize>> {
    let all = page.of(line);
    let words = Words(&all.0[..all.0.partition_point(|word| word.bytes.end <= upto)]);
    // Who is led in speaks next.
    let near = words.len().saturating_sub(CLAUSE_WORDS_MAX);
    let led = (near..words.len()).rev().find(|at| words.is(*at, &["introduced", "introducing"]) && words.is_name(at + 1));
    if let Some(stretch) = led.and_then(|verb| speaker::behind(words, verb)) {
        return words.bytes(stretch.0, stretch.1);
    }
    let fits = |stretch: &Stretch| {
        let other = OWNERS.contains(&words.low(stretch.0)) || person && named::is_body(words, *stretch);
        !other
            && !speaker::is_pronoun(words, *stretch)
            && (named::names(words, *stretch) || !person && DETERMINERS.contains(&words.low(stretch.0)))
    };
    // What stands between marks is somebody's words, and tells of others.
    let quoted = |first: &usize| {
        let byte = words.get(*first).map_or(0, |word| word.bytes.start);
        let place = page.quotes.partition_point(|quote| quote.outer.start <= byte);
        place > 0 && page.quotes[place - 1].outer.end > byte
    };
    let first = behind_opening(words, 0, words.len()).filter(|first| !quoted(first));
    let subject = first.and_then(|first| group(words, first, words.len())).filter(fits);
    let who = || {
        let who = (near.max(1)..words.len()).rev().find(|at| words.low(*at) == "who")?;
        speaker::noun_before(words, who).filter(|stretch| fits(stretch) || named::is_person(words, *stretch))
    };
    let stretch = subject.or_else(who)?;
    words.bytes(stretch.0, stretch.1)
}
