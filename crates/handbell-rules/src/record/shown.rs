//! Shown: footage that was covered, looked at by two people and made public, as the record names it.
//!
//! Footage is a source like any other. The record holds what it shows in words, for whoever cannot or will not look,
//! and the SHA-256 of the covered copy, so that anybody can check that the file served is the one that was published.
//! It says nothing of who filmed beyond the source's own name ("Witness A"), and nothing of the original.

use super::Ref;
use crate::id::{FootageId, IncidentId};
use crate::refusal::{Record, Refusal};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Letters of what footage shows.
pub const SHOWS_LETTERS_MAX: usize = 600;
/// Letters of where footage first appeared: one sentence.
pub const FIRST_APPEARED_LETTERS_MAX: usize = 200;

/// A public copy's name in its address: sixteen random bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Address(pub [u8; 16]);

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The ids' own spelling, of bytes that are no id.
        IncidentId(self.0).fmt(f)
    }
}

/// Footage of an incident, as its entry holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Its source.
    pub source: u32,
    /// The covered copy's name in its address.
    pub address: String,
    /// What it is.
    pub media_type: String,
    /// Its bytes.
    pub length: u64,
    /// SHA-256 of the covered copy, in hexadecimal.
    pub sha256: String,
    /// What it shows, in words.
    pub shows: String,
    /// Where it first appeared, in words; left out where it came to us first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_appeared: Option<String>,
}

/// Footage that a member wants to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewShown {
    /// Its source.
    pub source: Ref,
    /// The file it is a covered copy of; private, and not in the entry.
    pub footage: FootageId,
    /// The covered copy's name in its address.
    pub address: String,
    /// What it is.
    pub media_type: String,
    /// Its bytes.
    pub length: u64,
    /// SHA-256 of the covered copy, in hexadecimal.
    pub sha256: String,
    /// What it shows, in words.
    pub shows: String,
    /// Where it first appeared, in words; empty where it came to us first.
    pub first_appeared: String,
}

impl NewShown {
    /// Its entry, with the number of its source.
    ///
    /// # Errors
    /// [`Record::WordsMissing`] without what it shows; [`Record::WordsTooLong`]; [`Record::FirstAppearedTooLong`].
    pub(super) fn entry(&self, source: u32) -> Result<Shown, Refusal> {
        let shows = self.shows.trim();
        if shows.is_empty() {
            return Err(Record::WordsMissing.into());
        }
        if shows.chars().count() > SHOWS_LETTERS_MAX {
            return Err(Record::WordsTooLong.into());
        }
        let first = self.first_appeared.trim();
        if first.chars().count() > FIRST_APPEARED_LETTERS_MAX {
            return Err(Record::FirstAppearedTooLong.into());
        }
        Ok(Shown {
            source,
            address: self.address.clone(),
            media_type: self.media_type.clone(),
            length: self.length,
            sha256: self.sha256.clone(),
            shows: shows.to_owned(),
            first_appeared: (!first.is_empty()).then(|| first.to_owned()),
        })
    }
}

/// The `type` of such an entry; its kind is that of evidence.
pub const SHOWN_TYPE: &str = "footage.shown";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_it_first_appeared_has_an_end() {
        let shown = |first: String| NewShown {
            source: Ref::New(0),
            footage: FootageId([1; 16]),
            address: Address([2; 16]).to_string(),
            media_type: "image/jpeg".into(),
            length: 9,
            sha256: "0f".repeat(32),
            shows: "A street corner, covered.".into(),
            first_appeared: first,
        };
        let longest = "é".repeat(FIRST_APPEARED_LETTERS_MAX);
        assert_eq!(shown(format!(" {longest} ")).entry(3).unwrap().first_appeared, Some(longest.clone()));
        assert_eq!(shown(format!("{longest}e")).entry(3), Err(Record::FirstAppearedTooLong.into()));
        assert_eq!(shown("  ".into()).entry(3).unwrap().first_appeared, None);
    }
}
