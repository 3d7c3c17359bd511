//! Following: whoever asked how something ended is owed what is published of it, once, and goes with its subscription.

use handbell_rules::bell::address::By;
use handbell_rules::bell::delivery::Answer;
use handbell_rules::bell::follower::Follower;
use handbell_rules::bell::subscription::{Further, Subscription};
use handbell_rules::change::What;
use handbell_rules::desk::incident::Incident;
use handbell_rules::id::{IncidentId, SubscriptionId};
use handbell_rules::record::entry::EntryKind;
use handbell_rules::time::{DAY, HOUR, Timestamp};

use super::Town;
use super::builders::*;
use crate::store::memory::Fault;
use crate::store::{Store, StoreError};

const UNTIL: Timestamp = START.plus(3_700 * DAY);

fn follower(of: SubscriptionId, incident: IncidentId) -> Follower {
    Follower { subscription: of, incident, version: 0, due_at: None, tries: 0, until: UNTIL }
}

/// A browser that is asked for nothing else.
fn bare() -> Subscription {
    Subscription { until: START, ..subscription(&[], &[]) }
}

/// A bare browser that follows an incident.
async fn follows(store: &dyn Store, incident: IncidentId) -> Subscription {
    let browser = bare();
    commit(store, What::Followed { follower: follower(browser.id, incident), browser: Some(browser.clone()) }).await;
    browser
}

/// Enters an incident into the record, with entries of these kinds.
async fn entered(store: &dyn Store, kinds: &[EntryKind]) -> IncidentId {
    let incident = Incident { public: true, ..incident() };
    let of = incident.id;
    let entries = [EntryKind::IncidentOpened].iter().chain(kinds).map(|kind| entry(of, *kind)).collect();
    commit(store, What::RecordImported { incident, entries }).await;
    of
}

/// Publishes something more of an incident.
async fn publishing(store: &dyn Store, of: IncidentId, kinds: &[EntryKind]) -> What {
    let incident = store.incident(of).await.unwrap().unwrap();
    What::RecordImported { incident, entries: kinds.iter().map(|kind| entry(of, *kind)).collect() }
}

async fn publish(store: &dyn Store, of: IncidentId, kinds: &[EntryKind], at: Timestamp) {
    let what = publishing(store, of, kinds).await;
    commit_at(store, at, what).await;
}

async fn due(store: &dyn Store, now: Timestamp) -> Vec<SubscriptionId> {
    let mut due: Vec<_> = store.followers_due(100, now).await.unwrap().into_iter().map(|one| one.subscription).collect();
    due.sort_unstable();
    due
}

async fn held(store: &dyn Store, table: &str) -> u64 {
    store.held().await.unwrap().into_iter().find(|held| held.table == table).unwrap().rows
}

pub async fn what_is_published_is_owed_to_exactly_its_followers_once(town: &mut dyn Town) {
    let store = town.store();
    let (one, other) = (entered(&*store, &[]).await, entered(&*store, &[]).await);
    let mut ours = vec![follows(&*store, one).await.id, follows(&*store, one).await.id];
    ours.sort_unstable();
    let theirs = follows(&*store, other).await.id;
    publish(&*store, one, &[EntryKind::Source, EntryKind::Claim], START).await;
    assert_eq!((due(&*store, UNTIL).await, store.next_follower_due().await.unwrap()), (vec![], None), "a claim is no outcome");
    for (hour, kind) in (1..).zip([EntryKind::Outcome, EntryKind::Correction, EntryKind::Cancel, EntryKind::StandDown]) {
        let at = START.plus(hour * HOUR);
        publish(&*store, one, &[kind, kind], at).await;
        assert_eq!(store.next_follower_due().await.unwrap(), Some(at));
        assert!(due(&*store, at.plus(-1)).await.is_empty());
        assert_eq!(due(&*store, at).await, ours, "{kind:?}");
        for follower in store.followers_due(100, at).await.unwrap() {
            commit_at(&*store, at, What::FollowerTold { follower: Follower { due_at: None, ..follower } }).await;
        }
        assert!(due(&*store, UNTIL).await.is_empty(), "once");
    }
    publish(&*store, other, &[EntryKind::Outcome], START).await;
    assert_eq!(due(&*store, START).await, [theirs]);
    // The journal names neither who follows nor what.
    let journal = store.journal(0, 1_000).await.unwrap();
    let followed: Vec<_> = journal.iter().filter(|line| line.what.starts_with("follow")).collect();
    assert!(followed.len() == 11 && followed.iter().all(|line| line.subject.is_none() && line.member.is_none()));
}

pub async fn what_is_published_while_a_message_is_on_its_way_is_owed_anew(town: &mut dyn Town) {
    let store = town.store();
    let of = entered(&*store, &[]).await;
    let browser = follows(&*store, of).await;
    publish(&*store, of, &[EntryKind::Outcome], START).await;
    let sending = store.followers_due(1, START).await.unwrap().remove(0);
    publish(&*store, of, &[EntryKind::Correction], START.plus(HOUR)).await;
    conflict(&*store, What::FollowerTold { follower: Follower { due_at: None, ..sending } }).await;
    let owed = store.followers_of(browser.id).await.unwrap().remove(0);
    assert_eq!((owed.due_at, owed.tries), (Some(START), 0), "it is due since the first of them");
    // One that waits for the morning is still due then, and is told of both at once.
    let morning = START.plus(9 * HOUR);
    commit(&*store, What::FollowerTold { follower: Follower { due_at: Some(morning), tries: 2, ..owed } }).await;
    publish(&*store, of, &[EntryKind::Outcome], START.plus(2 * HOUR)).await;
    town.reopen().await;
    let owed = town.store().followers_due(9, morning).await.unwrap();
    assert_eq!(owed.iter().map(|one| (one.subscription, one.due_at, one.tries)).collect::<Vec<_>>(), [(browser.id, Some(morning), 0)]);
}

