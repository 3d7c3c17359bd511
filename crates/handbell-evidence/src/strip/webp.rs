//! WebP: the chunks that make the picture, animated or not (RFC 9649).

use super::{Clean, Gone, orientation, profile};
use crate::Refusal;
use crate::picture::measured;
use std::ops::Range;

/// Marks in the extended head.
const PROFILED: u8 = 0x20;
const NOTED: u8 = 0x08;
const XMP: u8 = 0x04;
/// Frames of an animation and chunks in them.
const CHUNKS_MAX: usize = 20_000;

/// A chunk: its name and its content's place.
struct Chunk {
    name: [u8; 4],
    inside: Range<usize>,
}

fn chunks(bytes: &[u8], range: Range<usize>) -> Result<Vec<Chunk>, Refusal> {
    let (mut found, mut at) = (Vec::new(), range.start);
    while at < range.end {
        let head = bytes.get(at..range.end.min(at + 8)).filter(|head| head.len() == 8).ok_or(Refusal::CutOff)?;
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let inside = at + 8..at + 8 + length;
        if inside.end > range.end {
            return Err(Refusal::CutOff);
        }
        if found.len() == CHUNKS_MAX {
            return Err(Refusal::TooMany("chunks"));
        }
        at = inside.end + length % 2;
        found.push(Chunk { name: [head[0], head[1], head[2], head[3]], inside });
    }
    Ok(found)
}

fn three(bytes: &[u8], at: usize) -> Result<u64, Refusal> {
    let three = bytes.get(at..at + 3).ok_or(Refusal::CutOff)?;
    Ok(u64::from(three[0]) | u64::from(three[1]) << 8 | u64::from(three[2]) << 16)
}

pub fn strip(bytes: &[u8]) -> Result<Clean, Refusal> {
    let length = bytes.get(4..8).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]])).ok_or(Refusal::CutOff)?;
    let end = (length as usize).checked_add(8).filter(|end| *end <= bytes.len() && length >= 4).ok_or(Refusal::CutOff)?;
    let chunks = chunks(bytes, 12..end)?;
    // The body is gathered first: its length stands in the file's head.
    let mut body = Clean::default();
    if end < bytes.len() {
        body.gone.insert(Gone::Behind);
    }
    let turned = chunks.iter().find(|chunk| &chunk.name == b"EXIF").and_then(|chunk| noted(&bytes[chunk.inside.clone()]));
    let (mut profiled, mut pictured) = (false, false);
    let mut tail = Vec::new();
    for chunk in &chunks {
        let content = &bytes[chunk.inside.clone()];
        match &chunk.name {
            b"VP8X" => measured(three(content, 4)? + 1, three(content, 7)? + 1)?,
            b"ICCP" if !profiled => {
                let after = profile::cleaned(content);
                if after.as_deref() != Some(content) {
                    body.gone.insert(Gone::Profile);
                }
                if let Some(after) = after {
                    profiled = true;
                    put(&mut body, b"ICCP", &after);
                }
            }
            b"ANIM" => keep(&mut body, &chunk.name, chunk.inside.clone()),
            b"ALPH" | b"VP8 " | b"VP8L" => {
                pictured |= frame_measured(&chunk.name, content)?;
                keep(&mut body, &chunk.name, chunk.inside.clone());
            }
            b"ANMF" => {
                pictured = true;
                animated(bytes, &mut body, chunk.inside.clone())?;
            }
            b"EXIF" => {
                let kept = turned.map(orientation::written);
                if kept.as_deref() != Some(content) {
                    body.gone.insert(Gone::Exif);
                }
                tail = kept.unwrap_or_default();
            }
            b"XMP " => drop(body.gone.insert(Gone::Xmp)),
            _ => drop(body.gone.insert(Gone::Part)),
        }
    }
    if !pictured {
        return Err(Refusal::Damaged("no picture"));
    }
    if !tail.is_empty() {
        put(&mut body, b"EXIF", &tail);
    }
    let extended = chunks.first().filter(|chunk| &chunk.name == b"VP8X");
    together(bytes, extended, profiled, turned.is_some(), body)
}

