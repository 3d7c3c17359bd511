//! Acts of signing devices: add this browser, sign the next list, take one's own back; and sign an alert.
//!
//! The key itself never comes here: a browser made it and keeps it. What comes is its public half and what it
//! signed. Nothing is committed before the signature has been checked.

use super::ActError;
use crate::push::signed::{SignedAlert, checks, roll};
use crate::world::World;
use handbell_log::leaf::{Body, Kind, Leaf};
use handbell_rules::bell::alert::{Alert, Approval};
use handbell_rules::bell::manifest::{self, KeptManifest, Manifest, Roll, SigningKey, Weighed};
use handbell_rules::bell::signed::{AlertSignature, Signing, Statement, may_sign};
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::id::SigningKeyId;
use handbell_rules::people::member::DeskCaller;
use handbell_rules::record::entry::OPERATORS_STREAM;
use handbell_rules::refusal::{Bell, Refusal};

/// What the page of signing devices shows.
#[derive(Debug)]
pub struct KeysFile {
    /// Who may sign now.
    pub roll: Roll,
    /// The list that should come next; none when nothing has changed.
    pub proposed: Option<Manifest>,
    /// This browser's key.
    pub own: Option<SigningKey>,
}

/// Reads who may sign, for the desk.
pub async fn read(world: &World, caller: &DeskCaller) -> Result<KeysFile, ActError> {
    caller.at_the_desk()?;
    let roll = roll(&*world.store).await?;
    let proposed = roll.proposed(&world.group.origin, &world.group.name);
    let own = roll.own(caller).cloned();
    Ok(KeysFile { roll, proposed, own })
}

/// Every list that was made, oldest first, for phones.
pub async fn lists(world: &World) -> Result<Vec<KeptManifest>, ActError> {
    Ok(world.store.manifests().await?.into_iter().filter(|kept| kept.made_at.is_some()).collect())
}

/// Adds the caller's browser. `proof` is its key's signature under [`manifest::enrolment`].
pub async fn add(world: &World, caller: &DeskCaller, public: &[u8], proof: &[u8]) -> Result<(), ActError> {
    let known = world.store.signing_keys().await?;
    let change = manifest::add(world.private_id(), caller, &world.group.origin, public, proof, &known, &checks, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Takes one of the caller's own browsers back.
pub async fn take_back(world: &World, caller: &DeskCaller, id: SigningKeyId) -> Result<(), ActError> {
    let keys = world.store.signing_keys().await?;
    let key = keys.iter().find(|key| key.id == id).ok_or(ActError::NotFound)?;
    let change = manifest::take_back(world.private_id(), caller, key, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Signs the next list.
pub async fn sign_list(world: &World, caller: &DeskCaller, signature: AlertSignature) -> Result<(), ActError> {
    let file = read(world, caller).await?;
    let weighed = Weighed {
        newest: file.roll.newest.as_ref(),
        proposed: file.proposed.as_ref(),
        begun: file.roll.begun.as_ref(),
        keys: &file.roll.keys,
        standing: &file.roll.standing,
    };
    let change = manifest::sign(world.private_id(), caller, weighed, signature, &checks, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// What a device signs of an alert or an update.
pub fn statement(world: &World, alert: &Alert) -> Statement {
    Statement::of(&world.group.origin, alert, world.group.playbook.alert_languages())
}

/// Checks what comes with an approval: in a live group a signature of the caller's own listed browser; in an
/// exercise nothing, or a good one.
pub(super) async fn check_approval(
    world: &World,
    caller: &DeskCaller,
    alert: &Alert,
    signature: Option<&AlertSignature>,
) -> Result<(), ActError> {
    let Some(signature) = signature else {
        return match world.group.signing {
            Signing::Played => Ok(()),
            Signing::ByDevices => Err(Refusal::from(Bell::SignatureMissing).into()),
        };
    };
    let roll = roll(&*world.store).await?;
    if roll.own(caller).is_none_or(|own| own.id != signature.key) {
        return Err(Refusal::from(Bell::SignatureNotListed).into());
    }
    Ok(may_sign(roll.newest.as_ref(), &roll.standing, &statement(world, alert), signature, &checks)?)
}

/// An alert or update with the signatures of these approvals that count now.
pub async fn signed(world: &World, alert: &Alert, approvals: &[Approval]) -> Result<SignedAlert, ActError> {
    let signatures = approvals.iter().filter_map(|approval| approval.signature.as_ref());
    let group = &world.group;
    Ok(SignedAlert::of(group.signing, &group.origin, group.playbook.alert_languages(), alert, signatures, &roll(&*world.store).await?))
}

/// Writes into the log which service worker this program gives browsers, unless the newest word there says it.
///
/// A live group's only, from its first list on: an exercise has nobody outside to show it to, and a log that is
/// taken over comes into an empty one.
pub async fn name_worker(world: &World, digest: [u8; 32]) -> Result<(), ActError> {
    if world.group.signing != Signing::ByDevices || lists(world).await?.is_empty() {
        return Ok(());
    }
    let said = world.store.stream(OPERATORS_STREAM).await?;
    let newest = said.iter().rev().filter_map(|row| Leaf::decode(&row.leaf).ok()).find(|leaf| leaf.kind() == Some(Kind::Note));
    if newest.is_some_and(|leaf| *leaf.body() == Body::Fixed(digest)) {
        return Ok(());
    }
    let change = Change { id: world.private_id(), at: world.now(), by: Actor::Worker, what: What::WorkerNamed { digest } };
    Ok(world.commit(change).await.map(|_| ())?)
}
