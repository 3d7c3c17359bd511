//! Fuzz: LLVM's fuzzer shows every parser of `handbell-log` inputs that it grows by the branches they reach.
//!
//! Builds `fuzz/` with the coverage that libFuzzer reads, writes the first inputs, and lets as many parsers run at once as
//! there are cores. A check goes much the same way each time: from the first inputs, by one seed (where memory lies and how
//! maps are hashed still differ), so that what it finds is most likely the change's. A search goes another way each time and
//! begins with what the searches before it learned, which stays below the target folder. A finding stays there too, and its
//! path is said. It needs a C++ compiler, and neither a nightly compiler nor a program of its own.

use crate::{Answer, closing, number, place};
use anyhow::{Context, bail, ensure};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

/// How long a check shows inputs to each parser.
const CHECK_SECONDS: u32 = 10;
/// What rustc is told, so that each branch is counted and each comparison is told to the fuzzer.
const COVERAGE: [&str; 6] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];
/// What counts as a finding beside a broken promise: one request for so much memory, so much in all, one input for so long.
const LIMITS: [&str; 3] = ["-malloc_limit_mb=256", "-rss_limit_mb=1024", "-timeout=10"];
/// The longest input: room to grow to three times the largest that a parser begins with.
const INPUT_BYTES_MAX: &str = "-max_len=20000";

/// Which way the fuzzer goes, and for how long.
#[derive(Clone, Copy)]
pub enum Way {
    /// Much the same way each time, for [`CHECK_SECONDS`].
    Check,
    /// On from what was learned, so many seconds for each parser.
    Search(u32),
}

impl Way {
    fn seconds(self) -> u32 {
        match self {
            Way::Check => CHECK_SECONDS,
            Way::Search(seconds) => seconds,
        }
    }

    /// What libFuzzer is told of chance: nothing lets it take the time of day.
    fn seed(self) -> Option<&'static str> {
        matches!(self, Way::Check).then_some("-seed=1")
    }
}

/// `cargo xtask fuzz` checks; `cargo xtask fuzz SECONDS [PARSER…]` searches.
pub fn run(words: &[String]) -> Answer {
    let way = if words.is_empty() { Way::Check } else { Way::Search(number(words, CHECK_SECONDS)?) };
    let (good, _) = all(way, words.get(1..).unwrap_or_default())?;
    Ok(good)
}

/// Fuzzes the parsers that are wanted, all where none is named. How many inputs there were in all.
pub fn all(way: Way, wanted: &[String]) -> anyhow::Result<(bool, u64)> {
    let folder = place::root().join(place::variable("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into())).join("fuzz");
    let program = built(&folder)?;
    let known = seeded(&program, &folder)?;
    if let Some(name) = wanted.iter().find(|name| !known.contains(name)) {
        bail!("there is no parser `{name}`. There are: {}", known.join(" "));
    }
    let names = if wanted.is_empty() { known } else { wanted.to_vec() };
    let (waiting, told) = (Mutex::new(names.iter()), Mutex::new(Vec::new()));
    let next = || waiting.lock().ok()?.next();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some(name) = next() {
                    let fuzzed = fuzzed(&program, &folder, name, way);
                    match &fuzzed {
                        Ok(inputs) => println!("{name}: {inputs} inputs, every promise held"),
                        Err(why) => println!("{name}: {why:#}"),
                    }
                    told.lock().expect("nobody panics with it").push(fuzzed.ok());
                }
            });
        }
    });
    let told = told.into_inner().context("a thread of the fuzzer panicked")?;
    let inputs: u64 = told.iter().flatten().sum();
    let good = told.iter().flatten().count();
    println!("{inputs} inputs, {} seconds each", way.seconds());
    Ok((closing("fuzz", good, names.len() - good), inputs))
}

