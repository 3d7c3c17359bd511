//! Outcome: what a push service said to one message, as a closed list.
//!
//! It reads a status and `Retry-After`, and nothing else: the words of an answer are a stranger's and are
//! not needed. It does not decide what follows; when to try again is a rule of deliveries. "Accepted" means
//! that the service took the message, never that somebody saw it. Pure: time comes in as an argument.

/// Longest wait a push service may ask for, in milliseconds. What asks for more is brought down to it: an
/// alert that waits longer than this has expired anyway.
pub const RETRY_AFTER_MILLISECONDS_MAX: u64 = 15 * 60 * 1_000;

/// What became of one try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The service took it (RFC 8030 section 5: 201; some say 200 or 202).
    Accepted,
    /// The subscription is no more: delete it at once (404, 410; RFC 8030 section 7.3).
    Gone,
    /// The body is too large for this service (413; RFC 8030 section 7.2).
    TooLarge,
    /// Our credential was refused (401, 403; RFC 8292 section 4.2). The keeper must look.
    Unauthorised,
    /// Not taken; the service named a time (429 or 5xx with `Retry-After`).
    RetryAfter {
        /// How long to wait, in milliseconds, at most [`RETRY_AFTER_MILLISECONDS_MAX`].
        after_ms: u64,
    },
    /// Not taken, no time named (5xx, 429, 408), or the service could not be reached at all.
    Later,
    /// The request was on its way and no answer came: it may have been taken, so another try may show twice.
    Hung,
    /// Refused for good (any other 4xx), or a redirect, which is never followed.
    Refused {
        /// The status answered.
        status: u16,
    },
}

impl Outcome {
    /// The stable word for tables and counts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Gone => "gone",
            Self::TooLarge => "too-large",
            Self::Unauthorised => "unauthorised",
            Self::RetryAfter { .. } => "retry-after",
            Self::Later => "later",
            Self::Hung => "hung",
            Self::Refused { .. } => "refused",
        }
    }

    /// Reads an answer: its status and the `Retry-After` header, if there is exactly one.
    pub fn of(status: u16, retry_after: Option<&[u8]>, now_ms: i64) -> Self {
        match status {
            // An unknown 2xx means what 200 means (RFC 9110 section 15).
            200..=299 => Self::Accepted,
            404 | 410 => Self::Gone,
            413 => Self::TooLarge,
            401 | 403 => Self::Unauthorised,
            // The service waited for our bytes and gave up (RFC 9110 section 15.5.9): nothing was taken.
            408 => Self::Later,
            429 | 500..=599 => match retry_after.and_then(|value| read_retry_after(value, now_ms)) {
                Some(after_ms) => Self::RetryAfter { after_ms },
                None => Self::Later,
            },
            _ => Self::Refused { status },
        }
    }
}

/// Reads `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date in the one form senders may write. A
/// date that has passed asks for no wait. Anything else reads as if it were not there.
fn read_retry_after(value: &[u8], now_ms: i64) -> Option<u64> {
    let text = std::str::from_utf8(value).ok()?;
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number holds still ask for "long".
        let seconds = text.parse::<u64>().unwrap_or(u64::MAX);
        return Some(seconds.saturating_mul(1_000).min(RETRY_AFTER_MILLISECONDS_MAX));
    }
    let wait_ms = read_date_ms(text)?.saturating_sub(now_ms);
    Some(u64::try_from(wait_ms).unwrap_or(0).min(RETRY_AFTER_MILLISECONDS_MAX))
}