pub async fn a_publication_that_fails_owes_nothing_and_one_that_persists_owes_once(town: &mut dyn Town) {
    let store = town.store();
    let of = entered(&*store, &[]).await;
    follows(&*store, of).await;
    let publishing = change(publishing(&*store, of, &[EntryKind::Outcome]).await);
    town.plant(Fault::Fails);
    assert!(matches!(store.commit(publishing.clone()).await, Err(StoreError::Unavailable(_))));
    assert!(due(&*store, UNTIL).await.is_empty());
    town.plant(Fault::FailsButPersists);
    assert!(store.commit(publishing.clone()).await.is_err());
    let told = store.followers_due(1, UNTIL).await.unwrap().remove(0);
    commit(&*store, What::FollowerTold { follower: Follower { due_at: None, ..told } }).await;
    assert!(store.commit(publishing).await.unwrap().again);
    assert!(due(&*store, UNTIL).await.is_empty(), "said again it owes nothing");
}

pub async fn a_follower_comes_beside_its_subscription_and_goes_with_it(town: &mut dyn Town) {
    let store = town.store();
    let (one, other) = (entered(&*store, &[]).await, entered(&*store, &[]).await);
    let nobody = SubscriptionId(fresh());
    conflict(&*store, What::Followed { follower: follower(nobody, one), browser: None }).await;
    let browser = follows(&*store, one).await;
    conflict(&*store, What::Followed { follower: follower(browser.id, one), browser: None }).await;
    conflict(&*store, What::Followed { follower: follower(browser.id, other), browser: Some(browser.clone()) }).await;
    commit(&*store, What::Followed { follower: follower(browser.id, other), browser: None }).await;
    let mut both = [one, other];
    both.sort_unstable();
    let kept = store.followers_of(browser.id).await.unwrap();
    assert_eq!(kept.iter().map(|one| (one.incident, one.version)).collect::<Vec<_>>(), both.map(|of| (of, 1)));
    // Of a browser that asked for nothing else nothing stays when the last is taken back.
    let unfollow = |of| What::Unfollowed { subscription: browser.id, incident: of };
    commit(&*store, unfollow(one)).await;
    assert_eq!(store.subscription(browser.id).await.unwrap(), Some(browser.clone()));
    commit(&*store, unfollow(one)).await;
    commit(&*store, unfollow(other)).await;
    assert_eq!((store.subscription(browser.id).await.unwrap(), held(&*store, "follower").await), (None, 0));
    // One that is told of alerts stays; ended, or gone by its push service's word, it takes what it follows along.
    let people = neighbours(&*store, 2).await;
    for person in &people {
        commit(&*store, What::Followed { follower: follower(*person, one), browser: None }).await;
    }
    commit(&*store, What::Unfollowed { subscription: people[0], incident: one }).await;
    assert!(store.subscription(people[0]).await.unwrap().is_some());
    commit(&*store, What::Followed { follower: follower(people[0], one), browser: None }).await;
    commit(&*store, What::Unsubscribed { subscription: people[0] }).await;
    assert!(store.followers_of(people[0]).await.unwrap().is_empty());
    Rung::for_people(&*store, &people[1..]).await;
    let leased = lease(&*store, START).await;
    answered(&*store, &leased[0], Answer::Gone, START).await;
    assert_eq!((held(&*store, "follower").await, held(&*store, "subscription").await), (0, 0));
}

pub async fn a_subscription_that_is_followed_on_keeps_no_area_after_its_time(town: &mut dyn Town) {
    let store = town.store();
    let of = entered(&*store, &[]).await;
    let further = Some(Further { by: By::Sms, address: "sealed".into(), after_minutes: 5, person: Some(SubscriptionId(fresh())) });
    let neighbour = Subscription { further, kinds: vec!["flood".into()], ..subscription(&[cell(0)], &[]) };
    let other = subscription(&[cell(0)], &[]);
    for one in [&neighbour, &other] {
        commit(&*store, What::Subscribed { subscription: one.clone() }).await;
    }
    commit(&*store, What::Followed { follower: follower(neighbour.id, of), browser: None }).await;
    commit_at(&*store, neighbour.until.plus(-1), What::Forgotten).await;
    assert_eq!(store.subscription(neighbour.id).await.unwrap(), Some(neighbour.clone()), "not a moment early");
    for _ in 0..2 {
        commit_at(&*store, neighbour.until, What::Forgotten).await;
        assert_eq!(store.subscription(other.id).await.unwrap(), None);
        let left = Subscription { cells: vec![], kinds: vec![], further: None, ..neighbour.clone() };
        assert_eq!(store.subscription(neighbour.id).await.unwrap(), Some(left), "where its browser takes messages, and no more");
    }
    assert!(store.further_of(neighbour.further.as_ref().unwrap().person.unwrap()).await.unwrap().is_empty());
    assert_eq!(store.subscriptions_after(SubscriptionId([0; 16]), 9, neighbour.until).await.unwrap(), []);
    commit_at(&*store, UNTIL.plus(-1), What::Forgotten).await;
    assert_eq!(held(&*store, "follower").await, 1);
    commit_at(&*store, UNTIL, What::Forgotten).await;
    assert_eq!((held(&*store, "follower").await, held(&*store, "subscription").await), (0, 0));
}
