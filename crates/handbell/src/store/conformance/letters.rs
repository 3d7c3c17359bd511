//! Letters: replies and complaints are kept apart, decided once and forgotten in their time.
//!
//! Who may decide what is a rule and is judged with the rules; here every letter is whole and every change too.

use handbell_rules::change::What;
use handbell_rules::id::{IncidentId, LetterId, MemberId};
use handbell_rules::record::entry::EntryKind;
use handbell_rules::record::letter::{
    Became, Closed, LETTER_CONTACT_KEPT, LETTER_KEPT_DECIDED, LETTER_KEPT_OPEN, Letter, LetterContact, Sent, Taken,
};
use handbell_rules::record::proposal::{Follows, Proposal, Proposed};
use handbell_rules::record::reply::ReplyRole;
use handbell_rules::street::receipt::ReceiptMark;
use handbell_rules::time::{MINUTE, Timestamp};

use super::Town;
use super::builders::*;
use crate::store::Store;
use crate::store::memory::Fault;

const LATER: Timestamp = START.plus(5 * MINUTE);

fn letter(of: IncidentId) -> Letter {
    Letter {
        id: LetterId(fresh()),
        version: 0,
        incident: of,
        sent: Sent::Reply { role: ReplyRole::Shop, body: String::new(), claims: vec![], text: "We were not asked.".into() },
        received_at: START,
        taken: None,
        shorter: None,
        proposal: None,
        closed: None,
    }
}

fn contact(of: &Letter) -> LetterContact {
    LetterContact { letter: of.id, sealed: vec![7; 40], forget_at: of.received_at.plus(LETTER_CONTACT_KEPT) }
}

/// A letter as it stands after it was sent, with the mark of its receipt.
pub async fn sent(store: &dyn Store, of: IncidentId) -> (Letter, ReceiptMark) {
    let (letter, receipt) = (letter(of), ReceiptMark(fresh_hash()));
    commit(store, What::LetterSent { letter: letter.clone(), receipt: receipt.0, contact: Some(contact(&letter)) }).await;
    (Letter { version: 1, ..letter }, receipt)
}

fn without_words(letter: &Letter, became: Became, at: Timestamp) -> Letter {
    let sent = Sent::Reply { role: ReplyRole::Shop, body: String::new(), claims: vec![], text: String::new() };
    Letter { sent, closed: Some(Closed { became, at }), ..letter.clone() }
}

pub async fn a_receipt_opens_its_letter_after_a_restart(town: &mut dyn Town) {
    let (incident, _) = opened(&*town.store()).await;
    let (first, mark) = sent(&*town.store(), incident.id).await;
    let (second, _) = sent(&*town.store(), incident.id).await;
    // The same receipt is never given twice, nor the same letter.
    let other = letter(incident.id);
    conflict(&*town.store(), What::LetterSent { letter: other, receipt: mark.0, contact: None }).await;
    conflict(&*town.store(), What::LetterSent { letter: Letter { version: 0, ..first.clone() }, receipt: fresh_hash(), contact: None })
        .await;
    town.reopen().await;
    let store = town.store();
    assert_eq!(store.letter_by_receipt(mark).await.unwrap(), Some(first.clone()));
    assert_eq!(store.letter_by_receipt(ReceiptMark(fresh_hash())).await.unwrap(), None);
    assert_eq!(store.letter(second.id).await.unwrap(), Some(second.clone()));
    assert_eq!(store.letter_contact(first.id).await.unwrap(), Some(contact(&first)));
    let mut both = vec![first.clone(), second];
    both.sort_by_key(|letter| letter.id);
    assert_eq!(store.open_letters(10).await.unwrap(), both);
    assert_eq!(store.open_letters(1).await.unwrap().len(), 1);
    assert_eq!(store.closed_letters(10).await.unwrap(), vec![]);
}

pub async fn of_two_who_take_a_letter_one_has_it(town: &mut dyn Town) {
    let store = town.store();
    let (incident, _) = opened(&*store).await;
    let (letter, _) = sent(&*store, incident.id).await;
    let by = |member: u64| Letter { taken: Some(Taken { by: MemberId(number(member)), at: START }), ..letter.clone() };
    commit(&*store, What::LetterTaken { letter: by(1) }).await;
    conflict(&*store, What::LetterTaken { letter: by(2) }).await;
    assert_eq!(store.letter(letter.id).await.unwrap(), Some(Letter { version: 2, ..by(1) }));
}

fn proposal(of: &Letter) -> Proposal {
    Proposal { letter: Some(of.id), ..proposed(of.incident, Proposed::Statements { statements: vec![] }) }
}

pub async fn a_letter_and_its_proposal_are_written_together_and_published_together(town: &mut dyn Town) {
    let store = town.store();
    let (incident, _) = opened(&*store).await;
    let (letter, _) = sent(&*store, incident.id).await;
    let proposal = proposal(&letter);
    let proposed = Letter { proposal: Some(proposal.id), ..letter.clone() };
    town.plant(Fault::Fails);
    let both = What::LetterProposed { letter: proposed.clone(), proposal: proposal.clone() };
    assert!(store.commit(change(both.clone())).await.is_err());
    assert_eq!((store.letter(letter.id).await.unwrap(), store.open_proposals().await.unwrap()), (Some(letter.clone()), vec![]));
    commit(&*store, both).await;
    let (proposal, proposed) = (Proposal { version: 1, ..proposal }, Letter { version: 2, ..proposed });
    assert_eq!(store.open_proposals().await.unwrap(), std::slice::from_ref(&proposal));

    // Its sender took it back while the second member read it: nothing is published.
    let closed = without_words(&proposed, Became::Published, LATER);
    let follows = Follows {
        letter: Some(Letter { version: 1, ..closed.clone() }),
        entries: vec![entry(incident.id, EntryKind::Reply)],
        ..Follows::default()
    };
    let done = Proposal { published_at: Some(LATER), approved_by: Some(MemberId(number(2))), ..proposal.clone() };
    let publishing = |follows: Follows| What::EntryPublished { incident: incident.clone(), proposal: done.clone(), follows };
    conflict(&*store, publishing(follows.clone())).await;
    assert_eq!(store.log_rows(0, 10).await.unwrap(), vec![]);
    commit(&*store, publishing(Follows { letter: Some(closed.clone()), ..follows })).await;
    assert_eq!(store.closed_letters(10).await.unwrap(), [Letter { version: 3, ..closed }]);
    assert_eq!(store.open_letters(10).await.unwrap(), vec![]);
    assert_eq!(store.log_rows(0, 10).await.unwrap().len(), 1);
    assert_eq!(store.proposal(proposal.id).await.unwrap().unwrap().approved_by, Some(MemberId(number(2))));
}

