//! One incident's doors: its page with the computed level and why, undoing a link, ending it.
//!
//! Nobody types a level. The rule, the reason and the members whose records decided stand beside it; names
//! appear at the desk only.

use super::{Names, Part, Typed, around, claim, clock, id, looks, opening, record, refused, same, same_version, told_at, words};
use crate::acts::{bell, desk, watch};
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::fields::Fields;
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use crate::store::IncidentFile;
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::desk::check::{Checked, Level};
use handbell_rules::desk::claim::{Claim, Source};
use handbell_rules::desk::hold::InHand;
use handbell_rules::desk::incident::Ending;
use handbell_rules::id::{IncidentId, ReportId};
use handbell_rules::people::member::Role;
use handbell_rules::people::trail::Subject;
use handbell_site::{Choice, ClaimRow, DeskIncidentPage, IndependentPair, LinkedReport, OfferedReport, Tab};
use http::HeaderMap;
use std::collections::HashMap;

const ENDS: [(Ending, &str); 4] = [
    (Ending::Over, "It happened and is over"),
    (Ending::NothingFound, "Somebody looked and there was nothing"),
    (Ending::CannotBeVerified, "Nobody could find out"),
    (Ending::Mistaken, "It was something else"),
];

/// The doors of an incident.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/desk/incidents/{id}", Who::Member, show),
        Route::post("/desk/incidents/{id}/unlink", Who::Member, unlink),
        Route::post("/desk/incidents/{id}/end", Who::Member, end),
    ]
}

async fn show(State(app): State<App>, Part(incident): Part<String>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        let incident = id(&incident)?;
        match opening::shut(&app, &desk, Subject::Incident(incident)).await? {
            Some(page) => Ok(page),
            None => view(&app, &desk, incident, Typed::default()).await,
        }
    })
    .await
}

/// A press on an incident: the member, the form, the incident's id.
pub async fn pressed(app: &App, request: Request, incident: &str, known: &[&str]) -> Result<(Desk, Fields, IncidentId), Problem> {
    let (desk, fields) = gate::desk_form(app, request, known).await?;
    desk.at_the_desk()?;
    let incident: IncidentId = id(incident)?;
    let stored = app.world.store.incident(incident).await?.ok_or_else(|| Problem::of(Trouble::NotFound))?;
    same_version(&fields, stored.version)?;
    opening::permitted(app, &desk, Subject::Incident(incident)).await?;
    watch::renew(&app.world, &desk.caller, InHand::Incident(incident)).await;
    Ok((desk, fields, incident))
}

