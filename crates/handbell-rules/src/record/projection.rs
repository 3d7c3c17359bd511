//! Projection: the page of an incident as a pure function of its log entries.
//!
//! Anyone who holds the entries can compute the same page; `handbell verify` does. No clock, no locale,
//! no number that is not whole, keys in order. An entry of a kind this version does not know is shown as
//! such, and one whose content was withdrawn or is missing keeps its place. Contradiction and corroboration are worked out
//! here and stored nowhere; every claim stays on the page, whatever the desk thinks of it.

mod facts;
mod gone;
mod lines;
mod outcomes;
mod sides;

use super::assessment::{CorrectionKind, SetAsideReason, Standing};
use super::claim::{ClaimEventKind, Polarity, Value as Said};
use super::compare;
use super::entry::{LetIn, PublicPlace};
use super::ledger::Ledger;
use super::lookalike::{LookAlike, Similar};
use super::moderation::Moderation;
use super::shown::Shown;
use super::source::{Source, SourceKind, root};
use crate::id::IncidentId;
use facts::{corrections, facts, when};
pub(in crate::record) use lines::utc_words;
use lines::written;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
pub use sides::{AskedLine, CameLine, ModerationLine, ReplyLine, SecondedLine, StatementLine};
use sides::{asked, moderation, replies, statements};

/// The version of this function; a page says which one made it.
pub const PROJECTION_VERSION: u32 = 4;

/// The type of a line whose words were taken from the public.
pub const WITHDRAWN: &str = "withdrawn";
/// The type of a line whose words this group has lost.
pub const MISSING: &str = "missing";

/// One entry as the projection reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedEntry {
    /// Place in the log.
    pub index: u64,
    /// The leaf's kind number.
    pub kind: u8,
    /// The payload; none when it was withdrawn or is missing.
    pub payload: Option<Map<String, Value>>,
    /// Whether nothing withdrew the payload and it is nevertheless not there: its group lost it, and found nobody who held it.
    pub missing: bool,
}

/// One line of the page: one entry of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordLine {
    /// Place in the log; the number people cite.
    pub index: u64,
    /// The leaf's kind number.
    pub kind: u8,
    /// The payload's type, or [`WITHDRAWN`], or [`MISSING`].
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
    /// The dates that are claimed and not set aside, as EDTF; more than one where accounts differ.
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
    /// Footage that is shown, covered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<Shown>,
    /// What those concerned answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replies: Vec<ReplyLine>,
    /// Bodies' own words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<StatementLine>,
    /// Who was asked for comment, and what came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<AskedLine>,
    /// What was decided about what may be shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moderation: Vec<ModerationLine>,
    /// How it ended in free words, as last told before there were slots.
    pub outcome: Option<Outcome>,
    /// What became of it, slot by slot, in the order of the slots.
    #[serde(default)]
    pub outcomes: Vec<SlotLine>,
    /// The newest entry's UTC minute.
    pub changed: String,
    /// Every entry, oldest first.
    pub lines: Vec<RecordLine>,
}

impl IncidentRecord {
    /// The page as data, in its one spelling: JSON with the fields in the order of this version, without a space. What
    /// `/api/v1/incidents/{id}` answers, byte for byte.
    pub fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("texts, whole numbers and lists can always be written")
    }

    /// Whether the words of an entry are missing here.
    pub fn is_missing(&self, index: u64) -> bool {
        self.lines.binary_search_by_key(&index, |line| line.index).is_ok_and(|place| self.lines[place].type_name == MISSING)
    }

    /// How many entries have no words here although nobody took them from the public.
    pub fn missing(&self) -> usize {
        self.lines.iter().filter(|line| line.type_name == MISSING).count()
    }

    /// The SHA-256 of [`IncidentRecord::bytes`]: what a page prints, and whoever holds the entries can work out.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.bytes()).into()
    }
}

/// One slot of what became of it: what is told, since when, and when somebody was last asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlotLine {
    /// The slot's stable name.
    pub slot: String,
    /// What people call it.
    pub label: String,
    /// The part of the incident; none for all of it.
    pub about: Option<String>,
    /// The number of its first outcome; none while nothing was told.
    pub chain: Option<u32>,
    /// Every outcome, oldest first; the last stands, and says nothing where its words were withdrawn.
    pub told: Vec<OutcomeLine>,
    /// Whom the desk last asked.
    pub last_asked: Option<LastAsked>,
    /// The day from which the desk asks again; none when it is closed or the years are over.
    pub asks_again: Option<String>,
}

/// One outcome of a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeLine {
    /// Its number.
    pub number: u32,
    /// Place in the log.
    pub index: u64,
    /// When it was recorded, UTC minute; empty when its words were withdrawn.
    pub at: String,
    /// The value's stable name; none when its words were withdrawn.
    pub value: Option<String>,
    /// The value in words.
    pub words: String,
    /// Since when, as EDTF.
    pub edtf: Option<String>,
    /// The same in words; empty where nobody could tell.
    pub day_words: String,
    /// What else is known; may be empty.
    pub note: String,
    /// The source's number.
    pub source: Option<u32>,
    /// Whom the desk asked.
    pub asked: Option<String>,
    /// On which day.
    pub asked_on: Option<String>,
}

/// Whom the desk last asked about a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LastAsked {
    /// Whom.
    pub whom: String,
    /// The day.
    pub on: String,
    /// The same in words.
    pub on_words: String,
}

