//! Doors of the record: the list, one incident, the corrections, the log and its files.
//!
//! The pages are a projection of the log's entries and of nothing else. The files are the sequencer's, read
//! from the group's `public/` folder by a path that has one spelling; anybody may fetch them from anywhere,
//! because the whole point is that others check.

mod charts;
mod feeds;
mod footage;
pub(super) mod incident;
mod kept_log;
pub(super) mod letters;
mod listed;
mod map;
mod moderation;
mod neighbours;
mod part;
mod prove;
pub(super) mod search;
mod theirs;
mod voices;

pub use footage::readers;

use super::answer::{apart, json_door, page, page_door, page_with};
use super::problem::{Problem, Trouble};
use super::routes::{Route, Who};
use super::{App, bell, frame, stream};
use crate::acts::record::logged;
use crate::store::found::Found;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use handbell_log::checkpoint::Checkpoint;
use handbell_log::note::{Note, VerifierKey};
use handbell_log::tile::TilePath;
use handbell_log::verify::GAPS;
use handbell_rules::id::IncidentId;
use handbell_rules::record::entry::EntryKind;
use handbell_rules::record::search::{Question, Sheet, excerpt, says};
use handbell_rules::span::Falls;
use handbell_rules::time::Timestamp;
use handbell_site::{Fact, FoundRow, LogPage, Quoted, RecordListPage, RecordRow, State as Shown, Tab, Tag};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use search::Asked;
use sha2::{Digest, Sha256};

/// Incidents one page of the list shows.
const LISTED_MAX: u32 = 50;
/// Tiles and bundles never change once they are there.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// A content may be withdrawn, so nobody keeps it for long without asking again.
const A_MINUTE: &str = "public, max-age=60, must-revalidate";

/// The record's routes.
pub fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/record", Who::Street, list),
        Route::get("/record/charts", Who::Street, charts::show),
        Route::get("/record/{incident}", Who::Street, incident::show),
        Route::get("/record/{incident}/json-ld", Who::Street, feeds::linked),
        Route::get("/record/{incident}/proof", Who::Street, prove::proof),
        Route::get("/record/{incident}/{part}", Who::Street, part::show),
        Route::get("/corrections", Who::Street, incident::corrections),
        Route::get("/events", Who::Street, events),
        Route::get("/log", Who::Street, log),
        Route::get("/log/checkpoint", Who::Street, checkpoint),
        Route::get("/log/vkey", Who::Street, vkey),
        Route::get("/log/tile/{*path}", Who::Street, file),
        Route::get("/log/content/{*path}", Who::Street, file),
    ];
    routes.extend(kept_log::routes());
    routes.extend(neighbours::routes());
    routes.extend(theirs::routes());
    routes.extend(letters::routes());
    routes.extend(moderation::routes());
    routes.extend(feeds::routes());
    routes.extend(footage::routes());
    routes.extend(map::routes());
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

fn tag_of(state: &str) -> Tag {
    match state {
        "live" => Tag::with_words(Shown::Confirmed, "An alert is live"),
        "over" => Tag::of(Shown::Over),
        "mistaken" => Tag::of(Shown::Mistaken),
        _ => Tag::with_words(Shown::NothingFound, "Recorded"),
    }
}

/// Date, district and how often it was corrected.
fn meta(when: &str, district: &str, corrections: usize) -> String {
    let corrected = match corrections {
        0 => String::new(),
        1 => " · corrected once".to_owned(),
        2 => " · corrected twice".to_owned(),
        n => format!(" · corrected {n} times"),
    };
    format!("{when} · {district}{corrected}")
}

/// The newest incidents.
pub(super) async fn newest(app: &App, at_most: u32) -> Result<Vec<Sheet>, Problem> {
    let stretch = app.world.store.search(&Question::default(), None, at_most).await?.unwrap_or_default();
    Ok(stretch.found.into_iter().map(|found| found.sheet).collect())
}

/// An incident's row in a list.
pub(super) fn row(sheet: &Sheet) -> RecordRow {
    RecordRow {
        href: format!("/record/{}", sheet.incident),
        title: sheet.title.clone(),
        meta: meta(&sheet.when, &sheet.district, sheet.corrections),
        tag: tag_of(&sheet.state),
    }
}

/// A row of what was found. Words around those that were searched for come from the page itself.
async fn found_row(app: &App, asked: &Asked, found: Found) -> Result<FoundRow, Problem> {
    let sheet = found.sheet;
    let mut shown = None;
    if !asked.question.words.phrases().is_empty()
        && let Some(record) = asked.record(app, sheet.incident).await?
    {
        // The heading stands in the row already.
        let said: Vec<&str> = says(&record).into_iter().skip(1).collect();
        shown = excerpt(said, &asked.question.words);
    }
    Ok(FoundRow {
        href: match &asked.as_of {
            Some(moment) => format!("/record/{}?asof={moment}", sheet.incident),
            None => format!("/record/{}", sheet.incident),
        },
        meta: meta(&sheet.when, &sheet.district, sheet.corrections),
        tag: tag_of(&sheet.state),
        title: sheet.title,
        only_possible: found.falls == Falls::Possible,
        excerpt: shown.map(|shown| Quoted { pieces: shown.pieces, cut_before: shown.cut_before, cut_behind: shown.cut_behind }),
    })
}

