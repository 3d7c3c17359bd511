//! Checks a published log with other people's crates: `signed_note` opens its checkpoints, `tlog_tiles` authenticates
//! every leaf hash through the tiles, `ct-merkle` builds the tree anew and judges proofs. Beside them this crate's own
//! verifier, so that all four are seen to agree.
//!
//! `strangers FOLDER` reads `FOLDER/log`, `FOLDER/proofs` and `FOLDER/flips` and answers line by line, as the programs
//! in `strangers/` do (their README says how). Exit code 0 when everything held, 1 when something did not.

#![expect(clippy::print_stdout, reason = "a program that answers on its standard output")]

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use handbell_log::hash::Hash;
use handbell_log::note::VerifierKey;
use handbell_log::proof;
use handbell_log::source::Folder;
use handbell_log::verify::verify_log;
use sha2::Sha256;
use sha2::digest::Output;
use signed_note::{Note, StandardVerifier, VerifierList};
use tlog_tiles::{
    Checkpoint, Error, HashReader, Tile, TileHashReader, TileReader, check_record, check_tree, prove_record, record_hash, stored_hash_index,
};

const HEIGHT: u8 = 8;
const WIDTH: u64 = 256;
const HASH_BYTES: usize = 32;
/// Tiles that are asked for before those that count. `tlog_tiles` 0.2 authenticates the tiles of the tree's right edge by
/// its root and then the others by their parents, but leaves out the first of these, as Go's x/mod does: it begins to
/// count at the number of complete subtrees, of which several stand in one tile. There are never more than 64 of them.
const BEFORE: usize = 64;
/// A leaf behind its length.
const ENTRY_BYTES: usize = 59;

type Answer<T> = Result<T, String>;

fn wrong(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// A published log on a disk, of which one file may be given other bytes, to see whether that is found.
struct Files {
    folder: PathBuf,
    kept: RefCell<HashMap<String, Option<Rc<[u8]>>>>,
    changed: RefCell<Option<(String, Rc<[u8]>)>>,
}

impl Files {
    fn read(&self, path: &str) -> Option<Rc<[u8]>> {
        if let Some((_, bytes)) = self.changed.borrow().as_ref().filter(|(changed, _)| changed == path) {
            return Some(bytes.clone());
        }
        let read = || std::fs::read(self.folder.join(path)).ok().map(Rc::from);
        self.kept.borrow_mut().entry(path.to_owned()).or_insert_with(read).clone()
    }

    /// A tile or bundle, and whether it is the full one in place of a partial one that is gone.
    fn tile(&self, path: &str) -> Option<(Rc<[u8]>, bool)> {
        let full = path.split(".p/").next().unwrap_or_default();
        self.read(path).map(|bytes| (bytes, false)).or_else(|| self.read(full).map(|bytes| (bytes, true)))
    }
}

/// A log as one checkpoint signs it. It gives `tlog_tiles` the tiles.
struct Tree<'files> {
    files: &'files Files,
    path: String,
    size: u64,
    root: tlog_tiles::Hash,
}