/// The orientation in camera notes, which some programs begin as in a JPEG.
fn noted(content: &[u8]) -> Option<u8> {
    orientation::read(content.strip_prefix(b"Exif\0\0").unwrap_or(content))
}

fn together(bytes: &[u8], extended: Option<&Chunk>, profiled: bool, turned: bool, body: Clean) -> Result<Clean, Refusal> {
    let mut clean = Clean::default();
    let mut head = Vec::new();
    if let Some(chunk) = extended {
        let content = bytes[chunk.inside.clone()].get(..10).ok_or(Refusal::CutOff)?;
        head = [&b"VP8X\x0a\0\0\0"[..], content].concat();
        // What is reserved beside the marks, and in the three bytes behind them, is nothing.
        head[8] &= !(PROFILED | NOTED | XMP | 0xc1);
        head[8] |= if profiled { PROFILED } else { 0 } | if turned { NOTED } else { 0 };
        head[9..12].fill(0);
    }
    let length = u32::try_from(4 + head.len() + body.len()).map_err(|_| Refusal::TooLarge)?;
    clean.put([&b"RIFF"[..], &length.to_le_bytes(), b"WEBP", &head].concat());
    clean.pieces.extend(body.pieces);
    clean.gone = body.gone;
    Ok(clean)
}

/// A frame of an animation: where and how long, and its picture's chunks.
fn animated(bytes: &[u8], body: &mut Clean, inside: Range<usize>) -> Result<(), Refusal> {
    if inside.len() < 16 {
        return Err(Refusal::CutOff);
    }
    let mut frame = Clean::default();
    for chunk in chunks(bytes, inside.start + 16..inside.end)? {
        if matches!(&chunk.name, b"ALPH" | b"VP8 " | b"VP8L") {
            frame_measured(&chunk.name, &bytes[chunk.inside.clone()])?;
            keep(&mut frame, &chunk.name, chunk.inside);
        } else {
            body.gone.insert(Gone::Part);
        }
    }
    let length = u32::try_from(16 + frame.len()).map_err(|_| Refusal::TooLarge)?;
    body.put([&b"ANMF"[..], &length.to_le_bytes()].concat());
    body.keep(inside.start..inside.start + 16);
    body.pieces.extend(frame.pieces);
    Ok(())
}

/// Whether this is a picture, of a size that is taken.
fn frame_measured(name: &[u8; 4], content: &[u8]) -> Result<bool, Refusal> {
    match name {
        b"VP8 " => {
            let sides = content.get(6..10).filter(|_| content.get(3..6) == Some(b"\x9d\x01\x2a")).ok_or(Refusal::Damaged("WebP frame"))?;
            let side = |at: usize| u64::from(u16::from_le_bytes([sides[at], sides[at + 1]]) & 0x3fff);
            measured(side(0), side(2)).map(|()| true)
        }
        b"VP8L" => {
            let bits = content.get(1..5).filter(|_| content.first() == Some(&0x2f)).ok_or(Refusal::Damaged("WebP frame"))?;
            let bits = u64::from(u32::from_le_bytes([bits[0], bits[1], bits[2], bits[3]]));
            measured((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1).map(|()| true)
        }
        _ => Ok(false),
    }
}

fn keep(to: &mut Clean, name: &[u8; 4], inside: Range<usize>) {
    let length = inside.len();
    to.put([&name[..], &(length as u32).to_le_bytes()].concat());
    to.keep(inside);
    to.zeros(length % 2);
}

fn put(to: &mut Clean, name: &[u8; 4], content: &[u8]) {
    let even = if content.len() % 2 == 1 { &b"\0"[..] } else { b"" };
    to.put([&name[..], &(content.len() as u32).to_le_bytes(), content, even].concat());
}
