//! The structural half of the check: checkpoint, bundles, tiles, root, and the shape of every leaf.
//!
//! Promises that the leaves it gives are exactly those the checkpoint signs, and that every hash
//! tile of that size is byte for byte what the leaves make it. Says which of bundle, tile and
//! checkpoint is at fault by asking which two agree. Contents are [`super::entries`]' business.

use super::{Failure, Verdict};
use crate::bundle;
use crate::checkpoint::Checkpoint;
use crate::hash::{HASH_BYTES, Hash, leaf_hash, leaf_hashes};
use crate::leaf::{Body, LEAF_BYTES, Leaf};
use crate::note::VerifierKey;
use crate::source::Source;
use crate::tile::{TILE_WIDTH, TileId, tiles_between};
use crate::tree::{Levels, root_of};

/// A log whose checkpoint, bundles and tiles agree.
#[derive(Debug, Clone)]
pub struct VerifiedTree {
    /// What the log signed.
    pub checkpoint: Checkpoint,
    /// Every leaf, in the order of the log.
    pub leaves: Vec<Leaf>,
    /// Every hash of every tile.
    pub levels: Levels,
}

impl VerifiedTree {
    /// Where an entry's leaf stands, for failures: its bundle's path and its index.
    pub(super) fn entry_place(&self, index: u64) -> String {
        format!("{} entry {index}", bundle_of(index, self.checkpoint.size))
    }
}

/// Verifies the checkpoint, and that bundles and tiles are the tree it signs.
pub fn verify_tree(source: &dyn Source, key: &VerifierKey) -> Result<VerifiedTree, Failure> {
    let checkpoint = open_checkpoint(source, key)?;
    let mut tree = VerifiedTree { checkpoint, leaves: Vec::new(), levels: Levels::new() };
    // Bundle by bundle and not by a list made beforehand: a size that nobody can hold ends at the
    // first bundle that is missing.
    while tree.levels.size() < tree.checkpoint.size {
        read_bundle(source, &mut tree)?;
    }
    if tree.levels.root() != tree.checkpoint.root {
        return Err(blame(source, &tree));
    }
    check_tiles(source, &tree)?;
    check_withdrawals(&tree)?;
    Ok(tree)
}

fn open_checkpoint(source: &dyn Source, key: &VerifierKey) -> Result<Checkpoint, Failure> {
    let Some(bytes) = source.read("checkpoint")? else {
        let sentence = "there is no checkpoint, so there is nothing to check".to_owned();
        return Err(Failure { place: "checkpoint".to_owned(), sentence, verdict: Verdict::CouldNotTell });
    };
    Checkpoint::open(&bytes, key).map_err(|error| {
        let place = error.line().map_or("checkpoint".to_owned(), |line| format!("checkpoint line {line}"));
        Failure::wrong(place, error.to_string())
    })
}

/// The bundle that holds an entry in a log of this size.
fn bundle_of(index: u64, size: u64) -> TileId {
    let width = u64::from(TILE_WIDTH);
    let index = index / width;
    let width = (size - index * width).min(width);
    TileId::Entries { index, width: u16::try_from(width).expect("at most 256") }
}

/// Reads a tile or bundle, and the full one where a partial one is gone: a log may delete partial
/// tiles once they are full, also while somebody is reading (C2SP tlog-tiles).
fn read_tile(source: &dyn Source, tile: TileId) -> Result<(TileId, Vec<u8>), Failure> {
    for found in [tile, tile.full()] {
        if let Some(bytes) = source.read(&found.path())? {
            return Ok((found, bytes));
        }
    }
    Err(Failure::wrong(tile.path(), "it is missing, and the checkpoint covers it"))
}

fn read_bundle(source: &dyn Source, tree: &mut VerifiedTree) -> Result<(), Failure> {
    let wanted = bundle_of(tree.levels.size(), tree.checkpoint.size);
    let (found, bytes) = read_tile(source, wanted)?;
    let wrong = |byte: usize, sentence: String| Failure::wrong(format!("{found} byte {byte}"), sentence);
    let entries = bundle::entries(&bytes, found.width()).map_err(|error| wrong(0, error.to_string()))?;
    let mut covered = Vec::with_capacity(usize::from(wanted.width()));
    for (position, entry) in entries.enumerate() {
        let (start, entry) = entry.map_err(|error| {
            let byte = match error {
                bundle::BundleError::Short { byte } | bundle::BundleError::Long { byte } => byte,
                bundle::BundleError::Count(_) | bundle::BundleError::EntryLength(_) => 0,
            };
            wrong(byte, error.to_string())
        })?;
        let leaf = Leaf::decode(entry).map_err(|error| wrong(start + 2 + error.byte(), error.to_string()))?;
        // What a full bundle holds beyond the checkpoint's size is not ours to judge.
        if position < usize::from(wanted.width()) {
            tree.leaves.push(leaf);
            covered.push(<&[u8; LEAF_BYTES]>::try_from(entry).expect("it is a leaf"));
        }
    }
    tree.levels.extend(leaf_hashes(covered));
    Ok(())
}

