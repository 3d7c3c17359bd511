//! Hand-over: one note from a shift to the next.
//!
//! Written at the end of a duty, shown to whoever comes on next, gone a day later. "Write as if this will be
//! read out in court" stands above its field (R-17). It hangs on no report and names no witness; what belongs
//! to an incident is a claim or a note there, not this.

use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, HandoverId, MemberId};
use crate::people::member::DeskCaller;
use crate::refusal::{People, Refusal};
use crate::time::{DAY, Timestamp};
use serde::{Deserialize, Serialize};

/// Letters of a note.
pub const HANDOVER_LETTERS_MAX: usize = 1_000;
/// How long it is shown and kept.
pub const HANDOVER_LIVES: i64 = DAY;

/// A hand-over note as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// Private id.
    pub id: HandoverId,
    /// Who wrote it.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
    /// The words.
    pub text: String,
}

impl Handover {
    /// When it goes.
    pub fn forget_at(&self) -> Timestamp {
        self.at.plus(HANDOVER_LIVES)
    }
}

/// Writes a note for the next shift.
pub fn write(change: ChangeId, caller: &DeskCaller, id: HandoverId, text: &str, now: Timestamp) -> Result<Change, Refusal> {
    caller.at_the_desk()?;
    let text = text.trim();
    let readable = !text.chars().any(|sign| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t'));
    if text.is_empty() || text.chars().count() > HANDOVER_LETTERS_MAX || !readable {
        return Err(People::HandoverWrong.into());
    }
    let handover = Handover { id, by: caller.member, at: now, text: text.to_owned() };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::HandoverWritten { handover } })
}
