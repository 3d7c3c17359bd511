//! Answer: what a shut-in child says about a file, as one line of JSON and the pieces it made.
//!
//! The child has read a stranger's bytes, so its answer is a stranger's too: the server reads it with bounds, believes
//! no length, and shows nothing of it but plain words of a closed list, numbers, and pictures as pictures.

use super::film::STILLS_MAX;
use handbell_evidence::cascade::FINDS_MAX;
use handbell_evidence::pdq::{Hash, Hashed};
use handbell_rules::evidence::hiding::Rectangle;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;

/// Most bytes of the line.
const LINE_BYTES_MAX: usize = 1 << 20;
/// Most pieces of one answer: the stills of a film.
const PIECES_MAX: usize = STILLS_MAX as usize;
/// Most hashes: of each still, with and without its bars, every view under which it is stored.
const MARKS_MAX: usize = STILLS_MAX as usize * 44;
/// Most places that look like a face, in all stills.
const SEEN_MAX: usize = STILLS_MAX as usize * FINDS_MAX;
/// Most letters of a short name.
const NAME_MAX: usize = 40;
/// Most bytes of a sentence.
const WORDS_MAX: usize = 400;
/// Most bytes of a time: `2026-11-22 14:03:11 +01:00`.
const TAKEN_MAX: usize = 26;

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
    /// Stills of a film: their hashes in order; none where a still is too plain to have one.
    pub stills: Vec<Option<Mark>>,
    /// Whether it is sound alone in a film's container.
    pub sound: bool,
    /// Milliseconds of a film or a sound.
    pub milliseconds: Option<u64>,
    /// What looks like a face, in order of the pictures that were looked through.
    pub seen: Vec<Seen>,
}

/// A place that looks like a face; a suggestion and nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// In which of the pictures, from 0.
    pub picture: u32,
    /// Where in it.
    pub place: Rectangle,
}

impl Seen {
    fn reads(&self) -> bool {
        let Rectangle { x, y, width, height } = self.place;
        self.picture < STILLS_MAX && Rectangle::new(x, y, width, height).is_ok()
    }
}

/// A picture hash with its quality, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// 64 digits.
    pub hash: String,
    /// 0 to 100.
    pub quality: u8,
    /// Of a film: of which still, from 0.
    #[serde(default)]
    pub still: u32,
}

/// A short name of ours: small letters and hyphens.
fn is_name(name: &str) -> bool {
    (1..=NAME_MAX).contains(&name.len()) && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'-'))
}

impl Told {
    /// Whether a child of ours could have said so.
    fn reads(&self) -> bool {
        let time = |text: &String| {
            let letter = |byte| matches!(byte, b'0'..=b'9' | b' ' | b':' | b'+' | b'-' | b'U' | b'T' | b'C' | b'Z' | b'.');
            text.len() <= TAKEN_MAX && text.bytes().all(letter)
        };
        let marks =
            |marks: &[Mark]| marks.len() <= MARKS_MAX && marks.iter().all(|mark| mark.hashed().is_some() && mark.still < STILLS_MAX);
        self.taken.as_ref().is_none_or(time)
            && self.not_cleaned.as_deref().is_none_or(is_name)
            && marks(&self.stored)
            && marks(&self.asked)
            && self.stills.len() <= STILLS_MAX as usize
            && self.stills.iter().flatten().all(|mark| mark.hashed().is_some())
            && self.seen.len() <= SEEN_MAX
            && self.seen.iter().all(Seen::reads)
            && self.seen.is_sorted_by_key(|seen| seen.picture)
    }
}

impl From<Hashed> for Mark {
    fn from(hashed: Hashed) -> Self {
        Self { hash: hashed.hash.to_string(), quality: hashed.quality, still: 0 }
    }
}

impl Mark {
    /// The hash; none where the digits are none.
    pub fn hashed(&self) -> Option<Hashed> {
        Hash::from_hex(&self.hash).filter(|_| self.quality <= 100).map(|hash| Hashed { hash, quality: self.quality })
    }
}

