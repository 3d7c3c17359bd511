//! The queue's doors: what waits, what is open, what needs a second person, what is live.
//!
//! The page is whole by reloading; the stream only says that it is worth doing.

use super::{Names, around, board, dispatches, duty, looks, mutes, words};
use crate::acts::flood::Line;
use crate::acts::{desk, opening, record, showing, watch};
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::gate::{self, Desk};
use crate::doors::problem::Problem;
use crate::doors::routes::{Route, Who};
use crate::doors::{App, stream};
use axum::extract::State;
use axum::response::Response;
use handbell_rules::bell::alert::{Alert, AlertState, DRAFT_LIVES};
use handbell_rules::desk::ageing::Age;
use handbell_rules::desk::check::Checked;
use handbell_rules::desk::escalation::Step;
use handbell_rules::desk::hold::InHand;
use handbell_rules::desk::incident::Incident;
use handbell_rules::evidence::hiding::Hiding;
use handbell_rules::id::MemberId;
use handbell_rules::people::access::waits;
use handbell_rules::people::member::Role;
use handbell_rules::record::proposal::Proposed;
use handbell_rules::street::note::{Note, NoteFrom, open_wishes};
use handbell_rules::street::report::{Basis, Report, ReportState};
use handbell_rules::time::{HOUR, MINUTE};
use handbell_site::{BasisCount, Link, QueueFold, QueueItem, QueuePage, Tab};
use http::{HeaderMap, StatusCode};
use std::collections::BTreeMap;

const WICK_STEP: i64 = 2 * MINUTE;
const EXCERPT_LETTERS: usize = 140;

/// The doors of the queue.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/desk", Who::Member, show), Route::get("/desk/events", Who::Member, events)]
}

async fn events(State(app): State<App>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        desk.at_the_desk()?;
        Ok(stream::answer(stream::while_open(app.clone(), headers)))
    })
    .await
}

fn age(milliseconds: i64) -> String {
    match milliseconds {
        young if young < MINUTE => "just now".to_owned(),
        minutes if minutes < HOUR => format!("{} min", minutes / MINUTE),
        hours if hours < 48 * HOUR => format!("{} h", hours / HOUR),
        days => format!("{} days", days / (24 * HOUR)),
    }
}

fn excerpt(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return None;
    }
    let mut short: String = text.chars().take(EXCERPT_LETTERS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    Some(short)
}

fn bases(reports: &[Report]) -> Vec<BasisCount> {
    Basis::ALL
        .into_iter()
        .filter_map(|(basis, _)| {
            let count = reports.iter().filter(|report| report.told.basis == basis && report.state != ReportState::Withdrawn).count();
            (count > 0).then(|| BasisCount { basis: words::basis_sign(basis), words: format!("{count} {}", words::basis(basis)) })
        })
        .collect()
}

/// A count of a flood in bands: who sends it learns nothing from the page of a member, and 214 is no truer
/// than "200 or more".
pub fn band_of(count: usize) -> String {
    const BANDS: [(usize, &str); 11] = [
        (10_000, "10,000"),
        (5_000, "5,000"),
        (2_000, "2,000"),
        (1_000, "1,000"),
        (500, "500"),
        (200, "200"),
        (100, "100"),
        (50, "50"),
        (20, "20"),
        (10, "10"),
        (5, "5"),
    ];
    BANDS.iter().find(|(from, _)| count >= *from).map_or_else(|| "A few".to_owned(), |(_, words)| format!("{words} or more"))
}

/// Links to reports with a few of their words, where those are not hard to read.
pub fn samples(app: &App, reports: &[Report]) -> Vec<Link> {
    let hard = |report: &Report| app.world.group.playbook.kind(&report.told.kind).is_some_and(|kind| kind.hard_to_read);
    let words = |report: &Report| match excerpt(&report.told.text).filter(|_| !hard(report)) {
        Some(text) => format!("{}: {text}", words::report_headline(app, report)),
        None => words::report_headline(app, report),
    };
    reports.iter().map(|report| Link { href: format!("/desk/reports/{}", report.id), words: words(report) }).collect()
}

/// The fold under the first of many near-copies.
fn fold(app: &App, line: &Line) -> Option<QueueFold> {
    let what =
        if line.odd { "that are like nothing else: the oldest, and three samples" } else { "near-identical: the first, and three samples" };
    (line.reports > 1).then(|| QueueFold { words: format!("{} {what}", band_of(line.reports)), samples: samples(app, &line.samples) })
}

