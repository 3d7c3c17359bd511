//! Pictures and footage as bytes: what a file is, which pictures look alike, and what must go before it is public.
//!
//! [`kind`] says what a file is by its content. [`pdq`] makes the 256-bit hash of a decoded picture, and [`bank`]
//! finds the hashes near one among millions. [`strip`] takes metadata away without decoding anything, so that not a
//! pixel changes. [`tracks`] tells a recording from a film where both have the same container. [`taken`] reads when a
//! file says it was taken, [`cascade`] finds what looks like a face, [`stamp`] reads what an outside authority answered,
//! and [`told`] is a list of hashes for neighbours.
//!
//! All of it reads strangers' bytes: what cannot be read is a [`Refusal`], never a panic, and what is made is bounded by
//! what was brought. The crate touches no disk, no network and no clock, decodes no picture, and knows neither reports
//! nor people. Uploads, custody and sealing are not here.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used))] // A test that cannot go on should stop where it stands.

pub mod bank;
mod boxes;
pub mod cascade;
mod ebml;
pub mod kind;
pub mod pdq;
pub mod picture;
mod refusal;
pub mod stamp;
pub mod strip;
pub mod taken;
pub mod told;
pub mod tracks;

pub use kind::Kind;
pub use refusal::Refusal;
