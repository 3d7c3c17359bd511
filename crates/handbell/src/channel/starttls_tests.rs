//! STARTTLS against servers of the test's own and against a real one: mail after TLS began, and none without.

use super::Channel;
use super::conformance::{HASTY, NOW, parcel};
use super::gateway::{Stands, Waits};
use super::mail::{Letter, Mail, MailServer, Tls};
use crate::push::endpoint::Live;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use handbell_rules::bell::address::MailAddress;
use handbell_rules::bell::alert::RingKind;
use handbell_rules::bell::delivery::Answer;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use zeroize::Zeroizing;

/// How a server treats the wish for TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begins {
    /// As it should.
    Well,
    /// Somebody between has taken the offer out of its answer.
    Stripped,
    /// Somebody between has written over it.
    Overwritten,
    /// It offers and then refuses.
    Refuses,
    /// It says yes and goes on in the clear.
    SaysYesAndStaysPlain,
    /// Somebody between adds a reply behind the yes, to be read as if it came within TLS.
    SaysMoreThanYes,
    /// Its certificate is of another authority.
    Strange,
    /// It offers TLS in a line that never ends.
    Endless,
}

/// What was said to the server, and whether within TLS.
type Heard = Arc<Mutex<Vec<(bool, String)>>>;

fn certificate() -> rustls::pki_types::CertificateDer<'static> {
    URL_SAFE_NO_PAD.decode(TEST_CERTIFICATE).unwrap().into()
}

fn key() -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(TEST_KEY).unwrap()
}

fn trusting_the_test() -> rustls::RootCertStore {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate()).unwrap();
    roots
}

fn line_of(stream: &mut impl Read) -> Option<String> {
    let (mut line, mut byte) = (Vec::new(), [0u8]);
    while !line.ends_with(b"\n") {
        stream.read_exact(&mut byte).ok()?;
        line.push(byte[0]);
    }
    Some(String::from_utf8_lossy(&line).trim_end().to_owned())
}

/// Answers until the other side closes; gives back when it is to begin TLS.
fn talk(stream: &mut (impl Read + Write), within: bool, begins: Begins, heard: &Heard) -> bool {
    while let Some(line) = line_of(stream) {
        let word = line.split(' ').next().unwrap_or_default().to_uppercase();
        heard.lock().unwrap().push((within, line));
        let answer = match (word.as_str(), within, begins) {
            ("EHLO", false, Begins::Stripped) => "250-mx.example\r\n250 8BITMIME\r\n".to_owned(),
            ("EHLO", false, Begins::Overwritten) => "250-mx.example\r\n250 XXXXXXXA\r\n".to_owned(),
            ("EHLO", false, Begins::Endless) => format!("250-{}", "a".repeat(100_000)),
            ("EHLO", false, _) => "250-mx.example\r\n250-8BITMIME\r\n250 STARTTLS\r\n".to_owned(),
            ("EHLO", true, _) => "250-mx.example\r\n250-8BITMIME\r\n250 AUTH PLAIN\r\n".to_owned(),
            ("STARTTLS", false, Begins::Refuses) => "454 4.7.0 not now\r\n".to_owned(),
            ("STARTTLS", false, Begins::SaysMoreThanYes) => "220 2.0.0 go on\r\n250-mx.example\r\n250 AUTH PLAIN\r\n".to_owned(),
            ("STARTTLS", false, _) => "220 2.0.0 go on\r\n".to_owned(),
            ("AUTH", ..) => "235 2.7.0 yes\r\n".to_owned(),
            ("DATA", ..) => "354 go on\r\n".to_owned(),
            ("QUIT", ..) => "221 bye\r\n".to_owned(),
            _ => "250 2.1.0 yes\r\n".to_owned(),
        };
        if stream.write_all(answer.as_bytes()).and_then(|()| stream.flush()).is_err() {
            return false;
        }
        if word == "STARTTLS" && matches!(begins, Begins::Well | Begins::SaysMoreThanYes | Begins::Strange) {
            return true;
        }
        if word == "DATA" {
            while line_of(stream).is_some_and(|line| line != ".") {}
            if stream.write_all(b"250 2.0.0 taken\r\n").and_then(|()| stream.flush()).is_err() {
                return false;
            }
        }
    }
    false
}

