//! Neighbour: another group's log as it is kept here.
//!
//! One folder for each origin. `log/` is what anybody may read: tiles, bundles, contents and the cosigned checkpoint.
//! Beside it stand the log's key (`log/vkey`, pinned at the first pull), `seen`, the newest checkpoint that was accepted
//! for cosigning, and `held`, the newest one whose entries are all here. `seen` is never behind `held`: it is written
//! first, and it is ahead where somebody asked for a cosignature of what was not pulled yet.
//! PROMISE a-withdrawn-content-leaves-the-copy: an entry that a later one withdraws is not given out from the moment
//! its withdrawal is held, is overwritten and removed at the same pull, and is never taken again.

use super::alarm::{Alarm, Leaves};
use super::pull::{ENTRIES_MAX, EVIDENCE_ENTRIES_MAX, STRETCH, stretch_end};
use super::shelf::Shelf;
use super::streams::Streams;
use super::{MirrorError, not_signed};
use crate::work::sequencer::edge::Edge;
use handbell_log::bundle;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::cosignature::{CosignerKey, CosigningKey, verify};
use handbell_log::cosigner::origin_hash;
use handbell_log::hash::Hash;
use handbell_log::leaf::{Body, Leaf};
use handbell_log::note::{Note, Signature, VerifierKey};
use handbell_log::tile::{TILE_WIDTH, TileId, content_path, tiles_between};
use handbell_log::verify::{GAPS, Gaps};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

/// Below a folder that mirrors: one folder for each neighbour.
pub const FOLDER: &str = "neighbours";
/// The most bytes that are kept of one neighbour, so that none of them fills this group's disk: two million entries of
/// 4 KiB each.
pub const BYTES_MAX: u64 = 8 * 1024 * 1024 * 1024;
/// What an entry takes without its content: its leaf, and its share of the tiles above it.
pub(super) const ENTRY_BYTES: u64 = 96;
/// Where a copy that was begun on a site's own word came from.
const FROM: &str = "from";
const SEEN: &str = "seen";
/// How far a log was taken whose newest checkpoint is not reached yet: a size, and the root that is computed there.
/// Nobody signed it, and nothing is given out of it.
const REACH: &str = "reach";
/// Since when the log shows less than it asked to be cosigned, and how much that was: a time and a size.
const BEHIND: &str = "behind";
/// The newest checkpoint all of whose entries are here.
pub const HELD: &str = "held";

/// A checkpoint that the log signed, with the log's own lines and no others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// The note with the verified lines.
    pub note: Note,
}

impl Signed {
    /// Reads a published checkpoint by a log's key. Lines by others are left behind, because nobody verified them.
    ///
    /// # Errors
    /// [`MirrorError::NotTheLog`].
    pub fn open(bytes: &[u8], key: &VerifierKey) -> Result<Signed, MirrorError> {
        let checkpoint = Checkpoint::open(bytes, key)?;
        let note = Note::parse(bytes).map_err(handbell_log::checkpoint::CheckpointError::from)?;
        let line = note.signatures().iter().find(|line| key.verifies(note.text(), line)).cloned();
        let line = line.expect("a checkpoint that opens has a line that verifies");
        let note = Note::new(note.text(), vec![line]).map_err(handbell_log::checkpoint::CheckpointError::from)?;
        Ok(Signed { checkpoint, note })
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.note.encode().into_bytes()
    }
}

/// What is held of a log: its right edge, and which contents are not here.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    pub(super) edge: Edge,
    /// Entries whose content should be here and is not.
    pub(super) missing: BTreeSet<u64>,
    /// Bytes of the contents that are here.
    contents_bytes: u64,
    /// Which content is asked for first at the next pull, so that those that cannot be read keep no others back.
    pub(super) next_content: u64,
    /// While an alarm stands: how far the tree was read of which only the withdrawals are carried out.
    pub(super) aside: Option<Edge>,
}

impl Kept {
    /// Bytes that the copy takes on the disk.
    pub(super) fn bytes(&self) -> u64 {
        self.contents_bytes.saturating_add(self.edge.size().saturating_mul(ENTRY_BYTES))
    }

    /// Takes note of a content that came.
    pub(super) fn came(&mut self, index: u64, bytes: u64) {
        self.missing.remove(&index);
        self.contents_bytes += bytes;
    }
}

