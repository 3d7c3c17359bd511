//! Copy: what a neighbour holds of a log of ours, read and judged before anything is written.
//!
//! Nothing of the neighbour's word is believed: the newest checkpoint there is our own key's, every entry and every content
//! are verified as anybody would verify them, and whatever is still published here must be a beginning of it. Then
//! it is known what the copy is good for, and which rows and words follow from it. Nothing here knows a store, so the
//! simulated neighbourhood repairs by this too.

use super::{could_not, no};
use crate::cli::{Answer, Stopped};
use crate::export::lines::{ReadEntry, ReadLog};
use crate::mirror::neighbour::{HELD, folder_of};
use crate::mirror::site::{Site, log_prefix};
use crate::store::LogRow;
use crate::store::sql::restored::Missing;
use crate::work::sequencer::mark::{is_torn, marks_with_places};
use crate::work::sequencer::{CHECKPOINT, SEEN_ELSEWHERE};
use handbell_log::checkpoint::Checkpoint;
use handbell_log::cosigner::origin_hash;
use handbell_log::note::VerifierKey;
use handbell_log::source::{Folder, Source, SourceError};
use handbell_log::tile::content_path;
use handbell_log::tree::Frontier;
use handbell_log::verify::{Gaps, State, Verdict, verify_log_with_gaps};
use handbell_rules::id::IncidentId;
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// What to do about a content that one copy has not.
const WITH_GAPS: &str = ". Ask another neighbour; if nobody has it any more, --with-gaps brings the log back without these words";

/// The neighbour's copy of a log of ours: below its site's prefix, or in a folder that mirrors. All answers of a site
/// take no longer than `within`.
pub(super) fn of(
    neighbour: &str,
    origin: &str,
    stop: watch::Receiver<bool>,
    within: Duration,
) -> Result<Box<dyn Source + Send>, SourceError> {
    match neighbour.contains("://") {
        true => {
            let prefix = format!("{}/neighbours/{}", log_prefix(neighbour), origin_hash(origin));
            Ok(Box::new(Site::new(&prefix, stop, within)?))
        }
        false => Ok(Box::new(in_folder(Path::new(neighbour), origin)?)),
    }
}

/// A copy in a folder that mirrors, with the same files as a site gives out of one.
pub struct InFolder {
    log: Folder,
    held: PathBuf,
}

impl Source for InFolder {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        if path != HELD {
            return self.log.read(path);
        }
        match std::fs::read(&self.held) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(SourceError { path: path.to_owned(), problem: error.to_string(), cause: Some(error) }),
        }
    }
}

/// The copy of a log of ours in a folder that mirrors.
///
/// # Errors
/// For a folder that cannot be read.
pub fn in_folder(dir: &Path, origin: &str) -> Result<InFolder, SourceError> {
    let copy = folder_of(dir, origin);
    Ok(InFolder { log: Folder::open(copy.join("log"))?, held: copy.join(HELD) })
}

/// A source whose contents are kept as they were read, so that what was verified is what is taken over; and with the
/// checkpoint of which everything is there.
struct Remembered<'source> {
    source: &'source dyn Source,
    checkpoint: Option<Vec<u8>>,
    contents: Mutex<HashMap<String, Vec<u8>>>,
}

impl Source for Remembered<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        if let (Some(checkpoint), "checkpoint") = (&self.checkpoint, path) {
            return Ok(Some(checkpoint.clone()));
        }
        let bytes = self.source.read(path)?;
        if let Some(bytes) = bytes.as_ref().filter(|_| path.starts_with("content/")) {
            self.contents.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), bytes.clone());
        }
        Ok(bytes)
    }
}

/// A copy whose newest cosigned checkpoint is ahead of its entries, because the log asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ahead {
    /// Entries that it cosigned.
    pub cosigned: u64,
    /// Entries that it has.
    pub holds: u64,
    /// The checkpoint of these, with the log's line.
    pub held: Vec<u8>,
}

impl Ahead {
    /// How far a copy is ahead by its two checkpoints; none where it is not, or where the log's key did not sign them.
    #[must_use]
    pub fn of(cosigned: Option<&[u8]>, held: Option<Vec<u8>>, key: &VerifierKey) -> Option<Self> {
        let cosigned = Checkpoint::open(cosigned?, key).ok()?.size;
        let held = held?;
        let holds = Checkpoint::open(&held, key).ok()?.size;
        (holds < cosigned).then_some(Self { cosigned, holds, held })
    }
}

impl fmt::Display for Ahead {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "this copy cosigned {} entries because their log asked for it, and holds the first {} of them: the rest had not been copied yet",
            self.cosigned, self.holds
        )
    }
}