/// What stands beside a report on the queue: who has it, who was called for it, what may explain it.
struct Standing {
    has_it: Option<MemberId>,
    called: Option<Step>,
    beside: Vec<String>,
}

async fn standing(app: &App, report: &Report, holds: &BTreeMap<InHand, MemberId>) -> Result<Standing, Problem> {
    Ok(Standing {
        has_it: holds.get(&InHand::Report(report.id)).copied(),
        called: app.world.store.escalation(report.id).await?.map(|escalation| escalation.step),
        beside: {
            let lane = report.lane.words();
            let lane = (report.state == ReportState::Received && !lane.is_empty()).then(|| format!("{lane}."));
            lane.into_iter().chain(board::beside(app, report).await?).collect()
        },
    })
}

fn waiting(app: &App, desk: &Desk, names: &Names, line: &Line, standing: Standing) -> QueueItem {
    let report = &line.report;
    let waited = app.world.now().since(report.filed_at).max(0);
    let read = report.state == ReportState::BeingRead && standing.has_it.is_some();
    let ageing = app.world.group.playbook.ageing();
    let age_of_it = ageing.age(report.filed_at, app.world.now());
    let late = !read && age_of_it == Age::Late;
    let hard = app.world.group.playbook.kind(&report.told.kind).is_some_and(|kind| kind.hard_to_read);
    let called = match standing.called {
        Some(_) if read => "",
        Some(Step::Next) => ". The next on duty was called",
        Some(Step::All) => ". Everybody on duty was called",
        None => "",
    };
    let wait_words = match read {
        _ if report.wishes > 0 => "Decide".to_owned(),
        true if report.news => "Wrote again".to_owned(),
        true => "Being read".to_owned(),
        false => format!("{}{called}", super::claim::capital(&ageing.words(report.filed_at, app.world.now()))),
    };
    QueueItem {
        id: report.id.to_string(),
        href: format!("/desk/reports/{}", report.id),
        age: age(waited),
        wick: u8::try_from((waited / WICK_STEP).min(5)).unwrap_or(5),
        late,
        soon: !read && age_of_it == Age::LookNow,
        wait_words,
        headline: words::report_headline(app, report),
        tag: words::report_tag(report),
        bases: vec![BasisCount { basis: words::basis_sign(report.told.basis), words: words::basis(report.told.basis).to_owned() }],
        // Hard words are opened on purpose only (safety.md 6, item 11).
        excerpt: if hard { None } else { excerpt(&report.told.text) },
        take_version: (!read && desk.caller.needs(Role::Triager).is_ok()).then(|| report.version.to_string()),
        taken_by: has_it(names, standing.has_it, report.reader),
        beside: standing.beside,
        fold: fold(app, line),
    }
}

/// Who has it; whoever had it and let it go, or went home, is named as such.
pub fn has_it(names: &Names, now: Option<MemberId>, once: Option<MemberId>) -> Option<String> {
    match (now, once) {
        (Some(member), _) => Some(format!("{} has it", names.of(member))),
        (None, Some(member)) => Some(format!("Free again; {} had it", names.of(member))),
        (None, None) => None,
    }
}

/// A report that was finished with, in the queue again: what its witness said last, or wishes.
fn again(app: &App, report: &Report, notes: &[Note]) -> QueueItem {
    let wish = open_wishes(notes).next();
    let newest = notes.iter().rev().find(|note| !note.from.by_the_desk());
    let said = match (wish, newest) {
        (Some((note, about)), _) => Some((note, format!("About {}: ", words::about(about)))),
        (None, Some(note)) if note.from == NoteFrom::Correction => Some((note, "This was wrong: ".to_owned())),
        (None, newest) => newest.map(|note| (note, String::new())),
    };
    QueueItem {
        id: report.id.to_string(),
        href: format!("/desk/reports/{}", report.id),
        age: said.as_ref().map_or_else(String::new, |(note, _)| age(app.world.now().since(note.at).max(0))),
        wick: 0,
        late: false,
        soon: false,
        beside: Vec::new(),
        wait_words: if wish.is_some() { "Decide" } else { "Wrote again" }.to_owned(),
        headline: words::report_headline(app, report),
        tag: words::report_tag(report),
        bases: Vec::new(),
        excerpt: said.and_then(|(note, before)| excerpt(&format!("{before}{}", note.text))),
        take_version: None,
        taken_by: None,
        fold: None,
    }
}

