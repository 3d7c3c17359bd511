//! What one member takes alone: only where it cannot wait, only so much, for good, and with a second one asked.

use crate::made_up::*;
use crate::two_members::{caller, incident};
use handbell_rules::bell::alert::{Ring, RingKind};
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::id::{AlertId, ChangeId, ProposalId, RingId};
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::record::Ref;
use handbell_rules::record::alone::{
    ALONE_ENTRIES_MAX, Alone, hold_back, may_second, second, take, without_agreement, write_held, written,
};
use handbell_rules::record::entry::moderated;
use handbell_rules::record::ledger::Ledger;
use handbell_rules::record::moderation::Moderation;
use handbell_rules::record::proposal::{Follows, Proposal, may_approve};
use handbell_rules::record::source::SourceKind;
use handbell_rules::record::statement::{Ground, RedactionReason, Statement, Written};
use handbell_rules::refusal::{Record, Refusal};
use handbell_rules::time::Timestamp;

const AT: Timestamp = Timestamp::from_milliseconds(NOW);

fn editor(member: u8, device: u8) -> DeskCaller {
    caller(member, device, vec![Role::Editor])
}

/// A log with this many sources, whose words can go.
fn sources(count: usize) -> Log {
    let mut log = Log::opened();
    let all: Vec<Statement> =
        (0..count).map(|number| Statement::Source(source(SourceKind::Witness, &format!("Witness {number}")))).collect();
    log.state(&all).unwrap();
    log
}

fn asked(log: &Log, by: &DeskCaller, entries: &[u64], reason: RedactionReason, taken: &[Proposal]) -> Result<Written, Refusal> {
    let with_words: Vec<(u64, u8)> =
        log.entries.iter().filter(|entry| entry.payload.is_some()).map(|entry| (entry.index, entry.kind)).collect();
    let ground = Ground { playbook: playbook(), home: false, finest: handbell_rules::place::Precision::Street, entries: &with_words };
    written(by, (&Ledger::read(&log.entries), ground), entries, reason, taken)
}

fn taken(by: &DeskCaller, entries: &[u64], corrects: bool) -> Proposal {
    let alone = Alone { entries: entries.to_vec(), reason: RedactionReason::Safety, corrects, second: None, held_back: None };
    let follows = Follows { withdrawals: entries.iter().map(|entry| (*entry, 1)).collect(), ..Follows::default() };
    match take(ChangeId([1; 16]), by, &incident(false, true), ProposalId([3; 16]), alone, follows, AT).unwrap().what {
        What::WordsTakenAlone { proposal, .. } => proposal,
        other => panic!("{other:?}"),
    }
}

fn ring() -> Ring {
    let alert = AlertId([4; 16]);
    Ring { id: RingId([5; 16]), alert, words_of: alert, kind: RingKind::Correction, at: AT, expires_at: AT }
}

fn says(by: &DeskCaller, of: &Proposal, agreed: bool) -> Result<Change, Refusal> {
    second(ChangeId([2; 16]), by, of, agreed, vec![ring()], || [0; 32], AT)
}

