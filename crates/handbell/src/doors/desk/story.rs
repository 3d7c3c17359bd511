//! The story of the title, told through the doors: report, desk, two approvals, phones, stand-down,
//! one record. Pages are read and their own forms are pressed; only the witness and the phones are played.

use super::tests::{filed, get_as, lines, post_as};
use crate::acts::bell::{NewSubscription, Wished};
use crate::acts::{StreetCaller, bell, record, street};
use crate::doors::fixture::{Heard, Signed, Town};
use crate::push::SignedMessage;
use crate::work::ringer;
use crate::world::Push;
use async_trait::async_trait;
use handbell_rules::area::Cell;
use handbell_rules::bell::alert::RingKind;
use handbell_rules::bell::delivery::{Answer, Leased};
use handbell_rules::bell::message::Message;
use handbell_rules::bell::nudged::DutyMessage;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::id::{AlertId, IncidentId, SubscriptionId};
use handbell_rules::people::member::Role;
use handbell_rules::refusal::Refusal;
use handbell_rules::time::{MINUTE, Timestamp};
use http::StatusCode;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// Takes every message and remembers who got what.
#[derive(Default)]
pub(super) struct Phones(Mutex<Vec<(SubscriptionId, Message)>>, Mutex<Vec<DutyMessage>>);

#[async_trait]
impl Push for Phones {
    async fn send(&self, _leased: &Leased, to: &Subscription, message: &SignedMessage, _now: Timestamp) -> Answer {
        self.0.lock().unwrap().push((to.id, (**message).clone()));
        Answer::Accepted
    }
    async fn nudge(&self, _to: &Subscription, message: &DutyMessage, _expires_at: Timestamp, _now: Timestamp) -> Answer {
        self.1.lock().unwrap().push(message.clone());
        Answer::Accepted
    }
    fn accepts(&self, _endpoint: &str, _key: &[u8], _secret: &[u8]) -> Result<(), Refusal> {
        Ok(())
    }
}

impl Phones {
    /// What duty phones were told since the last look.
    pub(super) fn nudged(&self) -> Vec<DutyMessage> {
        std::mem::take(&mut *self.1.lock().unwrap())
    }
    /// Who heard what since the last look; nobody twice.
    pub(super) fn heard(&self) -> (BTreeSet<SubscriptionId>, Vec<Message>) {
        let sent = std::mem::take(&mut *self.0.lock().unwrap());
        let who: BTreeSet<_> = sent.iter().map(|(id, _)| *id).collect();
        assert_eq!(who.len(), sent.len(), "nobody hears a ring twice");
        (who, sent.into_iter().map(|(_, message)| message).collect())
    }
}

/// Reads a page, finds the form on it and presses it.
pub(super) async fn press(town: &Town, member: &Signed, page: &str, action: &str, fields: &[(&str, &str)]) -> Heard {
    let read = get_as(town, member, page).await;
    assert_eq!(read.status, StatusCode::OK, "{page}");
    assert!(read.text().contains(&format!("action=\"{action}\"")), "{page} has no form for {action}");
    let (csrf, version) = (read.field("csrf"), read.field("version"));
    let all: Vec<(&str, &str)> =
        [("csrf", csrf.as_str()), ("version", version.as_str())].into_iter().chain(fields.iter().copied()).collect();
    post_as(town, member, action, &all).await
}

#[track_caller]
pub(super) fn done(heard: &Heard) -> String {
    assert_eq!(heard.status, StatusCode::SEE_OTHER, "{}", heard.text());
    heard.header("location").to_owned()
}

pub(super) async fn subscribed(town: &Town, number: u8, area: &str) -> SubscriptionId {
    let cells: Vec<Cell> = town.app.world.group.areas.named(area).unwrap().area.cells().collect();
    let new = NewSubscription {
        endpoint: format!("https://push.example/{number}"),
        key: vec![4; 65],
        secret: vec![number; 16],
        cells,
        kinds: vec![],
        language: "en".into(),
        discreet: false,
        wished: Wished::default(),
    };
    bell::subscribe(&town.app.world, StreetCaller, new).await.unwrap()
}

