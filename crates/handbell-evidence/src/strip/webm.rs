//! WebM: the elements that showing the film needs stay where they stand, all others become empty ones.
//!
//! RFC 8794 and RFC 9559. Nothing moves, so that every index stays right. Films that were written while they were taken
//! (sizes unknown, as browsers record) are read as well.

use super::{Clean, Edits, Gone};
use crate::Refusal;
use crate::ebml::{Element, number, read};
use crate::picture::measured;
use std::ops::Range;

const HEADER: u32 = 0x1a45_dfa3;
const SEGMENT: u32 = 0x1853_8067;
const CLUSTER: u32 = 0x1f43_b675;
/// What stands directly in a segment: where one of these begins, a cluster of unknown size has ended.
const TOP: [u32; 8] = [0x114d_9b74, 0x1549_a966, 0x1654_ae6b, CLUSTER, 0x1c53_bb6b, 0x1254_c367, 0x1043_a770, 0x1941_a469];
/// Most elements of one file that are looked at.
const ELEMENTS_MAX: usize = 4_000_000;

/// What stays in the header.
const IN_HEADER: &[u32] = &[0x4286, 0x42f7, 0x42f2, 0x42f3, 0x4282, 0x4287, 0x4285];
/// An index's entry and what is in it.
const IN_SEEK: &[u32] = &[0x53ab, 0x53ac];
const IN_CUE: &[u32] = &[0xb3];
const IN_CUE_PLACE: &[u32] = &[0xf7, 0xf1, 0xf0, 0xb2, 0x5378];
/// Scale of time and length of the film.
const IN_INFO: &[u32] = &[0x2a_d7b1, 0x4489];
/// Programs that the format wants named: they stay, as nothing.
const PROGRAMS: [u32; 2] = [0x4d80, 0x5741];
/// Number, sort, marks, lacing, time of a frame, coding and its delay.
const IN_TRACK: &[u32] = &[0xd7, 0x83, 0xb9, 0x88, 0x55aa, 0x9c, 0x23_e383, 0x86, 0x56aa, 0x56bb];
const IN_VIDEO: &[u32] = &[0xb0, 0xba, 0x9a, 0x9d, 0x53b8, 0x53c0, 0x54b0, 0x54ba, 0x54b2, 0x54aa, 0x54bb, 0x54cc, 0x54dd];
const IN_COLOUR: &[u32] = &[0x55b1, 0x55b2, 0x55b3, 0x55b4, 0x55b5, 0x55b6, 0x55b7, 0x55b8, 0x55b9, 0x55ba, 0x55bb, 0x55bc, 0x55bd];
const IN_PROJECTION: &[u32] = &[0x7671, 0x7673, 0x7674, 0x7675];
const IN_LIGHT: &[u32] = &[0x55d1, 0x55d2, 0x55d3, 0x55d4, 0x55d5, 0x55d6, 0x55d7, 0x55d8, 0x55d9, 0x55da];
const IN_AUDIO: &[u32] = &[0xb5, 0x78b5, 0x9f, 0x6264];
/// Time, and the sizes and places of the cluster.
const IN_CLUSTER: &[u32] = &[0xe7, 0xa7, 0xab];
/// How long a frame is shown, what it is made from, and sound that is not played.
const IN_GROUP: &[u32] = &[0x9b, 0xfb, 0x75a2];

struct Film<'a> {
    bytes: &'a [u8],
    edits: Edits,
    /// Numbers of the tracks that stay.
    tracks: Vec<u64>,
    elements: usize,
}

pub fn strip(bytes: &[u8]) -> Result<Clean, Refusal> {
    let mut film = Film { bytes, edits: Edits::default(), tracks: Vec::new(), elements: 0 };
    let header = read(bytes, 0, bytes.len())?;
    if header.id != HEADER || header.unknown {
        return Err(Refusal::Damaged("WebM header"));
    }
    film.only(&header, IN_HEADER)?;
    let segment = read(bytes, header.whole.end, bytes.len())?;
    if segment.id != SEGMENT {
        return Err(Refusal::Damaged("WebM segment"));
    }
    film.segment(&segment)?;
    if film.tracks.is_empty() {
        return Err(Refusal::Damaged("no pictures or sound"));
    }
    if segment.whole.end < bytes.len() {
        film.edits.gone.insert(Gone::Behind);
    }
    Ok(film.edits.applied(segment.whole.end))
}

