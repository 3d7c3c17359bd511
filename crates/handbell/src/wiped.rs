//! Wiped: how a file goes whose words nobody must find again, and what a run that died leaves beside a place.
//!
//! It is moved out of its place first, so that nobody is ever given the overwritten half of it; then it is overwritten,
//! synced and removed. On disks that never write in one place the overwriting is no promise.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The ending of a file that is not in its place yet.
pub(crate) const FRESH: &str = "new";
/// The ending of a file that is on its way out.
pub(crate) const GOING: &str = "gone";

/// The path beside a place with an ending of its own.
pub(crate) fn beside(place: &Path, ending: &str) -> PathBuf {
    let mut name = place.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// What is not there need not be moved or removed.
pub(crate) fn unless_missing(answer: io::Result<()>) -> io::Result<()> {
    match answer {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Overwrites and removes what stands in no place.
pub(crate) fn wipe(going: &Path) -> io::Result<()> {
    let mut file = match OpenOptions::new().write(true).open(going) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        file => file?,
    };
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    file.write_all(&vec![0; length])?;
    file.sync_all()?;
    fs::remove_file(going)
}

/// What was left beside its place, in this folder and, if asked for, in those below it.
pub(crate) fn left_over(folder: &Path, below: bool) -> io::Result<Vec<PathBuf>> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        let entries = match fs::read_dir(&next) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            let ending = path.extension().and_then(|ending| ending.to_str());
            if kind.is_dir() && below {
                folders.push(path);
            } else if kind.is_file() && matches!(ending, Some(FRESH | GOING)) {
                found.push(path);
            }
        }
    }
    Ok(found)
}
