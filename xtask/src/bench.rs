//! Measuring: one bench program per room, one table of rows.
//!
//! A bench program prints `{"rows": […]}` and nothing else on standard output; what it measured beside
//! what, in one run, stands in the row. This file runs the programs, shows the table, and with `--keep`
//! writes it to `docs/performance.md` with what the machine is like, but not what it is called.

use crate::{Answer, place};
use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Stdio;

/// A room's bench program: `cargo bench -p PACKAGE --bench TARGET`, with `harness = false`.
struct Room {
    name: &'static str,
    package: &'static str,
    target: &'static str,
    /// A package outside the workspace that the bench starts and stands beside, by `BENCH_PEER`.
    peer: Option<&'static str>,
}

/// Every room that can be measured. Rows come with their rooms.
const ROOMS: &[Room] = &[
    Room { name: "street", package: "handbell", target: "street", peer: None },
    Room { name: "bell", package: "handbell", target: "bell", peer: Some("web-push") },
    Room { name: "bell", package: "handbell", target: "deliver", peer: Some("web-push") },
    Room { name: "bell", package: "handbell-rules", target: "audience", peer: None },
    Room { name: "bell", package: "handbell", target: "live", peer: None },
    Room { name: "record", package: "handbell", target: "record", peer: None },
    Room { name: "log", package: "handbell", target: "append", peer: None },
    Room { name: "log", package: "handbell-log", target: "verify", peer: None },
    Room { name: "desk", package: "handbell", target: "desk", peer: None },
    Room { name: "evidence", package: "handbell-evidence", target: "near", peer: None },
    Room { name: "evidence", package: "handbell", target: "footage", peer: None },
    Room { name: "flood", package: "handbell", target: "flood", peer: None },
];

/// Whether more or less of a value is what we want.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
}

/// One measured thing and what stands beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Stable name, for example `intake`.
    pub name: String,
    /// Handbell's value.
    pub value: f64,
    /// What the values count, for example `reports/s`.
    pub unit: String,
    /// What a user would take instead; none when there is nothing beside it.
    pub peer: Option<String>,
    /// The peer's value, measured in the same run.
    pub peer_value: Option<f64>,
    /// Handbell over the peer.
    pub ratio: Option<f64>,
    /// Which way is better.
    pub better: Better,
}

/// What a bench program prints.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The rows, in the order in which they were measured.
    pub rows: Vec<Row>,
}

/// `cargo xtask bench [ROOM] [--json] [--keep]`
pub fn run(words: &[String]) -> Answer {
    let (flags, names): (Vec<&String>, Vec<&String>) = words.iter().partition(|word| word.starts_with("--"));
    if let Some(flag) = flags.iter().find(|flag| !["--json", "--keep"].contains(&flag.as_str())) {
        bail!("there is no `{flag}`; known are --json and --keep");
    }
    let chosen: Vec<&Room> = match names.first() {
        None => ROOMS.iter().collect(),
        // A room can have several programs; each can be asked for by its own name too.
        Some(name) => ROOMS
            .iter()
            .filter(|room| room.name == *name || (room.target == *name && !ROOMS.iter().any(|room| room.name == *name)))
            .collect(),
    };
    if chosen.is_empty() {
        let known: Vec<&str> = ROOMS.iter().flat_map(|room| [room.name, room.target]).collect::<BTreeSet<_>>().into_iter().collect();
        bail!("no room `{}` is measured; known: {}", names.first().map_or("", |name| name.as_str()), known.join(", "));
    }
    let mut table = Table::default();
    for room in chosen {
        table.rows.extend(measure(room)?.rows);
    }
    if flags.iter().any(|flag| *flag == "--json") {
        println!("{}", serde_json::to_string(&table)?);
    } else {
        print!("{}", text(&table));
    }
    if flags.iter().any(|flag| *flag == "--keep") {
        keep(&table)?;
    }
    Ok(true)
}

