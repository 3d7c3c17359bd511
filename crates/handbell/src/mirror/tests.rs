//! What holds of a neighbour's copy, whatever the disk, the line and the log do.

use super::MirrorError;
use super::neighbour::{Neighbour, folder_of};
use super::pull::{ENTRIES_MAX, Pulled, UNREAD_MAX};
use super::requested::Requested;
use super::sample::{ORIGIN, Published, SampleLog};
use crate::cli::Answer;
use crate::cli::verify::split_for_tests;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::cosignature::{CosigningKey, verify};
use handbell_log::cosigner::Request;
use handbell_log::note::Note;
use handbell_log::source::{Folder, Source, SourceError};
use handbell_log::tile::content_path;
use handbell_log::verify::{GAPS, Gaps, State, verify_log, verify_log_with_gaps, verify_tree};
use std::path::Path;

fn cosigner() -> CosigningKey {
    CosigningKey::from_seed("south.example/cosigner1", &[2; 32]).unwrap()
}

fn open(dir: &Path, log: &SampleLog) -> Neighbour {
    Neighbour::open(dir, log.key.verifier().clone()).unwrap()
}

pub(super) fn pull(neighbour: &Neighbour, from: &Published, at: u64) -> Result<Pulled, MirrorError> {
    neighbour.pull(from, &cosigner(), at)
}

/// The size of the copy that is published, all of it checked, and the time it was cosigned.
fn published(dir: &Path, log: &SampleLog) -> (u64, u64) {
    let folder = folder_of(dir, ORIGIN).join("log");
    let Ok(bytes) = std::fs::read(folder.join("checkpoint")) else { return (0, 0) };
    let tree = verify_tree(&Folder::open(&folder).unwrap(), log.key.verifier()).expect("what is published is whole");
    let lines = verify(&Note::parse(&bytes).unwrap(), &[cosigner().verifier().clone()]).unwrap();
    assert_eq!(lines.len(), 1, "every published checkpoint is cosigned, once");
    (tree.checkpoint.size, lines[0].time_seconds)
}

fn whole(dir: &Path, log: &SampleLog) {
    let folder = Folder::open(folder_of(dir, ORIGIN).join("log")).unwrap();
    let verified = verify_log(&folder, log.key.verifier()).unwrap();
    assert_eq!(verified.still_offered().count(), 0);
    assert_eq!(verified.checkpoint.size, log.size());
}

#[test]
fn a_copy_grows_with_its_log_and_asks_only_for_what_is_new() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = SampleLog::of(300);
    let neighbour = open(dir.path(), &log);
    let pulled = pull(&neighbour, &log.published(), 1_000).unwrap();
    assert_eq!((pulled.before, pulled.size, pulled.contents, pulled.unavailable), (0, 300, 300, 0));
    assert_eq!(published(dir.path(), &log), (300, 1_000));
    whole(dir.path(), &log);
    (0..2).for_each(|_| log.say("more"));
    let source = log.published();
    let pulled = pull(&neighbour, &source, 2_000).unwrap();
    assert_eq!((pulled.before, pulled.size, pulled.contents), (300, 302, 2));
    assert_eq!(source.asked(), 4, "checkpoint, last bundle, two contents");
    assert_eq!(published(dir.path(), &log), (302, 2_000));
    // A quiet log is cosigned again, as of now; also by a program that was started anew.
    let source = log.published();
    let pulled = pull(&open(dir.path(), &log), &source, 3_000).unwrap();
    assert_eq!((pulled.before, pulled.size, pulled.contents, source.asked()), (302, 302, 0, 1));
    assert_eq!(published(dir.path(), &log), (302, 3_000));
    whole(dir.path(), &log);
}

#[test]
fn an_empty_log_is_cosigned_and_a_log_that_publishes_nothing_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let log = SampleLog::empty();
    let neighbour = open(dir.path(), &log);
    let mut nothing = log.published();
    nothing.files.clear();
    assert!(matches!(pull(&neighbour, &nothing, 1), Err(MirrorError::Unreachable(_))));
    assert_eq!(pull(&neighbour, &log.published(), 1).unwrap().size, 0);
    assert_eq!(pull(&neighbour, &SampleLog::of(1).published(), 2).unwrap().size, 1);
}

#[test]
fn another_key_is_not_believed_and_a_copy_keeps_its_key() {
    let dir = tempfile::tempdir().unwrap();
    let log = SampleLog::of(3);
    let stranger = handbell_log::note::SigningKey::from_seed(ORIGIN, &[9; 32]).unwrap();
    let neighbour = Neighbour::open(dir.path(), stranger.verifier().clone()).unwrap();
    assert!(matches!(pull(&neighbour, &log.published(), 1), Err(MirrorError::NotTheLog(_))));
    assert!(!folder_of(dir.path(), ORIGIN).exists(), "nothing is kept of what is not believed");
    pull(&open(dir.path(), &log), &log.published(), 1).unwrap();
    assert!(matches!(Neighbour::open(dir.path(), stranger.verifier().clone()), Err(MirrorError::OtherKey(_))));
}

