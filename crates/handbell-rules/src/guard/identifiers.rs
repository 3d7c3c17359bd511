//! Identifiers: number plates, officers' numbers, and the numbers of documents and cases.
//!
//! Shapes are matched sign by sign with the gaps people put in, and a shape that is also ordinary writing
//! ("A2 Old Kent Road", "SE15 and") needs capitals or a word beside it that says what it is.

use super::places::POSTCODE_AREAS;
use super::reading::{Reading, Token};
use super::{Found, Rule, numbers};

/// How far a word that gives a number its meaning may stand from it, in signs.
const BESIDE_SIGNS: usize = 40;

/// Short words that follow a number in ordinary writing.
const SHORT_WORDS: &[&str] = &[
    "all", "and", "any", "are", "bad", "big", "bus", "but", "can", "car", "cat", "day", "did", "dog", "end", "far", "few", "for", "gas",
    "get", "got", "had", "has", "her", "him", "his", "hit", "how", "ice", "its", "key", "law", "led", "let", "lot", "low", "man", "may",
    "men", "met", "new", "not", "now", "off", "old", "one", "our", "out", "own", "pdf", "per", "put", "ran", "red", "run", "rye", "saw",
    "say", "see", "set", "she", "six", "ten", "the", "top", "two", "uni", "use", "van", "via", "was", "way", "who", "why", "yet", "you",
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mon", "tue", "wed", "aid", "air", "bit", "fit", "fix",
    "kid", "lie", "lit", "mix", "oil", "pin", "sit", "sir", "tie", "tip", "win", "zip", "zoo", "inn", "ill", "ink", "ago", "add", "age",
    "ask", "ate", "eat", "due", "yes", "too", "try", "war", "wet", "dry", "hot", "job", "thu", "fri", "sat", "sun", "los", "las", "del",
    "con", "por", "una", "que", "mas", "sus", "min", "hrs", "gmt", "bst", "utc",
];

/// One sign of a shape.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Letter,
    Digit,
}

/// How a shape was found.
struct Match {
    end: usize,
    letters: String,
    trailing: String,
    leading: String,
    gaps: Vec<usize>,
    parts: usize,
}

/// Matches a shape at a position, with at most one separator between two signs.
fn shape(reading: &Reading, start: usize, parts: &[Part]) -> Option<Match> {
    let mut position = start;
    let mut taken = String::new();
    let mut gaps = vec![];
    let mut real_digits = 0;
    for (index, part) in parts.iter().enumerate() {
        if index > 0 && matches!(reading.at(position), ' ' | '-' | '.' | '_' | '/') {
            gaps.push(index);
            position += 1;
        }
        let sign = reading.at(position);
        let sign = match part {
            Part::Letter if sign.is_ascii_alphabetic() => sign,
            Part::Digit if sign.is_ascii_digit() => {
                real_digits += 1;
                sign
            }
            Part::Digit if matches!(sign, 'O' | 'o') => '0',
            Part::Digit if matches!(sign, 'I' | 'l') => '1',
            _ => return None,
        };
        taken.push(sign);
        position += 1;
    }
    if real_digits == 0 || !reading.word_may_end(position) {
        return None;
    }
    let letters: String = taken.chars().zip(parts).filter(|(_, part)| **part == Part::Letter).map(|(sign, _)| sign).collect();
    let trailing: String = taken.chars().rev().take_while(char::is_ascii_alphabetic).collect::<Vec<_>>().into_iter().rev().collect();
    let leading: String = taken.chars().take_while(char::is_ascii_alphabetic).collect();
    Some(Match { end: position, letters, trailing, leading, gaps, parts: parts.len() })
}

impl Match {
    fn capitals(&self) -> bool {
        self.letters.chars().all(|letter| letter.is_ascii_uppercase())
    }
    /// Every sign stands alone.
    fn spaced_out(&self) -> bool {
        self.gaps.len() + 1 >= self.parts
    }
    /// No gap, or one where the plate has its own.
    fn tight(&self, own_gap: usize) -> bool {
        self.gaps.is_empty() || self.gaps == [own_gap]
    }
    fn ordinary_word(&self) -> bool {
        let ordinary = |word: &str| SHORT_WORDS.contains(&word.to_lowercase().as_str());
        !self.gaps.is_empty() && (ordinary(&self.trailing) || ordinary(&self.leading))
    }
    fn small_letters(&self) -> bool {
        self.letters.chars().all(|letter| letter.is_ascii_lowercase())
    }
    /// "Old", "Rye": a name, not the end of a plate.
    fn name_like(&self) -> bool {
        let mut letters = self.trailing.chars();
        let first = letters.next().is_some_and(|letter| letter.is_ascii_uppercase());
        first && self.trailing.len() > 1 && letters.all(|letter| letter.is_ascii_lowercase())
    }
}

