//! Lines: the whole log as one file of JSON lines, and back (docs/formats/export.md).
//!
//! The first line says whose log it is and holds its signed checkpoint; then one line for each entry, with
//! the leaf, and salt and payload where there are any. A file is believed only after everything in it was
//! verified by the same code that verifies a published log: signature, root, every opening, every chain. What
//! the key in the first line is worth, the file cannot say; whoever reads it has to know that from elsewhere.

use super::published::{Beside, Published, Unreadable};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use handbell_log::hash::{Hash, leaf_hash};
use handbell_log::leaf::{Content, Leaf, Salt};
use handbell_log::note::VerifierKey;
use handbell_log::source::{Source, SourceError};
use handbell_log::tile::{TileId, content_path, tile_bytes, tiles_between};
use handbell_log::verify::{State, Verified, verify_log};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::BufRead;

/// What the first line calls the format.
pub const FORMAT: &str = "handbell-log";
/// The format's version.
pub const VERSION: u32 = 1;
/// Bytes of one line; the longest honest one is a payload of 64 KiB with every character escaped.
pub const LINE_BYTES_MAX: u64 = 1024 * 1024;
/// Entries of one file.
pub const ENTRIES_MAX: u64 = 2_000_000;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    format: String,
    version: u32,
    origin: String,
    size: u64,
    root: String,
    checkpoint: String,
    vkey: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    index: u64,
    kind: u8,
    stream: String,
    leaf: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    salt: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    withdrawn: bool,
}

/// A published log as lines.
///
/// # Errors
/// [`Unreadable::Wrong`] for a payload that is no text, which no verified log holds.
pub fn write(published: &Published) -> Result<String, Unreadable> {
    let mut text = String::new();
    write_to(published, |line| {
        text.push_str(line);
        Ok(())
    })?;
    Ok(text)
}

/// Gives the lines of a published log one after another, each with its end.
///
/// # Errors
/// [`Unreadable::Wrong`] for a payload that is no text, which no verified log holds; [`Unreadable::CouldNotTell`] for a log
/// with words missing, which no other store would take over; what the taker says.
pub fn write_to(published: &Published, mut take: impl FnMut(&str) -> std::io::Result<()>) -> Result<(), Unreadable> {
    let mut take = |mut line: String| {
        line.push('\n');
        take(&line).map_err(|error| Unreadable::CouldNotTell(error.to_string()))
    };
    let wrong = |what: &str| Unreadable::Wrong(what.to_owned());
    if let Some(first) = published.missing().first() {
        return Err(Unreadable::CouldNotTell(format!(
            "the words of entry {first} are missing, as log/missing says, and a log moves whole: bring them back with `handbell repair`, or \
             export it as a bundle"
        )));
    }
    let checkpoint = &published.checkpoint;
    let head = Head {
        format: FORMAT.to_owned(),
        version: VERSION,
        origin: checkpoint.origin.clone(),
        size: checkpoint.size,
        root: STANDARD.encode(checkpoint.root.0),
        checkpoint: published.note.clone(),
        vkey: published.vkey.to_string(),
    };
    let line = |value: serde_json::Result<String>| value.map_err(|error| wrong(&error.to_string()));
    take(line(serde_json::to_string(&head))?)?;
    for (place, entry) in published.entries.iter().enumerate() {
        let (salt, payload) = match published.content(place)? {
            Some(content) => (Some(STANDARD.encode(content.salt.0)), Some(content.payload)),
            None => (None, None),
        };
        let row = Row {
            index: place as u64,
            kind: entry.leaf.kind_code(),
            stream: entry.leaf.stream().to_string(),
            leaf: STANDARD.encode(entry.leaf.encode()),
            salt,
            payload: payload.map(String::from_utf8).transpose().map_err(|_| wrong("a payload is no text"))?,
            withdrawn: entry.beside == Beside::Withdrawn,
        };
        take(line(serde_json::to_string(&row))?)?;
    }
    Ok(())
}

