//! Openings: the trail is one chain in every store, whoever writes at once and whatever fails.

use super::Town;
use super::builders::{START, change, commit, commit_at, fresh};
use crate::store::memory::Fault;
use crate::store::{Store, StoreError};
use handbell_rules::change::What;
use handbell_rules::id::{MemberId, OpeningAskId, ReportId};
use handbell_rules::people::access::ASK_WAITS;
use handbell_rules::people::trail::{NewOpening, OPENINGS_KEPT, Opening, OpeningAsk, Subject, Why, check};
use handbell_rules::time::{DAY, MINUTE, Timestamp};
use std::collections::BTreeSet;

const AMINA: MemberId = MemberId([1; 16]);
const BEN: MemberId = MemberId([2; 16]);

fn line(at: Timestamp, member: MemberId, report: ReportId) -> NewOpening {
    let subject = Subject::Report(report);
    NewOpening { at, member, subject, why: Why::SecondMember, reason: "the council asks “why”".into(), second: Some(BEN) }
}

fn opened(at: Timestamp) -> What {
    What::Opened { line: line(at, AMINA, ReportId(fresh())) }
}

async fn trail(store: &dyn Store) -> Vec<Opening> {
    let trail = store.openings(0, 1_000).await.unwrap();
    assert_eq!(check(&trail), Ok(()));
    trail
}

pub async fn lines_of_the_trail_are_numbered_and_chained_in_the_order_of_their_commits(town: &mut dyn Town) {
    let store = town.store();
    let report = ReportId(fresh());
    let first = line(START, AMINA, report);
    commit(&*store, What::Opened { line: first.clone() }).await;
    let crowd = (0..40).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.commit(change(opened(START))).await.unwrap() })
    });
    for one in crowd.collect::<Vec<_>>() {
        one.await.unwrap();
    }
    let again = NewOpening { at: START.plus(MINUTE), ..line(START, AMINA, report) };
    commit(&*store, What::Opened { line: again.clone() }).await;
    let trail = trail(&*store).await;
    assert_eq!(trail.iter().map(|line| line.number).collect::<Vec<_>>(), (1..=42).collect::<Vec<_>>());
    assert_eq!((&trail[0].line, &trail[41].line), (&first, &again));
    assert_eq!(store.openings(40, 1).await.unwrap(), trail[40..41]);
    assert_eq!(store.last_opening(AMINA, Subject::Report(report)).await.unwrap(), Some(trail[41].clone()));
    assert_eq!(store.last_opening(BEN, Subject::Report(report)).await.unwrap(), None);
}

pub async fn a_line_that_fails_leaves_no_gap_and_said_again_stands_once(town: &mut dyn Town) {
    let store = town.store();
    commit(&*store, opened(START)).await;
    for fault in [Fault::Fails, Fault::FailsButPersists] {
        let change = change(opened(START));
        town.plant(fault);
        assert!(matches!(store.commit(change.clone()).await, Err(StoreError::Unavailable(_))));
        store.commit(change).await.unwrap();
    }
    assert_eq!(trail(&*store).await.len(), 3);
}

pub async fn the_trail_goes_on_where_it_stood_after_a_restart(town: &mut dyn Town) {
    for _ in 0..3 {
        commit(&*town.store(), opened(START)).await;
        town.reopen().await;
    }
    assert_eq!(trail(&*town.store()).await.len(), 3);
}

pub async fn old_lines_go_from_the_end_and_the_rest_still_holds(town: &mut dyn Town) {
    let store = town.store();
    // The clock may have been set back: an older line that stands behind a newer one waits for it.
    let days: Vec<i64> = (0..90).chain([20]).collect();
    for day in &days {
        commit_at(&*store, START.plus(day * DAY), opened(START.plus(day * DAY))).await;
    }
    let mut left = Vec::new();
    for day in [0, 3, 30, 30, 89, 400] {
        commit_at(&*store, START.plus(OPENINGS_KEPT + day * DAY - 1), What::Forgotten).await;
        let numbers: BTreeSet<u64> = trail(&*store).await.iter().map(|line| line.number).collect();
        left.push((*numbers.first().unwrap(), numbers.len()));
        assert_eq!(*numbers.last().unwrap(), 91, "the newest stays");
    }
    assert_eq!(left, [(1, 91), (4, 88), (31, 61), (31, 61), (90, 2), (91, 1)]);
    commit(&*store, opened(START)).await;
    assert_eq!(trail(&*store).await.len(), 2);
}

pub async fn a_wish_is_agreed_to_once_and_waits_a_day(town: &mut dyn Town) {
    let store = town.store();
    let subject = Subject::Report(ReportId(fresh()));
    let ask = OpeningAsk {
        id: OpeningAskId(fresh()),
        version: 0,
        member: AMINA,
        subject,
        reason: "the council asks".into(),
        at: START,
        agreed: None,
    };
    commit(&*store, What::OpeningAsked { ask: ask.clone() }).await;
    let stored = store.opening_ask(ask.id).await.unwrap().unwrap();
    assert_eq!(stored, OpeningAsk { version: 1, ..ask.clone() });
    let agreed = |by| OpeningAsk { agreed: Some((by, START)), ..stored.clone() };
    commit(&*store, What::OpeningAgreed { ask: agreed(BEN) }).await;
    let late = store.commit(change(What::OpeningAgreed { ask: agreed(MemberId([3; 16])) })).await;
    assert!(matches!(late, Err(StoreError::Conflict)));
    let stored = store.opening_asks(START).await.unwrap();
    assert_eq!(stored, [OpeningAsk { version: 2, ..agreed(BEN) }]);
    assert_eq!(store.opening_asks(START.plus(1)).await.unwrap(), []);
    commit_at(&*store, START.plus(ASK_WAITS - 1), What::Forgotten).await;
    assert_eq!(store.opening_asks(START).await.unwrap().len(), 1);
    commit_at(&*store, START.plus(ASK_WAITS), What::Forgotten).await;
    assert_eq!(store.opening_asks(START).await.unwrap(), []);
}
