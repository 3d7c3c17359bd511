//! Told: the told lists that are kept, in the writer's memory, with what became of each delivery.
//!
//! The commit of a ring writes its list once, as one snapshot; leases and outcomes are then written as short
//! rows that say what changed (`told/coding.rs`), in the same transaction as everything else. This is what those
//! rows add up to, read back when the store is opened. Moves are undone together with a change that fails.
//! The store in memory keeps one row for each delivery instead and knows nothing of this, so that the suite
//! and the comparison of the two stores judge each by the other. Nothing here reads a clock or a disk.

pub mod coding;

use handbell_rules::bell::alert::{Ring, RingKind};
use handbell_rules::bell::delivery::{Answer, DeliveryState, Leased, Settled, Tally};
use handbell_rules::id::{AlertId, DeliveryId, RingId, SubscriptionId};
use handbell_rules::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::coding::Slot;
use crate::store::effects::{Told, delivery_id, heard};

const NO_TIME: Timestamp = Timestamp::from_milliseconds(0);

/// Who is on a list, once in the order of their ids and once in the order of sending, which nobody can choose.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct People {
    /// In the order of their ids, each once.
    pub ids: Vec<SubscriptionId>,
    /// In the order of sending, with the place of the person in `ids`.
    sending: Vec<(DeliveryId, u32)>,
    /// For each of `ids`, the place in `sending`.
    places: Vec<u32>,
}

impl People {
    /// Puts people in order for a ring.
    pub fn of(ring: RingId, mut ids: Vec<SubscriptionId>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        let mut sending: Vec<(DeliveryId, u32)> = (0u32..).zip(&ids).map(|(place, id)| (delivery_id(ring, *id), place)).collect();
        sending.sort_unstable();
        let mut places = vec![0; ids.len()];
        for (place, (_, person)) in (0u32..).zip(&sending) {
            places[*person as usize] = place;
        }
        Self { ids, sending, places }
    }

    fn place_of(&self, person: &SubscriptionId) -> Option<usize> {
        self.ids.binary_search(person).ok().map(|at| self.places[at] as usize)
    }

    fn at(&self, place: usize) -> (DeliveryId, SubscriptionId) {
        let (delivery, person) = self.sending[place];
        (delivery, self.ids[person as usize])
    }
}

/// What a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The ring.
    pub ring: RingId,
    /// Its alert.
    pub alert: AlertId,
    /// Whose words it says.
    pub words_of: AlertId,
    /// What sort of ring.
    pub kind: RingKind,
    /// When it was rung.
    pub at: Timestamp,
    /// After this nothing of it is sent.
    pub expires_at: Timestamp,
    /// Later rings have later numbers.
    pub ordering: u64,
}

impl Head {
    /// Of a ring.
    pub fn of(ring: &Ring, ordering: u64) -> Self {
        let Ring { id, alert, words_of, kind, at, expires_at } = *ring;
        Self { ring: id, alert, words_of, kind, at, expires_at, ordering }
    }
}

/// One ring's list.
#[derive(Debug)]
pub struct List {
    head: Head,
    people: Arc<People>,
    slots: Vec<Slot>,
    /// How many stand in each state.
    counts: [u32; DeliveryState::ALL.len()],
    /// Bytes of what became of them that were appended since all of it was last written whole.
    appended: usize,
    /// Bytes it took to write all of it then.
    whole: usize,
}

/// What is to be written of a list.
#[derive(Debug, PartialEq)]
pub struct Moved {
    /// Its ring.
    pub ring: RingId,
    /// What changed, or everything.
    pub states: Vec<u8>,
    /// Whether it is everything, and stands in the place of all that was written before.
    pub whole: bool,
}

/// Bytes appended to a list before all of it is written anew in their place, beside twice what that takes. A push
/// service that is down for hours would otherwise leave a row for each try.
const APPENDED_MAX: usize = 64 * 1_024;

impl List {
    /// A list on which everybody waits.
    pub fn new(head: Head, people: Arc<People>) -> Self {
        let waiting = Slot { at: head.at, attempts: 0, state: DeliveryState::Waiting, perhaps: false };
        let slots = vec![waiting; people.ids.len()];
        let mut list = Self { head, people, slots, counts: [0; DeliveryState::ALL.len()], appended: 0, whole: 0 };
        list.count();
        list
    }

