//! The custodians' pages: their keys and when they practised, and the packs they make for somebody outside.

use super::{Choice, DeskBar, FieldError, Frame};
use askama::Template;

/// One of the three keys.
#[derive(Clone, Debug)]
pub struct CustodianKey {
    /// Its place: `one`, `two` or `three`.
    pub place: String,
    /// Since when it counts, in a sentence.
    pub since: String,
    /// The public half; none where none is set.
    pub recipient: Option<String>,
    /// Its fingerprint, to read to somebody.
    pub fingerprint: String,
}

/// `/desk/custody`.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/custodians.html")]
pub struct CustodiansPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// What the three keys are good for now, in a sentence.
    pub state: String,
    /// The keys.
    pub keys: Vec<CustodianKey>,
    /// When opening was last practised, in sentences.
    pub practised: Vec<String>,
    /// Whether it is time to practise.
    pub due: bool,
    /// Whether this member may say that they practised.
    pub can_say: bool,
    /// Whether this member may confirm what another custodian said.
    pub can_confirm: bool,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

/// One pack that waits.
#[derive(Clone, Debug)]
pub struct PackLine {
    /// Which one.
    pub id: String,
    /// For whom, as it was typed.
    pub for_whom: String,
    /// Who made it when, what is in it and when it goes, in sentences.
    pub words: String,
}

/// `/desk/packs`.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/packs.html")]
pub struct PacksPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// Files whose giver allows it. Field `footage`.
    pub files: Vec<Choice>,
    /// For whom, as typed. Field `for`.
    pub for_whom: String,
    /// Packs that wait, oldest first.
    pub packs: Vec<PackLine>,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}
