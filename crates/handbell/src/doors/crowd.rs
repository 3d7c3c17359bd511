//! Crowd: many open connections that wait for the same thing to change, in one task.
//!
//! Whoever asks for a public stream over HTTP/1 is taken over with their socket ([`super::serve`] hands it on after
//! the head of the request), so that waiting costs a socket and a few words of state, and an event costs one send
//! of bytes that all share. What changed is looked up once for the whole crowd. Nobody waits for anybody: what a
//! slow reader's socket does not take is left out until it does, and then they get the newest word only; whoever
//! takes nothing for a minute is let go. It holds no words of its own and knows nobody: a socket and a place in line.

use super::stream::Counted;
use axum::body::Bytes;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt};
use http::HeaderMap;
use std::collections::HashMap;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, WeakUnboundedSender, unbounded_channel};
use tokio::sync::{Mutex, watch};
use tokio::time::Instant;

/// What everybody hears when something changed (WHATWG HTML, section 9.2.6).
pub const CHANGED: &[u8] = b"event: changed\ndata: {}\n\n";
/// A comment, so that what lies between us and them knows that the line is in use.
const BEAT: &[u8] = b":\n\n";
/// Time between two such comments.
pub const BEATS_APART: Duration = Duration::from_secs(20);
/// Time between two looks at who has gone and who takes something again.
pub const LOOKS_APART: Duration = Duration::from_secs(1);
/// Whoever takes nothing for so long, while something waits for them, is let go.
pub const TAKES_WITHIN: Duration = Duration::from_secs(60);
/// Time in which the head of the answer must have been taken.
const HEAD_TAKEN_WITHIN: Duration = Duration::from_secs(10);
/// Sends after which everybody else gets a turn.
const SENDS_IN_A_ROW: usize = 256;
/// The most that is read and thrown away of somebody who sends where they should listen, in one look.
const THROWN_AWAY: usize = 512;

/// Somebody who joins.
struct Newcomer {
    socket: TcpStream,
    heard: watch::Receiver<u64>,
    counted: Arc<Counted>,
    crowd: UnboundedSender<Newcomer>,
}

/// A crowd that stands, as long as somebody is in it or on the way.
struct Standing {
    door: WeakUnboundedSender<Newcomer>,
    changes: watch::Receiver<u64>,
}

/// Every crowd, by the address of what it waits for.
#[derive(Default)]
pub struct Crowds(Mutex<HashMap<String, Standing>>);

/// A way into a crowd; everything that changes from its making on is heard.
#[derive(Clone)]
pub struct Entry {
    crowd: UnboundedSender<Newcomer>,
    heard: watch::Receiver<u64>,
    counted: Arc<Counted>,
}

impl Crowds {
    /// The way into the crowd of an address. `changes` is made when nobody waits there yet.
    pub async fn entry<S>(&self, address: &str, counted: Arc<Counted>, changes: impl Future<Output = S>) -> Entry
    where
        S: Stream<Item = ()> + Send + 'static,
    {
        let mut crowds = self.0.lock().await;
        let standing = crowds.get(address).and_then(|crowd| Some((crowd.door.upgrade()?, crowd.changes.clone())));
        let (crowd, heard) = match standing {
            Some(standing) => standing,
            None => {
                crowds.retain(|_, crowd| crowd.door.strong_count() > 0);
                let (door, coming) = unbounded_channel();
                let number = watch::Sender::new(0);
                let heard = number.subscribe();
                crowds.insert(address.to_owned(), Standing { door: door.downgrade(), changes: heard.clone() });
                let changes = changes.await.boxed();
                crate::work::spawn(Crowd { number, own: None, members: Vec::new() }.stand(changes, coming));
                (door, heard)
            }
        };
        Entry { crowd, heard, counted }
    }
}

impl Entry {
    /// The same as a stream of the runtime, for whoever cannot be taken over.
    pub fn changes(self) -> impl Stream<Item = ()> + Send + 'static {
        futures::stream::unfold(self, async |mut entry| entry.heard.changed().await.is_ok().then_some(((), entry)))
    }

    /// Takes a caller over: answers their request, whose head was read, and lets them join. `socket` is theirs
    /// alone, and nothing of an earlier answer waits to be sent.
    pub async fn join(self, socket: TcpStream, head: Bytes) {
        // Entered with the runtime anew: its old entry would wake the task that read the head, and so keep all of
        // that task's memory as long as the socket is open.
        let Ok(socket) = socket.into_std().and_then(TcpStream::from_std) else { return };
        let answered = async {
            let mut rest = &head[..];
            while !rest.is_empty() {
                socket.writable().await?;
                match socket.try_write(rest) {
                    Ok(0) => return Err(ErrorKind::WriteZero.into()),
                    Ok(some) => rest = &rest[some..],
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    Err(error) => return Err(error),
                }
            }
            Ok::<_, std::io::Error>(())
        };
        if let Ok(Ok(())) = tokio::time::timeout(HEAD_TAKEN_WITHIN, answered).await {
            let Self { crowd, heard, counted } = self;
            // When the crowd has ended, which it does with the store, the socket is closed.
            drop(crowd.clone().send(Newcomer { socket, heard, counted, crowd }));
        }
    }
}

