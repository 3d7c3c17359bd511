//! A browser's second channel, through its doors: named from the browser, confirmed from where it leads, used after
//! its minutes, and ended from either side without the other.

use super::{MailManners, Manners, Reached, path_in};
use crate::acts::bell::{NewSubscription, Wished, end, subscribe_observer};
use crate::doors::fixture::{Heard, Town, browser_keys, cells};
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use handbell_rules::bell::address::By;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::people::member::Role;
use handbell_rules::playbook::Reach;
use handbell_rules::time::{HOUR, MINUTE, SECOND};
use http::Request;
use serde_json::{Value, json};

const NUMBER: &str = "+447700900301";

fn endpoint() -> String {
    "https://updates.push.services.mozilla.com/wpush/v2/77".to_owned()
}

async fn posts(town: &Town, method: &str, path: &str, body: &Value) -> Heard {
    let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    town.send(request.header("sec-fetch-site", "same-origin").body(Body::from(body.to_string())).unwrap()).await
}

/// What this browser sends to be told, with a second channel or silent about it.
fn asks(second: Option<Value>) -> Value {
    let (key, secret) = browser_keys(77);
    let keys = json!({"p256dh": URL_SAFE_NO_PAD.encode(key), "auth": URL_SAFE_NO_PAD.encode(secret)});
    let mut body = json!({"subscription": {"endpoint": endpoint(), "keys": keys}, "cells": [cells()[0]], "kinds": [], "language": "en", "discreet": false});
    if let Some(second) = second {
        body["second"] = second;
    }
    body
}

async fn named(town: &Town, second: Option<Value>) -> Heard {
    posts(town, "POST", "/api/v1/subscriptions", &asks(second)).await
}

async fn own(town: &Town) -> Value {
    posts(town, "POST", "/api/v1/subscriptions/mine", &json!({"endpoint": endpoint()})).await.json()["second"].clone()
}

impl Reached {
    async fn browser(&self) -> Option<Subscription> {
        self.subscriptions().await.into_iter().find(|one| one.by == By::Push && one.endpoint == endpoint())
    }
}

