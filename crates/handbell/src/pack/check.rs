//! Check: what a pack shows, without a network and without believing the pack.
//!
//! Every hash, every opening, every proof, the chain line by line and what stamps say. The log's key is the caller's to
//! know. Whose signature a stamp bears is not judged here: `openssl ts -verify` does, and the answer names the command.

use super::files::{self, Fault};
use super::original;
use super::{Item, Manifest, Opened, Original, PAGE_VERSION, Pack, opening, original_path};
use handbell_evidence::stamp;
use handbell_log::leaf::{Content, Kind, Leaf, Salt, Stream};
use handbell_log::payload;
use handbell_log::policy::{Judgement, Policy, Quorum};
use handbell_log::proof_file::ProofFile;
use handbell_rules::evidence::custody::{Deed, Head, Statement, hex, said};
use handbell_rules::record::entry::CUSTODY_HEAD_TYPE;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// What a pack came to. One that is wrong has no such answer but a [`Fault`].
#[derive(Debug)]
pub struct Checked {
    /// What was found, for people.
    pub lines: Vec<String>,
    /// What could not be told: an original that is missing or sealed to somebody else, a mark that is not in the log yet,
    /// cosigners who were asked for and did not sign.
    pub open: Vec<String>,
    /// What the pack is.
    pub manifest: Manifest,
}

/// Checks a pack by the logs and cosigners that the caller believes. With an identity, sealed originals are opened too.
///
/// # Errors
/// [`Fault::Wrong`] with the place where it does not hold; [`Fault::Unreadable`] where the disk does not say.
pub fn check(folder: &Path, policy: &Policy, identity: Option<&age::x25519::Identity>) -> Result<Checked, Fault> {
    let count = sums(folder)?;
    let pack = files::read(folder)?;
    let mut found =
        Checked { lines: vec![format!("{count} files have the hashes that SHA256SUMS says")], open: Vec::new(), manifest: pack.manifest() };
    same_files(folder, &pack, &mut found)?;
    let heads = chain(&pack, &mut found)?;
    for (item, number) in pack.items.iter().zip(1..) {
        check_item(folder, &pack, item, number, policy, identity, &mut found)?;
    }
    for head in &pack.heads {
        check_head(head, &heads, policy, &mut found)?;
    }
    covered(&pack, &mut found);
    Ok(found)
}

/// Every file has the hash that stands in the list, and there is no other.
fn sums(folder: &Path) -> Result<usize, Fault> {
    let wrong = |why: &str| Fault::wrong(files::SUMS, why);
    let list = String::from_utf8(files::bytes(folder, files::SUMS)?).map_err(|_| wrong("is not text"))?;
    let mut listed = BTreeMap::new();
    for line in list.lines() {
        let (hash, path) = line.split_once("  ").ok_or_else(|| wrong("a line that is not a hash and a name"))?;
        if listed.insert(path.to_owned(), hash.to_owned()).is_some() {
            return Err(wrong("names a file twice"));
        }
    }
    for path in files::paths(folder)?.into_iter().filter(|path| path != files::SUMS) {
        let hash = listed.remove(&path).ok_or_else(|| Fault::wrong(&path, "is in the folder and not in SHA256SUMS"))?;
        if hex(&files::hash_of(folder, &path)?.0) != hash {
            return Err(Fault::wrong(path, "is not what SHA256SUMS says"));
        }
    }
    match listed.into_keys().next() {
        Some(path) => Err(Fault::wrong(path, "is in SHA256SUMS and not in the folder")),
        None => Ok(list.lines().count()),
    }
}

/// The files are exactly those that a pack with this content has, the page for people among them.
fn same_files(folder: &Path, pack: &Pack, found: &mut Checked) -> Result<(), Fault> {
    let mut expected = files::of(pack)?;
    if pack.page != PAGE_VERSION {
        // It follows from the same files, by rules that are not known here.
        expected.remove(files::PAGE);
        found.open.push(format!("{}: another version of this program wrote it, and what it says was not checked", files::PAGE));
    }
    for (path, bytes) in &expected {
        if files::bytes(folder, path)? != *bytes {
            return Err(Fault::wrong(path, "is not what the other files of the pack say"));
        }
    }
    let originals: Vec<String> = pack.items.iter().zip(1..).filter_map(|(item, number)| original_path(number, &item.name)).collect();
    let known =
        |path: &String| expected.contains_key(path) || originals.contains(path) || [files::PAGE, files::SUMS].contains(&path.as_str());
    match files::paths(folder)?.into_iter().find(|path| !known(path)) {
        Some(path) => Err(Fault::wrong(path, "belongs to nothing that the pack says")),
        None => Ok(()),
    }
}

