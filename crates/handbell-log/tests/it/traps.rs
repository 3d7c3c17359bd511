//! The traps that others have fallen into while reading and writing these formats, each as a test.
//!
//! The one that is missing, error answers that caches keep for ever, is about HTTP and is judged
//! where HTTP is spoken.

use handbell_log::checkpoint::{Checkpoint, CheckpointError};
use handbell_log::cosignature::{self, CosignerKey, CosigningKey};
use handbell_log::cosigner::{Decision, KnownLog, LastCosigned, Request};
use handbell_log::hash::{Hash, empty_root, leaf_hash};
use handbell_log::leaf::{Content, Kind, Leaf, Reason};
use handbell_log::note::{Note, Signature, SigningKey, VerifierKey};
use handbell_log::policy::{Policy, Quorum};
use handbell_log::proof::{consistency, inclusion, verify_consistency, verify_inclusion};
use handbell_log::proof_file::ProofFile;
use handbell_log::split::{self, Evidence, Verdict};
use handbell_log::tile::TilePath;
use handbell_log::tree::root_of;
use handbell_log::verify::State;

use crate::published::{ORIGIN, Published, salt, stream};

fn log() -> SigningKey {
    SigningKey::from_seed(ORIGIN, &[1; 32]).unwrap()
}

fn cosigner() -> CosigningKey {
    CosigningKey::from_seed("cosigner.example/one", &[2; 32]).unwrap()
}

fn leaves(size: u64) -> Vec<Hash> {
    (0..size).map(|index| leaf_hash(index.to_string().as_bytes())).collect()
}

fn checkpoint(size: u64) -> Checkpoint {
    Checkpoint { origin: ORIGIN.to_owned(), size, root: root_of(&leaves(size)) }
}

fn signed(size: u64) -> Note {
    checkpoint(size).sign(&log()).unwrap()
}

fn proof_file(index: u64, size: u64) -> ProofFile {
    ProofFile { extra: None, index, path: inclusion(&leaves(size), index).unwrap(), checkpoint: signed(size) }
}

fn request(old: u64, size: u64) -> Request {
    Request::new(old, consistency(&leaves(size), old).unwrap(), signed(size)).unwrap()
}

fn known(last: u64) -> KnownLog {
    let last = Some(LastCosigned { size: last, root: root_of(&leaves(last)) });
    KnownLog { keys: vec![log().verifier().clone()], second_keys: Vec::new(), last }
}

#[test]
fn trap_1_a_number_has_one_spelling_everywhere() {
    assert_eq!("+5".parse::<u64>(), Ok(5), "which is why");
    assert_eq!("05".parse::<u64>(), Ok(5));
    for wrong in ["+5", "05", "-5", " 5", "5 ", "", "0x5", "5.0", "\u{665}", "18446744073709551616"] {
        let root = root_of(&leaves(5));
        assert_eq!(Checkpoint::parse(&format!("o\n{wrong}\n{root}\n")), Err(CheckpointError::Size), "size {wrong:?}");
        let proof = proof_file(5, 9).encode().replacen("index 5", &format!("index {wrong}"), 1);
        assert!(ProofFile::parse(proof.as_bytes()).is_err(), "index {wrong:?}");
        let body = request(5, 9).encode().replacen("old 5", &format!("old {wrong}"), 1);
        assert!(Request::parse(body.as_bytes()).is_err(), "old {wrong:?}");
        assert!(TilePath::parse(&format!("tile/0/000.p/{wrong}")).is_err(), "width {wrong:?}");
        assert!(TilePath::parse(&format!("tile/{wrong}/000")).is_err(), "level {wrong:?}");
        assert!(TilePath::parse(&format!("tile/0/00{wrong}")).is_err() || wrong == "5", "number {wrong:?}");
        let keys: String =
            (1..=5u8).map(|seed| format!("witness {seed} {}\n", CosigningKey::from_seed("n", &[seed; 32]).unwrap().verifier())).collect();
        let policy = |threshold: &str| Policy::parse(format!("{keys}group g {threshold} 1 2 3 4 5\nquorum g\n").as_bytes());
        assert!(policy("5").is_ok() && (policy(wrong).is_err() || ["", "5"].contains(&wrong.trim())), "threshold {wrong:?}");
    }
}

