//! `handbell-sim`: runs seeds of made-up towns and says which one did not hold, and where.
//!
//! Exit 0 when every town held, 1 when one did not, 2 for arguments that cannot be read.

use handbell_sim::coverage::Coverage;
use handbell_sim::{Choices, simulate};
use std::io::Write;
use std::ops::Range;
use std::process::ExitCode;

const USAGE: &str = "handbell-sim: the real acts in made-up towns

  handbell-sim --seed N             replays one town exactly; --trace prints all that happens in it
  handbell-sim --seeds A..B         runs the towns from A up to, but not with, B
  handbell-sim --count N --from K   runs N towns from K on
  --steps N                         steps in each town before its end (1500)

A run over 300 towns or more also fails when something that matters never happened in any of them.
";
/// Towns from which on a run must have seen everything that matters.
const TOWNS_ENOUGH: u64 = 300;

struct Asked {
    seeds: Range<u64>,
    choices: Choices,
}

fn number(text: Option<String>, of: &str) -> Result<u64, String> {
    text.as_deref().and_then(|text| text.parse().ok()).ok_or(format!("{of} needs a whole number"))
}

fn read_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut choices = Choices::default();
    let (mut seeds, mut count, mut from) = (None, None, 0);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--seed" => {
                let seed = number(arguments.next(), "--seed")?;
                seeds = Some(seed..seed.checked_add(1).ok_or("this seed is too large")?);
            }
            "--seeds" => {
                let text = arguments.next().unwrap_or_default();
                let ends = text.split_once("..").and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
                seeds = Some(ends.filter(|range: &Range<u64>| !range.is_empty()).ok_or("--seeds needs A..B")?);
            }
            "--count" => count = Some(number(arguments.next(), "--count")?),
            "--from" => from = number(arguments.next(), "--from")?,
            "--steps" => choices.steps = number(arguments.next(), "--steps")?,
            "--trace" => choices.told = true,
            other => return Err(format!("{other} is not known here")),
        }
    }
    match (seeds, count) {
        (Some(seeds), None) => Ok(Asked { seeds, choices }),
        (None, Some(count)) => Ok(Asked { seeds: from..from.checked_add(count).ok_or("these seeds are too large")?, choices }),
        _ => Err("say --seed, --seeds or --count".into()),
    }
}

fn run(asked: &Asked, out: &mut impl Write) -> std::io::Result<ExitCode> {
    let mut counts = Coverage::default();
    let (mut towns, mut steps) = (0u64, 0u64);
    for seed in asked.seeds.clone() {
        match simulate(seed, asked.choices) {
            Ok(lived) => {
                towns += 1;
                steps += lived.steps;
                counts.join(&lived.counts);
                if asked.seeds.end - asked.seeds.start == 1 {
                    writeln!(out, "trace {}", lived.trace)?;
                }
            }
            Err(failure) => {
                writeln!(out, "{failure}")?;
                writeln!(out, "again: handbell-sim --seed {seed} --steps {} --trace", asked.choices.steps)?;
                return Ok(ExitCode::from(1));
            }
        }
    }
    for (what, count) in &counts.counts {
        writeln!(out, "{count:>9}  {what}")?;
    }
    writeln!(out, "simulated {towns} seeds, {steps} steps: everything held")?;
    let missing = counts.missing();
    if towns >= TOWNS_ENOUGH && !missing.is_empty() {
        writeln!(out, "but these never happened: {}", missing.join("; "))?;
        return Ok(ExitCode::from(1));
    }
    Ok(ExitCode::SUCCESS)
}

fn main() -> ExitCode {
    match read_arguments(std::env::args().skip(1)) {
        Ok(asked) => run(&asked, &mut std::io::stdout().lock()).unwrap_or(ExitCode::from(1)),
        Err(why) => {
            eprintln!("{why}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}
