//! The other half of the check: every content opens its leaf, is canonical, and stands in its place.
//!
//! Promises that nothing which does not open its leaf is ever handed on, withdrawn or not, and that
//! within a stream the committed entries count 0, 1, 2 … and each names the one before it. Leaves
//! with public fields have no payload and therefore no number; they are passed over in the count.
//! What a payload's other fields mean is not judged here.

use std::collections::{BTreeMap, HashMap};

use super::{Failure, Gaps, State, VerifiedEntry, VerifiedTree};
use crate::leaf::{Body, Content, Kind, Leaf, Reason, SALT_BYTES, Stream};
use crate::payload::{self, Header, PayloadError};
use crate::snapshot::{Row, Snapshot, SnapshotHead};
use crate::source::Source;
use crate::tile::content_path;

/// Verifies every content beside the leaves of a verified tree, and keeps all payloads.
pub fn verify_entries(source: &dyn Source, tree: &VerifiedTree) -> Result<Vec<VerifiedEntry>, Failure> {
    let mut entries = Vec::with_capacity(tree.leaves.len());
    each_entry(source, tree, |entry| entries.push(entry))?;
    Ok(entries)
}

/// Verifies every content beside the leaves of a verified tree, and hands each entry on in the order of the log without
/// keeping it. None of them counts before all of it held.
///
/// A content that does not open its leaf is named before anything that another one says: what is read of a payload is
/// told only when every opening held.
pub fn each_entry(source: &dyn Source, tree: &VerifiedTree, take: impl FnMut(VerifiedEntry)) -> Result<(), Failure> {
    each_entry_with_gaps(source, tree, &Gaps::None, take)
}

/// As [`each_entry`], where some contents may be missing. What is missing has its number in its stream all the same.
pub fn each_entry_with_gaps(
    source: &dyn Source,
    tree: &VerifiedTree,
    gaps: &Gaps,
    mut take: impl FnMut(VerifiedEntry),
) -> Result<(), Failure> {
    let withdrawals = withdrawals(&tree.leaves);
    let mut streams: HashMap<Stream, Position> = HashMap::new();
    let mut unfit = None;
    for (index, leaf) in (0u64..).zip(&tree.leaves) {
        let payload = read_content(source, index, leaf, withdrawals.contains_key(&index) || gaps.may_lack(index))?;
        if unfit.is_some() {
            continue;
        }
        if leaf.is_committed() {
            let position = streams.entry(leaf.stream()).or_default();
            unfit = payload.as_ref().and_then(|payload| check_payload(index, payload, position).err());
            let next = Position { seq: position.seq + 1, prev: Some(index) };
            if let (Some(Kind::Snapshot), Some(payload)) = (leaf.kind(), &payload) {
                check_snapshot(index, leaf, payload, &streams)?;
            }
            streams.insert(leaf.stream(), next);
        }
        let state = match (withdrawals.get(&index), payload) {
            (Some(&(reason, by)), payload) => State::Withdrawn { reason, by, still_offered: payload.is_some() },
            (None, Some(payload)) => State::Open(payload),
            (None, None) if leaf.is_committed() => State::Missing,
            (None, None) => State::Public,
        };
        take(VerifiedEntry { index, leaf: *leaf, state });
    }
    unfit.map_or(Ok(()), Err)
}

/// What the next committed entry of a stream must say.
#[derive(Default)]
struct Position {
    seq: u64,
    prev: Option<u64>,
}

/// Which entries are withdrawn, why, and by which entry. A second withdrawal changes nothing.
fn withdrawals(leaves: &[Leaf]) -> BTreeMap<u64, (Reason, u64)> {
    let mut withdrawals = BTreeMap::new();
    for (index, leaf) in (0u64..).zip(leaves) {
        if let Body::Withdrawal { target, reason } = *leaf.body() {
            withdrawals.entry(target).or_insert((reason, index));
        }
    }
    withdrawals
}

/// The payload beside a leaf, verified to open it. `None` only where there may be none.
fn read_content(source: &dyn Source, index: u64, leaf: &Leaf, may_lack: bool) -> Result<Option<Vec<u8>>, Failure> {
    let path = content_path(index);
    let Some(bytes) = source.read(&path)? else {
        return match leaf.is_committed() && !may_lack {
            true => Err(Failure::wrong(path, "the content is missing, and no withdrawal says why")),
            false => Ok(None),
        };
    };
    if !leaf.is_committed() {
        return Err(Failure::wrong(path, "there is a content beside an entry that has none"));
    }
    let content = Content::decode(&bytes).map_err(|error| Failure::wrong(path.clone(), error.to_string()))?;
    if content.opens(leaf) {
        return Ok(Some(content.payload));
    }
    Err(Failure::wrong(path, "the content is not the one that the log committed to"))
}

fn check_payload(index: u64, payload: &[u8], position: &Position) -> Result<(), Failure> {
    let wrong = |error: PayloadError| {
        let path = content_path(index);
        let place = match error {
            PayloadError::NotCanonical { byte } => format!("{path} byte {}", SALT_BYTES + byte),
            _ => path,
        };
        Failure::wrong(place, error.to_string())
    };
    let header = Header::of(&payload::check(payload).map_err(wrong)?).map_err(wrong)?;
    let shown = |prev: Option<u64>| prev.map_or("null".to_owned(), |prev| prev.to_string());
    if header.seq != position.seq {
        let sentence = format!("\"seq\" is {} and should be {}", header.seq, position.seq);
        return Err(Failure::wrong(content_path(index), sentence));
    }
    if header.prev != position.prev {
        let sentence = format!("\"prev\" is {} and should be {}", shown(header.prev), shown(position.prev));
        return Err(Failure::wrong(content_path(index), sentence));
    }
    Ok(())
}

/// A snapshot tells of exactly the entries before it. Other payloads of the kind are nobody's word
/// about the log, and are left alone.
fn check_snapshot(index: u64, leaf: &Leaf, payload: &[u8], streams: &HashMap<Stream, Position>) -> Result<(), Failure> {
    let Some(said) = payload::check(payload).ok().and_then(|payload| SnapshotHead::of(&payload)) else {
        return Ok(());
    };
    // A stream that this very entry begins has no entry before it, and no row.
    let rows = streams.iter().filter_map(|(stream, position)| Some(Row { stream: *stream, last: position.prev?, count: position.seq }));
    match leaf.stream() == Stream::OPERATOR && said == Snapshot::of_rows(index, rows).head() {
        true => Ok(()),
        false => Err(Failure::wrong(content_path(index), "the snapshot is not what the entries before it give")),
    }
}
