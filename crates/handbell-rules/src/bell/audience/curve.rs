//! Curve: in which order people are numbered, so that whoever hears of the same alerts has numbers side by side.
//!
//! First how much ground somebody asked for, in doublings, then where its middle is along Hilbert's curve. Within
//! one size, those who share a cell are then nearly the same people as those who share the next one, and lists of
//! them become runs. Whoever asked for the very same cells stands together. It decides nothing but an order.

use crate::place::Point;

/// Bits of the curve for each of latitude and longitude: about 40 metres.
const CURVE_BITS: u32 = 20;
/// Bits for telling different sets of cells with one middle apart.
const SET_BITS: u32 = 20;
/// The largest size, in doublings of the number of cells.
const SIZE_MAX: u32 = 15;

/// A direction from the middle of the earth; sums of them have a middle.
#[derive(Debug, Clone, Copy, Default)]
pub struct Direction {
    x: f64,
    y: f64,
    z: f64,
}

impl Direction {
    /// Towards a point.
    pub fn to(point: Point) -> Self {
        let (latitude, longitude) = (point.latitude().to_radians(), point.longitude().to_radians());
        let around = latitude.cos();
        Self { x: around * longitude.cos(), y: around * longitude.sin(), z: latitude.sin() }
    }

    /// Adds another one.
    pub fn add(&mut self, other: &Self) {
        self.x += other.x;
        self.y += other.y;
        self.z += other.z;
    }

    /// How far along the curve it points.
    fn along(&self) -> u64 {
        let latitude = self.z.atan2(self.x.hypot(self.y)) / std::f64::consts::PI + 0.5;
        let longitude = self.y.atan2(self.x) / std::f64::consts::TAU + 0.5;
        let side = f64::from(1 << CURVE_BITS);
        let step = |share: f64| (share * side).clamp(0.0, side - 1.0) as u64;
        hilbert(step(longitude), step(latitude))
    }
}

/// The distance along Hilbert's curve of a square with 2^[`CURVE_BITS`] steps a side.
fn hilbert(mut x: u64, mut y: u64) -> u64 {
    let side = 1u64 << CURVE_BITS;
    let mut along = 0;
    let mut half = side / 2;
    while half > 0 {
        let (right, upper) = (u64::from(x & half > 0), u64::from(y & half > 0));
        along += half * half * ((3 * right) ^ upper);
        if upper == 0 {
            if right == 1 {
                x = side - 1 - x;
                y = side - 1 - y;
            }
            std::mem::swap(&mut x, &mut y);
        }
        half /= 2;
    }
    along
}

/// The place in the order of somebody with so many cells around a middle; `set` differs where the cells differ.
pub fn place(cells: usize, middle: &Direction, set: u64) -> u64 {
    let size = u64::from(cells.max(1).ilog2().min(SIZE_MAX));
    (size << (2 * CURVE_BITS + SET_BITS)) | (middle.along() << SET_BITS) | (set & ((1 << SET_BITS) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_goes_from_neighbour_to_neighbour_and_comes_everywhere_once() {
        // A corner of the square, so that every step of the curve in it is seen.
        let side = 64u64;
        let mut places: Vec<(u64, (u64, u64))> =
            (0..side).flat_map(|x| (0..side).map(move |y| (x, y))).map(|(x, y)| (hilbert(x, y), (x, y))).collect();
        places.sort_unstable();
        assert!(places.windows(2).all(|pair| pair[1].0 == pair[0].0 + 1));
        assert!(places.windows(2).all(|pair| pair[0].1.0.abs_diff(pair[1].1.0) + pair[0].1.1.abs_diff(pair[1].1.1) == 1));
    }

    #[test]
    fn the_same_cells_have_the_same_place_and_others_another_one() {
        let here = Direction::to(Point::from_degrees(51.47, -0.07).unwrap());
        let there = Direction::to(Point::from_degrees(53.48, -2.24).unwrap());
        assert_eq!(place(3, &here, 7), place(3, &here, 7));
        assert_ne!(place(3, &here, 7), place(3, &here, 8));
        assert_ne!(place(3, &here, 7), place(3, &there, 7));
        assert!(place(2, &here, 7) < place(4, &there, 7) && place(2, &there, 7) < place(4, &here, 7), "size comes first");
    }
}
