//! What holds at the doors for programs, most of it about bad input.

use super::super::fixture::{Heard, Town, browser_keys, cells};
use super::super::routes::table;
use super::openapi;
use crate::acts::{desk, people};
use crate::store::memory::Fault;
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use handbell_rules::people::member::Role;
use handbell_rules::street::report::Report;
use handbell_rules::time::HOUR;
use http::Request;
use serde_json::{Value, json};

fn good() -> Value {
    json!({"kind": "immigration-visit", "basis": "saw", "happening": "now", "place": "Rye Lane, by the station", "text": "Four of them."})
}

fn with(name: &str, value: Value) -> Value {
    let mut report = good();
    report[name] = value;
    report
}

async fn posted(town: &Town, path: &str, body: impl Into<Vec<u8>>, headers: &[(&str, &str)]) -> Heard {
    let mut request = Request::post(path).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    town.send(request.body(Body::from(body.into())).unwrap()).await
}

async fn filed(town: &Town, body: &Value, headers: &[(&str, &str)]) -> Heard {
    posted(town, "/api/v1/reports", body.to_string(), headers).await
}

async fn reports(town: &Town) -> Vec<Report> {
    town.app.world.store.waiting_reports(100).await.unwrap()
}

#[tokio::test]
async fn a_report_is_answered_with_its_receipt_and_the_receipt_opens_it() {
    let town = Town::new();
    let mut report = good();
    report["observed"] = json!({"from": "2026-11-20T21:30:00Z", "to": "2026-11-20T22:35:00+01:00"});
    report["lat"] = json!(51.47);
    report["lon"] = json!(-0.069);
    report["officers"] = json!({"low": 6, "high": 8});
    report["vehicles"] = json!({"low": 1});
    report["language"] = json!("es");
    report["contact"] = json!("the lamp in the red window");
    let heard = filed(&town, &report, &[]).await;
    assert_eq!(heard.status, 201, "{}", heard.text());
    let answer = heard.json();
    assert_eq!(answer["state"], "received");
    let words = answer["receipt"].as_str().unwrap().to_owned();
    assert_eq!(words.split(' ').count(), 7);
    let kept = &reports(&town).await[0];
    assert_eq!(
        (kept.told.observed.from.utc_minute(), kept.told.observed.to.utc_minute()),
        ("2026-11-20T21:30Z".into(), "2026-11-20T21:35Z".into())
    );
    assert_eq!(kept.told.point.unwrap().lat_microdegrees(), 51_470_000);
    assert!(town.app.world.store.contact(kept.id).await.unwrap().is_some());

    for spelling in
        [format!("Receipt {words}"), format!("receipt {}", words.replace(' ', ".")), format!("Receipt {}", words.to_uppercase())]
    {
        let request = Request::get("/api/v1/reports/mine").header("authorization", &spelling).body(Body::empty()).unwrap();
        let mine = town.send(request).await;
        assert_eq!((mine.status.as_u16(), mine.json()["state"].clone()), (200, json!("received")), "{spelling}");
    }
    let receipt = format!("Receipt {words}");
    let noted = posted(&town, "/api/v1/reports/mine/notes", "{\"text\": \"They left\"}", &[("authorization", &receipt)]).await;
    assert_eq!((noted.status.as_u16(), noted.json()["notes"][0]["text"].clone()), (201, json!("They left")));
    let request = Request::delete("/api/v1/reports/mine").header("authorization", &receipt).body(Body::empty()).unwrap();
    let gone = town.send(request).await;
    assert_eq!((gone.status.as_u16(), gone.json()["state"].clone(), gone.json()["notes"].clone()), (200, json!("withdrawn"), json!([])));
    let late = posted(&town, "/api/v1/reports/mine/notes", "{\"text\": \"more\"}", &[("authorization", &receipt)]).await;
    assert_eq!((late.status.as_u16(), late.problem().as_str()), (422, "report-withdrawn"));
}

