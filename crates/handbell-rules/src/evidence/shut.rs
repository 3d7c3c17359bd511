//! Shut: what nobody at the desk looks at any more, because a member said so.
//!
//! One member is enough: what should not be here must go from sight at once, and waiting for a second person keeps it
//! there. Nothing is deleted that two custodians may need: the original stays sealed, and they open it as any other.
//!
//! Where the reason says that it may be unlawful or shows a child, nothing brings it back (safety R-59: quarantine by
//! sealing). Shut by mistake or for another reason, its copies lie hidden for [`SHUT_HELD`], and two members who did not shut
//! it open it to the desk again; any one member ends that at once (decision 0088).

use super::custody::{Deed, Doer};
use super::footage::{Copies, Footage, SHUT};
use crate::change::{Change, What};
use crate::id::{ChangeId, MemberId};
use crate::refusal::{Evidence, Refusal};
use crate::time::{DAY, Timestamp};
use serde::{Deserialize, Serialize};

/// How long copies lie hidden that may be opened again.
pub const SHUT_HELD: i64 = DAY;
/// From so many members at the desk on, whoever shut a file is neither of the two who open it again.
const LARGE: usize = 3;
/// The words of the line by which the copies go before their day is over.
const COPIES_GONE: &str = "copies gone";

/// What was shut and may be opened again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShutHeld {
    /// Who shut it.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
    /// The copies as they were; nobody gets one.
    pub copies: Box<Copies>,
    /// Who asked that it is opened again.
    pub asked: Option<MemberId>,
}

impl ShutHeld {
    /// Until when it may be.
    pub const fn until(&self) -> Timestamp {
        self.at.plus(SHUT_HELD)
    }
}

impl Footage {
    /// What is shut and may be opened again now.
    pub fn opens_again(&self, now: Timestamp) -> Option<&ShutHeld> {
        self.shut_held.as_ref().filter(|held| self.is_shut() && now < held.until())
    }
}

/// Why a file is shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShutReason {
    /// Holding or showing it may be against the law.
    Unlawful,
    /// It shows a child.
    Child,
    /// It was given by mistake.
    Mistake,
    /// Something else.
    Other,
}

impl ShutReason {
    /// Every reason with its word and what people read.
    pub const ALL: [(ShutReason, &'static str, &'static str); 4] = [
        (Self::Unlawful, "unlawful", "It may be unlawful to have or to show it"),
        (Self::Child, "child", "It shows a child"),
        (Self::Mistake, "mistake", "It was given by mistake"),
        (Self::Other, "other", "Another reason"),
    ];
    /// The word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(reason, ..)| *reason == self).map_or("", |(_, word, _)| word)
    }
    /// Whether its copies may lie hidden for a while: nobody says that it should not be had or shown at all.
    pub const fn can_wait(self) -> bool {
        matches!(self, Self::Mistake | Self::Other)
    }
    /// Reads a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word, _)| *word == text).map(|(reason, ..)| *reason)
    }
}

/// A member shuts a file: nobody gets a working copy from this commit on, and its working key is gone. Copies that are made
/// already lie hidden for a while where the reason allows that.
///
/// # Errors
/// [`Evidence::FootageShut`] where somebody did already; [`Evidence::FootageKeptShut`] for what was taken back.
pub fn shut(id: ChangeId, footage: &Footage, reason: ShutReason, by: &Doer, now: Timestamp) -> Result<Change, Refusal> {
    if footage.is_shut() {
        return Err(Evidence::FootageShut.into());
    }
    if footage.is_taken_back() {
        return Err(Evidence::FootageKeptShut.into());
    }
    let said = footage.said(by, Deed::Shut, now).with(reason.word());
    let made = matches!(footage.copies, Copies::Made { .. });
    let shut_held = by.member.filter(|_| made && reason.can_wait()).map(|member| ShutHeld {
        by: member,
        at: now,
        copies: Box::new(footage.copies.clone()),
        asked: None,
    });
    let copies = Copies::Failed { why: SHUT.to_owned() };
    let what = What::FootageChanged { footage: Footage { copies, working: None, shut_held, ..footage.clone() }, said: Some(said) };
    Ok(Change { id, at: now, by: by.actor(), what })
}

/// A member wants a shut file opened to the desk again: the first asks, and another opens it. Neither is whoever shut it,
/// unless the desk has nobody else.
///
/// # Errors
/// [`Evidence::ReopenOver`] where nothing may be opened, or not any more; [`Evidence::ReopenOwn`].
pub fn open_again(id: ChangeId, footage: &Footage, by: &Doer, at_the_desk: usize, now: Timestamp) -> Result<Change, Refusal> {
    let (Some(held), Some(member)) = (footage.opens_again(now), by.member) else { return Err(Evidence::ReopenOver.into()) };
    if held.asked == Some(member) || (held.by == member && at_the_desk >= LARGE) {
        return Err(Evidence::ReopenOwn.into());
    }
    let (footage, said) = match held.asked {
        None => {
            let held = ShutHeld { asked: Some(member), ..held.clone() };
            (Footage { shut_held: Some(held), ..footage.clone() }, footage.said(by, Deed::ReopenAsked, now))
        }
        Some(_) => {
            let copies = held.copies.as_ref().clone();
            // Whatever was asked of the bank while it was shut had no answer.
            let footage_again = Footage { copies, shut_held: None, unasked: true, ..footage.clone() };
            (footage_again, footage.said(by, Deed::Reopened, now))
        }
    };
    Ok(Change { id, at: now, by: by.actor(), what: What::FootageChanged { footage, said: Some(said) } })
}

/// A member says that the copies of a shut file go now. One is enough: somebody may have seen what the first did not.
///
/// # Errors
/// [`Evidence::ReopenOver`] where none are held.
pub fn end(id: ChangeId, footage: &Footage, by: &Doer, now: Timestamp) -> Result<Change, Refusal> {
    if footage.opens_again(now).is_none() {
        return Err(Evidence::ReopenOver.into());
    }
    let said = footage.said(by, Deed::Shut, now).with(COPIES_GONE);
    let what = What::FootageChanged { footage: Footage { shut_held: None, ..footage.clone() }, said: Some(said) };
    Ok(Change { id, at: now, by: by.actor(), what })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_read_back_from_its_word() {
        for (reason, word, _) in ShutReason::ALL {
            assert_eq!((ShutReason::parse(word), reason.word()), (Some(reason), word));
        }
        assert_eq!(ShutReason::parse("because"), None);
    }
}
