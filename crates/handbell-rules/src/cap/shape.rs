//! Shapes of CAP areas: outlines and circles in degrees (CAP 1.2, sections 3.2.4 and 3.3.4, WGS 84).
//!
//! Latitude stands before longitude, the reverse of GeoJSON. Outlines are looked at as flat, side against
//! side, which is what "may not cross" means at the size of a warning; an outline over the date line is not
//! understood and its sides may seem to cross.

use super::refusal::CapRefusal;
use crate::area::Cell;
use std::fmt;

/// The most points of an outline that are looked at, because every side is held against every other.
pub const POLYGON_POINTS_MAX: usize = 2_000;

/// A point in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// North is positive.
    pub latitude: f64,
    /// East is positive.
    pub longitude: f64,
}

impl Place {
    fn parse(text: &str) -> Option<Self> {
        let (latitude, longitude) = text.split_once(',')?;
        let (latitude, longitude) = (plain_number(latitude)?, plain_number(longitude)?);
        let on_earth = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        on_earth.then_some(Self { latitude, longitude })
    }
}

impl fmt::Display for Place {
    /// Five decimals are about a metre.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:.5},{:.5}", self.latitude, self.longitude)
    }
}

/// A number as people write degrees: a sign, digits and a point, nothing else.
fn plain_number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'+' | b'-'));
    if plain { text.parse().ok().filter(|number: &f64| number.is_finite()) } else { None }
}

/// A closed outline.
#[derive(Debug, Clone, PartialEq)]
pub struct Polygon {
    /// The corners; the last is the first again.
    pub corners: Vec<Place>,
}

impl Polygon {
    /// The outline of one cell of an area, for people to be told and not for a place; `None` for a cell over
    /// the date line, where CAP's flat outlines mean nothing.
    #[must_use]
    pub fn of_cell(cell: Cell) -> Option<Self> {
        let corners = cell.corners();
        let mut corners: Vec<Place> =
            corners.iter().map(|corner| Place { latitude: corner.latitude(), longitude: corner.longitude() }).collect();
        let (west, east) =
            corners.iter().fold((f64::MAX, f64::MIN), |(west, east), corner| (west.min(corner.longitude), east.max(corner.longitude)));
        corners.push(*corners.first()?);
        (east - west < 180.0).then_some(Self { corners })
    }

    /// Reads and looks at an outline.
    ///
    /// # Errors
    /// When it is no list of points, too short, open, crosses itself, or has too many points to look at.
    pub fn parse(text: &str) -> Result<Self, CapRefusal> {
        let corners: Option<Vec<Place>> = text.split_ascii_whitespace().map(Place::parse).collect();
        let corners = corners.ok_or(CapRefusal::PolygonUnreadable)?;
        if corners.len() < 4 {
            return Err(CapRefusal::PolygonTooShort);
        }
        if corners.first() != corners.last() {
            return Err(CapRefusal::PolygonOpen);
        }
        if corners.len() > POLYGON_POINTS_MAX {
            return Err(CapRefusal::PolygonTooDetailed);
        }
        if crosses_itself(&corners) { Err(CapRefusal::PolygonCrossesItself) } else { Ok(Self { corners }) }
    }
}

impl fmt::Display for Polygon {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, corner) in self.corners.iter().enumerate() {
            write!(out, "{}{corner}", if place == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

/// A circle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    /// Its middle.
    pub middle: Place,
    /// Its radius in kilometres; nought is a point.
    pub kilometres: f64,
}

impl Circle {
    /// Reads `latitude,longitude radius`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split_ascii_whitespace();
        let (middle, kilometres) = (Place::parse(parts.next()?)?, plain_number(parts.next()?)?);
        (parts.next().is_none() && kilometres >= 0.0).then_some(Self { middle, kilometres })
    }
}

/// Which side of the line from `a` to `b` the point `c` lies on.
fn side(a: Place, b: Place, c: Place) -> f64 {
    (b.latitude - a.latitude) * (c.longitude - a.longitude) - (b.longitude - a.longitude) * (c.latitude - a.latitude)
}

/// Whether `c`, which lies on the line through `a` and `b`, lies between them.
fn between(a: Place, b: Place, c: Place) -> bool {
    let inside = |one: f64, other: f64, it: f64| one.min(other) <= it && it <= one.max(other);
    inside(a.latitude, b.latitude, c.latitude) && inside(a.longitude, b.longitude, c.longitude)
}

/// Whether two sides share a point.
fn meet((a, b): (Place, Place), (c, d): (Place, Place)) -> bool {
    let (one, two, three, four) = (side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b));
    if one * two < 0.0 && three * four < 0.0 {
        return true;
    }
    (one == 0.0 && between(a, b, c))
        || (two == 0.0 && between(a, b, d))
        || (three == 0.0 && between(c, d, a))
        || (four == 0.0 && between(c, d, b))
}

/// Whether two sides that are not neighbours meet, or two neighbours lie on each other.
fn crosses_itself(corners: &[Place]) -> bool {
    let mut corners = corners.to_vec();
    // The same point written twice is one corner.
    corners.dedup();
    let sides: Vec<(Place, Place)> = corners.windows(2).map(|two| (two[0], two[1])).collect();
    if sides.len() < 3 {
        return true;
    }
    for (place, one) in sides.iter().enumerate() {
        let next = (place + 1) % sides.len();
        let ((a, b), (_, c)) = (*one, sides[next]);
        // Going back on the way one came.
        if side(a, b, c) == 0.0 && (between(a, b, c) || between(b, c, a)) {
            return true;
        }
        for (other_place, other) in sides.iter().enumerate().skip(place + 2) {
            let neighbours = place == 0 && other_place == sides.len() - 1;
            if !neighbours && meet(*one, *other) {
                return true;
            }
        }
    }
    false
}
