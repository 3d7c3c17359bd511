//! Belonging: a report of several incidents, and what members said is not the same.

use handbell_rules::change::What;
use handbell_rules::desk::difference::{DIFFERENCE_KEPT, Difference, TAKEN_BACK_KEPT};
use handbell_rules::desk::incident::{Ending, Incident};
use handbell_rules::id::{IncidentId, MemberId, ReportId};
use handbell_rules::street::report::{Report, ReportState};

use super::Town;
use super::builders::*;
use crate::store::Store;

/// The report and the incident as they stand, the report with these incidents.
async fn as_read(store: &dyn Store, report: ReportId, incident: IncidentId, incidents: &[IncidentId]) -> (Incident, Report) {
    let mut report = store.report(report).await.unwrap().unwrap();
    report.incidents = incidents.to_vec();
    report.state = if incidents.is_empty() { ReportState::BeingRead } else { ReportState::Joined };
    (store.incident(incident).await.unwrap().unwrap(), report)
}

async fn joined(store: &dyn Store, report: ReportId, to: IncidentId, incidents: &[IncidentId]) {
    let (incident, report) = as_read(store, report, to, incidents).await;
    commit(store, What::ReportJoined { incident, report }).await;
}

async fn taken_out(store: &dyn Store, report: ReportId, of: IncidentId, incidents: &[IncidentId]) {
    let (incident, report) = as_read(store, report, of, incidents).await;
    commit(store, What::ReportTakenOut { incident, report }).await;
}

async fn reports_of(store: &dyn Store, incident: IncidentId) -> Vec<ReportId> {
    store.incident_file(incident).await.unwrap().unwrap().reports.iter().map(|report| report.id).collect()
}

async fn pairs(store: &dyn Store) -> Vec<(IncidentId, ReportId)> {
    store.joined_reports(START, 10).await.unwrap().iter().map(|(incident, report)| (incident.id, report.id)).collect()
}

pub async fn a_report_of_several_incidents_is_found_in_each_and_leaves_one_at_a_time(town: &mut dyn Town) {
    let store = town.store();
    let ((one, first), (two, second), (three, third)) = (opened(&*store).await, opened(&*store).await, opened(&*store).await);
    joined(&*store, first.id, three.id, &[one.id, three.id]).await;
    joined(&*store, first.id, two.id, &[one.id, three.id, two.id]).await;
    town.reopen().await;
    let store = town.store();
    let kept = store.report(first.id).await.unwrap().unwrap();
    assert_eq!(kept.incidents, [one.id, three.id, two.id], "in the order of joining");
    assert_eq!(reports_of(&*store, one.id).await, [first.id]);
    assert_eq!(reports_of(&*store, two.id).await, [first.id, second.id]);
    assert_eq!(reports_of(&*store, three.id).await, [first.id, third.id]);
    let expected = [(three.id, third.id), (two.id, second.id), (three.id, first.id), (two.id, first.id), (one.id, first.id)];
    assert_eq!(pairs(&*store).await, expected, "a report once for each of its incidents, newest first");
    assert_eq!(store.joined_reports(START, 2).await.unwrap().len(), 2);

    // An incident that ends takes its own pairs along and no others.
    let mut over = store.incident(three.id).await.unwrap().unwrap();
    over.ended = Some((Ending::NothingFound, START));
    commit(&*store, What::IncidentEnded { incident: over }).await;
    assert_eq!(pairs(&*store).await, [(two.id, second.id), (two.id, first.id), (one.id, first.id)]);
    assert_eq!(reports_of(&*store, three.id).await, [first.id, third.id], "what ended keeps its reports");

    // Writing on it changes nothing about where it is found.
    let mut noted = store.report(first.id).await.unwrap().unwrap();
    noted.notes = 1;
    commit(&*store, What::ReportNoted { report: noted.clone(), note: note(&noted, START, "They left.") }).await;
    assert_eq!(reports_of(&*store, two.id).await, [first.id, second.id]);

    taken_out(&*store, first.id, one.id, &[three.id, two.id]).await;
    assert_eq!(reports_of(&*store, one.id).await, []);
    assert_eq!(reports_of(&*store, two.id).await, [first.id, second.id], "taking it out of one leaves the others");
    let mut gone = store.report(first.id).await.unwrap().unwrap();
    gone.state = ReportState::Withdrawn;
    commit(&*store, What::ReportWithdrawn { report: gone }).await;
    for incident in [two.id, three.id] {
        let file = store.incident_file(incident).await.unwrap().unwrap();
        let state = file.reports.iter().find(|report| report.id == first.id).map(|report| report.state);
        assert_eq!(state, Some(ReportState::Withdrawn), "the mark stands in every one of them");
    }
}

pub async fn of_two_who_join_one_report_to_two_incidents_at_once_one_is_kept(town: &mut dyn Town) {
    let store = town.store();
    let ((one, _), (two, _)) = (opened(&*store).await, opened(&*store).await);
    let fresh = report();
    commit(&*store, filed(&fresh)).await;
    let (first, here) = as_read(&*store, fresh.id, one.id, &[one.id]).await;
    let (second, there) = as_read(&*store, fresh.id, two.id, &[two.id]).await;
    commit(&*store, What::ReportJoined { incident: first, report: here }).await;
    conflict(&*store, What::ReportJoined { incident: second, report: there }).await;
    assert_eq!(store.report(fresh.id).await.unwrap().unwrap().incidents, [one.id]);
    assert!(!reports_of(&*store, two.id).await.contains(&fresh.id), "nothing of the other press stands");
}

