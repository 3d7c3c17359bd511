//! Resting: what subscribers wish comes back with them, and how often they were told is counted from the told
//! lists.
//!
//! Whom a ring leaves in peace is a rule and is judged with the rules.

use handbell_rules::bell::delivery::Answer;
use handbell_rules::bell::wishes::{Asked, DailyCap, LevelWanted, QuietHours, Wishes};
use handbell_rules::change::What;
use handbell_rules::id::SubscriptionId;
use handbell_rules::time::{DAY, HOUR, MINUTE, Timestamp};

use super::Town;
use super::builders::*;
use super::finding::question;

fn one_of<'a>(leased: &'a [handbell_rules::bell::delivery::Leased], person: &SubscriptionId) -> &'a handbell_rules::bell::delivery::Leased {
    leased.iter().find(|one| one.subscription == *person).unwrap()
}

pub async fn wishes_come_with_whoever_asked(town: &mut dyn Town) {
    let store = town.store();
    let mut person = subscription(&[cell(0)], &[]);
    person.wishes = Wishes {
        quiet: QuietHours::new(22, 7).ok(),
        daily_cap: DailyCap::new(3).ok(),
        snoozed_until: Some(START.plus(HOUR)),
        level: LevelWanted::Confirmed,
    };
    commit(&*store, What::Subscribed { subscription: person.clone() }).await;
    let asked = store.audience(&question(&[cell(0)])).await.unwrap();
    assert_eq!(asked, [Asked { subscription: person.id, wishes: person.wishes.clone() }]);
    person.wishes = Wishes::default();
    commit(&*store, What::Subscribed { subscription: person.clone() }).await;
    assert_eq!(store.audience(&question(&[cell(0)])).await.unwrap(), [Asked { subscription: person.id, wishes: Wishes::default() }]);
    assert_eq!(store.subscription(person.id).await.unwrap(), Some(person));
}

pub async fn how_often_somebody_was_told_is_counted_from_the_told_lists(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 3).await;
    let often = async |since: Timestamp, at_least: u32, now: Timestamp| store.told_often(since, at_least, now).await.unwrap();
    assert_eq!(often(START, 1, START).await, vec![]);
    let first = Rung::for_people(&*store, &people[..2]).await;
    assert_eq!(often(START, 1, START).await, [(people[0], 1), (people[1], 1)], "whoever waits for their turn counts");
    first.update(&*store, START.plus(MINUTE)).await;
    let second = Rung::for_people(&*store, &people[1..]).await;
    assert_eq!(often(START, 1, START).await, [(people[0], 1), (people[1], 2), (people[2], 1)], "an update counts nothing");
    assert_eq!(often(START, 2, START).await, [(people[1], 2)]);
    assert_eq!(often(START, 3, START).await, vec![]);
    assert_eq!(often(START.plus(1), 1, START).await, vec![], "what was rung before counts nothing");

    // One service took it; one never got it before the end came; one says that the browser is gone.
    let leased = lease(&*store, START.plus(MINUTE)).await;
    let of_second: Vec<_> = leased.iter().filter(|one| one.alert == second.alert).cloned().collect();
    answered(&*store, one_of(&of_second, &people[1]), Answer::Accepted, START.plus(MINUTE)).await;
    answered(&*store, one_of(&of_second, &people[2]), Answer::Gone, START.plus(MINUTE)).await;
    second.end(&*store, START.plus(2 * MINUTE)).await;
    let third = Rung::for_people(&*store, &people[..1]).await;
    assert_eq!(often(START, 1, START).await, [(people[0], 2), (people[1], 2)], "whom the service does not know was told of nothing");
    third.end(&*store, START.plus(3 * MINUTE)).await;
    assert_eq!(often(START, 1, START).await, [(people[0], 1), (people[1], 2)], "whoever was never tried was told of nothing");

    let later = START.plus(2 * MINUTE + DAY);
    assert_eq!(often(START, 1, later).await, [(people[0], 1), (people[1], 1)], "a told list that is due to go counts no more");
    commit_at(&*store, later, What::Forgotten).await;
    assert_eq!(often(START, 1, later).await, [(people[0], 1), (people[1], 1)]);
}
