use super::*;
use crate::world::MachineChance;
use proptest::prelude::*;

/// Chance that gives what it was told to.
struct Told(std::sync::Mutex<Vec<u8>>);

impl Chance for Told {
    fn fill(&self, bytes: &mut [u8]) {
        let mut told = self.0.lock().unwrap();
        bytes.iter_mut().for_each(|byte| *byte = told.remove(0));
    }
}

/// The identity and the halves of docs/formats/share.md.
const IDENTITY: &str = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
const VECTOR: &str = include_str!("vector.txt");

fn identity() -> Identity {
    IDENTITY.parse().unwrap()
}

fn footage() -> FootageId {
    FootageId([7; 16])
}

fn counting() -> Told {
    Told(std::sync::Mutex::new((0..=255).collect()))
}

fn written(identity: &Identity) -> String {
    identity.to_string().expose_secret().to_owned()
}

/// `Share` is no `Debug`, so that it is never printed by accident.
fn fault<T>(outcome: Result<T, ShareFault>) -> ShareFault {
    outcome.map(drop).unwrap_err()
}

#[test]
fn the_vector_of_the_format_is_written_and_read() {
    let shares = split(footage(), &identity(), &counting());
    let all: String = shares.iter().map(|share| share.to_text().as_str().to_owned()).collect();
    assert_eq!(all, VECTOR);
    for share in &shares {
        assert_eq!(Share::parse(&share.to_text()).unwrap().to_text(), share.to_text());
        assert!(share.to_text().len() <= SHARE_BYTES_MAX);
    }
}

#[test]
fn any_two_give_the_key_back_and_age_seals_each_to_one_custodian() {
    // PROMISE two-of-three-open-an-original
    let key = Identity::generate();
    let shares = split(footage(), &key, &MachineChance);
    let custodians: Vec<Identity> = (0..3).map(|_| Identity::generate()).collect();
    let sealed: Vec<String> = shares.iter().zip(&custodians).map(|(share, custodian)| share.seal(&custodian.to_public())).collect();
    let open = |number: usize| Share::open(sealed[number].as_bytes(), std::slice::from_ref(&custodians[number])).unwrap();
    for (one, other) in [(0, 1), (1, 0), (1, 2), (2, 1), (0, 2), (2, 0)] {
        assert_eq!(written(&join(&open(one), &open(other)).unwrap()), written(&key));
    }
    for number in 0..3 {
        assert_eq!(fault(join(&open(number), &open(number))), ShareFault::Same(Place::ALL[number].1));
        let stranger = &custodians[(number + 1) % 3];
        assert_eq!(fault(Share::open(sealed[number].as_bytes(), std::slice::from_ref(stranger))), ShareFault::NotForThisKey);
        assert_eq!(fault(Share::open(sealed[number].as_bytes(), &[])), ShareFault::NotForThisKey);
    }
}

#[test]
fn shares_of_other_footage_and_of_another_key_are_refused() {
    let key = identity();
    let [one, _, _] = split(footage(), &key, &MachineChance);
    let [_, elsewhere, _] = split(FootageId([8; 16]), &key, &MachineChance);
    assert_eq!(fault(join(&one, &elsewhere)), ShareFault::OtherFootage);
    let [_, again, _] = split(footage(), &key, &MachineChance);
    assert_eq!(fault(join(&one, &again)), ShareFault::DoNotFit, "the same key cut twice has other halves");
    let [_, other, _] = split(footage(), &Identity::generate(), &counting());
    let [one, _, _] = split(footage(), &key, &counting());
    assert_eq!(fault(join(&one, &other)), ShareFault::DoNotFit);
}

