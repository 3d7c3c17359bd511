//! Coding: how a told list and what became of it stand on the disk.
//!
//! The people of a list are written once, in the commit that rings; what becomes of them is appended, stretch
//! by stretch. Both can be read by a program that knows this page. Nothing here decides anything.
//!
//! People, by their first byte: 0, ids of 16 bytes each, in order. 1, the number of ids, then the gaps between
//! them in order, Rice-coded: random ids do not get shorter than that (about 14 bytes each in a list of
//! 100,000). 2, for a later ring of the same alert, one bit for each person of its first list.
//! States: 21 bytes each for a stretch of people in sending order: the first, how many, the state with 128 for
//! "perhaps heard", the tries, the time in milliseconds; numbers have their highest byte first.

use handbell_rules::bell::delivery::DeliveryState;
use handbell_rules::id::SubscriptionId;
use handbell_rules::time::Timestamp;

use crate::store::StoreError;

/// What became of one delivery so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// When it is due, while it waits; until when it is held, while it is leased; else nothing.
    pub at: Timestamp,
    /// Tries so far.
    pub attempts: u32,
    /// Where it stands.
    pub state: DeliveryState,
    /// Whether it may have been heard whatever the state says.
    pub perhaps: bool,
}

const RAW: u8 = 0;
const GAPS: u8 = 1;
const OF_FIRST: u8 = 2;
const PERHAPS: u8 = 0x80;
/// Bytes of one stretch.
const STRETCH: usize = 4 + 4 + 1 + 4 + 8;

fn unreadable() -> StoreError {
    StoreError::Broken("a told list cannot be read".into())
}

/// Writes bits, highest first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn push(&mut self, value: u128, bits: u32) {
        let mut left = bits;
        while left > 0 {
            if self.used == 0 {
                self.bytes.push(0);
            }
            let room = 8 - self.used;
            let some = room.min(left);
            let piece = ((value >> (left - some)) & ((1 << some) - 1)) as u8;
            if let Some(last) = self.bytes.last_mut() {
                *last |= piece << (room - some);
            }
            self.used = (self.used + some) % 8;
            left -= some;
        }
    }
}

/// Reads bits, highest first.
struct Reading<'bytes> {
    bytes: &'bytes [u8],
    at: usize,
}

impl Reading<'_> {
    fn bit(&mut self) -> Option<bool> {
        let byte = *self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(bit == 1)
    }

    fn take(&mut self, bits: u32) -> Option<u128> {
        let mut value = 0u128;
        let mut left = bits;
        while left > 0 {
            let byte = *self.bytes.get(self.at / 8)?;
            let room = 8 - (self.at % 8) as u32;
            let some = room.min(left);
            let piece = (u32::from(byte) >> (room - some)) & ((1 << some) - 1);
            value = (value << some) | u128::from(piece);
            self.at += some as usize;
            left -= some;
        }
        Some(value)
    }
}

/// The bits of a gap that are written as they are: as many as an even spread of so many ids makes likely.
fn plain_bits(people: usize) -> u32 {
    127 - people.max(1).ilog2()
}

/// Writes the people of a list that stands alone. They are in order and each is there once.
pub fn people(list: &[SubscriptionId]) -> Vec<u8> {
    let plain = plain_bits(list.len());
    let mut bits = Bits::default();
    let mut before = 0u128;
    for id in list {
        let value = u128::from_be_bytes(*id.bytes());
        let gap = value - before;
        before = value;
        // Ids are random, so that the upper part is nearly always small. Were it ever large, ids would have been
        // made up; the list is written whole then.
        let upper = gap >> plain;
        if upper > 64 {
            return [&[RAW][..], &list.iter().flat_map(|id| *id.bytes()).collect::<Vec<u8>>()].concat();
        }
        for _ in 0..upper {
            bits.push(1, 1);
        }
        bits.push(0, 1);
        bits.push(gap & ((1 << plain) - 1), plain);
    }
    let mut bytes = vec![GAPS];
    bytes.extend_from_slice(&(u32::try_from(list.len()).unwrap_or(u32::MAX)).to_be_bytes());
    bytes.extend_from_slice(&bits.bytes);
    bytes
}

