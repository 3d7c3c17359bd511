//! Published: the log of a folder's `public/`, read whole and verified before anything is made of it.
//!
//! Reads what anybody may read, takes no lock and opens no store, so it works while a server runs and on a
//! copy of the folder alike. What does not verify is never exported.

use handbell_log::checkpoint::Checkpoint;
use handbell_log::hash::Hash;
use handbell_log::leaf::Content;
use handbell_log::note::VerifierKey;
use handbell_log::source::{Folder, Source, SourceError};
use handbell_log::tile::content_path;
use handbell_log::tree::Frontier;
use handbell_log::verify::{Failure, State, Verdict, Verified, verify_log};
use handbell_rules::id::IncidentId;
use handbell_rules::record::projection::{IncidentRecord, LoggedEntry, project};
use std::collections::{BTreeMap, HashMap};
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

/// A published log in which everything held.
#[derive(Debug)]
pub struct Published {
    /// The log's key, by the folder's own word.
    pub vkey: VerifierKey,
    /// The signed checkpoint.
    pub note: String,
    /// The entries.
    pub verified: Verified,
    /// Salt and payload of each entry that is open, by index.
    pub contents: BTreeMap<u64, Content>,
}

impl Published {
    /// Reads the log below `public`. None when nothing is published yet.
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
            match Self::once(&folder, &key) {
                // A content that went while it was read is excused by an entry that the next checkpoint covers.
                Err(Unreadable::Wrong(_)) => {}
                done => return done.map(Some),
            }
        }
        Self::once(&folder, &key).map(Some)
    }

    fn once(folder: &Folder, key: &VerifierKey) -> Result<Self, Unreadable> {
        let changed = || Unreadable::Wrong("it changed while it was read".to_owned());
        let before = folder.read("checkpoint")?;
        let verified = verify_log(folder, key)?;
        let note = folder.read("checkpoint")?;
        if before != note {
            return Err(changed());
        }
        let note = note.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(changed)?;
        let mut contents = BTreeMap::new();
        for entry in &verified.entries {
            if let State::Open(payload) = &entry.state {
                let bytes = folder.read(&content_path(entry.index))?.ok_or_else(changed)?;
                let content = Content::decode(&bytes).ok().filter(|content| content.opens(&entry.leaf) && content.payload == *payload);
                contents.insert(entry.index, content.ok_or_else(changed)?);
            }
        }
        Ok(Self { vkey: key.clone(), note, verified, contents })
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
        let entries = match std::fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(notes),
            entries => entries.map_err(|error| broken(error.to_string()))?,
        };
        for entry in entries {
            let name = entry.map_err(|error| broken(error.to_string()))?.file_name();
            // A file that is being put in place has another name.
            let Some(size) = name.to_str().and_then(|name| name.parse::<u64>().ok()) else { continue };
            if size <= self.verified.checkpoint.size {
                notes.insert(size, std::fs::read_to_string(folder.join(name)).map_err(|error| broken(error.to_string()))?);
            }
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
        Streams::of(&self.verified)
    }
}

/// Where each incident's entries stand in a log: eight bytes for an entry, and no word of any.
#[derive(Debug)]
pub struct Streams<'a> {
    verified: &'a Verified,
    entries: HashMap<IncidentId, Vec<usize>>,
    opened: Vec<IncidentId>,
}

impl<'a> Streams<'a> {
    /// Of a verified log.
    pub fn of(verified: &'a Verified) -> Self {
        let (mut entries, mut opened): (HashMap<IncidentId, Vec<usize>>, Vec<IncidentId>) = (HashMap::new(), Vec::new());
        for (place, entry) in verified.entries.iter().enumerate() {
            let stream = IncidentId(entry.leaf.stream().0);
            let of = entries.entry(stream).or_default();
            // A stream is opened once; a strange log that opens it again has it once all the same.
            let opens = entry.leaf.kind_code() == 1 && !of.iter().any(|earlier| verified.entries[*earlier].leaf.kind_code() == 1);
            of.push(place);
            if opens {
                opened.push(stream);
            }
        }
        Self { verified, entries, opened }
    }

    /// How many incidents there are.
    pub fn count(&self) -> usize {
        self.opened.len()
    }

    /// The page of every incident, the newest opened first, as the doors list them; one at a time.
    pub fn records(&self) -> impl Iterator<Item = Result<IncidentRecord, serde_json::Error>> + '_ {
        self.opened.iter().rev().filter_map(|stream| self.record(*stream).transpose())
    }

    fn record(&self, stream: IncidentId) -> Result<Option<IncidentRecord>, serde_json::Error> {
        let Some(places) = self.entries.get(&stream) else { return Ok(None) };
        let mut entries = Vec::with_capacity(places.len());
        for place in places {
            let entry = &self.verified.entries[*place];
            let payload = match &entry.state {
                State::Open(payload) => Some(serde_json::from_slice(payload)?),
                State::Withdrawn { .. } | State::Public => None,
            };
            entries.push(LoggedEntry { index: entry.index, kind: entry.leaf.kind_code(), payload });
        }
        Ok(project(stream, &entries))
    }
}
