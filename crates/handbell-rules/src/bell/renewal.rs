//! Renewal: saying that a live alert is still true, before it runs out.
//!
//! A live alert lives a quarter of an hour. Whoever is at the desk can say that it is still going on, for a
//! quarter more, as often as the time that was approved with it allows; nobody is told of that, and the words
//! stay. An alert that nobody renews runs out: from then on no message of it is handed to anybody as live
//! (PROMISE nothing-goes-stale). One that ran out is not brought back; that is a new alert. Ends are not
//! decided here.

use super::alert::{Alert, AlertState, known_well_enough};
use crate::change::{Actor, Change, What};
use crate::desk::check::Checked;
use crate::desk::incident::Incident;
use crate::id::{ChangeId, MemberId};
use crate::people::member::DeskCaller;
use crate::people::nudge::{About, Nudge};
use crate::refusal::{Bell, Refusal};
use crate::street::report::Report;
use crate::time::{MINUTE, Timestamp};

/// How long an alert lives from its ring, its update or its renewal on, in milliseconds (safety T-10).
pub const LIVES_UNLESS_RENEWED: i64 = 15 * MINUTE;
/// How long before it runs out the desk on duty is reminded, in milliseconds.
pub const REMINDED_BEFORE: i64 = 5 * MINUTE;

impl Alert {
    /// Until when it can be renewed at most: the time that was approved, counted from the ring.
    pub fn longest(&self) -> Option<Timestamp> {
        Some(self.rung_at?.plus(i64::from(self.lives_minutes) * MINUTE))
    }

    /// When it runs out after it was rung, updated or renewed at `at`.
    pub fn runs_out_after(&self, at: Timestamp) -> Timestamp {
        let quarter = at.plus(LIVES_UNLESS_RENEWED);
        self.longest().map_or(quarter, |longest| quarter.min(longest))
    }
}

/// Says that a live alert is still true. One member of the desk is enough, because nobody new is told and no
/// word changes; what was known when it rang must still hold.
pub fn renew(
    change: ChangeId,
    caller: &DeskCaller,
    (incident, reports, checked): (&Incident, &[Report], &Checked),
    alert: &Alert,
    now: Timestamp,
) -> Result<Change, Refusal> {
    caller.at_the_desk()?;
    if alert.follows.is_some() {
        return Err(Bell::UpdateOfUpdate.into());
    }
    match alert.state {
        AlertState::Draft => return Err(Bell::NotRung.into()),
        AlertState::Cancelled | AlertState::StoodDown => return Err(Bell::AlreadyEnded.into()),
        AlertState::Live if !alert.is_live(now) => return Err(Bell::RanOut.into()),
        AlertState::Live => {}
    }
    known_well_enough(alert.reach, incident, reports, checked)?;
    let until = alert.runs_out_after(now);
    if alert.expires_at.is_none_or(|at| until <= at) {
        return Err(Bell::RenewedToTheEnd.into());
    }
    let mut alert = alert.clone();
    alert.renewed.push(now);
    alert.expires_at = Some(until);
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::AlertRenewed { alert } })
}

/// When the desk is reminded that an alert runs out; none for one that is not live, or was reminded of this end.
pub fn reminder_due(alert: &Alert) -> Option<Timestamp> {
    let until = alert.expires_at.filter(|_| alert.state == AlertState::Live && alert.follows.is_none())?;
    (alert.reminded_of != Some(until)).then(|| until.plus(-REMINDED_BEFORE))
}

/// Reminds the desk on duty, once for each time it would run out.
pub fn remind(change: ChangeId, alert: &Alert, on_duty: &[MemberId], now: Timestamp) -> Option<Change> {
    let until = alert.expires_at?;
    if !alert.is_live(now) || reminder_due(alert)? > now || on_duty.is_empty() {
        return None;
    }
    let mut to = on_duty.to_vec();
    to.sort_unstable();
    to.dedup();
    let nudges = to.into_iter().map(|member| Nudge::new(change, member, About::AlertRunsOut(alert.id), "", until, now)).collect();
    let alert = Alert { reminded_of: Some(until), ..alert.clone() };
    Some(Change { id: change, at: now, by: Actor::Worker, what: What::AlertReminded { alert, nudges } })
}

#[cfg(test)]
mod tests;
