//! Published: the folder a real server filled, checked by other people's code and damaged place by place.
//!
//! Incidents are opened, ended and published by the real acts; the real binary then publishes the folder.
//! Root and signature are checked by crates that share no code with ours, then files are flipped, cut,
//! swapped, removed and added, and `handbell verify` must say no and name the place.

use crate::chance::Chance;
use crate::signing::{self, Browser};
use crate::town::{Town, code, said};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use handbell::acts::bell::Composed;
use handbell::acts::{StreetCaller, bell, desk, people, record, street};
use handbell::cli::verify;
use handbell::cli::{Answer, Stopped, town};
use handbell::work::sequencer::Sequencer;
use handbell::world::World;
use handbell_log::tile::{TileId, content_path, tiles_between};
use handbell_rules::area::Cell;
use handbell_rules::bell::address::By;
use handbell_rules::bell::ceiling::BROAD_ALERTS_A_DAY;
use handbell_rules::bell::subscription::{self, Subscription};
use handbell_rules::desk::claim::{Certainty, NewClaim};
use handbell_rules::desk::incident::Ending;
use handbell_rules::id::IncidentId;
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::playbook::{AreaSlot, ClockTime, Reach, Slots};
use handbell_rules::record::proposal::Proposed;
use handbell_rules::street::report::{Basis, Happening, NewReport, Observed, Route};
use sha2::Sha256;
use signed_note::{Note as OtherNote, StandardVerifier, VerifierList};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

const ENTRIES_AT_LEAST: u64 = 300;

/// A published folder, made once for all tests here.
struct Published {
    _town: Town,
    public: PathBuf,
    size: u64,
    /// The checkpoint that stood there when the log was about half as long.
    older_checkpoint: Vec<u8>,
}

struct Members {
    amina: DeskCaller,
    ben: DeskCaller,
    observer: DeskCaller,
    /// The browsers of the first two.
    browsers: Vec<Browser>,
}

fn published() -> &'static Published {
    static MADE: OnceLock<Published> = OnceLock::new();
    MADE.get_or_init(|| {
        let made = Town::new();
        let public = made.public();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let older_checkpoint = runtime.block_on(fill(&made.dir));
        drop(runtime);
        // From here on the real binary: it publishes what the store holds before it listens.
        made.serve().stop();
        let checkpoint = std::fs::read_to_string(public.join("log/checkpoint")).unwrap();
        let size = checkpoint.lines().nth(1).unwrap().parse().unwrap();
        // For `e2e/foreign/run`, which checks the same folder in another language.
        if let Ok(kept) = std::env::var("HANDBELL_TEST_PUBLISHED_TO") {
            copy_all(&public, Path::new(&kept));
        }
        Published { _town: made, public, size, older_checkpoint }
    })
}

/// Fills a group's store through the acts; the record is published twice on the way, so that partial tiles
/// of other sizes lie about as in real life.
async fn fill(dir: &Path) -> Vec<u8> {
    let opened = town::open(dir, &town::Staging::default()).await.unwrap();
    let world = &opened.world;
    let desk = [Role::Triager, Role::Approver, Role::Editor];
    let (amina, ben) = (member(world, "Amina", &desk).await, member(world, "Ben", &desk).await);
    let browsers = signing::browsers(world, &[&amina, &ben]).await;
    let members = Members { amina, ben, observer: member(world, "Chidi", &[Role::Observer]).await, browsers };
    for member in [&members.amina, &members.ben, &members.observer] {
        people::start_duty(world, member, 4).await.unwrap();
    }
    neighbour(world).await;
    let sequencer = Sequencer::new(&dir.join("public"));
    let (mut number, mut size, mut older) = (0, 0, Vec::new());
    while size < ENTRIES_AT_LEAST {
        incident(world, &members, number).await;
        number += 1;
        size = world.store.checkpoint().await.unwrap().unwrap().size;
        if older.is_empty() && size > ENTRIES_AT_LEAST / 3 && number % 5 == 0 {
            sequencer.step(world).await.unwrap();
            older = std::fs::read(dir.join("public/log/checkpoint")).unwrap();
        }
    }
    older
}

