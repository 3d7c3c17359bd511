//! Checks the log part of a pack with other people's crates: `signed_note` opens the checkpoint that each proof brings,
//! `tlog_tiles` and `ct-merkle` judge that the leaf is in its tree. Nothing of this crate is called.
//!
//! `pack_strangers FOLDER` reads `FOLDER/pack` and `FOLDER/pack-flips` with the key of `FOLDER/log` and answers line by
//! line, as the programs in `strangers/` do. What a leaf commits to is not judged here. Exit code 0 when everything held.

#![expect(clippy::print_stdout, reason = "a program that answers on its standard output")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ct_merkle::{InclusionProof, RootHash};
use sha2::Sha256;
use sha2::digest::Output;
use signed_note::{Note, StandardVerifier, VerifierList};
use tlog_tiles::{Checkpoint, Hash, check_record, record_hash};

type Answer<T> = Result<T, String>;

fn wrong(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// One entry: its leaf and its C2SP tlog-proof.
struct Entry {
    leaf: Vec<u8>,
    proof: Vec<u8>,
}

/// What holds of it.
struct Held {
    index: u64,
    size: u64,
    root: Hash,
}

/// A step of a path, in its one spelling.
fn step(line: &str) -> Answer<Hash> {
    let bytes: [u8; 32] = STANDARD.decode(line).map_err(wrong)?.try_into().map_err(|_| "a step of the path is no hash")?;
    if STANDARD.encode(bytes) == line { Ok(Hash(bytes)) } else { Err("a step of the path has another spelling".to_owned()) }
}

impl Entry {
    fn read(place: &Path) -> Answer<Self> {
        let read = |name: &str| std::fs::read(place.join(name)).map_err(|error| format!("{}: {error}", place.join(name).display()));
        Ok(Self { leaf: read("leaf")?, proof: read("proof.tlog-proof")? })
    }

    /// Opens the note with the key and judges the path twice, by two crates that must agree.
    fn held(&self, vkey: &str) -> Answer<Held> {
        let split = self.proof.windows(2).position(|two| two == b"\n\n").ok_or("the proof has no empty line")?;
        let (head, note) = (&self.proof[..split], &self.proof[split + 2..]);
        let mut lines = std::str::from_utf8(head).map_err(wrong)?.split('\n');
        if lines.next() != Some("c2sp.org/tlog-proof@v1") {
            return Err("it is no proof".to_owned());
        }
        let number = lines.next().and_then(|line| line.strip_prefix("index ")).ok_or("it names no index")?;
        let index: u64 = number.parse().map_err(wrong)?;
        if index.to_string() != number {
            return Err("the index has another spelling".to_owned());
        }
        let path = lines.map(step).collect::<Answer<Vec<Hash>>>()?;

        let verifier = StandardVerifier::new(vkey).map_err(|error| format!("{error:?}"))?;
        let note = Note::from_bytes(note).map_err(|error| format!("{error:?}"))?;
        note.verify(&VerifierList::new(vec![Box::new(verifier)])).map_err(|error| format!("{error:?}"))?;
        let checkpoint = Checkpoint::from_bytes(note.text()).map_err(wrong)?;
        if Some(checkpoint.origin()) != vkey.split('+').next() || !checkpoint.extension().is_empty() {
            return Err("the checkpoint is not three lines, the first of them the key's name".to_owned());
        }
        let (size, root) = (checkpoint.size(), *checkpoint.hash());
        let by_tiles = check_record(&path, size, root, index, record_hash(&self.leaf));
        let digests: Vec<Output<Sha256>> = path.iter().map(|step| step.0.into()).collect();
        let judged = InclusionProof::<Sha256>::from_digests(digests.iter());
        let by_merkle = RootHash::<Sha256>::new(root.0.into(), size).verify_inclusion(&self.leaf, index, &judged);
        match (by_tiles.is_ok(), by_merkle.is_ok()) {
            (true, true) => Ok(Held { index, size, root }),
            (false, false) => Err("the leaf is not in the tree".to_owned()),
            (tiles, merkle) => panic!("tlog_tiles says {tiles} and ct-merkle {merkle}"),
        }
    }
}

/// Folders of the pack that hold an entry.
fn places(pack: &Path) -> Answer<Vec<PathBuf>> {
    let mut found = Vec::new();
    for (folder, below) in [("heads", ""), ("items", "log")] {
        for entry in std::fs::read_dir(pack.join(folder)).map_err(wrong)? {
            let place = entry.map_err(wrong)?.path().join(below);
            if place.join("proof.tlog-proof").exists() {
                found.push(place);
            }
        }
    }
    Ok(found)
}

/// Changes one bit and tells whether that is found.
fn flipped(pack: &Path, line: &str, vkey: &str) -> Answer<&'static str> {
    let [path, at, bit] = line.split(' ').collect::<Vec<_>>()[..] else { return Err(format!("{line}: not a flip")) };
    let (place, name) = path.rsplit_once('/').unwrap_or_default();
    if !["leaf", "proof.tlog-proof"].contains(&name) {
        return Ok("uncovered");
    }
    let mut entry = Entry::read(&pack.join(place))?;
    if bit != "-" {
        let changed = if name == "leaf" { &mut entry.leaf } else { &mut entry.proof };
        changed[at.parse::<usize>().map_err(wrong)?] ^= 1 << bit.parse::<u8>().map_err(wrong)?;
    }
    Ok(if entry.held(vkey).is_ok() { "held" } else { "found" })
}

fn check(folder: &Path) -> Answer<()> {
    let vkey = std::fs::read_to_string(folder.join("log/vkey")).map_err(wrong)?;
    let (vkey, pack) = (vkey.trim(), folder.join("pack"));
    for place in places(&pack)? {
        let name = place.strip_prefix(&pack).map_err(wrong)?.display();
        let Held { index, size, root } = Entry::read(&place)?.held(vkey).map_err(|why| format!("{name}: {why}"))?;
        println!("root {name} {size} {root} index {index}");
    }
    for (number, line) in std::fs::read_to_string(folder.join("pack-flips")).map_err(wrong)?.lines().enumerate() {
        println!("flip {number} {}", flipped(&pack, line, vkey)?);
    }
    Ok(())
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
