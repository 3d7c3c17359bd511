//! The simulator's own tests: that a seed replays exactly, that many towns hold, and that what is broken on
//! purpose is noticed. What it once found stands as stories in `src/found.rs`.

#![allow(clippy::unwrap_used)] // A test that cannot go on should stop where it stands.

mod notices;
mod towns;
