//! Excerpt: a few words around the place where a search was found, so that somebody sees why.
//!
//! Taken from what the page says, letter for letter; nothing is joined from two places.

use super::words::{Words, words};

/// Letters shown before the first word that was found, and in all.
const BEFORE: usize = 60;
const ALL: usize = 220;

/// A piece of text in pieces, each with whether it is what was searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The pieces, in order; together they are what stands on the page.
    pub pieces: Vec<(String, bool)>,
    /// Whether the text goes on before it.
    pub cut_before: bool,
    /// Whether the text goes on behind it.
    pub cut_behind: bool,
}

/// The first of the texts in which most of the phrases are found. None when nothing was searched for, or nothing found.
pub fn excerpt<'a>(texts: impl IntoIterator<Item = &'a str>, wanted: &Words) -> Option<Excerpt> {
    let mut best: Option<(usize, &str)> = None;
    for text in texts {
        let read = words(text);
        let found = wanted.phrases().iter().filter(|phrase| phrase.begins_at(&read).next().is_some()).count();
        if found > best.map_or(0, |(most, _)| most) {
            best = Some((found, text));
        }
    }
    best.map(|(_, text)| around(text, wanted))
}

fn around(text: &str, wanted: &Words) -> Excerpt {
    let read = words(text);
    let mut found: Vec<(usize, usize)> = wanted
        .phrases()
        .iter()
        .flat_map(|phrase| {
            phrase.begins_at(&read).map(|at| (read[at].at.start, read[at + phrase.words.len() - 1].at.end)).collect::<Vec<_>>()
        })
        .collect();
    found.sort_unstable();
    let first = found.first().map_or(0, |(from, _)| *from);
    let begins: Vec<usize> = read.iter().map(|word| word.at.start).collect();
    // Whole words only, so that a cut never falls into a letter or makes another word of one.
    let from = begins.iter().copied().find(|begin| text[*begin..first.max(*begin)].chars().count() <= BEFORE).unwrap_or(first).min(first);
    let from = if text[..from].trim().is_empty() { 0 } else { from };
    let ends = read.iter().map(|word| word.at.end).take_while(|end| *end <= from || text[from..*end].chars().count() <= ALL);
    let first_end = found.first().map_or(text.len(), |(_, end)| *end);
    let until = ends.last().map_or(first_end, |end| end.max(first_end));
    let until = if words(&text[until..]).is_empty() { text.len() } else { until };
    let mut pieces: Vec<(String, bool)> = Vec::new();
    let mut at = from;
    for (begin, end) in found {
        let (begin, end) = (begin.max(at), end.min(until));
        if begin >= end {
            continue;
        }
        if begin > at {
            pieces.push((text[at..begin].to_owned(), false));
        }
        pieces.push((text[begin..end].to_owned(), true));
        at = end;
    }
    if at < until {
        pieces.push((text[at..until].to_owned(), false));
    }
    Excerpt { pieces, cut_before: from > 0, cut_behind: until < text.len() }
}
