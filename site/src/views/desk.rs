//! The desk's queue and one report.
//!
//! The queue is complete without scripts: reloading is enough. Every form carries the hidden `csrf`
//! and the `version` of what was read, so that acting on something a colleague has changed is a
//! conflict and not a surprise. A witness has no name here and no field for one.

use askama::Template;

use super::{AskedAnswer, Choice, DeskAlertRow, DeskBar, Fact, FieldError, FootageLine, Frame, Link, Moment, MuteLine, Tag};

/// How a witness knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Saw it.
    Saw,
    /// Was told.
    Told,
    /// Saw it online.
    Online,
}

/// How many know it in one way.
#[derive(Clone, Debug)]
pub struct BasisCount {
    /// Which way.
    pub basis: Basis,
    /// In words, for example `2 saw it`.
    pub words: String,
}

/// One line of the queue: a report that waits, or an incident that is open.
#[derive(Clone, Debug)]
pub struct QueueItem {
    /// Private id, unique on the page.
    pub id: String,
    /// Path of its page.
    pub href: String,
    /// Age in words, for example `6 min`.
    pub age: String,
    /// How far the wick has burnt, 0 to 5.
    pub wick: u8,
    /// True when it waits too long: thick frame, inverted word.
    pub late: bool,
    /// True when somebody should look now: a coloured edge that repeats the word.
    pub soon: bool,
    /// The word under the wick, for example `New`, `Waiting`, `Late: the next person is called`.
    pub wait_words: String,
    /// What and where.
    pub headline: String,
    /// Its state.
    pub tag: Tag,
    /// How the witnesses know.
    pub bases: Vec<BasisCount>,
    /// A few of the witness's words.
    pub excerpt: Option<String>,
    /// Version to take; `None` when it cannot be taken (an incident, or taken already).
    pub take_version: Option<String>,
    /// Who has it, for example `Wren has it`.
    pub taken_by: Option<String>,
    /// Near-copies that this line stands for.
    pub fold: Option<QueueFold>,
    /// Lines of the known-activity board that may explain it, with their reasons.
    pub beside: Vec<String>,
}

/// Near-copies of a report, folded under the first of them.
#[derive(Clone, Debug)]
pub struct QueueFold {
    /// How many in a band, for example `200 or more near-identical: the first, and three samples`.
    pub words: String,
    /// Up to three of them, spread over the rest.
    pub samples: Vec<Link>,
}

/// `/desk`: what waits, what is open, what needs a second person, what is live.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/queue.html")]
pub struct QueuePage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// The heading, for example `Four waiting` or `Nothing is waiting`.
    pub heading: String,
    /// True when this member may write down a call.
    pub can_call: bool,
    /// The rule of waiting in words, for example `Oldest first. At 10 minutes the next person on
    /// the list is called.`
    pub rule_words: String,
    /// What just happened, for example `You took it.`
    pub notice: Option<String>,
    /// True off duty: the lists are empty whatever waits, and `quiet_words` says how much does.
    pub shut: bool,
    /// Reports that wait, in the order in which people should see them.
    pub waiting: Vec<QueueItem>,
    /// What standing mutes fold away.
    pub muted: Vec<MuteLine>,
    /// Reports whose witness wrote again, or wishes something that nobody has decided, oldest first.
    pub again: Vec<QueueItem>,
    /// Open incidents.
    pub incidents: Vec<QueueItem>,
    /// Alerts and entries that wait for a second person.
    pub second: Vec<Link>,
    /// Live alerts.
    pub live: Vec<DeskAlertRow>,
    /// Looks that somebody at the desk should know of, those that are overdue first.
    pub looks: Vec<Link>,
    /// Public copies whose giver wishes them public no longer.
    pub unwished: Vec<Link>,
    /// What changed, for the polite announcement of a page that is kept open.
    pub announce: String,
    /// What stands on the known-activity board, in words.
    pub board_words: String,
    /// A note of the shift before, when one is to be read.
    pub handed_over: Option<Link>,
    /// What the empty desk says, for example `Quiet since 02:14.`
    pub quiet_words: String,
}

