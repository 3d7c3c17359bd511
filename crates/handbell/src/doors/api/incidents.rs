//! The record for programs: incidents as their projection, byte for byte.
//!
//! `/api/v1/incidents/{id}` answers with exactly the bytes that the projection of the log's entries has, so
//! that `handbell verify` can compare them. What a list may be asked is read by the same door as the page's
//! ([`super::super::record::search`]).

use super::super::App;
use super::super::answer::{json_door, named};
use super::super::fields::Fields;
use super::super::problem::{Problem, Trouble};
use super::super::record::incident::moment;
use super::super::record::search::Asked;
use super::super::routes::{Route, Who};
use super::json;
use crate::acts::record::read_record;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use handbell_rules::id::IncidentId;
use handbell_rules::record::projection::IncidentRecord;
use handbell_rules::span::Falls;
use http::StatusCode;
use serde::Serialize;

/// Incidents of one answer. A stretch in which nothing fits is empty and may still name the next one.
const ITEMS_MAX: u32 = 200;
const PATH: &str = "/api/v1/incidents";

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(PATH, Who::Street, list), Route::get("/api/v1/incidents/{id}", Who::Street, one)]
}

#[derive(Serialize)]
struct List {
    items: Vec<IncidentRecord>,
    /// Those of them that only may have been in the days asked for.
    possible: Vec<IncidentId>,
    next: Option<String>,
}

async fn list(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    json_door(async {
        let asked = Asked::read(&app, query.as_deref()).await?;
        let stretch = asked.found(&app, ITEMS_MAX).await?;
        let mut list = List { items: Vec::new(), possible: Vec::new(), next: stretch.next.map(|next| asked.next(PATH, next)) };
        for found in stretch.found {
            list.possible.extend((found.falls == Falls::Possible).then_some(found.sheet.incident));
            list.items.extend(asked.record(&app, found.sheet.incident).await?);
        }
        json(StatusCode::OK, &list)
    })
    .await
}

async fn one(State(app): State<App>, id: Result<Path<String>, PathRejection>, RawQuery(query): RawQuery) -> Response {
    json_door(async {
        let fields = Fields::parse(query.as_deref().unwrap_or_default().as_bytes())?;
        fields.only(&["asof"])?;
        let as_of = moment(&fields)?;
        let nowhere = || Problem::of(Trouble::NotFound);
        let id: IncidentId = named(id)?.parse().map_err(|_| nowhere())?;
        json(StatusCode::OK, &read_record(&app.world, id, as_of.as_ref()).await?.ok_or_else(nowhere)?)
    })
    .await
}
