//! Stories of other channels through the doors: nobody begins for somebody else, an end is one press, a text
//! is enough, and an alert goes to each alone.

use crate::channel::carrier::Carrier;
use crate::channel::gateway::{Gateway, Stands, Waits};
use crate::channel::matrix::Matrix;
use crate::channel::ntfy::Ntfy;
use crate::channel::peers::{Manners, Peer};
use crate::channel::sealed::AddressKey;
use crate::channel::settings::{Canaries, Channels, SmsInbound};
use crate::channel::sms::{Body as SmsBody, Sms, Template};
use crate::channel::smtp_tests::{Manners as MailManners, Server};
use crate::doors::fixture::{Town, encoded, form};
use crate::work::{canary, ringer};
use axum::body::Body;
use handbell_rules::bell::address::{By, MailAddress, PhoneNumber, Topic};
use handbell_rules::id::SubscriptionId;
use handbell_rules::people::member::Role;
use handbell_rules::people::nudge::About;
use handbell_rules::playbook::Reach;
use handbell_rules::time::{DAY, HOUR, MINUTE, SECOND};
use http::Request;
use std::sync::Arc;
use zeroize::Zeroizing;

const SECRET: &str = "abcdefghijklmnopqrstuvwxyz0123456789";

/// A live town with every channel, each with a peer of its own.
struct Reached {
    town: Town,
    mail: Server,
    sms: Peer,
    ntfy: Peer,
    matrix: Peer,
}

fn gateway(peer: &Peer, path: &str) -> Gateway {
    Gateway::new(&format!("http://{}{path}", peer.address), Stands::OwnNetwork, Waits::ORDINARY).unwrap()
}

impl Reached {
    fn with(mail: MailManners, sms: Manners) -> Self {
        Self::watched(mail, sms, Canaries::default())
    }
    fn watched(mail: MailManners, sms: Manners, canaries: Canaries) -> Self {
        let mut town = Town::new();
        let (mail, sms) = (Server::start(mail), Peer::start(sms));
        let (ntfy, matrix) = (Peer::start(Manners::Takes), Peer::start(Manners::Takes));
        let body = SmsBody::Json(serde_json::json!({"to": "{to}", "text": "{text}"}));
        let template = Template { method: reqwest::Method::POST, headers: reqwest::header::HeaderMap::new(), body, success_contains: None };
        let world = &town.app.world;
        let inbound = SmsInbound {
            number: PhoneNumber::parse("+447700900100").unwrap(),
            secret: Some(Zeroizing::new(SECRET.to_owned())),
            from: "from".into(),
            text: "text".into(),
        };
        let channels = Channels {
            mail: Some(mail.mail(false, false)),
            sms: Some(Sms::new(gateway(&sms, "/send"), template, world.group.name.clone())),
            sms_inbound: Some(inbound),
            ntfy: Some(Ntfy::new(gateway(&ntfy, "/"), None)),
            matrix: Some(Matrix::new(gateway(&matrix, "/"), Zeroizing::new("token".into()))),
            canaries,
        };
        let (marks, origin) = (world.group.receipt_key.clone(), world.group.origin.clone());
        let key = AddressKey::new(&[7; 32]).unwrap();
        let carrier = Carrier::new(world.push.clone(), channels, key, marks, origin, world.clock.clone(), world.group.signing);
        town.app.world.push = Arc::new(carrier);
        Self { town, mail, sms, ntfy, matrix }
    }
    fn new() -> Self {
        Self::with(MailManners::Takes, Manners::Takes)
    }
    fn letters(&self) -> Vec<String> {
        self.mail.told.lock().unwrap().iter().map(|told| told.content.replace("=\r\n", "")).collect()
    }
    async fn asks(&self, by: &str, address: &str) -> (u16, String) {
        let fields = [("by", by), ("address", address), ("area", "middle"), ("language", "en"), ("daily_cap", "10"), ("go", "save")];
        let heard = self.town.post("/channels", &fields).await;
        (heard.status.as_u16(), heard.text())
    }
    /// Asks by mail and presses the button; gives the path of one's own link.
    async fn begins_by_mail(&self, address: &str) -> String {
        let (status, text) = self.asks("mail", address).await;
        assert_eq!(status, 200, "{text}");
        let path = path_in(&self.letters().pop().unwrap(), "/channels/confirm/");
        let heard = self.town.post(&path, &[]).await;
        assert_eq!(heard.status, 200, "{}", heard.text());
        path_in(&heard.text(), "/channels/mine/")
    }
    async fn text(&self, from: &str, text: &str) -> u16 {
        let body = encoded(&[("from", from), ("text", text), ("network", "x")]);
        let request = Request::post(format!("/channels/sms/{SECRET}")).header("content-type", "application/x-www-form-urlencoded");
        self.town.send(request.body(Body::from(body)).unwrap()).await.status.as_u16()
    }
    async fn subscriptions(&self) -> Vec<handbell_rules::bell::subscription::Subscription> {
        let world = &self.town.app.world;
        world.store.subscriptions_after(SubscriptionId([0; 16]), 100, world.now()).await.unwrap()
    }
    fn texts(&self) -> Vec<String> {
        self.sms.requests()
    }
    async fn rings(&self) {
        while ringer::step(&self.town.app.world).await.unwrap().tried > 0 {}
    }
}

