//! What holds of the published folder, whatever the disk does.

use super::*;
use crate::acts::{StreetCaller, street};
use crate::doors::fixture::Town;
use crate::store::conformance::builders::{appending, commit, entry, opened};
use handbell_log::leaf::Stream;
use handbell_log::source::Folder;
use handbell_log::verify::verify_log;
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::record::entry::{EntryKind, snapshot};
use handbell_rules::record::proposal::Follows;
use handbell_rules::street::report::{Basis, Happening, NewReport, Observed, Route};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Sizes between which every step fails once: where a tile fills up, and its neighbours.
const FROM: u64 = 254;
const TO: u64 = 257;

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn lay_out(folder: &Path, files: &BTreeMap<PathBuf, Vec<u8>>) {
    for (path, bytes) in files {
        std::fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
        std::fs::write(folder.join(path), bytes).unwrap();
    }
}

/// The same without the marks, which take turns: [`verified`] looks at those.
fn derived(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = files(folder);
    found.retain(|path, _| !mark::MARKS.iter().any(|mark| path == Path::new(mark)));
    found
}

/// The size of whatever checkpoint is published, having checked everything it covers, and that the mark is not behind.
fn verified(town: &Town, folder: &Path) -> u64 {
    let key: handbell_log::note::VerifierKey = town.app.world.group.log_vkey.parse().unwrap();
    let size = verify_log(&Folder::open(folder.join("log")).unwrap(), &key).expect("what is published is whole").checkpoint.size;
    let marked = mark::marks(folder, &key).unwrap().into_iter().map(|(_, marked)| marked.size).max();
    assert!(marked >= Some(size), "nobody sees what was not marked before");
    size
}

/// The same world as a start finds it, in which nothing is doubted yet.
fn undoubted(world: &World) -> World {
    World { cosigned: std::sync::Arc::default(), ..world.clone() }
}

/// PROMISE the-log-signs-one-tree: each thing done to the disk fails, and fails although it is done, while the log
/// grows across the end of a tile; the published folder is whole all the time, and ends up the same to the byte.
#[tokio::test]
async fn whatever_fails_on_the_disk_the_published_log_is_whole_and_catches_up() {
    let town = Town::new();
    let (world, store) = (&town.app.world, &*town.app.world.store);
    let (incident, _) = opened(store).await;
    let grow = |by: u64| async move {
        let incident = store.incident(incident.id).await.unwrap().unwrap();
        let size = store.checkpoint().await.unwrap().map_or(0, |newest| newest.size);
        let kind = |place| if place == 0 { EntryKind::IncidentOpened } else { EntryKind::Outcome };
        commit(store, appending(&incident, (size..size + by).map(|place| entry(incident.id, kind(place))).collect())).await;
    };
    let folder = tempfile::tempdir().unwrap();
    let reference = Sequencer::new(folder.path());
    grow(FROM).await;
    assert_eq!(reference.step(world).await.unwrap(), FROM);
    let (mut struck, mut unsynced_ones) = (0, 0);
    for size in FROM..TO {
        let before = files(folder.path());
        let edge = reference.edge.lock().unwrap().0.clone();
        let tables = reference.tables.lock().unwrap().clone();
        if size == FROM {
            // Its table is one more file, and one more thing that fails.
            commit(store, What::SnapshotTaken { entry: snapshot([7; 32], world.now()) }).await;
        } else {
            grow(1).await;
        }
        assert_eq!(reference.step(world).await.unwrap(), size + 1);
        let wanted = derived(folder.path());
        let turn = usize::from(size == FROM || size == FROM + 2);
        for done in [false, true] {
            for after in 0.. {
                let other = tempfile::tempdir().unwrap();
                lay_out(other.path(), &before);
                let on = Sequencer::on(Shelf::new(other.path()), edge.clone());
                // Whoever goes on writes over the older mark; whoever begins anew puts a new file.
                let sequencer = Sequencer { tables: Mutex::new(tables.clone()), turn: Turn::of(turn), ..on };
                sequencer.shelf.fault.plant(after, done);
                let doubting = undoubted(world);
                let answer = sequencer.step(&doubting).await;
                if !sequencer.shelf.fault.take() {
                    assert_eq!(answer.unwrap(), size + 1, "nothing is left to fail");
                    break;
                }
                struck += 1;
                let unsynced = matches!(answer, Err(StoreError::Broken(_)));
                unsynced_ones += usize::from(unsynced);
                assert_eq!(doubting.cosigned.in_doubt().is_some(), unsynced, "{size}, {after}, {done}: what passes is no doubt");
                assert!(unsynced || matches!(answer, Err(StoreError::Unavailable(_))), "{size}, {after}, {done}: {answer:?}");
                assert!((size..=size + 1).contains(&verified(&town, other.path())));
                // The program goes on, or it died and begins anew; after a failed sync it does not go on.
                let goes_on = if after % 2 == 0 && !unsynced { sequencer } else { Sequencer::new(other.path()) };
                assert_eq!(goes_on.step(&undoubted(world)).await.unwrap(), size + 1);
                assert_eq!(verified(&town, other.path()), size + 1);
                assert_eq!(derived(other.path()), wanted, "{size}, {after}, {done}");
            }
        }
    }
    let table = std::fs::read(folder.path().join(table_path(FROM))).unwrap();
    let wanted = handbell_log::snapshot::Row { stream: Stream(*incident.id.bytes()), last: FROM - 1, count: FROM };
    assert_eq!(table, wanted.encode(), "the table of the snapshot tells of one incident");
    println!("sequencer: {struck} faults struck between {FROM} and {TO} entries");
    assert_eq!(unsynced_ones, 2 * (2 + 1 + 1), "the second mark and its folder, then each mark; after these it begins anew");
    assert!(struck >= 6 * 12, "each step does at least a dozen things to the disk");
}

