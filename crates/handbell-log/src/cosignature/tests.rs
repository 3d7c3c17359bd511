use super::*;
use crate::checkpoint::Checkpoint;
use crate::hash::empty_root;
use crate::note::{NOTE_BYTES_MAX, SigningKey};
use proptest::prelude::*;

const ORIGIN: &str = "example.com/handbell-test";
const TEXT: &str = "example.com/handbell-test\n3\nYBVANwaul9zqd25ZQ2TQN7uvwWhUcCgQYwHJ75dCsOY=\n";
const OWN_LINE: &str =
    "\u{2014} example.com/handbell-test LAK3u69ijb4aS6QWZB3YI2u41gSBqWbD183dfoB+kWpMfwFH2VbKL21rYi8o5KW7SU5ErXWuG64zQ8Y+XZ90nI4ZKw0=";
const COSIGNER_LINE: &str =
    "\u{2014} witness.example/w1 3xwKNQAAAABpVzSwapTQgeDt9e8SNNyp6T6wFSkIjDfcImGJS7X+2+RV9VvgzHMGsN00lkNUZUfLErXsAtLzksdT9cyxjIb5UbVwBA==";
const COSIGNER_KEY: &str = "witness.example/w1+df1c0a35+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU";
const TIME: u64 = 1_767_322_800;

fn cosigner() -> CosigningKey {
    CosigningKey::from_seed("witness.example/w1", &[2; 32]).unwrap()
}

fn checkpoint() -> Checkpoint {
    Checkpoint::parse(TEXT).unwrap()
}

fn note(lines: &[&str]) -> Note {
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    Note::parse(format!("{TEXT}\n{lines}").as_bytes()).unwrap()
}

#[test]
fn the_published_cosignature_is_ours_byte_for_byte() {
    let key = cosigner();
    assert_eq!(key.verifier().to_string(), COSIGNER_KEY);
    assert_eq!(CosignerKey::parse(COSIGNER_KEY).unwrap(), *key.verifier());
    assert_eq!(key.cosign(&checkpoint(), TIME).unwrap().to_string(), COSIGNER_LINE);
    let said = verify(&note(&[OWN_LINE, COSIGNER_LINE]), &[key.verifier().clone()]).unwrap();
    assert_eq!(said, [Cosignature { cosigner: "witness.example/w1".to_owned(), key_id: key.verifier().key_id(), time_seconds: TIME }]);
}

#[test]
fn the_message_is_the_one_of_the_specification() {
    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let expected = "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    assert_eq!(ed25519_message(text, 1_679_315_147), expected.as_bytes());

    let checkpoint = Checkpoint { origin: "o".to_owned(), size: 258, root: crate::hash::Hash([7; 32]) };
    let message = ml_dsa_message("ab", &checkpoint, 5).unwrap();
    let expected =
        [b"subtree/v1\n\0".as_slice(), b"\x02ab", &[0, 0, 0, 0, 0, 0, 0, 5], b"\x01o", &[0; 8], &[0, 0, 0, 0, 0, 0, 1, 2], &[7; 32]];
    assert_eq!(message, expected.concat());
    let long = Checkpoint { origin: "o".repeat(256), ..checkpoint.clone() };
    assert_eq!(ml_dsa_message("ab", &long, 5), Err(CosignatureError::NameLength));
    assert!(ml_dsa_message(&"n".repeat(255), &checkpoint, 5).is_ok());
}

#[test]
fn a_cosigner_key_has_one_text() {
    let refused = [
        "",
        "witness.example/w1",
        "witness.example/w1+df1c0a36+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU",
        "witness.example/w1+DF1C0A35+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU",
        "witness.example/w2+df1c0a35+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU",
        "witness.example/w1+df1c0a35+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU\n",
        "witness example/w1+df1c0a35+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU",
        // A log's own key (type 1) does not cosign.
        "example.com/handbell-test+2c02b7bb+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c",
    ];
    for text in refused {
        assert!(CosignerKey::parse(text).is_err(), "{text:?}");
    }
    assert!(CosigningKey::from_seed("with space", &[1; 32]).is_err());
    assert!(format!("{:?}", cosigner()).starts_with("CosigningKey(CosignerKey(witness.example/w1+df1c0a35"));
}

