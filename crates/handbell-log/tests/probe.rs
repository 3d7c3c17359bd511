use handbell_log::hash::{Hash, leaf_hash};
use handbell_log::proof::*;
use handbell_log::tree::root_of;
#[test]
fn probe() {
    let (size, old) = (300, 130);
    let hashes: Vec<Hash> = (0..300u64).map(|i| leaf_hash(i.to_string().as_bytes())).collect();
    let root = root_of(&hashes);
    let old_root = root_of(&hashes[..old as usize]);
    let consistency = consistency(&hashes, old).unwrap();
    for bit in 0..256 {
        let flip = |hash: Hash| {
            let mut flipped = hash;
            flipped.0[bit / 8] ^= 1 << (bit % 8);
            flipped
        };
        let verify = |old_root: &Hash, root: &Hash| verify_consistency(old, old_root, size, root, &consistency);
        assert_eq!(verify(&flip(old_root), &root), Err(ProofError::Root));
        assert_eq!(verify(&old_root, &flip(root)), Err(ProofError::Root));
    }
}
