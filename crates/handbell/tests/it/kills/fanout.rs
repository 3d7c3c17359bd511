//! Fan-out: `serve` is killed again and again while it tells hundreds of people, and while it tells them the end.
//!
//! The people are told by ntfy, because a push service of browsers cannot stand on this machine: the program
//! refuses every address of the own network. Ringer, leases, told lists and outcomes are the same for every channel.
//! A sink of the test's own takes each message, slowly, and writes down whose it was and what it said. The bell is
//! rung and ended by a member's press on the real pages.

use crate::chance::Chance;
use crate::desk::Member;
use crate::published;
use crate::signing;
use crate::town::{Server, Town};
use handbell::acts::bell::{Composed, Wished};
use handbell::acts::channels::{Asked, Choices};
use handbell::acts::{StreetCaller, bell, channels, desk, people, street};
use handbell::cli::town as folder;
use handbell::world::World;
use handbell_rules::area::Cell;
use handbell_rules::bell::address::By;
use handbell_rules::desk::claim::{Certainty, NewClaim};
use handbell_rules::id::AlertId;
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::playbook::{AreaSlot, ClockTime, Reach, Slots};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// People on the told list.
const NEIGHBOURS: usize = 300;
/// People who asked for another area and must hear nothing.
const STRANGERS: usize = 40;
/// How long the sink takes for each message, so that there is a middle in which to die.
const TAKES: Duration = Duration::from_millis(120);
/// Longest a server lives after its first message of a life went out.
const LIVES_AT_MOST_MILLISECONDS: u64 = 900;
/// A lease lasts a minute, so whatever a crash left open is tried again after that.
const TRIED_AGAIN_WITHIN: Duration = Duration::from_secs(180);

/// What the sink took: topic and whether it said that something goes on, in order.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<(String, bool)>>>);

impl Sink {
    /// Listens until the test ends.
    fn start(&self) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let sink = self.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sink = sink.clone();
                std::thread::spawn(move || sink.serve(stream));
            }
        });
        port
    }

    /// Takes what one connection sends; `None` when its other end has gone, as after a kill.
    fn serve(&self, mut stream: TcpStream) -> Option<()> {
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        loop {
            let mut length = 0;
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).ok()? == 0 {
                    return None;
                }
                if line.trim().is_empty() {
                    break;
                }
                if let Some((name, value)) = line.split_once(':')
                    && name.eq_ignore_ascii_case("content-length")
                {
                    length = value.trim().parse().ok()?;
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).ok()?;
            let said: serde_json::Value = serde_json::from_slice(&body).expect("the program sends JSON");
            let topic = said["topic"].as_str().expect("a message names its topic").to_owned();
            self.0.lock().unwrap().push((topic, said["tags"][0] == "bell"));
            // Taken, and not yet said so: a kill now is the crash that nobody can tell from a lost answer.
            std::thread::sleep(TAKES);
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}").ok()?;
        }
    }

    fn taken(&self) -> Vec<(String, bool)> {
        self.0.lock().unwrap().clone()
    }

    /// How often each topic took a start (or an end).
    fn counts(&self, start: bool) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for (topic, _) in self.taken().into_iter().filter(|(_, began)| *began == start) {
            *counts.entry(topic).or_default() += 1;
        }
        counts
    }
}

/// Who was subscribed where, and an alert that two devices have signed.
struct Ready {
    alert: AlertId,
    told: BTreeSet<String>,
    strangers: BTreeSet<String>,
}

async fn member(world: &World, name: &str) -> DeskCaller {
    let member = world.store.members().await.unwrap().into_iter().find(|member| member.name == name).unwrap();
    DeskCaller { member: member.id, device: world.private_id(), session: world.private_id(), name: member.name, roles: member.roles }
}

