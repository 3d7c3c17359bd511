//! The snapshot: how many entries each stream has, so that a page can be seen to be whole without
//! reading the log from its beginning.
//!
//! A table of all streams, sorted, made from leaves alone and hashed as a tree of its own; its root
//! stands in the payload of an entry of kind 10 in the operator's stream. Promises that anybody with
//! the leaves before that entry computes the same root. The table itself is not in the log.
//! A snapshot is the log's own word until somebody has replayed the log:
//! [`crate::verify::verify_log`] compares every one.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::hash::{Hash, leaf_hash};
use crate::leaf::{Leaf, Stream};
use crate::proof;
use crate::tree::root_of;

/// What the payload's `type` says.
pub const SNAPSHOT_TYPE: &str = "snapshot";
/// How many bytes a row has.
pub const ROW_BYTES: usize = 32;

/// One stream in a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The stream.
    pub stream: Stream,
    /// Index of its last committed entry.
    pub last: u64,
    /// How many committed entries it has.
    pub count: u64,
}

impl Row {
    /// The row's bytes: stream, then last and count, big-endian.
    pub fn encode(&self) -> [u8; ROW_BYTES] {
        let mut bytes = [0; ROW_BYTES];
        bytes[..16].copy_from_slice(&self.stream.0);
        bytes[16..24].copy_from_slice(&self.last.to_be_bytes());
        bytes[24..].copy_from_slice(&self.count.to_be_bytes());
        bytes
    }

    /// Reads a row. Every 32 bytes are one; whether it is the log's is what its path says.
    pub fn decode(bytes: &[u8; ROW_BYTES]) -> Row {
        let (stream, rest) = bytes.split_first_chunk::<16>().expect("32 is more than 16");
        let (last, count) = rest.split_first_chunk::<8>().expect("16 is more than 8");
        let count: [u8; 8] = count.try_into().expect("32 - 16 - 8 = 8");
        Row { stream: Stream(*stream), last: u64::from_be_bytes(*last), count: u64::from_be_bytes(count) }
    }
}

/// A row's hash as a leaf of the snapshot's tree (RFC 6962 section 2.1).
pub fn row_hash(row: &Row) -> Hash {
    leaf_hash(&row.encode())
}

/// The table of all streams at a size, grown one leaf at a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    size: u64,
    /// Last index and count of each stream that has committed entries.
    streams: BTreeMap<Stream, (u64, u64)>,
}

impl Snapshot {
    /// The table before the first entry.
    pub fn new() -> Snapshot {
        Snapshot::default()
    }

    /// The table of the first `size` leaves, from rows that somebody else has counted.
    pub fn of_rows(size: u64, rows: impl Iterator<Item = Row>) -> Snapshot {
        Snapshot { size, streams: rows.map(|row| (row.stream, (row.last, row.count))).collect() }
    }

    /// Takes the log's next leaf. Leaves with public fields have no number and no row.
    pub fn append(&mut self, leaf: &Leaf) {
        if leaf.is_committed() {
            let (last, count) = self.streams.entry(leaf.stream()).or_insert((0, 0));
            *last = self.size;
            *count += 1;
        }
        self.size += 1;
    }

    /// How many leaves it has taken.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Every row, sorted by stream.
    pub fn rows(&self) -> impl Iterator<Item = Row> {
        self.streams.iter().map(|(stream, &(last, count))| Row { stream: *stream, last, count })
    }

    /// What an entry that holds this snapshot says beside the four fields of every payload.
    pub fn head(&self) -> SnapshotHead {
        let hashes: Vec<Hash> = self.rows().map(|row| row_hash(&row)).collect();
        SnapshotHead { size: self.size, streams: hashes.len() as u64, root: root_of(&hashes) }
    }