/// PROMISE a-withdrawn-content-leaves-the-copy.
#[test]
fn what_is_withdrawn_is_gone_from_the_copy_at_the_same_pull_and_never_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = SampleLog::of(3);
    log.say("meet at the blue door");
    let secret = log.content(3).unwrap();
    let neighbour = open(dir.path(), &log);
    pull(&neighbour, &log.published(), 1).unwrap();
    let copy = folder_of(dir.path(), ORIGIN);
    assert!(!found(&copy, &secret[..32]).is_empty() && !found(&copy, b"blue door").is_empty());
    assert!(!neighbour.is_withdrawn(3));
    log.withdraw(3);
    let pulled = pull(&neighbour, &log.published(), 2).unwrap();
    assert_eq!((pulled.taken_away, pulled.unavailable), (1, 0));
    assert!(neighbour.is_withdrawn(3));
    assert_eq!((found(&copy, &secret[..32]), found(&copy, b"blue door")), (Vec::new(), Vec::new()), "neither salt nor words");
    whole(dir.path(), &log);
    // Somebody still offers it, and an entry that is withdrawn before it was ever pulled.
    log.offer(3, Some(secret.clone()));
    log.say("short-lived");
    let early = log.content(5).unwrap();
    log.withdraw(5);
    log.offer(5, Some(early));
    pull(&neighbour, &log.published(), 3).unwrap();
    pull(&open(dir.path(), &log), &log.published(), 4).unwrap();
    assert_eq!((found(&copy, b"blue door"), found(&copy, b"short-lived")), (Vec::new(), Vec::new()));
    // A copy that lost its place in the middle takes it away when it is opened.
    std::fs::write(copy.join("log").join(content_path(3)), &secret).unwrap();
    assert!(open(dir.path(), &log).is_withdrawn(3));
    assert_eq!(found(&copy, b"blue door"), Vec::<String>::new());
}

/// Files below a folder that hold these bytes.
fn found(folder: &Path, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if std::fs::read(&path).unwrap().windows(bytes.len()).any(|window| window == bytes) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

#[test]
fn a_content_is_kept_only_if_it_opens_its_entry_and_is_asked_for_until_it_comes() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = SampleLog::of(4);
    let (right, other) = (log.content(1), log.content(2));
    log.offer(1, other);
    log.offer(3, None);
    let neighbour = open(dir.path(), &log);
    let pulled = pull(&neighbour, &log.published(), 1).unwrap();
    assert_eq!((pulled.contents, pulled.unavailable, pulled.forged), (2, 2, vec![1]));
    log.offer(1, right);
    let pulled = pull(&open(dir.path(), &log), &log.published(), 2).unwrap();
    assert_eq!((pulled.contents, pulled.unavailable, pulled.forged), (1, 1, vec![]));
    let verified = verify_log(&Folder::open(neighbour.log_folder()).unwrap(), log.key.verifier()).unwrap_err();
    assert_eq!(verified.place, "content/003", "a copy never says that it has what it has not");
}

#[test]
fn a_log_longer_than_any_that_is_kept_is_left_and_nobody_is_accused() {
    let dir = tempfile::tempdir().unwrap();
    let log = SampleLog::of(3);
    let neighbour = open(dir.path(), &log);
    pull(&neighbour, &log.published(), 1).unwrap();
    let size = ENTRIES_MAX + 1;
    let long = Checkpoint { origin: ORIGIN.to_owned(), size, root: log.hashes()[0] }.sign(&log.key).unwrap().encode();
    let mut published = log.published();
    published.files.insert("checkpoint".to_owned(), long.into_bytes());
    let error = pull(&neighbour, &published, 2).unwrap_err();
    assert!(matches!(error, MirrorError::TooLarge(too_large) if too_large == size), "{error}");
    assert!(neighbour.alarm().is_none());
    whole(dir.path(), &log);
}

/// A log of so many entries, of which few have a content, so that few files have to be written.
fn sparse(size: u64) -> SampleLog {
    let mut log = SampleLog::of(5);
    while log.size() < size {
        if log.size().is_multiple_of(97) { log.say("now and then") } else { log.withdraw(0) }
    }
    log
}

/// A copy that takes entries one bundle at a time.
fn open_slow(dir: &Path, log: &SampleLog) -> Neighbour {
    let mut neighbour = open(dir, log);
    neighbour.stretch = 256;
    neighbour
}

/// PROMISE a-pull-leaves-the-copy-whole: a log of nine stretches is brought over lines that each break after some answers,
/// by a program that dies each time; what is here stays, and nothing is cosigned before all of it is.
#[test]
fn a_long_log_is_taken_in_stretches_that_outlive_broken_lines_and_deaths() {
    let log = sparse(9 * 256 + 7);
    for answers in [3, 4, 6] {
        let dir = tempfile::tempdir().unwrap();
        let (mut tries, mut asked) = (0, 0);
        let pulled = loop {
            let source = log.published();
            source.cut_after_answers(answers);
            let answer = pull(&open_slow(dir.path(), &log), &source, 1);
            (tries, asked) = (tries + 1, asked + source.asked());
            assert!(tries < 20, "it gets no further");
            match answer {
                Ok(pulled) => break pulled,
                Err(error) => assert!(matches!(error, MirrorError::Unreachable(_)), "{error}"),
            }
            assert_eq!(published(dir.path(), &log), (0, 0), "nothing is cosigned, and nothing is published");
            assert!(!folder_of(dir.path(), ORIGIN).join("seen").exists());
        };
        assert_eq!((pulled.before, pulled.size), (0, log.size()));
        assert!(tries > 1 && asked <= tries * (answers + 1) + UNREAD_MAX as usize, "{tries} tries asked {asked} times");
        assert_eq!(tries, usize::div_ceil(10, answers - 1), "each bundle came once, each checkpoint once a try");
        pull(&open_slow(dir.path(), &log), &log.published(), 2).unwrap();
        assert_eq!(published(dir.path(), &log), (log.size(), 2));
        whole(dir.path(), &log);
        assert!(!folder_of(dir.path(), ORIGIN).join("reach").exists());
    }
}

