//! Bank: hashes by the million, and which of them are near one.
//!
//! The search is exact: it finds every hash within a distance that a scan of all would find. Each hash is cut into
//! sixteen parts of sixteen bits, and a table for each part says which hashes have it. Two hashes that differ in at
//! most `d` bits cannot differ in more than `r` bits in every part, when the parts' `r + 1` add up to `d + 1`; so only
//! hashes with a near enough part are compared. Where that would be much of the bank, all are compared instead: no
//! made-up collection of hashes makes a search slower than a scan and its beginning (Norouzi, Punjani and Fleet,
//! *Fast Search in Hamming Space with Multi-Index Hashing*, 2012).
//!
//! A bank is held in memory, 96 bytes a hash. It keeps numbers and hashes, and knows nothing of what has the number.

use crate::pdq::Hash;
use std::ops::Range;

/// Parts of a hash.
const PARTS: usize = 16;
/// Values of a part.
const VALUES: usize = 1 << 16;
/// Bits that a part may differ in before it is cheaper to compare everything.
const REACH_MAX: u32 = 2;
/// Hashes that wait to be sorted into the tables, at the least; they are compared one by one.
const WAITING_MIN: usize = 4_096;
/// The bank is compared whole where more than one in so many would be looked up.
const WHOLE_BEYOND: usize = 6;

/// A stored hash that is near the one that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Near {
    /// Bits of difference.
    pub distance: u32,
    /// The number under which it was stored.
    pub item: u32,
}

/// Hashes with the numbers of what they are of.
#[derive(Clone, Debug, Default)]
pub struct Bank {
    hashes: Vec<Hash>,
    items: Vec<u32>,
    /// How many of the first hashes the tables hold.
    sorted: usize,
    tables: Vec<Table>,
}

/// Which hashes have which value of one part: those of value `v` are `places[starts[v]..starts[v + 1]]`.
#[derive(Clone, Debug)]
struct Table {
    starts: Vec<u32>,
    places: Vec<u32>,
}

impl Table {
    fn of(hashes: &[Hash], part: usize) -> Self {
        let mut starts = vec![0u32; VALUES + 1];
        for hash in hashes {
            starts[usize::from(hash.sixteenth(part)) + 1] += 1;
        }
        for value in 0..VALUES {
            starts[value + 1] += starts[value];
        }
        let mut next = starts.clone();
        let mut places = vec![0u32; hashes.len()];
        for (place, hash) in hashes.iter().enumerate() {
            let at = &mut next[usize::from(hash.sixteenth(part))];
            places[*at as usize] = place as u32;
            *at += 1;
        }
        Self { starts, places }
    }

    fn range(&self, value: u16) -> Range<usize> {
        let value = usize::from(value);
        self.starts[value] as usize..self.starts[value + 1] as usize
    }
}

/// A run of places in one part's table.
#[derive(Clone, Debug)]
struct Look {
    part: usize,
    range: Range<usize>,
}

impl Bank {
    /// A bank of these.
    pub fn of(pairs: impl IntoIterator<Item = (Hash, u32)>) -> Self {
        let (hashes, items) = pairs.into_iter().unzip();
        let mut bank = Self { hashes, items, sorted: 0, tables: Vec::new() };
        bank.settle();
        bank
    }

    /// How many hashes there are.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// Stores a hash under a number. The same pair may stand twice. Now and then this sorts the whole bank anew.
    pub fn add(&mut self, hash: Hash, item: u32) {
        self.hashes.push(hash);
        self.items.push(item);
        if self.hashes.len() - self.sorted > WAITING_MIN.max(self.sorted / 8) {
            self.settle();
        }
    }

    /// Forgets every hash of a number, and leaves no copy of one.
    pub fn forget(&mut self, item: u32) {
        let pairs: Vec<(Hash, u32)> = self.pairs().filter(|(_, of)| *of != item).collect();
        *self = Self::of(pairs);
    }

    /// Every hash with its number.
    pub fn pairs(&self) -> impl Iterator<Item = (Hash, u32)> {
        self.hashes.iter().copied().zip(self.items.iter().copied())
    }

