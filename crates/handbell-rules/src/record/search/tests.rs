use super::*;
use crate::id::IncidentId;
use crate::record::source::SourceKind;
use crate::span::{Falls, Window};
use proptest::prelude::*;

fn read(text: &str) -> Vec<String> {
    words(text).into_iter().map(|word| word.text).collect()
}

fn finds(asked: &str, texts: &[&str]) -> bool {
    Words::read(asked).stand_in(texts.iter().copied())
}

#[test]
fn words_are_compared_without_case_accents_and_widths() {
    assert_eq!(read("Café CAFE\u{301} ｃａｆé, Straße!"), ["cafe", "cafe", "cafe", "strasse"]);
    assert_eq!(read("Rye-Lane, SE15 4ST; didn’t ½"), ["rye", "lane", "se15", "4st", "didn", "t", "1", "2"]);
    assert_eq!(read("東京タワー x"), ["東", "京", "タ", "ワ", "ー", "x"], "writing without spaces is read sign by sign");
    assert_eq!(read("ｶﾞ が か\u{3099}"), ["カ", "か", "か"]);
    assert_eq!(read("مُدَاهَمَة"), ["مداهمة"]);
    assert!(read("… — ¶ ¤ \0 \u{202e} 🚨 * \"").is_empty(), "signs are no words");
    assert_eq!(read(&"a".repeat(100))[0].len(), WORD_LETTERS_MAX);
}

#[test]
fn every_word_must_be_found_and_phrases_side_by_side_in_one_text() {
    let page = ["Report of bailiffs, Peckham", "Claim 1. Where: the corner of Rye Lane and Bournemouth Road"];
    for (asked, found) in [
        ("", true),
        ("bailiffs rye", true),
        ("bailiffs fire", false),
        ("\"rye lane\"", true),
        ("“RYE LANE” peckham", true),
        ("\"lane rye\"", false),
        ("rye-lane", true),
        ("lane-rye", false),
        ("\"peckham claim\"", false),
        ("bailiff", false),
        ("bailiff*", true),
        ("\"rye lan*\"", false),
        ("rye-lan*", true),
        ("ba*", false),
        ("\"rye lane", true),
        ("*", false),
        ("\"\"", false),
        ("\0", false),
    ] {
        assert_eq!(finds(asked, &page), found, "{asked}");
    }
    assert!(Words::read("* ( ^").has_no_word() && !Words::read("  ").has_no_word());
}

#[test]
fn an_excerpt_is_what_the_page_says_around_what_was_found() {
    let long = format!("{} the vans stood at Rye Lane until noon. {}", "Before it ".repeat(30), "After it ".repeat(60));
    let texts = ["Vans, Peckham", long.as_str()];
    let found = excerpt(texts, &Words::read("\"rye lane\" vans")).expect("both stand there");
    let whole: String = found.pieces.iter().map(|(text, _)| text.as_str()).collect();
    assert!(long.contains(&whole) && whole.chars().count() <= 230 && found.cut_before && found.cut_behind);
    let marked: Vec<&str> = found.pieces.iter().filter(|(_, is)| *is).map(|(text, _)| text.as_str()).collect();
    assert_eq!(marked, ["vans", "Rye Lane"]);
    let short = excerpt(["A café."], &Words::read("CAFE")).expect("it stands there");
    assert_eq!(short.pieces, [("A ".to_owned(), false), ("café".to_owned(), true), (".".to_owned(), false)]);
    assert!(!short.cut_before && !short.cut_behind);
    assert_eq!(excerpt(texts, &Words::read("fire")), None);
    assert_eq!(excerpt(texts, &Words::read("")), None);
}

#[test]
fn a_box_is_west_south_east_north() {
    let corners: Corners = "-0.1,51.4,0,51.5".parse().expect("a box");
    assert_eq!((corners.west, corners.south, corners.east, corners.north), (-100_000, 51_400_000, 0, 51_500_000));
    assert_eq!(corners.to_string().parse(), Ok(corners));
    for odd in ["", "1,2,3", "1,2,3,4,5", "3,2,1,4", "1,4,3,2", "a,b,c,d", "NaN,1,2,3", "1e9,1,1e10,2"] {
        assert_eq!(odd.parse::<Corners>(), Err(NotCorners), "{odd}");
    }
}

fn sheet(kind: &str, district: &str, dates: &[&str]) -> Sheet {
    Sheet {
        incident: IncidentId([1; 16]),
        title: String::new(),
        kind: kind.into(),
        kind_label: String::new(),
        district: district.into(),
        state: "over".into(),
        dates: dates.iter().map(|date| (*date).to_owned()).collect(),
        when: String::new(),
        points: vec![[51_470_000, -69_000]],
        sources: vec![(SourceKind::Press, "The Peckham Post, 14 May".into())],
        corrections: 0,
    }
}