fn opened(app: &App, incident: &Incident, checked: &Checked, reports: &[Report], has_it: Option<String>) -> QueueItem {
    QueueItem {
        id: incident.id.to_string(),
        href: format!("/desk/incidents/{}", incident.id),
        age: age(app.world.now().since(incident.opened_at).max(0)),
        wick: 0,
        late: false,
        soon: false,
        beside: Vec::new(),
        wait_words: if incident.ended.is_some() { "Ended" } else { "Open" }.to_owned(),
        headline: words::incident_headline(app, incident),
        tag: words::level_tag(checked.level),
        bases: bases(reports),
        excerpt: None,
        take_version: None,
        taken_by: has_it,
        fold: None,
    }
}

/// Drafts that can still be approved or rung.
pub fn fresh_drafts<'a>(app: &App, alerts: &'a [Alert]) -> Vec<&'a Alert> {
    let now = app.world.now();
    alerts.iter().filter(|alert| alert.state == AlertState::Draft && now.since(alert.drafted_at) <= DRAFT_LIVES).collect()
}

/// What waits for a second person: drafts, wishes to open what is over, and proposals.
async fn second(app: &App, desk: &Desk, alerts: &[Alert], names: &Names) -> Result<Vec<Link>, Problem> {
    let mut links: Vec<Link> = fresh_drafts(app, alerts)
        .into_iter()
        .map(|alert| Link {
            href: format!("/desk/alerts/{}", alert.follows.unwrap_or(alert.id)),
            words: format!("{}: {}", if alert.follows.is_some() { "Update" } else { "Alert" }, alert.words.headline),
        })
        .collect();
    let now = app.world.now();
    for ask in opening::asks(&app.world, &desk.caller).await? {
        if ask.member != desk.caller.member && waits(&ask, now) {
            links.push(Link { href: "/desk/open/asks".to_owned(), words: super::opening::wish_words(app, &ask, names).await? });
        }
    }
    for proposal in record::open_proposals(&app.world, &desk.caller).await? {
        let what = match proposal.proposed {
            Proposed::Opening => "Open to the record",
            Proposed::Outcome { .. } => "Outcome",
            Proposed::Statements { .. } => "Statements",
        };
        let incident = app.world.store.incident(proposal.incident).await?;
        let headline = incident.map_or_else(String::new, |incident| words::incident_headline(app, &incident));
        links.push(Link { href: "/desk/record".to_owned(), words: format!("{what}: {headline}") });
    }
    Ok(links)
}

/// Public copies whose giver wishes them public no longer: nobody gets them, and somebody has to take their words too.
async fn unwished(app: &App) -> Result<Vec<Link>, Problem> {
    let link = |hiding: Hiding| Link {
        href: format!("/desk/hidings/{}", hiding.id),
        words: "A witness took back the wish that a covered copy is public. Nobody gets it any more; take it back, and its words."
            .to_owned(),
    };
    Ok(showing::unwished(&app.world).await?.into_iter().map(link).collect())
}

/// Whether this member is off duty, so that nothing of a matter is shown.
pub async fn off_duty(app: &App, desk: &Desk) -> Result<bool, Problem> {
    let duty = app.world.store.duty(desk.caller.member).await?;
    Ok(!duty.is_some_and(|duty| duty.runs(app.world.now())))
}

/// What a page that is kept open says aloud, politely: the count, then what is urgent.
fn announcement(heading: &str, urgent: usize, overdue: usize) -> String {
    let mut said = vec![format!("{heading}.")];
    match urgent {
        0 => {}
        1 => said.push("One report: look now.".to_owned()),
        more => said.push(format!("{more} reports: look now.")),
    }
    match overdue {
        0 => {}
        1 => said.push("An observer is overdue.".to_owned()),
        more => said.push(format!("{more} observers are overdue.")),
    }
    said.join(" ")
}

/// In which order the lines stand, and whether a flood runs.
fn order_words(app: &App, sorting: bool) -> String {
    let order = match app.world.flood.storm(app.world.now()) {
        None => "Oldest first.".to_owned(),
        Some(rate) => format!(
            "A flood: {} reports a minute. The lanes are shown by turns, and near-copies share a line.",
            band_of(usize::try_from(rate).unwrap_or(usize::MAX))
        ),
    };
    if sorting { format!("{order} Reports from before the start are still being sorted.") } else { order }
}

