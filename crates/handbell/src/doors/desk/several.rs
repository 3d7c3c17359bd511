//! Stories of one report with several happenings, and of two things that are not the same: every press by its form,
//! the receipt asked at every step, and what another member sees afterwards.

use super::tests::{filed, get_as, lines, post_as};
use crate::acts::desk;
use crate::acts::{StreetCaller, street};
use crate::doors::fixture::{Heard, Signed, Town, form};
use axum::body::Body;
use handbell_rules::desk::incident::Ending;
use handbell_rules::id::{IncidentId, ReportId};
use handbell_rules::people::member::Role;
use handbell_rules::street::report::ReportState;
use handbell_rules::time::MINUTE;
use http::{Request, StatusCode};

const BAKERY: &str = "White van by the bakery, four officers";
const BOTH: &str = "White van by the bakery, and the cellar next door is under water";

fn page_of(report: ReportId) -> String {
    format!("/desk/reports/{report}")
}

/// Presses the form with this address on a page, with the values it brings and these beside.
async fn press(town: &Town, member: &Signed, page: &Heard, action: &str, fields: &[(&str, &str)]) -> Heard {
    let text = page.text();
    let wanted = |form: &&str| {
        form.contains(&format!("action=\"{action}\"")) && fields.iter().all(|(name, value)| *name != "incident" || form.contains(value))
    };
    let form = text.split("<form").find(wanted).unwrap_or_else(|| panic!("no form {action}: {text}"));
    let version = form.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let all: Vec<(&str, &str)> =
        [("csrf", member.csrf.as_str()), ("version", &version)].into_iter().chain(fields.iter().copied()).collect();
    post_as(town, member, action, &all).await
}

async fn receipt(town: &Town, words: &str) -> String {
    let heard = town.send(form("/receipt", &[("words", words)])).await;
    assert_eq!(heard.status, StatusCode::OK, "a receipt opens at every step");
    heard.text()
}

async fn mine(town: &Town, words: &str) -> serde_json::Value {
    let request = Request::get("/api/v1/reports/mine").header("authorization", format!("Receipt {words}")).body(Body::empty()).unwrap();
    town.send(request).await.json()
}

async fn incidents(town: &Town, report: ReportId) -> Vec<IncidentId> {
    town.app.world.store.report(report).await.unwrap().unwrap().incidents
}

