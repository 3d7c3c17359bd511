//! Disk: a disk that is full, that takes no bytes and that cannot sync stops the writing and never the reading.
//!
//! A full disk is a real small file system, mounted for the test where the machine allows that. Errors come from
//! `strace`, which answers chosen system calls of the running server in the kernel's place. Whoever was told 201 finds
//! their report afterwards, and nobody else is shown a receipt. What the server says of itself stands on the small file
//! system too, as it does where a service logs to its own disk.

use crate::desk::{self, Member, Progress};
use crate::published;
use crate::recorded::editors;
use crate::signing;
use crate::talk::{Answer, Talk};
use crate::town::{Server, Town, code, said};
use handbell::acts::{ActError, StreetCaller, bell, people, record, street};
use handbell::cli::town as folder;
use handbell::work::sequencer::Sequencer;
use handbell_rules::people::member::Role;
use handbell_rules::record::proposal::Proposed;
use handbell_rules::time::HOUR;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Room for a town and a little more.
const SMALL: &str = "size=24m";
/// Reports until a full disk must have been noticed; the write-ahead log has some room of its own.
const REPORTS_MOST: usize = 4_000;
const GOES_ON_WITHIN: Duration = Duration::from_secs(60);
/// Longer than a stopped writer waits between two tries.
const STAYS_STOPPED_FOR: Duration = Duration::from_millis(2_500);

/// A small file system, gone when this is dropped.
struct Small(PathBuf);

impl Small {
    /// None where this machine does not let us.
    fn at(path: &Path) -> Option<Self> {
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", SMALL, "tmpfs"]).arg(path).stderr(Stdio::null()).status();
        mounted.is_ok_and(|status| status.success()).then(|| Self(path.to_owned()))
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }

