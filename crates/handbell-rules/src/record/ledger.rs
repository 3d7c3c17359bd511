//! Ledger: what the entries of one incident say, read back into types.
//!
//! The rules ask it what is there already; the page is drawn from it. Nouns are numbered by their order in the
//! log, so that one whose words were withdrawn keeps its number and its place. An entry that cannot be read
//! as what its kind says is kept as a place without words: nothing a stranger's log holds stops the reading.

use super::Ref;
use super::assessment::{Assessment, Correction};
use super::claim::{ClaimEvent, PublicClaim};
use super::lookalike::{LookAlike, Similar};
use super::moderation::Moderation;
use super::official::{ASKED_TYPE, CAME_TYPE, Side};
use super::outcome::{Outcome, Slot};
use super::projection::LoggedEntry;
use super::reply::Reply;
use super::shown::Shown;
use super::source::{NewSource, Source, SourceKind};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// One entry in its place. The body is missing when it was withdrawn or cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed<T> {
    /// Place in the log.
    pub index: u64,
    /// UTC minute; empty when withdrawn.
    pub at: String,
    /// What it says.
    pub body: Option<T>,
}

/// What an opening says of the incident beside its heading and its place.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Opened {
    /// The kind's id.
    pub kind: String,
    /// What people call the kind.
    pub kind_label: String,
    /// The district.
    pub district: String,
    /// The IANA zone of its days.
    pub zone: String,
    /// `actual` or `exercise`.
    pub status: String,
    /// Who let it into the record.
    pub approved_by: String,
}

/// A fact that was assessed: its predicate, its part and what people call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssessedFact<'a> {
    /// The predicate.
    pub predicate: &'a str,
    /// The part of the incident; none for all of it.
    pub about: Option<&'a str>,
    /// What people call the predicate.
    pub label: &'a str,
}

/// Everything one incident's entries say, in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ledger {
    /// What opened the incident.
    pub opening: Option<Placed<Opened>>,
    /// Sources; the first is number 1.
    pub sources: Vec<Placed<Source>>,
    /// Claims; the first is number 1.
    pub claims: Vec<Placed<PublicClaim>>,
    /// Events on claims.
    pub events: Vec<Placed<ClaimEvent>>,
    /// Assessments; the first is number 1.
    pub assessments: Vec<Placed<Assessment>>,
    /// Corrections; the first is number 1.
    pub corrections: Vec<Placed<Correction>>,
    /// Footage of other events that circulates with this one.
    pub lookalikes: Vec<Placed<LookAlike>>,
    /// Similar events elsewhere.
    pub similar: Vec<Placed<Similar>>,
    /// Footage that is shown.
    pub shown: Vec<Placed<Shown>>,
    /// Replies; the first is number 1.
    pub replies: Vec<Placed<Reply>>,
    /// Statements, requests for comment and what came of these, in one count; the first is number 1.
    pub sides: Vec<Placed<Side>>,
    /// Decisions about what may be shown.
    pub moderation: Vec<Placed<Moderation>>,
    /// Outcomes; the first is number 1. One in free words, from before there were slots, has no body.
    pub outcomes: Vec<Placed<Outcome>>,
}

/// Reads a payload where it lies: a copy of it would cost as much as all else that is done with an entry.
fn read<T: DeserializeOwned>(payload: &Map<String, Value>) -> Option<T> {
    T::deserialize(payload).ok()
}

