//! Send: hands one sealed message to one push service and says what it answered.
//!
//! One sender per mode. The live one speaks TLS to known push services on public addresses; the exercise
//! one speaks to phones on this machine and can reach nothing else. Neither follows a redirect, uses a
//! proxy, keeps a cookie, names a user agent or reads an answer's words. It does not retry: that is a rule.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::dns::Resolve;
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use sha2::Sha256;
use thiserror::Error;

use super::courier::Courier;
use super::endpoint::{Endpoint, Exercise, Live, Mode};
use super::outcome::Outcome;
use super::resolve::{MachineNames, NoNames, PublicOnly};
use super::seal::{Sealed, SubscriberKeys};
use super::vapid::Vapid;

/// Longest wait for a connection, TLS included.
pub const CONNECT_TIME_MAX: Duration = Duration::from_secs(10);
/// Longest wait for a whole answer, connecting included.
pub const ANSWER_TIME_MAX: Duration = Duration::from_secs(20);
/// How urgent a message is to a phone that saves its battery (RFC 8030 section 5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// On power and on Wi-Fi.
    VeryLow,
    /// On power or on Wi-Fi.
    Low,
    /// Neither on power nor on Wi-Fi.
    Normal,
    /// Even when the battery is low: alerts.
    High,
}

impl Urgency {
    /// The header's word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::VeryLow => "very-low",
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

/// Messages of one topic replace each other while a phone is away (RFC 8030 section 5.4): 32 signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic(String);

impl Topic {
    /// The topic of an alert for one subscriber. It is keyed with that subscriber's secret, so that a push
    /// service can neither guess the alert from it nor see from it that two people hear of the same one.
    pub fn for_subscriber(keys: &SubscriberKeys, tag: &str) -> Self {
        let mut mark = Hmac::<Sha256>::new_from_slice(keys.auth_secret()).expect("a key of any length is one (RFC 2104 section 2)");
        mark.update(b"handbell push topic\0");
        mark.update(tag.as_bytes());
        // 24 bytes are the 32 signs that the header may have.
        Self(URL_SAFE_NO_PAD.encode(&mark.finalize().into_bytes()[..24]))
    }

    /// The header's value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a push service is told beside the sealed body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushHeaders {
    /// How long the service may keep the message for a phone that is away, in seconds (RFC 8030 section 5.2).
    pub ttl_seconds: u32,
    /// How urgent it is.
    pub urgency: Urgency,
    /// Which earlier message it replaces.
    pub topic: Option<Topic>,
}

/// Hands messages of one mode to push services.
#[async_trait]
pub trait PushSender<M: Mode>: Send + Sync + 'static {
    /// Sends once. Whatever happens is an outcome; it returns within [`ANSWER_TIME_MAX`].
    async fn send(&self, endpoint: &Endpoint<M>, sealed: Sealed, headers: PushHeaders, now_ms: i64) -> Outcome;
}

/// The machine could not make a sender.
#[derive(Debug, Error)]
pub enum SenderRefused {
    /// TLS could not be set up.
    #[error("setting up TLS for push services")]
    Tls(#[from] rustls::Error),
    /// The HTTP client could not be set up.
    #[error("setting up the client for push services")]
    Client(#[from] reqwest::Error),
}

/// How long a sender waits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waits {
    pub(crate) connect: Duration,
    pub(crate) answer: Duration,
}

impl Waits {
    const ORDINARY: Self = Self { connect: CONNECT_TIME_MAX, answer: ANSWER_TIME_MAX };
}

/// Sends to the push services of real browsers.
pub struct LiveSender {
    courier: Courier,
    vapid: Arc<Vapid>,
}

impl LiveSender {
    /// Trusts the public web's certificate authorities as Mozilla lists them, not the machine's own list,
    /// where a company or a government may have added one.
    pub fn new(vapid: Arc<Vapid>) -> Result<Self, SenderRefused> {
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        Self::trusting(vapid, roots, PublicOnly::guarding(MachineNames), Waits::ORDINARY)
    }

