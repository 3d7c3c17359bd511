//! Strip: what a file tells beside its pictures and sound, taken away without decoding them.
//!
//! Only what is known to be needed for showing the file stays; everything else goes, known or not. Not one byte of a
//! picture's or a sound's own stream changes. A JPEG, PNG or WebP is put together anew from the parts that stay, without
//! whatever stands behind its end; a film keeps its length, and what goes is overwritten with zeros where it stands, so
//! that nothing in it has to move. The rules are those of `docs/formats/strip.md`.
//!
//! **Not** taken away: what the pictures and voices themselves tell, reflections and landmarks, the noise of a sensor,
//! and words that an encoder wrote into its stream of frames. HEIC and sound files are refused: they are
//! shown only once somebody has decoded them and written them anew.

mod bmff;
mod jpeg;
mod orientation;
mod png;
mod profile;
mod samples;
mod webm;
mod webp;

use crate::Refusal;
use crate::kind::{Kind, kind};
use std::collections::BTreeSet;
use std::ops::Range;

/// What was in a file and is not any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gone {
    /// The camera's notes: place, time, model, settings, a small copy of the picture.
    Exif,
    /// Notes of editing programs (XMP).
    Xmp,
    /// Notes of newsrooms and Photoshop (IPTC).
    Iptc,
    /// A typed comment.
    Comment,
    /// A small copy of the picture.
    Thumbnail,
    /// Content credentials (C2PA): the original keeps them, and the copy cannot.
    Credentials,
    /// Names and times in a colour profile.
    Profile,
    /// What stood behind the end of the file.
    Behind,
    /// When it was taken.
    Times,
    /// Names of programs and makers.
    Names,
    /// A track that is neither picture nor sound: a telephone's sensors, chapters, subtitles.
    Track,
    /// Bytes that belong to no picture and no sound.
    Loose,
    /// Any other part that showing the file does not need.
    Part,
}

/// A stretch of the cleaned file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Kept(Range<usize>),
    Zeros(usize),
    Put(Vec<u8>),
}

/// How a cleaned file comes out of its original: mostly by keeping stretches, so that a large film is never copied in
/// memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clean {
    pieces: Vec<Piece>,
    gone: BTreeSet<Gone>,
}

static ZEROS: [u8; 4_096] = [0; 4_096];

impl Clean {
    /// What was found and taken away.
    pub fn gone(&self) -> &BTreeSet<Gone> {
        &self.gone
    }

    /// Bytes of the cleaned file.
    pub fn len(&self) -> usize {
        let length = |piece: &Piece| match piece {
            Piece::Kept(range) => range.len(),
            Piece::Zeros(count) => *count,
            Piece::Put(bytes) => bytes.len(),
        };
        self.pieces.iter().map(length).sum()
    }

    /// Whether nothing stays, which is never so for a file that was read.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cleaned file, stretch by stretch, from the same original.
    pub fn stretches<'a>(&'a self, original: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        self.pieces.iter().flat_map(move |piece| {
            let (bytes, zeros) = match piece {
                Piece::Kept(range) => (original.get(range.clone()).unwrap_or_default(), 0),
                Piece::Zeros(count) => (&[][..], *count),
                Piece::Put(bytes) => (&bytes[..], 0),
            };
            let blocks = (0..zeros).step_by(ZEROS.len()).map(move |at| &ZEROS[..(zeros - at).min(ZEROS.len())]);
            std::iter::once(bytes).chain(blocks).filter(|stretch| !stretch.is_empty())
        })
    }

    /// The cleaned file as a whole.
    pub fn bytes(&self, original: &[u8]) -> Vec<u8> {
        self.stretches(original).fold(Vec::with_capacity(self.len()), |mut whole, stretch| {
            whole.extend_from_slice(stretch);
            whole
        })
    }

    fn keep(&mut self, range: Range<usize>) {
        match self.pieces.last_mut() {
            Some(Piece::Kept(last)) if last.end == range.start => last.end = range.end,
            _ if range.is_empty() => {}
            _ => self.pieces.push(Piece::Kept(range)),
        }
    }

    fn put(&mut self, bytes: Vec<u8>) {
        self.pieces.push(Piece::Put(bytes));
    }

    fn zeros(&mut self, count: usize) {
        match self.pieces.last_mut() {
            Some(Piece::Zeros(last)) => *last += count,
            _ if count == 0 => {}
            _ => self.pieces.push(Piece::Zeros(count)),
        }
    }
}

