//! How an identifier hides from a simple search and still reads the same to a person. Each disguise answers
//! with nothing where it would change nothing or make no sense, so that no case claims a disguise it lacks.

use super::chance::Chance;
use super::identifiers::{Class, in_words};

/// A way of hiding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disguise {
    Plain,
    MixedCase,
    FullWidth,
    Mathematical,
    Confusable,
    ZeroWidth,
    SoftHyphen,
    SpelledDigits,
    Leet,
    Separated,
    LineBreak,
    /// A lookalike and a zero-width character at once.
    Layered,
}

impl Disguise {
    pub const ALL: [Self; 12] = [
        Self::Plain,
        Self::MixedCase,
        Self::FullWidth,
        Self::Mathematical,
        Self::Confusable,
        Self::ZeroWidth,
        Self::SoftHyphen,
        Self::SpelledDigits,
        Self::Leet,
        Self::Separated,
        Self::LineBreak,
        Self::Layered,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::MixedCase => "mixed-case",
            Self::FullWidth => "full-width",
            Self::Mathematical => "mathematical",
            Self::Confusable => "confusable",
            Self::ZeroWidth => "zero-width",
            Self::SoftHyphen => "soft-hyphen",
            Self::SpelledDigits => "spelled-digits",
            Self::Leet => "leet",
            Self::Separated => "separated",
            Self::LineBreak => "line-break",
            Self::Layered => "layered",
        }
    }

    /// Whether a class can wear it: nobody spells the digits of a name, and a phone has no case.
    pub const fn fits(self, class: Class) -> bool {
        match self {
            Self::SpelledDigits => {
                matches!(class, Class::Plate | Class::Phone | Class::Email | Class::Address | Class::Document | Class::OfficerNumber)
            }
            Self::MixedCase => !matches!(class, Class::Phone),
            _ => true,
        }
    }

    /// Dresses an identifier, or answers with nothing when this one cannot wear it.
    pub fn dress(self, plain: &str, class: Class, language: &str, chance: &mut Chance) -> Option<String> {
        let dressed = match self {
            Self::Plain => return Some(plain.to_owned()),
            Self::MixedCase => mixed_case(plain, chance),
            Self::FullWidth => plain.chars().map(full_width).collect(),
            Self::Mathematical => {
                let alphabet = ALPHABETS[chance.below(ALPHABETS.len())];
                plain.chars().map(|letter| mathematical(letter, alphabet)).collect()
            }
            Self::Confusable => confusable(plain, chance),
            Self::ZeroWidth => inserted(plain, &['\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}'], chance),
            Self::SoftHyphen => inserted(plain, &['\u{ad}'], chance),
            Self::SpelledDigits => spelled(plain, class, language, chance),
            Self::Leet => leet(plain, class, chance)?,
            Self::Separated => separated(plain, class, chance)?,
            Self::LineBreak => line_break(plain, chance)?,
            Self::Layered => {
                let lookalike = confusable(plain, chance);
                if lookalike == plain {
                    return None;
                }
                inserted(&lookalike, &['\u{200b}', '\u{ad}', '\u{2060}'], chance)
            }
        };
        (dressed != plain).then_some(dressed)
    }
}

fn mixed_case(plain: &str, chance: &mut Chance) -> String {
    plain
        .chars()
        .flat_map(|letter| if chance.coin() { letter.to_uppercase().collect::<Vec<_>>() } else { letter.to_lowercase().collect() })
        .collect()
}

fn full_width(letter: char) -> char {
    if letter.is_ascii_graphic() { char::from_u32(letter as u32 + 0xFEE0).expect("the full-width forms mirror ASCII") } else { letter }
}

/// First capital, first small letter and first digit of: bold, sans-serif bold, monospace, sans-serif.
const ALPHABETS: [(u32, u32, u32); 4] =
    [(0x1_D400, 0x1_D41A, 0x1_D7CE), (0x1_D5D4, 0x1_D5EE, 0x1_D7EC), (0x1_D670, 0x1_D68A, 0x1_D7F6), (0x1_D5A0, 0x1_D5BA, 0x1_D7E2)];

