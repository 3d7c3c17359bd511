//! Sentence: where paragraphs, quotations and sentences begin and end.
//!
//! A point behind "Mr", an initial or "p.m." ends nothing, and nothing ends inside a quotation, so that words
//! and who said them stay together. Lines that were only wrapped are one paragraph. A quotation that its
//! paragraph does not close is one only when the next paragraph opens with marks again.

use super::speaker::SAYING;
use std::ops::Range;

/// Letters looked at before a point.
const BEFORE_A_POINT: usize = 14;
/// Words looked at behind a quotation for a verb of saying.
const BEHIND_A_QUOTE: usize = 6;
/// Letters looked at for what ends the clause there.
const BEHIND_A_QUOTE_LETTERS: usize = 80;
/// Letters of a heading that ran into it at most.
const HEADING_LETTERS_MAX: usize = 80;
/// Letters of a quotation that was never closed and is taken all the same.
const WHOLE_LETTERS_MIN: usize = 30;
/// Behind these a point ends no sentence.
const TITLES: [&str; 30] = [
    "mr", "mrs", "ms", "dr", "rev", "hon", "gov", "sen", "rep", "gen", "col", "capt", "lt", "sgt", "st", "prof", "messrs", "mt", "ft",
    "pres", "supt", "insp", "det", "vs", "cllr", "maj", "atty", "dist", "fr", "sr",
];
/// Behind these, written with a capital, a point ends a sentence only before a word that begins many.
const SHORT: [&str; 67] = [
    "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sept", "Sep", "Oct", "Nov", "Dec", "Ala", "Ark", "Ariz", "Cal", "Calif", "Colo",
    "Conn", "Del", "Fla", "Ga", "Ill", "Ind", "Kan", "Ky", "La", "Mass", "Md", "Me", "Mich", "Minn", "Miss", "Mo", "Mont", "Neb", "Nev",
    "Okla", "Ore", "Pa", "Penn", "Tenn", "Tex", "Vt", "Va", "Wash", "Wis", "Wyo", "Co", "Inc", "Ltd", "Jr", "Bros", "Dept", "Ave", "Blvd",
    "Rd", "Sq", "Corp", "Univ", "Assn", "Mon", "Tues", "Wed", "Thurs", "Fri", "Sat",
];
/// Words that begin many sentences.
const STARTERS: [&str; 62] = [
    "The",
    "A",
    "An",
    "In",
    "On",
    "At",
    "He",
    "She",
    "It",
    "They",
    "We",
    "This",
    "That",
    "These",
    "Those",
    "There",
    "When",
    "While",
    "After",
    "Before",
    "But",
    "And",
    "As",
    "No",
    "Not",
    "Police",
    "Officers",
    "One",
    "Two",
    "What",
    "Who",
    "His",
    "Her",
    "Their",
    "Our",
    "If",
    "For",
    "From",
    "By",
    "Several",
    "Many",
    "Some",
    "Most",
    "All",
    "Meanwhile",
    "However",
    "Protesters",
    "Demonstrators",
    "Hundreds",
    "Thousands",
    "Dozens",
    "About",
    "Another",
    "Each",
    "Its",
    "More",
    "Then",
    "Later",
    "Since",
    "You",
    "I",
    "Mr",
];

/// A quotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quoted {
    /// With its marks.
    pub outer: Range<usize>,
    /// Without them.
    pub inner: Range<usize>,
    /// Between single marks.
    pub single: bool,
    /// Not closed: the next paragraph goes on.
    pub goes_on: bool,
    pub paragraph: usize,
}

fn trimmed(text: &str, bytes: Range<usize>) -> Range<usize> {
    let part = &text[bytes.clone()];
    let start = bytes.start + (part.len() - part.trim_start().len());
    start..(start + part.trim().len())
}

