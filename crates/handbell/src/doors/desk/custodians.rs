//! The custodians' own page: which keys are set since when, when opening was last practised, what to do when a key is
//! lost. Auditors read it too.

use super::{Names, Typed, around, clock, refused, told_at};
use crate::acts::custody;
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::evidence::custody::hex;
use handbell_rules::evidence::keys::{CustodyKeys, Place};
use handbell_rules::people::member::Role;
use handbell_site::{CustodianKey, CustodiansPage, Tab};
use http::HeaderMap;
use sha2::{Digest, Sha256};

/// The doors of this file.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/desk/custody", Who::Member, show), Route::post("/desk/custody/practised", Who::Member, practised)]
}

/// What two people can read to each other of a public key: the first 20 hexadecimal digits of its SHA-256, in fives.
fn fingerprint(recipient: &str) -> String {
    let digits = hex(&Sha256::digest(recipient.as_bytes()));
    digits.as_bytes().chunks(5).take(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

fn key(app: &App, keys: &CustodyKeys, (place, word): (Place, &str)) -> CustodianKey {
    let key = keys.keys[place.index()].as_ref();
    CustodianKey {
        place: word.to_owned(),
        since: key.map_or_else(|| "No key is set.".to_owned(), |key| clock(app, key.since)),
        recipient: key.map(|key| key.recipient.clone()),
        fingerprint: key.map_or_else(String::new, |key| fingerprint(&key.recipient)),
    }
}

fn practice(app: &App, names: &Names, keys: &CustodyKeys) -> Vec<String> {
    let last = keys.practised.as_ref().map_or_else(
        || "Nobody has said yet that they practised.".to_owned(),
        |done| format!("Last practised {} by {} and {}.", clock(app, done.at), names.of(done.by), names.of(done.with)),
    );
    let waits = keys.practice_waits(app.world.now());
    let waits = waits
        .map(|said| format!("{} said {} that they practised. The other custodian confirms it.", names.of(said.by), clock(app, said.at)));
    [last].into_iter().chain(waits).collect()
}

async fn view(app: &App, desk: &Desk, typed: Typed) -> Result<Response, Problem> {
    let keys = custody::read(&app.world, &desk.caller).await?;
    let (now, names) = (app.world.now(), Names::read(app).await?);
    let custodian = desk.caller.needs(Role::Custodian).is_ok();
    let waits = keys.practice_waits(now);
    let state = match keys.all() {
        Some(_) => "All three keys are set. Footage is taken in.",
        None => "Not all three keys are set, so no footage is taken in. Reports in words are taken as always.",
    };
    let (frame, bar) = around(app, desk, Tab::Custody, "/desk/custody", "Custody keys").await?;
    let page = CustodiansPage {
        frame,
        desk: bar,
        state: state.to_owned(),
        keys: Place::ALL.iter().map(|place| key(app, &keys, *place)).collect(),
        practised: practice(app, &names, &keys),
        due: keys.practice_due(now),
        can_say: custodian && waits.is_none(),
        can_confirm: custodian && waits.is_some_and(|said| said.by != desk.caller.member),
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

async fn practised(State(app): State<App>, request: Request) -> Response {
    told_at(&app, "/desk/custody", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "word"]).await?;
        desk.caller.needs(Role::Custodian).map_err(Problem::refused)?;
        let done = match fields.one("word")? {
            "say" => custody::say_practised(&app.world, &desk.caller).await,
            "confirm" => custody::confirm_practised(&app.world, &desk.caller).await,
            _ => return Err(Problem::of(Trouble::FormBroken)),
        };
        match refused(done)? {
            Ok(()) => Ok(see_other("/desk/custody")),
            Err(no) => view(&app, &desk, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

#[cfg(test)]
mod tests;
