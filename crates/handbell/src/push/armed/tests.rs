//! What holds for envelopes made ahead.

use super::super::open::{OpenRefused, Receiver};
use super::super::seal::{BODY_BYTES, CONTENT_BYTES_MAX, SealRefused, Sealed};
use super::*;
use proptest::prelude::*;
use std::collections::HashSet;

const NOW: Timestamp = Timestamp::from_milliseconds(1_790_000_000_000);

/// PROMISE an-envelope-seals-once. Does not compile as soon as an envelope or a place can be cloned: then both
/// impls fit and neither is chosen.
const _: fn() = || {
    trait NotTwice<Which> {
        fn held() {}
    }
    struct Cloned;
    impl<T> NotTwice<()> for T {}
    impl<T: Clone> NotTwice<Cloned> for T {}
    let _ = <Envelope as NotTwice<_>>::held;
    let _ = <Place as NotTwice<_>>::held;
};

fn id(number: u32) -> SubscriptionId {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    SubscriptionId(bytes)
}

fn phone() -> (Receiver, SubscriberKeys) {
    let random = SystemRandom::new();
    let phone = Receiver::new(&random).unwrap();
    let keys = SubscriberKeys::check(phone.public_key(), phone.auth_secret(), &random).unwrap();
    (phone, keys)
}

fn unlocked(at_most: usize) -> Envelopes {
    Envelopes::new(at_most, Locking::NotLocked)
}

fn salt_of(body: &[u8]) -> Vec<u8> {
    body[..16].to_vec()
}

fn key_of(body: &[u8]) -> Vec<u8> {
    body[21..86].to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_was_sealed_ahead_or_at_once_opens_alike(content in proptest::collection::vec(any::<u8>(), 0..=CONTENT_BYTES_MAX)) {
        let (phone, keys) = phone();
        let (envelopes, random) = (unlocked(4), SystemRandom::new());
        prop_assert_eq!(envelopes.arm(id(1), &keys), Arming::Made);
        let armed = envelopes.take(id(1), &keys, NOW).unwrap().seal(&content, &random).unwrap();
        let at_once = Sealed::seal(&keys, &content, &random).unwrap();
        for sealed in [&armed, &at_once] {
            prop_assert_eq!(sealed.body().len(), BODY_BYTES);
            prop_assert_eq!(&phone.open(sealed.body()).unwrap(), &content);
        }
        // Record size, length of the key id and the point's first byte are the same in both.
        prop_assert_eq!(&armed.body()[16..22], &at_once.body()[16..22]);
    }

    #[test]
    fn no_envelope_comes_out_twice_whatever_the_order(deeds in proptest::collection::vec((0u8..4, 0u32..6), 1..60)) {
        let (envelopes, random) = (unlocked(4), SystemRandom::new());
        let people: Vec<(Receiver, SubscriberKeys)> = (0..6).map(|_| phone()).collect();
        let mut ready = HashSet::new();
        let (mut salts, mut publics) = (HashSet::new(), HashSet::new());
        for (deed, who) in deeds {
            let (phone, keys) = &people[who as usize];
            if deed < 2 {
                let wanted = match (ready.contains(&who), ready.len() < 4) {
                    (true, _) => Arming::Stood,
                    (false, true) => Arming::Made,
                    (false, false) => Arming::NoRoom,
                };
                prop_assert_eq!(envelopes.arm(id(who), keys), wanted);
                if wanted == Arming::Made {
                    ready.insert(who);
                }
            } else {
                let taken = envelopes.take(id(who), keys, NOW);
                prop_assert_eq!(taken.is_some(), ready.remove(&who));
                if let Some(envelope) = taken {
                    let body = envelope.seal(b"words", &random).unwrap().into_body();
                    prop_assert_eq!(phone.open(&body).unwrap(), b"words");
                    prop_assert!(salts.insert(salt_of(&body)), "a salt came twice");
                    prop_assert!(publics.insert(key_of(&body)), "a key pair came twice");
                }
            }
            prop_assert_eq!(envelopes.readiness().armed, ready.len());
        }
    }
}

#[test]
fn an_envelope_is_used_up_by_being_taken() {
    let (_, keys) = phone();
    let envelopes = unlocked(4);
    assert!(envelopes.take(id(1), &keys, NOW).is_none());
    assert_eq!(envelopes.arm(id(1), &keys), Arming::Made);
    assert_eq!(envelopes.arm(id(1), &keys), Arming::Stood);
    assert!(envelopes.take(id(1), &keys, NOW).is_some());
    assert!(envelopes.take(id(1), &keys, NOW).is_none());
    // Content that is too long uses it up too: no second try with the same keys.
    assert_eq!(envelopes.arm(id(1), &keys), Arming::Made);
    let refused = envelopes.take(id(1), &keys, NOW).unwrap().seal(&[0; CONTENT_BYTES_MAX + 1], &SystemRandom::new());
    assert_eq!(refused.err(), Some(SealRefused::ContentTooLong));
    assert!(envelopes.take(id(1), &keys, NOW).is_none());
}

