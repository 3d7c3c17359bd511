//! Accepted: what a person took of a reading, as statements for a proposal.
//!
//! Whoever is named in the text speaks in the record as a source of its own, carried by whoever published it, and
//! nothing of theirs is shown before it is said where they stand. Words are taken word for word only where they
//! are short, and only a few of one text: it is somebody else's. Nothing here is approved, and nothing published.

use super::{Field, Finding, Reading, Value};
use crate::playbook::{Playbook, ValueType};
use crate::record::Ref;
use crate::record::claim::{NewPublicClaim, Polarity};
use crate::record::source::{NewSource, SourceKind};
use crate::record::statement::Statement;
use sha2::{Digest, Sha256};

/// Letters of one text that is taken word for word.
pub const TAKEN_LETTERS_MAX: usize = 300;
/// Letters that are taken word for word of one text at once.
pub const TAKEN_IN_ALL_LETTERS_MAX: usize = 1_500;
/// Letters of a name.
pub const NAME_LETTERS_MAX: usize = 120;

/// Why what was accepted makes no statements.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AcceptedRefusal {
    /// Nothing was accepted.
    #[error("Accept at least one thing that was found.")]
    Nothing,
    /// More words than may be taken from one text.
    #[error(
        "These are too many words of somebody else’s text. Accept fewer quotations and endings: {TAKEN_IN_ALL_LETTERS_MAX} letters at most."
    )]
    TooManyWords,
    /// Somebody speaks of whom it is not said where they stand.
    #[error("Say where “{0}” stands, the same for every side.")]
    StandingMissing(String),
}