#[tokio::test]
async fn a_mailbox_is_confirmed_used_after_its_minutes_hears_the_end_and_ends_alone() {
    let town = Reached::new();
    let asked = named(&town.town, Some(json!({"by": "mail", "address": "amira@example.org", "after_minutes": 2}))).await;
    assert_eq!((asked.status.as_u16(), asked.json()), (201, json!({"state": "subscribed", "second": {"state": "letter-sent"}})));
    assert_eq!(own(&town.town).await, Value::Null, "nothing begins before the button");
    let letter = town.letters().pop().unwrap();
    assert!(letter.contains("To: amira@example.org") && letter.contains("when a browser is not reached"), "{letter}");
    let link = path_in(&letter, "/channels/confirm/");
    assert_eq!(town.town.get(&link).await.status, 200);
    let page = town.town.post(&link, &[]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(town.town.post(&link, &[]).await.status, 422, "the link is spent");
    assert_eq!(own(&town.town).await, json!({"by": "mail", "after_minutes": 2}));
    let kept = town.browser().await.unwrap();
    assert!(!serde_json::to_string(&kept).unwrap().contains("amira"), "sealed at rest");
    assert_eq!(named(&town.town, None).await.json(), json!({"state": "subscribed"}));
    assert_eq!(own(&town.town).await, json!({"by": "mail", "after_minutes": 2}), "what is saved later leaves it");
    let shown = town.town.get(&path_in(&page.text(), "/channels/mine/")).await.text();
    assert!(shown.contains("You are told by a browser") && shown.contains("e-mail is used too"), "{shown}");

    // This town's push services take nothing today.
    let before = town.letters().len();
    let about = town.town.confirmed("immigration-visit").await;
    let alert = town.town.rung(&about, Reach::Neighbours).await;
    town.rings().await;
    let mut waited = 0;
    while town.letters().len() == before {
        assert!(waited < 5 * MINUTE, "the second channel is used");
        town.town.clock.go(10 * SECOND);
        waited += 10 * SECOND;
        town.rings().await;
    }
    assert!(waited >= 90 * SECOND, "not before its minutes: {waited}");
    let told = town.letters().pop().unwrap();
    assert!(told.contains(&format!("/alerts/{alert}")) && told.contains("List-Unsubscribe-Post"));
    end(&town.town.app.world, &about.ben.caller, alert, false).await.unwrap();
    town.rings().await;
    assert_eq!(town.letters().len(), before + 2, "the end goes where the start was taken");

    // One press in the mail program ends the mail, and the browser is told on.
    let link = path_in(&told, "/channels/mine/");
    let pressed = Request::post(link.as_str()).header("content-type", "application/x-www-form-urlencoded");
    let pressed = town.town.send(pressed.body(Body::from("List-Unsubscribe=One-Click")).unwrap()).await;
    assert_eq!(pressed.status, 200);
    assert_eq!(own(&town.town).await, Value::Null);
    assert!(town.browser().await.is_some());
}

#[tokio::test]
async fn a_telephone_names_itself_and_its_stop_ends_it_and_not_the_browser() {
    let town = Reached::with(MailManners::Takes, Manners::Takes);
    let asked = named(&town.town, Some(json!({"by": "sms", "after_minutes": 5}))).await.json();
    assert_eq!((&asked["second"]["state"], &asked["second"]["number"]), (&json!("to-text"), &json!("+447700900100")));
    let text = asked["second"]["text"].as_str().unwrap().to_owned();
    assert_eq!(town.text(NUMBER, &text).await, 204);
    assert!(town.texts().pop().unwrap().contains("you will get alerts for Peckham, around the station"));
    assert_eq!(own(&town.town).await, json!({"by": "sms", "after_minutes": 5}));
    assert!(!serde_json::to_string(&town.browser().await.unwrap()).unwrap().contains("7700900301"));
    // The same telephone also asked for itself; both end with one word.
    assert_eq!(town.text(NUMBER, "JOIN middle").await, 204);
    assert_eq!(town.subscriptions().await.len(), 2);
    assert_eq!(town.text(NUMBER, "STOP").await, 204);
    assert_eq!(own(&town.town).await, Value::Null);
    assert_eq!(town.subscriptions().await.len(), 1, "the browser stands");

    // A code of an hour ago, and one of a browser that asks for nothing any more, begin nothing.
    let old = named(&town.town, Some(json!({"by": "sms", "after_minutes": 5}))).await.json()["second"]["text"].as_str().unwrap().to_owned();
    town.town.clock.go(HOUR);
    assert_eq!(town.text(NUMBER, &old).await, 204);
    assert_eq!(own(&town.town).await, Value::Null);
    let late =
        named(&town.town, Some(json!({"by": "sms", "after_minutes": 5}))).await.json()["second"]["text"].as_str().unwrap().to_owned();
    assert_eq!(posts(&town.town, "DELETE", "/api/v1/subscriptions", &json!({"endpoint": endpoint()})).await.status, 200);
    assert_eq!(town.text(NUMBER, &late).await, 204);
    assert!(town.subscriptions().await.is_empty(), "one press ends everything, and a late text brings nothing back");
}

#[tokio::test]
async fn a_topic_begins_at_once_and_goes_when_it_is_taken_away_or_the_browser_becomes_a_duty_phone() {
    let town = Reached::new();
    let begun = named(&town.town, Some(json!({"by": "ntfy", "after_minutes": 10}))).await.json();
    assert!(begun["second"]["address"].as_str().unwrap().starts_with(&format!("http://{}/", town.ntfy.address)), "{begun}");
    assert_eq!(own(&town.town).await, json!({"by": "ntfy", "after_minutes": 10}));
    assert_eq!(named(&town.town, Some(json!({"by": "none"}))).await.json()["second"], json!({"state": "ended"}));
    assert_eq!(own(&town.town).await, Value::Null);
    named(&town.town, Some(json!({"by": "ntfy", "after_minutes": 10}))).await;
    let finch = town.town.signed_in("Finch", &[Role::Observer]).await;
    let (key, secret) = browser_keys(77);
    let phone = NewSubscription {
        endpoint: endpoint(),
        key,
        secret,
        cells: vec![],
        kinds: vec![],
        language: "en".into(),
        discreet: false,
        wished: Wished::default(),
    };
    subscribe_observer(&town.town.app.world, &finch.caller, phone).await.unwrap();
    assert!(town.browser().await.unwrap().further.is_none());
}

#[tokio::test]
async fn what_cannot_be_named_is_refused_before_anything_is_written() {
    let town = Reached::new();
    let wrong = [
        (json!({"by": "mail", "address": "amira@", "after_minutes": 5}), "mail-wrong"),
        (json!({"by": "mail", "address": "a@b.org\r\nBcc: c@d.org", "after_minutes": 5}), "mail-wrong"),
        (json!({"by": "mail", "address": "amira@example.org", "after_minutes": 3}), "channel-address-wrong"),
        (json!({"by": "sms"}), "channel-address-wrong"),
        (json!({"by": "matrix", "address": "@a:example.org", "after_minutes": 5}), "channel-off"),
        (json!({"by": "push", "after_minutes": 5}), "channel-off"),
        (json!({"by": "fax", "after_minutes": 5}), "channel-off"),
        (json!({"by": "ntfy", "after_minutes": 5, "topic": "mine"}), "unknown-field"),
    ];
    for (second, name) in wrong {
        let heard = named(&town.town, Some(second.clone())).await;
        assert_eq!(heard.problem(), name, "{second}");
    }
    assert!(town.subscriptions().await.is_empty() && town.letters().is_empty());
    // PROMISE a-drill-cannot-ring-live: no address but its phones'; and a group without channels has no second one.
    let bare = Town::new();
    for second in [json!({"by": "ntfy", "after_minutes": 5}), json!({"by": "sms", "after_minutes": 5})] {
        assert_eq!(named(&bare, Some(second)).await.problem(), "channel-off");
    }
    let page = bare.get("/subscribe").await.text();
    assert!(!page.contains("second_by"), "where there is no other way none is offered");
    let page = town.town.get("/subscribe").await.text();
    for words in ["second_by-keep", "value=\"mail\"", "value=\"sms\"", "value=\"ntfy\"", "/assets/second.js"] {
        assert!(page.contains(words), "{words}");
    }
}
