//! Catch up: brings an older copy of a store up to its log, from the folder's own published files or a neighbour's.
//!
//! Nothing is believed: the whole log is verified against the group's own key first, and it must go on from what the
//! store holds. What the desk wrote since the copy was made is not public and does not come back. A log whose store
//! is gone comes back whole ([`super::repair`]).

use super::repair::copy::{missing, read};
use super::repair::{self, say_gaps};
use super::town::{self, STORE_FILE, Staging};
use super::{Answer, Stopped, say};
use crate::export::lines::ReadLog;
use crate::folder::{self, GroupFolder, Use};
use crate::store::Store;
use crate::store::log::LogKey;
use crate::store::sql::SqlStore;
use crate::store::sql::restored::{self, Done, Missing};
use crate::work::sequencer::mark::{is_torn, marks};
use anyhow::Context;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::hash::leaf_hash;
use handbell_log::leaf::{Body, Leaf};
use handbell_log::note::VerifierKey;
use handbell_log::source::{Folder, Source, SourceError};
use handbell_log::tree::Frontier;
use handbell_log::verify::Gaps;
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
        let mut seen = marks(&public, key)?;
        let path = public.join("log").join("checkpoint");
        match std::fs::read(&path) {
            Ok(bytes) if is_torn(&bytes) && !seen.is_empty() => {
                tracing::warn!("the published checkpoint is no whole file, as after a power cut; the mark beside it counts");
            }
            Ok(bytes) => {
                let checkpoint = Checkpoint::open(&bytes, key).with_context(|| format!("{} is not this group's", path.display()))?;
                seen.push((bytes, checkpoint));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
        }
        for (bytes, checkpoint) in seen {
            if let Some((_, known)) = &newest
                && known.size == checkpoint.size
            {
                anyhow::ensure!(known.root == checkpoint.root, "a mark and the published checkpoint are of two trees");
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

/// How many log entries a store holds, and of how many of them the words are missing. Nobody may have it open.
///
/// # Errors
/// For a store that cannot be opened.
pub async fn held(path: &Path, key: &LogKey) -> anyhow::Result<(u64, usize)> {
    let store = SqlStore::open(path, key.clone()).await.context("opening the store")?;
    let held = store.checkpoint().await?.map_or(0, |newest| newest.size);
    store.close().await;
    Ok((held, restored::gaps(path).await?.len()))
}

/// Whether the store's log begins with a verified one that is behind it: then its words fit here.
///
/// # Errors
/// For a store that cannot be opened.
pub async fn begins_with(path: &Path, key: &LogKey, log: &ReadLog) -> anyhow::Result<bool> {
    let store = SqlStore::open(path, key.clone()).await.context("opening the store")?;
    let (size, mut tree) = (log.verified.checkpoint.size, Frontier::default());
    while tree.size() < size {
        let rows = store.log_rows(tree.size(), u32::try_from(size - tree.size()).unwrap_or(u32::MAX).min(10_000)).await?;
        anyhow::ensure!(!rows.is_empty(), "the store's log ends before its own size");
        for row in rows {
            tree.append(leaf_hash(&row.leaf));
        }
    }
    store.close().await;
    Ok(tree.root() == log.verified.checkpoint.root)
}

/// Brings an older copy of a store what it lacks of a verified log, and publishes it.
///
/// # Errors
/// When the log does not go on from what the store holds; then nothing was written.
pub async fn bring(dir: &Path, folder: GroupFolder, held: u64, log: &ReadLog) -> anyhow::Result<Answer> {
    let Done { entries, words, filled } = restored::bring(&dir.join(STORE_FILE), &folder.log_key, &missing(log, held)).await?;
    // Its lock is given back, so that the town can be opened.
    drop(folder);
    let town = town::open(dir, &Staging::default()).await?;
    let published = town.publish().await;
    town.close().await;
    published.context("publishing what was brought back")?;
    let size = log.verified.checkpoint.size.max(held);
    say(&format!(
        "repaired: {entries} log entries came back, {words} lost their words, {filled} that were missing have theirs again, the log stands at \
         {size}. What the desk wrote since the copy was made is not in it"
    ));
    say_gaps(&dir.join(STORE_FILE)).await?;
    Ok(Answer::Good)
}

/// `handbell repair DIR`: from what this folder has published itself.
pub async fn run(dir: &Path, gaps: Gaps) -> anyhow::Result<Answer> {
    let folder = folder::open(dir, Use::Writing)?;
    let key = folder.log_key.verifier().clone();
    let Some((published, signed)) = Published::of(dir, &key)? else {
        return Err(
            Stopped(Answer::CouldNotTell, "nothing is published in this folder; name a neighbour with --from-neighbour".into()).into()
        );
    };
    let store = dir.join(STORE_FILE);
    if !store.exists() {
        let log = tokio::task::spawn_blocking(move || read(&published, &key, &gaps)).await.context("reading what was published")??;
        return repair::whole(dir, folder, &log).await;
    }
    let (held, lacks) = held(&store, &folder.log_key).await?;
    if held > signed.size && lacks == 0 {
        say(&format!("nothing was changed: the store holds {held} entries, and {} are published", signed.size));
        return Ok(Answer::Good);
    }
    let log = tokio::task::spawn_blocking(move || read(&published, &key, &gaps)).await.context("reading what was published")??;
    // A log in doubt may hold entries that it could not publish. Words of those that it did publish fit all the same.
    if held > signed.size && !begins_with(&store, &folder.log_key, &log).await? {
        return Err(Stopped(Answer::No, "what is published here is no beginning of the log in the store".to_owned()).into());
    }
    bring(dir, folder, held, &log).await
}
