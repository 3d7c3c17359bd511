//! Told: one incident of a neighbour, as its copy here tells it.
//!
//! Read from the disk entry by entry, each content held against its leaf before a word of it is believed. What is
//! withdrawn is left out although its file may still lie there. An incident that is not all here is not told by half:
//! a page with holes would be taken for what the neighbour says. What the neighbour itself says is lost has its place.

use super::MirrorError;
use super::neighbour::{Neighbour, bundle_of, in_log};
use handbell_log::bundle;
use handbell_log::leaf::{Content, Leaf, Stream};
use handbell_log::payload::check;
use handbell_log::tile::{TileId, content_path};
use handbell_rules::record::projection::LoggedEntry;
use serde_json::Value;

/// Bytes of contents that are read for one incident, at most.
pub const TOLD_BYTES_MAX: usize = 8 * 1024 * 1024;

/// What is to be had of an incident.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// All of its entries.
    Whole {
        /// Oldest first.
        entries: Vec<LoggedEntry>,
        /// How many entries of the log they follow from.
        size: u64,
    },
    /// So many contents were not given out yet and are not withdrawn.
    Waiting(usize),
    /// More entries or words than are read for one page.
    TooLong,
    /// A file of the copy is missing or changed, or the neighbour's words are in no form that is known.
    Unreadable {
        /// Where.
        place: String,
    },
}

/// The bundle that was read last, because the next entry often stands in it.
#[derive(Default)]
struct Bundle(Option<(TileId, Vec<u8>)>);

impl Bundle {
    /// The leaf of an entry of a log of this size; none where the copy does not hold it.
    fn leaf(&mut self, of: &Neighbour, index: u64, size: u64) -> Result<Option<Leaf>, MirrorError> {
        let tile = bundle_of(index, size);
        if self.0.as_ref().is_none_or(|(held, _)| *held != tile) {
            let Some(bytes) = of.shelf.read(&in_log(&tile.path()))? else { return Ok(None) };
            self.0 = Some((tile, bytes));
        }
        let Some((tile, bytes)) = &self.0 else { return Ok(None) };
        let entries = bundle::decode(bytes, tile.width()).ok();
        let place = usize::try_from(index - tile.range().start).unwrap_or(usize::MAX);
        Ok(entries.and_then(|entries| Leaf::decode(entries.get(place)?).ok()))
    }
}

impl Neighbour {
    /// Incidents that were opened before an entry of the log, newest first, and whether there are more.
    pub fn opened_before(&self, index: u64, at_most: usize) -> (Vec<(u64, Stream)>, bool) {
        self.streams().opened_before(index, at_most)
    }

    /// How many incidents the copy knows of.
    pub fn opened(&self) -> usize {
        self.streams().opened()
    }

    /// Whether the log is longer than what can be shown of it here.
    pub fn is_too_long(&self) -> bool {
        self.streams().is_too_long()
    }

