//! Scenarios: the two shipped files hold together, and every kind of mistake is refused.

use super::*;
use crate::playbook::tests::shipped;

const RYE_LANE: &str = include_str!("../../../../scenarios/rye-lane-2017.toml");
const EVAN_COOK: &str = include_str!("../../../../scenarios/evan-cook-close-2022.toml");

fn parse(text: &str) -> Result<Scenario, ScenarioRefusal> {
    Scenario::parse("scenario.toml", text)
}

/// The refusal when a shipped text is changed. The change must change something.
fn refused(text: &str, from: &str, to: &str) -> ScenarioRefusal {
    assert!(text.contains(from), "{from:?} is not there");
    let changed = text.replacen(from, to, 1);
    match parse(&changed) {
        Err(refusal) => refusal,
        Ok(scenario) => scenario.check(&shipped()).expect_err(&format!("{from:?} became {to:?} and was taken")),
    }
}

fn bad(text: &str, from: &str, to: &str) -> String {
    match refused(text, from, to) {
        ScenarioRefusal::BadValue { key, .. } => key,
        other => panic!("{other}"),
    }
}

#[test]
fn both_shipped_scenarios_hold_against_the_shipped_playbook() {
    let playbook = shipped();
    for text in [RYE_LANE, EVAN_COOK] {
        parse(text).unwrap().check(&playbook).unwrap();
    }
}

#[test]
fn rye_lane_says_what_its_file_says() {
    let scenario = parse(RYE_LANE).unwrap();
    assert_eq!((scenario.sources.len(), scenario.claims.len(), scenario.lookalikes.len(), scenario.assessments.len()), (6, 18, 2, 2));
    assert_eq!(scenario.incident.place.point, Some(Point::new(51_469_700, -69_200).unwrap()));
    assert_eq!((scenario.incident.place.radius_metres, scenario.incident.place.public_precision), (Some(300), Some(Precision::Street)));
    assert_eq!(scenario.incident.proceedings_active, Some(false));
    assert_eq!(scenario.sources[1].copies.as_deref(), Some("facebook-post"));
    let dated: Vec<_> = scenario.claims.iter().filter(|claim| claim.predicate == "when").collect();
    assert_eq!(dated[0].edtf, None);
    assert_eq!(dated[1].edtf, Some(Span::of_day(jiff::civil::date(2017, 5, 13))));
    let officers = scenario.claims.iter().find(|claim| claim.predicate == "count.officers").unwrap();
    assert_eq!(officers.count.as_ref().map(|count| (count.low, count.high)), Some((Some(6), None)));
    let second = &scenario.assessments[1];
    assert_eq!((second.standing, second.sets_aside[0].reason), (Standing::Settled, SetAsideReason::SupersededBySource));
    assert!(second.correction_note.is_some());
    assert!(scenario.drill.is_none());
}

#[test]
fn the_evan_cook_close_drill_is_read_minute_by_minute() {
    let scenario = parse(EVAN_COOK).unwrap();
    assert_eq!((scenario.sources.len(), scenario.claims.len(), scenario.similar_elsewhere.len()), (12, 25, 3));
    assert!(scenario.incident.home && scenario.incident.place.point.is_none());
    assert_eq!(scenario.incident.zone.as_deref(), Some("Europe/London"));
    let drill = scenario.drill.unwrap();
    assert_eq!(drill.starts.as_millisecond(), 1_654_941_600_000);
    assert_eq!(drill.place.point, Some(Point::new(51_470_000, -60_000).unwrap()));
    let minutes: Vec<_> = drill.reports.iter().map(|report| report.at_minutes).collect();
    assert_eq!(minutes, [0, 3, 4, 5, 7, 9, 12, 68, 150, 240, 355]);
    let first = &drill.reports[0];
    assert_eq!((first.basis, first.status, first.route), (DrillBasis::Saw, DrillStatus::Now, DrillRoute::Web));
    assert_eq!(
        (first.officers, first.vehicles, first.people),
        (Some(DrillRange { low: 6, high: 8 }), Some(DrillRange { low: 1, high: 2 }), None)
    );
    assert_eq!((first.place_offset_metres, first.answers_the_desk), (Some(20), false));
    assert_eq!(drill.reports[3].lookalike.as_deref(), Some("Southall 2013"));
    assert!(drill.reports[4].answers_the_desk);
    assert_eq!(drill.reports[5].place.as_deref(), Some("Old Kent Road"));
    let expected = drill.expected.unwrap();
    assert_eq!((expected.dispatch_after_minutes, expected.confirmed_after_minutes, expected.stand_down_after_minutes), (8, 13, 356));
    assert_eq!((expected.distinct_incidents, expected.lookalikes_flagged), (2, 1));
}

