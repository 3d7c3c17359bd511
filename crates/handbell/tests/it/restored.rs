//! Restored: an older copy of a group's file or folder is put back, and what was withdrawn since does not come back.

mod gaps;

use crate::recorded::{Editors, claim, editors, files, holding, source};
use crate::town::{Town, code, handbell, room, said};
use handbell::acts::{alone, record};
use handbell::cli::town::{self, Staging};
use handbell::mirror::neighbour::folder_of;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::note::Note;
use handbell_rules::id::IncidentId;
use handbell_rules::record::Ref;
use handbell_rules::record::proposal::Proposed;
use handbell_rules::record::statement::{RedactionReason, Statement};
use std::path::{Path, PathBuf};
use std::process::Output;

/// Words that stand nowhere else.
const MARKER: &str = "siskinbramble";

/// A town whose words were withdrawn, with what somebody kept from before, and a neighbour's copy of the newest log.
struct Kept {
    town: Town,
    room: tempfile::TempDir,
    incident: IncidentId,
    marked: Vec<u64>,
}

fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let place = to.join(file.strip_prefix(from).unwrap());
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::copy(&file, &place).unwrap();
    }
}

fn nothing() -> Vec<PathBuf> {
    Vec::new()
}

impl Kept {
    fn make() -> Self {
        let (town, room) = (Town::new(), room());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let old = room.path().join("old");
        let (incident, marked) = runtime.block_on(async {
            let (both, incident, marked) = write(&town.dir).await;
            copy(&town.dir, &old);
            let opened = town::open(&town.dir, &Staging::default()).await.unwrap();
            alone::take(&opened.world, &both.amina, incident, &marked, RedactionReason::PersonalDetails).await.unwrap();
            both.publish(&opened.world, incident, Proposed::Outcome { text: "It dried.".into(), says: "The council".into() }).await;
            opened.publish().await.unwrap();
            opened.close().await;
            (incident, marked)
        });
        let kept = Self { town, room, incident, marked };
        // A start sweeps the rest before it is asked to stop.
        assert_eq!(code(&kept.repair(&[])), 0, "there is nothing to do, and it is done");
        assert_eq!(holding(&kept.town.dir, MARKER), nothing());
        assert!(!holding(&old, MARKER).is_empty(), "the search finds the words in the old copy");
        copy(&kept.town.public().join("log"), &kept.log_of(&kept.neighbour()));
        kept
    }

    fn old(&self) -> PathBuf {
        self.room.path().join("old")
    }

    fn neighbour(&self) -> PathBuf {
        self.room.path().join("neighbour")
    }

    /// The log's files as `handbell mirror` keeps them.
    fn log_of(&self, neighbour: &Path) -> PathBuf {
        folder_of(neighbour, "bell.example/log1").join("log")
    }

    fn repair(&self, more: &[&str]) -> Output {
        handbell().arg("repair").arg(&self.town.dir).args(more).output().unwrap()
    }

    fn size(&self) -> u64 {
        let note = std::fs::read(self.town.public().join("log/checkpoint")).unwrap();
        Checkpoint::parse(Note::parse(&note).unwrap().text()).unwrap().size
    }

    /// The group goes on: its first answer has none of the words, nor has any file, and the log grows from where it was.
    fn goes_on(&self) {
        let server = self.town.serve();
        let mut talk = server.talk();
        let first = talk.ask("GET", &format!("/record/{}", self.incident), &[], b"").unwrap();
        assert!(first.status == 200 && !first.text().contains(MARKER), "the first request: {}", first.status);
        for path in ["/record", "/feed.atom", "/record.csv", "/api/v1/incidents", &format!("/api/v1/incidents?q={MARKER}")] {
            assert!(!talk.ask("GET", path, &[], b"").unwrap().text().contains(&format!("Witness {MARKER}")), "{path}");
        }
        for entry in &self.marked {
            assert_eq!(talk.ask("GET", &format!("/log/content/{entry:03}"), &[], b"").unwrap().status, 410);
        }
        drop(talk);
        server.stop();
        assert_eq!(holding(&self.town.dir, MARKER), nothing());
        let verified = self.town.verify();
        assert_eq!(code(&verified), 0, "{}", said(&verified));
        let before = self.size();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let opened = town::open(&self.town.dir, &Staging::default()).await.unwrap();
            // The members are those of the copy, or new ones where the desk was lost.
            let both = editors_again(&opened.world).await;
            both.flood(&opened.world).await;
            opened.publish().await.unwrap();
            opened.close().await;
        });
        assert!(self.size() > before);
        let verified = self.town.verify();
        assert_eq!(code(&verified), 0, "{}", said(&verified));
    }
}

