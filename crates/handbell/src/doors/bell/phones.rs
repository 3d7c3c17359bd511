//! The exercise phones of a demo, on one page: what each of them was sent and could open.
//!
//! These routes stand in an exercise only, and what the phones got was sealed, sent and opened as for a
//! browser. The page names areas of the phones' subscriptions; a real subscription is shown to nobody.

use super::super::answer::{page, page_door};
use super::super::problem::{Problem, Trouble};
use super::super::routes::{Route, Who};
use super::super::{App, frame, stream};
use crate::acts::bell::subscription_id;
use crate::push::Phones;
use crate::push::phone::{Arrived, PhoneCard};
use axum::extract::State;
use axum::response::Response;
use futures::stream as streams;
use handbell_rules::time::Timestamp;
use handbell_site::{DemoPhonesPage, Phone, PhoneMessage, State as Shown, Tab, Tag};
use std::sync::Arc;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/demo/phones", Who::Exercise, show), Route::get("/demo/phones/events", Who::Exercise, events)]
}

fn phones(app: &App) -> Result<Arc<Phones>, Problem> {
    app.phones.clone().ok_or_else(|| Problem::of(Trouble::NotFound))
}

/// What a phone asked for, in words.
async fn area_of(app: &App, card: &PhoneCard) -> Result<String, Problem> {
    let world = &app.world;
    let Some(subscription) = world.store.subscription(subscription_id(world, card.endpoint.as_str())).await? else {
        return Ok("Not subscribed.".into());
    };
    if subscription.member.is_some() {
        return Ok("An observer's phone. It hears dispatches while its member is on duty.".into());
    }
    let mut names: Vec<&str> = Vec::new();
    for named in subscription.cells.iter().flat_map(|cell| world.group.areas.names(*cell)) {
        if !names.contains(&named.name.as_str()) {
            names.push(&named.name);
        }
    }
    Ok(names.join(" · "))
}

/// A minute would not show how fast the bell is. Zones differ by whole minutes today.
fn clock_with_seconds(app: &App, at: Timestamp) -> String {
    format!("{}:{:02}", at.clock(app.world.group.playbook.zone()), at.milliseconds().div_euclid(1_000).rem_euclid(60))
}

fn message_of(app: &App, arrived: &Arrived) -> PhoneMessage {
    PhoneMessage {
        title: arrived.words.title.clone(),
        body: arrived.words.body.clone(),
        at: clock_with_seconds(app, Timestamp::from_milliseconds(arrived.arrived_at_ms)),
        url: arrived.words.url.clone(),
        tag: match arrived.words.kind.as_str() {
            "cancel" => Some(Tag::of(Shown::Mistaken)),
            "stand-down" => Some(Tag::of(Shown::Over)),
            _ => None,
        },
    }
}

async fn show(State(app): State<App>) -> Response {
    page_door(&app, async {
        let phones = phones(&app)?;
        let mut shown = Vec::new();
        for card in phones.cards() {
            let messages = phones.messages(&card.id).iter().rev().map(|arrived| message_of(&app, arrived)).collect();
            shown.push(Phone { area: area_of(&app, &card).await?, name: card.name, messages });
        }
        let mut frame = frame::public(&app, Tab::Nowhere, "/demo/phones");
        frame.exercise = true;
        let words = "Each box is a receiver inside this demo. It opens what it is sent as a browser would, with keys of its own.";
        Ok(page(&DemoPhonesPage { frame, words: words.into(), phones: shown }))
    })
    .await
}

async fn events(State(app): State<App>) -> Response {
    page_door(&app, async {
        let changes = phones(&app)?.changes();
        Ok(stream::answer(streams::unfold(changes, |mut changes| async move {
            changes.changed().await.ok()?;
            Some(((), changes))
        })))
    })
    .await
}
