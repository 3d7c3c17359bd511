//! Mail: one plain-text message for one mailbox, over the group's own SMTP server.
//!
//! TLS from the first byte (RFC 8314) or after STARTTLS and then with no way around it (`starttls.rs`), with
//! certificates of the public web; the server's address is checked before every connection. Each message names one recipient and no other. The first of a thread has an id
//! that those after it name, so that a program shows them together. It is plain text without a picture, a
//! counter or a link to anybody else. Signing (DKIM) is the server's part.

use super::gateway::{Stands, Waits};
use super::{Channel, Parcel, starttls};
use crate::push::Live;
use async_trait::async_trait;
use handbell_rules::bell::address::MailAddress;
use handbell_rules::bell::delivery::Answer;
use handbell_rules::time::Timestamp;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, UNIX_EPOCH};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use zeroize::Zeroizing;

/// Connections kept open between messages.
const IDLE_MAX: usize = 4;
/// Bytes that a server may say to one message: six short replies. lettre reads a reply anew with each of its lines,
/// so a larger bound would let a bad server busy a whole thread.
const ANSWER_BYTES_MAX: usize = 8 * 1_024;
/// The promise of every card.
const NEVER_ASKED: &str = "We never ask you for money, papers, passwords or your location by message.";

/// How a connection comes to speak TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte.
    AtOnce,
    /// After the server's greeting, and before anything of a message; without it there is no mail.
    Starttls,
    /// Never. Only a server of the own network may do without.
    Never,
}

/// How the server is reached.
#[derive(Debug, Clone)]
pub struct MailServer {
    /// Its name.
    pub host: String,
    /// Its port; 465 is TLS from the first byte, 587 STARTTLS.
    pub port: u16,
    /// How it comes to speak TLS.
    pub tls: Tls,
    /// Where it stands.
    pub stands: Stands,
    /// Who we are to it.
    pub login: Option<(String, Zeroizing<String>)>,
    /// The address that mail comes from.
    pub from: MailAddress,
    /// What the group calls itself.
    pub group: String,
}

/// See the module.
pub struct Mail {
    server: MailServer,
    tls: tokio_rustls::TlsConnector,
    waits: Waits,
    idle: Mutex<Vec<Line>>,
}

/// One open connection and how much its server may still say.
struct Line {
    smtp: AsyncSmtpConnection,
    allowed: Arc<AtomicUsize>,
}

