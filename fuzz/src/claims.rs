//! Claims: whatever anybody writes, nothing is believed that the log did not say. Whoever writes here has no key.

use handbell_log::checkpoint::Checkpoint;
use handbell_log::cosigner::{Decision, KnownLog, LastCosigned, Request, Shown, gather, read_answer};
use handbell_log::hash::{HASH_BYTES, Hash, leaf_hash};
use handbell_log::note::Note;
use handbell_log::page_proof::{Completeness, EntryState, PageProof};
use handbell_log::proof_file::ProofFile;
use handbell_log::source::{Source, SourceError};
use handbell_log::split::{Doubt, Evidence, Verdict, judge};
use handbell_log::verify::{Gaps, State, Verified, verify_log, verify_log_with_gaps};
use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::log::{History, Log, TIME_SECONDS, the_log};

/// The size of the tree that the made-up cosigner signed last.
pub const COSIGNED: u64 = 5;

/// The file that proves one entry: it proves the log's own entries and no other.
pub fn proof(bytes: &[u8]) -> bool {
    let log = the_log();
    let Ok(proof) = ProofFile::parse(bytes) else { return false };
    assert_eq!(proof.encode().as_bytes(), bytes);
    assert!(proof.verify(&leaf_hash(b"an entry that was never written"), &log.policy()).is_err());
    for index in 0..log.size() {
        if proof.verify(&log.leaf(index).hash(), &log.policy()).is_ok() {
            assert_eq!(proof.index, index, "an entry is proved in another place");
        }
    }
    true
}

/// The file that proves a page: no words that were not said there, no withdrawn ones where the withdrawal is shown, and none
/// left out where it says that there are no more.
pub fn page_proof(bytes: &[u8]) -> bool {
    let log = the_log();
    let Ok(proof) = PageProof::parse(bytes) else { return false };
    assert_eq!(proof.encode().as_deref(), Ok(bytes));
    let Ok(verdict) = proof.verify(&log.policy()) else { return true };
    let places: Vec<u64> = verdict.entries.iter().map(|entry| entry.index).collect();
    for entry in verdict.entries.iter() {
        match &entry.state {
            EntryState::Verified { payload } => {
                let said = log.opening(entry.index).map(|content| &content.payload);
                assert_eq!(Some(payload), said, "entry {} never said that", entry.index);
            }
            EntryState::Withdrawn { by, .. } => assert_eq!(log.withdrawn_by(entry.index), Some(*by), "nobody withdrew that"),
            EntryState::Failed(_) => {}
        }
    }
    if verdict.holds() {
        let of_stream: Vec<u64> =
            log.committed(proof.stream).into_iter().filter(|index| *index < verdict.judgement.checkpoint.size).collect();
        assert!(of_stream.starts_with(&places), "{places:?} are not the first of {of_stream:?}");
        if verdict.completeness == Completeness::Whole {
            assert_eq!(places, of_stream, "it says that there are no more");
        }
        // It says from where on it shows every withdrawal.
        let shown = verdict.entries.iter().filter(|entry| matches!(entry.state, EntryState::Verified { .. }));
        let withdrawn = shown.filter_map(|entry| log.withdrawn_by(entry.index)).filter(|by| *by < verdict.judgement.checkpoint.size);
        assert!(withdrawn.into_iter().all(|by| by < verdict.withdrawals_shown_from), "a withdrawal is hidden");
    }
    true
}

/// A request for a cosignature: whatever is accepted continues what was cosigned last, whichever of the two histories that was.
pub fn request(bytes: &[u8]) -> bool {
    let log = the_log();
    let Ok(request) = Request::parse(bytes) else { return false };
    assert_eq!(request.encode().as_bytes(), bytes);
    for last in [None, Some(History::Own), Some(History::Other)] {
        let cosigned = last.map(|history| log.checkpoint_of(history, COSIGNED));
        let last_cosigned = cosigned.map(|tree| LastCosigned { size: tree.size, root: tree.root });
        let known = KnownLog { keys: vec![log.key.verifier().clone()], second_keys: Vec::new(), last: last_cosigned };
        if let Decision::Accepted(accepted) = request.decide(Some(&known)) {
            let (_, kept) = accepted.cosign(&log.cosigner, TIME_SECONDS).expect("what is accepted can be signed");
            let of = histories(log, &kept);
            assert!(!of.is_empty(), "a tree that the log never signed is cosigned");
            assert!(last.is_none_or(|history| of.contains(&history)), "another history than the one before is cosigned");
            assert_eq!(request.old_size(), last_cosigned.map_or(0, |last| last.size));
        }
    }
    true
}

/// The histories that begin with what this note's text says.
fn histories(log: &Log, note: &Note) -> Vec<History> {
    Checkpoint::parse(note.text()).map_or_else(|_| Vec::new(), |tree| log.histories_of(&tree))
}