#[test]
fn trap_2_base64_is_canonical_and_hashes_are_compared_as_bytes() {
    // The last letter before the padding carries two bits that mean nothing. Go reads them, we refuse.
    let spoiled = |text: &str| {
        let at = text.rfind('=').unwrap();
        let at = text[..at].trim_end_matches('=').len() - 1;
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let value = letters.iter().position(|letter| *letter == text.as_bytes()[at]).unwrap();
        format!("{}{}{}", &text[..at], char::from(letters[value | 1]), &text[at + 1..])
    };
    let root = root_of(&leaves(5)).to_string();
    assert!(root.parse::<Hash>().is_ok());
    assert!(spoiled(&root).parse::<Hash>().is_err());
    let note = signed(5).encode();
    let line = note.lines().last().unwrap();
    assert!(Signature::parse(line).is_ok() && Signature::parse(&spoiled(line)).is_err());
    // 33 bytes of key need no padding; spoil it by adding some.
    let key = log().verifier().to_string();
    assert!(VerifierKey::parse(&key).is_ok() && VerifierKey::parse(&format!("{key}=")).is_err());
    let key = cosigner().verifier().to_string();
    assert!(CosignerKey::parse(&key).is_ok() && CosignerKey::parse(&format!("{key}=")).is_err());
    let proof = proof_file(1, 3).encode();
    let hash = proof.lines().nth(2).unwrap();
    assert!(ProofFile::parse(proof.replacen(hash, &spoiled(hash), 1).as_bytes()).is_err());
    let body = request(3, 5).encode();
    let hash = body.lines().nth(1).unwrap();
    assert!(Request::parse(body.replacen(hash, &spoiled(hash), 1).as_bytes()).is_err());
}

#[test]
fn trap_3_a_note_splits_at_its_last_empty_line_and_what_carries_one_at_its_first() {
    let text = "a\n\nb\n";
    let note = Note::parse(Note::sign(text, &log()).unwrap().encode().as_bytes()).unwrap();
    assert_eq!(note.text(), text);
    // The same note within a proof: everything after the first empty line is the note.
    let proof = format!("c2sp.org/tlog-proof@v1\nindex 0\n\n{}", note.encode());
    let read = ProofFile::parse(proof.as_bytes()).unwrap();
    assert_eq!((read.path.len(), read.checkpoint.text()), (0, text));
    // Within a request too, where the text must then be a checkpoint.
    assert!(Request::parse(format!("old 0\n\n{}", note.encode()).as_bytes()).is_err());
    assert!(Request::parse(format!("old 0\n\n{}", signed(3).encode()).as_bytes()).is_ok());
}

#[test]
fn trap_4_size_0_is_the_empty_root_the_empty_proof_and_the_beginning_of_everything() {
    let lie = Hash([7; 32]);
    assert_eq!(Checkpoint::parse(&format!("o\n0\n{lie}\n")), Err(CheckpointError::EmptyRoot));
    assert!(verify_inclusion(&lie, 0, 0, &[], &empty_root()).is_err());
    assert_eq!(verify_consistency(0, &empty_root(), 9, &checkpoint(9).root, &[]), Ok(()));
    assert!(verify_consistency(0, &lie, 9, &checkpoint(9).root, &[]).is_err());
    assert!(verify_consistency(0, &empty_root(), 9, &checkpoint(9).root, &[lie]).is_err());
    assert!(verify_consistency(0, &empty_root(), 0, &lie, &[]).is_err());
    assert_eq!(request(0, 9).decide(Some(&known(0))).status(), 200);
    assert_eq!(request(0, 0).decide(Some(&known(0))).status(), 200);
    let lie = Note::sign(&format!("{ORIGIN}\n0\n{lie}\n"), &log()).unwrap();
    assert_eq!(Request::new(0, Vec::new(), lie).unwrap().decide(Some(&known(0))).status(), 422);
    let zero = signed(0).encode();
    assert_eq!(split::judge(zero.as_bytes(), signed(9).encode().as_bytes(), log().verifier(), Evidence::None), Verdict::OneTree);
    assert_eq!(Published::of_size(0).verify().unwrap().checkpoint.size, 0);
}

