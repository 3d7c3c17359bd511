//! Given: a film is sent to the real binary over a bad line, while the server is killed again and again, and every
//! byte that was acknowledged is there.
//!
//! `HANDBELL_TEST_UPLOAD_MIB` says how large the film is (24; the night takes 4,095, close below 4 GiB),
//! `HANDBELL_TEST_CUTS` how often it is cut (50, every fifth time by `kill -9`), `HANDBELL_TEST_SEED` where.

use crate::chance::Chance;
use crate::talk::Talk;
use crate::town::{Server, Town, code, handbell, said};
use age::x25519::Identity;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use handbell::cli::town as folder;
use handbell::vault::ObjectName;
use handbell::vault::seal::open_part;
use handbell::vault::share::{Share, join};
use handbell_rules::time::Timestamp;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

const MIB: u64 = 1 << 20;
/// Bytes of one request.
const PIECE: u64 = 3 * MIB;
/// Bytes of memory of a debug build that takes a film, however long the film is.
const MEMORY: u64 = 300 * MIB;

pub fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().map_or(usual, |text| text.parse().unwrap())
}

/// A film of any length whose bytes follow from where they stand, so that none of it needs to be held.
pub fn film(from: u64, until: u64) -> Vec<u8> {
    const HEAD: &[u8] = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41\0\0\0\0mdat";
    let byte = |at: u64| match usize::try_from(at).ok().and_then(|at| HEAD.get(at)) {
        Some(byte) => *byte,
        None => (at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8,
    };
    (from..until).map(byte).collect()
}

/// Names three custodians of a group, and gives what each of them keeps.
fn custodians(town: &Town) -> [Identity; 3] {
    ["one", "two", "three"].map(|place| {
        let custodian = Identity::generate();
        let recipient = custodian.to_public().to_string();
        let set = handbell().args(["custody", "add"]).arg(&town.dir).args([place, &recipient]).output().unwrap();
        assert_eq!(code(&set), 0, "{}", said(&set));
        custodian
    })
}

/// A group that keeps footage, with one report: its seven words.
pub fn ready(town: &Town, server: &Server) -> String {
    custodians(town);
    report(server)
}

/// One report more: its seven words.
pub fn report(server: &Server) -> String {
    let report = r#"{"kind":"flood","basis":"saw","happening":"now","place":"Lantern Corner","text":"Water comes up through the drains."}"#;
    let filed = server.talk().ask("POST", "/api/v1/reports", &[("content-type", "application/json")], report.as_bytes()).unwrap();
    assert_eq!(filed.status, 201, "{}", filed.text());
    filed.json()["receipt"].as_str().unwrap().to_owned()
}

pub const SPOKEN: (&str, &str) = ("tus-resumable", "1.0.0");

fn offset(server: &Server, path: &str) -> u64 {
    // An answer to HEAD says the length of a body that does not come, so this line is used once.
    let mut talk = server.talk();
    let answer = talk.ask("POST", path, &[SPOKEN, ("x-http-method-override", "HEAD")], b"").unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.header("upload-offset").unwrap().parse().unwrap()
}

/// Sends a piece whole and gives the acknowledged offset; none when no answer came.
fn send(server: &Server, path: &str, from: u64, until: u64) -> Option<u64> {
    let at = from.to_string();
    let headers = [SPOKEN, ("content-type", "application/offset+octet-stream"), ("upload-offset", at.as_str())];
    let answer = Talk::to(server.address()).ok()?.ask("PATCH", path, &headers, &film(from, until)).ok()?;
    assert_eq!(answer.status, 204, "{}", answer.text());
    Some(answer.header("upload-offset").unwrap().parse().unwrap())
}

/// Sends a beginning of a piece and hangs up.
fn cut(server: &Server, path: &str, from: u64, until: u64, whole: u64) {
    let mut line = TcpStream::connect(server.address()).unwrap();
    let head = format!(
        "PATCH {path} HTTP/1.1\r\nhost: bell.example\r\ntus-resumable: 1.0.0\r\ncontent-type: application/offset+octet-stream\r\n\
         upload-offset: {from}\r\ncontent-length: {}\r\n\r\n",
        whole - from
    );
    line.write_all(head.as_bytes()).unwrap();
    // The server may have hung up first.
    let _ = line.write_all(&film(from, until));
}

/// PROMISE receipt-means-durable
#[test]
fn footage_that_is_cut_off_again_and_again_loses_no_acknowledged_byte() {
    let (mut chance, seed) = Chance::from_environment();
    let whole = setting("HANDBELL_TEST_UPLOAD_MIB", 24) * MIB + 12_345;
    let cuts = setting("HANDBELL_TEST_CUTS", 50);
    let town = Town::new();
    let start = || {
        let mut command = town.serve_command();
        // Also what a curious keeper lets be written names no upload.
        command.env("HANDBELL_LOG", "debug");
        Server::of(&mut command, &town.dir)
    };
    let mut server = start();
    let custodians = custodians(&town);
    let words = report(&server);
    let authorization = format!("Receipt {words}");
    let length = whole.to_string();
    let begin = [SPOKEN, ("authorization", authorization.as_str()), ("upload-length", length.as_str())];
    let begun = server.talk().ask("POST", "/api/v1/footage", &begin, b"").unwrap();
    assert_eq!(begun.status, 201, "{}", begun.text());
    let path = begun.header("location").unwrap().to_owned();

    // Cuts are spread over the film; between two of them pieces arrive whole.
    let (mut acknowledged, mut kills, mut lost_answers, mut memory) = (0, 0, 0, 0);
    for number in 1..=cuts {
        let until = (whole * number / (cuts + 1)).min(whole - 1);
        while acknowledged < until {
            acknowledged = send(&server, &path, acknowledged, until.min(acknowledged + PIECE)).expect("this line is good");
        }
        let more = (acknowledged + 1 + chance.below(2 * MIB)).min(whole - 1);
        if number % 5 == 0 {
            memory = memory.max(server.most_memory());
            let moment = Duration::from_millis(chance.below(60));
            let answered = std::thread::scope(|scope| {
                let sending = scope.spawn(|| send(&server, &path, acknowledged, more));
                std::thread::sleep(moment);
                let killed = std::process::Command::new("kill").args(["-KILL", &server.id().to_string()]).status().unwrap();
                assert!(killed.success());
                sending.join().unwrap()
            });
            server.kill();
            kills += 1;
            lost_answers += u64::from(answered.is_none());
            acknowledged = answered.unwrap_or(acknowledged);
            server = start();
        } else {
            cut(&server, &path, acknowledged, more, whole);
        }
        let kept = offset(&server, &path);
        assert!(kept >= acknowledged && kept <= more.max(acknowledged), "LOST: {acknowledged} were acknowledged and {kept} are kept");
        acknowledged = kept;
        // What a broken request still held may come to be kept until a newer one ends it.
        while send_or_differ(&server, &path, &mut acknowledged, whole) {}
    }
    while acknowledged < whole {
        acknowledged = send(&server, &path, acknowledged, whole.min(acknowledged + PIECE)).expect("this line is good");
    }
    let mut hash = Sha256::new();
    (0..whole).step_by(PIECE as usize).for_each(|from| hash.update(film(from, whole.min(from + PIECE))));
    let sha256: [u8; 32] = hash.finalize().into();
    let answer = server.talk().ask("POST", &path, &[SPOKEN, ("x-http-method-override", "HEAD")], b"").unwrap();
    assert_eq!(answer.header("repr-digest"), Some(format!("sha-256=:{}:", STANDARD.encode(sha256)).as_str()));
    memory = memory.max(server.most_memory());
    assert!(memory < MEMORY, "{memory} bytes of memory");
    server.stop();
    same_as_sent(&town, &custodians[1..], whole, sha256);
    let secret = path.rsplit('/').next().unwrap();
    let complaints = town.complaints();
    assert!(!complaints.contains(secret) && !complaints.contains(&words), "the address of an upload stands in the log");
    let wrong: Vec<&str> = complaints.lines().filter(|line| line.contains("ERROR") || line.contains("panicked")).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    println!(
        "given: {whole} bytes, {cuts} cuts, {kills} of them kills ({lost_answers} without an answer), 0 acknowledged bytes lost, \
         {} MiB of memory at most; seed {seed}",
        memory / MIB
    );
}

/// Ends whatever an older request still holds, by sending one byte. True when it has to be done once more.
fn send_or_differ(server: &Server, path: &str, acknowledged: &mut u64, whole: u64) -> bool {
    let (from, at) = (*acknowledged, acknowledged.to_string());
    let headers = [SPOKEN, ("content-type", "application/offset+octet-stream"), ("upload-offset", at.as_str())];
    let answer = server.talk().ask("PATCH", path, &headers, &film(from, whole.min(from + 1))).unwrap();
    if answer.status == 204 {
        *acknowledged = answer.header("upload-offset").unwrap().parse().unwrap();
        return false;
    }
    assert_eq!(answer.status, 409, "{}", answer.text());
    let kept = offset(server, path);
    assert!(kept >= from, "LOST: {from} were acknowledged and {kept} are kept");
    *acknowledged = kept;
    true
}

/// Opens the parts with what two custodians keep. A film that is too long to be worked with has no other key any more.
fn same_as_sent(town: &Town, two: &[Identity], whole: u64, sha256: [u8; 32]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let opened = folder::open(&town.dir, &folder::Staging::default()).await.unwrap();
        let [footage] = opened.world.store.evidence().footage_since(Timestamp::default(), 9).await.unwrap().try_into().unwrap();
        assert_eq!((footage.length, footage.sha256), (whole, sha256));
        let [one, other] = [0, 1].map(|place| Share::open(footage.shares[place + 1].as_bytes(), two).unwrap());
        let key = join(&one, &other).unwrap();
        let mut at = 0;
        for number in 0..footage.parts {
            let sealed = opened.world.vault.get(&ObjectName::part(footage.id, number)).await.unwrap().unwrap();
            let part = open_part(&sealed, &key).unwrap();
            assert!(*part == film(at, at + part.len() as u64), "part {number} is not what was sent");
            at += part.len() as u64;
        }
        assert_eq!(at, whole);
    });
}