/// See the module.
pub struct Neighbour {
    pub(super) key: VerifierKey,
    pub(super) shelf: Shelf,
    /// [`BYTES_MAX`], or what a test says.
    pub(super) bytes_max: u64,
    /// [`STRETCH`], or what a test says.
    pub(super) stretch: u64,
    /// [`EVIDENCE_ENTRIES_MAX`], or what a test says.
    pub(super) evidence_max: u64,
    /// Held by whoever pulls; nothing in it until it was read from the disk.
    pub(super) kept: Mutex<Option<Kept>>,
    /// The one lock between reading what was last cosigned and having stored what is cosigned next.
    pub(super) seen: Mutex<Option<Option<Signed>>>,
    withdrawn: RwLock<BTreeSet<u64>>,
    /// Entries whose words are not here and are lost, as the log's keeper says.
    lost: RwLock<BTreeSet<u64>>,
    /// How many entries are held, for whoever must not wait for a pull.
    size: AtomicU64,
    /// When a pull last went well since the start, in seconds since 1970; 0 for never.
    pub(super) pulled_at: AtomicU64,
    streams: RwLock<Streams>,
    /// What each other neighbour last showed of this log, where it was the same tree. It is not read anew.
    pub(super) agreed: Mutex<BTreeMap<String, Checkpoint>>,
}

pub(super) fn held_by<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The bundle that holds an entry in a log of this size.
pub(super) fn bundle_of(index: u64, size: u64) -> TileId {
    let width = u64::from(TILE_WIDTH);
    let index = index / width;
    let width = (size - index * width).min(width);
    TileId::Entries { index, width: u16::try_from(width).expect("at most 256") }
}

/// Which entries these leaves withdraw.
pub(super) fn withdrawn_by(leaves: &[Vec<u8>]) -> BTreeSet<u64> {
    let target = |leaf: &Vec<u8>| match Leaf::decode(leaf).ok()?.body() {
        Body::Withdrawal { target, .. } => Some(*target),
        _ => None,
    };
    leaves.iter().filter_map(target).collect()
}

/// Where a file of the log stands below the neighbour's folder.
pub(super) fn in_log(path: &str) -> String {
    format!("log/{path}")
}

impl Neighbour {
    /// The log of this key, kept below `dir`. Makes nothing. A copy that cannot be read is one that is not loaded: nothing
    /// is given out of it, and each pull tries again and says why.
    ///
    /// # Errors
    /// [`MirrorError::OtherKey`] where its copy was made for another key.
    pub fn open(dir: &Path, key: VerifierKey) -> Result<Neighbour, MirrorError> {
        let shelf = Shelf::new(&folder_of(dir, key.name()));
        let neighbour = Neighbour {
            key,
            shelf,
            bytes_max: BYTES_MAX,
            stretch: STRETCH,
            evidence_max: EVIDENCE_ENTRIES_MAX,
            kept: Mutex::new(None),
            seen: Mutex::new(None),
            withdrawn: RwLock::default(),
            lost: RwLock::default(),
            size: AtomicU64::new(0),
            pulled_at: AtomicU64::new(0),
            streams: RwLock::default(),
            agreed: Mutex::default(),
        };
        match neighbour.load() {
            Ok(kept) => *held_by(&neighbour.kept) = Some(kept),
            Err(error @ MirrorError::OtherKey(_)) => return Err(error),
            Err(error) => {
                tracing::error!(origin = neighbour.origin(), %error, "a neighbour's copy cannot be read; the next pull tries again")
            }
        }
        Ok(neighbour)
    }

    /// Whether a log of so many entries is taken, were there no content beside any of them.
    pub(super) fn has_room_for(&self, entries: u64) -> bool {
        entries <= ENTRIES_MAX && entries.saturating_mul(ENTRY_BYTES) <= self.bytes_max
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        self.key.name()
    }

    /// The key that is believed for it.
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// The folder of what anybody may read: the monitoring prefix of this log.
    pub fn log_folder(&self) -> PathBuf {
        self.shelf.at("log")
    }

