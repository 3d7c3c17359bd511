//! Audience: who asked to hear of an area, found in memory.
//!
//! An inverted index: for each cell the people who asked for it ([`lists`]), people numbered so that lists are
//! runs ([`curve`]), and what they asked for besides ground tested beside them ([`mask`]). Whoever comes after the
//! index was made stands beside it, unsorted, until the next making; whoever leaves is passed over from then on.
//! It finds exactly those whose cells share ground with the area ([`crate::area::Area::overlaps`]): nobody is
//! missed, and nobody else is found. It is a copy of what the store holds and is never the only place where
//! anything is. It knows no clock and no disk, and whom a ring leaves in peace is not its matter (`wishes`).

mod curve;
mod ground;
mod lists;
mod mask;
mod settled;

use crate::area::Area;
use crate::bell::subscription::Subscription;
use crate::bell::wishes::Asked;
use crate::id::SubscriptionId;
use crate::time::Timestamp;
use ground::{Ground, Key};
pub use mask::{Asking, Whose};
use mask::{Legend, Packed, Rare};
use settled::{Gathering, Person, Settled};
use std::collections::BTreeMap;

/// Fewest newcomers for which the index is made anew.
pub const NEWCOMERS_MIN: usize = 1_024;
/// Most newcomers that stand beside it before it is made anew; looking through them takes a fraction of a
/// millisecond.
pub const NEWCOMERS_MAX: usize = 8_192;
/// Most bytes that one settled person with a few cells may take in the index.
pub const PERSON_BYTES_MAX: usize = 64;
/// The index is made anew when one in so many came or left.
const CHANGED_SHARE: usize = 32;
/// Before every time.
const BEGINNING: Timestamp = Timestamp::from_milliseconds(i64::MIN);

#[derive(Debug, Clone)]
struct Newcomer {
    person: Person,
    keys: Box<[Key]>,
}

/// What happened while a new index was being made.
#[derive(Debug)]
enum Since {
    Came(Newcomer),
    Left(SubscriptionId),
}

/// See the module.
#[derive(Debug, Default)]
pub struct Audience {
    legend: Legend,
    settled: Settled,
    newcomers: BTreeMap<SubscriptionId, Newcomer>,
    rare: BTreeMap<SubscriptionId, Rare>,
    /// Whose time ended by then was forgotten by the store.
    forgotten: Option<Timestamp>,
    since: Option<Vec<Since>>,
}

/// An index while it is first made, from everybody there is.
#[derive(Debug, Default)]
pub struct Making {
    legend: Legend,
    gathering: Gathering,
    rare: BTreeMap<SubscriptionId, Rare>,
}

impl Making {
    /// Adds a subscription, each once.
    pub fn add(&mut self, subscription: &Subscription) {
        if !subscription.cells.is_empty() {
            let (newcomer, rare) = taken_in(&mut self.legend, subscription);
            self.gathering.add(newcomer.person, newcomer.keys);
            self.rare.extend(rare.map(|rare| (subscription.id, rare)));
        }
    }

    /// The index.
    pub fn finish(self) -> Audience {
        Audience { legend: self.legend, settled: self.gathering.settle(), rare: self.rare, ..Audience::default() }
    }
}

fn taken_in(legend: &mut Legend, of: &Subscription) -> (Newcomer, Option<Rare>) {
    let Packed { mask, rests, rare } = legend.pack(of);
    let mut keys: Vec<Key> = of.cells.iter().copied().map(ground::key_of).collect::<Vec<_>>();
    keys.sort_unstable();
    keys.dedup();
    (Newcomer { person: Person { id: of.id, until: of.until, mask, rests }, keys: keys.into() }, rare)
}

/// A new making, apart from the index that goes on answering meanwhile.
#[derive(Debug)]
pub struct Remaking {
    settled: Settled,
    newcomers: Vec<Newcomer>,
    forgotten: Timestamp,
}

/// What came of a [`Remaking`].
#[derive(Debug)]
pub struct Remade(Settled);

impl Remaking {
    /// Numbers everybody anew. The long part: seconds for a city.
    pub fn run(self) -> Remade {
        let mut gathering = self.settled.gather(self.forgotten);
        for newcomer in self.newcomers.into_iter().filter(|newcomer| newcomer.person.until > self.forgotten) {
            gathering.add(newcomer.person, newcomer.keys);
        }
        Remade(gathering.settle())
    }
}

