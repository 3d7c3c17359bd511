//! Boxes: the length-and-name pieces that MP4, QuickTime and HEIF are made of (ISO/IEC 14496-12, section 4.2).
//!
//! Only reads where boxes begin and end, and never beyond what holds them. Knows nothing of what is in them.

use crate::Refusal;
use std::ops::Range;

/// A box: its name and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoxAt {
    /// Four letters.
    pub name: [u8; 4],
    /// From its first length byte to its end.
    pub whole: Range<usize>,
    /// Bytes of length and name: 8, or 16 where the length is long.
    pub head: usize,
}

impl BoxAt {
    /// Where its content stands.
    pub fn inside(&self) -> Range<usize> {
        self.whole.start + self.head..self.whole.end
    }

    /// Its content; none where the file ends before it does.
    pub fn body<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        bytes.get(self.inside())
    }
}

/// The box at `from`, which ends at `end` at the latest.
///
/// # Errors
///
/// Where the length contradicts what holds it.
pub fn read(bytes: &[u8], from: usize, end: usize) -> Result<BoxAt, Refusal> {
    let head = bytes.get(from..end.min(from + 8)).filter(|head| head.len() == 8).ok_or(Refusal::CutOff)?;
    let name = [head[4], head[5], head[6], head[7]];
    let (length, head) = match u32::from_be_bytes([head[0], head[1], head[2], head[3]]) {
        // To the end of the file.
        0 => ((end - from) as u64, 8),
        1 => {
            let long = bytes.get(from + 8..from + 16).ok_or(Refusal::CutOff)?;
            (long.iter().fold(0, |length, byte| length << 8 | u64::from(*byte)), 16)
        }
        short => (u64::from(short), 8),
    };
    let until = usize::try_from(length).ok().and_then(|length| from.checked_add(length)).ok_or(Refusal::Damaged("box length"))?;
    if length < head as u64 {
        return Err(Refusal::Damaged("box length"));
    }
    if until > end || until > bytes.len() {
        return Err(Refusal::CutOff);
    }
    Ok(BoxAt { name, whole: from..until, head })
}

/// The file's first box, by its head alone.
pub fn first(bytes: &[u8]) -> Option<BoxAt> {
    let lettered = bytes.get(4..8)?.iter().all(|letter| letter.is_ascii_graphic() || *letter == b' ');
    if lettered { read(bytes, 0, bytes.len()).ok() } else { None }
}

/// The boxes one after another in a range, at most `most` of them.
///
/// # Errors
///
/// Where a length contradicts what holds it, or there are too many.
pub fn walk(bytes: &[u8], range: Range<usize>, most: usize) -> Result<Vec<BoxAt>, Refusal> {
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end {
        // QuickTime closes some lists with four bytes of zero.
        if range.end - at < 8 && bytes.get(at..range.end).is_some_and(|rest| rest.iter().all(|byte| *byte == 0)) {
            break;
        }
        if found.len() == most {
            return Err(Refusal::TooMany("boxes"));
        }
        let next = read(bytes, at, range.end)?;
        at = next.whole.end;
        found.push(next);
    }
    Ok(found)
}
