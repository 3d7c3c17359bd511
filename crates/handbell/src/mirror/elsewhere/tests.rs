//! What holds of two histories that are shown one to each: real copiers, real doors and a liar, all over HTTP.

use super::{Meaning, meaning};
use crate::cli::Answer;
use crate::config::NeighbourSettings;
use crate::doors::fixture::Town;
use crate::mirror::MirrorError;
use crate::mirror::neighbour::{Neighbour, folder_of};
use crate::mirror::neighbours::{Kept, Neighbours};
use crate::mirror::sample::{ORIGIN, SampleLog};
use crate::mirror::tests::{judged, lying, pull};
use crate::work::copier::Copier;
use crate::world::MachineChance;
use axum::Router;
use axum::response::IntoResponse;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::cosigner::origin_hash;
use handbell_log::hash::Hash;
use handbell_log::note::SigningKey;
use handbell_log::source::Folder;
use handbell_log::verify::verify_tree;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// A checkpoint of a made-up tree.
fn tree(size: u64, root: u8) -> Checkpoint {
    Checkpoint { origin: ORIGIN.to_owned(), size, root: Hash([root; 32]) }
}

#[test]
fn a_tree_is_judged_by_one_of_its_size_or_by_the_beginning_of_what_is_held() {
    let (held, seen) = (tree(5, 5), tree(9, 9));
    let known = [&seen, &held];
    let begins = |size: u64| Some(Hash([u8::try_from(size).unwrap(); 32]));
    for (theirs, means) in [
        (tree(9, 9), Meaning::OneTree),
        (tree(9, 1), Meaning::Split),
        (tree(5, 5), Meaning::OneTree),
        (tree(5, 1), Meaning::Split),
        (tree(3, 3), Meaning::OneTree),
        (tree(3, 1), Meaning::Split),
        // Between what is held and what was cosigned nobody here can say anything, nor beyond it.
        (tree(7, 1), Meaning::Later),
        (tree(12, 1), Meaning::Later),
    ] {
        assert_eq!(meaning(&known, 5, &theirs, begins), means, "{theirs:?}");
    }
    assert_eq!(meaning(&known, 5, &tree(3, 1), |_| None), Meaning::Later, "a copy that cannot be read accuses nobody");
}

fn open(dir: &Path, log: &SampleLog) -> Neighbour {
    Neighbour::open(dir, log.key.verifier().clone()).unwrap()
}

fn waiting(dir: &Path) -> bool {
    folder_of(dir, ORIGIN).join("elsewhere/south").exists()
}

#[test]
fn a_larger_tree_is_kept_until_its_entries_are_here_and_then_held_against_them() {
    let dir = tempfile::tempdir().unwrap();
    let neighbour = open(dir.path(), &SampleLog::of(5));
    // Nothing is known yet, and nothing to compare.
    neighbour.shown_elsewhere("south", Some(&lying(9, 3).checkpoint())).unwrap();
    pull(&neighbour, &SampleLog::of(5).published(), 1).unwrap();
    neighbour.shown_elsewhere("south", None).unwrap();
    assert!(!waiting(dir.path()));
    neighbour.shown_elsewhere("south", Some(&lying(9, 3).checkpoint())).unwrap();
    assert!(waiting(dir.path()) && neighbour.alarm().is_none());
    // It grows as fast as we do, and does not answer any more: what it showed first is what counts.
    neighbour.shown_elsewhere("south", Some(&lying(300, 3).checkpoint())).unwrap();
    drop(neighbour);
    let neighbour = open(dir.path(), &SampleLog::of(5));
    let log = SampleLog::of(270);
    pull(&neighbour, &log.published(), 2).unwrap();
    let Err(MirrorError::Alarm(alarm)) = neighbour.shown_elsewhere("south", None) else { panic!("two histories, and no alarm") };
    assert!(alarm.sentence.starts_with("split view"), "{alarm}");
    assert_eq!(judged(dir.path(), &log).0, Answer::No);
    assert!(matches!(pull(&neighbour, &log.published(), 3), Err(MirrorError::Alarm(same)) if same == alarm), "nothing more is cosigned");
}

