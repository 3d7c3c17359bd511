//! Places: the search through the group's own list, for the form and for programs, and the chart of them
//! that a witness points on.
//!
//! The list lies in memory; nothing is asked of anybody else, and what is searched for is neither kept nor
//! logged. A caller who asks too often waits, by the same bucket in memory as everywhere.

pub mod chart;

use super::answer::{apart, json_door};
use super::intake::PLACES_SHOWN;
use super::limits::Knock;
use super::problem::{Problem, Trouble};
use super::routes::{Route, Who};
use super::{App, gate};
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use handbell_rules::gazetteer::Found;
use handbell_rules::place::Point;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Request};
use serde::Serialize;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/places", Who::Street, search), Route::get("/places/chart.svg", Who::Street, chart::picture)]
}

/// The middle of the group's first area: what "near" means in a search.
pub fn middle(app: &App) -> Point {
    let cells = app.world.group.areas.areas().iter().flat_map(|area| area.area.cells());
    let first = cells.map(|cell| cell.centre()).next();
    first.unwrap_or_else(|| Point::new(0, 0).expect("nought lies on the earth"))
}

/// The places most likely meant, each with the words that tell it from others.
pub fn found<'a>(app: &'a App, text: &str) -> Vec<Found<'a>> {
    app.world.group.places.search(text, middle(app), PLACES_SHOWN)
}

/// How far a place is from the middle, in words.
pub fn away(metres: f64) -> String {
    if metres < 950.0 { format!("{} m away", (metres / 50.0).round() as u32 * 50) } else { format!("{:.1} km away", metres / 1_000.0) }
}

#[derive(Serialize)]
struct Item<'a> {
    id: String,
    name: &'a str,
    kind: &'static str,
    near: &'a str,
    says: String,
}

#[derive(Serialize)]
struct Items<'a> {
    items: Vec<Item<'a>>,
    next: Option<String>,
}

/// The one question this address takes.
fn question(query: Option<&str>) -> Result<String, Problem> {
    let fields = super::fields::Fields::parse(query.unwrap_or_default().as_bytes())?;
    if fields.iter().any(|(name, _)| name != "q") {
        return Err(Problem::of(Trouble::UnknownField));
    }
    fields.one("q").map(str::to_owned)
}

async fn search(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, _) = apart(request);
    json_door(async {
        gate::knock(&app, &request, Knock::Places)?;
        let text = question(request.uri().query())?;
        let items = found(&app, &text).into_iter().map(|found| Item {
            id: found.place.id(),
            name: &found.place.name,
            kind: found.place.kind.word(),
            near: &found.place.near,
            says: away(found.metres),
        });
        let body = serde_json::to_vec(&Items { items: items.collect(), next: None }).map_err(|_| Problem::of(Trouble::Broken))?;
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            // Nobody's next search is anybody else's, and no copy of it stays on the way.
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        Ok((headers, body).into_response())
    })
    .await
}
