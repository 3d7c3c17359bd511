//! The record's pages: the list, one incident, the corrections.
//!
//! They show a projection of the log and say for each line which entry it comes from, so that
//! anybody can check. A correction stands beside what it corrects and never replaces it. Nothing
//! here is finer than the public reach allows; that is decided before a view is made.

use askama::Template;

use super::{Fact, Frame, Tag};

/// One incident in a list.
#[derive(Clone, Debug)]
pub struct RecordRow {
    /// Path of its page.
    pub href: String,
    /// Its title.
    pub title: String,
    /// Date and district, for example `13 May 2017 · Peckham`.
    pub meta: String,
    /// Its state.
    pub tag: Tag,
}

/// `/record`: every incident opened to the public.
#[derive(Clone, Debug, Template)]
#[template(path = "record-list.html")]
pub struct RecordListPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Incidents, newest first.
    pub incidents: Vec<RecordRow>,
    /// Path of the next page of the list.
    pub next_href: Option<String>,
}

/// One entry of an incident, as the log holds it.
#[derive(Clone, Debug)]
pub struct RecordEntry {
    /// Index in the log, for example `4182`.
    pub index: String,
    /// What kind of entry, in words, for example `Alert`.
    pub kind: String,
    /// When, to the minute.
    pub at: String,
    /// What it says. For a withdrawn entry: that it was withdrawn, and why.
    pub words: String,
    /// Its state.
    pub tag: Option<Tag>,
    /// Path of the content in the log; `None` after withdrawal.
    pub content_href: Option<String>,
}

/// `/record/{incident}`: one incident.
#[derive(Clone, Debug, Template)]
#[template(path = "record.html")]
pub struct RecordPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Public id of the incident.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The district, no finer.
    pub district: String,
    /// States, the incident's own first.
    pub tags: Vec<Tag>,
    /// What is known, as facts.
    pub facts: Vec<Fact>,
    /// The entries, oldest first.
    pub entries: Vec<RecordEntry>,
    /// What came of it; `None` while nothing is known.
    pub outcome: Option<String>,
    /// How to check this page: what to type.
    pub verify_command: String,
    /// When this page was made, for example `21 November 2026, 14:05`.
    pub as_of: String,
}

/// One correction.
#[derive(Clone, Debug)]
pub struct CorrectionRow {
    /// Path of the incident it belongs to.
    pub href: String,
    /// Title of that incident.
    pub title: String,
    /// When it was recorded.
    pub at: String,
    /// What was said before.
    pub before: String,
    /// What is right.
    pub now: String,
    /// How we know.
    pub reason: String,
}

/// `/corrections`: what we had wrong. May be empty, and then says so.
#[derive(Clone, Debug, Template)]
#[template(path = "corrections.html")]
pub struct CorrectionsPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Corrections, newest first.
    pub corrections: Vec<CorrectionRow>,
}
