//! A made-up log of fifteen entries, whole: its keys, everything it ever said, and its files in every format; and another
//! history that the same key signed, as a keeper who lies would.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use handbell_log::checkpoint::Checkpoint;
use handbell_log::cosignature::CosigningKey;
use handbell_log::cosigner::Request;
use handbell_log::hash::{Hash, leaf_hash};
use handbell_log::leaf::{Content, Kind, Leaf, Reason, Salt, Stream};
use handbell_log::note::{Note, SigningKey};
use handbell_log::page_proof::{OwnEntry, PageProof, PlacedRow, Projection, Remainder, place};
use handbell_log::policy::Policy;
use handbell_log::proof;
use handbell_log::proof_file::ProofFile;
use handbell_log::snapshot::Snapshot;
use handbell_log::tile::{content_path, pack_path, partial_tiles, tile_bytes};
use handbell_log::tree::{Levels, root_of};
use handbell_log::{bundle, pack, payload, tile};
use serde_json::json;

/// The log's name.
const ORIGIN: &str = "record.example/log";
/// The stream whose page is proved.
const PAGE: Stream = Stream([7; 16]);
const OTHER: Stream = Stream([9; 16]);
/// When its cosigner signed, in seconds since 1970.
pub const TIME_SECONDS: u64 = 1_700_000_000;

/// How many entries the two histories share.
const SHARED: u64 = 2;

/// One of the two histories that the key has signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum History {
    /// The log's own.
    Own,
    /// The other, which differs from entry [`SHARED`] on.
    Other,
}

/// The log, the same in every process.
pub fn the_log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(Log::made_up)
}

/// Everything that its keeper has.
pub struct Log {
    /// What it signs with.
    pub key: SigningKey,
    /// Who cosigns it.
    pub cosigner: CosigningKey,
    second: CosigningKey,
    leaves: Vec<Leaf>,
    /// What opens each leaf, also what was withdrawn since.
    openings: Vec<Option<Content>>,
    /// By which entry each was withdrawn: one before the snapshot and one after it.
    withdrawn: BTreeMap<u64, u64>,
    snapshot: u64,
}

impl Log {
    fn made_up() -> Log {
        let key = SigningKey::from_seed(ORIGIN, &[0; 32]).expect("a name that may be a key's");
        let cosigner = CosigningKey::from_seed("cosigner.example/one", &[2; 32]).expect("a name that may be a key's");
        let second = CosigningKey::ml_dsa_from_seed(ORIGIN, &[5; 32]).expect("a name that may be a key's");
        let mut log = Log { key, cosigner, second, leaves: Vec::new(), openings: Vec::new(), withdrawn: BTreeMap::new(), snapshot: 0 };
        for _ in 0..3 {
            log.claim(OTHER);
            log.claim(PAGE);
        }
        log.withdraw(3);
        log.claim(PAGE);
        log.snapshot = log.size();
        let (seq, prev) = log.chain(Stream::OPERATOR);
        let head = log.leaves.iter().collect::<Snapshot>().head();
        log.entry(Stream::OPERATOR, Kind::Snapshot, &head.payload(seq, prev, "2026-01-02T03:04Z"));
        log.claim(OTHER);
        log.claim(PAGE);
        log.claim(PAGE);
        log.withdraw(7);
        log.leaves.push(Leaf::key(Stream::OPERATOR, [1; 32]));
        log.openings.push(None);
        log.claim(PAGE);
        // The key follows from the entries: what a run learned of another made-up log is signed by nobody here.
        log.key = SigningKey::from_seed(ORIGIN, log.checkpoint(log.size()).root.as_bytes()).expect("a name that may be a key's");
        log
    }

    fn withdraw(&mut self, index: u64) {
        self.withdrawn.insert(index, self.size());
        self.leaves.push(Leaf::withdrawal(self.leaf(index).stream(), index, Reason::PersonalData));
        self.openings.push(None);
    }

    /// By which entry this one was withdrawn.
    pub fn withdrawn_by(&self, index: u64) -> Option<u64> {
        self.withdrawn.get(&index).copied()
    }

    fn claim(&mut self, stream: Stream) {
        let (seq, prev) = self.chain(stream);
        let words = format!("\u{e9}\n\"{seq}\" \u{1f514}");
        let said = json!({"at": "2026-01-02T03:04Z", "list": [true, null, {"n": 9007199254740991_u64}], "prev": prev, "seq": seq, "type": "t", "words": words});
        self.entry(stream, Kind::Claim, &said);
    }

    fn entry(&mut self, stream: Stream, kind: Kind, said: &serde_json::Value) {
        let salt = Salt([self.leaves.len() as u8; 32]);
        let content = Content { salt, payload: payload::canonical(said).expect("made up in canonical words") };
        self.leaves.push(Leaf::committed(kind, stream, &content.salt, &content.payload));
        self.openings.push(Some(content));
    }

