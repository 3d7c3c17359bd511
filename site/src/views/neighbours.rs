//! Pages of neighbouring groups' records: what is kept of whom, and their incidents as they tell them.
//!
//! Nothing here is this group's word. Every page of theirs begins by saying whose it is ([`Theirs`]), and while an alarm
//! stands over their log it says that too.

use askama::Template;

use super::{Fact, Frame, RecordRow};

/// Whose record a page is from, where it is not this group's own.
#[derive(Clone, Debug)]
pub struct Theirs {
    /// What their site is called, for example `north.example`.
    pub host: String,
    /// Path of what is kept of them here.
    pub list_href: String,
    /// The same page at their own site, where that may be linked.
    pub own_href: Option<String>,
    /// How much of their log this follows from, and since when that is here.
    pub follows: String,
    /// What happened, while an alarm stands over their log.
    pub alarm: Option<String>,
}

/// One group whose record is kept here.
#[derive(Clone, Debug)]
pub struct NeighbourRow {
    /// Path of its incidents here.
    pub href: String,
    /// What its site is called.
    pub host: String,
    /// What is kept of it, and since when.
    pub facts: Vec<Fact>,
    /// What happened, while an alarm stands over its log.
    pub alarm: Option<String>,
}

/// `/record/neighbours`: whose records are kept here.
#[derive(Clone, Debug, Template)]
#[template(path = "neighbours.html")]
pub struct NeighboursPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The groups.
    pub groups: Vec<NeighbourRow>,
}

/// `/record/neighbours/{hash}`: the incidents of one of them.
#[derive(Clone, Debug, Template)]
#[template(path = "neighbour-list.html")]
pub struct NeighbourListPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Whose they are.
    pub theirs: Theirs,
    /// Incidents, the newest opened first.
    pub incidents: Vec<RecordRow>,
    /// Why none are here, where none are.
    pub none: String,
    /// Path of the next stretch.
    pub next_href: Option<String>,
}

/// An incident of theirs that cannot be shown.
#[derive(Clone, Debug, Template)]
#[template(path = "neighbour-gap.html")]
pub struct NeighbourGapPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Whose it is.
    pub theirs: Theirs,
    /// Why it is not shown.
    pub words: String,
}
