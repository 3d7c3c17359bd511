//! Brought: a lost log as it comes back, copy by copy.
//!
//! What is read of a neighbour's copy, what is believed of it, what it is good for, and which rows and words follow from
//! it, says the half of `handbell repair` that knows no store ([`handbell::cli::repair::copy`]). Made up is the store:
//! rows in memory, written as `store/sql/restored.rs` writes its own, also the first of them, which the command takes over by
//! an act (`acts/take_over.rs`). The desk and the file's old pages are not here.

use handbell::cli::repair::copy::{self, Ahead, Brings, InFolder};
use handbell::cli::{Answer, Stopped};
use handbell::export::lines::ReadLog;
use handbell::store::LogRow;
use handbell::store::sql::restored::{Missing, lacking};
use handbell_log::hash::{Hash, leaf_hash};
use handbell_log::leaf::Leaf;
use handbell_log::note::VerifierKey;
use handbell_log::tree::root_of;
use handbell_log::verify::Gaps;
use std::collections::BTreeSet;
use std::path::Path;

/// See the module.
#[derive(Default)]
pub struct Brought {
    rows: Vec<LogRow>,
}

/// Reads a copy as a keeper does: whole, and with gaps where the command says that this is what is left to do.
fn read(copy: &InFolder, key: &VerifierKey) -> Result<(ReadLog, Option<Ahead>), Stopped> {
    match copy::read_held(copy, key, &Gaps::None) {
        Err(Stopped(Answer::No, why)) if why.contains("--with-gaps") => copy::read_held(copy, key, &Gaps::Any),
        read => read,
    }
}

impl Brought {
    /// How many entries came back.
    pub fn size(&self) -> u64 {
        self.rows.len() as u64
    }

    /// What came back.
    pub fn into_rows(self) -> Vec<LogRow> {
        self.rows
    }

    fn lacks(&self) -> BTreeSet<u64> {
        let bare = self.rows.iter().filter(|row| row.content.is_none());
        lacking(bare.map(|row| (row.index, Leaf::decode(&row.leaf).expect("a leaf of a tree that was signed"))))
    }

    /// The root of the first entries.
    fn root(&self, size: u64) -> Hash {
        let size = usize::try_from(size).unwrap_or(usize::MAX).min(self.rows.len());
        root_of(&self.rows[..size].iter().map(|row| leaf_hash(&row.leaf)).collect::<Vec<_>>())
    }

    /// `handbell repair DIR --from-neighbour NEIGHBOUR`, of folders.
    pub fn repair(&mut self, dir: &Path, neighbour: &Path, key: &VerifierKey) -> Result<(), Stopped> {
        let folder = copy::in_folder(neighbour, key.name()).map_err(|error| Stopped(Answer::CouldNotTell, error.to_string()))?;
        let (log, ahead) = read(&folder, key)?;
        copy::check_ahead(ahead.as_ref(), self.size())?;
        let signed = &log.verified.checkpoint;
        match copy::brings(self.size(), self.lacks().len(), signed.size) {
            Brings::Words if self.root(signed.size) != signed.root => {
                return Err(Stopped(Answer::No, "the copy is no beginning of what came back".to_owned()));
            }
            Brings::Words => {}
            Brings::Whole | Brings::Rest => copy::check_beside(dir, &log)?,
            Brings::Nothing => return copy::check_beside(dir, &log),
        }
        self.write(copy::missing(&log, self.size()))
    }

    fn write(&mut self, missing: Missing) -> Result<(), Stopped> {
        let lacks = self.lacks();
        let held = self.rows.len();
        self.rows.extend(missing.rows);
        if missing.signed.is_some_and(|signed| signed != (self.size(), self.root(self.size()))) {
            self.rows.truncate(held);
            return Err(Stopped(Answer::No, "the entries do not give the tree that was signed".to_owned()));
        }
        for (index, content) in missing.contents {
            if lacks.contains(&index) {
                self.row(index).content = Some(content);
            }
        }
        for target in missing.withdrawn {
            self.row(target).content = None;
        }
        Ok(())
    }

    fn row(&mut self, index: u64) -> &mut LogRow {
        let place = usize::try_from(index).expect("below a length");
        &mut self.rows[place]
    }
}

#[cfg(test)]
mod tests {
    use super::super::log::{Line, Log};
    use super::*;
    use handbell::mirror::neighbour::Neighbour;
    use handbell_log::cosignature::CosigningKey;
    use handbell_log::tile::content_path;
    use handbell_rules::time::Timestamp;
    use std::path::PathBuf;

    fn copied(room: &Path, name: &str, log: &Log) -> (PathBuf, PathBuf) {
        let dir = room.join(name);
        let copy = Neighbour::open(&dir, log.key.verifier().clone()).unwrap();
        let cosigner = CosigningKey::from_seed(&format!("{name}.example/cosigner1"), &[9; 32]).unwrap();
        copy.pull(&Line::good(&log.shown()), &cosigner, 1_800_000_000).unwrap();
        (dir, copy.log_folder())
    }

    fn said(times: u64) -> Log {
        let mut log = Log::new(0, 7, Timestamp::from_milliseconds(1_800_000_000_000));
        (0..times).for_each(|_| log.say());
        log
    }

    #[test]
    fn what_one_copy_lacks_comes_from_another_in_either_order_and_withdrawn_words_from_none() {
        let room = tempfile::tempdir().unwrap();
        let lost = room.path().join("lost");
        let mut log = said(9);
        let (older, _) = copied(room.path(), "older", &log);
        log.withdraw(3);
        log.say();
        let (newer, files) = copied(room.path(), "newer", &log);
        std::fs::remove_file(files.join(content_path(5))).unwrap();
        for order in [[&older, &newer], [&newer, &older]] {
            let mut brought = Brought::default();
            for from in order {
                brought.repair(&lost, from, log.key.verifier()).unwrap();
            }
            assert_eq!((brought.size(), brought.lacks()), (log.size(), BTreeSet::new()));
            for (row, index) in brought.rows.iter().zip(0..) {
                assert_eq!((Some(&row.leaf), row.content.clone()), (log.leaf(index), log.content(index)), "entry {index}");
            }
        }
        let mut alone = Brought::default();
        alone.repair(&lost, &newer, log.key.verifier()).unwrap();
        assert_eq!(alone.lacks(), BTreeSet::from([5]));
    }

    #[test]
    fn a_copy_of_another_history_or_of_another_key_brings_nothing() {
        let room = tempfile::tempdir().unwrap();
        let lost = room.path().join("lost");
        let log = said(9);
        let (good, _) = copied(room.path(), "good", &log);
        let mut fork = log.at(6);
        (0..7).for_each(|_| fork.lie());
        let (other, _) = copied(room.path(), "other", &fork);
        let mut brought = Brought::default();
        brought.repair(&lost, &good, log.key.verifier()).unwrap();
        assert_eq!(brought.repair(&lost, &other, log.key.verifier()).unwrap_err().0, Answer::No);
        assert_eq!(brought.size(), 9);
        let key = Log::new(1, 7, Timestamp::from_milliseconds(1_800_000_000_000)).key;
        assert!(Brought::default().repair(&lost, &good, key.verifier()).is_err());
    }
}