/// The evidence is read from the copy in stretches, and is all of it.
#[test]
fn a_split_from_elsewhere_over_many_stretches_brings_every_entry_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let log = SampleLog::of(700);
    let mut neighbour = open(dir.path(), &log);
    neighbour.stretch = 256;
    pull(&neighbour, &log.published(), 1).unwrap();
    let shown = lying(300, 3).checkpoint();
    let Err(MirrorError::Alarm(alarm)) = neighbour.shown_elsewhere("south", Some(&shown)) else { panic!("no alarm") };
    assert!(alarm.sentence.starts_with("split view"), "{alarm}");
    assert_eq!(judged(dir.path(), &log).0, Answer::No);
    // Two full bundles, and the one that the log's end leaves unfinished.
    for bundle in ["000", "001", "002.p/188"] {
        assert!(alarm.folder.join("leaves/tile/entries").join(bundle).exists(), "{bundle}");
    }
}

#[test]
fn what_is_one_tree_is_forgotten_and_what_the_log_did_not_sign_accuses_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let log = SampleLog::of(300);
    let neighbour = open(dir.path(), &log);
    pull(&neighbour, &log.at(5).published(), 1).unwrap();
    neighbour.shown_elsewhere("south", Some(&log.at(9).checkpoint())).unwrap();
    assert!(waiting(dir.path()));
    pull(&neighbour, &log.published(), 2).unwrap();
    for size in [0, 1, 5, 9, 256, 257, 299, 300] {
        neighbour.shown_elsewhere("south", Some(&log.at(size).checkpoint())).unwrap();
    }
    assert!(!waiting(dir.path()));
    // Another key under the same name, and no checkpoint at all.
    let stranger = SigningKey::from_seed(ORIGIN, &[9; 32]).unwrap();
    let forged = tree(5, 7).sign(&stranger).unwrap().encode().into_bytes();
    for shown in [forged, b"nothing".to_vec(), Vec::new()] {
        assert!(matches!(neighbour.shown_elsewhere("south", Some(&shown)), Err(MirrorError::NotTheLog(_))));
    }
    // More entries than are kept of anybody are not waited for: they would never come.
    let huge = tree(1 << 40, 7).sign(&log.key).unwrap().encode().into_bytes();
    neighbour.shown_elsewhere("south", Some(&huge)).unwrap();
    assert!(!waiting(dir.path()) && neighbour.alarm().is_none());
}

#[test]
fn a_copy_that_a_disk_changed_accuses_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let log = SampleLog::of(300);
    let neighbour = open(dir.path(), &log);
    pull(&neighbour, &log.published(), 1).unwrap();
    let bundle = neighbour.log_folder().join("tile/entries/000");
    let mut bytes = std::fs::read(&bundle).unwrap();
    bytes[40] ^= 1;
    std::fs::write(&bundle, bytes).unwrap();
    neighbour.shown_elsewhere("south", Some(&log.at(257).checkpoint())).unwrap();
    assert!(neighbour.alarm().is_none());
}

/// Files that a site gives out below its log's prefix. A test may put others there.
type Shown = Arc<Mutex<HashMap<String, Vec<u8>>>>;

/// The liar's site, as one of those it deceives sees it.
fn site(shown: Shown) -> Router {
    Router::new().fallback(move |uri: http::Uri| {
        let file = uri.path().strip_prefix("/log/").and_then(|path| shown.lock().unwrap().get(path).cloned());
        async move { file.ok_or(http::StatusCode::NOT_FOUND).into_response() }
    })
}

