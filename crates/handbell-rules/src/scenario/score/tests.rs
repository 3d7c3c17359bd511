//! Score: a desk that did everything right is as expected; each thing done wrong alone is found.

use super::*;
use crate::desk::incident::Ending;
use crate::scenario::Scenario;
use crate::street::report::ReportState;
use crate::time::{SECOND, Timestamp};
use proptest::prelude::*;

const SCRIPTS: [&str; 2] = [
    include_str!("../../../../../scenarios/practice-queens-road.toml"),
    include_str!("../../../../../scenarios/evan-cook-close-2022.toml"),
];

fn drill(text: &str) -> Drill {
    Scenario::parse("scenario.toml", text).unwrap().drill.unwrap()
}

fn at(minute: u32, seconds: i64) -> Timestamp {
    Timestamp::from_milliseconds(1_000_000 * SECOND).plus(i64::from(minute) * MINUTE + seconds * SECOND)
}

fn member(number: u8) -> MemberId {
    MemberId::from([number; 16])
}

fn incident(number: usize) -> IncidentId {
    IncidentId::from([u8::try_from(number).unwrap() + 1; 16])
}

/// What a desk does that does everything right, ten seconds after each message.
fn perfect(drill: &Drill) -> Played {
    let expected = drill.expected.unwrap();
    let reports: Vec<PlayedReport> = drill
        .reports
        .iter()
        .enumerate()
        .map(|(position, script)| PlayedReport {
            position,
            filed_at: at(script.at_minutes, 0),
            looked_at: Some(at(script.at_minutes, 10)),
            state: if script.of.is_some() { ReportState::Joined } else { ReportState::SetAside },
            incidents: script.of.map(incident).into_iter().collect(),
            aside: match script.really {
                Really::OldFootage => Some(AsideWhy::Elsewhere),
                _ if script.of.is_some() => None,
                _ => Some(AsideWhy::CannotBeChecked),
            },
        })
        .collect();
    let alert = |number: u8, reach: Reach, rung_at| PlayedAlert {
        id: AlertId::from([number; 16]),
        status: Status::Exercise,
        incident: incident(0),
        reach,
        rung_at,
        ended: Some((at(expected.stand_down_after_minutes, 0), false)),
        areas: drill.happenings[0].areas.clone(),
        agency: drill.happenings[0].agency.clone(),
        level: Level::Confirmed,
        approvers: vec![member(1), member(2)],
        recorders: vec![member(1)],
        told: 5,
        heard: 5,
        end_told: Some(5),
    };
    let over = at(expected.stand_down_after_minutes, 0);
    Played {
        speed: 1.0,
        as_of: over,
        until_minutes: None,
        incidents: drill
            .happenings
            .iter()
            .enumerate()
            .map(|(place, happens)| PlayedIncident {
                id: incident(place),
                opened_at: at(0, 10),
                confirmed_at: (place == 0).then(|| at(expected.confirmed_after_minutes, 0)),
                ended: Some((happens.ends.unwrap_or(Ending::Mistaken), over)),
            })
            .collect(),
        alerts: vec![
            alert(1, Reach::Dispatch, at(expected.dispatch_after_minutes, 0)),
            alert(2, Reach::Neighbours, at(expected.confirmed_after_minutes, 30)),
        ],
        emptied_at: drill.empties_desk_at_minutes.map(|minute| at(minute, 0)),
        back_at: drill.empties_desk_at_minutes.map(|minute| at(minute, 30)),
        reports,
    }
}

