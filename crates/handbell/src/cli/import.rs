//! Import: what comes into the record from a file, by hand of whoever runs the server.
//!
//! A scenario is an event written down with its sources, claims and what the desk says about them. It goes
//! through the same rules as what an editor writes, and every page that follows says that it was entered from
//! a file. A log of another group (`--as jsonl`) is taken over word for word instead, entry by entry, into a
//! group that has published nothing. The drill inside a scenario is left where it is: practice never enters the record.
//! Rows of tables ([`tables`]) and histories of public lists ([`histories`]) come in by the thousand, and can be
//! brought again.

mod histories;
mod tables;

use super::town::{self, Staging};
use super::{Answer, Stopped, article, control, say};
use crate::acts::take_over::{TakeOverError, take_over};
use crate::bring::rejects::Rejects;
use crate::export::lines;
use anyhow::Context;
use handbell_rules::playbook::Playbook;
use handbell_rules::record::brought::row::Marked;
use handbell_rules::scenario::Scenario;
use std::path::{Path, PathBuf};

/// Bytes of a scenario file that are read.
pub const SCENARIO_BYTES_MAX: u64 = 1024 * 1024;

/// Reads a scenario and holds it against the group's playbook.
///
/// # Errors
/// What is wrong with the file, with the place where it is.
pub fn read(name: &str, text: &str, playbook: &Playbook) -> Result<Scenario, String> {
    let scenario = Scenario::parse(name, text).map_err(|why| why.to_string())?;
    scenario.check(playbook).map_err(|why| why.to_string())?;
    Ok(scenario)
}

/// Reads a scenario that may stand in a record: one that is all practice may not.
///
/// # Errors
/// As [`read`], and when nothing of it happened.
pub fn read_event(name: &str, text: &str, playbook: &Playbook) -> Result<Scenario, String> {
    let scenario = read(name, text, playbook)?;
    match scenario.practice {
        true => Err("this scenario is made up for practice and never enters a record; `handbell drill` plays it".to_owned()),
        false => Ok(scenario),
    }
}

/// What belongs to some kinds of files only.
#[derive(Debug, Clone, Default)]
pub struct With {
    /// For jsonl: the key of the log's publisher as known from elsewhere.
    pub key: Option<String>,
    /// Which column says what.
    pub map: Option<PathBuf>,
    /// For revisions-jsonl: the edits.
    pub edits: Option<PathBuf>,
    /// What becomes of a row with words that the guard marks.
    pub marked: Option<Marked>,
    /// For article: when it was published.
    pub published: Option<String>,
    /// For article: the incident at whose page it would be accepted.
    pub incident: Option<String>,
    /// For article: print for programs.
    pub json: bool,
}

/// `handbell import DIR FILE --as KIND`.
pub async fn run(dir: &Path, file: &Path, kind: &str, with: With) -> anyhow::Result<Answer> {
    let usage = |why: &str| anyhow::Error::from(Stopped(Answer::Usage, why.to_owned()));
    let table = matches!(kind, "events-csv" | "reports-csv" | "revisions-jsonl");
    if with.key.is_some() && kind != "jsonl" {
        return Err(usage("--key belongs to --as jsonl: nothing else is signed"));
    }
    if with.map.is_some() && !table {
        return Err(usage("--map belongs to --as events-csv, reports-csv and revisions-jsonl"));
    }
    if with.marked.is_some() && !matches!(kind, "events-csv" | "revisions-jsonl") {
        return Err(usage("--marked belongs to --as events-csv and revisions-jsonl"));
    }
    if with.edits.is_some() != (kind == "revisions-jsonl") {
        return Err(usage("--as revisions-jsonl takes the items as FILE and what changed in them as --edits FILE"));
    }
    if (with.published.is_some() || with.incident.is_some() || with.json) && kind != "article" {
        return Err(usage("--published, --incident and --json belong to --as article"));
    }
    let marked = with.marked.unwrap_or_default();
    match kind {
        "scenario" => scenario(dir, file).await,
        "jsonl" => log(dir, file, with.key.as_deref()).await,
        "events-csv" => tables::events(dir, file, with.map.as_deref(), marked).await,
        "reports-csv" => tables::reports(dir, file, with.map.as_deref()).await,
        "revisions-jsonl" => match (&with.edits, &with.map) {
            (Some(edits), Some(map)) => histories::run(dir, file, edits, map, marked).await,
            _ => Err(usage("--as revisions-jsonl needs --map FILE, which says whose list it is")),
        },
        "article" => article::run(dir, file, with.published.as_deref(), with.incident.as_deref(), with.json),
        other => {
            Err(usage(&format!("--as {other} is not known; choose scenario, events-csv, revisions-jsonl, reports-csv, jsonl or article")))
        }
    }
}

