//! How a log lies on a web server or a disk: C2SP tlog-tiles paths and tiles.
//!
//! A tile is up to 256 hashes of one level; a bundle is the up to 256 entries below one level-0
//! tile; beside them lies one content per entry. Promises that a path has one spelling (anything
//! else is refused, so a path that parses is safe to use as a file name), and that
//! [`tiles_between`] names every tile a reader of the new size needs.
//! Bundles' bytes are in [`crate::bundle`]; nothing here reads or writes files.

use std::convert::Infallible;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use crate::decimal;
use crate::hash::Hash;
use crate::tree::{LEVELS_MAX, Levels, perfect_root};

pub use crate::tree::TILE_WIDTH;

/// The highest level a path may name (C2SP tlog-tiles). Levels from 8 on stay empty in practice.
pub const LEVEL_MAX: u8 = 63;

/// A text that is not the path of a tile, a bundle or a content in its one spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the path of a tile, a bundle or a content")]
pub struct TilePathError;

/// One hash tile or entry bundle, full or partial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileId {
    /// `width` hashes of a level.
    Hashes {
        /// 0 for leaf hashes; each level up has one hash per full tile of the level below.
        level: u8,
        /// The tile's number in its level.
        index: u64,
        /// 1 to 256 hashes; less than 256 is a partial tile.
        width: u16,
    },
    /// `width` entries.
    Entries {
        /// The bundle's number; entry `i` is in bundle `i / 256`.
        index: u64,
        /// 1 to 256 entries; less than 256 is a partial bundle.
        width: u16,
    },
}

impl TileId {
    /// 0 for bundles and leaf hashes, the level of the hashes otherwise.
    pub fn level(&self) -> u8 {
        match self {
            TileId::Hashes { level, .. } => *level,
            TileId::Entries { .. } => 0,
        }
    }

    /// The tile's number in its level.
    pub fn index(&self) -> u64 {
        match self {
            TileId::Hashes { index, .. } | TileId::Entries { index, .. } => *index,
        }
    }

    /// How many hashes or entries it holds, 1 to 256.
    pub fn width(&self) -> u16 {
        match self {
            TileId::Hashes { width, .. } | TileId::Entries { width, .. } => *width,
        }
    }

    /// Whether it holds all 256, will never change, and replaces its partial forms.
    pub fn is_full(&self) -> bool {
        self.width() == TILE_WIDTH
    }

    /// The same tile when it is full.
    pub fn full(&self) -> TileId {
        let width = TILE_WIDTH;
        match *self {
            TileId::Hashes { level, index, .. } => TileId::Hashes { level, index, width },
            TileId::Entries { index, .. } => TileId::Entries { index, width },
        }
    }

    /// Positions in its level of the hashes or entries it holds.
    pub fn range(&self) -> Range<u64> {
        let start = self.index().saturating_mul(u64::from(TILE_WIDTH));
        start..start.saturating_add(u64::from(self.width()))
    }

    /// Whether a tree of this size has everything the tile holds.
    pub fn is_covered_by(&self, size: u64) -> bool {
        self.range().end <= level_size(size, self.level())
    }

    /// The path below the log's prefix, for example `tile/0/x001/x234/067.p/5`.
    pub fn path(&self) -> String {
        match *self {
            TileId::Hashes { level, index, width } => tile_path(level, index, width),
            TileId::Entries { index, width } => entries_path(index, width),
        }
    }
}

impl fmt::Display for TileId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.path())
    }
}

/// The path of a hash tile: `tile/<L>/<N>`, and `.p/<W>` behind it when `width` is below 256.
pub fn tile_path(level: u8, index: u64, width: u16) -> String {
    format!("tile/{level}/{}{}", grouped(index), suffix(width))
}

/// The path of an entry bundle: `tile/entries/<N>`, and `.p/<W>` behind it when partial.
pub fn entries_path(index: u64, width: u16) -> String {
    format!("tile/entries/{}{}", grouped(index), suffix(width))
}

/// The path of the content of the entry at `index`: `content/<N>`.
pub fn content_path(index: u64) -> String {
    format!("content/{}", grouped(index))
}

/// The path of the contents of the entries `256 * pack` to `256 * pack + 255`: `content-pack/<N>`.
pub fn pack_path(pack: u64) -> String {
    format!("content-pack/{}", grouped(pack))
}

/// Which pack a path names, in its one spelling.
pub fn pack_of_path(path: &str) -> Option<u64> {
    // Above this its last entry would have no 64-bit index.
    let pack = path.strip_prefix("content-pack/").and_then(ungrouped).filter(|pack| *pack < u64::MAX / u64::from(TILE_WIDTH))?;
    (pack_path(pack) == path).then_some(pack)
}

