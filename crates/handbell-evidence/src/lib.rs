//! Pictures and footage as bytes: what a file is, told by its content.
//!
//! All of it reads strangers' bytes: what cannot be read is a [`Refusal`], never a panic. The crate touches no disk, no
//! network and no clock, decodes no picture, and knows neither reports nor people. Nothing of the server uses it yet.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used))] // A test that cannot go on should stop where it stands.

mod boxes;
mod ebml;
pub mod kind;
mod refusal;

pub use kind::Kind;
pub use refusal::Refusal;
