//! Logging: the public log grows with the facts and is signed as one tree.
//!
//! Judges the-log-signs-one-tree.

use handbell_log::checkpoint::Checkpoint;
use handbell_log::hash::leaf_hash;
use handbell_log::leaf::{Content, Leaf};
use handbell_log::snapshot::{Snapshot, SnapshotHead};
use handbell_log::tree::root_of;
use handbell_rules::change::{Change, What};
use handbell_rules::desk::incident::Incident;
use handbell_rules::id::IncidentId;
use handbell_rules::record::entry::{EntryKind, OPERATORS_STREAM, snapshot};
use handbell_rules::record::kept::KeptEntry;

use super::Town;
use super::builders::*;
use crate::store::log::LogEdge;
use crate::store::memory::Fault;
use crate::store::{LogRow, Store, StoreError};

async fn publish(store: &dyn Store, of: IncidentId, kinds: &[EntryKind]) {
    let incident = store.incident(of).await.unwrap().unwrap();
    commit(store, appending(&incident, kinds.iter().map(|kind| entry(of, *kind)).collect())).await;
}

/// The checkpoint verifies under the key, names the origin, and its root is that of the stored leaves.
async fn one_tree(store: &dyn Store, size: u64) {
    let rows = store.log_rows(0, 10_000).await.unwrap();
    assert!(rows.iter().map(|row| row.index).eq(0..size));
    let stored = store.checkpoint().await.unwrap().unwrap();
    let signed = Checkpoint::open(stored.note.as_bytes(), log_key().verifier()).unwrap();
    let leaves: Vec<_> = rows.iter().map(|row| leaf_hash(&row.leaf)).collect();
    assert_eq!((stored.size, signed.size, signed.root), (size, size, root_of(&leaves)));
    assert_eq!(store.checkpoint_of(size).await.unwrap(), Some(stored));
    assert_eq!(store.checkpoint_of(size + 1).await.unwrap(), None);
    for row in &rows {
        let leaf = Leaf::decode(&row.leaf).unwrap();
        assert_eq!((leaf.kind_code(), leaf.stream().0), (row.kind, *row.stream.bytes()));
        let content = Content::decode(row.content.as_ref().unwrap()).unwrap();
        assert!(content.opens(&leaf), "the content opens its leaf");
    }
}

async fn links(store: &dyn Store, stream: IncidentId) -> Vec<(u64, Option<u64>)> {
    let rows = store.stream(stream).await.unwrap();
    let payload = |row: &crate::store::LogRow| -> serde_json::Value {
        let content = Content::decode(row.content.as_ref().unwrap()).unwrap();
        serde_json::from_slice(&content.payload).unwrap()
    };
    rows.iter().map(|row| (payload(row)["seq"].as_u64().unwrap(), payload(row)["prev"].as_u64())).collect()
}

pub async fn entries_of_a_stream_are_numbered_and_linked(town: &mut dyn Town) {
    let store = town.store();
    let ((one, _), (other, _)) = (opened(&*store).await, opened(&*store).await);
    publish(&*store, one.id, &[EntryKind::IncidentOpened, EntryKind::Alert]).await;
    publish(&*store, other.id, &[EntryKind::IncidentOpened]).await;
    publish(&*store, one.id, &[EntryKind::StandDown, EntryKind::Outcome]).await;
    assert_eq!(links(&*store, one.id).await, [(0, None), (1, Some(0)), (2, Some(1)), (3, Some(3))]);
    assert_eq!(links(&*store, other.id).await, [(0, None)]);
    assert_eq!(store.public_incidents(10).await.unwrap(), [other.id, one.id], "newest first");
    assert_eq!(store.public_incidents(1).await.unwrap(), [other.id]);
    let (first, second) = (one.id.min(other.id), one.id.max(other.id));
    assert_eq!(store.published_about(10).await.unwrap(), [first, second], "each once, by id");
    assert_eq!(store.published_about(1).await.unwrap(), [first]);
    let openings = [(2, other.id), (0, one.id)];
    let opened = EntryKind::IncidentOpened.code();
    assert_eq!(store.newest_of_kind(opened, u64::MAX, 10).await.unwrap(), openings, "of a kind, newest first");
    assert_eq!(store.newest_of_kind(opened, u64::MAX, 1).await.unwrap(), openings[..1]);
    assert_eq!(store.newest_of_kind(opened, 2, 10).await.unwrap(), openings[1..], "below a place");
    assert_eq!(store.newest_of_kind(EntryKind::Correction.code(), u64::MAX, 10).await.unwrap(), []);
    assert_eq!(store.log_rows(2, 2).await.unwrap().iter().map(|row| row.index).collect::<Vec<_>>(), [2, 3]);
    one_tree(&*store, 5).await;
}

