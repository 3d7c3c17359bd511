//! Projection: the page of an incident as a pure function of its log entries.
//!
//! Anyone who holds the entries can compute the same page; `handbell verify` does. No clock, no locale,
//! no number that is not whole, keys in order. An entry of a kind this version does not know is shown as
//! such, and one whose content was withdrawn keeps its place. Contradiction and corroboration are worked out
//! here and stored nowhere; every claim stays on the page, whatever the desk thinks of it.

use super::assessment::{Correction, CorrectionKind, SetAsideReason, Standing};
use super::claim::{ClaimEventKind, Polarity, PublicClaim, Value as Said};
use super::compare;
use super::entry::PublicPlace;
use super::ledger::Ledger;
use super::lookalike::{LookAlike, Similar};
use super::source::{Source, SourceKind, root};
use crate::edtf::EdtfDate;
use crate::id::IncidentId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The version of this function; a page says which one made it.
pub const PROJECTION_VERSION: u32 = 2;

/// One entry as the projection reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedEntry {
    /// Place in the log.
    pub index: u64,
    /// The leaf's kind number.
    pub kind: u8,
    /// The payload; none when it was withdrawn.
    pub payload: Option<Map<String, Value>>,
}

/// One line of the page: one entry of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordLine {
    /// Place in the log; the number people cite.
    pub index: u64,
    /// The leaf's kind number.
    pub kind: u8,
    /// The payload's type, or `withdrawn`.
    #[serde(rename = "type")]
    pub type_name: String,
    /// UTC minute.
    pub at: String,
    /// One plain sentence.
    pub says: String,
}

/// When it happened, as far as the record can tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The dates that are claimed and not set aside, as EDTF level 0; more than one where accounts differ.
    pub edtf: Vec<String>,
    /// The same in words.
    pub words: String,
}

/// One source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceLine {
    /// Its number.
    pub number: u32,
    /// Place in the log.
    pub index: u64,
    /// When it was recorded, UTC minute.
    pub at: String,
    /// What it is; none when it was withdrawn.
    pub source: Option<Source>,
    /// The source it counts as: itself, or the root of which it is a copy or a carrier's word.
    pub counts_as: u32,
}

/// What happened to a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventLine {
    /// Place in the log.
    pub index: u64,
    /// UTC minute.
    pub at: String,
    /// What happened.
    pub event: ClaimEventKind,
    /// The claim that stands instead.
    pub by_claim: Option<u32>,
    /// Why.
    pub reason: String,
}

/// One claim: who says what, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimLine {
    /// Its number.
    pub number: u32,
    /// Place in the log.
    pub index: u64,
    /// When it was recorded, UTC minute.
    pub at: String,
    /// The source's number.
    pub source: u32,
    /// Whether the source says it is so.
    pub polarity: Polarity,
    /// What is said, typed.
    pub value: Said,
    /// What is said, in words.
    pub says: String,
    /// Whether it still speaks: no event took it back.
    pub live: bool,
    /// Why the desk's newest assessment sets it aside.
    pub set_aside: Option<SetAsideReason>,
    /// Claims that contradict it.
    pub contradicted_by: Vec<u32>,
    /// Claims that say it in other words, which no rule compares.
    pub worded_otherwise: Vec<u32>,
    /// Independent sources whose claims fit it, its own included; 0 when it no longer speaks. A source whose
    /// words were withdrawn is not counted beside another.
    pub independent: u32,
    /// What happened to it.
    pub events: Vec<EventLine>,
}

/// One sentence of the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentenceLine {
    /// The sentence.
    pub text: String,
    /// The claims it rests on.
    pub claims: Vec<u32>,
    /// Their sources.
    pub sources: Vec<u32>,
}

/// What the desk said about a fact at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssessmentLine {
    /// Its number.
    pub number: u32,
    /// Place in the log.
    pub index: u64,
    /// UTC minute.
    pub at: String,
    /// How the desk stood; none when its words were withdrawn.
    pub standing: Option<Standing>,
    /// What it said.
    pub sentences: Vec<SentenceLine>,
    /// The claims it relied on.
    pub relies_on: Vec<u32>,
    /// The correction that took its place, if one did.
    pub corrected_by: Option<u32>,
}

