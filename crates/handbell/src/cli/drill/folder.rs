//! The drill's folder: `DIR/drill`, made anew for each drill, and the scores beside it.
//!
//! Only a folder that says of itself that it is an exercise, and that nobody holds, is ever cleared away.

use crate::cli::{Answer, Stopped, import, init};
use crate::config::Settings;
use crate::folder::{self, Use};
use crate::shipped;
use crate::stage::Stage;
use crate::world::MachineChance;
use anyhow::{Context, bail};
use handbell_rules::bell::mode::Status;
use handbell_rules::playbook::Playbook;
use handbell_rules::scenario::Scenario;
use handbell_rules::scenario::score::Score;
use handbell_rules::time::Timestamp;
use serde::Serialize;
use std::path::{Path, PathBuf};

const FOLDER: &str = "drill";
const SCORES: &str = "scores";
/// The last drill's folder while it is being cleared away.
const OLD: &str = "drill.old";

/// What a drill takes from its group.
pub struct Group {
    /// The group's settings.
    pub settings: Settings,
    /// Its playbook.
    pub playbook: Playbook,
    /// That playbook's name or whole path.
    pub playbook_name: String,
    /// Its area file's name or whole path.
    pub areas_name: String,
}

/// Reads the group in a folder, without its lock: its server may run.
pub fn group(dir: &Path) -> anyhow::Result<Group> {
    let opened = folder::open(dir, Use::Reading).map_err(|error| Stopped(Answer::Usage, format!("{error:#}")))?;
    let settings = opened.settings;
    let playbook = folder::playbook(dir, &settings.playbook)?;
    let found = |name: &str| -> anyhow::Result<String> {
        let inside = dir.join(name);
        match inside.exists() {
            true => Ok(inside.canonicalize().with_context(|| format!("finding {}", inside.display()))?.to_string_lossy().into_owned()),
            false => Ok(name.to_owned()),
        }
    };
    Ok(Group { playbook_name: found(&settings.playbook)?, areas_name: found(&settings.areas)?, playbook, settings })
}

/// Reads a scenario: by the name of one that ships, or from a file.
pub fn scenario(name: &str, playbook: &Playbook) -> anyhow::Result<Scenario> {
    let refused = |why: String| Stopped(Answer::Usage, why);
    let text = match shipped::DRILLS.iter().find(|(known, _)| *known == name) {
        Some((_, text)) => (*text).to_owned(),
        None => {
            let length = std::fs::metadata(name).map_err(|error| refused(format!("the scenario {name}: {error}")))?.len();
            if length > import::SCENARIO_BYTES_MAX {
                return Err(refused(format!("{name} is larger than a scenario can be")).into());
            }
            std::fs::read_to_string(name).map_err(|error| refused(format!("the scenario {name}: {error}")))?
        }
    };
    import::read(name, &text, playbook).map_err(|why| refused(format!("{name} is refused: {why}")).into())
}

/// Makes `DIR/drill` anew. Scores of earlier drills stay.
///
/// # Errors
/// When a drill runs there, or what lies there is no exercise.
pub async fn fresh(group: &Path, settings: &Settings) -> anyhow::Result<PathBuf> {
    let (dir, old) = (group.join(FOLDER), group.join(OLD));
    if dir.exists() {
        let known = folder::open(&dir, Use::Writing).with_context(|| format!("a drill in {} may still run", dir.display()))?;
        if known.settings.status != Status::Exercise {
            bail!("{} is no exercise and is left alone", dir.display());
        }
        // Left by a drill that was stopped while it cleared away.
        move_scores(&old, &dir)?;
        std::fs::rename(&dir, &old).with_context(|| format!("setting {} aside", dir.display()))?;
    }
    init(&dir, settings, &MachineChance).await?;
    move_scores(&old, &dir)?;
    Ok(dir)
}

/// Takes the scores over from a folder that goes, and removes it.
fn move_scores(from: &Path, to: &Path) -> anyhow::Result<()> {
    let scores = to.join(SCORES);
    std::fs::create_dir_all(&scores).with_context(|| format!("making {}", scores.display()))?;
    if !from.exists() {
        return Ok(());
    }
    if let Ok(entries) = std::fs::read_dir(from.join(SCORES)) {
        for entry in entries {
            let entry = entry.context("reading earlier scores")?;
            std::fs::rename(entry.path(), scores.join(entry.file_name())).context("keeping an earlier score")?;
        }
    }
    std::fs::remove_dir_all(from).with_context(|| format!("removing {}", from.display()))
}

#[derive(Serialize)]
struct Kept<'a> {
    scenario: &'a str,
    at: String,
    speed: f64,
    as_expected: bool,
    whole: bool,
    score: &'a Score,
}

/// Keeps a score: a file named for the second, written whole or not at all. It names members by their private
/// ids only.
pub fn keep(dir: &Path, stage: &Stage, score: &Score, now: Timestamp) -> anyhow::Result<PathBuf> {
    let name = now.utc_second().replace(':', "");
    let (path, new) = (dir.join(SCORES).join(format!("{name}.json")), dir.join(SCORES).join(format!("{name}.new")));
    let kept = Kept {
        scenario: &stage.title,
        at: now.utc_minute(),
        speed: stage.speed,
        as_expected: score.as_expected(),
        whole: stage.progress().sent == stage.length(),
        score,
    };
    std::fs::write(&new, serde_json::to_vec_pretty(&kept)?).with_context(|| format!("writing {}", new.display()))?;
    std::fs::rename(&new, &path).with_context(|| format!("writing {}", path.display()))?;
    Ok(path)
}
