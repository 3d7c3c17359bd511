//! Places: a point on the earth, how finely a place may be told, and where a witness says it was.
//!
//! Coordinates are whole micro-degrees, so that two machines agree on every bit of them and a point can be
//! compared, hashed and stored without rounding. A value of these types has been checked once and stays valid.
//! Nothing here names, follows or predicts a person or a vehicle; nothing here looks anything up.

use serde::{Deserialize, Serialize};

/// The most characters a witness's own words for a place may have.
pub const PLACE_WORDS_CHARACTERS_MAX: usize = 200;

/// Micro-degrees in one degree.
const MICRODEGREES: i64 = 1_000_000;
/// The earth's mean radius in metres (IUGG mean radius R1).
const EARTH_RADIUS_METRES: f64 = 6_371_008.8;

/// Why a place was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceRefusal {
    /// Neither words nor a point were given.
    #[error("a place needs words or a point")]
    Missing,
    /// More words than [`PLACE_WORDS_CHARACTERS_MAX`].
    #[error("a place may have at most {PLACE_WORDS_CHARACTERS_MAX} characters")]
    WordsTooLong,
    /// The words hold control characters, which no keyboard writes and a page could be tricked by.
    #[error("a place may not hold control characters")]
    WordsUnprintable,
    /// A latitude outside −90 to 90 degrees.
    #[error("a latitude lies between -90 and 90")]
    LatitudeOutOfRange,
    /// A longitude outside −180 to 180 degrees.
    #[error("a longitude lies between -180 and 180")]
    LongitudeOutOfRange,
    /// Text that is no plain decimal number of degrees.
    #[error("a coordinate is a plain decimal number of degrees")]
    NotANumber,
}

impl PlaceRefusal {
    /// The stable short name doors and documents use.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Missing => "place-missing",
            Self::WordsTooLong => "place-too-long",
            Self::WordsUnprintable => "place-unprintable",
            Self::LatitudeOutOfRange => "latitude-out-of-range",
            Self::LongitudeOutOfRange => "longitude-out-of-range",
            Self::NotANumber => "coordinate-not-a-number",
        }
    }
}

/// A point on the earth in whole micro-degrees (WGS 84), always within range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "WrittenPoint", into = "WrittenPoint")]
pub struct Point {
    lat_microdegrees: i32,
    lon_microdegrees: i32,
}

/// A point as written in JSON, before its range is checked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPoint {
    lat_microdegrees: i32,
    lon_microdegrees: i32,
}

impl TryFrom<WrittenPoint> for Point {
    type Error = PlaceRefusal;
    fn try_from(written: WrittenPoint) -> Result<Self, PlaceRefusal> {
        Self::new(written.lat_microdegrees, written.lon_microdegrees)
    }
}

impl From<Point> for WrittenPoint {
    fn from(point: Point) -> Self {
        Self { lat_microdegrees: point.lat_microdegrees, lon_microdegrees: point.lon_microdegrees }
    }
}

impl Point {
    /// A point from micro-degrees.
    ///
    /// # Errors
    /// When the latitude lies outside ±90 000 000 or the longitude outside ±180 000 000.
    pub fn new(lat_microdegrees: i32, lon_microdegrees: i32) -> Result<Self, PlaceRefusal> {
        if i64::from(lat_microdegrees).abs() > 90 * MICRODEGREES {
            return Err(PlaceRefusal::LatitudeOutOfRange);
        }
        if i64::from(lon_microdegrees).abs() > 180 * MICRODEGREES {
            return Err(PlaceRefusal::LongitudeOutOfRange);
        }
        Ok(Self { lat_microdegrees, lon_microdegrees })
    }

    /// A point from degrees, rounded to the nearest micro-degree (about a tenth of a metre).
    ///
    /// # Errors
    /// When a number is not finite or out of range.
    pub fn from_degrees(latitude: f64, longitude: f64) -> Result<Self, PlaceRefusal> {
        if !latitude.is_finite() || !longitude.is_finite() {
            return Err(PlaceRefusal::NotANumber);
        }
        if latitude.abs() > 90.0 {
            return Err(PlaceRefusal::LatitudeOutOfRange);
        }
        if longitude.abs() > 180.0 {
            return Err(PlaceRefusal::LongitudeOutOfRange);
        }
        // Both are in range, so the rounded product fits an i32 with room to spare.
        Self::new((latitude * 1e6).round() as i32, (longitude * 1e6).round() as i32)
    }

