//! The door of footage that is shown: the covered copy as a file, for whoever has its address.
//!
//! Nothing of it shows or plays on a page. It comes as an attachment under a policy that lets nothing in it run, in one
//! stretch if one is asked for (RFC 9110 section 14), and is not there any more the moment it is taken back: whoever
//! follows the link on the record's page then reads that, because the page itself says no more than the log does.

use super::super::answer::{apart, named, page_door};
use super::super::headers::SHUT_POLICY;
use super::super::problem::{Problem, Trouble};
use super::super::routes::{Route, Who};
use super::super::stretch::{Asked, asked};
use super::super::{App, gate, limits::Knock};
use crate::acts::seats::{Seat, Seats, Share};
use crate::acts::{ActError, showing};
use crate::work;
use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use futures::stream;
use handbell_rules::evidence::custody::hex;
use handbell_rules::evidence::hiding::HidingState;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH,
};
use http::{HeaderValue, Method, Request, StatusCode};
use sha2::{Digest, Sha256};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Files that are read out at once, and to one household.
const AT_ONCE: (usize, usize) = (4, 2);
/// How long somebody waits for others to be done, or to be cut off for them.
const WAITS: Duration = Duration::from_secs(5);
/// Bytes of a file that are handed on at once.
const BIT: usize = 64 << 10;
/// How slowly somebody may read: 16 KiB a second on the whole, a telephone at the edge of its net.
const SLOWEST: Pace = Pace { still: Duration::from_secs(30), bit: Duration::from_secs(4), wanted: Duration::from_millis(250) };

/// How slowly a file may be read.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// How long a reader may stand still, all their rests together.
    still: Duration,
    /// How long each bit may take beside.
    bit: Duration,
    /// The same while somebody waits for a seat: 256 KiB a second.
    wanted: Duration,
}

/// What is said of an address that gives nothing, whatever the reason.
const NOT_GIVEN: &str = "This copy is given to nobody. Perhaps whoever gave it, or the desk, took it back: then the record still says that it was shown, and in words what it showed, until those go too.";

/// The seats of those to whom films are read out.
pub fn readers() -> Arc<Seats> {
    Seats::new(AT_ONCE.0, AT_ONCE.1)
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/record/footage/{address}", Who::Street, file)]
}

async fn file(State(app): State<App>, address: Result<Path<String>, PathRejection>, request: Request<Body>) -> Response {
    page_door(&app, async {
        gate::knock(&app, &request, Knock::Take)?;
        let (request, _) = apart(request);
        let shares: Vec<Share> = gate::household(&app, &request).map(Share::Household).into_iter().collect();
        let (hiding, _) = match showing::served(&app.world, &named(address)?).await {
            Err(ActError::NotFound) => return Err(not_given()),
            other => other?,
        };
        let HidingState::Burnt { name, media_type, length, sha256, .. } = &hiding.state else { return Err(not_given()) };
        let (etag, sha256) = (format!("\"{}\"", hex(sha256)), *sha256);
        if request.headers().get(IF_NONE_MATCH).is_some_and(|tag| tag.as_bytes() == etag.as_bytes()) {
            return Ok(dressed(StatusCode::NOT_MODIFIED.into_response(), media_type, &etag, None));
        }
        // A stretch is asked for with GET alone (RFC 9110 section 14.2): whoever asks for the head reads what the whole is.
        // That takes no seat, and nothing is read for it.
        if request.method() == Method::HEAD {
            let mut response = StatusCode::OK.into_response();
            response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(*length));
            return Ok(dressed(response, media_type, &etag, None));
        }
        let part = match asked(request.headers(), &etag, *length) {
            Asked::Nothing => {
                let said = format!("bytes */{length}");
                return Ok(dressed(StatusCode::RANGE_NOT_SATISFIABLE.into_response(), media_type, &etag, Some(said)));
            }
            Asked::Part(part) => Some(part),
            Asked::All => None,
        };
        // A film is held whole while it is read out, and read whole for a single byte of it; so many at once.
        let held = app.readers.wait(shares, WAITS).await.map_err(|_| Problem::of(Trouble::Busy))?;
        let name = name.parse().map_err(|_| Problem::of(Trouble::Broken))?;
        let bytes = app.world.vault.get(&name).await.map_err(|_| Problem::of(Trouble::Busy))?;
        let bytes = bytes.ok_or_else(not_given)?;
        let (bytes, found, held) = hashed(bytes, held).await?;
        // What lies there must be what the record names.
        if found != sha256 {
            tracing::error!("a covered copy in the vault is not the one that was published; it is not given out");
            return Err(not_given());
        }
        let said = part.as_ref().map(|part| format!("bytes {}-{}/{length}", part.start, part.end - 1));
        let status = if part.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
        let part = part.unwrap_or(0..*length);
        // Said before it is handed on, so that a browser can show how much is still to come.
        let long = HeaderValue::from(part.end - part.start);
        let mut response = (status, given(bytes, part, held, SLOWEST)).into_response();
        response.headers_mut().insert(CONTENT_LENGTH, long);
        Ok(dressed(response, media_type, &etag, said))
    })
    .await
}

