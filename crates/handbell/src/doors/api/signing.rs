//! The lists of signing devices, for phones and for whoever wants to check what a phone was shown.
//!
//! Everything here is public: keys, handles that name nobody, signatures. A service worker reads it when its
//! person subscribes and when a message names a newer list (docs/formats/signed-alert.md).

use super::super::App;
use super::super::answer::json_door;
use super::super::routes::{Route, Who};
use super::json;
use crate::acts::keys;
use axum::extract::State;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::signed::hex;
use http::StatusCode;
use serde::Serialize;

/// The path, which stays: workers on phones know it.
pub(super) const PATH: &str = "/api/v1/signing";

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(PATH, Who::Street, read)]
}

/// One list as given out.
#[derive(Serialize)]
struct ListAnswer {
    version: u32,
    text: String,
    signatures: Vec<SignatureAnswer>,
}

#[derive(Serialize)]
struct SignatureAnswer {
    key: String,
    signature: String,
}

/// Every list, oldest first.
#[derive(Serialize)]
struct SigningAnswer {
    status: Status,
    origin: String,
    /// SHA-256 of the service worker that this program gives browsers.
    worker: String,
    items: Vec<ListAnswer>,
    next: Option<u32>,
}

async fn read(State(app): State<App>) -> Response {
    json_door(async {
        let items = keys::lists(&app.world).await?.into_iter().map(|list| ListAnswer {
            version: list.number,
            signatures: list
                .signatures
                .iter()
                .map(|one| SignatureAnswer { key: one.key.to_string(), signature: URL_SAFE_NO_PAD.encode(&one.signature) })
                .collect(),
            text: list.text,
        });
        let answer = SigningAnswer {
            status: app.world.group.status,
            origin: app.world.group.origin.clone(),
            worker: hex(&handbell_site::worker_digest()),
            items: items.collect(),
            next: None,
        };
        json(StatusCode::OK, &answer)
    })
    .await
}
