//! A log published into memory, as a group's server would publish it into a folder.
//!
//! Entries are honest unless a test asks for a wrong one; salts are made from the index, which only
//! a test may do.

use std::collections::HashMap;

use handbell_log::bundle;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::hash::leaf_hash;
use handbell_log::leaf::{Content, Kind, Leaf, Reason, Salt, Stream};
use handbell_log::note::{Note, SigningKey};
use handbell_log::payload;
use handbell_log::source::{Source, SourceError};
use handbell_log::tile::{TileId, content_path, tile_bytes, tiles_between};
use handbell_log::tree::Levels;
use handbell_log::verify::{Failure, Verified, verify_log};
use serde_json::json;

pub const ORIGIN: &str = "record.example/log";

pub struct Published {
    pub files: HashMap<String, Vec<u8>>,
    pub key: SigningKey,
    pub leaves: Vec<Leaf>,
    pub levels: Levels,
    positions: HashMap<Stream, (u64, Option<u64>)>,
    published: u64,
}

impl Source for Published {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(self.files.get(path).cloned())
    }
}

pub fn stream(number: u8) -> Stream {
    Stream([number; 16])
}

pub fn salt(index: u64) -> Salt {
    Salt(leaf_hash(&index.to_be_bytes()).0)
}

impl Published {
    pub fn new() -> Published {
        Published {
            files: HashMap::new(),
            key: SigningKey::from_seed(ORIGIN, &[1; 32]).unwrap(),
            leaves: Vec::new(),
            levels: Levels::new(),
            positions: HashMap::new(),
            published: 0,
        }
    }

    /// A log of `size` entries in a few streams, with withdrawals and public entries among them.
    pub fn of_size(size: u64) -> Published {
        let mut log = Published::new();
        log.grow_to(size);
        log.publish();
        log
    }

    pub fn size(&self) -> u64 {
        self.leaves.len() as u64
    }

    pub fn grow_to(&mut self, size: u64) {
        while self.size() < size {
            let index = self.size();
            match index % 50 {
                31 => self.leaf(Leaf::key(stream(0), [7; 32])),
                // Two before is in the same stream, and committed.
                43 => self.withdraw(index - 3, Reason::PersonalData),
                _ => self.entry(stream((index % 3) as u8), Kind::ALL[(index % 18) as usize]),
            };
        }
    }

    /// Appends an honest committed entry and its content; gives its index.
    pub fn entry(&mut self, stream: Stream, kind: Kind) -> u64 {
        let (seq, prev) = self.positions.get(&stream).copied().unwrap_or_default();
        let value = json!({"at": "2026-01-02T03:04Z", "prev": prev, "seq": seq, "type": "t"});
        self.payload(stream, kind, payload::canonical(&value).unwrap())
    }

    /// Appends a committed entry with any payload.
    pub fn payload(&mut self, stream: Stream, kind: Kind, payload: Vec<u8>) -> u64 {
        let index = self.size();
        let salt = salt(index);
        self.files.insert(content_path(index), Content { salt, payload: payload.clone() }.encode());
        let position = self.positions.entry(stream).or_default();
        *position = (position.0 + 1, Some(index));
        self.leaf(Leaf::committed(kind, stream, &salt, &payload))
    }

    /// Appends a withdrawal in the target's stream and removes the content.
    pub fn withdraw(&mut self, target: u64, reason: Reason) -> u64 {
        self.files.remove(&content_path(target));
        self.leaf(Leaf::withdrawal(self.leaves[target as usize].stream(), target, reason))
    }

    /// Appends any leaf.
    pub fn leaf(&mut self, leaf: Leaf) -> u64 {
        self.leaves.push(leaf);
        self.levels.append(leaf.hash());
        self.size() - 1
    }

    /// Writes the tiles and bundles that the growth since the last time asks for, and the checkpoint.
    pub fn publish(&mut self) {
        for tile in tiles_between(self.published, self.size()) {
            let bytes = match tile {
                TileId::Hashes { .. } => {
                    let Ok(bytes) = tile_bytes(&self.levels, &tile);
                    bytes
                }
                TileId::Entries { .. } => {
                    let range = tile.range();
                    let leaves = &self.leaves[range.start as usize..range.end as usize];
                    bundle::encode(leaves.iter().map(Leaf::encode)).unwrap()
                }
            };
            self.files.insert(tile.path(), bytes);
        }
        self.published = self.size();
        let note = self.checkpoint().sign(&self.key).unwrap();
        self.files.insert("checkpoint".to_owned(), note.encode().into_bytes());
    }

    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint { origin: ORIGIN.to_owned(), size: self.size(), root: self.levels.root() }
    }

    /// Publishes any text under the log's own signature.
    pub fn sign(&mut self, text: &str) {
        let note = Note::sign(text, &self.key).unwrap();
        self.files.insert("checkpoint".to_owned(), note.encode().into_bytes());
    }

    pub fn verify(&self) -> Result<Verified, Failure> {
        verify_log(self, self.key.verifier())
    }
}
