//! The follow-up list at the desk: what to ask again today, and "asked, nothing known" in one step.
//!
//! The days come from the log ([`handbell_rules::record::follow_up`]). The one step proposes that nobody could tell:
//! whom the desk asked and when, by the desk itself as the source. Another member approves it like everything public.
//! What somebody could tell has the editor's form. Nothing here publishes.

use super::editor::reading::desk_source;
use super::editor::stands::escaped;
use super::{Part, Typed, around, editor, id, marked, refused, same_version, told_at};
use crate::acts::record::{self, Due};
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::record::incident::came;
use crate::doors::routes::{Route, Who};
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::id::IncidentId;
use handbell_rules::people::member::Role;
use handbell_rules::record::outcome::{NewOutcome, OutcomeValue, Slot};
use handbell_rules::record::proposal::Proposed;
use handbell_rules::record::statement::Statement;
use handbell_rules::refusal::Record;
use handbell_rules::span::Span;
use handbell_site::{FieldError, FollowUpPage, FollowUpRow, Link, Tab};
use http::HeaderMap;

/// Where the list stands.
const PATH: &str = "/desk/follow-up";
/// Rows of the list; more are counted.
const ROWS_MAX: usize = 50;
/// What is said where the guard marked who was asked.
const MARKED: &str =
    "The guard marked words of this. Name an office instead of a person, or use “Somebody could tell”, where a reason can be given.";

/// The doors of the follow-up.
pub fn routes() -> Vec<Route> {
    vec![Route::get(PATH, Who::Member, show), Route::post("/desk/follow-up/{id}", Who::Member, nothing_known)]
}

async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        list(&app, &desk, None, Typed::default()).await
    })
    .await
}

async fn nothing_known(State(app): State<App>, Part(incident): Part<String>, request: Request) -> Response {
    told_at(&app, PATH, async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "version", "slot", "about", "whom", "asked_on"]).await?;
        desk.at_the_desk()?;
        let incident: IncidentId = id(&incident)?;
        let stands = record::read_record_file(&app.world, &desk.caller, incident).await?;
        same_version(&fields, stands.file.incident.version)?;
        let slot = Slot::parse(fields.one("slot")?).ok_or_else(|| Problem::of(Trouble::FormBroken))?;
        let text = |field: &str| Ok::<_, Problem>(fields.one(field)?.trim().to_owned());
        let (about, asked, asked_on) = (text("about")?, text("whom")?, text("asked_on")?);
        let (first, source) = desk_source(&app, &stands);
        let new = NewOutcome {
            slot,
            about: about.clone(),
            value: OutcomeValue::Unknown,
            edtf: String::new(),
            source,
            asked,
            asked_on,
            words: String::new(),
        };
        let statements = first.into_iter().chain([Statement::Outcome(new)]).collect();
        match refused(record::propose(&app.world, &desk.caller, incident, Proposed::Statements { statements }).await)? {
            Ok(_) => Ok(see_other("/desk/record")),
            Err(no) => {
                let words = if marked::is_about_marks(no) { MARKED } else { no.advice() };
                let typed = Typed::at(fields, "whom", words);
                list(&app, &desk, Some((incident, slot, about)), typed).await
            }
        }
    })
    .await
}

/// The list; `pressed` is the row whose form was pressed and not taken, with what was typed there.
async fn list(app: &App, desk: &Desk, pressed: Option<(IncidentId, Slot, String)>, typed: Typed) -> Result<Response, Problem> {
    let due = record::follow_up(&app.world, &desk.caller).await?;
    let refusal = desk.caller.needs(Role::Editor).is_err().then(|| Record::EditorNeeded.advice().to_owned());
    let more = due.len().saturating_sub(ROWS_MAX);
    let mut errors: Vec<FieldError> = Vec::new();
    let mut rows = Vec::with_capacity(due.len().min(ROWS_MAX));
    for (place, one) in due.iter().take(ROWS_MAX).enumerate() {
        let about = one.slot.about.clone().unwrap_or_default();
        let is_pressed = pressed
            .as_ref()
            .is_some_and(|(incident, slot, part)| *incident == one.incident.id && slot.name() == one.slot.slot && *part == about);
        let typed = Some(&typed).filter(|_| is_pressed);
        let row = row(app, one, place + 1, about, refusal.is_none(), typed);
        if let Some(typed) = typed {
            errors.extend(typed.errors.iter().map(|error| FieldError::new(row.whom_id.clone(), error.words.clone())));
        }
        rows.push(row);
    }
    if errors.is_empty() {
        // The row is due no more, or stands below the fold; its words stand in the summary all the same.
        errors.extend(typed.errors.iter().map(|error| FieldError::new("", error.words.clone())));
    }
    let (frame, bar) = around(app, desk, Tab::DeskRecord, PATH, "Ask again").await?;
    let more = if more == 0 { String::new() } else { format!("{more} more are due.") };
    let status = typed.status();
    Ok(page_with(status, &FollowUpPage { frame, desk: bar, rows, more, refusal, errors }))
}

fn row(app: &App, due: &Due, place: usize, about: String, can_propose: bool, typed: Option<&Typed>) -> FollowUpRow {
    let shown = came(app, &due.slot, |_| false);
    let incident = due.incident.id;
    let last = due.slot.last_asked.as_ref().map(|last| last.whom.clone()).unwrap_or_default();
    let today = app.world.now().utc_minute().get(..10).unwrap_or_default().to_owned();
    FollowUpRow {
        id: incident.to_string(),
        version: due.incident.version.to_string(),
        incident: Link { href: format!("/record/{incident}"), words: due.title.clone() },
        slot: due.slot.slot.clone(),
        label: shown.label,
        due: Span::parse(&due.since).map_or_else(|_| due.since.clone(), |day| day.words()),
        stands: shown.words,
        editor_href: format!("{}?add=outcome&from={}&about={}", editor::path(incident), due.slot.slot, escaped(&about)),
        waiting: due.waiting,
        can_propose,
        whom_id: format!("whom-{place}"),
        whom: typed.map_or(last, |typed| typed.text("whom")),
        on_id: format!("on-{place}"),
        on: typed.map_or(today, |typed| typed.text("asked_on")),
        about,
    }
}

#[cfg(test)]
mod tests;