/// Builds the fuzzer. The host is named, because what cargo runs itself while it builds must not be fuzzed.
fn built(folder: &Path) -> anyhow::Result<PathBuf> {
    let said = Command::new("rustc").arg("-vV").output().context("asking rustc for its host")?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let host = said.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc does not say its host")?;
    let mut build = place::cargo();
    build.args(["build", "--release", "--quiet", "--locked", "--manifest-path", "fuzz/Cargo.toml", "--target", host]);
    build.env("CARGO_ENCODED_RUSTFLAGS", COVERAGE.join("\u{1f}")).arg("--target-dir").arg(folder);
    ensure!(build.status().context("running cargo")?.success(), "the fuzzer does not build");
    Ok(folder.join(host).join("release/handbell-fuzz"))
}

/// Writes the first inputs of every parser, instead of those of an earlier build; their names.
fn seeded(program: &Path, folder: &Path) -> anyhow::Result<Vec<String>> {
    let seeds = folder.join("seeds");
    cleared(&seeds)?;
    let output = Command::new(program).env("HANDBELL_FUZZ_SEEDS", seeds).stderr(Stdio::piped()).output();
    let output = output.context("starting the fuzzer")?;
    ensure!(output.status.success(), "no seeds: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

/// Fuzzes one parser; how many inputs it saw.
fn fuzzed(program: &Path, folder: &Path, name: &str, way: Way) -> anyhow::Result<u64> {
    let [learned, checked, seeds, findings] = ["corpus", "checked", "seeds", "findings"].map(|part| folder.join(part).join(name));
    let grown = match way {
        Way::Check => {
            cleared(&checked)?;
            checked
        }
        Way::Search(_) => learned,
    };
    for made in [&grown, &findings] {
        std::fs::create_dir_all(made).with_context(|| format!("making {}", made.display()))?;
    }
    let mut fuzzer = Command::new(program);
    fuzzer.env("HANDBELL_FUZZ", name).args(LIMITS).arg(INPUT_BYTES_MAX).arg("-print_final_stats=1").args(way.seed());
    fuzzer.arg(format!("-max_total_time={}", way.seconds()));
    fuzzer.arg(format!("-artifact_prefix={}/", findings.display())).args([&grown, &seeds]);
    let output = fuzzer.output().context("starting the fuzzer")?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        let file = said.lines().find_map(|line| Some(line.split_once("Test unit written to ")?.1)).unwrap_or("FILE");
        bail!("FOUND SOMETHING\n{}\nagain: HANDBELL_FUZZ={name} {} {file}", reason_of(&said), program.display());
    }
    let inputs = inputs_of(&said).context("the fuzzer does not say how many inputs it saw")?;
    ensure!(inputs > 0, "the fuzzer saw no input");
    Ok(inputs)
}

fn cleared(folder: &Path) -> anyhow::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error).with_context(|| format!("clearing {}", folder.display())),
        _ => Ok(()),
    }
}

/// What was found, out of everything the fuzzer says: the broken promise, or the limit that was passed.
fn reason_of(said: &str) -> String {
    let is_reason = |line: &&str| line.contains("panicked at") || line.contains("ERROR: libFuzzer");
    said.lines()
        .skip_while(|line| !is_reason(line))
        .take_while(|line| !line.contains("stack backtrace"))
        .take(8)
        .collect::<Vec<_>>()
        .join("\n")
}

/// How many inputs libFuzzer says it has run.
fn inputs_of(said: &str) -> Option<u64> {
    said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:")?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read_from_the_fuzzers_figures() {
        let said = "#2\tDONE\nstat::number_of_executed_units: 302283\nstat::average_exec_per_sec:     23252\n";
        assert_eq!((inputs_of(said), inputs_of("#2\tDONE\n")), (Some(302_283), None));
    }

    #[test]
    fn a_finding_is_told_by_its_promise_and_not_by_its_stack() {
        let said = "#3\tINITED\nthread 'main' panicked at src/claims.rs:9:5:\na withdrawal is hidden\nstack backtrace:\n   0: main\n";
        assert_eq!(reason_of(said), "thread 'main' panicked at src/claims.rs:9:5:\na withdrawal is hidden");
        assert_eq!(reason_of("#3\n==7== ERROR: libFuzzer: timeout after 10 seconds\n"), "==7== ERROR: libFuzzer: timeout after 10 seconds");
    }
}
