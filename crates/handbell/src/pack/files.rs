//! Files: a pack as a folder, written and read back. Every file but originals is small and has one spelling.

use super::{DayHead, FORMAT, ITEMS_MAX, Item, Manifest, Opened, Pack, hex_line, opening, page};
use handbell_log::payload;
use handbell_rules::evidence::custody::{Head, hex, read_lines, unhex};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

/// The page for people.
pub const PAGE: &str = "READ-ME-FIRST.html";
/// The hash sums, as `sha256sum` reads them.
pub const SUMS: &str = "SHA256SUMS";
/// What the pack is.
pub const MANIFEST: &str = "pack.json";
/// The log's verifier key.
pub const LOG_KEY: &str = "log-key";
/// The lines of the custody chain.
pub const LINES: &str = "custody/lines";
/// The most bytes of a file that is read whole: a chain of 300,000 lines.
const BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Why a folder is not a pack, or not a whole one.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Something in it is not as it must be.
    #[error("{0}: {1}")]
    Wrong(String, String),
    /// The disk did not say.
    #[error("{0}: {1}")]
    Unreadable(String, io::Error),
}

impl Fault {
    pub(super) fn wrong(place: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Wrong(place.into(), why.into())
    }
}

fn opened(files: &mut BTreeMap<String, Vec<u8>>, place: &str, entry: &Opened) {
    files.insert(format!("{place}/leaf"), entry.leaf.clone());
    files.insert(format!("{place}/salt"), hex_line(&entry.salt));
    files.insert(format!("{place}/payload"), entry.payload.clone());
    files.insert(format!("{place}/proof.tlog-proof"), entry.proof.clone().into_bytes());
}

/// Every file of a pack but originals and sums, by its path.
///
/// # Errors
/// [`Fault::Wrong`] where a text cannot be written as JSON, which no text is.
pub fn of(pack: &Pack) -> Result<BTreeMap<String, Vec<u8>>, Fault> {
    let mut files = BTreeMap::new();
    let value = serde_json::to_value(pack.manifest()).map_err(|error| Fault::wrong(MANIFEST, error.to_string()))?;
    files.insert(MANIFEST.to_owned(), payload::canonical(&value).map_err(|error| Fault::wrong(MANIFEST, error.to_string()))?);
    files.insert(PAGE.to_owned(), page::html(pack).into_bytes());
    files.insert(LOG_KEY.to_owned(), format!("{}\n", pack.log_key).into_bytes());
    for (item, number) in pack.items.iter().zip(1..) {
        let sha256 = unhex(&item.name.sha256).ok_or_else(|| Fault::wrong(MANIFEST, "a hash that is none"))?;
        let opening = opening::text(&sha256, item.name.length, &item.name.media_type);
        files.insert(format!("items/{number}/opening.json"), opening.into_bytes());
        files.insert(format!("items/{number}/inner-salt"), hex_line(&item.inner_salt));
        if let Some(mark) = &item.mark {
            opened(&mut files, &format!("items/{number}/log"), mark);
        }
    }
    let (mut head, mut lines) = (Head::EMPTY, String::new());
    for said in &pack.chain {
        lines.push_str(&head.line(said));
        head = head.after(said);
    }
    files.insert(LINES.to_owned(), lines.into_bytes());
    for (number, statement) in &pack.statements {
        files.insert(format!("custody/said/{number}.json"), statement.clone().into_bytes());
    }
    for head in &pack.heads {
        opened(&mut files, &format!("heads/{}", head.lines), &head.entry);
        if let Some(stamp) = &head.stamp {
            files.insert(format!("heads/{}/stamp.tsr", head.lines), stamp.clone());
        }
    }
    Ok(files)
}

/// Writes a pack into a new folder. One that exists is left alone.
///
/// # Errors
/// When the disk does not take it.
pub fn write(pack: &Pack, folder: &Path) -> Result<(), Fault> {
    let files = of(pack)?;
    fs::DirBuilder::new().mode(0o700).create(folder).map_err(|error| Fault::Unreadable(folder.display().to_string(), error))?;
    for (path, bytes) in &files {
        put(folder, path, bytes).map_err(|error| Fault::Unreadable(path.clone(), error))?;
    }
    sum(folder)
}

/// Puts one file in place, whole or not at all.
pub(super) fn put(folder: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    let place = folder.join(path);
    if let Some(parent) = place.parent() {
        fs::create_dir_all(parent)?;
    }
    let beside = place.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(beside, place)
}

/// Writes the hash sums of everything in the folder.
pub(super) fn sum(folder: &Path) -> Result<(), Fault> {
    let mut text = String::new();
    for path in paths(folder)?.into_iter().filter(|path| path != SUMS) {
        let hash = hash_of(folder, &path)?.0;
        text.push_str(&format!("{}  {path}\n", hex(&hash)));
    }
    put(folder, SUMS, text.as_bytes()).map_err(|error| Fault::Unreadable(SUMS.to_owned(), error))
}

/// SHA-256 and length of a file.
pub(super) fn hash_of(folder: &Path, path: &str) -> Result<([u8; 32], u64), Fault> {
    let unread = |error| Fault::Unreadable(path.to_owned(), error);
    let mut file = File::open(folder.join(path)).map_err(unread)?;
    let (mut hash, mut length, mut part) = (Sha256::new(), 0, vec![0; 1024 * 1024]);
    loop {
        match file.read(&mut part).map_err(unread)? {
            0 => return Ok((hash.finalize().into(), length)),
            count => {
                hash.update(&part[..count]);
                length += count as u64;
            }
        }
    }
}