/// The leaf hashes of the first `size` entries that a source holds, whatever the entries are and
/// whoever signed them: evidence to be judged, as in [`crate::split`].
///
/// Takes a wider bundle where the log has grown since. Ends at the first bundle that is missing.
pub fn read_leaf_hashes(source: &dyn Source, size: u64) -> Result<Vec<Hash>, Failure> {
    let mut hashes = Vec::new();
    while (hashes.len() as u64) < size {
        let wanted = bundle_of(hashes.len() as u64, size);
        let (found, bytes) = read_wider(source, wanted)?;
        let entries = bundle::decode(&bytes, found.width()).map_err(|error| Failure::wrong(found.path(), error.to_string()))?;
        hashes.extend(entries.into_iter().take(usize::from(wanted.width())).map(leaf_hash));
    }
    Ok(hashes)
}

/// The bundle, or the narrowest wider one at its place.
fn read_wider(source: &dyn Source, wanted: TileId) -> Result<(TileId, Vec<u8>), Failure> {
    for width in wanted.width()..=TILE_WIDTH {
        let found = TileId::Entries { index: wanted.index(), width };
        if let Some(bytes) = source.read(&found.path())? {
            return Ok((found, bytes));
        }
    }
    Err(Failure::wrong(wanted.path(), "it is missing"))
}

fn check_tiles(source: &dyn Source, tree: &VerifiedTree) -> Result<(), Failure> {
    let tiles = tiles_between(0, tree.checkpoint.size);
    for tile in tiles.into_iter().filter(|tile| matches!(tile, TileId::Hashes { .. })) {
        let (found, hashes) = read_hashes(source, tile)?;
        let expected = tree.levels.hashes(tile.level(), tile.range()).expect("the tree has all hashes of its size");
        if let Some(byte) = first_difference(&hashes, expected) {
            return Err(Failure::wrong(format!("{found} byte {byte}"), "the published leaves give another hash here"));
        }
    }
    Ok(())
}

/// Reads a hash tile of exactly the right length, and gives the hashes the checkpoint covers.
fn read_hashes(source: &dyn Source, tile: TileId) -> Result<(TileId, Vec<Hash>), Failure> {
    let (found, bytes) = read_tile(source, tile)?;
    let length = HASH_BYTES * usize::from(found.width());
    if bytes.len() != length {
        let place = format!("{found} byte {}", bytes.len().min(length));
        return Err(Failure::wrong(place, format!("the tile has {} bytes and should have {length}", bytes.len())));
    }
    let (hashes, _) = bytes.as_chunks::<HASH_BYTES>();
    Ok((found, hashes[..usize::from(tile.width())].iter().map(|hash| Hash(*hash)).collect()))
}

fn first_difference(ours: &[Hash], theirs: &[Hash]) -> Option<usize> {
    let place = ours.iter().zip(theirs).position(|(ours, theirs)| ours != theirs)?;
    let byte = ours[place].0.iter().zip(theirs[place].0).position(|(ours, theirs)| *ours != theirs)?;
    Some(HASH_BYTES * place + byte)
}

/// Says where the fault is when the leaves do not give the signed root: where the published level-0
/// tiles do, it is in a bundle; otherwise in what was signed.
fn blame(source: &dyn Source, tree: &VerifiedTree) -> Failure {
    let mut published = Vec::new();
    for tile in tiles_between(0, tree.checkpoint.size) {
        if matches!(tile, TileId::Hashes { level: 0, .. }) {
            match read_hashes(source, tile) {
                Ok((_, hashes)) => published.extend(hashes),
                Err(failure) => return failure,
            }
        }
    }
    let leaves = tree.levels.hashes(0, 0..tree.checkpoint.size).unwrap_or_default();
    match leaves.iter().zip(&published).position(|(ours, theirs)| ours != theirs) {
        Some(entry) if root_of(&published) == tree.checkpoint.root => {
            Failure::wrong(tree.entry_place(entry as u64), "the entry is not the one whose hash was signed")
        }
        _ => Failure::wrong("checkpoint line 3", "the signed root is not the root of the published entries"),
    }
}

/// A withdrawal names an earlier entry of its own stream that has a content to withdraw.
fn check_withdrawals(tree: &VerifiedTree) -> Result<(), Failure> {
    for (index, leaf) in tree.leaves.iter().enumerate() {
        let Body::Withdrawal { target, .. } = *leaf.body() else {
            continue;
        };
        let wrong = |sentence: &str| Err(Failure::wrong(tree.entry_place(index as u64), sentence));
        let earlier = usize::try_from(target).ok().and_then(|target| tree.leaves[..index].get(target));
        match earlier {
            None => return wrong("a withdrawal names an entry that is not before it"),
            Some(earlier) if !earlier.is_committed() => {
                return wrong("a withdrawal names an entry that has no content");
            }
            Some(earlier) if earlier.stream() != leaf.stream() => {
                return wrong("a withdrawal names an entry of another stream");
            }
            Some(_) => {}
        }
    }
    Ok(())
}
