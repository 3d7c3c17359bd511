//! The vault: where footage is kept sealed.
//!
//! [`share`] cuts the key of a file in three, [`seal`] makes the parts of a file unreadable as they arrive.

pub mod seal;
pub mod share;
