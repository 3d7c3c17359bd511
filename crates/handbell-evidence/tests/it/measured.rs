//! Measured: which changes a picture's hashes survive, on real photographs, and how far strangers stay apart.
//!
//! The table that this prints stands in `docs/formats/pdq.md`. Here stand its floors: what was once found is found.

use crate::corpus::{media, photo};
use crate::photograph::Photograph;
use handbell_evidence::pdq::{self, Hashed, MATCH};

/// Photographs of different things, each with enough in it to be hashed.
const SCENES: &[&str] = &[
    "pdq/aaa-orig.jpg",
    "pdq/wee.jpg",
    "pdq/q0122.jpg",
    "exif/DSCN0010.jpg",
    "exif/DSCN0012.jpg",
    "exif/DSCN0021.jpg",
    "exif/landscape_1.jpg",
    "exif/portrait_8.jpg",
    "exif/Canon_40D_photoshop_import.jpg",
    "exif/BlueSquare.jpg",
    "exif/no_exif.jpg",
    "exif/45-gps_ifd.jpg",
    "exif/long_description.jpg",
    "exif/image01551.jpg",
    "exif/image02206.jpg",
    "c2pa/adobe-20220124-A.jpg",
];

/// A change, how many scenes are found by one hash each and by the stored and asked ones, at the least.
struct Change {
    name: &'static str,
    of: fn(&Photograph) -> Photograph,
    plain: usize,
    mended: usize,
}

const CHANGES: &[Change] = &[
    Change { name: "nothing", of: |p| p.clone(), plain: 16, mended: 16 },
    Change { name: "saved again at quality 20", of: |p| p.saved(20), plain: 15, mended: 15 },
    Change { name: "half the size", of: |p| p.halved(), plain: 12, mended: 12 },
    Change { name: "cut by 2 %", of: |p| p.cropped(2), plain: 12, mended: 16 },
    Change { name: "cut by 5 %", of: |p| p.cropped(5), plain: 2, mended: 15 },
    Change { name: "cut by 10 %", of: |p| p.cropped(10), plain: 0, mended: 15 },
    Change { name: "cut by 18 %", of: |p| p.cropped(18), plain: 0, mended: 15 },
    Change { name: "lowest 12 % gone", of: |p| p.shortened(12), plain: 0, mended: 13 },
    Change { name: "bars of 5 %", of: |p| p.framed(p.width / 20, p.height / 20, [0; 3]), plain: 0, mended: 14 },
    Change { name: "bars to 9 : 16", of: Photograph::upright, plain: 0, mended: 12 },
    Change { name: "caption over the lowest 15 %", of: |p| p.captioned(15, false), plain: 3, mended: 11 },
    Change { name: "caption of 15 % below", of: |p| p.captioned(15, true), plain: 0, mended: 13 },
    Change { name: "a mark in the corner", of: Photograph::marked, plain: 9, mended: 10 },
    Change { name: "a region blurred", of: Photograph::blurred, plain: 13, mended: 13 },
    Change { name: "mirrored", of: Photograph::mirrored, plain: 0, mended: 16 },
    Change { name: "turned by 90°", of: Photograph::quarter, plain: 0, mended: 16 },
    Change { name: "turned by 2°, cut", of: |p| p.turned(2.0, true), plain: 0, mended: 13 },
    Change { name: "turned by 3°, cut", of: |p| p.turned(3.0, true), plain: 0, mended: 13 },
    Change { name: "turned by 3°, black corners", of: |p| p.turned(3.0, false), plain: 0, mended: 10 },
    Change {
        name: "bars, saved at 20 and half the size",
        of: |p| p.framed(0, p.height / 8, [255; 3]).halved().saved(20),
        plain: 0,
        mended: 9,
    },
];

/// As large as people send it to one another.
fn passed_on(mut photo: Photograph) -> Photograph {
    while photo.width.max(photo.height) > 1_400 {
        photo = photo.halved();
    }
    photo
}

fn nearest(stored: &[Hashed], asked: &[Hashed]) -> u32 {
    stored.iter().flat_map(|one| asked.iter().map(|other| one.hash.distance(&other.hash))).min().unwrap_or(256)
}

#[test]
fn copies_are_found_as_often_as_they_were_and_strangers_stay_apart() {
    if media().is_none() {
        return;
    }
    let scenes: Vec<Photograph> = SCENES.iter().map(|name| passed_on(photo(name))).collect();
    let stored: Vec<Vec<Hashed>> = scenes.iter().map(|scene| pdq::stored(&scene.light())).collect();
    for (name, hashes) in SCENES.iter().zip(&stored) {
        println!("{name}: {} stored", hashes.len());
        assert!(hashes.len() >= 20, "{name}");
    }
    println!("| change | found by one hash | found by those stored and asked | strangers within 31 | nearest stranger |");
    for change in CHANGES {
        let changed: Vec<_> = scenes.iter().map(|scene| (change.of)(scene).light()).collect();
        let asked: Vec<Vec<Hashed>> = changed.iter().map(pdq::asked).collect();
        let one = |at: usize| pdq::hashed(&changed[at]).unwrap().hash.distance(&pdq::hashed(&scenes[at].light()).unwrap().hash);
        let plain = (0..scenes.len()).filter(|at| one(*at) <= MATCH).count();
        let mended: Vec<u32> = (0..scenes.len()).map(|at| nearest(&stored[at], &asked[at])).collect();
        let (mut strange, mut closest) = (0, 256);
        for (at, hashes) in asked.iter().enumerate() {
            for (other, _) in stored.iter().enumerate().filter(|(other, _)| *other != at) {
                let distance = nearest(&stored[other], hashes);
                strange += usize::from(distance <= MATCH);
                closest = closest.min(distance);
            }
        }
        let found = mended.iter().filter(|distance| **distance <= MATCH).count();
        println!("| {} | {plain} | {found} | {strange} | {closest} | {mended:?}", change.name);
        assert!(strange == 0 && closest >= 80, "{}: a stranger is {closest} bits away", change.name);
        assert!(plain >= change.plain && found >= change.mended, "{}", change.name);
    }
}
