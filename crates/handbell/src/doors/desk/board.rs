//! The board's doors: what is known to go on, and who works on what.
//!
//! Only the desk reads and writes it; no public page, feed or message takes anything from here.

use super::{Names, Part, Typed, around, clock, id, refused, told_at};
use crate::acts::watch;
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use crate::work::canary::alarms;
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::desk::hold::InHand;
use handbell_rules::desk::posting::{Known, NewPosting, POSTING_HOURS, Posting};
use handbell_rules::refusal::Desk as DeskNo;
use handbell_rules::street::report::Report;
use handbell_rules::time::{DAY, HOUR, MINUTE};
use handbell_site::{BoardLine, BoardPage, Choice, Tab};
use http::HeaderMap;

const EVERYWHERE: &str = "everywhere";
/// In how many minutes a posting can begin.
const BEGINS: [(i64, &str); 6] =
    [(0, "now"), (60, "in one hour"), (3 * 60, "in 3 hours"), (6 * 60, "in 6 hours"), (12 * 60, "in 12 hours"), (24 * 60, "in a day")];

/// The doors of the board and of holds.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/desk/board", Who::Member, show),
        Route::post("/desk/board", Who::Member, put_up),
        Route::post("/desk/board/{id}/take-down", Who::Member, take_down),
        Route::post("/desk/reports/{id}/hold", Who::Member, hold_report),
        Route::post("/desk/incidents/{id}/hold", Who::Member, hold_incident),
    ]
}

/// The lines beside a report, in words with their reasons.
pub async fn beside(app: &App, report: &Report) -> Result<Vec<String>, Problem> {
    let found = watch::beside(&app.world, report).await?;
    Ok(found
        .into_iter()
        .map(|(posting, reasons)| format!("{}: {}. {}.", posting.known.words(), posting.words, sentence(&reasons)))
        .collect())
}

fn sentence(reasons: &[String]) -> String {
    super::claim::capital(&reasons.join("; "))
}

/// How many lines stand now, in words for the queue.
pub async fn stands(app: &App, desk: &Desk) -> Result<String, Problem> {
    let now = app.world.now();
    let lines = watch::board(&app.world, &desk.caller).await?;
    let stands = match lines.iter().filter(|posting| posting.from <= now).count() {
        0 => "Nothing is known to go on now.".to_owned(),
        1 => "One line stands now.".to_owned(),
        more => format!("{more} lines stand now."),
    };
    // A channel that delivers nothing is known activity too.
    Ok(std::iter::once(stands).chain(alarms(&app.world)).collect::<Vec<_>>().join(" "))
}

async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        view(&app, &desk, Typed::default()).await
    })
    .await
}

async fn put_up(State(app): State<App>, request: Request) -> Response {
    told_at(&app, "/desk/board", async {
        let known = ["csrf", "known", "area", "words", "begins", "lasts"];
        let (desk, fields) = gate::desk_form(&app, request, &known).await?;
        desk.at_the_desk()?;
        let Some(known) = Known::parse(fields.one("known")?) else {
            return view(&app, &desk, Typed::at(fields, "known", "Choose what it is from the list.")).await;
        };
        let minutes = |field: &str| -> Result<Option<i64>, Problem> { Ok(fields.one(field)?.parse::<i64>().ok()) };
        let (begins, lasts) = (minutes("begins")?, minutes("lasts")?);
        let (Some(begins), Some(lasts)) =
            (begins.filter(|m| (0..=7 * 24 * 60).contains(m)), lasts.filter(|m| (1..=7 * 24 * 60).contains(m)))
        else {
            return view(&app, &desk, Typed::at(fields, "lasts", DeskNo::PostingTimesWrong.advice())).await;
        };
        let from = app.world.now().plus(begins * MINUTE);
        let area = match fields.one("area")? {
            EVERYWHERE => None,
            area => Some(area.to_owned()),
        };
        let new = NewPosting { known, area, words: fields.one("words")?.to_owned(), from, until: from.plus(lasts * MINUTE) };
        match refused(watch::put_up(&app.world, &desk.caller, new).await)? {
            Ok(()) => Ok(see_other("/desk/board")),
            Err(no) => view(&app, &desk, Typed::no(fields, no, |field| if field == "until" { "lasts" } else { field })).await,
        }
    })
    .await
}

