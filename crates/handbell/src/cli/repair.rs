//! Repair: brings a group's store up to the log it has published, from its own published files or from a neighbour.
//!
//! For a folder of which an older copy was put back, and for one that lost its disk. Nothing is believed: the whole log
//! is verified against the group's own key first, and it must go on from what the store holds. What the desk wrote
//! since the copy was made is not public and does not come back.

use super::town::STORE_FILE;
use super::{Answer, say};
use crate::folder::{self, GroupFolder, Use};
use crate::mirror::site::Site;
use crate::store::log::LogKey;
use crate::store::sql::SqlStore;
use crate::store::sql::restored::{self, Done, Missing};
use crate::store::{LogRow, Store};
use crate::work::sequencer::HIGH_WATER;
use anyhow::Context;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::leaf::{Body, Leaf};
use handbell_log::note::VerifierKey;
use handbell_log::source::{Folder, Source, SourceError};
use handbell_log::tile::content_path;
use handbell_log::verify::{State, Verdict, Verified, verify_log};
use handbell_rules::id::IncidentId;
use std::path::Path;

/// What this folder has published: the log's files, under the newest checkpoint that anybody may have seen.
pub struct Published {
    /// None where only the mark is there.
    folder: Option<Folder>,
    newest: Vec<u8>,
}

impl Published {
    /// None where nothing is published.
    ///
    /// # Errors
    /// For files that cannot be read, or are not this key's.
    pub fn of(dir: &Path, key: &VerifierKey) -> anyhow::Result<Option<(Self, Checkpoint)>> {
        let public = dir.join("public");
        let mut newest: Option<(Vec<u8>, Checkpoint)> = None;
        // The mark survives a power cut, and is there before the checkpoint; the checkpoint may have been copied back alone.
        for path in [public.join(HIGH_WATER), public.join("log").join("checkpoint")] {
            let bytes = match std::fs::read(&path) {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
            };
            let checkpoint = Checkpoint::open(&bytes, key).with_context(|| format!("{} is not this group's", path.display()))?;
            if let Some((_, known)) = &newest
                && known.size == checkpoint.size
            {
                anyhow::ensure!(known.root == checkpoint.root, "{HIGH_WATER} and the published checkpoint are of two trees");
            }
            if newest.as_ref().is_none_or(|(_, known)| known.size < checkpoint.size) {
                newest = Some((bytes, checkpoint));
            }
        }
        let Some((newest, checkpoint)) = newest else { return Ok(None) };
        let log = public.join("log");
        let folder = if log.is_dir() { Some(Folder::open(log).context("opening the published log")?) } else { None };
        Ok(Some((Self { folder, newest }, checkpoint)))
    }

    /// Entries whose words are withdrawn by any entry of the published log. Reads leaves alone, and checks that they are
    /// those that were signed.
    ///
    /// # Errors
    /// For a log that is not whole.
    pub fn withdrawn(&self, signed: &Checkpoint) -> anyhow::Result<Vec<u64>> {
        let leaves = crate::mirror::pull::read_entries(self, 0, signed.size)?;
        let tree: handbell_log::tree::Frontier = leaves.iter().map(|leaf| handbell_log::hash::leaf_hash(leaf)).collect();
        anyhow::ensure!(tree.root() == signed.root, "the published entries are not what was signed");
        let target = |leaf: &Vec<u8>| match Leaf::decode(leaf).ok()?.body() {
            Body::Withdrawal { target, .. } => Some(*target),
            _ => None,
        };
        Ok(leaves.iter().filter_map(target).collect())
    }
}

impl Source for Published {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        match (path, &self.folder) {
            ("checkpoint", _) => Ok(Some(self.newest.clone())),
            (path, Some(folder)) => folder.read(path),
            (_, None) => Ok(None),
        }
    }
}

/// Takes the words that were withdrawn since from an older copy of the store. Nobody may have it open.
///
/// # Errors
/// For published files that are not whole; then nothing was written.
pub async fn take_withdrawn_words(dir: &Path, key: &LogKey) -> anyhow::Result<u64> {
    let (dir_of, verifier) = (dir.to_owned(), key.verifier().clone());
    let read = move || match Published::of(&dir_of, &verifier)? {
        Some((published, signed)) => published.withdrawn(&signed),
        None => Ok(Vec::new()),
    };
    let withdrawn = tokio::task::spawn_blocking(read).await??;
    let done = restored::bring(&dir.join(STORE_FILE), key, &Missing { withdrawn, ..Missing::default() }).await?;
    Ok(done.words)
}