#[tokio::test]
async fn from_a_report_to_the_record() {
    let mut town = Town::new();
    let phones = Arc::new(Phones::default());
    town.app.world.push = phones.clone();
    let town = town;
    let world = &town.app.world;
    let wren = town.signed_in("Wren", &[Role::Triager, Role::Approver]).await;
    let heron = town.signed_in("Heron", &[Role::Approver, Role::Editor]).await;
    let near: BTreeSet<SubscriptionId> = [subscribed(&town, 1, "middle").await, subscribed(&town, 2, "middle").await].into();
    subscribed(&town, 3, "north").await;

    // Two people report. The desk takes the first and asks; its witness answers.
    let (first, words) = filed(&town, "Rye Lane by the station", "Officers are asking people for papers.").await;
    town.clock.go(2 * MINUTE);
    let (second, _) = filed(&town, "Rye Lane", "").await;
    let first_page = format!("/desk/reports/{first}");
    let taken = press(&town, &wren, "/desk", &format!("{first_page}/take"), &[]).await;
    assert_eq!(done(&taken), first_page);
    let empty = press(&town, &wren, &first_page, &format!("{first_page}/ask"), &[("question", "  ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text().contains("id=\"question-err\""));
    done(&press(&town, &wren, &first_page, &format!("{first_page}/ask"), &[("question", "Are they still there?")]).await);
    street::add_to_report(world, StreetCaller, &words, "Yes, by the bus stop.").await.unwrap();
    let page = get_as(&town, &wren, &first_page).await.text();
    assert!(page.contains("The witness answered: Yes, by the bus stop."));

    // One incident with two reports.
    let incident_page = done(&press(&town, &wren, &first_page, &format!("{first_page}/open"), &[]).await);
    let incident: IncidentId = incident_page.rsplit('/').next().unwrap().parse().unwrap();
    let second_page = format!("/desk/reports/{second}");
    assert!(get_as(&town, &wren, &second_page).await.text().contains("2 minutes apart"));
    let joined = press(&town, &wren, &second_page, &format!("{second_page}/join"), &[("incident", &incident.to_string())]).await;
    assert_eq!(done(&joined), incident_page);

    // Claims, independence, and the level that follows.
    for report in [first, second] {
        let report = report.to_string();
        let fields = [
            ("predicate", "activity"),
            ("value", "officers asking questions"),
            ("source", report.as_str()),
            ("basis", "as-the-source"),
            ("certainty", "observed"),
        ];
        done(&press(&town, &wren, &incident_page, &format!("{incident_page}/claims"), &fields).await);
    }
    let page = get_as(&town, &wren, &incident_page).await.text();
    assert!(page.contains("Being checked") && page.contains("Neighbours can be told once it is confirmed."));
    assert!(page.contains("Likely") && !page.contains("Observed</td>"), "a witness carries a claim no further than Likely");
    let (one, two) = (first.to_string(), second.to_string());
    let fields =
        [("first", one.as_str()), ("second", two.as_str()), ("independent", "yes"), ("reason", "They stood at opposite ends of the road.")];
    done(&press(&town, &wren, &incident_page, &format!("{incident_page}/independence"), &fields).await);
    let page = get_as(&town, &wren, &incident_page).await.text();
    assert!(page.contains("Confirmed") && page.contains("Two people saw it") && page.contains("what Wren recorded"));

    // The composer refuses an alert without an area, then makes a draft.
    let compose = format!("{incident_page}/compose");
    let draft = format!("{incident_page}/alerts");
    let now = world.now().clock("Europe/London");
    let nowhere = press(&town, &wren, &compose, &draft, &[("reach", "neighbours"), ("slot-time", &now), ("expires", "60")]).await;
    assert_eq!(nowhere.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nowhere.text().contains("id=\"area-err\"") && world.store.open_alerts().await.unwrap().is_empty());
    let free = press(
        &town,
        &wren,
        &compose,
        &draft,
        &[("reach", "neighbours"), ("area", "middle"), ("slot-time", "come to Rye Lane"), ("expires", "60")],
    )
    .await;
    assert!(free.status == StatusCode::UNPROCESSABLE_ENTITY && free.text().contains("id=\"slot-time-err\""));
    let alert_page = done(
        &press(&town, &wren, &compose, &draft, &[("reach", "neighbours"), ("area", "middle"), ("slot-time", &now), ("expires", "60")])
            .await,
    );
    let alert: AlertId = alert_page.rsplit('/').next().unwrap().parse().unwrap();
    let page = get_as(&town, &wren, &alert_page).await.text();
    let words = world.store.alert(alert).await.unwrap().unwrap().words;
    assert!(page.contains(&words.push_title) && page.contains(&words.headline) && page.contains(&words.body));
    assert!(page.contains("fewer than 10 people") && page.contains("Two people must agree"));

    // One approval is not enough, whoever presses; two devices are.
    done(&press(&town, &wren, &alert_page, &format!("{alert_page}/approve"), &[]).await);
    let read = get_as(&town, &wren, &alert_page).await;
    assert!(
        read.text().contains("A second member must approve on their own device.") && !read.text().contains(&format!("{alert_page}/ring"))
    );
    let before = lines(&town).await;
    let version = world.store.alert(alert).await.unwrap().unwrap().version.to_string();
    let alone = post_as(&town, &wren, &format!("{alert_page}/ring"), &[("csrf", &wren.csrf), ("version", &version)]).await;
    assert_eq!(alone.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(alone.text().contains("A second member must approve on their own device."));
    assert_eq!(lines(&town).await, before);
    let queue = get_as(&town, &heron, "/desk").await.text();
    assert!(queue.contains(&format!("href=\"{alert_page}\"")), "it waits for a second person");
    done(&press(&town, &heron, &alert_page, &format!("{alert_page}/approve"), &[]).await);
    assert!(phones.heard().0.is_empty(), "nothing rings without a press");
    done(&press(&town, &wren, &alert_page, &format!("{alert_page}/ring"), &[]).await);

    // The phones of the area ring, and nobody else's.
    ringer::step(world).await.unwrap();
    let (told, messages) = phones.heard();
    assert_eq!(told, near);
    assert!(
        messages
            .iter()
            .all(|message| message.kind == RingKind::Alert && message.conduct.len() == 6 && message.url == format!("/alerts/{alert}"))
    );
    let page = get_as(&town, &wren, &alert_page).await.text();
    assert!(page.contains("What became of it") && page.contains(&format!("href=\"/alerts/{alert}\"")));

    // An update from the closed list needs two again, and reaches the same people.
    let free = press(&town, &wren, &alert_page, &format!("{alert_page}/updates"), &[("update", "come down to Rye Lane")]).await;
    assert!(free.status == StatusCode::UNPROCESSABLE_ENTITY && free.text().contains("id=\"update-err\""));
    done(&press(&town, &wren, &alert_page, &format!("{alert_page}/updates"), &[("update", "still-going-on")]).await);
    let update = world.store.updates(alert).await.unwrap()[0].id;
    assert_eq!(done(&get_as(&town, &wren, &format!("/desk/alerts/{update}")).await), alert_page);
    let update_path = format!("{alert_page}/updates/{update}");
    subscribed(&town, 4, "middle").await;
    for member in [&wren, &heron] {
        done(&press(&town, member, &alert_page, &format!("{update_path}/approve"), &[]).await);
    }
    done(&press(&town, &heron, &alert_page, &format!("{update_path}/send"), &[]).await);
    ringer::step(world).await.unwrap();
    let (told, messages) = phones.heard();
    assert_eq!(told, near);
    assert!(messages.iter().all(|message| message.kind == RingKind::Update && message.body.starts_with("Still going on at ")));

    // One press keeps it alive for a quarter of an hour more and tells nobody.
    let runs_out = world.store.alert(alert).await.unwrap().unwrap().expires_at.unwrap();
    town.clock.go(12 * MINUTE);
    done(&press(&town, &heron, &alert_page, &format!("{alert_page}/renew"), &[]).await);
    ringer::step(world).await.unwrap();
    assert!(phones.heard().0.is_empty());
    let kept = world.store.alert(alert).await.unwrap().unwrap();
    assert_eq!((kept.expires_at, kept.renewed.len()), (Some(runs_out.plus(12 * MINUTE)), 1));
    assert!(get_as(&town, &wren, &alert_page).await.text().contains(", renewed at "));

    // It is over: one press on a page that is old by now, fixed words, the same people.
    let stand_down = format!("{alert_page}/stand-down");
    done(&post_as(&town, &heron, &stand_down, &[("csrf", &heron.csrf), ("version", "1")]).await);
    ringer::step(world).await.unwrap();
    let (told, messages) = phones.heard();
    assert_eq!(told, near);
    assert!(messages.iter().all(|message| message.kind == RingKind::StandDown && message.title == "It is over"));
    let again = post_as(&town, &heron, &stand_down, &[("csrf", &heron.csrf), ("version", "1")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(get_as(&town, &wren, "/desk/alerts").await.text().contains("ended "));

    // The record: one proposes, another approves, and the entries stand.
    assert!(record::read_record(world, incident, None).await.unwrap().is_none());
    done(&press(&town, &heron, &incident_page, &format!("{incident_page}/record"), &[]).await);
    let proposal = world.store.open_proposals().await.unwrap()[0].id;
    let approve = format!("/desk/record/{proposal}/approve");
    let own = get_as(&town, &heron, "/desk/record").await.text();
    assert!(own.contains("Another member must approve on their own device.") && !own.contains(&approve));
    done(&press(&town, &wren, "/desk/record", &approve, &[]).await);
    let projected = record::read_record(world, incident, None).await.unwrap().unwrap();
    assert_eq!(projected.lines.iter().map(|line| line.kind).collect::<Vec<_>>(), [1, 5, 6, 8]);
    assert_eq!((projected.state.as_str(), projected.title.as_str()), ("over", "Immigration visit, Peckham"));

    // What came of it.
    let none = press(&town, &heron, &incident_page, &format!("{incident_page}/outcome"), &[("outcome", "my own words")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    done(&press(&town, &heron, &incident_page, &format!("{incident_page}/outcome"), &[("outcome", "nothing-more")]).await);
    let proposal = world.store.open_proposals().await.unwrap()[0].id;
    done(&press(&town, &wren, "/desk/record", &format!("/desk/record/{proposal}/approve"), &[]).await);
    let projected = record::read_record(world, incident, None).await.unwrap().unwrap();
    assert_eq!(projected.outcome.unwrap().says, "the desk of Eastgate neighbours");
    assert!(get_as(&town, &wren, "/desk/record").await.text().contains(&format!("href=\"/record/{incident}\"")));
}
