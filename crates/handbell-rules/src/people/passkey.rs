//! Passkey: what lets a member in (WebAuthn), one row for each.
//!
//! A passkey is registered by redeeming a link, with the member's pseudonym and nothing else, and is known
//! by its public key only. There is no password. Whether a browser's signature is good is judged outside,
//! by webauthn-rs; here stands what must hold besides. No time of last use is kept: nobody needs to know
//! when somebody was at the desk.

use super::member::{Device, Invitation, Member, Session};
use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, MemberId, PasskeyId};
use crate::refusal::{People, Refusal};
use crate::time::{MINUTE, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a challenge waits for its answer.
pub const CHALLENGE_LIVES: i64 = 5 * MINUTE;
/// A desk that nobody touched for so long asks for the passkey again.
pub const LOCKS_AFTER: i64 = 15 * MINUTE;

/// One passkey of one member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// Private id.
    pub id: PasskeyId,
    /// How often it was changed: once for each use.
    pub version: u32,
    /// Whose.
    pub member: MemberId,
    /// The authenticator's name for it.
    pub credential: Vec<u8>,
    /// The authenticator's counter after the last use; 0 where it does not count.
    pub counter: u32,
    /// Since when.
    pub since: Timestamp,
    /// The public key with its counter, as webauthn-rs writes it.
    pub key: String,
}

/// What the check of a signature found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proven {
    /// Whether the authenticator made sure of its person: a finger, a face, a PIN.
    pub verified: bool,
    /// The authenticator's counter.
    pub counter: u32,
}

/// Whether a link by itself opens the desk, without a passkey.
///
/// Only where the group's setting allows (an exercise does), and for somebody who is the only member there
/// ever was, so that a new group can look around before anybody can harm anybody. A link never passes by a passkey.
pub const fn link_signs_in(links_sign_in: bool, members_ever: usize, has_passkey: bool) -> bool {
    links_sign_in || (members_ever == 1 && !has_passkey)
}

/// Whether a session that was last used at `used` is locked.
pub fn is_locked(session: &Session, used: Timestamp, now: Timestamp) -> bool {
    session.locks && now.since(used) >= LOCKS_AFTER
}

/// Whether the keeper's command may make another link for a member it knows, where links alone do not sign in.
pub fn link_again(has_passkey: bool) -> Result<(), Refusal> {
    if has_passkey { Err(People::RecoveryNeeded.into()) } else { Ok(()) }
}

/// Whether a link still opens anything for its member.
pub fn opens(invitation: &Invitation, member: &Member, now: Timestamp) -> Result<(), Refusal> {
    let spent = invitation.redeemed_at.is_some() || now >= invitation.expires_at || member.revoked_at.is_some();
    if spent || invitation.member != member.id { Err(People::LinkSpent.into()) } else { Ok(()) }
}

/// Redeems a link with a new passkey, and opens a session.
#[expect(clippy::too_many_arguments, reason = "each is a thing of its own that was just made or read")]
pub fn register(
    change: ChangeId,
    invitation: &Invitation,
    member: &Member,
    known: Option<&Device>,
    fresh: Device,
    session: Session,
    passkey: Passkey,
    proven: Proven,
    now: Timestamp,
) -> Result<Change, Refusal> {
    opens(invitation, member, now)?;
    if known.is_some_and(|device| device.member != member.id) {
        return Err(People::DeviceTaken.into());
    }
    if !proven.verified {
        return Err(People::PasskeyUnproven.into());
    }
    let invitation = Invitation { redeemed_at: Some(now), ..invitation.clone() };
    let device = if known.is_some() { None } else { Some(fresh) };
    let passkey = Passkey { counter: proven.counter, ..passkey };
    Ok(Change { id: change, at: now, by: Actor::Member(member.id), what: What::PasskeyRegistered { invitation, passkey, device, session } })
}

/// Signs in with a passkey, or unlocks a session that is open: then no new one comes.
///
/// A counter that does not grow says that the key exists twice (WebAuthn Level 2, section 6.1.1): refused.
#[expect(clippy::too_many_arguments, reason = "each is a thing of its own that was just made or read")]
pub fn sign_in(
    change: ChangeId,
    passkey: &Passkey,
    proven: Proven,
    key: String,
    member: &Member,
    known: Option<&Device>,
    fresh: Device,
    session: Option<Session>,
    now: Timestamp,
) -> Result<Change, Refusal> {
    if member.revoked_at.is_some() || passkey.member != member.id {
        return Err(People::PasskeyUnknown.into());
    }
    if known.is_some_and(|device| device.member != member.id) {
        return Err(People::DeviceTaken.into());
    }
    if !proven.verified {
        return Err(People::PasskeyUnproven.into());
    }
    let counts = proven.counter > 0 || passkey.counter > 0;
    if counts && proven.counter <= passkey.counter {
        return Err(People::PasskeyCopied.into());
    }
    let passkey = Passkey { counter: proven.counter, key, ..passkey.clone() };
    let device = if known.is_some() { None } else { Some(fresh) };
    Ok(Change { id: change, at: now, by: Actor::Member(member.id), what: What::PasskeyUsed { passkey, device, session } })
}

#[cfg(test)]
mod tests;
