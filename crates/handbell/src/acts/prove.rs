//! Acts of proving: the file from which anybody checks one page of the record without the rest of the log.
//!
//! Made from an incident's own entries and a few published tiles, so that it costs the same however long the log is. What
//! was withdrawn by a commit that has returned is in none. Every proof is verified before it is given out: one that
//! would not hold is our fault and is not shown.
//! The format is described in `docs/formats/proof.md`.

pub(crate) mod hashes;

use self::hashes::Hashes;
use super::ActError;
use super::record::logged;
use crate::store::LogRow;
use crate::work::sequencer::table_path;
use crate::world::World;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::hash::Hash;
use handbell_log::leaf::{Body, Content, Leaf, Stream};
use handbell_log::note::{Note, VerifierKey};
use handbell_log::page_proof::{Completeness, OwnEntry, PAGE_PROOF_BYTES_MAX, PageProof, PlacedRow, Projection, Remainder, place};
use handbell_log::policy::Policy;
use handbell_log::proof;
use handbell_log::snapshot::{ROW_BYTES, Row, row_hash};
use handbell_rules::id::IncidentId;
use handbell_rules::record::entry::EntryKind;
use handbell_rules::record::projection::project;
use std::path::Path;

/// Leaves after the newest snapshot that a proof brings at most. With more it says nothing of later entries; the next
/// snapshot comes long before ([`handbell_rules::record::snapshot::SNAPSHOT_ENTRIES_MAX`]).
const AFTER_MAX: u64 = 4_096;
/// Snapshots looked at: the newest may be so new that its table does not stand in the folder yet.
const SNAPSHOTS: u32 = 2;
/// How often it is made when something is withdrawn meanwhile.
const TRIES: u32 = 3;

fn broken(error: impl std::fmt::Display) -> ActError {
    ActError::Broken(error.to_string())
}

/// Proves the page of an incident as it is now. `public` is the group's folder of that name.
///
/// # Errors
/// [`ActError::NotFound`] for what is not in the record; [`ActError::Unavailable`] while the page has entries that are not
/// published yet; [`ActError::Broken`] where what is published would not verify.
pub async fn prove(world: &World, public: &Path, incident: IncidentId) -> Result<Vec<u8>, ActError> {
    let mut tries = 1;
    loop {
        let gathered = Gathered::read(world, public, incident).await?;
        let log = public.join("log");
        // Tiles are read from a disk, and paths are hashed: not for a thread that answers others.
        let made = tokio::task::spawn_blocking(move || gathered.prove(&log)).await.map_err(broken)?;
        match made {
            Err(_) if tries < TRIES => tries += 1,
            made => return made,
        }
    }
}

/// What a proof is made of, read from the store.
struct Gathered {
    incident: IncidentId,
    key: VerifierKey,
    note: Note,
    checkpoint: Checkpoint,
    /// The incident's entries below the checkpoint.
    rows: Vec<LogRow>,
    /// The newest snapshots below the checkpoint with the leaves behind each, the newest first.
    snapshots: Vec<(LogRow, Vec<Leaf>)>,
    /// The tables of these, where they stand in the folder.
    tables: Vec<Option<Vec<u8>>>,
}

fn read_note(bytes: &[u8]) -> Result<(Note, Checkpoint), ActError> {
    let note = Note::parse(bytes).map_err(broken)?;
    let checkpoint = Checkpoint::parse(note.text()).map_err(broken)?;
    Ok((note, checkpoint))
}

async fn file(path: &Path) -> Result<Option<Vec<u8>>, ActError> {
    match tokio::fs::read(path).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(broken(error)),
    }
}

async fn rows(world: &World, from: u64, to: u64) -> Result<Vec<LogRow>, ActError> {
    Ok(world.store.log_rows(from, u32::try_from(to.saturating_sub(from)).unwrap_or(u32::MAX)).await?)
}

impl Gathered {
    async fn read(world: &World, public: &Path, incident: IncidentId) -> Result<Self, ActError> {
        // The published one and no other: a signature that nobody has seen yet is marked on the disk before it is shown
        // (`crate::work::sequencer`), and what the store signed beyond it is not. What is withdrawn is at once in no proof.
        let newer = || ActError::Unavailable("the page has entries that are not published yet".into());
        let Some(published) = file(&public.join("log/checkpoint")).await? else {
            return Err(if world.store.stream(incident).await?.is_empty() { ActError::NotFound } else { newer() });
        };
        let (note, checkpoint) = read_note(&published)?;
        // Entries are read after the size they are held against, so none below it is missing.
        let stream = world.store.stream(incident).await?;
        if stream.last().ok_or(ActError::NotFound)?.index >= checkpoint.size {
            return Err(newer());
        }
        let mut snapshots = Vec::new();
        let mut tables = Vec::new();
        for (index, _) in world.store.newest_of_kind(EntryKind::Snapshot.code(), checkpoint.size, SNAPSHOTS).await? {
            let behind = checkpoint.size - index - 1;
            let mut some = if behind <= AFTER_MAX { rows(world, index, checkpoint.size).await? } else { Vec::new() };
            if !some.is_empty() {
                let snapshot = some.remove(0);
                let after = some.iter().map(|row| Leaf::decode(&row.leaf)).collect::<Result<_, _>>().map_err(broken)?;
                snapshots.push((snapshot, after));
                tables.push(file(&public.join(table_path(index))).await?);
            }
        }
        let key = VerifierKey::parse(&world.group.log_vkey).map_err(broken)?;
        Ok(Self { incident, key, note, checkpoint, rows: stream, snapshots, tables })
    }

