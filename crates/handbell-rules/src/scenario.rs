//! Scenarios: an event written down as the public record should hold it, and sometimes a drill of such a day.
//!
//! A scenario is parsed strictly: unknown keys, sources nobody listed, predicates the playbook does not know
//! and homes told finer than their district are refused. What comes out of the `drill` table is practice: each
//! of its messages says so in its first word, and nothing here can turn one into a report of the live desk.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Deserialize;

use crate::place::{Point, Precision};
use crate::playbook::strict_toml::{self, TomlRefusal};
use crate::playbook::{Playbook, ValueType};

/// The most characters of any one text in a scenario.
pub const SCENARIO_TEXT_CHARACTERS_MAX: usize = 1_000;
/// The most sources, claims or drill reports of one scenario.
pub const SCENARIO_ENTRIES_MAX: usize = 1_000;
/// The largest number a count may have.
pub const COUNT_MAX: u32 = 1_000_000;
/// The longest a drill may last, in minutes (two days).
pub const DRILL_MINUTES_MAX: u32 = 2 * 24 * 60;
/// The word every practice message begins with.
pub const PRACTICE_MARK: &str = "PRACTICE:";

/// Why a scenario was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioRefusal {
    /// Broken TOML, or a key nobody knows.
    #[error(transparent)]
    Toml(#[from] TomlRefusal),
    /// A value that is wrong in itself.
    #[error("`{key}`: {why}")]
    BadValue {
        /// Where, such as `claim 3: edtf`.
        key: String,
        /// Why.
        why: String,
    },
    /// A source that is named but not listed.
    #[error("`{key}`: there is no source `{source_id}`")]
    SourceUnknown {
        /// Where.
        key: String,
        /// The name.
        source_id: String,
    },
    /// The scenario is written for another playbook.
    #[error("this scenario is for the playbook `{wanted}`")]
    OtherPlaybook {
        /// The playbook's id.
        wanted: String,
    },
    /// The playbook has no such kind.
    #[error("the playbook has no kind `{kind}`")]
    KindUnknown {
        /// The kind.
        kind: String,
    },
    /// The playbook has no such predicate.
    #[error("`{key}`: the playbook has no predicate `{predicate}`")]
    PredicateUnknown {
        /// Where.
        key: String,
        /// The predicate.
        predicate: String,
    },
    /// A claim's value does not fit its predicate.
    #[error("`{key}`: {why}")]
    ValueMismatch {
        /// Where.
        key: String,
        /// What the predicate takes.
        why: String,
    },
}

/// One scenario, held together but not yet against a playbook: see [`Scenario::check`].
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// What the record is about.
    pub incident: ScenarioIncident,
    /// Who says things.
    pub sources: Vec<ScenarioSource>,
    /// What they say.
    pub claims: Vec<ScenarioClaim>,
    /// Similar events elsewhere.
    pub similar_elsewhere: Vec<SimilarElsewhere>,
    /// Footage of other events that circulates with this one.
    pub lookalikes: Vec<Lookalike>,
    /// What the desk said, in order; a later one on the same predicate supersedes an earlier one.
    pub assessments: Vec<ScenarioAssessment>,
    /// The practice day, if there is one.
    pub drill: Option<Drill>,
}

/// The incident of a scenario.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioIncident {
    /// The playbook's id.
    pub playbook: String,
    /// A kind of that playbook.
    pub kind: String,
    /// The heading of the public page.
    pub title: String,
    /// Where.
    pub place: ScenarioPlace,
    /// Whether it was at somebody's home.
    #[serde(default)]
    pub home: bool,
    /// The IANA zone, if it is not the playbook's.
    pub zone: Option<String>,
    /// Whether a court or tribunal is still dealing with it.
    pub proceedings_active: Option<bool>,
}

