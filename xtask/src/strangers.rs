//! Strangers: other people's code checks a long log that Handbell wrote, whole and with thousands of bits changed.
//!
//! The example `long_log` of `handbell` writes the log with the real store and sequencer. Then Go's `x/mod`, the crates
//! `signed_note`, `tlog_tiles` and `ct-merkle`, and a Python program that has only `cryptography` read it
//! (`crates/handbell-log/strangers`). Each must find the signed roots, agree on proofs, and find every changed bit of
//! the files that [`PROGRAMS`] says it covers. All must read the same text where cosigners' lines stand under it; a line of the list that changes nothing must be found by none of them.
//! An [`outsider`] builds a checker of its own on `handbell-log` alone. Then the real command line makes a [`pack`] of footage
//! that the log has marks of, and they check that.

mod outsider;
mod pack;

use crate::{Answer, closing, number, place};
use anyhow::{Context, bail, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Entries of the log, at least.
const ENTRIES: u32 = 100_000;
/// Bits that are changed, by what they stand in.
const FLIPS: [(Class, usize); 4] = [(Class::Checkpoints, 1_000), (Class::Tiles, 3_000), (Class::Bundles, 3_000), (Class::Contents, 3_000)];
/// Lines of each class that change nothing.
const UNCHANGED: usize = 25;

/// What the programs call the newest checkpoint with cosigners' lines under it.
const COSIGNED: &str = "cosigned";

/// What a published file is, or a part of a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Checkpoints,
    Tiles,
    Bundles,
    Contents,
    Proofs,
    Leaves,
    Salts,
    Payloads,
    Openings,
    Lines,
    Statements,
    Originals,
}

impl Class {
    /// None for the verifier key, which nobody can check against the log itself.
    fn of(path: &str) -> Option<Self> {
        match path.split('/').next() {
            Some("checkpoint" | "checkpoints") => Some(Self::Checkpoints),
            Some("tile") if path.starts_with("tile/entries/") => Some(Self::Bundles),
            Some("tile") => Some(Self::Tiles),
            Some("content") => Some(Self::Contents),
            _ => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Checkpoints => "checkpoints",
            Self::Tiles => "tiles",
            Self::Bundles => "bundles",
            Self::Contents => "contents",
            Self::Proofs => "proofs",
            Self::Leaves => "leaves",
            Self::Salts => "salts",
            Self::Payloads => "payloads",
            Self::Openings => "openings",
            Self::Lines => "lines of custody",
            Self::Statements => "statements",
            Self::Originals => "originals",
        }
    }
}

/// Bytes of one file that belong to one class.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Region {
    path: String,
    from: usize,
    length: usize,
    class: Class,
}

/// A program of others, and which files it reads.
struct Program {
    name: &'static str,
    covers: &'static [Class],
    command: fn(&Path) -> anyhow::Result<Command>,
}

const PROGRAMS: &[Program] = &[
    Program { name: "go-xmod", covers: &[Class::Checkpoints, Class::Tiles, Class::Bundles], command: go },
    Program { name: "rust-crates", covers: &[Class::Checkpoints, Class::Tiles, Class::Bundles], command: crates },
    Program { name: "python", covers: &[Class::Checkpoints, Class::Tiles, Class::Bundles, Class::Contents], command: python },
];

/// One bit of one file; no bit where the file stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Flip {
    class: Class,
    path: String,
    at: usize,
    bit: Option<u8>,
}

/// What a program said.
#[derive(Debug, Default)]
struct Said {
    /// Sizes and roots it found, by checkpoint.
    roots: BTreeMap<String, String>,
    /// How many proofs of each sort it made or judged.
    proofs: String,
    /// `found`, `held` or `uncovered` for each flip, by its number.
    flips: BTreeMap<usize, String>,
}

