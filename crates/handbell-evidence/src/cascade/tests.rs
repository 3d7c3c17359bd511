use super::*;
use crate::Refusal;
use proptest::prelude::*;

/// A cascade of 8 by 8 that looks for light above dark: one question, one stage.
fn light_above_dark(threshold: &str, answers: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<!-- made up -->\n<opencv_storage><cascade type_id=\"opencv-cascade-classifier\">\
         <stageType>BOOST</stageType><featureType>HAAR</featureType><height>8</height><width>8</width>\
         <stageNum>1</stageNum><stages><_><maxWeakCount>1</maxWeakCount><stageThreshold>0.5</stageThreshold>\
         <weakClassifiers><_><internalNodes> 0 -1 0 {threshold}</internalNodes><leafValues> {answers}</leafValues></_></weakClassifiers></_></stages>\
         <features><_><rects><_> 0 0 8 8 -1.</_><_> 0 0 8 4 2.</_></rects></_></features></cascade></opencv_storage>"
    )
}

/// Grey, with squares in it whose upper half is light and whose lower half is dark.
fn drawn(width: usize, height: usize, squares: &[(usize, usize, usize)]) -> Light {
    let mut points = vec![128u8; width * height];
    for (left, top, side) in squares {
        for y in 0..*side {
            points[(top + y) * width + left..][..*side].fill(if y < side / 2 { 250 } else { 5 });
        }
    }
    Light::from_grey(width, height, points).unwrap()
}

#[test]
fn a_made_up_cascade_finds_what_it_was_made_for_and_nothing_else() {
    // 0.9 of all the light that differs: only where the halves are the window's own.
    let cascade = Cascade::read(&light_above_dark("0.9", "0. 1.")).unwrap();
    let finds = cascade.finds(&drawn(120, 90, &[(20, 16, 32), (80, 50, 24)]));
    assert_eq!(finds.len(), 2, "{finds:?}");
    for (left, top, side) in [(20u32, 16u32, 32u32), (80, 50, 24)] {
        // The edge between light and dark is what it looks for; how far a square reaches beside it is not asked.
        let middle = |find: &&Find| {
            (find.x + find.width / 2).abs_diff(left + side / 2) <= side / 8
                && (find.y + find.height / 2).abs_diff(top + side / 2) <= side / 8
                && find.width <= side
        };
        assert!(finds.iter().any(|find| middle(&find)), "{left} {top} {side}: {finds:?}");
    }
    // Dark above light is another thing: it stands at the square's upper edge and not in its middle.
    let upside_down = Cascade::read(&light_above_dark("-0.9", "1. 0.")).unwrap();
    let finds = upside_down.finds(&drawn(120, 90, &[(20, 16, 32)]));
    assert!(!finds.iter().any(|find| (find.y + find.height / 2).abs_diff(32) <= 4), "{finds:?}");
    assert_eq!(cascade.finds(&drawn(120, 90, &[])), []);
    assert_eq!(cascade.finds(&drawn(7, 7, &[])), [], "smaller than the window");
}

/// A cascade of 8 by 8 with two stages: a tree of two questions (is it lighter above, is it lighter on the left), and
/// that tree with other answers beside one of a single question.
fn two_stages(first: &str, second: &str) -> String {
    let tree = |nodes: &str, answers: &str| format!("<_><internalNodes>{nodes}</internalNodes><leafValues>{answers}</leafValues></_>");
    let stage = |threshold: &str, trees: &str| {
        format!("<_><stageThreshold>{threshold}</stageThreshold><weakClassifiers>{trees}</weakClassifiers></_>")
    };
    let both = " 1 0 0 0.5 -1 -2 1 0.5";
    let stages =
        [stage(first, &tree(both, "10. 20. 30.")), stage(second, &[tree(both, "1. 2. 3."), tree(" 0 -1 1 0.", "100. 200.")].concat())];
    format!(
        "<opencv_storage><cascade><stageType>BOOST</stageType><featureType>HAAR</featureType><height>8</height><width>8</width>\
         <stages>{}</stages><features><_><rects><_> 0 0 8 8 -1.</_><_> 0 0 8 4 2.</_></rects></_>\
         <_><rects><_> 0 0 8 8 -1.</_><_> 0 0 4 8 2.</_></rects></_></features></cascade></opencv_storage>",
        stages.concat()
    )
}

/// How a picture of one window ends, and what each tree answers to it.
fn judged(cascade: &Cascade, light: &Light) -> (Place, Vec<f32>) {
    let (sums, squares) = light.sums();
    let across = light.width() + 1;
    let corners: Vec<Vec<Corners>> =
        cascade.features.iter().map(|patches| patches.iter().map(|patch| Corners::of(patch, across)).collect()).collect();
    let inner = Corners::of(&Patch { x: 1, y: 1, width: 6, height: 6, weight: 1.0 }, across);
    // Half of it 250, half 5: the 36 points within differ by 4,410, so a half above the other is 7,840 / 4,410.
    let trees = cascade.stages.iter().flat_map(|stage| &stage.trees);
    (cascade.judged(&corners, &inner, &sums, &squares), trees.map(|tree| tree.answer(&corners, &sums, 1.0 / 4_410.0)).collect())
}

