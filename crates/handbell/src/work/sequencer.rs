//! The sequencer: writes the derived files of the log and publishes the newest checkpoint.
//!
//! It decides nothing: leaves, contents and the signed checkpoint stand in the store already. It writes
//! tiles, bundles and contents into the folder's `public/`, and beside their places the projected pages and the checkpoint;
//! then the mark that somebody may have seen it; and only then the pages and the checkpoint are put in their places, so
//! that whoever reads it finds everything it covers, and no disk that fills up leaves pages that are ahead of it. A crash
//! leaves files that the next step writes again, the same to the byte.
//!
//! Nobody else writes checkpoints: what cosigners signed is handed over ([`Sequencer::join`]) and put under the kept
//! checkpoint first, durably, then under the published one. PROMISE only-verified-lines-are-published: whatever stands under
//! a checkpoint here was verified over its text, also what an earlier run of the program wrote there.
//!
//! What it may not go on after (a sync that failed, leaves that are not what was signed) puts the log in doubt
//! ([`Doubt::Unpublished`]): the store signs nothing more that nobody could read, health says so, and only a start ends it.

pub(crate) mod edge;
pub(crate) mod mark;
pub(crate) mod shelf;
mod tables;
#[cfg(test)]
mod tests;

use self::edge::{Edge, Filed};
use self::mark::{Turn, is_torn};
use self::shelf::{Shelf, Staged};
use self::tables::Tables;
pub use self::tables::table_path;
use crate::acts::record::logged;
use crate::cosigned::{Doubt, Standing};
use crate::export::{about, kept};
use crate::store::found::{missing, opened};
use crate::store::{LogRow, StoreError};
use crate::wiped::{FRESH, GOING};
use crate::world::World;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::cosignature::{CosignerKey, CosigningKey};
use handbell_log::cosigner::{Gathered, gather};
use handbell_log::note::{Note, Signature, VerifierKey};
use handbell_log::tile::{self, TileId};
use handbell_log::verify::{GAPS, Gaps};
use handbell_rules::id::IncidentId;
use handbell_rules::record::projection::project;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use tokio::sync::watch;

/// Rows read at once.
const ROWS_AT_ONCE: u32 = 1_024;
/// Where a checkpoint stands that a cosigner showed and this store did not begin with, below the group's `public/`.
pub const SEEN_ELSEWHERE: &str = "seen-elsewhere";
/// What the log says of itself, for whoever copies the folder.
const ABOUT: &str = "log/about.json";
/// Where the newest checkpoint stands.
pub(crate) const CHECKPOINT: &str = "log/checkpoint";
/// Where every checkpoint that was published stands for good.
const KEPT: &str = "log/checkpoints";
/// How many of the newest kept checkpoints are looked through at a start.
const KEPT_LOOKED_AT: usize = 1_000;

/// The sequencer, with the edge of what it has published.
pub struct Sequencer {
    shelf: Shelf,
    edge: Mutex<(Edge, Lacking)>,
    /// Held by whoever writes: a step, or lines that join.
    writes: tokio::sync::Mutex<()>,
    /// The size that is published.
    size: watch::Sender<u64>,
    /// The log's second key, ML-DSA-44, where there is one.
    second: Option<CosigningKey>,
    tables: Mutex<Tables>,
    turn: Turn,
}

/// Entries whose content is not here although nothing withdraws it.
#[derive(Debug, Clone, Default)]
struct Lacking(BTreeSet<u64>);

impl Lacking {
    /// Takes note of the next rows of the log.
    fn follow(&mut self, rows: &[LogRow]) {
        self.0.extend(missing(rows));
        for target in rows.iter().filter_map(withdrawn_by) {
            self.0.remove(&target);
        }
    }
}

/// Partial tiles of checkpoints that an earlier run published, by their sizes. Whoever holds one of these asks for
/// them, and a disk that was lost in part may have the checkpoint alone.
type Owed = BTreeMap<u64, Vec<TileId>>;

/// The keys by which lines are known.
struct Known {
    log: VerifierKey,
    second: Option<CosignerKey>,
    cosigners: Vec<CosignerKey>,
}

