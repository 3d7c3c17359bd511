//! Acts of the test browser: a browser of the group's own that is sent test messages by the way of every browser.
//!
//! One stands for all: its subscription has a fixed id, no area and no member, so no alert is ever for it. A member
//! of the desk opts it in and out. It says nothing about any other browser's phone.

use super::channels::id_from;
use super::{ActError, bell::NewSubscription};
use crate::world::World;
use handbell_rules::bell::address::By;
use handbell_rules::bell::subscription::{self, Subscription};
use handbell_rules::bell::wishes::Wishes;
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::id::SubscriptionId;
use handbell_rules::people::member::DeskCaller;

/// The id of its subscription.
fn id(world: &World) -> SubscriptionId {
    id_from(world.mark("test browser", b""))
}

/// The test browser, if there is one.
pub async fn read(world: &World) -> Result<Option<Subscription>, ActError> {
    Ok(world.store.subscription(id(world)).await?.filter(|own| own.until > world.now()))
}

/// A member of the desk makes a browser the test browser, in place of the one before.
pub async fn take(world: &World, caller: &DeskCaller, new: NewSubscription) -> Result<(), ActError> {
    caller.at_the_desk()?;
    world.push.accepts(&new.endpoint, &new.key, &new.secret)?;
    let now = world.now();
    let browser = Subscription {
        id: id(world),
        status: world.store.status(),
        by: By::Push,
        endpoint: new.endpoint,
        key: new.key,
        secret: new.secret,
        further: None,
        cells: Vec::new(),
        kinds: Vec::new(),
        language: new.language,
        discreet: false,
        wishes: Wishes::default(),
        member: None,
        since: now,
        until: now,
    };
    let change = subscription::test_browser(world.private_id(), caller, browser, now)?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// A member of the desk ends it. Ending what is not there is no error.
pub async fn end(world: &World, caller: &DeskCaller) -> Result<(), ActError> {
    caller.at_the_desk()?;
    let what = What::Unsubscribed { subscription: id(world) };
    let change = Change { id: world.private_id(), at: world.now(), by: Actor::Member(caller.member), what };
    Ok(world.commit(change).await.map(|_| ())?)
}
