//! What only the store on a disk can be asked: files, bytes, foreign hands, and that it does exactly what
//! the store in memory does.
#![allow(clippy::unwrap_used, reason = "a check that meets the unexpected has failed")]

use handbell_log::note::SigningKey;
use handbell_rules::bell::delivery::{Answer, DeliveryState, Leased, settle};
use handbell_rules::change::{Change, What};
use handbell_rules::id::SubscriptionId;
use handbell_rules::playbook::Reach;
use handbell_rules::record::entry::EntryKind;
use handbell_rules::record::proposal::Follows;
use handbell_rules::street::receipt::ReceiptMark;
use handbell_rules::street::report::ReportState;
use handbell_rules::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};
use proptest::prelude::*;
use sqlx::{ConnectOptions, Connection, Row as _, SqliteConnection};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

use super::db::{Db, Value};
use super::{SqlStore, reads, texts};
use crate::store::conformance::builders::*;
use crate::store::memory::MemoryStore;
use crate::store::{Store, StoreError};

async fn made() -> (TempDir, PathBuf, SqlStore) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = SqlStore::create(&path, log_key(), STATUS).await.unwrap();
    (folder, path, store)
}

/// Another program at the file, run by somebody who first takes the triggers away that would stop it.
async fn foreign_hand(path: &Path) -> SqliteConnection {
    let mut hand = sqlx::sqlite::SqliteConnectOptions::new().filename(path).foreign_keys(false).connect().await.unwrap();
    for trigger in ["log_entry_never_goes", "log_entry_never_changes", "checkpoint_never_goes", "checkpoint_never_changes"] {
        sqlx::query(sqlx::AssertSqlSafe(format!("drop trigger {trigger}"))).execute(&mut hand).await.unwrap();
    }
    hand
}

fn is_broken<T>(answer: Result<T, StoreError>) -> bool {
    matches!(answer, Err(StoreError::Broken(_)))
}

/// Opens an incident and logs two entries about it.
async fn logged(store: &SqlStore) -> handbell_rules::desk::incident::Incident {
    let (incident, _) = opened(store).await;
    let entries = vec![entry(incident.id, EntryKind::IncidentOpened), entry(incident.id, EntryKind::Alert)];
    commit(store, appending(&incident, entries)).await;
    store.incident(incident.id).await.unwrap().unwrap()
}

#[tokio::test]
async fn reports_and_notes_from_before_corrections_and_wishes_still_read() {
    let (_folder, path, store) = made().await;
    let report = report();
    commit(&store, filed(&report)).await;
    commit(
        &store,
        What::ReportNoted {
            report: handbell_rules::street::report::Report { version: 1, notes: 1, ..report.clone() },
            note: note(&report, START, "kept"),
        },
    )
    .await;
    store.close().await;
    // What an earlier version wrote: the same bodies without what it did not know.
    let mut hand = foreign_hand(&path).await;
    let remove = "update report set body = json_remove(body, '$.corrected_at', '$.wishes', '$.news', '$.aside')";
    sqlx::query(remove).execute(&mut hand).await.unwrap();
    for (table, lacks) in [("report", "wishes"), ("note", "about")] {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("select body from {table}"))).fetch_one(&mut hand).await.unwrap();
        let body: String = row.get("body");
        assert!(!body.contains(lacks), "{body}");
    }
    let from: String = sqlx::query("select json_extract(body, '$.from') as word from note").fetch_one(&mut hand).await.unwrap().get("word");
    assert_eq!(from, "witness", "a note's writer is the word it was before");
    hand.close().await.unwrap();
    let store = SqlStore::open(&path, log_key()).await.unwrap();
    let read = store.report(report.id).await.unwrap().unwrap();
    assert_eq!((read.corrected_at, read.wishes, read.news, read.aside), (None, 0, false, None));
    assert_eq!(store.notes(report.id).await.unwrap()[0].from, handbell_rules::street::note::NoteFrom::Witness);
}

/// The tables as they were before a report could belong to several incidents, made of the ones of today.
const ONE_INCIDENT_EACH: [&str; 8] = [
    "alter table report add column incident blob references incident (key)",
    "update report set incident = (select b.incident from belonging b where b.report = report.key)",
    "update report set body = json_set(json_remove(body, '$.incidents'), '$.incident', json_extract(body, '$.incidents[0]'))",
    "create index report_incident on report (incident, filed_at) where incident is not null",
    "create index report_joined on report (filed_at, key) where incident is not null",
    "drop table belonging",
    "drop table difference",
    "delete from _sqlx_migrations where version = 10",
];

#[tokio::test]
async fn reports_that_were_joined_before_belong_to_the_same_incident_after_the_update() {
    let (_folder, path, store) = made().await;
    let ((one, first), (two, second)) = (opened(&store).await, opened(&store).await);
    let alone = report();
    commit(&store, filed(&alone)).await;
    let (joined, alone) = (store.joined_reports(START, 10).await.unwrap(), store.report(alone.id).await.unwrap().unwrap());
    store.close().await;
    let mut hand = foreign_hand(&path).await;
    for text in ONE_INCIDENT_EACH {
        sqlx::query(text).execute(&mut hand).await.unwrap();
    }
    let old: String =
        sqlx::query("select body from report where key = $1").bind(first.id.bytes().as_slice()).fetch_one(&mut hand).await.unwrap().get(0);
    assert!(old.contains(&format!("\"incident\":\"{}\"", one.id)) && !old.contains("incidents"), "{old}");
    hand.close().await.unwrap();

    let store = SqlStore::open(&path, log_key()).await.unwrap();
    assert_eq!(store.report(first.id).await.unwrap(), Some(first.clone()));
    assert_eq!(store.report(alone.id).await.unwrap(), Some(alone));
    assert_eq!(store.joined_reports(START, 10).await.unwrap(), joined);
    for (incident, report) in [(one, first), (two, second)] {
        assert_eq!(store.incident_file(incident.id).await.unwrap().unwrap().reports, [report]);
    }
}

