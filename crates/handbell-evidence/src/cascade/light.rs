//! Light: how light each point of a picture is, in 256 levels, at any smaller size, and its sums.

use crate::Refusal;
use crate::picture::measured;

/// The longer side of a picture that is looked through. Larger ones are made smaller first: what is smaller than a
/// fortieth of the picture is not found.
pub const SIDE_MAX: usize = 1_024;
/// Parts of a point's way to the next one.
const PARTS: usize = 2_048;

/// Lightness row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Light {
    width: usize,
    height: usize,
    points: Vec<u8>,
}

impl Light {
    /// From rows of red, green and blue, a byte each. Lightness is 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601).
    ///
    /// # Errors
    ///
    /// Where there are not as many bytes as pixels ask for, or too many pixels.
    pub fn from_rgb(width: usize, height: usize, rgb: &[u8]) -> Result<Self, Refusal> {
        if width.checked_mul(height).and_then(|pixels| pixels.checked_mul(3)) != Some(rgb.len()) {
            return Err(Refusal::Damaged("pixels"));
        }
        let light = |pixel: &[u8]| (299 * u32::from(pixel[0]) + 587 * u32::from(pixel[1]) + 114 * u32::from(pixel[2]) + 500) / 1_000;
        Self::from_grey(width, height, rgb.chunks_exact(3).map(|pixel| light(pixel).min(255) as u8).collect())
    }

    /// From rows of grey, a byte each.
    ///
    /// # Errors
    ///
    /// As [`Light::from_rgb`].
    pub fn from_grey(width: usize, height: usize, points: Vec<u8>) -> Result<Self, Refusal> {
        measured(width as u64, height as u64)?;
        if width.checked_mul(height) != Some(points.len()) {
            return Err(Refusal::Damaged("pixels"));
        }
        Ok(Self { width, height, points })
    }

    /// Points across.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Points down.
    pub fn height(&self) -> usize {
        self.height
    }

    /// At another size; each point lies between the four that were around its middle.
    pub(super) fn sized(&self, width: usize, height: usize) -> Self {
        let across: Vec<(usize, usize, usize)> = (0..width).map(|at| between(at, width, self.width)).collect();
        let mut points = Vec::with_capacity(width * height);
        for y in 0..height {
            let (above, below, down) = between(y, height, self.height);
            let (above, below) = (self.row(above), self.row(below));
            points.extend(across.iter().map(|(left, right, part)| {
                let mixed = |row: &[u8]| usize::from(row[*left]) * (PARTS - part) + usize::from(row[*right]) * part;
                ((mixed(above) * (PARTS - down) + mixed(below) * down + PARTS * PARTS / 2) / (PARTS * PARTS)) as u8
            }));
        }
        Self { width, height, points }
    }

    fn row(&self, y: usize) -> &[u8] {
        &self.points[y * self.width..(y + 1) * self.width]
    }

    /// Sums of light and of its squares over everything above and left of each corner, with a row and a column of nothing
    /// first.
    pub(super) fn sums(&self) -> (Vec<u32>, Vec<u32>) {
        let across = self.width + 1;
        let mut sums = vec![0u32; across * (self.height + 1)];
        let mut squares = sums.clone();
        for y in 0..self.height {
            let (mut sum, mut square) = (0u32, 0u32);
            for (x, point) in self.row(y).iter().enumerate() {
                let point = u32::from(*point);
                sum = sum.wrapping_add(point);
                square = square.wrapping_add(point * point);
                let at = (y + 1) * across + x + 1;
                sums[at] = sums[at - across].wrapping_add(sum);
                squares[at] = squares[at - across].wrapping_add(square);
            }
        }
        (sums, squares)
    }
}

/// Between which two of `from` points one of `to` lies, and how far on the way to the second.
fn between(at: usize, to: usize, from: usize) -> (usize, usize, usize) {
    let middle = (at as f64 + 0.5) * from as f64 / to as f64 - 0.5;
    let first = middle.floor().max(0.0);
    let part = ((middle - first).max(0.0) * PARTS as f64).round() as usize;
    let first = (first as usize).min(from - 1);
    (first, (first + 1).min(from - 1), part.min(PARTS))
}
