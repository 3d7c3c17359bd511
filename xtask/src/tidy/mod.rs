//! Tidy: rules about the repository that no compiler keeps. Each is a named test.
//!
//! A rule reads the files git knows and complains in words; it changes nothing. Rules freeze what is
//! agreed, for example which room may speak of which, so that a change of mind is a visible change here.

mod code;
mod documents;
mod promises;
mod tree;
mod words;

use crate::{Answer, closing};
use tree::Tree;

/// A complaint: where, and what to do.
type Complaint = String;

struct Rule {
    holds: &'static str,
    look: fn(&Tree) -> Vec<Complaint>,
}

const RULES: &[Rule] = &[
    Rule { holds: "the_rules_floor_touches_no_world", look: code::rules_touch_no_world },
    Rule { holds: "rooms_of_the_rules_speak_only_of_whom_they_may", look: code::rooms_keep_apart },
    Rule { holds: "the_log_can_be_used_alone", look: code::log_stands_alone },
    Rule { holds: "only_the_store_speaks_sql", look: code::only_the_store_speaks_sql },
    Rule { holds: "doors_write_through_acts", look: code::doors_write_through_acts },
    Rule { holds: "no_source_file_is_forgotten", look: code::every_file_is_reachable },
    Rule { holds: "every_module_opens_with_a_note", look: code::modules_open_with_a_note },
    Rule { holds: "no_file_is_too_long", look: code::no_file_is_too_long },
    Rule { holds: "no_skipped_test_is_silent", look: code::skipped_tests_say_why },
    Rule { holds: "file_names_use_our_nouns", look: words::file_names },
    Rule { holds: "we_promise_nothing_we_cannot_keep", look: words::forbidden_promises },
    Rule { holds: "every_open_end_names_an_issue", look: words::open_ends },
    Rule { holds: "nothing_names_a_private_place", look: words::private_places },
    Rule { holds: "every_promise_is_kept_told_and_tested", look: promises::kept_told_and_tested },
    Rule { holds: "no_promise_is_made_up", look: promises::none_made_up },
    Rule { holds: "every_refusal_is_documented", look: documents::refusals },
    Rule { holds: "every_problem_is_documented", look: documents::problems },
    Rule { holds: "every_setting_is_documented", look: documents::settings },
    Rule { holds: "documents_name_the_commands_there_are", look: documents::commands },
    Rule { holds: "every_decision_is_in_the_index", look: documents::decisions },
    Rule { holds: "every_link_leads_somewhere", look: documents::links },
    Rule { holds: "the_plot_is_what_its_table_gives", look: documents::plots },
    Rule { holds: "every_dependency_says_why", look: documents::dependencies },
    Rule { holds: "the_site_stays_in_its_budgets", look: documents::budgets },
];

/// `cargo xtask tidy`
pub fn run(_words: &[String]) -> Answer {
    let tree = Tree::read(crate::place::root())?;
    let mut failed = 0;
    for rule in RULES {
        let complaints = (rule.look)(&tree);
        if complaints.is_empty() {
            continue;
        }
        failed += 1;
        println!("FAILED {}", rule.holds);
        for complaint in complaints {
            println!("  {complaint}");
        }
    }
    for hint in code::long_files(&tree) {
        println!("hint: {hint}");
    }
    Ok(closing("tidy", RULES.len() - failed, failed))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A rule that never complains guards nothing: each is shown a tree it must complain about.
    #[test]
    fn every_rule_complains_about_a_tree_that_breaks_it() {
        let broken = Tree::of(&[
            ("crates/handbell-rules/src/street/report.rs", "use crate::bell::alert;\nuse tokio::fs;\n"),
            ("crates/handbell-log/src/lib.rs", "//! Note.\nuse handbell_rules::id;\n"),
            (
                "crates/handbell/src/doors/desk.rs",
                "//! Note.\nuse crate::store::sql::Statement;\nworld.store.commit(x);\n// PROMISE made-up\n",
            ),
            ("crates/handbell/src/doors/forgotten.rs", "//! Note.\n"),
            ("crates/handbell/src/doors/problem.rs", "troubles! {\n    Odd \"odd\" 400 \"Odd\" \"Odd.\"\n}\n"),
            ("crates/handbell-rules/src/refusal.rs", "refusals! {\n    Street {\n        Odd \"odd-refusal\" \"\" \"Odd.\"\n    }\n}\n"),
            ("crates/handbell/src/doors/long.rs", &"x\n".repeat(901)),
            ("crates/handbell/tests/it/main.rs", &["#[ign", "ore]\nfn x() {}\n"].concat()),
            ("crates/handbell/src/report_manager.rs", "//! Note.\n"),
            ("site/pages/home.html", &["You are ano", "nymous here."].concat()),
            ("site/scripts/heavy.js", &" ".repeat(40_000)),
            ("README.md", "See [there](docs/nowhere.md)."),
            ("docs/decisions/0001-one-binary.md", "# One binary\n"),
            ("docs/operating/install.md", &["TO", "DO: write. It lies in /wo", "rk/main"].concat()),
            ("Cargo.toml", "[workspace.dependencies]\nserde = \"1\"\n"),
        ]);
        for rule in RULES {
            assert!(!(rule.look)(&broken).is_empty(), "{} did not complain", rule.holds);
        }
    }
}