/// What intake must stay: rows of its own, and none that another change would have to wait for.
#[tokio::test]
async fn filing_a_report_writes_no_row_about_incidents() {
    let (_folder, path, store) = made().await;
    for _ in 0..20 {
        assert!(super::plan::Plan::of(&change(filed(&report())), None).unwrap().only_adds());
        commit(&store, filed_with_all(&report(), ReceiptMark(fresh_hash()), fresh_hash())).await;
    }
    let mut hand = foreign_hand(&path).await;
    for table in ["belonging", "difference"] {
        let rows: i64 =
            sqlx::query(sqlx::AssertSqlSafe(format!("select count(*) from {table}"))).fetch_one(&mut hand).await.unwrap().get(0);
        assert_eq!(rows, 0, "{table}");
    }
}

#[tokio::test]
async fn a_store_is_made_once_and_never_over_another() {
    let (_folder, path, store) = made().await;
    commit(&store, filed(&report())).await;
    store.close().await;
    let before = std::fs::read(&path).unwrap();
    assert!(is_broken(SqlStore::create(&path, log_key(), STATUS).await));
    assert_eq!(std::fs::read(&path).unwrap(), before, "nothing was touched");
    assert_eq!(SqlStore::open(&path, log_key()).await.unwrap().waiting_reports(10).await.unwrap().len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, _path, store) = made().await;
    commit(&store, filed(&report())).await;
    let mut files = 0;
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", file.file_name());
        files += 1;
    }
    assert!(files >= 2, "the write-ahead log is there too");
}

#[tokio::test]
async fn opening_never_makes_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    assert!(is_broken(SqlStore::open(&path, log_key()).await));
    assert!(!path.exists());
    for content in ["", "a text file", "SQLite format 3"] {
        std::fs::write(&path, content).unwrap();
        assert!(is_broken(SqlStore::open(&path, log_key()).await), "{content:?}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), content, "it was not touched");
    }
    std::fs::remove_file(&path).unwrap();
    let other = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut other = other.connect().await.unwrap();
    sqlx::query("create table somebody_elses (value text)").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    assert!(is_broken(SqlStore::open(&path, log_key()).await));
}

#[tokio::test]
async fn another_log_key_is_refused_even_under_the_same_name() {
    let (_folder, path, store) = made().await;
    store.close().await;
    let key = |name: &str, seed| Arc::new(SigningKey::from_seed(name, &[seed; 32]).unwrap());
    assert!(is_broken(SqlStore::open(&path, key("elsewhere.example/log", 7)).await));
    assert!(is_broken(SqlStore::open(&path, key("handbell.example/log", 8)).await));
    SqlStore::open(&path, key("handbell.example/log", 7)).await.unwrap();
}

#[tokio::test]
async fn a_log_that_is_not_what_was_signed_is_refused() {
    let wrongs = [
        "update log_entry set leaf = cast(substr(leaf, 1, 56) || x'00' as blob) where leaf_index = 0",
        "update log_entry set stream = x'00112233445566778899aabbccddeeff' where leaf_index = 1",
        "update log_entry set kind = 9 where leaf_index = 0",
        "update log_entry set leaf = x'00' where leaf_index = 1",
        "delete from log_entry where leaf_index = 1",
        "delete from log_entry where leaf_index = 0",
        "insert into log_entry select 2, stream, kind, leaf, content from log_entry where leaf_index = 1",
        "delete from checkpoint",
        "update checkpoint set note = replace(note, 'handbell.example', 'handbell.invalid')",
        "update checkpoint set size = 3",
    ];
    for wrong in wrongs {
        let (_folder, path, store) = made().await;
        logged(&store).await;
        store.close().await;
        SqlStore::open(&path, log_key()).await.unwrap().close().await;
        let mut hand = foreign_hand(&path).await;
        assert!(sqlx::query(wrong).execute(&mut hand).await.unwrap().rows_affected() > 0, "{wrong}");
        hand.close().await.unwrap();
        assert!(is_broken(SqlStore::open(&path, log_key()).await), "{wrong}");
    }
}

