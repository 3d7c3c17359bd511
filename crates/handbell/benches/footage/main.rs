//! The bench of footage: how fast files come in sealed, how long it takes to clean a picture and to hash one.
//!
//! - `footage-*`: films over HTTP (tus, one request) to the real server, which hashes, seals, syncs and counts each
//!   mebibyte, beside a plain file written and synced at the same places; with and without SHA-256.
//! - `strip-*`: pictures read, cleaned and written, by the library and by the shut-in child, beside exiftool that stays
//!   open and mat2, each of which is given all pictures at once.
//! - `pdq-python`: one hash of a picture that is decoded already, beside PyPI's pdqhash, by the processor's time.
//!
//! Sides take turns in one run, and the middle of the rounds counts. A peer that is not installed has no row; what is
//! missing is said. The pictures are the corpus that `HANDBELL_TEST_DATA` names.

#![expect(clippy::disallowed_methods, reason = "a bench measures real time and starts real programs")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to whoever runs it")]
#![allow(missing_docs, reason = "a program, not a library")]

mod hashes;
mod intake;
#[path = "../street/server.rs"]
#[allow(dead_code, reason = "the bench of the street asks more of it")]
mod server;
mod strips;

use anyhow::Context;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Rounds of each side.
fn rounds() -> usize {
    std::env::var("HANDBELL_BENCH_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(7)
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// One row, with what stands beside it.
fn row(name: &str, unit: &str, ours: &[f64], peer: &str, theirs: &[f64], better: &str) -> Value {
    let (value, peer_value) = (median(ours), median(theirs));
    let ratio = value / peer_value;
    let span = |values: &[f64]| {
        let ends = values.iter().fold((f64::MAX, 0f64), |(least, most), value| (least.min(*value), most.max(*value)));
        format!("{:.3} to {:.3}", ends.0, ends.1)
    };
    eprintln!("{name}: {value:.3} {unit} ({}) beside {peer_value:.3} ({}) of {peer}: {ratio:.4} x", span(ours), span(theirs));
    json!({ "name": name, "value": value, "unit": unit, "peer": peer, "peer_value": peer_value, "ratio": ratio, "better": better })
}

/// Where the corpus lies; its pictures are read and never kept.
fn media() -> anyhow::Result<PathBuf> {
    let root = std::env::var("HANDBELL_TEST_DATA").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").into());
    let media = Path::new(&root).join("media");
    anyhow::ensure!(media.is_dir(), "the bench reads the pictures of the test corpus; name it: HANDBELL_TEST_DATA");
    Ok(media)
}

fn main() -> anyhow::Result<()> {
    let json = std::env::args().any(|word| word == "--json");
    let room = tempfile::Builder::new().prefix("footage-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut rows = intake::rows(room.path()).context("films that come in")?;
    rows.extend(strips::rows(room.path()).context("pictures that are cleaned")?);
    rows.extend(hashes::rows(room.path()).context("pictures that are hashed")?);
    if json {
        println!("{}", json!({ "rows": rows }));
    } else {
        println!("| name | value | beside | its value | ratio |\n| --- | --- | --- | --- | --- |");
        for row in rows {
            let figure = |key: &str| row[key].as_f64().unwrap_or_default();
            let words = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
            let (value, unit, beside) = (figure("value"), words("unit"), words("peer"));
            println!("| {} | {value:.3} {unit} | {beside} | {:.3} | {:.4} x |", words("name"), figure("peer_value"), figure("ratio"));
        }
    }
    Ok(())
}
