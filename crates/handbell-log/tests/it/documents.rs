//! The vectors printed in `docs/formats/` are what this code makes and accepts.

use handbell_log::bundle;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::leaf::{Content, Kind, Leaf, Reason, Salt, Stream};
use handbell_log::note::VerifierKey;
use handbell_log::payload::{Header, check};
use handbell_log::tree::root_of;

const LEAF: &str = include_str!("../../../../docs/formats/leaf.md");
const CONTENT: &str = include_str!("../../../../docs/formats/content.md");
const CHECKPOINT: &str = include_str!("../../../../docs/formats/checkpoint.md");

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
