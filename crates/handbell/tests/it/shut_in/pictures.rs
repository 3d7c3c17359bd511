//! Pictures: what the child makes of every one of the corpus, and what is left under a burnt box.

use super::{Orders, looked, made, media};
use handbell::shut_in::{Made, No};
use handbell_evidence::kind::{Kind, kind};
use handbell_evidence::strip::strip;
use handbell_rules::evidence::hiding::{Cover, KeyFrame, Rectangle};
use image::{ImageFormat, RgbImage};
use std::io::Cursor;

fn decoded(bytes: &[u8], format: ImageFormat) -> RgbImage {
    image::load_from_memory_with_format(bytes, format).unwrap().into_rgb8()
}

fn packed(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// A picture in which no two neighbours are alike.
fn speckled(width: u32, height: u32, seed: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let mixed = (x.wrapping_mul(73_856_093) ^ y.wrapping_mul(19_349_663) ^ seed).wrapping_mul(2_654_435_761);
        image::Rgb([(mixed >> 8) as u8, (mixed >> 16) as u8, (mixed >> 24) as u8])
    })
}

fn cover(x: u16, y: u16, width: u16, height: u16) -> Cover {
    let place = Rectangle::new(x, y, width, height).unwrap();
    Cover { path: vec![KeyFrame { at: 0, place }], from: 0, until: 0 }
}

fn burnt(bytes: &[u8], covers: &[Cover], exact: bool) -> Vec<u8> {
    let orders = Orders::Burn { covers: covers.to_vec(), exact };
    made(&orders, bytes).unwrap().unwrap().pieces.remove("public").unwrap()
}

#[test]
fn every_picture_of_the_corpus_is_shown_without_what_it_told() {
    let Some(root) = media() else { return };
    let mut shown = 0;
    for folder in ["c2pa", "exif", "pdq"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let bytes = std::fs::read(&path).unwrap();
            match (kind(&bytes), looked(&bytes)) {
                // Not by this child: see the tests of HEIC.
                (Ok(Kind::Heic), answer) => assert_eq!(answer.unwrap_err().name, "file-not-shown", "{name}"),
                (Ok(kind), answer) if kind.is_picture() => {
                    shown += 1;
                    sound(&name, &bytes, &answer.unwrap_or_else(|no| panic!("{name}: {}", no.words)));
                }
                (_, answer) => assert!(answer.is_err(), "{name}"),
            }
        }
    }
    println!("pictures: {shown} of the corpus shown");
    assert!(shown >= 30, "{shown}");
}

fn sound(name: &str, bytes: &[u8], made: &Made) {
    let preview = &made.pieces["preview"];
    let picture = decoded(preview, ImageFormat::Jpeg);
    assert!(picture.width().max(picture.height()) <= 1_600, "{name}");
    let upright = made.told.width > made.told.height;
    assert_eq!(picture.width() > picture.height(), upright, "{name}: the preview lies as the picture does");
    // The preview is its own cleaned copy: there is nothing in it to take away.
    assert!(strip(preview).unwrap().gone().is_empty(), "{name}: {:?}", strip(preview).unwrap().gone());
    let clean = &made.pieces["clean"];
    assert_eq!(clean, &strip(bytes).unwrap().bytes(bytes), "{name}");
    let again = looked(clean).unwrap();
    assert_eq!((again.told.taken.as_deref(), again.told.credentials), (None, false), "{name}: the cleaned copy tells nothing");
    assert_eq!(again.pieces["preview"], *preview, "{name}: not a pixel is another");
    assert!(made.told.asked.iter().chain(&made.told.stored).all(|mark| mark.hashed().is_some()), "{name}");
}