    /// Takes in what was written of them.
    pub fn read_states(&mut self, bytes: &[u8]) -> Result<(), crate::store::StoreError> {
        coding::read_states(bytes, &mut self.slots)?;
        self.appended += bytes.len();
        self.count();
        Ok(())
    }

    /// The list's people in the order of their ids.
    pub fn ids(&self) -> &[SubscriptionId] {
        &self.people.ids
    }

    /// What the list is of.
    pub fn head(&self) -> &Head {
        &self.head
    }

    fn count(&mut self) {
        self.counts = [0; DeliveryState::ALL.len()];
        for slot in &self.slots {
            self.counts[number(slot.state)] += 1;
        }
    }

    fn has(&self, state: DeliveryState) -> bool {
        self.counts[number(state)] > 0
    }

    fn is_open(&self) -> bool {
        self.has(DeliveryState::Waiting) || self.has(DeliveryState::Leased)
    }

    fn of(&self, person: &SubscriptionId) -> Option<&Slot> {
        self.people.place_of(person).map(|place| &self.slots[place])
    }

    fn people_who<'list>(&'list self, holds: impl Fn(&Slot) -> bool + 'list) -> impl Iterator<Item = SubscriptionId> + 'list {
        self.people.ids.iter().zip(&self.people.places).filter(move |(_, place)| holds(&self.slots[**place as usize])).map(|(id, _)| *id)
    }
}

fn number(state: DeliveryState) -> usize {
    state as usize
}

fn open(slot: &Slot) -> bool {
    matches!(slot.state, DeliveryState::Waiting | DeliveryState::Leased)
}

/// What a move was before it.
#[derive(Debug)]
enum Before {
    Slot(usize, usize, Slot),
    Added,
    Removed(usize, List),
}

/// A moment to go back to.
#[derive(Debug, Clone, Copy)]
pub struct Mark(usize);

/// See the module.
#[derive(Debug, Default)]
pub struct ToldLists {
    /// In the order in which they were rung.
    lists: Vec<List>,
    before: Vec<Before>,
    /// Whether somebody may have turned out to have heard nothing since corrections were last looked at.
    doubted: bool,
}

impl ToldLists {
    /// Lists as they were read, in the order in which they were rung.
    pub fn read(lists: Vec<List>) -> Self {
        Self { lists, before: Vec::new(), doubted: true }
    }

    /// Where a change starts.
    pub fn mark(&self) -> Mark {
        Mark(self.before.len())
    }

    /// Goes back there.
    pub fn rewind(&mut self, to: Mark) {
        while self.before.len() > to.0 {
            match self.before.pop() {
                Some(Before::Slot(list, place, slot)) => self.exchange(list, place, slot),
                Some(Before::Added) => drop(self.lists.pop()),
                Some(Before::Removed(at, list)) => self.lists.insert(at, list),
                None => {}
            }
        }
        self.doubted = true;
    }

    /// Goes back to where the transaction started.
    pub fn forget_moves(&mut self) {
        self.rewind(Mark(0));
    }

    /// Everything since the last one stands for good.
    pub fn keep(&mut self) {
        self.before.clear();
    }

    /// What is to be written of the moves since then. A new list stands in its snapshot as long as nobody moved.
    pub fn moved_since(&mut self, mark: Mark) -> Vec<Moved> {
        let mut moved: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        for before in &self.before[mark.0..] {
            if let Before::Slot(list, place, _) = before {
                moved.entry(*list).or_default().push(u32::try_from(*place).expect("a list holds fewer people than that"));
            }
        }
        let write = |(list, mut places): (usize, Vec<u32>)| {
            places.sort_unstable();
            places.dedup();
            let list = &mut self.lists[list];
            let mut states = coding::states(places.into_iter().map(|place| (place, list.slots[place as usize])));
            list.appended += states.len();
            let whole = list.appended > APPENDED_MAX + 2 * list.whole;
            if whole {
                states = coding::states((0u32..).zip(list.slots.iter().copied()));
                (list.appended, list.whole) = (0, states.len());
            }
            Moved { ring: list.head.ring, states, whole }
        };
        moved.into_iter().map(write).collect()
    }

    fn exchange(&mut self, list: usize, place: usize, slot: Slot) {
        let list = &mut self.lists[list];
        list.counts[number(list.slots[place].state)] -= 1;
        list.counts[number(slot.state)] += 1;
        list.slots[place] = slot;
    }

