//! The desk's doors of a body's side: its statement word for word, that it was asked for comment, what came.
//!
//! Each press makes a proposal that another member approves at `/desk/record`. Days and clocks are those of the
//! group's zone and become UTC minutes here; what cannot be read as one is said beside its field.

use super::{Part, Typed, around, id, marked, refused, told_at, words};
use crate::acts::record::{self, RecordFile, read_record_file};
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::fields::Fields;
use crate::doors::gate::{self, Desk};
use crate::doors::problem::Problem;
use crate::doors::routes::{Route, Who};
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::id::IncidentId;
use handbell_rules::people::member::Role;
use handbell_rules::record::Ref;
use handbell_rules::record::marks::Finding;
use handbell_rules::record::official::{AskedBy, Came, NewAsked, NewCame, NewOfficial, Side};
use handbell_rules::record::proposal::{NewProposal, Proposed};
use handbell_rules::record::source::SourceKind;
use handbell_rules::record::statement::Statement;
use handbell_rules::refusal::{Record, Refusal};
use handbell_rules::time::Timestamp;
use handbell_site::{Choice, FieldError, SidesPage, Tab};
use http::HeaderMap;

/// The doors of a body's side.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/desk/incidents/{id}/sides", Who::Member, show),
        Route::post("/desk/incidents/{id}/sides/statement", Who::Member, |state: State<App>, part: Part<String>, request: Request| {
            add(state, part, request, Adding::Statement)
        }),
        Route::post("/desk/incidents/{id}/sides/asked", Who::Member, |state: State<App>, part: Part<String>, request: Request| {
            add(state, part, request, Adding::Asked)
        }),
        Route::post("/desk/incidents/{id}/sides/came", Who::Member, |state: State<App>, part: Part<String>, request: Request| {
            add(state, part, request, Adding::Came)
        }),
    ]
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Adding {
    Statement,
    Asked,
    Came,
}

impl Adding {
    fn fields(self) -> Vec<&'static str> {
        let own: &[&str] = match self {
            Self::Statement => &["source", "said", "text"],
            Self::Asked => &["body", "how", "asked_day", "asked_clock", "until_day", "until_clock", "about"],
            Self::Came => &["request", "came", "came_day", "came_clock"],
        };
        let marked: &[&str] = if self == Self::Came { &[] } else { &marked::FIELDS };
        [&["csrf", "version"], own, marked].concat()
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Statement => "statement",
            Self::Asked => "asked",
            Self::Came => "came",
        }
    }

    /// The form's field for a refusal.
    fn field_of(self, no: Refusal) -> &'static str {
        match (self, no.field()) {
            (Self::Statement, "edtf") => "said",
            (Self::Statement, "words" | "text") => "text",
            (Self::Statement, "source") => "source",
            (Self::Asked, "asked") => "asked_day",
            (Self::Asked, "body" | "words") => "body",
            (Self::Came, "asked") => "came_day",
            (Self::Came, "request") => "request",
            _ => "",
        }
    }
}

/// A day and a clock of the group's zone as a UTC minute.
fn minute(app: &App, day: &str, clock: &str) -> Option<String> {
    let at: jiff::civil::DateTime = format!("{}T{}:00", day.trim(), clock.trim()).parse().ok()?;
    let zoned = at.in_tz(app.world.group.playbook.zone()).ok()?;
    Some(Timestamp::from_milliseconds(zoned.timestamp().as_millisecond()).utc_minute())
}

fn wanted(app: &App, fields: &Fields, day: &str, clock: &str) -> Result<String, FieldError> {
    let text = |name: &str| fields.one(name).unwrap_or_default().to_owned();
    minute(app, &text(day), &text(clock)).ok_or_else(|| FieldError::new(day, "Write the day as 2017-05-14 and the clock as 14:05."))
}

fn statement(app: &App, adding: Adding, fields: &Fields) -> Result<Statement, FieldError> {
    let text = |name: &str| fields.one(name).unwrap_or_default().to_owned();
    let number = |name: &str, words: &str| text(name).parse::<u32>().map_err(|_| FieldError::new(name, words));
    Ok(match adding {
        Adding::Statement => Statement::Official(NewOfficial {
            source: Ref::Known(number("source", Record::SourceMissing.advice())?),
            said: text("said").trim().to_owned(),
            text: text("text"),
        }),
        Adding::Asked => Statement::Asked(NewAsked {
            body: text("body"),
            how: AskedBy::parse(&text("how")).ok_or_else(|| FieldError::new("how", "Choose how it was asked."))?,
            asked: wanted(app, fields, "asked_day", "asked_clock")?,
            answer_by: wanted(app, fields, "until_day", "until_clock")?,
            about: text("about"),
        }),
        Adding::Came => Statement::Came(NewCame {
            request: number("request", Record::RequestMissing.advice())?,
            came: Came::parse(&text("came")).ok_or_else(|| FieldError::new("came", "Choose what came."))?,
            when: wanted(app, fields, "came_day", "came_clock")?,
        }),
    })
}

