//! Chart: a square piece of the earth, as a witness points to a place on it.
//!
//! A chart is a middle and a scale. Its middle is what is pointed to, so that pressing on the picture and moving
//! it with buttons end in the same way, with a mouse, with a keyboard and without scripts. The projection is
//! plate carrée about the middle: within a tenth of a per cent at a neighbourhood's size, far finer than a
//! finger. What is drawn on it is a page's matter; nothing here looks anything up or keeps where somebody looked.

use std::fmt;

use crate::area::AreaFile;
use crate::gazetteer::{Gazetteer, PlaceKind};
use crate::place::{Point, distance_metres};

/// The picture's sides in pixels, on paper and on every screen: a phone of 320 pixels holds it unscaled, so that
/// a press means the same wherever it is made.
pub const SIDE: u32 = 288;
/// Metres from one side to the other, from the whole town to the doorstep's street.
const ACROSS_METRES: [f64; 4] = [12_800.0, 4_000.0, 1_200.0, 400.0];
/// Metres in one degree of latitude on the sphere that [`distance_metres`] measures on.
const METRES_IN_A_DEGREE: f64 = 111_195.08;
/// A landmark or street further off says nothing about where one is.
const NAMED_WITHIN_METRES: f64 = 1_500.0;
/// What stands this near is where one is.
const AT_WITHIN_METRES: f64 = 15.0;
/// What a point that was pointed to begins with where a form carries the id of a place.
const POINTED: char = '@';
/// Nothing is charted beyond: a degree of longitude shrinks to nothing at the poles.
const LATITUDE_MAX: f64 = 85.0;

/// How much of the earth a chart shows; the last scale is the closest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scale(u8);

impl Scale {
    /// A town.
    pub const WIDEST: Self = Self(0);
    /// A district.
    pub const DISTRICT: Self = Self(1);
    /// Some streets.
    pub const STREETS: Self = Self(2);
    /// A corner.
    pub const CLOSEST: Self = Self(3);

    /// Metres from one side of the picture to the other.
    #[must_use]
    pub fn across_metres(self) -> f64 {
        ACROSS_METRES[usize::from(self.0)]
    }
    /// The next closer one; the closest stays.
    #[must_use]
    pub fn closer(self) -> Self {
        Self((self.0 + 1).min(Self::CLOSEST.0))
    }
    /// The next wider one; the widest stays.
    #[must_use]
    pub fn wider(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

/// Where a chart is moved to, by a quarter of its side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Towards {
    /// Up.
    North,
    /// Right.
    East,
    /// Down.
    South,
    /// Left.
    West,
}

impl Towards {
    /// The four words of forms.
    pub const ALL: [(Self, &'static str); 4] = [(Self::North, "north"), (Self::West, "west"), (Self::East, "east"), (Self::South, "south")];
    /// Reads a word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(towards, _)| *towards)
    }
}

/// What a chart shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chart {
    /// The middle, which is what is pointed to.
    pub middle: Point,
    /// How much is shown.
    pub scale: Scale,
}

/// `51.469700,-0.069200,2`: what a form carries and an address asks for.
impl fmt::Display for Chart {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:.6},{:.6},{}", self.middle.latitude(), self.middle.longitude(), self.scale.0)
    }
}

