//! What holds of a search's fields on the pages: what cannot be read stands beside its field, and an earlier moment is
//! walked until enough is found.

use super::super::super::fixture::Town;
use super::*;
use crate::acts::record::import_scenario;
use crate::shipped;
use handbell_rules::scenario::Scenario;

/// A town whose record holds the two scenarios of real visits.
async fn two() -> Town {
    let town = Town::new();
    for (name, text) in shipped::SCENARIOS {
        // One that ships for drills alone is not for the record.
        let _ = import_scenario(&town.app.world, &Scenario::parse(name, text).unwrap()).await;
    }
    town
}

#[tokio::test]
async fn what_cannot_be_read_stands_beside_its_field_and_nothing_is_said_to_be_found() {
    let town = two().await;
    let long = "a".repeat(LETTERS_MAX + 1);
    // The question, the field, the words beside it, and what stands in the field again.
    let cases = [
        ("from=yesterday", "from", "Write days as 2026-11-20.", "type=\"text\" id=\"from\" name=\"from\" value=\"yesterday\""),
        ("to=2026-02-30", "to", "Write days as 2026-11-20.", "value=\"2026-02-30\""),
        ("from=2026-11-21&to=2026-11-20", "to", "The last day comes before the first.", "value=\"2026-11-20\""),
        ("bbox=1,2,3", "bbox", "Write the box as west,south,east,north", "value=\"1,2,3\""),
        ("kind=nothing-of-the-kind", "kind", "Choose one of the list.", "<option value=\"nothing-of-the-kind\" selected>"),
        ("level=certain", "level", "live, over, mistaken or recorded", "<option value=\"certain\" selected>"),
        ("asof=soon", "asof", "Write the moment as", "value=\"soon\""),
        (&format!("q={long}"), "q", "At most 200 letters.", &format!("value=\"{long}\"")),
    ];
    for path in ["/record", "/record/map"] {
        assert!(town.get(path).await.text().contains("Peckham"));
        for (query, field, words, stays) in cases {
            let heard = town.get(&format!("{path}?district=Peckham%2C+London&{query}")).await;
            assert_eq!(heard.status, 422, "{path} {query}");
            let page = heard.text();
            let beside = page.split(&format!("id=\"{field}-err\">")).nth(1).unwrap_or_else(|| panic!("{path} {query}: {page}"));
            assert!(beside.split("</p>").next().unwrap().contains(words), "{path} {query}: {page}");
            assert!(page.contains(stays) && page.contains("value=\"Peckham, London\""), "what was typed stays: {path} {query}: {page}");
            assert!(page.contains("aria-invalid=\"true\"") && page.contains(&format!("href=\"#{field}\"")), "{path} {query}");
            for claimed in
                ["Nothing in the record", "Nothing so far", "1 incident", "2 incidents", "data-piece=\"map\"", "class=\"rows", ">Older<"]
            {
                assert!(!page.contains(claimed), "{claimed} is said at {path} {query}: {page}");
            }
        }
    }
    // A kind that the playbook has and the record does not is a question like another, and so is one by its name alone.
    let none = town.get("/record?kind=flood").await;
    assert!(none.status == 200 && none.text().contains("Nothing in the record answers that"));
    for (path, name) in [
        ("/record?place=exact", "unknown-field"),
        ("/record/map?q=a&q=b", "field-twice"),
        ("/record/charts?from=2026-11-20", "unknown-field"),
    ] {
        let heard = town.get(path).await;
        assert!(heard.status == 400 && heard.text().contains(name), "{path}");
    }
}

#[tokio::test]
async fn an_earlier_moment_is_walked_until_enough_is_found() {
    let town = Town::new();
    let mut all = Vec::new();
    for _ in 0..4 {
        town.clock.go(1_000);
        let about = town.confirmed("flood").await;
        town.opened(&about).await;
        all.push(about.incident);
    }
    let size = town.app.world.store.checkpoint().await.unwrap().unwrap().size;
    // Opened in this order, so as of the second opening the two newest are not there yet.
    let asked = Asked::read(&town.app, Some(&format!("q=flood&asof={}", size - 2))).await.unwrap();
    let one = asked.found(&town.app, 1).await.unwrap();
    assert_eq!(one.found.iter().map(|found| found.sheet.incident).collect::<Vec<_>>(), [all[1]], "what was not there is walked past");
    assert_eq!(one.next, Some(all[1]));
    let rest = Asked { after: one.next, ..asked }.found(&town.app, 1).await.unwrap();
    assert_eq!((rest.found[0].sheet.incident, rest.next), (all[0], None), "the end is known to be the end");
}
