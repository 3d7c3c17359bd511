//! Log: a group's log as the group has it, and a line to it.
//!
//! Entries get their place, and snapshots their numbers, from the store's own edge ([`LogEdge`]); when a snapshot is due
//! says the rule that the snapshotter asks. Made up are the words, the luck, and what the liar puts in by hand.

use crate::chance::Seeded;
use handbell::store::LogRow;
use handbell::store::log::LogEdge;
use handbell::work::snapshotter;
use handbell_log::bundle;
use handbell_log::hash::leaf_hash;
use handbell_log::leaf::{Body, Content, Kind, Leaf, Reason, Salt, Stream};
use handbell_log::note::SigningKey;
use handbell_log::payload::canonical;
use handbell_log::snapshot::{Row, Snapshot};
use handbell_log::source::{Source, SourceError};
use handbell_log::tile::{TileId, content_path};
use handbell_rules::change::{Change, What};
use handbell_rules::id::{ChangeId, IncidentId};
use handbell_rules::record::entry::{EntryKind, NewEntry};
use handbell_rules::record::snapshot::{Newest, take};
use handbell_rules::time::Timestamp;
use serde_json::json;
use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Where the groups' days begin.
const ZONE: &str = "Europe/London";

/// What the liar puts into its log that is not true of it, under its own good signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twist {
    /// A snapshot that leaves an incident out.
    LeavesOut,
    /// A snapshot that counts one entry less or more of an incident.
    Miscounts,
    /// An entry whose number says that the one before it is not there.
    Jumps,
}

/// See the module.
#[derive(Clone)]
pub struct Log {
    /// Its key.
    pub key: Arc<SigningKey>,
    number: usize,
    seed: u64,
    /// What makes the words of the liar's other history others.
    history: u64,
    now: Timestamp,
    edge: LogEdge,
    rows: Vec<LogRow>,
    words: Vec<String>,
    incidents: Vec<IncidentId>,
    withdrawn: BTreeSet<u64>,
    newest: Option<Newest>,
}

impl Log {
    /// An empty one.
    pub fn new(number: usize, seed: u64, now: Timestamp) -> Self {
        let key = SigningKey::from_seed(&format!("group{number}.example/log1"), &[number as u8 + 1; 32]).expect("a name and a seed");
        Self {
            key: Arc::new(key),
            number,
            seed,
            history: 0,
            now,
            edge: LogEdge::default(),
            rows: Vec::new(),
            words: Vec::new(),
            incidents: Vec::new(),
            withdrawn: BTreeSet::new(),
            newest: None,
        }
    }

    /// How many entries it has.
    pub fn size(&self) -> u64 {
        self.rows.len() as u64
    }

    /// Says something: opens an incident, or goes on with one.
    pub fn say(&mut self) {
        let words = format!("word-{}-{}-{}-{}.", self.seed, self.number, self.history, self.size());
        let drawn = leaf_hash(words.as_bytes()).0;
        let known = self.incidents.get(usize::from(drawn[0]) % (self.incidents.len() + 1)).copied();
        let (stream, kind) = match known {
            Some(stream) => (stream, EntryKind::Outcome),
            None => (IncidentId::from(std::array::from_fn(|place| drawn[place])), EntryKind::IncidentOpened),
        };
        let fields = json!({"type": kind.type_name(), "at": self.now.utc_minute(), "words": words});
        let salt = leaf_hash(format!("salt of {words}").as_bytes()).0;
        self.append(&NewEntry { stream, kind, fields: fields.as_object().cloned().unwrap_or_default(), salt }, words);
    }

    /// Time passes: the snapshot that is due is taken.
    pub fn passes(&mut self, now: Timestamp) {
        self.now = now;
        let salt = leaf_hash(format!("salt of a snapshot of {} by {}", self.size(), self.number).as_bytes()).0;
        let due = take(ChangeId([0; 16]), self.newest, self.size(), !self.incidents.is_empty(), ZONE, salt, now);
        if let Some(Change { what: What::SnapshotTaken { entry }, .. }) = due {
            self.append(&entry, String::new());
        }
    }

    fn append(&mut self, entry: &NewEntry, words: String) {
        let row = self.edge.append(entry).expect("an entry of plain fields");
        self.edge.keep();
        self.follow(row, words);
    }

    /// Takes note of a row that the edge has.
    fn follow(&mut self, row: LogRow, words: String) {
        let leaf = Leaf::decode(&row.leaf).expect("a leaf as it was encoded");
        match leaf.kind() {
            Some(Kind::IncidentOpened) => self.incidents.push(row.stream),
            Some(Kind::Snapshot) => self.newest = Some(snapshotter::told(row.index, row.content.as_deref(), self.now)),
            _ => {}
        }
        if let Body::Withdrawal { target, .. } = leaf.body() {
            self.withdrawn.insert(*target);
        }
        self.rows.push(row);
        self.words.push(words);
    }

    /// Says something else than was said in its place.
    pub fn lie(&mut self) {
        self.history += 1;
        self.say();
    }

