//! What stands in the record of one incident, in an editor's words: facts, claims and sources by number.

use crate::acts::record::RecordFile;
use handbell_rules::id::IncidentId;
use handbell_rules::record::assessment::Standing;
use handbell_rules::record::claim::Polarity;
use handbell_rules::record::projection::{ClaimLine, FactLine, IncidentRecord, SourceLine};
use handbell_rules::span::Span;
use handbell_site::{EditorClaim, EditorFact, EditorSentence, EditorSource, State, Tag};

/// Letters of a line in a list.
const LINE_LETTERS_MAX: usize = 90;

/// A fact's name with its part.
pub fn named(label: &str, about: Option<&str>) -> String {
    match about {
        Some(about) if !about.is_empty() => format!("{label}, {about}"),
        _ => label.to_owned(),
    }
}

/// Numbers as a sentence cites them.
pub fn listed(numbers: &[u32]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// At most so many letters, with an ellipsis where some were left off.
pub fn short(text: &str) -> String {
    if text.chars().count() <= LINE_LETTERS_MAX {
        return text.to_owned();
    }
    text.chars().take(LINE_LETTERS_MAX - 1).chain(['…']).collect()
}

/// Text for the address of a page of ours: everything but letters, digits and a few signs escaped (RFC 3986,
/// section 2.3).
pub fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// The address of a form about a fact.
pub fn about_href(incident: IncidentId, add: &str, predicate: &str, about: Option<&str>) -> String {
    let part = about.map(|about| format!("&about={}", escaped(about))).unwrap_or_default();
    format!("{}?add={add}&fact={}{part}", super::path(incident), escaped(predicate))
}

/// What a claim says, with its polarity.
pub fn says(polarity: Polarity, value: &str) -> String {
    match polarity {
        Polarity::Asserts => value.to_owned(),
        Polarity::Denies => format!("Denies: {value}"),
        Polarity::SaysUnknown => format!("Says that it is not known: {value}"),
    }
}

/// A source's name with its number.
pub fn source_name(record: &IncidentRecord, number: u32) -> String {
    let line = record.sources.iter().find(|line| line.number == number);
    match line.and_then(|line| line.source.as_ref()) {
        Some(source) => format!("Source {number}, {}", source.label),
        None => format!("Source {number}, withdrawn"),
    }
}

fn became(claim: &ClaimLine) -> String {
    let mut became: Vec<String> = claim.events.iter().map(|event| format!("{}.", event.event.words())).collect();
    became.extend(claim.set_aside.map(|reason| format!("Set aside: {}.", reason.words())));
    if !claim.contradicted_by.is_empty() {
        became.push(format!("Differs from {}.", listed(&claim.contradicted_by)));
    }
    became.join(" ")
}

fn tags(fact: &FactLine) -> Vec<Tag> {
    let standing = fact.standing.map(|standing| {
        let state = match standing {
            Standing::Settled => State::Confirmed,
            Standing::Disputed => State::Disputed,
            Standing::Unconfirmed => State::Checking,
            Standing::Withdrawn => State::Unverifiable,
        };
        Tag::with_words(state, standing.word())
    });
    let differ = fact.accounts_differ.then(|| Tag::of(State::Disputed));
    standing.into_iter().chain(differ).collect()
}

fn fact(record: &IncidentRecord, fact: &FactLine, may: bool) -> EditorFact {
    let claim = |line: &ClaimLine| EditorClaim {
        number: line.number.to_string(),
        says: says(line.polarity, &line.says),
        source: source_name(record, line.source),
        words: became(line),
    };
    let now = fact.assessments.last().map(|one| one.sentences.as_slice()).unwrap_or_default();
    let about = fact.about.as_deref();
    EditorFact {
        label: named(&fact.label, about),
        tags: tags(fact),
        claims: fact.claims.iter().map(claim).collect(),
        sentences: now.iter().map(|one| EditorSentence { text: one.text.clone(), claims: listed(&one.claims) }).collect(),
        claim_href: may.then(|| about_href(record.incident, "claim", &fact.predicate, about)),
        say_href: may.then(|| about_href(record.incident, "assessment", &fact.predicate, about)),
    }
}

/// Every fact that stands; with links to its forms where this member `may` add.
pub fn facts(stands: &RecordFile, may: bool) -> Vec<EditorFact> {
    stands.record.iter().flat_map(|record| record.facts.iter().map(move |one| fact(record, one, may))).collect()
}

/// Every source that stands.
pub fn sources(stands: &RecordFile) -> Vec<EditorSource> {
    let line = |line: &SourceLine| {
        let (label, words) = match &line.source {
            None => ("Withdrawn".to_owned(), "Its words were taken from the public.".to_owned()),
            Some(source) => {
                let mut words = vec![source.kind.word().to_owned()];
                words.extend(source.standing.clone());
                words.extend(source.copies.map(|other| format!("a copy of source {other}")));
                words.extend(source.via.map(|other| format!("carried by source {other}")));
                (source.label.clone(), words.join(" · "))
            }
        };
        EditorSource { number: line.number.to_string(), label, words }
    };
    stands.record.iter().flat_map(|record| record.sources.iter().map(line)).collect()
}

/// Look-alikes and similar events that stand.
pub fn notes(stands: &RecordFile) -> Vec<String> {
    let Some(record) = &stands.record else { return Vec::new() };
    let date = |edtf: &str| Span::parse(edtf).map_or_else(|_| edtf.to_owned(), |date| date.words());
    let not_this = record.lookalikes.iter().map(|one| format!("Not this event: {}, {}. {}", one.place, one.year, one.note));
    not_this.chain(record.similar.iter().map(|one| format!("Similar: {}, {}.", one.place, date(&one.edtf)))).collect()
}
