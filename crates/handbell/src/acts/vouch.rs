//! Acts of belonging: invite, vouch, recover, revoke, by members at the desk.
//!
//! Each reads the caller as stored, because what a member may do for another hangs on their own standing.
//! Who is let in and when is decided by the rules (PROMISE nobody-joins-alone).

use super::people::Secret;
use super::{ActError, CONFLICT_TRIES};
use crate::store::footing::Ground;
use crate::world::World;
use handbell_rules::change::What;
use handbell_rules::id::MemberId;
use handbell_rules::people::member::{DeskCaller, INVITATION_LIVES, Invitation, Member, Role};
use handbell_rules::people::standing;

async fn read(world: &World, caller: &DeskCaller, member: MemberId) -> Result<(Member, Member), ActError> {
    caller.at_the_desk()?;
    let by = world.store.member(caller.member).await?.ok_or(ActError::NotFound)?;
    let member = world.store.member(member).await?.ok_or(ActError::NotFound)?;
    Ok((by, member))
}

pub(super) fn link(world: &World, member: MemberId) -> (Invitation, Secret) {
    let secret = Secret::fresh(world);
    let invitation = Invitation {
        id: world.private_id(),
        version: 0,
        member,
        secret: Secret::hash(secret.text()),
        expires_at: world.now().plus(INVITATION_LIVES),
        redeemed_at: None,
    };
    (invitation, secret)
}

/// Everybody the group ever had, by name, for the page of people.
pub async fn everybody(world: &World, caller: &DeskCaller) -> Result<Vec<Member>, ActError> {
    caller.at_the_desk()?;
    Ok(world.store.members().await?)
}

/// Invites somebody new; answers with the link's secret. Two who invite in one instant never give one name twice:
/// the later one reads that somebody was faster.
pub async fn invite(world: &World, caller: &DeskCaller, name: &str, roles: &[Role]) -> Result<Secret, ActError> {
    let footing = world.footing(&[Ground::Members]);
    let (by, _) = read(world, caller, caller.member).await?;
    let everybody = world.store.members().await?;
    let mut roles = roles.to_vec();
    roles.sort_unstable();
    roles.dedup();
    let now = world.now();
    let member = Member {
        id: world.private_id(),
        version: 0,
        name: name.trim().to_owned(),
        roles,
        since: now,
        revoked_at: None,
        founding: false,
        vouches: Vec::new(),
        recovery: None,
    };
    let (invitation, secret) = link(world, member.id);
    let change = standing::invite(world.private_id(), &by, caller, &everybody, member, invitation, now)?;
    world.commit_on(change, Some(footing)).await?;
    Ok(secret)
}

/// Vouches for somebody invited.
pub async fn vouch(world: &World, caller: &DeskCaller, member: MemberId) -> Result<(), ActError> {
    let (by, member) = read(world, caller, member).await?;
    let change = standing::vouch(world.private_id(), &by, caller, &member, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Says that a member lost their passkey. The second member who says so gets the secret of a new link.
pub async fn recover(world: &World, caller: &DeskCaller, member: MemberId) -> Result<Option<Secret>, ActError> {
    let (by, member) = read(world, caller, member).await?;
    let (invitation, secret) = link(world, member.id);
    let change = standing::recover(world.private_id(), &by, caller, &member, invitation, world.now())?;
    let linked = matches!(change.what, What::MemberRecovered { .. });
    world.commit(change).await?;
    Ok(linked.then_some(secret))
}

/// Revokes a member, or the caller themselves. How many full members are left is counted over all of them, so
/// whoever revokes in the same instant as another is asked of the rule again, with the other one counted.
pub async fn revoke(world: &World, caller: &DeskCaller, member: MemberId) -> Result<(), ActError> {
    for _ in 0..CONFLICT_TRIES {
        match revoke_once(world, caller, member).await {
            Err(ActError::Conflict) => {}
            answer => return answer,
        }
    }
    revoke_once(world, caller, member).await
}

async fn revoke_once(world: &World, caller: &DeskCaller, member: MemberId) -> Result<(), ActError> {
    let footing = world.footing(&[Ground::Members]);
    let (by, member) = read(world, caller, member).await?;
    let everybody = world.store.members().await?;
    let change = standing::revoke(world.private_id(), &by, caller, &everybody, &member, world.now())?;
    Ok(world.commit_on(change, Some(footing)).await.map(|_| ())?)
}
