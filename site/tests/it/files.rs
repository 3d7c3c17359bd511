//! What holds for the style sheet, the scripts and the other files.

use std::collections::BTreeSet;

use handbell_site::samples::{Ink, all};

use crate::html::tags;

fn text(path: &str) -> &'static str {
    let asset = handbell_site::assets().iter().find(|asset| asset.path == path).unwrap();
    std::str::from_utf8(asset.bytes).unwrap()
}

/// Every style sheet, one after the other.
fn style() -> String {
    [
        "/assets/handbell.css",
        "/assets/call.css",
        "/assets/card.css",
        "/assets/record.css",
        "/assets/charts.css",
        "/assets/search.css",
        "/assets/map.css",
        "/assets/speech.css",
        "/assets/watch.css",
        "/assets/drill.css",
        "/assets/cover.css",
    ]
    .map(text)
    .concat()
}

#[test]
fn every_file_has_a_type_and_a_tag_that_follows_its_bytes() {
    let mut paths = BTreeSet::new();
    let mut tags = BTreeSet::new();
    for asset in handbell_site::assets() {
        assert!(asset.path.starts_with('/') && paths.insert(asset.path), "{}", asset.path);
        assert!(!asset.bytes.is_empty() && !asset.content_type.is_empty(), "{}", asset.path);
        assert!(asset.etag.len() == 64 && tags.insert(&asset.etag), "{}", asset.path);
    }
}

#[test]
fn the_style_sheet_stays_in_its_budget_and_loads_nothing() {
    for (path, most) in [
        ("/assets/handbell.css", 24_000),
        ("/assets/call.css", 1_000),
        ("/assets/card.css", 5_000),
        ("/assets/record.css", 7_000),
        ("/assets/charts.css", 2_500),
        ("/assets/search.css", 1_000),
        ("/assets/map.css", 1_000),
        ("/assets/speech.css", 500),
        ("/assets/watch.css", 3_000),
        ("/assets/drill.css", 4_000),
    ] {
        assert!(text(path).len() <= most, "{path} has {} bytes", text(path).len());
    }
    let style = style();
    for word in ["url(", "@import", "@font-face", "http"] {
        assert!(!style.contains(word), "{word}");
    }
    assert_eq!(style.matches('{').count(), style.matches('}').count());
}

#[test]
fn the_style_sheet_knows_no_left_and_right() {
    let style = style();
    for word in ["-left", "-right", ";left:", ";right:", "text-align:left", "text-align:right"] {
        assert!(!style.contains(word), "{word}");
    }
}

#[test]
fn the_red_band_cannot_be_dropped_on_paper() {
    let (screen, paper) = text("/assets/card.css").split_once("@media print{").unwrap();
    assert!(screen.contains("@page pocket{size:105mm 148mm"), "a card prints as A6");
    let rules: Vec<&str> = paper.split('}').filter(|rule| rule.contains(".redband")).collect();
    let frame = rules.iter().find(|rule| rule.starts_with("main > .redband{")).unwrap();
    // The frame is a border, so that it stays where a browser prints no grounds; the hatch asks to be printed.
    for declaration in ["border:2px solid #000", "repeating-linear-gradient", "print-color-adjust:exact"] {
        assert!(frame.contains(declaration), "{frame}");
    }
    for rule in rules.iter().filter(|rule| !rule.starts_with(".redband .icon")) {
        assert!(!rule.contains("display:none") && !rule.contains("visibility") && !rule.contains("font-size:0"), "{rule}");
    }
    let general = text("/assets/handbell.css").split_once("@media print{").unwrap().1;
    assert!(!general.contains("redband"));
}

#[test]
fn every_class_of_a_page_has_a_style_and_every_styled_class_a_page() {
    let style = style();
    let mut styled = BTreeSet::new();
    for part in style.split('.').skip(1) {
        let name: String = part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        if name.starts_with(|c: char| c.is_ascii_lowercase()) {
            styled.insert(name);
        }
    }
    let mut used = BTreeSet::new();
    for sample in all(Ink::Plain) {
        for tag in tags(&sample.page.html()) {
            used.extend(tag.get("class").unwrap_or_default().split_whitespace().map(str::to_owned));
        }
    }
    let missing: Vec<_> = used.difference(&styled).collect();
    let idle: Vec<_> = styled.difference(&used).collect();
    assert!(missing.is_empty(), "no style for {missing:?}");
    assert!(idle.is_empty(), "no page uses {idle:?}");
}

#[test]
fn scripts_are_small_remember_nothing_but_a_key_and_a_list_and_make_no_markup_from_strings() {
    for (path, most) in [
        ("/assets/cover.js", 4_000),
        ("/assets/draw.js", 6_000),
        ("/assets/ended.js", 4_500),
        ("/assets/leave.js", 1_500),
        ("/assets/live.js", 4_500),
        ("/assets/map-style.js", 4_000),
        ("/assets/map.js", 6_000),
        ("/assets/moments.js", 6_000),
        ("/assets/passkey.js", 6_000),
        ("/assets/places.js", 3_000),
        ("/assets/pull.js", 6_000),
        ("/assets/puzzle.js", 5_200),
        ("/assets/rows.js", 6_000),
        ("/assets/sign.js", 5_000),
        ("/assets/speak.js", 1_500),
        ("/assets/subscribe.js", 6_000),
        ("/assets/wishes.js", 3_500),
        ("/sw.js", 11_000),
    ] {
        let script = text(path);
        assert!(script.len() <= most, "{path} has {} bytes", script.len());
        for word in [
            "eval(",
            "Function(",
            "innerHTML = ",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "localStorage",
            "sessionStorage",
            "indexedDB",
            "document.cookie",
            "caches.",
            "import ",
            "http://",
            "https://",
            "sendBeacon",
        ] {
            // What a signing device and a phone must keep: a key that no script can read, and the group's list.
            let kept = matches!((path, word), ("/assets/sign.js", "indexedDB") | ("/sw.js", "caches."));
            assert!(kept || !script.contains(word), "{path}: {word}");
        }
    }
    assert!(!text("/sw.js").contains("\"fetch\""), "the service worker answers no request");
}
