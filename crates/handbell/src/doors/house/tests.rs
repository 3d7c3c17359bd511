//! What holds at the house's own pages, and at every public route alike.

use super::super::fixture::Town;
use super::super::routes::{Who, table};
use super::{Can, until_copied};
use crate::push::armed::Readiness;
use crate::store::inventory::{BESIDE, HOLDINGS};
use axum::body::Body;
use handbell_rules::people::member::Role;
use handbell_site::assets;
use http::Request;

/// A path that a route's pattern takes.
fn path_of(pattern: &str) -> String {
    let mut path = pattern.to_owned();
    while let (Some(start), Some(end)) = (path.find('{'), path.find('}')) {
        path.replace_range(start..=end, "aaaaaaaaaaaaaaaaaaaaaaaaaa");
    }
    path
}

#[tokio::test]
async fn every_answer_carries_the_headers_and_no_public_one_a_cookie() {
    for town in [Town::new(), Town::exercise()] {
        let mut walked = 0;
        for route in table() {
            let request = Request::builder().method(route.method).uri(path_of(route.path)).body(Body::empty()).unwrap();
            let heard = town.head_of(request).await;
            let name = format!("{} {}", route.method, route.path);
            for header in [
                "content-security-policy",
                "permissions-policy",
                "x-content-type-options",
                "strict-transport-security",
                "cache-control",
                "x-robots-tag",
            ] {
                assert!(!heard.header(header).is_empty(), "{name}: {header}");
            }
            assert_eq!(
                (heard.header("referrer-policy"), heard.header("cross-origin-opener-policy")),
                ("no-referrer", "same-origin"),
                "{name}"
            );
            let from_anywhere = heard.header("cross-origin-resource-policy") == "cross-origin";
            assert_eq!(from_anywhere, route.path.starts_with("/log/"), "{name}");
            // Uploads come from apps of other sites too: the address or the receipt is the right to, and no cookie is.
            let upload = route.path.starts_with("/footage/uploads/") || route.path.ends_with("/uploads") || route.path == "/api/v1/footage";
            assert_eq!(heard.header("access-control-allow-origin").is_empty(), !from_anywhere && !upload, "{name}");
            assert!(heard.header("access-control-allow-credentials").is_empty(), "{name}");
            if route.who != Who::Member {
                assert!(!heard.headers.contains_key("set-cookie"), "{name} sets a cookie");
            }
            let policy = heard.header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe") && !policy.contains("http"), "{name}: {policy}");
            assert!(!heard.status.is_server_error(), "{name}: {}", heard.status);
            walked += 1;
        }
        assert!(walked > 25);
        for path in ["/nothing", "/api/v1/nothing"] {
            let heard = town.get(path).await;
            assert_eq!(heard.status, 404);
            assert!(!heard.header("content-security-policy").is_empty());
        }
        assert_eq!(town.get("/api/v1/nothing").await.problem(), "not-found");
        let put = Request::put("/api/v1/reports").body(Body::empty()).unwrap();
        assert_eq!(town.send(put).await.problem(), "method-not-allowed");
    }
}

#[tokio::test]
async fn a_name_that_is_no_utf_8_gets_an_answer_of_ours_at_every_route() {
    let town = Town::exercise();
    let all = [Role::Triager, Role::Approver, Role::Editor, Role::Observer];
    let wren = town.signed_in("Wren", &all).await;
    let mut walked = 0;
    for route in table().into_iter().filter(|route| route.path.contains('{')) {
        let path = path_of(route.path).replace("aaaaaaaaaaaaaaaaaaaaaaaaaa", "%FF");
        let request = Request::builder().method(route.method).uri(&path).header("cookie", &wren.cookies).body(Body::empty()).unwrap();
        let heard = town.send(request).await;
        let kind = heard.header("content-type");
        let ours = kind == "application/problem+json" || (kind.starts_with("text/html") && heard.text().starts_with("<!doctype html>"));
        assert!(ours && heard.status.is_client_error(), "{} {path}: {} {kind} {}", route.method, heard.status, heard.text());
        walked += 1;
    }
    assert!(walked > 25, "{walked}");
}

#[tokio::test]
async fn public_pages_load_nothing_from_elsewhere() {
    let town = Town::new();
    for route in table().into_iter().filter(|route| route.method == "GET" && route.who == Who::Street && !route.path.contains("events")) {
        let text = town.get(&path_of(route.path)).await.text();
        if !text.starts_with("<!doctype html>") {
            continue;
        }
        for marker in ["src=\"http", "src=\"//", "<style", " style=\"", "href=\"http", "href=\"//", "onclick="] {
            assert!(!text.contains(marker), "{} has {marker}", route.path);
        }
    }
}

