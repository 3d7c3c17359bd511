//! The bench of the record: a page that many people read at once; a large record searched, read back, listed and
//! counted; and its export.
//!
//! `cargo xtask bench record` measures all of it. `cargo bench -p handbell --bench record -- page`, `large` or `export`
//! measures one part; `HANDBELL_BENCH_INCIDENTS` makes the large record smaller, and then its rows say so in their names.
//! `HANDBELL_BENCH_KEPT` names a folder in which the large record is made once and left, for whoever measures a change again.

#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to whoever runs it")]
#![allow(missing_docs, reason = "a program, not a library")]

mod export;
mod large;
mod listed;
mod nginx;
mod page;
mod readers;
mod search;
#[path = "../street/server.rs"]
#[expect(dead_code, reason = "the street's bench needs more of it")]
mod server;

/// Who gives memory out in the program, too.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn median(values: &[f64]) -> f64 {
    at(values, 0.5)
}

/// The value below which such a share of all lies.
fn at(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() as f64 * share) as usize;
    sorted.get(place.min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// CPU seconds of this program so far, in all its threads, and those of all programs that it started and waited
/// for (proc(5)).
fn all_cpu_seconds() -> anyhow::Result<(f64, f64)> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|text| text.parse::<f64>().ok()).unwrap_or_default();
    Ok(((ticks(11) + ticks(12)) / 100.0, (ticks(13) + ticks(14)) / 100.0))
}

/// CPU seconds of this program so far.
fn cpu_seconds() -> anyhow::Result<f64> {
    Ok(all_cpu_seconds()?.0)
}

/// The rows of the large record.
async fn of_a_large_record() -> anyhow::Result<Vec<serde_json::Value>> {
    let room = tempfile::Builder::new().prefix("large-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let kept = std::env::var_os("HANDBELL_BENCH_KEPT").map(std::path::PathBuf::from);
    let dir = kept.unwrap_or_else(|| room.path().join("town"));
    let (tongue, began, left_there) = (large::Tongue::new(), std::time::Instant::now(), dir.exists());
    let (made, key) = large::filled(&dir, &tongue, large::incidents()).await?;
    eprintln!("{} incidents, {} entries, written in {:.0} s", made.len(), made.len() * large::ENTRIES_EACH, began.elapsed().as_secs_f64());
    let mut rows = search::measure(room.path(), &dir, key, &made, &tongue).await?;
    // Of a record that was left there the index is whole, and nothing was made.
    rows.retain(|row| !left_there || row["name"].as_str().is_none_or(|name| !name.starts_with("index-")));
    rows.extend(listed::measure(&dir, &made).await?);
    Ok(rows)
}

fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let wanted = |part: &str| words.is_empty() || words.iter().any(|word| word == part);
    let json = std::env::args().any(|word| word == "--json");
    let mut rows = Vec::new();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    if wanted("page") {
        rows.push(page::measure()?);
    }
    if wanted("large") {
        rows.extend(runtime.block_on(of_a_large_record())?);
    }
    if wanted("export") {
        rows.extend(runtime.block_on(export::measure())?);
    }
    if json {
        println!("{}", serde_json::json!({ "rows": rows }));
    } else {
        for row in rows {
            println!("{row}");
        }
    }
    Ok(())
}