pub async fn a_letter_taken_back_leaves_no_word_and_no_way_to_its_sender(town: &mut dyn Town) {
    let (incident, _) = opened(&*town.store()).await;
    let (letter, mark) = sent(&*town.store(), incident.id).await;
    let waits = proposal(&letter);
    let proposed = Letter { proposal: Some(waits.id), ..letter.clone() };
    commit(&*town.store(), What::LetterProposed { letter: proposed.clone(), proposal: waits.clone() }).await;
    let gone = without_words(&Letter { version: 2, ..proposed }, Became::Withdrawn, LATER);
    let emptied = Some(Proposal { version: 1, ..waits.clone() });
    commit_at(&*town.store(), LATER, What::LetterWithdrawn { letter: gone.clone(), emptied }).await;
    town.reopen().await;
    let store = town.store();
    assert_eq!(store.letter_by_receipt(mark).await.unwrap(), Some(Letter { version: 3, ..gone }), "its place stays");
    assert_eq!(store.letter_contact(letter.id).await.unwrap(), None);
    assert_eq!(store.proposal(waits.id).await.unwrap().unwrap().version, 2);
}

pub async fn a_decision_and_its_line_in_the_log_are_written_together(town: &mut dyn Town) {
    let store = town.store();
    let (incident, _) = opened(&*store).await;
    let (letter, _) = sent(&*store, incident.id).await;
    let closed = Letter { closed: Some(Closed { became: Became::Withdrawn, at: LATER }), ..letter.clone() };
    let decided = |letter: Letter| What::LetterDecided { letter, entries: vec![entry(incident.id, EntryKind::Moderation)] };
    conflict(&*store, decided(Letter { version: 7, ..closed.clone() })).await;
    assert_eq!((store.log_rows(0, 10).await.unwrap(), store.checkpoint().await.unwrap()), (vec![], None));
    commit_at(&*store, LATER, decided(closed)).await;
    assert_eq!(store.log_rows(0, 10).await.unwrap().iter().map(|row| row.kind).collect::<Vec<_>>(), [EntryKind::Moderation.code()]);
    assert_eq!(store.checkpoint().await.unwrap().unwrap().size, 1);
    // A refusal lets the letter wait again and writes its line, all in one.
    let (other, _) = sent(&*store, incident.id).await;
    let waits = proposal(&other);
    let proposed = Letter { proposal: Some(waits.id), ..other.clone() };
    commit(&*store, What::LetterProposed { letter: proposed.clone(), proposal: waits.clone() }).await;
    let again = Letter { version: 2, ..other.clone() };
    let refused = What::EntryRefused {
        proposal: Proposal { version: 1, ..waits },
        letter: Some(again.clone()),
        entries: vec![entry(incident.id, EntryKind::Moderation)],
    };
    commit_at(&*store, LATER, refused).await;
    assert_eq!(store.open_letters(10).await.unwrap(), [Letter { version: 3, ..again }]);
    assert_eq!(store.checkpoint().await.unwrap().unwrap().size, 2);
}

pub async fn letters_and_ways_to_their_senders_go_in_their_time(town: &mut dyn Town) {
    let store = town.store();
    let (incident, _) = opened(&*store).await;
    let (open, mark) = sent(&*store, incident.id).await;
    let (letter, _) = sent(&*store, incident.id).await;
    let closed = Letter { closed: Some(Closed { became: Became::Withdrawn, at: LATER }), ..letter.clone() };
    commit_at(&*store, LATER, What::LetterDecided { letter: closed, entries: vec![] }).await;
    let forget = async |at: Timestamp| {
        commit_at(&*store, at, What::Forgotten).await;
        let there = |letter: Option<Letter>| letter.is_some();
        let contacts = store.letter_contact(open.id).await.unwrap().is_some();
        (there(store.letter(open.id).await.unwrap()), there(store.letter(letter.id).await.unwrap()), contacts)
    };
    assert_eq!(forget(START.plus(LETTER_CONTACT_KEPT - 1)).await, (true, true, true));
    assert_eq!(forget(START.plus(LETTER_CONTACT_KEPT)).await, (true, true, false));
    assert_eq!(forget(LATER.plus(LETTER_KEPT_DECIDED - 1)).await, (true, true, false));
    assert_eq!(forget(LATER.plus(LETTER_KEPT_DECIDED)).await, (true, false, false));
    assert_eq!(forget(START.plus(LETTER_KEPT_OPEN - 1)).await, (true, false, false));
    assert_eq!(forget(START.plus(LETTER_KEPT_OPEN)).await, (false, false, false));
    assert_eq!(store.letter_by_receipt(mark).await.unwrap(), None, "its receipt opens nothing any more");
}
