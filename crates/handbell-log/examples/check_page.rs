//! Checks one page of a group's record from one file, with this crate alone: no network, no clock, no server.
//!
//! ```text
//! cargo run -p handbell-log --example check_page -- PAGE.proof.json VERIFIER-KEY
//! ```
//!
//! The file is what a group's site gives out at `/record/ID/proof`; the key is what you know of its log from elsewhere.
//! Exits with 0 if all of it holds, 1 if not. What the entries say is printed as it was committed to; which page follows from
//! them is worked out by `handbell verify page`.

#![expect(clippy::print_stdout, reason = "a program that answers on its standard output")]

use std::process::ExitCode;

use handbell_log::note::VerifierKey;
use handbell_log::page_proof::{Completeness, EntryState, PageProof};
use handbell_log::policy::Policy;

fn check(file: &str, key: &str) -> Result<bool, Box<dyn std::error::Error>> {
    let proof = PageProof::parse(&std::fs::read(file)?)?;
    let verdict = proof.verify(&Policy::of_log(VerifierKey::parse(key)?))?;
    for entry in &verdict.entries {
        match &entry.state {
            EntryState::Verified { payload } => println!("{} {}", entry.index, String::from_utf8_lossy(payload)),
            other => println!("{} {other}", entry.index),
        }
    }
    let checkpoint = &verdict.judgement.checkpoint;
    println!("{} entries of {} in {}", verdict.entries.len(), checkpoint.size, checkpoint.origin);
    match &verdict.completeness {
        Completeness::Whole => println!("no later entry of this page exists at that size, by the log's own snapshot"),
        Completeness::ToTheLast => println!("whether later entries exist is not shown"),
        Completeness::Failed(fault) => println!("FAILED: {fault}"),
    }
    if verdict.may_hide_a_withdrawal() {
        println!("words withdrawn before entry {} cannot be seen to be withdrawn by this file alone", verdict.withdrawals_shown_from);
    }
    println!("{}", verdict.judgement);
    Ok(verdict.holds())
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [file, key] = words.as_slice() else {
        println!("check_page FILE KEY");
        return ExitCode::from(2);
    };
    match check(file, key) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("{file}: {error}");
            ExitCode::FAILURE
        }
    }
}
