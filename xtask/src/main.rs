//! The project's own tasks, run as `cargo xtask NAME`.
//!
//! They check the repository itself, run what takes long, and measure. Nothing here ships, and nothing
//! here is needed to build or run Handbell. Small on purpose: it is compiled before anything is checked.

#![expect(clippy::print_stdout, reason = "tasks talk to the person at the terminal")]

mod bench;
mod fuzz;
mod kills;
mod night;
mod place;
mod plot;
mod sim;
mod strangers;
mod tidy;

use std::process::ExitCode;

/// What a task answers: whether all is well, or why it could not tell.
type Answer = anyhow::Result<bool>;

struct Task {
    name: &'static str,
    says: &'static str,
    run: fn(&[String]) -> Answer,
}

const TASKS: &[Task] = &[
    Task { name: "tidy", says: "rules about the repository: layers, promises, documents, links, budgets", run: tidy::run },
    Task { name: "sim", says: "[SEEDS] the simulator over that many seeds (300)", run: sim::run },
    Task { name: "kills", says: "[TIMES] kill -9 of `serve` under load, then look for every receipt (50)", run: kills::run },
    Task {
        name: "strangers",
        says: "[ENTRIES] other people's programs check a long log, whole and with 10,000 bits changed",
        run: strangers::run,
    },
    Task {
        name: "fuzz",
        says: "[SECONDS] [PARSER…] grows inputs for every parser of the log; with SECONDS, on from what was learned",
        run: fuzz::run,
    },
    Task { name: "ci", says: "what ./check runs for Rust: format, lints, tests, docs, sim, tidy", run: night::ci },
    Task { name: "night", says: "5,000 seeds and 1,000 kills; writes docs/operating/night.md", run: night::run },
    Task { name: "bench", says: "[ROOM] [--json] [--keep] measures beside what a user would take instead", run: bench::run },
    Task { name: "plot", says: "draws docs/performance.svg from the table of docs/performance.md", run: plot::run },
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = words.split_first() else {
        list();
        return ExitCode::SUCCESS;
    };
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        println!("there is no task `{name}`\n");
        list();
        return ExitCode::from(2);
    };
    match (task.run)(rest) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(why) => {
            println!("{name}: could not tell: {why:#}");
            ExitCode::from(3)
        }
    }
}

fn list() {
    println!("cargo xtask NAME\n");
    for task in TASKS {
        println!("  {:<9} {}", task.name, task.says);
    }
}

/// The closing line that people and programs read.
fn closing(suite: &str, passed: usize, failed: usize) -> bool {
    println!("{suite}: {passed} passed, {failed} failed");
    failed == 0
}

/// The first word as a number, or what is usual.
fn number(words: &[String], usual: u32) -> anyhow::Result<u32> {
    match words.first() {
        Some(word) => word.parse().map_err(|_| anyhow::anyhow!("`{word}` is no number")),
        None => Ok(usual),
    }
}
