//! What holds at the doors of followers.

use super::super::super::fixture::{Heard, Town, browser_keys};
use crate::acts::StreetCaller;
use crate::acts::bell::read_subscription;
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Request;
use serde_json::{Value, json};

const ENDPOINT: &str = "https://updates.push.services.mozilla.com/wpush/v2/reader";

fn browser() -> Value {
    let (key, secret) = browser_keys(41);
    json!({"endpoint": ENDPOINT, "expirationTime": null, "keys": {"p256dh": URL_SAFE_NO_PAD.encode(key), "auth": URL_SAFE_NO_PAD.encode(secret)}})
}

async fn asks(town: &Town, method: &str, path: &str, body: &Value) -> Heard {
    let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    town.send(request.body(Body::from(body.to_string())).unwrap()).await
}

#[tokio::test]
async fn a_browser_presses_finds_it_again_and_takes_it_back() {
    let town = Town::new();
    let about = town.confirmed("flood").await;
    let path = format!("/api/v1/incidents/{}/followers", about.incident);
    let press = json!({"subscription": browser()});
    assert_eq!(asks(&town, "POST", &path, &press).await.problem(), "not-found", "what is not public has no followers");
    town.opened(&about).await;
    let own = json!({"endpoint": ENDPOINT});
    let mine = async || asks(&town, "POST", &format!("{path}/mine"), &own).await.json()["state"].clone();
    assert_eq!(mine().await, "not-followed");
    for _ in 0..2 {
        let heard = asks(&town, "POST", &path, &press).await;
        assert_eq!((heard.status.as_u16(), heard.json()), (201, json!({"state": "followed"})));
    }
    assert_eq!(mine().await, "followed");
    let held = async |table: &str| town.app.world.store.held().await.unwrap().into_iter().find(|held| held.table == table).unwrap().rows;
    assert_eq!(held("follower").await, 1);
    assert!(read_subscription(&town.app.world, StreetCaller, ENDPOINT).await.is_err(), "it asked for no alert");
    for _ in 0..2 {
        let heard = asks(&town, "DELETE", &path, &own).await;
        assert_eq!((heard.status.as_u16(), heard.json()), (200, json!({"state": "forgotten"})));
    }
    assert_eq!((mine().await, held("follower").await), (json!("not-followed"), 0));
}

#[tokio::test]
async fn the_button_stands_on_the_page_as_it_is_now_and_nowhere_else() {
    let town = Town::new();
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let page = format!("/record/{}", about.incident);
    let now = town.get(&page).await.text();
    assert!(
        now.contains("Tell me how it ended") && now.contains(&format!("data-target=\"/api/v1/incidents/{}/followers\"", about.incident))
    );
    let then = town.get(&format!("{page}?asof=1")).await.text();
    assert!(!then.contains("Tell me how it ended") && !then.contains("ended.js"));
}

#[tokio::test]
async fn what_is_no_browser_is_refused_and_who_presses_without_end_waits() {
    let town = Town::new();
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let path = format!("/api/v1/incidents/{}/followers", about.incident);
    let mut wrong = browser();
    wrong["endpoint"] = "https://10.0.0.1/push".into();
    assert_eq!(asks(&town, "POST", &path, &json!({"subscription": wrong})).await.problem(), "endpoint-refused");
    let mut wrong = browser();
    wrong["keys"]["auth"] = "AAAA".into();
    assert_eq!(asks(&town, "POST", &path, &json!({"subscription": wrong})).await.problem(), "keys-wrong");
    assert_eq!(asks(&town, "POST", &path, &json!({"subscription": browser(), "name": "Wren"})).await.problem(), "unknown-field");
    let foreign = Request::post(&path).header("content-type", "application/json").header("sec-fetch-site", "cross-site");
    let foreign = foreign.body(Body::from(json!({"subscription": browser()}).to_string())).unwrap();
    assert_eq!(town.send(foreign).await.problem(), "foreign-page");
    for (method, path) in [("POST", "/api/v1/incidents/nothing/followers"), ("DELETE", "/api/v1/incidents/nothing/followers")] {
        let body = if method == "POST" { json!({"subscription": browser()}) } else { json!({"endpoint": ENDPOINT}) };
        assert_eq!(asks(&town, method, path, &body).await.problem(), "not-found");
    }
    let town = town.limited();
    let mut answers = Vec::new();
    for _ in 0..200 {
        answers.push(asks(&town, "POST", &path, &json!({"subscription": browser()})).await.status.as_u16());
    }
    assert!(answers[0] == 201 && answers.contains(&429), "{answers:?}");
}
