//! The log inside the store: where entries get their place and the tree gets its signature.
//!
//! One writer owns the right edge of the tree. A place is given inside the transaction that writes the
//! fact; the checkpoint is signed before the commit and released after it.
//! PROMISE the-log-signs-one-tree: the edge in memory is compared with the stored checkpoint before every
//! signature, and after any doubt it is read again from the leaves.

use handbell_log::checkpoint::Checkpoint;
use handbell_log::hash::{Hash, leaf_hash};
use handbell_log::leaf::{Body, Content, Kind, Leaf, Reason, Salt, Stream};
use handbell_log::note::SigningKey;
use handbell_log::payload;
use handbell_log::snapshot::{Row, Snapshot};
use handbell_log::tree::Frontier;
use handbell_rules::id::IncidentId;
use handbell_rules::record::entry::{EntryKind, NewEntry, OPERATORS_STREAM, Said};
use handbell_rules::record::kept::KeptEntry;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{CheckpointRow, LogRow, StoreError};

/// Where a stream stands: how many entries, and the index of the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamEdge {
    /// Entries so far.
    pub entries: u64,
    /// Index of the newest.
    pub last: u64,
}

/// The right edge of the log, in memory, as of one transaction.
#[derive(Debug, Clone, Default)]
pub struct LogEdge {
    tree: Frontier,
    streams: HashMap<IncidentId, StreamEdge>,
    /// What the streams touched since [`LogEdge::keep`] were before, oldest first.
    before: Vec<(IncidentId, Option<StreamEdge>)>,
}

/// A moment of the edge to which it can go back, until [`LogEdge::keep`].
#[derive(Debug, Clone)]
pub struct Mark {
    tree: Frontier,
    touched: usize,
}

impl LogEdge {
    /// The tree's size.
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    /// The tree's root.
    pub fn root(&self) -> Hash {
        self.tree.root()
    }

    /// Whether a stream has entries.
    pub fn knows(&self, stream: &IncidentId) -> bool {
        self.streams.contains_key(stream)
    }

    /// Rebuilds the edge from rows in order, as at a start.
    pub fn extend_from(&mut self, rows: &[LogRow]) -> Result<(), StoreError> {
        for row in rows {
            if row.index != self.size() {
                return Err(StoreError::Broken(format!("log entry {} stands where {} belongs", row.index, self.size())));
            }
            // The columns only repeat what the leaf says; a leaf is signed, a column is not.
            let leaf = Leaf::decode(&row.leaf).map_err(|error| StoreError::Broken(format!("log entry {}: {error}", row.index)))?;
            if leaf.stream().0 != *row.stream.bytes() || leaf.kind_code() != row.kind {
                return Err(StoreError::Broken(format!(
                    "log entry {} is filed under another stream or kind than its leaf says",
                    row.index
                )));
            }
            self.tree.append(leaf_hash(&row.leaf));
            // Withdrawals, keys and notes stand outside the chain of their stream (docs/formats/content.md).
            if leaf.is_committed() {
                let edge = self.streams.entry(row.stream).or_insert(StreamEdge { entries: 0, last: 0 });
                *edge = StreamEdge { entries: edge.entries + 1, last: row.index };
            }
        }
        Ok(())
    }

    /// How many entries each stream has so far.
    fn snapshot(&self) -> Snapshot {
        let row =
            |(stream, edge): (&IncidentId, &StreamEdge)| Row { stream: Stream(*stream.bytes()), last: edge.last, count: edge.entries };
        Snapshot::of_rows(self.size(), self.streams.iter().map(row))
    }

    /// Gives an entry its place and makes its row. Nothing is kept if the transaction is not.
    pub fn append(&mut self, entry: &NewEntry) -> Result<LogRow, StoreError> {
        let index = self.size();
        let known = self.streams.get(&entry.stream).copied();
        let head = (entry.kind == EntryKind::Snapshot).then(|| self.snapshot().head());
        let own = entry.fields.iter().map(|(name, value)| (name.as_str(), value));
        let mut placed: Vec<(&str, Value)> = vec![
            ("seq", Value::from(known.map_or(0, |edge| edge.entries))),
            ("prev", known.map_or(Value::Null, |edge| Value::from(edge.last))),
        ];
        if let Some(head) = head {
            placed.push(("size", Value::from(head.size)));
            placed.push(("streams", Value::from(head.streams)));
            placed.push(("root", Value::from(head.root.to_string())));
        }
        // What the place says stands, whatever the entry says of it.
        let own = own.filter(|(name, _)| placed.iter().all(|(placed, _)| placed != name));
        let payload = payload::canonical_fields(own.chain(placed.iter().map(|(name, value)| (*name, value))))
            .map_err(|error| StoreError::Broken(format!("an entry that cannot be written: {error}")))?;
        let kind = Kind::from_code(entry.kind.code()).ok_or_else(|| StoreError::Broken("an entry of no known kind".into()))?;
        let salt = Salt(entry.salt);
        let leaf = Leaf::committed(kind, Stream(*entry.stream.bytes()), &salt, &payload).encode();
        self.tree.append(leaf_hash(&leaf));
        self.before.push((entry.stream, known));
        self.streams.insert(entry.stream, StreamEdge { entries: known.map_or(1, |edge| edge.entries + 1), last: index });
        let content = Content { salt, payload }.encode();
        Ok(LogRow { index, stream: entry.stream, kind: entry.kind.code(), leaf: leaf.to_vec(), content: Some(content) })
    }

