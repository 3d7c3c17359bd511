//! Published: the log of a folder's `public/`, verified whole before anything is made of it.
//!
//! Reads what anybody may read, takes no lock and opens no store, so it works while a server runs and on a
//! copy of the folder alike. What does not verify is never exported. Of each entry its leaf is kept and no word: a
//! content is read again when it is its turn, and must open its leaf then too.

use super::kept;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::hash::Hash;
use handbell_log::leaf::{Content, Leaf};
use handbell_log::note::VerifierKey;
use handbell_log::source::{Folder, Source, SourceError};
use handbell_log::tile::content_path;
use handbell_log::tree::Frontier;
use handbell_log::verify::{Failure, GAPS, Gaps, State, Verdict, VerifiedEntry, each_entry_with_gaps, verify_tree};
use handbell_rules::id::IncidentId;
use handbell_rules::record::projection::{IncidentRecord, LoggedEntry, project};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

/// How often reading starts again when the log grew, or something was withdrawn, on the way.
const TRIES: usize = 5;

/// Why a folder's log could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It is not what its checkpoint says.
    #[error("the published log does not hold: {0}")]
    Wrong(String),
    /// Nobody can tell.
    #[error("the published log cannot be read: {0}")]
    CouldNotTell(String),
    /// It is not what it was when it was verified; whoever reads it may begin again.
    #[error("the published log changed while it was read")]
    Changed,
}

impl From<Failure> for Unreadable {
    fn from(failure: Failure) -> Self {
        match failure.verdict {
            Verdict::Wrong => Self::Wrong(failure.to_string()),
            Verdict::CouldNotTell => Self::CouldNotTell(failure.to_string()),
        }
    }
}

impl From<SourceError> for Unreadable {
    fn from(error: SourceError) -> Self {
        Self::CouldNotTell(error.to_string())
    }
}

/// What there is beside a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// Salt and payload.
    Content,
    /// Nothing any more: it was withdrawn.
    Withdrawn,
    /// Nothing: its words are lost, as the log's own list says.
    Missing,
    /// Nothing: the leaf says everything.
    Nothing,
}

/// One entry of a published log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The leaf.
    pub leaf: Leaf,
    /// What there is beside it.
    pub beside: Beside,
}

impl Entry {
    fn of(entry: &VerifiedEntry) -> Self {
        let beside = match entry.state {
            State::Open(_) => Beside::Content,
            State::Withdrawn { .. } => Beside::Withdrawn,
            State::Missing => Beside::Missing,
            State::Public => Beside::Nothing,
        };
        Self { leaf: entry.leaf, beside }
    }
}

/// A published log in which everything held, but for words that it says are missing.
pub struct Published {
    /// The log's key, by the folder's own word.
    pub vkey: VerifierKey,
    /// The signed checkpoint.
    pub note: String,
    /// What it says.
    pub checkpoint: Checkpoint,
    /// Every entry, in the order of the log.
    pub entries: Vec<Entry>,
    source: Box<dyn Source>,
}

impl Published {
    /// Verifies the log below `public`. None when nothing is published yet.
    ///
    /// # Errors
    /// When it does not verify, or the disk does not answer.
    pub fn read(public: &Path) -> Result<Option<Self>, Unreadable> {
        if !public.join("log").is_dir() {
            return Ok(None);
        }
        let folder = Folder::open(public.join("log"))?;
        if folder.read("checkpoint")?.is_none() {
            return Ok(None);
        }
        let key = std::fs::read_to_string(public.join("log").join("vkey"));
        let key = key.map_err(|error| Unreadable::CouldNotTell(format!("log/vkey: {error}")))?;
        let key = VerifierKey::parse(key.trim()).map_err(|error| Unreadable::Wrong(format!("log/vkey: {error}")))?;
        for _ in 1..TRIES {
            match Self::verified(Box::new(folder.clone()), &key) {
                // A content that went while it was read is excused by an entry that the next checkpoint covers.
                Err(Unreadable::Wrong(_) | Unreadable::Changed) => {}
                done => return done.map(Some),
            }
        }
        Self::verified(Box::new(folder), &key).map(Some)
    }

    /// Verifies the log that a source gives out.
    ///
    /// # Errors
    /// As [`Published::read`]; [`Unreadable::Changed`] where it grew meanwhile.
    pub fn verified(source: Box<dyn Source>, key: &VerifierKey) -> Result<Self, Unreadable> {
        let before = source.read("checkpoint")?;
        let tree = verify_tree(&*source, key)?;
        let mut entries = Vec::with_capacity(tree.leaves.len());
        let gaps = source.read(GAPS)?.map_or(Ok(Gaps::None), |listed| Gaps::parse(&listed));
        let gaps = gaps.map_err(|error| Unreadable::Wrong(format!("{GAPS}: {error}")))?;
        each_entry_with_gaps(&*source, &tree, &gaps, |entry| entries.push(Entry::of(&entry)))?;
        let note = source.read("checkpoint")?;
        if before != note {
            return Err(Unreadable::Changed);
        }
        let note = note.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(Unreadable::Changed)?;
        Ok(Self { vkey: key.clone(), note, checkpoint: tree.checkpoint, entries, source })
    }

