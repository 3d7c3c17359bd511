//! Loopback: a few plain HTTP/1.1 requests to a server on this machine.
//!
//! One connection per request, one answer, a time-out. It speaks to 127.0.0.1 only and knows no TLS.

use anyhow::{Context, bail};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The head, as it came.
    pub head: String,
    /// The body as text.
    pub body: String,
}

impl Answer {
    /// Values of a header, in order.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.head.lines().filter_map(move |line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

/// Sends one request. An answer that ends early is an error: nobody may count it as acknowledged.
pub fn ask(port: u16, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> anyhow::Result<Answer> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, ANSWERS_WITHIN).context("connecting")?;
    stream.set_read_timeout(Some(ANSWERS_WITHIN))?;
    stream.set_write_timeout(Some(ANSWERS_WITHIN))?;
    let mut request =
        format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    request.push_str(body);
    stream.write_all(request.as_bytes()).context("sending")?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).context("reading")?;
    parse(&bytes)
}

fn parse(bytes: &[u8]) -> anyhow::Result<Answer> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n").context("the answer has no end of its head")?;
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).context("the answer has no status")?;
    let answer = Answer { status, head: head.to_owned(), body: body.to_owned() };
    let chunked = answer.header("transfer-encoding").any(|value| value.eq_ignore_ascii_case("chunked"));
    let length: Option<usize> = answer.header("content-length").next().and_then(|value| value.parse().ok());
    let body = match length {
        _ if chunked => unchunked(&answer.body)?,
        Some(length) if answer.body.len() < length => bail!("the answer ended early"),
        Some(length) => answer.body[..length].to_owned(),
        None => answer.body.clone(),
    };
    Ok(Answer { body, ..answer })
}

fn unchunked(mut rest: &str) -> anyhow::Result<String> {
    let mut body = String::new();
    loop {
        let (size, after) = rest.split_once("\r\n").context("the answer ended early")?;
        let size = usize::from_str_radix(size.trim(), 16).context("a chunk without a size")?;
        if size == 0 {
            return Ok(body);
        }
        body.push_str(after.get(..size).context("the answer ended early")?);
        rest = after.get(size + 2..).context("the answer ended early")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_answer_is_read_and_a_cut_one_is_none() {
        let answer = parse(b"HTTP/1.1 201 Created\r\nContent-Length: 4\r\nX-A: 1\r\nx-a: 2\r\n\r\nbody").unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (201, "body"));
        assert_eq!(answer.header("x-a").collect::<Vec<_>>(), ["1", "2"]);
        assert!(parse(b"HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\nbody").is_err());
        assert!(parse(b"HTTP/1.1 201 Cre").is_err());
        let chunked = parse(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n").unwrap();
        assert_eq!(chunked.body, "abcd");
        assert!(parse(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab").is_err());
    }
}
