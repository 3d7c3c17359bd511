//! Tests of the live sender against a TLS service of the test's own: which hosts it trusts, how it speaks,
//! and where it never connects. Nothing here leaves the machine.

use super::drill_tests::{NOW, PATIENT, vapid};
use super::endpoint::{Endpoint, KnownOrigins, Live};
use super::outcome::Outcome;
use super::resolve::{OnePlace, PublicOnly};
use super::seal::{BODY_BYTES, Sealed, SubscriberKeys};
use super::send::{ExerciseSender, LiveSender, PushHeaders, PushSender, Urgency};
use aws_lc_rs::rand::SystemRandom;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::dns::Resolve;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

/// What a TLS service of the test saw of the one connection it took.
struct Seen {
    protocol: Option<Vec<u8>>,
    head: Vec<u8>,
    /// Counted over HTTP/2 only.
    content_bytes: usize,
}

/// A TLS service for `push.example.org`: takes one connection, reads until the head of a request or of
/// HTTP/2 is there, answers 201 and waits until the other side closes. `None` when TLS was not agreed.
fn tls_service(protocols: &[&[u8]]) -> (SocketAddr, JoinHandle<Option<Seen>>) {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(URL_SAFE_NO_PAD.decode(TEST_KEY).unwrap());
    let mut tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate()], key.into())
        .unwrap();
    tls.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let served = std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut connection = rustls::ServerConnection::new(Arc::new(tls)).unwrap();
        let mut stream = rustls::Stream::new(&mut connection, &mut socket);
        let mut read = vec![0u8; 8_192];
        let mut held = 0;
        while !read[..held].windows(4).any(|end| end == b"\r\n\r\n") {
            match stream.read(&mut read[held..]) {
                Ok(more) if more > 0 => held += more,
                _ => return None,
            }
        }
        read.truncate(held);
        let protocol = stream.conn.alpn_protocol().map(<[u8]>::to_vec);
        let mut content_bytes = 0;
        if protocol.as_deref() == Some(b"h2") {
            content_bytes = take_over_http_2(&mut stream, &read);
        } else {
            stream.write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n").unwrap();
        }
        let _until_closed = std::io::copy(&mut stream, &mut std::io::sink());
        Some(Seen { protocol, head: read, content_bytes })
    });
    (address, served)
}

/// Just enough HTTP/2 (RFC 9113) to take one request and answer 201: settings, frames until the one that
/// ends the stream, then a header block that says `:status: 201`. Gives the content's size.
fn take_over_http_2(stream: &mut (impl std::io::Read + std::io::Write), read_so_far: &[u8]) -> usize {
    const OPENING: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    const ENDS_STREAM: u8 = 1;
    stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).unwrap();
    let mut rest = read_so_far.chain(stream);
    let mut opening = [0u8; OPENING.len()];
    rest.read_exact(&mut opening).unwrap();
    assert_eq!(opening, OPENING);
    let mut content_bytes = 0;
    loop {
        let mut frame = [0u8; 9];
        rest.read_exact(&mut frame).unwrap();
        let length = usize::from(frame[0]) << 16 | usize::from(frame[1]) << 8 | usize::from(frame[2]);
        rest.read_exact(&mut vec![0u8; length]).unwrap();
        let (is_content, ends) = (frame[3] == 0, frame[4] & ENDS_STREAM != 0);
        if is_content {
            content_bytes += length;
        }
        if ends && frame[3] <= 1 {
            break;
        }
    }
    let (_, stream) = rest.into_inner();
    stream.write_all(&[0, 0, 5, 1, 5, 0, 0, 0, 1, 0x08, 3, b'2', b'0', b'1']).unwrap();
    content_bytes
}

fn certificate() -> rustls::pki_types::CertificateDer<'static> {
    URL_SAFE_NO_PAD.decode(TEST_CERTIFICATE).unwrap().into()
}

fn trusting_the_test() -> rustls::RootCertStore {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate()).unwrap();
    roots
}

