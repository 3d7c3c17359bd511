//! The table of `add-checkpoint`, row by row, asked of the real door over a real folder.

use crate::config::NeighbourSettings;
use crate::doors::fixture::{Heard, Town};
use crate::mirror::MirrorError;
use crate::mirror::neighbours::Neighbours;
use crate::mirror::pull::BEHIND_SECONDS_MAX;
use crate::mirror::requested::Requested;
use crate::mirror::sample::{ORIGIN, SampleLog};
use crate::mirror::tests::{judged, lying};
use crate::world::MachineChance;
use axum::body::Body;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::cosignature::{CosignerKey, CosigningKey, verify};
use handbell_log::cosigner::{Request, origin_hash};
use handbell_log::hash::{leaf_hash, node_hash};
use handbell_log::note::{Note, SigningKey};
use handbell_log::proof::consistency;
use std::path::Path;
use std::sync::Arc;

const NAME: &str = "town.example/cosigner1";

fn neighbours(dir: &Path, log: &SampleLog) -> Arc<Neighbours> {
    let settings = [NeighbourSettings { url: "https://north.example".to_owned(), key: log.key.verifier().to_string() }];
    Arc::new(Neighbours::open(dir, &settings, NAME, "town.example/log", &MachineChance).unwrap())
}

fn town(dir: &Path, log: &SampleLog) -> Town {
    let mut town = Town::new();
    town.app.neighbours = neighbours(dir, log);
    town
}

fn body(log: &SampleLog, old: u64) -> Vec<u8> {
    let proof = if old == 0 { Vec::new() } else { consistency(&log.hashes(), old).unwrap() };
    Request::new(old, proof, Note::parse(&log.checkpoint()).unwrap()).unwrap().encode().into_bytes()
}

async fn ask(town: &Town, body: impl Into<Body>) -> Heard {
    town.send(http::Request::post("/log/add-checkpoint").body(body.into()).unwrap()).await
}

fn cosigner(dir: &Path) -> CosignerKey {
    crate::mirror::key::read(dir).unwrap().unwrap().verifier().clone()
}

/// Checks that the answer is a line by the cosigner over the log's checkpoint, as its operator would.
fn cosigned(heard: &Heard, dir: &Path, log: &SampleLog) {
    assert_eq!(heard.status, 200, "{}", heard.text());
    let checkpoint = Note::parse(&log.checkpoint()).unwrap();
    let checkpoint = handbell_log::checkpoint::Checkpoint::parse(checkpoint.text()).unwrap();
    let lines = handbell_log::cosigner::read_answer(&checkpoint, &heard.body, &[cosigner(dir)]).unwrap();
    assert_eq!(lines.len(), 1);
}

/// What stands at the monitoring path.
async fn monitored(town: &Town) -> Heard {
    town.get(&format!("/log/neighbours/{}/checkpoint", origin_hash(ORIGIN))).await
}

