//! The doors of packs: what a custodian can hand over, making a pack, taking it away as one file.

use super::{Names, Part, Typed, around, clock, id, refused, told_at};
use crate::acts::packs as acts;
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::gate::{self, Desk};
use crate::doors::problem::Problem;
use crate::doors::routes::{Route, Who};
use crate::pack::shelf::Waiting;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use futures::stream;
use handbell_rules::evidence::custody::hex;
use handbell_rules::evidence::footage::{Footage, Wish};
use handbell_rules::id::{FootageId, PackId};
use handbell_rules::people::member::Role;
use handbell_site::{Choice, PackLine, PacksPage, Tab};
use http::{HeaderMap, HeaderValue, Method, header};
use std::io;

/// The doors of packs.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/desk/packs", Who::Member, show),
        Route::post("/desk/packs", Who::Member, make),
        Route::get("/desk/packs/{id}/pack.zip", Who::Member, take),
        Route::post("/desk/packs/{id}/remove", Who::Member, remove),
    ]
}

fn choice(app: &App, footage: &Footage, chosen: &[String]) -> Choice {
    let wish = match footage.wish {
        Wish::Public => "may be public",
        Wish::Lawyer | Wish::DeskOnly => "may go to a lawyer",
    };
    let mark = if footage.noted.is_some() { "" } else { " Its mark is not in the log yet: a pack made tomorrow shows more." };
    let words = format!("{}, {} bytes, came {}", footage.shown_type(), footage.length, clock(app, footage.received_at));
    let start: String = hex(&footage.sha256).chars().take(16).collect();
    let hint = format!("{wish}. Footage {}, SHA-256 begins {start}.{mark}", footage.id);
    let value = footage.id.to_string();
    Choice { chosen: chosen.contains(&value), hint: Some(hint), ..Choice::new(value, words) }
}

fn line(app: &App, names: &Names, pack: &Waiting) -> PackLine {
    let files = if pack.items.len() == 1 { "One file".to_owned() } else { format!("{} files", pack.items.len()) };
    let words = format!("{files}. {} made it {}. It goes {}.", names.of(pack.by), clock(app, pack.at), clock(app, pack.until()));
    PackLine { id: pack.id.to_string(), for_whom: pack.for_whom.clone(), words }
}

async fn view(app: &App, desk: &Desk, typed: Typed) -> Result<Response, Problem> {
    let chosen = typed.fields.all("footage");
    let files = acts::choices(&app.world, &desk.caller).await?;
    let (waiting, names) = (acts::waiting(&app.world, &desk.caller).await?, Names::read(app).await?);
    let (frame, bar) = around(app, desk, Tab::Packs, "/desk/packs", "Packs").await?;
    let page = PacksPage {
        frame,
        desk: bar,
        files: files.iter().map(|one| choice(app, one, &chosen)).collect(),
        for_whom: typed.text("for"),
        packs: waiting.iter().map(|pack| line(app, &names, pack)).collect(),
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &page))
}

async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        view(&app, &desk, Typed::default()).await
    })
    .await
}

async fn make(State(app): State<App>, request: Request) -> Response {
    told_at(&app, "/desk/packs", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "footage", "for"]).await?;
        desk.caller.needs(Role::Custodian).map_err(Problem::refused)?;
        let chosen = fields.all("footage").iter().map(|text| id(text)).collect::<Result<Vec<FootageId>, Problem>>()?;
        let made = acts::make(&app.world, &desk.caller, &app.public, chosen, fields.one("for")?).await;
        match refused(made)? {
            Ok(_) => Ok(see_other("/desk/packs")),
            Err(no) => view(&app, &desk, Typed::no(fields, no, |field| if field == "words" { "for" } else { field })).await,
        }
    })
    .await
}

async fn take(State(app): State<App>, Part(pack): Part<String>, method: Method, headers: HeaderMap) -> Response {
    told_at(&app, "/desk/packs", async {
        let desk = gate::desk(&app, &headers).await?;
        let pack: PackId = id(&pack)?;
        // Who asks for the head alone takes nothing away: no line of custody may say that they did.
        let asked = if method == Method::HEAD {
            let about = acts::about(&app.world, &desk.caller, pack).await;
            about.map(|about| (about, Body::from_stream(stream::empty::<io::Result<Vec<u8>>>())))
        } else {
            let taken = acts::take(&app.world, &desk.caller, pack).await;
            taken.map(|taken| (taken.about.clone(), Body::from_stream(taken.stream())))
        };
        let (about, body) = match refused(asked)? {
            Ok(asked) => asked,
            Err(no) => return view(&app, &desk, Typed::no(Default::default(), no, |_| "")).await,
        };
        let name = format!("attachment; filename=\"handbell-pack-{}.zip\"", about.id);
        let mut response = Response::new(body);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.extend(HeaderValue::from_str(&name).ok().map(|name| (header::CONTENT_DISPOSITION, name)));
        Ok(response)
    })
    .await
}

async fn remove(State(app): State<App>, Part(pack): Part<String>, request: Request) -> Response {
    told_at(&app, "/desk/packs", async {
        let (desk, _) = gate::desk_form(&app, request, &["csrf"]).await?;
        match refused(acts::remove(&app.world, &desk.caller, id(&pack)?).await)? {
            Ok(()) => Ok(see_other("/desk/packs")),
            Err(no) => view(&app, &desk, Typed::no(Default::default(), no, |_| "")).await,
        }
    })
    .await
}

#[cfg(test)]
mod tests;
