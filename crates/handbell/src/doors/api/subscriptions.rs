//! Subscriptions for the subscribe page's script: take one in or change it, show it to its browser, end one.
//!
//! The body is the browser's own `PushSubscription` JSON (W3C Push API, section 8) beside areas, kinds and
//! language and wishes. Endpoints are taken on known push origins only, so nobody can make this server call an address
//! of its own network. An endpoint is never logged.

use super::super::answer::{apart, json_door};
use super::super::limits::Knock;
use super::super::problem::Problem;
use super::super::routes::{Route, Who};
use super::super::{App, gate};
use super::{body_of, json};
use crate::acts::StreetCaller;
use crate::acts::bell::{NewSubscription, Wished, read_subscription, subscribe, unsubscribe};
use crate::acts::second::{self, Named, Second};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use handbell_rules::area::Cell;
use handbell_rules::bell::wishes::{DailyCap, QuietHours};
use handbell_rules::refusal::{Bell, Refusal, Street};
use handbell_rules::time::Timestamp;
use http::{Request, StatusCode};
use serde::{Deserialize, Serialize};

/// Browsers write keys without padding; libraries sometimes with.
const KEYS: GeneralPurpose =
    GeneralPurpose::new(&URL_SAFE, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

pub(super) fn routes() -> Vec<Route> {
    let path = "/api/v1/subscriptions";
    vec![
        Route::post(path, Who::Street, take),
        Route::delete(path, Who::Street, end),
        // The endpoint is the browser's own secret, so it travels in a body and stands in no address.
        Route::post("/api/v1/subscriptions/mine", Who::Street, mine),
    ]
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
    #[serde(default)]
    quiet_from: Option<u8>,
    #[serde(default)]
    quiet_to: Option<u8>,
    #[serde(default)]
    daily_cap: Option<u8>,
    #[serde(default)]
    snooze_hours: Option<u8>,
    #[serde(default)]
    confirmed_only: bool,
    /// Missing leaves the second channel as it is.
    #[serde(default)]
    second: Option<SentSecond>,
}

/// What is used when this browser has not been reached.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SentSecond {
    /// `mail`, `sms`, `ntfy`, or `none` to end it.
    by: String,
    /// The mailbox; the others name themselves.
    #[serde(default)]
    address: String,
    #[serde(default)]
    after_minutes: u8,
}

impl Sent {
    /// The same without areas, kinds and a second channel.
    pub(super) fn everywhere(self) -> Self {
        Self { cells: Vec::new(), kinds: Vec::new(), second: None, ..self }
    }

    fn named(&self) -> Result<Option<Named>, Problem> {
        let read = |second: &SentSecond| Named::read(&second.by, &second.address, second.after_minutes);
        self.second.as_ref().map(read).transpose().map_err(Problem::refused)
    }

    /// Reads keys, cells and language; everything else is the act's to judge.
    pub(super) fn read(self, app: &App) -> Result<NewSubscription, Problem> {
        let decode = |text: &str| KEYS.decode(text).map_err(|_| refused(Bell::KeysWrong));
        let language = self.language.unwrap_or_else(|| "en".to_owned());
        if !app.world.group.playbook.alert_languages().contains(&language) {
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
            wished: Wished {
                quiet: match (self.quiet_from, self.quiet_to) {
                    (Some(from), Some(to)) => Some((from, to)),
                    (None, None) => None,
                    _ => return Err(refused(Bell::QuietHoursWrong)),
                },
                daily_cap: self.daily_cap,
                snooze_hours: self.snooze_hours,
                confirmed_only: self.confirmed_only,
            },
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

/// What a browser asked for, without its address and keys.
#[derive(Serialize)]
struct Own {
    cells: Vec<String>,
    kinds: Vec<String>,
    language: String,
    discreet: bool,
    quiet_from: Option<u8>,
    quiet_to: Option<u8>,
    daily_cap: Option<u8>,
    /// UTC second; null when no snooze runs.
    snoozed_until: Option<String>,
    /// The same on the group's wall clock.
    snoozed_until_here: Option<String>,
    /// The day in the group's zone on which it ends unless renewed.
    until: String,
    /// What is used when this browser has not been reached; its address is not shown.
    second: Option<OwnSecond>,
}

#[derive(Serialize)]
struct OwnSecond {
    by: &'static str,
    after_minutes: u8,
}

/// What became of asking to be told.
#[derive(Serialize)]
struct Taken {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    second: Option<TakenSecond>,
}

/// What became of naming a second channel, and what is still to do.
#[derive(Serialize, Default)]
struct TakenSecond {
    /// `begun`, `letter-sent`, `to-text` or `ended`.
    state: &'static str,
    /// A topic's address, to be put into the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// What the telephone texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// To which number.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
}

impl From<Second> for TakenSecond {
    fn from(second: Second) -> Self {
        match second {
            Second::Ended => Self { state: "ended", ..Self::default() },
            Second::Topic(address) => Self { state: "begun", address: Some(address), ..Self::default() },
            Second::LetterSent => Self { state: "letter-sent", ..Self::default() },
            Second::ToText(to) => Self { state: "to-text", text: Some(to.text), number: Some(to.number), ..Self::default() },
        }
    }
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
        let named = sent.named()?;
        // What cannot be named is said before anything is written.
        if let Some(named) = &named {
            second::may(&app.world, named)?;
        }
        let id = subscribe(&app.world, StreetCaller, sent.read(&app)?).await?;
        let second = match named {
            Some(named) => Some(second::name(&app.world, StreetCaller, id, named).await?.into()),
            None => None,
        };
        json(StatusCode::CREATED, &Taken { state: "subscribed", second })
    })
    .await
}

async fn mine(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, body) = apart(request);
    json_door(async {
        gate::from_this_site(&app, request.headers())?;
        gate::knock(&app, &request, Knock::Subscribe)?;
        let (sent, _) = body_of::<SentEnd>(request.headers(), body).await?;
        let own = read_subscription(&app.world, StreetCaller, &sent.endpoint).await?;
        let zone = app.world.group.playbook.zone();
        let snoozed = own.wishes.snoozed_until.filter(|until| *until > app.world.now());
        let quiet = own.wishes.quiet.as_ref();
        json(
            StatusCode::OK,
            &Own {
                cells: own.cells.iter().map(ToString::to_string).collect(),
                kinds: own.kinds,
                language: own.language,
                discreet: own.discreet,
                quiet_from: quiet.map(QuietHours::from),
                quiet_to: quiet.map(QuietHours::to),
                daily_cap: own.wishes.daily_cap.as_ref().map(DailyCap::alerts),
                snoozed_until: snoozed.map(Timestamp::utc_second),
                snoozed_until_here: snoozed.map(|until| until.day_and_clock(zone)),
                until: own.until.day(zone),
                second: own.further.map(|second| OwnSecond { by: second.by.word(), after_minutes: second.after_minutes }),
            },
        )
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

#[cfg(test)]
mod tests;