/// The custody chain: every line follows, every statement is the one whose hash stands in its line and of an item here.
fn chain(pack: &Pack, found: &mut Checked) -> Result<Vec<Head>, Fault> {
    let mut heads = vec![Head::EMPTY];
    for line in &pack.chain {
        let next = heads.last().unwrap_or(&Head::EMPTY).after(line);
        heads.push(next);
    }
    for (number, text) in &pack.statements {
        let place = format!("custody/said/{number}.json");
        let line = usize::try_from(*number).ok().and_then(|number| pack.chain.get(number));
        if line != Some(&said(text)) {
            return Err(Fault::wrong(place, "its hash does not stand in that line of custody/lines"));
        }
        let statement = Statement::parse(text).map_err(|error| Fault::wrong(&place, error.to_string()))?;
        if !pack.items.iter().any(|item| statement.footage == Some(item.name.footage)) {
            return Err(Fault::wrong(place, "is about something that is not in the pack"));
        }
    }
    found.lines.push(format!(
        "the custody chain has {} lines, each with the hash of the one before; {} are about what is in this pack",
        pack.chain.len(),
        pack.statements.len()
    ));
    Ok(heads)
}

/// An entry of the log: opened by its content, in a tree that a believed log signed.
fn entry(place: &str, opened: &Opened, policy: &Policy) -> Result<(Leaf, Value, u64, Judgement), Fault> {
    let wrong = |why: String| Fault::wrong(place, why);
    let leaf = Leaf::decode(&opened.leaf).map_err(|error| wrong(error.to_string()))?;
    let content = Content { salt: Salt(opened.salt), payload: opened.payload.clone() };
    if leaf.kind() != Some(Kind::EvidenceCommitted) || !content.opens(&leaf) {
        return Err(wrong("the payload is not what the log's leaf commits to".to_owned()));
    }
    let payload = payload::check(&opened.payload).map_err(|error| wrong(error.to_string()))?;
    let proof = ProofFile::parse(opened.proof.as_bytes()).map_err(|error| wrong(error.to_string()))?;
    let judgement = proof.verify(&leaf.hash(), policy).map_err(|error| wrong(error.to_string()))?;
    Ok((leaf, payload, proof.index, judgement))
}

fn asked_for(judgement: &Judgement, place: &str, found: &mut Checked) {
    if judgement.quorum == Quorum::Missed {
        found.open.push(format!("{place}: {judgement}"));
    }
}

fn check_item(
    folder: &Path,
    pack: &Pack,
    item: &Item,
    number: usize,
    policy: &Policy,
    identity: Option<&age::x25519::Identity>,
    found: &mut Checked,
) -> Result<(), Fault> {
    let place = format!("items/{number}");
    let received = pack.said_of(item.name.footage).find(|(_, said)| said.deed == Deed::Received);
    let (line, said) = received.ok_or_else(|| Fault::wrong(&place, "the custody chain does not say that it was received"))?;
    if said.sha256.map(|hash| hex(&hash)).as_ref() != Some(&item.name.sha256) || said.at.utc_second() != item.name.received {
        return Err(Fault::wrong(place, "the custody chain says that another file was received, or at another time"));
    }
    found.lines.push(format!("item {number}: {} bytes, {}, SHA-256 {}", item.name.length, item.name.media_type, item.name.sha256));
    found.lines.push(format!("item {number}: received {}, by line {line} of the custody chain", item.name.received));
    match &item.mark {
        None => found.open.push(format!("item {number}: its mark is not in the log yet; it is written on a later day")),
        Some(mark) => {
            let place = format!("{place}/log");
            let (_, payload, index, judgement) = entry(&place, mark, policy)?;
            let opening = files::bytes(folder, &format!("items/{number}/opening.json"))?;
            let commitment = hex(&opening::commitment(&item.inner_salt, &String::from_utf8_lossy(&opening)));
            let says = |field: &str| payload.get(field).and_then(Value::as_str);
            if says("type") != Some("evidence.committed") || says("commitment") != Some(commitment.as_str()) {
                return Err(Fault::wrong(place, "the log's entry is not the mark of this file"));
            }
            let at = says("at").unwrap_or_default();
            found.lines.push(format!("item {number}: its mark stands in the log as entry {index}, written {at}; {judgement}"));
            asked_for(&judgement, &place, found);
        }
    }
    check_original(folder, item, number, identity, found)
}

