use super::super::conformance::judge;
use super::*;
use crate::config::Unsaid;
use handbell_rules::bell::mode::Status;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, mpsc};

const KEY_ID: &str = "footage-key";
const KEY: &str = "a secret of forty signs, as others have it";

fn settings(place: &str, endpoint: &str) -> Settings {
    Settings {
        footage_store: Some(place.into()),
        footage_endpoint: Some(endpoint.into()),
        footage_key_id: Some(KEY_ID.into()),
        footage_key: Some(Unsaid(KEY.into())),
        ..Settings::of("Eastgate", "https://bell.example", Status::Actual)
    }
}

fn opened(settings: &Settings) -> Bucket {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    Bucket::open(settings).unwrap()
}

#[test]
fn settings_of_a_bucket_are_whole_or_refused_by_name() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let open = |settings: &Settings| Bucket::open(settings).map(drop).map_err(|error| format!("{error:#}"));
    let good = settings("s3://footage/eastgate", "https://s3.example");
    open(&good).unwrap();
    open(&settings("s3://footage", "http://127.0.0.1:9000/")).unwrap();
    for (place, endpoint) in [
        ("footage", "https://s3.example"),
        ("s3://", "https://s3.example"),
        ("s3://A_B_C/x", "https://s3.example"),
        ("s3://footage/a//b", "https://s3.example"),
        ("s3://footage/../b", "https://s3.example"),
        ("s3://footage", "http://s3.example"),
        ("s3://footage", ""),
    ] {
        assert!(open(&settings(place, endpoint)).is_err(), "{place} at {endpoint}");
    }
    let refused = open(&Settings { footage_key: None, ..good.clone() }).unwrap_err();
    assert!(refused.contains("`footage_key`"), "{refused}");
    let refused = open(&Settings { footage_key_id: None, ..good.clone() }).unwrap_err();
    assert!(refused.contains("`footage_key_id`"), "{refused}");
    assert!(open(&Settings { footage_endpoint: None, ..good }).unwrap_err().contains("`footage_endpoint`"));
}

/// An S3 server of others (`s3s-fs`) over a folder of its own; it checks signatures.
struct Server {
    child: Child,
    endpoint: String,
    room: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// None where there is no such program and none is required.
    #[expect(clippy::disallowed_methods, reason = "where the program is, is for whoever runs the tests to say")]
    fn start() -> Option<Self> {
        let program = std::env::var("HANDBELL_TEST_S3").unwrap_or_else(|_| "s3s-fs".to_owned());
        let room = tempfile::tempdir().unwrap();
        std::fs::create_dir(room.path().join("footage")).unwrap();
        let mut command = Command::new(program);
        command.args(["--host", "127.0.0.1", "--port", "0", "--access-key", KEY_ID, "--secret-key", KEY]).arg(room.path());
        let Ok(mut child) = command.env("RUST_LOG", "info").stdin(Stdio::null()).stdout(Stdio::piped()).spawn() else {
            let required = std::env::var("HANDBELL_REQUIRE_TEST_DATA").is_ok_and(|required| required == "1");
            assert!(!required, "there is no S3 server: `cargo install s3s-fs --version 0.14.1 --features binary` brings one");
            return None;
        };
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let said = lines.find_map(|line| line.ok()?.split_once("running at http://").map(|(_, at)| at.trim().to_owned()));
        // What it says later is read and forgotten, or it would stand still at a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let at = said.expect("the server says where it listens");
        let address: String = at.chars().take_while(|sign| sign.is_ascii_digit() || ".:".contains(*sign)).collect();
        Some(Self { child, endpoint: format!("http://{address}"), room })
    }
}

