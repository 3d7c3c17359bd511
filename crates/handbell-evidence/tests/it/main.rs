//! The crate against real files that nobody here made, where the test corpus is.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "a test that cannot go on should stop where it stands")]

mod corpus;
mod kinds;
