//! Clock: what happens to a dispatch when nobody presses anything.
//!
//! When it is due is a rule here: a worker asks [`due_at`], comes, and commits what [`tick`] says. Each step
//! happens once, because the version is compared; after a crash the same question gets the same answer. A
//! wider ring says the words that were approved and nothing else, only while the alert is live, so it needs no
//! approval of its own (PROMISE no-alert-without-a-person: a member's press began it).

use super::ring::{ASKED_FOR_EACH_PLACE, Able, WIDEN_AFTER, ask, next};
use super::{Answer, Asked, Dispatch, Overdue, OverdueStep};
use crate::bell::alert::{Alert, Ring, RingKind};
use crate::change::{Actor, Change, What};
use crate::desk::look::DeskNow;
use crate::id::{ChangeId, MemberId, RingId};
use crate::people::nudge::{About, DispatchNews, Nudge};
use crate::time::{MINUTE, Timestamp};

/// So long after the own phone the other of the pair is told, and so long after that the desk.
pub const OVERDUE_STEP_AFTER: i64 = 2 * MINUTE;
/// So long after the desk everybody on duty is told.
pub const OVERDUE_ALL_AFTER: i64 = 5 * MINUTE;

/// What the clock looks at beside the dispatch.
#[derive(Debug, Clone)]
pub struct Around<'a> {
    /// The alert.
    pub alert: &'a Alert,
    /// Who can be asked now, in an order of chance.
    pub able: &'a [Able],
    /// Who is at the desk.
    pub desk: &'a DeskNow,
    /// The id of the ring, if there is to be one.
    pub ring: RingId,
}

/// When the next step about somebody who has not checked in is due, and which one it is.
fn overdue_step(dispatch: &Dispatch, place: usize) -> Option<(Timestamp, OverdueStep)> {
    let asked = &dispatch.asked[place];
    let Some(overdue) = asked.overdue else { return asked.check_in_by.map(|by| (by, OverdueStep::Own)) };
    match overdue.step {
        OverdueStep::Own => {
            let step = if dispatch.other_out(place).is_some() { OverdueStep::Partner } else { OverdueStep::Desk };
            Some((overdue.step_at.plus(OVERDUE_STEP_AFTER), step))
        }
        OverdueStep::Partner => Some((overdue.step_at.plus(OVERDUE_STEP_AFTER), OverdueStep::Desk)),
        OverdueStep::Desk => Some((overdue.step_at.plus(OVERDUE_ALL_AFTER), OverdueStep::All)),
        OverdueStep::All => None,
    }
}

/// When the alert was, or will be, over.
fn over_at(alert: &Alert) -> Option<Timestamp> {
    alert.ended_at.into_iter().chain(alert.expires_at).min()
}

/// When the clock does something next, if nobody does anything before; none when nothing is to come.
pub fn due_at(dispatch: &Dispatch, alert: &Alert) -> Option<Timestamp> {
    dispatch.rung_at?;
    let overdue = (0..dispatch.asked.len()).filter_map(|place| overdue_step(dispatch, place).map(|(at, _)| at)).min();
    let over = dispatch.over_at.is_none().then(|| over_at(alert)).flatten();
    let wider = (dispatch.over_at.is_none() && !dispatch.enough() && dispatch.nobody_left.is_none())
        .then(|| dispatch.widened_at.map(|at| at.plus(WIDEN_AFTER)))
        .flatten();
    overdue.into_iter().chain(over).chain(wider).min()
}

/// What the clock does now, if anything.
pub fn tick(change: ChangeId, known: &Dispatch, around: &Around<'_>, now: Timestamp) -> Option<Change> {
    known.rung_at?;
    let moved = |what| Some(Change { id: change, at: now, by: Actor::Worker, what });
    if known.over_at.is_none() && !around.alert.is_live(now) {
        let (dispatch, nudges) = over(change, known, around, now);
        return moved(What::DispatchMoved { dispatch, nudges });
    }
    if let Some((dispatch, nudges)) = overdue(change, known, around, now) {
        return moved(What::DispatchMoved { dispatch, nudges });
    }
    if !known.looks_for_more(around.alert, now) {
        return None;
    }
    let mut dispatch = known.clone();
    let again = dispatch.call_back(around.able, now);
    if !again.is_empty() {
        let nudges = Nudge::each(change, &again, &About::Dispatch(DispatchNews::PlaceFree, known.alert), now);
        return moved(What::DispatchMoved { dispatch, nudges });
    }
    let picked = next(known, around.able, &around.alert.area);
    if picked.is_empty() {
        if known.nobody_left.is_some() {
            return None;
        }
        dispatch.nobody_left = Some(now);
        let to = known.rung_by.map(|by| around.desk.whom(by)).unwrap_or_default();
        let nudges = Nudge::each(change, &to, &About::Dispatch(DispatchNews::NobodyLeft, known.alert), now);
        return moved(What::DispatchMoved { dispatch, nudges });
    }
    let told = ask(&mut dispatch, &picked, now);
    let alert = around.alert.clone();
    // As the first ring: it waits for its push service as long as the alert may be kept alive.
    let (kind, expires_at) = (RingKind::Alert, alert.longest().or(alert.expires_at).unwrap_or(now));
    let ring = Ring { id: around.ring, alert: alert.id, words_of: alert.id, kind, at: now, expires_at };
    moved(What::DispatchWidened { alert, dispatch, ring, told })
}

