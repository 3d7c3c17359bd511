//! Rules about promises: each is kept in code under its name, told in ARCHITECTURE.md, and named by a test.
//!
//! A promise that the program does not keep yet stands under the heading "Not kept yet" of
//! ARCHITECTURE.md, and then needs neither code nor test. It may not stand there and in code at once.

use super::Complaint;
use super::tree::{Tree, is_test_file, lines, only_tests};

/// The promises of Handbell.
const PROMISES: &[&str] = &[
    "receipt-means-durable",
    "no-alert-without-a-person",
    "a-quota-is-never-exceeded",
    "what-was-counted-holds",
    "two-people-for-a-broad-bell",
    "the-same-people-hear-the-end",
    "no-alert-after-cancel",
    "no-unsigned-alert",
    "an-envelope-seals-once",
    "a-drill-cannot-ring-live",
    "a-missing-area-is-refused",
    "nothing-goes-stale",
    "conduct-travels-with-every-alert",
    "only-checked-words-go-live",
    "no-field-for-a-person",
    "a-witness-is-unknown",
    "no-address-is-kept",
    "no-third-party-requests",
    "whole-without-scripts",
    "the-desk-by-keyboard",
    "every-sentence-has-a-source",
    "both-sides-the-same-size",
    "handled-by-somebody-else",
    "no-decision-in-silence",
    "a-correction-never-erases",
    "nothing-publishes-itself",
    "two-of-three-open-an-original",
    "strangers-bytes-are-decoded-shut-in",
    "hidden-by-one-checked-by-another",
    "nothing-is-under-the-box",
    "no-marked-word-by-one-person",
    "the-log-signs-one-tree",
    "only-verified-lines-are-published",
    "a-withdrawal-leaves-a-mark",
    "a-cosigner-signs-one-tree",
    "a-pull-leaves-the-copy-whole",
    "a-withdrawn-content-leaves-the-copy",
    "custody-is-said-with-the-deed",
    "a-pack-is-checked-without-us",
    "forgetting-is-scheduled",
    "nobody-joins-alone",
    "a-challenge-is-answered-once",
    "revoked-means-out",
];

const NOT_KEPT: &str = "not kept yet";

pub fn kept_told_and_tested(tree: &Tree) -> Vec<Complaint> {
    let told = tree.text("ARCHITECTURE.md").unwrap_or_default();
    let not_kept = section(told, NOT_KEPT);
    let mut complaints = Vec::new();
    for promise in PROMISES {
        let kept = tree.all().filter(|(path, _)| is_source(path) && !is_test_file(path)).any(|(_, text)| names_promise(text, promise));
        let tested = tree.all().any(|(path, text)| has_word(test_text(path, text), promise));
        if !has_word(told, promise) {
            complaints.push(format!("{promise}: ARCHITECTURE.md does not tell it"));
        }
        if has_word(&not_kept, promise) {
            if kept {
                complaints.push(format!("{promise}: stands in code and under \"{NOT_KEPT}\""));
            }
            continue;
        }
        if !kept {
            complaints.push(format!("{promise}: no `PROMISE {promise}` where it is kept"));
        }
        if !tested {
            complaints.push(format!("{promise}: no test names it"));
        }
    }
    complaints
}

/// Every `PROMISE name` in code is one of the list: a misspelt promise is kept by nobody.
pub fn none_made_up(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (path, text) in tree.all().filter(|(path, _)| is_source(path) && !path.starts_with("xtask/")) {
        for (number, line) in lines(text) {
            for after in line.split("PROMISE ").skip(1) {
                let name: String = after.chars().take_while(|letter| letter.is_ascii_lowercase() || *letter == '-').collect();
                if name.contains('-') && !PROMISES.contains(&name.trim_end_matches('-')) {
                    complaints.push(format!("{path}:{number}: there is no promise `{name}`"));
                }
            }
        }
    }
    complaints
}

