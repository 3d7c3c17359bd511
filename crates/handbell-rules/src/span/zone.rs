//! Zones: a local day as instants, and an instant as a local day.
//!
//! A day in London has 24 hours, 23 on the one when summer time begins and 25 on the one when it ends. Rules
//! of zones come from the library's own copy of the IANA database, so that every machine counts alike.

use super::bounds::DAY_SECONDS;
use super::{Bounds, Moment, Shape, Span};
use crate::time::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Instants from the first to the one where it is over; an end that is missing is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Instants {
    /// The first instant.
    pub from: Option<Timestamp>,
    /// The instant at which it is over.
    pub before: Option<Timestamp>,
}

impl Instants {
    /// Whether an instant is in it.
    pub fn holds(self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.before.is_none_or(|before| at < before)
    }
}

/// Why a span has no instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoInstants {
    /// No zone of that name.
    #[error("this is no IANA time zone; write it as Europe/London")]
    ZoneUnknown,
    /// A year that no clock holds.
    #[error("no clock holds this year; years are -9998 to 9998")]
    BeyondTheClock,
}

/// A second of the wall's clock as an instant. A second that the wall shows twice has two, and one that it skips
/// is taken as both sides of the skip: the earlier for a beginning, the later for an end.
fn instant(moment: Moment, zone: &TimeZone, earlier: bool) -> Result<i64, NoInstants> {
    let civil = || {
        let day = jiff::civil::date(1970, 1, 1);
        let day = day.checked_add(jiff::Span::new().try_days(moment.0.div_euclid(DAY_SECONDS)).ok()?).ok()?;
        let second = moment.0.rem_euclid(DAY_SECONDS);
        DateTime::from_parts(day, jiff::civil::Time::midnight()).checked_add(jiff::Span::new().try_seconds(second).ok()?).ok()
    };
    let here = zone.to_ambiguous_zoned(civil().ok_or(NoInstants::BeyondTheClock)?);
    let here = if earlier { here.earlier() } else { here.later() };
    here.map(|here| here.timestamp().as_millisecond()).map_err(|_| NoInstants::BeyondTheClock)
}

/// The first instant of a day, given by the midnight that begins it: where the wall skips midnight, the instant
/// of the skip; where it shows midnight twice, the first.
fn day_begins(moment: Moment, zone: &TimeZone) -> Result<i64, NoInstants> {
    let day = || jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().try_days(moment.0.div_euclid(DAY_SECONDS)).ok()?).ok();
    let noon = day().ok_or(NoInstants::BeyondTheClock)?.at(12, 0, 0, 0);
    let noon = noon.to_zoned(zone.clone()).map_err(|_| NoInstants::BeyondTheClock)?;
    noon.start_of_day().map(|began| began.timestamp().as_millisecond()).map_err(|_| NoInstants::BeyondTheClock)
}

fn edge(moment: Moment, zone: &TimeZone, earlier: bool) -> Result<Timestamp, NoInstants> {
    let at = if moment.0.rem_euclid(DAY_SECONDS) == 0 { day_begins(moment, zone)? } else { instant(moment, zone, earlier)? };
    Ok(Timestamp::from_milliseconds(at))
}

/// The instants a span may be, from the earliest to the latest, where clocks run as in `zone` (an IANA name).
///
/// # Errors
/// No such zone, or a year that no clock holds.
pub fn instants(span: &Span, zone: &str) -> Result<Instants, NoInstants> {
    let zone = TimeZone::get(zone).map_err(|_| NoInstants::ZoneUnknown)?;
    if let Shape::Clock(clock) = &span.0 {
        // With its offset a clock is an instant wherever it hangs.
        let (from, last) = match clock.in_greenwich() {
            Some(Moment(second)) => (second * 1_000, second * 1_000),
            None => (instant(clock.on_its_wall(), &zone, true)?, instant(clock.on_its_wall(), &zone, false)?),
        };
        let (from, last) = (from.min(last), from.max(last));
        return Ok(Instants { from: Some(Timestamp::from_milliseconds(from)), before: Some(Timestamp::from_milliseconds(last + 1_000)) });
    }
    let Bounds { from, before } = span.bounds();
    let from = from.map(|from| edge(from, &zone, true)).transpose()?;
    Ok(Instants { from, before: before.map(|before| edge(before, &zone, false)).transpose()? })
}

