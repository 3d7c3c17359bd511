//! Doors of the record: the list, one incident, the corrections, the log and its files.
//!
//! The pages are a projection of the log's entries and of nothing else. The files are the sequencer's, read
//! from the group's `public/` folder by a path that has one spelling; anybody may fetch them from anywhere,
//! because the whole point is that others check.

mod feeds;
pub(super) mod incident;

use super::answer::{apart, json_door, page, page_door};
use super::fields::Fields;
use super::problem::{Problem, Trouble};
use super::routes::{Route, Who};
use super::{App, bell, frame, stream};
use crate::acts::record::{logged, read_record};
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use handbell_log::checkpoint::Checkpoint;
use handbell_log::note::{Note, VerifierKey};
use handbell_log::tile::TilePath;
use handbell_rules::id::IncidentId;
use handbell_rules::record::as_of::AsOf;
use handbell_rules::record::projection::IncidentRecord;
use handbell_rules::time::Timestamp;
use handbell_site::{Fact, LogPage, RecordListPage, RecordRow, State as Shown, Tab, Tag};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use sha2::{Digest, Sha256};

/// Incidents one page of the list shows.
const LISTED_MAX: usize = 50;
/// Incidents a list can reach, page by page.
const RECORD_INCIDENTS_MAX: u32 = 100_000;
/// Tiles and bundles never change once they are there.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// A content may be withdrawn, so nobody keeps it for long without asking again.
const A_MINUTE: &str = "public, max-age=60, must-revalidate";

/// The record's routes.
pub fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/record", Who::Street, list),
        Route::get("/record/{incident}", Who::Street, incident::show),
        Route::get("/corrections", Who::Street, incident::corrections),
        Route::get("/events", Who::Street, events),
        Route::get("/log", Who::Street, log),
        Route::get("/log/checkpoint", Who::Street, checkpoint),
        Route::get("/log/vkey", Who::Street, vkey),
        Route::get("/log/tile/{*path}", Who::Street, file),
        Route::get("/log/content/{*path}", Who::Street, file),
    ];
    routes.extend(feeds::routes());
    routes
}

/// A UTC minute of the record as a reader's day and clock.
fn day(app: &App, minute: &str) -> String {
    let instant = minute.strip_suffix('Z').and_then(|minute| format!("{minute}:00Z").parse::<jiff::Timestamp>().ok());
    instant.map_or_else(
        || minute.to_owned(),
        |instant| Timestamp::from_milliseconds(instant.as_millisecond()).day_and_clock(app.world.group.playbook.zone()),
    )
}

fn tag_of(record: &IncidentRecord) -> Tag {
    match record.state.as_str() {
        "live" => Tag::with_words(Shown::Confirmed, "An alert is live"),
        "over" => Tag::of(Shown::Over),
        "mistaken" => Tag::of(Shown::Mistaken),
        _ => Tag::with_words(Shown::NothingFound, "Recorded"),
    }
}

/// One stretch of the record's incidents, newest first.
pub(super) struct Stretch {
    /// Their pages.
    pub records: Vec<IncidentRecord>,
    /// The incident after which the next stretch begins, if there is more.
    pub next: Option<IncidentId>,
}

/// Reads at most `at_most` incidents after `after`, now or as of an earlier moment. One that is not in the record begins nothing.
pub(super) async fn stretch(app: &App, after: Option<IncidentId>, as_of: Option<&AsOf>, at_most: usize) -> Result<Stretch, Problem> {
    let all = app.world.store.public_incidents(RECORD_INCIDENTS_MAX).await?;
    let from = match after {
        None => 0,
        Some(after) => 1 + all.iter().position(|incident| *incident == after).ok_or_else(|| Problem::of(Trouble::NotFound))?,
    };
    let wanted = all.get(from..).unwrap_or_default();
    let mut records = Vec::new();
    for incident in wanted.iter().take(at_most) {
        records.extend(read_record(&app.world, *incident, as_of).await?);
    }
    let next = if wanted.len() > at_most { wanted.get(at_most.saturating_sub(1)).copied() } else { None };
    Ok(Stretch { records, next })
}

/// An incident's row in a list.
pub(super) fn row(record: &IncidentRecord) -> RecordRow {
    let corrected = match record.corrections.len() {
        0 => String::new(),
        1 => " · corrected once".to_owned(),
        2 => " · corrected twice".to_owned(),
        n => format!(" · corrected {n} times"),
    };
    RecordRow {
        href: format!("/record/{}", record.incident),
        title: record.title.clone(),
        meta: format!("{} · {}{corrected}", record.when.words, record.district),
        tag: tag_of(record),
    }
}

async fn list(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    page_door(&app, async {
        let fields = Fields::parse(query.unwrap_or_default().as_bytes())?;
        let after = match fields.one("after")? {
            "" => None,
            after => Some(after.parse().map_err(|_| Problem::of(Trouble::NotFound))?),
        };
        let stretch = stretch(&app, after, None, LISTED_MAX).await?;
        Ok(page(&RecordListPage {
            frame: frame::public(&app, Tab::Record, "/record"),
            incidents: stretch.records.iter().map(row).collect(),
            next_href: stretch.next.map(|next| format!("/record?after={next}")),
        }))
    })
    .await
}

