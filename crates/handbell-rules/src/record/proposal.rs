//! Proposal: what one member wants to publish and another must approve.
//!
//! PROMISE nothing-publishes-itself: an entry of the record exists because one member proposed it and a
//! different member approved it on a different device; there is no timer. The one other way in is
//! [`super::entry::LetIn::Import`], by hand, and every page of it says so. (An alert's
//! own entries follow from a bell that two members approved, once its incident was opened this way.)
//! Words that the guard marked are published only when one member said why they may stand and the other read
//! them ([`super::marks`]).

use super::alone::Alone;
use super::entry::{NewEntry, moderated};
use super::ledger::Ledger;
use super::letter::{self, Hands, Letter};
use super::marks::{self, Explained, Explanation};
use super::moderation::Moderation;
use super::outcome::OUTCOME_LETTERS_MAX;
use super::statement::{Ground, Statement, Written, work_out};
use crate::bell::alert::{Alert, Ring};
use crate::change::{Actor, Change, What};
use crate::desk::incident::Incident;
use crate::evidence::hiding::Hiding;
use crate::id::{ChangeId, DeviceId, IncidentId, LetterId, MemberId, ProposalId};
use crate::people::member::{DeskCaller, Role};
use crate::playbook::ReachRule;
use crate::refusal::{Desk, Record, Refusal};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Letters of the reason why a proposal is refused.
pub const REASON_LETTERS_MAX: usize = 500;

/// What is proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Proposed {
    /// Open the incident to the public record.
    Opening,
    /// How it ended.
    Outcome {
        /// What became of it.
        text: String,
        /// Who says so.
        says: String,
    },
    /// Sources, claims, what the desk says about them, and what became of them.
    Statements {
        /// In order.
        statements: Vec<Statement>,
    },
}

/// What a member brings: what is proposed, and why words of it that the guard marked may stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProposal {
    /// What is proposed.
    pub proposed: Proposed,
    /// Why marked words may stand; empty where none is marked.
    pub explanation: Explanation,
}

/// A proposal of which nothing is explained, since nothing should be marked.
impl From<Proposed> for NewProposal {
    fn from(proposed: Proposed) -> Self {
        Self { proposed, explanation: Explanation::default() }
    }
}

/// That a proposal was refused by another member, or taken back by the one who made it. It is never published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Who refused it; the one who made it when it was taken back.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
    /// Why, for the desk only; empty when it was taken back without a word.
    pub reason: String,
}

/// A proposal as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Private id.
    pub id: ProposalId,
    /// How often it was changed.
    pub version: u32,
    /// The incident.
    pub incident: IncidentId,
    /// What is proposed.
    pub proposed: Proposed,
    /// Who proposed it.
    pub proposed_by: MemberId,
    /// On which device.
    pub device: DeviceId,
    /// When.
    pub at: Timestamp,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// That it was refused or taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
    /// What the guard marked in it and why that may stand; nothing when nothing was marked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explained: Option<Explained>,
    /// Who approved it; none before that, and where an older version did not write it down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<MemberId>,
    /// The letter whose words it would publish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<LetterId>,
    /// That one member took words from the public by it, without a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone: Option<Alone>,
}

impl Proposal {
    /// Whether nobody has decided it yet.
    pub const fn is_open(&self) -> bool {
        self.published_at.is_none() && self.refused.is_none()
    }

    /// Whether one member took words by it and no second one agreed.
    pub fn is_alone(&self) -> bool {
        self.alone.as_ref().is_some_and(|alone| !alone.is_agreed())
    }
}

/// Proposes an entry. Statements are held against the incident's ledger; approving holds them against it again. Without
/// a public reach of its kind, only words are taken from the public.
///
/// # Errors
/// What the record refuses, and words that the guard marked without a reason that fits them.
#[expect(clippy::too_many_arguments, reason = "each argument is one thing the rule weighs")]
pub fn propose(
    change: ChangeId,
    caller: &DeskCaller,
    incident: &Incident,
    reach: Option<&ReachRule>,
    ledger: (&Ledger, Ground<'_>),
    id: ProposalId,
    new: NewProposal,
    now: Timestamp,
) -> Result<Change, Refusal> {
    let NewProposal { proposed, explanation } = new;
    caller.needs(Role::Editor).map_err(|_| Record::EditorNeeded)?;
    check(incident, reach, &proposed, now)?;
    let explained = marks::explain(&texts(ledger, &proposed)?, incident.home, &explanation)?;
    let proposal = Proposal {
        id,
        version: 0,
        incident: incident.id,
        proposed,
        proposed_by: caller.member,
        device: caller.device,
        at: now,
        published_at: None,
        refused: None,
        explained,
        approved_by: None,
        letter: None,
        alone: None,
    };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::EntryProposed { proposal } })
}

/// Whether a proposal takes words from the public and says nothing.
fn only_takes(proposed: &Proposed) -> bool {
    let Proposed::Statements { statements } = proposed else { return false };
    statements.iter().all(|one| matches!(one, Statement::Redaction { .. }))
}

