//! Proposal: what one member wants to publish and another must approve.
//!
//! PROMISE nothing-publishes-itself: an entry of the record exists because one member proposed it and a
//! different member approved it on a different device; there is no timer and no other way in. (An alert's
//! own entries follow from a bell that two members approved, once its incident was opened this way.)

use super::entry::NewEntry;
use crate::bell::alert::Alert;
use crate::change::{Actor, Change, What};
use crate::desk::incident::Incident;
use crate::guard;
use crate::id::{ChangeId, DeviceId, IncidentId, MemberId, ProposalId};
use crate::people::member::{DeskCaller, Role};
use crate::playbook::ReachRule;
use crate::refusal::{Record, Refusal};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Letters of an outcome and of its source.
pub const OUTCOME_LETTERS_MAX: usize = 300;

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
}

/// Proposes an entry.
pub fn propose(
    change: ChangeId,
    caller: &DeskCaller,
    incident: &Incident,
    reach: &ReachRule,
    id: ProposalId,
    proposed: Proposed,
    now: Timestamp,
) -> Result<Change, Refusal> {
    caller.needs(Role::Editor).map_err(|_| Record::EditorNeeded)?;
    check(incident, reach, &proposed, now)?;
    let proposal = Proposal {
        id,
        version: 0,
        incident: incident.id,
        proposed,
        proposed_by: caller.member,
        device: caller.device,
        at: now,
        published_at: None,
    };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::EntryProposed { proposal } })
}

fn check(incident: &Incident, reach: &ReachRule, proposed: &Proposed, now: Timestamp) -> Result<(), Refusal> {
    match proposed {
        Proposed::Opening => super::entry::may_open(incident, reach, now),
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
                if !guard::check(words, "en").is_empty() {
                    return Err(Record::TextFlagged.into());
                }
            }
            Ok(())
        }
    }
}

/// Approves and publishes a proposal. `alerts` are the incident's alerts whose entries are owed by this
/// change, already marked as logged; `entries` are all entries in order.
#[expect(clippy::too_many_arguments, reason = "each argument is one thing the rule weighs")]
pub fn publish(
    change: ChangeId,
    caller: &DeskCaller,
    incident: &Incident,
    reach: &ReachRule,
    proposal: &Proposal,
    alerts: Vec<Alert>,
    entries: Vec<NewEntry>,
    now: Timestamp,
) -> Result<Change, Refusal> {
    if ![Role::Editor, Role::Approver].iter().any(|role| caller.roles.contains(role)) {
        return Err(Record::EditorNeeded.into());
    }
    if proposal.published_at.is_some() {
        return Err(Record::ProposalClosed.into());
    }
    if caller.member == proposal.proposed_by || caller.device == proposal.device {
        return Err(Record::SecondMemberNeeded.into());
    }
    check(incident, reach, &proposal.proposed, now)?;
    let mut incident = incident.clone();
    if proposal.proposed == Proposed::Opening {
        incident.public = true;
    }
    let proposal = Proposal { published_at: Some(now), ..proposal.clone() };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::EntryPublished { incident, proposal, alerts, entries } })
}