async fn editors_again(world: &handbell::world::World) -> Editors {
    let known = world.store.members().await.unwrap();
    let of = |name: &str| known.iter().find(|member| member.name == name).cloned();
    let (Some(amina), Some(ben)) = (of("Amina"), of("Ben")) else { return editors(world).await };
    let caller = |member: handbell_rules::people::member::Member| handbell_rules::people::member::DeskCaller {
        member: member.id,
        device: world.private_id(),
        session: world.private_id(),
        name: member.name,
        roles: member.roles,
    };
    Editors { amina: caller(amina), ben: caller(ben) }
}

async fn write(dir: &Path) -> (Editors, IncidentId, Vec<u64>) {
    let opened = town::open(dir, &Staging::default()).await.unwrap();
    let world = &opened.world;
    let both = editors(world).await;
    let incident = both.flood(world).await;
    let two: Vec<Statement> = (0..2).map(|number| source(&format!("Witness {MARKER} {number}"))).collect();
    both.state(world, incident, two).await;
    both.state(world, incident, vec![claim(Ref::Known(1), "Water came in.")]).await;
    let rows = world.store.stream(incident).await.unwrap();
    let holds = |bytes: &[u8]| bytes.windows(MARKER.len()).any(|some| some == MARKER.as_bytes());
    let marked = rows.iter().filter(|row| row.content.as_deref().is_some_and(holds)).map(|row| row.index).collect();
    opened.publish().await.unwrap();
    opened.close().await;
    (both, incident, marked)
}

/// PROMISE a-withdrawal-leaves-a-mark, PROMISE the-log-signs-one-tree
#[test]
fn an_older_file_that_is_put_back_loses_the_withdrawn_words_before_anybody_asks_and_signs_nothing() {
    let kept = Kept::make();
    let size = kept.size();
    std::fs::copy(kept.old().join(town::STORE_FILE), kept.town.dir.join(town::STORE_FILE)).unwrap();
    assert_eq!(holding(&kept.town.dir, MARKER).len(), 1, "they are back");
    let served = kept.town.serve_command().output().unwrap();
    assert_eq!(code(&served), 1, "{}", said(&served));
    assert!(said(&served).contains("it is an older copy") && said(&served).contains("handbell repair"), "{}", said(&served));
    assert_eq!(holding(&kept.town.dir, MARKER), nothing(), "gone, whatever its keeper does next");
    assert_eq!(kept.size(), size);
    let repaired = kept.repair(&[]);
    assert_eq!(code(&repaired), 0, "{}", said(&repaired));
    assert!(said(&repaired).contains(&format!("the log stands at {size}")), "{}", said(&repaired));
    kept.goes_on();
}

#[test]
fn an_older_folder_that_is_put_back_is_caught_up_from_a_neighbour() {
    let kept = Kept::make();
    let size = kept.size();
    std::fs::remove_dir_all(&kept.town.dir).unwrap();
    copy(&kept.old(), &kept.town.dir);
    assert!(kept.size() < size && holding(&kept.town.dir, MARKER).len() > 1, "nothing in the folder tells");
    // A copy that was tampered with brings nothing.
    let bad = kept.room.path().join("bad");
    copy(&kept.neighbour(), &bad);
    for bundle in files(&kept.log_of(&bad).join("tile/entries")) {
        let mut bytes = std::fs::read(&bundle).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        std::fs::write(&bundle, bytes).unwrap();
    }
    let before = std::fs::read(kept.town.dir.join(town::STORE_FILE)).unwrap();
    let refused = kept.repair(&["--from-neighbour", bad.to_str().unwrap()]);
    assert_eq!(code(&refused), 1, "{}", said(&refused));
    assert_eq!(std::fs::read(kept.town.dir.join(town::STORE_FILE)).unwrap(), before);

    let repaired = kept.repair(&["--from-neighbour", kept.neighbour().to_str().unwrap()]);
    assert_eq!(code(&repaired), 0, "{}", said(&repaired));
    let server = kept.town.serve();
    server.stop();
    assert_eq!(kept.size(), size);
    kept.goes_on();
    // Who is behind cannot take anything back.
    let again = kept.repair(&["--from-neighbour", kept.neighbour().to_str().unwrap()]);
    assert_eq!(code(&again), 1, "{}", said(&again));
}

