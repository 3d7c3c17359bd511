//! Serving: the accept loop, with a limit for everything a slow or hostile caller could stretch.
//!
//! Plain HTTP behind a TLS proxy. Heads must arrive within ten seconds, bodies too, connections are
//! counted, and a stop lets running requests finish for a bounded time.

use super::gate::Peer;
use super::kept::Kept;
use axum::Router;
use axum::body::Body;
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
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_ARRIVES_WITHIN).max_buf_size(64 * 1024);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(16 * 1024)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(20));
    let builder = Arc::new(builder);
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
        let answer = service_fn(move |mut request: http::Request<Incoming>| {
            let ready = kept.ready(&request);
            let rest = ready.is_none().then(|| {
                request.extensions_mut().insert(Peer(peer));
                (router.clone(), kept.clone(), request.map(Body::new))
            });
            async move {
                Ok::<_, Infallible>(match (ready, rest) {
                    (_, Some((router, kept, request))) => kept.answer(request, router).await,
                    (ready, None) => ready.expect("what is not left to the routes was ready"),
                })
            }
        });
        let connection = builder.serve_connection_with_upgrades(TokioIo::new(socket), answer).into_owned();
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