    /// Makes another log's entries the first ones of this log, which is empty: the same leaves at the same
    /// places. What has content must be opened by it and stand in its place in the stream; what has none must be
    /// withdrawn by a later one, or be known to be missing. Nothing is kept if the transaction is not.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when this log is not empty; [`StoreError::Broken`] for entries that no log holds.
    pub fn take_over(&mut self, entries: &[KeptEntry]) -> Result<Vec<LogRow>, StoreError> {
        if self.size() != 0 || !self.streams.is_empty() {
            return Err(StoreError::Conflict);
        }
        let (mut rows, mut missing) = (Vec::with_capacity(entries.len()), HashSet::new());
        for entry in entries {
            let index = self.size();
            let broken = |why: &str| StoreError::Broken(format!("entry {index} cannot be taken over: {why}"));
            let leaf = Leaf::decode(&entry.leaf).map_err(|error| broken(&error.to_string()))?;
            if leaf.stream().0 != *entry.stream.bytes() || leaf.kind_code() != entry.kind {
                return Err(broken("it is filed under another stream or kind than its leaf says"));
            }
            let known = self.streams.get(&entry.stream).copied();
            match &entry.content {
                Some(content) => {
                    let content = Content::decode(content).ok().filter(|content| content.opens(&leaf));
                    let payload = content.and_then(|content| payload::check(&content.payload).ok());
                    let header = payload.and_then(|payload| payload::Header::of(&payload).ok());
                    let place = header.map(|header| (header.seq, header.prev));
                    if place != Some((known.map_or(0, |edge| edge.entries), known.map(|edge| edge.last))) {
                        return Err(broken("its content does not open it in this place"));
                    }
                }
                None if leaf.is_committed() && !entry.missing => drop(missing.insert(index)),
                None => {}
            }
            if let Body::Withdrawal { target, .. } = leaf.body() {
                let withdrawn = usize::try_from(*target).ok().and_then(|target| rows.get(target));
                if withdrawn.is_none_or(|row: &LogRow| row.content.is_some()) {
                    return Err(broken("what it withdraws has content or is not there"));
                }
                missing.remove(target);
            }
            self.tree.append(leaf_hash(&entry.leaf));
            if leaf.is_committed() {
                self.before.push((entry.stream, known));
                self.streams.insert(entry.stream, StreamEdge { entries: known.map_or(1, |edge| edge.entries + 1), last: index });
            }
            let (leaf, content) = (entry.leaf.clone(), entry.content.clone());
            rows.push(LogRow { index, stream: entry.stream, kind: entry.kind, leaf, content });
        }
        match missing.into_iter().min() {
            None => Ok(rows),
            Some(index) => Err(StoreError::Broken(format!("entry {index} has no content and nothing withdraws it"))),
        }
    }

    /// Marks that the content of an earlier entry is withdrawn. The mark has public fields and no content.
    ///
    /// # Errors
    /// [`StoreError::Broken`] for an entry that is not there yet, or a reason the log does not know.
    pub fn withdraw(&mut self, stream: IncidentId, target: u64, reason: u8) -> Result<LogRow, StoreError> {
        let index = self.size();
        let reason = Reason::from_code(reason).filter(|_| target < index);
        let reason = reason.ok_or_else(|| StoreError::Broken("a withdrawal of nothing, or for no known reason".into()))?;
        let leaf = Leaf::withdrawal(Stream(*stream.bytes()), target, reason).encode();
        self.tree.append(leaf_hash(&leaf));
        Ok(LogRow { index, stream, kind: Kind::Withdrawal.code(), leaf: leaf.to_vec(), content: None })
    }

    /// Adds what the operator's own stream says. It has public fields, no content and no place in a chain.
    pub fn say(&mut self, said: Said) -> LogRow {
        let (index, stream) = (self.size(), Stream(*OPERATORS_STREAM.bytes()));
        let leaf = match said {
            Said::Keys(digest) => Leaf::key(stream, digest),
            Said::Worker(digest) => Leaf::note(stream, digest),
        };
        let (kind, leaf) = (leaf.kind_code(), leaf.encode());
        self.tree.append(leaf_hash(&leaf));
        LogRow { index, stream: OPERATORS_STREAM, kind, leaf: leaf.to_vec(), content: None }
    }

