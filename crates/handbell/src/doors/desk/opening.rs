//! Opening's doors: what a member sees in the place of a matter, the wishes of the last day, and the trail.
//!
//! A page of one matter asks [`shut`] before it is made. What is told here of a matter is its sort and its
//! hour, because whoever is asked why may not be allowed to know more.

use super::{Names, Typed, around, clock, id, refused, told_at};
use crate::acts::opening;
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::people::access::{AGREEMENT_LASTS, waits};
use handbell_rules::people::trail::{Opening, OpeningAsk, Subject, Why};
use handbell_rules::refusal::{People, Refusal};
use handbell_site::{OpeningPage, OpeningWish, OpeningsPage, Shut, Tab, TrailPage, TrailRow};
use http::HeaderMap;

/// The doors of this file.
pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/desk/open", Who::Member, open),
        Route::post("/desk/open/ask", Who::Member, ask),
        Route::post("/desk/open/agree", Who::Member, agree),
        Route::get("/desk/open/asks", Who::Member, asks),
        Route::get("/desk/trail", Who::Member, trail),
        Route::post("/desk/trail", Who::Member, look_for_sign),
    ]
}

/// Permits a look and writes its line, or gives the page that stands in the matter's place.
pub async fn shut(app: &App, desk: &Desk, subject: Subject) -> Result<Option<Response>, Problem> {
    match refused(opening::look(&app.world, &desk.caller, subject, None).await)? {
        Ok(()) => Ok(None),
        Err(no) => in_its_place(app, desk, subject, no, Typed::default()).await.map(Some),
    }
}

/// Refuses a press on a matter that its page would not show.
pub async fn permitted(app: &App, desk: &Desk, subject: Subject) -> Result<(), Problem> {
    opening::look(&app.world, &desk.caller, subject, None).await.map_err(Problem::from)
}

/// Whether a press failed because its matter is shut, so that the matter's page `back` tells more than an error.
pub fn stands_between(problem: &Problem, back: &str) -> bool {
    let shut = [People::DutyNotOn, People::OpeningReasonMissing, People::SecondMemberToOpen];
    let matters = ["/desk/reports/", "/desk/incidents/", "/desk/footage/", "/desk/hidings/"];
    matters.iter().any(|of| back.starts_with(of)) && shut.iter().any(|no| no.name() == problem.name())
}

async fn in_its_place(app: &App, desk: &Desk, subject: Subject, no: Refusal, typed: Typed) -> Result<Response, Problem> {
    let shut = match no {
        Refusal::People(People::DutyNotOn) => Shut::OffDuty,
        Refusal::People(People::OpeningReasonMissing | People::OpeningReasonTooLong) | Refusal::Street(_) => Shut::Reason,
        Refusal::People(People::SecondMemberToOpen) => {
            let now = app.world.now();
            let asks = opening::asks(&app.world, &desk.caller).await?;
            let asked = asks.iter().any(|ask| ask.member == desk.caller.member && ask.subject == subject && waits(ask, now));
            if asked { Shut::Asked } else { Shut::Second }
        }
        no => return Err(Problem::refused(no)),
    };
    let path = format!("/desk/{subject}");
    let (frame, bar) = around(app, desk, Tab::Queue, &path, "Opening").await?;
    let view = OpeningPage {
        frame,
        desk: bar,
        shut,
        matter: named(app, subject).await?,
        subject: subject.to_string(),
        reason: typed.text("reason"),
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &view))
}

/// A matter by its sort and its hour.
async fn named(app: &App, subject: Subject) -> Result<String, Problem> {
    let store = &app.world.store;
    let (sort, at) = match subject {
        Subject::Report(id) => ("Report", store.report(id).await?.map(|report| report.filed_at)),
        Subject::Incident(id) => ("Incident", store.incident(id).await?.map(|incident| incident.opened_at)),
    };
    let at = at.ok_or_else(|| Problem::of(Trouble::NotFound))?;
    Ok(format!("{sort} of {}", clock(app, at)))
}

fn subject_of(text: &str) -> Result<Subject, Problem> {
    text.parse().map_err(|_| Problem::of(Trouble::FormBroken))
}

async fn open(State(app): State<App>, request: Request) -> Response {
    told_at(&app, "/desk", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "subject", "reason"]).await?;
        desk.at_the_desk()?;
        let subject = subject_of(fields.one("subject")?)?;
        match refused(opening::look(&app.world, &desk.caller, subject, Some(fields.one("reason")?)).await)? {
            Ok(()) => Ok(see_other(&format!("/desk/{subject}"))),
            Err(no) => in_its_place(&app, &desk, subject, no, Typed::no(fields, no, |_| "reason")).await,
        }
    })
    .await
}

