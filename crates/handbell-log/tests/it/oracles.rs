//! What other people's code says about our trees, proofs, checkpoints and notes, and ours about theirs.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use handbell_log::checkpoint::Checkpoint;
use handbell_log::hash::{Hash, leaf_hash};
use handbell_log::note::{Note, SigningKey};
use handbell_log::proof::{self, ProofError, verify_consistency, verify_inclusion};
use handbell_log::tile::{entries_path, tile_path};
use handbell_log::tree::root_of;
use proptest::prelude::*;
use sha2::Sha256;
use sha2::digest::Output;
use signed_note::{Note as OtherNote, StandardVerifier, VerifierList};

fn digests(proof: &[Hash]) -> Vec<Output<Sha256>> {
    proof.iter().map(|hash| hash.0.into()).collect()
}

fn entry(index: u64) -> Vec<u8> {
    index.to_string().into_bytes()
}

fn hashes(size: u64) -> Vec<Hash> {
    (0..size).map(|index| leaf_hash(&entry(index))).collect()
}

fn other_root(hashes: &[Hash]) -> RootHash<Sha256> {
    RootHash::new(root_of(hashes).0.into(), hashes.len() as u64)
}

fn third(hash: &Hash) -> tlog_tiles::Hash {
    tlog_tiles::Hash(hash.0)
}

fn third_accepts_inclusion(hashes: &[Hash], index: u64, proof: &[Hash]) -> bool {
    let proof = proof.iter().map(third).collect();
    tlog_tiles::check_record(&proof, hashes.len() as u64, third(&root_of(hashes)), index, third(&hashes[index as usize])).is_ok()
}

fn third_accepts_consistency(hashes: &[Hash], old_size: usize, proof: &[Hash]) -> bool {
    let proof = proof.iter().map(third).collect();
    let old_root = third(&root_of(&hashes[..old_size]));
    tlog_tiles::check_tree(&proof, hashes.len() as u64, third(&root_of(hashes)), old_size as u64, old_root).is_ok()
}

fn other_accepts_inclusion(hashes: &[Hash], index: u64, proof: &[Hash]) -> bool {
    let proof = InclusionProof::<Sha256>::from_digests(digests(proof).iter());
    other_root(hashes).verify_inclusion(&entry(index), index, &proof).is_ok()
}

fn other_accepts_consistency(hashes: &[Hash], old_size: usize, proof: &[Hash]) -> bool {
    let proof = ConsistencyProof::<Sha256>::from_digests(digests(proof).iter());
    other_root(hashes).verify_consistency(&other_root(&hashes[..old_size]), &proof).is_ok()
}

#[test]
fn another_tree_has_the_same_roots() {
    let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    let hashes = hashes(600);
    for size in 1..=600 {
        tree.push(entry(size - 1));
        assert_eq!(tree.root().as_bytes().as_slice(), root_of(&hashes[..size as usize]).0, "size {size}");
    }
}

#[test]
fn every_proof_of_every_small_tree_is_what_the_other_builds() {
    for size in 1..=40 {
        let hashes = hashes(size);
        let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        (0..size).for_each(|index| tree.push(entry(index)));
        for index in 0..size {
            let ours = proof::inclusion(&hashes, index).unwrap();
            let theirs = tree.prove_inclusion(index as usize);
            assert_eq!(digests(&ours).concat(), theirs.as_bytes(), "inclusion of {index} in {size}");
            assert_eq!(verify_inclusion(&hashes[index as usize], index, size, &ours, &root_of(&hashes)), Ok(()));
        }
        for old in 1..=size {
            let ours = proof::consistency(&hashes, old).unwrap();
            let theirs = tree.prove_consistency((size - old) as usize);
            assert_eq!(digests(&ours).concat(), theirs.as_bytes(), "consistency of {old} and {size}");
            let old_root = root_of(&hashes[..old as usize]);
            assert_eq!(verify_consistency(old, &old_root, size, &root_of(&hashes), &ours), Ok(()));
        }
    }
}

#[test]
fn proofs_hold_for_all_three_at_every_boundary_of_tiles() {
    let all = hashes(65_537);
    for size in [1usize, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537] {
        let hashes = &all[..size];
        for index in [0, size / 2, size - 1] {
            let proof = proof::inclusion(hashes, index as u64).unwrap();
            assert_eq!(verify_inclusion(&hashes[index], index as u64, size as u64, &proof, &root_of(hashes)), Ok(()));
            assert!(other_accepts_inclusion(hashes, index as u64, &proof) && third_accepts_inclusion(hashes, index as u64, &proof));
            // Each root costs a whole tree here, so a few of the wrong proofs of the large ones.
            for wrong in wrong_proofs(&proof, size % 256).into_iter().step_by(if size > 1000 { 12 } else { 1 }) {
                assert!(verify_inclusion(&hashes[index], index as u64, size as u64, &wrong, &root_of(hashes)).is_err());
                assert!(!other_accepts_inclusion(hashes, index as u64, &wrong) && !third_accepts_inclusion(hashes, index as u64, &wrong));
            }
            let old = index + 1;
            let proof = proof::consistency(hashes, old as u64).unwrap();
            let old_root = root_of(&hashes[..old]);
            assert_eq!(verify_consistency(old as u64, &old_root, size as u64, &root_of(hashes), &proof), Ok(()));
            assert!(other_accepts_consistency(hashes, old, &proof) && third_accepts_consistency(hashes, old, &proof));
        }
    }
}

