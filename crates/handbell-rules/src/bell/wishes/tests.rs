//! Wishes held against brute force, the two nights when clocks change, and a small crowd.

use super::*;
use crate::time::MINUTE;
use proptest::prelude::*;

const LONDON: &str = "Europe/London";
const USUAL: AlertFacts = AlertFacts { confirmed: true, life_safety: false };
const WATER: AlertFacts = AlertFacts { confirmed: true, life_safety: true };

/// A moment of 2026 by UTC day of the year, hour and minute.
fn at(day: i64, hour: i64, minute: i64) -> Timestamp {
    Timestamp::from_milliseconds(1_767_225_600_000 + day * DAY + hour * HOUR + minute * MINUTE)
}

fn wishes() -> impl Strategy<Value = Wishes> {
    let quiet = (0u8..24, 0u8..24).prop_map(|(from, to)| QuietHours::new(from, to).ok());
    let cap = (0u8..=DAILY_CAP_MAX).prop_map(|alerts| DailyCap::new(alerts).ok());
    let snooze = proptest::option::of(-30i64..30).prop_map(|hours| hours.map(|hours| at(100, 12 + hours, 0)));
    let level = prop_oneof![Just(LevelWanted::AlsoPossible), Just(LevelWanted::Confirmed)];
    (quiet, cap, snooze, level).prop_map(|(quiet, daily_cap, snoozed_until, level)| Wishes { quiet, daily_cap, snoozed_until, level })
}

#[test]
fn numbers_outside_the_lists_are_refused() {
    for (from, to) in [(24, 7), (22, 24), (7, 7), (255, 0)] {
        assert_eq!(QuietHours::new(from, to), Err(Bell::QuietHoursWrong.into()));
    }
    for cap in [0, 11, 255] {
        assert_eq!(DailyCap::new(cap), Err(Bell::DailyCapWrong.into()));
    }
    for hours in [0, 2, 25] {
        assert_eq!(snooze(hours, at(1, 0, 0)), Err(Bell::SnoozeWrong.into()));
    }
    assert_eq!(snooze(8, at(1, 0, 0)), Ok(at(1, 8, 0)));
}

#[test]
fn the_day_begins_at_the_groups_midnight_and_reaches_back_a_day_at_most() {
    // The clocks go back on 25 October 2026 at 02:00 of British Summer Time: a day of 25 hours.
    let october = 297;
    let morning = LocalTime::at(at(october, 9, 0), LONDON);
    assert_eq!((morning.hour, morning.day_began), (9, at(october - 1, 23, 0)));
    let last_hour = LocalTime::at(at(october, 23, 30), LONDON);
    assert_eq!((last_hour.hour, last_hour.day_began), (23, at(october - 1, 23, 30).plus(1)));
    // In summer the wall is an hour ahead of UTC, so the quiet hour is the wall's.
    assert_eq!(LocalTime::at(at(180, 22, 0), LONDON).hour, 23);
    assert_eq!(LocalTime::at(at(180, 22, 0), "Nowhere/Here").hour, 22);
}

#[test]
fn a_snooze_ends_by_itself_and_a_cap_with_the_day() {
    let snoozed = Wishes { snoozed_until: Some(at(10, 12, 0)), ..Wishes::default() };
    let wants = |wishes: &Wishes, told, now| wishes.wants(&USUAL, told, &LocalTime::at(now, LONDON));
    assert_eq!(wants(&snoozed, 0, at(10, 11, 59)), Wanted::Not(Rest::Snoozed));
    assert_eq!(wants(&snoozed, 0, at(10, 12, 0)), Wanted::Yes);
    let capped = Wishes { daily_cap: DailyCap::new(3).ok(), ..Wishes::default() };
    assert_eq!(wants(&capped, 2, at(10, 12, 0)), Wanted::Yes);
    assert_eq!(wants(&capped, 3, at(10, 12, 0)), Wanted::Not(Rest::Capped));
}