#[test]
fn a_drill_has_one_status_and_marks_every_message() {
    assert!(matches!(refused(EVAN_COOK, "status = \"Exercise\"", "status = \"Actual\""), ScenarioRefusal::Toml(_)));
    assert!(matches!(refused(EVAN_COOK, "status = \"Exercise\"\n", ""), ScenarioRefusal::Toml(_)));
    assert_eq!(bad(EVAN_COOK, "\"PRACTICE: A neighbour", "\"A neighbour"), "drill: report 2");
}

#[test]
fn a_drill_runs_forwards_in_plain_minutes() {
    for at in ["3m", "+3", "+3h", "+-3m", "+m", "+2881m", "+000003m", "+٣m", " +3m"] {
        assert_eq!(bad(EVAN_COOK, "\"+3m\"", &format!("\"{at}\"")), "drill: report 2: at", "{at}");
    }
    assert_eq!(bad(EVAN_COOK, "\"+3m\"", "\"+9m\""), "drill: report 3");
    assert_eq!(bad(EVAN_COOK, "2022-06-11T11:00:00+01:00", "2022-06-11 at 11"), "drill: starts");
    assert_eq!(bad(EVAN_COOK, "lat = 51.4700, lon = -0.0600", "public_precision = \"area\""), "drill: place");
    assert_eq!(bad(EVAN_COOK, "officers = [6, 8]", "officers = [8, 6]"), "drill: report 1");
    assert_eq!(bad(EVAN_COOK, "people = [8, 12]", "people = [8, 1000001]"), "drill: report 8");
    assert!(matches!(refused(EVAN_COOK, "officers = [6, 8]", "officers = [6]"), ScenarioRefusal::Toml(_)));
    assert_eq!(bad(EVAN_COOK, "place_offset_metres = 20,", "place_offset_metres = 20000,"), "drill: report 1: place_offset_metres");
    let none = EVAN_COOK.split("reports = [").next().unwrap().to_owned() + "reports = []\n";
    assert!(matches!(parse(&none), Err(ScenarioRefusal::BadValue { key, .. }) if key == "drill: reports"));
}

#[test]
fn every_claim_has_a_listed_source() {
    let unknown = |text: &str, from: &str, to: &str| match refused(text, from, to) {
        ScenarioRefusal::SourceUnknown { source_id, .. } => source_id,
        other => panic!("{other}"),
    };
    assert_eq!(unknown(RYE_LANE, "source = \"rabble\"", "source = \"rumour\""), "rumour");
    assert_eq!(unknown(RYE_LANE, "copies = \"facebook-post\"", "copies = \"nobody\""), "nobody");
    assert_eq!(unknown(RYE_LANE, "via = \"breitbart-v1\"", "via = \"breitbart\""), "breitbart");
    assert_eq!(unknown(RYE_LANE, "relies_on = [\"home-office\"]", "relies_on = [\"office\"]"), "office");
    assert_eq!(unknown(RYE_LANE, "source = \"breitbart-v1\", reason", "source = \"x\", reason"), "x");
    assert_eq!(bad(RYE_LANE, "id = \"rabble\"", "id = \"network-site\""), "source network-site");
    assert_eq!(bad(RYE_LANE, "id = \"rabble\"", "id = \"The Rabble\""), "source The Rabble");
    assert_eq!(bad(RYE_LANE, "copies = \"facebook-post\"", "copies = \"youtube-upload\""), "source youtube-upload: copies");
    let none = "source = []\nclaim = []\n[incident]\nplaybook = \"uk-street\"\nkind = \"flood\"\ntitle = \"t\"\nplace = { text = \"p\", public_precision = \"area\" }\n";
    assert!(matches!(parse(none), Err(ScenarioRefusal::BadValue { key, .. }) if key == "source"));
}

