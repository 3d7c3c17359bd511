//! The follow-up list: what the desk should ask again, oldest first.
//!
//! Each row is one slot of one incident that is due, with what stands there now and one short form: whom the desk
//! asked and on which day, when nobody could tell. What somebody could tell has the editor's own form. Nothing here
//! is public by itself.

use askama::Template;

use super::{DeskBar, FieldError, Frame, Link};

/// One slot that is due. Fields `slot`, `about`, `whom`, `asked_on`.
#[derive(Clone, Debug)]
pub struct FollowUpRow {
    /// The incident's id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// What and where.
    pub incident: Link,
    /// The slot's stable name, sent hidden.
    pub slot: String,
    /// The part, sent hidden; empty for all of it.
    pub about: String,
    /// The slot and its part in words.
    pub label: String,
    /// Since when it is due.
    pub due: String,
    /// What stands on the public page.
    pub stands: String,
    /// Path of the editor's form for this slot, for what somebody could tell.
    pub editor_href: String,
    /// That a proposal waits for a second member; no form then.
    pub waiting: bool,
    /// Whether this member may propose.
    pub can_propose: bool,
    /// Name of the field of whom, unique on the page.
    pub whom_id: String,
    /// Whom, as typed, or who was asked last.
    pub whom: String,
    /// Name of the field of the day, unique on the page.
    pub on_id: String,
    /// The day, as typed, or today.
    pub on: String,
}

/// `/desk/follow-up`: what is due.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/follow-up.html")]
pub struct FollowUpPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// What is due, the longest first.
    pub rows: Vec<FollowUpRow>,
    /// How many more are due than the page shows; empty when it shows all.
    pub more: String,
    /// Why this member cannot propose anything.
    pub refusal: Option<String>,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}
