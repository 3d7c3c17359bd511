//! Suggested: what is drawn like a face is suggested as a box, and is one only when a person takes it. No picture here
//! shows a person.

use super::journey::{given, links, until, with_keys};
use super::{SHUT, ffmpeg, filmed, made, required};
use crate::desk::Member;
use handbell::shut_in::part::Orders;
use handbell::shut_in::{Developed, Input, Programs, ShutIn, developed};
use handbell_evidence::kind::Kind;
use handbell_rules::evidence::suggestion::Suggestion;
use image::{ImageFormat, RgbImage};
use std::io::Cursor;
use std::path::Path;

/// Whether this machine has the cascade.
fn taught() -> bool {
    let found = Programs::found().cascade.is_some();
    assert!(found || !required(), "Debian's opencv-data is missing");
    if !found {
        println!("skipped: no opencv-data");
    }
    found
}

/// A drawing with what faces have in common, of this half height around this point.
fn drawn(width: u32, height: u32, faces: &[(f64, f64, f64)]) -> RgbImage {
    let round = |x: f64, y: f64, across: f64, down: f64| (x / across).powi(2) + (y / down).powi(2) <= 1.0;
    let level = |x: f64, y: f64| {
        let side = x.abs();
        match () {
            () if !round(x, y, 0.78, 1.0) => None,
            () if round(side - 0.34, y + 0.12, 0.17, 0.08) => Some(35),
            () if round(side - 0.34, y + 0.32, 0.24, 0.06) => Some(60),
            () if round(x, y - 0.55, 0.3, 0.08) => Some(80),
            () if round(side - 0.1, y - 0.24, 0.06, 0.04) => Some(90),
            () if round(side - 0.34, y + 0.16, 0.26, 0.2) => Some(135),
            () if y < -0.62 => Some(45),
            () if round(x, y - 0.05, 0.1, 0.35) => Some(225),
            () => Some(190),
        }
    };
    RgbImage::from_fn(width, height, |x, y| {
        let at = |(left, top, half): &(f64, f64, f64)| level((f64::from(x) - left) / half, (f64::from(y) - top) / half);
        image::Rgb([faces.iter().find_map(at).unwrap_or(110); 3])
    })
}

fn packed(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).unwrap();
    out.into_inner()
}

fn suggested(developed: &Developed) -> Vec<Suggestion> {
    serde_json::from_slice(&developed.suggested.as_ref().unwrap().bytes).unwrap()
}

/// Whether the middle of a suggestion is at this part of the picture, in ten-thousandths.
fn middle(one: &Suggestion, x: i32, y: i32) -> bool {
    let place = one.place;
    let (across, down) = (i32::from(place.x + place.width / 2), i32::from(place.y + place.height / 2));
    (across - x).abs() < 600 && (down - y).abs() < 900
}

#[test]
fn what_is_drawn_like_a_face_is_suggested_and_a_plain_picture_has_nothing() {
    if !taught() {
        return;
    }
    let look = |shut: &ShutIn, picture: &RgbImage| {
        let bytes = packed(picture, ImageFormat::Png);
        developed(shut, Kind::Png, &Input::bytes(&bytes).unwrap(), bytes.len() as u64).unwrap().unwrap()
    };
    // Larger than the preview, which is larger than what is looked through.
    let two = drawn(2_000, 1_400, &[(500.0, 560.0, 240.0), (1_400.0, 800.0, 340.0)]);
    let all = suggested(&look(&SHUT, &two));
    assert!(all.iter().any(|one| middle(one, 2_500, 4_000)), "{all:?}");
    assert!(all.iter().any(|one| middle(one, 7_000, 5_714)), "{all:?}");
    assert_eq!(suggested(&look(&SHUT, &drawn(640, 480, &[]))), []);
    // Without the file there are no suggestions, and everything else is as it was.
    let without = ShutIn::with(Path::new(env!("CARGO_BIN_EXE_handbell")), Programs::default());
    let plain = look(&without, &two);
    assert!(plain.suggested.is_none() && plain.preview == look(&SHUT, &two).preview);
}

