//! Look-alike: footage or an event that is taken for this one and is not.
//!
//! Both are told at the coarsest useful precision: a place in words and a year, or a day that is public
//! knowledge. Neither says anything about who shares the footage.

use super::Ref;
use super::claim::{NewPublicClaim, Polarity};
use super::ledger::Ledger;
use super::statement::Statement;
use serde::{Deserialize, Serialize};

/// The fact that footage shows this event, or does not.
const SHOWS_THIS: &str = "media.shows_this";

/// Footage of another event that circulates with this one: "not this event".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookAlike {
    /// Where it really was.
    pub place: String,
    /// When it really was.
    pub year: u32,
    /// What it shows.
    pub note: String,
    /// The claims that this rests on; none where a file brought it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<u32>,
}

/// Footage of another event that a member wants to tell of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLookAlike {
    /// Where it really was.
    pub place: String,
    /// When it really was.
    pub year: u32,
    /// What it shows.
    pub note: String,
    /// The claims that this rests on.
    #[serde(default)]
    pub claims: Vec<Ref>,
}

/// What the desk says when it tells of footage of another event: itself as a source where it is none yet, its claim that
/// the footage does not show this, and what it shows, by that claim (PROMISE every-sentence-has-a-source).
pub fn not_this(ledger: &Ledger, group: &str, place: String, year: u32, note: String) -> Vec<Statement> {
    let (desk, source) = ledger.desk(group);
    let claim = NewPublicClaim {
        source,
        predicate: SHOWS_THIS.to_owned(),
        // Each of several is about its own.
        about: format!("{place}, {year}"),
        polarity: Polarity::Asserts,
        edtf: String::new(),
        low: None,
        high: None,
        point: None,
        radius_metres: None,
        words: "no".to_owned(),
    };
    let one = NewLookAlike { place, year, note, claims: vec![Ref::New(0)] };
    desk.map(Statement::Source).into_iter().chain([Statement::Claim(claim), Statement::LookAlike(one)]).collect()
}

/// A similar event elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Similar {
    /// Where.
    pub place: String,
    /// When, as EDTF.
    pub edtf: String,
}
