//! The map: the page that is a list by district first, the group's areas as shapes, and the files that draw it.
//!
//! It takes what the list of the record takes and then shows where that was, in stretches; without a question it
//! shows the whole record, as it is counted.
//!
//! The drawing program and the outlines are other people's, packed into the binary and given out packed; whoever
//! does not take gzip gets them unpacked. Streets are the operator's own file (`map.pmtiles` in the group's folder),
//! given out in the pieces that are asked for. Nobody else's server is ever asked, and what somebody looks at is kept
//! by nobody: answers say `no-store`.

use super::super::answer::{json_door, page, page_door, page_with};
use super::super::frame;
use super::super::kept::{may_be_kept, takes_gzip};
use super::super::problem::{Problem, Trouble};
use super::super::routes::{Route, Who};
use super::super::{App, answer};
use super::feeds::INCIDENTS_MAX;
use super::search::Asked;
use super::{kept_file, listed};
use crate::figures::WAITED_FOR_ENTRIES;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use handbell_rules::gazetteer::PlaceKind;
use handbell_rules::span::Falls;
use handbell_site::{DistrictRow, MapPage, Tab, VENDORED};
use http::header::{ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, RANGE, VARY};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;

/// Districts that are listed; the rest are one row.
const DISTRICTS_MAX: usize = 120;
/// Bytes of one piece of the operator's file at most.
pub const PIECE_BYTES_MAX: u64 = 4 * 1024 * 1024;
const STREETS: &str = "/record/streets.pmtiles";
/// Asked for again each time, answered with 304 while nothing changed.
const ASK_AGAIN: &str = "no-cache";

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/record/map", Who::Street, show),
        Route::get("/record/areas.geojson", Who::Street, areas),
        Route::get(STREETS, Who::Street, streets),
    ];
    routes.extend(VENDORED.iter().map(|file| Route::get(file.path, Who::Street, vendored)));
    routes
}

async fn show(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    page_door(&app, async {
        let asked = Asked::typed(&app, query.as_deref()).await?;
        let errors = asked.errors();
        if errors.is_empty() && !asked.narrows() && asked.after.is_none() {
            let view = whole(&app, &asked).await?;
            // Whether the operator's file is there is not in the store, so the page with it is made anew.
            let lasts = view.behind.is_none() && view.streets.is_none() && query.is_none();
            return Ok(if lasts { may_be_kept(page(&view)) } else { page(&view) });
        }
        let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let view = if errors.is_empty() { found(&app, &asked).await? } else { MapPage { errors, ..bare(&app, &asked).await } };
        Ok(page_with(status, &view))
    })
    .await
}

fn incidents(count: u32) -> String {
    if count == 1 { "1 incident".to_owned() } else { format!("{count} incidents") }
}

/// The page before anything is known of what was asked.
async fn bare(app: &App, asked: &Asked) -> MapPage {
    let streets = tokio::fs::try_exists(&app.streets).await.unwrap_or(false).then(|| STREETS.to_owned());
    MapPage {
        frame: frame::public(app, Tab::Record, "/record/map"),
        search: asked.form(app),
        errors: Vec::new(),
        list_href: asked.address("/record"),
        counted: String::new(),
        behind: None,
        says: Vec::new(),
        districts: Vec::new(),
        points: match asked.after {
            Some(after) => asked.next("/record.geojson", after),
            None => asked.address("/record.geojson"),
        },
        streets,
        next_href: None,
    }
}

/// Districts with their numbers, most first; what is too many for a page is one row.
fn rows(app: &App, ranked: &[(String, u32)], href: impl Fn(&str) -> String) -> Vec<DistrictRow> {
    let places = app.world.group.places.places();
    let row = |(name, count): &(String, u32)| {
        // "Peckham, London" is the Peckham of the group's own list.
        let short = name.split(',').next().unwrap_or_default().trim();
        let known = places.iter().find(|place| place.kind == PlaceKind::District && place.name.eq_ignore_ascii_case(short));
        DistrictRow {
            name: if name.is_empty() { "Withdrawn".to_owned() } else { name.clone() },
            count: *count,
            words: incidents(*count),
            href: (!name.is_empty()).then(|| href(name)),
            // A hundredth of a degree is about a kilometre: the middle of a district is no finer.
            at: known.map(|place| (format!("{:.2}", place.point.latitude()), format!("{:.2}", place.point.longitude()))),
        }
    };
    let mut districts: Vec<DistrictRow> = ranked.iter().take(DISTRICTS_MAX).map(row).collect();
    let others = ranked.get(DISTRICTS_MAX..).unwrap_or_default();
    if !others.is_empty() {
        let count = others.iter().map(|(_, count)| count).sum();
        let name = format!("{} other districts", others.len());
        districts.push(DistrictRow { name, count, words: incidents(count), href: None, at: None });
    }
    districts
}

