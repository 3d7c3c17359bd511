//! Uploads: files that come in pieces, by tus.
//!
//! What may be done with a file and when it was filmed travel in `Upload-Metadata` as `wish` and `claimed`.

use super::super::App;
use super::super::answer::{apart, named, whole};
use super::super::api::reports::receipt_words;
use super::super::gate;
use super::super::limits::Knock;
use super::super::problem::{Problem, Trouble};
use super::super::routes::{Route, Who};
use super::tus::answer::{self, Standing};
use super::tus::{self, Append, Asked, Checksum, Creation, Place};
use super::untaken;
use crate::acts::StreetCaller;
use crate::acts::footage::taking::Fits;
use crate::acts::footage::{self, Beginning, Piece, Right};
use crate::acts::seats::Household;
use crate::work;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::MethodFilter;
use handbell_rules::evidence::footage::Wish;
use handbell_rules::evidence::upload::Upload;
use http::Request;

const BEGINNINGS: [(&str, MethodFilter); 2] = [("POST", MethodFilter::POST), ("OPTIONS", MethodFilter::OPTIONS)];
const ONE: [(&str, MethodFilter); 5] = [
    ("HEAD", MethodFilter::HEAD),
    ("PATCH", MethodFilter::PATCH),
    ("DELETE", MethodFilter::DELETE),
    // For whoever can send nothing else and names the method in a header.
    ("POST", MethodFilter::POST),
    ("OPTIONS", MethodFilter::OPTIONS),
];
/// Where uploads stand; behind it follows the secret.
const UPLOADS: &str = "/footage/uploads/";

pub(super) fn routes() -> Vec<Route> {
    let mut routes = Route::several(&BEGINNINGS, "/footage/{link}/uploads", Who::Street, by_link);
    routes.extend(Route::several(&BEGINNINGS, "/api/v1/footage", Who::Street, by_receipt));
    routes.extend(Route::several(&ONE, "/footage/uploads/{upload}", Who::Street, one));
    routes
}

fn told(answer: Result<Response, Problem>) -> Response {
    answer.unwrap_or_else(answer::refused)
}

fn asked(app: &App, place: Place, head: &Request<()>) -> Result<Asked, Problem> {
    tus::asked(place, head.method(), head.headers(), app.world.intake.bounds.file).map_err(Problem::of)
}

async fn by_link(State(app): State<App>, path: Result<Path<String>, PathRejection>, request: Request<Body>) -> Response {
    told(
        async {
            let secret = named(path)?;
            begun(&app, request, Right::Link(&secret)).await
        }
        .await,
    )
}

async fn by_receipt(State(app): State<App>, request: Request<Body>) -> Response {
    told(
        async {
            let (head, body) = apart(request);
            // Whoever only asks what is spoken needs no receipt.
            let words = match asked(&app, Place::Uploads, &head)? {
                Asked::Create(_) => receipt_words(&app, &head)?,
                _ => String::new(),
            };
            begun(&app, whole(&head, body), Right::Receipt(&words)).await.map_err(unknown_receipt)
        }
        .await,
    )
}

/// Wrong words are told as such, not as an address that leads nowhere.
fn unknown_receipt(problem: Problem) -> Problem {
    if problem.name() == Trouble::NotFound.name() { Problem::of(Trouble::ReceiptUnknown) } else { problem }
}

async fn begun(app: &App, request: Request<Body>, right: Right<'_>) -> Result<Response, Problem> {
    let (head, body) = apart(request);
    let creation = match asked(app, Place::Uploads, &head)? {
        Asked::Options => return Ok(answer::options(app.world.intake.bounds.file)),
        Asked::Create(creation) => creation,
        _ => return Err(Problem::of(Trouble::MethodWrong)),
    };
    gate::knock(app, &head, Knock::Give)?;
    let begun = footage::begin(&app.world, StreetCaller, right, beginning(&creation)).await?;
    let place = format!("{UPLOADS}{}", begun.secret);
    let Some(first) = creation.first else { return Ok(answer::created(&place, &standing(&begun.kept), false)) };
    // The upload stands whatever becomes of its first bytes; only what can never be kept is refused with it.
    let from = gate::household(app, &head);
    match taken(app, from, begun.secret, Append { offset: 0, body: first }, body).await {
        Ok(upload) => Ok(answer::created(&place, &standing(&upload), true)),
        Err(problem) => Err(problem),
    }
}

fn beginning(creation: &Creation) -> Beginning {
    Beginning {
        length: creation.length,
        metadata: creation.metadata.clone(),
        sha256: creation.sha256,
        wish: tus::told(&creation.metadata, "wish").as_deref().and_then(Wish::parse).unwrap_or(Wish::DeskOnly),
        claimed: tus::told(&creation.metadata, "claimed").unwrap_or_default(),
    }
}

async fn one(State(app): State<App>, path: Result<Path<String>, PathRejection>, request: Request<Body>) -> Response {
    told(
        async {
            let secret = named(path)?;
            let (head, body) = apart(request);
            let world = &app.world;
            match asked(&app, Place::Upload, &head)? {
                Asked::Options => Ok(answer::options(world.intake.bounds.file)),
                Asked::Head => Ok(answer::head(&standing(&footage::standing(world, StreetCaller, &secret).await?))),
                Asked::Append(append) => {
                    gate::knock(&app, &head, Knock::Append)?;
                    let from = gate::household(&app, &head);
                    Ok(answer::appended(&standing(&taken(&app, from, secret, append, body).await?)))
                }
                Asked::End => footage::take_back(world, StreetCaller, &secret).await.map(|()| answer::ended()).map_err(Problem::from),
                Asked::Create(_) => Err(Problem::of(Trouble::MethodWrong)),
            }
        }
        .await,
    )
}

impl Fits for Checksum {
    fn fits(&self, piece: &[u8]) -> bool {
        Checksum::fits(self, piece)
    }
}

/// Takes the bytes in a task of their own: when the line breaks, nobody waits for the answer any more, and what came
/// until then is still kept.
async fn taken(app: &App, from: Option<Household>, secret: String, append: Append, body: Body) -> Result<Upload, Problem> {
    let world = app.world.clone();
    let task = work::spawn(async move {
        let fits = append.body.checksum.as_ref().map(|checksum| checksum as &dyn Fits);
        let piece = Piece { offset: append.offset, bytes: append.body.bytes, fits };
        footage::append(&world, StreetCaller, from, &secret, piece, body.into_data_stream()).await
    });
    match task.await {
        Ok(taken) => taken.map_err(untaken),
        Err(error) => {
            tracing::error!(%error, "a task that takes footage ended");
            Err(Problem::of(Trouble::Broken))
        }
    }
}

fn standing(upload: &Upload) -> Standing {
    Standing {
        offset: upload.offset,
        length: upload.length,
        metadata: upload.metadata.clone(),
        expires: upload.received.is_none().then_some(upload.expires_at),
        sha256: upload.received,
    }
}
