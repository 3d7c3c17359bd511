//! Doors beside the log's own files: what it says of itself for programs, and every checkpoint it ever published.
//!
//! The same files stand in the group's `public/log/`, so that a folder copied to any file host answers the same.

use super::{A_MINUTE, from_disk, kept_file, text};
use crate::doors::App;
use crate::doors::answer::{apart, json_door};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use crate::export::about;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use handbell_log::note::VerifierKey;
use http::Request;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/log/about.json", Who::Street, said),
        Route::get("/log/policy", Who::Street, policy),
        Route::get("/log/checkpoints/{size}", Who::Street, checkpoint),
    ]
}

fn key(app: &App) -> Result<VerifierKey, Problem> {
    VerifierKey::parse(&app.world.group.log_vkey).map_err(|_| Problem::of(Trouble::Broken))
}

async fn said(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, _) = apart(request);
    json_door(async {
        let said = about::about(&app.world.group.origin, &key(&app)?);
        Ok(kept_file(request.headers(), "application/json", A_MINUTE, said))
    })
    .await
}

async fn policy(State(app): State<App>) -> Response {
    json_door(async { Ok(text(about::policy(&app.world.group.origin, &key(&app)?))) }).await
}

/// A checkpoint that was the newest once. Lines of cosigners may join it later, so it is not kept for ever.
async fn checkpoint(State(app): State<App>, Path(size): Path<String>, request: Request<Body>) -> Response {
    let (request, _) = apart(request);
    json_door(async {
        let number: u64 = size.parse().map_err(|_| Problem::of(Trouble::NotFound))?;
        // One spelling, as everywhere in the log: `+5` and `05` are other paths and are not there.
        if number.to_string() != size {
            return Err(Problem::of(Trouble::NotFound));
        }
        let bytes = from_disk(&app, &format!("checkpoints/{number}")).await?;
        Ok(kept_file(request.headers(), "text/plain; charset=utf-8", A_MINUTE, bytes))
    })
    .await
}
