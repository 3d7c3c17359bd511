//! Quote: words between quotation marks, and who said them.
//!
//! The nearest verb of saying decides, before the words or behind them. What stands in two halves has one
//! speaker; a paragraph that opens with marks goes on from the one before. Marks of distance around a word or
//! two, and titles, are no quotations.

use super::sentence::Quoted;
use super::speaker::{self, SAYING, Stretch};
use super::subject;
use super::word::Words;
use super::{Field, Finding, Line, Page, Rule, Value};
use std::ops::Range;

/// Words of a quotation between single marks, and of one that nobody is said to have said.
const WORDS_MIN: usize = 3;
/// Words before or behind a quotation in which its verb stands.
const VERB_WITHIN: usize = 12;
/// What stands before a title.
const TITLES: [&str; 12] = ["on", "entitled", "titled", "called", "subject", "song", "book", "film", "play", "hymn", "sang", "topic"];

/// Verbs by which somebody gives something a name.
const NAMING: [&str; 9] = ["called", "described", "labeled", "labelled", "termed", "branded", "dubbed", "denounced", "condemned"];
/// Words of a heading between two paragraphs of one quotation.
const HEADING_WORDS_MAX: usize = 8;
/// Words of a line that only names who speaks.
const SIGNED_WORDS_MAX: usize = 9;

struct Said {
    speaker: Option<Range<usize>>,
    rule: Rule,
}

fn line_of(page: &Page<'_>, byte: usize) -> Option<usize> {
    let at = page.lines.partition_point(|line| line.bytes.start <= byte).checked_sub(1)?;
    (byte < page.lines[at].bytes.end).then_some(at)
}

/// The words between two bytes.
fn between<'a>(page: &'a Page<'_>, bytes: Range<usize>) -> Words<'a> {
    let first = page.words.partition_point(|word| word.bytes.start < bytes.start);
    let last = page.words.partition_point(|word| word.bytes.start < bytes.end);
    Words(&page.words[first..last.max(first)])
}

fn bytes(words: Words<'_>, stretch: Stretch) -> Option<Range<usize>> {
    words.bytes(stretch.0, stretch.1)
}

/// Who is named, where, and whether only by a pronoun.
type Named = Option<(Range<usize>, bool)>;

fn named(words: Words<'_>, stretch: Stretch) -> Named {
    Some((bytes(words, stretch)?, speaker::is_pronoun(words, stretch)))
}

fn behind(page: &Page<'_>, (at, quote): (usize, &Quoted), line: &Line) -> Named {
    let next = page.quotes.get(at + 1).map_or(usize::MAX, |one| one.outer.start.max(quote.outer.end));
    // A reader looks on to the end of the line, and no further than the next quotation.
    let words = between(page, quote.outer.end..line.bytes.end.min(next));
    let from = usize::from(words.low(0) == ",");
    let dash = matches!(words.low(0), "\u{2014}" | "\u{2013}" | "-") && words.is_name(1) && words.len() <= SIGNED_WORDS_MAX;
    if words.low(from) == "according" || dash {
        return named(words, speaker::behind(words, from + usize::from(!dash))?);
    }
    let verb = (from..(from + VERB_WITHIN).min(words.len())).find(|at| speaker::says(words, *at));
    let stops = |upto: usize| (from..upto).any(|at| matches!(words.low(at), ";" | "." | ":"));
    let passive = words.is(from, &["was", "were", "is", "are", "made", "sent", "signed", "written"]);
    let Some(verb) = verb.filter(|_| !passive) else {
        let by = speaker::done_by(words, from, from + VERB_WITHIN).or_else(|| made_among(words, from)).filter(|_| passive)?;
        return named(words, by).filter(|_| !stops(by.0));
    };
    if stops(verb) {
        return None;
    }
    let stretch =
        if verb == from { speaker::behind(words, verb) } else { speaker::before(words, verb).filter(|(first, _)| *first <= from + 1) };
    named(words, stretch?)
}

/// "... were the most common chants made among protesters": who made them.
fn made_among(words: Words<'_>, from: usize) -> Option<Stretch> {
    let among = (from..(from + VERB_WITHIN).min(words.len())).find(|at| words.is(*at, &["among", "from"]))?;
    let last = (among + 1..words.len()).take_while(|at| words.get(*at).is_some_and(|word| !word.is_sign())).take(4).last()?;
    Some((among + 1, last))
}

