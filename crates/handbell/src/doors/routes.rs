//! Routes: every address of Handbell, who may call it, and the door behind it.
//!
//! The table is the authority. The router is built from it, the OpenAPI document is built from it, and the
//! tests walk it as every sort of caller, so that a route nobody thought about cannot exist.

use super::problem::{Problem, Trouble};
use super::{App, api, bell, channels, desk, footage, headers, house, people, places, record, rights, street};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter};

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody; gets no cookie.
    Street,
    /// A signed-in member, by both cookies; acts need the form's token too.
    Member,
    /// Anybody, in a demo or drill only; elsewhere the route does not exist.
    Exercise,
}

/// One address.
pub struct Route {
    /// `GET`, `POST`, `DELETE`, and of uploads `HEAD`, `PATCH`, `OPTIONS`.
    pub method: &'static str,
    /// The path in axum's spelling.
    pub path: &'static str,
    /// Who may call it.
    pub who: Who,
    /// The door.
    pub door: MethodRouter<App>,
}

impl Route {
    /// A page or a file.
    pub fn get<H, T>(path: &'static str, who: Who, door: H) -> Self
    where
        H: axum::handler::Handler<T, App>,
        T: 'static,
    {
        Self { method: "GET", path, who, door: axum::routing::get(door) }
    }
    /// An act.
    pub fn post<H, T>(path: &'static str, who: Who, door: H) -> Self
    where
        H: axum::handler::Handler<T, App>,
        T: 'static,
    {
        Self { method: "POST", path, who, door: axum::routing::post(door) }
    }
    /// An end.
    pub fn delete<H, T>(path: &'static str, who: Who, door: H) -> Self
    where
        H: axum::handler::Handler<T, App>,
        T: 'static,
    {
        Self { method: "DELETE", path, who, door: axum::routing::delete(door) }
    }
    /// One door for several methods, which it tells apart itself.
    pub fn several<H, T>(methods: &'static [(&'static str, MethodFilter)], path: &'static str, who: Who, door: H) -> Vec<Self>
    where
        H: axum::handler::Handler<T, App>,
        T: 'static,
    {
        methods.iter().map(|&(method, filter)| Self { method, path, who, door: axum::routing::on(filter, door.clone()) }).collect()
    }
}

/// Every route.
pub fn table() -> Vec<Route> {
    let rooms = [
        street::routes(),
        places::routes(),
        bell::routes(),
        channels::routes(),
        record::routes(),
        rights::routes(),
        house::routes(),
        people::routes(),
        desk::routes(),
        footage::routes(),
        api::routes(),
    ];
    rooms.into_iter().flatten().collect()
}

/// The router. Exercise routes stand only where the group is an exercise.
pub fn router(app: App) -> Router {
    let exercise = app.world.group.status == handbell_rules::bell::mode::Status::Exercise;
    let mut router = Router::new();
    for route in table().into_iter().filter(|route| exercise || route.who != Who::Exercise) {
        router = router.route(route.path, route.door);
    }
    router.fallback(nowhere).method_not_allowed_fallback(wrong_method).layer(from_fn(headers::add)).with_state(app)
}

fn told(app: &App, request: &Request, trouble: Trouble) -> Response {
    if request.uri().path().starts_with("/api/") { Problem::of(trouble).json() } else { Problem::of(trouble).page(app, None) }
}

async fn nowhere(State(app): State<App>, request: Request) -> Response {
    told(&app, &request, Trouble::NotFound)
}

async fn wrong_method(State(app): State<App>, request: Request) -> Response {
    told(&app, &request, Trouble::MethodWrong)
}
