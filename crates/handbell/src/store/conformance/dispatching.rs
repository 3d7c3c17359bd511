//! Dispatching: wider rings and their told lists, what those who were asked said, and what is said for a duty.
//!
//! Judges the-same-people-hear-the-end where an alert rings more than once, and forgetting-is-scheduled.

use handbell_rules::bell::alert::{Alert, Ring, RingKind};
use handbell_rules::bell::delivery::Answer;
use handbell_rules::bell::dispatch::{DISPATCH_KEPT, Dispatch, Quota, Ready};
use handbell_rules::change::What;
use handbell_rules::id::{AlertId, IncidentId, MemberId, RingId, SubscriptionId};
use handbell_rules::people::duty::Duty;
use handbell_rules::people::member::Role;
use handbell_rules::people::nudge::{About, DispatchNews, Nudge};
use handbell_rules::playbook::FieldRole;
use handbell_rules::time::{HOUR, MINUTE, SECOND, Timestamp};

use super::Town;
use super::builders::*;
use crate::store::Store;

fn dispatch(alert: AlertId, incident: IncidentId) -> Dispatch {
    let observers = Quota { role: FieldRole::Observer, language: None, wanted: 2 };
    Dispatch::new(alert, incident, vec![observers], 15, START)
}

/// The next ring of a live alert, for these.
fn wider(alert: &Alert, dispatch: &Dispatch, told: &[SubscriptionId], at: Timestamp) -> What {
    let (kind, expires_at) = (RingKind::Alert, alert.expires_at.expect("it was rung"));
    let ring = Ring { id: RingId(fresh()), alert: alert.id, words_of: alert.id, kind, at, expires_at };
    What::DispatchWidened { alert: alert.clone(), dispatch: dispatch.clone(), ring, told: told.to_vec() }
}

async fn all_accept(store: &dyn Store, at: Timestamp) -> Vec<(SubscriptionId, RingKind)> {
    let leased = lease(store, at).await;
    for one in &leased {
        answered(store, one, Answer::Accepted, at).await;
    }
    who(&leased)
}

pub async fn whoever_is_asked_by_a_wider_ring_hears_the_end_as_well(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 6).await;
    let rung = Rung::for_people(&*store, &people[..3]).await;
    assert_eq!(all_accept(&*store, START).await.len(), 3);
    let alert = store.alert(rung.alert).await.unwrap().unwrap();
    let later = START.plus(2 * MINUTE);
    commit_at(&*store, later, wider(&alert, &dispatch(rung.alert, rung.incident), &people[3..5], later)).await;
    town.reopen().await;
    let store = town.store();
    let asked: Vec<_> = people[3..5].iter().map(|person| (*person, RingKind::Alert)).collect();
    assert_eq!(all_accept(&*store, later).await, asked, "those who are asked now, and nobody again");
    assert_eq!(store.rings(rung.alert).await.unwrap().len(), 2);
    let everybody = |kind| people[..5].iter().map(|person| (*person, kind)).collect::<Vec<_>>();
    let update = later.plus(MINUTE);
    rung.update(&*store, update).await;
    assert_eq!(all_accept(&*store, update).await, everybody(RingKind::Update), "an update goes to both lists");
    let end = update.plus(MINUTE);
    rung.end(&*store, end).await;
    assert_eq!(all_accept(&*store, end).await, everybody(RingKind::StandDown), "and so does the end");
}

pub async fn a_wider_ring_that_an_end_overtook_tells_nobody(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 4).await;
    let rung = Rung::for_people(&*store, &people[..2]).await;
    assert_eq!(all_accept(&*store, START).await.len(), 2);
    let alert = store.alert(rung.alert).await.unwrap().unwrap();
    let wider = wider(&alert, &dispatch(rung.alert, rung.incident), &people[2..], START.plus(SECOND));
    rung.end(&*store, START.plus(SECOND)).await;
    conflict(&*store, wider).await;
    let told = all_accept(&*store, START.plus(2 * SECOND)).await;
    assert_eq!(told, people[..2].iter().map(|person| (*person, RingKind::StandDown)).collect::<Vec<_>>());
    assert_eq!(store.dispatch(rung.alert).await.unwrap(), None, "all or nothing");
}

