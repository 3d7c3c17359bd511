//! The door of a pasted article: what is read from it, accepted or refused by a person one by one.
//!
//! The text travels in the form and is read anew at each press, which always finds the same; nothing of it is
//! stored. What an editor accepts becomes statements of one proposal, which another member approves as every
//! other. Nothing is accepted beforehand, and a finding that nobody answered is not accepted.

mod shown;

use super::{Part, Typed, around, editor, id, marked, opening, refused, told_at, words};
use crate::acts::record::{self, RecordFile};
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::fields::Fields;
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::id::IncidentId;
use handbell_rules::people::trail::Subject;
use handbell_rules::reading::accepted::{self, AcceptedRefusal, Publisher, Voice};
use handbell_rules::reading::{Hints, Reading, read};
use handbell_rules::record::marks::Finding as Marked;
use handbell_rules::record::proposal::{NewProposal, Proposed};
use handbell_rules::record::source::{NewSource, SourceKind};
use handbell_rules::record::statement::Statement;
use handbell_rules::refusal::Record;
use handbell_rules::span::Span;
use handbell_site::{ArticlePage, Choice, FieldError, Tab};
use http::{HeaderMap, StatusCode};

/// Letters of a text that one form takes: a long article, within what a form may send at all.
pub const TEXT_LETTERS_MAX: usize = 20_000;
/// Findings that one page shows, within what a form may send at all.
pub const FINDINGS_MAX: usize = 100;
/// People and bodies that one page asks about.
pub const VOICES_MAX: usize = 25;
/// What the list of publishers sends for one that is not in the record.
const NEW_PUBLISHER: &str = "new";
/// What a finding's answer sends when it is accepted.
const ACCEPT: &str = "accept";
const FIELDS: [&str; 15] = [
    "csrf",
    "version",
    "text",
    "published",
    "publisher",
    "kind",
    "label",
    "standing",
    "url",
    "go",
    "take-*",
    "kind-*",
    "standing-*",
    "because",
    "why-*",
];

/// The doors of a pasted article.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/desk/incidents/{id}/read", Who::Member, show), Route::post("/desk/incidents/{id}/read", Who::Member, press)]
}

/// The path for an incident.
pub fn path(incident: IncidentId) -> String {
    format!("/desk/incidents/{incident}/read")
}

async fn show(State(app): State<App>, Part(incident): Part<String>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        let stands = record::read_record_file(&app.world, &desk.caller, id(&incident)?).await?;
        view(&app, &desk, &stands, None, &[], Typed::default(), StatusCode::OK).await
    })
    .await
}

/// When it was published, as far as it was said.
fn published(text: &str) -> Result<Hints<'static>, String> {
    if text.is_empty() {
        return Ok(Hints::default());
    }
    let span = Span::read(text).map(|span| span.to_string()).map_err(|no| no.to_string())?;
    let (dateline, year) = (span.parse().ok(), span.parse().ok());
    if dateline.is_none() && year.is_none() {
        return Err("Give the day, as 16 May 2017, or only the year.".to_owned());
    }
    Ok(Hints { dateline, year, places: None })
}

async fn press(State(app): State<App>, Part(incident): Part<String>, request: Request) -> Response {
    let back = format!("/desk/incidents/{incident}/read");
    told_at(&app, &back, async {
        let (desk, fields) = gate::desk_form(&app, request, &FIELDS).await?;
        desk.at_the_desk()?;
        let incident: IncidentId = id(&incident)?;
        for (name, _) in fields.iter() {
            fields.one(name)?;
        }
        let stands = record::read_record_file(&app.world, &desk.caller, incident).await?;
        let version: u32 = fields.one("version")?.parse().map_err(|_| Problem::of(Trouble::FormBroken))?;
        let unfit = StatusCode::UNPROCESSABLE_ENTITY;
        if version != stands.file.incident.version {
            let words = "Somebody added to this incident while you read. Look at what stands now, then press again. Nothing was done.";
            return view(&app, &desk, &stands, None, &[], Typed::at(fields, "", words), StatusCode::CONFLICT).await;
        }
        if editor::missing(&desk, &stands).is_some() {
            return view(&app, &desk, &stands, None, &[], Typed { fields, errors: Vec::new() }, unfit).await;
        }
        let text = fields.one("text")?.to_owned();
        let hints = match published(fields.one("published")?.trim()) {
            Ok(hints) => Hints { places: Some(&app.world.group.places), ..hints },
            Err(words) => return view(&app, &desk, &stands, None, &[], Typed::at(fields, "published", words), unfit).await,
        };
        if text.chars().count() > TEXT_LETTERS_MAX {
            let words = format!("This is longer than {TEXT_LETTERS_MAX} letters. Read it in parts.");
            return view(&app, &desk, &stands, None, &[], Typed::at(fields, "text", words), unfit).await;
        }
        let reading = match read(&text, &hints) {
            Ok(mut reading) => {
                reading.findings.truncate(FINDINGS_MAX);
                reading
            }
            Err(no) => return view(&app, &desk, &stands, None, &[], Typed::at(fields, "text", no.to_string()), unfit).await,
        };
        if fields.one("go")? != "propose" {
            return view(&app, &desk, &stands, Some(&reading), &[], Typed { fields, errors: Vec::new() }, StatusCode::OK).await;
        }
        let statements = match statements(&app, &stands, (&text, &reading), &fields) {
            Ok(statements) => statements,
            Err(errors) => return view(&app, &desk, &stands, Some(&reading), &[], Typed { fields, errors }, unfit).await,
        };
        let new = NewProposal { proposed: Proposed::Statements { statements }, explanation: marked::explanation(&fields) };
        // What cannot be worked out is refused by the rule below, with its reason.
        let marks = stands.marks(&app.world, &new.proposed).unwrap_or_default();
        let errors = marked::errors(&marks, &new.explanation, stands.file.incident.home);
        match refused(record::propose(&app.world, &desk.caller, incident, new).await)? {
            Ok(_) => Ok(see_other("/desk/record")),
            Err(no) => {
                let typed = match marked::is_about_marks(no) {
                    true => Typed { fields, errors },
                    false => Typed::no(fields, no, |_| ""),
                };
                view(&app, &desk, &stands, Some(&reading), &marks, typed, unfit).await
            }
        }
    })
    .await
}