    /// The file of the newest checkpoint all of whose entries are here. The published one may be ahead of it, where the log
    /// asked for it to be cosigned.
    pub fn held_file(&self) -> PathBuf {
        self.shelf.at(HELD)
    }

    /// Remembers the address that this log is read from, for [`keys_from`].
    ///
    /// # Errors
    /// [`MirrorError::Disk`].
    pub fn came_from(&self, address: &str) -> Result<(), MirrorError> {
        let line = format!("{address}\n").into_bytes();
        if self.shelf.read(FROM)?.as_ref() == Some(&line) { Ok(()) } else { self.shelf.put(FROM, &line) }
    }

    /// The alarm that stands, if one does.
    pub fn alarm(&self) -> Option<Alarm> {
        Alarm::standing(&self.shelf)
    }

    /// Puts the alarm aside, with its evidence. Whether there was one.
    ///
    /// # Errors
    /// [`MirrorError::Disk`].
    pub fn clear_alarm(&self) -> Result<bool, MirrorError> {
        super::alarm::clear(&self.shelf)
    }

    /// Whether an entry is held, so that it is known what became of its content. None is before the copy was read.
    pub fn is_held(&self, index: u64) -> bool {
        index < self.size()
    }

    /// Whether the content of an entry was withdrawn. Known before the file is gone.
    pub fn is_withdrawn(&self, index: u64) -> bool {
        self.withdrawn.read().unwrap_or_else(PoisonError::into_inner).contains(&index)
    }

    /// Whether the words of an entry are lost, as the log's keeper says: they are not here and nothing withdraws them.
    pub fn is_lost(&self, index: u64) -> bool {
        self.lost.read().unwrap_or_else(PoisonError::into_inner).contains(&index)
    }

    /// Keeps in the copy which contents are missing by the keeper's own word, and nothing where none are.
    pub(super) fn name_lost(&self, lost: BTreeSet<u64>) -> Result<(), MirrorError> {
        let path = in_log(GAPS);
        if lost.is_empty() {
            self.shelf.take_away(&path)?;
        } else if self.shelf.read(&path)? != Some(Gaps::encode(&lost).into_bytes()) {
            self.shelf.put(&path, Gaps::encode(&lost).as_bytes())?;
        }
        *self.lost.write().unwrap_or_else(PoisonError::into_inner) = lost;
        Ok(())
    }

    /// The keeper's word as the copy has it. A list that was damaged here is asked for again at the next pull.
    fn load_lost(&self) -> Result<(), MirrorError> {
        let listed = self.shelf.read(&in_log(GAPS))?.and_then(|bytes| Gaps::parse(&bytes).ok());
        let lost = if let Some(Gaps::Of(lost)) = listed { lost } else { BTreeSet::new() };
        *self.lost.write().unwrap_or_else(PoisonError::into_inner) = lost;
        Ok(())
    }

    /// How many entries are held.
    pub fn size(&self) -> u64 {
        self.size.load(Ordering::Acquire)
    }

    /// When a pull last went well since the start, in seconds since 1970.
    pub fn pulled_at(&self) -> Option<u64> {
        Some(self.pulled_at.load(Ordering::Relaxed)).filter(|at| *at > 0)
    }

    pub(super) fn streams(&self) -> RwLockReadGuard<'_, Streams> {
        self.streams.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The size that was last cosigned by this key, and when in seconds since 1970, as the published copy says.
    ///
    /// # Errors
    /// [`MirrorError`] where the disk does not say, or holds what neither of the two signed.
    pub fn cosigned(&self, by: &CosignerKey) -> Result<Option<(u64, u64)>, MirrorError> {
        let Some(bytes) = self.shelf.read(&in_log("checkpoint"))? else { return Ok(None) };
        let checkpoint = Checkpoint::open(&bytes, &self.key)?;
        let note = Note::parse(&bytes).map_err(handbell_log::checkpoint::CheckpointError::from)?;
        let lines = verify(&note, std::slice::from_ref(by)).map_err(handbell_log::checkpoint::CheckpointError::from)?;
        Ok(lines.first().map(|line| (checkpoint.size, line.time_seconds)))
    }

    /// The newest checkpoint that was accepted for cosigning.
    ///
    /// # Errors
    /// [`MirrorError`] where the disk does not say.
    pub fn seen(&self) -> Result<Option<Signed>, MirrorError> {
        self.seen_now(&mut held_by(&self.seen))
    }