impl Known {
    fn of(world: &World) -> Result<Self, StoreError> {
        let group = &world.group;
        let log = VerifierKey::parse(&group.log_vkey).map_err(broken)?;
        let second = group.second_vkey.as_deref().map(CosignerKey::parse).transpose().map_err(broken)?;
        Ok(Self { log, second, cosigners: group.cosigners.keys() })
    }

    /// The log's own lines under a note, each once and verified, Ed25519 first.
    fn own(&self, note: &Note) -> Vec<Signature> {
        let first = note.signatures().iter().find(|line| self.log.verifies(note.text(), line));
        let is_second = |line: &&Signature| self.second.as_ref().is_some_and(|key| key.verify(note.text(), line).is_some());
        let second = note.signatures().iter().find(is_second);
        first.into_iter().chain(second).cloned().collect()
    }
}

fn broken(error: impl std::fmt::Display) -> StoreError {
    StoreError::Broken(error.to_string())
}

/// What cannot be gone on after puts the log in doubt, before anybody is answered.
fn doubted<T>(world: &World, answer: Result<T, StoreError>) -> Result<T, StoreError> {
    if let Err(StoreError::Broken(why)) = &answer
        && world.cosigned.in_doubt().is_none()
    {
        tracing::error!(%why, "THE LOG IS IN DOUBT: nothing more is signed or published until a restart");
        world.cosigned.doubt(Doubt::Unpublished);
    }
    answer
}

/// Where the page of an incident stands.
fn page_path(incident: IncidentId) -> String {
    format!("incidents/{incident}.json")
}

/// Where the content of an entry stands.
fn content_file(index: u64) -> String {
    format!("log/{}", tile::content_path(index))
}

/// Where the checkpoint of a size stands for good.
fn kept_path(size: u64) -> String {
    format!("{KEPT}/{size}")
}

fn seconds(world: &World) -> u64 {
    u64::try_from(world.now().milliseconds() / 1_000).unwrap_or(0)
}

/// The entry whose content this row withdraws, if it withdraws one.
fn withdrawn_by(row: &LogRow) -> Option<u64> {
    match handbell_log::leaf::Leaf::decode(&row.leaf).ok()?.body() {
        handbell_log::leaf::Body::Withdrawal { target, .. } => Some(*target),
        _ => None,
    }
}

impl Sequencer {
    /// Publishes into `folder` (the group's `public/`).
    pub fn new(folder: &Path) -> Self {
        Self::on(Shelf::new(folder), Edge::default())
    }

    fn on(shelf: Shelf, edge: Edge) -> Self {
        let (writes, size, tables) = (tokio::sync::Mutex::default(), watch::Sender::new(0), Mutex::default());
        Self { shelf, edge: Mutex::new((edge, Lacking::default())), writes, size, second: None, tables, turn: Turn::default() }
    }

    /// The same, signing what it publishes a second time with the log's ML-DSA-44 key.
    #[must_use]
    pub fn signing_too(mut self, second: Option<CosigningKey>) -> Self {
        self.second = second;
        self
    }

    /// Makes the thing fail that is done to the disk after so many others; `done` says whether it is done nevertheless.
    #[cfg(test)]
    pub(crate) fn plant(&self, after: usize, done: bool) {
        self.shelf.fault.plant(after, done);
    }

    /// The size that is published, and when it grows.
    pub fn follow(&self) -> watch::Receiver<u64> {
        self.size.subscribe()
    }

    /// Publishes whatever the store holds beyond what was published. Returns the size published.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when a disk does not do as asked: what was published stays, and the next step
    /// does all of it again. [`StoreError::Broken`] when the leaves are not what the checkpoint signs, or when the
    /// disk could not say that the mark is kept; nothing of them is published then, and the log is in doubt.
    pub async fn step(&self, world: &World) -> Result<u64, StoreError> {
        doubted(world, self.stepped(world).await)
    }

