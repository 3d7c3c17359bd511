//! Neighbourhood: five groups that keep each other's logs, from one seed.
//!
//! One of them lies: it shows different trees to different neighbours, or less than it did, and under its one good
//! signature it counts wrongly: a snapshot leaves an incident out or miscounts it, or an incident's numbers jump. One
//! loses its disk. One is slow: its answers come late or half. What the groups run is Handbell's own mirror
//! ([`handbell::mirror`]) on folders of their own, and its own check of a whole log over what they keep: they pull, and
//! ask each other what they saw of a third. Lines, words, luck and time are made up. Days pass, and each log counts its
//! streams as the snapshotter does. A run ends with the lie proved by the evidence of an alarm, which stands by itself,
//! the wrong count found in every copy that holds it, nobody honest accused, the loss repaired to the byte against what
//! was cosigned, and withdrawn words on no copy; or it says which of these did not hold. The lost log is
//! brought back from one copy after another by the half of `handbell repair` that knows no store; the store it comes into
//! is made up, and so is that the loser asks everybody before it signs. Nobody collects cosignatures here. It shows
//! nothing about real lines, and disks fail in the mirror's own tests.

mod brought;
mod log;

use self::brought::Brought;
use self::log::{Line, Log, Shown, Twist};
use crate::chance::Seeded;
use handbell::mirror::MirrorError;
use handbell::mirror::neighbour::{Neighbour, Signed, folder_of};
use handbell_log::cosignature::CosigningKey;
use handbell_log::hash::leaf_hash;
use handbell_log::note::VerifierKey;
use handbell_log::source::{Folder, Source};
use handbell_log::split::{Evidence, Verdict, judge};
use handbell_log::tile::{TileId, content_path};
use handbell_log::tree::root_of;
use handbell_log::verify::{Gaps, Verdict as Answer, verify_log_with_gaps};
use handbell_rules::time::Timestamp;
use std::path::{Path, PathBuf};

const GROUPS: usize = 5;
const ROUNDS: u64 = 14;
/// In this round the liar shows some less than it did.
const ROLLS_BACK_IN: u64 = 10;
/// From this round on every line is good.
const GOOD_LINES_FROM: u64 = 11;
/// The made-up clock begins here, seconds since 1970.
const BEGINS: u64 = 1_800_000_000;
/// Between two rounds, so that a day has four.
const ROUND: u64 = 6 * 3_600;
const ROUNDS_A_DAY: u64 = 4;

/// What is planted, so that a run can be seen to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A mirror cosigns before it stores, and dies in between.
    CosignsFirst,
    /// Whoever lost a disk repairs from one copy alone, which is furthest behind, and signs on without asking the others.
    RepairsFromAnyCopy,
    /// A mirror keeps what was withdrawn.
    KeepsWithdrawnWords,
    /// The evidence names another log.
    AccusesTheWrongGroup,
    /// Nobody asks the others what they saw.
    NobodyAsks,
    /// Nobody replays what they keep.
    NobodyReplays,
    /// An honest group's log counts wrongly.
    MiscountsHonestly,
}

/// A promise that did not hold, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken(pub String);

fn broken<T>(why: impl Into<String>) -> Result<T, Broken> {
    Err(Broken(why.into()))
}

/// What happened in a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lived {
    /// Pulls that came to an end.
    pub pulls: u64,
    /// Pulls that did not.
    pub failed: u64,
    /// Entries of all logs at the end.
    pub entries: u64,
    /// Entries whose words were withdrawn.
    pub withdrawn: u64,
    /// Entries that came back after the loss.
    pub repaired: u64,
    /// Entries of the lost log that no neighbour had seen.
    pub unseen: u64,
    /// In which round the lie was proved.
    pub proved_in: u64,
    /// Snapshots in the honest logs at the end.
    pub snapshots: u64,
    /// Copies that were replayed from their first entry.
    pub replayed: u64,
    /// Copies in which that found the wrong count.
    pub caught: u64,
    /// A digest of everything that was cosigned, to compare two runs of one seed.
    pub digest: u64,
}

/// Two checkpoints and the entries of the larger one, as anybody may be given them.
#[derive(Debug, Clone)]
pub struct Proof {
    one: Vec<u8>,
    other: Vec<u8>,
    key: String,
    leaves: Vec<Vec<u8>>,
}