#[tokio::test]
async fn about_lists_every_class_of_the_schema_in_bands() {
    let town = Town::new();
    for number in 0..3 {
        let place = format!("Corner {number}");
        let fields = [("step", "more"), ("kind", "flood"), ("basis", "saw"), ("place", place.as_str()), ("when", "now")];
        assert!(town.post("/report", &fields).await.receipt().is_some());
    }
    let text = town.get("/about").await.text();
    for holding in HOLDINGS.iter().chain(BESIDE) {
        assert!(text.contains(&escaped(holding.class)), "{}", holding.class);
    }
    assert!(text.contains("to whom the group handed footage over"));
    assert!(text.contains("fewer than 10") && text.contains("Whoever controls the running machine can read reports"));
    assert!(text.contains("the original opens for two of three custodians") && text.contains("the running server can open"));
}

fn escaped(text: &str) -> String {
    text.replace('&', "&#38;").replace('<', "&#60;").replace('"', "&#34;").replace('\'', "&#39;")
}

#[tokio::test]
async fn files_of_the_pages_are_served_once_and_then_asked_about() {
    let town = Town::new();
    for asset in assets() {
        let heard = town.get(asset.path).await;
        assert_eq!(
            (heard.status.as_u16(), heard.header("content-type"), heard.body.as_slice()),
            (200, asset.content_type, asset.bytes),
            "{}",
            asset.path
        );
        let request = Request::get(asset.path).header("if-none-match", heard.header("etag")).body(Body::empty()).unwrap();
        assert_eq!(town.send(request).await.status, 304);
    }
    assert_eq!(town.get("/favicon.ico").await.header("content-type"), "image/svg+xml");
    assert_eq!(town.get("/assets/nothing.css").await.status, 404);
    assert!(town.get("/robots.txt").await.text().contains("Disallow: /alerts/"));
}

#[tokio::test]
async fn every_problem_is_explained_at_its_address() {
    let text = Town::new().get("/problems").await.text();
    for trouble in super::Trouble::ALL {
        assert!(text.contains(&format!("<dt id=\"{}\">", trouble.name())), "{}", trouble.name());
    }
    for no in super::Refusal::all() {
        assert!(text.contains(&format!("<dt id=\"{}\">", no.name())), "{no}");
    }
    let mut ids: Vec<&str> = text.split("<dt id=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "each name means one thing");
}

#[tokio::test]
async fn envelopes_are_told_in_bands_and_what_is_missing_is_said() {
    let page = Town::new().get("/about").await.text();
    assert!(page.contains("Envelopes made ahead") && page.contains("Not everybody was looked at since the start."));
    let told = |armed, unarmed| super::envelopes(Readiness { armed, unarmed });
    assert_eq!(told(0, Some(0)).rows_now, "none");
    let (some, more) = (told(12, Some(0)), told(13, Some(0)));
    assert_eq!(some.rows_now, more.rows_now, "a count that grows by one would tell of somebody");
    assert!(some.holds.contains("everybody had one"));
    let short = told(12, Some(13)).holds;
    assert!(short.contains("had none") && !short.contains("13"), "{short}");
}

#[tokio::test]
async fn about_says_how_long_the_server_can_open_a_file_by_what_this_machine_can() {
    let can = |pictures: bool, films: bool| Can {
        not_pictures: (!pictures).then(|| "there are no walls".to_owned()),
        not_films: (!films).then(|| "there is no ffmpeg".to_owned()),
        not_heic: None,
        not_suggested: None,
    };
    let all = until_copied(&can(true, true));
    for told in [
        "the running server can open it too. What came of a file whose sending broke off",
        "for a day after the last piece",
        "hours when many come at once",
        "up to 3 days later where this machine is short of memory or of a program",
    ] {
        assert!(all.contains(told), "{told}: {all}");
    }
    assert!(!all.contains("of which this machine can make none"), "{all}");
    assert!(until_copied(&can(true, false)).contains("of films and recordings, of which this machine can make none, for 3 days"));
    assert!(until_copied(&can(false, false)).contains("each file for 3 days"));
    let text = Town::new().get("/about").await.text();
    assert!(text.contains("each file for 3 days"), "the town of these tests decodes nothing: {text}");
}
