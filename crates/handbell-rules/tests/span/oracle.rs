//! Every string of another library's tests (`standards/edtf_edtfjs.jsonl` of the test corpus) is judged as that
//! library judges it, but for those listed here, each with the rule we keep. A line that is not listed must
//! agree and one that is listed must not, so that neither list can grow old.

use handbell_rules::span::Span;
use std::collections::{BTreeMap, BTreeSet};

const FILE: &str = "standards/edtf_edtfjs.jsonl";

/// Why we refuse what the library takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    /// Level 0, "Date and Time": hours, minutes and seconds, and no parts of a second.
    NoPartsOfASecond,
    /// Level 0 follows ISO 8601-1:2019, whose hours are 00 to 23.
    NoHour24,
    /// "Extended format": an offset has its colon. The corpus's own note says that the library errs here.
    OffsetHasAColon,
    /// Level 0, "Date": a day, a month or a year. A century is `19XX`, of level 1.
    NoTwoDigitCentury,
    /// Level 1, "Unspecified digits": one or two digits of a year on its own, or of nothing else in it.
    AtMostTwoUnspecifiedDigitsOfAYear,
    /// Level 2, which is not taken but for one of a set.
    LevelTwo,
    /// Level 2, "Set representation": members are separated by a comma and no blank.
    NoBlank,
}

const DISAGREES: &[(Rule, &[&str])] = &[
    (
        Rule::NoPartsOfASecond,
        &[
            "2016-05-02T16:54:59.042",
            "2016-05-02T16:54:59.04200000",
            "2016-05-02T16:54:59.4",
            "2016-05-02T16:54:59.42",
            "2016-05-02T16:54:59.042123",
            "2016-05-02T16:54:59.042Z",
        ],
    ),
    (Rule::NoHour24, &["2016-05-02T24:00:00"]),
    (
        Rule::OffsetHasAColon,
        &[
            "2016-05-02T16:54:59+0230",
            "2016-05-02T16:54:59+0000",
            "2016-05-02T16:54:59+1400",
            "2016-05-02T16:54:59+1330",
            "2016-05-02T16:54:59+1200",
            "2016-05-02T16:54:59+0410",
            "2016-05-02T16:54:59-0015",
            "2016-05-02T16:54:59-1159",
            "2016-05-02T16:54:59-1200",
        ],
    ),
    (Rule::NoTwoDigitCentury, &["19", "00", "-04"]),
    (Rule::AtMostTwoUnspecifiedDigitsOfAYear, &["XXXX", "XXXX-XX", "XXXX-XX-XX"]),
    (
        Rule::LevelTwo,
        &[
            "?2001",
            "2001~-09",
            "2001-?09~-09",
            "2004?-06-~11",
            "156X-12-31",
            "15XX-12-25",
            "15XX-12-XX",
            "15XX-01-3X",
            "15XX-XX-25",
            "1500-1X-25",
            "15XX-0X-25",
            "15XX-X2",
            "1XXX-XX",
            "1XXX-12",
            "1XX3",
            "Y17E7",
            "Y-17E7",
            "1950S2",
            "Y17101000S3",
            "Y-17101E3S3",
            "2001-25",
            "2001-36",
            "2001-39",
            "193",
            "019",
            "009",
            "000",
            "-193",
            "-019",
            "197~",
            "197?",
            "197%",
            "19~",
            "19?",
            "19%",
            "2004-06-~01/2004-06-~20",
            "2004-06-XX/2004-07-03",
            "{1667, 1670..1672}",
            "{1960 ,  1961-12}",
            "{1760..}",
            "{..1760}",
        ],
    ),
    (Rule::NoBlank, &["[1667, 1672-12]"]),
];

fn corpus() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the test corpus lies outside the project, where this names it")]
    let (folder, required) = (
        std::env::var("HANDBELL_TEST_DATA").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned()),
        std::env::var("HANDBELL_REQUIRE_TEST_DATA").is_ok_and(|wanted| wanted == "1"),
    );
    let text = std::fs::read_to_string(std::path::Path::new(&folder).join(FILE)).ok();
    assert!(text.is_some() || !required, "{FILE} of the test corpus is missing");
    text
}

#[test]
fn every_string_of_another_library_is_judged_alike_or_listed_with_a_rule() {
    let Some(text) = corpus() else { return };
    let listed: BTreeMap<&str, Rule> = DISAGREES.iter().flat_map(|(rule, texts)| texts.iter().map(|text| (*text, *rule))).collect();
    let (mut agreed, mut seen) = (0, BTreeSet::new());
    for line in text.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let (written, valid) = (line["string"].as_str().unwrap(), line["valid"].as_bool().unwrap());
        let ours = Span::parse(written);
        match listed.get_key_value(written) {
            None => {
                assert_eq!(ours.is_ok(), valid, "{written}: {ours:?}");
                agreed += 1;
            }
            Some((written, rule)) => {
                assert!(ours.is_ok() != valid, "{written} agrees by now: take it out of {rule:?}");
                assert!(valid, "{written}: we take nothing that the library refuses");
                seen.insert(*written);
            }
        }
        if let Ok(span) = ours {
            assert_eq!(Span::parse(&span.to_string()).as_ref(), Ok(&span), "{written}");
            let offset_in_hours_alone = ["+14", "-12"].iter().any(|hours| written.ends_with(hours) && written.contains('T'));
            let from_greenwich = written.ends_with("+00:00");
            assert!(offset_in_hours_alone || from_greenwich || span.to_string() == written, "{written} comes back as {span}");
        }
    }
    assert_eq!(seen.len(), listed.len(), "not in the corpus: {:?}", listed.keys().filter(|text| !seen.contains(*text)).collect::<Vec<_>>());
    assert_eq!((agreed, listed.len()), (179 - 64, 64));
}
