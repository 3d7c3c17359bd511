//! Telling: who hears a ring, in what order, and who hears its end.
//!
//! Judges the-same-people-hear-the-end, no-alert-after-cancel and nothing-goes-stale.

use handbell_rules::bell::alert::RingKind;
use handbell_rules::bell::delivery::{Answer, Leased, Tally};
use handbell_rules::change::What;
use handbell_rules::id::SubscriptionId;
use handbell_rules::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};

use super::Town;
use super::builders::*;
use crate::store::Store;

const LATER: Timestamp = START.plus(5 * MINUTE);

fn of<'a>(leased: &'a [Leased], person: &SubscriptionId) -> &'a Leased {
    leased.iter().find(|one| one.subscription == *person).unwrap()
}

async fn tallies(store: &dyn Store, rung: &Rung) -> Vec<(RingKind, [u64; 4])> {
    let count = |tally: Tally| [tally.told_list, tally.accepted, tally.waiting, tally.unreachable];
    store.tally(rung.alert).await.unwrap().into_iter().map(|(kind, tally)| (kind, count(tally))).collect()
}

pub async fn a_ring_tells_everybody_on_its_list_once(town: &mut dyn Town) {
    let store = town.store();
    // More than fit one statement of any store.
    let people = neighbours(&*store, 150).await;
    let twice: Vec<_> = people.iter().chain(&people).copied().collect();
    let rung = Rung::for_people(&*store, &twice).await;
    assert_eq!(tallies(&*store, &rung).await, [(RingKind::Alert, [150, 0, 150, 0])]);
    assert_eq!(store.next_due().await.unwrap(), Some(START));
    let leased = lease(&*store, START).await;
    assert_eq!(who(&leased), people.iter().map(|person| (*person, RingKind::Alert)).collect::<Vec<_>>());
    let one = &leased[0];
    assert_eq!((one.alert, one.words_of, one.attempts, one.expires_at), (rung.alert, rung.alert, 0, START.plus(HOUR)));
    assert_eq!(store.rings(rung.alert).await.unwrap()[0].id, one.ring);
}

pub async fn an_update_goes_to_the_people_of_the_first_ring(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 4).await;
    let rung = Rung::for_people(&*store, &people[..3]).await;
    let leased = lease(&*store, START).await;
    answered(&*store, of(&leased, &people[0]), Answer::Accepted, START).await;
    answered(&*store, of(&leased, &people[1]), Answer::Gone, START).await;
    let update = rung.update(&*store, START.plus(SECOND)).await;

    let told = lease(&*store, START.plus(SECOND)).await;
    assert_eq!(who(&told), [(people[0], RingKind::Update)], "the first message to the third is still open");
    assert_eq!((told[0].alert, told[0].words_of, told[0].ring), (rung.alert, update.words_of, update.id));
    answered(&*store, of(&leased, &people[2]), Answer::Accepted, START).await;
    assert_eq!(who(&lease(&*store, START.plus(SECOND)).await), [(people[2], RingKind::Update)]);
    assert_eq!(tallies(&*store, &rung).await, [(RingKind::Alert, [3, 2, 0, 1]), (RingKind::Update, [2, 0, 2, 0])]);
}

pub async fn whoever_was_never_tried_hears_neither_start_nor_end(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 5).await;
    let rung = Rung::for_people(&*store, &people).await;
    let leased = store.lease(2, LEASE, START).await.unwrap();
    for one in &leased {
        answered(&*store, one, Answer::Accepted, START).await;
    }
    rung.end(&*store, LATER).await;
    let told = lease(&*store, LATER).await;
    let heard: Vec<_> = who(&leased).into_iter().map(|(person, _)| (person, RingKind::StandDown)).collect();
    assert_eq!(who(&told), heard);
    assert_eq!(tallies(&*store, &rung).await, [(RingKind::Alert, [5, 2, 0, 3]), (RingKind::StandDown, [2, 0, 2, 0])]);
}