/// The whole record, as it is counted.
async fn whole(app: &App, asked: &Asked) -> Result<MapPage, Problem> {
    let counted = app.figures.counted(&app.world, WAITED_FOR_ENTRIES).await?;
    if !counted.is_whole() {
        let (figures, world) = (app.figures.clone(), app.world.clone());
        crate::work::spawn(async move { figures.count_the_rest(&world).await });
    }
    let newest = app.world.store.public_incidents_after(None, INCIDENTS_MAX + 1).await?.unwrap_or_default();
    let more = newest.len() > INCIDENTS_MAX as usize;
    let next_href = newest.get(INCIDENTS_MAX as usize - 1).filter(|_| more).map(|last| asked.next("/record/map", *last));
    let points = format!(
        "The numbers count the whole record. The points are those of its newest {INCIDENTS_MAX} incidents; “Older” shows the next ones."
    );
    Ok(MapPage {
        counted: format!("{}, counted up to entry {} of the log", incidents(counted.sums.incidents), counted.entries),
        behind: (!counted.is_whole())
            .then(|| format!("The counting is not finished: {} of {} entries of the log.", counted.entries, counted.of)),
        says: more.then_some(points).into_iter().collect(),
        districts: rows(app, &counted.sums.districts, listed::of_district),
        next_href,
        ..bare(app, asked).await
    })
}

/// What a search found: one stretch of it, and in words what else there is.
async fn found(app: &App, asked: &Asked) -> Result<MapPage, Problem> {
    let stretch = asked.found(app, INCIDENTS_MAX).await?;
    let count = u32::try_from(stretch.found.len()).unwrap_or(u32::MAX);
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for found in &stretch.found {
        *counts.entry(&found.sheet.district).or_default() += 1;
    }
    let mut ranked: Vec<(String, u32)> = counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
    ranked.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    let mut says = Vec::new();
    let whole = asked.after.is_none() && stretch.next.is_none();
    if !whole && count > 0 {
        let rest = if stretch.next.is_some() { "“Older” shows the next ones." } else { "These are the last." };
        says.push(format!(
            "This is a stretch of what was found, at most {INCIDENTS_MAX} incidents, newest first. Numbers and points are those of this stretch. {rest}"
        ));
    }
    let possible = stretch.found.iter().filter(|found| found.falls == Falls::Possible).count();
    if possible > 0 {
        says.push(format!(
            "Of {}, {possible} only may have been in these days. What is recorded does not say for certain.",
            incidents(count)
        ));
    }
    Ok(MapPage {
        counted: match (whole, asked.after.is_some()) {
            (true, _) => format!("{} found", incidents(count)),
            (false, false) => format!("The newest {} found", incidents(count)),
            (false, true) => format!("{} further on", incidents(count)),
        },
        says,
        districts: rows(app, &ranked, |district| asked.in_district(district)),
        next_href: stretch.next.map(|next| asked.next("/record/map", next)),
        ..bare(app, asked).await
    })
}

/// The group's areas as shapes: what the chart for witnesses draws too, and the form lists by name.
async fn areas(State(app): State<App>, headers: HeaderMap) -> Response {
    let degrees = |number: f64| (number * 10_000.0).round() / 10_000.0;
    let features = app.world.group.areas.areas().iter().map(|area| {
        let ring = |cell: handbell_rules::area::Cell| {
            let mut corners: Vec<[f64; 2]> = cell.corners().iter().map(|at| [degrees(at.longitude()), degrees(at.latitude())]).collect();
            corners.extend(corners.first().copied());
            vec![corners]
        };
        let cells: Vec<_> = area.area.cells().map(ring).collect();
        json!({"type": "Feature", "properties": {"name": area.name}, "geometry": {"type": "MultiPolygon", "coordinates": cells}})
    });
    let features: Vec<_> = features.collect();
    let text = format!("{}\n", json!({"type": "FeatureCollection", "features": features}));
    kept_file(&headers, "application/geo+json", ASK_AGAIN, text)
}

