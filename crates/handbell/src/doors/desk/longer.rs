//! Keeping longer: how long one file is kept, and the forms by which two members keep it longer.
//!
//! The page shows no picture, so looking at it is no line of custody; each press is.

use super::{Names, Part, Typed, around, clock, id, refused, told_at};
use crate::acts::longer::{self as acts, Asking};
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::evidence::footage::Footage;
use handbell_rules::evidence::longer::{HOLD_LASTS_MAX, HoldAsk, HoldReason};
use handbell_rules::id::FootageId;
use handbell_rules::time::{DAY, Timestamp};
use handbell_site::{Choice, KeepPage, Tab};
use http::HeaderMap;

/// The doors of this file.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/desk/footage/{id}/keep", Who::Member, show),
        Route::post("/desk/footage/{id}/keep", Who::Member, ask),
        Route::post("/desk/footage/{id}/keep/agree", Who::Member, agree),
        Route::post("/desk/footage/{id}/keep/lift", Who::Member, lift),
    ]
}

fn at(footage: FootageId) -> String {
    format!("/desk/footage/{footage}/keep")
}

/// A day of UTC as forms take it.
fn iso_day(at: Timestamp) -> String {
    at.utc_minute().chars().take(10).collect()
}

/// The last day on which it is kept, when it is kept until the end of that day.
pub fn last_day(until: Timestamp) -> String {
    until.plus(-1).day("UTC")
}

/// How long a file is kept and why, in a sentence.
pub fn kept_words(app: &App, footage: &Footage) -> String {
    match footage.held_now(app.world.now()) {
        Some(held) => format!("It is kept until the end of {}: {}.", last_day(held.ask.until), held.ask.reason.words()),
        None => format!("It goes {}.", clock(app, footage.forget_at)),
    }
}

fn asked_words(app: &App, names: &Names, ask: &HoldAsk) -> Vec<String> {
    let mut words = vec![format!(
        "{} asked {} that it is kept until the end of {}: {}.",
        names.of(ask.by),
        clock(app, ask.at),
        last_day(ask.until),
        ask.reason.words()
    )];
    words.extend((!ask.words.is_empty()).then(|| format!("“{}”", ask.words)));
    words
}

async fn view(app: &App, desk: &Desk, footage: &Footage, typed: Typed) -> Result<Response, Problem> {
    let (now, names) = (app.world.now(), Names::read(app).await?);
    let held = footage.held_now(now).map_or_else(Vec::new, |held| {
        let mut words = asked_words(app, &names, &held.ask);
        words.push(format!("{} agreed {}.", names.of(held.agreed_by), clock(app, held.agreed_at)));
        words
    });
    let waits = footage.hold_waits(now);
    let reason = typed.text("reason");
    let choice = |(one, word, words): &(HoldReason, &str, &str)| Choice {
        chosen: reason == *word,
        hint: (*one == HoldReason::Ordered).then(|| "The only one that holds against whoever gave it.".to_owned()),
        ..Choice::new(*word, *words)
    };
    let (frame, bar) = around(app, desk, Tab::Nowhere, &at(footage.id), "How long it is kept").await?;
    let page = KeepPage {
        frame,
        desk: bar,
        id: footage.id.to_string(),
        kept: kept_words(app, footage),
        held,
        asked: waits.map_or_else(Vec::new, |ask| asked_words(app, &names, ask)),
        asked_at: waits.map_or_else(String::new, |ask| ask.at.milliseconds().to_string()),
        can_agree: waits.is_some_and(|ask| ask.by != desk.caller.member),
        reasons: HoldReason::ALL.iter().map(choice).collect(),
        first_day: iso_day(now.plus(DAY)),
        last_day: iso_day(now.plus(HOLD_LASTS_MAX - DAY)),
        until: typed.text("until"),
        words: typed.text("words"),
        why: typed.text("why"),
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &page))
}

async fn show(State(app): State<App>, Part(footage): Part<String>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        let footage = acts::read(&app.world, &desk.caller, id(&footage)?).await?;
        view(&app, &desk, &footage, Typed::default()).await
    })
    .await
}

async fn ask(State(app): State<App>, Part(footage): Part<String>, request: Request) -> Response {
    told_at(&app, &format!("/desk/footage/{footage}/keep"), async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "until", "reason", "words"]).await?;
        let footage = acts::read(&app.world, &desk.caller, id(&footage)?).await?;
        let text = |field: &str| fields.one(field).unwrap_or_default().to_owned();
        let asking = Asking { until: text("until"), reason: text("reason"), words: text("words") };
        match refused(acts::ask(&app.world, &desk.caller, footage.id, &asking).await)? {
            Ok(()) => Ok(see_other(&at(footage.id))),
            Err(no) => view(&app, &desk, &footage, Typed::no(fields, no, |field| field)).await,
        }
    })
    .await
}

async fn agree(State(app): State<App>, Part(footage): Part<String>, request: Request) -> Response {
    told_at(&app, &format!("/desk/footage/{footage}/keep"), async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "asked"]).await?;
        let footage = acts::read(&app.world, &desk.caller, id(&footage)?).await?;
        let asked = fields.one("asked")?.parse().map_err(|_| Problem::of(Trouble::FormBroken))?;
        let agreed = acts::agree(&app.world, &desk.caller, footage.id, Timestamp::from_milliseconds(asked)).await;
        match refused(agreed)? {
            Ok(()) => Ok(see_other(&at(footage.id))),
            Err(no) => view(&app, &desk, &footage, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

async fn lift(State(app): State<App>, Part(footage): Part<String>, request: Request) -> Response {
    told_at(&app, &format!("/desk/footage/{footage}/keep"), async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "why"]).await?;
        let footage = acts::read(&app.world, &desk.caller, id(&footage)?).await?;
        match refused(acts::lift(&app.world, &desk.caller, footage.id, fields.one("why")?).await)? {
            Ok(()) => Ok(see_other(&at(footage.id))),
            Err(no) => view(&app, &desk, &footage, Typed::no(fields, no, |field| if field == "words" { "why" } else { "" })).await,
        }
    })
    .await
}

#[cfg(test)]
mod tests;