/// Subscribes somebody by ntfy; answers with their topic.
async fn subscribed(world: &World, area: &str) -> String {
    let cells: Vec<Cell> = world.group.areas.named(area).unwrap().area.cells().collect();
    let choices = Choices { cells, kinds: vec![], language: "en".into(), discreet: false, wished: Wished::default() };
    match channels::ask(world, StreetCaller, By::Ntfy, "", choices).await.unwrap() {
        Asked::Topic { address, .. } => address.rsplit('/').next().unwrap().to_owned(),
        _ => panic!("ntfy answers with a topic"),
    }
}

/// Everything up to the press: people, a confirmed incident, an alert signed by two members' browsers.
async fn prepared(town: &Town) -> Ready {
    let opened = folder::open(&town.dir, &folder::Staging::default()).await.unwrap();
    let world = &opened.world;
    let (mut told, mut strangers) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..NEIGHBOURS {
        told.insert(subscribed(world, "peckham").await);
    }
    for _ in 0..STRANGERS {
        strangers.insert(subscribed(world, FAR).await);
    }
    let (amina, ben) = (member(world, "Amina").await, member(world, "Ben").await);
    let browsers = signing::browsers(world, &[&amina, &ben]).await;
    people::invite(world, "Chidi", &[Role::Observer]).await.unwrap();
    let chidi = member(world, "Chidi").await;
    for on in [&amina, &ben, &chidi] {
        people::start_duty(world, on, 4).await.unwrap();
    }
    let now = world.now();
    let seen = published::seen(world, "immigration-visit", "Corner".to_owned());
    let report = street::file_from_the_scene(world, &chidi, seen).await.unwrap().report;
    let incident = desk::open_incident(world, &amina, report, false).await.unwrap();
    let (predicate, value) = ("activity".to_owned(), "at-a-door".to_owned());
    let (report, official) = (Some(report), String::new());
    let claim = NewClaim { predicate, value, range: None, report, official, certainty: Certainty::Observed };
    desk::record_claim(world, &amina, incident, claim).await.unwrap();
    let areas = vec!["peckham".to_owned()];
    let time = ClockTime::try_from(now.clock(world.group.playbook.zone())).ok();
    let slots = Slots { area: Some(AreaSlot::Named(areas.clone())), time, ..Slots::default() };
    let composed = Composed { reach: Reach::Neighbours, areas, slots, lives_minutes: 120 };
    let alert = bell::draft(world, &amina, incident, composed).await.unwrap();
    for browser in &browsers {
        browser.approves(world, alert).await;
    }
    opened.close().await;
    Ready { alert, told, strangers }
}

/// An area that shares no cell with the one the bell rings for.
const FAR: &str = "forest-hill";

/// Presses a button of the alert's page.
fn presses(server: &Server, member: &Member, alert: AlertId, ending: &str) {
    let mut talk = server.talk();
    member.fill(&mut talk, &format!("/desk/alerts/{alert}"), ending).unwrap();
}

/// One phase: whoever is in `wanted` takes a message of this sort, whatever dies meanwhile. Answers how often a
/// server died in the middle.
fn phase(
    (town, sink): (&Town, &Sink),
    mut server: Server,
    (start, kills): (bool, u64),
    chance: &mut Chance,
    wanted: &BTreeSet<String>,
) -> (Server, u64) {
    let mut died = 0;
    let done = |sink: &Sink| wanted.iter().all(|topic| sink.counts(start).contains_key(topic));
    loop {
        let before = sink.taken().len();
        let waiting = Instant::now();
        while sink.taken().len() == before && !done(sink) {
            assert!(waiting.elapsed() < TRIED_AGAIN_WITHIN, "{} of {} heard, and nothing goes on", sink.counts(start).len(), wanted.len());
            std::thread::sleep(Duration::from_millis(10));
        }
        if done(sink) {
            return (server, died);
        }
        if died < kills {
            std::thread::sleep(Duration::from_millis(chance.below(LIVES_AT_MOST_MILLISECONDS)));
            if !done(sink) {
                died += 1;
            }
            server.kill();
            server = town.serve();
        }
    }
}

