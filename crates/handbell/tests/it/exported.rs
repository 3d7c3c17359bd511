//! Exported: a record of some thousand incidents leaves in every format, and each is read by other people's code
//! or by the standard's own words; the whole log, entered elsewhere, gives the same pages to the byte.

use crate::brought::Keeping;
use crate::recorded::files;
use crate::town::{code, handbell, said};
use handbell_rules::record::projection::IncidentRecord;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Incidents of the made table; more than one word of progress is said.
const INCIDENTS: usize = 2_500;
const SCENARIO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/rye-lane-2017.toml");

/// A record of a made table and a scenario with corrections.
fn kept() -> Keeping {
    let keeping = Keeping::new(false);
    let mut rows = "key,incident,kind,zone,title,district,lat,lon,radius_metres,when,people_low,people_high,source,source_kind,source_standing,links\n".to_owned();
    for row in 0..INCIDENTS {
        // West and east of Greenwich, north and south of the equator; one in ten without a point.
        let (lat, lon) = (51.470_013 - row as f64 / 31.0, -0.069_2 + row as f64 / 23.0);
        let point = if row % 10 == 0 { ",,".to_owned() } else { format!("{lat:.6},{lon:.6},{}", if row % 2 == 0 { 100 } else { 5_000 }) };
        writeln!(rows, "r{row},,gathering,Europe/London,\"Gathering, the {row}th\",Eastgate,{point},2024-05-{:02},{row},{row},A list,organisation,Kept by volunteers.,https://a.example/{row}", row % 28 + 1).unwrap();
    }
    let file = keeping.dir.with_extension("rows.csv");
    std::fs::write(&file, rows).unwrap();
    let told = keeping.import(&file, "events-csv", &[]);
    assert_eq!((told.entered, told.refused), (INCIDENTS as u64, 0), "{}", told.all);
    let done = handbell().arg("import").arg(&keeping.dir).arg(SCENARIO).args(["--as", "scenario"]).output().unwrap();
    // The scenario is for the shipped playbook's id, which the test's own has too.
    assert!(done.status.success(), "{}", said(&done));
    keeping
}

fn export(keeping: &Keeping, kind: &str) -> (PathBuf, String) {
    let out = keeping.dir.with_extension(kind);
    let done = handbell().arg("export").arg(&keeping.dir).args(["--as", kind]).arg(&out).output().unwrap();
    assert_eq!(code(&done), 0, "{}", said(&done));
    (out, String::from_utf8(done.stderr).unwrap())
}

fn pages(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let of = |path: &PathBuf| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap());
    files(&dir.join("public/incidents")).iter().map(of).collect()
}

/// A page's text without its escapes.
fn plain(html: &str) -> String {
    ["&#38;", "&amp;"]
        .iter()
        .fold(html.to_owned(), |text, sign| text.replace(sign, "&"))
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
}

