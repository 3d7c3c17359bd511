//! What holds at the door of duty phones: whose browser is taken, and who then hears a dispatch.

use super::super::super::fixture::{Heard, SPOT, Signed, Town, browser_keys};
use super::super::super::gate::TOKEN_HEADER;
use crate::acts::bell::{approve, ring, subscription_id};
use crate::acts::{ActError, people};
use crate::push::SignedMessage;
use crate::work::ringer;
use crate::world::Push;
use async_trait::async_trait;
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use handbell_rules::bell::delivery::{Answer, Leased};
use handbell_rules::bell::message::Message;
use handbell_rules::bell::nudged::DutyMessage;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::id::SubscriptionId;
use handbell_rules::people::member::Role;
use handbell_rules::playbook::Reach;
use handbell_rules::refusal::{Bell, Refusal};
use handbell_rules::time::Timestamp;
use http::Request;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

const PATH: &str = "/api/v1/desk/subscriptions";

/// Takes every message and remembers who got what.
#[derive(Default)]
struct Phones(Mutex<Vec<(SubscriptionId, Message)>>);

#[async_trait]
impl Push for Phones {
    async fn send(&self, _leased: &Leased, to: &Subscription, message: &SignedMessage, _now: Timestamp) -> Answer {
        self.0.lock().unwrap().push((to.id, (**message).clone()));
        Answer::Accepted
    }
    async fn nudge(&self, _to: &Subscription, _message: &DutyMessage, _expires_at: Timestamp, _now: Timestamp) -> Answer {
        Answer::Later
    }
    fn accepts(&self, _endpoint: &str, _key: &[u8], _secret: &[u8]) -> Result<(), Refusal> {
        Err(Bell::EndpointRefused.into())
    }
}

fn endpoint(number: u8) -> String {
    format!("https://updates.push.services.mozilla.com/wpush/v2/{number}")
}

fn browser(number: u8) -> Value {
    let (key, secret) = browser_keys(number);
    let keys = json!({"p256dh": URL_SAFE_NO_PAD.encode(key), "auth": URL_SAFE_NO_PAD.encode(secret)});
    json!({"subscription": {"endpoint": endpoint(number), "expirationTime": null, "keys": keys}, "cells": [], "kinds": [], "language": "en", "discreet": false})
}

