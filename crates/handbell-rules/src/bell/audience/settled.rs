//! Settled: everybody who was there when the index was last made, numbered along the curve.
//!
//! The lists and the order of ids never change after they were made. What can change of somebody is that they
//! leave: their time is set to the beginning of all times, and whoever reads the lists passes over them. Whoever
//! comes later does not stand here ([`super::Audience`] has them beside).

use super::curve::{self, Direction};
use super::ground::{self, Ground, Key};
use super::lists::{Lists, Writing};
use super::mask::Test;
use crate::id::SubscriptionId;
use crate::time::Timestamp;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::ops::Range;
use std::sync::Arc;

/// The time of whoever left.
const LEFT: Timestamp = Timestamp::from_milliseconds(i64::MIN);

/// One person as the index holds them, without ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// Whose.
    pub id: SubscriptionId,
    /// Until when.
    pub until: Timestamp,
    /// See [`super::mask`].
    pub mask: u32,
    /// See [`super::mask`].
    pub rests: u16,
}

/// People with their ground, before they are numbered.
#[derive(Debug, Default)]
pub struct Gathering {
    people: Vec<Person>,
    /// Where each one's cells end in `cells`.
    ends: Vec<usize>,
    /// Places in `keys`.
    cells: Vec<u32>,
    keys: Vec<Key>,
    places: HashMap<Key, u32, BuildHasherDefault<DefaultHasher>>,
}

impl Gathering {
    /// Adds one with these cells.
    pub fn add(&mut self, person: Person, keys: impl IntoIterator<Item = Key>) {
        for key in keys {
            let place = *self.places.entry(key).or_insert_with(|| {
                self.keys.push(key);
                u32::try_from(self.keys.len() - 1).expect("H3 has fewer cells of these resolutions in one country than numbers of 32 bits")
            });
            self.cells.push(place);
        }
        self.people.push(person);
        self.ends.push(self.cells.len());
    }

    fn cells_of(&self, at: usize) -> &[u32] {
        let begins = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.cells[begins..self.ends[at]]
    }

    /// Numbers everybody and writes the lists.
    pub fn settle(self) -> Settled {
        let middles: Vec<Direction> = self
            .keys
            .iter()
            .map(|key| ground::cell_of(*key).map_or_else(Direction::default, |cell| Direction::to(cell.centre())))
            .collect();
        let mut order: Vec<(u64, u32)> = (0..self.people.len())
            .map(|at| {
                let cells = self.cells_of(at);
                let (mut middle, mut set) = (Direction::default(), 0u64);
                for cell in cells {
                    middle.add(&middles[*cell as usize]);
                    // Any mixing will do: it keeps equal sets together, and nothing depends on it.
                    set = set.wrapping_add(self.keys[*cell as usize].wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29));
                }
                (curve::place(cells.len(), &middle, set ^ (set >> 32)), at as u32)
            })
            .collect();
        order.sort_unstable();
        let mut lists = Writing::of(self.keys.clone());
        let mut fixed = Fixed { ids: Vec::with_capacity(order.len()), by_id: Vec::new(), lists: Lists::default() };
        let (mut until, mut masks, mut rests) =
            (Vec::with_capacity(order.len()), Vec::with_capacity(order.len()), Vec::with_capacity(order.len()));
        for (number, (_, at)) in order.iter().enumerate() {
            for cell in self.cells_of(*at as usize) {
                lists.push(*cell as usize, number as u32);
            }
            let person = &self.people[*at as usize];
            fixed.ids.push(person.id);
            until.push(person.until);
            masks.push(person.mask);
            rests.push(person.rests);
        }
        drop(order);
        drop(self);
        fixed.lists = lists.finish();
        fixed.by_id = (0..fixed.ids.len() as u32).collect();
        fixed.by_id.sort_unstable_by_key(|number| fixed.ids[*number as usize]);
        Settled { fixed: Arc::new(fixed), until, masks, rests, left: 0 }
    }
}

/// What never changes.
#[derive(Debug, Default)]
struct Fixed {
    ids: Vec<SubscriptionId>,
    /// Numbers in the order of their ids.
    by_id: Vec<u32>,
    lists: Lists,
}

/// See the module. A clone shares what never changes.
#[derive(Debug, Clone, Default)]
pub struct Settled {
    fixed: Arc<Fixed>,
    until: Vec<Timestamp>,
    masks: Vec<u32>,
    rests: Vec<u16>,
    left: usize,
}

impl Settled {
    /// How many were numbered.
    pub fn len(&self) -> usize {
        self.until.len()
    }

    /// How many of them left.
    pub fn left(&self) -> usize {
        self.left
    }

    /// Lets one leave, if they are here.
    pub fn leave(&mut self, id: SubscriptionId) {
        let Fixed { ids, by_id, .. } = &*self.fixed;
        if let Ok(at) = by_id.binary_search_by_key(&id, |number| ids[*number as usize]) {
            let until = &mut self.until[by_id[at] as usize];
            if *until != LEFT {
                *until = LEFT;
                self.left += 1;
            }
        }
    }

    /// The numbers of everybody who asked for ground of an area, whoever left among them.
    pub fn runs(&self, ground: &Ground) -> Vec<Range<usize>> {
        let mut runs = Vec::new();
        self.fixed.lists.each_run(ground, self.len(), |run| runs.push(run));
        runs
    }

    /// Everybody in these runs who is here at `now` and fits.
    pub fn each(&self, runs: Vec<Range<usize>>, test: &Test, now: Timestamp, mut found: impl FnMut(Person)) {
        for run in runs {
            let (ids, until) = (&self.fixed.ids[run.clone()], &self.until[run.clone()]);
            let (masks, rests) = (&self.masks[run.clone()], &self.rests[run]);
            for (((id, until), mask), rests) in ids.iter().zip(until).zip(masks).zip(rests) {
                if test.fits(*mask) && *until > now {
                    found(Person { id: *id, until: *until, mask: *mask, rests: *rests });
                }
            }
        }
    }

    /// Everybody who has not left and whose time ends after `after`, with their ground: what a new numbering
    /// begins with.
    pub fn gather(&self, after: Timestamp) -> Gathering {
        let lists = &self.fixed.lists;
        let mut counts = vec![0u32; self.len()];
        for place in 0..lists.keys().len() {
            lists.runs(place).flatten().for_each(|number| counts[number] += 1);
        }
        let mut next = Vec::with_capacity(counts.len());
        let mut sum = 0usize;
        for count in &counts {
            next.push(sum);
            sum += *count as usize;
        }
        let mut cells = vec![0u32; sum];
        for place in 0..lists.keys().len() {
            for number in lists.runs(place).flatten() {
                cells[next[number]] = place as u32;
                next[number] += 1;
            }
        }
        let mut gathering = Gathering::default();
        for (number, count) in counts.iter().enumerate() {
            if self.until[number] > after.max(LEFT) {
                let own = &cells[next[number] - *count as usize..next[number]];
                let person =
                    Person { id: self.fixed.ids[number], until: self.until[number], mask: self.masks[number], rests: self.rests[number] };
                gathering.add(person, own.iter().map(|place| lists.keys()[*place as usize]));
            }
        }
        gathering
    }

    /// Bytes held.
    pub fn bytes_held(&self) -> usize {
        self.fixed.ids.capacity() * size_of::<SubscriptionId>()
            + self.fixed.by_id.capacity() * size_of::<u32>()
            + self.fixed.lists.bytes_held()
            + self.until.capacity() * size_of::<Timestamp>()
            + self.masks.capacity() * size_of::<u32>()
            + self.rests.capacity() * size_of::<u16>()
    }
}