impl No {
    /// As [`Told::reads`].
    fn reads(&self) -> bool {
        is_name(&self.name) && (1..=WORDS_MAX).contains(&self.words.len()) && !self.words.chars().any(char::is_control)
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
/// Where lengths do not meet, the line is longer than any honest one, or what it says is nothing that a child of ours says.
pub fn read(bytes: &[u8]) -> Result<Result<Made, No>, Misread> {
    let end = bytes.iter().take(LINE_BYTES_MAX).position(|byte| *byte == b'\n').ok_or(Misread)?;
    let line: Line = serde_json::from_slice(&bytes[..end]).map_err(|_| Misread)?;
    let mut rest = &bytes[end + 1..];
    match (line.told, line.no) {
        (Some(told), None) if line.pieces.len() <= PIECES_MAX && told.reads() => {
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
        (None, Some(no)) if line.pieces.is_empty() && rest.is_empty() && no.reads() => Ok(Err(no)),
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

    /// What a child of ours would never say does not read, one step beyond what it may.
    fn bounds_hold() {
        let mark = |hash: &str, quality| Mark { hash: hash.to_owned(), quality, still: STILLS_MAX - 1 };
        let good = mark(&"0f".repeat(32), 100);
        let seen = |picture: u32, x: u16| Seen { picture, place: Rectangle { x, y: 9_000, width: 1_000, height: 1_000 } };
        let full = Told {
            taken: Some("2026-11-22 14:03:11 +01:00".into()),
            not_cleaned: Some("a".repeat(NAME_MAX)),
            stored: vec![good.clone(); MARKS_MAX],
            asked: vec![good.clone(); MARKS_MAX],
            stills: vec![Some(good.clone()); STILLS_MAX as usize],
            seen: vec![seen(STILLS_MAX - 1, 9_000); 1_000],
            ..Told::default()
        };
        let judged = |told: Told| read(&written(&Ok(Made { told, pieces: BTreeMap::new() })));
        assert_eq!(judged(full.clone()).map(|answer| answer.is_ok()), Ok(true), "all of it at its most");
        let more = |marks: &[Mark], mark: Mark| [marks, &[mark]].concat();
        let wrong = [
            Told { taken: Some("2026-11-22 14:03:11.0 +01:00".into()), ..full.clone() },
            Told { taken: Some("<b>today</b>".into()), ..full.clone() },
            Told { not_cleaned: Some("a".repeat(NAME_MAX + 1)), ..full.clone() },
            Told { not_cleaned: Some(String::new()), ..full.clone() },
            Told { not_cleaned: Some("a b".into()), ..full.clone() },
            Told { stored: more(&full.stored, good.clone()), ..full.clone() },
            Told { asked: more(&full.asked, good.clone()), ..full.clone() },
            Told { stored: vec![mark("0f", 100)], ..full.clone() },
            Told { asked: vec![mark(&"zz".repeat(32), 100)], ..full.clone() },
            Told { asked: vec![mark(&good.hash, 101)], ..full.clone() },
            Told { stored: vec![Mark { still: STILLS_MAX, ..good.clone() }], ..full.clone() },
            Told { stills: vec![None; STILLS_MAX as usize + 1], ..full.clone() },
            Told { seen: vec![seen(STILLS_MAX, 0)], ..full.clone() },
            Told { seen: vec![seen(0, 9_001)], ..full.clone() },
            Told { seen: vec![seen(1, 0), seen(0, 0)], ..full.clone() },
            Told { seen: vec![seen(0, 0); SEEN_MAX + 1], ..full.clone() },
            Told { stills: vec![Some(mark("", 0))], ..full },
        ];
        for told in wrong {
            assert_eq!(judged(told.clone()), Err(Misread), "{:?} {:?}", told.taken, told.not_cleaned);
        }
        let no = |name: &str, words: &str| read(&written(&Err(No { name: name.into(), words: words.into() })));
        assert!(no("file-cut-off", &"é".repeat(WORDS_MAX / 2)).is_ok());
        for (name, words) in [("", "No."), ("File", "No."), ("file/../x", "No."), ("file", ""), ("file", "a\u{1b}[31m")] {
            assert_eq!(no(name, words), Err(Misread), "{name}");
        }
        assert_eq!(no(&"a".repeat(NAME_MAX + 1), "No."), Err(Misread));
        assert_eq!(no("file", &"a".repeat(WORDS_MAX + 1)), Err(Misread));
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
        bounds_hold();
        let twice = b"{\"told\":null,\"no\":{\"name\":\"a\",\"words\":\"b\"},\"pieces\":[[\"x\",18446744073709551615]]}\n";
        assert_eq!(read(twice), Err(Misread));
    }
}