/// PROMISE the-log-signs-one-tree: doubt stops writing, for good, and reading goes on.
#[tokio::test]
async fn a_foreign_hand_in_the_log_stops_writing_and_not_reading() {
    let wrongs = [
        "insert into log_entry select 2, stream, kind, leaf, content from log_entry where leaf_index = 1",
        "delete from checkpoint",
        "insert into checkpoint values (9, 'another tree')",
    ];
    for wrong in wrongs {
        let (_folder, path, store) = made().await;
        let incident = logged(&store).await;
        let mut hand = foreign_hand(&path).await;
        sqlx::query(wrong).execute(&mut hand).await.unwrap();
        let before = store.checkpoint().await.unwrap();
        let report = report();
        commit(&store, filed(&report)).await;
        let next = appending(&incident, vec![entry(incident.id, EntryKind::Outcome)]);
        assert!(is_broken(store.commit(change(next)).await), "{wrong}");
        assert!(is_broken(store.commit(change(filed(&super::tests::report()))).await), "{wrong}");
        assert!(is_broken(store.lease(1, LEASE, START).await), "{wrong}");
        assert_eq!(store.checkpoint().await.unwrap(), before, "nothing more was signed");
        assert_eq!(store.report(report.id).await.unwrap().unwrap().id, report.id);
    }
}

/// The log's table itself refuses what no write of ours does, whatever program opens the file.
#[tokio::test]
async fn the_log_only_grows_for_every_program() {
    let (_folder, path, store) = made().await;
    logged(&store).await;
    let before = store.log_rows(0, 10).await.unwrap();
    let mut hand = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    for wrong in [
        "delete from log_entry where leaf_index = 1",
        "delete from log_entry",
        "update log_entry set leaf = x'00' where leaf_index = 0",
        "update log_entry set kind = 9 where leaf_index = 0",
        "update log_entry set stream = x'00112233445566778899aabbccddeeff'",
        "update log_entry set leaf_index = 7 where leaf_index = 1",
        "update log_entry set content = x'00' where leaf_index = 0",
        "update log_entry set content = null, leaf = x'00' where leaf_index = 0",
        "update log_entry set content = content where leaf_index = 0",
        "delete from checkpoint",
        "update checkpoint set size = 3",
        "update checkpoint set note = 'another'",
    ] {
        let answer = sqlx::query(wrong).execute(&mut hand).await;
        assert!(answer.is_err_and(|error| error.to_string().contains("only") || error.to_string().contains("signed")), "{wrong}");
    }
    assert_eq!(store.log_rows(0, 10).await.unwrap(), before);
    // The one thing that may happen to a row is that its words go; and they never come back.
    sqlx::query("update log_entry set content = null where leaf_index = 1").execute(&mut hand).await.unwrap();
    for again in ["update log_entry set content = x'00' where leaf_index = 1", "update log_entry set content = null where leaf_index = 1"] {
        assert!(sqlx::query(again).execute(&mut hand).await.is_err(), "{again}");
    }
}

/// Each of the five tables is a window on its own leaves, and what was withdrawn keeps its row without words.
#[tokio::test]
async fn the_records_tables_show_what_the_log_holds() {
    let (_folder, path, store) = made().await;
    let incident = logged(&store).await;
    let with = |kind: EntryKind, fields: serde_json::Value| {
        let mut entry = entry(incident.id, kind);
        entry.fields.extend(fields.as_object().cloned().unwrap());
        entry
    };
    let entries = vec![
        with(EntryKind::Source, serde_json::json!({ "number": 1, "kind": "official", "label": "Home Office", "standing": "the ministry" })),
        with(EntryKind::Claim, serde_json::json!({ "number": 1, "source": 1, "predicate": "when", "polarity": "asserts" })),
        with(EntryKind::ClaimEvent, serde_json::json!({ "claim": 1, "event": "withdrawn-by-source", "reason": "It said so." })),
        with(EntryKind::Assessment, serde_json::json!({ "number": 2, "predicate": "when", "standing": "settled", "supersedes": 1 })),
        with(EntryKind::Correction, serde_json::json!({ "number": 1, "assessment": 2, "supersedes": 1, "note": "The day is known." })),
    ];
    commit(&store, appending(&incident, entries)).await;
    let mut hand = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    let asked = [
        ("select number || kind || label || standing from record_source", "1officialHome Officethe ministry"),
        ("select number || source || predicate || polarity from record_claim", "11whenasserts"),
        ("select claim || event || reason from record_claim_event", "1withdrawn-by-sourceIt said so."),
        ("select number || predicate || standing || supersedes from record_assessment", "2whensettled1"),
        ("select number || assessment || supersedes || note from record_correction", "121The day is known."),
    ];
    for (asked, answer) in asked {
        let rows = sqlx::query(asked).fetch_all(&mut hand).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.get::<String, _>(0)).collect::<Vec<_>>(), [answer], "{asked}");
    }
    let incident = store.incident(incident.id).await.unwrap().unwrap();
    let What::EntryPublished { incident, proposal, follows } = appending(&incident, vec![]) else { unreachable!("one was built") };
    commit(&store, What::EntryPublished { incident, proposal, follows: Follows { withdrawals: vec![(2, 1)], ..follows } }).await;
    let row = sqlx::query("select leaf_index, label from record_source").fetch_one(&mut hand).await.unwrap();
    assert_eq!((row.get::<i64, _>(0), row.get::<Option<String>, _>(1)), (2, None));
}

