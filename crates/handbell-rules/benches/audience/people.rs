//! People: a made-up population, the same each time, and what everybody of them asked for.
//!
//! 85 of 100 live around 16 British cities, the others anywhere; each asks for a circle of 0.5 to 20 km (its
//! logarithm evenly spread), which stands for the cells of resolution 7 whose middle lies in it. A circle without
//! any is widened until it holds the nearest one. So "the cell is one of theirs" and "its middle lies in their
//! circle" are the same question, and engines for cells and for circles must give the same answer.

use handbell_rules::area::Cell;
use handbell_rules::bell::address::By;
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::bell::wishes::Wishes;
use handbell_rules::id::SubscriptionId;
use handbell_rules::place::Point;
use handbell_rules::time::{DAY, Timestamp};
use std::collections::BTreeSet;

/// Latitude, longitude and how many thousands live there, of 16 cities.
const CITIES: [(f64, f64, f64); 16] = [
    (51.51, -0.13, 8_900.0),
    (52.48, -1.90, 1_140.0),
    (53.80, -1.55, 810.0),
    (55.86, -4.25, 635.0),
    (53.38, -1.47, 560.0),
    (53.48, -2.24, 550.0),
    (55.95, -3.19, 525.0),
    (53.41, -2.98, 490.0),
    (51.45, -2.59, 470.0),
    (51.48, -3.18, 360.0),
    (52.64, -1.13, 370.0),
    (52.41, -1.51, 345.0),
    (54.97, -1.61, 300.0),
    (52.95, -1.15, 325.0),
    (50.72, -1.88, 400.0),
    (50.82, -0.14, 290.0),
];
const SOUTH_WEST: (f64, f64) = (50.0, -6.0);
const NORTH_EAST: (f64, f64) = (58.7, 1.8);
/// Degrees beyond the people's box in which cells are listed: more than the largest circle.
const BEYOND: f64 = 0.4;
/// How far people live from the middle of their city, as a standard deviation.
const SPREAD_METRES: f64 = 12_000.0;
const RADIUS_METRES: (f64, f64) = (500.0, 20_000.0);
/// The sphere's radius that PostGIS computes with.
pub const EARTH_METRES: f64 = 6_371_008.771_415_06;
const METRES_A_DEGREE: f64 = EARTH_METRES * std::f64::consts::PI / 180.0;
/// A circle that was widened holds the middle by so much, so that no rounding decides.
const WIDER_METRES: f64 = 1.0;
/// Side of the squares in which cells are listed, in degrees.
const SQUARE: f64 = 0.05;
/// When everything happens.
pub const NOW: Timestamp = Timestamp::from_milliseconds(1_790_000_000_000);

/// Numbers that are random enough, and the same each time.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn share(&mut self) -> f64 {
        (self.number() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn between(&mut self, (from, to): (f64, f64)) -> f64 {
        from + (to - from) * self.share()
    }

    /// Latitude and longitude of somebody.
    pub fn place(&mut self) -> (f64, f64) {
        loop {
            let (latitude, longitude) = if self.share() < 0.85 {
                let everybody: f64 = CITIES.iter().map(|(_, _, people)| people).sum();
                let mut of = self.share() * everybody;
                let (latitude, longitude, _) = CITIES
                    .iter()
                    .find(|(_, _, people)| {
                        of -= people;
                        of < 0.0
                    })
                    .unwrap_or(&CITIES[0]);
                // Two independent numbers of the normal distribution (Box and Muller).
                let (far, turn) =
                    ((-2.0 * (1.0 - self.share()).ln()).sqrt() * SPREAD_METRES / METRES_A_DEGREE, self.share() * std::f64::consts::TAU);
                (latitude + far * turn.sin(), longitude + far * turn.cos() / latitude.to_radians().cos())
            } else {
                (self.between((SOUTH_WEST.0, NORTH_EAST.0)), self.between((SOUTH_WEST.1, NORTH_EAST.1)))
            };
            if (SOUTH_WEST.0..NORTH_EAST.0).contains(&latitude) && (SOUTH_WEST.1..NORTH_EAST.1).contains(&longitude) {
                return (latitude, longitude);
            }
        }
    }

    fn radius(&mut self) -> f64 {
        self.between((RADIUS_METRES.0.ln(), RADIUS_METRES.1.ln())).exp()
    }
}

/// A direction from the middle of the earth.
#[derive(Clone, Copy)]
pub struct Direction {
    pub x: f64,
    pub y: f64,
    pub z: f64,
}

impl Direction {
    pub fn to(latitude: f64, longitude: f64) -> Self {
        let (latitude, longitude) = (latitude.to_radians(), longitude.to_radians());
        Self { x: latitude.cos() * longitude.cos(), y: latitude.cos() * longitude.sin(), z: latitude.sin() }
    }

    /// The square of the straight line between two ends, in radii of the earth.
    pub fn chord_squared(&self, other: &Self) -> f64 {
        let (x, y, z) = (self.x - other.x, self.y - other.y, self.z - other.z);
        x * x + y * y + z * z
    }
}