async fn show(State(app): State<App>, Part(incident): Part<String>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        desk.at_the_desk()?;
        let stands = read_record_file(&app.world, &desk.caller, id(&incident)?).await?;
        view(&app, &desk, &stands, None, &[], Typed::default()).await
    })
    .await
}

async fn add(State(app): State<App>, Part(incident): Part<String>, request: Request, adding: Adding) -> Response {
    let back = format!("/desk/incidents/{incident}/sides");
    told_at(&app, &back, async {
        let (desk, fields) = gate::desk_form(&app, request, &adding.fields()).await?;
        desk.at_the_desk()?;
        let incident: IncidentId = id(&incident)?;
        let stands = read_record_file(&app.world, &desk.caller, incident).await?;
        let statement = match statement(&app, adding, &fields) {
            Ok(statement) => statement,
            Err(error) => return view(&app, &desk, &stands, Some(adding), &[], Typed { fields, errors: vec![error] }).await,
        };
        let proposed = Proposed::Statements { statements: vec![statement] };
        let findings = stands.marks(&app.world, &proposed).unwrap_or_default();
        let new = NewProposal { proposed, explanation: marked::explanation(&fields) };
        let errors = marked::errors(&findings, &new.explanation, stands.file.incident.home);
        match refused(record::propose(&app.world, &desk.caller, incident, new).await)? {
            Ok(_) => Ok(see_other("/desk/record")),
            Err(no) if marked::is_about_marks(no) => view(&app, &desk, &stands, Some(adding), &findings, Typed { fields, errors }).await,
            Err(no) => {
                let typed = Typed::at(fields, adding.field_of(no), no.advice());
                view(&app, &desk, &stands, Some(adding), &findings, typed).await
            }
        }
    })
    .await
}

/// What is missing before anything can be added.
fn missing(desk: &Desk, stands: &RecordFile) -> Option<&'static str> {
    if !stands.file.incident.public {
        Some(Record::NotPublic.advice())
    } else if desk.caller.needs(Role::Editor).is_err() {
        Some(Record::EditorNeeded.advice())
    } else {
        None
    }
}

async fn view(
    app: &App,
    desk: &Desk,
    stands: &RecordFile,
    adding: Option<Adding>,
    findings: &[Finding],
    typed: Typed,
) -> Result<Response, Problem> {
    let incident = stands.file.incident.id;
    let text = |name: &str| typed.text(name);
    let choice = |field: &str, value: String, words: String| Choice { chosen: text(field) == value, ..Choice::new(value, words) };
    let speaks = [SourceKind::Official, SourceKind::Organisation, SourceKind::Press, SourceKind::Court];
    let sources = stands.ledger().sources.iter().filter_map(|placed| placed.body.as_ref());
    let sources = sources.filter(|source| speaks.contains(&source.kind));
    let sources = sources.map(|source| choice("source", source.number.to_string(), format!("{}: {}", source.number, source.label)));
    let asked = stands.ledger().sides.iter().filter_map(|placed| match &placed.body {
        Some(Side::Asked(asked)) => Some(asked),
        _ => None,
    });
    let requests = asked.map(|one| choice("request", one.number.to_string(), format!("{}: {}, {}", one.number, one.body, one.asked)));
    let lines = stands.record.iter().flat_map(|record| &record.lines);
    let path = format!("/desk/incidents/{incident}/sides");
    let (frame, bar) = around(app, desk, Tab::DeskRecord, &path, "The other side").await?;
    let page = SidesPage {
        frame,
        desk: bar,
        id: incident.to_string(),
        version: stands.file.incident.version.to_string(),
        headline: stands
            .record
            .as_ref()
            .map_or_else(|| words::incident_headline(app, &stands.file.incident), |record| record.title.clone()),
        refusal: missing(desk, stands).map(str::to_owned),
        stands: lines.filter(|line| line.kind == 15 && line.type_name != "withdrawn").map(|line| line.says.clone()).collect(),
        sources: sources.collect(),
        said: text("said"),
        text: text("text"),
        body: text("body"),
        hows: AskedBy::ALL.iter().map(|(_, name, words)| choice("how", (*name).to_owned(), (*words).to_owned())).collect(),
        zone_words: format!("Days and clocks are those of {}.", app.world.group.playbook.zone()),
        asked: (text("asked_day"), text("asked_clock")),
        until: (text("until_day"), text("until_clock")),
        about: text("about"),
        requests: requests.collect(),
        cames: Came::ALL.iter().map(|(_, name, words)| choice("came", (*name).to_owned(), (*words).to_owned())).collect(),
        came: (text("came_day"), text("came_clock")),
        marked_in: adding.map_or("", Adding::name).to_owned(),
        marks: marked::asked(findings, &typed.fields, stands.file.incident.home),
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &page))
}