/// Two members with every role of the desk, on duty.
pub async fn two(world: &World) -> (DeskCaller, DeskCaller) {
    let desk = [Role::Triager, Role::Approver, Role::Editor];
    let both = (member(world, "Amina", &desk).await, member(world, "Ben", &desk).await);
    for one in [&both.0, &both.1] {
        people::start_duty(world, one, 4).await.unwrap();
    }
    both
}

/// A member as a caller of acts, on a browser of their own.
pub async fn member(world: &World, name: &str, roles: &[Role]) -> DeskCaller {
    people::invite(world, name, roles).await.unwrap();
    let member = world.store.members().await.unwrap().into_iter().find(|member| member.name == name).unwrap();
    DeskCaller { member: member.id, device: world.private_id(), session: world.private_id(), name: member.name, roles: member.roles }
}

/// Somebody to tell, at an address that cannot exist. Every alert here ends before a server runs, so nobody
/// is ever told; the log does not depend on it.
async fn neighbour(world: &World) {
    let now = world.now();
    let cells: Vec<Cell> = world.group.areas.named("peckham").unwrap().area.cells().collect();
    let somebody = Subscription {
        id: world.public_id(),
        status: world.store.status(),
        by: By::Push,
        endpoint: "https://push.invalid/nobody".to_owned(),
        key: vec![4; 65],
        secret: vec![0; 16],
        further: None,
        cells: cells.clone(),
        kinds: Vec::new(),
        language: "en".to_owned(),
        discreet: false,
        wishes: handbell_rules::bell::wishes::Wishes::default(),
        member: None,
        since: now,
        until: now,
    };
    let change = subscription::subscribe(world.private_id(), somebody, &cells, &[], now).unwrap();
    world.commit(change).await.unwrap();
}

/// What somebody says who saw it this minute, with no word of their own.
pub fn seen(world: &World, kind: &str, place: String) -> NewReport {
    let now = world.now();
    NewReport {
        kind: kind.to_owned(),
        basis: Basis::Saw,
        happening: Happening::Now,
        observed: Observed { from: now, to: now },
        place,
        point: None,
        text: String::new(),
        officers: None,
        vehicles: None,
        people: None,
        route: Route::Api,
        language: "en".to_owned(),
    }
}

/// One incident from its report to its outcomes; every fourth one rings for the neighbours.
async fn incident(world: &World, members: &Members, number: u32) {
    let Members { amina, ben, observer, .. } = members;
    let told = seen(world, if number.is_multiple_of(2) { "immigration-visit" } else { "flood" }, format!("Corner {number}"));
    let report = street::file_report(world, StreetCaller, told.clone(), None, None).await.unwrap().unwrap().report;
    let incident = desk::open_incident(world, amina, report, false).await.unwrap();
    if number.is_multiple_of(4) {
        let seen = street::file_from_the_scene(world, observer, told).await.unwrap().report;
        desk::join(world, amina, incident, seen).await.unwrap();
        let claim = NewClaim {
            predicate: "activity".to_owned(),
            value: "at-a-door".to_owned(),
            range: None,
            report: Some(seen),
            official: String::new(),
            certainty: Certainty::Observed,
        };
        desk::record_claim(world, amina, incident, claim).await.unwrap();
        // Standing the alert down ends the incident.
        ring(world, members, incident).await;
    } else {
        desk::end_incident(world, amina, incident, Ending::Over).await.unwrap();
    }
    let outcome = |text: &str| Proposed::Outcome { text: text.to_owned(), says: "The council".to_owned() };
    for proposed in [Proposed::Opening, outcome("It went on for an hour."), outcome("Nobody was hurt.")] {
        let proposal = record::propose(world, amina, incident, proposed).await.unwrap();
        record::publish(world, ben, proposal).await.unwrap();
    }
}

