//! Rules about source files: layers, reachability, length.

use super::Complaint;
use super::tree::{Tree, is_test_file, lines, without_tests};

/// What the rules floor may not mention: it decides, it does not touch.
const WORLD: &[&str] = &[
    "tokio",
    "sqlx",
    "axum",
    "hyper",
    "reqwest",
    "getrandom",
    "std::fs",
    "std::net",
    "std::process",
    "std::env::",
    "SystemTime",
    "Instant::now",
    "thread::spawn",
];

/// Which room of the rules may speak of which others, as of the first session. A new arrow is a new line
/// here and a sentence in the commit that says why.
const ARROWS: &[(&str, &[&str])] = &[
    ("street", &["desk", "people"]),
    ("desk", &["people", "street"]),
    ("bell", &["desk", "people", "record", "street"]),
    ("evidence", &[]),
    ("record", &["bell", "desk", "evidence", "people"]),
    ("people", &[]),
];

const LINES_HINT: usize = 500;
const LINES_MAX: usize = 900;

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

pub fn rules_touch_no_world(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    // What reads strangers' files is kept as far from the world as what decides.
    let sources = tree.below("crates/handbell-rules/src/", &[".rs"]).chain(tree.below("crates/handbell-evidence/src/", &[".rs"]));
    for (path, text) in sources.filter(|(path, _)| !is_test_file(path)) {
        for (number, line) in lines(without_tests(text)).filter(|(_, line)| !is_comment(line)) {
            for word in WORLD.iter().filter(|word| line.contains(**word)) {
                complaints.push(format!("{path}:{number}: `{word}`; take it as an argument, this touches no world"));
            }
        }
    }
    let manifest = tree.text("crates/handbell-rules/Cargo.toml").unwrap_or_default();
    let needed = manifest.split("[dev-dependencies]").next().unwrap_or_default();
    for word in ["tokio", "sqlx", "axum", "hyper", "reqwest", "getrandom", "rustix"] {
        if needed.lines().any(|line| line.starts_with(word)) {
            complaints.push(format!("crates/handbell-rules/Cargo.toml: depends on {word}"));
        }
    }
    complaints
}

pub fn rooms_keep_apart(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (room, may) in ARROWS {
        let folder = format!("crates/handbell-rules/src/{room}/");
        for (path, text) in tree.below(&folder, &[".rs"]).filter(|(path, _)| !is_test_file(path)) {
            for (number, line) in lines(without_tests(text)).filter(|(_, line)| !is_comment(line)) {
                for (other, _) in ARROWS.iter().filter(|(other, _)| other != room && !may.contains(other)) {
                    if line.contains(&format!("crate::{other}::")) {
                        complaints.push(format!("{path}:{number}: {room} may not speak of {other}; let an act bring them together"));
                    }
                }
            }
        }
    }
    complaints
}

pub fn log_stands_alone(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (path, text) in tree.below("crates/handbell-log/", &[".rs", "Cargo.toml"]) {
        for (number, line) in lines(text).filter(|(_, line)| !is_comment(line)) {
            if ["handbell_rules", "handbell-rules", "handbell_site", "handbell-site", "handbell::"].iter().any(|word| line.contains(word)) {
                complaints.push(format!("{path}:{number}: outsiders use the log alone; it may need nothing else of ours"));
            }
        }
    }
    complaints
}

pub fn only_the_store_speaks_sql(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for floor in ["acts", "doors", "work", "push"] {
        let folder = format!("crates/handbell/src/{floor}");
        for (path, text) in tree.below(&folder, &[".rs"]).filter(|(path, _)| !is_test_file(path)) {
            for (number, line) in lines(without_tests(text)).filter(|(_, line)| !is_comment(line)) {
                if line.contains("store::sql") || line.contains("sqlx") {
                    complaints.push(format!("{path}:{number}: ask the store's trait, so that any store will do"));
                }
            }
        }
    }
    complaints
}

