//! Kills: `serve` is killed under load again and again, and nothing it acknowledged is gone.
//!
//! Sixteen witnesses report without pause while two members publish, so that the log grows too. A report
//! whose answer never came is sent again with its Idempotency-Key. `HANDBELL_TEST_KILLS` says how many
//! kills (20), `HANDBELL_TEST_SEED` which moments, `HANDBELL_TEST_REPORTS` how many reports the store holds
//! before the first (0): what a start costs grows with them.

mod fanout;

use crate::chance::Chance;
use crate::desk::{self, Member, Progress};
use crate::talk::Talk;
use crate::town::{Server, Town, code, said};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use handbell::acts::{StreetCaller, street};
use handbell::cli::town as folder;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::note::Note;
use sha2::Sha256;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

const WITNESSES: u64 = 16;
/// Earlier receipts opened again after each restart, beside all new ones.
const SAMPLE: usize = 50;
/// Longest a server lives after its first acknowledged report.
const LIVES_AT_MOST_MILLISECONDS: u64 = 500;
const LOAD_STARTS_WITHIN: Duration = Duration::from_secs(60);
/// Every so many kills wait until the desk has published something since the last of them, so that the log grows
/// with the kills on a slow machine too.
const KILLS_AN_ENTRY: u64 = 4;

/// Where the server is, for whoever wants to talk to it.
#[derive(Default)]
struct Gate {
    /// Address and how often there was a new one.
    now: Mutex<(Option<SocketAddr>, u64, bool)>,
    changed: Condvar,
}

impl Gate {
    fn open(&self, address: SocketAddr) {
        let mut now = self.now.lock().unwrap();
        (now.0, now.1) = (Some(address), now.1 + 1);
        self.changed.notify_all();
    }

    /// Nobody starts anything new; what has begun is finished.
    fn last_round(&self) {
        self.now.lock().unwrap().2 = true;
        self.changed.notify_all();
    }

    fn is_last_round(&self) -> bool {
        self.now.lock().unwrap().2
    }

    /// Waits for a server newer than `seen`. None when there will be no other.
    fn newer(&self, seen: u64) -> Option<(SocketAddr, u64)> {
        let now = self.changed.wait_while(self.now.lock().unwrap(), |now| now.1 <= seen && !now.2).unwrap();
        (now.1 > seen).then(|| (now.0.unwrap(), now.1))
    }
}

/// Ends the load when it is dropped, so that a test that fails does not wait for ever for its own threads.
struct EndsTheLoad<'gates>([&'gates Gate; 2]);

impl Drop for EndsTheLoad<'_> {
    fn drop(&mut self) {
        self.0.iter().for_each(|gate| gate.last_round());
    }
}

/// A report that was acknowledged.
#[derive(Clone, Debug)]
struct Acknowledged {
    receipt: String,
    place: String,
    key: String,
}

#[derive(Default)]
struct Street {
    gate: Gate,
    acknowledged: Mutex<Vec<Acknowledged>>,
    sent_again: AtomicU64,
}

fn body(place: &str) -> String {
    format!(
        r#"{{"kind":"flood","basis":"saw","happening":"now","place":"{place}","text":"Water is coming up through the drains and over the kerb."}}"#
    )
}

fn send(talk: &mut Talk, key: &str, place: &str) -> io::Result<String> {
    let answer =
        talk.ask("POST", "/api/v1/reports", &[("content-type", "application/json"), ("idempotency-key", key)], body(place).as_bytes())?;
    assert!([200, 201].contains(&answer.status), "a report was answered with {}: {}", answer.status, answer.text());
    Ok(answer.json()["receipt"].as_str().unwrap().to_owned())
}

/// One witness after another on one connection, until the last round; a report without an answer is sent
/// again to the next server.
fn witness(street: &Street, number: u64) {
    let (mut seen, mut talk, mut count) = (0, None, 0);
    loop {
        if street.gate.is_last_round() {
            return;
        }
        count += 1;
        let place = format!("Corner {number} of street {count}");
        let key = format!("witness-{number}-report-{count}");
        let mut tries = 0;
        let receipt = loop {
            if talk.is_none() {
                // One that is slow and not dead is asked again. Whoever is not let in waits for the next.
                let Some((address, generation)) = street.gate.newer(seen) else { return };
                talk = Talk::to(address).ok();
                seen = if talk.is_some() { generation - 1 } else { generation };
            }
            tries += 1;
            match talk.as_mut().map(|talk| send(talk, &key, &place)) {
                Some(Ok(receipt)) => break receipt,
                Some(Err(_)) | None => talk = None,
            }
        };
        street.sent_again.fetch_add(u64::from(tries > 1), Ordering::Relaxed);
        street.acknowledged.lock().unwrap().push(Acknowledged { receipt, place, key });
    }
}

