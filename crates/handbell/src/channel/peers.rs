//! Peers: services on loopback that behave badly over HTTP, one way each.
//!
//! Each is a thread with a listener of its own and answers every connection it is given until the test ends. It
//! reads a whole request first, so that what an adapter makes of the answer is judged and not a race.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use tokio::net::TcpSocket;

/// What a peer does once it has read a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manners {
    /// Takes it.
    Takes,
    /// Never answers.
    Hangs,
    /// Sends its head sign by sign and never ends it.
    DripsItsHead,
    /// Sends a head that means yes and a body that never ends, slowly.
    DripsItsBody,
    /// Sends a head that never ends, as fast as it can.
    EndlessHead,
    /// Says yes and sends a body that never ends, as fast as it can.
    EndlessBody,
    /// Closes without a word.
    DropsAfterRequest,
    /// Sends everybody elsewhere.
    Redirects(SocketAddr),
    /// Answers with a status.
    Says(u16),
    /// Answers with a status and a time to wait, in seconds.
    SaysWait(u16, u32),
    /// Says yes in its status and no in its body.
    SaysYesAndMeansNo,
    /// Takes no connection at all.
    Absent,
}

/// A peer and what it was sent.
pub struct Peer {
    /// Where it listens.
    pub address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    /// Holds the place where nobody listens.
    _held: Option<TcpSocket>,
}

/// A place where nobody listens, and nobody can while the socket is kept: the port of a listener that went may be
/// another program's a moment later.
pub fn nowhere() -> (TcpSocket, SocketAddr) {
    let held = TcpSocket::new_v4().unwrap();
    held.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let address = held.local_addr().unwrap();
    (held, address)
}

impl Peer {
    /// Starts one.
    pub fn start(manners: Manners) -> Self {
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        if manners == Manners::Absent {
            let (held, address) = nowhere();
            return Self { address, heads, _held: Some(held) };
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::clone(&heads);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (Ok(stream), seen) = (stream, Arc::clone(&seen)) else { return };
                std::thread::spawn(move || converse(stream, manners, &seen));
            }
        });
        Self { address, heads, _held: None }
    }

    /// The requests so far: head and body.
    pub fn requests(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

/// Reads one request; none when the other side has closed.
fn request(stream: &mut TcpStream) -> Option<String> {
    let (mut read, mut part) = (Vec::new(), [0u8; 4_096]);
    loop {
        if let Some(end) = read.windows(4).position(|end| end == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&read[..end]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse::<usize>().ok()).unwrap_or(0);
            if read.len() >= end + 4 + length {
                return Some(String::from_utf8_lossy(&read).into_owned());
            }
        }
        match stream.read(&mut part) {
            Ok(more) if more > 0 => read.extend_from_slice(&part[..more]),
            _ => return None,
        }
    }
}

/// What every service here says when it takes a message; each adapter finds its own word in it.
const YES: &str = r#"{"event_id":"$event","room_id":"!room:example.org","status":"queued"}"#;

fn converse(mut stream: TcpStream, manners: Manners, seen: &Mutex<Vec<String>>) {
    let written = |status: u16, headers: &str, body: &str| {
        format!("HTTP/1.1 {status} Word\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
    };
    while let Some(request) = request(&mut stream) {
        // A question is answered as it should be, so that the adapters that ask first come to their message.
        let asks = request.starts_with("GET ") && request.contains("/m.room.member/");
        if !asks {
            seen.lock().unwrap().push(request);
        }
        let answer = match manners {
            _ if asks => written(200, "", r#"{"membership":"join"}"#),
            Manners::Takes => written(201, "", YES),
            Manners::Says(status) => written(status, "", "{}"),
            Manners::SaysWait(status, seconds) => written(status, &format!("retry-after: {seconds}\r\n"), "{}"),
            Manners::SaysYesAndMeansNo => written(200, "", r#"{"error":"no such number"}"#),
            Manners::Redirects(there) => written(307, &format!("location: http://{there}/elsewhere\r\n"), ""),
            Manners::DropsAfterRequest | Manners::Absent => return,
            Manners::Hangs => {
                let _until_closed = std::io::copy(&mut stream, &mut std::io::sink());
                return;
            }
            Manners::DripsItsHead => return endless(&mut stream, b"HTTP/1.1 200 OK\r\nx-a: ", b"a", true),
            Manners::EndlessHead => return endless(&mut stream, b"HTTP/1.1 200 OK\r\nx-a: ", &[b'a'; 8_192], false),
            Manners::DripsItsBody => return endless(&mut stream, b"HTTP/1.1 200 OK\r\ncontent-length: 900000000\r\n\r\n", b" ", true),
            Manners::EndlessBody => {
                return endless(&mut stream, b"HTTP/1.1 200 OK\r\ncontent-length: 900000000\r\n\r\n", &[b' '; 8_192], false);
            }
        };
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// Begins and goes on until the other side has had enough. A drip waits between two signs for a word that never
/// comes: the reading time-out is its clock.
fn endless(stream: &mut TcpStream, begins: &[u8], goes_on: &[u8], slowly: bool) {
    if slowly {
        stream.set_read_timeout(Some(std::time::Duration::from_millis(100))).unwrap();
    }
    let mut written = stream.write_all(begins);
    while written.is_ok() {
        if slowly && let Ok(0) = stream.read(&mut [0u8; 1]) {
            return;
        }
        written = stream.write_all(goes_on);
    }
}
