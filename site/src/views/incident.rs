//! The desk's page of one incident, and what waits to be published.
//!
//! The level shown is computed by a rule and never typed; the rule and the reason stand beside it.
//! Independence is recorded by a person with a reason. Undoing a merge is one button, because people
//! merge wrongly at two in the morning.

use askama::Template;

use super::{ApprovalRow, Choice, DeskAlertRow, DeskBar, DifferentPair, Fact, FieldError, Frame, Link, MarksAsked, MarksShown, Tag};

/// A report that belongs to the incident.
#[derive(Clone, Debug)]
pub struct LinkedReport {
    /// Private id, sent as `report`.
    pub id: String,
    /// Path of its page.
    pub href: String,
    /// What and where.
    pub headline: String,
    /// How and when, for example `Saw it · 21:40`.
    pub words: String,
    /// What it rests on, one sentence each: way in, vantage, how they know, independence with its reason.
    pub lines: Vec<String>,
    /// That its witness has since said that something in it was wrong, or took it back.
    pub doubt: Option<String>,
    /// Other incidents it belongs to as well.
    pub others: Vec<Link>,
    /// True when the link can be undone.
    pub can_unlink: bool,
}

/// A waiting report that may belong to the incident, with its reasons and a one-press join.
#[derive(Clone, Debug)]
pub struct OfferedReport {
    /// Private id of the report.
    pub id: String,
    /// Version of the report, sent with the press.
    pub version: String,
    /// What and where.
    pub headline: String,
    /// How far, for example `about 80 m away, 4 minutes apart`.
    pub words: String,
    /// Why it is offered, one reason each.
    pub reasons: Vec<String>,
}

/// One claim by one source.
#[derive(Clone, Debug)]
pub struct ClaimRow {
    /// Private id, sent as `claim`.
    pub id: String,
    /// What it is about, from the playbook, for example `Officers, how many`.
    pub predicate: String,
    /// What is said.
    pub value: String,
    /// Who says so.
    pub source: String,
    /// How they know.
    pub basis: String,
    /// Range in words, for example `4 to 6`; empty when there is none.
    pub range: String,
    /// CAP certainty, for example `Likely`.
    pub certainty: String,
    /// That it rests on a report whose witness has since said that something was wrong, or took it back.
    pub doubt: Option<String>,
    /// True when somebody marked it disputed.
    pub disputed: bool,
    /// Why it is disputed.
    pub disputed_words: Option<String>,
}

/// What the form for a new claim offers. Fields `predicate`, `value`, `low`, `high`, `source`,
/// `source_note`, `basis`, `certainty`.
#[derive(Clone, Debug)]
pub struct ClaimForm {
    /// The playbook's predicates.
    pub predicates: Vec<Choice>,
    /// Sources: the linked reports, an observer on the scene, an official statement.
    pub sources: Vec<Choice>,
    /// Saw, told, online, official.
    pub bases: Vec<Choice>,
    /// CAP certainty.
    pub certainties: Vec<Choice>,
    /// What was typed. Field `value`.
    pub value: String,
    /// What was typed. Field `low`.
    pub low: String,
    /// What was typed. Field `high`.
    pub high: String,
    /// What was typed. Field `source_note`.
    pub source_note: String,
}

/// What a person recorded about two reports.
#[derive(Clone, Debug)]
pub struct IndependentPair {
    /// The two reports in words.
    pub reports: String,
    /// True when they are independent of each other.
    pub independent: bool,
    /// Why.
    pub reason: String,
    /// Who recorded it and when.
    pub by: String,
}

/// Something that may be published to the record, with its approvals.
#[derive(Clone, Debug)]
pub struct RecordProposal {
    /// Private id, part of the approve form's path.
    pub id: String,
    /// Version, sent with the form.
    pub version: String,
    /// What kind of entry, for example `Open to the record`.
    pub kind: String,
    /// The incident it belongs to.
    pub incident_headline: String,
    /// Path of that incident at the desk.
    pub incident_href: String,
    /// What the entry will say, exactly.
    pub will_say: Vec<Fact>,
    /// Words of today's page that will be marked as changed or taken away.
    pub strikes: Vec<String>,
    /// Which correction it is and who hears of it, when it corrects something public.
    pub hears: Option<String>,
    /// What the guard marked in it, with the reasons.
    pub marks: Option<MarksShown>,
    /// Approvals so far and still wanted.
    pub approvals: Vec<ApprovalRow>,
    /// True when this member may approve now. Field `marked`, where something must be ticked.
    pub can_approve: bool,
    /// True when it is this member's own, to be taken back.
    pub own: bool,
    /// True when this member may refuse it, or take it back, now. Field `reason`.
    pub can_refuse: bool,
    /// Why not, or what is still missing.
    pub refusal: Option<String>,
    /// Who refused it or took it back, and why.
    pub refused: Option<String>,
    /// Path of the published entry once it is in the log.
    pub published_href: Option<String>,
    /// What could not be taken; its reason's field is `reason-` and the id, its tick `marked-` and the id.
    pub errors: Vec<FieldError>,
}