fn says_vehicle(word: &str) -> bool {
    [
        "van",
        "vans",
        "car",
        "cars",
        "vehicle",
        "vehicles",
        "lorry",
        "truck",
        "bike",
        "minibus",
        "coche",
        "furgoneta",
        "furgon",
        "coches",
        "furgonetas",
        "microbus",
        "camion",
        "autobus",
        "moto",
        "taxi",
        "convoy",
        "registered",
    ]
    .contains(&word)
        || says_plate(word)
}

fn says_plate(word: &str) -> bool {
    ["plate", "plates", "reg", "registration", "numberplate", "matricula", "vrm"].contains(&word)
}

fn beside(tokens: &[Token], start: usize, end: usize, reach: usize, says: fn(&str) -> bool) -> bool {
    tokens.iter().any(|token| token.end + reach >= start && token.start <= end + reach && says(&token.word))
}

/// Number plates of Great Britain and Northern Ireland.
pub(super) fn plates(reading: &Reading, tokens: &[Token], found: &mut Vec<Found>) {
    use Part::{Digit as D, Letter as L};
    const CURRENT: [Part; 7] = [L, L, D, D, L, L, L];
    const PREFIX: [&[Part]; 3] = [&[L, D, D, D, L, L, L], &[L, D, D, L, L, L], &[L, D, L, L, L]];
    const SUFFIX: [&[Part]; 3] = [&[L, L, L, D, D, D, L], &[L, L, L, D, D, L], &[L, L, L, D, L]];
    const IRISH: [&[Part]; 5] = [&[L, L, L, D, D, D, D], &[L, L, D, D, D, D], &[L, L, L, D, D, D], &[L, L, L, D, D], &[L, L, L, D]];
    for start in 0..reading.len() {
        if !reading.at(start).is_ascii_alphabetic() || !reading.word_may_start(start) {
            continue;
        }
        let vehicle = |one: &Match| beside(tokens, start, one.end, BESIDE_SIGNS, says_vehicle);
        let current = shape(reading, start, &CURRENT).filter(|one| {
            // "SE15 AND" is a district in capitals; no district begins with letters that are no postcode's
            let district = POSTCODE_AREAS.contains(&one.leading.to_uppercase().as_str());
            let clear = !(one.ordinary_word() && (district || !one.capitals())) && !one.name_like();
            one.spaced_out()
                || (one.gaps.is_empty())
                || (one.tight(4) && clear)
                || (clear && (one.capitals() || vehicle(one)) && one.gaps.len() <= 3)
        });
        let old = |parts: &[Part], own_gap: usize| {
            shape(reading, start, parts).filter(|one| {
                // "A202 AND" is a road in capitals; other letters with three digits before a short word are none
                let road = matches!(one.leading.as_str(), "A" | "B" | "M");
                let long = one.capitals() && one.parts == 7 && !road;
                let clear = (long || !one.ordinary_word()) && !one.name_like();
                (one.spaced_out() && one.parts >= 6)
                    || (one.gaps.is_empty() && (one.capitals() || one.parts >= 6))
                    || (one.capitals() && clear && one.gaps.len() <= 2 && one.parts >= 6)
                    || (one.tight(own_gap) && clear && (one.capitals() || one.small_letters() || vehicle(one)))
            })
        };
        let old_style = || {
            PREFIX.iter().find_map(|parts| old(parts, parts.len() - 3)).or_else(|| SUFFIX.iter().find_map(|parts| old(parts, 3))).or_else(
                || IRISH.iter().find_map(|parts| old(parts, parts.iter().filter(|part| **part == L).count()).filter(northern_irish)),
            )
        };
        if let Some(one) = current.or_else(old_style) {
            found.push((Rule::Plate, start..one.end));
        }
    }
    // A plate without a date has no shape of its own; only the word before it tells.
    for pair in tokens.windows(2) {
        let (word, next) = (&pair[0], &pair[1]);
        let mixed = next.word.len() <= 7
            && next.word.bytes().any(|byte| byte.is_ascii_digit())
            && next.word.bytes().any(|byte| byte.is_ascii_alphabetic());
        if says_plate(&word.word) && mixed {
            found.push((Rule::Plate, next.start..next.end));
        }
    }
    for trio in tokens.windows(3) {
        let (word, left, right) = (&trio[0], &trio[1], &trio[2]);
        let letters = |token: &Token| token.word.len() <= 3 && token.capital && token.word.bytes().all(|byte| byte.is_ascii_alphabetic());
        let digits = |token: &Token| token.word.len() <= 5 && token.word.bytes().all(|byte| byte.is_ascii_digit());
        if says_plate(&word.word) && ((letters(left) && digits(right)) || (digits(left) && letters(right))) {
            found.push((Rule::Plate, left.start..right.end));
        }
    }
}