fn mathematical(letter: char, (capital, small, digit): (u32, u32, u32)) -> char {
    let code = match letter {
        'A'..='Z' => capital + letter as u32 - 'A' as u32,
        'a'..='z' => small + letter as u32 - 'a' as u32,
        '0'..='9' => digit + letter as u32 - '0' as u32,
        _ => return letter,
    };
    char::from_u32(code).expect("these alphabets have no holes")
}

/// Cyrillic first, Greek second, where one looks the same in most typefaces.
const LOOKALIKES: [(char, &str); 36] = [
    ('a', "аα"),
    ('c', "с"),
    ('e', "е"),
    ('i', "іι"),
    ('j', "ј"),
    ('o', "оο"),
    ('p', "рρ"),
    ('s', "ѕ"),
    ('v', "ν"),
    ('x', "х"),
    ('y', "у"),
    ('A', "АΑ"),
    ('B', "ВΒ"),
    ('C', "С"),
    ('E', "ЕΕ"),
    ('H', "НΗ"),
    ('I', "ІΙ"),
    ('J', "Ј"),
    ('K', "КΚ"),
    ('M', "МΜ"),
    ('N', "Ν"),
    ('O', "ОΟ"),
    ('P', "РΡ"),
    ('S', "Ѕ"),
    ('T', "ТΤ"),
    ('X', "ХΧ"),
    ('Y', "Υ"),
    ('Z', "Ζ"),
    ('h', "һ"),
    ('d', "ԁ"),
    ('q', "ԛ"),
    ('w', "ԝ"),
    ('l', "ӏ"),
    ('0', "ОΟ"),
    ('3', "З"),
    ('6', "б"),
];

fn confusable(plain: &str, chance: &mut Chance) -> String {
    let looks = |letter: char| LOOKALIKES.iter().find(|(latin, _)| *latin == letter).map(|(_, others)| *others);
    let able: Vec<usize> = plain.chars().enumerate().filter(|(_, letter)| looks(*letter).is_some()).map(|(at, _)| at).collect();
    if able.is_empty() {
        return plain.to_owned();
    }
    let surely = able[chance.below(able.len())];
    plain
        .chars()
        .enumerate()
        .map(|(at, letter)| match looks(letter) {
            Some(others) if at == surely || chance.coin() => {
                let others: Vec<char> = others.chars().collect();
                others[chance.below(others.len())]
            }
            _ => letter,
        })
        .collect()
}

/// Puts unseen characters between letters: one at least, about one in three places.
fn inserted(plain: &str, unseen: &[char], chance: &mut Chance) -> String {
    let count = plain.chars().count();
    let surely = chance.between(1, count - 1);
    let mut text = String::new();
    for (at, letter) in plain.chars().enumerate() {
        if at > 0 && (at == surely || chance.below(3) == 0) {
            text.push(unseen[chance.below(unseen.len())]);
        }
        text.push(letter);
    }
    text
}

fn spelled(plain: &str, class: Class, language: &str, chance: &mut Chance) -> String {
    let letters: Vec<char> = plain.chars().collect();
    let mut text = String::new();
    let mut at = 0;
    while at < letters.len() {
        if !letters[at].is_ascii_digit() {
            if text.ends_with(|last: char| last.is_alphabetic())
                && at > 0
                && letters[at - 1].is_ascii_digit()
                && letters[at].is_alphanumeric()
            {
                text.push(' ');
            }
            text.push(letters[at]);
            at += 1;
            continue;
        }
        let run: String = letters[at..].iter().take_while(|letter| letter.is_ascii_digit()).collect();
        if text.ends_with(char::is_alphanumeric) {
            text.push(' ');
        }
        let value = run.parse::<usize>().unwrap_or(0);
        if class == Class::Address && (1..100).contains(&value) && chance.coin() {
            text.push_str(&cardinal(value, language));
        } else {
            text.push_str(&in_words(&run, language, chance));
        }
        at += run.len();
    }
    text
}

