//! Problem: how a no or a fault is told, to programs and to people.
//!
//! Programs get `application/problem+json` (RFC 9457) with a stable `type`, people a kind page. Neither
//! ever holds the cause: that goes to the operator's log, in ids and counts. Every type has a place in
//! `docs/problems.md`.

use super::{App, frame};
use crate::acts::ActError;
use axum::response::{IntoResponse, Response};
use handbell_rules::refusal::{Evidence, Refusal};
use handbell_site::{ErrorPage, Link, Page, Tab};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde_json::json;

/// Declares what can go wrong at a door itself: variant, stable name, status, heading, what to do.
macro_rules! troubles {
    ($($variant:ident $name:literal $status:literal $heading:literal $advice:literal)*) => {
        /// What can go wrong at a door itself.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Trouble { $(#[doc = $heading] $variant),* }
        impl Trouble {
            /// Every trouble, for tables.
            pub const ALL: &'static [Trouble] = &[$(Trouble::$variant),*];
            /// The stable short name.
            pub const fn name(self) -> &'static str { match self { $(Trouble::$variant => $name),* } }
            /// The HTTP status.
            pub const fn status(self) -> u16 { match self { $(Trouble::$variant => $status),* } }
            /// What is the case.
            pub const fn heading(self) -> &'static str { match self { $(Trouble::$variant => $heading),* } }
            /// What to do.
            pub const fn advice(self) -> &'static str { match self { $(Trouble::$variant => $advice),* } }
        }
    };
}

