//! Carrier: hands a live group's messages over by each person's own channel.
//!
//! It stands where the line to browsers stands and passes browsers on to it unchanged. For everybody else it
//! opens the address, wraps the message and gives it to the adapter. It uses a further channel when a rule says
//! so, remembers for a while which channel was heard, and counts without people. It exists in live groups only
//! (PROMISE a-drill-cannot-ring-live). What it remembers is gone after a restart; rules are written so that
//! this can only make somebody hear an end twice, never not at all.

use super::sealed::{AddressKey, mark, own_secret};
use super::settings::Channels;
use super::{Channel, Parcel, Wrapping};
use crate::channel::matrix::DirectRoom;
use crate::push::{Envelopes, Live, SignedMessage};
use crate::world::{Clock, Push};
use async_trait::async_trait;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use handbell_rules::bell::address::{Address, By};
use handbell_rules::bell::alert::RingKind;
use handbell_rules::bell::canary::Canary;
use handbell_rules::bell::delivery::{Answer, Leased};
use handbell_rules::bell::fallback::{Heard, due, together, waited_at_least};
use handbell_rules::bell::nudged::DutyMessage;
use handbell_rules::bell::reach::Counted;
use handbell_rules::bell::signed::Signing;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::id::{DeliveryId, SubscriptionId};
use handbell_rules::refusal::Refusal;
use handbell_rules::time::{DAY, Timestamp};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// Things remembered of each sort at most; beyond it all of that sort is forgotten, which is safe.
const REMEMBERED_MAX: usize = 200_000;

/// See the module.
pub struct Carrier {
    pub(super) browsers: Arc<dyn Push>,
    /// The channels that are on.
    pub channels: Channels,
    /// Opens and seals addresses.
    pub key: AddressKey,
    marks: hmac::Key,
    pub(super) origin: String,
    clock: Arc<dyn Clock>,
    signing: Signing,
    /// When a delivery that was not taken at once was first tried.
    first_tried: Mutex<HashMap<DeliveryId, Timestamp>>,
    /// Where a thread's start was heard; for people with a further channel only.
    heard: Mutex<HashMap<String, Heard>>,
    /// Which channel has taken a delivery of two.
    taken: Mutex<HashSet<(DeliveryId, By)>>,
    counted: Mutex<BTreeMap<By, Counted>>,
    /// How often something was asked for an address today, by its keyed hash.
    asked: Mutex<HashMap<[u8; 32], (Timestamp, u8)>>,
    pub(super) canaries: Mutex<BTreeMap<By, Canary>>,
    /// The group's own browser, as it was last read.
    pub(super) test_browser: Mutex<Option<Subscription>>,
}