/// Writes the people of a later list as a part of the first one; none when somebody is not on that. Both in order.
pub fn part_of(first: &[SubscriptionId], list: &[SubscriptionId]) -> Option<Vec<u8>> {
    let mut bytes = vec![OF_FIRST];
    bytes.resize(1 + first.len().div_ceil(8), 0);
    let mut wanted = list.iter().peekable();
    for (place, id) in first.iter().enumerate() {
        if wanted.next_if_eq(&id).is_some() {
            bytes[1 + place / 8] |= 0x80 >> (place % 8);
        }
    }
    wanted.peek().is_none().then_some(bytes)
}

/// Reads people back, in order. `first` is the alert's first list, for those written as a part of it.
pub fn read_people(bytes: &[u8], first: Option<&[SubscriptionId]>) -> Result<Vec<SubscriptionId>, StoreError> {
    let (tag, rest) = bytes.split_first().ok_or_else(unreadable)?;
    match *tag {
        RAW if rest.len() % 16 == 0 => {
            Ok(rest.chunks_exact(16).map(|id| SubscriptionId(id.try_into().expect("chunks are of sixteen"))).collect())
        }
        GAPS => {
            let count = rest.first_chunk::<4>().ok_or_else(unreadable)?;
            let count = u32::from_be_bytes(*count) as usize;
            let plain = plain_bits(count);
            let mut bits = Reading { bytes: &rest[4..], at: 0 };
            let mut list = Vec::with_capacity(count.min(rest.len()));
            let mut before = 0u128;
            for _ in 0..count {
                let mut upper = 0u128;
                while bits.bit().ok_or_else(unreadable)? {
                    upper += 1;
                }
                let gap = (upper << plain) | bits.take(plain).ok_or_else(unreadable)?;
                before = before.checked_add(gap).ok_or_else(unreadable)?;
                list.push(SubscriptionId(before.to_be_bytes()));
            }
            Ok(list)
        }
        OF_FIRST => {
            let first = first.ok_or_else(unreadable)?;
            if rest.len() != first.len().div_ceil(8) {
                return Err(unreadable());
            }
            Ok(first.iter().enumerate().filter(|(place, _)| rest[place / 8] & (0x80 >> (place % 8)) != 0).map(|(_, id)| *id).collect())
        }
        _ => Err(unreadable()),
    }
}

/// Writes what some people's deliveries have become: places in sending order, in order.
pub fn states(slots: impl Iterator<Item = (u32, Slot)>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut stretch: Option<(u32, u32, Slot)> = None;
    let mut close = |stretch: Option<(u32, u32, Slot)>| {
        if let Some((first, many, slot)) = stretch {
            let state = DeliveryState::ALL.iter().position(|(state, _)| *state == slot.state).unwrap_or(0) as u8;
            bytes.extend_from_slice(&first.to_be_bytes());
            bytes.extend_from_slice(&many.to_be_bytes());
            bytes.push(if slot.perhaps { state | PERHAPS } else { state });
            bytes.extend_from_slice(&slot.attempts.to_be_bytes());
            bytes.extend_from_slice(&slot.at.milliseconds().to_be_bytes());
        }
    };
    for (place, slot) in slots {
        stretch = match stretch {
            Some((first, many, same)) if first + many == place && same == slot => Some((first, many + 1, same)),
            other => {
                close(other);
                Some((place, 1, slot))
            }
        };
    }
    close(stretch);
    bytes
}

