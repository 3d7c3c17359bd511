//! PNG: the chunks that make the picture, animated or not, and nothing behind its end.
//!
//! PNG third edition, sections 5 and 11. Every kept chunk's check is held against its content.

use super::{Clean, Gone, four, orientation, profile};
use crate::Refusal;
use crate::picture::measured;
use flate2::Compression;
use flate2::read::{ZlibDecoder, ZlibEncoder};
use std::io::Read as _;

/// Chunks that stay as they are.
const KEPT: [&[u8; 4]; 13] =
    [b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"cICP", b"sBIT", b"pHYs", b"acTL", b"fcTL", b"fdAT", b"IDAT"];

/// Most chunks; large pictures have some thousands.
const CHUNKS_MAX: usize = 500_000;

pub fn strip(bytes: &[u8]) -> Result<Clean, Refusal> {
    let mut clean = Clean::default();
    clean.keep(0..8);
    let (mut at, mut pictured) = (8, false);
    for _ in 0..CHUNKS_MAX {
        let length = four(bytes, at)? as usize;
        let end = at + 12 + length;
        let content = bytes.get(at + 8..at + 8 + length).ok_or(Refusal::CutOff)?;
        let name: [u8; 4] = bytes[at + 4..at + 8].try_into().map_err(|_| Refusal::CutOff)?;
        if !name.iter().all(u8::is_ascii_alphabetic) || (at == 8) != (&name == b"IHDR") {
            return Err(Refusal::Damaged("PNG chunk"));
        }
        let sound = four(bytes, end - 4)? == check(&bytes[at + 4..end - 4]);
        if (KEPT.contains(&&name) || &name == b"IEND") && !sound {
            return Err(Refusal::Damaged("PNG check"));
        }
        match &name {
            b"IEND" => {
                if !pictured || length > 0 {
                    return Err(Refusal::Damaged("PNG end"));
                }
                clean.keep(at..end);
                if end < bytes.len() {
                    clean.gone.insert(Gone::Behind);
                }
                return Ok(clean);
            }
            b"IHDR" => {
                measured(u64::from(four(content, 0)?), u64::from(four(content, 4)?))?;
                clean.keep(at..end);
            }
            b"iCCP" if !pictured => coloured(&mut clean, content),
            b"eXIf" => turned(&mut clean, content),
            name if KEPT.contains(&name) => {
                pictured |= name == b"IDAT";
                clean.keep(at..end);
            }
            other => drop(clean.gone.insert(told(other))),
        }
        at = end;
    }
    Err(Refusal::TooMany("chunks"))
}

fn told(name: &[u8; 4]) -> Gone {
    match name {
        b"tEXt" | b"zTXt" => Gone::Comment,
        b"iTXt" => Gone::Xmp,
        b"tIME" => Gone::Times,
        b"caBX" => Gone::Credentials,
        _ => Gone::Part,
    }
}

/// Camera notes become their orientation.
fn turned(clean: &mut Clean, notes: &[u8]) {
    let kept = orientation::read(notes).map(orientation::written);
    if kept.as_deref() != Some(notes) {
        clean.gone.insert(Gone::Exif);
    }
    if let Some(kept) = kept {
        clean.put(chunk(b"eXIf", &kept));
    }
}

/// A profile under another name, without its words. One that cannot be read, or would become huge, goes.
fn coloured(clean: &mut Clean, content: &[u8]) {
    let name = content.iter().position(|byte| *byte == 0).filter(|length| (1..80).contains(length));
    let packed = name.and_then(|length| content.get(length + 2..)).unwrap_or_default();
    let mut before = Vec::new();
    let most = profile::PROFILE_MAX as u64;
    let whole = ZlibDecoder::new(packed).take(most + 1).read_to_end(&mut before).is_ok();
    let after = if whole { profile::cleaned(&before) } else { None };
    if after.as_deref() != Some(&before) || !content.starts_with(b"ICC\0") {
        clean.gone.insert(Gone::Profile);
    }
    if let Some(after) = after {
        let mut again = b"ICC\0\0".to_vec();
        // Reading from memory cannot fail.
        if ZlibEncoder::new(&after[..], Compression::default()).read_to_end(&mut again).is_ok() {
            clean.put(chunk(b"iCCP", &again));
        }
    }
}

fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let named = [&name[..], content].concat();
    [&(content.len() as u32).to_be_bytes()[..], &named, &check(&named).to_be_bytes()].concat()
}

/// CRC-32 over a chunk's name and content.
fn check(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}
