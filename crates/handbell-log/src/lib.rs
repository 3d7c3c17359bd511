//! The public record's transparency log: formats, tree, signatures and the full check.
//!
//! A Handbell log is an RFC 6962 Merkle tree published as C2SP tiles, with 57-byte leaves that
//! hold commitments and a content beside each leaf that opens it. This crate reads, builds and
//! verifies all of that from bytes. It is meant to be used alone by people who do not trust the
//! group that runs the log: it knows no database, no network and no clock.
//!
//! Start at [`verify::verify_log`] to check a published log, at [`leaf`] for what an entry is, and
//! at [`tile`] for how a log is laid out. The formats are described byte by byte in
//! `docs/formats/`.
//!
//! For single entries and pages there are [`proof_file`] and [`page_proof`]; whom to believe is a
//! [`policy`]; [`cosigner`] is the other side, and [`split`] judges a log that showed two histories.
//!
//! Deliberately not here: HTTP, storage, keys on disk, and what a payload means.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used))] // A test that cannot go on should stop where it stands.

pub mod bundle;
pub mod checkpoint;
pub mod cosignature;
pub mod cosigner;
mod decimal;
pub mod hash;
pub mod leaf;
pub mod note;
pub mod pack;
pub mod page_proof;
pub mod payload;
pub mod policy;
pub mod proof;
pub mod proof_file;
pub mod snapshot;
pub mod source;
pub mod split;
pub mod tile;
pub mod tree;
pub mod verify;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeCompiles;