    pub(super) fn seen_now(&self, seen: &mut Option<Option<Signed>>) -> Result<Option<Signed>, MirrorError> {
        if seen.is_none() {
            let (newest, held) = (self.accepted()?, self.stored(HELD)?);
            let behind = newest.as_ref().map(|newest| newest.checkpoint.size) < held.as_ref().map(|held| held.checkpoint.size);
            *seen = Some(if behind { held } else { newest });
        }
        Ok(seen.clone().flatten())
    }

    /// Stores what is to be cosigned in the place of what was seen, then cosigns it and publishes it.
    ///
    /// PROMISE a-cosigner-signs-one-tree: nobody else stores between the comparison and the new checkpoint's being on
    /// the disk, and the signature is made after that. That the new tree continues the old is for the caller to have
    /// computed.
    ///
    /// # Errors
    /// [`MirrorError::Overtaken`] where something else was seen meanwhile; [`MirrorError::Disk`].
    pub(super) fn cosign(
        &self,
        replaces: Option<&Signed>,
        next: &Signed,
        cosigner: &CosigningKey,
        now_seconds: u64,
    ) -> Result<Signature, MirrorError> {
        let mut seen = held_by(&self.seen);
        if let Some(alarm) = self.alarm() {
            return Err(MirrorError::Alarm(alarm));
        }
        if self.seen_now(&mut seen)?.as_ref().map(|seen| &seen.checkpoint) != replaces.map(|replaces| &replaces.checkpoint) {
            return Err(MirrorError::Overtaken);
        }
        self.store_and_sign(&mut seen, next, cosigner, now_seconds)
    }

    /// The part of [`Neighbour::cosign`] that is done under its lock, after the comparison.
    pub(super) fn store_and_sign(
        &self,
        seen: &mut Option<Option<Signed>>,
        next: &Signed,
        cosigner: &CosigningKey,
        now_seconds: u64,
    ) -> Result<Signature, MirrorError> {
        let known = seen.as_ref().and_then(Option::as_ref).is_some_and(|seen| seen.checkpoint == next.checkpoint);
        if !known {
            // Nobody knows what the disk holds until the writing has ended well.
            *seen = None;
            self.pin()?;
            self.shelf.put(SEEN, &next.bytes())?;
            *seen = Some(Some(next.clone()));
        }
        let line = cosigner.cosign(&next.checkpoint, now_seconds).map_err(|error| MirrorError::Key(error.to_string()))?;
        let mut note = next.note.clone();
        note.add(line.clone()).expect("one line of the log and one of ours");
        self.shelf.put(&in_log("checkpoint"), note.encode().as_bytes())?;
        Ok(line)
    }

    /// Writes the evidence that the log went back or split. One alarm stands at a time, the first.
    pub(super) fn raise(&self, kept: &Note, shown: &Note, leaves: Option<Leaves<'_>>) -> Result<Alarm, MirrorError> {
        let _nobody_cosigns_meanwhile = held_by(&self.seen);
        match self.alarm() {
            Some(alarm) => Ok(alarm),
            None => Alarm::raise(&self.shelf, &self.key, kept, shown, leaves),
        }
    }

    /// Whether the copy says whose log this is. What it says is another key's, or cannot be read, is an error.
    fn is_pinned(&self) -> Result<bool, MirrorError> {
        match self.shelf.read(&in_log("vkey"))? {
            None => Ok(false),
            Some(pinned) if pinned == format!("{}\n", self.key).into_bytes() => Ok(true),
            Some(_) => Err(MirrorError::OtherKey(self.origin().to_owned())),
        }
    }

    /// Writes down whose log this is, once.
    fn pin(&self) -> Result<(), MirrorError> {
        if self.is_pinned()? { Ok(()) } else { self.shelf.put(&in_log("vkey"), format!("{}\n", self.key).as_bytes()) }
    }

    pub(super) fn hold(&self, held: &Signed) -> Result<(), MirrorError> {
        self.shelf.put(HELD, &held.bytes())
    }

    pub(super) fn held(&self) -> Result<Option<Signed>, MirrorError> {
        self.stored(HELD)
    }

