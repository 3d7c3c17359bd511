//! Cosigned: one log and those who sign it too, from one seed.
//!
//! The log is Handbell's own store in memory, its sequencer on a folder, and a collector for each of five cosigners
//! ([`others`]); lines, luck, clocks and cosigners are made up. It grows and is published, programs start anew, lines break,
//! cosigners forget and one forges. After each turn: every line under every kept checkpoint verifies, no line that was
//! published goes or gets older, nothing else than what is published and a proof goes out, and nobody is asked before the
//! time. In a third of the seeds an honest cosigner comes to show more than this log has, signed by its key: then nothing
//! more is signed, published or taken, and what was shown is kept. Otherwise, once all lines are good, every honest line
//! stands under the newest checkpoint and is made anew within the hour. It shows nothing about real lines and disks,
//! which have tests of their own, and the start of a program over such a store is not in it.

mod others;

use self::others::{ALL, Manner, Others, address, key};
use crate::chance::Seeded;
use crate::found::now;
use crate::stage::Stage;
use crate::town::{Town, group_of, log_key};
use handbell::cosigned::Standing;
use handbell::cosigners::Cosigners;
use handbell::store::StoreError;
use handbell::work::collector::{Asker, Collector};
use handbell::work::sequencer::{SEEN_ELSEWHERE, Sequencer};
use handbell::world::{Clock, Group, World};
use handbell_log::checkpoint::Checkpoint;
use handbell_log::cosignature::CosignerKey;
use handbell_log::cosigner::{AHEAD_SECONDS_MAX, LINES_MAX};
use handbell_log::hash::Hash;
use handbell_log::note::{Note, VerifierKey};
use handbell_rules::bell::mode::Status;
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::time::{HOUR, MINUTE, SECOND};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Turns before the lines are good.
const TURNS: u64 = 60;
/// The longest that a collector may stay away: a line is made anew after fifty minutes.
const AWAY_MAX: i64 = 50 * MINUTE;
/// How long the end may take, and how long after it everybody's line is watched.
const ENDS_WITHIN: i64 = HOUR;
const WATCHED_FOR: i64 = 3 * HOUR;

/// What is planted, so that a run can be seen to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Somebody writes a line into what is published that nobody signed.
    ForgesInTheFolder,
    /// Somebody takes the lines away from a checkpoint that was published with them.
    LosesLines,
    /// A cosigner never answers.
    NeverAnswers,
    /// What a cosigner has seen beyond this log reaches nobody.
    HidesWhatWasSeen,
}

/// A promise that did not hold, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Broken(String);

fn broken<T>(why: impl Into<String>) -> Result<T, Broken> {
    Err(Broken(why.into()))
}

/// What happened in a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Lived {
    /// Visits of collectors.
    visits: u64,
    /// Questions that came to nothing.
    lost: u64,
    /// Starts of the program.
    starts: u64,
    /// Lines under kept checkpoints at the end.
    lines: u64,
    /// Of these under earlier checkpoints than the newest.
    earlier: u64,
    /// Whether the log came to be in doubt.
    doubts: u64,
    /// A digest of everything published, to compare two runs of one seed.
    digest: Vec<u8>,
}

/// One kept checkpoint as it was last looked at: its bytes, and the time of each cosigner's line.
type Looked = (Vec<u8>, BTreeMap<usize, u64>);

struct Life {
    luck: Seeded,
    stage: Arc<Stage>,
    world: World,
    others: Arc<Others>,
    public: PathBuf,
    sequencer: Arc<Sequencer>,
    collectors: Vec<Collector>,
    /// When each collector is due, and the size that was published when it said so.
    due: Vec<(i64, u64)>,
    looked: BTreeMap<u64, Looked>,
    number: u64,
    fault: Option<Fault>,
    lived: Lived,
}

