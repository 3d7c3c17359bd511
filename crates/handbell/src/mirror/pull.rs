//! Pull: takes what is new of a neighbour's log, and cosigns it.
//!
//! In this order: the checkpoint, by the key that is known; is it the same tree, grown? the new entries, computed on
//! from the edge that is held; all of it on the disk; then the cosignature; then the contents, each against its leaf.
//! Many new entries are taken in stretches. What is full of a stretch lies on the disk before the next one begins, beside
//! how far it reaches ([`Neighbour::reach`]), so that a line that breaks or a program that dies costs one stretch; nothing
//! of it is signed, counted or shown before all of it is here and gives the root that the log signed.
//! PROMISE a-pull-leaves-the-copy-whole: whatever fails on the disk or on the line, and wherever, what is published of
//! the copy is a log that verifies, and the next pull goes on from there.
//! Smaller than what is held is an alarm, smaller than what was cosigned is one when it lasts for hours
//! ([`BEHIND_SECONDS_MAX`]), and so is another tree; entries that are not what is signed are not: anybody
//! who stands between could have changed them. While an alarm stands nothing is taken and nothing cosigned, but what the
//! log withdraws is taken away: to delete accuses nobody.

use super::alarm::{Leaves, Takes};
use super::neighbour::{Kept, Neighbour, Signed, bundle_of, held_by, in_log, withdrawn_by};
use super::{MirrorError, not_signed};
use crate::work::sequencer::edge::{Edge, Filed};
use handbell_log::bundle;
use handbell_log::cosignature::CosigningKey;
use handbell_log::hash::Hash;
use handbell_log::leaf::{Content, Leaf};
use handbell_log::source::{Source, SourceError};
use handbell_log::tile::{TILE_WIDTH, TileId, content_path};
use handbell_log::verify::{GAPS, Gaps};
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

/// Entries of one log that are kept at most. Which contents are not here is held in memory, 21 bytes for each.
pub const ENTRIES_MAX: u64 = 10_000_000;
/// Entries that are read, computed on and stored at a time: 51 megabytes in memory.
pub const STRETCH: u64 = 1 << 18;
/// Entries that are held in memory, and brought as evidence, where the log signed another beginning.
pub const EVIDENCE_ENTRIES_MAX: u64 = 2_000_000;

/// How long a log may show less than it asked to be cosigned.
pub const BEHIND_SECONDS_MAX: u64 = 6 * 60 * 60;

/// So many contents in a row that cannot be read end the asking for this time: the site or the line is at fault, or the
/// time is over. Where it ends the next pull begins.
pub const UNREAD_MAX: u32 = 4;

/// What a pull came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pulled {
    /// Entries held before.
    pub before: u64,
    /// Entries held now, all of them cosigned.
    pub size: u64,
    /// Contents that came.
    pub contents: u64,
    /// Contents that were taken away, because they are withdrawn.
    pub taken_away: u64,
    /// Contents that are not here and not withdrawn; asked for again at the next pull.
    pub unavailable: u64,
    /// Contents among these that were not taken, because the copy holds as many bytes as are kept of one neighbour.
    pub not_taken: u64,
    /// Contents among these that are lost, as the log's keeper says.
    pub lost: u64,
    /// Contents that were offered and do not open their entry. None of them was kept.
    pub forged: Vec<u64>,
    /// Why contents could not be read, the first of them, if so.
    pub unread: Option<String>,
}

/// Reads a neighbour's newest checkpoint.
fn newest(source: &dyn Source, neighbour: &Neighbour) -> Result<Signed, MirrorError> {
    let none = || SourceError { path: "checkpoint".to_owned(), problem: "nothing is published there yet".to_owned(), cause: None };
    let bytes = source.read("checkpoint")?.ok_or_else(none)?;
    Signed::open(&bytes, neighbour.key())
}

/// Which contents are missing by the word of the log's keeper (docs/formats/content.md); none where it has no such list.
fn keepers_word(source: &dyn Source) -> Result<Option<BTreeSet<u64>>, String> {
    let Some(listed) = source.read(GAPS).map_err(|error| error.to_string())? else { return Ok(None) };
    match Gaps::parse(&listed).map_err(|error| format!("{GAPS}: {error}"))? {
        Gaps::Of(entries) => Ok(Some(entries)),
        Gaps::None | Gaps::Any => Ok(None),
    }
}

