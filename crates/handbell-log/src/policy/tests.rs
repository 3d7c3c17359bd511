use super::*;
use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::cosignature::CosigningKey;
use crate::hash::Hash;
use crate::note::{Note, NoteError, SigningKey};
use proptest::prelude::*;

const ORIGIN: &str = "record.example/log";

fn log() -> SigningKey {
    SigningKey::from_seed(ORIGIN, &[1; 32]).unwrap()
}

fn cosigner(number: u8) -> CosigningKey {
    CosigningKey::from_seed(&format!("cosigner.example/{number}"), &[10 + number; 32]).unwrap()
}

fn checkpoint() -> Checkpoint {
    Checkpoint { origin: ORIGIN.to_owned(), size: 5, root: Hash([7; 32]) }
}

/// The log's checkpoint, cosigned by these at time 100 and their number.
fn cosigned(numbers: &[u8]) -> Note {
    let mut note = checkpoint().sign(&log()).unwrap();
    for number in numbers {
        note.add(cosigner(*number).cosign(&checkpoint(), 100 + u64::from(*number)).unwrap()).unwrap();
    }
    note
}

/// The worked example of the specification, with keys: three of X, three of Y.
fn example() -> String {
    let witness = |name: &str, number: u8| format!("witness {name} {}\n", cosigner(number).verifier());
    let x: String = (1..=3).map(|number| witness(&format!("X{number}"), number)).collect();
    let y: String = (1..=3).map(|number| witness(&format!("Y{number}"), 3 + number)).collect();
    format!(
        "log {}\n\n{x}group X-witnesses 2 X1 X2 X3\n\n{y}group Y-witnesses any Y1 Y2 Y3\n\ngroup X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n",
        log().verifier()
    )
}

fn parse(text: &str) -> Result<Policy, PolicyError> {
    Policy::parse(text.as_bytes())
}

#[test]
fn the_example_of_the_specification_is_judged_as_it_says() {
    let policy = parse(&example()).unwrap();
    assert_eq!(policy.cosigners().count(), 6);
    let cases: [(&[u8], Quorum, &str); 7] = [
        (&[], Quorum::Missed, "not cosigned: none of 6 has signed"),
        (&[1, 2], Quorum::Missed, "cosigned by 2 of 6, which is not enough"),
        (&[1, 4], Quorum::Missed, "cosigned by 2 of 6, which is not enough"),
        (&[4, 5, 6], Quorum::Missed, "cosigned by 3 of 6, which is not enough"),
        (&[1, 3, 5], Quorum::Met, "cosigned by 3 of 6"),
        (&[6, 2, 3], Quorum::Met, "cosigned by 3 of 6"),
        (&[1, 2, 3, 4, 5, 6], Quorum::Met, "cosigned by 6 of 6"),
    ];
    for (numbers, quorum, words) in cases {
        let judgement = policy.judge(&cosigned(numbers)).unwrap();
        assert_eq!((judgement.quorum, judgement.to_string().as_str()), (quorum, words), "{numbers:?}");
        assert_eq!(judgement.checkpoint, checkpoint());
    }
}

#[test]
fn with_nobody_asked_the_word_is_not_cosigned() {
    let none = Policy::of_log(log().verifier().clone());
    let judgement = none.judge(&cosigned(&[1, 2])).unwrap();
    assert_eq!(judgement.quorum, Quorum::NotAsked);
    assert_eq!(judgement.to_string(), "not cosigned: nobody else is known to sign this log");
    assert!(!none.asks_for_cosigners());
    assert_eq!(Policy::parse(&none.encode()).unwrap(), none);
    // Known and not asked for: said as it is, and never met.
    let file = format!("log {}\nwitness A {}\nquorum none\n", log().verifier(), cosigner(1).verifier());
    let judgement = parse(&file).unwrap().judge(&cosigned(&[1])).unwrap();
    assert_eq!((judgement.quorum, judgement.to_string().as_str()), (Quorum::NotAsked, "cosigned by 1 of 1"));
}

#[test]
fn k_of_n_is_made_from_keys() {
    let keys: Vec<CosignerKey> = (1..=3).map(|number| cosigner(number).verifier().clone()).collect();
    let policy = Policy::of_cosigners(log().verifier(), &keys, 2).unwrap();
    for (numbers, quorum) in [(vec![], Quorum::Missed), (vec![2], Quorum::Missed), (vec![1, 3], Quorum::Met), (vec![1, 2, 3], Quorum::Met)]
    {
        assert_eq!(policy.judge(&cosigned(&numbers)).unwrap().quorum, quorum, "{numbers:?}");
    }
    assert_eq!(Policy::of_cosigners(log().verifier(), &keys, 4), Err(PolicyError::Threshold { line: 5 }));
    assert_eq!(Policy::of_cosigners(log().verifier(), &[keys[0].clone(), keys[0].clone()], 1), Err(PolicyError::DuplicateKey { line: 3 }));
    assert_eq!(Policy::of_cosigners(log().verifier(), &keys, 0).unwrap().judge(&cosigned(&[1])).unwrap().quorum, Quorum::NotAsked);
    assert_eq!(Policy::of_cosigners(log().verifier(), &[], 0).unwrap(), Policy::of_log(log().verifier().clone()));
}