#[test]
fn trees_of_two_questions_and_two_stages_answer_as_they_were_written() {
    let half = |light: fn(usize, usize) -> bool| {
        let points = (0..64).map(|at| if light(at % 8, at / 8) { 250 } else { 5 });
        Light::from_grey(8, 8, points.collect()).unwrap()
    };
    let (above, below) = (half(|_, y| y < 4), half(|_, y| y >= 4));
    let (left, right) = (half(|x, _| x < 4), half(|x, _| x >= 4));
    let cascade = Cascade::read(&two_stages("15.", "203.")).unwrap();
    assert_eq!(judged(&cascade, &above), (Place::FarFrom, vec![10.0, 1.0, 200.0]), "the first question is enough");
    assert_eq!(judged(&cascade, &left), (Place::Found, vec![30.0, 3.0, 200.0]));
    assert_eq!(judged(&cascade, &right), (Place::Not, vec![20.0, 2.0, 100.0]), "it fails the second stage");
    assert_eq!(judged(&cascade, &below), (Place::Not, vec![20.0, 2.0, 200.0]), "by one");
    assert_eq!(judged(&Cascade::read(&two_stages("15.", "202.")).unwrap(), &below).0, Place::Found);
    assert_eq!(judged(&Cascade::read(&two_stages("25.", "202.")).unwrap(), &below).0, Place::FarFrom);
    assert_eq!(judged(&cascade, &half(|_, _| true)).0, Place::Not, "plain");
}

#[test]
fn a_find_is_where_places_agree_and_never_beyond_the_picture() {
    let place = |x, y, side| Find { x, y, width: side, height: side, places: 1 };
    assert_eq!(alike::together(&[place(10, 10, 20); 3], 3), [], "three are chance");
    let four = alike::together(&[place(10, 10, 20), place(11, 10, 20), place(12, 12, 20), place(11, 12, 20)], 3);
    assert_eq!(four, [Find { places: 4, ..place(11, 11, 20) }]);
    // The small one within the large one goes where more places agree on the large one.
    let both = [vec![place(0, 0, 40); 6], vec![place(10, 10, 12); 4]].concat();
    assert_eq!(alike::together(&both, 3), [Find { places: 6, ..place(0, 0, 40) }]);
    let all = Cascade::read(&light_above_dark("-9", "1. 1.")).unwrap();
    let light = drawn(60, 44, &[(10, 10, 30)]);
    for find in all.finds(&light) {
        assert!(find.x + find.width <= 60 && find.y + find.height <= 44, "{find:?}");
    }
}

#[test]
fn where_there_are_too_many_places_the_small_ones_are_left_out() {
    // It takes every place that is not plain, which here is everything across the edge in the middle.
    let all = Cascade::read(&light_above_dark("-9", "1. 1.")).unwrap();
    let finds = all.finds(&drawn(400, 400, &[(0, 0, 400)]));
    assert!(finds.iter().any(|find| find.width > 30), "{finds:?}");
}

#[test]
fn light_is_summed_and_made_smaller_as_it_is() {
    let light = Light::from_grey(4, 2, vec![0, 10, 20, 30, 40, 50, 60, 70]).unwrap();
    let (sums, squares) = light.sums();
    assert_eq!((sums[14], squares[14]), (280, 100 + 400 + 900 + 1_600 + 2_500 + 3_600 + 4_900));
    assert_eq!(light.sized(2, 1), Light::from_grey(2, 1, vec![25, 45]).unwrap());
    assert_eq!(light.sized(4, 2), light);
    assert_eq!(Light::from_rgb(1, 1, &[255, 255, 255]).unwrap(), Light::from_grey(1, 1, vec![255]).unwrap());
    assert!(Light::from_rgb(2, 1, &[0; 5]).is_err() && Light::from_grey(0, 5, vec![]).is_err());
}

