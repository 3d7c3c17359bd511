//! Repair: brings this group's log back from a neighbour that keeps a copy of it, after a disk was lost.
//!
//! Believed is what this group's own key signed and nothing of the neighbour's word: the newest checkpoint there, every
//! entry and every content are verified as anybody would verify them, and whatever is still published here must be a
//! beginning of it. Then the log moves whole, into a store that has published nothing (decisions 0022 and 0062). The
//! private desk is not in the log: reports, members and subscriptions are not brought back.
//! PROMISE the-log-signs-one-tree, across a lost disk: `serve` asks the configured neighbours first, and signs nothing
//! from a store that is behind what one of them has seen signed by our key.

use super::town::{self, STORE_FILE, Staging, Town, check_begins};
use super::{Answer, Stopped, catch_up, say};
use crate::acts::take_over::{TakeOverError, take_over};
use crate::config::NeighbourSettings;
use crate::export::lines::{ReadEntry, ReadLog};
use crate::folder::{self, Use};
use crate::mirror::neighbour::folder_of;
use crate::mirror::site::{REPAIRS_WITHIN, Site, log_prefix};
use crate::store::sql::{SqlStore, restored};
use crate::work::sequencer::SEEN_ELSEWHERE;
use crate::work::sequencer::mark::marks_with_places;
use anyhow::Context;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::cosigner::origin_hash;
use handbell_log::note::VerifierKey;
use handbell_log::source::{Folder, Source, SourceError};
use handbell_log::tile::content_path;
use handbell_log::tree::Frontier;
use handbell_log::verify::{Gaps, State, Verdict, verify_log_with_gaps};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// How long `serve` waits at its start for a neighbour to say what it has seen.
const SAYS_WITHIN: Duration = Duration::from_secs(5);

fn could_not(why: impl std::fmt::Display) -> Stopped {
    Stopped(Answer::CouldNotTell, why.to_string())
}

fn no(why: impl Into<String>) -> Stopped {
    Stopped(Answer::No, why.into())
}

/// What to do about a content that one copy has not.
const WITH_GAPS: &str = ". Ask another neighbour; if nobody has it any more, --with-gaps brings the log back without these words";

/// What is said of contents that the store lacks. Another copy may have fewer or more of them. Nobody may have it open.
pub(super) async fn say_gaps(store: &Path) -> anyhow::Result<()> {
    let missing = restored::gaps(store).await.context("counting what is missing")?.len();
    if missing > 0 {
        say(&format!(
            "the words of {missing} entries are MISSING: their places in the log stand, and the record says that they are missing here. \
             `repair` from a neighbour who has them puts them back"
        ));
    }
    Ok(())
}

/// The neighbour's copy of a log of ours: below its site's prefix, or in a folder that mirrors. All answers of a site
/// take no longer than `within`.
fn copy_of(neighbour: &str, origin: &str, stop: watch::Receiver<bool>, within: Duration) -> Result<Box<dyn Source + Send>, SourceError> {
    match neighbour.contains("://") {
        true => {
            let prefix = format!("{}/neighbours/{}", log_prefix(neighbour), origin_hash(origin));
            Ok(Box::new(Site::new(&prefix, stop, within)?))
        }
        false => Ok(Box::new(Folder::open(folder_of(Path::new(neighbour), origin).join("log"))?)),
    }
}

/// A source whose contents are kept as they were read, so that what was verified is what is taken over.
struct Remembered<'source> {
    source: &'source dyn Source,
    contents: Mutex<HashMap<String, Vec<u8>>>,
}

impl Source for Remembered<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        let bytes = self.source.read(path)?;
        if let Some(bytes) = bytes.as_ref().filter(|_| path.starts_with("content/")) {
            self.contents.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), bytes.clone());
        }
        Ok(bytes)
    }
}

/// Verifies everything of a copy, by our own key. Contents may be missing where the caller said so.
pub(super) fn read(source: &dyn Source, key: &VerifierKey, gaps: &Gaps) -> Result<ReadLog, Stopped> {
    let remembered = Remembered { source, contents: Mutex::default() };
    let verified = verify_log_with_gaps(&remembered, key, gaps).map_err(|failure| {
        let answer = match failure.verdict {
            Verdict::Wrong => Answer::No,
            Verdict::CouldNotTell => Answer::CouldNotTell,
        };
        let hint = if failure.place.starts_with("content/") && failure.sentence.contains("missing") { WITH_GAPS } else { "" };
        Stopped(answer, format!("the copy that was read: {failure}{hint}"))
    })?;
    let mut contents = remembered.contents.into_inner().unwrap_or_else(PoisonError::into_inner);
    let entries = verified.entries.iter().map(|entry| {
        let open = matches!(entry.state, State::Open(_));
        let content = contents.remove(&content_path(entry.index)).filter(|_| open);
        ReadEntry { leaf: entry.leaf, content }
    });
    let entries = entries.collect();
    Ok(ReadLog { vkey: key.clone(), verified, entries })
}

