//! The drill's page at the desk: how far it is while it runs, and the score when it is over.
//!
//! Every picture is a picture of a table that stands beside it; shapes and places carry it, not colour. It
//! compares a desk with what its scenario expects and never one member with another.

use askama::Template;

use super::{DeskBar, Fact, Frame, Tag};

/// `/desk/drill`.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/drill.html")]
pub struct DrillPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// What is played.
    pub heading: String,
    /// How the desk did, or how far the drill is, in a sentence or two.
    pub lead: String,
    /// While it runs.
    pub going: Option<DrillGoing>,
    /// When it is over.
    pub score: Option<DrillScore>,
}

/// How far a drill is.
#[derive(Clone, Debug)]
pub struct DrillGoing {
    /// Numbers, for example `7 of 36` messages.
    pub numbers: Vec<Fact>,
    /// Whether a message is still to come.
    pub more_to_come: bool,
    /// Set while the script keeps the desk empty.
    pub emptied: Option<String>,
}

/// The score.
#[derive(Clone, Debug)]
pub struct DrillScore {
    /// The four numbers on top.
    pub numbers: Vec<Fact>,
    /// Expectations with a length of time, as bars.
    pub bars: Vec<DrillBar>,
    /// Every expectation.
    pub items: Vec<DrillItem>,
    /// One row for each happening.
    pub happenings: Vec<DrillRow>,
    /// From report to first look, one dot each.
    pub looks: Option<DrillDots>,
    /// False alarms, misses and wrong alerts, in this order.
    pub findings: Vec<DrillFinding>,
    /// Each alert with its approvals.
    pub alerts: Vec<DrillAlert>,
    /// What to practise.
    pub practise: Vec<String>,
}

/// A length of time beside what was expected.
#[derive(Clone, Debug)]
pub struct DrillBar {
    /// Which step.
    pub label: String,
    /// Width of the bar, of 100.
    pub width: u32,
    /// Place of the goal, of 100.
    pub goal: u32,
    /// Whether it missed the goal.
    pub missed: bool,
    /// What it took.
    pub took: String,
    /// What was expected.
    pub of: String,
}

/// One expectation.
#[derive(Clone, Debug)]
pub struct DrillItem {
    /// What was asked.
    pub asks: String,
    /// What was expected.
    pub expected: String,
    /// What was.
    pub got: String,
    /// Met, missed, or not asked.
    pub tag: Tag,
}

/// One happening, from the first report to its end.
#[derive(Clone, Debug)]
pub struct DrillRow {
    /// What it is called.
    pub called: String,
    /// The five steps in their order: reported, seen, confirmed, rung, ended.
    pub steps: Vec<DrillStep>,
}

impl DrillRow {
    /// The marks joined by one line, as an SVG path.
    pub fn way(&self) -> String {
        let marks: Vec<String> = self.steps.iter().filter_map(|step| step.x.map(|x| format!("{x} {}", step.y))).collect();
        if marks.is_empty() { String::new() } else { format!("M{}", marks.join("L")) }
    }
}

/// One step of a happening.
#[derive(Clone, Debug)]
pub struct DrillStep {
    /// Its word: reported, seen, confirmed, rung, ended.
    pub name: &'static str,
    /// When, in words; empty when it was not done.
    pub at: String,
    /// How far along, of 320; none when it was not done.
    pub x: Option<u32>,
    /// How far down, of 60.
    pub y: u32,
}

/// Lengths of time as dots on a line.
#[derive(Clone, Debug)]
pub struct DrillDots {
    /// One sentence that says what the picture shows.
    pub summary: String,
    /// The dots, along of 320 and down of 96.
    pub dots: Vec<(u32, u32)>,
    /// Where the goal stands, of 320.
    pub goal: Option<u32>,
    /// What the end of the line means.
    pub end: String,
    /// The same as a table: what, and how long.
    pub rows: Vec<(String, String)>,
}

/// A false alarm, a miss or a wrong alert.
#[derive(Clone, Debug)]
pub struct DrillFinding {
    /// Its sort.
    pub tag: Tag,
    /// What happened.
    pub sentence: String,
    /// To what, in the script's words.
    pub about: String,
    /// What to practise.
    pub practise: String,
}

/// An alert of the drill and the rule it went by.
#[derive(Clone, Debug)]
pub struct DrillAlert {
    /// What it was about.
    pub about: String,
    /// How far, and when.
    pub reach: String,
    /// Who approved.
    pub approvers: String,
    /// The rule.
    pub rule: String,
    /// Whether it was kept.
    pub tag: Tag,
    /// Whom it and its end reached.
    pub heard: String,
}
