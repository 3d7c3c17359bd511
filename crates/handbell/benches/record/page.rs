//! Page: what one incident page costs the server when many people read it at once.
//!
//! Row `page-1000`: 1,000 kept-alive connections that ask for the same page with gzip, in answers per second
//! of the server's CPU (all its threads, or all of nginx's programs), beside nginx `gzip_static` with the
//! same compressed bytes and the same headers. nginx keeps its file open, writes no access log and turns off
//! what it would add. Turns alternate in one run; only one of the two is asked at a time.

use super::{median, nginx, readers, server};
use anyhow::Context;
use std::process::{Command, Stdio};
use std::time::Duration;

const ROUNDS: usize = 7;
const SCENARIO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/rye-lane-2017.toml");

/// Seconds of one side's turn in a round.
fn turn() -> Duration {
    let seconds = std::env::var("HANDBELL_BENCH_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(2);
    Duration::from_secs(seconds)
}

/// One turn: answers per second of the CPU that `cpu` tells of.
fn measured(readers: &mut readers::Readers, cpu: impl Fn() -> anyhow::Result<f64>) -> anyhow::Result<f64> {
    let before = cpu()?;
    let answers = readers.read_for(turn())?;
    Ok(answers as f64 / (cpu()? - before).max(0.01))
}

/// The row.
pub fn measure() -> anyhow::Result<serde_json::Value> {
    let room = tempfile::Builder::new().prefix("record-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let town = room.path().join("town");
    let server = server::Server::start(&town)?;
    let imported = Command::new(env!("CARGO_BIN_EXE_handbell"))
        .arg("import")
        .arg(&town)
        .arg(SCENARIO)
        .args(["--as", "scenario"])
        .stdout(Stdio::null())
        .status()?;
    anyhow::ensure!(imported.success(), "the scenario was not imported");
    let list = String::from_utf8(readers::fetch(server.address, "/record", "identity")?.body)?;
    let path = list.split('"').find(|word| word.starts_with("/record/")).context("the record lists no incident")?.to_owned();
    let plain = readers::fetch(server.address, &path, "identity")?;
    let page = readers::fetch(server.address, &path, "gzip")?;
    anyhow::ensure!(page.header("content-encoding") == Some("gzip"), "the page did not come compressed");
    eprintln!("the page has {} bytes, {} compressed, and {} headers", plain.body.len(), page.body.len(), page.headers.len());

    let nginx = nginx::Nginx::start(room.path(), &path, &plain, &page)?;
    if nginx.is_none() {
        eprintln!("nginx is not installed, so nothing stands beside: no ratio");
    }
    let mut ours = readers::Readers::connect(server.address, &path, &page)?;
    let mut theirs = nginx.as_ref().map(|nginx| readers::Readers::connect(nginx.address, &path, &page)).transpose()?;
    let (mut values, mut peer_values) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let one = measured(&mut ours, || server.cpu_seconds())?;
        let two = match (&mut theirs, &nginx) {
            (Some(theirs), Some(nginx)) => Some(measured(theirs, || nginx.cpu_seconds())?),
            _ => None,
        };
        eprintln!(
            "round {round}: handbell {one:.0}, nginx {} answers per server CPU second",
            two.map_or("–".into(), |two| format!("{two:.0}"))
        );
        // The first turns accept the connections and fill the caches of both.
        if round > 0 {
            values.push(one);
            peer_values.extend(two);
        }
    }
    let value = median(&values);
    let peer_value = nginx.is_some().then(|| median(&peer_values));
    Ok(serde_json::json!({
        "name": "page-1000",
        "value": value,
        "unit": "answers per server CPU second",
        "peer": nginx.as_ref().map(|nginx| format!("{} gzip_static", nginx.version)),
        "peer_value": peer_value,
        "ratio": peer_value.map(|peer| value / peer),
        "better": "higher",
    }))
}
