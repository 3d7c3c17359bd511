//! Duty: a member's shift, which ends by itself.
//!
//! A member chooses how long, within a maximum: tired desks make false alerts (safety.md 6, item 11). Before
//! the end they are reminded once; who stays longer does so by their own press, and the page says how long
//! they have been on without a rest. An observer gets dispatches only while on duty. There is no presence, no
//! last-seen and no location.

use super::member::DeskCaller;
use super::nudge::{About, Nudge};
use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, MemberId};
use crate::refusal::{People, Refusal};
use crate::time::{HOUR, MINUTE, Timestamp};

/// Longest duty.
pub const DUTY_LASTS_MAX: i64 = 4 * HOUR;
/// The lengths offered, in hours.
pub const DUTY_HOURS: [u32; 4] = [1, 2, 3, 4];
/// So long before its end the member is reminded, once.
pub const REMINDED_BEFORE: i64 = 15 * MINUTE;
/// After so long on duty a break is due.
pub const BREAK_AFTER: i64 = 2 * HOUR;
/// A pause of so long is a rest: the time on duty is counted anew.
pub const REST_LASTS: i64 = 30 * MINUTE;

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
    /// Whether this duty makes the member one who can be sent, as an observer or in another role.
    pub observing: bool,
    /// Since when without a rest of [`REST_LASTS`].
    pub on_since: Timestamp,
    /// When the member was reminded that it ends.
    pub reminded_at: Option<Timestamp>,
}

/// What a member who has been on for a while is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tired {
    /// Nothing yet.
    Fresh,
    /// Take a break.
    Break,
    /// Hand over.
    HandOver,
}

impl Duty {
    /// A first duty of `lasts` milliseconds.
    pub fn of(member: MemberId, from: Timestamp, lasts: i64, observing: bool) -> Self {
        Self { member, version: 0, from, until: from.plus(lasts), observing, on_since: from, reminded_at: None }
    }
    /// Whether it runs at `now`.
    pub fn runs(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }
    /// How tired somebody on this duty must be expected to be.
    pub fn tired(&self, now: Timestamp) -> Tired {
        match now.since(self.on_since) {
            long if long >= DUTY_LASTS_MAX => Tired::HandOver,
            long if long >= BREAK_AFTER => Tired::Break,
            _ => Tired::Fresh,
        }
    }
}

/// Starts or renews a duty of `hours`.
pub fn start(change: ChangeId, caller: &DeskCaller, known: Option<&Duty>, hours: u32, now: Timestamp) -> Result<Change, Refusal> {
    let lasts = i64::from(hours) * HOUR;
    if !(HOUR..=DUTY_LASTS_MAX).contains(&lasts) {
        return Err(People::DutyTooLong.into());
    }
    let rested = |known: &Duty| now.since(known.until) >= REST_LASTS || known.from > now;
    let duty = Duty {
        version: known.map_or(0, |duty| duty.version),
        on_since: known.filter(|known| !rested(known)).map_or(now, |known| known.on_since),
        ..Duty::of(caller.member, now, lasts, caller.goes_out())
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

/// When a duty's reminder is due; none once it was given or the duty is over.
pub fn reminder_due(duty: &Duty) -> Option<Timestamp> {
    duty.reminded_at.is_none().then(|| duty.until.plus(-REMINDED_BEFORE).max(duty.from))
}

/// Reminds a member once that their duty ends soon.
pub fn remind(change: ChangeId, duty: &Duty, now: Timestamp) -> Option<Change> {
    if !duty.runs(now) || reminder_due(duty)? > now {
        return None;
    }
    let nudges = vec![Nudge::new(change, duty.member, About::DutyEnds, "", duty.until, now)];
    let duty = Duty { reminded_at: Some(now), ..duty.clone() };
    Some(Change { id: change, at: now, by: Actor::Worker, what: What::DutyReminded { duty, nudges } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{DeviceId, SessionId};
    use crate::people::member::Role;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_milliseconds(1_700_000_000_000);

    fn caller() -> DeskCaller {
        let (member, device, session) = (MemberId([1; 16]), DeviceId([2; 16]), SessionId([3; 16]));
        DeskCaller { member, device, session, name: "Wren".into(), roles: vec![Role::Triager] }
    }

    fn started(known: Option<&Duty>, hours: u32, now: Timestamp) -> Duty {
        match start(ChangeId([9; 16]), &caller(), known, hours, now).expect("a good length").what {
            What::DutyStarted { duty } => duty,
            other => panic!("{}", other.name()),
        }
    }

    #[test]
    fn a_duty_is_chosen_within_its_maximum() {
        for (hours, fine) in [(0, false), (1, true), (4, true), (5, false), (u32::MAX, false)] {
            assert_eq!(start(ChangeId([9; 16]), &caller(), None, hours, NOW).is_ok(), fine, "{hours}");
        }
        assert!(DUTY_HOURS.iter().all(|hours| start(ChangeId([9; 16]), &caller(), None, *hours, NOW).is_ok()));
    }

    #[test]
    fn time_without_a_rest_is_counted_over_renewals_and_anew_after_a_rest() {
        let first = started(None, 4, NOW);
        let second = started(Some(&first), 4, NOW.plus(3 * HOUR));
        assert_eq!((second.on_since, second.tired(NOW.plus(3 * HOUR))), (NOW, Tired::Break));
        assert_eq!(second.tired(NOW.plus(4 * HOUR)), Tired::HandOver);
        let rested = started(Some(&second), 2, second.until.plus(REST_LASTS));
        assert_eq!(rested.on_since, rested.from);
        let short_pause = started(Some(&second), 2, second.until.plus(REST_LASTS - 1));
        assert_eq!(short_pause.on_since, NOW);
    }

    proptest! {
        #[test]
        fn a_reminder_comes_once_before_the_end_and_never_outside_the_duty(after in 0i64..20_000_000, hours in 1u32..=4) {
            let duty = started(None, hours, NOW);
            let now = NOW.plus(after);
            match remind(ChangeId([7; 16]), &duty, now).map(|change| change.what) {
                Some(What::DutyReminded { duty: reminded, nudges }) => {
                    prop_assert!(duty.runs(now) && now >= duty.until.plus(-REMINDED_BEFORE));
                    prop_assert_eq!(nudges.len(), 1);
                    prop_assert!(nudges[0].expires_at <= duty.until);
                    prop_assert!(remind(ChangeId([8; 16]), &reminded, now).is_none(), "once");
                }
                Some(other) => prop_assert!(false, "{}", other.name()),
                None => prop_assert!(!duty.runs(now) || now < duty.until.plus(-REMINDED_BEFORE)),
            }
        }
    }
}