/// The entries from one size to another, as a source has them. What they are worth is for the root to say.
pub(crate) fn read_entries(source: &dyn Source, from: u64, size: u64) -> Result<Vec<Vec<u8>>, MirrorError> {
    let mut leaves: Vec<Vec<u8>> = Vec::new();
    while from + (leaves.len() as u64) < size {
        let next = from + leaves.len() as u64;
        let wanted = bundle_of(next, size);
        let (found, bytes) = read_bundle(source, wanted)?;
        let wrong = |error: String| not_signed(found.path(), error);
        let entries = bundle::decode(&bytes, found.width()).map_err(|error| wrong(error.to_string()))?;
        let first = usize::try_from(next - wanted.range().start).expect("below 256");
        for entry in &entries[first..usize::from(wanted.width())] {
            Leaf::decode(entry).map_err(|error| wrong(error.to_string()))?;
            leaves.push(entry.to_vec());
        }
    }
    Ok(leaves)
}

/// The bundle, or the full one where the partial one is gone (C2SP tlog-tiles).
fn read_bundle(source: &dyn Source, wanted: TileId) -> Result<(TileId, Vec<u8>), MirrorError> {
    for found in [wanted, wanted.full()] {
        if let Some(bytes) = source.read(&found.path())? {
            return Ok((found, bytes));
        }
    }
    Err(not_signed(wanted.path(), "it is missing, and the checkpoint covers it"))
}

/// Where a stretch from some entry on ends: at the log's end, or where a bundle does.
pub(super) fn stretch_end(from: u64, size: u64, stretch: u64) -> u64 {
    if size.saturating_sub(from) <= stretch { size } else { (from + stretch) / u64::from(TILE_WIDTH) * u64::from(TILE_WIDTH) }
}

/// A tree that grows by new entries.
struct Grown {
    edge: Edge,
    /// The newest stretch of them.
    leaves: Vec<Vec<u8>>,
    /// The files that this stretch fills up.
    filed: Vec<Filed>,
    /// What all of them withdraw.
    withdrawn: BTreeSet<u64>,
    /// Whether it gave, at its size, the root that was seen before.
    is_seen: bool,
}

impl Grown {
    fn from(edge: Edge, seen: Option<&Signed>) -> Self {
        let mut grown = Self { edge, leaves: Vec::new(), filed: Vec::new(), withdrawn: BTreeSet::new(), is_seen: seen.is_none() };
        grown.look(seen);
        grown
    }

    fn look(&mut self, seen: Option<&Signed>) {
        if let Some(seen) = seen.filter(|seen| seen.checkpoint.size == self.edge.size()) {
            self.is_seen = seen.checkpoint.root == self.edge.root();
        }
    }

    /// Grows by the next stretch.
    fn append(&mut self, leaves: Vec<Vec<u8>>, seen: Option<&Signed>) -> Result<(), MirrorError> {
        self.filed.clear();
        for leaf in &leaves {
            self.filed.extend(self.edge.append(leaf).map_err(|error| not_signed("entries", error.to_string()))?);
            self.look(seen);
        }
        self.withdrawn.extend(withdrawn_by(&leaves));
        self.leaves = leaves;
        Ok(())
    }

    /// What is not full at the end stands beside what is.
    fn end(mut self) -> Result<Self, MirrorError> {
        self.filed.extend(self.edge.unfinished().map_err(|error| not_signed("entries", error.to_string()))?);
        Ok(self)
    }
}

fn place(index: u64) -> usize {
    usize::try_from(index).expect("an index of what is held in memory")
}

/// What there is to take of a checkpoint.
struct Taken {
    /// What was cosigned before.
    replaces: Option<Signed>,
    grown: Grown,
    /// The first entry by which it grew.
    from: u64,
    /// How many entries the log asked to be cosigned, where that is more than it shows.
    asked: Option<u64>,
}

