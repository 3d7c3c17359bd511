//! Acts on custody keys: whoever runs the server sets the three public keys, and reads which are set.
//!
//! Only public halves come here. Whoever sets a key decides who can open what comes after it, so each is a line of the
//! custody chain that names the key.

use super::ActError;
use crate::vault::seal::recipient;
use crate::world::World;
use handbell_rules::change::{Change, What};
use handbell_rules::evidence::custody::{Deed, Doer, Office};
use handbell_rules::evidence::footage::Footage;
use handbell_rules::evidence::keys::{self, CustodyKeys, Place};
use handbell_rules::evidence::practice;
use handbell_rules::id::FootageId;
use handbell_rules::people::member::{DeskCaller, Role};

/// The keys as they are set.
pub async fn keys(world: &World) -> Result<CustodyKeys, ActError> {
    Ok(world.store.evidence().custody_keys().await?)
}

/// Sets one. The text must be an age recipient; whether it is one is for the caller to say in its own words
/// ([`recipient`]).
///
/// # Errors
/// [`ActError::NotFound`] for a text that is no recipient.
pub async fn set(world: &World, place: Place, text: &str) -> Result<(), ActError> {
    let recipient = recipient(text).map_err(|_| ActError::NotFound)?.to_string();
    let keys = keys(world).await?;
    let change = keys::set(world.private_id(), &keys, place, recipient, &Doer::keeper(world.bytes()), world.now())?;
    world.commit(change).await?;
    Ok(())
}

/// The same for the desk: custodians and auditors read them.
///
/// # Errors
/// A refusal for everybody else.
pub async fn read(world: &World, caller: &DeskCaller) -> Result<CustodyKeys, ActError> {
    if caller.needs(Role::Auditor).is_err() {
        caller.needs(Role::Custodian)?;
    }
    keys(world).await
}

/// A custodian says that they practised opening with another.
///
/// # Errors
/// A refusal for whoever is no custodian.
pub async fn say_practised(world: &World, caller: &DeskCaller) -> Result<(), ActError> {
    caller.needs(Role::Custodian)?;
    let by = Doer::member(Office::Custodian, caller.member, world.bytes());
    world.commit(practice::say(world.private_id(), &keys(world).await?, &by, caller.member, world.now())).await?;
    Ok(())
}

/// Another custodian confirms it.
///
/// # Errors
/// What [`practice::confirm`] refuses; a refusal for whoever is no custodian.
pub async fn confirm_practised(world: &World, caller: &DeskCaller) -> Result<(), ActError> {
    caller.needs(Role::Custodian)?;
    let by = Doer::member(Office::Custodian, caller.member, world.bytes());
    let keys = keys(world).await?;
    world.commit(practice::confirm(world.private_id(), &keys, &by, caller.member, world.now())?).await?;
    Ok(())
}

/// Gives a custodian what they need to open an original: its sealed shares, and what it must be. The line of the custody
/// chain is written before anything is given. Nothing that opens anything is given: the shares are sealed to custodians.
pub async fn give(world: &World, id: FootageId) -> Result<Footage, ActError> {
    let footage = world.store.evidence().footage(id).await?.ok_or(ActError::NotFound)?;
    let (by, now) = (Doer::keeper(world.bytes()), world.now());
    let said = footage.said(&by, Deed::Given, now).with("sealed parts and the three sealed shares");
    world.commit(Change { id: world.private_id(), at: now, by: by.actor(), what: What::FootageHandled { said } }).await?;
    Ok(footage)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doors::fixture::Town;
    use handbell_rules::evidence::custody::Statement;
    use handbell_rules::refusal::Evidence;

    #[tokio::test]
    async fn three_keys_are_set_by_the_keeper_and_each_is_a_line_of_the_chain() {
        let town = Town::new();
        let world = &town.app.world;
        let recipients: Vec<String> = (0..3).map(|_| age::x25519::Identity::generate().to_public().to_string()).collect();
        for ((place, _), recipient) in Place::ALL.iter().zip(&recipients) {
            assert_eq!(keys(world).await.unwrap().all(), None);
            set(world, *place, recipient).await.unwrap();
        }
        let set_keys = keys(world).await.unwrap();
        assert_eq!(set_keys.all().unwrap().to_vec(), recipients);
        let lines = world.store.evidence().custody(0, 10).await.unwrap();
        let said: Vec<Statement> = lines.iter().map(|line| Statement::parse(line.statement.as_ref().unwrap()).unwrap()).collect();
        assert!(said.iter().all(|said| said.deed == Deed::KeySet));
        assert_eq!(said[2].words.as_deref(), Some(format!("three {}", recipients[2]).as_str()));

        let twice = set(world, Place::Two, &recipients[0]).await.unwrap_err();
        assert!(matches!(twice, ActError::Refused(no) if no.0 == Evidence::CustodyKeyTwice.into()), "{twice:?}");
        assert!(matches!(set(world, Place::Two, "age1notakey").await, Err(ActError::NotFound)));
        assert_eq!(keys(world).await.unwrap(), set_keys);
    }
}