#[test]
fn a_scenario_fits_its_playbook() {
    assert_eq!(refused(RYE_LANE, "\"uk-street\"", "\"us-street\""), ScenarioRefusal::OtherPlaybook { wanted: "us-street".into() });
    assert_eq!(refused(RYE_LANE, "\"immigration-visit\"", "\"raid\""), ScenarioRefusal::KindUnknown { kind: "raid".into() });
    let predicate = |from: &str, to: &str| matches!(refused(RYE_LANE, from, to), ScenarioRefusal::PredicateUnknown { .. });
    assert!(predicate("predicate = \"pattern\"", "predicate = \"officer.name\""));
    assert!(predicate("[[assessment]]\npredicate = \"when\"", "[[assessment]]\npredicate = \"plate\""));
}

#[test]
fn a_value_fits_its_predicate() {
    let mismatch = |text: &str, from: &str, to: &str| matches!(refused(text, from, to), ScenarioRefusal::ValueMismatch { .. });
    assert!(mismatch(RYE_LANE, "edtf = \"2017-05-13\"\nwords = \"13 May\"", "value = \"13 May\""));
    assert!(mismatch(RYE_LANE, "count = { low = 2, high = 2, words = \"two businesses\" }", "words = \"two businesses\""));
    assert!(mismatch(RYE_LANE, "value = \"such visits happen often in Peckham\"", "count = { low = 2 }"));
    assert!(mismatch(EVAN_COOK, "value = \"Border Force\"", "value = \"Traffic wardens\""));
    assert!(mismatch(EVAN_COOK, "value = \"Border Force\"", "words = \"Border Force\""));
    assert!(mismatch(EVAN_COOK, "words = \"4 hours\"", "words = \"4 hours\"\nvalue = \"4\""));
}

#[test]
fn counts_dates_and_texts_make_sense() {
    assert_eq!(bad(RYE_LANE, "low = 2, high = 2", "low = 3, high = 2"), "claim 5");
    assert_eq!(bad(RYE_LANE, "low = 2, high = 2, words", "words"), "claim 5");
    assert_eq!(bad(RYE_LANE, "low = 2, high = 2", "low = 2, high = 2000000"), "claim 5");
    assert_eq!(bad(RYE_LANE, "edtf = \"2017-05-13\"", "edtf = \"2017-02-30\""), "claim 4: edtf");
    assert_eq!(bad(EVAN_COOK, "edtf = \"2021-05-13\"", "edtf = \"May 2021\""), "similar_elsewhere: edtf");
    assert_eq!(bad(RYE_LANE, "words = \"Sunday\"\n\n[[claim]]", "\n[[claim]]"), "claim 2");
    assert_eq!(bad(RYE_LANE, "value = \"the officers got", &format!("value = \"{}", "x".repeat(1_001))), "claim 16");
    assert_eq!(bad(RYE_LANE, "title = \"Immigration", "title = \"\\u0007Immigration"), "incident: title");
}

#[test]
fn a_home_is_never_told_finer_than_its_district() {
    assert_eq!(bad(EVAN_COOK, "public_precision = \"district\"", "public_precision = \"street\""), "incident: place");
    assert_eq!(
        bad(EVAN_COOK, "public_precision = \"district\"", "lat = 51.47, lon = -0.06, public_precision = \"district\""),
        "incident: place"
    );
    assert_eq!(bad(EVAN_COOK, ", public_precision = \"district\"", ""), "incident: place");
    assert!(matches!(refused(RYE_LANE, "lat = 51.4697,", "lat = 95.0,"), ScenarioRefusal::Toml(_)));
    assert!(matches!(refused(RYE_LANE, "lat = 51.4697, ", ""), ScenarioRefusal::Toml(_)));
    assert!(matches!(
        refused(EVAN_COOK, "public_precision = \"district\" }", "public_precision = \"district\", radius_metres = 5 }"),
        ScenarioRefusal::Toml(_)
    ));
    assert_eq!(bad(EVAN_COOK, "Europe/London", "Europe/Peckham"), "incident: zone");
}

#[test]
fn unknown_keys_name_the_nearest_known_one() {
    let nearest = |text: &str, from: &str, to: &str| match refused(text, from, to) {
        ScenarioRefusal::Toml(TomlRefusal::UnknownKey { nearest, .. }) => nearest.unwrap_or_default(),
        other => panic!("{other}"),
    };
    assert_eq!(nearest(RYE_LANE, "asked_for_comment_at", "asked_for_coment_at"), "asked_for_comment_at");
    assert_eq!(nearest(EVAN_COOK, "answers_the_desk", "answer_the_desk"), "answers_the_desk");
    assert_eq!(nearest(EVAN_COOK, "basis = \"saw\"", "basis = \"sawn\""), "saw");
    assert_eq!(nearest(EVAN_COOK, "[[similar_elsewhere]]", "[[similar_elsewere]]"), "similar_elsewhere");
    assert!(matches!(refused(RYE_LANE, "[incident]", "[incident"), ScenarioRefusal::Toml(TomlRefusal::Broken { .. })));
}

