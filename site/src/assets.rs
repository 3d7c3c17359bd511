//! The files that pages load: one style sheet, a few small modules, the service worker, the icon.
//!
//! All of it is inside the binary, so a page never waits for, or tells, another host. The style sheet
//! is the tokens, the ground and one file per piece, joined when the crate is compiled. Nothing is
//! minified: what a browser gets is what a reader of this repository sees.

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

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    [
        ("/assets/handbell.css", CSS, STYLE.as_bytes()),
        ("/assets/leave.js", SCRIPT, include_bytes!("../scripts/leave.js").as_slice()),
        ("/assets/live.js", SCRIPT, include_bytes!("../scripts/live.js").as_slice()),
        ("/assets/subscribe.js", SCRIPT, include_bytes!("../scripts/subscribe.js").as_slice()),
        // At the root, because a service worker may only look after paths below its own.
        ("/sw.js", SCRIPT, include_bytes!("../scripts/sw.js").as_slice()),
        ("/assets/icon.svg", "image/svg+xml", include_bytes!("../pieces/mark/icon.svg").as_slice()),
        (
            "/assets/site.webmanifest",
            "application/manifest+json",
            include_bytes!("../pieces/mark/site.webmanifest").as_slice(),
        ),
    ]
    .into_iter()
    .map(|(path, content_type, bytes)| Asset { path, content_type, bytes, etag: hex(bytes) })
    .collect()
});

/// Every file that pages may load.
pub fn assets() -> &'static [Asset] {
    &ASSETS
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
