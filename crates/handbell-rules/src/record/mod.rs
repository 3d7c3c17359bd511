//! The record: what the public may know, entry by entry, and the page that follows from it.

pub mod alone;
pub mod as_of;
pub mod assessment;
pub mod brought;
pub mod claim;
pub mod compare;
pub mod count;
pub mod entry;
pub mod figures;
pub mod follow_up;
pub mod kept;
pub mod ledger;
pub mod letter;
pub mod lookalike;
pub mod marks;
pub mod moderation;
pub mod official;
pub mod outcome;
pub mod projection;
pub mod proposal;
pub mod reply;
pub mod search;
pub mod sentence;
pub mod shown;
pub mod snapshot;
pub mod source;
pub mod statement;
pub mod value;
pub mod words;

use serde::{Deserialize, Serialize};

/// What a statement leads to: a noun that stands in the record, or one of its own batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ref {
    /// By its number in the incident; the first is 1.
    Known(u32),
    /// By its place among the new ones of the batch; the first is 0.
    New(u32),
}
