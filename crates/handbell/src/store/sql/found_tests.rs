//! What only the index on a disk can be asked: its bytes, foreign hands in it, and that one made anew is the one
//! that was kept up.
#![allow(clippy::unwrap_used, reason = "a check that meets the unexpected has failed")]

use handbell_rules::change::What;
use handbell_rules::id::IncidentId;
use handbell_rules::record::entry::{EntryKind, NewEntry};
use handbell_rules::record::proposal::Follows;
use handbell_rules::record::search::{Question, Words};
use serde_json::json;
use sqlx::{AssertSqlSafe, ConnectOptions, Row as _, SqliteConnection};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

use super::SqlStore;
use crate::store::Store;
use crate::store::conformance::builders::*;
use crate::store::conformance::searching::{Dice, follow, made_up};

async fn made() -> (TempDir, PathBuf, SqlStore) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = SqlStore::create(&path, log_key(), STATUS).await.unwrap();
    (folder, path, store)
}

async fn hand(path: &Path) -> SqliteConnection {
    sqlx::sqlite::SqliteConnectOptions::new().filename(path).foreign_keys(false).connect().await.unwrap()
}

async fn run(hand: &mut SqliteConnection, text: &str) {
    sqlx::query(AssertSqlSafe(text.to_owned())).execute(hand).await.unwrap();
}

fn outcome(of: IncidentId, words: &str) -> NewEntry {
    let fields = json!({"type": "outcome", "at": "2026-11-20T10:00Z", "outcome": words, "says": "a neighbour"});
    NewEntry { stream: of, kind: EntryKind::Outcome, fields: fields.as_object().cloned().unwrap(), salt: fresh_hash() }
}

/// Some incidents, a few of them with more than was entered first.
async fn filled(store: &SqlStore, dice: &mut Dice, many: usize) -> Vec<IncidentId> {
    let mut known = Vec::new();
    for number in 0..many {
        let (incident, entries) = made_up(dice);
        known.push(incident.id);
        commit(store, What::RecordImported { incident, entries }).await;
        if number % 5 == 4 {
            let of = known[dice.below(known.len())];
            follow(store, of, Follows { entries: vec![outcome(of, "it ended well")], ..Follows::default() }).await;
        }
    }
    known
}

/// Everything the index holds: sheets, and every word with the pages that say it and where.
async fn dump(path: &Path) -> (Vec<(i64, String, i64)>, Vec<(String, i64, i64)>) {
    let mut hand = hand(path).await;
    run(&mut hand, "insert into found_words (found_words) values ('integrity-check')").await;
    let text = "select place, body, words from found order by place";
    let sheets = sqlx::query(text).fetch_all(&mut hand).await.unwrap();
    run(&mut hand, "create virtual table temp.said using fts5vocab('main', 'found_words', 'instance')").await;
    let words = sqlx::query("select term, doc, offset from temp.said order by doc, offset").fetch_all(&mut hand).await.unwrap();
    let sheets: Vec<_> = sheets.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
    let words: Vec<(String, i64, i64)> = words.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
    let (with_words, with_sheets): (std::collections::BTreeSet<i64>, std::collections::BTreeSet<i64>) =
        (words.iter().map(|(_, doc, _)| *doc).collect(), sheets.iter().map(|(place, ..)| *place).collect());
    assert_eq!(with_words, with_sheets, "no words without a sheet, no sheet without words");
    (sheets, words)
}

async fn found(store: &SqlStore, words: &str) -> usize {
    let question = Question { words: Words::read(words), ..Question::default() };
    store.search(&question, None, 5_000).await.unwrap().unwrap().found.len()
}

#[tokio::test]
async fn an_index_made_anew_from_the_log_is_the_one_that_was_kept_up() {
    let (_folder, path, store) = made().await;
    let mut dice = Dice::new(21);
    let known = filled(&store, &mut dice, 60).await;
    for of in known.iter().step_by(7) {
        let last = store.stream(*of).await.unwrap().last().unwrap().index;
        follow(&store, *of, Follows { withdrawals: vec![(last, 1)], ..Follows::default() }).await;
    }
    store.close().await;
    let live = dump(&path).await;
    assert_eq!(live.0.len(), known.len());
    // As another version would leave it, and as a store that never had one.
    for forgets in ["update found_mark set version = version + 1", "update found_mark set version = 0, downto = 9223372036854775807"] {
        run(&mut hand(&path).await, forgets).await;
        let store = SqlStore::open(&path, log_key()).await.unwrap();
        store.searched_whole().await;
        assert_eq!(found(&store, "").await, known.len());
        store.close().await;
        assert_eq!(dump(&path).await, live, "{forgets}");
    }
    // And where it stopped half way.
    let half = live.0[live.0.len() / 2].0;
    run(&mut hand(&path).await, &format!("update found_mark set downto = {}", -half + 1)).await;
    let store = SqlStore::open(&path, log_key()).await.unwrap();
    store.searched_whole().await;
    store.close().await;
    assert_eq!(dump(&path).await, live);
}