/// How it ended in free words, and who says so.
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
    let wordless = Map::new();
    let ledger = Ledger::read(entries);
    let stays = stays_of(opening, &ledger);
    let opened = opening.payload.as_ref().or(stays.as_ref()).unwrap_or(&wordless);
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
    let own_title = text(opened, "title");
    let outcomes = outcomes::slots(entries, opened, &ledger, written.live > 0);
    Some(IncidentRecord {
        projection: PROJECTION_VERSION,
        incident,
        title: match (opening.missing, own_title.is_empty()) {
            (true, _) => "Words missing here".to_owned(),
            (false, true) => title(&text(opened, "kind_label"), &text(opened, "district")),
            (false, false) => own_title,
        },
        kind: text(opened, "kind"),
        kind_label: text(opened, "kind_label"),
        district: text(opened, "district"),
        place: opened.get("place").and_then(|place| PublicPlace::deserialize(place).ok()),
        happened: text(opened, "happened"),
        when: when(&facts, &text(opened, "happened"), &text(opened, "zone")),
        status: text(opened, "status"),
        state: match (written.live, written.mistaken, written.ended || ended_before) {
            (1.., _, _) => "live",
            (0, true, _) => "mistaken",
            (0, false, true) => "over",
            (0, false, false) => "recorded",
        }
        .to_owned(),
        approved_by: text(opened, "approved_by"),
        official,
        independent_sources,
        sources: source_lines(&ledger, &sources),
        facts,
        corrections,
        lookalikes: ledger.lookalikes.iter().filter_map(|placed| placed.body.clone()).collect(),
        similar: ledger.similar.iter().filter_map(|placed| placed.body.clone()).collect(),
        shown: ledger.shown.iter().filter_map(|placed| placed.body.clone()).collect(),
        replies: replies(&ledger),
        statements: statements(&ledger),
        asked: asked(&ledger),
        moderation: moderation(&ledger),
        outcome: written.outcome,
        outcomes,
        changed: written.lines.iter().rev().map(|line| line.at.clone()).find(|at| !at.is_empty()).unwrap_or_default(),
        lines: written.lines,
    })
}

/// What stays of an opening whose words were taken from the public, by its mark.
fn stays_of(opening: &LoggedEntry, ledger: &Ledger) -> Option<Map<String, Value>> {
    if opening.payload.is_some() || opening.missing {
        return None;
    }
    let mark = |body: &Moderation| match body {
        Moderation::OpeningTaken { entry, opened, kind, kind_label, district, zone, status } if *entry == opening.index => {
            let approved_by = LetIn::Import.words();
            let names = ["at", "kind", "kind_label", "district", "zone", "status", "approved_by"];
            let texts =
                [opened.as_str(), kind.as_str(), kind_label.as_str(), district.as_str(), zone.as_str(), status.as_str(), approved_by];
            let fields = names.into_iter().zip(texts).map(|(name, text)| (name.to_owned(), Value::from(text)));
            Some(fields.chain([("ended".to_owned(), Value::from(true))]).collect())
        }
        _ => None,
    };
    ledger.moderation.iter().filter_map(|placed| placed.body.as_ref()).find_map(mark)
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

fn title(kind: &str, district: &str) -> String {
    match (kind.is_empty(), district.is_empty()) {
        (true, _) => "Withdrawn".to_owned(),
        (false, true) => kind.to_owned(),
        (false, false) => format!("{kind}, {district}"),
    }
}

#[cfg(test)]
mod tests {
    use super::lines::utc_words;
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
            missing: false,
        };
        let id = IncidentId([1; 16]);
        assert_eq!(project(id, std::slice::from_ref(&alert)), None);
        let opening = LoggedEntry {
            index: 0,
            kind: 1,
            payload: payload(r#"{"type":"incident.opened","kind_label":"Flood","district":"Peckham"}"#),
            missing: false,
        };
        let page = project(id, &[opening.clone(), alert.clone()]).expect("it was opened");
        assert_eq!((page.title.as_str(), page.state.as_str(), page.lines.len()), ("Flood, Peckham", "live", 2));
        let withdrawn = project(id, &[opening, LoggedEntry { payload: None, ..alert }]).expect("it was opened");
        assert_eq!((withdrawn.lines[1].type_name.as_str(), withdrawn.lines[1].index), ("withdrawn", 1));
        assert_eq!((withdrawn.missing(), withdrawn.is_missing(1)), (0, false));
        let strange = LoggedEntry { index: 2, kind: 30, payload: payload("{}"), missing: false };
        assert!(
            project(id, &[LoggedEntry { index: 0, kind: 1, payload: payload("{}"), missing: false }, strange]).expect("opened").lines[1]
                .says
                .contains("does not know")
        );
    }

    #[test]
    fn words_that_are_missing_are_said_to_be_and_never_to_be_withdrawn() {
        let opening = LoggedEntry {
            index: 4,
            kind: 1,
            payload: serde_json::from_str(r#"{"type":"incident.opened","kind_label":"Flood","district":"Peckham"}"#).ok(),
            missing: false,
        };
        let lost = LoggedEntry { index: 9, kind: 11, payload: None, missing: true };
        let gone = LoggedEntry { index: 12, kind: 9, payload: None, missing: false };
        let page = project(IncidentId([1; 16]), &[opening.clone(), lost, gone]).expect("it was opened");
        let types: Vec<&str> = page.lines.iter().map(|line| line.type_name.as_str()).collect();
        assert_eq!(types[1..], [MISSING, WITHDRAWN]);
        assert!(page.lines[1].says.contains("missing here") && page.lines[2].says.contains("taken from the public"));
        assert_eq!((page.missing(), page.is_missing(9), page.is_missing(12), page.is_missing(10)), (1, true, false, false));
        assert!(!page.wholly_withdrawn(), "what is missing may still be said by somebody");
        let opening = LoggedEntry { payload: None, missing: true, ..opening };
        assert_eq!(project(IncidentId([1; 16]), &[opening]).expect("it was opened").title, "Words missing here");
    }
}
