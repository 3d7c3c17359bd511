//! Names: whom a rank or a title names.
//!
//! A name without a rank or a title has no shape a machine could tell from a street or a team, so this looks
//! only behind such words. Ranks alone ("a sergeant", "the inspector") may be said.

use super::reading::{Reading, Token};
use super::{Found, Rule};

/// Ranks and titles that stand before a name and before little else: whatever word follows is one.
const ALWAYS: &[&str] = &[
    "pc", "ps", "pcso", "sgt", "insp", "wpc", "mr", "mrs", "ms", "miss", "mx", "dr", "dc", "ds", "sr", "sra", "srta", "don", "dona",
    "senor", "senora", "senorita", "cabo",
];

/// Ranks and offices that are ordinary words as well: only a word written as a name counts.
const BEFORE_CAPITALS: &[&str] = &[
    "officer",
    "constable",
    "sergeant",
    "inspector",
    "inspectora",
    "superintendent",
    "detective",
    "commander",
    "agente",
    "oficial",
    "sargento",
    "sargenta",
    "comisario",
    "comisaria",
    "subinspector",
    "subinspectora",
    "con",
    "cio",
    "io",
    "hio",
    "di",
    "dci",
    "judge",
    "lieutenant",
    "captain",
    "deputy",
    "trooper",
    "capitan",
    "teniente",
    "bailiff",
    "councillor",
];

/// Words that follow a rank or a title in ordinary writing and name nobody.
const ORDINARY: &[&str] = &[
    "and",
    "or",
    "of",
    "the",
    "is",
    "are",
    "was",
    "were",
    "on",
    "in",
    "at",
    "to",
    "from",
    "with",
    "who",
    "that",
    "said",
    "says",
    "has",
    "had",
    "by",
    "for",
    "number",
    "no",
    "general",
    "major",
    "not",
    "did",
    "does",
    "do",
    "will",
    "would",
    "can",
    "could",
    "may",
    "must",
    "should",
    "came",
    "went",
    "asked",
    "told",
    "spoke",
    "took",
    "gave",
    "stood",
    "held",
    "wrote",
    "read",
    "as",
    "but",
    "if",
    "when",
    "y",
    "o",
    "de",
    "del",
    "la",
    "el",
    "los",
    "las",
    "que",
    "es",
    "era",
    "en",
    "con",
    "por",
    "para",
    "al",
    "se",
    "no",
    "dijo",
    "dice",
    "a",
    "an",
    "le",
    "lo",
    "un",
    "una",
    "su",
    "sin",
    "numero",
    "officer",
    "constable",
    "sergeant",
    "inspector",
    "agente",
    "oficial",
    "i",
    "we",
    "they",
    "he",
    "she",
    "you",
    "it",
    "there",
    "then",
    "this",
    "these",
    "those",
    "here",
    "his",
    "her",
    "please",
    "our",
    "police",
    "home",
    "office",
    "immigration",
    "enforcement",
    "border",
    "force",
    "court",
    "council",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "n",
    "t",
    "world",
    "shoulder",
    "collar",
    "badge",
];

/// Names after a rank or a title.
pub(super) fn names(reading: &Reading, tokens: &[Token], found: &mut Vec<Found>) {
    for (index, token) in tokens.iter().enumerate() {
        let always = ALWAYS.contains(&token.word.as_str());
        if !(always || BEFORE_CAPITALS.contains(&token.word.as_str())) {
            continue;
        }
        // "con" and "io" are ranks only in capitals or behind "Det"
        let written = reading.slice(token.start..token.end);
        let after_detective = index > 0 && matches!(tokens[index - 1].word.as_str(), "det" | "police" | "chief" | "detective" | "temp");
        if token.word == "con" && !after_detective {
            continue;
        }
        if matches!(token.word.as_str(), "io" | "di" | "ds" | "dc") && written == token.word {
            continue;
        }
        let Some(next) = tokens.get(index + 1) else { continue };
        let dotted = next.word.chars().count() == 1 && reading.at(next.end) == '.';
        if !beside(reading, token, next) || (!dotted && ORDINARY.contains(&next.word.as_str())) {
            continue;
        }
        let letters = |one: &Token| one.word.chars().all(|sign| sign.is_alphabetic() || sign == '\'');
        let inner = |one: &Token| reading.slice(one.start + 1..one.end).contains(char::is_uppercase);
        let initial = next.word.chars().count() == 1 && (next.capital || always);
        let named = letters(next) && (initial || next.capital || inner(next) || (always && next.word.len() >= 3));
        if !named {
            continue;
        }
        // "PC W. Somebody" and "PC Some Body": what follows belongs to the name
        let mut end = next.end;
        if let Some(last) = tokens.get(index + 2)
            && beside(reading, next, last)
            && letters(last)
            && (last.capital || initial)
            && !ORDINARY.contains(&last.word.as_str())
        {
            end = last.end;
        }
        if !initial || end > next.end {
            found.push((Rule::Name, token.start..end));
        }
    }
}

/// Only a blank, or a dot and a blank, stands between two words.
fn beside(reading: &Reading, left: &Token, right: &Token) -> bool {
    let gap = reading.slice(left.end..right.start);
    let abbreviated = gap.starts_with('.') && left.word.chars().count() <= 4;
    gap.chars().all(|sign| matches!(sign, ' ' | '\n') || (sign == '.' && abbreviated)) && gap.chars().count() <= 3
}
