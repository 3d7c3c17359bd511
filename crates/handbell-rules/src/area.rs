//! Areas: who to tell, as a set of coarse H3 cells, and the names a group gives them.
//!
//! An area is never where something is; it is the ground whose subscribers hear of it. An [`Area`] is never
//! empty, never absurdly large, and never finer than resolution 7 unless the operator's file says that at
//! least 5,000 people live there: a smaller cell would point at a handful of subscribers.
//! There is no default area, no "everywhere", and no empty set: the bell's promise about a missing area
//! (`bell::alert`) rests on this type.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use h3o::{CellIndex, LatLng, Resolution};
use serde::{Deserialize, Serialize};

use crate::guard;
use crate::place::{Point, distance_metres};
use crate::playbook::strict_toml::{self, TomlRefusal};

/// The finest resolution anyone may use without an operator's word on residents (about 5 km² a cell).
pub const RESOLUTION_DEFAULT: u8 = 7;
/// The finest resolution even an operator's file may use (about 0.1 km² a cell).
pub const RESOLUTION_FINEST: u8 = 9;
/// The residents an operator's file must state for a cell finer than [`RESOLUTION_DEFAULT`].
pub const RESIDENTS_MIN: u32 = 5_000;
/// The most ground one area may cover, counted in cells of resolution 7 (about 2,600 km²; London is 1,600).
pub const AREA_CELLS_MAX: usize = 512;
/// The most named areas an area file may list.
pub const NAMED_AREAS_MAX: usize = 512;
/// The most characters the name of an area or a district may have.
pub const AREA_NAME_CHARACTERS_MAX: usize = 60;

/// Why an area was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AreaRefusal {
    /// No cell was given.
    #[error("an alert and a subscription need an area")]
    Missing,
    /// More ground than [`AREA_CELLS_MAX`] cells of resolution 7.
    #[error("an area may cover at most {AREA_CELLS_MAX} cells of resolution 7")]
    TooLarge,
    /// A text or number that is no H3 cell.
    #[error("this is not an H3 cell")]
    NotACell,
    /// A cell finer than resolution 7 that no area file vouches for.
    #[error("a cell may be no finer than resolution {RESOLUTION_DEFAULT} here")]
    TooFine,
}

impl AreaRefusal {
    /// The stable short name doors and documents use.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Missing => "area-missing",
            Self::TooLarge => "area-too-large",
            Self::NotACell => "area-not-a-cell",
            Self::TooFine => "area-too-fine",
        }
    }
}

/// One H3 cell of resolution 0 to 9. Whether it is coarse enough to be used is asked by [`Area::new`]
/// and [`AreaFile::area`], the only ways to an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cell(CellIndex);

impl Cell {
    /// A cell from its 64-bit index.
    ///
    /// # Errors
    /// When the number is no cell, or one finer than [`RESOLUTION_FINEST`].
    pub fn new(index: u64) -> Result<Self, AreaRefusal> {
        let cell = CellIndex::try_from(index).map_err(|_| AreaRefusal::NotACell)?;
        if u8::from(cell.resolution()) > RESOLUTION_FINEST {
            return Err(AreaRefusal::TooFine);
        }
        Ok(Self(cell))
    }

    /// The cell of the default resolution around a point.
    #[must_use]
    pub fn around(point: Point) -> Self {
        Self(cell_at(point, Resolution::Seven))
    }

    /// The 64-bit index.
    #[must_use]
    pub fn index(self) -> u64 {
        u64::from(self.0)
    }

    /// The resolution, 0 (continents) to 9.
    #[must_use]
    pub fn resolution(self) -> u8 {
        u8::from(self.0.resolution())
    }

    /// Whether a point lies in this cell.
    #[must_use]
    pub fn contains(self, point: Point) -> bool {
        cell_at(point, self.0.resolution()) == self.0
    }

