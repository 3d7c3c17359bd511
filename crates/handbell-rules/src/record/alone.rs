//! Alone: words that one member takes from the public at once, because waiting for a second one would hurt somebody.
//!
//! Everything else that is public takes two people. Here one presses, the words go in that commit, and nobody can
//! bring them back: neither the one who pressed nor the second member, who is asked afterwards and says whether they
//! agree. Until then the desk and the moderation log say that one member did it alone, and since when. What one
//! member can take like this is bounded by [`ALONE_ENTRIES_MAX`] (decision 0065): a stolen browser or a frightened
//! person can tear a hole into the record and cannot empty it.
//!
//! PROMISE a-withdrawal-leaves-a-mark

use super::entry::{NewEntry, moderated};
use super::ledger::Ledger;
use super::moderation::Moderation;
use super::proposal::{Follows, Proposal, Proposed};
use super::statement::{Ground, RedactionReason, Statement, Written, work_out};
use crate::bell::alert::Ring;
use crate::change::{Actor, Change, What};
use crate::desk::incident::Incident;
use crate::id::{ChangeId, MemberId, ProposalId};
use crate::people::member::{DeskCaller, Role};
use crate::refusal::{Record, Refusal};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Entries that one member may have taken alone without a second member's agreement. One incident that goes wrong is
/// some five entries (source, claim, assessment, correction, outcome), so this is two of them and a little more. It
/// is compiled in, because a group that could raise it could be made to.
pub const ALONE_ENTRIES_MAX: usize = 12;

/// That one member took words from the public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alone {
    /// The entries, by their places in the log.
    pub entries: Vec<u64>,
    /// Why.
    pub reason: RedactionReason,
    /// Whether something that the desk says was taken back with them, of which the told hear when a second member
    /// has looked: no telephone rings at one person's word.
    pub corrects: bool,
    /// What a second member said afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<Second>,
    /// What the log does not say yet, because it could not be signed when the words were taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_back: Option<HeldBack>,
}

/// Words that are gone and whose marks wait until the log can be signed again (decision 0087).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldBack {
    /// Since when.
    pub since: Timestamp,
    /// The entries that are to be written.
    pub entries: Vec<NewEntry>,
    /// The marks that are to be written: place in the log and the reason's code.
    pub marks: Vec<(u64, u8)>,
}

/// Takes out of what follows whatever would be signed, and leaves the going of the words.
#[must_use]
pub fn hold_back(follows: &mut Follows, since: Timestamp) -> HeldBack {
    let (entries, marks) = (std::mem::take(&mut follows.entries), std::mem::take(&mut follows.withdrawals));
    follows.held_back = marks.iter().map(|(index, _)| *index).collect();
    HeldBack { since, entries, marks }
}

/// Writes what was held back, now that the log can be signed; nothing where nothing was.
#[must_use]
pub fn write_held(change: ChangeId, incident: &Incident, proposal: &Proposal, now: Timestamp) -> Option<Change> {
    let alone = proposal.alone.as_ref()?;
    let held = alone.held_back.clone()?;
    let follows = Follows { entries: held.entries, late_marks: held.marks, ..Follows::default() };
    let proposal = Proposal { alone: Some(Alone { held_back: None, ..alone.clone() }), ..proposal.clone() };
    let what = What::WordsTakenAlone { incident: incident.clone(), proposal, follows };
    Some(Change { id: change, at: now, by: Actor::Worker, what })
}

/// What a second member said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Second {
    /// Who.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
    /// Whether they would have taken the words too. Either way these are gone.
    pub agreed: bool,
}

impl Alone {
    /// Whether a second member agreed.
    pub fn is_agreed(&self) -> bool {
        self.second.is_some_and(|second| second.agreed)
    }
}

/// Whether this reason allows one member to act. An order and an error can wait for a second one.
pub const fn is_urgent(reason: RedactionReason) -> bool {
    matches!(reason, RedactionReason::Safety | RedactionReason::PersonalDetails)
}

/// Entries that a member took without a second one's agreement, of every proposal taken alone.
pub fn without_agreement(by: MemberId, taken: &[Proposal]) -> usize {
    let own = taken.iter().filter(|one| one.proposed_by == by);
    own.filter_map(|one| one.alone.as_ref()).filter(|alone| !alone.is_agreed()).map(|alone| alone.entries.len()).sum()
}

