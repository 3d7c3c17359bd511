//! The tables find what the plain scan finds, in banks of every sort.

use super::*;
use crate::pdq::{LOOK, MATCH};
use proptest::prelude::*;

/// A plain order of numbers that look random (splitmix64), so that a failure can be repeated.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn hash(&mut self) -> Hash {
        Hash(std::array::from_fn(|_| self.next()))
    }

    /// The same but for this many different bits.
    fn beside(&mut self, hash: Hash, bits: u32) -> Hash {
        let mut other = hash;
        while other.distance(&hash) < bits {
            let bit = self.next() % 256;
            let mut words = other.0;
            words[bit as usize / 64] ^= 1 << (bit % 64);
            if Hash(words).distance(&hash) > other.distance(&hash) {
                other = Hash(words);
            }
        }
        other
    }
}

#[test]
fn whoever_differs_by_exactly_so_many_bits_is_found_and_one_more_is_not() {
    let mut numbers = Numbers(1 << 40);
    let mut bank = Bank::of((0..30_000).map(|item| (Numbers(item).hash(), item as u32)));
    for (item, bits) in (0..200u32).map(|number| (100_000 + number, number % 50)) {
        let asked = numbers.hash();
        bank.add(numbers.beside(asked, bits), item);
        bank.settle();
        assert_eq!(bank.within(&asked, bits), [Near { distance: bits, item }]);
        assert_eq!(bank.within(&asked, bits.saturating_sub(1)).len(), usize::from(bits == 0));
    }
}

#[test]
fn the_tables_are_used_where_hashes_are_spread_and_left_where_they_are_alike() {
    let mut numbers = Numbers(1 << 41);
    let spread = Bank::of((0..50_000).map(|item| (Numbers(item).hash(), 0)));
    let asked = numbers.hash();
    assert!(spread.ranges(&asked, MATCH).is_some() && spread.ranges(&asked, LOOK).is_some());
    assert!(spread.ranges(&asked, 47).is_some() && spread.ranges(&asked, 48).is_none(), "three bits of a part are too many");
    let alike = Bank::of((0..50_000).map(|item| (Hash([0, 0, 0, item]), item as u32)));
    assert!(alike.ranges(&Hash::default(), MATCH).is_none(), "a scan is cheaper");
    assert_eq!(alike.within(&Hash::default(), 1), alike.scanned(&Hash::default(), 1));
    assert_eq!(alike.within(&Hash::default(), 1).len(), 17);
}

#[test]
fn what_is_forgotten_is_found_no_more_and_stands_nowhere() {
    let hash = Numbers(9).hash();
    let mut bank = Bank::of((0..1_000).map(|item| (Numbers(item).hash(), item as u32)));
    bank.add(hash, 5);
    assert_eq!(bank.within(&hash, 0).len(), 2, "the one from the beginning, and the new one");
    bank.forget(5);
    bank.forget(9);
    assert_eq!(bank.within(&hash, MATCH), []);
    assert!(bank.pairs().all(|(_, item)| item != 5 && item != 9));
    assert_eq!(bank.len(), 998);
}

#[test]
fn an_empty_bank_finds_nothing() {
    assert!(Bank::default().is_empty());
    assert_eq!(Bank::default().within(&Hash::default(), MATCH), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Spread, in heaps, or alike in most parts; some sorted and some waiting; any distance.
    #[test]
    fn the_tables_find_exactly_what_a_scan_finds(
        seed in any::<u64>(),
        sorted in 0usize..3_000,
        waiting in 0usize..200,
        heaps in 1u64..40,
        spread in 0u32..60,
        masked in any::<[bool; 4]>(),
        distance in 0u32..70,
    ) {
        let mut numbers = Numbers(seed);
        let middles: Vec<Hash> = (0..heaps).map(|_| numbers.hash()).collect();
        let one = |numbers: &mut Numbers| {
            let middle = middles[(numbers.next() % heaps) as usize];
            let bits = numbers.next() as u32 % (spread + 1);
            let hash = numbers.beside(middle, bits);
            Hash(std::array::from_fn(|word| if masked[word] { 0 } else { hash.0[word] }))
        };
        let mut bank = Bank::of((0..sorted).map(|item| (one(&mut numbers), item as u32)).collect::<Vec<_>>());
        for item in 0..waiting {
            bank.add(one(&mut numbers), item as u32);
        }
        for _ in 0..4 {
            let asked = one(&mut numbers);
            let found = bank.within(&asked, distance);
            prop_assert_eq!(&found, &bank.scanned(&asked, distance));
            prop_assert!(found.is_sorted());
        }
    }
}
