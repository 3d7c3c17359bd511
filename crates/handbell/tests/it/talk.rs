//! Talk: HTTP/1.1 as a plain client speaks it, over one connection that is kept.
//!
//! Written here so that nothing of the server's own HTTP code can hide a fault from the tests. An error
//! means that no whole answer came; whether the server acted on the request is then unknown.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longest wait for one answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(30);

/// One connection.
pub struct Talk {
    stream: TcpStream,
    read: Vec<u8>,
}

/// One answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("status {} and no JSON ({error}): {}", self.status, self.text()))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn broken(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

impl Talk {
    pub fn to(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, ANSWERS_WITHIN)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWERS_WITHIN))?;
        stream.set_write_timeout(Some(ANSWERS_WITHIN))?;
        Ok(Self { stream, read: Vec::new() })
    }

    /// One request and its answer.
    pub fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<Answer> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: bell.example\r\n");
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if method != "GET" {
            request.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        request.push_str("\r\n");
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body);
        self.stream.write_all(&bytes)?;
        self.answer(method != "HEAD")
    }

    fn more(&mut self) -> io::Result<()> {
        let mut chunk = [0u8; 16 * 1024];
        match self.stream.read(&mut chunk)? {
            0 => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server hung up")),
            some => {
                self.read.extend_from_slice(&chunk[..some]);
                Ok(())
            }
        }
    }

    fn take(&mut self, bytes: usize) -> io::Result<Vec<u8>> {
        while self.read.len() < bytes {
            self.more()?;
        }
        Ok(self.read.drain(..bytes).collect())
    }

    fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = self.read.windows(2).position(|pair| pair == b"\r\n") {
                let line = self.take(end + 2)?;
                return String::from_utf8(line[..end].to_vec()).map_err(|_| broken("a head that is no text"));
            }
            self.more()?;
        }
    }

    fn answer(&mut self, has_body: bool) -> io::Result<Answer> {
        let first = self.line()?;
        let status =
            first.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok()).ok_or_else(|| broken("no status line"))?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or_else(|| broken("a header without a colon"))?;
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut answer = Answer { status, headers, body: Vec::new() };
        // An answer about the head alone says how long the body would be, and has none.
        if !has_body {
            return Ok(answer);
        }
        if answer.header("transfer-encoding") == Some("chunked") {
            loop {
                let size = usize::from_str_radix(&self.line()?, 16).map_err(|_| broken("a chunk without a size"))?;
                answer.body.extend(self.take(size)?);
                self.line()?;
                if size == 0 {
                    break;
                }
            }
        } else {
            let size = answer.header("content-length").map_or(Ok(0), str::parse).map_err(|_| broken("a length that is no number"))?;
            answer.body = self.take(size)?;
        }
        Ok(answer)
    }
}
