//! How long one file is kept, and the forms by which two members keep it longer.

use super::{Choice, DeskBar, FieldError, Frame};
use askama::Template;

/// `/desk/footage/{id}/keep`.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/keep.html")]
pub struct KeepPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// The footage's id.
    pub id: String,
    /// How long it is kept, in a sentence.
    pub kept: String,
    /// Who holds it and why, in sentences; empty where nothing does.
    pub held: Vec<String>,
    /// What waits for a second member, in sentences; empty where nothing does.
    pub asked: Vec<String>,
    /// Which ask that is. Field `asked`.
    pub asked_at: String,
    /// Whether this member may agree.
    pub can_agree: bool,
    /// Reasons. Field `reason`.
    pub reasons: Vec<Choice>,
    /// The first day that may be chosen, `2026-05-01`.
    pub first_day: String,
    /// The last day that may be chosen.
    pub last_day: String,
    /// As typed. Field `until`.
    pub until: String,
    /// As typed. Field `words`.
    pub words: String,
    /// As typed. Field `why`.
    pub why: String,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}