async fn ring(world: &World, members: &Members, incident: IncidentId) {
    let areas = vec!["peckham".to_owned(), "nunhead".to_owned()];
    let time = ClockTime::try_from(world.now().clock(world.group.playbook.zone())).ok();
    let slots = Slots { area: Some(AreaSlot::Named(areas.clone())), time, ..Slots::default() };
    let composed = Composed { reach: Reach::Neighbours, areas, slots, lives_minutes: 120 };
    let alert = bell::draft(world, &members.amina, incident, composed).await.unwrap();
    for browser in &members.browsers {
        browser.approves(world, alert).await;
    }
    if bell::rung_today(world).await.unwrap() >= BROAD_ALERTS_A_DAY {
        bell::let_through(world, &members.ben, alert, "A year of a neighbourhood in one test.").await.unwrap();
    }
    bell::ring(world, &members.ben, alert).await.unwrap();
    bell::end(world, &members.amina, alert, false).await.unwrap();
}

/// The leaves of a published log in order, read from its newest bundles by hand: two bytes of length, then
/// the leaf (C2SP tlog-tiles). A server that was stopped may have filed more than it published; those are left out.
pub fn leaves(public: &Path) -> Vec<Vec<u8>> {
    let entries = public.join("log/tile/entries");
    let mut leaves = Vec::new();
    for number in 0.. {
        assert!(number < 1_000, "this reader knows names of one part only");
        let full = entries.join(format!("{number:03}"));
        let widest = || {
            let partial = std::fs::read_dir(entries.join(format!("{number:03}.p"))).ok()?;
            partial.map(|file| file.unwrap().path()).max_by_key(|path| path.file_name().unwrap().to_str().unwrap().parse::<u32>().unwrap())
        };
        let Some(path) = Some(full).filter(|path| path.is_file()).or_else(widest) else { break };
        let bytes = std::fs::read(path).unwrap();
        let mut rest = bytes.as_slice();
        while let [high, low, after @ ..] = rest {
            let (leaf, after) = after.split_at(usize::from(*high) * 256 + usize::from(*low));
            leaves.push(leaf.to_vec());
            rest = after;
        }
    }
    let checkpoint = std::fs::read_to_string(public.join("log/checkpoint")).unwrap();
    leaves.truncate(checkpoint.lines().nth(1).unwrap().parse().unwrap());
    leaves
}

#[test]
fn other_peoples_code_finds_the_same_root_and_accepts_the_signature() {
    let made = published();
    let read = |name: &str| std::fs::read(made.public.join("log").join(name)).unwrap();
    let (note, vkey) = (read("checkpoint"), String::from_utf8(read("vkey")).unwrap());
    let text = String::from_utf8(note.clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "bell.example/log1");
    let size: usize = lines[1].parse().unwrap();
    assert!(size as u64 == made.size && made.size >= ENTRIES_AT_LEAST, "{size}");

    let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    let leaves = leaves(&made.public);
    assert_eq!(leaves.len(), size);
    for leaf in &leaves {
        assert_eq!(leaf.len(), 57);
        tree.push(leaf.clone());
    }
    assert_eq!(STANDARD.encode(tree.root().as_bytes()), lines[2], "the root of the published leaves");
    let verifiers = VerifierList::new(vec![Box::new(StandardVerifier::new(vkey.trim()).unwrap())]);
    let (valid, unknown) = OtherNote::from_bytes(&note).unwrap().verify(&verifiers).unwrap();
    assert_eq!((valid.len(), unknown.len()), (1, 0));
    // And it does not accept just anything.
    let mut forged = note;
    forged[20] ^= 1;
    assert!(!OtherNote::from_bytes(&forged).is_ok_and(|note| note.verify(&verifiers).is_ok()));
    let pages = std::fs::read_dir(made.public.join("incidents")).unwrap().count();
    println!("published: {size} entries and {pages} pages; root by ct-merkle and signature by signed_note agree");
}

