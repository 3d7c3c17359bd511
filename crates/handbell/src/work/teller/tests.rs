//! Whoever asked how it ended is told that, once for whatever gathered, by day, until they take it back.

use crate::acts::StreetCaller;
use crate::acts::bell::{NewSubscription, Wished, subscribe, subscription_id};
use crate::acts::desk::end_incident;
use crate::acts::follow::{follow, unfollow};
use crate::acts::record::{propose, publish};
use crate::doors::fixture::{Confirmed, Town, browser_keys};
use crate::push::SignedMessage;
use crate::work::{forgetter, teller};
use crate::world::Push;
use async_trait::async_trait;
use handbell_rules::bell::delivery::{Answer, Leased};
use handbell_rules::bell::nudged::DutyMessage;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::desk::incident::Ending;
use handbell_rules::id::SubscriptionId;
use handbell_rules::record::Ref;
use handbell_rules::record::claim::{NewPublicClaim, Polarity};
use handbell_rules::record::proposal::Proposed;
use handbell_rules::record::source::{NewSource, SourceKind};
use handbell_rules::record::statement::Statement;
use handbell_rules::refusal::{Bell, Refusal};
use handbell_rules::time::{DAY, HOUR, MINUTE, Timestamp};
use std::sync::{Arc, Mutex};

/// Remembers who was handed what, and answers as it is told to.
struct Phones {
    handed: Mutex<Vec<(SubscriptionId, DutyMessage)>>,
    answer: Mutex<Answer>,
}

#[async_trait]
impl Push for Phones {
    async fn send(&self, _leased: &Leased, _to: &Subscription, _message: &SignedMessage, _now: Timestamp) -> Answer {
        Answer::Accepted
    }
    async fn nudge(&self, to: &Subscription, message: &DutyMessage, _expires_at: Timestamp, _now: Timestamp) -> Answer {
        self.handed.lock().unwrap().push((to.id, message.clone()));
        *self.answer.lock().unwrap()
    }
    fn accepts(&self, _endpoint: &str, _key: &[u8], _secret: &[u8]) -> Result<(), Refusal> {
        Ok(())
    }
}

struct Street {
    town: Town,
    about: Confirmed,
    phones: Arc<Phones>,
}

fn endpoint(number: u8) -> String {
    format!("https://updates.push.services.mozilla.com/wpush/v2/{number}")
}

impl Street {
    /// An incident of the record that is over, at ten in the morning.
    async fn at_ten() -> Self {
        let mut town = Town::new();
        let about = town.confirmed("flood").await;
        town.opened(&about).await;
        end_incident(&town.app.world, &about.amina.caller, about.incident, Ending::Over).await.unwrap();
        let phones = Arc::new(Phones { handed: Mutex::default(), answer: Mutex::new(Answer::Accepted) });
        town.app.world.push = phones.clone();
        let street = Self { town, about, phones };
        street.becomes(10);
        street
    }

    /// The clock goes on to an hour of the town.
    fn becomes(&self, hour: u8) {
        let (now, _) = self.town.app.world.now().hour_and_midnight(self.town.app.world.group.playbook.zone());
        let hours = (24 + i64::from(hour) - i64::from(now)) % 24;
        self.town.clock.go(hours * HOUR);
    }

    fn browser(&self, number: u8, wished: Wished) -> NewSubscription {
        let (key, secret) = browser_keys(number);
        let cells = self.town.app.world.group.areas.named("middle").unwrap().area.cells().collect();
        NewSubscription { endpoint: endpoint(number), key, secret, cells, kinds: vec![], language: "en".into(), discreet: false, wished }
    }

    async fn presses(&self, number: u8) -> SubscriptionId {
        let world = &self.town.app.world;
        follow(world, StreetCaller, self.about.incident, self.browser(number, Wished::default())).await.unwrap();
        subscription_id(world, &endpoint(number))
    }

    async fn publishes(&self, proposed: Proposed) {
        let world = &self.town.app.world;
        let proposal = propose(world, &self.about.amina.caller, self.about.incident, proposed).await.unwrap();
        publish(world, &self.about.ben.caller, proposal).await.unwrap();
    }

    async fn ends(&self) {
        self.publishes(Proposed::Outcome { text: "The water went down.".into(), says: "The council".into() }).await;
    }

    /// Who was handed what since this was asked last.
    async fn told(&self) -> Vec<(SubscriptionId, DutyMessage)> {
        // Whoever is put off counts as a turn, and nobody has two.
        assert!(teller::step(&self.town.app.world).await.unwrap().turns <= 3);
        std::mem::take(&mut *self.phones.handed.lock().unwrap())
    }