fn group() -> Arc<Group> {
    static GROUP: OnceLock<Arc<Group>> = OnceLock::new();
    let made = || {
        let one = |number: usize| {
            let (key, address) = (key(number).verifier().to_string(), address(number));
            let takes = if ALL[number] == Manner::Fetches { String::new() } else { format!("submission = '{address}'\n") };
            format!("[[cosigner]]\nname = 'cosigner{number}'\nkey = '{key}'\nmonitoring = '{address}'\n{takes}")
        };
        let text: String = (0..ALL.len()).map(one).collect();
        let cosigners = Cosigners::parse(&format!("quorum = 2\n{text}"), log_key().verifier()).expect("good cosigners");
        Arc::new(Group { cosigners, ..group_of(Status::Actual) })
    };
    GROUP.get_or_init(made).clone()
}

impl Life {
    fn new(public: &Path, seed: u64, fault: Option<Fault>) -> Self {
        let town = Town::new(seed, Status::Actual, None, 1, false);
        let world = World { group: group(), ..town.quiet.clone() };
        let others = Arc::new(Others::new(seed, log_key()));
        others.state().mute = (fault == Some(Fault::NeverAnswers)).then_some(0);
        Self {
            luck: Seeded::new(seed, 71),
            stage: town.stage.clone(),
            world,
            others,
            public: public.to_owned(),
            sequencer: Arc::new(Sequencer::new(public)),
            collectors: Vec::new(),
            due: Vec::new(),
            looked: BTreeMap::new(),
            number: 0,
            fault,
            lived: Lived::default(),
        }
    }

    fn milliseconds(&self) -> i64 {
        self.stage.now().milliseconds()
    }

    fn seconds(&self) -> u64 {
        u64::try_from(self.milliseconds() / 1_000).unwrap_or_default()
    }

    fn passes(&self, milliseconds: i64) {
        self.stage.move_clock(milliseconds);
        self.others.state().now = self.seconds();
    }

    /// The program starts: what it knew is gone, what it published is there.
    fn starts(&mut self) -> Result<(), Broken> {
        self.world.cosigned = Arc::default();
        self.sequencer = Arc::new(Sequencer::new(&self.public));
        self.publishes()?;
        let wire: Arc<dyn handbell::work::collector::Wire> = self.others.clone();
        let asker = Asker::over(wire);
        let of = |cosigner: &handbell::cosigners::Cosigner| {
            Collector::new(asker.clone(), cosigner.clone(), &self.public, self.sequencer.clone(), &self.world).expect("a good key")
        };
        self.collectors = self.world.group.cosigners.all().iter().map(of).collect();
        self.due = vec![(self.milliseconds(), 0); ALL.len()];
        self.lived.starts += 1;
        Ok(())
    }

    fn says(&mut self) -> Result<(), StoreError> {
        self.number += 1;
        let digest = Sha256::digest(self.number.to_be_bytes()).into();
        let what = What::WorkerNamed { digest };
        now(self.world.commit(Change { id: self.world.private_id(), at: self.world.now(), by: Actor::Worker, what })).map(drop)
    }

    fn grows(&mut self, by: u64) -> Result<(), Broken> {
        for _ in 0..by {
            self.says().map_err(|error| Broken(format!("nothing can be written: {error}")))?;
        }
        self.publishes()
    }

    fn publishes(&self) -> Result<(), Broken> {
        now(self.sequencer.step(&self.world)).map(drop).map_err(|error| Broken(format!("nothing can be published: {error}")))
    }

    fn newest(&self) -> Result<Checkpoint, Broken> {
        let bytes = std::fs::read(self.public.join("log/checkpoint")).map_err(|error| Broken(format!("no checkpoint: {error}")))?;
        Checkpoint::open(&bytes, log_key().verifier()).map_err(|error| Broken(format!("what is published is no checkpoint: {error}")))
    }

    /// A collector's turn. Whoever comes before the time that was said, with nothing new published, asks nobody.
    fn visits(&mut self, place: usize) -> Result<Result<(), StoreError>, Broken> {
        let size = self.newest()?.size;
        let early = self.milliseconds() < self.due[place].0 && self.due[place].1 == size;
        let before = self.others.state().asked[place];
        self.lived.visits += 1;
        let answer = now(self.collectors[place].step(&self.world));
        if let Some(why) = &self.others.state().wronged {
            return broken(why.clone());
        }
        if early && self.others.state().asked[place] != before {
            return broken(format!("cosigner {place} is asked before its time"));
        }
        match answer {
            Ok(wait) if (0..=AWAY_MAX).contains(&wait) => {
                self.due[place] = (self.milliseconds() + wait, size);
                Ok(Ok(()))
            }
            Ok(wait) => broken(format!("cosigner {place} is left alone for {wait} ms")),
            Err(error) => Ok(Err(error)),
        }
    }