#[test]
fn unknown_lines_are_ignored_and_a_failing_known_line_spoils_the_note() {
    let known = [cosigner().verifier().clone()];
    let stranger = CosigningKey::from_seed("stranger.example", &[3; 32]).unwrap().cosign(&checkpoint(), TIME).unwrap().to_string();
    // The same name with another key has another ID: unknown.
    let namesake = CosigningKey::from_seed("witness.example/w1", &[3; 32]).unwrap().cosign(&checkpoint(), TIME).unwrap().to_string();
    assert_eq!(verify(&note(&[OWN_LINE, &stranger, &namesake]), &known).unwrap(), []);
    assert_eq!(verify(&note(&[&stranger, COSIGNER_LINE, &namesake]), &known).unwrap().len(), 1);

    let other = Checkpoint { size: 4, ..checkpoint() };
    let forged = cosigner().cosign(&other, TIME).unwrap().to_string();
    let expected = NoteError::Forged { line: 6, name: "witness.example/w1".to_owned() };
    assert_eq!(verify(&note(&[COSIGNER_LINE, &forged]), &known), Err(expected));
    // A line too short for a time, and one whose time is not the one that was signed.
    let line = cosigner().cosign(&checkpoint(), TIME).unwrap();
    for blob in [line.signature()[..7].to_vec(), [[0; 8].as_slice(), &line.signature()[8..]].concat(), line.signature()[8..].to_vec()] {
        let wrong = crate::note::Signature::new("witness.example/w1", line.key_id(), blob).to_string();
        assert!(verify(&note(&[&wrong]), &known).is_err());
    }
}

#[test]
fn one_cosigner_may_stand_there_twice_and_sixteen_and_more_are_read() {
    let keys: Vec<CosigningKey> =
        (0..40u8).map(|seed| CosigningKey::from_seed(&format!("cosigner.example/{seed}"), &[seed; 32]).unwrap()).collect();
    let known: Vec<CosignerKey> = keys.iter().map(|key| key.verifier().clone()).collect();
    let lines: Vec<String> = keys.iter().map(|key| key.cosign(&checkpoint(), TIME).unwrap().to_string()).collect();
    let mut lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let again = keys[0].cosign(&checkpoint(), TIME + 60).unwrap().to_string();
    lines.push(&again);
    lines.push(lines[0]);
    let said = verify(&note(&lines), &known).unwrap();
    assert_eq!(said.len(), 42);
    assert_eq!(said.iter().filter(|said| said.cosigner == "cosigner.example/0").count(), 3);
    // The cap is on the note: 100 lines, and a million bytes for large signatures.
    assert!(Note::parse(format!("{TEXT}\n{}", format!("{COSIGNER_LINE}\n").repeat(101)).as_bytes()).is_err());
    assert!(COSIGNER_LINE.len() * 101 < NOTE_BYTES_MAX);
}

#[test]
fn times_past_the_limit_are_neither_made_nor_believed() {
    let key = cosigner();
    assert!(key.cosign(&checkpoint(), TIME_SECONDS_MAX).is_ok());
    assert_eq!(key.cosign(&checkpoint(), TIME_SECONDS_MAX + 1), Err(CosignatureError::Time));
    // Signed all the same, by somebody who does not keep to the limit.
    use ed25519_dalek::Signer as _;
    for (time, believed) in [(TIME_SECONDS_MAX, true), (TIME_SECONDS_MAX + 1, false), (u64::MAX, false)] {
        let secret = ed25519_dalek::SigningKey::from_bytes(&[2; 32]);
        let signature = secret.sign(&ed25519_message(TEXT, time)).to_bytes();
        let blob = [time.to_be_bytes().as_slice(), &signature].concat();
        let line = crate::note::Signature::new("witness.example/w1", key.verifier().key_id(), blob);
        assert_eq!(key.verifier().verify(TEXT, &line), believed.then_some(time));
    }
}

