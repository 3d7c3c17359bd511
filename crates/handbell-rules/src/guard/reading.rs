//! A reading: a text as an eye takes it in, with the bytes each sign came from.
//!
//! Invisible signs vanish, look-alike letters become the letter they look like, digits of any script become
//! 0 to 9, and every blank and dash is one. A second reading turns spoken digits and "dot" and "at" into
//! signs. Nothing here decides what may be said.

use std::collections::HashSet;
use std::ops::Range;

/// How many gaps of one sort show that words were pulled apart.
const PULLED_APART_MIN: usize = 3;

/// One sign of a reading: a plain character and the bytes of the original text it stands for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sign {
    pub sign: char,
    pub start: usize,
    pub end: usize,
    /// Whether a word said it: "seven", "bravo".
    pub said: bool,
    /// Whether it was an o under stress, "ó".
    pub stressed: bool,
}

impl Sign {
    const fn new(sign: char, start: usize, end: usize) -> Self {
        Self { sign, start, end, said: false, stressed: false }
    }
}

/// A text as an eye takes it in.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    signs: Vec<Sign>,
}

/// A word of a reading: letters and digits, and apostrophes between them.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// Lower case.
    pub word: String,
    /// Whether the first letter is a capital.
    pub capital: bool,
    /// Positions in the reading.
    pub start: usize,
    /// One past the last position.
    pub end: usize,
    /// Whether its first sign was said as a word.
    pub said: bool,
    /// Whether it ends with a stressed o, as Spanish verbs of the past do.
    pub stressed_end: bool,
}

impl Reading {
    /// Reads a text.
    pub fn of(text: &str) -> Self {
        let mut signs = Vec::with_capacity(text.len());
        for (start, original) in text.char_indices() {
            if let Some(sign) = plain(original) {
                signs.push(Sign { stressed: matches!(original, 'ó' | 'Ó'), ..Sign::new(sign, start, start + original.len_utf8()) });
            }
        }
        Self { signs }
    }

    /// How many signs there are.
    pub fn len(&self) -> usize {
        self.signs.len()
    }

    /// The sign at a position; NUL, which no text keeps, outside.
    pub fn at(&self, position: usize) -> char {
        self.signs.get(position).map_or('\0', |one| one.sign)
    }

    /// The sign before a position; NUL at the beginning.
    pub fn before(&self, position: usize) -> char {
        position.checked_sub(1).map_or('\0', |before| self.at(before))
    }

    /// Whether nothing of a word stands right before a position.
    pub fn word_may_start(&self, position: usize) -> bool {
        !self.before(position).is_alphanumeric()
    }

    /// Whether nothing of a word stands at a position.
    pub fn word_may_end(&self, position: usize) -> bool {
        !self.at(position).is_alphanumeric()
    }

    /// The signs between two positions as text.
    pub fn slice(&self, range: Range<usize>) -> String {
        self.signs[range.start.min(self.len())..range.end.min(self.len())].iter().map(|one| one.sign).collect()
    }

    /// The bytes of the original text behind a range of positions.
    pub fn bytes(&self, range: Range<usize>) -> Range<usize> {
        match (self.signs.get(range.start), range.end.checked_sub(1).and_then(|last| self.signs.get(last))) {
            (Some(first), Some(last)) => first.start..last.end,
            _ => 0..0,
        }
    }

