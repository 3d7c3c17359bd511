//! Courier: carries sealed messages to push origins over few connections that stay open.
//!
//! Up to four HTTP/2 connections for each origin, opened one after the other when those that stand have as many
//! streams as services commonly allow; an origin that speaks only HTTP/1.1 gets one connection for each message
//! under way. Where an origin's name leads is checked before each connection, by the resolver it was given. The
//! head of a request is put together once for each origin and token. It follows no redirect, knows no proxy,
//! keeps no cookie, names no user agent and reads no word of an answer. A message that left for certain is never
//! sent again here: that is a rule's matter.

use h2::client::SendRequest;
use h2::{Ping, PingPong};
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderValue, RETRY_AFTER};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, Method, Request, StatusCode, Uri, Version};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use reqwest::dns::Resolve;
use rustls::pki_types::ServerName;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::endpoint::{Endpoint, Live};
use super::outcome::Outcome;
use super::send::{PushHeaders, Waits};
use crate::work::spawn;

/// Connections to one origin.
const CONNECTIONS_MAX: usize = 4;
/// Messages under way on one connection before another is opened. What services commonly allow (RFC 9113 section
/// 6.5.2 recommends no fewer); what is beyond a service's own limit waits for its turn on the connection.
const STREAMS_A_CONNECTION: usize = 100;
/// A connection that carried nothing for so long is not used again: on the way somebody may have forgotten it.
const IDLE_MAX: Duration = Duration::from_secs(90);
/// An idle HTTP/2 connection with messages under way is asked for a sign of life this often, and given up when it
/// stays silent as long again.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);
/// Bytes of an answer's body a service may send before it is told to stop (HTTP/2). Bodies are never read.
const ANSWER_BYTES_MAX: u32 = 4 * 1_024;
/// Bytes of an answer's headers that are taken.
const ANSWER_HEADER_BYTES_MAX: u32 = 16 * 1_024;
/// Addresses of one name that are tried, each a little after the one before it.
const ADDRESSES_MAX: usize = 8;
const NEXT_ADDRESS_AFTER: Duration = Duration::from_millis(250);
/// Origins whose connections are remembered. Push services are few.
const ORIGINS_MAX: usize = 256;

/// See the module.
pub struct Courier {
    tls: TlsConnector,
    names: Arc<dyn Resolve>,
    waits: Waits,
    origins: Mutex<HashMap<String, Arc<Origin>>>,
}

/// Nothing left: no connection could be had.
struct NotSent;

/// Why a message was not answered.
enum Lost {
    /// No byte of it left.
    Unsent,
    /// It may have left.
    Unknown,
}

/// What an answer says to us.
struct Answered {
    status: StatusCode,
    headers: HeaderMap,
}

impl Courier {
    /// Carries to whom `tls` trusts, where `names` leads.
    pub(super) fn new(tls: rustls::ClientConfig, names: impl Resolve + 'static, waits: Waits) -> Self {
        Self { tls: TlsConnector::from(Arc::new(tls)), names: Arc::new(names), waits, origins: Mutex::default() }
    }

    /// Hands over one message.
    pub(super) async fn carry(
        &self,
        endpoint: &Endpoint<Live>,
        body: Vec<u8>,
        headers: &PushHeaders,
        authorization: HeaderValue,
        now_ms: i64,
    ) -> Outcome {
        let Some(origin) = self.origin(endpoint) else { return Outcome::Later };
        let body = Bytes::from(body);
        let until = Instant::now() + self.waits.answer;
        // A connection that closed before the message was on it gives it back unsent; another one is tried, once.
        for _ in 0..2 {
            let way = match tokio::time::timeout_at(until, self.way(&origin)).await {
                Ok(Ok(way)) => way,
                Ok(Err(NotSent)) | Err(_) => return Outcome::Later,
            };
            let Some(request) = origin.request(endpoint, body.clone(), headers, authorization.clone()) else { return Outcome::Later };
            match tokio::time::timeout_at(until, way.send(&origin, request)).await {
                Err(_) | Ok(Err(Lost::Unknown)) => return Outcome::Hung,
                // The answer is dropped unread: its status is all that is needed, and a slow body delays nobody.
                Ok(Ok(answer)) => return Outcome::of(answer.status.as_u16(), only_one(&answer.headers), now_ms),
                Ok(Err(Lost::Unsent)) => {}
            }
        }
        Outcome::Later
    }