    /// Sorts what waits into the tables.
    pub fn settle(&mut self) {
        self.tables = (0..PARTS).map(|part| Table::of(&self.hashes, part)).collect();
        self.sorted = self.hashes.len();
    }

    /// Every stored hash within a distance, the nearest first. A number stands as often as hashes of it are near.
    pub fn within(&self, hash: &Hash, distance: u32) -> Vec<Near> {
        let mut found = match self.ranges(hash, distance) {
            Some(looks) => self.looked_up(hash, distance, &looks),
            None => self.compared(hash, distance, 0..self.sorted),
        };
        found.extend(self.compared(hash, distance, self.sorted..self.hashes.len()));
        found.sort_unstable();
        found
    }

    /// The same by comparing all: what the tables are held against.
    pub fn scanned(&self, hash: &Hash, distance: u32) -> Vec<Near> {
        let mut found = self.compared(hash, distance, 0..self.hashes.len());
        found.sort_unstable();
        found
    }

    fn compared(&self, hash: &Hash, distance: u32, places: Range<usize>) -> Vec<Near> {
        let all = self.hashes[places.clone()].iter().zip(&self.items[places]);
        all.filter_map(|(stored, item)| near(stored.distance(hash), *item, distance)).collect()
    }

    /// Where in which table everything near enough in one part stands; none where it is cheaper to compare all.
    fn ranges(&self, hash: &Hash, distance: u32) -> Option<Vec<Look>> {
        // Sixteen parts of `reach` are too few or just enough; `more` of them may differ by one bit more.
        let (reach, more) = ((distance + 1) / PARTS as u32, (distance + 1) as usize % PARTS);
        if self.tables.is_empty() || reach + u32::from(more > 0) > REACH_MAX + 1 {
            return None;
        }
        let asked = |part: usize, bits: u32| -> Vec<Look> {
            let value = hash.sixteenth(part);
            let looks = ball(bits).map(|change| Look { part, range: self.tables[part].range(value ^ change) });
            looks.filter(|look| !look.range.is_empty()).collect()
        };
        let sum = |looks: &[Look]| looks.iter().map(|look| look.range.len()).sum::<usize>();
        // Those parts reach farther that have the fewest hashes to compare there.
        let mut far: Vec<(usize, Vec<Look>)> =
            if more == 0 { Vec::new() } else { (0..PARTS).map(|part| (part, asked(part, reach))).collect() };
        far.sort_by_key(|(_, looks)| sum(looks));
        far.truncate(more);
        let mut all = Vec::new();
        for part in (0..PARTS).filter(|part| reach > 0 && far.iter().all(|(chosen, _)| chosen != part)) {
            all.extend(asked(part, reach - 1));
        }
        all.extend(far.into_iter().flat_map(|(_, looks)| looks));
        (sum(&all) <= self.sorted / WHOLE_BEYOND).then_some(all)
    }

    fn looked_up(&self, hash: &Hash, distance: u32, looks: &[Look]) -> Vec<Near> {
        let mut places: Vec<u32> = Vec::new();
        for Look { part, range } in looks {
            let near = |place: &u32| self.hashes[*place as usize].distance(hash) <= distance;
            places.extend(self.tables[*part].places[range.clone()].iter().copied().filter(near));
        }
        // Near in several parts, found several times.
        places.sort_unstable();
        places.dedup();
        let found = |place: u32| Near { distance: self.hashes[place as usize].distance(hash), item: self.items[place as usize] };
        places.into_iter().map(found).collect()
    }
}

fn near(distance: u32, item: u32, most: u32) -> Option<Near> {
    (distance <= most).then_some(Near { distance, item })
}

/// Every change of up to this many bits of a part.
fn ball(bits: u32) -> impl Iterator<Item = u16> {
    let one = (0..PARTS).filter(move |_| bits >= 1).map(|bit| 1u16 << bit);
    let two = (0..PARTS).filter(move |_| bits >= 2).flat_map(|high| (0..high).map(move |low| 1u16 << high | 1 << low));
    std::iter::once(0).chain(one).chain(two)
}

#[cfg(test)]
mod tests;
