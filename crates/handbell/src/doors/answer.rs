//! Answers: the few shapes in which a page door answers.
//!
//! A door returns `Result<Response, Problem>` and these turn it into pages. They decide nothing.

use super::App;
use super::problem::{Problem, Trouble, html};
use axum::body::Body;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::{IntoResponse, Response};
use handbell_site::Page;
use http::header::LOCATION;
use http::{HeaderValue, Request, StatusCode};

/// Waits for a door of pages; what went wrong becomes a page too.
pub async fn page_door(app: &App, door: impl Future<Output = Result<Response, Problem>>) -> Response {
    match door.await {
        Ok(response) => response,
        Err(problem) => problem.page(app, None),
    }
}

/// Waits for a door of programs; what went wrong becomes a problem document.
pub async fn json_door(door: impl Future<Output = Result<Response, Problem>>) -> Response {
    door.await.unwrap_or_else(Problem::json)
}

/// A page.
pub fn page(view: &impl Page) -> Response {
    html(view.html()).into_response()
}

/// A page that says what must be mended, with its status.
pub fn page_with(status: StatusCode, view: &impl Page) -> Response {
    (status, html(view.html())).into_response()
}

/// The one name in a path. One that is no UTF-8 names nothing.
pub fn named(path: Result<Path<String>, PathRejection>) -> Result<String, Problem> {
    path.map(|Path(name)| name).map_err(|_| Problem::of(Trouble::NotFound))
}

/// A request without its body, for what is asked of its head while the body is read or gone.
pub fn apart(request: Request<Body>) -> (Request<()>, Body) {
    let (head, body) = request.into_parts();
    (Request::from_parts(head, ()), body)
}

/// The same request with its body again.
pub fn whole(head: &Request<()>, body: Body) -> Request<Body> {
    head.clone().map(|()| body)
}

/// Leads a browser on after a form was taken, so that a reload repeats nothing.
pub fn see_other(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    // A path is made of our own words and ids, which are all visible ASCII.
    response.headers_mut().insert(LOCATION, HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/")));
    response
}