impl Neighbour {
    /// Pulls what is new, stores it, cosigns it as of a time in seconds since 1970, and brings the contents. While an
    /// alarm stands, only takes away what the log withdraws.
    ///
    /// # Errors
    /// [`MirrorError`]; then nothing was cosigned that was not before, unless it says that the disk failed.
    pub fn pull(&self, source: &dyn Source, cosigner: &CosigningKey, now_seconds: u64) -> Result<Pulled, MirrorError> {
        let mut held = held_by(&self.kept);
        if let Some(alarm) = self.alarm() {
            self.obey_withdrawals(source, &mut held);
            return Err(MirrorError::Alarm(alarm));
        }
        // Out of its place while the disk is written: after a failure it is read anew. So it is after an alarm: what
        // another history withdrew is asked for again, unless this one does too.
        let mut kept = match held.take() {
            Some(kept) if kept.aside.is_none() => kept,
            _ => self.load()?,
        };
        let before = kept.edge.size();
        let fetched = newest(source, self).and_then(|newest| Ok((self.take_entries(source, &kept, &newest)?, newest)));
        let (Taken { replaces, grown, from, asked }, newest) = match fetched {
            Ok(fetched) => fetched,
            Err(error) => {
                // What was damaged on the disk is read anew, and healed where that can be.
                *held = Some(kept).filter(|_| !matches!(error, MirrorError::Damaged { .. }));
                if matches!(error, MirrorError::Alarm(_)) {
                    self.obey_withdrawals(source, &mut held);
                }
                return Err(error);
            }
        };
        if let Some(asked) = asked {
            // Nothing of it is cosigned, because more was; what it withdraws does not wait for that.
            self.withdraw(&mut kept, &grown.withdrawn)?;
            *held = Some(kept);
            return Err(self.fell_behind(replaces.as_ref(), &newest, asked, now_seconds)?);
        }
        self.put_all(&grown.filed)?;
        // All of it is on the disk; only now anything is signed.
        self.cosign(replaces.as_ref(), &newest, cosigner, now_seconds)?;
        let size = newest.checkpoint.size;
        let mut pulled = Pulled { before, size, ..Pulled::default() };
        if from < size || self.held()?.is_none() {
            self.hold(&newest)?;
        }
        self.forget_reach()?;
        self.forget_behind()?;
        kept.edge = grown.edge;
        pulled.taken_away = self.learn_of(&mut kept, from, size, &grown.leaves)?;
        self.sweep(from, size);
        self.bring_contents(source, &mut kept, &mut pulled)?;
        self.pulled_at.store(now_seconds, Ordering::Relaxed);
        *held = Some(kept);
        Ok(pulled)
    }

    fn put_all(&self, filed: &[Filed]) -> Result<(), MirrorError> {
        filed.iter().try_for_each(|(tile, bytes)| self.shelf.put(&in_log(&tile.path()), bytes))
    }

    /// The new entries of a checkpoint, computed on from what is held.
    fn take_entries(&self, source: &dyn Source, kept: &Kept, newest: &Signed) -> Result<Taken, MirrorError> {
        let (seen, held) = (self.seen()?, self.held()?);
        let (size, root, from) = (newest.checkpoint.size, newest.checkpoint.root, kept.edge.size());
        if let Some(seen) = &seen {
            let shrank = held.as_ref().is_some_and(|held| size < held.checkpoint.size);
            let differs = |ours: &Signed| ours.checkpoint.size == size && ours.checkpoint.root != root;
            if shrank || differs(seen) || held.as_ref().is_some_and(differs) {
                return Err(self.went_back(seen, newest)?);
            }
        }
        if size > from && !self.has_room_for(size) {
            return Err(MirrorError::TooLarge(size));
        }
        // Where the log shows less than it asked for, what is held is all that can be compared with it.
        let asked = seen.as_ref().map(|seen| seen.checkpoint.size).filter(|asked| *asked > size);
        let known = if asked.is_some() { held } else { seen.clone() };
        let grown = self.take_on(source, &kept.edge, known.as_ref(), size)?;
        if grown.edge.root() == root && grown.is_seen {
            return Ok(Taken { replaces: seen, grown: grown.end()?, from, asked });
        }
        // Either the source gives other entries than the log signed, or the log signed another beginning. All of its
        // entries tell which. What was taken on the way to here is worth nothing.
        drop(grown);
        self.forget_reach()?;
        let grown = self.take_anew(source, known.as_ref(), newest, asked.is_none())?;
        Ok(Taken { replaces: seen, grown, from: 0, asked })
    }

