//! What holds at the rights cards: the band goes only from what a lawyer signed, and no live alert carries the rest.

use super::super::fixture::Town;
use super::super::routes::Who;
use super::*;
use handbell_rules::playbook::{Reach, SignOff, SignOffs};
use handbell_rules::time::DAY;
use std::sync::Arc;

const BAND: &str = "class=\"redband\"";
const UNSIGNED: &str = "No lawyer has signed it. Ask an adviser before you rely on it.";

/// A town whose lawyers have signed these cards, word for word.
fn town_with_signed(status: Status, cards: &[&str]) -> Town {
    let mut town = if status == Status::Exercise { Town::exercise() } else { Town::new() };
    let mut sign_offs = SignOffs::default();
    let group = Arc::get_mut(&mut town.app.world.group).unwrap();
    for card in cards {
        let card = group.playbook.card(card).unwrap();
        let on = Day::parse("2026-11-20").unwrap();
        let one = SignOff {
            card: card.id.clone(),
            sha256: card.text_hash.clone(),
            role: "solicitor".into(),
            firm: "Lantern Law <Centre>".into(),
            on,
        };
        sign_offs.add(one).unwrap();
    }
    group.sign_offs = sign_offs;
    town
}

#[tokio::test]
async fn an_unsigned_card_stands_under_the_red_band() {
    let town = Town::new();
    let list = town.get("/rights").await.text();
    assert!(list.contains(BAND) && list.contains("These cards may be out of date"));
    assert!(list.contains("If it happens to you") && list.contains("If you are there for somebody"));
    assert!(list.contains("Go only as a witness") && list.contains("This is not legal advice."));
    for card in town.app.world.group.playbook.cards() {
        assert!(list.contains(&format!("href=\"/rights/{}\"", card.id)));
        let text = town.get(&format!("/rights/{}", card.id)).await.text();
        assert!(text.contains(BAND) && text.contains("This card may be out of date") && text.contains(UNSIGNED), "{}", card.id);
        assert!(text.contains("Signed by a lawyer: nobody yet.") && text.contains("Expires on 21 May 2027."), "{}", card.id);
        assert!(text.contains("Held against its sources on 21 November 2026."), "{}", card.id);
        assert!(text.contains(&format!("https://town.example/rights/{}", card.id)), "{}: the address to print", card.id);
        for source in &card.sources {
            assert!(text.contains(&source.url), "{}: {}", card.id, source.url);
        }
    }
    assert_eq!(town.get("/rights/attic").await.status, 404);
}

#[tokio::test]
async fn a_signed_card_goes_without_the_band_until_the_day_it_expires() {
    let town = town_with_signed(Status::Actual, &["street"]);
    let text = town.get("/rights/street").await.text();
    assert!(!text.contains(BAND) && !text.contains(UNSIGNED), "{text}");
    assert!(text.contains("Signed off by solicitor, Lantern Law &#60;Centre&#62;, on 20 November 2026."));
    assert!(town.get("/rights/home").await.text().contains(BAND), "another card");
    // The town stands on 20 November; the card expires when 21 May begins in London.
    town.clock.go(181 * DAY);
    assert_eq!(today(&town.app).to_string(), "2027-05-20");
    assert!(!town.get("/rights/street").await.text().contains(BAND));
    town.clock.go(DAY);
    let text = town.get("/rights/street").await.text();
    assert!(text.contains(BAND) && text.contains("This card may be out of date"));
    assert!(text.contains("Its review ran out on 21 May 2027. Ask an adviser before you rely on it."));
    assert!(!text.contains(UNSIGNED), "a lawyer did sign it");
    let unsigned = town.get("/rights/home").await.text();
    assert!(unsigned.contains(UNSIGNED) && unsigned.contains("Its review ran out"));
}

#[tokio::test]
async fn a_changed_card_loses_its_sign_off() {
    let mut town = Town::new();
    let group = Arc::get_mut(&mut town.app.world.group).unwrap();
    let card = group.playbook.card("street").unwrap();
    let on = Day::parse("2026-11-20").unwrap();
    // What was signed is another text than the one that is shown.
    let sha256 = group.playbook.card("home").unwrap().text_hash.clone();
    let one = SignOff { card: card.id.clone(), sha256, role: "solicitor".into(), firm: "Lantern Law Centre".into(), on };
    group.sign_offs.add(one).unwrap();
    let text = town.get("/rights/street").await.text();
    assert!(text.contains(BAND) && text.contains(UNSIGNED) && text.contains("Its words have changed since one did."));
    assert!(!text.contains("Lantern"), "nobody signed these words");
}

