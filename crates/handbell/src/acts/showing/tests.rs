//! What becomes of an offer when the store fails, and of a public copy when its giver changes their mind.

use super::*;
use crate::acts::StreetCaller;
use crate::acts::footage::{self, Right};
use crate::doors::fixture::{Confirmed, Town};
use crate::store::memory::Fault;
use crate::vault::ObjectName;
use crate::work::notary::tests::{received, rewritten};
use handbell_rules::change::{Change, What};
use handbell_rules::evidence::custody::Deed;
use handbell_rules::evidence::footage::{Copies, Wish, WorkingCopy};
use handbell_rules::evidence::hiding::Inspection;

/// Footage of a public incident's report that its giver wants shown, with a working copy.
pub(crate) async fn wished(town: &Town, about: &Confirmed) -> Footage {
    let world = &town.app.world;
    let footage = received(town, b"frames", Wish::Public).await;
    let report = world.store.incident_file(about.incident).await.unwrap().unwrap().reports[0].id;
    let name = ObjectName::copy(footage.id, "preview").unwrap();
    world.vault.put(&name, vec![2; 5]).await.unwrap();
    let preview = WorkingCopy { name: name.to_string(), media_type: "image/jpeg".into(), length: 5, at: None, sha256: None };
    let copies =
        Copies::Made { preview: Some(preview), clean: None, stills: vec![], size: None, lasts: None, in_file: None, credentials: false };
    let kept = world.store.evidence().footage(footage.id).await.unwrap().unwrap();
    rewritten(town, Footage { report, copies, ..kept }).await
}

/// A covered copy of it that one drew and another found clear.
pub(crate) async fn covered(town: &Town, about: &Confirmed, footage: &Footage) -> HidingId {
    let world = &town.app.world;
    let (id, now): (HidingId, _) = (world.private_id(), world.now());
    let name = ObjectName::copy(footage.id, "hidden-1").unwrap();
    world.vault.put(&name, vec![3; 5]).await.unwrap();
    let hiding = Hiding {
        id,
        version: 0,
        footage: footage.id,
        by: about.amina.caller.member,
        at: now,
        covers: Vec::new(),
        state: HidingState::Burnt { name: name.to_string(), media_type: "image/jpeg".into(), length: 5, sha256: [4; 32], frames: 1 },
        inspection: Some(Inspection { by: about.ben.caller.member, at: now, frames: vec![(0, 0)], clear_at: Some(now) }),
        public: None,
    };
    let by = doer(world, &about.ben.caller);
    let what = What::HidingMoved { hiding, said: footage.said(&by, Deed::Checked, now) };
    world.commit(Change { id: world.private_id(), at: now, by: by.actor(), what }).await.unwrap();
    id
}

/// What is said of it.
pub(crate) fn told() -> Offer {
    Offer { maker: "Witness A".into(), shows: "A street corner, covered.".into(), first_appeared: String::new() }
}

#[tokio::test]
async fn an_offer_that_goes_on_and_on_about_where_it_first_appeared_is_refused() {
    let town = Town::new();
    let world = &town.app.world;
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let hiding = covered(&town, &about, &wished(&town, &about).await).await;
    let long = Offer { first_appeared: "a".repeat(201), ..told() };
    let no = offer(world, &about.amina.caller, hiding, about.incident, long).await.unwrap_err();
    assert!(matches!(no, ActError::Refused(no) if no.0.name() == "first-appeared-too-long"));
    assert!(world.store.open_proposals().await.unwrap().is_empty());
    let short = Offer { first_appeared: "a".repeat(200), ..told() };
    offer(world, &about.amina.caller, hiding, about.incident, short).await.unwrap();
}

#[tokio::test]
async fn what_was_burnt_of_a_drawing_that_is_given_up_goes_with_it() {
    let town = Town::new();
    let world = &town.app.world;
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let footage = wished(&town, &about).await;
    let hiding = covered(&town, &about, &footage).await;
    let there = async |word: &str| world.vault.get(&ObjectName::copy(footage.id, word).unwrap()).await.unwrap().is_some();
    assert!(there("hidden-1").await);
    crate::acts::hiding::give_up(world, &about.ben.caller, hiding).await.unwrap();
    assert!(!there("hidden-1").await && there("preview").await);
}