/// Checks that whatever this folder still has published is a beginning of what was read.
fn check_beside(dir: &Path, log: &ReadLog) -> Result<(), Stopped> {
    let public = dir.join("public");
    let marked = marks_with_places(&public, &log.vkey).map_err(|error| match error.root_cause().is::<std::io::Error>() {
        true => could_not(format!("{error:#}")),
        false => no(format!("{error:#}")),
    })?;
    let mut beside: Vec<_> = marked.into_iter().map(|(path, _, marked)| (path, marked)).collect();
    for path in ["log/checkpoint", SEEN_ELSEWHERE].map(|path| public.join(path)) {
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(could_not(format!("{}: {error}", path.display()))),
        };
        let ours = Checkpoint::open(&bytes, &log.vkey).map_err(|error| no(format!("{}: {error}", path.display())))?;
        beside.push((path, ours));
    }
    for (path, ours) in beside {
        let held = log.entries.len() as u64;
        if ours.size > held {
            return Err(no(format!(
                "{} signs {} entries and the neighbour holds {held}; ask another neighbour, because entries that were seen must not be \
                 signed over",
                path.display(),
                ours.size
            )));
        }
        let first = log.entries.iter().take(usize::try_from(ours.size).unwrap_or(usize::MAX));
        let tree: Frontier = first.map(|entry| entry.leaf.hash()).collect();
        if tree.root() != ours.root {
            return Err(no(format!("{} signs another tree than the neighbour's copy; nothing is brought back", path.display())));
        }
    }
    Ok(())
}

/// `handbell repair`.
pub async fn run(dir: &Path, neighbour: &str, gaps: Gaps) -> anyhow::Result<Answer> {
    let folder = folder::open(dir, Use::Writing)?;
    let key = folder.log_key.verifier().clone();
    let (_running, stop) = watch::channel(false);
    let source = copy_of(neighbour, key.name(), stop, REPAIRS_WITHIN).map_err(could_not)?;
    let reading = tokio::task::spawn_blocking(move || read(source.as_ref(), &key, &gaps));
    let log = reading.await.context("reading the neighbour's copy")??;
    let store = dir.join(STORE_FILE);
    let (held, lacks) = if store.exists() { catch_up::held(&store, &folder.log_key).await? } else { (0, 0) };
    let behind = held < log.entries.len() as u64;
    if lacks > 0 && held > log.entries.len() as u64 {
        // The log went on since; the neighbour may hold the words that are missing here all the same.
        if !catch_up::begins_with(&store, &folder.log_key, &log).await? {
            return Err(no("the neighbour's copy is no beginning of this log; nothing is taken from it").into());
        }
        return catch_up::bring(dir, folder, held, &log).await;
    }
    check_beside(dir, &log)?;
    if held > 0 && (behind || (held == log.entries.len() as u64 && lacks > 0)) {
        // An older copy was put back, or one with gaps: what it lacks is brought, and its desk stays.
        return catch_up::bring(dir, folder, held, &log).await;
    }
    if !store.exists() {
        // The whole log was verified before anything is made here.
        let made = SqlStore::create(&store, folder.log_key.clone(), folder.settings.status).await.context("making the store")?;
        made.close().await;
    }
    drop(folder);
    let town = town::open_unchecked(dir, &Staging::default()).await?;
    let taken = bring_back(&town, &log).await;
    if taken.is_ok() {
        town.publish().await.context("publishing what was brought back")?;
    }
    town.close().await;
    let incidents = taken?;
    let withdrawn = log.verified.entries.iter().filter(|entry| matches!(entry.state, State::Withdrawn { .. })).count();
    say(&format!(
        "brought back: {} entries of {incidents} incidents, {withdrawn} of them withdrawn, signed as {}",
        log.entries.len(),
        log.verified.checkpoint.origin
    ));
    say_gaps(&store).await?;
    say(&format!("next: handbell serve {}. Reports, members and subscriptions are not in the log; invite the members anew", dir.display()));
    Ok(Answer::Good)
}

async fn bring_back(town: &Town, log: &ReadLog) -> Result<usize, Stopped> {
    match take_over(&town.world, log).await {
        Ok(incidents) => Ok(incidents),
        Err(TakeOverError::LogNotEmpty(size)) if size >= log.entries.len() as u64 => {
            Err(no(format!("this store holds {size} log entries and the neighbour {}: nothing is missing here", log.entries.len())))
        }
        Err(TakeOverError::LogNotEmpty(size)) => Err(no(format!(
            "this store holds {size} log entries of {}. A log moves whole or not at all: bring a newer store back, or put {STORE_FILE} aside \
             (with its reports and members) and repair again",
            log.entries.len()
        ))),
        Err(TakeOverError::NotTaken(why)) => Err(no(why.to_string())),
        Err(TakeOverError::Act(why)) => Err(could_not(why)),
    }
}