#[test]
fn an_envelope_for_former_keys_is_thrown_away_and_never_used() {
    let (former_phone, former) = phone();
    let (new_phone, new) = phone();
    let only_the_secret = SubscriberKeys::kept(former.public_key(), new.auth_secret()).unwrap();
    let only_the_key = SubscriberKeys::kept(new.public_key(), former.auth_secret()).unwrap();
    let envelopes = unlocked(4);
    for changed in [&new, &only_the_secret, &only_the_key] {
        assert_eq!(envelopes.arm(id(1), &former), Arming::Made);
        assert!(envelopes.take(id(1), changed, NOW).is_none(), "it was for the former keys");
        assert!(envelopes.take(id(1), &former, NOW).is_none(), "and it is gone");
        assert_eq!(envelopes.readiness().armed, 0);
    }
    // Looked at before it is used, it is made anew.
    assert_eq!(envelopes.arm(id(1), &former), Arming::Made);
    assert_eq!(envelopes.arm(id(1), &new), Arming::Made);
    let body = envelopes.take(id(1), &new, NOW).unwrap().seal(b"words", &SystemRandom::new()).unwrap().into_body();
    assert_eq!(new_phone.open(&body).unwrap(), b"words");
    assert_eq!(former_phone.open(&body), Err(OpenRefused::Broken));
}

#[test]
fn whoever_was_not_seen_in_a_round_loses_the_envelope_and_nobody_else() {
    let (_, keys) = phone();
    let envelopes = unlocked(10);
    envelopes.begin_round();
    (0..6).for_each(|number| assert_eq!(envelopes.arm(id(number), &keys), Arming::Made));
    envelopes.end_round();
    envelopes.begin_round();
    for number in [0, 2, 5] {
        assert_eq!(envelopes.arm(id(number), &keys), Arming::Stood);
    }
    assert_eq!(envelopes.arm(id(7), &keys), Arming::Made);
    let mut from = Some(0);
    while let Some(number) = from {
        from = envelopes.drop_unseen(number, 2);
    }
    envelopes.end_round();
    assert_eq!(envelopes.readiness(), Readiness { armed: 4, unarmed: Some(0) });
    for (number, there) in [(0, true), (1, false), (2, true), (3, false), (4, false), (5, true), (7, true)] {
        assert_eq!(envelopes.take(id(number), &keys, NOW).is_some(), there, "{number}");
    }
}

#[test]
fn there_are_never_more_than_the_bound_and_the_rest_is_counted() {
    let (_, keys) = phone();
    let envelopes = unlocked(3);
    assert_eq!(envelopes.readiness(), Readiness { armed: 0, unarmed: None });
    envelopes.begin_round();
    let made = (0..8).filter(|number| envelopes.arm(id(*number), &keys) == Arming::Made).count();
    envelopes.end_round();
    assert_eq!((made, envelopes.readiness()), (3, Readiness { armed: 3, unarmed: Some(5) }));
    // A place that is free again serves somebody else.
    assert!(envelopes.take(id(0), &keys, NOW).is_some());
    assert_eq!(envelopes.arm(id(6), &keys), Arming::Made);
    assert_eq!(envelopes.arm(id(7), &keys), Arming::NoRoom);
}

#[test]
fn keys_off_the_curve_get_no_envelope_and_hold_no_place() {
    let off_curve = SubscriberKeys::kept(&[4; 65], &[5; 16]).unwrap();
    let envelopes = unlocked(1);
    envelopes.begin_round();
    assert_eq!(envelopes.arm(id(1), &off_curve), Arming::Refused);
    envelopes.end_round();
    assert_eq!(envelopes.readiness(), Readiness { armed: 0, unarmed: Some(1) });
    assert_eq!(envelopes.arm(id(2), &phone().1), Arming::Made);
}

#[test]
fn the_bell_rings_for_a_second_after_each_seal_whatever_the_clock_does() {
    let envelopes = unlocked(1);
    assert!(!envelopes.ringing(NOW));
    assert!(envelopes.take(id(1), &phone().1, NOW).is_none(), "there is none, and it was asked for to seal");
    assert!(envelopes.ringing(NOW) && envelopes.ringing(NOW.plus(RING_LASTS - 1)));
    assert!(!envelopes.ringing(NOW.plus(RING_LASTS)));
    assert!(!envelopes.ringing(NOW.plus(-10 * RING_LASTS)), "a clock set back does not stop the armer for long");
}

#[test]
fn one_envelope_takes_no_more_than_its_share_of_memory() {
    // Laid down without the agreement, which takes no memory afterwards and most of the time. 57,345 is one more
    // than a table of 65,536 places takes, so this is where it has just doubled: the worst number there is.
    for count in [1_000u32, 40_000, 57_345] {
        let envelopes = unlocked(ENVELOPES_MAX);
        for number in 0..count {
            envelopes.lay_down(id(number), 7, ([4; 65], zeroize::Zeroizing::new([9; 32])));
        }
        assert_eq!(envelopes.readiness().armed, count as usize);
        let each = envelopes.bytes_held() / count as usize;
        assert!(each <= ENVELOPE_BYTES_MAX, "{each} bytes each of {count}");
    }
}
