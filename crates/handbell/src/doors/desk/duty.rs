//! Duty's doors: start for a chosen length, stay, end with a note for the next shift.
//!
//! The strip on every desk page starts and ends a duty with one press; this page has the rest. What stands
//! before whoever goes home is said, never asked back: nothing of a debrief is written down here.

use super::{Names, Typed, around, clock, dispatches, refused, telephone, told_at};
use crate::acts::telephone::ToText;
use crate::acts::{people, watch};
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::people::duty::{DUTY_HOURS, Tired};
use handbell_rules::people::handover::Handover;
use handbell_rules::refusal::Desk as DeskNo;
use handbell_rules::time::HOUR;
use handbell_site::{Choice, DutyPage, HandoverNote, Link, Tab};
use http::{HeaderMap, Uri};

/// How long a duty lasts when it is started with one press.
pub const DUTY_HOURS_AT_ONE_PRESS: u32 = 4;
/// Where a duty's end leads; the page says goodbye.
const ENDED: &str = "/desk/duty?ended";

/// The doors of duty.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/desk/duty", Who::Member, show), Route::post("/desk/duty", Who::Member, press)]
}

fn has_duties(desk: &Desk) -> Result<(), Problem> {
    let has = desk.caller.works_the_desk() || desk.caller.goes_out();
    if has { Ok(()) } else { Err(Problem::refused(DeskNo::NotOnDesk.into())) }
}

/// The newest note of somebody else's shift, for the queue of whoever has come on since it was written.
pub async fn to_read(app: &App, desk: &Desk, names: &Names) -> Result<Option<Link>, Problem> {
    let on_since = app.world.store.duty(desk.caller.member).await?.filter(|duty| duty.runs(app.world.now())).map(|duty| duty.on_since);
    let newest = watch::handed_over(&app.world, &desk.caller).await?.into_iter().find(|note| note.by != desk.caller.member);
    // An hour after it could first be read it was, or never will be; the duty page keeps it.
    let fresh = |note: &Handover| on_since.is_none_or(|since| app.world.now().since(since.max(note.at)) < HOUR);
    Ok(newest.filter(fresh).map(|note| Link {
        href: "/desk/duty".to_owned(),
        words: format!("{} left a note for you at {}. Read it.", names.of(note.by), clock(app, note.at)),
    }))
}

async fn show(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        has_duties(&desk)?;
        view(&app, &desk, Typed::default(), uri.query() == Some("ended")).await
    })
    .await
}

async fn press(State(app): State<App>, request: Request) -> Response {
    told_at(&app, "/desk", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "duty", "hours", "note"]).await?;
        match fields.one("duty")? {
            "start" => {
                let hours = match fields.one("hours")? {
                    "" => DUTY_HOURS_AT_ONE_PRESS,
                    hours => hours.parse().unwrap_or(0),
                };
                match refused(people::start_duty(&app.world, &desk.caller, hours).await)? {
                    Ok(()) => Ok(see_other("/desk")),
                    Err(no) => view(&app, &desk, Typed::no(fields, no, |field| field), false).await,
                }
            }
            "end" => {
                let note = fields.one("note")?.trim().to_owned();
                // The note first: whoever is stopped by a bad note is still on duty and can mend it.
                if !note.is_empty()
                    && let Err(no) = refused(watch::hand_over(&app.world, &desk.caller, &note).await)?
                {
                    return view(&app, &desk, Typed::no(fields, no, |_| "note"), false).await;
                }
                people::end_duty(&app.world, &desk.caller).await?;
                Ok(see_other(ENDED))
            }
            _ => Err(Problem::of(Trouble::FormBroken)),
        }
    })
    .await
}

pub(super) async fn view(app: &App, desk: &Desk, typed: Typed, debrief: bool) -> Result<Response, Problem> {
    view_with(app, desk, typed, debrief, None).await
}

/// The page, with what a telephone is to text when it was just asked for.
pub(super) async fn view_with(app: &App, desk: &Desk, typed: Typed, debrief: bool, shown: Option<ToText>) -> Result<Response, Problem> {
    let now = app.world.now();
    let names = Names::read(app).await?;
    let mine = app.world.store.duty(desk.caller.member).await?.filter(|duty| duty.runs(now));
    let hands_over = desk.caller.works_the_desk();
    let notes = if hands_over { watch::handed_over(&app.world, &desk.caller).await? } else { Vec::new() };
    let (frame, bar) = around(app, desk, Tab::Nowhere, "/desk/duty", "My duty").await?;
    let chosen = typed.text("hours");
    let view = DutyPage {
        words: match &mine {
            Some(duty) => format!("You are on duty until {}. It ends by itself.", clock(app, duty.until)),
            None => "You are not on duty. Nobody calls you.".to_owned(),
        },
        tired: mine.as_ref().and_then(|duty| match duty.tired(now) {
            Tired::Fresh => None,
            Tired::Break => {
                Some("You have been on for more than two hours. Take a break of ten minutes: look away, stand up, drink.".to_owned())
            }
            Tired::HandOver => {
                Some("You have been on for four hours or more. Tired desks make false alerts. Hand over if anybody can come on.".to_owned())
            }
        }),
        debrief: debrief && mine.is_none(),
        ready: dispatches::ready(app, desk, mine.as_ref(), &typed).await?,
        telephone: telephone::part(app, desk, shown).await?,
        frame,
        desk: bar,
        hours: DUTY_HOURS
            .iter()
            .map(|hours| {
                let value = hours.to_string();
                let first = *hours == DUTY_HOURS_AT_ONE_PRESS / 2;
                let chosen = if chosen.is_empty() { first } else { chosen == value };
                Choice { chosen, ..Choice::new(value, if *hours == 1 { "1 hour".to_owned() } else { format!("{hours} hours") }) }
            })
            .collect(),
        hands_over,
        notes: notes
            .iter()
            .map(|note| HandoverNote { by: format!("{}, {}", names.of(note.by), clock(app, note.at)), text: note.text.clone() })
            .collect(),
        note: typed.text("note"),
        vapid_key: app.world.group.vapid_public.clone(),
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &view))
}