/// Whose sheet is worked out beside the writing: one that comes with many entries, one that gets many, one that gets many
/// and then a few in the same transaction.
#[tokio::test]
async fn an_incident_with_many_entries_at_once_is_found_by_the_first_and_the_last() {
    let (_folder, path, store) = made().await;
    let (first, mut entries) = made_up(&mut Dice::new(7));
    let id = first.id;
    let many = |word: &str, count: usize| (0..count).map(|number| outcome(id, &format!("{word} {number}"))).collect::<Vec<_>>();
    entries.extend(many("heron", 40));
    commit(&store, What::RecordImported { incident: first, entries }).await;
    assert_eq!((found(&store, "\"heron 0\"").await, found(&store, "\"heron 39\"").await), (1, 1));
    for (word, count) in [("osprey", 33), ("plover", 2), ("curlew", 500)] {
        follow(&store, id, Follows { entries: many(word, count), ..Follows::default() }).await;
        let last = count - 1;
        assert_eq!((found(&store, &format!("\"{word} 0\"")).await, found(&store, &format!("\"{word} {last}\"")).await), (1, 1), "{word}");
    }
    store.close().await;
    let kept_up = dump(&path).await;
    run(&mut hand(&path).await, "update found_mark set version = version + 1").await;
    let store = SqlStore::open(&path, log_key()).await.unwrap();
    store.searched_whole().await;
    store.close().await;
    assert_eq!(dump(&path).await, kept_up);
}

#[tokio::test]
async fn a_large_record_becomes_whole_while_it_is_served_the_newest_first() {
    let (_folder, path, store) = made().await;
    let mut dice = Dice::new(22);
    let many = 1_300;
    let known = filled(&store, &mut dice, many).await;
    store.close().await;
    run(&mut hand(&path).await, "update found_mark set version = 0").await;
    let store = SqlStore::open(&path, log_key()).await.unwrap();
    let first = store.search(&Question::default(), None, 1).await.unwrap().unwrap();
    assert_eq!(first.found[0].sheet.incident, *known.last().unwrap());
    // Writing goes on meanwhile.
    let of = known[0];
    follow(&store, of, Follows { entries: vec![outcome(of, "quillmarker")], ..Follows::default() }).await;
    assert_eq!(found(&store, "quillmarker").await, 1);
    store.searched_whole().await;
    assert_eq!(found(&store, "").await, many);
    assert_eq!(found(&store, "quillmarker").await, 1);
    store.close().await;
    assert_eq!(dump(&path).await.0.len(), many);
}

/// Whether the index has more than one part: putting all of them together would change something.
async fn is_in_parts(path: &Path) -> bool {
    let mut hand = hand(path).await;
    let changes = "select total_changes()";
    run(&mut hand, "begin immediate").await;
    let before: i64 = sqlx::query(changes).fetch_one(&mut hand).await.unwrap().get(0);
    run(&mut hand, "insert into found_words (found_words, rank) values ('merge', -100000)").await;
    let after: i64 = sqlx::query(changes).fetch_one(&mut hand).await.unwrap().get(0);
    run(&mut hand, "rollback").await;
    after - before >= 2
}