async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        if !desk.caller.works_the_desk() && desk.caller.needs(Role::Observer).is_ok() {
            // An observer has a page of their own, with the same button for their duty.
            return Ok(see_other("/desk/observe"));
        }
        if !desk.caller.works_the_desk() && desk.caller.goes_out() {
            return Ok(see_other("/desk/duty"));
        }
        if !desk.caller.works_the_desk() && desk.caller.needs(Role::Auditor).is_ok() {
            return Ok(see_other("/desk/trail"));
        }
        if !desk.caller.works_the_desk() && desk.caller.needs(Role::Custodian).is_ok() {
            return Ok(see_other("/desk/custody"));
        }
        let queue = desk::read_queue(&app.world, &desk.caller).await?;
        let names = Names::read(&app).await?;
        let holds = watch::holds(&app.world).await?;
        let alerts = app.world.store.open_alerts().await?;
        let mut incidents = Vec::with_capacity(queue.incidents.len());
        // Those that still go on stand first; the others stay reachable for their record.
        let (open, ended): (Vec<_>, Vec<_>) = queue.incidents.iter().partition(|(incident, _)| incident.ended.is_none());
        for (incident, checked) in open.into_iter().chain(ended) {
            let reports = app.world.store.incident_file(incident.id).await?.map(|file| file.reports).unwrap_or_default();
            let has_it = has_it(&names, holds.get(&InHand::Incident(incident.id)).copied(), None);
            incidents.push(opened(&app, incident, checked, &reports, has_it));
        }
        let waits = queue.waiting.len() + queue.again.len();
        let ageing = app.world.group.playbook.ageing();
        let mut lines = Vec::with_capacity(queue.waiting.len());
        // Access follows duty: who is off duty sees how much waits, and none of it.
        let shut = off_duty(&app, &desk).await?;
        for line in queue.waiting.iter().filter(|_| !shut) {
            let standing = standing(&app, &line.report, &holds).await?;
            lines.push(waiting(&app, &desk, &names, line, standing));
        }
        let looks = match shut {
            true => Vec::new(),
            false => [dispatches::to_know(&app, &names).await?, looks::to_know(&app, &names).await?].concat(),
        };
        let overdue = looks.iter().filter(|link| link.words.starts_with("Overdue")).count();
        let urgent = lines.iter().filter(|line| line.late || line.soon).count();
        let (frame, bar) = around(&app, &desk, Tab::Queue, "/desk", "Queue").await?;
        if shut {
            incidents.clear();
        }
        let heading = match queue.unread {
            0 if !queue.again.is_empty() => "Witnesses wrote again".to_owned(),
            0 => "Nothing is waiting".to_owned(),
            1 => "One waiting".to_owned(),
            more => format!("{more} waiting"),
        };
        let view = QueuePage {
            frame,
            desk: bar,
            announce: announcement(&heading, urgent, overdue),
            heading,
            rule_words: format!(
                "{} After {} minutes look now, after {} a report is late. Untouched, it calls the next on duty after a minute and everybody after three.",
                order_words(&app, queue.sorting),
                ageing.look_now_minutes,
                ageing.late_minutes
            ),
            looks,
            unwished: if shut { Vec::new() } else { unwished(&app).await? },
            board_words: board::stands(&app, &desk).await?,
            handed_over: duty::to_read(&app, &desk, &names).await?,
            can_call: desk.caller.needs(Role::Triager).is_ok(),
            notice: None,
            shut,
            waiting: lines,
            muted: if shut { Vec::new() } else { mutes::lines(&app, &desk, &names, &queue.muted) },
            again: queue.again.iter().filter(|_| !shut).map(|(report, notes)| again(&app, report, notes)).collect(),
            incidents,
            second: second(&app, &desk, &alerts, &names).await?,
            live: alerts
                .iter()
                .filter(|alert| alert.state == AlertState::Live && alert.follows.is_none())
                .map(|alert| words::alert_row(&app, alert))
                .collect(),
            quiet_words: if shut {
                format!("{waits} to read. Start your duty to see them.")
            } else {
                "New reports appear here by themselves, or when you reload.".to_owned()
            },
        };
        Ok(page_with(StatusCode::OK, &view))
    })
    .await
}
