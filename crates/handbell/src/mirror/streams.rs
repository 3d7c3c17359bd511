//! Streams: where in a neighbour's log the entries of each incident stand, so that a page need not read all of it.
//!
//! Numbers only: no word of a neighbour is held in memory. Made from the leaves when a copy is opened, and followed at
//! each pull. It has a bound: a log of more entries has no streams here, and its pages say so. It says nothing about
//! what was withdrawn; that is the neighbour's to know ([`super::neighbour`]).

use handbell_log::leaf::{Kind, Leaf, Stream};
use std::collections::HashMap;

/// Entries of one log whose places are held, at most: some tens of megabytes.
pub const ENTRIES_MAX: u64 = 1_000_000;
/// Entries of one incident that are read for its page, at most.
pub const STREAM_ENTRIES_MAX: usize = 2_000;
/// No entry stands before this one.
const NONE: u64 = u64::MAX;

/// The newest entry of a stream, and whether an entry opened it.
struct End {
    newest: u64,
    is_opened: bool,
}

/// See the module.
pub(super) struct Streams {
    entries_max: u64,
    /// For each entry of the log the one before it in its stream.
    before: Vec<u64>,
    ends: HashMap<Stream, End>,
    /// Entries that opened an incident, oldest first.
    openings: Vec<(u64, Stream)>,
    /// Whether the log has more entries than are held.
    is_too_long: bool,
}

impl Default for Streams {
    fn default() -> Self {
        Self::up_to(ENTRIES_MAX)
    }
}

/// Why the places of a stream's entries are not to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLong;

impl Streams {
    /// Of a log with at most so many entries.
    pub(super) fn up_to(entries_max: u64) -> Self {
        Self { entries_max, before: Vec::new(), ends: HashMap::new(), openings: Vec::new(), is_too_long: false }
    }

    /// Forgets everything, before a log is read from its first entry.
    pub(super) fn clear(&mut self) {
        *self = Self::up_to(self.entries_max);
    }

    /// Takes note of the next entry of the log.
    pub(super) fn follow(&mut self, leaf: &Leaf) {
        let index = self.size();
        if self.is_too_long || index >= self.entries_max {
            // Half of a log would be told as if it were all of it.
            self.clear();
            self.is_too_long = true;
            return;
        }
        let end = self.ends.entry(leaf.stream()).or_insert(End { newest: NONE, is_opened: false });
        self.before.push(end.newest);
        end.newest = index;
        if leaf.kind() == Some(Kind::IncidentOpened) && !end.is_opened {
            end.is_opened = true;
            self.openings.push((index, leaf.stream()));
        }
    }

    /// How many entries of the log are known.
    pub(super) fn size(&self) -> u64 {
        self.before.len() as u64
    }

    /// Whether the log is longer than what is held here.
    pub(super) fn is_too_long(&self) -> bool {
        self.is_too_long
    }

    /// How many incidents were opened.
    pub(super) fn opened(&self) -> usize {
        self.openings.len()
    }

    /// The incidents that were opened before an entry, newest first, and whether there are more.
    pub(super) fn opened_before(&self, index: u64, at_most: usize) -> (Vec<(u64, Stream)>, bool) {
        let end = self.openings.partition_point(|(opening, _)| *opening < index);
        let start = end.saturating_sub(at_most);
        (self.openings[start..end].iter().rev().copied().collect(), start > 0)
    }

    /// The entries of an incident that was opened, oldest first; none if it was not.
    ///
    /// # Errors
    /// [`TooLong`] past [`STREAM_ENTRIES_MAX`].
    pub(super) fn entries(&self, stream: Stream) -> Result<Vec<u64>, TooLong> {
        let mut entries = Vec::new();
        let end = self.ends.get(&stream).filter(|end| end.is_opened);
        let mut next = end.map_or(NONE, |end| end.newest);
        while let Some(before) = usize::try_from(next).ok().and_then(|place| self.before.get(place)) {
            if entries.len() == STREAM_ENTRIES_MAX {
                return Err(TooLong);
            }
            entries.push(next);
            next = *before;
        }
        entries.reverse();
        Ok(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use handbell_log::leaf::{Reason, Salt};

    fn leaf(kind: Kind, stream: u8) -> Leaf {
        Leaf::committed(kind, Stream([stream; 16]), &Salt([1; 32]), b"{}")
    }

    #[test]
    fn each_incident_has_its_entries_in_order_and_the_newest_opened_comes_first() {
        let mut streams = Streams::default();
        for (kind, stream) in
            [(Kind::IncidentOpened, 1), (Kind::IncidentOpened, 2), (Kind::Outcome, 1), (Kind::Outcome, 3), (Kind::IncidentOpened, 1)]
        {
            streams.follow(&leaf(kind, stream));
        }
        streams.follow(&Leaf::withdrawal(Stream([1; 16]), 2, Reason::Safety));
        assert_eq!(streams.entries(Stream([1; 16])).unwrap(), [0, 2, 4, 5]);
        assert_eq!(streams.entries(Stream([2; 16])).unwrap(), [1]);
        assert_eq!(streams.entries(Stream([3; 16])).unwrap(), Vec::<u64>::new(), "nothing opened it");
        assert_eq!(streams.entries(Stream([9; 16])).unwrap(), Vec::<u64>::new());
        let opened = |before, at_most| {
            let (found, more) = streams.opened_before(before, at_most);
            (found.into_iter().map(|(index, _)| index).collect::<Vec<_>>(), more)
        };
        assert_eq!(opened(u64::MAX, 9), (vec![1, 0], false), "opened twice is opened once");
        assert_eq!((opened(u64::MAX, 1), opened(1, 1), opened(0, 1)), ((vec![1], true), (vec![0], false), (Vec::new(), false)));
    }

    #[test]
    fn a_log_or_a_stream_that_is_too_long_is_not_told_by_half() {
        let mut streams = Streams::up_to(3);
        (0..3).for_each(|_| streams.follow(&leaf(Kind::IncidentOpened, 1)));
        assert!(!streams.is_too_long() && streams.entries(Stream([1; 16])).unwrap().len() == 3);
        streams.follow(&leaf(Kind::Outcome, 1));
        assert!(streams.is_too_long() && streams.opened() == 0);
        streams.follow(&leaf(Kind::IncidentOpened, 1));
        assert!(streams.is_too_long() && streams.entries(Stream([1; 16])).unwrap().is_empty());
        streams.clear();
        assert!(!streams.is_too_long());
        let mut streams = Streams::default();
        streams.follow(&leaf(Kind::IncidentOpened, 1));
        (1..STREAM_ENTRIES_MAX).for_each(|_| streams.follow(&leaf(Kind::Outcome, 1)));
        assert_eq!(streams.entries(Stream([1; 16])).unwrap().len(), STREAM_ENTRIES_MAX);
        streams.follow(&leaf(Kind::Outcome, 1));
        assert_eq!(streams.entries(Stream([1; 16])), Err(TooLong));
    }
}
