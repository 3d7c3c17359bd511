//! The shelf through the real routes: what is kept, for whom, and how quickly it goes.

use super::super::fixture::{Heard, Town};
use super::*;
use crate::acts::record::{import_scenario, propose, publish};
use crate::shipped;
use handbell_rules::people::member::Role;
use handbell_rules::record::proposal::Proposed;
use handbell_rules::record::statement::{RedactionReason, Statement};
use handbell_rules::scenario::Scenario;
use http_body_util::BodyExt;
use std::io::Read as _;

struct Shop {
    town: Town,
    kept: Kept,
    path: String,
}

impl Shop {
    async fn with_rye_lane() -> Self {
        let town = Town::new();
        let (name, text) = shipped::SCENARIOS.iter().find(|(name, _)| *name == "rye-lane-2017.toml").unwrap();
        let id = import_scenario(&town.app.world, &Scenario::parse(name, text).unwrap()).await.unwrap();
        let kept = Kept::new(town.app.world.store.follow());
        Self { town, kept, path: format!("/record/{id}") }
    }

    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Heard {
        let request =
            headers.iter().fold(Request::builder().method(method).uri(path), |request, (name, value)| request.header(*name, *value));
        let request = request.body(Body::empty()).unwrap();
        let response = match self.kept.ready(&request) {
            Some(response) => response.map(Body::new),
            None => self.kept.answer(request, self.town.router()).await,
        };
        let (head, body) = response.into_parts();
        Heard { status: head.status, headers: head.headers, body: body.collect().await.unwrap().to_bytes().to_vec() }
    }

    async fn get(&self, headers: &[(&str, &str)]) -> Heard {
        self.ask(Method::GET, &self.path, headers).await
    }

    fn on_the_shelf(&self, path: &str) -> bool {
        self.kept.ready(&Request::get(path).body(()).unwrap()).is_some()
    }
}

