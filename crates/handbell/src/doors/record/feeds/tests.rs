//! What holds at the feed, the map and the table. With `HANDBELL_TEST_FEEDS_TO=FOLDER` the answers are kept there, for
//! other people's parsers.

use super::super::super::fixture::{Confirmed, Heard, Town};
use crate::acts::bell as acts;
use crate::acts::record::{import_scenario, propose, publish};
use crate::cli::import;
use crate::shipped;
use axum::body::Body;
use handbell_rules::id::IncidentId;
use handbell_rules::playbook::Reach;
use handbell_rules::record::proposal::Proposed;
use http::Request;

/// Enters both shipped scenarios; the ids of the home in Evan Cook Close and of Rye Lane.
async fn entered(town: &Town) -> (IncidentId, IncidentId) {
    let world = &town.app.world;
    let mut ids = Vec::new();
    for text in [shipped::EVAN_COOK_CLOSE, shipped::RYE_LANE] {
        let scenario = import::read("scenario", text, &world.group.playbook).unwrap();
        ids.push(import_scenario(world, &scenario).await.unwrap());
        town.clock.go(60_000);
    }
    (ids[0], ids[1])
}

/// A flood that was told to everybody, stood down, and opened to the record.
async fn flooded(town: &Town) -> Confirmed {
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let id = town.rung(&about, Reach::Public).await;
    acts::end(&town.app.world, &about.ben.caller, id, false).await.unwrap();
    about
}

/// What the feed says of each entry, in order: id and `updated`.
fn entries(feed: &Heard) -> Vec<(String, String)> {
    let between = |text: &str, name: &str| {
        text.split(&format!("<{name}>")).nth(1).and_then(|rest| rest.split(&format!("</{name}>")).next()).unwrap_or_default().to_owned()
    };
    feed.text().split("<entry>").skip(1).map(|entry| (between(entry, "id"), between(entry, "updated"))).collect()
}

