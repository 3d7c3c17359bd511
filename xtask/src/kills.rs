//! Kills: runs the test that kills `serve` under load, as often as it is told, and closes with its count.
//!
//! The test itself stands beside the program it kills, in `crates/handbell/tests/it/kills.rs`; the tests'
//! own run leaves it out so that it is done once. A run that says no closing line has failed.

use crate::{Answer, closing, number, place};
use anyhow::Context;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

const KILLS: u32 = 50;
/// The test, as test runners name it.
const TEST: &str = "kills::";

/// What a run said at its end.
#[derive(Debug, Default)]
pub struct Killed {
    /// How many kills were asked for.
    pub kills: u32,
    /// The test's closing line; none when it did not get so far.
    pub said: Option<String>,
    /// The closing line of the kills during a fan-out.
    pub fan_out: Option<String>,
    /// Whether everything held.
    pub good: bool,
}

/// `cargo xtask kills [TIMES]`
pub fn run(words: &[String]) -> Answer {
    let killed = all(number(words, KILLS)?)?;
    let (passed, failed) = if killed.good { (killed.kills as usize, 0) } else { (0, 1) };
    Ok(closing("kills", passed, failed))
}

/// Kills so many times.
pub fn all(kills: u32) -> anyhow::Result<Killed> {
    let mut test = Command::new("cargo")
        .current_dir(place::root())
        .args(["test", "--locked", "--quiet", "-p", "handbell", "--test", "it", TEST, "--", "--nocapture"])
        .env("HANDBELL_TEST_KILLS", kills.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .context("starting the test that kills")?;
    let (mut said, mut fan_out) = (None, None);
    for line in BufReader::new(test.stdout.take().context("the test has no output")?).lines() {
        let line = line.context("reading the test")?;
        println!("{line}");
        said = closing_of(&line, "kills: ", " receipts acknowledged").map(str::to_owned).or(said);
        fan_out = closing_of(&line, "fan-out: ", " people told").map(str::to_owned).or(fan_out);
    }
    let good = test.wait().context("waiting for the test")?.success() && said.is_some() && fan_out.is_some();
    Ok(Killed { kills, said, fan_out, good })
}

fn closing_of<'line>(line: &'line str, begins: &str, holds: &str) -> Option<&'line str> {
    let line = &line[line.find(begins)? + begins.len()..];
    line.contains(holds).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_without_its_closing_line_says_nothing() {
        let line = "kills: 20 kills, 812 receipts acknowledged, 0 lost; restart median 296 ms";
        let kills = |line| closing_of(line, "kills: ", " receipts acknowledged");
        assert_eq!(kills(line), Some("20 kills, 812 receipts acknowledged, 0 lost; restart median 296 ms"));
        assert_eq!(kills("test result: ok. 1 passed"), None);
        let line = "fan-out: 3 crashes, 300 people told, 0 left out";
        assert_eq!((kills(line), closing_of(line, "fan-out: ", " people told")), (None, Some("3 crashes, 300 people told, 0 left out")));
    }
}
