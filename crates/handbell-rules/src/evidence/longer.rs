//! Longer: footage that is kept past its time, because two members say so, until a day.
//!
//! Footage goes when its time is over, so that nobody has to decide to delete. What a complaint, a court or its own
//! giver needs longer is *held*: one member asks with a reason of a closed list, another agrees, for a year at most, and
//! then somebody has to ask again (safety R-19, 1.6: a legal hold, reviewed yearly). Each step is a custody line.
//!
//! Whoever gave the footage is stronger than the group: when they take it back, a hold that the group chose ends. One
//! reason is stronger than they are: an order in writing by somebody who may give it, because deleting against one can
//! be an offence. Then it stays sealed, and nobody looks at it any more (decision 0076).

use super::custody::{Deed, Doer, unnamed};
use super::footage::{FOOTAGE_KEPT, FOOTAGE_KEPT_REJECTED, Footage};
use crate::change::{Change, What};
use crate::id::{ChangeId, MemberId};
use crate::refusal::{Evidence, Refusal};
use crate::time::{DAY, MINUTE, Timestamp};
use serde::{Deserialize, Serialize};

/// How long footage is held at most before two members look again.
pub const HOLD_LASTS_MAX: i64 = 366 * DAY;
/// How long an ask waits for a second member.
pub const HOLD_ASK_WAITS: i64 = 14 * DAY;
/// After a hold was lifted by one member, the footage stays at least so long: a second one may see a mistake.
pub const HOLD_LIFTED_STAYS: i64 = FOOTAGE_KEPT_REJECTED;
/// Letters of the words beside a reason.
pub const HOLD_WORDS_MAX: usize = 200;

/// Why footage is kept longer. The list is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HoldReason {
    /// Whoever gave it wishes it.
    Wished,
    /// A complaint to the police or a body that looks into complaints.
    Complaint,
    /// A claim before a civil court.
    Claim,
    /// A criminal trial, of whomever.
    Trial,
    /// An order in writing by a court or by somebody who may give one.
    Ordered,
}

impl HoldReason {
    /// Every reason with its word and what people read.
    pub const ALL: [(HoldReason, &'static str, &'static str); 5] = [
        (Self::Wished, "wished", "Whoever gave it wishes it"),
        (Self::Complaint, "complaint", "A complaint is being made or looked into"),
        (Self::Claim, "claim", "Somebody goes to a civil court"),
        (Self::Trial, "trial", "There is a criminal trial"),
        (Self::Ordered, "ordered", "A court, or somebody who may by law, ordered in writing that it is kept"),
    ];
    /// The word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(reason, ..)| *reason == self).map_or("", |(_, word, _)| word)
    }
    /// What people read.
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(reason, ..)| *reason == self).map_or("", |(.., words)| words)
    }
    /// Reads a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word, _)| *word == text).map(|(reason, ..)| *reason)
    }
}

/// One member asks that footage is kept longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldAsk {
    /// Who asks.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
    /// Until when it is to be kept.
    pub until: Timestamp,
    /// Why.
    pub reason: HoldReason,
    /// What else there is to say, without names: a number, a court.
    pub words: String,
}

/// Footage is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldLonger {
    /// What was asked.
    pub ask: HoldAsk,
    /// Who agreed; never who asked.
    pub agreed_by: MemberId,
    /// When.
    pub agreed_at: Timestamp,
    /// When one member lifted it, of an order that holds for a while still.
    #[serde(default)]
    pub lifted_at: Option<Timestamp>,
}

impl Footage {
    /// The hold that counts now; none once its day is over.
    pub fn held_now(&self, now: Timestamp) -> Option<&HeldLonger> {
        self.held.as_ref().filter(|held| now < held.ask.until)
    }

    /// The hold that is stronger than whoever gave it.
    pub fn ordered(&self, now: Timestamp) -> Option<&HeldLonger> {
        self.held_now(now).filter(|held| held.ask.reason == HoldReason::Ordered)
    }

    /// What waits for a second member.
    pub fn hold_waits(&self, now: Timestamp) -> Option<&HoldAsk> {
        self.hold_asked.as_ref().filter(|ask| now.since(ask.at) < HOLD_ASK_WAITS && now < ask.until)
    }
}

fn plain(words: &str) -> Result<String, Refusal> {
    let words = words.trim();
    let wrong = words.chars().count() > HOLD_WORDS_MAX || words.chars().any(char::is_control);
    if wrong {
        return Err(Evidence::HoldWordsWrong.into());
    }
    unnamed(words)?;
    Ok(words.to_owned())
}

/// What is due is on its way out: its objects may be gone already, and nothing keeps it any more. What is due within a
/// minute is too, because a round that takes it away may begin before this is written.
fn still_there(footage: &Footage, now: Timestamp) -> Result<(), Refusal> {
    if footage.forget_at <= now.plus(MINUTE) { Err(Evidence::HoldTooLate.into()) } else { Ok(()) }
}

/// While an order holds it, nothing weaker takes its place: what two members chose would end with the giver's will. Of a
/// lifted one that is no harm, unless it was taken back: then it would go with the next round.
fn not_weaker(footage: &Footage, ask: &HoldAsk, now: Timestamp) -> Result<(), Refusal> {
    let over = |order: &HeldLonger| order.lifted_at.is_some() && !footage.is_taken_back();
    let weaker = |order: &HeldLonger| ask.until < order.ask.until || (ask.reason != HoldReason::Ordered && !over(order));
    if footage.ordered(now).is_some_and(weaker) { Err(Evidence::HoldWeaker.into()) } else { Ok(()) }
}