fn unzipped(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

#[tokio::test]
async fn a_kept_page_is_the_page_of_the_routes_with_all_its_headers() {
    let shop = Shop::with_rye_lane().await;
    let drawn = shop.town.get(&shop.path).await;
    assert!(!shop.on_the_shelf(&shop.path));
    let made = shop.get(&[]).await;
    assert!(shop.on_the_shelf(&shop.path));
    let again = shop.get(&[]).await;
    for answer in [&made, &again] {
        assert_eq!((answer.status, answer.text()), (StatusCode::OK, drawn.text()));
        assert_eq!(answer.header("cache-control"), "no-cache");
        assert_eq!(answer.header("vary"), "accept-encoding");
        assert_eq!(answer.header("content-length"), drawn.body.len().to_string());
        for (name, value) in drawn.headers.iter().filter(|(name, _)| !["cache-control", "content-length"].contains(&name.as_str())) {
            assert_eq!(answer.headers.get(name), Some(value), "{name}");
        }
    }
    assert!(made.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(made.headers, again.headers);
}

#[tokio::test]
async fn words_taken_from_the_public_are_gone_at_once() {
    let shop = Shop::with_rye_lane().await;
    let words = "must report regularly while their cases progress";
    let before = shop.get(&[]).await.text();
    assert!(before.contains(words) && !before.contains("Withdrawn"));
    assert!(shop.on_the_shelf(&shop.path));
    let world = &shop.town.app.world;
    let mut entry = None;
    for row in world.store.log_rows(0, 1_000).await.unwrap() {
        if row.content.is_some_and(|bytes| String::from_utf8_lossy(&bytes).contains(words)) {
            entry = entry.or(Some(row.index));
        }
    }
    let (amina, ben) = (shop.town.signed_in("Amina", &[Role::Editor]).await, shop.town.signed_in("Ben", &[Role::Approver]).await);
    let incident = shop.path.rsplit_once('/').unwrap().1.parse().unwrap();
    let statements = vec![Statement::Redaction { entry: entry.unwrap(), reason: RedactionReason::ALL[0].0 }];
    let proposal = propose(world, &amina.caller, incident, Proposed::Statements { statements }).await.unwrap();
    shop.get(&[]).await;
    assert!(shop.on_the_shelf(&shop.path), "what is only proposed changes nothing");
    publish(world, &ben.caller, proposal).await.unwrap();
    assert!(!shop.on_the_shelf(&shop.path), "the commit cleared the shelf before it was acknowledged");
    let after = shop.get(&[("accept-encoding", "gzip")]).await;
    assert_eq!(unzipped(&after.body), shop.town.get(&shop.path).await.text());
    assert!(unzipped(&after.body).contains("Withdrawn"));
}

#[tokio::test]
async fn a_page_made_while_a_commit_came_is_not_kept_for_the_state_after_it() {
    let shop = Shop::with_rye_lane().await;
    let before = *shop.kept.journal.borrow();
    let page = Arc::new(Page::new(Bytes::from_static(b"older"), &HeaderMap::new()).unwrap());
    shop.town.signed_in("Amina", &[Role::Editor]).await;
    shop.kept.keep(before, shop.path.clone(), page.clone());
    assert!(!shop.on_the_shelf(&shop.path));
    shop.get(&[]).await;
    shop.kept.keep(before, shop.path.clone(), page);
    assert!(shop.get(&[]).await.text().contains("<html"), "an older page does not push out a newer one");
}

#[tokio::test]
async fn gzip_goes_to_those_who_take_it() {
    let shop = Shop::with_rye_lane().await;
    let plain = shop.get(&[]).await.text();
    for (asked, zipped) in [
        ("gzip", true),
        ("br, GZIP;q=0.5", true),
        ("*", true),
        ("gzip;q=0", false),
        ("gzip;q=0, *", false),
        ("*;q=0", false),
        ("identity", false),
        ("identity, gzip;q=0.4", false),
        ("gzip;q=nonsense", false),
        ("br", false),
        ("", false),
    ] {
        let answer = shop.get(&[("accept-encoding", asked)]).await;
        assert_eq!(answer.headers.contains_key("content-encoding"), zipped, "{asked}");
        assert_eq!(if zipped { unzipped(&answer.body) } else { answer.text() }, plain, "{asked}");
        assert_eq!(answer.header("content-length"), answer.body.len().to_string());
    }
}

#[tokio::test]
async fn who_has_the_page_is_told_so_in_few_bytes() {
    let shop = Shop::with_rye_lane().await;
    let (plain, zipped) = (shop.get(&[]).await, shop.get(&[("accept-encoding", "gzip")]).await);
    assert_ne!(plain.header("etag"), zipped.header("etag"), "each form has its own tag");
    let tag = zipped.header("etag").to_owned();
    for held in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        let answer = shop.get(&[("accept-encoding", "gzip"), ("if-none-match", &held)]).await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::NOT_MODIFIED, 0), "{held}");
        assert_eq!(
            (answer.header("etag"), answer.header("cache-control"), answer.header("vary")),
            (tag.as_str(), "no-cache", "accept-encoding")
        );
        assert!(answer.header("content-security-policy").contains("default-src 'none'"));
        assert!(!answer.headers.contains_key("content-type") && !answer.headers.contains_key("content-encoding"));
    }
    assert_eq!(shop.get(&[("if-none-match", &tag)]).await.status, StatusCode::OK, "the tag of the other form");
}

#[tokio::test]
async fn a_head_request_gets_the_head_of_the_page() {
    let shop = Shop::with_rye_lane().await;
    for _ in 0..2 {
        let head = shop.ask(Method::HEAD, &shop.path, &[]).await;
        let whole = shop.get(&[]).await;
        assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
        assert_eq!(head.headers, whole.headers);
    }
    let nowhere = shop.ask(Method::HEAD, "/record/nowhere", &[]).await;
    assert_eq!((nowhere.status, nowhere.body.len()), (StatusCode::NOT_FOUND, 0));
}

