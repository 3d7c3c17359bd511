//! Acts of those concerned: send a reply or a complaint, read what became of it, agree, take it back; and of the
//! desk: take a letter, offer shorter words, propose it, decline it, decide a complaint.
//!
//! A way to reach the sender is sealed before anything is committed, and the words of the receipt are returned only
//! by an act whose commit has returned (PROMISE receipt-means-durable). Sent twice with one key and one body it is
//! one letter: id and receipt follow from both under the group's own key, so that nothing more has to be kept.

use super::record::{read_record, read_record_file};
use super::street::seal_contact;
use super::{ActError, CONFLICT_TRIES, StreetCaller};
use crate::store::StoreError;
use crate::world::World;
use handbell_rules::change::Change;
use handbell_rules::id::{IncidentId, LetterId, ProposalId};
use handbell_rules::people::member::DeskCaller;
use handbell_rules::people::trail::Subject;
use handbell_rules::record::letter::{self, Hands, Letter, NewLetter, Publishing, Sent};
use handbell_rules::record::marks::Explanation;
use handbell_rules::record::moderation::Verdict;
use handbell_rules::record::projection::IncidentRecord;
use handbell_rules::record::proposal::{NewProposal, Proposal, Proposed};
use handbell_rules::record::statement::Statement;
use handbell_rules::refusal::Refusal;
use handbell_rules::street::receipt::{RECEIPT_RANDOM_BYTES, Receipt, ReceiptMark};

/// Letters a list at the desk shows at most.
pub const LETTERS_MAX: u32 = 200;

/// What is sent, as the form read it.
#[derive(Debug, Clone)]
pub struct Posted {
    /// What.
    pub sent: Sent,
    /// A way to reach the sender; may be empty.
    pub contact: String,
    /// A key of this sending; the same key with the same body is the same letter.
    pub once: String,
}

/// A letter that was taken in.
#[derive(Debug)]
pub struct Received {
    /// The letter.
    pub letter: Letter,
    /// The words, to be shown once.
    pub receipt: Receipt,
}

fn mark_of(world: &World, receipt: &Receipt) -> ReceiptMark {
    ReceiptMark(world.mark("letter-receipt", receipt.words().as_bytes()))
}

/// The page of an incident to which somebody may reply: one of the record that this group decides about.
///
/// # Errors
/// [`ActError::NotFound`] for every other.
pub async fn concerned(world: &World, incident: IncidentId) -> Result<IncidentRecord, ActError> {
    world.store.incident(incident).await?.filter(|incident| incident.public).ok_or(ActError::NotFound)?;
    read_record(world, incident, None).await?.ok_or(ActError::NotFound)
}

/// Sends a reply or a complaint about an incident of the record.
///
/// # Errors
/// [`ActError::NotFound`] where the record does not hold the incident; what the rule refuses.
pub async fn send(world: &World, _caller: StreetCaller, incident: IncidentId, posted: Posted) -> Result<Received, ActError> {
    let record = concerned(world, incident).await?;
    let contact = match posted.contact.trim() {
        "" => None,
        contact => Some(seal_contact(world, contact)?),
    };
    let body = serde_json::to_vec(&(incident, &posted.sent, posted.contact.trim()));
    let body = body.map_err(|error| ActError::Broken(format!("a letter cannot be written: {error}")))?;
    let seed = world.mark("letter", &[posted.once.as_bytes(), b"\0", &body].concat());
    let (mut id, mut chance) = ([0u8; 16], [0u8; RECEIPT_RANDOM_BYTES]);
    id.copy_from_slice(&seed[..16]);
    chance.copy_from_slice(&seed[16..16 + RECEIPT_RANDOM_BYTES]);
    let receipt = Receipt::from_chance(chance);
    let claims = record.facts.iter().flat_map(|fact| &fact.claims).map(|claim| claim.number).max().unwrap_or(0);
    let new = NewLetter { id: LetterId(id), receipt: mark_of(world, &receipt).0, contact, sent: posted.sent };
    let change = letter::send(world.private_id(), incident, claims as usize, new, world.now())?;
    match world.commit(change).await {
        Ok(_) | Err(StoreError::Conflict) => {
            let letter = world.store.letter(LetterId(id)).await?.ok_or(ActError::Conflict)?;
            Ok(Received { letter, receipt })
        }
        Err(error) => Err(error.into()),
    }
}

/// Opens a letter with its receipt. Unknown and wrong words get the same answer.
pub async fn read(world: &World, _caller: StreetCaller, words: &str) -> Result<Letter, ActError> {
    let receipt: Receipt = words.parse().map_err(|_| ActError::NotFound)?;
    world.store.letter_by_receipt(mark_of(world, &receipt)).await?.ok_or(ActError::NotFound)
}

