//! Ledger: what the entries of one incident say, read back into types.
//!
//! The rules ask it what is there already; the page is drawn from it. Nouns are numbered by their order in the
//! log, so that one whose words were withdrawn keeps its number and its place. An entry that cannot be read
//! as what its kind says is kept as a place without words: nothing a stranger's log holds stops the reading.

use super::assessment::{Assessment, Correction};
use super::claim::{ClaimEvent, ClaimEventKind, PublicClaim};
use super::lookalike::{LookAlike, Similar};
use super::projection::LoggedEntry;
use super::source::Source;
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

/// Everything one incident's entries say, in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ledger {
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
}

fn read<T: DeserializeOwned>(payload: &Map<String, Value>) -> Option<T> {
    serde_json::from_value(Value::Object(payload.clone())).ok()
}

fn text(payload: Option<&Map<String, Value>>, key: &str) -> String {
    payload.and_then(|payload| payload.get(key)).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Keeps a body only where its own number is its place.
fn numbered<T>(body: Option<T>, number: impl Fn(&T) -> u32, before: usize) -> Option<T> {
    body.filter(|body| usize::try_from(number(body)).is_ok_and(|number| number == before + 1))
}

impl Ledger {
    /// Reads an incident's entries.
    pub fn read(entries: &[LoggedEntry]) -> Self {
        let mut ledger = Self::default();
        for entry in entries {
            let payload = entry.payload.as_ref();
            let (index, at) = (entry.index, text(payload, "at"));
            match entry.kind {
                11 => {
                    let body = numbered(payload.and_then(read::<Source>), |source| source.number, ledger.sources.len());
                    ledger.sources.push(Placed { index, at, body });
                }
                2 => {
                    let body = numbered(payload.and_then(read::<PublicClaim>), |claim| claim.number, ledger.claims.len());
                    ledger.claims.push(Placed { index, at, body });
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
                _ => {}
            }
        }
        ledger
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

    /// Whether a claim's words were taken from the public.
    pub fn is_redacted(&self, claim: u32) -> bool {
        self.events_of(claim).any(|event| event.body.as_ref().is_some_and(|body| body.event == ClaimEventKind::Redacted))
    }

    /// The newest assessment of a fact, by number, withdrawn words included: what was public stays superseded
    /// by what follows it.
    pub fn newest_assessment(&self, predicate: &str, about: Option<&str>) -> Option<u32> {
        let of = |body: &Assessment| body.predicate == predicate && body.about.as_deref() == about;
        let at = self.assessments.iter().rposition(|placed| placed.body.as_ref().is_some_and(of))?;
        u32::try_from(at + 1).ok()
    }
}
