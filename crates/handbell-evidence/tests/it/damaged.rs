//! Damaged: real files with bits flipped, bytes replaced, parts cut and parts repeated, shown to every parser.
//!
//! Whatever comes, the answer is a cleaned file or a refusal: never a panic, never more than half as much again as
//! came in, and a cleaned file is itself clean.

use crate::bounded::cascade;
use crate::corpus::files;
use handbell_evidence::Refusal;
use handbell_evidence::cascade::Cascade;
use handbell_evidence::kind::kind;
use handbell_evidence::strip::strip;
use handbell_evidence::tracks::sound_alone;
use proptest::prelude::*;

/// A plain order of numbers that look random (splitmix64), so that a failure can be repeated.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % most.max(1) as u64) as usize
    }
}

/// Parts that a cleaned file may have beside those of its original: a minimal orientation, heads of chunks.
const MORE: usize = 256;

pub fn shown(bytes: &[u8], what: &str) -> bool {
    let (_, _) = (kind(bytes), sound_alone(bytes));
    match strip(bytes) {
        Ok(clean) => {
            assert!(clean.len() <= bytes.len() + bytes.len() / 2 + MORE, "{what}: grew from {} to {}", bytes.len(), clean.len());
            let after = clean.bytes(bytes);
            match strip(&after) {
                Ok(again) => assert_eq!(again.bytes(&after), after, "{what}: not clean yet"),
                Err(refusal) => panic!("{what}: cleaned, then refused: {refusal:?}"),
            }
            true
        }
        Err(_) => false,
    }
}

/// Where parsers look: the first and last kilobytes, mostly.
fn place(numbers: &mut Numbers, length: usize) -> usize {
    match numbers.below(4) {
        0 => numbers.below(length),
        1 => length - 1 - numbers.below(length.min(4_096)),
        _ => numbers.below(length.min(4_096)),
    }
}

/// A copy that is worse in up to five places.
pub fn damaged(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut damaged = bytes.to_vec();
    for _ in 0..=numbers.below(4) {
        if damaged.is_empty() {
            return damaged;
        }
        let (at, other) = (place(numbers, damaged.len()), place(numbers, damaged.len()));
        let length = numbers.below(64);
        match numbers.below(6) {
            0 | 1 => damaged[at] ^= 1 << numbers.below(8),
            2 => damaged[at] = [0, 1, 0x7f, 0x80, 0xfe, 0xff][numbers.below(6)],
            3 => damaged.truncate(at.max(16)),
            4 => damaged[at..].iter_mut().take(4).for_each(|byte| *byte = 0xff),
            _ => {
                let part: Vec<u8> = damaged[other..].iter().take(length).copied().collect();
                damaged.splice(at..at, part);
            }
        }
    }
    damaged
}

#[test]
fn no_damage_to_a_real_file_breaks_a_parser() {
    let (mut cleaned, mut refused) = (0, 0);
    for (name, bytes) in files().into_iter().filter(|(_, bytes)| kind(bytes).is_ok()) {
        let rounds = (40_000_000 / bytes.len()).clamp(40, 1_500);
        for round in 0..rounds {
            let damaged = damaged(&bytes, &mut Numbers(round as u64));
            if shown(&damaged, &format!("{name}, round {round}")) { cleaned += 1 } else { refused += 1 }
        }
    }
    println!("damaged files: {cleaned} cleaned, {refused} refused");
    assert!(cleaned > 0 && refused > 0 || files().is_empty());
}

#[test]
fn no_damage_to_a_cascade_breaks_whoever_reads_it() {
    let (good, mut read, mut refused) = (cascade(), 0, 0);
    for round in 0..4_000 {
        let bytes = damaged(&good, &mut Numbers(round));
        match Cascade::read(&String::from_utf8_lossy(&bytes)) {
            Ok(_) => read += 1,
            Err(_) => refused += 1,
        }
    }
    println!("damaged cascades: {read} read, {refused} refused");
    assert!(read > 0 && refused > 0);
}

#[test]
fn a_file_cut_anywhere_is_cleaned_whole_or_refused() {
    for (name, bytes) in files().into_iter().filter(|(_, bytes)| kind(bytes).is_ok()) {
        let mut numbers = Numbers(bytes.len() as u64);
        for round in 0..60 {
            let length = if round < 30 { round * 16 } else { numbers.below(bytes.len()) };
            shown(&bytes[..length], &format!("{name} cut at {length}"));
        }
    }
}

#[test]
fn boxes_in_boxes_in_boxes_and_boxes_without_end_are_refused() {
    let boxed = |name: &[u8; 4], inside: &[u8]| [&(inside.len() as u32 + 8).to_be_bytes()[..], name, inside].concat();
    let head = boxed(b"ftyp", b"isom\0\0\0\0isom");
    let empty = boxed(b"free", b"").repeat(200_001);
    assert_eq!(strip(&[head.clone(), boxed(b"moov", b""), empty].concat()), Err(Refusal::TooMany("boxes")));
    let mut nested = boxed(b"wave", b"");
    for _ in 0..10_000 {
        nested = boxed(b"wave", &nested);
    }
    assert_eq!(strip(&[head.clone(), boxed(b"moov", &nested)].concat()), Err(Refusal::Damaged("no pictures or sound")));
    assert_eq!(strip(&[head.clone(), b"\0\0\0\x04moov".to_vec()].concat()), Err(Refusal::Damaged("box length")));
    assert_eq!(
        strip(&[head.clone(), b"\0\0\0\x01moov\xff\xff\xff\xff\xff\xff\xff\xff".to_vec()].concat()),
        Err(Refusal::Damaged("box length"))
    );
    assert_eq!(strip(&[head, b"\0\0\0\x01moov\0\0\0\0\0\0\0\x07".to_vec()].concat()), Err(Refusal::Damaged("box length")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_bytes_break_a_parser(head in 0usize..9, bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let heads: [&[u8]; 9] = [
            b"", b"\xff\xd8\xff\xe0\0\x10JFIF\0", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"RIFF\xff\0\0\0WEBPVP8X\x0a\0\0\0", b"\0\0\0\x10ftypisom\0\0\0\0",
            b"\0\0\0\x10ftypqt  \0\0\0\0\0\0\0\0moov\0\0\0\0trak", b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm\x18\x53\x80\x67\xff", b"ID3\x03\0\0\0\0\0\0", b"PK\x05\x06",
        ];
        let whole = [heads[head], &bytes].concat();
        shown(&whole, "made up");
    }
}
