//! The line to push services, made real: one for live groups, one for exercises.
//!
//! A group has exactly one of the two, chosen by its store's mode. The live line speaks to known push
//! origins over HTTPS and has no way to name anything else; the exercise line speaks to the phones inside
//! this program and has no way to name anything else.

use crate::channel::{Channel, Parcel};
use crate::folder::GroupFolder;
use crate::push::{
    Endpoint, Envelopes, Exercise, ExerciseSender, KnownOrigins, Live, LiveSender, Mode, Outcome, Phones, PushHeaders, PushSender, Sealed,
    SignedMessage, SubscriberKeys, Topic, Urgency, Vapid, VapidKey,
};
use crate::world::{Clock, MachineClock, Push};
use anyhow::Context;
use async_trait::async_trait;
use aws_lc_rs::rand::SystemRandom;
use handbell_rules::bell::delivery::{Answer, Leased};
use handbell_rules::bell::message::time_to_live_seconds;
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::nudged::DutyMessage;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::refusal::{Bell, Refusal};
use handbell_rules::time::Timestamp;
use std::path::Path;
use std::sync::Arc;

/// The group's VAPID key with its tokens.
pub struct GroupVapid {
    vapid: Arc<Vapid>,
    public_text: String,
}

impl GroupVapid {
    /// The public half, base64url, as the subscribe page hands it to browsers.
    pub fn public_key_text(&self) -> String {
        self.public_text.clone()
    }
}

/// Makes a fresh VAPID key (PKCS#8).
pub fn fresh_vapid_key() -> anyhow::Result<zeroize::Zeroizing<Vec<u8>>> {
    VapidKey::generate(&SystemRandom::new()).context("making the VAPID key")
}

/// Reads the group's VAPID key.
pub fn vapid(folder: &GroupFolder) -> anyhow::Result<GroupVapid> {
    let key = VapidKey::from_pkcs8(&folder.vapid_key).context("the VAPID key")?;
    let public_text = key.public_text();
    // The contact in the token: the group's own site. Push services ask for https or mailto (RFC 8292
    // section 2.1); a demo on loopback has neither and its phones do not ask.
    let contact =
        if folder.settings.origin.starts_with("https://") { folder.settings.origin.clone() } else { "https://handbell.invalid".to_owned() };
    let vapid = Vapid::new(key, &contact, Arc::new(SystemRandom::new())).context("the VAPID key")?;
    Ok(GroupVapid { vapid: Arc::new(vapid), public_text })
}

/// The line of a group's mode.
pub fn line(folder: &GroupFolder, status: Status, vapid: GroupVapid, phones: Option<&Phones>) -> anyhow::Result<Arc<dyn Push>> {
    let random = SystemRandom::new();
    Ok(match status {
        Status::Actual => {
            let known = KnownOrigins::with_further(&folder.settings.push_origins).context("the setting push_origins")?;
            let (sender, names) = (LiveSender::new(vapid.vapid)?, LiveNames(known));
            Arc::new(Line { sender, status, random, envelopes: Envelopes::default(), names })
        }
        // An exercise group that is no demo has no phones: every endpoint is refused.
        Status::Exercise => {
            let (sender, names) = (ExerciseSender::new(vapid.vapid)?, ExerciseNames(phones.map(Phones::port)));
            Arc::new(Line { sender, status, random, envelopes: Envelopes::default(), names })
        }
    })
}

/// One push service on this machine that stands for all of them, for a journey with a real browser.
#[cfg(feature = "conformance")]
pub struct Led {
    /// Where it listens: on loopback.
    pub place: std::net::SocketAddr,
    /// The one certificate that is trusted.
    pub certificate: rustls::pki_types::CertificateDer<'static>,
}

/// A live group's line as [`line`] makes it, but every name leads to that service.
#[cfg(feature = "conformance")]
pub fn led(folder: &GroupFolder, vapid: GroupVapid, led: &Led) -> anyhow::Result<Arc<dyn Push>> {
    anyhow::ensure!(led.place.ip().is_loopback(), "a line is led to this machine or nowhere");
    let known = KnownOrigins::with_further(&folder.settings.push_origins).context("the setting push_origins")?;
    Ok(measured(LiveSender::to_one_place(vapid.vapid, led.certificate.clone(), led.place)?, known, Envelopes::default()))
}

/// A live line for measuring: to where this sender leads, with these envelopes.
#[cfg(any(test, feature = "conformance"))]
pub fn measured(sender: LiveSender, known: KnownOrigins, envelopes: Envelopes) -> Arc<dyn Push> {
    Arc::new(Line { sender, status: Status::Actual, random: SystemRandom::new(), envelopes, names: LiveNames(known) })
}

/// Reads an endpoint's text back into its mode's type.
trait Names<M: Mode>: Send + Sync + 'static {
    fn read(&self, text: &str) -> Option<Endpoint<M>>;
}

struct LiveNames(KnownOrigins);

impl Names<Live> for LiveNames {
    fn read(&self, text: &str) -> Option<Endpoint<Live>> {
        Endpoint::<Live>::parse(text, &self.0).ok()
    }
}

