//! The test browser for the script of the reach page: this browser gets the group's test messages, or no longer.
//!
//! The body is the one of a subscription; areas, kinds and wishes in it are not used. Only members of the desk.

use super::super::answer::{apart, json_door};
use super::super::limits::Knock;
use super::super::routes::{Route, Who};
use super::super::{App, gate};
use super::subscriptions::{Sent, SentEnd, StateAnswer};
use super::{body_of, json};
use crate::acts::test_browser;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{Request, StatusCode};

pub(super) fn routes() -> Vec<Route> {
    let path = "/api/v1/desk/test-browser";
    vec![Route::post(path, Who::Member, take), Route::delete(path, Who::Member, end)]
}

async fn take(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, body) = apart(request);
    json_door(async {
        let desk = gate::desk_json(&app, request.headers()).await?;
        desk.at_the_desk()?;
        gate::knock(&app, &request, Knock::Subscribe)?;
        let (sent, _) = body_of::<Sent>(request.headers(), body).await?;
        test_browser::take(&app.world, &desk.caller, sent.everywhere().read(&app)?).await?;
        json(StatusCode::CREATED, &StateAnswer { state: "watched" })
    })
    .await
}

async fn end(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, body) = apart(request);
    json_door(async {
        let desk = gate::desk_json(&app, request.headers()).await?;
        desk.at_the_desk()?;
        gate::knock(&app, &request, Knock::Subscribe)?;
        let (_, _) = body_of::<SentEnd>(request.headers(), body).await?;
        test_browser::end(&app.world, &desk.caller).await?;
        json(StatusCode::OK, &StateAnswer { state: "forgotten" })
    })
    .await
}

#[cfg(test)]
mod tests;
