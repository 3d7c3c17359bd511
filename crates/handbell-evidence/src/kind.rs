//! Kind: what a file is, told from its bytes and never from its name or from what its sender says.
//!
//! A kind is given only where the first structures of the format read as they must. What a browser, an archiver or a
//! shell would open as something else as well is refused: such a file passes one check as a picture and is run as a
//! page elsewhere. A photograph with a film behind it (what phones call a live or motion photo) is a photograph;
//! [`strip`](crate::strip) takes the film away.
//!
//! This is no check that the whole file is sound, and finds no data hidden in pixels.

use crate::Refusal;
use crate::boxes::{self, BoxAt};

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// JPEG (ISO/IEC 10918).
    Jpeg,
    /// PNG, animated ones too.
    Png,
    /// WebP (RFC 9649).
    WebP,
    /// HEIF with HEVC in it, as iPhones write (ISO/IEC 23008-12).
    Heic,
    /// MP4 and its relatives (ISO/IEC 14496-12), with or without pictures.
    Mp4,
    /// QuickTime.
    Mov,
    /// WebM (RFC 9559 with the document type `webm`).
    WebM,
    /// Sound only, as MP4.
    M4a,
    /// Sound: MPEG layer III.
    Mp3,
    /// Sound: Ogg.
    Ogg,
    /// Sound: FLAC.
    Flac,
    /// Sound: WAVE.
    Wav,
}

impl Kind {
    /// The media type (IANA) under which a file of this kind is given out.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Heic => "image/heic",
            Self::Mp4 => "video/mp4",
            Self::Mov => "video/quicktime",
            Self::WebM => "video/webm",
            Self::M4a => "audio/mp4",
            Self::Mp3 => "audio/mpeg",
            Self::Ogg => "audio/ogg",
            Self::Flac => "audio/flac",
            Self::Wav => "audio/wav",
        }
    }

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Heic => "HEIC",
            Self::Mp4 => "MP4",
            Self::Mov => "MOV",
            Self::WebM => "WebM",
            Self::M4a => "M4A",
            Self::Mp3 => "MP3",
            Self::Ogg => "Ogg",
            Self::Flac => "FLAC",
            Self::Wav => "WAV",
        }
    }

    /// Whether it is a still picture (or a few of them), sound apart.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::WebP | Self::Heic)
    }

    /// Whether it is sound without pictures.
    pub fn is_sound(self) -> bool {
        matches!(self, Self::M4a | Self::Mp3 | Self::Ogg | Self::Flac | Self::Wav)
    }
}

/// How far browsers look for markup (WHATWG MIME Sniffing reads 1,445 bytes), and readers of PDF for its mark.
const SNIFFED: usize = 1_500;
/// An archive's directory ends within this many bytes of the file's end: 22 of its own and a comment of 65,535.
const ARCHIVE_TAIL: usize = 22 + 65_535;

/// What a file is by its bytes.
///
/// # Errors
///
/// A refusal that names what it is instead, as far as that is known.
pub fn kind(bytes: &[u8]) -> Result<Kind, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    match medium(bytes)? {
        Some(kind) => match stowaway(bytes) {
            true => Err(Refusal::TwoThings(kind.name())),
            false => Ok(kind),
        },
        None => Err(other(bytes)),
    }
}

/// Bytes of the beginning from which a kind can be told, and of the end from which an archive can, of a file that is
/// too long to be held.
pub const BEGINNING: usize = 4_096;
/// See [`BEGINNING`].
pub const ENDING: usize = 128 * 1024;

/// What a longer file is by its first bytes, at least [`BEGINNING`] of them; none where only its end tells: films from
/// before there were brands, whose description may stand last.
///
/// # Errors
///
/// A refusal where no end could make it a medium.
pub fn begins(head: &[u8]) -> Result<Option<Kind>, Refusal> {
    match medium(head) {
        Ok(Some(kind)) if rides_along(head) => Err(Refusal::TwoThings(kind.name())),
        Ok(None) if unbranded(head) => Ok(None),
        // What is cut off here goes on in the file.
        Err(Refusal::CutOff) => Ok(None),
        Ok(None) => Err(other(head)),
        found => found,
    }
}

