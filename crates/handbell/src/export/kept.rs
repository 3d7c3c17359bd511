//! Kept: the checkpoints that were published before, by the sizes that name their files, and the tiles they go with.
//!
//! Whoever holds an earlier checkpoint asks for the partial tiles of its size. They are given out as long as there is no full
//! tile in their place (C2SP tlog-tiles), so wherever a kept checkpoint stands, these stand too.

use handbell_log::tile::{TileId, partial_tiles};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

/// The sizes whose checkpoints stand in a folder; none where there is no such folder.
///
/// # Errors
/// When the disk does not answer.
pub fn sizes(folder: &Path) -> io::Result<BTreeSet<u64>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        entries => entries?,
    };
    let mut sizes = BTreeSet::new();
    for entry in entries {
        sizes.extend(entry?.file_name().to_str().and_then(size_of));
    }
    Ok(sizes)
}

/// The size that a file's name says in its one spelling: `+5` and `05` are other names, and so is that of a file that is being
/// put in place.
fn size_of(name: &str) -> Option<u64> {
    name.parse::<u64>().ok().filter(|size| size.to_string() == name)
}

/// The partial tiles of earlier sizes that have no full one in a log of `newest` entries: each once, at the first size
/// that has it.
pub fn partials(sizes: impl IntoIterator<Item = u64>, newest: u64) -> BTreeMap<u64, Vec<TileId>> {
    let (mut known, mut found) = (BTreeSet::new(), BTreeMap::new());
    for size in sizes.into_iter().filter(|size| *size < newest) {
        let mut tiles = partial_tiles(size);
        tiles.retain(|tile| !tile.full().is_covered_by(newest) && known.insert(*tile));
        if !tiles.is_empty() {
            found.insert(size, tiles);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_checkpoint_has_one_name() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(sizes(&folder.path().join("none")).unwrap(), BTreeSet::new());
        for name in ["0", "7", "120", "+5", "05", "00", "-0", " 6", "8.new", "9.gone", "18446744073709551616"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(sizes(folder.path()).unwrap(), BTreeSet::from([0, 7, 120]));
        std::fs::write(folder.path().join("file"), "").unwrap();
        assert!(sizes(&folder.path().join("file")).is_err(), "a file is no folder without checkpoints");
    }

    #[test]
    fn every_earlier_size_has_its_partial_tiles_until_the_full_ones_exist() {
        let entries = |index, width| TileId::Entries { index, width };
        let hashes = |level, index, width| TileId::Hashes { level, index, width };
        let wanted = [(100, vec![entries(0, 100), hashes(0, 0, 100)]), (250, vec![entries(0, 250), hashes(0, 0, 250)])];
        assert_eq!(partials([100, 250, 255, 300], 255), BTreeMap::from(wanted), "what is not earlier is not asked for");
        // The first tile is full, and the level above it goes on.
        let wanted = [(256, vec![hashes(1, 0, 1)]), (520, vec![entries(2, 8), hashes(0, 2, 8), hashes(1, 0, 2)])];
        assert_eq!(partials([100, 255, 256, 300, 511, 520], 521), BTreeMap::from(wanted));
        for newest in [300, 513, 70_000] {
            let kept = [1, 255, 256, 257, 299, 511, 512, 65_535, 65_536, 65_792, 69_999];
            let found: Vec<TileId> = partials(kept, newest).into_values().flatten().collect();
            let asked = kept.iter().filter(|size| **size < newest).flat_map(|size| handbell_log::tile::tiles_between(0, *size));
            let asked: BTreeSet<TileId> = asked.filter(|tile| !tile.full().is_covered_by(newest)).collect();
            assert_eq!(found.len(), asked.len(), "{newest}: nothing twice");
            assert_eq!(BTreeSet::from_iter(found), asked, "{newest}");
        }
    }
}