fn check_original(
    folder: &Path,
    item: &Item,
    number: usize,
    identity: Option<&age::x25519::Identity>,
    found: &mut Checked,
) -> Result<(), Fault> {
    let Some(path) = original_path(number, &item.name) else {
        found.open.push(format!("item {number}: its original was not put into the pack"));
        return Ok(());
    };
    let (sha256, length) = match (&item.name.original, identity) {
        (Original::Sealed { to }, None) => {
            let sum = &item.name.sha256;
            found.open.push(format!("item {number}: sealed to {to}; open it with `age -d`, then its SHA-256 must be {sum}"));
            return Ok(());
        }
        (Original::Sealed { .. }, Some(identity)) => opened(folder, &path, identity)?,
        _ => files::hash_of(folder, &path)?,
    };
    if hex(&sha256) != item.name.sha256 || length != item.name.length {
        return Err(Fault::wrong(path, "is not the file that was received"));
    }
    found.lines.push(format!("item {number}: the original is the file that was received"));
    Ok(())
}

/// Hash and length of what is in a sealed original.
fn opened(folder: &Path, path: &str, identity: &age::x25519::Identity) -> Result<([u8; 32], u64), Fault> {
    let file = std::fs::File::open(folder.join(path)).map_err(|error| Fault::Unreadable(path.to_owned(), error))?;
    let closed = |error: std::io::Error| Fault::wrong(path, format!("does not open: {error}"));
    let mut clear = original::open(file, identity).map_err(closed)?;
    let (mut hash, mut length, mut part) = (Sha256::new(), 0, vec![0; 1024 * 1024]);
    loop {
        match clear.read(&mut part).map_err(closed)? {
            0 => return Ok((hash.finalize().into(), length)),
            count => {
                hash.update(&part[..count]);
                length += count as u64;
            }
        }
    }
}

fn check_head(head: &super::DayHead, heads: &[Head], policy: &Policy, found: &mut Checked) -> Result<(), Fault> {
    let place = format!("heads/{}", head.lines);
    let (leaf, payload, index, judgement) = entry(&place, &head.entry, policy)?;
    let ours = usize::try_from(head.lines).ok().and_then(|lines| heads.get(lines));
    let ours = ours.ok_or_else(|| Fault::wrong(&place, "is the head of more lines than the chain has"))?;
    let says = |field: &str| payload.get(field).and_then(Value::as_str);
    let digest = hex(&ours.hash);
    let agrees = says("head") == Some(digest.as_str()) && payload.get("lines").and_then(Value::as_u64) == Some(head.lines);
    if leaf.stream() != Stream::OPERATOR || says("type") != Some(CUSTODY_HEAD_TYPE) || !agrees {
        return Err(Fault::wrong(place, "the log says another head of the custody chain"));
    }
    let at = says("at").unwrap_or_default();
    found.lines.push(format!("the log says the head of {} lines, as entry {index}, written {at}; {judgement}", head.lines));
    asked_for(&judgement, &place, found);
    if let Some(answer) = &head.stamp {
        let stamp = stamp::read_for(&ours.hash, answer).map_err(|no| Fault::wrong(format!("{place}/stamp.tsr"), no.to_string()))?;
        found.lines.push(format!(
            "an authority says that this head was there at {}; whose word that is says `openssl ts -verify -digest {digest} -in {place}/stamp.tsr -CAfile ROOTS`",
            stamp.at
        ));
    }
    Ok(())
}

/// Lines that no head in the pack covers are the group's own word.
fn covered(pack: &Pack, found: &mut Checked) {
    let covered = pack.heads.last().map_or(0, |head| head.lines);
    let later = pack.statements.keys().filter(|number| **number >= covered).count();
    if later > 0 {
        found.lines.push(format!("{later} lines about these items are newer than the newest head in the log: the group's own word so far"));
    }
}