fn check(incident: &Incident, reach: Option<&ReachRule>, proposed: &Proposed, now: Timestamp) -> Result<(), Refusal> {
    // A playbook that publishes a kind no more holds back new words, and never keeps old ones from being taken.
    if reach.is_none() && !only_takes(proposed) {
        return Err(Record::TooEarly.into());
    }
    match proposed {
        Proposed::Opening => super::entry::may_open(incident, reach.ok_or(Record::TooEarly)?, now),
        Proposed::Outcome { text, says } => {
            if !incident.public {
                return Err(Record::NotPublic.into());
            }
            if incident.ended.is_none() {
                return Err(Record::StillLive.into());
            }
            if text.trim().is_empty() || says.trim().is_empty() {
                return Err(Record::OutcomeMissing.into());
            }
            for words in [text, says] {
                if words.chars().count() > OUTCOME_LETTERS_MAX || words.chars().any(char::is_control) {
                    return Err(Record::OutcomeTooLong.into());
                }
                super::words::plain(words, incident.home)?;
            }
            Ok(())
        }
        Proposed::Statements { .. } if !incident.public => Err(Record::NotPublic.into()),
        Proposed::Statements { statements } => {
            // What has not come yet cannot have been asked or answered.
            let minute = now.utc_minute();
            let late = |one: &Statement| match one {
                Statement::Asked(asked) => asked.asked > minute,
                Statement::Came(came) => came.when > minute,
                _ => false,
            };
            if statements.iter().any(late) {
                return Err(Record::MinuteWrong.into());
            }
            // PROMISE every-sentence-has-a-source: what a file brings comes another way and says so.
            if statements.iter().any(|one| matches!(one, Statement::LookAlike(new) if new.claims.is_empty())) {
                return Err(Record::SentenceUnsourced.into());
            }
            let outcomes = || statements.iter().filter_map(|one| if let Statement::Outcome(new) = one { Some(new) } else { None });
            if incident.ended.is_none() && outcomes().next().is_some() {
                return Err(Record::StillLive.into());
            }
            let today = minute.get(..10).and_then(super::outcome::day);
            if outcomes().any(|new| !today.is_some_and(|today| new.was_asked_by(today))) {
                return Err(Record::AskedMissing.into());
            }
            Ok(())
        }
    }
}

/// Every text of a proposal that somebody typed, in order, as the guard reads them.
///
/// # Errors
/// What the statements are refused for.
pub fn texts(ledger: (&Ledger, Ground<'_>), proposed: &Proposed) -> Result<Vec<String>, Refusal> {
    match proposed {
        Proposed::Opening => Ok(Vec::new()),
        Proposed::Outcome { text, says } => Ok(vec![text.clone(), says.clone()]),
        Proposed::Statements { statements } => Ok(work_out(ledger.0, ledger.1, statements)?.texts),
    }
}

impl Proposal {
    /// A published proposal without its words: who proposed what sort of thing, and when, and what the guard had
    /// marked by the names of its rules. The words stand in the log until they are withdrawn there, and then
    /// nowhere.
    #[must_use]
    pub fn without_words(&self) -> Self {
        let proposed = match &self.proposed {
            Proposed::Opening => Proposed::Opening,
            Proposed::Outcome { .. } => Proposed::Outcome { text: String::new(), says: String::new() },
            Proposed::Statements { .. } => Proposed::Statements { statements: Vec::new() },
        };
        Self { proposed, explained: self.explained.as_ref().map(Explained::without_words), ..self.clone() }
    }

    /// Whether it lost the words that it said.
    #[must_use]
    pub const fn is_bare(&self) -> bool {
        match &self.proposed {
            Proposed::Opening => false,
            Proposed::Outcome { text, .. } => text.is_empty(),
            Proposed::Statements { statements } => statements.is_empty(),
        }
    }
}

/// What an approved proposal writes beside itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Follows {
    /// The incident's alerts whose entries are owed by this change, already marked as logged.
    pub alerts: Vec<Alert>,
    /// Earlier proposals of the incident without their words, where this one takes words from the public.
    pub emptied: Vec<Proposal>,
    /// Drawings without the words that describe their public copy, where this takes these from the public.
    pub undescribed: Vec<Hiding>,
    /// All entries, in order.
    pub entries: Vec<NewEntry>,
    /// Entries whose content goes: place in the log and the reason's code.
    pub withdrawals: Vec<(u64, u8)>,
    /// Entries whose content goes now, while the log cannot be signed and no mark can come.
    pub held_back: Vec<u64>,
    /// The marks of entries whose content was held back before: place in the log and the reason's code.
    pub late_marks: Vec<(u64, u8)>,
    /// What the told hear of a correction, ring by ring.
    pub rings: Vec<Ring>,
    /// The letter whose words these are, which is published with them.
    pub letter: Option<Letter>,
}

