//! The page at which somebody with a link gives photos, videos and recordings, without an account and without scripts.

use askama::Template;

use super::{Choice, FieldError, Frame};

/// `GET /footage/{link}`.
#[derive(Clone, Debug, Template)]
#[template(path = "give.html")]
pub struct GivePage {
    /// What stands around the page.
    pub frame: Frame,
    /// What stands in the page's own address, for its forms.
    pub link: String,
    /// What just happened.
    pub notice: Option<String>,
    /// Why nothing can be given now; then there is no form.
    pub closed: Option<String>,
    /// Until when the link works, in words.
    pub until_words: String,
    /// The largest file, and the largest that the form takes without scripts, in words.
    pub largest: (String, String),
    /// What may be done with a file. Field `wish`.
    pub wishes: Vec<Choice>,
    /// When it was filmed, as typed. Field `claimed`.
    pub claimed: String,
    /// What was given by this link, oldest first.
    pub files: Vec<GivenRow>,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

/// One file as whoever gave it sees it.
#[derive(Clone, Debug)]
pub struct GivenRow {
    /// Which one. Field `file`.
    pub id: String,
    /// What it is, for example `Video (MP4)`.
    pub what: String,
    /// How large and since when, in words.
    pub meta: String,
    /// How far it is, in words.
    pub state: String,
    /// What may be done with it; none while it is on its way.
    pub wishes: Vec<Choice>,
    /// Whether whoever has the receipt can take it away.
    pub can_remove: bool,
}
