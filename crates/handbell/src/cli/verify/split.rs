//! Verify split: judges two checkpoints of one log, and says which way it went.
//!
//! Answers 1 where the log signed two histories, 0 where it did not, 3 where that cannot be told.

use super::{could_not, parse_key, read_file};
use crate::cli::{Answer, Stopped};
use handbell_log::source::Folder;
use handbell_log::split::{Doubt, Evidence, Verdict, judge};
use handbell_log::verify::read_leaf_hashes;
use std::path::Path;

/// The answer and what is said. `leaves` is the folder of a published log that has the larger tree; it is read only where
/// the two checkpoints do not say enough by themselves.
pub fn check(one: &Path, other: &Path, key: &str, leaves: Option<&Path>) -> Result<(Answer, String), Stopped> {
    let key = parse_key(key)?;
    let (one, other) = (read_file(one)?, read_file(other)?);
    let mut verdict = judge(&one, &other, &key, Evidence::None);
    if let (Verdict::CannotTell(Doubt::LeavesMissing { wanted, .. }), Some(folder)) = (&verdict, leaves) {
        let source = Folder::open(folder).map_err(could_not)?;
        let hashes = read_leaf_hashes(&source, *wanted).map_err(could_not)?;
        verdict = judge(&one, &other, &key, Evidence::Leaves(&hashes));
    }
    let answer = match verdict {
        Verdict::Split(_) => Answer::No,
        Verdict::OneTree => Answer::Good,
        Verdict::CannotTell(_) => Answer::CouldNotTell,
    };
    Ok((answer, verdict.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use handbell_log::bundle;
    use handbell_log::checkpoint::Checkpoint;
    use handbell_log::hash::{Hash, leaf_hash};
    use handbell_log::note::SigningKey;
    use handbell_log::tile::entries_path;
    use handbell_log::tree::root_of;

    const ORIGIN: &str = "record.example/log";

    fn log() -> SigningKey {
        SigningKey::from_seed(ORIGIN, &[1; 32]).unwrap()
    }

    fn entries(size: usize, lie: bool) -> Vec<String> {
        (0..size).map(|index| format!("{index}{}", if lie && index == 2 { "x" } else { "" })).collect()
    }

    /// Writes a checkpoint of these entries to a file and gives its path.
    fn checkpoint(folder: &Path, name: &str, entries: &[String]) -> std::path::PathBuf {
        let hashes: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry.as_bytes())).collect();
        let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: hashes.len() as u64, root: root_of(&hashes) };
        let file = folder.join(name);
        std::fs::write(&file, checkpoint.sign(&log()).unwrap().encode()).unwrap();
        file
    }

    /// Writes the bundles of a log of these entries.
    fn publish(folder: &Path, entries: &[String]) {
        for (index, part) in entries.chunks(256).enumerate() {
            let file = folder.join(entries_path(index as u64, part.len() as u16));
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, bundle::encode(part.iter().map(String::as_bytes)).unwrap()).unwrap();
        }
    }

    #[test]
    fn the_exit_code_says_which_way_it_went() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let key = log().verifier().to_string();
        let (small, large) = (checkpoint(folder, "small", &entries(5, false)), checkpoint(folder, "large", &entries(300, false)));
        let (lie, large_lie) = (checkpoint(folder, "lie", &entries(5, true)), checkpoint(folder, "large-lie", &entries(300, true)));

        let (answer, said) = check(&small, &lie, &key, None).unwrap();
        assert_eq!((answer, said.as_str()), (Answer::No, "split view: the log signed two different trees of 5 entries"));
        assert_eq!(check(&small, &small, &key, None).unwrap().0, Answer::Good);
        // Two that say it by themselves need no leaves, and none are missed where none were kept.
        let nowhere = folder.join("nowhere");
        assert_eq!(check(&small, &lie, &key, Some(&nowhere)).unwrap().0, Answer::No);
        assert_eq!(check(&small, &small, &key, Some(&nowhere)).unwrap().0, Answer::Good);
        assert_eq!(check(&small, &large, &key, Some(&nowhere)).unwrap_err().0, Answer::CouldNotTell);
        assert_eq!(check(&small, &large, &key, None).unwrap().0, Answer::CouldNotTell);

        // A log that has grown since: its last bundle is wider than the checkpoint's.
        let (honest, lying) = (folder.join("honest"), folder.join("lying"));
        publish(&honest, &entries(310, false));
        publish(&lying, &entries(310, true));
        assert_eq!(check(&small, &large, &key, Some(&honest)).unwrap().0, Answer::Good);
        let (answer, said) = check(&large_lie, &small, &key, Some(&lying)).unwrap();
        assert_eq!(answer, Answer::No);
        assert!(said.contains("300 entries does not begin with the tree of 5"), "{said}");
        assert_eq!(check(&small, &large_lie, &key, Some(&honest)).unwrap().0, Answer::CouldNotTell);

        // Leaves that are not there, a file that is not there, a key that is none.
        let empty = folder.join("empty");
        std::fs::create_dir(&empty).unwrap();
        assert_eq!(check(&small, &large, &key, Some(&empty)).unwrap_err().0, Answer::CouldNotTell);
        assert_eq!(check(&small, &folder.join("missing"), &key, None).unwrap_err().0, Answer::CouldNotTell);
        assert_eq!(check(&small, &large, "no key", None).unwrap_err().0, Answer::Usage);
        let stranger = SigningKey::from_seed(ORIGIN, &[9; 32]).unwrap().verifier().to_string();
        assert_eq!(check(&small, &lie, &stranger, None).unwrap().0, Answer::CouldNotTell);
    }
}
