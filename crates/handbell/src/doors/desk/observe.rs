//! The observer's doors: their page, and filing from the scene.
//!
//! An observer reads no queue and no report. Their account is filed like any report, by its own way in,
//! which only a signed-in member with that role has.

use super::{Typed, around, dispatches, language, told_at};
use crate::acts::{look, street};
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::gate::{self, Desk};
use crate::doors::problem::Problem;
use crate::doors::routes::{Route, Who};
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::bell::message;
use handbell_rules::people::member::Role;
use handbell_rules::street::report::{Basis, Happening, NewReport, Observed, Route as CameBy};
use handbell_site::{Choice, Link, ObservePage, Tab};
use http::{HeaderMap, Uri};

const GOES_ON: [(Happening, &str); 3] =
    [(Happening::Now, "It goes on"), (Happening::Moving, "It is moving"), (Happening::Over, "It is over")];
/// Where a filed report leads; the page says that it arrived.
const SENT: &str = "/desk/observe?sent";

/// The doors of an observer.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/desk/observe", Who::Member, show), Route::post("/desk/observe", Who::Member, file)]
}

async fn show(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        desk.caller.needs(Role::Observer).map_err(Problem::refused)?;
        let notice = (uri.query() == Some("sent")).then(|| "Sent. The desk has it.".to_owned());
        view(&app, &desk, Typed::default(), notice).await
    })
    .await
}

async fn file(State(app): State<App>, request: Request) -> Response {
    told_at(&app, "/desk/observe", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "kind", "place", "when", "text"]).await?;
        desk.caller.needs(Role::Observer).map_err(Problem::refused)?;
        let Some(happening) = Happening::parse(fields.one("when")?) else {
            return view(&app, &desk, Typed::at(fields, "when", "Choose whether it goes on."), None).await;
        };
        let now = app.world.now();
        let told = NewReport {
            kind: fields.one("kind")?.to_owned(),
            basis: Basis::Saw,
            happening,
            observed: Observed { from: now, to: now },
            place: fields.one("place")?.trim().to_owned(),
            point: None,
            text: fields.one("text")?.to_owned(),
            officers: None,
            vehicles: None,
            people: None,
            route: CameBy::Observer,
            language: language(&app).to_owned(),
        };
        match super::refused(street::file_from_the_scene(&app.world, &desk.caller, told).await)? {
            Ok(_) => Ok(see_other(SENT)),
            Err(no) => {
                let field_of = |field| if ["kind", "place", "text"].contains(&field) { field } else { "" };
                view(&app, &desk, Typed::no(fields, no, field_of), None).await
            }
        }
    })
    .await
}

async fn view(app: &App, desk: &Desk, typed: Typed, notice: Option<String>) -> Result<Response, Problem> {
    let playbook = &app.world.group.playbook;
    let choice = |field: &str, value: &str, label: String| Choice { chosen: typed.text(field) == value, ..Choice::new(value, label) };
    let looks = look::asked_of(&app.world, &desk.caller).await?;
    let mut asked = dispatches::asked_of(app, desk).await?;
    asked.extend(
        looks
            .iter()
            .map(|look| Link { href: format!("/desk/looks/{}", look.id), words: format!("{}: {}", look.place, look.state.words()) }),
    );
    let (frame, bar) = around(app, desk, Tab::Scene, "/desk/observe", "From the scene").await?;
    let view = ObservePage {
        frame,
        desk: bar,
        notice,
        looks: asked,
        kinds: playbook.kinds().iter().map(|kind| choice("kind", &kind.id, playbook.kind_label(&kind.id, language(app)))).collect(),
        place: typed.text("place"),
        when: GOES_ON.iter().map(|(happening, words)| choice("when", happening.word(), (*words).to_owned())).collect(),
        text: typed.text("text"),
        conduct: message::conduct(None, language(app)).iter().map(|line| (*line).to_owned()).collect(),
        vapid_key: app.world.group.vapid_public.clone(),
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &view))
}
