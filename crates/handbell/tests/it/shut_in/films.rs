//! Films: ffmpeg within the walls, and what is left under a box that moves.

use super::{LIMITS, Orders, SHUT, ffmpeg, filmed, made, media};
use handbell::shut_in::{Input, film};
use handbell_evidence::kind::{Kind, kind};
use handbell_rules::evidence::hiding::{Cover, KeyFrame, Rectangle, places};

/// Frames of a film as rows of grey, outside the walls.
fn frames(bytes: &[u8], width: usize, height: usize) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in");
    std::fs::write(&path, bytes).unwrap();
    let grey = filmed(&["-i", path.to_str().unwrap(), "-f", "rawvideo", "-pix_fmt", "gray"]);
    assert_eq!(grey.len() % (width * height), 0);
    grey.chunks_exact(width * height).map(<[u8]>::to_vec).collect()
}

/// Every tag and every stream that ffprobe finds.
fn probed(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in");
    std::fs::write(&path, bytes).unwrap();
    let words = ["-v", "error", "-show_entries", "stream=codec_type:stream_tags:format_tags:chapter", "-of", "default=nw=1"];
    let out = std::process::Command::new("ffprobe").args(words).arg(&path).output().unwrap();
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn a_film_is_shown_without_sound_and_without_what_it_told() {
    if ffmpeg().is_none() {
        return;
    }
    let Some(root) = media() else { return };
    for name in ["exif/with-gps.mp4", "exif/with-gps.mov", "video/pattern-sd-grey-bar.mp4", "video/test-padded-dimensions.mp4"] {
        let bytes = std::fs::read(root.join(name)).unwrap();
        let (kind, input) = (kind(&bytes).unwrap(), Input::bytes(&bytes).unwrap());
        let leaf = made(&Orders::Leaf, &bytes).unwrap().unwrap();
        assert_eq!(leaf.told.not_cleaned, None, "{name}");
        let shown = film::working(&SHUT, kind, &input, &LIMITS).unwrap_or_else(|broke| panic!("{name}: {broke}"));
        let told = probed(&shown);
        assert_eq!(told.matches("codec_type=").count(), 1, "{name}: pictures alone, {told}");
        for word in ["location", "creation_time", "com.apple", "title", "comment", "make", "model"] {
            assert!(!told.contains(word), "{name}: {told}");
        }
        let milliseconds = film::milliseconds(&SHUT, kind, &input, &LIMITS).unwrap();
        let stills = film::stills(&SHUT, kind, &input, film::seconds_apart(milliseconds), &LIMITS).unwrap().unwrap();
        let seconds = usize::try_from(milliseconds / 1_000).unwrap();
        assert!(stills.told.stills.len().abs_diff(seconds) <= 1, "{name}: {} stills of {milliseconds} ms", stills.told.stills.len());
        assert_eq!(stills.told.stills.len(), stills.pieces.len(), "{name}");
    }
    let bytes = std::fs::read(root.join("exif/with-gps.mov")).unwrap();
    let taken = made(&Orders::Leaf, &bytes).unwrap().unwrap().told.taken;
    assert_eq!(taken.as_deref().map(|taken| &taken[..13]), Some("2019-07-24 08"), "11:25 where it was filmed");
}

/// A film without loss, in which a patch is another in each of two.
fn patched(patch: &str, format: &[&str]) -> Vec<u8> {
    let drawing = format!("testsrc2=size=320x176:rate=25:duration=2,drawbox=x=96:y=48:w=64:h=48:color={patch}:t=fill,format=yuv420p");
    let mut words = vec!["-f", "lavfi", "-i", drawing.as_str(), "-an"];
    words.extend(format);
    filmed(&words)
}

fn covers() -> Vec<Cover> {
    // Over the patch for the whole film, and one that moves across it.
    let still = Rectangle::new(3_000, 2_727, 2_000, 2_728).unwrap();
    let moving = |x: u16| Rectangle::new(x, 6_500, 1_500, 2_000).unwrap();
    let path = vec![KeyFrame { at: 200, place: moving(0) }, KeyFrame { at: 1_400, place: moving(8_500) }];
    vec![Cover { path: vec![KeyFrame { at: 0, place: still }], from: 0, until: 2_000 }, Cover { path, from: 200, until: 1_600 }]
}

#[test]
fn films_that_differ_only_under_the_box_make_the_same_public_copy_and_every_frame_is_filled() {
    if ffmpeg().is_none() {
        return;
    }
    for (kind, format) in [
        (Kind::Mp4, &["-c:v", "libx264", "-qp", "0", "-f", "mp4"][..]),
        (Kind::WebM, &["-c:v", "libvpx-vp9", "-lossless", "1", "-cpu-used", "8", "-f", "webm"][..]),
    ] {
        let burnt = |patch: &str| {
            let input = Input::bytes(&patched(patch, format)).unwrap();
            film::burnt(&SHUT, kind, &input, &covers(), &LIMITS).unwrap_or_else(|broke| panic!("{kind:?}: {broke}"))
        };
        let (one, other) = (burnt("red"), burnt("white"));
        assert!(one == other, "{kind:?}: something of what is under the box came through");
        let plain = |patch: &str| frames(&patched(patch, format), 320, 176);
        assert_ne!(plain("red"), plain("white"), "they are different films");
        let after = frames(&one, 320, 176);
        assert_eq!(after.len(), 50, "{kind:?}");
        let (mut worst, mut points) = (0u8, 0);
        for (number, frame) in (0u32..).zip(&after) {
            let boxes = places(&covers(), number);
            assert_eq!(boxes.len(), if (5..=40).contains(&number) { 2 } else { 1 });
            for place in boxes {
                let [left, top, right, bottom] = place.pixels(320, 176);
                for (x, y) in (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y))) {
                    worst = worst.max(frame[(y * 320 + x) as usize]);
                    points += 1;
                }
            }
            let light = frame.iter().filter(|level| **level > 60).count();
            assert!(light > 15_000, "{kind:?}, frame {number}: {light} points beside the boxes");
        }
        println!("{kind:?}: {points} points under boxes, the lightest {worst} of 255");
        assert!(worst <= FILL_ERROR, "{kind:?}: {worst}");
        assert_eq!(probed(&one).matches("codec_type=").count(), 1);
    }
}

