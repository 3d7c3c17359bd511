//! Photograph: a decoded picture in colour, and what people do to it before they pass it on.
//!
//! None of this is the crate's own code: the changes are made here in another way than the crate undoes them.

use handbell_evidence::picture::Picture;

/// Red, green and blue, a byte each, row by row.
#[derive(Clone)]
pub struct Photograph {
    pub width: usize,
    pub height: usize,
    pub rgb: Vec<u8>,
}

type Pixel = [u8; 3];

impl Photograph {
    pub fn light(&self) -> Picture {
        Picture::from_rgb(self.width, self.height, &self.rgb).unwrap()
    }

    fn at(&self, x: usize, y: usize) -> Pixel {
        let at = (y * self.width + x) * 3;
        [self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]]
    }

    fn made(width: usize, height: usize, pixel: impl Fn(usize, usize) -> Pixel) -> Self {
        let rgb = (0..width * height).flat_map(|at| pixel(at % width, at / width)).collect();
        Self { width, height, rgb }
    }

    /// The mean of each two by two.
    pub fn halved(&self) -> Self {
        Self::made(self.width / 2, self.height / 2, |x, y| {
            let four = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(right, down)| self.at(2 * x + right, 2 * y + down));
            std::array::from_fn(|colour| (four.iter().map(|pixel| u32::from(pixel[colour])).sum::<u32>() / 4) as u8)
        })
    }

    /// The middle: this many hundredths of width and height are gone, half at each edge.
    pub fn cropped(&self, hundredths: usize) -> Self {
        let (left, top) = (self.width * hundredths / 200, self.height * hundredths / 200);
        Self::made(self.width - 2 * left, self.height - 2 * top, |x, y| self.at(left + x, top + y))
    }

    /// Without its lowest rows, in hundredths.
    pub fn shortened(&self, hundredths: usize) -> Self {
        Self::made(self.width, self.height - self.height * hundredths / 100, |x, y| self.at(x, y))
    }

    /// Bars of a colour added at all edges.
    pub fn framed(&self, across: usize, down: usize, bar: Pixel) -> Self {
        Self::made(self.width + 2 * across, self.height + 2 * down, |x, y| {
            let inside = x >= across && x < across + self.width && y >= down && y < down + self.height;
            if inside { self.at(x - across, y - down) } else { bar }
        })
    }

    /// Put into the upright shape of telephones, 9 to 16, on black.
    pub fn upright(&self) -> Self {
        if self.width * 16 > self.height * 9 {
            self.framed(0, (self.width * 16 / 9 - self.height) / 2, [0; 3])
        } else {
            self.framed((self.height * 9 / 16 - self.width) / 2, 0, [0; 3])
        }
    }

    /// Two lines of writing in white on black, over the lowest rows or below them, in hundredths of the height.
    pub fn captioned(&self, hundredths: usize, below: bool) -> Self {
        let tall = self.height * hundredths / 100;
        let from = if below { self.height } else { self.height - tall };
        Self::made(self.width, from + tall, |x, y| {
            if y < from {
                return self.at(x, y);
            }
            let (line, stroke) = ((y - from) * 12 / tall, (x * 120 / self.width) * 2_654_435_761 % 7);
            let written = [2, 3, 4, 7, 8, 9].contains(&line) && stroke < 3 && x > self.width / 20 && x < self.width * 19 / 20;
            if written { [255; 3] } else { [0; 3] }
        })
    }

    /// A bright round mark with a dark cross over the lower right part.
    pub fn marked(&self) -> Self {
        let size = self.width.min(self.height) / 5;
        let (left, top) = (self.width - size - size / 4, self.height - size - size / 4);
        Self::made(self.width, self.height, |x, y| {
            let (x_in, y_in) = (x as f32 - (left + size / 2) as f32, y as f32 - (top + size / 2) as f32);
            let inside = x_in * x_in + y_in * y_in < (size * size / 4) as f32;
            let cross = x_in.abs() < size as f32 / 12.0 || y_in.abs() < size as f32 / 12.0;
            if inside { if cross { [30, 30, 120] } else { [250, 240, 60] } } else { self.at(x, y) }
        })
    }

    /// A fifth of each side, left of the middle, made one colour: its own mean, as a strong blur leaves it.
    pub fn blurred(&self) -> Self {
        let (left, top, wide, high) = (self.width * 3 / 10, self.height * 3 / 10, self.width / 5, self.height / 5);
        let sums = (0..wide * high).fold([0u64; 3], |sums, at| {
            let pixel = self.at(left + at % wide, top + at / wide);
            std::array::from_fn(|colour| sums[colour] + u64::from(pixel[colour]))
        });
        let mean = sums.map(|sum| (sum / (wide * high) as u64) as u8);
        Self::made(self.width, self.height, |x, y| {
            let inside = x >= left && x < left + wide && y >= top && y < top + high;
            if inside { mean } else { self.at(x, y) }
        })
    }

    pub fn mirrored(&self) -> Self {
        Self::made(self.width, self.height, |x, y| self.at(self.width - 1 - x, y))
    }

    pub fn quarter(&self) -> Self {
        Self::made(self.height, self.width, |x, y| self.at(y, self.height - 1 - x))
    }

    /// Turned about the middle; the corners that come in are black, or are cut away with what is beside them.
    pub fn turned(&self, degrees: f32, cut: bool) -> Self {
        let (sine, cosine) = (degrees.to_radians().sin(), degrees.to_radians().cos());
        let (middle_x, middle_y) = (self.width as f32 / 2.0, self.height as f32 / 2.0);
        let whole = Self::made(self.width, self.height, |x, y| {
            let (x, y) = (x as f32 + 0.5 - middle_x, y as f32 + 0.5 - middle_y);
            let (from_x, from_y) = (middle_x + x * cosine + y * sine - 0.5, middle_y - x * sine + y * cosine - 0.5);
            let (near_x, near_y) = (from_x.round(), from_y.round());
            let inside = near_x >= 0.0 && near_y >= 0.0 && near_x < self.width as f32 && near_y < self.height as f32;
            if inside { self.at(near_x as usize, near_y as usize) } else { [0; 3] }
        });
        if !cut {
            return whole;
        }
        // What telephones do: the largest part of the same shape without a black corner.
        let (wide, high) = (self.width as f32, self.height as f32);
        let kept = 1.0 / (cosine + sine.abs() * (wide / high).max(high / wide));
        whole.cropped(((1.0 - kept) * 100.0).ceil() as usize)
    }

    /// Saved again as a JPEG of this quality: each block of 8 by 8 of each colour is brought to the steps of the
    /// standard's table for lightness (ITU-T T.81, K.1), scaled as libjpeg scales it. Colours are rounded more coarsely
    /// by a real encoder, which lightness hardly sees.
    pub fn saved(&self, quality: u32) -> Self {
        const TABLE: [u32; 64] = [
            16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
            18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112,
            100, 103, 99,
        ];
        let scale = if quality < 50 { 5_000 / quality } else { 200 - 2 * quality };
        let steps = TABLE.map(|step| ((step * scale + 50) / 100).clamp(1, 255) as f32);
        let mut saved = self.clone();
        for colour in 0..3 {
            for top in (0..self.height).step_by(8) {
                for left in (0..self.width).step_by(8) {
                    let place = |at: usize| ((left + at % 8).min(self.width - 1), (top + at / 8).min(self.height - 1));
                    let block: [f32; 64] = std::array::from_fn(|at| f32::from(self.at(place(at).0, place(at).1)[colour]) - 128.0);
                    let again = coarse(&block, &steps);
                    for (at, value) in again.iter().enumerate().filter(|(at, _)| left + at % 8 < self.width && top + at / 8 < self.height) {
                        saved.rgb[((top + at / 8) * self.width + left + at % 8) * 3 + colour] =
                            (value + 128.0).round().clamp(0.0, 255.0) as u8;
                    }
                }
            }
        }
        saved
    }
}

/// A block through its waves and back, each wave rounded to whole steps.
fn coarse(block: &[f32; 64], steps: &[f32; 64]) -> [f32; 64] {
    let cosine = |wave: usize, at: usize| {
        let scale = if wave == 0 { 0.125f32.sqrt() } else { 0.5 };
        scale * (std::f32::consts::PI / 16.0 * (wave * (2 * at + 1)) as f32).cos()
    };
    let table: [[f32; 8]; 8] = std::array::from_fn(|wave| std::array::from_fn(|at| cosine(wave, at)));
    let across = |from: &[f32; 64], forth: bool| -> [f32; 64] {
        std::array::from_fn(|at| {
            let (row, to) = (at / 8, at % 8);
            // Rows are written as columns, so that twice across is across and down.
            (0..8).map(|k| from[to * 8 + k] * if forth { table[row][k] } else { table[k][row] }).sum()
        })
    };
    let waves = across(&across(block, true), true);
    let rounded: [f32; 64] = std::array::from_fn(|at| (waves[at] / steps[at]).round() * steps[at]);
    across(&across(&rounded, false), false)
}