    /// A point from two decimal texts such as `51.4697` and `-0.0692`, as a form field carries them.
    /// Digits after the sixth are cut, because they would claim a precision no phone has.
    ///
    /// # Errors
    /// When a text is not a plain decimal number or is out of range.
    pub fn parse(latitude: &str, longitude: &str) -> Result<Self, PlaceRefusal> {
        let latitude = microdegrees(latitude)?;
        let longitude = microdegrees(longitude)?;
        let latitude = i32::try_from(latitude).map_err(|_| PlaceRefusal::LatitudeOutOfRange)?;
        let longitude = i32::try_from(longitude).map_err(|_| PlaceRefusal::LongitudeOutOfRange)?;
        Self::new(latitude, longitude)
    }

    /// The point on a grid of thousandths of a degree, about 100 m: a place at a home when nothing better stands
    /// for it.
    #[must_use]
    pub fn rounded(self) -> Self {
        let round = |value: i32| (value + value.signum() * 500) / 1_000 * 1_000;
        Self {
            lat_microdegrees: round(self.lat_microdegrees).clamp(-90_000_000, 90_000_000),
            lon_microdegrees: round(self.lon_microdegrees).clamp(-180_000_000, 180_000_000),
        }
    }

    /// The point on a grid of hundredths of a degree, about 1 km: an area that has no cell.
    #[must_use]
    pub fn rounded_to_an_area(self) -> Self {
        let round = |value: i32| (value + value.signum() * 5_000) / 10_000 * 10_000;
        Self {
            lat_microdegrees: round(self.lat_microdegrees).clamp(-90_000_000, 90_000_000),
            lon_microdegrees: round(self.lon_microdegrees).clamp(-180_000_000, 180_000_000),
        }
    }

    /// The latitude in micro-degrees, north positive.
    #[must_use]
    pub fn lat_microdegrees(self) -> i32 {
        self.lat_microdegrees
    }

    /// The longitude in micro-degrees, east positive.
    #[must_use]
    pub fn lon_microdegrees(self) -> i32 {
        self.lon_microdegrees
    }

    /// The latitude in degrees.
    #[must_use]
    pub fn latitude(self) -> f64 {
        f64::from(self.lat_microdegrees) / 1e6
    }

    /// The longitude in degrees.
    #[must_use]
    pub fn longitude(self) -> f64 {
        f64::from(self.lon_microdegrees) / 1e6
    }
}

/// Reads a plain decimal number of degrees exactly, without passing through floating point.
fn microdegrees(text: &str) -> Result<i64, PlaceRefusal> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    // Three digits hold any degree; more would only be a way to overflow.
    if whole.is_empty() || whole.len() > 3 || fraction.len() > 20 || !all_digits(whole) || !all_digits(fraction) {
        return Err(PlaceRefusal::NotANumber);
    }
    let mut value: i64 = 0;
    for digit in whole.bytes().chain(fraction.bytes().chain(std::iter::repeat(b'0')).take(6)) {
        value = value * 10 + i64::from(digit - b'0');
    }
    Ok(if negative { -value } else { value })
}

/// The distance between two points along the earth's surface in metres (haversine on a sphere; within
/// half a per cent of the ellipsoid, which is far finer than a witness's pin).
#[must_use]
pub fn distance_metres(a: Point, b: Point) -> f64 {
    let (lat_a, lat_b) = (a.latitude().to_radians(), b.latitude().to_radians());
    let half_lat = (lat_b - lat_a) / 2.0;
    let half_lon = (b.longitude() - a.longitude()).to_radians() / 2.0;
    let chord = half_lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * half_lon.sin().powi(2);
    2.0 * EARTH_RADIUS_METRES * chord.sqrt().min(1.0).asin()
}

/// Metres of a micro-degree of latitude.
const MICRODEGREE_METRES: f64 = 0.111_195_08;

/// Whether two points are no farther apart than `metres`, as the record asks it: on a plane through both, which
/// is exact enough for distances of a town, and with nothing but sums and products, which every machine rounds
/// alike, so that pages stay the same byte for byte. Sines are not among those ([`distance_metres`]).
#[must_use]
pub fn may_be_one(a: Point, b: Point, metres: u32) -> bool {
    let half_turn = 180 * MICRODEGREES;
    let east = (i64::from(a.lon_microdegrees) - i64::from(b.lon_microdegrees)).abs();
    let east = east.min(2 * half_turn - east) as f64;
    let north = f64::from(a.lat_microdegrees) - f64::from(b.lat_microdegrees);
    let between = (f64::from(a.lat_microdegrees) + f64::from(b.lat_microdegrees)) / 2e6 / 180.0 * std::f64::consts::PI;
    // The cosine by its series up to the eighteenth power, exact to a billionth as far as the pole.
    let square = between * between;
    let series = |sum: f64, place: u32| 1.0 - sum * square / f64::from((2 * place) * (2 * place - 1));
    let cosine = (1..=9).rev().fold(1.0, series).max(0.0);
    let (east, north) = (east * cosine * MICRODEGREE_METRES, north * MICRODEGREE_METRES);
    east * east + north * north <= f64::from(metres) * f64::from(metres)
}