    /// Reads one incident from the disk; none where nothing opened it. For a thread that may wait.
    ///
    /// # Errors
    /// [`MirrorError::Disk`].
    pub fn told(&self, stream: Stream) -> Result<Option<Told>, MirrorError> {
        let (places, size) = {
            let streams = self.streams();
            (streams.entries(stream), streams.size())
        };
        let Ok(places) = places else { return Ok(Some(Told::TooLong)) };
        let (mut entries, mut waiting, mut bytes_read, mut bundle) = (Vec::new(), 0, 0, Bundle::default());
        for index in places {
            let unreadable = |place: String| {
                tracing::warn!(origin = self.origin(), %place, "an incident of a neighbour cannot be read from its copy");
                Ok(Some(Told::Unreadable { place }))
            };
            let leaf = match bundle.leaf(self, index, size)? {
                Some(leaf) if leaf.stream() == stream => leaf,
                _ => return unreadable(format!("entry {index}")),
            };
            let mut entry = LoggedEntry { index, kind: leaf.kind_code(), payload: None, missing: false };
            if leaf.is_committed() && !self.is_withdrawn(index) {
                let Some(bytes) = self.shelf.read(&in_log(&content_path(index)))? else {
                    // What its keeper says is lost is told as missing. Its withdrawal may have come meanwhile.
                    entry.missing = self.is_lost(index);
                    waiting += usize::from(!entry.missing && !self.is_withdrawn(index));
                    entries.push(entry);
                    continue;
                };
                bytes_read += bytes.len();
                let content = Content::decode(&bytes).ok().filter(|content| content.opens(&leaf));
                let Some(Ok(Value::Object(payload))) = content.map(|content| check(&content.payload)) else {
                    return unreadable(content_path(index));
                };
                entry.payload = Some(payload);
            }
            if bytes_read > TOLD_BYTES_MAX {
                return Ok(Some(Told::TooLong));
            }
            entries.push(entry);
        }
        // What was withdrawn while this was read is left out as well.
        for entry in entries.iter_mut().filter(|entry| self.is_withdrawn(entry.index)) {
            (entry.payload, entry.missing) = (None, false);
        }
        Ok(match (entries.is_empty(), waiting) {
            (true, _) => None,
            (false, 0) => Some(Told::Whole { entries, size }),
            (false, waiting) => Some(Told::Waiting(waiting)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::neighbour::folder_of;
    use super::super::sample::{ORIGIN, SampleLog};
    use super::*;
    use handbell_log::cosignature::CosigningKey;
    use handbell_log::leaf::Kind;
    use std::path::Path;

    const ONE: Stream = Stream([1; 16]);
    const OTHER: Stream = Stream([2; 16]);

    fn open(dir: &Path, log: &SampleLog) -> Neighbour {
        Neighbour::open(dir, log.key.verifier().clone()).unwrap()
    }

    fn pull(neighbour: &Neighbour, log: &SampleLog) {
        let cosigner = CosigningKey::from_seed("south.example/cosigner1", &[2; 32]).unwrap();
        neighbour.pull(&log.published(), &cosigner, 1).unwrap();
    }

    /// Entries of an incident, and which of them have words.
    fn whole(neighbour: &Neighbour, stream: Stream) -> (Vec<(u64, bool)>, u64) {
        let Some(Told::Whole { entries, size }) = neighbour.told(stream).unwrap() else { panic!("it is not told whole") };
        (entries.iter().map(|entry| (entry.index, entry.payload.is_some())).collect(), size)
    }

    fn two_incidents() -> SampleLog {
        let mut log = SampleLog::of(250);
        log.open(ONE, "Northgate");
        log.open(OTHER, "Southgate");
        (0..10).for_each(|_| log.say("between"));
        log.end(ONE, "The water went down.");
        log
    }

    #[test]
    fn an_incident_is_read_without_its_log_whenever_the_copy_was_opened_or_grew() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = two_incidents();
        let neighbour = open(dir.path(), &log.at(251));
        pull(&neighbour, &log.at(251));
        assert_eq!(whole(&neighbour, ONE), (vec![(250, true)], 251));
        assert_eq!(neighbour.told(OTHER).unwrap(), None);
        pull(&neighbour, &log);
        let told = (vec![(250, true), (262, true)], 263);
        // As it was followed, and as it is read anew.
        assert_eq!((whole(&neighbour, ONE), whole(&open(dir.path(), &log), ONE)), (told.clone(), told));
        assert_eq!(neighbour.opened_before(u64::MAX, 5), (vec![(251, OTHER), (250, ONE)], false));
        log.withdraw(262);
        pull(&neighbour, &log);
        let told = (vec![(250, true), (262, false), (263, false)], 264);
        assert_eq!((whole(&neighbour, ONE), whole(&open(dir.path(), &log), ONE)), (told.clone(), told));
    }

    #[test]
    fn what_is_not_here_yet_or_not_what_its_leaf_says_is_not_told_by_half() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = two_incidents();
        let right = log.content(262);
        log.offer(262, None);
        let neighbour = open(dir.path(), &log);
        pull(&neighbour, &log);
        assert_eq!(neighbour.told(ONE).unwrap(), Some(Told::Waiting(1)));
        assert_eq!(whole(&neighbour, OTHER).0, [(251, true)]);
        // What its keeper says is lost is told as missing, in its place.
        let mut gone = log.published();
        gone.files.insert("missing".to_owned(), b"262\n".to_vec());
        let cosigner = CosigningKey::from_seed("south.example/cosigner1", &[2; 32]).unwrap();
        neighbour.pull(&gone, &cosigner, 2).unwrap();
        let Some(Told::Whole { entries, .. }) = neighbour.told(ONE).unwrap() else { panic!("it is not told whole") };
        assert_eq!(entries.iter().map(|entry| (entry.index, entry.missing)).collect::<Vec<_>>(), [(250, false), (262, true)]);
        log.offer(262, right);
        pull(&neighbour, &log);
        assert_eq!(whole(&neighbour, ONE).0.len(), 2);
        // Another content in its place on the disk, and a changed leaf.
        let copy = folder_of(dir.path(), ORIGIN).join("log");
        let content = copy.join(content_path(262));
        let kept = std::fs::read(&content).unwrap();
        std::fs::write(&content, log.content(250).unwrap()).unwrap();
        assert_eq!(neighbour.told(ONE).unwrap(), Some(Told::Unreadable { place: content_path(262) }));
        std::fs::write(&content, kept).unwrap();
        let bundle = copy.join("tile/entries/000");
        let mut bytes = std::fs::read(&bundle).unwrap();
        let at = bytes.len() - 6 * 59 + 2 + 40;
        bytes[at] ^= 1;
        std::fs::write(&bundle, bytes).unwrap();
        assert_eq!(neighbour.told(ONE).unwrap(), Some(Told::Unreadable { place: content_path(250) }));
        assert_eq!(whole(&neighbour, OTHER).0, [(251, true)], "the rest is read");
        // A copy that is not what was signed tells nothing, until it is pulled anew.
        let anew = open(dir.path(), &log);
        assert_eq!((anew.told(OTHER).unwrap(), anew.opened()), (None, 0));
        pull(&anew, &log);
        assert_eq!(whole(&anew, ONE).0.len(), 2);
    }

    #[test]
    fn more_than_a_page_reads_is_not_shown() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = SampleLog::empty();
        log.open(ONE, "Northgate");
        let long = "x".repeat(900_000);
        for _ in 0..10 {
            log.enter(Kind::Outcome, ONE, serde_json::json!({"type": "outcome", "outcome": long, "says": "a neighbour"}));
        }
        log.open(OTHER, "Southgate");
        let neighbour = open(dir.path(), &log);
        pull(&neighbour, &log);
        assert_eq!(neighbour.told(ONE).unwrap(), Some(Told::TooLong));
        assert_eq!(whole(&neighbour, OTHER).0, [(11, true)]);
    }
}