/// Where a scenario's incident was.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "WrittenPlace")]
pub struct ScenarioPlace {
    /// In words.
    pub text: String,
    /// The point, if one is given.
    pub point: Option<Point>,
    /// How far from the point it may have been, in metres.
    pub radius_metres: Option<u32>,
    /// The finest precision its public page may have.
    pub public_precision: Option<Precision>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPlace {
    text: String,
    lat: Option<f64>,
    lon: Option<f64>,
    radius_metres: Option<u32>,
    public_precision: Option<Precision>,
}

impl TryFrom<WrittenPlace> for ScenarioPlace {
    type Error = String;
    fn try_from(written: WrittenPlace) -> Result<Self, String> {
        let point = match (written.lat, written.lon) {
            (None, None) => None,
            (Some(lat), Some(lon)) => Some(Point::from_degrees(lat, lon).map_err(|why| why.to_string())?),
            _ => return Err("a point needs both lat and lon".into()),
        };
        if written.radius_metres.is_some() && point.is_none() {
            return Err("a radius needs a point".into());
        }
        let (text, radius_metres) = (written.text, written.radius_metres);
        Ok(Self { text, point, radius_metres, public_precision: written.public_precision })
    }
}

/// What sort of source it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// Somebody who saw it.
    Witness,
    /// A publisher.
    Press,
    /// A public body.
    Official,
    /// A campaign, charity or union.
    Organisation,
    /// A court or tribunal.
    Court,
    /// A document.
    Document,
}

/// One source.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioSource {
    /// Its name inside the file.
    pub id: String,
    /// What sort it is.
    pub kind: SourceKind,
    /// How the public page names it.
    pub label: String,
    /// Where it stands.
    pub note: Option<String>,
    /// The source it copies: copies count once.
    pub copies: Option<String>,
    /// The source that carried it.
    pub via: Option<String>,
    /// When it spoke, in its own words.
    pub said_words: Option<String>,
    /// When it was asked for comment, in words.
    pub asked_for_comment_at: Option<String>,
    /// When it replied, in words.
    pub replied_at: Option<String>,
}

/// A count as claimed: either end may be open, and the words are kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioCount {
    /// The least, if said.
    pub low: Option<u32>,
    /// The most, if said.
    pub high: Option<u32>,
    /// The words.
    pub words: Option<String>,
}

/// A calendar date of EDTF level 0: a day, a month or a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdtfDate {
    /// As written.
    pub written: String,
    /// The first day it may be.
    pub first: Date,
    /// The last day it may be.
    pub last: Date,
}

impl EdtfDate {
    /// Reads `2017-05-13`, `2017-05` or `2017`; `None` for anything else, longer EDTF forms included.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |part: &str, length: usize| {
            (part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse::<i16>().ok()).flatten()
        };
        let mut parts = text.split('-');
        let year = digits(parts.next()?, 4)?;
        let month = parts.next().map(|part| digits(part, 2).and_then(|month| i8::try_from(month).ok()));
        let day = parts.next().map(|part| digits(part, 2).and_then(|day| i8::try_from(day).ok()));
        if parts.next().is_some() {
            return None;
        }
        let (first, last) = match (month, day) {
            (None, _) => (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?),
            (Some(month), None) => {
                let first = Date::new(year, month?, 1).ok()?;
                (first, first.last_of_month())
            }
            (Some(month), Some(day)) => {
                let date = Date::new(year, month?, day?).ok()?;
                (date, date)
            }
        };
        Some(Self { written: text.to_owned(), first, last })
    }
}

/// One claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioClaim {
    /// The source's id.
    pub source: String,
    /// A predicate of the playbook.
    pub predicate: String,
    /// The part of the incident it is about, if not all of it.
    pub about: Option<String>,
    /// The date, if the words resolve to one.
    pub edtf: Option<EdtfDate>,
    /// The words.
    pub words: Option<String>,
    /// The count.
    pub count: Option<ScenarioCount>,
    /// The value as a sentence or a choice.
    pub value: Option<String>,
}

/// A similar event elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimilarElsewhere {
    /// Where.
    pub place: String,
    /// When.
    pub edtf: EdtfDate,
}

/// Footage of another event that circulates with this one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookalike {
    /// Where it really was.
    pub place: String,
    /// When it really was.
    pub year: u16,
    /// What it shows.
    pub note: String,
}

/// How the desk stands on one fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Settled.
    Settled,
    /// Sources disagree.
    Disputed,
    /// Not confirmed.
    Unconfirmed,
    /// Withdrawn.
    Withdrawn,
}

/// What the desk said about one predicate at one time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioAssessment {
    /// The predicate.
    pub predicate: String,
    /// How it stands.
    pub standing: Standing,
    /// The sources it relies on.
    pub relies_on: Vec<String>,
    /// The sources it sets aside.
    #[serde(default)]
    pub sets_aside: Vec<SetAside>,
    /// The public sentence.
    pub public_wording: String,
    /// What the correction says, if this one corrects an earlier one.
    pub correction_note: Option<String>,
}

