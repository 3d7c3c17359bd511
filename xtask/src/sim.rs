//! The simulator over a stated number of seeds.
//!
//! Runs `handbell-sim --count N`, shows what it says, and closes with how many seeds held. It stops at the
//! first seed that does not, and says how to replay it. A run that simulates nothing has failed.

use crate::{Answer, closing, number, place};
use anyhow::Context;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// Seeds in `./check`: from this many on, the simulator also demands that everything that matters happened.
const SEEDS: u32 = 300;

/// `cargo xtask sim [SEEDS]`
pub fn run(words: &[String]) -> Answer {
    let seeds = number(words, SEEDS)?;
    let (passed, failed) = seeds_of(seeds)?;
    Ok(closing("sim", passed, failed))
}

/// Runs so many seeds; how many held and how many things did not.
pub fn seeds_of(seeds: u32) -> anyhow::Result<(usize, usize)> {
    let mut simulator = Command::new(place::program("handbell-sim")?)
        .current_dir(place::root())
        .args(["--count", &seeds.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .context("starting handbell-sim")?;
    let mut held = 0;
    let lines = BufReader::new(simulator.stdout.take().context("handbell-sim has no output")?);
    for line in lines.lines() {
        let line = line.context("reading handbell-sim")?;
        held = held_by(&line).unwrap_or(held);
        println!("{line}");
    }
    let status = simulator.wait().context("waiting for handbell-sim")?;
    Ok((held, usize::from(!status.success() || held == 0)))
}

/// How many seeds had held when this line was said: all of them, or those before the one that did not.
fn held_by(line: &str) -> Option<usize> {
    let number = line.strip_prefix("simulated ").or_else(|| line.strip_prefix("again: handbell-sim --seed "))?;
    number.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read_from_the_end_of_a_good_and_of_a_bad_run() {
        assert_eq!(held_by("simulated 300 seeds, 450000 steps: everything held"), Some(300));
        assert_eq!(held_by("again: handbell-sim --seed 17 --steps 1500 --trace"), Some(17));
        assert_eq!(held_by("      834  subscribed"), None);
    }
}
