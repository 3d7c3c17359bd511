//! A vault in a folder: one folder for each footage, one file for each object, readable by its owner alone.
//!
//! An object is written beside its place, synced, moved there, and the folder is synced: so a power cut leaves it whole
//! or not there, and a `put` that returned is there after it. What a stopped program left half written is taken away at
//! the next opening.

use super::{ObjectName, Vault, VaultFault};
use crate::folder::{make_folders, sync_folder};
use anyhow::Context;
use async_trait::async_trait;
use handbell_rules::id::FootageId;
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How the name ends of what is not whole yet.
const HALF: &str = ".new";
/// Somebody who takes the last object of a footage away takes its folder too; whoever puts one then makes it again.
const TRIES: usize = 8;

/// See the module.
#[derive(Clone)]
pub struct Folder {
    root: PathBuf,
    /// Tells apart what is written at the same time.
    count: Arc<AtomicU64>,
    /// Footage whose folder is known to be there after a power cut.
    settled: Arc<Mutex<BTreeSet<FootageId>>>,
}

impl Folder {
    /// Opens the folder, makes it where there is none, and takes away what a stopped program left half written. For the
    /// one program that holds the group's lock.
    ///
    /// # Errors
    /// When it can be neither read nor made.
    pub fn open(root: &Path) -> anyhow::Result<Self> {
        let words = || format!("opening {}", root.display());
        make_folders(root).with_context(words)?;
        std::fs::set_permissions(root, PermissionsExt::from_mode(0o700)).with_context(words)?;
        let folder = Self::beside(root);
        folder.clear_halves().with_context(words)?;
        Ok(folder)
    }

    /// The folder as it is, for whoever reads beside the program that holds the lock.
    #[must_use]
    pub fn beside(root: &Path) -> Self {
        Self { root: root.to_owned(), count: Arc::default(), settled: Arc::default() }
    }

    fn clear_halves(&self) -> io::Result<()> {
        for footage in std::fs::read_dir(&self.root)? {
            let footage = footage?.path();
            if !footage.is_dir() {
                continue;
            }
            for file in std::fs::read_dir(&footage)? {
                let file = file?;
                if file.file_name().to_string_lossy().ends_with(HALF) {
                    std::fs::remove_file(file.path())?;
                }
            }
        }
        Ok(())
    }

    fn of(&self, footage: FootageId) -> PathBuf {
        self.root.join(footage.to_string())
    }

    fn path(&self, name: &ObjectName) -> PathBuf {
        self.of(name.footage()).join(name.file())
    }

