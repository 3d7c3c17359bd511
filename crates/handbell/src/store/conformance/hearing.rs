//! Hearing: the index in memory answers what the store answers, whatever moved and whatever failed.
//!
//! [`AudienceIndex`] hears of moves from the store. Here each is asked the same after every step.

use handbell_rules::area::Cell;
use handbell_rules::bell::delivery::Answer;
use handbell_rules::bell::wishes::{Asked, DailyCap, Wishes};
use handbell_rules::change::What;
use handbell_rules::people::member::Role;
use handbell_rules::time::{DAY, HOUR, Timestamp};
use std::sync::Arc;

use super::Town;
use super::builders::*;
use super::finding::question;
use crate::audience::AudienceIndex;
use crate::store::memory::Fault;
use crate::store::{AudienceQuestion, Store, StoreError};

/// Asks both, at several times and places, and answers what they agreed on for one place.
async fn agreed(index: &Arc<AudienceIndex>, store: &dyn Store, cells: &[Cell]) -> Vec<Asked> {
    let places = [cells, &[cell(1)], &[cell(0), cell(1), cell(2), cell(5)]];
    let mut first = None;
    for cells in places {
        for (kind, now) in [("immigration-visit", START), ("flood", START), ("immigration-visit", START.plus(HOUR))] {
            let question = AudienceQuestion { kind: kind.into(), now, ..question(cells) };
            let mut asked = index.asked(store, &question).await.unwrap();
            asked.sort_by_key(|one| one.subscription);
            assert_eq!(asked, store.audience(&question).await.unwrap());
            first.get_or_insert(asked);
        }
    }
    first.unwrap()
}

pub async fn the_index_answers_what_the_store_answers(town: &mut dyn Town) {
    let store = town.store();
    let index = Arc::<AudienceIndex>::default();
    let here = neighbours(&*store, 3).await;
    assert_eq!(agreed(&index, &*store, &[cell(0)]).await.len(), 3, "those who were there before it was made");

    let mut person = subscription(&[cell(0), cell(1)], &["flood"]);
    person.wishes = Wishes { daily_cap: DailyCap::new(2).ok(), ..Wishes::default() };
    commit(&*store, What::Subscribed { subscription: person.clone() }).await;
    agreed(&index, &*store, &[cell(0)]).await;
    person.cells = vec![cell(5)];
    person.kinds.clear();
    commit(&*store, What::Subscribed { subscription: person.clone() }).await;
    assert_eq!(agreed(&index, &*store, &[cell(5)]).await, [Asked { subscription: person.id, wishes: person.wishes.clone() }]);
    let observer = member(&*store, "Ola", &[Role::Observer]).await;
    let mut phone = subscription(&[cell(0)], &[]);
    phone.member = Some(observer.id);
    commit(&*store, What::Subscribed { subscription: phone }).await;
    let mut lapsed = subscription(&[cell(0)], &[]);
    lapsed.until = START.plus(HOUR);
    commit(&*store, What::Subscribed { subscription: lapsed.clone() }).await;
    assert_eq!(agreed(&index, &*store, &[cell(0)]).await.len(), 4);

    commit(&*store, What::Unsubscribed { subscription: here[0] }).await;
    let rung = Rung::for_people(&*store, &here[1..]).await;
    let leased = lease(&*store, START).await;
    assert_eq!(leased.len(), 2);
    answered(&*store, leased.iter().find(|one| one.subscription == here[1]).unwrap(), Answer::Gone, START).await;
    let asked: Vec<_> = agreed(&index, &*store, &[cell(0)]).await.into_iter().map(|one| one.subscription).collect();
    assert_eq!(asked, [here[2], lapsed.id], "one left and one is gone");
    rung.end(&*store, START).await;

    commit_at(&*store, START.plus(DAY), What::Forgotten).await;
    agreed(&index, &*store, &[cell(0)]).await;
    assert!(index.compare(&*store, &question(&[cell(0)])).await.unwrap());
}

pub async fn the_index_answers_what_the_store_answers_when_a_commit_fails_or_nobody_waits_for_it(town: &mut dyn Town) {
    let store = town.store();
    let index = Arc::<AudienceIndex>::default();
    let here = neighbours(&*store, 2).await;
    agreed(&index, &*store, &[cell(0)]).await;
    let mut expected = 2;
    for fault in [Fault::Fails, Fault::FailsButPersists] {
        town.plant(fault);
        let coming = change(What::Subscribed { subscription: subscription(&[cell(0)], &[]) });
        let answer = store.commit(coming.clone()).await;
        assert!(matches!(answer, Err(StoreError::Unavailable(_))));
        expected += usize::from(fault == Fault::FailsButPersists);
        assert_eq!(agreed(&index, &*store, &[cell(0)]).await.len(), expected);
        // Said again, it is there; and an old word said again after a newer one changes nothing.
        store.commit(coming.clone()).await.unwrap();
        expected += usize::from(fault == Fault::Fails);
        assert_eq!(agreed(&index, &*store, &[cell(0)]).await.len(), expected);
        let What::Subscribed { subscription } = &coming.what else { unreachable!("it was just built") };
        commit(&*store, What::Unsubscribed { subscription: subscription.id }).await;
        assert!(store.commit(coming.clone()).await.unwrap().again);
        expected -= 1;
        assert_eq!(agreed(&index, &*store, &[cell(0)]).await.len(), expected);
    }
    // A caller that goes away before the answer: whatever became of it is known.
    let person = subscription(&[cell(0)], &[]);
    let written = store.follow();
    let before = *written.borrow();
    let caller = store.clone();
    let change = change(What::Subscribed { subscription: person.clone() });
    let mut call = Box::pin(async move { caller.commit(change).await.map(|_| ()) });
    let first_look = futures::poll!(&mut call);
    drop(call);
    // Whatever comes next is written after it.
    commit(&*store, What::Unsubscribed { subscription: here[0] }).await;
    let landed = store.subscription(person.id).await.unwrap().is_some();
    assert!(landed || first_look.is_pending(), "what was answered is there");
    assert!(*written.borrow() > before);
    assert_eq!(agreed(&index, &*store, &[cell(0)]).await.len(), 1 + usize::from(landed));
}

/// The index is read while people come and go; nobody is lost between the reading and the hearing.
pub async fn an_index_made_while_people_come_and_go_misses_nobody(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 40).await;
    let index = Arc::<AudienceIndex>::default();
    let (reader, first) = (index.clone(), store.clone());
    let asking = tokio::spawn(async move {
        for _ in 0..20 {
            reader.asked(&*first, &question(&[cell(0)])).await.unwrap();
            tokio::task::yield_now().await;
        }
    });
    for (number, person) in people.iter().enumerate() {
        match number % 3 {
            0 => drop(commit(&*store, What::Unsubscribed { subscription: *person }).await),
            1 => {
                let mut moved = store.subscription(*person).await.unwrap().unwrap();
                moved.cells = vec![cell(5)];
                commit(&*store, What::Subscribed { subscription: moved }).await;
            }
            _ => drop(commit(&*store, What::Subscribed { subscription: subscription(&[cell(0)], &[]) }).await),
        }
    }
    asking.await.unwrap();
    assert_eq!(agreed(&index, &*store, &[cell(0)]).await.len(), 26);
    assert_eq!(agreed(&index, &*store, &[cell(5)]).await.len(), 13);
    assert_eq!(store.subscriptions_after(handbell_rules::id::SubscriptionId([0; 16]), 100, Timestamp::default()).await.unwrap().len(), 39);
}