/// Why a file is refused: the line, counted from 1, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct NotALog {
    /// The line; 0 for the file as a whole.
    pub line: u64,
    /// What is wrong, in a plain sentence.
    pub what: String,
}

fn refuse(line: u64, what: impl Into<String>) -> NotALog {
    NotALog { line, what: what.into() }
}

/// One entry of a file that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadEntry {
    /// The 57 bytes.
    pub leaf: Leaf,
    /// Salt and payload as published; none for what was withdrawn and for entries with public fields.
    pub content: Option<Vec<u8>>,
}

/// A file in which everything held.
#[derive(Debug)]
pub struct ReadLog {
    /// Whose signature it is, by the file's own word.
    pub vkey: VerifierKey,
    /// What was verified.
    pub verified: Verified,
    /// Every entry, in order.
    pub entries: Vec<ReadEntry>,
}

/// The log that the lines describe, as files, for the verifier.
struct Files(HashMap<String, Vec<u8>>);

impl Source for Files {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(self.0.get(path).cloned())
    }
}

fn read_line(file: &mut impl BufRead, number: u64) -> Result<Option<String>, NotALog> {
    let mut line = Vec::new();
    let mut bounded = std::io::Read::take(file, LINE_BYTES_MAX + 1);
    bounded.read_until(b'\n', &mut line).map_err(|error| refuse(number, format!("it cannot be read: {error}")))?;
    match line.pop() {
        None => Ok(None),
        Some(b'\n') => String::from_utf8(line).map(Some).map_err(|_| refuse(number, "it is not UTF-8")),
        Some(_) if line.len() as u64 >= LINE_BYTES_MAX => Err(refuse(number, "it is longer than any line of a log")),
        Some(_) => Err(refuse(number, "it does not end: the file was cut short")),
    }
}

fn bytes<const LENGTH: usize>(line: u64, field: &str, text: &str) -> Result<[u8; LENGTH], NotALog> {
    let bytes = STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| refuse(line, format!("`{field}` must be {LENGTH} bytes in base64")))
}

fn read_row(number: u64, line: &str, index: u64) -> Result<(ReadEntry, bool), NotALog> {
    let row: Row = serde_json::from_str(line).map_err(|error| refuse(number, error.to_string()))?;
    if row.index != index {
        return Err(refuse(number, format!("entry {} stands where {index} belongs", row.index)));
    }
    let leaf = bytes::<{ handbell_log::leaf::LEAF_BYTES }>(number, "leaf", &row.leaf)?;
    let leaf = Leaf::decode(&leaf).map_err(|error| refuse(number, format!("the leaf cannot be read: {error}")))?;
    if leaf.kind_code() != row.kind || leaf.stream().to_string() != row.stream {
        return Err(refuse(number, "kind and stream are not what the leaf says"));
    }
    let content = match (leaf.is_committed(), row.salt, row.payload, row.withdrawn) {
        (true, Some(salt), Some(payload), false) => {
            let content = Content { salt: Salt(bytes(number, "salt", &salt)?), payload: payload.into_bytes() };
            if !content.opens(&leaf) {
                return Err(refuse(number, "salt and payload do not open the leaf"));
            }
            Some(content.encode())
        }
        (true, None, None, true) | (false, None, None, false) => None,
        _ => return Err(refuse(number, "an entry has salt and payload, or is withdrawn, or has its fields in the leaf")),
    };
    Ok((ReadEntry { leaf, content }, row.withdrawn))
}

