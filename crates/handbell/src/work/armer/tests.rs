//! What holds for the armer, over a real store in memory and the ringer beside it.

use super::*;
use crate::doors::fixture::{self, Town};
use crate::push::Envelopes;
use crate::push::SignedMessage;
use crate::push::armed::Readiness;
use crate::push::locked::Locking;
use crate::work::ringer;
use crate::world::{Push, World};
use async_trait::async_trait;
use aws_lc_rs::rand::SystemRandom;
use handbell_rules::bell::address::By;
use handbell_rules::bell::delivery::{Answer, Leased};
use handbell_rules::bell::nudged::DutyMessage;
use handbell_rules::bell::subscription::{SUBSCRIPTION_LIVES, Subscription};
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::playbook::Reach;
use handbell_rules::refusal::Refusal;
use std::sync::{Arc, Mutex};

/// Seals as the real line does and keeps who was sealed for and whether an envelope lay ready.
struct Sealing {
    envelopes: Envelopes,
    sealed: Mutex<Vec<(SubscriptionId, bool)>>,
}

#[async_trait]
impl Push for Sealing {
    async fn send(&self, _leased: &Leased, to: &Subscription, _message: &SignedMessage, now: Timestamp) -> Answer {
        let keys = SubscriberKeys::kept(&to.key, &to.secret).unwrap();
        let taken = self.envelopes.take(to.id, &keys, now);
        self.sealed.lock().unwrap().push((to.id, taken.is_some()));
        Answer::Accepted
    }
    async fn nudge(&self, _to: &Subscription, _message: &DutyMessage, _expires_at: Timestamp, _now: Timestamp) -> Answer {
        Answer::Later
    }
    fn accepts(&self, _endpoint: &str, key: &[u8], secret: &[u8]) -> Result<(), Refusal> {
        SubscriberKeys::check(key, secret, &SystemRandom::new()).unwrap();
        Ok(())
    }
    fn envelopes(&self) -> Option<&Envelopes> {
        Some(&self.envelopes)
    }
}

fn sealing(at_most: usize) -> Arc<Sealing> {
    Arc::new(Sealing { envelopes: Envelopes::new(at_most, Locking::NotLocked), sealed: Mutex::default() })
}

fn person(number: u8) -> SubscriptionId {
    SubscriptionId([number; 16])
}

async fn commit(world: &World, what: What) {
    world.commit(Change { id: world.private_id(), at: world.now(), by: Actor::Street, what }).await.unwrap();
}

async fn subscribe(world: &World, number: u8, keys: u8) {
    let (key, secret) = fixture::browser_keys(keys);
    let subscription = Subscription {
        id: person(number),
        status: world.group.status,
        by: By::Push,
        endpoint: format!("https://updates.push.services.mozilla.com/wpush/v2/{number}"),
        key,
        secret,
        further: None,
        cells: fixture::cells().iter().take(1).map(|cell| cell.parse().unwrap()).collect(),
        kinds: Vec::new(),
        language: "en".into(),
        discreet: false,
        wishes: handbell_rules::bell::wishes::Wishes::default(),
        member: None,
        since: world.now(),
        until: world.now().plus(SUBSCRIPTION_LIVES),
    };
    commit(world, What::Subscribed { subscription }).await;
}

/// Steps until everybody was looked at; how many envelopes were made and in how many steps.
async fn round(armer: &mut Armer, world: &World) -> (usize, usize) {
    let (mut made, mut steps) = (0, 0);
    loop {
        let armed = armer.step(world).await.unwrap();
        assert!(armed.made <= BATCH as usize);
        (made, steps) = (made + armed.made, steps + 1);
        if armed.next != Some(world.now()) {
            return (made, steps);
        }
    }
}

#[tokio::test]
async fn everybody_gets_one_envelope_in_small_batches_and_a_new_one_only_when_needed() {
    let mut town = Town::new();
    let push = sealing(1_000);
    town.app.world.push = push.clone();
    let world = &town.app.world;
    for number in 1..=40 {
        subscribe(world, number, number).await;
    }
    let mut armer = Armer::default();
    assert_eq!(push.envelopes.readiness(), Readiness { armed: 0, unarmed: None });
    let (made, steps) = round(&mut armer, world).await;
    assert_eq!(made, 40);
    assert!(steps >= 3, "forty are more than two batches");
    assert_eq!(push.envelopes.readiness(), Readiness { armed: 40, unarmed: Some(0) });
    assert_eq!(round(&mut armer, world).await.0, 0);
    // A restart begins with none.
    town.app.world.push = sealing(1_000);
    assert_eq!(round(&mut Armer::default(), &town.app.world).await.0, 40);
}

#[tokio::test]
async fn whoever_left_loses_the_envelope_and_whoever_changed_keys_gets_another() {
    let mut town = Town::new();
    let push = sealing(1_000);
    town.app.world.push = push.clone();
    let world = &town.app.world;
    for number in 1..=3 {
        subscribe(world, number, number).await;
    }
    let mut armer = Armer::default();
    assert_eq!(round(&mut armer, world).await.0, 3);
    commit(world, What::Unsubscribed { subscription: person(1) }).await;
    commit(world, What::Unsubscribed { subscription: person(2) }).await;
    subscribe(world, 2, 77).await;
    assert_eq!(round(&mut armer, world).await.0, 1);
    assert_eq!(push.envelopes.readiness(), Readiness { armed: 2, unarmed: Some(0) });
    let take = |number: u8, keys: u8| {
        let (key, secret) = fixture::browser_keys(keys);
        push.envelopes.take(person(number), &SubscriberKeys::kept(&key, &secret).unwrap(), world.now()).is_some()
    };
    assert!(!take(1, 1) && take(2, 77) && take(3, 3));
}

#[tokio::test]
async fn the_armer_stands_still_while_the_bell_rings_and_the_ringer_uses_what_is_ready() {
    let mut town = Town::new();
    let about = town.confirmed("flood").await;
    let push = sealing(1_000);
    town.app.world.push = push.clone();
    let world = &town.app.world;
    let mut armer = Armer::default();
    subscribe(world, 1, 1).await;
    round(&mut armer, world).await;
    let ready = push.envelopes.readiness().armed;
    // Subscribed after the round: no envelope yet, and told all the same.
    subscribe(world, 2, 2).await;
    town.rung(&about, Reach::Neighbours).await;
    assert_eq!(armer.step(world).await.unwrap(), Armed { made: 0, next: Some(world.now().plus(RING_RESTS)) }, "something is due");
    assert_eq!(push.envelopes.readiness().armed, ready);
    assert!(ringer::step(world).await.unwrap().tried >= 2);
    let sealed = push.sealed.lock().unwrap().clone();
    assert!(sealed.contains(&(person(1), true)) && sealed.contains(&(person(2), false)), "{sealed:?}");
    assert_eq!(armer.step(world).await.unwrap().next, Some(world.now().plus(RING_RESTS)), "it rang just now");
    town.clock.go(RING_RESTS);
    let (made, _) = round(&mut armer, world).await;
    assert!(made >= 2, "the one that was used and the one that was missing: {made}");
}

#[tokio::test]
async fn without_a_line_there_is_nothing_to_arm() {
    let town = Town::new();
    assert_eq!(Armer::default().step(&town.app.world).await.unwrap(), Armed { made: 0, next: None });
}