pub async fn whoever_may_have_heard_hears_the_end(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 7).await;
    let rung = Rung::for_people(&*store, &people).await;
    let leased = lease(&*store, START).await;
    let answers = [Answer::Accepted, Answer::Hung, Answer::Later, Answer::RetryAfter(MINUTE), Answer::Refused, Answer::Gone];
    for (person, answer) in people.iter().zip(answers) {
        answered(&*store, of(&leased, person), answer, START).await;
    }
    // The seventh is out with a ringer while the alert ends.
    rung.end(&*store, START.plus(SECOND)).await;
    let told = lease(&*store, START.plus(SECOND)).await;
    assert_eq!(who(&told), [(people[0], RingKind::StandDown), (people[1], RingKind::StandDown)]);
    answered(&*store, of(&leased, &people[6]), Answer::Accepted, START.plus(SECOND)).await;
    assert_eq!(who(&lease(&*store, START.plus(SECOND)).await), [(people[6], RingKind::StandDown)]);
    assert_eq!(tallies(&*store, &rung).await[1], (RingKind::StandDown, [3, 0, 3, 0]));
}

pub async fn who_heard_only_the_update_hears_the_end(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 2).await;
    let rung = Rung::for_people(&*store, &people).await;
    let first = lease(&*store, START).await;
    rung.update(&*store, START.plus(SECOND)).await;
    // The push services refuse the first message to both; the update reaches one of them.
    for one in &first {
        answered(&*store, one, Answer::Refused, START.plus(SECOND)).await;
    }
    let updates = lease(&*store, START.plus(SECOND)).await;
    assert_eq!(updates.len(), 2);
    answered(&*store, of(&updates, &people[0]), Answer::Accepted, START.plus(SECOND)).await;
    rung.end(&*store, LATER).await;
    answered(&*store, of(&updates, &people[1]), Answer::Refused, LATER).await;
    assert_eq!(who(&lease(&*store, LATER).await), [(people[0], RingKind::StandDown)]);
}

pub async fn an_end_is_withheld_when_the_start_turns_out_not_taken(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 3).await;
    let rung = Rung::for_people(&*store, &people).await;
    let leased = lease(&*store, START).await;
    rung.end(&*store, START.plus(SECOND)).await;
    answered(&*store, of(&leased, &people[0]), Answer::Later, START.plus(SECOND)).await;
    answered(&*store, of(&leased, &people[1]), Answer::Hung, START.plus(SECOND)).await;
    answered(&*store, of(&leased, &people[2]), Answer::Refused, START.plus(SECOND)).await;
    let told = lease(&*store, LATER).await;
    assert_eq!(who(&told), [(people[1], RingKind::StandDown)]);
    assert_eq!(tallies(&*store, &rung).await, [(RingKind::Alert, [3, 0, 0, 3]), (RingKind::StandDown, [3, 0, 1, 2])]);
}

pub async fn nobody_hears_the_end_before_the_start(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 1).await;
    let rung = Rung::for_people(&*store, &people).await;
    let leased = lease(&*store, START).await;
    rung.end(&*store, START.plus(SECOND)).await;
    assert_eq!(lease(&*store, START.plus(SECOND)).await, vec![]);
    assert_eq!(store.next_due().await.unwrap(), Some(START.plus(LEASE)), "not before the start is settled or its lease runs out");
    answered(&*store, &leased[0], Answer::Accepted, START.plus(SECOND)).await;
    assert_eq!(store.next_due().await.unwrap(), Some(START.plus(SECOND)));
    assert_eq!(who(&lease(&*store, START.plus(SECOND)).await), [(people[0], RingKind::StandDown)]);
}

pub async fn a_lease_that_runs_out_may_have_been_heard(town: &mut dyn Town) {
    let people = neighbours(&*town.store(), 2).await;
    let rung = Rung::for_people(&*town.store(), &people).await;
    let leased = town.store().lease(1, LEASE, START).await.unwrap();
    // The ringer dies with it.
    town.reopen().await;
    let store = town.store();
    let early = lease(&*store, START.plus(LEASE - 1)).await;
    assert_eq!(early.len(), 1, "the other one");
    assert_ne!(early[0].delivery, leased[0].delivery);
    answered(&*store, &early[0], Answer::Accepted, START.plus(LEASE - 1)).await;
    let again = lease(&*store, START.plus(LEASE)).await;
    assert_eq!((again[0].delivery, again[0].attempts), (leased[0].delivery, 1));
    answered(&*store, &again[0], Answer::Later, START.plus(LEASE)).await;
    rung.end(&*store, START.plus(LEASE + 1)).await;
    assert_eq!(lease(&*store, START.plus(LEASE + 1)).await.len(), 2, "both hear the end");
}

