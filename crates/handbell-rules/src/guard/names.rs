//! Names: what follows a rank or a title.
//!
//! A rank with a name is one officer, a title with a name one person. Which letters a name has nobody can
//! say, so it is told by where it stands, by its capital, and by what it is not: an ordinary word, a street,
//! a letter that stands for somebody ("Officer A"). Names without a rank or title are not found here.

use super::reading::{Reading, Token};
use super::{Found, Rule};

/// Ranks and titles that nobody writes without a name: what follows is one, however it is written.
const ALWAYS: &[&str] = &[
    "mr", "mrs", "ms", "mx", "messrs", "sr", "sra", "srta", "dna", "pc", "wpc", "pcso", "ps", "dc", "ds", "dci", "sgt", "insp", "supt",
    "det", "ch", "cllr", "dr",
];
/// Words that are also used by themselves: what follows is a name when it is written like one.
const WITH_CAPITAL: &[&str] = &[
    "miss",
    "dr",
    "sir",
    "dame",
    "lord",
    "lady",
    "officer",
    "constable",
    "sergeant",
    "inspector",
    "superintendent",
    "detective",
    "commander",
    "captain",
    "agent",
    "marshal",
    "bailiff",
    "councillor",
    "judge",
    "di",
    "io",
    "cio",
    "hio",
    "senor",
    "senora",
    "senorita",
    "don",
    "dona",
    "d",
    "agente",
    "oficial",
    "sargento",
    "inspectora",
    "cabo",
    "comisario",
    "comisaria",
    "subinspector",
    "subinspectora",
    "policia",
    "capitan",
    "teniente",
    "alguacil",
    "guardia",
    "concejal",
    "concejala",
    "juez",
    "jueza",
    "doctor",
    "doctora",
    "con",
    "superintendente",
];
/// What may stand between a rank and the name.
const BETWEEN: &[&str] =
    &["con", "constable", "sgt", "sergeant", "insp", "inspector", "supt", "chief", "officer", "superintendent", "de", "del", "la"];
/// Words with a capital that are no name.
const NO_NAME: &[&str] = &[
    "a",
    "an",
    "and",
    "are",
    "as",
    "at",
    "but",
    "by",
    "came",
    "did",
    "for",
    "from",
    "had",
    "has",
    "have",
    "he",
    "her",
    "his",
    "i",
    "if",
    "in",
    "is",
    "it",
    "its",
    "may",
    "no",
    "not",
    "now",
    "number",
    "of",
    "off",
    "on",
    "or",
    "said",
    "says",
    "she",
    "that",
    "the",
    "their",
    "then",
    "there",
    "they",
    "this",
    "to",
    "was",
    "we",
    "were",
    "what",
    "when",
    "where",
    "which",
    "who",
    "will",
    "with",
    "would",
    "you",
    "your",
    "room",
    "safety",
    "training",
    "general",
    "in-charge",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "road",
    "street",
    "lane",
    "close",
    "avenue",
    "house",
    "court",
    "way",
    "park",
    "terrace",
    "world",
    "shop",
    "repair",
    "screen",
    "games",
    "gaming",
    "home",
    "office",
    "police",
    "immigration",
    "enforcement",
    "border",
    "force",
    "de",
    "del",
    "la",
    "las",
    "el",
    "los",
    "y",
    "o",
    "que",
    "en",
    "con",
    "un",
    "una",
    "se",
    "por",
    "al",
    "su",
    "no",
    "lo",
    "le",
    "fue",
    "ha",
    "han",
    "es",
    "son",
    "municipal",
    "nacional",
    "local",
    "civil",
    "judicial",
    "urbana",
    "lunes",
    "martes",
    "miercoles",
    "jueves",
    "viernes",
    "sabado",
    "domingo",
    "jefe",
    "mayor",
    "here",
    "please",
    "one",
    "two",
    "three",
    "support",
    "liaison",
    "officer",
    "officers",
    "cards",
    "card",
    "badge",
    "collar",
    "id",
    "no",
    "identification",
    // what a "pc" on a desk does
    "wont",
    "won't",
    "can't",
    "cant",
    "isn't",
    "isnt",
    "doesn't",
    "doesnt",
    "keeps",
    "crashed",
    "froze",
    "died",
    "broke",
    "game",
    "games",
    "gone",
    "turned",
    "went",
    "works",
    "stopped",
    "down",
    "again",
    "just",
    "just",
    "and",
    "problem",
    "problems",
    "fan",
    "parts",
    "user",
    "users",
    "version",
    "desktop",
    "monitor",
    "needs",
    "only",
    "still",
];

