//! Ground: areas as stretches of one line, so that "shares ground with" is a comparison of numbers.
//!
//! H3 numbers a cell by a base cell and one digit for each finer step, so all cells inside a cell stand together
//! in the order of those digits. A [`Key`] is where such a stretch begins and how fine its cell is. Two stretches
//! are apart, or one lies in the other: just what [`crate::area::Cell::overlaps`] says. It knows no people.

use crate::area::{Area, Cell};

/// Finest resolution of H3.
const RESOLUTIONS: u32 = 15;
/// Bits of a cell's index that say where it is: seven for the base cell and three for each of fifteen steps.
const PLACE_BITS: u32 = 52;
/// Bits of a key that say how fine its cell is.
const RESOLUTION_BITS: u32 = 4;

/// Where a cell's stretch begins, then its resolution. In the order of keys a cell stands before whatever lies in it.
pub type Key = u64;

/// The digits finer than a resolution.
const fn finer(resolution: u32) -> u64 {
    (1 << (3 * (RESOLUTIONS - resolution))) - 1
}

const fn key(place: u64, resolution: u32) -> Key {
    ((place & !finer(resolution)) << RESOLUTION_BITS) | resolution as u64
}

/// The key of a cell.
pub fn key_of(cell: Cell) -> Key {
    key(cell.index() & ((1 << PLACE_BITS) - 1), u32::from(cell.resolution()))
}

/// The cell of a key; none when the number is no key.
pub fn cell_of(key: Key) -> Option<Cell> {
    const CELL_MODE: u64 = 1 << 59;
    let (place, resolution) = (key >> RESOLUTION_BITS, resolution_of(key));
    (resolution <= RESOLUTIONS).then_some(())?;
    Cell::new(CELL_MODE | u64::from(resolution) << PLACE_BITS | place | finer(resolution)).ok()
}

fn resolution_of(key: Key) -> u32 {
    (key & ((1 << RESOLUTION_BITS) - 1)) as u32
}

/// First and last place of the stretch.
fn stretch(key: Key) -> (u64, u64) {
    let first = key >> RESOLUTION_BITS;
    (first, first | finer(resolution_of(key)))
}

/// The least and the greatest key that a cell inside this one can have; coarser cells that begin at the same
/// place are among them, and they share its ground too.
pub fn inside(of: Key) -> (Key, Key) {
    let (first, last) = stretch(of);
    (first << RESOLUTION_BITS, (last << RESOLUTION_BITS) | ((1 << RESOLUTION_BITS) - 1))
}

/// The keys of coarser cells around this one that begin before it.
pub fn around(of: Key) -> impl Iterator<Item = Key> {
    let place = of >> RESOLUTION_BITS;
    (0..resolution_of(of)).map(move |resolution| key(place, resolution)).filter(move |coarse| coarse >> RESOLUTION_BITS < place)
}

/// An area as stretches: sorted, apart from each other.
#[derive(Debug, Clone)]
pub struct Ground {
    stretches: Vec<(u64, u64)>,
    keys: Vec<Key>,
}

impl Ground {
    /// The ground of an area.
    pub fn of(area: &Area) -> Self {
        let mut keys: Vec<Key> = area.cells().map(key_of).collect();
        keys.sort_unstable();
        let mut stretches: Vec<(u64, u64)> = Vec::with_capacity(keys.len());
        // A cell stands before whatever lies in it, so what lies in an earlier one ends before that one does.
        keys.retain(|key| {
            let (first, last) = stretch(*key);
            let apart = stretches.last().is_none_or(|(_, before)| *before < first);
            if apart {
                stretches.push((first, last));
            }
            apart
        });
        Self { stretches, keys }
    }

    /// Its cells, none inside another.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// Whether a cell shares ground with it.
    pub fn meets(&self, other: Key) -> bool {
        let (first, last) = stretch(other);
        let at = self.stretches.partition_point(|(_, ends)| *ends < first);
        self.stretches.get(at).is_some_and(|(begins, _)| *begins <= last)
    }
}