/// Reads a file and verifies everything in it.
///
/// # Errors
/// [`NotALog`] with the line that is wrong.
pub fn read(mut file: impl BufRead) -> Result<ReadLog, NotALog> {
    let line = read_line(&mut file, 1)?.ok_or_else(|| refuse(1, "the file is empty"))?;
    let head: Head = serde_json::from_str(&line).map_err(|error| refuse(1, error.to_string()))?;
    if head.format != FORMAT || head.version != VERSION {
        return Err(refuse(1, format!("this reads `{FORMAT}` version {VERSION} and nothing else")));
    }
    if head.size > ENTRIES_MAX {
        return Err(refuse(1, format!("more than {ENTRIES_MAX} entries")));
    }
    let vkey = VerifierKey::parse(&head.vkey).map_err(|error| refuse(1, format!("the key cannot be read: {error}")))?;
    let (mut entries, mut withdrawn) = (Vec::new(), Vec::new());
    for index in 0..head.size {
        let number = index + 2;
        let line = read_line(&mut file, number)?.ok_or_else(|| refuse(number, format!("{} entries were promised", head.size)))?;
        let (entry, gone) = read_row(number, &line, index)?;
        entries.push(entry);
        withdrawn.push(gone);
    }
    if read_line(&mut file, head.size + 2)?.is_some() {
        return Err(refuse(head.size + 2, "there are more lines than entries"));
    }
    let verified = verify_log(&files(&head, &entries)?, &vkey).map_err(|failure| {
        let content =
            failure.place.strip_prefix("content/").and_then(|_| (0..head.size).find(|index| content_path(*index) == failure.place));
        refuse(content.map_or(1, |index| index + 2), failure.to_string())
    })?;
    let checkpoint = &verified.checkpoint;
    if checkpoint.origin != head.origin || checkpoint.size != head.size || STANDARD.encode(checkpoint.root.0) != head.root {
        return Err(refuse(1, "origin, size and root are not what the checkpoint says"));
    }
    for (entry, gone) in verified.entries.iter().zip(withdrawn) {
        if gone != matches!(entry.state, State::Withdrawn { .. }) {
            return Err(refuse(entry.index + 2, "what is withdrawn has no content, and only what a later entry withdraws is"));
        }
    }
    Ok(ReadLog { vkey, verified, entries })
}

fn files(head: &Head, entries: &[ReadEntry]) -> Result<Files, NotALog> {
    let leaves: Vec<[u8; handbell_log::leaf::LEAF_BYTES]> = entries.iter().map(|entry| entry.leaf.encode()).collect();
    let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    let mut files = HashMap::from([("checkpoint".to_owned(), head.checkpoint.clone().into_bytes())]);
    for tile in tiles_between(0, head.size) {
        let bytes = match tile {
            TileId::Entries { .. } => {
                let of = |place: u64| usize::try_from(place).unwrap_or(usize::MAX);
                let range = tile.range();
                let some: Vec<&[u8]> = leaves[of(range.start)..of(range.end)].iter().map(<[u8; _]>::as_slice).collect();
                handbell_log::bundle::encode(&some).map_err(|error| refuse(0, error.to_string()))?
            }
            TileId::Hashes { .. } => tile_bytes(hashes.as_slice(), &tile).map_err(|never| match never {})?,
        };
        files.insert(tile.path(), bytes);
    }
    for (index, entry) in (0..).zip(entries) {
        if let Some(content) = &entry.content {
            files.insert(content_path(index), content.clone());
        }
    }
    Ok(Files(files))
}

#[cfg(test)]
mod tests {
    use super::*;
    use handbell_log::checkpoint::Checkpoint;
    use handbell_log::leaf::{Kind, Reason, Stream};
    use handbell_log::note::SigningKey;
    use handbell_log::tree::root_of;
    use std::cell::Cell;
    use std::rc::Rc;

    const DOCUMENT: &str = include_str!("../../../../docs/formats/export.md");

    /// A log whose contents all go once somebody says so.
    struct Going(Files, Rc<Cell<bool>>);

