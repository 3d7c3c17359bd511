//! A street at night: who sleeps is left in peace, the desk sees it in bands, water wakes everybody, and
//! whoever was told hears the end at any hour.

use crate::acts::StreetCaller;
use crate::acts::bell::{NewSubscription, Wished, approve, end, read_alert, ring, subscribe};
use crate::doors::fixture::{Confirmed, Town, browser_keys};
use crate::push::SignedMessage;
use crate::work::ringer;
use crate::world::Push;
use async_trait::async_trait;
use axum::body::Body;
use handbell_rules::bell::alert::RingKind;
use handbell_rules::bell::delivery::{Answer, Leased};
use handbell_rules::bell::message::Message;
use handbell_rules::bell::nudged::DutyMessage;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::id::{AlertId, SubscriptionId};
use handbell_rules::playbook::Reach;
use handbell_rules::refusal::{Bell, Refusal};
use handbell_rules::time::{HOUR, MINUTE, Timestamp};
use http::Request;
use std::sync::{Arc, Mutex};

/// Takes every message and remembers who got what.
#[derive(Default)]
struct Phones(Mutex<Vec<(SubscriptionId, Message)>>);

#[async_trait]
impl Push for Phones {
    async fn send(&self, _leased: &Leased, to: &Subscription, message: &SignedMessage, _now: Timestamp) -> Answer {
        self.0.lock().unwrap().push((to.id, (**message).clone()));
        Answer::Accepted
    }
    async fn nudge(&self, _to: &Subscription, _message: &DutyMessage, _expires_at: Timestamp, _now: Timestamp) -> Answer {
        Answer::Later
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

impl Street {
    async fn of(kind: &str) -> Self {
        let mut town = Town::new();
        let about = town.confirmed(kind).await;
        let phones = Arc::new(Phones::default());
        town.app.world.push = phones.clone();
        Self { town, about, phones }
    }

    /// Subscribes a browser, or changes what it asked for.
    async fn asks(&self, number: u8, wished: Wished) -> SubscriptionId {
        let world = &self.town.app.world;
        let (key, secret) = browser_keys(number);
        let endpoint = format!("https://updates.push.services.mozilla.com/wpush/v2/{number}");
        let cells = world.group.areas.named("middle").unwrap().area.cells().collect();
        let new = NewSubscription { endpoint, key, secret, cells, kinds: vec![], language: "en".into(), discreet: false, wished };
        subscribe(world, StreetCaller, new).await.unwrap()
    }

    async fn drafted(&self) -> AlertId {
        let world = &self.town.app.world;
        let alert = self.town.drafted(&self.about, Reach::Neighbours).await;
        approve(world, &self.about.amina.caller, alert).await.unwrap();
        approve(world, &self.about.ben.caller, alert).await.unwrap();
        alert
    }

    /// Who was handed what since this was asked last, in the order of their ids.
    async fn heard(&self) -> Vec<(SubscriptionId, Message)> {
        ringer::step(&self.town.app.world).await.unwrap();
        let mut heard = std::mem::take(&mut *self.phones.0.lock().unwrap());
        heard.sort_by_key(|(id, _)| *id);
        heard
    }

    /// The hour that the town's clock shows, and the one after it.
    fn this_hour(&self) -> (u8, u8) {
        let hour: u8 = self.town.app.world.now().clock("Europe/London")[..2].parse().unwrap();
        (hour, (hour + 1) % 24)
    }
}

fn who(heard: &[(SubscriptionId, Message)]) -> Vec<SubscriptionId> {
    heard.iter().map(|(id, _)| *id).collect()
}

#[tokio::test]
async fn whoever_rests_is_left_in_peace_and_whoever_was_told_hears_the_end_at_any_hour() {
    let street = Street::of("immigration-visit").await;
    let world = &street.town.app.world;
    let awake = street.asks(1, Wished::default()).await;
    street.asks(20, Wished { quiet: Some(street.this_hour()), ..Wished::default() }).await;
    street.asks(21, Wished { snooze_hours: Some(8), ..Wished::default() }).await;
    let capped = street.asks(22, Wished { daily_cap: Some(1), ..Wished::default() }).await;

    let first = street.drafted().await;
    let file = read_alert(world, &street.about.amina.caller, first).await.unwrap();
    assert_eq!((file.resting.quiet, file.resting.snoozed, file.resting.capped, file.resting.passed), (1, 1, 0, 0));
    let request = Request::get(format!("/desk/alerts/{first}")).header("cookie", &street.about.amina.cookies).body(Body::empty()).unwrap();
    let page = street.town.send(request).await.text();
    assert!(page.contains("Fewer than 10 more asked for this and have quiet hours now."), "{page}");
    assert!(page.contains("Fewer than 10 more asked for this and have snoozed.") && !page.contains("as often today"));

    ring(world, &street.about.amina.caller, first).await.unwrap();
    let mut told = vec![awake, capped];
    told.sort();
    assert_eq!(who(&street.heard().await), told);

    // A second alert of the day is one too many for one of them, who asks for quiet besides.
    let second = street.drafted().await;
    assert_eq!(read_alert(world, &street.about.amina.caller, second).await.unwrap().resting.capped, 1);
    ring(world, &street.about.amina.caller, second).await.unwrap();
    assert_eq!(who(&street.heard().await), [awake]);
    street.asks(22, Wished { daily_cap: Some(1), quiet: Some(street.this_hour()), snooze_hours: Some(24), ..Wished::default() }).await;

    // PROMISE the-same-people-hear-the-end: neither snooze nor quiet hours nor cap holds an end back.
    street.town.clock.go(MINUTE);
    end(world, &street.about.amina.caller, first, false).await.unwrap();
    let heard = street.heard().await;
    assert_eq!(who(&heard), told);
    assert!(heard.iter().all(|(_, message)| message.kind == RingKind::StandDown));
    end(world, &street.about.amina.caller, second, true).await.unwrap();
    assert_eq!(who(&street.heard().await), [awake], "whoever was not told never hears an end");
}

#[tokio::test]
async fn danger_to_life_wakes_everybody_and_says_why() {
    let street = Street::of("flood").await;
    let world = &street.town.app.world;
    let mut all = vec![
        street.asks(1, Wished { quiet: Some(street.this_hour()), ..Wished::default() }).await,
        street.asks(21, Wished { snooze_hours: Some(8), ..Wished::default() }).await,
    ];
    all.sort();
    let alert = street.drafted().await;
    assert_eq!(read_alert(world, &street.about.amina.caller, alert).await.unwrap().resting.passed, 2);
    ring(world, &street.about.amina.caller, alert).await.unwrap();
    let heard = street.heard().await;
    assert_eq!(who(&heard), all);
    assert!(heard.iter().all(|(_, message)| message.body.contains("told even to those who asked for quiet")), "{heard:?}");
}

#[tokio::test]
async fn a_bell_for_people_who_all_rest_is_refused_and_rings_when_one_wakes() {
    let street = Street::of("immigration-visit").await;
    let world = &street.town.app.world;
    let sleeper = street.asks(1, Wished { snooze_hours: Some(1), ..Wished::default() }).await;
    let alert = street.drafted().await;
    let no = ring(world, &street.about.amina.caller, alert).await.unwrap_err();
    assert!(matches!(&no, crate::acts::ActError::Refused(no) if no.0 == Bell::EverybodyRests.into()), "{no:?}");
    assert!(street.heard().await.is_empty());
    // The draft would be stale after an hour, so it is written again.
    street.town.clock.go(HOUR);
    let again = street.drafted().await;
    ring(world, &street.about.amina.caller, again).await.unwrap();
    assert_eq!(who(&street.heard().await), [sleeper]);
}