#[test]
fn a_cosigner_counts_once_with_the_latest_time() {
    let file = format!(
        "log {}\nwitness A {}\nwitness B {}\ngroup g 2 A B\nquorum g\n",
        log().verifier(),
        cosigner(1).verifier(),
        cosigner(2).verifier()
    );
    let policy = parse(&file).unwrap();
    let mut note = cosigned(&[1]);
    for time in [300, 50] {
        note.add(cosigner(1).cosign(&checkpoint(), time).unwrap()).unwrap();
    }
    let judgement = policy.judge(&note).unwrap();
    assert_eq!(judgement.cosigned_by, [CosignedBy { name: b"A".to_vec(), time_seconds: 300 }]);
    assert_eq!(judgement.quorum, Quorum::Missed);
}

#[test]
fn only_the_log_of_the_origin_is_believed() {
    let policy = Policy::of_log(log().verifier().clone());
    let unsigned = PolicyRefusal::Checkpoint(CheckpointError::Note(NoteError::Unsigned));
    let stranger = SigningKey::from_seed(ORIGIN, &[9; 32]).unwrap();
    assert_eq!(policy.judge(&checkpoint().sign(&stranger).unwrap()), Err(unsigned.clone()));
    // A cosigner's word without the log's own.
    let line = cosigner(1).cosign(&checkpoint(), 100).unwrap();
    let alone = Note::new(&checkpoint().encode(), vec![line]).unwrap();
    let known = Policy::of_cosigners(log().verifier(), &[cosigner(1).verifier().clone()], 1).unwrap();
    assert_eq!(known.judge(&alone), Err(unsigned));
    // Another believed log signs a checkpoint that names this one.
    let other = SigningKey::from_seed("other.example/log", &[8; 32]).unwrap();
    let both = parse(&format!("log {}\nlog {}\nquorum none\n", log().verifier(), other.verifier())).unwrap();
    let smuggled = Note::sign(&checkpoint().encode(), &other).unwrap();
    assert_eq!(both.judge(&smuggled), Err(PolicyRefusal::OtherLog));
    let mut good = cosigned(&[]);
    good.add(other.sign(&checkpoint().encode()).unwrap()).unwrap();
    assert!(both.judge(&good).is_ok());
}

#[test]
fn a_forged_known_line_spoils_the_judgement_and_an_unknown_one_does_not() {
    let policy = Policy::of_cosigners(log().verifier(), &[cosigner(1).verifier().clone()], 1).unwrap();
    let mut note = cosigned(&[1, 2]);
    assert_eq!(policy.judge(&note).unwrap().quorum, Quorum::Met);
    note.add(cosigner(1).cosign(&Checkpoint { size: 6, ..checkpoint() }, 100).unwrap()).unwrap();
    let forged = NoteError::Forged { line: 8, name: "cosigner.example/1".to_owned() };
    assert_eq!(policy.judge(&note), Err(PolicyRefusal::Checkpoint(CheckpointError::Note(forged))));
}