    /// The words.
    pub fn tokens(&self) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut position = 0;
        while position < self.len() {
            if !of_word(self.at(position)) {
                position += 1;
                continue;
            }
            let start = position;
            while of_word(self.at(position)) || (self.at(position) == '\'' && self.at(position + 1).is_alphabetic()) {
                position += 1;
            }
            let word = self.slice(start..position);
            let capital = word.starts_with(char::is_uppercase);
            let (said, stressed_end) = (self.signs[start].said, self.signs[position - 1].stressed);
            tokens.push(Token { word: word.to_lowercase(), capital, start, end: position, said, stressed_end });
        }
        tokens
    }

    /// The reading in which a new line is a blank, or nothing: a number may go on in the next line.
    pub fn on_one_line(&self, blank: bool) -> Option<Self> {
        let lines = self.signs.iter().any(|one| one.sign == '\n');
        let signs = self.signs.iter().filter(|one| blank || one.sign != '\n');
        let signs = signs.map(|one| if one.sign == '\n' { Sign { sign: ' ', ..*one } } else { *one }).collect();
        lines.then_some(Self { signs })
    }

    /// The reading in which signs that were pulled apart by one and the same sign stand together again:
    /// `n-a-m-e` and `n a m e`. Two blanks part words then. `None` when nothing was.
    pub fn together(&self, by: char) -> Option<Self> {
        let part = |sign: char| sign == by || matches!(sign, ' ' | '\n' | '\0');
        let single = |at: usize| !part(self.at(at)) && !self.before(at).is_alphanumeric() && !self.at(at + 1).is_alphanumeric();
        let parts = |at: usize| self.at(at) == by && at > 0 && single(at - 1) && single(at + 1);
        let mut drop = vec![false; self.len()];
        let mut at = 0;
        while at < self.len() {
            if !parts(at) {
                at += 1;
                continue;
            }
            let start = at;
            while parts(at) {
                at += 2;
            }
            (start..at).step_by(2).for_each(|gap| drop[gap] = true);
        }
        // one or two may be initials or a date
        let enough = drop.iter().filter(|gone| **gone).count() >= PULLED_APART_MIN;
        let mut signs: Vec<Sign> = self.signs.iter().zip(&drop).filter(|(_, gone)| !**gone).map(|(one, _)| *one).collect();
        signs.dedup_by(|next, before| next.sign == ' ' && before.sign == ' ');
        enough.then_some(Self { signs })
    }

    /// The reading in which digits stand for the letters they are drawn like, in words that are known only so.
    /// Whether a number alone (`70`) may be a word ("to") is asked both ways: it may be a house as well.
    pub fn unmasked(&self, known: &dyn Fn(&str) -> bool, numbers_too: bool) -> Option<Self> {
        let mut signs = self.signs.clone();
        let mut any = false;
        for token in self.tokens() {
            let digits = token.word.bytes().filter(u8::is_ascii_digit).count();
            let letters = token.word.bytes().filter(u8::is_ascii_alphabetic).count();
            if digits == 0 || (letters == 0 && !numbers_too) || token.word.len() > 24 {
                continue;
            }
            let word = [('1', 'i'), ('1', 'l')].iter().map(|ones| letters_of(&token.word, ones.1)).find(|word| known(word));
            // In a word nobody knows, a digit among letters is a letter too; a number stays a number.
            let word = word.or_else(|| (letters > digits && letters >= 3).then(|| letters_of(&token.word, 'i')));
            let Some(word) = word.filter(|word| word.chars().count() == token.end - token.start) else { continue };
            for (place, letter) in (token.start..token.end).zip(word.chars()) {
                if signs[place].sign.is_ascii_digit() {
                    // A name that begins with a digit begins with a capital.
                    signs[place].sign = if place == token.start { letter.to_ascii_uppercase() } else { letter };
                    any = true;
                }
            }
        }
        any.then_some(Self { signs })
    }

    /// The reading in which O, I and l among digits are digits: `26O3`, `IO91TW`.
    pub fn digits(&self) -> Option<Self> {
        let mut signs = self.signs.clone();
        let mut any = false;
        let tokens = self.tokens();
        for (index, token) in tokens.iter().enumerate() {
            let drawn = |sign: char| sign.is_ascii_digit() || matches!(sign, 'O' | 'o' | 'I' | 'l');
            let numeric = |at: usize| tokens.get(at).is_some_and(|one| one.word.bytes().any(|byte| byte.is_ascii_digit()));
            let among = numeric(index + 1) || index.checked_sub(1).is_some_and(numeric);
            let alone = among && (2..=4).contains(&token.word.len()) && (token.start..token.end).all(|at| drawn(self.at(at)));
            let mut place = token.start;
            while place < token.end {
                let start = place;
                while place < token.end && drawn(self.at(place)) {
                    place += 1;
                }
                let run = start..place;
                if run.len() >= 2 && (alone || run.clone().any(|at| self.at(at).is_ascii_digit())) {
                    for at in run {
                        let digit = match signs[at].sign {
                            'O' | 'o' => '0',
                            'I' | 'l' => '1',
                            digit => digit,
                        };
                        any |= digit != signs[at].sign;
                        signs[at].sign = digit;
                    }
                }
                place = place.max(start + 1);
            }
        }
        any.then_some(Self { signs })
    }

    /// The reading in which "dot" and "at" in brackets or between words, and spoken digits, are signs.
    pub fn spoken(&self) -> Self {
        let tokens = self.tokens();
        let mut signs: Vec<Sign> = Vec::with_capacity(self.len());
        let mut said: HashSet<usize> = HashSet::new();
        let mut position = 0;
        let mut index = 0;
        while position < self.len() {
            while index < tokens.len() && tokens[index].start < position {
                index += 1;
            }
            let token = tokens.get(index).filter(|token| token.start == position);
            let Some(token) = token else {
                signs.push(self.signs[position]);
                position += 1;
                continue;
            };
            let whole = Sign { said: true, ..Sign::new(' ', self.signs[token.start].start, self.signs[token.end - 1].end) };
            let spoken = match token.word.as_str() {
                "dot" | "punto" => Some('.'),
                // "at" is an ordinary word; only brackets make it a sign
                "at" | "arroba"
                    if matches!(self.before(token.start), '(' | '[' | '{' | '<')
                        || token.word == "arroba"
                        || says_host(&tokens, index + 1) =>
                {
                    Some('@')
                }
                "slash" | "barra" => Some('/'),
                word => spoken_digit(word, &tokens, index).or_else(|| spoken_letter(&tokens, index)),
            };
            position = token.end;
            match spoken {
                Some(sign @ ('.' | '@' | '/')) => {
                    while signs.last().is_some_and(|last| matches!(last.sign, ' ' | '(' | '[' | '{' | '<')) {
                        signs.pop();
                    }
                    while matches!(self.at(position), ' ' | ')' | ']' | '}' | '>') {
                        position += 1;
                    }
                    signs.push(Sign { sign, ..whole });
                }
                Some(sign) => {
                    // "double seven" says the next digit once more, "triple seven" twice
                    let more = if token.word == "triple" { 2 } else { 1 };
                    // digits that are said one after the other are one number
                    let gap = signs.iter().rev().take_while(|last| matches!(last.sign, ' ' | '-' | '.' | ',' | '\n')).count();
                    // a comma parts the groups of a long number only: "six, one seven four" may be a flat and its house
                    let comma = signs.iter().rev().take(gap).any(|last| last.sign == ',');
                    let before = signs.iter().rev().skip(gap).take_while(|last| last.said && last.sign.is_ascii_digit()).count();
                    if gap <= 2
                        && (!comma || before >= 3)
                        && signs.len().checked_sub(gap + 1).is_some_and(|last| said.contains(&signs[last].start))
                    {
                        signs.truncate(signs.len() - gap);
                    }
                    said.insert(whole.start);
                    signs.extend(std::iter::repeat_n(Sign { sign, ..whole }, more));
                    // "nine hundred" says two noughts more
                    if sign.is_ascii_digit()
                        && tokens.get(index + 1).is_some_and(|next| next.word == "hundred" && next.start == token.end + 1)
                    {
                        let hundred = &tokens[index + 1];
                        let nought = Sign { sign: '0', end: self.signs[hundred.end - 1].end, ..whole };
                        signs.extend([nought, nought]);
                        position = hundred.end;
                    }
                }
                None => signs.extend_from_slice(&self.signs[token.start..token.end]),
            }
        }
        Self { signs }
    }
}