/// Groups of three digits, every group but the last behind an `x`: 1234067 is `x001/x234/067`.
fn grouped(index: u64) -> String {
    let mut text = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        text = format!("x{:03}/{text}", rest % 1000);
        rest /= 1000;
    }
    text
}

fn suffix(width: u16) -> String {
    if width == TILE_WIDTH { String::new() } else { format!(".p/{width}") }
}

/// A path below the log's prefix, other than `checkpoint`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TilePath {
    /// A hash tile or an entry bundle.
    Tile(TileId),
    /// The content of one entry.
    Content {
        /// The entry's index in the log.
        index: u64,
    },
}

impl TilePath {
    /// Reads a path in its one spelling; everything else, also `..` and doubled slashes, is refused.
    pub fn parse(path: &str) -> Result<TilePath, TilePathError> {
        let parsed = read(path).ok_or(TilePathError)?;
        // Writing it again is what makes the spelling unique, whatever the reading lets through.
        if parsed.to_string() == path { Ok(parsed) } else { Err(TilePathError) }
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TilePath::Tile(tile) => tile.fmt(formatter),
            TilePath::Content { index } => formatter.write_str(&content_path(*index)),
        }
    }
}

impl FromStr for TilePath {
    type Err = TilePathError;

    fn from_str(path: &str) -> Result<TilePath, TilePathError> {
        TilePath::parse(path)
    }
}

fn read(path: &str) -> Option<TilePath> {
    if let Some(index) = path.strip_prefix("content/") {
        return Some(TilePath::Content { index: ungrouped(index)? });
    }
    let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
    let (index, width) = match rest.split_once(".p/") {
        None => (rest, u64::from(TILE_WIDTH)),
        Some((index, width)) => (index, decimal::parse(width).filter(|width| (1..256).contains(width))?),
    };
    // Above this the tile's last position would not be a 64-bit number.
    let index = ungrouped(index).filter(|index| *index < u64::MAX / u64::from(TILE_WIDTH))?;
    let width = u16::try_from(width).ok()?;
    if level == "entries" {
        return Some(TilePath::Tile(TileId::Entries { index, width }));
    }
    let level = decimal::parse(level).filter(|level| *level <= u64::from(LEVEL_MAX))?;
    Some(TilePath::Tile(TileId::Hashes { level: u8::try_from(level).ok()?, index, width }))
}

fn ungrouped(text: &str) -> Option<u64> {
    let mut index: u64 = 0;
    for group in text.split('/') {
        let digits = group.strip_prefix('x').unwrap_or(group);
        if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        index = index.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    }
    Some(index)
}

/// How many hashes a level has in a tree of this size: one per 256^level leaves, rounded down.
pub fn level_size(size: u64, level: u8) -> u64 {
    if level < LEVELS_MAX { size >> (8 * level) } else { 0 }
}

/// Every tile and bundle that must be written when the tree grows from `old_size` to `new_size`,
/// so that all tiles of the new size exist: full ones first within a level, leaves before their
/// parents, each bundle before its level-0 tile.
///
/// `tiles_between(0, size)` is everything that exists at a size. Empty unless the tree grew.
pub fn tiles_between(old_size: u64, new_size: u64) -> Vec<TileId> {
    let mut tiles = Vec::new();
    for level in 0..LEVELS_MAX {
        let (old, new) = (level_size(old_size, level), level_size(new_size, level));
        if new <= old {
            break;
        }
        let width = u64::from(TILE_WIDTH);
        let full = (old / width..new / width).map(|index| (index, TILE_WIDTH));
        let partial = u16::try_from(new % width).expect("below 256");
        let partial = (partial > 0).then_some((new / width, partial));
        for (index, width) in full.chain(partial) {
            if level == 0 {
                tiles.push(TileId::Entries { index, width });
            }
            tiles.push(TileId::Hashes { level, index, width });
        }
    }
    tiles
}

/// The partial tiles and bundles of a tree of this size, the bundle before its level-0 tile.
///
/// A log goes on serving them for every checkpoint that it gave out, until the full ones exist.
pub fn partial_tiles(size: u64) -> Vec<TileId> {
    let mut tiles = Vec::new();
    for level in 0..LEVELS_MAX {
        let hashes = level_size(size, level);
        let index = hashes / u64::from(TILE_WIDTH);
        let width = u16::try_from(hashes % u64::from(TILE_WIDTH)).expect("below 256");
        if width > 0 && level == 0 {
            tiles.push(TileId::Entries { index, width });
        }
        if width > 0 {
            tiles.push(TileId::Hashes { level, index, width });
        }
    }
    tiles
}

/// Where a builder of tiles finds the leaf hashes.
pub trait LeafHashes {
    /// What reading can fail with.
    type Error;

    /// The leaf hashes at these indexes, in order. Asked only for leaves of the tree.
    fn leaf_hashes(&self, range: Range<u64>) -> Result<Vec<Hash>, Self::Error>;

