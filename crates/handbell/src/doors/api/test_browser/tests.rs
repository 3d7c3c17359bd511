//! The test browser from its opting in to its alarm: whoever works the desk makes it, no alert is for it, and two
//! test messages that nobody acknowledged call the desk.

use crate::channel::carrier::Carrier;
use crate::channel::sealed::AddressKey;
use crate::channel::settings::Channels;
use crate::doors::fixture::{Heard, Signed, Town, browser_keys};
use crate::doors::gate::TOKEN_HEADER;
use crate::push::SignedMessage;
use crate::work::{canary, ringer};
use crate::world::Push;
use async_trait::async_trait;
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use handbell_rules::bell::address::By;
use handbell_rules::bell::delivery::{Answer, Leased};
use handbell_rules::bell::nudged::DutyMessage;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::people::member::Role;
use handbell_rules::people::nudge::About;
use handbell_rules::playbook::Reach;
use handbell_rules::refusal::Refusal;
use handbell_rules::time::{MINUTE, Timestamp};
use http::Request;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

const PATH: &str = "/api/v1/desk/test-browser";
const ENDPOINT: &str = "https://updates.push.services.mozilla.com/wpush/v2/88";

/// Takes everything and remembers it.
#[derive(Default)]
struct Browsers {
    alerts: Mutex<Vec<String>>,
    others: Mutex<Vec<(String, DutyMessage, Timestamp)>>,
}

#[async_trait]
impl Push for Browsers {
    async fn send(&self, _leased: &Leased, to: &Subscription, _message: &SignedMessage, _now: Timestamp) -> Answer {
        self.alerts.lock().unwrap().push(to.endpoint.clone());
        Answer::Accepted
    }
    async fn nudge(&self, to: &Subscription, message: &DutyMessage, expires_at: Timestamp, _now: Timestamp) -> Answer {
        self.others.lock().unwrap().push((to.endpoint.clone(), message.clone(), expires_at));
        Answer::Accepted
    }
    fn accepts(&self, _endpoint: &str, _key: &[u8], _secret: &[u8]) -> Result<(), Refusal> {
        Ok(())
    }
}

fn town() -> (Town, Arc<Browsers>) {
    let mut town = Town::new();
    let browsers = Arc::new(Browsers::default());
    let world = &town.app.world;
    let (marks, origin) = (world.group.receipt_key.clone(), world.group.origin.clone());
    let key = AddressKey::new(&[7; 32]).unwrap();
    let carrier = Carrier::new(browsers.clone(), Channels::default(), key, marks, origin, world.clock.clone(), world.group.signing);
    town.app.world.push = Arc::new(carrier);
    (town, browsers)
}

fn browser() -> Value {
    let (key, secret) = browser_keys(88);
    let keys = json!({"p256dh": URL_SAFE_NO_PAD.encode(key), "auth": URL_SAFE_NO_PAD.encode(secret)});
    json!({"subscription": {"endpoint": ENDPOINT, "keys": keys}, "cells": [], "kinds": [], "language": "en", "discreet": false})
}