    fn keep(&self, name: &ObjectName, bytes: &[u8]) -> io::Result<()> {
        let (folder, path) = (self.of(name.footage()), self.path(name));
        let half = folder.join(format!("{}.{}{HALF}", name.file(), self.count.fetch_add(1, Ordering::Relaxed)));
        let mut tries = 0;
        let file = loop {
            self.settle(name.footage(), &folder, tries > 0)?;
            tries += 1;
            match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&half) {
                Err(error) if error.kind() == ErrorKind::NotFound && tries < TRIES => {}
                opened => break opened?,
            }
        };
        let kept = write_synced(file, bytes).and_then(|()| std::fs::rename(&half, &path)).and_then(|()| synced_if_there(&folder));
        if kept.is_err() {
            // The disk may be full: what takes room and is nothing goes first.
            let _ = std::fs::remove_file(&half);
        }
        kept
    }

    /// Makes a footage's folder, and syncs the one above it even where somebody else has just made it: their sync may not
    /// be over, or may have failed.
    fn settle(&self, footage: FootageId, folder: &Path, again: bool) -> io::Result<()> {
        let settled = || self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        if !again && settled().contains(&footage) {
            return Ok(());
        }
        make_folders(folder)?;
        sync_folder(&self.root)?;
        settled().insert(footage);
        Ok(())
    }

    fn take(&self, name: &ObjectName) -> io::Result<()> {
        let folder = self.of(name.footage());
        match std::fs::remove_file(self.path(name)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            other => other?,
        }
        synced_if_there(&folder)?;
        match std::fs::remove_dir(&folder) {
            // Whoever puts an object meanwhile finds no folder and makes it again.
            Ok(()) => sync_folder(&self.root),
            Err(error) if matches!(error.kind(), ErrorKind::DirectoryNotEmpty | ErrorKind::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn names(&self, footage: Option<FootageId>) -> io::Result<Vec<ObjectName>> {
        let folders = match footage {
            Some(one) => vec![one],
            None => names_in(&self.root)?.iter().filter_map(|name| name.parse().ok()).collect(),
        };
        let mut names = Vec::new();
        for footage in folders {
            names.extend(names_in(&self.of(footage))?.iter().filter_map(|file| ObjectName::of_file(footage, file).ok()));
        }
        names.sort_unstable();
        Ok(names)
    }
}

fn write_synced(mut file: File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

/// Whoever takes the last object away at the same moment takes the folder too; what is gone needs no sync.
fn synced_if_there(folder: &Path) -> io::Result<()> {
    match sync_folder(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// The names in a folder; none where there is no folder.
fn names_in(folder: &Path) -> io::Result<Vec<String>> {
    match std::fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect(),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn fault(error: &io::Error) -> VaultFault {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => VaultFault::NoRoom,
        // The kind alone: its words could hold a path, and so an id.
        kind => VaultFault::Unavailable(kind.to_string()),
    }
}

/// Runs what waits for a disk where it holds up nobody.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, VaultFault> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|error| VaultFault::Unavailable(error.to_string()))?;
    done.map_err(|error| fault(&error))
}

#[async_trait]
impl Vault for Folder {
    async fn put(&self, name: &ObjectName, bytes: Vec<u8>) -> Result<(), VaultFault> {
        let (folder, name) = (self.clone(), name.clone());
        aside(move || folder.keep(&name, &bytes)).await
    }

    async fn get(&self, name: &ObjectName) -> Result<Option<Vec<u8>>, VaultFault> {
        let path = self.path(name);
        aside(move || match std::fs::read(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            read => read.map(Some),
        })
        .await
    }

    async fn remove(&self, name: &ObjectName) -> Result<(), VaultFault> {
        let (folder, name) = (self.clone(), name.clone());
        aside(move || folder.take(&name)).await
    }

    async fn list(&self, footage: Option<FootageId>) -> Result<Vec<ObjectName>, VaultFault> {
        let folder = self.clone();
        aside(move || folder.names(footage)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_folder_keeps_what_a_vault_promises() {
        let room = tempfile::tempdir().unwrap();
        let vault = Folder::open(&room.path().join("footage")).unwrap();
        super::super::conformance::judge(&vault).await;
        assert_eq!(std::fs::read_dir(room.path().join("footage")).unwrap().count(), 0, "no empty folder stays");
    }

    #[tokio::test]
    async fn only_the_owner_reads_it_and_halves_of_a_stopped_program_go() {
        let room = tempfile::tempdir().unwrap();
        let root = room.path().join("footage");
        let (vault, name) = (Folder::open(&root).unwrap(), ObjectName::part(FootageId([4; 16]), 0));
        vault.put(&name, b"whole".to_vec()).await.unwrap();
        let folder = root.join(name.footage().to_string());
        let file = folder.join("0.age");
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&root), mode(&file)), (0o700, 0o600));
        std::fs::write(folder.join("1.age.7.new"), "ha").unwrap();
        std::fs::write(root.join("strange"), "left alone").unwrap();
        assert_eq!(vault.list(None).await.unwrap(), std::slice::from_ref(&name), "a half is no object");
        let again = Folder::open(&root).unwrap();
        assert!(!folder.join("1.age.7.new").exists() && file.exists() && root.join("strange").exists());
        assert_eq!(again.get(&name).await.unwrap(), Some(b"whole".to_vec()));
    }

    #[tokio::test]
    async fn putting_and_removing_at_once_neither_fails_nor_loses_what_was_kept_last() {
        let room = tempfile::tempdir().unwrap();
        let vault = Folder::open(room.path()).unwrap();
        let footage = FootageId([6; 16]);
        let rounds = (0..200u32).map(|round| {
            let vault = &vault;
            async move {
                let name = ObjectName::part(footage, round % 8);
                vault.put(&name, vec![1; 10]).await.unwrap();
                vault.remove(&name).await.unwrap();
            }
        });
        futures::future::join_all(rounds).await;
        assert_eq!(vault.list(None).await.unwrap(), []);
        let last = ObjectName::part(footage, 0);
        vault.put(&last, b"kept".to_vec()).await.unwrap();
        assert_eq!(vault.get(&last).await.unwrap(), Some(b"kept".to_vec()));
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_is_not_available_and_says_no_path() {
        let room = tempfile::tempdir().unwrap();
        let vault = Folder::open(&room.path().join("footage")).unwrap();
        let name = ObjectName::part(FootageId([5; 16]), 0);
        // Where the folder of the footage should be stands a file.
        std::fs::write(room.path().join("footage").join(name.footage().to_string()), "").unwrap();
        let Err(VaultFault::Unavailable(words)) = vault.put(&name, vec![1]).await else { panic!("it was kept") };
        assert!(!words.contains('/') && !words.contains(&name.footage().to_string()), "{words}");
    }
}
