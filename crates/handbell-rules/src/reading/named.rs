//! Named: who a text says that something is from, other than the speaker of a quotation.
//!
//! "According to", indirect speech, footage and posts, and the line "Special to". Pronouns name nobody. What
//! sort of source it is, is read from the words alone and is for a person to mend.

use super::speaker::{self, CARRIERS, Stretch, TELLING, TELLING_THAT};
use super::subject;
use super::word::Words;
use super::{Field, Finding, Line, Page, Rule, Value};
use crate::record::source::SourceKind;

/// Words beside a name in which an office stands.
const BESIDE_WORDS: usize = 6;
/// Words that make a name one of the press.
const PRESS: [&str; 32] = [
    "times",
    "news",
    "herald",
    "tribune",
    "post",
    "guardian",
    "gazette",
    "press",
    "reuters",
    "journal",
    "ledger",
    "defender",
    "daily",
    "newspaper",
    "breitbart",
    "bbc",
    "cnn",
    "telegraph",
    "mirror",
    "observer",
    "independent",
    "star",
    "register",
    "chronicle",
    "magazine",
    "website",
    "broadcaster",
    "bulletin",
    "courier",
    "sentinel",
    "dispatch",
    "correspondent",
];
const OFFICIALS: [&str; 52] = [
    "police",
    "sheriff",
    "mayor",
    "chief",
    "governor",
    "attorney",
    "department",
    "office",
    "officials",
    "official",
    "officer",
    "officers",
    "commissioner",
    "council",
    "councillor",
    "councilman",
    "minister",
    "secretary",
    "senator",
    "judge",
    "prosecutor",
    "prosecutors",
    "coroner",
    "authorities",
    "government",
    "city",
    "county",
    "ministry",
    "court",
    "president",
    "congressman",
    "representative",
    "marshal",
    "captain",
    "capt",
    "lieut",
    "lieutenant",
    "sergeant",
    "sgt",
    "superintendent",
    "commander",
    "constable",
    "detective",
    "warden",
    "gov",
    "sen",
    "deputy",
    "patrol",
    "force",
    "enforcement",
    "alderman",
    "commission",
];
const BODIES: [&str; 30] = [
    "association",
    "league",
    "union",
    "committee",
    "network",
    "society",
    "federation",
    "club",
    "clubs",
    "campaign",
    "charity",
    "group",
    "organisation",
    "organization",
    "organisers",
    "organizers",
    "coalition",
    "party",
    "church",
    "board",
    "company",
    "company's",
    "spokesperson",
    "spokesman",
    "spokeswoman",
    "convention",
    "lodge",
    "movement",
    "foundation",
    "trust",
];
const MEDIA: [&str; 14] = [
    "footage",
    "video",
    "videos",
    "photograph",
    "photographs",
    "photos",
    "clip",
    "clips",
    "livestream",
    "tweet",
    "tweets",
    "recording",
    "recordings",
    "film",
];
/// Words for people who say something, without an office.
const PEOPLE: [&str; 62] = [
    "witness",
    "witnesses",
    "residents",
    "resident",
    "neighbours",
    "neighbors",
    "neighbour",
    "neighbor",
    "newspaper",
    "newspapers",
    "report",
    "reports",
    "statement",
    "organizer",
    "organizers",
    "organiser",
    "organisers",
    "leaders",
    "leader",
    "speaker",
    "speakers",
    "activist",
    "activists",
    "campaigner",
    "campaigners",
    "protesters",
    "protestors",
    "protester",
    "demonstrators",
    "marchers",
    "physicians",
    "physician",
    "doctor",
    "doctors",
    "attorneys",
    "lawyer",
    "lawyers",
    "solicitor",
    "solicitors",
    "barrister",
    "family",
    "relatives",
    "friends",
    "owner",
    "owners",
    "manager",
    "director",
    "pastor",
    "bishop",
    "reverend",
    "students",
    "teacher",
    "teachers",
    "onlookers",
    "bystander",
    "bystanders",
    "observers",
    "volunteers",
    "passers-by",
    "victim",
    "victims",
    "historian",
];
/// Public papers that speak for the office that gave them out.
const PAPERS: [&str; 13] = [
    "bulletin",
    "bulletins",
    "census",
    "figures",
    "statistics",
    "table",
    "tables",
    "records",
    "survey",
    "audit",
    "indictment",
    "ruling",
    "inquest",
];
/// What indirect speech goes on with.
const GOES_ON: [&str; 45] = [
    "that",
    "the",
    "they",
    "he",
    "she",
    "it",
    "there",
    "a",
    "an",
    "no",
    "his",
    "her",
    "their",
    "about",
    "at",
    "around",
    "more",
    "police",
    "many",
    "some",
    "all",
    "in",
    "on",
    "nearly",
    "approximately",
    "over",
    "several",
    "one",
    "two",
    "three",
    "four",
    "this",
    "we",
    "i",
    "to",
    "of",
    "its",
    "reporters",
    "most",
    "both",
    "if",
    "any",
    "nothing",
    "not",
    "those",
];

