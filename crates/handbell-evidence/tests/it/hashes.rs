//! PDQ beside other programs' hashes of the same photographs.

use crate::corpus::{media, photo};
use handbell_evidence::pdq::{self, Hash};

/// Bits that our hash may be away from a published one, where the picture has enough in it to be hashed.
const APART: u32 = 10;

#[test]
fn our_hashes_are_those_that_other_programs_publish() {
    let Some(root) = media() else { return };
    let list = std::fs::read_to_string(root.join("pdq/reference_hashes.csv")).unwrap();
    let (mut compared, mut far) = (0, 0);
    for line in list.lines().skip(1) {
        let [file, program, hex] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let ours = pdq::hashed(&photo(&format!("pdq/{file}")).light()).unwrap();
        let theirs = Hash::from_hex(hex).unwrap();
        let distance = ours.hash.distance(&theirs);
        println!("{file} {program}: {distance} bits apart, quality {}", ours.quality);
        if ours.quality >= pdq::QUALITY_MIN {
            assert!(distance <= APART, "{file} {program}: {distance}");
            compared += 1;
        } else {
            assert!(["small.jpg", "q0003.jpg", "q0004.jpg"].contains(&file), "{file} has quality {}", ours.quality);
            far += 1;
        }
    }
    assert_eq!((compared, far), (18, 3), "each line of the list is looked at");
}