    /// The hashes of a level at these positions, each over 256 hashes of the level below.
    ///
    /// Computed from the leaves unless overridden, which reads 256^level leaves per hash; readers
    /// that keep the lower tiles answer from those.
    fn level_hashes(&self, level: u8, range: Range<u64>) -> Result<Vec<Hash>, Self::Error> {
        if level == 0 {
            return self.leaf_hashes(range);
        }
        let width = u64::from(TILE_WIDTH);
        let below = |position: u64| self.level_hashes(level - 1, position * width..(position + 1) * width);
        range.map(|position| below(position).map(|hashes| perfect_root(&hashes))).collect()
    }
}

/// All leaf hashes of a log in memory.
///
/// # Panics
/// When asked for leaves it does not have.
impl LeafHashes for [Hash] {
    type Error = Infallible;

    fn leaf_hashes(&self, range: Range<u64>) -> Result<Vec<Hash>, Infallible> {
        let place = |index: u64| usize::try_from(index).expect("a leaf in memory has an index that fits");
        Ok(self[place(range.start)..place(range.end)].to_vec())
    }
}

/// All levels of a log in memory.
///
/// # Panics
/// When asked for hashes it does not have.
impl LeafHashes for Levels {
    type Error = Infallible;

    fn leaf_hashes(&self, range: Range<u64>) -> Result<Vec<Hash>, Infallible> {
        self.level_hashes(0, range)
    }

    fn level_hashes(&self, level: u8, range: Range<u64>) -> Result<Vec<Hash>, Infallible> {
        Ok(self.hashes(level, range).expect("only tiles that the tree covers are asked for").to_vec())
    }
}