/// A source set aside.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetAside {
    /// The source's id.
    pub source: String,
    /// Why.
    pub reason: SetAsideReason,
}

/// Why a source is set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetAsideReason {
    /// The source itself, or the one it quoted, has since said otherwise.
    SupersededBySource,
    /// A stronger source says otherwise.
    ContradictedByStronger,
    /// It is about another event.
    WrongEvent,
    /// It copies another source.
    Copied,
    /// It cannot be.
    Implausible,
}

/// A practice day. Its type is its own: nothing that sends takes it for a live incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Drill {
    /// Where it is set.
    pub place: ScenarioPlace,
    /// When its first minute is.
    pub starts: jiff::Timestamp,
    /// The messages, in order of time.
    pub reports: Vec<DrillReport>,
    /// What a good desk does.
    pub expected: Option<DrillExpected>,
}

/// How the writer of a practice message knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DrillBasis {
    /// Saw it.
    Saw,
    /// Was told by somebody there.
    Told,
    /// Saw it online.
    Online,
}

/// Whether it is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DrillStatus {
    /// Now.
    Now,
    /// Moving.
    Moving,
    /// Over.
    Over,
}

/// How a practice message comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DrillRoute {
    /// Through the report form.
    Web,
    /// Somebody at the desk writes down a call.
    Phone,
    /// From a trained observer on duty.
    Observer,
}

/// A range of numbers, both ends said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DrillRange {
    /// The least.
    pub low: u32,
    /// The most.
    pub high: u32,
}

/// One practice message.
#[derive(Debug, Clone, PartialEq)]
pub struct DrillReport {
    /// Minutes after the drill's start.
    pub at_minutes: u32,
    /// How the writer knows.
    pub basis: DrillBasis,
    /// Whether it is going on.
    pub status: DrillStatus,
    /// The message, marked as practice.
    pub text: String,
    /// How many officers.
    pub officers: Option<DrillRange>,
    /// How many vehicles.
    pub vehicles: Option<DrillRange>,
    /// How many people.
    pub people: Option<DrillRange>,
    /// How far from the drill's place the writer's pin lies, in metres; `None` when there is no pin.
    pub place_offset_metres: Option<u32>,
    /// The place in the writer's words, if they say another one than the drill's.
    pub place: Option<String>,
    /// What old footage it really is, if it is.
    pub lookalike: Option<String>,
    /// How it comes in.
    pub route: DrillRoute,
    /// Whether the writer answers the desk's question through the receipt.
    pub answers_the_desk: bool,
}