fn measure(room: &Room) -> anyhow::Result<Table> {
    let mut bench = place::cargo();
    if let Some(peer) = room.peer {
        bench.env("BENCH_PEER", built(peer)?);
    }
    bench.args(["bench", "--quiet", "--locked", "-p", room.package, "--bench", room.target]);
    if room.target == "deliver" {
        // It leads the line to a push service of its own, which no program that is shipped can do.
        bench.args(["--features", "conformance"]);
        if let Some(folder) = installed("npm-web-push") {
            bench.env("BENCH_PEER_NPM", folder);
        }
    }
    if room.target == "verify" {
        // Without Debian's Go the row that stands beside it is left out.
        match xmod() {
            Ok(program) => {
                bench.env("BENCH_PEER_XMOD", program);
            }
            Err(why) => eprintln!("{why:#}"),
        }
    }
    if room.target == "footage" {
        // Without Python's pdqhash the row that stands beside it is left out; what else is missing the bench says.
        match pdqhash() {
            Ok(python) => {
                bench.env("BENCH_PEER_PDQHASH", python);
            }
            Err(why) => eprintln!("{why:#}"),
        }
    }
    let output =
        bench.args(["--", "--json"]).stderr(Stdio::inherit()).output().with_context(|| format!("running the bench of {}", room.name))?;
    if !output.status.success() {
        bail!("the bench of {} failed", room.name);
    }
    let printed = String::from_utf8(output.stdout).context("a bench printed something that is not text")?;
    let line = printed.lines().rfind(|line| line.starts_with('{')).context("a bench printed no rows")?;
    serde_json::from_str(line).with_context(|| format!("the rows of {}", room.name))
}