struct ExerciseNames(Option<u16>);

impl Names<Exercise> for ExerciseNames {
    fn read(&self, text: &str) -> Option<Endpoint<Exercise>> {
        Endpoint::<Exercise>::parse(text, self.0?).ok()
    }
}

fn written(message: &DutyMessage) -> Vec<u8> {
    serde_json::to_vec(message).expect("words and numbers are always JSON")
}

struct Line<S, N> {
    sender: S,
    status: Status,
    random: SystemRandom,
    envelopes: Envelopes,
    names: N,
}

impl<S, N> Line<S, N> {
    /// Seals in the envelope that lies ready, or from nothing.
    fn seal(&self, to: &Subscription, content: &[u8], tag: &str, now: Timestamp) -> Option<(Sealed, Topic)> {
        let keys = SubscriberKeys::kept(&to.key, &to.secret).ok()?;
        let sealed = match self.envelopes.take(to.id, &keys, now) {
            Some(envelope) => envelope.seal(content, &self.random).ok()?,
            None => Sealed::seal(&keys, content, &self.random).ok()?,
        };
        Some((sealed, Topic::for_subscriber(&keys, tag)))
    }

    async fn hand_over<M: Mode>(
        &self,
        to: &Subscription,
        (content, status, tag): (&[u8], Status, &str),
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Answer
    where
        S: PushSender<M>,
        N: Names<M>,
    {
        if to.status != self.status || status != self.status {
            tracing::error!("a message of the other mode was refused");
            return Answer::Refused;
        }
        let (Some(endpoint), Some((sealed, topic))) = (self.names.read(&to.endpoint), self.seal(to, content, tag, now)) else {
            return Answer::Refused;
        };
        let ttl_seconds = time_to_live_seconds(expires_at, now);
        let headers = PushHeaders { ttl_seconds, urgency: Urgency::High, topic: Some(topic) };
        match self.sender.send(&endpoint, sealed, headers, now.milliseconds()).await {
            Outcome::Accepted => Answer::Accepted,
            Outcome::Gone => Answer::Gone,
            Outcome::RetryAfter { after_ms } => Answer::RetryAfter(i64::try_from(after_ms).unwrap_or(i64::MAX)),
            Outcome::Later => Answer::Later,
            Outcome::Hung => Answer::Hung,
            Outcome::Unauthorised => {
                tracing::error!("a push service refuses our credentials; look at the VAPID key");
                Answer::Refused
            }
            Outcome::TooLarge | Outcome::Refused { .. } => Answer::Refused,
        }
    }

    fn check<M: Mode>(&self, endpoint: &str, key: &[u8], secret: &[u8]) -> Result<(), Refusal>
    where
        N: Names<M>,
    {
        self.names.read(endpoint).ok_or(Bell::EndpointRefused)?;
        SubscriberKeys::check(key, secret, &self.random).map_err(|_| Bell::KeysWrong)?;
        Ok(())
    }
}

/// A browser is one of the ways, and is held against the same bad peers as the others.
#[async_trait]
impl<M: Mode, S: PushSender<M>, N: Names<M>> Channel<M> for Line<S, N> {
    type To = Subscription;

