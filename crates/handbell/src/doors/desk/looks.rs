//! A look's doors: the desk asks and follows; the observer answers with one press.
//!
//! The desk's page stands below the incident. The observer's page shows what they are asked and the conduct,
//! whole; whoever has not had a turn in it finds nothing there.

use super::{Names, Part, Typed, around, clock, id, opening, refused, same_version, told_at, words};
use crate::acts::look::{self as acts, Press};
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::desk::look::{Found, Look, LookState, NewLook, OBSERVE_ONLY, Passed};
use handbell_rules::id::{IncidentId, LookId};
use handbell_rules::people::member::Role;
use handbell_rules::people::trail::Subject;
use handbell_rules::place::Precision;
use handbell_rules::playbook::Reach;
use handbell_rules::refusal::Desk as DeskNo;
use handbell_site::{Choice, Link, LookForm, LookPage, LookRow, LookTurn, LooksPage, State as Shown, Tab, Tag};
use http::HeaderMap;

/// The minutes offered to report back in.
const MINUTES: [u8; 7] = [5, 10, 15, 20, 30, 45, 60];
const MINUTES_FIRST: u8 = 15;

/// The doors of looks.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/desk/incidents/{id}/looks", Who::Member, of_incident),
        Route::post("/desk/incidents/{id}/looks", Who::Member, ask),
        Route::get("/desk/looks/{id}", Who::Member, show),
        Route::post("/desk/looks/{id}/answer", Who::Member, answer),
        Route::post("/desk/looks/{id}/report", Who::Member, report),
        Route::post("/desk/looks/{id}/desk", Who::Member, desk_says),
    ]
}

fn tag(look: &Look) -> Tag {
    let state = match (look.state, look.found) {
        (LookState::Reported, Some(Found::SawIt)) => Shown::Confirmed,
        (LookState::Reported, Some(Found::NothingFound)) => Shown::NothingFound,
        (LookState::Reported, _) => Shown::Unverifiable,
        (LookState::Asked | LookState::Accepted | LookState::OnScene, _) => Shown::Checking,
        (LookState::Unanswered | LookState::CalledOff, _) => Shown::Over,
    };
    let words = match look.found {
        Some(found) => super::claim::capital(found.words()),
        None => super::claim::capital(look.state.words()),
    };
    Tag::with_words(state, words)
}

/// Where a look stands, in one sentence that names whoever is asked.
pub fn sentence(app: &App, look: &Look, names: &Names) -> String {
    let who = names.of(look.turn.member);
    let due = look.report_by.map_or_else(String::new, |at| format!(", report due by {}", clock(app, at)));
    match look.state {
        LookState::Asked => format!("{who} is asked, and has until {} to answer.", clock(app, look.answer_by())),
        LookState::Accepted => format!("{who} is on the way{due}."),
        LookState::OnScene => format!("{who} is on the scene{due}."),
        LookState::Reported => {
            format!("{who} reported back{}.", look.closed_at.map_or_else(String::new, |at| format!(" at {}", clock(app, at))))
        }
        LookState::Unanswered => "Nobody who could be asked answered.".to_owned(),
        LookState::CalledOff => "Called off.".to_owned(),
    }
}

/// Looks that somebody at the desk should know of: overdue ones first, then those nobody answered.
pub async fn to_know(app: &App, names: &Names) -> Result<Vec<Link>, Problem> {
    let open = app.world.store.open_looks().await?;
    let link = |look: &Look, words: String| Link { href: format!("/desk/incidents/{}/looks", look.incident), words };
    let overdue = |look: &&Look| look.overdue.as_ref().is_some_and(|overdue| overdue.well.is_none());
    let mut links: Vec<Link> = open
        .iter()
        .filter(overdue)
        .map(|look| link(look, format!("Overdue: find out whether {} is well. {}", names.of(look.turn.member), look.place)))
        .collect();
    links.extend(
        open.iter().filter(|look| !overdue(look)).map(|look| link(look, format!("{}: {}", look.place, sentence(app, look, names)))),
    );
    Ok(links)
}

fn row(app: &App, look: &Look, names: &Names, triager: bool) -> LookRow {
    let turn = |turn: &handbell_rules::desk::look::Turn| LookTurn {
        who: names.of(turn.member).to_owned(),
        words: format!(
            "asked {}{}",
            clock(app, turn.asked_at),
            match turn.passed {
                None => "",
                Some(Passed::Declined) => ", said no",
                Some(Passed::Unanswered) => ", no answer",
                Some(Passed::OffDuty) => ", went off duty",
            }
        ),
    };
    // When nobody is left, the last one's turn is counted among the earlier ones already.
    let last = (look.state != LookState::Unanswered).then_some(&look.turn);
    let overdue = look.overdue.as_ref().map(|overdue| match overdue.well {
        None => format!("No word since {}. Find out whether {} is well.", clock(app, overdue.since), names.of(look.turn.member)),
        Some((by, at)) => format!("{} found out at {} that {} is well.", names.of(by), clock(app, at), names.of(look.turn.member)),
    });
    let open = look.state.open();
    LookRow {
        id: look.id.to_string(),
        version: look.version.to_string(),
        place: look.place.clone(),
        tag: tag(look),
        words: sentence(app, look, names),
        can_be_well: open && look.overdue.as_ref().is_some_and(|overdue| overdue.well.is_none()),
        overdue: overdue.filter(|_| open),
        look_for: look.look_for.clone(),
        turns: look.earlier.iter().chain(last).map(turn).collect(),
        came_back: look.found.map(|found| match look.words.trim() {
            "" => found.words().to_owned(),
            said => format!("{}: {said}", found.words()),
        }),
        report: look.report.map(|report| Link { href: format!("/desk/reports/{report}"), words: "Their report".to_owned() }),
        can_call_off: open && triager,
    }
}

