//! Places finer than anybody may be told: full postcodes, house numbers, coordinates and their substitutes.
//!
//! Streets, junctions, landmarks, districts and outward codes ("SE15") are fine; whatever leads to one door
//! is not.

use super::reading::{Reading, Token};
use super::{Found, Rule};

/// The letters that begin the postcodes of the United Kingdom.
pub(super) const POSTCODE_AREAS: &[&str] = &[
    "AB", "AL", "B", "BA", "BB", "BD", "BH", "BL", "BN", "BR", "BS", "BT", "CA", "CB", "CF", "CH", "CM", "CO", "CR", "CT", "CV", "CW",
    "DA", "DD", "DE", "DG", "DH", "DL", "DN", "DT", "DY", "E", "EC", "EH", "EN", "EX", "FK", "FY", "G", "GL", "GU", "GY", "HA", "HD", "HG",
    "HP", "HR", "HS", "HU", "HX", "IG", "IM", "IP", "IV", "JE", "KA", "KT", "KW", "KY", "L", "LA", "LD", "LE", "LL", "LN", "LS", "LU", "M",
    "ME", "MK", "ML", "N", "NE", "NG", "NN", "NP", "NR", "NW", "OL", "OX", "PA", "PE", "PH", "PL", "PO", "PR", "RG", "RH", "RM", "S", "SA",
    "SE", "SG", "SK", "SL", "SM", "SN", "SO", "SP", "SR", "SS", "ST", "SW", "SY", "TA", "TD", "TF", "TN", "TQ", "TR", "TS", "TW", "UB",
    "W", "WA", "WC", "WD", "WF", "WN", "WR", "WS", "WV", "YO", "ZE",
];

const STREET_WORDS: &[&str] = &[
    "road",
    "rd",
    "street",
    "st",
    "lane",
    "ln",
    "close",
    "cl",
    "avenue",
    "ave",
    "av",
    "drive",
    "dr",
    "court",
    "ct",
    "place",
    "pl",
    "square",
    "sq",
    "terrace",
    "terr",
    "gardens",
    "gdns",
    "grove",
    "way",
    "row",
    "hill",
    "rise",
    "walk",
    "mews",
    "crescent",
    "cres",
    "park",
    "estate",
    "house",
    "tower",
    "point",
    "lodge",
    "mansions",
    "buildings",
    "villas",
    "yard",
    "wharf",
    "passage",
    "path",
    "parade",
    "green",
    "broadway",
    "heights",
    "vale",
    "approach",
];

/// Words that cannot stand inside a street's name, so that "8 officers in Rye Lane" is no address.
const NOT_IN_NAMES: &[&str] = &[
    "on",
    "in",
    "at",
    "of",
    "near",
    "from",
    "to",
    "outside",
    "by",
    "along",
    "down",
    "up",
    "off",
    "and",
    "across",
    "around",
    "towards",
    "behind",
    "opposite",
    "with",
    "into",
    "onto",
    "is",
    "are",
    "was",
    "were",
    "has",
    "have",
    "had",
    "who",
    "that",
    "this",
    "than",
    "or",
    "officer",
    "officers",
    "van",
    "vans",
    "vehicle",
    "vehicles",
    "people",
    "person",
    "men",
    "women",
    "man",
    "woman",
    "police",
    "bailiffs",
    "bailiff",
    "observers",
    "observer",
    "witnesses",
    "minutes",
    "minute",
    "hours",
    "hour",
    "days",
    "day",
    "weeks",
    "metres",
    "meters",
    "miles",
    "am",
    "pm",
    "shops",
    "shop",
    "businesses",
    "homes",
    "arrests",
    "cars",
    "car",
    "buses",
    "bus",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "other",
    "more",
    "others",
    "years",
    "times",
    "neighbours",
    "residents",
    "protesters",
    "uniformed",
    "immigration",
    "marked",
    "unmarked",
    "different",
    "en",
    "de",
    "agentes",
    "personas",
    "centimetres",
    "cm",
    "inches",
    "feet",
    "percent",
    "per",
    "about",
    "some",
    "one",
    "way",
    "if",
    "it",
    "they",
    "we",
    "you",
    "a",
    "an",
    "took",
    "take",
    "takes",
    "taking",
    "protest",
    "protests",
    "block",
    "blocks",
    "yards",
    "mile",
    "streets",
    "roads",
    "sites",
    "addresses",
    "flats",
    "houses",
    "estates",
    "we're",
    "reports",
];