/// Whether a sign belongs to a word: a letter, a digit, or one of the two Bengali signs that bind letters and that
/// Unicode counts as neither.
fn of_word(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '\u{09BC}' | '\u{09CD}')
}

/// A word with its digits as the letters they are drawn like.
fn letters_of(word: &str, one: char) -> String {
    word.chars()
        .map(|sign| match sign {
            '0' => 'o',
            '1' => one,
            '3' => 'e',
            '4' => 'a',
            '5' => 's',
            '7' => 't',
            '8' => 'b',
            sign => sign,
        })
        .collect()
}

/// Whether a spoken host begins at a word: "example dot com".
fn says_host(tokens: &[Token], index: usize) -> bool {
    tokens.get(index + 1..).is_some_and(|rest| rest.iter().take(4).any(|token| matches!(token.word.as_str(), "dot" | "punto")))
}

/// The digit a word says, if it says one where digits are being said.
fn spoken_digit(word: &str, tokens: &[Token], index: usize) -> Option<char> {
    let digit_at = |index: usize| tokens.get(index).and_then(|token| digit_word(&token.word));
    match word {
        "double" | "doble" | "triple" => {
            let oh = tokens.get(index + 1).is_some_and(|next| matches!(next.word.as_str(), "oh" | "o"));
            digit_at(index + 1).or(oh.then_some('0'))
        }
        "oh" | "o" => {
            let says = |at: usize| tokens.get(at).is_some_and(|next| matches!(next.word.as_str(), "oh" | "double" | "triple"));
            let beside = |at: usize| digit_at(at).is_some() || says(at);
            (index.checked_sub(1).is_some_and(beside) || beside(index + 1)).then_some('0')
        }
        word => digit_word(word),
    }
}