/// PROMISE a-pull-leaves-the-copy-whole: each thing done to the disk fails while several stretches come.
#[test]
fn whatever_fails_on_the_disk_between_stretches_the_copy_is_whole_and_catches_up() {
    let (old, new) = (sparse(254), sparse(2 * 256 + 3));
    let base = tempfile::tempdir().unwrap();
    pull(&open(base.path(), &old), &old.published(), 1).unwrap();
    let (mut struck, mut left) = (0, 0);
    for done in [false, true] {
        for after in 0.. {
            let dir = tempfile::tempdir().unwrap();
            lay_out(base.path(), dir.path());
            let neighbour = open_slow(dir.path(), &old);
            neighbour.shelf.fault.plant(after, done);
            let answer = pull(&neighbour, &new.published(), 2);
            if !neighbour.shelf.fault.take() {
                assert_eq!(answer.unwrap().size, new.size(), "nothing is left to fail");
                break;
            }
            struck += 1;
            // Parts that a full tile replaces may stay a while.
            left += usize::from(answer.is_ok());
            assert!(matches!(answer, Ok(_) | Err(MirrorError::Disk { .. })), "{after} {done}: {answer:?}");
            let (size, at) = published(dir.path(), &new);
            assert!([(254, 1), (new.size(), 2)].contains(&(size, at)), "{after} {done}: {size} at {at}");
            let goes_on = if after % 2 == 0 { neighbour } else { open_slow(dir.path(), &new) };
            assert_eq!(pull(&goes_on, &new.published(), 3).unwrap().size, new.size());
            assert_eq!(published(dir.path(), &new), (new.size(), 3));
            whole(dir.path(), &new);
        }
    }
    println!("mirror: {struck} faults struck between {} and {} entries", old.size(), new.size());
    assert!(struck >= 2 * 40 && left == 2 * 2, "{struck} {left}");
}

#[test]
fn what_a_later_stretch_withdraws_stays_withdrawn_while_all_is_read_anew() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = sparse(600);
    log.withdraw(2);
    let neighbour = open_slow(dir.path(), &log);
    pull(&neighbour, &log.published(), 1).unwrap();
    assert!(neighbour.is_withdrawn(0) && neighbour.is_withdrawn(2));
    // The disk fails in the first stretch, long before the entry that withdraws the other one.
    neighbour.shelf.fault.plant(0, false);
    assert!(matches!(neighbour.load(), Err(MirrorError::Disk { .. })));
    assert!(neighbour.shelf.fault.take());
    assert!(neighbour.is_withdrawn(0) && neighbour.is_withdrawn(2), "whoever reads meanwhile is given neither");
    let kept = neighbour.load().unwrap();
    assert!(kept.missing.is_empty() && neighbour.is_withdrawn(2) && !neighbour.is_withdrawn(1));
}

#[test]
fn what_was_reached_counts_for_nothing_if_it_is_not_what_was_signed_or_not_what_was_stored() {
    let (log, lie) = (sparse(5 * 256), lying(5 * 256, 300));
    // All of its entries are held in memory where they are read anew, or they are read twice.
    for evidence_max in [5 * 256, 256] {
        let dir = tempfile::tempdir().unwrap();
        let reach = folder_of(dir.path(), ORIGIN).join("reach");
        // Somebody in between gives other entries, under the log's own checkpoint, and the line breaks.
        let mut between = lie.published();
        between.files.insert("checkpoint".to_owned(), log.checkpoint());
        between.cut_after_answers(4);
        assert!(pull(&open_slow(dir.path(), &log), &between, 1).is_err());
        assert!(std::fs::read_to_string(&reach).unwrap().starts_with("768 "), "three bundles are here");
        let mut neighbour = open_slow(dir.path(), &log);
        neighbour.evidence_max = evidence_max;
        let source = log.published();
        assert_eq!(pull(&neighbour, &source, 2).unwrap().size, log.size(), "all of it is read anew");
        let entries = source.asked() - log.published().files.keys().filter(|path| path.starts_with("content/")).count();
        // The checkpoint, two bundles that were not here, all five, and once more where they are not held.
        assert_eq!(entries, 1 + 2 + if evidence_max == 256 { 10 } else { 5 });
        assert!(neighbour.alarm().is_none() && !reach.exists(), "nobody is accused");
        whole(dir.path(), &log);
    }
    // A bundle that the disk changed between two pulls, a line that says nothing, and one that says too much.
    for damage in ["bundle", "half a line", "too far"] {
        let dir = tempfile::tempdir().unwrap();
        let copy = folder_of(dir.path(), ORIGIN);
        let source = log.published();
        source.cut_after_answers(4);
        assert!(pull(&open_slow(dir.path(), &log), &source, 1).is_err());
        match damage {
            "bundle" => {
                let bundle = copy.join("log/tile/entries/001");
                let mut bytes = std::fs::read(&bundle).unwrap();
                bytes[70] ^= 1;
                std::fs::write(&bundle, bytes).unwrap();
            }
            "half a line" => std::fs::write(copy.join("reach"), "76").unwrap(),
            _ => std::fs::write(copy.join("reach"), format!("1024 {}\n", log.hashes()[0])).unwrap(),
        }
        let source = log.published();
        let pulled = pull(&open_slow(dir.path(), &log), &source, 2).unwrap();
        assert_eq!((pulled.before, pulled.size), (0, log.size()), "{damage}");
        whole(dir.path(), &log);
    }
}

