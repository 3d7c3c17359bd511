use super::*;
use crate::cosignature::CosigningKey;
use crate::hash::{empty_root, leaf_hash};
use crate::note::SigningKey;
use crate::proof::consistency;
use crate::tree::root_of;
use proptest::prelude::*;

const ORIGIN: &str = "record.example/log";

fn log() -> SigningKey {
    SigningKey::from_seed(ORIGIN, &[1; 32]).unwrap()
}

fn own() -> CosigningKey {
    CosigningKey::from_seed("cosigner.example/one", &[2; 32]).unwrap()
}

fn leaves(size: u64) -> Vec<Hash> {
    (0..size).map(|index| leaf_hash(index.to_string().as_bytes())).collect()
}

fn checkpoint(size: u64) -> Checkpoint {
    Checkpoint { origin: ORIGIN.to_owned(), size, root: root_of(&leaves(size)) }
}

fn request(old: u64, size: u64) -> Request {
    Request::new(old, consistency(&leaves(size), old).unwrap(), checkpoint(size).sign(&log()).unwrap()).unwrap()
}

fn known(last: Option<u64>) -> KnownLog {
    let last = last.map(|size| LastCosigned { size, root: root_of(&leaves(size)) });
    KnownLog { keys: vec![log().verifier().clone()], second_keys: Vec::new(), last }
}

/// The status of the answer to a body, as a door would give it.
fn status(body: &[u8], known: Option<&KnownLog>) -> u16 {
    Request::parse(body).map_or(400, |request| request.decide(known).status())
}

#[test]
fn the_directory_of_the_small_log_is_the_published_one() {
    let hash = "a1c8d897010ef38a1057bea6994a5d6f6c8a406e639da053194686549b3e2338";
    assert_eq!(origin_hash("example.com/handbell-test"), hash);
    assert_eq!(monitoring_path("example.com/handbell-test"), format!("{hash}/checkpoint"));
}

#[test]
fn every_row_of_the_table_has_its_answer() {
    let body = |old, size| request(old, size).encode().into_bytes();
    let first = known(None);
    let at_five = known(Some(5));
    // 200: first sight, growth, and the same tree again for a fresh time.
    assert_eq!(status(&body(0, 9), Some(&first)), 200);
    assert_eq!(status(&body(5, 9), Some(&at_five)), 200);
    assert_eq!(status(&body(5, 5), Some(&at_five)), 200);
    assert_eq!(status(&body(0, 0), Some(&first)), 200);
    // 400
    assert_eq!(status(b"", Some(&first)), 400);
    assert_eq!(status(&body(5, 9)[1..], Some(&at_five)), 400);
    // 404
    assert_eq!(status(&body(5, 9), None), 404);
    // 403: a stranger's key, and a key believed for another origin.
    let stranger = KnownLog { keys: vec![own_named_log(9)], ..at_five.clone() };
    assert_eq!(status(&body(5, 9), Some(&stranger)), 403);
    let elsewhere =
        KnownLog { keys: vec![SigningKey::from_seed("other.example", &[1; 32]).unwrap().verifier().clone()], ..at_five.clone() };
    assert_eq!(status(&body(5, 9), Some(&elsewhere)), 403);
    // 409: from before, from after, and from nothing to ask where we are.
    for old in [0, 4, 6, 9] {
        let decision = request(old, 9).decide(Some(&at_five));
        assert_eq!((decision.status(), decision.size_body().as_deref()), (409, Some("5\n")), "old {old}");
    }
    assert_eq!(request(5, 9).decide(Some(&first)).size_body().as_deref(), Some("0\n"));
    // 422: the proof fails, the same size has another root.
    let proof = consistency(&leaves(9), 5).unwrap();
    let note = checkpoint(9).sign(&log()).unwrap();
    for wrong in [proof[1..].to_vec(), Vec::new(), [proof.as_slice(), &[Hash([1; 32])]].concat()] {
        assert_eq!(Request::new(5, wrong, note.clone()).unwrap().decide(Some(&at_five)), Decision::NotConsistent);
    }
    let lie = Checkpoint { root: Hash([9; 32]), ..checkpoint(5) }.sign(&log()).unwrap();
    assert_eq!(Request::new(5, Vec::new(), lie).unwrap().decide(Some(&at_five)), Decision::NotConsistent);
}

fn own_named_log(seed: u8) -> crate::note::VerifierKey {
    SigningKey::from_seed(ORIGIN, &[seed; 32]).unwrap().verifier().clone()
}