/// The letter a word of the radio alphabet says, where such words or digits stand beside it: "Lima Foxtrot six".
fn spoken_letter(tokens: &[Token], index: usize) -> Option<char> {
    let letter = radio_letter(&tokens[index].word)?;
    let says = |at: usize| {
        tokens.get(at).is_some_and(|one| {
            radio_letter(&one.word).is_some() || digit_word(&one.word).is_some() || one.word.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    (says(index + 1) || index.checked_sub(1).is_some_and(says)).then_some(letter)
}

fn radio_letter(word: &str) -> Option<char> {
    const WORDS: [&str; 28] = [
        "alfa", "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet", "juliett", "kilo", "lima",
        "mike", "november", "oscar", "papa", "quebec", "romeo", "sierra", "tango", "uniform", "victor", "whiskey", "xray", "yankee",
        "zulu",
    ];
    // each says its own first letter
    WORDS.contains(&word).then(|| word.chars().next().map(|first| first.to_ascii_uppercase())).flatten()
}

fn digit_word(word: &str) -> Option<char> {
    Some(match word {
        "zero" | "nought" | "cero" => '0',
        "one" | "uno" => '1',
        "two" | "dos" => '2',
        "three" | "tres" => '3',
        "four" | "cuatro" => '4',
        "five" | "cinco" => '5',
        "six" | "seis" => '6',
        "seven" | "siete" => '7',
        "eight" | "ocho" => '8',
        "nine" | "nueve" => '9',
        _ => return None,
    })
}

/// The plain character an eye takes a sign for; `None` for what no eye sees.
fn plain(original: char) -> Option<char> {
    let code = u32::from(original);
    // offsets into runs of the alphabet that mathematics and enclosures repeat
    let alphabet = |offset: u32| char::from_u32(if offset < 26 { 0x41 + offset } else { 0x61 + offset - 26 });
    Some(match code {
        0x0A | 0x0D => '\n',
        0x09 | 0x20 | 0xA0 | 0x1680 | 0x2000..=0x200A | 0x202F | 0x205F | 0x3000 => ' ',
        // soft hyphen, joiners, directions, isolates, marks, variation selectors, enclosing keycap, tags
        0xAD | 0x034F | 0x061C | 0x180E | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF => return None,
        0x0300..=0x036F | 0x1AB0..=0x1AFF | 0x20D0..=0x20FF | 0xFE00..=0xFE0F | 0xE0000..=0xE0FFF => return None,
        0x00..=0x08 | 0x0B | 0x0C | 0x0E..=0x1F | 0x7F..=0x9F => return None,
        0x2010..=0x2015 | 0x2212 | 0xFE58 | 0xFE63 => '-',
        0x2018 | 0x2019 | 0x02BC | 0x2032 => '\'',
        0x2024 | 0x3002 | 0xFF61 | 0xB7 | 0x2022 | 0x2219 => '.',
        0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0)?,
        0x2080..=0x2089 => digit(code - 0x2080),
        0x2070 | 0x2074..=0x2079 => digit(code - 0x2070),
        0xB9 => '1',
        0xB2 | 0xB3 => digit(code - 0xB0),
        0x2460..=0x2468 => digit(code - 0x2460 + 1),
        0x24EA => '0',
        0x2776..=0x277E => digit(code - 0x2776 + 1),
        0x24B6..=0x24E9 => alphabet(code - 0x24B6)?,
        0x1F110..=0x1F129 => alphabet(code - 0x1F110)?,
        0x1F130..=0x1F149 => alphabet(code - 0x1F130)?,
        0x1F150..=0x1F169 => alphabet(code - 0x1F150)?,
        0x1F170..=0x1F189 => alphabet(code - 0x1F170)?,
        0x1F1E6..=0x1F1FF => alphabet(code - 0x1F1E6)?,
        0x1D400..=0x1D6A3 => alphabet((code - 0x1D400) % 52)?,
        0x1D7CE..=0x1D7FF => digit((code - 0x1D7CE) % 10),
        // decimal digits of the scripts most keyboards have, each run of ten in order
        0x0660..=0x0669 => digit(code - 0x0660),
        0x06F0..=0x06F9 => digit(code - 0x06F0),
        0x0966..=0x096F => digit(code - 0x0966),
        0x09E6..=0x09EF => digit(code - 0x09E6),
        0x0A66..=0x0A6F => digit(code - 0x0A66),
        0x0AE6..=0x0AEF => digit(code - 0x0AE6),
        0x0BE6..=0x0BEF => digit(code - 0x0BE6),
        0x0E50..=0x0E59 => digit(code - 0x0E50),
        _ => look_alike(original),
    })
}

fn digit(value: u32) -> char {
    char::from_digit(value, 10).unwrap_or('0')
}

/// Letters of other alphabets drawn like Latin ones, and Latin ones with marks.
fn look_alike(original: char) -> char {
    const PAIRS: &[(&str, char)] = &[
        ("аàáâãäåāăąɑα", 'a'),
        ("АÀÁÂÃÄÅĀĂĄΑ", 'A'),
        ("Вв", 'B'),
        ("Β", 'B'),
        ("сçćčϲ", 'c'),
        ("СÇĆČϹ", 'C'),
        ("ԁďđ", 'd'),
        ("ĎĐ", 'D'),
        ("еèéêëēėęěε", 'e'),
        ("ЕÈÉÊËĒĖĘĚΕ", 'E'),
        ("ĝğġ", 'g'),
        ("ĜĞĠ", 'G'),
        ("һ", 'h'),
        ("НнΗĤ", 'H'),
        ("іìíîïīįıι", 'i'),
        ("ІÌÍÎÏĪĮİΙӀ", 'I'),
        ("ј", 'j'),
        ("Ј", 'J'),
        ("кκ", 'k'),
        ("КΚ", 'K'),
        ("łļľĺӏ", 'l'),
        ("ŁĽĹ", 'L'),
        ("м", 'm'),
        ("МΜ", 'M'),
        ("ñńňņ", 'n'),
        ("ÑŃŇΝ", 'N'),
        ("оòóôõöøōőοσ", 'o'),
        ("ОÒÓÔÕÖØŌŐΟ", 'O'),
        ("рρ", 'p'),
        ("РΡ", 'P'),
        ("ԛ", 'q'),
        ("Ԛ", 'Q'),
        ("гŕř", 'r'),
        ("ŔŘ", 'R'),
        ("ѕśšşș", 's'),
        ("ЅŚŠŞȘ", 'S'),
        ("тτťţț", 't'),
        ("ТΤŤŢȚ", 'T'),
        ("ùúûüūůűųυ", 'u'),
        ("ÙÚÛÜŪŮŰŲ", 'U'),
        ("ѵν", 'v'),
        ("Ѵ", 'V'),
        ("ԝŵω", 'w'),
        ("ԜŴ", 'W'),
        ("хχ", 'x'),
        ("ХΧ", 'X'),
        ("уýÿγ", 'y'),
        ("УÝŸΥ", 'Y'),
        ("źżž", 'z'),
        ("ŹŻŽΖ", 'Z'),
        ("З", '3'),
        ("б", '6'),
        ("º", 'o'),
        ("ª", 'a'),
    ];
    if original.is_ascii() {
        return original;
    }
    PAIRS.iter().find(|(drawn, _)| drawn.contains(original)).map_or(original, |(_, latin)| *latin)
}