/// What came of a file.
#[derive(Debug, Default)]
struct Counts {
    rows: u64,
    incidents: u64,
    entered: u64,
    already: u64,
    refused: u64,
    left_out: u64,
    unchanged: u64,
    why: Vec<String>,
}

impl Counts {
    fn of(rows: u64) -> Self {
        Self { rows, ..Self::default() }
    }

    fn because(&mut self, rejects: &Rejects) {
        let told = |what: &str, (name, count): (&&str, &u64)| format!("  {count} {what}: {name}");
        self.why = rejects.rows.iter().map(|one| told("refused", one)).collect();
        self.why.extend(rejects.words.iter().map(|one| told("left out of a row", one)));
    }

    fn say(&self, rejects: Option<&Path>, what: &str) {
        let Self { rows, incidents, entered, already, refused, left_out, .. } = self;
        say(&format!("{rows} {what}: {entered} entered, {already} were there already, {refused} refused"));
        if *incidents > 0 {
            say(&format!("{incidents} incidents"));
        }
        if self.unchanged > 0 {
            say(&format!("{} change nothing that is told here", self.unchanged));
        }
        if *left_out > 0 {
            say(&format!("{left_out} texts and addresses left out of what was entered"));
        }
        self.why.iter().for_each(|line| say(line));
        if let Some(path) = rejects {
            say(&format!("What is not in the record stands in {}, with its words: only you should read it.", path.display()));
        }
    }
}

/// How far it is, on standard error, for whoever waits.
pub(super) struct Progress {
    all: u64,
    done: u64,
    told: u64,
    what: &'static str,
}

/// Rows between two words about how far it is.
const TELLS_EVERY: u64 = 1_000;

impl Progress {
    pub(super) fn of(all: u64, what: &'static str) -> Self {
        Self { all, done: 0, told: 0, what }
    }

    #[expect(clippy::print_stderr, reason = "whoever typed the command sees how far it is, and a pipe does not")]
    fn tell(&mut self) {
        self.told = self.done;
        match self.all {
            0 => eprintln!("{} {}", self.done, self.what),
            all => eprintln!("{} of {all} {}", self.done, self.what),
        }
    }

    pub(super) fn step(&mut self, rows: u64) {
        self.done += rows;
        if self.done >= self.told + TELLS_EVERY {
            self.tell();
        }
    }

    pub(super) fn end(&mut self) {
        if self.done > self.told {
            self.tell();
        }
    }
}

async fn scenario(dir: &Path, file: &Path) -> anyhow::Result<Answer> {
    let length = std::fs::metadata(file).with_context(|| format!("reading {}", file.display()))?.len();
    if length > SCENARIO_BYTES_MAX {
        return Err(Stopped(Answer::No, format!("{} is larger than a scenario can be", file.display())).into());
    }
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let page = control::import(dir, &name, &text).await?;
    say(&format!("entered into the public record: {page}"));
    say("Every page of it says that it was entered from a file and not approved by two members.");
    Ok(Answer::Good)
}

async fn log(dir: &Path, file: &Path, key: Option<&str>) -> anyhow::Result<Answer> {
    let shown = file.display();
    let opened = std::fs::File::open(file).with_context(|| format!("reading {shown}"))?;
    let read = lines::read(std::io::BufReader::new(opened));
    let read = read.map_err(|why| Stopped(Answer::No, format!("{shown} is not taken over: {why}")))?;
    if let Some(key) = key
        && key != read.vkey.to_string()
    {
        return Err(Stopped(Answer::No, format!("{shown} is signed by another key: {}", read.vkey)).into());
    }
    // A log is taken over before a group opens its doors, so there is nothing to ask a running server for: the
    // folder's lock says whether there is one.
    let town = town::open(dir, &Staging::default()).await?;
    let taken = take_over(&town.world, &read).await;
    if taken.is_ok() {
        town.publish().await?;
    }
    let own = town.world.group.log_vkey.clone();
    town.close().await;
    let incidents = taken.map_err(|why| {
        let answer = if matches!(why, TakeOverError::Act(_)) { Answer::CouldNotTell } else { Answer::No };
        Stopped(answer, why.to_string())
    })?;
    let checkpoint = &read.verified.checkpoint;
    say(&format!("taken over: {} entries, {incidents} incidents, word for word at the same places", checkpoint.size));
    say(&format!("They were signed as {} by {}.", checkpoint.origin, read.vkey));
    if key.is_none() {
        say("That key is the file's own word; pass --key to check against one you know.");
    }
    say(&format!("From here on they are signed by this group's own key: {own}"));
    Ok(Answer::Good)
}
