//! Import: what comes into the record from a file, by hand of whoever runs the server.
//!
//! A scenario is an event written down with its sources, claims and what the desk says about them. It goes
//! through the same rules as what an editor writes, and every page that follows says that it was entered from
//! a file. The drill inside a scenario is left where it is: practice never enters the record.

use super::{Answer, Stopped, control, say};
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

/// `handbell import DIR FILE --as KIND`.
pub async fn run(dir: &Path, file: &Path, kind: &str) -> anyhow::Result<Answer> {
    match kind {
        "scenario" => scenario(dir, file).await,
        "events-csv" | "reports-csv" | "article" => {
            Err(Stopped(Answer::Usage, format!("--as {kind} is not built yet; --as scenario is")).into())
        }
        other => Err(Stopped(Answer::Usage, format!("--as {other} is not known; choose scenario")).into()),
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