fn before(page: &Page<'_>, (at, quote): (usize, &Quoted), line: &Line) -> Named {
    let previous = at.checked_sub(1).and_then(|at| page.quotes.get(at)).map_or(0, |one| one.outer.end.min(quote.outer.start));
    let whole = between(page, line.bytes.start..quote.outer.start);
    let words = between(page, line.bytes.start.max(previous)..quote.outer.start);
    let skipped = whole.len() - words.len();
    let colon = words.len() > 0 && words.low(words.len() - 1) == ":";
    let reach = if colon { VERB_WITHIN * 3 } else { VERB_WITHIN };
    let from = words.len().saturating_sub(reach);
    if let Some(verb) = (from..words.len()).rev().find(|at| speaker::says(words, *at)) {
        if speaker::is_joined(whole, verb + skipped)
            && let Some(stretch) = subject::of(whole, verb + skipped)
        {
            return named(whole, stretch);
        }
        return named(words, speaker::before(words, verb)?);
    }
    if let Some(according) = (from..words.len()).rev().find(|at| words.low(*at) == "according") {
        return named(words, speaker::behind(words, according + 1)?);
    }
    // "The convention, of 200 delegates, has made this declaration:".
    let end = (1..words.len().min(10)).find(|at| {
        words.get(*at).is_some_and(super::word::Word::is_sign) || words.is(*at, &["has", "have", "had", "is", "was", "were", "are"])
    })?;
    let begins = colon && (words.is_name(0) || words.is(0, &["the", "a", "an"])) && end > 1 && end + 1 < words.len();
    Some((bytes(words, (0, end - 1)).filter(|_| begins)?, false))
}

/// Who is named by the paragraph or sentence that ends with a colon right before.
fn announced(page: &Page<'_>, line: usize, quote: &Quoted) -> Named {
    let own = &page.lines[line];
    let previous = page.lines.get(line.checked_sub(1)?)?;
    let begins = between(page, own.bytes.start..quote.outer.start).len() == 0;
    if !begins || !page.text[previous.bytes.clone()].ends_with(':') {
        return None;
    }
    let words = page.of(previous);
    let verb = (words.len().saturating_sub(VERB_WITHIN * 3)..words.len()).rev().find(|at| speaker::says(words, *at));
    if let Some(verb) = verb {
        let joined = speaker::is_joined(words, verb).then(|| subject::of(words, verb)).flatten();
        return named(words, joined.or_else(|| speaker::before(words, verb)).or_else(|| speaker::behind(words, verb))?);
    }
    // "Mr. Smith:" alone.
    let last = words.len().checked_sub(2)?;
    let first = (0..=last).find(|at| words.is_name(*at) && (*at > 0 || last < 4))?;
    (words.len() <= SIGNED_WORDS_MAX).then(|| named(words, (first, last))).flatten()
}

fn is_quotation(page: &Page<'_>, quote: &Quoted, attributed: bool, line: &Line) -> bool {
    let inner = &page.text[quote.inner.clone()];
    let count = inner.split_whitespace().count();
    let words = between(page, line.bytes.start..quote.outer.start);
    // "His subject was:", "the song, ": a word between says nothing.
    let title = (1..=3)
        .take_while(|back| *back == 1 || words.len() >= *back && words.is(words.len() + 1 - back, &["was", "is", "the", ":", ",", "a"]))
        .any(|back| words.len() >= back && words.is(words.len() - back, &TITLES));
    if title {
        return false;
    }
    let ends = inner.ends_with(['.', '!', '?', ',', '\u{2026}']);
    let beside = words.len() > 0 && words.is(words.len() - 1, &SAYING) || words.len() > 1 && words.is(words.len() - 2, &SAYING);
    if quote.single {
        count > WORDS_MIN && (attributed || ends)
    } else {
        // "Called the video "shocking"".
        let named_so = || (words.len().saturating_sub(VERB_WITHIN)..words.len()).any(|at| words.is(at, &NAMING));
        count >= WORDS_MIN || ends || (attributed && (beside || named_so())) || count == 2 && attributed
    }
}