/// The paragraphs of a text, without the white space around them.
pub(super) fn paragraphs(text: &str) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\u{2028}', '\u{2029}']) {
        lines.push(trimmed(text, start..start + line.len()));
        start += line.len();
    }
    let ends = |line: &Range<usize>| text[line.clone()].ends_with(['.', '?', '!', ':', '"', '\u{201d}', '\u{2019}', ')']);
    let begins_low = |line: &Range<usize>| text[line.clone()].starts_with(char::is_lowercase);
    let pairs = lines.windows(2).filter(|pair| !pair[0].is_empty() && !pair[1].is_empty());
    let (mut all, mut open) = (0_usize, 0_usize);
    for pair in pairs {
        all += 1;
        open += usize::from(!ends(&pair[0]));
    }
    let wrapped = all >= 3 && open * 10 >= all * 6;
    let mut paragraphs: Vec<Range<usize>> = Vec::new();
    let mut last: Option<Range<usize>> = None;
    for line in lines {
        if line.is_empty() {
            last = None;
            continue;
        }
        let joins = last.as_ref().is_some_and(|last| wrapped || begins_low(&line) || text[last.clone()].ends_with(['-', ',']));
        match paragraphs.last_mut().filter(|_| joins) {
            Some(paragraph) => paragraph.end = line.end,
            None => paragraphs.push(line.clone()),
        }
        last = Some(line);
    }
    paragraphs
}