#[tokio::test]
async fn a_live_alert_carries_signed_cards_only() {
    let signed = town_with_signed(Status::Actual, &["street"]);
    let about = signed.confirmed("immigration-visit").await;
    let alert = signed.rung(&about, Reach::Neighbours).await;
    let text = signed.get(&format!("/alerts/{alert}")).await.text();
    assert!(text.contains("href=\"/rights/street\"") && !text.contains("href=\"/rights/home\""), "{text}");
    assert!(!text.contains(BAND) && !text.contains("keep your distance and keep your hands"));
    // by the day the card expires the alert has no card any more
    signed.clock.go(182 * DAY);
    let text = signed.get(&format!("/alerts/{alert}")).await.text();
    assert!(!text.contains("href=\"/rights/street\"") && text.contains("keep your distance and keep your hands"));

    let unsigned = Town::new();
    let about = unsigned.confirmed("immigration-visit").await;
    let alert = unsigned.rung(&about, Reach::Neighbours).await;
    let text = unsigned.get(&format!("/alerts/{alert}")).await.text();
    assert!(!text.contains("href=\"/rights/") && text.contains("No rights card for this is signed off by a lawyer yet."));
    assert!(text.contains("keep your distance and keep your hands") && !text.contains(BAND));
}

#[tokio::test]
async fn a_card_of_another_kind_stays_out_of_an_alert() {
    let town = town_with_signed(Status::Actual, &["street"]);
    let about = town.confirmed("flood").await;
    let alert = town.rung(&about, Reach::Neighbours).await;
    let text = town.get(&format!("/alerts/{alert}")).await.text();
    assert!(!text.contains("href=\"/rights/") && text.contains("keep your distance and keep your hands"));
}

#[tokio::test]
async fn a_drill_shows_unsigned_cards_under_the_band() {
    let town = town_with_signed(Status::Exercise, &["street"]);
    let about = town.confirmed("immigration-visit").await;
    let alert = town.rung(&about, Reach::Neighbours).await;
    let text = town.get(&format!("/alerts/{alert}")).await.text();
    for card in town.app.world.group.playbook.cards() {
        assert!(text.contains(&format!("href=\"/rights/{}\"", card.id)));
    }
    assert!(text.contains(BAND) && text.contains("/assets/card.css"));
    let all: Vec<&str> = town.app.world.group.playbook.cards().iter().map(|card| card.id.as_str()).collect();
    let signed = town_with_signed(Status::Exercise, &all);
    let about = signed.confirmed("immigration-visit").await;
    let alert = signed.rung(&about, Reach::Neighbours).await;
    assert!(!signed.get(&format!("/alerts/{alert}")).await.text().contains(BAND), "a drill with signed cards needs none");
    assert!(!signed.get("/rights").await.text().contains(BAND));
}

#[tokio::test]
async fn a_card_can_be_read_in_every_language_of_the_playbook() {
    let town = Town::new();
    let english = town.get("/rights/street").await.text();
    assert!(english.contains("href=\"/rights/street?lang=es\" lang=\"es\""), "a visible way to the other language");
    let spanish = town.get("/rights/street?lang=es").await.text();
    assert!(spanish.contains("Ningún profesional del derecho la ha firmado.") && spanish.contains("Vence el 21 de mayo de 2027."));
    assert!(spanish.contains("lang=\"es\"") && spanish.contains("href=\"/rights/street\" lang=\"en\""));
    // what is said to officers stays in their language, with its meaning beside it
    assert!(
        spanish.contains("<span lang=\"en\">Am I under arrest? Am I free to go?</span><small>¿Estoy bajo arresto? ¿Puedo irme?</small>")
    );
    assert!(spanish.contains("href=\"/rights/home?lang=es\""), "other cards stay in the language");
    assert!(town.get("/rights?lang=es").await.text().contains("Conoce tus derechos"));
    for odd in ["/rights/street?lang=fr", "/rights/street?lang=", "/rights/street?lang=..%2f"] {
        assert_eq!(town.get(odd).await.text().matches("Stopped in the street by").count(), 1, "{odd}");
    }
}

#[test]
fn cards_are_for_anybody() {
    assert!(routes().iter().all(|route| route.who == Who::Street && route.method == "GET"));
}
