//! Where a published log is read from.
//!
//! [`Source`] is the one question a verifier asks: what lies at this path? [`Folder`] answers it
//! from a log on a disk. Promises that a folder gives only the log's own files: `checkpoint`,
//! the list of what is missing, tiles, bundles and contents by their exact paths, never anything outside the folder.
//! A source is not trusted; nothing it gives counts before it is verified.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::tile::TilePath;
use crate::verify::GAPS;

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

impl Source for Folder {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        let refuse = |problem: &str, cause| SourceError { path: path.to_owned(), problem: problem.to_owned(), cause };
        if path != "checkpoint" && path != GAPS && TilePath::parse(path).is_err() {
            return Err(refuse("it is not a path of a log", None));
        }
        let broken = |error: io::Error| refuse("the disk says no", Some(error));
        let file = self.root.join(path);
        let (seen, lies_inside) = match self.look(&file) {
            Ok(seen) => seen,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(broken(error)),
        };
        if !lies_inside {
            return Err(refuse("it leads out of the folder", None));
        }
        if !seen.is_file() {
            return Err(refuse("it is not a file", None));
        }
        // Room for all of it and for seeing its end, but for no more than may be read.
        let room = seen.len().min(RESOURCE_BYTES_MAX) + 1;
        let mut bytes = Vec::with_capacity(usize::try_from(room).unwrap_or_default());
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
