//! What holds of the published folder, whatever the disk does.

use super::mark::MARKS;
use super::*;
use crate::acts::{StreetCaller, street};
use crate::cosigners::Cosigners;
use crate::doors::fixture::Town;
use crate::store::Store;
use crate::store::conformance::builders::{STATUS, appending, change, commit, entry, opened, publishing};
use crate::store::log::LogKey;
use crate::store::memory::Fault;
use crate::store::sql::SqlStore;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use handbell_log::leaf::Stream;
use handbell_log::note::SigningKey;
use handbell_log::source::Folder;
use handbell_log::verify::{Verdict, verify_log, verify_log_with_gaps};
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::record::entry::{EntryKind, snapshot};
use handbell_rules::record::proposal::Follows;
use handbell_rules::street::report::{Basis, Happening, NewReport, Observed, Route};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Sizes between which every step fails once: where a tile fills up, and its neighbours.
const FROM: u64 = 254;
const TO: u64 = 257;
/// The entry whose words go again on the way, published long before them.
const TAKEN: u64 = 17;
/// Its words and its salt, which stand nowhere else.
const WORDS: &str = "Two people were led away from the yellow door.";
const SALT: [u8; 32] = [0xa7; 32];

/// What is to be found nowhere once the words are withdrawn: words and salt as they are, and in base64 wherever among
/// other bytes it begins.
fn traces() -> Vec<Vec<u8>> {
    let mut traces = vec![WORDS.as_bytes().to_vec(), SALT.to_vec()];
    for bytes in [WORDS.as_bytes(), &SALT[..]] {
        for begins in 0..3 {
            let whole = (bytes.len() - begins) / 3 * 3;
            traces.push(STANDARD_NO_PAD.encode(&bytes[begins..begins + whole]).into_bytes());
        }
    }
    traces
}

/// Which files hold any of these.
fn holding(files: &BTreeMap<PathBuf, Vec<u8>>, traces: &[Vec<u8>]) -> Vec<PathBuf> {
    let holds = |bytes: &[u8]| traces.iter().any(|trace| bytes.windows(trace.len()).any(|window| window == &trace[..]));
    files.iter().filter(|(_, bytes)| holds(bytes)).map(|(path, _)| path.clone()).collect()
}

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

/// The same without the marks, which take turns: [`looked_at`] looks at those.
fn derived(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = files(folder);
    found.retain(|path, _| !mark::MARKS.iter().any(|mark| path == Path::new(mark)));
    found
}

/// What is published is whole but for what the log says is missing, and its mark is not behind: its size, and what is
/// missing. So `handbell verify` reads a folder.
fn looked_at(town: &Town, folder: &Path) -> (u64, Vec<u64>) {
    let key: handbell_log::note::VerifierKey = town.app.world.group.log_vkey.parse().unwrap();
    let source = Folder::open(folder.join("log")).unwrap();
    let gaps = std::fs::read(folder.join("log").join(GAPS)).map_or(Gaps::None, |listed| Gaps::parse(&listed).unwrap());
    let verified = verify_log_with_gaps(&source, &key, &gaps).expect("what is published is whole");
    let size = verified.checkpoint.size;
    let marked = mark::marks(folder, &key).unwrap().into_iter().map(|(_, marked)| marked.size).max();
    assert!(marked >= Some(size), "nobody sees what was not marked before");
    (size, verified.missing().collect())
}

/// The size of whatever checkpoint is published, having checked everything it covers: nothing of it is missing.
fn verified(town: &Town, folder: &Path) -> u64 {
    let (size, missing) = looked_at(town, folder);
    assert_eq!((missing, folder.join("log").join(GAPS).exists()), (vec![], false));
    size
}

/// The same world as a start finds it, in which nothing is doubted yet.
fn undoubted(world: &World) -> World {
    World { cosigned: Arc::default(), ..world.clone() }
}

