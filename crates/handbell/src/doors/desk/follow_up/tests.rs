//! What holds at the follow-up list, told as the story of one visit: what somebody could tell, what nobody could,
//! and the weeks between.

use super::super::story::{done, press};
use super::super::tests::{get_as, post_as};
use crate::acts::{bell, record};
use crate::doors::fixture::{Signed, Town};
use crate::doors::record::incident::came;
use handbell_rules::id::IncidentId;
use handbell_rules::people::member::Role;
use handbell_rules::playbook::Reach;
use handbell_rules::record::outcome::{OutcomeValue, Slot};
use handbell_rules::record::projection::{OutcomeLine, SlotLine};
use handbell_rules::time::{DAY, MINUTE};
use http::StatusCode;

const LIST: &str = "/desk/follow-up";

/// A visit that was told to neighbours, ended and was opened to the record.
async fn ended(town: &Town) -> (IncidentId, Signed, Signed) {
    let about = town.confirmed("immigration-visit").await;
    let alert = town.rung(&about, Reach::Neighbours).await;
    town.clock.go(20 * MINUTE);
    let world = &town.app.world;
    bell::end(world, &about.ben.caller, alert, false).await.unwrap();
    town.opened(&about).await;
    (about.incident, about.amina, about.ben)
}

async fn approves(town: &Town, member: &Signed) {
    let proposal = town.app.world.store.open_proposals().await.unwrap().first().expect("one waits").id;
    done(&press(town, member, "/desk/record", &format!("/desk/record/{proposal}/approve"), &[]).await);
}

async fn page(town: &Town, incident: IncidentId) -> String {
    town.get(&format!("/record/{incident}")).await.text()
}

#[tokio::test]
async fn an_editor_tells_another_approves_and_the_page_shows_it_with_what_was_told_before() {
    let town = Town::new();
    let (incident, amina, ben) = ended(&town).await;
    let before = page(&town, incident).await;
    assert!(before.contains("Complaint or review of conduct") && before.contains("Not known yet. Nobody was asked."));
    let editor = format!("/desk/incidents/{incident}/editor");
    let tells = async |value: &str, source: &[(&str, &str)]| {
        let fields = [&[("value", value), ("edtf", "2026-11"), ("words", "the office wrote to us")], source].concat();
        press(&town, &amina, &format!("{editor}?add=outcome&from=conduct"), &format!("{editor}/outcome"), &fields).await
    };
    let office = [("source", "new"), ("kind", "official"), ("label", "The police complaints office"), ("standing", "reviews complaints")];
    done(&tells("conduct/made", &office).await);
    let shown = get_as(&town, &ben, "/desk/record").await.text();
    assert!(shown.contains("A complaint or referral was made, November 2026: the office wrote to us"), "word for word before approval");
    approves(&town, &ben).await;
    done(&tells("conduct/not-upheld", &[("source", "1")]).await);
    approves(&town, &ben).await;
    let after = page(&town, incident).await;
    assert!(after.contains("Not upheld, November 2026. The office wrote to us."), "the newest stands");
    assert!(after.contains("Told before:") && after.contains("A complaint or referral was made, November 2026."), "and none vanishes");
    let json = town.get(&format!("/api/v1/incidents/{incident}")).await.text();
    assert!(json.contains("\"not-upheld\"") && json.contains("\"asks_again\""), "programs get the slots");
    let feed = town.get("/feed.atom").await.text();
    assert!(feed.contains("Complaint or review of conduct: Not upheld, November 2026."), "whoever follows the feed hears of it");
}

