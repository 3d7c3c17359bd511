//! Acts of people: invite, sign in, know a session, sign out, start and end a duty.
//!
//! Secrets of links, devices and sessions leave this file once, as text for a link or a cookie; what is
//! kept is their SHA-256.

use super::ActError;
use crate::store::footing::Ground;
use crate::world::World;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use handbell_rules::id::MemberId;
use handbell_rules::people::duty::{self, Duty};
use handbell_rules::people::member::{self, DeskCaller, Device, Member, Role, SESSION_LIVES, Session};
use handbell_rules::people::passkey;
use handbell_rules::people::standing::{Founding, Standing, roles_now, standing};
use handbell_rules::refusal::{People, Refusal};
use handbell_rules::time::Timestamp;
use sha2::{Digest, Sha256};

/// A secret as it stands in a link or a cookie: 32 random bytes, base64url.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub(super) fn fresh(world: &World) -> Self {
        Self(URL_SAFE_NO_PAD.encode(world.bytes::<32>()))
    }
    /// The text. It goes into one link or one cookie and nowhere else.
    pub fn text(&self) -> &str {
        &self.0
    }
    /// What is kept of a secret's text.
    pub fn hash(text: &str) -> [u8; 32] {
        Sha256::digest(text.as_bytes()).into()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The keeper's command invites a member, or makes a new link for one of the same name and roles.
///
/// Whether somebody new founds the group is a rule. In a live group no command makes a link for a member who
/// has a passkey: two others recover them at the desk, so that a keeper cannot sign in as somebody else.
pub async fn invite(world: &World, name: &str, roles: &[Role]) -> Result<Secret, ActError> {
    let now = world.now();
    // How many there ever were says who founds a group.
    let footing = world.footing(&[Ground::Members]);
    let mut roles = roles.to_vec();
    roles.sort_unstable();
    roles.dedup();
    let everybody = world.store.members().await?;
    let ever = everybody.len();
    let member = match everybody.into_iter().find(|member| member.name == name && member.revoked_at.is_none()) {
        Some(known) => {
            if !world.group.links_sign_in {
                passkey::link_again(!world.store.passkeys(known.id).await?.is_empty())?;
            }
            if known.roles != roles && world.group.founding == Founding::FirstThree {
                return Err(Refusal::from(People::RolesStand).into());
            }
            Member { roles, ..known }
        }
        None => Member {
            id: world.private_id(),
            version: 0,
            name: name.to_owned(),
            roles,
            since: now,
            revoked_at: None,
            founding: world.group.founding.takes(ever),
            vouches: Vec::new(),
            recovery: None,
        },
    };
    let (invitation, secret) = super::vouch::link(world, member.id);
    let change = member::invite(world.private_id(), member, invitation, now)?;
    world.commit_on(change, Some(footing)).await?;
    Ok(secret)
}

/// What a redeemed link gives a browser.
#[derive(Debug)]
pub struct SignedIn {
    /// The session cookie's secret.
    pub session: Secret,
    /// The device cookie's secret, when the browser had none.
    pub device: Option<Secret>,
    /// Whose session it is.
    pub member: MemberId,
}

/// Whose link this is, if it would work, for the page that shows its button. Nothing is redeemed.
pub async fn link_is_of(world: &World, link: &str) -> Result<Option<MemberId>, ActError> {
    let invitation = world.store.invitation_by_secret(Secret::hash(link)).await?;
    let good = invitation.filter(|invitation| invitation.redeemed_at.is_none() && world.now() < invitation.expires_at);
    Ok(good.map(|invitation| invitation.member))
}

/// Whether a link opens the desk by itself, without a passkey.
pub async fn link_signs_in(world: &World, member: MemberId) -> Result<bool, ActError> {
    if world.group.links_sign_in {
        return Ok(true);
    }
    let has_passkey = !world.store.passkeys(member).await?.is_empty();
    Ok(passkey::link_signs_in(false, world.store.members().await?.len(), has_passkey))
}

/// Redeems a link without a passkey, where that is allowed. `device` is the browser's device cookie, if it has one.
pub async fn sign_in(world: &World, link: &str, device: Option<&str>) -> Result<SignedIn, ActError> {
    let now = world.now();
    let spent = || ActError::from(Refusal::from(People::LinkSpent));
    let invitation = world.store.invitation_by_secret(Secret::hash(link)).await?.ok_or_else(spent)?;
    let member = world.store.member(invitation.member).await?.ok_or_else(spent)?;
    let known = match device {
        Some(secret) => world.store.device_by_secret(Secret::hash(secret)).await?,
        None => None,
    };
    if !link_signs_in(world, member.id).await? {
        return Err(Refusal::from(People::PasskeyNeeded).into());
    }
    let (device_secret, session_secret) = (Secret::fresh(world), Secret::fresh(world));
    let fresh = Device { id: world.private_id(), member: member.id, secret: Secret::hash(device_secret.text()), since: now };
    let session = Session {
        id: world.private_id(),
        version: 0,
        member: member.id,
        device: known.as_ref().map_or(fresh.id, |known| known.id),
        secret: Secret::hash(session_secret.text()),
        expires_at: now.plus(SESSION_LIVES),
        closed_at: None,
        // A link was spent on it, so nothing could open it again.
        locks: false,
    };
    let change = member::sign_in(world.private_id(), &invitation, &member, known.as_ref(), fresh, session, now)?;
    match world.commit(change).await {
        Ok(_) => {}
        Err(crate::store::StoreError::Conflict) => return Err(spent()),
        Err(error) => return Err(error.into()),
    }
    Ok(SignedIn { session: session_secret, device: known.is_none().then_some(device_secret), member: member.id })
}

/// Who a session belongs to. Both cookies must come from the same browser.
pub async fn who(world: &World, session: &str, device: &str) -> Result<DeskCaller, ActError> {
    Ok(known(world, session, device).await?.0)
}

/// Who a session belongs to, with the session. Read anew for every request, so that a revocation holds from
/// the next one on. The caller carries the roles that can be used now, and nobody passes whom too few know.
pub async fn known(world: &World, session: &str, device: &str) -> Result<(DeskCaller, Session), ActError> {
    let now = world.now();
    let over = || ActError::from(Refusal::from(People::SessionOver));
    let session = world.store.session_by_secret(Secret::hash(session)).await?.ok_or_else(over)?;
    let device = world.store.device_by_secret(Secret::hash(device)).await?.ok_or_else(over)?;
    let member = world.store.member(session.member).await?.ok_or_else(over)?;
    if device.id != session.device || device.member != member.id || !member::session_is_open(&session, &member, now) {
        return Err(over());
    }
    if matches!(standing(&member, now), Standing::Invited { .. }) {
        return Err(Refusal::from(People::VouchesNeeded).into());
    }
    let roles = roles_now(&member, now);
    Ok((DeskCaller { member: member.id, device: device.id, session: session.id, name: member.name, roles }, session))
}

/// Closes the session a cookie names. An unknown one is closed already.
pub async fn sign_out(world: &World, session: &str) -> Result<(), ActError> {
    let Some(session) = world.store.session_by_secret(Secret::hash(session)).await? else { return Ok(()) };
    match member::sign_out(world.private_id(), &session, world.now()) {
        Some(change) => Ok(world.commit(change).await.map(|_| ())?),
        None => Ok(()),
    }
}

/// Revokes a member: from the next request on nothing of theirs opens anything.
pub async fn revoke(world: &World, name: &str) -> Result<(), ActError> {
    let member = world.store.members().await?.into_iter().find(|member| member.name == name && member.revoked_at.is_none());
    let member = member.ok_or(ActError::NotFound)?;
    match member::revoke(world.private_id(), &member, world.now()) {
        Some(change) => Ok(world.commit(change).await.map(|_| ())?),
        None => Ok(()),
    }
}

/// Starts or renews the caller's duty.
pub async fn start_duty(world: &World, caller: &DeskCaller, hours: u32) -> Result<(), ActError> {
    let known = world.store.duty(caller.member).await?;
    let change = duty::start(world.private_id(), caller, known.as_ref(), hours, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Ends the caller's duty early.
pub async fn end_duty(world: &World, caller: &DeskCaller) -> Result<(), ActError> {
    let known = world.store.duty(caller.member).await?.ok_or(Refusal::from(People::DutyNotOn))?;
    let change = duty::end(world.private_id(), caller, &known, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Who is on duty at the desk now, with when each of them ends. Observers on the street do not count.
pub async fn desk_on_duty(world: &World) -> Result<Vec<(Member, Duty)>, ActError> {
    let now = world.now();
    Ok(desk_duties(world).await?.into_iter().filter(|(_, duty)| duty.runs(now)).collect())
}

/// When the next duty at the desk begins that has not begun yet, if one is known.
pub async fn desk_comes_on(world: &World) -> Result<Option<Timestamp>, ActError> {
    let now = world.now();
    Ok(desk_duties(world).await?.into_iter().map(|(_, duty)| duty.from).filter(|from| *from > now).min())
}

async fn desk_duties(world: &World) -> Result<Vec<(Member, Duty)>, ActError> {
    let mut on = Vec::new();
    for duty in world.store.duties(world.now()).await? {
        if let Some(member) = world.store.member(duty.member).await?
            && member.revoked_at.is_none()
            && roles_now(&member, world.now()).iter().any(|role| [Role::Triager, Role::Approver].contains(role))
        {
            on.push((member, duty));
        }
    }
    Ok(on)
}