    /// Grows by all entries up to a size, and hands on what it came to after each stretch.
    fn walk(
        &self,
        source: &dyn Source,
        mut grown: Grown,
        known: Option<&Signed>,
        size: u64,
        mut each: impl FnMut(&Grown) -> Result<(), MirrorError>,
    ) -> Result<Grown, MirrorError> {
        while grown.edge.size() < size {
            let from = grown.edge.size();
            grown.append(read_entries(source, from, stretch_end(from, size, self.stretch))?, known)?;
            each(&grown)?;
        }
        Ok(grown)
    }

    /// Takes on from an edge, or from where an earlier pull broke off, up to a size. What is full of all stretches but the
    /// last is on the disk then.
    fn take_on(&self, source: &dyn Source, edge: &Edge, known: Option<&Signed>, size: u64) -> Result<Grown, MirrorError> {
        let begun = self.reached(edge, known, size)?;
        self.walk(source, begun, known, size, |grown| {
            if grown.edge.size() == size {
                return Ok(());
            }
            self.put_all(&grown.filed)?;
            self.reach(&grown.edge)
        })
    }

    /// The edge that an earlier pull reached, computed anew from what it left on the disk; the given one where none did,
    /// or the disk holds something else now.
    fn reached(&self, edge: &Edge, known: Option<&Signed>, size: u64) -> Result<Grown, MirrorError> {
        let Some((reached, root)) = self.how_far()?.filter(|(reached, _)| (edge.size() + 1..=size).contains(reached)) else {
            return Ok(Grown::from(edge.clone(), known));
        };
        let mut grown = Grown::from(edge.clone(), known);
        while grown.edge.size() < reached {
            let from = grown.edge.size();
            match self.leaves_between(from, stretch_end(from, reached, self.stretch), reached) {
                Ok(leaves) => grown.append(leaves, known)?,
                Err(MirrorError::NotWhatIsSigned { .. }) => break,
                Err(error) => return Err(error),
            }
        }
        if grown.edge.size() == reached && grown.edge.root() == root {
            return Ok(grown);
        }
        tracing::warn!(origin = self.origin(), "what was taken of a neighbour's log is damaged and is taken anew");
        self.forget_reach()?;
        Ok(Grown::from(edge.clone(), known))
    }

    /// Reads all entries, and takes them where they are what the log signed and go on from what is known. Nothing is
    /// written before that is known; then each stretch must be what it was. Without `stores` nothing is written at all.
    fn take_anew(&self, source: &dyn Source, known: Option<&Signed>, newest: &Signed, stores: bool) -> Result<Grown, MirrorError> {
        let size = newest.checkpoint.size;
        let mut all: Option<Vec<Vec<u8>>> = (size <= self.evidence_max).then(Vec::new);
        let mut roots = Vec::<Hash>::new();
        let grown = self.walk(source, Grown::from(Edge::default(), known), known, size, |grown| {
            roots.push(grown.edge.root());
            if let Some(all) = &mut all {
                all.extend(grown.leaves.iter().cloned());
            }
            Ok(())
        })?;
        if grown.edge.root() != newest.checkpoint.root {
            return Err(not_signed("checkpoint line 3", "the signed root is not the root of the published entries"));
        }
        if let Some(known) = known.filter(|_| !grown.is_seen) {
            let at_hand = |take: &mut Takes<'_>| take(all.as_deref().unwrap_or_default());
            let leaves: Option<Leaves<'_>> = if all.is_some() { Some(&at_hand) } else { None };
            return Err(MirrorError::Alarm(self.raise(&known.note, &newest.note, leaves)?));
        }
        if !stores {
            return Ok(grown);
        }
        let mut grown = Grown::from(Edge::default(), known);
        for root in roots {
            self.put_all(&grown.filed)?;
            let from = grown.edge.size();
            let to = stretch_end(from, size, self.stretch);
            let leaves = match &all {
                Some(all) => all[place(from)..place(to)].to_vec(),
                None => read_entries(source, from, to)?,
            };
            grown.append(leaves, known)?;
            if grown.edge.root() != root {
                return Err(not_signed("entries", "they are others than a moment before"));
            }
        }
        grown.end()
    }