/// PROMISE receipt-means-durable: what was acknowledged is in the files, as they lie there at that moment.
#[tokio::test]
async fn files_copied_at_any_moment_hold_everything_acknowledged() {
    let (folder, path, store) = made().await;
    let copy = tempfile::tempdir().unwrap();
    let mut marks = Vec::new();
    let incident = logged(&store).await;
    for round in 0..6 {
        for _ in 0..=round * 7 {
            let (report, mark) = (report(), ReceiptMark(fresh_hash()));
            commit(&store, filed_with_all(&report, mark, fresh_hash())).await;
            marks.push((mark, report.id));
        }
        let read = store.incident(incident.id).await.unwrap().unwrap();
        commit(&store, appending(&read, vec![entry(incident.id, EntryKind::Update)])).await;
        for name in ["store.db", "store.db-wal"] {
            std::fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
        }
        let _ = std::fs::remove_file(copy.path().join("store.db-shm"));
        let found = SqlStore::open(&copy.path().join("store.db"), log_key()).await.unwrap();
        for (mark, report) in &marks {
            assert_eq!(found.report_by_receipt(*mark).await.unwrap().unwrap().id, *report);
        }
        assert_eq!(found.checkpoint().await.unwrap().unwrap().size, 3 + round);
        found.close().await;
    }
    drop(store);
    // A store that was only dropped, never closed, opens as well.
    let found = SqlStore::open(&path, log_key()).await.unwrap();
    assert!(found.report_by_receipt(marks[0].0).await.unwrap().is_some());
}

/// PROMISE a-withdrawal-leaves-a-mark: and the words are gone from the bytes, not only from the pages.
#[tokio::test]
async fn withdrawn_words_are_in_no_file() {
    let (folder, _path, store) = made().await;
    let (mut report, words, more, box_of) = (report(), "the words of a frightened neighbour", "one more frightened word", "a sealed box");
    report.told.text = words.into();
    commit(&store, filed_with_all(&report, ReceiptMark(fresh_hash()), fresh_hash())).await;
    report.version = 1;
    report.notes = 1;
    commit(&store, What::ReportNoted { report: report.clone(), note: note(&report, START, more) }).await;
    let files =
        || -> Vec<u8> { std::fs::read_dir(folder.path()).unwrap().flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect() };
    let stands = |words: &str| files().windows(words.len()).any(|bytes| bytes == words.as_bytes());
    assert!(stands(words) && stands(more) && stands(box_of), "this test could find them");
    report.version = 2;
    report.state = ReportState::Withdrawn;
    report.told.text.clear();
    commit(&store, What::ReportWithdrawn { report }).await;
    // The writer overwrites before it takes the next order.
    assert_eq!(store.lease(1, LEASE, START).await.unwrap(), vec![]);
    assert!(!stands(words) && !stands(more) && !stands(box_of));
}

/// Rows of many lengths at scattered keys, written, written again and emptied: what makes SQLite move rows between
/// pages and leave copies. The numbers are the same in every run (a linear congruential generator).
async fn moved_and_emptied(hand: &mut SqliteConnection, words: &str) {
    let mut state = 2_u64;
    let mut next = move || {
        state = state.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(1);
        i64::try_from(state >> 33).unwrap()
    };
    let mut all = vec!["create table scratch (key integer not null primary key, words text not null) strict, without rowid".to_owned()];
    let keys: Vec<i64> = (0..2_000).map(|_| next()).collect();
    for round in 0..4 {
        for key in &keys {
            let words = words.repeat(1 + usize::try_from(next() % 90).unwrap());
            if round == 0 || next() % 2 == 0 {
                all.push(format!("insert into scratch values ({key}, '{words}') on conflict do update set words = excluded.words"));
            }
        }
    }
    all.extend(keys.iter().map(|key| format!("update scratch set words = '' where key = {key}")));
    for text in ["pragma secure_delete = on".to_owned(), "begin".to_owned()].into_iter().chain(all).chain(["commit".to_owned()]) {
        sqlx::query(sqlx::AssertSqlSafe(text)).execute(&mut *hand).await.unwrap();
    }
}