/// A snapshot counts what stands before its own place, also what the same group of commits wrote; it is no news of an
/// incident and is found in none.
pub async fn a_snapshot_counts_every_entry_before_it(town: &mut dyn Town) {
    let store = town.store();
    let ((one, _), (other, _)) = (opened(&*store).await, opened(&*store).await);
    publish(&*store, one.id, &[EntryKind::IncidentOpened, EntryKind::Alert]).await;
    for (number, kind) in [(0, EntryKind::IncidentOpened), (1, EntryKind::Alert)] {
        publish(&*store, other.id, &[kind]).await;
        commit(&*store, What::SnapshotTaken { entry: snapshot([number; 32], START) }).await;
    }
    drop(store);
    town.reopen().await;
    let store = town.store();
    commit(&*store, What::SnapshotTaken { entry: snapshot([9; 32], START) }).await;
    one_tree(&*store, 7).await;
    let rows = store.log_rows(0, 10).await.unwrap();
    let leaves: Vec<Leaf> = rows.iter().map(|row| Leaf::decode(&row.leaf).unwrap()).collect();
    let taken = store.newest_of_kind(EntryKind::Snapshot.code(), u64::MAX, 10).await.unwrap();
    assert_eq!(taken, [6, 5, 3].map(|index| (index, OPERATORS_STREAM)));
    for (index, _) in taken {
        let place = usize::try_from(index).unwrap();
        let content = Content::decode(rows[place].content.as_ref().unwrap()).unwrap();
        let said: serde_json::Value = serde_json::from_slice(&content.payload).unwrap();
        assert_eq!(SnapshotHead::of(&said), Some(leaves[..place].iter().collect::<Snapshot>().head()), "{index}");
    }
    assert_eq!(links(&*store, OPERATORS_STREAM).await, [(0, None), (1, Some(3)), (2, Some(5))]);
    assert_eq!(store.public_incidents(10).await.unwrap(), [other.id, one.id]);
}

pub async fn the_checkpoint_signs_exactly_the_leaves(town: &mut dyn Town) {
    let store = town.store();
    assert_eq!(store.checkpoint().await.unwrap(), None);
    let (incident, _) = opened(&*store).await;
    assert_eq!(store.checkpoint().await.unwrap(), None, "nothing was logged yet");
    let mut size = 0;
    // Sizes on both sides of powers of two, and more at once than fit one statement.
    for some in [1, 1, 2, 3, 1, 130] {
        publish(&*store, incident.id, &vec![EntryKind::Update; some]).await;
        size += some as u64;
        one_tree(&*store, size).await;
    }
}

pub async fn a_conflict_leaves_no_leaf(town: &mut dyn Town) {
    let store = town.store();
    let (incident, _) = opened(&*store).await;
    publish(&*store, incident.id, &[EntryKind::IncidentOpened]).await;
    // The incident has moved on by one version since.
    conflict(&*store, appending(&incident, vec![entry(incident.id, EntryKind::Outcome)])).await;
    one_tree(&*store, 1).await;
    publish(&*store, incident.id, &[EntryKind::Outcome]).await;
    one_tree(&*store, 2).await;
    assert_eq!(links(&*store, incident.id).await, [(0, None), (1, Some(0))]);
}

pub async fn an_entry_that_cannot_be_written_leaves_no_leaf(town: &mut dyn Town) {
    let store = town.store();
    let (incident, _) = opened(&*store).await;
    let mut unfit = entry(incident.id, EntryKind::Outcome);
    unfit.fields.insert("share".into(), serde_json::json!(0.5));
    let answer = store.commit(change(appending(&incident, vec![entry(incident.id, EntryKind::IncidentOpened), unfit]))).await;
    assert!(matches!(answer, Err(StoreError::Broken(_))), "{answer:?}");
    assert_eq!(store.log_rows(0, 10).await.unwrap(), vec![]);
    assert_eq!(store.checkpoint().await.unwrap(), None);
    publish(&*store, incident.id, &[EntryKind::IncidentOpened]).await;
    one_tree(&*store, 1).await;
    assert_eq!(links(&*store, incident.id).await, [(0, None)]);
}