/// Every proof with one bit of one hash flipped, one hash less, and one hash more.
fn wrong_proofs(proof: &[Hash], bit: usize) -> Vec<Vec<Hash>> {
    let mut wrong = Vec::new();
    for position in 0..proof.len() {
        let mut flipped = proof.to_vec();
        flipped[position].0[bit / 8] ^= 1 << (bit % 8);
        wrong.push(flipped);
        let mut shorter = proof.to_vec();
        shorter.remove(position);
        wrong.push(shorter);
    }
    wrong.push([proof, &[Hash([7; 32])]].concat());
    wrong
}

#[test]
fn every_single_bit_of_a_proof_counts() {
    let (size, index, old) = (300, 217, 130);
    let hashes = hashes(size);
    let root = root_of(&hashes);
    let old_root = root_of(&hashes[..old as usize]);
    let inclusion = proof::inclusion(&hashes, index).unwrap();
    let consistency = proof::consistency(&hashes, old).unwrap();
    let leaf = hashes[index as usize];
    for bit in 0..256 {
        for wrong in wrong_proofs(&inclusion, bit) {
            assert!(verify_inclusion(&leaf, index, size, &wrong, &root).is_err());
            assert!(!other_accepts_inclusion(&hashes, index, &wrong));
            assert!(!third_accepts_inclusion(&hashes, index, &wrong));
        }
        for wrong in wrong_proofs(&consistency, bit) {
            assert!(verify_consistency(old, &old_root, size, &root, &wrong).is_err());
            assert!(!other_accepts_consistency(&hashes, old as usize, &wrong));
            assert!(!third_accepts_consistency(&hashes, old as usize, &wrong));
        }
        // Borrows on purpose: rustc 1.95 reuses the storage of a by-value `Copy` argument that the
        // callee changed, so that flipping one hash twice by value would give it back unflipped.
        let flip = |hash: &Hash| {
            let mut bytes = hash.0;
            bytes[bit / 8] ^= 1 << (bit % 8);
            Hash(bytes)
        };
        assert_eq!(verify_inclusion(&flip(&leaf), index, size, &inclusion, &root), Err(ProofError::Root));
        assert_eq!(verify_inclusion(&leaf, index, size, &inclusion, &flip(&root)), Err(ProofError::Root));
        let verify = |old_root: &Hash, root: &Hash| verify_consistency(old, old_root, size, root, &consistency);
        assert_eq!(verify(&flip(&old_root), &root), Err(ProofError::Root));
        assert_eq!(verify(&old_root, &flip(&root)), Err(ProofError::Root));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn inclusion_proofs_hold_for_all_three_and_wrong_ones_for_none(
        size in 1..=2000u64, picks in proptest::collection::vec(any::<prop::sample::Index>(), 6), bit in 0..256usize
    ) {
        let hashes = hashes(size);
        let root = root_of(&hashes);
        for pick in picks {
            let index = pick.index(size as usize) as u64;
            let proof = proof::inclusion(&hashes, index).unwrap();
            let leaf = hashes[index as usize];
            prop_assert_eq!(verify_inclusion(&leaf, index, size, &proof, &root), Ok(()));
            prop_assert!(other_accepts_inclusion(&hashes, index, &proof));
            prop_assert!(third_accepts_inclusion(&hashes, index, &proof));
            for wrong in wrong_proofs(&proof, bit) {
                prop_assert!(verify_inclusion(&leaf, index, size, &wrong, &root).is_err());
                prop_assert!(!other_accepts_inclusion(&hashes, index, &wrong));
                prop_assert!(!third_accepts_inclusion(&hashes, index, &wrong));
            }
            for elsewhere in [index ^ 1, index + size, index + 1] {
                prop_assert!(elsewhere == index || verify_inclusion(&leaf, elsewhere, size, &proof, &root).is_err());
            }
        }
    }

    #[test]
    fn consistency_proofs_hold_for_all_three_and_wrong_ones_for_none(
        size in 1..=2000u64, picks in proptest::collection::vec(any::<prop::sample::Index>(), 6), bit in 0..256usize
    ) {
        let hashes = hashes(size);
        let root = root_of(&hashes);
        for pick in picks {
            let old = 1 + pick.index(size as usize) as u64;
            let old_root = root_of(&hashes[..old as usize]);
            let proof = proof::consistency(&hashes, old).unwrap();
            prop_assert_eq!(verify_consistency(old, &old_root, size, &root, &proof), Ok(()));
            prop_assert!(other_accepts_consistency(&hashes, old as usize, &proof));
            prop_assert!(third_accepts_consistency(&hashes, old as usize, &proof));
            for wrong in wrong_proofs(&proof, bit) {
                prop_assert!(verify_consistency(old, &old_root, size, &root, &wrong).is_err());
                prop_assert!(!other_accepts_consistency(&hashes, old as usize, &wrong));
                prop_assert!(!third_accepts_consistency(&hashes, old as usize, &wrong));
            }
        }
    }
}

/// Whether the other implementation accepts a note under a key.
fn other_verifies(note: &[u8], vkey: &str) -> bool {
    let verifiers = VerifierList::new(vec![Box::new(StandardVerifier::new(vkey).unwrap())]);
    OtherNote::from_bytes(note).is_ok_and(|note| note.verify(&verifiers).is_ok())
}

proptest! {
    #[test]
    fn another_implementation_accepts_our_notes(text in "[a-z\n\u{2014} +=\u{e9}]{0,40}", seed in any::<[u8; 32]>()) {
        let key = SigningKey::from_seed("log.example/one", &seed).unwrap();
        let vkey = key.verifier().to_string();
        let note = Note::sign(&format!("{text}\n"), &key).unwrap().encode();
        prop_assert!(other_verifies(note.as_bytes(), &vkey));
    }

    #[test]
    fn we_accept_a_damaged_note_exactly_when_the_other_does(
        text in "[a-c\n]{0,12}", unknown in any::<bool>(), position in any::<prop::sample::Index>(), byte in prop_oneof![Just(b'\n'), Just(b' '), any::<u8>()]
    ) {
        let key = SigningKey::from_seed("log.example/one", &[1; 32]).unwrap();
        let text = format!("{text}\n");
        let mut note = Note::sign(&text, &key).unwrap();
        if unknown {
            note.add(SigningKey::from_seed("cosigner.example", &[2; 32]).unwrap().sign(&text).unwrap()).unwrap();
        }
        let mut bytes = note.encode().into_bytes();
        let position = position.index(bytes.len());
        bytes[position] = byte;
        let keys = [key.verifier().clone()];
        let ours = Note::parse(&bytes).is_ok_and(|note| note.verify(&keys).is_ok());
        prop_assert_eq!(ours, other_verifies(&bytes, &key.verifier().to_string()));
    }
}

proptest! {
    #[test]
    fn another_implementation_reads_our_checkpoints_and_never_differently(
        size in any::<u64>(), root in any::<[u8; 32]>(), position in any::<prop::sample::Index>(), byte in prop_oneof![Just(b'0'), Just(b'+'), Just(b'='), 1..128u8]
    ) {
        let text = Checkpoint { origin: "record.example/log".to_owned(), size: size.max(1), root: Hash(root) }.encode();
        let theirs = tlog_tiles::Checkpoint::from_bytes(text.as_bytes()).unwrap();
        prop_assert_eq!((theirs.origin(), theirs.size(), theirs.hash().0), ("record.example/log", size.max(1), root));
        let mut bytes = text.into_bytes();
        let position = position.index(bytes.len());
        bytes[position] = byte;
        let text = String::from_utf8(bytes).unwrap();
        // They are stricter about origins and laxer about extension lines; where both read, they agree.
        if let (Ok(ours), Ok(theirs)) = (Checkpoint::parse(&text), tlog_tiles::Checkpoint::from_bytes(text.as_bytes())) {
            prop_assert_eq!((theirs.origin(), theirs.size(), theirs.hash().0), (ours.origin.as_str(), ours.size, ours.root.0));
        }
    }

    #[test]
    fn another_implementation_names_the_same_tiles(level in 0..6u8, index in 0..4_000_000_000u64, width in 1..=256u32) {
        // Its paths are Go's: the tile height first, and `data` for entries.
        let ours = tile_path(level, index, width as u16);
        let theirs = tlog_tiles::Tile::new(8, level, index, width, false).path();
        prop_assert_eq!(theirs, ours.replacen("tile/", "tile/8/", 1));
        let ours = entries_path(index, width as u16);
        let theirs = tlog_tiles::Tile::new(8, 0, index, width, true).path();
        prop_assert_eq!(theirs, ours.replacen("tile/entries/", "tile/8/data/", 1));
    }
}
