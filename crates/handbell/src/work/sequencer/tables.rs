//! Tables: the rows of the newest snapshots, one file each, so that a page's proof finds its row and the path to it.
//!
//! The log holds a snapshot's root; its rows follow from the leaves before it and are kept for the newest two, so that
//! whoever began with the older one can end with it. Everybody else counts them again.

use super::broken;
use super::shelf::Shelf;
use crate::store::{LogRow, StoreError};
use crate::world::World;
use handbell_log::leaf::{Content, Leaf};
use handbell_log::payload;
use handbell_log::snapshot::{Snapshot, SnapshotHead};
use handbell_rules::record::entry::EntryKind;

/// Snapshots whose rows stand on the shelf.
const KEPT: usize = 2;

/// The file of a snapshot's rows, below the group's `public/`.
pub fn table_path(index: u64) -> String {
    format!("log/snapshots/{index}")
}

/// The places of the newest snapshots below a size, newest first: those whose rows are kept, and one whose rows go.
pub(super) async fn newest(world: &World, size: u64) -> Result<Vec<u64>, StoreError> {
    let at_most = u32::try_from(KEPT + 1).unwrap_or(u32::MAX);
    let found = world.store.newest_of_kind(EntryKind::Snapshot.code(), size, at_most).await?;
    Ok(found.into_iter().map(|(index, _)| index).collect())
}

/// How many entries each stream has, so far as the sequencer came. Leaves never change, so a step that fails and is
/// done again goes on from here.
#[derive(Debug, Clone, Default)]
pub(super) struct Tables {
    table: Snapshot,
}

impl Tables {
    /// Counts rows that were not counted yet, and puts the table of each snapshot among them that is to be kept.
    ///
    /// # Errors
    /// [`StoreError::Broken`] where a snapshot does not say what the leaves before it give; as [`Shelf::put`] otherwise.
    pub(super) fn follow(&mut self, rows: &[LogRow], snapshots: &[u64], shelf: &Shelf) -> Result<(), StoreError> {
        for row in rows {
            if snapshots.iter().take(KEPT).any(|index| *index == row.index) && row.index == self.table.size() {
                self.put(row, shelf)?;
            }
            if row.index == self.table.size() {
                self.table.append(&Leaf::decode(&row.leaf).map_err(broken)?);
            }
        }
        snapshots.iter().skip(KEPT).try_for_each(|index| shelf.take_away(&table_path(*index)))
    }

    fn put(&self, row: &LogRow, shelf: &Shelf) -> Result<(), StoreError> {
        let content = row.content.as_deref().and_then(|content| Content::decode(content).ok());
        let said = content.and_then(|content| SnapshotHead::of(&payload::check(&content.payload).ok()?));
        // A snapshot whose words are gone, or of a later version, has no table here.
        let Some(said) = said else { return Ok(()) };
        if said != self.table.head() {
            return Err(broken("a snapshot is not what the entries before it give"));
        }
        let rows: Vec<u8> = self.table.rows().flat_map(|row| row.encode()).collect();
        shelf.put(&table_path(row.index), &rows)
    }
}
