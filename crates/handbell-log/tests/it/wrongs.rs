//! Everything that may be wrong with a published log, beyond single bits: each is refused, at the
//! right place, with a plain sentence.

use handbell_log::checkpoint::Checkpoint;
use handbell_log::hash::Hash;
use handbell_log::leaf::{Content, Kind, Leaf, Reason};
use handbell_log::note::{Note, SigningKey};
use handbell_log::source::{Source, SourceError};
use handbell_log::tile::content_path;
use handbell_log::verify::{State, Verdict, verify_log};

use crate::published::{ORIGIN, Published, salt, stream};

fn honest() -> Published {
    Published::of_size(60)
}

/// The place and sentence of the failure the log ends in.
fn failure(log: &Published) -> (String, String) {
    let failure = log.verify().map(|_| ()).expect_err("the log is wrong");
    assert_eq!(failure.verdict, Verdict::Wrong);
    (failure.place, failure.sentence)
}

#[test]
fn an_honest_log_gives_every_entry_its_state() {
    let verified = honest().verify().unwrap();
    assert_eq!(verified.checkpoint.size, 60);
    let states: Vec<&State> = verified.entries.iter().map(|entry| &entry.state).collect();
    let first = br#"{"at":"2026-01-02T03:04Z","prev":null,"seq":0,"type":"t"}"#;
    assert_eq!(states[0], &State::Open(first.to_vec()));
    assert_eq!(states[31], &State::Public);
    assert_eq!(states[40], &State::Withdrawn { reason: Reason::PersonalData, by: 43, still_offered: false });
    assert_eq!(states[43], &State::Public);
    assert_eq!(verified.still_offered().count(), 0);
    let mut open = verified.entries.iter().filter(|entry| matches!(entry.state, State::Open(_)));
    assert_eq!(open.clone().count(), 57);
    assert!(open.all(|entry| entry.leaf.is_committed()));
}

#[test]
fn a_missing_byte_and_an_extra_byte_are_found_in_every_file() {
    let log = Published::of_size(300);
    let mut damaged = Published::of_size(300);
    let mut tried = 0;
    for (path, bytes) in &log.files {
        for other in [[bytes.as_slice(), b"\n"].concat(), bytes[..bytes.len() - 1].to_vec(), bytes[1..].to_vec(), Vec::new()] {
            damaged.files.insert(path.clone(), other);
            let place = damaged.verify().unwrap_err().place;
            assert!(place.starts_with(path.as_str()), "{path} was blamed on {place}");
            tried += 1;
        }
        damaged.files.insert(path.clone(), bytes.clone());
    }
    assert_eq!(tried, 4 * log.files.len());
    assert!(damaged.verify().is_ok());
}

#[test]
fn a_content_may_be_missing_only_after_a_withdrawal() {
    let mut log = honest();
    log.files.remove("content/012").unwrap();
    let (place, sentence) = failure(&log);
    assert_eq!(place, "content/012");
    assert!(sentence.contains("missing"), "{sentence}");
}

#[test]
fn a_withdrawn_content_still_offered_is_said_and_not_handed_on() {
    let mut log = honest();
    let kept = log.files["content/005"].clone();
    log.withdraw(5, Reason::Safety);
    log.withdraw(5, Reason::Error);
    log.publish();
    assert!(log.verify().is_ok());

    log.files.insert("content/005".to_owned(), kept);
    let verified = log.verify().unwrap();
    // The first withdrawal counts.
    let expected = State::Withdrawn { reason: Reason::Safety, by: 60, still_offered: true };
    assert_eq!(verified.entries[5].state, expected);
    assert_eq!(verified.still_offered().map(|entry| entry.index).collect::<Vec<_>>(), [5]);
}

#[test]
fn a_withdrawn_slot_takes_no_other_content() {
    let mut log = honest();
    let payload = br#"{"at":"2026-01-02T03:04Z","prev":2,"seq":1,"type":"t"}"#.to_vec();
    log.files.insert("content/040".to_owned(), Content { salt: salt(40), payload }.encode());
    assert_eq!(failure(&log).0, "content/040");
}

#[test]
fn contents_are_not_exchanged_nor_put_beside_public_entries() {
    let mut log = honest();
    let other = log.files["content/003"].clone();
    log.files.insert("content/000".to_owned(), other.clone());
    assert_eq!(failure(&log).0, "content/000");

    let mut log = honest();
    log.files.insert("content/031".to_owned(), other);
    assert_eq!(failure(&log), ("content/031".to_owned(), "there is a content beside an entry that has none".to_owned()));
}

