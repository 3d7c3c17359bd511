//! The whole program from outside: the real binary is started, killed, traced, and its public folder is
//! checked by other people's code.
//!
//! Everything here uses what a group would use: `handbell init`, `serve`, `invite`, `verify`, and HTTP.
//! Nothing reaches into a running server.

#![expect(clippy::disallowed_methods, reason = "these tests measure real time and start real programs")]
#![expect(clippy::print_stdout, reason = "each suite closes with a line of counts")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod alone;
mod areas;
mod brought;
mod chance;
mod cosigned;
mod demo;
mod desk;
mod disk;
mod exported;
mod given;
mod hosted;
mod kills;
mod locked;
mod mailed;
mod mirrored;
mod moved;
mod opened;
mod partial;
mod proved;
mod published;
mod raced;
mod recorded;
mod redacted;
mod restored;
mod sealed;
mod shut_in;
mod signing;
mod slow;
mod sought;
mod talk;
mod tiny;
mod town;
mod traced;
mod vaulted;
mod websub;