#[tokio::test]
async fn each_row_of_the_table_is_answered_as_the_standard_says() {
    let dir = tempfile::tempdir().unwrap();
    let (small, large) = (SampleLog::of(5), SampleLog::of(9));
    let town = town(dir.path(), &small);
    // 400: it cannot be read, too many hashes, an old size beyond the checkpoint's.
    let lines = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n".repeat(64);
    let note = String::from_utf8(small.checkpoint()).unwrap();
    for broken in
        [String::new(), "old 05\n\n".into(), format!("old 0\n{lines}\n{note}"), format!("old 6\n\n{note}"), format!("old 0\r\n\n{note}")]
    {
        assert_eq!(ask(&town, broken.clone()).await.status, 400, "{broken:?}");
    }
    assert_eq!(ask(&town, vec![b'x'; 100_000]).await.status, 413);
    // 404: a log that nobody configured, by whatever key.
    let stranger = SigningKey::from_seed("other.example/log1", &[1; 32]).unwrap();
    let theirs =
        handbell_log::checkpoint::Checkpoint { origin: "other.example/log1".into(), size: 0, root: handbell_log::hash::empty_root() };
    assert_eq!(ask(&town, format!("old 0\n\n{}", theirs.sign(&stranger).unwrap().encode())).await.status, 404);
    assert_eq!(monitored(&town).await.status, 404, "never cosigned");
    // 403: another key under the same name; and a failing line by the right one.
    let impostor = SigningKey::from_seed(ORIGIN, &[9; 32]).unwrap();
    let checkpoint = handbell_log::checkpoint::Checkpoint::parse(Note::parse(&small.checkpoint()).unwrap().text()).unwrap();
    let forged = Note::new(&checkpoint.encode(), vec![impostor.sign(&checkpoint.encode()).unwrap()]).unwrap();
    assert_eq!(ask(&town, format!("old 0\n\n{}", forged.encode())).await.status, 403);
    let mut spoilt = Note::parse(&small.checkpoint()).unwrap();
    spoilt.add(small.key.sign("another text\n").unwrap()).unwrap();
    assert_eq!(ask(&town, format!("old 0\n\n{}", spoilt.encode())).await.status, 403);
    // 200, first from nothing; a line that somebody forged under the cosigner's name is not kept.
    let mut poisoned = Note::parse(&small.checkpoint()).unwrap();
    let thief = CosigningKey::from_seed(NAME, &[8; 32]).unwrap();
    poisoned.add(thief.cosign(&checkpoint, 5).unwrap()).unwrap();
    cosigned(&ask(&town, format!("old 0\n\n{}", poisoned.encode())).await, dir.path(), &small);
    let kept = monitored(&town).await;
    assert_eq!(
        (kept.status.as_u16(), kept.header("content-type"), kept.header("cache-control")),
        (200, "text/plain; charset=utf-8", "no-store")
    );
    let note = Note::parse(&kept.body).unwrap();
    assert_eq!(note.signatures().len(), 2, "the log's line and ours, and no stranger's");
    assert_eq!(verify(&note, &[cosigner(dir.path())]).unwrap().len(), 1);
    // 409 with the size.
    let other = ask(&town, body(&large, 0)).await;
    assert_eq!((other.status.as_u16(), other.header("content-type"), other.text().as_str()), (409, "text/x.tlog.size", "5\n"));
    // 422: a proof that does not hold, and growth from nothing with a proof.
    let wrong = Request::new(5, consistency(&large.hashes(), 4).unwrap(), Note::parse(&large.checkpoint()).unwrap()).unwrap();
    assert_eq!(ask(&town, wrong.encode()).await.status, 422);
    // 200: the same again, as of now, and grown.
    cosigned(&ask(&town, body(&small, 5)).await, dir.path(), &small);
    cosigned(&ask(&town, body(&large, 5)).await, dir.path(), &large);
    assert_eq!(monitored(&town).await.text().lines().nth(1), Some("9"));
    let held = format!("/log/neighbours/{}/held", origin_hash(ORIGIN));
    assert_eq!(town.get(&held).await.status, 404, "nothing was pulled, and that much is held");
    let kept = town.app.neighbours.by_hash(&origin_hash(ORIGIN)).unwrap();
    kept.neighbour.pull(&large.published(), town.app.neighbours.cosigner().unwrap(), 9).unwrap();
    let held = town.get(&held).await;
    assert_eq!((held.status.as_u16(), held.header("cache-control"), &held.body[..]), (200, "no-store", &large.checkpoint()[..]));
    assert!(!dir.path().join("neighbours").join(origin_hash(ORIGIN)).join("alarm").exists());
}