/// PROMISE a-withdrawal-leaves-a-mark: where rows move between pages, SQLite may leave a copy that nothing overwrites.
/// It goes when the file is swept, also when the program died before that.
#[tokio::test]
async fn no_page_keeps_a_copy_of_what_was_erased() {
    const WORDS: &str = "frightened";
    let (folder, path, store) = made().await;
    let mut report = report();
    commit(&store, filed(&report)).await;
    store.close().await;
    let mut hand = foreign_hand(&path).await;
    moved_and_emptied(&mut hand, WORDS).await;
    hand.close().await.unwrap();
    let copies = || {
        let files = std::fs::read_dir(folder.path()).unwrap().flat_map(|file| std::fs::read(file.unwrap().path()).unwrap());
        files.collect::<Vec<u8>>().windows(WORDS.len()).filter(|bytes| *bytes == WORDS.as_bytes()).count()
    };
    let left = copies();
    assert!(left > 0, "overwriting what is erased is not enough, or this test proves nothing");

    let store = SqlStore::open(&path, log_key()).await.unwrap();
    report.version = 1;
    report.state = ReportState::Withdrawn;
    commit(&store, What::ReportWithdrawn { report: report.clone() }).await;
    store.close().await;
    assert_eq!(copies(), left, "nobody swept yet");
    let store = SqlStore::open(&path, log_key()).await.unwrap();
    let until = tokio::time::Instant::now() + std::time::Duration::from_secs(60);
    while copies() > 0 {
        assert!(tokio::time::Instant::now() < until, "{} of {left} copies are left", copies());
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(store.report(report.id).await.unwrap().unwrap().state, ReportState::Withdrawn);
    assert!(store.db.rows("select value from meta where name = 'sweep'", &[]).await.unwrap().is_empty(), "nothing is left to do");
    println!("sweep: {left} copies of erased words stood in pages, then none");
}

/// The cause of a night's run that stopped: sixteen reports waited for a sweep of a large file, on a machine that was busy.
#[tokio::test]
async fn a_sweep_gives_way_to_whoever_writes_and_is_still_due() {
    let (_folder, path, store) = made().await;
    store.close().await;
    let mut hand = foreign_hand(&path).await;
    let words = "w".repeat(2_000);
    for text in [
        "create table scratch (key integer primary key, words text)".to_owned(),
        format!(
            "insert into scratch with recursive n(k) as (select 1 union all select k + 1 from n where k < 20000) select k, '{words}' from n"
        ),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(text)).execute(&mut hand).await.unwrap();
    }
    hand.close().await.unwrap();
    let db = Db::sqlite(&path).await.unwrap();
    let mut line = db.line().await.unwrap();
    super::sweep::due(&mut line).await.unwrap();
    super::writer::settle(&mut line).await.unwrap();
    let before = std::fs::read(&path).unwrap();
    let somebody = Arc::new(std::sync::atomic::AtomicBool::new(true));
    assert_eq!(super::sweep::sweep(&mut line, &somebody).await.unwrap(), super::sweep::Swept::GaveWay);
    assert!(super::sweep::is_due(&mut line).await.unwrap() && std::fs::read(&path).unwrap() == before, "nothing was done");
    assert_eq!(super::sweep::sweep(&mut line, &Arc::default()).await.unwrap(), super::sweep::Swept::Anew);
    assert!(!super::sweep::is_due(&mut line).await.unwrap());
    let whole = line.rows("select count(*) from scratch where length(words) = 2000", &[]).await.unwrap();
    assert_eq!(whole[0].number(0).unwrap(), 20_000);
    line.hang_up().await;
    db.close().await;
}

#[tokio::test]
async fn push_addresses_stand_in_one_place_and_go_with_their_subscription() {
    let (folder, _path, store) = made().await;
    let mut person = subscription(&[cell(0)], &[]);
    person.endpoint = "https://push.example/a-very-secret-address".into();
    commit(&store, What::Subscribed { subscription: person.clone() }).await;
    let rung = Rung::for_people(&store, &[person.id]).await;
    let leased = lease(&store, START).await;
    answered(&store, &leased[0], Answer::Gone, START).await;
    store.close().await;
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "a closed store is one file");
    let bytes = std::fs::read(folder.path().join("store.db")).unwrap();
    assert!(!bytes.windows(20).any(|bytes| bytes == b"a-very-secret-addres"));
    assert!(bytes.windows(16).any(|bytes| bytes == rung.alert.bytes()), "this test could find it");
}

