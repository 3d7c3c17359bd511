//! Letter: a reply or a complaint that somebody concerned sent in, from its coming until it is decided.
//!
//! It is handled by a member who neither proposed nor approved what it is about, within clocks that the sender
//! reads as the desk does. Nothing here knows who sent it: no field is a person's name, and a way to reach them is
//! sealed and kept apart. What is published follows from it by two members and holds the sender's words or marks in
//! their place; nothing is declined or decided without a line in the public moderation log.
//!
//! | where it stands | who moves it | to |
//! | --- | --- | --- |
//! | sent | a member takes it | taken |
//! | taken | that member offers shorter words; the sender agrees | taken |
//! | taken | that member proposes it; another approves | published |
//! | proposed | another refuses it | taken |
//! | taken | that member declines it, or decides the complaint | declined, decided |
//! | any that is open | the sender | withdrawn |

mod lists;

pub use lists::{ComplaintReason, Decline, Remedy};

use super::entry::{NewEntry, moderated};
use super::moderation::{Moderation, Verdict};
use super::proposal::Proposal;
use super::reply::{CLAIMS_MAX, NewReply, PASSAGES_MAX, Passage, REPLY_LETTERS_MAX, ReplyRole, TakenOut, passages};
use super::statement::body_of;
use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, IncidentId, LetterId, MemberId, ProposalId};
use crate::people::member::{DeskCaller, Role};
use crate::refusal::{Record, Refusal};
use crate::time::{DAY, HOUR, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long an undecided letter is kept at most.
pub const LETTER_KEPT_OPEN: i64 = 180 * DAY;
/// How long a decided one is kept, so that its sender can read what became of it.
pub const LETTER_KEPT_DECIDED: i64 = 30 * DAY;
/// How long a sealed way to reach the sender is kept.
pub const LETTER_CONTACT_KEPT: i64 = 14 * DAY;
/// Within which an ordinary letter is taken by somebody.
pub const TAKEN_WITHIN: i64 = 24 * HOUR;
/// Within which it is decided: our target for an ordinary correction request (safety 2.4, R-79).
pub const DECIDED_WITHIN: i64 = 72 * HOUR;
/// Within which a letter is taken that says somebody can be recognised or is private: safety 2.4 asks for an hour
/// while the desk is staffed.
pub const URGENT_TAKEN_WITHIN: i64 = HOUR;
/// Within which it is decided, staffed or not (safety 2.4).
pub const URGENT_DECIDED_WITHIN: i64 = 12 * HOUR;

/// What somebody sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "sent")]
pub enum Sent {
    /// An answer that is meant to be published.
    Reply {
        /// In which role.
        role: ReplyRole,
        /// The body, by its public name; empty when none is named.
        body: String,
        /// The claims it answers; none for the page as a whole.
        claims: Vec<u32>,
        /// The words; empty once they stand in the record or were taken back.
        text: String,
    },
    /// A complaint, which is never published.
    Complaint {
        /// Why.
        reason: ComplaintReason,
        /// The claims it is about; none for the page as a whole.
        claims: Vec<u32>,
        /// The words; empty once taken back.
        text: String,
    },
}

impl Sent {
    /// The words.
    pub fn text(&self) -> &str {
        match self {
            Self::Reply { text, .. } | Self::Complaint { text, .. } => text,
        }
    }
    /// The claims it is about.
    pub fn claims(&self) -> &[u32] {
        match self {
            Self::Reply { claims, .. } | Self::Complaint { claims, .. } => claims,
        }
    }
    /// Whether it is a reply.
    pub const fn is_reply(&self) -> bool {
        matches!(self, Self::Reply { .. })
    }
    fn without_words(&self) -> Self {
        let mut sent = self.clone();
        match &mut sent {
            Self::Reply { text, body, .. } => {
                text.clear();
                body.clear();
            }
            Self::Complaint { text, .. } => text.clear(),
        }
        sent
    }
}

/// A member who took something, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// Who.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
}

/// Shorter words that the desk offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shorter {
    /// The words.
    pub text: String,
    /// When they were offered.
    pub at: Timestamp,
    /// When the sender agreed.
    pub agreed_at: Option<Timestamp>,
}

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Became {
    /// It stands in the record.
    Published,
    /// It does not.
    Declined(Decline),
    /// The complaint led to something.
    Decided(Remedy),
    /// The sender took it back.
    Withdrawn,
}

/// Its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// What became of it.
    pub became: Became,
    /// When.
    pub at: Timestamp,
}

/// A reply or a complaint, as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Private id.
    pub id: LetterId,
    /// How often it was changed.
    pub version: u32,
    /// The incident it is about.
    pub incident: IncidentId,
    /// What was sent.
    pub sent: Sent,
    /// When.
    pub received_at: Timestamp,
    /// Who has it at the desk.
    pub taken: Option<Taken>,
    /// Shorter words the desk offers.
    pub shorter: Option<Shorter>,
    /// The proposal that would publish it.
    pub proposal: Option<ProposalId>,
    /// Its end.
    pub closed: Option<Closed>,
}

