//! The doors of what is the same: take a report out of one of its incidents, say that a suggested pair is not the
//! same happening, take that back.
//!
//! Joining and opening stand with the report. A press leads back to the page it was made on. Nothing is merged and
//! nothing is hidden here: a difference takes one suggestion away and leaves the report where it was.

use super::report::{pressed, view};
use super::{Names, Part, Typed, clock, id, refused, told_at, words};
use crate::acts::desk;
use crate::doors::App;
use crate::doors::answer::see_other;
use crate::doors::fields::Fields;
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::desk::difference::Difference;
use handbell_rules::desk::incident::{Ending, Incident};
use handbell_rules::id::{IncidentId, ReportId};
use handbell_rules::street::report::Report;
use handbell_site::{BelongsTo, DifferentPair, Link};

/// The doors.
pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/desk/reports/{id}/take-out", Who::Member, take_out),
        Route::post("/desk/reports/{id}/different", Who::Member, different),
        Route::post("/desk/reports/{id}/same", Who::Member, same),
    ]
}

async fn take_out(State(app): State<App>, Part(report): Part<String>, request: Request) -> Response {
    let back = format!("/desk/reports/{report}");
    told_at(&app, &back, async {
        let (desk, fields, report) = pressed(&app, request, &report, &["csrf", "version", "incident"]).await?;
        let incident: IncidentId = id(fields.one("incident")?)?;
        match refused(desk::take_out(&app.world, &desk.caller, incident, report).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, report, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

/// The page a press was made on: the report's own, or the incident's.
fn made_on(fields: &Fields, report: ReportId, incident: IncidentId) -> Result<String, Problem> {
    match fields.one("page")? {
        "report" => Ok(format!("/desk/reports/{report}")),
        "incident" => Ok(format!("/desk/incidents/{incident}")),
        _ => Err(Problem::of(Trouble::FormBroken)),
    }
}

async fn different(State(app): State<App>, Part(report): Part<String>, request: Request) -> Response {
    let back = format!("/desk/reports/{report}");
    told_at(&app, &back, async {
        let (desk, fields, report) = pressed(&app, request, &report, &["csrf", "version", "incident", "page", "reason"]).await?;
        let incident: IncidentId = id(fields.one("incident")?)?;
        let page = made_on(&fields, report, incident)?;
        match refused(desk::say_different(&app.world, &desk.caller, incident, report, fields.one("reason")?).await)? {
            Ok(()) => Ok(see_other(&page)),
            Err(no) => view(&app, &desk, report, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

async fn same(State(app): State<App>, Part(report): Part<String>, request: Request) -> Response {
    let back = format!("/desk/reports/{report}");
    told_at(&app, &back, async {
        let (desk, fields, report) = pressed(&app, request, &report, &["csrf", "version", "incident", "page"]).await?;
        let incident: IncidentId = id(fields.one("incident")?)?;
        let page = made_on(&fields, report, incident)?;
        match refused(desk::take_difference_back(&app.world, &desk.caller, incident, report).await)? {
            Ok(()) => Ok(see_other(&page)),
            Err(no) => view(&app, &desk, report, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

/// The incidents a report belongs to, in the order of joining.
pub async fn incidents_of(app: &App, report: &Report) -> Result<Vec<Incident>, Problem> {
    let mut list = Vec::with_capacity(report.incidents.len());
    for incident in &report.incidents {
        list.extend(app.world.store.incident(*incident).await?);
    }
    Ok(list)
}

/// One line for each incident that a report belongs to.
pub fn belongs(app: &App, incidents: &[Incident]) -> Vec<BelongsTo> {
    let line = |incident: &Incident| BelongsTo {
        id: incident.id.to_string(),
        href: format!("/desk/incidents/{}", incident.id),
        headline: words::incident_headline(app, incident),
        ended: incident.ended.map_or_else(String::new, |(ending, _)| ended(ending).to_owned()),
    };
    incidents.iter().map(line).collect()
}

const fn ended(ending: Ending) -> &'static str {
    match ending {
        Ending::Over => "Over",
        Ending::NothingFound => "Nothing found",
        Ending::CannotBeVerified => "Cannot be verified",
        Ending::Mistaken => "Mistaken",
    }
}

/// The other incidents of a report, as links on the page of `incident`.
pub async fn others(app: &App, report: &Report, incident: IncidentId) -> Result<Vec<Link>, Problem> {
    let others = incidents_of(app, report).await?.into_iter().filter(|other| other.id != incident);
    let link = |other: Incident| Link { href: format!("/desk/incidents/{}", other.id), words: words::incident_headline(app, &other) };
    Ok(others.map(link).collect())
}

fn pair(app: &App, said: &Difference, version: u32, (href, headline): (String, String), names: &Names) -> DifferentPair {
    DifferentPair {
        report: said.report.to_string(),
        version: version.to_string(),
        incident: said.incident.to_string(),
        href,
        headline,
        by: format!("{}, {}.", names.of(said.by), clock(app, said.at)),
        reason: said.reason.clone(),
    }
}

/// What a report is said to be different from, for its page.
pub async fn from_report(app: &App, report: &Report, said: &[Difference], names: &Names) -> Result<Vec<DifferentPair>, Problem> {
    let mut list = Vec::with_capacity(said.len());
    for one in said {
        if let Some(incident) = app.world.store.incident(one.incident).await? {
            let other = (format!("/desk/incidents/{}", incident.id), words::incident_headline(app, &incident));
            list.push(pair(app, one, report.version, other, names));
        }
    }
    Ok(list)
}

/// What an incident is said to be different from, for its page.
pub fn from_incident(app: &App, said: &[(Report, Difference)], names: &Names) -> Vec<DifferentPair> {
    let line = |(report, one): &(Report, Difference)| {
        // What has become part of another incident is told no finer here: its own page may ask for a reason.
        let headline = if report.incidents.is_empty() { words::report_headline(app, report) } else { words::report_of(app, report) };
        pair(app, one, report.version, (format!("/desk/reports/{}", report.id), headline), names)
    };
    said.iter().map(line).collect()
}
