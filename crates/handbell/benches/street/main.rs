//! The bench of the street: how many reports a second are on the disk before they are acknowledged.
//!
//! Row `intake`: 64 clients over HTTP against the real server, beside plain SQLite that commits one report at
//! a time with the same rows, indexes and journal. Short turns of both alternate in one run, on one disk, and
//! the disk's own sync is timed in every round, because it decides what either can reach. The peer speaks no
//! HTTP, parses nothing and runs alone: it is given every advantage but company.

#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to whoever runs it")]
#![allow(missing_docs, reason = "a program, not a library")]

mod clients;
mod plain;
mod server;

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

const ROUNDS: usize = 15;
const SYNCS_A_ROUND: usize = 30;

/// Seconds of one side's turn in a round.
fn turn() -> Duration {
    let seconds = std::env::var("HANDBELL_BENCH_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    Duration::from_secs(seconds)
}

/// What one side did in one turn.
pub struct Turn {
    pub reports: u64,
    pub took: Duration,
}

impl Turn {
    fn per_second(&self) -> f64 {
        self.reports as f64 / self.took.as_secs_f64()
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// Milliseconds of one sync after four kibibytes were appended, as a write-ahead log does.
fn sync_milliseconds(folder: &Path) -> anyhow::Result<f64> {
    let mut file = File::options().create(true).append(true).open(folder.join("sync"))?;
    let mut times = Vec::with_capacity(SYNCS_A_ROUND);
    for _ in 0..SYNCS_A_ROUND {
        file.write_all(&[7; 4096])?;
        let since = Instant::now();
        file.sync_data()?;
        times.push(since.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(median(&times))
}

fn main() -> anyhow::Result<()> {
    let json = std::env::args().any(|word| word == "--json");
    let room = tempfile::Builder::new().prefix("street-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let server = server::Server::start(&room.path().join("town"))?;
    let mut clients = clients::Clients::connect(server.address)?;
    // The first rows are also the pattern of the peer's.
    let mut reports = clients.send_for(Duration::from_secs(1))?.reports;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut plain = runtime.block_on(plain::Plain::beside(&server.store(), &room.path().join("plain.db")))?;
    let (mut ours, mut theirs, mut syncs) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        syncs.push(sync_milliseconds(room.path())?);
        let before = server.cpu_seconds()?;
        let one = clients.send_for(turn())?;
        let cpu = server.cpu_seconds()? - before;
        let other = runtime.block_on(plain.commit_for(turn()))?;
        eprintln!(
            "round {round}: sync {:.3} ms; handbell {:.0} reports/s ({:.0} us of server CPU each); plain SQLite {:.0} reports/s",
            syncs.last().copied().unwrap_or_default(),
            one.per_second(),
            cpu * 1e6 / one.reports.max(1) as f64,
            other.per_second()
        );
        reports += one.reports;
        ours.push(one.per_second());
        theirs.push(other.per_second());
    }
    let kept = runtime.block_on(plain::reports_in(&server.store()))?;
    anyhow::ensure!(kept == reports, "{reports} reports were acknowledged and {kept} are in the store");
    let (value, peer_value, sync) = (median(&ours), median(&theirs), median(&syncs));
    let ratio = value / peer_value;
    let wanted = if sync >= 1.0 { 5.0 } else { 2.0 };
    eprintln!(
        "intake: a sync takes {sync:.3} ms, so the goal is {wanted} x; reached {ratio:.2} x; all {kept} acknowledged reports are in the store"
    );
    if json {
        let row = serde_json::json!({
            "name": "intake",
            "value": value,
            "unit": "reports/s",
            "peer": "plain SQLite FULL, one report per commit",
            "peer_value": peer_value,
            "ratio": ratio,
            "better": "higher",
        });
        println!("{}", serde_json::json!({ "rows": [row] }));
    } else {
        println!("| name | value | beside | its value | ratio |\n| --- | --- | --- | --- | --- |");
        println!("| intake | {value:.0} reports/s | plain SQLite FULL, one report per commit | {peer_value:.0} reports/s | {ratio:.2} x |");
    }
    Ok(())
}
