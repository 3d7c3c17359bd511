//! Numbers behind a word: a badge, a shoulder, a passport, a case, and plates of other countries.
//!
//! What a number is, the word beside it says: "shoulder number", "expediente", "on his collar". Here such a
//! word is looked for and then whatever is written like a number near it, in one piece or in several. Plates
//! of other countries have shapes of their own, which also need capitals, dashes or a vehicle beside them.

use super::reading::{Reading, Token};
use super::{Found, Rule};

const OFFICERS: &[&str] = &[
    "badge",
    "collar",
    "shoulder",
    "epaulette",
    "epaulettes",
    "epaulet",
    "epaulets",
    "warrant",
    "placa",
    "chapa",
    "hombro",
    "lapel",
    "helmet",
    "solapa",
    "casco",
    "hombrera",
    "hombreras",
    "cuello",
    "insignia",
    "charretera",
    "charreteras",
];
const DOCUMENTS: &[&str] = &[
    "passport",
    "pasaporte",
    "visa",
    "permit",
    "permiso",
    "brp",
    "evisa",
    "ref",
    "reference",
    "referencia",
    "case",
    "caso",
    "expediente",
    "crime",
    "court",
    "cad",
    "nino",
    "insurance",
    "dni",
    "nie",
    "licence",
    "license",
    "carne",
    "tarjeta",
    "port",
    "arc",
    "uan",
    "gwf",
    "policial",
    "social",
];
/// Words between such a word and its number.
const BETWEEN: &[&str] = &[
    "no",
    "n",
    "o",
    "number",
    "num",
    "nr",
    "numero",
    "card",
    "is",
    "was",
    "reads",
    "read",
    "says",
    "de",
    "del",
    "el",
    "la",
    "es",
    "era",
    "the",
    "conducir",
    "policial",
    "judicial",
    "ref",
    "id",
    "holder",
    "permit",
    "court",
    "crime",
    "case",
    "seguridad",
    "residencia",
    "residence",
    "driving",
];

/// Something written like a number: from one token to another.
struct Written {
    first: usize,
    last: usize,
    digits: usize,
}

/// The number that begins at a token: pieces of digits and of a few letters, close together.
fn written(reading: &Reading, tokens: &[Token], first: usize) -> Option<Written> {
    let mut one = Written { first, last: first, digits: 0 };
    let mut next = first;
    while let Some(token) = tokens.get(next).filter(|_| next < first + 7) {
        let gap = if next == first { String::new() } else { reading.slice(tokens[next - 1].end..token.start) };
        let digits = token.word.bytes().filter(u8::is_ascii_digit).count();
        let letters = token.word.chars().count() - digits;
        let capitals = reading.slice(token.start..token.end).chars().all(|sign| sign.is_ascii_digit() || sign.is_uppercase());
        let piece =
            digits > 0 && token.word.len() <= 20 || letters <= 3 && capitals || letters <= 2 && next == first || letters <= 6 && capitals;
        if gap.len() > 2 || gap.contains(['\n', ',', ';', '(', ')', '"']) || gap.contains(". ") || !piece {
            break;
        }
        if digits > 0 {
            one.digits += digits;
            one.last = next;
        } else if next > first + 1 && one.digits == 0 {
            break;
        }
        next += 1;
    }
    // letters behind the digits belong to it when they are few: "6224 TW"
    let follows = tokens.get(one.last + 1).filter(|token| {
        let text = reading.slice(token.start..token.end);
        text.len() <= 3 && text.chars().all(|sign| sign.is_ascii_uppercase()) && token.start <= tokens[one.last].end + 1
    });
    one.last += usize::from(one.digits > 0 && follows.is_some());
    (one.digits > 0).then_some(one)
}

