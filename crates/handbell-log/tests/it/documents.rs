//! The vectors printed in `docs/formats/` are what this code makes and accepts.

use handbell_log::bundle;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::cosignature::CosigningKey;
use handbell_log::cosigner::origin_hash;
use handbell_log::hash::leaf_hash;
use handbell_log::leaf::{Content, Kind, Leaf, Reason, Salt, Stream};
use handbell_log::note::VerifierKey;
use handbell_log::payload::{Header, check};
use handbell_log::policy::{Policy, Quorum};
use handbell_log::proof_file::ProofFile;
use handbell_log::tree::root_of;

const LEAF: &str = include_str!("../../../../docs/formats/leaf.md");
const CONTENT: &str = include_str!("../../../../docs/formats/content.md");
const CHECKPOINT: &str = include_str!("../../../../docs/formats/checkpoint.md");
const COSIGNATURE: &str = include_str!("../../../../docs/formats/cosignature.md");
const POLICY: &str = include_str!("../../../../docs/formats/policy.md");
const PROOF: &str = include_str!("../../../../docs/formats/proof.md");

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_vectors_of_leaf_and_content_are_ours() {
    let stream = Stream(0x00112233445566778899aabbccddeeff_u128.to_be_bytes());
    let salt = Salt(std::array::from_fn(|position| position as u8));
    let payload = br#"{"at":"2026-01-02T03:04:05Z","body":"test","prev":null,"seq":0,"type":"incident.opened"}"#;
    let opened = Leaf::committed(Kind::IncidentOpened, stream, &salt, payload);
    let withdrawal = Leaf::withdrawal(stream, 0, Reason::Safety);
    for expected in [
        stream.to_string(),
        String::from_utf8(payload.to_vec()).unwrap(),
        hex(&opened.encode()),
        opened.hash().to_hex(),
        hex(&withdrawal.encode()),
        withdrawal.hash().to_hex(),
        root_of(&[opened.hash(), withdrawal.hash()]).to_string(),
    ] {
        assert!(LEAF.contains(&expected), "{expected}");
    }
    let bundle = hex(&bundle::encode([opened.encode(), withdrawal.encode()]).unwrap());
    assert!(LEAF.replace("\n    ", "").contains(&bundle));

    let content = Content { salt, payload: payload.to_vec() };
    assert!(CONTENT.replace("\n    ", "").contains(&hex(&content.encode())));
    assert!(content.opens(&opened));
    assert_eq!(Header::of(&check(payload).unwrap()).unwrap().seq, 0);
}

#[test]
fn every_kind_and_reason_is_in_the_document() {
    let cells: Vec<&str> = LEAF.split(['|', '\n']).map(str::trim).collect();
    for kind in Kind::ALL {
        assert!(cells.contains(&kind.code().to_string().as_str()), "{kind:?}");
    }
    for reason in ["1 safety", "2 personal data", "3 legal order", "4 error", "5 unspecified"] {
        assert!(LEAF.contains(reason), "{reason}");
    }
}

#[test]
fn the_checkpoint_in_the_document_opens() {
    let lines: Vec<&str> = CHECKPOINT.lines().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
    let start = lines.iter().position(|line| *line == "example.com/handbell-test").unwrap();
    let note: String = lines[start..start + 6].iter().map(|line| format!("{line}\n")).collect();
    let word = CHECKPOINT.split_whitespace().find(|word| word.starts_with("example.com/handbell-test+"));
    let key = VerifierKey::parse(word.unwrap()).unwrap();
    assert_eq!(Checkpoint::open(note.as_bytes(), &key).unwrap().size, 3);
}

/// The lines of an indented block that begins with this line, without their indent.
fn block(document: &str, first: &str, lines: usize) -> String {
    let all: Vec<&str> = document.lines().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
    let start = all.iter().rposition(|line| line.starts_with(first)).unwrap();
    all[start..start + lines].iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_cosignature_in_the_document_is_ours() {
    let checkpoint = Checkpoint::parse(&block(CHECKPOINT, "example.com/handbell-test", 3)).unwrap();
    let key = CosigningKey::from_seed("witness.example/w1", &[2; 32]).unwrap();
    let line = key.cosign(&checkpoint, 1_767_322_800).unwrap();
    for expected in [key.verifier().to_string(), line.to_string(), origin_hash(&checkpoint.origin)] {
        assert!(COSIGNATURE.contains(&expected), "{expected}");
    }
}

#[test]
fn the_policy_and_the_proof_in_the_documents_hold_together() {
    let file = block(POLICY, "log example.com", 4);
    let policy = Policy::parse(file.as_bytes()).unwrap();
    assert_eq!(policy.encode(), file.as_bytes(), "it is written as we write it");
    let text = block(PROOF, "c2sp.org/tlog-proof@v1", 11);
    let proof = ProofFile::parse(text.as_bytes()).unwrap();
    assert_eq!(proof.encode(), text);
    let judgement = proof.verify(&leaf_hash(b"bc"), &policy).unwrap();
    assert_eq!((judgement.quorum, judgement.to_string().as_str()), (Quorum::Met, "cosigned by 1 of 1"));
    assert!(POLICY.contains("`cosigned by 1 of 1`"));
}

#[test]
fn the_snapshot_row_in_the_document_is_ours() {
    let entry = |stream| Leaf::committed(Kind::Claim, Stream([stream; 16]), &Salt([0; 32]), b"{}");
    let snapshot: handbell_log::snapshot::Snapshot = [entry(9), entry(3), entry(9)].iter().collect();
    let (_, row, _) = snapshot.row(Stream([9; 16])).unwrap();
    assert!(PROOF.contains(&hex(&row.encode())));
    assert!(PROOF.contains(handbell_log::page_proof::FORMAT));
}