fn published(feed: &Heard, id: &str) -> String {
    let text = feed.text();
    let entry = text.split("<entry>").find(|entry| entry.contains(&format!("<id>{id}</id>"))).unwrap();
    entry.split("<published>").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

/// Keeps an answer for whoever reads it with other programs, when asked to.
fn kept(name: &str, heard: &Heard) {
    #[expect(clippy::disallowed_methods, reason = "whoever runs the tests says where they want the answers")]
    if let Ok(folder) = std::env::var("HANDBELL_TEST_FEEDS_TO") {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(std::path::Path::new(&folder).join(name), &heard.body).unwrap();
    }
}

#[tokio::test]
async fn the_feed_has_the_newest_change_first_and_a_change_moves_updated_and_nothing_else() {
    let town = Town::new();
    let empty = town.get("/feed.atom").await;
    assert_eq!((empty.status.as_u16(), empty.header("content-type")), (200, "application/atom+xml; charset=utf-8"));
    assert!(entries(&empty).is_empty() && empty.text().contains("<updated>1970-01-01T00:00:00Z</updated>"));

    let about = flooded(&town).await;
    let (home, lane) = entered(&town).await;
    let before = town.get("/feed.atom").await;
    kept("feed.atom", &before);
    let page = |incident: IncidentId| format!("https://town.example/record/{incident}");
    let order = |feed: &Heard| entries(feed).into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    assert_eq!(order(&before), [page(lane), page(home), page(about.incident)]);
    let same = Request::get("/feed.atom").header("if-none-match", before.header("etag")).body(Body::empty()).unwrap();
    assert_eq!(town.send(same).await.status, 304);

    // The clock stands still: one more entry within the same minute is a change all the same.
    let outcome = Proposed::Outcome { text: "The water went down.".into(), says: "The council".into() };
    let proposal = propose(&town.app.world, &about.amina.caller, about.incident, outcome).await.unwrap();
    publish(&town.app.world, &about.ben.caller, proposal).await.unwrap();
    let after = town.get("/feed.atom").await;
    assert_eq!(order(&after), [page(about.incident), page(lane), page(home)]);
    assert_ne!(before.header("etag"), after.header("etag"));
    let updated = |feed: &Heard, of: IncidentId| entries(feed).into_iter().find(|(id, _)| *id == page(of)).unwrap().1;
    assert!(updated(&after, about.incident) > updated(&before, about.incident));
    assert_eq!(updated(&after, lane), updated(&before, lane));
    for incident in [about.incident, lane, home] {
        assert_eq!(published(&after, &page(incident)), published(&before, &page(incident)));
    }
    assert!(after.text().contains("The water went down."));
    // As of the log before that entry, byte by byte what it was, but for the address of the page.
    let size = town.app.world.store.checkpoint().await.unwrap().unwrap().size;
    let then = town.get(&format!("/feed.atom?asof={}", size - 1)).await.text();
    assert_eq!(then.replace(&format!("/feed.atom?asof={}", size - 1), "/feed.atom"), before.text());
}

#[tokio::test]
async fn the_feed_says_who_says_what_and_announces_corrections() {
    let town = Town::new();
    entered(&town).await;
    let text = town.get("/feed.atom").await.text();
    for words in ["Correction 1", "We said:", "We say:", "Home Office", "Corrected once.", "13 May 2017"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("EXERCISE"));
    let drill = Town::exercise();
    entered(&drill).await;
    let text = drill.get("/feed.atom").await.text();
    assert_eq!(text.matches("<title>EXERCISE: ").count(), 3, "the feed's title and both entries': {text}");
}

#[tokio::test]
async fn the_feed_is_paged_and_every_incident_is_in_it_once() {
    let town = Town::new();
    let mut wanted = Vec::new();
    for number in 0..70 {
        let text = shipped::RYE_LANE.replacen("title = \"", &format!("title = \"{number}: "), 1);
        let scenario = import::read("scenario", &text, &town.app.world.group.playbook).unwrap();
        wanted.push(format!("https://town.example/record/{}", import_scenario(&town.app.world, &scenario).await.unwrap()));
    }
    wanted.reverse();
    let (mut found, mut address, mut pages) = (Vec::new(), "/feed.atom".to_owned(), 0);
    loop {
        let page = town.get(&address).await;
        assert_eq!(page.status, 200, "{address}");
        assert!(page.text().contains(&format!("rel=\"self\" type=\"application/atom+xml\" href=\"https://town.example{address}\"")));
        found.extend(entries(&page).into_iter().map(|(id, _)| id));
        pages += 1;
        let link = page.header("link");
        if link.is_empty() {
            assert!(!page.text().contains("rel=\"next\""));
            break;
        }
        link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).unwrap().clone_into(&mut address);
        assert!(page.text().contains(&format!("rel=\"next\" type=\"application/atom+xml\" href=\"https://town.example{address}\"")));
    }
    assert_eq!(found, wanted);
    assert_eq!(pages, 3);
    // Before all of them nothing is in it, and no single answer looks through them all to find that out.
    let asked = super::Asked { as_of: Some("2020-01-01T00:00Z".parse().unwrap()), from: String::new() };
    let (mut before, mut answers) = (None, 0);
    loop {
        let (items, next) = super::items(&town.app, &asked, before, 10).await.map_err(|problem| problem.status()).unwrap();
        assert!(items.is_empty() && (next.is_none() || before.is_none_or(|before| next < Some(before))));
        (before, answers) = (next, answers + 1);
        if next.is_none() {
            break;
        }
    }
    assert!((7..=8).contains(&answers), "{answers}");
}

#[tokio::test]
async fn a_map_has_points_only_where_the_record_does_and_never_for_a_home() {
    let town = Town::new();
    let empty = town.get("/record.geojson").await;
    assert_eq!(empty.json(), serde_json::json!({"type": "FeatureCollection", "features": []}));
    let about = flooded(&town).await;
    let (home, lane) = entered(&town).await;
    let heard = town.get("/record.geojson").await;
    kept("record.geojson", &heard);
    assert_eq!(heard.header("content-type"), "application/geo+json");
    let map = heard.json();
    let feature =
        |id: IncidentId| map["features"].as_array().unwrap().iter().find(|feature| feature["id"] == id.to_string()).unwrap().clone();
    let there = feature(lane);
    let [lon, lat] = [0, 1].map(|axis| there["geometry"]["coordinates"][axis].as_f64().unwrap());
    assert!((-0.08..-0.05).contains(&lon) && (51.4..51.5).contains(&lat), "longitude comes first: {there}");
    for degrees in [lon, lat] {
        assert!(degrees.to_string().split('.').nth(1).is_none_or(|digits| digits.len() <= 3), "{degrees}");
    }
    assert_eq!(map["bbox"], serde_json::json!([lon, lat, lon, lat]));
    assert_eq!((there["properties"]["precision"].as_str(), there["properties"]["corrections"].as_u64()), (Some("vicinity"), Some(1)));
    assert_eq!(there["properties"]["page"], format!("https://town.example/record/{lane}"));
    for nowhere in [home, about.incident] {
        let feature = feature(nowhere);
        assert!(feature["geometry"].is_null() && feature["properties"]["radius_m"].is_null(), "{feature}");
        assert_eq!(feature["properties"]["precision"], "area");
    }
}

