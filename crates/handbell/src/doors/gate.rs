//! The gate: who stands at a door.
//!
//! A desk page needs two cookies of the same browser: the session's and the device's. A desk act needs,
//! beside them, the session's CSRF token (in its form, or in a header when a page's script sends it) and a
//! request that comes from this very site. The public gets no cookie (PROMISE no-address-is-kept, R-64).

use super::App;
use super::fields::Fields;
use super::idle::by_a_person;
use super::limits::Knock;
use super::problem::{Problem, Trouble};
use crate::acts::people;
use crate::acts::seats::Household;
use axum::body::Body;
use handbell_rules::people::member::DeskCaller;
use http::header::COOKIE;
use http::{HeaderMap, Request};
use std::net::{IpAddr, SocketAddr};
use subtle::ConstantTimeEq;

/// The session's cookie.
pub const SESSION_COOKIE: &str = "__Host-desk";
/// The device's cookie.
pub const DEVICE_COOKIE: &str = "__Host-device";
/// Where the script of a desk page puts the token that a form carries in `csrf`.
pub const TOKEN_HEADER: &str = "x-handbell-token";

/// A signed-in member at a door.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Who.
    pub caller: DeskCaller,
    /// The token every form of this session carries.
    pub csrf: String,
    /// Whether the session locks when nobody touches it.
    pub locks: bool,
}

impl Desk {
    /// Refuses whoever holds no role that works the desk, before anything is read: they learn nothing of what
    /// exists.
    pub fn at_the_desk(&self) -> Result<(), Problem> {
        self.caller.at_the_desk().map_err(Problem::refused)
    }
}

/// Where a connection came from; put beside each request by the accept loop.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// One cookie's value.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// A `Set-Cookie` value: `__Host-` cookies are bound to this origin, HTTPS and the whole site. Lax would let
/// another site's link open desk pages, so it is Strict.
pub fn set_cookie(name: &str, value: &str, lives_seconds: i64) -> String {
    format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={lives_seconds}")
}

/// Who is signed in, from the cookies.
pub async fn desk(app: &App, headers: &HeaderMap) -> Result<Desk, Problem> {
    let signed_out = || Problem::of(Trouble::SignInNeeded);
    let session = cookie(headers, SESSION_COOKIE).ok_or_else(signed_out)?;
    let device = cookie(headers, DEVICE_COOKIE).ok_or_else(signed_out)?;
    let (caller, open) = people::known(&app.world, session, device).await?;
    let now = app.world.now();
    if app.idle.locks(&open, now) {
        return Err(Problem::of(Trouble::Locked));
    }
    if by_a_person(headers) {
        app.idle.touch(open.id, now);
    }
    Ok(Desk { caller, csrf: token_of(app, session), locks: open.locks })
}

/// The token that every form of a session carries.
pub fn token_of(app: &App, session: &str) -> String {
    app.world.mark("csrf", session.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Refuses a request that a page of another site made. Browsers say so in `Sec-Fetch-Site`; where that is
/// missing, an `Origin` must be ours.
pub fn from_this_site(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let fine = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin == app.world.group.origin || text("host").is_some_and(|host| origin.ends_with(&format!("//{host}"))),
        (None, None) => true,
    };
    if fine { Ok(()) } else { Err(Problem::of(Trouble::ForeignPage)) }
}

/// A desk act's form: cookies, origin, fields, token.
pub async fn desk_form(app: &App, request: Request<Body>, known: &[&str]) -> Result<(Desk, Fields), Problem> {
    from_this_site(app, request.headers())?;
    let desk = desk(app, request.headers()).await?;
    let fields = Fields::read(request, known).await?;
    token_fits(&desk, fields.one("csrf")?.as_bytes())?;
    app.idle.touch(desk.caller.session, app.world.now());
    Ok((desk, fields))
}

/// A desk act sent as JSON by a page's script: cookies, origin, token. The body is not read before.
pub async fn desk_json(app: &App, headers: &HeaderMap) -> Result<Desk, Problem> {
    from_this_site(app, headers)?;
    let desk = desk(app, headers).await?;
    token_fits(&desk, headers.get(TOKEN_HEADER).map_or(&[], |token| token.as_bytes()))?;
    app.idle.touch(desk.caller.session, app.world.now());
    Ok(desk)
}

/// Refuses another token than the session's. The comparison takes as long for every wrong one.
fn token_fits(desk: &Desk, given: &[u8]) -> Result<(), Problem> {
    if given.ct_eq(desk.csrf.as_bytes()).into() { Ok(()) } else { Err(Problem::of(Trouble::CsrfWrong)) }
}

/// The caller's address, from the connection or from the one trusted header; used for a bucket only.
fn address<B>(app: &App, request: &Request<B>) -> Option<IpAddr> {
    match &app.address_header {
        // The last address is the one that our own proxy wrote; anything before it is the caller's word.
        Some(name) => request.headers().get(name)?.to_str().ok()?.rsplit(',').next()?.trim().parse().ok(),
        None => request.extensions().get::<Peer>().map(|peer| peer.0.ip()),
    }
}

/// The mark of the caller's household, while their request lasts.
pub fn household<B>(app: &App, request: &Request<B>) -> Option<Household> {
    app.limits.household(address(app, request), || app.world.bytes())
}

/// Takes a token of the caller's bucket, or refuses.
pub fn knock<B>(app: &App, request: &Request<B>, knock: Knock) -> Result<(), Problem> {
    let world = &app.world;
    if app.limits.let_in(knock, address(app, request), || world.bytes(), world.now()) { Ok(()) } else { Err(Problem::of(Trouble::TooMany)) }
}
