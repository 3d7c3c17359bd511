//! Passkeys' doors: what the scripts of the sign-in page and of a locked page ask for, as JSON.
//!
//! Each ceremony is two requests: a challenge, then the browser's answer. They stand open to the street,
//! because nobody is signed in yet, so they are knocked like links and refuse pages of other sites. Without
//! scripts there are no passkeys; which groups let a link in instead is said on the page.

use super::{DEVICE_LIVES, with_cookie};
use crate::acts::passkey::{self, Opened};
use crate::acts::people::SignedIn;
use crate::doors::App;
use crate::doors::answer::{apart, json_door};
use crate::doors::api::{body_of, json};
use crate::doors::gate::{self, DEVICE_COOKIE, SESSION_COOKIE};
use crate::doors::limits::Knock;
use crate::doors::problem::Problem;
use crate::doors::routes::{Route, Who};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use handbell_rules::people::member::SESSION_LIVES;
use http::{HeaderMap, Request, StatusCode};
use serde::{Deserialize, Serialize};
use webauthn_rs::prelude::{PublicKeyCredential, RegisterPublicKeyCredential};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/desk/sign-in/new", Who::Street, ask_for_new),
        Route::post("/desk/sign-in/new/answer", Who::Street, take_new),
        Route::post("/desk/sign-in/passkey", Who::Street, ask),
        Route::post("/desk/sign-in/passkey/answer", Who::Street, open),
        Route::post("/desk/here", Who::Member, here),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Link {
    token: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer<T> {
    challenge: String,
    credential: T,
}

/// What the page's script goes on with: the token of the session's forms.
#[derive(Serialize)]
struct Inside {
    csrf: String,
}

fn at_the_door(app: &App, request: &Request<()>) -> Result<(), Problem> {
    gate::from_this_site(app, request.headers())?;
    gate::knock(app, request, Knock::Secret)
}

fn cookie_of(headers: &HeaderMap, name: &str) -> Option<String> {
    gate::cookie(headers, name).map(str::to_owned)
}

async fn ask_for_new(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, body) = apart(request);
    json_door(async {
        at_the_door(&app, &request)?;
        let (link, _) = body_of::<Link>(request.headers(), body).await?;
        json(StatusCode::OK, &passkey::ask_for_new(&app.world, &app.passkeys, &link.token).await?)
    })
    .await
}

async fn take_new(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, body) = apart(request);
    json_door(async {
        at_the_door(&app, &request)?;
        let (answer, _) = body_of::<Answer<RegisterPublicKeyCredential>>(request.headers(), body).await?;
        let device = cookie_of(request.headers(), DEVICE_COOKIE);
        let signed_in = passkey::take_new(&app.world, &app.passkeys, &answer.challenge, &answer.credential, device.as_deref()).await?;
        inside(&app, signed_in)
    })
    .await
}

async fn ask(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, body) = apart(request);
    json_door(async {
        at_the_door(&app, &request)?;
        body_of::<Nothing>(request.headers(), body).await?;
        json(StatusCode::OK, &passkey::ask(&app.world, &app.passkeys).await?)
    })
    .await
}

async fn open(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, body) = apart(request);
    json_door(async {
        at_the_door(&app, &request)?;
        let (answer, _) = body_of::<Answer<PublicKeyCredential>>(request.headers(), body).await?;
        let (session, device) = (cookie_of(request.headers(), SESSION_COOKIE), cookie_of(request.headers(), DEVICE_COOKIE));
        let cookies = (session.as_deref(), device.as_deref());
        match passkey::open(&app.world, &app.passkeys, &answer.challenge, &answer.credential, cookies).await? {
            Opened::SignedIn(signed_in) => inside(&app, signed_in),
            Opened::Unlocked(open) => {
                app.idle.touch(open, app.world.now());
                json(StatusCode::OK, &Inside { csrf: gate::token_of(&app, session.as_deref().unwrap_or_default()) })
            }
        }
    })
    .await
}

fn inside(app: &App, signed_in: SignedIn) -> Result<Response, Problem> {
    let csrf = gate::token_of(app, signed_in.session.text());
    let response = json(StatusCode::OK, &Inside { csrf })?;
    let response = with_cookie(response, SESSION_COOKIE, signed_in.session.text(), SESSION_LIVES)?;
    match signed_in.device {
        Some(device) => with_cookie(response, DEVICE_COOKIE, device.text(), DEVICE_LIVES),
        None => Ok(response),
    }
}

/// A person types on a page of the desk: it does not lock. Nothing is written down.
async fn here(State(app): State<App>, request: axum::extract::Request) -> Response {
    json_door(async {
        gate::desk_form(&app, request, &["csrf"]).await?;
        json(StatusCode::OK, &serde_json::json!({}))
    })
    .await
}

#[cfg(test)]
mod tests;