    /// Remembers this moment. Costs the same however long the log is.
    pub fn mark(&self) -> Mark {
        Mark { tree: self.tree.clone(), touched: self.before.len() }
    }

    /// Goes back to a moment, because what came after it was not kept.
    pub fn rewind(&mut self, mark: Mark) {
        self.tree = mark.tree;
        for (stream, edge) in self.before.drain(mark.touched..).rev() {
            match edge {
                Some(edge) => self.streams.insert(stream, edge),
                None => self.streams.remove(&stream),
            };
        }
    }

    /// Keeps everything appended so far: the transaction stands. No earlier mark is good any more.
    pub fn keep(&mut self) {
        self.before.clear();
    }

    /// Signs the tree as it stands.
    pub fn sign(&self, key: &SigningKey) -> Result<CheckpointRow, StoreError> {
        let checkpoint = Checkpoint { origin: key.name().to_owned(), size: self.size(), root: self.tree.root() };
        let note = checkpoint.sign(key).map_err(|error| StoreError::Broken(format!("the checkpoint cannot be signed: {error}")))?;
        Ok(CheckpointRow { size: self.size(), note: note.encode() })
    }

    /// Checks that a stored checkpoint is a signature of exactly this tree.
    pub fn agrees_with(&self, key: &SigningKey, stored: Option<&CheckpointRow>) -> Result<(), StoreError> {
        match stored {
            None if self.size() == 0 => Ok(()),
            Some(row) if row.size == self.size() && self.sign(key)?.note == row.note => Ok(()),
            _ => Err(StoreError::Broken("the stored leaves and the signed checkpoint disagree; nothing more is signed".into())),
        }
    }
}

/// The key that signs, shared by the store's writer.
pub type LogKey = Arc<SigningKey>;

#[cfg(test)]
mod tests {
    use super::*;
    use handbell_log::snapshot::SnapshotHead;
    use handbell_rules::record::entry::snapshot;

    fn entry(stream: u8, salt: u8) -> NewEntry {
        let fields = serde_json::json!({ "type": "outcome", "at": "2026-01-02T03:04Z" }).as_object().cloned().unwrap_or_default();
        NewEntry { stream: IncidentId([stream; 16]), kind: EntryKind::Outcome, fields, salt: [salt; 32] }
    }

    #[test]
    fn going_back_forgets_the_tree_and_every_stream() {
        let mut edge = LogEdge::default();
        let kept = edge.append(&entry(1, 1)).unwrap();
        edge.keep();
        let mark = edge.mark();
        let lost = edge.append(&entry(1, 2)).unwrap();
        edge.append(&entry(2, 3)).unwrap();
        edge.rewind(mark);
        assert_eq!(edge.size(), 1);
        assert_eq!(edge.append(&entry(1, 2)).unwrap(), lost, "the same entry gets the same place, number and predecessor again");
        let mut again = LogEdge::default();
        again.extend_from(&[kept, lost]).unwrap();
        assert_eq!((again.tree, again.streams), (edge.tree, edge.streams));
    }

    #[test]
    fn a_snapshot_tells_of_every_entry_before_its_own() {
        let mut edge = LogEdge::default();
        let mut rows: Vec<LogRow> = [1, 2, 1].map(|stream| edge.append(&entry(stream, 1)).unwrap()).into();
        rows.push(edge.say(Said::Worker([9; 32])));
        rows.push(edge.withdraw(IncidentId([1; 16]), 0, 4).unwrap());
        let new = snapshot([5; 32], handbell_rules::time::Timestamp::from_milliseconds(0));
        for again in 0..2 {
            let row = edge.append(&new).unwrap();
            let before: Vec<Leaf> = rows.iter().map(|row| Leaf::decode(&row.leaf).unwrap()).collect();
            let content = Content::decode(row.content.as_ref().unwrap()).unwrap();
            let payload = payload::check(&content.payload).unwrap();
            assert_eq!(SnapshotHead::of(&payload), Some(before.iter().collect::<Snapshot>().head()), "{again}");
            assert_eq!((row.kind, row.stream), (10, OPERATORS_STREAM));
            rows.push(row);
        }
    }

    #[test]
    fn a_row_that_says_something_else_than_its_leaf_is_broken() {
        let mut edge = LogEdge::default();
        let row = edge.append(&entry(1, 1)).unwrap();
        for wrong in [LogRow { stream: IncidentId([9; 16]), ..row.clone() }, LogRow { kind: 5, ..row.clone() }, LogRow { index: 1, ..row }]
        {
            assert!(matches!(LogEdge::default().extend_from(&[wrong]), Err(StoreError::Broken(_))));
        }
    }
}
