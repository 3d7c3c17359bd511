//! Files made by hand: what stays, what goes, and what is refused. Real files are in `tests/it/stripped.rs`.

use super::*;

const PIXELS: &[u8] =
    b"\xff\xdb\0\x04\0\x01\xff\xc0\0\x0b\x08\0\x10\0\x10\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0\x12\xff\0\x34\xff\xd0\x56\xff\xd9";

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    [&[0xff, marker][..], &(content.len() as u16 + 2).to_be_bytes(), content].concat()
}

fn jpeg(segments: &[Vec<u8>]) -> Vec<u8> {
    [b"\xff\xd8".to_vec(), segments.concat(), PIXELS.to_vec()].concat()
}

fn cleaned(bytes: &[u8]) -> Vec<u8> {
    let clean = strip(bytes).unwrap();
    let after = clean.bytes(bytes);
    assert_eq!((after.len(), clean.is_empty()), (clean.len(), false));
    assert_eq!(after, clean.stretches(bytes).flatten().copied().collect::<Vec<u8>>());
    let again = strip(&after).unwrap();
    assert_eq!((again.gone().len(), again.bytes(&after) == after), (0, true), "a clean file stays as it is: {:?}", again.gone());
    after
}

#[test]
fn a_jpeg_keeps_its_picture_and_its_way_up() {
    let notes = [b"Exif\0\0".to_vec(), orientation::written(6), b"Rye Lane 51.47".to_vec()].concat();
    let before = jpeg(&[
        segment(0xe0, b"JFIF\0\x01\x02\x01\0\x48\0\x48\x01\x01abc"),
        segment(0xe1, &notes),
        segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"),
        segment(0xe2, b"MPF\0second picture"),
        segment(0xeb, b"JP credentials"),
        segment(0xed, b"Photoshop 3.0\0"),
        segment(0xee, b"Adobe\0\x64\0\0\0\0\x01 and more"),
        segment(0xfe, b"a comment"),
    ]);
    let after = cleaned(&[before.clone(), b"behind the end".to_vec()].concat());
    let upright = [b"Exif\0\0".to_vec(), orientation::written(6)].concat();
    let wanted =
        jpeg(&[segment(0xe0, b"JFIF\0\x01\x02\x01\0\x48\0\x48\0\0"), segment(0xe1, &upright), segment(0xee, b"Adobe\0\x64\0\0\0\0\x01")]);
    assert_eq!(after, wanted);
    let gone = strip(&before).unwrap().gone().clone();
    let all = [Gone::Exif, Gone::Xmp, Gone::Iptc, Gone::Comment, Gone::Thumbnail, Gone::Credentials, Gone::Part];
    assert!(all.iter().all(|what| gone.contains(what)) && !gone.contains(&Gone::Behind), "{gone:?}");
}

#[test]
fn a_profile_in_parts_is_put_together_and_loses_its_words() {
    let profile = profile::tests::profile(&"Amina ".repeat(20_000));
    let parts: Vec<Vec<u8>> = profile
        .chunks(60_000)
        .enumerate()
        .map(|(at, part)| {
            let count = profile.len().div_ceil(60_000) as u8;
            segment(0xe2, &[&b"ICC_PROFILE\0"[..], &[at as u8 + 1, count], part].concat())
        })
        .collect();
    let mut turned = parts.clone();
    turned.reverse();
    let after = cleaned(&jpeg(&parts));
    assert_eq!(after, cleaned(&jpeg(&turned)), "in whatever order the parts come");
    assert!(!after.windows(5).any(|window| window == b"Amina") && after.len() < 1_000);
    assert!(after.windows(4).any(|window| window == b"rXYZ"));
}

#[test]
fn a_damaged_cut_or_giant_jpeg_is_refused() {
    let good = jpeg(&[]);
    for length in 4..good.len() {
        assert!(strip(&good[..length]).is_err(), "cut at {length}");
    }
    assert_eq!(strip(&good[..good.len() - 2]), Err(Refusal::CutOff));
    let mut giant = good.clone();
    giant[13..17].fill(0xff);
    assert_eq!(strip(&giant), Err(Refusal::TooLarge));
    let frame = &PIXELS[6..19];
    assert_eq!(strip(&[b"\xff\xd8".to_vec(), frame.to_vec(), b"\xff\xd9".to_vec()].concat()), Err(Refusal::Damaged("no picture")));
    let scan = &PIXELS[19..PIXELS.len() - 2];
    let many = [b"\xff\xd8".to_vec(), frame.to_vec(), scan.repeat(201), b"\xff\xd9".to_vec()].concat();
    assert_eq!(strip(&many), Err(Refusal::TooMany("scans")));
    let comments = jpeg(&[segment(0xfe, b"").repeat(50_000)]);
    assert_eq!(strip(&comments), Err(Refusal::TooMany("segments")));
}

fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(name);
    crc.update(content);
    [&(content.len() as u32).to_be_bytes()[..], name, content, &crc.sum().to_be_bytes()].concat()
}

fn png(chunks: &[Vec<u8>]) -> Vec<u8> {
    let head = chunk(b"IHDR", b"\0\0\0\x01\0\0\0\x01\x08\0\0\0\0");
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        head,
        chunks.concat(),
        chunk(b"IDAT", b"\x78\x01\x01\x02\0\xfd\xff\0\0\0\x02\0\x01"),
        chunk(b"IEND", b""),
    ]
    .concat()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read as _;
    let mut out = Vec::new();
    flate2::read::ZlibEncoder::new(bytes, flate2::Compression::default()).read_to_end(&mut out).unwrap();
    out
}

