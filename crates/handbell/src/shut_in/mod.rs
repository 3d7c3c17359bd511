//! Shut in: strangers' pictures and films are decoded in a child that can reach nothing.
//!
//! `handbell shut-in PART` is this program once more. It puts [`walls`] up around itself before it reads a byte: no
//! network, no files, no other process, half a gigabyte of memory, a clock that kills. What it is to read comes as memory
//! that it cannot change, and what it says comes back as memory ([`answer`]); nothing touches a disk. Pictures are decoded
//! by Rust code without `unsafe` of its own making; films by ffmpeg and HEIC by heif-convert, inside the same walls, where the machine has them.
//!
//! Whether the walls stand is not believed but tried at each start ([`ShutIn::can`]): a child tries to open a socket, to
//! read and write files, to start a program and to take more memory than it may. Where one of these goes through, no
//! footage is decoded here: it is kept sealed and nobody sees it before a custodian opens it.
//!
//! PROMISE strangers-bytes-are-decoded-shut-in: no byte of footage is decoded outside such a child.

pub mod answer;
mod aside;
#[cfg(test)]
mod damaged;
mod develop;
pub mod film;
pub mod heif;
mod look;
pub mod part;
mod run;
mod suggest;
pub mod trial;
pub mod walls;

pub use answer::{Made, Mark, No, Told};
pub use develop::{Developed, Object, WORKED_BYTES_MAX, burnt, developed, framed};
pub use run::{Broke, Filling, Input, Programs, ShutIn};
pub use trial::Can;
