//! The figures agree with the list they are made of, in whatever order it was read.

use crate::made_up::*;
use crate::scenarios::{RYE_LANE, entered, page};
use handbell_rules::id::IncidentId;
use handbell_rules::record::Ref;
use handbell_rules::record::assessment::{CorrectionKind, Standing};
use handbell_rules::record::figures::{Accounts, FEW, Figure, Figures, FirstAccount, Mention, MentionKind, Quarter, per_cent};
use handbell_rules::record::projection::project;
use handbell_rules::record::source::SourceKind;
use handbell_rules::record::statement::Statement;
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

fn figure() -> impl Strategy<Value = Figure> {
    let first =
        prop_oneof![Just(FirstAccount::NotGiven), Just(FirstAccount::Stands), Just(FirstAccount::AddedTo), Just(FirstAccount::Corrected)];
    let quarter = prop::option::of((2019..2024i32, 1..5u8).prop_map(|(year, number)| Quarter::new(year, number).unwrap()));
    let waits = prop::array::uniform3(prop::option::of(0..100_000u32));
    (quarter, 0..4u8, 0..3u8, first, any::<bool>(), waits).prop_map(|(quarter, district, kind, first, imported, waits)| Figure {
        quarter,
        district: format!("District {district}"),
        kind: format!("Kind {kind}"),
        first,
        imported,
        waits,
        elsewhere: Vec::new(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sums_agree_with_the_list_whatever_came_first_and_however_often(
        list in prop::collection::vec((0..60u8, prop::option::weighted(0.9, figure())), 0..150),
    ) {
        let mut figures = Figures::default();
        let mut last: BTreeMap<u8, Figure> = BTreeMap::new();
        for (id, figure) in &list {
            figures.set(IncidentId([*id; 16]), figure.clone());
            match figure {
                Some(figure) => last.insert(*id, figure.clone()),
                None => last.remove(id),
            };
        }
        let mut again = Figures::default();
        for (id, figure) in last.iter().rev() {
            again.set(IncidentId([*id; 16]), Some(figure.clone()));
        }
        let sums = figures.sums();
        prop_assert_eq!(&sums, &again.sums());
        prop_assert_eq!(sums.incidents as usize, last.len());
        prop_assert_eq!(figures.len(), last.len());
        let how_many = |wanted: &dyn Fn(&Figure) -> bool| last.values().filter(|figure| wanted(figure)).count() as u32;
        prop_assert_eq!(sums.imported, how_many(&|one| one.imported));
        for counted in [
            sums.districts.iter().map(|(_, count)| *count).sum::<u32>(),
            sums.kinds.iter().map(|(_, count)| *count).sum(),
            sums.quarters.values().map(|one| one.incidents).sum(),
        ] {
            prop_assert_eq!(counted, sums.incidents);
        }
        for (district, count) in &sums.districts {
            prop_assert_eq!(*count, how_many(&|one| one.district == *district));
        }
        for (quarter, held) in &sums.quarters {
            prop_assert_eq!(held.incidents, how_many(&|one| one.quarter == *quarter));
            let accounts = Accounts {
                given: how_many(&|one| one.quarter == *quarter && one.first != FirstAccount::NotGiven),
                corrected: how_many(&|one| one.quarter == *quarter && one.first == FirstAccount::Corrected),
                added_to: how_many(&|one| one.quarter == *quarter && one.first == FirstAccount::AddedTo),
            };
            prop_assert_eq!(held.accounts, accounts);
        }
        for (id, figure) in &last {
            let incident = IncidentId([*id; 16]);
            let beside = figures.beside(incident, &figure.district, &[]);
            prop_assert_eq!(&beside, &again.beside(incident, &figure.district, &[]));
            prop_assert_eq!(beside.others + 1, how_many(&|one| one.district == figure.district));
            prop_assert_eq!(beside.same_kind + 1, how_many(&|one| one.district == figure.district && one.kind == figure.kind));
            prop_assert_eq!(figures.of_district(&figure.district.to_uppercase()), Some((figure.district.as_str(), beside.others + 1)));
        }
        prop_assert!(sums.districts.windows(2).all(|pair| pair[0].1 >= pair[1].1));
        for (place, waited) in sums.waits.iter().enumerate() {
            let taken: Vec<u32> = last.values().filter_map(|one| one.waits[place]).collect();
            prop_assert_eq!(waited.all.count as usize, taken.len());
            prop_assert_eq!(waited.all.quartiles.is_none(), waited.all.count < FEW);
            if let Some([lower, median, upper]) = waited.all.quartiles {
                let within = |minutes: u32| taken.iter().filter(|one| **one <= minutes).count() * 4;
                prop_assert!(lower <= median && median <= upper);
                prop_assert!(within(lower) >= taken.len() && within(median) >= taken.len() * 2 && within(upper) >= taken.len() * 3);
            }
            let years: u32 = waited.years.values().map(|one| one.count).sum();
            prop_assert!(years <= waited.all.count);
        }
    }

    #[test]
    fn a_share_is_made_only_of_enough_and_never_of_more_than_all(whole in 0..5_000u32, part in 0..5_000u32) {
        let part = part.min(whole);
        match per_cent(part, whole) {
            None => prop_assert!(whole < FEW),
            Some(share) => prop_assert!(whole >= FEW && share <= 100 && (part == 0) <= (share == 0) && (part < whole || share == 100)),
        }
    }
}

#[test]
fn a_quarter_of_a_million_incidents_are_summed_and_one_that_changes_is_counted_once() {
    const MANY: u32 = 250_000;
    let of = |number: u32, first: FirstAccount| Figure {
        quarter: Quarter::new(2000 + (number % 25) as i32, (number % 4) as u8 + 1),
        district: format!("District {}", number % 700),
        kind: format!("Kind {}", number % 5),
        first,
        imported: false,
        waits: [Some(number % 10_000), None, None],
        elsewhere: Vec::new(),
    };
    let id = |number: u32| IncidentId(u128::from(number).to_be_bytes());
    let mut figures = Figures::default();
    for number in 0..MANY {
        figures.set(id(number), Some(of(number, FirstAccount::Stands)));
    }
    figures.set(id(7), Some(of(7, FirstAccount::Corrected)));
    let sums = figures.sums();
    assert_eq!((sums.incidents, sums.accounts), (MANY, Accounts { given: MANY, corrected: 1, added_to: 0 }));
    assert_eq!((sums.districts.len(), sums.quarters.len(), sums.kinds.len()), (700, 100, 5));
    assert_eq!(sums.waits[0].all.quartiles, Some([2_499, 4_999, 7_499]));
}

#[test]
fn what_is_named_as_similar_or_as_old_footage_is_told_on_both_sides() {
    let there = |district: &str, elsewhere: Vec<Mention>| Figure {
        quarter: None,
        district: district.to_owned(),
        kind: "Immigration visit".to_owned(),
        first: FirstAccount::NotGiven,
        imported: false,
        waits: [None; 3],
        elsewhere,
    };
    let mention = |kind, place: &str, edtf: &str| Mention { kind, place: place.to_owned(), edtf: edtf.to_owned() };
    let [one, two, three] = [1, 2, 3].map(|id| IncidentId([id; 16]));
    let mut figures = Figures::default();
    figures.set(one, Some(there("Glasgow", Vec::new())));
    figures.set(two, Some(there("Peckham", vec![mention(MentionKind::Similar, "Glasgow", "2021-05-13")])));
    figures.set(three, Some(there("Leith", vec![mention(MentionKind::LookAlike, "glasgow, Scotland", "2021")])));
    let named = |figures: &Figures, date: &str| figures.beside(one, "Glasgow", &[date.to_owned()]).named_by;
    assert_eq!(named(&figures, "2021-05-13"), [(two, MentionKind::Similar), (three, MentionKind::LookAlike)]);
    assert_eq!(named(&figures, "2021-06"), [(three, MentionKind::LookAlike)], "another day of that year");
    assert_eq!(named(&figures, "2019"), [], "another year");
    assert_eq!(figures.beside(two, "Peckham", &["2021".to_owned()]).named_by, [], "nobody names Peckham");
    figures.set(two, Some(there("Peckham", Vec::new())));
    figures.set(three, None);
    assert_eq!(named(&figures, "2021-05-13"), [], "what was taken back is not told any more");
    assert_eq!((figures.of_district("Leith"), figures.of_district("peckham, London")), (None, Some(("Peckham", 1))));
}

#[test]
fn what_was_entered_from_a_file_has_a_quarter_and_a_first_account_but_no_waits() {
    let (record, entries) = (page(RYE_LANE), entered(RYE_LANE).unwrap().1);
    let figure = Figure::of(&record, &entries);
    assert_eq!(figure.quarter, Quarter::new(2017, 2));
    assert_eq!((figure.first, figure.imported, figure.waits), (FirstAccount::Corrected, true, [None; 3]));
    assert_eq!(figure.district, record.district);
}

#[test]
fn waits_run_from_the_opening_to_the_alert_the_official_word_and_what_is_settled() {
    let mut log = Log::opened(); // The desk opened it at 22:13.
    let of = |log: &Log| Figure::of(&project(ID, &log.entries).unwrap(), &log.entries);
    assert_eq!((of(&log).first, of(&log).waits), (FirstAccount::NotGiven, [None; 3]));
    for (reach, rung) in [("dispatch", "2023-11-14T22:15Z"), ("neighbours", "2023-11-14T22:43Z"), ("neighbours", "2023-11-15T01:00Z")] {
        let alert = json!({"type": "alert.issued", "at": "2023-11-15T08:00Z", "reach": reach, "rung": rung, "place": "Peckham", "status": "actual", "approved_by": "two members"});
        log.push(5, alert.as_object().unwrap().clone());
    }
    let alerted = of(&log);
    // The dispatch asked people to look; it confirmed nothing.
    assert_eq!((alerted.first, alerted.waits), (FirstAccount::Stands, [Some(30), None, None]));

    log.state(&[Statement::Source(source(SourceKind::Press, "A paper")), Statement::Claim(dated(Ref::New(0), "2023-11-14", ""))]).unwrap();
    assert_eq!(of(&log).waits[1], None, "a newspaper is no office");
    log.now += 3 * 3_600_000;
    log.state(&[Statement::Source(source(SourceKind::Official, "The council")), Statement::Claim(dated(Ref::New(0), "2023-11-14", ""))])
        .unwrap();
    let spoken = of(&log).waits[1].unwrap();
    log.now += 3_600_000;
    let settled = |note: &str, kind: CorrectionKind| {
        let mut one = assessment("when", "It was on 14 November 2023.", &[Ref::Known(2)], note);
        (one.standing, one.correction) = (Standing::Settled, kind);
        Statement::Assessment(one)
    };
    log.state(&[settled("", CorrectionKind::Correction)]).unwrap();
    assert_eq!(of(&log).waits[2], Some(spoken + 60));
    assert_eq!(of(&log).first, FirstAccount::Stands);
    log.now += 3_600_000;
    log.state(&[settled("More is known.", CorrectionKind::Update)]).unwrap();
    assert_eq!(of(&log).first, FirstAccount::AddedTo);
    log.state(&[settled("It was wrong.", CorrectionKind::Retraction)]).unwrap();
    assert_eq!((of(&log).first, of(&log).waits[2]), (FirstAccount::Corrected, Some(spoken + 60)), "the first time counts");
}