#[tokio::test]
async fn a_program_corrects_wishes_and_reads_what_became_of_it() {
    let town = Town::new();
    let world = &town.app.world;
    let answer = filed(&town, &good(), &[]).await.json();
    let nobody = "Nobody is at the desk now. Your report is kept and will be read when somebody comes on duty. In danger: 999.";
    assert_eq!(answer["desk"], json!({"staffed": false, "says": nobody}));
    let receipt = format!("Receipt {}", answer["receipt"].as_str().unwrap());
    let noted = async |body: Value| posted(&town, "/api/v1/reports/mine/notes", body.to_string(), &[("authorization", &receipt)]).await;
    for (body, status, problem) in [
        (json!({"text": "x", "as": "wish"}), 422, "wish-about-missing"),
        (json!({"text": "x", "as": "wish", "about": "everything"}), 422, "wish-about-missing"),
        (json!({"text": "x", "as": "correction", "about": "picture"}), 400, "json-broken"),
        (json!({"text": "x", "as": "decision"}), 400, "json-broken"),
        (json!({"text": "x", "from": "desk"}), 400, "unknown-field"),
        (json!({"text": " ", "as": "correction"}), 422, "note-empty"),
    ] {
        let heard = noted(body.clone()).await;
        assert_eq!((heard.status.as_u16(), heard.problem().as_str()), (status, problem), "{body}");
    }
    let corrected = noted(json!({"text": "They were wardens.", "as": "correction"})).await;
    assert_eq!((corrected.status.as_u16(), corrected.json()["notes"][0]["from"].clone()), (201, json!("correction")));
    let wished = noted(json!({"text": "Do not use my words.", "as": "wish", "about": "my-words"})).await.json();
    assert_eq!((wished["notes"][1]["about"].clone(), wished["notes"][1]["decided"].clone()), (json!("my-words"), Value::Null));
    assert!(wished["notes"][1].as_object().unwrap().contains_key("decided"), "null while nobody has decided");
    assert_eq!(wished["became"], json!([{"what": "kept", "says": "It is kept. Nobody has read it yet."}]));

    let amina = town.signed_in("Amina", &[Role::Triager]).await;
    people::start_duty(world, &amina.caller, 2).await.unwrap();
    let report = reports(&town).await[0].id;
    let wish = world.store.notes(report).await.unwrap()[1].id;
    desk::decide_wish(world, &amina.caller, report, wish, true, "They are used nowhere.").await.unwrap();
    desk::open_incident(world, &amina.caller, report, false).await.unwrap();
    let request = Request::get("/api/v1/reports/mine").header("authorization", &receipt).body(Body::empty()).unwrap();
    let mine = town.send(request).await.json();
    let words: Vec<&str> = mine["became"].as_array().unwrap().iter().filter_map(|one| one["what"].as_str()).collect();
    assert_eq!((words, mine["record"].clone(), mine["desk"]["staffed"].clone()), (vec!["read", "taken-up"], Value::Null, json!(true)));
    assert_eq!(mine["notes"].as_array().unwrap().len(), 2, "a decision stands with its wish");
    let decided = &mine["notes"][1]["decided"];
    assert_eq!((decided["done"].clone(), decided["because"].clone()), (json!(true), json!("They are used nowhere.")));
    assert!(!mine.to_string().contains("Amina"));
}

