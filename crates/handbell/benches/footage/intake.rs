//! Intake: films sent whole to a real server, and the same bytes written to a plain file.
//!
//! Both stand on the disk mebibyte by mebibyte: the server syncs each sealed part and its row before the next, the plain
//! file is synced after each. The film is no film that anybody can show, so that nothing is developed beside the next turn.

use super::server::Server;
use super::{median, rounds, row};
use anyhow::{Context, ensure};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const MIB: usize = 1 << 20;
/// What a film begins with.
const HEAD: &[u8] = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41\0\0\0\0mdat";

/// Mebibytes of a film.
fn film_mib() -> usize {
    std::env::var("HANDBELL_BENCH_FILM_MIB").ok().and_then(|text| text.parse().ok()).unwrap_or(128)
}

/// Bytes that nothing packs (splitmix64), behind a film's beginning.
fn film() -> Vec<u8> {
    let mut state = 7u64;
    let mut bytes: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31).to_le_bytes()
    })
    .take(film_mib() * MIB / 8)
    .flatten()
    .collect();
    bytes[..HEAD.len()].copy_from_slice(HEAD);
    bytes
}

/// The processor's seconds of this thread.
pub fn own_seconds() -> anyhow::Result<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split_whitespace().next().context("schedstat")?.parse::<f64>()? / 1e9)
}

/// A request over a line of its own; its status and the whole head.
fn asked(address: SocketAddr, head: &str, body: &[u8]) -> anyhow::Result<(String, String)> {
    let mut line = TcpStream::connect(address)?;
    line.set_nodelay(true)?;
    line.set_read_timeout(Some(Duration::from_secs(120)))?;
    line.write_all(format!("{head}host: bell.example\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len()).as_bytes())?;
    line.write_all(body)?;
    let mut read = BufReader::new(line);
    let mut first = String::new();
    read.read_line(&mut first)?;
    let mut rest = String::new();
    read.read_to_string(&mut rest)?;
    Ok((first, rest))
}

/// A group with custody keys and a report; its seven words.
fn ready(server: &Server, dir: &Path) -> anyhow::Result<String> {
    for place in ["one", "two", "three"] {
        let recipient = age::x25519::Identity::generate().to_public().to_string();
        let mut add = Command::new(env!("CARGO_BIN_EXE_handbell"));
        let set = add.args(["custody", "add"]).arg(dir).args([place, &recipient]).output()?;
        ensure!(set.status.success(), "{}", String::from_utf8_lossy(&set.stderr));
    }
    let report =
        br#"{"kind":"flood","basis":"saw","happening":"now","place":"Lantern Corner","text":"Water comes up through the drains."}"#;
    let (status, rest) = asked(server.address, "POST /api/v1/reports HTTP/1.1\r\ncontent-type: application/json\r\n", report)?;
    let body = rest.split_once("\r\n\r\n").context("a report was not answered")?.1;
    let filed: Value = serde_json::from_str(body).with_context(|| format!("{status}{rest}"))?;
    Ok(filed["receipt"].as_str().context("a receipt")?.to_owned())
}

/// Gives one film; the seconds of it by the clock and by the server's processor.
fn given(server: &Server, words: &str, film: &[u8]) -> anyhow::Result<(f64, f64)> {
    let (began, cpu) = (Instant::now(), server.cpu_seconds()?);
    let begin = format!(
        "POST /api/v1/footage HTTP/1.1\r\ntus-resumable: 1.0.0\r\nauthorization: Receipt {words}\r\nupload-length: {}\r\n",
        film.len()
    );
    let (status, rest) = asked(server.address, &begin, b"")?;
    let path = rest.lines().find_map(|line| line.strip_prefix("location: ")).with_context(|| format!("{status}{rest}"))?.to_owned();
    let send =
        format!("PATCH {path} HTTP/1.1\r\ntus-resumable: 1.0.0\r\ncontent-type: application/offset+octet-stream\r\nupload-offset: 0\r\n");
    let (status, rest) = asked(server.address, &send, film)?;
    let (took, used) = (began.elapsed().as_secs_f64(), server.cpu_seconds()? - cpu);
    ensure!(status.starts_with("HTTP/1.1 204") && rest.contains(&format!("upload-offset: {}", film.len())), "{status}{rest}");
    Ok((took, used))
}

/// Waits until the server does nothing: its own worker may look at what came.
fn quiet(server: &Server) -> anyhow::Result<()> {
    let mut before = server.cpu_seconds()?;
    loop {
        std::thread::sleep(Duration::from_millis(300));
        let now = server.cpu_seconds()?;
        if now - before < 0.015 {
            return Ok(());
        }
        before = now;
    }
}

/// Writes the film to a plain file, synced after so many bytes, with its SHA-256 where asked; seconds by the clock and
/// of the processor.
fn written(folder: &Path, film: &[u8], synced: usize, hashed: bool) -> anyhow::Result<(f64, f64)> {
    let path = folder.join("plain");
    let (began, cpu) = (Instant::now(), own_seconds()?);
    let mut file = File::create(&path)?;
    let mut hash = Sha256::new();
    for part in film.chunks(MIB) {
        if hashed {
            hash.update(part);
        }
        file.write_all(part)?;
        if synced <= MIB {
            file.sync_data()?;
        }
    }
    file.sync_all()?;
    File::open(folder)?.sync_all()?;
    std::hint::black_box(hash.finalize());
    let (took, used) = (began.elapsed().as_secs_f64(), own_seconds()? - cpu);
    std::fs::remove_file(path)?;
    Ok((took, used))
}

pub fn rows(room: &Path) -> anyhow::Result<Vec<Value>> {
    let dir = room.join("town");
    let server = Server::start(&dir)?;
    let (words, film) = (ready(&server, &dir)?, film());
    let (mib, gigabytes) = (film.len() as f64 / MIB as f64, film.len() as f64 / 1e9);
    // The first one is for warming up and counts for nothing.
    given(&server, &words, &film)?;
    let [mut ours, mut plain, mut hashed, mut once, mut our_cpu, mut plain_cpu, mut hashed_cpu] = [const { Vec::new() }; 7];
    for round in 1..=rounds() {
        quiet(&server)?;
        let (took, cpu) = given(&server, &words, &film)?;
        quiet(&server)?;
        let beside = written(room, &film, MIB, false)?;
        let with = written(room, &film, MIB, true)?;
        let end = written(room, &film, usize::MAX, false)?;
        ours.push(mib / took);
        our_cpu.push(cpu / gigabytes);
        plain.push(mib / beside.0);
        plain_cpu.push(beside.1 / gigabytes);
        hashed.push(mib / with.0);
        hashed_cpu.push(with.1 / gigabytes);
        once.push(mib / end.0);
        eprintln!("round {round}: handbell {took:.3} s, plain {:.3} s, with SHA-256 {:.3} s, synced once {:.3} s", beside.0, with.0, end.0);
    }
    eprintln!("a plain file synced once at its end: {:.0} MiB/s", median(&once));
    Ok(vec![
        row("footage-intake", "MiB/s", &ours, "plain file write, synced each MiB", &plain, "higher"),
        row("footage-intake-sha256", "MiB/s", &ours, "the same with SHA-256", &hashed, "higher"),
        row("footage-cpu", "CPU s/GB", &our_cpu, "plain file write, synced each MiB", &plain_cpu, "lower"),
        row("footage-cpu-sha256", "CPU s/GB", &our_cpu, "the same with SHA-256", &hashed_cpu, "lower"),
    ])
}