#[test]
fn policies_that_cannot_be_meant_are_refused() {
    let (own, one, two) = (log().verifier().to_string(), cosigner(1).verifier().to_string(), cosigner(2).verifier().to_string());
    let same_key = SigningKey::from_seed("cosigner.example/1", &[11; 32]).unwrap().verifier().to_string();
    let refused = [
        (String::new(), PolicyError::Byte { line: 1 }),
        ("\n".to_owned(), PolicyError::Quorum),
        ("quorum none".to_owned(), PolicyError::Byte { line: 1 }),
        ("quorum none\nquorum none\n".to_owned(), PolicyError::Quorum),
        ("quorum\n".to_owned(), PolicyError::Line { line: 1 }),
        ("quorum none none\n".to_owned(), PolicyError::Line { line: 1 }),
        ("quorum A\n".to_owned(), PolicyError::Member { line: 1 }),
        (format!("quorum A\nwitness A {one}\n"), PolicyError::Member { line: 1 }),
        ("Quorum none\n".to_owned(), PolicyError::Line { line: 1 }),
        ("quorum none\r\n".to_owned(), PolicyError::Byte { line: 1 }),
        ("quorum none\n\u{7f}\n".to_owned(), PolicyError::Byte { line: 2 }),
        ("# \u{1}\nquorum none\n".to_owned(), PolicyError::Byte { line: 1 }),
        ("quorum\u{a0}none\n".to_owned(), PolicyError::Line { line: 1 }), // a space that is no ASCII space
        (format!("log {one}\nquorum none\n"), PolicyError::Key { line: 1 }),
        (format!("witness A {own}\nquorum none\n"), PolicyError::Key { line: 1 }),
        (format!("log {own} url more\nquorum none\n"), PolicyError::Line { line: 1 }),
        (format!("log {own}\nlog {own}\nquorum none\n"), PolicyError::DuplicateKey { line: 2 }),
        (format!("witness A {one}\nwitness B {one}\nquorum none\n"), PolicyError::DuplicateKey { line: 2 }),
        // One secret as log and as cosigner of itself: the public key is the same.
        (format!("log {same_key}\nwitness A {one}\nquorum A\n"), PolicyError::DuplicateKey { line: 2 }),
        (format!("witness A {one}\nwitness A {two}\nquorum none\n"), PolicyError::DuplicateName { line: 2 }),
        (format!("witness none {one}\nquorum none\n"), PolicyError::DuplicateName { line: 1 }),
        (format!("witness A {one}\ngroup A any A\nquorum none\n"), PolicyError::DuplicateName { line: 2 }),
        (format!("witness A {one}\ngroup g any A A\nquorum none\n"), PolicyError::Member { line: 2 }),
        (format!("witness A {one}\ngroup g any A\ngroup h any A\nquorum g\n"), PolicyError::Member { line: 3 }),
        (format!("witness A {one}\ngroup g any none\nquorum g\n"), PolicyError::Member { line: 2 }),
        (format!("group g any A\nwitness A {one}\nquorum g\n"), PolicyError::Member { line: 1 }),
        ("group g any g\nquorum g\n".to_owned(), PolicyError::Member { line: 1 }),
        ("group g all\nquorum none\n".to_owned(), PolicyError::Line { line: 1 }),
        (format!("witness A {one}\ngroup g 0 A\nquorum g\n"), PolicyError::Threshold { line: 2 }),
        (format!("witness A {one}\ngroup g 2 A\nquorum g\n"), PolicyError::Threshold { line: 2 }),
        (format!("witness A {one}\ngroup g 01 A\nquorum g\n"), PolicyError::Threshold { line: 2 }),
        (format!("witness A {one}\ngroup g +1 A\nquorum g\n"), PolicyError::Threshold { line: 2 }),
        (format!("witness A {one}\ngroup g some A\nquorum g\n"), PolicyError::Threshold { line: 2 }),
    ];
    for (text, expected) in refused {
        assert_eq!(parse(&text), Err(expected), "{text:?}");
    }
    assert_eq!(Policy::parse(&vec![b'\n'; POLICY_BYTES_MAX + 1]), Err(PolicyError::TooLarge));
}

#[test]
fn names_are_bytes_and_white_space_is_space_and_tab() {
    let mut file = b"\t # a comment \xff\n \t\nwitness\tK ".to_vec();
    file.extend(cosigner(1).verifier().to_string().bytes());
    file.extend(b"  https://k.example\t\nwitness \xe2\x84\xaa ");
    file.extend(cosigner(2).verifier().to_string().bytes());
    file.extend(b"\nwitness \xff\xfe ");
    file.extend(cosigner(3).verifier().to_string().bytes());
    file.extend(b"\ngroup g 1 \xe2\x84\xaa K\n quorum \t g \n#end\n");
    let policy = Policy::parse(&file).unwrap();
    let names: Vec<&[u8]> = policy.cosigners().map(|cosigner| cosigner.name.as_slice()).collect();
    assert_eq!(names, [b"K".as_slice(), b"\xe2\x84\xaa", b"\xff\xfe"]);
    assert_eq!(policy.cosigners().next().unwrap().url.as_deref(), Some(b"https://k.example".as_slice()));
    assert_eq!(Policy::parse(&policy.encode()).unwrap(), policy);
}

#[test]
fn thirty_two_of_each_and_more_are_read() {
    let mut file = String::new();
    for number in 0..POLICY_NAMES_MAX {
        let mut seed = [3; 32];
        seed[..2].copy_from_slice(&u16::try_from(number).unwrap().to_be_bytes());
        let log = SigningKey::from_seed(&format!("log.example/{number}"), &seed).unwrap();
        seed[31] = 4;
        let key = CosigningKey::from_seed(&format!("cosigner.example/{number}"), &seed).unwrap();
        let before = if number == 0 { String::new() } else { format!(" g{}", number - 1) };
        file.push_str(&format!("log {}\nwitness w{number} {}\ngroup g{number} any w{number}{before}\n", log.verifier(), key.verifier()));
    }
    let deep = format!("{file}quorum g{}\n", POLICY_NAMES_MAX - 1);
    let policy = parse(&deep).unwrap();
    assert_eq!((policy.logs().len(), policy.cosigners().count()), (POLICY_NAMES_MAX, POLICY_NAMES_MAX));
    assert_eq!(parse(&format!("{file}group one-more any g{}\nquorum none\n", POLICY_NAMES_MAX - 1)), Err(PolicyError::TooLarge));
}