fn text(payload: Option<&Map<String, Value>>, key: &str) -> String {
    payload.and_then(|payload| payload.get(key)).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Keeps a body only where its own number is its place.
fn numbered<T>(body: Option<T>, number: impl Fn(&T) -> u32, before: usize) -> Option<T> {
    body.filter(|body| usize::try_from(number(body)).is_ok_and(|number| number == before + 1))
}

/// What an entry of a body's side is, by its `type`.
fn side(payload: &Map<String, Value>) -> Option<Side> {
    match payload.get("type").and_then(Value::as_str)? {
        ASKED_TYPE => read(payload).map(Side::Asked),
        CAME_TYPE => read(payload).map(Side::Came),
        _ => read(payload).map(Side::Statement),
    }
}

impl Ledger {
    /// Reads an incident's entries.
    pub fn read(entries: &[LoggedEntry]) -> Self {
        let mut ledger = Self::default();
        for entry in entries {
            let payload = entry.payload.as_ref();
            let (index, at) = (entry.index, text(payload, "at"));
            match entry.kind {
                1 if ledger.opening.is_none() => {
                    ledger.opening = Some(Placed { index, at, body: payload.and_then(read) });
                }
                11 => {
                    let body = numbered(payload.and_then(read::<Source>), |source| source.number, ledger.sources.len());
                    ledger.sources.push(Placed { index, at, body });
                }
                2 => {
                    let body = numbered(payload.and_then(read::<PublicClaim>), |claim| claim.number, ledger.claims.len());
                    ledger.claims.push(Placed { index, at, body });
                }
                9 => {
                    let body = numbered(payload.and_then(read::<Outcome>), |one| one.number, ledger.outcomes.len());
                    ledger.outcomes.push(Placed { index, at, body });
                }
                13 => ledger.events.push(Placed { index, at, body: payload.and_then(read) }),
                12 => {
                    let body = numbered(payload.and_then(read::<Assessment>), |one| one.number, ledger.assessments.len());
                    ledger.assessments.push(Placed { index, at, body });
                }
                3 => {
                    let body = numbered(payload.and_then(read::<Correction>), |one| one.number, ledger.corrections.len());
                    ledger.corrections.push(Placed { index, at, body });
                }
                16 if text(payload, "type") == super::entry::SIMILAR_TYPE => {
                    ledger.similar.push(Placed { index, at, body: payload.and_then(read) });
                }
                16 => ledger.lookalikes.push(Placed { index, at, body: payload.and_then(read) }),
                4 => ledger.shown.push(Placed { index, at, body: payload.and_then(read) }),
                14 => {
                    let body = numbered(payload.and_then(read::<Reply>), |reply| reply.number, ledger.replies.len());
                    ledger.replies.push(Placed { index, at, body });
                }
                15 => {
                    let body = numbered(payload.and_then(side), Side::number, ledger.sides.len());
                    ledger.sides.push(Placed { index, at, body });
                }
                17 => ledger.moderation.push(Placed { index, at, body: payload.and_then(read) }),
                _ => {}
            }
        }
        ledger
    }

    /// The desk of a group as a source: the one that is known, or a new one.
    pub fn desk(&self, group: &str) -> (Option<NewSource>, Ref) {
        let label = format!("The desk of {group}");
        let known = self.sources.iter().filter_map(|placed| placed.body.as_ref());
        match { known }.find(|source| source.kind == SourceKind::Desk && source.label == label) {
            Some(source) => (None, Ref::Known(source.number)),
            None => {
                let empty = String::new;
                let (standing, said, url, asked, replied) = (empty(), empty(), empty(), empty(), empty());
                let new = NewSource { kind: SourceKind::Desk, label, standing, said, url, copies: None, via: None, asked, replied };
                (Some(new), Ref::New(0))
            }
        }
    }

    /// The sources by number, for the rules that compare.
    pub fn source_bodies(&self) -> Vec<Option<Source>> {
        self.sources.iter().map(|source| source.body.clone()).collect()
    }

    /// A source.
    pub fn source(&self, number: u32) -> Option<&Placed<Source>> {
        self.sources.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// A claim.
    pub fn claim(&self, number: u32) -> Option<&Placed<PublicClaim>> {
        self.claims.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// An assessment.
    pub fn assessment(&self, number: u32) -> Option<&Placed<Assessment>> {
        self.assessments.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// The events of a claim, oldest first.
    pub fn events_of(&self, claim: u32) -> impl Iterator<Item = &Placed<ClaimEvent>> {
        self.events.iter().filter(move |event| event.body.as_ref().is_some_and(|body| body.claim == claim))
    }

    /// Whether a claim still speaks: its words are there and no event took it back.
    pub fn is_live(&self, claim: u32) -> bool {
        self.claim(claim).is_some_and(|claim| claim.body.is_some()) && self.events_of(claim).next().is_none()
    }

    /// The assessment with which a correction came and the one whose place that took. Where the correction's
    /// words were withdrawn, both follow from its place: it stands right after the assessment it came with.
    pub fn joins(&self, correction: u32) -> Option<(u32, Option<u32>)> {
        let placed = self.corrections.get(usize::try_from(correction).ok()?.checked_sub(1)?)?;
        if let Some(body) = &placed.body {
            return Some((body.assessment, Some(body.supersedes)));
        }
        let before = self.assessments.iter().filter(|assessment| assessment.index < placed.index).count();
        let assessment = u32::try_from(before).ok().filter(|number| *number > 0)?;
        Some((assessment, self.assessment(assessment).and_then(|one| one.body.as_ref()).and_then(|body| body.supersedes)))
    }

    /// The fact of every assessment, by place. One whose words were withdrawn has the fact of those it follows
    /// and of those that follow it; none where nothing tells.
    pub fn assessed(&self) -> Vec<Option<AssessedFact<'_>>> {
        fn of(body: &Assessment) -> AssessedFact<'_> {
            AssessedFact { predicate: &body.predicate, about: body.about.as_deref(), label: &body.label }
        }
        let mut facts: Vec<Option<AssessedFact<'_>>> = Vec::with_capacity(self.assessments.len());
        for placed in &self.assessments {
            facts.push(placed.body.as_ref().map(of));
        }
        let corrected = (1..).zip(&self.corrections).filter_map(|(number, _)| self.joins(number));
        let followed = (1..).zip(&self.assessments).filter_map(|(number, one)| Some((number, one.body.as_ref()?.supersedes)));
        let place = |number: u32| usize::try_from(number).ok()?.checked_sub(1);
        let links: Vec<(usize, usize)> =
            corrected.chain(followed).filter_map(|(later, earlier)| Some((place(later)?, place(earlier?)?))).collect();
        // Each round but the last tells of one more, so this ends.
        let mut told = true;
        while told {
            told = false;
            for (later, earlier) in &links {
                let (Some(one), Some(other)) = (facts.get(*later).copied(), facts.get(*earlier).copied()) else { continue };
                match (one, other) {
                    (Some(fact), None) => (facts[*earlier], told) = (Some(fact), true),
                    (None, Some(fact)) => (facts[*later], told) = (Some(fact), true),
                    _ => {}
                }
            }
        }
        facts
    }

    /// The newest assessment of a fact, by number, withdrawn words included: what was public stays superseded
    /// by what follows it.
    pub fn newest_assessment(&self, predicate: &str, about: Option<&str>) -> Option<u32> {
        let of = |fact: &Option<AssessedFact<'_>>| fact.is_some_and(|fact| fact.predicate == predicate && fact.about == about);
        let at = self.assessed().iter().rposition(of)?;
        u32::try_from(at + 1).ok()
    }

    /// The chain a new outcome joins: that of its slot and part. None where it begins one. A chain about all of the
    /// incident goes on also when all its words are gone; which part another was about is gone with its words.
    pub fn outcome_chain(&self, slot: Slot, about: Option<&str>) -> Option<u32> {
        let bodies = || self.outcomes.iter().filter_map(|placed| placed.body.as_ref()).filter(|body| body.slot == slot);
        let same = |body: &&Outcome| if body.is_mark() { about.is_none() && !body.part } else { body.about.as_deref() == about };
        bodies().find(same).map(|body| body.chain)
    }

    /// How the record already writes a part of the incident, where it differs only in capitals and spaces;
    /// otherwise the part as given. One fact is not told as two because of a capital letter.
    pub fn part(&self, given: &str) -> Option<String> {
        let plain = |text: &str| text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ");
        let wanted = plain(given);
        if wanted.is_empty() {
            return None;
        }
        let claimed = self.claims.iter().filter_map(|placed| placed.body.as_ref()?.about.as_deref());
        let assessed = self.assessments.iter().filter_map(|placed| placed.body.as_ref()?.about.as_deref());
        let told = self.outcomes.iter().filter_map(|placed| placed.body.as_ref()?.about.as_deref());
        let known = claimed.chain(assessed).chain(told).find(|about| plain(about) == wanted);
        Some(known.unwrap_or(given.trim()).to_owned())
    }
}
