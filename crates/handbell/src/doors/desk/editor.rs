//! The editor's doors: what stands in the public record of one incident, and the forms that add to it.
//!
//! One form at a time, each for one sort of statement; pressing it makes a proposal that another member must
//! approve at `/desk/record`. What was typed stays, whatever the answer. A claim can be started from one the
//! desk already has; of its witness only "Witness A" goes along. Nothing here publishes.

mod form;
pub(super) mod reading;
pub(super) mod stands;

use super::{Part, Typed, around, id, marked, opening, refused, told_at};
use super::{article, words};
use crate::acts::alone;
use crate::acts::record::{self, RecordFile};
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::fields::Fields;
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use axum::extract::{RawQuery, Request, State};
use axum::response::Response;
use handbell_rules::id::IncidentId;
use handbell_rules::people::member::Role;
use handbell_rules::people::trail::Subject;
use handbell_rules::record::marks::Finding;
use handbell_rules::record::proposal::{NewProposal, Proposal, Proposed};
use handbell_rules::refusal::Record;
use handbell_site::{EditorForm, EditorPage, FieldError, Link, Tab};
use http::{HeaderMap, StatusCode};

/// What can be added, each by a form of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adding {
    /// A source.
    Source,
    /// A claim, with a new source or a known one.
    Claim,
    /// What the desk says about a fact.
    Assessment,
    /// Something that happened to a claim.
    Event,
    /// Footage of another event.
    LookAlike,
    /// A similar event elsewhere.
    Similar,
    /// What became of something.
    Outcome,
    /// Words are taken from the public.
    Redaction,
}

/// What the button sends that only shows how a claim reads.
pub const LOOK: &str = "look";
/// What is ticked when one member takes words at once, by a button of its own.
const ALONE: &str = "alone";
/// Fields of a source.
const SOURCE: [&str; 9] = ["kind", "label", "standing", "said", "url", "copies", "via", "asked", "replied"];

impl Adding {
    /// Everything that can be added: the form's name in its address, and what the list calls it.
    const ALL: [(Adding, &'static str, &'static str); 8] = [
        (Adding::Claim, "claim", "A claim, and who says so"),
        (Adding::Assessment, "assessment", "What we say about a fact"),
        (Adding::Source, "source", "A source alone"),
        (Adding::Event, "event", "Something happened to a claim"),
        (Adding::Outcome, "outcome", "What came of it"),
        (Adding::LookAlike, "look-alike", "Footage of another event"),
        (Adding::Similar, "similar", "A similar event elsewhere"),
        (Adding::Redaction, "redaction", "Take words from the public"),
    ];

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| *known == name).map(|(adding, ..)| *adding)
    }

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(adding, ..)| *adding == self).map_or("", |(_, name, _)| name)
    }

    /// The fields its form sends beside the guard.
    fn fields(self) -> Vec<&'static str> {
        let own: &[&str] = match self {
            Self::Source => &[],
            Self::Claim => &["predicate", "about", "source", "polarity", "words", "choice", "edtf", "low", "high", "point", "radius", LOOK],
            Self::Assessment => &["predicate", "about", "standing", "sentence-*", "rests-*", "use-*", "correction", "note"],
            Self::Event => &["claim", "event", "by_claim", "reason"],
            Self::LookAlike => &["place", "year", "note"],
            Self::Similar => &["place", "edtf"],
            Self::Outcome => &["value", "about", "edtf", "words", "whom", "asked_on", "source"],
            Self::Redaction => &["entry", "reason", ALONE],
        };
        let source: &[&str] = if matches!(self, Self::Source | Self::Claim | Self::Outcome) { &SOURCE } else { &[] };
        let marked: &[&str] = if self == Self::Redaction { &[] } else { &marked::FIELDS };
        [own, source, marked].concat()
    }

    /// The form's field for a refusal's.
    fn field_of(self, field: &'static str) -> &'static str {
        match (self, field) {
            (Self::Source, "words") => "label",
            (Self::Source, "source") => "copies",
            (Self::Assessment, "sentence" | "words") => "sentence-1",
            (Self::Assessment, "claims") => "rests-1",
            (Self::Event, "claims") => "claim",
            (Self::Event, "words") => "reason",
            (Self::LookAlike, "words") => "note",
            (Self::Similar, "words") => "place",
            (Self::Outcome, "outcome") => "words",
            (_, field) if self.fields().contains(&field) => field,
            _ => "",
        }
    }
}

