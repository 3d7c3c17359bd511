//! Reports for programs: file one, read what became of it, add to it, correct it, wish, take it back.
//!
//! The receipt travels in the `Authorization` header, never in an address. A missing, unknown and wrong
//! receipt get the same answer, and guessing is slowed down.

use super::super::answer::{apart, json_door};
use super::super::limits::Knock;
use super::super::problem::{Problem, Trouble};
use super::super::routes::{Route, Who};
use super::super::street::duty;
use super::super::{App, gate, intake};
use super::{body_of, json};
use crate::acts::street::{ReceiptView, Repeat, Story, add_to_report, correct_report, file_report, read_receipt, wish, withdraw_report};
use crate::acts::{ActError, StreetCaller};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use handbell_rules::desk::incident::Ending;
use handbell_rules::place::Point;
use handbell_rules::refusal::{Refusal, Street};
use handbell_rules::street::became::Became;
use handbell_rules::street::note::{Note, NoteFrom, WishAbout, decision_on};
use handbell_rules::street::report::{Basis, Count, Happening, NewReport, Observed, ReportState, Route as WayIn};
use handbell_rules::time::Timestamp;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Request, StatusCode};
use serde::{Deserialize, Serialize};

/// Letters of an Idempotency-Key at most.
const KEY_LETTERS_MAX: usize = 128;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/reports", Who::Street, file),
        Route::get("/api/v1/reports/mine", Who::Street, mine),
        Route::delete("/api/v1/reports/mine", Who::Street, withdraw),
        Route::post("/api/v1/reports/mine/notes", Who::Street, add),
    ]
}

/// A report as a program sends it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SentReport {
    kind: String,
    basis: String,
    happening: String,
    #[serde(default)]
    observed: Option<SentObserved>,
    #[serde(default)]
    place: String,
    #[serde(default)]
    place_precision: Option<String>,
    /// A place of the group's list, by the id that `/places` gave.
    #[serde(default)]
    spot: Option<String>,
    #[serde(default)]
    lat: Option<f64>,
    #[serde(default)]
    lon: Option<f64>,
    #[serde(default)]
    text: String,
    #[serde(default)]
    officers: Option<Count>,
    #[serde(default)]
    vehicles: Option<Count>,
    #[serde(default)]
    people: Option<Count>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    contact: Option<String>,
    #[serde(default)]
    puzzle: Option<String>,
    #[serde(default)]
    answers: serde_json::Map<String, serde_json::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SentObserved {
    from: String,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    precision: Option<String>,
}

/// Reads a moment (RFC 3339).
fn moment(text: &str) -> Result<Timestamp, Problem> {
    let wrong = || Problem::of(Trouble::JsonBroken).saying("Write times as in RFC 3339, for example 2026-11-20T21:40:00Z.");
    // The parser knows more spellings than RFC 3339 has.
    let plain = text.len() <= 40 && text.bytes().all(|byte| byte.is_ascii_digit() || b"TZtz:.+-".contains(&byte));
    if !plain {
        return Err(wrong());
    }
    text.parse::<jiff::Timestamp>().map(|instant| Timestamp::from_milliseconds(instant.as_millisecond())).map_err(|_| wrong())
}

fn point(sent: &SentReport) -> Result<Option<Point>, Problem> {
    let wrong = || Problem::of(Trouble::CoordinatesOutOfRange);
    match (sent.lat, sent.lon) {
        (None, None) => Ok(None),
        (Some(lat), Some(lon)) => Point::from_degrees(lat, lon).map(Some).map_err(|_| wrong()),
        _ => Err(wrong().saying("Send both lat and lon, or neither.")),
    }
}

fn refused(no: impl Into<Refusal>) -> Problem {
    Problem::refused(no.into())
}