    /// A checkpoint that stands in the copy.
    ///
    /// # Errors
    /// [`MirrorError::Damaged`] for one that does not open; [`MirrorError::Disk`].
    pub(super) fn stored(&self, path: &str) -> Result<Option<Signed>, MirrorError> {
        let Some(bytes) = self.shelf.read(path)? else { return Ok(None) };
        let damaged = |error: MirrorError| MirrorError::Damaged { place: path.to_owned(), sentence: error.to_string() };
        Signed::open(&bytes, &self.key).map(Some).map_err(damaged)
    }

    /// What was accepted for cosigning, as the disk has it. Whatever was signed stands in the published checkpoint as well,
    /// before anybody is given the signature, so that one is as good where the other was damaged or lost.
    fn accepted(&self) -> Result<Option<Signed>, MirrorError> {
        let gone = || MirrorError::Damaged { place: SEEN.to_owned(), sentence: "it is gone".to_owned() };
        let lost = match self.stored(SEEN) {
            // Nothing was ever seen of a log of which nothing is here.
            Ok(None) if !self.shelf.has(&in_log("checkpoint")) && !self.shelf.has(HELD) => return Ok(None),
            Ok(None) => gone(),
            Err(damaged @ MirrorError::Damaged { .. }) => damaged,
            stored => return stored,
        };
        let Ok(Some(published)) = self.stored(&in_log("checkpoint")) else { return Err(lost) };
        tracing::warn!(origin = self.origin(), "what was cosigned of a neighbour was lost, and is taken from its published copy");
        self.shelf.put(SEEN, &published.bytes())?;
        Ok(Some(published))
    }

    /// Leaves that are here, from one entry to another. `size` is how many the disk's newest bundles belong to.
    pub(super) fn leaves_between(&self, from: u64, to: u64, size: u64) -> Result<Vec<Vec<u8>>, MirrorError> {
        let mut leaves = Vec::new();
        while from + (leaves.len() as u64) < to {
            let next = from + leaves.len() as u64;
            let tile = bundle_of(next, size);
            let bytes = self.shelf.read(&in_log(&tile.path()))?.ok_or_else(|| not_signed(tile.path(), "it is not in the copy any more"))?;
            let entries = bundle::decode(&bytes, tile.width()).map_err(|error| not_signed(tile.path(), error.to_string()))?;
            let range = tile.range();
            let first = usize::try_from(next - range.start).expect("below 256");
            let last = usize::try_from(to.min(range.end) - range.start).expect("at most 256");
            leaves.extend(entries[first..last].iter().map(|entry| entry.to_vec()));
        }
        Ok(leaves)
    }

    /// Remembers how far a log was taken; all of it is on the disk.
    pub(super) fn reach(&self, edge: &Edge) -> Result<(), MirrorError> {
        self.shelf.put(REACH, format!("{} {}\n", edge.size(), edge.root()).as_bytes())
    }

    /// How far an earlier pull took the log. A line that says nothing was damaged here.
    pub(super) fn how_far(&self) -> Result<Option<(u64, Hash)>, MirrorError> {
        let line = self.shelf.read(REACH)?.and_then(|bytes| String::from_utf8(bytes).ok());
        let read = |line: String| line.trim_end().split_once(' ').and_then(|(size, root)| Some((size.parse().ok()?, root.parse().ok()?)));
        Ok(line.and_then(read))
    }

    /// What was reached is held now, or is worth nothing.
    pub(super) fn forget_reach(&self) -> Result<(), MirrorError> {
        if self.shelf.has(REACH) { self.shelf.take_away(REACH).map(drop) } else { Ok(()) }
    }

    /// Since when the log shows less than it had asked to be cosigned, in seconds since 1970, and how much it had asked for
    /// then. A line that says nothing was damaged here, and the count begins anew.
    pub(super) fn behind(&self) -> Result<Option<(u64, u64)>, MirrorError> {
        let line = self.shelf.read(BEHIND)?.and_then(|bytes| String::from_utf8(bytes).ok());
        let read =
            |line: String| line.trim_end().split_once(' ').and_then(|(since, asked)| Some((since.parse().ok()?, asked.parse().ok()?)));
        Ok(line.and_then(read))
    }

