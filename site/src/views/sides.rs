//! The other sides: forms for replies and complaints, what their senders read, and how the desk handles them.
//!
//! Both sides read the same clocks in the same words. Public pages hold nothing but what the sender typed; pages of
//! the desk name members, never senders. Everything is whole without scripts.

use askama::Template;

use super::{Choice, DeskBar, Fact, FieldError, Frame, Link, MarksAsked, Tag};

/// `/record/{incident}/reply` and `/record/{incident}/complaint`: one form each.
#[derive(Clone, Debug, Template)]
#[template(path = "letter.html")]
pub struct LetterFormPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Public id of the incident.
    pub id: String,
    /// Its title.
    pub title: String,
    /// True for a reply, false for a complaint.
    pub is_reply: bool,
    /// What happens with it, in sentences, clocks among them.
    pub says: Vec<String>,
    /// Roles (field `role`) or reasons (field `reason`).
    pub choices: Vec<Choice>,
    /// The body that answers. Field `body`.
    pub body: String,
    /// Claims it is about. Field `claim`, repeated.
    pub claims: Vec<Choice>,
    /// Where more claims stand than have room here: their list, and what was typed of their numbers. Field `claims`.
    pub more_claims: Option<(Link, String)>,
    /// The words. Field `text`.
    pub text: String,
    /// A way to reach the sender. Field `contact`.
    pub contact: String,
    /// Who can read that.
    pub contact_words: String,
    /// A key of this sending. Field `once`.
    pub once: String,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

impl LetterFormPage {
    /// The last part of the form's address.
    pub fn name(&self) -> &'static str {
        if self.is_reply { "reply" } else { "complaint" }
    }
}

/// The answer to a letter that was taken in: the seven words, once.
#[derive(Clone, Debug, Template)]
#[template(path = "letter-received.html")]
pub struct LetterReceivedPage {
    /// What stands around the page.
    pub frame: Frame,
    /// True for a reply.
    pub is_reply: bool,
    /// The seven words.
    pub words: Vec<String>,
    /// Received, taken by, decided by.
    pub clocks: Vec<Fact>,
    /// Path of the incident.
    pub href: String,
}

/// What became of a letter, behind its words.
#[derive(Clone, Debug, Template)]
#[template(path = "letter-status.html")]
pub struct LetterStatusPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The words, carried hidden.
    pub words: String,
    /// True for a reply.
    pub is_reply: bool,
    /// Where it stands.
    pub state: Tag,
    /// What became of it so far.
    pub became: Vec<String>,
    /// Received, taken by, decided by.
    pub clocks: Vec<Fact>,
    /// What was sent, passage by passage; empty once it stands in the record or was taken back.
    pub sent: Vec<String>,
    /// Shorter words that the desk offers and nobody has agreed to.
    pub shorter: Vec<String>,
    /// The incident's page.
    pub record: Link,
    /// True while it can be taken back.
    pub can_withdraw: bool,
    /// What just happened.
    pub notice: Option<String>,
}

/// One decision in the public log.
#[derive(Clone, Debug)]
pub struct ModerationRow {
    /// When, to the minute.
    pub at: String,
    /// The entry's place in the log.
    pub index: String,
    /// The incident's page.
    pub href: String,
    /// Its title.
    pub title: String,
    /// What was decided.
    pub says: String,
    /// Who decided, by what they were to the matter.
    pub by: String,
}

/// `/record/moderation`: every decision about what may be shown.
#[derive(Clone, Debug, Template)]
#[template(path = "moderation.html")]
pub struct ModerationPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Decisions, newest first.
    pub decisions: Vec<ModerationRow>,
    /// Path of the older ones.
    pub next_href: Option<String>,
}

/// One letter in the desk's list.
#[derive(Clone, Debug)]
pub struct LetterRow {
    /// Its page.
    pub href: String,
    /// What it is, and about what.
    pub headline: String,
    /// When it came, who has it, what is due when.
    pub meta: String,
    /// Where it stands.
    pub tag: Tag,
}

/// `/desk/replies`: replies and complaints.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/letters.html")]
pub struct LettersPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// Those that wait, by what is due first.
    pub waiting: Vec<LetterRow>,
    /// Those that were decided lately.
    pub decided: Vec<LetterRow>,
}

/// One passage of a reply, with what the desk does with it.
#[derive(Clone, Debug)]
pub struct PassageAsked {
    /// The words.
    pub words: String,
    /// What the list is called, for example `Passage 1`.
    pub label: String,
    /// The field: `out-1`, `out-2` …
    pub field: String,
    /// That it stands, or why it does not.
    pub choices: Vec<Choice>,
}

/// `/desk/replies/{id}`: one letter.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/letter.html")]
pub struct LetterPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// Private id.
    pub id: String,
    /// Version, in every form.
    pub version: String,
    /// What it is, and about what.
    pub headline: String,
    /// True for a reply.
    pub is_reply: bool,
    /// Where it stands.
    pub tag: Tag,
    /// The incident's public page, and where its record is written.
    pub links: Vec<Link>,
    /// In which role or for which reason, about what, and the clocks.
    pub facts: Vec<Fact>,
    /// What was sent.
    pub sent: Vec<String>,
    /// Why this member cannot handle it.
    pub refusal: Option<String>,
    /// True when they may take it.
    pub can_take: bool,
    /// True when it is theirs to decide.
    pub can_decide: bool,
    /// True when they may propose to publish it.
    pub can_publish: bool,
    /// Passages, each with what is done with it.
    pub passages: Vec<PassageAsked>,
    /// Shorter words that were offered, and whether the sender agreed.
    pub shorter: Option<Fact>,
    /// Whole or shortened. Field `words`.
    pub which: Vec<Choice>,
    /// Field `checked`.
    pub checked: Vec<Choice>,
    /// What was typed. Field `shorter`.
    pub shorter_typed: String,
    /// Why it is declined, or what is done about a complaint. Field `verdict`.
    pub verdicts: Vec<Choice>,
    /// What the guard marked.
    pub marks: Option<MarksAsked>,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

/// `/desk/incidents/{id}/sides`: a body's words, and whether it was asked.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/sides.html")]
pub struct SidesPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// The incident's id.
    pub id: String,
    /// Its version, in every form.
    pub version: String,
    /// What and where.
    pub headline: String,
    /// What is needed before anything can be added; no form then.
    pub refusal: Option<String>,
    /// What stands: statements and requests, in sentences.
    pub stands: Vec<String>,
    /// Sources whose words may stand. Field `source`.
    pub sources: Vec<Choice>,
    /// The day. Field `said`.
    pub said: String,
    /// The words. Field `text`.
    pub text: String,
    /// Who was asked. Field `body`.
    pub body: String,
    /// How. Field `how`.
    pub hows: Vec<Choice>,
    /// What is said of clocks here.
    pub zone_words: String,
    /// When. Fields `asked_day` and `asked_clock`.
    pub asked: (String, String),
    /// By when. Fields `until_day` and `until_clock`.
    pub until: (String, String),
    /// What about. Field `about`.
    pub about: String,
    /// Requests. Field `request`.
    pub requests: Vec<Choice>,
    /// What came. Field `came`.
    pub cames: Vec<Choice>,
    /// When. Fields `came_day` and `came_clock`.
    pub came: (String, String),
    /// Which form the marked words belong to: `statement` or `asked`.
    pub marked_in: String,
    /// What the guard marked.
    pub marks: Option<MarksAsked>,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}
