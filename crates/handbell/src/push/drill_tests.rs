//! Tests of the whole way in a drill: sealed, sent, checked, opened, answered. The phones are the program's
//! own; the services that break the rules of HTTP are a few lines here.

use super::endpoint::{Endpoint, Exercise, KnownOrigins, Live};
use super::outcome::Outcome;
use super::phone::{Arrived, BODY_BYTES_MAX, MESSAGES_KEPT_MAX, Misbehaviour, PhoneCard, Phones};
use super::seal::{Sealed, SubscriberKeys};
use super::send::{ExerciseSender, LiveSender, PushHeaders, PushSender, Topic, Urgency, Waits};
use super::vapid::{Vapid, VapidKey};
use aws_lc_rs::rand::SystemRandom;
use axum::http::{HeaderValue, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

pub(super) const NOW: i64 = 1_760_000_000_000;
pub(super) const PATIENT: Waits = Waits { connect: Duration::from_secs(30), answer: Duration::from_secs(60) };
const HASTY: Waits = Waits { connect: Duration::from_secs(30), answer: Duration::from_millis(1_500) };

pub(super) fn vapid() -> Arc<Vapid> {
    let random = SystemRandom::new();
    let key = VapidKey::from_pkcs8(&VapidKey::generate(&random).unwrap()).unwrap();
    Arc::new(Vapid::new(key, "https://bell.example", Arc::new(random)).unwrap())
}

/// Phones, the group's sender, and a clock that stands still until it is set.
struct Drill {
    phones: Phones,
    vapid: Arc<Vapid>,
    sender: ExerciseSender,
    clock: Arc<AtomicI64>,
}

impl Drill {
    async fn with(names: &[&str], waits: Waits) -> Self {
        let vapid = vapid();
        let clock = Arc::new(AtomicI64::new(NOW));
        let read = Arc::clone(&clock);
        let now = Arc::new(move || read.load(Ordering::SeqCst));
        let phones = Phones::start(names, *vapid.key().public_key(), &SystemRandom::new(), now).await.unwrap();
        let sender = ExerciseSender::waiting(Arc::clone(&vapid), waits).unwrap();
        Self { phones, vapid, sender, clock }
    }

    fn phone(&self, name: &str) -> PhoneCard {
        self.phones.cards().into_iter().find(|card| card.name == name).unwrap()
    }

    async fn rings(&self, name: &str, words: &serde_json::Value) -> Outcome {
        let card = self.phone(name);
        self.sender.send(&card.endpoint, sealed_for(&card, words), headers(&card, "tag"), NOW).await
    }

    fn titles(&self, name: &str) -> Vec<String> {
        self.phones.messages(&self.phone(name).id).into_iter().map(|message| message.words.title).collect()
    }
}

fn keys(card: &PhoneCard) -> SubscriberKeys {
    SubscriberKeys::check(&card.p256dh, &card.auth, &SystemRandom::new()).unwrap()
}

fn sealed_for(card: &PhoneCard, words: &serde_json::Value) -> Sealed {
    Sealed::seal(&keys(card), &serde_json::to_vec(words).unwrap(), &SystemRandom::new()).unwrap()
}

fn headers(card: &PhoneCard, tag: &str) -> PushHeaders {
    PushHeaders { ttl_seconds: 900, urgency: Urgency::High, topic: Some(Topic::for_subscriber(&keys(card), tag)) }
}

fn words(title: &str, tag: &str) -> serde_json::Value {
    serde_json::json!({"kind": "alert", "title": title, "body": "Open for rights information.", "tag": tag, "url": "/alerts/x"})
}

#[tokio::test]
async fn a_message_arrives_word_for_word() {
    let drill = Drill::with(&["north", "south"], PATIENT).await;
    let said = serde_json::json!({
        "kind": "alert", "status": "exercise", "title": "EXERCISE · Confirmed activity", "body": "تحقق · información · 確認",
        "tag": "a1", "url": "/alerts/a1", "conduct": ["Keep two metres back.", "In danger: 999."],
    });
    let mut changes = drill.phones.changes();
    assert_eq!(drill.rings("north", &said).await, Outcome::Accepted);
    assert!(changes.has_changed().unwrap());
    assert_eq!(*changes.borrow_and_update(), 1);

    let arrived: Vec<Arrived> = drill.phones.messages(&drill.phone("north").id);
    assert_eq!(arrived.len(), 1);
    assert_eq!(serde_json::to_value(&arrived[0].words).unwrap(), said);
    assert_eq!((arrived[0].arrived_at_ms, arrived[0].ttl_seconds, arrived[0].urgency.as_deref()), (NOW, 900, Some("high")));
    let topic = Topic::for_subscriber(&keys(&drill.phone("north")), "tag");
    assert_eq!(arrived[0].topic.as_deref(), Some(topic.as_str()));
    assert!(drill.titles("south").is_empty());
    assert_eq!(drill.phones.unreadable(&drill.phone("north").id), 0);
}

#[tokio::test]
async fn the_same_tag_replaces_on_the_screen_and_history_is_kept_within_bounds() {
    let drill = Drill::with(&["north"], PATIENT).await;
    let id = drill.phone("north").id;
    for (title, tag) in [("visit", "a"), ("flood", "b"), ("it is over", "a")] {
        assert_eq!(drill.rings("north", &words(title, tag)).await, Outcome::Accepted);
    }
    let screen: Vec<_> = drill.phones.screen(&id).into_iter().map(|message| message.words.title).collect();
    assert_eq!(screen, ["flood", "it is over"]);
    assert_eq!(drill.titles("north"), ["visit", "flood", "it is over"]);
    for number in 0..MESSAGES_KEPT_MAX {
        assert_eq!(drill.rings("north", &words(&number.to_string(), "c")).await, Outcome::Accepted);
    }
    let titles = drill.titles("north");
    assert_eq!((titles.len(), titles[0].as_str()), (MESSAGES_KEPT_MAX, "0"));
}

#[tokio::test]
async fn what_a_push_service_answers_becomes_its_outcome_and_nothing_is_shown() {
    let drill = Drill::with(&["north"], PATIENT).await;
    let id = drill.phone("north").id;
    let date = "Thu, 09 Oct 2025 08:54:20 GMT";
    for (status, retry_after, outcome) in [
        (410, None, Outcome::Gone),
        (404, None, Outcome::Gone),
        (413, None, Outcome::TooLarge),
        (401, None, Outcome::Unauthorised),
        (403, None, Outcome::Unauthorised),
        (429, Some("7"), Outcome::RetryAfter { after_ms: 7_000 }),
        (429, Some(date), Outcome::RetryAfter { after_ms: 60_000 }),
        (429, None, Outcome::Later),
        (503, Some("120"), Outcome::RetryAfter { after_ms: 120_000 }),
        (503, Some("in a while"), Outcome::Later),
        (500, None, Outcome::Later),
        (400, None, Outcome::Refused { status: 400 }),
        (308, None, Outcome::Refused { status: 308 }),
    ] {
        let retry_after = retry_after.map(HeaderValue::from_static);
        assert!(drill.phones.answer_next(&id, StatusCode::from_u16(status).unwrap(), retry_after.clone()));
        assert_eq!(drill.rings("north", &words("x", "x")).await, outcome, "{status} {retry_after:?}");
    }
    assert!(drill.titles("north").is_empty());
    assert_eq!(drill.rings("north", &words("at last", "x")).await, Outcome::Accepted);
    assert_eq!(drill.titles("north"), ["at last"]);
    assert!(!drill.phones.answer_next("nobody", StatusCode::GONE, None));
}

#[tokio::test]
async fn a_phone_that_never_was_is_gone() {
    let drill = Drill::with(&["north"], PATIENT).await;
    let card = drill.phone("north");
    let endpoint = Endpoint::exercise_phone(drill.phones.port(), "nobody").unwrap();
    let outcome = drill.sender.send(&endpoint, sealed_for(&card, &words("x", "x")), headers(&card, "x"), NOW).await;
    assert_eq!(outcome, Outcome::Gone);
}

#[tokio::test]
async fn a_service_that_hangs_ends_and_delays_nobody_else() {
    let drill = Drill::with(&["north", "south"], HASTY).await;
    assert!(drill.phones.misbehave_next(&drill.phone("north").id, Misbehaviour::Hangs));
    let (hanging, told) = (words("x", "x"), words("told", "x"));
    let hung = drill.rings("north", &hanging);
    tokio::pin!(hung);
    tokio::select! {
        biased;
        early = &mut hung => panic!("the hanging service answered {early:?}"),
        outcome = drill.rings("south", &told) => assert_eq!(outcome, Outcome::Accepted),
    }
    assert_eq!(hung.await, Outcome::Hung);
    assert!(drill.titles("north").is_empty());
}

#[tokio::test]
async fn a_message_taken_without_an_answer_counts_as_hung_and_shows_twice_after_another_try() {
    let drill = Drill::with(&["north"], HASTY).await;
    assert!(drill.phones.misbehave_next(&drill.phone("north").id, Misbehaviour::TakesAndHangs));
    assert_eq!(drill.rings("north", &words("once", "x")).await, Outcome::Hung);
    assert_eq!(drill.rings("north", &words("once", "x")).await, Outcome::Accepted);
    assert_eq!(drill.titles("north"), ["once", "once"]);
    assert_eq!(drill.phones.screen(&drill.phone("north").id).len(), 1, "the tag keeps the screen to one");
}

#[tokio::test]
async fn another_groups_credential_is_refused_by_a_real_check() {
    let drill = Drill::with(&["north"], PATIENT).await;
    let card = drill.phone("north");
    let stranger = ExerciseSender::waiting(vapid(), PATIENT).unwrap();
    let outcome = stranger.send(&card.endpoint, sealed_for(&card, &words("x", "x")), headers(&card, "x"), NOW).await;
    assert_eq!(outcome, Outcome::Unauthorised);
    assert!(drill.titles("north").is_empty());
}

#[tokio::test]
async fn a_credential_that_has_ended_is_refused() {
    let drill = Drill::with(&["north"], PATIENT).await;
    for (hours_later, outcome) in [(11, Outcome::Accepted), (12, Outcome::Unauthorised), (-13, Outcome::Unauthorised)] {
        drill.clock.store(NOW + hours_later * 3_600_000, Ordering::SeqCst);
        assert_eq!(drill.rings("north", &words("x", "x")).await, outcome, "{hours_later} hours later");
    }
}

#[tokio::test]
async fn a_message_sealed_for_somebody_else_is_counted_and_not_shown() {
    let drill = Drill::with(&["north", "south"], PATIENT).await;
    let (north, south) = (drill.phone("north"), drill.phone("south"));
    let outcome = drill.sender.send(&north.endpoint, sealed_for(&south, &words("x", "x")), headers(&north, "x"), NOW).await;
    assert_eq!(outcome, Outcome::Refused { status: 400 });
    let not_words = Sealed::seal(&keys(&north), b"not words", &SystemRandom::new()).unwrap();
    let outcome = drill.sender.send(&north.endpoint, not_words, headers(&north, "x"), NOW).await;
    assert_eq!(outcome, Outcome::Refused { status: 400 });
    assert_eq!((drill.phones.unreadable(&north.id), drill.titles("north").len()), (2, 0));
}

#[tokio::test]
async fn phones_that_stopped_are_tried_later() {
    let drill = Drill::with(&["north"], PATIENT).await;
    let card = drill.phone("north");
    let Drill { phones, sender, .. } = drill;
    phones.stop().await;
    let outcome = sender.send(&card.endpoint, sealed_for(&card, &words("x", "x")), headers(&card, "x"), NOW).await;
    assert_eq!(outcome, Outcome::Later);
}

/// Sends one request by hand and gives the status, so that headers can be wrong in ways the sender cannot.
fn by_hand(drill: &Drill, lines: &[String], body: &[u8]) -> JoinHandle<u16> {
    let address = SocketAddr::from(([127, 0, 0, 1], drill.phones.port()));
    let path = format!("/phone/{}", drill.phone("north").id);
    let head =
        format!("POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n{}\r\n", body.len(), lines.concat());
    let request = [head.as_bytes(), body].concat();
    std::thread::spawn(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(&request).unwrap();
        let mut answer = [0u8; 12];
        stream.read_exact(&mut answer).unwrap();
        std::str::from_utf8(&answer[9..]).unwrap().parse().unwrap()
    })
}

