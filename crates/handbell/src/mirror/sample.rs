//! Sample: a made-up log for tests, with real keys, leaves and contents, and lines that break where they are told to.

use handbell_log::bundle;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::hash::{Hash, leaf_hash};
use handbell_log::leaf::{Content, Kind, Leaf, Reason, Salt, Stream};
use handbell_log::note::SigningKey;
use handbell_log::payload::canonical;
use handbell_log::source::{Source, SourceError};
use handbell_log::tile::{TileId, content_path, tile_bytes, tiles_between};
use handbell_log::tree::root_of;
use std::cell::Cell;
use std::collections::HashMap;

/// The log's name.
pub const ORIGIN: &str = "north.example/log1";
const STREAM: Stream = Stream([7; 16]);

/// A log, as its operator has it.
#[derive(Clone)]
pub struct SampleLog {
    /// Its key.
    pub key: std::sync::Arc<SigningKey>,
    leaves: Vec<Vec<u8>>,
    contents: Vec<Option<Vec<u8>>>,
    /// For each stream how many entries it has, and the newest.
    ends: HashMap<Stream, (u64, u64)>,
}

impl SampleLog {
    /// An empty log.
    pub fn empty() -> Self {
        let key = SigningKey::from_seed(ORIGIN, &[1; 32]).unwrap();
        Self { key: key.into(), leaves: Vec::new(), contents: Vec::new(), ends: HashMap::new() }
    }

    /// A log of so many entries.
    pub fn of(size: u64) -> Self {
        let mut log = Self::empty();
        (0..size).for_each(|_| log.say("it stands"));
        log
    }

    /// How many entries it has.
    pub fn size(&self) -> u64 {
        self.leaves.len() as u64
    }

    /// Adds an entry with these words.
    pub fn say(&mut self, words: &str) {
        self.enter(Kind::Outcome, STREAM, serde_json::json!({"type": "outcome", "words": words}));
    }

    /// Opens an incident in a district.
    pub fn open(&mut self, stream: Stream, district: &str) {
        let opened = serde_json::json!({
            "type": "incident.opened", "kind": "flood", "kind_label": "Flood", "district": district,
            "happened": "2026-01-02T03:00Z", "status": "actual", "approved_by": "two members"
        });
        self.enter(Kind::IncidentOpened, stream, opened);
    }

    /// Tells how an incident ended.
    pub fn end(&mut self, stream: Stream, words: &str) {
        self.enter(Kind::Outcome, stream, serde_json::json!({"type": "outcome", "outcome": words, "says": "a neighbour"}));
    }

    /// Adds an entry with these fields, in its place of the stream.
    pub fn enter(&mut self, kind: Kind, stream: Stream, mut payload: serde_json::Value) {
        let end = self.ends.get(&stream).copied();
        payload["seq"] = end.map_or(0, |(entries, _)| entries).into();
        payload["prev"] = end.map(|(_, newest)| newest).into();
        payload["at"] = "2026-01-02T03:04Z".into();
        let payload = canonical(&payload).unwrap();
        let salt = Salt(std::array::from_fn(|place| (self.size() as u8).wrapping_mul(31).wrapping_add(place as u8)));
        self.ends.insert(stream, (end.map_or(0, |(entries, _)| entries) + 1, self.size()));
        self.leaves.push(Leaf::committed(kind, stream, &salt, &payload).encode().to_vec());
        self.contents.push(Some(Content { salt, payload }.encode()));
    }

    /// Withdraws the content of an entry.
    pub fn withdraw(&mut self, target: u64) {
        let stream = Leaf::decode(&self.leaves[target as usize]).unwrap().stream();
        self.leaves.push(Leaf::withdrawal(stream, target, Reason::Safety).encode().to_vec());
        self.contents.push(None);
        self.contents[target as usize] = None;
    }

    /// Stops giving a content out, or gives another one.
    pub fn offer(&mut self, index: u64, content: Option<Vec<u8>>) {
        self.contents[index as usize] = content;
    }

    /// What is beside an entry.
    pub fn content(&self, index: u64) -> Option<Vec<u8>> {
        self.contents[index as usize].clone()
    }

    /// The log as it was at a smaller size.
    pub fn at(&self, size: u64) -> Self {
        let mut log = self.clone();
        log.leaves.truncate(size as usize);
        log.contents.truncate(size as usize);
        log
    }

    /// Its leaf hashes.
    pub fn hashes(&self) -> Vec<Hash> {
        self.leaves.iter().map(|leaf| leaf_hash(leaf)).collect()
    }

    /// Its signed checkpoint.
    pub fn checkpoint(&self) -> Vec<u8> {
        let hashes = self.hashes();
        let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: self.size(), root: root_of(&hashes) };
        checkpoint.sign(&self.key).unwrap().encode().into_bytes()
    }

    /// It, published.
    pub fn published(&self) -> Published {
        let hashes = self.hashes();
        let mut files = HashMap::from([("checkpoint".to_owned(), self.checkpoint())]);
        for tile in tiles_between(0, self.size()) {
            let range = tile.range().start as usize..tile.range().end as usize;
            let bytes = match tile {
                TileId::Entries { .. } => bundle::encode(&self.leaves[range]).unwrap(),
                TileId::Hashes { .. } => tile_bytes(hashes.as_slice(), &tile).unwrap(),
            };
            files.insert(tile.path(), bytes);
        }
        for (index, content) in (0..).zip(&self.contents) {
            files.extend(content.clone().map(|content| (content_path(index), content)));
        }
        Published { files, cut: Cell::new(None), answers: Cell::new(usize::MAX), asked: Cell::new(0) }
    }
}

/// A published log. Lines to it can break: after so many bytes altogether, an answer breaks off.
pub struct Published {
    /// What stands where.
    pub files: HashMap<String, Vec<u8>>,
    cut: Cell<Option<(usize, bool)>>,
    answers: Cell<usize>,
    asked: Cell<usize>,
}

impl Published {
    /// Breaks after so many bytes: the answer is an error, or it is short and says nothing.
    pub fn cut(&self, after: usize, silently: bool) {
        self.cut.set(Some((after, silently)));
    }

    /// Breaks after so many answers, each of them whole.
    pub fn cut_after_answers(&self, answers: usize) {
        self.answers.set(answers);
    }

    /// How many paths were asked for.
    pub fn asked(&self) -> usize {
        self.asked.get()
    }
}

impl Source for Published {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        self.asked.set(self.asked.get() + 1);
        if self.asked.get() > self.answers.get() {
            return Err(SourceError { path: path.to_owned(), problem: "the line broke".to_owned(), cause: None });
        }
        let Some(mut bytes) = self.files.get(path).cloned() else { return Ok(None) };
        if let Some((left, silently)) = self.cut.get() {
            if left < bytes.len() {
                self.cut.set(Some((0, silently)));
                if !silently {
                    return Err(SourceError { path: path.to_owned(), problem: "the line broke".to_owned(), cause: None });
                }
                bytes.truncate(left);
            } else {
                self.cut.set(Some((left - bytes.len(), silently)));
            }
        }
        Ok(Some(bytes))
    }
}