    /// For measuring: trusts one certificate and leads every name to one place, which need not be public.
    #[cfg(any(test, feature = "conformance"))]
    pub fn to_one_place(
        vapid: Arc<Vapid>,
        certificate: rustls::pki_types::CertificateDer<'static>,
        place: std::net::SocketAddr,
    ) -> Result<Self, SenderRefused> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(certificate)?;
        Self::trusting(vapid, roots, super::resolve::OnePlace(place), Waits::ORDINARY)
    }

    pub(super) fn trusting(
        vapid: Arc<Vapid>,
        roots: rustls::RootCertStore,
        names: impl Resolve + 'static,
        waits: Waits,
    ) -> Result<Self, SenderRefused> {
        Ok(Self { courier: Courier::new(tls(roots)?, names, waits), vapid })
    }
}

#[async_trait]
impl PushSender<Live> for LiveSender {
    async fn send(&self, endpoint: &Endpoint<Live>, sealed: Sealed, headers: PushHeaders, now_ms: i64) -> Outcome {
        // Without randomness there is no signature, and nothing has left: the next try may find some.
        let Ok(authorization) = self.vapid.authorization(endpoint.origin(), now_ms) else {
            return Outcome::Later;
        };
        self.courier.carry(endpoint, sealed.into_body(), &headers, authorization, now_ms).await
    }
}

/// Sends to exercise phones on this machine. It trusts no certificate and resolves no name, so it could not
/// reach a push service if it were asked to.
pub struct ExerciseSender {
    client: reqwest::Client,
    vapid: Arc<Vapid>,
}

impl ExerciseSender {
    /// Makes one.
    pub fn new(vapid: Arc<Vapid>) -> Result<Self, SenderRefused> {
        Self::waiting(vapid, Waits::ORDINARY)
    }

    pub(crate) fn waiting(vapid: Arc<Vapid>, waits: Waits) -> Result<Self, SenderRefused> {
        let client = client(rustls::RootCertStore::empty(), NoNames, waits)?.build()?;
        Ok(Self { client, vapid })
    }
}

#[async_trait]
impl PushSender<Exercise> for ExerciseSender {
    async fn send(&self, endpoint: &Endpoint<Exercise>, sealed: Sealed, headers: PushHeaders, now_ms: i64) -> Outcome {
        // Without randomness there is no signature, and nothing has left: the next try may find some.
        let Ok(authorization) = self.vapid.authorization(endpoint.origin(), now_ms) else {
            return Outcome::Later;
        };
        let mut request = self
            .client
            .post(endpoint.url().clone())
            .header(AUTHORIZATION, authorization)
            .header(CONTENT_ENCODING, HeaderValue::from_static("aes128gcm"))
            .header(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"))
            .header("ttl", HeaderValue::from(headers.ttl_seconds))
            .header("urgency", HeaderValue::from_static(headers.urgency.word()))
            .body(sealed.into_body());
        if let Some(topic) = headers.topic {
            request = request.header("topic", topic.as_str());
        }
        match request.send().await {
            // The answer is dropped unread: its status is all that is needed, and a slow body delays nobody.
            Ok(answer) => Outcome::of(answer.status().as_u16(), only_one(&answer), now_ms),
            // Names, connection or TLS failed: no byte of the message has left.
            Err(why) if why.is_connect() || why.is_builder() => Outcome::Later,
            Err(_) => Outcome::Hung,
        }
    }
}

/// `Retry-After`, if it was said exactly once.
fn only_one(answer: &reqwest::Response) -> Option<&[u8]> {
    let mut said = answer.headers().get_all(RETRY_AFTER).iter();
    let first = said.next()?;
    said.next().is_none().then(|| first.as_bytes())
}

fn tls(roots: rustls::RootCertStore) -> Result<rustls::ClientConfig, SenderRefused> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

fn client(roots: rustls::RootCertStore, names: impl Resolve + 'static, waits: Waits) -> Result<reqwest::ClientBuilder, SenderRefused> {
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls(roots)?)
        .dns_resolver(names)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(waits.connect)
        .timeout(waits.answer))
}
