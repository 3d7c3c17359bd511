//! Towns that must hold, and hold the same way every time.

use handbell_sim::coverage::Coverage;
use handbell_sim::{Choices, simulate};

/// Towns in every run of the tests; `cargo xtask night` runs more.
const TOWNS: u64 = 300;

#[test]
fn a_seed_replays_exactly() {
    let choices = Choices { steps: 600, ..Choices::default() };
    let traces: Vec<_> = (0..12).map(|seed| simulate(seed, choices)).collect();
    let again: Vec<_> = (0..12).map(|seed| simulate(seed, choices)).collect();
    assert_eq!(traces, again);
    let mut hashes: Vec<String> = traces.into_iter().map(|lived| lived.unwrap().trace).collect();
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), 12, "another seed is another town");
}

#[test]
fn three_hundred_towns_hold_and_everything_that_matters_happens_in_them() {
    let mut counts = Coverage::default();
    let mut steps = 0;
    for seed in 0..TOWNS {
        match simulate(seed, Choices::default()) {
            Ok(lived) => {
                steps += lived.steps;
                counts.join(&lived.counts);
            }
            Err(failure) => panic!("{failure}\nagain: handbell-sim --seed {seed} --trace"),
        }
    }
    println!("simulated {TOWNS} seeds, {steps} steps");
    assert_eq!(counts.missing(), [""; 0], "these never happened, so the script has gone blind");
}