#[tokio::test]
async fn a_request_without_the_right_headers_or_size_is_not_taken() {
    let drill = Drill::with(&["north"], PATIENT).await;
    let card = drill.phone("north");
    let body = || sealed_for(&card, &words("by hand", "x")).into_body();
    let authorization = drill.vapid.authorization(card.endpoint.origin(), NOW).unwrap();
    let line = |name: &str, value: &str| format!("{name}: {value}\r\n");
    let credential = line("authorization", authorization.to_str().unwrap());
    let (coding, ttl) = (line("content-encoding", "aes128gcm"), line("ttl", "60"));
    let good = [credential.clone(), coding.clone(), ttl.clone()];
    let with = |extra: String| [&good[..], &[extra]].concat();
    for (lines, body, status) in [
        (good.to_vec(), body(), 201),
        (with(line("topic", &"a".repeat(32))), body(), 201),
        (vec![coding.clone(), ttl.clone()], body(), 401),
        (vec![credential.replace("vapid t=", "vapid t=A"), coding.clone(), ttl.clone()], body(), 401),
        (vec![credential.clone(), coding.clone()], body(), 400),
        (vec![credential.clone(), ttl.clone()], body(), 400),
        (vec![credential.clone(), ttl.clone(), line("content-encoding", "aesgcm")], body(), 400),
        (vec![credential.clone(), coding.clone(), line("ttl", "-1")], body(), 400),
        (vec![credential.clone(), coding.clone(), line("ttl", "soon")], body(), 400),
        (vec![credential.clone(), coding.clone(), line("ttl", "")], body(), 400),
        (with(ttl.clone()), body(), 400),
        (with(line("urgency", "now")), body(), 400),
        (with(line("topic", &"a".repeat(33))), body(), 400),
        (with(line("topic", "a b")), body(), 400),
        (good.to_vec(), Vec::new(), 400),
        (good.to_vec(), vec![0; BODY_BYTES_MAX], 400),
        (good.to_vec(), vec![0; BODY_BYTES_MAX + 1], 413),
    ] {
        let asked = by_hand(&drill, &lines, &body);
        let answered = tokio::task::spawn_blocking(|| asked.join().unwrap()).await.unwrap();
        assert_eq!(answered, status, "{lines:?}");
    }
    assert_eq!(drill.titles("north"), ["by hand", "by hand"]);
}

