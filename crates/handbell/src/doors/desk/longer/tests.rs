//! Two members keep a file longer by the page's forms, and what its giver reads of that.

use crate::acts::StreetCaller;
use crate::acts::street;
use crate::doors::desk::tests::{get_as, post_as, told};
use crate::doors::fixture::{Signed, Town};
use crate::work::clearer;
use crate::work::notary::tests::{received, rewritten};
use handbell_rules::evidence::footage::{Footage, Wish};
use handbell_rules::people::member::Role;
use handbell_rules::time::DAY;
use http::StatusCode;

/// Footage of a report, with the words of its receipt.
async fn given(town: &Town) -> (Footage, String) {
    let world = &town.app.world;
    let filed = street::file_report(world, StreetCaller, told(town, "Rye Lane", "A van"), None, None).await.unwrap().unwrap();
    let words = filed.receipt.words().to_owned();
    let report = street::read_receipt(world, StreetCaller, &words).await.unwrap().report.id;
    let footage = received(town, b"frames", Wish::Public).await;
    let kept = world.store.evidence().footage(footage.id).await.unwrap().unwrap();
    (rewritten(town, Footage { report, ..kept }).await, words)
}

async fn asks(town: &Town, member: &Signed, footage: &Footage, reason: &str) -> crate::doors::fixture::Heard {
    let until: String = town.app.world.now().plus(100 * DAY).utc_minute().chars().take(10).collect();
    let fields = [("csrf", member.csrf.as_str()), ("reason", reason), ("until", &until), ("words", "case 12")];
    post_as(town, member, &format!("/desk/footage/{}/keep", footage.id), &fields).await
}

async fn agrees(town: &Town, member: &Signed, footage: &Footage) -> StatusCode {
    let kept = town.app.world.store.evidence().footage(footage.id).await.unwrap().unwrap();
    let asked = kept.hold_asked.map_or(0, |ask| ask.at.milliseconds()).to_string();
    let fields = [("csrf", member.csrf.as_str()), ("asked", &asked)];
    post_as(town, member, &format!("/desk/footage/{}/keep/agree", footage.id), &fields).await.status
}

async fn receipt(town: &Town, words: &str) -> String {
    town.post("/receipt", &[("words", words)]).await.text()
}

