//! Cells: how a subscription is found from an area, whatever their resolutions.
//!
//! Two cells overlap when one lies inside the other. So a subscription is filed under its own cells and
//! under every coarser cell around them, and an alert asks for its own cells and, among the subscriptions'
//! own, for every coarser cell around them. [`handbell_rules::area::Area::overlaps`] has the last word.

use handbell_rules::area::{Area, Cell};
use std::collections::{BTreeMap, BTreeSet};

/// Finest resolution of H3.
const RESOLUTIONS: u32 = 15;
/// Where the resolution stands in a cell's index.
const RESOLUTION_AT: u32 = 52;

/// The cells around a cell, coarser and coarser, itself not among them. In H3's index the resolution has
/// four bits and each finer step three, all ones where the cell is coarser than the step.
pub fn around(cell: Cell) -> impl Iterator<Item = u64> {
    let own = cell.index();
    (0..cell.resolution()).rev().map(move |resolution| {
        let unused = (1u64 << (3 * (RESOLUTIONS - u32::from(resolution)))) - 1;
        (own & !(0xf << RESOLUTION_AT)) | u64::from(resolution) << RESOLUTION_AT | unused
    })
}

/// What a subscription with these cells is filed under: the cell, and whether it is its own.
pub fn filed_under(cells: &[Cell]) -> BTreeMap<u64, bool> {
    let mut filed: BTreeMap<u64, bool> = cells.iter().flat_map(|cell| around(*cell)).map(|cell| (cell, false)).collect();
    filed.extend(cells.iter().map(|cell| (cell.index(), true)));
    filed
}

/// What an area asks for: under its own cells everybody, under the coarser ones those who own them.
pub fn asked_by(area: &Area) -> (BTreeSet<u64>, BTreeSet<u64>) {
    (area.cells().map(Cell::index).collect(), area.cells().flat_map(around).collect())
}

/// A set of cells as one JSON argument. An index of H3 fits a signed number: its highest bit is zero.
pub fn as_json(cells: &BTreeSet<u64>) -> String {
    let listed: Vec<String> = cells.iter().map(u64::to_string).collect();
    format!("[{}]", listed.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use handbell_rules::place::Point;
    use proptest::prelude::*;

    /// The cell of a resolution around a point near Peckham, made from the default one or from its parents.
    fn cell(lat: i32, lon: i32, resolution: u8) -> Cell {
        let fine = Cell::around(Point::new(51_470_000 + lat, -70_000 + lon).unwrap());
        let coarse = around(fine).find(|index| Cell::new(*index).unwrap().resolution() == resolution);
        coarse.map_or(fine, |index| Cell::new(index).unwrap())
    }

    proptest! {
        #[test]
        fn the_index_finds_exactly_what_overlaps(
            theirs in prop::collection::vec((-60_000i32..60_000, -60_000i32..60_000, 4u8..8), 1..5),
            ours in prop::collection::vec((-60_000i32..60_000, -60_000i32..60_000, 4u8..8), 1..5),
        ) {
            let theirs: Vec<Cell> = theirs.into_iter().map(|(lat, lon, resolution)| cell(lat, lon, resolution)).collect();
            let Ok(area) = Area::new(ours.into_iter().map(|(lat, lon, resolution)| cell(lat, lon, resolution)).collect()) else { return Ok(()) };
            let filed = filed_under(&theirs);
            let (everybody, owners) = asked_by(&area);
            let found = everybody.iter().any(|cell| filed.contains_key(cell)) || owners.iter().any(|cell| filed.get(cell) == Some(&true));
            prop_assert_eq!(found, theirs.iter().any(|cell| area.overlaps(*cell)));
        }
    }

    #[test]
    fn every_cell_around_is_a_cell_that_holds_it() {
        let fine = Cell::around(Point::new(51_470_000, -70_000).unwrap());
        let found: Vec<Cell> = around(fine).map(|index| Cell::new(index).unwrap()).collect();
        assert_eq!(found.iter().map(|cell| cell.resolution()).collect::<Vec<_>>(), [6, 5, 4, 3, 2, 1, 0]);
        assert!(found.iter().all(|cell| cell.overlaps(fine)));
    }
}
