//! Pages that speak about Handbell itself: what is held, the log, and what went wrong.
//!
//! `/about` promises to be true of this server now: its rows come from the schema, not from a text
//! somebody wrote once. The error page has room for what a stranger may know and none for the cause.

use askama::Template;

use super::{Fact, Frame, Link};

/// One class of things the server holds.
#[derive(Clone, Debug)]
pub struct HeldClass {
    /// Name of the class, for example `Reports`.
    pub class: String,
    /// What is in it.
    pub holds: String,
    /// Who can read it.
    pub who_reads: String,
    /// How many rows now.
    pub rows_now: String,
    /// Age of the oldest.
    pub oldest: String,
    /// When it goes.
    pub goes: String,
}

/// `/about`: what is held, and what a seizure would yield.
#[derive(Clone, Debug, Template)]
#[template(path = "about.html")]
pub struct AboutPage {
    /// What stands around the page.
    pub frame: Frame,
    /// When the counts were taken.
    pub as_of: String,
    /// What is held.
    pub classes: Vec<HeldClass>,
    /// What somebody who takes the server would have, one sentence each.
    pub seizure: Vec<String>,
    /// What we cannot promise, one paragraph each.
    pub limits: Vec<String>,
}

/// `/log`: the public log and how to check it.
#[derive(Clone, Debug, Template)]
#[template(path = "log.html")]
pub struct LogPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The log's origin line.
    pub origin: String,
    /// The verifier key, as in a signed note.
    pub key: String,
    /// Number of entries.
    pub size: String,
    /// Root hash, base64.
    pub root: String,
    /// When the checkpoint was signed.
    pub signed_at: String,
    /// What to type to check everything.
    pub verify_command: String,
    /// Anything else worth a line.
    pub facts: Vec<Fact>,
    /// Why nothing more is signed, if the log is in doubt.
    pub doubt: Option<String>,
}

/// A page for everything that did not work.
#[derive(Clone, Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// What stands around the page.
    pub frame: Frame,
    /// HTTP status.
    pub status: u16,
    /// What is the case, for example `This page is not here`.
    pub heading: String,
    /// What the reader can do, one sentence each.
    pub what_to_do: Vec<String>,
    /// Stable short name of the problem, for example `not-found`.
    pub code: String,
    /// Where to go instead.
    pub links: Vec<Link>,
    /// What the person had written, given back so that nothing is lost.
    pub kept: Option<String>,
}