fn unavailable<T: std::fmt::Debug>(answer: Result<T, VaultFault>) -> String {
    match answer {
        Err(VaultFault::Unavailable(words)) => words,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_bucket_of_a_real_store_keeps_what_a_vault_promises() {
    let Some(server) = Server::start() else { return };
    let good = settings("s3://footage/groups/eastgate", &server.endpoint);
    let bucket = opened(&good);
    judge(&bucket).await;
    judge(&opened(&settings("s3://footage", &server.endpoint))).await;

    // Two groups in one bucket do not see each other's, and what is nobody's is left alone.
    let (name, footage) = (ObjectName::part(FootageId([1; 16]), 0), FootageId([1; 16]));
    let other = opened(&settings("s3://footage/groups/westgate", &server.endpoint));
    bucket.put(&name, b"east".to_vec()).await.unwrap();
    other.put(&name, b"west".to_vec()).await.unwrap();
    let folder = server.room.path().join("footage/groups/eastgate");
    std::fs::write(folder.join("notes.txt"), "of somebody").unwrap();
    std::fs::write(folder.join(footage.to_string()).join("strange"), "of somebody").unwrap();
    assert_eq!(bucket.list(None).await.unwrap(), std::slice::from_ref(&name));
    assert_eq!(bucket.get(&name).await.unwrap(), Some(b"east".to_vec()));
    bucket.remove(&name).await.unwrap();
    assert_eq!((bucket.get(&name).await.unwrap(), other.get(&name).await.unwrap()), (None, Some(b"west".to_vec())));
    assert!(folder.join("notes.txt").exists());
}

#[tokio::test]
async fn a_wrong_key_a_missing_bucket_and_a_stopped_store_are_told_apart() {
    let Some(server) = Server::start() else { return };
    let good = settings("s3://footage/eastgate", &server.endpoint);
    let name = ObjectName::part(FootageId([2; 16]), 0);
    let forged = opened(&Settings { footage_key: Some(Unsaid("another secret".into())), ..good.clone() });
    assert_eq!(unavailable(forged.put(&name, vec![1]).await), "the store refuses the key");
    assert_eq!(unavailable(forged.get(&name).await), "the store refuses the key");
    let nowhere = opened(&settings("s3://nowhere", &server.endpoint));
    assert_eq!(unavailable(nowhere.list(None).await), "there is no such bucket");
    let bucket = opened(&good);
    assert_eq!(bucket.get(&name).await.unwrap(), None);
    drop(server);
    assert_eq!(unavailable(bucket.put(&name, vec![1]).await), "the store did not answer as it should");
    assert_eq!(unavailable(bucket.get(&name).await), "the store did not answer as it should");
}

/// A whole request, as it came.
fn request_of(stream: TcpStream) -> Vec<u8> {
    let (mut reader, mut request, mut length) = (BufReader::new(stream), Vec::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        request.extend_from_slice(line.as_bytes());
        if let Some(said) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = said.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    request.extend(body);
    request
}

/// A way to a store on which the first request stays, unanswered, and is given to whoever asks; its address.
fn holding(store: &str) -> (String, mpsc::Receiver<(TcpStream, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let (sends, held) = mpsc::channel();
    let store = store.trim_start_matches("http://").to_owned();
    std::thread::spawn(move || {
        let Ok((first, _)) = listener.accept() else { return };
        let request = request_of(first.try_clone().unwrap());
        let _ = sends.send((first, request));
        for near in listener.incoming() {
            let (Ok(near), Ok(far)) = (near, TcpStream::connect(&store)) else { return };
            for (mut from, mut to) in [(near.try_clone().unwrap(), far.try_clone().unwrap()), (far, near)] {
                std::thread::spawn(move || std::io::copy(&mut from, &mut to));
            }
        }
    });
    (endpoint, held)
}

#[tokio::test]
async fn a_part_that_comes_late_does_not_write_over_the_one_that_took_its_place() {
    let Some(server) = Server::start() else { return };
    let (endpoint, held) = holding(&server.endpoint);
    let bucket = Arc::new(opened(&settings("s3://footage/eastgate", &endpoint)));
    let name = ObjectName::part(FootageId([5; 16]), 0);
    let (older, at) = (bucket.clone(), name.clone());
    let older = crate::work::spawn(async move { older.put(&at, b"older".to_vec()).await });
    let (_open, request) = tokio::task::spawn_blocking(move || held.recv().unwrap()).await.unwrap();
    assert!(request.ends_with(b"older"), "the request that is held");
    older.abort();
    assert!(older.await.unwrap_err().is_cancelled());
    bucket.put(&name, b"newer".to_vec()).await.unwrap();

    // Now the older one gets through.
    let mut late = TcpStream::connect(server.endpoint.trim_start_matches("http://")).unwrap();
    late.write_all(&request).unwrap();
    let mut answer = String::new();
    BufReader::new(late).read_line(&mut answer).unwrap();
    assert!(answer.contains(" 412 "), "{answer}");
    assert_eq!(bucket.get(&name).await.unwrap(), Some(b"newer".to_vec()));

    // What came before is written over, and an answer that was lost does no harm.
    bucket.put(&name, b"newest".to_vec()).await.unwrap();
    bucket.put(&name, b"newest".to_vec()).await.unwrap();
    assert_eq!(bucket.get(&name).await.unwrap(), Some(b"newest".to_vec()));
}

/// A store that gives every request one answer; its address.
fn answering(status: &'static str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut line = String::new();
                while reader.read_line(&mut line).is_ok_and(|read| read > 0) && line != "\r\n" {
                    line.clear();
                }
                let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                let _ = stream.write_all(format!("{head}{body}").as_bytes());
            });
        }
    });
    endpoint
}

#[tokio::test]
async fn a_store_that_is_full_says_so_and_nothing_it_says_is_passed_on() {
    let body = "<Error><Code>XMinioStorageFull</Code><Resource>/footage/secret</Resource></Error>";
    let bucket = opened(&settings("s3://footage", &answering("507 Insufficient Storage", body)));
    let answer = bucket.put(&ObjectName::part(FootageId([3; 16]), 0), Vec::new()).await.unwrap_err();
    assert!(matches!(answer, VaultFault::NoRoom), "{answer:?}");
    assert!(!answer.to_string().contains("secret"));
}

#[tokio::test]
async fn an_object_that_is_not_there_is_told_from_a_bucket_that_is_not() {
    let name = ObjectName::part(FootageId([4; 16]), 0);
    let key = opened(&settings("s3://footage", &answering("404 Not Found", "<Error><Code>NoSuchKey</Code></Error>")));
    assert_eq!(key.get(&name).await.unwrap(), None);
    key.remove(&name).await.unwrap();
    let nowhere = opened(&settings("s3://footage", &answering("404 Not Found", "<Error><Code>NoSuchBucket</Code></Error>")));
    assert_eq!(unavailable(nowhere.get(&name).await), "there is no such bucket");
    assert_eq!(unavailable(nowhere.remove(&name).await), "there is no such bucket");
    assert_eq!(unavailable(nowhere.put(&name, Vec::new()).await), "there is no such bucket");
}
