//! The crate as an outsider uses it: whole logs published into memory, checked, damaged, checked
//! again, and compared with what other people's code says.

#![allow(clippy::unwrap_used)] // A test that cannot go on should stop where it stands.

mod documents;
mod flips;
mod oracles;
mod published;
#[cfg(feature = "ml-dsa")]
mod second;
mod sizes;
mod theirs;
mod traps;
mod vectors;
mod wrongs;
