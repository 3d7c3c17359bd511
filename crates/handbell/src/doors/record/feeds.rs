//! Feeds: the record as Atom, GeoJSON and CSV, for readers, maps and spreadsheets.
//!
//! Each answer follows from the log's entries and from nothing else, so its entity tag changes when the
//! record does. Answers are bounded; where there is more, the next stretch is named, in the feed itself and in
//! a `Link` header (RFC 8288).

use super::super::App;
use super::super::answer::{json_door, named};
use super::super::fields::Fields;
use super::super::problem::{Problem, Trouble};
use super::super::routes::{Route, Who};
use super::{A_MINUTE, kept_file, search};
use crate::acts::record::{logged, read_record};
use crate::export::atom::{self, Feed, Item};
use crate::export::{csv, geojson, json_ld};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use handbell_rules::id::IncidentId;
use handbell_rules::record::as_of::AsOf;
use handbell_rules::record::projection::{IncidentRecord, project};
use http::header::LINK;
use http::{HeaderMap, HeaderValue};
use std::collections::{HashMap, HashSet};

/// Entries of one page of the feed.
const FEED_ENTRIES_MAX: usize = 30;
/// Log rows the feed reads at once, from the newest back.
const ROWS_AT_ONCE: u64 = 256;
/// Incidents of one table or map.
pub(super) const INCIDENTS_MAX: u32 = 200;

/// Incidents that one page of a feed is looked for in, so that an early moment makes nobody read the whole log: the page
/// may then be empty, and says where to go on.
const LOOKED_AT_MAX: u32 = 2_000;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/feed.atom", Who::Street, feed),
        Route::get("/record.geojson", Who::Street, map),
        Route::get("/record.csv", Who::Street, table),
    ]
}

/// What was asked: the moment, and where the stretch begins.
struct Asked {
    as_of: Option<AsOf>,
    from: String,
}

impl Asked {
    fn read(query: Option<&str>, from: &str) -> Result<Self, Problem> {
        let fields = Fields::parse(query.unwrap_or_default().as_bytes())?;
        fields.only(&["asof", from])?;
        let as_of = match fields.one("asof")? {
            "" => None,
            moment => {
                let wrong = |why: handbell_rules::record::as_of::NotAMoment| Problem::of(Trouble::QuestionBroken).saying(format!("{why}."));
                Some(moment.parse().map_err(wrong)?)
            }
        };
        Ok(Self { as_of, from: fields.one(from)?.to_owned() })
    }

    /// The address of the same question from another place on.
    fn address(&self, path: &str, name: &str, from: &str) -> String {
        let as_of = self.as_of.as_ref().map(|moment| format!("asof={moment}"));
        let from = (!from.is_empty()).then(|| format!("{name}={from}"));
        let asked: Vec<String> = as_of.into_iter().chain(from).collect();
        if asked.is_empty() { path.to_owned() } else { format!("{path}?{}", asked.join("&")) }
    }
}

/// One page of the feed: the incidents that changed last, all before the log's place `before`, looked for in at most so
/// many of them.
async fn items(app: &App, asked: &Asked, before: Option<u64>, looked_at_most: u32) -> Result<(Vec<Item>, Option<u64>), Problem> {
    let store = &app.world.store;
    let size = store.checkpoint().await?.map_or(0, |checkpoint| checkpoint.size);
    let mut end = before.unwrap_or(size).min(size);
    if let Some(AsOf::Size(moment)) = asked.as_of {
        end = end.min(moment);
    }
    let mut looked_at = 0;
    let (mut items, mut newest): (Vec<Item>, HashMap<IncidentId, Option<u64>>) = (Vec::new(), HashMap::new());
    let mut given: HashSet<IncidentId> = HashSet::new();
    while end > 0 {
        let start = end.saturating_sub(ROWS_AT_ONCE);
        let rows = store.log_rows(start, u32::try_from(end - start).unwrap_or(u32::MAX)).await?;
        for row in rows.iter().rev() {
            if newest.get(&row.stream).is_some_and(|known| *known != Some(row.index)) || given.contains(&row.stream) {
                continue;
            }
            if looked_at == looked_at_most {
                return Ok((items, Some(row.index + 1)));
            }
            looked_at += 1;
            let entries = logged(&store.stream(row.stream).await?)?;
            let then = asked.as_of.as_ref().map_or(entries.as_slice(), |moment| moment.of(&entries));
            let then = &then[..then.partition_point(|entry| entry.index < size)];
            let last = then.last().map(|entry| entry.index);
            newest.insert(row.stream, last);
            if last != Some(row.index) {
                continue; // It changed later, so an earlier page holds it, or it was not there yet.
            }
            if let Some(record) = project(row.stream, then) {
                if items.len() == FEED_ENTRIES_MAX {
                    return Ok((items, Some(row.index + 1)));
                }
                given.insert(row.stream);
                items.push(Item { record, newest: row.index });
            }
        }
        end = start;
    }
    Ok((items, None))
}