impl Proof {
    /// What somebody comes to who has these bytes and nothing else.
    fn verdict(&self) -> Verdict {
        let hashes: Vec<_> = self.leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        let key: VerifierKey = self.key.parse().expect("a key as it was written");
        judge(&self.one, &self.other, &key, Evidence::Leaves(&hashes))
    }
}

struct Group {
    dir: PathBuf,
    log: Log,
    /// The other history that the liar shows.
    fork: Option<Log>,
    cosigner: CosigningKey,
    copies: Vec<Option<Neighbour>>,
}

struct Town {
    room: PathBuf,
    luck: Seeded,
    groups: Vec<Group>,
    liar: usize,
    loser: usize,
    slow: usize,
    fault: Option<Fault>,
    /// Where the liar counted wrongly, and the leaf there.
    twisted: Option<(u64, Vec<u8>)>,
    /// Who is shown the liar's other history.
    deceived: [bool; GROUPS],
    lived: Lived,
    proof: Option<Proof>,
}

/// When a round begins.
fn at(round: u64) -> Timestamp {
    Timestamp::from_milliseconds(i64::try_from((BEGINS + round * ROUND) * 1_000).unwrap_or_default())
}

/// The first entries of a log, from a copy's folder.
fn leaves_in(log: &Path, size: u64, held: u64) -> Option<Vec<Vec<u8>>> {
    if held < size {
        return None;
    }
    let folder = Folder::open(log).ok()?;
    let mut leaves = Vec::new();
    while (leaves.len() as u64) < size {
        let index = leaves.len() as u64 / 256;
        let width = u16::try_from((held - index * 256).min(256)).ok()?;
        let tile = TileId::Entries { index, width };
        let bytes = folder.read(&tile.path()).ok()??;
        leaves.extend(handbell_log::bundle::decode(&bytes, width).ok()?.into_iter().map(<[u8]>::to_vec));
    }
    leaves.truncate(usize::try_from(size).ok()?);
    Some(leaves)
}

fn open_copy(dir: &Path, of: &Log) -> Result<Neighbour, Broken> {
    Neighbour::open(dir, of.key.verifier().clone()).map_err(|error| Broken(format!("a copy cannot be opened: {error}")))
}

impl Town {
    fn found(room: &Path, seed: u64, fault: Option<Fault>) -> Result<Self, Broken> {
        let luck = Seeded::new(seed, 61);
        let mut roles: Vec<usize> = (0..GROUPS).collect();
        for place in (1..GROUPS).rev() {
            roles.swap(place, luck.place(place + 1));
        }
        let mut groups = Vec::new();
        for number in 0..GROUPS {
            let mut log = Log::new(number, seed, at(0));
            // One of them is about to fill a tile.
            let begins = if luck.one_in(4) { 236 + luck.below(30) } else { luck.below(20) };
            (0..=begins).for_each(|_| log.say());
            let cosigner = CosigningKey::from_seed(&format!("group{number}.example/cosigner1"), &[number as u8 + 100; 32]);
            groups.push(Group {
                dir: room.join(format!("group{number}")),
                log,
                fork: None,
                cosigner: cosigner.expect("a name and a seed"),
                copies: Vec::new(),
            });
        }
        let logs: Vec<Log> = groups.iter().map(|group| group.log.clone()).collect();
        for (number, group) in groups.iter_mut().enumerate() {
            for (of, log) in logs.iter().enumerate() {
                group.copies.push(if of == number { None } else { Some(open_copy(&group.dir, log)?) });
            }
        }
        let (liar, loser, slow) = (roles[0], roles[1], roles[2]);
        let mut deceived = [false; GROUPS];
        // At least one of the honest sees each history, and never only the one that will forget what it saw.
        deceived[roles[3]] = true;
        deceived[loser] = luck.one_in(2);
        deceived[slow] = luck.one_in(2);
        Ok(Self {
            room: room.to_owned(),
            luck,
            groups,
            liar,
            loser,
            slow,
            fault,
            twisted: None,
            deceived,
            lived: Lived::default(),
            proof: None,
        })
    }

