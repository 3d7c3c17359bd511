//! The operator's call screen: the questions of the intake script as they are said, filled in while somebody
//! talks on the phone.
//!
//! It asks what the web form asks, in the same order, and files the same report. There is no field for who
//! calls, and none for the number they call from.

use askama::Template;

use super::{AskedQuestion, Choice, DeskBar, FieldError, Frame, PlacesFound};

/// The spoken words of the report's own questions.
#[derive(Clone, Debug, Default)]
pub struct AskedOwn {
    /// Of `kind`.
    pub kind: String,
    /// Of `basis`.
    pub basis: String,
    /// Of `place`.
    pub place: String,
    /// Of `when`.
    pub happening: String,
    /// Of `ago`.
    pub observed: String,
    /// Of `until`.
    pub until: String,
    /// Of `sure`.
    pub sure: String,
    /// Of `exact`.
    pub exact: String,
    /// Of `officers`.
    pub officers: String,
    /// Of `vehicles`.
    pub vehicles: String,
    /// Of `people`.
    pub people: String,
    /// Of `text`.
    pub words: String,
    /// Of `contact`.
    pub contact: String,
}

/// An answer of the script on a report's page.
#[derive(Clone, Debug)]
pub struct AskedAnswer {
    /// The question, in writing.
    pub question: String,
    /// The answer, in words.
    pub answer: String,
    /// The fact it can become a claim of, once for each open incident; none when it fits none.
    pub claims: Vec<ClaimOffer>,
}

/// A claim that a person may make of an answer by one press.
#[derive(Clone, Debug)]
pub struct ClaimOffer {
    /// The incident's headline, when the report belongs to several; otherwise empty.
    pub of: String,
    /// Where the form goes.
    pub action: String,
    /// The incident's version.
    pub version: String,
    /// The report.
    pub source: String,
    /// What the claim is about, by id. Field `predicate`.
    pub predicate: String,
    /// What people call it.
    pub label: String,
    /// One value for each press. Fields `value`, `low`, `high`.
    pub values: Vec<ClaimValue>,
}

/// One value that can be pressed.
#[derive(Clone, Debug)]
pub struct ClaimValue {
    /// In words, on the button.
    pub words: String,
    /// Field `value`.
    pub value: String,
    /// Field `low`.
    pub low: String,
    /// Field `high`.
    pub high: String,
}

/// `/desk/call`: write down a call.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/call.html")]
pub struct CallPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// What just happened.
    pub notice: Option<String>,
    /// The seven words to read out, once, after the report was saved.
    pub receipt: Vec<String>,
    /// A key made for this sending. Field `once`.
    pub once: String,
    /// The caller's languages; a link begins the call in one.
    pub languages: Vec<Choice>,
    /// The language the questions are said in.
    pub spoken: String,
    /// The words of the report's own questions.
    pub asks: AskedOwn,
    /// How many of the questions asked are answered, in words.
    pub progress: String,
    /// How many are answered.
    pub answered: usize,
    /// How many are asked.
    pub asked: usize,
    /// The first question without an answer: where *Go on* leads.
    pub next: String,
    /// Field `kind`.
    pub kinds: Vec<Choice>,
    /// Field `basis`.
    pub bases: Vec<Choice>,
    /// Field `place`.
    pub place: String,
    /// What the search for the place found. Field `spot`.
    pub found: Option<PlacesFound>,
    /// Field `area`.
    pub areas: Vec<Choice>,
    /// Field `when`.
    pub when: Vec<Choice>,
    /// Field `ago`.
    pub ago: Vec<Choice>,
    /// Field `until`.
    pub until: Vec<Choice>,
    /// Field `sure`.
    pub sure: Vec<Choice>,
    /// Field `exact`.
    pub exact: Vec<Choice>,
    /// Field `officers`.
    pub officers: Vec<Choice>,
    /// Field `vehicles`.
    pub vehicles: Vec<Choice>,
    /// Field `people`.
    pub people: Vec<Choice>,
    /// The questions of the script that are asked now.
    pub questions: Vec<AskedQuestion>,
    /// Field `text`.
    pub text: String,
    /// Field `contact`.
    pub contact: String,
    /// What happens with a contact.
    pub contact_words: String,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}
