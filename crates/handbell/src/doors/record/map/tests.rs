//! What holds for the map's page and files.

use super::super::super::fixture::Town;
use super::*;
use crate::acts::record::{enter_scenario, import_scenario};
use crate::shipped;
use handbell_rules::scenario::Scenario;

#[tokio::test]
async fn the_map_is_a_list_first_and_names_no_place_finer_than_a_district() {
    let town = Town::new();
    assert!(town.get("/record/map").await.text().contains("Nothing is in the record yet<"));
    for (name, text) in shipped::SCENARIOS {
        // One that ships for drills alone is not for the record.
        let _ = import_scenario(&town.app.world, &Scenario::parse(name, text).unwrap()).await;
    }
    let page = town.get("/record/map").await.text();
    assert!(page.contains("<bdi>Peckham, London</bdi>") && page.contains("href=\"/record?district=Peckham%2C%20London\""), "{page}");
    assert!(page.contains("<section class=\"sec\" hidden data-piece=\"map\""), "the map waits for scripts: {page}");
    assert!(!page.contains("data-streets") && !page.contains("pmtiles.js"), "no streets, nothing that reads them");
    for never in ["Rye Lane", "Evan", "Cook Close"] {
        assert!(!page.contains(never), "{never}");
    }
    let areas = town.get("/record/areas.geojson").await;
    let shapes: serde_json::Value = serde_json::from_str(&areas.text()).unwrap();
    assert_eq!(shapes["features"].as_array().unwrap().len(), town.app.world.group.areas.areas().len());
    let ring = shapes["features"][0]["geometry"]["coordinates"][0][0].as_array().unwrap();
    assert_eq!(ring.first(), ring.last(), "a ring is closed (RFC 7946, section 3.1.6)");
}

#[tokio::test]
async fn the_map_shows_what_a_search_found_and_leads_back_with_its_fields() {
    let town = Town::new();
    for (name, text) in shipped::SCENARIOS {
        let _ = import_scenario(&town.app.world, &Scenario::parse(name, text).unwrap()).await;
    }
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let all = town.get("/record/map").await.text();
    assert!(all.contains("3 incidents, counted up to entry") && all.contains("data-points=\"/record.geojson\""), "{all}");
    let list = town.get("/record?kind=immigration-visit&from=2017-01-01&to=2017-12-31").await.text();
    let there = "/record/map?from=2017-01-01&#38;to=2017-12-31&#38;kind=immigration-visit";
    assert!(list.contains(&format!("href=\"{there}\"")), "{list}");
    let page = town.get(&there.replace("&#38;", "&")).await;
    let (shelved, page) = (page.header("etag").to_owned(), page.text());
    assert!(page.contains("1 incident found") && shelved.is_empty(), "{page}");
    // The numbers and the points are those of what was found; a district's row keeps the question.
    assert!(page.contains("<bdi>Peckham, London</bdi></span><span class=\"small\">1 incident</span>"), "{page}");
    assert!(page.contains("data-points=\"/record.geojson?from=2017-01-01&#38;to=2017-12-31&#38;kind=immigration-visit\""), "{page}");
    assert!(
        page.contains("href=\"/record?from=2017-01-01&#38;to=2017-12-31&#38;kind=immigration-visit&#38;district=Peckham%2C%20London\"")
    );
    assert!(page.contains("href=\"/record?from=2017-01-01&#38;to=2017-12-31&#38;kind=immigration-visit\">Show these as a list"), "{page}");
    assert!(page.contains("value=\"2017-01-01\"") && page.contains("value=\"immigration-visit\" selected"), "{page}");
    let points: serde_json::Value = town.get("/record.geojson?from=2017-01-01&to=2017-12-31&kind=immigration-visit").await.json();
    assert_eq!(points["features"].as_array().unwrap().len(), 1);
    let table = town.get("/record.csv?from=2017-01-01&to=2017-12-31").await.text();
    assert!(table.contains("Rye Lane") && !table.contains("Evan Cook"), "{table}");
    let nothing = town.get("/record/map?q=nobodywrotethis").await.text();
    assert!(nothing.contains("Nothing in the record answers that") && !nothing.contains("data-piece=\"map\""), "{nothing}");
    assert_eq!(town.get("/record.geojson?from=soon").await.problem(), "question-broken");
}