impl Mail {
    /// Trusts the public web's certificate authorities as Mozilla lists them.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(server: MailServer, waits: Waits) -> Result<Self, rustls::Error> {
        Self::trusting(server, rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }, waits)
    }

    pub(super) fn trusting(server: MailServer, roots: rustls::RootCertStore, waits: Waits) -> Result<Self, rustls::Error> {
        let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { server, tls: tokio_rustls::TlsConnector::from(Arc::new(tls)), waits, idle: Mutex::default() })
    }

    /// Writes the whole message. `None` when a part cannot be written, which no checked address leads to.
    fn written(&self, to: &MailAddress, letter: &Letter<'_>, now: Timestamp) -> Option<Vec<u8>> {
        let host = self.server.from.as_str().rsplit_once('@')?.1;
        let mailbox = |name: Option<String>, address: &MailAddress| Some(Mailbox::new(name, address.as_str().parse().ok()?));
        let id = |local: &str| format!("<{local}@{host}>");
        let sent_at = UNIX_EPOCH + Duration::from_millis(u64::try_from(now.milliseconds()).unwrap_or(0));
        let mut builder = lettre::Message::builder()
            .from(mailbox(Some(self.server.group.clone()), &self.server.from)?)
            .to(mailbox(None, to)?)
            .subject(letter.subject)
            .date(sent_at)
            // RFC 3834: no machine answers a machine.
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()));
        builder = match letter.follows {
            None => builder.message_id(Some(id(letter.id))),
            Some(first) => builder.message_id(Some(id(letter.id))).in_reply_to(id(first)).references(id(first)),
        };
        if let Some(link) = letter.unsubscribe {
            let header = |name, value: String| HeaderValue::dangerous_new_pre_encoded(name, value.clone(), value);
            builder = builder
                .raw_header(header(HeaderName::new_from_ascii_str("List-Unsubscribe"), format!("<{link}>")))
                // RFC 8058: one press in the mail program ends it.
                .raw_header(header(HeaderName::new_from_ascii_str("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click".to_owned()));
        }
        Some(builder.singlepart(SinglePart::plain(letter.text.to_owned())).ok()?.formatted())
    }

    /// Sends one letter to one mailbox.
    pub async fn send(&self, to: &MailAddress, letter: &Letter<'_>, now: Timestamp) -> Answer {
        let Some(content) = self.written(to, letter, now) else { return Answer::Refused };
        // Before the content is handed over nothing was taken, so a silent server is a server to try later.
        let opened = timeout(self.waits.answer, self.envelope(to)).await;
        let mut line = match opened {
            Ok(Ok(line)) => line,
            Ok(Err(answer)) => return answer,
            Err(_) => return Answer::Later,
        };
        match timeout(self.waits.answer, line.smtp.message(&content)).await {
            Ok(Ok(_)) => {
                let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
                if idle.len() < IDLE_MAX {
                    idle.push(line);
                }
                Answer::Accepted
            }
            // Its answer to the content was no: it did not take it (RFC 5321 section 4.2.5).
            Ok(Err(why)) if why.is_transient() => Answer::Later,
            Ok(Err(why)) if why.is_permanent() => refused("content"),
            Ok(Err(_)) | Err(_) => Answer::Hung,
        }
    }

    /// A connection on which the server wants the content of a message for one mailbox.
    async fn envelope(&self, to: &MailAddress) -> Result<Line, Answer> {
        // A kept connection may have ended meanwhile; that says nothing about the server, so a fresh one is tried.
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(mut line) = kept
            && let Ok(()) = self.address(&mut line, to).await
        {
            return Ok(line);
        }
        let mut line = self.connect().await?;
        self.address(&mut line, to).await?;
        Ok(line)
    }

    async fn address(&self, line: &mut Line, to: &MailAddress) -> Result<(), Answer> {
        line.allowed.store(ANSWER_BYTES_MAX, Ordering::Relaxed);
        let read = |address: &MailAddress| address.as_str().parse().map_err(|_| Answer::Refused);
        line.smtp.command(MailFrom::new(Some(read(&self.server.from)?), vec![])).await.map_err(|why| said_no(&why, "sender"))?;
        line.smtp.command(Rcpt::new(read(to)?, vec![])).await.map_err(|why| match why.status().map(u16::from) {
            // RFC 5321 section 4.2.3: no such mailbox, not here, name not allowed. Nobody is there.
            // A no for our sake (5.7, RFC 3463) says nothing about them.
            Some(550 | 551 | 553) if !why.to_string().contains("5.7.") => Answer::Gone,
            _ => said_no(&why, "recipient"),
        })?;
        line.smtp.command(Data).await.map_err(|why| said_no(&why, "data"))?;
        Ok(())
    }

    async fn connect(&self) -> Result<Line, Answer> {
        let connected = timeout(self.waits.connect, self.stream()).await;
        let Ok(Ok((stream, allowed))) = connected else { return Err(Answer::Later) };
        // The name in the greeting is the mail's own domain: the machine's name is nobody's business.
        let hello = ClientId::Domain(self.domain().to_owned());
        let mut smtp = AsyncSmtpConnection::connect_with_transport(stream, &hello).await.map_err(|_| Answer::Later)?;
        if let Some((user, password)) = &self.server.login {
            let credentials = Credentials::new(user.clone(), password.as_str().to_owned());
            smtp.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await.map_err(|why| {
                if why.is_transient() || why.status().is_none() && !why.is_client() {
                    return Answer::Later;
                }
                tracing::error!(channel = "mail", "the mail server refuses our credentials; look at its password in the folder's keys");
                Answer::Refused
            })?;
        }
        Ok(Line { smtp, allowed })
    }

    fn domain(&self) -> &str {
        self.server.from.as_str().rsplit_once('@').map_or("localhost", |(_, domain)| domain)
    }

    async fn stream(&self) -> io::Result<(Box<dyn AsyncTokioStream>, Arc<AtomicUsize>)> {
        let found: Vec<SocketAddr> = tokio::net::lookup_host((self.server.host.as_str(), self.server.port)).await?.collect();
        // One address of another network makes the whole answer suspect, as in push/resolve.rs.
        if found.is_empty() || !found.iter().all(|address| self.server.stands.admits(address.ip())) {
            return Err(io::Error::other("the mail server's name leads to another network than the setting says"));
        }
        let tcp = TcpStream::connect(found.as_slice()).await?;
        let there = tcp.peer_addr()?;
        let allowed = Arc::new(AtomicUsize::new(ANSWER_BYTES_MAX));
        let (tcp, greeting): (_, &'static [u8]) = match self.server.tls {
            // A server that began TLS so does not greet again (RFC 3207 section 4.2), and lettre waits for it.
            Tls::Starttls => (starttls::begin(tcp, self.domain()).await?, b"220 within TLS\r\n"),
            Tls::AtOnce | Tls::Never => (tcp, b""),
        };
        let stream: Box<dyn AsyncTokioStream> = if self.server.tls == Tls::Never {
            Box::new(Bounded { greeting, inner: tcp, there, allowed: Arc::clone(&allowed) })
        } else {
            let name = rustls::pki_types::ServerName::try_from(self.server.host.clone()).map_err(io::Error::other)?;
            let inner = self.tls.connect(name, tcp).await?;
            Box::new(Bounded { greeting, inner, there, allowed: Arc::clone(&allowed) })
        };
        Ok((stream, allowed))
    }
}