/// Gives out a packed file, packed for whoever takes it so.
async fn vendored(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, _) = answer::apart(request);
    let Some(file) = VENDORED.iter().find(|file| file.path == request.uri().path()) else {
        return Problem::of(Trouble::NotFound).page(&app, None);
    };
    let packed = takes_gzip(request.headers());
    let mut response = if packed {
        kept_file(request.headers(), file.content_type, ASK_AGAIN, file.packed)
    } else {
        let mut plain = Vec::new();
        if let Err(error) = flate2::read::GzDecoder::new(file.packed).read_to_end(&mut plain) {
            tracing::error!(%error, "a vendored file cannot be unpacked");
            return Problem::of(Trouble::Broken).page(&app, None);
        }
        kept_file(request.headers(), file.content_type, ASK_AGAIN, plain)
    };
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding"));
    if packed && response.status() == StatusCode::OK {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// From the first to the last byte that is asked for (RFC 9110, section 14.1.2): one range of bytes; none where
/// nothing of it is there or it is written otherwise.
fn range(asked: &str, size: u64) -> Option<(u64, u64)> {
    let (first, last) = asked.strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    let (first, last) = match (first, last) {
        ("", last) => (size.saturating_sub(number(last).filter(|bytes| *bytes > 0)?), size.checked_sub(1)?),
        (first, "") => (number(first)?, size.checked_sub(1)?),
        (first, last) => (number(first)?, number(last)?.min(size.checked_sub(1)?)),
    };
    (first <= last && first < size).then_some((first, last))
}

/// A piece of a file with the file's size and a sign of its version.
struct Piece {
    bytes: Vec<u8>,
    first: u64,
    last: u64,
    size: u64,
    tag: String,
}

enum NoPiece {
    /// There is no such file.
    Missing,
    /// The range is not in it, or larger than a piece may be; the file's size.
    Outside(u64),
    Broken(std::io::Error),
}

fn piece(path: PathBuf, asked: &str) -> Result<Piece, NoPiece> {
    let mut file = std::fs::File::open(path).map_err(|_| NoPiece::Missing)?;
    let about = file.metadata().map_err(NoPiece::Broken)?;
    let size = about.len();
    let (first, last) = range(asked, size).filter(|(first, last)| last - first < PIECE_BYTES_MAX).ok_or(NoPiece::Outside(size))?;
    file.seek(SeekFrom::Start(first)).map_err(NoPiece::Broken)?;
    let mut bytes = Vec::new();
    file.take(last - first + 1).read_to_end(&mut bytes).map_err(NoPiece::Broken)?;
    let changed = about.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok()).map_or(0, |since| since.as_millis());
    Ok(Piece { bytes, first, last, size, tag: format!("\"{size:x}-{changed:x}\"") })
}

/// A piece of the operator's file of streets.
async fn streets(State(app): State<App>, headers: HeaderMap) -> Response {
    let asked = headers.get(RANGE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let path = app.streets.clone();
    let read = tokio::task::spawn_blocking(move || piece(path, &asked)).await;
    json_door(async {
        let header = |text: String| HeaderValue::from_str(&text).expect("digits and signs make a header value");
        match read {
            Ok(Ok(piece)) => {
                let mut response = StatusCode::PARTIAL_CONTENT.into_response();
                let headers = response.headers_mut();
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/vnd.pmtiles"));
                headers.insert(CONTENT_RANGE, header(format!("bytes {}-{}/{}", piece.first, piece.last, piece.size)));
                headers.insert(CONTENT_LENGTH, HeaderValue::from(piece.bytes.len()));
                headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
                headers.insert(ETAG, header(piece.tag));
                *response.body_mut() = Body::from(piece.bytes);
                Ok(response)
            }
            Ok(Err(NoPiece::Outside(size))) => {
                let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
                response.headers_mut().insert(CONTENT_RANGE, header(format!("bytes */{size}")));
                response.headers_mut().insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
                Ok(response)
            }
            Ok(Err(NoPiece::Missing)) => Err(Problem::of(Trouble::NotFound)),
            Ok(Err(NoPiece::Broken(error))) => {
                tracing::error!(%error, "the file of streets cannot be read");
                Err(Problem::of(Trouble::Broken))
            }
            Err(error) => {
                tracing::error!(%error, "the file of streets was not read to its end");
                Err(Problem::of(Trouble::Broken))
            }
        }
    })
    .await
}

#[cfg(test)]
mod tests;