pub async fn nothing_expired_is_handed_out(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 3).await;
    let rung = Rung::for_people(&*store, &people).await;
    let leased = store.lease(1, LEASE, START).await.unwrap();
    let expiry = START.plus(HOUR);
    let again = store.lease(1, LEASE, expiry.plus(-1)).await.unwrap();
    assert_eq!((again[0].delivery, again[0].attempts), (leased[0].delivery, 1), "a lease that ran out is handed out in its old place");
    assert_eq!(lease(&*store, expiry).await, vec![]);
    assert_eq!(tallies(&*store, &rung).await, [(RingKind::Alert, [3, 0, 1, 2])]);
    assert_eq!(store.next_due().await.unwrap(), Some(expiry.plus(LEASE - 1)));
    assert_eq!(lease(&*store, expiry.plus(LEASE)).await, vec![]);
    assert_eq!(tallies(&*store, &rung).await, [(RingKind::Alert, [3, 0, 0, 3])]);
    assert_eq!(store.next_due().await.unwrap(), None);
    // Whoever was handed to a ringer that died may have heard, so they hear the end, however late.
    rung.end(&*store, expiry.plus(2 * HOUR)).await;
    let told = lease(&*store, expiry.plus(2 * HOUR)).await;
    assert_eq!(who(&told), [(leased[0].subscription, RingKind::StandDown)]);
}

pub async fn nothing_live_is_handed_out_after_the_end(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 3).await;
    let rung = Rung::for_people(&*store, &people).await;
    let leased = store.lease(2, LEASE, START).await.unwrap();
    answered(&*store, &leased[0], Answer::Later, START).await;
    rung.update(&*store, START.plus(SECOND)).await;
    rung.end(&*store, START.plus(2 * SECOND)).await;
    for minute in 0..90 {
        let told = lease(&*store, START.plus(2 * SECOND + minute * MINUTE)).await;
        assert!(told.iter().all(|one| !one.kind.is_live()), "minute {minute}: {:?}", who(&told));
    }
}

pub async fn ends_are_handed_out_before_alerts(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 6).await;
    let over = Rung::for_people(&*store, &people[..3]).await;
    for one in lease(&*store, START).await {
        answered(&*store, &one, Answer::Accepted, START).await;
    }
    Rung::for_people(&*store, &people).await;
    over.end(&*store, LATER).await;
    let told = store.lease(4, LEASE, LATER).await.unwrap();
    let kinds: Vec<_> = told.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [RingKind::StandDown, RingKind::StandDown, RingKind::StandDown, RingKind::Alert]);
}

pub async fn a_delivery_is_leased_to_one_at_a_time(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 40).await;
    Rung::for_people(&*store, &people).await;
    let ringers: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.lease(7, LEASE, START).await.unwrap() })
        })
        .collect();
    let mut told = Vec::new();
    for ringer in ringers {
        let some = ringer.await.unwrap();
        assert!(some.len() <= 7);
        told.extend(some);
    }
    let everybody: Vec<_> = people.iter().map(|person| (*person, RingKind::Alert)).collect();
    assert_eq!(who(&told), everybody);
}

pub async fn a_retry_waits_for_its_time(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 1).await;
    let rung = Rung::for_people(&*store, &people).await;
    let leased = lease(&*store, START).await;
    answered(&*store, &leased[0], Answer::RetryAfter(3 * MINUTE), START).await;
    let due = store.next_due().await.unwrap().unwrap();
    assert_eq!(due, START.plus(3 * MINUTE));
    assert_eq!(lease(&*store, due.plus(-1)).await, vec![]);
    let again = lease(&*store, due).await;
    assert_eq!((again.len(), again[0].attempts), (1, 1));
    answered(&*store, &again[0], Answer::Accepted, due).await;
    assert_eq!(store.next_due().await.unwrap(), None);
    assert_eq!(tallies(&*store, &rung).await, [(RingKind::Alert, [1, 1, 0, 0])]);
}

