//! Acts of taking over: another log's entries become this group's first, word for word.
//!
//! By hand of whoever runs the server, and only into a group that has published nothing: a log cannot be
//! mixed with another. Everything was verified before ([`crate::export::lines::read`]); the store checks again
//! what its own promise needs.

use super::ActError;
use crate::acts::record::logged;
use crate::export::lines::ReadLog;
use crate::store::LogRow;
use crate::world::World;
use handbell_log::verify::State;
use handbell_rules::id::IncidentId;
use handbell_rules::playbook::Reach;
use handbell_rules::record::kept::{KeptEntry, NotTaken, taken_over};
use handbell_rules::record::projection::LoggedEntry;
use std::collections::BTreeMap;

/// Why a log was not taken over.
#[derive(Debug, thiserror::Error)]
pub enum TakeOverError {
    /// This group has a log of its own.
    #[error(
        "this group has published {0} log entries of its own. Entries keep their places and signatures, so a log can only be taken over \
         into a group that has published nothing; make a new one with `handbell init`"
    )]
    LogNotEmpty(u64),
    /// A rule says no.
    #[error(transparent)]
    NotTaken(#[from] NotTaken),
    /// The world says no.
    #[error(transparent)]
    Act(#[from] ActError),
}

impl From<crate::store::StoreError> for TakeOverError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Act(error.into())
    }
}

/// Takes a verified log over. Answers how many incidents it opened.
///
/// # Errors
/// [`TakeOverError`], and then nothing was written.
pub async fn take_over(world: &World, log: &ReadLog) -> Result<usize, TakeOverError> {
    if let Some(checkpoint) = world.store.checkpoint().await? {
        return Err(TakeOverError::LogNotEmpty(checkpoint.size));
    }
    let mut streams: BTreeMap<IncidentId, Vec<LoggedEntry>> = BTreeMap::new();
    let mut entries = Vec::with_capacity(log.entries.len());
    for (index, entry) in (0..).zip(&log.entries) {
        let (stream, kind) = (IncidentId(entry.leaf.stream().0), entry.leaf.kind_code());
        let (leaf, content) = (entry.leaf.encode().to_vec(), entry.content.clone());
        let row = LogRow { index, stream, kind, leaf, content };
        let missing = log.verified.entries.get(entries.len()).is_some_and(|entry| entry.state == State::Missing);
        // Read by itself, so what became of it is known from the whole log and not from this row.
        let read = logged(std::slice::from_ref(&row))?.into_iter().map(|read| LoggedEntry { missing, ..read });
        streams.entry(stream).or_default().extend(read);
        entries.push(KeptEntry { stream, kind, leaf: row.leaf, content: row.content, missing });
    }
    let playbook = &world.group.playbook;
    let can_be_home = |kind: &str| playbook.kind(kind).is_none_or(|kind| kind.reach(Reach::Public, true).is_some());
    let change = taken_over(world.private_id(), world.group.status, entries, &streams, can_be_home, world.now())?;
    world.commit(change).await?;
    Ok(streams.values().filter(|entries| entries.iter().any(|entry| entry.kind == 1)).count())
}
