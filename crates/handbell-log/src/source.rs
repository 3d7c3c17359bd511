//! Where a published log is read from.
//!
//! [`Source`] is the one question a verifier asks: what lies at this path? [`Folder`] answers it
//! from a log on a disk. Promises that a folder gives only the log's own files: `checkpoint`,
//! tiles, bundles and contents by their exact paths, never anything outside the folder.
//! A source is not trusted; nothing it gives counts before it is verified.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::tile::TilePath;

/// The most bytes read from one path: the largest bundle the format allows. A source that sends more
/// is broken or hostile.
pub const RESOURCE_BYTES_MAX: u64 = 256 * (2 + 65_535);

/// Why a path could not be read, which is not the same as nothing being there.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be read: {problem}")]
pub struct SourceError {
    /// The path that was asked for.
    pub path: String,
    /// What is wrong, in words.
    pub problem: String,
    /// What the system said, where it said something.
    #[source]
    pub cause: Option<io::Error>,
}

/// A published log, wherever it is.
pub trait Source {
    /// The bytes at a path below the log's prefix.
    ///
    /// `Ok(None)` means that nothing is there: not found, or gone after a withdrawal. An error means
    /// that one cannot tell, and must never be taken for an absence.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError>;
}

/// A published log in a folder.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
    /// Folders that were found to lie in the root. Following every link of every path again was a sixth of checking
    /// a log of a million entries.
    inside: Arc<Mutex<HashSet<PathBuf>>>,
}

impl Folder {
    /// Opens the folder that holds `checkpoint`, `tile/` and `content/`.
    pub fn open(root: impl AsRef<Path>) -> Result<Folder, SourceError> {
        let shown = root.as_ref().display().to_string();
        let refuse = |problem: &str, cause| SourceError { path: shown.clone(), problem: problem.to_owned(), cause };
        // Resolved once, so that files which lead out of the folder can be recognised.
        let root = root.as_ref().canonicalize().map_err(|error| refuse("there is no such folder", Some(error)))?;
        if root.is_dir() { Ok(Folder { root, inside: Arc::default() }) } else { Err(refuse("it is not a folder", None)) }
    }

    /// What is at a path, links followed, and whether it lies in the folder.
    fn look(&self, file: &Path) -> io::Result<(std::fs::Metadata, bool)> {
        let seen = std::fs::symlink_metadata(file)?;
        if seen.is_symlink() {
            return Ok((std::fs::metadata(file)?, file.canonicalize()?.starts_with(&self.root)));
        }
        let parent = file.parent().unwrap_or(&self.root);
        let known = |inside: &HashSet<PathBuf>| inside.contains(parent);
        if known(&self.inside.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok((seen, true));
        }
        let lies_inside = parent.canonicalize()?.starts_with(&self.root);
        if lies_inside {
            self.inside.lock().unwrap_or_else(PoisonError::into_inner).insert(parent.to_owned());
        }
        Ok((seen, lies_inside))
    }
}

/// What lies at a path below the root when nothing on the way is a link.
enum Way {
    /// A file of so many bytes.
    File(u64),
    /// Nothing.
    Nothing,
    /// A link, or something that is no file: to be looked at closely.
    Odd,
}

impl Folder {
    /// Walks the few steps below the root. To resolve the whole path from the top for each of a million files would cost
    /// more than to read them.
    fn way(&self, path: &str) -> io::Result<Way> {
        let mut at = self.root.clone();
        let mut steps = path.split('/').peekable();
        while let Some(step) = steps.next() {
            at.push(step);
            let found = match at.symlink_metadata() {
                Ok(found) => found,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Way::Nothing),
                Err(error) => return Err(error),
            };
            match steps.peek() {
                Some(_) if found.is_dir() => {}
                None if found.is_file() => return Ok(Way::File(found.len())),
                _ => return Ok(Way::Odd),
            }
        }
        Ok(Way::Odd)
    }

    /// The file that a path with links leads to, if it is one of this folder.
    fn resolved(&self, path: &str) -> Result<Option<PathBuf>, SourceError> {
        let refuse = |problem: &str, cause| SourceError { path: path.to_owned(), problem: problem.to_owned(), cause };
        let file = self.root.join(path);
        let (seen, lies_inside) = match self.look(&file) {
            Ok(seen) => seen,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(refuse("the disk says no", Some(error))),
        };
        if !lies_inside {
            return Err(refuse("it leads out of the folder", None));
        }
        if !seen.is_file() {
            return Err(refuse("it is not a file", None));
        }
        Ok(Some(file))
    }
}