pub async fn a_subscription_that_is_gone_is_pruned(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 2).await;
    Rung::for_people(&*store, &people).await;
    let leased = lease(&*store, START).await;
    answered(&*store, of(&leased, &people[0]), Answer::Gone, START).await;
    assert_eq!(store.subscription(people[0]).await.unwrap(), None);
    assert!(store.subscription(people[1]).await.unwrap().is_some());
    let question = super::finding::question(&[cell(0)]);
    assert_eq!(super::finding::found(&*store, &question).await, [people[1]]);
}

pub async fn subscriptions_are_walked_in_order_each_once(town: &mut dyn Town) {
    let store = town.store();
    let mut people = neighbours(&*store, 5).await;
    people.sort_unstable();
    let (mut walked, mut after) = (Vec::new(), SubscriptionId([0; 16]));
    loop {
        let page = store.subscriptions_after(after, 2, START).await.unwrap();
        assert!(page.len() <= 2);
        let Some(last) = page.last() else { break };
        after = last.id;
        walked.extend(page.iter().map(|subscription| subscription.id));
    }
    assert_eq!(walked, people);
    assert_eq!(store.subscriptions_after(SubscriptionId([0; 16]), 9, START.plus(180 * DAY)).await.unwrap(), []);
    let some = [people[3], SubscriptionId(fresh()), people[1]];
    let mut read: Vec<_> = store.subscriptions(&some).await.unwrap().into_iter().map(|subscription| subscription.id).collect();
    read.sort_unstable();
    assert_eq!(read, [people[1], people[3]]);
    assert_eq!(store.subscriptions(&[]).await.unwrap(), []);
    commit(&*store, What::Unsubscribed { subscription: people[1] }).await;
    let left = store.subscriptions_after(people[0], 9, START).await.unwrap();
    assert_eq!(left.iter().map(|subscription| subscription.id).collect::<Vec<_>>(), people[2..]);
}

pub async fn a_late_word_about_an_earlier_try_is_ignored(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 1).await;
    let rung = Rung::for_people(&*store, &people).await;
    let first = lease(&*store, START).await;
    let again = lease(&*store, START.plus(LEASE)).await;
    answered(&*store, &first[0], Answer::Refused, START.plus(LEASE)).await;
    assert_eq!(tallies(&*store, &rung).await, [(RingKind::Alert, [1, 0, 1, 0])], "the later try is still out");
    answered(&*store, &again[0], Answer::Accepted, START.plus(LEASE)).await;
    answered(&*store, &again[0], Answer::Gone, START.plus(LEASE)).await;
    assert_eq!(tallies(&*store, &rung).await, [(RingKind::Alert, [1, 1, 0, 0])]);
    assert!(store.subscription(people[0]).await.unwrap().is_some());
    // A word about a delivery nobody knows is no trouble either.
    let unknown = Leased { delivery: handbell_rules::id::DeliveryId(fresh()), ..again[0].clone() };
    answered(&*store, &unknown, Answer::Accepted, START).await;
}

pub async fn an_ended_alert_is_known_before_its_commit_returns(town: &mut dyn Town) {
    let people = neighbours(&*town.store(), 1).await;
    let (one, other) = (Rung::for_people(&*town.store(), &people).await, Rung::for_people(&*town.store(), &people).await);
    assert!(!town.store().has_ended(&one.alert));
    let stale = one.ending(&*town.store(), LATER).await;
    one.end(&*town.store(), LATER).await;
    assert!(town.store().has_ended(&one.alert));
    assert!(!town.store().has_ended(&other.alert));
    conflict(&*town.store(), stale).await;
    town.reopen().await;
    assert!(town.store().has_ended(&one.alert), "a ringer that starts now asks too");
    assert!(!town.store().has_ended(&other.alert));
    // An end that meets a conflict has not ended anything.
    let What::AlertEnded { mut incident, alert, ring, entries } = other.ending(&*town.store(), LATER).await else {
        unreachable!("an end was built")
    };
    incident.version += 1;
    conflict(&*town.store(), What::AlertEnded { incident, alert, ring, entries }).await;
    assert!(!town.store().has_ended(&other.alert));
}
