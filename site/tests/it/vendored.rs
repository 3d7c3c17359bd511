//! What others wrote is what its package holds: the lock names each file, and each file is its hash.

use std::collections::BTreeMap;
use std::io::Read;

use handbell_site::VENDORED;
use sha2::{Digest, Sha256};

/// The lock's own lines, by path: package, version and hash.
fn locked() -> BTreeMap<String, BTreeMap<String, String>> {
    let mut files: Vec<BTreeMap<String, String>> = Vec::new();
    for line in include_str!("../../vendor/lock.toml").lines() {
        if line == "[[file]]" {
            files.push(BTreeMap::new());
        } else if let Some((key, value)) = line.split_once(" = ") {
            files.last_mut().expect("a line belongs to a file").insert(key.to_owned(), value.trim_matches('"').to_owned());
        }
    }
    files.into_iter().map(|file| (file["path"].clone(), file)).collect()
}

#[test]
fn every_vendored_file_is_what_the_lock_says_and_has_its_licence() {
    let locked = locked();
    let notes = include_str!("../../vendor/README.md");
    assert_eq!(locked.keys().map(String::as_str).collect::<Vec<_>>(), {
        let mut names = VENDORED.map(|file| file.name).to_vec();
        names.sort_unstable();
        names
    });
    for file in VENDORED {
        let lock = &locked[file.name];
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(file.packed).read_to_end(&mut plain).unwrap();
        let digest: String = Sha256::digest(&plain).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, lock["sha256"], "{}", file.name);
        assert!(notes.contains(&format!("`{}` {}", lock["package"], lock["version"])), "{} is in no notice", file.name);
        assert!(file.path.starts_with("/assets/vendor/") && file.packed.starts_with(&[0x1f, 0x8b]), "{}", file.path);
    }
    assert!(VENDORED.iter().map(|file| file.packed.len()).sum::<usize>() < 1_000_000, "the binary grows by less than a megabyte");
}
