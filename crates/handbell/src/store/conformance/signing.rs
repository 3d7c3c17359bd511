//! Checks of signing devices, their lists, and what the ceiling counts.

use super::Town;
use super::builders::{Rung, START, commit, conflict, device, draft, fresh, member, neighbours, opened, ringing};
use handbell_log::leaf::{Body, Kind, Leaf};
use handbell_rules::bell::alert::Alert;
use handbell_rules::bell::ceiling::LetThrough;
use handbell_rules::bell::manifest::{KeptManifest, SigningKey, key_id};
use handbell_rules::bell::signed::AlertSignature;
use handbell_rules::change::What;
use handbell_rules::id::{DeviceId, MemberId};
use handbell_rules::people::member::Role;
use handbell_rules::playbook::Reach;
use handbell_rules::record::entry::OPERATORS_STREAM;
use handbell_rules::time::MINUTE;
use sha2::{Digest, Sha256};

fn key(member: MemberId, device: DeviceId, number: u8) -> SigningKey {
    let public = vec![number; 65];
    SigningKey { id: key_id(&public), version: 0, member, device, public, since: START, removed_at: None }
}

/// Keys come, are replaced and taken back; a list waits for its second signature and then stands in the log.
pub async fn signing_devices_and_their_lists_are_kept_and_named_in_the_log(town: &mut dyn Town) {
    let store = town.store();
    let amina = member(&*store, "Amina", &[Role::Approver]).await;
    let first = key(amina.id, device(), 1);
    commit(&*store, What::SigningKeyAdded { key: first.clone(), replaced: None }).await;
    conflict(&*store, What::SigningKeyAdded { key: first.clone(), replaced: None }).await;
    let read = store.signing_keys().await.unwrap();
    assert_eq!(read, [SigningKey { version: 1, ..first.clone() }]);
    let gone = SigningKey { removed_at: Some(START), ..read[0].clone() };
    let second = key(amina.id, first.device, 2);
    commit(&*store, What::SigningKeyAdded { key: second.clone(), replaced: Some(gone.clone()) }).await;
    let read = store.signing_keys().await.unwrap();
    assert_eq!(read.iter().filter(|key| key.removed_at.is_none()).map(|key| key.id).collect::<Vec<_>>(), [second.id]);
    let back = SigningKey { removed_at: Some(START), version: 1, ..second };
    commit(&*store, What::SigningKeyTakenBack { key: back.clone() }).await;
    conflict(&*store, What::SigningKeyTakenBack { key: back }).await;

    let signature = |number| AlertSignature { key: first.id, signature: vec![number; 64] };
    let begun = KeptManifest { number: 1, version: 0, text: "a list\n".into(), signatures: vec![signature(1)], made_at: None };
    let size = store.checkpoint().await.unwrap().map_or(0, |checkpoint| checkpoint.size);
    commit(&*store, What::ManifestSigned { manifest: begun.clone() }).await;
    conflict(&*store, What::ManifestSigned { manifest: begun.clone() }).await;
    assert_eq!(store.checkpoint().await.unwrap().map_or(0, |checkpoint| checkpoint.size), size, "half a list is no entry");
    let made = KeptManifest { version: 1, signatures: vec![signature(1), signature(2)], made_at: Some(START), ..begun };
    commit(&*store, What::ManifestMade { manifest: made.clone() }).await;
    conflict(&*store, What::ManifestMade { manifest: made.clone() }).await;
    commit(&*store, What::WorkerNamed { digest: [7; 32] }).await;
    town.reopen().await;
    let store = town.store();
    let made = KeptManifest { version: 2, ..made };
    assert_eq!(store.manifests().await.unwrap(), std::slice::from_ref(&made));
    let said: Vec<Leaf> = store.stream(OPERATORS_STREAM).await.unwrap().iter().map(|row| Leaf::decode(&row.leaf).unwrap()).collect();
    let said: Vec<_> = said.iter().map(|leaf| (leaf.kind().unwrap(), *leaf.body())).collect();
    assert_eq!(said, [(Kind::Key, Body::Fixed(Sha256::digest(&made.text).into())), (Kind::Note, Body::Fixed([7; 32]))]);
    assert_eq!(store.checkpoint().await.unwrap().unwrap().size, size + 2);
    assert!(store.public_incidents(10).await.unwrap().is_empty(), "the operator's stream is no incident");
}

/// The ceiling counts first rings beyond observers, by when they rang.
pub async fn broad_rings_are_counted_and_dispatches_updates_and_drafts_are_not(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 1).await;
    let before = START.plus(-MINUTE);
    let broad = Rung::for_people(&*store, &people).await;
    broad.update(&*store, START.plus(MINUTE)).await;
    assert_eq!(store.broad_rung(before).await.unwrap(), 1, "an update is not counted");
    let (incident, _) = opened(&*store).await;
    let dispatch = draft(&incident, Reach::Dispatch, None);
    commit(&*store, What::AlertDrafted { alert: dispatch.clone() }).await;
    commit(&*store, What::AlertDrafted { alert: draft(&incident, Reach::Neighbours, None) }).await;
    assert_eq!(store.broad_rung(before).await.unwrap(), 1, "nor are drafts");
    let incident = store.incident(incident.id).await.unwrap().unwrap();
    let dispatch = store.alert(dispatch.id).await.unwrap().unwrap();
    let by = LetThrough { by: MemberId(fresh()), device: device(), reason: "A second river".into(), at: START };
    commit(&*store, What::CeilingLifted { alert: Alert { let_through: Some(by.clone()), ..dispatch.clone() } }).await;
    let dispatch = store.alert(dispatch.id).await.unwrap().unwrap();
    assert_eq!(dispatch.let_through, Some(by));
    let (ring, _) = ringing(&incident, &dispatch, None, &people, START, vec![]);
    commit(&*store, ring).await;
    assert_eq!(store.broad_rung(before).await.unwrap(), 1, "nor is a dispatch");
    let rung_at = store.alert(broad.alert).await.unwrap().unwrap().rung_at.unwrap();
    assert_eq!((store.broad_rung(rung_at).await.unwrap(), store.broad_rung(rung_at.plus(-1)).await.unwrap()), (0, 1));
}