async fn sent(town: &Town, method: &str, member: &Signed, token: Option<&str>, body: &Value) -> Heard {
    let mut request = Request::builder()
        .method(method)
        .uri(PATH)
        .header("content-type", "application/json")
        .header("sec-fetch-site", "same-origin")
        .header("cookie", &member.cookies);
    if let Some(token) = token {
        request = request.header(TOKEN_HEADER, token);
    }
    town.send(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn registered(town: &Town, member: &Signed, number: u8) -> SubscriptionId {
    let heard = sent(town, "POST", member, Some(&member.csrf), &browser(number)).await;
    assert_eq!((heard.status.as_u16(), heard.json()), (201, json!({"state": "subscribed"})));
    subscription_id(&town.app.world, &endpoint(number))
}

async fn kept(town: &Town, number: u8) -> Option<Subscription> {
    town.app.world.store.subscription(subscription_id(&town.app.world, &endpoint(number))).await.unwrap()
}

#[tokio::test]
async fn only_those_who_can_be_sent_and_the_desk_have_duty_phones() {
    let town = Town::new();
    for (number, (role, word)) in (10..).zip(Role::ALL) {
        let member = town.signed_in(word, &[role]).await;
        for (method, body) in [("POST", browser(number)), ("DELETE", json!({"endpoint": endpoint(number)}))] {
            let heard = sent(&town, method, &member, Some(&member.csrf), &body).await;
            let may = [Role::Triager, Role::Approver, Role::Editor].contains(&role) || role.field().is_some();
            if may {
                assert!(heard.status.is_success(), "{method} by a {word}: {}", heard.text());
            } else {
                assert_eq!((heard.status.as_u16(), heard.problem().as_str()), (403, "role-needed"), "{method} by a {word}");
            }
            let there = may && method == "POST";
            assert_eq!(kept(&town, number).await.is_some(), there, "after {method} by a {word}");
        }
    }
}

#[tokio::test]
async fn without_the_sessions_token_nothing_is_committed() {
    let town = Town::new();
    let (finch, heron) = (town.signed_in("Finch", &[Role::Observer]).await, town.signed_in("Heron", &[Role::Observer]).await);
    registered(&town, &finch, 1).await;
    let almost = format!("{}0", finch.csrf);
    for token in [None, Some(""), Some(heron.csrf.as_str()), Some(almost.as_str())] {
        let taken = sent(&town, "POST", &finch, token, &browser(2)).await;
        let ended = sent(&town, "DELETE", &finch, token, &json!({"endpoint": endpoint(1)})).await;
        for heard in [taken, ended] {
            assert_eq!((heard.status.as_u16(), heard.problem().as_str()), (403, "form-too-old"), "{token:?}");
        }
        assert!(kept(&town, 1).await.is_some() && kept(&town, 2).await.is_none(), "{token:?}");
    }
}

#[tokio::test]
async fn a_duty_phone_is_a_browser_on_a_known_push_service_with_no_areas() {
    let town = Town::new();
    let finch = town.signed_in("Finch", &[Role::Observer]).await;
    for elsewhere in
        ["https://push.example/x", "https://169.254.169.254/latest/meta-data", "http://updates.push.services.mozilla.com/wpush/v2/1", ""]
    {
        let mut body = browser(1);
        body["subscription"]["endpoint"] = json!(elsewhere);
        let heard = sent(&town, "POST", &finch, Some(&finch.csrf), &body).await;
        assert_eq!((heard.status.as_u16(), heard.problem().as_str()), (422, "endpoint-refused"), "{elsewhere}");
    }
    let mut forged = browser(1);
    forged["member"] = json!("aaaaaaaaaaaaaaaaaaaaaaaaaa");
    assert_eq!(sent(&town, "POST", &finch, Some(&finch.csrf), &forged).await.problem(), "unknown-field");
    let held = town.app.world.store.held().await.unwrap();
    assert_eq!(held.iter().find(|held| held.table == "subscription").unwrap().rows, 0);

    let mut ticked = browser(1);
    (ticked["cells"], ticked["kinds"]) = (json!(["nowhere"]), json!(["burglary"]));
    assert_eq!(sent(&town, "POST", &finch, Some(&finch.csrf), &ticked).await.status, 201);
    let phone = kept(&town, 1).await.unwrap();
    assert_eq!((phone.member, phone.cells.len(), phone.kinds.len()), (Some(finch.caller.member), 0, 0));
}

#[tokio::test]
async fn a_dispatch_reaches_the_observer_on_duty_and_nobody_else() {
    let mut town = Town::new();
    // A neighbour hears of this area, and the observer who confirmed it has been revoked.
    let about = town.confirmed("flood").await;
    people::revoke(&town.app.world, "Chidi").await.unwrap();
    let (finch, heron) = (town.signed_in("Finch", &[Role::Observer]).await, town.signed_in("Heron", &[Role::Observer]).await);
    let phone = registered(&town, &finch, 11).await;
    registered(&town, &heron, 12).await;
    let phones = Arc::new(Phones::default());
    town.app.world.push = phones.clone();
    let world = &town.app.world;

    let alert = town.drafted(&about, Reach::Dispatch).await;
    approve(world, &about.ben.caller, alert).await.unwrap();
    match ring(world, &about.amina.caller, alert).await {
        Err(ActError::Refused(no)) => assert_eq!(no.0.name(), "nobody-to-tell"),
        other => panic!("both are off duty: {other:?}"),
    }
    ringer::step(world).await.unwrap();
    assert!(phones.0.lock().unwrap().is_empty(), "off duty nobody is told");

    people::start_duty(world, &finch.caller, 4).await.unwrap();
    ring(world, &about.amina.caller, alert).await.unwrap();
    ringer::step(world).await.unwrap();
    let told = std::mem::take(&mut *phones.0.lock().unwrap());
    assert_eq!(told.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [phone]);
    assert!(told[0].1.title.contains(SPOT), "an observer who is sent knows where: {:?}", told[0].1);

    // Once the browser is given back, the next dispatch finds nobody.
    assert_eq!(sent(&town, "DELETE", &finch, Some(&finch.csrf), &json!({"endpoint": endpoint(11)})).await.status, 200);
    assert!(kept(&town, 11).await.is_none());
    let next = town.drafted(&about, Reach::Dispatch).await;
    approve(world, &about.ben.caller, next).await.unwrap();
    assert!(matches!(ring(world, &about.amina.caller, next).await, Err(ActError::Refused(no)) if no.0 == Bell::NobodyOnDuty.into()));
}

#[tokio::test]
async fn the_observers_page_offers_this_browser_with_its_key_its_door_and_its_token() {
    let town = Town::new();
    let finch = town.signed_in("Finch", &[Role::Observer]).await;
    let request = Request::get("/desk/observe").header("cookie", &finch.cookies).body(Body::empty()).unwrap();
    let page = town.send(request).await.text();
    assert!(page.contains("Use this browser as my duty phone") && page.contains("needs scripts"));
    for (name, value) in [("key", town.app.world.group.vapid_public.as_str()), ("target", PATH), ("token", &finch.csrf)] {
        assert!(page.contains(&format!("data-{name}=\"{value}\"")), "{name}");
    }
}