troubles! {
    NotFound "not-found" 404 "This page is not here" "Check the address, or start again from the first page."
    ContentWithdrawn "content-withdrawn" 410 "These words were taken from the public" "Their place in the log stays, with the reason. Nobody here gives them out any more."
    MethodWrong "method-not-allowed" 405 "This cannot be done here" "Go back and use the button on the page."
    TooLarge "too-large" 413 "That is too much at once" "Keep it shorter. The rest can be added later with your seven words."
    TooSlow "too-slow" 408 "It took too long to arrive" "Try once more, or try again when the connection is better."
    BodyBroken "body-broken" 400 "It did not arrive whole" "Try once more."
    WrongContentType "wrong-content-type" 415 "This cannot be read" "Send a form from the page, or JSON with its content type."
    FormBroken "form-broken" 400 "This form cannot be read" "Go back to the page and fill it in again."
    QuestionBroken "question-broken" 400 "This question cannot be read" "Compare the address with what the page or the OpenAPI document names."
    NotUtf8 "not-utf-8" 400 "Some letters cannot be read" "Send the text as UTF-8."
    UnknownField "unknown-field" 400 "There is a field that we do not know" "Send only the fields that the page or the OpenAPI document names."
    FieldTwice "field-twice" 400 "A field was sent twice" "Send each field once."
    JsonBroken "json-broken" 400 "This JSON cannot be read" "Compare it with the example in the OpenAPI document."
    CoordinatesOutOfRange "coordinates-out-of-range" 422 "This place does not exist" "Latitude is between -90 and 90, longitude between -180 and 180."
    IdempotencyKeyWrong "idempotency-key-wrong" 400 "The Idempotency-Key cannot be used" "Send a key of 1 to 128 visible letters, new for every report."
    IdempotencyKeyUsed "idempotency-key-used" 422 "This Idempotency-Key was used for another report" "Use a new key for a new report."
    ReceiptUnknown "receipt-unknown" 404 "These words open nothing" "Check each word against your paper. All seven are needed, in their order."
    SignInNeeded "sign-in-needed" 401 "Please sign in" "Sign in with your passkey, or open your sign-in link. Without either, ask the desk."
    Locked "desk-locked" 401 "The desk is locked" "Nobody touched it for 15 minutes. Unlock it with your passkey. What was not sent is on the page before this one."
    CsrfWrong "form-too-old" 403 "This form is too old" "Go back, load the page again and press the button once more."
    ForeignPage "foreign-page" 403 "This came from another site" "Open the page here and press the button again."
    TooMany "too-many-requests" 429 "Too many requests just now" "Wait a minute and try again. In danger: 999."
    Busy "busy" 503 "There is too much to do just now" "Try again in a minute. Nothing was kept of this request."
    CheckpointNotSigned "checkpoint-not-signed" 403 "This checkpoint is not cosigned here" "Sign it with the log key that is known here. If it is, ask us: an alarm may stand over the log."
    CheckpointNotConsistent "checkpoint-not-consistent" 422 "This checkpoint does not continue what was cosigned" "Send a consistency proof from the size last cosigned."
    CheckpointTooLarge "checkpoint-too-large" 422 "This log is larger than what is kept here" "Ask us for more room. Until then nothing of this size is cosigned here."
    FormTooLarge "form-too-large" 413 "The files are too large for this form" "Send at most 32 MB at once, or let scripts run here: then they go in pieces."
    UploadVersionWrong "upload-version-wrong" 412 "This way of uploading is not spoken here" "Use tus 1.0.0, or send the file with the form on the page."
    UploadWayUnknown "upload-way-unknown" 400 "This part of tus is not offered here" "Say the length at the beginning, and send one file as one upload."
    UploadLengthWrong "upload-length-wrong" 400 "The length of the file is missing or is no number" "Say how many bytes the whole file has."
    UploadTooLarge "upload-too-large" 413 "This file is too large" "Send a shorter clip, or ask the desk how to hand it over."
    UploadMetadataWrong "upload-metadata-wrong" 400 "What the upload says about its file cannot be read" "Send names once each, with values in Base64, or leave them out."
    UploadTypeWrong "upload-type-wrong" 415 "These bytes do not say what they are" "Send them as application/offset+octet-stream."
    UploadOffsetWrong "upload-offset-wrong" 400 "It is not said where these bytes begin" "Ask how far the upload is, and send Upload-Offset with the bytes."
    UploadOffsetDiffers "upload-offset-differs" 409 "These bytes do not begin where the last ones ended" "Ask how far the upload is, and go on from there."
    UploadBeyond "upload-beyond" 413 "There are more bytes than the file has" "Begin again and say the right length."
    UploadOvertaken "upload-overtaken" 409 "A newer request goes on with this upload" "Let that one go on, or ask how far the upload is."
    UploadChunkTooLarge "upload-chunk-too-large" 413 "A chunk with a checksum is too large" "Send at most 1 MiB with a checksum, or leave the checksum out."
    UploadChecksumWrong "upload-checksum-wrong" 400 "The checksum cannot be read" "Send the name of the algorithm, one space, and the checksum in Base64."
    UploadChecksumUnknown "upload-checksum-unknown" 400 "This sort of checksum is not known" "Use sha1 or sha256."
    UploadChecksumMismatch "upload-checksum-mismatch" 460 "A piece was damaged on its way" "It was not kept. Send it again from the same place."
    UploadDigestWrong "upload-digest-wrong" 400 "The digest of the file cannot be read" "Send sha-256 as RFC 9530 writes it, the same in each place, or leave it out."
    Conflict "somebody-was-faster" 409 "Somebody was faster" "Load the page again: it has changed since you opened it."
    NotSaved "not-saved" 503 "We could not save it" "Take it as not kept. What you wrote is still on the page before this one. Try once more."
    WritingStopped "writing-stopped" 503 "We cannot keep anything just now" "This was not kept, and nobody was told. Tell somebody in another way, and try again later. In danger: 999."
    LogInDoubt "log-in-doubt" 503 "The public log is in doubt" "Nothing more is published until its keeper has repaired it. Reports and alerts go on."
    Broken "broken" 500 "Something is broken here" "It is our fault and it was written down. Try again later."
}

/// What is told, with the operator's half kept apart.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    name: &'static str,
    heading: &'static str,
    advice: String,
    field: &'static str,
    operator: Option<String>,
}

