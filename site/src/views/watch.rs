//! The desk's watch: looks, the known-activity board, duty with its hand-over.
//!
//! Each page is whole without scripts and every answer is one press. The conduct of a look is given whole by
//! the rules; nothing here shortens it. Nobody's position, presence or last-seen stands on any of them.

use askama::Template;

use super::{Choice, DeskBar, FieldError, Frame, Link, ReadyForm, Tag};

/// One turn in a look, for the desk.
#[derive(Clone, Debug)]
pub struct LookTurn {
    /// The observer's name at the desk.
    pub who: String,
    /// What came of it, for example `asked 21:40, no answer`.
    pub words: String,
}

/// One look as the desk sees it.
#[derive(Clone, Debug)]
pub struct LookRow {
    /// Private id.
    pub id: String,
    /// Version, in its forms.
    pub version: String,
    /// Where.
    pub place: String,
    /// Its state.
    pub tag: Tag,
    /// Who is asked and until when something is due, in one sentence.
    pub words: String,
    /// That the observer is overdue, in words; `None` otherwise.
    pub overdue: Option<String>,
    /// What was asked for.
    pub look_for: String,
    /// Everybody who had a turn, oldest first.
    pub turns: Vec<LookTurn>,
    /// What came back in words.
    pub came_back: Option<String>,
    /// The report that was filed with it.
    pub report: Option<Link>,
    /// True when it can be called off.
    pub can_call_off: bool,
    /// True when somebody at the desk can say that the observer is well.
    pub can_be_well: bool,
}

/// The form that asks an observer.
#[derive(Clone, Debug)]
pub struct LookForm {
    /// Observers who can be asked. Field `observer`.
    pub observers: Vec<Choice>,
    /// What was typed. Field `place`.
    pub place: String,
    /// Areas, where the playbook allows no finer; empty otherwise. Field `place`.
    pub areas: Vec<Choice>,
    /// What was typed. Field `approach`.
    pub approach: String,
    /// What was typed. Field `look_for`.
    pub look_for: String,
    /// Minutes offered. Field `minutes`.
    pub minutes: Vec<Choice>,
}

/// `/desk/incidents/{id}/looks`: who was asked to look, and asking.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/looks.html")]
pub struct LooksPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// The incident's id.
    pub incident: String,
    /// The incident's version.
    pub version: String,
    /// The incident's headline.
    pub headline: String,
    /// Looks, newest first.
    pub looks: Vec<LookRow>,
    /// The form, when somebody can be asked by this member.
    pub form: Option<LookForm>,
    /// Why nobody can be asked.
    pub refusal: Option<String>,
    /// The conduct that travels with each request.
    pub conduct: Vec<String>,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

/// `/desk/looks/{id}`: what an observer is asked, and their answers.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/look.html")]
pub struct LookPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// Private id.
    pub id: String,
    /// Version, in its forms.
    pub version: String,
    /// Its state.
    pub tag: Tag,
    /// What it stands at, in one sentence.
    pub words: String,
    /// Where.
    pub place: String,
    /// How to come near.
    pub approach: String,
    /// What to look for.
    pub look_for: String,
    /// Report back within, in words.
    pub within: String,
    /// True when yes and no can be pressed.
    pub can_answer: bool,
    /// True when "I am there" can be pressed.
    pub can_arrive: bool,
    /// True when it can be reported back.
    pub can_report: bool,
    /// What was typed. Field `text`.
    pub text: String,
    /// The conduct, whole.
    pub conduct: Vec<String>,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

/// One line of the board.
#[derive(Clone, Debug)]
pub struct BoardLine {
    /// Private id.
    pub id: String,
    /// What sort of thing.
    pub known: String,
    /// The words.
    pub words: String,
    /// Where and when, and who put it up.
    pub meta: String,
    /// True while it goes on now.
    pub now: bool,
}

/// `/desk/board`: what is known to go on.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/board.html")]
pub struct BoardPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// What stands on it.
    pub lines: Vec<BoardLine>,
    /// Sorts. Field `known`.
    pub known: Vec<Choice>,
    /// Areas, everywhere first. Field `area`.
    pub areas: Vec<Choice>,
    /// What was typed. Field `words`.
    pub words: String,
    /// In how long it begins. Field `begins`.
    pub begins: Vec<Choice>,
    /// How long it lasts. Field `lasts`.
    pub lasts: Vec<Choice>,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

/// One hand-over note.
#[derive(Clone, Debug)]
pub struct HandoverNote {
    /// Who wrote it and when.
    pub by: String,
    /// The words.
    pub text: String,
}

/// The part of the duty page about a telephone.
#[derive(Clone, Debug)]
pub struct TelephonePart {
    /// How it stands, in one sentence.
    pub words: String,
    /// Whether there is one to end.
    pub has: bool,
    /// What the telephone is to text, when it was just asked for.
    pub shown: Option<ToText>,
}

/// What a telephone is to text, and to which number.
#[derive(Clone, Debug)]
pub struct ToText {
    /// The text.
    pub text: String,
    /// The number.
    pub number: String,
}

/// `/desk/duty`: start, stay, end, hand over.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/duty.html")]
pub struct DutyPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// How it stands, in one sentence.
    pub words: String,
    /// A break, or handing over, is due.
    pub tired: Option<String>,
    /// True when the debrief stands on the page: a duty has just ended.
    pub debrief: bool,
    /// Hours offered. Field `hours`.
    pub hours: Vec<Choice>,
    /// True for members of the desk, who hand over; observers do not.
    pub hands_over: bool,
    /// Where this member could go from; `None` off duty and for whoever is never sent.
    pub ready: Option<ReadyForm>,
    /// A telephone that is asked by text message; `None` for whoever is never sent.
    pub telephone: Option<TelephonePart>,
    /// Notes of earlier shifts, newest first.
    pub notes: Vec<HandoverNote>,
    /// What was typed. Field `note`.
    pub note: String,
    /// The server's VAPID public key, base64url without padding, for the duty phone.
    pub vapid_key: String,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}