    /// The number of a stream's next entry, and the place of its last.
    fn chain(&self, stream: Stream) -> (u64, Option<u64>) {
        let own = self.committed(stream);
        (own.len() as u64, own.last().copied())
    }

    /// The places of a stream's entries that have words.
    pub fn committed(&self, stream: Stream) -> Vec<u64> {
        (0..).zip(&self.leaves).filter(|(_, leaf)| leaf.stream() == stream && leaf.is_committed()).map(|(index, _)| index).collect()
    }

    /// How many entries it has.
    pub fn size(&self) -> u64 {
        self.leaves.len() as u64
    }

    /// The leaf at this place.
    pub fn leaf(&self, index: u64) -> &Leaf {
        &self.leaves[index as usize]
    }

    /// What opens the leaf at this place, withdrawn or not.
    pub fn opening(&self, index: u64) -> Option<&Content> {
        self.openings.get(index as usize)?.as_ref()
    }

    /// The same, unless it was withdrawn.
    fn offered(&self, index: u64) -> Option<&Content> {
        self.opening(index).filter(|_| !self.withdrawn.contains_key(&index))
    }

    /// The hashes of its first leaves.
    fn hashes(&self, size: u64) -> Vec<Hash> {
        self.leaves[..size as usize].iter().map(Leaf::hash).collect()
    }

    fn hashes_of(&self, history: History, size: u64) -> Vec<Hash> {
        let mut hashes = self.hashes(size);
        if let (History::Other, Some(differs)) = (history, hashes.get_mut(SHARED as usize)) {
            *differs = leaf_hash(b"what the other readers were shown");
        }
        hashes
    }

    fn levels(&self, size: u64) -> Levels {
        self.hashes(size).into_iter().collect()
    }

    /// What it signs of its first entries.
    pub fn checkpoint(&self, size: u64) -> Checkpoint {
        self.checkpoint_of(History::Own, size)
    }

    /// What the key signs of the first entries of one history.
    pub fn checkpoint_of(&self, history: History, size: u64) -> Checkpoint {
        Checkpoint { origin: ORIGIN.to_owned(), size, root: root_of(&self.hashes_of(history, size)) }
    }

    /// Which histories begin with a tree; both, where it is no larger than what they share.
    pub fn histories_of(&self, tree: &Checkpoint) -> Vec<History> {
        let begins = |history: &History| tree.size <= self.size() && self.checkpoint_of(*history, tree.size) == *tree;
        [History::Own, History::Other].into_iter().filter(begins).collect()
    }

    fn note(&self, size: u64) -> Note {
        self.note_of(History::Own, size)
    }

    fn note_of(&self, history: History, size: u64) -> Note {
        let checkpoint = self.checkpoint_of(history, size);
        let mut note = checkpoint.sign(&self.key).expect("its own name");
        note.add(self.cosigner.cosign(&checkpoint, TIME_SECONDS).expect("a time that can be said")).expect("room for two");
        note
    }

    /// Whom its readers believe.
    pub fn policy(&self) -> Policy {
        Policy::of_cosigners(self.key.verifier(), &[self.cosigner.verifier().clone()], 1).expect("one of one")
    }

    /// Notes as they are published: with one line, with two, with a third of ML-DSA-44.
    pub fn notes(&self) -> Vec<Vec<u8>> {
        let mut third = self.note(self.size());
        third.add(self.second.cosign(&self.checkpoint(self.size()), 0).expect("a log says no time")).expect("room for three");
        let alone = self.checkpoint(5).sign(&self.key).expect("its own name");
        // A good line and a forged one of the same key, in both orders.
        let (good, other) = (self.note(self.size()), alone.signatures()[0].clone());
        let forged = [[good.signatures()[0].clone(), other.clone()], [other, good.signatures()[0].clone()]];
        let forged = forged.map(|lines| Note::new(good.text(), lines.to_vec()).expect("room for two"));
        [good, alone, third].iter().chain(&forged).map(|note| note.encode().into_bytes()).collect()
    }

    /// Checkpoints without their lines.
    pub fn checkpoint_texts(&self) -> Vec<Vec<u8>> {
        [self.size(), 0, 1].iter().map(|size| self.checkpoint(*size).encode().into_bytes()).collect()
    }

    /// Each kind of key, a hash and a stream.
    pub fn key_texts(&self) -> Vec<Vec<u8>> {
        let keys = [self.key.verifier().to_string(), self.cosigner.verifier().to_string(), self.second.verifier().to_string()];
        let others = [leaf_hash(b"").to_string(), PAGE.to_string()];
        keys.into_iter().chain(others).map(String::into_bytes).collect()
    }

