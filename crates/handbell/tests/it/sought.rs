//! Sought: words and salts that must be nowhere, looked for as they are, in hex and in base64.
//!
//! Base64 writes three bytes as four letters, so the same bytes among others have three spellings, by where they begin. Of
//! each the middle is looked for, which neither a neighbour nor the padding changes.

use crate::recorded::files;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// See the module.
pub struct Sought {
    spellings: BTreeSet<Vec<u8>>,
    /// For each two bytes, whether a spelling begins with them.
    begins: Vec<bool>,
}

fn spellings(bytes: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut found = vec![bytes.to_vec(), hex.to_uppercase().into_bytes(), hex.into_bytes()];
    for begins in 0..3 {
        let whole = (bytes.len() - begins) / 3 * 3;
        let middle = &bytes[begins..begins + whole];
        found.extend([STANDARD_NO_PAD.encode(middle), URL_SAFE_NO_PAD.encode(middle)].map(String::into_bytes));
    }
    found
}

fn pair(first: u8, second: u8) -> usize {
    usize::from(u16::from_be_bytes([first, second]))
}

impl Sought {
    /// Looks for any of these.
    pub fn any_of<'a>(all: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let spellings: BTreeSet<Vec<u8>> = all.into_iter().flat_map(spellings).collect();
        let mut begins = vec![false; 1 << 16];
        for spelling in &spellings {
            begins[pair(spelling[0], spelling[1])] = true;
        }
        Self { spellings, begins }
    }

    /// Whether any of them stands in these bytes.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        // Nearly every place is passed over by its first two bytes.
        let mut places = bytes.windows(2).enumerate().filter(|(_, two)| self.begins[pair(two[0], two[1])]);
        places.any(|(place, _)| self.spellings.iter().any(|spelling| bytes[place..].starts_with(spelling)))
    }

    /// The files below a folder in which any of them stands.
    pub fn holding(&self, below: &Path) -> Vec<PathBuf> {
        let holds = |path: &PathBuf| {
            // A socket is no file that holds anything; every other one is read, or the search has not been everywhere.
            let plain = std::fs::metadata(path).unwrap().is_file();
            plain && self.is_in(&std::fs::read(path).unwrap_or_else(|why| panic!("{}: {why}", path.display())))
        };
        files(below).into_iter().filter(holds).collect()
    }
}

#[test]
fn what_is_sought_is_found_in_every_spelling_wherever_it_begins() {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};
    // Among its letters are those in which the two alphabets differ.
    let salt: Vec<u8> = (0..32).map(|number: u8| number.wrapping_mul(67) ^ 0xfb).collect();
    let sought = Sought::any_of([&salt[..], &b"quillfeather"[..]]);
    for held in [&salt[..], &b"quillfeather"[..]] {
        for (before, after) in (0..4).flat_map(|before| (0..4).map(move |after| (before, after))) {
            let among = [vec![7; before], held.to_vec(), vec![200; after]].concat();
            assert!(sought.is_in(&among));
            for engine in [STANDARD, URL_SAFE, STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
                assert!(sought.is_in(format!("{{\"salt\":\"{}\"}}", engine.encode(&among)).as_bytes()), "{before}, {after}");
            }
            let hex: String = among.iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(sought.is_in(hex.as_bytes()) && sought.is_in(hex.to_uppercase().as_bytes()), "{before}, {after}");
        }
        assert!(!sought.is_in(&held[1..]) && !sought.is_in(&held[..held.len() - 1]));
    }
    assert!(!sought.is_in(b"") && !sought.is_in(b"q") && !sought.is_in(STANDARD.encode("quill feathers").as_bytes()));
}
