//! Calls: orders to obstruct, hide, summon or harm, and threats, by what is to be done to whom.
//!
//! A verb by itself says little: "hold the line" is patience and "hold the gate shut" is not. So each pattern
//! names what is done and to what, and most ask for the place of an order. "The crowd blocked the van" is
//! what happened and is let through; "please do not block the road" is denied and is let through. Threats
//! without a verb of harm ("we know where you live") are patterns of their own. The words stand with each
//! language; nothing here says what is done with a finding.

mod english;
mod spanish;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::pattern::{Frame, Grammar, Pattern, Place};
use super::reading::{Reading, Token};
use super::spanish::{first_person, future, orders, unmistakable, without_pronouns};
use super::{Found, Rule};

/// No pattern looks further than this, in words.
const PATTERN_WORDS_MAX: usize = 16;

/// One language's calls and threats, as they are written down.
struct Calls {
    language: &'static str,
    /// Words as they are written in a hurry, and what they stand for.
    short: &'static [(&'static str, &'static str)],
    frame: Frame,
    /// Sets of words, asked for as `{name}`.
    sets: &'static [(&'static str, &'static str)],
    /// Sets of infinitives, asked for as `{verb:name}`; empty where verbs have one form.
    verbs: &'static [(&'static str, &'static str)],
    obstruction: &'static [&'static str],
    threats: &'static [&'static str],
}

/// The same, made ready for looking up.
struct Ready {
    language: &'static str,
    short: HashMap<&'static str, &'static str>,
    grammar: Grammar,
    patterns: Vec<(Rule, Pattern)>,
    /// Which patterns begin with a word, so that a long text costs one look-up a word.
    beginning: HashMap<String, Vec<usize>>,
}

static READY: LazyLock<Vec<Ready>> = LazyLock::new(|| [&english::ENGLISH, &spanish::SPANISH].into_iter().map(ready).collect());

fn ready(calls: &'static Calls) -> Ready {
    let sets = |name: &str| named(calls, name);
    let read = |rule: Rule, list: &'static [&'static str]| list.iter().map(|text| (rule, Pattern::read(text, &sets))).collect::<Vec<_>>();
    let patterns = [read(Rule::Obstruction, calls.obstruction), read(Rule::Threat, calls.threats)].concat();
    let mut beginning: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, (_, pattern)) in patterns.iter().enumerate() {
        for word in pattern.first_words() {
            beginning.entry(word.clone()).or_default().push(index);
        }
    }
    Ready {
        language: calls.language,
        short: calls.short.iter().copied().collect(),
        grammar: Grammar::of(&calls.frame),
        patterns,
        beginning,
    }
}

/// The words a name in braces stands for.
fn named(calls: &Calls, name: &str) -> HashSet<String> {
    let words = |list: &'static [(&'static str, &'static str)], name: &str| {
        list.iter().filter(move |(known, _)| *known == name).flat_map(|(_, words)| words.split_whitespace()).collect::<Vec<_>>()
    };
    match name.split_once(':') {
        Some(("verb", name)) => words(calls.verbs, name).into_iter().flat_map(orders).collect(),
        Some(("ing", name)) => words(calls.sets, name).into_iter().map(gerund).collect(),
        Some(("yo", name)) => words(calls.verbs, name).into_iter().map(first_person).collect(),
        Some(("fut", name)) => words(calls.verbs, name).into_iter().flat_map(future).collect(),
        _ => words(calls.sets, name).into_iter().map(str::to_owned).collect(),
    }
}

/// "hit" is "hitting", "smash" is "smashing", "torture" is "torturing".
fn gerund(verb: &str) -> String {
    let letters: Vec<char> = verb.chars().rev().take(3).collect();
    let vowel = |at: usize| letters.get(at).is_some_and(|letter| "aeiou".contains(*letter));
    match verb.strip_suffix('e') {
        Some(stem) => format!("{stem}ing"),
        None if !vowel(0) && vowel(1) && !vowel(2) && letters.len() == 3 && !"wxy".contains(letters[0]) && verb.len() <= 4 => {
            format!("{verb}{}ing", letters[0])
        }
        None => format!("{verb}ing"),
    }
}

/// Every word of a pattern.
pub(super) fn vocabulary() -> HashSet<String> {
    READY.iter().flat_map(|ready| &ready.patterns).flat_map(|(_, pattern)| pattern.words()).collect()
}