#[test]
fn a_lost_disk_is_repaired_from_a_neighbour_to_the_byte() {
    let kept = Kept::make();
    std::fs::remove_file(kept.town.dir.join(town::STORE_FILE)).unwrap();
    std::fs::remove_dir_all(kept.town.public()).unwrap();
    let repaired = kept.repair(&["--from-neighbour", kept.neighbour().to_str().unwrap()]);
    assert_eq!(code(&repaired), 0, "{}", said(&repaired));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let opened = town::open(&kept.town.dir, &Staging::default()).await.unwrap();
        opened.publish().await.unwrap();
        opened.close().await;
    });
    let log = kept.town.public().join("log");
    let copy = kept.log_of(&kept.neighbour());
    for file in files(&copy) {
        let path = file.strip_prefix(&copy).unwrap();
        // Partial tiles and checkpoints of sizes that were published on the way are not made again.
        if log.join(path).exists() {
            assert_eq!(std::fs::read(log.join(path)).unwrap(), std::fs::read(&file).unwrap(), "{}", path.display());
        } else {
            let on_the_way = path.to_str().unwrap().contains(".p/") || path.starts_with("checkpoints");
            assert!(on_the_way, "{} is missing", path.display());
        }
    }
    kept.goes_on();
}

#[test]
fn a_lost_store_is_brought_back_from_what_the_folder_has_published() {
    let kept = Kept::make();
    std::fs::remove_file(kept.town.dir.join(town::STORE_FILE)).unwrap();
    let before = kept.size();
    let repaired = kept.repair(&[]);
    assert!(code(&repaired) == 0 && said(&repaired).contains(&format!("brought back: {before} entries")), "{}", said(&repaired));
    assert_eq!((kept.size(), code(&kept.town.verify())), (before, 0));
    kept.goes_on();
}

#[test]
fn a_copy_that_is_caught_up_keeps_what_is_open_in_an_incident_whose_words_went_long_before() {
    let (town, room) = (Town::new(), room());
    let old = room.path().join("old");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let open = runtime.block_on(async {
        let (both, incident, marked) = write(&town.dir).await;
        let opened = town::open(&town.dir, &Staging::default()).await.unwrap();
        alone::take(&opened.world, &both.amina, incident, &marked, RedactionReason::PersonalDetails).await.unwrap();
        let proposed = Proposed::Outcome { text: "It dried.".into(), says: "The council".into() };
        let open = record::propose(&opened.world, &both.amina, incident, proposed).await.unwrap();
        opened.publish().await.unwrap();
        opened.close().await;
        drop(opened);
        copy(&town.dir, &old);
        let opened = town::open(&town.dir, &Staging::default()).await.unwrap();
        both.flood(&opened.world).await;
        opened.publish().await.unwrap();
        opened.close().await;
        open
    });
    std::fs::copy(old.join(town::STORE_FILE), town.dir.join(town::STORE_FILE)).unwrap();
    let repaired = handbell().arg("repair").arg(&town.dir).output().unwrap();
    assert_eq!(code(&repaired), 0, "{}", said(&repaired));
    assert!(said(&repaired).contains(" 0 lost their words"), "{}", said(&repaired));
    let proposal = runtime.block_on(async {
        let opened = town::open(&town.dir, &Staging::default()).await.unwrap();
        let proposal = opened.world.store.proposal(open).await.unwrap().unwrap();
        opened.close().await;
        proposal
    });
    assert!(proposal.is_open() && format!("{proposal:?}").contains("It dried."), "{proposal:?}");
}
