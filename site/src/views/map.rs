//! The map of the record, or of what a search found: first a list by district, which needs nothing; the map itself only
//! when it is asked for.
//!
//! A district stands on the map where the group's own list of places knows it. Nothing here is finer.

use askama::Template;

use super::{FieldError, Frame, RecordSearch};

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

/// `/record/map`: where the record's incidents were, or those that were asked for, by district.
#[derive(Clone, Debug, Template)]
#[template(path = "record-map.html")]
pub struct MapPage {
    /// What stands around the page.
    pub frame: Frame,
    /// What was asked.
    pub search: RecordSearch,
    /// What of it could not be read; then nothing is counted and nothing is found.
    pub errors: Vec<FieldError>,
    /// Path of the same as a list.
    pub list_href: String,
    /// What was counted; empty where nothing could be.
    pub counted: String,
    /// That the counting is not finished.
    pub behind: Option<String>,
    /// What numbers and points leave out, sentence by sentence.
    pub says: Vec<String>,
    /// Districts, most first.
    pub districts: Vec<DistrictRow>,
    /// Path of the incidents that are drawn as points.
    pub points: String,
    /// Path of the operator's map of streets, where there is one.
    pub streets: Option<String>,
    /// Path of the next stretch.
    pub next_href: Option<String>,
}