/// One fact of the incident, or of a part of it: everything that is said about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactLine {
    /// The predicate.
    pub predicate: String,
    /// What people call it.
    pub label: String,
    /// The part it is about; none for all of it.
    pub about: Option<String>,
    /// How the desk stands now; none where it was not assessed or the words of that were withdrawn.
    pub standing: Option<Standing>,
    /// Whether live claims contradict each other.
    pub accounts_differ: bool,
    /// Every claim, oldest first.
    pub claims: Vec<ClaimLine>,
    /// What the desk said, oldest first; the last is what it says now.
    pub assessments: Vec<AssessmentLine>,
}

/// One correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectionLine {
    /// Its number in the incident.
    pub number: u32,
    /// Place in the log.
    pub index: u64,
    /// UTC minute.
    pub at: String,
    /// What sort of change it is; none when its words were withdrawn.
    pub kind: Option<CorrectionKind>,
    /// What it is about.
    pub label: String,
    /// What was said before.
    pub before: String,
    /// What is said now.
    pub after: String,
    /// What was wrong or missing, and how we know.
    pub note: String,
    /// The sources of what is said now.
    pub sources: Vec<u32>,
}

/// The page of one incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentRecord {
    /// Version of the projection.
    pub projection: u32,
    /// The incident's id and stream.
    pub incident: IncidentId,
    /// What it is and where, at the precision the record may have.
    pub title: String,
    /// The kind's id.
    pub kind: String,
    /// What people call the kind.
    pub kind_label: String,
    /// The district.
    pub district: String,
    /// The place, where the record may be finer than the district.
    pub place: Option<PublicPlace>,
    /// When the desk opened it, UTC minute; empty for what was imported.
    pub happened: String,
    /// When it happened, by what is claimed.
    pub when: When,
    /// `actual` or `exercise`.
    pub status: String,
    /// `live`, `over`, `mistaken` or `recorded`.
    pub state: String,
    /// Who let it into the record: `two members`, or `import`.
    pub approved_by: String,
    /// Official statements that live claims rest on; copies count once.
    pub official: u32,
    /// Independent sources that speak; copies count once.
    pub independent_sources: u32,
    /// Who says things.
    pub sources: Vec<SourceLine>,
    /// What is said, fact by fact, in the order in which it was first claimed.
    pub facts: Vec<FactLine>,
    /// What was corrected, oldest first.
    pub corrections: Vec<CorrectionLine>,
    /// Footage of other events.
    pub lookalikes: Vec<LookAlike>,
    /// Similar events elsewhere.
    pub similar: Vec<Similar>,
    /// How it ended, as last told.
    pub outcome: Option<Outcome>,
    /// The newest entry's UTC minute.
    pub changed: String,
    /// Every entry, oldest first.
    pub lines: Vec<RecordLine>,
}

/// How it ended and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// What became of it.
    pub text: String,
    /// Who says so.
    pub says: String,
    /// The entry it stands in.
    pub index: u64,
}

