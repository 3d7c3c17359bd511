//! Picture: how light a decoded picture is at each point, small enough to be looked at quickly.
//!
//! Whoever decodes hands over rows of pixels; here they become lightness, reduced to 512 points at the longer side, so
//! that a picture takes at most a megabyte whatever was photographed. On that picture stand the changes that people
//! make before they pass something on: cutting, mirroring, turning, bars around it. Colours are not kept.

use crate::Refusal;

/// The longer side of a picture that is hashed.
pub const SIDE_MAX: usize = 512;
/// Most pixels of a picture that is taken: more than any telephone makes (200 million).
pub const PIXELS_MAX: u64 = 210_000_000;

/// Lightness row by row, from 0 to 255.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    width: usize,
    height: usize,
    light: Vec<f32>,
}

/// Whether a picture of this size is taken: it has pixels, and not too many.
///
/// # Errors
///
/// `picture-too-large`, or damaged where a side is nothing.
pub fn measured(width: u64, height: u64) -> Result<(), Refusal> {
    if width == 0 || height == 0 {
        return Err(Refusal::Damaged("picture without size"));
    }
    if width.checked_mul(height).is_none_or(|pixels| pixels > PIXELS_MAX) { Err(Refusal::TooLarge) } else { Ok(()) }
}

impl Picture {
    /// From rows of red, green and blue, a byte each. Lightness is 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601).
    ///
    /// # Errors
    ///
    /// Where there are not as many bytes as pixels ask for, or too many pixels.
    pub fn from_rgb(width: usize, height: usize, rgb: &[u8]) -> Result<Self, Refusal> {
        let light = |pixel: &[u8]| 0.299 * f32::from(pixel[0]) + 0.587 * f32::from(pixel[1]) + 0.114 * f32::from(pixel[2]);
        Self::reduced(width, height, rgb, 3, light)
    }

    /// From rows of grey, a byte each.
    ///
    /// # Errors
    ///
    /// As [`Picture::from_rgb`].
    pub fn from_grey(width: usize, height: usize, grey: &[u8]) -> Result<Self, Refusal> {
        Self::reduced(width, height, grey, 1, |pixel| f32::from(pixel[0]))
    }

    fn reduced(width: usize, height: usize, bytes: &[u8], each: usize, light: impl Fn(&[u8]) -> f32) -> Result<Self, Refusal> {
        measured(width as u64, height as u64)?;
        if width.checked_mul(height).and_then(|pixels| pixels.checked_mul(each)) != Some(bytes.len()) {
            return Err(Refusal::Damaged("pixels"));
        }
        let (to_width, to_height) = fitted(width, height);
        let (across, down) = (Taps::of(width, to_width), Taps::of(height, to_height));
        let mut narrow = vec![0.0; to_width * height];
        let mut row = vec![0.0; width];
        for (from, to) in bytes.chunks_exact(width * each).zip(narrow.chunks_exact_mut(to_width)) {
            for (point, pixel) in row.iter_mut().zip(from.chunks_exact(each)) {
                *point = light(pixel);
            }
            for (at, point) in to.iter_mut().enumerate() {
                let (first, weights) = across.at(at);
                *point = weights.iter().zip(&row[first..]).map(|(weight, point)| weight * point).sum();
            }
        }
        let mut small = Vec::with_capacity(to_width * to_height);
        for y in 0..to_height {
            let (first, weights) = down.at(y);
            let mut sums = vec![0.0f32; to_width];
            for (weight, from) in weights.iter().zip(narrow[first * to_width..].chunks_exact(to_width)) {
                sums.iter_mut().zip(from).for_each(|(sum, point)| *sum += weight * point);
            }
            small.extend(sums.into_iter().map(|sum| sum.clamp(0.0, 255.0)));
        }
        Ok(Self { width: to_width, height: to_height, light: small })
    }

    /// Points across.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Points down.
    pub fn height(&self) -> usize {
        self.height
    }

    /// All points, row by row.
    pub fn points(&self) -> &[f32] {
        &self.light
    }

    fn made(width: usize, height: usize, point: impl Fn(usize, usize) -> f32) -> Self {
        let point = &point;
        Self { width, height, light: (0..height).flat_map(|y| (0..width).map(move |x| point(x, y))).collect() }
    }

    fn at(&self, x: usize, y: usize) -> f32 {
        self.light[y * self.width + x]
    }

