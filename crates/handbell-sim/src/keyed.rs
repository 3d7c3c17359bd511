//! Keyed: a seeded desk whose browsers sign, lose, borrow and forge, beside a truth of its own.
//!
//! Real keys sign and the real acts and ringer check. The truth knows which member's browser really signed which
//! text and whose key was taken back when, and looks at each message as a phone is handed it. Members go, keys
//! are replaced in the middle of an approval, lists are signed by one, by two, by strangers.
//!
//! PROMISE no-unsigned-alert

use crate::chance::Seeded;
use crate::found::{Story, now};
use crate::town::group_of;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use handbell::acts::bell::{NewSubscription, Wished};
use handbell::acts::{ActError, StreetCaller, bell, keys, vouch};
use handbell::push::SignedMessage;
use handbell::work::ringer;
use handbell::world::{Push, World};
use handbell_rules::bell::ceiling::{BROAD_ALERTS_A_DAY, CEILING_SPAN};
use handbell_rules::bell::delivery::{Answer, Leased};
use handbell_rules::bell::manifest::{enrolment, key_id};
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::nudged::DutyMessage;
use handbell_rules::bell::signed::{AlertSignature, Signing};
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::id::{AlertId, SigningKeyId};
use handbell_rules::people::member::DeskCaller;
use handbell_rules::playbook::Reach;
use handbell_rules::refusal::Refusal;
use handbell_rules::time::{HOUR, MINUTE, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

mod raced;

/// Steps of one desk.
const STEPS: usize = 120;
/// Desks played by one check.
const SEEDS: u64 = 30;

/// What really happened.
#[derive(Default)]
struct Truth {
    /// Whose each key is, while it counts.
    counts: BTreeMap<SigningKeyId, usize>,
    /// Which key really signed which text.
    signed: BTreeSet<(SigningKeyId, String)>,
    /// What does not hold, if something does not.
    broken: Option<&'static str>,
    /// Messages handed over, by kind.
    handed: BTreeMap<&'static str, usize>,
}

/// A phone that asks the truth about each message.
struct Phone(Mutex<Truth>);

#[async_trait::async_trait]
impl Push for Phone {
    async fn send(&self, leased: &Leased, _to: &Subscription, message: &SignedMessage, _now: Timestamp) -> Answer {
        let mut truth = self.0.lock().unwrap();
        *truth.handed.entry(leased.kind.word()).or_default() += 1;
        let pushed = serde_json::to_value(message).unwrap();
        let head = pushed["proof"]["head"].as_str().unwrap_or_default().to_owned();
        let by = pushed["proof"]["by"].as_array().cloned().unwrap_or_default();
        let keys = by.iter().filter_map(|one| one[0].as_str()?.parse::<SigningKeyId>().ok());
        let members: BTreeSet<usize> =
            keys.filter(|key| truth.signed.contains(&(*key, head.clone()))).filter_map(|key| truth.counts.get(&key).copied()).collect();
        let names_it = head.contains(&format!("\nalert {}\n", leased.alert)) && head.contains(&format!("\nwords {}\n", leased.words_of));
        if leased.kind.is_live() && (members.len() < 2 || !names_it) {
            truth.broken = Some("no-unsigned-alert");
        }
        Answer::Accepted
    }
    async fn nudge(&self, _: &Subscription, _: &DutyMessage, _: Timestamp, _: Timestamp) -> Answer {
        Answer::Accepted
    }
    fn accepts(&self, _: &str, _: &[u8], _: &[u8]) -> Result<(), Refusal> {
        Ok(())
    }
}

struct Person {
    caller: DeskCaller,
    key: EcdsaKeyPair,
    gone: bool,
}

/// One seeded desk.
struct Desk {
    story: Story,
    phone: Arc<Phone>,
    luck: Seeded,
    people: Vec<Person>,
    drafts: Vec<AlertId>,
    live: Vec<AlertId>,
    rung: Vec<Timestamp>,
    refused: BTreeSet<&'static str>,
}

fn fresh() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
}

fn signature(key: &EcdsaKeyPair, text: &str) -> AlertSignature {
    let signature = key.sign(&SystemRandom::new(), text.as_bytes()).unwrap().as_ref().to_vec();
    AlertSignature { key: key_id(key.public_key().as_ref()), signature }
}

