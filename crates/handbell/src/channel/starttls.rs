//! STARTTLS: begins TLS on a connection to a mail server that begins in the clear (RFC 3207), or gives it up.
//!
//! A machine in the middle can take the offer of TLS out of what a server says. So nothing but a greeting, a name
//! and the word itself is ever said in the clear: where the offer is missing or refused there is no mail, never
//! plain mail. Replies are read sign by sign, so nothing that was said before TLS is taken for something said within
//! it. It checks no certificate; whoever makes the TLS does.

use std::io;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Signs that a server may say before TLS: three short replies.
const CLEAR_BYTES_MAX: usize = 4 * 1_024;
/// The offer, and the command (RFC 3207 section 4).
const WORD: &str = "STARTTLS";

/// One reply: its code and the text of its lines.
async fn reply(tcp: &mut TcpStream, left: &mut usize) -> io::Result<(String, Vec<String>)> {
    let mut lines = Vec::new();
    loop {
        let mut line = Vec::new();
        while !line.ends_with(b"\n") {
            *left = left.checked_sub(1).ok_or_else(|| io::Error::other("the mail server says too much before TLS"))?;
            line.push(tcp.read_u8().await?);
        }
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        let code: String = line.chars().take(3).collect();
        if code.len() != 3 || !code.bytes().all(|sign| sign.is_ascii_digit()) {
            return Err(io::Error::other("what answers is no mail server"));
        }
        lines.push(line.chars().skip(4).collect());
        match line.as_bytes().get(3) {
            Some(b'-') => {}
            None | Some(b' ') => return Ok((code, lines)),
            Some(_) => return Err(io::Error::other("what answers is no mail server")),
        }
    }
}

async fn wanted(tcp: &mut TcpStream, left: &mut usize, code: &str) -> io::Result<Vec<String>> {
    let (said, lines) = reply(tcp, left).await?;
    if said == code { Ok(lines) } else { Err(io::Error::other(format!("the mail server says {said} instead of {code}"))) }
}

/// Asks until the next byte on the connection is the first of TLS. `name` is said in the greeting.
///
/// # Errors
/// When the server does not offer TLS, refuses it, or says anything but what RFC 3207 has it say.
pub async fn begin(mut tcp: TcpStream, name: &str) -> io::Result<TcpStream> {
    let mut left = CLEAR_BYTES_MAX;
    wanted(&mut tcp, &mut left, "220").await?;
    tcp.write_all(format!("EHLO {name}\r\n").as_bytes()).await?;
    let offers = wanted(&mut tcp, &mut left, "250").await?;
    if !offers.iter().any(|offer| offer.eq_ignore_ascii_case(WORD)) {
        tracing::error!(
            channel = "mail",
            "the mail server does not offer STARTTLS, or somebody between takes the offer out; nothing is sent"
        );
        return Err(io::Error::other("the mail server does not offer STARTTLS"));
    }
    tcp.write_all(format!("{WORD}\r\n").as_bytes()).await?;
    wanted(&mut tcp, &mut left, "220").await?;
    Ok(tcp)
}