    /// Whether one of two cells lies inside the other (or they are the same).
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        let (coarse, fine) = if self.resolution() <= other.resolution() { (self, other) } else { (other, self) };
        fine.0.parent(coarse.0.resolution()) == Some(coarse.0)
    }

    /// The middle of the cell.
    #[must_use]
    pub fn centre(self) -> Point {
        let centre = LatLng::from(self.0);
        Point::from_degrees(centre.lat(), centre.lng()).expect("the centre of an H3 cell lies on the earth")
    }

    /// The corners of the cell, in order around it (five or six, more where it crosses an edge of H3's
    /// icosahedron), for drawing.
    #[must_use]
    pub fn corners(self) -> Vec<Point> {
        self.0
            .boundary()
            .iter()
            .map(|corner| Point::from_degrees(corner.lat(), corner.lng()).expect("a corner of an H3 cell lies on the earth"))
            .collect()
    }

    /// The cells that touch this one, without itself.
    #[must_use]
    pub fn neighbours(self) -> Vec<Self> {
        let disk: Vec<CellIndex> = self.0.grid_disk(1);
        disk.into_iter().filter(|cell| *cell != self.0).map(Self).collect()
    }

    /// Steps over the grid to another cell, counted in cells of the default resolution; 0 when they overlap.
    /// Where the grid cannot count (across a pentagon, or far away) the distance is taken in steps of a cell's
    /// usual width.
    #[must_use]
    pub fn steps_to(self, other: Self) -> u32 {
        if self.overlaps(other) {
            return 0;
        }
        let usual = |cell: Self| cell_at(cell.centre(), Resolution::Seven);
        match usual(self).grid_distance(usual(other)) {
            Ok(steps) => u32::try_from(steps).unwrap_or(0).max(1),
            // A cell of resolution 7 is about 2,100 metres from its neighbours' middle to its own.
            Err(_) => (distance_metres(self.centre(), other.centre()) / 2_100.0).ceil().clamp(1.0, f64::from(u32::MAX)) as u32,
        }
    }

    /// How much ground it covers in cells of resolution 7, rounded up to one.
    fn size_in_default_cells(self) -> usize {
        7_usize.pow(u32::from(RESOLUTION_DEFAULT.saturating_sub(self.resolution())))
    }
}

fn cell_at(point: Point, resolution: Resolution) -> CellIndex {
    LatLng::new(point.latitude(), point.longitude()).expect("a point holds finite degrees").to_cell(resolution)
}

impl FromStr for Cell {
    type Err = AreaRefusal;
    /// Reads the usual fifteen lower-case hexadecimal digits. Other spellings of the same number are
    /// refused, so that one cell has one name.
    fn from_str(text: &str) -> Result<Self, AreaRefusal> {
        let plain = text.len() == 15 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !plain {
            return Err(AreaRefusal::NotACell);
        }
        Self::new(u64::from_str_radix(text, 16).map_err(|_| AreaRefusal::NotACell)?)
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:015x}", self.index())
    }
}

impl TryFrom<String> for Cell {
    type Error = AreaRefusal;
    fn try_from(text: String) -> Result<Self, AreaRefusal> {
        text.parse()
    }
}

impl From<Cell> for String {
    fn from(cell: Cell) -> Self {
        cell.to_string()
    }
}

/// Who to tell: a set of cells, never empty and never too large.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<Cell>", into = "Vec<Cell>")]
pub struct Area {
    /// Sorted and each once, so that the same ground is the same value.
    cells: BTreeSet<Cell>,
}

impl Area {
    /// An area from cells of resolution 7 or coarser.
    ///
    /// # Errors
    /// When there is no cell, too much ground, or a cell finer than resolution 7.
    pub fn new(cells: Vec<Cell>) -> Result<Self, AreaRefusal> {
        if cells.iter().any(|cell| cell.resolution() > RESOLUTION_DEFAULT) {
            return Err(AreaRefusal::TooFine);
        }
        Self::bounded(cells)
    }

    /// Every way to an area passes here.
    fn bounded(cells: Vec<Cell>) -> Result<Self, AreaRefusal> {
        let cells: BTreeSet<Cell> = cells.into_iter().collect();
        if cells.is_empty() {
            return Err(AreaRefusal::Missing);
        }
        let size = cells.iter().try_fold(0_usize, |sum, cell| sum.checked_add(cell.size_in_default_cells()));
        if size.is_none_or(|size| size > AREA_CELLS_MAX) {
            return Err(AreaRefusal::TooLarge);
        }
        Ok(Self { cells })
    }