impl TileReader for Tree<'_> {
    fn height(&self) -> u8 {
        HEIGHT
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, Error> {
        let read = |tile: &Tile| {
            let wanted = tile.width() as usize * HASH_BYTES;
            let (bytes, full) = self.files.tile(&c2sp(tile)).ok_or(Error::InvalidTile)?;
            let length = if full { WIDTH as usize * HASH_BYTES } else { wanted };
            if bytes.len() == length { Ok(bytes[..wanted].to_vec()) } else { Err(Error::InvalidTile) }
        };
        tiles.iter().map(read).collect()
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

/// The crate names tiles as Go's checksum database does, with their height.
fn c2sp(tile: &Tile) -> String {
    tile.path().replacen("tile/8/", "tile/", 1)
}

impl<'files> Tree<'files> {
    fn open(files: &'files Files, path: &str, vkey: &str) -> Answer<Self> {
        let bytes = files.read(path).ok_or_else(|| format!("{path} is missing"))?;
        let verifier = StandardVerifier::new(vkey).map_err(|error| format!("{error:?}"))?;
        let verifiers = VerifierList::new(vec![Box::new(verifier)]);
        let note = Note::from_bytes(&bytes).map_err(|error| format!("{path}: {error:?}"))?;
        note.verify(&verifiers).map_err(|error| format!("{path}: {error:?}"))?;
        let checkpoint = Checkpoint::from_bytes(note.text()).map_err(wrong)?;
        if Some(checkpoint.origin()) != vkey.split('+').next() || !checkpoint.extension().is_empty() {
            return Err(format!("{path} is not three lines, the first of them the key's name"));
        }
        Ok(Self { files, path: path.to_owned(), size: checkpoint.size(), root: *checkpoint.hash() })
    }

    fn hashes(&self) -> TileHashReader<'_> {
        TileHashReader::new(self.size, self.root, self)
    }

    /// The entries of a bundle, each of which has the hash that the tiles prove to be in the tree.
    fn entries(&self, bundle: u64) -> Answer<Vec<Vec<u8>>> {
        let range = bundle * WIDTH..self.size.min((bundle + 1) * WIDTH);
        let bundles = self.size.div_ceil(WIDTH);
        let others = (1..bundles).map(|further| (bundle + further) % bundles * WIDTH).take(BEFORE);
        let before = others.clone().count();
        let indexes: Vec<u64> = others.chain(range.clone()).map(|index| stored_hash_index(0, index)).collect();
        let hashes = self.hashes().read_hashes(&indexes).map_err(wrong)?.split_off(before);
        let width = u32::try_from(hashes.len()).map_err(wrong)?;
        let path = c2sp(&Tile::new(HEIGHT, 0, bundle, width, false)).replacen("tile/0/", "tile/entries/", 1);
        let (bytes, full) = self.files.tile(&path).ok_or_else(|| format!("{path} is missing"))?;
        let (mut rest, mut entries) = (&bytes[..], Vec::new());
        for (index, hash) in range.zip(&hashes) {
            let (length, behind) = rest.split_first_chunk().ok_or_else(|| format!("{path} ends before an entry"))?;
            let length = usize::from(u16::from_be_bytes(*length));
            let (entry, behind) = behind.split_at_checked(length).ok_or_else(|| format!("{path} ends inside an entry"))?;
            if record_hash(entry).0 != hash.0 {
                return Err(format!("{path}: entry {index} is not the one whose hash is signed"));
            }
            entries.push(entry.to_vec());
            rest = behind;
        }
        if rest.is_empty() || full { Ok(entries) } else { Err(format!("{path} goes on after its last entry")) }
    }

    /// Whether `ct-merkle` accepts these bytes as the entry at a place of the tree.
    fn merkle_accepts(&self, entry: &[u8], index: u64) -> Answer<bool> {
        let path = prove_record(self.size, index, &self.hashes()).map_err(wrong)?;
        let path: Vec<Hash> = path.iter().map(|hash| Hash(hash.0)).collect();
        let path = InclusionProof::<Sha256>::from_digests(digests(&path).iter());
        Ok(root(self.size, &self.root.0).verify_inclusion(&entry.to_vec(), index, &path).is_ok())
    }
}

fn root(size: u64, root: &[u8; 32]) -> RootHash<Sha256> {
    RootHash::new((*root).into(), size)
}

fn digests(hashes: &[Hash]) -> Vec<Output<Sha256>> {
    hashes.iter().map(|hash| hash.0.into()).collect()
}

fn place(number: u64) -> Answer<usize> {
    usize::try_from(number).map_err(wrong)
}

/// The newest checkpoint and every kept one, the smallest first.
fn trees<'files>(files: &'files Files, vkey: &str) -> Answer<Vec<Tree<'files>>> {
    let kept = std::fs::read_dir(files.folder.join("checkpoints")).map_err(wrong)?;
    let kept = kept.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).map(|name| format!("checkpoints/{name}"));
    let mut trees = kept.chain(["checkpoint".to_owned()]).map(|path| Tree::open(files, &path, vkey)).collect::<Answer<Vec<_>>>()?;
    trees.sort_by_key(|tree| tree.size);
    Ok(trees)
}

