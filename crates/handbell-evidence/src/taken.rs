//! Taken: when a file itself says it was taken, and whether it carries content credentials.
//!
//! Both are words in a file that its sender, or any program on the way, could write as they liked. They are shown as
//! what the file says and stand for nothing more. Whatever does not read as a time is no time.

use crate::boxes::walk;
use crate::kind::{Kind, kind};
use std::ops::Range;

/// Seconds from 1904, where films count from, to 1970.
const FILM_EPOCH: u64 = 2_082_844_800;
/// Most entries of a directory of camera notes that are looked through.
const ENTRIES_MAX: usize = 1_000;
/// Most parts of a file that are looked through, and most boxes in one place.
const PARTS_MAX: usize = 10_000;
/// The box of content credentials in films (C2PA 2.1, section A.3.1).
const CREDENTIALS_BOX: [u8; 16] = [0xd8, 0xfe, 0xc3, 0xd6, 0x1b, 0x0e, 0x48, 0x3c, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7e, 0xc4, 0x81];

/// When the file says it was taken: `2026-11-22 14:03:11`, with ` +01:00` or ` UTC` behind where it names a zone.
pub fn taken(bytes: &[u8]) -> Option<String> {
    match kind(bytes).ok()? {
        Kind::Jpeg => {
            let notes = segments(bytes).find(|(mark, content)| *mark == 0xe1 && bytes[content.clone()].starts_with(b"Exif\0\0"))?.1;
            notes_say(&bytes[notes.start + 6..notes.end])
        }
        Kind::Png => notes_say(&bytes[chunks(bytes).find(|(name, _)| name == b"eXIf")?.1]),
        Kind::WebP => {
            let notes = &bytes[riffs(bytes).find(|(name, _)| name == b"EXIF")?.1];
            notes_say(notes.strip_prefix(b"Exif\0\0").unwrap_or(notes))
        }
        Kind::Mp4 | Kind::Mov | Kind::M4a => film_says(bytes),
        _ => None,
    }
}

/// Whether the file carries content credentials (C2PA). What they say is not read.
pub fn credentials(bytes: &[u8]) -> bool {
    match kind(bytes) {
        Ok(Kind::Jpeg) => segments(bytes).any(|(mark, content)| mark == 0xeb && bytes[content].starts_with(b"JP")),
        Ok(Kind::Png) => chunks(bytes).any(|(name, _)| name == *b"caBX"),
        Ok(Kind::WebP) => riffs(bytes).any(|(name, _)| name == *b"C2PA"),
        Ok(Kind::Mp4 | Kind::Mov | Kind::M4a | Kind::Heic) => walk(bytes, 0..bytes.len(), PARTS_MAX).is_ok_and(|boxes| {
            boxes.iter().any(|at| &at.name == b"uuid" && at.body(bytes).is_some_and(|body| body.starts_with(&CREDENTIALS_BOX)))
        }),
        _ => false,
    }
}

/// The segments of a JPEG before its first scan: mark and content.
fn segments(bytes: &[u8]) -> impl Iterator<Item = (u8, Range<usize>)> {
    let mut at = 2;
    std::iter::from_fn(move || {
        let head = bytes.get(at..at + 4)?;
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let content = at + 4..(at + 2).checked_add(length)?;
        // The scan, or bytes that are no segment.
        if head[0] != 0xff || head[1] == 0xda || length < 2 || content.end > bytes.len() {
            return None;
        }
        at = content.end;
        Some((head[1], content))
    })
    .take(PARTS_MAX)
}

/// The chunks of a PNG: name and content.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], Range<usize>)> {
    let mut at = 8;
    std::iter::from_fn(move || {
        let head = bytes.get(at..at + 8)?;
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let content = at + 8..(at + 8).checked_add(length).filter(|end| *end <= bytes.len())?;
        at = content.end + 4;
        Some(([head[4], head[5], head[6], head[7]], content))
    })
    .take(PARTS_MAX)
}

/// The chunks of a WebP: name and content.
fn riffs(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], Range<usize>)> {
    let mut at = 12;
    std::iter::from_fn(move || {
        let head = bytes.get(at..at + 8)?;
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let content = at + 8..(at + 8).checked_add(length).filter(|end| *end <= bytes.len())?;
        at = content.end + length % 2;
        Some(([head[0], head[1], head[2], head[3]], content))
    })
    .take(PARTS_MAX)
}

/// Camera notes (Exif 2.3, sections 4.6.3 and 4.6.5): when the picture was taken, else when the file was changed.
fn notes_say(tiff: &[u8]) -> Option<String> {
    let notes = Notes::of(tiff)?;
    let first = notes.four(4)? as usize;
    let camera = notes.entry(first, 0x8769).and_then(|at| notes.four(at + 8)).map(|at| at as usize);
    let text = |directory: usize, tag: u16| notes.entry(directory, tag).and_then(|at| notes.text(at));
    let (at, zone) = match camera.and_then(|camera| text(camera, 0x9003)) {
        Some(at) => (at, camera.and_then(|camera| text(camera, 0x9011))),
        None => (text(first, 0x0132)?, None),
    };
    let at = spelled(&at)?;
    Some(match zone.filter(|zone| is_zone(zone)) {
        Some(zone) => format!("{at} {zone}"),
        None => at,
    })
}

