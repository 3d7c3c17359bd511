//! Channels: a wish by mail is spent once, figures of channels add up, and both go when their time has come.

use handbell_rules::bell::address::By;
use handbell_rules::bell::joining::{JOINING_LIVES, Joining};
use handbell_rules::bell::reach::{Counted, MONTHS_KEPT, MonthReach};
use handbell_rules::bell::subscription::{Further, Subscription};
use handbell_rules::change::What;
use handbell_rules::id::{JoiningId, SubscriptionId};
use handbell_rules::time::DAY;

use super::Town;
use super::builders::*;
use crate::store::StoreError;

pub async fn a_wish_by_mail_is_spent_once(town: &mut dyn Town) {
    let store = town.store();
    let asked = Joining { id: JoiningId(fresh()), version: 0, sealed: "sealed".into(), until: START.plus(JOINING_LIVES) };
    commit(&*store, What::JoiningAsked { joining: asked.clone() }).await;
    let kept = store.joining(asked.id).await.unwrap().unwrap();
    assert_eq!((kept.sealed.as_str(), kept.until), ("sealed", asked.until));
    let mut person = subscription(&[cell(0)], &[]);
    person.by = By::Mail;
    let spent = Joining { sealed: String::new(), ..kept };
    let joined = || What::Joined { joining: spent.clone(), subscription: person.clone() };
    commit(&*store, joined()).await;
    assert_eq!(store.subscription(person.id).await.unwrap(), Some(person.clone()));
    assert_eq!(store.joining(asked.id).await.unwrap().unwrap().sealed, "", "nothing of it is left");
    // Two presses in the same moment read the same version; one of them is late.
    assert!(matches!(store.commit(change(joined())).await, Err(StoreError::Conflict)));
    commit_at(&*store, asked.until, What::Forgotten).await;
    assert_eq!(store.joining(asked.id).await.unwrap(), None);
    assert!(store.joining(JoiningId(fresh())).await.unwrap().is_none());
}

pub async fn a_second_telephone_is_found_by_its_number_alone(town: &mut dyn Town) {
    let store = town.store();
    let (number, other) = (SubscriptionId(fresh()), SubscriptionId(fresh()));
    let second = |person| Some(Further { by: By::Sms, address: "sealed".into(), after_minutes: 5, person: Some(person) });
    let mut two: Vec<Subscription> = (0..2).map(|_| Subscription { further: second(number), ..subscription(&[cell(0)], &[]) }).collect();
    two.sort_by_key(|one| one.id);
    let beside = Subscription { further: second(other), ..subscription(&[cell(0)], &[]) };
    let without = subscription(&[cell(0)], &[]);
    for one in two.iter().chain([&beside, &without]) {
        commit(&*store, What::Subscribed { subscription: one.clone() }).await;
    }
    assert_eq!(store.further_of(number).await.unwrap(), two);
    assert!(store.further_of(SubscriptionId(fresh())).await.unwrap().is_empty());
    let ended = Subscription { further: None, ..two[0].clone() };
    commit(&*store, What::Subscribed { subscription: ended.clone() }).await;
    assert_eq!(store.further_of(number).await.unwrap(), [two[1].clone()]);
    assert_eq!(store.subscription(ended.id).await.unwrap(), Some(ended), "and stands otherwise");
    commit(&*store, What::Unsubscribed { subscription: two[1].id }).await;
    assert!(store.further_of(number).await.unwrap().is_empty());
    assert_eq!(store.further_of(other).await.unwrap(), [beside]);
}

pub async fn figures_of_channels_stand_by_month_and_go_after_a_year(town: &mut dyn Town) {
    let store = town.store();
    let counted = Counted { begun: 12, accepted: 11, gone: 1, ..Counted::default() };
    let months: Vec<MonthReach> =
        [By::Mail, By::Ntfy].into_iter().map(|by| MonthReach { counted: counted.clone(), ..MonthReach::begin(by, START) }).collect();
    commit(&*store, What::ReachCounted { months, nudges: vec![] }).await;
    let mut kept = store.reach().await.unwrap();
    assert_eq!(kept.len(), 2);
    let mail = kept.iter_mut().find(|month| month.by == By::Mail).unwrap();
    mail.counted.add(&counted);
    commit(&*store, What::ReachCounted { months: vec![mail.clone()], nudges: vec![] }).await;
    let kept = store.reach().await.unwrap();
    let mail = kept.iter().find(|month| month.by == By::Mail).unwrap();
    assert_eq!((mail.counted.begun, mail.counted.accepted, mail.counted.gone), (24, 22, 2));
    let stale = MonthReach { version: 0, ..mail.clone() };
    assert!(matches!(store.commit(change(What::ReachCounted { months: vec![stale], nudges: vec![] })).await, Err(StoreError::Conflict)));
    commit_at(&*store, START.plus(MONTHS_KEPT * 31 * DAY), What::Forgotten).await;
    assert!(store.reach().await.unwrap().is_empty());
}
