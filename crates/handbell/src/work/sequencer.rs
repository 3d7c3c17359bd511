//! The sequencer: writes the derived files of the log and publishes the newest checkpoint.
//!
//! It decides nothing: leaves, contents and the signed checkpoint stand in the store already. It writes
//! tiles, bundles, contents and the projected pages into the folder's `public/`, and only then puts the
//! checkpoint in place, so that whoever reads the checkpoint finds everything it covers. A crash leaves
//! files that the next step writes again, the same to the byte.

use crate::acts::record::logged;
use crate::store::{LogRow, StoreError};
use crate::world::World;
use handbell_log::hash::{Hash, leaf_hash};
use handbell_log::tile::{self, TileId};
use handbell_rules::id::IncidentId;
use handbell_rules::record::projection::project;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Rows read at once.
const ROWS_AT_ONCE: u32 = 1_024;

/// The sequencer's memory of what it has published.
pub struct Sequencer {
    folder: PathBuf,
    done: Mutex<Vec<Leaf>>,
}

#[derive(Clone)]
struct Leaf {
    bytes: Vec<u8>,
    hash: Hash,
}

struct Leaves<'a>(&'a [Leaf]);

impl tile::LeafHashes for Leaves<'_> {
    type Error = std::convert::Infallible;
    fn leaf_hashes(&self, range: std::ops::Range<u64>) -> Result<Vec<Hash>, Self::Error> {
        let of = |place: u64| usize::try_from(place).unwrap_or(usize::MAX);
        Ok(self.0[of(range.start)..of(range.end)].iter().map(|leaf| leaf.hash).collect())
    }
}

fn io(what: &str) -> impl Fn(std::io::Error) -> StoreError + '_ {
    move |error| StoreError::Unavailable(format!("{what}: {error}"))
}

/// Writes a file so that a reader sees the old one or the new one, never half of one.
fn put(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(io("making a folder of the log"))?;
    }
    let fresh = path.with_extension("new");
    std::fs::write(&fresh, bytes).map_err(io("writing a file of the log"))?;
    std::fs::rename(&fresh, path).map_err(io("putting a file of the log in place"))
}

/// Removes what is not to be given out any more; gone already is as good.
fn take_away(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io("removing a withdrawn content")(error)),
        _ => Ok(()),
    }
}

/// The entry whose content this row withdraws, if it withdraws one.
fn withdrawn_by(row: &LogRow) -> Option<u64> {
    match handbell_log::leaf::Leaf::decode(&row.leaf).ok()?.body() {
        handbell_log::leaf::Body::Withdrawal { target, .. } => Some(*target),
        _ => None,
    }
}

impl Sequencer {
    /// Publishes into `folder` (the group's `public/`).
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), done: Mutex::default() }
    }

    fn known(&self) -> u64 {
        self.done.lock().expect("no holder of this lock panics").len() as u64
    }

    /// Publishes whatever the store holds beyond what was published. Returns the size published.
    pub async fn step(&self, world: &World) -> Result<u64, StoreError> {
        let Some(checkpoint) = world.store.checkpoint().await? else { return Ok(0) };
        let before = self.known();
        if before == checkpoint.size {
            return Ok(before);
        }
        let mut rows: Vec<LogRow> = Vec::new();
        while before + (rows.len() as u64) < checkpoint.size {
            let more = world.store.log_rows(before + rows.len() as u64, ROWS_AT_ONCE).await?;
            if more.is_empty() {
                return Err(StoreError::Broken("the checkpoint covers leaves that are not there".into()));
            }
            rows.extend(more);
        }
        rows.truncate(usize::try_from(checkpoint.size - before).unwrap_or(usize::MAX));
        let log = self.folder.join("log");
        let mut leaves = self.done.lock().expect("no holder of this lock panics").clone();
        leaves.extend(rows.iter().map(|row| Leaf { hash: leaf_hash(&row.leaf), bytes: row.leaf.clone() }));
        for row in &rows {
            match &row.content {
                Some(content) => put(&log.join(tile::content_path(row.index)), content)?,
                None => take_away(&log.join(tile::content_path(row.index)))?,
            }
        }
        // After the contents: an entry and its withdrawal may be new in the same step.
        for target in rows.iter().filter_map(withdrawn_by) {
            take_away(&log.join(tile::content_path(target)))?;
        }
        for id in tile::tiles_between(before, checkpoint.size) {
            put(&log.join(id.path()), &tile_bytes(&leaves, &id)?)?;
        }
        let touched: BTreeSet<IncidentId> = rows.iter().map(|row| row.stream).collect();
        for incident in touched {
            let stream = world.store.stream(incident).await?;
            let stream: Vec<LogRow> = stream.into_iter().filter(|row| row.index < checkpoint.size).collect();
            let entries = logged(&stream).map_err(|error| StoreError::Broken(error.to_string()))?;
            if let Some(page) = project(incident, &entries) {
                let bytes = serde_json::to_vec(&page).map_err(|error| StoreError::Broken(error.to_string()))?;
                put(&self.folder.join("incidents").join(format!("{incident}.json")), &bytes)?;
            }
        }
        // Kept for good: whoever holds an entry can show by which time it was signed (docs/formats/checkpoint.md).
        put(&log.join(format!("checkpoints/{}", checkpoint.size)), checkpoint.note.as_bytes())?;
        put(&log.join("checkpoint"), checkpoint.note.as_bytes())?;
        *self.done.lock().expect("no holder of this lock panics") = leaves;
        Ok(checkpoint.size)
    }
}

fn tile_bytes(leaves: &[Leaf], id: &TileId) -> Result<Vec<u8>, StoreError> {
    match id {
        TileId::Entries { .. } => {
            let range = id.range();
            let of = |place: u64| usize::try_from(place).unwrap_or(usize::MAX);
            let entries: Vec<&[u8]> = leaves[of(range.start)..of(range.end)].iter().map(|leaf| leaf.bytes.as_slice()).collect();
            handbell_log::bundle::encode(&entries).map_err(|error| StoreError::Broken(error.to_string()))
        }
        TileId::Hashes { .. } => tile::tile_bytes(&Leaves(leaves), id).map_err(|never| match never {}),
    }
}