/// Most stretches of a file that are overwritten: what is remembered of each is larger than the smallest one.
const EDITS_MAX: usize = 500_000;

/// Overwritten stretches of a file that keeps its length. They never overlap, because parts of a file nest.
#[derive(Debug, Default)]
struct Edits {
    edits: Vec<(Range<usize>, Option<Vec<u8>>)>,
    gone: BTreeSet<Gone>,
}

impl Edits {
    /// Refuses a file of which more is to be remembered than any honest one asks.
    fn bounded(&self) -> Result<(), Refusal> {
        if self.edits.len() > EDITS_MAX { Err(Refusal::TooMany("parts that go")) } else { Ok(()) }
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.edits.push((at..at + bytes.len(), Some(bytes.to_vec())));
    }

    fn zero(&mut self, range: Range<usize>) {
        self.edits.push((range, None));
    }

    /// Zeros where something stood, and says what if anything did.
    fn erase(&mut self, bytes: &[u8], range: Range<usize>, what: Gone) {
        if bytes.get(range.clone()).is_some_and(|there| there.iter().any(|byte| *byte != 0)) {
            self.zero(range);
            self.gone.insert(what);
        }
    }

    fn applied(mut self, until: usize) -> Clean {
        self.edits.sort_by_key(|(range, _)| range.start);
        let mut clean = Clean { pieces: Vec::new(), gone: self.gone };
        let mut at = 0;
        for (range, bytes) in self.edits {
            if range.start < at || range.end > until {
                continue;
            }
            clean.keep(at..range.start);
            at = range.end;
            match bytes {
                Some(bytes) => clean.put(bytes),
                None => clean.zeros(range.len()),
            }
        }
        clean.keep(at..until);
        clean
    }
}

/// How to make a copy of this file that tells nothing beside its pictures and sound.
///
/// # Errors
///
/// Where it is no medium, is damaged or cut off, is larger than is taken, or cannot be cleaned without decoding it.
pub fn strip(bytes: &[u8]) -> Result<Clean, Refusal> {
    match kind(bytes)? {
        Kind::Jpeg => jpeg::strip(bytes, true),
        Kind::Png => png::strip(bytes),
        Kind::WebP => webp::strip(bytes),
        Kind::Mp4 | Kind::Mov | Kind::M4a => bmff::strip(bytes),
        Kind::WebM => webm::strip(bytes),
        Kind::Heic => Err(Refusal::NotCleaned("HEIC")),
        Kind::Mp3 | Kind::Ogg | Kind::Flac | Kind::Wav => Err(Refusal::NotCleaned("sound")),
    }
}

/// The same of a JPEG whose pixels lie upright already: what its notes say of turning goes too. Programs that unpack HEIC
/// turn its pixels and take the notes along as they were.
///
/// # Errors
///
/// As [`strip`], and where it is no JPEG.
pub fn strip_upright(bytes: &[u8]) -> Result<Clean, Refusal> {
    match kind(bytes)? {
        Kind::Jpeg => jpeg::strip(bytes, false),
        _ => Err(Refusal::Damaged("JPEG head")),
    }
}

/// A big-endian number of two bytes.
fn two(bytes: &[u8], at: usize) -> Result<usize, Refusal> {
    bytes.get(at..at + 2).map(|two| usize::from(u16::from_be_bytes([two[0], two[1]]))).ok_or(Refusal::CutOff)
}

/// A big-endian number of four bytes.
fn four(bytes: &[u8], at: usize) -> Result<u32, Refusal> {
    bytes.get(at..at + 4).map(|four| u32::from_be_bytes([four[0], four[1], four[2], four[3]])).ok_or(Refusal::CutOff)
}

#[cfg(test)]
mod tests;
