//! Hold: who works on what. A member who takes a report or an incident puts their name on it.
//!
//! A hold frees itself: after a while without a sign of work, and when its member's shift ends. It locks
//! nobody out, because at night the one who has it may be gone; it says "Wren has it" so that two people do
//! not work on one thing. There is no presence and no last-seen in it beyond that.

use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, IncidentId, MemberId, ReportId};
use crate::people::duty::Duty;
use crate::people::member::{DeskCaller, Role};
use crate::refusal::{Desk, Refusal};
use crate::time::{DAY, MINUTE, Timestamp};
use serde::{Deserialize, Serialize};

/// Without a sign of work for so long, a hold is free again.
pub const HOLD_IDLE: i64 = 15 * MINUTE;
/// A sign of work is written down at most so often.
pub const HOLD_RENEWED_EVERY: i64 = MINUTE;
/// How long the row is kept after the last sign of work.
pub const HOLD_KEPT: i64 = DAY;

/// What somebody can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InHand {
    /// A report.
    Report(ReportId),
    /// An incident.
    Incident(IncidentId),
}

impl InHand {
    /// The sixteen bytes it is kept under. Reports' and incidents' ids never meet.
    pub const fn bytes(&self) -> &[u8; 16] {
        match self {
            Self::Report(id) => id.bytes(),
            Self::Incident(id) => id.bytes(),
        }
    }
}

/// A hold as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// On what.
    pub on: InHand,
    /// How often it was changed.
    pub version: u32,
    /// Who.
    pub member: MemberId,
    /// Since when.
    pub since: Timestamp,
    /// Last sign of work.
    pub touched_at: Timestamp,
    /// When it was let go; none while it was not.
    pub freed_at: Option<Timestamp>,
}

impl Hold {
    /// Whether it stands: not let go, not idle, and no shift of its member has ended since it began.
    pub fn stands(&self, duty: Option<&Duty>, now: Timestamp) -> bool {
        let shift_over = duty.is_some_and(|duty| duty.until <= now && duty.until > self.since);
        self.freed_at.is_none() && now.since(self.touched_at) < HOLD_IDLE && !shift_over
    }
    /// When its row is forgotten.
    pub fn forget_at(&self) -> Timestamp {
        self.touched_at.plus(HOLD_KEPT)
    }
}

/// Puts the caller's name on it, in the place of whoever had it.
pub fn taken(by: MemberId, on: InHand, known: Option<&Hold>, now: Timestamp) -> Hold {
    let again = known.filter(|known| known.member == by && known.freed_at.is_none());
    Hold {
        on,
        version: known.map_or(0, |known| known.version),
        member: by,
        since: again.map_or(now, |known| known.since),
        touched_at: now,
        freed_at: None,
    }
}

/// Takes an incident: the desk sees who works on it.
pub fn take(change: ChangeId, caller: &DeskCaller, on: InHand, known: Option<&Hold>, now: Timestamp) -> Result<Change, Refusal> {
    caller.at_the_desk()?;
    let hold = taken(caller.member, on, known, now);
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::HoldTaken { hold } })
}

/// A sign of work by whoever has it; nothing when it is somebody else's or was written down just now.
pub fn renew(change: ChangeId, caller: &DeskCaller, known: &Hold, duty: Option<&Duty>, now: Timestamp) -> Option<Change> {
    let mine = known.member == caller.member && known.stands(duty, now);
    if !mine || now.since(known.touched_at) < HOLD_RENEWED_EVERY {
        return None;
    }
    let hold = Hold { touched_at: now, ..known.clone() };
    Some(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::HoldTaken { hold } })
}

/// Lets it go: whoever has it, or a triager for somebody who left it.
pub fn free(change: ChangeId, caller: &DeskCaller, known: &Hold, now: Timestamp) -> Result<Change, Refusal> {
    if known.member != caller.member {
        caller.needs(Role::Triager)?;
    }
    if known.freed_at.is_some() {
        return Err(Desk::HoldNotYours.into());
    }
    let hold = Hold { freed_at: Some(now), ..known.clone() };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::HoldFreed { hold } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::HOUR;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_milliseconds(1_000_000_000);

    fn hold() -> Hold {
        taken(MemberId([1; 16]), InHand::Report(ReportId([2; 16])), None, NOW)
    }

    fn duty(from: Timestamp, until: Timestamp) -> Duty {
        Duty { from, until, ..Duty::of(MemberId([1; 16]), NOW, HOUR, false) }
    }

    #[test]
    fn a_hold_frees_itself_when_idle_and_when_the_shift_ends() {
        let hold = hold();
        assert!(hold.stands(None, NOW.plus(HOLD_IDLE - 1)));
        assert!(!hold.stands(None, NOW.plus(HOLD_IDLE)), "idle");
        let shift = duty(NOW.plus(-HOUR), NOW.plus(5 * MINUTE));
        assert!(hold.stands(Some(&shift), NOW.plus(4 * MINUTE)));
        assert!(!hold.stands(Some(&shift), NOW.plus(5 * MINUTE)), "the shift ended");
        let earlier = duty(NOW.plus(-3 * HOUR), NOW.plus(-HOUR));
        assert!(hold.stands(Some(&earlier), NOW.plus(MINUTE)), "a shift that ended before it began says nothing about it");
    }

    proptest! {
        #[test]
        fn a_hold_has_one_name_and_taking_it_over_begins_anew(order in prop::collection::vec(0u8..3, 1..20)) {
            let mut known: Option<Hold> = None;
            for (step, who) in order.iter().enumerate() {
                let now = NOW.plus(step as i64 * MINUTE);
                let next = taken(MemberId([*who; 16]), InHand::Report(ReportId([9; 16])), known.as_ref(), now);
                prop_assert_eq!(next.member, MemberId([*who; 16]));
                match known.as_ref().filter(|known| known.member == next.member) {
                    Some(known) => prop_assert_eq!(next.since, known.since),
                    None => prop_assert_eq!(next.since, now),
                }
                known = Some(Hold { version: next.version + 1, ..next });
            }
        }
    }
}
