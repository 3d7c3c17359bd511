//! Vendored: what the map page loads and others wrote, as it is packed in `vendor/`.
//!
//! Each file is compiled in as gzip and given out so; `vendor/lock.toml` says what it is unpacked, and a test
//! compares. No page but the map's names one of these, and that page asks for them only when somebody wants the map.

/// A packed file of somebody else.
#[derive(Clone, Copy, Debug)]
pub struct Vendored {
    /// Path on this site.
    pub path: &'static str,
    /// Its name in `vendor/`.
    pub name: &'static str,
    /// Value of the `Content-Type` header.
    pub content_type: &'static str,
    /// The file, packed by gzip.
    pub packed: &'static [u8],
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Every vendored file.
pub const VENDORED: [Vendored; 4] = [
    Vendored {
        path: "/assets/vendor/maplibre-gl.mjs",
        name: "maplibre-gl/maplibre-gl.mjs.gz",
        content_type: SCRIPT,
        packed: include_bytes!("../vendor/maplibre-gl/maplibre-gl.mjs.gz"),
    },
    Vendored {
        path: "/assets/vendor/maplibre-gl-worker.mjs",
        name: "maplibre-gl/maplibre-gl-worker.mjs.gz",
        content_type: SCRIPT,
        packed: include_bytes!("../vendor/maplibre-gl/maplibre-gl-worker.mjs.gz"),
    },
    Vendored {
        path: "/assets/vendor/pmtiles.js",
        name: "pmtiles/pmtiles.js.gz",
        content_type: SCRIPT,
        packed: include_bytes!("../vendor/pmtiles/pmtiles.js.gz"),
    },
    Vendored {
        path: "/assets/vendor/outline.geojson",
        name: "natural-earth/outline.geojson.gz",
        content_type: "application/geo+json",
        packed: include_bytes!("../vendor/natural-earth/outline.geojson.gz"),
    },
];
