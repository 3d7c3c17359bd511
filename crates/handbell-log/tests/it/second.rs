//! ML-DSA-44 as somebody else signs it: the key and the line in `testdata/` were made by the Python
//! package `cryptography` from a seed of 32 bytes of `04`, for the small log of the documents.

use handbell_log::checkpoint::Checkpoint;
use handbell_log::cosignature::{self, CosignerKey, CosigningKey};
use handbell_log::note::{Note, VerifierKey};
use handbell_log::policy::{Policy, Quorum};

const KEY: &str = include_str!("testdata/ml-dsa-44.key");
const NOTE: &str = include_str!("testdata/ml-dsa-44.note");
const LOG: &str = "example.com/handbell-test+2c02b7bb+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";

#[test]
fn an_ml_dsa_line_made_elsewhere_verifies_and_its_key_is_ours() {
    let key = CosignerKey::parse(KEY.trim_end()).unwrap();
    let own = CosigningKey::ml_dsa_from_seed("witness.example/w1", &[4; 32]).unwrap();
    assert_eq!(own.verifier(), &key, "one seed, one key, here and there");
    let note = Note::parse(NOTE.as_bytes()).unwrap();
    assert_eq!(note.encode(), NOTE);
    let said = cosignature::verify(&note, std::slice::from_ref(&key)).unwrap();
    assert_eq!((said.len(), said[0].time_seconds), (1, 1_767_322_800));
    let log = VerifierKey::parse(LOG).unwrap();
    let judgement = Policy::of_cosigners(&log, &[key], 1).unwrap().judge(&note).unwrap();
    assert_eq!(judgement.quorum, Quorum::Met);
    assert_eq!(Checkpoint::open(NOTE.as_bytes(), &log).unwrap().size, 3);
}