    fn set(&mut self, list: usize, place: usize, slot: Slot) {
        let old = self.lists[list].slots[place];
        if old != slot {
            self.before.push(Before::Slot(list, place, old));
            self.exchange(list, place, slot);
            self.doubted |= self.lists[list].head.kind.is_live() && !open(&slot) && !heard(slot.state, slot.perhaps);
        }
    }

    fn close(&mut self, list: usize, place: usize, state: DeliveryState) {
        let slot = Slot { state, at: NO_TIME, ..self.lists[list].slots[place] };
        self.set(list, place, slot);
    }

    fn lists_of(&self, alert: AlertId) -> impl Iterator<Item = &List> {
        self.lists.iter().filter(move |list| list.head.alert == alert)
    }

    /// The people of an alert's first list, in order.
    pub fn first_of(&self, alert: AlertId) -> Option<&[SubscriptionId]> {
        self.lists_of(alert).next().map(|list| list.ids())
    }

    /// Alerts of which something may still be sent as live.
    pub fn open_alerts(&self) -> BTreeSet<AlertId> {
        self.lists.iter().filter(|list| list.head.kind.is_live() && list.is_open()).map(|list| list.head.alert).collect()
    }

    /// Whom a later ring of an alert tells.
    pub fn chosen(&self, alert: AlertId, told: &Told) -> Vec<SubscriptionId> {
        let of = |live: fn(RingKind) -> bool, holds: fn(&Slot) -> bool| {
            self.lists_of(alert).filter(move |list| live(list.head.kind)).flat_map(move |list| list.people_who(holds)).collect()
        };
        match told {
            Told::These(people) => people.clone(),
            Told::SameAsFirst => of(
                |kind| kind == RingKind::Alert,
                |slot| open(slot) || slot.state == DeliveryState::Accepted || (slot.state == DeliveryState::Expired && slot.perhaps),
            ),
            Told::WhoeverHeard | Told::WhoeverHeardSoFar => of(RingKind::is_live, |slot| heard(slot.state, slot.perhaps)),
        }
    }

    /// Whoever was not handed anything of an alert by now hears nothing of it.
    pub fn supersede_untried(&mut self, alert: AlertId) {
        for list in 0..self.lists.len() {
            if self.lists[list].head.alert == alert && self.lists[list].head.kind.is_live() {
                self.close_waiting(list, DeliveryState::Superseded);
            }
        }
    }

    fn close_waiting(&mut self, list: usize, state: DeliveryState) {
        if self.lists[list].has(DeliveryState::Waiting) {
            for place in 0..self.lists[list].slots.len() {
                if self.lists[list].slots[place].state == DeliveryState::Waiting {
                    self.close(list, place, state);
                }
            }
        }
    }

    /// Adds a list. Everybody on it waits.
    pub fn tell(&mut self, head: Head, people: Arc<People>) {
        self.lists.push(List::new(head, people));
        self.before.push(Before::Added);
        self.doubted = true;
    }

    /// Writes outcomes down and says whose subscriptions are gone. `over` knows whether an alert has ended.
    pub fn settle(&mut self, settled: &[Settled], over: impl Fn(&AlertId) -> bool) -> BTreeSet<SubscriptionId> {
        let mut gone = BTreeSet::new();
        for one in settled {
            let mut held = self.lists.iter().enumerate().filter(|(_, list)| list.has(DeliveryState::Leased));
            let known = held.find_map(|(at, list)| {
                let place = list.people.place_of(&one.subscription)?;
                (list.people.at(place).0 == one.delivery).then_some((at, place))
            });
            let Some((list, place)) = known else { continue };
            let (slot, head) = (self.lists[list].slots[place], self.lists[list].head);
            if slot.state != DeliveryState::Leased || slot.attempts + u32::from(one.answer.is_of_a_try()) != one.attempts {
                continue; // A late word about an earlier try.
            }
            let over = head.kind.is_live() && over(&head.alert);
            let state = if over && one.state == DeliveryState::Waiting { DeliveryState::Superseded } else { one.state };
            let at = if state == DeliveryState::Waiting { one.due_at } else { NO_TIME };
            let perhaps = slot.perhaps || one.answer == Answer::Hung;
            self.set(list, place, Slot { at, attempts: one.attempts, state, perhaps });
            if over {
                self.withhold_end(head.alert, &one.subscription);
            }
            if one.state == DeliveryState::Gone {
                gone.insert(one.subscription);
            }
        }
        gone
    }

