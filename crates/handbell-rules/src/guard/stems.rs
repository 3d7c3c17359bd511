//! Stems: words that summon, warn off, hide, obstruct or threaten, in languages the guard knows only so.
//!
//! English and Spanish are read by patterns of deeds and objects; here a list for each language holds orders as
//! they are written, word by word, so that a report of what happened has other forms and passes. A word that
//! forbids stands before an order and takes it back. Letters are folded first: marks that a hurried hand leaves
//! out, and the several signs that Arabic, Urdu and Bengali have for one letter. Nothing here understands a
//! sentence; a list misses what nobody thought of, and its exam says how often.

mod arabic;
mod bengali;
mod french;
mod polish;
mod portuguese;
mod romanian;
mod somali;
mod urdu;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::reading::{Reading, Token};
use super::{Found, Rule};

/// One language's lists as they are written down.
struct Stems {
    language: &'static str,
    /// Words that take an order back when they stand before it, with at most one word between.
    denied_by: &'static str,
    /// Orders. Words of a phrase are separated by blanks; a star stands for any ending.
    obstruction: &'static [&'static str],
    /// Threats and calls for harm.
    threats: &'static [&'static str],
}

/// One word that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    word: String,
    /// Whether any ending may follow.
    open: bool,
}

impl Wanted {
    fn is(&self, word: &str) -> bool {
        if self.open { word.starts_with(&self.word) } else { word == self.word }
    }
}

/// A phrase that is looked for.
struct Phrase {
    rule: Rule,
    words: Vec<Wanted>,
}

/// The lists made ready for looking up.
struct Ready {
    language: &'static str,
    phrases: Vec<Phrase>,
    /// Which phrases begin with a whole word.
    whole: HashMap<String, Vec<usize>>,
    /// Which phrases begin with the beginning of a word.
    open: Vec<usize>,
    denied_by: HashSet<String>,
}

static READY: LazyLock<Vec<Ready>> = LazyLock::new(|| {
    let all = [
        &arabic::ARABIC,
        &bengali::BENGALI,
        &french::FRENCH,
        &polish::POLISH,
        &portuguese::PORTUGUESE,
        &romanian::ROMANIAN,
        &somali::SOMALI,
        &urdu::URDU,
    ];
    all.into_iter().map(ready).collect()
});

fn ready(stems: &'static Stems) -> Ready {
    let read = |rule: Rule, list: &'static [&'static str]| list.iter().map(move |text| Phrase { rule, words: wanted(text) });
    let phrases: Vec<Phrase> = read(Rule::Obstruction, stems.obstruction).chain(read(Rule::Threat, stems.threats)).collect();
    let (mut whole, mut open) = (HashMap::<String, Vec<usize>>::new(), Vec::new());
    for (index, phrase) in phrases.iter().enumerate() {
        match phrase.words.first() {
            Some(first) if first.open => open.push(index),
            Some(first) => whole.entry(first.word.clone()).or_default().push(index),
            None => {}
        }
    }
    let denied_by = wanted(stems.denied_by).into_iter().map(|one| one.word).collect();
    Ready { language: stems.language, phrases, whole, open, denied_by }
}

/// A phrase as it is written down, read as any text is.
fn wanted(text: &str) -> Vec<Wanted> {
    let piece = |piece: &str| {
        let (text, open) = piece.strip_suffix('*').map_or((piece, false), |stem| (stem, true));
        let words: Vec<String> = Reading::of(text).tokens().iter().map(|token| folded(&token.word)).collect();
        let last = words.len().saturating_sub(1);
        words.into_iter().enumerate().map(move |(at, word)| Wanted { word, open: open && at == last }).collect::<Vec<_>>()
    };
    text.split_whitespace().flat_map(piece).collect()
}