    /// The times of the lines under a note, each of which must verify.
    fn lines(&self, note: &Note, checkpoint: &Checkpoint) -> Result<BTreeMap<usize, u64>, Broken> {
        let (log, size) = (log_key(), checkpoint.size);
        let keys: Vec<CosignerKey> = (0..ALL.len()).map(|number| key(number).verifier().clone()).collect();
        if note.signatures().len() > LINES_MAX {
            return broken(format!("the checkpoint of {size} has more lines than anybody need read"));
        }
        let (mut own, mut times) = (0, BTreeMap::new());
        for line in note.signatures() {
            if VerifierKey::verifies(log.verifier(), note.text(), line) {
                own += 1;
                continue;
            }
            let by = keys.iter().enumerate().find_map(|(number, key)| Some((number, key.verify(note.text(), line)?)));
            let Some((number, time)) = by else { return broken(format!("a line under the checkpoint of {size} does not verify: {line}")) };
            if time == 0 || time > self.seconds() + AHEAD_SECONDS_MAX || times.insert(number, time).is_some() {
                return broken(format!("a line of cosigner {number} under the checkpoint of {size} cannot be of {time}"));
            }
        }
        if own == 1 { Ok(times) } else { broken(format!("the log has {own} lines under the checkpoint of {size}")) }
    }

    /// What holds after every turn of everything that is published.
    fn looks(&mut self) -> Result<(), Broken> {
        let newest = self.newest()?;
        let kept = self.public.join("log/checkpoints");
        for size in 0..=newest.size {
            let path = if size == newest.size { self.public.join("log/checkpoint") } else { kept.join(size.to_string()) };
            let Ok(bytes) = std::fs::read(&path) else {
                if self.looked.contains_key(&size) {
                    return broken(format!("the checkpoint of {size} is gone"));
                }
                continue;
            };
            if self.looked.get(&size).is_some_and(|(known, _)| *known == bytes) {
                continue;
            }
            let note = Note::parse(&bytes).map_err(|error| Broken(format!("the checkpoint of {size}: {error}")))?;
            let checkpoint = Checkpoint::parse(note.text()).map_err(|error| Broken(format!("the checkpoint of {size}: {error}")))?;
            let times = self.lines(&note, &checkpoint)?;
            for (number, time) in self.looked.get(&size).iter().flat_map(|(_, times)| times) {
                if times.get(number).is_none_or(|now| now < time) {
                    return broken(format!("the line of cosigner {number} under the checkpoint of {size} went or got older"));
                }
            }
            self.looked.insert(size, (bytes, times));
        }
        self.says_so(&newest)
    }

    /// What pages say is what stands under the newest checkpoint.
    fn says_so(&self, newest: &Checkpoint) -> Result<(), Broken> {
        let Some(Standing { size, by, .. }) = self.world.cosigned.standing() else { return broken("nobody says how the log stands") };
        let under = self.looked.get(&newest.size).map_or(0, |(_, times)| times.len());
        if (size, by.len()) == (newest.size, under) {
            Ok(())
        } else {
            broken(format!("pages say {} of {size} where {under} signed {}", by.len(), newest.size))
        }
    }

    fn turn(&mut self) -> Result<(), Broken> {
        match self.luck.below(10) {
            0..=2 => {
                let by = self.luck.below(4);
                self.grows(by)?;
            }
            3 => self.starts()?,
            4 => {
                let newest = self.newest()?;
                self.others.sees(1, &newest);
            }
            5 if self.luck.one_in(3) => self.others.forgets(2),
            _ => {
                let place = self.luck.place(ALL.len());
                if self.luck.percent(70) {
                    // At its time, or before it.
                    self.passes((self.due[place].0 - self.milliseconds()).max(0));
                }
                if let Err(error) = self.visits(place)? {
                    return broken(format!("cosigner {place} stops an honest log: {error}"));
                }
            }
        }
        let pause = self.luck.below(20);
        self.passes(i64::try_from(pause).unwrap_or_default() * 10 * SECOND);
        self.looks()
    }

