//! Clients: 64 witnesses in one thread, as cheap as sockets allow, because they share the server's cores.
//!
//! Each keeps its connection and sends its next report when the last one was acknowledged. Requests are made
//! beforehand; only the Idempotency-Key's number changes.

use super::Turn;
use anyhow::{Context, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

const CLIENTS: usize = 64;
const KEY_DIGITS: usize = 12;
const STUCK_AFTER: Timespec = Timespec { tv_sec: 30, tv_nsec: 0 };

/// A report as somebody on a street sends it.
const BODY: &str = r#"{"kind":"flood","basis":"saw","happening":"now","place":"Corner of Choumert Road and Rye Lane, by the bus stop","lat":51.4702,"lon":-0.0689,"text":"Water is coming up through the drains and has reached the kerb. It is about ankle deep at the crossing and still rising. Two shops have put boards at their doors.","people":{"low":6,"high":8}}"#;

struct Client {
    stream: TcpStream,
    request: Vec<u8>,
    /// Where the key's digits stand in the request.
    digits: usize,
    read: Vec<u8>,
    waiting: bool,
}

/// See the module.
pub struct Clients {
    all: Vec<Client>,
    sent: u64,
}

/// The length of a whole answer at the start of `bytes`, once it is there.
fn whole(bytes: &[u8]) -> anyhow::Result<Option<usize>> {
    let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|place| place + 4) else { return Ok(None) };
    let text = std::str::from_utf8(&bytes[..head])?;
    if !text.starts_with("HTTP/1.1 201") {
        bail!("a report was not taken: {}", String::from_utf8_lossy(bytes));
    }
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).context("an answer without a length")?;
    let end = head + length.parse::<usize>()?;
    Ok((bytes.len() >= end).then_some(end))
}

impl Client {
    fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let before = "POST /api/v1/reports HTTP/1.1\r\nhost: bell.example\r\ncontent-type: application/json\r\nidempotency-key: bench-";
        let zeros = "0".repeat(KEY_DIGITS);
        let request = format!("{before}{zeros}\r\ncontent-length: {}\r\n\r\n{BODY}", BODY.len()).into_bytes();
        Ok(Self { stream, request, digits: before.len(), read: Vec::with_capacity(4096), waiting: false })
    }

    fn send(&mut self, number: u64) -> anyhow::Result<()> {
        let digits = format!("{number:0KEY_DIGITS$}");
        self.request[self.digits..self.digits + KEY_DIGITS].copy_from_slice(digits.as_bytes());
        // One report fits an empty socket buffer; a short write would be a broken connection.
        let written = self.stream.write(&self.request)?;
        anyhow::ensure!(written == self.request.len(), "a report did not fit the socket");
        self.waiting = true;
        Ok(())
    }

    /// Reads what has come; true when the answer is whole.
    fn receive(&mut self) -> anyhow::Result<bool> {
        let mut chunk = [0u8; 4096];
        match self.stream.read(&mut chunk) {
            Ok(0) => bail!("the server hung up"),
            Ok(some) => self.read.extend_from_slice(&chunk[..some]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        let Some(end) = whole(&self.read)? else { return Ok(false) };
        self.read.drain(..end);
        self.waiting = false;
        Ok(true)
    }
}

impl Clients {
    /// Connects all of them.
    pub fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        let all = (0..CLIENTS).map(|_| Client::connect(address)).collect::<anyhow::Result<_>>()?;
        Ok(Self { all, sent: 0 })
    }

    /// Reports for so long, then waits until everything sent is acknowledged; all of it counts, and so does
    /// the wait.
    pub fn send_for(&mut self, time: Duration) -> anyhow::Result<Turn> {
        let since = Instant::now();
        let mut reports = 0;
        for client in &mut self.all {
            self.sent += 1;
            client.send(self.sent)?;
        }
        while self.all.iter().any(|client| client.waiting) {
            let ready: Vec<bool> = {
                let mut asked: Vec<PollFd<'_>> = self.all.iter().map(|client| PollFd::new(&client.stream, PollFlags::IN)).collect();
                if poll(&mut asked, Some(&STUCK_AFTER))? == 0 {
                    bail!("nothing was answered for {} seconds", STUCK_AFTER.tv_sec);
                }
                asked.iter().map(|one| !one.revents().is_empty()).collect()
            };
            let over = since.elapsed() >= time;
            for (client, _) in self.all.iter_mut().zip(ready).filter(|(_, ready)| *ready) {
                if client.receive()? {
                    reports += 1;
                    if !over {
                        self.sent += 1;
                        client.send(self.sent)?;
                    }
                }
            }
        }
        Ok(Turn { reports, took: since.elapsed() })
    }
}