#[tokio::test]
async fn the_table_has_a_row_for_every_claim() {
    let town = Town::new();
    let about = flooded(&town).await;
    let (_, lane) = entered(&town).await;
    let heard = town.get("/record.csv").await;
    kept("record.csv", &heard);
    assert_eq!(heard.header("content-type"), "text/csv; charset=utf-8; header=present");
    let text = heard.text();
    assert!(text.starts_with("incident,title,status,") && text.ends_with("\r\n"));
    let claims: usize = {
        let record = crate::acts::record::read_record(&town.app.world, lane, None).await.unwrap().unwrap();
        record.facts.iter().map(|fact| fact.claims.len()).sum()
    };
    assert!(claims > 8);
    assert_eq!(text.lines().filter(|line| line.starts_with(&lane.to_string())).count(), claims);
    assert_eq!(text.lines().filter(|line| line.starts_with(&about.incident.to_string())).count(), 1, "no claim, one row");
    assert!(text.contains("2017-05-13") && text.contains("superseded_by_source") && text.contains("Home Office"));
    // Before anything was entered there is nothing but the header.
    assert_eq!(town.get("/record.csv?asof=0").await.text().lines().count(), 1);
}

#[tokio::test]
async fn a_long_table_goes_on_where_it_stopped() {
    let town = Town::new();
    let first_source = shipped::RYE_LANE.match_indices("[[source]]").nth(1).unwrap().0;
    let claim = "[[claim]]\nsource = \"facebook-post\"\npredicate = \"what_happened\"\nvalue = \"a van came\"\n";
    let bare = format!("{}{claim}", &shipped::RYE_LANE[..first_source]);
    for number in 0..203 {
        let text = bare.replacen("title = \"", &format!("title = \"{number}: "), 1);
        let scenario = import::read("scenario", &text, &town.app.world.group.playbook).unwrap();
        import_scenario(&town.app.world, &scenario).await.unwrap();
    }
    let first = town.get("/record.csv?asof=2026-12-01").await;
    let next = first.header("link").strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).unwrap().to_owned();
    assert!(next.starts_with("/record.csv?after=") && next.ends_with("&asof=2026-12-01"), "{next}");
    let second = town.get(&next).await;
    assert_eq!((first.text().lines().count(), second.text().lines().count(), second.header("link")), (201, 4, ""));
    let titles = |heard: &Heard| heard.text().lines().skip(1).map(|line| line.split(',').nth(1).unwrap().to_owned()).collect::<Vec<_>>();
    let found: Vec<String> =
        titles(&first).into_iter().chain(titles(&second)).map(|title| title.split(':').next().unwrap().to_owned()).collect();
    assert!(found.iter().map(|number| number.parse::<i32>().unwrap()).eq((0..203).rev()), "{found:?}");
    assert_eq!(town.get("/record.geojson").await.json()["features"].as_array().unwrap().len(), 200);
}

#[tokio::test]
async fn a_question_that_is_not_known_is_refused() {
    let town = Town::new();
    entered(&town).await;
    for path in ["/feed.atom", "/record.geojson", "/record.csv"] {
        for (query, problem) in [("street=lane", "unknown-field"), ("asof=yesterday", "question-broken"), ("asof=1&asof=2", "field-twice")]
        {
            assert_eq!(town.get(&format!("{path}?{query}")).await.problem(), problem, "{path}?{query}");
        }
        let dated = town.get(&format!("{path}?asof=2026-11-20T00:00Z")).await;
        assert!(dated.status == 200 && !dated.text().contains("Rye Lane"), "{path}");
        assert_eq!(town.get(&format!("{path}?asof=9999")).await.status, 200);
    }
    assert_eq!(town.get("/feed.atom?before=x").await.problem(), "not-found");
    assert_eq!(town.get("/record.csv?after=aaaaaaaaaaaaaaaaaaaaaaaaaa").await.problem(), "not-found");
    assert_eq!(town.get("/record.csv?before=1").await.problem(), "unknown-field");
}
