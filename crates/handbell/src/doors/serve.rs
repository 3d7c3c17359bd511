//! Serving: the accept loop, with a limit for everything a slow or hostile caller could stretch.
//!
//! Plain HTTP behind a TLS proxy. Heads must arrive within ten seconds, bodies too, connections are
//! counted, and a stop lets running requests finish for a bounded time.

use super::gate::Peer;
use super::kept::Kept;
use super::patience::Patience;
use axum::Router;
use axum::body::Body;
use futures::FutureExt;
use futures::future::{Either, ready};
use http_body_util::Either as Whole;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// Connections at once.
pub const CONNECTIONS_MAX: usize = 8_192;
/// Time within which the head of a request must have arrived.
pub const HEAD_ARRIVES_WITHIN: Duration = Duration::from_secs(10);
/// Time running requests get when the server stops.
pub const STOPS_WITHIN: Duration = Duration::from_secs(5);
const STREAMS_MAX: u32 = 64;

/// Serves until `stop` ends: finished pages from the shelf, everything else by the routes.
pub async fn serve(listener: TcpListener, router: Router, kept: Kept, stop: impl Future<Output = ()>) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().header_read_timeout(HEAD_ARRIVES_WITHIN).max_buf_size(64 * 1024);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(16 * 1024)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(20));
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    let kept = Arc::new(kept);
    tokio::pin!(stop);
    loop {
        let place = places.clone().acquire_owned().await.expect("the semaphore is never closed");
        let (socket, peer) = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let _ = socket.set_nodelay(true);
        let (router, kept) = (router.clone(), kept.clone());
        // A page from the shelf costs no task state and no box: under a crowd these are most of the answers.
        let answer = service_fn(move |mut request: http::Request<Incoming>| match kept.ready(&request) {
            Some(page) => Either::Left(ready(Ok::<_, Infallible>(page.map(Whole::Left)))),
            None => {
                request.extensions_mut().insert(Peer(peer));
                let (router, kept) = (router.clone(), kept.clone());
                let rest = async move { kept.answer(request.map(Body::new), router).await };
                Either::Right(Box::pin(rest).map(|answer| Ok(answer.map(Whole::Right))))
            }
        });
        let mut builder = builder.clone();
        builder.http1().timer(Patience::default());
        let connection = builder.serve_connection(TokioIo::new(socket), answer).into_owned();
        let connection = graceful.watch(connection);
        super::super::work::spawn(async move {
            let _place = place;
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(STOPS_WITHIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some connections did not end in time");
    }
}