    /// The places of the entries whose words are missing, as the log says.
    pub fn missing(&self) -> BTreeSet<u64> {
        let missing = |(_, entry): &(u64, &Entry)| entry.beside == Beside::Missing;
        (0..).zip(&self.entries).filter(missing).map(|(place, _)| place).collect()
    }

    /// Salt and payload of the entry at a place; none where there are none.
    ///
    /// # Errors
    /// [`Unreadable::Changed`] where they are no longer what the leaf committed to.
    pub fn content(&self, place: usize) -> Result<Option<Content>, Unreadable> {
        let Some(Entry { leaf, beside: Beside::Content }) = self.entries.get(place) else { return Ok(None) };
        let bytes = self.source.read(&content_path(place as u64))?.ok_or(Unreadable::Changed)?;
        let content = Content::decode(&bytes).ok().filter(|content| content.opens(leaf));
        content.map(Some).ok_or(Unreadable::Changed)
    }

    /// The checkpoints that were published before and kept, by size, each with its whole note. `hashes` are the
    /// log's leaf hashes.
    ///
    /// # Errors
    /// When one is not signed by the log's key or signs another tree than this one's beginning.
    pub fn earlier(&self, public: &Path, hashes: &[Hash]) -> Result<BTreeMap<u64, String>, Unreadable> {
        let folder = public.join("log").join("checkpoints");
        let broken = |why: String| Unreadable::CouldNotTell(format!("log/checkpoints: {why}"));
        let mut notes = BTreeMap::new();
        let sizes = kept::sizes(&folder).map_err(|error| broken(error.to_string()))?;
        for size in sizes.into_iter().filter(|size| *size <= self.checkpoint.size) {
            let note = std::fs::read_to_string(folder.join(size.to_string())).map_err(|error| broken(error.to_string()))?;
            notes.insert(size, note);
        }
        let (mut tree, mut rest) = (Frontier::new(), hashes.iter());
        for (size, note) in &notes {
            while tree.size() < *size {
                tree.append(*rest.next().ok_or_else(|| broken(format!("{size} is larger than the log")))?);
            }
            let wrong = |why: &str| Unreadable::Wrong(format!("log/checkpoints/{size}: {why}"));
            let signed = Checkpoint::open(note.as_bytes(), &self.vkey).map_err(|error| wrong(&error.to_string()))?;
            if (signed.size, signed.root) != (*size, tree.root()) {
                return Err(wrong("it signs another tree than the one that the log went on from"));
            }
        }
        Ok(notes)
    }

    /// Every incident of the log, to be projected one after another.
    pub fn streams(&self) -> Streams<'_> {
        Streams::of(self)
    }
}

/// Where each incident's entries stand in a log: eight bytes for an entry, and no word of any.
pub struct Streams<'a> {
    published: &'a Published,
    places: HashMap<IncidentId, Vec<usize>>,
    opened: Vec<IncidentId>,
}

impl<'a> Streams<'a> {
    fn of(published: &'a Published) -> Self {
        let (mut places, mut opened): (HashMap<IncidentId, Vec<usize>>, Vec<IncidentId>) = (HashMap::new(), Vec::new());
        for (place, entry) in published.entries.iter().enumerate() {
            let stream = IncidentId(entry.leaf.stream().0);
            let of = places.entry(stream).or_default();
            // A stream is opened once; a strange log that opens it again has it once all the same.
            let opens = entry.leaf.kind_code() == 1 && !of.iter().any(|earlier| published.entries[*earlier].leaf.kind_code() == 1);
            of.push(place);
            if opens {
                opened.push(stream);
            }
        }
        Self { published, places, opened }
    }

    /// How many incidents there are.
    pub fn count(&self) -> usize {
        self.opened.len()
    }

    /// The page of every incident, the newest opened first, as the doors list them; one at a time.
    pub fn records(&self) -> impl Iterator<Item = Result<IncidentRecord, Unreadable>> + '_ {
        self.opened.iter().rev().filter_map(|stream| self.record(*stream).transpose())
    }

    fn record(&self, stream: IncidentId) -> Result<Option<IncidentRecord>, Unreadable> {
        let Some(places) = self.places.get(&stream) else { return Ok(None) };
        let mut entries = Vec::with_capacity(places.len());
        for place in places {
            let content = self.published.content(*place)?;
            let payload = content.map(|content| serde_json::from_slice(&content.payload)).transpose();
            let payload = payload.map_err(|error| Unreadable::Wrong(error.to_string()))?;
            let entry = &self.published.entries[*place];
            let missing = entry.beside == Beside::Missing;
            entries.push(LoggedEntry { index: *place as u64, kind: entry.leaf.kind_code(), payload, missing });
        }
        Ok(project(stream, &entries))
    }
}