    /// Takes away what a log withdraws over which an alarm stands, whichever of its histories says so. What hinders it is
    /// said and tried again at the next pull; the alarm is the answer either way.
    fn obey_withdrawals(&self, source: &dyn Source, held: &mut Option<Kept>) {
        let origin = self.origin();
        let hindered = |error: MirrorError| {
            tracing::warn!(origin, %error, "what a log withdraws while an alarm stands could not be taken away");
        };
        let mut kept = match held.take().map_or_else(|| self.load(), Ok) {
            Ok(kept) => kept,
            Err(error) => return hindered(error),
        };
        match self.read_aside(source, &kept) {
            Ok((aside, targets)) => match self.withdraw(&mut kept, &targets) {
                Ok(gone) => {
                    kept.aside = Some(aside);
                    if gone > 0 {
                        tracing::info!(origin, contents = gone, "withdrawn contents were taken away while an alarm stands");
                    }
                }
                // The disk failed in the middle: what is held is read anew.
                Err(error) => return hindered(error),
            },
            Err(error) => hindered(error),
        }
        *held = Some(kept);
    }

    /// The newest tree that the log's key signed, whatever it continues, and what its entries withdraw that were not read
    /// before. The tree is computed to its root, so that nobody but the log takes words away.
    fn read_aside(&self, source: &dyn Source, kept: &Kept) -> Result<(Edge, BTreeSet<u64>), MirrorError> {
        let newest = newest(source, self)?;
        let size = newest.checkpoint.size;
        if !self.has_room_for(size) {
            return Err(MirrorError::TooLarge(size));
        }
        // Mostly it goes on from where it was read to, or from what is held; another history is read from its beginning.
        let beginnings = [kept.aside.clone(), Some(kept.edge.clone()), Some(Edge::default())];
        for begun in beginnings.into_iter().flatten().filter(|begun| begun.size() <= size) {
            let grown = self.walk(source, Grown::from(begun, None), None, size, |_| Ok(()))?;
            if grown.edge.root() == newest.checkpoint.root {
                return Ok((grown.edge, grown.withdrawn));
            }
        }
        Err(not_signed("checkpoint line 3", "the signed root is not the root of the published entries"))
    }

    /// What a log that shows less than it asked to be cosigned is answered with. It publishes a moment after it asked; one
    /// that shows less for hours went back behind what this key has signed of it, and that is the alarm.
    fn fell_behind(&self, seen: Option<&Signed>, newest: &Signed, asked: u64, now_seconds: u64) -> Result<MirrorError, MirrorError> {
        let shown = newest.checkpoint.size;
        // A log that reached what was noted, or a clock that went back, begins the count anew.
        let noted = self.behind()?.filter(|(since, wanted)| shown < *wanted && *since <= now_seconds);
        match (noted, seen) {
            (None, _) => self.note_behind(now_seconds, asked)?,
            (Some((since, _)), Some(seen)) if now_seconds - since >= BEHIND_SECONDS_MAX => {
                let alarm = self.went_back(seen, newest)?;
                // Whoever clears it gives the log as long again.
                self.forget_behind()?;
                return Ok(alarm);
            }
            _ => {}
        }
        Ok(MirrorError::Behind { shown, asked })
    }