pub(super) fn locked<T>(held: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

fn remember<K: Hash + Eq, V>(held: &Mutex<HashMap<K, V>>, key: K, change: impl FnOnce(Option<V>) -> V) {
    let mut held = locked(held);
    if held.len() >= REMEMBERED_MAX {
        held.clear();
    }
    let before = held.remove(&key);
    held.insert(key, change(before));
}

impl Carrier {
    /// Stands before a live group's line to browsers.
    pub fn new(
        browsers: Arc<dyn Push>,
        channels: Channels,
        key: AddressKey,
        marks: hmac::Key,
        origin: String,
        clock: Arc<dyn Clock>,
        signing: Signing,
    ) -> Self {
        let (first_tried, heard, taken, counted, asked, canaries, test_browser) = Default::default();
        Self { browsers, channels, key, marks, origin, clock, signing, first_tried, heard, taken, counted, asked, canaries, test_browser }
    }

    /// Whether a channel is on. Browsers always are.
    pub fn is_on(&self, by: By) -> bool {
        match by {
            By::Push => true,
            By::Mail => self.channels.mail.is_some(),
            By::Sms => self.channels.sms.is_some(),
            By::Ntfy => self.channels.ntfy.is_some(),
            By::Matrix => self.channels.matrix.is_some(),
        }
    }

    /// A person's own link.
    pub fn own_link(&self, id: SubscriptionId) -> String {
        format!("{}/channels/mine/{}", self.origin, own_secret(&self.marks, id))
    }

    /// Seals an address for its subscription.
    pub fn seal(&self, address: &Address, id: SubscriptionId, nonce: [u8; 12]) -> String {
        self.key.seal(address.by().word(), id.bytes(), &address.to_text(), nonce)
    }

    /// Opens it again.
    pub fn open(&self, by: By, sealed: &str, id: SubscriptionId) -> Option<Address> {
        Address::parse(by, &self.key.open(by.word(), id.bytes(), sealed)?).ok()
    }

    /// What was counted since it was last asked.
    pub fn take_counts(&self) -> Vec<(By, Counted)> {
        std::mem::take(&mut *locked(&self.counted)).into_iter().filter(|(_, counted)| counted.any()).collect()
    }

    /// Puts counts back that could not be written down.
    pub fn put_back(&self, counts: Vec<(By, Counted)>) {
        let mut held = locked(&self.counted);
        for (by, counted) in counts {
            held.entry(by).or_default().add(&counted);
        }
    }

    /// Whether something may be sent to an address that nobody has confirmed, at most so often in a day. It keeps
    /// a stranger from filling somebody's mailbox through us. In memory only.
    pub fn lets(&self, mark: [u8; 32], at_most: u8, now: Timestamp) -> bool {
        let mut lets = false;
        remember(&self.asked, mark, |before| {
            let (since, times) = before.filter(|(since, _)| now.since(*since) < DAY).unwrap_or((now, 0));
            lets = times < at_most;
            (since, times.saturating_add(u8::from(lets)))
        });
        lets
    }

    fn parcel(&self, leased: &Leased, to: &Subscription, message: &SignedMessage) -> Option<Parcel<Live>> {
        // PROMISE no-unsigned-alert: as the line to browsers, this one carries none.
        if self.signing == Signing::ByDevices && message.proof().is_none() && message.kind.is_live() {
            return None;
        }
        let thread = mark(&self.marks, "thread", &[to.id.bytes(), message.tag.as_bytes()]);
        let wrapping = Wrapping {
            language: to.language.clone(),
            thread: URL_SAFE_NO_PAD.encode(&thread[..24]),
            once: leased.delivery.to_string(),
            page: format!("{}{}", self.origin, message.url),
            own_link: Some(self.own_link(to.id)),
            asks: to.member.is_some() && leased.kind == RingKind::Alert,
            expires_at: leased.expires_at,
        };
        Parcel::of(message.clone(), wrapping)
    }

    /// Hands over by one channel and counts what it said.
    async fn by(&self, by: By, sealed: &str, leased: &Leased, to: &Subscription, message: &SignedMessage, now: Timestamp) -> Answer {
        let said = match by {
            By::Push => self.browsers.send(leased, to, message, now).await,
            _ => match (self.open(by, sealed, to.id), self.parcel(leased, to, message)) {
                (Some(address), Some(parcel)) => self.hand_over(&address, &parcel, now).await,
                _ => {
                    tracing::error!(
                        channel = by.word(),
                        "a message of the other mode or without signatures, or an address that does not open, was refused"
                    );
                    Answer::Refused
                }
            },
        };
        self.count(by, leased, said, now);
        said
    }

    /// Sends a text of the desk to a member's duty telephone.
    pub async fn text(&self, to: &Subscription, text: &str, now: Timestamp) -> Answer {
        match (&self.channels.sms, self.open(to.by, &to.endpoint, to.id)) {
            (Some(sms), Some(Address::Sms(number))) => sms.send(&number, text, now).await,
            _ => Answer::Refused,
        }
    }

    /// Gives a parcel to the adapter of an address; a channel that is switched off refuses.
    pub async fn hand_over(&self, address: &Address, parcel: &Parcel<Live>, now: Timestamp) -> Answer {
        let on = &self.channels;
        match address {
            Address::Mail(to) => carried(on.mail.as_ref(), to, parcel, now).await,
            Address::Sms(to) => carried(on.sms.as_ref(), to, parcel, now).await,
            Address::Ntfy(to) => carried(on.ntfy.as_ref(), to, parcel, now).await,
            Address::Matrix { user, room } => {
                carried(on.matrix.as_ref(), &DirectRoom { user: user.clone(), room: room.clone() }, parcel, now).await
            }
        }
    }

    fn first_try(&self, leased: &Leased, now: Timestamp) -> Timestamp {
        locked(&self.first_tried).get(&leased.delivery).copied().unwrap_or(now)
    }

    fn count(&self, by: By, leased: &Leased, said: Answer, now: Timestamp) {
        let begun = self.first_try(leased, now);
        {
            let mut held = locked(&self.counted);
            let counted = held.entry(by).or_default();
            counted.begun += u64::from(leased.attempts == 0);
            match said {
                Answer::Accepted => counted.took(self.clock.now().since(begun)),
                Answer::Gone => counted.gone += 1,
                Answer::Refused => counted.refused += 1,
                Answer::Later | Answer::Hung | Answer::RetryAfter(_) | Answer::NotTried(_) => {}
            }
        }
        match said {
            Answer::Accepted | Answer::Gone | Answer::Refused => drop(locked(&self.first_tried).remove(&leased.delivery)),
            _ => remember(&self.first_tried, leased.delivery, |before| before.unwrap_or(now)),
        }
    }

    /// A start or news for somebody with two channels.
    async fn live(&self, leased: &Leased, to: &Subscription, message: &SignedMessage, now: Timestamp) -> Answer {
        let Some(further) = &to.further else { return Answer::Refused };
        let thread = self.thread_of(to, message);
        let waited = now.since(self.first_try(leased, now)).max(waited_at_least(leased.attempts));
        let first = self.by(to.by, &to.endpoint, leased, to, message, now).await;
        self.note(&thread, |heard| heard.first |= Heard::of(first));
        if !due(first, waited, further.after_minutes) {
            return first;
        }
        let second = self.by(further.by, &further.address, leased, to, message, now).await;
        self.note(&thread, |heard| heard.further |= Heard::of(second));
        together(first, second)
    }

    /// An end for somebody with two channels: wherever the start may have been heard.
    async fn end(&self, leased: &Leased, to: &Subscription, message: &SignedMessage, now: Timestamp) -> Answer {
        let Some(further) = &to.further else { return Answer::Refused };
        let goes = Heard::end_goes(locked(&self.heard).get(&self.thread_of(to, message)).copied());
        let ways = [(goes.first, to.by, &to.endpoint), (goes.further, further.by, &further.address)];
        let (mut said, mut again) = (Vec::new(), None);
        for (_, by, sealed) in ways.into_iter().filter(|(goes, ..)| *goes) {
            if locked(&self.taken).contains(&(leased.delivery, by)) {
                said.push(Answer::Accepted);
                continue;
            }
            let answer = self.by(by, sealed, leased, to, message, now).await;
            match answer {
                Answer::Accepted => {
                    let mut taken = locked(&self.taken);
                    if taken.len() >= REMEMBERED_MAX {
                        taken.clear();
                    }
                    taken.insert((leased.delivery, by));
                }
                Answer::Later | Answer::Hung | Answer::RetryAfter(_) | Answer::NotTried(_) => again = again.or(Some(answer)),
                Answer::Gone | Answer::Refused => {}
            }
            said.push(answer);
        }
        // Whoever may have heard the start by two channels hears the end by both: one yes is not enough.
        again.or_else(|| said.into_iter().reduce(together)).unwrap_or(Answer::Refused)
    }

    fn thread_of(&self, to: &Subscription, message: &SignedMessage) -> String {
        format!("{} {}", to.id, message.tag)
    }

    fn note(&self, thread: &str, change: impl FnOnce(&mut Heard)) {
        remember(&self.heard, thread.to_owned(), |before| {
            let mut heard = before.unwrap_or_default();
            change(&mut heard);
            heard
        });
    }
}

async fn carried<C: Channel<Live>>(channel: Option<&C>, to: &C::To, parcel: &Parcel<Live>, now: Timestamp) -> Answer {
    match channel {
        Some(channel) => channel.carry(to, parcel, now).await,
        None => Answer::Refused,
    }
}

#[async_trait]
impl Push for Carrier {
    async fn send(&self, leased: &Leased, to: &Subscription, message: &SignedMessage, now: Timestamp) -> Answer {
        match &to.further {
            None => self.by(to.by, &to.endpoint, leased, to, message, now).await,
            Some(_) if leased.kind.is_live() => self.live(leased, to, message, now).await,
            Some(_) => self.end(leased, to, message, now).await,
        }
    }
    async fn nudge(&self, to: &Subscription, message: &DutyMessage, expires_at: Timestamp, now: Timestamp) -> Answer {
        // What a telephone is told of the desk's work is a text of its own (`text`).
        if to.by == By::Push { self.browsers.nudge(to, message, expires_at, now).await } else { Answer::Refused }
    }
    fn accepts(&self, endpoint: &str, key: &[u8], secret: &[u8]) -> Result<(), Refusal> {
        self.browsers.accepts(endpoint, key, secret)
    }
    fn envelopes(&self) -> Option<&Envelopes> {
        self.browsers.envelopes()
    }
    fn carrier(&self) -> Option<&Carrier> {
        Some(self)
    }
}