/// The next entries of an incident: its opening, and then how it ended, again and again.
async fn growing(store: &dyn Store, incident: IncidentId, by: u64) -> What {
    let read = store.incident(incident).await.unwrap().unwrap();
    let size = store.checkpoint().await.unwrap().map_or(0, |newest| newest.size);
    let new = |place: u64| {
        let mut new = entry(incident, if place == 0 { EntryKind::IncidentOpened } else { EntryKind::Outcome });
        if place == TAKEN {
            new.fields.insert("outcome".to_owned(), WORDS.into());
            new.salt = SALT;
        }
        new
    };
    appending(&read, (size..size + by).map(new).collect())
}

/// The withdrawal of [`TAKEN`], which is one more entry.
async fn taking(store: &dyn Store, incident: IncidentId) -> What {
    let read = store.incident(incident).await.unwrap().unwrap();
    publishing(&read, Follows { withdrawals: vec![(TAKEN, 1)], ..Follows::default() })
}

/// PROMISE the-log-signs-one-tree: each thing done to the disk fails, and fails although it is done, while the log
/// grows across the end of a tile, and takes words of an early entry from the public with the leaf that fills it. The
/// published folder is whole all the time, but for those words, of which it says between their going and the checkpoint of
/// their mark that they are missing. It ends up the same to the byte, and the words are in none of it.
#[tokio::test]
async fn whatever_fails_on_the_disk_the_published_log_is_whole_and_catches_up() {
    let town = Town::new();
    let (world, store) = (&town.app.world, &*town.app.world.store);
    let (incident, _) = opened(store).await;
    let folder = tempfile::tempdir().unwrap();
    let reference = Sequencer::new(folder.path());
    commit(store, growing(store, incident.id, FROM).await).await;
    assert_eq!(reference.step(world).await.unwrap(), FROM);
    let told = [format!("log/{}", tile::content_path(TAKEN)), page_path(incident.id)].map(PathBuf::from);
    assert_eq!(BTreeSet::from_iter(holding(&files(folder.path()), &traces())), BTreeSet::from(told), "both say the words");
    let (mut struck, mut unsynced_ones, mut untold, mut ahead) = (0, 0, 0, 0);
    let page = |folder: &Path| std::fs::read(folder.join(page_path(incident.id))).ok();
    for size in FROM..TO {
        let before = files(folder.path());
        let old_page = page(folder.path());
        let edge = reference.edge.lock().unwrap().0.clone();
        let tables = reference.tables.lock().unwrap().clone();
        if size == FROM {
            // Its table is one more file, and one more thing that fails.
            commit(store, What::SnapshotTaken { entry: snapshot([7; 32], world.now()) }).await;
        } else if size == FROM + 1 {
            commit(store, taking(store, incident.id).await).await;
        } else {
            commit(store, growing(store, incident.id, 1).await).await;
        }
        assert_eq!(reference.step(world).await.unwrap(), size + 1);
        let wanted = derived(folder.path());
        let new_page = page(folder.path());
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
                let (between, missing) = looked_at(&town, other.path());
                assert!((size..=size + 1).contains(&between));
                // The page is the one that follows from the checkpoint beside it. It is gone with words that went before their mark,
                // and is ahead for the moment in which one after the other is put in its place.
                let shown = page(other.path());
                let follows = if between == size { &old_page } else { &new_page };
                let went = shown.is_none() && !missing.is_empty();
                if !went && shown != *follows {
                    assert!(between == size && shown == new_page, "{size}, {after}, {done}");
                    ahead += 1;
                }
                if !missing.is_empty() {
                    assert_eq!((size, between, missing), (FROM + 1, FROM + 1, vec![TAKEN]), "{after}, {done}: only until the mark is seen");
                    untold += 1;
                }
                // The program goes on, or it died and begins anew; after a failed sync it does not go on.
                let goes_on = if after % 2 == 0 && !unsynced { sequencer } else { Sequencer::new(other.path()) };
                assert_eq!(goes_on.step(&undoubted(world)).await.unwrap(), size + 1);
                assert_eq!(verified(&town, other.path()), size + 1);
                assert_eq!(derived(other.path()), wanted, "{size}, {after}, {done}");
                if size > FROM {
                    assert_eq!(holding(&files(other.path()), &traces()), Vec::<PathBuf>::new(), "{size}, {after}, {done}");
                }
            }
        }
    }
    let table = std::fs::read(folder.path().join(table_path(FROM))).unwrap();
    assert_eq!(holding(&files(folder.path()), &traces()), Vec::<PathBuf>::new());
    let wanted = handbell_log::snapshot::Row { stream: Stream(*incident.id.bytes()), last: FROM - 1, count: FROM };
    assert_eq!(table, wanted.encode(), "the table of the snapshot tells of one incident");
    println!("sequencer: {struck} faults struck between {FROM} and {TO} entries; after {untold} of them words were gone before their mark");
    // Only where the page is in its place and the checkpoint is not put after it, twice each time the page changes.
    assert_eq!(ahead, 2 * 2, "the snapshot changes no page");
    assert!(untold >= 2 * 10, "from the moving away to the checkpoint's file, {untold}");
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
    // The checkpoint that stands knows of no withdrawal. Who reads it cannot tell what the entry said, and is told so.
    assert_eq!(looked_at(&town, folder.path()), (2, vec![1]));
    let key: VerifierKey = world.group.log_vkey.parse().unwrap();
    let unsaid = verify_log(&Folder::open(folder.path().join("log")).unwrap(), &key).unwrap_err();
    assert_eq!((unsaid.place.as_str(), unsaid.verdict), ("content/001", Verdict::Wrong), "what nobody names as missing is wrong");
    assert_eq!(sequencer.step(world).await.unwrap(), 4);
    assert_eq!(verified(&town, folder.path()), 4);
    assert!(!content.exists() && page.exists(), "with room the page is there again, without them");
}