/// Plates of other countries; a vehicle beside one makes it surer.
pub(super) fn foreign_plates(reading: &Reading, tokens: &[Token], found: &mut Vec<Found>) {
    let vehicle = |start: usize, end: usize| beside(tokens, start, end, BESIDE_SIGNS, says_vehicle);
    numbers::foreign_plates(reading, tokens, &vehicle, found);
}

/// Northern Irish marks have an I or a Z among their letters, and three letters are no month or word.
fn northern_irish(one: &Match) -> bool {
    // "in 2025" is a year; "Liz 1984" a name with one
    let year = one.leading.eq_ignore_ascii_case("in") || one.leading.eq_ignore_ascii_case("si");
    let name =
        one.leading.starts_with(|first: char| first.is_ascii_uppercase()) && one.leading[1..].bytes().all(|byte| byte.is_ascii_lowercase());
    one.letters.to_ascii_uppercase().contains(['I', 'Z']) && !name && !year && !one.ordinary_word()
}

/// Badge, collar, shoulder and warrant numbers.
pub(super) fn officers(reading: &Reading, tokens: &[Token], found: &mut Vec<Found>) {
    let rank = |word: &str| {
        ["pc", "ps", "dc", "ds", "di", "pcso", "io", "cio", "hio", "sgt", "sergeant", "constable", "wpc", "insp"].contains(&word)
    };
    let badge =
        |word: &str| ["badge", "collar", "shoulder", "warrant", "epaulette", "epaulettes", "epaulet", "placa", "insignia"].contains(&word);
    let joins =
        |word: &str| ["number", "no", "num", "nr", "id", "card", "is", "was", "reads", "says", "numero", "the", "on", "of"].contains(&word);
    for (index, token) in tokens.iter().enumerate() {
        let officer_number = ["officer", "officers", "agente"].contains(&token.word.as_str())
            && tokens.get(index + 1).is_some_and(|next| ["number", "no", "num", "id", "badge", "numero"].contains(&next.word.as_str()));
        if rank(&token.word) || badge(&token.word) || officer_number {
            let after = tokens[index + 1..].iter().take_while(|next| next.start <= token.end + 20);
            for next in after {
                // a number in the next sentence is about something else; "No." is not the end of one
                let gap = reading.slice(token.end..next.start).to_lowercase().replace("no.", "");
                if gap.contains(". ") || gap.contains(['[', '!', '?', ';', '\n']) {
                    break;
                }
                if officer_id(reading, next) {
                    found.push((Rule::OfficerNumber, token.start..next.end));
                    break;
                }
                let initials = next.word.len() == 1 && rank(&token.word);
                let badge_word = badge(&next.word) || ["officer", "officers", "office"].contains(&next.word.as_str());
                let name = rank(&token.word) && next.capital;
                if !(joins(&next.word) || initials || badge_word || name) {
                    break;
                }
            }
        }
        // glued: "PC4512"
        let glued = token.word.find(|sign: char| sign.is_ascii_digit()).filter(|cut| rank(&token.word[..*cut]));
        if glued.is_some_and(|cut| token.word.len() - cut >= 2 && token.word[cut..].bytes().all(|byte| byte.is_ascii_digit())) {
            found.push((Rule::OfficerNumber, token.start..token.end));
        }
        // the other way round: "4512MS on his shoulder", "4512 badge number"
        if officer_id(reading, token) {
            let lettered = token.word.ends_with(|sign: char| sign.is_ascii_alphabetic());
            let after: Vec<&Token> = tokens[index + 1..].iter().take(3).take_while(|next| next.start <= token.end + 16).collect();
            let badge_at = after.iter().position(|next| badge(&next.word));
            let named = badge_at.is_some_and(|at| {
                let number_follows = tokens.get(index + 2 + at).is_some_and(|next| ["number", "no", "num"].contains(&next.word.as_str()));
                number_follows || lettered || (token.word.len() >= 3 && !badge_is_warrant(&after[at].word))
            });
            let ranked =
                after.first().is_some_and(|next| rank(&next.word) && reading.slice(next.start..next.end).chars().all(char::is_uppercase));
            if named || ranked {
                found.push((Rule::OfficerNumber, token.start..token.end));
            }
        }
    }
}

/// "At 14:30 a warrant was shown" is a time; only "warrant number" after digits makes an officer's number.
fn badge_is_warrant(word: &str) -> bool {
    word == "warrant"
}

