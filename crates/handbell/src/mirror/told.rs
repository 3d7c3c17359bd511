//! Told: one incident of a neighbour, as its copy here tells it.
//!
//! Read from the disk entry by entry, each content held against its leaf before a word of it is believed. What is
//! withdrawn is left out although its file may still lie there. An incident that is not all here is not told by half:
//! a page with holes would be taken for what the neighbour says.

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
            let mut entry = LoggedEntry { index, kind: leaf.kind_code(), payload: None };
            if leaf.is_committed() && !self.is_withdrawn(index) {
                let Some(bytes) = self.shelf.read(&in_log(&content_path(index)))? else {
                    // Its withdrawal may have come meanwhile.
                    waiting += usize::from(!self.is_withdrawn(index));
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
        entries.iter_mut().filter(|entry| self.is_withdrawn(entry.index)).for_each(|entry| entry.payload = None);
        Ok(match (entries.is_empty(), waiting) {
            (true, _) => None,
            (false, 0) => Some(Told::Whole { entries, size }),
            (false, waiting) => Some(Told::Waiting(waiting)),
        })
    }
}
