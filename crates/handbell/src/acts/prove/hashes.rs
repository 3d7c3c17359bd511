//! Hashes: those of the published tiles.
//!
//! A proof takes a few rows of them, however long the log is. What they give is held against signed roots by whoever asks;
//! a damaged tile makes a proof that does not hold, and is never taken for what somebody else did.

use handbell_log::hash::{HASH_BYTES, Hash};
use handbell_log::tile::{LeafHashes, TILE_WIDTH, TileId, level_size};
use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::rc::Rc;

/// See the module.
pub(crate) struct Hashes<'a> {
    /// The folder of the published log.
    log: &'a Path,
    /// How much of the log stands there.
    published: u64,
    /// Tiles that were read, because the paths of one page go through the same ones.
    read: RefCell<HashMap<TileId, Rc<[u8]>>>,
}

/// Tiles kept at most, 8 KiB each.
const TILES_KEPT_MAX: usize = 512;

impl<'a> Hashes<'a> {
    /// Of a published log of this size.
    pub fn of(log: &'a Path, published: u64) -> Self {
        Self { log, published, read: RefCell::default() }
    }

    /// A tile of the published size, or the full one where that has taken its place.
    fn tile(&self, tile: TileId) -> io::Result<Rc<[u8]>> {
        if let Some(known) = self.read.borrow().get(&tile) {
            return Ok(known.clone());
        }
        let bytes: Rc<[u8]> = match std::fs::read(self.log.join(tile.path())) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => std::fs::read(self.log.join(tile.full().path())),
            read => read,
        }?
        .into();
        let mut read = self.read.borrow_mut();
        if read.len() >= TILES_KEPT_MAX {
            read.clear();
        }
        read.insert(tile, bytes.clone());
        Ok(bytes)
    }
}

impl LeafHashes for Hashes<'_> {
    type Error = io::Error;

    fn leaf_hashes(&self, range: Range<u64>) -> io::Result<Vec<Hash>> {
        self.level_hashes(0, range)
    }

    fn level_hashes(&self, level: u8, range: Range<u64>) -> io::Result<Vec<Hash>> {
        let wide = u64::from(TILE_WIDTH);
        if range.end > level_size(self.published, level) {
            return Err(io::Error::other("a leaf past the log"));
        }
        let mut found = Vec::new();
        let mut next = range.start;
        while next < range.end {
            let index = next / wide;
            let width = (level_size(self.published, level) - index * wide).min(wide);
            let width = u16::try_from(width).expect("a tile has at most 256 hashes");
            let bytes = self.tile(TileId::Hashes { level, index, width })?;
            let (hashes, _) = bytes.as_chunks::<HASH_BYTES>();
            let end = range.end.min((index + 1) * wide);
            let within = |position: u64| usize::try_from(position - index * wide).expect("below 256");
            let some = hashes.get(within(next)..within(end - 1) + 1);
            found.extend(some.ok_or_else(|| io::Error::other("a tile is shorter than it says"))?.iter().map(|hash| Hash(*hash)));
            next = end;
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use handbell_log::hash::leaf_hash;
    use handbell_log::proof::{inclusion, inclusion_in};
    use handbell_log::tile::{tile_bytes, tiles_between};

    /// Every path is the one of the whole log, and there is none beyond what is published.
    #[test]
    fn paths_from_tiles_are_those_of_the_whole_log() {
        let all: Vec<Hash> = (0..1_100_u32).map(|number| leaf_hash(&number.to_be_bytes())).collect();
        for published in [1, 255, 256, 257, 511, 600, 1_024, 1_100] {
            let folder = tempfile::tempdir().unwrap();
            for tile in tiles_between(0, published) {
                if let TileId::Hashes { .. } = tile {
                    let path = folder.path().join(tile.path());
                    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                    let Ok(bytes) = tile_bytes(&all[..], &tile);
                    std::fs::write(path, bytes).unwrap();
                }
            }
            let hashes = Hashes::of(folder.path(), published);
            for index in [0, 1, 255, 256, 400, 511, 512, 1_023, 1_024, 1_099] {
                let wanted = inclusion(&all[..usize::try_from(published).unwrap()], index);
                assert_eq!(inclusion_in(&hashes, index, published).unwrap(), wanted, "{index} of {published}");
            }
            assert!(hashes.level_hashes(0, published..published + 1).is_err());
        }
    }
}
