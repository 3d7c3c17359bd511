//! The tree that tidy looks at: every text file git knows or would know, read once.

use anyhow::{Context, bail};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Files by path from the root, with `/` between folders.
pub struct Tree {
    files: BTreeMap<String, String>,
    /// Paths of files that are no text.
    others: Vec<String>,
}

impl Tree {
    /// Reads the work tree: tracked files and new ones that are not ignored.
    pub fn read(root: &Path) -> anyhow::Result<Self> {
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .context("asking git for the files")?;
        if !listed.status.success() {
            bail!("git could not list the files: {}", String::from_utf8_lossy(&listed.stderr));
        }
        let mut tree = Self { files: BTreeMap::new(), others: Vec::new() };
        for path in String::from_utf8(listed.stdout)?.split('\0').filter(|path| !path.is_empty()) {
            // A file that was removed and not committed yet is listed and is not there.
            match std::fs::read(root.join(path)).map(String::from_utf8) {
                Ok(Ok(text)) => drop(tree.files.insert(path.to_owned(), text)),
                Ok(Err(_)) => tree.others.push(path.to_owned()),
                Err(_) => {}
            }
        }
        Ok(tree)
    }

    /// A made-up tree, for tests.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        Self { files, others: Vec::new() }
    }

    /// Text files below `folder` whose name ends in one of `ends`.
    pub fn below<'a>(&'a self, folder: &'a str, ends: &'a [&'a str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.all().filter(move |(path, _)| path.starts_with(folder) && ends.iter().any(|end| path.ends_with(end)))
    }

    /// Every text file.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// One file's text.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Whether a file or folder is there.
    pub fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        let mut paths = self.files.keys().chain(&self.others);
        paths.any(|known| known == path || known.starts_with(&folder))
    }

    /// Paths of all files, text or not.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().chain(&self.others).map(String::as_str)
    }
}

/// Whether a Rust file holds tests only.
pub fn is_test_file(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs") || path.contains("/benches/")
}

/// A source file without its tests at the end.
pub fn without_tests(text: &str) -> &str {
    text.find("#[cfg(test)]\nmod ").map_or(text, |at| &text[..at])
}

/// The tests at the end of a source file; the whole file when it holds tests only.
pub fn only_tests<'a>(path: &str, text: &'a str) -> &'a str {
    if is_test_file(path) { text } else { &text[without_tests(text).len()..] }
}

/// Lines with their numbers, from 1.
pub fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(at, line)| (at + 1, line))
}
