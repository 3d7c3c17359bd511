//! What the group knows of pictures that were seen before, and what footage resembles.

use super::{Choice, DeskBar, FieldError, Frame};
use askama::Template;

/// A known picture or film.
#[derive(Clone, Debug)]
pub struct KnownRow {
    /// Its id.
    pub id: String,
    /// What it shows and where it is from.
    pub words: String,
    /// Where and when, in words.
    pub where_when: String,
    /// Whose word it is, and how many hashes it is found by.
    pub meta: String,
}

/// That a file resembles something known.
#[derive(Clone, Debug)]
pub struct LeadRow {
    /// Its id.
    pub id: String,
    /// What the known one shows.
    pub words: String,
    /// Where and when that was.
    pub where_when: String,
    /// How near they are, in words.
    pub near: String,
    /// What a person said; `None` while nobody did.
    pub said: Option<String>,
    /// What can be said. Field `finding`.
    pub findings: Vec<Choice>,
}

/// One file beside the bank.
#[derive(Clone, Debug)]
pub struct BesideBank {
    /// Its id. Field `footage`.
    pub footage: String,
    /// When it was filmed, as the witness, the file and the clock here say.
    pub times: Vec<String>,
    /// What it resembles, the nearest first.
    pub leads: Vec<LeadRow>,
    /// Why it cannot be put into the bank; empty when it can.
    pub cannot: String,
}

/// The bank, perhaps beside one file.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/known.html")]
pub struct KnownPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// One file, when the page was asked about one.
    pub beside: Option<BesideBank>,
    /// What is known, newest first.
    pub known: Vec<KnownRow>,
    /// That there is more than the list shows; empty when there is not.
    pub more: String,
    /// True when this member may say things.
    pub can_say: bool,
    /// What was typed. Field `words`.
    pub words: String,
    /// What was typed. Field `date`.
    pub date: String,
    /// What was typed. Field `place`.
    pub place: String,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}