/// An open incident that this report may belong to.
#[derive(Clone, Debug)]
pub struct SuggestedIncident {
    /// Private id, sent as `incident`.
    pub id: String,
    /// Path of its page.
    pub href: String,
    /// Its headline.
    pub headline: String,
    /// Distance in words, for example `about 80 m away`.
    pub distance: String,
    /// Time apart in words, for example `4 minutes apart`.
    pub apart: String,
    /// Why it is suggested, one reason each.
    pub reasons: Vec<String>,
}

/// An incident that this report belongs to.
#[derive(Clone, Debug)]
pub struct BelongsTo {
    /// Private id, sent as `incident`.
    pub id: String,
    /// Path of its page.
    pub href: String,
    /// Its headline.
    pub headline: String,
    /// How it ended, for example `Over`; empty while it goes on.
    pub ended: String,
}

/// A report and an incident that a member said are not the same.
#[derive(Clone, Debug)]
pub struct DifferentPair {
    /// Private id of the report.
    pub report: String,
    /// Version of the report, sent with the press.
    pub version: String,
    /// Private id of the incident, sent as `incident`.
    pub incident: String,
    /// Path of the other one's page: the incident's on a report's page, the report's on an incident's.
    pub href: String,
    /// Its headline.
    pub headline: String,
    /// Who said so and when.
    pub by: String,
    /// Why, when they wrote it.
    pub reason: String,
}

/// A wish of the witness that somebody at the desk must decide.
#[derive(Clone, Debug)]
pub struct DeskWish {
    /// Private id, sent as `wish`.
    pub id: String,
    /// The field for the reason on this page: `because-` with the id. Sent as `because`.
    pub field: String,
    /// What it is about, for example `A picture or clip`.
    pub about: String,
    /// The witness's words.
    pub words: String,
    /// When it was asked for.
    pub asked_at: String,
    /// What was typed as the reason, given back after an error.
    pub because: String,
}

/// `/desk/reports/{id}`: one report.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/report.html")]
pub struct DeskReportPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// Private id.
    pub id: String,
    /// Version of the report, in every form.
    pub version: String,
    /// What and where.
    pub headline: String,
    /// Its state.
    pub tag: Tag,
    /// What just happened.
    pub notice: Option<String>,
    /// What the witness said, as facts.
    pub facts: Vec<Fact>,
    /// What the witness wrote.
    pub text: Option<String>,
    /// True when its words are hard to read and are opened on purpose only.
    pub hard: bool,
    /// Lines of the known-activity board that may explain it, with their reasons.
    pub beside: Vec<String>,
    /// True when this member can let it go.
    pub can_free: bool,
    /// What was answered to the questions of the script.
    pub answers: Vec<AskedAnswer>,
    /// What was added, asked, answered and done, oldest first.
    pub timeline: Vec<Moment>,
    /// Who has it.
    pub taken_by: Option<String>,
    /// True when this member may take it.
    pub can_take: bool,
    /// What the witness said since that nobody has read, for example `The witness says that something
    /// was wrong.`
    pub news: Option<String>,
    /// That something in it was corrected by its witness, as a sign beside everything that rests on it.
    pub doubt: Option<String>,
    /// Wishes that somebody must decide; empty when this member may not.
    pub wishes: Vec<DeskWish>,
    /// True when this member may ask the witness now.
    pub can_ask: bool,
    /// Why not, or what was asked and is not answered yet.
    pub ask_words: Option<String>,
    /// What was typed to ask, given back after an error. Field `question`.
    pub question: String,
    /// The incidents it belongs to, in the order of joining.
    pub belongs: Vec<BelongsTo>,
    /// Other incidents nearby in distance and time.
    pub suggested: Vec<SuggestedIncident>,
    /// Incidents it is said to be different from.
    pub different: Vec<DifferentPair>,
    /// True when this member may join it, take it out, and say what is the same.
    pub can_join: bool,
    /// What was given to it.
    pub footage: Vec<FootageLine>,
    /// True when this member may make a link by which files are given to it.
    pub can_give: bool,
    /// True when it belongs to as many incidents as it can.
    pub full: bool,
    /// True when this member may open a new incident from it.
    pub can_open: bool,
    /// Reasons to set it aside, which the witness is told; empty when it cannot be. Field `reason`.
    pub set_aside: Vec<Choice>,
    /// What was typed for the desk alone. Field `more`.
    pub aside_more: String,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}