/// The head of an answer that ends with its connection (RFC 9112, section 6.3).
pub fn head(headers: &HeaderMap, date: &str) -> Bytes {
    let mut head = b"HTTP/1.1 200 OK\r\n".to_vec();
    let own = ["connection", "content-length", "date", "transfer-encoding"];
    for (name, value) in headers.iter().filter(|(name, _)| !own.contains(&name.as_str())) {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            head.extend_from_slice(part);
        }
    }
    head.extend_from_slice(format!("date: {date}\r\nconnection: close\r\n\r\n").as_bytes());
    head.into()
}

struct Member {
    socket: TcpStream,
    /// What is left of something that was sent in part.
    rest: &'static [u8],
    /// Whether they have not heard the newest change.
    behind: bool,
    /// Since when they take nothing.
    waits_since: Option<Instant>,
    _counted: Arc<Counted>,
}

enum Sent {
    Whole,
    Waits,
    Gone,
}

impl Member {
    /// Sends what is due, as far as the socket takes it: the rest of the last word, then the newest change.
    fn send(&mut self, now: Instant) -> Sent {
        loop {
            if self.rest.is_empty() {
                if !std::mem::take(&mut self.behind) {
                    self.waits_since = None;
                    return Sent::Whole;
                }
                self.rest = CHANGED;
            }
            match self.socket.try_write(self.rest) {
                Ok(0) => return Sent::Gone,
                Ok(some) => {
                    self.rest = &self.rest[some..];
                    self.waits_since = None;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    // Nothing of it is on the way yet: a newer change is the same word.
                    if self.rest.len() == CHANGED.len() {
                        (self.rest, self.behind) = (&[], true);
                    }
                    let since = *self.waits_since.get_or_insert(now);
                    return if now.duration_since(since) >= TAKES_WITHIN { Sent::Gone } else { Sent::Waits };
                }
                Err(_) => return Sent::Gone,
            }
        }
    }

    /// Whether they are there still. Whatever they send is thrown away.
    fn is_there(&self) -> bool {
        match self.socket.try_read(&mut [0; THROWN_AWAY]) {
            Ok(0) => false,
            Ok(_) => true,
            Err(error) => error.kind() == ErrorKind::WouldBlock,
        }
    }
}

struct Crowd {
    /// How many changes there were.
    number: watch::Sender<u64>,
    /// Keeps the crowd's door open as long as somebody is in it.
    own: Option<UnboundedSender<Newcomer>>,
    members: Vec<Member>,
}

impl Crowd {
    /// Stands until the changes end, or until nobody is here and nobody is on the way.
    async fn stand(mut self, mut changes: BoxStream<'static, ()>, mut coming: UnboundedReceiver<Newcomer>) {
        let mut looks = tokio::time::interval(LOOKS_APART);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut beat_at = Instant::now() + BEATS_APART;
        loop {
            tokio::select! {
                changed = changes.next() => {
                    if changed.is_none() {
                        return;
                    }
                    self.number.send_modify(|number| *number += 1);
                    self.members.iter_mut().for_each(|member| member.behind = true);
                    self.send_to_all().await;
                }
                newcomer = coming.recv() => match newcomer {
                    Some(newcomer) => self.take_in(newcomer),
                    None => return,
                },
                now = looks.tick() => {
                    self.members.retain(Member::is_there);
                    if now >= beat_at {
                        beat_at = now + BEATS_APART;
                        self.members.iter_mut().filter(|member| member.rest.is_empty()).for_each(|member| member.rest = BEAT);
                    }
                    self.send_to_all().await;
                }
            }
            if self.members.is_empty() {
                // Whoever is on the way holds the door open themselves.
                self.own = None;
            }
        }
    }

    fn take_in(&mut self, newcomer: Newcomer) {
        let Newcomer { socket, heard, counted, crowd } = newcomer;
        self.own = Some(crowd);
        let behind = heard.has_changed().unwrap_or(false);
        let mut member = Member { socket, rest: &[], behind, waits_since: None, _counted: counted };
        if !matches!(member.send(Instant::now()), Sent::Gone) {
            self.members.push(member);
        }
    }

    /// Sends to each what is due, and lets go whoever is gone.
    async fn send_to_all(&mut self) {
        let now = Instant::now();
        let mut at = 0;
        let mut sends = 0_usize;
        while at < self.members.len() {
            let member = &mut self.members[at];
            if member.rest.is_empty() && !member.behind {
                at += 1;
                continue;
            }
            match member.send(now) {
                Sent::Gone => drop(self.members.swap_remove(at)),
                Sent::Whole | Sent::Waits => at += 1,
            }
            sends += 1;
            if sends.is_multiple_of(SENDS_IN_A_ROW) {
                tokio::task::yield_now().await;
            }
        }
    }
}

#[cfg(test)]
mod tests;