/// A sealed way to reach the sender, kept apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterContact {
    /// The letter.
    pub letter: LetterId,
    /// An age file; the server holds no key that opens it.
    pub sealed: Vec<u8>,
    /// When it is forgotten.
    pub forget_at: Timestamp,
}

/// When a letter is to be taken and decided. The sender reads these as the desk does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// By when somebody has it.
    pub take_by: Timestamp,
    /// By when it is decided.
    pub decide_by: Timestamp,
}

impl Letter {
    /// Its clocks.
    pub const fn clocks(&self) -> Clocks {
        let urgent = matches!(&self.sent, Sent::Complaint { reason, .. } if reason.is_urgent());
        let (take, decide) = if urgent { (URGENT_TAKEN_WITHIN, URGENT_DECIDED_WITHIN) } else { (TAKEN_WITHIN, DECIDED_WITHIN) };
        Clocks { take_by: self.received_at.plus(take), decide_by: self.received_at.plus(decide) }
    }

    /// What is due next and when; nothing once it is closed.
    pub fn next_due(&self) -> Option<Timestamp> {
        let clocks = self.clocks();
        match (&self.closed, &self.taken) {
            (Some(_), _) => None,
            (None, None) => Some(clocks.take_by),
            (None, Some(_)) => Some(clocks.decide_by),
        }
    }

    /// When it is forgotten.
    pub fn forget_at(&self) -> Timestamp {
        self.closed.map_or(self.received_at.plus(LETTER_KEPT_OPEN), |closed| closed.at.plus(LETTER_KEPT_DECIDED))
    }

    /// A reply that may stand in the record already, as the copy of a store from before does not know: closed, without its
    /// words. None for a complaint, which is never published, and for what is closed.
    #[must_use]
    pub fn overtaken(&self) -> Option<Self> {
        let open = matches!(self.sent, Sent::Reply { .. }) && self.closed.is_none();
        open.then(|| self.end(Became::Published, self.received_at))
    }

    fn end(&self, became: Became, at: Timestamp) -> Self {
        // What stands in the record, or was taken back, is kept nowhere else.
        let gone = matches!(became, Became::Published | Became::Withdrawn);
        let sent = if gone { self.sent.without_words() } else { self.sent.clone() };
        let shorter = self.shorter.clone().filter(|_| !gone);
        Self { sent, shorter, closed: Some(Closed { became, at }), ..self.clone() }
    }

    fn is_open(&self) -> Result<(), Refusal> {
        if self.closed.is_some() { Err(Record::LetterClosed.into()) } else { Ok(()) }
    }
}

/// What somebody sends, as the form read it.
#[derive(Debug, Clone)]
pub struct NewLetter {
    /// Its id.
    pub id: LetterId,
    /// The keyed hash of its receipt.
    pub receipt: [u8; 32],
    /// A sealed way to reach the sender.
    pub contact: Option<Vec<u8>>,
    /// What is sent.
    pub sent: Sent,
}

/// Takes a letter in. `claims` is how many claims the incident has in the record.
///
/// # Errors
/// Nothing written, too much, a body missing or a person named, or a claim that is not there.
pub fn send(change: ChangeId, incident: IncidentId, claims: usize, new: NewLetter, now: Timestamp) -> Result<Change, Refusal> {
    let text = new.sent.text();
    if text.trim().is_empty() {
        return Err(Record::LetterEmpty.into());
    }
    if text.chars().count() > REPLY_LETTERS_MAX {
        return Err(Record::ReplyTooLong.into());
    }
    readable(text)?;
    if let Sent::Reply { role, body, .. } = &new.sent {
        body_of(*role, body)?;
        readable(body)?;
        if passages(text).len() > PASSAGES_MAX {
            return Err(Record::ReplyTooLong.into());
        }
    }
    let there = |claim: &u32| *claim > 0 && usize::try_from(*claim).is_ok_and(|claim| claim <= claims);
    if new.sent.claims().len() > CLAIMS_MAX || !new.sent.claims().iter().all(there) {
        return Err(Record::ClaimMissing.into());
    }
    let letter = Letter {
        id: new.id,
        version: 0,
        incident,
        sent: new.sent,
        received_at: now,
        taken: None,
        shorter: None,
        proposal: None,
        closed: None,
    };
    let contact = new.contact.map(|sealed| LetterContact { letter: new.id, sealed, forget_at: now.plus(LETTER_CONTACT_KEPT) });
    Ok(Change { id: change, at: now, by: Actor::Street, what: What::LetterSent { letter, receipt: new.receipt, contact } })
}