/// What sort of source somebody seems to be.
pub(super) fn kind(name: &str) -> SourceKind {
    let low = name.to_lowercase();
    let has = |list: &[&str]| {
        low.split(|letter: char| !letter.is_alphabetic() && letter != '\'')
            .any(|word| list.contains(&word.strip_suffix("'s").unwrap_or(word)))
    };
    let court = low.contains("court") || low.contains("tribunal");
    let public = ["home office", "border force", "spokesperson for the police"].iter().any(|body| low.contains(body));
    // Written small, a bulletin is an office's and not a newspaper.
    let paper = low.split_whitespace().any(|word| PAPERS.contains(&word))
        && name.split_whitespace().all(|word| word.to_lowercase() == word || !PAPERS.contains(&word.to_lowercase().as_str()));
    if court {
        SourceKind::Court
    } else if has(&MEDIA) || low.contains("facebook post") {
        SourceKind::MediaFile
    } else if has(&OFFICIALS) || public || paper {
        SourceKind::Official
    } else if has(&PRESS) {
        SourceKind::Press
    } else if has(&BODIES) {
        SourceKind::Organisation
    } else {
        SourceKind::Witness
    }
}

fn source(
    page: &Page<'_>,
    sentence: usize,
    words: Words<'_>,
    stretch: speaker::Stretch,
    kind_known: Option<SourceKind>,
) -> Option<Finding> {
    let bytes = words.bytes(stretch.0, stretch.1)?;
    let name = page.says(&bytes);
    // An office may stand beside the name: "Chief of Police, Amina Khan", "Amina Khan, former mayor".
    let beside = || {
        let before =
            (words.low(stretch.0.wrapping_sub(1)) == ",").then(|| words.bytes(stretch.0.saturating_sub(BESIDE_WORDS), stretch.0)).flatten();
        let behind =
            (words.low(stretch.1 + 1) == ",").then(|| words.bytes(stretch.1, (stretch.1 + BESIDE_WORDS).min(words.len() - 1))).flatten();
        [before, behind].into_iter().flatten().any(|bytes| kind(&page.text[bytes]) == SourceKind::Official)
    };
    let kind = kind_known.unwrap_or_else(|| match kind(&name) {
        SourceKind::Witness if beside() => SourceKind::Official,
        kind => kind,
    });
    Some(Finding { field: Field::Source, sentence, value: Value::Source { name, kind }, bytes, rule: Rule::SaysSomething })
}

/// Whether a stretch names somebody: a capital, or a word for an office, a body or people.
pub(super) fn names(words: Words<'_>, (first, last): Stretch) -> bool {
    let told = |at: usize| {
        let low = words.get(at).map_or("", |word| word.bare());
        let known = OFFICIALS.contains(&low) || BODIES.contains(&low) || MEDIA.contains(&low);
        let said_so = PEOPLE.contains(&low) || PAPERS.contains(&low);
        known || said_so || (words.is_name(at) && (at > 0 || last > first || words.low(at).len() > 3))
    };
    (first..=last).any(told)
}