    fn prove(self, log: &Path) -> Result<Vec<u8>, ActError> {
        let hashes = Hashes::of(log, self.checkpoint.size);
        let stream = Stream(*self.incident.bytes());
        let page = project(self.incident, &logged(&self.rows)?).ok_or(ActError::NotFound)?;
        // Of words that are missing here nothing can be shown.
        if page.missing() > 0 {
            return Err(ActError::NotFound);
        }
        let mut made = PageProof::of(self.note.clone(), &self.checkpoint, stream, own(&self.rows)?, &hashes).map_err(broken)?;
        made.projection = Some(Projection { version: page.projection.into(), hash: Hash(page.sha256()) });
        made.remainder = self.remainder(stream, &hashes)?;
        let policy = Policy::of_log(self.key.clone());
        let mut verdict = made.verify(&policy).map_err(broken)?;
        // A page that begins after the snapshot and whose first entry is gone cannot be seen to be whole.
        if matches!(verdict.completeness, Completeness::Failed(_)) {
            made.remainder = None;
            verdict = made.verify(&policy).map_err(broken)?;
        }
        if !verdict.holds() {
            return Err(ActError::Broken("the proof of a page would not hold".into()));
        }
        let bytes = made.encode().map_err(broken)?;
        // No reader would take it. A page of so many entries is checked with the whole log.
        if bytes.len() > PAGE_PROOF_BYTES_MAX { Err(ActError::NotFound) } else { Ok(bytes) }
    }

    /// What shows that there are no later entries, by the newest snapshot whose table stands in the folder.
    fn remainder(&self, stream: Stream, hashes: &Hashes<'_>) -> Result<Option<Remainder>, ActError> {
        for ((snapshot, after), table) in self.snapshots.iter().zip(&self.tables) {
            let (Some(table), Some(content)) = (table, &snapshot.content) else { continue };
            let leaf = Leaf::decode(&snapshot.leaf).map_err(broken)?;
            let Some(placed) = place(hashes, &self.checkpoint, (snapshot.index, leaf)).map_err(broken)? else { continue };
            let content = Content::decode(content).map_err(broken)?;
            let remainder = Remainder { snapshot: placed, content, row: row(table, stream), after: after.clone() };
            return Ok(Some(remainder));
        }
        Ok(None)
    }
}

/// The row of a stream in a table, with its path.
fn row(table: &[u8], stream: Stream) -> Option<PlacedRow> {
    let (rows, _) = table.as_chunks::<ROW_BYTES>();
    let place = rows.binary_search_by(|row| row[..16].cmp(&stream.0)).ok()?;
    let hashes: Vec<Hash> = rows.iter().map(|row| row_hash(&Row::decode(row))).collect();
    let position = place as u64;
    Some(PlacedRow { position, row: Row::decode(&rows[place]), path: proof::inclusion(&hashes, position)? })
}

/// The committed entries of a stream, each with what opens it or the first withdrawal that names it.
fn own(rows: &[LogRow]) -> Result<Vec<OwnEntry>, ActError> {
    let leaves: Vec<(u64, Leaf)> = rows
        .iter()
        .map(|row| Ok((row.index, Leaf::decode(&row.leaf)?)))
        .collect::<Result<_, handbell_log::leaf::LeafError>>()
        .map_err(broken)?;
    let withdrawal = |of: u64| {
        let names = |leaf: &Leaf| matches!(leaf.body(), Body::Withdrawal { target, .. } if *target == of);
        leaves.iter().find(|(_, leaf)| names(leaf)).copied()
    };
    let committed = rows.iter().zip(&leaves).filter(|(_, (_, leaf))| leaf.is_committed());
    let entry = |(row, leaf): (&LogRow, &(u64, Leaf))| {
        let content = row.content.as_deref().map(Content::decode).transpose().map_err(broken)?;
        let withdrawal = if content.is_none() { withdrawal(row.index) } else { None };
        Ok(OwnEntry { leaf: *leaf, content, withdrawal })
    };
    committed.map(entry).collect()
}

#[cfg(test)]
mod tests;