/// Words before a number that make it no house number.
const NUMBERED_THINGS: &[&str] = &[
    "bus",
    "buses",
    "route",
    "platform",
    "stop",
    "section",
    "article",
    "gate",
    "exit",
    "junction",
    "page",
    "day",
    "part",
    "line",
    "train",
    "version",
    "article",
    "act",
    "zone",
    "age",
    "aged",
    "count",
    "least",
    "most",
    "over",
    "about",
    "around",
    "nearly",
    "almost",
    "some",
    "than",
    "only",
    "between",
    "another",
    "linea",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
];

/// Full postcodes.
pub(super) fn postcodes(reading: &Reading, found: &mut Vec<Found>) {
    for start in 0..reading.len() {
        if !reading.at(start).is_ascii_alphabetic() || !reading.word_may_start(start) {
            continue;
        }
        if let Some(end) = postcode(reading, start) {
            found.push((Rule::Postcode, start..end));
        }
    }
}

fn postcode(reading: &Reading, start: usize) -> Option<usize> {
    // letters, digits and where each stands, as far as a postcode can reach
    let mut signs: Vec<(char, usize)> = vec![];
    let mut gaps: Vec<usize> = vec![];
    let mut position = start;
    while signs.len() < 7 {
        let sign = reading.at(position);
        if sign.is_ascii_alphanumeric() {
            signs.push((sign.to_ascii_uppercase(), position));
            position += 1;
        } else if matches!(sign, ' ' | '-' | '.' | '_' | '/') && !signs.is_empty() && gaps.last() != Some(&signs.len()) {
            gaps.push(signs.len());
            position += 1 + usize::from(sign == ' ' && reading.at(position + 1) == ' ');
        } else {
            break;
        }
    }
    for length in (5..=signs.len()).rev() {
        let end = signs[length - 1].1 + 1;
        if !reading.word_may_end(end) {
            continue;
        }
        let (outward, inward) = signs[..length].split_at(length - 3);
        let used: Vec<usize> = gaps.iter().copied().filter(|gap| *gap < length).collect();
        // "NE 45 HR": what a number said aloud leaves
        let area = signs[..length].iter().take_while(|one| one.0.is_ascii_alphabetic()).count();
        let capitals = reading.slice(start..end).chars().all(|sign| !sign.is_ascii_lowercase());
        let said = capitals && used.iter().all(|gap| [area, length - 3, length - 2].contains(gap));
        let own_gap = used.is_empty() || used == [length - 3] || said;
        let spaced_out = used.len() + 1 >= length;
        let ordinal = !used.is_empty() && ordinal_word(reading, inward[0].1, end);
        if (own_gap || spaced_out) && !ordinal && is_outward(outward) && is_inward(inward) {
            return Some(end);
        }
    }
    None
}

fn ordinal_word(reading: &Reading, start: usize, end: usize) -> bool {
    ["1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th"].contains(&reading.slice(start..end).as_str())
}

fn digit_like(sign: char) -> bool {
    sign.is_ascii_digit() || matches!(sign, 'O' | 'I' | 'L')
}

fn is_inward(inward: &[(char, usize)]) -> bool {
    let unit = |sign: char| (sign.is_ascii_alphabetic() && !"CIKMOV".contains(sign)) || sign == '0';
    digit_like(inward[0].0) && unit(inward[1].0) && unit(inward[2].0) && inward.iter().any(|one| one.0.is_ascii_alphabetic())
}

fn is_outward(outward: &[(char, usize)]) -> bool {
    let text: String = outward.iter().map(|one| one.0).collect();
    let real_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    (1..=2).any(|letters| {
        let Some((area, district)) = text.split_at_checked(letters) else { return false };
        let mut rest = district.chars();
        let first = rest.next().is_some_and(digit_like);
        let second = rest.next().is_none_or(|sign| sign.is_ascii_alphanumeric());
        POSTCODE_AREAS.contains(&area) && first && second && rest.next().is_none() && real_digit
    })
}

/// The number a word says, from two to ninety-nine ("one" says too many other things).
fn number_word(word: &str) -> bool {
    [
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
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "sixty",
        "seventy",
        "eighty",
        "ninety",
    ]
    .contains(&word)
}

/// `12`, `12a`, `2014`; letters drawn like digits among them count as digits.
fn house_number(word: &str) -> bool {
    let digits = word.chars().take_while(|sign| sign.is_ascii_digit() || matches!(sign, 'o' | 'l')).count();
    let rest = &word[digits..];
    word.starts_with(|sign: char| sign.is_ascii_digit())
        && (1..=4).contains(&digits)
        && (rest.is_empty() || (rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_alphabetic())))
}

