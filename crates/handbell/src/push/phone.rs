//! Phone: exercise phones, the browsers and the push service of demo and drills, in this program.
//!
//! Each phone has its own keys and opens what it is sent exactly as a browser would; the push service in
//! front checks the sender's credential and headers and answers 401, 400 or 413 where they are wrong. They
//! listen on loopback only, live in memory only, and can be told to misbehave as push services do (safety
//! T-10). They hold no subscriber and can never be a live endpoint.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::rand::SecureRandom;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header::{AUTHORIZATION, CONTENT_ENCODING, LOCATION, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::credential;
use super::endpoint::{Endpoint, Exercise};
use super::open::{NoRandomness, Receiver};
use super::seal::{AUTH_SECRET_BYTES, PUBLIC_KEY_BYTES};

/// Messages a phone keeps; older ones go first.
pub const MESSAGES_KEPT_MAX: usize = 200;
/// Largest body the phones' push service takes, in bytes: what every service must take (RFC 8030 section 7.2).
pub const BODY_BYTES_MAX: usize = 4_096;
/// Signs a topic may have (RFC 8030 section 5.4).
const TOPIC_BYTES_MAX: usize = 32;

/// Phones could not be started.
#[derive(Debug, Error)]
pub enum PhonesRefused {
    /// No port on loopback.
    #[error("opening a port for the exercise phones")]
    Port(#[from] std::io::Error),
    /// No randomness for their keys.
    #[error("making the keys of the exercise phones")]
    Keys(#[from] NoRandomness),
}

/// What a message says, as it lies inside the seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// `alert`, `update`, `cancel` or `stand-down`.
    pub kind: String,
    /// The title on the screen.
    pub title: String,
    /// The line on the screen.
    pub body: String,
    /// Messages with the same tag replace each other on the screen.
    pub tag: String,
    /// Path of the alert's page.
    pub url: String,
    /// `actual` or `exercise`, if said.
    #[serde(default)]
    pub status: Option<String>,
    /// The conduct lines.
    #[serde(default)]
    pub conduct: Vec<String>,
}

/// One message as it arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Arrived {
    /// What it says.
    pub words: Words,
    /// When, in UTC milliseconds.
    pub arrived_at_ms: i64,
    /// The `TTL` it came with, in seconds.
    pub ttl_seconds: u32,
    /// The `Urgency` it came with.
    pub urgency: Option<String>,
    /// The `Topic` it came with.
    pub topic: Option<String>,
}

/// One phone, as pages and subscriptions need it.
#[derive(Debug, Clone)]
pub struct PhoneCard {
    /// Random, base64url.
    pub id: String,
    /// What it is called on the page.
    pub name: String,
    /// Where its messages are handed in.
    pub endpoint: Endpoint<Exercise>,
    /// Its public key, as a browser gives it to us.
    pub p256dh: [u8; PUBLIC_KEY_BYTES],
    /// Its authentication secret, as a browser gives it to us.
    pub auth: [u8; AUTH_SECRET_BYTES],
}

/// How a push service can go wrong, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misbehaviour {
    /// Answers this status, and `Retry-After` if given, without taking the message.
    Answers {
        /// The status.
        status: StatusCode,
        /// The header's value as it stands.
        retry_after: Option<HeaderValue>,
    },
    /// Never answers, and does not take the message.
    Hangs,
    /// Takes the message and never says so: another try will show it twice.
    TakesAndHangs,
}

/// The phones of one demo or drill. They stop when this is dropped.
pub struct Phones {
    shared: Arc<Shared>,
    port: u16,
    serving: JoinSet<()>,
}

/// Reads the time in UTC milliseconds.
pub type ReadTime = Arc<dyn Fn() -> i64 + Send + Sync>;

struct Shared {
    phones: Mutex<Vec<Phone>>,
    vapid_public: [u8; PUBLIC_KEY_BYTES],
    origin: String,
    now_ms: ReadTime,
    changes: watch::Sender<u64>,
}

struct Phone {
    card: PhoneCard,
    receiver: Arc<Receiver>,
    messages: VecDeque<Arrived>,
    unreadable: u64,
    misbehaviours: VecDeque<Misbehaviour>,
}