#[test]
fn two_histories_of_many_stretches_are_an_alarm_with_all_its_entries() {
    let (log, lie) = (sparse(600), lying(5 * 256 + 9, 300));
    let dir = tempfile::tempdir().unwrap();
    let neighbour = open_slow(dir.path(), &log);
    pull(&neighbour, &log.published(), 1).unwrap();
    let Err(MirrorError::Alarm(alarm)) = pull(&neighbour, &lie.published(), 2) else { panic!("no alarm") };
    assert!(alarm.sentence.starts_with("split view"), "{alarm}");
    assert_eq!(judged(dir.path(), &log).0, Answer::No);
    assert_eq!(published(dir.path(), &log), (600, 1));
    assert!(neighbour.clear_alarm().unwrap());
    assert_eq!(pull(&neighbour, &log.published(), 3).unwrap().size, 600);
    whole(dir.path(), &log);
    // More than an alarm brings: it says what was computed here, and that others cannot tell from it.
    let mut neighbour = open_slow(dir.path(), &log);
    neighbour.evidence_max = 1_000;
    let Err(MirrorError::Alarm(alarm)) = pull(&neighbour, &lie.published(), 4) else { panic!("no alarm") };
    let says = "split view: the 1289 entries that the log signs now do not begin with the 600 that it had signed";
    assert!(alarm.sentence.starts_with(says), "{alarm}");
    assert!(!alarm.folder.join("leaves").exists());
    assert_eq!(judged(dir.path(), &log).0, Answer::CouldNotTell);
    assert_eq!(published(dir.path(), &log), (600, 3));
}

/// A log whose keeper says that it has lost the words of these entries.
fn with_gaps(log: &SampleLog, gaps: &[u64]) -> Published {
    let mut published = log.published();
    let listed = Gaps::encode(&gaps.iter().copied().collect());
    published.files.insert(GAPS.to_owned(), listed.into_bytes());
    published
}

#[test]
fn what_the_keeper_says_is_lost_is_missing_in_the_copy_too_and_nothing_else_is() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = SampleLog::of(5);
    let one = log.content(1);
    log.offer(1, None);
    log.offer(3, None);
    let neighbour = open(dir.path(), &log);
    // The keeper names one of them, and one that it gives out.
    let pulled = pull(&neighbour, &with_gaps(&log, &[0, 1]), 1).unwrap();
    assert_eq!((pulled.contents, pulled.unavailable, pulled.lost), (3, 2, 1));
    let listed = || std::fs::read_to_string(neighbour.log_folder().join(GAPS)).ok();
    assert_eq!(listed().as_deref(), Some("1\n"));
    let folder = Folder::open(neighbour.log_folder()).unwrap();
    let checked = |listed: &str| verify_log_with_gaps(&folder, log.key.verifier(), &Gaps::parse(listed.as_bytes()).unwrap());
    assert_eq!(checked("1\n").unwrap_err().place, "content/003", "what nobody names is not excused");
    assert!(neighbour.is_lost(1) && !neighbour.is_lost(3) && open(dir.path(), &log).is_lost(1));
    // A list that is none, and one that cannot be read, change nothing that was said.
    let mut nonsense = log.published();
    nonsense.files.insert(GAPS.to_owned(), b"soon".to_vec());
    let pulled = pull(&neighbour, &nonsense, 2).unwrap();
    assert!(pulled.unread.is_some_and(|why| why.contains(GAPS)) && neighbour.is_lost(1));
    let pulled = pull(&neighbour, &with_gaps(&log, &[1, 3]), 3).unwrap();
    assert_eq!((pulled.lost, listed().as_deref()), (2, Some("1\n3\n")));
    assert_eq!(checked("1\n3\n").unwrap().missing().collect::<Vec<_>>(), [1, 3]);
    // One comes back, the other is withdrawn: nothing is missing, and nothing is named.
    log.offer(1, one);
    log.withdraw(3);
    let pulled = pull(&open(dir.path(), &log), &with_gaps(&log, &[3]), 4).unwrap();
    assert_eq!((pulled.contents, pulled.unavailable, pulled.lost, listed()), (1, 0, 0, None));
    whole(dir.path(), &log);
}

/// The verdict of the program's own judge on the evidence, run as its README says.
pub(super) fn judged(dir: &Path, log: &SampleLog) -> (Answer, String) {
    let alarm = folder_of(dir, ORIGIN).join("alarm");
    let leaves = alarm.join("leaves");
    let said = std::fs::read_to_string(alarm.join("README.txt")).unwrap();
    assert_eq!(said.contains("--leaves leaves"), leaves.exists());
    assert!(said.contains(&log.key.verifier().to_string()));
    let leaves = leaves.exists().then_some(leaves);
    split_for_tests(&alarm.join("kept.note"), &alarm.join("shown.note"), &log.key.verifier().to_string(), leaves.as_deref()).unwrap()
}

pub(super) fn lying(size: u64, from: u64) -> SampleLog {
    let mut log = SampleLog::of(from);
    (from..size).for_each(|_| log.say("another story"));
    log
}

