//! The simulator over a stated number of seeds.
//!
//! Runs `handbell-sim --seeds N` and closes with its count. A run that counts nothing has failed: a
//! simulator that checks no seed is no simulator.

use crate::{Answer, closing, number, place};
use anyhow::Context;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// Seeds in `./check`.
const SEEDS: u32 = 60;

/// `cargo xtask sim [SEEDS]`
pub fn run(words: &[String]) -> Answer {
    let seeds = number(words, SEEDS)?;
    let (passed, failed) = seeds_of(seeds)?;
    Ok(closing("sim", passed, failed))
}

/// Runs so many seeds; how many held and how many did not.
pub fn seeds_of(seeds: u32) -> anyhow::Result<(usize, usize)> {
    let mut simulator = Command::new(place::program("handbell-sim")?)
        .current_dir(place::root())
        .args(["--seeds", &seeds.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .context("starting handbell-sim")?;
    let mut counted = None;
    let lines = BufReader::new(simulator.stdout.take().context("handbell-sim has no output")?);
    for line in lines.lines() {
        let line = line.context("reading handbell-sim")?;
        match counts(&line) {
            Some(found) => counted = Some(found),
            None => println!("{line}"),
        }
    }
    let status = simulator.wait().context("waiting for handbell-sim")?;
    let (passed, failed) = counted.unwrap_or((0, 1));
    let quiet_fault = !status.success() && failed == 0 || passed + failed == 0;
    Ok((passed, failed + usize::from(quiet_fault)))
}

/// Reads `N passed, N failed`, with or without a name before it.
fn counts(line: &str) -> Option<(usize, usize)> {
    let line = line.rsplit(": ").next()?;
    let (passed, failed) = line.trim().split_once(" passed, ")?;
    Some((passed.parse().ok()?, failed.split(' ').next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_closing_line_counts() {
        assert_eq!(counts("sim: 60 passed, 0 failed"), Some((60, 0)));
        assert_eq!(counts("59 passed, 1 failed"), Some((59, 1)));
        assert_eq!(counts("seed 7 passed"), None);
        assert_eq!(counts("everything passed, nothing failed"), None);
    }
}