/// What the form accepts, as statements.
fn statements(
    app: &App,
    stands: &RecordFile,
    (text, reading): (&str, &Reading),
    fields: &Fields,
) -> Result<Vec<Statement>, Vec<FieldError>> {
    let one = |field: &str| fields.one(field).unwrap_or_default().trim().to_owned();
    let mut errors = Vec::new();
    let publisher = match one("publisher").as_str() {
        NEW_PUBLISHER => {
            let kind = SourceKind::parse(&one("kind"));
            if kind.is_none() {
                errors.push(FieldError::new("kind", "Choose what sort of source it is."));
            }
            if one("label").is_empty() {
                errors.push(FieldError::new("label", "Say how the record names it."));
            }
            if one("standing").is_empty() && kind.is_some_and(SourceKind::needs_standing) {
                errors.push(FieldError::new("standing", Record::StandingMissing.advice()));
            }
            kind.map(|kind| {
                Publisher::New(NewSource {
                    kind,
                    label: one("label"),
                    standing: one("standing"),
                    said: one("published"),
                    url: one("url"),
                    copies: None,
                    via: None,
                    asked: String::new(),
                    replied: String::new(),
                })
            })
        }
        number => {
            let known = number.parse().ok().filter(|number| stands.ledger().source(*number).is_some_and(|source| source.body.is_some()));
            if known.is_none() {
                errors.push(FieldError::new("publisher", Record::SourceMissing.advice()));
            }
            known.map(Publisher::Known)
        }
    };
    let accepted: Vec<usize> = (0..reading.findings.len())
        .filter(|place| one(&format!("take-{}", accepted::sign(&reading.findings[*place], text))) == ACCEPT)
        .collect();
    let voice = |voice: Voice| {
        let sign = accepted::sign_of_a_voice(&voice.name);
        let kind = SourceKind::parse(&one(&format!("kind-{sign}"))).unwrap_or(voice.kind);
        Voice { kind, standing: one(&format!("standing-{sign}")), ..voice }
    };
    let voices: Vec<Voice> = accepted::voices(&reading.findings).into_iter().map(voice).collect();
    let Some(publisher) = publisher.filter(|_| errors.is_empty()) else { return Err(errors) };
    accepted::statements((text, reading), &app.world.group.playbook, &accepted, publisher, &voices).map_err(|no| {
        let field = match &no {
            AcceptedRefusal::StandingMissing(name) => format!("standing-{}", accepted::sign_of_a_voice(name)),
            AcceptedRefusal::Nothing | AcceptedRefusal::TooManyWords => String::new(),
        };
        vec![FieldError::new(field, no.to_string())]
    })
}

async fn view(
    app: &App,
    desk: &Desk,
    stands: &RecordFile,
    reading: Option<&Reading>,
    marks: &[Marked],
    typed: Typed,
    status: StatusCode,
) -> Result<Response, Problem> {
    let incident = stands.file.incident.id;
    let (frame, bar) = around(app, desk, Tab::DeskRecord, &path(incident), "Read an article").await?;
    let text = |field: &str| typed.text(field);
    let sources = stands.ledger().sources.iter().filter_map(|placed| placed.body.as_ref());
    let known = sources.map(|source| Choice {
        chosen: text("publisher") == source.number.to_string(),
        ..Choice::new(source.number.to_string(), format!("{}: {}", source.number, source.label))
    });
    let new =
        Choice { chosen: matches!(text("publisher").as_str(), "" | NEW_PUBLISHER), ..Choice::new(NEW_PUBLISHER, "A new publisher, below") };
    let kind = Some(text("kind")).filter(|kind| !kind.is_empty()).unwrap_or_else(|| SourceKind::Press.name().to_owned());
    let closed = opening::permitted(app, desk, Subject::Incident(incident)).await.is_err();
    let page = ArticlePage {
        frame,
        desk: bar,
        id: incident.to_string(),
        version: stands.file.incident.version.to_string(),
        // Of a matter that has to be opened first, no more than its public title is said here.
        headline: match &stands.record {
            Some(record) => record.title.clone(),
            None if closed => "an incident".to_owned(),
            None => words::incident_headline(app, &stands.file.incident),
        },
        refusal: editor::missing(desk, stands).map(str::to_owned),
        text: text("text"),
        published: text("published"),
        publishers: std::iter::once(new).chain(known).collect(),
        kinds: shown::kinds(&kind),
        named: text("label"),
        standing: text("standing"),
        url: text("url"),
        read: reading.map(|reading| shown::read(app, reading, &typed)),
        marks: marked::asked(marks, &typed.fields, stands.file.incident.home),
        errors: typed.errors,
    };
    Ok(page_with(status, &page))
}

#[cfg(test)]
mod tests;