impl Problem {
    /// A trouble of the door.
    pub fn of(trouble: Trouble) -> Self {
        Self {
            status: StatusCode::from_u16(trouble.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            name: trouble.name(),
            heading: trouble.heading(),
            advice: trouble.advice().to_owned(),
            field: "",
            operator: None,
        }
    }

    /// A rule's no.
    pub fn refused(no: Refusal) -> Self {
        let status = match no {
            Refusal::People(handbell_rules::refusal::People::SessionOver) => return Self::of(Trouble::SignInNeeded),
            Refusal::Desk(handbell_rules::refusal::Desk::NotOnDesk)
            | Refusal::People(handbell_rules::refusal::People::VouchesNeeded | handbell_rules::refusal::People::PastProbationNeeded) => {
                StatusCode::FORBIDDEN
            }
            Refusal::Evidence(no) => evidence_status(no),
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self { status, name: no.name(), heading: "This was not done", advice: no.advice().to_owned(), field: no.field(), operator: None }
    }

    /// The same problem with words of the door's own beside its stable name.
    pub fn saying(mut self, advice: impl Into<String>) -> Self {
        self.advice = advice.into();
        self
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }
    /// The stable name.
    pub fn name(&self) -> &'static str {
        self.name
    }
    /// What to do.
    pub fn advice(&self) -> &str {
        &self.advice
    }
    /// The field it belongs to; empty when none.
    pub fn field(&self) -> &'static str {
        self.field
    }

    /// Writes the operator's half to the log, for a door that shows its own page instead of the problem's.
    pub fn noted(mut self) -> Self {
        self.log();
        self.operator = None;
        self
    }

    fn log(&self) {
        if let Some(operator) = &self.operator {
            tracing::error!(problem = self.name, cause = %operator, "a request failed");
        }
    }

    /// The answer for a program (RFC 9457).
    pub fn json(self) -> Response {
        self.log();
        let body = json!({
            "type": format!("/problems#{}", self.name),
            "title": self.heading,
            "status": self.status.as_u16(),
            "detail": self.advice,
            "field": (!self.field.is_empty()).then_some(self.field),
        });
        let mut response = (self.status, body.to_string()).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }

    /// The answer for a person.
    pub fn page(self, app: &App, kept: Option<String>) -> Response {
        self.log();
        let mut links = vec![Link { href: "/".into(), words: "First page".into() }];
        if self.status == StatusCode::UNAUTHORIZED {
            links.insert(0, Link { href: "/desk/sign-in".into(), words: "Sign in with a passkey".into() });
        }
        let page = ErrorPage {
            frame: frame::public(app, Tab::Nowhere, "/"),
            status: self.status.as_u16(),
            heading: self.heading.to_owned(),
            what_to_do: vec![self.advice.clone()],
            code: self.name.to_owned(),
            links,
            kept,
        };
        (self.status, html(page.html())).into_response()
    }
}

/// What a client of uploads goes by: 5xx is tried again later, 410 is over, 413 is too much.
fn evidence_status(no: Evidence) -> StatusCode {
    match no {
        Evidence::FootageTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Evidence::FootageRoomGone | Evidence::FootageDayFull => StatusCode::INSUFFICIENT_STORAGE,
        Evidence::UploadOver | Evidence::FootageLinkOver | Evidence::FootageReportGone => StatusCode::GONE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// A body of HTML.
pub fn html(text: String) -> impl IntoResponse {
    ([(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], text)
}

impl From<ActError> for Problem {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Refused(no) => Self::refused(no.0),
            ActError::Conflict => Self::of(Trouble::Conflict),
            ActError::NotFound => Self::of(Trouble::NotFound),
            ActError::Unavailable(why) => Self { operator: Some(why), ..Self::of(Trouble::NotSaved) },
            ActError::Stopped(why) => Self { operator: Some(why), ..Self::of(Trouble::WritingStopped) },
            ActError::LogInDoubt(why) => Self { operator: Some(why), ..Self::of(Trouble::LogInDoubt) },
            ActError::Broken(why) => Self { operator: Some(why), ..Self::of(Trouble::Broken) },
        }
    }
}

impl From<crate::store::StoreError> for Problem {
    fn from(error: crate::store::StoreError) -> Self {
        ActError::from(error).into()
    }
}
