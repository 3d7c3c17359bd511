//! Shut: what nobody at the desk looks at any more, because a member said so.
//!
//! One member is enough: what should not be here must go from sight at once, and waiting for a second person keeps it
//! there. Nothing is deleted that two custodians may need: the original stays sealed, and they open it as any other.
//! Undoing it is not built.

use super::custody::{Deed, Doer};
use super::footage::{Copies, Footage, SHUT};
use crate::change::{Change, What};
use crate::id::ChangeId;
use crate::refusal::{Evidence, Refusal};
use crate::time::Timestamp;

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
    /// Reads a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word, _)| *word == text).map(|(reason, ..)| *reason)
    }
}

/// A member shuts a file: it has no working copies and no working key from this commit on.
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
    let copies = Copies::Failed { why: SHUT.to_owned() };
    let what = What::FootageChanged { footage: Footage { copies, working: None, ..footage.clone() }, said: Some(said) };
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