async fn sent(town: &Town, method: &str, member: &Signed, body: &Value) -> Heard {
    let request = Request::builder()
        .method(method)
        .uri(PATH)
        .header("content-type", "application/json")
        .header("sec-fetch-site", "same-origin")
        .header("cookie", &member.cookies)
        .header(TOKEN_HEADER, &member.csrf);
    town.send(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn page(town: &Town, member: &Signed) -> String {
    let request = Request::get("/desk/reach").header("cookie", &member.cookies).body(Body::empty()).unwrap();
    town.send(request).await.text()
}

#[tokio::test]
async fn a_browser_that_hears_nothing_is_found_and_whoever_is_on_duty_is_called() {
    let (town, browsers) = town();
    let world = &town.app.world;
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    assert_eq!(canary::step(world).await.unwrap().sent, 0, "nobody opted one in");
    assert!(page(&town, &wren).await.contains("There is none"));
    let taken = sent(&town, "POST", &wren, &browser()).await;
    assert_eq!((taken.status.as_u16(), taken.json()), (201, json!({"state": "watched"})));

    let newest = || browsers.others.lock().unwrap().last().cloned().unwrap();
    for round in 0..2 {
        let sung = canary::step(world).await.unwrap();
        assert_eq!((sung.sent, sung.alarms), (1, 0), "round {round}");
        assert_eq!(canary::step(world).await.unwrap().sent, 0, "not before five minutes");
        let (to, message, expires_at) = newest();
        assert_eq!((to.as_str(), message.kind.as_str()), (ENDPOINT, "canary"));
        assert_eq!(expires_at, world.now().plus(5 * MINUTE), "no service keeps it past the next");
        // What the service worker does: a post without a body.
        let acknowledged = Request::post(message.url.as_str()).header("sec-fetch-site", "same-origin").body(Body::empty()).unwrap();
        assert_eq!(town.send(acknowledged).await.status, 204);
        town.clock.go(5 * MINUTE);
    }
    // From now on nothing acknowledges.
    let mut alarms = Vec::new();
    for _ in 0..3 {
        alarms.push(canary::step(world).await.unwrap().alarms);
        town.clock.go(5 * MINUTE);
    }
    assert_eq!(alarms, [0, 0, 1], "two misses in a row");
    assert_eq!(canary::alarms(world), ["Two test messages in a row did not arrive by browsers."]);
    let nudges = world.store.nudges().await.unwrap();
    assert_eq!(nudges.iter().filter(|nudge| nudge.about == About::ChannelSilent("push".into())).count(), 1);
    let shown = page(&town, &wren).await;
    assert!(shown.contains("did not arrive by browsers") && shown.contains("Missed 2 in a row") && !shown.contains(ENDPOINT), "{shown}");
    let counted = world.store.reach().await.unwrap().into_iter().find(|month| month.by == By::Push).unwrap().counted;
    assert_eq!((counted.canaries, counted.missed), (4, 2));

    // An old word acknowledges nothing, and the next good one ends the alarm.
    let old = newest().1.url;
    canary::step(world).await.unwrap();
    assert_eq!(town.post(&old, &[]).await.status, 404);
    assert_eq!(town.post(&newest().1.url, &[]).await.status, 204);
    town.clock.go(5 * MINUTE);
    canary::step(world).await.unwrap();
    assert!(canary::alarms(world).is_empty());

    assert_eq!(sent(&town, "DELETE", &wren, &json!({"endpoint": ENDPOINT})).await.status, 200);
    town.clock.go(5 * MINUTE);
    assert_eq!(canary::step(world).await.unwrap().sent, 0);
    assert!(canary::alarms(world).is_empty(), "where none is watched none is missed");
}

#[tokio::test]
async fn no_alert_is_for_the_test_browser_and_only_the_desk_makes_one() {
    let (town, browsers) = town();
    let about = town.confirmed("immigration-visit").await;
    let finch = town.signed_in("Finch", &[Role::Observer]).await;
    for (method, body) in [("POST", browser()), ("DELETE", json!({"endpoint": ENDPOINT}))] {
        assert_eq!(sent(&town, method, &finch, &body).await.problem(), "role-needed", "{method}");
    }
    assert_eq!(sent(&town, "POST", &about.amina, &browser()).await.status, 201);
    for reach in [Reach::Neighbours, Reach::Dispatch] {
        town.rung(&about, reach).await;
    }
    while ringer::step(&town.app.world).await.unwrap().tried > 0 {}
    let told = browsers.alerts.lock().unwrap().clone();
    assert!(told.len() >= 2 && !told.iter().any(|to| to == ENDPOINT), "{told:?}");
    // A drill has none: nothing would look for its test messages.
    let drill = Town::exercise();
    let amina = drill.signed_in("Amina", &[Role::Triager]).await;
    let refused = sent(&drill, "POST", &amina, &browser()).await;
    assert_eq!(refused.problem(), "channel-off");
}