/// What taking some words would write.
///
/// # Errors
/// Not the editor's role; a reason that can wait; an entry without words; more than one member may take alone.
pub fn written(
    caller: &DeskCaller,
    against: (&Ledger, Ground<'_>),
    entries: &[u64],
    reason: RedactionReason,
    taken: &[Proposal],
) -> Result<Written, Refusal> {
    caller.needs(Role::Editor).map_err(|_| Record::EditorNeeded)?;
    if !is_urgent(reason) {
        return Err(Record::NotUrgent.into());
    }
    if entries.is_empty() {
        return Err(Record::EntryNotRedactable.into());
    }
    if without_agreement(caller.member, taken) + entries.len() > ALONE_ENTRIES_MAX {
        return Err(Record::TooMuchAlone.into());
    }
    work_out(against.0, against.1, &entries.iter().map(|entry| Statement::Redaction { entry: *entry, reason }).collect::<Vec<_>>())
}

/// Takes words from the public, now and by one member. `follows` holds what the words' marks write and every copy of
/// the desk's without them; it brings neither rings nor a letter, which wait for the second member.
///
/// # Errors
/// [`Record::NotPublic`] where there is no record of the incident.
pub fn take(
    change: ChangeId,
    caller: &DeskCaller,
    incident: &Incident,
    id: ProposalId,
    alone: Alone,
    follows: Follows,
    now: Timestamp,
) -> Result<Change, Refusal> {
    if !incident.public {
        return Err(Record::NotPublic.into());
    }
    let proposal = Proposal {
        id,
        version: 0,
        incident: incident.id,
        // The words of a redaction are its entries and its reason, and those stand in `alone`.
        proposed: Proposed::Statements { statements: Vec::new() },
        proposed_by: caller.member,
        device: caller.device,
        at: now,
        published_at: Some(now),
        refused: None,
        explained: None,
        approved_by: None,
        letter: None,
        alone: Some(Alone { second: None, ..alone }),
    };
    let follows = Follows { rings: Vec::new(), letter: None, alerts: Vec::new(), ..follows };
    let what = What::WordsTakenAlone { incident: incident.clone(), proposal, follows };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what })
}

/// Whether this member may say something to what another took alone.
///
/// # Errors
/// Nothing was taken alone, somebody spoke already, or the log does not say yet that it was taken; no editor or approver; the same member or the same device.
pub fn may_second<'a>(caller: &DeskCaller, proposal: &'a Proposal) -> Result<&'a Alone, Refusal> {
    if ![Role::Editor, Role::Approver].iter().any(|role| caller.roles.contains(role)) {
        return Err(Record::EditorNeeded.into());
    }
    let alone =
        proposal.alone.as_ref().filter(|alone| alone.second.is_none() && alone.held_back.is_none()).ok_or(Record::ProposalClosed)?;
    if caller.member == proposal.proposed_by || caller.device == proposal.device {
        return Err(Record::SecondMemberNeeded.into());
    }
    Ok(alone)
}

/// A second member looked at what was taken and agrees, or does not. The words stay gone. Each entry gets its line in
/// the moderation log (PROMISE no-decision-in-silence), and whoever was told of something that was taken back hears
/// it now, in `rings`.
///
/// # Errors
/// As [`may_second`].
pub fn second(
    change: ChangeId,
    caller: &DeskCaller,
    proposal: &Proposal,
    agreed: bool,
    rings: Vec<Ring>,
    mut salt: impl FnMut() -> [u8; 32],
    now: Timestamp,
) -> Result<Change, Refusal> {
    let alone = may_second(caller, proposal)?;
    let line = |entry: &u64| moderated(proposal.incident, &Moderation::TakenAloneSeconded { entry: *entry, agreed }, salt(), now);
    let entries: Vec<NewEntry> = alone.entries.iter().map(line).collect();
    let rings = if alone.corrects { rings } else { Vec::new() };
    let alone = Alone { second: Some(Second { by: caller.member, at: now, agreed }), ..alone.clone() };
    let approved_by = agreed.then_some(caller.member);
    let proposal = Proposal { approved_by, alone: Some(alone), ..proposal.clone() };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::TakenAloneSeconded { proposal, entries, rings } })
}