/// Whether a stretch is a body and no person.
pub(super) fn is_body(words: Words<'_>, (first, last): Stretch) -> bool {
    let head = words.get(last).map_or("", |word| word.bare());
    let few = (first..=last).all(|at| !words.is_name(at)) && words.low(last).ends_with('s');
    BODIES[..20].contains(&head)
        || matches!(head, "department" | "office" | "council" | "court" | "government" | "city" | "police" | "force")
        || few
}

/// Whether a stretch describes one person: "a local mother".
pub(super) fn is_person(words: Words<'_>, (first, last): Stretch) -> bool {
    let one =
        ["mother", "father", "man", "woman", "girl", "boy", "parent", "worker", "student", "neighbour", "neighbor", "resident", "witness"];
    words.is(first, &["a", "an", "one", "another"]) && (words.is(last, &one) || PEOPLE.contains(&words.low(last)))
}

/// The name behind "by", "from" or "of" that a statement, a letter or a report is from.
fn giver(words: Words<'_>, (first, last): Stretch) -> Option<Stretch> {
    let carrier = (first..=last).find(|at| words.is(*at, &CARRIERS))?;
    let by = (carrier + 1..(carrier + BESIDE_WORDS + 2).min(words.len())).find(|at| words.is(*at, &["by", "from"]))?;
    speaker::behind(words, by).filter(|stretch| names(words, *stretch))
}

/// Who speaks in indirect speech whose verb stands there.
fn teller(words: Words<'_>, at: usize) -> Option<Stretch> {
    let that = words.low(at + 1) == "that";
    let aside = words.low(at + 1) == ",";
    let object = words.low(at) == "told" && (at + 2..at + 8).any(|at| words.low(at) == "that" || words.low(at) == "how");
    let goes_on = words.is(at + 1, &GOES_ON) || words.is_name(at + 1);
    if words.get(at).is_some_and(|word| word.capital) && at > 0 {
        return None;
    }
    let weak = words.is(at, &TELLING_THAT);
    if weak && !that && !(words.low(at) == "tells" && words.is(at + 1, &["of", "how"])) || !weak && !goes_on && !aside && !object {
        return None;
    }
    if aside {
        // "The raid, officers said, was called off."
        let stretch = speaker::before(words, at)?;
        return words.is(stretch.0.checked_sub(1)?, &[",", "as"]).then_some(stretch);
    }
    let joined = speaker::is_joined(words, at).then(|| subject::of(words, at)).flatten();
    joined.or_else(|| speaker::before(words, at))
}

/// Whoever "issued a statement".
fn issuer(words: Words<'_>, at: usize) -> Option<Stretch> {
    let gave = words.is(at, &["released", "issued", "made", "published", "posted"]) && words.is(at + 1, &["a", "an", "the", "this"]);
    let given = (at + 2..at + 5).any(|at| words.is(at, &["statement", "declaration", "apology", "denial"]));
    (gave && given).then(|| speaker::before(words, at)).flatten()
}

