//! Who reads the custodians' page, and how two of them say that they practised.

use super::fingerprint;
use crate::doors::desk::tests::{get_as, post_as};
use crate::doors::fixture::Town;
use handbell_rules::evidence::custody::{Deed, Statement};
use handbell_rules::people::member::Role;
use handbell_rules::time::DAY;
use http::StatusCode;

const PAGE: &str = "/desk/custody";
const PRACTISED: &str = "/desk/custody/practised";

#[tokio::test]
async fn custodians_and_auditors_read_which_keys_are_set_and_nobody_else_does() {
    let town = Town::new();
    let auditor = town.signed_in("Amina", &[Role::Auditor]).await;
    let bare = get_as(&town, &auditor, PAGE).await.text();
    assert!(bare.contains("no footage is taken in") && bare.contains("No key is set."), "{bare}");
    town.has_custodians().await;
    let keys = town.app.world.store.evidence().custody_keys().await.unwrap();
    let text = get_as(&town, &auditor, PAGE).await.text();
    for key in keys.keys.iter().flatten() {
        assert!(text.contains(&key.recipient) && text.contains(&fingerprint(&key.recipient)));
    }
    assert!(!text.contains("We practised opening"), "an auditor opens nothing");
    let fields = [("csrf", auditor.csrf.as_str()), ("word", "say")];
    assert_eq!(post_as(&town, &auditor, PRACTISED, &fields).await.status, StatusCode::FORBIDDEN);
    for (name, role) in [("Ben", Role::Triager), ("Carla", Role::Keeper)] {
        let member = town.signed_in(name, &[role]).await;
        assert_eq!(get_as(&town, &member, PAGE).await.status, StatusCode::FORBIDDEN, "{name}");
    }
    // The first twenty digits of SHA-256 of "abc", as `printf abc | sha256sum` says them.
    assert_eq!(fingerprint("abc"), "ba781 6bf8f 01cfe a4141");
}

#[tokio::test]
async fn two_custodians_say_that_they_practised_and_the_chain_says_so() {
    let town = Town::new();
    town.has_custodians().await;
    let amina = town.signed_in("Amina", &[Role::Custodian]).await;
    let ben = town.signed_in("Ben", &[Role::Custodian]).await;
    assert!(get_as(&town, &amina, PAGE).await.text().contains("It is time to practise"));
    let press = async |member: &crate::doors::fixture::Signed, word: &str| {
        let fields = [("csrf", member.csrf.as_str()), ("word", word)];
        post_as(&town, member, PRACTISED, &fields).await.status
    };
    assert_eq!(press(&ben, "confirm").await, StatusCode::UNPROCESSABLE_ENTITY, "nobody said so");
    assert_eq!(press(&amina, "say").await, StatusCode::SEE_OTHER);
    assert_eq!(press(&amina, "confirm").await, StatusCode::UNPROCESSABLE_ENTITY, "nobody practises alone");
    assert!(get_as(&town, &ben, PAGE).await.text().contains("Yes, we opened one together"));
    assert_eq!(press(&ben, "confirm").await, StatusCode::SEE_OTHER);
    let text = get_as(&town, &ben, PAGE).await.text();
    assert!(text.contains("by Amina and Ben.") && !text.contains("It is time to practise"), "{text}");
    let lines = town.app.world.store.evidence().custody(3, 10).await.unwrap();
    let said: Vec<Statement> = lines.iter().map(|line| Statement::parse(line.statement.as_ref().unwrap()).unwrap()).collect();
    assert_eq!(said.iter().map(|said| said.deed).collect::<Vec<_>>(), [Deed::Practised, Deed::Practised]);
    assert_eq!(said[1].words.as_deref(), Some("two custodians practised opening"));
    town.clock.go(370 * DAY);
    assert!(town.app.world.store.evidence().custody_keys().await.unwrap().practice_due(town.app.world.now()));
}
