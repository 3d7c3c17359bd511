//! Doors of the neighbours' logs that this group keeps: read-only files below the hash of a log's origin, which any file
//! host could give out as well, and the one door at which a log asks to be cosigned (C2SP tlog-witness).

use super::{A_MINUTE, FOR_EVER, kept_file, text};
use crate::doors::App;
use crate::doors::answer::{apart, json_door};
use crate::doors::fields::read_body;
use crate::doors::gate;
use crate::doors::limits::Knock;
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use crate::mirror::MirrorError;
use crate::mirror::neighbour::HELD;
use crate::mirror::neighbours::Kept;
use crate::mirror::requested::Requested;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use handbell_log::cosigner::SIZE_MEDIA_TYPE;
use handbell_log::tile::TilePath;
use handbell_log::verify::GAPS;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{Request, StatusCode};
use std::sync::Arc;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/log/neighbours/{hash}/checkpoint", Who::Street, file),
        Route::get("/log/neighbours/{hash}/held", Who::Street, file),
        Route::get("/log/neighbours/{hash}/missing", Who::Street, file),
        Route::get("/log/neighbours/{hash}/tile/{*path}", Who::Street, file),
        Route::get("/log/neighbours/{hash}/content/{*path}", Who::Street, file),
        Route::post("/log/add-checkpoint", Who::Street, add_checkpoint),
    ]
}

pub(super) fn broken(error: &MirrorError) -> Problem {
    tracing::error!(%error, "a neighbour's copy cannot be used");
    Problem::of(Trouble::Broken)
}

async fn from_copy(kept: &Kept, path: &str) -> Result<Vec<u8>, Problem> {
    let place = if path == HELD { kept.neighbour.held_file() } else { kept.neighbour.log_folder().join(path) };
    match tokio::fs::read(place).await {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Problem::of(Trouble::NotFound)),
        Err(error) => {
            tracing::error!(%error, "a file of a neighbour's copy cannot be read");
            Err(Problem::of(Trouble::Broken))
        }
    }
}

async fn file(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, _) = apart(request);
    json_door(async {
        let nowhere = || Problem::of(Trouble::NotFound);
        // The path as it was sent: an escaped spelling of a path is another path and is not there.
        let path = request.uri().path().strip_prefix("/log/neighbours/").unwrap_or_default();
        let (hash, path) = path.split_once('/').ok_or_else(nowhere)?;
        let kept = app.neighbours.by_hash(hash).ok_or_else(nowhere)?;
        if ["checkpoint", HELD, GAPS].contains(&path) {
            return Ok(text(from_copy(kept, path).await?));
        }
        let path = TilePath::parse(path).map_err(|_| nowhere())?;
        if let TilePath::Content { index } = path {
            // Nothing is given out of which it is not known whether it was withdrawn.
            if !kept.neighbour.is_held(index) {
                return Err(nowhere());
            }
            if kept.neighbour.is_withdrawn(index) {
                return Err(Problem::of(Trouble::ContentWithdrawn));
            }
        }
        let bytes = from_copy(kept, &path.to_string()).await?;
        let life = if matches!(path, TilePath::Content { .. }) { A_MINUTE } else { FOR_EVER };
        Ok(kept_file(request.headers(), "application/octet-stream", life, bytes))
    })
    .await
}

async fn add_checkpoint(State(app): State<App>, request: Request<Body>) -> Response {
    json_door(async {
        gate::knock(&app, &request, Knock::Cosign)?;
        let body = read_body(request.into_body()).await?;
        let seconds = u64::try_from(app.world.now().milliseconds() / 1_000).unwrap_or_default();
        let neighbours = Arc::clone(&app.neighbours);
        let asked = tokio::task::spawn_blocking(move || neighbours.requested(&body, seconds)).await;
        match asked.map_err(|_| Problem::of(Trouble::Broken))?.map_err(|error| broken(&error))? {
            Requested::Cosigned(line) => Ok(text(line)),
            Requested::OtherSize(size) => {
                let headers = [(CONTENT_TYPE, SIZE_MEDIA_TYPE), (CACHE_CONTROL, "no-store")];
                Ok((StatusCode::CONFLICT, headers, size).into_response())
            }
            Requested::Refused(400) => Err(Problem::of(Trouble::BodyBroken)),
            Requested::Refused(404) => Err(Problem::of(Trouble::NotFound)),
            Requested::Refused(403) => Err(Problem::of(Trouble::CheckpointNotSigned)),
            Requested::TooLarge => Err(Problem::of(Trouble::CheckpointTooLarge)),
            Requested::Refused(_) => Err(Problem::of(Trouble::CheckpointNotConsistent)),
        }
    })
    .await
}