/// A server that takes one connection.
fn server(begins: Begins) -> (u16, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let seen = Arc::clone(&heard);
    std::thread::spawn(move || {
        let (mut tcp, _) = listener.accept().unwrap();
        tcp.write_all(b"220 mx.example ESMTP\r\n").unwrap();
        if !talk(&mut tcp, false, begins, &seen) {
            return;
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate()], rustls::pki_types::PrivatePkcs8KeyDer::from(key()).into())
            .unwrap();
        let mut tls = rustls::StreamOwned::new(rustls::ServerConnection::new(Arc::new(tls)).unwrap(), tcp);
        talk(&mut tls, true, begins, &seen);
    });
    (port, heard)
}

fn mail(port: u16, roots: rustls::RootCertStore, waits: Waits) -> Mail {
    let server = MailServer {
        host: "localhost".into(),
        port,
        tls: Tls::Starttls,
        stands: Stands::OwnNetwork,
        login: Some(("bell".into(), Zeroizing::new("password".into()))),
        from: MailAddress::parse("bell@group.example").unwrap(),
        group: "Eastgate".into(),
    };
    Mail::trusting(server, roots, waits).unwrap()
}

fn amira() -> MailAddress {
    MailAddress::parse("amira@example.org").unwrap()
}

#[tokio::test]
async fn a_letter_goes_after_tls_began_and_not_a_word_of_it_before() {
    let (port, heard) = server(Begins::Well);
    let said = mail(port, trusting_the_test(), HASTY).carry(&amira(), &parcel::<Live>(RingKind::Alert), NOW).await;
    assert_eq!(said, Answer::Accepted);
    let heard = heard.lock().unwrap().clone();
    let clear: Vec<&str> = heard.iter().filter(|(within, _)| !within).map(|(_, line)| line.as_str()).collect();
    assert_eq!(clear, ["EHLO group.example", "STARTTLS"]);
    let within: Vec<&str> = heard.iter().filter(|(within, _)| *within).map(|(_, line)| line.as_str()).collect();
    assert_eq!(within[0], "EHLO group.example", "who we are is said again (RFC 3207 section 4.2)");
    assert!(within[1].starts_with("AUTH PLAIN") && within.contains(&"RCPT TO:<amira@example.org>"), "{within:?}");
}

#[tokio::test]
async fn without_tls_there_is_no_mail_whatever_the_server_or_somebody_between_says() {
    let wrong = [
        Begins::Stripped,
        Begins::Overwritten,
        Begins::Refuses,
        Begins::SaysYesAndStaysPlain,
        Begins::SaysMoreThanYes,
        Begins::Strange,
        Begins::Endless,
    ];
    for begins in wrong {
        let (port, heard) = server(begins);
        let strange = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let roots = if begins == Begins::Strange { strange } else { trusting_the_test() };
        let said = mail(port, roots, HASTY).carry(&amira(), &parcel::<Live>(RingKind::Alert), NOW).await;
        assert_eq!(said, Answer::Later, "{begins:?}");
        for (_, line) in heard.lock().unwrap().iter() {
            // What is no command is the beginning of TLS, which this server read as a line.
            let command = line.split(' ').next().unwrap_or_default();
            assert!(!["AUTH", "MAIL", "RCPT", "DATA"].contains(&command), "{begins:?}: {line}");
            assert!(!line.contains("amira") && !line.contains("Confirmed"), "{begins:?}: {line}");
        }
    }
}

