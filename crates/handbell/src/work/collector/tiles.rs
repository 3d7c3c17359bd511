//! Tiles: hashes of the published tree, read from the folder that the world reads.
//!
//! A proof takes a few rows of them, however long the log is. What they give is compared with signed roots by whoever
//! asks; a damaged tile makes a proof that does not hold, and is never taken for what somebody else did.

use handbell_log::hash::Hash;
use handbell_log::source::{Folder, Source, SourceError};
use handbell_log::tile::{LeafHashes, TILE_WIDTH, TileId};
use std::ops::Range;

/// The tiles of a tree of so many leaves.
pub struct Tiles<'folder> {
    /// The published log.
    pub folder: &'folder Folder,
    /// Leaves of the tree.
    pub size: u64,
}

impl Tiles<'_> {
    fn row(&self, level: u8, index: u64) -> Result<Vec<Hash>, SourceError> {
        let width = u64::from(TILE_WIDTH);
        let there = (self.size >> (8 * u32::from(level))).saturating_sub(index * width).min(width);
        let id = TileId::Hashes { level, index, width: u16::try_from(there).unwrap_or(TILE_WIDTH) };
        let missing = |problem: &str| SourceError { path: id.path(), problem: problem.to_owned(), cause: None };
        let bytes = match self.folder.read(&id.path())? {
            Some(bytes) => bytes,
            // The partial tile may be gone once the full one is there.
            None => self.folder.read(&id.full().path())?.ok_or_else(|| missing("it is not there"))?,
        };
        let hashes = bytes.chunks_exact(32).map(|bytes| Hash(bytes.try_into().expect("pieces of 32 bytes"))).collect::<Vec<_>>();
        if (hashes.len() as u64) < there || !bytes.len().is_multiple_of(32) { Err(missing("it is cut off")) } else { Ok(hashes) }
    }
}

impl LeafHashes for Tiles<'_> {
    type Error = SourceError;

    fn leaf_hashes(&self, range: Range<u64>) -> Result<Vec<Hash>, SourceError> {
        self.level_hashes(0, range)
    }

    fn level_hashes(&self, level: u8, range: Range<u64>) -> Result<Vec<Hash>, SourceError> {
        let width = u64::from(TILE_WIDTH);
        let mut hashes = Vec::new();
        let mut next = range.start;
        while next < range.end {
            let row = self.row(level, next / width)?;
            let until = range.end.min((next / width + 1) * width);
            let place = |position: u64| usize::try_from(position % width).expect("below 256");
            let part = row.get(place(next)..=place(until - 1));
            hashes.extend_from_slice(part.ok_or_else(|| SourceError {
                path: format!("tile/{level}/{}", next / width),
                problem: "it is shorter than the tree".to_owned(),
                cause: None,
            })?);
            next = until;
        }
        Ok(hashes)
    }
}