#[test]
fn a_png_keeps_its_picture_its_colours_and_its_way_up() {
    let profile = profile::tests::profile("Amina");
    let before = png(&[
        chunk(b"gAMA", b"\0\0\xb1\x8f"),
        chunk(b"iCCP", &[&b"Amina's screen\0\0"[..], &packed(&profile)].concat()),
        chunk(b"tEXt", b"Author\0Amina"),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x/>"),
        chunk(b"tIME", b"\x07\xea\x0b\x16\0\0\0"),
        chunk(b"eXIf", &[orientation::written(3), b"more".to_vec()].concat()),
        chunk(b"caBX", b"credentials"),
        chunk(b"prVt", b"anything"),
    ]);
    let after = cleaned(&[before.clone(), b"cropped away".to_vec()].concat());
    let clean = profile::cleaned(&profile).unwrap();
    let wanted = png(&[
        chunk(b"gAMA", b"\0\0\xb1\x8f"),
        chunk(b"iCCP", &[&b"ICC\0\0"[..], &packed(&clean)].concat()),
        chunk(b"eXIf", &orientation::written(3)),
    ]);
    assert_eq!(after, wanted);
}

#[test]
fn a_damaged_cut_or_giant_png_is_refused_and_a_bomb_in_it_goes() {
    let good = png(&[]);
    for length in 16..good.len() {
        assert!(strip(&good[..length]).is_err(), "cut at {length}");
    }
    let mut wrong = good.clone();
    wrong[45] ^= 1;
    assert_eq!(strip(&wrong), Err(Refusal::Damaged("PNG check")));
    let giant = [&good[..8], &chunk(b"IHDR", b"\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\0\0\0\0"), &good[33..]].concat();
    assert_eq!(strip(&giant), Err(Refusal::TooLarge));
    let pieces = png(&[chunk(b"prVt", b"").repeat(500_000)]);
    assert_eq!(strip(&pieces), Err(Refusal::TooMany("chunks")));
    let bomb = chunk(b"iCCP", &[&b"x\0\0"[..], &packed(&vec![0; 64 << 20])].concat());
    assert!(bomb.len() < 300_000, "sixty-four megabytes in few bytes");
    assert_eq!(cleaned(&png(&[bomb])), good);
}

fn riff(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let body: Vec<u8> = chunks
        .iter()
        .flat_map(|(name, content)| {
            let even = vec![0; content.len() % 2];
            [&name[..], &(content.len() as u32).to_le_bytes(), content, &even].concat()
        })
        .collect();
    [&b"RIFF"[..], &(body.len() as u32 + 4).to_le_bytes(), b"WEBP", &body].concat()
}

#[test]
fn a_webp_keeps_its_picture_and_its_marks_say_what_is_left() {
    let picture = b"\x2f\x0f\xc0\x03\0abc".to_vec();
    let head = |marks: u8| vec![marks, 1, 2, 3, 15, 0, 0, 15, 0, 0];
    let before = riff(&[
        (b"VP8X", head(0x2c)),
        (b"ICCP", b"no profile".to_vec()),
        (b"VP8L", picture.clone()),
        (b"EXIF", [orientation::written(8), b"Rye Lane".to_vec()].concat()),
        (b"XMP ", b"<x:xmpmeta/>".to_vec()),
        (b"odd ", b"anything".to_vec()),
    ]);
    let mut wanted_head = head(0x08);
    wanted_head[1..4].fill(0);
    let wanted = riff(&[(b"VP8X", wanted_head), (b"VP8L", picture.clone()), (b"EXIF", orientation::written(8))]);
    assert_eq!(cleaned(&[before, b"behind".to_vec()].concat()), wanted);
    let plain = riff(&[(b"VP8L", picture)]);
    assert_eq!(cleaned(&plain), plain);
    for length in 12..plain.len() {
        assert!(strip(&plain[..length]).is_err(), "cut at {length}");
    }
    assert_eq!(strip(&riff(&[(b"VP8X", vec![0, 0, 0, 0, 255, 255, 255, 255, 255, 255])])), Err(Refusal::TooLarge));
    assert_eq!(strip(&riff(&[(b"VP8X", head(0))])), Err(Refusal::Damaged("no picture")));
    assert_eq!(strip(&riff(&[(b"VP8X", head(0)), (b"ANMF", vec![0; 9])])), Err(Refusal::CutOff));
}

#[test]
fn what_cannot_be_cleaned_without_decoding_says_so() {
    assert_eq!(strip(b"fLaC\0\0\0\x22"), Err(Refusal::NotCleaned("sound")));
    assert_eq!(strip(b"\0\0\0\x14ftypheic\0\0\0\0mif1"), Err(Refusal::NotCleaned("HEIC")));
    assert_eq!(strip(b"<svg/>"), Err(Refusal::Markup));
}

#[test]
fn a_film_of_crumbs_is_refused_before_they_fill_the_memory() {
    let header = b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff";
    let crumbs = b"\xbf\x80".repeat(600_000);
    assert_eq!(strip(&[&header[..], &crumbs].concat()), Err(Refusal::TooMany("parts that go")));
    let boxed = |name: &[u8; 4], inside: &[u8]| [&(inside.len() as u32 + 8).to_be_bytes()[..], name, inside].concat();
    let crumbs = boxed(b"moov", &boxed(b"mvex", &boxed(b"crum", b"").repeat(190_000)).repeat(4));
    assert_eq!(strip(&[boxed(b"ftyp", b"isom\0\0\0\0isom"), crumbs].concat()), Err(Refusal::TooMany("parts that go")));
}
