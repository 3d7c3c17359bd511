//! Named: who a text says that something is from, other than the speaker of a quotation.
//!
//! "According to", indirect speech, footage and posts, and the line "Special to". Pronouns name nobody. What
//! sort of source it is, is read from the words alone and is for a person to mend.

use super::speaker::{self, TELLING};
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
    if court {
        SourceKind::Court
    } else if has(&MEDIA) || low.contains("facebook post") {
        SourceKind::MediaFile
    } else if has(&OFFICIALS) || public {
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

/// Whether a stretch names somebody: a capital, or a word for an office or a body.
fn names(words: Words<'_>, (first, last): speaker::Stretch) -> bool {
    let told = |at: usize| {
        let low = words.get(at).map_or("", |word| word.bare());
        let known = OFFICIALS.contains(&low) || BODIES.contains(&low) || MEDIA.contains(&low);
        let people = matches!(
            low,
            "witness"
                | "witnesses"
                | "residents"
                | "neighbours"
                | "neighbors"
                | "newspaper"
                | "report"
                | "reports"
                | "newspapers"
                | "statement"
                | "organizer"
                | "organiser"
        );
        known || people || (words.is_name(at) && (at > 0 || last > first || words.low(at).len() > 3))
    };
    (first..=last).any(told)
}

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
    let mut at = 0;
    while at < words.len() {
        if quoted(at) {
            at += 1;
            continue;
        }
        let found = if words.phrase(at, "according to").is_some() {
            speaker::behind(words, at + 1)
                .filter(|stretch| !speaker::is_pronoun(words, *stretch))
                .and_then(|stretch| source(page, sentence, words, stretch, None))
        } else if words.phrase(at, "special to").is_some() && words.get(at).is_some_and(|word| word.capital) {
            speaker::behind(words, at + 1).and_then(|stretch| source(page, sentence, words, stretch, Some(SourceKind::Press)))
        } else if words.is(at, &MEDIA) && !words.is(at + 1, &["game", "games", "camera", "cameras"]) {
            media(page, sentence, words, at)
        } else if words.is(at, &TELLING) && !near_quote(at) && (words.is(at + 1, &GOES_ON) || words.is_name(at + 1)) {
            let stretch = speaker::before(words, at).filter(|stretch| !speaker::is_pronoun(words, *stretch) && names(words, *stretch));
            stretch.and_then(|stretch| source(page, sentence, words, stretch, None))
        } else if words.low(at) == "told" && words.is_name(at + 1) {
            speaker::behind(words, at)
                .and_then(|stretch| source(page, sentence, words, stretch, None))
                .filter(|one| matches!(one.value, Value::Source { kind: SourceKind::Press, .. }))
        } else if words.is(at, &["confirmed", "reported"]) && words.is(at + 1, &["the", "that"]) {
            speaker::before(words, at)
                .filter(|stretch| names(words, *stretch))
                .and_then(|stretch| source(page, sentence, words, stretch, None))
        } else {
            None
        };
        if let Some(one) = found
            && findings.last().is_none_or(|last| last.bytes.end <= one.bytes.start)
        {
            findings.push(one);
        }
        at += 1;
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
        {
            break;
        }
        first -= 1;
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