#[test]
fn trap_5_a_line_that_was_not_verified_is_never_stored() {
    let forged = cosigner().cosign(&checkpoint(3), 50).unwrap();
    let mut note = signed(9);
    note.add(forged.clone()).unwrap();
    let Decision::Accepted(accepted) = Request::new(5, consistency(&leaves(9), 5).unwrap(), note.clone()).unwrap().decide(Some(&known(5)))
    else {
        panic!("the log's own line is good");
    };
    let (_, kept) = accepted.cosign(&cosigner(), 100).unwrap();
    assert!(!kept.signatures().contains(&forged));
    // Had it been kept, everybody who knows the cosigner would have to refuse the checkpoint.
    let policy = Policy::of_cosigners(log().verifier(), &[cosigner().verifier().clone()], 1).unwrap();
    assert!(policy.judge(&note).is_err());
    assert_eq!(policy.judge(&kept).unwrap().quorum, Quorum::Met);
}

#[test]
fn trap_6_what_is_signed_is_written_anew_and_given_out_after_the_swap() {
    let Decision::Accepted(accepted) = request(5, 9).decide(Some(&known(5))) else { panic!("it extends") };
    // The caller has what it must still find, and what to store, before there is any signature.
    assert_eq!(accepted.replaces, known(5).last);
    assert_eq!(accepted.last(), LastCosigned { size: 9, root: checkpoint(9).root });
    let (line, _) = accepted.cosign(&cosigner(), 100).unwrap();
    // Signed is what parsing understood: the line verifies under that text and no other.
    let text = checkpoint(9).encode();
    assert_eq!(cosigner().verifier().verify(&text, &line), Some(100));
    assert_eq!(cosigner().verifier().verify(&text.replace("\n9\n", "\n09\n"), &line), None);
    assert_eq!(cosigner().verifier().verify(text.trim_end(), &line), None);
}

#[test]
fn trap_7_every_byte_of_a_hash_counts() {
    let hashes = leaves(9);
    let (root, path) = (root_of(&hashes), inclusion(&hashes, 4).unwrap());
    for byte in 0..32 {
        let mut near = root.0;
        near[byte] ^= 1;
        assert!(verify_inclusion(&hashes[4], 4, 9, &path, &Hash(near)).is_err(), "byte {byte}");
        let mut near = hashes[4].0;
        near[byte] ^= 1;
        assert!(verify_inclusion(&Hash(near), 4, 9, &path, &root).is_err(), "byte {byte}");
        assert_ne!(Hash(near), hashes[4]);
    }
    assert_eq!(handbell_log::cosigner::origin_hash(ORIGIN).len(), 64);
}

#[test]
fn trap_8_a_withdrawn_slot_takes_no_other_content() {
    let mut log = Published::of_size(10);
    log.withdraw(4, Reason::Safety);
    log.publish();
    assert!(matches!(log.verify().unwrap().entries[4].state, State::Withdrawn { still_offered: false, .. }));
    let payload = br#"{"at":"2026-01-02T03:04Z","prev":1,"seq":1,"type":"t"}"#.to_vec();
    let other = Content { salt: salt(4), payload: [payload.clone(), b" ".to_vec()].concat() };
    assert!(Content { salt: salt(4), payload }.opens(&log.leaves[4]), "the slot's own content differs by one space");
    log.files.insert("content/004".to_owned(), other.encode());
    assert_eq!(log.verify().unwrap_err().place, "content/004");
}

#[test]
fn trap_9_lines_nobody_knows_disturb_nobody() {
    // Grease: types that do not exist yet, odd lengths, a name one knows with an ID one does not.
    let grease = |note: &mut Note| {
        for (name, blob) in [
            ("grease.example", vec![0xfa, 1, 2, 3, 4]),
            (ORIGIN, vec![9; 68]),
            ("cosigner.example/one", vec![8; 76]),
            ("\u{e9}.example/\u{65e5}", vec![7; 5000]),
        ] {
            use base64::Engine as _;
            let line = format!("\u{2014} {name} {}", base64::engine::general_purpose::STANDARD.encode(blob));
            note.add(Signature::parse(&line).unwrap()).unwrap();
        }
    };
    let mut published = Published::of_size(9);
    let mut note = Note::parse(&published.files["checkpoint"]).unwrap();
    grease(&mut note);
    published.files.insert("checkpoint".to_owned(), note.encode().into_bytes());
    assert!(published.verify().is_ok());

    let mut note = signed(9);
    grease(&mut note);
    note.add(cosigner().cosign(&checkpoint(9), 100).unwrap()).unwrap();
    let policy = Policy::of_cosigners(log().verifier(), &[cosigner().verifier().clone()], 1).unwrap();
    assert_eq!(policy.judge(&note).unwrap().quorum, Quorum::Met);
    assert_eq!(cosignature::verify(&note, &[cosigner().verifier().clone()]).unwrap().len(), 1);
    let proof = ProofFile { checkpoint: note.clone(), ..proof_file(4, 9) };
    let read = ProofFile::parse(proof.encode().as_bytes()).unwrap();
    assert!(read.verify(&leaves(9)[4], &policy).is_ok());
    let request = Request::new(5, consistency(&leaves(9), 5).unwrap(), note.clone()).unwrap();
    assert_eq!(request.decide(Some(&known(5))).status(), 200);
    assert_eq!(split::judge(note.encode().as_bytes(), signed(9).encode().as_bytes(), log().verifier(), Evidence::None), Verdict::OneTree);
}