#[tokio::test]
async fn bad_reports_are_refused_with_a_stable_name_and_nothing_is_written() {
    let town = Town::new();
    let cases: Vec<(Value, u16, &str)> = vec![
        (with("role", json!("triager")), 400, "unknown-field"),
        (with("route", json!("observer")), 400, "unknown-field"),
        (with("observer", json!("aaaaaaaaaaaaaaaaaaaaaaaaaa")), 400, "unknown-field"),
        (with("point", json!({"lat_microdegrees": 1, "lon_microdegrees": 1})), 400, "unknown-field"),
        (with("officers", json!({"low": 1, "high": 2, "name": "x"})), 400, "unknown-field"),
        (with("kind", json!(7)), 400, "json-broken"),
        (with("kind", json!("burglary")), 422, "kind-unknown"),
        (with("basis", json!("dreamt")), 422, "basis-missing"),
        (with("happening", json!("soon")), 422, "happening-missing"),
        (with("place", json!(" ")), 422, "place-missing"),
        (with("place", json!("p".repeat(201))), 422, "place-too-long"),
        (with("text", json!("t".repeat(4_001))), 422, "text-too-long"),
        (with("text", json!("a\u{0}b")), 422, "text-unreadable"),
        (with("text", json!("\u{feff}a")), 422, "text-unreadable"),
        (with("contact", json!("c".repeat(201))), 422, "contact-too-long"),
        (with("language", json!("xx")), 422, "language-unknown"),
        (with("officers", json!({"low": 5, "high": 3})), 422, "count-reversed"),
        (with("officers", json!({"low": 100_000})), 422, "count-too-large"),
        (with("officers", json!({"low": -1})), 400, "json-broken"),
        (with("officers", json!(4)), 400, "json-broken"),
        (with("lat", json!(51.5)), 422, "coordinates-out-of-range"),
        (with("lat", json!("51.5")), 400, "json-broken"),
        (with("observed", json!({"from": "2026-11-20T23:40:00Z"})), 422, "time-in-future"),
        (with("observed", json!({"from": "1970-01-01T00:00:00Z"})), 422, "time-too-old"),
        (with("observed", json!({"from": "2026-11-20T21:30:00Z", "to": "2026-11-20T21:20:00Z"})), 422, "time-reversed"),
        (with("observed", json!({"from": "99999-01-01T00:00:00Z"})), 400, "json-broken"),
        (with("observed", json!({"from": "2026-13-40T99:99:99Z"})), 400, "json-broken"),
        (with("observed", json!({"from": "2026-11-20T21:30:00[Europe/London]"})), 400, "json-broken"),
        (with("observed", json!({"from": "yesterday"})), 400, "json-broken"),
        (with("observed", json!({"from": 1_795_210_800})), 400, "json-broken"),
        (json!([]), 400, "json-broken"),
        (json!({}), 400, "json-broken"),
    ];
    for (body, status, name) in cases {
        let heard = filed(&town, &body, &[]).await;
        assert_eq!((heard.status.as_u16(), heard.problem().as_str()), (status, name), "{body}");
        assert!(!heard.json()["detail"].as_str().unwrap().is_empty());
    }
    for (lat, lon) in [(90.1, 0.0), (-91.0, 0.0), (0.0, 180.5), (0.0, -1e300)] {
        let mut body = good();
        (body["lat"], body["lon"]) = (json!(lat), json!(lon));
        assert_eq!(filed(&town, &body, &[]).await.problem(), "coordinates-out-of-range", "{lat} {lon}");
    }
    let mut far = good();
    (far["lat"], far["lon"]) = (json!(-33.9), json!(18.4));
    assert_eq!(filed(&town, &far, &[]).await.problem(), "place-too-far");
    assert!(reports(&town).await.is_empty());
}

#[tokio::test]
async fn bodies_that_are_no_json_are_refused() {
    let town = Town::new();
    let text = good().to_string();
    let cases: Vec<(Vec<u8>, u16, &str)> = vec![
        (b"".to_vec(), 400, "json-broken"),
        (b"kind=flood".to_vec(), 400, "json-broken"),
        (text.as_bytes()[..text.len() - 1].to_vec(), 400, "json-broken"),
        ([text.as_bytes(), b"{}"].concat(), 400, "json-broken"),
        (text.replace("Four", "\u{1}").into_bytes(), 400, "json-broken"),
        (text.replace("Four", "\\ud800").into_bytes(), 400, "json-broken"),
        (text.replace("Four", "~").bytes().map(|byte| if byte == b'~' { 0xff } else { byte }).collect(), 400, "not-utf-8"),
        (text.replacen("{", "{\"kind\":\"flood\",", 1).into_bytes(), 400, "field-twice"),
        (text.replacen("{", "{\"lat\":1e999,\"lon\":0,", 1).into_bytes(), 400, "json-broken"),
        (text.replacen("{", "{\"lat\":NaN,\"lon\":0,", 1).into_bytes(), 400, "json-broken"),
        (vec![b'['; 60_000], 400, "json-broken"),
        (with("text", json!("t".repeat(70_000))).to_string().into_bytes(), 413, "too-large"),
    ];
    for (body, status, name) in cases {
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        let heard = posted(&town, "/api/v1/reports", body, &[]).await;
        assert_eq!((heard.status.as_u16(), heard.problem().as_str()), (status, name), "{shown}");
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"] {
        let request = Request::post("/api/v1/reports").header("content-type", kind).body(Body::from(text.clone())).unwrap();
        assert_eq!(town.send(request).await.problem(), "wrong-content-type", "{kind}");
    }
    for (header, value) in [("origin", "https://elsewhere.example"), ("sec-fetch-site", "cross-site")] {
        assert_eq!(filed(&town, &good(), &[(header, value)]).await.problem(), "foreign-page");
    }
    assert!(reports(&town).await.is_empty());
    assert_eq!(filed(&town, &good(), &[("origin", "https://town.example")]).await.status, 201);
}