#[test]
fn a_payload_that_breaks_the_chain_of_its_stream_is_refused() {
    // The log of a group that signs anything: each of these is committed to and opens.
    let broken = [
        (r#"{"at":"2026-01-02T03:04Z","prev":57,"seq":21,"type":"t"}"#, r#""seq" is 21 and should be 20"#),
        (r#"{"at":"2026-01-02T03:04Z","prev":57,"seq":19,"type":"t"}"#, r#""seq" is 19 and should be 20"#),
        (r#"{"at":"2026-01-02T03:04Z","prev":54,"seq":20,"type":"t"}"#, r#""prev" is 54 and should be 57"#),
        (r#"{"at":"2026-01-02T03:04Z","prev":null,"seq":20,"type":"t"}"#, r#""prev" is null and should be 57"#),
        (r#"{"at":"2026-01-02T03:04Z","seq":20,"type":"t"}"#, r#"field "prev""#),
        (r#"{"at":"yesterday","prev":57,"seq":20,"type":"t"}"#, r#"field "at""#),
        (r#"{"at":"2026-01-02T03:04Z","prev":57,"seq":19}"#, r#"field "type""#),
        (r#"{"at":"2026-01-02T03:04Z","prev":57,"seq":20.0,"type":"t"}"#, "not an integer"),
        (r#"["not an object"]"#, "field"),
        ("not JSON", "not JSON"),
        ("", "not JSON"),
    ];
    for (payload, expected) in broken {
        let mut log = honest();
        log.payload(stream(0), Kind::Claim, payload.as_bytes().to_vec());
        log.publish();
        let (place, sentence) = failure(&log);
        assert_eq!(place, "content/060", "{payload}");
        assert!(sentence.contains(expected), "{payload}: {sentence}");
    }
    let mut log = honest();
    log.payload(stream(0), Kind::Claim, br#"{"at":"2026-01-02T03:04Z","prev":57,"seq":20,"type":"t"}"#.to_vec());
    log.publish();
    assert!(log.verify().is_ok(), "the chain is what the broken ones break");
}

#[test]
fn a_payload_that_is_not_canonical_is_refused_at_its_byte() {
    let mut log = honest();
    log.payload(stream(9), Kind::Claim, br#"{"at":"2026-01-02T03:04Z","prev":null, "seq":0,"type":"t"}"#.to_vec());
    log.publish();
    assert_eq!(failure(&log).0, "content/060 byte 70");
}

#[test]
fn a_withdrawal_names_an_earlier_committed_entry_of_its_own_stream() {
    let broken = [
        (Leaf::withdrawal(stream(0), 60, Reason::Safety), "not before it"),
        (Leaf::withdrawal(stream(0), 61, Reason::Safety), "not before it"),
        (Leaf::withdrawal(stream(0), u64::MAX, Reason::Safety), "not before it"),
        (Leaf::withdrawal(stream(1), 43, Reason::Safety), "no content"),
        (Leaf::withdrawal(stream(0), 31, Reason::Safety), "no content"),
        (Leaf::withdrawal(stream(1), 0, Reason::Safety), "another stream"),
    ];
    for (leaf, expected) in broken {
        let mut log = honest();
        log.leaf(leaf);
        log.publish();
        let (place, sentence) = failure(&log);
        assert_eq!(place, "tile/entries/000.p/61 entry 60");
        assert!(sentence.contains(expected), "{sentence}");
    }
}

#[test]
fn entries_of_unknown_kinds_are_read_and_still_checked() {
    let mut log = honest();
    let payload = br#"{"at":"2026-01-02T03:04Z","prev":null,"seq":0,"type":"t"}"#;
    let mut bytes = Leaf::committed(Kind::Claim, stream(9), &salt(60), payload).encode();
    bytes[8] = 31;
    bytes[25..].copy_from_slice(&handbell_log::leaf::commitment(31, stream(9), &salt(60), payload));
    log.leaf(Leaf::decode(&bytes).unwrap());
    bytes[8] = 200;
    log.leaf(Leaf::decode(&bytes).unwrap());
    log.publish();
    assert_eq!(failure(&log).0, "content/060", "its content is missing");
    log.files.insert(content_path(60), Content { salt: salt(60), payload: payload.to_vec() }.encode());
    let verified = log.verify().unwrap();
    assert_eq!(verified.entries[60].state, State::Open(payload.to_vec()));
    assert_eq!(verified.entries[60].leaf.kind(), None);
    assert_eq!(verified.entries[61].state, State::Public);
}

#[test]
fn another_key_another_origin_and_a_forged_line_are_refused() {
    let log = honest();
    let other_key = SigningKey::from_seed(ORIGIN, &[9; 32]).unwrap();
    assert_eq!(verify_log(&log, other_key.verifier()).unwrap_err().place, "checkpoint");
    let other_name = SigningKey::from_seed("other.example/log", &[1; 32]).unwrap();
    assert_eq!(verify_log(&log, other_name.verifier()).unwrap_err().place, "checkpoint");

    let mut log = honest();
    let mut note = Note::parse(&log.files["checkpoint"]).unwrap();
    note.add(log.key.sign("another text\n").unwrap()).unwrap();
    log.files.insert("checkpoint".to_owned(), note.encode().into_bytes());
    assert_eq!(failure(&log).0, "checkpoint line 6");

    let mut log = honest();
    let mut note = Note::parse(&log.files["checkpoint"]).unwrap();
    note.add(other_name.sign("whatever\n").unwrap()).unwrap();
    log.files.insert("checkpoint".to_owned(), note.encode().into_bytes());
    assert!(log.verify().is_ok(), "lines of unknown keys are ignored");
}

#[test]
fn what_the_log_itself_signed_wrongly_is_refused() {
    let mut log = honest();
    let Checkpoint { origin, size, root } = log.checkpoint();
    let broken = [
        (format!("{origin}\n061\n{root}\n"), "checkpoint line 2"),
        (format!("{origin}\n+60\n{root}\n"), "checkpoint line 2"),
        (format!("{origin}\n{size}\n{root}\nextension\n"), "checkpoint"),
        (format!("other.example/log\n{size}\n{root}\n"), "checkpoint line 1"),
        (format!("{origin}\n{size}\n{}\n", Hash([0; 32])), "checkpoint line 3"),
        (format!("{origin}\n0\n{root}\n"), "checkpoint line 3"),
        // Larger and smaller than what is published.
        (format!("{origin}\n61\n{root}\n"), "tile/entries/000.p/61"),
        (format!("{origin}\n59\n{root}\n"), "tile/entries/000.p/59"),
        (format!("{origin}\n18446744073709551615\n{root}\n"), "tile/entries/000"),
    ];
    for (text, place) in broken {
        log.sign(&text);
        assert_eq!(failure(&log).0, place, "{text}");
    }
}

#[test]
fn a_rewritten_entry_is_found_even_with_its_own_tile() {
    let mut log = honest();
    let mut rewritten = honest();
    rewritten.leaves[7] = Leaf::committed(Kind::Claim, stream(1), &salt(7), b"{}");
    rewritten.levels = rewritten.leaves.iter().map(Leaf::hash).collect();
    let (bundle, tile) = ("tile/entries/000.p/60", "tile/0/000.p/60");
    rewritten.grow_to(61);
    rewritten.publish();
    // The first 60 entries of the rewritten log under the honest checkpoint.
    log.files.insert(bundle.to_owned(), rewritten.files["tile/entries/000.p/61"][..60 * 59].to_vec());
    assert_eq!(failure(&log).0, "tile/entries/000.p/60 entry 7");
    log.files.insert(tile.to_owned(), rewritten.files["tile/0/000.p/61"][..60 * 32].to_vec());
    assert_eq!(failure(&log).0, "checkpoint line 3");
}

#[test]
fn an_entry_that_is_no_leaf_is_refused_at_its_byte() {
    let mut log = honest();
    let path = "tile/entries/000.p/60";
    for (byte, value, place) in [
        (59 * 4 + 2, b'H', "tile/entries/000.p/60 byte 238"),
        (59 * 4 + 1, 56, "tile/entries/000.p/60 byte 238"),
        (59 * 43 + 2 + 33, 0, "tile/entries/000.p/60 byte 2572"),
        (59 * 43 + 2 + 40, 1, "tile/entries/000.p/60 byte 2573"),
    ] {
        let honest = log.files[path].clone();
        log.files.get_mut(path).unwrap()[byte] = value;
        assert_eq!(failure(&log).0, place);
        log.files.insert(path.to_owned(), honest);
    }
}

#[test]
fn what_cannot_be_read_is_not_called_wrong() {
    struct Unreadable<'log>(&'log Published, &'static str);
    impl Source for Unreadable<'_> {
        fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
            if path != self.1 {
                return self.0.read(path);
            }
            Err(SourceError { path: path.to_owned(), problem: "the line is down".to_owned(), cause: None })
        }
    }
    let log = honest();
    for path in ["checkpoint", "tile/entries/000.p/60", "tile/0/000.p/60", "content/012", "content/040"] {
        let failure = verify_log(&Unreadable(&log, path), log.key.verifier()).unwrap_err();
        assert_eq!((failure.place.as_str(), failure.verdict), (path, Verdict::CouldNotTell));
        assert_eq!(failure.to_string(), format!("{path}: it cannot be read: the line is down"));
    }
    let empty = Published::new();
    assert_eq!(empty.verify().unwrap_err().verdict, Verdict::CouldNotTell);
}
