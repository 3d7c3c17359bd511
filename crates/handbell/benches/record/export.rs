//! Export: the published record as lines, a table and a map, beside the `sqlite3` shell writing the same rows.
//!
//! Ours is the shipped program: it verifies the published log (signature, tree, every opening, every chain), reads each
//! content from its own file twice, works out contradictions, corroboration and dates, and writes the file. The peer is
//! what a keeper would use instead: SQL over the store's file with SQLite's JSON functions. It writes as many rows with
//! the same words, verifies nothing, opens one file, compares no claims, and has neither the columns that follow
//! from comparing nor the guard against formulas. Both count their own CPU seconds, user and system.

use super::large::{self, ENTRIES_EACH, Tongue};
use super::{all_cpu_seconds, median};
use anyhow::{Context, ensure};
use handbell::cli::town::{self, Staging};
use handbell::store::sql::SqlStore;
use serde_json::{Value, json};
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Incidents of the record that is exported: its published log is a file for each entry.
const INCIDENTS: usize = 30_000;
const ROUNDS: usize = 5;
/// Between two looks at how much memory a program has.
const LOOKS: Duration = Duration::from_millis(5);

// `+kind`: the parts of an incident are found by its stream; by their kind, they would be looked for in the whole log.
const WORDS: &str = "create temp view e as select leaf_index, stream, kind, cast(substr(content, 33) as text) as t from log_entry;";
const LINES: &str = "select json_object('index', leaf_index, 'kind', kind, 'stream', lower(hex(stream)), 'leaf', hex(leaf),
    'salt', hex(substr(content, 1, 32)), 'payload', cast(substr(content, 33) as text)) from log_entry order by leaf_index;";
const TABLE: &str = "select lower(hex(c.stream)), o.t->>'title', o.t->>'status', 'over', o.t->>'district', w.t->>'$.value.edtf',
    c.t->>'number', c.t->>'predicate', coalesce(c.t->>'about', ''), c.t->>'value', c.t->>'polarity', c.t->>'source', s.t->>'label',
    s.t->>'kind', s.t->>'standing', c.t->>'at', c.leaf_index, 'https://bell.example/record/' || lower(hex(c.stream))
    from e o join e c on c.stream = o.stream and +c.kind = 2 join e w on w.stream = o.stream and +w.kind = 2 and w.t->>'predicate' = 'when'
    join e s on s.stream = o.stream and +s.kind = 11 and s.t->>'number' = c.t->>'source'
    where o.kind = 1 order by o.leaf_index desc, c.leaf_index;";
const MAP: &str = "select json_object('type', 'Feature', 'id', lower(hex(o.stream)), 'geometry',
    json_object('type', 'Point', 'coordinates', json_array(round((o.t->>'$.place.lon') / 1e6, 3), round((o.t->>'$.place.lat') / 1e6, 3))),
    'properties', json_object('title', o.t->>'title', 'status', o.t->>'status', 'kind', o.t->>'kind', 'kind_label', o.t->>'kind_label',
    'district', o.t->>'district', 'place', o.t->>'$.place.words', 'precision', 'vicinity', 'radius_m', o.t->>'$.place.radius_metres',
    'when', json_object('edtf', json_array(w.t->>'$.value.edtf')), 'state', 'over', 'changed', o.t->>'at',
    'page', 'https://bell.example/record/' || lower(hex(o.stream))))
    from e o join e w on w.stream = o.stream and +w.kind = 2 and w.t->>'predicate' = 'when' where o.kind = 1 order by o.leaf_index desc;";

/// The peer's version; none where it is not installed.
fn version() -> Option<String> {
    let said = Command::new("sqlite3").arg("--version").output().ok()?;
    String::from_utf8(said.stdout).ok()?.split_whitespace().next().map(|version| format!("sqlite3 {version}"))
}

/// What a program took: CPU seconds, and most bytes of its memory that were in use at once.
#[derive(Debug, Clone, Copy, Default)]
struct Took {
    cpu: f64,
    memory: f64,
}

fn run(mut command: Command) -> anyhow::Result<Took> {
    let before = all_cpu_seconds()?.1;
    let mut child = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let (mut memory, status) = (0.0_f64, format!("/proc/{}/status", child.id()));
    let done = loop {
        // The high-water mark only rises, so the last look before the end says it, but for what the last moments took.
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let mark = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<f64>().ok());
        memory = memory.max(mark.unwrap_or_default() * 1024.0);
        match child.try_wait()? {
            Some(done) => break done,
            None => std::thread::sleep(LOOKS),
        }
    };
    ensure!(done.success(), "{command:?} failed");
    Ok(Took { cpu: all_cpu_seconds()?.1 - before, memory })
}

