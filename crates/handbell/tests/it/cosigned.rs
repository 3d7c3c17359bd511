//! Cosigned: a log with cosigners that are programs of their own, spoken to over real HTTP.
//!
//! The real collector, sequencer and store in this process, so that every step is seen; then the real binary, its page and
//! `handbell verify`. What is published is read by the crate `signed_note` too, which knows nothing of cosigners.

mod cosigner;

use self::cosigner::{Cosigner, Manner, signed_elsewhere};
use crate::town::{Town, code, handbell, said};
use handbell::acts::{ActError, StreetCaller, street};
use handbell::cli::town;
use handbell::cosigned::Doubt;
use handbell::store::StoreError;
use handbell::work::collector::{ANSWERS_WITHIN, Asker, Collector};
use handbell::work::sequencer::Sequencer;
use handbell::world::{Clock, MachineClock, World};
use handbell_log::checkpoint::Checkpoint;
use handbell_log::cosignature::{self, CosignerKey};
use handbell_log::cosigner::LINES_MAX;
use handbell_log::note::{Note, SigningKey, VerifierKey};
use handbell_log::source::Folder;
use handbell_log::verify::verify_log;
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::street::report::{Basis, Happening, NewReport, Observed, Route};
use handbell_rules::time::Timestamp;
use signed_note::{Note as OtherNote, StandardVerifier, VerifierList};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// Longest wait for a running server to have collected.
const COLLECTS_WITHIN: Duration = Duration::from_secs(60);
const SCENARIO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/rye-lane-2017.toml");

/// The machine's clock, moved on by a test.
struct Moved(AtomicI64);

impl Clock for Moved {
    fn now(&self) -> Timestamp {
        MachineClock.now().plus(self.0.load(Ordering::Relaxed))
    }
}

/// The log's key, as its folder holds it.
fn log_key(dir: &Path) -> SigningKey {
    let seed: [u8; 32] = std::fs::read(dir.join("keys/log.seed")).unwrap().try_into().unwrap();
    SigningKey::from_seed("bell.example/log1", &seed).unwrap()
}

fn cosigner(town: &Town, name: &str, seed: u8) -> Cosigner {
    Cosigner::of(name, seed, log_key(&town.dir).verifier())
}

/// Names cosigners in the group's folder, and where those take checkpoints that do.
fn name(town: &Town, quorum: usize, cosigners: &[(&str, &Cosigner, bool)]) {
    let mut text = format!("quorum = {quorum}\n");
    for (name, cosigner, takes) in cosigners {
        let (key, address) = (cosigner.key.verifier(), &cosigner.address);
        text.push_str(&format!("[[cosigner]]\nname = '{name}'\nkey = '{key}'\nmonitoring = '{address}'\n"));
        if *takes {
            text.push_str(&format!("submission = '{address}'\n"));
        }
    }
    std::fs::write(town.dir.join("cosigners.toml"), text).unwrap();
}

/// A group's folder opened in this process.
struct Opened {
    town: town::Town,
    world: World,
    sequencer: Arc<Sequencer>,
    clock: Arc<Moved>,
}

impl Opened {
    async fn at(dir: &Path) -> anyhow::Result<Self> {
        let _first = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let town = town::open(dir, &town::Staging::default()).await?;
        let sequencer = Arc::new(town.publish().await?);
        let clock = Arc::new(Moved(AtomicI64::new(0)));
        let world = World { clock: clock.clone(), ..town.world.clone() };
        Ok(Self { town, world, sequencer, clock })
    }

    /// Adds an entry that is signed with it; nothing is published.
    async fn grow(&self, number: u8) -> Result<(), StoreError> {
        let what = What::WorkerNamed { digest: [number; 32] };
        let change = Change { id: self.world.private_id(), at: self.world.now(), by: Actor::Worker, what };
        self.world.commit(change).await.map(drop)
    }

    /// Grows and publishes.
    async fn publish(&self, number: u8) {
        self.grow(number).await.unwrap();
        self.sequencer.step(&self.world).await.unwrap();
    }

    fn collector(&self, place: usize) -> Collector {
        self.hurried(place, ANSWERS_WITHIN)
    }

    /// A collector that does not wait so long.
    fn hurried(&self, place: usize, within: Duration) -> Collector {
        let cosigner = self.world.group.cosigners.all()[place].clone();
        let (asker, public) = (Asker::new(within).unwrap(), self.town.folder.path.join("public"));
        Collector::new(asker, cosigner, &public, self.sequencer.clone(), &self.world).unwrap()
    }

    fn keys(&self) -> Vec<CosignerKey> {
        self.world.group.cosigners.keys()
    }

    fn log(&self) -> VerifierKey {
        self.town.folder.log_key.verifier().clone()
    }

