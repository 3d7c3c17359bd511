//! Nudge: one short message to one member's duty phones, about the desk's own work.
//!
//! A nudge is queued by the commit that makes it needed and sent by a worker, so nothing leaves that was not
//! decided and nothing is lost with a crash. It names no witness and repeats no word of a report; what a look
//! asks for is the one thing it carries, for the one observer it is for. It never reaches a neighbour, it is
//! no alert, and nothing here says who read it.

use crate::id::{AlertId, ChangeId, IncidentId, LookId, MemberId, NudgeId, ReportId};
use crate::time::{HOUR, MINUTE, SECOND, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a nudge is tried when nothing ends it sooner.
pub const NUDGE_LIVES: i64 = 10 * MINUTE;
/// How long it is kept after that.
pub const NUDGE_KEPT: i64 = HOUR;
/// Wait before the second try; each further one waits twice as long.
const FIRST_WAIT: i64 = 5 * SECOND;
/// Longest wait between two tries.
const WAIT_MAX: i64 = MINUTE;

/// What a nudge is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// Will you go and look?
    LookAsked(LookId),
    /// A look ended, or changed, so that this observer or this desk member should know.
    LookNews(LookId, IncidentId),
    /// An observer has not reported back; somebody at the desk finds out whether they are well.
    LookOverdue(LookId, IncidentId),
    /// The observer's own time is up: are you well?
    AreYouWell(LookId),
    /// A report has waited untouched.
    ReportWaits(ReportId),
    /// The member's duty ends soon.
    DutyEnds,
    /// A live alert runs out unless somebody renews it.
    AlertRunsOut(AlertId),
    /// Something about a dispatch: for somebody who was asked, or for the desk.
    Dispatch(DispatchNews, AlertId),
    /// A channel, by its word, delivers nothing.
    ChannelSilent(String),
}

/// What there is to say about a dispatch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DispatchNews {
    /// Enough are going: stand by.
    Enough,
    /// There is a second one now, or there is none any more.
    PairChanged,
    /// The other of the pair is leaving.
    OtherLeaves,
    /// Time to check in.
    CheckIn,
    /// The other of the pair has not checked in.
    OtherSilent,
    /// It has ended, or run out: say that you have left.
    SayLeft,
    /// For the desk: somebody has not checked in.
    Overdue,
    /// For the desk: they are well after all.
    IsWell,
    /// For the desk: places are free and nobody is left to ask.
    NobodyLeft,
    /// For the desk: somebody cannot find it.
    CannotFind,
    /// For somebody who stands by: a place of their role is free again.
    PlaceFree,
}

impl DispatchNews {
    /// Whether it is for the desk rather than for somebody who was asked.
    pub const fn for_the_desk(self) -> bool {
        matches!(self, Self::Overdue | Self::IsWell | Self::NobodyLeft | Self::CannotFind)
    }
}

impl About {
    fn number(&self) -> u8 {
        match self {
            Self::LookAsked(_) => 1,
            Self::LookNews(..) => 2,
            Self::LookOverdue(..) => 3,
            Self::AreYouWell(_) => 4,
            Self::ReportWaits(_) => 5,
            Self::DutyEnds => 6,
            Self::AlertRunsOut(_) => 7,
            Self::Dispatch(news, _) => 16 + *news as u8,
            // One change may say so of several channels.
            Self::ChannelSilent(word) => word.bytes().fold(8, u8::wrapping_add),
        }
    }
}

/// A nudge as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nudge {
    /// Private id; it follows from the change and the member, so the same change queues nobody twice.
    pub id: NudgeId,
    /// How often it was changed.
    pub version: u32,
    /// For whom.
    pub to: MemberId,
    /// What about.
    pub about: About,
    /// The words of a look that travel with it; empty otherwise.
    pub words: String,
    /// When it was queued.
    pub made_at: Timestamp,
    /// When it is tried next; none when it is done with.
    pub due_at: Option<Timestamp>,
    /// After this it is not sent (PROMISE nothing-goes-stale).
    pub expires_at: Timestamp,
    /// Tries so far.
    pub attempts: u32,
    /// When a push service first took it.
    pub sent_at: Option<Timestamp>,
    /// When it is forgotten.
    pub forget_at: Timestamp,
}