/// A server that goes with the test.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _waited = self.0.wait();
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// Starts aiosmtpd, with TLS to begin or without; `None` when it is not installed.
#[expect(
    clippy::disallowed_methods,
    reason = "where the real server lies is the test run's to say, and that it listens is asked of it, with a limit"
)]
fn real(folder: &std::path::Path, tls: bool) -> Option<(Served, u16)> {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (cert, secret) = (folder.join("cert.pem"), folder.join("key.pem"));
    std::fs::write(&cert, pem("CERTIFICATE", &certificate())).unwrap();
    std::fs::write(&secret, pem("PRIVATE KEY", &key())).unwrap();
    let program = std::env::var("HANDBELL_TEST_AIOSMTPD").unwrap_or_else(|_| "aiosmtpd".to_owned());
    let mut command = Command::new(program);
    command.args(["-n", "-l", &format!("127.0.0.1:{port}"), "-c", "aiosmtpd.handlers.Mailbox"]);
    if tls {
        command.arg("--tlscert").arg(&cert).arg("--tlskey").arg(&secret);
    }
    let child = command.arg(folder.join("kept")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()?;
    let mut served = Served(child);
    // It says nothing when it is ready, so it is asked until it answers, or has ended, or a minute has passed.
    for _ in 0..600 {
        if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) {
            let mut greeting = String::new();
            if BufReader::new(stream).read_line(&mut greeting).is_ok_and(|read| read > 0) {
                return Some((served, port));
            }
        }
        assert!(served.0.try_wait().unwrap().is_none(), "the mail server ended at once");
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("the mail server did not start within a minute");
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "whether a missing server is a failure is the test run's to say")]
async fn a_real_server_takes_a_letter_after_starttls_and_gets_none_when_it_offers_no_tls() {
    for tls in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let Some((_served, port)) = real(folder.path(), tls) else {
            let required = std::env::var("HANDBELL_REQUIRE_TEST_DATA").is_ok_and(|value| value == "1");
            assert!(!required, "aiosmtpd is not installed");
            println!("skipped: aiosmtpd is not installed");
            return;
        };
        let server = MailServer {
            host: "localhost".into(),
            port,
            tls: Tls::Starttls,
            stands: Stands::OwnNetwork,
            login: None,
            from: MailAddress::parse("bell@group.example").unwrap(),
            group: "Eastgate".into(),
        };
        let mail = Mail::trusting(server, trusting_the_test(), Waits::ORDINARY).unwrap();
        let letter = Letter { id: "first", follows: None, subject: "Test", text: "One line.\n", unsubscribe: None };
        let said = mail.send(&amira(), &letter, NOW).await;
        assert_eq!(said, if tls { Answer::Accepted } else { Answer::Later }, "{tls}");
        let kept = std::fs::read_dir(folder.path().join("kept").join("new")).map_or(0, Iterator::count);
        assert_eq!(kept, usize::from(tls), "{tls}");
    }
}

/// A self-signed certificate for `localhost`, made for these tests and trusted by nothing else.
const TEST_CERTIFICATE: &str = concat!(
    "MIIBXzCCAQSgAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwIBcNMjAwMTAxMDAwMDAwWhgPOTk5OTEy",
    "MzEyMzU5NTlaMBQxEjAQBgNVBAMMCWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPgXgau4lCzAPKFara9ANv9V",
    "0ZnScTnxr-cPxh0vTdKng-PrvV-8swF7aU-c_6d2QYJ-nd4G-iFVlFEkEr-OvsSjRTBDMAwGA1UdEwEB_wQCMAAwFAYDVR0RBA0w",
    "C4IJbG9jYWxob3N0MB0GA1UdDgQWBBTxu3wNV3GX6PivXeg2NKxgeYWBATAKBggqhkjOPQQDAgNJADBGAiEAxTw0-5v7yHRGAa-n",
    "onpddT3m42d0CGeKjrA96SB9VuECIQCdnBib68orhiygGgIh51MckTTLj3UD19uGlOJqp-qwZA",
);
/// Its key, which guards nothing.
const TEST_KEY: &str = concat!(
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAIL0s8KpzV-et3y5pjQvb5vJlHNCALt253KMcZ-x7w6hRANCAAT4",
    "F4GruJQswDyhWq2vQDb_VdGZ0nE58a_nD8YdL03Sp4Pj671fvLMBe2lPnP-ndkGCfp3eBvohVZRRJBK_jr7E",
);
