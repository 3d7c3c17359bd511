//! Answer: what a shut-in child says about a file, as one line of JSON and the pieces it made.
//!
//! The child has read a stranger's bytes, so its answer is a stranger's too: the server reads it with bounds, believes
//! no length, and shows nothing of it but plain words of a closed list, numbers, and pictures as pictures.

use handbell_evidence::pdq::{Hash, Hashed};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;

/// Most bytes of the line.
const LINE_BYTES_MAX: usize = 4 << 20;
/// Most pieces of one answer.
const PIECES_MAX: usize = 1_000;

/// What a file told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// Pixels across, as it is shown.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// When the file itself says it was taken, as `2026-11-22 14:03:11`, with its zone behind where it names one. Anybody
    /// can write anything there.
    pub taken: Option<String>,
    /// Whether it carries content credentials (C2PA). Nobody checked them.
    pub credentials: bool,
    /// Why no cleaned copy could be made, in one word; none where it was made.
    pub not_cleaned: Option<String>,
    /// The hashes under which it is kept in the bank, and those by which it is looked for.
    pub stored: Vec<Mark>,
    /// See `stored`.
    pub asked: Vec<Mark>,
    /// Stills of a film: their hashes in order, one a second; none where a still is too plain to have one.
    pub stills: Vec<Option<Mark>>,
    /// Milliseconds of a film or a sound.
    pub milliseconds: Option<u64>,
}

/// A picture hash with its quality, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// 64 digits.
    pub hash: String,
    /// 0 to 100.
    pub quality: u8,
}

impl From<Hashed> for Mark {
    fn from(hashed: Hashed) -> Self {
        Self { hash: hashed.hash.to_string(), quality: hashed.quality }
    }
}

impl Mark {
    /// The hash; none where the digits are none.
    pub fn hashed(&self) -> Option<Hashed> {
        Hash::from_hex(&self.hash).filter(|_| self.quality <= 100).map(|hash| Hashed { hash, quality: self.quality })
    }
}

/// A child's no: a stable short name and a sentence, out of the closed lists of this program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct No {
    /// The short name.
    pub name: String,
    /// The sentence.
    pub words: String,
}

/// What the first line says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    told: Option<Told>,
    no: Option<No>,
    pieces: Vec<(String, u64)>,
}

/// What a child made: what it was told and pieces by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    /// What the file told.
    pub told: Told,
    /// What was made of it.
    pub pieces: BTreeMap<String, Vec<u8>>,
}

/// Why an answer is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the child's answer does not read")]
pub struct Misread;

/// Writes an answer.
///
/// # Errors
///
/// Where it cannot be written.
pub fn write(answer: &Result<Made, No>, mut to: impl Write) -> std::io::Result<()> {
    match answer {
        Ok(made) => {
            let lengths: Vec<(&str, u64)> = made.pieces.iter().map(|(name, piece)| (name.as_str(), piece.len() as u64)).collect();
            begin(&made.told, &lengths, &mut to)?;
            made.pieces.values().try_for_each(|piece| to.write_all(piece))
        }
        Err(no) => line(&Line { told: None, no: Some(no.clone()), pieces: Vec::new() }, to),
    }
}

/// Writes the line of an answer whose pieces, of these lengths and in this order, follow.
///
/// # Errors
///
/// Where it cannot be written.
pub fn begin(told: &Told, pieces: &[(&str, u64)], to: impl Write) -> std::io::Result<()> {
    let pieces = pieces.iter().map(|(name, length)| ((*name).to_owned(), *length)).collect();
    line(&Line { told: Some(told.clone()), no: None, pieces }, to)
}

fn line(line: &Line, mut to: impl Write) -> std::io::Result<()> {
    serde_json::to_writer(&mut to, line)?;
    to.write_all(b"\n")
}

/// Reads an answer.
///
/// # Errors
///
/// Where lengths do not meet, or the line is longer than any honest one.
pub fn read(bytes: &[u8]) -> Result<Result<Made, No>, Misread> {
    let end = bytes.iter().take(LINE_BYTES_MAX).position(|byte| *byte == b'\n').ok_or(Misread)?;
    let line: Line = serde_json::from_slice(&bytes[..end]).map_err(|_| Misread)?;
    let mut rest = &bytes[end + 1..];
    match (line.told, line.no) {
        (Some(told), None) if line.pieces.len() <= PIECES_MAX => {
            let mut pieces = BTreeMap::new();
            for (name, length) in line.pieces {
                let (piece, after) = usize::try_from(length).ok().and_then(|length| rest.split_at_checked(length)).ok_or(Misread)?;
                rest = after;
                if pieces.insert(name, piece.to_vec()).is_some() {
                    return Err(Misread);
                }
            }
            if rest.is_empty() { Ok(Ok(Made { told, pieces })) } else { Err(Misread) }
        }
        (None, Some(no)) if line.pieces.is_empty() && rest.is_empty() => Ok(Err(no)),
        _ => Err(Misread),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(answer: &Result<Made, No>) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(answer, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else_is() {
        let pieces = BTreeMap::from([("clean".to_owned(), vec![1, 2, 3]), ("preview".to_owned(), b"\n{}\n".to_vec())]);
        let made = Ok(Made { told: Told { width: 3, height: 4, ..Told::default() }, pieces });
        let bytes = written(&made);
        assert_eq!(read(&bytes), Ok(made));
        for cut in 0..bytes.len() {
            assert_eq!(read(&bytes[..cut]), Err(Misread), "cut at {cut}");
        }
        assert_eq!(read(&[&bytes[..], b"x"].concat()), Err(Misread), "more than was said");
        let no = Err(No { name: "file-cut-off".into(), words: "It is cut off.".into() });
        assert_eq!(read(&written(&no)), Ok(no));
        for wrong in [&b"{}\n"[..], b"\n", b"[1]\n", b"{\"told\":null,\"no\":null,\"pieces\":[]}\n"] {
            assert_eq!(read(wrong), Err(Misread));
        }
        let twice = b"{\"told\":null,\"no\":{\"name\":\"a\",\"words\":\"b\"},\"pieces\":[[\"x\",18446744073709551615]]}\n";
        assert_eq!(read(twice), Err(Misread));
    }
}