impl Phones {
    /// Starts a phone for each name on a free port of loopback. They take messages only from the holder of
    /// the key whose public half is given, as a browser's subscription does (RFC 8292 section 4).
    pub async fn start(
        names: &[&str],
        vapid_public: [u8; PUBLIC_KEY_BYTES],
        random: &(dyn SecureRandom + Sync),
        now_ms: ReadTime,
    ) -> Result<Self, PhonesRefused> {
        let made = names.iter().map(|name| made(name, random)).collect::<Result<Vec<_>, _>>()?;
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let port = listener.local_addr()?.port();
        let phones = made.into_iter().map(|(id, name, receiver)| phone(port, id, name, receiver)).collect();
        let shared = Arc::new(Shared {
            phones: Mutex::new(phones),
            vapid_public,
            origin: format!("http://127.0.0.1:{port}"),
            now_ms,
            changes: watch::Sender::new(0),
        });
        let routes = axum::Router::new()
            .route("/phone/{id}", post(take))
            .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
            .with_state(Arc::clone(&shared));
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            // axum's accept loop tries again after every error and returns only when the task ends.
            let _ended = axum::serve(listener, routes).await;
        });
        Ok(Self { shared, port, serving })
    }

    /// The port they listen on, which exercise endpoints must name.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Every phone, in the order of its name at the start.
    pub fn cards(&self) -> Vec<PhoneCard> {
        self.shared.lock().iter().map(|phone| phone.card.clone()).collect()
    }

    /// Everything that arrived at a phone and is still kept, oldest first; nothing for an unknown id.
    pub fn messages(&self, id: &str) -> Vec<Arrived> {
        self.shared.with(id, |phone| phone.messages.iter().cloned().collect()).unwrap_or_default()
    }

    /// What its screen shows: of each tag the latest, in the order they came.
    pub fn screen(&self, id: &str) -> Vec<Arrived> {
        let mut shown: Vec<Arrived> = Vec::new();
        for message in self.messages(id) {
            shown.retain(|earlier| earlier.words.tag != message.words.tag);
            shown.push(message);
        }
        shown
    }

    /// How many bodies came that this phone could not open or read. Anything but 0 is a fault of the sender.
    pub fn unreadable(&self, id: &str) -> u64 {
        self.shared.with(id, |phone| phone.unreadable).unwrap_or_default()
    }

    /// Tells when anything arrived; the number grows with every message.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changes.subscribe()
    }

    /// Makes a phone's push service misbehave at one of the next requests, in the order asked. False if
    /// there is no such phone.
    pub fn misbehave_next(&self, id: &str, how: Misbehaviour) -> bool {
        self.shared.with(id, |phone| phone.misbehaviours.push_back(how)).is_some()
    }

    /// Makes the next request answer a status, with `Retry-After` if given. False if there is no such phone.
    pub fn answer_next(&self, id: &str, status: StatusCode, retry_after: Option<HeaderValue>) -> bool {
        self.misbehave_next(id, Misbehaviour::Answers { status, retry_after })
    }

    /// Stops listening; returns when the port is free again.
    pub async fn stop(mut self) {
        self.serving.shutdown().await;
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Vec<Phone>> {
        // A panic elsewhere leaves whole messages behind, so the list can still be read.
        self.phones.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, id: &str, act: impl FnOnce(&mut Phone) -> T) -> Option<T> {
        self.lock().iter_mut().find(|phone| phone.card.id == id).map(act)
    }
}

fn made(name: &str, random: &dyn SecureRandom) -> Result<(String, String, Receiver), NoRandomness> {
    let mut id = [0u8; 16];
    random.fill(&mut id).map_err(|_| NoRandomness)?;
    Ok((URL_SAFE_NO_PAD.encode(id), name.to_owned(), Receiver::new(random)?))
}

fn phone(port: u16, id: String, name: String, receiver: Receiver) -> Phone {
    let endpoint = Endpoint::exercise_phone(port, &id).expect("sixteen bytes in base64url and a free port name a phone");
    let card = PhoneCard { id, name, endpoint, p256dh: *receiver.public_key(), auth: *receiver.auth_secret() };
    Phone { card, receiver: Arc::new(receiver), messages: VecDeque::new(), unreadable: 0, misbehaviours: VecDeque::new() }
}