#[tokio::test]
async fn what_does_not_fit_is_told_beside_its_field_and_nothing_is_proposed() {
    let town = Town::new();
    let (incident, amina, _) = ended(&town).await;
    let editor = format!("/desk/incidents/{incident}/editor");
    let cases: [(&[(&str, &str)], &str); 5] = [
        (&[("value", "")], "Choose what it is about"),
        (&[("value", "conduct/bailed")], "Choose what it is about"),
        (&[("value", "conduct/unknown"), ("source", "new")], "Say whom you asked and on which day"),
        (&[("value", "conduct/unknown"), ("source", "new"), ("whom", "The office"), ("asked_on", "2099-01-01")], "not later than today"),
        (&[("value", "conduct/upheld"), ("source", "new"), ("kind", "witness"), ("label", "Witness A")], "Say since when it is so"),
    ];
    for (fields, words) in cases {
        let heard = press(&town, &amina, &format!("{editor}?add=outcome"), &format!("{editor}/outcome"), fields).await;
        assert_eq!(heard.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        assert!(heard.text().contains(words), "{fields:?}: {}", heard.text());
    }
    assert!(town.app.world.store.open_proposals().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_due_is_asked_in_one_step_and_the_page_says_when_and_whom() {
    let town = Town::new();
    let (incident, amina, ben) = ended(&town).await;
    assert!(get_as(&town, &amina, LIST).await.text().contains("Nothing is due."));
    drop((amina, ben));
    town.clock.go(29 * DAY);
    let editors = [Role::Triager, Role::Approver, Role::Editor];
    let (amina, ben) = (town.signed_in("Dora", &editors).await, town.signed_in("Emil", &editors).await);
    let list = get_as(&town, &amina, LIST).await.text();
    assert_eq!(list.matches("Asked, nothing known").count(), 6, "every slot the playbook follows for such a visit");
    let action = format!("{LIST}/{incident}");
    let due = record::follow_up(&town.app.world, &amina.caller).await.unwrap();
    let days: Vec<&str> = due.iter().map(|one| one.since.as_str()).collect();
    assert!(days.is_sorted() && days.len() == 6, "the longest first: {days:?}");

    let silent = press(&town, &amina, LIST, &action, &[("slot", "conduct"), ("about", ""), ("whom", " "), ("asked_on", "")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.text().contains("Say whom you asked and on which day"));
    let today = town.app.world.now().utc_minute()[..10].to_owned();
    let fields = [("slot", "conduct"), ("about", ""), ("whom", "The police press office"), ("asked_on", today.as_str())];
    assert_eq!(done(&press(&town, &amina, LIST, &action, &fields).await), "/desk/record");
    assert!(!page(&town, incident).await.contains("Nobody could tell us"), "nothing publishes itself");
    let list = get_as(&town, &amina, LIST).await.text();
    assert!(list.contains("An answer waits for") && list.matches("Asked, nothing known").count() == 5);
    approves(&town, &ben).await;
    let shown = page(&town, incident).await;
    assert!(shown.contains("Nobody could tell us.") && shown.contains("The police press office."), "as plain as any other value");
    assert!(shown.contains("We ask again from"));
    assert_eq!(record::follow_up(&town.app.world, &amina.caller).await.unwrap().len(), 5);

    // The second time the desk is known as a source and who was asked stands in the form.
    town.clock.go(70 * DAY);
    let (amina, ben) = (town.signed_in("Finn", &editors).await, town.signed_in("Gita", &editors).await);
    let list = get_as(&town, &amina, LIST).await.text();
    assert!(list.contains("value=\"The police press office\""));
    let today = town.app.world.now().utc_minute()[..10].to_owned();
    done(&press(&town, &amina, LIST, &action, &[&fields[..3], &[("asked_on", today.as_str())]].concat()).await);
    approves(&town, &ben).await;
    let record = record::read_record(&town.app.world, incident, None).await.unwrap().unwrap();
    assert_eq!(record.sources.len(), 1, "one desk, one source");
    let told = record.outcomes.iter().find(|slot| slot.slot == "conduct").unwrap();
    assert_eq!((told.told.len(), told.told[1].source), (2, Some(1)));

    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    let list = get_as(&town, &wren, LIST).await;
    assert_eq!((list.status, list.text().contains("<form method=\"post\" action=\"/desk/follow-up")), (StatusCode::OK, false));
    let more = [("csrf", wren.csrf.as_str()), ("version", "3")];
    assert_ne!(post_as(&town, &wren, &action, &[&more, &fields[..]].concat()).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn every_value_is_told_in_the_same_way_whichever_side_it_favours() {
    let town = Town::new();
    let mut told = 0;
    for slot in Slot::all() {
        for value in slot.values() {
            let unknown = value.value == OutcomeValue::Unknown;
            let line = OutcomeLine {
                number: 1,
                index: 7,
                at: "2026-11-21T10:00Z".into(),
                value: Some(value.name.into()),
                words: value.words.into(),
                edtf: (!unknown).then(|| "2026-11-20".into()),
                day_words: if unknown { String::new() } else { "20 November 2026".into() },
                note: String::new(),
                source: Some(3),
                asked: None,
                asked_on: None,
            };
            let slot = SlotLine {
                slot: slot.name().into(),
                label: slot.words().into(),
                about: None,
                chain: Some(1),
                told: vec![line],
                last_asked: None,
                asks_again: None,
            };
            let shown = came(&town.app, &slot, |_| false);
            let day = if unknown { "" } else { ", 20 November 2026" };
            assert_eq!(shown.words, format!("{}{day}.", value.words));
            assert_eq!((shown.sources.as_slice(), shown.before.len()), (&["3".to_owned()][..], 0));
            assert!(shown.asked.starts_with("Recorded on "), "{}", shown.asked);
            told += 1;
        }
    }
    assert!(told > 50);
}
