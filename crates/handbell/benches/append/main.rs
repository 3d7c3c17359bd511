//! The bench of appending to the log: entries made durable by the real store, beside the file-by-file order that the
//! best known tiled log follows (`filed.rs`), on the same disk and in turns.
//!
//! `log-append` is what a desk does: the entries of a batch are an incident's, each written in the one form, committed
//! to and hashed, their leaves and contents, the signed checkpoint, one line of the journal and one row, and the index
//! for searching follows them, in one transaction of the real store's writer, which returns after its sync.
//! `log-append-alone` is the same without what a record needs beside its log, as the peer is: the entries are of the
//! operator's own stream, from which no index follows. `log-published` adds the sequencer's files to `log-append`, which
//! are derived and not synced. The peer makes every file durable before its checkpoint, has its entries ready made, and
//! keeps no rows beside them. Syncs are counted by strace over a program that does nothing else: 8 commits and 40, and the
//! difference. `log-append-sync-1ms` and `-4ms` are `log-append` and its peer where strace makes each sync of either take
//! that much longer, as on slower disks; it stops at nothing but syncs.

#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to whoever runs it")]
#![allow(missing_docs, reason = "a program, not a library")]

mod filed;

use anyhow::{Context, ensure};
use filed::Filed;
use futures::future::try_join_all;
use handbell::cli;
use handbell::cli::town::{self, Staging, Town};
use handbell::config::Settings;
use handbell::work::sequencer::Sequencer;
use handbell::world::{MachineChance, World};
use handbell_rules::bell::mode::Status;
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::desk::incident::{Ending, Incident};
use handbell_rules::id::IncidentId;
use handbell_rules::record::entry::{EntryKind, NewEntry, OPERATORS_STREAM};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// The allocator that the program has, for both.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Entries of a batch, and how many batches are timed.
const BATCHES: [(usize, usize); 3] = [(1, 200), (256, 40), (4_096, 8)];
const ROUNDS: usize = 5;
/// Most entries of one change; a longer batch is several changes at once, as many commits as the writer makes of them.
const CHANGE: usize = 256;
/// Commits of the two runs under strace.
const TRACED: [usize; 2] = [8, 40];
/// Milliseconds that strace lets each sync take longer in the runs that ask what a slower disk would change.
const SLOWER: [u64; 2] = [1, 4];
/// Batches of 256 timed in each of them.
const SLOWER_BATCHES: usize = 20;

struct Ours {
    town: Town,
    sequencer: Sequencer,
}

impl Ours {
    async fn new(dir: &Path) -> anyhow::Result<Self> {
        let settings = Settings::of("Bench", "https://bench.example", Status::Exercise);
        cli::init(dir, &settings, &MachineChance).await?;
        let town = town::open(dir, &Staging { silent: true, ..Staging::default() }).await?;
        let sequencer = town.publish().await?;
        Ok(Self { town, sequencer })
    }

    /// Makes a batch and commits it. The making is not timed: a desk's rules have their own time.
    async fn append(&self, what: Entries, batch: usize) -> anyhow::Result<f64> {
        let world = &self.town.world;
        let changes: Vec<Change> = (0..batch.div_ceil(CHANGE)).map(|_| change(world, what, batch.min(CHANGE))).collect();
        let began = Instant::now();
        try_join_all(changes.into_iter().map(|change| world.commit(change))).await?;
        Ok(began.elapsed().as_secs_f64())
    }

    async fn publish(&self) -> anyhow::Result<f64> {
        let began = Instant::now();
        self.sequencer.step(&self.town.world).await?;
        Ok(began.elapsed().as_secs_f64())
    }
}

fn text(number: usize) -> String {
    format!("Account {number}: people stood there and watched what was done, and one of them wrote it down.")
}

/// Whose entries a batch holds.
#[derive(Clone, Copy)]
enum Entries {
    /// An incident's: a page and the index follow from them.
    Incidents,
    /// The operator's stream, from which nothing follows.
    Operators,
}