/// `cargo xtask strangers [ENTRIES]`
pub fn run(words: &[String]) -> Answer {
    let entries = number(words, ENTRIES)?;
    let folder = target().join("strangers");
    let town = folder.join("town");
    for old in [&town, &folder.join("footage")].into_iter().filter(|old| old.exists()) {
        std::fs::remove_dir_all(old).context("clearing the last run's log")?;
    }
    std::fs::create_dir_all(&folder)?;
    let mut write = built("handbell", "long_log")?;
    let wrote = write
        .arg(&town)
        .arg(entries.to_string())
        .args([folder.join("cosigned"), folder.join("footage")])
        .status()
        .context("writing the long log")?;
    ensure!(wrote.success(), "the long log was not written");
    let log = folder.join("log");
    let _ = std::fs::remove_file(&log);
    std::os::unix::fs::symlink("town/public/log", &log).context("naming the log")?;
    let flips = sample(&regions(&log)?, &FLIPS, &mut Dice(0x2545_f491_4f6c_dd1d));
    write_list(&folder.join("flips"), &flips)?;

    let (mut passed, mut failed) = (0, 0);
    let mut say = |holds: bool, what: String| {
        println!("{}{what}", if holds { "" } else { "FAILED " });
        *(if holds { &mut passed } else { &mut failed }) += 1;
    };
    let mut all: Vec<Said> = Vec::new();
    for program in PROGRAMS {
        match asked((program.command)(&folder)?.arg(&folder)) {
            Ok(said) => {
                let sizes = said.roots.values().filter_map(|root| root.split(' ').next()).collect::<Vec<_>>().join(", ");
                say(
                    !said.roots.is_empty(),
                    format!("{}: roots of {sizes} entries; proofs of inclusion and consistency: {}", program.name, said.proofs),
                );
                for (holds, what) in judged(&FLIPS, &flips, program.covers, &said.flips) {
                    say(holds, format!("{}: {what}", program.name));
                }
                all.push(said);
            }
            Err(why) => say(false, format!("{}: {why:#}", program.name)),
        }
    }
    let agree = all.len() == PROGRAMS.len() && all.windows(2).all(|two| two[0].roots == two[1].roots && two[0].proofs == two[1].proofs);
    say(agree, "all of them found the same roots under every checkpoint and accept the same proofs".to_owned());
    let cosigned = all.iter().all(|said| said.roots.contains_key(COSIGNED) && said.roots.get(COSIGNED) == said.roots.get("checkpoint"));
    say(cosigned, "all of them read the same text where cosigners' lines stand under it".to_owned());
    let mut verify = Command::new(place::program("handbell")?);
    say(verify.arg("verify").arg(&town).status().context("running handbell verify")?.success(), "handbell verify agrees".to_owned());
    for (holds, what) in outsider::all(&folder, &log, entries.into())? {
        say(holds, what);
    }
    for (holds, what) in pack::all(&folder)? {
        say(holds, what);
    }
    Ok(closing("strangers", passed, failed))
}

