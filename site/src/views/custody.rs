//! The custody page: what was done with one footage, for auditors and custodians.

use super::{DeskBar, Frame};
use askama::Template;

/// One line of the custody chain, or one day of its heads.
#[derive(Clone, Debug)]
pub struct CustodyRow {
    /// The line's number; of a day how many lines it has the head of.
    pub number: String,
    /// When, in words.
    pub at: String,
    /// Who; of a day its head.
    pub who: String,
    /// What was done; of a day what an authority says.
    pub what: String,
    /// What else was said, in the words of whoever did it.
    pub words: Option<String>,
}

/// `/desk/footage/{id}/custody`.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/custody.html")]
pub struct CustodyPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// The footage's id.
    pub footage: String,
    /// SHA-256 of the original; none when it was deleted.
    pub sha256: Option<String>,
    /// The stream of its mark in the log, once it is there.
    pub stream: Option<String>,
    /// Whether every line of the chain follows from the one before.
    pub holds: bool,
    /// That in words, with the number of lines.
    pub holds_words: String,
    /// Lines about it, oldest first.
    pub rows: Vec<CustodyRow>,
    /// The newest days, newest first.
    pub days: Vec<CustodyRow>,
}
