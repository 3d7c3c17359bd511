//! Word: the pieces of a text that the searches compare, each with the bytes it stands at.
//!
//! A word that a line break or the printer cut in two ("demon- stration") is one word again. Accents stay;
//! capitals are kept aside, because a name is known by its capital. Numbers keep their commas and strokes.

use std::ops::Range;

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters.
    Letters,
    /// Begins with a digit.
    Digits,
    /// A single sign.
    Sign,
}

/// One piece.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub bytes: Range<usize>,
    /// In lower case, with straight apostrophes, joined where it was cut.
    pub low: String,
    /// Whether it begins with a capital.
    pub capital: bool,
    pub kind: Kind,
}

impl Word {
    /// Without `'s`.
    pub fn bare(&self) -> &str {
        self.low.strip_suffix("'s").unwrap_or(&self.low)
    }

    pub fn is_sign(&self) -> bool {
        self.kind == Kind::Sign
    }

    /// A word that begins with a capital letter.
    pub fn is_name(&self) -> bool {
        self.capital && self.kind == Kind::Letters
    }
}

/// Some words in order, which may be asked for beyond their ends.
#[derive(Clone, Copy)]
pub(super) struct Words<'a>(pub &'a [Word]);

impl<'a> Words<'a> {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn get(&self, at: usize) -> Option<&'a Word> {
        self.0.get(at)
    }

    /// The word there in lower case; nothing beyond the ends.
    pub fn low(&self, at: usize) -> &'a str {
        self.0.get(at).map_or("", |word| word.low.as_str())
    }

    pub fn is(&self, at: usize, any: &[&str]) -> bool {
        self.0.get(at).is_some_and(|word| any.contains(&word.low.as_str()))
    }

    pub fn is_name(&self, at: usize) -> bool {
        self.0.get(at).is_some_and(Word::is_name)
    }

    /// How many words the phrase has, if it stands there. The last word may bear `'s`.
    pub fn phrase(&self, at: usize, phrase: &str) -> Option<usize> {
        let mut length = 0;
        let wanted = phrase.split(' ').count();
        for part in phrase.split(' ') {
            let word = self.0.get(at + length)?;
            let same = is_one_of(part, &word.low) || (length + 1 == wanted && is_one_of(part, word.bare()));
            if !same {
                return None;
            }
            length += 1;
        }
        Some(length)
    }

    /// The longest of these phrases that stands there, with its place in the list and its length.
    pub fn longest(&self, at: usize, phrases: &[&str]) -> Option<(usize, usize)> {
        let there = phrases.iter().enumerate().filter_map(|(place, phrase)| Some((place, self.phrase(at, phrase)?)));
        there.max_by_key(|(_, length)| *length)
    }

    /// What the longest of these phrases that stands there means, with its length.
    pub fn means<T: Copy>(&self, at: usize, phrases: &[(&str, T)]) -> Option<(T, usize)> {
        let there = phrases.iter().filter_map(|(phrase, means)| Some((*means, self.phrase(at, phrase)?)));
        there.max_by_key(|(_, length)| *length)
    }

    /// The bytes from one word to another, both in it.
    pub fn bytes(&self, first: usize, last: usize) -> Option<Range<usize>> {
        let range = self.0.get(first)?.bytes.start..self.0.get(last)?.bytes.end;
        (range.start < range.end).then_some(range)
    }
}

/// Whether a word is one of those that a part of a phrase names: "was|were".
pub(super) fn is_one_of(part: &str, word: &str) -> bool {
    part.split('|').any(|one| one == word)
}

const fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '\u{2019}')
}

/// Joins two halves over a hyphen: neither stands in "two- and three-storey".
fn was_cut(before: &str, after: &str) -> bool {
    let lower = |text: &str| text.chars().next().is_some_and(char::is_lowercase);
    let last = before.chars().next_back().is_some_and(char::is_lowercase);
    last && lower(after) && !matches!(after, "and" | "or" | "to" | "but" | "the")
}

/// Cuts a text into its words and signs.
pub(super) fn words(text: &str) -> Vec<Word> {
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let at = |place: usize| letters.get(place).map(|(_, letter)| *letter);
    let byte = |place: usize| letters.get(place).map_or(text.len(), |(byte, _)| *byte);
    let mut words: Vec<Word> = Vec::new();
    let mut place = 0;
    while let Some(first) = at(place) {
        if first.is_whitespace() || first == '\u{ad}' {
            place += 1;
            continue;
        }
        let start = place;
        if !first.is_alphanumeric() {
            place += 1;
            words.push(Word { bytes: byte(start)..byte(place), low: first.to_string(), capital: false, kind: Kind::Sign });
            continue;
        }
        let digits = first.is_ascii_digit();
        place += 1;
        while let Some(letter) = at(place) {
            let (before, after) = (at(place - 1), at(place + 1));
            let between = |test: fn(char) -> bool| before.is_some_and(test) && after.is_some_and(test);
            let three = || (1..=3).all(|step| at(place + step).is_some_and(|next| next.is_ascii_digit()));
            let goes_on = match letter {
                letter if letter.is_alphanumeric() => true,
                '\u{300}'..='\u{36f}' | '\u{ad}' => true,
                letter if is_apostrophe(letter) => between(char::is_alphabetic),
                '-' => {
                    between(char::is_alphabetic)
                        || (digits && before.is_some_and(|letter| letter.is_alphanumeric()) && after.is_some_and(char::is_alphabetic))
                }
                ',' => digits && three() && !at(place + 4).is_some_and(|next| next.is_ascii_digit()),
                '.' | ':' | '/' => digits && between(|letter| letter.is_ascii_digit()),
                _ => false,
            };
            if !goes_on {
                break;
            }
            place += 1;
        }
        let bytes = byte(start)..byte(place);
        let raw = &text[bytes.clone()];
        let low: String = raw
            .chars()
            .filter(|letter| *letter != '\u{ad}')
            .map(|letter| if is_apostrophe(letter) { '\'' } else { letter })
            .flat_map(char::to_lowercase)
            .collect();
        let kind = if digits { Kind::Digits } else { Kind::Letters };
        let capital = first.is_uppercase();
        // A hyphen with white space behind it, then the rest of the word.
        if let [.., half, hyphen] = words.as_mut_slice()
            && (hyphen.low == "-" || hyphen.low == "\u{ac}")
            && half.bytes.end == hyphen.bytes.start
            && hyphen.bytes.end < bytes.start
            && half.kind == Kind::Letters
            && was_cut(&text[half.bytes.clone()], raw)
        {
            half.low.push_str(&low);
            half.bytes.end = bytes.end;
            words.pop();
            continue;
        }
        words.push(Word { bytes, low, capital, kind });
    }
    words
}

/// A stretch of text on one line, with single blanks, without the hyphen of a word that was cut.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for part in text.split_whitespace() {
        if let Some(before) = out.strip_suffix('-')
            && !before.ends_with(char::is_whitespace)
            && was_cut(before, part.trim_end_matches(|letter: char| !letter.is_alphanumeric()))
        {
            out.pop();
        } else if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(part);
    }
    out
}
