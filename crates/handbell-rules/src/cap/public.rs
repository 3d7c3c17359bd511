//! From an alert of ours to CAP: only an alert that was rung for everybody has a way.
//!
//! [`PublicAlert`] is that way and has one door, which takes nothing of dispatch or of neighbours, no draft
//! and no update by itself. The chain follows from what is kept and from no clock, and what is recorded after
//! a message went out does not change that message under its name. Urgency is not judged by a desk and is
//! `Unknown` until the end.

use super::alert::{CapAlert, CapArea, CapInfo, NamedValue, Reference, Version};
use super::shape::Polygon;
use super::time::CapTime;
use super::words::{CapStatus, Category, Certainty, MsgType, ResponseType, Scope, Severity, Urgency};
use crate::area::{Area, Cell, RESOLUTION_DEFAULT};
use crate::bell::alert::{Alert, AlertState, ENDING_LIVES, RingKind};
use crate::bell::message;
use crate::bell::mode::Status;
use crate::bell::spoken::Told;
use crate::desk::check::{Because, Level, level};
use crate::desk::claim::{Claim, Independence};
use crate::desk::incident::Incident;
use crate::place::Precision;
use crate::playbook::{CapCategory, CapSeverity, Direction, Kind, Reach, ReachRule, SOURCE_LANGUAGE};
use crate::record::entry::public_place;
use crate::street::report::Report;
use crate::time::Timestamp;
use std::collections::BTreeSet;

/// Name of the parameter that says what our areas are.
const AREA_PARAMETER: &str = "handbell:area-is";
/// Name of the code for what happens: the kind's id in the playbook, the same in every language.
const EVENT_CODE: &str = "handbell:kind";
/// What our areas are.
const AREA_IS: &str = "whom we told, not where it is";

/// Why an alert has no CAP message. Doors answer all of these as if the alert did not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoCap {
    /// It is for observers or neighbours.
    #[error("only an alert for everybody is ever a CAP message")]
    NotForEverybody,
    /// It is a draft.
    #[error("an alert that was not rung is no CAP message")]
    NotRung,
    /// It is an update: the first alert of the chain is asked for.
    #[error("an update is told by the alert it follows")]
    NotTheFirst,
    /// Its incident is not open to the public record.
    #[error("its incident is not in the public record")]
    NotInTheRecord,
    /// The playbook has no public reach for its kind, or lost the kind.
    #[error("the playbook has no public reach for it")]
    NoPublicReach,
}

/// What an alert's messages are made of, as kept.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The first alert.
    pub alert: &'a Alert,
    /// Its updates; those that were not rung are passed over.
    pub updates: &'a [Alert],
    /// Its incident.
    pub incident: &'a Incident,
    /// Reports joined to the incident.
    pub reports: &'a [Report],
    /// Its claims.
    pub claims: &'a [Claim],
    /// Judgements on who depends on whom.
    pub judgements: &'a [Independence],
    /// Its kind.
    pub kind: Option<&'a Kind>,
}

/// Who publishes.
#[derive(Debug, Clone, Copy)]
pub struct Publisher<'a> {
    /// The group's name.
    pub name: &'a str,
    /// Its address, without a slash at the end: the sender of every message.
    pub origin: &'a str,
    /// What people call the kind, in English; other languages bring their own word with the alert.
    pub kind_label: &'a str,
}

/// An alert that everybody may know of.
#[derive(Debug, Clone, Copy)]
pub struct PublicAlert<'a> {
    sources: Sources<'a>,
    kind: &'a Kind,
    rule: &'a ReachRule,
    rung_at: Timestamp,
}

