//! Log: a group's log as the group has it, and a line to it.
//!
//! Made up and small, with the real key, leaves, contents and bundles of the log's own crate.

use crate::chance::Seeded;
use handbell_log::bundle;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::hash::leaf_hash;
use handbell_log::leaf::{Content, Kind, Leaf, Reason, Salt, Stream};
use handbell_log::note::SigningKey;
use handbell_log::payload::canonical;
use handbell_log::source::{Source, SourceError};
use handbell_log::tile::{TileId, content_path};
use handbell_log::tree::root_of;
use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

const STREAM: Stream = Stream([7; 16]);

/// See the module.
#[derive(Clone)]
pub struct Log {
    /// Its key.
    pub key: Arc<SigningKey>,
    number: usize,
    seed: u64,
    /// What makes the words of the liar's other history others.
    history: u64,
    leaves: Vec<Vec<u8>>,
    contents: Vec<Option<Vec<u8>>>,
    words: Vec<String>,
    withdrawn: BTreeSet<u64>,
    seq: u64,
    last: Option<u64>,
}

impl Log {
    /// An empty one.
    pub fn new(number: usize, seed: u64) -> Self {
        let key = SigningKey::from_seed(&format!("group{number}.example/log1"), &[number as u8 + 1; 32]).expect("a name and a seed");
        Self {
            key: Arc::new(key),
            number,
            seed,
            history: 0,
            leaves: Vec::new(),
            contents: Vec::new(),
            words: Vec::new(),
            withdrawn: BTreeSet::new(),
            seq: 0,
            last: None,
        }
    }

    /// How many entries it has.
    pub fn size(&self) -> u64 {
        self.leaves.len() as u64
    }

    /// Says something.
    pub fn say(&mut self) {
        let words = format!("word-{}-{}-{}-{}.", self.seed, self.number, self.history, self.size());
        let payload = serde_json::json!({
            "type": "outcome", "seq": self.seq, "prev": self.last, "at": "2026-01-02T03:04Z", "words": words
        });
        let payload = canonical(&payload).expect("a payload of plain fields");
        let salt = Salt(leaf_hash(format!("salt of {words}").as_bytes()).0);
        self.last = Some(self.size());
        self.seq += 1;
        self.leaves.push(Leaf::committed(Kind::Outcome, STREAM, &salt, &payload).encode().to_vec());
        self.contents.push(Some(Content { salt, payload }.encode()));
        self.words.push(words);
    }

    /// Says something else than was said in its place.
    pub fn lie(&mut self) {
        self.history += 1;
        self.say();
    }

    /// Takes the words of an entry back, where it has any.
    pub fn withdraw(&mut self, target: u64) {
        let Some(content) = usize::try_from(target).ok().and_then(|place| self.contents.get_mut(place)) else { return };
        if content.take().is_some() {
            self.withdrawn.insert(target);
            self.leaves.push(Leaf::withdrawal(STREAM, target, Reason::Safety).encode().to_vec());
            self.contents.push(None);
            self.words.push(String::new());
        }
    }

    /// The log as it was at a smaller size, but for words that are gone.
    pub fn at(&self, size: u64) -> Self {
        let mut log = self.clone();
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        log.leaves.truncate(size);
        log.contents.truncate(size);
        log.words.truncate(size);
        log.count();
        log
    }

    fn count(&mut self) {
        let said = |leaf: &Vec<u8>| Leaf::decode(leaf).is_ok_and(|leaf| leaf.is_committed());
        self.seq = self.leaves.iter().filter(|leaf| said(leaf)).count() as u64;
        self.last = self.leaves.iter().rposition(said).map(|last| last as u64);
        let mut withdrawn = BTreeSet::new();
        for leaf in &self.leaves {
            if let Ok(leaf) = Leaf::decode(leaf)
                && let handbell_log::leaf::Body::Withdrawal { target, .. } = leaf.body()
            {
                withdrawn.insert(*target);
            }
        }
        self.withdrawn = withdrawn;
    }

    /// This log from entries that came back. Its next words are others than those that are lost.
    pub fn rebuilt(&self, leaves: Vec<Vec<u8>>, contents: Vec<Option<Vec<u8>>>) -> Self {
        let mut log = Self { leaves, contents, history: self.history + 1, ..self.clone() };
        log.words.truncate(log.leaves.len());
        log.count();
        log
    }

    /// Entries whose words were withdrawn.
    pub fn withdrawn(&self) -> impl Iterator<Item = u64> + '_ {
        self.withdrawn.iter().copied()
    }

    /// The words that were withdrawn.
    pub fn withdrawn_words(&self) -> Vec<String> {
        self.withdrawn.iter().filter_map(|target| self.words.get(usize::try_from(*target).ok()?).cloned()).collect()
    }

    /// A leaf.
    pub fn leaf(&self, index: u64) -> Option<&Vec<u8>> {
        self.leaves.get(usize::try_from(index).ok()?)
    }

    /// A content; none where it is withdrawn or has its fields in the leaf.
    pub fn content(&self, index: u64) -> Option<Vec<u8>> {
        self.contents.get(usize::try_from(index).ok()?)?.clone()
    }

    /// It, published.
    pub fn shown(&self) -> Shown {
        let hashes: Vec<_> = self.leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        let checkpoint = Checkpoint { origin: self.key.name().to_owned(), size: self.size(), root: root_of(&hashes) };
        let note = checkpoint.sign(&self.key).expect("its own checkpoint").encode().into_bytes();
        let mut files = HashMap::from([("checkpoint".to_owned(), note)]);
        for (index, leaves) in (0_u64..).zip(self.leaves.chunks(256)) {
            let tile = TileId::Entries { index, width: u16::try_from(leaves.len()).expect("at most 256") };
            files.insert(tile.path(), bundle::encode(leaves.iter().map(Vec::as_slice)).expect("leaves of 57 bytes"));
        }
        for (index, content) in (0..).zip(&self.contents) {
            files.extend(content.clone().map(|content| (content_path(index), content)));
        }
        Shown(files)
    }
}

/// A published log.
pub struct Shown(HashMap<String, Vec<u8>>);

impl Shown {
    /// Its checkpoint.
    pub fn checkpoint(&self) -> &[u8] {
        &self.0["checkpoint"]
    }
}

/// A line to it: good, or one that breaks off after some answers, with a half one or with none.
pub struct Line<'shown> {
    shown: &'shown Shown,
    left: Cell<Option<u64>>,
    half: bool,
}

impl<'shown> Line<'shown> {
    /// Every answer comes whole.
    pub fn good(shown: &'shown Shown) -> Self {
        Self { shown, left: Cell::new(None), half: false }
    }

    /// Some answers come, then half a one or none; or nothing comes at all.
    pub fn bad(shown: &'shown Shown, luck: &Seeded) -> Self {
        let left = if luck.one_in(3) { 0 } else { luck.below(12) };
        Self { shown, left: Cell::new(Some(left)), half: luck.one_in(2) }
    }
}

impl Source for Line<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        let Some(left) = self.left.get() else { return Ok(self.shown.0.get(path).cloned()) };
        if left > 0 {
            self.left.set(Some(left - 1));
            return Ok(self.shown.0.get(path).cloned());
        }
        match self.shown.0.get(path) {
            Some(bytes) if self.half => Ok(Some(bytes[..bytes.len() / 2].to_vec())),
            _ => Err(SourceError { path: path.to_owned(), problem: "the answer came too late".to_owned(), cause: None }),
        }
    }
}