#[test]
fn a_record_of_thousands_leaves_in_every_format_and_comes_back_the_same_to_the_byte() {
    let keeping = kept();
    let all = pages(&keeping.dir);
    assert_eq!(all.len(), INCIDENTS + 1);

    // The whole log, elsewhere: the same pages, and the same lines again.
    let (lines, progress) = export(&keeping, "jsonl");
    assert!(progress.lines().count() > 1 && progress.contains(" entries"), "{progress}");
    let other = Keeping::new(false);
    let taken = handbell().arg("import").arg(&other.dir).arg(&lines).args(["--as", "jsonl"]).output().unwrap();
    assert!(taken.status.success(), "{}", said(&taken));
    assert!(pages(&other.dir) == all, "the pages are the same to the byte");
    let (again, _) = export(&other, "jsonl");
    let bodies = |path: &Path| std::fs::read_to_string(path).unwrap().split_once('\n').map(|(_, rest)| rest.to_owned()).unwrap();
    assert!(bodies(&lines) == bodies(&again), "and so are the lines, but for the head, which another key signed");
    other.verified();

    // The map: read by the geojson crate, and each rule of RFC 7946 that it does not ask for.
    let (map, progress) = export(&keeping, "geojson");
    assert!(progress.contains(&format!("of {} incidents", INCIDENTS + 1)), "{progress}");
    let text = std::fs::read_to_string(&map).unwrap();
    let geojson::GeoJson::FeatureCollection(read) = text.parse().unwrap() else { panic!("no collection") };
    assert_eq!(read.features.len(), INCIDENTS + 1);
    assert!(read.foreign_members.is_none(), "nothing but what the RFC names");
    let bbox = read.bbox.unwrap();
    let mut points = 0;
    for feature in &read.features {
        let id = match feature.id.as_ref().unwrap() {
            geojson::feature::Id::String(id) => id.clone(),
            other => panic!("{other:?}"),
        };
        let page: IncidentRecord = serde_json::from_slice(&all[&format!("{id}.json")]).unwrap();
        let Some(geometry) = &feature.geometry else {
            assert!(page.place.is_none_or(|place| place.lat.is_none()));
            continue;
        };
        let value: Value = serde_json::to_value(geometry).unwrap();
        let (lon, lat) = (value["coordinates"][0].as_f64().unwrap(), value["coordinates"][1].as_f64().unwrap());
        let place = page.place.unwrap();
        assert!(
            (lon - f64::from(place.lon.unwrap()) / 1e6).abs() < 1e-9 && (lat - f64::from(place.lat.unwrap()) / 1e6).abs() < 1e-9,
            "longitude first"
        );
        assert!(
            (lon * 1e3 - (lon * 1e3).round()).abs() < 1e-6 && (lat * 1e3 - (lat * 1e3).round()).abs() < 1e-6,
            "no finer than a thousandth"
        );
        assert!(bbox[0] <= lon && lon <= bbox[2] && bbox[1] <= lat && lat <= bbox[3]);
        points += 1;
    }
    assert_eq!(points, INCIDENTS - INCIDENTS / 10 + usize::from(points % 10 == 1));
    // And by a parser of nobody's here, where there is one.
    if let Ok(python) = Command::new("python3")
        .args(["-c", "import json,sys; print(len(json.load(open(sys.argv[1]))['features']))"])
        .arg(&map)
        .stderr(Stdio::inherit())
        .output()
    {
        assert_eq!(String::from_utf8(python.stdout).unwrap().trim(), (INCIDENTS + 1).to_string());
    }

    // The table: a row for each claim.
    let (table, _) = export(&keeping, "csv");
    let rows = crate::brought::table(&table);
    let claims: usize = all
        .values()
        .map(|page| serde_json::from_slice::<IncidentRecord>(page).unwrap())
        .map(|page| page.facts.iter().map(|fact| fact.claims.len()).sum::<usize>().max(1))
        .sum();
    assert_eq!(rows.len(), claims);

    // schema.org: an article for each, and each correction stands on the page that people read.
    let (graph, _) = export(&keeping, "json-ld");
    let graph: Value = serde_json::from_slice(&std::fs::read(&graph).unwrap()).unwrap();
    assert_eq!(graph["@context"], "https://schema.org");
    let articles = graph["@graph"].as_array().unwrap();
    assert_eq!(articles.len(), INCIDENTS + 1);
    let corrected: Vec<&Value> = articles.iter().filter(|article| article["correction"].is_array()).collect();
    assert_eq!(corrected.len(), 1);
    let page = corrected[0]["url"].as_str().unwrap().strip_prefix("https://bell.example").unwrap().to_owned();
    let (server, mut talk) = keeping.served();
    let html = plain(&talk.ask("GET", &page, &[], b"").unwrap().text());
    let corrections = corrected[0]["correction"].as_array().unwrap();
    for one in corrections {
        assert!(html.contains(one["text"].as_str().unwrap()), "{one}");
        assert!(html.contains(&format!("id=\"{}\"", one["@id"].as_str().unwrap().split('#').nth(1).unwrap())), "{one}");
    }
    // The page names the same article for machines, and it is the same.
    let answer = talk.ask("GET", &format!("{page}/json-ld"), &[], b"").unwrap();
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/ld+json")));
    let mut alone = answer.json();
    assert_eq!(alone.as_object_mut().unwrap().remove("@context"), Some("https://schema.org".into()));
    assert_eq!(&alone, corrected[0]);
    let seen = talk.ask("GET", &page, &[], b"").unwrap();
    assert!(
        seen.header("link").unwrap_or_default().contains(&format!("<{page}/json-ld>; rel=\"alternate\"; type=\"application/ld+json\""))
    );

    // The doors give the same record stretch by stretch, every incident once.
    let mut next = Some("/record.geojson".to_owned());
    let (mut ids, mut stretches) = (Vec::new(), 0);
    while let Some(path) = next {
        let answer = talk.ask("GET", &path, &[], b"").unwrap();
        assert_eq!(answer.status, 200);
        ids.extend(answer.json()["features"].as_array().unwrap().iter().map(|feature| feature["id"].as_str().unwrap().to_owned()));
        next = answer
            .header("link")
            .filter(|link| link.contains("next"))
            .and_then(|link| Some(link.split_once('<')?.1.split_once('>')?.0.to_owned()));
        stretches += 1;
    }
    let whole: Vec<String> = read
        .features
        .iter()
        .map(|feature| match feature.id.as_ref().unwrap() {
            geojson::feature::Id::String(id) => id.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(ids, whole, "the same incidents in the same order");
    let mut next = Some("/feed.atom".to_owned());
    let mut entries = std::collections::BTreeSet::new();
    while let Some(path) = next {
        let answer = talk.ask("GET", &path, &[], b"").unwrap();
        let text = answer.text();
        entries.extend(text.split("<entry><id>").skip(1).map(|entry| entry.split('<').next().unwrap().to_owned()));
        next = answer
            .header("link")
            .filter(|link| link.contains("next"))
            .and_then(|link| Some(link.split_once('<')?.1.split_once('>')?.0.to_owned()));
    }
    assert_eq!(entries.len(), INCIDENTS + 1, "the feed reaches every incident, page by page");
    server.stop();
    println!(
        "exported: {} incidents in five formats, {points} points, {claims} claims, {} corrections on their page, {stretches} stretches of the map",
        INCIDENTS + 1,
        corrections.len()
    );
}
