//! A reading: a text as an eye takes it in, with the bytes each sign came from.
//!
//! Invisible signs vanish, look-alike letters become the letter they look like, digits of any script become
//! 0 to 9, and every blank and dash is one. A second reading turns spoken digits and "dot" and "at" into
//! signs. Nothing here decides what may be said.

use std::ops::Range;

/// One sign of a reading: a plain character and the bytes of the original text it stands for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sign {
    pub sign: char,
    pub start: usize,
    pub end: usize,
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
}

impl Reading {
    /// Reads a text.
    pub fn of(text: &str) -> Self {
        let mut signs = Vec::with_capacity(text.len());
        for (start, original) in text.char_indices() {
            if let Some(sign) = plain(original) {
                signs.push(Sign { sign, start, end: start + original.len_utf8() });
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
            if !self.at(position).is_alphanumeric() {
                position += 1;
                continue;
            }
            let start = position;
            while self.at(position).is_alphanumeric() || (self.at(position) == '\'' && self.at(position + 1).is_alphabetic()) {
                position += 1;
            }
            let word = self.slice(start..position);
            let capital = word.starts_with(char::is_uppercase);
            tokens.push(Token { word: word.to_lowercase(), capital, start, end: position });
        }
        tokens
    }

    /// The signs as text, to tell two readings apart.
    pub fn text(&self) -> String {
        self.signs.iter().map(|one| one.sign).collect()
    }

    /// The reading in which a broken line goes on after a blank, and several blanks are one.
    pub fn on_one_line(&self) -> Self {
        let mut signs: Vec<Sign> = Vec::with_capacity(self.len());
        for one in &self.signs {
            let sign = if one.sign == '\n' { ' ' } else { one.sign };
            if sign != ' ' || signs.last().is_none_or(|last| last.sign != ' ') {
                signs.push(Sign { sign, ..*one });
            }
        }
        Self { signs }
    }

    /// The reading in which short groups of letters stand right beside digits: "SE 15 2 BZ" is "SE152BZ".
    pub fn close(&self) -> Self {
        let capitals = |token: &Token| self.slice(token.start..token.end).bytes().all(|byte| byte.is_ascii_uppercase());
        let short = |token: &Token| token.word.len() <= 3 && (capitals(token) || matches!(token.word.as_str(), "b" | "c" | "d"));
        let digits = |token: &Token| token.word.bytes().all(|byte| byte.is_ascii_digit());
        let tokens = self.tokens();
        let mut drop = vec![false; self.len()];
        for pair in tokens.windows(2) {
            let beside = (short(&pair[0]) && digits(&pair[1])) || (digits(&pair[0]) && (short(&pair[1]) || digits(&pair[1])));
            if beside && pair[0].end + 1 == pair[1].start && self.at(pair[0].end) == ' ' {
                drop[pair[0].end] = true;
            }
        }
        Self { signs: self.signs.iter().zip(drop).filter(|(_, drop)| !drop).map(|(one, _)| *one).collect() }
    }

    /// The reading in which a line was broken inside a word or a number.
    pub fn without_breaks(&self) -> Self {
        Self { signs: self.signs.iter().filter(|one| one.sign != '\n').copied().collect() }
    }

    /// The reading in which rows of single signs, "B D - 5 1" or "B*D*5*1", stand together. In a row with blanks
    /// two blanks part two words; in a row with another separator one blank does.
    pub fn joined(&self) -> Self {
        let mut signs: Vec<Sign> = Vec::with_capacity(self.len());
        let mut position = 0;
        while position < self.len() {
            let end = self.row_end(position);
            match end {
                Some(end) => {
                    let stays = |index: &usize| (index - position).is_multiple_of(2);
                    signs.extend((position..end).filter(stays).map(|index| self.signs[index]));
                    position = end;
                }
                None => {
                    let again = self.at(position) == ' ' && signs.last().is_some_and(|last| last.sign == ' ');
                    if !again {
                        signs.push(self.signs[position]);
                    }
                    position += 1;
                }
            }
        }
        Self { signs }
    }

    /// One past the last sign of a row of single signs that begins here, if one does.
    fn row_end(&self, start: usize) -> Option<usize> {
        let separator = self.at(start + 1);
        let opens = matches!(separator, ' ' | '.' | '-' | '_' | '*' | '/' | '|' | '+' | '~')
            && !self.before(start).is_alphanumeric()
            && !matches!(self.at(start), ' ' | '\n' | '\0');
        if !opens {
            return None;
        }
        let shown = |sign: char| !matches!(sign, ' ' | '\n' | '\0');
        let mut last = start;
        while self.at(last + 1) == separator && shown(self.at(last + 2)) {
            last += 2;
        }
        // The last sign of a row stands alone as well: "a t home" gives the h back.
        if last > start && self.at(last).is_alphanumeric() && self.at(last + 1).is_alphanumeric() {
            last -= 2;
        }
        // "a t-o-d-a": a word of one letter before a row with another separator is no row with blanks
        let other_row = matches!(self.at(last + 1), '.' | '-' | '_' | '*' | '/' | '|' | '+' | '~') && self.at(last + 2).is_alphanumeric();
        if separator == ' ' && other_row {
            last = last.saturating_sub(2).max(start);
        }
        // two single signs with one blank are a row only beside the wider blank that parts words of a row
        let wide = self.at(last + 1) == ' ' && self.at(last + 2) == ' ';
        let enough = if separator == ' ' && !wide { 4 } else { 2 };
        (last >= start + enough).then_some(last + 1)
    }

    /// The reading in which letters drawn like digits are digits, in rows of such signs that hold a digit.
    pub fn numbered(&self) -> Self {
        let drawn = |sign: char| sign.is_ascii_digit() || matches!(sign, 'O' | 'o' | 'I' | 'l');
        let joins = |sign: char| matches!(sign, ' ' | '-' | '.' | '/' | '(' | ')' | '+');
        let mut signs = self.signs.clone();
        let mut position = 0;
        while position < self.len() {
            if !drawn(self.at(position)) {
                position += 1;
                continue;
            }
            let start = position;
            let mut end = position;
            // a row may go over single separators, as in "O77OO 9OO OOO"
            while drawn(self.at(position)) || (joins(self.at(position)) && drawn(self.at(position + 1))) {
                position += 1;
                end = position;
            }
            let alone = self.word_may_start(start) && self.word_may_end(end);
            let parts = if alone { vec![start..end] } else { self.words_of(start..end) };
            for part in parts {
                if !part.clone().any(|index| self.at(index).is_ascii_digit()) {
                    continue;
                }
                for index in part {
                    signs[index].sign = match self.at(index) {
                        'O' | 'o' => '0',
                        'I' | 'l' => '1',
                        sign => sign,
                    };
                }
            }
        }
        Self { signs }
    }

    /// The parts of a range that hold letters and digits only.
    fn words_of(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut parts = vec![];
        let mut start = range.start;
        for index in range.clone() {
            if !self.at(index).is_alphanumeric() {
                parts.push(start..index);
                start = index + 1;
            }
        }
        parts.push(start..range.end);
        parts
    }

    /// The reading in which digits drawn like letters are letters, in words that hold a letter and in single
    /// digits between words.
    pub fn lettered(&self) -> Self {
        let mut signs = self.signs.clone();
        let tokens = self.tokens();
        let mixed = |token: &Token| {
            token.word.bytes().any(|byte| byte.is_ascii_alphabetic()) && token.word.bytes().any(|byte| byte.is_ascii_digit())
        };
        for (index, token) in tokens.iter().enumerate() {
            // "12a" is a house
            let house = token.word.len() >= 3 && token.word.bytes().take(token.word.len() - 1).all(|byte| byte.is_ascii_digit());
            let beside = index.checked_sub(1).is_some_and(|before| mixed(&tokens[before])) || tokens.get(index + 1).is_some_and(mixed);
            let drawn = !house && (mixed(token) || token.word.len() == 1 || (token.word.len() == 2 && beside));
            if !drawn {
                continue;
            }
            for sign in &mut signs[token.start..token.end] {
                sign.sign = match sign.sign {
                    '0' => 'o',
                    '1' => 'i',
                    '3' => 'e',
                    '4' => 'a',
                    '5' => 's',
                    '7' => 't',
                    other => other,
                };
            }
        }
        Self { signs }
    }

    /// The reading in which "dot" and "at" in brackets or between words, and spoken digits, are signs.
    pub fn spoken(&self) -> Self {
        let tokens = self.tokens();
        let mut signs: Vec<Sign> = Vec::with_capacity(self.len());
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
            let whole = Sign { sign: ' ', start: self.signs[token.start].start, end: self.signs[token.end - 1].end };
            let spoken = match token.word.as_str() {
                "dot" | "punto" => Some('.'),
                // "at" is an ordinary word; only brackets make it a sign
                "slash" | "barra" if signs.iter().rev().take(24).any(|one| one.sign == '.') => Some('/'),
                // "name at host dot org" says an address without brackets
                "at" if tokens[index + 1..].iter().take(4).any(|next| matches!(next.word.as_str(), "dot" | "punto")) => Some('@'),
                "at" | "arroba" if matches!(self.before(token.start), '(' | '[' | '{' | '<') || token.word == "arroba" => Some('@'),
                word => spoken_digit(word, &tokens, index),
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
                    if said_after_tens(&tokens, index) {
                        // "forty-two", "cuarenta y dos": the two stands where the forty has its nought
                        while signs.pop().is_some_and(|last| last.sign != '0') {}
                    } else if said_before(&tokens, index) && signs.last().is_some_and(|last| matches!(last.sign, ' ' | '-' | '\n')) {
                        // digits said one after another are one number
                        signs.pop();
                    }
                    // "double seven" says the next digit once more, "triple seven" twice
                    let more = if token.word == "triple" { 2 } else { 1 };
                    signs.extend(std::iter::repeat_n(Sign { sign, ..whole }, more));
                }
                None => match said_number(&token.word) {
                    Some(number) => signs.extend(number.chars().map(|sign| Sign { sign, ..whole })),
                    None => signs.extend_from_slice(&self.signs[token.start..token.end]),
                },
            }
        }
        Self { signs }
    }
}