#[tokio::test]
async fn the_connections_that_read_cannot_write() {
    let (_folder, _path, store) = made().await;
    let answer = store.db.rows("delete from meta returning name", &[]).await;
    assert!(matches!(answer, Err(StoreError::Unavailable(_))));
    assert!(!store.db.rows("select name from meta", &[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let (_folder, _path, store) = made().await;
    store.close().await;
    assert!(matches!(store.commit(change(filed(&report()))).await, Err(StoreError::Unavailable(_))));
    assert!(matches!(store.lease(1, LEASE, START).await, Err(StoreError::Unavailable(_))));
    store.close().await;
}

/// What a ringer or a page asks again and again must not read a whole table.
#[tokio::test]
async fn hot_questions_rest_on_indexes() {
    let (_folder, path, _store) = made().await;
    let mut hand = foreign_hand(&path).await;
    let many = [
        texts::JOURNAL_OF_CHANGE,
        texts::JOURNAL_END,
        texts::ERASE_NOTES,
        texts::ERASE_REPEATS,
        texts::ERASE_SUBSCRIPTION,
        texts::ERASE_CELLS,
        texts::LOG_FROM,
        texts::CHECKPOINT_NEWEST,
        texts::ENDED_LATELY,
        reads::INCIDENT_FILE,
        texts::ERASE_STATES,
        reads::RINGS_TOLD,
        reads::SUBSCRIPTIONS_SQLITE,
        reads::NEIGHBOURS_SQLITE,
        reads::FURTHER_OF,
        reads::OBSERVERS,
        reads::RUNG_SINCE,
        reads::WAITING_REPORTS,
        reads::RECEIVED_REPORTS,
        reads::BEGUN_REPORTS,
        reads::JOINED_REPORTS,
        reads::DIFFERENCES_OF,
        reads::DIFFERENCES_FROM,
        texts::ERASE_DIFFERENCES,
        texts::ERASE_BELONGING,
        reads::OPEN_ALERTS,
        reads::PUBLIC_ALERTS,
        reads::OPEN_PROPOSALS,
        reads::TAKEN_ALONE,
        reads::PUBLIC_INCIDENTS,
        reads::NEWEST_OF_KIND,
    ];
    for text in many {
        // Values are text and not arguments here only because nothing is read.
        let asked = format!("explain query plan {}", text.replace("$1", "1").replace("$2", "2").replace("$3", "3"));
        for row in sqlx::query(sqlx::AssertSqlSafe(asked)).fetch_all(&mut hand).await.unwrap() {
            let step: String = row.get("detail");
            // Members and duties are few; `next`, `w` and `json_each` are not tables.
            let few = ["SCAN d ", "SCAN m ", "SCAN next", "SCAN w", "SCAN json_each", "SCAN j ", "SCAN (subquery", "SCAN CONSTANT ROW"];
            let whole =
                step.starts_with("SCAN ") && !step.contains(" USING ") && !few.iter().any(|few| format!("{step} ").starts_with(few));
            let in_order_of_key = ["journal", "checkpoint", "log_entry"].iter().any(|table| step == format!("SCAN {table}"));
            assert!(!whole || in_order_of_key, "{step}\n{text}");
        }
    }
    // An index that is there may be the wrong one: by kind, every opening before it would be read.
    let asked = format!("explain query plan {}", reads::OPENING_OF.replace("$1", "x'00'"));
    let step: String = sqlx::query(sqlx::AssertSqlSafe(asked)).fetch_one(&mut hand).await.unwrap().get("detail");
    assert!(step.contains("log_entry_stream (stream=?)"), "{step}");
}

/// One thing that happens to both stores.
#[derive(Debug, Clone)]
enum Happens {
    Ring(Vec<usize>),
    Update(usize),
    End(usize),
    EndStale(usize),
    Lease(u32),
    Answer(usize, Answer),
    AnswerLate(usize, Answer),
    Wait(i64),
    Forget,
    Resubscribe(usize),
    Reopen,
}

fn answers() -> impl Strategy<Value = Answer> {
    prop_oneof![
        4 => Just(Answer::Accepted),
        2 => Just(Answer::Later),
        2 => Just(Answer::Hung),
        1 => Just(Answer::Gone),
        1 => Just(Answer::Refused),
        1 => (0..HOUR).prop_map(Answer::RetryAfter),
        1 => (0..HOUR).prop_map(Answer::NotTried),
    ]
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        2 => prop::collection::vec(0usize..5, 0..6).prop_map(Happens::Ring),
        2 => (0usize..4).prop_map(Happens::Update),
        2 => (0usize..4).prop_map(Happens::End),
        1 => (0usize..4).prop_map(Happens::EndStale),
        5 => (1u32..6).prop_map(Happens::Lease),
        9 => (0usize..8, answers()).prop_map(|(which, answer)| Happens::Answer(which, answer)),
        1 => (0usize..8, answers()).prop_map(|(which, answer)| Happens::AnswerLate(which, answer)),
        4 => prop_oneof![Just(SECOND), Just(2 * SECOND), Just(30 * SECOND), Just(LEASE), Just(HOUR), Just(25 * HOUR), Just(170 * HOUR)].prop_map(Happens::Wait),
        1 => Just(Happens::Forget),
        1 => (0usize..5).prop_map(Happens::Resubscribe),
        1 => Just(Happens::Reopen),
    ]
}

/// The store in memory and the one on a disk, told the same.
struct Both {
    memory: MemoryStore,
    disk: SqlStore,
    path: PathBuf,
    people: Vec<handbell_rules::bell::subscription::Subscription>,
    rungs: Vec<Rung>,
    out: Vec<Leased>,
    settled: Vec<Leased>,
    now: Timestamp,
}

impl Both {
    async fn commit(&self, change: Change) {
        let (memory, disk) = (self.memory.commit(change.clone()).await, self.disk.commit(change.clone()).await);
        assert_eq!(format!("{memory:?}"), format!("{disk:?}"), "{}", change.what.name());
    }

    async fn say(&self, what: What) {
        self.commit(change_at(self.now, what)).await;
    }

    /// A live alert among those rung, for an update or an end.
    async fn live(&self, which: usize) -> Option<Rung> {
        let rung = self.rungs.get(which % self.rungs.len().max(1))?;
        let alert = self.memory.alert(rung.alert).await.unwrap().unwrap();
        (alert.state == handbell_rules::bell::alert::AlertState::Live).then(|| rung.clone())
    }

    async fn happen(&mut self, what: Happens) {
        match what {
            Happens::Ring(people) => {
                let told: Vec<SubscriptionId> = people.iter().map(|place| self.people[*place].id).collect();
                let (incident, alert) = (incident(), report());
                self.say(filed(&alert)).await;
                let joined = handbell_rules::street::report::Report { version: 1, incidents: vec![incident.id], ..alert };
                self.say(What::IncidentOpened { incident: incident.clone(), report: joined }).await;
                let incident = self.memory.incident(incident.id).await.unwrap().unwrap();
                let alert = draft(&incident, Reach::Neighbours, None);
                self.say(What::AlertDrafted { alert: alert.clone() }).await;
                let alert = self.memory.alert(alert.id).await.unwrap().unwrap();
                let entries = vec![entry(incident.id, EntryKind::Alert)];
                self.say(ringing(&incident, &alert, None, &told, self.now, entries).0).await;
                self.rungs.push(Rung { incident: incident.id, alert: alert.id });
            }
            Happens::Update(which) => {
                let Some(rung) = self.live(which).await else { return };
                let incident = self.memory.incident(rung.incident).await.unwrap().unwrap();
                let first = self.memory.alert(rung.alert).await.unwrap().unwrap();
                let update = draft(&incident, Reach::Neighbours, Some(&first));
                self.say(What::AlertDrafted { alert: update.clone() }).await;
                let update = self.memory.alert(update.id).await.unwrap().unwrap();
                self.say(ringing(&incident, &update, Some(&first), &[], self.now, vec![]).0).await;
            }
            Happens::End(which) => {
                let Some(rung) = self.live(which).await else { return };
                let what = rung.ending(&self.memory, self.now).await;
                self.say(what).await;
            }
            Happens::EndStale(which) => {
                let Some(rung) = self.live(which).await else { return };
                let What::AlertEnded { incident, mut alert, ring, entries } = rung.ending(&self.memory, self.now).await else { return };
                alert.version += 1;
                self.say(What::AlertEnded { incident, alert, ring, entries }).await;
            }
            Happens::Lease(batch) => {
                let memory = self.memory.lease(batch, LEASE, self.now).await.unwrap();
                assert_eq!(memory, self.disk.lease(batch, LEASE, self.now).await.unwrap());
                self.out.extend(memory);
            }
            Happens::Answer(which, answer) => {
                if !self.out.is_empty() {
                    let leased = self.out.remove(which % self.out.len());
                    self.say(What::DeliveriesSettled { settled: vec![settle(&leased, answer, 0, self.now)] }).await;
                    self.settled.push(leased);
                }
            }
            Happens::AnswerLate(which, answer) => {
                let all: Vec<_> = self
                    .settled
                    .iter()
                    .chain(&self.out)
                    .cycle()
                    .skip(which)
                    .take(3)
                    .map(|leased| settle(leased, answer, 0, self.now))
                    .collect();
                self.say(What::DeliveriesSettled { settled: all }).await;
            }
            Happens::Wait(milliseconds) => self.now = self.now.plus(milliseconds),
            Happens::Forget => self.say(What::Forgotten).await,
            Happens::Reopen => self.reopen().await,
            Happens::Resubscribe(place) => self.say(What::Subscribed { subscription: self.people[place].clone() }).await,
        }
    }

    async fn reopen(&mut self) {
        self.disk.close().await;
        self.disk = SqlStore::open(&self.path, log_key()).await.unwrap();
    }

    async fn agree(&self) {
        assert_eq!(self.memory.next_due().await.unwrap(), self.disk.next_due().await.unwrap());
        for rung in &self.rungs {
            assert_eq!(self.memory.tally(rung.alert).await.unwrap(), self.disk.tally(rung.alert).await.unwrap());
            assert_eq!(self.memory.alert(rung.alert).await.unwrap(), self.disk.alert(rung.alert).await.unwrap());
            // A store that is opened anew knows of ends as long as something could still leave: a day beyond the list.
            let until = handbell_rules::bell::alert::told_until(&self.memory.alert(rung.alert).await.unwrap().unwrap());
            let could_leave = until.is_some_and(|until| until.plus(DAY) > self.now);
            assert!(!could_leave || self.memory.has_ended(&rung.alert) == self.disk.has_ended(&rung.alert));
        }
        for person in &self.people {
            assert_eq!(self.memory.subscription(person.id).await.unwrap(), self.disk.subscription(person.id).await.unwrap());
        }
        assert_eq!(self.memory.checkpoint().await.unwrap(), self.disk.checkpoint().await.unwrap());
        assert_eq!(self.memory.journal(0, 10_000).await.unwrap(), self.disk.journal(0, 10_000).await.unwrap());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn memory_and_disk_do_the_same_whatever_happens(story in prop::collection::vec(happens(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (_folder, path, disk) = made().await;
            let people: Vec<_> = (0..5).map(|_| subscription(&[cell(0)], &[])).collect();
            let memory = MemoryStore::new(log_key(), STATUS);
            let mut both = Both { memory, disk, path, people: people.clone(), rungs: vec![], out: vec![], settled: vec![], now: START };
            for subscription in people {
                both.say(What::Subscribed { subscription }).await;
            }
            for what in story {
                both.happen(what).await;
                both.agree().await;
            }
        });
    }
}

#[tokio::test]
async fn many_outcomes_at_once_are_settled_as_one_by_one() {
    let (_folder, path, disk) = made().await;
    let memory = MemoryStore::new(log_key(), STATUS);
    let mut both = Both { memory, disk, path, people: vec![], rungs: vec![], out: vec![], settled: vec![], now: START };
    for _ in 0..150 {
        let person = subscription(&[cell(0)], &[]);
        both.say(What::Subscribed { subscription: person.clone() }).await;
        both.people.push(person);
    }
    both.happen(Happens::Ring((0..150).collect())).await;
    both.happen(Happens::Lease(140)).await;
    both.happen(Happens::Update(0)).await;
    both.happen(Happens::End(0)).await;
    let all = [Answer::Accepted, Answer::Later, Answer::Hung, Answer::Gone, Answer::Refused, Answer::RetryAfter(MINUTE)];
    let settled = both.out.iter().zip(all.into_iter().cycle()).map(|(leased, answer)| settle(leased, answer, 0, both.now)).collect();
    both.say(What::DeliveriesSettled { settled }).await;
    both.agree().await;
    both.happen(Happens::Lease(1_000)).await;
    assert_eq!(both.out.len(), 140 + 140 * 2 / 6 + 1, "a third of those tried may have heard");
    both.agree().await;
}

/// Puts the told lists back into the table in which stores kept them before, one row for each delivery.
async fn as_before_the_lists(both: &Both) {
    let rows = both.disk.shared.told.read().await.rows();
    both.disk.close().await;
    let mut hand = sqlx::sqlite::SqliteConnectOptions::new().filename(&both.path).connect().await.unwrap();
    let first = include_str!("../../../migrations/sqlite/0001_the_town.sql");
    let table = &first[first.find("create table delivery").unwrap()..first.find("-- Members. Never many.").unwrap()];
    for text in ["drop table told_state", "drop table told_list", "delete from _sqlx_migrations where version = 11", table] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(text.to_owned())).execute(&mut hand).await.unwrap();
    }
    for (head, key, subscription, slot) in rows {
        let text = "insert into delivery values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
        let (waits, held) = (slot.state == DeliveryState::Waiting, slot.state == DeliveryState::Leased);
        let at = slot.at.milliseconds();
        sqlx::query(text)
            .bind(key.bytes().as_slice())
            .bind(head.ring.bytes().as_slice())
            .bind(head.alert.bytes().as_slice())
            .bind(head.words_of.bytes().as_slice())
            .bind(head.kind.word())
            .bind(head.kind.is_live())
            .bind(subscription.bytes().as_slice())
            .bind(slot.state.word())
            .bind(slot.perhaps)
            .bind(slot.attempts)
            // What did not matter any more was left standing in the old rows.
            .bind(if waits { at } else { 77 })
            .bind(if held { at } else { 88 })
            .bind(head.expires_at.milliseconds())
            .bind(i64::try_from(head.ordering).unwrap())
            .execute(&mut hand)
            .await
            .unwrap();
    }
    hand.close().await.unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn lists_that_lived_before_the_tables_changed_live_on(
        before in prop::collection::vec(happens(), 5..40),
        after in prop::collection::vec(happens(), 5..30),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (_folder, path, disk) = made().await;
            let people: Vec<_> = (0..5).map(|_| subscription(&[cell(0)], &[])).collect();
            let memory = MemoryStore::new(log_key(), STATUS);
            let mut both = Both { memory, disk, path, people: people.clone(), rungs: vec![], out: vec![], settled: vec![], now: START };
            for subscription in people {
                both.say(What::Subscribed { subscription }).await;
            }
            both.happen(Happens::Ring(vec![0, 1, 2, 3, 4])).await;
            for what in before {
                both.happen(what).await;
            }
            as_before_the_lists(&both).await;
            both.disk = SqlStore::open(&both.path, log_key()).await.unwrap();
            both.agree().await;
            for what in after {
                both.happen(what).await;
                both.agree().await;
            }
        });
    }
}