impl Desk {
    fn of(seed: u64, signing: Signing) -> Self {
        let mut story = Story::new();
        let phone = Arc::new(Phone(Mutex::default()));
        let mut group = group_of(Status::Actual);
        group.signing = signing;
        story.world = World { push: phone.clone(), group: Arc::new(group), ..story.world };
        let people = ["Amber", "Blue", "Cyan", "Dun", "Ecru"];
        let people = people.map(|name| Person { caller: story.member(name), key: fresh(), gone: false });
        let new = NewSubscription {
            endpoint: "https://push.example/1".into(),
            key: vec![4; 65],
            secret: vec![5; 16],
            cells: story.world.group.areas.areas()[0].area.cells().collect(),
            kinds: Vec::new(),
            language: "en".into(),
            discreet: seed.is_multiple_of(2),
            wished: Wished::default(),
        };
        now(bell::subscribe(&story.world, StreetCaller, new)).unwrap();
        let (luck, people) = (Seeded::new(seed, 17), people.into());
        let mut desk = Self { story, phone, luck, people, drafts: vec![], live: vec![], rung: vec![], refused: BTreeSet::new() };
        for who in 0..desk.people.len() {
            desk.adds_key(who);
        }
        desk.signs_list(0);
        desk.signs_list(1);
        desk
    }