impl SentReport {
    fn story(&self, app: &App, now: Timestamp) -> Result<Story, Problem> {
        let observed = match &self.observed {
            None => Observed { from: now, to: now },
            Some(sent) => {
                let from = moment(&sent.from)?;
                Observed { from, to: sent.to.as_deref().map_or(Ok(from), moment)? }
            }
        };
        let language = self.language.clone().unwrap_or_else(|| "en".to_owned());
        if !app.world.group.playbook.languages().contains(&language) {
            return Err(refused(Street::LanguageUnknown));
        }
        let observed_precision = self.observed.as_ref().and_then(|sent| sent.precision.as_deref());
        let mut answers = intake::precisions(observed_precision.unwrap_or_default(), self.place_precision.as_deref().unwrap_or_default())
            .map_err(|(_, no)| refused(no))?;
        answers.given = intake::from_json(app.world.group.playbook.script(), &self.answers).map_err(refused)?;
        let told = NewReport {
            kind: self.kind.clone(),
            basis: Basis::parse(&self.basis).ok_or_else(|| refused(Street::BasisMissing))?,
            happening: Happening::parse(&self.happening).ok_or_else(|| refused(Street::HappeningMissing))?,
            observed,
            place: self.place.trim().to_owned(),
            point: point(self)?,
            text: self.text.clone(),
            officers: self.officers,
            vehicles: self.vehicles,
            people: self.people,
            route: WayIn::Api,
            language,
        };
        Ok(Story { told, answers, spot: self.spot.clone(), puzzle: self.puzzle.clone(), crowded: false })
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut keys = headers.get_all("idempotency-key").iter();
    match (keys.next(), keys.next()) {
        (None, _) => Ok(None),
        (Some(key), None) => {
            let key = key.to_str().unwrap_or_default();
            let fine = (1..=KEY_LETTERS_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
            if fine { Ok(Some(key.to_owned())) } else { Err(Problem::of(Trouble::IdempotencyKeyWrong)) }
        }
        _ => Err(Problem::of(Trouble::IdempotencyKeyWrong)),
    }
}

#[derive(Serialize)]
struct FiledAnswer<'a> {
    receipt: &'a str,
    state: &'static str,
    desk: DeskAnswer,
}

/// Who is at the desk, as the pages say it.
#[derive(Serialize)]
struct DeskAnswer {
    staffed: bool,
    says: String,
}

async fn desk_answer(app: &App) -> DeskAnswer {
    // What was written is acknowledged whether or not anybody can say who is at the desk.
    let duty = duty::or_unknown(app).await;
    DeskAnswer { staffed: duty.staffed, says: duty.words }
}

async fn file(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, body) = apart(request);
    json_door(async {
        gate::from_this_site(&app, request.headers())?;
        let crowded = gate::knock(&app, &request, Knock::Report).is_err();
        if crowded {
            gate::knock(&app, &request, Knock::Crowd)?;
        }
        let key = idempotency_key(request.headers())?;
        let (sent, bytes) = body_of::<SentReport>(request.headers(), body).await?;
        let story = Story { crowded, ..sent.story(&app, app.world.now())? };
        let repeat = key.map(|key| Repeat { key: format!("api {key}"), body: bytes });
        let filed = file_report(&app.world, StreetCaller, story, sent.contact.as_deref(), repeat).await?;
        let filed = filed.map_err(|_| Problem::of(Trouble::IdempotencyKeyUsed))?;
        json(
            StatusCode::CREATED,
            &FiledAnswer { receipt: filed.receipt.words(), state: ReportState::Received.word(), desk: desk_answer(&app).await },
        )
    })
    .await
}

/// The words of the `Authorization: Receipt …` header: with spaces or, where those are in the way, dots.
pub(in super::super) fn receipt_words(app: &App, request: &Request<()>) -> Result<String, Problem> {
    gate::knock(app, request, Knock::Secret)?;
    let unknown = || Problem::of(Trouble::ReceiptUnknown);
    let mut lines = request.headers().get_all(AUTHORIZATION).iter();
    let (Some(line), None) = (lines.next(), lines.next()) else { return Err(unknown()) };
    let (scheme, words) = line.to_str().map_err(|_| unknown())?.split_once(' ').ok_or_else(unknown)?;
    if !scheme.eq_ignore_ascii_case("receipt") {
        return Err(unknown());
    }
    Ok(words.replace('.', " "))
}

fn unknown_or(error: ActError) -> Problem {
    match error {
        ActError::NotFound => Problem::of(Trouble::ReceiptUnknown),
        other => other.into(),
    }
}

#[derive(Serialize)]
struct NoteAnswer {
    from: &'static str,
    at: String,
    text: String,
    /// What a wish is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<&'static str>,
    /// What was decided about a wish; null while nobody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided: Option<Option<DecisionAnswer>>,
}

#[derive(Serialize)]
struct DecisionAnswer {
    done: bool,
    because: String,
    at: String,
}

#[derive(Serialize)]
struct BecameAnswer {
    what: &'static str,
    says: String,
}

#[derive(Serialize)]
struct RecordAnswer {
    page: String,
    corrections: usize,
}

#[derive(Serialize)]
struct MineAnswer {
    state: &'static str,
    kind: String,
    filed: String,
    /// Whether the desk waits for an answer to its last question.
    asked: bool,
    ended: Option<&'static str>,
    /// What became of it, in order, in plain sentences.
    became: Vec<BecameAnswer>,
    /// What became of each of several things that the desk sees in it; empty while there is one.
    things: Vec<ThingAnswer>,
    /// Its page in the public record; of several, the first that has one.
    record: Option<RecordAnswer>,
    desk: DeskAnswer,
    notes: Vec<NoteAnswer>,
}