impl Film<'_> {
    /// The elements one after another in a range.
    fn inner(&mut self, range: Range<usize>) -> Result<Vec<Element>, Refusal> {
        let (mut found, mut at) = (Vec::new(), range.start);
        while at < range.end {
            let element = read(self.bytes, at, range.end)?;
            if element.unknown {
                return Err(Refusal::Damaged("element size"));
            }
            self.count()?;
            at = element.whole.end;
            found.push(element);
        }
        Ok(found)
    }

    fn count(&mut self) -> Result<(), Refusal> {
        self.elements += 1;
        if self.elements > ELEMENTS_MAX { Err(Refusal::TooMany("elements")) } else { self.edits.bounded() }
    }

    /// An element that means nothing any more: one called *void*, of the same length (RFC 8794, section 11.3.2).
    fn void(&mut self, element: &Element, what: Gone) {
        const VOID: u8 = 0xec;
        let (at, length) = (element.whole.start, element.whole.len());
        let head: Vec<u8> = match length - 2 {
            short @ 0..=126 => vec![VOID, 0x80 | short as u8],
            _ => {
                let size = (length - 9) as u64 | 1 << 56;
                [&[VOID][..], &size.to_be_bytes()].concat()
            }
        };
        let content = at + head.len()..element.whole.end;
        let was = element.id == u32::from(VOID);
        if was && self.bytes.get(content.clone()).is_some_and(|bytes| bytes.iter().all(|byte| *byte == 0)) {
            return;
        }
        self.edits.put(at, &head);
        self.edits.zero(content);
        self.edits.gone.insert(if was { Gone::Loose } else { what });
    }

    fn only(&mut self, element: &Element, stays: &[u32]) -> Result<(), Refusal> {
        for inner in self.inner(element.inside())? {
            if !stays.contains(&inner.id) {
                self.void(&inner, Gone::Part);
            }
        }
        Ok(())
    }

    fn segment(&mut self, segment: &Element) -> Result<(), Refusal> {
        let end = segment.whole.end;
        let mut at = segment.inside().start;
        while at < end {
            self.count()?;
            let element = read(self.bytes, at, end)?;
            if element.unknown && element.id != CLUSTER {
                return Err(Refusal::Damaged("element size"));
            }
            at = element.whole.end;
            match element.id {
                0x114d_9b74 => self.nested(&element, &[(0x4dbb, IN_SEEK)], &[])?,
                0x1549_a966 => self.told(&element)?,
                0x1654_ae6b => self.all_tracks(&element)?,
                CLUSTER if element.unknown => at = self.open_cluster(&element)?,
                CLUSTER => {
                    for inner in self.inner(element.inside())? {
                        self.in_cluster(&inner)?;
                    }
                }
                0x1c53_bb6b => self.cues(&element)?,
                0x1254_c367 => self.void(&element, Gone::Comment),
                0x1941_a469 => self.void(&element, Gone::Thumbnail),
                _ => self.void(&element, Gone::Part),
            }
        }
        Ok(())
    }

    /// Keeps these inner elements with their own, and these others as they are.
    fn nested(&mut self, element: &Element, deeper: &[(u32, &[u32])], stays: &[u32]) -> Result<(), Refusal> {
        for inner in self.inner(element.inside())? {
            match deeper.iter().find(|(id, _)| *id == inner.id) {
                Some((_, ids)) => self.only(&inner, ids)?,
                None if stays.contains(&inner.id) => {}
                None => self.void(&inner, Gone::Part),
            }
        }
        Ok(())
    }

    fn cues(&mut self, cues: &Element) -> Result<(), Refusal> {
        for inner in self.inner(cues.inside())? {
            match inner.id {
                0xbb => self.nested(&inner, &[(0xb7, IN_CUE_PLACE)], IN_CUE)?,
                _ => self.void(&inner, Gone::Part),
            }
        }
        Ok(())
    }

    /// What the file tells of itself.
    fn told(&mut self, info: &Element) -> Result<(), Refusal> {
        for inner in self.inner(info.inside())? {
            match inner.id {
                id if PROGRAMS.contains(&id) => self.edits.erase(self.bytes, inner.inside(), Gone::Names),
                0x4461 => self.void(&inner, Gone::Times),
                0x7ba9 => self.void(&inner, Gone::Comment),
                id if IN_INFO.contains(&id) => {}
                _ => self.void(&inner, Gone::Part),
            }
        }
        Ok(())
    }

    fn all_tracks(&mut self, tracks: &Element) -> Result<(), Refusal> {
        for entry in self.inner(tracks.inside())? {
            match entry.id {
                0xae => self.track(&entry)?,
                _ => self.void(&entry, Gone::Part),
            }
        }
        Ok(())
    }

    fn track(&mut self, entry: &Element) -> Result<(), Refusal> {
        let inner = self.inner(entry.inside())?;
        let value = |id: u32| {
            let element = inner.iter().find(|element| element.id == id)?;
            let bytes = self.bytes.get(element.inside()).filter(|bytes| bytes.len() <= 8)?;
            Some(bytes.iter().fold(0u64, |value, byte| value << 8 | u64::from(*byte)))
        };
        let number = value(0xd7).filter(|number| *number > 0).ok_or(Refusal::Damaged("track without number"))?;
        if !matches!(value(0x83), Some(1 | 2)) {
            self.void(entry, Gone::Track);
            return Ok(());
        }
        self.tracks.push(number);
        let vorbis = inner.iter().any(|element| element.id == 0x86 && self.bytes[element.inside()].starts_with(b"A_VORBIS"));
        for element in inner {
            match element.id {
                0x73c5 => self.counted(&element, number),
                0x63a2 if vorbis => self.vorbis(&element)?,
                0x63a2 => {}
                0xe0 => self.pictured(&element)?,
                0xe1 => self.only(&element, IN_AUDIO)?,
                0x6d80 => return Err(Refusal::NotCleaned("packed or locked track")),
                0x536e | 0x25_8688 => self.void(&element, Gone::Names),
                id if IN_TRACK.contains(&id) => {}
                _ => self.void(&element, Gone::Part),
            }
        }
        Ok(())
    }

    /// The number that is a track's alone in the world becomes its number in this file.
    fn counted(&mut self, element: &Element, number: u64) {
        let inside = element.inside();
        let wanted = &number.to_be_bytes();
        let Some(wanted) = (inside.len() <= 8).then(|| &wanted[8 - inside.len()..]) else { return };
        if self.bytes.get(inside.clone()).is_some_and(|bytes| bytes != wanted && wanted.iter().any(|byte| *byte != 0)) {
            self.edits.put(inside.start, wanted);
            self.edits.gone.insert(Gone::Names);
        }
    }

    fn pictured(&mut self, video: &Element) -> Result<(), Refusal> {
        let inner = self.inner(video.inside())?;
        let side = |id: u32| {
            let bytes = inner.iter().find(|element| element.id == id).map_or(&[][..], |element| &self.bytes[element.inside()]);
            bytes.iter().fold(0u64, |value, byte| value << 8 | u64::from(*byte))
        };
        measured(side(0xb0), side(0xba))?;
        for element in inner {
            match element.id {
                0x55b0 => self.nested(&element, &[(0x55d0, IN_LIGHT)], IN_COLOUR)?,
                0x7670 => self.only(&element, IN_PROJECTION)?,
                id if IN_VIDEO.contains(&id) => {}
                _ => self.void(&element, Gone::Part),
            }
        }
        Ok(())
    }

    /// Vorbis keeps its comments in the second of three packets that describe the coding (Vorbis I, section 5): their
    /// lengths stay, their letters go.
    fn vorbis(&mut self, element: &Element) -> Result<(), Refusal> {
        const WRONG: Refusal = Refusal::Damaged("description of sound");
        let inside = element.inside();
        let bytes = self.bytes.get(inside.clone()).ok_or(Refusal::CutOff)?;
        let mut at = 1;
        let mut length = || -> Result<usize, Refusal> {
            let mut sum = 0;
            loop {
                let byte = *bytes.get(at).ok_or(WRONG)?;
                (at, sum) = (at + 1, sum + usize::from(byte));
                if byte < 255 {
                    return Ok(sum);
                }
            }
        };
        let (first, second) = (length()?, length()?);
        let begin = at + first;
        let comments = bytes.get(begin..begin + second).filter(|packet| packet.starts_with(b"\x03vorbis")).ok_or(WRONG)?;
        let four = |at: usize| comments.get(at..at + 4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]) as usize);
        let mut at = 7;
        let vendor = four(at).ok_or(WRONG)?;
        let mut letters = vec![(at + 4, vendor)];
        at += 4 + vendor;
        for _ in 0..four(at).ok_or(WRONG)?.min(second) {
            let length = four(at + 4).ok_or(WRONG)?;
            letters.push((at + 8, length));
            at += 4 + length;
        }
        for (from, length) in letters {
            if from + length > second {
                return Err(WRONG);
            }
            let from = inside.start + begin + from;
            self.edits.erase(self.bytes, from..from + length, Gone::Comment);
        }
        Ok(())
    }

    /// A cluster whose size nobody said: it ends where the next of its kind begins.
    fn open_cluster(&mut self, cluster: &Element) -> Result<usize, Refusal> {
        let mut at = cluster.inside().start;
        while at < cluster.whole.end {
            let element = read(self.bytes, at, cluster.whole.end)?;
            if TOP.contains(&element.id) {
                break;
            }
            if element.unknown {
                return Err(Refusal::Damaged("element size"));
            }
            self.count()?;
            self.in_cluster(&element)?;
            at = element.whole.end;
        }
        Ok(at)
    }

    fn in_cluster(&mut self, element: &Element) -> Result<(), Refusal> {
        match element.id {
            0xa3 => {
                if !self.of_kept_track(element)? {
                    self.void(element, Gone::Track);
                }
            }
            0xa0 => {
                let inner = self.inner(element.inside())?;
                let block = inner.iter().find(|inner| inner.id == 0xa1).ok_or(Refusal::Damaged("group without block"))?;
                if !self.of_kept_track(block)? {
                    self.void(element, Gone::Track);
                    return Ok(());
                }
                for inner in inner.iter().filter(|inner| inner.id != 0xa1 && !IN_GROUP.contains(&inner.id)) {
                    self.void(inner, Gone::Part);
                }
            }
            id if IN_CLUSTER.contains(&id) => {}
            _ => self.void(element, Gone::Part),
        }
        Ok(())
    }

    fn of_kept_track(&self, block: &Element) -> Result<bool, Refusal> {
        let (track, _) = number(&self.bytes[..block.whole.end], block.inside().start)?;
        Ok(self.tracks.contains(&track))
    }
}
