//! The simulator: the real acts, the real ringer and the real store in a made-up town.
//!
//! Clock, chance, disk and push services are made up from one seed, everything runs on one thread, and who
//! goes on next is drawn by the seed too: the same seed is the same town for ever. A truth-keeper works out
//! apart from Handbell's rules what must hold and ends a run when it does not. It never ships, and it shows
//! nothing about real disks, real networks or the SQL store, which have suites of their own. One thing in it is not
//! made up: sealing contact details asks the machine for randomness, so sealed bytes differ from run to run
//! and stand in no trace.

#![cfg_attr(test, allow(clippy::unwrap_used))] // A test that cannot go on should stop where it stands.

pub mod chance;
#[cfg(test)]
mod cosigned;
pub mod coverage;
pub mod deed;
#[cfg(test)]
mod dispatched;
#[cfg(test)]
mod found;
#[cfg(test)]
mod keyed;
#[cfg(test)]
mod neighbourhood;
mod run;
mod script;
mod services;
mod shaky;
mod stage;
mod through;
mod town;
mod truth;
mod twisted;
#[cfg(test)]
mod watched;

pub use run::{Choices, Failure, Lived, simulate};
pub use truth::Broken;
pub use twisted::Twist;
