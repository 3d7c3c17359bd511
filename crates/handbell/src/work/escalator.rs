//! The escalator: moves on what nobody moved, when its clock says so.
//!
//! Five clocks: a look that nobody answered or reported back from, a dispatch with free places or somebody who
//! has not checked in, a report that nobody has opened, a duty that ends soon, a live alert that nobody renews.
//! What is due and what follows are rules; a step commits it and says when to come again.
//! Each step happens once, because a commit compares versions; after a crash the ordinary step goes on. It
//! sends nothing itself: the nudges its commits queue are the nudger's.

use crate::acts::desk::QUEUE_LENGTH_MAX;
use crate::acts::look::There;
use crate::acts::{ActError, dispatch, look, watch};
use crate::store::StoreError;
use crate::world::World;
use handbell_rules::bell::renewal;
use handbell_rules::desk::escalation::{self, CALLED_EVERY, OnDuty};
use handbell_rules::desk::hold::InHand;
use handbell_rules::id::MemberId;
use handbell_rules::people::duty;
use handbell_rules::people::nudge::About;
use handbell_rules::street::report::ReportState;
use handbell_rules::time::Timestamp;

/// What one step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stepped {
    /// What moved.
    pub moved: usize,
    /// When something is due again.
    pub next: Option<Timestamp>,
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}

/// Moves on what is due.
pub async fn step(world: &World) -> Result<Stepped, ActError> {
    let there = There::read(world).await?;
    let (looks, next_look) = look::clock(world, &there).await?;
    let (dispatches, next_dispatch) = dispatch::clock(world, &there).await?;
    let (reports, next_report) = reports(world, &there).await?;
    let (duties, next_duty) = duties(world, &there).await?;
    let (alerts, next_alert) = alerts(world, &there).await?;
    let next = [next_look, next_dispatch, next_report, next_duty, next_alert].into_iter().flatten().min();
    Ok(Stepped { moved: looks + dispatches + reports + duties + alerts, next })
}

/// Commits what a rule said; `false` when somebody was faster.
async fn commit(world: &World, change: handbell_rules::change::Change) -> Result<bool, ActError> {
    match world.commit(change).await {
        Ok(_) => Ok(true),
        Err(StoreError::Conflict) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn reports(world: &World, there: &There) -> Result<(usize, Option<Timestamp>), ActError> {
    let now = world.now();
    let holds = watch::holds(world).await?;
    let on_duty: Vec<OnDuty> = there
        .duties
        .iter()
        .filter(|duty| duty.runs(now) && there.desk.on_duty.contains(&duty.member))
        .map(|duty| OnDuty { duty: duty.clone(), holds: holds.values().filter(|member| **member == duty.member).count() })
        .collect();
    if on_duty.is_empty() {
        // No step is used up while nobody is there; a duty that starts is a line in the journal, which wakes us.
        return Ok((0, None));
    }
    let mut called: Vec<MemberId> = world
        .store
        .nudges()
        .await?
        .into_iter()
        .filter(|nudge| matches!(nudge.about, About::ReportWaits(_)) && now.since(nudge.made_at) < CALLED_EVERY)
        .map(|nudge| nudge.to)
        .collect();
    let (mut moved, mut next) = (0, None);
    for report in world.store.waiting_reports(QUEUE_LENGTH_MAX).await? {
        if report.state != ReportState::Received || holds.contains_key(&InHand::Report(report.id)) {
            continue;
        }
        let mut known = world.store.escalation(report.id).await?;
        if let Some(change) = escalation::escalate(world.private_id(), &report, known.as_ref(), &on_duty, &called, now) {
            if let handbell_rules::change::What::ReportEscalated { nudges, escalation } = &change.what {
                called.extend(nudges.iter().map(|nudge| nudge.to));
                known = Some(escalation.clone());
            }
            moved += usize::from(commit(world, change).await?);
        }
        next = earlier(next, escalation::due_at(&report, known.as_ref()).filter(|due| *due > now));
    }
    Ok((moved, next))
}

async fn duties(world: &World, there: &There) -> Result<(usize, Option<Timestamp>), ActError> {
    let now = world.now();
    let (mut moved, mut next) = (0, None);
    for running in &there.duties {
        match duty::remind(world.private_id(), running, now) {
            Some(change) => moved += usize::from(commit(world, change).await?),
            None => next = earlier(next, duty::reminder_due(running).filter(|due| *due > now)),
        }
    }
    Ok((moved, next))
}

async fn alerts(world: &World, there: &There) -> Result<(usize, Option<Timestamp>), ActError> {
    let now = world.now();
    let (mut moved, mut next) = (0, None);
    if there.desk.on_duty.is_empty() {
        return Ok((moved, next));
    }
    for alert in world.store.open_alerts().await? {
        match renewal::remind(world.private_id(), &alert, &there.desk.on_duty, now) {
            Some(change) => moved += usize::from(commit(world, change).await?),
            None => next = earlier(next, renewal::reminder_due(&alert).filter(|due| *due > now)),
        }
    }
    Ok((moved, next))
}