/// How finely a place is told, ordered from coarse to fine: a ceiling is kept by `told <= ceiling`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// A district such as Peckham.
    District,
    /// One coarse area (H3 resolution 7 by default, about five square kilometres).
    Area,
    /// A junction, a street or a public landmark.
    Street,
    /// The spot itself.
    Exact,
}

impl Precision {
    /// The word used in TOML, JSON and addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::District => "district",
            Self::Area => "area",
            Self::Street => "street",
            Self::Exact => "exact",
        }
    }
}

/// Where a witness says it was: their own words, a point, or both. Never neither.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WrittenPlace", into = "WrittenPlace")]
pub struct ReportedPlace {
    words: String,
    point: Option<Point>,
}

/// A reported place as written in JSON, before it is checked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPlace {
    #[serde(default)]
    words: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    point: Option<Point>,
}

impl TryFrom<WrittenPlace> for ReportedPlace {
    type Error = PlaceRefusal;
    fn try_from(written: WrittenPlace) -> Result<Self, PlaceRefusal> {
        Self::new(&written.words, written.point)
    }
}

impl From<ReportedPlace> for WrittenPlace {
    fn from(place: ReportedPlace) -> Self {
        Self { words: place.words, point: place.point }
    }
}

impl ReportedPlace {
    /// A place from words and perhaps a point. Surrounding blanks are dropped.
    ///
    /// # Errors
    /// When both are missing, or the words are too long or hold control characters.
    pub fn new(words: &str, point: Option<Point>) -> Result<Self, PlaceRefusal> {
        let words = words.trim();
        if words.is_empty() && point.is_none() {
            return Err(PlaceRefusal::Missing);
        }
        if words.chars().count() > PLACE_WORDS_CHARACTERS_MAX {
            return Err(PlaceRefusal::WordsTooLong);
        }
        if words.chars().any(char::is_control) {
            return Err(PlaceRefusal::WordsUnprintable);
        }
        Ok(Self { words: words.to_owned(), point })
    }

    /// The witness's own words; empty when only a point was given.
    #[must_use]
    pub fn words(&self) -> &str {
        &self.words
    }