    fn file(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.town.folder.path.join("public/log").join(path)).unwrap()
    }

    /// Names and times under a published file in which everything verifies; the log's own line is the first.
    fn lines(&self, path: &str) -> Vec<(String, u64)> {
        let note = Note::parse(&self.file(path)).unwrap();
        assert_eq!(note.signatures()[0].name(), self.log().name());
        assert!(note.signatures().len() <= LINES_MAX);
        Checkpoint::open(&self.file(path), &self.log()).unwrap();
        let signed = cosignature::verify(&note, &self.keys()).expect("nothing forged is published");
        assert_eq!(signed.len() + 1, note.signatures().len(), "nothing else stands there");
        signed.into_iter().map(|line| (line.cosigner, line.time_seconds)).collect()
    }

    fn names(&self) -> Vec<String> {
        self.lines("checkpoint").into_iter().map(|(name, _)| name).collect()
    }

    fn troubles(&self) -> String {
        self.world.cosigned.troubles().into_iter().map(|(name, trouble)| format!("{name}: {trouble}\n")).collect()
    }
}

async fn files_a_report(world: &World) {
    let now = world.now();
    let report = NewReport {
        kind: "flood".to_owned(),
        basis: Basis::Saw,
        happening: Happening::Now,
        observed: Observed { from: now, to: now },
        place: "by the bridge".to_owned(),
        point: None,
        text: String::new(),
        officers: None,
        vehicles: None,
        people: None,
        route: Route::Api,
        language: "en".to_owned(),
    };
    street::file_report(world, StreetCaller, report, None, None).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_is_handed_over_and_the_line_stands_under_it() {
    let town = Town::new();
    let (takes, fetches) = (cosigner(&town, "takes", 11), cosigner(&town, "fetches", 12));
    name(&town, 2, &[("takes", &takes, true), ("fetches", &fetches, false)]);
    let here = Opened::at(&town.dir).await.unwrap();
    here.publish(1).await;
    let (mut one, mut two) = (here.collector(0), here.collector(1));
    one.step(&here.world).await.unwrap();
    assert_eq!(here.names(), ["takes.example/cosigner"]);
    // Nobody has come by to fetch yet; then somebody has.
    two.step(&here.world).await.unwrap();
    assert_eq!((here.names().len(), here.troubles().as_str()), (1, ""));
    fetches.sees(&Note::parse(&here.file("checkpoint")).unwrap());
    here.clock.0.fetch_add(2_000, Ordering::Relaxed);
    two.step(&here.world).await.unwrap();
    assert_eq!(here.names(), ["takes.example/cosigner", "fetches.example/cosigner"], "in the order of the policy");
    assert_eq!(here.file("checkpoint"), here.file("checkpoints/1"));
    let about: serde_json::Value = serde_json::from_slice(&here.file("about.json")).unwrap();
    assert_eq!((&about["cosigned"]["by"], &about["cosigned"]["quorum"]), (&2.into(), &"met".into()));

    // Growth is proved from what they saw: 1 to 300 entries, over the end of a tile.
    for number in 2..=100 {
        here.grow(number).await.unwrap();
    }
    for number in 0..200 {
        here.grow(number).await.unwrap();
    }
    here.sequencer.step(&here.world).await.unwrap();
    assert_eq!(here.names(), Vec::<String>::new());
    one.step(&here.world).await.unwrap();
    assert_eq!((takes.size(), here.names()), (Some(300), vec!["takes.example/cosigner".to_owned()]));
    assert_eq!(here.lines("checkpoints/1").len(), 2, "what was signed before stays");
    // A line for an older checkpoint joins that one.
    here.clock.0.fetch_add(5_000, Ordering::Relaxed);
    fetches.state().time = Some(seconds() + 4);
    fetches.sees(&Note::parse(&here.file("checkpoints/1")).unwrap());
    two.step(&here.world).await.unwrap();
    assert_eq!(here.lines("checkpoints/1")[1].1, fetches.state().time.unwrap());
    assert_eq!(here.names().len(), 1);

    // Another's code reads the same text under the same key.
    let log = StandardVerifier::new(&here.log().to_string()).unwrap();
    let other = OtherNote::from_bytes(&here.file("checkpoints/1")).unwrap();
    let (verified, _) = other.verify(&VerifierList::new(vec![Box::new(log)])).unwrap();
    assert_eq!((verified.len(), other.text()), (1, Note::parse(&here.file("checkpoints/1")).unwrap().text().as_bytes()));
    verify_log(&Folder::open(town.public().join("log")).unwrap(), &here.log()).unwrap();
    here.town.close().await;
}

fn seconds() -> u64 {
    u64::try_from(MachineClock.now().milliseconds() / 1_000).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_another_size_is_asked_once_more_from_there() {
    let town = Town::new();
    let other = cosigner(&town, "other", 11);
    name(&town, 1, &[("other", &other, true)]);
    let here = Opened::at(&town.dir).await.unwrap();
    here.publish(1).await;
    other.sees(&Note::parse(&here.file("checkpoint")).unwrap());
    for number in 2..7 {
        here.publish(number).await;
    }
    // It takes checkpoints and does not show that it has one already.
    other.behaves(Manner::ShowsNothing);
    here.collector(0).step(&here.world).await.unwrap();
    assert_eq!(other.state().answered, [409, 200]);
    assert_eq!((here.names().len(), here.troubles().as_str()), (1, ""));
    here.town.close().await;
}

/// PROMISE only-verified-lines-are-published: whatever a cosigner answers that is no line of its own, nothing of it is
/// published, and it is named.
#[tokio::test(flavor = "multi_thread")]
async fn row_by_row_what_is_no_cosignature_is_thrown_away_and_said() {
    let town = Town::new();
    let bad = cosigner(&town, "bad", 11);
    name(&town, 1, &[("bad", &bad, true)]);
    let here = Opened::at(&town.dir).await.unwrap();
    here.publish(1).await;
    here.publish(2).await;
    let note = Note::parse(&here.file("checkpoint")).unwrap();
    let checkpoint = Checkpoint::parse(note.text()).unwrap();
    let stranger = handbell_log::cosignature::CosigningKey::from_seed("stranger.example", &[40; 32]).unwrap();
    let strangers = format!("{}\n", stranger.cosign(&checkpoint, seconds()).unwrap());
    let timeless = format!("{}\n", bad.key.cosign(&checkpoint, 0).unwrap());
    let others_tree = Checkpoint { size: 1, ..checkpoint.clone() };
    let others_tree = format!("{}\n", bad.key.cosign(&others_tree, seconds()).unwrap());
    let size = "text/x.tlog.size";
    let plain = "text/plain";
    let answers = |status, kind, body: &str| Manner::Answers(status, kind, body.to_owned());
    let rows = [
        (answers(400, plain, ""), "it answers 400"),
        (answers(403, plain, ""), "does not know the key"),
        (answers(404, plain, ""), "does not know this log"),
        (answers(422, plain, ""), "it answers 422"),
        (answers(500, plain, ""), "it answers 500"),
        (answers(301, plain, ""), "it answers 301"),
        (answers(409, plain, "1\n"), "not as the standard says"),
        (answers(409, size, "one\n"), "without a size"),
        (answers(409, size, "+1\n"), "without a size"),
        (answers(409, size, "01\n"), "without a size"),
        (answers(409, size, "0\n"), "does not take a proof"),
        (answers(409, size, "1\n"), "does not take a proof"),
        (answers(409, size, "3\n"), "shows no checkpoint"),
        (answers(200, plain, ""), "not its own"),
        (answers(200, plain, "OK\n"), "not its own"),
        (answers(200, plain, &others_tree), "not its own"),
        (answers(200, plain, &format!("more\n\n{timeless}")), "not its own"),
        (answers(200, plain, &strangers), "without a line"),
        (answers(200, plain, &timeless), "without a line"),
        (answers(200, plain, &strangers.repeat(101)), "not its own"),
        (answers(200, plain, &"a".repeat(200_001)), "does not end"),
        (Manner::Forges, "not its own"),
        (Manner::Silent, "in time"),
    ];
    let count = rows.len();
    for (manner, why) in rows {
        bad.behaves(manner.clone());
        // Only silence is waited out.
        let within = if manner == Manner::Silent { Duration::from_millis(500) } else { ANSWERS_WITHIN };
        here.hurried(0, within).step(&here.world).await.unwrap();
        assert!(here.troubles().contains(why), "{manner:?}: {}", here.troubles());
        assert_eq!(here.names(), Vec::<String>::new(), "{manner:?}");
    }
    println!("cosigners: {count} answers that are no cosignature, none published");
    // What is shown and is none of ours is passed over; the checkpoint is handed over all the same.
    let (other_key, own) = (SigningKey::from_seed("bell.example/log1", &[9; 32]).unwrap(), log_key(&town.dir));
    let moved = Note::new(signed_elsewhere(&own, 9, 1).text(), note.signatures().to_vec()).unwrap();
    for shown in [signed_elsewhere(&other_key, 9, 1).encode(), moved.encode(), "404\n".to_owned(), String::new()] {
        bad.behaves(Manner::Shows(shown.into_bytes()));
        here.collector(0).step(&here.world).await.unwrap();
        assert_eq!(here.world.cosigned.in_doubt(), None, "anybody can write what this log did not sign");
    }
    assert_eq!(here.names(), ["bad.example/cosigner"]);
    bad.behaves(Manner::Endless);
    here.collector(0).step(&here.world).await.unwrap();
    assert!(here.troubles().contains("does not end"), "{}", here.troubles());
    bad.behaves(Manner::Honest);
    here.collector(0).step(&here.world).await.unwrap();
    assert_eq!(here.troubles(), "", "whoever answers again is not named any more");
    here.town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_forged_under_its_own_name_spoils_nothing() {
    let town = Town::new();
    let (liar, honest) = (cosigner(&town, "liar", 11), cosigner(&town, "honest", 12));
    name(&town, 1, &[("liar", &liar, false), ("honest", &honest, true)]);
    let here = Opened::at(&town.dir).await.unwrap();
    here.publish(1).await;
    liar.sees(&Note::parse(&here.file("checkpoint")).unwrap());
    liar.behaves(Manner::Forges);
    here.collector(0).step(&here.world).await.unwrap();
    here.collector(1).step(&here.world).await.unwrap();
    assert_eq!(here.names(), ["honest.example/cosigner"]);
    // Twenty lines: forged ones, strangers' and one of another cosigner that is honest, all under what the liar shows.
    let note = Note::parse(&here.file("checkpoint")).unwrap();
    let checkpoint = Checkpoint::parse(note.text()).unwrap();
    let mut lines = vec![note.signatures()[0].clone()];
    lines.extend((0..9).map(|_| liar.forged()));
    lines.extend((50..59).map(|seed| {
        let key = handbell_log::cosignature::CosigningKey::from_seed(&format!("stranger.example/{seed}"), &[seed; 32]).unwrap();
        key.cosign(&checkpoint, seconds()).unwrap()
    }));
    lines.push(liar.key.cosign(&checkpoint, seconds()).unwrap());
    assert_eq!(lines.len(), 20);
    liar.behaves(Manner::Shows(Note::new(note.text(), lines).unwrap().encode().into_bytes()));
    here.collector(0).step(&here.world).await.unwrap();
    assert_eq!(here.names(), ["liar.example/cosigner", "honest.example/cosigner"], "its one true line counts, and nothing else");
    here.town.close().await;
}

/// The collector's visit and the commits of the same moment: the cosigner has not answered when all of them are done.
#[tokio::test(flavor = "multi_thread")]
async fn a_cosigner_that_does_not_answer_delays_no_commit_and_no_publication() {
    let town = Town::new();
    let (slow, quick) = (cosigner(&town, "slow", 11), cosigner(&town, "quick", 12));
    name(&town, 2, &[("slow", &slow, true), ("quick", &quick, true)]);
    slow.behaves(Manner::Silent);
    // The start asks it too, and goes on without it.
    let begun = Instant::now();
    let here = Opened::at(&town.dir).await.unwrap();
    println!("cosigners: opened after {} ms beside one that does not answer", begun.elapsed().as_millis());
    assert!(begun.elapsed() < ANSWERS_WITHIN, "{:?}", begun.elapsed());
    here.publish(1).await;
    let (mut waits, world) = (here.collector(0), here.world.clone());
    let waiting = tokio::spawn(async move { waits.step(&world).await });
    let asked = Instant::now();
    while slow.state().asked.len() < 2 {
        assert!(asked.elapsed() < ANSWERS_WITHIN, "it was never asked");
        tokio::task::yield_now().await;
    }
    for number in 2..14 {
        here.publish(number).await;
        files_a_report(&here.world).await;
    }
    here.collector(1).step(&here.world).await.unwrap();
    assert_eq!(here.names(), ["quick.example/cosigner"], "nor does it hold up the other one");
    assert!(!waiting.is_finished(), "all of that happened while it was waited for");
    waiting.await.unwrap().unwrap();
    assert!(here.troubles().contains("slow: it cannot be reached: it does not answer in time"), "{}", here.troubles());
    here.town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_death_between_collecting_and_publishing_loses_no_line_and_keeps_no_false_one() {
    let town = Town::new();
    let (one, gone) = (cosigner(&town, "one", 11), cosigner(&town, "gone", 12));
    name(&town, 1, &[("one", &one, true), ("gone", &gone, true)]);
    let here = Opened::at(&town.dir).await.unwrap();
    here.publish(1).await;
    let bare = here.file("checkpoint");
    here.collector(0).step(&here.world).await.unwrap();
    here.collector(1).step(&here.world).await.unwrap();
    let (kept, lines) = (here.file("checkpoints/1"), here.lines("checkpoint"));
    assert_eq!(lines.len(), 2);
    here.town.close().await;
    drop(here);
    // The lines stand under the kept checkpoint and the published one was not reached. Somebody has written a false one, too.
    let log = town.public().join("log");
    let mut spoiled = Note::parse(&kept).unwrap();
    spoiled.add(one.forged()).unwrap();
    std::fs::write(log.join("checkpoints/1"), spoiled.encode()).unwrap();
    std::fs::write(log.join("checkpoint"), bare).unwrap();
    let here = Opened::at(&town.dir).await.unwrap();
    assert_eq!((here.lines("checkpoint"), here.file("checkpoint")), (lines, kept), "the same to the byte");
    here.town.close().await;
    drop(here);
    // Whoever is not named any more is not vouched for any more.
    name(&town, 1, &[("one", &one, true)]);
    let here = Opened::at(&town.dir).await.unwrap();
    assert_eq!(here.names(), ["one.example/cosigner"]);
    here.town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_which_nothing_happens_is_signed_anew_within_the_hour() {
    let town = Town::new();
    let one = cosigner(&town, "one", 11);
    name(&town, 1, &[("one", &one, true)]);
    let here = Opened::at(&town.dir).await.unwrap();
    here.publish(1).await;
    let mut collector = here.collector(0);
    let wait = collector.step(&here.world).await.unwrap();
    let first = here.lines("checkpoint")[0].1;
    assert!((40 * 60_000..60 * 60_000).contains(&wait), "{wait}");
    let asked = one.state().asked.len();
    assert!(collector.step(&here.world).await.unwrap() > 0);
    assert_eq!(one.state().asked.len(), asked, "it is not asked before its turn");
    here.clock.0.fetch_add(wait, Ordering::Relaxed);
    one.state().time = Some(first + u64::try_from(wait).unwrap() / 1_000);
    collector.step(&here.world).await.unwrap();
    assert_eq!(here.lines("checkpoint")[0].1, first + u64::try_from(wait).unwrap() / 1_000, "the same tree, a newer time");
    // A time from far ahead would hide every later one, and does not stand.
    here.clock.0.fetch_add(wait, Ordering::Relaxed);
    one.state().time = Some(seconds() + 400_000_000);
    collector.step(&here.world).await.unwrap();
    assert_eq!(here.lines("checkpoint")[0].1, first + u64::try_from(wait).unwrap() / 1_000);
    here.town.close().await;
}

/// A cosigner holds what this log signed and this store does not have: nothing more is signed, here and after a start;
/// reports come in as before, and the newer store clears it.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_behind_what_a_cosigner_saw_signs_nothing_and_says_so() {
    for (size, why) in [(9, "it is behind what the world saw"), (1, "another beginning of 1 entries")] {
        let town = Town::new();
        let one = cosigner(&town, "one", 11);
        name(&town, 1, &[("one", &one, true)]);
        let here = Opened::at(&town.dir).await.unwrap();
        here.publish(1).await;
        here.publish(2).await;
        one.sees(&signed_elsewhere(&log_key(&town.dir), size, 7));
        let said = here.collector(0).step(&here.world).await.unwrap_err();
        assert!(said.to_string().contains(why), "{said}");
        let doubt = here.world.cosigned.in_doubt().unwrap();
        assert!(matches!(doubt, Doubt::Shown { seen, .. } if seen == size), "{doubt}");
        let before = here.world.store.checkpoint().await.unwrap();
        assert!(matches!(here.grow(3).await, Err(StoreError::LogInDoubt(_))));
        assert!(matches!(ActError::from(here.grow(3).await.unwrap_err()), ActError::LogInDoubt(_)));
        assert_eq!(here.world.store.checkpoint().await.unwrap(), before, "nothing was signed");
        assert!(here.sequencer.step(&here.world).await.is_err(), "and nothing is published");
        files_a_report(&here.world).await;
        here.town.close().await;
        drop(here);
        // The one who saw it is out of reach; the start is refused by what was kept.
        one.behaves(Manner::Answers(500, "text/plain", String::new()));
        let refused = format!("{:#}", Opened::at(&town.dir).await.map(drop).unwrap_err());
        assert!(refused.contains("Nothing is signed") || refused.contains("nothing is signed"), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_asks_what_the_cosigners_saw_before_it_signs_anything() {
    let town = Town::new();
    let (one, gone) = (cosigner(&town, "southbank", 11), cosigner(&town, "gone", 12));
    name(&town, 1, &[("gone", &gone, true), ("southbank", &one, true)]);
    gone.behaves(Manner::Silent);
    let here = Opened::at(&town.dir).await.unwrap();
    here.publish(1).await;
    here.town.close().await;
    drop(here);
    // A copy of the whole folder, marks and all; the group goes on and is cosigned; then the copy comes back.
    let copy = crate::town::room();
    copy_all(&town.dir, copy.path());
    let here = Opened::at(&town.dir).await.unwrap();
    here.publish(2).await;
    here.collector(1).step(&here.world).await.unwrap();
    assert_eq!(one.size(), Some(2));
    here.town.close().await;
    drop(here);
    let refused = format!("{:#}", Opened::at(copy.path()).await.map(drop).unwrap_err());
    assert!(refused.contains("this store holds 1 log entries and 2 were published"), "{refused}");
    assert!(refused.contains("southbank shows") && refused.contains("handbell repair DIR --from-neighbour URL"), "{refused}");
    // The newer store opens, beside one who does not answer.
    Opened::at(&town.dir).await.unwrap().town.close().await;
}

fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_all(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// The real binary with one that takes checkpoints and one that fetches them: its page, its files, `handbell verify`.
#[test]
fn a_running_group_is_cosigned_and_whoever_verifies_is_told_by_whom() {
    let town = Town::new();
    let (takes, fetches) = (cosigner(&town, "takes", 11), cosigner(&town, "fetches", 12));
    name(&town, 2, &[("takes", &takes, true), ("fetches", &fetches, false)]);
    let server = town.serve();
    let entered = handbell().arg("import").arg(&town.dir).arg(SCENARIO).args(["--as", "scenario"]).output().unwrap();
    assert!(entered.status.success(), "{}", said(&entered));
    town.counted();
    let page = entered.stdout.split(|byte| *byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok()).find_map(|line| {
        let (_, id) = line.split_once("/record/")?;
        Some(format!("/record/{}", id.split_whitespace().next()?))
    });
    let page = page.unwrap_or_else(|| panic!("no page: {}", said(&entered)));
    let key = log_key(&town.dir).verifier().clone();
    let published = || std::fs::read(town.public().join("log/checkpoint")).ok().and_then(|bytes| Note::parse(&bytes).ok());
    let until = |lines: usize| {
        let begun = Instant::now();
        loop {
            if let Some(note) = published().filter(|note| note.signatures().len() == lines + 1) {
                return note;
            }
            assert!(begun.elapsed() < COLLECTS_WITHIN, "never cosigned by {lines}: {:?} {}", published(), town.complaints());
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    let get = |path: &str| server.talk().ask("GET", path, &[], b"").unwrap();
    let policy = town.dir.with_extension("policy");
    let verify = |quorum: usize, more: &[&str]| {
        let keys = [takes.key.verifier().clone(), fetches.key.verifier().clone()];
        let written = handbell_log::policy::Policy::of_cosigners(&key, &keys, quorum).unwrap();
        std::fs::write(&policy, written.encode()).unwrap();
        handbell().arg("verify").arg(&town.dir).arg("--policy").arg(&policy).args(more).output().unwrap()
    };

    // Asked for before the first line comes, so that it stands on the shelf of finished pages.
    assert!(get(&page).text().contains("The log is "));
    until(1);
    let one = verify(1, &[]);
    assert_eq!((code(&one), said(&one).contains("cosigned by 1 of 2")), (0, true), "{}", said(&one));
    let missed = verify(2, &["--json"]);
    assert_eq!(code(&missed), 3, "{}", said(&missed));
    let told: serde_json::Value = serde_json::from_slice(&missed.stdout).unwrap();
    assert_eq!((&told["answer"], &told["cosigned"]["quorum"]), (&"could-not-tell".into(), &"missed".into()));

    fetches.sees(&until(1));
    let both = until(2);
    let whole = verify(2, &["--json"]);
    assert_eq!(code(&whole), 0, "{}", said(&whole));
    let told: serde_json::Value = serde_json::from_slice(&whole.stdout).unwrap();
    assert_eq!((&told["cosigned"]["by"], &told["cosigned"]["of"], &told["cosigned"]["policy"]), (&2.into(), &2.into(), &"given".into()));
    let lately = verify(2, &["--within", "1"]);
    assert_eq!(code(&lately), 0, "{}", said(&lately));
    assert!(said(&lately).contains("the newest was ") && said(&lately).contains("within the last 1 hour: cosigned by 2 of 2"));
    // Nobody is asked for, or nobody said whom they believe: then there is no quorum that could be so fresh.
    assert_eq!(code(&verify(0, &["--within", "1"])), 2);
    assert_eq!(code(&handbell().arg("verify").arg(&town.dir).args(["--within", "1"]).output().unwrap()), 2);
    // By the site's own word, over HTTP: said, and no reason for another answer.
    let site = handbell().arg("verify").arg(format!("http://{}", server.address())).output().unwrap();
    assert_eq!(code(&site), 0, "{}", said(&site));
    assert!(said(&site).contains("cosigned by 2 of 2") && said(&site).contains("publisher's own word; pass --policy"), "{}", said(&site));

    let log = get("/log").text();
    assert!(log.contains("cosigned by 2 of 2, ") && log.contains("2 of them must have signed"), "{log}");
    // A page that was finished before the lines came is not given out any more.
    let shown = get(&page).text();
    assert!(shown.contains("cosigned by 2 of 2, "), "{shown}");
    let about = get("/log/about.json").json();
    assert_eq!((&about["cosigned"]["by"], about["cosigners"].as_array().unwrap().len()), (&2.into(), 2));
    assert_eq!(about, serde_json::from_slice::<serde_json::Value>(&std::fs::read(town.public().join("log/about.json")).unwrap()).unwrap());
    let policy = get("/log/policy").text();
    assert!(policy.contains(&format!("witness takes {}", takes.key.verifier())) && policy.contains("quorum enough"), "{policy}");
    assert_eq!(get("/log/checkpoint").body, both.encode().into_bytes());
    server.stop();
    // Without cosigners it is not cosigned, whatever stands under the checkpoint.
    std::fs::remove_file(town.dir.join("cosigners.toml")).unwrap();
    let server = town.serve();
    assert!(server.talk().ask("GET", "/log", &[], b"").unwrap().text().contains("None yet"));
    server.stop();
    let alone = town.verify();
    assert!(code(&alone) == 0 && said(&alone).contains("not cosigned: nobody else"), "{}", said(&alone));
}

#[test]
fn cosigners_that_cannot_be_meant_stop_the_start_with_the_reason() {
    let town = Town::new();
    let one = cosigner(&town, "one", 11);
    name(&town, 2, &[("one", &one, true)]);
    let refused = |why: &str| {
        let served = town.serve_command().output().unwrap();
        assert!(!served.status.success() && said(&served).contains(why), "{}", said(&served));
    };
    refused("`quorum` asks for 2 cosigners and 1 are named");
    let file = town.dir.join("cosigners.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("quorum = 2", "quorums = 1")).unwrap();
    refused("did you mean `quorum`");
    let own = handbell_log::cosignature::CosigningKey::from_seed(
        "bell.example/own",
        &std::fs::read(town.dir.join("keys/log.seed")).unwrap().try_into().unwrap(),
    );
    let own = own.unwrap().verifier().to_string();
    std::fs::write(&file, text.replace(&one.key.verifier().to_string(), &own)).unwrap();
    refused("a log does not cosign itself");
}

/// The log's second line, ML-DSA-44, in a program that was built without it: read, named, and passed over.
#[cfg(not(feature = "ml-dsa"))]
#[test]
fn a_second_line_that_this_program_cannot_check_is_passed_over() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let town = Town::new();
    // Left by a program that could: this one neither needs nor reads it.
    std::fs::write(town.dir.join("keys").join(handbell::folder::SECOND_LOG_SEED), [5; 32]).unwrap();
    let server = town.serve();
    let entered = handbell().arg("import").arg(&town.dir).arg(SCENARIO).args(["--as", "scenario"]).output().unwrap();
    assert!(entered.status.success(), "{}", said(&entered));
    town.counted();
    server.stop();
    let file = town.public().join("log/checkpoint");
    // The server was told to stop before it published, or after; the next start publishes in any case.
    town.serve().stop();
    let published = std::fs::read_to_string(&file).unwrap();
    assert_eq!(Note::parse(published.as_bytes()).unwrap().signatures().len(), 1);
    let (log, public) = (log_key(&town.dir).verifier().clone(), vec![7; 1_312]);
    let id = handbell_log::note::key_id(log.name(), cosignature::TYPE_ML_DSA_44, &public);
    let second = format!("{}+{:08x}+{}", log.name(), u32::from_be_bytes(id), STANDARD.encode([&[6], public.as_slice()].concat()));
    let line = STANDARD.encode([id.as_slice(), &[0; 8], &[9; 2_420]].concat());
    std::fs::write(&file, format!("{published}\u{2014} {} {line}\n", log.name())).unwrap();
    let policy = town.dir.with_extension("policy");
    std::fs::write(&policy, format!("log {log}\nlog {second}\nquorum none\n")).unwrap();
    let checked = handbell().arg("verify").arg(&town.dir).arg("--policy").arg(&policy).output().unwrap();
    assert_eq!(code(&checked), 0, "{}", said(&checked));
    // The second alone is never enough.
    std::fs::write(&policy, format!("log {second}\nquorum none\n")).unwrap();
    let alone = handbell().arg("verify").arg(&town.dir).arg("--policy").arg(&policy).output().unwrap();
    assert_eq!(code(&alone), 3, "{}", said(&alone));
    // And a start over it publishes its own line alone again.
    town.serve().stop();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), published);
}

/// Python's `cryptography`, which shares no code with ours, reads both lines, and finds a bit that is changed in the second.
/// `HANDBELL_TEST_PYTHON` names one that has it; without it this part is skipped by its name, or fails where nothing may be
/// missing.
#[cfg(feature = "ml-dsa")]
fn strangers_agree_on_the_second_line(town: &Town, checkpoint: &Path, log: &str, second: &str) {
    let Ok(python) = std::env::var("HANDBELL_TEST_PYTHON") else {
        assert_ne!(std::env::var("HANDBELL_REQUIRE_TEST_DATA").as_deref(), Ok("1"), "HANDBELL_TEST_PYTHON names no Python");
        eprintln!("skipped: HANDBELL_TEST_PYTHON names no Python with `cryptography`, which checks the second line");
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../handbell-log/strangers/verify.py");
    let ask = |file: &Path| {
        let mut asked = std::process::Command::new(&python);
        asked.arg("-B").arg(&script).arg("note").arg(file).args([log, second]).output().unwrap()
    };
    let good = ask(checkpoint);
    assert!(good.status.success(), "{}", said(&good));
    assert!(String::from_utf8_lossy(&good.stdout).lines().any(|line| line.starts_with("signed 6 ")), "{}", said(&good));
    let whole = std::fs::read_to_string(checkpoint).unwrap();
    let (kept, line) = whole.trim_end().rsplit_once(' ').unwrap();
    let changed = town.dir.with_extension("changed");
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let bytes = STANDARD.decode(line).unwrap();
    // Of the time, of the signature's beginning, middle and end.
    for at in [4, 12, 1_200, bytes.len() - 1] {
        let mut other = bytes.clone();
        other[at] ^= 1;
        std::fs::write(&changed, format!("{kept} {}\n", STANDARD.encode(other))).unwrap();
        let found = ask(&changed);
        assert_eq!(code(&found), 1, "byte {at}: {}", said(&found));
        assert!(String::from_utf8_lossy(&found.stdout).contains("does not hold"), "byte {at}: {}", said(&found));
    }
}

/// The same in a program that can: both lines, the first first; both keys named; a line that does not hold is found.
#[cfg(feature = "ml-dsa")]
#[test]
fn a_second_line_stands_behind_the_first_and_is_checked() {
    let town = Town::new();
    assert_eq!(std::fs::read(town.dir.join("keys").join(handbell::folder::SECOND_LOG_SEED)).unwrap().len(), 32);
    let server = town.serve();
    let entered = handbell().arg("import").arg(&town.dir).arg(SCENARIO).args(["--as", "scenario"]).output().unwrap();
    assert!(entered.status.success(), "{}", said(&entered));
    town.counted();
    server.stop();
    town.serve().stop();
    let file = town.public().join("log/checkpoint");
    let note = Note::parse(&std::fs::read(&file).unwrap()).unwrap();
    let log = log_key(&town.dir).verifier().clone();
    assert!(log.verifies(note.text(), &note.signatures()[0]));
    assert_eq!((note.signatures().len(), note.signatures()[1].name()), (2, log.name()));
    let about: serde_json::Value = serde_json::from_slice(&std::fs::read(town.public().join("log/about.json")).unwrap()).unwrap();
    let second = CosignerKey::parse(about["keys"][1].as_str().unwrap()).unwrap();
    assert_eq!(second.verify(note.text(), &note.signatures()[1]), Some(0), "it says that this is the tree, and no time");
    let policy = town.public().join("log/policy");
    assert!(std::fs::read_to_string(&policy).unwrap().contains(&format!("log {second} https://bell.example/log")));
    let verify = || handbell().arg("verify").arg(&town.dir).arg("--policy").arg(&policy).output().unwrap();
    assert_eq!(code(&verify()), 0, "{}", said(&verify()));
    strangers_agree_on_the_second_line(&town, &file, &log.to_string(), &second.to_string());
    // The same bytes after each start.
    town.serve().stop();
    assert_eq!(std::fs::read(&file).unwrap(), note.encode().into_bytes());
    let mut lines: Vec<String> = note.encode().lines().map(str::to_owned).collect();
    let (kept, last) = (lines.len() - 1, lines.pop().unwrap());
    lines.push(last.replacen("AAAA", "AAAB", 1));
    assert_eq!(lines.len(), kept + 1);
    std::fs::write(&file, lines.join("\n") + "\n").unwrap();
    assert_eq!(code(&verify()), 1, "{}", said(&verify()));
}