#[cfg(feature = "ml-dsa")]
mod second {
    use super::*;

    #[test]
    fn an_ml_dsa_signature_is_never_a_logs_only_one() {
        let second = CosigningKey::ml_dsa_from_seed(ORIGIN, &[5; 32]).unwrap();
        let alone = parse(&format!("log {}\nquorum none\n", second.verifier())).unwrap();
        let both = parse(&format!("log {}\nlog {}\nquorum none\n", log().verifier(), second.verifier())).unwrap();
        assert_eq!(Policy::parse(&both.encode()).unwrap(), both);
        let line = second.cosign(&checkpoint(), 100).unwrap();
        let only = Note::new(&checkpoint().encode(), vec![line.clone()]).unwrap();
        assert!(alone.judge(&only).is_err());
        assert!(both.judge(&only).is_err());
        let mut note = cosigned(&[]);
        note.add(line).unwrap();
        assert!(both.judge(&note).is_ok());
        assert!(both.judge(&cosigned(&[])).is_ok());
        // A second line that fails spoils the note beside a good first one.
        note.add(second.cosign(&Checkpoint { size: 6, ..checkpoint() }, 100).unwrap()).unwrap();
        assert!(both.judge(&note).is_err());
    }

    #[test]
    fn a_cosigner_may_sign_with_ml_dsa() {
        let key = CosigningKey::ml_dsa_from_seed("cosigner.example/1", &[6; 32]).unwrap();
        let policy = Policy::of_cosigners(log().verifier(), &[key.verifier().clone()], 1).unwrap();
        assert_eq!(Policy::parse(&policy.encode()).unwrap(), policy);
        let mut note = cosigned(&[]);
        note.add(key.cosign(&checkpoint(), 100).unwrap()).unwrap();
        assert_eq!(policy.judge(&note).unwrap().quorum, Quorum::Met);
    }
}

/// Files near to policies: words in any order, with and without their ends.
fn files() -> impl Strategy<Value = Vec<u8>> {
    let words = prop_oneof![
        Just("quorum".to_owned()),
        Just("group".to_owned()),
        Just("witness".to_owned()),
        Just("none".to_owned()),
        Just("any".to_owned()),
        Just("all".to_owned()),
        Just("1".to_owned()),
        Just("2".to_owned()),
        Just("A".to_owned()),
        Just("B".to_owned()),
        Just("#".to_owned()),
        Just(cosigner(1).verifier().to_string()),
        Just(cosigner(2).verifier().to_string()),
        Just(log().verifier().to_string()),
        Just("log".to_owned()),
    ];
    let line = proptest::collection::vec(words, 0..5).prop_map(|words| words.join(" "));
    let good = Just(()).prop_map(|()| example().trim_end().to_owned());
    let tail = prop_oneof![Just("quorum none\n"), Just("quorum A\n"), Just("\n"), Just("")];
    (prop_oneof![1 => good, 4 => proptest::collection::vec(line, 0..5).prop_map(|lines| lines.join("\n"))], tail)
        .prop_map(|(lines, tail)| format!("{lines}\n{tail}").into_bytes())
}

proptest! {
    #[test]
    fn what_is_accepted_as_a_policy_is_written_in_one_form_that_means_the_same(
        mut file in files(), position in any::<prop::sample::Index>(), byte in any::<u8>(), change in any::<bool>()
    ) {
        if change && !file.is_empty() {
            let position = position.index(file.len());
            file[position] = byte;
        }
        if let Ok(policy) = Policy::parse(&file) {
            let written = policy.encode();
            let again = Policy::parse(&written).unwrap();
            prop_assert_eq!(&again, &policy);
            prop_assert_eq!(again.encode(), written);
        }
    }

    #[test]
    fn a_cosignature_more_never_unmakes_a_quorum(signed in proptest::collection::btree_set(1..=6u8, 0..6), more in 1..=6u8) {
        let policy = parse(&example()).unwrap();
        let numbers: Vec<u8> = signed.iter().copied().collect();
        let with_more: Vec<u8> = signed.iter().copied().chain([more]).collect();
        if policy.judge(&cosigned(&numbers)).unwrap().quorum == Quorum::Met {
            prop_assert_eq!(policy.judge(&cosigned(&with_more)).unwrap().quorum, Quorum::Met);
        }
    }
}