/// The digit a word says, if it says one where digits are being said.
fn spoken_digit(word: &str, tokens: &[Token], index: usize) -> Option<char> {
    let digit_at = |index: usize| tokens.get(index).and_then(|token| digit_word(&token.word));
    let zero_at = |index: usize| tokens.get(index).filter(|token| matches!(token.word.as_str(), "oh" | "o")).map(|_| '0');
    match word {
        "double" | "doble" | "triple" => digit_at(index + 1).or_else(|| zero_at(index + 1)),
        "oh" | "o" => {
            let counts = |index: usize| {
                digit_at(index).or_else(|| zero_at(index)).is_some()
                    || tokens.get(index).is_some_and(|token| matches!(token.word.as_str(), "double" | "triple"))
            };
            let beside = index.checked_sub(1).is_some_and(counts) || counts(index + 1);
            beside.then_some('0')
        }
        word => digit_word(word),
    }
}

/// Whether the word before says a digit and stands one sign away.
fn said_before(tokens: &[Token], index: usize) -> bool {
    index.checked_sub(1).is_some_and(|before| {
        let word = tokens[before].word.as_str();
        tokens[before].end + 1 == tokens[index].start
            && (digit_word(word).is_some() || matches!(word, "oh" | "o" | "double" | "doble" | "triple"))
    })
}

