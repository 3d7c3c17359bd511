//! Samples: where in a film's content the pictures and the sound lie.
//!
//! ISO/IEC 14496-12, sections 8.7 (tables) and 8.8 (fragments). Only the ends of what a table speaks of are worked out;
//! nothing is made that is longer than the table itself.

use super::four;
use crate::Refusal;
use crate::boxes::BoxAt;
use std::ops::Range;

/// Most chunks of a film.
pub const CHUNKS_MAX: usize = 1_000_000;
/// A table that contradicts itself.
const WRONG: Refusal = Refusal::Damaged("table of samples");

fn one<'a>(among: &'a [BoxAt], name: &[u8; 4]) -> Option<&'a BoxAt> {
    among.iter().find(|at| &at.name == name)
}

/// A table within a box: how many rows it says it has, and where they stand.
fn rows(bytes: &[u8], at: &BoxAt, from: usize, count: usize, each: usize) -> Result<usize, Refusal> {
    let start = at.inside().start + from;
    let end = count.checked_mul(each).and_then(|length| length.checked_add(start)).ok_or(WRONG)?;
    if end > at.whole.end || at.whole.end > bytes.len() { Err(WRONG) } else { Ok(start) }
}

/// Where each chunk of a track begins.
pub fn begins(bytes: &[u8], table: &[BoxAt]) -> Result<Vec<usize>, Refusal> {
    let chunks = one(table, b"stco").or(one(table, b"co64")).ok_or(WRONG)?;
    let wide = if &chunks.name == b"co64" { 8 } else { 4 };
    let count = four(bytes, chunks.inside().start + 4)? as usize;
    let offsets = rows(bytes, chunks, 8, count, wide)?;
    if count > CHUNKS_MAX {
        return Err(Refusal::TooMany("chunks"));
    }
    let begin = |chunk: usize| {
        let at = offsets + chunk * wide;
        let low = u64::from(four(bytes, at + wide - 4)?);
        let high = if wide == 8 { u64::from(four(bytes, at)?) } else { 0 };
        usize::try_from(high << 32 | low).map_err(|_| WRONG)
    };
    (0..count).map(begin).collect()
}

/// Adds the stretch of each chunk of a track to `found`. Where sizes are not `counted` in bytes only the beginnings are
/// known, and go to `open`.
pub fn stretches(
    bytes: &[u8],
    table: &[BoxAt],
    counted: bool,
    found: &mut Vec<Range<usize>>,
    open: &mut Vec<usize>,
) -> Result<(), Refusal> {
    let runs = one(table, b"stsc").ok_or(WRONG)?;
    let compact = one(table, b"stz2").map(|_| Refusal::NotCleaned("compact table of samples"));
    let sizes = one(table, b"stsz").ok_or(compact.unwrap_or(WRONG))?;
    let each = four(bytes, sizes.inside().start + 4)?;
    let samples = four(bytes, sizes.inside().start + 8)? as usize;
    let listed = rows(bytes, sizes, 12, if each == 0 { samples } else { 0 }, 4)?;
    let of_runs = four(bytes, runs.inside().start + 4)? as usize;
    let run = rows(bytes, runs, 8, of_runs, 12)?;
    let chunks = begins(bytes, table)?;
    if !chunks.is_empty() && of_runs == 0 {
        return Err(WRONG);
    }
    if each != 0 && !counted {
        open.extend(chunks);
        return Ok(());
    }
    let (mut at_run, mut sample) = (0, 0usize);
    for (chunk, begin) in chunks.into_iter().enumerate() {
        // Chunks are counted from one.
        while at_run + 1 < of_runs && four(bytes, run + (at_run + 1) * 12)? as usize <= chunk + 1 {
            at_run += 1;
        }
        let within = four(bytes, run + at_run * 12 + 4)? as usize;
        let last = sample.checked_add(within).ok_or(WRONG)?.min(samples);
        let length = if each == 0 {
            (sample..last).try_fold(0usize, |sum, sample| four(bytes, listed + sample * 4).map(|size| sum + size as usize))?
        } else {
            (last - sample).checked_mul(each as usize).ok_or(WRONG)?
        };
        sample = last;
        let end = begin.checked_add(length).filter(|end| *end <= bytes.len()).ok_or(Refusal::CutOff)?;
        match found.last_mut() {
            Some(range) if range.end == begin => range.end = end,
            _ => found.push(begin..end),
        }
    }
    Ok(())
}