/// Verifies everything of a copy, by our own key. Contents may be missing where the caller said so. Of a copy that is
/// ahead of what it holds, everything is what it holds, and it is said how far it is ahead.
///
/// # Errors
/// For a copy in which something does not hold, or of which that cannot be told.
pub fn read_held(source: &dyn Source, key: &VerifierKey, gaps: &Gaps) -> Result<(ReadLog, Option<Ahead>), Stopped> {
    // A program that died between two files may hold all of it.
    let stopped = match read(source, key, gaps) {
        Ok(log) => return Ok((log, None)),
        Err(stopped) => stopped,
    };
    let (cosigned, held) = (source.read("checkpoint").map_err(could_not)?, source.read(HELD).map_err(could_not)?);
    match Ahead::of(cosigned.as_deref(), held, key) {
        Some(ahead) => Ok((read_at(source, Some(ahead.held.clone()), key, gaps)?, Some(ahead))),
        None => Err(stopped),
    }
}

/// Refuses a copy that is ahead of what it holds, where the store that is to be repaired holds less than was cosigned: to
/// sign on from there would be another tree.
///
/// # Errors
/// With what to do.
pub fn check_ahead(ahead: Option<&Ahead>, held: u64) -> Result<(), Stopped> {
    match ahead.filter(|ahead| held < ahead.cosigned) {
        None => Ok(()),
        Some(ahead) => Err(could_not(format!(
            "{ahead}. Nothing was brought back, because entries that were cosigned must not be signed over: ask another neighbour, or \
             copy back what you have of public/log and repair from that"
        ))),
    }
}

/// Verifies everything of a published log, by our own key. Contents may be missing where the caller said so.
///
/// # Errors
/// For one in which something does not hold, or of which that cannot be told.
pub fn read(source: &dyn Source, key: &VerifierKey, gaps: &Gaps) -> Result<ReadLog, Stopped> {
    read_at(source, None, key, gaps)
}

/// The same under a checkpoint that stands elsewhere.
fn read_at(source: &dyn Source, checkpoint: Option<Vec<u8>>, key: &VerifierKey, gaps: &Gaps) -> Result<ReadLog, Stopped> {
    let remembered = Remembered { source, checkpoint, contents: Mutex::default() };
    let verified = verify_log_with_gaps(&remembered, key, gaps).map_err(|failure| {
        let answer = match failure.verdict {
            Verdict::Wrong => Answer::No,
            Verdict::CouldNotTell => Answer::CouldNotTell,
        };
        let hint = if failure.place.starts_with("content/") && failure.sentence.contains("missing") { WITH_GAPS } else { "" };
        Stopped(answer, format!("the copy that was read: {failure}{hint}"))
    })?;
    let mut contents = remembered.contents.into_inner().unwrap_or_else(PoisonError::into_inner);
    let entries = verified.entries.iter().map(|entry| {
        let open = matches!(entry.state, State::Open(_));
        let content = contents.remove(&content_path(entry.index)).filter(|_| open);
        ReadEntry { leaf: entry.leaf, content }
    });
    let entries = entries.collect();
    Ok(ReadLog { vkey: key.clone(), verified, entries })
}

/// Checks that whatever this folder still has published is a beginning of what was read.
///
/// # Errors
/// When it is not, or cannot be read.
pub fn check_beside(dir: &Path, log: &ReadLog) -> Result<(), Stopped> {
    let public = dir.join("public");
    let marked = marks_with_places(&public, &log.vkey).map_err(|error| match error.root_cause().is::<std::io::Error>() {
        true => could_not(format!("{error:#}")),
        false => no(format!("{error:#}")),
    })?;
    let mut beside: Vec<_> = marked.into_iter().map(|(path, _, marked)| (path, marked)).collect();
    for path in [CHECKPOINT, SEEN_ELSEWHERE].map(|path| public.join(path)) {
        let bytes = match std::fs::read(&path) {
            // The mark says as much, and more surely.
            Ok(bytes) if is_torn(&bytes) && !beside.is_empty() && path.ends_with(CHECKPOINT) => continue,
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(could_not(format!("{}: {error}", path.display()))),
        };
        let ours = Checkpoint::open(&bytes, &log.vkey).map_err(|error| no(format!("{}: {error}", path.display())))?;
        beside.push((path, ours));
    }
    for (path, ours) in beside {
        let held = log.entries.len() as u64;
        if ours.size > held {
            return Err(no(format!(
                "{} signs {} entries and the neighbour holds {held}; ask another neighbour, because entries that were seen must not be \
                 signed over",
                path.display(),
                ours.size
            )));
        }
        let first = log.entries.iter().take(usize::try_from(ours.size).unwrap_or(usize::MAX));
        let tree: Frontier = first.map(|entry| entry.leaf.hash()).collect();
        if tree.root() != ours.root {
            return Err(no(format!("{} signs another tree than the neighbour's copy; nothing is brought back", path.display())));
        }
    }
    Ok(())
}

