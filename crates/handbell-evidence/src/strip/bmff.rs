//! MP4 and QuickTime: boxes that showing the film needs stay where they stand, all others are overwritten.
//!
//! ISO/IEC 14496-12 and Apple's QuickTime file format. Nothing moves, so that every offset stays right. Times become
//! zero and names empty; a track that is neither picture nor sound goes with its samples, as do all bytes of the film's
//! content that belong to no picture and no sound.

use super::samples::{self, Fragments};
use super::{Clean, Edits, Gone, four, two};
use crate::Refusal;
use crate::boxes::{BoxAt, walk};
use crate::picture::measured;
use std::ops::Range;

/// Most boxes in one place; a film in fragments has two for each.
const BOXES_MAX: usize = 200_000;

/// Codings of pictures whose frames are nothing but pictures. A film of JPEGs has camera notes in each.
const PICTURES: [&[u8; 4]; 20] = [
    b"avc1", b"avc3", b"hvc1", b"hev1", b"dvh1", b"dvhe", b"vp08", b"vp09", b"av01", b"mp4v", b"s263", b"h263", b"apch", b"apcn", b"apcs",
    b"apco", b"ap4h", b"ap4x", b"vvc1", b"SVQ3",
];
/// Codings of sound.
const SOUNDS: [&[u8; 4]; 18] = [
    b"mp4a", b"samr", b"sawb", b"alac", b"Opus", b"ac-3", b"ec-3", b"sowt", b"twos", b"lpcm", b"in24", b"in32", b"fl32", b"raw ", b"ulaw",
    b"alaw", b".mp3", b"ima4",
];
/// What may stand within a description of a coding.
const DESCRIBING: [&[u8; 4]; 27] = [
    b"avcC", b"hvcC", b"lhvC", b"vvcC", b"vpcC", b"av1C", b"dvcC", b"dvvC", b"esds", b"d263", b"damr", b"dOps", b"dac3", b"dec3", b"alac",
    b"btrt", b"pasp", b"fiel", b"clap", b"gama", b"mdcv", b"clli", b"chan", b"frma", b"srat", b"chrm", b"enda",
];

/// A film that is being cleaned.
struct Film<'a> {
    bytes: &'a [u8],
    edits: Edits,
    /// Tracks that stay.
    tracks: Vec<u32>,
    /// Stretches that hold their samples.
    samples: Vec<Range<usize>>,
    /// Stretches whose end nobody says; each ends where the next one of any track begins.
    open: Vec<usize>,
    /// Where chunks of tracks begin that go.
    others: Vec<usize>,
    fragments: Fragments,
}

pub fn strip(bytes: &[u8]) -> Result<Clean, Refusal> {
    let all = walk(bytes, 0..bytes.len(), BOXES_MAX)?;
    let mut film = Film {
        bytes,
        edits: Edits::default(),
        tracks: Vec::new(),
        samples: Vec::new(),
        open: Vec::new(),
        others: Vec::new(),
        fragments: Fragments::default(),
    };
    let [description] = all.iter().filter(|at| &at.name == b"moov").collect::<Vec<_>>()[..] else {
        return Err(Refusal::Damaged("film without its one description"));
    };
    film.description(description)?;
    if film.tracks.is_empty() {
        return Err(Refusal::Damaged("no pictures or sound"));
    }
    for at in &all {
        match &at.name {
            b"ftyp" | b"styp" | b"pdin" | b"sidx" | b"ssix" | b"mfra" | b"mdat" | b"moov" => {}
            b"moof" => film.fragment(at)?,
            _ => film.free(at),
        }
    }
    let contents: Vec<Range<usize>> = all.iter().filter(|at| &at.name == b"mdat").map(BoxAt::inside).collect();
    film.loose(&contents)?;
    Ok(film.edits.applied(bytes.len()))
}

