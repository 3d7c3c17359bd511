//! What a log lets others put under its checkpoint.

use super::*;
use crate::cosignature::CosigningKey;
use crate::hash::Hash;
use crate::note::{Note, Signature, SigningKey};

const NOW: u64 = 1_790_000_000;

fn log() -> SigningKey {
    SigningKey::from_seed("record.example/log", &[1; 32]).unwrap()
}

fn cosigner(number: u8) -> CosigningKey {
    CosigningKey::from_seed(&format!("cosigner.example/{number}"), &[number; 32]).unwrap()
}

fn checkpoint(size: u64) -> Checkpoint {
    Checkpoint { origin: log().name().to_owned(), size, root: Hash([7; 32]) }
}

fn keys(cosigners: &[CosigningKey]) -> Vec<CosignerKey> {
    cosigners.iter().map(|key| key.verifier().clone()).collect()
}

fn names(gathered: &Gathered) -> Vec<(&str, u64)> {
    gathered.lines.iter().map(|(_, said)| (said.cosigner.as_str(), said.time_seconds)).collect()
}

#[test]
fn each_cosigner_stands_once_with_its_newest_line_in_the_order_of_the_policy() {
    let (one, two, stranger) = (cosigner(1), cosigner(2), cosigner(3));
    let lines: Vec<Signature> = [(&two, 50), (&one, 40), (&stranger, 90), (&two, 70), (&two, 60)]
        .map(|(key, time)| key.cosign(&checkpoint(9), time).unwrap())
        .to_vec();
    let gathered = gather(&checkpoint(9), &lines, &keys(&[one, two]), NOW);
    assert_eq!(names(&gathered), [("cosigner.example/1", 40), ("cosigner.example/2", 70)]);
    assert_eq!(gathered.thrown_away, 0, "a stranger's line is nobody's fault");
}

#[test]
fn a_line_that_does_not_verify_goes_no_further_and_hides_no_honest_one() {
    let (one, two) = (cosigner(1), cosigner(2));
    let honest = one.cosign(&checkpoint(9), NOW - 5).unwrap();
    let of_another_tree = one.cosign(&checkpoint(10), NOW).unwrap();
    let of_another_log = Checkpoint { origin: "other.example".to_owned(), ..checkpoint(9) };
    let of_another_log = one.cosign(&of_another_log, NOW).unwrap();
    let from_the_future = one.cosign(&checkpoint(9), NOW + AHEAD_SECONDS_MAX + 1).unwrap();
    let timeless = one.cosign(&checkpoint(9), 0).unwrap();
    // The name and ID of one, the signature of two.
    let twos = two.cosign(&checkpoint(9), NOW).unwrap();
    let forged = Signature::new(one.name(), one.verifier().key_id(), twos.signature().to_vec());
    let cut = Signature::new(one.name(), one.verifier().key_id(), vec![1, 2, 3]);
    for bad in [of_another_tree, of_another_log, from_the_future, timeless, forged, cut] {
        for lines in [[&bad, &honest], [&honest, &bad]] {
            let gathered = gather(&checkpoint(9), lines, &keys(&[cosigner(1), cosigner(2)]), NOW);
            assert_eq!((names(&gathered), gathered.thrown_away), (vec![("cosigner.example/1", NOW - 5)], 1), "{bad}");
        }
    }
    let slightly_ahead = one.cosign(&checkpoint(9), NOW + AHEAD_SECONDS_MAX).unwrap();
    assert_eq!(gather(&checkpoint(9), [&slightly_ahead], &keys(&[one]), NOW).lines.len(), 1, "clocks differ");
}

#[test]
fn a_published_checkpoint_has_at_most_sixteen_lines_and_the_logs_own_is_first() {
    let cosigners: Vec<CosigningKey> = (1..=20).map(cosigner).collect();
    let lines: Vec<Signature> = cosigners.iter().map(|key| key.cosign(&checkpoint(9), 50).unwrap()).collect();
    let gathered = gather(&checkpoint(9), &lines, &keys(&cosigners), NOW);
    assert_eq!(gathered.lines.len(), 20);
    let own = log().sign(&checkpoint(9).encode()).unwrap();
    let note = gathered.under(&checkpoint(9), std::slice::from_ref(&own)).unwrap();
    assert_eq!((note.signatures().len(), &note.signatures()[0]), (LINES_MAX, &own));
    assert_eq!(Checkpoint::open(note.encode().as_bytes(), log().verifier()).unwrap(), checkpoint(9));
    assert!(gathered.under(&checkpoint(9), &[]).is_err(), "nothing is published without the log's own word");
}

#[test]
fn what_a_cosigner_shows_counts_only_where_the_log_has_signed_it() {
    let honest = checkpoint(9).sign(&log()).unwrap();
    assert_eq!(Shown::read(honest.encode().as_bytes(), log().verifier()).unwrap().checkpoint, checkpoint(9));
    // Another key under the log's name, a signature of another size, no signature of the log at all, no note.
    let other = SigningKey::from_seed(log().name(), &[9; 32]).unwrap();
    let others = checkpoint(90).sign(&other).unwrap();
    let moved = Note::new(&checkpoint(90).encode(), honest.signatures().to_vec()).unwrap();
    let bare = Note::new(&checkpoint(90).encode(), vec![cosigner(1).cosign(&checkpoint(90), 50).unwrap()]).unwrap();
    for note in [others, moved, bare] {
        assert!(Shown::read(note.encode().as_bytes(), log().verifier()).is_err(), "{}", note.encode());
    }
    for bytes in [b"".as_slice(), b"404 Not Found\n", b"\n\n", &[0xff; 40]] {
        assert!(Shown::read(bytes, log().verifier()).is_err());
    }
}