/// A film with its hash, which is worked out on no thread on which others' requests and the bell wait. The seat goes with the
/// work, which goes on when whoever asked has left.
async fn hashed(bytes: Vec<u8>, held: Seat) -> Result<(Bytes, [u8; 32], Seat), Problem> {
    let work = tokio::task::spawn_blocking(move || {
        let hash: [u8; 32] = Sha256::digest(&bytes).into();
        (Bytes::from(bytes), hash, held)
    });
    work.await.map_err(|_| Problem::of(Trouble::Broken))
}

fn not_given() -> Problem {
    Problem::of(Trouble::NotFound).saying(NOT_GIVEN)
}

/// A stretch of a file, bit by bit; the place among those who are read to is free again at its end, when whoever asked is
/// gone, or when they take it more slowly than the pace: then it breaks off, and they can ask for the rest. While others
/// wait for a seat the pace is a faster one.
///
/// The bits are handed on by a task of their own, because a body is not asked for anything while its line is full.
fn given(bytes: Bytes, part: Range<u64>, held: Seat, slowest: Pace) -> Body {
    let mut rest = bytes.slice(part.start as usize..part.end as usize);
    let (hand, taken) = tokio::sync::mpsc::channel::<Bytes>(1);
    work::spawn(async move {
        let mut until = Instant::now() + slowest.still;
        let mut hurried = until;
        while !rest.is_empty() {
            until += slowest.bit;
            hurried += slowest.wanted;
            let for_another = async {
                tokio::time::sleep_until(hurried).await;
                held.wanted().await;
            };
            // Copied, because a bit that nobody takes lies on in the line after this task has ended, and a part of the
            // film would keep all of it.
            let next = Bytes::copy_from_slice(&rest.split_to(rest.len().min(BIT)));
            let taken = tokio::select! {
                biased;
                taken = timeout_at(until, hand.send(next)) => matches!(taken, Ok(Ok(()))),
                () = for_another => false,
            };
            if !taken {
                // Nobody is there, or nobody takes it: the body ends as one that is cut off, because `hand` is gone before
                // its length was.
                return;
            }
        }
    });
    let length = part.end - part.start;
    let bits = stream::unfold((taken, length), |(mut taken, left)| async move {
        match taken.recv().await {
            Some(bit) => {
                let left = left - bit.len() as u64;
                Some((Ok(bit), (taken, left)))
            }
            None if left > 0 => Some((Err(std::io::Error::other("taken too slowly")), (taken, 0))),
            None => None,
        }
    });
    Body::from_stream(bits)
}