fn change(world: &World, what: Entries, entries: usize) -> Change {
    let (id, now): (IncidentId, _) = (world.public_id(), world.now());
    let incident = Incident {
        id,
        version: 0,
        kind: "raid".into(),
        home: false,
        district: "Eastgate".into(),
        opened_at: now,
        ended: Some((Ending::Over, now)),
        rung_at: None,
        stood_down_at: None,
        live_alerts: 0,
        public: true,
    };
    let stream = match what {
        Entries::Incidents => id,
        Entries::Operators => OPERATORS_STREAM,
    };
    let entry = |number: usize| {
        let (kind, fields) = match (what, number) {
            (Entries::Incidents, 0) => (
                EntryKind::IncidentOpened,
                json!({"kind": "raid", "kind_label": "Raid", "district": "Eastgate", "title": "Made-up raid", "status": "exercise", "approved_by": "import", "ended": true, "zone": "Europe/London"}),
            ),
            _ => (
                EntryKind::Claim,
                json!({"number": number, "source": 1, "predicate": "what", "label": "what", "single": false, "polarity": "asserts", "value": {"type": "text", "text": text(number)}}),
            ),
        };
        let mut fields = fields.as_object().cloned().unwrap_or_default();
        fields.insert("type".into(), kind.type_name().into());
        fields.insert("at".into(), now.utc_minute().into());
        NewEntry { stream, kind, fields, salt: world.bytes() }
    };
    let what = What::RecordImported { incident, entries: (0..entries).map(entry).collect() };
    Change { id: world.private_id(), at: now, by: Actor::Worker, what }
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn row(name: &str, value: f64, unit: &str, peer: Option<f64>, better: &str) -> Value {
    json!({"name": name, "value": value, "unit": unit, "peer": peer.map(|_| "the file-by-file order of Sunlight, ours in Rust"),
        "peer_value": peer, "ratio": peer.map(|theirs| value / theirs), "better": better})
}

async fn measured(room: &Path, batch: usize, times: usize) -> anyhow::Result<Vec<Value>> {
    let alone = Ours::new(&room.join(format!("log-{batch}"))).await?;
    let ours = Ours::new(&room.join(format!("town-{batch}"))).await?;
    let mut filed = Filed::new(&room.join(format!("filed-{batch}"))).await?;
    let (mut log, mut record, mut published, mut theirs, mut visible) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    // Tables, indexes and folders that the first batch makes.
    alone.append(Entries::Operators, batch).await?;
    ours.append(Entries::Incidents, batch).await?;
    ours.publish().await?;
    filed.append(batch).await?;
    for _ in 0..ROUNDS {
        let each = times.div_ceil(ROUNDS);
        let (mut logged, mut committed, mut derived, mut peer) = (0.0, 0.0, 0.0, 0.0);
        for _ in 0..each {
            logged += alone.append(Entries::Operators, batch).await?;
            peer += filed.append(batch).await?;
            committed += ours.append(Entries::Incidents, batch).await?;
            let took = ours.publish().await?;
            derived += took;
            visible.push(took * 1_000.0);
        }
        let entries = (each * batch) as f64;
        log.push(entries / logged);
        record.push(entries / committed);
        published.push(entries / (committed + derived));
        theirs.push(entries / peer);
    }
    eprintln!(
        "batch {batch}: the log alone {log:.0?}, with the record {record:.0?}, published {published:.0?}, file by file {theirs:.0?} entries/s"
    );
    alone.town.close().await;
    ours.town.close().await;
    filed.close().await?;
    let suffix = if batch == 256 { String::new() } else { format!("-{batch}") };
    let peer = Some(middle(theirs));
    Ok(vec![
        row(&format!("log-append{suffix}"), middle(record), "entries/s", peer, "higher"),
        row(&format!("log-append-alone{suffix}"), middle(log), "entries/s", peer, "higher"),
        row(&format!("log-published{suffix}"), middle(published), "entries/s", peer, "higher"),
        row(&format!("log-visible{suffix}"), middle(visible), "ms from commit to checkpoint in place", None, "lower"),
    ])
}

/// Syncs a commit of 256 entries takes; none when there is no strace.
fn syncs(room: &Path, who: &str) -> anyhow::Result<Option<f64>> {
    let mut counts = Vec::new();
    for commits in TRACED {
        let trace = room.join(format!("{who}-{commits}.trace"));
        let mut traced = Command::new("strace");
        traced.args(["-f", "-qq", "-e", "trace=fsync,fdatasync,sync_file_range", "-o"]).arg(&trace).arg(std::env::current_exe()?);
        traced.env("HANDBELL_BENCH_TRACED", format!("{who} {commits} {}", room.join(format!("{who}-{commits}")).display()));
        match traced.status() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            status => ensure!(status?.success(), "the traced run failed"),
        }
        let text = std::fs::read_to_string(&trace)?;
        counts.push(text.lines().filter(|line| line.contains("sync(") || line.contains("sync_file_range(")).count());
    }
    Ok(Some((counts[1] as f64 - counts[0] as f64) / (TRACED[1] - TRACED[0]) as f64))
}