#[test]
fn a_custodian_who_changes_their_share_and_its_check_is_found_out() {
    let shares = split(footage(), &identity(), &counting());
    for half in 0..2 {
        let [mut one, two, three] = split(footage(), &identity(), &counting());
        one.halves[half][70] ^= 1;
        let one = Share::parse(&one.to_text()).expect("its check was made anew");
        assert_eq!(fault(join(&one, &two)), ShareFault::DoNotFit);
        assert_eq!(fault(join(&three, &one)), ShareFault::DoNotFit);
    }
    assert!(join(&shares[0], &shares[1]).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// For the share that somebody holds, every other secret is as possible: there is chance that gives the same
    /// share with it.
    #[test]
    fn one_share_alone_fits_every_secret(chance in proptest::collection::vec(any::<u8>(), 2 * IDENTITY_CHARS)) {
        let (key, other) = (identity(), Identity::generate());
        let told = |bytes: &[u8]| Told(std::sync::Mutex::new(bytes.to_vec()));
        let shares = split(footage(), &key, &told(&chance));
        let difference: Vec<u8> = written(&key).bytes().zip(written(&other).bytes()).map(|(a, b)| a ^ b).collect();
        let xor = |at: usize| {
            let mut changed = chance.clone();
            changed[at..at + IDENTITY_CHARS].iter_mut().zip(&difference).for_each(|(byte, d)| *byte ^= d);
            changed
        };
        // The text that a holder lacks takes up the difference: the third, the first, the second.
        for (number, told_instead) in [(0, chance.clone()), (1, xor(0)), (2, xor(IDENTITY_CHARS))] {
            let instead = split(footage(), &other, &told(&told_instead));
            prop_assert_eq!(&shares[number].halves, &instead[number].halves);
        }
    }

    #[test]
    fn a_damaged_share_is_refused(place in 0usize..800, bit in 0u8..7) {
        let text = split(footage(), &identity(), &counting())[1].to_text();
        let mut bytes = text.as_bytes().to_vec();
        let place = place % bytes.len();
        bytes[place] ^= 1 << bit;
        if let Ok(text) = String::from_utf8(bytes) { prop_assert!(Share::parse(&text).is_err()); }
    }

    #[test]
    fn whatever_is_read_is_written_back_the_same(text in "handbell share v1\n(.|\n){0,300}") {
        if let Ok(share) = Share::parse(&text) { let written = share.to_text(); prop_assert_eq!(written.as_str(), text.as_str()); }
    }
}

#[test]
fn texts_with_a_right_check_and_wrong_words_are_no_share() {
    let good = split(footage(), &identity(), &counting())[0].to_text().to_string();
    let checked = |text: &str| {
        let mut whole = text.to_owned();
        let check = Sha256::digest(text.as_bytes());
        whole.push_str("check ");
        write_hex(&mut whole, &check);
        whole.push('\n');
        whole
    };
    let said = &good[..good.rfind("check ").unwrap()];
    assert!(Share::parse(&checked(said)).is_ok());
    for (from, to) in [
        ("share one", "share four"),
        ("share v1\n", "share v1 \n"),
        ("first 00", "first 0A"),
        ("second ", "second"),
        ("file-key age1", "file-key age2"),
        ("footage ", "footage a"),
    ] {
        assert!(said.contains(from), "{from}");
        assert_eq!(fault(Share::parse(&checked(&said.replacen(from, to, 1)))), ShareFault::NotAShare, "{to}");
    }
    assert_eq!(fault(Share::parse(&checked(&format!("{said}more\n")))), ShareFault::NotAShare);
    assert_eq!(fault(Share::parse("")), ShareFault::NotAShare);
    assert_eq!(fault(Share::parse(&good.replace('\n', "\r\n"))), ShareFault::Damaged);
}

#[test]
fn damage_to_a_share_or_what_an_original_is_opens_nothing() {
    let (text, sealed_to) = (VECTOR.as_bytes().to_vec(), identity());
    let [one, ..] = split(footage(), &sealed_to, &MachineChance);
    let custodian = Identity::generate();
    let sealed = one.seal(&custodian.to_public()).into_bytes();
    let original =
        crate::vault::seal::Original { footage: footage(), media_type: "video/mp4".into(), length: 1 << 32, parts: 8_192, sha256: [7; 32] };
    let mut running = crate::vault::seal::Running::default();
    running.update(&[7; 100]);
    let name = crate::vault::ObjectName::copy(footage(), "still-0001").unwrap().to_string();
    let seeds =
        [text, one.to_text().as_bytes().to_vec(), sealed, original.to_text().into_bytes(), running.keep().to_vec(), name.into_bytes()];
    crate::damage::show(&seeds, |bytes| {
        let mut taken = false;
        if let Ok(text) = std::str::from_utf8(bytes) {
            taken |= Share::parse(text).map(|share| assert_eq!(share.to_text().as_bytes(), bytes, "one spelling")).is_ok();
            let original = crate::vault::seal::Original::parse(text);
            taken |= original.map(|original| assert_eq!(original.to_text(), text, "one spelling")).is_ok();
            if let Ok(name) = text.parse::<crate::vault::ObjectName>() {
                assert_eq!(name.to_string(), text, "one spelling");
                assert!(!name.file().contains('/') && name.file() != "..", "{text}");
                taken = true;
            }
        }
        // A chain of letters around a key may be spelled in several ways; what it opens is the same share or nothing.
        if let Ok(share) = Share::open(bytes, std::slice::from_ref(&custodian)) {
            assert_eq!(share.to_text(), one.to_text());
            taken = true;
        }
        if let Some(kept) = crate::vault::seal::Running::from_kept(bytes) {
            assert_eq!(kept.keep().to_vec(), bytes);
            let _ = kept.finish();
            taken = true;
        }
        taken
    });
}
