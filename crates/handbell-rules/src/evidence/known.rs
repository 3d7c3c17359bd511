//! Known: pictures the group has seen before, with date, place and where from; and leads, which say that footage
//! resembles one of them. A lead is shown beside its date and place and is never a verdict: a person says what it is.

use crate::id::{FootageId, KnownId, LeadId, MemberId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One picture or film that is known, as kept: hashes only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Private id.
    pub id: KnownId,
    /// How often it was changed.
    pub version: u32,
    /// What it shows and where it is from, in the member's words.
    pub words: String,
    /// When it was filmed or first seen, as EDTF; empty when nobody knows.
    pub date: String,
    /// Where, coarse, in words; empty when nobody knows.
    pub place: String,
    /// Who put it in; none when a neighbouring group told us.
    pub by: Option<MemberId>,
    /// Whose it is: empty for ours, else the neighbour's origin.
    pub from: String,
    /// When it came.
    pub at: Timestamp,
    /// PDQ hashes with quality, 64 hexadecimal digits each.
    pub hashes: Vec<(String, u8)>,
}

/// What a person says of a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// It is the known one: not here, not now.
    NotHereNotNow,
    /// It is the same event, filmed by the same or copied.
    SameEvent,
    /// They only look alike.
    Unrelated,
    /// Nobody can tell.
    CannotTell,
}

/// That footage resembles something known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lead {
    /// Private id.
    pub id: LeadId,
    /// How often it was changed.
    pub version: u32,
    /// The footage.
    pub footage: FootageId,
    /// What it resembles.
    pub known: KnownId,
    /// Bits between the nearest pair of hashes: up to 20 the same, up to 40 worth a look.
    pub distance: u32,
    /// Share of the known film's frames that were found again, in a hundred; none for pictures.
    pub share: Option<u8>,
    /// When it was found.
    pub at: Timestamp,
    /// What a person said.
    pub finding: Option<(Finding, MemberId, Timestamp)>,
}