#[tokio::test]
async fn a_key_repeats_one_report_and_refuses_another() {
    let town = Town::new();
    let key = [("idempotency-key", "key-1")];
    let first = filed(&town, &good(), &key).await;
    let again = filed(&town, &good(), &key).await;
    assert_eq!((again.status.as_u16(), again.json()), (201, first.json()));
    let other = filed(&town, &with("text", json!("Six of them.")), &key).await;
    assert_eq!((other.status.as_u16(), other.problem().as_str()), (422, "idempotency-key-used"));
    assert_eq!(reports(&town).await.len(), 1);
    let long = "k".repeat(129);
    for wrong in ["", "two words", "caf\u{e9}", long.as_str()] {
        let heard = filed(&town, &good(), &[("idempotency-key", wrong)]).await;
        assert_eq!((heard.status.as_u16(), heard.problem().as_str()), (400, "idempotency-key-wrong"), "{wrong}");
    }
    let twice = filed(&town, &good(), &[("idempotency-key", "a"), ("idempotency-key", "b")]).await;
    assert_eq!(twice.problem(), "idempotency-key-wrong");
    assert_eq!(reports(&town).await.len(), 1);
}

#[tokio::test]
async fn no_receipt_is_answered_before_the_commit() {
    let town = Town::new();
    town.store.plant([Some(Fault::Fails); 3]);
    let key = [("idempotency-key", "key-1")];
    let failed = filed(&town, &good(), &key).await;
    assert_eq!((failed.status.as_u16(), failed.problem().as_str()), (503, "not-saved"));
    assert!(failed.json().get("receipt").is_none() && !failed.text().contains("planted"));
    town.store.plant([Some(Fault::FailsButPersists); 1]);
    let saved = filed(&town, &good(), &key).await;
    assert_eq!(saved.status, 201);
    assert_eq!(filed(&town, &good(), &key).await.json(), saved.json());
    assert_eq!(reports(&town).await.len(), 1);
}