/// Numbers behind, or before, a word that says what they are.
pub(super) fn behind_words(reading: &Reading, tokens: &[Token], found: &mut Vec<Found>) {
    for (index, token) in tokens.iter().enumerate() {
        // "officer 2817", "agente 58820"
        if let Some(next) =
            tokens.get(index + 1).filter(|_| ["officer", "agente", "cop", "copper", "bailiff"].contains(&token.word.as_str()))
        {
            let digits = next.word.bytes().filter(u8::is_ascii_digit).count();
            let year = next.word.len() == 4 && (next.word.starts_with("19") || next.word.starts_with("20"));
            let close = reading.slice(token.end..next.start) == " ";
            if (3..=6).contains(&digits) && next.word.len() <= 8 && close && !year && !next.said && reading.at(next.end) != ':' {
                found.push((Rule::OfficerNumber, token.start..next.end));
            }
        }
        let agent = token.word == "agente" && index.checked_sub(2).is_some_and(|at| tokens[at].word == "numero");
        let officer = agent || OFFICERS.contains(&token.word.as_str());
        if officer || DOCUMENTS.contains(&token.word.as_str()) {
            let mut next = index + 1;
            while tokens.get(next).is_some_and(|between| BETWEEN.contains(&between.word.as_str())) && next < index + 5 {
                next += 1;
            }
            let near = |one: &Written| tokens[one.first].start <= token.end + 30;
            let wanted = if officer { 3 } else { 5 };
            // "No" may also be the letters a number begins with
            let found_here =
                (index + 1..=next).rev().find_map(|at| written(reading, tokens, at).filter(|one| one.digits >= wanted && near(one)));
            if let Some(one) = found_here.filter(|one| !is_clock_or_year(reading, tokens, one)) {
                let rule = if officer { Rule::OfficerNumber } else { Rule::DocumentNumber };
                found.push((rule, token.start..tokens[one.last].end));
            }
        }
        // "TW 2721 on his shoulder"
        if officer && !agent {
            let small = ["on", "his", "her", "the", "their", "en", "el", "la", "su", "sus", "de", "del", "los", "las"];
            let mut before = index;
            while before > 0 && small.contains(&tokens[before - 1].word.as_str()) && before + 3 > index {
                before -= 1;
            }
            if before < index && before > 0 {
                let start = before.saturating_sub(2);
                let one =
                    (start..before).find_map(|at| written(reading, tokens, at).filter(|one| one.last + 1 >= before && one.digits >= 3));
                if let Some(one) = one.filter(|one| !is_clock_or_year(reading, tokens, one)) {
                    found.push((Rule::OfficerNumber, tokens[one.first].start..tokens[one.last.min(before - 1)].end));
                }
            }
        }
    }
    for token in tokens {
        let digits = token.word.bytes().filter(u8::is_ascii_digit).count();
        let letters = token.word.bytes().filter(u8::is_ascii_alphabetic).count();
        if digits >= 5 && letters >= 4 && (12..=22).contains(&token.word.len()) {
            found.push((Rule::DocumentNumber, token.start..token.end));
        }
    }
}

/// "warrant at 14:30", "case of 2019": a time or a year alone.
fn is_clock_or_year(reading: &Reading, tokens: &[Token], one: &Written) -> bool {
    let text = reading.slice(tokens[one.first].start..tokens[one.last].end);
    let year = text.len() == 4 && (text.starts_with("19") || text.starts_with("20")) && text.bytes().all(|byte| byte.is_ascii_digit());
    year || text.contains(':') || reading.at(tokens[one.last].end) == ':'
}

/// County marks of Irish plates.
const COUNTIES: &[&str] = &[
    "c", "ce", "cn", "cw", "d", "dl", "g", "ke", "kk", "ky", "l", "ld", "lh", "lk", "lm", "ls", "mh", "mn", "mo", "oy", "rn", "so", "t",
    "tn", "ts", "w", "wd", "wh", "wx", "ww",
];
/// Three letters without a vowel that people write behind four digits and mean no plate.
const NOT_SPANISH: &[&str] = &[
    "bst", "gmt", "hrs", "mph", "nhs", "bbc", "pdf", "ltd", "pcs", "mps", "cst", "kms", "lbs", "pts", "phd", "dvd", "cps", "gps", "pts",
    "mtr", "jpg", "png", "mls", "crs",
];

