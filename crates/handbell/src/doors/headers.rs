//! Headers that every answer carries.
//!
//! Whoever is told to wait is told for how long.
//!
//! PROMISE no-third-party-requests: the policy lets a page load from its own origin and nowhere else, and
//! no page may run or style anything that does not come as a file of its own.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, RETRY_AFTER};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; \
form-action 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
require-trusted-types-for 'script'; trusted-types handbell";

/// The policy of files that strangers made: a door that gives one away sets it, and it stays.
pub const SHUT_POLICY: &str = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), fullscreen=(), geolocation=(), \
gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=(), xr-spatial-tracking=()";

/// A minute, which gives every sort of bucket at least ten tokens back (RFC 9110 section 10.2.3: seconds).
const WAIT_SECONDS: &str = "60";

const ALWAYS: [(&str, &str); 8] = [
    ("content-security-policy", POLICY),
    ("permissions-policy", PERMISSIONS),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("strict-transport-security", "max-age=63072000; includeSubDomains"),
    ("x-robots-tag", "noarchive"),
];

/// Adds the headers. Pages are not kept by anybody unless their door says so.
pub async fn add(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    // The log is for everybody, also for a verifier that runs in a page of another site.
    let log = path.starts_with("/log/");
    // Whoever holds an alert's address may read it; no search engine may hold it. Nor a neighbour's page, which is to be
    // found at its own site.
    let unlisted = ["/alerts/", "/receipt", "/footage/", "/desk", "/record/neighbours"].iter().any(|start| path.starts_with(start));
    let mut response = next.run(request).await;
    let wait = response.status() == StatusCode::TOO_MANY_REQUESTS;
    let headers = response.headers_mut();
    if wait {
        // Here and not in `problem`, because forms answer with their own page, to keep what was typed.
        headers.insert(RETRY_AFTER, HeaderValue::from_static(WAIT_SECONDS));
    }
    // Footage is given away under a narrower policy of its own: nothing in it runs or loads, whatever it is.
    let shut = headers.get(CONTENT_SECURITY_POLICY).is_some_and(|policy| policy == SHUT_POLICY);
    for (name, value) in ALWAYS {
        // What goes out as a file of strangers' making is under a policy of its own, which is stricter.
        if name == "content-security-policy" && headers.contains_key(name) {
            continue;
        }
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if shut {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(SHUT_POLICY));
    }
    if log {
        headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    if unlisted {
        headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, noarchive"));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