#[tokio::test]
async fn missing_wrong_and_unknown_receipts_get_one_answer() {
    let town = Town::new();
    let unknown = "Receipt abacus abdomen abdominal abide abiding ability ablaze";
    let mut answers = Vec::new();
    for header in [
        None,
        Some(unknown),
        Some("Receipt"),
        Some("Receipt one two"),
        Some("Bearer abacus abdomen abdominal abide abiding ability ablaze"),
        Some(""),
    ] {
        let mut request = Request::get("/api/v1/reports/mine");
        if let Some(header) = header {
            request = request.header("authorization", header);
        }
        let heard = town.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!((heard.status.as_u16(), heard.problem().as_str()), (404, "receipt-unknown"), "{header:?}");
        answers.push(heard.body);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    let request = Request::delete("/api/v1/reports/mine").header("authorization", unknown).body(Body::empty()).unwrap();
    assert_eq!(town.send(request).await.problem(), "receipt-unknown");
}

fn subscription(endpoint: &str) -> Value {
    let (key, secret) = browser_keys(5);
    let keys = json!({"p256dh": URL_SAFE_NO_PAD.encode(key), "auth": URL_SAFE_NO_PAD.encode(secret)});
    json!({"subscription": {"endpoint": endpoint, "expirationTime": null, "keys": keys}, "cells": [cells()[0]], "kinds": ["flood"], "language": "en", "discreet": true})
}

const ENDPOINT: &str = "https://updates.push.services.mozilla.com/wpush/v2/abc";

async fn subscriptions(town: &Town) -> u64 {
    town.app.world.store.held().await.unwrap().iter().find(|held| held.table == "subscription").unwrap().rows
}

#[tokio::test]
async fn a_browser_subscribes_once_and_is_forgotten_when_it_asks() {
    let town = Town::new();
    for _ in 0..2 {
        let heard = posted(&town, "/api/v1/subscriptions", subscription(ENDPOINT).to_string(), &[]).await;
        assert_eq!(heard.status, 201, "{}", heard.text());
    }
    assert_eq!(subscriptions(&town).await, 1);
    for _ in 0..2 {
        let request = Request::delete("/api/v1/subscriptions")
            .header("content-type", "application/json")
            .body(Body::from(json!({"endpoint": ENDPOINT}).to_string()))
            .unwrap();
        assert_eq!(town.send(request).await.status, 200);
    }
    assert_eq!(subscriptions(&town).await, 0);
}

#[tokio::test]
async fn a_browser_sees_and_changes_what_it_asked_for_and_a_snooze_ends_by_itself() {
    let town = Town::new();
    let mine = async || posted(&town, "/api/v1/subscriptions/mine", json!({"endpoint": ENDPOINT}).to_string(), &[]).await;
    let send = async |change: &dyn Fn(&mut Value)| {
        let mut body = subscription(ENDPOINT);
        change(&mut body);
        assert_eq!(posted(&town, "/api/v1/subscriptions", body.to_string(), &[]).await.status, 201);
    };
    assert_eq!(mine().await.problem(), "not-found");
    send(&|body| (body["quiet_from"], body["quiet_to"], body["daily_cap"]) = (json!(22), json!(7), json!(3))).await;
    let own = mine().await.json();
    assert_eq!((&own["quiet_from"], &own["quiet_to"], &own["daily_cap"]), (&json!(22), &json!(7), &json!(3)));
    assert_eq!((&own["cells"], &own["kinds"], &own["discreet"]), (&json!([cells()[0]]), &json!(["flood"]), &json!(true)));
    assert_eq!(own["snoozed_until"], Value::Null);
    assert!(!own.to_string().contains("updates.push"), "its address is not said back");

    send(&|body| body["snooze_hours"] = json!(8)).await;
    let own = mine().await.json();
    assert!(own["snoozed_until"].is_string() && own["snoozed_until_here"].is_string());
    assert_eq!((&own["quiet_from"], &own["daily_cap"]), (&Value::Null, &Value::Null), "what is sent again replaces what was asked");
    let until = own["snoozed_until"].clone();
    town.clock.go(HOUR);
    send(&|body| body["daily_cap"] = json!(1)).await;
    assert_eq!(mine().await.json()["snoozed_until"], until, "changing something else keeps a snooze that runs");
    town.clock.go(7 * HOUR);
    assert_eq!(mine().await.json()["snoozed_until"], Value::Null);
    send(&|body| body["snooze_hours"] = json!(24)).await;
    send(&|body| body["snooze_hours"] = json!(0)).await;
    assert_eq!(mine().await.json()["snoozed_until"], Value::Null);
    let foreign = json!({"endpoint": ENDPOINT}).to_string();
    let heard = posted(&town, "/api/v1/subscriptions/mine", foreign, &[("origin", "https://elsewhere.example")]).await;
    assert_eq!(heard.problem(), "foreign-page");
}

#[tokio::test]
async fn endpoints_elsewhere_and_in_our_own_network_are_refused() {
    let town = Town::new();
    for endpoint in [
        "http://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://10.0.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://192.168.1.1:8443/x",
        "https://localhost/x",
        "https://push.example/x",
        "https://updates.push.services.mozilla.com.evil.example/x",
        "https://updates.push.services.mozilla.com:8443/x",
        "https://user:word@updates.push.services.mozilla.com/x",
        "https://updates.push.services.mozilla.com@evil.example/x",
        "file:///etc/passwd",
        "http://127.0.0.1:1/phone/AAAA",
        "",
        "x",
    ] {
        let heard = posted(&town, "/api/v1/subscriptions", subscription(endpoint).to_string(), &[]).await;
        assert_eq!((heard.status.as_u16(), heard.problem().as_str()), (422, "endpoint-refused"), "{endpoint}");
    }
    assert_eq!(subscriptions(&town).await, 0);
}

#[tokio::test]
async fn bad_subscriptions_are_refused() {
    let town = Town::new();
    let good = || subscription(ENDPOINT);
    let mut cases: Vec<(Value, &str)> = Vec::new();
    let mut case = |name: &'static str, change: &dyn Fn(&mut Value)| {
        let mut body = good();
        change(&mut body);
        cases.push((body, name));
    };
    case("area-missing", &|body| body["cells"] = json!([]));
    case("area-missing", &|body| drop(body.as_object_mut().unwrap().remove("cells")));
    case("cell-too-fine", &|body| body["cells"] = json!(["8a194ad06c07fff"]));
    case("cell-too-fine", &|body| body["cells"] = json!(["87283082bffffff"]));
    case("cell-too-fine", &|body| body["cells"] = json!(["nowhere"]));
    case("kind-not-offered", &|body| body["kinds"] = json!(["burglary"]));
    case("language-unknown", &|body| body["language"] = json!("xx"));
    case("keys-wrong", &|body| body["subscription"]["keys"]["auth"] = json!("AAAA"));
    case("keys-wrong", &|body| body["subscription"]["keys"]["p256dh"] = json!("!!"));
    case("keys-wrong", &|body| body["subscription"]["keys"]["p256dh"] = json!(URL_SAFE_NO_PAD.encode([4u8; 65])));
    case("quiet-hours-wrong", &|body| body["quiet_from"] = json!(22));
    case("quiet-hours-wrong", &|body| (body["quiet_from"], body["quiet_to"]) = (json!(24), json!(7)));
    case("quiet-hours-wrong", &|body| (body["quiet_from"], body["quiet_to"]) = (json!(7), json!(7)));
    case("daily-cap-wrong", &|body| body["daily_cap"] = json!(0));
    case("daily-cap-wrong", &|body| body["daily_cap"] = json!(11));
    case("snooze-wrong", &|body| body["snooze_hours"] = json!(2));
    case("json-broken", &|body| body["daily_cap"] = json!(-1));
    case("unknown-field", &|body| body["member"] = json!("aaaaaaaaaaaaaaaaaaaaaaaaaa"));
    case("unknown-field", &|body| body["role"] = json!("observer"));
    case("unknown-field", &|body| body["subscription"]["status"] = json!("actual"));
    case("json-broken", &|body| drop(body.as_object_mut().unwrap().remove("subscription")));
    case("json-broken", &|body| body["discreet"] = json!("yes"));
    for (body, name) in cases {
        let heard = posted(&town, "/api/v1/subscriptions", body.to_string(), &[]).await;
        assert_eq!(heard.problem(), name, "{body}");
    }
    assert_eq!(
        posted(&town, "/api/v1/subscriptions", good().to_string(), &[("origin", "https://elsewhere.example")]).await.problem(),
        "foreign-page"
    );
    assert_eq!(subscriptions(&town).await, 0);
}