/// `log-append` and its peer with syncs that take longer; none when there is no strace.
fn slower(room: &Path, milliseconds: u64) -> anyhow::Result<Option<Value>> {
    let (dir, answer) = (room.join(format!("slower-{milliseconds}")), room.join(format!("slower-{milliseconds}.json")));
    std::fs::create_dir_all(&dir)?;
    let inject = format!("inject=fsync,fdatasync:delay_exit={}", milliseconds * 1_000);
    let mut traced = Command::new("strace");
    traced.args(["-f", "--seccomp-bpf", "-qq", "-e", "trace=fsync,fdatasync", "-e", &inject, "-o", "/dev/null"]);
    traced.arg(std::env::current_exe()?).env("HANDBELL_BENCH_SLOWER", &dir).env("HANDBELL_BENCH_ANSWER", &answer);
    match traced.status() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        status => ensure!(status?.success(), "the slowed run failed"),
    }
    let mut rows: Vec<Value> = serde_json::from_slice(&std::fs::read(&answer)?)?;
    let found = rows.iter().position(|row| row["name"] == "log-append").context("the slowed run says nothing of log-append")?;
    let mut found = rows.swap_remove(found);
    found["name"] = format!("log-append-sync-{milliseconds}ms").into();
    Ok(Some(found))
}

/// The program that strace watches: so many batches of 256 and nothing else. `unpublished` is for a profiler.
async fn traced(what: &str) -> anyhow::Result<()> {
    let mut words = what.splitn(3, ' ');
    let (who, commits) = (words.next().context("who")?, words.next().context("how many")?.parse::<usize>()?);
    let dir = Path::new(words.next().context("where")?);
    if ["ours", "unpublished"].contains(&who) {
        let ours = Ours::new(dir).await?;
        for _ in 0..commits {
            ours.append(Entries::Incidents, 256).await?;
            if who == "ours" {
                ours.publish().await?;
            }
        }
        ours.town.close().await;
    } else {
        let mut filed = Filed::new(dir).await?;
        for _ in 0..commits {
            filed.append(256).await?;
        }
        filed.close().await?;
    }
    Ok(())
}

async fn measure() -> anyhow::Result<Vec<Value>> {
    let room = tempfile::Builder::new().prefix("handbell-append-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut rows = Vec::new();
    for (batch, times) in BATCHES {
        rows.extend(measured(room.path(), batch, times).await?);
    }
    match (syncs(room.path(), "ours")?, syncs(room.path(), "filed")?) {
        (Some(ours), Some(theirs)) => rows.push(row("log-syncs", ours, "syncs a commit of 256 entries", Some(theirs), "lower")),
        _ => eprintln!("there is no strace: syncs were not counted"),
    }
    for milliseconds in SLOWER {
        match slower(room.path(), milliseconds)? {
            Some(slowed) => rows.push(slowed),
            None => eprintln!("there is no strace: slower syncs were not tried"),
        }
    }
    Ok(rows)
}

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    if let Ok(what) = std::env::var("HANDBELL_BENCH_TRACED") {
        return runtime.block_on(traced(&what));
    }
    if let (Some(dir), Some(answer)) = (std::env::var_os("HANDBELL_BENCH_SLOWER"), std::env::var_os("HANDBELL_BENCH_ANSWER")) {
        let rows = runtime.block_on(measured(Path::new(&dir), 256, SLOWER_BATCHES))?;
        return Ok(std::fs::write(answer, serde_json::to_vec(&rows)?)?);
    }
    let rows = runtime.block_on(measure())?;
    if std::env::args().any(|word| word == "--json") {
        println!("{}", json!({ "rows": rows }));
    } else {
        rows.iter().for_each(|row| println!("{row}"));
    }
    Ok(())
}
