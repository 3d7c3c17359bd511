//! Aside: names that lead to a child's own outputs, for a program that tells what to write by the end of a name.
//!
//! heif-convert writes a JPEG only to a file whose name ends so, and no call of ours gives a piece of memory such a name.
//! So a folder holds links for as long as one child runs: whoever follows one comes to the follower's own output and to
//! nothing else. No byte of a picture ever lies in the folder.

use super::part::ASIDE;
use crate::world::{Chance, MachineChance};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Most pictures of one file: what comes behind the first is said and not kept.
const PICTURES_MAX: u32 = 64;
/// How many names are tried for the folder. Nobody can guess one and have it first.
const TRIES_MAX: u32 = 4;
/// What the folder's name begins with.
const BEGINS: &str = "handbell-names-";
/// How old a folder is that nobody uses any more: no child runs for a day.
const OLD: Duration = Duration::from_secs(24 * 60 * 60);

/// The folder; it goes when this does.
#[derive(Debug)]
pub struct Names(PathBuf);

/// A name that nobody can guess.
fn unguessed() -> String {
    let mut bytes = [0; 16];
    MachineChance.fill(&mut bytes);
    format!("{BEGINS}{:032x}", u128::from_be_bytes(bytes))
}

/// Takes away folders of ours that are older than a day.
///
/// # Errors
///
/// Where this folder cannot be read or nothing can be made in it.
pub fn swept(folder: &Path) -> std::io::Result<()> {
    // What is made now has the time and the owner that others are held against.
    let fresh = Names::within(folder)?;
    let now = std::fs::symlink_metadata(&fresh.0)?;
    for entry in std::fs::read_dir(folder)?.filter_map(Result::ok) {
        // Of the entry itself, wherever a link leads.
        let Ok(of) = entry.metadata() else { continue };
        let ours = of.is_dir() && of.uid() == now.uid() && entry.file_name().to_string_lossy().starts_with(BEGINS);
        if ours && now.modified()?.duration_since(of.modified()?).is_ok_and(|age| age > OLD) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}

impl Names {
    /// A folder of links in this one, which nobody else may look into.
    ///
    /// # Errors
    ///
    /// Where nothing can be made there.
    pub fn within(folder: &Path) -> std::io::Result<Self> {
        let made = (0..TRIES_MAX).find_map(|_| {
            let path = folder.join(unguessed());
            match std::fs::DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => Some(Ok(Self(path))),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => None,
                Err(error) => Some(Err(error)),
            }
        });
        let names = made.unwrap_or_else(|| Err(std::io::Error::other("all names are taken")))?;
        // A file with several pictures gets a number behind the name; the first one's is kept.
        let kept = format!("/proc/self/fd/{ASIDE}");
        symlink(&kept, names.picture())?;
        symlink(&kept, names.0.join("picture-1.jpg"))?;
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
        assert_eq!(std::fs::read_link(one.picture()).unwrap(), Path::new("/proc/self/fd/40"));
        assert_eq!(std::fs::read_dir(one.picture().parent().unwrap()).unwrap().count(), PICTURES_MAX as usize + 1);
        drop((one, other));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(Names::within(&folder.path().join("none")).is_err());
    }

    #[test]
    fn nobody_who_knows_the_process_can_be_there_first() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..1_000 {
            std::fs::create_dir(folder.path().join(format!("{BEGINS}{}-{number}", std::process::id()))).unwrap();
        }
        assert!(Names::within(folder.path()).is_ok());
    }

    #[test]
    fn what_a_server_left_a_day_ago_is_swept_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["handbell-names-old", "handbell-names-new", "other"] {
            std::fs::create_dir(at(name)).unwrap();
            symlink("/proc/self/fd/1", at(name).join("picture.jpg")).unwrap();
        }
        std::fs::write(at("handbell-names-file"), "").unwrap();
        for name in ["handbell-names-old", "handbell-names-file", "other"] {
            let file = std::fs::File::open(at(name)).unwrap();
            let before = file.metadata().unwrap().modified().unwrap() - 2 * OLD;
            file.set_modified(before).unwrap();
        }
        swept(folder.path()).unwrap();
        let mut left: Vec<String> =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        left.sort();
        assert_eq!(left, ["handbell-names-file", "handbell-names-new", "other"]);
    }
}