#[tokio::test]
async fn a_report_tells_of_two_happenings_and_its_witness_hears_of_each() {
    let town = Town::new();
    let world = &town.app.world;
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    let (report, words) = filed(&town, "Rye Lane", BOTH).await;
    let path = page_of(report);
    let page = get_as(&town, &wren, &path).await;
    assert!(page.text().contains("Open a new incident"));
    assert_eq!(press(&town, &wren, &page, &format!("{path}/open"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(receipt(&town, &words).await.contains("The desk took it up."));

    let page = get_as(&town, &wren, &path).await;
    assert!(page.text().contains("It also belongs to another") && page.text().contains("Open another incident from it"));
    assert_eq!(press(&town, &wren, &page, &format!("{path}/open"), &[]).await.status, StatusCode::SEE_OTHER);
    let both = incidents(&town, report).await;
    assert_eq!(both.len(), 2);
    let page = get_as(&town, &wren, &path).await;
    for incident in &both {
        assert!(page.text().contains(&format!("/desk/incidents/{incident}")), "the page names both");
        let other = get_as(&town, &wren, &format!("/desk/incidents/{incident}")).await.text();
        let also = both.iter().find(|other| *other != incident).unwrap();
        assert!(other.contains("Also belongs to") && other.contains(&format!("/desk/incidents/{also}")), "each says so of the other");
    }
    let said = receipt(&town, &words).await;
    assert!(said.contains("The desk sees 2 things in it.") && said.contains("The first thing") && said.contains("The second thing"));
    for incident in &both {
        assert!(!said.contains(&incident.to_string()), "an incident that is not public stays at the desk");
    }

    desk::end_incident(world, &wren.caller, both[0], Ending::NothingFound).await.unwrap();
    let said = receipt(&town, &words).await;
    assert!(said.contains("The first thing ended.") && !said.contains("The second thing ended."), "{said}");
    let told = mine(&town, &words).await;
    assert_eq!(told["ended"], serde_json::Value::Null, "one of them goes on");
    assert_eq!((told["things"][0]["ended"].as_str(), told["things"][1]["ended"].as_str()), (Some("nothing-found"), None));
    let what = |list: &serde_json::Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|one| one["what"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(what(&told["became"]), ["read", "several"]);
    assert_eq!(what(&told["things"][0]["became"]), ["taken-up", "ended"]);
    assert_eq!(what(&told["things"][1]["became"]), ["taken-up"]);
    town.clock.go(MINUTE);
    desk::end_incident(world, &wren.caller, both[1], Ending::Over).await.unwrap();
    assert_eq!(mine(&town, &words).await["ended"], "over", "as the last of them ended");

    // Out of the first, by its own press; the second keeps it, and the receipt tells of one thing again.
    let page = get_as(&town, &wren, &path).await;
    let first = both[0].to_string();
    assert_eq!(press(&town, &wren, &page, &format!("{path}/take-out"), &[("incident", &first)]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(incidents(&town, report).await, [both[1]]);
    let said = receipt(&town, &words).await;
    assert!(said.contains("It happened and it is over.") && !said.contains("The first thing"));
    assert_eq!(mine(&town, &words).await["things"], serde_json::json!([]));

    // Taken back: gone from every one of them.
    desk::take_out(world, &wren.caller, both[1], report).await.unwrap();
    assert!(receipt(&town, &words).await.contains("Somebody at the desk has read it."));
    street::withdraw_report(world, StreetCaller, &words).await.unwrap();
    assert!(receipt(&town, &words).await.contains("You took this report back."));
}

#[tokio::test]
async fn a_withdrawal_takes_the_words_out_of_every_incident() {
    let town = Town::new();
    let world = &town.app.world;
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    let (report, words) = filed(&town, "Rye Lane", BOTH).await;
    let one = desk::open_incident(world, &wren.caller, report, false).await.unwrap();
    let two = desk::open_incident(world, &wren.caller, report, false).await.unwrap();
    street::withdraw_report(world, StreetCaller, &words).await.unwrap();
    for incident in [one, two] {
        let page = get_as(&town, &wren, &format!("/desk/incidents/{incident}")).await.text();
        assert!(!page.contains("cellar") && page.contains(&page_of(report)), "the mark stays and the words are gone");
    }
    let page = get_as(&town, &wren, &page_of(report)).await.text();
    assert!(!page.contains("Open another incident") && !page.contains("Not the same"), "nothing more is made of it");
    assert_eq!(mine(&town, &words).await["things"], serde_json::json!([]));
}

#[tokio::test]
async fn not_the_same_is_said_once_for_everybody_and_taken_back_by_a_press() {
    let town = Town::new();
    let world = &town.app.world;
    let (wren, plover) = (town.signed_in("Wren", &[Role::Triager]).await, town.signed_in("Plover", &[Role::Triager]).await);
    let (first, _) = filed(&town, "Rye Lane", BAKERY).await;
    let (second, words) = filed(&town, "Rye Lane", "a white van outside the bakery").await;
    let incident = desk::open_incident(world, &wren.caller, first, false).await.unwrap();
    let (path, place) = (page_of(second), format!("/desk/incidents/{incident}"));
    let before = lines(&town).await;
    let page = get_as(&town, &wren, &path).await;
    assert!(page.text().contains("It is the same incident"));
    let id = incident.to_string();
    let fields = [("incident", id.as_str()), ("page", "report"), ("reason", "The plates differ.")];
    let heard = press(&town, &wren, &page, &format!("{path}/different"), &fields).await;
    assert_eq!(heard.status, StatusCode::SEE_OTHER);
    assert!(lines(&town).await > before);

    for member in [&wren, &plover] {
        let page = get_as(&town, member, &path).await.text();
        assert!(!page.contains("It is the same incident"), "it does not come again");
        assert!(page.contains("Said to be different") && page.contains("Wren") && page.contains("The plates differ."));
        let page = get_as(&town, member, &place).await.text();
        assert!(!page.contains("It is the same incident") && page.contains("Said to be different") && page.contains(&path));
    }
    let report = world.store.report(second).await.unwrap().unwrap();
    assert_eq!(report.state, ReportState::Received, "it is hidden from nobody");
    assert!(get_as(&town, &plover, "/desk").await.text().contains(&path));
    assert!(!receipt(&town, &words).await.contains("plates differ"), "what the desk says of it stays at the desk");

    // A stale page joins nothing, and a fresh press is told by name what stands between.
    let fields = [("csrf", plover.csrf.as_str()), ("version", "1"), ("incident", &id)];
    assert_eq!(post_as(&town, &plover, &format!("{path}/join"), &fields).await.status, StatusCode::CONFLICT);
    let version = report.version.to_string();
    let fields = [("csrf", plover.csrf.as_str()), ("version", version.as_str()), ("incident", &id)];
    let heard = post_as(&town, &plover, &format!("{path}/join"), &fields).await;
    assert_eq!(heard.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(heard.text().contains("A member said that these are not the same. Take that back first."));

    // The next report of the same thing gets its own suggestion.
    let (third, _) = filed(&town, "Rye Lane", "a white van outside the bakery").await;
    assert!(get_as(&town, &plover, &page_of(third)).await.text().contains("It is the same incident"));

    let page = get_as(&town, &plover, &place).await;
    let fields = [("incident", id.as_str()), ("page", "incident")];
    let heard = press(&town, &plover, &page, &format!("{path}/same"), &fields).await;
    assert_eq!((heard.status, heard.headers["location"].to_str().unwrap()), (StatusCode::SEE_OTHER, place.as_str()));
    let page = get_as(&town, &wren, &path).await;
    assert!(page.text().contains("It is the same incident") && !page.text().contains("Said to be different"));
    let fields = [("incident", id.as_str())];
    assert_eq!(press(&town, &wren, &page, &format!("{path}/join"), &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(incidents(&town, second).await, [incident]);
}

#[tokio::test]
async fn a_flood_of_near_copies_stays_one_pile_when_one_of_them_is_said_to_be_different() {
    let town = Town::new();
    let world = &town.app.world;
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    let (first, _) = filed(&town, "Rye Lane", BAKERY).await;
    let incident = desk::open_incident(world, &wren.caller, first, false).await.unwrap();
    let mut pile = Vec::new();
    for number in 0..30 {
        pile.push(
            filed(&town, "Rye Lane", &format!("White van by the bakery, four officers, everybody come to the square {number}")).await.0,
        );
    }
    let offers =
        async || get_as(&town, &wren, &format!("/desk/incidents/{incident}")).await.text().matches("It is the same incident").count();
    let queue = async || {
        let page = get_as(&town, &wren, "/desk").await.text();
        (page.matches("near-identical").count(), page.contains("30 waiting"))
    };
    let (offered, before) = (offers().await, queue().await);
    assert!(offered > 1 && before == (1, true), "{offered} {before:?}");
    desk::say_different(world, &wren.caller, incident, pile[0], "").await.unwrap();
    assert_eq!((offers().await, queue().await), (offered, before), "the pile stands as it stood, and the others are still offered");
}

#[tokio::test]
async fn a_report_is_over_when_the_last_of_its_incidents_is() {
    let town = Town::new();
    let world = &town.app.world;
    let (wren, amina) = (town.signed_in("Wren", &[Role::Triager]).await, town.signed_in("Amina", &[Role::Triager]).await);
    let (report, _) = filed(&town, "Rye Lane", BOTH).await;
    let (other, _) = filed(&town, "Rye Lane", "Water in the street").await;
    let ended = desk::open_incident(world, &wren.caller, report, false).await.unwrap();
    let open = desk::open_incident(world, &wren.caller, other, false).await.unwrap();
    desk::end_incident(world, &wren.caller, ended, Ending::Over).await.unwrap();
    let shows = async || get_as(&town, &amina, &page_of(report)).await.text().contains("cellar");
    assert!(!shows().await, "nobody else opens what is over");
    desk::join(world, &wren.caller, open, report).await.unwrap();
    assert!(shows().await, "one of its incidents goes on");
    desk::end_incident(world, &wren.caller, open, Ending::Over).await.unwrap();
    town.clock.go(31 * MINUTE);
    assert!(!shows().await, "and now it is over too");
}

#[tokio::test]
async fn what_also_belongs_to_a_home_asks_for_a_reason_wherever_it_is_shown() {
    let town = Town::new();
    let world = &town.app.world;
    let (wren, amina) = (town.signed_in("Wren", &[Role::Triager]).await, town.signed_in("Amina", &[Role::Triager]).await);
    let (street, _) = filed(&town, "Rye Lane", BAKERY).await;
    let (shared, _) = filed(&town, "Choumert Road, the blue door", BOTH).await;
    let incident = desk::open_incident(world, &wren.caller, street, false).await.unwrap();
    let other = desk::open_incident(world, &wren.caller, filed(&town, "Rye Lane", "Water").await.0, false).await.unwrap();
    desk::say_different(world, &wren.caller, other, shared, "").await.unwrap();
    let shows = async |path: &str| get_as(&town, &amina, path).await.text().contains("the blue door");
    let (page, different) = (format!("/desk/incidents/{incident}"), format!("/desk/incidents/{other}"));
    assert!(shows(&different).await, "a report of nothing yet is told by its place");
    desk::join(world, &wren.caller, incident, shared).await.unwrap();
    assert!(shows(&page).await && !shows(&different).await);
    let home = desk::open_incident(world, &wren.caller, shared, true).await.unwrap();
    town.clock.go(31 * MINUTE);
    for path in [page.clone(), page_of(shared), format!("/desk/incidents/{home}")] {
        let text = get_as(&town, &amina, &path).await.text();
        assert!(!text.contains("the blue door") && text.contains("name=\"reason\""), "{path}");
    }
    assert!(!shows(&different).await && get_as(&town, &amina, &different).await.text().contains("Said to be different"));
    // Taken out of the street's incident, it asks for nothing there any more.
    desk::take_out(world, &wren.caller, incident, shared).await.unwrap();
    let text = get_as(&town, &amina, &page).await.text();
    assert!(text.contains("Who looks") && !text.contains("the blue door"));
}