/// The square of the chord that spans so many metres of ground.
pub fn chord_squared_of(metres: f64) -> f64 {
    let chord = 2.0 * (metres / EARTH_METRES / 2.0).sin();
    chord * chord
}

/// What somebody asked for, as a circle.
pub struct Circle {
    pub latitude: f64,
    pub longitude: f64,
    pub metres: f64,
}

/// Every cell of resolution 7 in and around the people's box, by squares.
pub struct Country {
    /// Row by row, each of [`COLUMNS`].
    squares: Vec<Vec<(Direction, Cell)>>,
}

/// Squares from west to east, and some to spare.
const COLUMNS: usize = 180;
/// Squares from south to north, and some to spare.
const ROWS: usize = 200;

/// Row and column of a place's square.
fn square(latitude: f64, longitude: f64) -> (usize, usize) {
    let steps = |from: f64, to: f64| ((to - from + 2.0 * BEYOND) / SQUARE) as usize;
    (steps(SOUTH_WEST.0, latitude).min(ROWS - 1), steps(SOUTH_WEST.1, longitude).min(COLUMNS - 1))
}

impl Country {
    pub fn listed() -> Self {
        // Steps far smaller than a cell, so that none is stepped over.
        let step = 0.008;
        let mut cells = BTreeSet::new();
        let mut latitude = SOUTH_WEST.0 - BEYOND;
        while latitude < NORTH_EAST.0 + BEYOND {
            let mut longitude = SOUTH_WEST.1 - BEYOND;
            while longitude < NORTH_EAST.1 + BEYOND {
                cells.extend(Point::from_degrees(latitude, longitude).map(Cell::around));
                longitude += step;
            }
            latitude += step;
        }
        let mut squares = vec![Vec::new(); ROWS * COLUMNS];
        for cell in cells {
            let centre = cell.centre();
            let (latitude, longitude) = (centre.latitude(), centre.longitude());
            let (row, column) = square(latitude, longitude);
            squares[row * COLUMNS + column].push((Direction::to(latitude, longitude), cell));
        }
        Self { squares }
    }

    /// Widens a circle that holds no middle, and lists the cells it stands for.
    fn cover(&self, circle: &mut Circle, cells: &mut Vec<Cell>) {
        cells.clear();
        let around = Direction::to(circle.latitude, circle.longitude);
        let mut reach = circle.metres.max(3_000.0);
        let mut nearest = f64::INFINITY;
        loop {
            let limit = chord_squared_of(circle.metres);
            let up = reach / METRES_A_DEGREE + 1e-6;
            let right = up / (circle.latitude + up).to_radians().cos();
            let (low, high) =
                (square(circle.latitude - up, circle.longitude - right), square(circle.latitude + up, circle.longitude + right));
            for row in low.0..=high.0 {
                for (middle, cell) in self.squares[row * COLUMNS + low.1..=row * COLUMNS + high.1].iter().flatten() {
                    let far = around.chord_squared(middle);
                    nearest = nearest.min(far);
                    if far <= limit {
                        cells.push(*cell);
                    }
                }
            }
            if !cells.is_empty() {
                return;
            }
            circle.metres = circle.metres.max(2.0 * (nearest.sqrt() / 2.0).asin() * EARTH_METRES + WIDER_METRES);
            reach = circle.metres.max(reach);
        }
    }
}

/// The id of somebody; the engines that have no such ids have the number.
pub fn id(number: u32) -> SubscriptionId {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    bytes[12..].copy_from_slice(&number.to_be_bytes());
    SubscriptionId(bytes)
}

pub fn number(id: &SubscriptionId) -> u32 {
    u32::from_be_bytes([id.0[12], id.0[13], id.0[14], id.0[15]])
}

/// The two kinds there are: nine of ten want every one, the others one of two.
pub const KINDS: [&str; 2] = ["visit", "flood"];

/// Which kinds somebody wants, as two bits.
pub fn kinds_wanted(number: u32) -> u8 {
    match number % 20 {
        7 => 1,
        13 => 2,
        _ => 3,
    }
}

/// Makes people one by one; the subscription is lent.
pub fn each(country: &Country, people: u32, mut take: impl FnMut(&Circle, &Subscription)) {
    let mut dice = Dice::new(42);
    let mut subscription = Subscription {
        id: id(0),
        status: Status::Exercise,
        endpoint: String::new(),
        by: By::Push,
        further: None,
        key: Vec::new(),
        secret: Vec::new(),
        cells: Vec::new(),
        kinds: Vec::new(),
        language: "en".into(),
        discreet: false,
        wishes: Wishes::default(),
        member: None,
        since: NOW,
        until: NOW.plus(DAY),
    };
    for person in 0..people {
        let (latitude, longitude) = dice.place();
        let mut circle = Circle { latitude, longitude, metres: dice.radius() };
        country.cover(&mut circle, &mut subscription.cells);
        subscription.id = id(person);
        let wanted = kinds_wanted(person);
        let kinds = KINDS.iter().enumerate().filter(|(bit, _)| wanted != 3 && wanted >> bit & 1 == 1);
        subscription.kinds = kinds.map(|(_, kind)| (*kind).to_owned()).collect();
        take(&circle, &subscription);
    }
}
