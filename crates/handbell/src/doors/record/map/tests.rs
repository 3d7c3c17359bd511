//! What holds for the map's page and files.

use super::super::super::fixture::Town;
use super::*;
use crate::acts::record::import_scenario;
use crate::shipped;
use handbell_rules::scenario::Scenario;

#[tokio::test]
async fn the_map_is_a_list_first_and_names_no_place_finer_than_a_district() {
    let town = Town::new();
    assert!(town.get("/record/map").await.text().contains("Nothing is in the record yet."));
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