/// What a neighbour has seen of our log, if it says so in time.
async fn seen_by(neighbour: &NeighbourSettings, key: &VerifierKey) -> Option<Checkpoint> {
    let (_running, stop) = watch::channel(false);
    let source = copy_of(&neighbour.url, key.name(), stop, SAYS_WITHIN);
    let asked = tokio::task::spawn_blocking(move || source.and_then(|source| source.read("checkpoint")));
    let unknown = |why: &dyn std::fmt::Display| {
        tracing::warn!(neighbour = %neighbour.url, %why, "a neighbour does not say what it has seen of our log");
    };
    match tokio::time::timeout(SAYS_WITHIN, asked).await {
        Ok(Ok(Ok(None))) => None,
        Ok(Ok(Ok(Some(bytes)))) => Checkpoint::open(&bytes, key).inspect_err(|error| unknown(error)).ok(),
        Ok(Ok(Err(error))) => {
            unknown(&error);
            None
        }
        Ok(Err(error)) => {
            unknown(&error);
            None
        }
        Err(late) => {
            unknown(&late);
            None
        }
    }
}

/// Asks the configured neighbours what they have seen of our log. A neighbour that does not answer stops nobody.
///
/// # Errors
/// When one has seen more than the store holds, or another tree; the sentence says which command repairs.
pub async fn check_neighbours(town: &Town) -> anyhow::Result<()> {
    let (folder, dir) = (&town.folder, town.folder.path.display());
    let key = folder.log_key.verifier();
    let neighbours = &folder.settings.neighbours;
    let seen = futures::future::join_all(neighbours.iter().map(|neighbour| seen_by(neighbour, key))).await;
    for (neighbour, seen) in neighbours.iter().zip(seen) {
        let Some(seen) = seen else { continue };
        check_begins(town.world.store.as_ref(), &seen).await.with_context(|| {
            format!(
                "the neighbour {url} has seen {} entries of our log. `handbell repair {dir} --from-neighbour {url}` brings a lost log back",
                seen.size,
                url = neighbour.url
            )
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mirror::sample::SampleLog;
    use crate::work::sequencer::mark::MARKS;

    #[test]
    fn a_copy_is_believed_only_whole_and_only_by_our_own_key() {
        let mut log = SampleLog::of(300);
        log.withdraw(2);
        let key = log.key.verifier().clone();
        let found = read(&log.published(), &key, &Gaps::None).unwrap();
        assert_eq!((found.entries.len(), found.entries.iter().filter(|entry| entry.content.is_some()).count()), (301, 299));
        assert_eq!(found.entries[7].content, log.content(7), "salt and payload as they were");
        let stranger = handbell_log::note::SigningKey::from_seed(key.name(), &[9; 32]).unwrap();
        assert_eq!(read(&log.published(), stranger.verifier(), &Gaps::Any).unwrap_err().0, Answer::No);
        for path in ["content/007", "tile/entries/001.p/45", "tile/0/000"] {
            let mut source = log.published();
            source.files.remove(path);
            let stopped = read(&source, &key, &Gaps::None).unwrap_err();
            assert_eq!((stopped.0, stopped.1.contains("--with-gaps")), (Answer::No, path.starts_with("content/")), "{path}: {}", stopped.1);
            // A leaf or a tile is never let be missing, and what is missing is never taken for withdrawn.
            let with_gaps =
                read(&source, &key, &Gaps::Any).map(|log| (log.verified.missing().collect::<Vec<_>>(), log.entries[7].content.clone()));
            match path {
                "content/007" => assert_eq!(with_gaps.unwrap(), (vec![7], None)),
                _ => assert_eq!(with_gaps.unwrap_err().0, Answer::No, "{path}"),
            }
        }
        let mut source = log.published();
        source.files.clear();
        assert_eq!(read(&source, &key, &Gaps::Any).unwrap_err().0, Answer::CouldNotTell);
    }

    #[test]
    fn what_is_still_published_here_must_be_a_beginning_of_the_copy() {
        let dir = tempfile::tempdir().unwrap();
        let log = SampleLog::of(9);
        let copy = read(&log.published(), log.key.verifier(), &Gaps::None).unwrap();
        let public = dir.path().join("public");
        std::fs::create_dir_all(&public).unwrap();
        check_beside(dir.path(), &copy).unwrap();
        let mut other = SampleLog::of(4);
        other.say("another story");
        let longer = SampleLog::of(10);
        for (mark, fits) in
            [(log.at(5).checkpoint(), true), (log.checkpoint(), true), (longer.checkpoint(), false), (other.checkpoint(), false)]
        {
            for place in MARKS {
                std::fs::write(public.join(place), &mark).unwrap();
                let answer = check_beside(dir.path(), &copy);
                std::fs::remove_file(public.join(place)).unwrap();
                match answer {
                    Ok(()) => assert!(fits),
                    Err(Stopped(answer, why)) => {
                        assert!(!fits && answer == Answer::No);
                        assert!(why.starts_with(&format!("{} ", public.join(place).display())), "{place}: {why}");
                    }
                }
            }
        }
    }
}
