//! The second exam: short texts a third hand wrote after the rules, one a line with its kind, its language and
//! its words. A smaller and ruder set than the seeded one: these are phrases, not made by a generator. It
//! judges only what the public `guard::check` returns.

use std::collections::BTreeMap;

use handbell_rules::guard;

use super::score::Tally;

/// One half of what the third hand wrote.
pub struct Half {
    bad: &'static str,
    clean: &'static str,
}

/// The half that the rules have learned from.
pub const LEARNED: Half = Half { bad: include_str!("fresh/bad.tsv"), clean: include_str!("fresh/clean.tsv") };
/// The half that lay elsewhere until the rules stood.
pub const HELD: Half = Half { bad: include_str!("held/bad.tsv"), clean: include_str!("held/clean.tsv") };

/// What came out of the fresh phrases.
#[derive(Default)]
pub struct Fresh {
    pub by_kind: BTreeMap<&'static str, Tally>,
    pub clean: Tally,
    pub misses: Vec<String>,
    pub alarms: Vec<String>,
}

fn rows(file: &'static str) -> impl Iterator<Item = [&'static str; 3]> {
    file.lines().map(|line| {
        let mut parts = line.splitn(3, '\t');
        let mut part = || parts.next().expect("a line holds a kind, a language and words");
        [part(), part(), part()]
    })
}

/// Sits one half. A call or a threat is caught by either of these two rules; anything else by any rule but them.
pub fn sit(half: &Half) -> Fresh {
    let mut fresh = Fresh::default();
    for [kind, language, text] in rows(half.bad) {
        let said = matches!(kind, "obstruct" | "threat");
        let fits = |flag: &guard::Flag| flag.rule != guard::Rule::Overclaim && flag.rule.is_strict() != said;
        let caught = guard::check(text, language).iter().any(fits);
        fresh.by_kind.entry(kind).or_default().count(caught);
        if !caught {
            fresh.misses.push(format!("{kind}\t{language}\t{text}"));
        }
    }
    for [_, language, text] in rows(half.clean) {
        let flags = guard::check(text, language);
        fresh.clean.count(!flags.is_empty());
        if !flags.is_empty() {
            let found: Vec<String> = flags.iter().map(|flag| format!("{}: {}", flag.rule.name(), &text[flag.excerpt.clone()])).collect();
            fresh.alarms.push(format!("{language}\t{text}\t{}", found.join("; ")));
        }
    }
    fresh
}
