//! Ready: what somebody on duty says about where they could go from and which languages they speak.
//!
//! Coarse areas of the group's own list, chosen by the person, for this one duty. It is no position, it is
//! not followed, nothing asks a phone for it, and it is erased with the duty.

use crate::area::Cell;
use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, MemberId};
use crate::people::duty::Duty;
use crate::people::member::DeskCaller;
use crate::refusal::{Desk, People, Refusal};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Cells that one person may name: more would say nothing about how near they are.
pub const READY_CELLS_MAX: usize = 64;
/// Languages that can be asked for and offered: code and name. Which languages pages are written in is
/// another matter.
pub const SPOKEN: [(&str, &str); 20] = [
    ("ar", "Arabic"),
    ("bn", "Bengali"),
    ("bfi", "British Sign Language"),
    ("zh", "Chinese"),
    ("fa", "Farsi or Dari"),
    ("fr", "French"),
    ("ku", "Kurdish"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("ps", "Pashto"),
    ("pa", "Punjabi"),
    ("ro", "Romanian"),
    ("so", "Somali"),
    ("es", "Spanish"),
    ("ti", "Tigrinya"),
    ("tr", "Turkish"),
    ("tw", "Twi"),
    ("ur", "Urdu"),
    ("vi", "Vietnamese"),
    ("yo", "Yoruba"),
];

/// The name of a language of the list.
pub fn spoken(code: &str) -> Option<&'static str> {
    SPOKEN.iter().find(|(known, _)| *known == code).map(|(_, name)| *name)
}

/// What a member said for one duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// Who.
    pub member: MemberId,
    /// Where they could go from; empty when they did not say.
    pub cells: Vec<Cell>,
    /// What they speak well enough to interpret; codes of [`SPOKEN`].
    pub languages: Vec<String>,
    /// When it is forgotten: with the duty.
    pub until: Timestamp,
}

/// Says it, in place of whatever was said before in this duty.
pub fn say(
    change: ChangeId,
    caller: &DeskCaller,
    duty: Option<&Duty>,
    mut cells: Vec<Cell>,
    mut languages: Vec<String>,
    known: &[Cell],
    now: Timestamp,
) -> Result<Change, Refusal> {
    if !caller.goes_out() {
        return Err(Desk::NotOnDesk.into());
    }
    let duty = duty.filter(|duty| duty.member == caller.member && duty.runs(now)).ok_or(People::DutyNotOn)?;
    cells.sort_unstable();
    cells.dedup();
    languages.sort_unstable();
    languages.dedup();
    let strange = cells.len() > READY_CELLS_MAX || cells.iter().any(|cell| !known.contains(cell));
    if strange || languages.iter().any(|language| spoken(language).is_none()) {
        return Err(People::ReadyWrong.into());
    }
    let ready = Ready { member: caller.member, cells, languages, until: duty.until };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::ReadySaid { ready } })
}
