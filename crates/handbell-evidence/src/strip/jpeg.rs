//! JPEG: its tables, frames and scans, with at most a plain head, an orientation and a colour profile.
//!
//! ITU-T T.81, annex B. Whatever stands behind the end of the picture goes: that is where telephones put films, and
//! everybody else puts what should not be seen.

use super::{Clean, Gone, orientation, profile, two};
use crate::Refusal;
use crate::picture::measured;
use std::ops::Range;

/// Most segments; pictures have some dozens.
const SEGMENTS_MAX: usize = 50_000;
/// Most scans: a progressive picture has about ten, and each is decoded over the whole picture.
const SCANS_MAX: usize = 200;
/// Content of one segment of a profile.
const PROFILE_PART: usize = 65_519;

/// What is gathered before the picture itself is written.
#[derive(Default)]
struct Found {
    head: Option<[u8; 18]>,
    adobe: Option<[u8; 16]>,
    orientation: Option<u8>,
    /// Number and content of the profile's parts.
    profile: Vec<(u8, Range<usize>)>,
    kept: Vec<Range<usize>>,
    scans: usize,
    framed: bool,
}

/// With `turns`, which way up it is to be shown stays; without, its pixels lie upright already, whatever its notes say.
pub fn strip(bytes: &[u8], turns: bool) -> Result<Clean, Refusal> {
    let (mut found, mut clean) = (Found::default(), Clean::default());
    let mut at = 2;
    for _ in 0..SEGMENTS_MAX {
        let (marker, start) = marker(bytes, at)?;
        if marker == 0xd9 {
            if found.scans == 0 {
                return Err(Refusal::Damaged("no picture"));
            }
            if start + 2 < bytes.len() {
                clean.gone.insert(Gone::Behind);
            }
            keep(&mut found.kept, start..start + 2);
            found.orientation = found.orientation.filter(|_| turns);
            return Ok(together(bytes, found, clean));
        }
        let length = match marker {
            0xc0..=0xc7 | 0xc9..=0xcf | 0xda..=0xdd | 0xe0..=0xfe => two(bytes, start + 2)?,
            _ => return Err(Refusal::Damaged("JPEG marker")),
        };
        let end = start + 2 + length;
        let content = bytes.get(start + 4..end).filter(|_| length >= 2);
        let content = content.ok_or(if length < 2 { Refusal::Damaged("JPEG segment") } else { Refusal::CutOff })?;
        at = end;
        match marker {
            0xe0..=0xfe => application(&mut found, &mut clean, marker, content, start + 4),
            0xda => {
                at = scan_end(bytes, end)?;
                found.scans += 1;
                if !found.framed || found.scans > SCANS_MAX {
                    return Err(if found.framed { Refusal::TooMany("scans") } else { Refusal::Damaged("JPEG frame") });
                }
                keep(&mut found.kept, start..at);
            }
            _ => {
                if !matches!(marker, 0xc4 | 0xcc | 0xdb..=0xdd) {
                    measured(two(content, 3)? as u64, two(content, 1)? as u64)?;
                    found.framed = true;
                }
                keep(&mut found.kept, start..end);
            }
        }
    }
    Err(Refusal::TooMany("segments"))
}

/// The marker at or behind the filling there, and where its two bytes begin.
fn marker(bytes: &[u8], from: usize) -> Result<(u8, usize), Refusal> {
    if *bytes.get(from).ok_or(Refusal::CutOff)? != 0xff {
        return Err(Refusal::Damaged("JPEG marker"));
    }
    let filling = bytes[from..].iter().take_while(|byte| **byte == 0xff).count();
    let marker = *bytes.get(from + filling).ok_or(Refusal::CutOff)?;
    Ok((marker, from + filling - 1))
}

/// Where the coded data of a scan ends: before the next marker that is no restart.
fn scan_end(bytes: &[u8], from: usize) -> Result<usize, Refusal> {
    let coded = bytes.get(from..).unwrap_or_default();
    let ends = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff);
    coded.windows(2).position(ends).map(|length| from + length).ok_or(Refusal::CutOff)
}

fn keep(kept: &mut Vec<Range<usize>>, range: Range<usize>) {
    match kept.last_mut() {
        Some(last) if last.end == range.start => last.end = range.end,
        _ => kept.push(range),
    }
}

fn application(found: &mut Found, clean: &mut Clean, marker: u8, content: &[u8], at: usize) {
    let begins = |mark: &[u8]| content.starts_with(mark);
    let gone = match marker {
        0xe0 if begins(b"JFIF\0") && content.len() >= 14 && found.head.is_none() => {
            // Version, unit and density; the size of a small copy of the picture becomes nothing.
            let mut head = *b"\xff\xe0\0\x10JFIF\0\0\0\0\0\0\0\0\0\0";
            head[9..16].copy_from_slice(&content[5..12]);
            found.head = Some(head);
            if content.len() == 14 {
                return;
            }
            Gone::Thumbnail
        }
        0xe0 => Gone::Thumbnail,
        0xe1 if begins(b"Exif\0") => {
            found.orientation = found.orientation.or(content.get(6..).and_then(orientation::read));
            if content.get(6..) == found.orientation.map(orientation::written).as_deref() {
                return;
            }
            Gone::Exif
        }
        0xe1 => Gone::Xmp,
        0xe2 if begins(b"ICC_PROFILE\0") && content.len() > 14 => {
            found.profile.push((content[12], at + 14..at + content.len()));
            return;
        }
        0xee if begins(b"Adobe") && content.len() >= 12 && found.adobe.is_none() => {
            // Version, flags and which colours are stored.
            let mut adobe = *b"\xff\xee\0\x0eAdobe\0\0\0\0\0\0\0";
            adobe[9..16].copy_from_slice(&content[5..12]);
            found.adobe = Some(adobe);
            return;
        }
        0xeb => Gone::Credentials,
        0xed => Gone::Iptc,
        0xfe => Gone::Comment,
        _ => Gone::Part,
    };
    clean.gone.insert(gone);
}

fn together(bytes: &[u8], found: Found, mut clean: Clean) -> Clean {
    clean.put(b"\xff\xd8".to_vec());
    if let Some(head) = found.head {
        clean.put(head.to_vec());
    }
    if let Some(orientation) = found.orientation {
        clean.put([&b"\xff\xe1\0\x22Exif\0\0"[..], &orientation::written(orientation)].concat());
    }
    let mut parts = found.profile;
    parts.sort_by_key(|(number, _)| *number);
    let length: usize = parts.iter().map(|(_, range)| range.len()).sum();
    if (1..=profile::PROFILE_MAX).contains(&length) {
        let before: Vec<u8> = parts.iter().flat_map(|(_, range)| bytes[range.clone()].iter().copied()).collect();
        let after = profile::cleaned(&before);
        if after.as_deref() != Some(&before) {
            clean.gone.insert(Gone::Profile);
        }
        let after = after.unwrap_or_default();
        let count = after.len().div_ceil(PROFILE_PART);
        for (number, part) in after.chunks(PROFILE_PART).enumerate().filter(|_| count < 256) {
            let length = (part.len() + 16) as u16;
            let head = [&b"\xff\xe2"[..], &length.to_be_bytes(), b"ICC_PROFILE\0", &[number as u8 + 1, count as u8]].concat();
            clean.put([&head[..], part].concat());
        }
    }
    if let Some(adobe) = found.adobe {
        clean.put(adobe.to_vec());
    }
    found.kept.into_iter().for_each(|range| clean.keep(range));
    clean
}