/// `2026:11:22 14:03:11` as people write it; nothing where it is no time.
fn spelled(text: &str) -> Option<String> {
    let shape = text.len() == 19
        && text.bytes().zip(b"0000:00:00 00:00:00").all(|(is, like)| if *like == b'0' { is.is_ascii_digit() } else { is == *like });
    let number = |range: Range<usize>| text.get(range).and_then(|digits| digits.parse::<u32>().ok());
    let sound = shape
        && (1..=12).contains(&number(5..7)?)
        && (1..=31).contains(&number(8..10)?)
        && number(11..13)? < 24
        && number(14..16)? < 60
        && number(17..19)? < 61
        && number(0..4)? >= 1_900;
    sound.then(|| format!("{}-{}-{} {}", &text[..4], &text[5..7], &text[8..10], &text[11..]))
}

fn is_zone(text: &str) -> bool {
    text.len() == 6
        && text.bytes().zip(b"+00:00").all(|(is, like)| match like {
            b'0' => is.is_ascii_digit(),
            b'+' => is == b'+' || is == b'-',
            _ => is == *like,
        })
}

struct Notes<'a> {
    tiff: &'a [u8],
    little: bool,
}

impl<'a> Notes<'a> {
    fn of(tiff: &'a [u8]) -> Option<Self> {
        match tiff.get(..4)? {
            b"II*\0" => Some(Self { tiff, little: true }),
            b"MM\0*" => Some(Self { tiff, little: false }),
            _ => None,
        }
    }

    fn two(&self, at: usize) -> Option<u16> {
        let bytes = [*self.tiff.get(at)?, *self.tiff.get(at.checked_add(1)?)?];
        Some(if self.little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn four(&self, at: usize) -> Option<u32> {
        let (first, second) = (u32::from(self.two(at)?), u32::from(self.two(at.checked_add(2)?)?));
        Some(if self.little { second << 16 | first } else { first << 16 | second })
    }

    /// Where the entry with this tag stands.
    fn entry(&self, directory: usize, tag: u16) -> Option<usize> {
        let count = usize::from(self.two(directory)?).min(ENTRIES_MAX);
        (0..count).filter_map(|number| directory.checked_add(2 + 12 * number)).find(|at| self.two(*at) == Some(tag))
    }

    /// The letters of an entry.
    fn text(&self, at: usize) -> Option<String> {
        let count = self.four(at.checked_add(4)?)? as usize;
        let from = if count <= 4 { at.checked_add(8)? } else { self.four(at.checked_add(8)?)? as usize };
        let letters = self.tiff.get(from..from.checked_add(count.min(64))?)?;
        let letters = letters.split(|letter| *letter == 0).next()?;
        (self.two(at.checked_add(2)?)? == 2).then(|| String::from_utf8_lossy(letters).trim().to_owned())
    }
}

/// A film's head (ISO/IEC 14496-12, section 8.2.2): seconds since 1904, in UTC as the standard wants it.
fn film_says(bytes: &[u8]) -> Option<String> {
    let film = walk(bytes, 0..bytes.len(), PARTS_MAX).ok()?.into_iter().find(|at| &at.name == b"moov")?;
    let head = walk(bytes, film.inside(), PARTS_MAX).ok()?.into_iter().find(|at| &at.name == b"mvhd")?;
    let head = head.body(bytes)?;
    let seconds = match head.first()? {
        0 => u64::from(u32::from_be_bytes(head.get(4..8)?.try_into().ok()?)),
        1 => u64::from_be_bytes(head.get(4..12)?.try_into().ok()?),
        _ => return None,
    };
    // Nothing at all, or a clock that was never set.
    let since = seconds.checked_sub(FILM_EPOCH).filter(|since| *since > 0 && *since < 1 << 33)?;
    let (year, month, day) = civil(since / 86_400);
    let (hour, minute, second) = (since / 3_600 % 24, since / 60 % 60, since % 60);
    Some(format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC"))
}

/// Year, month and day of so many days after 1 January 1970 (the counting by eras of 400 years).
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, of_year - (153 * shifted_month + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_calendars_do() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(59), (1970, 3, 1));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(20_779), (2026, 11, 22));
    }

    #[test]
    fn only_times_are_times() {
        assert_eq!(spelled("2008:10:22 16:28:39").as_deref(), Some("2008-10-22 16:28:39"));
        for wrong in
            ["2008:13:22 16:28:39", "2008:10:22 24:28:39", "0000:00:00 00:00:00", "2008-10-22 16:28:39", "<script>alert(1)</s>", ""]
        {
            assert_eq!(spelled(wrong), None, "{wrong}");
        }
        assert!(is_zone("+01:00") && is_zone("-11:30") && !is_zone("Europe") && !is_zone(""));
    }
}