/// Whom a pronoun means: the last subject that could be meant, or who spoke last, whoever stands nearer.
fn antecedent(page: &Page<'_>, line: usize, pronoun: &Range<usize>, last: Option<&Range<usize>>) -> Option<Range<usize>> {
    let meant = subject::meant(page, line, pronoun.start, &page.says(pronoun).to_lowercase());
    match (meant, last) {
        (Some(meant), Some(last)) if last.start > meant.start => Some(last.clone()),
        (meant, last) => meant.or_else(|| last.cloned()),
    }
}

pub(super) fn find(page: &Page<'_>) -> Vec<Finding> {
    let mut found: Vec<(usize, &Quoted, Said)> = Vec::new();
    let mut last: Option<Range<usize>> = None;
    for (place, quote) in page.quotes.iter().enumerate() {
        let Some(at) = line_of(page, quote.outer.start) else { continue };
        let line = &page.lines[at];
        if line.apart.is_some() {
            continue;
        }
        let own = behind(page, (place, quote), line)
            .map(|(speaker, pronoun)| (speaker, pronoun, Rule::SpeakerAfter))
            .or_else(|| before(page, (place, quote), line).map(|(speaker, pronoun)| (speaker, pronoun, Rule::SpeakerBefore)))
            .or_else(|| announced(page, at, quote).map(|(speaker, pronoun)| (speaker, pronoun, Rule::SpeakerBefore)));
        let said = if let Some((speaker, pronoun, rule)) = own {
            // A pronoun stands for whoever was named before.
            let speaker = if pronoun { antecedent(page, at, &speaker, last.as_ref()).unwrap_or(speaker) } else { speaker };
            last = Some(speaker.clone());
            Said { speaker: Some(speaker), rule }
        } else {
            goes_on(page, &found, quote, at)
        };
        if is_quotation(page, quote, said.speaker.is_some(), line) {
            found.push((at, quote, said));
        }
    }
    // Behind the second half: the first half has the same speaker.
    for at in 0..found.len() {
        let next = found.get(at + 1).map(|(line, _, said)| (*line, said.speaker.clone()));
        let (line, _, said) = &mut found[at];
        if said.speaker.is_none()
            && let Some((other, Some(speaker))) = next
            && other == *line
        {
            *said = Said { speaker: Some(speaker), rule: Rule::SpeakerAfter };
        }
    }
    let finding = |(sentence, quote, said): (usize, &Quoted, Said)| Finding {
        field: Field::Quote,
        sentence,
        bytes: quote.inner.clone(),
        value: Value::Quote {
            words: page.says(&quote.inner),
            speaker: said.speaker.as_ref().map(|bytes| page.says(bytes)),
            speaker_bytes: said.speaker.clone(),
        },
        rule: said.rule,
    };
    found.into_iter().map(finding).collect()
}

/// Whose words these are, when they name nobody: those of the quotation before, where it goes on.
fn goes_on(page: &Page<'_>, found: &[(usize, &Quoted, Said)], quote: &Quoted, line: usize) -> Said {
    let none = Said { speaker: None, rule: Rule::SpeakerNotNamed };
    let Some((before, last, said)) = found.last() else { return none };
    let Some(speaker) = said.speaker.clone() else { return none };
    if last.paragraph == quote.paragraph {
        // In one sentence or the next; never over a stretch that tells something else.
        let near = line - before <= 1;
        return if near { Said { speaker: Some(speaker), rule: Rule::SpeakerBetween } } else { none };
    }
    let begins = between(page, page.lines[line].bytes.start..quote.outer.start).len() == 0;
    let first = line.checked_sub(1).is_some_and(|at| page.lines[at].paragraph != page.lines[line].paragraph);
    let ends = between(page, last.outer.end..page.lines[*before].bytes.end).len() <= 1;
    // Short lines between two paragraphs are headings.
    let mut between_them = page.lines[before + 1..line].iter().filter(|line| line.paragraph != last.paragraph);
    let next = quote.paragraph - last.paragraph <= 3 && between_them.all(|line| line.words.len() <= HEADING_WORDS_MAX);
    if begins && first && next && (last.goes_on || ends) { Said { speaker: Some(speaker), rule: Rule::SpeakerContinues } } else { none }
}
