//! A pack made, taken away and unpacked by another program, and what stands between.

use crate::acts::packs::Pace;
use crate::doors::desk::tests::{get_as, post_as};
use crate::doors::fixture::{Signed, Town};
use crate::pack::check::check;
use crate::pack::shelf::{PACK_WAITS, PACKS_MAX};
use crate::vault::ObjectName;
use crate::work::clearer;
use crate::work::notary::Notary;
use crate::work::notary::tests::{day_closes, received, wished};
use crate::work::sequencer::Sequencer;
use axum::body::Body;
use futures::StreamExt;
use handbell_log::note::VerifierKey;
use handbell_log::policy::Policy;
use handbell_rules::evidence::custody::{Deed, Statement};
use handbell_rules::evidence::footage::{Footage, Wish};
use handbell_rules::evidence::shut::ShutReason;
use handbell_rules::id::PackId;
use handbell_rules::people::member::Role;
use http::header::COOKIE;
use http::{Request, StatusCode};
use std::process::Command;
use std::time::Duration;

const FRAMES: &[u8] = b"the frames of a film";
const SEALED: &[u8] = b"a sealed part of it";

/// A town whose footage stands in the log and whose sealed parts lie in the vault.
async fn town() -> (Town, Signed, Footage) {
    let town = Town::new();
    let footage = received(&town, FRAMES, Wish::Lawyer).await;
    let vault = &town.app.world.vault;
    vault.put(&ObjectName::part(footage.id, 0), SEALED.to_vec()).await.unwrap();
    vault.put(&ObjectName::original(footage.id), b"what it is".to_vec()).await.unwrap();
    day_closes(&town);
    Notary::default().step(&town.app.world).await.unwrap();
    Sequencer::new(town.folder.path()).step(&town.app.world).await.unwrap();
    let custodian = town.signed_in("Amina", &[Role::Custodian]).await;
    (town, custodian, footage)
}

async fn makes(town: &Town, member: &Signed, footage: &Footage, for_whom: &str) -> StatusCode {
    let fields = [("csrf", member.csrf.as_str()), ("footage", &footage.id.to_string()), ("for", for_whom)];
    post_as(town, member, "/desk/packs", &fields).await.status
}

fn on_shelf(town: &Town) -> Vec<PackId> {
    town.app.world.packs.all().unwrap().into_iter().map(|pack| pack.id).collect()
}

async fn deeds(town: &Town, footage: &Footage) -> Vec<Deed> {
    let lines = town.app.world.store.evidence().custody_of(footage.id).await.unwrap();
    lines.iter().map(|line| Statement::parse(line.statement.as_ref().unwrap()).unwrap().deed).collect()
}

