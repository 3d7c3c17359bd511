//! The mutes' doors: fold a pattern of reports away for some hours, agree, lift.
//!
//! What is muted stays in the store and is counted here and on the queue, with samples. Whoever is off duty
//! sees none of it, because patterns are made of the words of reports.

use super::queue::{band_of, off_duty, samples};
use super::{Names, Part, Typed, around, clock, id, refused, told_at};
use crate::acts::flood::{self, Muted};
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use axum::extract::{Query, Request, State};
use axum::response::Response;
use handbell_rules::id::ReportId;
use handbell_rules::people::member::Role;
use handbell_rules::refusal::People;
use handbell_rules::street::flood::mute::{MUTE_HOURS, NewMute, Pattern, copies_of, word_set};
use handbell_rules::street::report::Report;
use handbell_rules::time::HOUR;
use handbell_site::{Choice, Link, MuteLine, MutesPage, Tab};
use http::HeaderMap;
use serde::Deserialize;

const EVERYWHERE: &str = "everywhere";

/// The doors of mutes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/desk/mutes", Who::Member, show),
        Route::post("/desk/mutes", Who::Member, put),
        Route::post("/desk/mutes/{id}/agree", Who::Member, agree),
        Route::post("/desk/mutes/{id}/lift", Who::Member, lift),
    ]
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    report: String,
}

/// Refuses whoever does not work the desk, or is off duty.
async fn on_duty(app: &App, desk: &Desk) -> Result<(), Problem> {
    desk.at_the_desk()?;
    if off_duty(app, desk).await? {
        return Err(Problem::refused(People::DutyNotOn.into()));
    }
    Ok(())
}

/// A report that stands on the queue. The words of any other are behind its own page's rules, not here.
async fn that_waits(app: &App, report: &str) -> Result<Report, Problem> {
    let id: ReportId = id(report)?;
    let known = app.world.store.report(id).await?.filter(Report::waits);
    known.ok_or_else(|| Problem::of(Trouble::NotFound))
}

async fn show(State(app): State<App>, Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        on_duty(&app, &desk).await?;
        view(&app, &desk, &asked.report, Typed::default()).await
    })
    .await
}

async fn put(State(app): State<App>, request: Request) -> Response {
    told_at(&app, "/desk/mutes", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "report", "words", "area", "hours", "reason"]).await?;
        on_duty(&app, &desk).await?;
        let report = fields.one("report")?.to_owned();
        let pattern = match report.as_str() {
            "" => word_set(fields.one("words")?),
            report => copies_of(&that_waits(&app, report).await?.told.text),
        };
        let pattern: Pattern = match pattern {
            Ok(pattern) => pattern,
            Err(no) => return view(&app, &desk, &report, Typed::no(fields, no, |field| field)).await,
        };
        let hours: i64 = fields.one("hours")?.parse().unwrap_or_default();
        let area = match fields.one("area")? {
            EVERYWHERE => None,
            area => Some(area.to_owned()),
        };
        let new = NewMute { pattern, area, lasts: hours.saturating_mul(HOUR), reason: fields.one("reason")?.to_owned() };
        match refused(flood::put(&app.world, &desk.caller, new).await)? {
            Ok(()) => Ok(see_other("/desk/mutes")),
            Err(no) => view(&app, &desk, &report, Typed::no(fields, no, |field| field)).await,
        }
    })
    .await
}

async fn agree(State(app): State<App>, Part(mute): Part<String>, request: Request) -> Response {
    told_at(&app, "/desk/mutes", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf"]).await?;
        on_duty(&app, &desk).await?;
        match refused(flood::agree(&app.world, &desk.caller, id(&mute)?).await)? {
            Ok(()) => Ok(see_other("/desk/mutes")),
            Err(no) => view(&app, &desk, "", Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

async fn lift(State(app): State<App>, Part(mute): Part<String>, request: Request) -> Response {
    told_at(&app, "/desk/mutes", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf"]).await?;
        on_duty(&app, &desk).await?;
        match refused(flood::lift(&app.world, &desk.caller, id(&mute)?).await)? {
            Ok(()) => Ok(see_other("/desk/mutes")),
            Err(no) => view(&app, &desk, "", Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

/// Standing mutes as lines, for this page and the queue.
pub fn lines(app: &App, desk: &Desk, names: &Names, muted: &[Muted]) -> Vec<MuteLine> {
    let dangers = !flood::dangers(&app.world).is_empty();
    muted
        .iter()
        .map(|muted| {
            let mute = &muted.mute;
            let area = mute.area.as_deref().and_then(|id| app.world.group.areas.named(id)).map_or("Everywhere here", |area| &area.name);
            let (from, until) = (clock(app, mute.at), clock(app, mute.until));
            let danger_words = match mute.agreed {
                _ if !dangers => String::new(),
                Some(member) => format!("Reports of a danger to life are covered too; {} agreed.", names.of(member)),
                None => "Reports of a danger to life are not covered.".to_owned(),
            };
            MuteLine {
                id: mute.id.to_string(),
                pattern: mute.pattern.words(),
                meta: format!("{}. {}, {from} to {until}: {}", super::claim::capital(area), names.of(mute.by), mute.reason),
                count_words: match muted.reports {
                    0 => "Nothing waits under it.".to_owned(),
                    some => format!("{} kept under this line: the newest", band_of(some)),
                },
                samples: samples(app, &muted.samples),
                danger_words,
                can_agree: dangers && mute.agreed.is_none() && mute.by != desk.caller.member && desk.caller.needs(Role::Triager).is_ok(),
            }
        })
        .collect()
}

async fn view(app: &App, desk: &Desk, report: &str, typed: Typed) -> Result<Response, Problem> {
    let names = Names::read(app).await?;
    let like = match report {
        "" => None,
        report => {
            let known = that_waits(app, report).await?;
            samples(app, std::slice::from_ref(&known)).pop()
        }
    };
    let muted = flood::muted(&app.world, &desk.caller).await?;
    let chosen = |field: &str, value: &str, first: bool| {
        let typed = typed.text(field);
        if typed.is_empty() { first } else { typed == value }
    };
    let everywhere = Choice { chosen: chosen("area", EVERYWHERE, true), ..Choice::new(EVERYWHERE, "Everywhere here") };
    let areas = app.world.group.areas.areas().iter();
    let (frame, bar) = around(app, desk, Tab::Queue, "/desk/mutes", "Muted patterns").await?;
    let view = MutesPage {
        frame,
        mutes: lines(app, desk, &names, &muted),
        desk: bar,
        can_mute: desk.caller.needs(Role::Triager).is_ok(),
        report: like.as_ref().map_or_else(String::new, |_: &Link| report.to_owned()),
        like,
        words: typed.text("words"),
        areas: std::iter::once(everywhere)
            .chain(areas.map(|area| Choice { chosen: chosen("area", &area.id, false), ..Choice::new(&area.id, &area.name) }))
            .collect(),
        hours: MUTE_HOURS
            .iter()
            .map(|hours| {
                let value = hours.to_string();
                let words = if *hours == 1 { "1 hour".to_owned() } else { format!("{hours} hours") };
                Choice { chosen: chosen("hours", &value, *hours == 1), ..Choice::new(value, words) }
            })
            .collect(),
        reason: typed.text("reason"),
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &view))
}