#[tokio::test]
async fn more_than_one_stretch_is_said_and_none_is_left_out() {
    let town = Town::new();
    let (more, world) = (3, &town.app.world);
    let (name, text) = shipped::SCENARIOS.iter().find(|(name, _)| *name == "rye-lane-2017.toml").unwrap();
    let scenario = Scenario::parse(name, text).unwrap();
    for _ in 0..INCIDENTS_MAX + more {
        town.clock.go(1_000);
        enter_scenario(world, &scenario).await.unwrap();
    }
    town.app.figures.count_the_rest(world).await;
    let older = |page: &str| page.split("\">Older").next().unwrap().rsplit("href=\"").next().unwrap().replace("&#38;", "&");
    for (asked, all) in [("?q=confrontation", "The newest 200 incidents found"), ("", "203 incidents, counted")] {
        let first = town.get(&format!("/record/map{asked}")).await.text();
        assert!(first.contains(all) && first.contains("“Older” shows the next ones."), "{first}");
        let next = older(&first);
        assert!(next.starts_with("/record/map?after=") && next.ends_with(asked.trim_start_matches('?')), "{next}");
        let last = town.get(&next).await.text();
        assert!(last.contains("3 incidents further on") && last.contains("These are the last.") && !last.contains(">Older<"), "{last}");
        // What is drawn there is what is counted there.
        let points = last.split("data-points=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
        let points = town.get(&points).await.json();
        assert_eq!(points["features"].as_array().unwrap().len(), more as usize);
    }
    assert!(
        town.get("/record/map?q=confrontation").await.text().contains("<span class=\"small\">200 incidents</span>"),
        "numbers are those of the stretch"
    );
}

#[tokio::test]
async fn vendored_files_come_packed_to_whoever_takes_them_so() {
    let town = Town::new();
    for file in VENDORED {
        let asked = |coding: &str| Request::get(file.path).header("accept-encoding", coding).body(Body::empty()).unwrap();
        let packed = town.send(asked("gzip, br")).await;
        assert_eq!((packed.status.as_u16(), packed.header("content-encoding")), (200, "gzip"), "{}", file.path);
        assert_eq!(packed.body, file.packed);
        let plain = town.send(asked("identity")).await;
        assert_eq!((plain.header("content-encoding"), plain.header("content-type")), ("", file.content_type));
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(file.packed).read_to_end(&mut unpacked).unwrap();
        assert_eq!(plain.body, unpacked);
        let again = Request::get(file.path).header("accept-encoding", "gzip").header("if-none-match", packed.header("etag"));
        assert_eq!(town.send(again.body(Body::empty()).unwrap()).await.status, 304);
    }
}

#[tokio::test]
async fn streets_are_given_out_in_the_pieces_that_are_asked_for() {
    let town = Town::new();
    let asked = |range: &str| Request::get(STREETS).header("range", range).body(Body::empty()).unwrap();
    assert_eq!(town.send(asked("bytes=0-9")).await.status, 404, "no file, no streets");
    let bytes: Vec<u8> = (0..1_000u32).map(|number| (number % 251) as u8).collect();
    std::fs::write(&town.app.streets, &bytes).unwrap();
    assert!(town.get("/record/map").await.text().contains("data-streets=\"/record/streets.pmtiles\""));
    for (range, first, last) in [("bytes=0-9", 0, 9), ("bytes=990-", 990, 999), ("bytes=-5", 995, 999), ("bytes=500-5000", 500, 999)] {
        let heard = town.send(asked(range)).await;
        assert_eq!((heard.status.as_u16(), heard.header("content-range")), (206, format!("bytes {first}-{last}/1000").as_str()), "{range}");
        assert_eq!(heard.body, bytes[first..=last], "{range}");
        assert_eq!((heard.header("accept-ranges"), heard.header("cache-control")), ("bytes", "no-store"));
    }
    for range in ["bytes=1000-", "bytes=9-3", "bytes=0-1,4-5", "bytes=-0", "bytes=x-", "lines=1-2", "bytes=-", "bytes=+1-2"] {
        let heard = town.send(asked(range)).await;
        assert_eq!((heard.status.as_u16(), heard.header("content-range")), (416, "bytes */1000"), "{range}");
    }
    assert_eq!(range("bytes=0-", 0), None, "nothing of an empty file is there");
    let large = PIECE_BYTES_MAX * 2;
    assert_eq!(range("bytes=0-", large), Some((0, large - 1)));
    std::fs::write(&town.app.streets, vec![0; usize::try_from(large).unwrap()]).unwrap();
    assert_eq!(town.send(asked("bytes=0-")).await.status, 416, "nobody takes all of a large file at once");
}