#[test]
fn a_ring_tells_at_most_so_many_and_counts_the_others_by_why() {
    let one = |number: u8, wishes: Wishes| Asked { subscription: SubscriptionId([number; 16]), wishes };
    let quiet = Wishes { quiet: QuietHours::new(22, 7).ok(), ..Wishes::default() };
    let capped = Wishes { daily_cap: DailyCap::new(1).ok(), ..Wishes::default() };
    let sure = Wishes { level: LevelWanted::Confirmed, ..Wishes::default() };
    let asked = [one(1, Wishes::default()), one(2, quiet), one(3, capped), one(4, sure), one(5, Wishes::default())];
    let told_today = BTreeMap::from([(SubscriptionId([3; 16]), 1)]);
    let night = LocalTime::at(at(10, 23, 0), LONDON);
    let usual = choose(&asked, &told_today, &USUAL, &night, 10);
    assert_eq!(usual.told, [1, 4, 5].map(|number| SubscriptionId([number; 16])));
    assert_eq!(usual.resting, Resting { quiet: 1, capped: 1, ..Resting::default() });
    assert_eq!(choose(&asked, &told_today, &USUAL, &night, 2).told.len(), 2, "who rests takes nobody's place");
    let water = choose(&asked, &told_today, &WATER, &night, 10);
    assert_eq!((water.told.len(), water.resting.passed, water.resting.left_in_peace()), (5, 2, 0));
    let open = AlertFacts { confirmed: false, life_safety: true };
    let unsure = choose(&asked, &told_today, &open, &night, 10);
    assert_eq!((unsure.told.len(), unsure.resting.left_in_peace()), (2, 3), "what is not confirmed passes nothing");
    assert_eq!(least_cap(&asked), Some(1));
    assert_eq!(least_cap(&asked[..2]), None);
}

proptest! {
    /// The wall's hours of a whole day, one by one, against the list that somebody would write down.
    #[test]
    fn quiet_hours_span_midnight(from in 0u8..24, to in 0u8..24) {
        prop_assume!(from != to);
        let quiet = QuietHours::new(from, to).unwrap();
        let mut written = Vec::new();
        let mut hour = from;
        while hour != to {
            written.push(hour);
            hour = (hour + 1) % 24;
        }
        for hour in 0..24 {
            prop_assert_eq!(quiet.hold(hour), written.contains(&hour));
        }
    }

    #[test]
    fn danger_to_life_passes_every_rest_when_it_is_confirmed(wishes in wishes(), told in 0u32..12, hour in -30i64..30) {
        let local = LocalTime::at(at(100, 12 + hour, 0), LONDON);
        prop_assert!(!matches!(wishes.wants(&WATER, told, &local), Wanted::Not(_)));
    }

    #[test]
    fn nobody_is_told_against_their_wishes(wishes in wishes(), told in 0u32..12, hour in -30i64..30, confirmed: bool) {
        let local = LocalTime::at(at(100, 12 + hour, 0), LONDON);
        let facts = AlertFacts { confirmed, life_safety: false };
        let rests = wishes.snoozed_until.is_some_and(|until| until > local.now)
            || wishes.quiet.as_ref().is_some_and(|quiet| quiet.hold(local.hour))
            || wishes.daily_cap.as_ref().is_some_and(|cap| u32::from(cap.alerts()) <= told)
            || (wishes.level == LevelWanted::Confirmed && !confirmed);
        prop_assert_eq!(wishes.wants(&facts, told, &local) == Wanted::Yes, !rests);
        prop_assert!(!matches!(wishes.wants(&facts, told, &local), Wanted::Passes(_)));
    }

    /// A row written before there were wishes, and one written now, read back as they were.
    #[test]
    fn wishes_are_kept_as_they_were(wishes in wishes()) {
        let kept = serde_json::to_string(&wishes).unwrap();
        prop_assert_eq!(serde_json::from_str::<Wishes>(&kept).unwrap(), wishes);
        prop_assert_eq!(serde_json::from_str::<Wishes>("{}").unwrap(), Wishes::default());
    }
}