/// A cosigner's answer, and what a cosigner shows: only lines that the cosigner made, over what the log signed.
pub fn answer(bytes: &[u8]) -> bool {
    let log = the_log();
    let (checkpoint, cosigners) = (log.checkpoint(log.size()), [log.cosigner.verifier().clone()]);
    if let Ok(shown) = Shown::read(bytes, log.key.verifier()) {
        assert!(!log.histories_of(&shown.checkpoint).is_empty(), "it shows a tree that the log never signed");
    }
    let Ok(read) = read_answer(&checkpoint, bytes, &cosigners) else { return false };
    for (line, said) in &read {
        assert_eq!((said.time_seconds, said.cosigner.as_str()), (TIME_SECONDS, log.cosigner.name()));
        assert_eq!(log.cosigner.verifier().verify(&checkpoint.encode(), line), Some(TIME_SECONDS));
    }
    let gathered = gather(&checkpoint, read.iter().map(|(line, _)| line), &cosigners, TIME_SECONDS);
    assert_eq!((gathered.lines.len(), gathered.thrown_away), (usize::from(!read.is_empty()), 0));
    true
}

/// Two checkpoints and hashes: of one history nobody proves that it is two, and of two nobody that they are one.
pub fn split(bytes: &[u8]) -> bool {
    fn cut(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
    }
    let Some((one, rest)) = cut(bytes) else { return false };
    let Some((other, rest)) = cut(rest) else { return false };
    let hashes: Vec<Hash> = rest.as_chunks::<HASH_BYTES>().0.iter().copied().map(Hash).collect();
    let key = the_log().key.verifier();
    let of = [one, other].map(|note| Note::parse(note).map_or_else(|_| Vec::new(), |note| histories(the_log(), &note)));
    let is_one = of[0].iter().any(|history| of[1].contains(history));
    let mut told = false;
    for evidence in [Evidence::None, Evidence::Leaves(&hashes), Evidence::Proof(&hashes)] {
        let verdict = judge(one, other, key, evidence);
        match &verdict {
            Verdict::Split(_) => assert!(!is_one && of.iter().all(|of| !of.is_empty()), "{verdict}"),
            Verdict::OneTree => assert!(is_one, "{verdict}"),
            Verdict::CannotTell(_) => {}
        }
        let back = judge(other, one, key, evidence);
        assert!(verdict == back || (is_unsigned(&verdict) && is_unsigned(&back)), "the order of the two matters: {verdict}; {back}");
        told |= !matches!(verdict, Verdict::CannotTell(_));
    }
    told
}

/// Of two that are not signed the first is named, so that this alone may differ.
fn is_unsigned(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::CannotTell(Doubt::NotSigned { .. }))
}

/// A published log of which one file has other bytes.
struct Host {
    files: &'static BTreeMap<String, Vec<u8>>,
    changed: (String, Vec<u8>),
}

impl Source for Host {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        let (changed, bytes) = &self.changed;
        Ok(if path == changed { Some(bytes.clone()) } else { self.files.get(path).cloned() })
    }
}

/// Any file of a published log: the first byte says which, the others stand in it. The whole check finds it, or it says the
/// same as before.
pub fn published(bytes: &[u8]) -> bool {
    static FILES: OnceLock<BTreeMap<String, Vec<u8>>> = OnceLock::new();
    let log = the_log();
    let files = FILES.get_or_init(|| log.published());
    let Some((number, bytes)) = bytes.split_first() else { return false };
    let paths: Vec<&String> = files.keys().collect();
    let path = paths.get(usize::from(*number)).map(|path| (*path).clone());
    let withdrawn = || log.withdrawn_paths().nth(usize::from(*number) - paths.len());
    let Some(path) = path.or_else(withdrawn) else { return false };
    let host = Host { files, changed: (path, bytes.to_vec()) };
    let read = [verify_log(&host, log.key.verifier()), verify_log_with_gaps(&host, log.key.verifier(), &Gaps::Any)];
    for verified in read.iter().flatten() {
        assert_said(log, verified);
    }
    read[0].is_ok()
}

/// That everything which was found verified is what the log said.
fn assert_said(log: &Log, verified: &Verified) {
    assert_eq!(verified.checkpoint, log.checkpoint(log.size()));
    for entry in &verified.entries {
        assert_eq!(&entry.leaf, log.leaf(entry.index));
        match &entry.state {
            State::Open(payload) => assert_eq!(Some(payload), log.opening(entry.index).map(|content| &content.payload)),
            State::Withdrawn { by, .. } => assert_eq!(log.withdrawn_by(entry.index), Some(*by)),
            State::Missing => panic!("nothing was taken away"),
            State::Public => assert!(log.opening(entry.index).is_none()),
        }
    }
}