/// What a file of `length` bytes is by its first and its last ones, at least [`ENDING`] of them.
///
/// # Errors
///
/// As [`kind`].
pub fn ends(head: &[u8], tail: &[u8], length: u64) -> Result<Kind, Refusal> {
    if head.len() as u64 >= length {
        return kind(head);
    }
    let kind = match begins(head)? {
        Some(kind) => kind,
        // The description stands first, or whole in the end, or this is not known to be a film.
        None if unbranded(head) && (head.get(4..8) == Some(b"moov") || described(tail)) => Kind::Mov,
        None => return Err(Refusal::Unknown),
    };
    let before = length.saturating_sub(tail.len() as u64);
    if archive_in(tail, before, |at| usize::try_from(at.checked_sub(before)?).ok().and_then(|at| tail.get(at..at + 4)).map(<[u8]>::to_vec))
    {
        return Err(Refusal::TwoThings(kind.name()));
    }
    Ok(kind)
}

/// Whether it begins as QuickTime wrote before there were brands.
fn unbranded(head: &[u8]) -> bool {
    matches!(head.get(4..8), Some(b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot"))
}

/// Whether a film's description stands in the end of a file and reaches to it, or to other boxes that do.
fn described(tail: &[u8]) -> bool {
    let marks = tail.windows(4).enumerate().filter(|(_, mark)| *mark == b"moov");
    marks.filter_map(|(at, _)| at.checked_sub(4)).any(|at| boxes::walk(tail, at..tail.len(), 64).is_ok())
}

/// The medium that the first bytes are; none where they are no medium at all.
fn medium(bytes: &[u8]) -> Result<Option<Kind>, Refusal> {
    let at = |from: usize, mark: &[u8]| bytes.get(from..from + mark.len()) == Some(mark);
    if at(0, b"\xff\xd8\xff") {
        return match bytes.get(3) {
            // Tables, frames, comments and application segments; a scan cannot come first.
            Some(0xc0..=0xcf | 0xdb | 0xdd | 0xe0..=0xef | 0xfe) => Ok(Some(Kind::Jpeg)),
            None => Err(Refusal::CutOff),
            Some(_) => Err(Refusal::Damaged("JPEG segments")),
        };
    }
    if at(0, b"\x89PNG\r\n\x1a\n") {
        return if at(8, b"\0\0\0\rIHDR") { Ok(Some(Kind::Png)) } else { Err(Refusal::Damaged("PNG header")) };
    }
    if at(0, b"RIFF") && at(8, b"WEBP") {
        let known = at(12, b"VP8 ") || at(12, b"VP8L") || at(12, b"VP8X");
        return if known { Ok(Some(Kind::WebP)) } else { Err(Refusal::Damaged("WebP chunks")) };
    }
    if at(0, b"RIFF") && at(8, b"WAVE") {
        return Ok(Some(Kind::Wav));
    }
    if at(0, &crate::ebml::HEADER_MARK) {
        return match crate::ebml::document_type(bytes)? {
            b"webm" => Ok(Some(Kind::WebM)),
            b"matroska" => Err(Refusal::NotTaken("Matroska")),
            _ => Err(Refusal::Unknown),
        };
    }
    if at(0, b"OggS") && bytes.get(4) == Some(&0) {
        return Ok(Some(Kind::Ogg));
    }
    if at(0, b"fLaC") {
        return Ok(Some(Kind::Flac));
    }
    if mp3(bytes) {
        return Ok(Some(Kind::Mp3));
    }
    boxed(bytes)
}

/// The kinds that are made of boxes: by their brands, or as QuickTime wrote before there were brands.
fn boxed(bytes: &[u8]) -> Result<Option<Kind>, Refusal> {
    let Some(first) = boxes::first(bytes) else { return Ok(None) };
    if &first.name == b"ftyp" {
        let brands = first.body(bytes).ok_or(Refusal::CutOff)?;
        let major: &[u8] = brands.get(..4).ok_or(Refusal::Damaged("file type box"))?;
        let others = brands.get(8..).unwrap_or_default();
        return branded(major, others).map(Some);
    }
    if !matches!(&first.name, b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot") {
        return Ok(None);
    }
    // Without brands only a film's own description tells that this is one.
    let film = |at: &BoxAt| &at.name == b"moov";
    Ok(boxes::walk(bytes, 0..bytes.len(), 64)?.iter().any(film).then_some(Kind::Mov))
}

fn branded(major: &[u8], others: &[u8]) -> Result<Kind, Refusal> {
    let says = |brand: &[u8; 4]| major == brand || others.chunks_exact(4).any(|other| other == brand);
    match major {
        b"qt  " => Ok(Kind::Mov),
        b"M4A " | b"M4B " => Ok(Kind::M4a),
        b"avif" | b"avis" => Err(Refusal::NotTaken("AVIF")),
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => Ok(Kind::Heic),
        b"crx " => Err(Refusal::NotTaken("raw camera")),
        b"jp2 " | b"jpx " | b"jxl " => Err(Refusal::NotTaken("JPEG 2000 or XL")),
        b"mif1" | b"msf1" | b"mif2" | b"mif3" => {
            if [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"].into_iter().any(says) {
                Ok(Kind::Heic)
            } else {
                Err(Refusal::NotTaken("HEIF"))
            }
        }
        [b'3', b'g', ..] => Ok(Kind::Mp4),
        _ if [b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso8", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash", b"MSNV"]
            .into_iter()
            .any(says) =>
        {
            Ok(Kind::Mp4)
        }
        _ => Err(Refusal::Unknown),
    }
}

/// MP3: frames that follow one another, behind a tag or not. One frame's four bytes alone could be anything.
fn mp3(bytes: &[u8]) -> bool {
    let tag = match bytes {
        [b'I', b'D', b'3', _, _, _, a, b, c, d, ..] if [a, b, c, d].iter().all(|byte| **byte < 0x80) => {
            10 + [a, b, c, d].iter().fold(0, |size, byte| size << 7 | usize::from(**byte))
        }
        _ => 0,
    };
    let mut at = tag;
    for _ in 0..3 {
        match mp3_frame(bytes.get(at..).unwrap_or_default()) {
            Some(length) => at += length,
            None => return false,
        }
    }
    true
}

/// Bytes of the MPEG-1 or MPEG-2 layer III frame that begins here (ISO/IEC 11172-3, section 2.4.2.3).
fn mp3_frame(bytes: &[u8]) -> Option<usize> {
    let &[0xff, second, third, ..] = bytes else { return None };
    let (version, layer, rate, sampling) = (second >> 3 & 3, second >> 1 & 3, usize::from(third >> 4), usize::from(third >> 2 & 3));
    if second & 0xe0 != 0xe0 || version == 1 || layer != 1 || rate == 0 || rate == 15 || sampling == 3 {
        return None;
    }
    let of_one = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    let of_two = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let (bits, hertz, samples) = match version {
        3 => (of_one[rate], [44_100, 48_000, 32_000][sampling], 144),
        2 => (of_two[rate], [22_050, 24_000, 16_000][sampling], 72),
        _ => (of_two[rate], [11_025, 12_000, 8_000][sampling], 72),
    };
    Some(samples * bits * 1_000 / hertz + usize::from(third >> 1 & 1))
}

/// What a file is that is no medium.
fn other(bytes: &[u8]) -> Refusal {
    let begins = |mark: &[u8]| bytes.starts_with(mark);
    if begins(b"PK\x03\x04") || begins(b"PK\x05\x06") || begins(b"7z\xbc\xaf\x27\x1c") || begins(b"Rar!\x1a\x07") || begins(b"\x1f\x8b") {
        return Refusal::Archive;
    }
    if begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Refusal::Archive;
    }
    if begins(b"MZ") || begins(b"\x7fELF") || begins(b"#!") || begins(b"\xca\xfe\xba\xbe") || begins(b"\xcf\xfa\xed\xfe") {
        return Refusal::Program;
    }
    let head = &bytes[..bytes.len().min(SNIFFED)];
    if head.windows(5).any(|window| window == b"%PDF-") {
        return Refusal::Document;
    }
    for (mark, name) in [(&b"GIF8"[..], "GIF"), (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"), (b"BM", "BMP"), (b"FLV", "Flash video")] {
        if begins(mark) {
            return Refusal::NotTaken(name);
        }
    }
    if begins(b"RIFF") && bytes.get(8..12) == Some(b"AVI ") {
        return Refusal::NotTaken("AVI");
    }
    // A mark of the byte order and 16-bit letters hide markup from whoever looks for plain ones.
    let letters: Vec<u8> = head.iter().copied().filter(|byte| *byte != 0).collect();
    if markup(&letters) || begins(b"<") {
        return Refusal::Markup;
    }
    // The archive that stands behind a program or behind nothing in particular.
    if archive_behind(bytes) { Refusal::Archive } else { Refusal::Unknown }
}

/// Whether something else rides in a medium: markup or a document where readers look for them, or an archive at the
/// end, where archivers look.
fn stowaway(bytes: &[u8]) -> bool {
    rides_along(bytes) || archive_behind(bytes)
}

/// Markup or a document where their readers look for them.
fn rides_along(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(SNIFFED)];
    head.windows(5).any(|window| window == b"%PDF-") || markup(head)
}

/// Whether there is a tag that browsers run or draw. The packets of photographs' own metadata have none of these.
fn markup(bytes: &[u8]) -> bool {
    const TAGS: [&[u8]; 10] =
        [b"<!doctype", b"<html", b"<script", b"<svg", b"<iframe", b"<body", b"<head", b"<object", b"<embed", b"<xsl:"];
    let is = |at: usize, tag: &[u8]| bytes.get(at..at + tag.len()).is_some_and(|there| there.eq_ignore_ascii_case(tag));
    (0..bytes.len()).filter(|at| bytes[*at] == b'<').any(|at| TAGS.iter().any(|tag| is(at, tag)))
}

/// Whether an archive's directory ends at the end of the file (APPNOTE 4.3.16): the record that closes it, whose
/// comment reaches the end and whose directory begins with an entry. Four bytes alone stand in many photographs.
fn archive_behind(bytes: &[u8]) -> bool {
    archive_in(bytes, 0, |at| usize::try_from(at).ok().and_then(|at| bytes.get(at..at + 4)).map(<[u8]>::to_vec))
}

/// The same in the last bytes of a file, with `before` bytes before them. `four` reads four bytes of the file; where
/// they are out of reach, the record's own fields must look like an archive on one disk.
fn archive_in(bytes: &[u8], before: u64, four: impl Fn(u64) -> Option<Vec<u8>>) -> bool {
    let from = bytes.len().saturating_sub(ARCHIVE_TAIL);
    let tail = &bytes[from..];
    tail.windows(4).enumerate().filter(|(_, mark)| *mark == b"PK\x05\x06").any(|(offset, _)| {
        let record = &tail[offset..];
        if record.len() < 22 {
            return false;
        }
        let directory_bytes = u32::from_le_bytes([record[12], record[13], record[14], record[15]]);
        let comment = usize::from(u16::from_le_bytes([record[20], record[21]]));
        let Some(at) = (before + (from + offset) as u64).checked_sub(u64::from(directory_bytes)) else { return false };
        let begins = match four(at) {
            Some(four) => four == b"PK\x01\x02",
            None => at < before && record[4..8] == [0; 4] && record[8..10] == record[10..12],
        };
        22 + comment <= record.len() && (begins || directory_bytes == 0)
    })
}

#[cfg(test)]
mod tests;
