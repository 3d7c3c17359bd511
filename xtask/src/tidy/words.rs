//! Rules about words: names of files, promises nobody can keep, open ends, private places.
//!
//! The words looked for are put together from halves, so that this file does not break its own rules.

use super::Complaint;
use super::tree::{Tree, lines};

/// Words that say that the noun has not been found yet.
const WEAK_NOUNS: &[&str] =
    &["manager", "helper", "helpers", "util", "utils", "service", "handler", "handlers", "info", "common", "misc", "process"];

pub fn file_names(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for path in tree.paths().filter(|path| path.ends_with(".rs") || path.ends_with(".js") || path.ends_with(".mjs")) {
        let name = path.rsplit('/').next().unwrap_or(path).split('.').next().unwrap_or_default();
        for word in name.split(['_', '-']).filter(|word| WEAK_NOUNS.contains(word)) {
            complaints.push(format!("{path}: `{word}` is no noun of ours; see docs/glossary.md"));
        }
    }
    complaints
}

/// What we never promise, where people read what we promise.
pub fn forbidden_promises(tree: &Tree) -> Vec<Complaint> {
    let never = [["ano", "nymous"].concat(), ["untrace", "able"].concat(), ["100", " %"].concat(), ["100", "\u{a0}%"].concat()];
    let mut complaints = Vec::new();
    for (path, text) in tree.all().filter(|(path, _)| path.starts_with("site/") || path.starts_with("playbooks/") || *path == "README.md") {
        if path.contains("/tests/") || path.ends_with(".css") {
            continue;
        }
        for (number, line) in lines(text) {
            let line = line.to_lowercase();
            for word in never.iter().filter(|word| line.contains(word.as_str())) {
                complaints.push(format!("{path}:{number}: `{word}` is a promise nobody can keep"));
            }
        }
    }
    complaints
}

pub fn open_ends(tree: &Tree) -> Vec<Complaint> {
    let (todo, fixme, marks) = (["TO", "DO"].concat(), ["FIX", "ME"].concat(), [["to", "do!("].concat(), ["unimple", "mented!("].concat()]);
    let mut complaints = Vec::new();
    for (path, text) in tree.all() {
        for (number, line) in lines(text) {
            let bare = line.split(todo.as_str()).skip(1).any(|after| !names_an_issue(after));
            if bare || line.contains(&fixme) {
                complaints.push(format!("{path}:{number}: name the issue, as in `{todo}(#12): …`"));
            }
            if path.ends_with(".rs") && marks.iter().any(|mark| line.contains(mark.as_str())) {
                complaints.push(format!("{path}:{number}: this is not written yet"));
            }
        }
    }
    complaints
}

fn names_an_issue(after: &str) -> bool {
    let digits = after.strip_prefix("(#").map(|rest| rest.chars().take_while(char::is_ascii_digit).count());
    digits.is_some_and(|count| count > 0 && after[2 + count..].starts_with(')'))
}

/// Folders of one machine, and hosts in lock files.
pub fn private_places(tree: &Tree) -> Vec<Complaint> {
    let folders = [["/wo", "rk/"].concat(), ["/ro", "ot/"].concat(), ["/home", "/runner"].concat()];
    let mut complaints = Vec::new();
    for (path, text) in tree.all() {
        for (number, line) in lines(text) {
            for folder in folders.iter().filter(|folder| line.contains(folder.as_str())) {
                complaints.push(format!("{path}:{number}: `{folder}` is a folder of one machine"));
            }
        }
    }
    for (path, text) in tree.all().filter(|(path, _)| path.ends_with("package-lock.json") || path.ends_with(".npmrc")) {
        for (number, line) in lines(text).filter(|(_, line)| line.contains("\"resolved\"") || line.contains("registry")) {
            complaints.push(format!("{path}:{number}: names where a package came from: {}", line.trim()));
        }
    }
    if let Some(lock) = tree.text("Cargo.lock") {
        for (number, line) in lines(lock).filter(|(_, line)| line.starts_with("source = ")) {
            if line != "source = \"registry+https://github.com/rust-lang/crates.io-index\"" {
                complaints.push(format!("Cargo.lock:{number}: {line}"));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_number_makes_an_issue() {
        assert!(names_an_issue("(#12): later"));
        assert!(!names_an_issue("(#): later"));
        assert!(!names_an_issue("(#12 later"));
        assert!(!names_an_issue(": later"));
    }
}
