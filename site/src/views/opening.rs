//! Opening: why something is opened, whom to ask, who agreed, and the auditor's trail.
//!
//! These pages name a matter by its sort and its hour only. Whoever may not open it learns nothing from
//! being asked why.

use askama::Template;

use super::{DeskBar, FieldError, Frame};

/// What stands between a member and a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// They are off duty.
    OffDuty,
    /// A reason is asked for. The form posts to `/desk/open`.
    Reason,
    /// It is over: another member must agree. The form posts to `/desk/open/ask`.
    Second,
    /// They asked, and nobody has agreed yet.
    Asked,
}

/// In the place of a matter's page.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/opening.html")]
pub struct OpeningPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// What stands between.
    pub shut: Shut,
    /// The matter by sort and hour, for example `Report of 21:42`.
    pub matter: String,
    /// The matter as the form sends it, for example `reports/…`.
    pub subject: String,
    /// The reason as it was typed.
    pub reason: String,
    /// What must be mended.
    pub errors: Vec<FieldError>,
}

/// One wish on the list.
#[derive(Clone, Debug)]
pub struct OpeningWish {
    /// Its id.
    pub id: String,
    /// Who asks, and for what, in one line.
    pub words: String,
    /// Why, in their words.
    pub reason: String,
    /// When, in words.
    pub at: String,
    /// What became of it, for example `Ben agreed at 21:50`; none while it waits.
    pub answer: Option<String>,
    /// Whether the reader can agree.
    pub can_agree: bool,
    /// The matter's page, once its asker may open it.
    pub href: Option<String>,
}

/// `/desk/open/asks`: wishes of the last day.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/openings.html")]
pub struct OpeningsPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// Wishes, oldest first.
    pub wishes: Vec<OpeningWish>,
    /// What could not be done.
    pub errors: Vec<FieldError>,
}

/// One line of the trail.
#[derive(Clone, Debug)]
pub struct TrailRow {
    /// Its number.
    pub number: String,
    /// When, in words.
    pub at: String,
    /// Who.
    pub member: String,
    /// What, as a stable short name without its words.
    pub matter: String,
    /// By what right, and who agreed.
    pub why: String,
    /// The reason in the member's words; none where none was asked for.
    pub reason: Option<String>,
}

/// `/desk/trail`: who opened what, for auditors.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/trail.html")]
pub struct TrailPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// Whether every line follows from the one before.
    pub holds: bool,
    /// That in words, with the number of lines.
    pub holds_words: String,
    /// The newest line's sign, to write down; none while there is no line.
    pub sign: Option<String>,
    /// A sign as it was typed.
    pub typed: String,
    /// What was found for it, in words.
    pub found: Option<String>,
    /// The newest lines, newest first.
    pub rows: Vec<TrailRow>,
    /// That older lines are not shown, in words.
    pub more: Option<String>,
}
