//! PDQ: 256 bits that are nearly the same for pictures that look the same.
//!
//! Our own, from the published description (*The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing
//! Algorithm*); `docs/formats/pdq.md` has every step and how far it agrees with other programs. A near hash is a lead
//! for a person to look at and never a verdict: a picture with a blurred face matches its original, and pictures
//! without much in them match one another, which is what the quality is for.
//!
//! PDQ forgives saving again and shrinking, and hardly any cutting, turning, mirroring or framing. So a picture is
//! stored under several hashes ([`stored`]) and asked for under several ([`asked`]). The hash says nothing about who
//! or where, and shows a blurred sketch of the picture to whoever knows how to undo it: treat it as part of the picture.

use crate::picture::Picture;
use std::fmt;

/// Bits of difference up to which two pictures are the same one, saved again.
pub const SAME: u32 = 20;
/// Bits of difference up to which two pictures match by the published rule.
pub const MATCH: u32 = 31;
/// Bits of difference up to which a person may want to look.
pub const LOOK: u32 = 40;
/// Below this quality a hash matches all sorts of pictures and is neither stored nor asked.
pub const QUALITY_MIN: u8 = 50;

/// The lightness is brought to this many points a side.
const SIDE: usize = 64;
/// Waves kept of each direction.
const WAVES: usize = 16;
/// Shorter sides have no hash.
const SIDE_MIN: usize = 5;

/// 256 bits; bit 16 i + j tells of wave i down and wave j across.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u64; 4]);

impl Hash {
    /// In how many bits two hashes differ.
    #[inline]
    pub fn distance(&self, other: &Self) -> u32 {
        (0..4).map(|word| (self.0[word] ^ other.0[word]).count_ones()).sum()
    }

    /// The hash of 64 hexadecimal digits, highest bit first; none where the text is anything else.
    pub fn from_hex(text: &str) -> Option<Self> {
        if text.len() != 64 || !text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
            return None;
        }
        let word = |at: usize| u64::from_str_radix(&text[48 - 16 * at..64 - 16 * at], 16).ok();
        Some(Self([word(0)?, word(1)?, word(2)?, word(3)?]))
    }

    /// The bits of one sixteenth, counted from the lowest.
    #[inline]
    pub(crate) fn sixteenth(&self, at: usize) -> u16 {
        (self.0[at / 4] >> (16 * (at % 4))) as u16
    }
}

/// 64 hexadecimal digits, highest bit first.
impl fmt::Display for Hash {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:016x}{:016x}{:016x}{:016x}", self.0[3], self.0[2], self.0[1], self.0[0])
    }
}

/// A hash and how much there is in the picture to tell it from others, from 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hashed {
    /// The hash.
    pub hash: Hash,
    /// The quality; see [`QUALITY_MIN`].
    pub quality: u8,
}

/// The hash of a picture as it is; none where a side has fewer than five points.
pub fn hashed(picture: &Picture) -> Option<Hashed> {
    if picture.width() < SIDE_MIN || picture.height() < SIDE_MIN {
        return None;
    }
    let small = sampled(picture);
    Some(Hashed { hash: waves(&small), quality: quality(&small) })
}

/// The hashes of a picture turned by quarters and mirrored: as it is and three quarters with the clock, then the same
/// of its mirror image. Made of the pixels themselves, because hashes derived from the first one by rule differ by
/// up to 34 bits. Empty where the picture has no hash.
pub fn dihedral(picture: &Picture) -> Vec<Hashed> {
    let mut all = Vec::with_capacity(8);
    for mut side in [picture.clone(), picture.mirrored()] {
        for _ in 0..4 {
            all.extend(hashed(&side));
            side = side.quarter();
        }
    }
    all
}

/// How much of each side a picture is cut by before it is stored once more, in hundredths: halved, at each edge.
const CUTS: [u8; 6] = [0, 4, 8, 12, 16, 20];
/// How much of one edge is cut off, for copies that lost a strip or had it covered, in hundredths.
const STRIPS: [u8; 4] = [5, 10, 15, 20];
/// By how many half degrees a picture is turned before it is stored once more.
const TURNS: [i8; 8] = [-9, -7, -5, -3, 3, 5, 7, 9];

/// The hashes under which a picture is stored: whole and without its bars, each cut by a few hundredths at all edges;
/// without strips above and below; turned by a few degrees. Those of too little quality are left out, and doubles.
pub fn stored(picture: &Picture) -> Vec<Hashed> {
    let mut views = Vec::new();
    let bare = picture.trimmed();
    for base in [Some(picture), bare.as_ref()].into_iter().flatten() {
        views.extend(CUTS.iter().map(|cut| inner(base, *cut)));
        for strip in STRIPS {
            let share = f32::from(strip) / 100.0;
            views.extend([base.cut(0.0, share, 0.0, 0.0), base.cut(0.0, 0.0, 0.0, share)]);
        }
        views.extend(TURNS.iter().map(|half| base.turned(f32::from(*half) / 2.0)));
    }
    good(views.iter().filter_map(hashed).collect())
}