fn trusting_the_web() -> rustls::RootCertStore {
    rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

async fn sent_live(host: &str, roots: rustls::RootCertStore, names: impl Resolve + 'static) -> Outcome {
    let known = KnownOrigins::with_further(&[format!("https://{host}")]).unwrap();
    let endpoint = Endpoint::<Live>::parse(&format!("https://{host}/up/1"), &known).unwrap();
    let sender = LiveSender::trusting(vapid(), roots, names, PATIENT).unwrap();
    let receiver = super::open::Receiver::new(&SystemRandom::new()).unwrap();
    let keys = SubscriberKeys::kept(receiver.public_key(), receiver.auth_secret()).unwrap();
    let sealed = Sealed::seal(&keys, b"words", &SystemRandom::new()).unwrap();
    let headers = PushHeaders { ttl_seconds: 900, urgency: Urgency::High, topic: None };
    sender.send(&endpoint, sealed, headers, NOW).await
}

async fn seen(served: JoinHandle<Option<Seen>>) -> Option<Seen> {
    tokio::task::spawn_blocking(|| served.join().unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_live_message_goes_over_tls_to_the_named_host() {
    let (address, served) = tls_service(&[b"http/1.1"]);
    assert_eq!(sent_live("push.example.org", trusting_the_test(), OnePlace(address)).await, Outcome::Accepted);
    let head = String::from_utf8(seen(served).await.unwrap().head.split(|byte| *byte == b'\r').next().unwrap().to_vec()).unwrap();
    assert_eq!(head, "POST /up/1 HTTP/1.1");
}

#[tokio::test]
async fn a_live_sender_speaks_http_2_where_it_is_offered() {
    let (address, served) = tls_service(&[b"h2", b"http/1.1"]);
    assert_eq!(sent_live("push.example.org", trusting_the_test(), OnePlace(address)).await, Outcome::Accepted);
    let seen = seen(served).await.unwrap();
    assert_eq!(seen.protocol.as_deref(), Some(b"h2".as_slice()));
    assert_eq!(seen.content_bytes, BODY_BYTES);
}

#[tokio::test]
async fn nothing_is_sent_to_a_host_whose_certificate_does_not_hold() {
    let (address, served) = tls_service(&[b"http/1.1"]);
    assert_eq!(sent_live("push.example.org", trusting_the_web(), OnePlace(address)).await, Outcome::Later, "an unknown authority");
    assert!(seen(served).await.is_none());
    let (address, served) = tls_service(&[b"http/1.1"]);
    assert_eq!(sent_live("other.example.org", trusting_the_test(), OnePlace(address)).await, Outcome::Later, "another name");
    assert!(seen(served).await.is_none());
}

#[tokio::test]
async fn a_host_that_speaks_no_tls_is_tried_later() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let served = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n").unwrap();
        let mut read = Vec::new();
        let _until_closed = stream.read_to_end(&mut read);
        read
    });
    assert_eq!(sent_live("push.example.org", trusting_the_test(), OnePlace(address)).await, Outcome::Later);
    let read = tokio::task::spawn_blocking(|| served.join().unwrap()).await.unwrap();
    assert!(!read.windows(4).any(|word| word == b"POST"), "no word of the request left in the clear");
}

#[tokio::test]
async fn a_known_host_that_leads_into_our_own_network_is_never_connected_to() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let outcome = sent_live("push.example.org", trusting_the_test(), PublicOnly::guarding(OnePlace(address))).await;
    assert_eq!(outcome, Outcome::Later);
    listener.set_nonblocking(true).unwrap();
    assert_eq!(listener.accept().err().map(|why| why.kind()), Some(ErrorKind::WouldBlock));
}

#[test]
fn the_ordinary_senders_can_be_made() {
    assert!(LiveSender::new(vapid()).is_ok() && ExerciseSender::new(vapid()).is_ok());
}

/// A self-signed certificate for `push.example.org`, made for these tests and trusted by nothing else.
const TEST_CERTIFICATE: &str = concat!(
    "MIIBLjCB1KADAgECAgEBMAoGCCqGSM49BAMCMA8xDTALBgNVBAMMBHRlc3QwIBcNMjAwMTAxMDAwMDAwWhgPOTk5OTEyMzEyMzU5",
    "NTlaMA8xDTALBgNVBAMMBHRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQI3Aj2PEhf8no3Z1RxNvMnDTzgKjVRjYCtMe1H",
    "NCkvHryWgoX5ce6Q9DyVldAyRJp4UeRpH5rxyJKahNCg3XPCox8wHTAbBgNVHREEFDASghBwdXNoLmV4YW1wbGUub3JnMAoGCCqG",
    "SM49BAMCA0kAMEYCIQDm-80lOABwpbzz1FNz3TmaqGIidRu-ZZ_QGxsQ6bxZZAIhALSpji2gMMCtvHRWtVSe3XLPElELztR5P05m",
    "MezZQiWZ",
);
/// Its key, which guards nothing.
const TEST_KEY: &str = concat!(
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgw3RWPrpTTjTJHYnyWUJn8xA6GQhb0qSaTfZPjsOnacahRANCAAQI",
    "3Aj2PEhf8no3Z1RxNvMnDTzgKjVRjYCtMe1HNCkvHryWgoX5ce6Q9DyVldAyRJp4UeRpH5rxyJKahNCg3XPC",
);