    /// A stream's row, its position and its path to the root; `None` for a stream without entries.
    pub fn row(&self, stream: Stream) -> Option<(u64, Row, Vec<Hash>)> {
        let (position, row) = (0u64..).zip(self.rows()).find(|(_, row)| row.stream == stream)?;
        let hashes: Vec<Hash> = self.rows().map(|row| row_hash(&row)).collect();
        Some((position, row, proof::inclusion(&hashes, position)?))
    }
}

impl<'leaf> FromIterator<&'leaf Leaf> for Snapshot {
    fn from_iter<Leaves: IntoIterator<Item = &'leaf Leaf>>(leaves: Leaves) -> Snapshot {
        let mut snapshot = Snapshot::new();
        leaves.into_iter().for_each(|leaf| snapshot.append(leaf));
        snapshot
    }
}

/// What a snapshot's entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotHead {
    /// How many leaves it tells of: all those before its own entry.
    pub size: u64,
    /// How many rows it has.
    pub streams: u64,
    /// The root of its rows.
    pub root: Hash,
}

impl SnapshotHead {
    /// Reads `size`, `streams` and `root` from a payload whose `type` is [`SNAPSHOT_TYPE`]. `None`
    /// for every other payload.
    pub fn of(payload: &Value) -> Option<SnapshotHead> {
        if payload.get("type")?.as_str()? != SNAPSHOT_TYPE {
            return None;
        }
        let root = payload.get("root")?.as_str()?.parse().ok()?;
        Some(SnapshotHead { size: payload.get("size")?.as_u64()?, streams: payload.get("streams")?.as_u64()?, root })
    }

    /// The payload of the entry, to be written in canonical form.
    pub fn payload(&self, seq: u64, prev: Option<u64>, at: &str) -> Value {
        serde_json::json!({
            "at": at, "prev": prev, "root": self.root, "seq": seq, "size": self.size, "streams": self.streams, "type": SNAPSHOT_TYPE,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leaf::{Kind, Reason, Salt};
    use crate::proof::verify_inclusion;
    use proptest::prelude::*;

    fn leaf(stream: u8) -> Leaf {
        Leaf::committed(Kind::Claim, Stream([stream; 16]), &Salt([0; 32]), b"{}")
    }

    #[test]
    fn a_snapshot_counts_the_committed_entries_of_each_stream() {
        let withdrawal = Leaf::withdrawal(Stream([9; 16]), 0, Reason::Error);
        let snapshot: Snapshot = [leaf(9), leaf(3), withdrawal, leaf(9), Leaf::key(Stream([0; 16]), [1; 32])].iter().collect();
        let rows: Vec<(u8, u64, u64)> = snapshot.rows().map(|row| (row.stream.0[0], row.last, row.count)).collect();
        assert_eq!(rows, [(3, 1, 1), (9, 3, 2)]);
        let head = snapshot.head();
        assert_eq!((head.size, head.streams), (5, 2));
        for stream in [3, 9] {
            let (position, row, path) = snapshot.row(Stream([stream; 16])).unwrap();
            assert_eq!(verify_inclusion(&row_hash(&row), position, head.streams, &path, &head.root), Ok(()));
        }
        assert_eq!(snapshot.row(Stream([0; 16])), None, "a stream of public entries only has no row");
        let payload = head.payload(0, None, "2026-01-02T03:04Z");
        assert_eq!(SnapshotHead::of(&payload), Some(head));
        assert_eq!(SnapshotHead::of(&serde_json::json!({"type": "t"})), None);
    }

    #[test]
    fn the_vector_of_the_document_holds() {
        let snapshot: Snapshot = [leaf(9), leaf(3), leaf(9)].iter().collect();
        let row = snapshot.row(Stream([9; 16])).unwrap().1;
        let hex: String = row.encode().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "0909090909090909090909090909090900000000000000020000000000000002");
    }

    proptest! {
        #[test]
        fn a_row_has_one_spelling(bytes in any::<[u8; 32]>()) {
            prop_assert_eq!(Row::decode(&bytes).encode(), bytes);
        }
    }
}
