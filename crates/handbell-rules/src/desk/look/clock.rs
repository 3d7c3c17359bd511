//! Clock: what happens to a look when somebody does nothing.
//!
//! When it is due is a rule here, not a sleep elsewhere: a worker asks [`due_at`], comes, and commits what
//! [`tick`] says. Each step happens once, because the version is compared; after a crash the same question
//! gets the same answer.

use super::answer::pass_on;
use super::{Look, LookState, Overdue, Passed, WELFARE_AGAIN_AFTER};
use crate::change::{Actor, Change, What};
use crate::desk::incident::Incident;
use crate::id::{ChangeId, MemberId};
use crate::people::duty::Duty;
use crate::people::nudge::{About, Nudge};
use crate::refusal::{Desk as No, Refusal};
use crate::street::report::Report;
use crate::time::Timestamp;

/// Who is at the desk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Desk {
    /// On duty now.
    pub on_duty: Vec<MemberId>,
    /// Everybody who works the desk, on duty or not.
    pub all: Vec<MemberId>,
}

impl Desk {
    /// Whom to tell: whoever asked, while on duty; else everybody on duty; else, because somebody out there
    /// may need them, everybody who works the desk.
    pub fn whom(&self, asked_by: MemberId) -> Vec<MemberId> {
        if self.on_duty.contains(&asked_by) { vec![asked_by] } else { self.everybody() }
    }
    /// Everybody on duty; when that is nobody, everybody who works the desk.
    pub fn everybody(&self) -> Vec<MemberId> {
        if self.on_duty.is_empty() { self.all.clone() } else { self.on_duty.clone() }
    }
}

/// Everything around a look that decides who can be asked.
#[derive(Debug, Clone)]
pub struct Around<'a> {
    /// The incident.
    pub incident: &'a Incident,
    /// Its reports.
    pub reports: &'a [Report],
    /// Duties of members who still are observers.
    pub observers: &'a [Duty],
    /// Every look that is open, of whatever incident.
    pub open: &'a [Look],
    /// Who is at the desk.
    pub desk: &'a Desk,
}

impl Around<'_> {
    /// Whether this observer may be asked by this member.
    pub fn may_be_asked(&self, observer: MemberId, asked_by: MemberId, now: Timestamp) -> Result<(), Refusal> {
        if !self.observers.iter().any(|duty| duty.member == observer && duty.observing && duty.runs(now)) {
            return Err(No::ObserverNotOnDuty.into());
        }
        if observer == asked_by {
            return Err(No::LookOneself.into());
        }
        // Nobody is asked to check what they reported themselves.
        if self.reports.iter().any(|report| report.observer == Some(observer)) {
            return Err(No::LookOwnReport.into());
        }
        if self.open.iter().any(|look| look.state.open() && look.turn.member == observer) {
            return Err(No::ObserverBusy.into());
        }
        Ok(())
    }

    /// Who is asked next: whoever came on duty first and has not had a turn.
    pub fn next(&self, look: &Look, now: Timestamp) -> Option<MemberId> {
        let mut able: Vec<&Duty> = self
            .observers
            .iter()
            .filter(|duty| look.turns().all(|turn| turn.member != duty.member))
            .filter(|duty| self.may_be_asked(duty.member, look.asked_by, now).is_ok())
            .collect();
        able.sort_by_key(|duty| (duty.from, duty.member));
        able.first().map(|duty| duty.member)
    }
}

/// When the clock does something next, if nobody does anything before; none when nothing is to come.
pub fn due_at(look: &Look) -> Option<Timestamp> {
    match (look.state, &look.overdue) {
        (LookState::Asked, _) => Some(look.answer_by()),
        (LookState::Accepted | LookState::OnScene, None) => look.report_by,
        (LookState::Accepted | LookState::OnScene, Some(overdue)) if overdue.well.is_none() && !overdue.all_called => {
            Some(overdue.since.plus(WELFARE_AGAIN_AFTER))
        }
        _ => None,
    }
}

/// What the clock does now, if anything.
pub fn tick(change: ChangeId, look: &Look, around: &Around<'_>, now: Timestamp) -> Option<Change> {
    let moved = |what| Some(Change { id: change, at: now, by: Actor::Worker, what });
    if look.state == LookState::Asked && around.incident.ended.is_some() {
        // Nobody sets out for what is over (R-06: a live incident only).
        return Some(super::called_off(change, Actor::Worker, look, now));
    }
    let there = around.observers.iter().any(|duty| duty.member == look.turn.member && duty.runs(now));
    if look.state == LookState::Asked && !there {
        let (look, nudges) = pass_on(change, look, Passed::OffDuty, around, now);
        return moved(What::LookMovedOn { look, nudges });
    }
    if due_at(look)? > now {
        return None;
    }
    match &look.overdue {
        None if look.state == LookState::Asked => {
            let (look, nudges) = pass_on(change, look, Passed::Unanswered, around, now);
            moved(What::LookMovedOn { look, nudges })
        }
        None => {
            let overdue = Overdue { since: now, all_called: false, well: None };
            let look = Look { overdue: Some(overdue), ..look.clone() };
            let mut nudges = Nudge::each(change, &around.desk.whom(look.asked_by), &About::LookOverdue(look.id, look.incident), now);
            nudges.extend(Nudge::each(change, &[look.turn.member], &About::AreYouWell(look.id), now));
            moved(What::LookOverdue { look, nudges })
        }
        Some(overdue) => {
            let overdue = Overdue { all_called: true, ..overdue.clone() };
            let look = Look { overdue: Some(overdue), ..look.clone() };
            let nudges = Nudge::each(change, &around.desk.everybody(), &About::LookOverdue(look.id, look.incident), now);
            moved(What::LookOverdue { look, nudges })
        }
    }
}