/// What a good desk does in a drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrillExpected {
    /// Minutes until observers are sent.
    pub dispatch_after_minutes: u32,
    /// Minutes until it is confirmed.
    pub confirmed_after_minutes: u32,
    /// How many incidents there really are.
    pub distinct_incidents: u32,
    /// How many look-alikes are found.
    pub lookalikes_flagged: u32,
    /// Minutes until the stand-down.
    pub stand_down_after_minutes: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenScenario {
    incident: ScenarioIncident,
    source: Vec<ScenarioSource>,
    claim: Vec<WrittenClaim>,
    #[serde(default)]
    similar_elsewhere: Vec<WrittenSimilar>,
    #[serde(default)]
    lookalike: Vec<Lookalike>,
    #[serde(default)]
    assessment: Vec<ScenarioAssessment>,
    drill: Option<WrittenDrill>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenClaim {
    source: String,
    predicate: String,
    about: Option<String>,
    edtf: Option<String>,
    words: Option<String>,
    count: Option<ScenarioCount>,
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSimilar {
    place: String,
    edtf: String,
}

/// A drill has one status and no other; the key must be there so that a reader of the file sees it.
#[derive(Deserialize)]
enum ExerciseOnly {
    Exercise,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDrill {
    /// Present so that only `Exercise` parses.
    status: ExerciseOnly,
    place: ScenarioPlace,
    starts: String,
    reports: Vec<WrittenReport>,
    expected: Option<DrillExpected>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenReport {
    at: String,
    basis: DrillBasis,
    status: DrillStatus,
    text: String,
    officers: Option<[u32; 2]>,
    vehicles: Option<[u32; 2]>,
    people: Option<[u32; 2]>,
    place_offset_metres: Option<u32>,
    place: Option<String>,
    lookalike: Option<String>,
    route: DrillRoute,
    #[serde(default)]
    answers_the_desk: bool,
}

impl Scenario {
    /// Reads a scenario. `file` is its name for messages.
    ///
    /// # Errors
    /// When the text is not strict TOML of this shape, a source is unknown or there twice, a date, count or
    /// offset makes no sense, a home is told finer than its district, or a practice message is not marked.
    pub fn parse(file: &str, text: &str) -> Result<Self, ScenarioRefusal> {
        let written: WrittenScenario = strict_toml::parse(file, text)?;
        for (key, length) in [
            ("source", written.source.len()),
            ("claim", written.claim.len()),
            ("similar_elsewhere", written.similar_elsewhere.len()),
            ("lookalike", written.lookalike.len()),
            ("assessment", written.assessment.len()),
        ] {
            if length > SCENARIO_ENTRIES_MAX {
                return Err(bad(key, format!("at most {SCENARIO_ENTRIES_MAX} are allowed")));
            }
        }
        check_incident(&written.incident)?;
        check_sources(&written.source)?;
        let ids: BTreeSet<&str> = written.source.iter().map(|source| source.id.as_str()).collect();
        let claims = written
            .claim
            .into_iter()
            .enumerate()
            .map(|(position, claim)| read_claim(&format!("claim {}", position + 1), claim, &ids))
            .collect::<Result<Vec<_>, _>>()?;
        let similar_elsewhere = written
            .similar_elsewhere
            .into_iter()
            .map(|one| {
                let edtf = read_date("similar_elsewhere: edtf", &one.edtf)?;
                Ok(SimilarElsewhere { place: bounded("similar_elsewhere: place", one.place)?, edtf })
            })
            .collect::<Result<Vec<_>, ScenarioRefusal>>()?;
        check_assessments(&written.assessment, &ids)?;
        let drill = written.drill.map(read_drill).transpose()?;
        Ok(Self {
            incident: written.incident,
            sources: written.source,
            claims,
            similar_elsewhere,
            lookalikes: written.lookalike,
            assessments: written.assessment,
            drill,
        })
    }

    /// Holds the scenario against the playbook it names.
    ///
    /// # Errors
    /// When it is for another playbook, or names a kind or predicate that one has not, or a claim's value
    /// does not fit its predicate.
    pub fn check(&self, playbook: &Playbook) -> Result<(), ScenarioRefusal> {
        if self.incident.playbook != playbook.id() {
            return Err(ScenarioRefusal::OtherPlaybook { wanted: self.incident.playbook.clone() });
        }
        if playbook.kind(&self.incident.kind).is_none() {
            return Err(ScenarioRefusal::KindUnknown { kind: self.incident.kind.clone() });
        }
        for (position, claim) in self.claims.iter().enumerate() {
            check_value(&format!("claim {}", position + 1), claim, playbook)?;
        }
        for (position, assessment) in self.assessments.iter().enumerate() {
            if playbook.predicate(&assessment.predicate).is_none() {
                let key = format!("assessment {}", position + 1);
                return Err(ScenarioRefusal::PredicateUnknown { key, predicate: assessment.predicate.clone() });
            }
        }
        Ok(())
    }
}

fn bad(key: impl Into<String>, why: impl Into<String>) -> ScenarioRefusal {
    ScenarioRefusal::BadValue { key: key.into(), why: why.into() }
}

fn bounded(key: &str, text: String) -> Result<String, ScenarioRefusal> {
    check_text(key, &text)?;
    Ok(text)
}

fn check_text(key: &str, text: &str) -> Result<(), ScenarioRefusal> {
    if text.trim().is_empty() || text.chars().count() > SCENARIO_TEXT_CHARACTERS_MAX || text.chars().any(char::is_control) {
        return Err(bad(key, format!("a text is 1 to {SCENARIO_TEXT_CHARACTERS_MAX} printable characters")));
    }
    Ok(())
}

fn check_incident(incident: &ScenarioIncident) -> Result<(), ScenarioRefusal> {
    check_text("incident: title", &incident.title)?;
    check_text("incident: place", &incident.place.text)?;
    let Some(precision) = incident.place.public_precision else {
        return Err(bad("incident: place", "`public_precision` is needed: a public page must know how fine it may be"));
    };
    if incident.home && precision > Precision::District {
        return Err(bad("incident: place", "a home is never told finer than its district"));
    }
    if incident.home && incident.place.point.is_some() {
        return Err(bad("incident: place", "a home's point has no place in a scenario"));
    }
    match &incident.zone {
        Some(zone) if jiff::tz::TimeZone::get(zone).is_err() => Err(bad("incident: zone", "this is no IANA time zone")),
        _ => Ok(()),
    }
}

fn check_sources(sources: &[ScenarioSource]) -> Result<(), ScenarioRefusal> {
    if sources.is_empty() {
        return Err(bad("source", "a scenario has at least one source"));
    }
    let mut ids = BTreeSet::new();
    for source in sources {
        if !crate::area::is_id(&source.id) {
            return Err(bad(format!("source {}", source.id), "an id is 1 to 40 lower-case letters, digits and hyphens"));
        }
        if !ids.insert(source.id.as_str()) {
            return Err(bad(format!("source {}", source.id), "this id is there twice"));
        }
        check_text(&format!("source {}: label", source.id), &source.label)?;
    }
    for source in sources {
        for (key, other) in [("copies", &source.copies), ("via", &source.via)] {
            let Some(other) = other else { continue };
            let key = format!("source {}: {key}", source.id);
            if !ids.contains(other.as_str()) {
                return Err(ScenarioRefusal::SourceUnknown { key, source_id: other.clone() });
            }
            if *other == source.id {
                return Err(bad(key, "a source cannot name itself"));
            }
        }
    }
    Ok(())
}

fn check_assessments(assessments: &[ScenarioAssessment], ids: &BTreeSet<&str>) -> Result<(), ScenarioRefusal> {
    for (position, assessment) in assessments.iter().enumerate() {
        let key = format!("assessment {}", position + 1);
        check_text(&key, &assessment.public_wording)?;
        let named = assessment.relies_on.iter().chain(assessment.sets_aside.iter().map(|one| &one.source));
        for source in named {
            if !ids.contains(source.as_str()) {
                return Err(ScenarioRefusal::SourceUnknown { key, source_id: source.clone() });
            }
        }
    }
    Ok(())
}

fn read_date(key: &str, text: &str) -> Result<EdtfDate, ScenarioRefusal> {
    EdtfDate::parse(text).ok_or_else(|| bad(key, format!("`{text}` is no day, month or year")))
}

fn read_claim(key: &str, written: WrittenClaim, ids: &BTreeSet<&str>) -> Result<ScenarioClaim, ScenarioRefusal> {
    if !ids.contains(written.source.as_str()) {
        return Err(ScenarioRefusal::SourceUnknown { key: key.to_owned(), source_id: written.source });
    }
    for text in [&written.about, &written.words, &written.value].into_iter().flatten() {
        check_text(key, text)?;
    }
    if let Some(count) = &written.count {
        check_count(key, count)?;
    }
    if written.words.is_none() && written.value.is_none() && written.count.is_none() && written.edtf.is_none() {
        return Err(bad(key, "a claim says something"));
    }
    let edtf = written.edtf.as_deref().map(|text| read_date(&format!("{key}: edtf"), text)).transpose()?;
    Ok(ScenarioClaim {
        source: written.source,
        predicate: written.predicate,
        about: written.about,
        edtf,
        words: written.words,
        count: written.count,
        value: written.value,
    })
}

fn check_count(key: &str, count: &ScenarioCount) -> Result<(), ScenarioRefusal> {
    if count.low.is_none() && count.high.is_none() {
        return Err(bad(key, "a count has at least one end"));
    }
    if count.low.zip(count.high).is_some_and(|(low, high)| low > high) {
        return Err(bad(key, "the low end of a count is above its high end"));
    }
    if count.low.max(count.high) > Some(COUNT_MAX) {
        return Err(bad(key, format!("a count is at most {COUNT_MAX}")));
    }
    count.words.as_deref().map_or(Ok(()), |words| check_text(key, words))
}

fn check_value(key: &str, claim: &ScenarioClaim, playbook: &Playbook) -> Result<(), ScenarioRefusal> {
    let Some(predicate) = playbook.predicate(&claim.predicate) else {
        return Err(ScenarioRefusal::PredicateUnknown { key: key.to_owned(), predicate: claim.predicate.clone() });
    };
    let (date, words) = (claim.edtf.is_some(), claim.words.is_some());
    let (count, value) = (claim.count.is_some(), claim.value.is_some());
    let fits = match predicate.value_type {
        ValueType::Span => (date || words) && !count && !value,
        ValueType::Range => count && !date && !value && !words,
        ValueType::Text | ValueType::Place => (value ^ words) && !count && !date,
        ValueType::Choice => {
            // A source says "Border Force"; the playbook's id for it is `border-force`.
            let chosen = claim.value.as_ref().map(|value| value.trim().to_lowercase().replace(' ', "-"));
            !words && !count && !date && chosen.is_some_and(|chosen| predicate.choices.contains(&chosen))
        }
    };
    if fits {
        return Ok(());
    }
    let why = match predicate.value_type {
        ValueType::Span => "it takes `edtf`, `words` or both".to_owned(),
        ValueType::Range => "it takes `count`".to_owned(),
        ValueType::Text | ValueType::Place => "it takes either `value` or `words`".to_owned(),
        ValueType::Choice => format!("it takes a `value` out of {}", predicate.choices.join(", ")),
    };
    Err(ScenarioRefusal::ValueMismatch { key: format!("{key}: {}", claim.predicate), why })
}

fn read_drill(written: WrittenDrill) -> Result<Drill, ScenarioRefusal> {
    let ExerciseOnly::Exercise = written.status;
    check_text("drill: place", &written.place.text)?;
    if written.place.point.is_none() {
        return Err(bad("drill: place", "a drill needs a point, so that its pins can be placed around it"));
    }
    let starts: jiff::Timestamp =
        written.starts.parse().map_err(|_| bad("drill: starts", "a time is written 2022-06-11T11:00:00+01:00"))?;
    if written.reports.is_empty() || written.reports.len() > SCENARIO_ENTRIES_MAX {
        return Err(bad("drill: reports", format!("1 to {SCENARIO_ENTRIES_MAX} are allowed")));
    }
    let mut reports: Vec<DrillReport> = Vec::with_capacity(written.reports.len());
    for (position, report) in written.reports.into_iter().enumerate() {
        let key = format!("drill: report {}", position + 1);
        let report = read_report(&key, report)?;
        if reports.last().is_some_and(|earlier| earlier.at_minutes > report.at_minutes) {
            return Err(bad(key, "messages stand in order of time"));
        }
        reports.push(report);
    }
    Ok(Drill { place: written.place, starts, reports, expected: written.expected })
}

fn read_report(key: &str, written: WrittenReport) -> Result<DrillReport, ScenarioRefusal> {
    check_text(key, &written.text)?;
    if !written.text.starts_with(PRACTICE_MARK) {
        return Err(bad(key, format!("a practice message begins with `{PRACTICE_MARK}`")));
    }
    for text in [&written.place, &written.lookalike].into_iter().flatten() {
        check_text(key, text)?;
    }
    let at_minutes = minutes(&written.at)
        .ok_or_else(|| bad(format!("{key}: at"), format!("an offset is written +68m and is at most {DRILL_MINUTES_MAX}")))?;
    if written.place_offset_metres.is_some_and(|metres| metres > 10_000) {
        return Err(bad(format!("{key}: place_offset_metres"), "a pin lies at most 10,000 metres off"));
    }
    Ok(DrillReport {
        at_minutes,
        basis: written.basis,
        status: written.status,
        officers: range(key, written.officers)?,
        vehicles: range(key, written.vehicles)?,
        people: range(key, written.people)?,
        text: written.text,
        place_offset_metres: written.place_offset_metres,
        place: written.place,
        lookalike: written.lookalike,
        route: written.route,
        answers_the_desk: written.answers_the_desk,
    })
}

/// Reads `+68m` as 68.
fn minutes(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('+')?.strip_suffix('m')?;
    let plain = (1..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten().filter(|minutes| *minutes <= DRILL_MINUTES_MAX)
}

fn range(key: &str, ends: Option<[u32; 2]>) -> Result<Option<DrillRange>, ScenarioRefusal> {
    match ends {
        None => Ok(None),
        Some([low, high]) if low <= high && high <= COUNT_MAX => Ok(Some(DrillRange { low, high })),
        Some(_) => Err(bad(key, format!("a range is [low, high] with low ≤ high ≤ {COUNT_MAX}"))),
    }
}

#[cfg(test)]
mod tests;
