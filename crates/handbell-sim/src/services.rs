//! Services: made-up push services that take messages, refuse, hang, repeat themselves and die.
//!
//! Each has a mood that the script changes. A message under way gives others their turn; when its sender
//! goes away in the middle, the service may have taken it or not, as in life. Every handing-over and every
//! taking is told to the truth-keeper, which judges it. No message leaves the process.

use crate::chance::Seeded;
use crate::stage::Stage;
use crate::truth::{PhoneId, Sent};
use async_trait::async_trait;
use aws_lc_rs::rand::SystemRandom;
use handbell::push::SignedMessage;
use handbell::push::locked::Locking;
use handbell::push::{Envelopes, SubscriberKeys};
use handbell::world::{Clock, Push};
use handbell_rules::bell::delivery::{Answer, Leased};
use handbell_rules::bell::nudged::DutyMessage;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::refusal::{Bell, Refusal};
use handbell_rules::time::{MINUTE, SECOND, Timestamp};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// How long the ringer's sender waits for an answer.
const SEND_LASTS: i64 = 30 * SECOND;

/// Envelopes held ready at most: fewer than phones, so that some messages find none.
const ENVELOPES_MAX: usize = 5;

/// How a service feels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Takes everything.
    Fine,
    /// Answers 5xx or cannot be reached.
    Down,
    /// Asks to come back later.
    Busy,
    /// Says nothing, and has not taken it.
    HangsEmpty,
    /// Says nothing, and has taken it.
    HangsFull,
    /// Takes everything twice.
    Repeats,
    /// A little of everything.
    Moody,
}

impl Mood {
    /// Every mood.
    pub const ALL: [Mood; 7] = [Mood::Fine, Mood::Down, Mood::Busy, Mood::HangsEmpty, Mood::HangsFull, Mood::Repeats, Mood::Moody];
}

/// See the module.
pub struct Services {
    stage: Arc<Stage>,
    moods: Mutex<Vec<Mood>>,
    /// Whether the start is kept back until the end was taken; wrong on purpose.
    start_last: bool,
    kept_back: Mutex<Vec<Sent>>,
    envelopes: Envelopes,
    /// Our public key and salt of every message that went in an envelope.
    used: Mutex<BTreeSet<Vec<u8>>>,
}

impl Services {
    /// So many services, all fine.
    pub fn new(stage: Arc<Stage>, count: usize, start_last: bool) -> Self {
        let envelopes = Envelopes::new(ENVELOPES_MAX, Locking::NotLocked);
        Self {
            stage,
            moods: Mutex::new(vec![Mood::Fine; count]),
            start_last,
            kept_back: Mutex::default(),
            envelopes,
            used: Mutex::default(),
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.moods.lock().expect("no holder of this lock panics").len()
    }

    /// Changes one service's mood.
    pub fn set_mood(&self, service: usize, mood: Mood) {
        self.moods.lock().expect("no holder of this lock panics")[service] = mood;
    }

    /// Everything works again.
    pub fn heal(&self) {
        self.moods.lock().expect("no holder of this lock panics").fill(Mood::Fine);
    }

    fn mood(&self, phone: PhoneId) -> Mood {
        let moods = self.moods.lock().expect("no holder of this lock panics");
        let mood = moods[phone % moods.len()];
        if mood != Mood::Moody {
            return mood;
        }
        Mood::ALL[self.stage.luck.place(Mood::ALL.len() - 1)]
    }

    /// Seals as the real line does, where an envelope lies ready. Its bytes are nobody's business here: they come
    /// from the machine's randomness and decide nothing, so that a seed still replays.
    fn seal(&self, to: &Subscription, now: Timestamp) {
        let Ok(keys) = SubscriberKeys::kept(&to.key, &to.secret) else { return };
        let sealed = self.envelopes.take(to.id, &keys, now).map(|envelope| envelope.seal(b"words", &SystemRandom::new()));
        let mut truth = self.stage.truth();
        match sealed {
            None => truth.counts.add("a message found no envelope"),
            Some(Err(refused)) => truth.break_with("an-envelope-seals-once", refused.to_string()),
            Some(Ok(sealed)) => {
                truth.counts.add("a message went in an envelope made ahead");
                let mut used = self.used.lock().expect("no holder of this lock panics");
                let (salt, key) = (sealed.body()[..16].to_vec(), sealed.body()[21..86].to_vec());
                if !used.insert(salt) || !used.insert(key) {
                    truth.break_with("an-envelope-seals-once", "a key pair or a salt served twice");
                }
            }
        }
    }

    fn take(&self, sent: &Sent) {
        let now = self.stage.now();
        let mut truth = self.stage.truth();
        if self.start_last {
            let mut kept = self.kept_back.lock().expect("no holder of this lock panics");
            if sent.kind.is_live() {
                kept.push(sent.clone());
                return;
            }
            truth.took(sent, now);
            kept.iter().filter(|start| start.phone == sent.phone && start.alert == sent.alert).for_each(|start| truth.took(start, now));
            return;
        }
        truth.took(sent, now);
    }
}

/// A message between the ringer and the service. If the ringer goes away, luck says whether it arrived.
struct UnderWay<'a> {
    services: &'a Services,
    sent: Sent,
    answered: bool,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if !self.answered {
            let arrived = self.services.stage.luck.percent(50);
            self.services.stage.truth().counts.add("a ringer crashed with a message in flight");
            if arrived {
                self.services.take(&self.sent);
            }
        }
    }
}

