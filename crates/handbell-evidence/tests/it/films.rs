//! Films of the corpus, decoded by `ffmpeg` one frame a second: what two versions of one share, and strangers do not.

use crate::corpus::media;
use crate::stripped::{has, room, run};
use handbell_evidence::bank::Bank;
use handbell_evidence::frames::{Frames, HELD};
use handbell_evidence::pdq::{self, MATCH};
use handbell_evidence::picture::Picture;
use std::path::Path;
use std::process::Command;

/// The frames of a film, five a second: the corpus's films last seconds.
fn frames(film: &Path) -> Frames {
    let name = film.to_str().unwrap();
    let sides = run("ffprobe", &["-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height", "-of", "csv=p=0", name]);
    let sides: Vec<usize> = sides.lines().next().unwrap().split(',').take(2).map(|side| side.trim().parse().unwrap()).collect();
    let words = ["-v", "error", "-noautorotate", "-i", name, "-map", "0:v:0", "-vf", "fps=5,format=gray", "-f", "rawvideo", "-"];
    let output = Command::new("ffmpeg").args(words).output().unwrap();
    let pictures = output.stdout.chunks_exact(sides[0] * sides[1]);
    Frames::of(pictures.filter_map(|grey| pdq::hashed(&Picture::from_grey(sides[0], sides[1], grey).unwrap())))
}

#[test]
fn two_versions_of_a_film_share_their_frames_and_strangers_none() {
    let Some(root) = media() else { return };
    if !has("ffmpeg", "-version") {
        return;
    }
    let folder = room("films");
    let names = [
        "video/pattern-sd-grey-bar.mp4",
        "video/pattern-sd-with-small-logo-bar.mp4",
        "exif/with-gps.mov",
        "video/test-padded-dimensions.mp4",
    ];
    let films: Vec<Frames> = names.iter().map(|name| frames(&root.join(name))).collect();
    let bank =
        Bank::of(films.iter().zip(0..).flat_map(|(film, item)| film.hashes().iter().map(move |hash| (*hash, item)).collect::<Vec<_>>()));
    for (one, name) in names.iter().enumerate() {
        println!("{name}: {} frames", films[one].hashes().len());
        for other in one + 1..names.len() {
            let shared = films[one].shared(&films[other], MATCH);
            println!("{name} and {}: {shared:?}", names[other]);
            let versions = (one, other) == (0, 1);
            assert_eq!(shared.first > 0.0 || shared.second > 0.0, versions, "{name} and {}", names[other]);
        }
    }
    for (number, name) in names.iter().enumerate() {
        let copy = folder.join(format!("{number}.mp4"));
        let source = root.join(name);
        let worse = [
            "-v",
            "error",
            "-noautorotate",
            "-i",
            source.to_str().unwrap(),
            "-an",
            "-vf",
            "scale=iw/4*2:ih/4*2",
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            "-crf",
            "36",
            "-pix_fmt",
            "yuv420p",
        ];
        run("ffmpeg", &[&worse[..], &[copy.to_str().unwrap()]].concat());
        let shared = films[number].shared(&frames(&copy), MATCH);
        println!("{name}, half the size and much compressed: {shared:?}");
        if !films[number].hashes().is_empty() {
            assert!(shared.first >= HELD, "{name}: {shared:?}");
            let found = frames(&copy).found_in(&bank);
            assert!(found[0].0 as usize == number || number < 2 && found[0].0 < 2, "{name}: {found:?}");
        }
    }
}
