//! Answer: what the observer who was asked says, one press each.
//!
//! Only whoever's turn it is can answer. A press that comes after the look went on to somebody else is told
//! so and changes nothing; when both come at once, the version decides.

use super::{FOUND_LETTERS_MAX, Found, Look, LookState, Passed, Turn};
use crate::change::{Actor, Change, What};
use crate::desk::incident::Incident;
use crate::id::{ChangeId, MemberId};
use crate::people::member::{DeskCaller, Role};
use crate::people::nudge::{About, Nudge};
use crate::refusal::{Desk, Refusal};
use crate::street::receipt::ReceiptMark;
use crate::street::report::{self, ReportState, Route};
use crate::time::{MINUTE, Timestamp};

use super::clock::Around;

fn my_turn(caller: &DeskCaller, look: &Look) -> Result<(), Refusal> {
    caller.needs(Role::Observer)?;
    if !look.state.open() {
        return Err(Desk::LookClosed.into());
    }
    if look.turn.member != caller.member {
        return Err(Desk::LookNotYours.into());
    }
    Ok(())
}

fn answered(change: ChangeId, caller: &DeskCaller, look: Look, tell: &[MemberId], now: Timestamp) -> Change {
    let nudges = Nudge::each(change, tell, &About::LookNews(look.id, look.incident), now);
    Change { id: change, at: now, by: Actor::Member(caller.member), what: What::LookAnswered { look, nudges } }
}

/// Says yes: on the way. The clock to report back begins.
pub fn accept(change: ChangeId, caller: &DeskCaller, look: &Look, now: Timestamp) -> Result<Change, Refusal> {
    my_turn(caller, look)?;
    if look.state != LookState::Asked {
        return Err(Desk::LookAnswered.into());
    }
    let look = Look { state: LookState::Accepted, report_by: Some(report_by(look, now)), ..look.clone() };
    Ok(answered(change, caller, look, &[], now))
}

/// Is there.
pub fn arrive(change: ChangeId, caller: &DeskCaller, look: &Look, now: Timestamp) -> Result<Change, Refusal> {
    my_turn(caller, look)?;
    if look.state == LookState::OnScene {
        return Err(Desk::LookAnswered.into());
    }
    let look = Look { state: LookState::OnScene, report_by: Some(look.report_by.unwrap_or(report_by(look, now))), ..look.clone() };
    Ok(answered(change, caller, look, &[], now))
}

fn report_by(look: &Look, now: Timestamp) -> Timestamp {
    now.plus(i64::from(look.minutes) * MINUTE)
}

/// Says no; nobody asks why. The next one is asked, or the desk hears that nobody is left.
///
/// Whoever said yes can say no as well: they may leave at any moment.
pub fn decline(change: ChangeId, caller: &DeskCaller, look: &Look, around: &Around<'_>, now: Timestamp) -> Result<Change, Refusal> {
    my_turn(caller, look)?;
    let (look, nudges) = pass_on(change, look, Passed::Declined, around, now);
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::LookAnswered { look, nudges } })
}

/// Gives the turn to the next one, or closes it and tells the desk that nobody is left.
pub(super) fn pass_on(change: ChangeId, look: &Look, why: Passed, around: &Around<'_>, now: Timestamp) -> (Look, Vec<Nudge>) {
    let mut earlier = look.earlier.clone();
    earlier.push(Turn { passed: Some(why), ..look.turn.clone() });
    let asked_once = Look { earlier: earlier.clone(), ..look.clone() };
    // An incident that has ended sends nobody else.
    let next = around.incident.ended.is_none().then(|| around.next(&asked_once, now)).flatten();
    match next {
        Some(member) => {
            let turn = Turn { member, asked_at: now, passed: None };
            let look = Look { state: LookState::Asked, turn, earlier, report_by: None, overdue: None, ..look.clone() };
            let nudges = vec![super::asked(change, &look, now)];
            (look, nudges)
        }
        None => {
            let turn = Turn { passed: Some(why), ..look.turn.clone() };
            let look = Look { state: LookState::Unanswered, turn, closed_at: Some(now), report_by: None, overdue: None, ..look.clone() };
            let nudges = Nudge::each(change, &around.desk.whom(look.asked_by), &About::LookNews(look.id, look.incident), now);
            (look, nudges)
        }
    }
}

/// What an observer sends back.
#[derive(Debug, Clone)]
pub struct Report {
    /// What came of it.
    pub found: Found,
    /// In words.
    pub words: String,
    /// What *saw it* files: the observer's own report, seen by themselves, by their own way in. The door
    /// fills it; the words above are its text.
    pub told: report::NewReport,
    /// The report's id and receipt, needed for *saw it*.
    pub filing: report::Filing,
}

/// Reports back and closes the look.
///
/// *Saw it* files the observer's report and joins it to the incident it was asked for, while that goes on. It
/// records no claim: a member does, from the report, by the ordinary rule.
pub fn report_back(
    change: ChangeId,
    caller: &DeskCaller,
    look: &Look,
    incident: &Incident,
    back: Report,
    kinds: &[&str],
    now: Timestamp,
) -> Result<Change, Refusal> {
    my_turn(caller, look)?;
    let words = back.words.trim().to_owned();
    let unreadable = words.chars().any(|sign| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t'));
    if unreadable || (back.found != Found::SawIt && words.chars().count() > FOUND_LETTERS_MAX) {
        return Err(Desk::LookWordsWrong.into());
    }
    let mut closed = Look { state: LookState::Reported, found: Some(back.found), closed_at: Some(now), ..look.clone() };
    let mut filed: Option<(report::Report, ReceiptMark)> = None;
    let mut joined: Option<Incident> = None;
    if back.found == Found::SawIt {
        let told = report::NewReport { text: words, route: Route::Observer, basis: report::Basis::Saw, ..back.told };
        let filing = report::Filing { observer: Some(caller.member), contact: None, repeat: None, ..back.filing };
        let What::ReportFiled { mut report, receipt, .. } = report::file(change, told, filing, kinds, now)?.what else {
            return Err(Desk::LookWordsWrong.into());
        };
        closed.report = Some(report.id);
        if incident.ended.is_none() && incident.id == look.incident {
            report.incidents = vec![incident.id];
            report.state = ReportState::Joined;
            joined = Some(incident.clone());
        }
        filed = Some((report, receipt));
    } else {
        closed.words = words;
    }
    let nudges = Nudge::each(change, &[look.asked_by], &About::LookNews(look.id, look.incident), now);
    let by = Actor::Member(caller.member);
    Ok(Change { id: change, at: now, by, what: What::LookReported { look: closed, incident: joined, filed: filed.map(Box::new), nudges } })
}