/// The first path with this beginning in a text.
fn path_in(text: &str, begins: &str) -> String {
    let at = text.find(begins).unwrap_or_else(|| panic!("{begins} in {text}"));
    text[at..].chars().take_while(|sign| sign.is_ascii_alphanumeric() || "/-_".contains(*sign)).collect()
}

#[tokio::test]
async fn nobody_begins_for_another_mailbox_and_the_link_opens_once() {
    let town = Reached::new();
    assert_eq!(town.asks("mail", "amira@example.org").await.0, 200);
    assert!(town.subscriptions().await.is_empty(), "nothing begins before the button");
    let letter = town.letters().pop().unwrap();
    assert!(letter.contains("To: amira@example.org") && !letter.contains("List-Unsubscribe"));
    let path = path_in(&letter, "/channels/confirm/");
    for _ in 0..3 {
        let read = town.town.get(&path).await;
        assert_eq!(read.status, 200);
        assert!(read.text().contains("Yes, send me alerts"), "a preview reads and spends nothing");
    }
    assert!(town.subscriptions().await.is_empty());
    let own = path_in(&town.town.post(&path, &[]).await.text(), "/channels/mine/");
    let kept = town.subscriptions().await;
    assert_eq!((kept.len(), kept[0].by, kept[0].cells.is_empty()), (1, By::Mail, false));
    assert!(!serde_json::to_string(&kept[0]).unwrap().contains("amira"), "the address is sealed at rest");
    assert_eq!(town.town.post(&path, &[]).await.status, 422, "the link is spent");
    assert_eq!(town.town.get(&path).await.status, 422);
    assert!(town.town.get(&own).await.text().contains("You are told by e-mail"));
    // An address that is known gets the same answer as one that is not.
    let (again, other) = (town.asks("mail", "amira@example.org").await, town.asks("mail", "bilal@example.org").await);
    assert_eq!(again, other);
}

