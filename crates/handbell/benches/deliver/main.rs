//! The bench of delivering: what it costs to seal and hand over one Web Push message, and how long a ring takes.
//!
//! The push service is a process of its own on this machine (`sink.rs`): TLS, HTTP/2 with a hundred streams on a
//! connection, answers 201. Only the sender's time on processors counts, all of its threads. Rows
//! `deliver-web-push` and `deliver-npm` stand beside crate web-push, sent by reqwest over TLS and HTTP/2, and beside
//! npm web-push, each in a process of its own (`peers/`); `deliver-raw` beside the bare client with a body that is
//! always the same. Ours is the whole line: the endpoint read, the topic, the message (written once for all told in the same words), the envelope
//! that lies ready, the body padded to its one size (which the peers' are not), four connections. The turns
//! alternate and the middle counts. `ring-100k-p99-seconds` is a whole live town: from the press that rings, over
//! the audience, the commit and the ringer, until all but one of a hundred were taken, while every outcome is
//! written; what is written down must be everybody in the end. The sink keeps one body of a hundred, and every one
//! of ours must open.

#![expect(clippy::disallowed_methods, reason = "a bench reads the environment and starts tasks of its own")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to whoever runs it")]
#![allow(missing_docs, reason = "a program, not a library")]

mod ours;
mod raw;
mod sink;

use anyhow::{Context, ensure};
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use handbell::push::open::Receiver;
use handbell::push::{Vapid, VapidKey};
use ours::Ours;
use sink::Sink;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;

/// As in the program itself. The bare client lives in this process and has it too.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 5;
const MESSAGES: usize = 20_000;
/// Slow ones send fewer, or nobody would wait for them.
const MESSAGES_OF_CRATE: usize = 4_000;
const MESSAGES_OF_NPM: usize = 1_500;
const AT_ONCE: usize = 400;
const NPM_AT_ONCE: usize = 64;
const CONNECTIONS: usize = 4;
const CONTENT_BYTES: usize = 300;

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// Seconds all threads of this program were on a processor (proc_pid_schedstat(5)).
fn cpu_seconds() -> anyhow::Result<f64> {
    let mut sum = 0u64;
    for thread in std::fs::read_dir("/proc/self/task")? {
        let text = std::fs::read_to_string(thread?.path().join("schedstat"))?;
        sum += text.split_whitespace().next().context("schedstat is empty")?.parse::<u64>()?;
    }
    Ok(sum as f64 / 1e9)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Runs a peer over one task and gives its answer.
fn told(command: &mut Command, task: &str) -> anyhow::Result<String> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("starting a peer")?;
    let mut asks = child.stdin.take().context("the peer's input")?;
    writeln!(asks, "{task}")?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().context("the peer's output")?).read_line(&mut line)?;
    drop(asks);
    ensure!(child.wait()?.success(), "the peer failed");
    Ok(line.trim().to_owned())
}

/// What one browser tells a peer.
struct Browser {
    phone: Receiver,
    key: String,
    secret: String,
    number: String,
    content: Vec<u8>,
}

impl Browser {
    fn new() -> anyhow::Result<Self> {
        let random = SystemRandom::new();
        let phone = Receiver::new(&random)?;
        let mut number = [0u8; 32];
        random.fill(&mut number).ok().context("randomness")?;
        // The first byte keeps the number below the order of the curve.
        number[0] = 1;
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let (key, secret) = (text(phone.public_key()), text(phone.auth_secret()));
        Ok(Self { phone, key, secret, number: text(&number), content: vec![b'a'; CONTENT_BYTES] })
    }

    fn opens(&self, came: (u64, Vec<(String, Vec<u8>)>), sent: usize) -> anyhow::Result<()> {
        ensure!(came.0 == sent as u64, "{} of {sent} messages of a peer came", came.0);
        for (_, body) in came.1 {
            ensure!(self.phone.open(&body)? == self.content, "a peer's message did not open to what was sealed");
        }
        Ok(())
    }
}

fn main() -> anyhow::Result<()> {
    if std::env::args().nth(1).is_some_and(|word| word == "sink") {
        return sink::serve();
    }
    let json = std::env::args().any(|word| word == "--json");
    // One worker, so that what is measured beside the peers is one core's work; the ring may use two.
    let one = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let mut rows = one.block_on(deliver())?;
    drop(one);
    let count = variable("BENCH_PEOPLE").map_or(Ok(100_000), |text| text.parse())?;
    let two = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut sink = Sink::start()?;
    let rung = two.block_on(ours::ring(&mut sink, count))?;
    eprintln!(
        "ring of {count}: committed after {:.2} s, all but one of a hundred taken after {:.2} s, every outcome on the disk after {:.2} s",
        rung.committed.as_secs_f64(),
        rung.p99.as_secs_f64(),
        rung.durable.as_secs_f64()
    );
    // A shorter run is for trying, and is no such row.
    if count == 100_000 {
        rows.push(serde_json::json!({
            "name": "ring-100k-p99-seconds", "value": rung.p99.as_secs_f64(), "unit": "s",
            "peer": null, "peer_value": null, "ratio": null, "better": "lower",
        }));
    }
    if json {
        println!("{}", serde_json::json!({ "rows": rows }));
    } else {
        for row in rows {
            println!("{}: {} {}", row["name"], row["value"], row["unit"]);
        }
    }
    Ok(())
}