    async fn stepped(&self, world: &World) -> Result<u64, StoreError> {
        let _only = self.writes.lock().await;
        if let Some(doubt) = world.cosigned.in_doubt() {
            return Err(broken(doubt));
        }
        let Some(newest) = world.store.checkpoint().await? else { return Ok(0) };
        // Kept only when everything stands on the shelf.
        let (mut edge, mut gaps) = {
            let known = self.edge.lock().expect("no holder of this lock panics");
            (known.0.clone(), known.1.clone())
        };
        if edge.size() == newest.size {
            return Ok(newest.size);
        }
        let mut owed = Owed::new();
        if edge.size() == 0 {
            self.shelf.sweep()?;
            self.mend_kept(world, newest.size).await?;
            owed = self.owed(newest.size)?;
        }
        let snapshots = tables::newest(world, newest.size).await?;
        let (mut touched, mut bereft) = (BTreeSet::<IncidentId>::new(), BTreeSet::<IncidentId>::new());
        while edge.size() < newest.size {
            let rest = u32::try_from(newest.size - edge.size()).unwrap_or(u32::MAX);
            let rows = world.store.log_rows(edge.size(), rest.min(ROWS_AT_ONCE)).await?;
            if rows.is_empty() {
                return Err(broken("the checkpoint covers leaves that are not there"));
            }
            touched.extend(rows.iter().map(|row| row.stream));
            bereft.extend(rows.iter().filter(|row| withdrawn_by(row).is_some()).map(|row| row.stream));
            gaps.follow(&rows);
            self.shelve(&rows, &mut edge, &owed)?;
            self.tables.lock().expect("no holder of this lock panics").follow(&rows, &snapshots, &self.shelf)?;
        }
        let log = Note::parse(newest.note.as_bytes()).map_err(broken)?;
        let signed = Checkpoint::parse(log.text()).map_err(broken)?;
        if (signed.size, signed.root) != (edge.size(), edge.root()) {
            return Err(broken("the leaves are not what the checkpoint signs"));
        }
        let known = Known::of(world)?;
        let note = self.with_kept_lines(world, &known, log, &signed)?;
        self.file(edge.unfinished().map_err(broken)?)?;
        self.name_too(&gaps.0)?;
        // Everything is written before anything of it stands in its place: a disk that fills up leaves the pages beside the
        // checkpoint that they follow from. Kept for good is each checkpoint, because whoever holds an entry can show by which
        // time it was signed (docs/formats/checkpoint.md).
        let text = note.encode();
        let mut staged: Vec<Staged> = self.shelf.stage(&kept_path(newest.size), text.as_bytes())?.into_iter().collect();
        for incident in touched {
            staged.extend(self.page(world, incident, newest.size, bereft.contains(&incident)).await?);
        }
        staged.extend(self.shelf.stage(CHECKPOINT, text.as_bytes())?);
        // Whoever reads the checkpoint remembers it, so we do before them.
        self.turn.put(&self.shelf, &known.log, newest.note.as_bytes())?;
        staged.iter().try_for_each(|staged| self.shelf.place(staged))?;
        self.say(world, &known, &note)?;
        // What is withdrawn is so by this checkpoint, and is not called missing any more.
        self.name_gaps(&gaps)?;
        *self.edge.lock().expect("no holder of this lock panics") = (edge, gaps);
        self.size.send_replace(newest.size);
        Ok(newest.size)
    }

    /// While the log is in doubt: takes the files of what was held back out of what is published, and overwrites them.
    /// No checkpoint and no tile changes.
    ///
    /// # Errors
    /// As [`Sequencer::step`]; what is left goes at the next call.
    pub async fn hold_back(&self, world: &World) -> Result<(), StoreError> {
        let _only = self.writes.lock().await;
        let held = world.store.taken_alone().await?.into_iter().filter_map(|one| Some((one.incident, one.alone?.held_back?.marks)));
        let held: Vec<(IncidentId, Vec<(u64, u8)>)> = held.collect();
        if held.is_empty() {
            return Ok(());
        }
        let published = *self.size.borrow();
        let size = match published {
            0 => world.store.checkpoint().await?.map_or(0, |newest| newest.size),
            _ => published,
        };
        let mut gaps = self.edge.lock().expect("no holder of this lock panics").1.clone();
        // Before the first step of a run only the file knows what was lost.
        gaps.0.extend(self.named()?.0);
        gaps.0.extend(held.iter().flat_map(|(_, marks)| marks).map(|(index, _)| *index).filter(|index| *index < size));
        // Named before they go, so that nobody finds one gone of which nothing is said. Where there is no room for that they go
        // all the same.
        if let Err(error) = self.name_gaps(&gaps) {
            tracing::warn!(%error, "what is held back could not be named yet; it is tried again");
        }
        for (incident, marks) in &held {
            for (index, _) in marks {
                self.shelf.take_away(&content_file(*index))?;
            }
            if let Some(page) = self.page(world, *incident, size, true).await? {
                self.shelf.place(&page)?;
            }
        }
        self.name_gaps(&gaps)
    }

