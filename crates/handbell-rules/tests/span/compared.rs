//! What is certain about two dates, told with the two shipped events: a day that was first only words, a wrong
//! day that an official statement later mended, and days that only some accounts give.

use handbell_rules::span::{Falls, Relation, Span, SpanRefusal, Window, falls};
use jiff::civil::date;

fn span(text: &str) -> Span {
    Span::parse(text).unwrap()
}

#[track_caller]
fn stands(first: &str, relation: Relation, second: &str) {
    assert_eq!(span(first).compared(&span(second)), relation, "{first} and {second}");
    assert_eq!(span(second).compared(&span(first)), relation.turned(), "{second} and {first}");
}

/// Rye Lane: the first account meant the Saturday before it was printed, 20 May; the statement said 13 May.
#[test]
fn a_wrong_day_and_the_official_one_that_mends_it_cannot_both_be() {
    stands("2017-05-13", Relation::Before, "2017-05-20");
    assert!(!span("2017-05-13").meets(&span("2017-05-20")));
    // What was only believed is before nothing for certain, and still another day.
    stands("2017-05-13", Relation::CannotSay, "2017-05-20?");
    assert!(!span("2017-05-13").meets(&span("2017-05-20?")));
    // One of two Saturdays leaves room for the statement; it says less, and agrees.
    stands("2017-05-13", Relation::Within, "[2017-05-13,2017-05-20]");
    // The footage stood on the web by Saturday evening: the event was then or before.
    stands("2017-05-13", Relation::Within, "../2017-05-13");
    stands("2017-05-14", Relation::After, "../2017-05-13");
    // Published on the Sunday, whenever that began.
    stands("2017-05-13", Relation::Before, "2017-05-14/..");
}

/// Peckham 2022: every account gives 11 June; what lies around it agrees and says less.
#[test]
fn a_month_agrees_with_its_day_and_says_less() {
    stands("2022-06-11", Relation::Same, "2022-06-11");
    stands("2022-06-11", Relation::Within, "2022-06");
    stands("2022-06-11", Relation::Within, "2022-06~");
    stands("2022-06-11", Relation::Overlapping, "2022-06-11?");
    stands("2022-06-10/2022-06-11", Relation::Overlapping, "2022-06-11/2022-06-12");
    stands("2022-06-11", Relation::After, "2022-05");
    stands("2022-06-11", Relation::CannotSay, "2022-05~");
}

#[test]
fn days_apart_whose_order_nobody_knows_are_only_apart() {
    stands("[2017-05-13,2017-05-20]", Relation::Apart, "2017-05-15");
    stands("[2017-05-13,2017-05-20]", Relation::Before, "2017-05-21");
    stands("[2017-05-13,2017-05-20]", Relation::Overlapping, "[2017-05-20,2017-05-27]");
    stands("/", Relation::CannotSay, "2017");
    stands("../..", Relation::CannotSay, "../..");
}

/// Both accounts are of one event, so both seasons are of one half of the earth.
#[test]
fn seasons_of_one_event_are_seasons_of_one_half_of_the_earth() {
    stands("2017-21", Relation::Apart, "2017-23");
    stands("2017-21", Relation::Same, "2017-21");
    stands("2017-21", Relation::Overlapping, "2017-22");
    stands("2017-21", Relation::Within, "2017");
    stands("2017-21", Relation::Before, "2018-01");
    stands("2017-05-13", Relation::CannotSay, "2017-21");
    assert!(span("2017-05-13").meets(&span("2017-21")), "spring in London");
    assert!(span("2017-10-13").meets(&span("2017-21")), "spring in Perth");
    assert!(!span("2017-01-13").meets(&span("2017-21")), "spring nowhere");
}

/// A clock in Greenwich is the evening before or the morning after on some wall.
#[test]
fn a_clock_with_its_offset_is_certain_only_where_every_wall_agrees() {
    stands("2017-05-13T12:00:00", Relation::Within, "2017-05-13");
    stands("2017-05-12T23:30:00Z", Relation::Overlapping, "2017-05-13");
    stands("2017-05-11T09:00:00Z", Relation::Before, "2017-05-13");
}