#[tokio::test]
async fn two_members_keep_a_file_longer_and_its_giver_reads_why_and_until_when() {
    let town = Town::new();
    let (footage, words) = given(&town).await;
    let amina = town.signed_in("Amina", &[Role::Triager]).await;
    let ben = town.signed_in("Ben", &[Role::Custodian]).await;
    let page = format!("/desk/footage/{}/keep", footage.id);
    assert!(get_as(&town, &amina, &page).await.text().contains("It goes "));
    let wrong = asks(&town, &amina, &footage, "because").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("Choose a reason from the list.") && wrong.text().contains("value=\"case 12\""), "nothing typed is lost");
    assert_eq!(asks(&town, &amina, &footage, "complaint").await.status, StatusCode::SEE_OTHER);
    assert_eq!(agrees(&town, &amina, &footage).await, StatusCode::UNPROCESSABLE_ENTITY, "nobody agrees with themselves");
    assert!(!receipt(&town, &words).await.contains("Two members keep it"));
    assert_eq!(agrees(&town, &ben, &footage).await, StatusCode::SEE_OTHER);
    let shown = get_as(&town, &ben, &page).await.text();
    assert!(shown.contains("It is kept until the end of ") && shown.contains("Ben agreed"), "{shown}");
    let told = receipt(&town, &words).await;
    assert!(told.contains("A complaint is being made or looked into") && told.contains("You are stronger than that"), "{told}");

    let fields = [("csrf", amina.csrf.as_str()), ("why", "")];
    let lift = format!("{page}/lift");
    assert_eq!(post_as(&town, &amina, &lift, &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("csrf", amina.csrf.as_str()), ("why", "it was dropped")];
    assert_eq!(post_as(&town, &amina, &lift, &fields).await.status, StatusCode::SEE_OTHER);
    assert!(!receipt(&town, &words).await.contains("Two members keep it"));
    let keeper = town.signed_in("Carla", &[Role::Keeper]).await;
    assert_eq!(get_as(&town, &keeper, &page).await.status, StatusCode::FORBIDDEN);
    assert_eq!(asks(&town, &keeper, &footage, "complaint").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn words_that_name_somebody_are_refused_beside_their_field_and_stand_in_no_line() {
    let town = Town::new();
    let (footage, _) = given(&town).await;
    let amina = town.signed_in("Amina", &[Role::Triager]).await;
    let page = format!("/desk/footage/{}/keep", footage.id);
    let until: String = town.app.world.now().plus(100 * DAY).utc_minute().chars().take(10).collect();
    let lines = async || town.app.world.store.evidence().custody_of(footage.id).await.unwrap().len();
    let before = lines().await;
    let asked = [("csrf", amina.csrf.as_str()), ("reason", "trial"), ("until", &until), ("words", "PC Smith saw it, 020 7946 0000")];
    let no = post_as(&town, &amina, &page, &asked).await;
    assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY);
    let no = no.text();
    assert!(no.contains("These words name somebody") && no.contains("href=\"#words\"") && no.contains("PC Smith saw it"), "{no}");
    assert_eq!(asks(&town, &amina, &footage, "trial").await.status, StatusCode::SEE_OTHER);
    let lift = [("csrf", amina.csrf.as_str()), ("why", "PC Smith says it is over")];
    let no = post_as(&town, &amina, &format!("{page}/lift"), &lift).await;
    assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(no.text().contains("These words name somebody") && no.text().contains("href=\"#why\""), "{}", no.text());
    assert_eq!(lines().await, before + 1, "the ask without names, and nothing else");
}

#[tokio::test]
async fn a_witness_who_takes_the_report_back_reads_that_an_order_keeps_a_file_and_nobody_looks_at_it() {
    let town = Town::new();
    let (footage, words) = given(&town).await;
    let amina = town.signed_in("Amina", &[Role::Editor]).await;
    let ben = town.signed_in("Ben", &[Role::Approver]).await;
    assert_eq!(asks(&town, &amina, &footage, "ordered").await.status, StatusCode::SEE_OTHER);
    assert_eq!(agrees(&town, &ben, &footage).await, StatusCode::SEE_OTHER);
    assert!(receipt(&town, &words).await.contains("ordered us in writing to keep it"));
    street::withdraw_report(&town.app.world, StreetCaller, &words).await.unwrap();
    clearer::step(&town.app.world).await.unwrap();
    let told = receipt(&town, &words).await;
    assert!(told.contains("You took it back. It is kept, sealed, by order alone"), "{told}");
    assert!(!told.contains("What may be done with it"), "there is nothing left to choose");
    let looked = get_as(&town, &amina, &format!("/desk/footage/{}", footage.id)).await;
    assert!(looked.text().contains("nobody looks at it"), "{}", looked.text());
    let kept = town.app.world.store.evidence().footage(footage.id).await.unwrap().unwrap();
    assert_eq!(kept.wish, Wish::DeskOnly);
}

#[tokio::test]
async fn what_an_order_holds_is_not_taken_away_by_the_receipt() {
    let town = Town::new();
    let (footage, words) = given(&town).await;
    let amina = town.signed_in("Amina", &[Role::Triager]).await;
    let ben = town.signed_in("Ben", &[Role::Custodian]).await;
    assert!(receipt(&town, &words).await.contains("/receipt/footage/remove"));
    assert_eq!(asks(&town, &amina, &footage, "ordered").await.status, StatusCode::SEE_OTHER);
    assert_eq!(agrees(&town, &ben, &footage).await, StatusCode::SEE_OTHER);
    assert!(!receipt(&town, &words).await.contains("/receipt/footage/remove"));
    let fields = [("words", words.as_str()), ("file", &footage.id.to_string()), ("sure", "yes")];
    let no = town.post("/receipt/footage/remove", &fields).await;
    assert!(no.status == StatusCode::UNPROCESSABLE_ENTITY && no.text().contains("ordered in writing"), "{}", no.text());
    assert!(town.app.world.store.evidence().footage(footage.id).await.unwrap().is_some());
}
