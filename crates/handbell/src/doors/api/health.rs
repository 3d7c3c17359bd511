//! Health: whether this group's server keeps what it is told, for whoever watches it from outside.
//!
//! Nothing of the desk stands in it: how far the log is signed and published, or the problem `writing-stopped` or `log-in-doubt` with why.

use super::super::App;
use super::super::answer::json_door;
use super::super::problem::{Problem, Trouble};
use super::super::routes::{Route, Who};
use super::json;
use axum::extract::State;
use axum::response::Response;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::note::Note;
use http::StatusCode;
use serde::Serialize;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/health", Who::Street, show)]
}

#[derive(Serialize)]
struct Health {
    /// Entries that the newest checkpoint signs.
    signed: u64,
    /// Entries of the checkpoint that anybody can read.
    published: u64,
}

/// The size of the published checkpoint; none of it can be read, none is published.
async fn published(app: &App) -> u64 {
    let note = tokio::fs::read(app.public.join("log/checkpoint")).await.unwrap_or_default();
    let note = Note::parse(&note).ok();
    note.and_then(|note| Checkpoint::parse(note.text()).ok()).map_or(0, |checkpoint| checkpoint.size)
}

async fn show(State(app): State<App>) -> Response {
    json_door(async {
        if let Some(halt) = app.world.store.halted() {
            return Err(Problem::of(Trouble::WritingStopped).saying(format!("Nothing is kept: {}.", halt.words())));
        }
        if let Some(doubt) = app.world.cosigned.in_doubt() {
            return Err(Problem::of(Trouble::LogInDoubt).saying(format!("Reports and alerts go on. {doubt}")));
        }
        let signed = app.world.store.checkpoint().await?.map_or(0, |newest| newest.size);
        json(StatusCode::OK, &Health { signed, published: published(&app).await })
    })
    .await
}