async fn deliver() -> anyhow::Result<Vec<serde_json::Value>> {
    let folder = tempfile::tempdir()?;
    let certificate = sink::certificate_file(folder.path())?;
    let mut sink = Sink::start()?;
    let line = Ours::to(&sink)?;
    let now = ours::now();
    let id = |number: usize| {
        let mut id = [7u8; 16];
        id[8..].copy_from_slice(&(number as u64).to_be_bytes());
        id
    };
    let people: Vec<_> = (0..MESSAGES).map(|number| line.person(number, Vec::new(), id(number), now)).collect();
    let message = ours::message()?;
    let raw = raw::Raw::open(sink.address, CONNECTIONS).await?;
    let body = hyper::body::Bytes::from(vec![7u8; handbell::push::seal::BODY_BYTES]);
    let browser = Browser::new()?;
    let random = SystemRandom::new();
    let key = VapidKey::from_pkcs8(&VapidKey::generate(&random)?)?;
    let vapid = Vapid::new(key, "https://bell.example", Arc::new(random))?;
    let authorization = vapid.authorization(&format!("https://{}", sink::NAME), now.milliseconds())?;
    let content = hexadecimal(&browser.content);
    let crate_peer = variable("BENCH_PEER").context("`cargo xtask bench deliver` builds the peer and names it in BENCH_PEER")?;
    let npm_peer = variable("BENCH_PEER_NPM");
    if npm_peer.is_none() {
        eprintln!("deliver-npm is left out: there is no node, or its packages could not be had");
    }
    let port = sink.address.port();
    let (mut us, mut bare, mut by_crate, mut by_npm) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        line.arm(&people)?;
        sink.take()?;
        let before = cpu_seconds()?;
        line.deliver(&people, AT_ONCE, &message, now).await?;
        let mine = MESSAGES as f64 / (cpu_seconds()? - before);
        let (came, kept) = sink.take()?;
        ensure!(came == MESSAGES as u64 && line.open(&kept, "/alerts/")? > 0, "{came} messages came");

        let before = cpu_seconds()?;
        raw.send(MESSAGES, AT_ONCE, body.clone(), &authorization).await?;
        let plain = MESSAGES as f64 / (cpu_seconds()? - before);
        sink.take()?;

        let task = format!(
            "deliver {port} {} {} {} {content} {MESSAGES_OF_CRATE} {AT_ONCE} {}",
            browser.key,
            browser.secret,
            browser.number,
            certificate.display()
        );
        let answer = tokio::task::block_in_place(|| told(&mut Command::new(&crate_peer), &task))?;
        let (nanoseconds, _) = answer.split_once(' ').context("the peer stopped")?;
        let theirs = MESSAGES_OF_CRATE as f64 * 1e9 / nanoseconds.parse::<f64>()?;
        browser.opens(sink.take()?, MESSAGES_OF_CRATE)?;

        let mut npm = f64::NAN;
        if let Some(npm_peer) = &npm_peer {
            let task = serde_json::json!({
                "port": port, "key": browser.key, "secret": browser.secret, "content": content,
                "messages": MESSAGES_OF_NPM, "at_once": NPM_AT_ONCE,
            });
            let mut node = Command::new("node");
            node.arg("deliver.js").current_dir(npm_peer).env("NODE_EXTRA_CA_CERTS", &certificate);
            let answer = tokio::task::block_in_place(|| told(&mut node, &task.to_string()))?;
            let answer: serde_json::Value = serde_json::from_str(&answer).context("the npm peer stopped")?;
            npm = MESSAGES_OF_NPM as f64 * 1e6 / answer["microseconds"].as_f64().context("no time")?;
            browser.opens(sink.take()?, MESSAGES_OF_NPM)?;
        }
        eprintln!(
            "round {round}: handbell {mine:.0}, bare client {plain:.0}, crate web-push {theirs:.0}, npm web-push {npm:.0} per CPU second"
        );
        // The first turns warm the caches of all.
        if round > 0 {
            us.push(mine);
            bare.push(plain);
            by_crate.push(theirs);
            by_npm.push(npm);
        }
    }
    let value = median(&us);
    let mut peers = vec![
        ("deliver-web-push", "crate web-push 0.11 sent by reqwest, TLS and HTTP/2, signature reused", median(&by_crate)),
        ("deliver-raw", "the bare client, one fixed body", median(&bare)),
    ];
    if npm_peer.is_some() {
        peers.insert(1, ("deliver-npm", "npm web-push 3.6, connections kept open", median(&by_npm)));
    }
    let row = |(name, peer, peer_value): (&str, &str, f64)| {
        serde_json::json!({
            "name": name, "value": value, "unit": "messages per CPU second", "peer": peer, "peer_value": peer_value,
            "ratio": value / peer_value, "better": "higher",
        })
    };
    Ok(peers.into_iter().map(row).collect())
}