pub async fn the_log_goes_on_where_it_stood_after_a_restart(town: &mut dyn Town) {
    let (incident, _) = opened(&*town.store()).await;
    publish(&*town.store(), incident.id, &[EntryKind::IncidentOpened, EntryKind::Alert, EntryKind::Update]).await;
    let before = town.store().checkpoint().await.unwrap();
    town.reopen().await;
    assert_eq!(town.store().checkpoint().await.unwrap(), before);
    publish(&*town.store(), incident.id, &[EntryKind::StandDown]).await;
    one_tree(&*town.store(), 4).await;
    assert_eq!(links(&*town.store(), incident.id).await.last(), Some(&(3, Some(2))));
}

pub async fn entries_of_many_at_once_stand_in_one_tree(town: &mut dyn Town) {
    let store = town.store();
    let mut changes: Vec<Change> = Vec::new();
    let mut streams = Vec::new();
    for place in 0..24 {
        let (incident, _) = opened(&*store).await;
        let entries = vec![entry(incident.id, EntryKind::IncidentOpened), entry(incident.id, EntryKind::Outcome)];
        let mut read = incident.clone();
        // Every third comes too late.
        read.version += u32::from(place % 3 == 0);
        changes.push(change(appending(&read, entries)));
        streams.push((incident.id, place % 3 != 0));
    }
    let tasks: Vec<_> = changes
        .into_iter()
        .map(|change| {
            let store = store.clone();
            tokio::spawn(async move { store.commit(change).await })
        })
        .collect();
    for (task, (_, lands)) in tasks.into_iter().zip(&streams) {
        assert_eq!(task.await.unwrap().is_ok(), *lands);
    }
    one_tree(&*store, 32).await;
    for (stream, lands) in streams {
        assert_eq!(links(&*store, stream).await.len(), if lands { 2 } else { 0 });
    }
}

pub async fn a_failed_commit_leaves_one_tree(town: &mut dyn Town) {
    let (incident, _) = opened(&*town.store()).await;
    publish(&*town.store(), incident.id, &[EntryKind::IncidentOpened]).await;
    for (fault, again) in [(Fault::Fails, false), (Fault::FailsButPersists, true)] {
        let read = town.store().incident(incident.id).await.unwrap().unwrap();
        let change = change(appending(&read, vec![entry(incident.id, EntryKind::Update)]));
        town.plant(fault);
        assert!(matches!(town.store().commit(change.clone()).await, Err(StoreError::Unavailable(_))));
        assert_eq!(town.store().commit(change).await.unwrap().again, again);
    }
    one_tree(&*town.store(), 3).await;
    assert_eq!(links(&*town.store(), incident.id).await, [(0, None), (1, Some(0)), (2, Some(1))]);
}

/// From 254 entries to 257, at each size both ways, going on and after a start.
pub async fn a_commit_that_fails_where_a_tile_fills_up_leaves_one_tree(town: &mut dyn Town) {
    let (incident, _) = opened(&*town.store()).await;
    publish(&*town.store(), incident.id, &[EntryKind::Update; 254]).await;
    for size in 254..257 {
        let read = town.store().incident(incident.id).await.unwrap().unwrap();
        let change = change(appending(&read, vec![entry(incident.id, EntryKind::Update)]));
        town.plant(Fault::Fails);
        assert!(matches!(town.store().commit(change.clone()).await, Err(StoreError::Unavailable(_))));
        one_tree(&*town.store(), size).await;
        town.reopen().await;
        town.plant(Fault::FailsButPersists);
        assert!(matches!(town.store().commit(change.clone()).await, Err(StoreError::Unavailable(_))));
        one_tree(&*town.store(), size + 1).await;
        if size == 255 {
            town.reopen().await;
        }
        assert!(town.store().commit(change).await.unwrap().again, "{size}");
        one_tree(&*town.store(), size + 1).await;
    }
}

/// Another log: two streams, of which the first has lost the words of its second entry.
fn another_log() -> (Incident, Vec<LogRow>) {
    let (one, other) = (incident(), incident());
    let (mut edge, mut rows) = (LogEdge::default(), Vec::new());
    for (stream, kind) in [
        (one.id, EntryKind::IncidentOpened),
        (one.id, EntryKind::Outcome),
        (other.id, EntryKind::IncidentOpened),
        (one.id, EntryKind::Outcome),
    ] {
        rows.push(edge.append(&entry(stream, kind)).unwrap());
    }
    rows.push(edge.withdraw(one.id, 1, 2).unwrap());
    rows[1].content = None;
    (one, rows)
}