    /// Paths of each kind.
    pub fn paths(&self) -> Vec<Vec<u8>> {
        let tiles = [tile::tile_path(0, 1_234_067, 256), tile::tile_path(63, 0, 1), tile::entries_path(999, 255)];
        tiles.into_iter().chain([content_path(1_000), pack_path(0), pack_path(1_000_001)]).map(String::into_bytes).collect()
    }

    /// Its only bundle, and one of two short entries, each behind how many are wanted.
    pub fn bundles(&self) -> Vec<Vec<u8>> {
        let own: Vec<_> = self.leaves.iter().map(Leaf::encode).collect();
        let own = (self.size() as u8 - 1, bundle::encode(own).expect("fifteen leaves"));
        let two = (1, bundle::encode([&b"a"[..], b""]).expect("two entries"));
        [own, two].into_iter().map(|(wanted, bytes)| [&[wanted][..], &bytes].concat()).collect()
    }

    /// Its only pack, and one with nothing in it.
    pub fn packs(&self) -> Vec<Vec<u8>> {
        let own = (0..self.size()).map(|index| self.offered(index).map(Content::encode));
        vec![pack::encode(own).expect("fifteen contents"), pack::encode([None::<Vec<u8>>]).expect("one place")]
    }

    /// Its leaves behind a 0 and what opens them behind a 1.
    pub fn leaves(&self) -> Vec<Vec<u8>> {
        let leaves = self.leaves.iter().map(|leaf| [&[0][..], &leaf.encode()].concat());
        leaves.chain(self.openings.iter().flatten().map(|content| [&[1][..], &content.encode()].concat())).collect()
    }

    /// Everything it ever said.
    pub fn payloads(&self) -> Vec<Vec<u8>> {
        self.openings.iter().flatten().map(|content| content.payload.clone()).collect()
    }

    /// Whom to believe, from one log alone to groups within groups.
    pub fn policies(&self) -> Vec<Vec<u8>> {
        let (log, one) = (self.key.verifier(), self.cosigner.verifier());
        let nested = format!(
            "# words\nlog {log}\nwitness A {one} https://cosigner.example/\nwitness B {one}x\ngroup G any A\ngroup H 1 G\nquorum H\n"
        );
        vec![self.policy().encode(), Policy::of_log(log.clone()).encode(), nested.into_bytes()]
    }

    /// Proofs of single entries.
    pub fn proofs(&self) -> Vec<Vec<u8>> {
        let proof = |index: u64, size: u64, extra: Option<Vec<u8>>| {
            let path = proof::inclusion(&self.hashes(size), index).expect("an entry of the tree");
            ProofFile { extra, index, path, checkpoint: self.note(size) }.encode().into_bytes()
        };
        vec![proof(0, self.size(), None), proof(6, 8, Some(b"extra".to_vec())), proof(0, 1, None)]
    }

    fn own(&self, stream: Stream) -> Vec<OwnEntry> {
        let entry = |index: u64| OwnEntry {
            leaf: (index, *self.leaf(index)),
            content: self.offered(index).cloned(),
            withdrawal: self.withdrawn_by(index).map(|by| (by, *self.leaf(by))),
        };
        self.committed(stream).into_iter().map(entry).collect()
    }

    /// The proof of one page: that there is no more of it, and only what there is. And what a keeper who lies would give out:
    /// without one of the entries, and without the withdrawal.
    pub fn page_proofs(&self) -> Vec<Vec<u8>> {
        let (size, levels) = (self.size(), self.levels(self.size()));
        let Ok(short) = PageProof::of(self.note(size), &self.checkpoint(size), PAGE, self.own(PAGE), &levels);
        let table: Snapshot = self.leaves[..self.snapshot as usize].iter().collect();
        let Ok(placed) = place(&levels, &self.checkpoint(size), (self.snapshot, *self.leaf(self.snapshot)));
        let remainder = Remainder {
            snapshot: placed.expect("the snapshot is in the tree"),
            content: self.opening(self.snapshot).expect("a snapshot has words").clone(),
            row: table.row(PAGE).map(|(position, row, path)| PlacedRow { position, row, path }),
            after: self.leaves[self.snapshot as usize + 1..].to_vec(),
        };
        let projection = Some(Projection { version: 3, hash: leaf_hash(b"") });
        let whole = PageProof { remainder: Some(remainder), projection, ..short.clone() };
        let lies = (0..whole.entries.len()).flat_map(|number| {
            let (mut without, mut untold) = (whole.clone(), whole.clone());
            without.entries.remove(number);
            let entry = &mut untold.entries[number];
            let opening = self.opening(entry.leaf.index).cloned();
            let was_withdrawn = entry.withdrawal.take().is_some();
            entry.content = opening;
            std::iter::once(without).chain(was_withdrawn.then_some(untold))
        });
        let all = [whole.clone(), short].into_iter().chain(lies);
        all.map(|proof| proof.encode().expect("indexes that JSON can say")).collect()
    }

