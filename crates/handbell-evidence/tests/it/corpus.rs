//! The corpus of real media: read in place where `HANDBELL_TEST_DATA` names it, and never copied.

#![expect(clippy::disallowed_methods, reason = "tests are told by the environment where the corpus lies")]

use crate::photograph::Photograph;
use std::path::PathBuf;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// Where the media lie; nothing, and a word about it, where there are none.
pub fn media() -> Option<PathBuf> {
    let root =
        std::env::var("HANDBELL_TEST_DATA").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned());
    let folder = PathBuf::from(root).join("media");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(!required(), "HANDBELL_TEST_DATA holds no media");
    println!("skipped: no media in HANDBELL_TEST_DATA");
    None
}

/// Whether a missing corpus or program is a failure instead of a skip.
pub fn required() -> bool {
    std::env::var_os("HANDBELL_REQUIRE_TEST_DATA").is_some()
}

/// Every file of the corpus with its name below `media`, in order.
pub fn files() -> Vec<(String, Vec<u8>)> {
    let Some(root) = media() else { return Vec::new() };
    let mut found = Vec::new();
    for folder in ["c2pa", "exif", "pdq", "video"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
            found.push((name, std::fs::read(path).unwrap()));
        }
    }
    found.sort();
    assert!(found.len() >= 40, "the corpus has fewer files than it had");
    found
}

/// A photograph of the corpus, decoded.
pub fn photo(name: &str) -> Photograph {
    let bytes = std::fs::read(media().expect("asked for by name only where there are media").join(name)).unwrap();
    let wanted = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), wanted);
    let rgb = decoder.decode().unwrap();
    let (width, height) = decoder.dimensions().unwrap();
    Photograph { width, height, rgb }
}