/// Refuses what is too long or has signs that no page shows.
fn readable(text: &str) -> Result<(), Refusal> {
    if text.chars().count() > REPLY_LETTERS_MAX {
        return Err(Record::ReplyTooLong.into());
    }
    let odd = |letter: char| (letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) || letter == '\u{feff}';
    if text.chars().any(odd) { Err(Record::WordsUnreadable.into()) } else { Ok(()) }
}

/// Who had a hand in what a letter is about.
#[derive(Debug, Clone, Copy)]
pub struct Hands<'a> {
    /// Every proposal of the incident.
    pub proposals: &'a [Proposal],
    /// Whether the journal says that the caller ever worked on the incident: asked where an older version did not
    /// write down who approved.
    pub worked: bool,
}

/// Whether a member may handle a letter.
///
/// PROMISE handled-by-somebody-else: whoever proposed or approved anything that was published of the incident does
/// not decide what is said against it. A reply that was published at its sender's wish is no such thing
/// while another reply is handled; for a complaint it is.
///
/// # Errors
/// No role for it, or a hand in it.
pub fn may_handle(caller: &DeskCaller, letter: &Letter, hands: Hands<'_>) -> Result<(), Refusal> {
    if ![Role::Editor, Role::Approver].iter().any(|role| caller.roles.contains(role)) {
        return Err(Record::EditorNeeded.into());
    }
    let concerned = hands.proposals.iter().filter(|one| one.published_at.is_some() && !(letter.sent.is_reply() && one.letter.is_some()));
    let mut own = concerned.map(|one| {
        let approved = one.approved_by.map_or(hands.worked, |by| by == caller.member);
        one.proposed_by == caller.member || approved
    });
    if own.any(|own| own) { Err(Record::HandledByAnother.into()) } else { Ok(()) }
}

fn has(caller: &DeskCaller, letter: &Letter, hands: Hands<'_>) -> Result<(), Refusal> {
    letter.is_open()?;
    may_handle(caller, letter, hands)?;
    if letter.taken.is_none_or(|taken| taken.by != caller.member) {
        return Err(Record::LetterNotYours.into());
    }
    if letter.proposal.is_some() { Err(Record::LetterProposed.into()) } else { Ok(()) }
}

fn by(change: ChangeId, caller: &DeskCaller, now: Timestamp, what: What) -> Change {
    Change { id: change, at: now, by: Actor::Member(caller.member), what }
}

/// A member takes a letter: from now on the sender reads that somebody has it. Another may take it over.
///
/// # Errors
/// Closed, proposed, or not for this member.
pub fn take(change: ChangeId, caller: &DeskCaller, letter: &Letter, hands: Hands<'_>, now: Timestamp) -> Result<Change, Refusal> {
    letter.is_open()?;
    may_handle(caller, letter, hands)?;
    if letter.proposal.is_some() {
        return Err(Record::LetterProposed.into());
    }
    let letter = Letter { taken: Some(Taken { by: caller.member, at: now }), ..letter.clone() };
    Ok(by(change, caller, now, What::LetterTaken { letter }))
}

/// The member who has it offers shorter words, which the sender may agree to.
///
/// # Errors
/// Not theirs, no reply, nothing written or not shorter.
pub fn shorten(
    change: ChangeId,
    caller: &DeskCaller,
    letter: &Letter,
    hands: Hands<'_>,
    text: &str,
    now: Timestamp,
) -> Result<Change, Refusal> {
    has(caller, letter, hands)?;
    let text = text.trim();
    readable(text)?;
    let shorter = text.chars().count() < letter.sent.text().trim().chars().count();
    if !letter.sent.is_reply() || text.is_empty() || !shorter || passages(text).len() > PASSAGES_MAX {
        return Err(Record::NotShorter.into());
    }
    let shorter = Some(Shorter { text: text.to_owned(), at: now, agreed_at: None });
    Ok(by(change, caller, now, What::LetterShortened { letter: Letter { shorter, ..letter.clone() } }))
}

/// The sender agrees to the shorter words; none when they did so before.
///
/// # Errors
/// Closed, or nothing was offered.
pub fn agree(change: ChangeId, letter: &Letter, now: Timestamp) -> Result<Option<Change>, Refusal> {
    letter.is_open()?;
    let offered = letter.shorter.as_ref().ok_or(Record::NotShorter)?;
    if offered.agreed_at.is_some() {
        return Ok(None);
    }
    let shorter = Some(Shorter { agreed_at: Some(now), ..offered.clone() });
    let letter = Letter { shorter, ..letter.clone() };
    Ok(Some(Change { id: change, at: now, by: Actor::Street, what: What::LetterAgreed { letter } }))
}

