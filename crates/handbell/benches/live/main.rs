//! The bench of live streams: what one open connection costs, and one event to it.
//!
//! Rows `live-memory` and `live-cpu`: our accept loop with a crowd (`doors::serve`, `doors::crowd`), beside axum's
//! own server-sent events over a broadcast channel. Each server is a process of its own, made anew for each round,
//! with the runtime's own number of threads; both say the same event. The client is this process: it opens the
//! connections, reads every event of every connection to its end before the next one is said, and its work counts
//! for nobody. Memory is the server's own (`RssAnon`), not the kernel's; processor time is all of the server's
//! threads', from the first event to the last.

#![expect(clippy::disallowed_methods, reason = "a bench starts tasks and reads the clock")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to whoever runs it")]
#![allow(missing_docs, reason = "a program, not a library")]

use anyhow::{Context, bail, ensure};
use axum::Router;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use handbell::doors::crowd::Crowds;
use handbell::doors::kept::Kept;
use handbell::doors::{serve, stream};
use handbell_rules::time::Timestamp;
use std::convert::Infallible;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{broadcast, watch};
use tokio::task::JoinSet;

const CONNECTIONS: usize = 5_000;
/// Opened at once.
const OPENING: usize = 100;
const EVENTS: usize = 30;
const ROUNDS: usize = 3;
const SERVERS: [&str; 2] = ["own", "axum"];
const ARRIVES_WITHIN: Duration = Duration::from_secs(60);

/// Bytes of this process' own memory, or of another's.
fn own_memory(process: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with("RssAnon:")).context("RssAnon")?;
    let kilobytes: f64 = line.split_whitespace().nth(1).context("a number")?.parse()?;
    Ok(kilobytes * 1024.0)
}

/// Seconds on a processor of all threads there are (proc_pid_schedstat(5)).
fn cpu_seconds(process: u32) -> anyhow::Result<f64> {
    let mut nanoseconds = 0.0;
    for task in std::fs::read_dir(format!("/proc/{process}/task"))? {
        let text = std::fs::read_to_string(task?.path().join("schedstat"))?;
        nanoseconds += text.split_whitespace().next().context("schedstat is empty")?.parse::<f64>()?;
    }
    Ok(nanoseconds / 1e9)
}

/// A server: says its address, then an event for each line it is given.
async fn server(which: &str) -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let (number, (events, _)) = (watch::Sender::new(0u64), broadcast::channel::<()>(16));
    let (said, told) = (number.clone(), events.clone());
    std::thread::spawn(move || {
        for _line in std::io::stdin().lock().lines() {
            said.send_modify(|number| *number += 1);
            let _ = told.send(());
        }
        std::process::exit(0);
    });
    if which == "own" {
        let crowds = Arc::<Crowds>::default();
        let live = get(async move || {
            let changes = async {
                futures::stream::unfold(number.subscribe(), async |mut number| number.changed().await.is_ok().then_some(((), number)))
            };
            stream::shared(&crowds, "/live", changes, Timestamp::from_milliseconds(0)).await
        });
        let kept = Kept::new(watch::Sender::new(0).subscribe());
        serve::serve(listener, Router::new().route("/live", live), kept, std::future::pending()).await;
    } else {
        let live = get(async move || {
            let heard = futures::stream::unfold(events.subscribe(), async |mut events| {
                let event = Event::default().event("changed").data("{}");
                events.recv().await.is_ok().then_some((Ok::<_, Infallible>(event), events))
            });
            Sse::new(heard).keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
        });
        axum::serve(listener, Router::new().route("/live", live)).await?;
    }
    Ok(())
}

struct Server {
    child: Child,
    says: ChildStdin,
    address: SocketAddr,
}

impl Server {
    fn start(which: &str) -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?).arg(which).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let says = child.stdin.take().context("the server's input")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("the server's output")?).read_line(&mut line)?;
        Ok(Self { child, says, address: line.trim().parse()? })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn open(address: SocketAddr) -> anyhow::Result<TcpStream> {
    let mut socket = TcpStream::connect(address).await?;
    socket.write_all(b"GET /live HTTP/1.1\r\nhost: a\r\n\r\n").await?;
    read_to(&mut socket, b"\r\n\r\n").await?;
    Ok(socket)
}

