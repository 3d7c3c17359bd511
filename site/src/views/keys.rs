//! The page of signing devices: whose browsers sign alerts, and the list that phones go by.
//!
//! Members appear by pseudonym, keys by their ids. The page can make no key: its script does, in the browser.

use askama::Template;

use super::{DeskBar, FieldError, Frame};

/// `/desk/keys`.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/keys.html")]
pub struct KeysPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// What stands, in a sentence, for example `List 3 stands, with 5 devices of 4 members.`
    pub state_words: String,
    /// Every browser that was added and not taken back.
    pub devices: Vec<KeyRow>,
    /// Whether this member may add the browser they sit at.
    pub may_add: bool,
    /// Whether this browser has a key.
    pub has_key: bool,
    /// The group's origin, part of what a new key signs.
    pub origin: String,
    /// This browser's id, part of what a new key signs.
    pub device: String,
    /// The text of the list that should come next; none when nothing has changed.
    pub next: Option<String>,
    /// What is wanted for it, in a sentence.
    pub next_words: String,
    /// Why this browser cannot sign it.
    pub refusal: Option<String>,
    /// Whether this browser may sign it.
    pub may_sign: bool,
    /// What the press signs: the list's text.
    pub sign_text: Option<String>,
    /// What signatures stop and what they do not, a line each.
    pub bounds: Vec<String>,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

/// One browser on the page.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// The key's id, part of the form's path.
    pub id: String,
    /// Whose, by pseudonym.
    pub member: String,
    /// Whether it is the browser the reader sits at.
    pub here: bool,
    /// Where it stands, for example `On list 3`.
    pub state: String,
    /// Since when, in words.
    pub since: String,
    /// Whether it is the reader's own to take back.
    pub may_take_back: bool,
}