fn changed(id: ChangeId, footage: Footage, by: &Doer, deed: Deed, words: String, now: Timestamp) -> Change {
    let said = footage.said(by, deed, now).with(words);
    Change { id, at: now, by: by.actor(), what: What::FootageChanged { footage, said: Some(said) } }
}

/// Until when, why and with which words, as a custody line says it.
fn told(ask: &HoldAsk) -> String {
    let comma = if ask.words.is_empty() { "" } else { ": " };
    format!("until {}, {}{comma}{}", ask.until.utc_minute(), ask.reason.word(), ask.words)
}

/// A member asks. Asking again takes the place of what the same member asked before.
///
/// # Errors
/// [`Evidence::HoldUntilWrong`] for a day that is over or more than [`HOLD_LASTS_MAX`] on, [`Evidence::HoldWordsWrong`],
/// [`Evidence::CustodyWordsNamed`], [`Evidence::HoldWaits`] where another member's ask waits for an answer, [`Evidence::HoldTooLate`],
/// [`Evidence::HoldWeaker`] where an order holds it and this is none, or one of an earlier day.
pub fn ask(id: ChangeId, footage: &Footage, ask: HoldAsk, by: &Doer, now: Timestamp) -> Result<Change, Refusal> {
    still_there(footage, now)?;
    if ask.until <= now || now.plus(HOLD_LASTS_MAX) < ask.until {
        return Err(Evidence::HoldUntilWrong.into());
    }
    if footage.hold_waits(now).is_some_and(|waits| waits.by != ask.by) {
        return Err(Evidence::HoldWaits.into());
    }
    not_weaker(footage, &ask, now)?;
    let ask = HoldAsk { words: plain(&ask.words)?, at: now, ..ask };
    let words = told(&ask);
    Ok(changed(id, Footage { hold_asked: Some(ask), ..footage.clone() }, by, Deed::HoldAsked, words, now))
}

/// Another member agrees: it is held from now on, in place of what held it before.
///
/// # Errors
/// [`Evidence::HoldNotAsked`] where nothing waits, [`Evidence::HoldOwn`] for whoever asked, [`Evidence::HoldTooLate`],
/// [`Evidence::HoldWeaker`].
pub fn agree(id: ChangeId, footage: &Footage, member: MemberId, by: &Doer, now: Timestamp) -> Result<Change, Refusal> {
    still_there(footage, now)?;
    let ask = footage.hold_waits(now).ok_or(Refusal::from(Evidence::HoldNotAsked))?.clone();
    if ask.by == member {
        return Err(Evidence::HoldOwn.into());
    }
    not_weaker(footage, &ask, now)?;
    let words = told(&ask);
    // An earlier hold may have stretched its time: what is left of that goes with it.
    let forget_at = footage.received_at.plus(FOOTAGE_KEPT).max(ask.until);
    let held = Some(HeldLonger { ask, agreed_by: member, agreed_at: now, lifted_at: None });
    Ok(changed(id, Footage { held, hold_asked: None, forget_at, ..footage.clone() }, by, Deed::HeldLonger, words, now))
}

/// The end of its day of UTC: a hold is over at the end of a day, and that is what people read.
fn end_of_day(at: Timestamp) -> Timestamp {
    at.plus((-at.milliseconds()).rem_euclid(DAY))
}

/// One member lifts a hold, with a reason, or says no to an ask. It goes at its usual time, and not before
/// [`HOLD_LIFTED_STAYS`].
///
/// An order that is lifted holds for so long still, and never past its own day: without one, what was taken back would go
/// with the next round, and nobody could see a mistake.
///
/// # Errors
/// [`Evidence::HoldNone`] where nothing holds it and nobody asks, [`Evidence::HoldWordsWrong`] without a reason,
/// [`Evidence::CustodyWordsNamed`].
pub fn lift(id: ChangeId, footage: &Footage, why: &str, by: &Doer, now: Timestamp) -> Result<Change, Refusal> {
    let why = plain(why)?;
    if why.is_empty() {
        return Err(Evidence::HoldWordsWrong.into());
    }
    let (holds, asked) = (footage.held_now(now).is_some(), footage.hold_waits(now).is_some());
    // Lifting again finds the earlier day and stretches nothing.
    let held = footage.ordered(now).map(|order| {
        let until = order.ask.until.min(end_of_day(now.plus(HOLD_LIFTED_STAYS)));
        HeldLonger { ask: HoldAsk { until, ..order.ask.clone() }, lifted_at: order.lifted_at.or(Some(now)), ..order.clone() }
    });
    let usual = footage.received_at.plus(FOOTAGE_KEPT);
    let (forget_at, words) = match &held {
        Some(order) => (usual.max(order.ask.until), format!("no longer than {}: {why}", order.ask.until.utc_minute())),
        None if holds => (usual.max(now.plus(HOLD_LIFTED_STAYS)), format!("no longer: {why}")),
        None if asked => (footage.forget_at, format!("not held: {why}")),
        None => return Err(Evidence::HoldNone.into()),
    };
    Ok(changed(id, Footage { held, hold_asked: None, forget_at, ..footage.clone() }, by, Deed::HeldLonger, words, now))
}

#[cfg(test)]
mod tests;
