//! Raced: many members press in one instant, over the store on a disk.
//!
//! What each of them counted was right when it was read; together they may not pass the day's ceiling, anybody's
//! daily cap, or the two full members who must be left. The simulator plays the same over the store in memory, with
//! every reading and writing interleaved (`handbell-sim/src/keyed/raced.rs`); here tasks run side by side and the
//! disk decides.

use crate::published::{self, member};
use crate::signing;
use crate::town::Town;
use handbell::acts::bell::{Composed, NewSubscription, Wished};
use handbell::acts::{ActError, StreetCaller, bell, desk, people, street, vouch};
use handbell::cli::town as folder;
use handbell::world::World;
use handbell_rules::bell::ceiling::{BROAD_ALERTS_A_DAY, CEILING_SPAN};
use handbell_rules::desk::claim::{Certainty, NewClaim};
use handbell_rules::id::{AlertId, SubscriptionId};
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::people::standing::FULL_MEMBERS_LEFT_MIN;
use handbell_rules::playbook::{AreaSlot, ClockTime, Reach, Slots};
use handbell_rules::time::HOUR;
use std::future::Future;
use std::sync::Arc;
use tokio::sync::Barrier;

/// How many press at once.
const CROWD: usize = 8;

/// Plays everything at once, each in a task of its own that waits for all others before it begins.
pub async fn all_at_once<T: Send + 'static>(deeds: Vec<impl Future<Output = T> + Send + 'static>) -> Vec<T> {
    let barrier = Arc::new(Barrier::new(deeds.len()));
    let begin = |deed| {
        let barrier = barrier.clone();
        tokio::spawn(async move {
            barrier.wait().await;
            Box::pin(deed).await
        })
    };
    let tasks: Vec<_> = deeds.into_iter().map(begin).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

/// Whether it was done, for those who may be too late.
fn won(answer: &Result<(), ActError>, late: &str) -> bool {
    match answer {
        Ok(()) => true,
        Err(ActError::Refused(no)) => {
            assert_eq!(no.0.name(), late);
            false
        }
        Err(ActError::Conflict) => false,
        Err(other) => panic!("{other:?}"),
    }
}

pub async fn neighbour(world: &World, number: u8, daily_cap: Option<u8>) -> SubscriptionId {
    let random = aws_lc_rs::rand::SystemRandom::new();
    let phone = handbell::push::open::Receiver::new(&random).unwrap();
    let new = NewSubscription {
        endpoint: format!("https://updates.push.services.mozilla.com/wpush/v2/{number}"),
        key: phone.public_key().to_vec(),
        secret: phone.auth_secret().to_vec(),
        cells: world.group.areas.named("peckham").unwrap().area.cells().collect(),
        kinds: vec![],
        language: "en".to_owned(),
        discreet: false,
        wished: Wished { daily_cap, ..Wished::default() },
    };
    bell::subscribe(world, StreetCaller, new).await.unwrap()
}

/// Drafts of as many incidents, each confirmed and signed by two members' browsers, so that no row of one is in
/// another's way.
pub async fn signed(world: &World, amina: &DeskCaller, browsers: &[signing::Browser], count: usize) -> Vec<AlertId> {
    let observer = member(world, "Chidi", &[Role::Observer]).await;
    people::start_duty(world, &observer, 4).await.unwrap();
    let mut alerts = Vec::new();
    for number in 0..count {
        let told = published::seen(world, "immigration-visit", format!("Corner {number}"));
        let seen = street::file_from_the_scene(world, &observer, told).await.unwrap().report;
        let incident = desk::open_incident(world, amina, seen, false).await.unwrap();
        let (predicate, value) = ("activity".to_owned(), "at-a-door".to_owned());
        let (report, official) = (Some(seen), String::new());
        let claim = NewClaim { predicate, value, range: None, report, official, certainty: Certainty::Observed };
        desk::record_claim(world, amina, incident, claim).await.unwrap();
        let areas = vec!["peckham".to_owned()];
        let time = ClockTime::try_from(world.now().clock(world.group.playbook.zone())).ok();
        let slots = Slots { area: Some(AreaSlot::Named(areas.clone())), time, ..Slots::default() };
        let composed = Composed { reach: Reach::Neighbours, areas, slots, lives_minutes: 120 };
        let alert = bell::draft(world, amina, incident, composed).await.unwrap();
        for browser in browsers {
            browser.approves(world, alert).await;
        }
        alerts.push(alert);
    }
    alerts
}

fn rings(world: &World, by: &DeskCaller, alerts: &[AlertId]) -> Vec<impl Future<Output = Result<(), ActError>> + Send + use<>> {
    let ring = |alert: &AlertId| {
        let (world, by, alert) = (world.clone(), by.clone(), *alert);
        async move { bell::ring(&world, &by, alert).await }
    };
    alerts.iter().map(ring).collect()
}

/// PROMISE what-was-counted-holds
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_many_press_at_once_three_broad_alerts_ring_in_a_day_and_nobody_is_told_oftener_than_they_wished() {
    let town = Town::new();
    let opened = folder::open(&town.dir, &folder::Staging::default()).await.unwrap();
    let world = &opened.world;
    let (amina, ben) = published::two(world).await;
    let browsers = signing::browsers(world, &[&amina, &ben]).await;
    let (capped, other) = (neighbour(world, 1, Some(1)).await, neighbour(world, 2, None).await);
    let alerts = signed(world, &amina, &browsers, CROWD).await;
    let answers = all_at_once(rings(world, &ben, &alerts)).await;
    let rung = answers.iter().filter(|answer| won(answer, "ceiling-reached")).count();
    assert_eq!(rung, BROAD_ALERTS_A_DAY as usize, "{answers:?}");
    assert_eq!(world.store.broad_rung(world.now().plus(-CEILING_SPAN)).await.unwrap(), BROAD_ALERTS_A_DAY);
    let told = world.store.told_often(world.now().plus(-HOUR), 1, world.now()).await.unwrap();
    let often = |id| told.iter().find(|(told, _)| *told == id).map_or(0, |(_, often)| *often);
    assert_eq!((often(capped), often(other)), (1, BROAD_ALERTS_A_DAY), "once, and whoever has no cap each time");
    opened.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_many_revoke_each_other_at_once_two_full_members_are_left_and_a_name_is_given_once() {
    let town = Town::new();
    let opened = folder::open(&town.dir, &folder::Staging::default()).await.unwrap();
    let world = &opened.world;
    // A live group has three founders, and only they are full members from the first day.
    let mut founders = Vec::new();
    for name in ["Amina", "Ben", "Chidi"] {
        founders.push(member(world, name, &[Role::Triager]).await);
    }
    let deeds: Vec<_> = (0..founders.len())
        .map(|number| {
            let (world, by, gone) = (world.clone(), founders[number].clone(), founders[(number + 1) % founders.len()].member);
            async move { vouch::revoke(&world, &by, gone).await }
        })
        .collect();
    let answers = all_at_once(deeds).await;
    let left = world.store.members().await.unwrap().iter().filter(|member| member.revoked_at.is_none()).count();
    assert_eq!(left, FULL_MEMBERS_LEFT_MIN, "one of three could go: {answers:?}");
    let names: Vec<_> = (0..CROWD)
        .map(|_| {
            let world = world.clone();
            async move { people::invite(&world, "Kestrel", &[Role::Observer]).await.map(drop) }
        })
        .collect();
    let invited = all_at_once(names).await;
    assert!(invited.iter().any(Result::is_ok), "{invited:?}");
    let kestrels = world.store.members().await.unwrap().iter().filter(|member| member.name == "Kestrel").count();
    assert_eq!(kestrels, 1, "one name, one member: {invited:?}");
    opened.close().await;
}