    /// Whoever heard nothing of the start hears nothing of the end. Follows [`heard`].
    fn withhold_end(&mut self, alert: AlertId, person: &SubscriptionId) {
        let started = |list: &List| list.head.kind.is_live() && list.of(person).is_some_and(|slot| heard(slot.state, slot.perhaps));
        if self.lists_of(alert).any(started) {
            return;
        }
        for list in 0..self.lists.len() {
            let of = &self.lists[list];
            if of.head.alert == alert
                && !of.head.kind.is_live()
                && let Some(place) = of.people.place_of(person)
                && of.slots[place].state == DeliveryState::Waiting
            {
                self.close(list, place, DeliveryState::Superseded);
            }
        }
    }

    /// Whoever turns out to have heard nothing of an alert, and will not hear of it any more, hears nothing of
    /// a correction. Looked at only when somebody may have.
    fn withhold_corrections(&mut self) {
        if !std::mem::take(&mut self.doubted) {
            return;
        }
        for list in 0..self.lists.len() {
            let of = &self.lists[list];
            if of.head.kind != RingKind::Correction || !of.has(DeliveryState::Waiting) {
                continue;
            }
            let hears = |person: &SubscriptionId| {
                let mut starts = self.lists_of(of.head.alert).filter(|list| list.head.kind.is_live());
                starts.any(|list| list.of(person).is_some_and(|slot| open(slot) || heard(slot.state, slot.perhaps)))
            };
            let waits = |place: &usize| of.slots[*place].state == DeliveryState::Waiting;
            let withheld: Vec<usize> = (0..of.slots.len()).filter(waits).filter(|place| !hears(&of.people.at(*place).1)).collect();
            for place in withheld {
                self.close(list, place, DeliveryState::Superseded);
            }
        }
    }

    /// Marks what ran out, what expired and what is over. `lives` knows whether an alert is live.
    fn turn(&mut self, now: Timestamp, lives: impl Fn(&AlertId) -> bool) {
        for list in 0..self.lists.len() {
            if self.lists[list].has(DeliveryState::Leased) {
                for place in 0..self.lists[list].slots.len() {
                    let slot = self.lists[list].slots[place];
                    if slot.state == DeliveryState::Leased && slot.at <= now {
                        // A ringer that let its lease run out may have sent; nobody knows.
                        let back = Slot { state: DeliveryState::Waiting, perhaps: true, attempts: slot.attempts + 1, at: now };
                        self.set(list, place, back);
                    }
                }
            }
            let head = self.lists[list].head;
            if self.lists[list].has(DeliveryState::Waiting) {
                // Every way an alert can end has superseded what waited; what was leased then may come back here.
                if head.kind.is_live() && !lives(&head.alert) {
                    self.close_waiting(list, DeliveryState::Superseded);
                } else if head.expires_at <= now {
                    self.close_waiting(list, DeliveryState::Expired);
                }
            }
        }
        self.withhold_corrections();
    }

    /// Lists of the same alert that were rung earlier and of which something is open: whoever is open there has
    /// to wait here.
    fn earlier(&self, at: usize) -> Vec<&List> {
        let alert = self.lists[at].head.alert;
        self.lists[..at].iter().filter(|list| list.head.alert == alert && list.is_open()).collect()
    }

    fn in_turn(earlier: &[&List], person: &SubscriptionId) -> bool {
        !earlier.iter().any(|list| list.of(person).is_some_and(open))
    }

    /// See [`crate::store::Store::lease`]. Ends come before starts.
    pub fn lease(&mut self, batch: usize, milliseconds: i64, now: Timestamp, lives: impl Fn(&AlertId) -> bool) -> Vec<Leased> {
        self.turn(now, lives);
        let mut turn: Vec<(bool, DeliveryId, usize, usize)> = Vec::new();
        for live in [false, true] {
            let before = turn.len();
            for (at, list) in self.lists.iter().enumerate().filter(|(_, list)| list.head.kind.is_live() == live) {
                if !list.has(DeliveryState::Waiting) {
                    continue;
                }
                let earlier = self.earlier(at);
                let due = list.slots.iter().enumerate().filter(|(_, slot)| slot.state == DeliveryState::Waiting && slot.at <= now);
                let due = due.map(|(place, _)| (place, list.people.at(place)));
                let due = due.filter(|(_, (_, person))| earlier.is_empty() || Self::in_turn(&earlier, person));
                turn.extend(due.map(|(place, (delivery, _))| (live, delivery, at, place)).take(batch - before.min(batch)));
            }
            turn[before..].sort_unstable();
            turn.truncate(batch);
        }
        let mut leased = Vec::with_capacity(turn.len());
        for (_, _, list, place) in turn {
            let slot = Slot { state: DeliveryState::Leased, at: now.plus(milliseconds), ..self.lists[list].slots[place] };
            let of = &self.lists[list];
            let ((delivery, subscription), Head { ring, alert, words_of, kind, expires_at, .. }) = (of.people.at(place), of.head);
            let attempts = slot.attempts;
            leased.push(Leased { delivery, ring, kind, alert, words_of, subscription, attempts, expires_at });
            self.set(list, place, slot);
        }
        leased
    }

