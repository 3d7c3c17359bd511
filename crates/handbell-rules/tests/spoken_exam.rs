//! The guard's exam in the languages it knows by lists: sentences that call or threaten, and reports that do not.
//!
//! Written by the same hand as the lists, so it says what surely works and not how often the guard is right on a
//! street; the figures stand in `guard_exam/README.md`.

use handbell_rules::guard::{Rule, check, check_in_every_language};
use std::collections::BTreeMap;

const EXAM: &str = include_str!("guard_exam/spoken.tsv");
const CLEAN: &str = include_str!("guard_exam/clean.txt");
/// Calls and threats of each language that must be flagged.
const CAUGHT_MIN: usize = 19;

struct Question {
    language: &'static str,
    flag: bool,
    text: &'static str,
}

fn questions() -> Vec<Question> {
    let rows = EXAM.lines().filter(|row| !row.starts_with('#') && !row.is_empty());
    rows.map(|row| {
        let mut parts = row.splitn(3, '\t');
        let language = parts.next().expect("a language");
        let flag = parts.next().expect("flag or pass") == "flag";
        Question { language, flag, text: parts.next().expect("a sentence") }
    })
    .collect()
}

fn is_call(rule: Rule) -> bool {
    matches!(rule, Rule::Obstruction | Rule::Threat)
}

#[test]
fn nearly_every_call_and_threat_is_caught_and_no_report_of_one() {
    let mut caught: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut false_alarms = Vec::new();
    for one in questions() {
        let alone = check(one.text, one.language).iter().any(|flag| is_call(flag.rule));
        let among_all = check_in_every_language(one.text).iter().any(|flag| is_call(flag.rule));
        if one.flag {
            assert!(among_all || !alone, "seen in its language and not in all: {}", one.text);
            let (seen, all) = caught.entry(one.language).or_default();
            *all += 1;
            *seen += usize::from(alone);
            if !alone {
                println!("missed {}: {}", one.language, one.text);
            }
        } else if alone || among_all || !check(one.text, one.language).is_empty() {
            false_alarms.push(one.text);
        }
    }
    println!("{caught:?}");
    assert_eq!(caught.len(), 8);
    assert!(false_alarms.is_empty(), "{false_alarms:#?}");
    for (language, (seen, all)) in caught {
        assert!(seen >= CAUGHT_MIN && all == 22, "{language}: {seen} of {all}");
    }
}

#[test]
fn lists_of_other_languages_flag_nothing_more_in_clean_english_and_spanish() {
    let mut more = Vec::new();
    for text in CLEAN.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let two = ["en", "es"].iter().flat_map(|language| check(text, language)).filter(|flag| is_call(flag.rule)).count();
        let all = check_in_every_language(text).iter().filter(|flag| is_call(flag.rule)).count();
        if all > 0 && two == 0 {
            more.push(text);
        }
    }
    assert!(more.is_empty(), "{more:#?}");
}