fn dressed(mut response: Response, media_type: &str, etag: &str, said: Option<String>) -> Response {
    let ending = match media_type {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "video/mp4" => "mp4",
        _ => "bin",
    };
    let all = [
        (CONTENT_TYPE, Some(media_type.to_owned())),
        (CONTENT_DISPOSITION, Some(format!("attachment; filename=\"covered-{}.{ending}\"", &etag[1..13]))),
        (CONTENT_SECURITY_POLICY, Some(SHUT_POLICY.to_owned())),
        (CACHE_CONTROL, Some("no-cache".to_owned())),
        (ACCEPT_RANGES, Some("bytes".to_owned())),
        (ETAG, Some(etag.to_owned())),
        (CONTENT_RANGE, said),
    ];
    let kept = response.headers_mut();
    for (name, value) in all {
        if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
            kept.insert(name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stretch_is_given_bit_by_bit_and_its_place_is_free_again_at_its_end() {
        let seats = Seats::new(1, 1);
        let held = seats.take(Vec::new()).unwrap();
        let bytes: Vec<u8> = (0..3 * BIT).map(|at| (at % 251) as u8).collect();
        let body = given(bytes.clone().into(), 10..(2 * BIT as u64 + 7), held, SLOWEST);
        assert!(seats.take(Vec::new()).is_err());
        let read = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        assert_eq!(read, bytes[10..2 * BIT + 7]);
        let _free = seats.wait(Vec::new(), LONG).await.unwrap();
    }

    #[tokio::test]
    async fn who_takes_nothing_is_cut_off_and_their_place_is_free() {
        use futures::FutureExt;
        use http_body_util::BodyExt;
        let seats = Seats::new(1, 1);
        let held = seats.take(Vec::new()).unwrap();
        let pace = Pace { still: Duration::from_millis(20), bit: Duration::from_millis(1), ..SLOWEST };
        let mut body = given(vec![7; 100 * BIT].into(), 0..100 * BIT as u64, held, pace);
        // Nobody takes a bit: others get the seat nevertheless.
        let _next = seats.wait(Vec::new(), LONG).await.unwrap();
        let mut taken: Vec<bool> = Vec::new();
        while let Some(Some(frame)) = body.frame().now_or_never() {
            taken.push(frame.is_ok());
        }
        assert!(taken.len() < 5, "{}", taken.len());
        assert_eq!(taken.last(), Some(&false), "what is missing is not taken for the end");
    }

    /// How long a test waits for what happens at once.
    const LONG: Duration = Duration::from_secs(30);

    #[tokio::test]
    async fn who_is_slow_gives_way_to_whoever_waits_and_to_nobody_else() {
        use http_body_util::BodyExt;
        // Nobody is ever fast enough for whoever waits.
        let pace = Pace { still: Duration::ZERO, bit: LONG * 20, wanted: Duration::ZERO };
        let (seats, bytes) = (Seats::new(1, 1), Bytes::from(vec![7; 100 * BIT]));
        let reading = || given(bytes.clone(), 0..bytes.len() as u64, seats.take(Vec::new()).unwrap(), pace);
        let read = axum::body::to_bytes(reading(), usize::MAX).await.unwrap();
        assert_eq!(read.len(), bytes.len(), "they are read to the end where nobody waits");
        drop(seats.wait(Vec::new(), LONG).await.unwrap());
        let mut body = reading();
        assert!(body.frame().await.unwrap().is_ok());
        let _next = seats.wait(Vec::new(), LONG).await.unwrap();
        let mut last = true;
        while let Some(frame) = body.frame().await {
            last = frame.is_ok();
        }
        assert!(!last, "it breaks off, and they can ask for the rest");
    }

    #[tokio::test]
    async fn four_slow_readers_of_one_household_keep_no_seat_from_another() {
        use crate::acts::seats::Household;
        let (seats, film) = (readers(), Bytes::from(vec![7; 5 * BIT]));
        let of = |one: u8| vec![Share::Household(Household([one; 16]))];
        let read_to = |seat: Seat| given(film.clone(), 0..film.len() as u64, seat, SLOWEST);
        // None of them is taken a bit of.
        let slow: Vec<Body> = (0..4).filter_map(|_| seats.take(of(1)).ok()).map(read_to).collect();
        assert_eq!(slow.len(), 2, "the others hear that there is too much to do");
        let seat = seats.wait(of(2), LONG).await.unwrap();
        let read = axum::body::to_bytes(read_to(seat), usize::MAX).await.unwrap();
        assert_eq!(read.len(), film.len());
    }

    #[tokio::test]
    async fn a_reader_who_stands_still_does_not_keep_the_film() {
        use tokio::sync::Semaphore;
        struct Film(Vec<u8>, Arc<Semaphore>);
        impl AsRef<[u8]> for Film {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }
        impl Drop for Film {
            fn drop(&mut self) {
                self.1.add_permits(1);
            }
        }
        let (seats, dropped) = (Seats::new(1, 1), Arc::new(Semaphore::new(0)));
        let held = seats.take(Vec::new()).unwrap();
        let film = Bytes::from_owner(Film(vec![7; 10 * BIT], Arc::clone(&dropped)));
        let pace = Pace { still: Duration::from_millis(20), bit: Duration::from_millis(1), ..SLOWEST };
        let unread = given(film, 0..10 * BIT as u64, held, pace);
        let gone = tokio::time::timeout(Duration::from_secs(30), dropped.acquire()).await;
        assert!(gone.is_ok(), "its first bit waits to be read, and the film is gone");
        drop(unread);
    }

    #[test]
    fn a_file_is_an_attachment_under_a_policy_that_lets_nothing_run() {
        let etag = format!("\"{}\"", "ab".repeat(32));
        let response = dressed(StatusCode::OK.into_response(), "image/png", &etag, Some("bytes 0-1/9".to_owned()));
        let said = |name| response.headers()[name].to_str().unwrap();
        assert_eq!((said(CONTENT_SECURITY_POLICY), said(CONTENT_RANGE)), (SHUT_POLICY, "bytes 0-1/9"));
        assert_eq!(said(CONTENT_DISPOSITION), "attachment; filename=\"covered-abababababab.png\"");
    }
}
