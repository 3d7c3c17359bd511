//! Aside: names that lead to a child's own outputs, for a program that tells what to write by the end of a name.
//!
//! heif-convert writes a JPEG only to a file whose name ends so, and no call of ours gives a piece of memory such a name.
//! So a folder holds links for as long as one child runs: whoever follows one comes to the follower's own output and to
//! nothing else. No byte of a picture ever lies in the folder.

use std::os::unix::fs::{DirBuilderExt, symlink};
use std::path::{Path, PathBuf};

/// Most pictures of one file: what comes behind the first is said and not kept.
const PICTURES_MAX: u32 = 64;
/// How many names are tried for the folder; somebody else may have some.
const TRIES_MAX: u32 = 1_000;

/// The folder; it goes when this does.
#[derive(Debug)]
pub struct Names(PathBuf);

impl Names {
    /// A folder of links in this one, which nobody else may look into.
    ///
    /// # Errors
    ///
    /// Where nothing can be made there.
    pub fn within(folder: &Path) -> std::io::Result<Self> {
        let made = (0..TRIES_MAX).find_map(|number| {
            let path = folder.join(format!("handbell-names-{}-{number}", std::process::id()));
            match std::fs::DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => Some(Ok(Self(path))),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => None,
                Err(error) => Some(Err(error)),
            }
        });
        let names = made.unwrap_or_else(|| Err(std::io::Error::other("all names are taken")))?;
        // A file with several pictures gets a number behind the name; the first one's is kept.
        symlink("/proc/self/fd/2", names.picture())?;
        symlink("/proc/self/fd/2", names.0.join("picture-1.jpg"))?;
        (2..=PICTURES_MAX).try_for_each(|number| symlink("/proc/self/fd/1", names.0.join(format!("picture-{number}.jpg"))))?;
        Ok(names)
    }

    /// The name to write to.
    pub fn picture(&self) -> PathBuf {
        self.0.join("picture.jpg")
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        // What stays is a folder of links to nothing.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_with_the_child_and_no_two_are_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (Names::within(folder.path()).unwrap(), Names::within(folder.path()).unwrap());
        assert_ne!(one.picture(), other.picture());
        assert_eq!(std::fs::read_link(one.picture()).unwrap(), Path::new("/proc/self/fd/2"));
        assert_eq!(std::fs::read_dir(one.picture().parent().unwrap()).unwrap().count(), PICTURES_MAX as usize + 1);
        drop((one, other));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(Names::within(&folder.path().join("none")).is_err());
    }
}
