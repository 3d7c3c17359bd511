//! The pack: footage handed over to somebody outside, with everything that shows what it is and what was done with it.
//!
//! A folder of plain files (`docs/formats/pack.md`): a page for people, hash sums, and for each item its opening of
//! the mark in the log, the log's proof, the custody chain, the days' heads and their stamps. The original is put in by
//! two custodians on a machine of their own ([`original`]): the server that makes the rest cannot open it.
//! PROMISE a-pack-is-checked-without-us: everything in it is verified by [`check`] without a network, and by `sha256sum`,
//! `openssl` and a C2SP log tool without any program of ours.
//!
//! Nothing here reads a store, asks a network or signs.

pub mod check;
pub mod files;
pub mod opening;
pub mod original;
pub mod page;
pub mod shelf;
pub mod zip;

#[cfg(test)]
mod tests;

use handbell_rules::evidence::custody::{Statement, hex};
use handbell_rules::id::FootageId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What `pack.json` says it is.
pub const FORMAT: &str = "handbell-pack@v1";
/// The version of the page for people. A pack with another one says so and is checked all the same.
pub const PAGE_VERSION: u32 = 3;
/// The most items of one pack.
pub const ITEMS_MAX: usize = 100;

/// What a pack is, as `pack.json` says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What the public record says that these items show, each with its page; texts of ours.
    pub claims: Vec<String>,
    /// For whom it was made, in the group's words.
    #[serde(rename = "for")]
    pub for_whom: String,
    /// [`FORMAT`].
    pub format: String,
    /// What the group calls itself.
    pub group: String,
    /// The days' heads of the custody chain that are in it, by their count of lines.
    pub heads: Vec<HeadName>,
    /// The items, numbered from 1 in this order.
    pub items: Vec<ItemName>,
    /// When it was made: UTC to the second.
    pub made_at: String,
    /// Where the group's site stands.
    pub origin: String,
    /// The version of the page.
    pub page: u32,
}

/// A day's head, as `pack.json` names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadName {
    /// How many lines it is the head of.
    pub lines: u64,
    /// Whether an authority's stamp of it is in the pack.
    pub stamped: bool,
}

/// An item, as `pack.json` names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemName {
    /// When it was filmed, as the witness said; empty when they did not.
    pub claimed: String,
    /// The footage's id.
    pub footage: FootageId,
    /// When it was filmed, as the file says; empty when it does not. Nobody has checked that.
    pub in_file: String,
    /// Whether the log's mark is in the pack; it is written on the day after the footage came.
    pub in_log: bool,
    /// The original's bytes.
    pub length: u64,
    /// What it is, by its content.
    pub media_type: String,
    /// Whether the original is here, and how.
    pub original: Original,
    /// When the group received it whole: UTC to the second.
    pub received: String,
    /// SHA-256 of the original, in lower-case hexadecimal.
    pub sha256: String,
}

/// Whether an original is in the pack, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state", deny_unknown_fields)]
pub enum Original {
    /// It was not put in yet.
    Missing,
    /// One age file, sealed to this recipient.
    Sealed {
        /// The recipient's public key.
        to: String,
    },
    /// In the clear.
    Clear,
}

/// An entry of the log with what opens it and what proves its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The 57 bytes.
    pub leaf: Vec<u8>,
    /// The entry's salt.
    pub salt: [u8; 32],
    /// The entry's payload, as committed to.
    pub payload: Vec<u8>,
    /// The C2SP tlog-proof, checkpoint and all.
    pub proof: String,
}

/// One item with its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What `pack.json` says of it.
    pub name: ItemName,
    /// What opens the mark in the log.
    pub inner_salt: [u8; 32],
    /// The mark in the log; none while it is not there.
    pub mark: Option<Opened>,
}

/// A day's head of the custody chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayHead {
    /// How many lines it is the head of.
    pub lines: u64,
    /// The log's entry that says it.
    pub entry: Opened,
    /// The authority's answer, as it came.
    pub stamp: Option<Vec<u8>>,
}

/// A pack without its originals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// What the public record says that these items show.
    pub claims: Vec<String>,
    /// For whom.
    pub for_whom: String,
    /// What the group calls itself.
    pub group: String,
    /// Where its site stands.
    pub origin: String,
    /// When it was made: UTC to the second.
    pub made_at: String,
    /// The log's verifier key.
    pub log_key: String,
    /// The items.
    pub items: Vec<Item>,
    /// What each line of the custody chain says, as hashes: all of them, from the first.
    pub chain: Vec<[u8; 32]>,
    /// Statements about these items, by the number of their line.
    pub statements: BTreeMap<u64, String>,
    /// Heads, fewest lines first.
    pub heads: Vec<DayHead>,
    /// The version of the page for people: [`PAGE_VERSION`] for one that is made.
    pub page: u32,
}

impl Pack {
    /// What `pack.json` says.
    pub fn manifest(&self) -> Manifest {
        Manifest {
            claims: self.claims.clone(),
            for_whom: self.for_whom.clone(),
            format: FORMAT.to_owned(),
            group: self.group.clone(),
            heads: self.heads.iter().map(|head| HeadName { lines: head.lines, stamped: head.stamp.is_some() }).collect(),
            items: self.items.iter().map(|item| ItemName { in_log: item.mark.is_some(), ..item.name.clone() }).collect(),
            made_at: self.made_at.clone(),
            origin: self.origin.clone(),
            page: self.page,
        }
    }

    /// The statements about one item, in their order.
    pub fn said_of(&self, footage: FootageId) -> impl Iterator<Item = (u64, Statement)> {
        let read = |(number, text): (&u64, &String)| Some((*number, Statement::parse(text).ok()?));
        self.statements.iter().filter_map(read).filter(move |(_, said)| said.footage == Some(footage))
    }
}

/// The end of a file's name, by what it is.
pub fn extension(media_type: &str) -> &'static str {
    match media_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "image/heic" => "heic",
        "video/mp4" => "mp4",
        "video/quicktime" => "mov",
        "video/webm" | "audio/webm" => "webm",
        "audio/mp4" => "m4a",
        "audio/mpeg" => "mp3",
        "audio/ogg" => "ogg",
        "audio/wav" => "wav",
        "audio/flac" => "flac",
        _ => "bin",
    }
}

/// Where an original stands in the pack, items numbered from 1; `None` while it is missing.
pub fn original_path(number: usize, name: &ItemName) -> Option<String> {
    let end = extension(&name.media_type);
    match name.original {
        Original::Missing => None,
        Original::Sealed { .. } => Some(format!("items/{number}/original.{end}.age")),
        Original::Clear => Some(format!("items/{number}/original.{end}")),
    }
}

/// A hash as text of a line of its own, for `cat` in a shell.
fn hex_line(bytes: &[u8]) -> Vec<u8> {
    format!("{}\n", hex(bytes)).into_bytes()
}
