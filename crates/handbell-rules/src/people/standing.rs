//! Standing: how far a member has come: invited, on probation, full, revoked.
//!
//! PROMISE nobody-joins-alone: whoever is invited needs two vouches from two members past probation on two
//! devices before the desk opens, and thirty more days before they approve, edit or open originals
//! . Founders need neither, by a rule of their own: the first three members a live group ever had,
//! and everybody of an exercise, which reaches no phone. Nothing here judges what a browser signed.

use super::member::{DeskCaller, Invitation, Member, Recovery, Role, Vouch, check_member};
use crate::change::{Actor, Change, What};
use crate::id::ChangeId;
use crate::refusal::{Desk, People, Refusal};
use crate::time::{DAY, Timestamp};

/// Vouches that open the desk to somebody invited.
pub const VOUCHES_NEEDED: usize = 2;
/// From the second vouch on, so long without the rights of [`WITHHELD`].
pub const PROBATION_LASTS: i64 = 30 * DAY;
/// So many members of a live group are its founders. Two of them can vouch, and two can recover the third.
pub const FOUNDERS_MAX: usize = 3;
/// So long one member's word for a recovery waits for the second.
pub const RECOVERY_WAITS: i64 = DAY;
/// One member's press leaves at least so many full members, so that the desk can still vouch and recover.
pub const FULL_MEMBERS_LEFT_MIN: usize = 2;
/// What a member on probation does not have yet: what speaks for the group, and what opens originals.
pub const WITHHELD: [Role; 3] = [Role::Approver, Role::Editor, Role::Custodian];

/// Who of a group is a founder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Founding {
    /// The first [`FOUNDERS_MAX`] members it ever had; whoever was revoked counts.
    FirstThree,
    /// Everybody: an exercise, the demo and made-up towns.
    Everybody,
}

impl Founding {
    /// A live group has three founders; in an exercise nobody waits thirty days.
    pub const fn of(exercise: bool) -> Self {
        if exercise { Self::Everybody } else { Self::FirstThree }
    }
    /// Whether the next member the keeper invites founds the group; `ever` counts all it ever had.
    pub const fn takes(self, ever: usize) -> bool {
        match self {
            Self::Everybody => true,
            Self::FirstThree => ever < FOUNDERS_MAX,
        }
    }
}

/// How far a member has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Not vouched for by enough members: nothing opens.
    Invited {
        /// How many have vouched.
        vouches: usize,
    },
    /// The desk is open, without what is [`WITHHELD`].
    Probation {
        /// Until then.
        until: Timestamp,
    },
    /// Everything the roles say.
    Full,
    /// Nothing, for good.
    Revoked,
}

/// How far a member has come at `now`.
pub fn standing(member: &Member, now: Timestamp) -> Standing {
    if member.revoked_at.is_some() {
        return Standing::Revoked;
    }
    if member.founding {
        return Standing::Full;
    }
    let mut vouches: Vec<Timestamp> = member.vouches.iter().map(|vouch| vouch.at).collect();
    vouches.sort_unstable();
    match vouches.get(VOUCHES_NEEDED - 1).map(|second| second.plus(PROBATION_LASTS)) {
        None => Standing::Invited { vouches: vouches.len() },
        Some(until) if now < until => Standing::Probation { until },
        Some(_) => Standing::Full,
    }
}

/// The roles a member can use at `now`. An act's caller carries these and never the ones on paper.
pub fn roles_now(member: &Member, now: Timestamp) -> Vec<Role> {
    match standing(member, now) {
        Standing::Invited { .. } | Standing::Revoked => Vec::new(),
        Standing::Probation { .. } => member.roles.iter().copied().filter(|role| !WITHHELD.contains(role)).collect(),
        Standing::Full => member.roles.clone(),
    }
}

fn is_full(member: &Member, now: Timestamp) -> Result<(), Refusal> {
    if standing(member, now) == Standing::Full { Ok(()) } else { Err(People::PastProbationNeeded.into()) }
}

/// A signed-in member past probation who works the desk; `by` is the member as stored.
fn speaks(by: &Member, caller: &DeskCaller, now: Timestamp) -> Result<(), Refusal> {
    if !caller.works_the_desk() || by.id != caller.member {
        return Err(Desk::NotOnDesk.into());
    }
    is_full(by, now)
}

