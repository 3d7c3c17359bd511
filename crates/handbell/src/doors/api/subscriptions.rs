//! Subscriptions for the subscribe page's script: take one in, end one.
//!
//! The body is the browser's own `PushSubscription` JSON (W3C Push API, section 8) beside areas, kinds and
//! language. Endpoints are taken on known push origins only, so nobody can make this server call an address
//! of its own network. An endpoint is never logged.

use super::super::answer::{apart, json_door};
use super::super::limits::Knock;
use super::super::problem::Problem;
use super::super::routes::{Route, Who};
use super::super::{App, gate};
use super::{body_of, json};
use crate::acts::StreetCaller;
use crate::acts::bell::{NewSubscription, subscribe, unsubscribe};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use handbell_rules::area::Cell;
use handbell_rules::refusal::{Bell, Refusal, Street};
use http::{Request, StatusCode};
use serde::{Deserialize, Serialize};

/// Browsers write keys without padding; libraries sometimes with.
const KEYS: GeneralPurpose =
    GeneralPurpose::new(&URL_SAFE, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

pub(super) fn routes() -> Vec<Route> {
    vec![Route::post("/api/v1/subscriptions", Who::Street, take), Route::delete("/api/v1/subscriptions", Who::Street, end)]
}

/// What a browser sends to be told.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    subscription: SentSubscription,
    #[serde(default)]
    cells: Vec<String>,
    #[serde(default)]
    kinds: Vec<String>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    discreet: bool,
}

impl Sent {
    /// The same without areas and kinds.
    pub(super) fn everywhere(self) -> Self {
        Self { cells: Vec::new(), kinds: Vec::new(), ..self }
    }

    /// Reads keys, cells and language; everything else is the act's to judge.
    pub(super) fn read(self, app: &App) -> Result<NewSubscription, Problem> {
        let decode = |text: &str| KEYS.decode(text).map_err(|_| refused(Bell::KeysWrong));
        let language = self.language.unwrap_or_else(|| "en".to_owned());
        if !app.world.group.playbook.languages().contains(&language) {
            return Err(refused(Street::LanguageUnknown));
        }
        let cells: Result<Vec<Cell>, _> = self.cells.iter().map(|text| text.parse::<Cell>()).collect();
        Ok(NewSubscription {
            endpoint: self.subscription.endpoint,
            key: decode(&self.subscription.keys.p256dh)?,
            secret: decode(&self.subscription.keys.auth)?,
            cells: cells.map_err(|_| refused(Bell::CellTooFine))?,
            kinds: self.kinds,
            language,
            discreet: self.discreet,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SentSubscription {
    endpoint: String,
    /// Browsers send it; our own life of a subscription is shorter than any they give.
    #[serde(default, rename = "expirationTime")]
    _expiration_time: Option<f64>,
    keys: SentKeys,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SentKeys {
    p256dh: String,
    auth: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SentEnd {
    pub(super) endpoint: String,
}

#[derive(Serialize)]
pub(super) struct StateAnswer {
    pub(super) state: &'static str,
}

fn refused(no: impl Into<Refusal>) -> Problem {
    Problem::refused(no.into())
}

async fn take(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, body) = apart(request);
    json_door(async {
        gate::from_this_site(&app, request.headers())?;
        gate::knock(&app, &request, Knock::Subscribe)?;
        let (sent, _) = body_of::<Sent>(request.headers(), body).await?;
        subscribe(&app.world, StreetCaller, sent.read(&app)?).await?;
        json(StatusCode::CREATED, &StateAnswer { state: "subscribed" })
    })
    .await
}

async fn end(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, body) = apart(request);
    json_door(async {
        gate::from_this_site(&app, request.headers())?;
        gate::knock(&app, &request, Knock::Subscribe)?;
        let (sent, _) = body_of::<SentEnd>(request.headers(), body).await?;
        unsubscribe(&app.world, StreetCaller, &sent.endpoint).await?;
        json(StatusCode::OK, &StateAnswer { state: "forgotten" })
    })
    .await
}
