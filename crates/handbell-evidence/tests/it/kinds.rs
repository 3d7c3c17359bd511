//! Real files are what their makers say they are.

use crate::corpus::files;
use handbell_evidence::Refusal;
use handbell_evidence::kind::{Kind, kind};

#[test]
fn every_file_of_the_corpus_is_told_by_its_content() {
    for (name, bytes) in files() {
        let end = name.rsplit('.').next().unwrap().to_lowercase();
        let wanted = match end.as_str() {
            "jpg" => Ok(Kind::Jpeg),
            "webp" => Ok(Kind::WebP),
            "heic" | "heif" => Ok(Kind::Heic),
            "mp4" => Ok(Kind::Mp4),
            "mov" => Ok(Kind::Mov),
            "tiff" => Err(Refusal::NotTaken("TIFF")),
            "csv" | "txt" => Err(Refusal::Unknown),
            other => panic!("{name}: nothing is known of .{other}"),
        };
        assert_eq!(kind(&bytes), wanted, "{name}");
    }
}

#[test]
fn no_real_file_is_two_things_and_each_is_with_an_archive_behind_it() {
    let end = [&b"PK\x01\x02"[..], &[0; 42], b"PK\x05\x06\0\0\0\0\x01\0\x01\0\x2e\0\0\0\0\0\0\0\0\0"].concat();
    for (name, bytes) in files() {
        if let Ok(kind_of) = kind(&bytes) {
            assert_eq!(kind(&[bytes, end.clone()].concat()), Err(Refusal::TwoThings(kind_of.name())), "{name}");
        }
    }
}