const TEENS_EN: [&str; 20] = [
    "",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS_EN: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const TEENS_ES: [&str; 30] = [
    "",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuno",
    "veintidós",
    "veintitrés",
    "veinticuatro",
    "veinticinco",
    "veintiséis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
];
const TENS_ES: [&str; 10] = ["", "", "", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"];

/// A number from 1 to 99 as a house number is said.
fn cardinal(value: usize, language: &str) -> String {
    let (small, tens, joint) = if language == "es" { (&TEENS_ES[..], TENS_ES, " y ") } else { (&TEENS_EN[..], TENS_EN, "-") };
    if value < small.len() {
        return small[value].to_owned();
    }
    let ten = tens[value / 10];
    if value.is_multiple_of(10) { ten.to_owned() } else { format!("{ten}{joint}{}", small[value % 10]) }
}

/// Letters and digits that stand for each other. Where digits carry the meaning only O for 0 and I or l for 1
/// (and back) are swapped; in words the usual digits stand for letters.
fn leet(plain: &str, class: Class, chance: &mut Chance) -> Option<String> {
    let has_letters = plain.chars().any(char::is_alphabetic);
    if class == Class::Phone && has_letters {
        return None;
    }
    let swap = |letter: char, chance: &mut Chance| match class {
        Class::Plate | Class::Phone | Class::Document | Class::OfficerNumber => match letter {
            '0' => 'O',
            '1' if chance.coin() => 'I',
            '1' => 'l',
            'O' => '0',
            'I' => '1',
            _ => letter,
        },
        _ => match letter.to_ascii_lowercase() {
            'o' => '0',
            'i' => '1',
            'e' => '3',
            'a' => '4',
            's' => '5',
            't' if class.is_said() => '7',
            _ => letter,
        },
    };
    let able = plain.chars().filter(|letter| swap(*letter, &mut Chance::seeded(0)) != *letter).count();
    if able == 0 {
        return None;
    }
    let surely = chance.below(able);
    let mut seen = 0;
    let mut text = String::new();
    for letter in plain.chars() {
        let swapped = swap(letter, chance);
        if swapped == letter {
            text.push(letter);
            continue;
        }
        text.push(if seen == surely || chance.below(3) > 0 { swapped } else { letter });
        seen += 1;
    }
    Some(text)
}

fn separated(plain: &str, class: Class, chance: &mut Chance) -> Option<String> {
    if class == Class::Phone && plain.chars().any(char::is_alphabetic) {
        return None;
    }
    let between = match class {
        Class::Email | Class::Link | Class::Handle => chance.pick(&[" ", "*"]),
        _ => chance.pick(&[" ", ".", "-", "_", "*", "/"]),
    };
    let words: Vec<String> =
        plain.split_whitespace().map(|word| word.chars().map(String::from).collect::<Vec<_>>().join(between)).collect();
    Some(words.join(if between == " " { "  " } else { " " }))
}

/// Breaks the line at a space, or where a person would: after a joint, between letters and digits, inside digits.
fn line_break(plain: &str, chance: &mut Chance) -> Option<String> {
    let letters: Vec<char> = plain.chars().collect();
    let spaces: Vec<usize> = (1..letters.len() - 1).filter(|at| letters[*at] == ' ').collect();
    let mut text = letters.clone();
    if !spaces.is_empty() {
        text[spaces[chance.below(spaces.len())]] = '\n';
        return Some(text.into_iter().collect());
    }
    let places: Vec<usize> = (2..letters.len())
        .filter(|at| {
            let (before, after) = (letters[at - 1], letters[*at]);
            "@./:-".contains(before)
                || (before.is_ascii_digit() && after.is_ascii_digit())
                || (before.is_alphabetic() && after.is_ascii_digit())
                || (before.is_ascii_digit() && after.is_alphabetic())
        })
        .collect();
    if places.is_empty() {
        return None;
    }
    text.insert(places[chance.below(places.len())], '\n');
    Some(text.into_iter().collect())
}
