//! Standing: what `commit_on` promises of decisions that were counted over many rows.

use handbell_rules::bell::alert::RingKind;
use handbell_rules::change::{Change, What};
use handbell_rules::people::member::{Member, Role};

use super::Town;
use super::builders::*;
use crate::store::footing::{Footing, Ground};
use crate::store::memory::Fault;
use crate::store::{Committed, Store, StoreError};
use std::sync::Arc;

/// How many decide at once.
const CROWD: usize = 32;

fn now_on(store: &dyn Store, on: &'static [Ground]) -> Footing {
    Footing { since: *store.follow().borrow(), on }
}

fn gone(member: &Member) -> Change {
    change(What::MemberRevoked { member: Member { revoked_at: Some(START), ..member.clone() } })
}

fn is_conflict(answer: &Result<Committed, StoreError>) -> bool {
    matches!(answer, Err(StoreError::Conflict))
}

pub async fn what_stands_on_a_ground_that_moved_is_a_conflict_and_writes_nothing(town: &mut dyn Town) {
    let store = town.store();
    let (ada, bea) = (member(&*store, "Ada", &[Role::Triager]).await, member(&*store, "Bea", &[Role::Triager]).await);
    let members = now_on(&*store, &[Ground::Members]);
    let rings = now_on(&*store, &[Ground::Rings]);
    // Whatever moves other ground is nobody's matter here.
    commit(&*store, filed(&report())).await;
    let first = gone(&ada);
    assert_eq!(store.commit_on(first.clone(), Some(members)).await.unwrap(), Committed { journal: 4, again: false });
    let second = gone(&bea);
    assert!(is_conflict(&store.commit_on(second.clone(), Some(members)).await), "somebody was revoked since");
    assert_eq!(store.member(bea.id).await.unwrap().unwrap().revoked_at, None, "and nothing was written");
    assert_eq!(store.journal(0, 100).await.unwrap().len(), 4);
    // What stands written is said so, whatever moved since.
    assert_eq!(store.commit_on(first, Some(members)).await.unwrap(), Committed { journal: 4, again: true });
    town.reopen().await;
    let store = town.store();
    assert!(is_conflict(&store.commit_on(second.clone(), Some(members)).await), "a restart moves nothing back");
    let approvals = Footing { on: &[Ground::Rings, Ground::Approvals], ..rings };
    assert!(is_conflict(&store.commit_on(second.clone(), Some(approvals)).await), "one of two grounds is enough");
    // Another ground has not moved, and one that is taken anew stands.
    store.commit_on(change(filed(&report())), Some(rings)).await.unwrap();
    assert!(!is_conflict(&store.commit_on(second, Some(now_on(&*store, &[Ground::Members]))).await));
    // The ground of rings is moved by every bell.
    let rings = now_on(&*store, &[Ground::Rings]);
    let people = neighbours(&*store, 1).await;
    let rung = Rung::for_people(&*store, &people).await;
    assert!(is_conflict(&store.commit_on(change(filed(&report())), Some(rings)).await));
    assert_eq!(store.tally(rung.alert).await.unwrap()[0].0, RingKind::Alert);
}

pub async fn of_many_who_stand_on_one_ground_exactly_one_wins(town: &mut dyn Town) {
    let store = town.store();
    let mut people = Vec::new();
    for number in 0..CROWD {
        people.push(member(&*store, &format!("Member {number}"), &[Role::Triager]).await);
    }
    let footing = now_on(&*store, &[Ground::Members]);
    let tasks: Vec<_> = people
        .iter()
        .map(|one| {
            let (store, change): (Arc<dyn Store>, Change) = (store.clone(), gone(one));
            tokio::spawn(async move { store.commit_on(change, Some(footing)).await })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => won += 1,
            Err(StoreError::Conflict) => {}
            Err(other) => panic!("{other}"),
        }
    }
    let left = store.members().await.unwrap().iter().filter(|member| member.revoked_at.is_none()).count();
    assert_eq!((won, left), (1, CROWD - 1));
}

pub async fn a_footing_that_was_lost_unseen_is_answered_as_written(town: &mut dyn Town) {
    let store = town.store();
    let ada = member(&*store, "Ada", &[Role::Triager]).await;
    let footing = now_on(&*store, &[Ground::Members]);
    let revoked = gone(&ada);
    town.plant(Fault::FailsButPersists);
    assert!(matches!(store.commit_on(revoked.clone(), Some(footing)).await, Err(StoreError::Unavailable(_))));
    // Its own line moved the ground; said again, it stands all the same.
    assert!(store.commit_on(revoked, Some(footing)).await.unwrap().again);
}