/// A copy of the published folder to damage.
struct Copy {
    _room: tempfile::TempDir,
    public: PathBuf,
    runtime: tokio::runtime::Runtime,
}

fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_all(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

impl Copy {
    fn new() -> Self {
        let room = crate::town::room();
        let public = room.path().join("copy");
        copy_all(&published().public, &public);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { _room: room, public, runtime }
    }

    /// What `handbell verify` answers and says when it does not say yes.
    fn verify(&self) -> (Answer, String) {
        match self.runtime.block_on(verify::run(self.public.to_str().unwrap(), verify::With::default())) {
            Ok(answer) => (answer, String::new()),
            Err(error) => (error.downcast_ref::<Stopped>().map_or(Answer::No, |stopped| stopped.0), format!("{error:#}")),
        }
    }

    fn read(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.public.join(path)).unwrap()
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        std::fs::write(self.public.join(path), bytes).unwrap();
    }

    /// The answer must be no, and the place named.
    fn is_found(&self, what: &str, place: &str) {
        let (answer, sentence) = self.verify();
        assert_eq!(answer, Answer::No, "{what}: {sentence}");
        assert!(sentence.contains(place), "{what} was blamed on: {sentence}");
    }

    /// Everything the newest checkpoint covers: path below `public/` and the place a failure must name.
    fn covered(&self) -> BTreeMap<&'static str, Vec<(String, String)>> {
        let size = published().size;
        let mut files: BTreeMap<&'static str, Vec<(String, String)>> = BTreeMap::new();
        files.insert("checkpoint", vec![("log/checkpoint".to_owned(), "checkpoint".to_owned())]);
        for tile in tiles_between(0, size) {
            let class = if matches!(tile, TileId::Entries { .. }) { "bundles" } else { "tiles" };
            files.entry(class).or_default().push((format!("log/{}", tile.path()), tile.path()));
        }
        // Lists of signing devices and the service worker's hash are entries without words of their own.
        let contents = (0..size).map(|index| (format!("log/{}", content_path(index)), content_path(index)));
        files.insert("contents", contents.filter(|(path, _)| self.public.join(path).is_file()).collect());
        let pages = std::fs::read_dir(self.public.join("incidents")).unwrap().map(|page| page.unwrap().file_name().into_string().unwrap());
        files.insert(
            "pages",
            pages.map(|name| (format!("incidents/{name}"), format!("incidents/{}", name.trim_end_matches(".json")))).collect(),
        );
        files
    }
}

#[test]
fn a_flipped_bit_in_any_published_file_is_found_and_named() {
    let copy = Copy::new();
    assert_eq!(copy.verify(), (Answer::Good, String::new()));
    let (mut chance, seed) = Chance::from_environment();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (class, files) in copy.covered() {
        // Every byte of what is short, so many of what is long.
        let flips = match class {
            "checkpoint" => copy.read("log/checkpoint").len(),
            _ => 100,
        };
        for number in 0..flips {
            let (path, place) = chance.one_of(&files);
            let good = copy.read(path);
            let byte = if class == "checkpoint" { number } else { usize::try_from(chance.below(good.len() as u64)).unwrap() };
            let bit = chance.below(8);
            let mut bad = good.clone();
            bad[byte] ^= 1 << bit;
            copy.write(path, &bad);
            copy.is_found(&format!("bit {bit} of byte {byte} of {path}"), place);
            copy.write(path, &good);
            *counts.entry(class).or_default() += 1;
        }
    }
    // One page wholly: every byte of it stands for a class of bytes in all of them.
    let (path, place) = chance.one_of(&copy.covered()["pages"]).clone();
    let good = copy.read(&path);
    for byte in 0..good.len() {
        let mut bad = good.clone();
        bad[byte] ^= 1 << chance.below(8);
        copy.write(&path, &bad);
        copy.is_found(&format!("byte {byte} of {path}"), &place);
        *counts.entry("pages").or_default() += 1;
    }
    copy.write(&path, &good);
    assert_eq!(copy.verify().0, Answer::Good, "after mending everything all is well again");
    println!("published: {} flipped bits found and named: {counts:?}; seed {seed}", counts.values().sum::<usize>());
}