#[tokio::test]
async fn too_many_knocks_are_told_to_wait() {
    let town = Town::new().limited();
    let mut last = filed(&town, &good(), &[]).await;
    for number in 0..340 {
        last = filed(&town, &good(), &[]).await;
        assert!(number > 320 || last.status.as_u16() == 201, "the slow lane, and no refusal yet: {number}");
    }
    assert_eq!((last.status.as_u16(), last.problem().as_str()), (429, "too-many-requests"));
    assert_eq!(last.header("retry-after"), "60");
    assert_eq!(town.get("/").await.header("retry-after"), "");
}

#[tokio::test]
async fn the_record_is_given_byte_for_byte_and_unknown_questions_are_refused() {
    let town = Town::new();
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let one = town.get(&format!("/api/v1/incidents/{}", about.incident)).await;
    let record = crate::acts::record::read_record(&town.app.world, about.incident, None).await.unwrap().unwrap();
    assert_eq!(one.body, serde_json::to_vec(&record).unwrap());
    for (query, found) in [
        ("", 1),
        ("?q=flood+peckham", 1),
        ("?q=FLOOD", 1),
        ("?q=fire", 0),
        ("?kind=flood", 1),
        ("?kind=eviction", 0),
        ("?from=2026-11-20&to=2026-11-20", 1),
        ("?from=2026-11-21", 0),
        ("?to=2026-11-19", 0),
        ("?q=%22flood+peckham%22", 1),
        ("?q=%22peckham+flood%22", 0),
        ("?q=peck*", 1),
        ("?q=*", 0),
        ("?district=PECKHAM", 1),
        ("?district=Camberwell", 0),
        ("?level=recorded", 1),
        ("?level=live", 0),
        ("?source=press", 0),
        ("?bbox=-180,-90,180,90", 0),
    ] {
        let list = town.get(&format!("/api/v1/incidents{query}")).await.json();
        assert_eq!((list["items"].as_array().unwrap().len(), &list["next"]), (found, &Value::Null), "{query}");
    }
    for (path, name) in [
        ("/api/v1/incidents?place=exact", "unknown-field"),
        ("/api/v1/incidents?q=a&q=b", "field-twice"),
        ("/api/v1/incidents?from=yesterday", "question-broken"),
        ("/api/v1/incidents?to=2026-02-30", "question-broken"),
        ("/api/v1/incidents?q=%FF", "not-utf-8"),
        ("/api/v1/incidents?bbox=1,2,3", "question-broken"),
        ("/api/v1/incidents?bbox=3,2,1,4", "question-broken"),
        ("/api/v1/incidents?asof=soon", "question-broken"),
        ("/api/v1/incidents?level=certain", "question-broken"),
        ("/api/v1/incidents?kind=nothing-of-the-kind", "question-broken"),
        ("/api/v1/incidents?from=2026-11-21&to=2026-11-20", "question-broken"),
        (&format!("/api/v1/incidents?q={}", "a".repeat(10_000)), "too-large"),
        ("/api/v1/incidents?after=nothing", "not-found"),
        ("/api/v1/incidents?after=aaaaaaaaaaaaaaaaaaaaaaaaaa", "not-found"),
        ("/api/v1/incidents/nothing", "not-found"),
        ("/api/v1/incidents/%FF", "not-found"),
        ("/api/v1/incidents/aaaaaaaaaaaaaaaaaaaaaaaaaa", "not-found"),
        ("/api/v1/incidents/aaaaaaaaaaaaaaaaaaaaaaaaaa?asof=3", "not-found"),
        ("/api/v1/incidents/aaaaaaaaaaaaaaaaaaaaaaaaaa?asof=soon", "question-broken"),
        ("/api/v1/incidents/aaaaaaaaaaaaaaaaaaaaaaaaaa?x=3", "unknown-field"),
    ] {
        assert_eq!(town.get(path).await.problem(), name, "{path}");
    }
}

