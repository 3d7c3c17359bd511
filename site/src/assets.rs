//! The files that pages load: one style sheet, a few small modules, the service worker, the icon.
//!
//! All of it is inside the binary, so a page never waits for, or tells, another host. The style sheet
//! is the tokens, the ground and one file per piece, joined when the crate is compiled and served
//! without its comments and needless spaces; rights cards and the pages of incidents bring one of their own. Scripts are served exactly as they stand in `scripts/`,
//! so that what runs in a browser can be compared with what stands in the repository.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// A file served as it stands.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Path on this site, for example `/assets/handbell.css`.
    pub path: &'static str,
    /// Value of the `Content-Type` header.
    pub content_type: &'static str,
    /// The file.
    pub bytes: &'static [u8],
    /// SHA-256 of the bytes in lower-case hex, for the `ETag` header (add the quotes there).
    pub etag: String,
}

/// The style sheet: tokens first, then the ground everything stands on, then one block per piece.
const STYLE: &str = concat!(
    include_str!("../styles/tokens.css"),
    include_str!("../styles/ground.css"),
    include_str!("../pieces/frame/piece.css"),
    include_str!("../pieces/button/piece.css"),
    include_str!("../pieces/state/piece.css"),
    include_str!("../pieces/block/piece.css"),
    include_str!("../pieces/field/piece.css"),
    include_str!("../pieces/receipt/piece.css"),
    include_str!("../pieces/alert/piece.css"),
    include_str!("../pieces/record/piece.css"),
    include_str!("../pieces/queue/piece.css"),
    include_str!("../pieces/composer/piece.css"),
    include_str!("../pieces/phone/piece.css"),
    include_str!("../styles/print.css"),
);

/// The style of the call screen, beside the other one: only that page loads it.
const CALL_STYLE: &str = include_str!("../pieces/call/piece.css");

/// The style of rights cards, beside the other one: only their pages load it.
const CARD_STYLE: &str = include_str!("../pieces/card/piece.css");

/// The style of an incident's page, beside the other one: only that page loads it.
const RECORD_STYLE: &str = concat!(
    include_str!("../pieces/claims/piece.css"),
    include_str!("../pieces/voice/piece.css"),
    include_str!("../pieces/came/piece.css")
);

/// The style of charts, beside the other one: only their page loads it.
const CHARTS_STYLE: &str = include_str!("../pieces/charts/piece.css");

/// The style of the record's search, beside the other one: only the list loads it.
const SEARCH_STYLE: &str = include_str!("../pieces/search/piece.css");

/// The style of the map, beside the other one: only its page loads it.
const MAP_STYLE: &str = include_str!("../pieces/map/piece.css");

/// The style of what an alert page says about its language, beside the other one: only those pages load it.
const SPEECH_STYLE: &str = include_str!("../pieces/speech/piece.css");

/// The style of the desk's watch, beside the other one: only the desk's pages load it.
const WATCH_STYLE: &str = include_str!("../pieces/watch/piece.css");
/// The style of boxes drawn on a picture: only the page of one footage loads it.
const COVER_STYLE: &str = include_str!("../pieces/cover/piece.css");
/// The style of a drill's score, beside the other one: only that page loads it.
const DRILL_STYLE: &str = include_str!("../pieces/drill/piece.css");

/// The service worker.
const WORKER: &[u8] = include_bytes!("../scripts/sw.js");

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

static COMPACT_STYLE: LazyLock<String> = LazyLock::new(|| compact(STYLE));
static COMPACT_CALL_STYLE: LazyLock<String> = LazyLock::new(|| compact(CALL_STYLE));
static COMPACT_CARD_STYLE: LazyLock<String> = LazyLock::new(|| compact(CARD_STYLE));
static COMPACT_RECORD_STYLE: LazyLock<String> = LazyLock::new(|| compact(RECORD_STYLE));
static COMPACT_CHARTS_STYLE: LazyLock<String> = LazyLock::new(|| compact(CHARTS_STYLE));
static COMPACT_SEARCH_STYLE: LazyLock<String> = LazyLock::new(|| compact(SEARCH_STYLE));
static COMPACT_MAP_STYLE: LazyLock<String> = LazyLock::new(|| compact(MAP_STYLE));
static COMPACT_DRILL_STYLE: LazyLock<String> = LazyLock::new(|| compact(DRILL_STYLE));