fn target() -> PathBuf {
    place::root().join(place::variable("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// Builds an example and answers how to start it.
fn built(package: &str, example: &str) -> anyhow::Result<Command> {
    let built =
        place::cargo().args(["build", "--quiet", "--locked", "-p", package, "--example", example]).status().context("running cargo")?;
    ensure!(built.success(), "{example} does not build");
    Ok(Command::new(target().join("debug").join("examples").join(example)))
}

fn crates(_folder: &Path) -> anyhow::Result<Command> {
    built("handbell-log", "strangers")
}

/// Debian's Go with Debian's x/mod; nothing is fetched.
pub fn go(folder: &Path) -> anyhow::Result<Command> {
    let program = folder.join("xmod");
    let listed = Command::new("dpkg").args(["-L", "golang-golang-x-mod-dev"]).output().context("asking dpkg where x/mod lies")?;
    let listed = String::from_utf8(listed.stdout)?;
    let gopath = listed.lines().find_map(|line| line.strip_suffix("/src/golang.org/x/mod/sumdb/tlog"));
    let gopath = gopath.context("golang.org/x/mod is not here; install golang-go and golang-golang-x-mod-dev")?;
    let mut build = Command::new("go");
    build.args(["build", "-o"]).arg(&program).arg(".").current_dir(place::root().join("crates/handbell-log/strangers/xmod"));
    build.env("GO111MODULE", "off").env("GOPATH", gopath).env("GOCACHE", folder.join("go-cache")).env("GOFLAGS", "");
    ensure!(build.status().context("running go")?.success(), "the Go program does not build");
    Ok(Command::new(program))
}

fn python(_folder: &Path) -> anyhow::Result<Command> {
    Ok(script("verify.py"))
}

/// `HANDBELL_TEST_PYTHON` names a Python that has `cryptography`; `./check` makes one.
fn script(name: &str) -> Command {
    let mut command = Command::new(place::variable("HANDBELL_TEST_PYTHON").unwrap_or_else(|| "python3".into()));
    // Not `-I`, which some systems' wrappers do not know; -B leaves no folder beside the source.
    command.arg("-B").arg(place::root().join("crates/handbell-log/strangers").join(name));
    command
}

/// Runs a program and reads what it says. One that ends badly or says something unknown could not be asked.
fn asked(program: &mut Command) -> anyhow::Result<Said> {
    let output = program.stderr(Stdio::inherit()).output().context("starting it")?;
    let text = String::from_utf8(output.stdout).context("it said something that is not text")?;
    if !output.status.success() {
        bail!("it ended with {}: {}", output.status, text.lines().last().unwrap_or("no word"));
    }
    read(&text)
}

fn read(text: &str) -> anyhow::Result<Said> {
    let mut said = Said::default();
    for line in text.lines() {
        let (first, rest) = line.split_once(' ').with_context(|| format!("it said `{line}`"))?;
        match first {
            "root" => {
                let (path, root) = rest.split_once(' ').with_context(|| format!("it said `{line}`"))?;
                said.roots.insert(path.to_owned(), root.to_owned());
            }
            "proofs" => said.proofs = rest.to_owned(),
            "flip" => {
                let (flip, verdict) = rest.split_once(' ').with_context(|| format!("it said `{line}`"))?;
                said.flips.insert(flip.parse()?, verdict.to_owned());
            }
            _ => println!("  {line}"),
        }
    }
    Ok(said)
}

/// For each class whether the program found what it covers, and said so of what it does not.
fn judged(wanted: &[(Class, usize)], flips: &[Flip], covers: &[Class], said: &BTreeMap<usize, String>) -> Vec<(bool, String)> {
    let mut all = Vec::new();
    for (class, _) in wanted {
        let mine: Vec<(usize, &Flip)> = flips.iter().enumerate().filter(|(_, flip)| flip.class == *class).collect();
        let covered = covers.contains(class);
        let expected = |flip: &Flip| match (covered, flip.bit) {
            (false, _) => "uncovered",
            (true, Some(_)) => "found",
            (true, None) => "held",
        };
        let others: Vec<&(usize, &Flip)> =
            mine.iter().filter(|(number, flip)| said.get(number).map(String::as_str) != Some(expected(flip))).collect();
        let (changed, files) = (
            mine.iter().filter(|(_, flip)| flip.bit.is_some()).count(),
            mine.iter().map(|(_, flip)| &flip.path).collect::<BTreeSet<_>>().len(),
        );
        let mut what = match covered {
            true => format!("{changed} changed bits of {} in {files} files, each found", class.word()),
            false => format!("does not read {}, and says so", class.word()),
        };
        if let Some((number, flip)) = others.first() {
            let answer = said.get(number).map_or("nothing", String::as_str);
            let _ = write!(what, " but for {}: {} byte {} bit {:?} was answered `{answer}`", others.len(), flip.path, flip.at, flip.bit);
        }
        all.push((others.is_empty() && changed > 0, what));
    }
    all
}

/// Chance that is the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap_or_default()
    }
}

/// The published files with their lengths.
fn files(log: &Path) -> anyhow::Result<Vec<(String, usize)>> {
    let (mut found, mut open) = (Vec::new(), vec![log.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(log)?.to_str().context("a name that is not text")?.to_owned();
                found.push((name, usize::try_from(path.metadata()?.len())?));
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// The published log, file by file.
fn regions(log: &Path) -> anyhow::Result<Vec<Region>> {
    let region = |(path, length): (String, usize)| Some(Region { class: Class::of(&path)?, path, from: 0, length });
    Ok(files(log)?.into_iter().filter_map(region).collect())
}

/// Bits of each class: every other one in a file that is drawn like any other file, so that the few tiles high up
/// in the tree are met, and the rest in files drawn by their length.
fn sample(regions: &[Region], wanted: &[(Class, usize)], dice: &mut Dice) -> Vec<Flip> {
    let mut flips = Vec::new();
    for &(class, many) in wanted {
        let mine: Vec<&Region> = regions.iter().filter(|region| region.class == class && region.length > 0).collect();
        let total: usize = mine.iter().map(|region| region.length).sum();
        for number in 0..if mine.is_empty() { 0 } else { many + UNCHANGED } {
            let (region, at) = if number % 2 == 0 {
                let region = mine[dice.below(mine.len())];
                (region, dice.below(region.length))
            } else {
                let mut at = dice.below(total);
                let drawn = mine.iter().find(|region| {
                    let here = at < region.length;
                    at -= if here { 0 } else { region.length };
                    here
                });
                (*drawn.expect("a byte below the total lies in some file"), at)
            };
            let bit = (number < many).then(|| u8::try_from(dice.below(8)).unwrap_or_default());
            flips.push(Flip { class, path: region.path.clone(), at: region.from + at, bit });
        }
    }
    flips
}

/// Writes the list for the programs: path, byte and bit, or `-` where the file stays as it is.
fn write_list(to: &Path, flips: &[Flip]) -> anyhow::Result<()> {
    let bit = |flip: &Flip| flip.bit.map_or("-".into(), |bit| bit.to_string());
    let list: String = flips.iter().map(|flip| format!("{} {} {}\n", flip.path, flip.at, bit(flip))).collect();
    std::fs::write(to, list).context("writing the list of bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published() -> Vec<Region> {
        let files = [
            ("checkpoint", 200),
            ("vkey", 90),
            ("tile/0/000", 8_192),
            ("tile/1/000.p/1", 32),
            ("tile/entries/000", 15_104),
            ("content/000", 120),
        ];
        let region = |(path, length): (&str, usize)| Some(Region { class: Class::of(path)?, path: path.to_owned(), from: 0, length });
        files.into_iter().filter_map(region).collect()
    }

    fn answers(flips: &[Flip], covers: &[Class]) -> BTreeMap<usize, String> {
        let answer = |flip: &Flip| match (covers.contains(&flip.class), flip.bit) {
            (false, _) => "uncovered",
            (true, Some(_)) => "found",
            (true, None) => "held",
        };
        flips.iter().map(answer).map(str::to_owned).enumerate().collect()
    }

    #[test]
    fn ten_thousand_bits_are_drawn_from_every_file_but_the_key() {
        let flips = sample(&published(), &FLIPS, &mut Dice(1));
        assert_eq!(flips.iter().filter(|flip| flip.bit.is_some()).count(), 10_000);
        assert_eq!(flips.len(), 10_000 + 4 * UNCHANGED);
        let drawn: BTreeSet<&str> = flips.iter().map(|flip| flip.path.as_str()).collect();
        assert_eq!(
            drawn.into_iter().collect::<Vec<_>>(),
            ["checkpoint", "content/000", "tile/0/000", "tile/1/000.p/1", "tile/entries/000"]
        );
        assert!(flips.iter().all(|flip| published().iter().any(|region| region.path == flip.path && flip.at < region.length)));
        assert_eq!(flips, sample(&published(), &FLIPS, &mut Dice(1)), "the same in every run");
    }

    #[test]
    fn one_bit_missed_one_false_alarm_and_one_silence_are_each_a_failure() {
        let flips = sample(&published(), &FLIPS, &mut Dice(1));
        let covers = [Class::Checkpoints, Class::Tiles, Class::Bundles];
        let good = answers(&flips, &covers);
        assert!(judged(&FLIPS, &flips, &covers, &good).iter().all(|(holds, _)| *holds));
        let first = |wanted: &dyn Fn(&Flip) -> bool| flips.iter().position(wanted).unwrap();
        let tile = |flip: &Flip| flip.class == Class::Tiles;
        let changed = first(&|flip| tile(flip) && flip.bit.is_some());
        let unchanged = first(&|flip| tile(flip) && flip.bit.is_none());
        let content = first(&|flip| flip.class == Class::Contents);
        for (place, answer) in [(changed, "held"), (changed, "uncovered"), (unchanged, "found"), (content, "found")] {
            let mut bad = good.clone();
            bad.insert(place, answer.to_owned());
            assert_eq!(judged(&FLIPS, &flips, &covers, &bad).iter().filter(|(holds, _)| !holds).count(), 1, "{answer}");
        }
        let mut silent = good.clone();
        silent.remove(&changed);
        assert!(judged(&FLIPS, &flips, &covers, &silent).iter().any(|(holds, _)| !holds));
        assert!(judged(&FLIPS, &[], &covers, &good).iter().all(|(holds, _)| !holds), "nothing drawn shows nothing");
    }

    #[test]
    fn what_a_program_says_is_read_and_half_a_line_is_not() {
        let said = read("root checkpoint 3 abc=\nproofs 256 15\nopened 9 withdrawn 1 public 2\nflip 0 found\nflip 12 held\n").unwrap();
        assert_eq!((said.roots["checkpoint"].as_str(), said.proofs.as_str()), ("3 abc=", "256 15"));
        assert_eq!((said.flips[&0].as_str(), said.flips[&12].as_str()), ("found", "held"));
        assert!(read("flip 1\n").is_err() && read("found\n").is_err());
    }
}
