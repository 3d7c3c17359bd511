use super::*;
use crate::id::MemberId;
use crate::street::flood::mute::{copies_of, word_set};
use crate::time::HOUR;

const START: Timestamp = Timestamp::from_milliseconds(1_700_000_040_000);
const JUNK: &str = "Everybody come to the square, there are forty vans and dogs and horses";

fn id(number: u64) -> ReportId {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    ReportId(bytes)
}

fn arrival(number: u64, lane: Lane, text: &str) -> Arrival {
    Arrival {
        id: id(number),
        filed_at: START.plus(i64::try_from(number).unwrap()),
        lane,
        area: Some("rye-lane".into()),
        kind: "visit".into(),
        text: text.into(),
        place: "Rye Lane".into(),
        known: false,
    }
}

fn mute(number: u8, pattern: super::super::mute::Pattern) -> Mute {
    Mute {
        id: MuteId([number; 16]),
        version: 1,
        pattern,
        area: None,
        reason: "Sent by a program".into(),
        by: MemberId([1; 16]),
        at: START,
        until: START.plus(HOUR),
        agreed: None,
        lifted: None,
    }
}

fn firsts(lineup: &Lineup) -> Vec<ReportId> {
    lineup.lines(200).iter().map(|line| line.first).collect()
}

#[test]
fn in_calm_hours_the_oldest_comes_first() {
    let mut lineup = Lineup::default();
    for number in [3, 1, 2] {
        lineup.add(&arrival(number, Lane::Fast, &format!("{number} something else each time, said by another person")));
    }
    lineup.add(&arrival(1, Lane::Fast, "twice is once"));
    assert_eq!(firsts(&lineup), [id(1), id(2), id(3)]);
    lineup.leave(id(1));
    assert_eq!((firsts(&lineup), lineup.len()), (vec![id(2), id(3)], 2));
}

#[test]
fn a_lone_report_without_scripts_stands_beside_a_hundred_thousand_of_one_wording() {
    let mut lineup = Lineup::default();
    for number in 0..100_000 {
        lineup.add(&arrival(number, Lane::Slow, &format!("{JUNK} {number}")));
    }
    lineup.add(&arrival(500_000, Lane::Slow, "Two officers hold a man in the doorway of the bakery."));
    let lines = lineup.lines(200);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0].first, id(500_000));
    assert_eq!((lines[1].reports, lines[1].samples.len()), (100_000, SAMPLES));
}

#[test]
fn piles_take_turns_and_the_one_that_was_looked_into_goes_behind() {
    let mut lineup = Lineup::default();
    let texts = ["forty vans and many dogs at the market hall", "an army of helicopters above the old bridge"];
    for number in 0..20 {
        lineup.add(&arrival(number, Lane::Slow, texts[usize::try_from(number % 2).unwrap()]));
    }
    let first = firsts(&lineup)[0];
    lineup.leave(first);
    let next = firsts(&lineup)[0];
    assert_ne!(u64::from(first.0[15]) % 2, u64::from(next.0[15]) % 2, "the other pile");
}

#[test]
fn no_lane_starves_another() {
    let mut lineup = Lineup::default();
    let other = |number: u64| format!("{:x} {:x} {:x}", number * 7_919, number * 104_729, number * 1_299_709);
    for number in 0..30 {
        let lane = [Lane::Fast, Lane::Solved, Lane::Slow][usize::try_from(number % 3).unwrap()];
        lineup.add(&arrival(number, lane, &other(number)));
    }
    let lanes: Vec<Lane> = lineup.lines(10).iter().map(|line| line.lane).collect();
    for lane in [Lane::Fast, Lane::Solved, Lane::Slow] {
        assert!(lanes[..5].contains(&lane), "{lanes:?}");
    }
    assert_eq!(lineup.lines(200).len(), 30);
}

#[test]
fn beyond_what_a_desk_could_look_at_odd_ones_share_a_line_and_none_is_lost() {
    let mut lineup = Lineup::default();
    // Letters of a number's own, so that no two have much in common.
    let word =
        |number: u64| (0..6).map(|place| char::from(b'a' + ((number * 48_271 + place * 7) >> (place * 3)) as u8 % 26)).collect::<String>();
    for number in 0..LONES_MAX as u64 + 1_000 {
        lineup.add(&Arrival { place: word(number), ..arrival(number, Lane::Slow, &format!("{}{number:x}", word(number))) });
    }
    assert_eq!(lineup.len(), LONES_MAX + 1_000);
    let lines = lineup.lines(usize::MAX);
    assert_eq!(lines.iter().map(|line| line.reports).sum::<usize>(), lineup.len(), "every report stands in some line");
    let odd = lines.iter().find(|line| line.odd).expect("one pile of odd ones");
    assert_eq!(odd.first, id(0), "the oldest are set apart");
    lineup.leave(id(0));
    assert!(!lineup.holds(id(0)));
}

#[test]
fn a_mute_folds_a_pattern_away_counts_it_and_gives_it_back() {
    let mut lineup = Lineup::default();
    for number in 0..50 {
        lineup.add(&arrival(number, Lane::Slow, JUNK));
    }
    lineup.add(&arrival(60, Lane::Slow, "Two officers hold a man in the doorway of the bakery."));
    lineup.mute(vec![mute(1, copies_of(JUNK).unwrap()), mute(2, word_set("never written").unwrap())], &[]);
    lineup.add(&arrival(70, Lane::Fast, &format!("{JUNK} now")));
    assert_eq!(firsts(&lineup), [id(60)]);
    let folded = lineup.folded();
    assert_eq!(folded[&MuteId([1; 16])], Folded { reports: 51, samples: vec![id(70), id(49), id(48)] });
    assert_eq!(folded[&MuteId([2; 16])].reports, 0);
    lineup.mute(Vec::new(), &[]);
    assert_eq!(lineup.lines(200).len(), 2, "everything is back");
}

#[test]
fn a_danger_to_life_and_a_call_that_was_written_down_are_not_muted() {
    let mut lineup = Lineup::default();
    lineup.mute(vec![mute(1, copies_of(JUNK).unwrap())], &["flood"]);
    lineup.add(&Arrival { kind: "flood".into(), ..arrival(1, Lane::Slow, JUNK) });
    lineup.add(&Arrival { known: true, ..arrival(2, Lane::Fast, JUNK) });
    lineup.add(&arrival(3, Lane::Slow, JUNK));
    assert_eq!(lineup.lines(200).len(), 2);
    lineup.mute(vec![Mute { version: 2, agreed: Some(MemberId([2; 16])), ..mute(1, copies_of(JUNK).unwrap()) }], &["flood"]);
    assert_eq!(firsts(&lineup), [id(2)], "another member agreed; the call stands still");
}