/// Whether what stands at a word is denied, or told of instead of asked for, in its language.
pub(super) fn is_told_or_denied(language: &str, reading: &Reading, tokens: &[Token], words: &[String], at: usize) -> bool {
    let told = |ready: &Ready| {
        ready.grammar.is_denied(reading, tokens, words, at)
            || ready.grammar.is_told(reading, tokens, words, at)
            || ready.grammar.is_quoted(reading, tokens, words, at)
    };
    READY.iter().filter(|ready| ready.language == language).any(told)
}

/// Calls and threats in one language; English is looked for in every language, because people mix.
pub(super) fn calls(reading: &Reading, tokens: &[Token], words: &[String], language: &str, found: &mut Vec<Found>) {
    for ready in READY.iter() {
        if ready.language != "en" && !language.starts_with(ready.language) {
            continue;
        }
        let written = |(word, token): (&String, &Token)| match ready.short.get(word.as_str()) {
            Some(long) => (*long).to_owned(),
            // "mató" is what happened and "mato" what is threatened
            None if token.stressed_end && ready.language == "es" => format!("{word}'"),
            None => word.clone(),
        };
        let long: Vec<String> = words.iter().zip(tokens).map(written).collect();
        let mut ends = 0;
        for at in 0..long.len() {
            if at >= ends {
                ends = sentence_ends(reading, tokens, at);
            }
            let here = &long[at..ends.min(at + PATTERN_WORDS_MAX)];
            ready.look(reading, tokens, &long, at, here, 0, found);
            for (way, more) in ready.ways(here) {
                ready.look(reading, tokens, &long, at, &way, more, found);
            }
        }
    }
}

impl Ready {
    /// In Spanish, the words from one on with the pronouns that hang on the first taken off or set apart.
    fn ways(&self, here: &[String]) -> Vec<(Vec<String>, usize)> {
        let mut ways = Vec::new();
        if self.language == "es" {
            for verb in without_pronouns(&here[0]).into_iter().skip(1) {
                let known = unmistakable(verb);
                if self.beginning.contains_key(&known) {
                    let mut cut = here.to_vec();
                    cut[0] = known;
                    let mut parted = cut.clone();
                    parted.insert(1, format!("+{}", &here[0][verb.len()..]));
                    ways.extend([(cut, 0), (parted, 1)]);
                }
            }
        }
        ways
    }

    /// Tries the patterns that begin with the first word of one way to read what stands at a word.
    #[expect(clippy::too_many_arguments, reason = "one text in the three forms in which it is read")]
    fn look(&self, reading: &Reading, tokens: &[Token], words: &[String], at: usize, way: &[String], more: usize, found: &mut Vec<Found>) {
        for index in self.beginning.get(&way[0]).into_iter().flatten() {
            let (rule, pattern) = &self.patterns[*index];
            let Some(end) = pattern.ends(way, 0) else { continue };
            let in_place = match pattern.place {
                Place::Anywhere => true,
                Place::Call => self.grammar.is_call(reading, tokens, words, at),
                Place::Asked => self.grammar.is_asked(reading, tokens, words, at),
            };
            let end = (at + end.saturating_sub(more)).clamp(at + 1, tokens.len());
            // sandbags make a pile harmless; an ambulance makes a threat no milder
            let spared = *rule == Rule::Obstruction && self.grammar.is_spared(&words[at..end]);
            if in_place
                && !spared
                && !self.grammar.is_denied(reading, tokens, words, at)
                && !self.grammar.is_told(reading, tokens, words, at)
                && !self.grammar.is_quoted(reading, tokens, words, at)
            {
                found.push((*rule, tokens[at].start..tokens[end - 1].end));
            }
        }
    }
}

/// The word behind the last one of the sentence that a word stands in.
fn sentence_ends(reading: &Reading, tokens: &[Token], at: usize) -> usize {
    let ends = |pair: usize| {
        let gap = reading.slice(tokens[pair].end..tokens[pair + 1].start);
        gap.contains(['!', '?', ';', '\n']) || gap.contains(". ")
    };
    (at..tokens.len().saturating_sub(1)).find(|pair| ends(*pair)).map_or(tokens.len(), |pair| pair + 1)
}
