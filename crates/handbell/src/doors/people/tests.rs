//! Signing in, judged as a browser sees it.

use crate::acts::people;
use crate::doors::fixture::{Heard, Town, form};
use crate::doors::gate::{DEVICE_COOKIE, SESSION_COOKIE};
use handbell_rules::people::member::Role;
use handbell_rules::time::MINUTE;
use http::StatusCode;
use http::header::{COOKIE, SET_COOKIE};

async fn link(town: &Town, name: &str) -> String {
    people::invite(&town.app.world, name, &[Role::Triager]).await.unwrap().text().to_owned()
}

async fn redeem(town: &Town, token: &str, cookies: &str) -> Heard {
    let mut request = form("/desk/sign-in", &[("token", token)]);
    request.headers_mut().insert(COOKIE, cookies.parse().unwrap());
    town.send(request).await
}

fn set(heard: &Heard, name: &str) -> Option<String> {
    let mut lines = heard.headers.get_all(SET_COOKIE).iter().map(|line| line.to_str().unwrap());
    lines.find_map(|line| line.strip_prefix(&format!("{name}=")).map(str::to_owned))
}

fn value(cookie: &str) -> &str {
    cookie.split(';').next().unwrap()
}

async fn lines(town: &Town) -> usize {
    town.app.world.store.journal(0, 1_000).await.unwrap().len()
}

#[tokio::test]
async fn looking_at_a_link_changes_nothing_and_pressing_its_button_signs_in_once() {
    let town = Town::new();
    let token = link(&town, "Wren").await;
    let before = lines(&town).await;
    for _ in 0..3 {
        let page = town.get(&format!("/desk/sign-in/{token}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.field("token"), token);
    }
    assert_eq!(lines(&town).await, before, "a preview redeems nothing");
    let signed = redeem(&town, &token, "").await;
    assert_eq!((signed.status, signed.header("location")), (StatusCode::SEE_OTHER, "/desk"));
    let (session, device) = (set(&signed, SESSION_COOKIE).unwrap(), set(&signed, DEVICE_COOKIE).unwrap());
    for cookie in [&session, &device] {
        for bound in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
            assert!(cookie.contains(bound), "{cookie}");
        }
        assert!(!cookie.contains("Domain"));
    }
    assert!(session.ends_with("Max-Age=28800") && device.ends_with("Max-Age=15552000"));
    assert_eq!(redeem(&town, &token, "").await.status, StatusCode::GONE, "a link works once");
    // The next link in the same browser keeps its device.
    let cookies = format!("{DEVICE_COOKIE}={}", value(&device));
    let again = redeem(&town, &link(&town, "Wren").await, &cookies).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    assert!(set(&again, SESSION_COOKIE).is_some() && set(&again, DEVICE_COOKIE).is_none());
}

#[tokio::test]
async fn an_unknown_a_used_and_an_old_link_get_the_same_page() {
    let town = Town::new();
    let (used, old) = (link(&town, "Wren").await, link(&town, "Heron").await);
    assert_eq!(redeem(&town, &used, "").await.status, StatusCode::SEE_OTHER);
    town.clock.go(16 * MINUTE);
    let mut pages = Vec::new();
    for token in [used.as_str(), old.as_str(), "nothing-like-it"] {
        let page = town.get(&format!("/desk/sign-in/{token}")).await;
        assert_eq!(page.status, StatusCode::GONE);
        pages.push(page.text());
        let pressed = redeem(&town, token, "").await;
        assert_eq!(pressed.status, StatusCode::GONE);
        assert!(set(&pressed, SESSION_COOKIE).is_none());
        pages.push(pressed.text());
    }
    assert!(pages.iter().all(|page| *page == pages[0]), "nobody learns which it was");
    let broken = town.get("/desk/sign-in/%FF").await;
    assert_eq!(broken.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_browser_belongs_to_one_member() {
    let town = Town::new();
    let first = redeem(&town, &link(&town, "Wren").await, "").await;
    let device = format!("{DEVICE_COOKIE}={}", value(&set(&first, DEVICE_COOKIE).unwrap()));
    let token = link(&town, "Heron").await;
    let second = redeem(&town, &token, &device).await;
    assert_eq!(second.status, StatusCode::FORBIDDEN);
    assert!(second.text().contains("This browser belongs to another member"));
    assert!(set(&second, SESSION_COOKIE).is_none());
    assert_eq!(redeem(&town, &token, "").await.status, StatusCode::SEE_OTHER, "the wrong browser does not spend the link");
}

#[tokio::test]
async fn locking_ends_the_session_and_clears_its_cookie() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    let mut request = form("/desk/sign-out", &[("csrf", &wren.csrf)]);
    request.headers_mut().insert(COOKIE, wren.cookies.parse().unwrap());
    let out = town.send(request).await;
    assert_eq!((out.status, out.header("location")), (StatusCode::SEE_OTHER, "/"));
    let cleared = set(&out, SESSION_COOKIE).unwrap();
    assert!(cleared.starts_with("; ") && cleared.ends_with("Max-Age=0"));
    assert!(set(&out, DEVICE_COOKIE).is_none(), "the browser stays bound");
    let mut request = http::Request::get("/desk").body(axum::body::Body::empty()).unwrap();
    request.headers_mut().insert(COOKIE, wren.cookies.parse().unwrap());
    assert_eq!(town.send(request).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_duty_starts_and_ends_with_one_press() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Observer]).await;
    for (duty, runs) in [("start", true), ("end", false)] {
        let mut request = form("/desk/duty", &[("csrf", &wren.csrf), ("duty", duty)]);
        request.headers_mut().insert(COOKIE, wren.cookies.parse().unwrap());
        assert_eq!(town.send(request).await.status, StatusCode::SEE_OTHER);
        let now = town.app.world.now();
        let kept = town.app.world.store.duty(wren.caller.member).await.unwrap().unwrap();
        assert_eq!((kept.runs(now), kept.observing), (runs, true));
    }
}

#[tokio::test]
async fn links_cannot_be_tried_without_end() {
    let town = Town::new().limited();
    let mut answers = Vec::new();
    for number in 0..25 {
        answers.push(redeem(&town, &format!("guess-{number}"), "").await.status);
    }
    assert!(answers[..20].iter().all(|status| *status == StatusCode::GONE));
    assert!(answers[20..].iter().all(|status| *status == StatusCode::TOO_MANY_REQUESTS));
}

#[tokio::test]
async fn a_page_of_another_site_cannot_sign_anybody_in() {
    let town = Town::new();
    let token = link(&town, "Wren").await;
    let mut request = form("/desk/sign-in", &[("token", &token)]);
    request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(town.send(request).await.status, StatusCode::FORBIDDEN);
    assert_eq!(redeem(&town, &token, "").await.status, StatusCode::SEE_OTHER);
}
