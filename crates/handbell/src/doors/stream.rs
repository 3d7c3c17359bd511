//! Streams: pages that change by themselves, by server-sent events (WHATWG HTML, section 9.2).
//!
//! A stream says only that something changed; the page is read again from its own address. So a stream
//! holds no words, and a page without scripts is whole by reloading. Connections are counted and bounded. What is
//! the same for many goes to a [`super::crowd`]; a stream of the desk asks about its session by itself.

use super::crowd::{Crowds, Entry};
use super::problem::{Problem, Trouble};
use super::{App, gate};
use axum::response::IntoResponse;
use axum::response::Response;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt};
use handbell_rules::time::Timestamp;
use http::HeaderMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Live connections of the whole server.
pub const LIVE_CONNECTIONS_MAX: usize = 10_000;

static LIVE: AtomicUsize = AtomicUsize::new(0);

/// A place among the live connections, taken until this is dropped.
pub struct Counted;

impl Counted {
    /// A place, if there is one left.
    pub fn new() -> Option<Arc<Self>> {
        let before = LIVE.fetch_add(1, Ordering::Relaxed);
        let counted = Arc::new(Self);
        (before < LIVE_CONNECTIONS_MAX).then_some(counted)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A stream of a member looks at least this often whether its session is open still.
const LOOKS_AGAIN: Duration = Duration::from_secs(20);

/// While a flood comes, a page is told to read itself again this often at most.
const LEAST_APART: Duration = Duration::from_secs(1);

/// Follows the journal for the desk, and ends when the session does: PROMISE revoked-means-out. A revocation
/// is a line of the journal itself, so it ends the stream at once; a session that ran out or locked ends it
/// within [`LOOKS_AGAIN`].
pub fn while_open(app: App, headers: HeaderMap) -> impl Stream<Item = ()> + Send + 'static {
    // A watch holds the newest number only: however many lines were written meanwhile, one "changed".
    let journal = app.world.store.follow();
    let headers = quiet(headers);
    futures::stream::unfold((journal, app, headers, None), async |(mut journal, app, headers, said)| {
        if let Some(said) = said {
            tokio::time::sleep_until(said + LEAST_APART).await;
        }
        loop {
            let changed = tokio::time::timeout(LOOKS_AGAIN, journal.changed()).await;
            gate::desk(&app, &headers).await.ok()?;
            match changed {
                Ok(changed) => {
                    changed.ok()?;
                    return Some(((), (journal, app, headers, Some(tokio::time::Instant::now()))));
                }
                Err(_nothing_yet) => {}
            }
        }
    })
}

/// The same request without its being a person's: looking again touches nothing.
fn quiet(mut headers: HeaderMap) -> HeaderMap {
    headers.insert("sec-fetch-dest", http::HeaderValue::from_static("empty"));
    headers
}

/// Answers with a stream that says `changed` whenever `changes` yields.
pub fn answer(changes: impl Stream<Item = ()> + Send + 'static) -> Response {
    let Some(counted) = Counted::new() else {
        return Problem::of(Trouble::Busy).json();
    };
    answer_counted(changes, Some(counted))
}

fn answer_counted(changes: impl Stream<Item = ()> + Send + 'static, counted: Option<Arc<Counted>>) -> Response {
    let events = changes.map(move |()| {
        let _held = &counted;
        Ok::<_, Infallible>(Event::default().event("changed").data("{}"))
    });
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))).into_response();
    response.headers_mut().insert("x-accel-buffering", http::HeaderValue::from_static("no"));
    response
}

/// Beside an answer: its caller may leave the accept loop and join a crowd.
#[derive(Clone)]
pub struct Offer {
    /// The way in.
    pub entry: Entry,
    /// The date of the answer (RFC 9110, section 6.6.1).
    pub date: String,
}

/// Answers with a stream that says `changed` whenever `changes` yields, which is the same for everybody who asks
/// at `address`. Where the connection can be taken over, it is; elsewhere the answer streams by itself.
pub async fn shared<S>(crowds: &Crowds, address: &str, changes: impl Future<Output = S>, now: Timestamp) -> Response
where
    S: Stream<Item = ()> + Send + 'static,
{
    let Some(counted) = Counted::new() else {
        return Problem::of(Trouble::Busy).json();
    };
    let entry = crowds.entry(address, counted, changes).await;
    let mut response = answer_counted(entry.clone().changes(), None);
    response.extensions_mut().insert(Offer { entry, date: now.http_date() });
    response
}