    pub(super) fn note_behind(&self, since_seconds: u64, asked: u64) -> Result<(), MirrorError> {
        self.shelf.put(BEHIND, format!("{since_seconds} {asked}\n").as_bytes())
    }

    pub(super) fn forget_behind(&self) -> Result<(), MirrorError> {
        if self.shelf.has(BEHIND) { self.shelf.take_away(BEHIND).map(drop) } else { Ok(()) }
    }

    /// Reads from the disk what is held. A copy that is not what it was, because a disk lost or changed some of it, is
    /// pulled anew from the first entry; what was seen stays.
    pub(super) fn load(&self) -> Result<Kept, MirrorError> {
        self.is_pinned()?;
        let held = match self.held() {
            Err(MirrorError::Damaged { .. }) => {
                tracing::warn!(origin = self.origin(), "how much is held of a neighbour's copy is damaged, and all of it is pulled anew");
                self.shelf.take_away(HELD)?;
                self.forget_streams();
                None
            }
            held => held?,
        };
        let Some(held) = held else { return Ok(Kept::default()) };
        let size = held.checkpoint.size;
        let mut kept = Kept::default();
        let read = self.each_stretch(0, size, size, |_, leaves| {
            let wrong = |error: bundle::BundleError| not_signed("held", error.to_string());
            leaves.iter().try_for_each(|leaf| kept.edge.append(leaf).map(drop).map_err(wrong))
        });
        let damaged = match read {
            Ok(()) => kept.edge.root() != held.checkpoint.root,
            Err(MirrorError::NotWhatIsSigned { .. }) => true,
            Err(error) => return Err(error),
        };
        if damaged {
            tracing::warn!(origin = self.origin(), "a neighbour's copy is damaged and is pulled anew");
            self.forget_streams();
            return Ok(Kept::default());
        }
        self.learn_of(&mut kept, 0, size, &[])?;
        self.load_lost()?;
        self.sweep(0, size);
        Ok(kept)
    }

    /// Removes the partial tiles and bundles of those that are full since the log had so many entries. What is not removed
    /// now goes when the copy is read the next time.
    pub(super) fn sweep(&self, from: u64, size: u64) {
        for full in tiles_between(from, size).into_iter().filter(|tile| tile.width() == TILE_WIDTH) {
            let partial = in_log(&format!("{}.p", full.path()));
            if self.shelf.has(&partial)
                && let Err(error) = self.shelf.clear(&partial)
            {
                tracing::warn!(origin = self.origin(), %error, "partial tiles that a full one replaces could not be removed");
            }
        }
    }

    /// Hands on entries that are here of a log of some size, stretch by stretch, with the place of the first of each.
    pub(super) fn each_stretch(
        &self,
        from: u64,
        to: u64,
        size: u64,
        mut take: impl FnMut(u64, &[Vec<u8>]) -> Result<(), MirrorError>,
    ) -> Result<(), MirrorError> {
        let mut next = from;
        while next < to {
            let end = stretch_end(next, to, self.stretch);
            take(next, &self.leaves_between(next, end, size)?)?;
            next = end;
        }
        Ok(())
    }

    /// Learns of what is new from one entry to a size. The last of it may be at hand; the rest is read from the disk.
    pub(super) fn learn_of(&self, kept: &mut Kept, from: u64, size: u64, last: &[Vec<u8>]) -> Result<u64, MirrorError> {
        let at_hand = (size - last.len() as u64).max(from);
        let (mut gone, mut all) = (0, BTreeSet::new());
        self.each_stretch(from, at_hand, size, |first, leaves| {
            gone += self.learn(kept, first, leaves, &mut all)?;
            Ok(())
        })?;
        let skip = last.len() - usize::try_from(size - at_hand).expect("at most its length");
        gone += self.learn(kept, at_hand, &last[skip..], &mut all)?;
        // All entries, and no fewer, say all that is withdrawn. What another history withdrew stays so until its alarm is
        // cleared.
        if from == 0 && self.alarm().is_none() {
            *self.withdrawn.write().unwrap_or_else(PoisonError::into_inner) = all;
        }
        self.expect_none_withdrawn(kept);
        // None is held before it is known what all of them withdraw.
        self.size.store(size, Ordering::Release);
        Ok(gone)
    }