impl<'a> PublicAlert<'a> {
    /// The one way in.
    ///
    /// Nothing of a dispatch or of an alert for neighbours ever becomes a CAP message: there is no other
    /// constructor.
    ///
    /// # Errors
    /// For everything that is not a rung first alert of public reach, of an incident in the record.
    pub fn of(sources: Sources<'a>) -> Result<Self, NoCap> {
        let Sources { alert, incident, kind, .. } = sources;
        match alert.reach {
            Reach::Public => {}
            Reach::Dispatch | Reach::Neighbours => return Err(NoCap::NotForEverybody),
        }
        if alert.follows.is_some() {
            return Err(NoCap::NotTheFirst);
        }
        let (Some(rung_at), true) = (alert.rung_at, alert.state != AlertState::Draft) else { return Err(NoCap::NotRung) };
        if !incident.public || incident.id != alert.incident {
            return Err(NoCap::NotInTheRecord);
        }
        let kind = kind.filter(|kind| kind.id == incident.kind).ok_or(NoCap::NoPublicReach)?;
        let rule = kind.reach(Reach::Public, incident.home).ok_or(NoCap::NoPublicReach)?;
        Ok(Self { sources, kind, rule, rung_at })
    }

    /// The newest message of the chain: what holds now.
    #[must_use]
    pub fn newest(&self, publisher: &Publisher<'_>) -> CapAlert {
        self.messages(publisher).pop().expect("a rung alert has its first message")
    }

    /// Every message so far, oldest first; each but the first references all before it.
    #[must_use]
    pub fn messages(&self, publisher: &Publisher<'_>) -> Vec<CapAlert> {
        let mut stages = vec![Stage { at: self.rung_at, kind: RingKind::Alert, words_of: self.sources.alert }];
        let rung = self.sources.updates.iter().filter(|update| update.follows == Some(self.sources.alert.id));
        let mut rung: Vec<(Timestamp, &Alert)> = rung.filter_map(|update| Some((update.rung_at?, update))).collect();
        // A renewal says the same words for a quarter of an hour more.
        rung.extend(self.sources.alert.renewed.iter().map(|at| (*at, self.sources.alert)));
        rung.sort_by_key(|(at, update)| (*at, update.id));
        stages.extend(rung.into_iter().map(|(at, update)| Stage { at, kind: RingKind::Update, words_of: update }));
        let end = match self.sources.alert.state {
            AlertState::Cancelled => Some(RingKind::Cancel),
            AlertState::StoodDown => Some(RingKind::StandDown),
            AlertState::Live | AlertState::Draft => None,
        };
        if let (Some(kind), Some(at)) = (end, self.sources.alert.ended_at) {
            stages.push(Stage { at, kind, words_of: self.sources.alert });
        }
        let mut messages: Vec<CapAlert> = Vec::with_capacity(stages.len());
        for stage in stages {
            let message = self.message(publisher, &stage, &messages);
            messages.push(message);
        }
        messages
    }

    fn message(&self, publisher: &Publisher<'_>, stage: &Stage<'_>, earlier: &[CapAlert]) -> CapAlert {
        let Sources { alert, incident, .. } = self.sources;
        let texts = message::texts(SOURCE_LANGUAGE);
        let drill = alert.status == Status::Exercise;
        let told: Vec<Told<'_>> = self.told(stage);
        let unchecked: Vec<&str> = told.iter().filter(|one| !one.checked).map(|one| one.language).collect();
        // Only a drill has any.
        let translations = (!unchecked.is_empty()).then(|| format!("Translations that no person has checked: {}.", unchecked.join(", ")));
        // Section 3.2.1: the note of an exercise says what it is, that of a cancel why.
        let wrong = (stage.kind == RingKind::Cancel).then_some(texts.cancel_body);
        let notes = [drill.then_some(texts.exercise), wrong, translations.as_deref()];
        let note = notes.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let references = earlier.iter().map(|message| Reference::to(message).to_string()).collect::<Vec<_>>().join(" ");
        CapAlert {
            version: Version::V12,
            identifier: if earlier.is_empty() { alert.id.to_string() } else { format!("{}.{}", alert.id, earlier.len()) },
            sender: publisher.origin.to_owned(),
            sent: CapTime::of(stage.at),
            status: match alert.status {
                Status::Actual => CapStatus::Actual,
                Status::Exercise => CapStatus::Exercise,
            },
            msg_type: match stage.kind {
                RingKind::Alert => MsgType::Alert,
                RingKind::Update | RingKind::StandDown | RingKind::Correction => MsgType::Update,
                RingKind::Cancel => MsgType::Cancel,
            },
            source: Some(signature(publisher.name)),
            scope: Scope::Public,
            restriction: None,
            addresses: None,
            codes: Vec::new(),
            note: (!note.is_empty()).then_some(note),
            references: (!references.is_empty()).then_some(references),
            incidents: Some(incident.id.to_string()),
            infos: told.iter().map(|told| self.info(publisher, stage, told)).collect(),
        }
    }