    /// See [`crate::store::Store::next_due`].
    pub fn next_due(&self) -> Option<Timestamp> {
        let mut next: Option<Timestamp> = None;
        for (at, list) in self.lists.iter().enumerate().filter(|(_, list)| list.is_open()) {
            let earlier = self.earlier(at);
            for (place, slot) in list.slots.iter().enumerate().filter(|(_, slot)| open(slot)) {
                let sooner = next.is_none_or(|next| slot.at < next);
                if sooner
                    && (slot.state == DeliveryState::Leased || earlier.is_empty() || Self::in_turn(&earlier, &list.people.at(place).1))
                {
                    next = Some(slot.at);
                }
            }
        }
        next
    }

    /// See [`crate::store::Store::told_often`], for the alerts that count. Follows [`heard`], and counts whoever
    /// waits for their turn.
    pub fn told_often(&self, alerts: &BTreeSet<AlertId>, at_least: u32) -> Vec<(SubscriptionId, u32)> {
        let counts = |list: &&List| list.head.kind == RingKind::Alert && alerts.contains(&list.head.alert);
        let told = |slot: &Slot| slot.state == DeliveryState::Waiting || heard(slot.state, slot.perhaps);
        let mut people: Vec<SubscriptionId> = self.lists.iter().filter(counts).flat_map(|list| list.people_who(told)).collect();
        people.sort_unstable();
        let times = people.chunk_by(|one, other| one == other).map(|same| (same[0], u32::try_from(same.len()).unwrap_or(u32::MAX)));
        times.filter(|(_, times)| *times >= at_least).collect()
    }

    /// What became of a ring's list.
    pub fn tally(&self, ring: RingId) -> Tally {
        let mut tally = Tally::default();
        for list in self.lists.iter().filter(|list| list.head.ring == ring) {
            let counted = |state: DeliveryState| u64::from(list.counts[number(state)]);
            tally.told_list += list.slots.len() as u64;
            tally.accepted += counted(DeliveryState::Accepted);
            tally.waiting += counted(DeliveryState::Waiting) + counted(DeliveryState::Leased);
        }
        tally.unreachable = tally.told_list - tally.accepted - tally.waiting;
        tally
    }

    /// Forgets the lists of these alerts.
    pub fn forget(&mut self, alerts: &BTreeSet<AlertId>) {
        for at in (0..self.lists.len()).rev() {
            if alerts.contains(&self.lists[at].head.alert) {
                let list = self.lists.remove(at);
                self.before.push(Before::Removed(at, list));
            }
        }
    }
}

/// What is on a list before it is the store's: made in the caller's own task.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// Who.
    pub people: Arc<People>,
    /// As it is written.
    pub bytes: Vec<u8>,
}

impl Snapshot {
    /// Of people who are told by a ring; `first` are those of the alert's first list, in order.
    pub fn of(ring: RingId, people: Vec<SubscriptionId>, first: Option<&[SubscriptionId]>) -> Self {
        let people = People::of(ring, people);
        let part = first.and_then(|first| coding::part_of(first, &people.ids));
        let bytes = part.unwrap_or_else(|| coding::people(&people.ids));
        Self { people: Arc::new(people), bytes }
    }
}

#[cfg(test)]
impl ToldLists {
    /// Every delivery as a row of its own, as stores kept them before.
    pub fn rows(&self) -> Vec<(Head, DeliveryId, SubscriptionId, Slot)> {
        let rows = |list: &List| -> Vec<_> {
            let row = |(place, slot): (usize, &Slot)| (list.head, list.people.at(place).0, list.people.at(place).1, *slot);
            list.slots.iter().enumerate().map(row).collect()
        };
        self.lists.iter().flat_map(rows).collect()
    }
}