/// Reads them back into the slots of a list.
pub fn read_states(bytes: &[u8], slots: &mut [Slot]) -> Result<(), StoreError> {
    if !bytes.len().is_multiple_of(STRETCH) {
        return Err(unreadable());
    }
    for stretch in bytes.chunks_exact(STRETCH) {
        let number = |from: usize| u32::from_be_bytes(stretch[from..from + 4].try_into().expect("a stretch has its length"));
        let (first, many) = (number(0) as usize, number(4) as usize);
        let (state, _) = *DeliveryState::ALL.get(usize::from(stretch[8] & !PERHAPS)).ok_or_else(unreadable)?;
        let at = i64::from_be_bytes(stretch[13..].try_into().expect("a stretch has its length"));
        let slot = Slot { at: Timestamp::from_milliseconds(at), attempts: number(9), state, perhaps: stretch[8] & PERHAPS != 0 };
        let end = first.checked_add(many).ok_or_else(unreadable)?;
        slots.get_mut(first..end).ok_or_else(unreadable)?.fill(slot);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    fn random(count: u32) -> Vec<SubscriptionId> {
        let id = |number: u32| SubscriptionId(Sha256::digest(number.to_be_bytes())[..16].try_into().unwrap());
        let mut list: Vec<_> = (0..count).map(id).collect();
        list.sort_unstable();
        list
    }

    proptest! {
        #[test]
        fn whoever_is_written_down_is_read_back(list in prop::collection::btree_set(any::<[u8; 16]>(), 0..300), keep: u64) {
            let list: Vec<SubscriptionId> = list.into_iter().map(SubscriptionId).collect();
            prop_assert_eq!(&read_people(&people(&list), None).unwrap(), &list);
            let part: Vec<_> = list.iter().enumerate().filter(|(place, _)| keep >> (place % 64) & 1 == 1).map(|(_, id)| *id).collect();
            prop_assert_eq!(read_people(&part_of(&list, &part).unwrap(), Some(&list)).unwrap(), part);
        }

        #[test]
        fn what_became_of_them_is_read_back(some in prop::collection::btree_map(0u32..200, (0usize..7, 0u32..3, any::<bool>(), 0i64..3), 0..200)) {
            let slot = |(state, attempts, perhaps, at): (usize, u32, bool, i64)| {
                Slot { at: Timestamp::from_milliseconds(at), attempts, state: DeliveryState::ALL[state].0, perhaps }
            };
            let fresh = Slot { at: Timestamp::from_milliseconds(9), attempts: 9, state: DeliveryState::Waiting, perhaps: false };
            let mut slots = vec![fresh; 200];
            read_states(&states(some.iter().map(|(place, values)| (*place, slot(*values)))), &mut slots).unwrap();
            for (place, read) in slots.iter().enumerate() {
                prop_assert_eq!(*read, some.get(&(place as u32)).map_or(fresh, |values| slot(*values)));
            }
        }

        #[test]
        fn foreign_bytes_are_refused_and_break_nothing(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_people(&bytes, Some(&random(3)));
            let fresh = Slot { at: Timestamp::from_milliseconds(0), attempts: 0, state: DeliveryState::Waiting, perhaps: false };
            let _ = read_states(&bytes, &mut [fresh; 3]);
        }
    }

    #[test]
    fn a_list_of_many_takes_what_random_ids_must_take_and_a_later_one_a_bit_each() {
        let list = random(100_000);
        let whole = people(&list);
        assert!(whole.len() < 100_000 * 142 / 10, "{} bytes", whole.len());
        assert_eq!(part_of(&list, &list[500..]).unwrap().len(), 1 + 12_500);
        assert_eq!(part_of(&list[1..], &list), None);
    }

    #[test]
    fn ids_that_nobody_drew_at_random_are_kept_as_they_are() {
        let mut list: Vec<SubscriptionId> = (0..200u128).map(|number| SubscriptionId(number.to_be_bytes())).collect();
        list.push(SubscriptionId([0xff; 16]));
        assert_eq!(read_people(&people(&list), None).unwrap(), list);
    }

    #[test]
    fn a_batch_that_ended_alike_is_one_stretch() {
        let accepted = Slot { at: Timestamp::from_milliseconds(0), attempts: 1, state: DeliveryState::Accepted, perhaps: false };
        assert_eq!(states((7..1_007).map(|place| (place, accepted))).len(), STRETCH);
    }
}