#[test]
fn a_search_finds_what_was_then_and_what_may_have_been() {
    let may = Window { from: Some(date(2017, 5, 1)), to: Some(date(2017, 5, 31)) };
    let found = |dates: &[&str], window| falls(&dates.iter().map(|text| span(text)).collect::<Vec<_>>(), window);
    for (dates, wanted) in [
        (&["2017-05-13"][..], Falls::Certain),
        (&["2017-05"], Falls::Certain),
        (&["2017"], Falls::Possible),
        (&["2017-05-13?"], Falls::Possible),
        (&["2017-06-01~"], Falls::Outside),
        (&["[2017-04-30,2017-05-01]"], Falls::Possible),
        (&["[2017-04-30,2017-06-01]"], Falls::Outside),
        (&["../2017-05-13"], Falls::Possible),
        (&["2017-05-13", "2017-05-20"], Falls::Certain),
        (&["2017-05-13", "2018-05-20"], Falls::Possible),
        (&["2018-05-13", "2018-05-20"], Falls::Outside),
        (&[], Falls::Outside),
    ] {
        assert_eq!(found(dates, may), wanted, "{dates:?}");
    }
    assert_eq!(found(&[], Window::default()), Falls::Certain, "without a window nothing is left out");
    let from = Window { from: Some(date(2017, 5, 14)), to: None };
    assert_eq!((found(&["2017-05-13"], from), found(&["2017-05-14/.."], from)), (Falls::Outside, Falls::Certain));
    let swapped = Window { from: Some(date(2017, 6, 1)), to: Some(date(2017, 5, 1)) };
    assert_eq!(found(&["2017"], swapped), Falls::Outside);
}

/// Each refusal, by a text somebody types.
#[test]
fn what_is_wrong_with_a_date_says_what_to_write() {
    use SpanRefusal as No;
    let of = |text: &str| text.to_owned();
    for (text, no) in [
        ("", No::Empty),
        ("2017-05-13 ", No::Blank),
        ("13 May 2017", No::Blank),
        ("yesterday", No::NotADate(of("yesterday"))),
        ("13.05.2017", No::NotADate(of("13.05.2017"))),
        ("2017-5-13", No::NotADate(of("2017-5-13"))),
        ("2017-05-13t10:00:00z", No::NotADate(of("2017-05-13t10:00:00z"))),
        ("2017-13", No::NoSuchMonth(of("13"))),
        ("2017-21-01", No::NoSuchMonth(of("21"))),
        ("2017-06-31", No::NoSuchDay(of("2017-06-31"))),
        ("2017-02-29", No::NoSuchDay(of("2017-02-29"))),
        ("17", No::ShortYear),
        ("20170513", No::YearPrefix),
        ("Y2017", No::YearPrefix),
        ("Y12345678901", No::YearTooLong),
        ("-0000", No::MinusZero),
        ("2017-05-13T10:00:00-00:00", No::MinusZero),
        ("2XXX", No::Unspecified),
        ("2017-1X", No::Unspecified),
        ("-201X", No::Unspecified),
        ("2017?-05", No::DoubtInside),
        ("2017-05-13?~", No::DoubtInside),
        ("2017-33", No::LevelTwo),
        ("{2017,2018}", No::AllOf),
        ("[2017", No::Bracket),
        ("[]", No::Bracket),
        ("[2017,..2018]", No::Bracket),
        ("2017/2018/2019", No::Stroke),
        ("2018/2017", No::Reversed),
        ("2017-05-13/2017-05", No::Reversed),
        ("[2018..2017]", No::Reversed),
        ("201X/2021", No::NotWhole),
        ("2017-21/2018", No::NotWhole),
        ("[2017-XX]", No::NotWhole),
        ("2017-05-13T10:00:00/2017-05-14", No::ClockInside),
        ("2017-05-13T10:00", No::Clock),
        ("2017-05-13T10:00:00.5", No::Clock),
        ("2017-05-13T24:00:00", No::Clock),
        ("2017-05T10:00:00", No::Clock),
    ] {
        assert_eq!(Span::parse(text), Err(no), "{text}");
    }
    assert_eq!(Span::parse(&format!("[{}]", vec!["2017"; 63].join(","))), Err(No::TooManyMembers));
    assert_eq!(Span::parse(&"1".repeat(801)), Err(No::TooLong));
}