fn said(by: &DeskCaller, of: &Proposal, agreed: bool) -> (Proposal, usize) {
    match says(by, of, agreed).unwrap().what {
        What::TakenAloneSeconded { proposal, entries, rings } => {
            assert_eq!(entries.len(), of.alone.as_ref().unwrap().entries.len(), "a line for each entry");
            (proposal, rings.len())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_member_takes_words_for_safety_or_personal_details_and_for_nothing_else() {
    let log = sources(1);
    let entry = log.nth(11, 0);
    for (reason, _, _) in RedactionReason::ALL {
        let may = asked(&log, &editor(1, 1), &[entry], reason, &[]);
        match reason {
            RedactionReason::Safety | RedactionReason::PersonalDetails => assert_eq!(may.unwrap().withdrawals, [(entry, reason.code())]),
            RedactionReason::LegalOrder | RedactionReason::Error => assert_eq!(may.err(), Some(Record::NotUrgent.into())),
        }
    }
    let triager = caller(1, 1, vec![Role::Triager, Role::Approver]);
    assert_eq!(asked(&log, &triager, &[entry], RedactionReason::Safety, &[]).err(), Some(Record::EditorNeeded.into()));
    for wrong in [vec![], vec![999], vec![entry, entry]] {
        let no = asked(&log, &editor(1, 1), &wrong, RedactionReason::Safety, &[]).err();
        assert_eq!(no, Some(Record::EntryNotRedactable.into()), "{wrong:?}");
    }
    let alone = Alone { entries: vec![entry], reason: RedactionReason::Safety, corrects: false, second: None, held_back: None };
    let private = take(ChangeId([1; 16]), &editor(1, 1), &incident(false, false), ProposalId([3; 16]), alone, Follows::default(), AT);
    assert_eq!(private.err(), Some(Record::NotPublic.into()));
}

#[test]
fn one_member_cannot_empty_the_record() {
    let log = sources(ALONE_ENTRIES_MAX + 2);
    let all: Vec<u64> = (0..ALONE_ENTRIES_MAX + 2).map(|number| log.nth(11, number)).collect();
    let (amina, ben) = (editor(1, 1), editor(2, 2));
    let ask = |by: &DeskCaller, entries: &[u64], taken: &[Proposal]| asked(&log, by, entries, RedactionReason::Safety, taken).map(drop);
    assert_eq!(ask(&amina, &all[..ALONE_ENTRIES_MAX], &[]), Ok(()));
    assert_eq!(ask(&amina, &all[..=ALONE_ENTRIES_MAX], &[]), Err(Record::TooMuchAlone.into()), "not in one press");
    let before = taken(&amina, &all[..ALONE_ENTRIES_MAX], false);
    assert_eq!(ask(&amina, &all[12..13], std::slice::from_ref(&before)), Err(Record::TooMuchAlone.into()), "nor one by one");
    assert_eq!(ask(&ben, &all[12..13], std::slice::from_ref(&before)), Ok(()), "what another took is not counted");
    // Her other browser is no other person.
    assert_eq!(ask(&editor(1, 9), &all[12..13], std::slice::from_ref(&before)), Err(Record::TooMuchAlone.into()));
    let (disagreed, _) = said(&ben, &before, false);
    assert_eq!(without_agreement(amina.member, std::slice::from_ref(&disagreed)), ALONE_ENTRIES_MAX, "a no gives nothing back");
    assert_eq!(ask(&amina, &all[12..13], &[disagreed]), Err(Record::TooMuchAlone.into()));
    let (agreed, _) = said(&ben, &before, true);
    assert_eq!(ask(&amina, &all[12..14], &[agreed]), Ok(()), "two people took those");
}

#[test]
fn a_second_member_speaks_once_and_is_somebody_else() {
    let (amina, ben) = (editor(1, 1), editor(2, 2));
    let one = taken(&amina, &[7, 9], false);
    assert!(one.published_at.is_some() && one.approved_by.is_none() && one.is_alone() && !one.is_open());
    assert_eq!(may_approve(&ben, &one), Err(Record::ProposalClosed.into()), "it is no proposal any more");
    for (who, no) in [
        (editor(1, 2), Record::SecondMemberNeeded),
        (editor(2, 1), Record::SecondMemberNeeded),
        (caller(2, 2, vec![Role::Triager]), Record::EditorNeeded),
    ] {
        assert_eq!(may_second(&who, &one).err(), Some(no.into()));
        assert_eq!(says(&who, &one, true).err(), Some(no.into()));
    }
    let (agreed, _) = said(&caller(2, 2, vec![Role::Approver]), &one, true);
    assert!(!agreed.is_alone() && agreed.approved_by == Some(ben.member));
    let (disagreed, _) = said(&ben, &one, false);
    assert!(disagreed.is_alone() && disagreed.approved_by.is_none());
    for spoken in [agreed, disagreed] {
        assert_eq!(says(&editor(3, 3), &spoken, true).err(), Some(Record::ProposalClosed.into()), "once is enough");
    }
    let ordinary = Proposal { alone: None, ..one };
    assert_eq!(says(&ben, &ordinary, true).err(), Some(Record::ProposalClosed.into()));
}

#[test]
fn no_telephone_rings_at_one_persons_word() {
    let (amina, ben) = (editor(1, 1), editor(2, 2));
    let alone = Alone { entries: vec![7], reason: RedactionReason::Safety, corrects: true, second: None, held_back: None };
    let follows = Follows { rings: vec![ring()], ..Follows::default() };
    let change = take(ChangeId([1; 16]), &amina, &incident(false, true), ProposalId([3; 16]), alone, follows, AT).unwrap();
    let What::WordsTakenAlone { proposal, follows, .. } = change.what else { panic!("it was taken") };
    assert_eq!(follows.rings, vec![]);
    for agreed in [true, false] {
        assert_eq!(said(&ben, &proposal, agreed).1, 1, "the told hear it when a second one has looked");
    }
    assert_eq!(said(&ben, &taken(&amina, &[7], false), true).1, 0, "nothing was taken back");
}

#[test]
fn the_moderation_log_says_that_one_person_did_it_and_since_when_nobody_confirmed() {
    let mut log = sources(2);
    let (first, other) = (log.nth(11, 0), log.nth(11, 1));
    for entry in [first, other] {
        log.withdraw(&[entry].into());
        log.push(17, moderated(ID, &Moderation::WordsTakenAlone { entry, reason: RedactionReason::Safety }, [0; 32], AT).fields);
    }
    let by = |log: &Log, n: usize| log.page().moderation[n].decided_by();
    assert_eq!(by(&log, 0), "One person, urgent, not confirmed since 14 November 2023 at 22:13 UTC");
    for (entry, agreed) in [(first, true), (other, false)] {
        log.push(17, moderated(ID, &Moderation::TakenAloneSeconded { entry, agreed }, [0; 32], AT).fields);
    }
    assert_eq!(by(&log, 0), "One person, urgent, confirmed by a second on 14 November 2023 at 22:13 UTC");
    assert_eq!(by(&log, 1), "One person, urgent, not agreed to by a second on 14 November 2023 at 22:13 UTC");
    assert!(log.page().lines.iter().any(|line| line.says.contains("would not have taken the words")));
    assert!(markers(&bytes(&log.page())).is_empty());
}

#[test]
fn a_mark_of_one_person_says_so() {
    let mut log = sources(1);
    log.state(&[Statement::Claim(dated(Ref::Known(1), "2017-05-13", ""))]).unwrap();
    let written = asked(&log, &editor(1, 1), &[log.nth(2, 0)], RedactionReason::PersonalDetails, &[]).unwrap();
    assert_eq!(written.entries.len(), 1, "the claim's event stays when its words are gone");
}

/// PROMISE a-withdrawal-leaves-a-mark: what the log cannot say yet is kept word for word, and is said once.
#[test]
fn what_is_held_back_is_written_later_by_nobody_in_particular_and_seconded_only_then() {
    let (amina, ben) = (editor(1, 1), editor(2, 2));
    let line = moderated(ID, &Moderation::WordsTakenAlone { entry: 7, reason: RedactionReason::Safety }, [0; 32], AT);
    let mut follows = Follows { entries: vec![line.clone()], withdrawals: vec![(7, 1)], ..Follows::default() };
    let held = hold_back(&mut follows, AT);
    assert_eq!(follows, Follows { held_back: vec![7], ..Follows::default() }, "nothing of it is signed");
    let alone = Alone { entries: vec![7], reason: RedactionReason::Safety, corrects: false, second: None, held_back: Some(held) };
    let change = take(ChangeId([1; 16]), &amina, &incident(false, true), ProposalId([3; 16]), alone, follows, AT).unwrap();
    let What::WordsTakenAlone { proposal, .. } = change.what else { panic!("it was taken") };
    assert_eq!(without_agreement(amina.member, std::slice::from_ref(&proposal)), 1, "it counts as ever");
    assert_eq!(says(&ben, &proposal, true).err(), Some(Record::ProposalClosed.into()));

    let later = write_held(ChangeId([2; 16]), &incident(false, true), &proposal, AT).unwrap();
    assert_eq!(later.by, Actor::Worker);
    let What::WordsTakenAlone { proposal, follows, .. } = later.what else { panic!("it is written") };
    assert_eq!(follows, Follows { entries: vec![line], late_marks: vec![(7, 1)], ..Follows::default() });
    assert!(write_held(ChangeId([4; 16]), &incident(false, true), &proposal, AT).is_none(), "once");
    assert!(says(&ben, &proposal, true).is_ok());
}
