//! What holds at the record's pages and the log's files.

use super::super::fixture::{Confirmed, Town};
use crate::acts::bell as acts;
use crate::work::sequencer::Sequencer;
use axum::body::Body;
use handbell_log::note::VerifierKey;
use handbell_log::source::Folder;
use handbell_log::verify::verify_log;
use handbell_rules::playbook::Reach;
use http::Request;

/// A flood that was told to everybody, stood down, and opened to the record.
async fn recorded(town: &Town) -> Confirmed {
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let id = town.rung(&about, Reach::Public).await;
    acts::end(&town.app.world, &about.ben.caller, id, false).await.unwrap();
    Sequencer::new(town.folder.path()).step(&town.app.world).await.unwrap();
    about
}

#[tokio::test]
async fn pages_are_what_the_entries_say() {
    let town = Town::new();
    assert!(town.get("/record").await.text().contains("Nothing is in the record yet"));
    assert!(town.get("/log").await.text().contains("nothing is signed yet"));
    let about = recorded(&town).await;
    let list = town.get("/record").await.text();
    assert!(
        list.contains(&format!("/record/{}", about.incident)) && list.contains("Flood, Peckham") && list.contains("20 November 2026"),
        "{list}"
    );
    let page = town.get(&format!("/record/{}", about.incident)).await.text();
    for words in ["Opened", "Alert", "Stand-down", "/log/content/000", "/log/content/002", "handbell verify https://town.example", "Over"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let opening = town.get("/log/content/000").await.text();
    assert!(opening.contains("\"zone\":\"Europe/London\""), "its day is the one on the street's clocks: {opening}");
    assert_eq!(town.get("/record/nothing").await.status, 404);
    assert_eq!(town.get(&format!("/record/{}", "a".repeat(26))).await.status, 404);
    assert_eq!(town.get("/record/%FF").await.status, 404);
    let log = town.get("/log").await.text();
    assert!(log.contains("town.example/log") && log.contains("<bdi>3</bdi>"), "{log}");
    assert!(town.get("/corrections").await.text().contains("No correction yet"));
}

#[tokio::test]
async fn the_logs_files_are_served_as_they_lie_and_verify() {
    let town = Town::new();
    recorded(&town).await;
    let checkpoint = town.get("/log/checkpoint").await;
    assert_eq!((checkpoint.header("content-type"), checkpoint.header("cache-control")), ("text/plain; charset=utf-8", "no-store"));
    // A copy made over HTTP alone verifies under the key.
    let copy = tempfile::tempdir().unwrap();
    let mut paths = vec!["checkpoint".to_owned()];
    paths.extend(handbell_log::tile::tiles_between(0, 3).iter().map(ToString::to_string));
    paths.extend((0..3).map(handbell_log::tile::content_path));
    for path in paths {
        let heard = town.get(&format!("/log/{path}")).await;
        assert_eq!(heard.status, 200, "{path}");
        assert_eq!(
            (heard.header("access-control-allow-origin"), heard.header("cross-origin-resource-policy")),
            ("*", "cross-origin"),
            "{path}"
        );
        if path.starts_with("tile") {
            assert!(heard.header("cache-control").contains("immutable"), "{path}");
            assert_eq!(heard.header("content-type"), "application/octet-stream");
        }
        let to = copy.path().join(&path);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, heard.body).unwrap();
    }
    let vkey = town.get("/log/vkey").await.text();
    let key = VerifierKey::parse(vkey.trim()).unwrap();
    assert!(verify_log(&Folder::open(copy.path()).unwrap(), &key).is_ok());
}

#[tokio::test]
async fn contents_are_asked_for_again_and_withdrawn_ones_are_gone() {
    let town = Town::new();
    recorded(&town).await;
    let first = town.get("/log/content/000").await;
    assert_eq!(first.header("cache-control"), "public, max-age=60, must-revalidate");
    let asked = |tag: &str| Request::get("/log/content/000").header("if-none-match", tag).body(Body::empty()).unwrap();
    let same = town.send(asked(first.header("etag"))).await;
    assert_eq!((same.status.as_u16(), same.body.len()), (304, 0));
    assert_eq!(town.send(asked("\"other\"")).await.status, 200);
    std::fs::remove_file(town.folder.path().join("log/content/000")).unwrap();
    let gone = town.get("/log/content/000").await;
    assert_eq!((gone.status.as_u16(), gone.header("cache-control")), (404, "no-store"));
}

#[tokio::test]
async fn only_the_one_spelling_of_a_path_is_there() {
    let town = Town::new();
    recorded(&town).await;
    std::fs::write(town.folder.path().join("secret"), "secret").unwrap();
    for path in [
        "tile/0/000",
        "tile/0/0",
        "tile/00/000.p/3",
        "tile/0/000.p/03",
        "tile/0/000.p/256",
        "tile/0/000%2Ep/3",
        "tile/0%2F000.p/3",
        "tile/../checkpoint",
        "tile/..%2f..%2fsecret",
        "content/..%2F..%2Fsecret",
        "content/../../secret",
        "content/0",
        "content/x000/000",
        "content/000/",
        "tile/entries/000.p/9",
        "tile/64/000",
    ] {
        let heard = town.get(&format!("/log/{path}")).await;
        assert_eq!(heard.status, 404, "{path}");
        assert!(!heard.header("cache-control").contains("immutable") && heard.header("etag").is_empty(), "{path}");
        assert!(!heard.text().contains("secret"), "{path}");
    }
}

#[tokio::test]
async fn the_public_stream_is_a_stream() {
    let town = Town::new();
    let head = town.head_of(Request::get("/events").body(Body::empty()).unwrap()).await;
    assert_eq!((head.status.as_u16(), head.header("content-type")), (200, "text/event-stream"));
}