/// House, flat and unit numbers.
pub(super) fn house_numbers(reading: &Reading, tokens: &[Token], found: &mut Vec<Found>) {
    for (index, token) in tokens.iter().enumerate() {
        found.extend(numbered_house(reading, tokens, index));
        found.extend(number_after_street(reading, tokens, index));
        let flat = ["flat", "flt", "apt", "apartment", "unit", "maisonette", "room", "suite", "piso", "puerta", "bedsit", "door", "portal"]
            .contains(&token.word.as_str());
        if !flat {
            continue;
        }
        let mut at = index + 1;
        while tokens.get(at).is_some_and(|next| ["no", "number", "num"].contains(&next.word.as_str())) {
            at += 1;
        }
        let Some(next) = tokens.get(at) else { continue };
        let gap = reading.slice(tokens[at - 1].end..next.start);
        let letter = next.word.len() == 1 && next.capital;
        let named = house_number(&next.word) || number_word(&next.word) || (next.word == "one" && at > index + 1) || letter;
        let quantity = tokens.get(at + 1).is_some_and(|after| {
            NOT_IN_NAMES.contains(&after.word.as_str())
                && !["on", "in", "of", "en", "de", "is", "and"].contains(&after.word.as_str())
                && (number_word(&next.word) || next.said || ["door", "portal"].contains(&token.word.as_str()))
        });
        if named && !quantity && gap.chars().all(|sign| matches!(sign, ' ' | '.' | '#' | ':' | ',' | '-')) {
            found.push((Rule::HouseNumber, token.start..next.end));
        }
    }
}

fn numbered_house(reading: &Reading, tokens: &[Token], index: usize) -> Option<Found> {
    let token = &tokens[index];
    let before = index.checked_sub(1).map_or("", |before| tokens[before].word.as_str());
    let said_number = ["number", "no", "nr"].contains(&before);
    // a number that was said needs a name behind it: "can one still pass the road" is a question
    let digits = house_number(&token.word) && !token.said;
    let said = house_number(&token.word) && token.said;
    if !(digits || said || number_word(&token.word) || (said_number && token.word == "one")) {
        return None;
    }
    // 11:12, £12, 3.5 and "12:30" are no houses
    if digits
        && (matches!(reading.before(token.start), ':' | '£' | '$' | '€') || reading.at(token.end) == ':' || reading.at(token.end) == '%')
    {
        return None;
    }
    if NUMBERED_THINGS.contains(&before) {
        return None;
    }
    for length in 1..=4 {
        let street = tokens.get(index + length)?;
        let previous = &tokens[index + length - 1];
        let gap = reading.slice(previous.end..street.start);
        // a comma may follow the number, a dot only an abbreviated saint, and a line may break between them
        let allowed = gap
            .chars()
            .all(|sign| matches!(sign, ' ' | '-' | '\n' | '_') || (sign == ',' && length <= 2) || (sign == '.' && previous.word == "st"));
        if !allowed {
            return None;
        }
        let street_word = STREET_WORDS.contains(&street.word.as_str());
        let avenue_like = length == 2 && tokens[index + 1].word == "the" && street_word;
        // "197 stop close by"
        let nearby = street.word == "close"
            && !street.capital
            && tokens.get(index + length + 1).is_some_and(|next| ["by", "to", "at"].contains(&next.word.as_str()));
        if ((length >= 2 && street_word) || avenue_like) && !nearby {
            let spoken_only_in_names = digits
                || said_number
                || tokens[index + 1..=index + length]
                    .iter()
                    .enumerate()
                    .all(|(at, word)| word.capital || (at == 0 && word.word.len() == 1));
            if spoken_only_in_names {
                return Some((Rule::HouseNumber, token.start..street.end));
            }
        }
        // "two a Mill Street": the letter of a door
        if length == 1 && street.word.chars().count() == 1 && street.word != "o" {
            continue;
        }
        let plain = street.word.chars().all(|sign| sign.is_alphabetic() || sign == '\'');
        if !plain || NOT_IN_NAMES.contains(&street.word.as_str()) {
            return None;
        }
    }
    None
}

