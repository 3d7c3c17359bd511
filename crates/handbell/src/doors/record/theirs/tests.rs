//! What holds of neighbouring groups' records on this group's pages.

use super::super::super::fixture::Town;
use crate::config::NeighbourSettings;
use crate::mirror::MirrorError;
use crate::mirror::neighbours::Neighbours;
use crate::mirror::pull::Pulled;
use crate::mirror::sample::{ORIGIN, SampleLog};
use crate::world::MachineChance;
use handbell_log::cosigner::origin_hash;
use handbell_log::leaf::{Kind, Stream};
use handbell_rules::id::IncidentId;
use std::sync::Arc;
use tempfile::TempDir;

const ONE: Stream = Stream([1; 16]);

/// A town that keeps the log of a neighbour, of which nothing was pulled yet.
fn beside(log: &SampleLog) -> (Town, TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let settings = [NeighbourSettings { url: "https://north.example".to_owned(), key: log.key.verifier().to_string() }];
    let kept = Neighbours::open(dir.path(), &settings, "town.example/cosigner1", "town.example/log1", &MachineChance).unwrap();
    let mut town = Town::new();
    town.app.neighbours = Arc::new(kept);
    (town, dir)
}

fn pull(town: &Town, log: &SampleLog) -> Result<Pulled, MirrorError> {
    let neighbours = &town.app.neighbours;
    let kept = neighbours.all().next().unwrap();
    kept.neighbour.pull(&log.published(), neighbours.cosigner().unwrap(), 1_767_323_040)
}

fn list_path() -> String {
    format!("/record/neighbours/{}", origin_hash(ORIGIN))
}

fn path_of(stream: Stream) -> String {
    format!("{}/{}", list_path(), IncidentId(stream.0))
}