impl Film<'_> {
    /// A box that means nothing any more: free space of the same length.
    fn free(&mut self, at: &BoxAt) {
        let what = match &at.name {
            b"free" | b"skip" | b"wide" => Gone::Loose,
            b"udta" | b"meta" | b"Xtra" | b"XMP_" | b"uuid" | b"loci" => Gone::Exif,
            b"trak" => Gone::Track,
            _ => Gone::Part,
        };
        if !matches!(&at.name, b"free" | b"skip" | b"wide") {
            self.edits.put(at.whole.start + 4, b"free");
            self.edits.gone.insert(what);
        }
        self.edits.erase(self.bytes, at.inside(), what);
    }

    fn inner(&self, at: &BoxAt) -> Result<Vec<BoxAt>, Refusal> {
        self.edits.bounded()?;
        walk(self.bytes, at.inside(), BOXES_MAX)
    }

    /// Erases part of a box's content; nothing where the content ends before.
    fn erase(&mut self, at: &BoxAt, part: Range<usize>, what: Gone) {
        let inside = at.inside();
        let range = inside.start + part.start..(inside.start.saturating_add(part.end)).min(inside.end);
        if range.start < range.end {
            self.edits.erase(self.bytes, range, what);
        }
    }

    /// Times of making and changing, after version and flags: two of four bytes, or of eight in version 1.
    fn times(&mut self, at: &BoxAt) {
        let long = self.bytes.get(at.inside().start) == Some(&1);
        self.erase(at, 4..if long { 20 } else { 12 }, Gone::Times);
    }

    fn description(&mut self, moov: &BoxAt) -> Result<(), Refusal> {
        let inner = self.inner(moov)?;
        for at in &inner {
            if &at.name == b"mvex" {
                self.fragments.defaults(self.bytes, &self.inner(at)?)?;
            }
        }
        for at in &inner {
            match &at.name {
                b"mvhd" => self.times(at),
                b"trak" => self.track(at)?,
                b"mvex" => self.only(at, &[b"mehd", b"trex", b"leva"])?,
                b"cmov" => return Err(Refusal::NotCleaned("compressed description")),
                _ => self.free(at),
            }
        }
        Ok(())
    }

    /// Frees every box within one that is not among these.
    fn only(&mut self, at: &BoxAt, names: &[&[u8; 4]]) -> Result<(), Refusal> {
        for inner in self.inner(at)? {
            if !names.contains(&&inner.name) {
                self.free(&inner);
            }
        }
        Ok(())
    }

    fn track(&mut self, trak: &BoxAt) -> Result<(), Refusal> {
        let inner = self.inner(trak)?;
        let one = |among: &[BoxAt], name: &[u8; 4]| among.iter().find(|at| &at.name == name).cloned();
        let (Some(head), Some(media)) = (one(&inner, b"tkhd"), one(&inner, b"mdia")) else {
            return Err(Refusal::Damaged("track"));
        };
        let handler = one(&self.inner(&media)?, b"hdlr").ok_or(Refusal::Damaged("track without handler"))?;
        let start = handler.inside().start;
        let sort = self.bytes.get(start + 8..start + 12).ok_or(Refusal::CutOff)?;
        let pictures = match sort {
            b"vide" => true,
            b"soun" => false,
            _ => {
                if let Some(table) = self.table_of(&media)? {
                    self.others.extend(samples::begins(self.bytes, &table).unwrap_or_default());
                    self.bounded()?;
                }
                self.free(trak);
                return Ok(());
            }
        };
        let long = self.bytes.get(head.inside().start) == Some(&1);
        self.tracks.push(four(self.bytes, head.inside().start + if long { 20 } else { 12 })?);
        for at in &inner {
            match &at.name {
                b"tkhd" => self.times(at),
                b"mdia" => self.media(at, pictures)?,
                b"edts" => self.only(at, &[b"elst"])?,
                b"tapt" => self.only(at, &[b"clef", b"prof", b"enof"])?,
                _ => self.free(at),
            }
        }
        Ok(())
    }

    /// Refuses a film whose content is cut into more stretches than any honest one.
    fn bounded(&self) -> Result<(), Refusal> {
        let stretches = self.samples.len() + self.open.len() + self.others.len();
        if stretches > samples::CHUNKS_MAX { Err(Refusal::TooMany("chunks")) } else { Ok(()) }
    }

    /// The tables of a track.
    fn table_of(&self, media: &BoxAt) -> Result<Option<Vec<BoxAt>>, Refusal> {
        let Some(minf) = self.inner(media)?.into_iter().find(|at| &at.name == b"minf") else { return Ok(None) };
        let table = self.inner(&minf)?.into_iter().find(|at| &at.name == b"stbl");
        table.map(|at| self.inner(&at)).transpose()
    }

    fn media(&mut self, mdia: &BoxAt, pictures: bool) -> Result<(), Refusal> {
        for at in self.inner(mdia)? {
            match &at.name {
                b"mdhd" => {
                    self.times(&at);
                    self.language(&at)?;
                }
                b"hdlr" => self.named(&at),
                b"minf" => self.made_of(&at, pictures)?,
                _ => self.free(&at),
            }
        }
        Ok(())
    }

    /// The language a telephone is set to becomes no particular one (ISO 639-2 `und`), unless that is what it says.
    fn language(&mut self, at: &BoxAt) -> Result<(), Refusal> {
        const UNDETERMINED: u16 = 0x55c4;
        let start = at.inside().start;
        let place = start + if self.bytes.get(start) == Some(&1) { 32 } else { 20 };
        // QuickTime's own numbers: 0 is English, 32767 none.
        if ![0, 0x7fff, usize::from(UNDETERMINED)].contains(&two(self.bytes, place)?) && place + 2 <= at.whole.end {
            self.edits.put(place, &UNDETERMINED.to_be_bytes());
            self.edits.gone.insert(Gone::Names);
        }
        Ok(())
    }

    /// A handler: its maker and its name, behind what it handles.
    fn named(&mut self, at: &BoxAt) {
        self.erase(at, 12..usize::MAX, Gone::Names);
    }

    fn made_of(&mut self, minf: &BoxAt, pictures: bool) -> Result<(), Refusal> {
        for at in self.inner(minf)? {
            match &at.name {
                b"vmhd" | b"smhd" | b"nmhd" => {}
                b"hdlr" => self.named(&at),
                b"dinf" => self.where_samples_lie(&at)?,
                b"stbl" => self.table(&at, pictures)?,
                _ => self.free(&at),
            }
        }
        Ok(())
    }

    /// Samples lie in this file; a path to another one tells of somebody's disk, and cannot be shown anyway.
    fn where_samples_lie(&mut self, dinf: &BoxAt) -> Result<(), Refusal> {
        self.only(dinf, &[b"dref"])?;
        for reference in self.inner(dinf)?.iter().filter(|at| &at.name == b"dref") {
            let inside = reference.inside();
            for at in walk(self.bytes, (inside.start + 8).min(inside.end)..inside.end, 16)? {
                if four(self.bytes, at.inside().start)? & 1 == 0 {
                    return Err(Refusal::NotCleaned("film whose pictures lie in another file"));
                }
                self.erase(&at, 4..usize::MAX, Gone::Names);
            }
        }
        Ok(())
    }

    fn table(&mut self, stbl: &BoxAt, pictures: bool) -> Result<(), Refusal> {
        let inner = self.inner(stbl)?;
        let mut counted = false;
        for at in &inner {
            match &at.name {
                b"stsd" => counted = self.codings(at, pictures)?,
                b"stts" | b"ctts" | b"cslg" | b"stsc" | b"stsz" | b"stco" | b"co64" | b"stss" | b"stps" | b"sdtp" | b"sgpd" | b"sbgp"
                | b"padb" | b"stdp" => {}
                _ => self.free(at),
            }
        }
        samples::stretches(self.bytes, &inner, counted, &mut self.samples, &mut self.open)?;
        self.bounded()
    }

    /// The descriptions of a track's codings. Whether the sizes of its samples are counted in bytes.
    fn codings(&mut self, stsd: &BoxAt, pictures: bool) -> Result<bool, Refusal> {
        let inside = stsd.inside();
        let mut counted = pictures;
        for at in walk(self.bytes, (inside.start + 8).min(inside.end)..inside.end, 64)? {
            let known: &[&[u8; 4]] = if pictures { &PICTURES } else { &SOUNDS };
            if !known.contains(&&at.name) {
                return Err(Refusal::NotCleaned("coding of its pictures or sound"));
            }
            let start = at.inside().start;
            // Who made the encoder.
            self.erase(&at, 12..16, Gone::Names);
            let fields = if pictures {
                measured(two(self.bytes, start + 24)?.max(1) as u64, two(self.bytes, start + 26)?.max(1) as u64)?;
                self.erase(&at, 42..74, Gone::Names);
                78
            } else {
                match two(self.bytes, start + 8)? {
                    0 => 28,
                    1 => 28 + 16,
                    2 => 28 + 36,
                    _ => return Err(Refusal::Damaged("description of sound")),
                }
            };
            // Plain samples and the packets of old QuickTime are not counted in bytes.
            counted |= matches!(&at.name, b"mp4a" | b"samr" | b"sawb" | b"Opus" | b"ac-3" | b"ec-3" | b"alac");
            let inner = (start + fields).min(at.whole.end)..at.whole.end;
            self.described(inner, 0)?;
        }
        Ok(counted)
    }

    fn described(&mut self, range: Range<usize>, deep: u8) -> Result<(), Refusal> {
        for at in walk(self.bytes, range, 64)? {
            match &at.name {
                // QuickTime's sound has its own descriptions one deeper, and closes them with an empty box.
                b"wave" if deep == 0 => self.described(at.inside(), 1)?,
                b"mp4a" | b"\0\0\0\0" if deep == 1 => self.erase(&at, 0..usize::MAX, Gone::Part),
                b"colr" if self.bytes.get(at.inside()).is_some_and(|inside| inside.starts_with(b"ncl")) => {}
                b"damr" | b"d263" => self.erase(&at, 0..5, Gone::Names),
                name if DESCRIBING.contains(&name) => {}
                _ => self.free(&at),
            }
        }
        Ok(())
    }

    fn fragment(&mut self, moof: &BoxAt) -> Result<(), Refusal> {
        let mut before = moof.whole.start;
        for at in self.inner(moof)? {
            match &at.name {
                b"mfhd" => {}
                b"traf" => {
                    let inner = self.inner(&at)?;
                    let run = self.fragments.stretches(self.bytes, &inner, moof.whole.start, &mut before)?;
                    match run {
                        Some((track, stretches)) if self.tracks.contains(&track) => {
                            self.samples.extend(stretches);
                            self.bounded()?;
                            self.only(&at, &[b"tfhd", b"tfdt", b"trun", b"sdtp", b"sgpd", b"sbgp"])?;
                        }
                        _ => {
                            self.free(&at);
                            self.edits.gone.insert(Gone::Track);
                        }
                    }
                }
                _ => self.free(&at),
            }
        }
        Ok(())
    }

    /// Erases what lies in the film's content and belongs to no sample of a track that stays.
    fn loose(&mut self, contents: &[Range<usize>]) -> Result<(), Refusal> {
        self.edits.bounded()?;
        let mut begins: Vec<usize> =
            self.samples.iter().map(|range| range.start).chain(self.open.iter().chain(&self.others).copied()).collect();
        begins.sort_unstable();
        for from in std::mem::take(&mut self.open) {
            let holder = holder(contents, &(from..from)).ok_or(Refusal::Damaged("place of a sample"))?;
            let next = begins.get(begins.partition_point(|begin| *begin <= from)).copied().unwrap_or(holder.end);
            self.samples.push(from..next.min(holder.end));
        }
        self.samples.sort_unstable_by_key(|range| range.start);
        if self.samples.iter().any(|range| !range.is_empty() && holder(contents, range).is_none()) {
            return Err(Refusal::Damaged("place of a sample"));
        }
        for content in contents {
            let from = self.samples.partition_point(|range| range.start < content.start);
            let mut at = content.start;
            for range in self.samples[from..].iter().take_while(|range| range.start < content.end) {
                if at < range.start {
                    self.edits.erase(self.bytes, at..range.start, Gone::Loose);
                }
                at = at.max(range.end);
            }
            if at < content.end {
                self.edits.erase(self.bytes, at..content.end, Gone::Loose);
            }
        }
        Ok(())
    }
}

/// Which of the contents, in order, holds a stretch.
fn holder<'a>(contents: &'a [Range<usize>], range: &Range<usize>) -> Option<&'a Range<usize>> {
    let at = contents.partition_point(|content| content.end < range.end);
    contents.get(at).filter(|content| content.start <= range.start)
}