    fn honest(&self) -> impl Iterator<Item = usize> + use<> {
        let liar = self.liar;
        (0..GROUPS).filter(move |number| *number != liar)
    }

    /// Everybody publishes a little, and takes something back now and then; and counts when a day has begun.
    fn write(&mut self, round: u64) {
        for group in &mut self.groups {
            for log in [Some(&mut group.log), group.fork.as_mut()].into_iter().flatten() {
                (0..self.luck.below(9)).for_each(|_| log.say());
                if self.luck.one_in(3) {
                    log.withdraw(self.luck.below(log.size()));
                }
                log.passes(at(round));
            }
        }
    }

    /// The liar begins a second history: from some entry on, or as of its newest.
    fn lie(&mut self) {
        let log = &self.groups[self.liar].log;
        // A careful one contradicts nothing that anybody has seen; a careless one does.
        let keeps = if self.luck.one_in(2) { log.size() } else { log.size() - self.luck.below(log.size().min(12)) };
        let mut fork = log.at(keeps);
        fork.lie();
        self.groups[self.liar].fork = Some(fork);
    }

    /// The liar counts wrongly in what it shows to everybody.
    fn twist(&mut self) {
        let how = [Twist::LeavesOut, Twist::Miscounts, Twist::Jumps][self.luck.place(3)];
        let log = &mut self.groups[self.liar].log;
        let index = log.twist(how, &self.luck);
        self.twisted = log.leaf(index).map(|leaf| (index, leaf.clone()));
    }

    /// Whether a copy holds the wrong count and its words.
    fn holds_the_twist(&self, by: usize, of: usize) -> bool {
        let Some((index, leaf)) = self.twisted.as_ref().filter(|_| of == self.liar) else { return false };
        let Some(copy) = self.groups[by].copies[of].as_ref() else { return false };
        let held = self.copy_of(by, of, index + 1).is_some_and(|leaves| leaves.last() == Some(leaf));
        held && copy.log_folder().join(content_path(*index)).exists()
    }

    /// Somebody reads what they keep as anybody may: every entry in its place, each incident's numbers, every snapshot.
    fn replay(&mut self, by: usize, of: usize) -> Result<(), Broken> {
        let Some(copy) = self.groups[by].copies[of].as_ref().filter(|copy| copy.size() > 0) else { return Ok(()) };
        let folder = Folder::open(copy.log_folder()).map_err(|error| Broken(error.to_string()))?;
        // What is not fetched yet is no lie.
        let told = verify_log_with_gaps(&folder, self.groups[of].log.key.verifier(), &Gaps::Any);
        self.lived.replayed += 1;
        match (told, self.holds_the_twist(by, of)) {
            (Ok(_), false) => Ok(()),
            (Ok(_), true) => broken(format!("group {by} replayed the log of group {of} and did not see what is counted wrongly in it")),
            (Err(failure), true) if failure.verdict == Answer::Wrong && self.is_the_twist(&failure.place) => {
                self.lived.caught += 1;
                Ok(())
            }
            (Err(failure), _) if of != self.liar => broken(format!("group {of} is honest and its copy does not verify: {failure}")),
            (Err(failure), _) => broken(format!("group {by} found something else in the log of group {of}: {failure}")),
        }
    }

    fn is_the_twist(&self, place: &str) -> bool {
        self.twisted.as_ref().is_some_and(|(index, _)| place == content_path(*index))
    }

    fn shown(&self, of: usize, to: usize, round: u64) -> Shown {
        let group = &self.groups[of];
        let log = match &group.fork {
            Some(fork) if self.deceived[to] => fork,
            _ => &group.log,
        };
        // It shows somebody less than before.
        if of == self.liar && group.fork.is_some() && round == ROLLS_BACK_IN && self.luck.one_in(3) {
            return log.at(log.size() / 2 + 1).shown();
        }
        log.shown()
    }