/// Where the log is read from.
fn source_of(dir: &Path, from: Option<&str>, key: &VerifierKey) -> anyhow::Result<Box<dyn Source>> {
    match from {
        None => {
            let none = "nothing is published in this folder; name a neighbour's copy with --from";
            Ok(Box::new(Published::of(dir, key)?.context(none)?.0))
        }
        Some(site) if site.starts_with("http://") || site.starts_with("https://") => Ok(Box::new(Site::new(site)?)),
        Some(folder) => {
            let below = Path::new(folder);
            let log = [below.join("public/log"), below.join("log")].into_iter().find(|log| log.join("checkpoint").is_file());
            Ok(Box::new(Folder::open(log.unwrap_or_else(|| below.to_owned()))?))
        }
    }
}

/// The rows of a verified log after the ones that are held.
fn rows_after(source: &dyn Source, verified: &Verified, held: u64) -> anyhow::Result<Vec<LogRow>> {
    let mut rows = Vec::new();
    for entry in verified.entries.iter().filter(|entry| entry.index >= held) {
        let content = match entry.state {
            State::Open(_) => Some(source.read(&content_path(entry.index))?.context("a content went while it was read")?),
            State::Withdrawn { .. } | State::Public => None,
        };
        rows.push(LogRow {
            index: entry.index,
            stream: IncidentId(entry.leaf.stream().0),
            kind: entry.leaf.kind_code(),
            leaf: entry.leaf.encode().to_vec(),
            content,
        });
    }
    Ok(rows)
}

/// Reads and verifies what a store lacks. An answer instead of an error where the log itself is not good.
fn missing(source: &dyn Source, key: &VerifierKey, held: u64) -> anyhow::Result<Result<Missing, (Answer, String)>> {
    let verified = match verify_log(source, key) {
        Ok(verified) => verified,
        Err(failure) => {
            let answer = if failure.verdict == Verdict::Wrong { Answer::No } else { Answer::CouldNotTell };
            return Ok(Err((answer, failure.to_string())));
        }
    };
    let signed = (verified.checkpoint.size, verified.checkpoint.root);
    if signed.0 < held {
        let words = format!("the store holds {held} entries and that log {}: there is nothing to bring", signed.0);
        return Ok(Err((Answer::No, words)));
    }
    let withdrawn =
        verified.entries.iter().filter(|entry| matches!(entry.state, State::Withdrawn { .. })).map(|entry| entry.index).collect();
    Ok(Ok(Missing { rows: rows_after(source, &verified, held)?, signed: Some(signed), withdrawn }))
}

/// Makes an empty store where the file is gone; how many entries the store holds.
async fn held(folder: &GroupFolder, path: &Path) -> anyhow::Result<u64> {
    let key = folder.log_key.clone();
    let store = if path.exists() {
        SqlStore::open(path, key).await.context("opening the store")?
    } else {
        SqlStore::create(path, key, folder.settings.status).await.context("making the store")?
    };
    let held = store.checkpoint().await?.map_or(0, |newest| newest.size);
    store.close().await;
    Ok(held)
}

/// `handbell repair`.
pub async fn run(dir: &Path, from: Option<&str>) -> anyhow::Result<Answer> {
    let folder = folder::open(dir, Use::Writing)?;
    let path = dir.join(STORE_FILE);
    let held = held(&folder, &path).await?;
    let (verifier, dir_of, from) = (folder.log_key.verifier().clone(), dir.to_owned(), from.map(str::to_owned));
    let read = move || missing(source_of(&dir_of, from.as_deref(), &verifier)?.as_ref(), &verifier, held);
    let missing = tokio::task::spawn_blocking(read).await??;
    let missing = match missing {
        Ok(missing) => missing,
        Err((answer, words)) => {
            say(&format!("nothing was changed: {words}"));
            return Ok(answer);
        }
    };
    let size = missing.signed.map_or(held, |(size, _)| size);
    let Done { entries, words } = restored::bring(&path, &folder.log_key, &missing).await?;
    say(&format!(
        "repaired: {entries} log entries came back, {words} lost their words, the log stands at {size}. What the desk wrote since the copy was made is not in it"
    ));
    Ok(Answer::Good)
}