/// The looks of an incident in one line each, newest first, for the incident's page.
pub async fn lines(app: &App, incident: IncidentId, names: &Names) -> Result<Vec<String>, Problem> {
    let looks = app.world.store.looks_of(incident).await?;
    Ok(looks.iter().rev().map(|look| format!("{}: {}", look.place, sentence(app, look, names))).collect())
}

async fn of_incident(State(app): State<App>, Part(incident): Part<String>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        match opening::shut(&app, &desk, Subject::Incident(id(&incident)?)).await? {
            Some(page) => Ok(page),
            None => view_all(&app, &desk, &incident, Typed::default()).await,
        }
    })
    .await
}

async fn ask(State(app): State<App>, Part(incident): Part<String>, request: Request) -> Response {
    let back = format!("/desk/incidents/{incident}/looks");
    told_at(&app, &back, async {
        let known = ["csrf", "version", "observer", "place", "approach", "look_for", "minutes"];
        let (desk, fields, of) = super::incident::pressed(&app, request, &incident, &known).await?;
        let Ok(observer) = fields.one("observer")?.parse() else {
            let words = DeskNo::ObserverNotOnDuty.advice();
            return view_all(&app, &desk, &incident, Typed::at(fields, "observer", words)).await;
        };
        let new = NewLook {
            observer,
            place: fields.one("place")?.to_owned(),
            approach: fields.one("approach")?.to_owned(),
            look_for: fields.one("look_for")?.to_owned(),
            minutes: fields.one("minutes")?.parse().unwrap_or(0),
        };
        match refused(acts::ask(&app.world, &desk.caller, of, new).await)? {
            Ok(_) => Ok(see_other(&back)),
            Err(no) => view_all(&app, &desk, &incident, Typed::no(fields, no, |field| field)).await,
        }
    })
    .await
}

async fn view_all(app: &App, desk: &Desk, incident: &str, typed: Typed) -> Result<Response, Problem> {
    desk.at_the_desk()?;
    let of: IncidentId = id(incident)?;
    let file = app.world.store.incident_file(of).await?.ok_or_else(|| Problem::of(Trouble::NotFound))?;
    let names = Names::read(app).await?;
    let triager = desk.caller.needs(Role::Triager).is_ok();
    let observers = acts::who_can_look(&app.world, &desk.caller, &file).await?;
    let reach = app.world.group.playbook.kind(&file.incident.kind).and_then(|kind| kind.reach(Reach::Dispatch, file.incident.home));
    let refusal = match (&file.incident.ended, reach, triager, observers.is_empty()) {
        (Some(_), ..) => Some("The incident has ended. Nobody is sent."),
        (_, None, ..) => Some("The playbook lets no observer be sent for this kind."),
        (_, _, false, _) => Some("A triager asks observers."),
        (.., true) => Some("No observer is on duty who could be asked. Whoever reported it is not."),
        _ => None,
    };
    let coarse = reach.is_some_and(|rule| rule.precision < Precision::Street);
    let form = refusal.is_none().then(|| LookForm {
        observers: observers
            .iter()
            .map(|(member, name)| Choice { chosen: typed.text("observer") == member.to_string(), ..Choice::new(member.to_string(), name) })
            .collect(),
        place: typed.text("place"),
        areas: if coarse {
            let areas = app.world.group.areas.areas().iter();
            areas.map(|area| Choice { chosen: typed.text("place") == area.name, ..Choice::new(&area.name, &area.name) }).collect()
        } else {
            Vec::new()
        },
        approach: typed.text("approach"),
        look_for: typed.text("look_for"),
        minutes: MINUTES
            .iter()
            .map(|minutes| {
                let typed = typed.text("minutes");
                let chosen = if typed.is_empty() { *minutes == MINUTES_FIRST } else { typed == minutes.to_string() };
                Choice { chosen, ..Choice::new(minutes.to_string(), format!("{minutes} minutes")) }
            })
            .collect(),
    });
    let looks = app.world.store.looks_of(of).await?;
    let (frame, bar) = around(app, desk, Tab::Queue, &format!("/desk/incidents/{of}/looks"), "Who looks").await?;
    let view = LooksPage {
        frame,
        desk: bar,
        incident: of.to_string(),
        version: file.incident.version.to_string(),
        headline: words::incident_headline(app, &file.incident),
        looks: looks.iter().rev().map(|look| row(app, look, &names, triager)).collect(),
        form,
        refusal: refusal.map(str::to_owned),
        conduct: OBSERVE_ONLY.iter().map(|line| (*line).to_owned()).collect(),
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &view))
}