/// The hashes under which a picture is asked for: whole and without its bars, turned by quarters and mirrored; and its
/// middle, mirrored.
pub fn asked(picture: &Picture) -> Vec<Hashed> {
    let bare = picture.trimmed();
    let base = bare.as_ref().unwrap_or(picture);
    let middles = [inner(base, 10), inner(base, 20)];
    let mirrored = middles.each_ref().map(Picture::mirrored);
    let mut all: Vec<Hashed> = middles.iter().chain(&mirrored).filter_map(hashed).collect();
    all.extend([Some(picture), bare.as_ref()].into_iter().flatten().flat_map(dihedral));
    good(all)
}

/// Whatever the cut leaves of the middle.
fn inner(picture: &Picture, hundredths: u8) -> Picture {
    let share = f32::from(hundredths) / 200.0;
    picture.cut(share, share, share, share)
}

/// Those that are good enough to be told apart, each once.
fn good(mut all: Vec<Hashed>) -> Vec<Hashed> {
    all.retain(|hashed| hashed.quality >= QUALITY_MIN);
    all.sort_unstable();
    all.dedup_by_key(|hashed| hashed.hash);
    all
}

type Small = [[f32; SIDE]; SIDE];

/// Smoothed twice by a box along rows and columns, then taken at 64 by 64 places.
fn sampled(picture: &Picture) -> Small {
    let (width, height) = (picture.width(), picture.height());
    let mut light = picture.points().to_vec();
    if (width, height) != (SIDE, SIDE) {
        let (across, down) = (window(width), window(height));
        for _ in 0..2 {
            light = across_rows(&light, width, across);
            light = down_columns(&light, width, down);
        }
    }
    let place = |at: usize, side: usize| (2 * at + 1) * side / (2 * SIDE);
    let mut small = [[0.0; SIDE]; SIDE];
    for (y, row) in small.iter_mut().enumerate() {
        for (x, point) in row.iter_mut().enumerate() {
            *point = light[place(y, height) * width + place(x, width)];
        }
    }
    small
}

/// Points of the box for a side.
fn window(side: usize) -> usize {
    side.div_ceil(2 * SIDE)
}

/// Which of `side` points the box about a point holds: `wide - half` before it and `half - 1` after it, with
/// `half = (wide + 2) / 2`, as far as they are there.
fn held(at: usize, side: usize, wide: usize) -> std::ops::Range<usize> {
    let half = (wide + 2) / 2;
    at.saturating_sub(wide - half)..(at + half).min(side)
}

/// Each point becomes the mean of those of its row that its box holds.
fn across_rows(light: &[f32], width: usize, wide: usize) -> Vec<f32> {
    let mut smooth = Vec::with_capacity(light.len());
    for row in light.chunks_exact(width) {
        smooth.extend((0..width).map(|at| {
            let points = &row[held(at, width, wide)];
            points.iter().sum::<f32>() / points.len() as f32
        }));
    }
    smooth
}

/// Each point becomes the mean of those of its column that its box holds, a whole row at a time.
fn down_columns(light: &[f32], width: usize, wide: usize) -> Vec<f32> {
    let height = light.len() / width;
    let mut smooth = vec![0.0; light.len()];
    for (at, to) in smooth.chunks_exact_mut(width).enumerate() {
        let rows = held(at, height, wide);
        for row in light[rows.start * width..rows.end * width].chunks_exact(width) {
            to.iter_mut().zip(row).for_each(|(sum, point)| *sum += point);
        }
        let count = rows.len() as f32;
        to.iter_mut().for_each(|sum| *sum /= count);
    }
    smooth
}

/// How much neighbours differ, in whole hundredths of the range each, over 90 and 100 at most.
fn quality(small: &Small) -> u8 {
    let step = |a: f32, b: f32| (((a - b) * 100.0 / 255.0) as i32).unsigned_abs();
    let mut sum = 0;
    for y in 0..SIDE {
        for x in 0..SIDE {
            if y + 1 < SIDE {
                sum += step(small[y][x], small[y + 1][x]);
            }
            if x + 1 < SIDE {
                sum += step(small[y][x], small[y][x + 1]);
            }
        }
    }
    (sum / 90).min(100) as u8
}

