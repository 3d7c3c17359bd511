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

async fn take(State(app): State<App>, id: Id, request: Request<Body>) -> Response {
    let (request, body) = apart(request);
    json_door(async {
        gate::from_this_site(&app, request.headers())?;
        gate::knock(&app, &request, Knock::Subscribe)?;
        let incident = incident(id)?;
        let (sent, _) = body_of::<Sent>(request.headers(), body).await?;
        follow(&app.world, StreetCaller, incident, sent.everywhere().read(&app)?).await?;
        json(StatusCode::CREATED, &StateAnswer { state: "followed" })
    })
    .await
}

async fn mine(State(app): State<App>, id: Id, request: Request<Body>) -> Response {
    let (request, body) = apart(request);
    json_door(async {
        gate::from_this_site(&app, request.headers())?;
        gate::knock(&app, &request, Knock::Subscribe)?;
        let incident = incident(id)?;
        let (sent, _) = body_of::<SentEnd>(request.headers(), body).await?;
        let follows = follows(&app.world, StreetCaller, incident, &sent.endpoint).await?;
        json(StatusCode::OK, &StateAnswer { state: if follows { "followed" } else { "not-followed" } })
    })
    .await
}

async fn end(State(app): State<App>, id: Id, request: Request<Body>) -> Response {
    let (request, body) = apart(request);
    json_door(async {
        gate::from_this_site(&app, request.headers())?;
        gate::knock(&app, &request, Knock::Subscribe)?;
        let incident = incident(id)?;
        let (sent, _) = body_of::<SentEnd>(request.headers(), body).await?;
        unfollow(&app.world, StreetCaller, incident, &sent.endpoint).await?;
        json(StatusCode::OK, &StateAnswer { state: "forgotten" })
    })
    .await
}

#[cfg(test)]
mod tests;