    /// The words of a stage in every language in which it and the first message may be told: the source first.
    fn told(&self, stage: &Stage<'_>) -> Vec<Told<'a>> {
        let alert = self.sources.alert;
        let may = |language: &&str| stage.words_of.words.languages(alert.status).any(|one| one == *language);
        alert.words.languages(alert.status).filter(may).map(|language| alert.words.told_in(language, alert.status)).collect()
    }

    /// One language's block. Everything but its texts follows from the stage alone, so that all say the same.
    fn info(&self, publisher: &Publisher<'_>, stage: &Stage<'_>, told: &Told<'_>) -> CapInfo {
        let alert = self.sources.alert;
        let news = stage.words_of.words.told_in(told.language, alert.status).push_body;
        let (headline, description) = match stage.kind {
            RingKind::Update if stage.words_of.id != alert.id => (told.headline, format!("{news}\n{}", told.body)),
            RingKind::Cancel => (told.fixed.cancel_title, format!("{}\n{}", told.fixed.cancel_body, told.headline)),
            RingKind::StandDown => (told.fixed.stand_down_title, format!("{}\n{}", told.fixed.stand_down_body, told.headline)),
            RingKind::Alert | RingKind::Update | RingKind::Correction => (told.headline, told.body.to_owned()),
        };
        let description = told.mark().into_iter().fold(description, |words, mark| format!("{words}\n{mark}"));
        let mark = if alert.status == Status::Exercise { format!("{} · ", message::EXERCISE) } else { String::new() };
        let (urgency, response_types, certainty, expires) = match stage.kind {
            RingKind::StandDown => (Urgency::Past, vec![ResponseType::AllClear], Certainty::Observed, Some(stage.at.plus(ENDING_LIVES))),
            RingKind::Cancel => (Urgency::Past, vec![ResponseType::None], Certainty::Unlikely, Some(stage.at.plus(ENDING_LIVES))),
            RingKind::Alert | RingKind::Update | RingKind::Correction => {
                (Urgency::Unknown, Vec::new(), self.certainty(stage.at), Some(alert.runs_out_after(stage.at)))
            }
        };
        CapInfo {
            language: Some(told.language.to_owned()),
            categories: vec![category(self.kind.cap_category)],
            event: told.event.unwrap_or(publisher.kind_label).to_owned(),
            response_types,
            urgency,
            severity: severity(self.kind.cap_severity),
            certainty,
            audience: None,
            event_codes: vec![NamedValue { name: EVENT_CODE.into(), value: self.kind.id.clone() }],
            effective: None,
            onset: None,
            expires: expires.map(CapTime::of),
            sender_name: Some(signature(publisher.name)),
            headline: Some(plain(&format!("{mark}{headline}"), told)),
            description: Some(plain(&description, told)),
            instruction: stage.kind.is_live().then(|| self.conduct(told)),
            web: Some(format!("{}/alerts/{}", publisher.origin, alert.id)),
            contact: None,
            parameters: vec![NamedValue { name: AREA_PARAMETER.into(), value: AREA_IS.into() }],
            resources: Vec::new(),
            areas: vec![self.area(told)],
        }
    }

    /// PROMISE conduct-travels-with-every-alert: as in a push message, and never empty.
    fn conduct(&self, told: &Told<'_>) -> String {
        let fixed = || message::conduct(self.kind.hazard, told.language).join("\n");
        plain(&if told.conduct.is_empty() { fixed() } else { told.conduct.join("\n") }, told)
    }

    /// How sure it was when the message went out: what was recorded later is not looked at, so that a message
    /// keeps its words. Two first-hand reports are Likely; an observer on the scene or an official is Observed.
    fn certainty(&self, at: Timestamp) -> Certainty {
        let Sources { incident, reports, claims, judgements, .. } = self.sources;
        let mut then = incident.clone();
        then.ended = None;
        let claims: Vec<Claim> = claims.iter().filter(|claim| claim.recorded_at <= at).cloned().collect();
        let judgements: Vec<Independence> = judgements.iter().filter(|judgement| judgement.recorded_at <= at).cloned().collect();
        let checked = level(&then, reports, &claims, &judgements);
        match (checked.level, checked.because) {
            (Level::Confirmed, Because::ObserverOnTheScene | Because::OfficialStatement) => Certainty::Observed,
            // No more than likely either, where what had confirmed it was taken back since.
            _ => Certainty::Likely,
        }
    }

    /// Whom we told, no finer than the public reach allows: in words, and as outlines of coarse cells where
    /// more than a district may be named.
    fn area(&self, told: &Told<'_>) -> CapArea {
        let Sources { alert, incident, .. } = self.sources;
        let coarse = incident.home || self.kind.always_home || self.rule.precision <= Precision::District;
        CapArea {
            area_desc: plain(&public_place(incident, self.rule, told.area), told),
            polygons: if coarse { Vec::new() } else { outlines(&alert.area) },
            circles: Vec::new(),
            geocodes: Vec::new(),
            altitude: None,
            ceiling: None,
        }
    }
}

/// One message of the chain before it is written.
struct Stage<'a> {
    at: Timestamp,
    kind: RingKind,
    words_of: &'a Alert,
}

