//! What holds at the bell's public pages.

use super::super::fixture::{Heard, Town, cells};
use super::{changes, fingerprint};
use crate::acts::bell as acts;
use axum::body::Body;
use futures::StreamExt;
use handbell_rules::playbook::{Reach, UpdateText};
use handbell_rules::time::MINUTE;
use http::Request;
use std::time::Duration;

/// A page without the invisible marks that keep names of either direction whole.
fn read(heard: &Heard) -> String {
    heard.text().replace(['\u{2068}', '\u{2069}'], "")
}

#[tokio::test]
async fn a_draft_an_update_and_an_unknown_address_get_one_answer() {
    let town = Town::new();
    let about = town.confirmed("immigration-visit").await;
    let draft = town.drafted(&about, Reach::Neighbours).await;
    let rung = town.rung(&about, Reach::Neighbours).await;
    let update = acts::draft_update(&town.app.world, &about.amina.caller, rung, UpdateText::EnoughObservers).await.unwrap();
    let unknown = "a".repeat(25) + "a";
    let nowhere = town.get("/alerts/nothing").await;
    assert_eq!(nowhere.status, 404);
    for id in ["%FF".to_owned(), draft.to_string(), update.to_string(), unknown, about.incident.to_string()] {
        let heard = town.get(&format!("/alerts/{id}")).await;
        assert_eq!((heard.status.as_u16(), heard.body), (404, nowhere.body.clone()), "{id}");
        assert_eq!(town.get(&format!("/alerts/{id}/events")).await.status, 404);
    }
}

#[tokio::test]
async fn an_alert_for_neighbours_stands_behind_its_address_and_in_no_list() {
    let town = Town::new();
    let about = town.confirmed("immigration-visit").await;
    let id = town.rung(&about, Reach::Neighbours).await;
    let page = town.get(&format!("/alerts/{id}")).await;
    let text = read(&page);
    assert_eq!(page.status, 200);
    assert!(text.contains("Live alert") && text.contains("Immigration visit confirmed in Peckham, around the station"), "{text}");
    assert!(text.contains("Do not touch, block, chase, threaten or insult anyone."), "conduct travels with every alert");
    assert!(text.contains("No rights card for this is signed off by a lawyer yet."));
    assert_eq!((page.header("x-robots-tag"), page.header("cache-control")), ("noindex, noarchive", "no-store"));
    for path in ["/", "/alerts", "/record", "/api/v1/incidents", "/log"] {
        let listed = read(&town.get(path).await);
        assert!(!listed.contains(&id.to_string()) && !listed.contains("Immigration visit confirmed"), "{path}");
    }
    assert!(town.get("/alerts").await.text().contains("No alert that everybody may know of is live."));
}

#[tokio::test]
async fn a_public_alert_is_listed_and_its_end_is_said() {
    let town = Town::new();
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let id = town.rung(&about, Reach::Public).await;
    for path in ["/", "/alerts"] {
        let text = read(&town.get(path).await);
        assert!(text.contains(&format!("/alerts/{id}")) && text.contains("Flood in Peckham"), "{path}");
    }
    acts::end(&town.app.world, &about.ben.caller, id, true).await.unwrap();
    let text = town.get(&format!("/alerts/{id}")).await.text();
    assert!(text.contains("This alert is over. It was wrong.") && text.contains("The alert we sent you was a mistake."), "{text}");
    assert!(text.contains("This alert stands in the public log."));
    let list = read(&town.get("/alerts").await);
    assert!(
        list.contains("The bell is at rest")
            && list.contains("Mistaken")
            && list.contains("The last one ended on 20 November 2026, 21:40."),
        "{list}"
    );
}

#[tokio::test]
async fn an_alert_that_nobody_ended_is_not_shown_as_live_after_its_time() {
    let town = Town::new();
    let about = town.confirmed("immigration-visit").await;
    let id = town.rung(&about, Reach::Neighbours).await;
    town.clock.go(61 * MINUTE);
    let text = town.get(&format!("/alerts/{id}")).await.text();
    assert!(!text.contains("Live alert") && text.contains("It ended by itself"), "{text}");
}

#[tokio::test]
async fn the_stream_of_an_alert_wakes_for_that_alert_only() {
    let town = Town::new();
    let world = &town.app.world;
    let about = town.confirmed("immigration-visit").await;
    let id = town.rung(&about, Reach::Neighbours).await.to_string();
    let head = town.head_of(Request::get(format!("/alerts/{id}/events")).body(Body::empty()).unwrap()).await;
    assert_eq!((head.status.as_u16(), head.header("content-type")), (200, "text/event-stream"));

    let look = {
        let id = id.clone();
        move |app: super::App| {
            let id = id.clone();
            async move { fingerprint(&app, &id).await }
        }
    };
    let mut stream = Box::pin(changes(town.app.clone(), look).await);
    // Something else is written, and a draft of an update, which nobody may see.
    crate::acts::people::start_duty(world, &about.amina.caller, 2).await.unwrap();
    let update = acts::draft_update(world, &about.amina.caller, id.parse().unwrap(), UpdateText::EnoughObservers).await.unwrap();
    assert!(tokio::time::timeout(Duration::from_millis(100), stream.next()).await.is_err());
    for member in [&about.amina, &about.ben] {
        acts::approve(world, &member.caller, update).await.unwrap();
    }
    acts::ring(world, &about.ben.caller, update).await.unwrap();
    assert!(tokio::time::timeout(Duration::from_secs(5), stream.next()).await.unwrap().is_some());
    assert!(town.get(&format!("/alerts/{id}")).await.text().contains("Enough observers have said yes."));
    acts::end(world, &about.ben.caller, id.parse().unwrap(), false).await.unwrap();
    assert!(tokio::time::timeout(Duration::from_secs(5), stream.next()).await.unwrap().is_some());
}

#[tokio::test]
async fn areas_and_kinds_that_are_told_to_neighbours_are_offered() {
    let town = Town::new();
    let text = town.get("/subscribe").await.text();
    for cell in cells() {
        assert!(text.contains(&format!("data-cells=\"{cell}\"")), "{cell}");
    }
    assert!(text.contains("value=\"flood\"") && text.contains("value=\"immigration-visit\""));
    assert!(!text.contains("value=\"hate-incident\"") && !text.contains("value=\"eviction\""), "nothing of these is told to neighbours");
    assert!(text.contains(&town.app.world.group.vapid_public));
}

#[tokio::test]
async fn exercise_phones_have_a_page_in_an_exercise_only() {
    assert_eq!(Town::new().get("/demo/phones").await.status, 404);
    let mut town = Town::exercise();
    assert_eq!(town.get("/demo/phones").await.status, 404, "a drill without phones");
    let mut public = [0u8; 65];
    public.copy_from_slice(&super::super::fixture::browser_keys(9).0);
    let phones =
        crate::push::Phones::start(&["Phone 1", "Phone 2"], public, &aws_lc_rs::rand::SystemRandom::new(), std::sync::Arc::new(|| 0))
            .await
            .unwrap();
    town.app.phones = Some(std::sync::Arc::new(phones));
    let text = town.get("/demo/phones").await.text();
    assert!(text.contains("Phone 1") && text.contains("Phone 2") && text.contains("No message.") && text.contains("EXERCISE"));
    let head = town.head_of(Request::get("/demo/phones/events").body(Body::empty()).unwrap()).await;
    assert_eq!(head.header("content-type"), "text/event-stream");
}
