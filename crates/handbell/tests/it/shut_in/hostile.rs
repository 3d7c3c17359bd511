//! Hostile: files that are made to break whoever reads them. The child may end; the server gets a word.

use super::{LIMITS, Orders, SHUT, looked, made, media};
use handbell::shut_in::walls::Limits;
use handbell::shut_in::{Broke, Input};
use handbell_evidence::kind::kind;
use std::io::Write;

fn boxed(name: &[u8; 4], inside: &[u8]) -> Vec<u8> {
    [&(u32::try_from(inside.len()).unwrap() + 8).to_be_bytes()[..], name, inside].concat()
}

/// The check at the end of a PNG's chunk (ISO/IEC 15948, annex D).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

fn chunk(name: &[u8; 4], inside: &[u8]) -> Vec<u8> {
    let named = [&name[..], inside].concat();
    [&u32::try_from(inside.len()).unwrap().to_be_bytes()[..], &named, &crc(&named).to_be_bytes()].concat()
}

/// A PNG of one colour, packed a thousand times smaller than it is.
fn bomb(width: u32, height: u32, bits: u8, colours: u8, bytes_a_pixel: usize) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[bits, colours, 0, 0, 0]].concat();
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    let row = vec![0u8; 1 + width as usize * bytes_a_pixel];
    for _ in 0..height {
        packer.write_all(&row).unwrap();
    }
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &head), chunk(b"IDAT", &packer.finish().unwrap()), chunk(b"IEND", b"")].concat()
}

#[test]
fn what_is_no_picture_is_named_and_not_decoded() {
    let zip = b"PK\x03\x04 and so on, called holiday.jpg".to_vec();
    let heads: [(&str, Vec<u8>); 7] = [
        ("file-archive", zip),
        ("file-markup", b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".to_vec()),
        ("file-markup", b"<!DOCTYPE html><script>alert(1)</script>".to_vec()),
        ("file-document", b"%PDF-1.7\n".to_vec()),
        ("file-program", b"\x7fELF\x02\x01\x01".to_vec()),
        ("file-kind-not-taken", b"GIF89a\x01\0\x01\0".to_vec()),
        ("file-empty", Vec::new()),
    ];
    for (name, bytes) in heads {
        assert_eq!(looked(&bytes).unwrap_err().name, name);
    }
    let script = [&b"\xff\xd8\xff\xfe\0\x20<script>alert(document.cookie)"[..], &[0; 64]].concat();
    assert_eq!(looked(&script).unwrap_err().name, "file-two-things", "a picture to one program, a page to another");
}

#[test]
fn pictures_that_unfold_are_refused_before_they_do() {
    let giant =
        [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", b"\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x02\0\0\0"), chunk(b"IEND", b"")].concat();
    assert!(["picture-too-large", "file-damaged"].contains(&looked(&giant).unwrap_err().name.as_str()));
    let bytes = bomb(9_000, 8_000, 8, 2, 3);
    assert!(bytes.len() < 1 << 20, "{} bytes hold 216 megabytes", bytes.len());
    assert_eq!(looked(&bytes).unwrap_err().name, "picture-too-large");
    // Few pixels enough, and far too many bytes: sixteen bits of four colours.
    let deep = bomb(6_400, 6_400, 16, 6, 8);
    assert_eq!(looked(&deep).unwrap_err().name, "picture-too-large");
    // One that is large and honest is shown.
    assert_eq!(looked(&bomb(6_000, 4_000, 8, 2, 3)).unwrap().told.width, 6_000);
}

#[test]
fn a_file_cut_anywhere_or_damaged_has_an_answer() {
    let Some(root) = media() else { return };
    let (mut shown, mut refused, mut broke) = (0, 0, 0);
    for name in ["exif/DSCN0010.jpg", "exif/HTC_Desire.webp", "exif/portrait_8.jpg"] {
        let bytes = std::fs::read(root.join(name)).unwrap();
        for round in 0..24usize {
            let mut damaged = bytes.clone();
            if round % 2 == 0 {
                damaged.truncate(bytes.len() * (round + 1) / 26);
            } else {
                for at in (200..damaged.len()).step_by(997 + 101 * round) {
                    damaged[at] ^= 1 << (round % 8);
                }
            }
            match made(&Orders::Look, &damaged) {
                Ok(Ok(_)) => shown += 1,
                Ok(Err(no)) => {
                    assert!(!no.words.is_empty());
                    refused += 1;
                }
                Err(Broke::Ended(..) | Broke::TooLong | Broke::TooMuch) => broke += 1,
                Err(other) => panic!("{name}, round {round}: {other}"),
            }
        }
    }
    println!("damaged pictures: {shown} shown, {refused} refused, {broke} children ended");
    assert!(shown + refused + broke == 72 && refused > 0);
}

#[test]
fn films_that_loop_lie_or_name_other_files_have_an_answer() {
    if super::ffmpeg().is_none() {
        return;
    }
    let head = boxed(b"ftyp", b"isom\0\0\0\0isom");
    let deep = (0..5_000).fold(Vec::new(), |inside, _| boxed(b"moov", &inside));
    let concat = b"ffconcat version 1.0\nfile /etc/passwd\n".to_vec();
    let playlist = b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n".to_vec();
    let hostile: [Vec<u8>; 6] = [
        head.clone(),
        [head.clone(), deep].concat(),
        [head.clone(), boxed(b"moov", &[0xff; 4_000])].concat(),
        [head.clone(), b"\0\0\0\x01moov\xff\xff\xff\xff\xff\xff\xff\xff".to_vec()].concat(),
        concat,
        playlist,
    ];
    for (number, bytes) in hostile.iter().enumerate() {
        let kind = kind(bytes).unwrap_or(handbell_evidence::kind::Kind::Mp4);
        let input = Input::bytes(bytes).unwrap();
        let broke = handbell::shut_in::film::working(&SHUT, kind, &input, &LIMITS).unwrap_err();
        assert!(matches!(broke, Broke::Ended(..) | Broke::TooLong | Broke::TooMuch), "{number}: {broke}");
        assert!(!broke.no().words.is_empty());
        if let Ok(answer) = made(&Orders::Leaf, bytes) {
            assert!(answer.is_err() || answer.unwrap().told.taken.is_none(), "{number}");
        }
    }
}

#[test]
fn whoever_writes_without_end_or_never_ends_is_ended() {
    let Some(root) = media() else { return };
    let bytes = std::fs::read(root.join("exif/DSCN0010.jpg")).unwrap();
    let little = Limits { seconds: 20, bytes_out: 4_000 };
    let broke = SHUT.made(&Orders::Look, &Input::bytes(&bytes).unwrap(), &little).unwrap_err();
    assert!(matches!(broke, Broke::TooMuch | Broke::Ended(..)), "{broke}");
    let short = Limits { seconds: 0, bytes_out: 1 << 20 };
    let broke = SHUT.made(&Orders::Look, &Input::bytes(&bytes).unwrap(), &short).unwrap_err();
    assert_eq!(broke.no().name, "file-takes-too-long", "{broke}");
}