async fn take_down(State(app): State<App>, Part(posting): Part<String>, request: Request) -> Response {
    told_at(&app, "/desk/board", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf"]).await?;
        desk.at_the_desk()?;
        match refused(watch::take_down(&app.world, &desk.caller, id(&posting)?).await)? {
            Ok(()) => Ok(see_other("/desk/board")),
            Err(no) => view(&app, &desk, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

async fn hold(app: &App, request: Request, back: &str, subject: impl FnOnce() -> Result<InHand, Problem>) -> Response {
    told_at(app, back, async {
        let (desk, fields) = gate::desk_form(app, request, &["csrf", "say"]).await?;
        desk.at_the_desk()?;
        let subject = subject()?;
        // What nobody knows nobody has.
        let there = match subject {
            InHand::Report(id) => app.world.store.report(id).await?.is_some(),
            InHand::Incident(id) => app.world.store.incident(id).await?.is_some(),
        };
        if !there {
            return Err(Problem::of(Trouble::NotFound));
        }
        match (fields.one("say")?, subject) {
            ("take", InHand::Incident(_)) => watch::take(&app.world, &desk.caller, subject).await?,
            ("free", _) => watch::free(&app.world, &desk.caller, subject).await?,
            _ => return Err(Problem::of(Trouble::FormBroken)),
        }
        Ok(see_other(back))
    })
    .await
}

async fn hold_report(State(app): State<App>, Part(report): Part<String>, request: Request) -> Response {
    hold(&app, request, &format!("/desk/reports/{report}"), || Ok(InHand::Report(id(&report)?))).await
}

async fn hold_incident(State(app): State<App>, Part(incident): Part<String>, request: Request) -> Response {
    hold(&app, request, &format!("/desk/incidents/{incident}"), || Ok(InHand::Incident(id(&incident)?))).await
}

fn lasting(milliseconds: i64) -> String {
    match milliseconds {
        HOUR => "one hour".to_owned(),
        DAY => "a day".to_owned(),
        hours if hours < DAY => format!("{} hours", hours / HOUR),
        days => format!("{} days", days / DAY),
    }
}

async fn view(app: &App, desk: &Desk, typed: Typed) -> Result<Response, Problem> {
    desk.at_the_desk()?;
    let now = app.world.now();
    let names = Names::read(app).await?;
    let areas = app.world.group.areas.areas();
    let line = |posting: &Posting| {
        let area =
            posting.area.as_ref().and_then(|id| areas.iter().find(|area| area.id == *id)).map_or("Everywhere here", |area| &area.name);
        let (from, until) = (clock(app, posting.from), clock(app, posting.until));
        BoardLine {
            id: posting.id.to_string(),
            known: posting.known.words().to_owned(),
            words: posting.words.clone(),
            meta: format!("{}. {from} to {until}. {}, {}", super::claim::capital(area), names.of(posting.by), clock(app, posting.at)),
            now: posting.from <= now,
        }
    };
    let chosen = |field: &str, value: &str, first: bool| {
        let typed = typed.text(field);
        if typed.is_empty() { first } else { typed == value }
    };
    let (frame, bar) = around(app, desk, Tab::DeskBoard, "/desk/board", "Known activity").await?;
    let everywhere = Choice { chosen: chosen("area", EVERYWHERE, true), ..Choice::new(EVERYWHERE, "Everywhere here") };
    let view = BoardPage {
        frame,
        desk: bar,
        lines: watch::board(&app.world, &desk.caller).await?.iter().map(line).collect(),
        known: Known::ALL
            .iter()
            .map(|(_, word, words)| Choice { chosen: chosen("known", word, false), ..Choice::new(*word, *words) })
            .collect(),
        areas: [everywhere]
            .into_iter()
            .chain(areas.iter().map(|area| Choice { chosen: chosen("area", &area.id, false), ..Choice::new(&area.id, &area.name) }))
            .collect(),
        words: typed.text("words"),
        begins: BEGINS
            .iter()
            .map(|(minutes, words)| {
                let value = minutes.to_string();
                Choice { chosen: chosen("begins", &value, *minutes == 0), ..Choice::new(value, *words) }
            })
            .collect(),
        lasts: POSTING_HOURS
            .iter()
            .map(|lasts| {
                let value = (lasts / MINUTE).to_string();
                Choice { chosen: chosen("lasts", &value, *lasts == 4 * HOUR), ..Choice::new(value, lasting(*lasts)) }
            })
            .collect(),
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &view))
}
