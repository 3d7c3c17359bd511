//! People's doors: sign in with a link or a passkey, lock, vouch.
//!
//! Opening a link shows a button and changes nothing, because messengers open links to preview them. The
//! button redeems it once and binds this browser to one member. An unknown, a used and an old link get
//! the same page, so that nobody learns which it was.

mod members;
mod passkey;

use super::App;
use super::answer::{page, page_door, page_with, see_other};
use super::desk::Part;
use super::fields::Fields;
use super::frame;
use super::gate::{self, DEVICE_COOKIE, SESSION_COOKIE, set_cookie};
use super::limits::Knock;
use super::problem::Problem;
use super::routes::{Route, Who};
use crate::acts::{ActError, people};
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::people::member::SESSION_LIVES;
use handbell_rules::refusal::{People, Refusal};
use handbell_rules::time::{DAY, SECOND};
use handbell_site::{SignInPage, SignInSpentPage, Tab};
use http::header::SET_COOKIE;
use http::{HeaderValue, StatusCode};

/// How long a browser stays bound to its member without signing in again.
pub const DEVICE_LIVES: i64 = 180 * DAY;

/// The doors of this room.
pub fn routes() -> Vec<Route> {
    let own = vec![
        Route::get("/desk/sign-in", Who::Street, show_passkey),
        Route::get("/desk/sign-in/{token}", Who::Street, show_button),
        Route::post("/desk/sign-in", Who::Street, sign_in),
        Route::post("/desk/sign-out", Who::Member, sign_out),
    ];
    [own, passkey::routes(), members::routes()].into_iter().flatten().collect()
}

async fn show_passkey(State(app): State<App>) -> Response {
    let view = SignInPage {
        frame: frame::desk(&app, Tab::Nowhere, "/desk/sign-in", "Sign in"),
        token: None,
        by_link: false,
        passkeys: app.passkeys.are_possible(),
        words: format!("The desk of {} opens with your passkey.", app.world.group.name),
    };
    page(&view)
}

async fn show_button(State(app): State<App>, Part(token): Part<String>) -> Response {
    page_door(&app, async {
        let Some(member) = people::link_is_of(&app.world, &token).await? else {
            return Ok(unusable(&app, People::LinkSpent));
        };
        let by_link = people::link_signs_in(&app.world, member).await?;
        let view = SignInPage {
            frame: frame::desk(&app, Tab::Nowhere, "/desk/sign-in", "Sign in"),
            token: Some(token),
            by_link,
            passkeys: app.passkeys.are_possible(),
            words: format!("The button signs you in to the desk of {} and makes this browser yours.", app.world.group.name),
        };
        Ok(page(&view))
    })
    .await
}

/// The page of a link that opens nothing here.
fn unusable(app: &App, no: People) -> Response {
    let (status, words) = match no {
        People::DeviceTaken | People::PasskeyNeeded => (StatusCode::FORBIDDEN, no.advice().to_owned()),
        _ => (StatusCode::GONE, "Sign-in links work once and for 15 minutes. Ask for a new one.".to_owned()),
    };
    let view = SignInSpentPage { frame: frame::desk(app, Tab::Nowhere, "/desk/sign-in", "Sign in"), words };
    page_with(status, &view)
}

fn with_cookie(mut response: Response, name: &str, value: &str, lives: i64) -> Result<Response, Problem> {
    let cookie = HeaderValue::from_str(&set_cookie(name, value, lives / SECOND));
    let cookie = cookie.map_err(|_| ActError::Broken("a cookie that no header can hold".into()))?;
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

async fn sign_in(State(app): State<App>, request: Request) -> Response {
    page_door(&app, async {
        gate::from_this_site(&app, request.headers())?;
        gate::knock(&app, &request, Knock::Secret)?;
        let device = gate::cookie(request.headers(), DEVICE_COOKIE).map(str::to_owned);
        let fields = Fields::read(request, &["token"]).await?;
        let signed_in = match people::sign_in(&app.world, fields.one("token")?, device.as_deref()).await {
            Ok(signed_in) => signed_in,
            Err(ActError::Refused(no)) => match no.0 {
                Refusal::People(no @ (People::LinkSpent | People::DeviceTaken | People::PasskeyNeeded)) => return Ok(unusable(&app, no)),
                no => return Err(Problem::refused(no)),
            },
            Err(error) => return Err(error.into()),
        };
        let response = with_cookie(see_other("/desk"), SESSION_COOKIE, signed_in.session.text(), SESSION_LIVES)?;
        match signed_in.device {
            Some(device) => with_cookie(response, DEVICE_COOKIE, device.text(), DEVICE_LIVES),
            None => Ok(response),
        }
    })
    .await
}

async fn sign_out(State(app): State<App>, request: Request) -> Response {
    page_door(&app, async {
        let session = gate::cookie(request.headers(), SESSION_COOKIE).unwrap_or_default().to_owned();
        gate::desk_form(&app, request, &["csrf"]).await?;
        people::sign_out(&app.world, &session).await?;
        with_cookie(see_other("/"), SESSION_COOKIE, "", 0)
    })
    .await
}

#[cfg(test)]
mod tests;