    /// A line is planted, or some are taken away, where somebody signed.
    fn plants(&mut self) -> Result<(), Broken> {
        let newest = self.newest()?;
        let path = self.public.join("log/checkpoint");
        let read = std::fs::read(&path).map_err(|error| Broken(error.to_string()))?;
        let mut note = Note::parse(&read).map_err(|error| Broken(error.to_string()))?;
        match self.fault {
            Some(Fault::ForgesInTheFolder) => {
                let other = Checkpoint { root: Hash([3; 32]), ..newest };
                let line = key(0).cosign(&other, self.seconds()).map_err(|error| Broken(error.to_string()))?;
                note.add(line).map_err(|error| Broken(error.to_string()))?;
            }
            Some(Fault::LosesLines) => {
                note = Note::new(note.text(), note.signatures()[..1].to_vec()).map_err(|error| Broken(error.to_string()))?;
            }
            _ => return Ok(()),
        }
        std::fs::write(path, note.encode()).map_err(|error| Broken(error.to_string()))?;
        self.looks()
    }

    /// All lines are good: everybody honest signs the newest checkpoint, and signs it anew in time.
    fn ends(&mut self) -> Result<(), Broken> {
        self.others.state().calm = true;
        let (began, newest) = (self.milliseconds(), self.newest()?);
        let mut whole_at = None;
        while self.milliseconds() < began + ENDS_WITHIN + WATCHED_FOR {
            self.others.sees(1, &newest);
            for place in 0..ALL.len() {
                if let Err(error) = self.visits(place)? {
                    return broken(format!("cosigner {place} stops an honest log: {error}"));
                }
            }
            self.looks()?;
            let times = &self.looked[&newest.size].1;
            let fresh = |number: &usize| times.get(number).is_some_and(|time| self.seconds().saturating_sub(*time) <= 3_600);
            let late: Vec<usize> = (0..ALL.len()).filter(|number| ALL[*number] != Manner::Forges && !fresh(number)).collect();
            match (late.first(), whole_at) {
                (None, None) => whole_at = Some(self.milliseconds()),
                (None, Some(at)) if self.milliseconds() >= at + WATCHED_FOR => return self.plants(),
                (Some(number), Some(_)) => return broken(format!("the line of cosigner {number} is more than an hour old")),
                (Some(number), None) if self.milliseconds() >= began + ENDS_WITHIN => {
                    return broken(format!("cosigner {number} has not signed the newest checkpoint although its lines are good"));
                }
                _ => {}
            }
            // To whoever is due next, at most by five minutes.
            let next = self.due.iter().map(|(at, _)| at - self.milliseconds()).filter(|wait| *wait > 0).min();
            self.passes(next.unwrap_or(MINUTE).clamp(SECOND, 5 * MINUTE));
        }
        broken("the end did not come")
    }

    /// An honest cosigner has seen more than this log has, signed by its key.
    fn is_shown_more(&mut self) -> Result<(), Broken> {
        let newest = self.newest()?;
        let more = Checkpoint { size: newest.size + 1 + self.luck.below(9), root: Hash([4; 32]), ..newest.clone() };
        let place = self.luck.place(2);
        self.others.sees(place, &more);
        self.others.state().calm = true;
        self.others.state().hidden_beyond = (self.fault == Some(Fault::HidesWhatWasSeen)).then_some(newest.size);
        self.passes((self.due[place].0 - self.milliseconds()).max(0));
        match self.visits(place)? {
            Err(StoreError::Broken(_)) => {}
            other => return broken(format!("cosigner {place} shows what this log does not have, and it goes on: {other:?}")),
        }
        self.lived.doubts += 1;
        let shown = self.others.shown(place).map(|note| note.encode().into_bytes());
        if std::fs::read(self.public.join(SEEN_ELSEWHERE)).ok() != shown {
            return broken("what was shown is not kept");
        }
        let stood = self.looked.clone();
        for turn in 0..8 {
            self.passes(20 * MINUTE);
            match self.says() {
                Err(StoreError::LogInDoubt(_)) => {}
                other => return broken(format!("a log in doubt signs: {other:?}")),
            }
            if now(self.sequencer.step(&self.world)).is_ok() || self.visits(turn % ALL.len())?.is_ok() {
                return broken("a log in doubt publishes, or asks on");
            }
            self.looks()?;
        }
        if self.looked == stood && self.newest()? == newest { Ok(()) } else { broken("a log in doubt changes what is published") }
    }

