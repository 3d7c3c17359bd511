//! Made-up spans, each with a narrower one: the same with more said.
//!
//! Both are written as text, so that reading is tested with them. Nothing here computes a bound.

use proptest::prelude::*;

/// A year, a month of it and a day of that, as text, each with the one around it.
fn dates() -> impl Strategy<Value = [String; 3]> {
    let years = prop_oneof![(1900i32..2100).boxed(), (-9999i32..=9999).boxed()];
    (years, 1..=12u8, 1..=28u8).prop_map(|(year, month, day)| {
        let sign = if year < 0 { "-" } else { "" };
        let year = format!("{sign}{:04}", year.abs());
        [year.clone(), format!("{year}-{month:02}"), format!("{year}-{month:02}-{day:02}")]
    })
}

fn mark() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec!["", "", "", "?", "~", "%"])
}

/// A span's text and a narrower one's.
pub fn wide_and_narrow() -> impl Strategy<Value = (String, String)> {
    prop_oneof![
        // A year, a month of it, a day of that.
        (dates(), 0..2usize, mark()).prop_map(|(dates, at, mark)| (format!("{}{mark}", dates[at]), format!("{}{mark}", dates[at + 1]))),
        // Some month, some day.
        (dates(), any::<bool>()).prop_map(|([year, month, day], of_month)| {
            if of_month { (format!("{month}-XX"), day) } else { (format!("{year}-XX-XX"), month) }
        }),
        // Digits that are not said, and then are.
        (100..999i32, 0..10i32).prop_map(|(tens, last)| (format!("{tens}X"), format!("{}", tens * 10 + last))),
        (10..99i32, 0..10i32).prop_map(|(hundreds, tens)| (format!("{hundreds}XX"), format!("{hundreds}{tens}X"))),
        // An end that is open or unknown, and then known.
        (dates(), 1..40i32, proptest::sample::select(vec!["..", ""])).prop_map(|([year, ..], more, open)| {
            let last: i32 = year.parse::<i32>().unwrap().min(9_000) + more;
            let first = last - more;
            let written = |year: i32| format!("{}{:04}", if year < 0 { "-" } else { "" }, year.abs());
            (format!("{}/{open}", written(first)), format!("{}/{}", written(first), written(last)))
        }),
        (dates(), proptest::sample::select(vec!["..", ""]))
            .prop_map(|([_, month, day], open)| (format!("{open}/{month}"), format!("{open}/{day}"))),
        // One of several, and then of fewer.
        proptest::collection::vec(dates(), 2..5).prop_map(|all| {
            let each: Vec<&str> = all.iter().map(|dates| dates[2].as_str()).collect();
            (format!("[{}]", each.join(",")), format!("[{}]", each[1..].join(",")))
        }),
        dates().prop_map(|[year, month, day]| (format!("[..{year}]"), format!("[..{month},{day}]"))),
        dates().prop_map(|[_, month, day]| (format!("[{month}..]"), format!("[{day}..]"))),
        // A season is within its year and the winters around it.
        (1900..2100i32, 21..=24u8).prop_map(|(year, season)| (format!("{}/{}", year - 1, year + 1), format!("{year}-{season}"))),
        // A second of a day.
        (dates(), 0..24u8, 0..60u8, 0..60u8)
            .prop_map(|([.., day], hour, minute, second)| (day.clone(), format!("{day}T{hour:02}:{minute:02}:{second:02}"))),
    ]
}

/// Any span's text.
pub fn text() -> impl Strategy<Value = String> {
    let clock = (dates(), 0..24u8, proptest::sample::select(vec!["", "Z", "+01:00", "-05:30", "+14:00"]));
    prop_oneof![
        4 => wide_and_narrow().prop_map(|(wide, _)| wide),
        4 => wide_and_narrow().prop_map(|(_, narrow)| narrow),
        1 => clock.prop_map(|([.., day], hour, offset)| format!("{day}T{hour:02}:30:00{offset}")),
        1 => (10_000..9_999_999_999i64, any::<bool>()).prop_map(|(year, before)| format!("Y{}{year}", if before { "-" } else { "" })),
        1 => (1900..2100i32, 21..=24u8, mark()).prop_map(|(year, season, mark)| format!("{year}-{season}{mark}")),
    ]
}