#[tokio::test]
async fn two_trees_of_one_size_raise_the_alarm_and_end_the_cosigning() {
    let dir = tempfile::tempdir().unwrap();
    let log = SampleLog::of(5);
    let town = town(dir.path(), &log);
    cosigned(&ask(&town, body(&log, 0)).await, dir.path(), &log);
    let mut lie = SampleLog::of(4);
    lie.say("another story");
    let same = Request::new(5, Vec::new(), Note::parse(&lie.checkpoint()).unwrap()).unwrap().encode();
    assert_eq!(ask(&town, same).await.status, 422);
    let alarm = dir.path().join("neighbours").join(origin_hash(ORIGIN)).join("alarm");
    let key = log.key.verifier().to_string();
    let judged = crate::cli::verify::split_for_tests(&alarm.join("kept.note"), &alarm.join("shown.note"), &key, None).unwrap();
    assert_eq!(judged.0, crate::cli::Answer::No, "{}", judged.1);
    assert_eq!(ask(&town, body(&log, 5)).await.status, 403);
}

/// PROMISE a-cosigner-signs-one-tree: each thing done to the disk fails, also although it is done; whatever was answered,
/// the next start remembers at least that, and one of two trees of one size is never signed after the other.
#[tokio::test]
async fn what_was_stored_is_remembered_after_a_restart_whatever_fails() {
    let (small, large) = (SampleLog::of(5), SampleLog::of(9));
    let mut struck = 0;
    for done in [false, true] {
        for after in 0.. {
            let dir = tempfile::tempdir().unwrap();
            let first = neighbours(dir.path(), &small);
            assert!(matches!(first.requested(&body(&small, 0), 1).unwrap(), Requested::Cosigned(_)));
            let kept = first.by_hash(&origin_hash(ORIGIN)).unwrap();
            kept.neighbour.shelf.fault.plant(after, done);
            let answer = first.requested(&body(&large, 5), 2);
            if !kept.neighbour.shelf.fault.take() {
                assert!(matches!(answer, Ok(Requested::Cosigned(_))));
                break;
            }
            struck += 1;
            assert!(answer.is_err(), "{after} {done}");
            drop(first);
            let again = neighbours(dir.path(), &small);
            let seen = again.by_hash(&origin_hash(ORIGIN)).unwrap().neighbour.seen().unwrap().unwrap();
            assert!([5, 9].contains(&seen.checkpoint.size));
            // Nothing was released; the log asks again from wherever the cosigner stands.
            assert!(matches!(again.requested(&body(&large, seen.checkpoint.size), 3).unwrap(), Requested::Cosigned(_)));
            let mut lie = SampleLog::of(8);
            lie.say("another story");
            let lie = Request::new(9, Vec::new(), Note::parse(&lie.checkpoint()).unwrap()).unwrap().encode();
            assert_eq!(again.requested(lie.as_bytes(), 4).unwrap(), Requested::Refused(422));
        }
    }
    assert!(struck >= 2 * 8, "{struck}");
}

