//! EBML: the elements that WebM is made of (RFC 8794).
//!
//! Only reads where elements begin and end. What they mean is the business of [`strip`](crate::strip).

use crate::Refusal;
use std::ops::Range;

/// The id of the header that every such file begins with.
pub const HEADER_MARK: [u8; 4] = [0x1a, 0x45, 0xdf, 0xa3];
/// The document type, within the header.
const DOCUMENT_TYPE: u32 = 0x4282;

/// An element: its id with its marker bits, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// As it is written, marker included (`0x1a45dfa3`).
    pub id: u32,
    /// From its id to its end; to the end of what holds it where its size is unknown.
    pub whole: Range<usize>,
    /// Bytes of id and size.
    pub head: usize,
    /// Whether its size is not said, as in a film that was written while it was taken.
    pub unknown: bool,
}

impl Element {
    /// Where its content stands.
    pub fn inside(&self) -> Range<usize> {
        self.whole.start + self.head..self.whole.end
    }
}

/// Bytes of a number whose first byte is this (RFC 8794, section 4); none for zero.
fn width(first: u8) -> Option<usize> {
    (first != 0).then(|| first.leading_zeros() as usize + 1)
}

/// The element at `from`, which ends at `end` at the latest.
///
/// # Errors
///
/// Where it contradicts what holds it.
pub fn read(bytes: &[u8], from: usize, end: usize) -> Result<Element, Refusal> {
    let all = bytes.get(..end).ok_or(Refusal::CutOff)?;
    let first = *all.get(from).ok_or(Refusal::CutOff)?;
    let wide = width(first).filter(|wide| *wide <= 4).ok_or(Refusal::Damaged("element id"))?;
    let id = all.get(from..from + wide).ok_or(Refusal::CutOff)?.iter().fold(0, |id, byte| id << 8 | u32::from(*byte));
    let (size, long) = number(all, from + wide)?;
    let head = wide + long;
    let unknown = size == (1 << (7 * long)) - 1;
    let until = if unknown {
        end
    } else {
        usize::try_from(size).ok().and_then(|size| (from + head).checked_add(size)).ok_or(Refusal::Damaged("element size"))?
    };
    if until > end {
        return Err(Refusal::CutOff);
    }
    Ok(Element { id, whole: from..until, head, unknown })
}

/// The number at `from` without its marker, and its width in bytes.
///
/// # Errors
///
/// Where it is cut off, or wider than eight bytes.
pub fn number(bytes: &[u8], from: usize) -> Result<(u64, usize), Refusal> {
    let first = *bytes.get(from).ok_or(Refusal::CutOff)?;
    let long = width(first).ok_or(Refusal::Damaged("element size"))?;
    let written = bytes.get(from..from + long).ok_or(Refusal::CutOff)?;
    let value = written.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
    Ok((value & ((1 << (7 * long)) - 1), long))
}

/// The document type that the file's header names.
///
/// # Errors
///
/// Where the header cannot be read or names none.
pub fn document_type(bytes: &[u8]) -> Result<&[u8], Refusal> {
    let header = read(bytes, 0, bytes.len())?;
    let mut at = header.inside().start;
    while !header.unknown && at < header.whole.end {
        let element = read(bytes, at, header.whole.end)?;
        if element.id == DOCUMENT_TYPE {
            let name = &bytes[element.inside()];
            return Ok(name.split(|byte| *byte == 0).next().unwrap_or_default());
        }
        at = element.whole.end;
    }
    Err(Refusal::Damaged("document type"))
}
