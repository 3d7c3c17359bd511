//! Count: numbers as people write them, read into a low and a high end, and said again.
//!
//! Only what is written is read. "About 20 to 30" has two ends; "about 20" and "dozens" have none, because how
//! far they reach is nobody's word: they stay words, and a reader compares them. Both ends are in the range,
//! also of "over 100": whoever says so has not counted the hundredth.

/// The largest number that is read.
pub const COUNT_MAX: u32 = 1_000_000;

/// What words say in numbers; an end that is missing is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Count {
    /// At least.
    pub low: Option<u32>,
    /// At most.
    pub high: Option<u32>,
}

/// Number words that everybody writes out.
const SMALL: [&str; 13] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
/// What stands before a number that is only near it.
const NEAR: [&str; 8] = ["about", "around", "roughly", "approximately", "some", "nearly", "almost", "circa"];
/// What makes a number the low end.
const FROM: [&str; 4] = ["at least", "more than", "over", "no fewer than"];
/// What makes a number the high end.
const UP_TO: [&str; 7] = ["at most", "up to", "no more than", "fewer than", "less than", "under", "not more than"];

fn number(word: &str) -> Option<u32> {
    if let Some(small) = SMALL.iter().position(|small| *small == word) {
        return u32::try_from(small).ok();
    }
    // Thousands are set apart by a comma and three digits.
    let parts: Vec<&str> = word.split(',').collect();
    let digits = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit()) && !part.is_empty();
    if !parts.iter().all(digits) || parts[1..].iter().any(|part| part.len() != 3) || parts[0].len() > 7 {
        return None;
    }
    parts.concat().parse().ok().filter(|number| *number <= COUNT_MAX)
}

/// What follows one of these openings.
fn after<'a>(text: &'a str, openings: &[&str]) -> Option<&'a str> {
    openings.iter().find_map(|opening| text.strip_prefix(opening)?.strip_prefix(' ')).map(str::trim_start)
}

/// The number that a text begins with, and whether nothing but its noun follows: "three men", "20 people".
fn leading(text: &str) -> Option<u32> {
    let mut words = text.split(' ');
    let first = number(words.next()?)?;
    let noun = |word: &str| word.chars().all(|letter| letter.is_alphabetic() || letter == '-' || letter == '\'');
    // "Two or three", "two vans and a car" say more than their first number.
    let more = |word: &str| matches!(word, "or" | "and" | "to" | "hundred" | "thousand" | "dozen" | "million" | "but" | "plus");
    words.all(|word| noun(word) && !more(word) && number(word).is_none()).then_some(first)
}

/// What a text says in numbers; none where it says no number, one that is only near, or more than one thing.
pub fn read(text: &str) -> Option<Count> {
    let text = text.trim().trim_end_matches('.').to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let (near, text) = match after(&text, &NEAR) {
        Some(rest) => (true, rest.to_owned()),
        None => (false, text),
    };
    let (between, text) = match after(&text, &["between", "from"]) {
        Some(rest) => (true, rest.to_owned()),
        None => (false, text),
    };
    let pair = |parts: Option<(&str, &str)>| {
        let (low, high) = parts?;
        let (low, high) = (number(low.trim())?, leading(high.trim())?);
        (low <= high).then_some(Count { low: Some(low), high: Some(high) })
    };
    let joined = if between { [" and ", " to "].as_slice() } else { [" to ", " or ", "-", "\u{2013}"].as_slice() };
    if let Some(two) = joined.iter().find_map(|joint| pair(text.split_once(joint))) {
        return Some(two);
    }
    if near || between {
        return None;
    }
    if let Some(low) = after(&text, &FROM).and_then(leading) {
        return Some(Count { low: Some(low), high: None });
    }
    if let Some(high) = after(&text, &UP_TO).and_then(leading) {
        return Some(Count { low: None, high: Some(high) });
    }
    if let Some(low) = text.strip_suffix(" or more").or_else(|| text.strip_suffix('+')).and_then(number) {
        return Some(Count { low: Some(low), high: None });
    }
    if let Some(high) = text.strip_suffix(" or fewer").and_then(number) {
        return Some(Count { low: None, high: Some(high) });
    }
    leading(&text).map(|both| Count { low: Some(both), high: Some(both) })
}

/// Whether words say two numbers themselves, so that they need not be said behind them.
pub fn repeats(words: &str, low: u32, high: u32) -> bool {
    read(words) == Some(Count { low: Some(low), high: Some(high) }) && words.bytes().any(|byte| byte.is_ascii_digit())
}

/// A range in plain words; nothing where both ends are open.
pub fn says(low: Option<u32>, high: Option<u32>) -> String {
    match (low, high) {
        (Some(low), Some(high)) if low == high => low.to_string(),
        (Some(low), Some(high)) => format!("between {low} and {high}"),
        (Some(low), None) => format!("{low} or more"),
        (None, Some(high)) => format!("{high} or fewer"),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ends(text: &str) -> Option<(Option<u32>, Option<u32>)> {
        read(text).map(|count| (count.low, count.high))
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, low, high) in [
            ("20", Some(20), Some(20)),
            ("1,200 people", Some(1_200), Some(1_200)),
            ("three men", Some(3), Some(3)),
            ("no arrests", Some(0), Some(0)),
            ("two vans", Some(2), Some(2)),
            ("20 to 30", Some(20), Some(30)),
            ("20-30", Some(20), Some(30)),
            ("20\u{2013}30 people", Some(20), Some(30)),
            ("About 20 to 30", Some(20), Some(30)),
            ("between 20 and 30 neighbours", Some(20), Some(30)),
            ("two or three officers", Some(2), Some(3)),
            ("over 100", Some(100), None),
            ("more than 100", Some(100), None),
            ("at least six", Some(6), None),
            ("100+", Some(100), None),
            ("6 or more", Some(6), None),
            ("up to 50 people", None, Some(50)),
            ("fewer than 10", None, Some(10)),
            ("10 or fewer", None, Some(10)),
        ] {
            assert_eq!(ends(text), Some((low, high)), "{text}");
        }
    }

    #[test]
    fn what_says_no_number_stays_words() {
        for text in [
            "",
            "dozens",
            "hundreds",
            "many",
            "a crowd",
            "about 20",
            "around two hundred",
            "two hundred",
            "two vans and a car",
            "20 of the 30 people",
            "30 to 20",
            "1,20",
            "99999999",
            "between 20 or so",
        ] {
            assert_eq!(ends(text), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_a_range_says_reads_as_that_range(low in proptest::option::of(0..=COUNT_MAX), more in proptest::option::of(0..1_000u32)) {
            let high = more.map(|more| low.unwrap_or(0).saturating_add(more).min(COUNT_MAX));
            let said = says(low, high);
            prop_assert_eq!(ends(&said), (low.is_some() || high.is_some()).then_some((low, high)), "{}", said);
        }

        #[test]
        fn no_words_stop_the_reading_and_ends_are_in_order(text in "\\PC{0,40}|(about |over )?[0-9]{0,9}( to |-|, )?[0-9]{0,9}( people)?") {
            if let Some(Count { low: Some(low), high: Some(high) }) = read(&text) {
                prop_assert!(low <= high);
            }
        }
    }
}