    /// Left for right.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        Self::made(self.width, self.height, |x, y| self.at(self.width - 1 - x, y))
    }

    /// A quarter of a turn, with the clock.
    #[must_use]
    pub fn quarter(&self) -> Self {
        Self::made(self.height, self.width, |x, y| self.at(y, self.height - 1 - x))
    }

    /// A part: what is left when these shares of width and height are cut off.
    #[must_use]
    pub fn cut(&self, left: f32, top: f32, right: f32, bottom: f32) -> Self {
        let points = |share: f32, side: usize| ((share * side as f32).round() as usize).min((side - 1) / 2);
        let (x, y) = (points(left, self.width), points(top, self.height));
        self.part(x, y, self.width - x - points(right, self.width), self.height - y - points(bottom, self.height))
    }

    fn part(&self, x: usize, y: usize, width: usize, height: usize) -> Self {
        Self::made(width, height, |across, down| self.at(x + across, y + down))
    }

    /// Turned about its middle by a few degrees, with the clock, and cut to the largest part of the same shape that
    /// has no corner outside.
    #[must_use]
    pub fn turned(&self, degrees: f32) -> Self {
        let (sine, cosine) = (degrees.to_radians().sin(), degrees.to_radians().cos());
        let (wide, high) = (self.width as f32, self.height as f32);
        let scale = 1.0 / (cosine + sine.abs() * (wide / high).max(high / wide));
        let (width, height) = (((wide * scale) as usize).max(1), ((high * scale) as usize).max(1));
        let (middle_x, middle_y) = ((wide - 1.0) / 2.0, (high - 1.0) / 2.0);
        Self::made(width, height, |x, y| {
            let (x, y) = (x as f32 - (width as f32 - 1.0) / 2.0, y as f32 - (height as f32 - 1.0) / 2.0);
            self.between(middle_x + x * cosine + y * sine, middle_y - x * sine + y * cosine)
        })
    }

    /// The lightness between four points, each as near as it is.
    fn between(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x.clamp(0.0, (self.width - 1) as f32), y.clamp(0.0, (self.height - 1) as f32));
        let (left, top) = (x as usize, y as usize);
        let (right, bottom) = ((left + 1).min(self.width - 1), (top + 1).min(self.height - 1));
        let (x, y) = (x - left as f32, y - top as f32);
        let upper = self.at(left, top) * (1.0 - x) + self.at(right, top) * x;
        let lower = self.at(left, bottom) * (1.0 - x) + self.at(right, bottom) * x;
        upper * (1.0 - y) + lower * y
    }

    /// Without the bars around it, with words in them or without: from each edge inwards, whatever rows are for the
    /// most part as light as the edge itself. None where there are no bars, or hardly anything is left.
    pub fn trimmed(&self) -> Option<Self> {
        let mut picture = self.clone();
        // Bars at all four sides are seen only once those above and below are gone.
        for _ in 0..2 {
            let (top, bottom) = picture.bars();
            picture = picture.part(0, top, picture.width, picture.height - top - bottom);
            picture = picture.quarter();
            let (left, right) = picture.bars();
            picture = picture.part(0, left, picture.width, picture.height - left - right);
            picture = picture.quarter().quarter().quarter();
        }
        let same = (picture.width, picture.height) == (self.width, self.height);
        let little = picture.width * 5 < self.width || picture.height * 5 < self.height;
        (!same && !little).then_some(picture)
    }

    /// Rows of the bar above and of the bar below; nothing where a bar would take nearly all.
    fn bars(&self) -> (usize, usize) {
        let rows: Vec<&[f32]> = self.light.chunks_exact(self.width).collect();
        let above = bar(rows.iter().copied());
        let below = bar(rows.iter().rev().copied());
        if above + below >= self.height * 9 / 10 { (0, 0) } else { (above, below) }
    }
}

/// How many rows from the first on belong to a bar.
fn bar<'a>(rows: impl Iterator<Item = &'a [f32]>) -> usize {
    /// How far a point may be from its bar's lightness: noise of saving, not more.
    const NEAR: f32 = 10.0;
    /// Rows of the edge itself must be nearly all bar; between words half is enough.
    const EDGE: f32 = 0.97;
    const WORDS: f32 = 0.45;
    let (mut level, mut until) = (None, 0);
    for (number, row) in rows.enumerate() {
        let of = *level.get_or_insert_with(|| median(row));
        let share = row.iter().filter(|point| (**point - of).abs() <= NEAR).count() as f32 / row.len() as f32;
        if number == 0 && share < EDGE || share < WORDS {
            break;
        }
        // A bar ends with a clean row; a picture that only begins dark has none after its first lines.
        if share >= EDGE {
            until = number + 1;
        }
    }
    // The row where bar and picture meet is some of both.
    if until == 0 { 0 } else { until + 1 }
}

fn median(row: &[f32]) -> f32 {
    let mut sorted = row.to_vec();
    sorted.sort_by(f32::total_cmp);
    sorted[sorted.len() / 2]
}

/// The size that fits, with the sides' proportion.
fn fitted(width: usize, height: usize) -> (usize, usize) {
    let longer = width.max(height);
    if longer <= SIDE_MAX {
        return (width, height);
    }
    let to = |side: usize| ((side * SIDE_MAX + longer / 2) / longer).max(1);
    (to(width), to(height))
}

/// For each point of a reduced row, which points it is made of and how much of each: cubic convolution (Keys 1981,
/// a = -0.5) as wide as the reduction, which is what the published hashes were made with.
struct Taps {
    parts: Vec<(usize, Vec<f32>)>,
}