    /// The partial tiles that a start puts again: those without a full one, and of the newest checkpoints those that stand
    /// beside one, because a power cut may have torn them.
    fn owed(&self, newest: u64) -> Result<Owed, StoreError> {
        let sizes = self.shelf.kept(KEPT)?;
        let mut owed = kept::partials(sizes.iter().copied(), newest);
        for size in sizes.range(..newest).rev().take(KEPT_LOOKED_AT) {
            let stands = |tile: &TileId| tile.full().is_covered_by(newest) && self.shelf.has(&format!("log/{}", tile.path()));
            let beside: Vec<TileId> = tile::partial_tiles(*size).into_iter().filter(stands).collect();
            if !beside.is_empty() {
                owed.entry(*size).or_default().extend(beside);
            }
        }
        Ok(owed)
    }

    /// Writes anew what a power cut left of kept checkpoints: they are not synced, and the store has what the log signed.
    /// Lines that joined one were synced with it. Only the newest can have been torn since the last start.
    async fn mend_kept(&self, world: &World, newest: u64) -> Result<(), StoreError> {
        let sizes = self.shelf.kept(KEPT)?;
        for size in sizes.range(..newest).rev().take(KEPT_LOOKED_AT) {
            let path = kept_path(*size);
            if !self.shelf.read(&path)?.is_some_and(|bytes| is_torn(&bytes)) {
                continue;
            }
            let Some(row) = world.store.checkpoint_of(*size).await? else { continue };
            let log = Note::parse(row.note.as_bytes()).map_err(broken)?;
            let signed = Checkpoint::parse(log.text()).map_err(broken)?;
            let note = self.with_kept_lines(world, &Known::of(world)?, log, &signed)?;
            self.shelf.put_durably(&path, note.encode().as_bytes())?;
            tracing::info!(size, "a kept checkpoint that was no whole file was written anew");
        }
        Ok(())
    }

    /// The note to publish for a checkpoint: what the log signs, with the lines that joined it before the program was
    /// started anew.
    fn with_kept_lines(&self, world: &World, known: &Known, log: Note, checkpoint: &Checkpoint) -> Result<Note, StoreError> {
        let mut own = known.own(&log);
        if let Some(second) = &self.second {
            // Time 0: it says that this is the tree, as the line before it does, and not when. So it is the same each time.
            own.push(second.cosign(checkpoint, 0).map_err(broken)?);
        }
        let kept = self.shelf.read(&kept_path(checkpoint.size))?.and_then(|bytes| Note::parse(&bytes).ok());
        let kept = kept.filter(|kept| kept.text() == log.text());
        let lines = kept.iter().flat_map(|kept| kept.signatures());
        gather(checkpoint, lines, &known.cosigners, seconds(world)).under(checkpoint, &own).map_err(broken)
    }

    /// The published checkpoint with its lines; none before the first step.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the disk does not answer, [`StoreError::Broken`] when no note stands there.
    pub async fn published(&self) -> Result<Option<Note>, StoreError> {
        let _only = self.writes.lock().await;
        let size = *self.size.borrow();
        match size {
            0 => Ok(None),
            _ => self.shelf.read(CHECKPOINT)?.map(|bytes| Note::parse(&bytes).map_err(broken)).transpose(),
        }
    }

    /// Puts lines under a checkpoint that was published, if they verify over its text and are newer than what stands there.
    /// Whether anything changed.
    ///
    /// # Errors
    /// As [`Sequencer::step`]. What was published stays.
    pub async fn join(&self, world: &World, checkpoint: &Checkpoint, lines: &[Signature]) -> Result<bool, StoreError> {
        doubted(world, self.joined(world, checkpoint, lines).await)
    }

