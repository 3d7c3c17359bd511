//! Duty: a member's shift, which ends by itself.
//!
//! An observer gets dispatches only while on duty. There is no presence, no last-seen and no location.

use super::member::{DeskCaller, Role};
use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, MemberId};
use crate::refusal::{People, Refusal};
use crate::time::{HOUR, Timestamp};

/// Longest duty.
pub const DUTY_LASTS_MAX: i64 = 8 * HOUR;

/// One member's duty; a member has at most one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// Who.
    pub member: MemberId,
    /// How often it was changed.
    pub version: u32,
    /// Since when.
    pub from: Timestamp,
    /// Until when, by itself.
    pub until: Timestamp,
    /// Whether this duty makes the member an observer who can be sent.
    pub observing: bool,
}

impl Duty {
    /// Whether it runs at `now`.
    pub fn runs(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }
}

/// Starts or renews a duty of `hours`.
pub fn start(change: ChangeId, caller: &DeskCaller, known: Option<&Duty>, hours: u32, now: Timestamp) -> Result<Change, Refusal> {
    let lasts = i64::from(hours) * HOUR;
    if !(HOUR..=DUTY_LASTS_MAX).contains(&lasts) {
        return Err(People::DutyTooLong.into());
    }
    let duty = Duty {
        member: caller.member,
        version: known.map_or(0, |duty| duty.version),
        from: now,
        until: now.plus(lasts),
        observing: caller.roles.contains(&Role::Observer),
    };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::DutyStarted { duty } })
}

/// Ends a duty early.
pub fn end(change: ChangeId, caller: &DeskCaller, known: &Duty, now: Timestamp) -> Result<Change, Refusal> {
    if !known.runs(now) {
        return Err(People::DutyNotOn.into());
    }
    let duty = Duty { until: now, ..known.clone() };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::DutyEnded { duty } })
}
