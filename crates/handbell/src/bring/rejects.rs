//! Rejects: what of a file is not in the record, with its words and why, for whoever brought the file.
//!
//! The file lies in the group's folder, `rejects/`, and only its owner reads it: it holds words that the record
//! does not take in. Each run writes it whole; a run that leaves nothing out takes an earlier one away.

use handbell_rules::refusal::Refusal;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Columns that stand behind a table's own in its rejects; the reader of tables passes over them.
pub const COLUMNS: [&str; 4] = ["refused_line", "refused_what", "refused_because", "refused_words"];

/// Rejects that are being written.
#[derive(Debug)]
pub struct Rejects {
    path: PathBuf,
    fresh: PathBuf,
    file: BufWriter<File>,
    /// Whole rows, by the refusal's name.
    pub rows: BTreeMap<&'static str, u64>,
    /// Words left out of rows that were taken in, by the refusal's name.
    pub words: BTreeMap<&'static str, u64>,
}

impl Rejects {
    /// Begins the rejects of a file in a group's folder.
    ///
    /// # Errors
    /// What the disk says.
    pub fn begin(dir: &Path, name: &str) -> std::io::Result<Self> {
        let folder = dir.join("rejects");
        if !folder.is_dir() {
            std::fs::DirBuilder::new().mode(0o700).create(&folder)?;
        }
        let (path, fresh) = (folder.join(name), folder.join(format!("{name}.new")));
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        Ok(Self { path, fresh, file: BufWriter::new(file), rows: BTreeMap::new(), words: BTreeMap::new() })
    }

    /// Counts one.
    pub fn count(&mut self, whole: bool, because: &'static str) {
        *if whole { &mut self.rows } else { &mut self.words }.entry(because).or_default() += 1;
    }

    /// A line of a table's rejects.
    ///
    /// # Errors
    /// What the disk says.
    pub fn cells<'a>(&mut self, cells: impl Iterator<Item = &'a str>) -> std::io::Result<()> {
        let line: Vec<String> = cells.map(super::csv::written).collect();
        writeln!(self.file, "{}", line.join(","))
    }

    /// A line of a history's rejects.
    ///
    /// # Errors
    /// What the disk says.
    pub fn json(&mut self, value: &impl Serialize) -> std::io::Result<()> {
        serde_json::to_writer(&mut self.file, value)?;
        self.file.write_all(b"\n")
    }

    /// Puts them in place; none where nothing was left out.
    ///
    /// # Errors
    /// What the disk says.
    pub fn end(mut self) -> std::io::Result<Option<PathBuf>> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        if self.rows.is_empty() && self.words.is_empty() {
            std::fs::remove_file(&self.fresh)?;
            if self.path.exists() {
                std::fs::remove_file(&self.path)?;
            }
            return Ok(None);
        }
        std::fs::rename(&self.fresh, &self.path)?;
        Ok(Some(self.path))
    }
}

/// What to do about a refusal, for a person.
pub fn because(why: Refusal) -> String {
    format!("{}: {}", why.name(), why.advice())
}
