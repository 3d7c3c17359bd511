//! The public moderation log: every decision about what may be shown, newest first, as a page and as data.
//!
//! A projection of the log's entries of kind 17 and of nothing else. There is no name in them and none is added.

use super::super::answer::{json_door, page, page_door};
use super::super::api::json;
use super::super::fields::Fields;
use super::super::problem::{Problem, Trouble};
use super::super::routes::{Route, Who};
use super::super::{App, frame};
use super::{day, newest_of_kind};
use crate::acts::record::read_record;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use handbell_rules::id::IncidentId;
use handbell_rules::record::entry::EntryKind;
use handbell_rules::record::moderation::Moderation;
use handbell_rules::record::projection::{IncidentRecord, ModerationLine};
use handbell_site::{ModerationPage, ModerationRow, Tab};
use http::StatusCode;
use serde::Serialize;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Decisions one page or answer holds.
const DECISIONS_MAX: usize = 100;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/record/moderation", Who::Street, show), Route::get("/api/v1/moderation", Who::Street, list)]
}

struct Decision {
    incident: IncidentId,
    title: String,
    line: ModerationLine,
}

/// Decisions before a place in the log, newest first, and the place before which there are more.
async fn decisions(app: &App, query: Option<&str>) -> Result<(Vec<Decision>, Option<u64>), Problem> {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes())?;
    fields.only(&["before"])?;
    let before: u64 = match fields.one("before")? {
        "" => u64::MAX,
        text => text.parse().map_err(|_| Problem::of(Trouble::QuestionBroken).saying("Write before as the number of a log entry."))?,
    };
    let (places, next) = newest_of_kind(app, EntryKind::Moderation, before, DECISIONS_MAX).await?;
    let mut pages: HashMap<IncidentId, Option<IncidentRecord>> = HashMap::new();
    let mut all = Vec::new();
    for (index, incident) in places {
        let record = match pages.entry(incident) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(read_record(&app.world, incident, None).await?),
        };
        let Some(record) = record else { continue };
        let lines = record.moderation.iter().filter(|line| line.index == index);
        all.extend(lines.map(|line| Decision { incident, title: record.title.clone(), line: line.clone() }));
    }
    Ok((all, next))
}

async fn show(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    page_door(&app, async {
        let (decisions, next) = decisions(&app, query.as_deref()).await?;
        let row = |one: Decision| ModerationRow {
            at: day(&app, &one.line.at),
            index: one.line.index.to_string(),
            href: format!("/record/{}", one.incident),
            title: one.title,
            says: one.line.decision.says(),
            by: one.line.decided_by(),
        };
        Ok(page(&ModerationPage {
            frame: frame::public(&app, Tab::Record, "/record/moderation"),
            decisions: decisions.into_iter().map(row).collect(),
            next_href: next.map(|next| format!("/record/moderation?before={next}")),
        }))
    })
    .await
}

#[derive(Serialize)]
struct Item {
    /// Place in the log.
    index: u64,
    /// UTC minute.
    at: String,
    incident: IncidentId,
    decision: Moderation,
    says: String,
    decided_by: String,
}

#[derive(Serialize)]
struct List {
    items: Vec<Item>,
    next: Option<String>,
}

async fn list(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    json_door(async {
        let (decisions, next) = decisions(&app, query.as_deref()).await?;
        let item = |one: Decision| Item {
            index: one.line.index,
            says: one.line.decision.says(),
            decided_by: one.line.decided_by(),
            at: one.line.at,
            incident: one.incident,
            decision: one.line.decision,
        };
        let items = decisions.into_iter().map(item).collect();
        json(StatusCode::OK, &List { items, next: next.map(|next| format!("/api/v1/moderation?before={next}")) })
    })
    .await
}