/// A service that takes one connection, reads the head of a request and answers with these bytes. It ends
/// when the other side has closed, so nothing is cut off early.
fn answers_once(answer: &'static [u8]) -> (u16, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut read = vec![0u8; 8_192];
        let mut held = 0;
        while !read[..held].windows(4).any(|end| end == b"\r\n\r\n") {
            match stream.read(&mut read[held..]).unwrap() {
                0 => break,
                more => held += more,
            }
        }
        stream.write_all(answer).unwrap();
        if !answer.is_empty() {
            let _until_closed = std::io::copy(&mut stream, &mut std::io::sink());
        }
        read.truncate(held);
        // A follower of redirects would come a second time.
        listener.set_nonblocking(true).unwrap();
        assert_eq!(listener.accept().err().map(|why| why.kind()), Some(ErrorKind::WouldBlock), "somebody came twice");
        read
    });
    (port, served)
}

async fn sent_to(port: u16, waits: Waits) -> Outcome {
    let drill = Drill::with(&["north"], waits).await;
    let card = drill.phone("north");
    let endpoint = Endpoint::exercise_phone(port, "x").unwrap();
    drill.sender.send(&endpoint, sealed_for(&card, &words("x", "x")), headers(&card, "x"), NOW).await
}

#[tokio::test]
async fn services_that_break_the_rules_get_the_careful_outcome() {
    for (answer, outcome) in [
        (
            b"HTTP/1.1 302 Found\r\nlocation: /phone/other\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".as_slice(),
            Outcome::Refused { status: 302 },
        ),
        (b"HTTP/1.1 308 Moved\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n", Outcome::Refused { status: 308 }),
        (b"HTTP/1.1 201 Created\r\ncontent-length: 100000000\r\n\r\nslow", Outcome::Accepted),
        (b"HTTP/1.1 503 Busy\r\nretry-after: 5\r\nretry-after: 9\r\ncontent-length: 0\r\n\r\n", Outcome::Later),
        (b"HTTP/1.1 503 Busy\r\nretry-after: 5\r\ncontent-length: 0\r\n\r\n", Outcome::RetryAfter { after_ms: 5_000 }),
        (b"220 mail.example ESMTP\r\n", Outcome::Hung),
        (b"", Outcome::Hung),
    ] {
        let (port, served) = answers_once(answer);
        assert_eq!(sent_to(port, HASTY).await, outcome, "{}", String::from_utf8_lossy(answer));
        let head = tokio::task::spawn_blocking(|| served.join().unwrap()).await.unwrap();
        let head = String::from_utf8_lossy(&head).to_lowercase();
        assert!(head.starts_with("post /phone/x http/1.1\r\n") && head.contains("content-length: 3072\r\n"));
        for absent in ["user-agent", "cookie", "referer", "accept-language"] {
            assert!(!head.contains(absent), "{absent} in {head}");
        }
    }
}