/// Names behind ranks and titles.
pub(super) fn names(reading: &Reading, tokens: &[Token], found: &mut Vec<Found>) {
    for (index, token) in tokens.iter().enumerate() {
        let always = ALWAYS.contains(&token.word.as_str());
        if !always && !WITH_CAPITAL.contains(&token.word.as_str()) {
            continue;
        }
        let mut next = index + 1;
        while tokens.get(next).is_some_and(|between| BETWEEN.contains(&between.word.as_str())) && next < index + 3 {
            next += 1;
        }
        // initials: "S. Yorert", "J K Example"
        let first = next;
        while tokens.get(next).is_some_and(|initial| initial.word.chars().count() == 1 && initial.word.chars().all(char::is_alphabetic))
            && next < first + 3
        {
            next += 1;
        }
        let Some(name) = tokens.get(next) else { continue };
        // a dot behind a short title belongs to it, behind a whole word it ends a sentence
        if token.word.chars().count() > 4 && reading.slice(token.end..tokens[index + 1].start).contains('.') {
            continue;
        }
        let gap = reading.slice(token.end..name.start);
        let near =
            name.start <= token.end + 24 && !gap.contains([',', ';', ':', '!', '?', '(', '"']) && gap.matches(". ").count() <= next - index;
        let letters = name.word.chars().filter(|sign| sign.is_alphabetic()).count();
        let written = reading.slice(name.start..name.end);
        let like_a_name = written.chars().any(char::is_uppercase);
        let like_a_name = like_a_name || (always && title_of_lower(token, reading));
        if near && letters >= 3 && like_a_name && !NO_NAME.contains(&name.word.as_str()) && !street_follows(tokens, next) {
            let mut last = next;
            let more = |token: &Token| {
                let capital = reading.slice(token.start..token.end).starts_with(char::is_uppercase);
                capital && !NO_NAME.contains(&token.word.as_str())
            };
            while tokens.get(last + 1).is_some_and(|token| more(token) && reading.slice(tokens[last].end..token.start) == " ")
                && last < next + 2
            {
                last += 1;
            }
            if !of_a_shop(tokens, index, last) {
                found.push((Rule::Name, token.start..tokens[last].end));
            }
        }
    }
}

/// Whether a title itself is written oddly, so that a name behind it need have no capital.
fn title_of_lower(token: &Token, reading: &Reading) -> bool {
    let written = reading.slice(token.start..token.end);
    let proper = written.chars().next().is_some_and(char::is_uppercase);
    let rest_small = written.chars().skip(1).all(char::is_lowercase);
    let all_capitals = written.chars().all(char::is_uppercase);
    // "mr" and "mR" are odd, "Mr" and "PC" are not
    !(proper && (rest_small || all_capitals))
}

