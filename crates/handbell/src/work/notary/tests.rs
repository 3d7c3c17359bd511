//! What the log is told of footage, when, and what happens when it is told twice or an authority is out of order.

use super::*;
use crate::doors::fixture::Town;
use crate::stamp::tests::{Openssl, front};
use crate::store::conformance::builders;
use crate::work::sequencer::Sequencer;
use handbell_evidence::stamp::ANSWER_TYPE;
use handbell_log::leaf::{Content, Leaf};
use handbell_log::note::VerifierKey;
use handbell_log::source::Folder;
use handbell_log::verify::verify_log;
use handbell_rules::evidence::custody::Office;
use handbell_rules::evidence::footage::{Copies, Wish};
use handbell_rules::evidence::stamp::CLOSED_AFTER;
use handbell_rules::id::{FootageId, ReportId};
use handbell_rules::record::entry::{EntryKind, OPERATORS_STREAM};
use handbell_rules::street::report::Report;
use handbell_rules::time::{DAY, HOUR};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Footage in a town's store with the report to which it was given, both received now.
pub async fn received(town: &Town, bytes: &[u8], wish: Wish) -> Footage {
    let world = &town.app.world;
    let footage = received_at(world, bytes, wish, world.now()).await;
    let report = Report { id: footage.report, filed_at: world.now(), ..builders::report() };
    builders::commit_of(
        &*world.store,
        Change { id: world.private_id(), at: world.now(), by: Actor::Street, what: builders::filed(&report) },
    )
    .await;
    footage
}

/// Footage as somebody changed it: the kept one with these changes, written.
pub async fn rewritten(town: &Town, footage: Footage) -> Footage {
    let world = &town.app.world;
    let (of, what) = (footage.id, What::FootageChanged { footage, said: None });
    world.commit(Change { id: world.private_id(), at: world.now(), by: Actor::Worker, what }).await.unwrap();
    world.store.evidence().footage(of).await.unwrap().unwrap()
}

/// Whoever gave footage wishes something else.
pub async fn wished(town: &Town, footage: FootageId, wish: Wish) {
    let world = &town.app.world;
    let kept = world.store.evidence().footage(footage).await.unwrap().unwrap();
    let (id, giver) = (world.private_id(), handbell_rules::evidence::footage::WishedBy::Giver);
    let change = handbell_rules::evidence::footage::wish(id, &kept, wish, giver, world.bytes(), world.now()).unwrap();
    world.commit(change).await.unwrap();
}

/// Footage in a store, received at a time.
pub async fn received_at(world: &World, bytes: &[u8], wish: Wish, now: Timestamp) -> Footage {
    let footage = Footage {
        id: FootageId(world.bytes()),
        version: 0,
        report: ReportId(world.bytes()),
        received_at: now,
        media_type: "image/jpeg".to_owned(),
        length: bytes.len() as u64,
        sha256: Sha256::digest(bytes).into(),
        parts: 1,
        wish,
        claimed: "Saturday, about noon".to_owned(),
        recipient: String::new(),
        working: None,
        shares: [String::new(), String::new(), String::new()],
        inner_salt: world.bytes(),
        noted: None,
        copies: Copies::Waiting { tries: 0 },
        forget_at: now.plus(100 * DAY),
        held: None,
        hold_asked: None,
        unasked: false,
        shut_held: None,
    };
    let said = footage.said(&Doer::witness(world.bytes()), Deed::Received, now);
    let change = What::FootageChanged { footage: footage.clone(), said: Some(said) };
    world.commit(Change { id: world.private_id(), at: now, by: Actor::Street, what: change }).await.unwrap();
    footage
}

/// Somebody looks at it.
pub async fn looked(town: &Town, footage: &Footage) {
    let world = &town.app.world;
    let by = Doer::member(Office::Triager, handbell_rules::id::MemberId([5; 16]), world.bytes());
    let what = What::FootageHandled { said: footage.said(&by, Deed::Looked, world.now()) };
    world.commit(Change { id: world.private_id(), at: world.now(), by: Actor::Worker, what }).await.unwrap();
}

/// Lets the clock go to where the day that is now may be closed.
pub fn day_closes(town: &Town) {
    let now = town.app.world.now();
    let day = u32::try_from(now.milliseconds().div_euclid(DAY)).unwrap();
    town.clock.go(end_of(day).plus(CLOSED_AFTER).since(now));
}

async fn size(town: &Town) -> u64 {
    town.app.world.store.checkpoint().await.unwrap().map_or(0, |checkpoint| checkpoint.size)
}