    fn lives(&mut self) -> Result<(), Broken> {
        self.passes(0);
        let begins = if self.luck.one_in(3) { 250 + self.luck.below(6) } else { 1 + self.luck.below(6) };
        for _ in 0..begins {
            self.says().map_err(|error| Broken(format!("nothing can be written: {error}")))?;
        }
        self.starts()?;
        self.looks()?;
        let shown_more = self.fault == Some(Fault::HidesWhatWasSeen) || (self.fault.is_none() && self.luck.one_in(3));
        for _ in 0..TURNS {
            self.turn()?;
        }
        if shown_more {
            self.is_shown_more()?
        } else {
            self.ends()?
        }
        self.lived.lost = self.others.state().lost;
        let newest = self.newest()?.size;
        let mut digest = Sha256::new();
        for (size, (bytes, times)) in &self.looked {
            self.lived.lines += times.len() as u64;
            self.lived.earlier += if *size < newest { times.len() as u64 } else { 0 };
            digest.update(bytes);
        }
        self.lived.digest = digest.finalize().to_vec();
        Ok(())
    }
}

/// In memory where the machine has such a folder.
fn lived(seed: u64, fault: Option<Fault>) -> Result<Lived, Broken> {
    let memory = Path::new("/dev/shm");
    let room = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    let mut life = Life::new(room.path(), seed, fault);
    life.lives()?;
    Ok(life.lived)
}

/// PROMISE only-verified-lines-are-published. `HANDBELL_TEST_NEIGHBOURHOODS` says how many seeds (100), `HANDBELL_TEST_SEED`
/// which is the first (0).
#[test]
#[expect(clippy::disallowed_methods, reason = "whoever runs a night says so from outside")]
fn a_log_keeps_what_its_cosigners_signed_and_nothing_else() {
    let number = |name: &str, otherwise: u64| std::env::var(name).ok().map_or(otherwise, |text| text.parse().unwrap());
    let (first, seeds) = (number("HANDBELL_TEST_SEED", 0), number("HANDBELL_TEST_NEIGHBOURHOODS", 100));
    let mut all = Lived::default();
    for seed in first..first + seeds {
        let one = lived(seed, None).unwrap_or_else(|Broken(why)| panic!("seed {seed}: {why}"));
        assert!(one.visits > 5 && one.starts > 0, "seed {seed}: hardly anything happened: {one:?}");
        (all.visits, all.lost, all.starts) = (all.visits + one.visits, all.lost + one.lost, all.starts + one.starts);
        (all.lines, all.earlier, all.doubts) = (all.lines + one.lines, all.earlier + one.earlier, all.doubts + one.doubts);
    }
    println!("cosigned: {seeds} seeds held; {all:?}");
    assert!(all.lost > seeds && all.earlier > seeds && all.doubts > seeds / 6 && all.starts > 2 * seeds, "the seeds miss what matters");
}

#[test]
fn the_same_seed_is_the_same_log() {
    assert_eq!(lived(7, None).unwrap(), lived(7, None).unwrap());
    assert_ne!(lived(7, None).unwrap().digest, lived(8, None).unwrap().digest);
}

/// Each planted fault is found, by the sentence that names it, within a few seeds.
#[test]
fn the_log_with_cosigners_can_fail() {
    for (fault, says) in [
        (Fault::ForgesInTheFolder, "does not verify"),
        (Fault::LosesLines, "went or got older"),
        (Fault::NeverAnswers, "cosigner 0 has not signed"),
        (Fault::HidesWhatWasSeen, "and it goes on"),
    ] {
        let found = (0..12).filter_map(|seed| lived(seed, Some(fault)).err()).find(|Broken(why)| why.contains(says));
        assert!(found.is_some(), "{fault:?} is not found");
    }
}