/// Whoever holds an earlier checkpoint finds its tiles, also where a disk lost them and kept the checkpoint.
#[tokio::test]
async fn a_start_puts_the_partial_tiles_of_every_kept_checkpoint_again() {
    let town = Town::new();
    let (world, store) = (&town.app.world, &*town.app.world.store);
    let (incident, _) = opened(store).await;
    let folder = tempfile::tempdir().unwrap();
    let sequencer = Sequencer::new(folder.path());
    for (by, size) in [(100, 100), (3, 103), (147, 250)] {
        commit(store, growing(store, incident.id, by).await).await;
        assert_eq!(sequencer.step(world).await.unwrap(), size);
    }
    let wanted = derived(folder.path());
    let tiles = folder.path().join("log/tile");
    for path in ["entries/000.p/100", "0/000.p/103", "entries/000.p/250"] {
        assert!(tiles.join(path).exists(), "{path}");
    }
    std::fs::remove_dir_all(&tiles).unwrap();
    // Names that are no size: nothing is made for them.
    let others = ["+5", "05"].map(|name| folder.path().join(KEPT).join(name));
    for other in &others {
        std::fs::write(other, "").unwrap();
    }
    assert_eq!(Sequencer::new(folder.path()).step(&undoubted(world)).await.unwrap(), 250);
    for other in &others {
        std::fs::remove_file(other).unwrap();
    }
    assert_eq!(derived(folder.path()), wanted);
    // Once there is a full tile in their place they may go.
    commit(store, growing(store, incident.id, 7).await).await;
    std::fs::remove_dir_all(&tiles).unwrap();
    assert_eq!(Sequencer::new(folder.path()).step(&undoubted(world)).await.unwrap(), 257);
    assert!(tiles.join("entries/000").exists() && !tiles.join("entries/000.p").exists());
    assert_eq!(verified(&town, folder.path()), 257);
}

