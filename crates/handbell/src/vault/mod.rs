//! The vault: where footage is kept, sealed.
//!
//! [`share`] cuts the key of a file in three, [`seal`] makes the parts of a file unreadable as they arrive, and a
//! [`Vault`] keeps the objects: in a folder of the group, or in a bucket of an S3 store. A vault keeps what it is given
//! and knows no key. What it promises is judged by the one suite in `conformance.rs` for every vault.

pub mod bucket;
pub mod copies;
pub mod folder;
pub mod memory;
pub mod seal;
pub mod share;

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;

pub use bucket::Bucket;
pub use folder::Folder;
pub use memory::Memory;

use crate::config::Settings;
use async_trait::async_trait;
use handbell_rules::id::FootageId;
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

/// The folder of a group in which footage lies when it lies in no bucket.
pub const FOLDER: &str = "footage";
/// Signs of the word that tells a copy from others of the same footage.
pub const COPY_WORD_MAX: usize = 64;

/// Why a vault did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum VaultFault {
    /// There is no room. Nothing was kept; what a witness writes in words is not touched by it.
    #[error("there is no room for footage")]
    NoRoom,
    /// It cannot be reached or failed. After a `put` nobody knows whether the object is there; putting it again
    /// settles it.
    #[error("the vault is not available: {0}")]
    Unavailable(String),
}

/// Keeps objects whole.
#[async_trait]
pub trait Vault: Send + Sync + 'static {
    /// Keeps an object, in the place of one of the same name; whole, and through a power cut, when this returns.
    async fn put(&self, name: &ObjectName, bytes: Vec<u8>) -> Result<(), VaultFault>;
    /// The object, when there is one.
    async fn get(&self, name: &ObjectName) -> Result<Option<Vec<u8>>, VaultFault>;
    /// Takes an object away. One that is not there is taken away already.
    async fn remove(&self, name: &ObjectName) -> Result<(), VaultFault>;
    /// The names of one footage's objects, or of all, in order: parts by their number first.
    async fn list(&self, footage: Option<FootageId>) -> Result<Vec<ObjectName>, VaultFault>;
}

/// The vault that a group's settings name.
///
/// # Errors
/// When the settings of a bucket are wrong, or when the folder can be neither found nor made.
pub fn open(dir: &Path, settings: &Settings) -> anyhow::Result<Arc<dyn Vault>> {
    Ok(match &settings.footage_store {
        Some(_) => Arc::new(Bucket::open(settings)?),
        None => Arc::new(Folder::open(&dir.join(FOLDER))?),
    })
}

/// The same for reading beside a server that runs: makes nothing and clears nothing away.
///
/// # Errors
/// When the settings of a bucket are wrong.
pub fn read(dir: &Path, settings: &Settings) -> anyhow::Result<Arc<dyn Vault>> {
    Ok(match &settings.footage_store {
        Some(_) => Arc::new(Bucket::open(settings)?),
        None => Arc::new(Folder::beside(&dir.join(FOLDER))),
    })
}

/// What an object is called: `<footage>/<n>.age` and what stands beside the parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName {
    footage: FootageId,
    what: What,
}

/// In the order in which they are listed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum What {
    Part(u32),
    Original,
    Copy(String),
}

/// A name of no object of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of an object of footage")]
pub struct NotAName;

impl ObjectName {
    /// A part of the original; the first is 0.
    #[must_use]
    pub const fn part(footage: FootageId, number: u32) -> Self {
        Self { footage, what: What::Part(number) }
    }

    /// What the original is: length, parts and hash, sealed to its file key ([`seal::Original`]).
    #[must_use]
    pub const fn original(footage: FootageId) -> Self {
        Self { footage, what: What::Original }
    }

    /// A copy: the word holds 1 to [`COPY_WORD_MAX`] of `a-z 0-9 . -`.
    ///
    /// # Errors
    /// [`NotAName`].
    pub fn copy(footage: FootageId, word: &str) -> Result<Self, NotAName> {
        let sign = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || b".-".contains(&sign);
        let good = !word.is_empty() && word.len() <= COPY_WORD_MAX && word.bytes().all(sign);
        good.then(|| Self { footage, what: What::Copy(word.to_owned()) }).ok_or(NotAName)
    }

    /// Whose object it is.
    #[must_use]
    pub const fn footage(&self) -> FootageId {
        self.footage
    }

    /// Which part it is, if it is one.
    #[must_use]
    pub const fn part_number(&self) -> Option<u32> {
        match self.what {
            What::Part(number) => Some(number),
            _ => None,
        }
    }

    /// Whether it is something made of the original, and not the original.
    #[must_use]
    pub const fn is_copy(&self) -> bool {
        matches!(self.what, What::Copy(_))
    }

    /// Its name inside its footage's folder.
    #[must_use]
    pub fn file(&self) -> String {
        match &self.what {
            What::Part(number) => format!("{number}.age"),
            What::Original => "original.age".to_owned(),
            What::Copy(word) => format!("copy-{word}"),
        }
    }

    /// Reads what [`ObjectName::file`] writes, and nothing else.
    fn of_file(footage: FootageId, file: &str) -> Result<Self, NotAName> {
        let what = if let Some(word) = file.strip_prefix("copy-") {
            return Self::copy(footage, word);
        } else if file == "original.age" {
            What::Original
        } else {
            What::Part(file.strip_suffix(".age").and_then(|number| number.parse().ok()).ok_or(NotAName)?)
        };
        let name = Self { footage, what };
        (name.file() == file).then_some(name).ok_or(NotAName)
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.footage, self.file())
    }
}

impl FromStr for ObjectName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let (footage, file) = text.split_once('/').ok_or(NotAName)?;
        Self::of_file(footage.parse().map_err(|_| NotAName)?, file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_has_one_name_and_no_name_leads_elsewhere() {
        let footage = FootageId([5; 16]);
        let names = [
            ObjectName::part(footage, 0),
            ObjectName::part(footage, 9),
            ObjectName::part(footage, 10),
            ObjectName::part(footage, u32::MAX),
            ObjectName::original(footage),
            ObjectName::copy(footage, "preview.jpg").unwrap(),
        ];
        assert!(names.is_sorted());
        for name in &names {
            assert_eq!(name.to_string().parse().as_ref(), Ok(name));
        }
        let id = footage.to_string();
        let files =
            ["", "01.age", "-1.age", "+1.age", "4294967296.age", "1", "share-one.age", "copy-", "copy-a/b", "copy-../x", "copy-A", ".."];
        for file in files {
            assert_eq!(format!("{id}/{file}").parse::<ObjectName>(), Err(NotAName), "{file}");
        }
        for text in ["0.age", "../keys/0.age", "/0.age", &format!("{}/0.age", id.to_uppercase()), &format!("./{id}/0.age")] {
            assert_eq!(text.parse::<ObjectName>(), Err(NotAName), "{text}");
        }
        assert!(ObjectName::copy(footage, &"a".repeat(COPY_WORD_MAX)).is_ok());
        assert!(ObjectName::copy(footage, &"a".repeat(COPY_WORD_MAX + 1)).is_err());
    }
}