#[test]
fn two_histories_raise_an_alarm_that_anybody_can_judge_and_end_the_cosigning() {
    // Kept size, shown size, where the stories part: of one size, grown, grown past a tile, and gone back.
    for (kept, shown, parted) in [(5, 5, 2), (5, 9, 2), (300, 310, 299), (300, 600, 3), (9, 5, 2), (300, 299, 0)] {
        let dir = tempfile::tempdir().unwrap();
        let log = SampleLog::of(kept);
        let neighbour = open(dir.path(), &log);
        pull(&neighbour, &log.published(), 1).unwrap();
        let lie = lying(shown, parted);
        let Err(MirrorError::Alarm(alarm)) = pull(&neighbour, &lie.published(), 2) else { panic!("{kept} {shown}") };
        assert!(alarm.sentence.starts_with("split view"), "{alarm}");
        assert_eq!(judged(dir.path(), &log).0, Answer::No, "{kept} {shown}");
        // The honest log is not cosigned either until a person has looked, nor after a new start.
        let before = published(dir.path(), &log);
        assert_eq!(before, (kept, 1));
        assert!(matches!(pull(&neighbour, &log.published(), 3), Err(MirrorError::Alarm(same)) if same == alarm));
        assert!(matches!(pull(&open(dir.path(), &log), &log.published(), 3), Err(MirrorError::Alarm(_))));
        assert_eq!(published(dir.path(), &log), before);
        assert!(neighbour.clear_alarm().unwrap() && !neighbour.clear_alarm().unwrap());
        assert_eq!(pull(&neighbour, &log.published(), 4).unwrap().size, kept);
        assert!(folder_of(dir.path(), ORIGIN).join("alarm.cleared.1/kept.note").exists(), "evidence is kept");
    }
}

/// PROMISE a-withdrawn-content-leaves-the-copy, also from the copy of a log that is not believed any more.
#[test]
fn what_is_withdrawn_while_an_alarm_stands_is_gone_and_nothing_is_cosigned() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = SampleLog::of(2);
    log.say("meet at the blue door");
    (0..2).for_each(|_| log.say("it stands"));
    let copy = folder_of(dir.path(), ORIGIN);
    let neighbour = open(dir.path(), &log);
    pull(&neighbour, &log.published(), 1).unwrap();
    assert!(matches!(pull(&neighbour, &log.at(4).published(), 2), Err(MirrorError::Alarm(_))), "it went back");
    assert!(copy.join("log").join(content_path(2)).exists());
    let withdrawn = |log: &mut SampleLog, target: u64, at: u64| {
        log.withdraw(target);
        assert!(matches!(pull(&neighbour, &log.published(), at), Err(MirrorError::Alarm(_))));
        assert!(neighbour.is_withdrawn(target) && !copy.join("log").join(content_path(target)).exists(), "{target}");
        assert_eq!(published(dir.path(), log), (5, 1), "nothing of it is taken and nothing cosigned");
    };
    withdrawn(&mut log, 2, 3);
    assert_eq!(found(&copy, b"blue door"), Vec::<String>::new());
    // It goes on from there, and another history of it is obeyed as well: nobody is accused by a deletion.
    withdrawn(&mut log, 4, 4);
    let mut lie = lying(9, 1);
    withdrawn(&mut lie, 0, 5);
    // Entries that the key did not sign take nothing away, and neither does a line that breaks.
    let mut forged = log.clone();
    forged.withdraw(3);
    let mut source = forged.published();
    source.files.insert("checkpoint".to_owned(), lying(8, 1).checkpoint());
    assert!(matches!(pull(&neighbour, &source, 6), Err(MirrorError::Alarm(_))));
    let broken = forged.published();
    broken.cut(10, false);
    assert!(matches!(pull(&neighbour, &broken, 7), Err(MirrorError::Alarm(_))));
    assert!(!neighbour.is_withdrawn(3) && copy.join("log").join(content_path(3)).exists());
    // Cleared, the copy asks again for what only the other history had withdrawn.
    neighbour.clear_alarm().unwrap();
    let pulled = pull(&neighbour, &log.published(), 8).unwrap();
    assert_eq!((pulled.size, pulled.contents, pulled.unavailable), (7, 1, 0));
    assert!(!neighbour.is_withdrawn(0) && neighbour.is_withdrawn(2) && neighbour.is_withdrawn(4));
    whole(dir.path(), &log);
}

#[test]
fn what_is_withdrawn_by_a_log_that_asked_for_more_than_it_shows_is_gone_too() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = SampleLog::of(5);
    let neighbour = open(dir.path(), &log);
    pull(&neighbour, &log.published(), 1).unwrap();
    let asks = |log: &SampleLog, old: u64| {
        let proof = handbell_log::proof::consistency(&log.hashes(), old).unwrap();
        let request = Request::new(old, proof, Note::parse(&log.checkpoint()).unwrap()).unwrap();
        neighbour.requested(&request, &cosigner(), 2).unwrap()
    };
    log.withdraw(2);
    let mut grown = log.clone();
    (0..4).for_each(|_| grown.say("later"));
    assert!(matches!(asks(&grown, 5), Requested::Cosigned(_)));
    assert!(matches!(pull(&neighbour, &log.published(), 3), Err(MirrorError::Behind { shown: 6, asked: 10 })));
    assert!(neighbour.is_withdrawn(2) && !neighbour.log_folder().join(content_path(2)).exists());
    assert_eq!(pull(&neighbour, &grown.published(), 4).unwrap().size, 10);
    whole(dir.path(), &grown);
}

#[test]
fn a_log_that_went_back_raises_an_alarm_and_is_not_called_a_liar() {
    let dir = tempfile::tempdir().unwrap();
    let log = SampleLog::of(300);
    let neighbour = open(dir.path(), &log);
    pull(&neighbour, &log.published(), 1).unwrap();
    let Err(MirrorError::Alarm(alarm)) = pull(&neighbour, &log.at(257).published(), 2) else { panic!() };
    assert!(alarm.sentence.starts_with("rollback: the log shows 257 entries and had signed 300"), "{alarm}");
    assert_eq!(judged(dir.path(), &log).0, Answer::Good);
    assert_eq!(published(dir.path(), &log), (300, 1));
}

