//! The map of the record: first a list by district, which needs nothing; the map itself only when it is asked for.
//!
//! A district stands on the map where the group's own list of places knows it. Nothing here is finer.

use askama::Template;

use super::Frame;

/// A district with its incidents.
#[derive(Clone, Debug)]
pub struct DistrictRow {
    /// Its name.
    pub name: String,
    /// How many, as a number.
    pub count: u32,
    /// How many, in words.
    pub words: String,
    /// Path of their list; `None` for several districts in one row.
    pub href: Option<String>,
    /// Its middle in degrees, latitude first, where the group knows it.
    pub at: Option<(String, String)>,
}

/// `/record/map`: where the record's incidents were, by district.
#[derive(Clone, Debug, Template)]
#[template(path = "record-map.html")]
pub struct MapPage {
    /// What stands around the page.
    pub frame: Frame,
    /// What was counted.
    pub counted: String,
    /// That the counting is not finished.
    pub behind: Option<String>,
    /// Districts, most first.
    pub districts: Vec<DistrictRow>,
    /// Path of the operator's map of streets, where there is one.
    pub streets: Option<String>,
}