/// The alert has ended or run out: nobody sets out any more, and whoever is there is asked to say that they
/// have left. The told list tells them why; that is the bell's.
fn over(change: ChangeId, known: &Dispatch, around: &Around<'_>, now: Timestamp) -> (Dispatch, Vec<Nudge>) {
    let mut dispatch = known.clone();
    let by = now.plus(dispatch.check_in_every());
    dispatch.over_at = Some(over_at(around.alert).unwrap_or(now).min(now));
    let mut there = Vec::new();
    for asked in &mut dispatch.asked {
        match asked.answer {
            Answer::OnScene => {
                // Whoever is overdue already stays so: the desk goes on looking for them.
                if asked.overdue.is_none() {
                    asked.check_in_by = Some(by);
                }
                there.push(asked.member);
            }
            Answer::Going => {
                asked.answer = Answer::StoodBy;
                asked.rest();
            }
            Answer::Asked | Answer::Left | Answer::Cannot | Answer::StoodBy => {}
        }
    }
    let nudges = Nudge::each(change, &there, &About::Dispatch(DispatchNews::SayLeft, known.alert), now);
    (dispatch, nudges)
}

/// The steps that are due about those who have not checked in.
fn overdue(change: ChangeId, known: &Dispatch, around: &Around<'_>, now: Timestamp) -> Option<(Dispatch, Vec<Nudge>)> {
    let mut dispatch = known.clone();
    let mut news: [(DispatchNews, Vec<MemberId>); 3] =
        [(DispatchNews::CheckIn, Vec::new()), (DispatchNews::OtherSilent, Vec::new()), (DispatchNews::Overdue, Vec::new())];
    for place in 0..known.asked.len() {
        let Some((due, step)) = overdue_step(known, place).filter(|(due, _)| *due <= now) else { continue };
        let asked = &mut dispatch.asked[place];
        asked.overdue = Some(Overdue { since: asked.overdue.map_or(due, |overdue| overdue.since), step, step_at: now });
        match step {
            OverdueStep::Own => news[0].1.push(asked.member),
            OverdueStep::Partner => news[1].1.extend(known.other_out(place)),
            OverdueStep::Desk => news[2].1.extend(known.rung_by.map(|by| around.desk.whom(by)).unwrap_or_default()),
            OverdueStep::All => news[2].1.extend(around.desk.everybody()),
        }
    }
    let nudges: Vec<Nudge> =
        news.iter().flat_map(|(news, to)| Nudge::each(change, to, &About::Dispatch(*news, known.alert), now)).collect();
    (dispatch != *known).then_some((dispatch, nudges))
}

impl Dispatch {
    /// Those who stand by are told first that a place of theirs is free again, as many for each place as a ring
    /// asks, in the order in which they were asked. They are asked from then on, and the next ring waits for them
    /// as for others. Gives back who is told.
    fn call_back(&mut self, able: &[Able], now: Timestamp) -> Vec<MemberId> {
        let mut told = Vec::new();
        for quota in 0..self.quotas.len() {
            let at_most = self.missing(quota) * ASKED_FOR_EACH_PLACE;
            let waits = |asked: &&mut Asked| {
                let free = able.iter().any(|one| one.member == asked.member && !one.phones.is_empty());
                asked.quota == quota && asked.answer == Answer::StoodBy && free
            };
            for asked in self.asked.iter_mut().filter(waits).take(at_most) {
                asked.answer = Answer::Asked;
                (asked.answered_at, asked.enough_at, asked.cannot_find) = (None, None, false);
                told.push(asked.member);
            }
        }
        if !told.is_empty() {
            (self.widened_at, self.nobody_left) = (Some(now), None);
        }
        told
    }

    /// Whether a next ring would ask now, if anybody is left: only then has somebody to look who is able.
    pub fn looks_for_more(&self, alert: &Alert, now: Timestamp) -> bool {
        let waited = self.widened_at.is_none_or(|at| now.since(at) >= WIDEN_AFTER);
        self.rung_at.is_some() && self.over_at.is_none() && alert.is_live(now) && !self.enough() && waited
    }
}