/// The outlines of an area's cells, none finer than resolution 7.
fn outlines(area: &Area) -> Vec<String> {
    let cells: BTreeSet<Cell> =
        area.cells().map(|cell| if cell.resolution() > RESOLUTION_DEFAULT { Cell::around(cell.centre()) } else { cell }).collect();
    cells.into_iter().filter_map(Polygon::of_cell).map(|outline| outline.to_string()).collect()
}

/// Text for a reader of CAP. In a language that is written from right to left the marks around a name stay,
/// because without them its signs would be torn from it.
fn plain(text: &str, told: &Told<'_>) -> String {
    match told.direction {
        Direction::Ltr => bare(text),
        Direction::Rtl => text.to_owned(),
    }
}

/// Without the invisible marks that keep names of either direction whole on a page: what reads CAP shows them
/// as boxes.
fn bare(text: &str) -> String {
    text.chars().filter(|letter| !matches!(letter, '\u{2066}'..='\u{2069}')).collect()
}

/// Who says so: neighbours, and not an authority.
fn signature(name: &str) -> String {
    format!("{name}: a community desk of neighbours, not a public authority")
}

const fn category(category: CapCategory) -> Category {
    match category {
        CapCategory::Safety => Category::Safety,
        CapCategory::Met => Category::Met,
        CapCategory::Fire => Category::Fire,
        CapCategory::Infra => Category::Infra,
        CapCategory::Other => Category::Other,
    }
}

const fn severity(severity: CapSeverity) -> Severity {
    match severity {
        CapSeverity::Extreme => Severity::Extreme,
        CapSeverity::Severe => Severity::Severe,
        CapSeverity::Moderate => Severity::Moderate,
        CapSeverity::Minor => Severity::Minor,
        CapSeverity::Unknown => Severity::Unknown,
    }
}
