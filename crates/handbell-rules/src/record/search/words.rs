//! Words of a search and of what is searched, read alike.
//!
//! A word is a run of letters and digits, in one case and without its accents, so that `Café` and `CAFE` are one.
//! Writing that puts no space between words is read sign by sign. What somebody types is only ever words: quotation marks
//! hold several together, a `*` behind a word means any that begin so, and every other sign parts words and means
//! nothing. There is no other syntax to get wrong or to abuse.

use crate::desk::likeness::words::{folded, unspaced};
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;

/// Letters of a word that count.
pub const WORD_LETTERS_MAX: usize = 64;
/// Letters a word needs before `*` may stand behind it: with fewer, half the record would fit.
pub const BEGINNING_LETTERS_MIN: usize = 3;
const QUOTES: [char; 8] = ['"', '“', '”', '„', '«', '»', '＂', '‟'];

/// A word and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As it is compared.
    pub text: String,
    /// The bytes of what was written.
    pub at: Range<usize>,
}

/// The words of a text, in order.
pub fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::with_capacity(text.len() / 6);
    let mut begun: Option<(usize, bool)> = None;
    for (at, sign) in text.char_indices() {
        let alone = unspaced(sign);
        let goes_on = match begun {
            Some((_, true)) => !alone && is_combining_mark(sign),
            Some((_, false)) => !alone && (sign.is_alphanumeric() || is_combining_mark(sign)),
            None => false,
        };
        if goes_on {
            continue;
        }
        if let Some((from, _)) = begun.take() {
            take(text, from..at, &mut found);
        }
        if alone || sign.is_alphanumeric() {
            begun = Some((at, alone));
        }
    }
    if let Some((from, _)) = begun {
        take(text, from..text.len(), &mut found);
    }
    found
}

/// A run may be several words once it is folded: a half is `1` and `2`.
fn take(text: &str, at: Range<usize>, found: &mut Vec<Word>) {
    let folded = folded(&text[at.clone()]);
    let mut word = String::new();
    let mut letters = 0;
    let mut end = |word: &mut String| {
        if !word.is_empty() {
            found.push(Word { text: std::mem::take(word), at: at.clone() });
        }
    };
    for sign in folded.chars() {
        if unspaced(sign) || !sign.is_alphanumeric() {
            end(&mut word);
            letters = 0;
        }
        if sign.is_alphanumeric() && letters < WORD_LETTERS_MAX {
            word.push(sign.to_ascii_lowercase());
            letters += 1;
        }
        if unspaced(sign) {
            end(&mut word);
            letters = 0;
        }
    }
    end(&mut word);
}

/// Words that stand side by side.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Phrase {
    /// As they are compared; never none.
    pub words: Vec<String>,
    /// Whether the last is only the beginning of one.
    pub begins: bool,
}

impl Phrase {
    /// Where it begins in a text's words.
    pub fn begins_at<'a>(&'a self, text: &'a [Word]) -> impl Iterator<Item = usize> + 'a {
        let (last, first) = self.words.split_last().map_or(("", [].as_slice()), |(last, first)| (last.as_str(), first));
        text.windows(self.words.len().max(1)).enumerate().filter_map(move |(at, some)| {
            let (end, before) = some.split_last()?;
            let same = before.iter().zip(first).all(|(word, wanted)| word.text == *wanted);
            (same && if self.begins { end.text.starts_with(last) } else { end.text == last }).then_some(at)
        })
    }

    fn stands_in(&self, text: &[Word]) -> bool {
        self.begins_at(text).next().is_some()
    }
}

/// What somebody searches for: every phrase must be found, each within one text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    phrases: Vec<Phrase>,
    no_word: bool,
}

impl Words {
    /// Reads what somebody typed; there is nothing that cannot be read.
    pub fn read(text: &str) -> Self {
        let mut read = Self::default();
        let (mut piece, mut quoted) = (String::new(), false);
        for sign in text.chars() {
            if QUOTES.contains(&sign) {
                read.take(&std::mem::take(&mut piece), quoted);
                quoted = !quoted;
            } else if sign.is_whitespace() && !quoted {
                read.take(&std::mem::take(&mut piece), false);
            } else {
                piece.push(sign);
            }
        }
        read.take(&piece, quoted);
        read.no_word = read.phrases.is_empty() && !text.trim().is_empty();
        read
    }

    fn take(&mut self, piece: &str, quoted: bool) {
        let words: Vec<String> = words(piece).into_iter().map(|word| word.text).collect();
        let Some(last) = words.last() else { return };
        let begins = !quoted && piece.trim_end().ends_with('*') && last.chars().count() >= BEGINNING_LETTERS_MIN;
        let phrase = Phrase { words, begins };
        if !self.phrases.contains(&phrase) {
            self.phrases.push(phrase);
        }
    }

    /// What must be found.
    pub fn phrases(&self) -> &[Phrase] {
        &self.phrases
    }

    /// Whether something was typed and no word is in it: then nothing is found, rather than everything.
    pub fn has_no_word(&self) -> bool {
        self.no_word
    }

    /// Whether everything stands in these texts.
    pub fn stand_in<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> bool {
        if self.no_word || self.phrases.is_empty() {
            return !self.no_word;
        }
        let mut missing: Vec<&Phrase> = self.phrases.iter().collect();
        for text in texts {
            let text = words(text);
            missing.retain(|phrase| !phrase.stands_in(&text));
            if missing.is_empty() {
                return true;
            }
        }
        false
    }
}
