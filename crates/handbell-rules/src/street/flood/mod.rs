//! Flood: what keeps one real report visible among a thousand invented ones a second.
//!
//! Four nouns: an area's budget, the puzzle that a page solves while a budget is overdrawn, the lane in which
//! a report waits, and the line-up that shows the lanes by turns; a mute folds a pattern away for some hours.
//! Nothing here refuses a report: every one that was acknowledged is kept, and all that is decided is the
//! order in which people see it. Nothing here knows an address or a browser.

pub mod budget;
pub mod lane;
pub mod lineup;
pub mod mute;
pub mod puzzle;
pub mod wording;

use crate::area::AreaFile;
use crate::place::Point;

/// The group's area a report lies in, by its point, or by the name that the form writes below a place; none
/// when it says neither.
pub fn area_of(areas: &AreaFile, place: &str, point: Option<Point>) -> Option<String> {
    if let Some(point) = point {
        return areas.areas().iter().find(|named| named.area.contains(point)).map(|named| named.id.clone());
    }
    let name = place.lines().find_map(|line| line.strip_prefix("Area: "))?.trim();
    areas.areas().iter().find(|named| named.name == name).map(|named| named.id.clone())
}