/// What a push service looks at before it takes a message.
struct Taken {
    ttl_seconds: u32,
    urgency: Option<String>,
    topic: Option<String>,
}

async fn take(State(shared): State<Arc<Shared>>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let found = shared.with(&id, |phone| (Arc::clone(&phone.receiver), phone.misbehaviours.pop_front()));
    let Some((receiver, misbehaviour)) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match misbehaviour {
        Some(Misbehaviour::Answers { status, retry_after }) => {
            let mut answer = status.into_response();
            if let Some(value) = retry_after {
                answer.headers_mut().insert(RETRY_AFTER, value);
            }
            answer
        }
        Some(Misbehaviour::Hangs) => std::future::pending().await,
        Some(Misbehaviour::TakesAndHangs) => {
            deliver(&shared, &id, &receiver, &headers, &body);
            std::future::pending().await
        }
        None => deliver(&shared, &id, &receiver, &headers, &body),
    }
}

fn deliver(shared: &Shared, id: &str, receiver: &Receiver, headers: &HeaderMap, body: &[u8]) -> Response {
    let now_ms = (shared.now_ms)();
    let credential = headers.get(AUTHORIZATION).map_or(&[] as &[u8], HeaderValue::as_bytes);
    if let Err(why) = credential::check(credential, &shared.vapid_public, &shared.origin, now_ms) {
        return (StatusCode::UNAUTHORIZED, why.name()).into_response();
    }
    let Some(taken) = read_headers(headers) else {
        return (StatusCode::BAD_REQUEST, "push-headers").into_response();
    };
    let words =
        receiver.open(body).map_err(|why| why.name()).and_then(|content| serde_json::from_slice(&content).map_err(|_| "words-unreadable"));
    let words: Words = match words {
        Ok(words) => words,
        // A real service could not know; in a drill the sender should hear it.
        Err(why) => {
            shared.with(id, |phone| phone.unreadable += 1);
            return (StatusCode::BAD_REQUEST, why).into_response();
        }
    };
    let arrived = Arrived { words, arrived_at_ms: now_ms, ttl_seconds: taken.ttl_seconds, urgency: taken.urgency, topic: taken.topic };
    shared.with(id, |phone| {
        if phone.messages.len() == MESSAGES_KEPT_MAX {
            phone.messages.pop_front();
        }
        phone.messages.push_back(arrived);
    });
    shared.changes.send_modify(|number| *number += 1);
    // RFC 8030 section 5: 201 and the message's own address.
    (StatusCode::CREATED, [(LOCATION, format!("{}/message/{id}", shared.origin))]).into_response()
}

/// `TTL` must be there, whole and once (RFC 8030 section 5.2); the others may be missing but not wrong.
fn read_headers(headers: &HeaderMap) -> Option<Taken> {
    if once(headers, CONTENT_ENCODING.as_str())? != Some("aes128gcm") {
        return None;
    }
    let ttl = once(headers, "ttl")??;
    let ttl_seconds = ttl.bytes().all(|byte| byte.is_ascii_digit()).then(|| ttl.parse().ok())??;
    let urgency = once(headers, "urgency")?;
    if urgency.is_some_and(|word| !["very-low", "low", "normal", "high"].contains(&word)) {
        return None;
    }
    let topic = once(headers, "topic")?;
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if topic.is_some_and(|topic| topic.is_empty() || topic.len() > TOPIC_BYTES_MAX || !topic.bytes().all(is_base64url)) {
        return None;
    }
    Some(Taken { ttl_seconds, urgency: urgency.map(str::to_owned), topic: topic.map(str::to_owned) })
}

/// A header that may stand at most once: `None` when it is wrong, `Some(None)` when it is missing.
fn once<'a>(headers: &'a HeaderMap, name: &str) -> Option<Option<&'a str>> {
    let mut said = headers.get_all(name).iter();
    match (said.next(), said.next()) {
        (None, _) => Some(None),
        (Some(value), None) => value.to_str().ok().map(Some),
        (Some(_), Some(_)) => None,
    }
}