fn change(id: ChangeId, caller: &DeskCaller, what: What, now: Timestamp) -> Change {
    Change { id, at: now, by: Actor::Member(caller.member), what }
}

/// A member past probation invites somebody new. `member` starts without vouches, whoever invites.
pub fn invite(
    id: ChangeId,
    by: &Member,
    caller: &DeskCaller,
    everybody: &[Member],
    member: Member,
    invitation: Invitation,
    now: Timestamp,
) -> Result<Change, Refusal> {
    speaks(by, caller, now)?;
    check_member(&member.name, &member.roles)?;
    if everybody.iter().any(|known| known.name == member.name && known.revoked_at.is_none()) {
        return Err(People::NameTaken.into());
    }
    let member = Member { founding: false, vouches: Vec::new(), recovery: None, ..member };
    Ok(change(id, caller, What::MemberInvited { member, invitation }, now))
}

/// Vouches for somebody invited: I know this person and want them at the desk.
pub fn vouch(id: ChangeId, by: &Member, caller: &DeskCaller, member: &Member, now: Timestamp) -> Result<Change, Refusal> {
    speaks(by, caller, now)?;
    if member.id == caller.member {
        return Err(People::OwnVouch.into());
    }
    if !matches!(standing(member, now), Standing::Invited { .. }) {
        return Err(People::VouchNotOpen.into());
    }
    if member.vouches.iter().any(|vouch| vouch.by == caller.member || vouch.device == caller.device) {
        return Err(People::VouchedAlready.into());
    }
    let mut member = member.clone();
    member.vouches.push(Vouch { by: caller.member, device: caller.device, at: now });
    Ok(change(id, caller, What::MemberVouched { member }, now))
}

/// A member who lost their passkey comes back: two others say so on their own devices, within a day.
///
/// The first press is kept; the second makes a new link, and the same commit takes every passkey, session
/// and older link of the member away. Whether the link reaches the right person is between people.
pub fn recover(
    id: ChangeId,
    by: &Member,
    caller: &DeskCaller,
    member: &Member,
    invitation: Invitation,
    now: Timestamp,
) -> Result<Change, Refusal> {
    speaks(by, caller, now)?;
    if member.id == caller.member {
        return Err(People::OwnRecovery.into());
    }
    if member.revoked_at.is_some() {
        return Err(People::MemberRevoked.into());
    }
    let mut member = member.clone();
    let waiting = member.recovery.take().filter(|first| now.since(first.at) < RECOVERY_WAITS);
    let what = match waiting {
        Some(first) if first.by == caller.member || first.device == caller.device => {
            return Err(People::SecondMemberForRecovery.into());
        }
        Some(_) => What::MemberRecovered { member, invitation },
        None => {
            member.recovery = Some(Recovery { by: caller.member, device: caller.device, at: now });
            What::RecoveryAsked { member }
        }
    };
    Ok(change(id, caller, what, now))
}

/// A member past probation revokes another, or leaves. One press is enough, because a lost phone cannot
/// wait for a second person; it never leaves fewer than two full members, so that one captured member
/// cannot close the desk. The keeper's command has no such limit.
pub fn revoke(
    id: ChangeId,
    by: &Member,
    caller: &DeskCaller,
    everybody: &[Member],
    member: &Member,
    now: Timestamp,
) -> Result<Change, Refusal> {
    speaks(by, caller, now)?;
    if member.revoked_at.is_some() {
        return Err(People::MemberRevoked.into());
    }
    let left = everybody.iter().filter(|one| one.id != member.id && can_vouch(one, now)).count();
    if left < FULL_MEMBERS_LEFT_MIN && can_vouch(member, now) {
        return Err(People::TooFewLeft.into());
    }
    let member = Member { revoked_at: Some(now), recovery: None, ..member.clone() };
    Ok(change(id, caller, What::MemberRevoked { member }, now))
}

fn can_vouch(member: &Member, now: Timestamp) -> bool {
    standing(member, now) == Standing::Full && member.roles.iter().any(|role| super::member::DESK_ROLES.contains(role))
}

#[cfg(test)]
mod tests;