impl Taps {
    fn of(from: usize, to: usize) -> Self {
        if from == to {
            return Self { parts: (0..to).map(|at| (at, vec![1.0])).collect() };
        }
        let scale = from as f32 / to as f32;
        let reach = 2.0 * scale;
        let parts = (0..to).map(|at| {
            let middle = (at as f32 + 0.5) * scale;
            let first = ((middle - reach + 0.5).max(0.0)) as usize;
            let last = ((middle + reach + 0.5) as usize).min(from);
            let weights: Vec<f32> = (first..last).map(|point| cubic((point as f32 + 0.5 - middle) / scale)).collect();
            let sum: f32 = weights.iter().sum();
            (first, weights.iter().map(|weight| weight / sum).collect())
        });
        Self { parts: parts.collect() }
    }

    fn at(&self, point: usize) -> (usize, &[f32]) {
        let (first, weights) = &self.parts[point];
        (*first, weights)
    }
}

fn cubic(distance: f32) -> f32 {
    const A: f32 = -0.5;
    let x = distance.abs();
    if x < 1.0 {
        ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        (((x - 5.0) * x + 8.0) * x - 4.0) * A
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture in which every point differs from its neighbours.
    fn speckled(width: usize, height: usize) -> Picture {
        Picture::made(width, height, |x, y| ((x * 37 + y * 91 + x * y * 7) % 200 + 30) as f32)
    }

    #[test]
    fn a_large_picture_is_made_small_and_keeps_its_shape_and_lightness() {
        let rgb = [40u8, 90, 200].repeat(2_000 * 1_000);
        let picture = Picture::from_rgb(2_000, 1_000, &rgb).unwrap();
        assert_eq!((picture.width(), picture.height()), (512, 256));
        let wanted = 0.299 * 40.0 + 0.587 * 90.0 + 0.114 * 200.0;
        assert!(picture.points().iter().all(|point| (point - wanted).abs() < 0.01), "one colour stays one lightness");
    }

    #[test]
    fn what_is_no_picture_or_a_giant_is_refused_before_anything_is_made() {
        assert_eq!(Picture::from_grey(10, 10, &[0; 99]), Err(Refusal::Damaged("pixels")));
        assert_eq!(Picture::from_grey(0, 10, &[]), Err(Refusal::Damaged("picture without size")));
        assert_eq!(Picture::from_rgb(100_000, 100_000, &[]), Err(Refusal::TooLarge));
        assert_eq!(measured(u64::MAX, 2), Err(Refusal::TooLarge));
        assert_eq!(measured(16_320, 12_240), Ok(()), "what a telephone makes at most");
    }

    #[test]
    fn four_quarters_and_two_mirrors_are_nothing() {
        let picture = speckled(31, 17);
        assert_eq!(picture.quarter().quarter().quarter().quarter(), picture);
        assert_eq!(picture.mirrored().mirrored(), picture);
        assert_eq!(picture.quarter().at(16, 0), picture.at(0, 0), "with the clock: the left upper corner comes to the right");
        assert_eq!(picture.turned(0.0), picture);
    }

    #[test]
    fn a_turned_picture_has_no_corner_from_outside() {
        let white = Picture::made(120, 80, |_, _| 250.0);
        for degrees in [-5.0, -1.0, 2.0, 4.5] {
            let turned = white.turned(degrees);
            assert!(turned.width < 120 && turned.width * 80 / 120 <= turned.height + 1, "{degrees}");
        }
        let picture = speckled(200, 200);
        let back = picture.turned(10.0).turned(-10.0);
        assert!(back.width < 150 && back.width > 100, "twice cut: {}", back.width);
    }

    #[test]
    fn bars_go_and_the_picture_stays() {
        let inner = speckled(100, 60);
        let framed = |level: f32, left: usize, top: usize| {
            Picture::made(100 + 2 * left, 60 + 2 * top, |x, y| {
                let inside = x >= left && x < left + 100 && y >= top && y < top + 60;
                if inside { inner.at(x - left, y - top) } else { level }
            })
        };
        for (level, left, top) in [(0.0, 0, 20), (255.0, 30, 0), (12.0, 25, 25), (128.0, 3, 40)] {
            let trimmed = framed(level, left, top).trimmed().unwrap();
            assert!(trimmed.width.abs_diff(100) <= 2 && trimmed.height.abs_diff(60) <= 2, "{}x{}", trimmed.width, trimmed.height);
        }
        assert_eq!(inner.trimmed(), None, "nothing to trim");
        assert_eq!(Picture::made(50, 50, |_, _| 9.0).trimmed(), None, "nothing else but bar");
    }

    #[test]
    fn a_bar_with_words_in_it_goes_too() {
        let inner = speckled(100, 60);
        let captioned = Picture::made(100, 80, |x, y| match y {
            0..60 => inner.at(x, y),
            // Strokes of letters: two points of every five in the middle lines.
            65..75 if x > 10 && x < 90 && x % 5 < 2 => 20.0,
            _ => 250.0,
        });
        let trimmed = captioned.trimmed().unwrap();
        assert!(trimmed.height.abs_diff(60) <= 2, "{}", trimmed.height);
        assert_eq!(trimmed.width, 100);
    }
}