impl Source for Folder {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        let refuse = |problem: &str, cause| SourceError { path: path.to_owned(), problem: problem.to_owned(), cause };
        if path != "checkpoint" && TilePath::parse(path).is_err() {
            return Err(refuse("it is not a path of a log", None));
        }
        let broken = |error: io::Error| refuse("the disk says no", Some(error));
        let (file, length) = match self.way(path).map_err(broken)? {
            Way::Nothing => return Ok(None),
            Way::File(length) => (self.root.join(path), length),
            Way::Odd => match self.resolved(path)? {
                None => return Ok(None),
                Some(file) => (file, 0),
            },
        };
        // One byte more than there are: the reader then knows at once that it has all.
        // Room for all of it and for seeing its end, but for no more than may be read.
        let room = seen.len().min(RESOURCE_BYTES_MAX) + 1;
        let mut bytes = Vec::with_capacity(usize::try_from(length.min(RESOURCE_BYTES_MAX)).unwrap_or_default() + 1usize::try_from(room).unwrap_or_default());
        let file = match File::open(file) {
            Ok(file) => file,
            // Withdrawn in the meantime.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(broken(error)),
        };
        file.take(RESOURCE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(broken)?;
        if bytes.len() as u64 > RESOURCE_BYTES_MAX {
            return Err(refuse("it is larger than anything in a log", None));
        }
        Ok(Some(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_the_files_of_a_log_and_nothing_else() {
        let outside = tempfile::tempdir().unwrap();
        let root = outside.path().join("log");
        std::fs::create_dir_all(root.join("content/x001")).unwrap();
        std::fs::write(root.join("checkpoint"), "signed").unwrap();
        std::fs::write(root.join("content/x001/002"), "content").unwrap();
        std::fs::write(root.join("secret"), "secret").unwrap();
        std::fs::write(outside.path().join("secret"), "secret").unwrap();
        let folder = Folder::open(&root).unwrap();

        assert_eq!(folder.read("checkpoint").unwrap().unwrap(), b"signed");
        assert_eq!(folder.read("content/x001/002").unwrap().unwrap(), b"content");
        assert!(folder.read("content/x001/003").unwrap().is_none());
        assert!(folder.read("tile/0/000").unwrap().is_none());
        for path in ["secret", "../secret", "content/../secret", "/etc/hostname", "content/", "", "./checkpoint"] {
            assert!(folder.read(path).is_err(), "{path:?}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_link_out_of_the_folder_is_refused() {
        let outside = tempfile::tempdir().unwrap();
        let root = outside.path().join("log");
        std::fs::create_dir_all(root.join("content")).unwrap();
        std::fs::write(outside.path().join("secret"), "secret").unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret"), root.join("content/000")).unwrap();
        let folder = Folder::open(&root).unwrap();
        let refused = |path: &str| {
            let error = folder.read(path).unwrap_err();
            assert!(error.to_string().contains("leads out of the folder"), "{path}: {error}");
        };
        refused("content/000");
        // A folder that is known does not make a link in it known, and a folder may be a link itself.
        std::fs::write(root.join("content/001"), "content").unwrap();
        assert_eq!(folder.read("content/001").unwrap().unwrap(), b"content");
        refused("content/000");
        std::fs::create_dir_all(outside.path().join("elsewhere")).unwrap();
        std::fs::write(outside.path().join("elsewhere/000"), "secret").unwrap();
        std::os::unix::fs::symlink(outside.path().join("elsewhere"), root.join("content/x001")).unwrap();
        refused("content/x001/000");
        // A link that stays inside is as good as a file.
        std::os::unix::fs::symlink(root.join("content/001"), root.join("content/002")).unwrap();
        assert_eq!(folder.read("content/002").unwrap().unwrap(), b"content");
    }

    #[test]
    fn what_is_no_folder_or_no_file_is_an_error_and_not_an_absence() {
        let root = tempfile::tempdir().unwrap();
        assert!(Folder::open(root.path().join("missing")).is_err());
        std::fs::write(root.path().join("file"), "").unwrap();
        assert!(Folder::open(root.path().join("file")).is_err());
        std::fs::create_dir_all(root.path().join("content/000")).unwrap();
        std::fs::create_dir_all(root.path().join("checkpoint")).unwrap();
        let folder = Folder::open(root.path()).unwrap();
        assert!(folder.read("content/000").is_err());
        assert!(folder.read("checkpoint").is_err());
    }
}