#[test]
fn entries_that_are_not_what_is_signed_accuse_nobody_and_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let log = SampleLog::of(5);
    let neighbour = open(dir.path(), &log);
    pull(&neighbour, &log.published(), 1).unwrap();
    let grown = SampleLog::of(9);
    let mut source = grown.published();
    source.files.insert("tile/entries/000.p/9".to_owned(), lying(9, 2).published().files["tile/entries/000.p/9"].clone());
    assert!(matches!(pull(&neighbour, &source, 2), Err(MirrorError::NotWhatIsSigned { .. })));
    let mut source = grown.published();
    source.files.remove("tile/entries/000.p/9");
    assert!(matches!(pull(&neighbour, &source, 2), Err(MirrorError::NotWhatIsSigned { .. })));
    assert!(neighbour.alarm().is_none());
    assert_eq!(published(dir.path(), &log), (5, 1));
    assert_eq!(pull(&neighbour, &grown.published(), 3).unwrap().size, 9);
    // A checkpoint that names more than anybody holds.
    let huge = Checkpoint { origin: ORIGIN.to_owned(), size: u64::MAX, root: handbell_log::hash::Hash([7; 32]) };
    let mut source = grown.published();
    source.files.insert("checkpoint".to_owned(), huge.sign(&grown.key).unwrap().encode().into_bytes());
    assert!(matches!(pull(&neighbour, &source, 4), Err(MirrorError::TooLarge(u64::MAX))));
    assert_eq!(published(dir.path(), &grown), (9, 3));
}