async fn ask(State(app): State<App>, request: Request) -> Response {
    told_at(&app, "/desk", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "subject", "reason"]).await?;
        desk.at_the_desk()?;
        let subject = subject_of(fields.one("subject")?)?;
        match refused(opening::ask(&app.world, &desk.caller, subject, fields.one("reason")?).await)? {
            Ok(()) => Ok(see_other(&format!("/desk/{subject}"))),
            Err(Refusal::People(People::DutyNotOn)) => in_its_place(&app, &desk, subject, People::DutyNotOn.into(), Typed::default()).await,
            Err(no) => {
                let again = People::SecondMemberToOpen.into();
                in_its_place(&app, &desk, subject, again, Typed::no(fields, no, |_| "reason")).await
            }
        }
    })
    .await
}

async fn agree(State(app): State<App>, request: Request) -> Response {
    told_at(&app, "/desk/open/asks", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "ask"]).await?;
        desk.at_the_desk()?;
        match refused(opening::agree(&app.world, &desk.caller, id(fields.one("ask")?)?).await)? {
            Ok(()) => Ok(see_other("/desk/open/asks")),
            Err(no) => list(&app, &desk, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

async fn asks(State(app): State<App>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        list(&app, &desk, Typed::default()).await
    })
    .await
}

/// What somebody wants to open, in one line.
pub async fn wish_words(app: &App, ask: &OpeningAsk, names: &Names) -> Result<String, Problem> {
    let matter = named(app, ask.subject).await.unwrap_or_else(|_| "something that is gone".to_owned());
    Ok(format!("{} wants to open: {matter}", names.of(ask.member)))
}

async fn list(app: &App, desk: &Desk, typed: Typed) -> Result<Response, Problem> {
    let (now, me) = (app.world.now(), desk.caller.member);
    let names = Names::read(app).await?;
    let mut wishes = Vec::new();
    for ask in opening::asks(&app.world, &desk.caller).await? {
        let fresh = ask.agreed.filter(|(_, at)| now.since(*at) < AGREEMENT_LASTS);
        wishes.push(OpeningWish {
            id: ask.id.to_string(),
            words: wish_words(app, &ask, &names).await?,
            reason: ask.reason.clone(),
            at: clock(app, ask.at),
            answer: ask.agreed.map(|(who, at)| format!("{} agreed at {}", names.of(who), clock(app, at))),
            can_agree: ask.member != me && waits(&ask, now),
            href: fresh.filter(|_| ask.member == me).map(|_| format!("/desk/{}", ask.subject)),
        });
    }
    let (frame, bar) = around(app, desk, Tab::Queue, "/desk/open/asks", "Asked to open").await?;
    Ok(page_with(typed.status(), &OpeningsPage { frame, desk: bar, wishes, errors: typed.errors }))
}

async fn trail(State(app): State<App>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        trail_page(&app, &desk, None).await
    })
    .await
}

async fn look_for_sign(State(app): State<App>, request: Request) -> Response {
    page_door(&app, async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "sign"]).await?;
        trail_page(&app, &desk, Some(fields.one("sign")?)).await
    })
    .await
}

fn why(line: &Opening, names: &Names) -> String {
    match (line.line.why, line.line.second) {
        (Why::OpenMatter, _) => "on duty, an open matter".to_owned(),
        (Why::Sensitive, _) => "on duty, with a reason".to_owned(),
        (Why::OwnWork, _) => "own work of the last 72 hours".to_owned(),
        (Why::SecondMember, second) => format!("with {}", second.map_or("nobody", |second| names.of(second))),
    }
}

async fn trail_page(app: &App, desk: &Desk, sign: Option<&str>) -> Result<Response, Problem> {
    let trail = opening::read_trail(&app.world, &desk.caller, sign).await?;
    let names = Names::read(app).await?;
    let rows: Vec<TrailRow> = trail
        .newest
        .iter()
        .map(|line| TrailRow {
            number: line.number.to_string(),
            at: clock(app, line.line.at),
            member: names.of(line.line.member).to_owned(),
            matter: match line.line.subject {
                Subject::Report(id) => format!("report {id}"),
                Subject::Incident(id) => format!("incident {id}"),
            },
            why: why(line, &names),
            reason: Some(line.line.reason.clone()).filter(|reason| !reason.is_empty()),
        })
        .collect();
    let hidden = trail.lines - rows.len() as u64;
    let (frame, bar) = around(app, desk, Tab::Nowhere, "/desk/trail", "Who opened what").await?;
    let view = TrailPage {
        frame,
        desk: bar,
        holds: trail.holds.is_ok(),
        holds_words: match trail.holds {
            Ok(()) if trail.lines == 0 => "No line stands yet.".to_owned(),
            Ok(()) => format!("All {} lines follow from each other.", trail.lines),
            Err(broken) => format!("The trail is broken: {broken}. Tell the group, and keep the disk as it is."),
        },
        sign: trail.newest.first().map(Opening::sign),
        typed: sign.unwrap_or_default().to_owned(),
        found: trail.signed.map(|found| match found {
            Some(number) => format!("Line {number} bears it. Everything up to there is as it was."),
            None => "No line bears it. It was read wrongly, is older than 400 days, or the trail was written anew.".to_owned(),
        }),
        rows,
        more: (hidden > 0).then(|| format!("{hidden} older lines are not shown.")),
    };
    Ok(page_with(http::StatusCode::OK, &view))
}

#[cfg(test)]
mod tests;