async fn show(State(app): State<App>, Part(look): Part<String>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        view_one(&app, &desk, id(&look)?, Typed::default()).await
    })
    .await
}

/// A press on a look: cookies, token, and the version its page was made from.
async fn pressed(app: &App, request: Request, look: &str, known: &[&str]) -> Result<(Desk, super::Fields, LookId), Problem> {
    let (desk, fields) = gate::desk_form(app, request, known).await?;
    let look: LookId = id(look)?;
    let stored = acts::read(&app.world, &desk.caller, look).await?;
    same_version(&fields, stored.version)?;
    Ok((desk, fields, look))
}

async fn answer(State(app): State<App>, Part(look): Part<String>, request: Request) -> Response {
    let back = format!("/desk/looks/{look}");
    told_at(&app, &back, async {
        let (desk, fields, look) = pressed(&app, request, &look, &["csrf", "version", "say"]).await?;
        let press = match fields.one("say")? {
            "accept" => Press::Accept,
            "decline" => Press::Decline,
            "arrive" => Press::Arrive,
            _ => return Err(Problem::of(Trouble::FormBroken)),
        };
        match refused(acts::answer(&app.world, &desk.caller, look, press).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => view_one(&app, &desk, look, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

async fn report(State(app): State<App>, Part(look): Part<String>, request: Request) -> Response {
    let back = format!("/desk/looks/{look}");
    told_at(&app, &back, async {
        let (desk, fields, look) = pressed(&app, request, &look, &["csrf", "version", "text", "found"]).await?;
        let found = Found::parse(fields.one("found")?).ok_or_else(|| Problem::of(Trouble::FormBroken))?;
        match refused(acts::report_back(&app.world, &desk.caller, look, found, fields.one("text")?).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => view_one(&app, &desk, look, Typed::no(fields, no, |field| if field == "text" { field } else { "" })).await,
        }
    })
    .await
}

async fn desk_says(State(app): State<App>, Part(look): Part<String>, request: Request) -> Response {
    told_at(&app, "/desk", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "version", "say"]).await?;
        desk.at_the_desk()?;
        let look: LookId = id(&look)?;
        let stored = acts::read(&app.world, &desk.caller, look).await?;
        same_version(&fields, stored.version)?;
        opening::permitted(&app, &desk, Subject::Incident(stored.incident)).await?;
        let said = match fields.one("say")? {
            "well" => acts::is_well(&app.world, &desk.caller, look).await,
            "call-off" => acts::call_off(&app.world, &desk.caller, look).await,
            _ => return Err(Problem::of(Trouble::FormBroken)),
        };
        match refused(said)? {
            Ok(()) => Ok(see_other(&format!("/desk/incidents/{}/looks", stored.incident))),
            Err(no) => view_all(&app, &desk, &stored.incident.to_string(), Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

async fn view_one(app: &App, desk: &Desk, of: LookId, typed: Typed) -> Result<Response, Problem> {
    let look = acts::read(&app.world, &desk.caller, of).await?;
    let names = Names::read(app).await?;
    let mine = look.turn.member == desk.caller.member && desk.caller.needs(Role::Observer).is_ok();
    let asked = mine && look.state == LookState::Asked;
    let words = match look.state {
        LookState::Asked if mine => {
            format!("{} asks you. Answer by {}, or the next one is asked.", names.of(look.asked_by), clock(app, look.answer_by()))
        }
        _ if !mine && look.turns().any(|turn| turn.member == desk.caller.member) => "You need do nothing more. Thank you.".to_owned(),
        LookState::Reported if mine => "You reported back. The desk has it. Thank you.".to_owned(),
        LookState::CalledOff if mine => "Called off. You need not go, and you may leave.".to_owned(),
        _ => sentence(app, &look, &names),
    };
    let (frame, bar) = around(app, desk, Tab::Nowhere, &format!("/desk/looks/{of}"), "Can you look?").await?;
    let view = LookPage {
        frame,
        desk: bar,
        id: of.to_string(),
        version: look.version.to_string(),
        tag: tag(&look),
        words,
        place: look.place.clone(),
        approach: look.approach.clone(),
        look_for: look.look_for.clone(),
        within: match look.report_by {
            Some(at) => format!("by {}", clock(app, at)),
            None => format!("within {} minutes of your yes", look.minutes),
        },
        can_answer: asked,
        can_arrive: asked || (mine && look.state == LookState::Accepted),
        can_report: mine && look.state.open(),
        text: typed.text("text"),
        conduct: OBSERVE_ONLY.iter().map(|line| (*line).to_owned()).collect(),
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &view))
}