#[tokio::test]
async fn a_long_record_is_given_stretch_by_stretch() {
    use super::super::record::search::Asked;
    let town = Town::new();
    let mut all = Vec::new();
    for _ in 0..3 {
        town.clock.go(1_000);
        let about = town.confirmed("flood").await;
        town.opened(&about).await;
        all.push(about.incident);
    }
    all.reverse();
    let (mut seen, mut after): (Vec<_>, Option<handbell_rules::id::IncidentId>) = (Vec::new(), None);
    loop {
        let asked = Asked::read(&town.app, after.map(|after| format!("after={after}")).as_deref()).await.unwrap();
        let part = asked.found(&town.app, 1).await.unwrap();
        assert_eq!(part.found.len(), 1);
        seen.extend(part.found.iter().map(|found| found.sheet.incident));
        after = part.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, all);
    let rest = town.get(&format!("/api/v1/incidents?after={}", all[0])).await.json();
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (2, &Value::Null));
    assert!(town.get(&format!("/record?after={}", all[1])).await.text().contains(&format!("/record/{}", all[2])));
}

#[tokio::test]
async fn every_route_for_programs_is_described_and_nothing_else() {
    let town = Town::new();
    let document = town.get("/api/v1/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let mut described: Vec<String> = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        described.extend(methods.as_object().unwrap().keys().map(|method| format!("{} {path}", method.to_uppercase())));
    }
    let mut routed: Vec<String> =
        table().iter().filter(|route| route.path.starts_with("/api/")).map(|route| format!("{} {}", route.method, route.path)).collect();
    described.sort();
    routed.sort();
    assert_eq!(described, routed);
    // Every reference leads somewhere.
    let text = document.to_string();
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(document["components"]["schemas"][name].is_object(), "{name}");
    }
}