async fn feed(State(app): State<App>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    json_door(async {
        let asked = Asked::read(query.as_deref(), "before")?;
        let before = match asked.from.as_str() {
            "" => None,
            place => Some(place.parse().map_err(|_| Problem::of(Trouble::NotFound))?),
        };
        let (items, next) = items(&app, &asked, before, LOOKED_AT_MAX).await?;
        let address = |from: &str| asked.address("/feed.atom", "before", from);
        let next = next.map(|place| address(&place.to_string()));
        let group = &app.world.group;
        let hub = group.hub.as_deref();
        let page =
            Feed { name: &group.name, origin: &group.origin, status: group.status, this: address(&asked.from), hub, next: next.clone() };
        let answer = kept_file(&headers, "application/atom+xml; charset=utf-8", A_MINUTE, atom::feed(&page, &items));
        Ok(and_hub(and_next(answer, next), hub, &group.origin))
    })
    .await
}

/// One incident as schema.org tells it, now or as of an earlier moment.
pub(super) async fn linked(
    State(app): State<App>,
    incident: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    json_door(async {
        let asked = Asked::read(query.as_deref(), "after")?;
        let nowhere = || Problem::of(Trouble::NotFound);
        let incident: IncidentId = named(incident)?.parse().map_err(|_| nowhere())?;
        let record = read_record(&app.world, incident, asked.as_of.as_ref()).await?.ok_or_else(nowhere)?;
        let group = &app.world.group;
        Ok(kept_file(&headers, "application/ld+json", A_MINUTE, json_ld::document(&group.name, &group.origin, &record)))
    })
    .await
}

/// Names the hub and the topic in a header (WebSub, section 4), where there is a hub.
fn and_hub(mut answer: Response, hub: Option<&str>, origin: &str) -> Response {
    let links = hub.map(|hub| [format!("<{hub}>; rel=\"hub\""), format!("<{origin}/feed.atom>; rel=\"self\"")].join(", "));
    // Both were parsed as addresses when the program started.
    if let Some(links) = links.and_then(|links| HeaderValue::from_str(&links).ok()) {
        answer.headers_mut().append(LINK, links);
    }
    answer
}

/// Names the next stretch in a header.
fn and_next(mut answer: Response, next: Option<String>) -> Response {
    // An address of ours is visible ASCII: a path, ids, numbers and a moment that was parsed.
    if let Some(link) = next.and_then(|next| HeaderValue::from_str(&format!("<{next}>; rel=\"next\"")).ok()) {
        answer.headers_mut().append(LINK, link);
    }
    answer
}

async fn outward(
    app: App,
    headers: HeaderMap,
    query: Option<String>,
    path: &'static str,
    content_type: &'static str,
    written: fn(&str, &[IncidentRecord]) -> String,
) -> Response {
    json_door(async {
        // What the list of the record may be asked, its table and its map may be asked too.
        let asked = search::Asked::read(&app, query.as_deref()).await?;
        let stretch = asked.found(&app, INCIDENTS_MAX).await?;
        let mut records = Vec::new();
        for found in stretch.found {
            records.extend(asked.record(&app, found.sheet.incident).await?);
        }
        let answer = kept_file(&headers, content_type, A_MINUTE, written(&app.world.group.origin, &records));
        Ok(and_next(answer, stretch.next.map(|next| asked.next(path, next))))
    })
    .await
}

async fn map(State(app): State<App>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    outward(app, headers, query, "/record.geojson", "application/geo+json", geojson::collection).await
}

async fn table(State(app): State<App>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    outward(app, headers, query, "/record.csv", "text/csv; charset=utf-8; header=present", csv::table).await
}

#[cfg(test)]
mod tests;