    /// Puts in what is not true of the log, and says where.
    pub fn twist(&mut self, how: Twist, luck: &Seeded) -> u64 {
        let leaves: Vec<Leaf> = self.rows.iter().map(|row| Leaf::decode(&row.leaf).expect("a leaf as it was encoded")).collect();
        let true_one: Snapshot = leaves.iter().collect();
        let of = Stream(*luck.pick(&self.incidents).expect("the first entry opens an incident").bytes());
        let place = |stream: Stream| true_one.row(stream).map_or((0, None), |(_, row, _)| (row.count, Some(row.last)));
        let rows = true_one.rows().filter_map(|row| match how {
            Twist::LeavesOut if row.stream == of => None,
            Twist::Miscounts if row.stream == of => {
                Some(Row { count: row.count.checked_sub(2).map_or(row.count + 1, |less| less + 1), ..row })
            }
            _ => Some(row),
        });
        let (kind, stream, said) = match how {
            Twist::LeavesOut | Twist::Miscounts => {
                let (seq, prev) = place(Stream::OPERATOR);
                let head = Snapshot::of_rows(self.size(), rows.collect::<Vec<_>>().into_iter()).head();
                (Kind::Snapshot, Stream::OPERATOR, head.payload(seq, prev, &self.now.utc_minute()))
            }
            Twist::Jumps => {
                let (seq, prev) = place(of);
                (Kind::Outcome, of, json!({"type": "outcome", "at": self.now.utc_minute(), "seq": seq + 1, "prev": prev, "words": ""}))
            }
        };
        let (payload, salt) = (canonical(&said).expect("a payload of plain fields"), Salt([self.number as u8; 32]));
        let (index, leaf) = (self.size(), Leaf::committed(kind, stream, &salt, &payload).encode().to_vec());
        let content = Some(Content { salt, payload }.encode());
        let row = LogRow { index, stream: stream.0.into(), kind: kind.code(), leaf, content };
        self.edge.extend_from(std::slice::from_ref(&row)).expect("the next row");
        self.follow(row, String::new());
        index
    }

    /// Takes the words of an entry back, where it has any.
    pub fn withdraw(&mut self, target: u64) {
        let Some(place) = usize::try_from(target).ok().filter(|place| self.words.get(*place).is_some_and(|words| !words.is_empty())) else {
            return;
        };
        if self.rows[place].content.take().is_some() {
            let row = self.edge.withdraw(self.rows[place].stream, target, Reason::Safety.code()).expect("an earlier entry");
            self.follow(row, String::new());
        }
    }

    /// The log as it was at a smaller size, but for words that are gone.
    pub fn at(&self, size: u64) -> Self {
        let kept = self.rows[..usize::try_from(size.min(self.size())).expect("below a length")].to_vec();
        self.of_rows(kept, self.history)
    }

    /// A log of these rows with the words that are known of them.
    fn of_rows(&self, rows: Vec<LogRow>, history: u64) -> Self {
        let mut log = Self { key: self.key.clone(), history, ..Self::new(self.number, self.seed, self.now) };
        log.edge.extend_from(&rows).expect("rows as they were written");
        for (row, words) in rows.into_iter().zip(&self.words) {
            log.follow(row, words.clone());
        }
        log
    }

    /// This log from rows that came back. Its next words are others than those that are lost.
    pub fn rebuilt(&self, rows: Vec<LogRow>) -> Self {
        self.of_rows(rows, self.history + 1)
    }

    /// Entries whose words were withdrawn.
    pub fn withdrawn(&self) -> impl Iterator<Item = u64> + '_ {
        self.withdrawn.iter().copied()
    }

    /// The words that were withdrawn.
    pub fn withdrawn_words(&self) -> Vec<String> {
        self.withdrawn.iter().filter_map(|target| self.words.get(usize::try_from(*target).ok()?).cloned()).collect()
    }

    /// How many snapshots stand in it.
    pub fn snapshots(&self) -> u64 {
        self.rows.iter().filter(|row| row.kind == Kind::Snapshot.code()).count() as u64
    }

    /// A leaf.
    pub fn leaf(&self, index: u64) -> Option<&Vec<u8>> {
        self.rows.get(usize::try_from(index).ok()?).map(|row| &row.leaf)
    }

    /// A content; none where it is withdrawn or has its fields in the leaf.
    pub fn content(&self, index: u64) -> Option<Vec<u8>> {
        self.rows.get(usize::try_from(index).ok()?)?.content.clone()
    }

    /// It, published.
    pub fn shown(&self) -> Shown {
        let note = self.edge.sign(&self.key).expect("its own checkpoint").note.into_bytes();
        let mut files = HashMap::from([("checkpoint".to_owned(), note)]);
        for (index, rows) in (0_u64..).zip(self.rows.chunks(256)) {
            let tile = TileId::Entries { index, width: u16::try_from(rows.len()).expect("at most 256") };
            files.insert(tile.path(), bundle::encode(rows.iter().map(|row| row.leaf.as_slice())).expect("leaves of 57 bytes"));
        }
        for row in &self.rows {
            files.extend(row.content.clone().map(|content| (content_path(row.index), content)));
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