/// A power cut may leave whatever is not synced empty, half or full of nothing. All of it is written anew at the next start,
/// and no checkpoint that was kept is lost.
#[tokio::test]
async fn whatever_a_power_cut_tears_is_written_anew_at_the_next_start() {
    let town = Town::new();
    let (world, store) = (&town.app.world, &*town.app.world.store);
    let (incident, _) = opened(store).await;
    let folder = tempfile::tempdir().unwrap();
    let sequencer = Sequencer::new(folder.path());
    for (by, size) in [(100, 100), (3, 103), (154, 257)] {
        commit(store, growing(store, incident.id, by).await).await;
        assert_eq!(sequencer.step(world).await.unwrap(), size);
    }
    let wanted = derived(folder.path());
    let kept = |path: &Path| path.to_str().unwrap().contains("log/checkpoints/");
    assert_eq!(wanted.keys().filter(|path| kept(path)).count(), 3);
    type Tear = fn(&[u8]) -> Vec<u8>;
    let tears: [Tear; 4] = [
        |_| Vec::new(),
        |whole| vec![0; whole.len()],
        |whole| whole[..whole.len() / 2].to_vec(),
        |whole| whole[..whole.len() - 1].to_vec(),
    ];
    for tear in tears {
        for (path, whole) in wanted.iter().filter(|(path, _)| !path.ends_with(MARKS[0]) && !path.ends_with(MARKS[1])) {
            std::fs::write(folder.path().join(path), tear(whole)).unwrap();
        }
        let world = undoubted(world);
        assert_eq!(Sequencer::new(folder.path()).step(&world).await.unwrap(), 257);
        let mended = derived(folder.path());
        let other: Vec<_> = wanted.keys().filter(|path| mended.get(*path) != wanted.get(*path)).collect();
        assert!(other.is_empty() && mended.len() == wanted.len(), "{other:?}");
        assert_eq!(verified(&town, folder.path()), 257);
    }
}

/// Where the name of what goes cannot be written, it goes all the same, and is named after it made room.
#[tokio::test]
async fn words_go_although_their_place_cannot_be_named_first() {
    let town = Town::new();
    let (world, store) = (&town.app.world, &*town.app.world.store);
    let (incident, _) = opened(store).await;
    commit(store, growing(store, incident.id, TAKEN + 1).await).await;
    let folder = tempfile::tempdir().unwrap();
    let sequencer = Sequencer::new(folder.path());
    assert_eq!(sequencer.step(world).await.unwrap(), TAKEN + 1);
    commit(store, taking(store, incident.id).await).await;
    // The mark has no content of its own, which is made sure of by two things; the third is the writing of the name.
    sequencer.shelf.fault.plant(2, false);
    assert!(matches!(sequencer.step(world).await, Err(StoreError::Unavailable(_))));
    assert!(sequencer.shelf.fault.take(), "the fault struck");
    assert_eq!(holding(&files(folder.path()), &traces()), Vec::<PathBuf>::new());
    assert_eq!(looked_at(&town, folder.path()), (TAKEN + 1, vec![TAKEN]));
    assert_eq!(sequencer.step(world).await.unwrap(), TAKEN + 2);
    assert_eq!(verified(&town, folder.path()), TAKEN + 2);
}

fn town_key() -> LogKey {
    Arc::new(SigningKey::from_seed("town.example/log", &[7; 32]).unwrap())
}

/// The town over a store on a disk, as a start finds it.
fn over(town: &Town, store: &Arc<SqlStore>) -> World {
    let store: Arc<dyn Store> = store.clone();
    World { store, ..undoubted(&town.app.world) }
}

/// A store on a disk with what publishes it, each of which can be started anew.
struct Kept {
    town: Town,
    folder: tempfile::TempDir,
    store: Arc<SqlStore>,
    sequencer: Sequencer,
}

impl Kept {
    async fn new() -> Self {
        let (town, folder) = (Town::new(), tempfile::tempdir().unwrap());
        let store = Arc::new(SqlStore::create(&folder.path().join("store.db"), town_key(), STATUS).await.unwrap());
        let sequencer = Sequencer::new(&folder.path().join("public"));
        Self { town, folder, store, sequencer }
    }

    /// Publishes, after a start where one is asked for, and answers how many entries are published and whole.
    async fn published(&mut self, anew: bool) -> u64 {
        let public = self.folder.path().join("public");
        if anew {
            self.store.close().await;
            self.store = Arc::new(SqlStore::open(&self.folder.path().join("store.db"), town_key()).await.unwrap());
            self.sequencer = Sequencer::new(&public);
        }
        let answer = self.sequencer.step(&over(&self.town, &self.store)).await.unwrap();
        let size = verified(&self.town, &public);
        assert_eq!((answer, self.store.checkpoint().await.unwrap().unwrap().size), (size, size));
        size
    }

    /// Commits a change, which fails in this way.
    async fn fails(&self, fault: Fault, change: &Change) {
        self.store.plant([Some(fault)]);
        let answer = self.store.commit(change.clone()).await;
        assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{fault:?}: {answer:?}");
    }
}