#[derive(Serialize)]
struct ThingAnswer {
    ended: Option<&'static str>,
    became: Vec<BecameAnswer>,
    record: Option<RecordAnswer>,
}

/// A decision stands with the wish it decides.
fn note_answer(note: &Note, notes: &[Note]) -> Option<NoteAnswer> {
    let (about, decided) = match note.from {
        NoteFrom::Decision { .. } => return None,
        NoteFrom::Wish { about } => {
            let decided = decision_on(notes, note.id).map(|(decision, done)| DecisionAnswer {
                done,
                because: decision.text.clone(),
                at: decision.at.utc_minute(),
            });
            (Some(about.word()), Some(decided))
        }
        _ => (None, None),
    };
    Some(NoteAnswer { from: note.from.word(), at: note.at.utc_minute(), text: note.text.clone(), about, decided })
}

fn became(told: &[Became]) -> Vec<BecameAnswer> {
    told.iter().map(|became| BecameAnswer { what: became.word(), says: became.sentence() }).collect()
}

fn record(told: &[Became]) -> Option<RecordAnswer> {
    told.iter().find_map(|became| match became {
        Became::Recorded(recorded) => {
            Some(RecordAnswer { page: format!("/record/{}", recorded.incident), corrections: recorded.corrections })
        }
        _ => None,
    })
}

async fn mine_answer(app: &App, view: ReceiptView) -> MineAnswer {
    let thing = |(place, told): (usize, &Vec<Became>)| ThingAnswer {
        ended: view.ends.get(place).copied().flatten().map(|(ending, _)| Ending::word(ending)),
        became: became(told),
        record: record(told),
    };
    let things: Vec<ThingAnswer> = view.became.each.iter().enumerate().map(thing).collect();
    MineAnswer {
        state: view.report.state.word(),
        ended: view.ended().map(|(ending, _)| Ending::word(ending)),
        kind: view.report.told.kind,
        filed: view.report.filed_at.utc_minute(),
        asked: view.report.asked,
        became: became(&view.became.report),
        record: record(&view.became.report).or_else(|| view.became.each.iter().find_map(|told| record(told))),
        things,
        desk: desk_answer(app).await,
        notes: view.notes.iter().filter_map(|note| note_answer(note, &view.notes)).collect(),
    }
}

async fn mine(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, _) = apart(request);
    json_door(async {
        let words = receipt_words(&app, &request)?;
        let view = read_receipt(&app.world, StreetCaller, &words).await.map_err(unknown_or)?;
        json(StatusCode::OK, &mine_answer(&app, view).await)
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SentNote {
    text: String,
    /// Missing means: more about the same, or the answer while the desk asks.
    #[serde(default, rename = "as")]
    says: Says,
    /// Needed with a wish.
    #[serde(default)]
    about: Option<String>,
}

/// As what a note is sent.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Says {
    #[default]
    More,
    Correction,
    Wish,
}

async fn add(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, body) = apart(request);
    json_door(async {
        gate::from_this_site(&app, request.headers())?;
        let words = receipt_words(&app, &request)?;
        let (sent, _) = body_of::<SentNote>(request.headers(), body).await?;
        let about = match (sent.says, sent.about.as_deref()) {
            (Says::Wish, about) => Some(about.and_then(WishAbout::parse).ok_or_else(|| refused(Street::WishAboutMissing))?),
            (_, None) => None,
            (_, Some(_)) => return Err(Problem::of(Trouble::JsonBroken).saying("Send about with a wish only.")),
        };
        let written = match (sent.says, about) {
            (Says::Correction, _) => correct_report(&app.world, StreetCaller, &words, &sent.text).await,
            (_, Some(about)) => wish(&app.world, StreetCaller, &words, about, &sent.text).await,
            (_, None) => add_to_report(&app.world, StreetCaller, &words, &sent.text).await,
        };
        written.map_err(unknown_or)?;
        let view = read_receipt(&app.world, StreetCaller, &words).await.map_err(unknown_or)?;
        json(StatusCode::CREATED, &mine_answer(&app, view).await)
    })
    .await
}

async fn withdraw(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, _) = apart(request);
    json_door(async {
        gate::from_this_site(&app, request.headers())?;
        let words = receipt_words(&app, &request)?;
        withdraw_report(&app.world, StreetCaller, &words).await.map_err(unknown_or)?;
        let view = read_receipt(&app.world, StreetCaller, &words).await.map_err(unknown_or)?;
        json(StatusCode::OK, &mine_answer(&app, view).await)
    })
    .await
}