#[test]
fn a_date_is_any_span_and_one_that_is_none_says_what_to_write() {
    let dated = |edtf: &str| parse(&RYE_LANE.replacen("edtf = \"2017-05-13\"", &format!("edtf = \"{edtf}\""), 1));
    for edtf in ["2017-05", "2017", "2017-05-13?", "[2017-05-13,2017-05-20]", "../2017-05-13"] {
        let scenario = dated(edtf).unwrap();
        let written = scenario.claims.iter().find_map(|claim| claim.edtf.as_ref()).map(Span::to_string);
        assert_eq!(written.as_deref(), Some(edtf));
    }
    for wrong in ["", "2017-13", "2017-5-13", "17", "2017-05-13-01", "2017-"] {
        let Err(ScenarioRefusal::BadValue { why, .. }) = dated(wrong) else { panic!("{wrong} was taken") };
        assert!(why.contains("Write") || why.contains("Months are"), "{why}");
    }
}

const PRACTICE: &str = include_str!("../../../../scenarios/practice-queens-road.toml");

#[test]
fn the_practice_evening_holds_a_flood_with_one_true_account_inside() {
    use super::truth::Really;
    let scenario = parse(PRACTICE).unwrap();
    scenario.check(&shipped()).unwrap();
    assert!(scenario.practice);
    let drill = scenario.drill.unwrap();
    let count = |really| drill.reports.iter().filter(|report| report.really == really).count();
    assert_eq!([Really::Real, Really::Duplicate, Really::OldFootage, Really::WrongAgency].map(count), [6, 1, 1, 1]);
    assert_eq!([Really::Rumour, Really::Copy, Really::False].map(count), [1, 24, 1]);
    assert!(drill.reports.windows(2).all(|pair| pair[0].at_minutes <= pair[1].at_minutes), "in order of time");
    let inside = drill.reports.iter().position(|report| report.answers_the_desk).unwrap();
    assert!(drill.reports[..inside].iter().any(|report| report.really == Really::Copy));
    assert!(drill.reports[inside..].iter().any(|report| report.really == Really::Copy));
    assert_eq!(drill.empties_desk_at_minutes, Some(20));
    let known = crate::area::AreaFile::parse("peckham", include_str!("../../../../areas/peckham.toml")).unwrap();
    for area in drill.happenings.iter().flat_map(|happens| &happens.areas) {
        assert!(known.named(area).is_some(), "{area}");
    }
}

#[test]
fn what_a_message_really_is_must_fit_the_happenings() {
    assert_eq!(bad(PRACTICE, "really = \"rumour\", ", ""), "drill: reports");
    assert_eq!(bad(PRACTICE, "really = \"rumour\"", "really = \"real\""), "drill: reports");
    assert_eq!(bad(PRACTICE, "really = \"false\"", "really = \"false\", of = \"bakery\""), "drill: reports");
    assert_eq!(bad(PRACTICE, "of = \"wardens\"", "of = \"nobody\""), "drill: report 7: of");
    assert_eq!(bad(PRACTICE, "copies = 24", "copies = 1"), "drill: report 5: flood");
    assert_eq!(bad(PRACTICE, "id = \"wardens\"", "id = \"bakery\""), "drill: happening 2");
}

#[test]
fn an_older_script_is_supposed_to_mean_what_its_messages_say() {
    use super::truth::{Really, Tell};
    let drill = parse(EVAN_COOK).unwrap().drill.unwrap();
    let of: Vec<(Really, Option<usize>)> = drill.reports.iter().map(|report| (report.really, report.of)).collect();
    assert_eq!(of[1..4], [(Really::SecondHand, Some(0)), (Really::Rumour, None), (Really::OldFootage, None)]);
    assert_eq!(of[5], (Really::Real, Some(1)));
    let tell: Vec<Tell> = drill.happenings.iter().map(|happens| happens.tell).collect();
    assert_eq!(tell, [Tell::Neighbours, Tell::Nobody]);
}
