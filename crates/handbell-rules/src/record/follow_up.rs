//! Follow-up: on which days the desk asks again what became of something.
//!
//! Four weeks after the end, three months after it, and then once a year for ten years (R-78: "yearly chase").
//! The days follow from what the log says and from nothing else: when it ended, and when an outcome was last told.
//! A question asked shortly before a day counts for that day. After ten years nobody is asked again by a date; the
//! slot keeps saying what it says. Nothing here asks anybody.

use jiff::ToSpan;
use jiff::civil::Date;

/// Days after the end on which the desk first asks.
pub const FIRST_DAYS: [i64; 2] = [28, 91];
/// Years after the end in which it asks once more each.
pub const YEARS: i64 = 10;
/// An answer so many days before a day counts for that day.
pub const EARLY_DAYS: i64 = 14;

/// Every day on which the desk asks about what ended on `ended`, in order.
pub fn days(ended: Date) -> Vec<Date> {
    let first = FIRST_DAYS.iter().map(|days| ended.checked_add(days.days()));
    let yearly = (1..=YEARS).map(|years| ended.checked_add(years.years()));
    first.chain(yearly).flatten().collect()
}

/// Days after the last day of asking in which an answer may still come.
const LAST_ANSWER_DAYS: i64 = 60;

/// The last day on which somebody who asked how it ended can be told, for what ended on `ended`; none past the
/// calendar.
pub fn told_until(ended: Date) -> Option<Date> {
    days(ended).last()?.checked_add(LAST_ANSWER_DAYS.days()).ok()
}

/// The day on which to ask next. `told` is the day on which an outcome was last recorded; without one the first day
/// is due. None when the chase is over.
pub fn next(ended: Date, told: Option<Date>) -> Option<Date> {
    // What is told before it ended says nothing about how it ended.
    let covered = told.filter(|told| *told >= ended).and_then(|told| told.checked_add(EARLY_DAYS.days()).ok());
    days(ended).into_iter().find(|day| covered.is_none_or(|covered| *day > covered))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn it_is_asked_after_four_weeks_three_months_and_every_year_for_ten() {
        let all = days(day("2024-02-29"));
        assert_eq!((all.len(), all[0], all[1]), (12, day("2024-03-28"), day("2024-05-30")));
        assert_eq!((all[2], all[5], all[11]), (day("2025-02-28"), day("2028-02-29"), day("2034-02-28")));
        assert_eq!(next(day("2024-02-29"), None), Some(all[0]));
        assert_eq!(next(day("2024-02-29"), Some(day("2024-03-14"))), Some(all[1]), "shortly before counts");
        assert_eq!(next(day("2024-02-29"), Some(day("2024-03-13"))), Some(all[0]));
        assert_eq!(next(day("2024-02-29"), Some(day("2026-08-01"))), Some(day("2027-02-28")), "missed years are not asked again");
        assert_eq!(next(day("2024-02-29"), Some(day("2034-02-20"))), None, "the chase ends");
        assert_eq!(told_until(day("2024-02-29")), Some(day("2034-04-29")));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_day_is_never_earlier_than_the_rule_and_the_chase_ends(from in 0i64..20_000, answers in prop::collection::vec(0i64..4_000, 0..40)) {
            let ended = day("1990-01-01").checked_add(from.days()).unwrap();
            let rule = days(ended);
            prop_assert!(rule.windows(2).all(|pair| pair[0] < pair[1]));
            let mut told: Option<Date> = None;
            let mut asked = 0;
            for after in answers {
                let due = next(ended, told);
                prop_assert!(due.is_none_or(|due| rule.contains(&due) && due >= rule[0]));
                // A desk that answers on the day or later, never before it.
                let Some(due) = due else { break };
                told = due.checked_add((after % 60).days()).ok();
                asked += 1;
                prop_assert!(next(ended, told).is_none_or(|later| later > due), "an answered day is not asked again");
            }
            prop_assert!(asked <= rule.len());
            prop_assert_eq!(next(ended, rule.last().copied()), None);
        }
    }
}
