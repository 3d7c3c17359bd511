//! Edge: the right edge of the published log, which is all that its next tiles are made of.
//!
//! It holds the last, unfinished bundle and one unfinished tile of each level: a few hundred entries and
//! hashes, however long the log is. What is finished is handed out once, to be put on the shelf.

use handbell_log::bundle::{self, BundleError};
use handbell_log::hash::{Hash, leaf_hash};
use handbell_log::tile::{TILE_WIDTH, TileId};
use handbell_log::tree::{Frontier, root_of};

/// A tile or bundle with its bytes.
pub type Filed = (TileId, Vec<u8>);

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Edge {
    tree: Frontier,
    leaves: Vec<Vec<u8>>,
    levels: Vec<Vec<Hash>>,
}

fn hashes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

fn entries(leaves: &[Vec<u8>]) -> Result<Vec<u8>, BundleError> {
    bundle::encode(leaves.iter().map(Vec::as_slice))
}

impl Edge {
    /// How many entries the log has.
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    /// The log's root (RFC 6962 section 2.1).
    pub fn root(&self) -> Hash {
        self.tree.root()
    }

    /// Adds the next leaf. Answers with what is full now and never changes again: the bundle, and the tile of each
    /// level that it completes, leaves before their parents.
    ///
    /// # Errors
    /// For a leaf that is too long for a bundle.
    pub fn append(&mut self, leaf: &[u8]) -> Result<Vec<Filed>, BundleError> {
        let mut full = Vec::new();
        let mut hash = leaf_hash(leaf);
        self.tree.append(hash);
        self.leaves.push(leaf.to_vec());
        for level in 0.. {
            if self.levels.len() == usize::from(level) {
                self.levels.push(Vec::new());
            }
            let row = &mut self.levels[usize::from(level)];
            row.push(hash);
            if row.len() < usize::from(TILE_WIDTH) {
                break;
            }
            let row = std::mem::take(row);
            let index = (self.size() >> (8 * (u32::from(level) + 1))) - 1;
            if level == 0 {
                full.push((TileId::Entries { index, width: TILE_WIDTH }, entries(&std::mem::take(&mut self.leaves))?));
            }
            full.push((TileId::Hashes { level, index, width: TILE_WIDTH }, hashes(&row)));
            hash = root_of(&row);
        }
        Ok(full)
    }

    /// What is not full yet, as it is published at this size: the bundle, and the tile of each level.
    ///
    /// # Errors
    /// As [`Edge::append`].
    pub fn unfinished(&self) -> Result<Vec<Filed>, BundleError> {
        let mut some = Vec::new();
        for (level, row) in (0_u8..).zip(&self.levels).filter(|(_, row)| !row.is_empty()) {
            let index = self.size() >> (8 * (u32::from(level) + 1));
            let width = u16::try_from(row.len()).expect("a full tile is never kept");
            if level == 0 {
                some.push((TileId::Entries { index, width }, entries(&self.leaves)?));
            }
            some.push((TileId::Hashes { level, index, width }, hashes(row)));
        }
        Ok(some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use handbell_log::tile::{tile_bytes, tiles_between};
    use std::collections::BTreeMap;

    /// From every size to every later one around the places where tiles and levels fill up.
    #[test]
    fn the_edge_files_what_the_whole_log_would() {
        let leaves: Vec<Vec<u8>> = (0..65_800_u32).map(|number| number.to_string().into_bytes()).collect();
        let all: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        let sizes = [0, 1, 2, 254, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 65_792, 65_793];
        let mut edge = Edge::default();
        for step in sizes.windows(2) {
            let (before, size) = (step[0], step[1]);
            let mut filed: BTreeMap<TileId, Vec<u8>> = BTreeMap::new();
            for leaf in &leaves[before..size] {
                filed.extend(edge.append(leaf).unwrap());
            }
            filed.extend(edge.unfinished().unwrap());
            assert_eq!(edge.root(), root_of(&all[..size]), "{size}");
            let wanted = tiles_between(before as u64, size as u64);
            // What was unfinished before and did not grow is filed again, the same.
            for id in &wanted {
                let bytes = match id {
                    TileId::Entries { .. } => entries(&leaves[id.range().start as usize..id.range().end as usize]).unwrap(),
                    TileId::Hashes { .. } => tile_bytes(&all[..size], id).unwrap(),
                };
                assert_eq!(filed.get(id), Some(&bytes), "{id} at {size}");
            }
            assert!(filed.keys().all(|id| id.is_covered_by(size as u64)));
        }
    }
}