#[tokio::test]
async fn the_log_says_on_the_next_day_that_footage_is_held_and_nothing_sooner() {
    let town = Town::new();
    let (world, sequencer) = (&town.app.world, Sequencer::new(town.folder.path()));
    let mut notary = Notary::default();
    let footage = received(&town, b"frames", Wish::Lawyer).await;
    let next = notary.step(world).await.unwrap();
    assert_eq!(size(&town).await, 0, "nothing while the day goes on");
    day_closes(&town);
    town.clock.go(-1);
    assert_eq!(world.now(), next.plus(-1), "the notary comes when the day may be closed");
    notary.step(world).await.unwrap();
    assert_eq!(size(&town).await, 0);
    town.clock.go(1);
    notary.step(world).await.unwrap();
    assert_eq!(size(&town).await, 2);

    let kept = world.store.evidence().footage(footage.id).await.unwrap().unwrap();
    let rows = world.store.stream(kept.noted.unwrap()).await.unwrap();
    assert_eq!((rows.len(), rows[0].kind, EntryKind::Evidence.code()), (1, 4, 4));
    let content = Content::decode(rows[0].content.as_deref().unwrap()).unwrap();
    assert!(content.opens(&Leaf::decode(&rows[0].leaf).unwrap()));
    let payload = String::from_utf8(content.payload).unwrap();
    let mark = hex(&opening::commitment(&footage.inner_salt, &opening::text(&footage.sha256, 6, "image/jpeg")));
    assert!(payload.contains(&format!("\"commitment\":\"{mark}\"")) && payload.contains("\"type\":\"evidence.committed\""), "{payload}");
    for private in [hex(&footage.sha256), footage.id.to_string(), hex(&footage.inner_salt), "jpeg".to_owned()] {
        assert!(!payload.contains(&private), "{private}");
    }
    let own = world.store.stream(OPERATORS_STREAM).await.unwrap();
    let said = String::from_utf8(Content::decode(own[0].content.as_deref().unwrap()).unwrap().payload).unwrap();
    let head = world.store.evidence().custody_head(footage.received_at.plus(1)).await.unwrap();
    assert!(said.contains(&format!("\"head\":\"{}\",\"lines\":1,", hex(&head.hash))) && said.contains("\"custody.head\""), "{said}");

    // Whoever verifies the log and its pages finds nothing wrong, and no page.
    sequencer.step(world).await.unwrap();
    let key = VerifierKey::parse(&world.group.log_vkey).unwrap();
    assert_eq!(verify_log(&Folder::open(town.folder.path().join("log")).unwrap(), &key).unwrap().checkpoint.size, 2);
    assert_eq!(town.get(&format!("/record/{}", kept.noted.unwrap())).await.status, 404);
    assert!(!town.get("/record").await.text().contains(&kept.noted.unwrap().to_string()));
}

#[tokio::test]
async fn a_quiet_day_writes_nothing_and_a_day_is_written_once() {
    let town = Town::new();
    let world = &town.app.world;
    let footage = received(&town, b"frames", Wish::Lawyer).await;
    day_closes(&town);
    Notary::default().step(world).await.unwrap();
    for _ in 0..3 {
        // A fresh one, as after a start: the rows say how far it was.
        Notary::default().step(world).await.unwrap();
        town.clock.go(DAY);
    }
    assert_eq!(size(&town).await, 2, "its own lines owe nothing");
    looked(&town, &footage).await;
    day_closes(&town);
    Notary::default().step(world).await.unwrap();
    assert_eq!(size(&town).await, 3, "a look owes a head and no mark");

    // The program ended between the entries and the row that says so.
    let day = closed(world.now()).unwrap();
    let head = world.store.evidence().custody_head(end_of(day)).await.unwrap();
    world.commit(noted(world, day, Vec::new(), Some(&head))).await.unwrap();
    assert_eq!(size(&town).await, 3, "the same day said again is the same change");
}

#[tokio::test]
async fn a_day_of_many_files_is_closed_whole_also_after_a_crash_in_between() {
    let town = Town::new();
    let world = &town.app.world;
    for number in 0..MARKS_MAX + 44 {
        received(&town, &number.to_be_bytes(), Wish::Lawyer).await;
    }
    day_closes(&town);
    let (day, evidence) = (closed(world.now()).unwrap(), world.store.evidence());
    let head = evidence.custody_head(end_of(day)).await.unwrap();
    let first = evidence.footage_unnoted(end_of(day), MARKS_MAX).await.unwrap();
    // The program ended here, before the row that says so.
    world.commit(noted(world, day, first, Some(&head))).await.unwrap();
    assert_eq!(size(&town).await, u64::from(MARKS_MAX) + 1);
    Notary::default().step(world).await.unwrap();
    assert_eq!(evidence.footage_unnoted(end_of(day), 9).await.unwrap(), vec![], "none slips to the next day");
    assert_eq!(size(&town).await, u64::from(MARKS_MAX) + 44 + 1, "each once, and one head");
}

#[tokio::test]
async fn a_stamp_is_asked_for_until_it_comes_and_kept_as_it_came() {
    let town = Town::new();
    let world = &town.app.world;
    let (authority, asked) = (Openssl::new(), Arc::new(AtomicU32::new(0)));
    let seen = asked.clone();
    let address = front(move |query| match seen.fetch_add(1, Ordering::SeqCst) {
        0 => (503, ANSWER_TYPE, Vec::new()),
        _ => (200, ANSWER_TYPE, authority.answer(query)),
    });
    let mut notary = Notary::asking(Some(Authority::new(&address).unwrap()));
    received(&town, b"frames", Wish::Lawyer).await;
    notary.step(world).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 0, "nobody is asked while the day goes on");
    day_closes(&town);
    let next = notary.step(world).await.unwrap();
    assert_eq!(next, world.now().plus(AGAIN_AFTER));
    let stamp = world.store.evidence().stamps().await.unwrap().pop().unwrap();
    assert_eq!((stamp.tries, stamp.told.as_str()), (1, "the authority answered oddly: status 503"));
    notary.step(world).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1, "not sooner than in an hour");
    town.clock.go(HOUR);
    notary.step(world).await.unwrap();
    let stamp = world.store.evidence().stamps().await.unwrap().pop().unwrap();
    let answer = STANDARD.decode(stamp.answer.as_deref().unwrap()).unwrap();
    let said = handbell_evidence::stamp::read_for(&stamp.head, &answer).unwrap();
    assert_eq!((stamp.said.as_deref(), stamp.tries, stamp.told.as_str()), (Some(said.at.as_str()), 2, ""));
    let lines = world.store.evidence().custody(0, 100).await.unwrap();
    let last = lines.last().unwrap().statement.clone().unwrap();
    assert!(last.contains("\"deed\":\"stamped\"") && last.contains(&hex(&Sha256::digest(&answer))), "{last}");
    town.clock.go(HOUR);
    notary.step(world).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 2, "one stamp a day is enough");
}