/// How far packing may take a filled point from black, of 255.
const FILL_ERROR: u8 = 4;

#[test]
fn one_frame_of_a_film_is_the_frame_of_that_number() {
    if ffmpeg().is_none() {
        return;
    }
    let input = Input::bytes(&patched("red", &["-c:v", "libx264", "-qp", "0", "-f", "mp4"])).unwrap();
    let shown = film::working(&SHUT, Kind::Mp4, &input, &LIMITS).unwrap();
    let all = frames(&shown, 320, 176);
    let input = Input::bytes(&shown).unwrap();
    for number in [0u32, 1, 24, 25, 49] {
        let frame = film::frame(&SHUT, &input, number, &LIMITS).unwrap().unwrap();
        let still = image::load_from_memory(&frame.pieces["frame"]).unwrap().into_luma8();
        let far = |other: &[u8]| -> u64 { still.as_raw().iter().zip(other).map(|(one, two)| u64::from(one.abs_diff(*two))).sum() };
        let nearest = (0..all.len()).min_by_key(|at| far(&all[*at])).unwrap();
        assert_eq!(nearest, number as usize);
    }
}

#[test]
fn stills_are_spread_over_a_film_of_any_length() {
    assert_eq!([0, 60_000, 60_001, 600_000, u64::MAX].map(film::seconds_apart), [1, 1, 2, 10, 10]);
    if ffmpeg().is_none() {
        return;
    }
    let long = ["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=5:duration=150", "-c:v", "libx264", "-preset", "ultrafast", "-f", "mp4"];
    let bytes = filmed(&long);
    let developed = handbell::shut_in::developed(&SHUT, Kind::Mp4, &Input::bytes(&bytes).unwrap(), bytes.len() as u64).unwrap().unwrap();
    let at: Vec<u64> = developed.stills.iter().map(|still| still.at.unwrap()).collect();
    assert!((50..=51).contains(&at.len()), "{} stills", at.len());
    assert!(at.iter().zip(0..).all(|(at, number)| *at == number * 3_000), "{at:?}");
    // What a still shows is what the film shows then.
    let shown = frames(&developed.preview.unwrap().bytes, 64, 64);
    let still = image::load_from_memory(&developed.stills[20].bytes).unwrap().into_luma8();
    let far = |other: &[u8]| -> u64 { still.as_raw().iter().zip(other).map(|(one, two)| u64::from(one.abs_diff(*two))).sum() };
    let nearest = (0..shown.len()).min_by_key(|at| far(&shown[*at])).unwrap();
    assert!(nearest.abs_diff(60 * 25) <= 25, "frame {nearest}");
}

#[test]
fn a_frame_is_looked_at_as_large_as_the_public_gets_it() {
    if ffmpeg().is_none() {
        return;
    }
    let wide = ["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25:duration=1", "-c:v", "libx264", "-preset", "ultrafast", "-f", "mp4"];
    let public = film::burnt(&SHUT, Kind::Mp4, &Input::bytes(&filmed(&wide)).unwrap(), &covers(), &LIMITS).unwrap();
    let frame = handbell::shut_in::framed(&SHUT, &Input::bytes(&public).unwrap(), 3).unwrap();
    let frame = image::load_from_memory(&frame).unwrap();
    assert_eq!((frame.width(), frame.height()), (1_280, 720));
}