    async fn who(&self) -> Vec<SubscriptionId> {
        let mut who: Vec<_> = self.told().await.into_iter().map(|(to, _)| to).collect();
        who.sort_unstable();
        who
    }
}

#[tokio::test]
async fn whoever_pressed_is_told_once_by_day_and_nobody_else() {
    let street = Street::at_ten().await;
    let world = &street.town.app.world;
    // One asked for alerts too and sleeps until noon; one only asked for alerts.
    let quiet = |number| street.browser(number, Wished { quiet: Some((7, 12)), ..Wished::default() });
    subscribe(world, StreetCaller, quiet(12)).await.unwrap();
    subscribe(world, StreetCaller, quiet(13)).await.unwrap();
    let (one, sleeper) = (street.presses(11).await, street.presses(12).await);
    assert_eq!(street.presses(11).await, one, "a second press changes nothing");
    let source = |label: &str| NewSource {
        kind: SourceKind::Witness,
        label: label.into(),
        standing: String::new(),
        said: String::new(),
        url: String::new(),
        copies: None,
        via: None,
        asked: String::new(),
        replied: String::new(),
    };
    let claim = NewPublicClaim {
        source: Ref::New(0),
        predicate: "what_happened".into(),
        about: String::new(),
        polarity: Polarity::Asserts,
        edtf: String::new(),
        low: None,
        high: None,
        point: None,
        radius_metres: None,
        words: "Water came up the road.".into(),
    };
    street.publishes(Proposed::Statements { statements: vec![Statement::Source(source("Witness A")), Statement::Claim(claim)] }).await;
    assert!(street.told().await.is_empty(), "a claim is no outcome");

    street.ends().await;
    let told = street.told().await;
    assert_eq!(told.iter().map(|(to, _)| *to).collect::<Vec<_>>(), [one]);
    let page = format!("/record/{}", street.about.incident);
    assert_eq!((told[0].1.title.as_str(), told[0].1.url.as_str()), ("News of an incident", page.as_str()));
    assert!(!told[0].1.body.contains("water"), "no word of what was published");
    assert!(street.told().await.is_empty());
    street.becomes(12);
    assert_eq!(street.who().await, [sleeper]);

    // What gathers overnight is one message in the morning.
    street.becomes(22);
    street.ends().await;
    assert!(street.told().await.is_empty());
    street.becomes(3);
    street.ends().await;
    let next = teller::step(world).await.unwrap().next.unwrap();
    street.becomes(8);
    assert!(next <= world.now() && world.now().since(next) < HOUR);
    assert_eq!(street.who().await, [one]);
    street.becomes(12);
    assert_eq!(street.who().await, [sleeper]);
    assert!(street.told().await.is_empty());
}

#[tokio::test]
async fn whoever_took_it_back_or_is_gone_is_told_no_more_and_the_rest_of_what_they_asked_stays() {
    let street = Street::at_ten().await;
    let world = &street.town.app.world;
    subscribe(world, StreetCaller, street.browser(12, Wished::default())).await.unwrap();
    let (bare, subscribed, gone) = (street.presses(11).await, street.presses(12).await, street.presses(13).await);
    let kept = async |id| world.store.subscription(id).await.unwrap().is_some();
    assert!(kept(bare).await && kept(gone).await);
    for number in [11, 12, 99] {
        unfollow(world, StreetCaller, street.about.incident, &endpoint(number)).await.unwrap();
    }
    assert!(!kept(bare).await && kept(subscribed).await, "what only followed is not kept");
    *street.phones.answer.lock().unwrap() = Answer::Later;
    street.ends().await;
    assert_eq!(street.who().await, [gone]);
    assert!(street.told().await.is_empty(), "later");
    street.town.clock.go(MINUTE);
    *street.phones.answer.lock().unwrap() = Answer::Gone;
    assert_eq!(street.who().await, [gone]);
    assert!(!kept(gone).await && world.store.next_follower_due().await.unwrap().is_none());
}

#[tokio::test]
async fn following_ends_when_nobody_asks_any_more() {
    let street = Street::at_ten().await;
    let world = &street.town.app.world;
    let id = street.presses(11).await;
    let held = async || world.store.followers_of(id).await.unwrap().len();
    street.town.clock.go(10 * 365 * DAY);
    forgetter::step(world).await.unwrap();
    assert_eq!(held().await, 1, "the last answer may still come");
    street.town.clock.go(70 * DAY);
    forgetter::step(world).await.unwrap();
    assert_eq!(held().await, 0);
    assert!(world.store.subscription(id).await.unwrap().is_none());
    let late = follow(world, StreetCaller, street.about.incident, street.browser(11, Wished::default())).await;
    assert_eq!(late.unwrap_err().to_string(), crate::acts::RefusalError(Bell::FollowUpOver.into()).to_string());
}
