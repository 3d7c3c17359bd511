//! Stretch: one stretch of a file's bytes, where one is asked for (RFC 9110 section 14).
//!
//! A player that asks for the first two bytes and gets the whole plays nothing (Safari), so whatever is played on a page
//! goes out by [`given`].

use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_RANGES, CONTENT_RANGE, IF_RANGE, RANGE};
use http::{HeaderMap, HeaderValue, StatusCode};
use std::ops::Range;

/// What was asked for of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// The whole.
    All,
    /// These bytes of it; never none.
    Part(Range<u64>),
    /// Bytes that it has not.
    Nothing,
}

/// Reads `Range`: one stretch of bytes. What is written otherwise, and several stretches, ask for the whole, as RFC 9110
/// section 14.2 lets a server answer; a stretch that begins past the end cannot be given.
pub fn asked(headers: &HeaderMap, etag: &str, length: u64) -> Asked {
    // A stretch of another file than the asker began with would not fit (section 13.1.5).
    let same = headers.get(IF_RANGE).is_none_or(|tag| tag.as_bytes() == etag.as_bytes());
    let text = headers.get(RANGE).filter(|_| same).and_then(|range| range.to_str().ok()).unwrap_or_default();
    let Some((from, until)) = text.strip_prefix("bytes=").and_then(|stretch| stretch.split_once('-')) else { return Asked::All };
    let number = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    match (number(from), number(until)) {
        (Some(from), _) if from >= length => Asked::Nothing,
        (Some(from), Some(until)) if from <= until => Asked::Part(from..until.saturating_add(1).min(length)),
        (Some(from), None) if until.is_empty() => Asked::Part(from..length),
        (None, Some(_)) if from.is_empty() && length == 0 => Asked::Nothing,
        (None, Some(0)) if from.is_empty() => Asked::Nothing,
        (None, Some(last)) if from.is_empty() => Asked::Part(length.saturating_sub(last)..length),
        _ => Asked::All,
    }
}

/// A file that is held whole, or the stretch of it that was asked for. It has no tag, so whoever asks for the rest of
/// what they began with gets all of it.
pub fn given(headers: &HeaderMap, bytes: Bytes) -> Response {
    let length = bytes.len() as u64;
    let (mut response, said) = match asked(headers, "", length) {
        Asked::All => (bytes.into_response(), None),
        Asked::Nothing => (StatusCode::RANGE_NOT_SATISFIABLE.into_response(), Some(format!("bytes */{length}"))),
        Asked::Part(part) => {
            let said = format!("bytes {}-{}/{length}", part.start, part.end - 1);
            let stretch = bytes.slice(part.start as usize..part.end as usize);
            ((StatusCode::PARTIAL_CONTENT, stretch).into_response(), Some(said))
        }
    };
    let kept = response.headers_mut();
    kept.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Some(said) = said.and_then(|said| HeaderValue::try_from(said).ok()) {
        kept.insert(CONTENT_RANGE, said);
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

    #[tokio::test]
    async fn a_stretch_is_given_with_where_it_stands() {
        let given = async |range: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            if let Some(range) = range {
                headers.insert(RANGE, HeaderValue::from_static(range));
            }
            let response = given(&headers, (0..100).collect());
            let said = |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
            let (status, all) = (response.status().as_u16(), (said(ACCEPT_RANGES), said(CONTENT_RANGE)));
            assert_eq!(all.0.as_deref(), Some("bytes"));
            (status, all.1, axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec())
        };
        assert_eq!(given(None).await, (200, None, (0..100).collect()));
        assert_eq!(given(Some("bytes=0-1")).await, (206, Some("bytes 0-1/100".to_owned()), vec![0, 1]));
        assert_eq!(given(Some("bytes=-2")).await, (206, Some("bytes 98-99/100".to_owned()), vec![98, 99]));
        assert_eq!(given(Some("bytes=100-")).await, (416, Some("bytes */100".to_owned()), Vec::new()));
    }
}