/// "Rye Lane, no. 12", "Rye Lane 12." and "calle Mayor 12".
fn number_after_street(reading: &Reading, tokens: &[Token], index: usize) -> Option<Found> {
    let street = &tokens[index];
    let spanish = ["calle", "avenida", "plaza", "paseo"].contains(&street.word.as_str());
    if spanish {
        let number = tokens.iter().skip(index + 2).take(4).find(|token| house_number(&token.word))?;
        // a number that was said needs a name before it: "calle por los dos lados" is none
        if number.said && !tokens[index + 1].capital {
            return None;
        }
        let clock = reading.at(number.end) == ':' || reading.before(number.start) == ':';
        let words = reading.slice(street.end..number.start);
        let sentence_ends =
            words.contains(['.', ';', ':']) || [" a las ", " el ", " on ", " in ", " at "].iter().any(|word| words.contains(word));
        return (!clock && !sentence_ends).then_some((Rule::HouseNumber, street.start..number.end));
    }
    if !STREET_WORDS.contains(&street.word.as_str()) || index == 0 || !tokens[index - 1].capital {
        return None;
    }
    let mut at = index + 1;
    let said = tokens.get(at).is_some_and(|next| ["no", "number", "num", "nr"].contains(&next.word.as_str()));
    at += usize::from(said);
    let number = tokens.get(at)?;
    let gap = reading.slice(street.end..number.start);
    let marked = said || gap.contains('#');
    let close = gap.chars().all(|sign| matches!(sign, ' ' | ',' | '.' | '#') || sign.is_alphabetic()) && gap.len() <= 12;
    let after = reading.at(number.end);
    let ends = matches!(after, '\0' | ',' | ';' | ')' | '\n' | '!' | '?') || (after == '.' && !reading.at(number.end + 1).is_ascii_digit());
    let spoken = marked && (number_word(&number.word) || number.word == "one");
    let clear = house_number(&number.word) && number.word.len() <= 4 && (marked || (ends && number.word.len() <= 3));
    (close && (clear || spoken)).then_some((Rule::HouseNumber, tokens[index - 1].start..number.end))
}

/// Coordinates with more than two decimals, degrees and minutes, plus codes and three-word addresses.
pub(super) fn coordinates(reading: &Reading, found: &mut Vec<Found>) {
    for start in 0..reading.len() {
        let sign = reading.at(start);
        if sign.is_ascii_digit() && !reading.before(start).is_ascii_alphanumeric() && !matches!(reading.before(start), '.' | ',') {
            found.extend(decimal(reading, start).map(|end| (Rule::Coordinates, start..end)));
        }
        if reading.word_may_start(start) {
            found.extend(plus_code(reading, start).map(|end| (Rule::Coordinates, start..end)));
            found.extend(three_words(reading, start).map(|end| (Rule::Coordinates, start..end)));
        }
    }
}

fn decimal(reading: &Reading, start: usize) -> Option<usize> {
    let digits_from = |mut position: usize| {
        while reading.at(position).is_ascii_digit() {
            position += 1;
        }
        position
    };
    let point = digits_from(start);
    if point - start > 3 {
        return None;
    }
    if reading.at(point) == '°' {
        let mut minutes = point + 1;
        while reading.at(minutes) == ' ' {
            minutes += 1;
        }
        let end = digits_from(minutes);
        return (end > minutes).then_some(end);
    }
    let mut after = point + 1;
    // "51. 4697" and "51 .4697" hide the point
    while reading.at(after) == ' ' && after < point + 2 {
        after += 1;
    }
    let end = digits_from(after);
    let decimals = end.saturating_sub(after);
    match reading.at(point) {
        // "45.000": thousands, as half the world writes them
        '.' if decimals == 3 && reading.slice(end - 2..end) == "00" => None,
        '.' if after == point + 1 => (decimals >= 3).then_some(end),
        '.' => (decimals >= 4).then_some(end),
        // 1,000 people are no coordinate
        ',' if after == point + 1 => (decimals >= 4).then_some(end),
        _ => None,
    }
}

fn plus_code(reading: &Reading, start: usize) -> Option<usize> {
    let code = |sign: char| "23456789CFGHJMPQRVWXcfghjmpqrvwx".contains(sign);
    let mut plus = start;
    while code(reading.at(plus)) {
        plus += 1;
    }
    if !(4..=8).contains(&(plus - start)) || reading.at(plus) != '+' {
        return None;
    }
    let mut end = plus + 1;
    while code(reading.at(end)) {
        end += 1;
    }
    ((2..=4).contains(&(end - plus - 1)) && reading.word_may_end(end)).then_some(end)
}

fn three_words(reading: &Reading, start: usize) -> Option<usize> {
    let marked = reading.before(start) == '/';
    let mut position = start;
    for word in 0..3 {
        let begin = position;
        while reading.at(position).is_ascii_lowercase() {
            position += 1;
        }
        if position - begin < if marked { 2 } else { 4 } {
            return None;
        }
        if word < 2 {
            if reading.at(position) != '.' {
                return None;
            }
            position += 1;
        }
    }
    reading.word_may_end(position).then_some(position)
}