    fn pull(&mut self, by: usize, of: usize, round: u64) -> Result<(), Broken> {
        let shown = self.shown(of, by, round);
        let slow = round < GOOD_LINES_FROM && (of == self.slow || by == self.slow || self.luck.one_in(12));
        let line = if slow { Line::bad(&shown, &self.luck) } else { Line::good(&shown) };
        let now = BEGINS + round * ROUND + by as u64;
        // It died and began again.
        if self.luck.one_in(9) {
            self.groups[by].copies[of] = Some(open_copy(&self.groups[by].dir, &self.groups[of].log)?);
        }
        let group = &self.groups[by];
        let copy = group.copies[of].as_ref().expect("everybody keeps the others");
        match copy.pull(&line, &group.cosigner, now) {
            Ok(pulled) => {
                self.lived.pulls += 1;
                self.lived.digest = self.lived.digest.rotate_left(7) ^ pulled.size ^ ((by * GROUPS + of) as u64);
                Ok(())
            }
            Err(MirrorError::Alarm(alarm)) if of != self.liar => broken(format!("group {of} is honest and accused: {alarm}")),
            Err(MirrorError::Alarm(alarm)) => {
                self.judge_alarm(&alarm.folder, of, round);
                self.lived.failed += 1;
                Ok(())
            }
            Err(MirrorError::Disk { what, cause }) => broken(format!("{what}: {cause}")),
            Err(_) => {
                self.lived.failed += 1;
                Ok(())
            }
        }
    }

    /// What a mirror's own evidence says. A log that merely went back proves nothing.
    fn judge_alarm(&mut self, folder: &Path, of: usize, round: u64) {
        let read = |name: &str| std::fs::read(folder.join(name)).unwrap_or_default();
        let key_of = if self.fault == Some(Fault::AccusesTheWrongGroup) { (of + 1) % GROUPS } else { of };
        let key = &self.groups[key_of].log.key;
        let (one, other) = (read("kept.note"), read("shown.note"));
        let size = |note: &[u8]| Signed::open(note, key.verifier()).map_or(0, |signed| signed.checkpoint.size);
        let larger = size(&one).max(size(&other));
        let leaves = leaves_in(&folder.join("leaves"), larger, larger).unwrap_or_default();
        let proof = Proof { one, other, key: key.verifier().to_string(), leaves };
        if self.proof.is_none() && matches!(proof.verdict(), Verdict::Split(_)) {
            (self.proof, self.lived.proved_in) = (Some(proof), round);
        }
    }

    fn seen(&self, by: usize, of: usize) -> Result<Option<Signed>, Broken> {
        match &self.groups[by].copies[of] {
            None => Ok(None),
            Some(copy) => copy.seen().map_err(|error| Broken(error.to_string())),
        }
    }

    fn copy_of(&self, by: usize, of: usize, size: u64) -> Option<Vec<Vec<u8>>> {
        let copy = self.groups[by].copies[of].as_ref()?;
        leaves_in(&copy.log_folder(), size, copy.size())
    }

    /// What was cosigned is held, whatever has happened to whoever cosigned it.
    fn check_held(&self, by: usize, of: usize) -> Result<(), Broken> {
        let Some(seen) = self.seen(by, of)? else { return Ok(()) };
        let held = self.copy_of(by, of, seen.checkpoint.size);
        let root = held.map(|leaves| root_of(&leaves.iter().map(|leaf| leaf_hash(leaf)).collect::<Vec<_>>()));
        if root != Some(seen.checkpoint.root) {
            return broken(format!("group {by} cosigned {} entries of group {of} and does not hold them", seen.checkpoint.size));
        }
        Ok(())
    }

    /// Two neighbours ask each other what they cosigned of a third, as their servers do after a pull.
    fn compare(&mut self, one: usize, other: usize, of: usize, round: u64) -> Result<(), Broken> {
        for (by, asked) in [(one, other), (other, one)] {
            let Some(copy) = &self.groups[by].copies[of] else { continue };
            // What the other's door gives out.
            let shown = self.groups[asked].copies[of].as_ref().and_then(|copy| std::fs::read(copy.log_folder().join("checkpoint")).ok());
            match copy.shown_elsewhere(&format!("group{asked}"), shown.as_deref()) {
                Ok(()) => {}
                Err(MirrorError::Alarm(alarm)) if of != self.liar => return broken(format!("group {of} is honest and accused: {alarm}")),
                Err(MirrorError::Alarm(alarm)) => self.judge_alarm(&alarm.folder, of, round),
                Err(error) => return broken(format!("group {by} cannot compare what it holds of group {of}: {error}")),
            }
        }
        Ok(())
    }

