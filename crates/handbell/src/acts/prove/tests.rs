//! What holds of the proofs that the server gives out.

use super::*;
use crate::doors::fixture::{Confirmed, Town};
use crate::store::conformance::builders::{appending, commit, entry, publishing};
use crate::work::sequencer::Sequencer;
use crate::work::snapshotter::Snapshotter;
use handbell_log::page_proof::{EntryState, PageVerdict};
use handbell_rules::record::proposal::Follows;
use handbell_rules::time::HOUR;
use sha2::Digest as _;

fn policy(town: &Town) -> Policy {
    Policy::of_log(VerifierKey::parse(&town.app.world.group.log_vkey).unwrap())
}

/// The proof as the server gives it out, and what it proves.
async fn proved(town: &Town, incident: IncidentId) -> (PageProof, PageVerdict) {
    let heard = town.get(&format!("/record/{incident}/proof")).await;
    assert_eq!((heard.status.as_u16(), heard.header("content-type")), (200, "application/json"), "{}", heard.text());
    assert_eq!(heard.header("cache-control"), "public, max-age=60, must-revalidate");
    let proof = PageProof::parse(&heard.body).unwrap();
    let verdict = proof.verify(&policy(town)).unwrap();
    assert!(verdict.holds(), "{verdict:?}");
    (proof, verdict)
}

/// An incident in the record with some more entries.
async fn recorded(town: &Town, more: u64) -> Confirmed {
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    grow(town, about.incident, more).await;
    about
}

async fn grow(town: &Town, incident: IncidentId, more: u64) {
    let store = &*town.app.world.store;
    let incident = store.incident(incident).await.unwrap().unwrap();
    commit(store, appending(&incident, (0..more).map(|_| entry(incident.id, EntryKind::Outcome)).collect())).await;
}

async fn withdraw(town: &Town, incident: IncidentId, index: u64) {
    let store = &*town.app.world.store;
    let incident = store.incident(incident).await.unwrap().unwrap();
    commit(store, publishing(&incident, Follows { withdrawals: vec![(index, 1)], ..Follows::default() })).await;
}

#[tokio::test]
async fn a_page_is_proved_from_the_published_tiles_and_its_words_are_those_it_prints() {
    let town = Town::new();
    let sequencer = Sequencer::new(town.folder.path());
    let about = recorded(&town, 300).await;
    sequencer.step(&town.app.world).await.unwrap();
    let (proof, verdict) = proved(&town, about.incident).await;
    assert_eq!(verdict.entries.len(), 301);
    assert_eq!(proof.checkpoint.encode(), town.get("/log/checkpoint").await.text(), "the published one, with every line on it");
    let data = town.get(&format!("/api/v1/incidents/{}", about.incident)).await.body;
    let digest = Hash(sha2::Sha256::digest(&data).into());
    assert_eq!(proof.projection.unwrap().hash, digest);
    let page = town.get(&format!("/record/{}", about.incident)).await.text();
    let key = &town.app.world.group.log_vkey;
    for words in [
        digest.to_hex(),
        verdict.judgement.checkpoint.root.to_string(),
        format!("handbell verify page {0}.proof.json --key {key}", about.incident),
        format!("href=\"/record/{0}/proof\" download=\"{0}.proof.json\"", about.incident),
    ] {
        assert!(page.contains(&words), "{words}");
    }
    assert!(!town.get(&format!("/record/{}?asof=2", about.incident)).await.text().contains("/proof\""), "a page as it was has none");
    assert_eq!(town.get(&format!("/record/{}/proof", "a".repeat(26))).await.status, 404);
    assert_eq!(town.get("/record/nothing/proof").await.status, 404);
}

#[tokio::test]
async fn what_is_withdrawn_is_in_no_proof_from_its_commit_on_and_nothing_is_shown_before_it_is_published() {
    let town = Town::new();
    let sequencer = Sequencer::new(town.folder.path());
    let about = recorded(&town, 3).await;
    sequencer.step(&town.app.world).await.unwrap();
    let before = proved(&town, about.incident).await.0;
    let (gone, salt) = (before.entries[2].leaf.index, before.entries[2].content.clone().unwrap().salt);
    withdraw(&town, about.incident, gone).await;
    let heard = town.get(&format!("/record/{}/proof", about.incident)).await;
    assert_eq!(heard.status, 503, "the store has signed more than anybody was shown: {}", heard.text());
    sequencer.step(&town.app.world).await.unwrap();
    let (after, verdict) = proved(&town, about.incident).await;
    assert!(matches!(verdict.entries[2].state, EntryState::Withdrawn { still_offered: false, .. }), "{verdict:?}");
    use base64::Engine as _;
    let salt = base64::engine::general_purpose::STANDARD.encode(salt.0);
    let text = String::from_utf8(after.encode().unwrap()).unwrap();
    assert!(String::from_utf8(before.encode().unwrap()).unwrap().contains(&salt) && !text.contains(&salt));
    assert_ne!(after.projection, before.projection, "another page follows");
}

