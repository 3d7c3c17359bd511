//! Repair: brings this group's log back from a neighbour that keeps a copy of it, after a disk was lost.
//!
//! Believed is what this group's own key signed and nothing of the neighbour's word: the newest checkpoint there, every
//! entry and every content are verified as anybody would verify them, and whatever is still published here must be a
//! beginning of it ([`copy`]). Then the log moves whole, into a store that has published nothing (decisions 0022 and 0062). The
//! private desk is not in the log: reports, members and subscriptions are not brought back.
//! PROMISE the-log-signs-one-tree, across a lost disk: `serve` asks the configured neighbours first, and signs nothing
//! from a store that is behind what one of them has seen signed by our key.

pub mod copy;

use self::copy::{Brings, check_ahead, check_beside, read_held};
use super::town::{self, STORE_FILE, Staging, Town, check_begins};
use super::{Answer, Stopped, called, catch_up, say};
use crate::acts::take_over::{TakeOverError, take_over};
use crate::config::NeighbourSettings;
use crate::export::lines::ReadLog;
use crate::folder::{self, GroupFolder, Use};
use crate::mirror::site::REPAIRS_WITHIN;
use crate::store::sql::{SqlStore, restored};
use anyhow::Context;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::note::VerifierKey;
use handbell_log::verify::{Gaps, State};
use std::path::Path;
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

/// `handbell repair`.
pub async fn run(dir: &Path, neighbour: &str, gaps: Gaps) -> anyhow::Result<Answer> {
    let folder = folder::open(dir, Use::Writing)?;
    let key = folder.log_key.verifier().clone();
    let (_running, stop) = watch::channel(false);
    let source = copy::of(neighbour, key.name(), stop, REPAIRS_WITHIN).map_err(could_not)?;
    let reading = tokio::task::spawn_blocking(move || read_held(source.as_ref(), &key, &gaps));
    let (log, ahead) = reading.await.context("reading the neighbour's copy")??;
    let store = dir.join(STORE_FILE);
    let (held, lacks) = if store.exists() { catch_up::held(&store, &folder.log_key).await? } else { (0, 0) };
    check_ahead(ahead.as_ref(), held)?;
    let brings = copy::brings(held, lacks, log.entries.len() as u64);
    if brings == Brings::Words {
        // The log went on since; the neighbour may hold the words that are missing here all the same.
        if !catch_up::begins_with(&store, &folder.log_key, &log).await? {
            return Err(no("the neighbour's copy is no beginning of this log; nothing is taken from it").into());
        }
        return catch_up::bring(dir, folder, held, &log).await;
    }
    check_beside(dir, &log)?;
    if brings == Brings::Rest {
        // An older copy was put back, or one with gaps: what it lacks is brought, and its desk stays.
        return catch_up::bring(dir, folder, held, &log).await;
    }
    // Where nothing is missing, taking over says so.
    whole(dir, folder, &log).await
}

/// Brings a verified log back whole, into a store that holds nothing of it and is made where there is none.
///
/// # Errors
/// Where the store holds something of it, and when it cannot be taken over or published.
pub(super) async fn whole(dir: &Path, folder: GroupFolder, log: &ReadLog) -> anyhow::Result<Answer> {
    let store = dir.join(STORE_FILE);
    if !store.exists() {
        // The whole log was verified before anything is made here.
        let made = SqlStore::create(&store, folder.log_key.clone(), folder.settings.status).await.context("making the store")?;
        made.close().await;
    }
    drop(folder);
    let town = town::open_unchecked(dir, &Staging::default()).await?;
    let taken = bring_back(&town, log).await;
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
    let (called, dir) = (called(), dir.display());
    say(&format!("next: {called} serve {dir}. Reports, members and subscriptions are not in the log; invite the members anew"));
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
    let source = copy::of(&neighbour.url, key.name(), stop, SAYS_WITHIN);
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