const fn is_double(letter: char) -> bool {
    matches!(letter, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{ab}' | '\u{bb}')
}

fn opens_with_marks(text: &str) -> bool {
    text.starts_with(is_double)
}

/// The quotations of a text, in order.
pub(super) fn quotes(text: &str, paragraphs: &[Range<usize>]) -> Vec<Quoted> {
    let mut quotes = Vec::new();
    for (paragraph, bytes) in paragraphs.iter().enumerate() {
        let goes_on = paragraphs.get(paragraph + 1).is_some_and(|next| opens_with_marks(&text[next.clone()]));
        let last = paragraph + 1 == paragraphs.len();
        let mut doubles = double(text, bytes, paragraph, goes_on, last);
        let singles = single(text, bytes, paragraph, &doubles);
        doubles.extend(singles);
        doubles.sort_by_key(|quote| quote.outer.start);
        quotes.extend(doubles);
    }
    quotes
}

fn double(text: &str, bytes: &Range<usize>, paragraph: usize, next_goes_on: bool, is_last: bool) -> Vec<Quoted> {
    let mut found = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    // A quotation inside another: kept aside, for where the outer one never closes.
    let (mut nested, mut inside): (Option<(usize, usize)>, Vec<Quoted>) = (None, Vec::new());
    let part = &text[bytes.clone()];
    let mut before = ' ';
    let mut letters = part.char_indices().peekable();
    while let Some((place, letter)) = letters.next() {
        if is_double(letter) {
            let after = letters.peek().map_or(' ', |(_, letter)| *letter);
            let (start, end) = (bytes.start + place, bytes.start + place + letter.len_utf8());
            let closes = match letter {
                '\u{201d}' | '\u{bb}' => true,
                _ => !before.is_whitespace() && !after.is_alphanumeric() || after.is_whitespace(),
            };
            let opens = !after.is_whitespace() && (letter != '\u{201d}' || before.is_whitespace());
            match open {
                Some(_) if closes && nested.is_some() => {
                    if let Some((outer, inner)) = nested.take().filter(|(_, inner)| *inner < start) {
                        inside.push(Quoted { outer: outer..end, inner: inner..start, single: false, goes_on: false, paragraph });
                    }
                }
                Some((outer, inner)) if closes => {
                    if inner < start {
                        found.push(Quoted { outer: outer..end, inner: inner..start, single: false, goes_on: false, paragraph });
                    }
                    open = None;
                    inside.clear();
                }
                // A mark that opens again behind a whole sentence: the one before was never closed.
                Some((outer, inner)) if opens && outer == bytes.start && is_whole(&text[inner..start]) => {
                    let upto = inner + text[inner..start].trim_end().len();
                    found.push(Quoted { outer: outer..upto, inner: inner..upto, single: false, goes_on: false, paragraph });
                    open = Some((start, end));
                    inside.clear();
                }
                Some((outer, _)) if opens && outer == bytes.start && nested.is_none() => nested = Some((start, end)),
                // The text was cut before the opening mark.
                None if closes && bytes.start == 0 && place > 0 && found.is_empty() && !before.is_whitespace() => {
                    found.push(Quoted { outer: 0..end, inner: 0..start, single: false, goes_on: false, paragraph });
                }
                // A mark that opens again: the one before was never closed.
                _ if opens => open = Some((start, end)),
                _ => {}
            }
        }
        before = letter;
    }
    // Not closed: it goes on in the next paragraph, or the text was cut in it, or all of the paragraph is quoted.
    let of_one = opens_with_marks(part);
    let kept = |(outer, inner): &(usize, usize)| (next_goes_on || is_last || of_one || *outer == bytes.start) && *inner < bytes.end;
    if let Some((outer, inner)) = open.filter(kept) {
        found.push(Quoted { outer: outer..bytes.end, inner: inner..bytes.end, single: false, goes_on: next_goes_on, paragraph });
    } else {
        found.append(&mut inside);
    }
    found
}

/// Whether some words end like a sentence, or like a heading behind one.
fn is_whole(words: &str) -> bool {
    let mut back = words
        .trim_end()
        .chars()
        .rev()
        .take(HEADING_LETTERS_MAX)
        .skip_while(|letter| !letter.is_lowercase() && !matches!(letter, '.' | '?' | '!'));
    words.len() >= WHOLE_LETTERS_MIN && back.next().is_some_and(|letter| !letter.is_lowercase())
}

fn single(text: &str, bytes: &Range<usize>, paragraph: usize, doubles: &[Quoted]) -> Vec<Quoted> {
    let mut found = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    let mut before = ' ';
    let mut inside = doubles.iter().peekable();
    let mut letters = text[bytes.clone()].char_indices().peekable();
    while let Some((place, letter)) = letters.next() {
        let (start, end) = (bytes.start + place, bytes.start + place + letter.len_utf8());
        while inside.peek().is_some_and(|quote| quote.outer.end <= start) {
            inside.next();
        }
        let in_double = inside.peek().is_some_and(|quote| quote.outer.start <= start);
        if matches!(letter, '\u{2018}' | '\u{2019}' | '\'') && !in_double {
            let after = letters.peek().map_or(' ', |(_, letter)| *letter);
            let begins = before.is_whitespace() || matches!(before, '(' | '\u{2014}' | '\u{2013}' | '-' | ':');
            match open {
                Some((outer, inner)) if letter != '\u{2018}' && !before.is_whitespace() && !after.is_alphanumeric() => {
                    if inner < start {
                        found.push(Quoted { outer: outer..end, inner: inner..start, single: true, goes_on: false, paragraph });
                    }
                    open = None;
                }
                _ if begins && after.is_alphanumeric() && letter != '\u{2019}' => open = Some((start, end)),
                _ => {}
            }
        }
        before = letter;
    }
    found
}

/// Whether the word before a point is one that a point belongs to; `next` is the word behind it.
fn shortened(before: &str, next: &str) -> bool {
    let tail: Vec<char> =
        before.chars().rev().take(BEFORE_A_POINT).take_while(|letter| letter.is_alphanumeric() || *letter == '.').collect();
    let word: String = tail.into_iter().rev().collect();
    let starts = STARTERS.contains(&next);
    let digit = next.starts_with(|letter: char| letter.is_ascii_digit());
    let low = word.to_lowercase();
    if low == "no" || low == "nos" {
        return digit;
    }
    if TITLES.contains(&low.as_str()) && word.starts_with(char::is_uppercase) {
        return true;
    }
    let parts = word.split('.').all(|part| part.chars().count() <= 1);
    if parts && word.contains('.') {
        return !starts;
    }
    if word.chars().count() == 1 && word.chars().all(char::is_uppercase) {
        return word != "I" || !starts;
    }
    (SHORT.contains(&word.as_str()) || matches!(low.as_str(), "etc" | "ph.d")) && !starts
}

/// Whether somebody is said to have said it, right behind a quotation.
fn is_attributed(behind: &str) -> bool {
    let end = behind
        .char_indices()
        .take(BEHIND_A_QUOTE_LETTERS)
        .find(|(_, letter)| matches!(letter, '.' | '"' | '\u{201c}' | ';'))
        .map(|(end, _)| end);
    let behind = end.map_or(behind, |end| &behind[..end]);
    let mut words = behind.split_whitespace().take(BEHIND_A_QUOTE);
    words.any(|word| SAYING.contains(&word.trim_matches(|letter: char| !letter.is_alphabetic()).to_lowercase().as_str()))
}

/// The sentences of a paragraph, without the white space between them.
pub(super) fn sentences(text: &str, paragraph: &Range<usize>, quotes: &[Quoted]) -> Vec<Range<usize>> {
    let from = quotes.partition_point(|quote| quote.outer.start < paragraph.start);
    let mut inside = quotes[from..].iter().take_while(|quote| quote.outer.start < paragraph.end).peekable();
    let mut found = Vec::new();
    let mut start = paragraph.start;
    let mut letters = text[paragraph.clone()].char_indices().map(|(place, letter)| (paragraph.start + place, letter)).peekable();
    while let Some((place, letter)) = letters.next() {
        while inside.peek().is_some_and(|quote| quote.outer.end <= place) {
            inside.next();
        }
        let mut end = place + letter.len_utf8();
        let quote = inside.peek().copied().filter(|quote| quote.outer.start <= place);
        let closes = if let Some(quote) = quote {
            let (quote_ends, inner) = (quote.outer.end, quote.inner.clone());
            while letters.peek().is_some_and(|(next, _)| *next < quote_ends) {
                letters.next();
            }
            end = quote_ends;
            text[inner].trim_end().ends_with(['.', '?', '!', '\u{2026}'])
        } else if matches!(letter, '.' | '?' | '!' | '\u{2026}') {
            false
        } else {
            continue;
        };
        // What closes the sentence behind its point.
        while let Some((next, mark)) = letters.peek().copied() {
            if matches!(mark, '.' | '?' | '!' | '\u{2026}' | ')' | ']' | '"' | '\u{201d}' | '\u{2019}' | '\'')
                && inside.peek().is_none_or(|one| one.outer.start != next)
            {
                end = next + mark.len_utf8();
                letters.next();
            } else {
                break;
            }
        }
        if quote.is_some() && !closes && !text[..end].ends_with(['.', '?', '!']) {
            continue;
        }
        let rest = &text[end..paragraph.end];
        let next = rest.trim_start();
        if next.is_empty() || next.len() == rest.len() {
            continue;
        }
        let first = next.trim_start_matches(|letter: char| !letter.is_alphanumeric());
        if !first.starts_with(|letter: char| letter.is_uppercase() || letter.is_ascii_digit()) {
            continue;
        }
        let word: &str = first.split(|letter: char| !letter.is_alphanumeric() && letter != '\'').next().unwrap_or_default();
        if letter == '.' && quote.is_none() && shortened(&text[start..place], word) {
            continue;
        }
        if quote.is_some() && is_attributed(next) && !STARTERS.contains(&word) {
            continue;
        }
        found.push(start..end);
        start = end + (rest.len() - next.len());
    }
    found.push(start..paragraph.end);
    found.into_iter().map(|bytes| trimmed(text, bytes)).filter(|bytes| !bytes.is_empty()).collect()
}