    fn says<T>(&mut self, answer: Result<T, ActError>) -> Option<T> {
        match answer {
            Ok(done) => Some(done),
            Err(ActError::Refused(no)) => {
                self.refused.insert(no.0.name());
                None
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    fn adds_key(&mut self, who: usize) {
        self.people[who].key = fresh();
        let Person { caller, key, .. } = &self.people[who];
        let public = key.public_key().as_ref().to_vec();
        let statement = enrolment(&self.story.world.group.origin, caller.device, &public);
        let proof = signature(key, &statement).signature;
        let done = now(keys::add(&self.story.world, &caller.clone(), &public, &proof));
        if self.says(done).is_some() {
            let mut truth = self.phone.0.lock().unwrap();
            truth.counts.retain(|_, holder| *holder != who);
            truth.counts.insert(key_id(&public), who);
        }
    }

    fn signs_list(&mut self, who: usize) {
        let Person { caller, key, .. } = &self.people[who];
        let Some(next) = now(keys::read(&self.story.world, caller)).unwrap().proposed else { return };
        let done = now(keys::sign_list(&self.story.world, caller, signature(key, &next.text())));
        self.says(done);
    }

    fn approves(&mut self, who: usize, alert: AlertId) {
        let world = self.story.world.clone();
        let row = now(world.store.alert(alert)).unwrap().unwrap();
        let text = keys::statement(&world, &row).text().to_owned();
        let other = self.luck.place(self.people.len());
        let Person { caller, key, .. } = &self.people[who];
        let given = match self.luck.below(12) {
            0 => None,
            1 => Some(signature(key, &text.replace("neighbours", "dispatch"))),
            2 => Some(AlertSignature { key: key_id(key.public_key().as_ref()), ..signature(&self.people[other].key, &text) }),
            3 => Some(signature(&self.people[other].key, &text)),
            4 => Some(signature(&fresh(), &text)),
            _ => Some(signature(key, &text)),
        };
        // What is really signed is really signed, whoever hands it in.
        let mut signed = self.phone.0.lock().unwrap();
        if let Some(given) = &given {
            for one in &self.people {
                let public = one.key.public_key().as_ref();
                if key_id(public) == given.key && handbell::push::signed::checks(public, text.as_bytes(), &given.signature) {
                    signed.signed.insert((given.key, text.clone()));
                }
            }
        }
        drop(signed);
        let done = now(bell::approve_signed(&world, &caller.clone(), alert, given));
        self.says(done);
    }

    fn something(&mut self) {
        let who = self.luck.place(self.people.len());
        let draft = self.luck.pick(&self.drafts);
        match self.luck.below(20) {
            0..=1 if self.drafts.len() < 3 => {
                let caller = self.people[0].caller.clone();
                let (incident, pair, _) = self.story.two_reports(&caller);
                self.story.judges(&caller, incident, pair, true);
                self.drafts.push(self.story.drafts(&caller, incident, Reach::Neighbours));
            }
            2..=9 if draft.is_some() && !self.people[who].gone => self.approves(who, draft.unwrap()),
            10..=12 if draft.is_some() => {
                let alert = draft.unwrap();
                let done = now(bell::ring(&self.story.world, &self.people[0].caller.clone(), alert));
                if self.says(done).is_some() {
                    self.drafts.retain(|one| *one != alert);
                    self.live.push(alert);
                    self.rung.push(self.story.world.now());
                } else if self.luck.one_in(3) {
                    let done = now(bell::let_through(&self.story.world, &self.people[0].caller.clone(), alert, "It is another street."));
                    self.says(done);
                }
            }
            13 if !self.people[who].gone => self.adds_key(who),
            14 if !self.people[who].gone && who > 0 => {
                let key = key_id(self.people[who].key.public_key().as_ref());
                let done = now(keys::take_back(&self.story.world, &self.people[who].caller.clone(), key));
                if self.says(done).is_some() {
                    self.phone.0.lock().unwrap().counts.remove(&key);
                }
            }
            15..=16 if !self.people[who].gone => self.signs_list(who),
            17 if self.luck.one_in(4) && who > 2 && !self.people[who].gone => {
                let member = self.people[who].caller.member;
                let done = now(vouch::revoke(&self.story.world, &self.people[0].caller.clone(), member));
                if self.says(done).is_some() {
                    self.people[who].gone = true;
                    self.phone.0.lock().unwrap().counts.retain(|_, holder| *holder != who);
                }
            }
            18 if !self.live.is_empty() => {
                let alert = self.live.remove(self.luck.place(self.live.len()));
                now(bell::end(&self.story.world, &self.people[0].caller.clone(), alert, self.luck.one_in(2)))
                    .expect("nothing holds an end up");
            }
            _ => self.story.stage.move_clock(self.luck.between(1, 30) * MINUTE),
        }
        if self.luck.percent(60) {
            let _ = now(ringer::step(&self.story.world)).unwrap();
        }
        self.drafts
            .retain(|alert| now(self.story.world.store.alert(*alert)).unwrap().unwrap().drafted_at.plus(HOUR) > self.story.world.now());
    }

    /// The ceiling, counted anew: whoever rang beyond it was let through.
    fn ceiling_holds(&self) -> bool {
        let beyond = self
            .rung
            .iter()
            .filter(|at| {
                self.rung.iter().filter(|one| **one <= **at && **one > at.plus(-CEILING_SPAN)).count() > BROAD_ALERTS_A_DAY as usize
            })
            .count();
        let mut through = 0;
        for line in now(self.story.world.store.journal(0, 100_000)).unwrap() {
            through += usize::from(line.what == "ceiling-lifted");
        }
        beyond <= through
    }
}

/// Plays one desk. Answers with what does not hold, what was refused, and what was handed over.
fn plays(seed: u64, signing: Signing) -> (Option<&'static str>, BTreeSet<&'static str>, BTreeMap<&'static str, usize>) {
    let mut desk = Desk::of(seed, signing);
    for _ in 0..STEPS {
        desk.something();
        let broken = desk.phone.0.lock().unwrap().broken;
        if broken.is_some() {
            return (broken, desk.refused, BTreeMap::new());
        }
        if signing == Signing::ByDevices && !desk.ceiling_holds() {
            return (Some("ceiling"), desk.refused, BTreeMap::new());
        }
    }
    let handed = std::mem::take(&mut desk.phone.0.lock().unwrap().handed);
    (None, desk.refused, handed)
}

#[test]
fn no_live_alert_is_handed_over_without_two_members_who_really_signed_it() {
    let (mut refused, mut handed) = (BTreeSet::new(), BTreeMap::<&str, usize>::new());
    for seed in 0..SEEDS {
        let (broken, no, what) = plays(seed, Signing::ByDevices);
        assert_eq!(broken, None, "seed {seed}");
        refused.extend(no);
        for (kind, count) in what {
            *handed.entry(kind).or_default() += count;
        }
    }
    // A run in which nothing rang, and nobody was refused, would show nothing.
    for kind in ["alert", "cancel", "stand-down"] {
        assert!(handed.get(kind).is_some_and(|count| *count >= 5), "{handed:?}");
    }
    for no in
        ["signature-missing", "signature-wrong", "signature-not-listed", "too-few-signatures", "signing-list-changed", "ceiling-reached"]
    {
        assert!(refused.contains(no), "{no} is among {refused:?}");
    }
}

#[test]
fn the_simulator_notices_a_program_that_forgets_to_ask_for_signatures() {
    let noticed = (0..SEEDS).filter(|seed| plays(*seed, Signing::Played).0 == Some("no-unsigned-alert")).count();
    assert!(noticed >= 5, "{noticed} of {SEEDS}");
}