fn said(report: ReportId, incident: IncidentId) -> Difference {
    let (by, reason) = (MemberId([7; 16]), "Another street.".to_owned());
    Difference { report, incident, version: 0, by, at: START, reason, taken_back: None }
}

pub async fn what_is_said_to_be_different_is_found_from_both_sides_and_taken_back(town: &mut dyn Town) {
    let store = town.store();
    let ((one, _), (two, _)) = (opened(&*store).await, opened(&*store).await);
    let (near, other) = (report(), report());
    for report in [&near, &other] {
        commit(&*store, filed(report)).await;
    }
    let before = store.report(near.id).await.unwrap().unwrap();
    let here = said(near.id, one.id);
    commit(&*store, What::DifferenceSaid { report: before.clone(), difference: here.clone() }).await;
    // Whoever read the report before joins it no more, and the same is not said twice.
    let late = Report { incidents: vec![one.id], state: ReportState::Joined, ..before.clone() };
    conflict(&*store, What::ReportJoined { incident: store.incident(one.id).await.unwrap().unwrap(), report: late }).await;
    conflict(&*store, What::DifferenceSaid { report: before.clone(), difference: said(near.id, two.id) }).await;
    let now = store.report(near.id).await.unwrap().unwrap();
    conflict(&*store, What::DifferenceSaid { report: now.clone(), difference: here.clone() }).await;
    assert_eq!(store.report(near.id).await.unwrap(), Some(now.clone()), "a conflict writes nothing");
    assert_eq!((now.state, store.waiting_reports(10).await.unwrap().len()), (ReportState::Received, 2), "it waits as before");

    commit(&*store, What::DifferenceSaid { report: now, difference: said(near.id, two.id) }).await;
    let there = store.report(other.id).await.unwrap().unwrap();
    commit(&*store, What::DifferenceSaid { report: there, difference: said(other.id, one.id) }).await;
    town.reopen().await;
    let store = town.store();
    let kept = |said: Difference| Difference { version: 1, ..said };
    let mut of = [kept(here.clone()), kept(said(near.id, two.id))];
    of.sort_by_key(|said| said.incident);
    assert_eq!(store.differences_of(near.id).await.unwrap(), of);
    let mut from = [kept(here.clone()), kept(said(other.id, one.id))];
    from.sort_by_key(|said| said.report);
    assert_eq!(store.differences_from(one.id).await.unwrap(), from);
    assert_eq!(store.differences_from(two.id).await.unwrap(), [kept(said(near.id, two.id))]);

    let back = Difference { taken_back: Some((MemberId([8; 16]), START)), ..kept(here) };
    commit(&*store, What::DifferenceTakenBack { difference: back.clone() }).await;
    conflict(&*store, What::DifferenceTakenBack { difference: back.clone() }).await;
    let found = store.differences_of(near.id).await.unwrap();
    assert_eq!(found.iter().find(|said| said.incident == one.id), Some(&Difference { version: 2, ..back }));
    assert_eq!(found.iter().filter(|said| said.stands()).count(), 1);
}

pub async fn what_is_said_to_be_different_goes_in_its_time_and_with_the_words(town: &mut dyn Town) {
    let store = town.store();
    let (one, _) = opened(&*store).await;
    let reports = [report(), report(), report()];
    for report in &reports {
        commit(&*store, filed(report)).await;
        let read = store.report(report.id).await.unwrap().unwrap();
        commit(&*store, What::DifferenceSaid { report: read, difference: said(report.id, one.id) }).await;
    }
    // Withdrawing takes along what was said of the report: the reason may repeat its words.
    let mut gone = store.report(reports[0].id).await.unwrap().unwrap();
    gone.state = ReportState::Withdrawn;
    commit(&*store, What::ReportWithdrawn { report: gone }).await;
    assert_eq!(store.differences_of(reports[0].id).await.unwrap(), []);
    let mut back = store.differences_of(reports[1].id).await.unwrap().remove(0);
    back.taken_back = Some((MemberId([8; 16]), START));
    commit(&*store, What::DifferenceTakenBack { difference: back }).await;

    let forget = async |at| {
        let (store, mut forgotten) = (town.store(), change(What::Forgotten));
        forgotten.at = at;
        store.commit(forgotten).await.unwrap();
        store.differences_from(one.id).await.unwrap().iter().map(|said| said.report).collect::<Vec<_>>()
    };
    assert_eq!(forget(START.plus(TAKEN_BACK_KEPT - 1)).await.len(), 2);
    assert_eq!(forget(START.plus(TAKEN_BACK_KEPT)).await, [reports[2].id], "what was taken back goes first");
    assert_eq!(forget(START.plus(DIFFERENCE_KEPT - 1)).await, [reports[2].id]);
    assert_eq!(forget(START.plus(DIFFERENCE_KEPT)).await, []);
}