#[test]
fn what_nobody_could_read_is_not_cosigned() {
    let wrong = [
        Checkpoint { origin: String::new(), ..checkpoint() },
        Checkpoint { origin: "two\nlines".to_owned(), ..checkpoint() },
        Checkpoint { size: 0, ..checkpoint() },
    ];
    for checkpoint in wrong {
        assert!(matches!(cosigner().cosign(&checkpoint, TIME), Err(CosignatureError::Checkpoint(_))), "{checkpoint:?}");
    }
    let empty = Checkpoint { origin: ORIGIN.to_owned(), size: 0, root: empty_root() };
    assert!(cosigner().cosign(&empty, TIME).is_ok());
}

#[test]
fn a_key_of_a_log_and_a_cosigner_do_not_stand_in_for_each_other() {
    // One secret, two roles: the texts that are signed differ, and so do the IDs.
    let log = SigningKey::from_seed("witness.example/w1", &[2; 32]).unwrap();
    assert_ne!(log.verifier().key_id(), cosigner().verifier().key_id());
    let line = log.sign(TEXT).unwrap();
    let blob = [TIME.to_be_bytes().as_slice(), line.signature()].concat();
    let borrowed = crate::note::Signature::new("witness.example/w1", cosigner().verifier().key_id(), blob);
    assert_eq!(cosigner().verifier().verify(TEXT, &borrowed), None);
}

#[cfg(not(feature = "ml-dsa"))]
#[test]
fn without_its_feature_an_ml_dsa_key_is_read_and_its_lines_are_ignored() {
    use base64::Engine as _;
    let public = [[TYPE_ML_DSA_44].as_slice(), &[7; 1312]].concat();
    let id = crate::note::key_id("witness.example/w1", TYPE_ML_DSA_44, &public[1..]);
    let text = format!("witness.example/w1+{:08x}+{}", u32::from_be_bytes(id), base64::engine::general_purpose::STANDARD.encode(public));
    let key = CosignerKey::parse(&text).unwrap();
    assert_eq!(CosignerKey::parse(&key.to_string()).unwrap(), key);
    assert!(!key.is_supported());
    let line = crate::note::Signature::new("witness.example/w1", key.key_id(), vec![0; 2428]).to_string();
    assert_eq!(verify(&note(&[OWN_LINE, &line]), &[key]).unwrap(), []);
}

#[cfg(feature = "ml-dsa")]
mod second {
    use super::*;

    fn key() -> CosigningKey {
        CosigningKey::ml_dsa_from_seed("witness.example/w1", &[4; 32]).unwrap()
    }

    #[test]
    fn an_ml_dsa_cosignature_has_the_published_lengths_and_verifies() {
        let key = key();
        assert_eq!(key.verifier().public_key().len(), 1312);
        assert_eq!(CosignerKey::parse(&key.verifier().to_string()).unwrap(), *key.verifier());
        let line = key.cosign(&checkpoint(), TIME).unwrap();
        assert_eq!(line.signature().len(), 2428);
        assert_eq!(key.cosign(&checkpoint(), TIME).unwrap(), line, "the same words give the same line");
        let note = note(&[OWN_LINE, COSIGNER_LINE, &line.to_string()]);
        let said = verify(&note, &[key.verifier().clone(), cosigner().verifier().clone()]).unwrap();
        assert_eq!(said.iter().map(|said| said.time_seconds).collect::<Vec<_>>(), [TIME, TIME]);
        assert_eq!(Note::parse(note.encode().as_bytes()).unwrap(), note);
    }

