//! Readers: a thousand browsers in one thread, as cheap as sockets allow, because they share the server's cores.
//!
//! Each keeps its connection and asks again when its last answer is whole. Every answer must have the length
//! of the first; the first is compared to the byte.

use anyhow::{Context, bail, ensure};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

const READERS: usize = 1_000;
const STUCK_AFTER: Timespec = Timespec { tv_sec: 30, tv_nsec: 0 };

/// A whole answer.
pub struct Answer {
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn request(path: &str, coding: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: bell.example\r\naccept-encoding: {coding}\r\n\r\n").into_bytes()
}

/// The length of head and body of a good answer at the start of `bytes`, once its head is there.
fn lengths(bytes: &[u8]) -> anyhow::Result<Option<(usize, usize)>> {
    let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|place| place + 4) else { return Ok(None) };
    let text = std::str::from_utf8(&bytes[..head])?;
    if !text.starts_with("HTTP/1.1 200") {
        bail!("the page was not given: {text}");
    }
    let length = text.lines().filter_map(|line| line.split_once(": ")).find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let (_, length) = length.with_context(|| format!("an answer without a length: {text}"))?;
    Ok(Some((head, length.parse()?)))
}

/// Asks once.
pub fn fetch(address: SocketAddr, path: &str, coding: &str) -> anyhow::Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(&request(path, coding))?;
    let (mut bytes, mut chunk) = (Vec::new(), [0u8; 65_536]);
    loop {
        if let Some((head, body)) = lengths(&bytes)?
            && bytes.len() >= head + body
        {
            let text = std::str::from_utf8(&bytes[..head])?;
            let headers = text.lines().filter_map(|line| line.split_once(": "));
            let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
            return Ok(Answer { headers, body: bytes[head..].to_vec() });
        }
        match stream.read(&mut chunk)? {
            0 => bail!("the server hung up"),
            some => bytes.extend_from_slice(&chunk[..some]),
        }
    }
}

struct Reader {
    stream: TcpStream,
    /// Bytes of the present answer that have come.
    come: usize,
    waiting: bool,
}

/// See the module.
pub struct Readers {
    all: Vec<Reader>,
    request: Vec<u8>,
    /// Bytes of one whole answer, head included.
    whole: usize,
}

impl Readers {
    /// Connects all of them. The server must answer with the bytes and the headers of `page`.
    pub fn connect(address: SocketAddr, path: &str, page: &Answer) -> anyhow::Result<Self> {
        let first = fetch(address, path, "gzip")?;
        ensure!(first.body == page.body, "the two do not serve the same bytes");
        for (name, value) in page.headers.iter().filter(|(name, _)| name != "date") {
            ensure!(first.header(name).is_some_and(|theirs| theirs.eq_ignore_ascii_case(value)), "the header {name} is missing or differs");
        }
        let mut one = TcpStream::connect(address)?;
        let request = request(path, "gzip");
        one.write_all(&request)?;
        let (mut bytes, mut chunk) = (Vec::new(), [0u8; 65_536]);
        let whole = loop {
            if let Some((head, body)) = lengths(&bytes)? {
                break head + body;
            }
            let some = one.read(&mut chunk)?;
            ensure!(some > 0, "the server hung up");
            bytes.extend_from_slice(&chunk[..some]);
        };
        let mut all = Vec::with_capacity(READERS);
        for _ in 0..READERS {
            let stream = TcpStream::connect(address)?;
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            all.push(Reader { stream, come: 0, waiting: false });
        }
        Ok(Self { all, request, whole })
    }

    fn ask(&mut self, at: usize) -> anyhow::Result<()> {
        let reader = &mut self.all[at];
        // A request of a hundred bytes fits an empty socket buffer.
        ensure!(reader.stream.write(&self.request)? == self.request.len(), "a request did not fit the socket");
        reader.waiting = true;
        Ok(())
    }

    /// Reads for so long, then waits until everything asked is answered; all of it counts.
    pub fn read_for(&mut self, time: Duration) -> anyhow::Result<u64> {
        let since = Instant::now();
        let (mut answers, mut chunk) = (0, vec![0u8; 65_536]);
        for at in 0..self.all.len() {
            self.ask(at)?;
        }
        while self.all.iter().any(|reader| reader.waiting) {
            let ready: Vec<usize> = {
                let mut asked: Vec<PollFd<'_>> = self.all.iter().map(|reader| PollFd::new(&reader.stream, PollFlags::IN)).collect();
                ensure!(poll(&mut asked, Some(&STUCK_AFTER))? > 0, "nothing was answered for {} seconds", STUCK_AFTER.tv_sec);
                asked.iter().enumerate().filter(|(_, one)| !one.revents().is_empty()).map(|(at, _)| at).collect()
            };
            let over = since.elapsed() >= time;
            for at in ready {
                match self.all[at].stream.read(&mut chunk) {
                    Ok(0) => bail!("the server hung up"),
                    Ok(some) => self.all[at].come += some,
                    Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
                    Err(error) => return Err(error.into()),
                }
                ensure!(self.all[at].come <= self.whole, "an answer was longer than the first");
                if self.all[at].come == self.whole {
                    self.all[at].come = 0;
                    self.all[at].waiting = false;
                    answers += 1;
                    if !over {
                        self.ask(at)?;
                    }
                }
            }
        }
        Ok(answers)
    }
}