#[test]
fn in_a_film_a_suggestion_stands_for_the_time_of_its_stills() {
    if !taught() || ffmpeg().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("face.png");
    std::fs::write(&path, packed(&drawn(640, 480, &[(320.0, 240.0, 150.0)]), ImageFormat::Png)).unwrap();
    let still = ["-loop", "1", "-framerate", "25", "-t", "3", "-i", path.to_str().unwrap()];
    let bytes = filmed(&[&still[..], &["-c:v", "libx264", "-pix_fmt", "yuv420p", "-f", "mp4"]].concat());
    let film = developed(&SHUT, Kind::Mp4, &Input::bytes(&bytes).unwrap(), bytes.len() as u64).unwrap().unwrap();
    let all = suggested(&film);
    let one = all.iter().find(|one| middle(one, 5_000, 5_000)).unwrap();
    let lasts = film.told.milliseconds.unwrap();
    assert!((2_900..=3_200).contains(&lasts), "{lasts}");
    assert!(one.from == 0 && (2_900..=lasts).contains(&one.until), "it is one suggestion for all of it: {all:?}");
}

#[test]
fn a_child_that_is_to_suggest_reads_nothing_that_is_no_cascade_and_no_picture() {
    let orders = |cascade: u64, pictures: &[u64]| Orders::Suggest { cascade, pictures: pictures.to_vec() };
    let name = |orders: &Orders, bytes: &[u8]| made(orders, bytes).unwrap().unwrap_err().name;
    assert_eq!(name(&orders(6, &[]), b"<a></a"), "file-cut-off");
    assert_eq!(name(&orders(7, &[]), b"<a></a>"), "file-damaged");
    assert_eq!(name(&orders(2, &[]), b"\xff\xfe"), "file-damaged");
    assert_eq!(name(&orders(u64::MAX, &[1]), b"<a></a>"), "file-cut-off");
    if !taught() {
        return;
    }
    let cascade = std::fs::read(Programs::found().cascade.unwrap()).unwrap();
    let length = cascade.len() as u64;
    let with = |more: &[u8]| [&cascade[..], more].concat();
    assert_eq!(made(&orders(length, &[]), &cascade).unwrap().unwrap().told.seen, []);
    assert_eq!(name(&orders(length, &[7]), &with(b"nothing")), "file-kind-unknown");
    assert_eq!(name(&orders(length, &[8]), &with(b"nothing")), "file-cut-off");
}