#[tokio::test]
async fn a_custodian_makes_a_pack_and_takes_it_away_as_one_file_and_each_is_a_line() {
    let (town, amina, footage) = town().await;
    assert!(get_as(&town, &amina, "/desk/packs").await.text().contains("may go to a lawyer"));
    for nobody in ["", "PC Smith, 020 7946 0000"] {
        assert_eq!(makes(&town, &amina, &footage, nobody).await, StatusCode::UNPROCESSABLE_ENTITY, "{nobody}");
    }
    assert_eq!(makes(&town, &amina, &footage, "a law centre").await, StatusCode::SEE_OTHER);
    assert_eq!(deeds(&town, &footage).await, [Deed::Received, Deed::HandedOver]);
    let page = get_as(&town, &amina, "/desk/packs").await.text();
    let path = format!("/desk/packs/{}/pack.zip", on_shelf(&town)[0]);
    assert!(page.contains(&path) && page.contains("a law centre") && page.contains("One file. Amina made it"), "{page}");

    let taken = get_as(&town, &amina, &path).await;
    assert_eq!(
        (taken.status, taken.header("content-type"), taken.header("cache-control")),
        (StatusCode::OK, "application/zip", "no-store")
    );
    assert_eq!(deeds(&town, &footage).await, [Deed::Received, Deed::HandedOver, Deed::PackTaken]);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pack.zip"), &taken.body).unwrap();
    let unzipped = Command::new("unzip").arg("-q").arg("pack.zip").current_dir(folder.path()).output().unwrap();
    assert!(unzipped.status.success(), "{unzipped:?}");
    // The pack is the one that the command writes: the check knows no other file than those.
    let policy = Policy::of_log(VerifierKey::parse(&town.app.world.group.log_vkey).unwrap());
    let checked = check(&folder.path().join("pack"), &policy, None).unwrap();
    assert_eq!(checked.open, ["item 1: its original was not put into the pack"]);
    let mut sealed: Vec<String> =
        std::fs::read_dir(folder.path().join("sealed/1")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    sealed.sort();
    assert_eq!(sealed, ["0.age", "original.age", "share-one.age", "share-three.age", "share-two.age"]);
    assert_eq!(std::fs::read(folder.path().join("sealed/1/0.age")).unwrap(), SEALED);
    let mut holds: Vec<String> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    holds.sort();
    assert_eq!(holds, ["pack", "pack.zip", "sealed"]);
    assert!(!taken.body.windows(FRAMES.len()).any(|bytes| bytes == FRAMES), "no original is in it");
}

#[tokio::test]
async fn nobody_but_a_custodian_sees_makes_or_takes_a_pack() {
    let (town, amina, footage) = town().await;
    assert_eq!(makes(&town, &amina, &footage, "a law centre").await, StatusCode::SEE_OTHER);
    let path = format!("/desk/packs/{}/pack.zip", on_shelf(&town)[0]);
    let before = deeds(&town, &footage).await;
    for (name, role) in [("Ben", Role::Editor), ("Carla", Role::Auditor), ("Dunya", Role::Keeper), ("Eddie", Role::Triager)] {
        let member = town.signed_in(name, &[role]).await;
        assert_eq!(get_as(&town, &member, "/desk/packs").await.status, StatusCode::FORBIDDEN, "{name}");
        assert_eq!(get_as(&town, &member, &path).await.status, StatusCode::FORBIDDEN, "{name}");
        assert_eq!(makes(&town, &member, &footage, "somebody").await, StatusCode::FORBIDDEN, "{name}");
    }
    assert_ne!(town.get(&path).await.status, StatusCode::OK);
    assert_eq!(deeds(&town, &footage).await, before, "nothing left, so nothing is said");
}

#[tokio::test]
async fn whoever_gave_it_forbids_a_pack_until_it_leaves_and_packs_go_by_themselves() {
    let (town, amina, footage) = town().await;
    let world = &town.app.world;
    assert_eq!(makes(&town, &amina, &footage, "a law centre").await, StatusCode::SEE_OTHER);
    let path = format!("/desk/packs/{}/pack.zip", on_shelf(&town)[0]);
    wished(&town, footage.id, Wish::DeskOnly).await;
    let refused = get_as(&town, &amina, &path).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("wants nobody but the desk to see it"));
    assert_eq!(deeds(&town, &footage).await, [Deed::Received, Deed::HandedOver, Deed::Wished]);
    clearer::step(world).await.unwrap();
    assert!(on_shelf(&town).is_empty(), "it holds what may not leave any more");
    assert!(get_as(&town, &amina, &path).await.text().contains("This pack is over"));

    let other = received(&town, b"another", Wish::Public).await;
    for _ in 0..PACKS_MAX {
        assert_eq!(makes(&town, &amina, &other, "a court").await, StatusCode::SEE_OTHER);
    }
    assert_eq!(makes(&town, &amina, &other, "a court").await, StatusCode::UNPROCESSABLE_ENTITY, "there is no room");
    let first = on_shelf(&town)[0];
    let fields = [("csrf", amina.csrf.as_str())];
    assert_eq!(post_as(&town, &amina, &format!("/desk/packs/{first}/remove"), &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(on_shelf(&town).len(), PACKS_MAX - 1);
    // One that was broken off while it was made goes with the rest.
    std::fs::create_dir(town.folder.path().join("packs/half.new")).unwrap();
    town.clock.go(PACK_WAITS);
    clearer::step(world).await.unwrap();
    assert!(on_shelf(&town).is_empty());
    assert_eq!(std::fs::read_dir(town.folder.path().join("packs")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_pack_with_a_file_that_a_member_shut_goes_in_the_next_round() {
    let (town, amina, footage) = town().await;
    let world = &town.app.world;
    assert_eq!(makes(&town, &amina, &footage, "a law centre").await, StatusCode::SEE_OTHER);
    clearer::step(world).await.unwrap();
    assert_eq!(on_shelf(&town).len(), 1);
    crate::acts::shut::shut(world, &amina.caller, footage.id, ShutReason::Mistake).await.unwrap();
    clearer::step(world).await.unwrap();
    assert!(on_shelf(&town).is_empty(), "nobody may take it, so it does not wait");
}

/// Waits until nobody holds a place among those who take packs away.
async fn free(town: &Town) {
    let all = town.app.world.packs.takers.acquire_many(4);
    let _all = tokio::time::timeout(Duration::from_secs(60), all).await.expect("a place is kept").unwrap();
}

#[tokio::test]
async fn who_takes_nothing_keeps_no_place_and_what_they_have_does_not_end_as_if_it_were_whole() {
    let (town, amina, footage) = town().await;
    assert_eq!(makes(&town, &amina, &footage, "a law centre").await, StatusCode::SEE_OTHER);
    let id = on_shelf(&town)[0];
    let mut taken = Vec::new();
    let pace = Pace { piece: Duration::from_secs(2), still: Duration::from_secs(2) };
    for _ in 0..4 {
        taken.push(crate::acts::packs::take_at(&town.app.world, &amina.caller, id, pace).await.unwrap());
    }
    assert!(crate::acts::packs::take(&town.app.world, &amina.caller, id).await.is_err(), "there are four places");
    // Nobody takes a piece: the channel is full, and time passes.
    free(&town).await;
    for one in taken {
        let pieces: Vec<_> = one.stream().collect().await;
        assert!(pieces.last().unwrap().is_err());
    }
    let whole = crate::acts::packs::take(&town.app.world, &amina.caller, id).await.unwrap();
    assert!(whole.stream().all(|piece| std::future::ready(piece.is_ok())).await, "a whole one ends without an error");
}

#[tokio::test]
async fn who_only_asks_how_a_pack_would_come_writes_no_line() {
    let (town, amina, footage) = town().await;
    assert_eq!(makes(&town, &amina, &footage, "a law centre").await, StatusCode::SEE_OTHER);
    let before = deeds(&town, &footage).await;
    let path = format!("/desk/packs/{}/pack.zip", on_shelf(&town)[0]);
    let mut request = Request::head(&path).body(Body::empty()).unwrap();
    request.headers_mut().insert(COOKIE, amina.cookies.parse().unwrap());
    let heard = town.send(request).await;
    assert_eq!((heard.status, heard.header("content-type")), (StatusCode::OK, "application/zip"));
    assert_eq!(deeds(&town, &footage).await, before, "nothing left, so nothing is said");
}

#[tokio::test]
async fn a_pack_with_a_part_missing_is_a_file_that_no_program_opens() {
    let (town, amina, footage) = town().await;
    assert_eq!(makes(&town, &amina, &footage, "a law centre").await, StatusCode::SEE_OTHER);
    town.app.world.vault.remove(&ObjectName::part(footage.id, 0)).await.unwrap();
    let taken = crate::acts::packs::take(&town.app.world, &amina.caller, on_shelf(&town)[0]).await.unwrap();
    let pieces: Vec<_> = taken.stream().collect().await;
    assert!(pieces.last().unwrap().is_err(), "it does not end as if it were whole");
    assert_eq!(pieces.iter().filter(|piece| piece.is_err()).count(), 1);
    free(&town).await;
    assert_eq!(town.app.world.packs.takers.available_permits(), 4, "the place is given back");
}
