//! The door of footage that is shown: the covered copy as a file, for whoever has its address.
//!
//! Nothing of it shows or plays on a page. It comes as an attachment under a policy that lets nothing in it run, in one
//! stretch if one is asked for (RFC 9110 section 14), and is not there any more the moment it is taken back.

use super::super::answer::{apart, json_door, named};
use super::super::headers::SHUT_POLICY;
use super::super::problem::{Problem, Trouble};
use super::super::routes::{Route, Who};
use super::super::{App, gate, limits::Knock};
use crate::acts::showing;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use handbell_rules::evidence::custody::hex;
use handbell_rules::evidence::hiding::HidingState;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, IF_RANGE, RANGE,
};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use std::ops::Range;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/record/footage/{address}", Who::Street, file)]
}

/// What was asked for of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    All,
    Part(Range<u64>),
    Nothing,
}

/// Reads `Range`: one stretch of bytes. What is written otherwise, and several stretches, ask for the whole, as RFC 9110
/// section 14.2 lets a server answer; a stretch that begins past the end cannot be given.
fn asked(headers: &HeaderMap, etag: &str, length: u64) -> Asked {
    // A stretch of another file than the asker began with would not fit (section 13.1.5).
    let same = headers.get(IF_RANGE).is_none_or(|tag| tag.as_bytes() == etag.as_bytes());
    let text = headers.get(RANGE).filter(|_| same).and_then(|range| range.to_str().ok()).unwrap_or_default();
    let Some((from, until)) = text.strip_prefix("bytes=").and_then(|stretch| stretch.split_once('-')) else { return Asked::All };
    let number = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    match (number(from), number(until)) {
        (Some(from), _) if from >= length => Asked::Nothing,
        (Some(from), Some(until)) if from <= until => Asked::Part(from..until.saturating_add(1).min(length)),
        (Some(from), None) if until.is_empty() => Asked::Part(from..length),
        (None, Some(0)) if from.is_empty() => Asked::Nothing,
        (None, Some(last)) if from.is_empty() => Asked::Part(length.saturating_sub(last)..length),
        _ => Asked::All,
    }
}

async fn file(State(app): State<App>, address: Result<Path<String>, PathRejection>, request: Request<Body>) -> Response {
    json_door(async {
        gate::knock(&app, &request, Knock::Take)?;
        let (request, _) = apart(request);
        let (hiding, _) = showing::served(&app.world, &named(address)?).await?;
        let HidingState::Burnt { name, media_type, sha256, .. } = &hiding.state else { return Err(Problem::of(Trouble::NotFound)) };
        let name = name.parse().map_err(|_| Problem::of(Trouble::Broken))?;
        let bytes = app.world.vault.get(&name).await.map_err(|_| Problem::of(Trouble::Busy))?;
        let bytes = bytes.ok_or_else(|| Problem::of(Trouble::NotFound))?;
        Ok(answered(request.headers(), media_type, &hex(sha256), bytes))
    })
    .await
}