#[test]
fn each_part_of_a_question_narrows_and_what_only_may_have_been_is_told() {
    let about = sheet("flood", "Péckham", &["2017-05"]);
    let falls = |change: &dyn Fn(&mut Question)| {
        let mut question = Question::default();
        change(&mut question);
        question.falls(&about)
    };
    let day = |text: &str| Some(text.parse().expect("a day"));
    assert_eq!(falls(&|_| ()), Falls::Certain);
    assert_eq!(falls(&|q| q.window = Window { from: day("2017-05-13"), to: day("2017-05-20") }), Falls::Possible);
    assert_eq!(falls(&|q| q.window = Window { from: day("2017-05-01"), to: day("2017-05-31") }), Falls::Certain);
    assert_eq!(falls(&|q| q.window = Window { from: day("2017-06-01"), to: None }), Falls::Outside);
    for (source, expected) in [
        ("press", Falls::Certain),
        ("court", Falls::Outside),
        ("peckham POST", Falls::Certain),
        ("post peckham \"14 may\"", Falls::Certain),
        ("the guardian", Falls::Outside),
        ("*", Falls::Outside),
    ] {
        assert_eq!(falls(&|q| q.source = source.into()), expected, "{source}");
    }
    assert_eq!(falls(&|q| q.district = "peckham".into()), Falls::Certain);
    assert_eq!(falls(&|q| q.district = "peck".into()), Falls::Outside);
    assert_eq!(falls(&|q| q.level = "live".into()), Falls::Outside);
    assert_eq!(falls(&|q| q.corners = "-0.07,51.4,0,51.5".parse().ok()), Falls::Certain);
    assert_eq!(falls(&|q| q.corners = "0,51.4,1,51.5".parse().ok()), Falls::Outside);
}

fn a_date() -> impl Strategy<Value = String> {
    let day = (2015i32..2019, 1u8..13, 1u8..29).prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}"));
    prop_oneof![
        4 => day.clone(),
        1 => (2015i32..2019, 1u8..13).prop_map(|(year, month)| format!("{year}-{month:02}")),
        1 => (2015i32..2019).prop_map(|year| year.to_string()),
        1 => (2015i32..2019, 21u8..25).prop_map(|(year, season)| format!("{year}-{season}")),
        1 => day.clone().prop_map(|day| format!("{day}/..")),
        1 => day.clone().prop_map(|day| format!("../{day}")),
        1 => (day.clone(), 2020i32..2060).prop_map(|(day, year)| format!("{day}/{year}")),
        1 => (day.clone(), day).prop_map(|(one, other)| format!("[{one},{other}]")),
        1 => Just("Y170000".to_owned()),
        1 => Just("19XX".to_owned()),
    ]
}

fn a_day() -> impl Strategy<Value = Option<jiff::civil::Date>> {
    proptest::option::of((2013i16..2022, 1i8..13, 1i8..29).prop_map(|(year, month, day)| jiff::civil::date(year, month, day)))
}

fn corners() -> impl Strategy<Value = Option<Corners>> {
    let side = prop_oneof![Just(1_000), Just(30_000), Just(500_000), Just(20_000_000), Just(170_000_000)];
    let boxed = (-2_000_000i32..2_000_000, -2_000_000i32..2_000_000, side.clone(), side);
    let boxed = boxed.prop_map(|(west, south, wide, high)| Corners { west, south, east: west + wide, north: south + high });
    proptest::option::of(boxed)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// A mark may bring too much and must never leave anything out.
    #[test]
    fn whatever_is_asked_for_carries_a_mark_of_each_group(
        dates in proptest::collection::vec(a_date(), 0..3),
        points in proptest::collection::vec((-3_000_000i32..3_000_000, -3_000_000i32..3_000_000), 0..20),
        (kind, district, state) in ("[ab]", "[pq]", "[lo]"),
        (from, to, corners) in (a_day(), a_day(), corners()),
        (asked_kind, asked_district, asked_state, asked_source) in ("[ab]?", "[pqP]?", "[lo]?", "(press|court|q)?"),
    ) {
        let about = Sheet {
            points: points.into_iter().map(|(lat, lon)| [lat, lon]).collect(),
            state,
            dates,
            ..sheet(&kind, &district, &[])
        };
        let question = Question {
            words: Words::default(),
            window: Window { from, to },
            kind: asked_kind,
            district: asked_district,
            corners,
            source: asked_source,
            level: asked_state,
        };
        let marks = of_sheet(&about);
        if question.falls(&about) != Falls::Outside {
            for group in of_question(&question) {
                prop_assert!(group.iter().any(|mark| marks.contains(mark)), "{question:?} {about:?}");
                prop_assert!(group.len() <= 60);
            }
            if let (Some((first, last)), Some(from)) = (about.days(), question.window.from) {
                let from = i64::from((from - jiff::civil::date(1970, 1, 1)).get_days());
                prop_assert!(last >= from && first <= last);
            }
        }
    }

    /// Whatever is typed is words and nothing else, and each is found in itself.
    #[test]
    fn whatever_is_typed_is_words_and_finds_itself(typed in ".{0,60}") {
        let asked = Words::read(&typed.replace(['"', '*', '“', '”', '„', '«', '»', '＂', '‟'], " "));
        prop_assert!(asked.has_no_word() || asked.stand_in([typed.as_str()]), "{typed:?}");
        for word in Words::read(&typed).phrases().iter().flat_map(|phrase| &phrase.words) {
            prop_assert!(word.chars().all(char::is_alphanumeric) && !word.is_empty() && !word.contains(|sign: char| sign.is_ascii_uppercase()));
        }
        if let Some(found) = excerpt([typed.as_str()], &asked) {
            let whole: String = found.pieces.iter().map(|(text, _)| text.as_str()).collect();
            prop_assert!(typed.contains(&whole));
        }
    }
}