#[test]
fn a_suggestion_is_a_box_only_when_somebody_takes_it_and_a_recording_is_only_heard() {
    if !taught() || ffmpeg().is_none() {
        return;
    }
    let picture = packed(&drawn(640, 480, &[(200.0, 240.0, 150.0)]), ImageFormat::Jpeg);
    let recording = filmed(&["-f", "lavfi", "-i", "sine=frequency=440:duration=65", "-c:a", "flac", "-f", "flac"]);
    let town = with_keys();
    let amina = town.invite("Amina");
    let server = town.serve();
    let mut talk = server.talk();
    let amina = Member::sign_in(&mut talk, &amina).unwrap();
    given(&mut talk, &[&picture, &recording]);
    let list = until(&mut talk, &amina, "/desk/footage", |page| page.matches("Working copies are made.").count() == 2);
    let mut covered = None;
    for path in links(&list, "/desk/footage/") {
        let page = amina.page(&mut talk, &path).unwrap();
        if page.contains("<audio") {
            assert!(page.contains("controls preload=\"none\"") && !page.contains("autoplay"), "{page}");
            assert!(page.contains("1 minute and 5 seconds") && page.contains("so no recording becomes public"), "{page}");
            assert!(!page.contains("/hide\"") && !page.contains("Suggested boxes"), "{page}");
            let heard = amina.get(&mut talk, &format!("{path}/copies/preview")).unwrap();
            assert_eq!(
                (heard.status, heard.header("content-type"), heard.header("accept-ranges")),
                (200, Some("audio/mp4"), Some("bytes"))
            );
            // As Safari begins: what gives it the whole is not played.
            let begun = amina.stretch(&mut talk, &format!("{path}/copies/preview"), "bytes=0-1").unwrap();
            let (said, whole) = (format!("bytes 0-1/{}", heard.body.len()), heard.body.len());
            assert_eq!((begun.status, begun.header("content-range"), &begun.body[..]), (206, Some(said.as_str()), &heard.body[..2]));
            assert_eq!(begun.header("content-security-policy"), heard.header("content-security-policy"));
            let beyond = amina.stretch(&mut talk, &format!("{path}/copies/preview"), &format!("bytes={whole}-")).unwrap();
            assert_eq!((beyond.status, beyond.body.len()), (416, 0));
            assert_ne!(talk.ask("GET", &format!("{path}/copies/preview"), &[], b"").unwrap().status, 200, "to the desk and to nobody else");
            continue;
        }
        assert!(page.contains("Suggested boxes") && page.contains("It misses many faces"), "{page}");
        assert!(
            page.contains("Take suggestion 1 into the form") && page.contains("name=\"box-1-left\" value=\"\""),
            "nothing is taken by itself: {page}"
        );
        let typed = [("box-1-left", "1"), ("box-1-top", "2.5"), ("box-1-width", "3"), ("box-1-height", "")];
        let taken = amina.press(&mut talk, &path, "/hide", &[&typed[..], &[("go", "take-1")]].concat()).unwrap();
        let begun = taken.text();
        assert_eq!(taken.status, 200, "{begun}");
        assert!(begun.contains("It is in the form below.") && !begun.contains("Take suggestion 1 into"), "{begun}");
        for (name, text) in typed {
            assert!(begun.contains(&format!("name=\"{name}\" value=\"{text}\"")), "what was typed stays: {begun}");
        }
        let full: Vec<String> = (1..=24).map(|number| format!("box-{number}-left")).collect();
        let full: Vec<(&str, &str)> = full.iter().map(|name| (name.as_str(), "1")).chain([("go", "take-1")]).collect();
        let no = amina.press(&mut talk, &path, "/hide", &full).unwrap();
        assert!(no.status == 422 && no.text().contains("No row is left"), "{}", no.text());
        for wrong in [&[("go", "take-200")][..], &[("box-2-left", "1"), ("box-2-left", "2")]] {
            assert_eq!(amina.press(&mut talk, &path, "/hide", wrong).unwrap().status, 400, "{wrong:?}");
        }
        let field = |part: &str| {
            let start = format!("name=\"box-2-{part}\" value=\"");
            begun.split(&start).nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned()
        };
        let texts = ["left", "top", "width", "height"].map(field);
        assert!(texts.iter().all(|text| text.parse::<f64>().is_ok()), "{texts:?}");
        assert!(!amina.page(&mut talk, &path).unwrap().contains("/desk/hidings/"), "to take one into the form covers nothing");
        let names = ["box-1-left", "box-1-top", "box-1-width", "box-1-height"];
        let fields: Vec<(&str, &str)> = names.into_iter().zip(texts.iter().map(String::as_str)).collect();
        let drawn = amina.press(&mut talk, &path, "/hide", &fields).unwrap();
        assert_eq!(drawn.status, 303, "{}", drawn.text());
        covered = Some(drawn.header("location").unwrap().to_owned());
    }
    let hiding = covered.unwrap();
    until(&mut talk, &amina, &hiding, |page| page.contains("It has 1 frames"));
    let frame = image::load_from_memory(&amina.get(&mut talk, &format!("{hiding}/frames/0")).unwrap().body).unwrap().into_luma8();
    assert!(frame.get_pixel(200, 230).0[0] <= 4 && frame.get_pixel(500, 240).0[0] > 90, "the drawn face is covered, and nothing else");
    server.stop();
}