/// Everything that can be done wrong, one thing each.
type Slip = (&'static str, fn(&Drill, &mut Played));
const SLIPS: &[Slip] = &[
    ("a message nobody read", |drill, played| {
        let copy = drill.reports.iter().position(|script| script.of.is_none()).unwrap();
        played.reports[copy].looked_at = None;
    }),
    ("a true account left out", |_, played| {
        let last = played.reports.iter().rposition(|report| report.incidents == [incident(0)]).unwrap();
        played.reports[last].incidents.clear();
    }),
    ("old footage joined", |drill, played| {
        let old = drill.reports.iter().position(|script| script.really == Really::OldFootage).unwrap();
        (played.reports[old].aside, played.reports[old].incidents) = (None, vec![incident(0)]);
    }),
    ("old footage set aside as something else", |drill, played| {
        let old = drill.reports.iter().position(|script| script.really == Really::OldFootage).unwrap();
        played.reports[old].aside = Some(AsideWhy::Other);
    }),
    ("observers sent too late", |drill, played| played.alerts[0].rung_at = at(drill.expected.unwrap().dispatch_after_minutes, 1)),
    ("no observers sent", |_, played| {
        played.alerts.remove(0);
    }),
    ("neighbours not told", |_, played| {
        played.alerts.remove(1);
    }),
    ("confirmed too late", |drill, played| {
        played.incidents[0].confirmed_at = Some(at(drill.expected.unwrap().confirmed_after_minutes, 1));
    }),
    ("never confirmed", |_, played| played.incidents[0].confirmed_at = None),
    ("two happenings taken for one", |drill, played| {
        assert!(drill.happenings.len() > 1);
        for report in &mut played.reports {
            report.incidents.iter_mut().for_each(|known| *known = incident(0));
        }
    }),
    ("one message made into another incident", |_, played| {
        let extra = PlayedIncident { id: incident(40), ..played.incidents[0].clone() };
        played.incidents.push(extra);
        played.reports.last_mut().unwrap().incidents = vec![incident(40)];
    }),
    ("the end too late", |drill, played| {
        played.alerts[1].ended = Some((at(drill.expected.unwrap().stand_down_after_minutes, 1), false));
    }),
    ("the end never told", |_, played| (played.alerts[1].ended, played.alerts[1].end_told) = (None, None)),
    ("the end too early", |_, played| played.alerts[1].ended = Some((at(16, 0), false))),
    ("the end heard by fewer", |_, played| played.alerts[1].end_told = Some(4)),
    ("neighbours told before it was confirmed", |_, played| played.alerts[1].level = Level::BeingChecked),
    ("neighbours told by one member", |_, played| played.alerts[1].approvers = vec![member(2), member(2)]),
    ("approved by those who recorded the check", |_, played| {
        played.alerts[1].recorders = vec![member(1), member(2)];
    }),
    ("neighbours told of what is nobody's to hear", |_, played| {
        let wrong = PlayedAlert { id: AlertId::from([9; 16]), incident: incident(1), ..played.alerts[1].clone() };
        played.alerts.push(wrong);
    }),
    ("neighbours told of nothing", |_, played| {
        let made_up = PlayedIncident { id: incident(41), ..played.incidents[0].clone() };
        played.incidents.push(made_up);
        let wrong = PlayedAlert { id: AlertId::from([8; 16]), incident: incident(41), ..played.alerts[1].clone() };
        played.alerts.push(wrong);
    }),
    ("an alert that is no exercise", |_, played| played.alerts[0].status = Status::Actual),
    ("closed with the wrong word", |_, played| {
        played.incidents[0].ended = played.incidents[0].ended.map(|(_, at)| (Ending::NothingFound, at));
    }),
];
/// Only where the script says which areas, which agency and how fast.
const FINER: &[Slip] = &[
    ("a strange area", |_, played| played.alerts[1].areas.push("walworth".into())),
    ("its own area missed", |_, played| played.alerts[1].areas = vec!["nunhead".into()]),
    ("the wrong agency", |_, played| played.alerts[0].agency = Some("border-force".into())),
    ("a look that came late", |_, played| played.reports[0].looked_at = Some(at(3, 1))),
    ("nobody came back to the desk", |_, played| played.back_at = None),
    ("somebody came back late", |drill, played| {
        played.back_at = drill.empties_desk_at_minutes.map(|minute| at(minute + 3, 1));
    }),
];

#[test]
fn a_desk_that_does_everything_right_is_as_expected() {
    for text in SCRIPTS {
        let drill = drill(text);
        let scored = score(&drill, &perfect(&drill));
        assert!(scored.as_expected(), "{scored:#?}");
        assert!(scored.items.iter().all(|item| item.met == Some(true)), "{:#?}", scored.items);
        assert!(scored.practise().is_empty());
        assert_eq!(scored.report_to_look.p50(), Some(10 * SECOND));
        let confirmed = i64::from(drill.expected.unwrap().confirmed_after_minutes) * MINUTE;
        assert_eq!(scored.report_to_confirmed.each, vec![(drill.happenings[0].called.clone(), confirmed)]);
    }
}

#[test]
fn each_thing_done_wrong_alone_is_found_and_named() {
    for (text, slips) in SCRIPTS
        .into_iter()
        .flat_map(|text| [(text, SLIPS), (text, FINER)])
        .filter(|(text, slips)| *text == SCRIPTS[0] || slips.len() == SLIPS.len())
    {
        let drill = drill(text);
        let good = score(&drill, &perfect(&drill));
        for (name, slip) in slips {
            let mut played = perfect(&drill);
            slip(&drill, &mut played);
            let scored = score(&drill, &played);
            assert!(!scored.as_expected(), "{name} goes unseen");
            assert_ne!(scored, good, "{name} changes nothing");
        }
    }
}

proptest! {
    #[test]
    fn a_drill_is_as_expected_exactly_when_nothing_was_done_wrong(chosen in proptest::collection::vec(any::<bool>(), SLIPS.len())) {
        // Slips that would repair each other are left out: what is removed cannot be late as well.
        let apart = |name: &str| !["no observers sent", "neighbours not told"].contains(&name);
        let drill = drill(SCRIPTS[0]);
        let mut played = perfect(&drill);
        let mut slipped = false;
        for ((_, slip), _) in SLIPS.iter().zip(chosen).filter(|((name, _), chosen)| *chosen && apart(name)) {
            slip(&drill, &mut played);
            slipped = true;
        }
        prop_assert_eq!(score(&drill, &played).as_expected(), !slipped);
    }

    #[test]
    fn a_later_look_never_makes_a_better_score(position in 0usize..30, minutes in 0u32..60) {
        let drill = drill(SCRIPTS[0]);
        let mut played = perfect(&drill);
        let report = &mut played.reports[position];
        report.looked_at = Some(report.filed_at.plus(i64::from(minutes) * MINUTE));
        let scored = score(&drill, &played);
        prop_assert_eq!(scored.report_to_look.each.len(), drill.reports.len());
        if minutes > 3 && drill.reports[position].at_minutes + minutes <= 30 {
            prop_assert!(!scored.as_expected());
        }
    }
}

#[test]
fn the_clock_of_a_drill_runs_stops_and_jumps() {
    let drill = drill(SCRIPTS[1]);
    let filed = |position: usize, at| PlayedReport {
        position,
        filed_at: at,
        looked_at: None,
        state: ReportState::Received,
        incidents: Vec::new(),
        aside: None,
    };
    let start = at(0, 0);
    // The first message, then the second (+3m) asked for after twenty seconds at twice the speed.
    let clock = DrillClock::of(&drill, 2.0, &[filed(0, start), filed(1, start.plus(20 * SECOND))]);
    assert_eq!(clock.at(start.plus(-SECOND)), DrillTime(0));
    assert_eq!(clock.at(start.plus(10 * SECOND)), DrillTime(20 * SECOND));
    assert_eq!(clock.at(start.plus(20 * SECOND)), DrillTime(3 * MINUTE));
    assert_eq!(clock.at(start.plus(25 * SECOND)).words(), "3 min 10");
    // A message that comes late holds the clock before it.
    let held = DrillClock::of(&drill, 60.0, &[filed(0, start), filed(1, start.plus(20 * SECOND))]);
    assert_eq!(held.at(start.plus(19 * SECOND)), DrillTime(3 * MINUTE));
}

#[test]
fn what_comes_after_the_cut_is_not_asked() {
    let drill = drill(SCRIPTS[1]);
    let mut played = perfect(&drill);
    played.until_minutes = Some(13);
    played.reports.retain(|report| drill.reports[report.position].at_minutes <= 13);
    let scored = score(&drill, &played);
    let met: Vec<Option<bool>> = scored.items.iter().map(|item| item.met).collect();
    assert_eq!(met, [Some(true), Some(true), None, None, Some(true)]);
    played.alerts[0].rung_at = at(9, 0);
    assert_eq!(score(&drill, &played).items[0].met, Some(false), "what was before the cut is asked");
    assert_eq!(scored.filed, (7, 11));
}

#[test]
fn the_middle_is_the_nearest_rank() {
    let spread = |lengths: &[i64]| Spread { each: lengths.iter().map(|length| (String::new(), *length)).collect() }.p50();
    assert_eq!([spread(&[]), spread(&[7]), spread(&[9, 1]), spread(&[3, 1, 2])], [None, Some(7), Some(1), Some(2)]);
}

#[test]
fn every_finding_says_what_happened_and_what_to_practise() {
    let drill = drill(SCRIPTS[0]);
    let mut played = perfect(&drill);
    played.reports[0].looked_at = None;
    played.alerts[1].level = Level::BeingChecked;
    let scored = score(&drill, &played);
    assert_eq!(scored.misses[0].about, drill.reports[0].text);
    assert_eq!(scored.false_alarms[0].kind, FindingKind::ToldTooEarly);
    assert_eq!(scored.practise(), [FindingKind::ToldTooEarly.practise(), FindingKind::NeverRead.practise()]);
}

#[test]
fn nobody_is_owed_an_end_of_what_no_phone_took() {
    let drill = drill(SCRIPTS[0]);
    let mut played = perfect(&drill);
    for alert in &mut played.alerts {
        (alert.heard, alert.end_told) = (0, Some(0));
    }
    assert!(score(&drill, &played).as_expected());
}