fn ours(dir: &Path, kind: &str, out: &Path) -> anyhow::Result<Took> {
    let mut export = Command::new(env!("CARGO_BIN_EXE_handbell"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HANDBELL_")) {
        export.env_remove(name);
    }
    export.arg("export").arg(dir).args(["--as", kind]).arg(out).stdout(Stdio::null());
    run(export)
}

fn theirs(store: &Path, mode: &str, question: &str, out: &Path) -> anyhow::Result<Took> {
    let mut shell = Command::new("sqlite3");
    shell.arg(store).args([WORDS, mode, question]).stdout(File::create(out)?);
    run(shell)
}

/// Rows of a file, its head and its end not counted.
fn lines(path: &Path) -> anyhow::Result<(usize, f64)> {
    let bytes = std::fs::read(path)?;
    Ok((bytes.iter().filter(|byte| **byte == b'\n').count(), bytes.len() as f64))
}

/// One kind of export in all rounds.
struct Kind {
    name: &'static str,
    mode: &'static str,
    question: &'static str,
    /// Rows for one incident.
    each: usize,
    took: Vec<Took>,
    peer_took: Vec<Took>,
    bytes: f64,
}

/// The rows.
pub async fn measure() -> anyhow::Result<Vec<Value>> {
    let room = tempfile::Builder::new().prefix("export-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let (dir, out) = (room.path().join("town"), room.path().join("out"));
    let (key, incidents) = (large::group(&dir)?, large::incidents().min(INCIDENTS));
    large::fill(&dir, &key, &Tongue::new(), incidents).await?;
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let town = town::open(&dir, &Staging::default()).await.context("opening the record that is exported")?;
    town.publish().await?;
    town.close().await;
    // Closed once more with nothing to do, so that the peer finds one file and no write-ahead log.
    SqlStore::open(&dir.join(large::STORE_FILE), key).await?.close().await;

    let of = |name, mode, question, each| Kind { name, mode, question, each, took: Vec::new(), peer_took: Vec::new(), bytes: 0.0 };
    let mut kinds = [of("jsonl", ".mode list", LINES, ENTRIES_EACH), of("csv", ".mode csv", TABLE, 4), of("geojson", ".mode list", MAP, 1)];
    let version = version();
    if version.is_none() {
        eprintln!("sqlite3 is not installed, so nothing stands beside: no ratio");
    }
    for round in 0..=ROUNDS {
        for kind in &mut kinds {
            let took = ours(&dir, kind.name, &out)?;
            let (rows, bytes) = lines(&out)?;
            // A head or an end is a line too.
            ensure!(rows.abs_diff(incidents * kind.each) <= 1, "{} has {rows} lines", kind.name);
            kind.bytes = bytes;
            std::fs::remove_file(&out)?;
            let mut peer = None;
            if version.is_some() {
                peer = Some(theirs(&dir.join(large::STORE_FILE), kind.mode, kind.question, &out)?);
                let (rows, _) = lines(&out)?;
                ensure!(rows == incidents * kind.each, "the peer's {} has {rows} lines", kind.name);
                std::fs::remove_file(&out)?;
            }
            // The first fills the caches of both.
            if round > 0 {
                kind.took.push(took);
                kind.peer_took.extend(peer);
            }
        }
    }
    let entries = (incidents * ENTRIES_EACH) as f64;
    let mut rows = Vec::new();
    for kind in &kinds {
        let middle = |list: &[Took], of: fn(&Took) -> f64| median(&list.iter().map(of).collect::<Vec<_>>());
        let (cpu, peer_cpu) = (middle(&kind.took, |took| took.cpu), middle(&kind.peer_took, |took| took.cpu));
        let (memory, peer_memory) = (middle(&kind.took, |took| took.memory / 1e6), middle(&kind.peer_took, |took| took.memory / 1e6));
        eprintln!(
            "{}: {entries} entries, {:.1} MB written; {cpu:.2} CPU seconds, {:.1} MB/s, {memory:.0} MB of memory; sqlite3 {peer_cpu:.2} CPU seconds, \
             {peer_memory:.0} MB",
            kind.name,
            kind.bytes / 1e6,
            kind.bytes / 1e6 / cpu
        );
        rows.push(json!({
            "name": format!("export-{}", kind.name),
            "value": entries / cpu,
            "unit": "entries per CPU second",
            "peer": version.as_ref().map(|version| format!("{version}, the same rows by SQL, nothing verified")),
            "peer_value": version.as_ref().map(|_| entries / peer_cpu),
            "ratio": version.as_ref().map(|_| peer_cpu / cpu),
            "better": "higher",
        }));
    }
    Ok(rows)
}
