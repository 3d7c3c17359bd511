//! Keeping: what `commit` promises.

use handbell_rules::bell::delivery::Answer;
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::id::MemberId;
use handbell_rules::people::duty::Duty;
use handbell_rules::people::member::Role;
use handbell_rules::record::entry::EntryKind;
use handbell_rules::record::proposal::{Follows, Proposal, Proposed};
use handbell_rules::street::receipt::ReceiptMark;
use handbell_rules::street::report::ReportState;
use handbell_rules::time::{HOUR, MINUTE};
use std::collections::BTreeSet;
use std::sync::Arc;

use super::Town;
use super::builders::*;
use crate::store::memory::Fault;
use crate::store::{Committed, Store, StoreError};

/// How many commit at once.
const CROWD: usize = 64;

/// Commits many changes at once, each in a task of its own.
async fn all_at_once(store: &Arc<dyn Store>, changes: Vec<Change>) -> Vec<Result<Committed, StoreError>> {
    let tasks: Vec<_> = changes
        .into_iter()
        .map(|change| {
            let store = store.clone();
            tokio::spawn(async move { store.commit(change).await })
        })
        .collect();
    let mut answers = Vec::with_capacity(tasks.len());
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

pub async fn a_change_is_written_whole_or_not_at_all(town: &mut dyn Town) {
    let store = town.store();
    let (incident, _) = opened(&*store).await;
    let proposal = proposed(incident.id, Proposed::Opening);
    commit(&*store, What::EntryProposed { proposal: proposal.clone() }).await;
    let lines = store.journal(0, 100).await.unwrap();

    // The incident is as it was read, the proposal is not: neither may change.
    let mut public = incident.clone();
    public.public = true;
    let stale = Proposal { version: 7, published_at: Some(START), ..proposal.clone() };
    let follows = Follows { entries: vec![entry(incident.id, EntryKind::IncidentOpened)], ..Follows::default() };
    conflict(&*store, What::EntryPublished { incident: public.clone(), proposal: stale, follows: follows.clone() }).await;

    assert_eq!(store.incident(incident.id).await.unwrap().unwrap(), incident);
    assert_eq!(store.open_proposals().await.unwrap().len(), 1);
    assert_eq!(store.journal(0, 100).await.unwrap(), lines);
    assert_eq!(store.log_rows(0, 10).await.unwrap(), vec![]);
    assert_eq!(store.checkpoint().await.unwrap(), None);

    let right = Proposal { version: 1, published_at: Some(START), ..proposal };
    commit(&*store, What::EntryPublished { incident: public, proposal: right, follows }).await;
    assert!(store.incident(incident.id).await.unwrap().unwrap().public);
    assert_eq!(store.open_proposals().await.unwrap(), vec![]);
    assert_eq!(store.log_rows(0, 10).await.unwrap().len(), 1);
    assert_eq!(store.checkpoint().await.unwrap().unwrap().size, 1);
}

pub async fn a_stale_version_is_a_conflict_and_writes_nothing(town: &mut dyn Town) {
    let store = town.store();
    let mut report = report();
    commit(&*store, filed(&report)).await;
    let read = store.report(report.id).await.unwrap().unwrap();
    assert_eq!(read.version, 1, "a stored row carries the next version");

    report.version = 1;
    report.state = ReportState::BeingRead;
    commit(&*store, read_by(&report)).await;
    report.state = ReportState::SetAside;
    let late = note(&report, START, "nobody will read this");
    conflict(&*store, What::ReportNoted { report: report.clone(), note: late }).await;
    report.version = 3;
    conflict(&*store, What::ReportSetAside { report: report.clone(), reason: "far away".into() }).await;

    let read = store.report(report.id).await.unwrap().unwrap();
    assert_eq!((read.version, read.state), (2, ReportState::BeingRead));
    assert_eq!(store.notes(report.id).await.unwrap(), vec![]);
    assert_eq!(store.journal(0, 100).await.unwrap().len(), 2);
}

pub async fn what_must_be_new_conflicts_when_it_is_not(town: &mut dyn Town) {
    let store = town.store();
    let (first, receipt, key) = (report(), ReceiptMark(fresh_hash()), fresh_hash());
    commit(&*store, filed_with_all(&first, receipt, key)).await;

    conflict(&*store, filed(&first)).await;
    conflict(&*store, filed_with_all(&report(), receipt, fresh_hash())).await;
    let other = report();
    conflict(&*store, filed_with_all(&other, ReceiptMark(fresh_hash()), key)).await;

    assert_eq!(store.report(other.id).await.unwrap(), None, "nothing of it was written");
    assert_eq!(store.contact(other.id).await.unwrap(), None);
    assert_eq!(store.repeat(key).await.unwrap().unwrap().1, first.id);
    assert_eq!(store.waiting_reports(10).await.unwrap().len(), 1);
}

pub async fn the_same_change_twice_is_once_even_after_a_restart(town: &mut dyn Town) {
    let change = change(filed(&report()));
    let first = town.store().commit(change.clone()).await.unwrap();
    assert_eq!(first, Committed { journal: 1, again: false });
    let again = Committed { journal: 1, again: true };
    assert_eq!(town.store().commit(change.clone()).await.unwrap(), again);
    town.reopen().await;
    assert_eq!(town.store().commit(change.clone()).await.unwrap(), again);
    let answers = all_at_once(&town.store(), vec![change; 8]).await;
    assert!(answers.into_iter().all(|answer| answer.unwrap() == again));
    assert_eq!(town.store().journal(0, 10).await.unwrap().len(), 1);
    assert_eq!(town.store().waiting_reports(10).await.unwrap().len(), 1);
}

pub async fn a_receipt_opens_its_report_after_a_restart(town: &mut dyn Town) {
    let (report, receipt, key) = (report(), ReceiptMark(fresh_hash()), fresh_hash());
    let what = filed_with_all(&report, receipt, key);
    let What::ReportFiled { contact, repeat, .. } = what.clone() else { unreachable!("a filing was built") };
    commit(&*town.store(), what).await;
    town.reopen().await;
    let store = town.store();
    let mut expected = report;
    expected.version = 1;
    assert_eq!(store.report_by_receipt(receipt).await.unwrap(), Some(expected.clone()));
    assert_eq!(store.report_by_receipt(ReceiptMark(fresh_hash())).await.unwrap(), None);
    assert_eq!(store.contact(expected.id).await.unwrap(), contact);
    assert_eq!(store.repeat(key).await.unwrap(), repeat.map(|guard| (guard, expected.id)));
    assert_eq!(*store.follow().borrow(), 1);
    assert_eq!(store.status(), STATUS);
}

pub async fn many_at_once_all_land_once_and_share_transactions(town: &mut dyn Town) {
    let store = town.store();
    // A first commit, so that nothing is counted that only happens once.
    commit(&*store, filed(&report())).await;
    let before = town.transactions();
    let reports: Vec<_> = (0..CROWD).map(|_| report()).collect();
    let answers =
        all_at_once(&store, reports.iter().map(|report| change(filed_with_all(report, ReceiptMark(fresh_hash()), fresh_hash()))).collect())
            .await;
    let lines: BTreeSet<u64> = answers.into_iter().map(|answer| answer.unwrap().journal).collect();
    assert_eq!(lines, (2..2 + CROWD as u64).collect(), "each has a line of its own");
    for report in reports {
        assert!(store.report(report.id).await.unwrap().is_some());
        assert!(store.contact(report.id).await.unwrap().is_some());
    }
    assert_eq!(*store.follow().borrow(), 1 + CROWD as u64);
    if let (Some(before), Some(after)) = (before, town.transactions()) {
        assert!(after - before <= CROWD as u64 / 4, "{} transactions for {CROWD} commits", after - before);
    }
}

pub async fn one_conflict_in_a_crowd_spoils_nobody_elses(town: &mut dyn Town) {
    let store = town.store();
    let taken = ReceiptMark(fresh_hash());
    commit(&*store, filed_with_all(&report(), taken, fresh_hash())).await;
    let keeper = member(&*store, "Ines", &[Role::Observer]).await;
    let duty = Duty { version: 5, ..Duty::of(keeper.id, START, HOUR, true) };
    // Every seventh has a receipt that is taken, every eleventh starts from a duty that was never so.
    let reports: Vec<_> = (0..CROWD).map(|_| report()).collect();
    let changes = reports.iter().enumerate().map(|(place, report)| match place {
        _ if place % 7 == 3 => change(filed_with_all(report, taken, fresh_hash())),
        _ if place % 11 == 5 => change(What::DutyStarted { duty: duty.clone() }),
        _ => change(filed_with_all(report, ReceiptMark(fresh_hash()), fresh_hash())),
    });
    let answers = all_at_once(&store, changes.collect()).await;
    for (place, (answer, report)) in answers.into_iter().zip(&reports).enumerate() {
        let spoiled = place % 7 == 3 || place % 11 == 5;
        assert_eq!(matches!(answer, Err(StoreError::Conflict)), spoiled, "{place}: {answer:?}");
        assert_eq!(answer.is_ok(), !spoiled);
        assert_eq!(store.report(report.id).await.unwrap().is_some(), !spoiled);
        assert_eq!(store.contact(report.id).await.unwrap().is_some(), !spoiled);
    }
    let lines = store.journal(0, 1_000).await.unwrap();
    assert!(lines.iter().map(|line| line.number).eq(1..=lines.len() as u64), "no number is lost to a conflict");
}

pub async fn one_unfit_change_spoils_nobody_elses(town: &mut dyn Town) {
    let store = town.store();
    let (incident, _) = opened(&*store).await;
    let alert = draft(&incident, handbell_rules::playbook::Reach::Public, None);
    commit(&*store, What::AlertDrafted { alert: alert.clone() }).await;
    let alert = store.alert(alert.id).await.unwrap().unwrap();
    let mut unfit = entry(incident.id, EntryKind::Alert);
    unfit.fields.insert("share".into(), serde_json::json!(0.5));
    let (what, _) = ringing(&incident, &alert, None, &[], START, vec![unfit]);
    let mut changes: Vec<Change> = (0..16).map(|_| change(filed(&report()))).collect();
    changes.insert(7, change(what));
    let answers = all_at_once(&store, changes).await;
    for (place, answer) in answers.iter().enumerate() {
        assert_eq!(matches!(answer, Err(StoreError::Broken(_))), place == 7, "{place}: {answer:?}");
    }
    assert_eq!(store.alert(alert.id).await.unwrap().unwrap(), alert);
    commit(&*store, filed(&report())).await;
}

pub async fn of_many_who_change_one_row_exactly_one_wins(town: &mut dyn Town) {
    let store = town.store();
    let mut report = report();
    commit(&*store, filed(&report)).await;
    report.version = 1;
    report.state = ReportState::BeingRead;
    let readers: Vec<MemberId> = (0..CROWD).map(|_| MemberId(fresh())).collect();
    let changes = readers.iter().map(|reader| {
        let mut report = report.clone();
        report.reader = Some(*reader);
        change(read_by(&report))
    });
    let answers = all_at_once(&store, changes.collect()).await;
    let winners: Vec<_> = readers.into_iter().zip(&answers).filter(|(_, answer)| answer.is_ok()).map(|(reader, _)| reader).collect();
    let [winner] = winners[..] else { panic!("{} won", winners.len()) };
    assert_eq!(store.report(report.id).await.unwrap().unwrap().reader, Some(winner));
    assert!(answers.iter().all(|answer| matches!(answer, Ok(_) | Err(StoreError::Conflict))));
}

/// Commits with a fault planted, says the same again, and gives what was there in between.
async fn twice(town: &mut dyn Town, fault: Fault) -> (bool, Committed) {
    let (report, receipt) = (report(), ReceiptMark(fresh_hash()));
    let change = change(filed_with_all(&report, receipt, fresh_hash()));
    town.plant(fault);
    let failed = town.store().commit(change.clone()).await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{failed:?}");
    let persisted = town.store().report_by_receipt(receipt).await.unwrap().is_some();
    let settled = town.store().commit(change).await.unwrap();
    assert!(town.store().report_by_receipt(receipt).await.unwrap().is_some());
    (persisted, settled)
}

pub async fn a_commit_that_fails_writes_nothing_and_can_be_said_again(town: &mut dyn Town) {
    commit(&*town.store(), filed(&report())).await;
    assert_eq!(twice(town, Fault::Fails).await, (false, Committed { journal: 2, again: false }));
    assert_eq!(town.store().waiting_reports(10).await.unwrap().len(), 2);
    assert_eq!(commit(&*town.store(), filed(&report())).await.journal, 3);
}

pub async fn a_commit_that_persists_but_says_it_failed_can_be_said_again(town: &mut dyn Town) {
    commit(&*town.store(), filed(&report())).await;
    assert_eq!(twice(town, Fault::FailsButPersists).await, (true, Committed { journal: 2, again: true }));
    assert_eq!(town.store().waiting_reports(10).await.unwrap().len(), 2);
    assert_eq!(*town.store().follow().borrow(), 2);
    assert_eq!(commit(&*town.store(), filed(&report())).await.journal, 3);
}

/// Judges no-alert-after-cancel: an end that was written counts, whatever its commit answered.
pub async fn an_end_that_persists_unseen_is_known_as_ended(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 2).await;
    let rung = Rung::for_people(&*store, &people).await;
    let leased = lease(&*store, START).await;
    answered(&*store, &leased[0], Answer::Accepted, START).await;
    let what = rung.ending(&*store, START.plus(MINUTE)).await;
    let end = change_at(START.plus(MINUTE), what);

    town.plant(Fault::Fails);
    assert!(store.commit(end.clone()).await.is_err());
    assert!(!store.has_ended(&rung.alert));
    town.plant(Fault::FailsButPersists);
    assert!(store.commit(end.clone()).await.is_err());
    assert!(store.has_ended(&rung.alert));
    assert!(store.commit(end).await.unwrap().again);
    assert_eq!(store.rings(rung.alert).await.unwrap().len(), 2, "the end was rung once");
}

pub async fn the_journal_says_who_and_what_in_order_without_gaps(town: &mut dyn Town) {
    let store = town.store();
    let follow = store.follow();
    let someone = member(&*store, "Kofi", &[Role::Triager]).await;
    let mut report = report();
    commit(&*store, filed(&report)).await;
    report.version = 1;
    report.state = ReportState::BeingRead;
    let taken = Change { by: Actor::Member(someone.id), at: START.plus(MINUTE), ..change(read_by(&report)) };
    store.commit(taken.clone()).await.unwrap();
    conflict(&*store, read_by(&report)).await;

    let lines = store.journal(0, 10).await.unwrap();
    let said: Vec<_> = lines.iter().map(|line| (line.number, line.what.as_str(), line.member)).collect();
    assert_eq!(said, [(1, "member-invited", None), (2, "report-filed", None), (3, "report-taken", Some(someone.id))]);
    assert_eq!((lines[2].change, lines[2].at), (taken.id, taken.at));
    assert_eq!(store.journal(1, 1).await.unwrap(), lines[1..2]);
    assert_eq!(*follow.borrow(), 3);
}