    /// Takes every byte there is.
    fn fill(&self) {
        let mut file = File::options().create(true).append(true).open(self.filler()).unwrap();
        for size in [1 << 16, 1 << 12, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }

    fn free(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// A town on a small file system. The town comes first, so that its folder is unmounted before it goes.
fn small() -> Option<(Town, Small)> {
    let mut small = None;
    let town = Town::prepared("https://bell.example", |room| small = Small::at(room));
    if small.is_none() {
        println!("disk: skipped, this machine mounts no small file system for a test (it takes root)");
    }
    Some((town, small?))
}

/// A report, with its number as its key; the receipt where it was kept.
fn told(talk: &mut Talk, number: usize) -> Result<String, Answer> {
    let key = format!("disk-{number}");
    let body = r#"{"kind":"flood","basis":"saw","happening":"now","place":"Corner of two streets","text":"Water on the road."}"#;
    let answer = talk.ask("POST", "/api/v1/reports", &[("content-type", "application/json"), ("idempotency-key", &key)], body.as_bytes());
    let answer = answer.unwrap();
    match answer.status {
        200 | 201 => Ok(answer.json()["receipt"].as_str().unwrap().to_owned()),
        _ => Err(answer),
    }
}

fn opens(talk: &mut Talk, receipt: &str) {
    let answer = talk.ask("GET", "/api/v1/reports/mine", &[("authorization", &format!("Receipt {receipt}"))], b"").unwrap();
    assert_eq!(answer.status, 200, "LOST: {receipt}: {}", answer.text());
}

/// What every no says, whichever failure it was: 503, what to do, and no receipt.
fn says_not_kept(no: &Answer) -> String {
    assert_eq!(no.status, 503, "{}", no.text());
    let (name, detail) = (no.json()["type"].as_str().unwrap().to_owned(), no.json()["detail"].as_str().unwrap().to_owned());
    assert!(["/problems#writing-stopped", "/problems#not-saved"].contains(&name.as_str()), "{name}");
    assert!(detail.contains("not kept"), "{detail}");
    assert!(no.json().get("receipt").is_none());
    name
}

/// While nothing is written, everything that was written is read, and health says why.
fn reads_go_on(talk: &mut Talk, receipt: &str, why: &str) {
    opens(talk, receipt);
    for path in ["/", "/record", "/report", "/log/checkpoint"] {
        let answer = talk.ask("GET", path, &[], b"").unwrap();
        assert!([200, 303, 404].contains(&answer.status), "{path}: {}", answer.status);
    }
    let health = talk.ask("GET", "/api/v1/health", &[], b"").unwrap();
    assert_eq!((health.status, health.json()["type"].as_str()), (503, Some("/problems#writing-stopped")));
    assert!(health.text().contains(why), "{}", health.text());
}

/// Reports until one is not kept. The receipts, and what the no said.
fn until_a_no(talk: &mut Talk, from: usize) -> (Vec<String>, String) {
    let mut kept = Vec::new();
    for number in from..from + REPORTS_MOST {
        match told(talk, number) {
            Ok(receipt) => kept.push(receipt),
            Err(no) => return (kept, says_not_kept(&no)),
        }
    }
    panic!("{REPORTS_MOST} reports were kept on a disk that takes nothing");
}

fn until_health_is_good(server: &Server) {
    let since = Instant::now();
    while server.talk().ask("GET", "/api/v1/health", &[], b"").unwrap().status != 200 {
        assert!(since.elapsed() < GOES_ON_WITHIN, "writing does not go on");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn verified(town: &Town) {
    let verified = town.verify();
    assert_eq!(code(&verified), 0, "{}", said(&verified));
}

/// PROMISE receipt-means-durable
#[test]
fn a_full_disk_stops_reports_and_not_readers_and_they_are_taken_again_when_there_is_room() {
    let Some((town, small)) = small() else { return };
    let server = town.serve();
    let link = town.invite("Amina");
    let mut talk = server.talk();
    let mut kept = vec![told(&mut talk, 0).unwrap()];
    let mut noes = 0;
    // Twice, so that a writer that went on can stop again.
    for from in [1, 10_000] {
        small.fill();
        let (some, _) = until_a_no(&mut talk, from);
        noes += 1;
        kept.extend(some);
        reads_go_on(&mut talk, &kept[0], "the disk is full");
        for number in 0..20 {
            let no = told(&mut talk, from + 5_000 + number).expect_err("a report was kept on a full disk");
            assert_eq!(says_not_kept(&no), "/problems#writing-stopped");
            noes += 1;
        }
        // A form says it in words, to somebody without scripts.
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let page = server.talk().ask("POST", "/desk/sign-in", &form, format!("token={link}").as_bytes()).unwrap();
        assert!(page.status == 503 && page.text().contains("This was not kept"), "{}: {}", page.status, page.text());
        small.free();
        until_health_is_good(&server);
        talk = server.talk();
        kept.push(told(&mut talk, from + 6_000).unwrap());
    }
    for receipt in &kept {
        opens(&mut talk, receipt);
    }
    drop(talk);
    // A start on a full disk serves what is there. It finds the little room that its last run left.
    small.fill();
    server.stop();
    let server = town.serve();
    let mut talk = server.talk();
    for receipt in &kept {
        opens(&mut talk, receipt);
    }
    assert_eq!(talk.ask("GET", "/", &[], b"").unwrap().status, 200);
    drop(talk);
    small.free();
    until_health_is_good(&server);
    kept.push(told(&mut server.talk(), 90_000).unwrap());
    server.stop();
    verified(&town);
    let opened = |dir: &Path| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let opened = folder::open(dir, &folder::Staging::default()).await.unwrap();
            let held = opened.world.store.held().await.unwrap();
            opened.close().await;
            held.iter().find(|held| held.table == "report").unwrap().rows
        })
    };
    assert_eq!(opened(&town.dir), kept.len() as u64, "each that was acknowledged, and no other");
    println!("disk full: {} reports kept, {noes} told that they were not, 0 lost, 0 too many", kept.len());
}

/// Ring and publish on a full disk: nobody is told, nothing is public, and both work when there is room.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_rings_nobody_and_publishes_nothing_until_there_is_room() {
    let Some((town, small)) = small() else { return };
    let opened = folder::open(&town.dir, &folder::Staging::default()).await.unwrap();
    let world = &opened.world;
    let both = editors(world).await;
    for member in [&both.amina, &both.ben] {
        people::start_duty(world, member, 4).await.unwrap();
    }
    let flood = both.flood(world).await;
    let outcome = Proposed::Outcome { text: "It dried.".to_owned(), says: "The council".to_owned() };
    let proposal = record::propose(world, &both.amina, flood, outcome).await.unwrap();
    let browsers = signing::browsers(world, &[&both.amina, &both.ben]).await;
    let observer = published::member(world, "Chidi", &[Role::Observer]).await;
    people::start_duty(world, &observer, 4).await.unwrap();
    crate::raced::neighbour(world, 1, None).await;
    let alert = crate::raced::signed(world, &both.amina, &browsers, 1).await[0];
    let sequencer = Sequencer::new(&town.public());
    let published = sequencer.step(world).await.unwrap();
    let before = std::fs::read(town.public().join("log/checkpoint")).unwrap();

    small.fill();
    let mut tries = 0;
    while world.store.halted().is_none() {
        let told = published::seen(world, "flood", format!("Corner {tries}"));
        let _ = street::file_report(world, StreetCaller, told, None, None).await;
        tries += 1;
        assert!(tries < REPORTS_MOST, "a full disk was not noticed");
    }
    let no = bell::ring(world, &both.ben, alert).await;
    assert!(matches!(no, Err(ActError::Stopped(_))), "{no:?}");
    let no = record::publish(world, &both.ben, proposal).await;
    assert!(matches!(no, Err(ActError::Stopped(_))), "{no:?}");
    assert!(world.store.rings(alert).await.unwrap().is_empty(), "nobody is told");
    assert!(world.store.told_often(world.now().plus(-HOUR), 1, world.now()).await.unwrap().is_empty());
    assert_eq!(world.store.checkpoint().await.unwrap().unwrap().size, published, "nothing is signed");

    small.free();
    let since = Instant::now();
    while world.store.halted().is_some() {
        assert!(since.elapsed() < GOES_ON_WITHIN, "writing does not go on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    record::publish(world, &both.ben, proposal).await.unwrap();
    // The store has it; now the shelf finds no room for the files.
    small.fill();
    let no = sequencer.step(world).await;
    assert!(no.is_err(), "{no:?}");
    assert_eq!(std::fs::read(town.public().join("log/checkpoint")).unwrap(), before, "what is published stays whole");
    small.free();
    let since = Instant::now();
    while world.store.halted().is_some() {
        assert!(since.elapsed() < GOES_ON_WITHIN, "writing does not go on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(sequencer.step(world).await.unwrap() > published);
    bell::ring(world, &both.ben, alert).await.unwrap();
    assert_eq!(world.store.rings(alert).await.unwrap().len(), 1);
    opened.publish().await.unwrap();
    opened.close().await;
    verified(&town);
}

/// The server under a tracer that answers some calls on one file with an error.
fn failing(town: &Town, file: &Path, inject: &str) -> Option<Server> {
    let strace = Command::new("strace").arg("-V").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !strace.is_ok_and(|status| status.success()) {
        let required = std::env::var("HANDBELL_REQUIRE_TEST_DATA").is_ok_and(|required| required == "1");
        assert!(!required, "strace is missing; `apt-get install strace` brings it");
        println!("disk: skipped, strace is missing (`apt-get install strace` brings it)");
        return None;
    }
    let serve = town.serve_command();
    let mut command = Command::new("strace");
    command.args(["-D", "-f", "-q", "-P"]).arg(file).args(["-e", "trace=fdatasync,fsync,pwrite64", "-e", inject, "-o"]);
    command.arg(town.dir.with_extension("trace")).arg(serve.get_program()).args(serve.get_args()).stdin(Stdio::null());
    for (name, value) in serve.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    Some(Server::under(&mut command, town))
}

fn folder_key(town: &Town) -> handbell_log::note::VerifierKey {
    handbell::folder::open(&town.dir, handbell::folder::Use::Reading).unwrap().log_key.verifier().clone()
}

fn injected(town: &Town) -> usize {
    std::fs::read_to_string(town.dir.with_extension("trace")).unwrap_or_default().matches("(INJECTED)").count()
}

/// PROMISE receipt-means-durable
#[test]
fn after_one_failed_sync_nothing_is_kept_until_a_restart_although_later_syncs_would_work() {
    let town = Town::new();
    // The write-ahead log's name as SQLite opens it. One sync of it fails; all others work.
    let wal = town.dir.join("handbell.db-wal");
    let Some(server) = failing(&town, &wal, "inject=fdatasync,fsync:error=EIO:when=8") else { return };
    let mut talk = server.talk();
    let (kept, first) = until_a_no(&mut talk, 0);
    assert_eq!(first, "/problems#not-saved", "of this one nobody knows");
    assert!(!kept.is_empty(), "some came before it");
    let since = Instant::now();
    let mut number = 50_000;
    while since.elapsed() < STAYS_STOPPED_FOR {
        let no = told(&mut talk, number).expect_err("a report was kept after a failed sync");
        assert_eq!(says_not_kept(&no), "/problems#writing-stopped");
        number += 1;
    }
    reads_go_on(&mut talk, &kept[0], "until a restart");
    drop(talk);
    assert!(injected(&town) >= 1);
    server.stop();
    let server = town.serve();
    let mut talk = server.talk();
    told(&mut talk, 60_000).unwrap();
    for receipt in &kept {
        opens(&mut talk, receipt);
    }
    drop(talk);
    server.stop();
    verified(&town);
    println!("failed sync: {} reports kept before it, {} told that they were not", kept.len(), number - 50_000 + 1);
}

#[test]
fn a_disk_that_takes_no_bytes_for_a_while_is_waited_for() {
    let town = Town::new();
    let wal = town.dir.join("handbell.db-wal");
    let Some(server) = failing(&town, &wal, "inject=pwrite64:error=EIO:when=60..64") else { return };
    let mut talk = server.talk();
    let (mut kept, _) = until_a_no(&mut talk, 0);
    reads_go_on(&mut talk, &kept[0], "takes no bytes");
    until_health_is_good(&server);
    talk = server.talk();
    kept.push(told(&mut talk, 60_000).unwrap());
    for receipt in &kept {
        opens(&mut talk, receipt);
    }
    drop(talk);
    assert!(injected(&town) >= 1);
    server.stop();
    verified(&town);
}

#[test]
fn a_mark_that_cannot_be_synced_publishes_nothing_and_leaves_the_street_open() {
    let town = Town::new();
    // The third mark of a run is the first that is written over.
    let mark = town.public().join("high-water");
    let Some(server) = failing(&town, &mark, "inject=fdatasync:error=EIO:when=1") else { return };
    let mut talk = server.talk();
    let members = ["Amina", "Ben"].map(|name| Member::sign_in(&mut server.talk(), &town.invite(name)).unwrap());
    let mut progress = Progress::default();
    let health = |talk: &mut Talk| talk.ask("GET", "/api/v1/health", &[], b"").unwrap();
    let published =
        || std::fs::read_to_string(town.public().join("log/checkpoint")).unwrap().lines().nth(1).unwrap().parse::<u64>().unwrap();
    let since = Instant::now();
    let mut number = 0;
    while injected(&town) == 0 {
        told(&mut talk, number).unwrap();
        let went = desk::round(&mut talk, &members[0], &members[1], &mut progress);
        assert!(went.is_ok() || injected(&town) > 0, "{went:?}");
        number += 1;
        assert!(since.elapsed() < GOES_ON_WITHIN, "no mark was written over");
    }
    while health(&mut talk).status == 200 {
        assert!(since.elapsed() < GOES_ON_WITHIN, "health says nothing of it");
    }
    let (still, signed) = (published(), progress.published);
    told(&mut talk, 70_000).unwrap();
    // The desk goes on as far as what would be signed.
    let _ = desk::round(&mut talk, &members[0], &members[1], &mut progress);
    assert_eq!(progress.published, signed, "nothing more is signed");
    let since = Instant::now();
    while since.elapsed() < STAYS_STOPPED_FOR {
        let ill = health(&mut talk);
        assert_eq!((ill.status, ill.json()["type"].as_str()), (503, Some("/problems#log-in-doubt")));
        assert_eq!(published(), still, "nothing is published after a failed sync");
    }
    drop(talk);
    server.stop();
    // The pages of what was not published stand there already; the log itself is whole.
    let key = folder_key(&town);
    let whole = handbell_log::verify::verify_log(&handbell_log::source::Folder::open(town.public().join("log")).unwrap(), &key);
    assert_eq!(whole.unwrap().checkpoint.size, still);
    let server = town.serve();
    let well = health(&mut server.talk()).json();
    assert_eq!(well["signed"], well["published"], "a start catches up");
    assert!(published() > still, "what was signed before it was known");
    server.stop();
    verified(&town);
}