/// Plates of Spain, France, Germany and Ireland.
pub(super) fn foreign_plates(reading: &Reading, tokens: &[Token], vehicle: &dyn Fn(usize, usize) -> bool, found: &mut Vec<Found>) {
    let text = |from: usize, to: usize| reading.slice(tokens[from].start..tokens[to].end);
    let digits = |at: usize, least: usize, most: usize| {
        tokens.get(at).is_some_and(|one| (least..=most).contains(&one.word.len()) && one.word.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let letters = |at: usize, least: usize, most: usize| {
        tokens
            .get(at)
            .is_some_and(|one| (least..=most).contains(&one.word.len()) && one.word.bytes().all(|byte| byte.is_ascii_alphabetic()))
    };
    let close = |at: usize| {
        let gap = reading.slice(tokens[at].end..tokens[at + 1].start);
        gap.chars().count() <= 1 && gap.chars().all(|sign| matches!(sign, ' ' | '-' | '.' | '_' | '/'))
    };
    for at in 0..tokens.len() {
        let mut take = |last: usize, sure: bool| {
            let written = text(at, last);
            let capitals = !written.chars().any(char::is_lowercase);
            if (sure && capitals) || vehicle(tokens[at].start, tokens[last].end) || capitals && written.contains('-') {
                found.push((Rule::Plate, tokens[at].start..tokens[last].end));
            }
        };
        let spanish = |word: &str| {
            word.len() == 3 && word.bytes().all(|byte| b"bcdfghjklmnprstvwxyz".contains(&byte)) && !NOT_SPANISH.contains(&word)
        };
        if digits(at, 4, 4) && tokens.get(at + 1).is_some_and(|next| spanish(&next.word)) && close(at) {
            take(at + 1, true);
        }
        let word = &tokens[at].word;
        if word.len() == 7 && word.is_ascii() && word[..4].bytes().all(|byte| byte.is_ascii_digit()) && spanish(&word[4..]) {
            take(at, true);
        }
        if letters(at, 2, 2) && digits(at + 1, 3, 3) && letters(at + 2, 2, 2) && close(at) && close(at + 1) {
            take(at + 2, true);
        }
        if word.len() == 7 && word.is_ascii() {
            let (head, rest) = word.split_at(2);
            let shape = head.bytes().chain(rest[3..].bytes()).all(|byte| byte.is_ascii_alphabetic())
                && rest[..3].bytes().all(|byte| byte.is_ascii_digit());
            if shape {
                take(at, true);
            }
        }
        let dashed = |at: usize| tokens.get(at + 1).is_some_and(|next| reading.slice(tokens[at].end..next.start) == "-");
        if letters(at, 1, 3) && letters(at + 1, 1, 2) && dashed(at) && digits(at + 2, 1, 4) && close(at + 1) {
            take(at + 2, true);
        }
        let county = tokens.get(at + 1).is_some_and(|next| COUNTIES.contains(&next.word.as_str()));
        if digits(at, 2, 3) && county && digits(at + 2, 1, 6) && close(at) && close(at + 1) {
            take(at + 2, tokens[at].word.len() == 3);
        }
    }
}

/// Names on a network: "insta: name", "on TikTok as name", "usuario de Telegram name".
pub(super) fn accounts(reading: &Reading, tokens: &[Token], found: &mut Vec<Found>) {
    const NETWORKS: &[&str] = &[
        "instagram",
        "insta",
        "ig",
        "telegram",
        "tiktok",
        "snapchat",
        "snap",
        "facebook",
        "fb",
        "twitter",
        "signal",
        "whatsapp",
        "youtube",
        "threads",
        "mastodon",
        "bluesky",
        "discord",
        "twitch",
        "reddit",
        "linkedin",
    ];
    const LEADS: &[&str] = &[
        "user", "username", "handle", "account", "as", "is", "under", "name", "called", "usuario", "cuenta", "como", "es", "soy", "perfil",
        "profile", "id",
    ];
    const ORDINARY: &[&str] = &[
        "the",
        "and",
        "was",
        "were",
        "said",
        "video",
        "videos",
        "post",
        "posts",
        "photo",
        "photos",
        "group",
        "groups",
        "page",
        "pages",
        "live",
        "down",
        "not",
        "now",
        "yesterday",
        "today",
        "where",
        "which",
        "that",
        "this",
        "with",
        "from",
        "has",
        "have",
        "had",
        "are",
        "for",
        "blocked",
        "slow",
        "full",
        "free",
        "off",
        "one",
        "our",
        "your",
        "their",
        "his",
        "her",
        "its",
        "public",
        "private",
        "open",
        "closed",
        "old",
        "new",
        "wrong",
        "fake",
        "el",
        "la",
        "los",
        "las",
        "un",
        "una",
        "que",
        "del",
        "con",
        "por",
        "para",
        "grupo",
        "pagina",
        "publicacion",
        "foto",
        "fotos",
        "antiguo",
        "falso",
        "also",
        "being",
        "still",
        "often",
        "only",
        "very",
        "well",
        "known",
        "used",
        "part",
        "evidence",
        "proof",
        "fact",
    ];
    for (index, token) in tokens.iter().enumerate() {
        let network = NETWORKS.contains(&token.word.as_str());
        let says_name = ["username", "handle", "usuario"].contains(&token.word.as_str());
        if !network && !says_name {
            continue;
        }
        let mut next = index + 1;
        let mut led = says_name;
        while tokens
            .get(next)
            .is_some_and(|lead| LEADS.contains(&lead.word.as_str()) || NETWORKS.contains(&lead.word.as_str()) || lead.word == "de")
            && next < index + 4
        {
            led |= tokens[next].word != "de";
            next += 1;
        }
        // "usuario de Telegram name"
        led |= network && index >= 2 && ["usuario", "cuenta", "perfil", "user"].contains(&tokens[index - 2].word.as_str());
        let Some(name) = tokens.get(next) else { continue };
        let gap = reading.slice(tokens[next - 1].end..name.start);
        let pointed = reading.slice(token.end..name.start).contains([':', '=']);
        let plain = name.word.chars().count() >= 3 && !ORDINARY.contains(&name.word.as_str());
        if (led || pointed) && plain && gap.len() <= 3 && !gap.contains(['.', ';', '!', '?']) {
            found.push((Rule::Handle, token.start..name.end));
        }
    }
}

/// Doors the Spanish way: the street first, then its number.
pub(super) fn doors(reading: &Reading, tokens: &[Token], found: &mut Vec<Found>) {
    const STREETS: &[&str] = &[
        "calle", "c", "avenida", "avda", "av", "plaza", "pza", "paseo", "camino", "ronda", "travesia", "callejon", "rua", "carrer",
        "glorieta",
    ];
    const NUMBER: &[&str] = &["n", "o", "numero", "num", "no", "nr"];
    const NO_PART: &[&str] =
        &["a", "con", "y", "en", "desde", "hasta", "hay", "son", "fueron", "durante", "unos", "unas", "que", "se", "por", "entre"];
    let named = |one: &Token| one.capital || ["de", "del", "la", "las", "los", "el", "y", "san", "santa"].contains(&one.word.as_str());
    for (index, token) in tokens.iter().enumerate() {
        let street = STREETS.contains(&token.word.as_str()) && (token.word != "c" || reading.at(token.end) == '/');
        if !street {
            continue;
        }
        let mut said = false;
        for next in tokens[index + 1..].iter().take(7).take_while(|next| next.start <= token.end + 50) {
            if next.word.bytes().all(|byte| byte.is_ascii_digit()) && next.word.len() <= 4 {
                // a number that was said follows a name: "calle por los dos lados" is none
                let place = tokens.iter().position(|one| one.start == next.start).unwrap_or(index);
                let names = &tokens[index + 1..place];
                let is_named = names.iter().all(named) && names.iter().any(|one| one.capital);
                if next.said && !said && !is_named {
                    break;
                }
                let after = reading.slice(next.end..next.end + 12).to_lowercase();
                let counted = [" agente", " persona", " furgon", " polic", " vecin", " coche", " veh", ":"]
                    .iter()
                    .any(|word| after.starts_with(word));
                if !counted {
                    found.push((Rule::HouseNumber, token.start..next.end));
                }
                break;
            }
            said |= NUMBER.contains(&next.word.as_str());
            if NO_PART.contains(&next.word.as_str()) || reading.slice(token.end..next.start).contains(". ") && !said {
                break;
            }
        }
    }
}