/// Looks for orders and threats in one of these languages, or in all of them.
pub(super) fn stems(reading: &Reading, tokens: &[Token], words: &[String], language: Option<&str>, found: &mut Vec<Found>) {
    if language.is_some_and(|language| READY.iter().all(|ready| ready.language != language)) {
        return;
    }
    let words: Vec<String> = words.iter().map(|word| folded(word)).collect();
    for ready in READY.iter().filter(|ready| language.is_none_or(|language| ready.language == language)) {
        ready.look(reading, tokens, &words, found);
    }
}

impl Ready {
    fn look(&self, reading: &Reading, tokens: &[Token], words: &[String], found: &mut Vec<Found>) {
        for at in 0..words.len() {
            for first in with_and_without_and(&words[at]) {
                let begins = |index: &&usize| self.phrases[**index].words[0].is(first);
                let fitting = self.whole.get(first).into_iter().flatten().chain(self.open.iter().filter(begins));
                for phrase in fitting.map(|index| &self.phrases[*index]) {
                    let end = at + phrase.words.len();
                    let rest =
                        words.get(at + 1..end).is_some_and(|rest| phrase.words[1..].iter().zip(rest).all(|(one, word)| one.is(word)));
                    if rest && in_one_sentence(reading, tokens, at, end - 1) && !self.denied(reading, tokens, words, at) {
                        found.push((phrase.rule, tokens[at].start..tokens[end - 1].end));
                    }
                }
            }
        }
    }

    /// Whether a word that forbids stands before an order, in the same breath.
    fn denied(&self, reading: &Reading, tokens: &[Token], words: &[String], at: usize) -> bool {
        let breath = |from: usize| {
            reading
                .slice(tokens[from].end..tokens[at].start)
                .chars()
                .all(|sign| !matches!(sign, ',' | '.' | '!' | '?' | ':' | ';' | '\n' | '،' | '؛' | '؟' | '۔' | '।'))
        };
        (at.saturating_sub(2)..at).any(|before| self.denied_by.contains(&words[before]) && breath(before))
    }
}

/// A word, and the same without the "and" or "so" that Arabic writes onto its beginning.
fn with_and_without_and(word: &str) -> impl Iterator<Item = &str> {
    let bare = word.strip_prefix(['و', 'ف']).filter(|rest| rest.chars().count() >= 3);
    std::iter::once(word).chain(bare)
}

/// Whether no sentence ends between two words.
fn in_one_sentence(reading: &Reading, tokens: &[Token], first: usize, last: usize) -> bool {
    let between = reading.slice(tokens[first].start..tokens[last].start);
    !between.contains(['.', '!', '?', ';', '\n', '؟', '۔', '।'])
}

/// A word with one sign for each letter: without marks above and below, and with the forms of Arabic letters,
/// of Persian and Urdu ones and of Bengali ones as one.
fn folded(word: &str) -> String {
    if word.is_ascii() {
        return word.to_owned();
    }
    let mut folded = String::with_capacity(word.len());
    for sign in word.chars() {
        match plain_form(sign) {
            // marks of vowels and doubling, the sign that stretches a word, hamza alone, the dot below
            '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{06D6}'..='\u{06ED}' | 'ـ' | 'ء' | '\u{0981}' | '\u{09BC}' => {}
            'آ' | 'أ' | 'إ' | 'ٱ' => folded.push('ا'),
            'ؤ' => folded.push('و'),
            'ئ' | 'ى' | 'ی' | 'ې' | 'ے' | 'ۓ' => folded.push('ي'),
            'ک' => folded.push('ك'),
            'ة' | 'ہ' | 'ھ' | 'ۃ' | 'ە' | 'ۂ' => folded.push('ه'),
            'ں' => folded.push('ن'),
            // one Bengali letter, or the same as two signs
            '\u{09DC}' => folded.push('\u{09A1}'),
            '\u{09DD}' => folded.push('\u{09A2}'),
            '\u{09DF}' => folded.push('\u{09AF}'),
            '\u{09CB}' => folded.push_str("\u{09C7}\u{09BE}"),
            '\u{09CC}' => folded.push_str("\u{09C7}\u{09D7}"),
            sign => folded.push(sign),
        }
    }
    folded
}