/// Every file of the folder, in order. Links and other things are refused: they point at what is not in the pack.
pub(super) fn paths(folder: &Path) -> Result<Vec<String>, Fault> {
    let mut found = Vec::new();
    let mut open = vec![String::new()];
    while let Some(below) = open.pop() {
        let place = folder.join(&below);
        let shown = if below.is_empty() { folder.display().to_string() } else { below.clone() };
        let unread = |error| Fault::Unreadable(shown.clone(), error);
        for entry in fs::read_dir(&place).map_err(unread)? {
            let entry = entry.map_err(unread)?;
            let name = entry.file_name().into_string().map_err(|_| Fault::wrong(&shown, "a name that is not text"))?;
            let path = if below.is_empty() { name } else { format!("{below}/{name}") };
            let kind = entry.file_type().map_err(unread)?;
            if !path.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"./-_".contains(&letter)) {
                return Err(Fault::wrong(path, "a name that no pack has"));
            }
            match (kind.is_file(), kind.is_dir()) {
                (true, _) => found.push(path),
                (_, true) => open.push(path),
                _ => return Err(Fault::wrong(path, "neither a file nor a folder")),
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Reads a small file whole.
pub(super) fn bytes(folder: &Path, path: &str) -> Result<Vec<u8>, Fault> {
    let unread = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Fault::wrong(path, "is missing"),
        _ => Fault::Unreadable(path.to_owned(), error),
    };
    let mut bytes = Vec::new();
    let file = File::open(folder.join(path)).map_err(unread)?;
    file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 > BYTES_MAX { Err(Fault::wrong(path, "is longer than any such file")) } else { Ok(bytes) }
}

fn text(folder: &Path, path: &str) -> Result<String, Fault> {
    String::from_utf8(bytes(folder, path)?).map_err(|_| Fault::wrong(path, "is not text"))
}

fn hex_file(folder: &Path, path: &str) -> Result<[u8; 32], Fault> {
    let line = text(folder, path)?;
    line.strip_suffix('\n').and_then(unhex).ok_or_else(|| Fault::wrong(path, "is not 64 hexadecimal digits and a line break"))
}

fn read_opened(folder: &Path, place: &str) -> Result<Opened, Fault> {
    Ok(Opened {
        leaf: bytes(folder, &format!("{place}/leaf"))?,
        salt: hex_file(folder, &format!("{place}/salt"))?,
        payload: bytes(folder, &format!("{place}/payload"))?,
        proof: text(folder, &format!("{place}/proof.tlog-proof"))?,
    })
}

/// Whether a folder is meant to be a pack.
pub fn is_a_pack(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file() && folder.join(SUMS).is_file()
}

/// Reads a pack. What it says is not checked here; that it says it in the one spelling is.
///
/// # Errors
/// Where a file is missing or has another form.
pub fn read(folder: &Path) -> Result<Pack, Fault> {
    let wrong = |why: &str| Fault::wrong(MANIFEST, why);
    let json = bytes(folder, MANIFEST)?;
    let value = payload::check(&json).map_err(|error| wrong(&error.to_string()))?;
    let manifest: Manifest = serde_json::from_value(value).map_err(|error| wrong(&error.to_string()))?;
    if manifest.format != FORMAT {
        return Err(wrong("a pack of another version than this program reads"));
    }
    if manifest.items.len() > ITEMS_MAX || !manifest.heads.is_sorted_by(|one, other| one.lines < other.lines) {
        return Err(wrong("too many items, or heads out of order"));
    }
    let (chain, _) = read_lines(&text(folder, LINES)?).map_err(|error| Fault::wrong(LINES, error.to_string()))?;
    let mut pack = Pack {
        claims: manifest.claims.clone(),
        for_whom: manifest.for_whom.clone(),
        group: manifest.group.clone(),
        origin: manifest.origin.clone(),
        made_at: manifest.made_at.clone(),
        log_key: text(folder, LOG_KEY)?.trim_end().to_owned(),
        items: Vec::new(),
        chain,
        statements: BTreeMap::new(),
        heads: Vec::new(),
        page: manifest.page,
    };
    for (name, number) in manifest.items.iter().zip(1..) {
        let place = format!("items/{number}/log");
        let mark = name.in_log.then(|| read_opened(folder, &place)).transpose()?;
        pack.items.push(Item { name: name.clone(), inner_salt: hex_file(folder, &format!("items/{number}/inner-salt"))?, mark });
    }
    for path in paths(folder)?.iter().filter(|path| path.starts_with("custody/said/")) {
        let number = path.strip_prefix("custody/said/").and_then(|name| name.strip_suffix(".json")?.parse().ok());
        pack.statements.insert(number.ok_or_else(|| Fault::wrong(path, "a name that no statement has"))?, text(folder, path)?);
    }
    for head in &manifest.heads {
        let place = format!("heads/{}", head.lines);
        let stamp = head.stamped.then(|| bytes(folder, &format!("{place}/stamp.tsr"))).transpose()?;
        pack.heads.push(DayHead { lines: head.lines, entry: read_opened(folder, &place)?, stamp });
    }
    Ok(pack)
}
