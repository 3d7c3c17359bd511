//! Calendar: days of the proleptic Gregorian calendar as whole numbers, for years no clock can hold.
//!
//! ISO 8601-1 counts so: year 0000 is the one before 0001, and leap years go on backwards. Nothing here knows a
//! zone; the clock of the machine's library is asked only where there is one ([`super::zone`]).

/// Days of 400 years.
const CYCLE_DAYS: i64 = 146_097;
/// The day number of 1 March 0000.
const MARCH_0000: i64 = -719_468;

/// Whether a year has a 29 February.
pub(super) fn is_leap(year: i64) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

/// How many days a month has; none for a month that is not there.
pub(super) fn days_of(year: i64, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 0,
    }
}

/// The number of a day; 1 January 1970 is 0. Counted from 1 March, so that the leap day comes last.
pub(super) fn day_number(year: i64, month: u8, day: u8) -> i64 {
    let (year, month) = if month > 2 { (year, i64::from(month) - 3) } else { (year - 1, i64::from(month) + 9) };
    let (cycle, of_cycle) = (year.div_euclid(400), year.rem_euclid(400));
    // Months from March on have 31, 30, 31, 30, 31 days, and again: 153 in five.
    let of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    cycle * CYCLE_DAYS + of_cycle * 365 + of_cycle / 4 - of_cycle / 100 + of_year + MARCH_0000
}

/// The number of the day after a month's last.
pub(super) fn after_month(year: i64, month: u8) -> i64 {
    day_number(year, month, 1) + i64::from(days_of(year, month))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::Date;

    #[test]
    fn days_are_numbered_as_the_library_numbers_them() {
        let epoch = Date::constant(1970, 1, 1);
        for year in (-9_000..9_999).step_by(7) {
            for (month, day) in [(1, 1), (2, 28), (3, 1), (7, 31), (12, 31)] {
                let date = Date::new(year, month, day).unwrap();
                let days = (date - epoch).get_days();
                assert_eq!(day_number(i64::from(year), month as u8, day as u8), i64::from(days), "{date}");
                assert_eq!(i64::from(days_of(i64::from(year), month as u8)), i64::from(date.days_in_month()));
            }
        }
    }
}