    fn origin(&self, endpoint: &Endpoint<Live>) -> Option<Arc<Origin>> {
        let mut origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(origin) = origins.get(endpoint.origin()) {
            return Some(origin.clone());
        }
        let origin = Arc::new(Origin::of(endpoint)?);
        if origins.len() >= ORIGINS_MAX {
            origins.retain(|_, origin| Arc::strong_count(origin) > 1);
        }
        if origins.len() < ORIGINS_MAX {
            origins.insert(endpoint.origin().to_owned(), origin.clone());
        }
        Some(origin)
    }

    /// A connection with room, opened if there is none.
    async fn way(&self, origin: &Arc<Origin>) -> Result<Way, NotSent> {
        if let Some(way) = origin.standing() {
            return Ok(way);
        }
        let asked = origin.failures.load(Ordering::SeqCst);
        let _one_at_a_time = origin.opening.lock().await;
        // Whoever waited while it failed has waited for this very try.
        if origin.failures.load(Ordering::SeqCst) != asked {
            return Err(NotSent);
        }
        if let Some(way) = origin.standing() {
            return Ok(way);
        }
        let opened = tokio::time::timeout(self.waits.connect, self.open(origin)).await;
        if let Ok(Some(way)) = opened {
            return Ok(way);
        }
        origin.failures.fetch_add(1, Ordering::SeqCst);
        // A connection that is full is better than none.
        origin.least_busy().ok_or(NotSent)
    }

    async fn open(&self, origin: &Arc<Origin>) -> Option<Way> {
        let found = self.names.resolve(origin.host.parse().ok()?).await.ok()?;
        let addresses: Vec<SocketAddr> = found.take(ADDRESSES_MAX).map(|found| with_port(found, origin.port)).collect();
        let stream = first_to_answer(addresses).await?;
        stream.set_nodelay(true).ok()?;
        let name = ServerName::try_from(origin.host.clone()).ok()?;
        let stream = self.tls.connect(name, stream).await.ok()?;
        let two = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        if two {
            let mut opening = h2::client::Builder::new();
            opening.enable_push(false).initial_window_size(ANSWER_BYTES_MAX).max_header_list_size(ANSWER_HEADER_BYTES_MAX);
            let (sender, connection) = opening.handshake(stream).await.ok()?;
            Some(origin.stands(sender, connection))
        } else {
            let mut opening = http1::Builder::new();
            let opening = opening.max_buf_size(ANSWER_HEADER_BYTES_MAX as usize).handshake(TokioIo::new(stream));
            let (sender, connection) = opening.await.ok()?;
            origin.old.store(1, Ordering::Relaxed);
            spawn(connection);
            Some(Way::One(sender))
        }
    }
}

/// One push service, as far as it is spoken to.
struct Origin {
    host: String,
    port: u16,
    authority: Authority,
    /// The parts of a head that are the same for every message, with the token they were made for.
    head: Mutex<HeaderMap>,
    connections: Mutex<Vec<Arc<Connection>>>,
    /// Connections of an origin that speaks only HTTP/1.1, idle and since when.
    idle: Mutex<Vec<(http1::SendRequest<Full<Bytes>>, Instant)>>,
    old: AtomicU32,
    opening: tokio::sync::Mutex<()>,
    failures: AtomicU64,
}

/// One HTTP/2 connection.
struct Connection {
    sender: SendRequest<Bytes>,
    /// Messages on it, whose task asks for signs of life while there are any.
    under_way: Arc<AtomicUsize>,
    ended: Arc<AtomicBool>,
    used: Mutex<Instant>,
}

/// A place on a connection.
enum Way {
    One(http1::SendRequest<Full<Bytes>>),
    Two(Place),
}

