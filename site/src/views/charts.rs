//! The record in numbers: charts, each with the same numbers in a table.
//!
//! A drawing is finished shapes and words on a sheet of its own; it says in its title and its description what it
//! shows, and shows nothing that its table does not say. Colours come from the style sheet, so that a drawing is
//! right in the dark and on paper.

use askama::Template;

use super::Frame;

/// A bar of a drawing.
#[derive(Clone, Debug)]
pub struct Bar {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
    /// Wide.
    pub width: i32,
    /// High.
    pub height: i32,
    /// Whether it is a part of the bar behind it.
    pub part: bool,
}

/// Words in a drawing.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// From the left.
    pub x: i32,
    /// The line they stand on, from the top.
    pub y: i32,
    /// `start`, `middle` or `end`.
    pub anchor: &'static str,
    /// The words.
    pub words: String,
}

/// One drawing.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// Wide, in its own units.
    pub width: i32,
    /// High.
    pub height: i32,
    /// What it is.
    pub title: String,
    /// What it shows, in words, for whoever does not see it.
    pub tells: String,
    /// Thin lines behind everything, as paths.
    pub lines: Vec<String>,
    /// Bars, those in front last.
    pub bars: Vec<Bar>,
    /// Strong strokes before the bars, as paths.
    pub strokes: Vec<String>,
    /// Words.
    pub words: Vec<Drawn>,
}

/// A row of numbers.
#[derive(Clone, Debug)]
pub struct NumberRow {
    /// What is counted.
    pub name: String,
    /// Path of the list of just these.
    pub href: Option<String>,
    /// The numbers, one for each column.
    pub cells: Vec<String>,
}

/// One chart: what it says, the drawing and the table.
#[derive(Clone, Debug)]
pub struct ChartShown {
    /// Anchor on the page.
    pub id: &'static str,
    /// The question it answers.
    pub heading: String,
    /// What is to be read from it, and what is not.
    pub says: Vec<String>,
    /// The drawing; `None` where there is too little to draw.
    pub drawing: Option<Drawing>,
    /// What the dark part of each bar is, where bars have parts.
    pub key: Option<String>,
    /// What the table holds.
    pub caption: String,
    /// Its columns, that of the names first.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<NumberRow>,
}

/// `/record/charts`: the record in numbers.
#[derive(Clone, Debug, Template)]
#[template(path = "record-charts.html")]
pub struct ChartsPage {
    /// What stands around the page.
    pub frame: Frame,
    /// What was counted, and up to where.
    pub counted: String,
    /// That the counting is not finished.
    pub behind: Option<String>,
    /// The charts.
    pub charts: Vec<ChartShown>,
}