async fn events(State(app): State<App>) -> Response {
    let size = |app: App| async move { app.world.store.checkpoint().await.ok().flatten().map(|row| row.size) };
    json_door(async { Ok(stream::shared(&app.crowds, "/events", bell::changes(app.clone(), size), app.world.now()).await) }).await
}

/// What the newest checkpoint says, and the minute of its newest entry.
async fn signed(app: &App) -> Result<Option<(Checkpoint, String)>, Problem> {
    let store = &app.world.store;
    let Some(row) = store.checkpoint().await? else { return Ok(None) };
    let broken = || Problem::of(Trouble::Broken);
    let note = Note::parse(row.note.as_bytes()).map_err(|_| broken())?;
    let checkpoint = Checkpoint::parse(note.text()).map_err(|_| broken())?;
    let last = store.log_rows(row.size.saturating_sub(1), 1).await?;
    let at = logged(&last)?.first().and_then(|entry| entry.payload.as_ref()?.get("at")?.as_str().map(str::to_owned));
    Ok(Some((checkpoint, at.unwrap_or_default())))
}

async fn log(State(app): State<App>) -> Response {
    page_door(&app, async {
        use base64::Engine;
        let group = &app.world.group;
        let signed = signed(&app).await?;
        let origin = match &signed {
            Some((checkpoint, _)) => checkpoint.origin.clone(),
            None => VerifierKey::parse(&group.log_vkey).map(|key| key.name().to_owned()).unwrap_or_default(),
        };
        Ok(page(&LogPage {
            frame: frame::public(&app, Tab::Record, "/log"),
            origin,
            key: group.log_vkey.clone(),
            size: signed.as_ref().map_or(0, |(checkpoint, _)| checkpoint.size).to_string(),
            root: signed.as_ref().map_or_else(
                || "none yet".to_owned(),
                |(checkpoint, _)| base64::engine::general_purpose::STANDARD.encode(checkpoint.root.0),
            ),
            signed_at: signed.as_ref().map_or_else(|| "nothing is signed yet".to_owned(), |(_, at)| day(&app, at)),
            verify_command: format!("handbell verify {}", group.origin),
            facts: vec![Fact::new("Cosigners", "None yet").with_note("Nobody else signs this log yet. Keep a checkpoint of your own.")],
        }))
    })
    .await
}

async fn from_disk(app: &App, path: &str) -> Result<Vec<u8>, Problem> {
    match tokio::fs::read(app.public.join("log").join(path)).await {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Problem::of(Trouble::NotFound)),
        Err(error) => {
            tracing::error!(%error, "a file of the log cannot be read");
            Err(Problem::of(Trouble::Broken))
        }
    }
}

fn text(bytes: impl IntoResponse) -> Response {
    let headers =
        [(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (headers, bytes).into_response()
}

/// The log's key by our own word; whoever has it from elsewhere should use that.
async fn vkey(State(app): State<App>) -> Response {
    text(format!("{}\n", app.world.group.log_vkey))
}

async fn checkpoint(State(app): State<App>) -> Response {
    json_door(async { Ok(text(from_disk(&app, "checkpoint").await?)) }).await
}

/// Whether the content of an entry was withdrawn. The store is asked and not the disk: what the store has taken
/// away is not given out, also before the sequencer has removed the file.
async fn is_withdrawn(app: &App, index: u64) -> Result<bool, Problem> {
    let rows = app.world.store.log_rows(index, 1).await?;
    let committed = |leaf: &[u8]| handbell_log::leaf::Leaf::decode(leaf).is_ok_and(|leaf| leaf.is_committed());
    Ok(rows.first().is_some_and(|row| row.content.is_none() && committed(&row.leaf)))
}

async fn file(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, _) = apart(request);
    json_door(async {
        // The path as it was sent: an escaped spelling of a path is another path and is not there.
        let path = request.uri().path().strip_prefix("/log/").unwrap_or_default();
        let path = TilePath::parse(path).map_err(|_| Problem::of(Trouble::NotFound))?;
        if let TilePath::Content { index } = path
            && is_withdrawn(&app, index).await?
        {
            return Err(Problem::of(Trouble::ContentWithdrawn));
        }
        let bytes = from_disk(&app, &path.to_string()).await?;
        let life = if matches!(path, TilePath::Content { .. }) { A_MINUTE } else { FOR_EVER };
        Ok(kept_file(request.headers(), "application/octet-stream", life, bytes))
    })
    .await
}

/// A file with its entity tag, or the short answer when the caller has it already (RFC 9110, section 13.1.2).
pub(super) fn kept_file(
    asked: &HeaderMap,
    content_type: &'static str,
    life: &'static str,
    bytes: impl Into<Body> + AsRef<[u8]>,
) -> Response {
    let digest: String = Sha256::digest(bytes.as_ref()).iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{digest}\"");
    let has = asked.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let has = has.map(str::trim).any(|theirs| theirs == "*" || theirs.trim_start_matches("W/") == tag);
    let mut response = if has { StatusCode::NOT_MODIFIED.into_response() } else { Response::new(bytes.into()) };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(life));
    headers.insert(ETAG, HeaderValue::from_str(&tag).expect("quotes and hexadecimal digits make a header value"));
    if !has {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    response
}

#[cfg(test)]
mod scenario_tests;
#[cfg(test)]
mod tests;