/// A push service that is down for hours leaves no row for each try.
#[tokio::test]
async fn what_was_appended_to_a_list_is_put_together_from_time_to_time() {
    let (_folder, path, disk) = made().await;
    let memory = MemoryStore::new(log_key(), STATUS);
    let mut both = Both { memory, disk, path, people: vec![], rungs: vec![], out: vec![], settled: vec![], now: START };
    for _ in 0..60 {
        let person = subscription(&[cell(0)], &[]);
        both.say(What::Subscribed { subscription: person.clone() }).await;
        both.people.push(person);
    }
    both.happen(Happens::Ring((0..60).collect())).await;
    for turn in 0..100 {
        both.happen(Happens::Lease(60)).await;
        let out = std::mem::take(&mut both.out);
        let settled = out.iter().zip(0i64..).map(|(leased, n)| settle(leased, Answer::NotTried(SECOND + n), 0, both.now)).collect();
        both.say(What::DeliveriesSettled { settled }).await;
        both.now = both.now.plus(2 * SECOND + turn);
    }
    both.agree().await;
    both.reopen().await;
    both.agree().await;
    let written = both.disk.db.rows("select sum(length(states)) from told_state", &[]).await.unwrap();
    assert!(written[0].count(0).unwrap() < 80_000, "a hundred turns for sixty people would be twice that");
    both.happen(Happens::Lease(60)).await;
    assert_eq!(both.out.len(), 60);
}

#[tokio::test]
async fn a_value_that_is_too_long_is_nobody_elses_trouble() {
    let (_folder, _path, store) = made().await;
    let long = Value::Bytes(vec![0; 20]);
    let answer = store.db.rows("select key from report where key = $1", &[long]).await.unwrap();
    assert!(answer.is_empty());
    // A note on a report nobody filed cannot be kept; the next change can.
    let (mut stray, filed_report) = (report(), report());
    commit(&store, filed(&filed_report)).await;
    stray.id = filed_report.id;
    stray.version = 1;
    let lost = handbell_rules::street::note::Note { report: report().id, ..note(&stray, START, "lost") };
    assert!(is_broken(store.commit(change(What::ReportNoted { report: stray.clone(), note: lost })).await));
    assert_eq!(store.report(stray.id).await.unwrap().unwrap().version, 1, "nothing of it was written");
    commit(&store, What::ReportNoted { report: stray.clone(), note: note(&stray, START, "kept") }).await;
}
