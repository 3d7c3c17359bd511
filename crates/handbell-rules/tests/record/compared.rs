//! What agrees, what contradicts and what no rule compares.

use handbell_rules::record::claim::{Polarity, PublicClaim, Value};
use handbell_rules::record::compare::{all, contradict, corroboration, only_words, overlap, voices};
use handbell_rules::record::source::{Source, SourceKind, root};
use proptest::prelude::*;

fn source(number: u32, copies: Option<u32>, via: Option<u32>) -> Option<Source> {
    let kind = SourceKind::Press;
    Some(Source { number, kind, label: "A".into(), standing: None, said: None, url: None, copies, via, asked: None, replied: None })
}

fn claim(number: u32, source: u32, value: Value) -> PublicClaim {
    let (predicate, label) = ("when".to_owned(), "When".to_owned());
    PublicClaim { number, source, predicate, label, single: true, about: None, polarity: Polarity::Asserts, value }
}

fn span(edtf: &str, words: &str) -> Value {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Value::Span { edtf: some(edtf), words: some(words) }
}

fn range(low: Option<u32>, high: Option<u32>) -> Value {
    Value::Range { low, high, words: None }
}

/// A place some steps of about 111 metres to the north.
fn place(steps: i32, radius_metres: Option<u32>) -> Value {
    let (lat, lon) = (Some(51_470_000 + steps * 1_000), Some(-69_000));
    Value::Place { words: "a corner".into(), lat, lon, radius_metres, precision: None }
}

fn value() -> impl Strategy<Value = Value> {
    let dates = proptest::sample::select(vec![
        "",
        "2017",
        "2017-05",
        "2017-05-13",
        "2017-05-14",
        "2018",
        "2017-05-13?",
        "2017-05~",
        "[2017-05-13,2017-05-20]",
        "../2017-05-13",
        "2017-05-13/..",
        "2017-21",
        "201X",
        "../..",
    ]);
    let words = proptest::sample::select(vec!["", "Saturday", "11:00", "12:08", "13 May"]);
    let end = || proptest::option::of(0..4u32);
    prop_oneof![
        (dates, words).prop_map(|(edtf, words)| span(edtf, words)),
        (end(), end()).prop_map(|(low, high)| range(low, high)),
        (0..4i32, proptest::option::of(0..4u32)).prop_map(|(step, radius)| place(step, radius.map(|radius| 100 + radius * 100))),
        Just(Value::Place { words: "a corner".into(), lat: None, lon: None, radius_metres: None, precision: None }),
        proptest::sample::select(vec!["yes", "no"]).prop_map(|one| Value::Choice { choice: one.into(), words: one.into() }),
        proptest::sample::select(vec!["a", "b"]).prop_map(|one| Value::Text { text: one.into() }),
    ]
}