#[test]
fn a_snapshot_is_compared_with_the_entries_before_it() {
    use handbell_log::leaf::Stream;
    use handbell_log::payload::canonical;
    use handbell_log::snapshot::Snapshot;
    let mut log = Published::new();
    for _ in 0..3 {
        log.entry(stream(5), Kind::Claim);
    }
    let head = log.leaves.iter().collect::<Snapshot>().head();
    log.payload(Stream::OPERATOR, Kind::Snapshot, canonical(&head.payload(0, None, "2026-01-02T03:04Z")).unwrap());
    log.entry(stream(5), Kind::Claim);
    log.publish();
    assert!(log.verify().is_ok());
    let whole = log.leaves.iter().collect::<Snapshot>().head();
    for lie in [
        head.clone(),
        handbell_log::snapshot::SnapshotHead { size: whole.size, ..head.clone() },
        handbell_log::snapshot::SnapshotHead { root: Hash([1; 32]), ..whole.clone() },
        handbell_log::snapshot::SnapshotHead { streams: 7, ..whole.clone() },
    ] {
        let mut log = Published::new();
        for leaf in 0..3 {
            assert_eq!(log.entry(stream(5), Kind::Claim), leaf);
        }
        log.payload(Stream::OPERATOR, Kind::Snapshot, canonical(&head.payload(0, None, "2026-01-02T03:04Z")).unwrap());
        log.entry(stream(5), Kind::Claim);
        log.payload(Stream::OPERATOR, Kind::Snapshot, canonical(&lie.payload(1, Some(3), "2026-01-02T03:04Z")).unwrap());
        log.publish();
        let failure = log.verify().unwrap_err();
        assert_eq!(
            (failure.place.as_str(), failure.sentence.as_str()),
            ("content/005", "the snapshot is not what the entries before it give")
        );
    }
    // In a stream of its own nobody would look for it.
    let mut log = Published::new();
    log.payload(stream(5), Kind::Snapshot, canonical(&Snapshot::new().head().payload(0, None, "2026-01-02T03:04Z")).unwrap());
    log.publish();
    assert!(log.verify().is_err());
    assert!(Leaf::key(stream(0), [1; 32]).kind() == Some(Kind::Key));
}

#[test]
fn keys_of_other_types_are_no_keys_here_and_their_lines_are_unknown() {
    use base64::Engine as _;
    use handbell_log::note::key_id;
    let public = *log().verifier().public_key();
    for signature_type in 0..=255u8 {
        let text = {
            let id = u32::from_be_bytes(key_id(ORIGIN, signature_type, &public));
            let key = [[signature_type].as_slice(), &public].concat();
            format!("{ORIGIN}+{id:08x}+{}", base64::engine::general_purpose::STANDARD.encode(key))
        };
        assert_eq!(VerifierKey::parse(&text).is_ok(), signature_type == 0x01, "type {signature_type:#x}");
        assert_eq!(CosignerKey::parse(&text).is_ok(), signature_type == 0x04, "type {signature_type:#x}");
        if signature_type != 0x01 {
            // The right signature under the ID of another type is a line of a key nobody knows.
            let line = log().sign(&checkpoint(3).encode()).unwrap();
            let blob = [key_id(ORIGIN, signature_type, &public).as_slice(), line.signature()].concat();
            let moved = format!("\u{2014} {ORIGIN} {}", base64::engine::general_purpose::STANDARD.encode(blob));
            let note = Note::new(&checkpoint(3).encode(), vec![Signature::parse(&moved).unwrap()]).unwrap();
            assert!(Policy::of_log(log().verifier().clone()).judge(&note).is_err());
        }
    }
}
