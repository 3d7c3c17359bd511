//! Bring: files of others read row by row, for the record (`acts/bring.rs`) and for a test group's desk.
//!
//! Nothing of a file is held whole: a first pass keeps of each row which incident it is of and where it
//! stands, a second one reads the rows incident by incident. What is not taken in is written down beside the
//! group's folder, with its words and why, readable by its owner alone.

pub mod csv;
pub mod lines;
pub mod rejects;

/// Why a file is not read on: the line, counted from 1, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct NotRead {
    /// The line.
    pub line: u64,
    /// What is wrong and what to do.
    pub what: String,
}

impl NotRead {
    /// At a line.
    pub fn at(line: u64, what: impl Into<String>) -> Self {
        Self { line, what: what.into() }
    }
}