    #[test]
    fn an_ml_dsa_cosignature_binds_name_time_origin_size_and_root() {
        let key = key();
        let line = key.cosign(&checkpoint(), TIME).unwrap();
        for text in [TEXT.replace("handbell-test", "handbell-tesu"), TEXT.replace("\n3\n", "\n4\n"), TEXT.replace("YBV", "ZBV")] {
            assert_eq!(key.verifier().verify(&text, &line), None, "{text}");
        }
        assert_eq!(key.verifier().verify("not a checkpoint\n", &line), None);
        let other_time = [(TIME + 1).to_be_bytes().as_slice(), &line.signature()[8..]].concat();
        let wrong = crate::note::Signature::new("witness.example/w1", line.key_id(), other_time);
        assert_eq!(key.verifier().verify(TEXT, &wrong), None);
        // The same secret under another name signs other bytes.
        let namesake = CosigningKey::ml_dsa_from_seed("witness.example/w2", &[4; 32]).unwrap();
        let theirs = namesake.cosign(&checkpoint(), TIME).unwrap();
        assert_ne!(theirs.signature(), line.signature());
        let moved = crate::note::Signature::new("witness.example/w1", line.key_id(), theirs.signature().to_vec());
        assert_eq!(key.verifier().verify(TEXT, &moved), None);
    }

    #[test]
    fn any_flipped_bit_of_an_ml_dsa_line_is_found() {
        let key = key();
        let line = key.cosign(&checkpoint(), TIME).unwrap();
        // Every byte, one bit each, so that time, hint and every polynomial are touched.
        for byte in 0..line.signature().len() {
            let mut blob = line.signature().to_vec();
            blob[byte] ^= 1 << (byte % 8);
            let flipped = crate::note::Signature::new("witness.example/w1", line.key_id(), blob);
            assert_eq!(key.verifier().verify(TEXT, &flipped), None, "byte {byte}");
        }
    }

    #[test]
    fn a_log_signs_a_second_time_under_its_own_name() {
        let log = SigningKey::from_seed(ORIGIN, &[1; 32]).unwrap();
        let second = CosigningKey::ml_dsa_from_seed(ORIGIN, &[5; 32]).unwrap();
        let mut note = checkpoint().sign(&log).unwrap();
        note.add(second.cosign(&checkpoint(), TIME).unwrap()).unwrap();
        let bytes = note.encode().into_bytes();
        // Whoever knows the first key only is not disturbed.
        assert_eq!(Checkpoint::open(&bytes, log.verifier()).unwrap(), checkpoint());
        assert_eq!(verify(&Note::parse(&bytes).unwrap(), &[second.verifier().clone()]).unwrap().len(), 1);
    }
}

proptest! {
    #[test]
    fn what_is_accepted_as_a_cosigner_key_is_written_the_same(
        name in "[a-z+ ]{1,3}", seed in any::<[u8; 32]>(), position in any::<prop::sample::Index>(), letter in "[ -~]"
    ) {
        let Ok(key) = CosigningKey::from_seed(&name, &seed) else {
            prop_assert!(name.contains(['+', ' ']));
            return Ok(());
        };
        let mut text = key.verifier().to_string();
        prop_assert_eq!(CosignerKey::parse(&text).unwrap().to_string(), text.clone());
        let position = position.index(text.len());
        text.replace_range(position..=position, &letter);
        if let Ok(key) = CosignerKey::parse(&text) {
            prop_assert_eq!(key.to_string(), text);
        }
    }

    #[test]
    fn any_flipped_bit_of_a_cosignature_is_found(bit in 0..8 * 72usize) {
        let line = cosigner().cosign(&checkpoint(), TIME).unwrap();
        let mut blob = line.signature().to_vec();
        blob[bit / 8] ^= 1 << (bit % 8);
        let flipped = crate::note::Signature::new("witness.example/w1", line.key_id(), blob);
        prop_assert_eq!(cosigner().verifier().verify(TEXT, &flipped), None);
    }
}
