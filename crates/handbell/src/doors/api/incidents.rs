//! The record for programs: incidents as their projection, byte for byte.
//!
//! `/api/v1/incidents/{id}` answers with exactly the bytes that the projection of the log's entries has, so
//! that `handbell verify` can compare them. A question that is not known is refused, not ignored: whoever
//! asks for one district must not be given the whole town.

use super::super::App;
use super::super::answer::{json_door, named};
use super::super::fields::Fields;
use super::super::problem::{Problem, Trouble};
use super::super::record::stretch;
use super::super::routes::{Route, Who};
use super::json;
use crate::acts::record::read_record;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use handbell_rules::id::IncidentId;
use handbell_rules::record::projection::IncidentRecord;
use http::StatusCode;
use serde::Serialize;

/// Incidents one answer looks at. A stretch in which nothing fits is empty and still names the next one.
const LOOKED_AT_MAX: usize = 200;
/// Letters of a question.
const QUESTION_LETTERS_MAX: usize = 200;
/// Questions of the contract that are not built yet.
const NOT_YET: [&str; 2] = ["bbox", "asof"];

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
    after: Option<IncidentId>,
}

/// A day as `2026-11-20`; empty when it was not asked for.
fn day(text: &str) -> Result<String, Problem> {
    let fine = text.is_empty() || (text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok());
    if fine { Ok(text.to_owned()) } else { Err(Problem::of(Trouble::FormBroken).saying("Write days as 2026-11-20.")) }
}

impl Question {
    fn read(query: Option<&str>) -> Result<Self, Problem> {
        let fields = Fields::parse(query.unwrap_or_default().as_bytes())?;
        if fields.iter().any(|(name, _)| NOT_YET.contains(&name)) {
            return Err(Problem::of(Trouble::NotYet));
        }
        fields.only(&["q", "from", "to", "kind", "after"])?;
        let q = fields.one("q")?;
        if q.chars().count() > QUESTION_LETTERS_MAX {
            return Err(Problem::of(Trouble::TooLarge));
        }
        Ok(Self {
            words: q.split_whitespace().map(str::to_lowercase).collect(),
            from: day(fields.one("from")?)?,
            to: day(fields.one("to")?)?,
            kind: fields.one("kind")?.to_owned(),
            after: match fields.one("after")? {
                "" => None,
                after => Some(after.parse().map_err(|_| Problem::of(Trouble::NotFound))?),
            },
        })
    }

    /// The address of the next stretch of the same question.
    fn next(&self, after: IncidentId) -> String {
        let q = self.words.join(" ");
        let asked = [("q", q.as_str()), ("from", &self.from), ("to", &self.to), ("kind", &self.kind)];
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

    /// Every word must stand in what the page says; days are UTC days, both included.
    fn fits(&self, record: &IncidentRecord) -> bool {
        let began = record.happened.get(..10).unwrap_or_default();
        let says = record.lines.iter().map(|line| line.says.as_str());
        let text = std::iter::once(record.title.as_str()).chain(says).collect::<Vec<_>>().join("\n").to_lowercase();
        (self.kind.is_empty() || record.kind == self.kind)
            && (self.from.is_empty() || began >= self.from.as_str())
            && (self.to.is_empty() || began <= self.to.as_str())
            && self.words.iter().all(|word| text.contains(word))
    }
}

async fn list(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    json_door(async {
        let question = Question::read(query.as_deref())?;
        let mut stretch = stretch(&app, question.after, LOOKED_AT_MAX).await?;
        stretch.records.retain(|record| question.fits(record));
        json(StatusCode::OK, &List { items: stretch.records, next: stretch.next.map(|next| question.next(next)) })
    })
    .await
}

async fn one(State(app): State<App>, id: Result<Path<String>, PathRejection>, RawQuery(query): RawQuery) -> Response {
    json_door(async {
        let fields = Fields::parse(query.as_deref().unwrap_or_default().as_bytes())?;
        if fields.iter().any(|(name, _)| name == "asof") {
            return Err(Problem::of(Trouble::NotYet));
        }
        fields.only(&[])?;
        let nowhere = || Problem::of(Trouble::NotFound);
        let id: IncidentId = named(id)?.parse().map_err(|_| nowhere())?;
        json(StatusCode::OK, &read_record(&app.world, id, None).await?.ok_or_else(nowhere)?)
    })
    .await
}
