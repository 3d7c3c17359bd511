//! Serving: the accept loop, with a limit for everything a slow or hostile caller could stretch.
//!
//! Plain HTTP behind a TLS proxy. Heads must arrive within ten seconds, bodies too, connections are
//! counted, and a stop lets running requests finish for a bounded time. Whoever asks for a stream that many
//! share leaves the loop with their socket ([`super::crowd`]) and their place in it.

use super::crowd;
use super::gate::Peer;
use super::kept::Kept;
use super::patience::Patience;
use super::stream::Offer;
use axum::Router;
use axum::body::{Body, Bytes};
use futures::FutureExt;
use futures::future::{Either, pending, poll_fn, ready};
use http::{Method, Version};
use http_body_util::Either as Whole;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// Connections at once, beside those that follow a stream.
pub const CONNECTIONS_MAX: u32 = 8_192;
/// Time within which the head of a request must have arrived.
pub const HEAD_ARRIVES_WITHIN: Duration = Duration::from_secs(10);
/// Time running requests get when the server stops.
pub const STOPS_WITHIN: Duration = Duration::from_secs(5);
const STREAMS_MAX: u32 = 64;
/// How HTTP/2 begins (RFC 9113, section 3.4). No method of HTTP/1 begins so.
const PREFACE: &[u8] = b"PRI";

/// Everything a connection needs.
#[derive(Clone)]
struct House {
    router: Router,
    kept: Arc<Kept>,
    first: http1::Builder,
    either: auto::Builder<TokioExecutor>,
    stop: watch::Receiver<bool>,
}

/// A caller who leaves the loop: the way into their crowd, and the head of the answer.
type Leaving = Arc<OnceLock<(crowd::Entry, Bytes)>>;

/// Serves until `stop` ends: finished pages from the shelf, everything else by the routes.
pub async fn serve(listener: TcpListener, router: Router, kept: Kept, stop: impl Future<Output = ()>) {
    let (stopping, stopped) = watch::channel(false);
    let mut first = http1::Builder::new();
    first.header_read_timeout(HEAD_ARRIVES_WITHIN).max_buf_size(64 * 1024);
    let mut either = auto::Builder::new(TokioExecutor::new());
    either.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_ARRIVES_WITHIN).max_buf_size(64 * 1024);
    either
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(16 * 1024)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(20));
    let house = House { router, kept: Arc::new(kept), first, either, stop: stopped };
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX as usize));
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
        super::super::work::spawn(house.clone().connection(socket, Peer(peer), place));
    }
    drop(listener);
    stopping.send_replace(true);
    // When every place is free again, every request has ended.
    if tokio::time::timeout(STOPS_WITHIN, places.acquire_many(CONNECTIONS_MAX)).await.is_err() {
        tracing::warn!("some connections did not end in time");
    }
}

/// Ends when the server is told to stop.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}

impl House {
    async fn connection(mut self, socket: TcpStream, peer: Peer, place: OwnedSemaphorePermit) {
        let mut seen = [0; PREFACE.len()];
        let some = tokio::select! {
            some = tokio::time::timeout(HEAD_ARRIVES_WITHIN, socket.peek(&mut seen)) => match some {
                Ok(Ok(some)) if some > 0 => some,
                _gone_or_too_late => return,
            },
            () = stopped(&mut self.stop) => return,
        };
        if PREFACE.starts_with(&seen[..some]) {
            self.serve_either(socket, peer).await;
        } else if let Err(error) = self.serve_first(socket, peer, place).await {
            tracing::debug!(%error, "a connection ended early");
        }
    }

    /// HTTP/1, until the connection ends or its caller leaves for a crowd.
    async fn serve_first(&mut self, socket: TcpStream, peer: Peer, place: OwnedSemaphorePermit) -> hyper::Result<()> {
        let leaving = Leaving::default();
        let (router, kept, leaves) = (self.router.clone(), self.kept.clone(), leaving.clone());
        // A page from the shelf costs no task state and no box: under a crowd these are most of the answers.
        let answer = service_fn(move |mut request: http::Request<Incoming>| match kept.ready(&request) {
            Some(page) => Either::Left(ready(Ok::<_, Infallible>(page.map(Whole::Left)))),
            None => {
                request.extensions_mut().insert(peer);
                let (router, kept, leaves) = (router.clone(), kept.clone(), leaves.clone());
                let may_leave = request.method() == Method::GET && request.version() <= Version::HTTP_11;
                let rest = async move {
                    let mut answer = kept.answer(request.map(Body::new), router).await;
                    if let Some(offer) = answer.extensions_mut().remove::<Offer>().filter(|_| may_leave) {
                        let head = crowd::head(answer.headers(), &offer.date);
                        drop(answer);
                        // Nobody is answered here any more: the connection is taken apart as soon as this is seen.
                        let _ = leaves.set((offer.entry, head));
                        return pending().await;
                    }
                    answer
                };
                Either::Right(Box::pin(rest).map(|answer| Ok(answer.map(Whole::Right))))
            }
        });
        self.first.timer(Patience::default());
        let mut connection = self.first.serve_connection(TokioIo::new(socket), answer);
        let ended = {
            let mut stopped = pin!(stopped(&mut self.stop).fuse());
            let mut told = false;
            poll_fn(|context| {
                if !told && stopped.as_mut().poll(context).is_ready() {
                    told = true;
                    Pin::new(&mut connection).graceful_shutdown();
                }
                let ended = Pin::new(&mut connection).poll(context);
                if leaving.get().is_some() { Poll::Ready(None) } else { ended.map(Some) }
            })
            .await
        };
        if let Some(ended) = ended {
            return ended;
        }
        let socket = connection.into_parts().io.into_inner();
        if let Some((entry, head)) = Arc::into_inner(leaving).and_then(OnceLock::into_inner) {
            drop(place);
            // A task of its own: this one is as large as the largest request needs it.
            super::super::work::spawn(entry.join(socket, head));
        }
        Ok(())
    }

    /// HTTP/2, or a beginning that could be either's. Nobody leaves here: their streams share one socket.
    async fn serve_either(mut self, socket: TcpStream, peer: Peer) {
        let (router, kept) = (self.router.clone(), self.kept.clone());
        let answer = service_fn(move |mut request: http::Request<Incoming>| {
            request.extensions_mut().insert(peer);
            let (router, kept) = (router.clone(), kept.clone());
            async move {
                Ok::<_, Infallible>(match kept.ready(&request) {
                    Some(page) => page.map(Whole::Left),
                    None => kept.answer(request.map(Body::new), router).await.map(Whole::Right),
                })
            }
        });
        let mut connection = pin!(self.either.serve_connection(TokioIo::new(socket), answer));
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = stopped(&mut self.stop) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}