    async fn carry(&self, to: &Subscription, parcel: &Parcel<M>, now: Timestamp) -> Answer {
        let message = parcel.message();
        // PROMISE no-unsigned-alert, as where the ringer hands over.
        if M::STATUS == Status::Actual && message.proof().is_none() && message.kind.is_live() {
            return Answer::Refused;
        }
        self.hand_over::<M>(to, (message.content(), message.status, &message.tag), parcel.expires_at, now).await
    }
}

/// The way to browsers of a drill, for the suite that holds every way against bad peers.
#[cfg(test)]
pub(crate) fn to_browsers_of_a_drill(sender: ExerciseSender, port: u16) -> impl Channel<Exercise, To = Subscription> {
    let (random, names) = (SystemRandom::new(), ExerciseNames(Some(port)));
    Line { sender, status: Status::Exercise, random, envelopes: Envelopes::default(), names }
}

#[async_trait]
impl Push for Line<LiveSender, LiveNames> {
    async fn send(&self, leased: &Leased, to: &Subscription, message: &SignedMessage, now: Timestamp) -> Answer {
        // PROMISE no-unsigned-alert: whatever the group's rule says, this line carries none.
        if message.proof().is_none() && message.kind.is_live() {
            tracing::error!("a live message without signatures was refused");
            return Answer::Refused;
        }
        self.hand_over::<Live>(to, (message.content(), message.status, &message.tag), leased.expires_at, now).await
    }
    async fn nudge(&self, to: &Subscription, message: &DutyMessage, expires_at: Timestamp, now: Timestamp) -> Answer {
        self.hand_over::<Live>(to, (&written(message), message.status, &message.tag), expires_at, now).await
    }
    fn accepts(&self, endpoint: &str, key: &[u8], secret: &[u8]) -> Result<(), Refusal> {
        self.check::<Live>(endpoint, key, secret)
    }
    fn envelopes(&self) -> Option<&Envelopes> {
        Some(&self.envelopes)
    }
}

#[async_trait]
impl Push for Line<ExerciseSender, ExerciseNames> {
    async fn send(&self, leased: &Leased, to: &Subscription, message: &SignedMessage, now: Timestamp) -> Answer {
        self.hand_over::<Exercise>(to, (message.content(), message.status, &message.tag), leased.expires_at, now).await
    }
    async fn nudge(&self, to: &Subscription, message: &DutyMessage, expires_at: Timestamp, now: Timestamp) -> Answer {
        self.hand_over::<Exercise>(to, (&written(message), message.status, &message.tag), expires_at, now).await
    }
    fn accepts(&self, endpoint: &str, key: &[u8], secret: &[u8]) -> Result<(), Refusal> {
        self.check::<Exercise>(endpoint, key, secret)
    }
    fn envelopes(&self) -> Option<&Envelopes> {
        Some(&self.envelopes)
    }
}

/// Training without phones: the whole desk works and nothing leaves. It holds no sender, no client and no
/// address, only the name of the mode; whatever is handed to it comes back as refused.
///
/// PROMISE a-drill-cannot-ring-live: there is nothing in it that could send.
#[derive(Debug, Clone, Copy)]
pub struct Silence;

/// Where the made-up phones of a training without phones lie. The name resolves nowhere (RFC 6761).
const NOWHERE: &str = "https://nowhere.invalid/phone/";

impl Silence {
    /// Made-up phones to put on told lists, so that the desk can ring as it would.
    pub fn browsers(names: &[String]) -> anyhow::Result<Vec<Browser>> {
        let random = SystemRandom::new();
        let browser = |number: usize| -> anyhow::Result<Browser> {
            let phone = crate::push::open::Receiver::new(&random).context("making a key for a made-up phone")?;
            let (key, secret) = (phone.public_key().to_vec(), phone.auth_secret().to_vec());
            Ok(Browser { endpoint: format!("{NOWHERE}{number}"), key, secret })
        };
        (0..names.len()).map(browser).collect()
    }
}

#[async_trait]
impl Push for Silence {
    async fn send(&self, _: &Leased, _: &Subscription, _: &SignedMessage, _: Timestamp) -> Answer {
        Answer::Refused
    }
    async fn nudge(&self, _: &Subscription, _: &DutyMessage, _: Timestamp, _: Timestamp) -> Answer {
        Answer::Refused
    }
    fn accepts(&self, endpoint: &str, key: &[u8], secret: &[u8]) -> Result<(), Refusal> {
        if !endpoint.starts_with(NOWHERE) {
            return Err(Bell::EndpointRefused.into());
        }
        SubscriberKeys::check(key, secret, &SystemRandom::new()).map_err(|_| Bell::KeysWrong)?;
        Ok(())
    }
}

/// Starts exercise phones that take messages from the group in `dir` only.
pub async fn phones(dir: &Path, names: &[String]) -> anyhow::Result<Phones> {
    let written = std::fs::read(dir.join("keys").join("vapid.pkcs8")).context("reading the VAPID key")?;
    let key = VapidKey::from_pkcs8(&written).context("the VAPID key")?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let now = Arc::new(|| MachineClock.now().milliseconds());
    Phones::start(&names, *key.public_key(), &SystemRandom::new(), now).await.context("starting the exercise phones")
}

/// What a phone would send when it subscribes.
pub struct Browser {
    /// Its endpoint.
    pub endpoint: String,
    /// Its public key.
    pub key: Vec<u8>,
    /// Its authentication secret.
    pub secret: Vec<u8>,
}

/// Every exercise phone as a browser, in order.
pub fn browsers(phones: &Phones) -> Vec<Browser> {
    let browser = |card: crate::push::phone::PhoneCard| Browser {
        endpoint: card.endpoint.as_str().to_owned(),
        key: card.p256dh.to_vec(),
        secret: card.auth.to_vec(),
    };
    phones.cards().into_iter().map(browser).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PROMISE a-drill-cannot-ring-live
    #[test]
    fn training_without_phones_holds_nothing_that_could_send() {
        // No field, so no sender, no client, no address: there is nothing to send with.
        assert_eq!(std::mem::size_of::<Silence>(), 0);
        assert!(!std::mem::needs_drop::<Silence>());
        let made_up = Silence::browsers(&["one".to_owned()]).unwrap().remove(0);
        assert_eq!(Silence.accepts(&made_up.endpoint, &made_up.key, &made_up.secret), Ok(()));
        // Its made-up phones are no endpoint of any sender, and a browser's endpoint is none of its.
        assert!(Endpoint::<Live>::parse(&made_up.endpoint, &KnownOrigins::default()).is_err());
        assert!(Endpoint::<Exercise>::parse(&made_up.endpoint, 8_480).is_err());
        let browser = "https://updates.push.services.mozilla.com/wpush/v2/x";
        assert!(Endpoint::<Live>::parse(browser, &KnownOrigins::default()).is_ok());
        assert_eq!(Silence.accepts(browser, &made_up.key, &made_up.secret), Err(Bell::EndpointRefused.into()));
    }
}