    /// Requests for a cosignature, from nothing and from [`crate::claims::COSIGNED`], of both histories and of one with the
    /// other's proof.
    pub fn requests(&self) -> Vec<Vec<u8>> {
        let request = |old: u64, size: u64, signed: History, proved: History| {
            let proof = proof::consistency(&self.hashes_of(proved, size), old).expect("the tree grows");
            let note = self.checkpoint_of(signed, size).sign(&self.key).expect("its own name");
            Request::new(old, proof, note).expect("a request that can be read").encode().into_bytes()
        };
        let (cosigned, size) = (crate::claims::COSIGNED, self.size());
        let (own, other) = (History::Own, History::Other);
        vec![
            request(cosigned, size, own, own),
            request(cosigned, cosigned, own, own),
            request(0, 3, own, own),
            request(cosigned, size, other, other),
            request(cosigned, size, other, own),
        ]
    }

    /// What a cosigner answers: its line, and one of somebody else's before it. And what it shows: notes of both histories.
    pub fn answers(&self) -> Vec<Vec<u8>> {
        let line = self.cosigner.cosign(&self.checkpoint(self.size()), TIME_SECONDS).expect("a time that can be said");
        let other = self.second.cosign(&self.checkpoint(self.size()), 0).expect("a log says no time");
        let answers = [format!("{line}\n"), format!("{other}\n{line}\n")];
        let shown = [(History::Own, self.size()), (History::Own, 5), (History::Other, 5)];
        let shown = shown.map(|(history, size)| self.note_of(history, size).encode());
        answers.into_iter().chain(shown).map(String::into_bytes).collect()
    }

    /// Pairs of checkpoints, each behind its length as two bytes, with the larger one's leaf hashes or a proof between them; of
    /// one history and of both.
    pub fn pairs(&self) -> Vec<Vec<u8>> {
        let pair = |(one, smaller): (History, u64), (other, larger): (History, u64), hashes: Vec<Hash>| {
            let notes = [self.note_of(one, smaller).encode(), self.note_of(other, larger).encode()].map(String::into_bytes);
            let notes = notes.iter().flat_map(|note| [&(note.len() as u16).to_be_bytes()[..], note].concat());
            notes.chain(hashes.into_iter().flat_map(|hash| hash.0)).collect()
        };
        let (size, own, other) = (self.size(), History::Own, History::Other);
        let proof = |history: History| proof::consistency(&self.hashes_of(history, size), 5).expect("the tree grows");
        vec![
            pair((own, 5), (own, size), self.hashes(size)),
            pair((own, 5), (own, size), proof(own)),
            pair((own, 8), (own, 8), Vec::new()),
            pair((other, 1), (own, size), self.hashes(size)),
            pair((other, 5), (own, size), self.hashes(size)),
            pair((own, 5), (other, size), self.hashes_of(other, size)),
            pair((own, 5), (other, size), proof(other)),
            pair((own, 8), (other, 8), Vec::new()),
        ]
    }

    /// Its published files by their paths, as they lie on a host.
    pub fn published(&self) -> BTreeMap<String, Vec<u8>> {
        let levels = self.levels(self.size());
        let mut files = BTreeMap::from([("checkpoint".to_owned(), self.note(self.size()).encode().into_bytes())]);
        for tile in partial_tiles(self.size()) {
            let bytes = match tile {
                tile::TileId::Hashes { .. } => tile_bytes(&levels, &tile).unwrap_or_else(|never| match never {}),
                tile::TileId::Entries { .. } => bundle::encode(self.leaves.iter().map(Leaf::encode)).expect("fifteen leaves"),
            };
            files.insert(tile.path(), bytes);
        }
        for index in 0..self.size() {
            if let Some(content) = self.offered(index) {
                files.insert(content_path(index), content.encode());
            }
        }
        files
    }

    /// Each of those files behind its number, and what was withdrawn behind the next ones.
    pub fn files(&self) -> Vec<Vec<u8>> {
        let withdrawn = self.withdrawn.keys().filter_map(|index| self.opening(*index)).map(Content::encode);
        (0_u8..).zip(self.published().into_values().chain(withdrawn)).map(|(number, bytes)| [&[number][..], &bytes].concat()).collect()
    }

    /// Where what was withdrawn would lie.
    pub fn withdrawn_paths(&self) -> impl Iterator<Item = String> {
        self.withdrawn.keys().map(|index| content_path(*index))
    }
}