/// The sender takes it back. Its words go at once, from a proposal that waits as well; none when they did so before.
///
/// # Errors
/// It was published or decided.
pub fn withdraw(change: ChangeId, letter: &Letter, proposal: Option<&Proposal>, now: Timestamp) -> Result<Option<Change>, Refusal> {
    if letter.closed.is_some_and(|closed| closed.became == Became::Withdrawn) {
        return Ok(None);
    }
    letter.is_open()?;
    let emptied = proposal.filter(|one| one.is_open()).map(Proposal::without_words);
    let letter = letter.end(Became::Withdrawn, now);
    Ok(Some(Change { id: change, at: now, by: Actor::Street, what: What::LetterWithdrawn { letter, emptied } }))
}

/// How a reply is to be published.
#[derive(Debug, Clone, Default)]
pub struct Publishing {
    /// In the shorter words that the sender agreed to.
    pub shortened: bool,
    /// Passages that do not stand, by place; the first is 0.
    pub taken_out: BTreeMap<usize, TakenOut>,
    /// Whether the desk asked the body and heard that it is theirs.
    pub checked: bool,
}

/// The words of a reply as they would stand: each passage as it was sent, or the mark of why it does not.
///
/// # Errors
/// No reply, closed, shorter words without the sender's agreement, or a passage that is not there.
pub fn to_publish(letter: &Letter, how: &Publishing) -> Result<NewReply, Refusal> {
    letter.is_open()?;
    let Sent::Reply { role, body, claims, text } = &letter.sent else { return Err(Record::NotAReply.into()) };
    let words = match (how.shortened, &letter.shorter) {
        (false, _) => text,
        (true, Some(shorter)) if shorter.agreed_at.is_some() => &shorter.text,
        (true, _) => return Err(Record::SenderNotAgreed.into()),
    };
    let parts = passages(words);
    if how.taken_out.keys().any(|place| *place >= parts.len()) {
        return Err(Record::ReplyEmpty.into());
    }
    let passage = |(place, text): (usize, String)| how.taken_out.get(&place).map_or(Passage::Said(text), |why| Passage::TakenOut(*why));
    Ok(NewReply {
        role: *role,
        body: body.trim().to_owned(),
        checked: how.checked,
        claims: claims.clone(),
        passages: parts.into_iter().enumerate().map(passage).collect(),
        shortened: how.shortened,
        received: letter.received_at.utc_minute(),
    })
}

/// Ties the proposal that a member just made to the letter it would publish.
///
/// # Errors
/// The letter is not theirs.
pub fn propose(caller: &DeskCaller, letter: &Letter, hands: Hands<'_>, proposed: Change) -> Result<Change, Refusal> {
    has(caller, letter, hands)?;
    match proposed.what {
        What::EntryProposed { proposal } => {
            let proposal = Proposal { letter: Some(letter.id), ..proposal };
            let letter = Letter { proposal: Some(proposal.id), ..letter.clone() };
            Ok(Change { what: What::LetterProposed { letter, proposal }, ..proposed })
        }
        _ => Err(Record::NotAReply.into()),
    }
}

/// The letter as it stands once its proposal is published.
///
/// # Errors
/// It was taken back or decided meanwhile.
pub fn published(letter: &Letter, proposal: ProposalId, now: Timestamp) -> Result<Letter, Refusal> {
    letter.is_open()?;
    if letter.proposal == Some(proposal) { Ok(letter.end(Became::Published, now)) } else { Err(Record::LetterClosed.into()) }
}

/// The letter as it stands once its proposal was refused: it waits for another decision.
pub fn refused(letter: &Letter) -> Letter {
    Letter { proposal: None, ..letter.clone() }
}

/// Decides a letter without publishing it, and says so in the moderation log. A reply can only be declined.
///
/// # Errors
/// Not theirs, or a reason that cannot be said of it.
pub fn decide(
    change: ChangeId,
    caller: &DeskCaller,
    letter: &Letter,
    hands: Hands<'_>,
    verdict: Verdict,
    salt: [u8; 32],
    now: Timestamp,
) -> Result<Change, Refusal> {
    has(caller, letter, hands)?;
    let received = letter.received_at.utc_minute();
    let line = match (&letter.sent, verdict) {
        (Sent::Reply { .. }, Verdict::Declined(reason)) if reason.fits_a_reply() => Moderation::ReplyDeclined { received, reason },
        (Sent::Reply { .. }, _) => return Err(Record::DeclineUnfit.into()),
        (Sent::Complaint { reason, .. }, decided) => Moderation::ComplaintDecided { received, about: *reason, decided },
    };
    let became = match verdict {
        Verdict::Declined(reason) => Became::Declined(reason),
        Verdict::Done(remedy) => Became::Decided(remedy),
    };
    let entries: Vec<NewEntry> = vec![moderated(letter.incident, &line, salt, now)];
    Ok(by(change, caller, now, What::LetterDecided { letter: letter.end(became, now), entries }))
}