/// The letter that a form of it stands for, as old systems write them (Unicode's Arabic Presentation Forms).
fn plain_form(sign: char) -> char {
    /// The first form of a letter, how many forms there are, the letter.
    const FORMS: &[(u32, u32, char)] = &[
        (0xFB56, 4, 'پ'),
        (0xFB66, 4, 'ٹ'),
        (0xFB7A, 4, 'چ'),
        (0xFB88, 2, 'ڈ'),
        (0xFB8A, 2, 'ژ'),
        (0xFB8C, 2, 'ڑ'),
        (0xFB8E, 4, 'ک'),
        (0xFB92, 4, 'گ'),
        (0xFB9E, 2, 'ں'),
        (0xFBA6, 4, 'ہ'),
        (0xFBAA, 4, 'ھ'),
        (0xFBAE, 2, 'ے'),
        (0xFBFC, 4, 'ی'),
        (0xFE81, 2, 'آ'),
        (0xFE83, 2, 'أ'),
        (0xFE85, 2, 'ؤ'),
        (0xFE87, 2, 'إ'),
        (0xFE89, 4, 'ئ'),
        (0xFE8D, 2, 'ا'),
        (0xFE8F, 4, 'ب'),
        (0xFE93, 2, 'ة'),
        (0xFE95, 4, 'ت'),
        (0xFE99, 4, 'ث'),
        (0xFE9D, 4, 'ج'),
        (0xFEA1, 4, 'ح'),
        (0xFEA5, 4, 'خ'),
        (0xFEA9, 2, 'د'),
        (0xFEAB, 2, 'ذ'),
        (0xFEAD, 2, 'ر'),
        (0xFEAF, 2, 'ز'),
        (0xFEB1, 4, 'س'),
        (0xFEB5, 4, 'ش'),
        (0xFEB9, 4, 'ص'),
        (0xFEBD, 4, 'ض'),
        (0xFEC1, 4, 'ط'),
        (0xFEC5, 4, 'ظ'),
        (0xFEC9, 4, 'ع'),
        (0xFECD, 4, 'غ'),
        (0xFED1, 4, 'ف'),
        (0xFED5, 4, 'ق'),
        (0xFED9, 4, 'ك'),
        (0xFEDD, 4, 'ل'),
        (0xFEE1, 4, 'م'),
        (0xFEE5, 4, 'ن'),
        (0xFEE9, 4, 'ه'),
        (0xFEED, 2, 'و'),
        (0xFEEF, 2, 'ى'),
        (0xFEF1, 4, 'ي'),
    ];
    let code = u32::from(sign);
    if code < 0xFB50 {
        return sign;
    }
    FORMS.iter().find(|(first, forms, _)| (*first..first + forms).contains(&code)).map_or(sign, |(_, _, letter)| *letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_has_words() {
        for phrase in READY.iter().flat_map(|ready| &ready.phrases) {
            assert!(!phrase.words.is_empty() && phrase.words.iter().all(|one| !one.word.is_empty()));
        }
        assert_eq!(READY.len(), 8);
    }

    #[test]
    fn one_letter_is_one_sign_however_it_is_written() {
        for (one, other) in [
            ("أوقفوا", "اوقفوا"),
            ("اِمنعوا", "امنعوا"),
            ("امـــنعوا", "امنعوا"),
            ("روکیں", "روكيں"),
            ("ﺍﻣﻨﻌﻮﺍ", "امنعوا"),
            ("এড\u{09BC}িয়ে", "এড়ি\u{09AF}\u{09BC}ে"),
            ("জড\u{09BC}ো", "জড়\u{09C7}\u{09BE}"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        assert_ne!(folded("روکیں"), folded("روئیں"));
    }
}