/// Approves and publishes a proposal, with what follows from it. `ticked` is whether the caller said that they
/// read the words the guard marked and that these may stand; it is asked for where a strict rule marked any.
///
/// # Errors
/// What the record refuses by now; marked words for which nobody gave a reason; no tick where one is asked for.
#[expect(clippy::too_many_arguments, reason = "each argument is one thing the rule weighs")]
pub fn publish(
    change: ChangeId,
    caller: &DeskCaller,
    incident: &Incident,
    reach: Option<&ReachRule>,
    ledger: (&Ledger, Ground<'_>),
    proposal: &Proposal,
    ticked: bool,
    follows: Follows,
    now: Timestamp,
) -> Result<Change, Refusal> {
    may_approve(caller, proposal)?;
    check(incident, reach, &proposal.proposed, now)?;
    marks::stands(&texts(ledger, &proposal.proposed)?, incident.home, proposal.explained.as_ref(), ticked)?;
    let mut incident = incident.clone();
    if proposal.proposed == Proposed::Opening {
        incident.public = true;
    }
    let follows = match (proposal.letter, follows.letter) {
        (None, _) => Follows { letter: None, ..follows },
        (Some(of), Some(letter)) if letter.id == of => Follows { letter: Some(letter::published(&letter, proposal.id, now)?), ..follows },
        (Some(_), _) => return Err(Record::LetterClosed.into()),
    };
    let explained = proposal.explained.as_ref().map(|explained| explained.agreed_by(caller.member, now));
    let proposal = Proposal { published_at: Some(now), approved_by: Some(caller.member), explained, ..proposal.clone() };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::EntryPublished { incident, proposal, follows } })
}

/// Whether this member may approve this proposal: an editor or approver, and neither the one who proposed it
/// nor on the same device (PROMISE nothing-publishes-itself).
pub fn may_approve(caller: &DeskCaller, proposal: &Proposal) -> Result<(), Refusal> {
    if ![Role::Editor, Role::Approver].iter().any(|role| caller.roles.contains(role)) {
        return Err(Record::EditorNeeded.into());
    }
    if !proposal.is_open() {
        return Err(Record::ProposalClosed.into());
    }
    if caller.member == proposal.proposed_by || caller.device == proposal.device {
        return Err(Record::SecondMemberNeeded.into());
    }
    Ok(())
}

/// What a refusal touches beside the proposal.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The incident.
    pub incident: &'a Incident,
    /// Whether words were taken from the public there. What was open then may say them once more.
    pub bereft: bool,
    /// The letter whose words it would have published, and who had a hand in what that is about.
    pub letter: Option<(&'a Letter, Hands<'a>)>,
    /// Fresh randomness for the line in the moderation log.
    pub salt: [u8; 32],
}

/// Refuses a proposal with a reason, or takes one's own back. Nothing of it is ever public. That another member
/// refused something stands in the moderation log, where the incident is public; that somebody changed their own
/// mind does not. Who wrote what a reply answers does not keep the reply away (PROMISE handled-by-somebody-else).
/// Where words of the incident were taken from the public, what is refused is kept without its own (PROMISE
/// a-withdrawal-leaves-a-mark).
///
/// # Errors
/// Decided already; neither its maker nor an editor or approver; a hand in what a reply is about; no reason, unless it
/// is one's own.
pub fn refuse(
    change: ChangeId,
    caller: &DeskCaller,
    proposal: &Proposal,
    around: Around<'_>,
    reason: &str,
    now: Timestamp,
) -> Result<Change, Refusal> {
    let own = caller.member == proposal.proposed_by;
    if !own && ![Role::Editor, Role::Approver].iter().any(|role| caller.roles.contains(role)) {
        return Err(Record::EditorNeeded.into());
    }
    if !proposal.is_open() {
        return Err(Record::ProposalClosed.into());
    }
    // A letter that was closed meanwhile stays as it is, and anybody may clear away what was made of it.
    let letter = around.letter.filter(|(letter, _)| Some(letter.id) == proposal.letter && letter.closed.is_none());
    if let Some((letter, hands)) = letter.filter(|_| !own) {
        letter::may_handle(caller, letter, hands)?;
    }
    let reason = reason.trim();
    if reason.is_empty() && !own {
        return Err(Desk::ReasonMissing.into());
    }
    if reason.chars().count() > REASON_LETTERS_MAX {
        return Err(Desk::ReasonTooLong.into());
    }
    let refused = Refused { by: caller.member, at: now, reason: reason.to_owned() };
    let line = Moderation::ProposalRefused { proposed: proposal.at.utc_minute() };
    let logged = around.incident.public && !own;
    let entries = logged.then(|| moderated(proposal.incident, &line, around.salt, now)).into_iter().collect();
    let letter = letter.map(|(letter, _)| letter::refused(letter));
    let kept = if around.bereft { proposal.without_words() } else { proposal.clone() };
    let proposal = Proposal { refused: Some(refused), ..kept };
    let what = What::EntryRefused { proposal, letter, entries };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what })
}

/// What the statements of a proposal write now; nothing for the other proposals.
pub fn written(ledger: &Ledger, ground: Ground<'_>, proposal: &Proposal) -> Result<Written, Refusal> {
    match &proposal.proposed {
        Proposed::Statements { statements } => work_out(ledger, ground, statements),
        Proposed::Opening | Proposed::Outcome { .. } => Ok(Written::default()),
    }
}