/// Serves on until nothing is due any more: what a crash left in doubt is tried again when its lease has run out.
fn finishes(town: &Town, mut server: Server, runtime: &tokio::runtime::Runtime) {
    let since = Instant::now();
    loop {
        server.stop();
        let due = runtime.block_on(async {
            let opened = folder::open(&town.dir, &folder::Staging::default()).await.unwrap();
            let due = opened.world.store.next_due().await.unwrap().map(|at| at.since(opened.world.now()));
            opened.close().await;
            due
        });
        let Some(due) = due else { return };
        assert!(since.elapsed() < TRIED_AGAIN_WITHIN, "something is due for ever");
        server = town.serve();
        // It is due then and not before, so there is nothing to look at meanwhile.
        std::thread::sleep(Duration::from_millis(u64::try_from(due).unwrap_or(0) + 1_000));
    }
}

#[test]
fn kills_while_it_rings_leave_nobody_out_and_tell_nobody_twice_without_a_crash() {
    let asked: u64 = std::env::var("HANDBELL_TEST_KILLS").ok().map_or(20, |text| text.parse().unwrap());
    // A crash costs a lease of a minute, and an alert that nobody renews lives a quarter of an hour.
    let kills = (asked / 10).clamp(2, 6);
    let (mut chance, seed) = Chance::from_environment();
    let town = Town::new();
    let sink = Sink::default();
    let port = sink.start();
    std::fs::write(town.dir.join("channels.toml"), format!("[ntfy]\nurl = \"http://127.0.0.1:{port}/\"\nown_network = true\n")).unwrap();
    let server = town.serve();
    let amina = Member::sign_in(&mut server.talk(), &town.invite("Amina")).unwrap();
    let _ben = Member::sign_in(&mut server.talk(), &town.invite("Ben")).unwrap();
    server.stop();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ready = runtime.block_on(prepared(&town));

    let server = town.serve();
    presses(&server, &amina, ready.alert, "/ring");
    let (server, died) = phase((&town, &sink), server, (true, kills), &mut chance, &ready.told);
    assert_eq!(sink.counts(false), BTreeMap::new(), "nobody hears an end before there is one");
    presses(&server, &amina, ready.alert, "/cancel");
    let (server, ended) = phase((&town, &sink), server, (false, kills / 2), &mut chance, &ready.told);
    finishes(&town, server, &runtime);

    let (starts, ends) = (sink.counts(true), sink.counts(false));
    let last: BTreeMap<String, bool> = sink.taken().into_iter().collect();
    assert!(last.values().all(|began| !began), "the end comes last to everybody");
    for (what, counts, crashes) in [("start", &starts, died), ("end", &ends, ended)] {
        let heard: BTreeSet<String> = counts.keys().cloned().collect();
        assert_eq!(heard, ready.told, "the {what} reached exactly the told list");
        assert!(heard.is_disjoint(&ready.strangers), "nobody who did not ask hears the {what}");
        let most = counts.values().max().copied().unwrap_or_default();
        assert!(most <= 1 + crashes, "somebody took the {what} {most} times in {crashes} crashes");
    }
    assert!(died > 0, "it was killed in the middle");
    let extra = |counts: &BTreeMap<String, u64>| counts.values().sum::<u64>() - counts.len() as u64;
    let complains = |line: &&str| line.contains("ERROR") || line.contains("panicked");
    let complaints: Vec<String> = town.complaints().lines().filter(complains).map(str::to_owned).collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
    println!(
        "fan-out: {} crashes, {NEIGHBOURS} people told, 0 left out, {} extra starts in {died} crashes, {} extra ends in {ended}, 0 of {STRANGERS} strangers; \
         seed {seed}",
        died + ended,
        extra(&starts),
        extra(&ends),
    );
}
