//! Doors of proving: the file that proves one page.
//!
//! Kept by nobody for longer than a content: what is withdrawn changes it at once.

use super::super::App;
use super::super::answer::{apart, json_door, named};
use super::super::gate;
use super::super::limits::Knock;
use super::super::problem::{Problem, Trouble};
use super::{A_MINUTE, kept_file};
use crate::acts::ActError;
use crate::acts::prove::prove;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use handbell_rules::id::IncidentId;
use http::Request;

/// The proof of an incident's page as it is now.
pub(super) async fn proof(State(app): State<App>, incident: Result<Path<String>, PathRejection>, request: Request<Body>) -> Response {
    let (request, _) = apart(request);
    json_door(async {
        gate::knock(&app, &request, Knock::Proof)?;
        let incident: IncidentId = named(incident)?.parse().map_err(|_| Problem::of(Trouble::NotFound))?;
        let proof = prove(&app.world, &app.public, incident).await.map_err(|error| match error {
            ActError::Unavailable(_) => Problem::of(Trouble::Busy),
            error => error.into(),
        })?;
        Ok(kept_file(request.headers(), "application/json", A_MINUTE, proof))
    })
    .await
}