/// The bytes of the hash tile: its hashes one after the other, 32 bytes each.
///
/// For a bundle this gives the level-0 tile beside it; the bundle itself is made by
/// [`crate::bundle::encode`]. Ask only for tiles that [`TileId::is_covered_by`] the tree's size.
pub fn tile_bytes<Leaves: LeafHashes + ?Sized>(leaves: &Leaves, tile: &TileId) -> Result<Vec<u8>, Leaves::Error> {
    let hashes = leaves.level_hashes(tile.level(), tile.range())?;
    Ok(hashes.iter().flat_map(|hash| hash.0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::leaf_hash;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn paths_are_the_published_ones() {
        assert_eq!(tile_path(0, 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(tile_path(0, 0, 256), "tile/0/000");
        assert_eq!(tile_path(1, 1000, 5), "tile/1/x001/000.p/5");
        assert_eq!(content_path(12), "content/012");
        assert_eq!((pack_path(1_234_067), pack_of_path("content-pack/x001/234")), ("content-pack/x001/x234/067".to_owned(), Some(1_234)));
        for other in ["content-pack/1", "content-pack/x000/001", "content-pack/", "content/001", "content-pack/001/", "content-pack/+01"] {
            assert_eq!(pack_of_path(other), None, "{other}");
        }
        // The entry's bundle at a size, as another implementation's tests have it.
        let bundle = |entry: u64, size: u64| {
            let index = entry / 256;
            let width = u16::try_from((size - index * 256).min(256)).unwrap();
            entries_path(index, width)
        };
        assert_eq!(bundle(251, 255), "tile/entries/000.p/255");
        assert_eq!(bundle(256, 257), "tile/entries/001.p/1");
        assert_eq!(bundle(3, 257), "tile/entries/000");
        assert_eq!(bundle(123_456_789 * 256, 123_456_790 * 256), "tile/entries/x123/x456/789");
    }

    #[test]
    fn other_spellings_of_a_path_are_refused() {
        for path in ["tile/0/000", "tile/63/x001/000.p/255", "tile/entries/001.p/1", "content/x001/x234/067"] {
            assert_eq!(TilePath::parse(path).unwrap().to_string(), path);
        }
        let refused = [
            "",
            "checkpoint",
            "tile",
            "tile/",
            "tile/0",
            "tile/0/",
            "/tile/0/000",
            "tile/0/000/",
            "tile//000",
            "tile/00/000",
            "tile/+1/000",
            "tile/64/000",
            "tile/-1/000",
            "tile/x/000",
            "tile/data/000",
            "tile/0/0",
            "tile/0/0000",
            "tile/0/x000",
            "tile/0/x000/001",
            "tile/0/001/000",
            "tile/0/x001/x000",
            "tile/0/x1/000",
            "tile/0/X001/000",
            "tile/0/+01",
            "tile/0/٠٠٠",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/+1",
            "tile/0/000.p/",
            "tile/0/000.p",
            "tile/0/000.p/1.p/1",
            "tile/0/000.p/1/",
            "content/000.p/1",
            "content/",
            "content/0",
            "content/../checkpoint",
            "tile/0/../000",
            "tile/entries/x018/x446/x744/x073/x709/x551/616",
            "content/x018/x446/x744/x073/x709/x551/616",
            "tile/0/x018/x446/x744/x073/x709/x551/615",
            "TILE/0/000",
            "tile/0/000\n",
            "tile\\0\\000",
        ];
        for path in refused {
            assert_eq!(TilePath::parse(path), Err(TilePathError), "{path:?}");
        }
        assert_eq!(TilePath::parse("content/x018/x446/x744/x073/x709/x551/615"), Ok(TilePath::Content { index: u64::MAX }));
    }

    #[test]
    fn a_size_of_seventy_thousand_has_the_published_tiles() {
        let tiles = tiles_between(0, 70_000);
        let of = |level: u8| {
            let hashes = tiles.iter().filter(move |tile| matches!(tile, TileId::Hashes { .. }) && tile.level() == level);
            hashes.map(TileId::width).collect::<Vec<u16>>()
        };
        assert_eq!(of(0), [vec![256; 273], vec![112]].concat());
        assert_eq!(of(1), [256, 17]);
        assert_eq!(of(2), [1]);
        assert_eq!(of(3), [0; 0]);
        assert_eq!(tiles_between(0, 256).len(), 3, "one bundle, its tile, and a level-1 partial of width 1");
    }

    #[test]
    fn partial_tiles_are_those_of_a_size_that_are_not_full() {
        for size in (0..600).chain([65_535, 65_536, 65_537, 70_000]) {
            let wanted: Vec<TileId> = tiles_between(0, size).into_iter().filter(|tile| !tile.is_full()).collect();
            assert_eq!(partial_tiles(size), wanted, "{size}");
        }
    }

    const BOUNDARIES: [u64; 10] = [0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537];

    #[test]
    fn growing_writes_every_tile_that_the_new_size_has_and_nothing_twice() {
        for old in BOUNDARIES {
            for new in BOUNDARIES {
                let written = tiles_between(old, new);
                let distinct: BTreeSet<TileId> = written.iter().copied().collect();
                assert_eq!(distinct.len(), written.len());
                assert!(written.iter().all(|tile| tile.is_covered_by(new) && !tile.is_covered_by(old)));
                if old > new {
                    assert!(written.is_empty());
                    continue;
                }
                let before: BTreeSet<TileId> = tiles_between(0, old).into_iter().collect();
                for tile in tiles_between(0, new) {
                    assert!(before.contains(&tile) || distinct.contains(&tile), "{tile} from {old} to {new}");
                }
            }
        }
        assert_eq!(tiles_between(7, 7), []);
    }

    #[test]
    fn the_largest_sizes_do_not_overflow() {
        let tiles = tiles_between(u64::MAX - 1, u64::MAX);
        assert_eq!(tiles.len(), 2);
        assert!(tiles.iter().all(|tile| tile.is_covered_by(u64::MAX)));
        assert!(!TileId::Hashes { level: 63, index: 0, width: 1 }.is_covered_by(u64::MAX));
    }

    #[test]
    fn tiles_made_from_leaves_are_those_kept_level_by_level() {
        let leaves: Vec<Hash> = (0..66_000u32).map(|number| leaf_hash(&number.to_be_bytes())).collect();
        let levels: Levels = leaves.iter().copied().collect();
        for tile in tiles_between(65_000, 66_000) {
            let Ok(bytes) = tile_bytes(leaves.as_slice(), &tile);
            let Ok(kept) = tile_bytes(&levels, &tile);
            assert_eq!(bytes.len(), 32 * usize::from(tile.width()));
            assert_eq!(bytes, kept, "{tile}");
        }
        let Ok(top) = tile_bytes(&levels, &TileId::Hashes { level: 2, index: 0, width: 1 });
        assert_eq!(top, crate::tree::root_of(&leaves[..65_536]).0, "the level-2 hash is the root of its leaves");
    }

    proptest! {
        #[test]
        fn every_tile_path_reads_back(level in 0..=LEVEL_MAX, index in 0..u64::MAX / 256, width in 1..=256u16) {
            for tile in [TileId::Hashes { level, index, width }, TileId::Entries { index, width }] {
                prop_assert_eq!(TilePath::parse(&tile.path()), Ok(TilePath::Tile(tile)));
            }
            prop_assert_eq!(TilePath::parse(&content_path(index)), Ok(TilePath::Content { index }));
        }

        #[test]
        fn what_is_accepted_as_a_path_is_written_the_same(
            path in "(tile/(0|1|07|63|64|entries)|content)/(x?[0-9]{2,3}/){0,3}x?[0-9]{3}(\\.p/[0-9]{1,3})?"
        ) {
            if let Ok(parsed) = TilePath::parse(&path) {
                prop_assert_eq!(parsed.to_string(), path);
            }
        }
    }
}