    async fn joined(&self, world: &World, checkpoint: &Checkpoint, lines: &[Signature]) -> Result<bool, StoreError> {
        let _only = self.writes.lock().await;
        let path = kept_path(checkpoint.size);
        // Not every checkpoint that is signed is published; under one that was not, nothing joins.
        // One that a power cut tore is written anew by the first step.
        let Some(kept) = self.shelf.read(&path)?.and_then(|kept| Note::parse(&kept).ok()) else { return Ok(false) };
        if kept.text() != checkpoint.encode() {
            return Ok(false);
        }
        let known = Known::of(world)?;
        let own = known.own(&kept);
        // Damaged by somebody: a start writes it anew, and no doubt about the log follows from it.
        if own.is_empty() {
            return Ok(false);
        }
        let Gathered { lines, thrown_away } = gather(checkpoint, kept.signatures().iter().chain(lines), &known.cosigners, seconds(world));
        if thrown_away > 0 {
            tracing::warn!(thrown_away, size = checkpoint.size, "lines under a cosigner's name do not verify and were thrown away");
        }
        let note = Gathered { lines, thrown_away }.under(checkpoint, &own).map_err(broken)?;
        let text = note.encode();
        let newest = *self.size.borrow() == checkpoint.size;
        // Where the disk failed between the two files, the lines stand in the first alone.
        let shown = !newest || self.shelf.read(CHECKPOINT)?.as_deref() == Some(text.as_bytes());
        if note == kept && shown {
            // The disk may have failed just after them, or the program began anew, and then they are not told of yet.
            self.say(world, &known, &note)?;
            return Ok(false);
        }
        // Kept before it is shown: what somebody saw under the checkpoint is there after a power cut too.
        if note != kept {
            self.shelf.put_durably(&path, text.as_bytes())?;
        }
        if !shown {
            self.shelf.put_durably(CHECKPOINT, text.as_bytes())?;
        }
        self.say(world, &known, &note)?;
        Ok(true)
    }

    /// Keeps a checkpoint that somebody showed and the store does not begin with, so that a start over the same store is
    /// refused too.
    ///
    /// # Errors
    /// When the disk does not do as asked.
    pub async fn seen_elsewhere(&self, world: &World, note: &Note) -> Result<(), StoreError> {
        let _only = self.writes.lock().await;
        self.shelf.put_durably(SEEN_ELSEWHERE, note.encode().as_bytes())?;
        // Whoever copies the folder reads of the doubt too. The first step of a start that is in none writes it anew.
        self.shelf.put(ABOUT, about::of(world).map_err(broken)?.as_bytes())
    }

    /// Tells pages how a checkpoint stands now, and writes for whoever copies the folder how the newest does.
    fn say(&self, world: &World, known: &Known, note: &Note) -> Result<(), StoreError> {
        let group = &world.group;
        let keys: Vec<String> = std::iter::once(known.log.to_string()).chain(group.second_vkey.clone()).collect();
        let policy = group.cosigners.policy(&keys, &group.origin).map_err(broken)?;
        world.cosigned.published(&Standing::of(&policy.judge(note).map_err(broken)?));
        self.shelf.put(ABOUT, about::of(world).map_err(broken)?.as_bytes())
    }

    /// Puts contents and whatever they fill up on the shelf. On a disk that takes nothing more, what was withdrawn leaves it all
    /// the same, and the page that may still say it, which a later step writes anew: removing needs no room, and whoever
    /// withdrew words does not wait for it.
    fn shelve(&self, rows: &[LogRow], edge: &mut Edge, owed: &Owed) -> Result<(), StoreError> {
        let shelved = self.put_all(rows, edge, owed);
        if let Err(StoreError::Unavailable(_)) = &shelved {
            for (row, target) in rows.iter().filter_map(|row| Some((row, withdrawn_by(row)?))) {
                self.let_go(row.stream, target);
            }
        }
        shelved
    }

    /// Takes a withdrawn content and the page that may say it from a disk that fails, as far as that goes.
    fn let_go(&self, stream: IncidentId, target: u64) {
        let named = self.name_too(&BTreeSet::from([target]));
        let gone = [content_file(target), page_path(stream)].map(|path| self.shelf.take_away(&path));
        // Where there was no room for the name, what went has made some.
        let named = named.or_else(|_| self.name_too(&BTreeSet::from([target])));
        for error in gone.into_iter().chain([named]).filter_map(Result::err) {
            tracing::warn!(%error, "what was withdrawn could not be removed from a disk that fails; it is tried again");
        }
    }