    fn forget_streams(&self) {
        self.streams.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Takes note of where the entries of each incident stand. Whoever reads meanwhile waits, and sees all or none.
    fn follow(&self, from: u64, leaves: &[Vec<u8>]) {
        let mut streams = self.streams.write().unwrap_or_else(PoisonError::into_inner);
        if from == 0 {
            streams.clear();
        } else if from != streams.size() && !streams.is_too_long() {
            // Nothing is told of a log of which a part was missed, until it is read from its beginning.
            return streams.clear();
        }
        for leaf in leaves.iter().filter_map(|leaf| Leaf::decode(leaf).ok()) {
            streams.follow(&leaf);
        }
    }

    /// Takes note of what new entries withdraw and bring, and takes the withdrawn contents away. Marks only come to those
    /// that stand: a stretch does not say what the others withdraw. `all` is what all stretches withdraw.
    fn learn(&self, kept: &mut Kept, from: u64, leaves: &[Vec<u8>], all: &mut BTreeSet<u64>) -> Result<u64, MirrorError> {
        if from == 0 {
            kept.contents_bytes = 0;
        }
        let targets = withdrawn_by(leaves);
        for (index, leaf) in (from..).zip(leaves) {
            let leaf = Leaf::decode(leaf).map_err(|error| not_signed(format!("entry {index}"), error.to_string()))?;
            match self.shelf.length(&in_log(&content_path(index))) {
                Some(bytes) => kept.contents_bytes += bytes,
                None if leaf.is_committed() => drop(kept.missing.insert(index)),
                None => {}
            }
        }
        self.mark_withdrawn(&targets);
        all.extend(&targets);
        self.follow(from, leaves);
        self.take_away(kept, &targets)
    }

    /// Carries out what is withdrawn: gives it out no more, overwrites and removes it. How many contents that were.
    pub(super) fn withdraw(&self, kept: &mut Kept, targets: &BTreeSet<u64>) -> Result<u64, MirrorError> {
        self.mark_withdrawn(targets);
        self.expect_none_withdrawn(kept);
        self.take_away(kept, targets)
    }

    /// Nobody is given one from here on, also where the disk does not take it away at once.
    fn mark_withdrawn(&self, targets: &BTreeSet<u64>) {
        self.withdrawn.write().unwrap_or_else(PoisonError::into_inner).extend(targets);
    }

    /// What is withdrawn is not missing.
    fn expect_none_withdrawn(&self, kept: &mut Kept) {
        let withdrawn = self.withdrawn.read().unwrap_or_else(PoisonError::into_inner);
        kept.missing.retain(|index| !withdrawn.contains(index));
    }

    fn take_away(&self, kept: &mut Kept, targets: &BTreeSet<u64>) -> Result<u64, MirrorError> {
        let mut gone = 0;
        for target in targets {
            let path = in_log(&content_path(*target));
            let bytes = self.shelf.length(&path).unwrap_or_default();
            gone += u64::from(self.shelf.take_away(&path)?);
            kept.contents_bytes = kept.contents_bytes.saturating_sub(bytes);
        }
        Ok(gone)
    }
}

/// The folder of a log's copy below a folder that mirrors.
pub fn folder_of(dir: &Path, origin: &str) -> PathBuf {
    dir.join(FOLDER).join(origin_hash(origin))
}

/// The keys of the logs that were read from an address before.
///
/// # Errors
/// [`MirrorError::Disk`] where that cannot be told.
pub fn keys_from(dir: &Path, address: &str) -> Result<Vec<String>, MirrorError> {
    let trouble = |cause| MirrorError::Disk { what: "looking through the copies", cause };
    let copies = match std::fs::read_dir(dir.join(FOLDER)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        copies => copies.map_err(trouble)?,
    };
    let mut keys = Vec::new();
    for copy in copies {
        let copy = copy.map_err(trouble)?.path();
        let shelf = Shelf::new(&copy);
        if copy.is_dir() && shelf.read(FROM)?.is_some_and(|line| line == format!("{address}\n").into_bytes()) {
            let key = shelf.read(&in_log("vkey"))?.unwrap_or_default();
            keys.push(String::from_utf8_lossy(&key).trim().to_owned());
        }
    }
    Ok(keys)
}
