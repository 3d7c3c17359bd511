//! Access: what a member of the desk may open now, and with what reason.
//!
//! Access follows duty: open matters during a duty, and for 72 hours what one worked on oneself.
//! Whatever is older, or was others' work, is opened by two. A matter at somebody's home, or of a kind that
//! needs the word of the people it happened to, asks for a reason even while it is open and one's own. Nothing here keeps
//! or shows anything; ending an alert never asks for duty, because nobody may be kept from saying "it is over".

use super::duty::Duty;
use super::member::DeskCaller;
use super::trail::{NewOpening, Opening, OpeningAsk, Subject, Why};
use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, MemberId, OpeningAskId};
use crate::refusal::{People, Refusal, Street};
use crate::time::{DAY, HOUR, MINUTE, Timestamp};

/// How long after its end one's own work stays open to oneself.
pub const OWN_WORK_OPEN: i64 = 72 * HOUR;
/// How long a second member's agreement opens something.
pub const AGREEMENT_LASTS: i64 = HOUR;
/// How long a wish waits for a second member.
pub const ASK_WAITS: i64 = DAY;
/// A page that is loaded again within this time of the last line writes no new one.
pub const SAME_LOOK: i64 = 30 * MINUTE;

/// Letters of a reason.
pub const REASON_LETTERS_MAX: usize = 300;

/// What access asks about a matter. Made by the act that loads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matter {
    /// What is opened.
    pub subject: Subject,
    /// When it ended; none while it is open. A report that was set aside counts from when it was filed.
    pub ended_at: Option<Timestamp>,
    /// Whether the caller worked on it.
    pub own: bool,
    /// Whether it is at a home, or of a kind that needs somebody's word.
    pub sensitive: bool,
}

/// What may be shown now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permit {
    /// A line about this look stands there already.
    Again,
    /// This line is written first.
    Write(NewOpening),
}

/// Decides whether the caller may open a matter.
///
/// `said` is the reason just given, if one was; `last` the caller's newest line about the same subject;
/// `ask` the caller's newest wish for it.
///
/// # Errors
/// Without a desk role, off duty, without a reason where one is needed, or without the second member.
pub fn may_open(
    caller: &DeskCaller,
    duty: Option<&Duty>,
    matter: &Matter,
    said: Option<&str>,
    last: Option<&Opening>,
    ask: Option<&OpeningAsk>,
    now: Timestamp,
) -> Result<Permit, Refusal> {
    caller.at_the_desk()?;
    let duty = duty.filter(|duty| duty.member == caller.member && duty.runs(now)).ok_or(People::DutyNotOn)?;
    let (why, second) = match matter.ended_at {
        None if !matter.sensitive => (Why::OpenMatter, None),
        None => (Why::Sensitive, None),
        Some(ended) if matter.own && now.since(ended) <= OWN_WORK_OPEN => (Why::OwnWork, None),
        Some(_) => (Why::SecondMember, Some(agreed_by(caller, matter, ask, now)?)),
    };
    // One reason is good for the rest of the duty, as long as the right is the same.
    let last = last.filter(|last| {
        let line = &last.line;
        line.member == caller.member && line.subject == matter.subject && line.why == why && line.second == second
    });
    let same_duty = last.filter(|last| last.line.at >= duty.from && last.line.at <= now);
    let wanted = matter.sensitive || why == Why::SecondMember;
    let words = match (why, said, same_duty, ask) {
        _ if !wanted => String::new(),
        (_, Some(said), ..) => reason(said)?,
        (_, None, Some(last), _) => last.line.reason.clone(),
        (Why::SecondMember, None, None, Some(ask)) => ask.reason.clone(),
        _ => return Err(People::OpeningReasonMissing.into()),
    };
    if same_duty.is_some_and(|last| now.since(last.line.at) < SAME_LOOK && last.line.reason == words) {
        return Ok(Permit::Again);
    }
    Ok(Permit::Write(NewOpening { at: now, member: caller.member, subject: matter.subject, why, reason: words, second }))
}

/// A reason: one sentence, bounded.
fn reason(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(People::OpeningReasonMissing.into());
    }
    if text.chars().count() > REASON_LETTERS_MAX {
        return Err(People::OpeningReasonTooLong.into());
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Street::TextUnreadable.into());
    }
    Ok(text.to_owned())
}

/// Who agreed that the caller opens this, while the agreement lasts.
fn agreed_by(caller: &DeskCaller, matter: &Matter, ask: Option<&OpeningAsk>, now: Timestamp) -> Result<MemberId, Refusal> {
    ask.filter(|ask| ask.member == caller.member && ask.subject == matter.subject)
        .and_then(|ask| ask.agreed)
        .filter(|(second, at)| *second != caller.member && *at <= now && now.since(*at) < AGREEMENT_LASTS)
        .map(|(second, _)| second)
        .ok_or_else(|| People::SecondMemberToOpen.into())
}

/// Whether a wish still waits for somebody.
pub fn waits(ask: &OpeningAsk, now: Timestamp) -> bool {
    ask.agreed.is_none() && now.since(ask.at) < ASK_WAITS
}

/// Asks another member to agree.
pub fn ask(
    change: ChangeId,
    caller: &DeskCaller,
    duty: Option<&Duty>,
    id: OpeningAskId,
    subject: Subject,
    words: &str,
    now: Timestamp,
) -> Result<Change, Refusal> {
    on_duty(caller, duty, now)?;
    let ask = OpeningAsk { id, version: 0, member: caller.member, subject, reason: reason(words)?, at: now, agreed: None };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::OpeningAsked { ask } })
}

/// Agrees to another member's wish. Nobody agrees to their own.
pub fn agree(change: ChangeId, caller: &DeskCaller, duty: Option<&Duty>, ask: &OpeningAsk, now: Timestamp) -> Result<Change, Refusal> {
    on_duty(caller, duty, now)?;
    if ask.member == caller.member {
        return Err(People::SecondMemberToOpen.into());
    }
    if !waits(ask, now) {
        return Err(People::AskOver.into());
    }
    let ask = OpeningAsk { agreed: Some((caller.member, now)), ..ask.clone() };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::OpeningAgreed { ask } })
}

fn on_duty(caller: &DeskCaller, duty: Option<&Duty>, now: Timestamp) -> Result<(), Refusal> {
    caller.at_the_desk()?;
    if !duty.is_some_and(|duty| duty.member == caller.member && duty.runs(now)) {
        return Err(People::DutyNotOn.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