static COMPACT_SPEECH_STYLE: LazyLock<String> = LazyLock::new(|| compact(SPEECH_STYLE));
static COMPACT_WATCH_STYLE: LazyLock<String> = LazyLock::new(|| compact(WATCH_STYLE));
static COMPACT_COVER_STYLE: LazyLock<String> = LazyLock::new(|| compact(COVER_STYLE));

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    [
        ("/assets/handbell.css", CSS, COMPACT_STYLE.as_bytes()),
        ("/assets/call.css", CSS, COMPACT_CALL_STYLE.as_bytes()),
        ("/assets/card.css", CSS, COMPACT_CARD_STYLE.as_bytes()),
        ("/assets/record.css", CSS, COMPACT_RECORD_STYLE.as_bytes()),
        ("/assets/charts.css", CSS, COMPACT_CHARTS_STYLE.as_bytes()),
        ("/assets/search.css", CSS, COMPACT_SEARCH_STYLE.as_bytes()),
        ("/assets/map.css", CSS, COMPACT_MAP_STYLE.as_bytes()),
        ("/assets/speech.css", CSS, COMPACT_SPEECH_STYLE.as_bytes()),
        ("/assets/watch.css", CSS, COMPACT_WATCH_STYLE.as_bytes()),
        ("/assets/cover.css", CSS, COMPACT_COVER_STYLE.as_bytes()),
        ("/assets/cover.js", SCRIPT, include_bytes!("../scripts/cover.js").as_slice()),
        ("/assets/draw.js", SCRIPT, include_bytes!("../scripts/draw.js").as_slice()),
        ("/assets/rows.js", SCRIPT, include_bytes!("../scripts/rows.js").as_slice()),
        ("/assets/pull.js", SCRIPT, include_bytes!("../scripts/pull.js").as_slice()),
        ("/assets/speak.js", SCRIPT, include_bytes!("../scripts/speak.js").as_slice()),
        ("/assets/moments.js", SCRIPT, include_bytes!("../scripts/moments.js").as_slice()),
        ("/assets/drill.css", CSS, COMPACT_DRILL_STYLE.as_bytes()),
        ("/assets/map.js", SCRIPT, include_bytes!("../scripts/map.js").as_slice()),
        ("/assets/map-style.js", SCRIPT, include_bytes!("../scripts/map-style.js").as_slice()),
        ("/assets/leave.js", SCRIPT, include_bytes!("../scripts/leave.js").as_slice()),
        ("/assets/live.js", SCRIPT, include_bytes!("../scripts/live.js").as_slice()),
        ("/assets/passkey.js", SCRIPT, include_bytes!("../scripts/passkey.js").as_slice()),
        ("/assets/second.js", SCRIPT, include_bytes!("../scripts/second.js").as_slice()),
        ("/assets/sign.js", SCRIPT, include_bytes!("../scripts/sign.js").as_slice()),
        ("/assets/ended.js", SCRIPT, include_bytes!("../scripts/ended.js").as_slice()),
        ("/assets/subscribe.js", SCRIPT, include_bytes!("../scripts/subscribe.js").as_slice()),
        ("/assets/wishes.js", SCRIPT, include_bytes!("../scripts/wishes.js").as_slice()),
        ("/assets/give.js", SCRIPT, include_bytes!("../scripts/give.js").as_slice()),
        ("/assets/puzzle.js", SCRIPT, include_bytes!("../scripts/puzzle.js").as_slice()),
        ("/assets/places.js", SCRIPT, include_bytes!("../scripts/places.js").as_slice()),
        // At the root, because a service worker may only look after paths below its own.
        ("/sw.js", SCRIPT, WORKER),
        ("/assets/icon.svg", "image/svg+xml", include_bytes!("../pieces/mark/icon.svg").as_slice()),
        ("/assets/site.webmanifest", "application/manifest+json", include_bytes!("../pieces/mark/site.webmanifest").as_slice()),
    ]
    .into_iter()
    .map(|(path, content_type, bytes)| Asset { path, content_type, bytes, etag: hex(bytes) })
    .collect()
});

/// Every file that pages may load.
pub fn assets() -> &'static [Asset] {
    &ASSETS
}

/// SHA-256 of the service worker, which the log of a live group names whenever it changes.
pub fn worker_digest() -> [u8; 32] {
    Sha256::digest(WORKER).into()
}

/// A style sheet without comments, line breaks and the spaces that mean nothing.
///
/// Only spaces around braces and after `:` `;` go. Ours has none of these inside a string, and a test
/// compares the rules before and after.
fn compact(style: &str) -> String {
    let mut plain = String::with_capacity(style.len());
    let mut rest = style;
    while let Some((before, after)) = rest.split_once("/*") {
        plain.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain
        .lines()
        .map(str::trim)
        .collect::<String>()
        .replace(" {", "{")
        .replace("{ ", "{")
        .replace("; ", ";")
        .replace(": ", ":")
        .replace(";}", "}")
        .replace(" }", "}")
        .replace("} ", "}")
        .replace(";}", "}")
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compacting_loses_no_rule_and_no_declaration() {
        for style in [STYLE, CARD_STYLE, RECORD_STYLE, CHARTS_STYLE, WATCH_STYLE, COVER_STYLE] {
            let compacted = compact(style);
            let bare = |text: &str| text.replace([' ', '\n'], "").replace(";}", "}");
            let mut plain = String::new();
            let mut rest = style;
            while let Some((before, after)) = rest.split_once("/*") {
                plain.push_str(before);
                rest = after.split_once("*/").expect("comments are closed").1;
            }
            plain.push_str(rest);
            assert_eq!(bare(&compacted), bare(&plain));
            assert!(!compacted.contains("/*") && !compacted.contains("} "));
        }
        // A space before a colon is part of a selector and must stay.
        assert!(compact(STYLE).contains(".deskbar :focus-visible"));
        assert!(compact(CARD_STYLE).contains("body:has(.pocket) :is("));
    }
}