#[tokio::test]
async fn an_offer_is_one_commit_whatever_fails_beside_it() {
    let town = Town::new();
    let world = &town.app.world;
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let hiding = covered(&town, &about, &wished(&town, &about).await).await;
    let offers = || offer(world, &about.amina.caller, hiding, about.incident, told());
    let public = async || world.store.evidence().hiding(hiding).await.unwrap().unwrap().public;

    town.store.plant([Some(Fault::Fails); 3]);
    assert!(offers().await.is_err());
    assert!(world.store.open_proposals().await.unwrap().is_empty() && public().await.is_none(), "neither without the other");

    // Were there a second commit, it would fail.
    town.store.plant([None, Some(Fault::Fails), Some(Fault::Fails), Some(Fault::Fails)]);
    let proposal = offers().await.unwrap();
    town.store.heal();
    let waits = world.store.proposal(proposal).await.unwrap().unwrap();
    let address = Address(public().await.unwrap().address).to_string();
    let Proposed::Statements { statements } = &waits.proposed else { panic!("{waits:?}") };
    assert!(statements.iter().any(|one| matches!(one, Statement::Shown(shown) if shown.address == address)));
    super::super::record::publish(world, &about.ben.caller, proposal).await.unwrap();
    assert!(served(world, &address).await.is_ok());
}

#[tokio::test]
async fn a_page_leads_to_no_copy_that_is_not_there_and_an_earlier_page_stays_as_it_was() {
    let town = Town::new();
    let world = &town.app.world;
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let footage = wished(&town, &about).await;
    let hiding = covered(&town, &about, &footage).await;
    let proposal = offer(world, &about.amina.caller, hiding, about.incident, told()).await.unwrap();
    super::super::record::publish(world, &about.ben.caller, proposal).await.unwrap();
    let page = format!("/record/{}", about.incident);
    let earlier = format!("{page}?asof=1000");
    let leads = async || town.get(&page).await.text().contains("/record/footage/");
    let before = town.get(&earlier).await.text();
    assert!(leads().await && before.contains("Whether it still is") && !before.contains("/record/footage/"), "{before}");
    for (wish, there) in [(Wish::Lawyer, false), (Wish::Public, true)] {
        footage::change_wish(world, StreetCaller, Right::Receipt(&about.words), footage.id, wish).await.unwrap();
        assert_eq!(leads().await, there, "{wish:?}");
    }
    take_back(world, &about.ben.caller, hiding, "somebody asked").await.unwrap();
    assert!(!leads().await && town.get(&page).await.text().contains("was taken back"));
    assert_eq!(town.get(&earlier).await.text(), before, "to the byte");
}

#[tokio::test]
async fn who_asks_for_the_head_of_a_copy_takes_no_seat_and_nothing_is_read() {
    let town = Town::new();
    let world = &town.app.world;
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let footage = wished(&town, &about).await;
    let hiding = covered(&town, &about, &footage).await;
    let proposal = offer(world, &about.amina.caller, hiding, about.incident, told()).await.unwrap();
    super::super::record::publish(world, &about.ben.caller, proposal).await.unwrap();
    let public = world.store.evidence().hiding(hiding).await.unwrap().unwrap().public.unwrap();
    let path = format!("/record/footage/{}", Address(public.address));
    // Whoever read it would find nothing.
    world.vault.remove(&ObjectName::copy(footage.id, "hidden-1").unwrap()).await.unwrap();
    let _all: Vec<_> = std::iter::from_fn(|| town.app.readers.take(Vec::new()).ok()).collect();
    let head = town.send(http::Request::head(&path).body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!((head.status.as_u16(), head.header("content-length"), head.body.len()), (200, "5", 0));
    assert_eq!(head.header("accept-ranges"), "bytes");
}

#[tokio::test]
async fn the_queue_says_that_a_giver_took_back_the_wish_and_the_copy_is_gone_at_once() {
    let town = Town::new();
    let world = &town.app.world;
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let footage = wished(&town, &about).await;
    let hiding = covered(&town, &about, &footage).await;
    let proposal = offer(world, &about.amina.caller, hiding, about.incident, told()).await.unwrap();
    super::super::record::publish(world, &about.ben.caller, proposal).await.unwrap();
    let public = world.store.evidence().hiding(hiding).await.unwrap().unwrap().public.unwrap();
    let address = Address(public.address).to_string();
    let line = format!("/desk/hidings/{hiding}");
    let queue = async || crate::doors::desk::tests::get_as(&town, &about.amina, "/desk").await.text();
    assert!(!queue().await.contains(&line) && served(world, &address).await.is_ok());
    footage::change_wish(world, StreetCaller, Right::Receipt(&about.words), footage.id, Wish::Lawyer).await.unwrap();
    assert!(matches!(served(world, &address).await, Err(ActError::NotFound)), "from that commit on");
    let text = queue().await;
    assert!(text.contains(&line) && text.contains("took back the wish"), "{text}");
    take_back(world, &about.ben.caller, hiding, "its giver wishes so").await.unwrap();
    assert!(!queue().await.contains(&line), "nothing is left to do");
}
