//! HEIC: heif-convert within the walls, on every HEIC of the corpus and on made ones, held against exiftool.

use super::{SHUT, filmed, heif, media, required};
use handbell::shut_in::{Broke, Developed, Input, No, developed};
use handbell_evidence::kind::{Kind, kind};
use handbell_evidence::pdq::Hashed;
use handbell_evidence::strip::strip;
use std::path::Path;
use std::process::Command;

fn made(bytes: &[u8]) -> Result<Result<Developed, No>, Broke> {
    developed(&SHUT, Kind::Heic, &Input::bytes(bytes).unwrap(), bytes.len() as u64)
}

fn run(program: &str, words: &[&str]) -> Option<String> {
    let found = Command::new(program).args(words).output();
    assert!(found.is_ok() || !required(), "the program `{program}` is missing");
    match found {
        Ok(output) => {
            assert!(output.status.success(), "{program} {words:?}: {}", String::from_utf8_lossy(&output.stderr));
            Some(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        Err(_) => {
            println!("skipped: no {program}");
            None
        }
    }
}

/// Whether any of these words stands in it, as it is or with a zero between every two letters.
fn holds(bytes: &[u8], word: &str) -> bool {
    let wide: Vec<u8> = word.bytes().flat_map(|letter| [letter, 0]).collect();
    [word.as_bytes(), &wide].iter().any(|word| bytes.windows(word.len()).any(|window| window == *word))
}

#[test]
fn every_heic_of_the_corpus_is_shown_without_what_it_told() {
    let (Some(root), Some(_)) = (media(), heif()) else { return };
    let mut shown = 0;
    for entry in std::fs::read_dir(root.join("exif")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        if kind(&bytes) != Ok(Kind::Heic) {
            continue;
        }
        let developed = made(&bytes).unwrap().unwrap();
        shown += 1;
        let (preview, clean) = (developed.preview.as_ref().unwrap(), developed.clean.as_ref().unwrap());
        assert_eq!((preview.media_type, clean.media_type), ("image/jpeg", "image/jpeg"));
        assert!(strip(&clean.bytes).unwrap().gone().is_empty() && strip(&preview.bytes).unwrap().gone().is_empty(), "{path:?}");
        let size = image::load_from_memory(&clean.bytes).unwrap();
        assert_eq!((size.width(), size.height()), (developed.told.width, developed.told.height), "{path:?}");
        assert!(developed.hashes().is_some(), "{path:?}");
        if path.ends_with("IMG_5195.HEIC") {
            assert!(developed.told.taken.as_deref().is_some_and(|taken| taken.starts_with("2021-04-11 15:47:53")), "{:?}", developed.told);
            assert!(
                ["Apple", "iPhone"].iter().all(|word| holds(&bytes, word) && !holds(&clean.bytes, word) && !holds(&preview.bytes, word))
            );
        }
    }
    println!("heic: {shown} of the corpus shown");
    assert!(shown >= 3, "{shown}");
}

/// A HEIC that Debian's heif-enc makes of a picture by ffmpeg, with these words to it.
fn encoded(folder: &Path, planted: &[&str]) -> Option<Vec<u8>> {
    heif()?;
    let (from, to) = (folder.join("from.jpg"), folder.join("to.heic"));
    // Left dark, right light, and wider than high, so that a wrong turn shows.
    let drawn = ["-f", "lavfi", "-i", "gradients=size=320x192:c0=black:c1=white:x0=0:y0=0:x1=319:y1=0:speed=0.00001:duration=1"];
    std::fs::write(&from, filmed(&[&drawn[..], &["-frames:v", "1", "-c:v", "mjpeg", "-q:v", "2", "-f", "mjpeg"]].concat())).unwrap();
    if !planted.is_empty() {
        run("exiftool", &[&["-q", "-n", "-overwrite_original"], planted, &[from.to_str().unwrap()]].concat())?;
    }
    run("heif-enc", &[from.to_str().unwrap(), "-o", to.to_str().unwrap()])?;
    Some(std::fs::read(to).unwrap())
}

#[test]
fn nothing_that_was_planted_in_a_heic_is_left_in_its_copies() {
    let folder = tempfile::tempdir().unwrap();
    let planted = [
        "-Make=PlantedMake",
        "-Artist=PlantedArtist",
        "-GPSLatitude=51.4700",
        "-GPSLatitudeRef=N",
        "-XMP:Creator=PlantedCreator",
        "-Orientation=6",
    ];
    let Some(bytes) = encoded(folder.path(), &planted) else { return };
    for word in ["PlantedMake", "PlantedArtist", "PlantedCreator"] {
        assert!(holds(&bytes, word), "{word} is in the original");
    }
    let developed = made(&bytes).unwrap().unwrap();
    for copy in [developed.preview.unwrap(), developed.clean.unwrap()] {
        let path = folder.path().join("copy.jpg");
        std::fs::write(&path, &copy.bytes).unwrap();
        let Some(said) = run("exiftool", &["-a", "-u", "-g1", path.to_str().unwrap()]) else { return };
        assert!(!said.contains("Planted") && !said.contains("GPS") && !said.contains("Orientation"), "{}: {said}", copy.word);
        assert!(!holds(&copy.bytes, "Planted"));
        // Its notes say that it is to be turned; heif-convert has turned whatever is to be turned.
        let picture = image::load_from_memory(&copy.bytes).unwrap().into_luma8();
        assert_eq!(picture.dimensions(), (320, 192), "{}", copy.word);
        assert!(picture.get_pixel(10, 96).0[0] < 60 && picture.get_pixel(310, 96).0[0] > 180, "{}", copy.word);
    }
}

#[test]
fn a_heic_and_a_jpeg_of_it_are_found_by_one_another() {
    let folder = tempfile::tempdir().unwrap();
    if heif().is_none() {
        return;
    }
    let from =
        filmed(&["-f", "lavfi", "-i", "mandelbrot=size=640x480:rate=1", "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "2", "-f", "mjpeg"]);
    let (jpg, heic) = (folder.path().join("a.jpg"), folder.path().join("a.heic"));
    std::fs::write(&jpg, &from).unwrap();
    if run("heif-enc", &[jpg.to_str().unwrap(), "-o", heic.to_str().unwrap()]).is_none() {
        return;
    }
    let first = |developed: Developed| developed.told.asked.first().and_then(|mark| mark.hashed()).unwrap();
    let one: Hashed = first(made(&std::fs::read(heic).unwrap()).unwrap().unwrap());
    let input = Input::bytes(&from).unwrap();
    let other = first(handbell::shut_in::developed(&SHUT, Kind::Jpeg, &input, from.len() as u64).unwrap().unwrap());
    assert!(one.hash.distance(&other.hash) <= 16, "{} bits apart", one.hash.distance(&other.hash));
}

/// A HEIC of a black picture and of so many white ones behind it; none where heif-enc is missing.
fn several(folder: &Path, white: usize) -> Option<Vec<u8>> {
    heif()?;
    let paths = ["black", "white"].map(|colour| {
        let path = folder.join(format!("{colour}.jpg"));
        let drawn = format!("color={colour}:size=64x64");
        std::fs::write(&path, filmed(&["-f", "lavfi", "-i", &drawn, "-frames:v", "1", "-c:v", "mjpeg", "-f", "mjpeg"])).unwrap();
        path.to_str().unwrap().to_owned()
    });
    let to = folder.join("several.heic");
    let whites = std::iter::repeat_n(paths[1].as_str(), white);
    let words: Vec<&str> = std::iter::once(paths[0].as_str()).chain(whites).chain(["-o", to.to_str().unwrap()]).collect();
    run("heif-enc", &words)?;
    Some(std::fs::read(to).unwrap())
}

/// With 70 there are more than there are names for: what heif-convert complains of then is no part of the first.
#[test]
fn of_several_pictures_in_one_heic_the_first_is_shown() {
    for white in [2, 70] {
        let folder = tempfile::tempdir().unwrap();
        let Some(bytes) = several(folder.path(), white) else { return };
        let developed = made(&bytes).unwrap().unwrap();
        let picture = image::load_from_memory(&developed.preview.unwrap().bytes).unwrap().into_luma8();
        assert_eq!(picture.dimensions(), (64, 64), "{white}");
        assert!(picture.get_pixel(32, 32).0[0] < 30, "{white}: {}", picture.get_pixel(32, 32).0[0]);
    }
}

#[test]
fn a_heic_that_is_cut_off_is_refused_and_a_damaged_one_tells_no_more_than_a_whole_one() {
    let folder = tempfile::tempdir().unwrap();
    let Some(good) = encoded(folder.path(), &["-Make=PlantedMake", "-Artist=PlantedArtist"]) else { return };
    assert!(holds(&good, "Planted"));
    for cut in [good.len() / 2, good.len() - 20] {
        let answer = made(&good[..cut]);
        assert!(answer.as_ref().is_err() || answer.unwrap().is_err(), "cut at {cut}");
    }
    let mut refused = 0;
    // Its second half, its last hundred bytes, a few in the middle of what is decoded.
    for (from, until) in [(good.len() / 2, good.len()), (good.len() - 100, good.len()), (good.len() * 3 / 4, good.len() * 3 / 4 + 8)] {
        let mut changed = good.clone();
        changed[from..until].fill(0xff);
        match made(&changed) {
            Ok(Ok(developed)) => {
                for copy in [developed.preview.unwrap(), developed.clean.unwrap()] {
                    assert!(!holds(&copy.bytes, "Planted"), "{from}..{until}: {}", copy.word);
                    let picture = image::load_from_memory(&copy.bytes).unwrap();
                    assert_eq!((picture.width(), picture.height()), (320, 192), "{from}..{until}: {}", copy.word);
                }
            }
            // An answer of its own, or a child that ended: never that the machine was in the way.
            Ok(Err(no)) => {
                assert!(!no.words.is_empty());
                refused += 1;
            }
            Err(broke) => {
                assert!(matches!(broke, Broke::Ended(..) | Broke::Misread(_) | Broke::TooLong | Broke::TooMuch), "{broke}");
                refused += 1;
            }
        }
    }
    println!("damaged: {refused} of 3 refused");
}