    impl Source for Going {
        fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
            if self.1.get() && path.starts_with("content/") { Ok(None) } else { self.0.read(path) }
        }
    }

    /// Three entries: one that is open, one that was withdrawn, and the withdrawal.
    fn vector() -> Published {
        going(Rc::default())
    }

    fn going(all_gone: Rc<Cell<bool>>) -> Published {
        let stream = Stream([0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff]);
        let salt = Salt(std::array::from_fn(|place| place as u8));
        let payloads: [&[u8]; 2] = [
            br#"{"at":"2026-01-02T03:04:05Z","body":"test","prev":null,"seq":0,"type":"incident.opened"}"#,
            br#"{"at":"2026-01-02T03:05Z","outcome":"gone","prev":0,"seq":1,"type":"outcome"}"#,
        ];
        let leaves = [
            Leaf::committed(Kind::IncidentOpened, stream, &salt, payloads[0]),
            Leaf::committed(Kind::Outcome, stream, &salt, payloads[1]),
            Leaf::withdrawal(stream, 1, Reason::PersonalData),
        ];
        let hashes: Vec<Hash> = leaves.iter().map(Leaf::hash).collect();
        let key = SigningKey::from_seed("example.com/handbell-test", &[1; 32]).unwrap();
        let checkpoint = Checkpoint { origin: key.name().to_owned(), size: 3, root: root_of(&hashes) };
        let note = checkpoint.sign(&key).unwrap().encode();
        let content = Content { salt, payload: payloads[0].to_vec() };
        let entries = leaves.map(|leaf| ReadEntry { leaf, content: None });
        let head = Head {
            format: String::new(),
            version: 0,
            origin: String::new(),
            size: 3,
            root: String::new(),
            checkpoint: note,
            vkey: String::new(),
        };
        let [open, gone, mark] = entries;
        let entries = [ReadEntry { content: Some(content.encode()), ..open }, gone, mark];
        Published::verified(Box::new(Going(files(&head, &entries).unwrap(), all_gone)), key.verifier()).unwrap()
    }

    #[test]
    fn the_documents_vector_is_what_is_written_and_is_read_again() {
        let written = write(&vector()).unwrap();
        let shown: String = written.lines().map(|line| format!("    {line}\n")).collect();
        assert!(DOCUMENT.contains(&shown), "docs/formats/export.md must hold:\n{shown}");
        let read = read(written.as_bytes()).unwrap();
        assert_eq!(read.entries.iter().map(|entry| entry.content.is_some()).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!(read.verified.checkpoint, vector().checkpoint);
        let leaves = |entries: &[ReadEntry]| entries.iter().map(|entry| entry.leaf).collect::<Vec<_>>();
        assert_eq!(leaves(&read.entries), vector().entries.iter().map(|entry| entry.leaf).collect::<Vec<_>>());
    }

    #[test]
    fn what_goes_after_it_was_verified_is_not_written() {
        let gone = Rc::new(Cell::new(false));
        let published = going(gone.clone());
        assert!(write(&published).is_ok() && published.streams().records().all(|record| record.is_ok()));
        gone.set(true);
        assert!(matches!(write(&published), Err(Unreadable::Changed)));
        assert!(matches!(published.streams().records().next(), Some(Err(Unreadable::Changed))));
    }

    /// Any letter of any line: the file is refused, or says the same.
    #[test]
    fn a_changed_letter_is_refused_wherever_it_stands() {
        let written = write(&vector()).unwrap();
        let good = read(written.as_bytes()).unwrap();
        let mut refused = 0;
        for place in 0..written.len() {
            let mut bytes = written.clone().into_bytes();
            bytes[place] ^= 1;
            match read(bytes.as_slice()) {
                Err(_) => refused += 1,
                Ok(same) => assert!(same.entries == good.entries && same.vkey == good.vkey, "letter {place} was changed and believed"),
            }
        }
        assert!(refused > written.len() * 95 / 100, "{refused} of {}", written.len());
    }

    #[test]
    fn the_documents_columns_are_the_tables() {
        for column in super::super::csv::COLUMNS {
            assert!(DOCUMENT.contains(&format!("| `{column}` |")), "docs/formats/export.md says nothing about the column {column}");
        }
        assert!(DOCUMENT.contains(&super::super::csv::COLUMNS.join(",")), "docs/formats/export.md must hold the header row");
    }
}
