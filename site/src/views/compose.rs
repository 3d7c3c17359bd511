//! Composing an alert, approving it, ringing, updating and ending it.
//!
//! The composer has selects and tick boxes only: an alert's words come from the playbook's template
//! and no desk can talk it out of its safe shape. The preview is what people will see. Counts are
//! bands, and nobody is shown who was told.

use askama::Template;

use super::{Choice, DeskBar, DispatchDesk, Fact, FieldError, Frame, Moment, Tag};

/// One slot of the alert's template. Field `slot-NAME`.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Name of the slot in the playbook.
    pub name: String,
    /// The words before the slot, for example `Immigration officers are …`.
    pub label: String,
    /// What can stand in it.
    pub choices: Vec<Choice>,
}

/// `/desk/incidents/{id}/compose`: make a draft.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/compose.html")]
pub struct ComposePage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// Private id of the incident.
    pub incident: String,
    /// Version of the incident.
    pub version: String,
    /// The incident's headline.
    pub headline: String,
    /// The incident's level.
    pub level: Tag,
    /// The playbook's slots.
    pub slots: Vec<Slot>,
    /// Who hears it. Field `reach`.
    pub reaches: Vec<Choice>,
    /// Named areas. Field `area`, repeated. One is required.
    pub areas: Vec<Choice>,
    /// When it ends by itself; values are minutes. Field `expires`.
    pub expires: Vec<Choice>,
    /// The conduct lines that will travel inside.
    pub conduct: Vec<String>,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

/// What people will see, exactly.
#[derive(Clone, Debug)]
pub struct AlertPreview {
    /// Title on a locked phone.
    pub push_title: String,
    /// Text on a locked phone.
    pub push_body: String,
    /// Headline of the page.
    pub headline: String,
    /// What the alert is for.
    pub purpose: String,
    /// The area in words.
    pub area: String,
    /// From when to when, for example `21:42 to 23:42`.
    pub times: String,
    /// State tag of the page.
    pub tag: Tag,
}

/// One approval, given or still wanted.
#[derive(Clone, Debug)]
pub struct ApprovalRow {
    /// True when given.
    pub given: bool,
    /// Who, for example `Wren, approver`, or who is wanted, for example `Another approver, on
    /// another device`.
    pub who: String,
    /// When and on which device, for example `21:40, on another device`.
    pub words: String,
}

/// What became of the messages, as counts in words.
#[derive(Clone, Debug)]
pub struct Deliveries {
    /// Handed to the push service.
    pub told: String,
    /// Still on their way.
    pub waiting: String,
    /// Given up, or gone.
    pub unreachable: String,
    /// How long the told list lives, in words.
    pub list_words: String,
}

/// When a live alert runs out, and what one press does about it.
#[derive(Clone, Debug)]
pub struct Renewal {
    /// When it runs out, and until when it can be renewed.
    pub words: String,
    /// Why it cannot be renewed now.
    pub refusal: Option<String>,
}

/// An update that waits for approvals.
#[derive(Clone, Debug)]
pub struct PendingUpdate {
    /// Private id, part of the forms' paths.
    pub id: String,
    /// What it will say.
    pub words: String,
    /// What the press that approves signs; `None` where nothing is signed.
    pub sign_text: Option<String>,
    /// Approvals given and wanted.
    pub approvals: Vec<ApprovalRow>,
    /// True when this member may approve.
    pub can_approve: bool,
    /// True when it may be sent.
    pub can_send: bool,
    /// Why not.
    pub refusal: Option<String>,
}

/// `/desk/alerts/{id}`: approve, ring, update, end.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/alert.html")]
pub struct DeskAlertPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// Private id.
    pub id: String,
    /// Version of the alert, in every form.
    pub version: String,
    /// The heading, for example `Ring the bell for Peckham North?`
    pub heading: String,
    /// What stands, in words, for example `Written by Plover. One of two has agreed.`
    pub state_words: String,
    /// Its state; `None` for a draft.
    pub tag: Option<Tag>,
    /// What just happened.
    pub notice: Option<String>,
    /// What it is: incident, reach, area, ends at.
    pub facts: Vec<Fact>,
    /// Exactly what people see.
    pub preview: AlertPreview,
    /// The conduct lines inside.
    pub conduct: Vec<String>,
    /// How many people it reaches, as a band, for example `10–49 people`.
    pub audience: String,
    /// Who asked and rests, a sentence each with a band in it; while it is a draft.
    pub resting: Vec<String>,
    /// Heading of the approvals, for example `Two people must agree`.
    pub approvals_words: String,
    /// Approvals given and wanted.
    pub approvals: Vec<ApprovalRow>,
    /// What the press that approves signs; `None` where nothing is signed.
    pub sign_text: Option<String>,
    /// True when the day's broad alerts are used up and this member may let it through. Field `reason`.
    pub held_back: bool,
    /// What was typed as the reason.
    pub reason: String,
    /// True when this member may approve now.
    pub can_approve: bool,
    /// True when it may be rung now.
    pub can_ring: bool,
    /// Why it cannot be approved or rung, and what to do.
    pub refusal: Option<String>,
    /// True once rung: the decision part is replaced by deliveries and ends.
    pub rung: bool,
    /// What became of the messages; `None` before ringing.
    pub deliveries: Option<Deliveries>,
    /// What was said so far, newest first.
    pub said: Vec<Moment>,
    /// Fixed update sentences of the playbook; empty when none may be sent. Field `update`.
    pub updates: Vec<Choice>,
    /// An update that waits for approvals.
    pub pending_update: Option<PendingUpdate>,
    /// What renewing would do; `None` when it is not live.
    pub renewal: Option<Renewal>,
    /// Fixed text of a cancel; `None` when it cannot be cancelled.
    pub cancel_words: Option<String>,
    /// Fixed text of a stand-down; `None` when it cannot be stood down.
    pub stand_down_words: Option<String>,
    /// Path of the page people see; `None` before ringing.
    pub public_href: Option<String>,
    /// Who is wanted at its place and who goes; for a dispatch.
    pub dispatch: Option<DispatchDesk>,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

/// One alert in a list at the desk.
#[derive(Clone, Debug)]
pub struct DeskAlertRow {
    /// Path of its page at the desk.
    pub href: String,
    /// Its headline.
    pub headline: String,
    /// Reach and times in words, for example `neighbours · ends 23:42`.
    pub words: String,
    /// Its state.
    pub tag: Option<Tag>,
}

/// `/desk/alerts`: drafts, live and ended alerts.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/alerts.html")]
pub struct DeskAlertsPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// What just happened.
    pub notice: Option<String>,
    /// Drafts that wait for approvals.
    pub drafts: Vec<DeskAlertRow>,
    /// Live alerts.
    pub live: Vec<DeskAlertRow>,
    /// Ended alerts.
    pub ended: Vec<DeskAlertRow>,
}
