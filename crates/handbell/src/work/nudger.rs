//! The nudger: hands queued nudges to members' duty phones and writes down what became of them.
//!
//! A nudge leaves only while it is wanted: just before sending it is asked whether the look is still open and
//! theirs, or the report still untouched. One that crashed between sending and writing is sent again under
//! the same tag, so a screen shows it once. A member without a phone is reached by their pages alone.

use crate::store::StoreError;
use crate::world::World;
use futures::future::join_all;
use handbell_rules::bell::address::By;
use handbell_rules::bell::delivery::Answer;
use handbell_rules::bell::dispatch::{called, still_news};
use handbell_rules::bell::nudged;
use handbell_rules::bell::segment::filled;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::desk::look::LookState;
use handbell_rules::people::nudge::{self, About, Nudge, Tried};
use handbell_rules::street::report::ReportState;
use handbell_rules::time::Timestamp;

/// Nudges sent side by side.
const AT_ONCE: u32 = 64;

/// What one step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Nudged {
    /// Nudges tried.
    pub tried: usize,
    /// When something is due again.
    pub next: Option<Timestamp>,
}

/// Sends what is due once.
pub async fn step(world: &World) -> Result<Nudged, StoreError> {
    let due = world.store.nudges_due(AT_ONCE, world.now()).await?;
    let outcomes = join_all(due.iter().map(|nudge| one(world, nudge))).await;
    for (nudge, tried) in due.iter().zip(outcomes) {
        let settled = nudge::settle(nudge, tried?, world.now());
        let what = What::NudgeSettled { nudge: settled };
        match world.commit(Change { id: world.private_id(), at: world.now(), by: Actor::Worker, what }).await {
            // Another nudger, or the forgetter, was faster.
            Ok(_) | Err(StoreError::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
    let next = world.store.nudges().await?.iter().filter_map(|nudge| nudge.due_at).min();
    Ok(Nudged { tried: due.len(), next })
}

async fn one(world: &World, nudge: &Nudge) -> Result<Tried, StoreError> {
    let now = world.now();
    if now >= nudge.expires_at || !wanted(world, nudge).await? {
        return Ok(Tried::Nobody);
    }
    let phones = world.store.duty_phones(nudge.to, now).await?;
    let sends = phones.iter().map(|phone| async move {
        if phone.by == By::Sms {
            return text(world, nudge, phone, now).await;
        }
        let message = nudged::message(nudge, world.store.status(), phone.discreet);
        world.push.nudge(phone, &message, nudge.expires_at, now).await
    });
    let answers = join_all(sends).await;
    Ok(if answers.contains(&Answer::Accepted) {
        Tried::Taken
    } else if answers.iter().any(|answer| matches!(answer, Answer::Later | Answer::Hung | Answer::RetryAfter(_))) {
        Tried::Later
    } else {
        Tried::Nobody
    })
}

/// A telephone is told what concerns whoever was asked to go, and nothing else of the desk's work.
async fn text(world: &World, nudge: &Nudge, phone: &Subscription, now: Timestamp) -> Answer {
    let About::Dispatch(news, _) = &nudge.about else { return Answer::Refused };
    match (called::news(*news), world.push.carrier()) {
        (Some(words), Some(carrier)) => carrier.text(phone, &filled(words, &world.group.name, ""), now).await,
        _ => Answer::Refused,
    }
}

/// Whether a nudge is still news to its member, who is still a member.
async fn wanted(world: &World, nudge: &Nudge) -> Result<bool, StoreError> {
    if world.store.member(nudge.to).await?.is_none_or(|member| member.revoked_at.is_some()) {
        return Ok(false);
    }
    Ok(match &nudge.about {
        About::LookAsked(id) => {
            world.store.look(*id).await?.is_some_and(|look| look.state == LookState::Asked && look.turn.member == nudge.to)
        }
        About::AreYouWell(id) => world.store.look(*id).await?.is_some_and(|look| look.state.open() && look.turn.member == nudge.to),
        About::LookOverdue(id, _) => {
            world.store.look(*id).await?.is_some_and(|look| look.state.open() && look.overdue.is_some_and(|overdue| overdue.well.is_none()))
        }
        About::ReportWaits(id) => world.store.report(*id).await?.is_some_and(|report| report.state == ReportState::Received),
        About::LookNews(..) => true,
        // Whoever renewed or ended it has answered.
        About::AlertRunsOut(id) => {
            world.store.alert(*id).await?.is_some_and(|alert| alert.is_live(world.now()) && alert.expires_at == Some(nudge.expires_at))
        }
        About::Dispatch(news, id) => match world.store.dispatch(*id).await? {
            Some(dispatch) => {
                let live = world.store.alert(*id).await?.is_some_and(|alert| alert.is_live(world.now()));
                still_news(&dispatch, live, *news, nudge.to)
            }
            None => false,
        },
        About::ChannelSilent(word) => world.push.carrier().is_some_and(|carrier| carrier.silent().iter().any(|by| by.word() == word)),
        About::DutyEnds => world.store.duty(nudge.to).await?.is_some_and(|duty| duty.runs(world.now()) && duty.reminded_at.is_some()),
    })
}

#[cfg(test)]
mod tests;
