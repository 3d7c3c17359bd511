//! Tracks: whether a film's container holds sound and no picture, as most telephones and browsers keep a voice.
//!
//! Only reads what the tracks say they are (ISO/IEC 14496-12, section 8.4.3; RFC 9559, section 5.1.4.1.3). What cannot be
//! read up to there is not said to be sound.

use crate::boxes::{self, BoxAt};
use crate::ebml::{self, Element};
use crate::kind::{Kind, kind};
use std::ops::Range;

/// Most boxes or elements that are looked through in one place.
const PARTS_MAX: usize = 200_000;

const SEGMENT: u32 = 0x1853_8067;
const TRACKS: u32 = 0x1654_ae6b;
const TRACK: u32 = 0xae;
const TRACK_SORT: u32 = 0x83;

/// What a track is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Picture,
    Sound,
    Other,
}

/// Whether it is a film by its container and has sound alone in it.
pub fn sound_alone(bytes: &[u8]) -> bool {
    let tracks = match kind(bytes) {
        Ok(Kind::Mp4 | Kind::Mov) => film(bytes),
        Ok(Kind::WebM) => webm(bytes).unwrap_or_default(),
        _ => Vec::new(),
    };
    tracks.contains(&Sort::Sound) && !tracks.contains(&Sort::Picture)
}

/// The boxes of a range as far as they read: what is cut off behind a film's description changes nothing of it.
fn boxes_in(bytes: &[u8], range: Range<usize>) -> Vec<BoxAt> {
    let (mut found, mut at) = (Vec::new(), range.start);
    while at < range.end && found.len() < PARTS_MAX {
        let Ok(next) = boxes::read(bytes, at, range.end) else { break };
        at = next.whole.end;
        found.push(next);
    }
    found
}

fn film(bytes: &[u8]) -> Vec<Sort> {
    let within = |at: &BoxAt, name: &[u8; 4]| boxes_in(bytes, at.inside()).into_iter().filter(|at| at.name == *name).collect::<Vec<_>>();
    let descriptions = boxes_in(bytes, 0..bytes.len()).into_iter().filter(|at| &at.name == b"moov");
    let tracks = descriptions.flat_map(|moov| within(&moov, b"trak"));
    let handlers = tracks.flat_map(|trak| within(&trak, b"mdia")).flat_map(|mdia| within(&mdia, b"hdlr"));
    let sort = |handler: BoxAt| match handler.body(bytes).and_then(|body| body.get(8..12)) {
        // Pictures that stand beside others, and single ones, are pictures too.
        Some(b"vide" | b"auxv" | b"pict") => Sort::Picture,
        Some(b"soun") => Sort::Sound,
        _ => Sort::Other,
    };
    handlers.map(sort).take(PARTS_MAX).collect()
}

/// The tracks of a WebM; they stand before its first frame.
fn webm(bytes: &[u8]) -> Option<Vec<Sort>> {
    let header = ebml::read(bytes, 0, bytes.len()).ok()?;
    let segment = ebml::read(bytes, header.whole.end, bytes.len()).ok().filter(|segment| segment.id == SEGMENT)?;
    let tracks = elements_in(bytes, segment.inside()).find(|element| element.id == TRACKS)?;
    let sort = |track: Element| {
        let told = elements_in(bytes, track.inside()).find(|element| element.id == TRACK_SORT);
        match told.and_then(|told| bytes.get(told.inside())).map(|value| value.iter().fold(0u64, |all, byte| all << 8 | u64::from(*byte))) {
            Some(1 | 3) => Sort::Picture,
            Some(2) => Sort::Sound,
            _ => Sort::Other,
        }
    };
    Some(elements_in(bytes, tracks.inside()).filter(|element| element.id == TRACK).map(sort).collect())
}

/// The elements of a range as far as they read, up to the first whose size nobody said.
fn elements_in(bytes: &[u8], range: Range<usize>) -> impl Iterator<Item = Element> {
    let mut at = range.start;
    std::iter::from_fn(move || {
        let next = (at < range.end).then(|| ebml::read(bytes, at, range.end).ok()).flatten()?;
        at = next.whole.end;
        Some(next)
    })
    .take(PARTS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(name: &[u8; 4], inside: &[u8]) -> Vec<u8> {
        [&(u32::try_from(inside.len()).unwrap() + 8).to_be_bytes()[..], name, inside].concat()
    }

    fn track(handler: &[u8; 4]) -> Vec<u8> {
        boxed(b"trak", &boxed(b"mdia", &boxed(b"hdlr", &[&[0; 8][..], handler, &[0; 13]].concat())))
    }

    fn film(handlers: &[&[u8; 4]], cut: bool) -> Vec<u8> {
        let tracks: Vec<u8> = handlers.iter().flat_map(|handler| track(handler)).collect();
        let head = boxed(b"ftyp", b"isom\0\0\x02\0isommp42");
        let end: &[u8] = if cut { b"\0\0\xff\xffmdat..." } else { b"\0\0\0\x0cmdat...." };
        [&head[..], &boxed(b"moov", &tracks), end].concat()
    }

    #[test]
    fn sound_alone_is_told_from_a_film_whatever_stands_beside_it() {
        for cut in [false, true] {
            assert!(sound_alone(&film(&[b"soun"], cut)));
            assert!(sound_alone(&film(&[b"meta", b"soun", b"soun"], cut)));
            for handlers in [&[b"vide", b"soun"][..], &[b"soun", b"vide"], &[b"soun", b"auxv"], &[b"vide"], &[b"meta"], &[]] {
                assert!(!sound_alone(&film(handlers, cut)), "{handlers:?}");
            }
        }
        // The description stands last, as telephones write it.
        let last = [boxed(b"ftyp", b"mp42\0\0\0\0mp42"), boxed(b"mdat", &[7; 90]), boxed(b"moov", &track(b"soun"))].concat();
        assert!(sound_alone(&last));
        assert!(!sound_alone(&last[..last.len() - 30]), "cut off within it");
        assert!(!sound_alone(b"fLaC\0\0\0\x22"), "no film at all");
    }

    fn element(id: &[u8], inside: &[u8]) -> Vec<u8> {
        [id, &[0x80 | u8::try_from(inside.len()).unwrap()], inside].concat()
    }

    #[test]
    fn a_browsers_recording_without_sizes_is_told_as_one_with_them() {
        let tracks = |sorts: &[u8]| {
            let entries: Vec<u8> =
                sorts.iter().flat_map(|sort| element(&[0xae], &[element(&[0xd7], &[1]), element(&[0x83], &[*sort])].concat())).collect();
            element(&TRACKS.to_be_bytes(), &entries)
        };
        let head = b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm";
        let cluster = [&0x1f43_b675u32.to_be_bytes()[..], &[0xff], b"frames"].concat();
        for (sorts, sound) in [(&[2u8][..], true), (&[2, 17], true), (&[1, 2], false), (&[3], false), (&[17], false), (&[], false)] {
            let inside = [element(&[0xec], &[0; 4]), tracks(sorts), cluster.clone()].concat();
            let live = [&head[..], &SEGMENT.to_be_bytes(), &[0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], &inside].concat();
            let sized = [&head[..], &element(&SEGMENT.to_be_bytes(), &inside)].concat();
            assert_eq!((sound_alone(&live), sound_alone(&sized)), (sound, sound), "{sorts:?}");
        }
    }
}