/// The same files in another folder.
fn lay_out(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
        if path.is_dir() {
            lay_out(&path, &to.join(name));
        } else {
            std::fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

/// PROMISE a-pull-leaves-the-copy-whole: each thing done to the disk fails, and fails although it is done, while the
/// copy grows across the end of a tile and an entry is withdrawn.
#[test]
fn whatever_fails_on_the_disk_the_copy_is_whole_and_catches_up() {
    let mut old = SampleLog::of(5);
    while old.size() < 254 {
        // Entries without a content, so that few files have to be laid out each time.
        old.withdraw(0);
    }
    let mut new = old.clone();
    new.say("more");
    new.withdraw(3);
    new.say("more");
    let secret = old.content(3).unwrap();
    let base = tempfile::tempdir().unwrap();
    pull(&open(base.path(), &old), &old.published(), 1).unwrap();
    let (mut struck, mut left) = (0, 0);
    for done in [false, true] {
        for after in 0.. {
            let dir = tempfile::tempdir().unwrap();
            lay_out(base.path(), dir.path());
            let neighbour = open(dir.path(), &old);
            neighbour.shelf.fault.plant(after, done);
            let answer = pull(&neighbour, &new.published(), 2);
            if !neighbour.shelf.fault.take() {
                assert_eq!(answer.unwrap().size, 257, "nothing is left to fail");
                break;
            }
            struck += 1;
            // Parts that a full tile replaces may stay a while.
            left += usize::from(answer.is_ok());
            assert!(matches!(answer, Ok(_) | Err(MirrorError::Disk { .. })), "{after} {done}: {answer:?}");
            let (size, at) = published(dir.path(), &new);
            assert!([(254, 1), (257, 2)].contains(&(size, at)), "{after} {done}: {size} at {at}");
            // The program goes on, or it died and begins anew.
            let goes_on = if after % 2 == 0 { neighbour } else { open(dir.path(), &new) };
            assert_eq!(pull(&goes_on, &new.published(), 3).unwrap().size, 257);
            assert_eq!(published(dir.path(), &new), (257, 3));
            assert!(goes_on.is_withdrawn(3));
            let copy = folder_of(dir.path(), ORIGIN);
            assert_eq!(found(&copy, &secret[..32]), Vec::<String>::new(), "{after} {done}");
            whole(dir.path(), &new);
        }
    }
    println!("mirror: {struck} faults struck between 254 and 257 entries");
    assert!(struck >= 2 * 30 && left == 2 * 2, "{struck} {left}");
}

#[test]
fn a_line_that_breaks_at_any_byte_leaves_the_copy_whole() {
    let old = SampleLog::of(3);
    let mut new = SampleLog::of(5);
    new.withdraw(1);
    let every: usize = new.published().files.values().map(Vec::len).sum();
    for silently in [false, true] {
        for after in (0..every).step_by(31) {
            let dir = tempfile::tempdir().unwrap();
            let neighbour = open(dir.path(), &old);
            pull(&neighbour, &old.published(), 1).unwrap();
            let source = new.published();
            source.cut(after, silently);
            let answer = pull(&neighbour, &source, 2);
            assert!(neighbour.alarm().is_none(), "a broken line accuses nobody: {answer:?}");
            let (size, _) = published(dir.path(), &new);
            assert!(size == 3 || size == 6, "{after}: {size}");
            let pulled = pull(&neighbour, &new.published(), 3).unwrap();
            assert_eq!((pulled.size, pulled.unavailable), (6, 0));
            whole(dir.path(), &new);
        }
    }
}

#[test]
fn a_copy_whose_disk_changed_is_pulled_anew_and_nothing_older_is_cosigned() {
    let dir = tempfile::tempdir().unwrap();
    let log = SampleLog::of(300);
    pull(&open(dir.path(), &log), &log.published(), 1).unwrap();
    let bundle = folder_of(dir.path(), ORIGIN).join("log/tile/entries/000");
    let mut bytes = std::fs::read(&bundle).unwrap();
    bytes[40] ^= 1;
    std::fs::write(&bundle, bytes).unwrap();
    let neighbour = open(dir.path(), &log);
    assert!(matches!(pull(&neighbour, &log.at(299).published(), 2), Err(MirrorError::Alarm(_))), "what was seen is not forgotten");
    neighbour.clear_alarm().unwrap();
    let pulled = pull(&neighbour, &log.published(), 3).unwrap();
    assert_eq!((pulled.before, pulled.size), (0, 300));
    whole(dir.path(), &log);
}

#[test]
fn a_copy_tells_what_became_of_each_entry_as_its_log_does() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = SampleLog::of(3);
    log.withdraw(0);
    let neighbour = open(dir.path(), &log);
    pull(&neighbour, &log.published(), 1).unwrap();
    let verified = verify_log(&Folder::open(neighbour.log_folder()).unwrap(), log.key.verifier()).unwrap();
    let states: Vec<&str> = verified
        .entries
        .iter()
        .map(|entry| match entry.state {
            State::Open(_) => "open",
            State::Withdrawn { .. } => "withdrawn",
            State::Public => "public",
            State::Missing => "missing",
        })
        .collect();
    assert_eq!(states, ["withdrawn", "open", "open", "public"]);
}

/// What makes every reading of a path fail, also for a reader who may do everything: a link to itself.
fn unreadable(path: &Path) {
    let _ = std::fs::remove_file(path);
    std::os::unix::fs::symlink(path.file_name().unwrap(), path).unwrap();
}

#[test]
fn a_copy_that_cannot_be_read_is_not_loaded_and_says_so_at_each_pull() {
    let dir = tempfile::tempdir().unwrap();
    let log = SampleLog::of(3);
    pull(&open(dir.path(), &log), &log.published(), 1).unwrap();
    let copy = folder_of(dir.path(), ORIGIN);
    for file in ["held", "log/tile/entries/000.p/3", "log/vkey"] {
        let file = copy.join(file);
        let bytes = std::fs::read(&file).unwrap();
        unreadable(&file);
        let neighbour = open(dir.path(), &log);
        assert!(!neighbour.is_held(0) && neighbour.size() == 0, "{}", file.display());
        for at in 2..4 {
            assert!(pull(&neighbour, &log.published(), at).is_err(), "{}", file.display());
        }
        std::fs::remove_file(&file).unwrap();
        std::fs::write(&file, bytes).unwrap();
        assert_eq!(pull(&neighbour, &log.published(), 1).unwrap().size, 3, "it goes on once the disk does");
        assert!(neighbour.is_held(2) && !neighbour.is_held(3));
    }
    whole(dir.path(), &log);
}

#[test]
fn what_was_damaged_here_is_healed_where_it_can_be_and_blamed_on_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = SampleLog::of(4);
    let copy = folder_of(dir.path(), ORIGIN);
    let halve = |file: &str| std::fs::write(copy.join(file), &std::fs::read(copy.join(file)).unwrap()[..9]).unwrap();
    let mut running = open(dir.path(), &log);
    for (at, file) in (1_u64..).zip(["held", "seen", "log/checkpoint", ""]) {
        pull(&running, &log.published(), 10 * at).unwrap();
        match file {
            "" => std::fs::remove_file(copy.join("seen")).unwrap(),
            file => halve(file),
        }
        // It withdraws meanwhile: that does not wait.
        log.withdraw(at - 1);
        // One that was started anew finds the damage at once. One that runs finds it at its next pull, or never needs it.
        let anew = open(dir.path(), &log);
        for neighbour in [&anew, &running] {
            let pulled = (0..2).map(|more| pull(neighbour, &log.published(), 10 * at + 1 + more));
            let pulled: Vec<_> = pulled.skip_while(|pulled| matches!(pulled, Err(MirrorError::Damaged { .. }))).collect();
            assert!(matches!(pulled.as_slice(), [.., Ok(last)] if last.size == log.size()), "{file}: {pulled:?}");
            assert!(neighbour.is_withdrawn(at - 1) && !copy.join("log").join(content_path(at - 1)).exists(), "{file}");
        }
        whole(dir.path(), &log);
        running = anew;
    }
    // What was signed is in two places. Where neither says it, nothing is signed any more, and nobody is accused.
    pull(&running, &log.published(), 50).unwrap();
    ["seen", "log/checkpoint"].into_iter().for_each(halve);
    let anew = open(dir.path(), &log);
    let mut lie = SampleLog::of(4);
    (0..9).for_each(|_| lie.say("another story"));
    for shows in [&log, &lie] {
        let stopped = pull(&anew, &shows.published(), 60).unwrap_err();
        assert!(matches!(stopped, MirrorError::Damaged { .. }) && stopped.to_string().starts_with("seen: "), "{stopped}");
        assert_eq!(crate::cli::Stopped::from(stopped).0, Answer::CouldNotTell);
    }
    // Neither does what is held say what was signed beyond it.
    ["seen", "log/checkpoint"].into_iter().for_each(|file| std::fs::remove_file(copy.join(file)).unwrap());
    let stopped = pull(&open(dir.path(), &log), &log.published(), 65).unwrap_err();
    assert_eq!(stopped.to_string(), "seen: the file of this copy is damaged: it is gone");
    // One of the two is enough to know a lie by.
    std::fs::write(copy.join("log/checkpoint"), log.checkpoint()).unwrap();
    assert!(matches!(pull(&open(dir.path(), &log), &lie.published(), 70), Err(MirrorError::Alarm(_))));
}