/// Every entry, authenticated under every checkpoint by `tlog_tiles`, and the tree of them built anew by `ct-merkle`.
fn whole(trees: &[Tree<'_>]) -> Answer<Vec<Vec<u8>>> {
    let mut built = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    let mut entries: Vec<Vec<u8>> = Vec::new();
    for tree in trees {
        let mut longer = Vec::new();
        for bundle in 0..tree.size.div_ceil(WIDTH) {
            longer.extend(tree.entries(bundle)?);
        }
        if !longer.starts_with(&entries) {
            return Err(format!("{} does not go on from the one before", tree.path));
        }
        longer[entries.len()..].iter().for_each(|entry| built.push(entry.clone()));
        if built.root().as_bytes().as_slice() != tree.root.0 {
            return Err(format!("{}: ct-merkle's tree of the entries has another root", tree.path));
        }
        entries = longer;
        println!("root {} {} {}", tree.path, tree.size, tree.root);
    }
    Ok(entries)
}

/// Another program's proofs are those this crate makes, and the other crates accept them.
fn proofs(folder: &Path, trees: &[Tree<'_>], entries: &[Vec<u8>]) -> Answer<()> {
    let leaves: Vec<Hash> = entries.iter().map(|entry| Hash(record_hash(entry).0)).collect();
    let roots: HashMap<u64, tlog_tiles::Hash> = trees.iter().map(|tree| (tree.size, tree.root)).collect();
    let (mut included, mut consistent) = (0, 0);
    for line in std::fs::read_to_string(folder.join("proofs")).map_err(wrong)?.lines() {
        let mut words = line.split(' ');
        let kind = words.next().unwrap_or_default();
        let mut numbers = words.by_ref().take(2).map(|word| word.parse::<u64>().map_err(wrong));
        let (Some(one), Some(size)) = (numbers.next().transpose()?, numbers.next().transpose()?) else {
            return Err(format!("{line}: a proof names two numbers"));
        };
        let theirs = line.split(' ').skip(3).map(tlog_tiles::Hash::parse_hash).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
        let (all, now) = (&leaves[..place(size)?], roots[&size]);
        let ours = if kind == "inclusion" { proof::inclusion(all, one) } else { proof::consistency(all, one) };
        let ours = ours.ok_or("a proof of what is not there")?;
        if !ours.iter().map(|hash| hash.0).eq(theirs.iter().map(|hash| hash.0)) {
            return Err(format!("handbell-log makes another proof: {line}"));
        }
        if kind == "inclusion" {
            included += 1;
            let entry = &entries[place(one)?];
            check_record(&theirs, size, now, one, record_hash(entry)).map_err(wrong)?;
            let judged = InclusionProof::<Sha256>::from_digests(digests(&ours).iter());
            root(size, &now.0).verify_inclusion(entry, one, &judged).map_err(|error| format!("{error:?}"))?;
        } else {
            consistent += 1;
            check_tree(&theirs, size, now, one, roots[&one]).map_err(wrong)?;
            let judged = ConsistencyProof::<Sha256>::from_digests(digests(&ours).iter());
            root(size, &now.0).verify_consistency(&root(one, &roots[&one].0), &judged).map_err(|error| format!("{error:?}"))?;
        }
    }
    println!("proofs {included} {consistent}");
    Ok(())
}

/// Which checkpoint, and which of its bundles, must be looked at so that this byte of a file is read.
fn reads<'trees, 'files>(trees: &'trees [Tree<'files>], path: &str, at: usize) -> Option<(&'trees Tree<'files>, u64)> {
    if let Some(tree) = trees.iter().find(|tree| tree.path == path) {
        return Some((tree, 0));
    }
    let tile = Tile::from_path(&path.replacen("entries", "0", 1).replacen("tile/", "tile/8/", 1)).ok()?;
    let (width, index, shift) = (u64::from(tile.width()), tile.level_index(), 8 * u32::from(tile.level()));
    // The newest tree that has it, as there is most to ask for before.
    let tree = trees.iter().rev().find(|tree| {
        let count = tree.size >> shift;
        if width == WIDTH { (index + 1) * WIDTH <= count } else { index * WIDTH + width == count }
    })?;
    let first_below = (index * WIDTH + (at / HASH_BYTES) as u64) << shift;
    Some((tree, if path.starts_with("tile/entries/") { index } else { first_below / WIDTH }))
}

/// Whether a changed bundle is found: by `tlog_tiles`, and by `ct-merkle` where the change left an entry to judge.
fn is_found(tree: &Tree<'_>, bundle: u64, path: &str, at: usize, vkey: &str) -> Answer<bool> {
    let Ok(again) = Tree::open(tree.files, &tree.path, vkey) else { return Ok(true) };
    let by_tiles = again.entries(bundle).is_err();
    if path.starts_with("tile/entries/") && at % ENTRY_BYTES >= 2 {
        let start = at / ENTRY_BYTES * ENTRY_BYTES;
        let bytes = tree.files.read(path).ok_or("the bundle is missing")?;
        let index = bundle * WIDTH + (at / ENTRY_BYTES) as u64;
        let by_merkle = !again.merkle_accepts(&bytes[start + 2..start + ENTRY_BYTES], index)?;
        if by_merkle != by_tiles {
            return Err(format!("{path} byte {at}: found by one of tlog_tiles and ct-merkle and not by the other"));
        }
    }
    Ok(by_tiles)
}

/// Changes one bit after the other and tells for each whether that is found. A bit `-` changes nothing.
fn flips(folder: &Path, files: &Files, trees: &[Tree<'_>], vkey: &str) -> Answer<()> {
    for (number, line) in std::fs::read_to_string(folder.join("flips")).map_err(wrong)?.lines().enumerate() {
        let [path, at, bit] = line.split(' ').collect::<Vec<_>>()[..] else { return Err(format!("{line}: not a flip")) };
        let at: usize = at.parse().map_err(wrong)?;
        let Some((tree, bundle)) = reads(trees, path, at) else {
            println!("flip {number} uncovered");
            continue;
        };
        let mut changed = files.read(path).ok_or_else(|| format!("{path} is missing"))?.to_vec();
        if bit != "-" {
            changed[at] ^= 1 << bit.parse::<u8>().map_err(wrong)?;
        }
        files.changed.replace(Some((path.to_owned(), Rc::from(changed))));
        println!("flip {number} {}", if is_found(tree, bundle, path, at, vkey)? { "found" } else { "held" });
        files.changed.replace(None);
    }
    Ok(())
}

fn check(folder: &Path) -> Answer<()> {
    let log = folder.join("log");
    let vkey = std::fs::read_to_string(log.join("vkey")).map_err(wrong)?;
    let vkey = vkey.trim();
    let files = Files { folder: log.clone(), kept: RefCell::default(), changed: RefCell::default() };
    let trees = trees(&files, vkey)?;
    let entries = whole(&trees)?;
    proofs(folder, &trees, &entries)?;
    let ours = verify_log(&Folder::open(&log).map_err(wrong)?, &VerifierKey::parse(vkey).map_err(wrong)?).map_err(wrong)?;
    let newest = trees.last().ok_or("there is no checkpoint")?;
    if (ours.checkpoint.size, ours.checkpoint.root.0) != (newest.size, newest.root.0) {
        return Err("handbell-log finds another tree".to_owned());
    }
    // The same checkpoint with lines under it by keys that these crates do not know.
    let beside = Files { folder: folder.join("cosigned"), kept: RefCell::default(), changed: RefCell::default() };
    let cosigned = Tree::open(&beside, "checkpoint", vkey)?;
    println!("root cosigned {} {}", cosigned.size, Hash(cosigned.root.0));
    flips(folder, &files, &trees, vkey)
}

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else { return ExitCode::from(2) };
    match check(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            println!("wrong {why}");
            ExitCode::FAILURE
        }
    }
}