#[tokio::test]
async fn a_snapshot_a_day_shows_that_a_page_is_whole() {
    let town = Town::new();
    let (world, sequencer) = (&town.app.world, Sequencer::new(town.folder.path()));
    let mut snapshotter = Snapshotter::default();
    snapshotter.step(world).await.unwrap();
    assert_eq!(world.store.checkpoint().await.unwrap(), None, "there is nothing to count");
    let about = recorded(&town, 3).await;
    sequencer.step(world).await.unwrap();
    assert_eq!(proved(&town, about.incident).await.1.completeness, Completeness::ToTheLast);
    snapshotter.step(world).await.unwrap();
    // Its table does not stand in the folder yet.
    proved(&town, about.incident).await;
    sequencer.step(world).await.unwrap();
    let (proof, verdict) = proved(&town, about.incident).await;
    assert_eq!((verdict.completeness, proof.remainder.unwrap().after.len()), (Completeness::Whole, 0));

    // What comes later stands behind the newest snapshot until the next, also of a page that began since.
    grow(&town, about.incident, 2).await;
    snapshotter.step(world).await.unwrap();
    sequencer.step(world).await.unwrap();
    let (proof, verdict) = proved(&town, about.incident).await;
    assert_eq!((verdict.completeness, verdict.entries.len(), proof.remainder.unwrap().after.len()), (Completeness::Whole, 6, 2));

    town.clock.go(24 * HOUR);
    Snapshotter::default().step(world).await.unwrap();
    sequencer.step(world).await.unwrap();
    let (proof, verdict) = proved(&town, about.incident).await;
    let remainder = proof.remainder.unwrap();
    assert_eq!((verdict.completeness, remainder.row.unwrap().row.count, remainder.after.len()), (Completeness::Whole, 6, 0));
    let size = world.store.checkpoint().await.unwrap().unwrap().size;
    for _ in 0..3 {
        town.clock.go(24 * HOUR);
        snapshotter.step(world).await.unwrap();
    }
    assert_eq!(world.store.checkpoint().await.unwrap().unwrap().size, size, "a log that did not grow is not counted again");
    let key = VerifierKey::parse(&world.group.log_vkey).unwrap();
    let log = handbell_log::source::Folder::open(town.folder.path().join("log")).unwrap();
    assert_eq!(handbell_log::verify::verify_log(&log, &key).unwrap().checkpoint.size, size);
}

#[tokio::test]
async fn the_tables_of_the_newest_two_snapshots_are_kept() {
    let town = Town::new();
    let (world, sequencer) = (&town.app.world, Sequencer::new(town.folder.path()));
    let mut snapshotter = Snapshotter::default();
    let about = recorded(&town, 1).await;
    let mut taken = Vec::new();
    for _ in 0..4 {
        snapshotter.step(world).await.unwrap();
        sequencer.step(world).await.unwrap();
        taken.push(world.store.newest_of_kind(EntryKind::Snapshot.code(), u64::MAX, 1).await.unwrap()[0].0);
        town.clock.go(24 * HOUR);
        grow(&town, about.incident, 1).await;
    }
    let kept = |folder: &Path| -> Vec<bool> { taken.iter().map(|index| folder.join(table_path(*index)).is_file()).collect() };
    assert_eq!(kept(town.folder.path()), [false, false, true, true]);
    // One who begins anew writes the same two.
    let other = tempfile::tempdir().unwrap();
    Sequencer::new(other.path()).step(world).await.unwrap();
    assert_eq!(kept(other.path()), [false, false, true, true]);
}

#[tokio::test]
async fn a_broken_tile_gives_no_proof() {
    let town = Town::new();
    let about = recorded(&town, 3).await;
    Sequencer::new(town.folder.path()).step(&town.app.world).await.unwrap();
    proved(&town, about.incident).await;
    let tile = town.folder.path().join("log/tile/0/000.p/4");
    let mut bytes = std::fs::read(&tile).unwrap();
    bytes[40] ^= 1;
    std::fs::write(&tile, bytes).unwrap();
    assert_eq!(town.get(&format!("/record/{}/proof", about.incident)).await.status.as_u16() / 100, 5);
}
