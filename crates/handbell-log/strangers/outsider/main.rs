//! Outsider: a program that is no part of Handbell's workspace and takes `handbell-log` alone.
//!
//! `outsider FOLDER KEY` checks a whole published log, one payload in memory at a time, and counts. `./check strangers`
//! builds it from a folder of its own with nothing but that crate as a dependency, so that whoever wants to check a group
//! can. Exit code 0 when the log holds, 1 when not.

use handbell_log::note::VerifierKey;
use handbell_log::source::Folder;
use handbell_log::verify::{State, each_entry, verify_tree};
use std::error::Error;
use std::path::Path;

fn counted(folder: &str, key: &str) -> Result<(u64, u64), Box<dyn Error>> {
    let (source, key) = (Folder::open(Path::new(folder))?, VerifierKey::parse(key.trim())?);
    let tree = verify_tree(&source, &key)?;
    let (mut entries, mut withdrawn) = (0, 0);
    each_entry(&source, &tree, |entry| {
        entries += 1;
        withdrawn += u64::from(matches!(entry.state, State::Withdrawn { .. }));
    })?;
    Ok((entries, withdrawn))
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [folder, key] = words.as_slice() else {
        eprintln!("outsider FOLDER KEY");
        std::process::exit(2);
    };
    match counted(folder, key) {
        Ok((entries, withdrawn)) => println!("{entries} entries hold, {withdrawn} of them withdrawn"),
        Err(wrong) => {
            eprintln!("{wrong}");
            std::process::exit(1);
        }
    }
}
