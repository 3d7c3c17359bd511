//! A pack for strangers: the real command line hands footage over from the long log, and other people's code checks it.
//!
//! The key is that of the published log and not the pack's own word. Each entry of the pack (a mark, a day's head) is
//! checked by its signed checkpoint, its path and its salted payload; then thousands of bits are changed, class by
//! class, and each must be found by every program that [`PROGRAMS`] says covers it. Last the commands that the pack's
//! page tells a clerk to type are run as they stand there.

use super::{Class, Dice, Flip, Program, Region, Said, asked, built, files, go, judged, sample, script, write_list};
use crate::place;
use anyhow::{Context, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Bits that are changed, by what they stand in.
const FLIPS: [(Class, usize); 9] = [
    (Class::Checkpoints, 400),
    (Class::Proofs, 600),
    (Class::Leaves, 400),
    (Class::Salts, 400),
    (Class::Payloads, 400),
    (Class::Openings, 400),
    (Class::Lines, 400),
    (Class::Statements, 400),
    (Class::Originals, 100),
];

const OF_THE_LOG: [Class; 3] = [Class::Checkpoints, Class::Proofs, Class::Leaves];

const PROGRAMS: &[Program] = &[
    Program { name: "go-xmod", covers: &[OF_THE_LOG[0], OF_THE_LOG[1], OF_THE_LOG[2], Class::Salts, Class::Payloads], command: xmod },
    Program { name: "rust-crates", covers: &OF_THE_LOG, command: crates },
    Program {
        name: "python",
        covers: &[
            Class::Checkpoints,
            Class::Proofs,
            Class::Leaves,
            Class::Salts,
            Class::Payloads,
            Class::Openings,
            Class::Lines,
            Class::Statements,
            Class::Originals,
        ],
        command: python,
    },
];

fn xmod(folder: &Path) -> anyhow::Result<Command> {
    let mut command = go(folder)?;
    command.arg("-pack");
    Ok(command)
}

fn crates(_folder: &Path) -> anyhow::Result<Command> {
    built("handbell-log", "pack_strangers")
}

fn python(_folder: &Path) -> anyhow::Result<Command> {
    Ok(script("pack.py"))
}

/// Everything that is said of a pack of the log in this folder, and whether it holds.
pub fn all(folder: &Path) -> anyhow::Result<Vec<(bool, String)>> {
    let pack = made(folder)?;
    let flips = sample(&regions(&pack)?, &FLIPS, &mut Dice(0x9e37_79b9_7f4a_7c15));
    write_list(&folder.join("pack-flips"), &flips)?;
    let (mut told, mut all) = (Vec::new(), Vec::new());
    for program in PROGRAMS {
        match asked((program.command)(folder)?.arg(folder)) {
            Ok(said) => {
                told.extend(of(program, &flips, &said));
                all.push(said);
            }
            Err(why) => told.push((false, format!("{} on a pack: {why:#}", program.name))),
        }
    }
    let agree = all.len() == PROGRAMS.len() && all.windows(2).all(|two| two[0].roots == two[1].roots);
    told.push((agree, "all of them found the same entries of the log in the pack".to_owned()));
    told.extend(by_us(folder, &pack)?);
    Ok(told)
}

fn of(program: &Program, flips: &[Flip], said: &Said) -> Vec<(bool, String)> {
    let heads = said.roots.keys().filter(|place| place.starts_with("heads/")).count();
    let marks = said.roots.len() - heads;
    // Two items, each with its mark, and the heads of two days.
    let first = (heads == 2 && marks == 2, format!("{} on a pack: {marks} marks and {heads} heads are in the log", program.name));
    let of_bits = judged(&FLIPS, flips, program.covers, &said.flips).into_iter();
    [first].into_iter().chain(of_bits.map(|(holds, what)| (holds, format!("{} on a pack: {what}", program.name)))).collect()
}

/// `handbell hand-over` from the long log's group, and each original put in by `handbell pack`.
fn made(folder: &Path) -> anyhow::Result<PathBuf> {
    let pack = folder.join("pack");
    if pack.exists() {
        std::fs::remove_dir_all(&pack).context("clearing the last run's pack")?;
    }
    let footage: Vec<String> = files(&folder.join("footage"))?.into_iter().map(|(name, _)| name).collect();
    let handbell = place::program("handbell")?;
    let mut over = Command::new(&handbell);
    over.arg("hand-over").arg(folder.join("town")).arg(&pack).args(&footage).args(["--for", "a law centre"]);
    ensure!(over.status().context("running handbell hand-over")?.success(), "the pack was not made");
    for (name, number) in footage.iter().zip(1..) {
        let mut put = Command::new(&handbell);
        put.arg("pack").arg(&pack).arg(folder.join("footage").join(name)).args(["--item", &number.to_string(), "--in-the-clear"]);
        ensure!(put.status().context("running handbell pack")?.success(), "original {number} was not put in");
    }
    Ok(pack)
}

/// Our own verifier agrees, and so do the commands that the pack's page shows, as they stand there.
fn by_us(folder: &Path, pack: &Path) -> anyhow::Result<Vec<(bool, String)>> {
    let key = std::fs::read_to_string(folder.join("log/vkey")).context("reading the log's key")?;
    let mut verify = Command::new(place::program("handbell")?);
    let verified = verify.arg("verify").arg(pack).args(["--key", key.trim()]).status().context("running handbell verify")?;
    let commands = place::root().join("crates/handbell/src/pack/tests/commands.sh");
    let output = Command::new("bash").arg(commands).arg(pack).output().context("running the page's commands")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let counts = [" of the log, of which ", " says how the list stood after ", "NO"].map(|words| text.matches(words).count());
    let held = output.status.success() && counts == [4, 2, 0];
    if !held {
        println!("{text}{}", String::from_utf8_lossy(&output.stderr));
    }
    let [entries, heads, _] = counts;
    let what = format!(
        "the commands on the pack's page, typed as they stand there, find {entries} entries of the log and {heads} heads of the list"
    );
    Ok(vec![(verified.success(), "handbell verify agrees on the pack".to_owned()), (held, what)])
}

/// What a file of a pack is; a proof is two things.
fn class(path: &str) -> Option<Class> {
    let (place, name) = path.rsplit_once('/')?;
    match name {
        "leaf" => Some(Class::Leaves),
        "salt" => Some(Class::Salts),
        "payload" => Some(Class::Payloads),
        "proof.tlog-proof" => Some(Class::Proofs),
        "opening.json" | "inner-salt" => Some(Class::Openings),
        "lines" => Some(Class::Lines),
        _ if place == "custody/said" => Some(Class::Statements),
        _ if name.starts_with("original.") => Some(Class::Originals),
        _ => None,
    }
}

/// The parts of a pack that programs for logs read: not the page, `pack.json`, the sums and the pack's own word of the key.
fn regions(pack: &Path) -> anyhow::Result<Vec<Region>> {
    let mut regions = Vec::new();
    for (path, length) in files(pack)? {
        let Some(class) = class(&path) else { continue };
        // The checkpoint stands behind the first empty line of a proof.
        let bytes = std::fs::read(pack.join(&path)).with_context(|| format!("reading {path}"))?;
        let head = bytes.windows(2).position(|two| two == b"\n\n").map(|at| at + 2).filter(|_| class == Class::Proofs);
        if let Some(head) = head {
            regions.push(Region { path: path.clone(), from: head, length: length - head, class: Class::Checkpoints });
        }
        regions.push(Region { path, from: 0, length: head.unwrap_or(length), class });
    }
    Ok(regions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_a_path_and_a_checkpoint_and_papers_are_neither() {
        let folder = place::root().join("crates/handbell/src/pack");
        assert!(regions(&folder).is_ok_and(|regions| regions.is_empty()), "no source file is a part of a pack");
        assert_eq!(class("items/1/log/proof.tlog-proof"), Some(Class::Proofs));
        assert_eq!(class("custody/said/3.json"), Some(Class::Statements));
        assert_eq!(class("items/2/original.mp4"), Some(Class::Originals));
        assert_eq!(class("heads/9/payload"), Some(Class::Payloads));
        for paper in ["READ-ME-FIRST.html", "SHA256SUMS", "log-key", "pack.json", "heads/9/stamp.tsr"] {
            assert_eq!(class(paper), None, "{paper}");
        }
    }

    #[test]
    fn every_class_is_covered_by_somebody() {
        for (class, many) in FLIPS {
            assert!(many > 0 && PROGRAMS.iter().any(|program| program.covers.contains(&class)), "{}", class.word());
        }
        let twice = |class: &Class| PROGRAMS.iter().filter(|program| program.covers.contains(class)).count() == PROGRAMS.len();
        assert!(OF_THE_LOG.iter().all(twice), "what the log says is judged by all");
    }
}
