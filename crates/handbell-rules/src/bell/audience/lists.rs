//! Lists: for each cell the numbers of those who asked for it, as runs.
//!
//! A list is pairs of "so many not, then so many", each number in as few bytes as it needs (seven bits a byte).
//! Where everybody of a street asked for the same cells, a run holds them all; where nobody's neighbour did, it is
//! what differences between numbers would be. Lists are written once, in the order of the numbers, and never
//! changed. It knows cells and numbers and no people.

use super::ground::{self, Ground, Key};
use std::ops::Range;

/// One list while it is written.
#[derive(Debug, Default, Clone)]
struct Growing {
    bytes: Vec<u8>,
    /// The first number after the last run that was written.
    after: u32,
    run: Range<u32>,
}

fn write(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

impl Growing {
    fn push(&mut self, number: u32) {
        if self.run.is_empty() {
            self.run = number..number + 1;
        } else if self.run.end == number {
            self.run.end += 1;
        } else {
            self.write_run();
            self.run = number..number + 1;
        }
    }

    fn write_run(&mut self) {
        write(&mut self.bytes, self.run.start - self.after);
        write(&mut self.bytes, self.run.end - self.run.start - 1);
        self.after = self.run.end;
    }
}

/// Lists while they are written.
#[derive(Debug)]
pub struct Writing {
    keys: Vec<Key>,
    lists: Vec<Growing>,
}

impl Writing {
    /// Empty lists for these cells, each once.
    pub fn of(keys: Vec<Key>) -> Self {
        let lists = vec![Growing::default(); keys.len()];
        Self { keys, lists }
    }

    /// Puts a number on the list of the cell at a place. Each list takes its numbers in rising order.
    pub fn push(&mut self, place: usize, number: u32) {
        self.lists[place].push(number);
    }

    /// The finished lists.
    pub fn finish(mut self) -> Lists {
        let mut order: Vec<usize> = (0..self.keys.len()).collect();
        order.sort_unstable_by_key(|place| self.keys[*place]);
        let mut lists = Lists { keys: Vec::new(), ends: Vec::new(), bytes: Vec::new() };
        for list in &mut self.lists {
            if !list.run.is_empty() {
                list.write_run();
            }
        }
        lists.bytes.reserve_exact(self.lists.iter().map(|list| list.bytes.len()).sum());
        for place in order {
            let list = std::mem::take(&mut self.lists[place].bytes);
            if !list.is_empty() {
                lists.keys.push(self.keys[place]);
                lists.bytes.extend_from_slice(&list);
                lists.ends.push(lists.bytes.len());
            }
        }
        lists.keys.shrink_to_fit();
        lists.ends.shrink_to_fit();
        lists
    }
}

/// See the module.
#[derive(Debug, Default)]
pub struct Lists {
    keys: Vec<Key>,
    ends: Vec<usize>,
    bytes: Vec<u8>,
}

/// The runs of one list.
struct Runs<'a> {
    bytes: &'a [u8],
    after: u32,
}

impl Runs<'_> {
    fn number(&mut self) -> Option<u32> {
        let mut number = 0u32;
        let mut shift = 0;
        loop {
            let (byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= u32::from(byte & 0x7f) << shift;
            if *byte < 0x80 {
                return Some(number);
            }
            shift += 7;
        }
    }
}

impl Iterator for Runs<'_> {
    type Item = Range<usize>;
    fn next(&mut self) -> Option<Range<usize>> {
        let begins = self.after + self.number()?;
        self.after = begins + self.number()? + 1;
        Some(begins as usize..self.after as usize)
    }
}

impl Lists {
    /// The cells that have a list, in order.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The runs of the list at a place.
    pub fn runs(&self, place: usize) -> impl Iterator<Item = Range<usize>> + '_ {
        let begins = if place == 0 { 0 } else { self.ends[place - 1] };
        Runs { bytes: &self.bytes[begins..self.ends[place]], after: 0 }
    }

    /// The places of the lists whose cells share ground with an area, each once.
    fn places(&self, ground: &Ground) -> Vec<usize> {
        let mut places = Vec::new();
        for key in ground.keys() {
            let (first, last) = ground::inside(*key);
            places.extend(self.keys.partition_point(|own| *own < first)..self.keys.partition_point(|own| *own <= last));
            places.extend(ground::around(*key).filter_map(|coarse| self.keys.binary_search(&coarse).ok()));
        }
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Runs of everybody who asked for ground of an area, each once, in rising order; `people` is how many are
    /// numbered at all.
    pub fn each_run(&self, ground: &Ground, people: usize, mut run: impl FnMut(Range<usize>)) {
        match self.places(ground).as_slice() {
            [] => {}
            [one] => self.runs(*one).for_each(run),
            many => {
                let mut marks = Marks::of(people);
                for place in many {
                    self.runs(*place).for_each(|some| marks.mark(some));
                }
                marks.each_run(&mut run);
            }
        }
    }

    /// Bytes held.
    pub fn bytes_held(&self) -> usize {
        self.keys.capacity() * size_of::<Key>() + self.ends.capacity() * size_of::<usize>() + self.bytes.capacity()
    }
}

/// One bit for each number.
struct Marks {
    words: Vec<u64>,
}

impl Marks {
    fn of(people: usize) -> Self {
        Self { words: vec![0; people.div_ceil(64)] }
    }

    fn mark(&mut self, run: Range<usize>) {
        let (first, last) = (run.start / 64, (run.end - 1) / 64);
        let (from, to) = (u64::MAX << (run.start % 64), u64::MAX >> (63 - (run.end - 1) % 64));
        if first == last {
            self.words[first] |= from & to;
        } else {
            self.words[first] |= from;
            self.words[first + 1..last].fill(u64::MAX);
            self.words[last] |= to;
        }
    }

    fn each_run(&self, run: &mut impl FnMut(Range<usize>)) {
        let mut open: Option<usize> = None;
        for (at, word) in self.words.iter().enumerate() {
            if (*word == 0 && open.is_none()) || (*word == u64::MAX && open.is_some()) {
                continue;
            }
            let mut bit = 0;
            while bit < 64 {
                let rest = word >> bit;
                match open {
                    None if rest == 0 => break,
                    None => {
                        bit += rest.trailing_zeros() as usize;
                        open = Some(at * 64 + bit);
                    }
                    Some(begins) => {
                        let ones = (rest.trailing_ones() as usize).min(64 - bit);
                        bit += ones;
                        if bit < 64 {
                            run(begins..at * 64 + bit);
                            open = None;
                        }
                    }
                }
            }
        }
        if let Some(begins) = open {
            run(begins..self.words.len() * 64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_list_reads_back_what_was_written(numbers in prop::collection::btree_set(0u32..40_000, 1..300)) {
            let mut writing = Writing::of(vec![7]);
            numbers.iter().for_each(|number| writing.push(0, *number));
            let read: Vec<usize> = writing.finish().runs(0).flatten().collect();
            prop_assert_eq!(read, numbers.iter().map(|number| *number as usize).collect::<Vec<_>>());
        }

        #[test]
        fn marks_hold_each_number_of_each_run_once(runs in prop::collection::vec((0usize..600, 1usize..200), 0..20)) {
            let mut marks = Marks::of(800);
            let mut wanted = BTreeSet::new();
            for (begins, length) in runs {
                marks.mark(begins..begins + length);
                wanted.extend(begins..begins + length);
            }
            let mut seen = Vec::new();
            marks.each_run(&mut |run| seen.extend(run));
            prop_assert_eq!(seen, wanted.into_iter().collect::<Vec<_>>());
        }
    }
}