/// "Dr Crust pizza", "la tienda Doña Arepa": a shop with a title in its name.
fn of_a_shop(tokens: &[Token], first: usize, last: usize) -> bool {
    const SHOPS: &[&str] = &[
        "pizza",
        "bakery",
        "cafe",
        "shop",
        "store",
        "restaurant",
        "bar",
        "pub",
        "barbers",
        "barber",
        "salon",
        "chicken",
        "kebab",
        "grill",
        "takeaway",
        "motors",
        "dental",
        "garage",
        "launderette",
        "supermarket",
        "market",
        "pharmacy",
        "tienda",
        "restaurante",
        "panaderia",
        "peluqueria",
        "carniceria",
        "mercado",
        "farmacia",
        "repair",
        "repairs",
        "world",
        "bar",
        "cafeteria",
        "burger",
        "burgers",
        "tyres",
        "cars",
        "arcade",
        "cinema",
        "club",
    ];
    let shop = |at: usize| tokens.get(at).is_some_and(|one| SHOPS.contains(&one.word.as_str()));
    shop(last) || shop(last + 1) || shop(last + 2) || first.checked_sub(1).is_some_and(shop) || first.checked_sub(2).is_some_and(shop)
}

/// Names without a title, where the sentence itself says that one follows: "is called", "se llama", "they took".
pub(super) fn called(reading: &Reading, tokens: &[Token], found: &mut Vec<Found>) {
    const CALLED: &[&str] = &["called", "named", "llama", "llamado", "llamada", "llaman"];
    const TAKEN: &[&str] = &[
        "took",
        "taken",
        "arrested",
        "detained",
        "lifted",
        "nicked",
        "released",
        "deported",
        "llevado",
        "detenido",
        "detuvieron",
        "llevaron",
        "detenida",
        "arrestado",
    ];
    const PERSONS: &[&str] = &[
        "man",
        "woman",
        "boy",
        "girl",
        "lad",
        "guy",
        "officer",
        "agent",
        "bailiff",
        "neighbour",
        "neighbor",
        "landlord",
        "he",
        "she",
        "him",
        "her",
        "one",
        "friend",
        "driver",
        "person",
        "witness",
        "detainee",
        "husband",
        "wife",
        "son",
        "daughter",
        "brother",
        "sister",
        "tenant",
        "cousin",
        "se",
        "hombre",
        "mujer",
        "chico",
        "chica",
        "agente",
        "vecino",
        "vecina",
        "detenido",
        "detenida",
        "casero",
        "conductor",
        "amigo",
        "amiga",
    ];
    for (index, token) in tokens.iter().enumerate() {
        let named = CALLED.contains(&token.word.as_str())
            && tokens[index.saturating_sub(6)..index].iter().any(|one| PERSONS.contains(&one.word.as_str()));
        let taken = TAKEN.contains(&token.word.as_str());
        if !named && !taken {
            continue;
        }
        let mut next = index + 1;
        while tokens.get(next).is_some_and(|one| ["a", "al", "by", "away", "our"].contains(&one.word.as_str())) && next < index + 3 && taken
        {
            next += 1;
        }
        let name = |at: usize| {
            tokens.get(at).is_some_and(|one| {
                one.capital
                    && one.word.chars().count() >= 2
                    && one.word.chars().all(|sign| sign.is_alphabetic() || sign == '\'')
                    && !NO_NAME.contains(&one.word.as_str())
                    && !acronym(reading, one)
                    && reading.slice(tokens[at - 1].end..one.start).chars().all(|sign| matches!(sign, ' ' | '-'))
            })
        };
        // one capital alone may begin a place or a group; two together are a name
        if name(next)
            && name(next + 1)
            && !street_follows(tokens, next)
            && !street_follows(tokens, next + 1)
            && !of_a_shop(tokens, index, next + 1)
        {
            found.push((Rule::Name, tokens[next].start..tokens[next + 1].end));
        }
    }
}

/// "RMT", "BBC": letters that stand for words.
fn acronym(reading: &Reading, token: &Token) -> bool {
    token.end - token.start <= 4 && reading.slice(token.start..token.end).chars().all(char::is_uppercase)
}

/// "Constable Road": a street, not a constable.
fn street_follows(tokens: &[Token], name: usize) -> bool {
    const STREETS: [&str; 14] = [
        "road", "street", "lane", "close", "avenue", "court", "house", "estate", "park", "square", "market", "station", "place", "library",
    ];
    tokens.get(name + 1).is_some_and(|next| STREETS.contains(&next.word.as_str()))
}