/// A log of which some contents cannot be read.
struct Spoilt<'log>(&'log Published, std::ops::Range<u64>);

impl Source for Spoilt<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        let bytes = self.0.read(path)?;
        match self.1.clone().any(|index| path == content_path(index)) {
            true => Err(SourceError { path: path.to_owned(), problem: "the site answered 500".to_owned(), cause: None }),
            false => Ok(bytes),
        }
    }
}

#[test]
fn contents_that_cannot_be_read_keep_no_others_back() {
    let log = SampleLog::of(300);
    let max = u64::from(UNREAD_MAX);
    for (spoilt, pulls) in [(7..8, 1), (0..max - 1, 1), (0..max, 2), (100..100 + 3 * max, 4)] {
        let dir = tempfile::tempdir().unwrap();
        let neighbour = open(dir.path(), &log);
        let source = log.published();
        let mut took = 0;
        for pulled in 1..=pulls {
            let asked = source.asked();
            let came = neighbour.pull(&Spoilt(&source, spoilt.clone()), &cosigner(), pulled).unwrap();
            assert!(came.unread.is_some_and(|why| why.contains("500")), "{spoilt:?}");
            assert!(pulled == 1 || source.asked() - asked <= 310, "each is asked for once a pull");
            took += came.contents;
            assert_eq!(took + came.unavailable, 300);
        }
        assert_eq!(took, 300 - (spoilt.end - spoilt.start), "{spoilt:?} after {pulls} pulls");
        // A site that is well again gives the rest.
        assert_eq!(pull(&neighbour, &source, 9).unwrap().unavailable, 0);
        whole(dir.path(), &log);
    }
}

#[test]
fn of_a_full_tile_no_parts_are_kept_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = SampleLog::of(250);
    let mut neighbour = open(dir.path(), &log);
    let copy = folder_of(dir.path(), ORIGIN).join("log/tile");
    let parts = || {
        ["0/000.p", "entries/000.p", "0/001.p", "entries/001.p", "1/000.p"]
            .map(|folder| std::fs::read_dir(copy.join(folder)).map_or(0, Iterator::count))
    };
    for size in 250..260 {
        let grown = pull(&neighbour, &log.published(), size).unwrap();
        assert_eq!(grown.size, size);
        let before = if size < 256 { size - 249 } else { 0 } as usize;
        let after = size.saturating_sub(256) as usize;
        assert_eq!(parts(), [before, before, after, after, usize::from(size >= 256)], "{size}");
        log.say("more");
    }
    // What a death left there goes at the next start.
    std::fs::create_dir_all(copy.join("entries/000.p")).unwrap();
    std::fs::write(copy.join("entries/000.p/250"), b"left").unwrap();
    neighbour = open(dir.path(), &log);
    assert_eq!(parts(), [0, 0, 3, 3, 1]);
    assert_eq!(pull(&neighbour, &log.published(), 300).unwrap().size, 260);
    whole(dir.path(), &log);
}

#[test]
fn a_disk_that_does_not_say_whether_an_alarm_stands_counts_as_one() {
    let dir = tempfile::tempdir().unwrap();
    let log = SampleLog::of(3);
    let neighbour = open(dir.path(), &log);
    pull(&neighbour, &log.published(), 1).unwrap();
    unreadable(&folder_of(dir.path(), ORIGIN).join("alarm"));
    assert!(matches!(pull(&neighbour, &log.published(), 2), Err(MirrorError::Alarm(_))));
    assert_eq!(published(dir.path(), &log), (3, 1));
}

#[test]
fn a_neighbour_does_not_fill_the_disk_and_what_it_takes_back_makes_room() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = SampleLog::of(0);
    // Long enough that an entry's own bytes do not decide.
    let words = "it stands ".repeat(100);
    (0..6).for_each(|_| log.say(&words));
    let each = log.content(0).unwrap().len() as u64;
    let mut neighbour = open(dir.path(), &log);
    // Room for eight entries and four contents.
    neighbour.bytes_max = 8 * super::neighbour::ENTRY_BYTES + 4 * each + each / 2;
    let came = |pulled: Pulled| (pulled.size, pulled.contents, pulled.unavailable, pulled.not_taken);
    let pulled = came(pull(&neighbour, &log.published(), 1).unwrap());
    let first = 4;
    assert_eq!(pulled, (6, first, 6 - first, 6 - first));
    let taken = || found(&folder_of(dir.path(), ORIGIN).join("log/content"), b"it stands").len() as u64;
    assert_eq!(taken(), first);
    assert_eq!(published(dir.path(), &log), (6, 1), "the entries are here, and cosigned");
    log.withdraw(0);
    let pulled = came(pull(&neighbour, &log.published(), 2).unwrap());
    assert_eq!((pulled.0, taken()), (7, first), "one went, one came: {pulled:?}");
    // A program that was started anew counts the same.
    let mut again = open(dir.path(), &log);
    again.bytes_max = neighbour.bytes_max;
    let pulled = came(pull(&again, &log.published(), 3).unwrap());
    assert_eq!((pulled.1, taken()), (0, first), "{pulled:?}");
    // The entries themselves are bounded too, and what was cosigned stays cosigned.
    again.bytes_max = 8 * super::neighbour::ENTRY_BYTES;
    (0..2).for_each(|_| log.say(&words));
    assert!(matches!(pull(&again, &log.published(), 4), Err(MirrorError::TooLarge(9))));
    assert_eq!(published(dir.path(), &log).0, 7);
}