/// Whether a digit follows a ten as in "forty-two" or "cuarenta y dos".
fn said_after_tens(tokens: &[Token], index: usize) -> bool {
    let ten = |back: usize| {
        index
            .checked_sub(back)
            .is_some_and(|at| said_number(&tokens[at].word).is_some_and(|number| number.ends_with('0') && number != "10"))
    };
    tokens[index].word != "cero" && (ten(1) || (ten(2) && tokens[index - 1].word == "y"))
}

/// The number from ten to ninety-nine that one word says.
fn said_number(word: &str) -> Option<&'static str> {
    const NUMBERS: &[(&str, &str)] = &[
        ("ten", "10"),
        ("eleven", "11"),
        ("twelve", "12"),
        ("thirteen", "13"),
        ("fourteen", "14"),
        ("fifteen", "15"),
        ("sixteen", "16"),
        ("seventeen", "17"),
        ("eighteen", "18"),
        ("nineteen", "19"),
        ("twenty", "20"),
        ("thirty", "30"),
        ("forty", "40"),
        ("fifty", "50"),
        ("sixty", "60"),
        ("seventy", "70"),
        ("eighty", "80"),
        ("ninety", "90"),
        ("diez", "10"),
        ("once", "11"),
        ("doce", "12"),
        ("trece", "13"),
        ("catorce", "14"),
        ("quince", "15"),
        ("dieciseis", "16"),
        ("diecisiete", "17"),
        ("dieciocho", "18"),
        ("diecinueve", "19"),
        ("veinte", "20"),
        ("veintiuno", "21"),
        ("veintidos", "22"),
        ("veintitres", "23"),
        ("veinticuatro", "24"),
        ("veinticinco", "25"),
        ("veintiseis", "26"),
        ("veintisiete", "27"),
        ("veintiocho", "28"),
        ("veintinueve", "29"),
        ("treinta", "30"),
        ("cuarenta", "40"),
        ("cincuenta", "50"),
        ("sesenta", "60"),
        ("setenta", "70"),
        ("ochenta", "80"),
        ("noventa", "90"),
    ];
    NUMBERS.iter().find(|(said, _)| *said == word).map(|(_, number)| *number)
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
    ];
    if original.is_ascii() {
        return original;
    }
    PAIRS.iter().find(|(drawn, _)| drawn.contains(original)).map_or(original, |(_, latin)| *latin)
}