/// Serves until what it answers is dropped.
fn serve(listener: TcpListener, routes: Router) -> JoinSet<()> {
    let mut serving = JoinSet::new();
    serving.spawn(async move {
        let _ended = axum::serve(listener, routes).await;
    });
    serving
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

/// One of two groups that keep the liar's log and each other's: its own folder, doors and copier.
struct Group {
    dir: TempDir,
    town: Town,
    shown: Shown,
    copier: Copier,
    _serving: [JoinSet<()>; 2],
}

fn log_key(name: &str) -> SigningKey {
    SigningKey::from_seed(&format!("{name}.example/log1"), &[11; 32]).unwrap()
}

impl Group {
    /// A group that listens, is shown this log, and knows the other one at an address.
    async fn open(name: &str, listener: TcpListener, log: &SampleLog, other: (&str, &str)) -> Group {
        let dir = tempfile::tempdir().unwrap();
        let shown: Shown = Arc::new(Mutex::new(log.published().files));
        let (liars, liar) = listen().await;
        let lies = serve(liars, site(Arc::clone(&shown)));
        let settings = [(liar, log.key.verifier().to_string()), (other.1.to_owned(), log_key(other.0).verifier().to_string())];
        let settings = settings.map(|(url, key)| NeighbourSettings { url, key });
        let (cosigner, own) = (format!("{name}.example/cosigner1"), format!("{name}.example/log1"));
        let neighbours = Arc::new(Neighbours::open(dir.path(), &settings, &cosigner, &own, &MachineChance).unwrap());
        let mut town = Town::new();
        town.app.neighbours = Arc::clone(&neighbours);
        let doors = serve(listener, town.router());
        let kept = Arc::clone(neighbours.by_hash(&origin_hash(ORIGIN)).unwrap());
        Group { dir, town, shown, copier: Copier::new(neighbours, kept), _serving: [lies, doors] }
    }

    fn kept(&self) -> &Kept {
        self.copier.kept()
    }

    fn is_shown(&self, log: &SampleLog) {
        *self.shown.lock().unwrap() = log.published().files;
    }

    async fn step(&mut self) {
        self.copier.step(&self.town.app.world).await;
    }

    /// How many entries stand at its monitoring path, each tree verified.
    fn cosigned(&self, log: &SampleLog) -> u64 {
        verify_tree(&Folder::open(self.kept().neighbour.log_folder()).unwrap(), log.key.verifier()).unwrap().checkpoint.size
    }
}

/// Two groups that know each other.
async fn pair(one: &SampleLog, other: &SampleLog) -> [Group; 2] {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let ((at_one, url_one), (at_other, url_other)) = (listen().await, listen().await);
    let one = Group::open("east", at_one, one, ("west", &url_other)).await;
    [one, Group::open("west", at_other, other, ("east", &url_one)).await]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_neighbours_who_are_shown_one_history_each_find_it_out_from_each_other() {
    // Sizes at which the liar stands still before each of them: the same, and each of them shown less.
    for (ones, others) in [(9, 9), (9, 12), (300, 260)] {
        let (fork, lie) = (SampleLog::of(ones), lying(others, 5));
        let [mut one, mut other] = pair(&fork, &lie).await;
        one.step().await;
        assert_eq!(one.cosigned(&fork), ones, "each of them sees one history, and no fault in it");
        other.step().await;
        assert_eq!(other.cosigned(&lie), others);
        one.step().await;
        let accused: Vec<&Group> = [&one, &other].into_iter().filter(|group| group.kept().neighbour.alarm().is_some()).collect();
        assert!(!accused.is_empty(), "{ones} {others}: they cosign two histories, and nobody says so");
        for group in accused {
            let (answer, said) = judged(group.dir.path(), &fork);
            assert!(answer == Answer::No && said.contains("split view"), "{ones} {others}: {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neighbours_who_are_shown_one_log_at_different_sizes_go_on_cosigning_it() {
    let log = SampleLog::of(300);
    let [mut one, mut other] = pair(&log.at(9), &log.at(5)).await;
    for (ones, others) in [(9, 5), (9, 12), (257, 12), (257, 300), (300, 300)] {
        one.is_shown(&log.at(ones));
        other.is_shown(&log.at(others));
        one.step().await;
        other.step().await;
        assert_eq!((one.cosigned(&log), other.cosigned(&log)), (ones, others));
    }
    for group in [&one, &other] {
        assert!(group.kept().neighbour.alarm().is_none(), "{:?}", group.kept().neighbour.alarm());
    }
    // One of them is gone: the other pulls as before, and says nothing about it.
    drop(other);
    let mut grown = log.clone();
    grown.say("more");
    one.is_shown(&grown);
    one.step().await;
    assert_eq!(one.cosigned(&grown), 301);
}