fn retry_after(luck: &Seeded) -> i64 {
    luck.pick(&[0, SECOND, 30 * SECOND, 2 * MINUTE, 14 * MINUTE, 60 * MINUTE]).unwrap_or(SECOND)
}

#[async_trait]
impl Push for Services {
    async fn send(&self, leased: &Leased, to: &Subscription, message: &SignedMessage, now: Timestamp) -> Answer {
        let Some(sent) = self.stage.truth().handed(leased, to, message, now) else {
            return Answer::Refused;
        };
        self.seal(to, now);
        let began = self.stage.now();
        let mut way = UnderWay { services: self, sent, answered: false };
        for _ in 0..3 {
            self.stage.pause().await;
        }
        way.answered = true;
        let luck = &self.stage.luck;
        if let Some(answer) = self.stage.truth().fate(way.sent.phone) {
            return answer;
        }
        let waited_too_long = self.stage.now().since(began).abs() > SEND_LASTS;
        let mood = self.mood(way.sent.phone);
        let name = match (mood, waited_too_long) {
            (Mood::Down, _) => "a push service was down",
            (Mood::Busy, _) => "a push service asked to come back later",
            (Mood::HangsEmpty, _) => "a push service hung without taking",
            (Mood::HangsFull, _) => "a push service took and hung",
            (_, true) => "a send took too long",
            (Mood::Repeats, false) => "a push service took a message twice",
            (Mood::Fine | Mood::Moody, false) => "a push service took a message",
        };
        self.stage.truth().counts.add(name);
        match (mood, waited_too_long) {
            (Mood::Down, _) => Answer::Later,
            (Mood::Busy, _) => Answer::RetryAfter(retry_after(luck)),
            (Mood::HangsEmpty, _) => Answer::Hung,
            (Mood::HangsFull, _) => {
                self.take(&way.sent);
                Answer::Hung
            }
            (_, true) => {
                if luck.percent(50) {
                    self.take(&way.sent);
                }
                Answer::Hung
            }
            (Mood::Repeats, false) => {
                self.take(&way.sent);
                self.take(&way.sent);
                Answer::Accepted
            }
            (Mood::Fine | Mood::Moody, false) => {
                self.take(&way.sent);
                Answer::Accepted
            }
        }
    }

    async fn nudge(&self, _to: &Subscription, _message: &DutyMessage, _expires_at: Timestamp, _now: Timestamp) -> Answer {
        Answer::Later
    }
    fn accepts(&self, endpoint: &str, key: &[u8], secret: &[u8]) -> Result<(), Refusal> {
        if !endpoint.starts_with("https://push.example/") {
            return Err(Bell::EndpointRefused.into());
        }
        if key.len() != 65 || secret.len() != 16 {
            return Err(Bell::KeysWrong.into());
        }
        Ok(())
    }
    fn envelopes(&self) -> Option<&Envelopes> {
        Some(&self.envelopes)
    }
}