#[test]
fn an_empty_log_has_one_root_and_growth_from_it_needs_no_proof() {
    let first = known(None);
    let lie = crate::note::Note::sign(&format!("{ORIGIN}\n0\n{}\n", Hash([9; 32])), &log()).unwrap();
    let body = format!("old 0\n\n{}", lie.encode());
    assert_eq!(status(body.as_bytes(), Some(&first)), 422);
    let empty = known(Some(0));
    assert_eq!(empty.last.unwrap().root, empty_root());
    assert_eq!(request(0, 7).decide(Some(&empty)).status(), 200);
    let proved = Request::new(0, vec![Hash([1; 32])], checkpoint(7).sign(&log()).unwrap()).unwrap();
    assert_eq!(proved.decide(Some(&first)), Decision::NotConsistent);
    assert_eq!(proved.decide(Some(&empty)), Decision::NotConsistent);
}

#[test]
fn malformed_requests_are_refused() {
    let good = request(5, 9).encode();
    let hash = Hash([1; 32]).to_string();
    let refused = [
        (good.replacen("old 5", "old +5", 1), RequestError::Old),
        (good.replacen("old 5", "old 05", 1), RequestError::Old),
        (good.replacen("old 5", "Old 5", 1), RequestError::Old),
        (good.replacen("old 5", "old  5", 1), RequestError::Old),
        (good.replacen("old 5", "old 5 ", 1), RequestError::Old),
        (good.replacen("old 5", "old -1", 1), RequestError::Old),
        (good.replacen("old 5", "old 10", 1), RequestError::Shrinks),
        (good.replacen("old 5\n", "old 5\nAAAA\n", 1), RequestError::Hash { line: 2 }),
        (good.replacen("old 5\n", &format!("old 5\n{}\n", hash.replace("E=", "F=")), 1), RequestError::Hash { line: 2 }),
        (good.replacen("old 5\n", &format!("old 5\n{}", format!("{hash}\n").repeat(64)), 1), RequestError::TooMany),
        (good.replace('\n', "\r\n"), RequestError::NoCheckpoint),
        ("old 0\n".to_owned(), RequestError::NoCheckpoint),
    ];
    for (body, expected) in refused {
        assert_eq!(Request::parse(body.as_bytes()), Err(expected), "{body:?}");
    }
    // 63 hashes are read, and fail as a proof.
    let most = format!("old 5\n{}\n{}", format!("{hash}\n").repeat(63), checkpoint(9).sign(&log()).unwrap().encode());
    assert_eq!(status(most.as_bytes(), Some(&known(Some(5)))), 422);
    // Extension lines are refused here, although a log may sign them.
    let extended = crate::note::Note::sign(&format!("{}extension\n", checkpoint(9).encode()), &log()).unwrap();
    assert_eq!(status(format!("old 0\n\n{}", extended.encode()).as_bytes(), Some(&known(None))), 400);
}

#[test]
fn a_line_forged_under_the_cosigners_own_name_is_never_kept() {
    // Somebody puts our own name and ID under the log's checkpoint, signing something else.
    let forged = own().cosign(&checkpoint(3), 77).unwrap();
    let stranger = CosigningKey::from_seed("stranger.example", &[8; 32]).unwrap().cosign(&checkpoint(9), 77).unwrap();
    let mut note = checkpoint(9).sign(&log()).unwrap();
    note.add(forged.clone()).unwrap();
    note.add(stranger.clone()).unwrap();
    note.add(log().sign(&checkpoint(9).encode()).unwrap()).unwrap();
    let request = Request::new(0, Vec::new(), note).unwrap();
    let Decision::Accepted(accepted) = request.decide(Some(&known(None))) else { panic!("a good checkpoint with rubbish below it") };
    let (line, kept) = accepted.cosign(&own(), 100).unwrap();
    assert_eq!(kept.signatures().len(), 2, "the log's line once, and our own");
    assert!(!kept.signatures().contains(&forged) && !kept.signatures().contains(&stranger));
    // What is given out verifies for those who know us, and the next request is not disturbed.
    assert_eq!(crate::cosignature::verify(&kept, &[own().verifier().clone()]).unwrap().len(), 1);
    assert_eq!(Checkpoint::open(kept.encode().as_bytes(), log().verifier()).unwrap(), checkpoint(9));
    let next = KnownLog { last: Some(accepted.last()), ..known(None) };
    let grown = Request::new(9, consistency(&leaves(12), 9).unwrap(), checkpoint(12).sign(&log()).unwrap()).unwrap();
    assert_eq!(grown.decide(Some(&next)).status(), 200);
    assert_eq!(line.name(), "cosigner.example/one");
}

#[test]
fn a_failing_line_of_the_log_itself_is_no_signature() {
    let mut note = checkpoint(9).sign(&log()).unwrap();
    note.add(log().sign(&checkpoint(8).encode()).unwrap()).unwrap();
    assert_eq!(Request::new(0, Vec::new(), note).unwrap().decide(Some(&known(None))), Decision::NotSigned);
}