fn text(payload: &Map<String, Value>, key: &str) -> String {
    payload.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Computes the page. None when the stream holds no opening entry.
pub fn project(incident: IncidentId, entries: &[LoggedEntry]) -> Option<IncidentRecord> {
    let opening = entries.iter().find(|entry| entry.kind == 1)?;
    let opened = opening.payload.clone().unwrap_or_default();
    let ledger = Ledger::read(entries);
    let sources = ledger.source_bodies();
    let facts = facts(&ledger, &sources);
    let corrections = corrections(&ledger, &facts);
    let written = written(entries, &ledger);
    let speaking = || {
        let live = facts.iter().flat_map(|fact| &fact.claims).filter(|claim| claim.live && claim.polarity == Polarity::Asserts);
        live.map(|claim| claim.source)
    };
    let is_official = |number: &u32| {
        ledger.source(*number).and_then(|source| source.body.as_ref()).is_some_and(|source| source.kind == SourceKind::Official)
    };
    let official = compare::originals(speaking().filter(is_official), &sources);
    let independent_sources = compare::voices(speaking(), &sources);
    let ended_before = opened.get("ended").and_then(Value::as_bool) == Some(true);
    let own_title = text(&opened, "title");
    Some(IncidentRecord {
        projection: PROJECTION_VERSION,
        incident,
        title: if own_title.is_empty() { title(&text(&opened, "kind_label"), &text(&opened, "district")) } else { own_title },
        kind: text(&opened, "kind"),
        kind_label: text(&opened, "kind_label"),
        district: text(&opened, "district"),
        place: opened.get("place").and_then(|place| serde_json::from_value(place.clone()).ok()),
        happened: text(&opened, "happened"),
        when: when(&facts, &text(&opened, "happened")),
        status: text(&opened, "status"),
        state: match (written.live, written.mistaken, written.ended || ended_before) {
            (1.., _, _) => "live",
            (0, true, _) => "mistaken",
            (0, false, true) => "over",
            (0, false, false) => "recorded",
        }
        .to_owned(),
        approved_by: text(&opened, "approved_by"),
        official,
        independent_sources,
        sources: source_lines(&ledger, &sources),
        facts,
        corrections,
        lookalikes: ledger.lookalikes.iter().filter_map(|placed| placed.body.clone()).collect(),
        similar: ledger.similar.iter().filter_map(|placed| placed.body.clone()).collect(),
        outcome: written.outcome,
        changed: written.lines.iter().rev().map(|line| line.at.clone()).find(|at| !at.is_empty()).unwrap_or_default(),
        lines: written.lines,
    })
}

fn source_lines(ledger: &Ledger, sources: &[Option<Source>]) -> Vec<SourceLine> {
    (1..)
        .zip(&ledger.sources)
        .map(|(number, placed)| SourceLine {
            number,
            index: placed.index,
            at: placed.at.clone(),
            source: placed.body.clone(),
            counts_as: root(sources, number),
        })
        .collect()
}

/// One line of claims for each fact, in the order in which it was first claimed or assessed.
fn facts(ledger: &Ledger, sources: &[Option<Source>]) -> Vec<FactLine> {
    let live: Vec<&PublicClaim> =
        (1..).zip(&ledger.claims).filter(|(number, _)| ledger.is_live(*number)).filter_map(|(_, placed)| placed.body.as_ref()).collect();
    let mut facts: Vec<FactLine> = Vec::new();
    let place_of = |facts: &mut Vec<FactLine>, predicate: &str, about: &Option<String>, label: &str| {
        let known = facts.iter().position(|fact| fact.predicate == predicate && fact.about == *about);
        known.unwrap_or_else(|| {
            facts.push(FactLine {
                predicate: predicate.to_owned(),
                label: label.to_owned(),
                about: about.clone(),
                standing: None,
                accounts_differ: false,
                claims: Vec::new(),
                assessments: Vec::new(),
            });
            facts.len() - 1
        })
    };
    for placed in &ledger.claims {
        let Some(claim) = &placed.body else { continue };
        let place = place_of(&mut facts, &claim.predicate, &claim.about, &claim.label);
        let speaks = ledger.is_live(claim.number);
        let others = |of: &dyn Fn(&PublicClaim) -> bool| -> Vec<u32> {
            live.iter().filter(|other| speaks && other.number != claim.number && of(other)).map(|other| other.number).collect()
        };
        facts[place].claims.push(ClaimLine {
            number: claim.number,
            index: placed.index,
            at: placed.at.clone(),
            source: claim.source,
            polarity: claim.polarity,
            value: claim.value.clone(),
            says: claim.value.says(),
            live: speaks,
            set_aside: None,
            contradicted_by: others(&|other| compare::contradict(claim, other, sources)),
            worded_otherwise: others(&|other| compare::only_words(claim, other)),
            independent: if speaks { compare::corroboration(claim, &live, sources) } else { 0 },
            events: ledger
                .events_of(claim.number)
                .filter_map(|event| {
                    let body = event.body.as_ref()?;
                    let (event_kind, by_claim, reason) = (body.event, body.by_claim, body.reason.clone());
                    Some(EventLine { index: event.index, at: event.at.clone(), event: event_kind, by_claim, reason })
                })
                .collect(),
        });
    }
    for ((number, placed), assessed) in (1..).zip(&ledger.assessments).zip(ledger.assessed()) {
        let Some(assessed) = assessed else { continue };
        let place = place_of(&mut facts, assessed.predicate, &assessed.about.map(str::to_owned), assessed.label);
        let body = placed.body.as_ref();
        let source_of = |claim: &u32| ledger.claim(*claim).and_then(|claim| claim.body.as_ref()).map(|claim| claim.source);
        let sentences = body.into_iter().flat_map(|body| &body.sentences).map(|sentence| {
            let sources: BTreeSet<u32> = sentence.claims.iter().filter_map(source_of).collect();
            SentenceLine { text: sentence.text.clone(), claims: sentence.claims.clone(), sources: sources.into_iter().collect() }
        });
        let corrections = (1..).zip(&ledger.corrections).map(|(correction, _)| correction);
        let corrected_by = { corrections }.find(|one| ledger.joins(*one).is_some_and(|(_, earlier)| earlier == Some(number)));
        let fact = &mut facts[place];
        fact.standing = body.map(|body| body.standing);
        for claim in &mut fact.claims {
            claim.set_aside = body.and_then(|body| body.sets_aside.iter().find(|one| one.claim == claim.number)).map(|one| one.reason);
        }
        fact.assessments.push(AssessmentLine {
            number,
            index: placed.index,
            at: placed.at.clone(),
            standing: body.map(|body| body.standing),
            sentences: sentences.collect(),
            relies_on: body.map(|body| body.relies_on.clone()).unwrap_or_default(),
            corrected_by,
        });
    }
    for fact in &mut facts {
        fact.accounts_differ = fact.claims.iter().any(|claim| !claim.contradicted_by.is_empty());
    }
    facts
}

fn corrections(ledger: &Ledger, facts: &[FactLine]) -> Vec<CorrectionLine> {
    let assessed = |wanted: u32| {
        facts.iter().flat_map(|fact| fact.assessments.iter().map(move |one| (fact, one))).find(|(_, one)| one.number == wanted)
    };
    let said = |wanted: u32| assessed(wanted).map(|(_, one)| joined(&one.sentences)).unwrap_or_default();
    let line = |number: u32, index: u64, at: &str, body: Option<&Correction>| {
        let (later, earlier) = ledger.joins(number).unwrap_or_default();
        let now = assessed(later);
        CorrectionLine {
            number,
            index,
            at: at.to_owned(),
            kind: body.map(|body| body.kind),
            label: now.map(|(fact, _)| fact.label.clone()).unwrap_or_default(),
            before: earlier.map(said).unwrap_or_default(),
            after: said(later),
            note: body.map(|body| body.note.clone()).unwrap_or_default(),
            sources: now
                .map(|(_, one)| {
                    let all: BTreeSet<u32> = one.sentences.iter().flat_map(|sentence| sentence.sources.iter().copied()).collect();
                    all.into_iter().collect()
                })
                .unwrap_or_default(),
        }
    };
    (1..).zip(&ledger.corrections).map(|(number, placed)| line(number, placed.index, &placed.at, placed.body.as_ref())).collect()
}

fn joined(sentences: &[SentenceLine]) -> String {
    sentences.iter().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// When it happened: the dates claimed for `when` that speak and are not set aside; those the desk relies on
/// where it settled the matter and they still speak; the day the desk opened it where nothing is claimed.
fn when(facts: &[FactLine], happened: &str) -> When {
    let fact = facts.iter().find(|fact| fact.predicate == "when" && fact.about.is_none());
    let fact = fact.or_else(|| facts.iter().find(|fact| fact.predicate.starts_with("when.") && fact.about.is_none()));
    let date = |claim: &ClaimLine| match &claim.value {
        Said::Span { edtf: Some(edtf), .. } => Some(edtf.clone()),
        _ => None,
    };
    let mut dates: Vec<String> = Vec::new();
    let mut claimed = false;
    if let Some(fact) = fact {
        let settled = fact.assessments.last().filter(|one| one.standing == Some(Standing::Settled)).map(|one| one.relies_on.as_slice());
        let speaking = || fact.claims.iter().filter(|claim| claim.live && claim.polarity == Polarity::Asserts);
        claimed = speaking().next().is_some();
        let mut told = |wanted: &dyn Fn(&ClaimLine) -> bool| {
            for claim in speaking().filter(|claim| claim.set_aside.is_none() && wanted(claim)) {
                dates.extend(date(claim).filter(|date| !dates.contains(date)));
            }
            !dates.is_empty()
        };
        // Where what settled it no longer speaks, the others do.
        let settles = settled.is_some_and(|relied_on| told(&|claim| relied_on.contains(&claim.number)));
        let _ = settles || told(&|_| true);
    }
    if dates.is_empty() && !claimed {
        dates.extend(happened.get(..10).filter(|day| EdtfDate::parse(day).is_some()).map(str::to_owned));
    }
    let words: Vec<String> = dates.iter().filter_map(|date| EdtfDate::parse(date)).map(|date| date.words()).collect();
    When { edtf: dates, words: if words.is_empty() { "Date not given".to_owned() } else { words.join(" or ") } }
}

/// What the lines say, and what follows from them for the page's state.
#[derive(Default)]
struct Lines {
    lines: Vec<RecordLine>,
    live: u32,
    mistaken: bool,
    ended: bool,
    outcome: Option<Outcome>,
}

fn written(entries: &[LoggedEntry], ledger: &Ledger) -> Lines {
    let mut page = Lines { lines: Vec::with_capacity(entries.len()), ..Lines::default() };
    // Withdrawals, keys and notes have no words of their own.
    for entry in entries.iter().filter(|entry| entry.kind < 32) {
        let Some(payload) = &entry.payload else {
            // An outcome whose words went does not make an earlier one the last word again.
            page.outcome = page.outcome.filter(|_| entry.kind != 9);
            page.lines.push(RecordLine {
                index: entry.index,
                kind: entry.kind,
                type_name: "withdrawn".into(),
                at: String::new(),
                says: "The words of this entry were taken from the public. Its place stays.".into(),
            });
            continue;
        };
        let says = page.says(entry, payload, ledger);
        page.lines.push(RecordLine {
            index: entry.index,
            kind: entry.kind,
            type_name: text(payload, "type"),
            at: text(payload, "at"),
            says,
        });
    }
    page
}

impl Lines {
    fn says(&mut self, entry: &LoggedEntry, payload: &Map<String, Value>, ledger: &Ledger) -> String {
        let get = |key: &str| text(payload, key);
        let when = |key: &str| utc_words(&get(key));
        match entry.kind {
            1 if get("happened").is_empty() => "This was entered from a file into the public record.".to_owned(),
            1 => format!("The desk opened this to the public record. It began on {}.", when("happened")),
            5 => {
                self.live += 1;
                format!(
                    "An alert went to {} on {}. It named no place finer than this: {}. Approved by {}.",
                    told(&get("reach")),
                    when("rung"),
                    get("place"),
                    get("approved_by")
                )
            }
            6 => format!("An update went to the same people on {}.", when("updated")),
            7 => {
                self.live = self.live.saturating_sub(1);
                (self.ended, self.mistaken) = (true, true);
                format!("The alert of {} was wrong. It was cancelled on {}, and {} heard so.", when("rung"), when("ended"), get("told"))
            }
            8 => {
                self.live = self.live.saturating_sub(1);
                self.ended = true;
                format!("The alert of {} ended on {}, and {} heard so.", when("rung"), when("ended"), get("told"))
            }
            9 => {
                self.outcome = Some(Outcome { text: get("outcome"), says: get("says"), index: entry.index });
                format!("How it ended: {} Source: {}.", sentence(&get("outcome")), get("says"))
            }
            _ => noted(entry.index, ledger).unwrap_or_else(|| "An entry of a kind that this version does not know.".to_owned()),
        }
    }
}

/// The sentence of an entry that the ledger could read.
fn noted(index: u64, ledger: &Ledger) -> Option<String> {
    if let Some(source) = ledger.sources.iter().find(|placed| placed.index == index) {
        let source = source.body.as_ref()?;
        let standing = source.standing.as_deref().map(sentence).unwrap_or_default();
        return Some(format!("Source {}: {}. {}. {standing}", source.number, source.label, source.kind.word()).trim_end().to_owned());
    }
    if let Some(claim) = ledger.claims.iter().find(|placed| placed.index == index) {
        let claim = claim.body.as_ref()?;
        let about = claim.about.as_deref().map(|about| format!(", {about}")).unwrap_or_default();
        let says = match claim.polarity {
            Polarity::Asserts => "says",
            Polarity::Denies => "denies",
            Polarity::SaysUnknown => "says that it is not known",
        };
        return Some(format!(
            "Claim {}. {}{about}: source {} {says}: {}",
            claim.number,
            claim.label,
            claim.source,
            sentence(&claim.value.says())
        ));
    }
    if let Some(event) = ledger.events.iter().find(|placed| placed.index == index) {
        let event = event.body.as_ref()?;
        let instead = event.by_claim.map(|other| format!(" Claim {other} stands instead.")).unwrap_or_default();
        return Some(format!("Claim {}: {}. {}{instead}", event.claim, event.event.words(), sentence(&event.reason)));
    }
    if let Some(assessment) = ledger.assessments.iter().find(|placed| placed.index == index) {
        let assessment = assessment.body.as_ref()?;
        let said: Vec<&str> = assessment.sentences.iter().map(|sentence| sentence.text.as_str()).collect();
        if said.is_empty() {
            return Some(format!("{} ({}).", assessment.label, assessment.standing.word().to_lowercase()));
        }
        return Some(format!("{} ({}): {}", assessment.label, assessment.standing.word().to_lowercase(), said.join(" ")));
    }
    if let Some(correction) = ledger.corrections.iter().find(|placed| placed.index == index) {
        let correction = correction.body.as_ref()?;
        return Some(format!("Correction {}. {}", correction.number, sentence(&correction.note)));
    }
    if let Some(lookalike) = ledger.lookalikes.iter().find(|placed| placed.index == index) {
        let lookalike = lookalike.body.as_ref()?;
        return Some(format!("Not this event: {}, {}. {}", lookalike.place, lookalike.year, sentence(&lookalike.note)));
    }
    let similar = ledger.similar.iter().find(|placed| placed.index == index)?.body.as_ref()?;
    let date = EdtfDate::parse(&similar.edtf).map_or_else(|| similar.edtf.clone(), |date| date.words());
    Some(format!("Something similar: {}, {date}.", similar.place))
}

/// A UTC minute as people read it: `2026-01-02T03:04Z` becomes `2 January 2026 at 03:04 UTC`. Whatever is
/// written otherwise stays as it is.
fn utc_words(minute: &str) -> String {
    const MONTHS: [&str; 12] =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    let read = || {
        let (day, clock) = minute.strip_suffix('Z')?.split_once('T')?;
        let [year, month, day] = <[&str; 3]>::try_from(day.split('-').collect::<Vec<_>>()).ok()?;
        let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
        let clock = clock.get(..5)?;
        Some(format!("{} {month} {year} at {clock} UTC", day.parse::<u8>().ok()?))
    };
    read().unwrap_or_else(|| minute.to_owned())
}

/// Whom a reach tells, in words.
fn told(reach: &str) -> &str {
    match reach {
        "dispatch" => "trained observers on duty",
        "neighbours" => "neighbours who had asked for it",
        "public" => "everybody",
        other => other,
    }
}

fn title(kind: &str, district: &str) -> String {
    match (kind.is_empty(), district.is_empty()) {
        (true, _) => "Withdrawn".to_owned(),
        (false, true) => kind.to_owned(),
        (false, false) => format!("{kind}, {district}"),
    }
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_read_as_people_say_it_and_anything_else_is_left_alone() {
        assert_eq!(utc_words("2026-01-02T03:04Z"), "2 January 2026 at 03:04 UTC");
        assert_eq!(utc_words("2026-11-21T03:04:59Z"), "21 November 2026 at 03:04 UTC");
        for odd in ["", "yesterday", "2026-13-02T03:04Z", "2026-00-02T03:04Z", "2026-01-02"] {
            assert_eq!(utc_words(odd), odd);
        }
    }

    #[test]
    fn an_incident_that_was_not_opened_has_no_page_and_a_withdrawn_entry_keeps_its_place() {
        let payload = |text: &str| serde_json::from_str(text).ok();
        let alert = LoggedEntry {
            index: 1,
            kind: 5,
            payload: payload(r#"{"type":"alert.issued","at":"2026-01-02T03:04Z","rung":"2026-01-02T03:04Z"}"#),
        };
        let id = IncidentId([1; 16]);
        assert_eq!(project(id, std::slice::from_ref(&alert)), None);
        let opening =
            LoggedEntry { index: 0, kind: 1, payload: payload(r#"{"type":"incident.opened","kind_label":"Flood","district":"Peckham"}"#) };
        let page = project(id, &[opening.clone(), alert.clone()]).expect("it was opened");
        assert_eq!((page.title.as_str(), page.state.as_str(), page.lines.len()), ("Flood, Peckham", "live", 2));
        let withdrawn = project(id, &[opening, LoggedEntry { payload: None, ..alert }]).expect("it was opened");
        assert_eq!((withdrawn.lines[1].type_name.as_str(), withdrawn.lines[1].index), ("withdrawn", 1));
        let strange = LoggedEntry { index: 2, kind: 30, payload: payload("{}") };
        assert!(
            project(id, &[LoggedEntry { index: 0, kind: 1, payload: payload("{}") }, strange]).expect("opened").lines[1]
                .says
                .contains("does not know")
        );
    }
}