fn any_claim(number: u32) -> impl Strategy<Value = PublicClaim> {
    let polarity = proptest::sample::select(vec![Polarity::Asserts, Polarity::Asserts, Polarity::Denies, Polarity::SaysUnknown]);
    let about = proptest::option::weighted(0.3, Just("a shop".to_owned()));
    (1..5u32, value(), any::<bool>(), polarity, about).prop_map(move |(source, value, single, polarity, about)| PublicClaim {
        single,
        polarity,
        about,
        ..claim(number, source, value)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn contradiction_is_the_same_from_both_sides_and_never_with_itself(
        first in any_claim(1), second in any_claim(2), copies in proptest::option::of(1..3u32), gone in 0..5usize,
    ) {
        let mut sources = vec![source(1, None, None), source(2, None, None), source(3, copies, None), source(4, None, copies)];
        if let Some(place) = sources.get_mut(gone) { *place = None }
        prop_assert_eq!(contradict(&first, &second, &sources), contradict(&second, &first, &sources));
        prop_assert_eq!(overlap(&first.value, &second.value), overlap(&second.value, &first.value));
        prop_assert!(!contradict(&first, &first.clone(), &sources));
        let alike = PublicClaim { number: 2, ..first.clone() };
        let reversed = matches!(first.value, Value::Range { low: Some(low), high: Some(high), .. } if low > high);
        prop_assert!(reversed || !contradict(&first, &alike, &sources), "who says the same does not contradict");
        prop_assert!(!(contradict(&first, &second, &sources) && only_words(&first, &second)));
        let live = [&first, &second];
        prop_assert!((1..=2).contains(&corroboration(&first, &live, &sources)), "its own voice counts");
        if first.polarity != second.polarity || first.about != second.about {
            prop_assert!(!contradict(&first, &second, &sources));
            prop_assert_eq!(corroboration(&first, &live, &sources), 1);
        }
    }

    #[test]
    fn all_at_once_says_what_each_pair_says(
        mut claims in proptest::collection::vec(any_claim(0), 1..9), copies in proptest::option::of(1..3u32), gone in 0..5usize,
        told in any::<bool>(),
    ) {
        // Texts of which many can be true are held together by their words, not in pairs.
        for (claim, text) in claims.iter_mut().zip(["a", "b"].into_iter().cycle()).filter(|_| told) {
            *claim = PublicClaim { value: Value::Text { text: text.into() }, single: false, ..claim.clone() };
        }
        let mut sources = vec![source(1, None, None), source(2, None, None), source(3, copies, None), source(4, None, copies)];
        if let Some(place) = sources.get_mut(gone) { *place = None }
        claims.iter_mut().zip(1..).for_each(|(claim, number)| claim.number = number);
        let live: Vec<&PublicClaim> = claims.iter().collect();
        let found = all(&live, &sources);
        prop_assert_eq!(found.len(), live.len());
        for one in &claims {
            let others = |of: &dyn Fn(&PublicClaim) -> bool| -> Vec<u32> {
                claims.iter().filter(|other| other.number != one.number && of(other)).map(|other| other.number).collect()
            };
            let held = &found[&one.number];
            prop_assert_eq!(&held.contradicted_by, &others(&|other| contradict(one, other, &sources)));
            prop_assert_eq!(&held.worded_otherwise, &others(&|other| only_words(one, other)));
            prop_assert_eq!(held.independent, corroboration(one, &live, &sources));
        }
    }

    #[test]
    fn copies_and_carried_words_count_once(links in proptest::collection::vec((any::<bool>(), 0..6u32), 1..8), value in value()) {
        let sources: Vec<Option<Source>> = (1..).zip(&links).map(|(number, (copy, to))| {
            let to = (*to >= 1 && *to < number).then_some(*to);
            source(number, to.filter(|_| *copy), to.filter(|_| !*copy))
        }).collect();
        let claims: Vec<PublicClaim> = (1..).zip(&links).map(|(number, _)| claim(number, number, value.clone())).collect();
        let live: Vec<&PublicClaim> = claims.iter().collect();
        let originals = u32::try_from(sources.iter().flatten().filter(|source| source.copies.or(source.via).is_none()).count()).unwrap();
        for claim in &claims {
            prop_assert_eq!(corroboration(claim, &live, &sources), originals);
        }
    }
}

/// Two centres 333 metres apart.
#[test]
fn two_places_are_one_where_their_radii_reach_each_other() {
    assert_eq!(overlap(&place(0, Some(200)), &place(3, Some(200))), Some(true));
    assert_eq!(overlap(&place(0, Some(100)), &place(3, Some(200))), Some(false));
    assert_eq!(overlap(&place(0, None), &place(2, None)), Some(false), "without a radius it is what rounding leaves open");
    assert_eq!(overlap(&place(0, None), &place(1, None)), Some(true));
    let in_words = Value::Place { words: "a corner".into(), lat: None, lon: None, radius_metres: None, precision: None };
    assert_eq!(overlap(&in_words, &place(0, None)), None, "words are for a reader");
    let as_once = Value::Text { text: "a corner".into() };
    assert_eq!(overlap(&as_once, &place(0, None)), None, "a place of an older entry is a text");
}

#[test]
fn what_a_source_leaves_open_decides_what_fits() {
    let fits = |first: &str, second: &str| overlap(&span(first, ""), &span(second, ""));
    assert_eq!(fits("2017-05-13", "[2017-05-13,2017-05-20]"), Some(true));
    assert_eq!(fits("2017-05-15", "[2017-05-13,2017-05-20]"), Some(false), "one of two days is no day between");
    assert_eq!(fits("2017-05-13", "../2017-05-13"), Some(true));
    assert_eq!(fits("2017-05-14", "../2017-05-13"), Some(false));
    assert_eq!(fits("2017-05-13?", "2017-05-14"), Some(false), "doubt hides no difference");
    assert_eq!(fits("2017-05~", "2017-05-14"), Some(true));
    assert_eq!(fits("2017-05-13", "../.."), None, "a span that says nothing agrees with nobody");
}

#[test]
fn a_number_in_words_is_compared_by_a_reader() {
    let sources = [source(1, None, None), source(2, None, None)];
    let counted = |number, words: &str, low, high| claim(number, number, Value::Range { low, high, words: Some(words.into()) });
    let (dozens, some) = (counted(1, "dozens", None, None), counted(2, "about 20 to 30", Some(20), Some(30)));
    assert!(!contradict(&dozens, &some, &sources) && only_words(&dozens, &some));
    assert_eq!(corroboration(&dozens, &[&dozens, &some], &sources), 1);
    let same = counted(2, "dozens", None, None);
    assert_eq!(corroboration(&dozens, &[&dozens, &same], &sources), 2, "the same words are the same account");
}

#[test]
fn a_range_without_an_end_is_open_there() {
    let (over_100, about_200) = (range(Some(100), None), range(Some(200), Some(200)));
    assert_eq!(overlap(&over_100, &about_200), Some(true));
    assert_eq!(overlap(&range(None, Some(99)), &over_100), Some(false));
    assert_eq!(overlap(&over_100, &range(Some(u32::MAX), None)), Some(true));
    assert_eq!(overlap(&range(None, None), &over_100), None, "two open ends say nothing");
    assert_eq!(overlap(&range(Some(2), Some(2)), &range(Some(1), Some(1))), Some(false));
}

#[test]
fn a_day_lies_in_its_month_and_words_without_a_date_are_for_a_reader() {
    assert_eq!(overlap(&span("2017-05-13", ""), &span("2017-05", "")), Some(true));
    assert_eq!(overlap(&span("2017-05-13", "13 May"), &span("2017-05-13", "Saturday")), Some(true), "one repeats its date");
    assert_eq!(overlap(&span("", "Saturday"), &span("2017-05-13", "")), None);
}

/// Two hours of one day are not one account: counting them as two sources that agree would say so.
#[test]
fn two_hours_of_one_day_neither_agree_nor_contradict() {
    let sources = [source(1, None, None), source(2, None, None)];
    let (early, late) = (claim(1, 1, span("2022-06-11", "11:00")), claim(2, 2, span("2022-06-11", "12:08")));
    assert!(!contradict(&early, &late, &sources));
    assert!(only_words(&early, &late) && only_words(&late, &early));
    assert_eq!(corroboration(&early, &[&early, &late], &sources), 1);
    let another_day = claim(3, 2, span("2022-06-12", "12:08"));
    assert!(contradict(&early, &another_day, &sources), "other days contradict, whatever the hours");
}

#[test]
fn two_copies_of_one_original_that_differ_contradict_where_many_values_are_possible() {
    let said = |number, source, choice: &str| PublicClaim {
        single: false,
        ..claim(number, source, Value::Choice { choice: choice.into(), words: choice.into() })
    };
    let (first, second) = (said(1, 1, "police"), said(2, 2, "council"));
    assert!(contradict(&first, &second, &[source(1, None, None), source(2, Some(1), None)]));
    assert!(!contradict(&first, &second, &[source(1, None, None), source(2, None, None)]));
    assert!(!contradict(&first, &said(2, 1, "council"), &[source(1, None, None)]), "one source may name both");
}

#[test]
fn a_denial_has_its_own_voice_and_a_second_denial_joins_it() {
    let sources = [source(1, None, None), source(2, None, None), source(3, None, None)];
    let denied = |number| PublicClaim { polarity: Polarity::Denies, ..claim(number, number, range(Some(3), Some(3))) };
    let (first, second, asserted) = (denied(1), denied(2), claim(3, 3, range(Some(3), Some(3))));
    assert_eq!(corroboration(&first, &[&first, &asserted], &sources), 1);
    assert_eq!(corroboration(&first, &[&first, &second, &asserted], &sources), 2);
}

#[test]
fn a_source_whose_words_are_gone_is_nobody_beside_another() {
    let mut sources = vec![source(1, None, None), source(2, Some(1), None), source(3, None, None)];
    assert_eq!(voices([1, 2, 3].into_iter(), &sources), 2);
    sources[1] = None;
    assert_eq!(voices([1, 2, 3].into_iter(), &sources), 2, "a copy does not become a voice because its words went");
    let chain = [source(1, None, None), None, source(3, Some(2), None)];
    assert_eq!(voices([1, 3].into_iter(), &chain), 1, "nor does what leads through it");
    assert_eq!(voices([2].into_iter(), &sources), 1);
    assert_eq!(voices([].into_iter(), &sources), 0);
    assert_eq!(voices([9, 0].into_iter(), &sources), 1, "a number that leads nowhere is an unknown voice");
}

#[test]
fn a_chain_of_sources_that_leads_nowhere_or_round_ends() {
    let round = [source(1, Some(2), None), source(2, Some(1), None), source(3, None, Some(9))];
    assert_eq!((root(&round, 1), root(&round, 2), root(&round, 3), root(&round, 0), root(&round, 7)), (1, 1, 3, 0, 7));
}