#[tokio::test]
async fn only_good_answers_that_their_door_allows_are_kept() {
    let shop = Shop::with_rye_lane().await;
    for path in ["/record/nowhere", "/record", "/", "/duty", "/corrections", "/receipt", "/feed.atom", "/desk"] {
        let answer = shop.ask(Method::GET, path, &[]).await;
        assert_eq!(answer.status, shop.town.get(path).await.status, "{path}");
        assert!(!shop.on_the_shelf(path), "{path}");
    }
    let wrong = shop.ask(Method::POST, &shop.path, &[]).await;
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
    let long = format!("{}?asof={}", shop.path, "0".repeat(ADDRESS_BYTES_MAX));
    shop.ask(Method::GET, &long, &[]).await;
    assert!(!shop.on_the_shelf(&long));
}

#[tokio::test]
async fn the_shelf_is_bounded_in_pages_and_bytes() {
    let shop = Shop::with_rye_lane().await;
    let state = *shop.kept.journal.borrow();
    let page = || Arc::new(Page::new(Bytes::from_static(b"page"), &HeaderMap::new()).unwrap());
    for number in 0..PAGES_MAX + 3 {
        shop.kept.keep(state, format!("/record/{number}"), page());
        let shelf = shop.kept.shelf.read().unwrap();
        assert!(shelf.pages.len() <= PAGES_MAX);
        assert_eq!(shelf.bytes, shelf.pages.values().map(|page| page.size()).sum::<usize>());
    }
    assert!(shop.on_the_shelf(&format!("/record/{}", PAGES_MAX + 2)), "the newest is there");
    // Bytes that do not compress, so that both forms have their length.
    let noise: Vec<u8> = (0..PAGE_BYTES_MAX as u64).flat_map(|number| Sha256::digest(number.to_le_bytes())[..1].to_vec()).collect();
    let large = Arc::new(Page::new(Bytes::from(noise), &HeaderMap::new()).unwrap());
    for number in 0..2 * BYTES_MAX / PAGE_BYTES_MAX {
        shop.kept.keep(state, format!("/record/large-{number}"), large.clone());
        assert!(shop.kept.shelf.read().unwrap().bytes <= BYTES_MAX);
    }
}

#[tokio::test]
async fn a_page_in_one_readers_language_is_kept_for_nobody() {
    let town = Town::new();
    let kept = Kept::new(town.app.world.store.follow());
    let spoken = |vary: Option<&'static str>| {
        let door = move |headers: HeaderMap| async move {
            let mut page = Response::new(Body::from(headers["accept-language"].to_str().unwrap().to_owned()));
            if let Some(vary) = vary {
                page.headers_mut().insert(VARY, HeaderValue::from_static(vary));
            }
            may_be_kept(page)
        };
        Router::new().route("/record/x", axum::routing::get(door))
    };
    let ask = |tongue: &'static str| Request::get("/record/x").header("accept-language", tongue).body(Body::empty()).unwrap();
    for vary in ["accept-language", "Accept-Encoding, Accept-Language", "*"] {
        for tongue in ["es", "ar"] {
            let body = kept.answer(ask(tongue), spoken(Some(vary))).await.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(body, tongue, "{vary}");
        }
        assert!(kept.ready(&ask("es")).is_none(), "{vary}");
    }
    drop(kept.answer(ask("es"), spoken(Some("accept-encoding"))).await);
    assert!(kept.ready(&ask("es")).is_some(), "what depends on the coding alone is kept in both");
}

#[test]
fn a_file_passes_by_the_shelf_as_it_was_asked_for() {
    let at = |method: Method, path: &str| {
        let request = Request::builder().method(method).uri(path).body(()).unwrap();
        address(&request).map(str::to_owned)
    };
    for method in [Method::GET, Method::HEAD] {
        assert_eq!(at(method.clone(), "/record/footage/aaaa"), None);
        assert_eq!(at(method, "/record/aaaa").as_deref(), Some("/record/aaaa"));
    }
}