impl Audience {
    /// Takes in a subscription as it is now, instead of what it was before.
    pub fn put(&mut self, subscription: &Subscription) {
        self.leave(subscription.id);
        if subscription.cells.is_empty() {
            return;
        }
        let (newcomer, rare) = taken_in(&mut self.legend, subscription);
        self.rare.extend(rare.map(|rare| (subscription.id, rare)));
        if let Some(since) = &mut self.since {
            since.push(Since::Came(newcomer.clone()));
        }
        self.newcomers.insert(subscription.id, newcomer);
    }

    /// Lets one go. Whoever is not here is gone already.
    pub fn leave(&mut self, id: SubscriptionId) {
        self.rare.remove(&id);
        self.newcomers.remove(&id);
        self.settled.leave(id);
        if let Some(since) = &mut self.since {
            since.push(Since::Left(id));
        }
    }

    /// The store forgot whose time had ended by `at`. They were found no more already.
    pub fn forget(&mut self, at: Timestamp) {
        self.forgotten = self.forgotten.max(Some(at));
    }

    /// Everybody who asked to hear of such an alert in this area and whose time has not ended at `now`, each
    /// once, with their wishes, in no order.
    pub fn asked(&self, area: &Area, asking: &Asking<'_>, now: Timestamp) -> Vec<Asked> {
        let (ground, test) = (Ground::of(area), self.legend.test(asking));
        // A clock that went back finds nobody whom the store has forgotten.
        let now = self.forgotten.map_or(now, |forgotten| forgotten.max(now));
        let runs = self.settled.runs(&ground);
        // Room for all at once: growing would move what was found again and again.
        let mut asked = Vec::with_capacity(runs.iter().map(ExactSizeIterator::len).sum());
        let mut found = |person: Person| {
            let rare = || self.rare.get(&person.id);
            if !test.closer || mask::closer(person.mask, rare(), asking, &self.legend) {
                let wishes = mask::wishes(person.mask, person.rests, || rare().and_then(Rare::snoozed_until));
                asked.push(Asked { subscription: person.id, wishes });
            }
        };
        self.settled.each(runs, &test, now, &mut found);
        for Newcomer { person, keys } in self.newcomers.values() {
            if test.fits(person.mask) && person.until > now && keys.iter().any(|key| ground.meets(*key)) {
                found(*person);
            }
        }
        asked
    }

    /// Begins a new making when enough came or left and none is under way.
    pub fn remake(&mut self) -> Option<Remaking> {
        let enough = (self.settled.len() / CHANGED_SHARE).clamp(NEWCOMERS_MIN, NEWCOMERS_MAX);
        let left = self.settled.left() / (NEWCOMERS_MAX / NEWCOMERS_MIN);
        (self.newcomers.len().max(left) >= enough && self.since.is_none()).then(|| self.remaking())
    }

    fn remaking(&mut self) -> Remaking {
        self.since = Some(Vec::new());
        Remaking {
            settled: self.settled.clone(),
            newcomers: self.newcomers.values().cloned().collect(),
            forgotten: self.forgotten.unwrap_or(BEGINNING),
        }
    }

    /// Puts a new making in its place, with whatever happened since it began.
    pub fn take_in(&mut self, remade: Remade) {
        let since = self.since.take().unwrap_or_default();
        self.settled = remade.0;
        self.newcomers.clear();
        for one in since {
            match one {
                Since::Came(newcomer) => {
                    self.newcomers.insert(newcomer.person.id, newcomer);
                }
                Since::Left(id) => {
                    self.newcomers.remove(&id);
                    self.settled.leave(id);
                }
            }
        }
    }

    /// A making came to nothing; another one may begin.
    pub fn give_up(&mut self) {
        self.since = None;
    }

    /// How many are held, those among them whose time has ended and whom the store has not forgotten yet.
    pub fn people(&self) -> usize {
        self.settled.len() - self.settled.left() + self.newcomers.len()
    }

    /// Bytes held, counted, with room that is not used.
    pub fn bytes_held(&self) -> usize {
        let newcomers: usize = self.newcomers.values().map(|one| size_of::<Newcomer>() + 16 + size_of_val(&*one.keys)).sum();
        let rare = self.rare.len() * (size_of::<Rare>() + 16);
        self.settled.bytes_held() + newcomers + rare + size_of::<Self>()
    }
}

#[cfg(test)]
mod tests;