/// Reads an IMF-fixdate such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7) as UTC
/// milliseconds. The two obsolete forms, wrong weekdays and days that do not exist are not read.
fn read_date_ms(text: &str) -> Option<i64> {
    const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    if text.len() != 29 || !text.is_ascii() {
        return None;
    }
    let signs = [(3..5, ", "), (7..8, " "), (11..12, " "), (16..17, " "), (19..20, ":"), (22..23, ":"), (25..29, " GMT")];
    if signs.into_iter().any(|(place, sign)| &text[place] != sign) {
        return None;
    }
    let day = number(&text[5..7])?;
    let month = i64::try_from(MONTHS.iter().position(|name| *name == &text[8..11])?).ok()? + 1;
    let year = number(&text[12..16])?;
    let (hour, minute, second) = (number(&text[17..19])?, number(&text[20..22])?, number(&text[23..25])?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_in_month = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    // Second 60 is a leap second.
    if day < 1 || day > days_in_month || year < 1970 || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = days_since_1970(year, month, day);
    let weekday = WEEKDAYS[usize::try_from(days.rem_euclid(7)).ok()?];
    if &text[..3] != weekday {
        return None;
    }
    Some((days * 86_400 + hour * 3_600 + minute * 60 + second) * 1_000)
}

fn number(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Days since 1 January 1970 in the Gregorian calendar. Years are counted from March, so that the leap day
/// is the last of its year.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let before_year = year * 365 + year / 4 - year / 100 + year / 400;
    let before_month = (month * 153 + 2) / 5;
    /// 1 January 1970, counted the same way.
    const EPOCH: i64 = 719_468;
    before_year + before_month + day - 1 - EPOCH
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT.
    const RFC_DATE: i64 = 784_111_777_000;

    fn expected(status: u16) -> Outcome {
        match status {
            200..=299 => Outcome::Accepted,
            404 | 410 => Outcome::Gone,
            413 => Outcome::TooLarge,
            401 | 403 => Outcome::Unauthorised,
            408 | 429 => Outcome::Later,
            500..=599 => Outcome::Later,
            status => Outcome::Refused { status },
        }
    }

    #[test]
    fn every_status_has_its_outcome() {
        for status in 100..=999 {
            assert_eq!(Outcome::of(status, None, 0), expected(status), "{status}");
        }
        for (status, name) in [
            (201, "accepted"),
            (202, "accepted"),
            (301, "refused"),
            (302, "refused"),
            (307, "refused"),
            (308, "refused"),
            (400, "refused"),
            (401, "unauthorised"),
            (403, "unauthorised"),
            (404, "gone"),
            (410, "gone"),
            (413, "too-large"),
            (422, "refused"),
            (429, "later"),
            (500, "later"),
            (503, "later"),
        ] {
            assert_eq!(Outcome::of(status, None, 0).name(), name, "{status}");
        }
    }

    #[test]
    fn retry_after_counts_only_where_trying_again_makes_sense() {
        for status in 100..=999 {
            let outcome = Outcome::of(status, Some(b"7"), 0);
            match status {
                429 | 500..=599 => assert_eq!(outcome, Outcome::RetryAfter { after_ms: 7_000 }, "{status}"),
                _ => assert_eq!(outcome, expected(status), "{status}"),
            }
        }
    }

    #[test]
    fn retry_after_is_read_strictly_and_capped() {
        let cap = RETRY_AFTER_MILLISECONDS_MAX;
        let table: &[(&str, Option<u64>)] = &[
            ("0", Some(0)),
            ("1", Some(1_000)),
            ("007", Some(7_000)),
            ("900", Some(cap)),
            ("901", Some(cap)),
            ("99999999999999999999999999", Some(cap)),
            ("18446744073709551615", Some(cap)),
            ("", None),
            (" 1", None),
            ("1 ", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("1e3", None),
            ("0x10", None),
            ("1,2", None),
            ("soon", None),
            ("٣", None),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(0)),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10_000)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("Sun, 06 Nov 1994 23:59:60 GMT", Some(cap)),
            ("Thu, 01 Jan 2099 00:00:00 GMT", Some(cap)),
            ("Thu, 29 Feb 2096 00:00:00 GMT", None),
            ("Wed, 29 Feb 2096 00:00:00 GMT", Some(cap)),
            ("Mon, 06 Nov 1994 08:49:47 GMT", None),
            ("Sun, 06 Nov 1994 08:49:47 UTC", None),
            ("Sun, 06 Nov 1994 08:49:47 gmt", None),
            ("sun, 06 nov 1994 08:49:47 GMT", None),
            ("Sun, 6 Nov 1994 08:49:47 GMT", None),
            ("Sun, 06 Nov 1994 24:00:00 GMT", None),
            ("Sun, 06 Nov 1994 08:60:00 GMT", None),
            ("Sun, +6 Nov 1994 08:49:47 GMT", None),
            ("Sun, 00 Nov 1994 08:49:47 GMT", None),
            ("Thu, 31 Nov 1994 08:49:47 GMT", None),
            ("Sunday, 06-Nov-94 08:49:47 GMT", None),
            ("Sun Nov  6 08:49:47 1994", None),
            ("1994-11-06T08:49:47Z", None),
        ];
        for (text, expected) in table {
            assert_eq!(read_retry_after(text.as_bytes(), RFC_DATE), *expected, "{text:?}");
        }
        assert_eq!(read_retry_after(b"\xff1", 0), None);
        assert_eq!(Outcome::of(503, Some(b"soon"), 0), Outcome::Later);
    }

    #[test]
    fn dates_are_counted_as_calendars_do() {
        for (text, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600),
            ("Wed, 01 Mar 2000 00:00:00 GMT", 951_868_800),
            ("Fri, 31 Dec 2021 23:59:59 GMT", 1_640_995_199),
            ("Fri, 13 May 2022 17:00:00 GMT", 1_652_461_200),
            ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
        ] {
            assert_eq!(read_date_ms(text), Some(seconds * 1_000), "{text}");
        }
        assert_eq!(read_date_ms("Mon, 29 Feb 2100 00:00:00 GMT"), None);
    }

    #[test]
    fn days_follow_each_other_without_a_gap() {
        let mut expected = 0;
        for year in 1970..2401 {
            for month in 1..=12 {
                let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
                let days = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][usize::try_from(month - 1).unwrap()];
                for day in 1..=days {
                    assert_eq!(days_since_1970(year, month, day), expected, "{year}-{month}-{day}");
                    expected += 1;
                }
            }
        }
    }
}
