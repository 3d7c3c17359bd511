//! The sequencer: writes the derived files of the log and publishes the newest checkpoint.
//!
//! It decides nothing: leaves, contents and the signed checkpoint stand in the store already. It writes
//! tiles, bundles, contents and the projected pages into the folder's `public/`, then the mark that somebody
//! may have seen the checkpoint, and only then the checkpoint, so that whoever reads it finds everything it
//! covers. A crash leaves files that the next step writes again, the same to the byte.

mod edge;
mod shelf;
mod tables;
#[cfg(test)]
mod tests;

use self::edge::{Edge, Filed};
use self::shelf::Shelf;
use self::tables::Tables;
pub use self::tables::table_path;
use crate::acts::record::logged;
use crate::store::{LogRow, StoreError};
use crate::world::World;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::note::Note;
use handbell_log::tile;
use handbell_rules::id::IncidentId;
use handbell_rules::record::projection::project;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;

/// Rows read at once.
const ROWS_AT_ONCE: u32 = 1_024;
/// Where the newest checkpoint that anybody may have seen stands, below the group's `public/`.
pub const HIGH_WATER: &str = "high-water";

/// The sequencer, with the edge of what it has published.
pub struct Sequencer {
    shelf: Shelf,
    edge: Mutex<Edge>,
    tables: Mutex<Tables>,
}

fn broken(error: impl std::fmt::Display) -> StoreError {
    StoreError::Broken(error.to_string())
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
        Self { shelf: Shelf::new(folder), edge: Mutex::default(), tables: Mutex::default() }
    }

    /// Publishes whatever the store holds beyond what was published. Returns the size published.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when a disk does not do as asked: what was published stays, and the next step
    /// does all of it again. [`StoreError::Broken`] when the leaves are not what the checkpoint signs; nothing of
    /// them is published then.
    pub async fn step(&self, world: &World) -> Result<u64, StoreError> {
        let Some(newest) = world.store.checkpoint().await? else { return Ok(0) };
        // Kept only when everything stands on the shelf.
        let mut edge = self.edge.lock().expect("no holder of this lock panics").clone();
        if edge.size() == newest.size {
            return Ok(newest.size);
        }
        let snapshots = tables::newest(world, newest.size).await?;
        let mut touched: BTreeSet<IncidentId> = BTreeSet::new();
        while edge.size() < newest.size {
            let rest = u32::try_from(newest.size - edge.size()).unwrap_or(u32::MAX);
            let rows = world.store.log_rows(edge.size(), rest.min(ROWS_AT_ONCE)).await?;
            if rows.is_empty() {
                return Err(broken("the checkpoint covers leaves that are not there"));
            }
            touched.extend(rows.iter().map(|row| row.stream));
            self.shelve(&rows, &mut edge)?;
            self.tables.lock().expect("no holder of this lock panics").follow(&rows, &snapshots, &self.shelf)?;
        }
        let signed = Note::parse(newest.note.as_bytes()).map_err(broken)?;
        let signed = Checkpoint::parse(signed.text()).map_err(broken)?;
        if (signed.size, signed.root) != (edge.size(), edge.root()) {
            return Err(broken("the leaves are not what the checkpoint signs"));
        }
        self.file(edge.unfinished().map_err(broken)?)?;
        for incident in touched {
            self.page(world, incident, newest.size).await?;
        }
        // Whoever reads the checkpoint remembers it, so we do before them.
        self.shelf.put_durably(HIGH_WATER, newest.note.as_bytes())?;
        // Kept for good: whoever holds an entry can show by which time it was signed (docs/formats/checkpoint.md).
        self.shelf.put(&format!("log/checkpoints/{}", newest.size), newest.note.as_bytes())?;
        self.shelf.put("log/checkpoint", newest.note.as_bytes())?;
        *self.edge.lock().expect("no holder of this lock panics") = edge;
        Ok(newest.size)
    }

    /// Puts contents and whatever they fill up on the shelf.
    fn shelve(&self, rows: &[LogRow], edge: &mut Edge) -> Result<(), StoreError> {
        for row in rows {
            let path = |index| format!("log/{}", tile::content_path(index));
            match &row.content {
                Some(content) => self.shelf.put(&path(row.index), content)?,
                None => self.shelf.take_away(&path(row.index))?,
            }
            // After the contents: an entry and its withdrawal may be new in the same step.
            if let Some(target) = withdrawn_by(row) {
                self.shelf.take_away(&path(target))?;
            }
            self.file(edge.append(&row.leaf).map_err(broken)?)?;
        }
        Ok(())
    }

    fn file(&self, filed: Vec<Filed>) -> Result<(), StoreError> {
        filed.iter().try_for_each(|(id, bytes)| self.shelf.put(&format!("log/{}", id.path()), bytes))
    }

    /// Puts the page of an incident, as of a size of the log.
    async fn page(&self, world: &World, incident: IncidentId, size: u64) -> Result<(), StoreError> {
        let stream = world.store.stream(incident).await?;
        let stream: Vec<LogRow> = stream.into_iter().filter(|row| row.index < size).collect();
        let entries = logged(&stream).map_err(broken)?;
        let Some(page) = project(incident, &entries) else { return Ok(()) };
        self.shelf.put(&format!("incidents/{incident}.json"), &serde_json::to_vec(&page).map_err(broken)?)
    }
}