/// Builds a peer with its own lock file, apart from everything of ours, and says where its program lies.
fn built(peer: &str) -> anyhow::Result<PathBuf> {
    let target = place::root().join(place::variable("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into())).join("peers");
    let manifest = format!("peers/{peer}/Cargo.toml");
    let status = place::cargo()
        .args(["build", "--release", "--quiet", "--locked", "--manifest-path", &manifest])
        .env("CARGO_TARGET_DIR", &target)
        .status()
        .context("running cargo")?;
    if !status.success() {
        bail!("the peer {peer} does not build; crate web-push needs OpenSSL's development files (libssl-dev) and pkg-config");
    }
    Ok(target.join("release").join(format!("peer-{peer}")))
}

/// Builds the Go program that reads a log with `x/mod`.
fn xmod() -> anyhow::Result<PathBuf> {
    let folder = place::root().join(place::variable("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into())).join("peers");
    std::fs::create_dir_all(&folder)?;
    Ok(crate::strangers::go(&folder)?.get_program().into())
}

/// A Python with PyPI's pdqhash, in a folder of its own; it is built there, which asks for a C++ compiler.
fn pdqhash() -> anyhow::Result<PathBuf> {
    let folder = place::root().join(place::variable("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into())).join("peers/pdqhash");
    let python = folder.join("bin/python");
    let works = || std::process::Command::new(&python).args(["-c", "import numpy, pdqhash"]).stderr(Stdio::null()).status();
    if works().is_ok_and(|status| status.success()) {
        return Ok(python);
    }
    let made = std::process::Command::new("python3").args(["-m", "venv"]).arg(&folder).status().context("running python3")?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pdqhash==0.2.8", "numpy"];
    if !made.success() || !std::process::Command::new(&python).args(install).status().context("running pip")?.success() {
        bail!("PyPI's pdqhash cannot be installed; it needs python3-venv and a C++ compiler");
    }
    Ok(python)
}

/// Puts a peer that runs in node where its packages lie, installed from its own lock file. None when there is no
/// node, or its packages cannot be had: then the row that it stands beside is left out.
fn installed(peer: &str) -> Option<PathBuf> {
    let target = place::root().join(place::variable("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into())).join("peers").join(peer);
    std::fs::create_dir_all(&target).ok()?;
    for entry in std::fs::read_dir(place::root().join("peers").join(peer)).ok()?.flatten() {
        if entry.path().is_file() {
            std::fs::copy(entry.path(), target.join(entry.file_name())).ok()?;
        }
    }
    let install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
    let status = std::process::Command::new("npm").args(install).current_dir(&target).stdout(Stdio::null()).status().ok()?;
    status.success().then_some(target)
}

/// The table as people read it.
fn text(table: &Table) -> String {
    let mut lines = vec![["name", "value", "unit", "beside", "its value", "ratio", "better"].map(str::to_owned)];
    lines.extend(table.rows.iter().map(|row| {
        [
            row.name.clone(),
            figure(row.value),
            row.unit.clone(),
            row.peer.clone().unwrap_or_else(|| "–".into()),
            row.peer_value.map_or_else(|| "–".into(), figure),
            row.ratio.map_or_else(|| "–".into(), |ratio| format!("{ratio:.2} ×")),
            if row.better == Better::Higher { "higher".into() } else { "lower".into() },
        ]
    }));
    let widths: Vec<usize> = (0..7).map(|at| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for (number, line) in lines.iter().enumerate() {
        let cells: Vec<String> = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
        if number == 0 {
            let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            let _ = writeln!(text, "| {} |", rules.join(" | "));
        }
    }
    text
}

/// A figure with as many digits as it deserves.
fn figure(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => format!("{value:.0}"),
        middle if middle >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

fn keep(table: &Table) -> anyhow::Result<()> {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let of = |key: &str| {
        cpu.lines().find(|line| line.starts_with(key)).and_then(|line| line.split_once(": ")).map_or("unknown", |(_, v)| v).to_owned()
    };
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kilobytes: u64 = memory.lines().next().and_then(|line| line.split_whitespace().nth(1)).and_then(|n| n.parse().ok()).unwrap_or(0);
    let system = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let system = system.lines().find_map(|line| line.strip_prefix("PRETTY_NAME=")).unwrap_or("unknown").trim_matches('"').to_owned();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let page = format!(
        "# Performance\n\nThe last run of `cargo xtask bench --keep`. Each row was measured beside its peer in one run.\n\n{}\n\
         Machine: {cores} cores, {} family {} model {}, {} GiB of memory, {system}.\n",
        text(table),
        of("vendor_id"),
        of("cpu family"),
        of("model\t"),
        kilobytes / 1024 / 1024,
    );
    std::fs::write(place::root().join("docs/performance.md"), page).context("writing docs/performance.md")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intake() -> Row {
        Row {
            name: "intake".into(),
            value: 5120.4,
            unit: "reports/s".into(),
            peer: Some("plain SQLite".into()),
            peer_value: Some(880.1),
            ratio: Some(5.818),
            better: Better::Higher,
        }
    }

    #[test]
    fn a_row_reads_back_as_it_was_printed() {
        let table = Table { rows: vec![intake(), Row { peer: None, peer_value: None, ratio: None, better: Better::Lower, ..intake() }] };
        let printed = serde_json::to_string(&table).unwrap();
        assert!(printed.starts_with(r#"{"rows":[{"name":"intake","value":5120.4,"unit":"reports/s","peer":"plain SQLite""#));
        assert!(printed.contains(r#""better":"lower""#));
        assert_eq!(serde_json::from_str::<Table>(&printed).unwrap(), table);
        assert!(serde_json::from_str::<Table>(r#"{"rows":[{"name":"x"}]}"#).is_err());
    }

    #[test]
    fn the_table_shows_every_row_in_line() {
        let shown = text(&Table { rows: vec![intake()] });
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[2].contains("5120") && lines[2].contains("5.82 ×"));
        let edges: Vec<usize> = lines.iter().map(|line| line.chars().count()).collect();
        assert!(edges.iter().all(|edge| *edge == edges[0]));
    }
}