#[test]
fn a_topic_fits_its_header_and_tells_nobody_apart() {
    let phone = |fill: u8| SubscriberKeys::kept(&[[4u8; 1].as_slice(), &[1; 64]].concat(), &[fill; 16]).unwrap();
    let topic = Topic::for_subscriber(&phone(1), "alert");
    assert_eq!(topic.as_str().len(), 32);
    assert!(URL_SAFE_NO_PAD.decode(topic.as_str()).is_ok());
    assert_eq!(topic, Topic::for_subscriber(&phone(1), "alert"));
    assert_ne!(topic, Topic::for_subscriber(&phone(2), "alert"));
    assert_ne!(topic, Topic::for_subscriber(&phone(1), "other"));
}

/// Compiles only while the type in brackets lacks the trait: with it, `_` has two answers.
macro_rules! lacks {
    ($type:ty: $($trait:tt)+) => {{
        trait Either<Which> { fn named() {} }
        impl<T: ?Sized> Either<()> for T {}
        impl<T: ?Sized + $($trait)+> Either<u8> for T {}
        <$type as Either<_>>::named();
    }};
}

#[test]
fn a_drill_cannot_ring_live() {
    // PROMISE a-drill-cannot-ring-live: kept by types, so this test is that it compiles.
    lacks!(Endpoint<Exercise>: Into<Endpoint<Live>>);
    lacks!(Endpoint<Live>: Into<Endpoint<Exercise>>);
    lacks!(ExerciseSender: PushSender<Live>);
    lacks!(LiveSender: PushSender<Exercise>);
    // The phones' addresses are refused by the only way to a live endpoint.
    let known = KnownOrigins::default();
    for text in ["http://127.0.0.1:4000/phone/a", "https://127.0.0.1/phone/a"] {
        assert!(Endpoint::<Live>::parse(text, &known).is_err());
    }
}