fn kept(rows: &[LogRow]) -> Vec<KeptEntry> {
    let kept = |row: &LogRow| KeptEntry {
        stream: row.stream,
        kind: row.kind,
        leaf: row.leaf.clone(),
        content: row.content.clone(),
        missing: false,
    };
    rows.iter().map(kept).collect()
}

/// The tree that is signed is the tree of these rows.
async fn signs(store: &dyn Store, rows: &[LogRow]) {
    assert_eq!(store.log_rows(0, 10_000).await.unwrap(), rows);
    let stored = store.checkpoint().await.unwrap().unwrap();
    let signed = Checkpoint::open(stored.note.as_bytes(), log_key().verifier()).unwrap();
    let leaves: Vec<_> = rows.iter().map(|row| leaf_hash(&row.leaf)).collect();
    assert_eq!((stored.size, signed.root), (rows.len() as u64, root_of(&leaves)));
}

pub async fn another_logs_entries_become_the_first_ones_word_for_word(town: &mut dyn Town) {
    let (of, mut rows) = another_log();
    let what = What::LogTakenOver { incidents: vec![of.clone()], entries: kept(&rows) };
    commit(&*town.store(), what).await;
    signs(&*town.store(), &rows).await;
    let found = town.store().incident(of.id).await.unwrap().unwrap();
    assert_eq!((found.version, found.id), (1, of.id));
    town.reopen().await;
    signs(&*town.store(), &rows).await;
    // It goes on where that one stood, numbers and links among them.
    publish(&*town.store(), of.id, &[EntryKind::Outcome]).await;
    let next = town.store().log_rows(5, 1).await.unwrap().remove(0);
    let payload: serde_json::Value = serde_json::from_slice(&Content::decode(next.content.as_ref().unwrap()).unwrap().payload).unwrap();
    assert_eq!((payload["seq"].as_u64(), payload["prev"].as_u64()), (Some(3), Some(3)));
    rows.push(next);
    signs(&*town.store(), &rows).await;
}

pub async fn a_log_that_has_begun_takes_no_other_over(town: &mut dyn Town) {
    let store = town.store();
    let (own, _) = opened(&*store).await;
    publish(&*store, own.id, &[EntryKind::IncidentOpened]).await;
    let (of, rows) = another_log();
    conflict(&*store, What::LogTakenOver { incidents: vec![of.clone()], entries: kept(&rows) }).await;
    assert_eq!(store.incident(of.id).await.unwrap(), None);
    one_tree(&*store, 1).await;
}

pub async fn entries_that_no_log_holds_are_not_taken_over(town: &mut dyn Town) {
    let store = town.store();
    let (of, rows) = another_log();
    type Wrong = fn(&mut Vec<LogRow>);
    let wrongs: [(&str, Wrong); 8] = [
        ("an entry that nothing withdraws has no content", |rows| rows[0].content = None),
        ("a content is another one's", |rows| rows[0].content = rows[2].content.clone()),
        ("a leaf is no leaf", |rows| rows[2].leaf[0] ^= 1),
        ("an entry is filed under another stream", |rows| rows[2].stream = IncidentId([9; 16])),
        ("an entry is filed under another kind", |rows| rows[2].kind = 5),
        ("two entries of a stream have changed places", |rows| rows.swap(0, 3)),
        ("an entry of the middle is missing", |rows| drop(rows.remove(0))),
        ("the mark of the withdrawal is missing", |rows| drop(rows.pop())),
    ];
    for (what, wrong) in wrongs {
        let mut bad = rows.clone();
        wrong(&mut bad);
        let answer = store.commit(change(What::LogTakenOver { incidents: vec![of.clone()], entries: kept(&bad) })).await;
        assert!(matches!(answer, Err(StoreError::Broken(_))), "{what}: {answer:?}");
        assert_eq!(store.log_rows(0, 10).await.unwrap(), vec![], "{what}");
        assert_eq!((store.checkpoint().await.unwrap(), store.incident(of.id).await.unwrap()), (None, None), "{what}");
    }
    // A store that refused goes on.
    commit(&*store, What::LogTakenOver { incidents: vec![of], entries: kept(&rows) }).await;
    signs(&*store, &rows).await;
}
