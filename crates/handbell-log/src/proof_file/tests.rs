use super::*;
use crate::checkpoint::Checkpoint;
use crate::cosignature::CosigningKey;
use crate::hash::leaf_hash;
use crate::note::SigningKey;
use crate::policy::Quorum;
use crate::proof::inclusion;
use crate::tree::root_of;
use proptest::prelude::*;

const ORIGIN: &str = "record.example/log";

fn log() -> SigningKey {
    SigningKey::from_seed(ORIGIN, &[1; 32]).unwrap()
}

fn cosigner() -> CosigningKey {
    CosigningKey::from_seed("cosigner.example/one", &[2; 32]).unwrap()
}

fn leaves(size: u64) -> Vec<Hash> {
    (0..size).map(|index| leaf_hash(index.to_string().as_bytes())).collect()
}

fn proof(index: u64, size: u64, extra: Option<&[u8]>) -> ProofFile {
    let hashes = leaves(size);
    let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size, root: root_of(&hashes) };
    let mut note = checkpoint.sign(&log()).unwrap();
    note.add(cosigner().cosign(&checkpoint, 100).unwrap()).unwrap();
    ProofFile { extra: extra.map(<[u8]>::to_vec), index, path: inclusion(&hashes, index).unwrap(), checkpoint: note }
}

fn policy() -> Policy {
    Policy::of_cosigners(log().verifier(), &[cosigner().verifier().clone()], 1).unwrap()
}

#[test]
fn a_proof_reads_back_and_holds_for_its_entry_only() {
    for (index, size) in [(0, 1), (0, 2), (1, 2), (6, 7), (255, 256), (256, 257), (130, 300)] {
        for extra in [None, Some(b"x".as_slice())] {
            let proof = proof(index, size, extra);
            let text = proof.encode();
            assert!(text.starts_with("c2sp.org/tlog-proof@v1\n"));
            assert_eq!(ProofFile::parse(text.as_bytes()).unwrap(), proof, "{text}");
            let judgement = proof.verify(&leaves(size)[index as usize], &policy()).unwrap();
            assert_eq!((judgement.checkpoint.size, judgement.quorum), (size, Quorum::Met));
            assert_eq!(proof.verify(&leaf_hash(b"another entry"), &policy()), Err(ProofRefusal::Path(ProofError::Root)));
        }
    }
}

#[test]
fn the_lines_are_the_published_ones() {
    let text = proof(1, 3, Some(b"age-v1.2.1")).encode();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[..3], ["c2sp.org/tlog-proof@v1", "extra YWdlLXYxLjIuMQ==", "index 1"]);
    assert_eq!(lines[3], leaves(3)[0].to_string(), "the sibling comes first");
    assert_eq!(lines[4], leaves(3)[2].to_string(), "the root's child last");
    assert_eq!(lines[5..8], ["", ORIGIN, "3"]);
}

#[test]
fn the_proof_splits_at_the_first_empty_line_and_its_note_at_the_last() {
    // A checkpoint is three lines, so an empty line among them is refused after the split, by the note.
    let good = proof(1, 3, None).encode();
    let moved = good.replacen("index 1\n", "index 1\n\n", 1);
    let read = ProofFile::parse(moved.as_bytes()).unwrap();
    assert_eq!(read.path, []);
    assert!(read.checkpoint.text().starts_with(&leaves(3)[0].to_string()), "what follows the first empty line is the note");
    assert!(read.verify(&leaves(3)[1], &policy()).is_err());
}

#[test]
fn malformed_proofs_are_refused_at_their_line() {
    let good = proof(1, 3, Some(b"x")).encode();
    let refused = [
        (good.replacen("@v1", "@v2", 1), ProofFileError::FirstLine),
        (format!(" {good}"), ProofFileError::FirstLine),
        (good.replacen("extra eA==", "extra eB==", 1), ProofFileError::Line { line: 2 }),
        (good.replacen("extra eA==", "extra ", 1), ProofFileError::Line { line: 2 }),
        (good.replacen("extra eA==", "extra  eA==", 1), ProofFileError::Line { line: 2 }),
        (good.replacen("extra eA==\n", "extra eA==\nextra eA==\n", 1), ProofFileError::Line { line: 3 }),
        (good.replacen("index 1", "index +1", 1), ProofFileError::Line { line: 3 }),
        (good.replacen("index 1", "index 01", 1), ProofFileError::Line { line: 3 }),
        (good.replacen("index 1", "index  1", 1), ProofFileError::Line { line: 3 }),
        (good.replacen("index 1", "index 18446744073709551616", 1), ProofFileError::Line { line: 3 }),
        (good.replacen("index 1\n", "", 1), ProofFileError::Line { line: 3 }),
        (good.replacen("index 1\n", "index 1\nAAAA\n", 1), ProofFileError::Line { line: 4 }),
        (good.replace('\n', "\r\n"), ProofFileError::NoCheckpoint),
        ("c2sp.org/tlog-proof@v1\n\n".to_owned(), ProofFileError::NoCheckpoint),
        (String::new(), ProofFileError::NoCheckpoint),
        (good.replacen("index 1\n", &format!("index 1\n{}", format!("{}\n", Hash([1; 32])).repeat(65)), 1), ProofFileError::TooLong),
    ];
    for (text, expected) in refused {
        assert_eq!(ProofFile::parse(text.as_bytes()), Err(expected), "{text:?}");
    }
    assert!(matches!(ProofFile::parse(good.trim_end().as_bytes()), Err(ProofFileError::Note(_))));
}

#[test]
fn a_proof_of_a_log_nobody_believes_is_refused_before_its_path() {
    let stranger = SigningKey::from_seed(ORIGIN, &[9; 32]).unwrap();
    let refused = proof(1, 3, None).verify(&leaves(3)[1], &Policy::of_log(stranger.verifier().clone()));
    assert!(matches!(refused, Err(ProofRefusal::Checkpoint(_))), "{refused:?}");
}

proptest! {
    #[test]
    fn what_is_accepted_as_a_proof_encodes_to_the_same_bytes(
        size in 1..20u64, pick in any::<prop::sample::Index>(), extra in proptest::option::of(proptest::collection::vec(any::<u8>(), 1..5)),
        position in any::<prop::sample::Index>(), byte in any::<u8>()
    ) {
        let proof = proof(pick.index(size as usize) as u64, size, extra.as_deref());
        let mut bytes = proof.encode().into_bytes();
        prop_assert_eq!(&ProofFile::parse(&bytes).unwrap(), &proof);
        let position = position.index(bytes.len());
        bytes[position] = byte;
        if let Ok(read) = ProofFile::parse(&bytes) {
            prop_assert_eq!(read.encode().into_bytes(), bytes);
        }
    }
}