    /// The point, if one was given.
    #[must_use]
    pub fn point(&self) -> Option<Point> {
        self.point
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_read_exactly() {
        let point = Point::parse("51.4697", "-0.0692").unwrap();
        assert_eq!((point.lat_microdegrees(), point.lon_microdegrees()), (51_469_700, -69_200));
        assert_eq!(point, Point::from_degrees(51.4697, -0.0692).unwrap());
        // a negative number between -1 and 0 keeps its sign; digits after the sixth are cut
        assert_eq!(Point::parse("-0.1234567", "+7").unwrap().lat_microdegrees(), -123_456);
    }

    /// Against the sphere, at every latitude people live at and across the line where days change.
    #[test]
    fn two_points_may_be_one_as_far_as_their_distance_says() {
        for latitude in [-54.8, -33.9, 0.0, 51.47, 70.0] {
            for (north, east) in [(0.0, 0.001), (0.001, 0.0), (0.003, -0.004), (-0.05, 0.09), (0.2, 0.3)] {
                for longitude in [-0.069, 179.95] {
                    let other = longitude + east;
                    let other = if other > 180.0 { other - 360.0 } else { other };
                    let (a, b) = (Point::from_degrees(latitude, longitude).unwrap(), Point::from_degrees(latitude + north, other).unwrap());
                    let metres = distance_metres(a, b);
                    let (under, over) = ((metres * 0.995) as u32, (metres * 1.005) as u32 + 1);
                    assert!(!may_be_one(a, b, under) && may_be_one(a, b, over), "{latitude} {longitude} {metres}");
                    assert_eq!(may_be_one(a, b, 300), may_be_one(b, a, 300));
                }
            }
        }
        let pole = |longitude| Point::from_degrees(90.0, longitude).unwrap();
        assert!(may_be_one(pole(0.0), pole(180.0), 1), "every longitude is the pole");
    }

    #[test]
    fn a_point_out_of_range_is_refused() {
        assert_eq!(Point::parse("90.000001", "0"), Err(PlaceRefusal::LatitudeOutOfRange));
        assert_eq!(Point::parse("0", "-180.000001"), Err(PlaceRefusal::LongitudeOutOfRange));
        assert_eq!(Point::new(i32::MIN, 0), Err(PlaceRefusal::LatitudeOutOfRange));
        assert_eq!(Point::new(0, i32::MIN), Err(PlaceRefusal::LongitudeOutOfRange));
        assert_eq!(Point::from_degrees(f64::NAN, 0.0), Err(PlaceRefusal::NotANumber));
        assert_eq!(Point::from_degrees(0.0, f64::INFINITY), Err(PlaceRefusal::NotANumber));
        assert_eq!(Point::from_degrees(-90.5, 0.0), Err(PlaceRefusal::LatitudeOutOfRange));
        assert!(Point::parse("-90", "180").is_ok());
    }

    #[test]
    fn only_plain_decimals_are_coordinates() {
        for text in ["", " ", "1e3", "NaN", "51,47", "0x10", "--1", "5151", ".5", "٥١", "1.2.3", "51.47 N"] {
            assert_eq!(Point::parse(text, "0"), Err(PlaceRefusal::NotANumber), "{text:?}");
        }
    }

    #[test]
    fn json_cannot_smuggle_in_a_point_out_of_range() {
        assert!(serde_json::from_str::<Point>(r#"{"lat_microdegrees":91000000,"lon_microdegrees":0}"#).is_err());
        assert!(serde_json::from_str::<Point>(r#"{"lat_microdegrees":1,"lon_microdegrees":0,"altitude":3}"#).is_err());
        let point = Point::new(51_470_000, -66_000).unwrap();
        let text = serde_json::to_string(&point).unwrap();
        assert_eq!(serde_json::from_str::<Point>(&text).unwrap(), point);
    }

    #[test]
    fn distances_agree_with_known_ones() {
        let here = Point::from_degrees(51.47, -0.066).unwrap();
        assert!(distance_metres(here, here).abs() < 1e-9);
        // one degree of latitude on the mean sphere
        let north = Point::from_degrees(52.47, -0.066).unwrap();
        assert!((distance_metres(here, north) - 111_195.1).abs() < 1.0);
        // the other side of the earth, and across the date line
        let (east, west) = (Point::new(0, 179_999_000).unwrap(), Point::new(0, -179_999_000).unwrap());
        assert!(distance_metres(east, west) < 300.0);
        let antipode = distance_metres(Point::new(0, 0).unwrap(), Point::new(0, 180_000_000).unwrap());
        assert!((antipode - std::f64::consts::PI * EARTH_RADIUS_METRES).abs() < 1.0);
    }

    #[test]
    fn precision_runs_from_coarse_to_fine() {
        assert!(Precision::District < Precision::Area);
        assert!(Precision::Area < Precision::Street);
        assert!(Precision::Street < Precision::Exact);
    }

    #[test]
    fn a_place_needs_words_or_a_point() {
        assert_eq!(ReportedPlace::new("  ", None), Err(PlaceRefusal::Missing));
        assert!(ReportedPlace::new("", Point::new(0, 0).ok()).is_ok());
        assert_eq!(ReportedPlace::new(" Rye Lane ", None).unwrap().words(), "Rye Lane");
        assert!(serde_json::from_str::<ReportedPlace>("{}").is_err());
        assert!(serde_json::from_str::<ReportedPlace>(r#"{"words":"x","flat":"3"}"#).is_err());
    }

    #[test]
    fn a_place_is_bounded_and_printable() {
        let longest = "é".repeat(PLACE_WORDS_CHARACTERS_MAX);
        assert!(ReportedPlace::new(&longest, None).is_ok());
        assert_eq!(ReportedPlace::new(&format!("{longest}x"), None), Err(PlaceRefusal::WordsTooLong));
        assert_eq!(ReportedPlace::new("Rye\u{0}Lane", None), Err(PlaceRefusal::WordsUnprintable));
    }

    #[test]
    fn every_refusal_has_its_own_name() {
        use PlaceRefusal::*;
        let all = [Missing, WordsTooLong, WordsUnprintable, LatitudeOutOfRange, LongitudeOutOfRange, NotANumber];
        let names: std::collections::BTreeSet<_> = all.iter().map(PlaceRefusal::name).collect();
        assert_eq!(names.len(), all.len());
    }
}