    fn put_all(&self, rows: &[LogRow], edge: &mut Edge, owed: &Owed) -> Result<(), StoreError> {
        for row in rows {
            match &row.content {
                // What is published may be the last that is whole, and is not written over by what a disk made of it here.
                Some(_) if opened(row).is_none() => {
                    return Err(broken(format!(
                        "the content of log entry {} is not the one that the log committed to: it was damaged in the store. Stop the \
                         server; `handbell repair DIR` puts back what is published, and --from-neighbour what a neighbour keeps",
                        row.index
                    )));
                }
                Some(content) => self.shelf.put(&content_file(row.index), content)?,
                None => self.take_content(row.index)?,
            }
            // After the contents: an entry and its withdrawal may be new in the same step.
            if let Some(target) = withdrawn_by(row) {
                self.take_content(target)?;
            }
            self.file(edge.append(&row.leaf).map_err(broken)?)?;
            if let Some(tiles) = owed.get(&edge.size()) {
                let mut filed = edge.unfinished().map_err(broken)?;
                filed.retain(|(tile, _)| tiles.contains(tile));
                self.file(filed)?;
            }
        }
        Ok(())
    }

    /// Takes a content away that is withdrawn, or missing in the store. Words go before the mark of their withdrawal can be
    /// seen, because they wait for nothing, and a disk that fails may hold the next checkpoint back for days. The one that is
    /// published until then knows of no withdrawal, and whoever verifies it would say that the log is wrong: so the place is
    /// named among the missing first, and they say that they cannot tell (log.md 6.3).
    fn take_content(&self, index: u64) -> Result<(), StoreError> {
        let path = content_file(index);
        if self.shelf.has(&path) {
            self.name_too(&BTreeSet::from([index]))?;
        }
        self.shelf.take_away(&path)
    }

    /// What is named as missing in the folder. A list that somebody damaged names nothing; the next one takes its place.
    fn named(&self) -> Result<Lacking, StoreError> {
        let listed = self.shelf.read(&format!("log/{GAPS}"))?.map(|listed| Gaps::parse(&listed));
        Ok(if let Some(Ok(Gaps::Of(named))) = listed { Lacking(named) } else { Lacking::default() })
    }

    /// Names these as missing too, beside what is named already.
    fn name_too(&self, places: &BTreeSet<u64>) -> Result<(), StoreError> {
        let mut named = self.named()?;
        if places.is_subset(&named.0) {
            return Ok(());
        }
        named.0.extend(places);
        self.name_gaps(&named)
    }

    /// Says which contents are missing here (docs/formats/content.md). A log that is whole has no such file.
    fn name_gaps(&self, gaps: &Lacking) -> Result<(), StoreError> {
        let path = format!("log/{GAPS}");
        // Also beside its place: an earlier try may have failed between moving it away and removing it.
        let stands = || [path.clone(), format!("{path}.{GOING}"), format!("{path}.{FRESH}")].iter().any(|path| self.shelf.has(path));
        match gaps.0.is_empty() {
            true if !stands() => Ok(()),
            true => self.shelf.take_away(&path),
            false => self.shelf.put(&path, Gaps::encode(&gaps.0).as_bytes()),
        }
    }

    fn file(&self, filed: Vec<Filed>) -> Result<(), StoreError> {
        filed.iter().try_for_each(|(id, bytes)| self.shelf.put(&format!("log/{}", id.path()), bytes))
    }

    /// Writes the page of an incident, as of a size of the log, to be put in its place; nothing where it stands there. Where
    /// words of it were withdrawn the page before goes at once, overwritten.
    async fn page(&self, world: &World, incident: IncidentId, size: u64, bereft: bool) -> Result<Option<Staged>, StoreError> {
        let stream = world.store.stream(incident).await?;
        // Read whole: what a withdrawal beyond this size took is withdrawn and not missing.
        let mut entries = logged(&stream).map_err(broken)?;
        entries.retain(|entry| entry.index < size);
        let Some(page) = project(incident, &entries) else { return Ok(None) };
        let (path, bytes) = (page_path(incident), serde_json::to_vec(&page).map_err(broken)?);
        if bereft { self.shelf.stage_wiping(&path, &bytes) } else { self.shelf.stage(&path, &bytes) }
    }
}