/// What a finding becomes when it is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Becomes {
    /// A claim of this fact.
    Claim(&'static str),
    /// A claim of this fact in the words of its whole sentence, because no fact takes its value.
    Words(&'static str),
    /// A source.
    Source,
    /// Nothing: no fact of the playbook takes it.
    Nothing,
}

/// The fact that takes a sentence as it stands.
const HAPPENED: &str = "what_happened";

/// What a finding becomes with this playbook.
#[must_use]
pub fn becomes(finding: &Finding, playbook: &Playbook) -> Becomes {
    let (predicate, takes) = match &finding.value {
        Value::Source { .. } => return Becomes::Source,
        Value::Quote { .. } => ("statement", ValueType::Text),
        Value::Day { .. } => ("when", ValueType::Span),
        Value::Place { .. } => ("place", ValueType::Place),
        Value::Count { of, .. } => (of.predicate(), ValueType::Range),
        Value::Agency { .. } => ("agency", ValueType::Choice),
        Value::Outcome { .. } => ("outcome", ValueType::Text),
        Value::Change(_) => ("follow_up", ValueType::Text),
    };
    let fact = playbook.predicate(predicate).filter(|fact| fact.value_type == takes);
    let fits = fact.is_some_and(|fact| match &finding.value {
        // "Another body" says less than the name that was read.
        Value::Agency { choice, .. } => *choice != "other" && fact.choices.iter().any(|one| one == choice),
        _ => true,
    });
    if fits {
        return Becomes::Claim(predicate);
    }
    // How many died, or whose officers they were, is told by the sentence when nothing narrower can hold it.
    let told = matches!(finding.value, Value::Count { .. } | Value::Agency { .. });
    let taken = playbook.predicate(HAPPENED).is_some_and(|fact| fact.value_type == ValueType::Text);
    if told && taken { Becomes::Words(HAPPENED) } else { Becomes::Nothing }
}

/// What answers to a finding are named by: the first 48 bits of a hash of what it is and where it stands, so that
/// an answer never slides to another finding when the text is mended between two presses.
#[must_use]
pub fn sign(finding: &Finding, text: &str) -> String {
    let words = text.get(finding.bytes.clone()).unwrap_or_default();
    short_hash(&format!("{} {} {words} {:?}", finding.field.name(), finding.bytes.start, finding.value))
}

/// What answers about somebody who speaks are named by.
#[must_use]
pub fn sign_of_a_voice(name: &str) -> String {
    short_hash(&same_name(name))
}

fn short_hash(text: &str) -> String {
    Sha256::digest(text)[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Words as they are taken: cut behind a whole sentence or word where they are too many.
#[must_use]
pub fn taken(words: &str) -> String {
    if words.chars().count() <= TAKEN_LETTERS_MAX {
        return words.to_owned();
    }
    let end = words.char_indices().nth(TAKEN_LETTERS_MAX - 4).map_or(words.len(), |(end, _)| end);
    let cut = &words[..end];
    let sentence = cut.rfind(['.', '?', '!']).map(|end| end + 1).filter(|end| *end * 2 > cut.len());
    let word = cut.rfind(char::is_whitespace);
    format!("{} […]", cut[..sentence.or(word).unwrap_or(cut.len())].trim_end())
}

/// A name as it is compared: two findings of one name are one voice.
#[must_use]
pub fn same_name(name: &str) -> String {
    let words = crate::spelling::words(name);
    let first = usize::from(words.len() > 1 && matches!(words[0].as_str(), "the" | "a" | "an"));
    words[first..].join(" ")
}

/// Somebody the text names as speaking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// As the text first names them.
    pub name: String,
    /// What sort of source they are.
    pub kind: SourceKind,
    /// Where they stand; empty where that is not said.
    pub standing: String,
}

fn name_of(finding: &Finding) -> Option<(&str, SourceKind)> {
    match &finding.value {
        Value::Source { name, kind } => Some((name, *kind)),
        Value::Quote { speaker: Some(name), .. } => Some((name, super::named::kind(name))),
        _ => None,
    }
}

/// Everybody whom these findings name as speaking, once each, in the order of the text. Where they stand is not said.
pub fn voices<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Vec<Voice> {
    let mut voices: Vec<Voice> = Vec::new();
    for (name, kind) in findings.into_iter().filter_map(name_of) {
        if !voices.iter().any(|voice| same_name(&voice.name) == same_name(name)) {
            let name = name.chars().take(NAME_LETTERS_MAX).collect();
            voices.push(Voice { name, kind, standing: String::new() });
        }
    }
    voices
}

/// Who published the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Publisher {
    /// A source that the record has.
    Known(u32),
    /// A new one.
    New(NewSource),
}

fn claim(finding: &Finding, predicate: &str, source: Ref) -> NewPublicClaim {
    let mut claim = NewPublicClaim {
        source,
        predicate: predicate.to_owned(),
        about: String::new(),
        polarity: Polarity::Asserts,
        edtf: String::new(),
        low: None,
        high: None,
        point: None,
        radius_metres: None,
        words: String::new(),
    };
    match &finding.value {
        // A comma before the closing mark belongs to whoever quotes, and not to the words.
        Value::Quote { words, .. } => claim.words = taken(words.trim_end().trim_end_matches(',')),
        Value::Outcome { words, .. } => claim.words = taken(words),
        Value::Day { edtf, words } => {
            claim.edtf = edtf.clone().unwrap_or_default();
            claim.words = words.clone();
        }
        // A point is the group's own knowledge and not the source's.
        Value::Place { name, .. } | Value::Source { name, .. } => claim.words = name.clone(),
        Value::Count { low, high, near, words, .. } => {
            // How far "about" reaches is nobody's word.
            (claim.low, claim.high) = if *near && low == high { (None, None) } else { (*low, *high) };
            claim.words = words.clone();
        }
        Value::Agency { choice, .. } => claim.words = (*choice).to_owned(),
        Value::Change(_) => {}
    }
    claim
}

/// The statements of what was accepted: its sources first, then a claim for each finding.
///
/// # Errors
/// When nothing was accepted, too many words were, or somebody speaks of whom nobody says where they stand.
pub fn statements(
    (text, reading): (&str, &Reading),
    playbook: &Playbook,
    accepted: &[usize],
    publisher: Publisher,
    voices: &[Voice],
) -> Result<Vec<Statement>, AcceptedRefusal> {
    let findings: Vec<&Finding> = accepted.iter().filter_map(|place| reading.findings.get(*place)).collect();
    let mut sources = Vec::new();
    let carrier = match publisher {
        Publisher::Known(number) => Ref::Known(number),
        Publisher::New(source) => {
            sources.push(source);
            Ref::New(0)
        }
    };
    let mut speaking: Vec<(String, Ref)> = Vec::new();
    for named in self::voices(findings.iter().copied()) {
        let wanted = same_name(&named.name);
        let voice = voices.iter().find(|voice| same_name(&voice.name) == wanted).unwrap_or(&named);
        if voice.kind.needs_standing() && voice.standing.trim().is_empty() {
            return Err(AcceptedRefusal::StandingMissing(named.name));
        }
        speaking.push((wanted, Ref::New(u32::try_from(sources.len()).unwrap_or(u32::MAX))));
        sources.push(NewSource {
            kind: voice.kind,
            label: named.name.clone(),
            standing: voice.standing.clone(),
            said: String::new(),
            url: String::new(),
            copies: None,
            via: Some(carrier),
            asked: String::new(),
            replied: String::new(),
        });
    }
    let mut claims: Vec<NewPublicClaim> = Vec::new();
    let mut letters = 0;
    for finding in findings {
        let (predicate, whole) = match becomes(finding, playbook) {
            Becomes::Claim(predicate) => (predicate, None),
            Becomes::Words(predicate) => (predicate, reading.sentences.get(finding.sentence)),
            Becomes::Source | Becomes::Nothing => continue,
        };
        let speaker = name_of(finding).and_then(|(name, _)| speaking.iter().find(|(known, _)| *known == same_name(name)));
        let source = speaker.map_or(carrier, |(_, source)| *source);
        let mut claim = claim(finding, predicate, source);
        if finding.field == Field::Change {
            claim.words = taken(&super::word::plain(&text[finding.bytes.clone()]));
        }
        if let Some(sentence) = whole {
            (claim.low, claim.high) = (None, None);
            claim.words = taken(&super::word::plain(&text[sentence.bytes.clone()]));
        }
        // The same said twice by one source is one claim.
        if claims.contains(&claim) {
            continue;
        }
        if whole.is_some() || matches!(finding.field, Field::Quote | Field::Outcome | Field::Change) {
            letters += claim.words.chars().count();
        }
        claims.push(claim);
    }
    if speaking.is_empty() && claims.is_empty() {
        return Err(AcceptedRefusal::Nothing);
    }
    if letters > TAKEN_IN_ALL_LETTERS_MAX {
        return Err(AcceptedRefusal::TooManyWords);
    }
    Ok(sources.into_iter().map(Statement::Source).chain(claims.into_iter().map(Statement::Claim)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playbook::tests::shipped;
    use crate::reading::{Hints, read};

    const TEXT: &str = "About 40 people met in Rye Lane on 13 May 2017. Three men were arrested, and the van left with nobody in it. “We were not told,” said a spokesperson for the council. “Nobody asked the council,” the spokesperson for the council said.";

    fn press() -> Publisher {
        let words = String::new;
        Publisher::New(NewSource {
            kind: SourceKind::Press,
            label: "The Lantern".into(),
            standing: "a local paper".into(),
            said: words(),
            url: words(),
            copies: None,
            via: None,
            asked: words(),
            replied: words(),
        })
    }

    fn all(reading: &Reading) -> Vec<usize> {
        (0..reading.findings.len()).collect()
    }

    #[test]
    fn what_is_accepted_is_claimed_by_whoever_said_it_through_whoever_published_it() {
        let reading = read(TEXT, &Hints::default()).unwrap();
        let playbook = shipped();
        let mut speaking = voices(&reading.findings);
        assert_eq!(speaking.len(), 1, "{speaking:?}");
        let no = statements((TEXT, &reading), &playbook, &all(&reading), press(), &speaking);
        assert_eq!(no, Err(AcceptedRefusal::StandingMissing("a spokesperson for the council".into())));
        speaking[0].standing = "the council itself".into();
        let statements = statements((TEXT, &reading), &playbook, &all(&reading), press(), &speaking).unwrap();
        let Statement::Source(council) = &statements[1] else { panic!("{statements:?}") };
        assert_eq!((council.label.as_str(), council.via), ("a spokesperson for the council", Some(Ref::New(0))));
        let claims: Vec<&NewPublicClaim> =
            statements.iter().filter_map(|one| if let Statement::Claim(claim) = one { Some(claim) } else { None }).collect();
        let of = |predicate: &str| claims.iter().filter(|claim| claim.predicate == predicate).copied().collect::<Vec<_>>();
        assert_eq!((of("when")[0].edtf.as_str(), of("when")[0].source), ("2017-05-13", Ref::New(0)));
        // About forty is nobody's forty.
        assert_eq!((of("count.people")[0].low, of("count.people")[0].words.as_str()), (None, "About 40 people"));
        assert_eq!((of("count.arrests")[0].low, of("count.arrests")[0].high), (Some(3), Some(3)));
        assert!(of("statement").len() == 2 && of("statement").iter().all(|claim| claim.source == Ref::New(1)));
    }

    #[test]
    fn what_no_fact_takes_is_accepted_as_its_sentence_and_once() {
        const TEXT: &str =
            "Two people were killed and Lambeth fire officers came.\nTwo people were killed and Lambeth fire officers came later.";
        let playbook = shipped();
        let reading = read(TEXT, &Hints::default()).unwrap();
        let dead: Vec<usize> = (0..reading.findings.len())
            .filter(|place| becomes(&reading.findings[*place], &playbook) == Becomes::Words("what_happened"))
            .collect();
        let of = |place: &usize| reading.findings[*place].field;
        assert!(dead.iter().any(|place| of(place) == Field::Count), "{:?}", reading.findings);
        let twice = [&dead[..], &dead[..]].concat();
        let statements = statements((TEXT, &reading), &playbook, &twice, press(), &[]).unwrap();
        let claims: Vec<&NewPublicClaim> =
            statements.iter().filter_map(|one| if let Statement::Claim(claim) = one { Some(claim) } else { None }).collect();
        let first = claims.first().unwrap();
        assert_eq!((first.predicate.as_str(), first.low), ("what_happened", None));
        assert_eq!(first.words, "Two people were killed and Lambeth fire officers came.");
        assert_eq!(claims.len(), 2, "a sentence is taken once: {claims:?}");
    }

    #[test]
    fn nothing_accepted_proposes_nothing_and_too_much_is_refused() {
        let playbook = shipped();
        let reading = read(TEXT, &Hints::default()).unwrap();
        assert_eq!(statements((TEXT, &reading), &playbook, &[], press(), &[]), Err(AcceptedRefusal::Nothing));
        let long: String = (0..6).map(|number| format!("“{} number {number},” Amina said.\n\n", "word ".repeat(56))).collect();
        let reading = read(&long, &Hints::default()).unwrap();
        let quotes: Vec<usize> = (0..reading.findings.len()).filter(|place| reading.findings[*place].field == Field::Quote).collect();
        assert_eq!(quotes.len(), 6);
        assert_eq!(statements((&long, &reading), &playbook, &quotes, press(), &[]), Err(AcceptedRefusal::TooManyWords));
        assert!(statements((&long, &reading), &playbook, &quotes[..5], press(), &[]).is_ok());
    }

    #[test]
    fn long_words_are_cut_behind_a_sentence_or_a_word_and_say_so() {
        assert_eq!(taken("Short."), "Short.");
        let long = format!("{} one. {}", "word ".repeat(40), "tail ".repeat(60));
        assert!(taken(&long).ends_with("one. […]") && taken(&long).chars().count() <= TAKEN_LETTERS_MAX);
        assert!(taken(&"é".repeat(1_000)).chars().count() <= TAKEN_LETTERS_MAX);
    }
}
