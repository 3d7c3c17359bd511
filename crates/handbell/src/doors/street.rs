//! Doors of the street: the first page, the report in three steps, the receipt, the quick way out.
//!
//! A report's answers travel as hidden fields from step to step; nothing is kept before the last one. What
//! cannot be taken becomes words beside its field, and what was typed stays on the page. The seven words are
//! shown in the answer to the last step, after its commit, and never again (PROMISE receipt-means-durable).
//! They travel in the body of a POST only, never in an address. There is no cookie.

pub mod duty;
mod receipt;
pub mod steps;

use super::answer::{page, page_door};
use super::routes::{Route, Who};
use super::tongue::Tongue;
use super::{App, bell, frame, record};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use duty::duty;
use handbell_site::{HomePage, Link, Tab};
use http::header::{HeaderName, LOCATION};
use http::{HeaderValue, StatusCode};

/// Where *Leave quickly* leads: a page that nobody minds being seen with. A navigation, asked for by the
/// reader; nothing of it is loaded into our pages.
pub const EXIT_TO: &str = "https://www.bbc.co.uk/weather";
/// Incidents of the record that the first page shows.
const HOME_RECORD_MAX: u32 = 5;

/// The street's routes.
pub fn routes() -> Vec<Route> {
    let mut routes = vec![Route::get("/", Who::Street, home), Route::get("/exit", Who::Street, exit)];
    routes.extend(steps::routes());
    routes.extend(receipt::routes());
    routes
}

async fn home(State(app): State<App>) -> Response {
    page_door(&app, async {
        let world = &app.world;
        let group = &world.group;
        let alerts = bell::public_rows(&app, &Tongue::source()).await?;
        let labels: Vec<String> = group.playbook.kinds().iter().map(|kind| group.playbook.kind_label(&kind.id, "en")).collect();
        let mut frame = frame::public(&app, Tab::Nowhere, "/");
        frame.bell_live = !alerts.live.is_empty();
        let records = record::newest(&app, HOME_RECORD_MAX).await?;
        let corrected = records.iter().filter(|sheet| sheet.corrections > 0).count();
        let mut rights = super::rights::links(&app);
        rights.push(Link { href: "/rights".into(), words: "If you go, go to witness".into() });
        Ok(page(&HomePage {
            frame,
            examples: format!("{}.", labels.join(" · ")),
            duty: duty(&app).await?,
            rest_words: alerts.rest_words,
            live: alerts.live,
            rights,
            record: records.iter().map(record::row).collect(),
            corrections_words: match corrected {
                0 => "None of these was corrected.".into(),
                1 => "One of these was corrected.".into(),
                some => format!("{some} of these were corrected."),
            },
        }))
    })
    .await
}

/// The quick way out. What this site left in the browser's cache goes too.
async fn exit() -> Response {
    let headers = [
        (LOCATION, HeaderValue::from_static(EXIT_TO)),
        (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\"")),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod told;
