//! Followers for the script of an incident's page: a browser asks to be told how it ended, and takes it back.
//!
//! The body is the browser's own `PushSubscription` JSON, as for a subscription; an endpoint is never logged, and stands
//! in no address. Whoever asks whether a browser follows must hold its endpoint, which only that browser does.

use super::super::answer::{apart, json_door, named};
use super::super::limits::Knock;
use super::super::problem::{Problem, Trouble};
use super::super::routes::{Route, Who};
use super::super::{App, gate};
use super::subscriptions::{Sent, SentEnd, StateAnswer};
use super::{body_of, json};
use crate::acts::StreetCaller;
use crate::acts::follow::{follow, follows, unfollow};
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use handbell_rules::id::IncidentId;
use http::{Request, StatusCode};
use serde::de::DeserializeOwned;

pub(super) fn routes() -> Vec<Route> {
    let path = "/api/v1/incidents/{id}/followers";
    vec![
        Route::post(path, Who::Street, take),
        Route::delete(path, Who::Street, end),
        Route::post("/api/v1/incidents/{id}/followers/mine", Who::Street, mine),
    ]
}

type Id = Result<Path<String>, PathRejection>;

fn incident(id: Id) -> Result<IncidentId, Problem> {
    named(id)?.parse().map_err(|_| Problem::of(Trouble::NotFound))
}

/// Which incident it is about and what was sent, from this site's own page and not too often.
async fn asked<Sending: DeserializeOwned>(app: &App, id: Id, request: Request<Body>) -> Result<(IncidentId, Sending), Problem> {
    let (request, body) = apart(request);
    gate::from_this_site(app, request.headers())?;
    gate::knock(app, &request, Knock::Subscribe)?;
    let incident = incident(id)?;
    Ok((incident, body_of(request.headers(), body).await?.0))
}

async fn take(State(app): State<App>, id: Id, request: Request<Body>) -> Response {
    json_door(async {
        let (incident, sent): (_, Sent) = asked(&app, id, request).await?;
        follow(&app.world, StreetCaller, incident, sent.everywhere().read(&app)?).await?;
        json(StatusCode::CREATED, &StateAnswer { state: "followed" })
    })
    .await
}

async fn mine(State(app): State<App>, id: Id, request: Request<Body>) -> Response {
    json_door(async {
        let (incident, sent): (_, SentEnd) = asked(&app, id, request).await?;
        let follows = follows(&app.world, StreetCaller, incident, &sent.endpoint).await?;
        json(StatusCode::OK, &StateAnswer { state: if follows { "followed" } else { "not-followed" } })
    })
    .await
}

async fn end(State(app): State<App>, id: Id, request: Request<Body>) -> Response {
    json_door(async {
        let (incident, sent): (_, SentEnd) = asked(&app, id, request).await?;
        unfollow(&app.world, StreetCaller, incident, &sent.endpoint).await?;
        json(StatusCode::OK, &StateAnswer { state: "forgotten" })
    })
    .await
}

#[cfg(test)]
mod tests;