/// Places and incidents of the newest entries of one kind below a place, newest first, and the place below which
/// there are more.
async fn newest_of_kind(app: &App, kind: EntryKind, below: u64, at_most: usize) -> Result<(Vec<(u64, IncidentId)>, Option<u64>), Problem> {
    let one_more = u32::try_from(at_most + 1).unwrap_or(u32::MAX);
    let mut found = app.world.store.newest_of_kind(kind.code(), below, one_more).await?;
    let more = found.len() > at_most;
    found.truncate(at_most);
    let next = found.last().map(|(index, _)| *index).filter(|_| more);
    Ok((found, next))
}

async fn list(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    page_door(&app, async {
        let asked = Asked::typed(&app, query.as_deref()).await?;
        let (errors, mut rows, mut next) = (asked.errors(), Vec::new(), None);
        // Of a question that cannot be read nothing is found, and nothing is said to be found.
        if errors.is_empty() {
            let stretch = asked.found(&app, LISTED_MAX).await?;
            for found in stretch.found {
                rows.push(found_row(&app, &asked, found).await?);
            }
            next = stretch.next;
        }
        let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let view = RecordListPage {
            frame: frame::public(&app, Tab::Record, "/record"),
            search: asked.form(&app),
            errors,
            map_href: asked.address("/record/map"),
            incidents: rows,
            next_href: next.map(|next| asked.next("/record", next)),
            neighbours: app.neighbours.all().next().is_some(),
        };
        Ok(page_with(status, &view))
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

/// Who else signs the log, in one line.
fn cosigned(app: &App) -> String {
    if app.world.group.cosigners.is_empty() {
        return "not cosigned: nobody else is known to sign it".to_owned();
    }
    app.world.cosigned.line(|at| at.day_and_clock(app.world.group.playbook.zone()))
}

fn cosigners(app: &App) -> Vec<Fact> {
    let group = &app.world.group;
    if group.cosigners.is_empty() {
        return vec![Fact::new("Cosigners", "None yet").with_note("Nobody else signs this log yet. Keep a checkpoint of your own.")];
    }
    let names: Vec<&str> = group.cosigners.all().iter().map(|one| one.name.as_str()).collect();
    let asked = match group.cosigners.quorum() {
        0 => "Nobody must have signed.".to_owned(),
        wanted => format!("{wanted} of them must have signed."),
    };
    let hindered: Vec<String> = app.world.cosigned.troubles().into_iter().map(|(name, _)| name).collect();
    let hindered = if hindered.is_empty() { String::new() } else { format!(" Not to be had just now: {}.", hindered.join(", ")) };
    vec![
        Fact::new("Cosigned", cosigned(app)).with_note("Whoever cosigns says that this is the only log they have seen under this name."),
        Fact::new("Cosigners", names.join(", ")).with_note(format!("{asked}{hindered}")),
    ]
}

/// How many entries have lost their words, if any have.
async fn lost(app: &App) -> Result<Option<Fact>, Problem> {
    let listed = match tokio::fs::read(app.public.join("log").join(GAPS)).await {
        Ok(listed) => listed,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(_) => return Err(Problem::of(Trouble::Broken)),
    };
    let count = listed.iter().filter(|byte| **byte == b'\n').count();
    let words = "Their places in the log stand. The words were lost here and nobody held them, or are held back until the log can say \
                 that they were taken.";
    Ok(Some(Fact::new("Words missing here", format!("{count} entries")).with_note(words)))
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
            facts: cosigners(&app).into_iter().chain(lost(&app).await?).collect(),
            doubt: app.world.cosigned.in_doubt().map(|doubt| doubt.to_string()),
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

/// Whether the content of an entry was withdrawn; not found where the store has none and nothing says why. The store is
/// asked and not the disk: what the store has taken away is not given out, also before the sequencer has removed the file.
async fn is_withdrawn(app: &App, index: u64) -> Result<bool, Problem> {
    let store = &app.world.store;
    let rows = store.log_rows(index, 1).await?;
    let committed = |leaf: &[u8]| handbell_log::leaf::Leaf::decode(leaf).is_ok_and(|leaf| leaf.is_committed());
    let Some(row) = rows.first().filter(|row| row.content.is_none() && committed(&row.leaf)) else { return Ok(false) };
    // One that is missing here is not there, or is held back: then its file may stand for a moment, and is not given out.
    match crate::store::found::missing(&store.stream(row.stream).await?).contains(&index) {
        true => Err(Problem::of(Trouble::NotFound)),
        false => Ok(true),
    }
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
mod sides_tests;
#[cfg(test)]
mod tests;