#[test]
fn what_is_no_cascade_is_refused() {
    let good = light_above_dark("0.9", "0. 1.");
    assert!(Cascade::read(&good).is_ok());
    for cut in (0..good.len()).step_by(7) {
        assert!(Cascade::read(&good[..cut]).is_err(), "cut at {cut}");
    }
    for (from, to) in [
        ("HAAR", "LBP"),
        ("BOOST", "TREE"),
        ("<width>8</width>", "<width>4</width>"),
        ("<width>8</width>", "<width>4000000000</width>"),
        ("<height>8</height>", "<height>NaN</height>"),
        (" 0 0 8 4 2.", " 0 0 8 9 2."),
        (" 0 0 8 4 2.", " 7 0 2 4 2."),
        (" 0 0 8 4 2.", " 0 0 -8 4 2."),
        (" 0 0 8 4 2.", " 0 0 8 4 inf"),
        (" 0 0 8 4 2.", " 0 0 8 4"),
        (" 0 -1 0 0.9", " 0 -1 1 0.9"),
        (" 0 -1 0 0.9", " 0 0.5 0 0.9"),
        (" 0 -1 0 0.9", " 1 -1 0 0.9"),
        (" 0 -1 0 0.9", " 0 -2 0 0.9"),
        (" 0 -1 0 0.9", " 0 -1 0"),
        (" 0. 1.", " 0."),
        ("</rects>", "</rects><tilted>1</tilted>"),
        ("</opencv_storage>", "</other>"),
        ("</opencv_storage>", "</opencv_storage>more"),
        ("<features>", "<features><_/>"),
    ] {
        assert!(good.contains(from));
        assert!(Cascade::read(&good.replacen(from, to, 1)).is_err(), "{from} as {to}");
    }
    // A tree that goes back would never end.
    let two = " 1 -1 0 0.9 0 -2 0 0.5";
    let circle = light_above_dark("0.9", "0. 1. 2.").replacen(" 0 -1 0 0.9", two, 1);
    assert!(Cascade::read(&circle).is_ok());
    assert!(Cascade::read(&circle.replacen(two, " 1 -1 0 0.9 1 -2 0 0.5", 1)).is_err());
    let questions = |count: usize| {
        let nodes: String = (1..count).map(|next| format!(" {next} 0 0 0.5")).collect();
        light_above_dark("0.9", &"1. ".repeat(count + 1)).replacen(" 0 -1 0 0.9", &format!("{nodes} 0 0 0 0.5"), 1)
    };
    assert!(Cascade::read(&questions(40_000)).is_ok());
    assert_eq!(Cascade::read(&questions(40_001)), Err(Refusal::TooMany("questions")));
    assert_eq!(Cascade::read(&"<_>".repeat(100)), Err(Refusal::TooMany("elements")));
    assert_eq!(Cascade::read(&format!("<a>{}</a>", "<_/>".repeat(200_001))), Err(Refusal::TooMany("elements")));
    assert_eq!(Cascade::read(&" ".repeat(file::FILE_BYTES_MAX + 1)), Err(Refusal::TooLarge));
}

/// Where Debian's `opencv-data` puts the cascade for faces from the front.
const FACES: &str = "/usr/share/opencv4/haarcascades/haarcascade_frontalface_default.xml";

/// A drawing with what faces have in common: light all over, dark eyes below brows, a nose's shadow, a mouth. Nobody's.
fn face_like(width: usize, height: usize, faces: &[(f64, f64, f64)]) -> Light {
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
    let points = (0..height).flat_map(|y| {
        (0..width).map(move |x| {
            let at = |(left, top, half): &(f64, f64, f64)| level((x as f64 - left) / half, (y as f64 - top) / half);
            faces.iter().find_map(at).unwrap_or(110)
        })
    });
    Light::from_grey(width, height, points.collect()).unwrap()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test is told by the environment whether what it needs must be there")]
fn the_cascade_of_this_machine_finds_what_is_drawn_like_a_face() {
    let Ok(text) = std::fs::read_to_string(FACES) else {
        assert!(std::env::var_os("HANDBELL_REQUIRE_TEST_DATA").is_none(), "Debian's opencv-data is missing: {FACES}");
        println!("skipped: no opencv-data");
        return;
    };
    let cascade = Cascade::read(&text).unwrap();
    assert_eq!((cascade.width, cascade.height, cascade.stages.len(), cascade.features.len()), (24, 24, 25, 2_913));
    let faces = [(120.0, 140.0, 60.0), (360.0, 200.0, 90.0)];
    let finds = cascade.finds(&face_like(520, 360, &faces));
    println!("{finds:?}");
    for (x, y, half) in faces {
        let middle = |find: &&Find| {
            let (across, down) = (f64::from(find.x) + f64::from(find.width) / 2.0, f64::from(find.y) + f64::from(find.height) / 2.0);
            (across - x).abs() < half / 2.0 && (down - y).abs() < half / 2.0
        };
        assert!(finds.iter().any(|find| middle(&find)), "{x} {y}: {finds:?}");
    }
    assert_eq!(cascade.finds(&face_like(520, 360, &[])), [], "on plain grey nothing");
    // Cut anywhere it is refused and nothing worse.
    for part in 1..40 {
        assert!(Cascade::read(&text[..text.len() * part / 40]).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_makes_it_panic(text in "[<>/_!?a-z0-9. \\-\"=]{0,400}") {
        let _ = Cascade::read(&text);
    }

    #[test]
    fn no_change_of_a_cascade_makes_it_panic(at in 0usize..1_000, byte in "[<>/0-9. a-z-]", width in 1usize..70, height in 1usize..70, seed in any::<u32>()) {
        let mut text = light_above_dark("0.9", "0. 1.");
        let at = at % text.len();
        text.replace_range(at..=at, &byte);
        if let Ok(cascade) = Cascade::read(&text) {
            let points = (0..width * height).map(|at| (seed.wrapping_mul(at as u32 + 7).wrapping_mul(2_654_435_761) >> 24) as u8);
            for find in cascade.finds(&Light::from_grey(width, height, points.collect()).unwrap()) {
                prop_assert!(find.x + find.width <= width as u32 && find.y + find.height <= height as u32);
            }
        }
    }
}