/// Paths of a page that begin so, in the order in which they stand.
fn paths(page: &str, start: &str) -> Vec<String> {
    page.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|path| path.starts_with(start))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn their_incidents_stand_in_stretches_newest_first_and_each_page_says_whose_it_is() {
    let mut log = SampleLog::empty();
    (1..=25).for_each(|n| log.open(Stream([n; 16]), &format!("Northgate {n}")));
    log.end(ONE, "The water went down.");
    let (town, _dir) = beside(&log);
    assert!(town.get(&list_path()).await.text().contains("Nothing of their record has been copied yet"));
    assert!(town.get("/record/neighbours").await.text().contains("not yet since this server was started"));
    pull(&town, &log).unwrap();
    let groups = town.get("/record/neighbours").await.text();
    for words in ["north.example", "<bdi>25</bdi>", "<bdi>26</bdi>", "26 entries, 2 January 2026, 03:04", &list_path()] {
        assert!(groups.contains(words), "{words}: {groups}");
    }
    let list = town.get(&list_path()).await.text();
    let below = format!("{}/", list_path());
    let newest: Vec<String> = (6..=25).rev().map(|n| path_of(Stream([n; 16]))).collect();
    assert_eq!(paths(&list, &below), newest);
    let next = paths(&list, &format!("{}?before=", list_path()));
    let older = town.get(&next[0]).await.text();
    assert_eq!(paths(&older, &below), (1..=5).rev().map(|n| path_of(Stream([n; 16]))).collect::<Vec<_>>());
    assert_eq!(paths(&older, &format!("{}?before=", list_path())), Vec::<String>::new());
    let heard = town.get(&path_of(ONE)).await;
    assert_eq!((heard.header("x-robots-tag"), heard.header("cache-control")), ("noindex, noarchive", "no-store"));
    let page = heard.text();
    for words in
        ["Flood, Northgate 1", "The water went down.", "handbell verify https://north.example", "cosigned by this group: 26 entries"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    let own = format!("<a href=\"https://north.example/record/{}\" rel=\"noreferrer\">", IncidentId(ONE.0));
    assert!(
        page.contains(&own) && page.contains("It follows from 26 entries of their log, last copied on 2 January 2026, 03:04."),
        "{page}"
    );
    for shown in [&list, &older, &page] {
        let main = shown.split_once("<main").unwrap().1;
        let (mark, heading) = (main.find("<b>From the record of <bdi>north.example</bdi>.</b>"), main.find("<h1"));
        assert!(mark.is_some() && mark < heading, "{shown}");
        assert!(shown.contains("This group keeps a copy and did not write it."));
    }
    // What stands beside our own pages is not offered for theirs.
    for ours in ["/reply", "/complaint", "/api/v1/", "feed.atom", "data-piece=\"ended\"", "ld+json", "/proof"] {
        assert!(!page.contains(ours), "{ours}: {page}");
    }
    // Each entry leads into the copy, and each earlier page to an earlier page of theirs.
    let contents = paths(&page, "/log/");
    assert_eq!(contents.iter().filter(|path| path.starts_with("/log/neighbours/")).count(), 2, "{contents:?}");
    assert_eq!(town.get(&contents[0]).await.status, 200);
    let earlier = paths(&page, &format!("{}?asof=", path_of(ONE)));
    let before = town.get(&earlier[0]).await.text();
    assert!(!before.contains("The water went down.") && before.contains("From the record of"), "{before}");
}

#[tokio::test]
async fn nothing_of_theirs_stands_among_ours_and_nothing_leads_there_without_neighbours() {
    let mut log = SampleLog::empty();
    log.open(ONE, "Northgate");
    let (town, _dir) = beside(&log);
    pull(&town, &log).unwrap();
    assert!(town.get(&path_of(ONE)).await.text().contains("Northgate"));
    let id = IncidentId(ONE.0);
    let ours =
        ["/", "/record", "/record?district=Northgate", "/record/charts", "/record/map", "/corrections", "/record/moderation", "/log"];
    let files = ["/feed.atom", "/record.csv", "/record.geojson", "/api/v1/incidents", "/api/v1/moderation", "/alerts"];
    for path in ours.into_iter().chain(files) {
        let heard = town.get(path).await;
        assert_eq!(heard.status, 200, "{path}");
        // A search says again what was asked.
        let text = heard.text().replace("value=\"Northgate\"", "").replace("district=Northgate", "");
        assert!(!text.contains("Northgate") && !text.contains(&id.to_string()), "{path}: {text}");
    }
    assert_eq!(town.get(&format!("/record/{id}")).await.status, 404);
    let link = "href=\"/record/neighbours\"";
    assert!(town.get("/record").await.text().contains(link));
    let hash = origin_hash(ORIGIN);
    for nowhere in [
        "/record/neighbours/nobody".to_owned(),
        format!("/record/neighbours/{}", hash.to_uppercase()),
        format!("/record/neighbours/{hash}/{}", "a".repeat(26)),
        format!("/record/neighbours/{hash}/nothing"),
        format!("/record/neighbours/{hash}/%FF"),
        format!("{}/nothing", path_of(ONE)),
        format!("{}/entries?from=9", path_of(ONE)),
        format!("{}?before=x", list_path()),
    ] {
        assert_eq!(town.get(&nowhere).await.status, 404, "{nowhere}");
    }
    let alone = Town::new();
    assert!(!alone.get("/record").await.text().contains(link));
    assert!(alone.get("/record/neighbours").await.text().contains("None are kept here"));
    assert_eq!(alone.get(&path_of(ONE)).await.status, 404);
}

#[tokio::test]
async fn words_they_withdraw_are_gone_from_our_pages_at_the_pull_that_brings_it() {
    let mut log = SampleLog::empty();
    log.open(ONE, "Northgate");
    log.end(ONE, "The water went down.");
    let (town, _dir) = beside(&log);
    pull(&town, &log).unwrap();
    let pages = [path_of(ONE), format!("{}?asof=2", path_of(ONE)), format!("{}/entries", path_of(ONE))];
    for path in &pages {
        assert!(town.get(path).await.text().contains("The water went down."), "{path}");
    }
    log.withdraw(1);
    pull(&town, &log).unwrap();
    for path in &pages {
        let page = town.get(path).await.text();
        assert!(!page.contains("water") && page.contains("taken from the public"), "{path}: {page}");
        assert!(page.contains("It follows from 3 entries of their log"), "{path}");
    }
}

#[tokio::test]
async fn an_alarm_that_stands_is_said_on_every_page_of_theirs() {
    let mut log = SampleLog::empty();
    log.open(ONE, "Northgate");
    (0..4).for_each(|_| log.end(ONE, "The water went down."));
    let (town, _dir) = beside(&log);
    pull(&town, &log).unwrap();
    let pages = ["/record/neighbours".to_owned(), list_path(), path_of(ONE), format!("{}/entries", path_of(ONE))];
    for path in &pages {
        assert!(!town.get(path).await.text().contains("An alarm stands"), "{path}");
    }
    assert!(matches!(pull(&town, &log.at(3)), Err(MirrorError::Alarm(_))));
    for path in &pages {
        let page = town.get(path).await.text();
        assert!(
            page.contains("An alarm stands over their log.") && page.contains("the log shows 3 entries and had signed 5"),
            "{path}: {page}"
        );
        assert!(page.contains("role=\"alert\""), "{path}");
    }
    // What they take back while it stands is gone from here too.
    assert!(town.get(&path_of(ONE)).await.text().contains("water"));
    (1..5).for_each(|target| log.withdraw(target));
    assert!(matches!(pull(&town, &log), Err(MirrorError::Alarm(_))));
    let page = town.get(&path_of(ONE)).await.text();
    assert!(!page.contains("water") && page.contains("taken from the public") && page.contains("An alarm stands"), "{page}");
    let content = town.get(&format!("/log/neighbours/{}/content/002", origin_hash(ORIGIN))).await;
    assert_eq!(content.status, 410);
}

#[tokio::test]
async fn a_page_of_theirs_is_light_and_text_stays_text() {
    let mut log = SampleLog::empty();
    log.open(ONE, "<script>alert(1)</script>");
    (0..300).for_each(|n| log.end(ONE, &format!("Told for the {n}th time, <img src=x> with more than a few words.")));
    let (town, _dir) = beside(&log);
    pull(&town, &log).unwrap();
    let page = town.get(&path_of(ONE)).await.text();
    assert!(page.len() <= 50_000, "{}", page.len());
    assert!(!page.contains("<script>alert") && !page.contains("<img") && page.contains("&#60;script&#62;"), "{page}");
    // The rest of a list goes on below their page, to its last entry.
    let mut next = paths(&page, &format!("{}/entries", path_of(ONE)));
    let (mut seen, mut pages) = (0, 0);
    while let Some(path) = next.pop() {
        let part = town.get(&path).await.text();
        assert!(part.len() <= 50_000 && part.contains("From the record of"), "{path}: {}", part.len());
        (seen, pages) = (seen + part.matches("id=\"entry-").count(), pages + 1);
        next = part
            .split("href=\"")
            .skip(1)
            .filter(|rest| rest.contains(">Go on<"))
            .filter_map(|rest| rest.split('"').next())
            .map(str::to_owned)
            .filter(|path| path.starts_with(&path_of(ONE)))
            .take(1)
            .collect();
        assert!(pages < 100);
    }
    assert_eq!(seen, 301);
}

#[tokio::test]
async fn an_incident_that_is_not_all_here_is_not_shown_by_half() {
    let mut log = SampleLog::empty();
    log.open(ONE, "Northgate");
    log.end(ONE, "The water went down.");
    let right = log.content(1);
    log.offer(1, None);
    let (town, _dir) = beside(&log);
    pull(&town, &log).unwrap();
    let heard = town.get(&path_of(ONE)).await;
    assert_eq!(heard.status, 503);
    assert!(heard.text().contains("words of one of its entries have not been copied yet") && heard.text().contains("From the record of"));
    assert!(!heard.text().contains("Northgate"));
    assert!(town.get(&list_path()).await.text().contains("Not all of it is copied yet"));
    log.offer(1, right);
    pull(&town, &log).unwrap();
    assert!(town.get(&path_of(ONE)).await.text().contains("The water went down."));
    // More words than are read for one page.
    let long = "x".repeat(900_000);
    (0..10).for_each(|_| log.enter(Kind::Outcome, ONE, serde_json::json!({"type": "outcome", "outcome": long, "says": "s"})));
    pull(&town, &log).unwrap();
    let long = town.get(&path_of(ONE)).await;
    assert!(long.status == 200 && long.text().contains("It is too long to be shown here"), "{}", long.text());
    assert!(town.get(&list_path()).await.text().contains("Too long to be shown here"));
}
