//! Acts of following: a browser asks to be told how one incident ended, finds whether it did, and takes it back.
//!
//! Whoever holds the endpoint holds the browser. What it is told of otherwise is neither read nor changed.

use super::bell::{NewSubscription, subscription_id};
use super::record::read_record;
use super::{ActError, StreetCaller};
use crate::store::StoreError;
use crate::world::World;
use handbell_rules::bell::address::By;
use handbell_rules::bell::follower::{self, Pressing};
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::bell::wishes::Wishes;
use handbell_rules::id::IncidentId;
use handbell_rules::record::follow_up;
use handbell_rules::record::projection::IncidentRecord;
use handbell_rules::time::{DAY, Timestamp};

/// When followers of an incident are told no more.
fn until(record: &IncidentRecord, now: Timestamp) -> Timestamp {
    let today = now.utc_minute();
    let ended = record.ended_on().or_else(|| today.get(..10)?.parse().ok());
    let last = ended.and_then(follow_up::told_until).and_then(Timestamp::of_day);
    // Past the end of the calendar there is nobody to tell.
    last.map_or(now, |last| last.plus(DAY))
}

/// Begins. A second press changes nothing.
///
/// # Errors
/// `NotFound` for what is not in the record; `endpoint-refused`, `keys-wrong`, `follow-up-over`, `too-many-followed`.
pub async fn follow(world: &World, _caller: StreetCaller, incident: IncidentId, new: NewSubscription) -> Result<(), ActError> {
    world.push.accepts(&new.endpoint, &new.key, &new.secret)?;
    let record = read_record(world, incident, None).await?.ok_or(ActError::NotFound)?;
    let until = until(&record, world.now());
    for _ in 0..super::CONFLICT_TRIES {
        match follow_once(world, incident, &new, until).await {
            Err(ActError::Conflict) => {}
            answer => return answer,
        }
    }
    follow_once(world, incident, &new, until).await
}

async fn follow_once(world: &World, incident: IncidentId, new: &NewSubscription, until: Timestamp) -> Result<(), ActError> {
    let now = world.now();
    let id = subscription_id(world, &new.endpoint);
    let known = world.store.subscription(id).await?.is_some();
    let follows = world.store.followers_of(id).await?;
    let browser = Subscription {
        id,
        status: world.store.status(),
        by: By::Push,
        endpoint: new.endpoint.clone(),
        key: new.key.clone(),
        secret: new.secret.clone(),
        further: None,
        cells: Vec::new(),
        kinds: Vec::new(),
        language: new.language.clone(),
        discreet: new.discreet,
        wishes: Wishes::default(),
        member: None,
        since: now,
        until: now,
    };
    match follower::follow(world.private_id(), Pressing { browser, known, follows: &follows }, incident, until, now)? {
        Some(change) => Ok(world.commit(change).await.map(|_| ())?),
        None => Ok(()),
    }
}

/// Whether a browser follows an incident.
///
/// # Errors
/// When the store does not answer.
pub async fn follows(world: &World, _caller: StreetCaller, incident: IncidentId, endpoint: &str) -> Result<bool, ActError> {
    let follows = world.store.followers_of(subscription_id(world, endpoint)).await?;
    Ok(follows.iter().any(|one| one.incident == incident))
}

/// Takes it back. What was never asked gets the same answer.
///
/// # Errors
/// When the store does not answer.
pub async fn unfollow(world: &World, _caller: StreetCaller, incident: IncidentId, endpoint: &str) -> Result<(), ActError> {
    let change = follower::unfollow(world.private_id(), subscription_id(world, endpoint), incident, world.now());
    match world.commit(change).await {
        Ok(_) => Ok(()),
        Err(StoreError::Conflict) => Err(ActError::Conflict),
        Err(error) => Err(error.into()),
    }
}