/// What a verified copy is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brings {
    /// The whole log, into a store that holds nothing of it.
    Whole,
    /// What is held goes on: entries are missing at its end, or words among as many.
    Rest,
    /// Words that are missing, of a log that went on since. Only where the copy is its beginning.
    Words,
    /// Nothing is missing that it has.
    Nothing,
}

/// What a copy of this many entries is good for where `held` are held, of which `lacks` have lost their words.
#[must_use]
pub fn brings(held: u64, lacks: usize, size: u64) -> Brings {
    match held {
        0 => Brings::Whole,
        held if held < size => Brings::Rest,
        _ if lacks == 0 => Brings::Nothing,
        held if held == size => Brings::Rest,
        _ => Brings::Words,
    }
}

/// The rows of a verified log after the ones that are held, the contents of those that are, and what is withdrawn in it.
#[must_use]
pub fn missing(log: &ReadLog, held: u64) -> Missing {
    let rows = (0..).zip(&log.entries).skip_while(|(index, _)| *index < held);
    let row = |(index, entry): (u64, &ReadEntry)| LogRow {
        index,
        stream: IncidentId(entry.leaf.stream().0),
        kind: entry.leaf.kind_code(),
        leaf: entry.leaf.encode().to_vec(),
        content: entry.content.clone(),
    };
    let withdrawn = log.verified.entries.iter().filter(|entry| matches!(entry.state, State::Withdrawn { .. }));
    let contents = (0..held).zip(&log.entries).filter_map(|(index, entry)| Some((index, entry.content.clone()?)));
    Missing {
        contents: contents.collect(),
        rows: rows.map(row).collect(),
        // A copy that is behind the store was held against its beginning before.
        signed: (held <= log.verified.checkpoint.size).then_some((log.verified.checkpoint.size, log.verified.checkpoint.root)),
        withdrawn: withdrawn.map(|entry| entry.index).collect(),
        lost: log.verified.missing().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mirror::sample::SampleLog;
    use crate::work::sequencer::mark::MARKS;

    #[test]
    fn a_copy_is_believed_only_whole_and_only_by_our_own_key() {
        let mut log = SampleLog::of(300);
        log.withdraw(2);
        let key = log.key.verifier().clone();
        let found = read(&log.published(), &key, &Gaps::None).unwrap();
        assert_eq!((found.entries.len(), found.entries.iter().filter(|entry| entry.content.is_some()).count()), (301, 299));
        assert_eq!(found.entries[7].content, log.content(7), "salt and payload as they were");
        let stranger = handbell_log::note::SigningKey::from_seed(key.name(), &[9; 32]).unwrap();
        assert_eq!(read(&log.published(), stranger.verifier(), &Gaps::Any).unwrap_err().0, Answer::No);
        for path in ["content/007", "tile/entries/001.p/45", "tile/0/000"] {
            let mut source = log.published();
            source.files.remove(path);
            let stopped = read(&source, &key, &Gaps::None).unwrap_err();
            assert_eq!((stopped.0, stopped.1.contains("--with-gaps")), (Answer::No, path.starts_with("content/")), "{path}: {}", stopped.1);
            // A leaf or a tile is never let be missing, and what is missing is never taken for withdrawn.
            let with_gaps =
                read(&source, &key, &Gaps::Any).map(|log| (log.verified.missing().collect::<Vec<_>>(), log.entries[7].content.clone()));
            match path {
                "content/007" => assert_eq!(with_gaps.unwrap(), (vec![7], None)),
                _ => assert_eq!(with_gaps.unwrap_err().0, Answer::No, "{path}"),
            }
        }
        let mut source = log.published();
        source.files.clear();
        assert_eq!(read(&source, &key, &Gaps::Any).unwrap_err().0, Answer::CouldNotTell);
    }

    #[test]
    fn a_copy_that_cosigned_more_than_it_holds_gives_what_it_holds_and_says_so() {
        let (small, large) = (SampleLog::of(300), SampleLog::of(305));
        let key = large.key.verifier();
        let mut copy = small.published();
        copy.files.insert("checkpoint".to_owned(), large.checkpoint());
        assert_eq!(read_held(&copy, key, &Gaps::None).unwrap_err().0, Answer::No, "it does not say how much it holds");
        copy.files.insert(HELD.to_owned(), small.checkpoint());
        let (log, ahead) = read_held(&copy, key, &Gaps::None).unwrap();
        let ahead = ahead.unwrap();
        assert_eq!((log.entries.len(), ahead.cosigned, ahead.holds), (300, 305, 300));
        // Of less than was cosigned nothing may be signed on; a store that has all of it may take words from there.
        for (held, fits) in [(0, false), (300, false), (304, false), (305, true), (400, true)] {
            let answer = check_ahead(Some(&ahead), held);
            assert_eq!(answer.is_ok(), fits, "{held}");
            assert!(answer.err().is_none_or(|Stopped(answer, why)| answer == Answer::CouldNotTell && why.contains("the first 300")));
        }
        // What is held must be whole all the same, and signed by the log.
        copy.files.remove("content/007");
        assert_eq!(read_held(&copy, key, &Gaps::None).unwrap_err().0, Answer::No);
        // Whoever died between two files holds more than it says.
        let mut copy = large.published();
        copy.files.insert(HELD.to_owned(), small.checkpoint());
        let (log, ahead) = read_held(&copy, key, &Gaps::None).unwrap();
        assert_eq!((log.entries.len(), ahead), (305, None));
    }

    #[test]
    fn a_copy_brings_what_is_missing_and_no_more() {
        for (held, lacks, size, good_for) in [
            (0, 0, 9, Brings::Whole),
            (4, 0, 9, Brings::Rest),
            (4, 2, 9, Brings::Rest),
            (9, 2, 9, Brings::Rest),
            (9, 0, 9, Brings::Nothing),
            (12, 0, 9, Brings::Nothing),
            (12, 2, 9, Brings::Words),
        ] {
            assert_eq!(brings(held, lacks, size), good_for, "{held} held, {lacks} without words, {size} in the copy");
        }
    }

    #[test]
    fn a_checkpoint_that_a_power_cut_tore_is_no_other_tree_where_a_mark_stands() {
        let dir = tempfile::tempdir().unwrap();
        let log = SampleLog::of(9);
        let copy = read(&log.published(), log.key.verifier(), &Gaps::None).unwrap();
        let public = dir.path().join("public");
        std::fs::create_dir_all(public.join("log")).unwrap();
        let whole = log.checkpoint();
        for torn in [&b""[..], &[0; 180], &whole[..whole.len() / 2], &whole[..whole.len() - 1]] {
            std::fs::write(public.join(CHECKPOINT), torn).unwrap();
            let _ = std::fs::remove_file(public.join(MARKS[0]));
            assert_eq!(check_beside(dir.path(), &copy).unwrap_err().0, Answer::No, "nothing else says what was published");
            std::fs::write(public.join(MARKS[0]), &whole).unwrap();
            check_beside(dir.path(), &copy).unwrap();
            std::fs::write(public.join(MARKS[0]), SampleLog::of(10).checkpoint()).unwrap();
            assert_eq!(check_beside(dir.path(), &copy).unwrap_err().0, Answer::No, "the mark says that more was");
        }
        // One that is whole and another's is no accident.
        let stranger = handbell_log::note::SigningKey::from_seed(log.key.name(), &[9; 32]).unwrap();
        let theirs =
            Checkpoint { origin: log.key.name().to_owned(), size: 9, root: Checkpoint::open(&whole, log.key.verifier()).unwrap().root };
        std::fs::write(public.join(MARKS[0]), &whole).unwrap();
        std::fs::write(public.join(CHECKPOINT), theirs.sign(&stranger).unwrap().encode()).unwrap();
        assert_eq!(check_beside(dir.path(), &copy).unwrap_err().0, Answer::No);
    }

    #[test]
    fn what_is_still_published_here_must_be_a_beginning_of_the_copy() {
        let dir = tempfile::tempdir().unwrap();
        let log = SampleLog::of(9);
        let copy = read(&log.published(), log.key.verifier(), &Gaps::None).unwrap();
        let public = dir.path().join("public");
        std::fs::create_dir_all(&public).unwrap();
        check_beside(dir.path(), &copy).unwrap();
        let mut other = SampleLog::of(4);
        other.say("another story");
        let longer = SampleLog::of(10);
        for (mark, fits) in
            [(log.at(5).checkpoint(), true), (log.checkpoint(), true), (longer.checkpoint(), false), (other.checkpoint(), false)]
        {
            for place in MARKS {
                std::fs::write(public.join(place), &mark).unwrap();
                let answer = check_beside(dir.path(), &copy);
                std::fs::remove_file(public.join(place)).unwrap();
                match answer {
                    Ok(()) => assert!(fits),
                    Err(Stopped(answer, why)) => {
                        assert!(!fits && answer == Answer::No);
                        assert!(why.starts_with(&format!("{} ", public.join(place).display())), "{place}: {why}");
                    }
                }
            }
        }
    }
}