/// Fragments: what their tracks say once for all of them.
#[derive(Debug, Default)]
pub struct Fragments {
    /// Track and the size of its samples where a fragment says none.
    sizes: Vec<(u32, u32)>,
}

impl Fragments {
    /// Reads the defaults of all tracks.
    pub fn defaults(&mut self, bytes: &[u8], inner: &[BoxAt]) -> Result<(), Refusal> {
        for at in inner.iter().filter(|at| &at.name == b"trex") {
            let start = at.inside().start;
            self.sizes.push((four(bytes, start + 4)?, four(bytes, start + 16)?));
        }
        Ok(())
    }

    /// The track of a part of a fragment and where its samples lie; none where it names no track. `before` is where the
    /// samples of the part before ended, which is where the next ones begin when nothing else is said.
    #[expect(clippy::type_complexity, reason = "a track and its stretches, or nothing")]
    pub fn stretches(
        &self,
        bytes: &[u8],
        traf: &[BoxAt],
        fragment: usize,
        before: &mut usize,
    ) -> Result<Option<(u32, Vec<Range<usize>>)>, Refusal> {
        let Some(head) = one(traf, b"tfhd") else { return Ok(None) };
        let (start, end) = (head.inside().start, head.whole.end);
        let field = |at: usize| if at + 4 <= end { four(bytes, at) } else { Err(WRONG) };
        let (flags, track) = (field(start)?, field(start + 4)?);
        let mut at = start + 8;
        let mut base = if flags & 0x02_0000 != 0 { fragment } else { *before };
        if flags & 0x1 != 0 {
            let far = u64::from(field(at)?) << 32 | u64::from(field(at + 4)?);
            base = usize::try_from(far).map_err(|_| WRONG)?;
            at += 8;
        }
        at += if flags & 0x2 != 0 { 4 } else { 0 } + if flags & 0x8 != 0 { 4 } else { 0 };
        let usual = self.sizes.iter().find(|(of, _)| *of == track).map_or(0, |(_, size)| *size);
        let usual = if flags & 0x10 != 0 { field(at)? } else { usual };
        let (mut found, mut next) = (Vec::new(), base);
        for run in traf.iter().filter(|at| &at.name == b"trun") {
            let range = run_stretch(bytes, run, usual, base, next)?;
            next = range.end;
            found.push(range);
        }
        *before = next;
        Ok(Some((track, found)))
    }
}

/// Where the samples of one run lie, which follow one another.
fn run_stretch(bytes: &[u8], run: &BoxAt, usual: u32, base: usize, next: usize) -> Result<Range<usize>, Refusal> {
    let start = run.inside().start;
    if run.inside().len() < 8 {
        return Err(WRONG);
    }
    let (flags, count) = (four(bytes, start)?, four(bytes, start + 4)? as usize);
    let placed = flags & 0x1 != 0;
    let head = 8 + if placed { 4 } else { 0 } + if flags & 0x4 != 0 { 4 } else { 0 };
    let each = [0x100, 0x200, 0x400, 0x800].iter().filter(|flag| flags & **flag != 0).count() * 4;
    let table = rows(bytes, run, head, count, each)?;
    let from = if placed {
        let offset = four(bytes, start + 8)?.cast_signed();
        base.checked_add_signed(offset as isize).ok_or(WRONG)?
    } else {
        next
    };
    let length = if flags & 0x200 == 0 {
        count.checked_mul(usual as usize).ok_or(WRONG)?
    } else {
        let at = if flags & 0x100 != 0 { 4 } else { 0 };
        (0..count).try_fold(0usize, |sum, sample| four(bytes, table + sample * each + at).map(|size| sum + size as usize))?
    };
    let end = from.checked_add(length).filter(|end| *end <= bytes.len()).ok_or(Refusal::CutOff)?;
    Ok(from..end)
}