    /// Raises the alarm over a log that shows less than it did, or another tree of the same size.
    fn went_back(&self, seen: &Signed, newest: &Signed) -> Result<MirrorError, MirrorError> {
        let held = self.held()?.filter(|held| held.checkpoint.size >= newest.checkpoint.size);
        // Our own leaves tell whether the smaller tree is a beginning of the larger one, where we have them.
        let (larger, size) = match &held {
            Some(held) if held.checkpoint.size > newest.checkpoint.size => {
                (held, Some(held.checkpoint.size).filter(|size| *size <= self.evidence_max))
            }
            Some(held) if held.checkpoint.root != newest.checkpoint.root => (held, None),
            _ => (seen, None),
        };
        let read = |take: &mut Takes<'_>| {
            let size = size.unwrap_or(0);
            self.each_stretch(0, size, size, |_, leaves| take(leaves))
        };
        let leaves: Option<Leaves<'_>> = if size.is_some() { Some(&read) } else { None };
        Ok(MirrorError::Alarm(self.raise(&larger.note, &newest.note, leaves)?))
    }

    /// Brings the contents that are missing, each only if it opens its entry; and of those that do not come, which ones
    /// their keeper says are lost.
    fn bring_contents(&self, source: &dyn Source, kept: &mut Kept, pulled: &mut Pulled) -> Result<(), MirrorError> {
        self.take_contents(source, kept, pulled)?;
        pulled.unavailable = kept.missing.len() as u64;
        if kept.missing.is_empty() {
            return self.name_lost(BTreeSet::new());
        }
        let named = match keepers_word(source) {
            Ok(Some(named)) => named.intersection(&kept.missing).copied().collect(),
            Ok(None) => BTreeSet::new(),
            // What it said before stands until it can be asked again. What came meanwhile is missing no more, and a list
            // that names it still excuses nothing.
            Err(why) => {
                pulled.unread.get_or_insert(why);
                return Ok(());
            }
        };
        pulled.lost = named.len() as u64;
        self.name_lost(named)
    }

    fn take_contents(&self, source: &dyn Source, kept: &mut Kept, pulled: &mut Pulled) -> Result<(), MirrorError> {
        let size = kept.edge.size();
        let mut bundle: Option<(TileId, Vec<Vec<u8>>)> = None;
        let begun = std::mem::take(&mut kept.next_content);
        let mut unread = 0;
        'asking: for (mut next, end) in [(begun, u64::MAX), (0, begun)] {
            while let Some(&index) = kept.missing.range(next..end).next() {
                next = index + 1;
                let bytes = match source.read(&content_path(index)) {
                    Ok(bytes) => bytes,
                    Err(error) => {
                        pulled.unread.get_or_insert_with(|| error.to_string());
                        unread += 1;
                        if unread < UNREAD_MAX {
                            continue;
                        }
                        kept.next_content = next;
                        break 'asking;
                    }
                };
                unread = 0;
                let Some(bytes) = bytes else { continue };
                let tile = bundle_of(index, size);
                if bundle.as_ref().is_none_or(|(of, _)| *of != tile) {
                    bundle = Some((tile, self.bundle(tile)?));
                }
                let leaf = bundle.as_ref().and_then(|(of, leaves)| leaves.get(usize::try_from(index - of.range().start).ok()?));
                let leaf = leaf.and_then(|leaf| Leaf::decode(leaf).ok());
                let content = Content::decode(&bytes).ok();
                if !leaf.zip(content).is_some_and(|(leaf, content)| content.opens(&leaf)) {
                    pulled.forged.push(index);
                    continue;
                }
                if kept.bytes().saturating_add(bytes.len() as u64) > self.bytes_max {
                    pulled.not_taken = kept.missing.len() as u64;
                    break 'asking;
                }
                self.shelf.put(&in_log(&content_path(index)), &bytes)?;
                kept.came(index, bytes.len() as u64);
                pulled.contents += 1;
            }
        }
        Ok(())
    }

    pub(super) fn bundle(&self, tile: TileId) -> Result<Vec<Vec<u8>>, MirrorError> {
        let bytes = self.shelf.read(&in_log(&tile.path()))?.ok_or_else(|| not_signed(tile.path(), "it is not in the copy any more"))?;
        let entries = bundle::decode(&bytes, tile.width()).map_err(|error| not_signed(tile.path(), error.to_string()))?;
        Ok(entries.into_iter().map(<[u8]>::to_vec).collect())
    }
}