impl Chart {
    /// Reads what [`Display`](fmt::Display) writes; anything else, and whatever lies too near a pole, is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (point, scale) = text.rsplit_once(',')?;
        let (latitude, longitude) = point.split_once(',')?;
        let scale = scale.parse().ok().filter(|scale| *scale <= Scale::CLOSEST.0)?;
        let middle = Point::parse(latitude, longitude).ok().filter(|point| point.latitude().abs() <= LATITUDE_MAX)?;
        Some(Self { middle, scale: Scale(scale) })
    }

    /// Metres in one pixel.
    fn metres(self) -> f64 {
        self.scale.across_metres() / f64::from(SIDE)
    }

    /// Degrees of longitude in one metre, at the middle.
    fn degrees_east(self) -> f64 {
        1.0 / (METRES_IN_A_DEGREE * self.middle.latitude().to_radians().cos())
    }

    /// The point so many pixels right of and below the upper left corner; the middle where there is none.
    #[must_use]
    pub fn at(self, right: f64, below: f64) -> Point {
        let half = f64::from(SIDE) / 2.0;
        let north = (half - below) * self.metres() / METRES_IN_A_DEGREE;
        let east = (right - half) * self.metres() * self.degrees_east();
        let longitude = (self.middle.longitude() + east + 540.0).rem_euclid(360.0) - 180.0;
        let latitude = (self.middle.latitude() + north).clamp(-LATITUDE_MAX, LATITUDE_MAX);
        Point::from_degrees(latitude, longitude).unwrap_or(self.middle)
    }

    /// Where a point lies: pixels right of and below the upper left corner, also outside of the picture.
    #[must_use]
    pub fn pixel(self, point: Point) -> (f64, f64) {
        let half = f64::from(SIDE) / 2.0;
        let turned = (point.longitude() - self.middle.longitude() + 540.0).rem_euclid(360.0) - 180.0;
        let right = half + turned / self.degrees_east() / self.metres();
        let below = half - (point.latitude() - self.middle.latitude()) * METRES_IN_A_DEGREE / self.metres();
        (right, below)
    }

    /// Whether a point lies on the picture.
    #[must_use]
    pub fn shows(self, point: Point) -> bool {
        let (right, below) = self.pixel(point);
        let side = 0.0..=f64::from(SIDE);
        side.contains(&right) && side.contains(&below)
    }

    /// The chart after a press on it: what was pressed is its middle, one step closer. A press outside of the
    /// picture changes nothing.
    #[must_use]
    pub fn pressed(self, right: u32, below: u32) -> Self {
        if right >= SIDE || below >= SIDE {
            return self;
        }
        Self { middle: self.at(f64::from(right) + 0.5, f64::from(below) + 0.5), scale: self.scale.closer() }
    }

    /// The chart a quarter of its side further.
    #[must_use]
    pub fn moved(self, towards: Towards) -> Self {
        let (half, quarter) = (f64::from(SIDE) / 2.0, f64::from(SIDE) / 4.0);
        let middle = match towards {
            Towards::North => self.at(half, half - quarter),
            Towards::South => self.at(half, half + quarter),
            Towards::East => self.at(half + quarter, half),
            Towards::West => self.at(half - quarter, half),
        };
        Self { middle, ..self }
    }

    /// A round length that fits into a third of the picture, in metres and in pixels.
    #[must_use]
    pub fn bar(self) -> (u32, f64) {
        let metres = [5_000, 2_000, 1_000, 500, 200, 100].into_iter().find(|bar| f64::from(*bar) <= self.scale.across_metres() / 3.0);
        let metres = metres.unwrap_or(100);
        (metres, f64::from(metres) / self.metres())
    }
}

/// Where the second point lies from the first, in words: how far, and towards which of eight winds.
#[must_use]
pub fn wind(from: Point, to: Point) -> &'static str {
    let north = to.latitude() - from.latitude();
    let east = (to.longitude() - from.longitude()) * from.latitude().to_radians().cos();
    const WINDS: [&str; 8] = ["east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east"];
    let eighth = (north.atan2(east).to_degrees() / 45.0).round() as i32;
    WINDS[usize::try_from(eighth.rem_euclid(8)).unwrap_or(0)]
}

/// A distance as people say it: to ten metres below a hundred, to fifty below a kilometre, then to a tenth of one.
#[must_use]
pub fn metres_in_words(from: Point, to: Point) -> String {
    match distance_metres(from, to) {
        metres if metres < 95.0 => format!("{:.0} m", (metres / 10.0).round() * 10.0),
        metres if metres < 975.0 => format!("{:.0} m", (metres / 50.0).round() * 50.0),
        metres => format!("{:.1} km", metres / 1_000.0),
    }
}

/// Where a point lies, in words: by the nearest landmark or street of the list, else by the group's nearest area.
#[must_use]
pub fn in_words(point: Point, places: &Gazetteer, areas: &AreaFile) -> String {
    let Some(near) = places.nearest(point, &[PlaceKind::Landmark, PlaceKind::Street], NAMED_WITHIN_METRES) else {
        return format!("in or near {}", areas.nearest(point).name);
    };
    if distance_metres(near.point, point) <= AT_WITHIN_METRES {
        return near.words();
    }
    format!("{} {} of {}", metres_in_words(near.point, point), wind(near.point, point), near.words())
}

/// What a form carries instead of the id of a place: `@51.469700,-0.069200`.
#[must_use]
pub fn spot_of(point: Point) -> String {
    format!("{POINTED}{:.6},{:.6}", point.latitude(), point.longitude())
}