/// Words that one member took from the public. Field `agreed`, `yes` or `no`.
#[derive(Clone, Debug)]
pub struct TakenAlone {
    /// Private id, part of the form's path.
    pub id: String,
    /// Version, sent with the form.
    pub version: String,
    /// The incident it belongs to.
    pub incident_headline: String,
    /// Path of its public page.
    pub record_href: String,
    /// Which entries, and why.
    pub says: String,
    /// Who, when, and how long ago.
    pub by: String,
    /// Whether a second member looked, and what they said.
    pub state: String,
    /// True when this member may say whether they agree.
    pub can_second: bool,
}

/// Opening an incident to the public record.
#[derive(Clone, Debug)]
pub struct PublishDesk {
    /// What the entry would say.
    pub will_say: Vec<Fact>,
    /// True when this member may propose it now.
    pub can_propose: bool,
    /// Why not.
    pub refusal: Option<String>,
    /// The proposal, once made.
    pub proposal: Option<RecordProposal>,
    /// Path of the editor, once it is in the record.
    pub editor_href: Option<String>,
}

/// Writing down what came of it.
#[derive(Clone, Debug)]
pub struct OutcomeDesk {
    /// Outcomes of the playbook. Field `outcome`.
    pub outcomes: Vec<Choice>,
    /// True when this member may propose one now.
    pub can_propose: bool,
    /// Why not.
    pub refusal: Option<String>,
    /// What the guard marked in the one that was chosen.
    pub marks: Option<MarksAsked>,
    /// The proposal, once made.
    pub proposal: Option<RecordProposal>,
}

/// `/desk/incidents/{id}`: one incident.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/incident.html")]
pub struct DeskIncidentPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// Private id.
    pub id: String,
    /// Version of the incident, in every form.
    pub version: String,
    /// What and where.
    pub headline: String,
    /// The computed level.
    pub level: Tag,
    /// Who works on it, for example `Wren has it`.
    pub taken_by: Option<String>,
    /// True when this member can put their name on it.
    pub can_hold: bool,
    /// True when this member can let it go.
    pub can_free: bool,
    /// Looks, newest first, in one line each; all lead to the page of looks.
    pub looks: Vec<String>,
    /// Path of the page of looks.
    pub looks_href: String,
    /// Why it has this level, from the rule.
    pub because: String,
    /// The rule in words.
    pub rule_words: String,
    /// What just happened.
    pub notice: Option<String>,
    /// Reports that belong to it.
    pub reports: Vec<LinkedReport>,
    /// Waiting reports that may belong to it, likeliest first.
    pub offered: Vec<OfferedReport>,
    /// Reports that are said to be different from it.
    pub different: Vec<DifferentPair>,
    /// True when this member may join reports and say what is the same.
    pub can_join: bool,
    /// Claims.
    pub claims: Vec<ClaimRow>,
    /// The form for a new claim; `None` when nothing can be added.
    pub claim_form: Option<ClaimForm>,
    /// What was recorded about independence.
    pub pairs: Vec<IndependentPair>,
    /// Reports to choose two from; fewer than two hide the form. Fields `first`, `second`.
    pub pair_reports: Vec<Choice>,
    /// What was typed. Field `reason` of the independence form.
    pub pair_reason: String,
    /// Alerts of this incident.
    pub alerts: Vec<DeskAlertRow>,
    /// Path of the composer; `None` when no alert may be composed.
    pub compose_href: Option<String>,
    /// Why not.
    pub compose_refusal: Option<String>,
    /// Ways to end it (`over`, `nothing-found`, `cannot-be-verified`, `mistaken`); empty once ended.
    /// Field `end`.
    pub ends: Vec<Choice>,
    /// Opening it to the record.
    pub publish: PublishDesk,
    /// Its outcome.
    pub outcome: OutcomeDesk,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

/// `/desk/record`: everything that waits to be published.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/record.html")]
pub struct DeskRecordPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// What just happened.
    pub notice: Option<String>,
    /// Proposals that wait.
    pub waiting: Vec<RecordProposal>,
    /// What one member took from the public alone, and no second one agreed to.
    pub alone: Vec<TakenAlone>,
    /// Replies and complaints, with how many wait.
    pub letters: Link,
    /// Incidents of the record, each leading to its editor.
    pub incidents: Vec<Link>,
    /// Proposals that were published.
    pub published: Vec<RecordProposal>,
    /// Proposals that were refused or taken back lately.
    pub refused: Vec<RecordProposal>,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}
