//! The record for programs: incidents as their projection, byte for byte.
//!
//! `/api/v1/incidents/{id}` answers with exactly the bytes that the projection of the log's entries has, so
//! that `handbell verify` can compare them. A question that is not known is refused, not ignored: whoever
//! asks for one district must not be given the whole town.

use super::super::App;
use super::super::answer::{json_door, named};
use super::super::fields::Fields;
use super::super::problem::{Problem, Trouble};
use super::super::record::incident::moment;
use super::super::record::stretch;
use super::super::routes::{Route, Who};
use super::json;
use crate::acts::record::read_record;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use handbell_rules::id::IncidentId;
use handbell_rules::record::as_of::AsOf;
use handbell_rules::record::projection::IncidentRecord;
use handbell_rules::span::{Falls, Span, Window, falls};
use http::StatusCode;
use serde::Serialize;

/// Incidents one answer looks at. A stretch in which nothing fits is empty and still names the next one.
const LOOKED_AT_MAX: usize = 200;
/// Letters of a question.
const QUESTION_LETTERS_MAX: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/incidents", Who::Street, list), Route::get("/api/v1/incidents/{id}", Who::Street, one)]
}

#[derive(Serialize)]
struct List {
    items: Vec<IncidentRecord>,
    next: Option<String>,
}

struct Question {
    words: Vec<String>,
    from: String,
    to: String,
    kind: String,
    bbox: Option<[i32; 4]>,
    as_of: Option<AsOf>,
    after: Option<IncidentId>,
}

/// West, south, east and north in degrees, as RFC 7946 section 5 orders them; as micro-degrees.
fn bbox(text: &str) -> Result<Option<[i32; 4]>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong =
        || Problem::of(Trouble::QuestionBroken).saying("Write bbox as west,south,east,north in degrees, for example -0.1,51.4,0,51.5.");
    let read = |part: &str| part.trim().parse::<f64>().ok().filter(|degrees| degrees.abs() <= 180.0).map(|degrees| (degrees * 1e6) as i32);
    let sides: Vec<i32> = text.split(',').map(read).collect::<Option<_>>().ok_or_else(wrong)?;
    let sides: [i32; 4] = sides.try_into().map_err(|_| wrong())?;
    if sides[0] <= sides[2] && sides[1] <= sides[3] { Ok(Some(sides)) } else { Err(wrong()) }
}

/// A day as `2026-11-20`; empty when it was not asked for.
fn day(text: &str) -> Result<String, Problem> {
    let fine = text.is_empty() || (text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok());
    if fine { Ok(text.to_owned()) } else { Err(Problem::of(Trouble::QuestionBroken).saying("Write days as 2026-11-20.")) }
}

impl Question {
    fn read(query: Option<&str>) -> Result<Self, Problem> {
        let fields = Fields::parse(query.unwrap_or_default().as_bytes())?;
        fields.only(&["q", "from", "to", "kind", "bbox", "asof", "after"])?;
        let q = fields.one("q")?;
        if q.chars().count() > QUESTION_LETTERS_MAX {
            return Err(Problem::of(Trouble::TooLarge));
        }
        Ok(Self {
            words: q.split_whitespace().map(str::to_lowercase).collect(),
            from: day(fields.one("from")?)?,
            to: day(fields.one("to")?)?,
            kind: fields.one("kind")?.to_owned(),
            bbox: bbox(fields.one("bbox")?)?,
            as_of: moment(&fields)?,
            after: match fields.one("after")? {
                "" => None,
                after => Some(after.parse().map_err(|_| Problem::of(Trouble::NotFound))?),
            },
        })
    }

    /// The address of the next stretch of the same question.
    fn next(&self, after: IncidentId) -> String {
        let q = self.words.join(" ");
        let as_of = self.as_of.as_ref().map(ToString::to_string).unwrap_or_default();
        let bbox = self.bbox.map_or_else(String::new, |sides| sides.map(|side| (f64::from(side) / 1e6).to_string()).join(","));
        let asked = [("q", q.as_str()), ("from", &self.from), ("to", &self.to), ("kind", &self.kind), ("bbox", &bbox), ("asof", &as_of)];
        let mut address = format!("/api/v1/incidents?after={after}");
        for (name, value) in asked.into_iter().filter(|(_, value)| !value.is_empty()) {
            let escaped: String = value
                .bytes()
                .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
                .collect();
            address.push_str(&format!("&{name}={escaped}"));
        }
        address
    }

    /// Every word must stand in what the page says; a day is enough that may be the day, both ends included. An
    /// incident whose record holds no point lies in no box.
    fn fits(&self, record: &IncidentRecord) -> bool {
        // An end that was not asked for is no day, and open.
        let window = Window { from: self.from.parse().ok(), to: self.to.parse().ok() };
        let dates: Vec<Span> = record.when.edtf.iter().filter_map(|date| Span::parse(date).ok()).collect();
        let dated = falls(&dates, window) != Falls::Outside;
        let place = record.place.as_ref().and_then(|place| Some((place.lat?, place.lon?)));
        let inside = self.bbox.is_none_or(|[west, south, east, north]| {
            place.is_some_and(|(lat, lon)| (south..=north).contains(&lat) && (west..=east).contains(&lon))
        });
        let says = record.lines.iter().map(|line| line.says.as_str());
        let text = std::iter::once(record.title.as_str()).chain(says).collect::<Vec<_>>().join("\n").to_lowercase();
        (self.kind.is_empty() || record.kind == self.kind) && dated && inside && self.words.iter().all(|word| text.contains(word))
    }
}

async fn list(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    json_door(async {
        let question = Question::read(query.as_deref())?;
        let mut stretch = stretch(&app, question.after, question.as_of.as_ref(), LOOKED_AT_MAX).await?;
        stretch.records.retain(|record| question.fits(record));
        json(StatusCode::OK, &List { items: stretch.records, next: stretch.next.map(|next| question.next(next)) })
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