/// The doors of the editor.
pub fn routes() -> Vec<Route> {
    macro_rules! adds {
        ($($path:literal $adding:ident)*) => {
            vec![
                Route::get("/desk/incidents/{id}/editor", Who::Member, show),
                $(Route::post($path, Who::Member, |state: State<App>, part: Part<String>, request: Request| {
                    add(state, part, request, Adding::$adding)
                })),*
            ]
        };
    }
    let mut routes = adds! {
        "/desk/incidents/{id}/editor/source" Source
        "/desk/incidents/{id}/editor/claim" Claim
        "/desk/incidents/{id}/editor/assessment" Assessment
        "/desk/incidents/{id}/editor/event" Event
        "/desk/incidents/{id}/editor/look-alike" LookAlike
        "/desk/incidents/{id}/editor/similar" Similar
        "/desk/incidents/{id}/editor/outcome" Outcome
        "/desk/incidents/{id}/editor/redaction" Redaction
    };
    routes.push(Route::post("/desk/incidents/{id}/editor/alone", Who::Member, take_alone));
    routes
}

/// The editor's path for an incident.
pub fn path(incident: IncidentId) -> String {
    format!("/desk/incidents/{incident}/editor")
}

async fn show(State(app): State<App>, Part(incident): Part<String>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        let query = Fields::parse(query.unwrap_or_default().as_bytes())?;
        query.only(&["add", "from", "fact", "about"])?;
        let adding = match query.one("add")? {
            "" => None,
            name => Some(Adding::parse(name).ok_or_else(|| Problem::of(Trouble::NotFound))?),
        };
        let mut stands = record::read_record_file(&app.world, &desk.caller, id(&incident)?).await?;
        if opening::permitted(&app, &desk, Subject::Incident(stands.file.incident.id)).await.is_err() {
            // The public record is written years later; what the desk holds beside it opens as everything else does.
            stands.file.claims.clear();
            stands.file.reports.clear();
        }
        let fields = form::begun(&app, &stands, adding, &query)?;
        view(&app, &desk, &stands, adding, &[], Typed { fields, errors: Vec::new() }, StatusCode::OK).await
    })
    .await
}

async fn add(State(app): State<App>, Part(incident): Part<String>, request: Request, adding: Adding) -> Response {
    let back = format!("/desk/incidents/{incident}/editor?add={}", adding.name());
    told_at(&app, &back, async {
        let known: Vec<&str> = ["csrf", "version"].into_iter().chain(adding.fields()).collect();
        let (desk, fields) = gate::desk_form(&app, request, &known).await?;
        desk.at_the_desk()?;
        let incident: IncidentId = id(&incident)?;
        for (name, _) in fields.iter() {
            fields.one(name)?;
        }
        let stands = record::read_record_file(&app.world, &desk.caller, incident).await?;
        let read: u32 = fields.one("version")?.parse().map_err(|_| Problem::of(Trouble::FormBroken))?;
        if read != stands.file.incident.version {
            let words = "Somebody added to this incident while you wrote. Look at what stands now, then propose again. Nothing was done.";
            return view(&app, &desk, &stands, Some(adding), &[], Typed::at(fields, "", words), StatusCode::CONFLICT).await;
        }
        let statements = match reading::statements(&app, &stands, adding, &fields) {
            Ok(statements) => statements,
            Err(errors) => {
                let typed = Typed { fields, errors };
                return view(&app, &desk, &stands, Some(adding), &[], typed, StatusCode::UNPROCESSABLE_ENTITY).await;
            }
        };
        if adding == Adding::Claim && !fields.one(LOOK)?.is_empty() {
            return view(&app, &desk, &stands, Some(adding), &[], Typed { fields, errors: Vec::new() }, StatusCode::OK).await;
        }
        let new = NewProposal { proposed: Proposed::Statements { statements }, explanation: marked::explanation(&fields) };
        // What cannot be worked out is refused by the rule below, with its reason.
        let findings = stands.marks(&app.world, &new.proposed).unwrap_or_default();
        let errors = marked::errors(&findings, &new.explanation, stands.file.incident.home);
        match refused(record::propose(&app.world, &desk.caller, incident, new).await)? {
            Ok(_) => Ok(see_other("/desk/record")),
            Err(no) => {
                let typed = match marked::is_about_marks(no) {
                    true => Typed { fields, errors },
                    false => Typed::no(fields, no, |field| adding.field_of(field)),
                };
                view(&app, &desk, &stands, Some(adding), &findings, typed, StatusCode::UNPROCESSABLE_ENTITY).await
            }
        }
    })
    .await
}