/// The 16 by 16 slowest waves but the constant ones (DCT-II), each a bit: whether it is above the median of all.
fn waves(small: &Small) -> Hash {
    let cosines: Vec<[f32; SIDE]> = (1..=WAVES)
        .map(|wave| {
            std::array::from_fn(|at| {
                let angle = std::f64::consts::PI / (2.0 * SIDE as f64) * (wave * (2 * at + 1)) as f64;
                ((2.0 / SIDE as f64).sqrt() * angle.cos()) as f32
            })
        })
        .collect();
    let mut down = [[0.0f32; SIDE]; WAVES];
    for (row, wave) in down.iter_mut().zip(&cosines) {
        for (points, weight) in small.iter().zip(wave) {
            row.iter_mut().zip(points).for_each(|(sum, point)| *sum += weight * point);
        }
    }
    let strength = |i: usize, j: usize| -> f32 { down[i].iter().zip(&cosines[j]).map(|(a, b)| a * b).sum() };
    let strengths: Vec<f32> = (0..WAVES * WAVES).map(|bit| strength(bit / WAVES, bit % WAVES)).collect();
    let mut sorted = strengths.clone();
    sorted.sort_by(f32::total_cmp);
    let median = sorted[WAVES * WAVES / 2 - 1];
    let mut words = [0u64; 4];
    for (bit, strength) in strengths.iter().enumerate() {
        if *strength > median {
            words[bit / 64] |= 1 << (bit % 64);
        }
    }
    Hash(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn blots(seed: u64, side: usize) -> Picture {
        let at = |x: usize, y: usize, k: u64| {
            let (fx, fy) = ((seed * 7 + k * 13) % 11 + 1, (seed * 5 + k * 17) % 9 + 1);
            ((x as f64 * fx as f64 + y as f64 * fy as f64 + (seed * k) as f64) / side as f64 * 3.0).sin()
        };
        let grey: Vec<u8> = (0..side * side)
            .map(|place| {
                let (x, y) = (place % side, place / side);
                (127.0 + 20.0 * (1..6).map(|k| at(x, y, k)).sum::<f64>()).clamp(0.0, 255.0) as u8
            })
            .collect();
        Picture::from_grey(side, side, &grey).unwrap()
    }

    #[test]
    fn a_hash_reads_as_it_is_written() {
        let text = "d8f8f0cce0f4a84f0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22";
        let hash = Hash::from_hex(text).unwrap();
        assert_eq!(hash.to_string(), text);
        assert_eq!(hash.sixteenth(0), 0x9b22);
        assert_eq!(hash.sixteenth(15), 0xd8f8);
        for wrong in ["", &text[1..], &text.to_uppercase(), &text.replace('d', "g"), &format!("+{}", &text[1..])] {
            assert_eq!(Hash::from_hex(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_box_divides_by_the_points_that_are_there() {
        let row = [10.0, 20.0, 30.0, 40.0, 50.0];
        assert_eq!(across_rows(&row, 5, 1), row, "a box of one point changes nothing");
        for (wide, wanted) in [(2, [15.0, 25.0, 35.0, 45.0, 50.0]), (4, [20.0, 25.0, 35.0, 40.0, 45.0])] {
            assert_eq!(across_rows(&row, 5, wide), wanted);
            assert_eq!(down_columns(&row, 1, wide), wanted, "columns as rows");
        }
        assert_eq!((window(64), window(128), window(129), window(512)), (1, 1, 2, 4));
    }

    #[test]
    fn half_of_the_bits_are_set_and_a_flat_picture_has_no_quality() {
        let ones = |hash: Hash| hash.0.iter().map(|word| word.count_ones()).sum::<u32>();
        for seed in 1..20 {
            assert_eq!(ones(hashed(&blots(seed, 200)).unwrap().hash), 128, "as many above the lower median as not");
        }
        assert_eq!(hashed(&Picture::from_grey(64, 64, &[77; 4_096]).unwrap()).unwrap().quality, 0);
        assert_eq!(hashed(&Picture::from_grey(4, 64, &[77; 256]).unwrap()), None);
        assert!(stored(&Picture::from_grey(64, 64, &[77; 4_096]).unwrap()).is_empty());
    }

    #[test]
    fn a_turned_or_mirrored_picture_has_one_of_the_eight() {
        let picture = blots(3, 150);
        let eight: Vec<Hash> = dihedral(&picture).iter().map(|hashed| hashed.hash).collect();
        assert_eq!(eight.len(), 8);
        let mut other = picture.mirrored();
        for _ in 0..4 {
            assert!(eight.contains(&hashed(&other).unwrap().hash));
            other = other.quarter();
        }
        assert_eq!(dihedral(&picture.quarter()).iter().map(|h| h.hash).filter(|hash| eight.contains(hash)).count(), 8);
    }

    proptest! {
        #[test]
        fn no_size_and_no_pixels_break_a_hash(width in 1usize..90, height in 1usize..90, seed in any::<u64>()) {
            let grey: Vec<u8> = (0..width * height).map(|at| (seed.rotate_left(at as u32 % 64) ^ at as u64) as u8).collect();
            let picture = Picture::from_grey(width, height, &grey).unwrap();
            prop_assert_eq!(hashed(&picture).is_some(), width >= 5 && height >= 5);
            prop_assert!(stored(&picture).len() <= 2 * (CUTS.len() + 2 * STRIPS.len() + TURNS.len()));
            prop_assert!(asked(&picture).len() <= 20);
        }

        #[test]
        fn distance_is_a_distance(a in any::<[u64; 4]>(), b in any::<[u64; 4]>(), c in any::<[u64; 4]>()) {
            let (a, b, c) = (Hash(a), Hash(b), Hash(c));
            prop_assert_eq!(a.distance(&a), 0);
            prop_assert_eq!(a.distance(&b), b.distance(&a));
            prop_assert!(a.distance(&c) <= a.distance(&b) + b.distance(&c));
            prop_assert_eq!(Hash::from_hex(&a.to_string()), Some(a));
        }
    }
}
