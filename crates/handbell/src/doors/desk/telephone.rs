//! The duty telephone's door: shows the code that a member's own telephone texts, and ends it with one press.
//!
//! The number is given by the telephone itself. No page shows it again; the code stands on the one page that
//! answers the press.

use super::{Typed, duty, refused, told_at};
use crate::acts::channels;
use crate::acts::telephone;
use crate::doors::App;
use crate::doors::answer::see_other;
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::bell::address::By;
use handbell_rules::refusal::Desk as DeskNo;
use handbell_site::{TelephonePart, ToText};

/// The door.
pub fn routes() -> Vec<Route> {
    vec![Route::post("/desk/telephone", Who::Member, press)]
}

async fn press(State(app): State<App>, request: Request) -> Response {
    told_at(&app, "/desk/duty", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "go"]).await?;
        if !desk.caller.goes_out() {
            return Err(Problem::refused(DeskNo::NotOnDesk.into()));
        }
        match fields.one("go")? {
            "code" => match refused(telephone::offer_duty(&app.world, &desk.caller).await)? {
                Ok(shown) => duty::view_with(&app, &desk, Typed::default(), false, Some(shown)).await,
                Err(no) => duty::view(&app, &desk, Typed::no(fields, no, |_| ""), false).await,
            },
            "end" => {
                telephone::end_own(&app.world, &desk.caller).await?;
                Ok(see_other("/desk/duty"))
            }
            _ => Err(Problem::of(Trouble::FormBroken)),
        }
    })
    .await
}

/// The part of the duty page; none for whoever is never sent and where text messages are off.
pub async fn part(app: &App, desk: &Desk, shown: Option<telephone::ToText>) -> Result<Option<TelephonePart>, Problem> {
    if !desk.caller.goes_out() || !channels::offered(&app.world).contains(&By::Sms) {
        return Ok(None);
    }
    let has = telephone::own(&app.world, &desk.caller).await?.first().map(|phone| phone.until.day(app.world.group.playbook.zone()));
    Ok(Some(TelephonePart {
        words: match &has {
            Some(until) => format!("A telephone of yours is asked by text message while you are on duty, until {until}."),
            None => {
                "A telephone without a browser can be asked to go by text message while you are on duty, and answers by text.".to_owned()
            }
        },
        has: has.is_some(),
        shown: shown.map(|shown| ToText { text: shown.text, number: shown.number }),
    }))
}