    /// The cells, sorted, each once.
    pub fn cells(&self) -> impl ExactSizeIterator<Item = Cell> + '_ {
        self.cells.iter().copied()
    }

    /// Whether a point lies in the area.
    #[must_use]
    pub fn contains(&self, point: Point) -> bool {
        self.cells.iter().any(|cell| cell.contains(point))
    }

    /// Whether a cell shares ground with the area, at whatever resolution either is.
    #[must_use]
    pub fn overlaps(&self, cell: Cell) -> bool {
        self.cells.iter().any(|own| own.overlaps(cell))
    }
}

/// Reading back an area that was accepted once: finer cells may be in it, because an area file allowed them
/// then. Doors go through [`Area::new`] or [`AreaFile::area`].
impl TryFrom<Vec<Cell>> for Area {
    type Error = AreaRefusal;
    fn try_from(cells: Vec<Cell>) -> Result<Self, AreaRefusal> {
        Self::bounded(cells)
    }
}

impl From<Area> for Vec<Cell> {
    fn from(area: Area) -> Self {
        area.cells.into_iter().collect()
    }
}

/// Why an area file was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AreaFileRefusal {
    /// The text is no TOML of the right shape.
    #[error(transparent)]
    Toml(#[from] TomlRefusal),
    /// The file lists no area.
    #[error("an area file lists at least one area")]
    Empty,
    /// The file lists more than [`NAMED_AREAS_MAX`] areas.
    #[error("an area file lists at most {NAMED_AREAS_MAX} areas")]
    TooMany,
    /// One area's cells were refused.
    #[error("area `{id}`: {why}")]
    Cells {
        /// The area's id.
        id: String,
        /// Why.
        why: AreaRefusal,
    },
    /// A cell finer than resolution 7 without the residents that would allow it.
    #[error("area `{id}`: a cell finer than resolution {RESOLUTION_DEFAULT} needs residents of at least {RESIDENTS_MIN}")]
    TooFewResidents {
        /// The area's id.
        id: String,
    },
    /// An id that is no short lower-case word (letters, digits and hyphens).
    #[error("area `{id}`: an id is 1 to 40 lower-case letters, digits and hyphens")]
    BadId {
        /// The id as written.
        id: String,
    },
    /// The same id, name or set of cells twice.
    #[error("area `{id}`: its {what} is used twice")]
    Twice {
        /// The later area's id.
        id: String,
        /// What is there twice.
        what: &'static str,
    },
    /// A name that is empty, too long, or that no alert may carry (a house number, a telephone number …).
    #[error("area `{id}`: its {what} may not stand in an alert: {why}")]
    BadName {
        /// The area's id.
        id: String,
        /// `name` or `district`.
        what: &'static str,
        /// What was found.
        why: String,
    },
}

/// One area an operator offers for subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedArea {
    /// A short lower-case word for addresses and forms.
    pub id: String,
    /// The name people use.
    pub name: String,
    /// The district that public pages name instead of anything finer.
    pub district: String,
    /// Its ground.
    pub area: Area,
    /// How many people live there, if the operator says so.
    pub residents: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAreaFile {
    #[serde(default)]
    area: Vec<WrittenArea>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenArea {
    id: String,
    name: String,
    district: String,
    cells: Vec<String>,
    residents: Option<u32>,
}

/// The areas a group offers, in the operator's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaFile {
    areas: Vec<NamedArea>,
}