#[test]
fn a_recording_is_heard_without_what_it_told_and_its_length_is_known() {
    if ffmpeg().is_none() {
        return;
    }
    for (kind, codec, format) in [(Kind::Wav, "pcm_s16le", "wav"), (Kind::Flac, "flac", "flac"), (Kind::M4a, "aac", "ipod")] {
        let said = ["-metadata", "title=PlantedTitle", "-metadata", "artist=PlantedArtist"];
        let sine = ["-f", "lavfi", "-i", "sine=frequency=440:duration=3", "-c:a", codec];
        let bytes = filmed(&[&sine[..], &said, &["-f", format]].concat());
        let planted = |bytes: &[u8]| bytes.windows(7).any(|window| window == b"Planted");
        assert!(planted(&bytes), "{kind:?}: it is in the original");
        assert_eq!(handbell_evidence::kind::kind(&bytes), Ok(kind));
        let milliseconds = film::milliseconds(&SHUT, kind, &Input::bytes(&bytes).unwrap(), &LIMITS).unwrap();
        assert!(milliseconds.abs_diff(3_000) < 120, "{kind:?}: {milliseconds}");
        let developed = handbell::shut_in::developed(&SHUT, kind, &Input::bytes(&bytes).unwrap(), bytes.len() as u64).unwrap().unwrap();
        assert_eq!(developed.told.milliseconds, Some(milliseconds));
        assert!(developed.clean.is_none() && developed.stills.is_empty() && developed.suggested.is_none());
        let heard = developed.preview.unwrap();
        assert_eq!((heard.media_type, planted(&heard.bytes)), ("audio/mp4", false));
        assert_eq!(handbell_evidence::kind::kind(&heard.bytes).map(Kind::is_picture), Ok(false));
        let input = Input::bytes(&heard.bytes).unwrap();
        let again = film::milliseconds(&SHUT, Kind::M4a, &input, &LIMITS).unwrap();
        assert!(again.abs_diff(3_000) < 120, "{kind:?}: {again} of the copy");
        assert!(film::working(&SHUT, Kind::Mp4, &input, &LIMITS).is_err(), "there is no picture in it");
        for word in ["Lavf", "Lavc"] {
            assert!(!heard.bytes.windows(word.len()).any(|window| window == word.as_bytes()), "{kind:?}: {word}");
        }
        // Given back to us, it is heard as well, whatever it was called when it came.
        let answer = handbell::shut_in::developed(&SHUT, Kind::Mp4, &input, heard.bytes.len() as u64).unwrap().unwrap();
        assert_eq!(answer.preview.map(|preview| preview.media_type), Some("audio/mp4"));
        // A head without sound is refused; of WAV even the shortest beginning plays.
        let answer = handbell::shut_in::developed(&SHUT, kind, &Input::bytes(&bytes[..44]).unwrap(), 44);
        assert!(kind == Kind::Wav || answer.is_err() || answer.unwrap().is_err(), "{kind:?}");
    }
}

#[test]
fn a_voice_in_a_films_container_is_heard_and_a_film_with_a_voice_stays_a_film() {
    if ffmpeg().is_none() {
        return;
    }
    let developed = |kind, bytes: &[u8]| {
        assert_eq!(handbell_evidence::kind::kind(bytes), Ok(kind), "as its first bytes say");
        let answer = handbell::shut_in::developed(&SHUT, kind, &Input::bytes(bytes).unwrap(), bytes.len() as u64);
        answer.unwrap_or_else(|broke| panic!("{kind:?}: {broke}")).unwrap()
    };
    let sine = ["-f", "lavfi", "-i", "sine=frequency=440:duration=3"];
    for (kind, format) in [
        (Kind::Mp4, &["-c:a", "aac", "-f", "mp4"][..]),
        (Kind::Mp4, &["-c:a", "aac", "-movflags", "frag_keyframe+empty_moov", "-f", "mp4"]),
        (Kind::Mp4, &["-c:a", "aac", "-f", "3gp"]),
        (Kind::Mov, &["-c:a", "aac", "-f", "mov"]),
        (Kind::WebM, &["-c:a", "libopus", "-f", "webm"]),
    ] {
        let made = developed(kind, &filmed(&[&sine[..], format].concat()));
        let heard = made.preview.unwrap();
        assert_eq!((heard.media_type, made.told.width), ("audio/mp4", 0), "{format:?}");
        assert!(made.told.milliseconds.unwrap().abs_diff(3_000) < 120, "{format:?}: {:?}", made.told.milliseconds);
        assert!(made.clean.is_none() && made.stills.is_empty() && made.suggested.is_none(), "{format:?}");
        assert_eq!(probed(&heard.bytes).matches("codec_type=audio").count(), 1, "{format:?}");
    }
    let drawn = ["-f", "lavfi", "-i", "testsrc2=size=320x176:rate=25:duration=2"];
    for (kind, format) in [
        (Kind::Mp4, &["-c:v", "libx264", "-c:a", "aac", "-shortest", "-f", "mp4"][..]),
        (Kind::WebM, &["-c:v", "libvpx-vp9", "-cpu-used", "8", "-c:a", "libopus", "-shortest", "-f", "webm"]),
    ] {
        let made = developed(kind, &filmed(&[&sine[..], &drawn, format].concat()));
        assert_eq!(made.preview.map(|preview| preview.media_type), Some("video/mp4"), "{kind:?}");
        assert!(!made.stills.is_empty() && made.told.width > 0, "{kind:?}");
    }
}
