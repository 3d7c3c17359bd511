//! The crate against real files that nobody here made, where the test corpus is.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a test that cannot go on should stop where it stands")]

mod bounded;
mod corpus;
mod damaged;
mod hashes;
mod kinds;
mod measured;
mod photograph;
mod stripped;