/// Reads [`spot_of`]; none where the text is no such point, as the id of a place never is.
#[must_use]
pub fn pointed(spot: &str) -> Option<Point> {
    let (latitude, longitude) = spot.strip_prefix(POINTED)?.split_once(',')?;
    Point::parse(latitude, longitude).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn anywhere() -> impl Strategy<Value = Chart> {
        (-80_000_000..80_000_000i32, -180_000_000..180_000_000i32, 0u8..4)
            .prop_map(|(lat, lon, scale)| Chart { middle: Point::new(lat, lon).unwrap(), scale: Scale(scale) })
    }

    proptest! {
        #[test]
        fn what_was_pressed_is_where_it_is_drawn(chart in anywhere(), right in 0.0..288.0f64, below in 0.0..288.0f64) {
            let (x, y) = chart.pixel(chart.at(right, below));
            prop_assert!((x - right).abs() < 0.5 && (y - below).abs() < 0.5, "{x} {y} for {right} {below}");
        }

        #[test]
        fn a_pixel_is_as_many_metres_as_the_scale_says(chart in anywhere(), below in 0.0..288.0f64) {
            // North and south, where no degree shrinks.
            let metres = distance_metres(chart.middle, chart.at(144.0, below));
            let drawn = (below - 144.0).abs() * chart.scale.across_metres() / 288.0;
            prop_assert!((metres - drawn).abs() <= 1.0 + drawn / 500.0, "{metres} for {drawn}");
        }

        #[test]
        fn what_is_written_is_read(chart in anywhere()) {
            prop_assert_eq!(Chart::parse(&chart.to_string()), Some(chart));
        }

        #[test]
        fn there_and_back_is_where_one_was(chart in anywhere()) {
            for (there, back) in [(Towards::North, Towards::South), (Towards::East, Towards::West)] {
                prop_assert!(distance_metres(chart.moved(there).moved(back).middle, chart.middle) < chart.scale.across_metres() / 100.0);
                prop_assert!(distance_metres(chart.moved(there).middle, chart.middle) > chart.scale.across_metres() / 5.0);
            }
        }

        #[test]
        fn no_text_makes_it_fall(text in ".{0,40}") {
            let _ = Chart::parse(&text);
        }
    }

    #[test]
    fn three_presses_lead_from_a_town_to_a_corner() {
        let mut chart = Chart { middle: Point::new(51_470_000, -70_000).unwrap(), scale: Scale::WIDEST };
        let corner = Point::new(51_471_300, -68_200).unwrap();
        for _ in 0..4 {
            let (right, below) = chart.pixel(corner);
            chart = chart.pressed(right as u32, below as u32);
        }
        assert_eq!(chart.scale, Scale::CLOSEST);
        assert!(distance_metres(chart.middle, corner) < 3.0, "{} m", distance_metres(chart.middle, corner));
        assert_eq!(chart.pressed(SIDE, 10), chart, "outside of the picture");
    }

    #[test]
    fn a_wind_and_a_distance_are_said_as_people_say_them() {
        let here = Point::new(51_470_000, -70_000).unwrap();
        let there = |lat: i32, lon: i32| Point::new(51_470_000 + lat, -70_000 + lon).unwrap();
        assert_eq!(wind(here, there(1_000, 0)), "north");
        assert_eq!(wind(here, there(0, 1_000)), "east");
        assert_eq!(wind(here, there(-1_000, -1_600)), "south-west");
        assert_eq!(metres_in_words(here, there(540, 0)), "60 m");
        assert_eq!(metres_in_words(here, there(2_200, 0)), "250 m");
        assert_eq!(metres_in_words(here, there(20_000, 0)), "2.2 km");
    }

    #[test]
    fn a_point_is_told_by_what_stands_near_it() {
        let list = "name,kind,lat,lon,near\nThe Clock,landmark,51.470000,-0.070000,Eastgate\nSE15 9ZZ,postcode,51.470540,-0.070000,\n";
        let places = Gazetteer::new(crate::gazetteer::parse("places.csv", list).unwrap());
        let cell = crate::area::Cell::around(Point::new(51_500_000, -70_000).unwrap());
        let areas = format!("[[area]]\nid = \"mill\"\nname = \"Mill Road\"\ndistrict = \"Eastgate\"\ncells = [\"{:x}\"]\n", cell.index());
        let areas = AreaFile::parse("areas.toml", &areas).unwrap();
        let at = |lat, lon| in_words(Point::new(lat, lon).unwrap(), &places, &areas);
        assert_eq!(at(51_470_540, -70_000), "60 m north of The Clock, Eastgate", "never by a postcode");
        assert_eq!(at(51_470_050, -70_000), "The Clock, Eastgate");
        assert_eq!(at(51_570_000, -70_000), "in or near Mill Road");
        let point = Point::new(51_470_540, -70_001).unwrap();
        assert_eq!(pointed(&spot_of(point)), Some(point));
        assert_eq!((pointed("51.47,-0.07"), pointed("@"), pointed("3f1a77c09b02e4d1")), (None, None, None));
    }

    #[test]
    fn nothing_is_charted_at_a_pole() {
        assert_eq!(Chart::parse("89.000000,0.000000,1"), None);
        assert_eq!(Chart::parse("51.000000,0.000000,4"), None);
        let edge = Chart { middle: Point::from_degrees(84.999, 10.0).unwrap(), scale: Scale::WIDEST };
        assert!(edge.moved(Towards::North).middle.latitude() <= LATITUDE_MAX);
    }
}