async fn unlink(State(app): State<App>, Part(incident): Part<String>, request: Request) -> Response {
    let back = format!("/desk/incidents/{incident}");
    told_at(&app, &back, async {
        let (desk, fields, incident) = pressed(&app, request, &incident, &["csrf", "version", "report"]).await?;
        let report: ReportId = id(fields.one("report")?)?;
        match refused(desk::take_out(&app.world, &desk.caller, incident, report).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, incident, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

async fn end(State(app): State<App>, Part(incident): Part<String>, request: Request) -> Response {
    let back = format!("/desk/incidents/{incident}");
    told_at(&app, &back, async {
        let (desk, fields, incident) = pressed(&app, request, &incident, &["csrf", "version", "end"]).await?;
        let Some(ending) = Ending::parse(fields.one("end")?) else {
            return view(&app, &desk, incident, Typed::at(fields, "end", "Choose how it ended.")).await;
        };
        match refused(desk::end_incident(&app.world, &desk.caller, incident, ending).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, incident, Typed::no(fields, no, |_| "end")).await,
        }
    })
    .await
}

/// The sign beside a claim whose report was corrected or taken back after it was written down.
fn doubt(claim: &Claim, file: &IncidentFile) -> Option<&'static str> {
    let (Source::Report(id) | Source::Observer(id)) = &claim.source else { return None };
    words::doubt(file.reports.iter().find(|report| report.id == *id)?, Some(claim.recorded_at))
}

fn claims(app: &App, file: &IncidentFile, names: &Names) -> Vec<ClaimRow> {
    let row = |one: &Claim| {
        let knows = if matches!(one.source, Source::Official(_)) { "official" } else { words::basis(one.basis) };
        ClaimRow {
            id: one.id.to_string(),
            predicate: app.world.group.playbook.predicate_label(&one.predicate, super::language(app)),
            value: words::claim_value(app, one),
            source: words::claim_source(app, one, &file.reports),
            basis: format!("{knows}. Written down by {}, {}", names.of(one.recorded_by), clock(app, one.recorded_at)),
            range: one.range.map_or_else(String::new, |range| range.words()),
            certainty: claim::capital(one.certainty.word()),
            doubt: doubt(one, file).map(str::to_owned),
            disputed: one.disputed,
            disputed_words: None,
        }
    };
    file.claims.iter().map(row).collect()
}

fn pairs(app: &App, file: &IncidentFile, names: &Names) -> Vec<IndependentPair> {
    let report = |id| {
        file.reports
            .iter()
            .find(|report| report.id == id)
            .map_or_else(|| "a report taken out since".to_owned(), |report| words::report_of(app, report))
    };
    file.judgements
        .iter()
        .map(|one| IndependentPair {
            reports: format!("{} and {}", report(one.first), report(one.second)),
            independent: one.independent,
            reason: one.reason.clone(),
            by: format!("{}, {}", names.of(one.recorded_by), clock(app, one.recorded_at)),
        })
        .collect()
}

/// Where the composer is, and what stands in the way of some of its reaches.
fn composing(app: &App, desk: &Desk, file: &IncidentFile, checked: &Checked) -> (Option<String>, Option<String>) {
    let href = Some(format!("/desk/incidents/{}/compose", file.incident.id));
    if file.incident.ended.is_some() {
        return (None, Some("The incident has ended. Nothing is sent.".to_owned()));
    }
    if bell::reaches(&app.world, &file.incident).is_empty() {
        return (None, Some("The playbook lets nobody be told of this kind.".to_owned()));
    }
    if !desk.caller.works_the_desk() {
        return (None, None);
    }
    match checked.level {
        Level::Confirmed => (href, None),
        _ => {
            let words = "Neighbours can be told once it is confirmed. Observers can be sent sooner: two people saw it, one of them has answered the desk, and it is at no home.";
            (href, Some(words.to_owned()))
        }
    }
}

/// The page of one incident.
pub async fn view(app: &App, desk: &Desk, id: IncidentId, typed: Typed) -> Result<Response, Problem> {
    let (file, checked) = desk::read_incident(&app.world, &desk.caller, id).await?;
    let incident = &file.incident;
    let names = Names::read(app).await?;
    let triager = desk.caller.needs(Role::Triager).is_ok();
    let open = incident.ended.is_none();
    let lines = handbell_rules::desk::sources::lines(&file.reports, &file.judgements);
    let called = |id| file.reports.iter().find(|report| report.id == id).map_or_else(String::new, |report| words::report_of(app, report));
    let offered = if triager { desk::offered(&app.world, &desk.caller, &file).await? } else { Vec::new() };
    let different = desk::different(&app.world, &desk.caller, id).await?;
    let mut others = HashMap::new();
    for report in file.reports.iter().filter(|report| report.incidents.len() > 1) {
        others.insert(report.id, same::others(app, report, id).await?);
    }
    let mut linked = |report: &handbell_rules::street::report::Report| LinkedReport {
        id: report.id.to_string(),
        href: format!("/desk/reports/{}", report.id),
        headline: words::report_headline(app, report),
        words: format!("{} · {}", claim::capital(words::basis(report.told.basis)), words::report_of(app, report)),
        lines: lines.iter().find(|line| line.report == report.id).map_or_else(Vec::new, |line| line.sentences(called)),
        doubt: words::doubt(report, None).map(str::to_owned),
        others: others.remove(&report.id).unwrap_or_default(),
        can_unlink: triager,
    };
    let pair_choice = |report: &handbell_rules::street::report::Report| Choice::new(report.id.to_string(), words::report_of(app, report));
    let ends = if triager && open {
        ENDS.iter()
            .map(|(ending, words)| Choice { chosen: ending.word() == typed.text("end"), ..Choice::new(ending.word(), *words) })
            .collect()
    } else {
        Vec::new()
    };
    let has_it = watch::holds(&app.world).await?.get(&InHand::Incident(id)).copied();
    let (compose_href, compose_refusal) = composing(app, desk, &file, &checked);
    // The reason field belongs to the form on independence, which is the one that sends `first`.
    let pair_reason = if typed.text("first").is_empty() { String::new() } else { typed.text("reason") };
    let (frame, bar) = around(app, desk, Tab::Queue, &format!("/desk/incidents/{id}"), "Incident").await?;
    let home = if incident.home { " It is at a home or small workplace, so the record names the district only." } else { "" };
    let view = DeskIncidentPage {
        frame,
        desk: bar,
        id: id.to_string(),
        version: incident.version.to_string(),
        headline: words::incident_headline(app, incident),
        level: words::level_tag(checked.level),
        taken_by: super::queue::has_it(&names, has_it, None),
        can_hold: open && has_it != Some(desk.caller.member),
        can_free: has_it == Some(desk.caller.member),
        looks: looks::lines(app, id, &names).await?,
        looks_href: format!("/desk/incidents/{id}/looks"),
        because: format!("{}{home}", words::because(&checked, &names)),
        rule_words: words::LEVEL_RULE.to_owned(),
        notice: None,
        reports: file.reports.iter().map(&mut linked).collect(),
        offered: offered
            .iter()
            .map(|(report, likeness)| OfferedReport {
                id: report.id.to_string(),
                version: report.version.to_string(),
                headline: words::report_headline(app, report),
                words: super::report::measures(likeness).join(", "),
                reasons: super::report::reasons(likeness),
            })
            .collect(),
        different: same::from_incident(app, &different, &names),
        can_join: triager,
        claims: claims(app, &file, &names),
        claim_form: (triager && open).then(|| claim::form(app, &file.reports, &typed)),
        pairs: pairs(app, &file, &names),
        pair_reports: if triager && open { file.reports.iter().map(pair_choice).collect() } else { Vec::new() },
        pair_reason,
        alerts: file.alerts.iter().filter(|alert| alert.follows.is_none()).map(|alert| words::alert_row(app, alert)).collect(),
        compose_href,
        compose_refusal,
        ends,
        publish: record::publishing(app, desk, &file, &names),
        outcome: record::outcome(app, desk, &file, &names, &typed),
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &view))
}