    /// One group's disk is gone: its log, its copies and its cosigner's key. Its log's key is kept elsewhere.
    fn lose_the_disk(&mut self, round: u64) -> Result<(), Broken> {
        let loser = self.loser;
        std::fs::remove_dir_all(&self.groups[loser].dir).map_err(|error| Broken(error.to_string()))?;
        let lost = self.groups[loser].log.clone();
        let mut known: Vec<(usize, Signed)> = Vec::new();
        for by in (0..GROUPS).filter(|by| *by != loser) {
            known.extend(self.seen(by, loser)?.map(|seen| (by, seen)));
        }
        if known.is_empty() {
            return broken("nobody holds anything of what was lost");
        }
        if self.fault == Some(Fault::RepairsFromAnyCopy) {
            known.sort_by_key(|(by, seen)| (seen.checkpoint.size, *by));
            known.truncate(1);
        }
        let mut brought = Brought::default();
        for (by, _) in &known {
            let (ours, theirs) = (&self.groups[loser].dir, &self.groups[*by].dir);
            brought
                .repair(ours, theirs, lost.key.verifier())
                .map_err(|stopped| Broken(format!("the lost log cannot be brought back from group {by}: {stopped}")))?;
        }
        let size = brought.size();
        let mut log = lost.rebuilt(brought.into_rows());
        self.same_as_lost(&lost, &log)?;
        self.lived.repaired = size;
        self.lived.unseen = lost.size() - size;
        // A withdrawal that nobody had seen is lost with the disk; those who decided it decide it again.
        for target in lost.withdrawn().filter(|target| *target < size) {
            log.withdraw(target);
        }
        let name = format!("group{loser}.example/cosigner{}", round + 2);
        let cosigner = CosigningKey::from_seed(&name, &[round as u8 + 150; 32]).expect("a name and a seed");
        let dir = self.room.join(format!("group{loser}-again"));
        let logs: Vec<Log> = self.groups.iter().map(|group| group.log.clone()).collect();
        let copies = logs.iter().enumerate().map(|(of, log)| if of == loser { Ok(None) } else { open_copy(&dir, log).map(Some) });
        let copies = copies.collect::<Result<_, _>>()?;
        self.groups[loser] = Group { dir, log, fork: None, cosigner, copies };
        Ok(())
    }

    fn same_as_lost(&self, lost: &Log, log: &Log) -> Result<(), Broken> {
        for index in 0..log.size() {
            if lost.leaf(index) != log.leaf(index) {
                return broken(format!("entry {index} of the repaired log is another one"));
            }
            let (was, is) = (lost.content(index), log.content(index));
            // Words that nobody had fetched are gone; words that were withdrawn and seen as such must be.
            if is.is_some() && was.is_some() && is != was {
                return broken(format!("content {index} of the repaired log is another one"));
            }
        }
        Ok(())
    }