#[tokio::test]
async fn what_was_filed_one_by_one_is_put_together_when_it_is_much() {
    let (_folder, path, store) = made().await;
    let mut dice = Dice::new(23);
    // Every fifth is filed a second time.
    let few = usize::try_from(super::found::APART_MIN).unwrap() * 5 / 6;
    filled(&store, &mut dice, few).await;
    assert!(is_in_parts(&path).await, "each commit leaves a part");
    filled(&store, &mut dice, 1).await;
    // Nobody is made to wait for it; it is done once nothing else is to do.
    let until = tokio::time::timeout(std::time::Duration::from_secs(60), async {
        while is_in_parts(&path).await {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    });
    until.await.expect("the parts are put together");
    store.close().await;
    assert_eq!(dump(&path).await.0.len(), few + 1);
}

/// A word is looked for as it was written and in every beginning long enough to be told from chance: the index
/// keeps words of its pages shortened.
fn traces(path: &Path, word: &str) -> Vec<String> {
    let mut found = Vec::new();
    for suffix in ["", "-wal", "-shm"] {
        let Ok(bytes) = std::fs::read(format!("{}{suffix}", path.display())) else { continue };
        for length in [word.len(), 8] {
            let part = &word.as_bytes()[..length];
            if bytes.windows(length).any(|some| some == part) {
                found.push(format!("{} in store.db{suffix}", &word[..length]));
            }
        }
    }
    found
}

#[tokio::test]
async fn withdrawn_words_are_in_no_page_of_the_index() {
    let (_folder, path, store) = made().await;
    let mut dice = Dice::new(23);
    let known = filled(&store, &mut dice, 120).await;
    // One of a kind each, all over the alphabet, so that some begin a page of the index.
    let word = |at: usize| format!("{}qx{at:05}zmarker", char::from(b'a' + u8::try_from(at % 26).unwrap()));
    let filler: Vec<String> = (0..60).map(|number| format!("filler{number}word")).collect();
    for (at, of) in known.iter().enumerate() {
        let entries = vec![outcome(*of, &format!("{} {}", word(at), filler.join(" ")))];
        follow(&store, *of, Follows { entries, ..Follows::default() }).await;
        if at % 3 == 0 {
            // What follows moves the words on to other pages.
            follow(&store, *of, Follows { entries: vec![outcome(*of, "and later")], ..Follows::default() }).await;
        }
    }
    assert!(!traces(&path, &word(5)).is_empty(), "this test could find it");
    for (at, of) in known.iter().enumerate() {
        assert_eq!(found(&store, &word(at)).await, 1);
        let rows = store.stream(*of).await.unwrap();
        let holds = |bytes: &Vec<u8>| bytes.windows(word(at).len()).any(|some| some == word(at).as_bytes());
        let gone: Vec<(u64, u8)> = rows.iter().filter(|row| row.content.as_ref().is_some_and(holds)).map(|row| (row.index, 1)).collect();
        assert_eq!(gone.len(), 1);
        follow(&store, *of, Follows { withdrawals: gone, ..Follows::default() }).await;
        assert_eq!(found(&store, &word(at)).await, 0);
    }
    // The writer overwrites before it takes the next order; a lease is one.
    store.lease(1, 1, START).await.unwrap();
    let left: Vec<String> = (0..known.len()).flat_map(|at| traces(&path, &word(at))).collect();
    assert!(left.is_empty(), "{left:?}");
    store.close().await;
    let left: Vec<String> = (0..known.len()).flat_map(|at| traces(&path, &word(at))).collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(dump(&path).await.0.len(), known.len());
}

#[tokio::test]
async fn a_damaged_index_is_made_anew_and_no_commit_fails_because_of_it() {
    let (_folder, path, store) = made().await;
    let mut dice = Dice::new(24);
    let known = filled(&store, &mut dice, 30).await;
    for damage in [
        "update found_words_data set block = x'00ff00ff00ff' where id > 10",
        "update found set words = words + 1",
        "update found set body = '{}'",
    ] {
        run(&mut hand(&path).await, damage).await;
        let of = known[3];
        // Whoever searches may meet it first, whoever writes may.
        let question = Question { words: Words::read("van"), ..Question::default() };
        let _ = store.search(&question, None, 10).await;
        follow(&store, of, Follows { entries: vec![outcome(of, "it goes on")], ..Follows::default() }).await;
        let _ = store.search(&question, None, 10).await;
        follow(&store, of, Follows { entries: vec![outcome(of, "and on")], ..Follows::default() }).await;
        store.searched_whole().await;
        assert_eq!(found(&store, "").await, known.len(), "{damage}");
        assert_eq!(found(&store, "\"and on\"").await, 1, "{damage}");
    }
    store.close().await;
    assert_eq!(dump(&path).await.0.len(), known.len());
}