#[test]
fn files_cut_lengthened_swapped_removed_or_added_are_found_and_named() {
    let copy = Copy::new();
    let mut wrongs = 0;
    for (class, files) in copy.covered() {
        let (path, place) = files[files.len() / 2].clone();
        let good = copy.read(&path);
        copy.write(&path, &good[..good.len() - 1]);
        copy.is_found(&format!("{class}: {path} cut by a byte"), &place);
        copy.write(&path, &[]);
        copy.is_found(&format!("{class}: {path} emptied"), &place);
        copy.write(&path, &[good.as_slice(), b"x"].concat());
        copy.is_found(&format!("{class}: {path} lengthened by a byte"), &place);
        std::fs::remove_file(copy.public.join(&path)).unwrap();
        copy.is_found(&format!("{class}: {path} removed"), &place);
        copy.write(&path, &good);
        wrongs += 4;
        if let Some((other_path, other_place)) = files.iter().find(|(other, _)| *other != path) {
            let other = copy.read(other_path);
            copy.write(&path, &other);
            copy.write(other_path, &good);
            let (answer, sentence) = copy.verify();
            assert_eq!(answer, Answer::No, "{path} and {other_path} swapped");
            assert!(sentence.contains(&place) || sentence.contains(other_place), "{path} and {other_path} swapped: {sentence}");
            copy.write(&path, &good);
            copy.write(other_path, &other);
            wrongs += 1;
        }
        assert_eq!(copy.verify().0, Answer::Good, "{class}: mended");
    }

    let (page, _) = copy.covered()["pages"][0].clone();
    let stranger = IncidentId([7; 16]);
    let added = format!("incidents/{stranger}.json");
    copy.write(&added, &copy.read(&page));
    copy.is_found("a page that no entry opened", &format!("incidents/{stranger}"));
    std::fs::remove_file(copy.public.join(&added)).unwrap();
    copy.write("incidents/notes.json", b"{}");
    copy.is_found("a page with a name that is no incident", "incidents/notes");
    std::fs::remove_file(copy.public.join("incidents/notes.json")).unwrap();

    // A server that goes back to an honest checkpoint of its own hides what came after; the pages betray it.
    let newest = copy.read("log/checkpoint");
    copy.write("log/checkpoint", &published().older_checkpoint);
    copy.is_found("an older checkpoint under newer pages", "incidents/");
    copy.write("log/checkpoint", &newest);
    assert_eq!(copy.verify(), (Answer::Good, String::new()));
    println!("published: {} files cut, lengthened, swapped, removed, added or turned back, each found and named", wrongs + 3);
}

#[test]
fn the_command_answers_no_with_exit_code_one() {
    let made = published();
    let good = crate::town::handbell().arg("verify").arg(&made.public).output().unwrap();
    assert_eq!(code(&good), 0, "{}", said(&good));
    assert!(said(&good).contains(&format!("verified: {} entries", made.size)), "{}", said(&good));
    let copy = Copy::new();
    let mut content = copy.read("log/content/012");
    content[40] ^= 4;
    copy.write("log/content/012", &content);
    let bad = crate::town::handbell().arg("verify").arg(&copy.public).output().unwrap();
    assert_eq!(code(&bad), 1, "{}", said(&bad));
    assert!(said(&bad).contains("content/012"), "{}", said(&bad));
    let other_key = "bell.example/log1+00000000+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";
    let unknown = crate::town::handbell().arg("verify").arg(&made.public).args(["--key", other_key]).output().unwrap();
    assert!([1, 2].contains(&code(&unknown)), "a key that nobody signed with must not pass: {}", said(&unknown));
}