pub fn doors_write_through_acts(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (path, text) in tree.below("crates/handbell/src/doors", &[".rs"]) {
        for (number, line) in lines(without_tests(text)).filter(|(_, line)| !is_comment(line)) {
            if line.contains(".commit(") {
                complaints.push(format!("{path}:{number}: a door commits nothing; write an act"));
            }
        }
    }
    complaints
}

/// Every source file is named by `mod` in its parent, so that none is compiled by nobody.
pub fn every_file_is_reachable(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (path, _) in tree.all().filter(|(path, _)| path.ends_with(".rs")) {
        let Some((root, inner)) = ["/src/", "/tests/it/"].iter().find_map(|mark| {
            let at = path.find(mark)? + mark.len();
            Some((&path[..at], &path[at..]))
        }) else {
            continue;
        };
        let mut parts: Vec<&str> = inner.trim_end_matches(".rs").split('/').collect();
        if parts.len() > 1 && parts.last() == Some(&"mod") {
            parts.pop();
        }
        if parts.len() == 1 && ["main", "lib"].contains(&parts[0]) || parts[0] == "bin" {
            continue;
        }
        let name = parts.pop().unwrap_or_default();
        let parents = match parts.as_slice() {
            [] => vec![format!("{root}lib.rs"), format!("{root}main.rs")],
            folders => vec![format!("{root}{}.rs", folders.join("/")), format!("{root}{}/mod.rs", folders.join("/"))],
        };
        let declares = |text: &str| {
            text.lines().map(str::trim).any(|line| line.ends_with(&format!("mod {name};")) || line.ends_with(&format!("mod {name} {{")))
        };
        if !parents.iter().filter_map(|parent| tree.text(parent)).any(declares) {
            complaints.push(format!("{path}: no `mod {name};` in {}", parents.join(" or ")));
        }
    }
    complaints
}

pub fn modules_open_with_a_note(tree: &Tree) -> Vec<Complaint> {
    let sources = tree.all().filter(|(path, _)| path.ends_with(".rs") && path.contains("/src/") && !path.ends_with("/tests.rs"));
    let silent = sources.filter(|(_, text)| !text.starts_with("//! ") || text.to_lowercase().starts_with("//! stub"));
    silent.map(|(path, _)| format!("{path}: open with `//!`: the noun it owns, what it promises, what it does not do")).collect()
}

pub fn no_file_is_too_long(tree: &Tree) -> Vec<Complaint> {
    let files = tree.all().filter(|(path, _)| written_by_hand(path));
    let long = files.map(|(path, text)| (path, text.lines().count())).filter(|(_, count)| *count > LINES_MAX);
    long.map(|(path, count)| format!("{path}: {count} lines; at most {LINES_MAX}. Look for the second noun inside")).collect()
}

/// Files that are still allowed and are growing too long.
pub fn long_files(tree: &Tree) -> Vec<String> {
    let files = tree.all().filter(|(path, _)| written_by_hand(path));
    let long = files.map(|(path, text)| (path, text.lines().count())).filter(|(_, count)| (LINES_HINT + 1..=LINES_MAX).contains(count));
    long.map(|(path, count)| format!("{path} has {count} lines; a second noun may hide inside")).collect()
}

fn written_by_hand(path: &str) -> bool {
    [".rs", ".js", ".mjs", ".sh", ".css"].iter().any(|end| path.ends_with(end)) && !path.contains("/vendor/")
}

pub fn skipped_tests_say_why(tree: &Tree) -> Vec<Complaint> {
    let mark = ["#[ign", "ore]"].concat();
    let mut complaints = Vec::new();
    for (path, text) in tree.all().filter(|(path, _)| path.ends_with(".rs")) {
        for (number, _) in lines(text).filter(|(_, line)| line.trim() == mark) {
            complaints.push(format!("{path}:{number}: say why the test is not run, and where it is"));
        }
    }
    complaints
}