#[test]
fn what_files_say_of_themselves_is_what_other_programs_read() {
    let Some(root) = media() else { return };
    let table = std::fs::read_to_string(root.join("exif/exif_truth.csv")).unwrap();
    let mut said = 0;
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let bytes = std::fs::read(root.join("exif").join(cells[0])).unwrap();
        if !matches!(kind(&bytes), Ok(Kind::Jpeg)) {
            continue;
        }
        let truth = cells[cells.len() - 3];
        let here = looked(&bytes).unwrap().told.taken;
        // Where the table has the day the file was changed, the day it was taken may be another.
        let words = truth.replacen(':', "-", 2);
        match here {
            Some(here) if !truth.is_empty() => {
                said += u32::from(here.starts_with(&words));
                assert_eq!(here.len(), 19, "{}: {here}", cells[0]);
            }
            // The table's reader finds no camera notes in this one; exiftool finds the day it was changed.
            Some(here) => assert_eq!((cells[0], here.as_str()), ("no_exif.jpg", "2014-09-22 10:56:35")),
            None => assert!(truth.is_empty(), "{}: others read {truth}", cells[0]),
        }
    }
    assert!(said >= 4, "{said} times as in the table");
    for (name, carries) in [("A", false), ("I", false), ("C", true), ("CA", true), ("E-sig-CA", true), ("XCA", true)] {
        let bytes = std::fs::read(root.join(format!("c2pa/adobe-20220124-{name}.jpg"))).unwrap();
        assert_eq!(looked(&bytes).unwrap().told.credentials, carries, "{name}");
    }
}

#[test]
fn every_pixel_of_a_burnt_box_is_the_fill() {
    let picture = speckled(331, 207, 1);
    let bytes = packed(&picture, ImageFormat::Png);
    let covers = [cover(1_000, 2_000, 3_333, 2_500), cover(9_000, 9_000, 1_000, 1_000)];
    for (exact, format) in [(true, ImageFormat::Png), (false, ImageFormat::Jpeg)] {
        let public = burnt(&bytes, &covers, exact);
        let after = decoded(&public, format);
        assert_eq!(after.dimensions(), picture.dimensions());
        for cover in &covers {
            let [left, top, right, bottom] = cover.path[0].place.pixels(331, 207);
            for (x, y) in (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y))) {
                assert_eq!(after.get_pixel(x, y).0, [0, 0, 0], "{format:?} at {x}, {y}");
            }
        }
        // And it is no black picture: what is beside the boxes stayed.
        let same = after.enumerate_pixels().filter(|(x, y, pixel)| pixel.0 == picture.get_pixel(*x, *y).0).count();
        assert!(same > 50_000 || !exact, "{same} pixels stayed");
        assert!(after.pixels().filter(|pixel| pixel.0 != [0, 0, 0]).count() > 50_000);
        assert!(strip(&public).unwrap().gone().is_empty(), "nothing is told beside it");
    }
}

#[test]
fn originals_that_differ_only_under_the_box_make_the_same_public_copy() {
    // PROMISE nothing-is-under-the-box
    // Larger than what is published, so that it is made smaller on the way.
    let covers = [cover(2_003, 3_007, 2_499, 1_501)];
    let one = speckled(2_311, 1_409, 1);
    let [left, top, right, bottom] = covers[0].path[0].place.pixels(2_311, 1_409);
    let mut other = one.clone();
    for (x, y) in (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y))) {
        other.put_pixel(x, y, image::Rgb([255, 255, 255]));
    }
    let (one, other) = (packed(&one, ImageFormat::Png), packed(&other, ImageFormat::Png));
    assert_ne!(looked(&one).unwrap().pieces["preview"], looked(&other).unwrap().pieces["preview"]);
    for exact in [true, false] {
        let public = burnt(&one, &covers, exact);
        assert!(public == burnt(&other, &covers, exact), "exact: {exact}");
        assert!(public != burnt(&one, &[cover(0, 0, 100, 100)], exact), "another box, another copy");
    }
}

#[test]
fn what_shines_through_is_laid_on_white_and_never_comes_out() {
    let mut hidden = image::RgbaImage::from_pixel(64, 64, image::Rgba([10, 20, 30, 255]));
    hidden.put_pixel(5, 5, image::Rgba([200, 0, 0, 0]));
    let mut out = Cursor::new(Vec::new());
    hidden.write_to(&mut out, ImageFormat::Png).unwrap();
    let public = decoded(&burnt(&out.into_inner(), &[cover(5_000, 5_000, 1_000, 1_000)], true), ImageFormat::Png);
    assert_eq!((public.get_pixel(5, 5).0, public.get_pixel(4, 5).0), ([255, 255, 255], [10, 20, 30]));
}

#[test]
fn the_child_says_no_in_its_own_words() {
    let no: No = looked(b"nothing at all").unwrap_err();
    assert_eq!((no.name.as_str(), no.words.is_empty()), ("file-kind-unknown", false));
}