#[tokio::test]
async fn a_link_that_is_an_hour_old_opens_nothing_and_a_mailbox_cannot_be_filled() {
    let town = Reached::new();
    for _ in 0..8 {
        assert_eq!(town.asks("mail", "amira@example.org").await.0, 200);
    }
    assert_eq!(town.letters().len(), 3, "three letters a day to an address that has not answered");
    let path = path_in(&town.letters().pop().unwrap(), "/channels/confirm/");
    town.town.clock.go(HOUR);
    assert_eq!(town.town.post(&path, &[]).await.status, 422);
    assert!(town.subscriptions().await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_sent_to_stands_beside_its_field() {
    let town = Reached::new();
    for (by, address) in
        [("mail", "amira@"), ("mail", "a@b.org\r\nBcc: c@d.org"), ("matrix", "amira"), ("sms", "+447700900123"), ("fax", "x")]
    {
        let (status, text) = town.asks(by, address).await;
        assert_eq!(status, 422, "{by} {address}");
        assert!(text.contains("One thing to mend"), "{text}");
    }
    let heard = town.town.post("/channels", &[("by", "mail"), ("address", "amira@example.org"), ("go", "save")]).await;
    assert_eq!(heard.status, 422, "no area is refused, never widened");
    assert!(town.letters().is_empty());
}

#[tokio::test]
async fn one_press_in_a_mail_program_ends_it() {
    let town = Reached::new();
    for multipart in [false, true] {
        let own = town.begins_by_mail("amira@example.org").await;
        assert_eq!(town.subscriptions().await.len(), 1);
        // It comes from no page: no cookie, another site's origin or none.
        let request = Request::post(own.as_str()).header("sec-fetch-site", "cross-site");
        let request = if multipart {
            let body = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
            request.header("content-type", "multipart/form-data; boundary=x").body(Body::from(body)).unwrap()
        } else {
            request.header("content-type", "application/x-www-form-urlencoded").body(Body::from("List-Unsubscribe=One-Click")).unwrap()
        };
        assert_eq!(town.town.send(request).await.status, 200);
        assert!(town.subscriptions().await.is_empty());
        assert_eq!(town.town.get(&own).await.status, 404);
        town.town.clock.go(DAY);
    }
}

#[tokio::test]
async fn a_link_shows_changes_and_ends_its_own_and_a_forged_one_nothing() {
    let town = Reached::new();
    let own = town.begins_by_mail("amira@example.org").await;
    let saved =
        town.town.post(&own, &[("area", "middle"), ("quiet_from", "22"), ("quiet_to", "7"), ("language", "es"), ("go", "save")]).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let kept = town.subscriptions().await.remove(0);
    assert_eq!((kept.language.as_str(), kept.wishes.quiet.is_some()), ("es", true));
    assert_eq!(town.town.post(&own, &[("go", "save")]).await.status, 422, "no area");
    let mut forged = own.clone();
    forged.pop();
    forged.push('A');
    for path in [forged.as_str(), "/channels/mine/x", "/channels/confirm/x"] {
        assert!([404, 422].contains(&town.town.get(path).await.status.as_u16()), "{path}");
    }
    assert_eq!(town.town.post(&own, &[("go", "end")]).await.status, 200);
    assert!(town.subscriptions().await.is_empty());
}

#[tokio::test]
async fn a_text_begins_and_stop_ends_and_nobody_without_the_secret_says_so() {
    let town = Reached::new();
    let name = town.town.app.world.group.areas.named("middle").unwrap().name.clone();
    assert_eq!(town.text("+447700900123", &format!("JOIN {name}")).await, 204);
    let kept = town.subscriptions().await;
    assert_eq!((kept.len(), kept[0].by), (1, By::Sms));
    assert!(!serde_json::to_string(&kept[0]).unwrap().contains("7700900123"));
    assert!(town.texts().pop().unwrap().contains("you will get alerts"));
    for _ in 0..3 {
        assert_eq!(town.text("+447700900123", "what is this?").await, 204);
    }
    assert_eq!(town.texts().iter().filter(|text| text.contains("JOIN and an area")).count(), 1, "one help text a day");
    // The same number, as another gateway writes it.
    assert_eq!(town.text("00447700900123", "Stop.").await, 204);
    assert!(town.subscriptions().await.is_empty());
    assert!(town.texts().pop().unwrap().contains("no more texts"));
    let wrong = form("/channels/sms/another-secret-of-the-same-length-00", &[("from", "+447700900123"), ("text", "JOIN x")]);
    assert_eq!(town.town.send(wrong).await.status, 404);
    let json = Request::post(format!("/channels/sms/{SECRET}")).header("content-type", "application/json");
    let json = json.body(Body::from(format!(r#"{{"from":"+447700900123","text":"join {name}","id":7}}"#))).unwrap();
    assert_eq!(town.town.send(json).await.status, 204);
    assert_eq!(town.subscriptions().await.len(), 1);
}

#[tokio::test]
async fn an_alert_goes_to_each_alone_and_its_end_follows_on_the_same_channel() {
    let town = Reached::new();
    town.begins_by_mail("amira@example.org").await;
    town.begins_by_mail("bilal@example.org").await;
    assert_eq!(town.text("+447700900123", "JOIN middle").await, 204);
    let (status, text) = town.asks("ntfy", "").await;
    assert!(status == 200 && text.contains(&format!("http://{}/", town.ntfy.address)), "{text}");
    assert_eq!(town.asks("matrix", "@chidi:example.org").await.0, 200);
    assert!(town.matrix.requests()[0].contains("createRoom") && town.matrix.requests()[0].contains("@chidi:example.org"));
    let (letters, texts) = (town.letters().len(), town.texts().len());
    let about = town.town.confirmed("immigration-visit").await;
    let alert = town.town.rung(&about, Reach::Neighbours).await;
    town.rings().await;
    let said = town.letters().split_off(letters);
    assert_eq!(said.len(), 2);
    for (to, other) in [("amira", "bilal"), ("bilal", "amira")] {
        let own: Vec<_> = said.iter().filter(|letter| letter.contains(&format!("To: {to}@example.org"))).collect();
        assert!(own.len() == 1 && !own[0].contains(other) && own[0].contains(&format!("/alerts/{alert}")), "{said:?}");
        assert!(own[0].contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click") && own[0].contains("Go only as a witness"));
    }
    assert_eq!(town.texts().len(), texts + 1);
    assert!(!town.texts().pop().unwrap().contains("/alerts/"), "a text holds no link");
    assert_eq!((town.ntfy.requests().len(), town.matrix.requests().len()), (1, 2));
    crate::acts::bell::end(&town.town.app.world, &about.ben.caller, alert, true).await.unwrap();
    town.rings().await;
    let said = town.letters().split_off(letters + 2);
    assert!(said.len() == 2 && said.iter().all(|letter| letter.contains("In-Reply-To: ")), "{said:?}");
    assert_eq!(town.texts().len(), texts + 2);
    let sequence = |at: usize| path_in(&town.ntfy.requests()[at], "sequence_id").len();
    assert_eq!((town.ntfy.requests().len(), sequence(0)), (2, sequence(1)));
    // An edit of the first message beside the message of its own.
    assert!(town.matrix.requests().pop().unwrap().contains("m.replace"));
    let counts = town.town.app.world.push.carrier().unwrap().take_counts();
    let mail = counts.iter().find(|(by, _)| *by == By::Mail).unwrap();
    assert_eq!((mail.1.begun, mail.1.accepted, mail.1.times.iter().sum::<u64>()), (4, 4, 4));
}

#[tokio::test]
async fn a_second_channel_is_used_after_its_minutes_and_hears_the_end() {
    let town = Reached::with(MailManners::Takes, Manners::Says(503));
    // Somebody by text message, whose gateway does not take anything today.
    assert_eq!(town.text("+447700900123", "JOIN middle").await, 204);
    let world = &town.town.app.world;
    let kept = town.subscriptions().await.remove(0);
    let own = world.push.carrier().unwrap().own_link(kept.id);
    let own = path_in(&own, "/channels/mine/");
    let made = town.town.post(&own, &[("go", "further"), ("minutes", "5")]).await;
    assert!(made.text().contains(&format!("http://{}/", town.ntfy.address)), "{}", made.text());
    assert!(town.town.get(&own).await.text().contains("after 5 minutes"));
    let about = town.town.confirmed("immigration-visit").await;
    let alert = town.town.rung(&about, Reach::Neighbours).await;
    town.rings().await;
    assert!(town.ntfy.requests().is_empty(), "the first channel has its minutes");
    let mut waited = 0;
    while town.ntfy.requests().is_empty() {
        town.town.clock.go(10 * SECOND);
        waited += 10 * SECOND;
        town.rings().await;
        assert!(waited < 8 * MINUTE, "the second channel is used");
    }
    assert!(waited >= 4 * MINUTE, "not before its minutes: {waited}");
    crate::acts::bell::end(world, &about.ben.caller, alert, false).await.unwrap();
    town.rings().await;
    assert_eq!(town.ntfy.requests().len(), 2, "the end goes where the start was taken, at once");
    assert_eq!(town.town.post(&own, &[("go", "no-further")]).await.status, 303);
    assert!(town.subscriptions().await.iter().all(|kept| kept.further.is_none()));
}

#[tokio::test]
async fn a_channel_that_takes_and_delivers_nothing_is_found_by_its_canary_and_the_desk_is_told() {
    let canaries = Canaries {
        mail: Some(MailAddress::parse("canary@group.example").unwrap()),
        sms: Some(PhoneNumber::parse("+447700900199").unwrap()),
        // Its peer takes every message and holds none.
        ntfy: Some(Topic::parse("canary-abcdefghijklmnopqrstuvwx").unwrap()),
        matrix: None,
    };
    let town = Reached::watched(MailManners::Takes, Manners::Takes, canaries);
    let world = &town.town.app.world;
    let amina = town.town.signed_in("Amina", &[Role::Triager]).await;
    for round in 0..3 {
        let sung = canary::step(world).await.unwrap();
        assert_eq!((sung.sent, sung.alarms), (3, usize::from(round == 2)), "round {round}");
        assert_eq!(canary::step(world).await.unwrap().sent, 0, "not before five minutes");
        // The mailbox and the telephone are watched by somebody outside.
        let path = path_in(&town.letters().pop().unwrap(), "/channels/canary/");
        assert_eq!(town.town.post(&path, &[]).await.status, 204);
        let word = town.texts().pop().unwrap().split("CANARY ").nth(1).unwrap().chars().take(12).collect::<String>();
        assert_eq!(town.text("+447700900199", &format!("CANARY {word}")).await, 204);
        town.town.clock.go(5 * MINUTE);
    }
    assert_eq!(town.town.post("/channels/canary/abcdefghijkl", &[]).await.status, 404);
    assert_eq!(canary::alarms(world), ["Two test messages in a row did not arrive by ntfy."]);
    let nudges = world.store.nudges().await.unwrap();
    assert_eq!(
        nudges.iter().filter(|nudge| nudge.about == About::ChannelSilent("ntfy".into())).count(),
        1,
        "whoever is on duty is called once"
    );
    let asked = Request::get("/desk/reach").header("cookie", amina.cookies.as_str()).body(Body::empty()).unwrap();
    let page = town.town.send(asked).await.text();
    for words in ["did not arrive by ntfy", "Missed 2 in a row", "e-mail", "text message"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("canary@") && !page.contains("7700900199"), "no address stands on a page");
    let reach = world.store.reach().await.unwrap();
    let ntfy = reach.iter().find(|month| month.by == By::Ntfy).unwrap();
    assert_eq!((ntfy.counted.canaries, ntfy.counted.missed), (2, 2));
    assert!(reach.iter().filter(|month| month.by != By::Ntfy).all(|month| month.counted.missed == 0));
}

/// PROMISE a-drill-cannot-ring-live
#[tokio::test]
async fn a_drill_and_a_group_without_channels_have_none() {
    for town in [Town::exercise(), Town::new()] {
        assert!(town.app.world.push.carrier().is_none());
        let page = town.get("/channels").await;
        assert!(page.status == 200 && page.text().contains("browsers only"));
        let fields = [("by", "mail"), ("address", "amira@example.org"), ("area", "middle"), ("go", "save")];
        assert_eq!(town.post("/channels", &fields).await.status, 422);
        for path in ["/channels/mine/x", "/channels/confirm/x"] {
            assert_eq!(town.get(path).await.status, 404, "{path}");
        }
        assert_eq!(town.send(form(&format!("/channels/sms/{SECRET}"), &[("from", "+447700900123")])).await.status, 404);
    }
}

mod replies;
mod seconds;