/// Takes the words of an entry at once, by this member alone. The tick says that they know what it is; a press
/// without it changes nothing.
async fn take_alone(State(app): State<App>, Part(incident): Part<String>, request: Request) -> Response {
    let back = format!("/desk/incidents/{incident}/editor?add={}", Adding::Redaction.name());
    told_at(&app, &back, async {
        let known: Vec<&str> = ["csrf", "version"].into_iter().chain(Adding::Redaction.fields()).collect();
        let (desk, fields) = gate::desk_form(&app, request, &known).await?;
        desk.at_the_desk()?;
        for (name, _) in fields.iter() {
            fields.one(name)?;
        }
        let incident: IncidentId = id(&incident)?;
        let stands = record::read_record_file(&app.world, &desk.caller, incident).await?;
        let read = reading::redaction(&app, &stands, &fields);
        let ticked = fields.one(ALONE)? == "yes";
        let again = |typed: Typed| view(&app, &desk, &stands, Some(Adding::Redaction), &[], typed, StatusCode::UNPROCESSABLE_ENTITY);
        let (entry, reason) = match read {
            Err(errors) => return again(Typed { fields, errors }).await,
            Ok(_) if !ticked => {
                let words = "Tick this to take the words now and alone. Nothing was done.";
                return again(Typed::at(fields, ALONE, words)).await;
            }
            Ok(read) => read,
        };
        // Whoever changed the incident meanwhile holds nobody up: the entry is named by its place, which never changes.
        match refused(alone::take(&app.world, &desk.caller, incident, &[entry], reason).await)? {
            Ok(_) => Ok(see_other("/desk/record#h-alone")),
            Err(no) => again(Typed::no(fields, no, |field| Adding::Redaction.field_of(field))).await,
        }
    })
    .await
}

/// What is needed before anything can be added; nothing when something can.
pub fn missing(desk: &Desk, stands: &RecordFile) -> Option<&'static str> {
    if desk.caller.needs(Role::Editor).is_err() {
        Some(Record::EditorNeeded.advice())
    } else if !stands.file.incident.public {
        Some(Record::NotPublic.advice())
    } else {
        None
    }
}

fn waiting(stands: &RecordFile) -> Option<String> {
    match stands.file.proposals.iter().filter(|one: &&Proposal| one.is_open()).count() {
        0 => None,
        1 => Some("One proposal of this incident waits for a second member.".to_owned()),
        some => Some(format!("{some} proposals of this incident wait for a second member.")),
    }
}

async fn view(
    app: &App,
    desk: &Desk,
    stands: &RecordFile,
    adding: Option<Adding>,
    findings: &[Finding],
    typed: Typed,
    status: StatusCode,
) -> Result<Response, Problem> {
    let incident = stands.file.incident.id;
    let missing = missing(desk, stands);
    let path = path(incident);
    let may = missing.is_none();
    let form = match adding.filter(|_| may) {
        None => EditorForm::Nothing,
        Some(adding) => form::form(app, stands, adding, &typed),
    };
    let marks = marked::asked(findings, &typed.fields, stands.file.incident.home);
    let adds = Adding::ALL.iter().filter(|(one, ..)| may && Some(*one) != adding);
    let (frame, bar) = around(app, desk, Tab::DeskRecord, &path, "Write the record").await?;
    // A refusal that no field of the page shows stands in the summary alone.
    let errors: Vec<FieldError> = typed.errors;
    let page = EditorPage {
        frame,
        desk: bar,
        id: incident.to_string(),
        version: stands.file.incident.version.to_string(),
        headline: stands
            .record
            .as_ref()
            .map_or_else(|| words::incident_headline(app, &stands.file.incident), |record| record.title.clone()),
        record_href: stands.record.as_ref().map(|_| format!("/record/{incident}")),
        refusal: missing.map(str::to_owned),
        waiting: waiting(stands),
        adds: adds
            .map(|(_, name, words)| Link { href: format!("{path}?add={name}"), words: (*words).to_owned() })
            .chain(may.then(|| Link { href: article::path(incident), words: "What an article or a statement says".to_owned() }))
            .collect(),
        starts: if may && adding.is_none() { form::starts(app, stands) } else { Vec::new() },
        form,
        marks,
        facts: stands::facts(stands, may),
        sources: stands::sources(stands),
        notes: stands::notes(stands),
        errors,
    };
    Ok(page_with(status, &page))
}

#[cfg(test)]
mod tests;