/// PROMISE the-log-signs-one-tree: a commit fails, and fails although it is written, at each size across the end of a
/// tile; after each of them what the store holds is published whole, going on and after a start. A withdrawal is among them.
#[tokio::test]
async fn whatever_a_commit_answers_what_was_written_is_published_whole() {
    for anew in [false, true] {
        let mut kept = Kept::new().await;
        let (incident, _) = opened(&*kept.store).await;
        commit(&*kept.store, growing(&*kept.store, incident.id, FROM).await).await;
        assert_eq!(kept.published(false).await, FROM);
        for size in FROM..TO {
            let what = match size == FROM + 1 {
                true => taking(&*kept.store, incident.id).await,
                false => growing(&*kept.store, incident.id, 1).await,
            };
            let change = change(what);
            let before = kept.store.checkpoint().await.unwrap();
            kept.fails(Fault::Fails, &change).await;
            assert_eq!(kept.store.checkpoint().await.unwrap(), before, "{size}: nothing was signed");
            assert_eq!(kept.published(anew).await, size);
            kept.fails(Fault::FailsButPersists, &change).await;
            assert_eq!(kept.published(anew).await, size + 1);
            // Said again it is known, and neither the store nor what is published has it twice.
            assert!(kept.store.commit(change).await.unwrap().again, "{size}");
            assert_eq!(kept.published(anew).await, size + 1);
        }
        assert_eq!(holding(&files(&kept.folder.path().join("public")), &traces()), Vec::<PathBuf>::new());
        kept.store.close().await;
    }
}

/// A town with two cosigners, and their keys.
fn cosigned_town() -> (Town, Vec<CosigningKey>) {
    let mut town = Town::new();
    let keys: Vec<CosigningKey> =
        [("northbank", 11), ("southbank", 12)].map(|(name, seed)| CosigningKey::from_seed(name, &[seed; 32]).unwrap()).into();
    let named = keys.iter().map(|key| {
        let (name, key) = (key.name(), key.verifier());
        format!("[[cosigner]]\nname = '{name}'\nkey = '{key}'\nmonitoring = 'https://{name}.example'\n")
    });
    let text = format!("quorum = 2\n{}", named.collect::<String>());
    let group = Arc::get_mut(&mut town.app.world.group).unwrap();
    group.cosigners = Cosigners::parse(&text, &group.log_vkey.parse().unwrap()).unwrap();
    (town, keys)
}

/// Whatever fails while lines join, once they join again they stand under both files of the checkpoint, and everybody is
/// told of them, going on and after a start.
#[tokio::test]
async fn whatever_fails_when_lines_join_they_stand_there_and_are_told_of_once_they_join_again() {
    // Two files with two syncs each, and what the log says of itself.
    lines_join(2, 4 * (4 + 4 + 2)).await;
}

/// The same where the log has grown since the cosigners signed: there is the one file, and what is said of the newest stays.
#[tokio::test]
async fn whatever_fails_when_lines_join_an_earlier_checkpoint_they_stand_there_too() {
    lines_join(3, 4 * 4).await;
}