#[test]
fn two_requests_at_once_cannot_turn_the_memory_back() {
    // Both were decided while 5 was the last. Whoever stores second finds another last and must
    // decide again: that is what `replaces` is for.
    let at_five = known(Some(5));
    let (Decision::Accepted(small), Decision::Accepted(large)) =
        (request(5, 7).decide(Some(&at_five)), request(5, 9).decide(Some(&at_five)))
    else {
        panic!("both extend what was cosigned");
    };
    let mut store = at_five.last;
    let swap = |store: &mut Option<LastCosigned>, accepted: &Accepted| {
        let unchanged = *store == accepted.replaces;
        if unchanged {
            *store = Some(accepted.last());
        }
        unchanged
    };
    assert!(swap(&mut store, &large));
    assert!(!swap(&mut store, &small));
    assert_eq!(store.unwrap().size, 9);
    let again = request(5, 7).decide(Some(&KnownLog { last: store, ..at_five }));
    assert_eq!(again, Decision::OtherSize { last_size: 9 });
}

#[test]
fn an_answer_is_read_line_by_line_and_only_known_cosigners_count() {
    let (ours, stranger) = (own(), CosigningKey::from_seed("stranger.example", &[8; 32]).unwrap());
    let lines = [ours.cosign(&checkpoint(9), 100).unwrap(), stranger.cosign(&checkpoint(9), 100).unwrap()];
    let answer: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let keys = [ours.verifier().clone()];
    let read = read_answer(&checkpoint(9), answer.as_bytes(), &keys).unwrap();
    assert_eq!(read.len(), 1);
    assert_eq!((&read[0].0, read[0].1.time_seconds), (&lines[0], 100));
    assert!(read_answer(&checkpoint(8), answer.as_bytes(), &keys).is_err(), "it is another checkpoint's");
    // An answer cannot smuggle text of its own above its lines.
    let smuggled = format!("more\n\n{answer}");
    assert!(read_answer(&checkpoint(9), smuggled.as_bytes(), &keys).is_err());
    for answer in [b"".as_slice(), b"\n", b"200 OK\n", answer.trim_end().as_bytes()] {
        assert!(read_answer(&checkpoint(9), answer, &keys).is_err());
    }
    let timeless = ours.cosign(&checkpoint(9), 0).unwrap();
    assert_eq!(read_answer(&checkpoint(9), format!("{timeless}\n").as_bytes(), &keys).unwrap(), []);
    let Decision::Accepted(accepted) = request(0, 9).decide(Some(&known(None))) else { panic!("first sight") };
    assert!(accepted.cosign(&ours, 0).is_err(), "nor is one given");
}

#[cfg(feature = "ml-dsa")]
#[test]
fn a_logs_second_signature_is_kept_and_never_enough() {
    let second = CosigningKey::ml_dsa_from_seed(ORIGIN, &[5; 32]).unwrap();
    let known = KnownLog { second_keys: vec![second.verifier().clone()], ..known(None) };
    let line = second.cosign(&checkpoint(9), 50).unwrap();
    let alone = Note::new(&checkpoint(9).encode(), vec![line.clone()]).unwrap();
    assert_eq!(Request::new(0, Vec::new(), alone).unwrap().decide(Some(&known)), Decision::NotSigned);
    let mut both = checkpoint(9).sign(&log()).unwrap();
    both.add(line.clone()).unwrap();
    let Decision::Accepted(accepted) = Request::new(0, Vec::new(), both).unwrap().decide(Some(&known)) else { panic!("both verify") };
    let (_, kept) = accepted.cosign(&own(), 100).unwrap();
    assert!(kept.signatures().contains(&line));
}

proptest! {
    #[test]
    fn what_is_accepted_as_a_request_encodes_to_the_same_bytes(
        old in 0..9u64, more in 0..9u64, position in any::<prop::sample::Index>(), byte in any::<u8>()
    ) {
        let mut bytes = request(old, old + more).encode().into_bytes();
        prop_assert_eq!(Request::parse(&bytes).unwrap(), request(old, old + more));
        let position = position.index(bytes.len());
        bytes[position] = byte;
        if let Ok(read) = Request::parse(&bytes) {
            prop_assert_eq!(read.encode().into_bytes(), bytes);
        }
    }

    #[test]
    fn whatever_is_accepted_extends_what_was_cosigned(last in 0..40u64, old in 0..40u64, size in 0..40u64, cut in 0..3usize) {
        prop_assume!(old <= size);
        let mut proof = consistency(&leaves(size), old).unwrap();
        proof.truncate(proof.len().saturating_sub(cut));
        let request = Request::new(old, proof.clone(), checkpoint(size).sign(&log()).unwrap()).unwrap();
        let decision = request.decide(Some(&known(Some(last))));
        let whole = proof == consistency(&leaves(size), old).unwrap();
        match decision {
            Decision::Accepted(_) => prop_assert!(old == last && size >= last && whole),
            Decision::OtherSize { last_size } => prop_assert!(old != last && last_size == last),
            Decision::NotConsistent => prop_assert!(old == last && !whole),
            other => prop_assert!(false, "{other:?}"),
        }
    }
}