fn is_source(path: &str) -> bool {
    [".rs", ".js", ".html", ".css", ".sql"].iter().any(|end| path.ends_with(end)) && !path.starts_with("xtask/")
}

/// What of a file is test: all of it, its tests at the end, or nothing.
fn test_text<'a>(path: &str, text: &'a str) -> &'a str {
    if path.starts_with("e2e/") && path.ends_with(".mjs")
        || path.starts_with("crates/handbell-sim/")
        || path == "crates/handbell/src/store/conformance.rs"
    {
        return text;
    }
    if path.ends_with(".rs") && !path.starts_with("xtask/") { only_tests(path, text) } else { "" }
}

fn names_promise(text: &str, promise: &str) -> bool {
    text.split("PROMISE ").skip(1).any(|after| after.strip_prefix(promise).is_some_and(|rest| !continues(rest)))
}

fn has_word(text: &str, word: &str) -> bool {
    // In a test's own name the hyphens are underscores.
    [word.to_owned(), word.replace('-', "_")].iter().any(|word| {
        text.match_indices(word.as_str()).any(|(at, _)| {
            let before = text[..at].chars().next_back().is_some_and(|letter| letter.is_ascii_alphanumeric() || letter == '-');
            !before && !continues(&text[at + word.len()..])
        })
    })
}

fn continues(rest: &str) -> bool {
    let mut letters = rest.chars();
    match letters.next() {
        Some('-') => letters.next().is_some_and(|letter| letter.is_ascii_lowercase()),
        Some(letter) => letter.is_ascii_alphanumeric(),
        None => false,
    }
}

/// The text under the first heading that contains `title`, up to the next heading of any depth.
fn section(text: &str, title: &str) -> String {
    let mut inside = false;
    let mut found = String::new();
    for line in text.lines() {
        if line.starts_with('#') {
            inside = line.to_lowercase().contains(title);
        } else if inside {
            found.push_str(line);
            found.push('\n');
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(code: &str, test: &str, told: &str) -> Tree {
        Tree::of(&[("crates/handbell/src/a.rs", code), ("crates/handbell/tests/it/a.rs", test), ("ARCHITECTURE.md", told)])
    }

    fn complaints_about(promise: &str, tree: &Tree) -> usize {
        kept_told_and_tested(tree).iter().filter(|complaint| complaint.starts_with(&format!("{promise}:"))).count()
    }

    #[test]
    fn a_promise_needs_code_a_telling_and_a_test() {
        let whole = tree("//! PROMISE nothing-goes-stale: …", "// nothing-goes-stale\n", "`nothing-goes-stale`");
        assert_eq!(complaints_about("nothing-goes-stale", &whole), 0);
        let untested = tree("//! PROMISE nothing-goes-stale: …", "// nothing-goes-stale-ever\n", "`nothing-goes-stale`");
        assert_eq!(complaints_about("nothing-goes-stale", &untested), 1);
        assert_eq!(complaints_about("nothing-goes-stale", &tree("", "", "")), 3);
    }

    #[test]
    fn a_promise_not_kept_yet_may_wait_but_not_stand_in_both_places() {
        let told = "`both-sides-the-same-size`\n## Not kept yet\n- `both-sides-the-same-size`: no replies yet\n## Next\n";
        assert_eq!(complaints_about("both-sides-the-same-size", &tree("", "", told)), 0);
        assert_eq!(complaints_about("both-sides-the-same-size", &tree("// PROMISE both-sides-the-same-size", "", told)), 1);
    }

    #[test]
    fn a_test_may_carry_the_promise_in_its_name() {
        assert!(has_word("fn the_same_people_hear_the_end() {", "the-same-people-hear-the-end"));
        assert!(has_word("fn that_the_same_people_hear_the_end_too() {", "the-same-people-hear-the-end"));
        assert!(!has_word("the-same-people-hear-the-endless", "the-same-people-hear-the-end"));
    }
}
