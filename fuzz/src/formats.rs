//! Formats: what is accepted is written again as the same bytes.

use handbell_log::checkpoint::Checkpoint;
use handbell_log::cosignature::CosignerKey;
use handbell_log::hash::Hash;
use handbell_log::leaf::{Content, Leaf, Stream};
use handbell_log::note::{Note, Signature, VerifierKey};
use handbell_log::payload::{self, Header};
use handbell_log::policy::Policy;
use handbell_log::snapshot::SnapshotHead;
use handbell_log::tile::{TilePath, pack_of_path, pack_path};
use handbell_log::verify::Gaps;
use handbell_log::{bundle, pack};

use crate::log::the_log;

/// C2SP signed-note, and what the crate `signed_note` says of it: of a known key's lines it looks at the first only, and ours
/// at each.
pub fn note(bytes: &[u8]) -> bool {
    let key = the_log().key.verifier().clone();
    let ours = Note::parse(bytes);
    let verifies = |note: &Note| note.verify(std::slice::from_ref(&key)).is_ok();
    let by_first_line = ours.as_ref().is_ok_and(|note| verifies(&without_repeats(note, &key)));
    assert_eq!(by_first_line, theirs_verifies(bytes, &key.to_string()), "two readers of notes disagree");
    let Ok(note) = ours else { return false };
    let all_verify = known_lines(&note, &key).all(|line| key.verifies(note.text(), line));
    assert_eq!(verifies(&note), by_first_line && all_verify, "a forged line beside a good one");
    assert_eq!(note.encode().as_bytes(), bytes);
    for line in note.signatures() {
        assert_eq!(Signature::parse(&line.to_string()).as_ref(), Ok(line));
    }
    true
}

fn known_lines<'note>(note: &'note Note, key: &'note VerifierKey) -> impl Iterator<Item = &'note Signature> {
    note.signatures().iter().filter(|line| key.is_of(line))
}

/// The note without the second and later lines of a key.
fn without_repeats(note: &Note, key: &VerifierKey) -> Note {
    let mut seen = false;
    let first = |line: &&Signature| !key.is_of(line) || !std::mem::replace(&mut seen, true);
    let lines = note.signatures().iter().filter(first).cloned().collect();
    Note::new(note.text(), lines).expect("a note keeps a line of each key")
}

fn theirs_verifies(bytes: &[u8], vkey: &str) -> bool {
    let verifier = signed_note::StandardVerifier::new(vkey).expect("our key is one of theirs");
    let verifiers = signed_note::VerifierList::new(vec![Box::new(verifier)]);
    signed_note::Note::from_bytes(bytes).is_ok_and(|note| note.verify(&verifiers).is_ok())
}

/// C2SP tlog-checkpoint. Where the crate `tlog_tiles` reads it too, it reads the same: it is stricter about origins and laxer
/// about lines behind the third.
pub fn checkpoint(bytes: &[u8]) -> bool {
    let Some(read) = std::str::from_utf8(bytes).ok().and_then(|text| Checkpoint::parse(text).ok()) else { return false };
    assert_eq!(read.encode().as_bytes(), bytes);
    if let Ok(theirs) = tlog_tiles::Checkpoint::from_bytes(bytes) {
        assert_eq!((theirs.origin(), theirs.size(), theirs.hash().0), (read.origin.as_str(), read.size, read.root.0));
    }
    true
}

/// Keys, and the other words that stand for bytes.
pub fn keys(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let written = [
        VerifierKey::parse(text).ok().map(|key| key.to_string()),
        CosignerKey::parse(text).ok().map(|key| key.to_string()),
        text.parse::<Hash>().ok().map(|hash| hash.to_string()),
        text.parse::<Stream>().ok().map(|stream| stream.to_string()),
    ];
    let accepted: Vec<String> = written.into_iter().flatten().collect();
    assert!(accepted.iter().all(|written| written == text), "{accepted:?} was read from {text:?}");
    !accepted.is_empty()
}

/// C2SP tlog-tiles' paths, and those of contents and packs.
pub fn tile_path(bytes: &[u8]) -> bool {
    let Ok(path) = std::str::from_utf8(bytes) else { return false };
    let tile = TilePath::parse(path).ok();
    if let Some(tile) = tile {
        assert_eq!(tile.to_string(), path);
    }
    let pack = pack_of_path(path);
    if let Some(pack) = pack {
        assert_eq!(pack_path(pack), path);
        assert_eq!(tile, None, "one path of two meanings");
    }
    tile.is_some() || pack.is_some()
}

/// C2SP tlog-tiles' entry bundles. The first byte says how many entries are wanted, less one.
pub fn bundle(bytes: &[u8]) -> bool {
    let Some((wanted, bytes)) = bytes.split_first() else { return false };
    let width = u16::from(*wanted) + 1;
    let Ok(entries) = bundle::decode(bytes, width) else { return false };
    assert_eq!(entries.len(), usize::from(width));
    assert_eq!(bundle::encode(entries).as_deref(), Ok(bytes));
    true
}

/// Contents, 256 at a time.
pub fn pack(bytes: &[u8]) -> bool {
    let Ok(contents) = pack::decode(bytes) else { return false };
    assert_eq!(pack::encode(contents).as_deref(), Ok(bytes));
    true
}

/// A leaf, or what opens one: a first byte of 0 says a leaf.
pub fn leaf(bytes: &[u8]) -> bool {
    match bytes.split_first() {
        Some((0, bytes)) => {
            let Ok(leaf) = Leaf::decode(bytes) else { return false };
            assert_eq!(leaf.encode(), bytes);
            true
        }
        Some((_, bytes)) => {
            let Ok(content) = Content::decode(bytes) else { return false };
            assert_eq!(content.encode(), bytes);
            for index in 0..the_log().size() {
                let opens = content.opens(the_log().leaf(index));
                assert!(!opens || the_log().opening(index) == Some(&content), "another content opens entry {index}");
            }
            true
        }
        None => false,
    }
}

/// Canonical JSON (RFC 8785, in our subset), its header, and the head of a snapshot.
pub fn payload(bytes: &[u8]) -> bool {
    let Ok(value) = payload::check(bytes) else { return false };
    assert_eq!(payload::canonical(&value).as_deref(), Ok(bytes));
    if let (Ok(header), Some(head)) = (Header::of(&value), SnapshotHead::of(&value)) {
        let again = head.payload(header.seq, header.prev, value["at"].as_str().unwrap_or_default());
        assert_eq!(SnapshotHead::of(&again), Some(head));
    }
    true
}

/// The list of what is missing.
pub fn gaps(bytes: &[u8]) -> bool {
    let Ok(Gaps::Of(entries)) = Gaps::parse(bytes) else { return false };
    assert_eq!(Gaps::encode(&entries).as_bytes(), bytes);
    true
}

/// C2SP tlog-policy: many spellings, one of which is written.
pub fn policy(bytes: &[u8]) -> bool {
    let Ok(policy) = Policy::parse(bytes) else { return false };
    let written = policy.encode();
    let again = Policy::parse(&written).expect("what is written is read");
    assert_eq!((&again, again.encode()), (&policy, written));
    // Judging walks the same groups that reading counted.
    for note in the_log().notes() {
        let _ = Note::parse(&note).map(|note| policy.judge(&note).is_ok());
    }
    true
}
