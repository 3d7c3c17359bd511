//! Who reads what was done with footage, and what stands there.

use crate::doors::desk::tests::get_as;
use crate::doors::fixture::Town;
use crate::work::notary::Notary;
use crate::work::notary::tests::{day_closes, looked, received};
use handbell_rules::evidence::custody::hex;
use handbell_rules::evidence::footage::Wish;
use handbell_rules::people::member::Role;
use http::StatusCode;

#[tokio::test]
async fn an_auditor_and_a_custodian_read_what_was_done_and_nobody_else_does() {
    let town = Town::new();
    let footage = received(&town, b"frames", Wish::Lawyer).await;
    let other = received(&town, b"others", Wish::Lawyer).await;
    looked(&town, &other).await;
    let path = format!("/desk/footage/{}/custody", footage.id);
    for (name, role) in [("Amina", Role::Triager), ("Ben", Role::Editor), ("Carla", Role::Keeper)] {
        let member = town.signed_in(name, &[role]).await;
        assert_eq!(get_as(&town, &member, &path).await.status, StatusCode::FORBIDDEN, "{name}");
    }
    assert_ne!(town.get(&path).await.status, StatusCode::OK, "nobody from the street");
    day_closes(&town);
    Notary::default().step(&town.app.world).await.unwrap();
    for (name, role) in [("Dunya", Role::Auditor), ("Eddie", Role::Custodian)] {
        let member = town.signed_in(name, &[role]).await;
        let text = get_as(&town, &member, &path).await.text();
        let head = town.app.world.store.evidence().stamps().await.unwrap()[0].head;
        for words in [
            &footage.id.to_string(),
            &hex(&footage.sha256),
            "It was received, whole, and sealed.",
            "All 4 lines of the chain follow from each other.",
            &hex(&head),
            "No authority was asked.",
        ] {
            assert!(text.contains(words), "{name}: {words}");
        }
        assert!(!text.contains("Somebody looked"), "that was another footage");
        let nothing = format!("/desk/footage/{}/custody", "a".repeat(26));
        assert_eq!(get_as(&town, &member, &nothing).await.status, StatusCode::NOT_FOUND);
    }
}