#[tokio::test]
async fn on_a_full_disk_withdrawn_words_leave_what_is_published_all_the_same() {
    let town = Town::new();
    let (world, store) = (&town.app.world, &*town.app.world.store);
    let (incident, _) = opened(store).await;
    let kinds = [EntryKind::IncidentOpened, EntryKind::Outcome];
    commit(store, appending(&incident, kinds.map(|kind| entry(incident.id, kind)).into())).await;
    let folder = tempfile::tempdir().unwrap();
    let sequencer = Sequencer::new(folder.path());
    assert_eq!(sequencer.step(world).await.unwrap(), 2);
    let (content, page) = (folder.path().join(format!("log/{}", tile::content_path(1))), folder.path().join(page_path(incident.id)));
    assert!(content.exists() && page.exists());
    // The entry that says why comes before the mark, and there is no room for it.
    let read = store.incident(incident.id).await.unwrap().unwrap();
    let What::EntryPublished { incident: read, proposal, follows } = appending(&read, vec![entry(incident.id, EntryKind::ClaimEvent)])
    else {
        unreachable!("one was built")
    };
    let follows = Follows { withdrawals: vec![(1, 3)], ..follows };
    commit(store, What::EntryPublished { incident: read, proposal, follows }).await;
    sequencer.shelf.fault.plant(0, false);
    assert!(matches!(sequencer.step(world).await, Err(StoreError::Unavailable(_))));
    assert!(sequencer.shelf.fault.take(), "the fault struck");
    assert!(!content.exists() && !page.exists(), "neither the words nor the page that says them");
    assert_eq!(sequencer.step(world).await.unwrap(), 4);
    assert_eq!(verified(&town, folder.path()), 4);
    assert!(!content.exists() && page.exists(), "with room the page is there again, without them");
}

fn report(world: &World) -> NewReport {
    let now = world.now();
    NewReport {
        kind: "flood".to_owned(),
        basis: Basis::Saw,
        happening: Happening::Now,
        observed: Observed { from: now, to: now },
        place: "By the library".to_owned(),
        point: None,
        text: String::new(),
        officers: None,
        vehicles: None,
        people: None,
        route: Route::Api,
        language: "en".to_owned(),
    }
}

/// A sync of the mark that fails is seen from outside: health says so, nothing more is signed that nobody could read, and
/// everything else goes on.
#[tokio::test]
async fn after_a_sync_that_failed_nothing_is_signed_and_everything_else_goes_on() {
    let town = Town::new();
    let world = &town.app.world;
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let folder = town.folder.path();
    let size = Sequencer::new(folder).step(world).await.unwrap();
    assert_eq!(town.get("/api/v1/health").await.status, 200);
    let grown = |number: u8| {
        let what = What::WorkerNamed { digest: [number; 32] };
        Change { id: world.private_id(), at: world.now(), by: Actor::Worker, what }
    };
    world.commit(grown(1)).await.unwrap();
    // How many things are done before the mark is synced is found beside the town.
    let before = files(folder);
    let mut struck = 0;
    let after = loop {
        let other = tempfile::tempdir().unwrap();
        lay_out(other.path(), &before);
        let sequencer = Sequencer::new(other.path());
        sequencer.shelf.fault.plant(struck, false);
        match sequencer.step(&undoubted(world)).await {
            Err(StoreError::Broken(_)) => break struck,
            Err(StoreError::Unavailable(_)) => struck += 1,
            other => panic!("no sync is left to fail: {other:?}"),
        }
    };
    let sequencer = Sequencer::new(folder);
    sequencer.shelf.fault.plant(after, false);
    assert!(matches!(sequencer.step(world).await, Err(StoreError::Broken(_))));

    let health = town.get("/api/v1/health").await;
    assert_eq!((health.status.as_u16(), health.problem().as_str()), (503, "log-in-doubt"));
    assert!(health.text().contains("could not be kept here"), "{}", health.text());
    match world.commit(grown(2)).await {
        Err(StoreError::LogInDoubt(why)) => assert!(why.contains("could not be kept here"), "{why}"),
        other => panic!("it was signed: {other:?}"),
    }
    street::file_report(world, StreetCaller, report(world), None, None).await.unwrap().unwrap();
    assert!(town.get("/log").await.text().contains("This log is in doubt"));
    assert_eq!(town.get("/record").await.status, 200);
    assert_eq!(town.get("/log/checkpoint").await.text().lines().nth(1), Some(size.to_string().as_str()), "what was published stays");
    assert!(sequencer.step(world).await.is_err(), "nothing is tried again");
    // A start writes the mark anew and goes on.
    let after_a_start = undoubted(world);
    assert_eq!(Sequencer::new(folder).step(&after_a_start).await.unwrap(), size + 1);
    assert_eq!(after_a_start.cosigned.in_doubt(), None);
}