    fn plant_before_the_end(&mut self) -> Result<(), Broken> {
        let (by, of) = (self.loser, self.slow);
        match self.fault {
            Some(Fault::CosignsFirst) => {
                self.groups[of].log.say();
                let newest = self.groups[of].log.shown();
                let folder = folder_of(&self.groups[by].dir, self.groups[of].log.key.name());
                std::fs::create_dir_all(&folder).map_err(|error| Broken(error.to_string()))?;
                std::fs::write(folder.join("seen"), newest.checkpoint()).map_err(|error| Broken(error.to_string()))?;
                self.groups[by].copies[of] = Some(open_copy(&self.groups[by].dir, &self.groups[of].log)?);
                self.check_held(by, of)
            }
            Some(Fault::KeepsWithdrawnWords) => {
                let log = &mut self.groups[of].log;
                let target = log.size();
                log.say();
                let content = log.content(target).expect("it was just said");
                log.withdraw(target);
                let folder = folder_of(&self.groups[by].dir, self.groups[of].log.key.name());
                let place = folder.join("log").join(content_path(target));
                std::fs::create_dir_all(place.parent().expect("a file stands in a folder")).map_err(|error| Broken(error.to_string()))?;
                std::fs::write(place.with_extension("kept"), content).map_err(|error| Broken(error.to_string()))
            }
            Some(Fault::MiscountsHonestly) => {
                self.groups[of].log.twist(Twist::Miscounts, &self.luck);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn live(&mut self) -> Result<(), Broken> {
        let (twists_at, lies_at) = (self.luck.below(3), 3 + self.luck.below(3));
        let loses_at = 7 + self.luck.below(3);
        for round in 0..ROUNDS {
            self.write(round);
            if round == twists_at {
                self.twist();
            }
            if round == lies_at {
                self.lie();
            }
            if round == loses_at {
                self.lose_the_disk(round)?;
            }
            if round + 2 == ROUNDS {
                self.plant_before_the_end()?;
            }
            let mut pairs: Vec<(usize, usize)> =
                (0..GROUPS).flat_map(|by| (0..GROUPS).filter(move |of| *of != by).map(move |of| (by, of))).collect();
            for place in (1..pairs.len()).rev() {
                pairs.swap(place, self.luck.place(place + 1));
            }
            for (by, of) in pairs {
                // What the liar keeps of others proves nothing.
                if by != self.liar {
                    self.pull(by, of, round)?;
                    if self.luck.one_in(6) {
                        self.check_held(by, of)?;
                    }
                    let replays = round % ROUNDS_A_DAY == 3 && self.luck.one_in(4);
                    if replays && self.fault != Some(Fault::NobodyReplays) {
                        self.replay(by, of)?;
                    }
                }
            }
            for (one, other) in self
                .honest()
                .flat_map(|one| self.honest().filter(move |other| one < *other).map(move |other| (one, other)))
                .collect::<Vec<_>>()
            {
                let asks = self.fault != Some(Fault::NobodyAsks);
                for of in (0..GROUPS).filter(|of| asks && *of != one && *of != other) {
                    self.compare(one, other, of, round)?;
                }
            }
        }
        Ok(())
    }

    /// What must hold when it is over.
    fn ends(&mut self) -> Result<(), Broken> {
        let Some(proof) = &self.proof else { return broken("the lie was never proved") };
        if !matches!(proof.verdict(), Verdict::Split(_)) {
            return broken("the evidence does not stand by itself");
        }
        if self.fault != Some(Fault::NobodyReplays) {
            for by in self.honest() {
                (0..GROUPS).filter(|of| *of != by).try_for_each(|of| self.replay(by, of))?;
            }
        }
        if self.lived.caught == 0 {
            return broken("nobody found what is counted wrongly");
        }
        for of in self.honest() {
            let log = &self.groups[of].log;
            self.lived.entries += log.size();
            self.lived.snapshots += log.snapshots();
            self.lived.withdrawn += log.withdrawn().count() as u64;
            for by in self.honest().filter(|by| *by != of) {
                self.check_held(by, of)?;
                if let Some(alarm) = self.groups[by].copies[of].as_ref().and_then(Neighbour::alarm) {
                    return broken(format!("group {of} is honest and accused: {alarm}"));
                }
                let leaves = self.copy_of(by, of, log.size());
                if leaves.is_none_or(|leaves| !(0..).zip(&leaves).all(|(index, leaf)| log.leaf(index) == Some(leaf))) {
                    return broken(format!("group {by} does not hold all of group {of}"));
                }
                for index in 0..log.size() {
                    let place = self.groups[by].copies[of].as_ref().expect("it keeps it").log_folder().join(content_path(index));
                    if std::fs::read(place).ok() != log.content(index) {
                        return broken(format!("group {by} has other words than group {of} at entry {index}"));
                    }
                }
            }
        }
        self.no_withdrawn_words()
    }

    /// No file of anybody honest holds a word that was withdrawn.
    fn no_withdrawn_words(&self) -> Result<(), Broken> {
        let words: Vec<String> = self.honest().flat_map(|of| self.groups[of].log.withdrawn_words()).collect();
        let mut folders: Vec<PathBuf> = self.honest().map(|by| self.groups[by].dir.clone()).collect();
        // What cannot be read may hold anything.
        let unread = |error: std::io::Error| Broken(error.to_string());
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).map_err(unread)? {
                let path = entry.map_err(unread)?.path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = String::from_utf8_lossy(&std::fs::read(&path).map_err(unread)?).into_owned();
                if let Some(word) = words.iter().find(|word| text.contains(word.as_str())) {
                    return broken(format!("the withdrawn words {word} stand in {}", path.display()));
                }
            }
        }
        Ok(())
    }
}

/// Lives through one neighbourhood in a folder that is empty. The same seed is the same neighbourhood for ever.
///
/// # Errors
/// [`Broken`]: what did not hold.
pub fn live(room: &Path, seed: u64, fault: Option<Fault>) -> Result<Lived, Broken> {
    let mut town = Town::found(room, seed, fault)?;
    town.live()?;
    town.ends()?;
    Ok(town.lived)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In memory where the machine has such a folder: what a disk does to a copy has tests of its own.
    fn room() -> tempfile::TempDir {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
    }

    fn lived(seed: u64, fault: Option<Fault>) -> Result<Lived, Broken> {
        live(room().path(), seed, fault)
    }

    /// `HANDBELL_TEST_NEIGHBOURHOODS` says how many seeds altogether (100), `HANDBELL_TEST_SEED` which is the first (0);
    /// each of four tests lives through a quarter.
    #[expect(clippy::disallowed_methods, reason = "whoever runs a night says so from outside")]
    fn hold(quarter: u64) {
        let number = |name: &str, otherwise: u64| std::env::var(name).ok().map_or(otherwise, |text| text.parse().unwrap());
        let (first, seeds) = (number("HANDBELL_TEST_SEED", 0), number("HANDBELL_TEST_NEIGHBOURHOODS", 100));
        let (mut all, mut seeds_held) = (Lived::default(), 0_u64);
        for seed in (first..first + seeds).filter(|seed| seed % 4 == quarter) {
            let one = lived(seed, None).unwrap_or_else(|Broken(why)| panic!("seed {seed}: {why}"));
            assert!(one.pulls > 50 && one.failed > 0 && one.repaired > 0, "seed {seed}: hardly anything happened: {one:?}");
            (all.pulls, all.failed) = (all.pulls + one.pulls, all.failed + one.failed);
            (all.withdrawn, all.unseen) = (all.withdrawn + one.withdrawn, all.unseen + one.unseen);
            // Three and a half days, and four groups that count at each beginning of one.
            assert!(one.snapshots >= 12 && one.replayed > 12 && one.caught > 0, "seed {seed}: nobody counted: {one:?}");
            (all.snapshots, all.replayed, all.caught) =
                (all.snapshots + one.snapshots, all.replayed + one.replayed, all.caught + one.caught);
            seeds_held += 1;
        }
        println!("neighbourhood: {seeds_held} seeds held; {all:?}");
        assert!(all.withdrawn > seeds_held && all.unseen > 0, "the seeds miss what matters");
    }

    #[test]
    fn a_lie_is_proved_and_a_loss_repaired_first_quarter() {
        hold(0);
    }

    #[test]
    fn a_lie_is_proved_and_a_loss_repaired_second_quarter() {
        hold(1);
    }

    #[test]
    fn a_lie_is_proved_and_a_loss_repaired_third_quarter() {
        hold(2);
    }

    #[test]
    fn a_lie_is_proved_and_a_loss_repaired_last_quarter() {
        hold(3);
    }

    #[test]
    fn the_same_seed_is_the_same_neighbourhood() {
        assert_eq!(lived(7, None).unwrap(), lived(7, None).unwrap());
        assert_ne!(lived(7, None).unwrap().digest, lived(8, None).unwrap().digest);
    }

    /// Each planted fault is found, by the sentence that names it, within a few seeds.
    #[test]
    fn the_neighbourhood_can_fail() {
        for (fault, says) in [
            (Fault::CosignsFirst, "does not hold them"),
            (Fault::RepairsFromAnyCopy, "is honest and"),
            (Fault::KeepsWithdrawnWords, "the withdrawn words"),
            (Fault::AccusesTheWrongGroup, "never proved"),
            (Fault::NobodyAsks, "never proved"),
            (Fault::NobodyReplays, "nobody found what is counted wrongly"),
            (Fault::MiscountsHonestly, "is honest and its copy does not verify"),
        ] {
            let found = (0..12).filter_map(|seed| lived(seed, Some(fault)).err()).find(|Broken(why)| why.contains(says));
            assert!(found.is_some(), "{fault:?} is not found");
        }
    }
}
