//! Answer: the heads with which an upload is answered.
//!
//! Every answer but the one to OPTIONS names the version; every answer of an upload says that nobody keeps it.
//! Pages and apps of other sites may upload, too: the address or the receipt is the right to, no cookie is, so
//! any origin is let in and none is trusted.

use super::super::super::problem::{Problem, Trouble};
use super::{CHECKSUMS, EXTENSIONS, VERSION};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use handbell_rules::time::Timestamp;
use http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};

/// What a script of another site may read of an answer (2.1 f of our reference).
const EXPOSED: &str = "Upload-Offset, Location, Upload-Length, Tus-Version, Tus-Resumable, Tus-Max-Size, Tus-Extension, \
Upload-Metadata, Upload-Expires, Repr-Digest";
/// What such a script may send.
const TAKEN: &str = "Authorization, Content-Type, Tus-Resumable, Upload-Length, Upload-Offset, Upload-Metadata, Upload-Checksum, \
Upload-Defer-Length, Upload-Concat, Repr-Digest, X-HTTP-Method-Override, X-Requested-With";
const METHODS: &str = "POST, HEAD, PATCH, DELETE, OPTIONS";

/// How far an upload is, as its client hears it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Bytes that are kept.
    pub offset: u64,
    /// Bytes of the whole file.
    pub length: u64,
    /// What the client told about its file, byte for byte.
    pub metadata: String,
    /// When it is thrown away if no byte comes; none once it is whole.
    pub expires: Option<Timestamp>,
    /// What the whole file hashes to; none before it is whole.
    pub sha256: Option<[u8; 32]>,
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    // What a client sent came in as a header value, and everything else is ours and visible ASCII.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// Dresses an answer: the version, what other sites may read, and that nobody keeps it.
pub fn dressed(mut response: Response) -> Response {
    let unsupported = response.status() == StatusCode::PRECONDITION_FAILED;
    let headers = response.headers_mut();
    put(headers, "tus-resumable", VERSION);
    if unsupported {
        put(headers, "tus-version", VERSION);
    }
    opened(headers);
    response
}

fn opened(headers: &mut HeaderMap) {
    put(headers, "access-control-allow-origin", "*");
    put(headers, "access-control-expose-headers", EXPOSED);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// What is spoken here, and a browser's preflight.
pub fn options(bytes_max: u64) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    put(headers, "tus-version", VERSION);
    put(headers, "tus-resumable", VERSION);
    put(headers, "tus-extension", EXTENSIONS);
    put(headers, "tus-max-size", &bytes_max.to_string());
    put(headers, "tus-checksum-algorithm", CHECKSUMS);
    put(headers, "access-control-allow-methods", METHODS);
    put(headers, "access-control-allow-headers", TAKEN);
    // Two hours, the longest that browsers hold to.
    put(headers, "access-control-max-age", "7200");
    opened(headers);
    response
}

/// An upload was begun. `offset` is told where bytes came with it.
pub fn created(place: &str, standing: &Standing, with_bytes: bool) -> Response {
    let mut response = StatusCode::CREATED.into_response();
    let headers = response.headers_mut();
    put(headers, "location", place);
    if with_bytes {
        put(headers, "upload-offset", &standing.offset.to_string());
    }
    expires(headers, standing);
    dressed(response)
}

/// How far an upload is.
pub fn head(standing: &Standing) -> Response {
    let mut response = StatusCode::OK.into_response();
    let headers = response.headers_mut();
    put(headers, "upload-offset", &standing.offset.to_string());
    put(headers, "upload-length", &standing.length.to_string());
    if !standing.metadata.is_empty() {
        put(headers, "upload-metadata", &standing.metadata);
    }
    if let Some(sha256) = standing.sha256 {
        put(headers, "repr-digest", &format!("sha-256=:{}:", STANDARD.encode(sha256)));
    }
    expires(headers, standing);
    dressed(response)
}

/// Bytes were taken.
pub fn appended(standing: &Standing) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    put(headers, "upload-offset", &standing.offset.to_string());
    expires(headers, standing);
    dressed(response)
}

/// An upload was thrown away.
pub fn ended() -> Response {
    dressed(StatusCode::NO_CONTENT.into_response())
}

/// What was refused.
pub fn refused(problem: Problem) -> Response {
    dressed(problem.json())
}

/// A trouble of the head of a request.
pub fn troubled(trouble: Trouble) -> Response {
    refused(Problem::of(trouble))
}

fn expires(headers: &mut HeaderMap, standing: &Standing) {
    if let Some(at) = standing.expires {
        put(headers, "upload-expires", &at.http_date());
    }
}