/// Lines join the checkpoint of two entries, while the newest covers so many and so many faults strike.
async fn lines_join(size: u64, faults: usize) {
    let (town, keys) = cosigned_town();
    let (world, store) = (&town.app.world, &*town.app.world.store);
    let (incident, _) = opened(store).await;
    commit(store, growing(store, incident.id, 2).await).await;
    let folder = tempfile::tempdir().unwrap();
    let (reference, calm) = (Sequencer::new(folder.path()), undoubted(world));
    assert_eq!(reference.step(&calm).await.unwrap(), 2);
    let checkpoint = Checkpoint::parse(reference.published().await.unwrap().unwrap().text()).unwrap();
    if size > 2 {
        commit(store, growing(store, incident.id, size - 2).await).await;
        assert_eq!(reference.step(&calm).await.unwrap(), size);
    }
    let before = files(folder.path());
    let lines: Vec<Signature> = keys.iter().map(|key| key.cosign(&checkpoint, seconds(world)).unwrap()).collect();
    assert!(reference.join(&calm, &checkpoint, &lines).await.unwrap());
    let wanted = derived(folder.path());
    let standing = |world: &World| (world.cosigned.standing(), world.cosigned.last());
    let said = standing(&calm);
    let by = |standing: &Option<Standing>| standing.as_ref().map(|standing| (standing.size, standing.by.len()));
    assert_eq!((by(&said.0), by(&said.1)), (Some((size, if size == 2 { 2 } else { 0 })), Some((2, 2))), "cosigned by 2 of 2");
    let mut struck = 0;
    for (done, anew) in [(false, false), (false, true), (true, false), (true, true)] {
        for after in 0.. {
            let other = tempfile::tempdir().unwrap();
            lay_out(other.path(), &before);
            let (mut sequencer, mut told) = (Sequencer::new(other.path()), undoubted(world));
            assert_eq!(sequencer.step(&told).await.unwrap(), size);
            sequencer.shelf.fault.plant(after, done);
            let answer = sequencer.join(&told, &checkpoint, &lines).await;
            if !sequencer.shelf.fault.take() {
                assert!(answer.unwrap(), "nothing is left to fail");
                break;
            }
            struck += 1;
            let unsynced = matches!(answer, Err(StoreError::Broken(_)));
            assert!(unsynced || matches!(answer, Err(StoreError::Unavailable(_))), "{after}, {done}: {answer:?}");
            assert_eq!(told.cosigned.in_doubt().is_some(), unsynced, "{after}, {done}");
            assert_eq!(verified(&town, other.path()), size);
            if anew || unsynced {
                (sequencer, told) = (Sequencer::new(other.path()), undoubted(world));
                assert_eq!(sequencer.step(&told).await.unwrap(), size);
            }
            sequencer.join(&told, &checkpoint, &lines).await.unwrap();
            assert_eq!(derived(other.path()), wanted, "{after}, {done}, {anew}");
            assert_eq!(standing(&told), said, "{after}, {done}, {anew}");
            assert!(!sequencer.join(&told, &checkpoint, &lines).await.unwrap(), "they stand there already");
        }
    }
    println!("sequencer: {struck} faults struck while lines joined");
    assert_eq!(struck, faults);
}

/// What a cosigner showed is kept, and said in the folder, whatever fails, once it is kept again.
#[tokio::test]
async fn whatever_fails_what_was_seen_elsewhere_is_kept_once_it_is_kept_again() {
    let town = Town::new();
    let (world, store) = (&town.app.world, &*town.app.world.store);
    let (incident, _) = opened(store).await;
    commit(store, growing(store, incident.id, 2).await).await;
    let folder = tempfile::tempdir().unwrap();
    let reference = Sequencer::new(folder.path());
    assert_eq!(reference.step(&undoubted(world)).await.unwrap(), 2);
    let before = files(folder.path());
    let note = reference.published().await.unwrap().unwrap();
    let doubting = undoubted(world);
    doubting.cosigned.doubt(Doubt::Shown { cosigner: "southbank".into(), seen: 5, own: 2 });
    reference.seen_elsewhere(&doubting, &note).await.unwrap();
    let wanted = derived(folder.path());
    assert_eq!(wanted[Path::new(SEEN_ELSEWHERE)], note.encode().as_bytes());
    for done in [false, true] {
        for after in 0.. {
            let other = tempfile::tempdir().unwrap();
            lay_out(other.path(), &before);
            let sequencer = Sequencer::new(other.path());
            sequencer.shelf.fault.plant(after, done);
            let answer = sequencer.seen_elsewhere(&doubting, &note).await;
            if !sequencer.shelf.fault.take() {
                answer.unwrap();
                assert_eq!(after, 6, "a file with two syncs, and what the log says of itself");
                break;
            }
            assert!(matches!(answer, Err(StoreError::Broken(_) | StoreError::Unavailable(_))), "{after}, {done}: {answer:?}");
            assert_eq!(verified(&town, other.path()), 2);
            sequencer.seen_elsewhere(&doubting, &note).await.unwrap();
            assert_eq!(derived(other.path()), wanted, "{after}, {done}");
        }
    }
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
