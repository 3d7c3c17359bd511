//! Duty phones for the script of a member's pages: this browser hears dispatches and is called, or no longer.
//!
//! The body is the one of a public subscription. Areas and kinds in it are not used, because an observer goes
//! where they are sent. Whether a phone is told is decided by its member's duty when the bell rings, not
//! here. A browser has one subscription (decision 0012): one that heard of its areas stops hearing of them.

use super::super::answer::{apart, json_door};
use super::super::limits::Knock;
use super::super::problem::Problem;
use super::super::routes::{Route, Who};
use super::super::{App, gate};
use super::subscriptions::{Sent, SentEnd, StateAnswer};
use super::{body_of, json};
use crate::acts::StreetCaller;
use crate::acts::bell::{subscribe_observer, unsubscribe};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use handbell_rules::refusal::Desk as DeskNo;
use http::{Request, StatusCode};

pub(super) fn routes() -> Vec<Route> {
    let path = "/api/v1/desk/subscriptions";
    vec![Route::post(path, Who::Member, take), Route::delete(path, Who::Member, end)]
}

/// Whoever can be sent hears dispatches and looks there; a member of the desk is called for what waits.
fn may_have_one(desk: &gate::Desk) -> Result<(), Problem> {
    if desk.caller.works_the_desk() || desk.caller.goes_out() { Ok(()) } else { Err(Problem::refused(DeskNo::NotOnDesk.into())) }
}

async fn take(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, body) = apart(request);
    json_door(async {
        let desk = gate::desk_json(&app, request.headers()).await?;
        may_have_one(&desk)?;
        gate::knock(&app, &request, Knock::Subscribe)?;
        let (sent, _) = body_of::<Sent>(request.headers(), body).await?;
        subscribe_observer(&app.world, &desk.caller, sent.everywhere().read(&app)?).await?;
        json(StatusCode::CREATED, &StateAnswer { state: "subscribed" })
    })
    .await
}

async fn end(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, body) = apart(request);
    json_door(async {
        let desk = gate::desk_json(&app, request.headers()).await?;
        may_have_one(&desk)?;
        gate::knock(&app, &request, Knock::Subscribe)?;
        let (sent, _) = body_of::<SentEnd>(request.headers(), body).await?;
        // Whoever holds the endpoint holds the browser, so the act asks for no more than the street's caller.
        unsubscribe(&app.world, StreetCaller, &sent.endpoint).await?;
        json(StatusCode::OK, &StateAnswer { state: "forgotten" })
    })
    .await
}

#[cfg(test)]
mod tests;