/// Two to six digits and up to three letters, not part of a time or a year after a month.
fn officer_id(reading: &Reading, token: &Token) -> bool {
    let head: String = token.word.chars().take_while(char::is_ascii_digit).collect();
    let tail = &token.word[head.len()..];
    let prefix_letters = token.word.chars().take_while(char::is_ascii_alphabetic).count();
    let letters_first = (1..=3).contains(&prefix_letters)
        && (2..=6).contains(&(token.word.len() - prefix_letters))
        && token.word[prefix_letters..].bytes().all(|byte| byte.is_ascii_digit());
    let ordinal = ["st", "nd", "rd", "th", "am", "pm", "m", "km", "min"].contains(&tail);
    let digits_first = (2..=6).contains(&head.len()) && tail.len() <= 3 && tail.bytes().all(|byte| byte.is_ascii_alphabetic()) && !ordinal;
    let timed = matches!(reading.before(token.start), ':' | '.')
        || (matches!(reading.at(token.end), ':') && reading.at(token.end + 1).is_ascii_digit());
    (digits_first || letters_first) && !timed
}

/// National Insurance numbers, Home Office and port references, alien numbers, passports.
pub(super) fn documents(reading: &Reading, tokens: &[Token], found: &mut Vec<Found>) {
    use Part::{Digit as D, Letter as L};
    const INSURANCE: [Part; 9] = [L, L, D, D, D, D, D, D, L];
    for start in 0..reading.len() {
        if !reading.at(start).is_ascii_alphabetic() || !reading.word_may_start(start) {
            continue;
        }
        if let Some(one) = shape(reading, start, &INSURANCE) {
            let letters = one.letters.to_ascii_uppercase();
            let last = letters.chars().last().is_some_and(|letter| ('A'..='D').contains(&letter));
            // QQ is the mark of examples, and people write what they see
            let first = letters.starts_with("QQ") || !letters[..2].contains(['D', 'F', 'I', 'Q', 'U', 'V']);
            if last && first {
                found.push((Rule::DocumentNumber, start..one.end));
                continue;
            }
        }
        if let Some(end) = lettered_number(reading, start) {
            found.push((Rule::DocumentNumber, start..end));
        }
    }
    for (index, token) in tokens.iter().enumerate() {
        let says_document = [
            "passport",
            "pasaporte",
            "visa",
            "permit",
            "brp",
            "evisa",
            "ref",
            "reference",
            "uan",
            "gwf",
            "case",
            "nino",
            "dni",
            "nie",
            "cid",
            "licence",
            "license",
            "port",
            "arc",
            "share",
        ];
        if !says_document.contains(&token.word.as_str()) {
            continue;
        }
        for next in tokens[index + 1..].iter().take(4).take_while(|next| next.start <= token.end + 20) {
            let digits = next.word.bytes().filter(u8::is_ascii_digit).count();
            if digits >= 4 && next.word.len() >= 6 {
                found.push((Rule::DocumentNumber, next.start..next.end));
                break;
            }
        }
    }
}

/// One to three letters, then six or more digits with at most one gap between groups: `A123456789`,
/// `A 123-456-789`, `ABC/1234567`, `GWF012345678`.
fn lettered_number(reading: &Reading, start: usize) -> Option<usize> {
    let mut position = start;
    while reading.at(position).is_ascii_alphabetic() {
        position += 1;
    }
    let letters = position - start;
    if letters > 3 {
        return None;
    }
    let separator = matches!(reading.at(position), ' ' | '-' | '/' | '#' | '.');
    if separator && !reading.slice(start..position).chars().all(|letter| letter.is_ascii_uppercase()) {
        return None;
    }
    position += usize::from(separator);
    let mut digits = 0;
    let mut end = position;
    loop {
        let sign = reading.at(position);
        if sign.is_ascii_digit() || (digits > 0 && matches!(sign, 'O' | 'o' | 'I' | 'l')) {
            digits += 1;
            position += 1;
            end = position;
        } else if matches!(sign, ' ' | '-' | '/' | '.') && digits > 0 && reading.at(position + 1).is_ascii_digit() {
            position += 1;
        } else {
            break;
        }
    }
    let dashes = reading.slice(start..end).contains(['-', '/', '.', ' ']);
    // Loosely grouped digits need more of them: "A2 13 05 2017" is a road and a date.
    let enough = if dashes { 8 } else { 6 };
    let single_gap = reading.slice(start + letters..end).trim_start_matches([' ', '-', '/', '#']).contains([' ', '-', '/', '.']);
    let wanted = if single_gap {
        9
    } else if separator {
        5.max(enough - 2)
    } else {
        enough
    };
    (digits >= wanted && reading.word_may_end(end)).then_some(end)
}