impl Nudge {
    /// Queues one.
    pub fn new(change: ChangeId, to: MemberId, about: About, words: &str, expires_at: Timestamp, now: Timestamp) -> Self {
        let mut id = *change.bytes();
        id.iter_mut().zip(to.bytes()).for_each(|(mine, theirs)| *mine ^= theirs);
        // One change may tell the same member two things.
        id[15] ^= about.number();
        Self {
            id: NudgeId(id),
            version: 0,
            to,
            about,
            words: words.to_owned(),
            made_at: now,
            due_at: Some(now),
            expires_at,
            attempts: 0,
            sent_at: None,
            forget_at: expires_at.plus(NUDGE_KEPT),
        }
    }

    /// The same news for several members, each once.
    pub fn each(change: ChangeId, to: &[MemberId], about: &About, now: Timestamp) -> Vec<Self> {
        let mut to = to.to_vec();
        to.sort_unstable();
        to.dedup();
        to.into_iter().map(|member| Self::new(change, member, about.clone(), "", now.plus(NUDGE_LIVES), now)).collect()
    }
}

/// What a try came to, over all of a member's phones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// At least one push service took it.
    Taken,
    /// Nobody took it, and a later try may succeed.
    Later,
    /// There is no phone left to try, or it is not wanted any more.
    Nobody,
}

/// What follows from a try: done with, or again later; never past its expiry.
pub fn settle(nudge: &Nudge, tried: Tried, now: Timestamp) -> Nudge {
    let attempts = nudge.attempts + 1;
    let wait = (FIRST_WAIT << nudge.attempts.min(6)).min(WAIT_MAX);
    let again = now.plus(wait);
    let due_at = (tried == Tried::Later && again < nudge.expires_at).then_some(again);
    let sent_at = nudge.sent_at.or((tried == Tried::Taken).then_some(now));
    Nudge { attempts, due_at, sent_at, ..nudge.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn nudge(about: About, lives: i64) -> Nudge {
        let now = Timestamp::from_milliseconds(0);
        Nudge::new(ChangeId([1; 16]), MemberId([2; 16]), about, "Lantern Corner. Report back within 20 minutes.", now.plus(lives), now)
    }

    proptest! {
        #[test]
        fn a_nudge_is_never_tried_past_its_end(lives in 1i64..10_000_000, steps in 1usize..40) {
            let mut nudge = nudge(About::DutyEnds, lives);
            for _ in 0..steps {
                let Some(due) = nudge.due_at else { break };
                prop_assert!(due < nudge.expires_at);
                nudge = settle(&nudge, Tried::Later, due);
            }
        }
    }

    #[test]
    fn a_nudge_that_was_taken_or_has_nobody_to_go_to_is_done_with() {
        let now = Timestamp::from_milliseconds(1);
        for tried in [Tried::Taken, Tried::Nobody] {
            let settled = settle(&nudge(About::DutyEnds, NUDGE_LIVES), tried, now);
            assert_eq!((settled.due_at, settled.sent_at.is_some()), (None, tried == Tried::Taken));
        }
    }

    #[test]
    fn the_same_change_queues_a_member_once_and_two_members_apart() {
        let now = Timestamp::from_milliseconds(5);
        let (one, two) = (MemberId([2; 16]), MemberId([3; 16]));
        let each = Nudge::each(ChangeId([1; 16]), &[two, one, two], &About::DutyEnds, now);
        assert_eq!(each.len(), 2);
        assert_ne!(each[0].id, each[1].id);
        assert_eq!(each, Nudge::each(ChangeId([1; 16]), &[one, two], &About::DutyEnds, now));
    }
}