/// The end of what one verb, phrase or word says about who speaks: the words that name them, and what sort they are where that is known.
fn at(words: Words<'_>, at: usize, near_quote: bool) -> Option<(Stretch, Option<SourceKind>)> {
    let open = |stretch: &Stretch| !speaker::is_pronoun(words, *stretch);
    if words.phrase(at, "according to").is_some() {
        let stretch = speaker::behind(words, at + 1).filter(open)?;
        let bare = words.is(stretch.1, &CARRIERS) || giver(words, stretch).is_some();
        return if bare { Some((giver(words, stretch)?, None)) } else { Some((stretch, None)) };
    }
    if words.phrase(at, "special to").is_some() && words.get(at).is_some_and(|word| word.capital) {
        return Some((speaker::behind(words, at + 1)?, Some(SourceKind::Press)));
    }
    let press =
        |stretch: &Stretch, name: &str| kind(name) == SourceKind::Press && words.is_name(stretch.0 + usize::from(stretch.1 > stretch.0));
    let to_press = [
        "in an interview with",
        "a statement to",
        "an article in",
        "appeared in",
        "in an article of",
        "reported in",
        "published in",
        "first reported by",
    ];
    if let Some((_, length)) = words.longest(at, &to_press) {
        let stretch = speaker::behind(words, at + length - 1)?;
        let name: Vec<&str> = (stretch.0..=stretch.1).map(|at| words.low(at)).collect();
        let told = words.phrase(at, "a statement to").is_some() || words.phrase(at, "in an interview with").is_some();
        return (press(&stretch, &name.join(" ")) || told && words.is_name(stretch.1)).then_some((stretch, Some(SourceKind::Press)));
    }
    if near_quote {
        return None;
    }
    if words.is(at, &PASSIVE) && (words.low(at + 1) == "by" || words.low(at + 2) == "by") {
        let by = at + 1 + usize::from(words.low(at + 1) != "by");
        let that = words.is(at, &PASSIVE[..4]) && words.is(at.wrapping_sub(1), &["is", "was", "been", "were", "are", "as"]);
        let stretch = speaker::behind(words, by).filter(|stretch| names(words, *stretch) && that)?;
        return Some((stretch, None));
    }
    if let Some(stretch) = issuer(words, at) {
        return Some((stretch, None)).filter(|(stretch, _)| open(stretch) && names(words, *stretch));
    }
    if words.is(at, &TELLING) {
        let stretch = teller(words, at).filter(|stretch| open(stretch) && names(words, *stretch))?;
        return Some((stretch, None));
    }
    if words.phrase(at, "called attention to").is_some()
        || words.phrase(at, "pointed out that").is_some()
        || words.phrase(at, "made it clear").is_some()
    {
        let stretch = speaker::before(words, at).filter(|stretch| open(stretch) && names(words, *stretch))?;
        return Some((stretch, None));
    }
    None
}

/// Done by whoever is named behind "by".
const PASSIVE: [&str; 10] =
    ["claimed", "estimated", "alleged", "reported", "stated", "announced", "confirmed", "charged", "asserted", "declared"];

fn in_line(page: &Page<'_>, sentence: usize, line: &Line, findings: &mut Vec<Finding>) {
    let words = page.of(line);
    let quoted = |at: usize| {
        let byte = words.get(at).map_or(0, |word| word.bytes.start);
        let place = page.quotes.partition_point(|quote| quote.outer.start <= byte);
        place > 0 && page.quotes[place - 1].outer.end > byte
    };
    // A verb beside a quotation names its speaker, who is found with it.
    let near_quote =
        |at: usize| (at.saturating_sub(2)..(at + 9).min(words.len())).any(|at| matches!(words.low(at), "\"" | "\u{201c}" | "\u{201d}"));
    for place in 0..words.len() {
        if quoted(place) {
            continue;
        }
        let found = if words.is(place, &MEDIA) && !words.is(place + 1, &["game", "games", "camera", "cameras"]) {
            media(page, sentence, words, place)
        } else if let Some((stretch, kind)) = at(words, place, near_quote(place)) {
            source(page, sentence, words, stretch, kind)
        } else if words.low(place) == "told" && words.is_name(place + 1) {
            speaker::behind(words, place)
                .and_then(|stretch| source(page, sentence, words, stretch, None))
                .filter(|one| matches!(one.value, Value::Source { kind: SourceKind::Press, .. }))
        } else {
            None
        };
        if let Some(one) = found
            && findings.iter().rev().take(4).all(|other| other.bytes.end <= one.bytes.start || one.bytes.end <= other.bytes.start)
        {
            findings.push(one);
        }
    }
}

/// Footage and posts, with what stands right before the word.
fn media(page: &Page<'_>, sentence: usize, words: Words<'_>, at: usize) -> Option<Finding> {
    let mut first = at;
    while first > 0 && at - first < 3 {
        let word = words.get(first - 1)?;
        if word.is_sign()
            || matches!(
                word.low.as_str(),
                "of" | "and" | "in" | "on" | "to" | "by" | "from" | "that" | "was" | "is" | "posted" | "showed" | "with" | "for" | "as"
            )
            || subject::is_verb(words, first - 1)
        {
            break;
        }
        first -= 1;
        if words.is(first, &["the", "a", "an", "this"]) {
            break;
        }
    }
    source(page, sentence, words, (first, at), Some(SourceKind::MediaFile))
}

pub(super) fn find(page: &Page<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (sentence, line) in page.told() {
        in_line(page, sentence, line, &mut findings);
    }
    findings
}
