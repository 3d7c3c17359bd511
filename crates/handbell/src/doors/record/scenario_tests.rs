//! Both shipped scenarios as pages, byte for byte, and what must stand on them whatever they look like.
//!
//! `HANDBELL_RENEW_GOLDEN=1 cargo nextest run -p handbell golden` writes the pages anew; look at them in a
//! browser, small and large, light and dark, before you keep them.

use super::super::fixture::Town;
use crate::acts::record::{import_scenario, propose, publish};
use crate::shipped;
use handbell_rules::id::IncidentId;
use handbell_rules::people::member::Role;
use handbell_rules::record::Ref;
use handbell_rules::record::assessment::{CorrectionKind, NewAssessment, SetAsideReason, Standing};
use handbell_rules::record::proposal::Proposed;
use handbell_rules::record::statement::Statement;
use handbell_rules::scenario::Scenario;
use handbell_rules::time::HOUR;

async fn entered(town: &Town, name: &str) -> IncidentId {
    let (_, text) = shipped::SCENARIOS.iter().find(|(known, _)| *known == name).expect("it ships");
    import_scenario(&town.app.world, &Scenario::parse(name, text).unwrap()).await.unwrap()
}

#[expect(clippy::disallowed_methods, reason = "whoever renews golden pages says so in the environment")]
fn golden(name: &str, html: &str) {
    let path = format!("{}/src/doors/record/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("HANDBELL_RENEW_GOLDEN").is_some() {
        std::fs::write(&path, html).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = kept.lines().zip(html.lines()).position(|(kept, drawn)| kept != drawn);
    assert!(kept == html, "{name} differs, first in line {differs:?}; renew it with HANDBELL_RENEW_GOLDEN=1 and look at it");
}

#[tokio::test]
async fn rye_lane_is_the_golden_page() {
    let town = Town::new();
    let id = entered(&town, "rye-lane-2017.toml").await;
    let html = town.get(&format!("/record/{id}")).await.text();
    for said in [
        "believed to have been shot on Saturday afternoon (date not given)",
        "13 May 2017",
        "Correction 1",
        "Southall, London",
        "West End restaurant, London",
        "Corrected once",
        "Confirmed: one official statement",
        "released, must report regularly while their cases progress",
        "Right-wing news site.",
        "Radical left site.",
        "A party to the event.",
        "Campaigns against immigration enforcement.",
        "Entered from a file",
    ] {
        assert!(html.contains(said), "{said}");
    }
    golden("rye-lane-2017.html", &html);
    // The same in schema.org's words stands inside the page that is shown whole, and is what its own address says.
    let inside = html.split("<script type=\"application/ld+json\">").nth(1).and_then(|rest| rest.split("</script>").next()).unwrap();
    let own = town.get(&format!("/record/{id}/json-ld")).await.json();
    assert_eq!(serde_json::from_str::<serde_json::Value>(inside).unwrap(), own);
    assert!(html.len() <= 50_000, "{}", html.len());
    golden("corrections.html", &town.get("/corrections").await.text());
}

#[tokio::test]
async fn evan_cook_close_is_the_golden_page_and_names_no_street() {
    let town = Town::new();
    let id = entered(&town, "evan-cook-close-2022.toml").await;
    let html = town.get(&format!("/record/{id}")).await.text();
    for said in ["two vans", "a van", "Border Force", "Immigration Enforcement", "4 hours", "five-hour", "Accounts differ", "Glasgow"] {
        assert!(html.contains(said), "{said}");
    }
    for never in ["Evan", "Cook", "Close,", "51.4", "PRACTICE"] {
        assert!(!html.contains(never), "{never}");
    }
    golden("evan-cook-close-2022.html", &html);
}

#[tokio::test]
async fn a_date_is_said_to_come_from_those_who_gave_it_and_from_nobody_else() {
    let town = Town::new();
    let id = entered(&town, "rye-lane-2017.toml").await;
    let size = town.app.world.store.checkpoint().await.unwrap().unwrap().size;
    // Three entries before the four outcomes the desk had said nothing yet: the newspaper spoke of a Saturday and gave no date.
    let unassessed = town.get(&format!("/record/{id}?asof={}", size - 7)).await.text();
    assert!(unassessed.contains("The desk has not summed this up."));
    assert!(unassessed.contains("<small>as given by Home Office</small>"), "{unassessed}");
    let undated = town.get(&format!("/record/{id}?asof=4")).await.text();
    assert!(undated.contains("<dd><bdi>Date not given</bdi></dd>"), "{undated}");
}

/// PROMISE a-correction-never-erases: an earlier page is the same for ever, to the byte.
#[tokio::test]
async fn an_earlier_page_stays_the_same_when_the_record_goes_on() {
    let town = Town::new();
    let id = entered(&town, "rye-lane-2017.toml").await;
    let world = &town.app.world;
    let size = world.store.checkpoint().await.unwrap().unwrap().size;
    let earlier = format!("/record/{id}?asof={size}");
    let (before, data) = (town.get(&earlier).await.text(), town.get(&format!("/api/v1/incidents/{id}")).await.text());
    let page = town.get(&format!("/record/{id}")).await.text();
    town.clock.go(HOUR);
    assert_eq!(town.get(&format!("/record/{id}")).await.text(), page, "no clock is on the page");
    let (amina, ben) = (town.signed_in("Amina", &[Role::Editor]).await, town.signed_in("Ben", &[Role::Approver]).await);
    let assessment = NewAssessment {
        predicate: "when".into(),
        about: String::new(),
        standing: Standing::Disputed,
        relies_on: vec![Ref::Known(3)],
        sets_aside: vec![(Ref::Known(4), SetAsideReason::Implausible)],
        sentences: vec![("It is not known which Saturday it was.".into(), vec![Ref::Known(3)])],
        correction: CorrectionKind::Clarification,
        note: "The statement names a day and not its source.".into(),
    };
    let proposed = Proposed::Statements { statements: vec![Statement::Assessment(assessment)] };
    let proposal = propose(world, &amina.caller, id, proposed).await.unwrap();
    publish(world, &ben.caller, proposal).await.unwrap();
    let now = town.get(&format!("/record/{id}")).await.text();
    assert!(now.contains("Correction 2") && now.contains("Corrected twice") && now.contains("It is not known which Saturday it was."));
    assert!(now.contains("13 May 2017"), "the statement stays on the page");
    assert!(before.contains("Confirmed: one official statement"), "{before}");
    assert!(now.contains("One official statement") && !now.contains("Confirmed:"), "a statement that settles nothing confirms nothing");
    assert_eq!(town.get(&earlier).await.text(), before);
    assert_eq!(town.get(&format!("/api/v1/incidents/{id}?asof={size}")).await.text(), data);
    assert!(before.contains(&format!("first {size} entries tell it")));
    assert!(before.contains("id=\"check\"") && !before.contains("The log is") && now.contains("The log is <bdi>not cosigned"), "{before}");
    assert_eq!(town.get(&format!("/record/{id}?asof=0")).await.status, 404);
    assert_eq!(town.get(&format!("/record/{id}?asof=soon")).await.status, 400);
}
