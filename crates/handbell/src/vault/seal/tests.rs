use super::super::share::{self, Share};
use super::*;
use crate::world::MachineChance;

fn custody() -> (Vec<Identity>, Custodians) {
    let identities: Vec<Identity> = (0..3).map(|_| Identity::generate()).collect();
    let recipients: Vec<String> = identities.iter().map(|one| one.to_public().to_string()).collect();
    let keys = Custodians::new([&recipients[0], &recipients[1], &recipients[2]]).unwrap();
    (identities, keys)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_part_opens_with_two_shares_or_the_working_key_and_with_nothing_else() {
    // PROMISE two-of-three-open-an-original
    let footage = FootageId([3; 16]);
    let (custodians, keys) = custody();
    let fresh = FreshKeys::make(footage, &keys, &MachineChance);
    let both = PartSealer::new(&fresh.recipient, Some(&fresh.working)).unwrap();
    let later = PartSealer::new(&fresh.recipient, None).unwrap();
    let part: Vec<u8> = (0..PART_BYTES_MAX).map(|n| (n % 251) as u8).collect();
    let (first, second) = (both.seal(&part).unwrap(), later.seal(b"x").unwrap());
    assert!(first.len() <= SEALED_BYTES_MAX, "{}", first.len());
    assert!(!first.windows(64).any(|window| window == &part[..64]));

    let open = |number: usize| Share::open(fresh.shares[number].as_bytes(), std::slice::from_ref(&custodians[number])).unwrap();
    let file_key = share::join(&open(2), &open(0)).unwrap();
    assert_eq!(open_part(&first, &file_key).unwrap().as_slice(), part);
    assert_eq!(open_part(&second, &file_key).unwrap().as_slice(), b"x");
    let working = identity(&fresh.working).unwrap();
    assert_eq!(open_part(&first, &working).unwrap().as_slice(), part);
    assert_eq!(open_part(&second, &working), Err(SealFault::DoesNotOpen));
    for custodian in &custodians {
        assert_eq!(open_part(&first, custodian), Err(SealFault::DoesNotOpen));
    }
    for damaged in [&first[..first.len() - 1], &first[1..], &[], b"age-encryption.org/v1\n"] {
        assert_eq!(open_part(damaged, &file_key), Err(SealFault::DoesNotOpen));
    }
    let mut flipped = first.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    assert_eq!(open_part(&flipped, &file_key), Err(SealFault::DoesNotOpen));
}

#[test]
fn a_part_is_neither_empty_nor_too_long() {
    let key = Identity::generate();
    let sealer = PartSealer::new(&key.to_public().to_string(), None).unwrap();
    assert_eq!(sealer.seal(&[]), Err(SealFault::Empty));
    assert_eq!(sealer.seal(&vec![0; PART_BYTES_MAX + 1]), Err(SealFault::TooMuch));
    // Somebody else can seal more to a public key.
    let long = age::encrypt(&key.to_public(), &vec![0; PART_BYTES_MAX + 1]).unwrap();
    assert_eq!(open_part(&long, &key), Err(SealFault::TooMuch));
    assert!(PartSealer::new("age1", None).is_err() && PartSealer::new(&key.to_public().to_string(), Some("")).is_err());
}

#[test]
fn three_custody_keys_are_three() {
    let keys: Vec<String> = (0..3).map(|_| Identity::generate().to_public().to_string()).collect();
    assert!(Custodians::new([&keys[0], &keys[1], &keys[2]]).is_ok());
    for wrong in [[&keys[0], &keys[0], &keys[1]], [&keys[0], &keys[1], &keys[1]], [&keys[1], &keys[0], &keys[1]]] {
        assert!(Custodians::new(wrong.map(String::as_str)).is_err());
    }
    assert!(Custodians::new([&keys[0], &keys[1], ""]).is_err());
}

#[test]
fn a_hash_that_is_kept_at_any_byte_goes_on_as_if_nothing_had_happened() {
    let file: Vec<u8> = (0..321u32).map(|n| (n * 7) as u8).collect();
    let whole: [u8; 32] = Sha256::digest(&file).into();
    for cut in 0..=file.len() {
        let mut running = Running::default();
        running.update(&file[..cut]);
        let kept = running.keep();
        let mut again = Running::from_kept(kept.as_slice()).unwrap();
        assert_eq!((again.length(), again.keep()), (cut as u64, kept));
        again.update(&file[cut..]);
        assert_eq!(again.finish(), whole, "cut at {cut}");
    }
}

/// Whoever updates sha2 and finds this changed has uploads in the store that were kept in the old way.
#[test]
fn a_hash_is_kept_as_it_always_was() {
    let mut running = Running::default();
    running.update(&[b'a'; 64]);
    running.update(b"bc");
    let state = format!(
        "01{:016x}{}{:016x}02{}{}",
        66,
        "1cb85bdf26061ee894a845fb310fd44f16685eb2c199d4d6294990ab665e6300",
        1u64.swap_bytes(),
        "6263",
        "00".repeat(61)
    );
    assert_eq!(hex(running.keep().as_slice()), state);
}

#[test]
fn what_is_no_kept_hash_is_refused() {
    let mut running = Running::default();
    running.update(&[1; 100]);
    let kept = running.keep();
    assert!(Running::from_kept(&kept[1..]).is_none() && Running::from_kept(&[]).is_none());
    // Which way it is written, its length, its blocks, how full the last one is, and what follows the last byte.
    for place in [0, 8, 9 + 32, 9 + 40, KEPT_BYTES - 1] {
        let mut wrong = kept.clone();
        wrong[place] ^= 1;
        assert!(Running::from_kept(wrong.as_slice()).is_none(), "byte {place}");
    }
}

#[test]
fn what_is_said_of_an_original_has_one_spelling() {
    let original =
        Original { footage: FootageId([9; 16]), media_type: "video/mp4".into(), length: 5_000_000_000, parts: 4_769, sha256: [0xab; 32] };
    let text = original.to_text();
    assert_eq!(Original::parse(&text), Ok(original));
    for (from, to) in [("length 5", "length 05"), ("ab\n", "AB\n"), ("v1", "v2"), ("parts ", "parts +"), ("footage ", "footage\t")] {
        assert_eq!(Original::parse(&text.replacen(from, to, 1)), Err(SealFault::NotAnOriginal), "{to}");
    }
    assert!(Original::parse(&format!("{text}\n")).is_err() && Original::parse(text.trim_end()).is_err() && Original::parse("").is_err());
}
