//! The record: what the public may know, entry by entry, and the page that follows from it.

pub mod entry;
pub mod projection;
pub mod proposal;