fn answered(headers: &HeaderMap, media_type: &str, sha256: &str, bytes: Vec<u8>) -> Response {
    let etag = format!("\"{sha256}\"");
    let length = bytes.len() as u64;
    let unchanged = headers.get(IF_NONE_MATCH).is_some_and(|tag| tag.as_bytes() == etag.as_bytes());
    let range = asked(headers, &etag, length);
    let mut response = match (unchanged, &range) {
        (true, _) => StatusCode::NOT_MODIFIED.into_response(),
        (false, Asked::All) => bytes.into_response(),
        (false, Asked::Part(part)) => (StatusCode::PARTIAL_CONTENT, bytes[part.start as usize..part.end as usize].to_vec()).into_response(),
        (false, Asked::Nothing) => StatusCode::RANGE_NOT_SATISFIABLE.into_response(),
    };
    let ending = match media_type {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "video/mp4" => "mp4",
        _ => "bin",
    };
    let said = match (unchanged, range) {
        (false, Asked::Part(part)) => Some(format!("bytes {}-{}/{length}", part.start, part.end - 1)),
        (false, Asked::Nothing) => Some(format!("bytes */{length}")),
        _ => None,
    };
    let all = [
        (CONTENT_TYPE, Some(media_type.to_owned())),
        (CONTENT_DISPOSITION, Some(format!("attachment; filename=\"covered-{}.{ending}\"", &sha256[..12]))),
        (CONTENT_SECURITY_POLICY, Some(SHUT_POLICY.to_owned())),
        (CACHE_CONTROL, Some("no-cache".to_owned())),
        (ACCEPT_RANGES, Some("bytes".to_owned())),
        (ETAG, Some(etag)),
        (CONTENT_RANGE, said),
    ];
    let kept = response.headers_mut();
    for (name, value) in all {
        if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
            kept.insert(name, value);
        }
    }
    if unchanged {
        kept.remove(CONTENT_LENGTH);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(range: &str, if_range: Option<&str>) -> Asked {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, range.parse().unwrap());
        if let Some(tag) = if_range {
            headers.insert(IF_RANGE, tag.parse().unwrap());
        }
        asked(&headers, "\"a\"", 100)
    }

    #[test]
    fn one_stretch_is_given_and_what_cannot_be_read_asks_for_the_whole() {
        assert_eq!(asked(&HeaderMap::new(), "\"a\"", 100), Asked::All);
        for (range, wanted) in [
            ("bytes=0-0", Asked::Part(0..1)),
            ("bytes=10-19", Asked::Part(10..20)),
            ("bytes=90-200", Asked::Part(90..100)),
            ("bytes=40-", Asked::Part(40..100)),
            ("bytes=-30", Asked::Part(70..100)),
            ("bytes=-300", Asked::Part(0..100)),
            ("bytes=100-", Asked::Nothing),
            ("bytes=-0", Asked::Nothing),
            ("bytes=20-10", Asked::All),
            ("bytes=0-1,4-5", Asked::All),
            ("bytes=+1-2", Asked::All),
            ("bytes=-", Asked::All),
            ("lines=1-2", Asked::All),
        ] {
            assert_eq!(of(range, None), wanted, "{range}");
        }
        assert_eq!(of("bytes=0-9", Some("\"a\"")), Asked::Part(0..10));
        assert_eq!(of("bytes=0-9", Some("\"b\"")), Asked::All, "it began with another file");
    }

    #[test]
    fn a_file_is_given_as_an_attachment_under_a_policy_that_lets_nothing_run() {
        let mut headers = HeaderMap::new();
        let sha256 = "ab".repeat(32);
        let whole = answered(&headers, "image/png", &sha256, vec![7; 100]);
        assert_eq!(whole.status(), StatusCode::OK);
        assert_eq!(whole.headers()[CONTENT_SECURITY_POLICY], SHUT_POLICY);
        assert_eq!(whole.headers()[CONTENT_DISPOSITION], "attachment; filename=\"covered-abababababab.png\"");
        headers.insert(RANGE, "bytes=10-19".parse().unwrap());
        let part = answered(&headers, "image/png", &sha256, vec![7; 100]);
        assert_eq!((part.status(), part.headers()[CONTENT_RANGE].to_str().unwrap()), (StatusCode::PARTIAL_CONTENT, "bytes 10-19/100"));
        headers.insert(RANGE, "bytes=500-".parse().unwrap());
        let none = answered(&headers, "image/png", &sha256, vec![7; 100]);
        assert_eq!((none.status(), none.headers()[CONTENT_RANGE].to_str().unwrap()), (StatusCode::RANGE_NOT_SATISFIABLE, "bytes */100"));
        headers.insert(IF_NONE_MATCH, whole.headers()[ETAG].clone());
        assert_eq!(answered(&headers, "image/png", &sha256, vec![7; 100]).status(), StatusCode::NOT_MODIFIED);
    }
}