impl AreaFile {
    /// Reads an area file. `file` is its name for messages.
    ///
    /// # Errors
    /// When the text is not strict TOML of this shape, is empty, names something twice, holds a cell finer
    /// than resolution 7 without enough residents, or a name that the guard flags.
    pub fn parse(file: &str, text: &str) -> Result<Self, AreaFileRefusal> {
        let written: WrittenAreaFile = strict_toml::parse(file, text)?;
        if written.area.is_empty() {
            return Err(AreaFileRefusal::Empty);
        }
        if written.area.len() > NAMED_AREAS_MAX {
            return Err(AreaFileRefusal::TooMany);
        }
        let mut areas: Vec<NamedArea> = Vec::with_capacity(written.area.len());
        for one in written.area {
            let area = named_area(one)?;
            for earlier in &areas {
                let what = if earlier.id == area.id {
                    "id"
                } else if earlier.name == area.name {
                    "name"
                } else if earlier.area == area.area {
                    "set of cells"
                } else {
                    continue;
                };
                return Err(AreaFileRefusal::Twice { id: area.id, what });
            }
            areas.push(area);
        }
        Ok(Self { areas })
    }

    /// The areas, in the operator's order.
    #[must_use]
    pub fn areas(&self) -> &[NamedArea] {
        &self.areas
    }

    /// The area with this id.
    #[must_use]
    pub fn named(&self, id: &str) -> Option<&NamedArea> {
        self.areas.iter().find(|area| area.id == id)
    }

    /// An area from cells, of which those finer than resolution 7 must be listed in this file.
    ///
    /// # Errors
    /// As [`Area::new`], except that listed finer cells are allowed.
    pub fn area(&self, cells: Vec<Cell>) -> Result<Area, AreaRefusal> {
        let listed = |cell: &Cell| self.areas.iter().any(|area| area.area.cells.contains(cell));
        if cells.iter().any(|cell| cell.resolution() > RESOLUTION_DEFAULT && !listed(cell)) {
            return Err(AreaRefusal::TooFine);
        }
        Area::bounded(cells)
    }

    /// The named areas that share ground with a cell.
    pub fn names(&self, cell: Cell) -> impl Iterator<Item = &NamedArea> {
        self.areas.iter().filter(move |area| area.area.overlaps(cell))
    }

    /// The named area whose nearest cell has its middle nearest to a point, for cells nobody has named
    /// ("area near …").
    #[must_use]
    pub fn nearest(&self, point: Point) -> &NamedArea {
        let metres = |area: &NamedArea| area.area.cells().map(|cell| distance_metres(cell.centre(), point)).fold(f64::INFINITY, f64::min);
        self.areas.iter().min_by(|a, b| metres(a).total_cmp(&metres(b))).expect("an area file lists at least one area")
    }
}

fn named_area(written: WrittenArea) -> Result<NamedArea, AreaFileRefusal> {
    let WrittenArea { id, name, district, cells, residents } = written;
    if !is_id(&id) {
        return Err(AreaFileRefusal::BadId { id });
    }
    for (what, words) in [("name", &name), ("district", &district)] {
        if let Err(why) = check_name(words) {
            return Err(AreaFileRefusal::BadName { id, what, why });
        }
    }
    let cells = cells
        .iter()
        .map(|text| text.parse::<Cell>())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|why| AreaFileRefusal::Cells { id: id.clone(), why })?;
    let finer = cells.iter().any(|cell| cell.resolution() > RESOLUTION_DEFAULT);
    if finer && residents.unwrap_or(0) < RESIDENTS_MIN {
        return Err(AreaFileRefusal::TooFewResidents { id });
    }
    let area = Area::bounded(cells).map_err(|why| AreaFileRefusal::Cells { id: id.clone(), why })?;
    Ok(NamedArea { id, name, district, area, residents })
}

/// Whether a text is an id: 1 to 40 lower-case letters, digits and hyphens, beginning with a letter.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn check_name(name: &str) -> Result<(), String> {
    if name.trim() != name || name.is_empty() {
        return Err("it is empty or has blanks around it".into());
    }
    if name.chars().count() > AREA_NAME_CHARACTERS_MAX {
        return Err(format!("it has more than {AREA_NAME_CHARACTERS_MAX} characters"));
    }
    if name.chars().any(char::is_control) {
        return Err("it holds control characters".into());
    }
    // Names reach people in every language the group speaks, so each lexicon looks at them.
    if let Some(flag) = guard::check_in_every_language(name).first() {
        return Err(format!("{} in `{}`", flag.rule.name(), &name[flag.excerpt.clone()]));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