/// A place is given back when its message is done, however it ends.
struct Place(Arc<Connection>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Place {
    fn on(connection: &Arc<Connection>, now: Instant) -> Self {
        connection.under_way.fetch_add(1, Ordering::Relaxed);
        *lock(&connection.used) = now;
        Self(connection.clone())
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Origin {
    fn of(endpoint: &Endpoint<Live>) -> Option<Self> {
        let url = endpoint.url();
        let host = url.host_str()?.to_owned();
        let mut head = HeaderMap::with_capacity(8);
        head.insert(CONTENT_ENCODING, HeaderValue::from_static("aes128gcm"));
        head.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        Some(Self {
            authority: host.parse().ok()?,
            port: url.port_or_known_default()?,
            host,
            head: Mutex::new(head),
            connections: Mutex::default(),
            idle: Mutex::default(),
            old: AtomicU32::new(0),
            opening: tokio::sync::Mutex::default(),
            failures: AtomicU64::new(0),
        })
    }

    fn request(&self, endpoint: &Endpoint<Live>, body: Bytes, said: &PushHeaders, authorization: HeaderValue) -> Option<Request<Bytes>> {
        let url = endpoint.url();
        let path = match url.query() {
            None => PathAndQuery::from_maybe_shared(Bytes::copy_from_slice(url.path().as_bytes())),
            Some(query) => PathAndQuery::from_maybe_shared(Bytes::from(format!("{}?{query}", url.path()))),
        };
        let mut parts = http::uri::Parts::default();
        (parts.scheme, parts.authority, parts.path_and_query) = (Some(Scheme::HTTPS), Some(self.authority.clone()), Some(path.ok()?));
        let mut headers = {
            let mut head = lock(&self.head);
            if head.get(AUTHORIZATION) != Some(&authorization) {
                // Made once for hours and cloned by its count. A connection's table never holds it: `h2` writes an
                // authorization out each time (RFC 7541 section 7.1.3).
                head.insert(AUTHORIZATION, authorization);
            }
            head.clone()
        };
        headers.insert("ttl", HeaderValue::from(said.ttl_seconds));
        headers.insert("urgency", HeaderValue::from_static(said.urgency.word()));
        if let Some(topic) = &said.topic {
            let mut topic = HeaderValue::from_str(topic.as_str()).ok()?;
            // Each is sent once. In the connection's table (RFC 7541 section 7.1.3) it would only push others out.
            topic.set_sensitive(true);
            headers.insert("topic", topic);
        }
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = Uri::from_parts(parts).ok()?;
        *request.version_mut() = Version::HTTP_2;
        *request.headers_mut() = headers;
        Some(request)
    }

    /// A place on a connection that stands and has room.
    fn standing(&self) -> Option<Way> {
        let now = Instant::now();
        if self.old.load(Ordering::Relaxed) > 0 {
            let mut idle = lock(&self.idle);
            idle.retain(|(sender, since)| !sender.is_closed() && now - *since < IDLE_MAX);
            return idle.pop().map(|(sender, _)| Way::One(sender));
        }
        let mut connections = lock(&self.connections);
        // Dropping the last hand on a connection closes it when its messages are done.
        connections.retain(|one| {
            let forgotten = one.under_way.load(Ordering::Relaxed) == 0 && now - *lock(&one.used) >= IDLE_MAX;
            !one.ended.load(Ordering::Relaxed) && !forgotten
        });
        let least = connections.iter().min_by_key(|one| one.under_way.load(Ordering::Relaxed))?;
        let room = least.under_way.load(Ordering::Relaxed) < STREAMS_A_CONNECTION || connections.len() >= CONNECTIONS_MAX;
        room.then(|| Way::Two(Place::on(least, now)))
    }

    fn least_busy(&self) -> Option<Way> {
        let connections = lock(&self.connections);
        let least =
            connections.iter().filter(|one| !one.ended.load(Ordering::Relaxed)).min_by_key(|one| one.under_way.load(Ordering::Relaxed))?;
        Some(Way::Two(Place::on(least, Instant::now())))
    }

    fn stands(&self, sender: SendRequest<Bytes>, mut connection: h2::client::Connection<TlsStream<TcpStream>, Bytes>) -> Way {
        let (under_way, ended) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
        let pings = connection.ping_pong();
        let (on_it, over) = (under_way.clone(), ended.clone());
        spawn(async move {
            // How it ends is seen by the messages on it, which end when it is dropped.
            tokio::select! {
                _ = connection => {}
                () = falls_silent(pings, &on_it, SIGN_OF_LIFE, SIGN_OF_LIFE) => {}
            }
            over.store(true, Ordering::Relaxed);
        });
        let now = Instant::now();
        let opened = Arc::new(Connection { sender, under_way, ended, used: Mutex::new(now) });
        let place = Place::on(&opened, now);
        lock(&self.connections).push(opened);
        Way::Two(place)
    }
}

/// Ends when a connection with messages on it gave no sign of life in time: asked `every` so often, it has `within`
/// to answer.
async fn falls_silent(pings: Option<PingPong>, under_way: &AtomicUsize, every: Duration, within: Duration) {
    let Some(mut pings) = pings else { return std::future::pending().await };
    loop {
        tokio::time::sleep(every).await;
        if under_way.load(Ordering::Relaxed) > 0 {
            match tokio::time::timeout(within, pings.ping(Ping::opaque())).await {
                Ok(Ok(_)) => {}
                Ok(Err(_)) | Err(_) => return,
            }
        }
    }
}

impl Way {
    /// Sends, and waits for the answer's head.
    async fn send(self, origin: &Origin, request: Request<Bytes>) -> Result<Answered, Lost> {
        let (head, body) = request.into_parts();
        match self {
            Self::Two(place) => {
                // Going away, or out of numbers for streams: whoever comes next needs another one.
                let over = || {
                    place.0.ended.store(true, Ordering::Relaxed);
                    Lost::Unsent
                };
                let mut sender = place.0.sender.clone().ready().await.map_err(|_| over())?;
                let sent = sender.send_request(Request::from_parts(head, ()), false);
                let (coming, mut stream) = sent.map_err(|_| over())?;
                // It waits here until the service's windows take it (RFC 9113 section 5.2).
                stream.send_data(body, true).map_err(|_| Lost::Unknown)?;
                let answer = coming.await.map_err(|_| Lost::Unknown)?;
                let (head, _unread) = answer.into_parts();
                Ok(Answered { status: head.status, headers: head.headers })
            }
            Self::One(mut sender) => {
                let mut request = Request::from_parts(head, Full::new(body));
                // HTTP/1.1 says the host in a header and the path alone above it (RFC 9112 section 3.2.1).
                if let Ok(host) = HeaderValue::from_str(&origin.host) {
                    request.headers_mut().insert(HOST, host);
                }
                if let Some(path) = request.uri().path_and_query().cloned() {
                    *request.uri_mut() = Uri::from(path);
                }
                *request.version_mut() = Version::HTTP_11;
                match sender.try_send_request(request).await {
                    Ok(answer) => {
                        // A body that is still coming would be in the way of the next message.
                        if answer.headers().get(CONTENT_LENGTH).is_some_and(|length| length == "0") && !sender.is_closed() {
                            lock(&origin.idle).push((sender, Instant::now()));
                        }
                        let (head, _unread) = answer.into_parts();
                        Ok(Answered { status: head.status, headers: head.headers })
                    }
                    Err(mut error) => Err(if error.take_message().is_some() { Lost::Unsent } else { Lost::Unknown }),
                }
            }
        }
    }
}

fn with_port(mut found: SocketAddr, port: u16) -> SocketAddr {
    // A resolver that knows no port says 0.
    if found.port() == 0 {
        found.set_port(port);
    }
    found
}

/// The first address that answers. Each is tried a little after the one before it, so that a way that leads
/// nowhere costs a quarter of a second and not the whole wait.
async fn first_to_answer(addresses: Vec<SocketAddr>) -> Option<TcpStream> {
    use futures::stream::{FuturesUnordered, StreamExt};
    let after = |(number, address): (u32, SocketAddr)| async move {
        tokio::time::sleep(NEXT_ADDRESS_AFTER * number).await;
        TcpStream::connect(address).await
    };
    let mut tries: FuturesUnordered<_> = (0u32..).zip(addresses).map(after).collect();
    while let Some(tried) = tries.next().await {
        if let Ok(stream) = tried {
            return Some(stream);
        }
    }
    None
}

/// `Retry-After`, if it was said exactly once.
fn only_one(headers: &HeaderMap) -> Option<&[u8]> {
    let mut said = headers.get_all(RETRY_AFTER).iter();
    let first = said.next()?;
    said.next().is_none().then(|| first.as_bytes())
}

#[cfg(test)]
mod tests;