impl Street {
    fn acknowledged(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }

    /// Waits until more than so many reports were acknowledged.
    fn wait_for_more_than(&self, reports: usize, town: &Town) {
        let (mut waiting, mut known) = (Instant::now(), self.acknowledged());
        while known <= reports {
            if waiting.elapsed() >= LOAD_STARTS_WITHIN {
                let size = |name: &str| std::fs::metadata(town.dir.join(name)).map_or(0, |file| file.len());
                let (file, log) = (size("handbell.db"), size("handbell.db-wal"));
                panic!("nobody's report is acknowledged after {known}; file {file} bytes, its log {log}: {}", town.complaints());
            }
            std::thread::sleep(Duration::from_millis(2));
            let now = self.acknowledged();
            if now > known {
                (waiting, known) = (Instant::now(), now);
            }
        }
    }
}

/// Waits until the desk has published more than so many entries.
fn wait_for_an_entry(published: &AtomicU64, before: u64) {
    let waiting = Instant::now();
    while published.load(Ordering::Acquire) <= before {
        assert!(waiting.elapsed() < LOAD_STARTS_WITHIN, "the desk publishes nothing after {before} entries");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The desk publishes as long as there are servers, and says how much.
fn work_the_desk(gate: &Gate, members: &[Member; 2], published: &AtomicU64) -> Progress {
    let (mut seen, mut progress, mut refused) = (0, Progress::default(), 0);
    while let Some((address, generation)) = gate.newer(seen) {
        seen = generation;
        let Ok(mut talk) = Talk::to(address) else { continue };
        while !gate.is_last_round() {
            let outcome = desk::round(&mut talk, &members[0], &members[1], &mut progress);
            published.store(progress.published, Ordering::Release);
            match outcome {
                Ok(_) => {}
                // The desk's own words for "somebody was faster" or "done already" after a kill.
                Err(error) if error.kind() == io::ErrorKind::Other => {
                    refused += 1;
                    assert!(refused < 50 + progress.published, "the desk gets nothing done: {error}");
                }
                Err(_) => break,
            }
        }
    }
    progress
}

/// Opens receipts at a server; every one must open.
fn open_all(server: &Server, receipts: &[Acknowledged]) {
    let mut talk = server.talk();
    for one in receipts {
        let answer = talk.ask("GET", "/api/v1/reports/mine", &[("authorization", &format!("Receipt {}", one.receipt))], b"").unwrap();
        assert_eq!(answer.status, 200, "LOST: the receipt of {one:?} opens nothing: {}", answer.text());
        let state = answer.json()["state"].as_str().unwrap().to_owned();
        assert!(["received", "being-read", "joined"].contains(&state.as_str()), "{one:?} is {state}");
    }
}

fn checkpoint(town: &Town) -> Option<Checkpoint> {
    let note = std::fs::read(town.public().join("log/checkpoint")).ok()?;
    Some(Checkpoint::parse(Note::parse(&note).unwrap().text()).unwrap())
}

fn verify(town: &Town) {
    let verified = town.verify();
    assert_eq!(code(&verified), 0, "after a restart the log must hold: {}", said(&verified));
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[test]
fn twenty_kills_lose_no_receipt() {
    let kills: u64 = std::env::var("HANDBELL_TEST_KILLS").ok().map_or(20, |text| text.parse().unwrap());
    let reports: usize = std::env::var("HANDBELL_TEST_REPORTS").ok().map_or(0, |text| text.parse().unwrap());
    let (mut chance, seed) = Chance::from_environment();
    let town = Town::new();
    let street = Street::default();
    let (desk_gate, published) = (Gate::default(), AtomicU64::new(0));
    let mut server = town.serve();
    let members = ["Amina", "Ben"].map(|name| Member::sign_in(&mut server.talk(), &town.invite(name)).unwrap());
    let (mut restarts, mut while_starting) = (Vec::new(), 0u64);
    let mut checkpoints: Vec<Checkpoint> = Vec::new();

    let progress = std::thread::scope(|scope| {
        let witnesses: Vec<_> = (0..WITNESSES)
            .map(|number| {
                scope.spawn({
                    let street = &street;
                    move || witness(street, number)
                })
            })
            .collect();
        let at_the_desk = scope.spawn(|| work_the_desk(&desk_gate, &members, &published));
        let load = EndsTheLoad([&street.gate, &desk_gate]);
        street.gate.open(server.address());
        desk_gate.open(server.address());
        if reports > 0 {
            street.wait_for_more_than(reports - 1, &town);
        }
        let mut entries = 0;
        for kill in 0..kills {
            // Under load: at least one report came through this very server.
            let before = street.acknowledged();
            street.wait_for_more_than(before, &town);
            if kill % KILLS_AN_ENTRY == 0 {
                wait_for_an_entry(&published, entries);
                entries = published.load(Ordering::Acquire);
            }
            std::thread::sleep(Duration::from_millis(chance.below(LIVES_AT_MOST_MILLISECONDS)));
            server.kill();
            let known = street.acknowledged.lock().unwrap().clone();
            checkpoints.extend(checkpoint(&town));
            // Now and then recovery itself is killed.
            while chance.below(4) == 0 {
                let mut starting = town.start();
                std::thread::sleep(Duration::from_millis(chance.below(150)));
                starting.kill();
                while_starting += 1;
            }
            server = town.serve();
            open_all(&server, known.last().map(std::slice::from_ref).unwrap_or_default());
            restarts.push(server.age());
            verify(&town);
            checkpoints.extend(checkpoint(&town));
            street.gate.open(server.address());
            desk_gate.open(server.address());
            let fresh = &known[before.min(known.len())..];
            open_all(&server, fresh);
            let sample: Vec<Acknowledged> = (0..SAMPLE.min(known.len())).map(|_| chance.one_of(&known).clone()).collect();
            open_all(&server, &sample);
        }
        drop(load);
        for witness in witnesses {
            witness.join().unwrap();
        }
        at_the_desk.join().unwrap()
    });

    let all = street.acknowledged.into_inner().unwrap();
    // A repeated key gets the first answer, however many servers have died since.
    let mut talk = server.talk();
    for _ in 0..SAMPLE {
        let one = chance.one_of(&all);
        assert_eq!(send(&mut talk, &one.key, &one.place).unwrap(), one.receipt, "a repeated key got another receipt");
    }
    server.stop();
    verify(&town);
    checkpoints.extend(checkpoint(&town));
    let log_size = checkpoints.last().map_or(0, |newest| newest.size);
    assert!(log_size >= progress.published, "{} entries were acknowledged and the log has {log_size}", progress.published);
    consistent(&town, &checkpoints);
    everything_is_there_once(&town, &all);
    let complaints: Vec<String> =
        town.complaints().lines().filter(|line| line.contains("ERROR") || line.contains("panicked")).map(str::to_owned).collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
    assert!(progress.published >= kills / KILLS_AN_ENTRY, "the log hardly grew while servers died: {progress:?}");

    let (shortest, longest) = (restarts.iter().min().unwrap().as_millis(), restarts.iter().max().unwrap().as_millis());
    println!(
        "{} reports were sent again after a kill; {while_starting} servers were killed while starting; {} entries published, {log_size} in the log; \
         restart until a receipt opens: shortest {shortest} ms, longest {longest} ms; seed {seed}",
        street.sent_again.into_inner(),
        progress.published
    );
    println!("kills: {kills} kills, {} receipts acknowledged, 0 lost; restart median {} ms", all.len(), median(&mut restarts).as_millis());
}

/// Every checkpoint anybody could have seen is of the tree that the newest one is of, by another's code.
fn consistent(town: &Town, checkpoints: &[Checkpoint]) {
    let leaves = crate::published::leaves(&town.public());
    for pair in checkpoints.windows(2) {
        assert!(pair[0].size <= pair[1].size, "a restart took back entries: {} then {}", pair[0].size, pair[1].size);
    }
    for seen in checkpoints {
        let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        leaves[..usize::try_from(seen.size).unwrap()].iter().for_each(|leaf| tree.push(leaf.clone()));
        assert_eq!(tree.root().as_bytes().as_slice(), seen.root.0.as_slice(), "two trees of size {} were signed", seen.size);
    }
}

/// The store holds each acknowledged report with its own words, and no report that nobody was told of.
fn everything_is_there_once(town: &Town, all: &[Acknowledged]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let opened = folder::open(&town.dir, &folder::Staging::default()).await.unwrap();
        for one in all {
            let view = street::read_receipt(&opened.world, StreetCaller, &one.receipt)
                .await
                .unwrap_or_else(|error| panic!("LOST: {one:?}: {error}"));
            assert_eq!(view.report.told.place, one.place, "a receipt opens somebody else's report");
        }
        let held = opened.world.store.held().await.unwrap();
        let rows = held.iter().find(|held| held.table == "report").unwrap().rows;
        assert_eq!(rows, all.len() as u64, "every report was acknowledged to somebody in the end, so each stands there exactly once");
    });
}
