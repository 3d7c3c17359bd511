//! Kinds are told from bytes made by hand; real files are in `tests/it/kinds.rs`.

use super::*;

const JPEG: &[u8] = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0";

fn film(major: &[u8; 4], others: &[u8]) -> Vec<u8> {
    let length = u32::try_from(16 + others.len()).unwrap();
    [&length.to_be_bytes()[..], b"ftyp", major, b"\0\0\x02\0", others].concat()
}

/// An archive of one empty file, as archivers write it.
fn archive(comment: &[u8]) -> Vec<u8> {
    let local = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0a";
    let entry = b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0a";
    let size = u32::try_from(entry.len()).unwrap();
    let end = [&b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..], &size.to_le_bytes(), &31u32.to_le_bytes()].concat();
    let long = u16::try_from(comment.len()).unwrap();
    [&local[..], entry, &end, &long.to_le_bytes(), comment].concat()
}

#[test]
fn a_kind_is_told_from_its_first_structures() {
    assert_eq!(kind(JPEG), Ok(Kind::Jpeg));
    assert_eq!(kind(PNG), Ok(Kind::Png));
    assert_eq!(kind(b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0"), Ok(Kind::WebP));
    assert_eq!(kind(b"RIFF\x24\0\0\0WAVEfmt "), Ok(Kind::Wav));
    assert_eq!(kind(b"OggS\0\x02"), Ok(Kind::Ogg));
    assert_eq!(kind(b"fLaC\0\0\0\x22"), Ok(Kind::Flac));
    assert_eq!(kind(&film(b"isom", b"isomiso2avc1mp41")), Ok(Kind::Mp4));
    assert_eq!(kind(&film(b"qt  ", b"")), Ok(Kind::Mov));
    assert_eq!(kind(&film(b"mif1", b"mif1heic")), Ok(Kind::Heic));
    assert_eq!(kind(&film(b"M4A ", b"isom")), Ok(Kind::M4a));
    assert_eq!(kind(b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm"), Ok(Kind::WebM));
    let frame = [&b"\xff\xfb\x90\x00"[..], &[0; 413]].concat();
    assert_eq!(kind(&[&b"ID3\x03\0\0\0\0\0\x02ab"[..], &frame, &frame, &frame].concat()), Ok(Kind::Mp3));
    assert_eq!(kind(&[&frame[..], &frame].concat()), Err(Refusal::Unknown), "two frames may be chance");
}

#[test]
fn what_is_no_photo_video_or_recording_is_refused_by_its_own_name() {
    assert_eq!(kind(b""), Err(Refusal::Empty));
    assert_eq!(kind(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), Err(Refusal::Markup));
    assert_eq!(kind(b"  \n<?xml version=\"1.0\"?><SVG>"), Err(Refusal::Markup));
    assert_eq!(kind(b"\xff\xfe<\0h\0t\0m\0l\0>\0"), Err(Refusal::Markup), "sixteen-bit letters hide nothing");
    assert_eq!(kind(b"<anything"), Err(Refusal::Markup));
    assert_eq!(kind(&archive(b"")), Err(Refusal::Archive));
    assert_eq!(kind(&[&b"something before "[..], &archive(b"")].concat()), Err(Refusal::Archive));
    assert_eq!(kind(b"\n%PDF-1.7"), Err(Refusal::Document));
    assert_eq!(kind(b"MZ\x90"), Err(Refusal::Program));
    assert_eq!(kind(b"#!/bin/sh"), Err(Refusal::Program));
    assert_eq!(kind(b"GIF89a"), Err(Refusal::NotTaken("GIF")));
    assert_eq!(kind(&film(b"avif", b"mif1")), Err(Refusal::NotTaken("AVIF")));
    assert_eq!(kind(&film(b"mif1", b"avif")), Err(Refusal::NotTaken("HEIF")));
    assert_eq!(kind(&film(b"zzzz", b"")), Err(Refusal::Unknown));
    assert_eq!(kind(b"\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska"), Err(Refusal::NotTaken("Matroska")));
    assert_eq!(kind(b"a diary of my own"), Err(Refusal::Unknown));
    assert_eq!(kind(b"\xff\xd8\xff\xd9"), Err(Refusal::Damaged("JPEG segments")));
}

#[test]
fn a_picture_that_is_something_else_as_well_is_refused() {
    let two = Err(Refusal::TwoThings("JPEG"));
    assert_eq!(kind(&[JPEG, b"<ScRiPt>alert(1)</script>"].concat()), two);
    assert_eq!(kind(&[JPEG, b"\n%PDF-1.4"].concat()), two);
    assert_eq!(kind(&[JPEG, &archive(b"")].concat()), two, "an archive behind a picture");
    assert_eq!(kind(&[JPEG, &archive(b"with a comment"), b"and a little more"].concat()), two);
    assert_eq!(kind(&[PNG, &archive(&[b'x'; 60_000])].concat()), Err(Refusal::TwoThings("PNG")));
}

#[test]
fn what_only_looks_like_a_second_thing_is_let_be() {
    assert_eq!(kind(&[JPEG, b"<?xpacket begin='' id='W5M0'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>"].concat()), Ok(Kind::Jpeg));
    assert_eq!(kind(&[JPEG, b"PK\x05\x06 as chance would have it, in the middle of a photograph"].concat()), Ok(Kind::Jpeg));
    let far = [JPEG, &[0; 4_000], b"<script>"].concat();
    assert_eq!(kind(&far), Ok(Kind::Jpeg), "beyond where browsers look; given out with its own media type it stays a picture");
}

/// A box with a body of zeros.
fn boxed_zeros(name: &[u8; 4], body: usize) -> Vec<u8> {
    let length = u32::try_from(8 + body).unwrap();
    [&length.to_be_bytes()[..], name, &vec![0; body]].concat()
}

#[test]
fn a_file_too_long_to_hold_is_told_by_its_beginning_and_its_end() {
    let long = [&film(b"isom", b"isomiso2avc1mp41")[..], &boxed_zeros(b"mdat", 600_000)].concat();
    let (head, tail) = (&long[..BEGINNING], &long[long.len() - ENDING..]);
    assert_eq!((begins(head), ends(head, tail, long.len() as u64)), (Ok(Some(Kind::Mp4)), Ok(Kind::Mp4)));
    for comment in [&b""[..], b"with words behind it"] {
        let with = [&long[..], &archive(comment)].concat();
        let tail = &with[with.len() - ENDING..];
        assert_eq!(ends(head, tail, with.len() as u64), Err(Refusal::TwoThings("MP4")));
    }
    // A directory longer than the end that is held.
    let (mut far, size) = (archive(b""), 300_000u32);
    let record = far.len() - 22;
    far[record + 12..record + 16].copy_from_slice(&size.to_le_bytes());
    let with = [&long[..], &far].concat();
    assert_eq!(ends(head, &with[with.len() - ENDING..], with.len() as u64), Err(Refusal::TwoThings("MP4")));
    // The four letters of such a record alone are chance.
    let with = [&long[..], b"PK\x05\x06", &[0x5a; 30]].concat();
    assert_eq!(ends(head, &with[with.len() - ENDING..], with.len() as u64), Ok(Kind::Mp4));
    // What fits into the beginning is told whole.
    assert_eq!(ends(JPEG, JPEG, JPEG.len() as u64), Ok(Kind::Jpeg));
    assert_eq!(ends(b"", b"", 0), Err(Refusal::Empty));
}

#[test]
fn an_old_film_is_told_by_its_end_and_nothing_else_is() {
    let data = boxed_zeros(b"mdat", 600_000);
    let film = [&data[..], &boxed_zeros(b"moov", 400), &boxed_zeros(b"free", 8)].concat();
    let (head, tail) = (&film[..BEGINNING], &film[film.len() - ENDING..]);
    assert_eq!((begins(head), ends(head, tail, film.len() as u64)), (Ok(None), Ok(Kind::Mov)));
    let tail = &data[data.len() - ENDING..];
    assert_eq!(ends(&data[..BEGINNING], tail, data.len() as u64), Err(Refusal::Unknown));
    let cut = [&data[..], b"\0\0\xff\xffmoov", &[0; 50]].concat();
    assert_eq!(ends(head, &cut[cut.len() - ENDING..], cut.len() as u64), Err(Refusal::Unknown), "the description is cut off");
}

#[test]
fn a_beginning_that_no_end_can_mend_is_refused_at_once() {
    let padded = |bytes: &[u8]| [bytes, &vec![0; BEGINNING]].concat();
    for (bytes, wanted) in [
        (&b"<svg xmlns=\"http://www.w3.org/2000/svg\">"[..], Refusal::Markup),
        (b"PK\x03\x04", Refusal::Archive),
        (b"\n%PDF-1.7", Refusal::Document),
        (b"MZ\x90", Refusal::Program),
        (b"a diary of my own", Refusal::Unknown),
        (b"GIF89a", Refusal::NotTaken("GIF")),
        (b"\xff\xd8\xff\xfe\x00\x20<script>alert(1)</script>", Refusal::TwoThings("JPEG")),
    ] {
        assert_eq!(begins(&padded(bytes)), Err(wanted));
    }
    assert_eq!(begins(&padded(JPEG)), Ok(Some(Kind::Jpeg)));
}