#[tokio::test]
async fn every_example_works_as_it_stands() {
    let town = Town::new();
    town.has_custodians().await;
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let document = town.get("/api/v1/openapi.json").await.json();
    let receipt = format!("Receipt {}", about.words);
    let member = town.signed_in("Finch", &[Role::Observer]).await;
    let desk = town.signed_in("Wren", &[Role::Triager]).await;
    let newest = town.app.world.store.public_incidents(1).await.unwrap().first().map(ToString::to_string);
    // In the order of the list, but for taking back, which comes last.
    let mut operations = openapi::operations(&town.app, newest);
    operations.sort_by_key(|operation| operation.method == "DELETE");
    let (mut sent, mut with_body) = (0, 0);
    for operation in operations {
        let described = &document["paths"][operation.path][operation.method.to_lowercase()];
        let mut path = operation.path.to_owned();
        let mut query = Vec::new();
        for parameter in described["parameters"].as_array().into_iter().flatten() {
            let Some(example) = parameter["example"].as_str() else { continue };
            match parameter["in"].as_str() {
                Some("path") => path = path.replace("{id}", example),
                Some("query") => query.push(format!("{}={example}", parameter["name"].as_str().unwrap())),
                _ => {}
            }
        }
        assert!(!path.contains('{'), "{path} has no example");
        let mut request = Request::builder().method(operation.method).uri(format!("{path}?{}", query.join("&")));
        for parameter in described["parameters"].as_array().into_iter().flatten().filter(|parameter| parameter["in"] == "header") {
            let Some(example) = parameter["example"].as_str() else { continue };
            request = request.header(parameter["name"].as_str().unwrap(), example);
        }
        if operation.receipt {
            request = request.header("authorization", &receipt);
        }
        if operation.member {
            // What the desk alone may do is done by somebody of the desk.
            let caller = if operation.path.ends_with("/test-browser") { &desk } else { &member };
            request = request.header("cookie", &caller.cookies).header("x-handbell-token", &caller.csrf);
        }
        let security: Vec<String> =
            described["security"].as_array().into_iter().flatten().flat_map(|all| all.as_object().unwrap().keys().cloned()).collect();
        let needed: &[&str] = if operation.member {
            &["device", "session", "token"]
        } else if operation.receipt {
            &["receipt"]
        } else {
            &[]
        };
        assert_eq!(security, needed, "{} {path}", operation.method);
        let example = &described["requestBody"]["content"]["application/json"]["example"];
        let body = if example.is_null() { Body::empty() } else { Body::from(example.to_string()) };
        if !example.is_null() {
            request = request.header("content-type", "application/json");
            with_body += 1;
        }
        let heard = town.send(request.body(body).unwrap()).await;
        assert!(heard.status.is_success(), "{} {path}: {} {}", operation.method, heard.status, heard.text());
        assert!(described["responses"][heard.status.as_str()].is_object(), "{} {path}: {}", operation.method, heard.status);
        sent += 1;
    }
    assert!(sent >= 11 && with_body >= 6, "{sent} {with_body}");
}