pub async fn what_was_said_of_a_dispatch_is_compared_found_and_forgotten(town: &mut dyn Town) {
    let store = town.store();
    let (incident, _) = opened(&*store).await;
    let planned = dispatch(AlertId(fresh()), incident.id);
    let plan = |dispatch: &Dispatch| What::DispatchPlanned { dispatch: dispatch.clone(), nudges: vec![] };
    commit(&*store, plan(&planned)).await;
    conflict(&*store, plan(&planned)).await;
    assert_eq!(store.open_dispatches().await.unwrap(), [], "nobody was asked yet");
    let to = MemberId(fresh());
    let about = About::Dispatch(DispatchNews::Enough, planned.alert);
    let nudges = Nudge::each(change(What::Forgotten).id, &[to], &about, START);
    let rung = Dispatch { version: 1, rung_at: Some(START), ..planned };
    commit(&*store, What::DispatchAnswered { dispatch: rung.clone(), nudges }).await;
    conflict(&*store, What::DispatchMoved { dispatch: rung.clone(), nudges: vec![] }).await;
    town.reopen().await;
    let store = town.store();
    let kept = Dispatch { version: 2, ..rung };
    assert_eq!(store.dispatch(kept.alert).await.unwrap(), Some(kept.clone()));
    assert_eq!(store.open_dispatches().await.unwrap(), std::slice::from_ref(&kept));
    assert_eq!(store.nudges_due(10, START).await.unwrap().iter().map(|nudge| nudge.to).collect::<Vec<_>>(), [to]);
    let over = START.plus(HOUR);
    let closed = Dispatch { over_at: Some(over), ..kept };
    commit_at(&*store, over, What::DispatchMoved { dispatch: closed.clone(), nudges: vec![] }).await;
    assert_eq!(store.open_dispatches().await.unwrap(), []);
    assert_eq!(store.dispatches().await.unwrap(), [Dispatch { version: 3, ..closed }]);
    store.commit(change_at(over.plus(DISPATCH_KEPT - 1), What::Forgotten)).await.unwrap();
    assert_eq!(store.dispatches().await.unwrap().len(), 1, "not early");
    store.commit(change_at(over.plus(DISPATCH_KEPT), What::Forgotten)).await.unwrap();
    assert_eq!(store.dispatches().await.unwrap(), []);
}

pub async fn what_a_member_says_for_a_duty_goes_with_it(town: &mut dyn Town) {
    let store = town.store();
    let ready = |member: MemberId, cells| Ready { member, cells, languages: vec!["so".into()], until: START.plus(HOUR) };
    let (one, other) = (member(&*store, "Wren", &[Role::Observer]).await.id, member(&*store, "Heron", &[Role::FirstAider]).await.id);
    let duty = Duty::of(one, START, HOUR, true);
    commit(&*store, What::DutyStarted { duty: duty.clone() }).await;
    for member in [one, other] {
        commit(&*store, What::ReadySaid { ready: ready(member, vec![cell(0)]) }).await;
    }
    commit(&*store, What::ReadySaid { ready: ready(one, vec![cell(1)]) }).await;
    let found = store.ready(START).await.unwrap();
    assert_eq!(found.iter().find(|said| said.member == one), Some(&ready(one, vec![cell(1)])), "what was said last stands");
    let ended = Duty { version: 1, until: START.plus(MINUTE), ..duty };
    commit(&*store, What::DutyEnded { duty: ended }).await;
    assert_eq!(store.ready(START).await.unwrap(), [ready(other, vec![cell(0)])], "it goes with the duty");
    assert_eq!(store.ready(START.plus(HOUR)).await.unwrap(), [], "and is not read past its time");
    store.commit(change_at(START.plus(HOUR), What::Forgotten)).await.unwrap();
    let held = store.held().await.unwrap();
    assert_eq!(held.iter().find(|held| held.table == "ready").unwrap().rows, 0);
}
