//! What holds of every span.

use crate::made_up::{text, wide_and_narrow};
use handbell_rules::span::{Falls, Moment, Relation, Span, Window, falls};
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn day() -> impl Strategy<Value = Date> {
    (-3_000..3_000i16, 1..=12i8, 1..=28i8).prop_map(|(year, month, day)| date(year, month, day))
}

fn window() -> impl Strategy<Value = Window> {
    (proptest::option::of(day()), proptest::option::of(day())).prop_map(|(from, to)| Window { from, to })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn what_is_read_prints_as_it_was_written(text in text()) {
        let span = Span::parse(&text).unwrap();
        prop_assert_eq!(span.to_string(), text.clone());
        prop_assert_eq!(Span::parse(&span.to_string()), Ok(span));
    }

    #[test]
    fn no_text_stops_the_reading_and_what_is_taken_prints_as_something_that_reads_alike(text in "[0-9XYZT?~%.,:/+\\[\\]{} -]{0,24}") {
        if let Ok(span) = Span::parse(&text) {
            prop_assert_eq!(Span::parse(&span.to_string()), Ok(span.clone()));
            prop_assert!(!span.words().is_empty());
            let _ = (span.bounds(), span.grain(), span.compared(&span));
        }
    }

    #[test]
    fn no_strange_letter_stops_the_reading(text in "\\PC{0,24}") {
        if let Err(no) = Span::parse(&text) {
            prop_assert!(no.to_string().ends_with('.') || no.to_string().ends_with(".."), "{no}");
        }
    }

    #[test]
    fn bounds_are_ordered_and_stretches_lie_in_order_and_apart(text in text()) {
        let span = Span::parse(&text).unwrap();
        let (bounds, stretches) = (span.bounds(), span.stretches());
        let reaches = |from: Option<Moment>, before: Option<Moment>| from.zip(before).is_none_or(|(from, before)| from < before);
        prop_assert!(reaches(bounds.from, bounds.before));
        prop_assert!(stretches.iter().all(|one| reaches(one.from, one.before) && one.is_within(bounds)));
        for pair in stretches.windows(2) {
            prop_assert!(pair[0].before.zip(pair[1].from).is_some_and(|(before, from)| before < from));
        }
        prop_assert_eq!((stretches[0].from, stretches[stretches.len() - 1].before), (bounds.from, bounds.before));
    }

    #[test]
    fn to_say_more_never_widens((wide, narrow) in wide_and_narrow()) {
        let (wide, narrow) = (Span::parse(&wide).unwrap(), Span::parse(&narrow).unwrap());
        prop_assert!(narrow.bounds().is_within(wide.bounds()), "{narrow} reaches out of {wide}");
        prop_assert!(narrow.stretches().iter().all(|one| wide.stretches().iter().any(|other| one.is_within(*other))), "{narrow}, {wide}");
        prop_assert!(narrow.meets(&wide));
        prop_assert!(matches!(narrow.compared(&wide), Relation::Within | Relation::Same | Relation::Overlapping | Relation::CannotSay));
    }

    #[test]
    fn two_spans_stand_to_each_other_as_seen_from_either((first, second) in (text(), text())) {
        let (first, second) = (Span::parse(&first).unwrap(), Span::parse(&second).unwrap());
        let (there, back) = (first.compared(&second), second.compared(&first));
        prop_assert_eq!(there, back.turned());
        prop_assert_eq!(first.meets(&second), second.meets(&first));
        match there {
            Relation::Before | Relation::After | Relation::Apart => {
                prop_assert!(!first.meets(&second) && !first.is_doubtful() && !second.is_doubtful());
            }
            Relation::Same | Relation::Within | Relation::Around | Relation::Overlapping => prop_assert!(first.meets(&second)),
            Relation::CannotSay => {}
        }
        if there == Relation::Before {
            prop_assert!(first.bounds().before <= second.bounds().from);
        }
    }

    /// A window found by whoever was certain is found by everybody whose window is wider.
    #[test]
    fn a_wider_window_never_loses_what_a_narrower_one_found(dates in proptest::collection::vec(text(), 0..4), window in window(), day in day()) {
        let dates: Vec<Span> = dates.iter().map(|text| Span::parse(text).unwrap()).collect();
        let found = falls(&dates, window);
        let wider = Window { from: window.from.map(|from| from.min(day)), to: window.to.map(|to| to.max(day)) };
        let reversed = window.from.zip(window.to).is_some_and(|(from, to)| from > to);
        prop_assert!(falls(&dates, wider) >= found);
        prop_assert!(!reversed || found == Falls::Outside, "a window that ends before it begins holds nothing");
        prop_assert_eq!(falls(&dates, Window::default()), Falls::Certain);
        let each: Vec<Falls> = dates.iter().map(|date| date.falls(window)).collect();
        match found {
            Falls::Certain => prop_assert!(window == Window::default() || each.iter().all(|one| *one == Falls::Certain)),
            Falls::Possible => prop_assert!(each.iter().any(|one| *one != Falls::Outside)),
            Falls::Outside => prop_assert!(each.iter().all(|one| *one == Falls::Outside)),
        }
    }
}
