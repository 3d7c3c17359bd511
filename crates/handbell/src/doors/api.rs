//! The doors for programs: reports, receipts, subscriptions, the record's data, and the document that
//! describes them.
//!
//! Bodies are JSON of exactly the described shape: a field that nobody knows is refused, so a forged `role`,
//! `route` or `observer` gets nowhere. Everything that goes wrong is `application/problem+json`.

mod duty_phones;
mod followers;
mod health;
mod incidents;
mod openapi;
mod puzzle;
pub(super) mod reports;
mod signing;
mod subscriptions;
mod test_browser;

use super::fields::read_body;
use super::problem::{Problem, Trouble};
use super::routes::Route;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The routes for programs.
pub fn routes() -> Vec<Route> {
    [
        reports::routes(),
        subscriptions::routes(),
        duty_phones::routes(),
        test_browser::routes(),
        incidents::routes(),
        followers::routes(),
        health::routes(),
        puzzle::routes(),
        signing::routes(),
        openapi::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// An answer in JSON, keys in the order of the type.
pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Result<Response, Problem> {
    let bytes = serde_json::to_vec(value).map_err(|error| {
        tracing::error!(%error, "an answer cannot be written");
        Problem::of(Trouble::Broken)
    })?;
    Ok((status, [(CONTENT_TYPE, HeaderValue::from_static("application/json"))], bytes).into_response())
}

/// Refuses bodies that do not say that they are JSON. A page of another site cannot say so without asking
/// first, and we answer no such question.
fn is_json(headers: &HeaderMap) -> Result<(), Problem> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") { Ok(()) } else { Err(Problem::of(Trouble::WrongContentType)) }
}

/// Reads a JSON body of exactly the shape of `T`; the bytes come along.
pub(super) async fn body_of<T: DeserializeOwned>(headers: &HeaderMap, body: Body) -> Result<(T, Vec<u8>), Problem> {
    is_json(headers)?;
    let bytes = read_body(body).await?;
    if std::str::from_utf8(&bytes).is_err() {
        return Err(Problem::of(Trouble::NotUtf8));
    }
    match serde_json::from_slice(&bytes) {
        Ok(value) => Ok((value, bytes)),
        Err(error) => {
            // serde names what was wrong in words only. The words of the sender are not repeated.
            let text = error.to_string();
            let place = format!("Line {}, column {}. ", error.line(), error.column());
            let trouble = match () {
                () if text.starts_with("unknown field") => Trouble::UnknownField,
                () if text.starts_with("duplicate field") => Trouble::FieldTwice,
                () => Trouble::JsonBroken,
            };
            Err(Problem::of(trouble).saying(place + trouble.advice()))
        }
    }
}

#[cfg(test)]
mod tests;