/// What a letter says.
pub struct Letter<'a> {
    /// Its own id: signs that may stand in a Message-ID.
    pub id: &'a str,
    /// The id of the first of its thread.
    pub follows: Option<&'a str>,
    /// The subject.
    pub subject: &'a str,
    /// The text.
    pub text: &'a str,
    /// Where one press ends it all.
    pub unsubscribe: Option<&'a str>,
}

fn said_no(why: &SmtpError, place: &'static str) -> Answer {
    if why.is_permanent() { refused(place) } else { Answer::Later }
}

fn refused(place: &'static str) -> Answer {
    tracing::warn!(channel = "mail", place, "the mail server refused a message for good");
    Answer::Refused
}

#[async_trait]
impl Channel<Live> for Mail {
    type To = MailAddress;

    async fn carry(&self, to: &MailAddress, parcel: &Parcel<Live>, now: Timestamp) -> Answer {
        let message = parcel.message();
        let mut text = format!("{}\n", message.title);
        for line in parcel.lines() {
            text.push_str(&format!("\n{line}\n"));
        }
        text.push_str(&format!("\n{}\n\n-- \n{}\n{NEVER_ASKED}\n", parcel.page, self.server.group));
        if let Some(link) = &parcel.own_link {
            text.push_str(&format!("Change or end these mails: {link}\n"));
        }
        let later = format!("{}.{}", parcel.thread, parcel.once);
        let letter = Letter {
            id: if parcel.begins() { &parcel.thread } else { &later },
            follows: (!parcel.begins()).then_some(parcel.thread.as_str()),
            subject: &message.title,
            text: &text,
            unsubscribe: parcel.own_link.as_deref(),
        };
        self.send(to, &letter, now).await
    }
}

/// A stream whose other side may say only so much: lettre reads a line until it ends, and a line need not end.
#[derive(Debug)]
struct Bounded<S> {
    /// Read before anything of the other side.
    greeting: &'static [u8],
    inner: S,
    there: SocketAddr,
    allowed: Arc<AtomicUsize>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Bounded<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.greeting.is_empty() {
            let (now, later) = self.greeting.split_at(buffer.remaining().min(self.greeting.len()));
            buffer.put_slice(now);
            self.greeting = later;
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.inner).poll_read(context, buffer);
        let read = buffer.filled().len().saturating_sub(before);
        let left = self.allowed.load(Ordering::Relaxed);
        if read > left {
            return Poll::Ready(Err(io::Error::other("the mail server says too much")));
        }
        self.allowed.store(left - read, Ordering::Relaxed);
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Bounded<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug> AsyncTokioStream for Bounded<S> {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.there)
    }
}
