//! Source: who says something, and where they stand.
//!
//! A claim has exactly one source. What a publisher, a body or an organisation is must be said before
//! anything of theirs is shown (its *standing*), the same for every side. Copies of one original count once:
//! each source leads to its root, and two sources with one root are one voice. No field here holds a person:
//! a witness is "Witness A" and nothing more.

use super::Ref;
use serde::{Deserialize, Serialize};

/// What sort of source it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// Somebody who saw it.
    Witness,
    /// A publisher.
    Press,
    /// A public body.
    Official,
    /// A campaign, charity or union.
    Organisation,
    /// A court or tribunal.
    Court,
    /// A document.
    Document,
    /// A recording.
    MediaFile,
    /// The desk itself.
    Desk,
}

impl SourceKind {
    /// Every sort with its stable name and the word people read.
    pub const ALL: [(SourceKind, &'static str, &'static str); 8] = [
        (SourceKind::Witness, "witness", "Witness"),
        (SourceKind::Press, "press", "Press"),
        (SourceKind::Official, "official", "Official"),
        (SourceKind::Organisation, "organisation", "Organisation"),
        (SourceKind::Court, "court", "Court"),
        (SourceKind::Document, "document", "Document"),
        (SourceKind::MediaFile, "media-file", "Recording"),
        (SourceKind::Desk, "desk", "The desk"),
    ];
    /// Reads the stable name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, _)| *name == text).map(|(kind, ..)| *kind)
    }
    /// The stable name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(_, name, _)| name)
    }
    /// The word people read.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(.., word)| word)
    }
    /// Whether it must be said where this source stands before it speaks.
    pub const fn needs_standing(self) -> bool {
        matches!(self, Self::Press | Self::Official | Self::Organisation)
    }
}

/// One source of an incident, as its entry holds it. Text fields that are not known are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its number in the incident: the boxed number of the page.
    pub number: u32,
    /// What sort it is.
    pub kind: SourceKind,
    /// How the page names it.
    pub label: String,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<String>,
    /// When it spoke, in its own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// Where it can be read; `https` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The source of which it is a copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<u32>,
    /// The source that carried it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<u32>,
    /// When it was asked for comment, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    /// When it replied, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replied: Option<String>,
}

/// A source an editor wants to add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSource {
    /// What sort it is.
    pub kind: SourceKind,
    /// How the page names it.
    pub label: String,
    /// Where it stands; empty when nothing need be said.
    pub standing: String,
    /// When it spoke, in its own words; may be empty.
    pub said: String,
    /// Where it can be read; may be empty.
    pub url: String,
    /// The source of which it is a copy.
    pub copies: Option<Ref>,
    /// The source that carried it.
    pub via: Option<Ref>,
    /// When it was asked for comment, in words; may be empty.
    pub asked: String,
    /// When it replied, in words; may be empty.
    pub replied: String,
}

/// Where a source's words come from in the end: the original of a copy, the carrier of a statement. Two
/// sources with one root count once. A chain that leads nowhere or round ends where it is.
pub fn root(sources: &[Option<Source>], number: u32) -> u32 {
    follow(sources, number, |source| source.copies.or(source.via))
}

/// The original of which a source is a copy; itself when it is none.
pub fn original(sources: &[Option<Source>], number: u32) -> u32 {
    follow(sources, number, |source| source.copies)
}

fn follow(sources: &[Option<Source>], number: u32, next: impl Fn(&Source) -> Option<u32>) -> u32 {
    let mut at = number;
    // A source only names earlier ones, so this ends; a strange log is bounded all the same.
    for _ in 0..sources.len() {
        let found = usize::try_from(at).ok().and_then(|at| sources.get(at.checked_sub(1)?)).and_then(Option::as_ref).and_then(&next);
        match found {
            Some(earlier) if earlier < at => at = earlier,
            _ => break,
        }
    }
    at
}