#[test]
fn of_two_trees_that_are_asked_for_at_once_exactly_one_is_cosigned() {
    for _ in 0..20 {
        let dir = tempfile::tempdir().unwrap();
        let log = SampleLog::of(5);
        let neighbours = neighbours(dir.path(), &log);
        neighbours.requested(&body(&log, 0), 1).unwrap();
        let (mut one, mut other) = (SampleLog::of(5), SampleLog::of(5));
        (0..4).for_each(|_| one.say("one story"));
        (0..2).for_each(|_| other.say("another story"));
        let bodies = [body(&one, 5), body(&other, 5)];
        let answers: Vec<Requested> = std::thread::scope(|scope| {
            let asked: Vec<_> = bodies.iter().map(|body| scope.spawn(|| neighbours.requested(body, 2).unwrap())).collect();
            asked.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let cosigned = answers.iter().filter(|answer| matches!(answer, Requested::Cosigned(_))).count();
        let sent_back = answers.iter().filter(|answer| matches!(answer, Requested::OtherSize(_))).count();
        assert_eq!((cosigned, sent_back), (1, 1), "{answers:?}");
    }
}

#[tokio::test]
async fn a_copy_is_given_out_below_the_origins_hash_and_what_is_withdrawn_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = SampleLog::of(3);
    let town = town(dir.path(), &log);
    let kept = town.app.neighbours.by_hash(&origin_hash(ORIGIN)).unwrap().clone();
    let cosigner = crate::mirror::key::read(dir.path()).unwrap().unwrap();
    kept.neighbour.pull(&log.published(), &cosigner, 1).unwrap();
    let prefix = format!("/log/neighbours/{}", origin_hash(ORIGIN));
    for (path, life) in
        [("tile/entries/000.p/3", "public, max-age=31536000, immutable"), ("content/001", "public, max-age=60, must-revalidate")]
    {
        let heard = town.get(&format!("{prefix}/{path}")).await;
        assert_eq!((heard.status.as_u16(), heard.header("cache-control")), (200, life), "{path}");
        assert_eq!(heard.body, log.published().files[path]);
        assert_eq!(heard.header("access-control-allow-origin"), "*");
    }
    log.withdraw(1);
    kept.neighbour.pull(&log.published(), &cosigner, 2).unwrap();
    let gone = town.get(&format!("{prefix}/content/001")).await;
    assert_eq!((gone.status.as_u16(), gone.header("cache-control")), (410, "no-store"));
    for path in ["content/003", "content/009", "tile/0/001", "seen", "reach", "../held", "tile/entries/000.p/03", "content/%30%30%30"] {
        assert_eq!(town.get(&format!("{prefix}/{path}")).await.status, 404, "{path}");
    }
    assert_eq!(town.get(&format!("/log/neighbours/{}/checkpoint", "0".repeat(64))).await.status, 404);
}

#[tokio::test]
async fn a_copy_that_cannot_be_read_keeps_nobody_from_starting_and_its_contents_are_not_given_out() {
    let dir = tempfile::tempdir().unwrap();
    let log = SampleLog::of(3);
    let first = neighbours(dir.path(), &log);
    let kept = first.by_hash(&origin_hash(ORIGIN)).unwrap();
    kept.neighbour.pull(&log.published(), first.cosigner().unwrap(), 1).unwrap();
    let held = kept.neighbour.shelf.at("held");
    drop(first);
    std::fs::remove_file(&held).unwrap();
    // Every reading of a link to itself fails.
    std::os::unix::fs::symlink("held", &held).unwrap();
    let town = town(dir.path(), &log);
    let content = format!("/log/neighbours/{}/content/001", origin_hash(ORIGIN));
    assert_eq!(town.get(&content).await.status, 404, "whether it was withdrawn is not known");
    std::fs::remove_file(&held).unwrap();
    let neighbours = &town.app.neighbours;
    let kept = neighbours.by_hash(&origin_hash(ORIGIN)).unwrap();
    assert_eq!(kept.neighbour.pull(&log.published(), neighbours.cosigner().unwrap(), 2).unwrap().size, 3);
    assert_eq!(town.get(&content).await.status, 200);
}

#[tokio::test]
async fn a_log_may_ask_before_it_publishes_and_what_it_asked_for_must_come() {
    let dir = tempfile::tempdir().unwrap();
    let (old, log) = (SampleLog::of(5), SampleLog::of(9));
    let town = town(dir.path(), &old);
    let kept = town.app.neighbours.by_hash(&origin_hash(ORIGIN)).unwrap().clone();
    let cosigner = crate::mirror::key::read(dir.path()).unwrap().unwrap();
    kept.neighbour.pull(&old.published(), &cosigner, 1).unwrap();
    cosigned(&ask(&town, body(&log, 5)).await, dir.path(), &log);
    let behind = kept.neighbour.pull(&old.published(), &cosigner, 2);
    assert!(matches!(behind, Err(crate::mirror::MirrorError::Behind { shown: 5, asked: 9 })), "{behind:?}");
    assert!(kept.neighbour.alarm().is_none());
    // Another tree in its place is a split view, proved by the entries of the larger one.
    let mut lie = SampleLog::of(5);
    (0..7).for_each(|_| lie.say("another story"));
    let split = kept.neighbour.pull(&lie.published(), &cosigner, 3);
    assert!(matches!(split, Err(crate::mirror::MirrorError::Alarm(alarm)) if alarm.sentence.starts_with("split view")));
    kept.neighbour.clear_alarm().unwrap();
    assert_eq!(kept.neighbour.pull(&log.published(), &cosigner, 4).unwrap().size, 9);
}

#[tokio::test]
async fn a_log_that_stays_behind_what_it_asked_for_went_back() {
    let dir = tempfile::tempdir().unwrap();
    let (old, log, later) = (SampleLog::of(5), SampleLog::of(9), SampleLog::of(12));
    let town = town(dir.path(), &old);
    let kept = town.app.neighbours.by_hash(&origin_hash(ORIGIN)).unwrap().clone();
    let cosigner = crate::mirror::key::read(dir.path()).unwrap().unwrap();
    let pull = |log: &SampleLog, at: u64| kept.neighbour.pull(&log.published(), &cosigner, at);
    let is_behind = |answer: Result<_, MirrorError>| matches!(answer, Err(MirrorError::Behind { .. }));
    pull(&old, 1_000).unwrap();
    cosigned(&ask(&town, body(&log, 5)).await, dir.path(), &log);
    // A moment, and nearly as long as it may; a clock that went back begins anew, and so does a log that got there.
    assert!(is_behind(pull(&old, 1_001)) && is_behind(pull(&old, 1_000 + BEHIND_SECONDS_MAX)));
    assert!(is_behind(pull(&old, 900)) && is_behind(pull(&old, 899 + BEHIND_SECONDS_MAX)));
    cosigned(&ask(&town, body(&later, 9)).await, dir.path(), &later);
    let reached = 900 + BEHIND_SECONDS_MAX;
    assert!(is_behind(pull(&log, reached)) && kept.neighbour.alarm().is_none(), "it published all that it had asked for at first");
    assert!(is_behind(pull(&log, reached + BEHIND_SECONDS_MAX - 1)));
    // For hours less than what was signed here: an alarm, and no proof of a second history.
    let Err(MirrorError::Alarm(alarm)) = pull(&log, reached + BEHIND_SECONDS_MAX) else { panic!("it went back") };
    assert!(alarm.sentence.starts_with("rollback: the log shows 9 entries and had signed 12"), "{alarm}");
    // Whoever clears it gives as long again, and what comes then is taken.
    kept.neighbour.clear_alarm().unwrap();
    assert!(is_behind(pull(&log, reached + BEHIND_SECONDS_MAX + 1)));
    assert_eq!(pull(&later, reached + 2 * BEHIND_SECONDS_MAX).unwrap().size, 12);
    assert!(!kept.neighbour.shelf.has("behind"));
}

#[tokio::test]
async fn another_history_is_an_alarm_however_much_was_asked_for_before() {
    // Of the size that is held, and between that and what was cosigned.
    for shown in [5, 7] {
        let dir = tempfile::tempdir().unwrap();
        let (old, log) = (SampleLog::of(5), SampleLog::of(9));
        let town = town(dir.path(), &old);
        let kept = town.app.neighbours.by_hash(&origin_hash(ORIGIN)).unwrap().clone();
        let cosigner = crate::mirror::key::read(dir.path()).unwrap().unwrap();
        kept.neighbour.pull(&old.published(), &cosigner, 1).unwrap();
        cosigned(&ask(&town, body(&log, 5)).await, dir.path(), &log);
        let behind = kept.neighbour.pull(&log.at(shown).published(), &cosigner, 2);
        assert!(matches!(behind, Err(MirrorError::Behind { shown: entries, asked: 9 }) if entries == shown), "{behind:?}");
        let split = kept.neighbour.pull(&lying(shown, 2).published(), &cosigner, 3);
        assert!(matches!(&split, Err(MirrorError::Alarm(alarm)) if alarm.sentence.starts_with("split view")), "{shown}: {split:?}");
        assert_eq!(judged(dir.path(), &log).0, crate::cli::Answer::No, "{shown}");
        // Entries that are not what is signed are still nobody's lie.
        kept.neighbour.clear_alarm().unwrap();
        let mut forged = lying(shown, 2).published();
        forged.files.insert("checkpoint".to_owned(), log.at(shown).checkpoint());
        let wrong = kept.neighbour.pull(&forged, &cosigner, 4);
        assert!(shown == 5 || matches!(wrong, Err(MirrorError::NotWhatIsSigned { .. })), "{wrong:?}");
        assert!(kept.neighbour.alarm().is_none());
    }
}

#[tokio::test]
async fn more_than_any_pull_could_hold_is_not_cosigned() {
    let dir = tempfile::tempdir().unwrap();
    let log = SampleLog::of(5);
    let town = town(dir.path(), &log);
    let kept = town.app.neighbours.by_hash(&origin_hash(ORIGIN)).unwrap().clone();
    cosigned(&ask(&town, body(&log, 0)).await, dir.path(), &log);
    // A tree of 2^41 entries that begins with the five: its proof is as long as any, and nobody has its entries.
    let mut hashes = log.hashes();
    let fill = leaf_hash(b"entries that nobody has");
    hashes.resize(8, fill);
    let node = node_hash;
    let four = node(&node(&hashes[0], &hashes[1]), &node(&hashes[2], &hashes[3]));
    let right_of_four = node(&node(&hashes[4], &hashes[5]), &node(&hashes[6], &hashes[7]));
    let mut proof = vec![hashes[4], hashes[5], node(&hashes[6], &hashes[7]), four];
    let mut root = node(&four, &right_of_four);
    for _ in 3..41 {
        proof.push(fill);
        root = node(&root, &fill);
    }
    let huge = Checkpoint { origin: ORIGIN.into(), size: 1 << 41, root }.sign(&log.key).unwrap();
    let request = Request::new(5, proof, huge).unwrap();
    let heard = ask(&town, request.encode()).await;
    assert_eq!((heard.status.as_u16(), heard.problem().as_str()), (422, "checkpoint-too-large"));
    assert_eq!(monitored(&town).await.text().lines().nth(1), Some("5"));
    assert_eq!(kept.neighbour.seen().unwrap().unwrap().checkpoint.size, 5);
    assert!(kept.neighbour.alarm().is_none(), "nobody is accused of being large");
    let larger = SampleLog::of(9);
    cosigned(&ask(&town, body(&larger, 5)).await, dir.path(), &larger);
}

#[test]
fn settings_that_cannot_be_are_refused_with_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    let log = SampleLog::of(1);
    let one = |url: &str, key: String| NeighbourSettings { url: url.to_owned(), key };
    let key = log.key.verifier().to_string();
    let own = SigningKey::from_seed("town.example/log", &[3; 32]).unwrap().verifier().to_string();
    let refused = |settings: &[NeighbourSettings]| {
        Neighbours::open(dir.path(), settings, NAME, "town.example/log", &MachineChance)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    };
    assert!(refused(&[one("http://north.example", key.clone())]).contains("https"));
    assert!(refused(&[one("https://north.example", "no key".into())]).contains("the key of the neighbour"));
    assert!(refused(&[one("https://town.example", own)]).contains("own log"));
    assert!(refused(&[one("https://north.example", key.clone()), one("https://n.example", key.clone())]).contains("twice"));
    let held =
        Neighbours::open(dir.path(), &[one("https://north.example", key.clone())], NAME, "town.example/log", &MachineChance).unwrap();
    assert!(refused(&[one("https://north.example", key)]).contains("in use"), "two programs never share a key");
    drop(held);
    assert!(Neighbours::open(dir.path(), &[], NAME, "town.example/log", &MachineChance).unwrap().cosigner().is_none());
}
