//! The desk under a flood: patterns that are muted, with what each folds away.
//!
//! A mute is shown with who made it, why, until when, how many it covers and samples of them, and with one
//! press that lifts it. The page is whole without scripts.

use askama::Template;

use super::{Choice, DeskBar, FieldError, Frame, Link};

/// One standing mute.
#[derive(Clone, Debug)]
pub struct MuteLine {
    /// Private id.
    pub id: String,
    /// The pattern in words.
    pub pattern: String,
    /// Where, by whom, until when and why, in sentences.
    pub meta: String,
    /// How many it covers, in a band.
    pub count_words: String,
    /// The newest of them.
    pub samples: Vec<Link>,
    /// Whether reports of a danger to life are covered, in a sentence.
    pub danger_words: String,
    /// True when this member may agree that they are.
    pub can_agree: bool,
}

/// The mutes, and the form for one more.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/mutes.html")]
pub struct MutesPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// Those that stand, newest first.
    pub mutes: Vec<MuteLine>,
    /// True when this member may mute.
    pub can_mute: bool,
    /// The report whose near-copies are meant. Field `report` carries its id.
    pub like: Option<Link>,
    /// That report's id; empty without one.
    pub report: String,
    /// What was typed. Field `words`.
    pub words: String,
    /// Areas. Field `area`.
    pub areas: Vec<Choice>,
    /// Hours. Field `hours`.
    pub hours: Vec<Choice>,
    /// What was typed. Field `reason`.
    pub reason: String,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}