/// Reads until these bytes came. Nothing comes after them unasked.
async fn read_to(socket: &mut TcpStream, end: &[u8]) -> anyhow::Result<()> {
    let (mut read, mut part) = (Vec::with_capacity(512), [0; 512]);
    loop {
        let some = tokio::time::timeout(ARRIVES_WITHIN, socket.read(&mut part)).await.context("nothing came")??;
        ensure!(some > 0, "the server hung up");
        read.extend_from_slice(&part[..some]);
        if read.windows(end.len()).any(|window| window == end) {
            return Ok(());
        }
    }
}

struct Round {
    bytes: f64,
    microseconds: f64,
    last_ms: f64,
}

async fn round(which: &str) -> anyhow::Result<Round> {
    let mut server = Server::start(which)?;
    let process = server.child.id();
    // The first one makes what is made once.
    let warm = open(server.address).await?;
    let before = own_memory(process)?;
    let mut opening = JoinSet::new();
    let mut sockets = vec![warm];
    for opened in 0..CONNECTIONS {
        if opened >= OPENING {
            sockets.push(opening.join_next().await.context("one was begun")???);
        }
        opening.spawn(open(server.address));
    }
    while let Some(opened) = opening.join_next().await {
        sockets.push(opened??);
    }
    // Each connection is a task of its own here, so that all read at once.
    let (said, _) = watch::channel(0usize);
    let (heard, mut hears) = tokio::sync::mpsc::unbounded_channel();
    for mut socket in sockets {
        let (mut said, heard) = (said.subscribe(), heard.clone());
        tokio::spawn(async move {
            while said.changed().await.is_ok() {
                let arrived = read_to(&mut socket, b"data: {}\n\n").await;
                let failed = arrived.is_err();
                if heard.send(arrived).is_err() || failed {
                    return;
                }
            }
        });
    }
    let mut cpu = 0.0;
    let mut last = Vec::new();
    let mut bytes = 0.0;
    for event in 0..=EVENTS {
        if event == 1 {
            // The first event made what every connection needs for its first one.
            bytes = (own_memory(process)? - before) / CONNECTIONS as f64;
            cpu = cpu_seconds(process)?;
        }
        let begun = Instant::now();
        said.send_replace(event + 1);
        writeln!(server.says, "event")?;
        for _ in 0..=CONNECTIONS {
            hears.recv().await.context("a reader was lost")??;
        }
        last.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    let spent = cpu_seconds(process)? - cpu;
    last.sort_by(f64::total_cmp);
    Ok(Round { bytes, microseconds: spent * 1e6 / (EVENTS * (CONNECTIONS + 1)) as f64, last_ms: last[last.len() / 2] })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let Some(which) = words.iter().find(|word| SERVERS.contains(&word.as_str())) {
        return server(which).await;
    }
    let (mut own, mut peer) = (Vec::new(), Vec::new());
    for number in 0..ROUNDS {
        for which in SERVERS {
            let measured = round(which).await.with_context(|| format!("round {number} of {which}"))?;
            eprintln!(
                "round {number}, {which}: {:.0} bytes a connection, {:.2} us an event and connection, all have it after {:.0} ms",
                measured.bytes, measured.microseconds, measured.last_ms
            );
            match which {
                "own" => own.push(measured),
                "axum" => peer.push(measured),
                other => bail!("no server is called {other}"),
            }
        }
    }
    let row = |name: &str, unit: &str, of: fn(&Round) -> f64| {
        let (value, peer_value) = (median(own.iter().map(of).collect()), median(peer.iter().map(of).collect()));
        serde_json::json!({
            "name": name,
            "value": value,
            "unit": unit,
            "peer": "axum 0.8, its own SSE over a broadcast channel",
            "peer_value": peer_value,
            "ratio": value / peer_value,
            "better": "lower",
        })
    };
    let rows = [
        row("live-memory", "bytes of the server's own memory for one connection", |round| round.bytes),
        row("live-cpu", "microseconds of server CPU for one event to one connection", |round| round.microseconds),
    ];
    if words.iter().any(|word| word == "--json") {
        println!("{}", serde_json::json!({ "rows": rows }));
    } else {
        rows.iter().for_each(|row| println!("{row}"));
    }
    Ok(())
}