/// The day on which an instant falls where clocks run as in `zone` (an IANA name).
///
/// # Errors
/// No such zone, or an instant that no clock holds.
pub fn day_of(at: Timestamp, zone: &str) -> Result<Span, NoInstants> {
    let zone = TimeZone::get(zone).map_err(|_| NoInstants::ZoneUnknown)?;
    let at = jiff::Timestamp::from_millisecond(at.milliseconds()).map_err(|_| NoInstants::BeyondTheClock)?;
    Ok(Span::of_day(at.to_zoned(zone).date()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::HOUR;
    use proptest::prelude::*;

    fn hours(day: &str, zone: &str) -> i64 {
        let all = instants(&Span::parse(day).unwrap(), zone).unwrap();
        let long = all.before.unwrap().since(all.from.unwrap());
        assert_eq!(long % HOUR, 0);
        long / HOUR
    }

    #[test]
    fn a_day_in_london_has_23_24_or_25_hours() {
        assert_eq!(hours("2026-03-28", "Europe/London"), 24);
        assert_eq!(hours("2026-03-29", "Europe/London"), 23, "summer time begins");
        assert_eq!(hours("2026-10-25", "Europe/London"), 25, "summer time ends");
        assert_eq!(hours("2026-03", "Europe/London"), 31 * 24 - 1);
        assert_eq!(hours("2026", "Europe/London"), 365 * 24);
    }

    #[test]
    fn a_day_begins_when_its_own_wall_says_so() {
        let day = |zone| instants(&Span::parse("2017-05-13").unwrap(), zone).unwrap().from.unwrap().utc_minute();
        assert_eq!(day("Europe/London"), "2017-05-12T23:00Z");
        assert_eq!(day("UTC"), "2017-05-13T00:00Z");
        assert_eq!(day("America/New_York"), "2017-05-13T04:00Z");
        // Beirut's summer time begins at midnight: the wall skips it, and the day begins at one o'clock.
        assert_eq!(hours("2022-03-27", "Asia/Beirut"), 23);
        // Samoa left out a day when it changed sides of the date line.
        assert_eq!(hours("2011-12-29", "Pacific/Apia"), 24);
    }

    #[test]
    fn a_clock_that_the_wall_shows_twice_or_never_has_room_for_both() {
        let long = |clock: &str| {
            let all = instants(&Span::parse(clock).unwrap(), "Europe/London").unwrap();
            all.before.unwrap().since(all.from.unwrap())
        };
        assert_eq!(long("2026-07-01T12:00:00"), 1_000);
        assert_eq!(long("2026-10-25T01:30:00"), HOUR + 1_000, "shown twice");
        assert_eq!(long("2026-03-29T01:30:00"), HOUR + 1_000, "never shown");
        let said = instants(&Span::parse("2026-10-25T01:30:00+01:00").unwrap(), "Europe/London").unwrap();
        assert_eq!(said.from.unwrap().utc_minute(), "2026-10-25T00:30Z", "with its offset it is one");
    }

    #[test]
    fn open_ends_stay_open_and_what_no_clock_holds_is_refused() {
        let until = instants(&Span::parse("../2017-05-13").unwrap(), "Europe/London").unwrap();
        assert_eq!((until.from, until.before.unwrap().utc_minute().as_str()), (None, "2017-05-13T23:00Z"));
        let at = |span: &str, zone| instants(&Span::parse(span).unwrap(), zone);
        assert_eq!(at("Y170002", "Europe/London"), Err(NoInstants::BeyondTheClock));
        assert_eq!(at("2017", "Europe/Peckham"), Err(NoInstants::ZoneUnknown));
        assert_eq!(day_of(Timestamp::from_milliseconds(i64::MAX), "Europe/London"), Err(NoInstants::BeyondTheClock));
        assert_eq!(day_of(Timestamp::default(), "Europe/Peckham"), Err(NoInstants::ZoneUnknown));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Days lie beside each other: every instant is in the day it falls on, and in no other.
        #[test]
        fn every_instant_lies_in_its_own_day_and_in_no_other(
            at in -2_000_000_000_000i64..4_000_000_000_000,
            zone in proptest::sample::select(vec!["Europe/London", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia", "Australia/Lord_Howe", "UTC"]),
        ) {
            let at = Timestamp::from_milliseconds(at);
            let day = day_of(at, zone).unwrap();
            let all = instants(&day, zone).unwrap();
            prop_assert!(all.holds(at), "{day} in {zone}");
            let (from, before) = (all.from.unwrap(), all.before.unwrap());
            prop_assert_eq!(day_of(from, zone).unwrap(), day.clone());
            prop_assert_ne!(day_of(from.plus(-1), zone).unwrap(), day.clone());
            prop_assert_eq!(day_of(before.plus(-1), zone).unwrap(), day.clone());
            prop_assert_ne!(day_of(before, zone).unwrap(), day);
        }
    }
}
