//! Import: what comes into the record from a file, by hand of whoever runs the server.
//!
//! A scenario is an event written down with its sources, claims and what the desk says about them. It goes
//! through the same rules as what an editor writes, and every page that follows says that it was entered from
//! a file. A log of another group (`--as jsonl`) is taken over word for word instead, entry by entry, into a
//! group that has published nothing. The drill inside a scenario is left where it is: practice never enters the record.

use super::town::{self, Staging};
use super::{Answer, Stopped, control, say};
use crate::acts::take_over::{TakeOverError, take_over};
use crate::export::lines;
use anyhow::Context;
use handbell_rules::playbook::Playbook;
use handbell_rules::scenario::Scenario;
use std::path::Path;

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

/// `handbell import DIR FILE --as KIND`.
pub async fn run(dir: &Path, file: &Path, kind: &str, key: Option<&str>) -> anyhow::Result<Answer> {
    if key.is_some() && kind != "jsonl" {
        return Err(Stopped(Answer::Usage, "--key belongs to --as jsonl: nothing else is signed".into()).into());
    }
    match kind {
        "scenario" => scenario(dir, file).await,
        "jsonl" => log(dir, file, key).await,
        "events-csv" | "reports-csv" | "article" => {
            Err(Stopped(Answer::Usage, format!("--as {kind} is not built yet; --as scenario and --as jsonl are")).into())
        }
        other => Err(Stopped(Answer::Usage, format!("--as {other} is not known; choose scenario or jsonl")).into()),
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
