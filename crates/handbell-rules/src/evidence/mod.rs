//! The evidence room: what was given, what was done with it, and by whom.

pub mod custody;