/// The sender agrees to shorter words. Doing it twice is doing it once.
pub async fn agree(world: &World, caller: StreetCaller, words: &str) -> Result<(), ActError> {
    by_the_sender(world, caller, words, |letter, _| letter::agree(world.private_id(), letter, world.now())).await
}

/// The sender takes it back. Doing it twice is doing it once.
pub async fn withdraw(world: &World, caller: StreetCaller, words: &str) -> Result<(), ActError> {
    by_the_sender(world, caller, words, |letter, proposal| letter::withdraw(world.private_id(), letter, proposal, world.now())).await
}

/// Whoever was faster at the desk is no reason to send the sender away.
async fn by_the_sender(
    world: &World,
    caller: StreetCaller,
    words: &str,
    decide: impl Fn(&Letter, Option<&Proposal>) -> Result<Option<Change>, Refusal>,
) -> Result<(), ActError> {
    let mut tries = CONFLICT_TRIES;
    loop {
        let letter = read(world, caller, words).await?;
        let proposal = match letter.proposal {
            Some(proposal) => world.store.proposal(proposal).await?,
            None => None,
        };
        let Some(change) = decide(&letter, proposal.as_ref())? else { return Ok(()) };
        match world.commit(change).await {
            Err(StoreError::Conflict) if tries > 0 => tries -= 1,
            answer => return answer.map(|_| ()).map_err(ActError::from),
        }
    }
}

/// A letter with everything that decides who may handle it.
#[derive(Debug)]
pub struct LetterFile {
    /// The letter.
    pub letter: Letter,
    /// Every proposal of the incident.
    pub proposals: Vec<Proposal>,
    /// Whether the caller ever worked on the incident.
    pub worked: bool,
}

impl LetterFile {
    /// Who had a hand in what it is about.
    pub fn hands(&self) -> Hands<'_> {
        Hands { proposals: &self.proposals, worked: self.worked }
    }
}

/// Reads a letter as the desk does.
pub async fn open(world: &World, caller: &DeskCaller, id: LetterId) -> Result<LetterFile, ActError> {
    caller.at_the_desk()?;
    let letter = world.store.letter(id).await?.ok_or(ActError::NotFound)?;
    let file = world.store.incident_file(letter.incident).await?.ok_or(ActError::NotFound)?;
    let worked = world.store.worked_on(caller.member, Subject::Incident(letter.incident)).await?;
    Ok(LetterFile { letter, proposals: file.proposals, worked })
}

/// Letters that wait, by what is due first, and those that were decided, newest first.
pub async fn list(world: &World, caller: &DeskCaller) -> Result<(Vec<Letter>, Vec<Letter>), ActError> {
    caller.at_the_desk()?;
    let mut open = world.store.open_letters(LETTERS_MAX).await?;
    open.sort_by_key(|letter| (letter.next_due(), letter.id));
    Ok((open, world.store.closed_letters(LETTERS_MAX).await?))
}

/// A member takes a letter.
pub async fn take(world: &World, caller: &DeskCaller, id: LetterId) -> Result<(), ActError> {
    let file = open(world, caller, id).await?;
    let change = letter::take(world.private_id(), caller, &file.letter, file.hands(), world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// The member who has it offers shorter words.
pub async fn shorten(world: &World, caller: &DeskCaller, id: LetterId, text: &str) -> Result<(), ActError> {
    let file = open(world, caller, id).await?;
    let change = letter::shorten(world.private_id(), caller, &file.letter, file.hands(), text, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// What publishing a reply would propose.
///
/// # Errors
/// What the rule refuses.
pub fn proposed(letter: &Letter, how: &Publishing) -> Result<Proposed, Refusal> {
    Ok(Proposed::Statements { statements: vec![Statement::Reply(letter::to_publish(letter, how)?)] })
}

/// The member who has it proposes to publish a reply; another must approve.
pub async fn propose(
    world: &World,
    caller: &DeskCaller,
    id: LetterId,
    how: &Publishing,
    explanation: Explanation,
) -> Result<ProposalId, ActError> {
    let file = open(world, caller, id).await?;
    let new = NewProposal { proposed: proposed(&file.letter, how)?, explanation };
    let stands = read_record_file(world, caller, file.letter.incident).await?;
    let proposal: ProposalId = world.private_id();
    let made = stands.propose(world, caller, proposal, new)?;
    let change = letter::propose(caller, &file.letter, file.hands(), made)?;
    world.commit(change).await?;
    Ok(proposal)
}

/// The member who has it declines a reply or decides a complaint; a line of the moderation log says so.
pub async fn decide(world: &World, caller: &DeskCaller, id: LetterId, verdict: Verdict) -> Result<(), ActError> {
    let file = open(world, caller, id).await?;
    let change = letter::decide(world.private_id(), caller, &file.letter, file.hands(), verdict, world.bytes(), world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}
